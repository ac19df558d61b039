# ---
# day: 78
# title: Named entities and conditional random fields
# week: 16
# minutes: 120
# backend: tensorflow
# needs: [5, 7, 40, 73, 76]
# data: [tagged]
# papers:
# - "Ramshaw and Marcus 1995, Text chunking using transformation-based learning"
# - "Lafferty, McCallum and Pereira 2001, Conditional random fields: Probabilistic models for segmenting and labeling
#   sequence data"
# - "Tjong Kim Sang and De Meulder 2003, Introduction to the CoNLL-2003 shared task: Language-independent named entity
#   recognition"
# - "Huang, Xu and Yu 2015, Bidirectional LSTM-CRF models for sequence tagging"
# - "Lample, Ballesteros, Subramanian, Kawakami and Dyer 2016, Neural architectures for named entity recognition"
# ---

# %% [markdown]
# # Day 78 · Named entities and conditional random fields
#
# By the end you can find the people, places and organisations of a text, and train a model whose tags fit together
# instead of being chosen one by one.
#
# - **You will build** the two functions that judge every such system, and the three of a conditional random field
#   (CRF): the score of a tag sequence, the sum over all of them, and the best of them. On top of a bidirectional LSTM
#   they find the entities of a news wire with an F1 over 0.85, nearly half of them strangers, and without a single
#   impossible tag.
# - **You need** the logarithm of a sum of exponentials (Day 5), precision and recall (Day 7), training loops (Day 40)
#   and masks and the bidirectional LSTM (Days 73 and 76).
# - **Not today:** what is said *about* the entities (Day 79), and models that were trained on other text before.
# - **Time:** about 120 minutes.
#
# | symbol | meaning | shape | in code |
# |---|---|---|---|
# | $B, T$ | sentences in a batch, steps: tokens that a sentence may have | | |
# | $K$ | number of tags | | `num_tags` |
# | $x$ | a sentence | | |
# | $y_t$ | tag of token $t$, a whole number from 0; $y$: all tags of a sentence | $(B, T)$ | `tags` |
# | $e_{tk}$ | emission: how well tag $k$ suits token $t$ | $(B, T, K)$ | `emissions` |
# | $A_{jk}$ | transition: how well tag $k$ suits after tag $j$ | $(K, K)$ | `transitions` |
# | $m_t$ | mask: True for a token, False for padding | $(B, T)$ | `mask` |
# | $s(x, y)$ | score of a tag sequence | $(B,)$ | |
# | $Z(x)$ | sum of $e^{s(x, y)}$ over all tag sequences | $(B,)$ | its logarithm: `log_z` |
# | $a_{tk}$ | sum of $e^{s}$ over all beginnings that end with tag $k$ at step $t$ | $(B, K)$ | its logarithm |
# | $v_{tk}$ | score of the best of these beginnings | $(B, K)$ | `best` |
# | $L$ | the loss, mean of $-\log p(y \mid x)$ | $()$ | |

# %% setup
import itertools
from collections import Counter

import matplotlib.pyplot as plt
import numpy as np

import deepdays as dd

with dd.quiet():  # TensorFlow announces itself while it loads
    import keras
    import tensorflow as tf
    from keras import layers

    tf.zeros(1)
dd.plot.style()

# %% [markdown]
# ## A label for every token
#
# **Named entity recognition** (NER) finds names in a text and says of what kind they are. It sounds like looking words
# up in a list. Our news shows why it is not: there are people called Sydney Keller, a company called Petrov & Sons, the
# Bank of Slovenia, and football clubs called Madrid.
#
# A name may have several tokens, and two names may be neighbours. **Token classification** turns this into a label for
# each token. In the **BIO** scheme a name of a person begins with `B-PER`, goes on with `I-PER`, and what is outside of
# all names is `O`:
#
# | place | 0 | 1 | 2 | 3 | 4 | 5 | 6 |
# |---|---|---|---|---|---|---|---|
# | token | Yesterday | Ada | Blum | Oslo | City | beat | Rome |
# | tag | O | B-PER | I-PER | B-ORG | I-ORG | O | B-ORG |
#
# Why not just PER and ORG? Because then two neighbouring names of one kind would melt into one: `B-` marks the
# border. In return there are now sequences that make no sense, such as `O I-PER`: a name that goes on without having
# begun. (This scheme is also called IOB2. In Ramshaw and Marcus's original one, `B-` was used between neighbours
# only.)
#
# As **spans** the names above are $(1, 3, \text{PER})$, $(3, 5, \text{ORG})$ and $(6, 7, \text{ORG})$: start, the
# place after the end, as Python slices have it, and kind. And what of nonsense that a model may predict? The
# evaluation script of the CoNLL shared tasks is lenient, and so are we: an `I-PER` that continues no PER **begins**
# one. So `I-PER I-ORG` is $(0, 1, \text{PER})$ and $(1, 2, \text{ORG})$. A strict reading would drop both; papers
# should say which they use, and do not always.


# %% exercise: bio_to_spans
def bio_to_spans(tags):
    """Names that a sequence of BIO tags marks.

    Args:
        tags: sequence of str, "O", "B-KIND" or "I-KIND"; a kind may itself have hyphens. It may be empty. Left
            unchanged.

    Returns:
        list of tuples (start, end, kind), in order: the name has the tokens start ... end - 1. A B- tag always begins
        a name. An I- tag goes on with the name of the token before if that is of the same kind, else it begins one.
        About 10 lines.
    """
    ### BEGIN SOLUTION
    spans, begun = [], None
    for i, tag in enumerate([*tags, "O"]):
        prefix, _, kind = tag.partition("-")
        if begun and (prefix != "I" or kind != begun[1]):
            spans.append((begun[0], i, begun[1]))
            begun = None
        if prefix != "O" and not begun:
            begun = (i, kind)
    return spans
    ### END SOLUTION


# %% test: bio_to_spans, points=1
sentence = ["O", "B-PER", "I-PER", "B-ORG", "I-ORG", "O", "B-ORG"]
with dd.check.unchanged(sentence, what="tags"):
    spans = bio_to_spans(sentence)
dd.check.kind(spans, list)
dd.check.equal(spans, [(1, 3, "PER"), (3, 5, "ORG"), (6, 7, "ORG")], what="the spans", why="it is the example above")
dd.check.equal(
    bio_to_spans(["I-PER", "I-ORG"]), [(0, 1, "PER"), (1, 2, "ORG")], what="the spans", why="neither continues a name"
)
dd.check.equal(bio_to_spans(["O", "O"]), [], what="the spans", why="there is no name")
### BEGIN HIDDEN TESTS
CASES = [
    ([], []),
    (["B-LOC"], [(0, 1, "LOC")]),
    (["I-LOC"], [(0, 1, "LOC")]),
    (["B-LOC", "B-LOC", "B-LOC"], [(0, 1, "LOC"), (1, 2, "LOC"), (2, 3, "LOC")]),
    (["B-LOC", "I-LOC", "I-LOC"], [(0, 3, "LOC")]),
    (["I-LOC", "I-LOC", "O", "I-LOC"], [(0, 2, "LOC"), (3, 4, "LOC")]),
    (["B-PER", "I-LOC", "I-PER"], [(0, 1, "PER"), (1, 2, "LOC"), (2, 3, "PER")]),
    (["B-PER", "I-LOC", "I-LOC", "B-LOC"], [(0, 1, "PER"), (1, 3, "LOC"), (3, 4, "LOC")]),
    (["B-GEO-CITY", "I-GEO-CITY", "I-GEO-LAND", "O"], [(0, 2, "GEO-CITY"), (2, 3, "GEO-LAND")]),
    (["B-B", "I-B", "B-I", "I-I", "O", "B-O", "I-O"], [(0, 2, "B"), (2, 4, "I"), (5, 7, "O")]),
]
for given, due in CASES:
    spans = bio_to_spans(given)
    dd.check.equal(len(spans), len(due), what=f"number of spans of {given}")
    for span, due_span in zip(spans, due, strict=True):
        dd.check.kind(span, tuple, what="a span")
        dd.check.equal(span, due_span, what=f"a span of {given}")
    dd.check.equal(bio_to_spans(tuple(given)), due, what=f"spans of {given} as a tuple")

# Random names written as tags and read back; then with some B- turned to I- where that changes nothing.
rng = np.random.default_rng(78)
for count in (1, 2, 5, 20):
    for _ in range(10):
        tags, due, lenient = [], [], []
        for _ in range(count):
            length, kind = int(rng.integers(1, 4)), str(rng.choice(["PER", "LOC", "ORG", "O"]))
            if kind == "O":
                tags += ["O"] * length
                lenient += ["O"] * length
                continue
            due.append((len(tags), len(tags) + length, kind))
            apart = not tags or tags[-1][2:] != kind
            lenient += ["I-" + kind if apart and rng.random() < 0.5 else "B-" + kind] + ["I-" + kind] * (length - 1)
            tags += ["B-" + kind] + ["I-" + kind] * (length - 1)
        dd.check.equal(bio_to_spans(tags), due, what=f"spans of {tags}", why="these names were written as tags")
        dd.check.equal(bio_to_spans(lenient), due, what=f"spans of {lenient}", why="an I- tag may begin a name")
### END HIDDEN TESTS

# %% mistakes: bio_to_spans
# - replace: '[*tags, "O"]'
#   with: tags
#   hint: "A name at the very end of the sentence is lost."
# - replace: 'prefix != "I" or kind != begun[1]'
#   with: 'prefix != "I"'
#   hint: "An I- tag of another kind does not continue the name before it."
# - replace: 'prefix != "I" or kind != begun[1]'
#   with: 'prefix == "O"'
#   hint: "You end a name at an O only. Two neighbouring names are two."
# - replace: 'prefix != "I" or kind != begun[1]'
#   with: 'prefix == "O" or kind != begun[1]'
#   hint: "A B- tag begins a new name even after a name of its own kind: that is what it is for."
# - replace: 'if prefix != "O" and not begun'
#   with: 'if prefix == "B" and not begun'
#   hint: "You drop an I- tag that continues nothing. Here it begins a name."
# - replace: spans.append((begun[0], i, begun[1]))
#   with: spans.append((begun[0], i - 1, begun[1]))
#   hint: "Your spans end with the last token; the end is one place further, as in a slice."
# - replace: spans.append((begun[0], i, begun[1]))
#   with: spans.append([begun[0], i, begun[1]])
#   hint: "Each span is due as a tuple, so that it can be put into a set."
# - replace: spans.append((begun[0], i, begun[1]))
#   with: spans.append((begun[1], begun[0], i))
#   hint: "A span is start, end, kind, in this order."
# - replace: tag.partition("-")
#   with: tag.rpartition("-") if "-" in tag else ("O", "", "")
#   hint: "A kind may have hyphens of its own: cut a tag at its first one."
# - replace: tag.partition("-")
#   with: (*tag.split("-")[:1], "", *(tag.split("-")[1:2] or [""]))
#   hint: "A kind may have hyphens of its own: cut a tag at its first one."
# - replace: tag.partition("-")
#   with: (tag[0], "", tag.split("-")[-1] if "-" in tag else "")
#   hint: "A kind may have hyphens of its own: cut a tag at its first one."
# - replace: begun = (i, kind)
#   with: begun = (i + 1, kind)
#   hint: "Tokens are counted from 0."
# - replace: spans, begun = [], None
#   with: spans, begun, tags = [], None, tags if isinstance(tags, tuple) or tags.append("O") else tags
#   hint: "You write into the list that was handed in."


# %% mistake: bio_to_spans
# hint: "An O ends a name. What comes after it is another name, even of the same kind."
def bio_to_spans(tags):
    spans = []
    for i, tag in enumerate(tags):
        if tag == "O":
            continue
        kind = tag[2:]
        if tag[0] == "I" and spans and spans[-1][2] == kind:
            spans[-1] = (spans[-1][0], i + 1, kind)
        else:
            spans.append((i, i + 1, kind))
    return spans


# %% mistake: bio_to_spans
# hint: "Each of your tags is a name of its own. An I- tag may go on with the name before it."
def bio_to_spans(tags):
    return [(i, i + 1, tag[2:]) for i, tag in enumerate(tags) if tag != "O"]


# %% mistake: bio_to_spans
# hint: "There is no token before the first: the index -1 is that of the last."
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


# %% accepts: bio_to_spans
def bio_to_spans(tags):
    tags = list(tags)
    starts = [
        i
        for i, tag in enumerate(tags)
        if tag != "O" and (tag[0] == "B" or i == 0 or tags[i - 1] == "O" or tags[i - 1][2:] != tag[2:])
    ]
    spans = []
    for start in starts:
        end = start + 1
        while end < len(tags) and tags[end] == "I-" + tags[start][2:]:
            end += 1
        spans.append((start, end, tags[start][2:]))
    return spans


# %% accepts: bio_to_spans
def bio_to_spans(tags):
    spans = []
    for i, tag in enumerate(tags):
        if tag == "O":
            continue
        prefix, kind = tag.split("-", 1)
        if prefix == "I" and spans and spans[-1][1:] == (i, kind):
            spans[-1] = (spans[-1][0], i + 1, kind)
        else:
            spans.append((i, i + 1, kind))
    return spans


# %% [markdown]
# ## Judging names, not tokens
#
# Seven tokens in ten are `O`. A model that says nothing but `O` has an accuracy of 0.7 and finds no name. And who tags
# *Ada* of *Ada Blum* has half of the tokens right and no name. So one counts **names**: a predicted span is a hit if a
# true span of the same sentence has the same start, the same end *and* the same kind. With all sentences pooled,
#
# $$\text{precision} = \frac{\text{hits}}{\text{predicted spans}}, \qquad
# \text{recall} = \frac{\text{hits}}{\text{true spans}}, \qquad
# F_1 = \frac{2 \cdot \text{hits}}{\text{predicted spans} + \text{true spans}} .$$
#
# By hand: true is `B-PER I-PER O B-LOC`, predicted `B-PER O O B-LOC`. One hit, two predicted, two true: all three are
# $\frac12$. Note that a name cut short costs twice, as a wrong span and as a missed one. Where a denominator is 0, the
# value is 0 here.


# %% exercise: entity_f1
def entity_f1(true, pred):
    """Precision, recall and F1 of whole names, pooled over sentences, as in the CoNLL shared tasks.

    Args:
        true, pred: lists of as many sentences each, a sentence being a sequence of BIO tags, str. Left unchanged.

    Returns:
        (precision, recall, f1), floats; a name is right if start, end, kind and sentence all agree. Where a denominator
        is 0, the value is 0.0. About 8 lines.

    Raises:
        ValueError: the lists, or two sentences at the same place, differ in length.
    """
    ### BEGIN SOLUTION
    if [len(tags) for tags in true] != [len(tags) for tags in pred]:
        raise ValueError("true and pred must have the same sentences, of the same lengths")
    due = {(i, span) for i, tags in enumerate(true) for span in bio_to_spans(tags)}
    found = {(i, span) for i, tags in enumerate(pred) for span in bio_to_spans(tags)}
    hits = len(due & found)
    precision = hits / len(found) if found else 0.0
    recall = hits / len(due) if due else 0.0
    f1 = 2 * hits / (len(due) + len(found)) if hits else 0.0
    return precision, recall, f1
    ### END SOLUTION


# %% test: entity_f1, points=2
right = [["B-PER", "I-PER", "O", "B-LOC"], ["O", "O"], ["B-ORG", "O", "B-ORG"]]
guess = [["B-PER", "O", "O", "B-LOC"], ["O", "O"], ["O", "O", "B-ORG"]]
with dd.check.unchanged([right, guess], what="an argument"):
    result = entity_f1(right[:1], guess[:1])
dd.check.like(result, (0.5, 0.5, 0.5), what="precision, recall and F1", why="it is the example above")
dd.check.like(
    entity_f1(right, guess), (2 / 3, 1 / 2, 4 / 7), what="precision, recall and F1", why="2 hits, 3 found, 4 due"
)
dd.check.like(entity_f1(right, right), (1.0, 1.0, 1.0), what="precision, recall and F1", why="all is right")
dd.check.like(entity_f1([["O"]], [["O"]]), (0.0, 0.0, 0.0), what="precision, recall and F1", why="there is no name")
with dd.check.raises(ValueError, why="the second sentence is cut short"):
    entity_f1([["O"], ["O", "O"]], [["O"], ["O"]])
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(7)
TAG_SET = ["O", "O", "O", "B-PER", "I-PER", "B-LOC", "I-LOC"]
for count, longest in [(1, 1), (1, 8), (3, 5), (10, 4), (40, 9)]:
    for _ in range(4):
        lengths = rng.integers(0, longest + 1, count)
        true = [[str(tag) for tag in rng.choice(TAG_SET, n)] for n in lengths]
        pred = [[str(rng.choice(TAG_SET)) if rng.random() < 0.3 else tag for tag in tags] for tags in true]
        hits = found = due = 0
        for one, other in zip(true, pred, strict=True):
            for start in range(len(one)):
                for end in range(start + 1, len(one) + 1):
                    for kind in ("PER", "LOC"):
                        is_name = []
                        for tags in (one, other):
                            before = tags[start - 1][2:] if start else ""
                            begins = tags[start] == "B-" + kind or (tags[start] == "I-" + kind and before != kind)
                            inside = all(tag == "I-" + kind for tag in tags[start + 1 : end])
                            ends = end == len(tags) or tags[end] != "I-" + kind
                            is_name.append(begins and inside and ends)
                        due += is_name[0]
                        found += is_name[1]
                        hits += all(is_name)
        values = (hits / found if found else 0.0, hits / due if due else 0.0)
        f1 = 2 * hits / (found + due) if found + due else 0.0
        with dd.check.unchanged([true, pred], what="an argument"):
            result = entity_f1(true, pred)
        dd.check.like(
            result, (*values, f1), what="precision, recall and F1", why=f"{hits} hits, {found} found, {due} due"
        )

nothing, something = [["O", "O"]], [["B-PER", "O"]]
dd.check.like(entity_f1(nothing, something), (0.0, 0.0, 0.0), what="precision, recall and F1", why="no name is due")
dd.check.like(entity_f1(something, nothing), (0.0, 0.0, 0.0), what="precision, recall and F1", why="no name is found")
dd.check.like(entity_f1([], []), (0.0, 0.0, 0.0), what="precision, recall and F1 of no sentence")
swapped = [["B-PER", "O"], ["O", "B-PER"]]
dd.check.like(entity_f1(swapped, swapped[::-1]), (0.0, 0.0, 0.0), what="precision, recall and F1", why="places differ")
other_kind = entity_f1([["B-PER", "I-PER"]], [["B-ORG", "I-ORG"]])
dd.check.like(other_kind, (0.0, 0.0, 0.0), what="precision, recall and F1", why="the kind is wrong")
twice = [["B-PER"], ["B-PER"], ["O"]]
dd.check.like(
    entity_f1(twice, [["B-PER"], ["O"], ["O"]]),
    (1.0, 0.5, 2 / 3),
    what="precision, recall and F1",
    why="each sentence counts",
)
for true, pred in [([["O"]], []), ([["O"]], [["O"], ["O"]]), ([["O", "O"], ["O"]], [["O"], ["O", "O"]])]:
    with dd.check.raises(ValueError, why="the sentences are not the same"):
        entity_f1(true, pred)
### END HIDDEN TESTS

# %% mistakes: entity_f1
# - replace: "hits / len(found) if found else 0.0"
#   with: "hits / len(due) if due else 0.0"
#   hint: "Precision divides by what was predicted."
# - replace: "hits / len(due) if due else 0.0"
#   with: "hits / len(found) if found else 0.0"
#   hint: "Recall divides by what is true."
# - replace: return precision, recall, f1
#   with: return recall, precision, f1
#   hint: "Precision and recall have changed places."
# - replace: 2 * hits / (len(due) + len(found)) if hits else 0.0
#   with: (precision + recall) / 2
#   hint: "F1 is not the plain mean of precision and recall."
# - replace: 2 * hits / (len(due) + len(found)) if hits else 0.0
#   with: hits / len(due | found) if hits else 0.0
#   hint: "You divide by the union of both sets. In F1 a hit counts in both, above and below the line."
# - replace: due = {(i, span) for i, tags in enumerate(true) for span in bio_to_spans(tags)}
#   with: due = {(0, span) for i, tags in enumerate(true) for span in bio_to_spans(tags)}
#   hint: "The same span in two sentences is two names. Does yours know which sentence it is from?"
# - replace: hits = len(due & found)
#   with: hits = len({(i, span[:2]) for i, span in due} & {(i, span[:2]) for i, span in found})
#   hint: "A name of the wrong kind counts as right with you."
# - replace: hits = len(due & found)
#   with: hits = len({(i, span[0], span[2]) for i, span in due} & {(i, span[0], span[2]) for i, span in found})
#   hint: "A name that ends at the wrong place counts as right with you."
# - replace: hits / len(found) if found else 0.0
#   with: hits / len(found) if found else 1.0
#   hint: "Where nothing is predicted, precision is 0 here."
# - replace: "[len(tags) for tags in true] != [len(tags) for tags in pred]"
#   with: len(true) != len(pred)
#   hint: "Two sentences of different length cannot be compared token by token: refuse them too."
# - replace: "[len(tags) for tags in true] != [len(tags) for tags in pred]"
#   with: sum(map(len, true)) != sum(map(len, pred))
#   hint: "As many tokens in all is not enough: each sentence has to have its own length."


# %% mistake: entity_f1
# hint: "You count tokens. A name is right as a whole or not at all."
def entity_f1(true, pred):
    if [len(tags) for tags in true] != [len(tags) for tags in pred]:
        raise ValueError("lengths")
    pairs = [pair for one, other in zip(true, pred, strict=True) for pair in zip(one, other, strict=True)]
    hits = sum(a == b != "O" for a, b in pairs)
    due, found = sum(a != "O" for a, _ in pairs), sum(b != "O" for _, b in pairs)
    return hits / max(found, 1), hits / max(due, 1), 2 * hits / max(due + found, 1)


# %% mistake: entity_f1
# hint: "You average over sentences. Pool the names of all sentences first."
def entity_f1(true, pred):
    if [len(tags) for tags in true] != [len(tags) for tags in pred]:
        raise ValueError("lengths")
    values = []
    for one, other in zip(true, pred, strict=True):
        due, found = set(bio_to_spans(one)), set(bio_to_spans(other))
        hits = len(due & found)
        values.append([hits / max(len(found), 1), hits / max(len(due), 1), 2 * hits / max(len(due) + len(found), 1)])
    return tuple(float(value) for value in np.mean(values, axis=0)) if values else (0.0, 0.0, 0.0)


# %% mistake: entity_f1
# hint: "The same span in two sentences is two names. Does yours know which sentence it is from?"
def entity_f1(true, pred):
    if [len(tags) for tags in true] != [len(tags) for tags in pred]:
        raise ValueError("lengths")
    due = {span for tags in true for span in bio_to_spans(tags)}
    found = {span for tags in pred for span in bio_to_spans(tags)}
    hits = len(due & found)
    return hits / max(len(found), 1), hits / max(len(due), 1), 2 * hits / max(len(due) + len(found), 1)


# %% mistake: entity_f1
# hint: "You join the sentences, and a name may run over their border. Find the spans of each sentence by itself."
def entity_f1(true, pred):
    if [len(tags) for tags in true] != [len(tags) for tags in pred]:
        raise ValueError("lengths")
    due = set(bio_to_spans([tag for tags in true for tag in tags]))
    found = set(bio_to_spans([tag for tags in pred for tag in tags]))
    hits = len(due & found)
    return hits / max(len(found), 1), hits / max(len(due), 1), 2 * hits / max(len(due) + len(found), 1)


# %% mistake: entity_f1
# hint: "To overlap with a true name is not enough. Start and end have to agree."
def entity_f1(true, pred):
    if [len(tags) for tags in true] != [len(tags) for tags in pred]:
        raise ValueError("lengths")
    due = {(i, *span) for i, tags in enumerate(true) for span in bio_to_spans(tags)}
    found = {(i, *span) for i, tags in enumerate(pred) for span in bio_to_spans(tags)}
    hits = sum(any(a[0] == b[0] and a[3] == b[3] and a[1] < b[2] and b[1] < a[2] for a in due) for b in found)
    return hits / max(len(found), 1), hits / max(len(due), 1), 2 * hits / max(len(due) + len(found), 1)


# %% mistake: entity_f1
# hint: "Where a denominator is 0, the value is 0 here. Yours is 1."
def entity_f1(true, pred):
    if [len(tags) for tags in true] != [len(tags) for tags in pred]:
        raise ValueError("lengths")
    due = {(i, *span) for i, tags in enumerate(true) for span in bio_to_spans(tags)}
    found = {(i, *span) for i, tags in enumerate(pred) for span in bio_to_spans(tags)}
    hits = len(due & found)
    precision = hits / len(found) if found else 1.0
    recall = hits / len(due) if due else 1.0
    return precision, recall, 2 * hits / (len(due) + len(found)) if due or found else 1.0


# %% mistake: entity_f1
# hint: "You average over the kinds. Pool the names of all kinds first."
def entity_f1(true, pred):
    if [len(tags) for tags in true] != [len(tags) for tags in pred]:
        raise ValueError("lengths")
    due = {(i, *span) for i, tags in enumerate(true) for span in bio_to_spans(tags)}
    found = {(i, *span) for i, tags in enumerate(pred) for span in bio_to_spans(tags)}
    values = []
    for kind in {name[3] for name in due | found}:
        one, other = {name for name in due if name[3] == kind}, {name for name in found if name[3] == kind}
        hits = len(one & other)
        values.append([hits / max(len(other), 1), hits / max(len(one), 1), 2 * hits / (len(one) + len(other))])
    return tuple(float(value) for value in np.mean(values, axis=0)) if values else (0.0, 0.0, 0.0)


# %% accepts: entity_f1
def entity_f1(true, pred):
    if len(true) != len(pred):
        raise ValueError("number of sentences")
    hits = due = found = 0
    for one, other in zip(true, pred, strict=True):
        if len(one) != len(other):
            raise ValueError("length of a sentence")
        names, guessed = bio_to_spans(one), bio_to_spans(other)
        hits += sum(span in names for span in guessed)
        due += len(names)
        found += len(guessed)
    precision, recall = hits / max(found, 1), hits / max(due, 1)
    return precision, recall, 2 * precision * recall / (precision + recall) if hits else 0.0


# %% accepts: entity_f1
def entity_f1(true, pred):
    if len(true) != len(pred) or any(len(a) != len(b) for a, b in zip(true, pred, strict=True)):
        raise ValueError("not the same sentences")
    due = Counter((i, *span) for i in range(len(true)) for span in bio_to_spans(true[i]))
    found = Counter((i, *span) for i in range(len(pred)) for span in bio_to_spans(pred[i]))
    hits = sum((due & found).values())

    def share(part, whole):
        return float(part / whole) if whole else 0.0

    return share(hits, len(found)), share(hits, len(due)), share(2 * hits, len(due) + len(found))


# %% [markdown]
# ## What a token shows, and a first tagger
#
# How far does a list get us? Give each word its most frequent tag in training, and `O` to words that were not there.
# And which pairs of neighbouring tags occur at all?

# %% demo
news = dd.data.tagged(5000, seed=0)
TAGS = ("O", "B-PER", "I-PER", "B-LOC", "I-LOC", "B-ORG", "I-ORG")
train, test = news[news["split"] == "train"], news[news["split"] == "test"]

seen = {}
for tokens, tags in zip(train["tokens"], train["tags"], strict=True):
    for token, tag in zip(tokens, tags, strict=True):
        seen.setdefault(token, Counter())[tag] += 1
listed = {token: counts.most_common(1)[0][0] for token, counts in seen.items()}
by_list = [[listed.get(token, "O") for token in tokens] for tokens in test["tokens"]]
accuracy = np.mean(
    [a == b for one, two in zip(test["tags"], by_list, strict=True) for a, b in zip(one, two, strict=True)]
)
print(f"list of words: {accuracy:.2f} of the tokens right, entity F1 {entity_f1(list(test['tags']), by_list)[2]:.2f}")

follows = np.zeros((len(TAGS), len(TAGS)), dtype=int)
for tags in train["tags"]:
    for before, after in itertools.pairwise(tags):
        follows[TAGS.index(before), TAGS.index(after)] += 1
forbidden = np.array([[b[0] == "I" and a[1:] != b[1:] for b in TAGS] for a in TAGS])  # (K, K)
fig, ax = plt.subplots(figsize=(7, 5.4))
ax.imshow(np.where(follows, np.log10(follows + 1.0), np.nan), cmap="Greys", vmin=0, vmax=7)
for (j, k), count in np.ndenumerate(follows):
    ax.text(k, j, f"{count:,}" if count else "×" if forbidden[j, k] else "0", ha="center", va="center", fontsize=10)
ax.set(xticks=range(7), xticklabels=TAGS, yticks=range(7), yticklabels=TAGS, xlabel="tag of the next token")
ax.set(ylabel="tag of a token", title="Pairs of neighbouring tags in training (×: makes no sense)")
ax.grid(False)
dd.plot.show(
    "Table of seven by seven counts: how often each tag follows each tag in the training sentences. Tags that begin "
    "with I follow their own kind only; the fifteen other places in their columns are crossed out."
)

# %% [markdown]
# The list has most tokens right and few names. It is blind in three ways: to **strangers**, to **context** (*Sydney* in
# *Sydney Keller*), and to its own **neighbouring decisions**. The crosses are the third one: whoever tags each token by
# itself may well produce what never occurs.
#
# Against the first, classical systems describe a word by **features** rather than by itself: its ending, its shape
# (`Xx` for a capital and small letters), its part of speech (POS), such as noun or verb, from a tagger that runs
# before. Against the second, they add the same features of the neighbours, in a window of two or three tokens on either
# side. We have no POS tagger, but the word, its last three letters and its shape, and a bidirectional LSTM (Day 76)
# reads as far as the sentence goes. The third is left for the rest of the day.
#
# ## A score for the whole sequence
#
# A tagger gives each token $t$ a score for each tag $k$, the **emission** $e_{tk}$; those of a network are its
# logits. A **linear-chain conditional random field** adds a table of **transitions** $A_{jk}$, how well tag $k$ suits
# after tag $j$, and scores whole sequences:
#
# $$s(x, y) = \sum_{t=0}^{T-1} e_{t, y_t} + \sum_{t=1}^{T-1} A_{y_{t-1}, y_t} .$$
#
# A score of $-\infty$ in $A$ forbids a pair.
#
# *By hand:* two tokens, two tags, O (0) and N (1). So that sums are easy, all scores are logarithms:
#
# | | $e_{tO}$ | $e_{tN}$ | | | $A_{jO}$ | $A_{jN}$ |
# |---|---|---|---|---|---|---|
# | token 0 | $\ln 2$ | $\ln 1$ | | after O | $\ln 1$ | $\ln \frac12$ |
# | token 1 | $\ln 1$ | $\ln 3$ | | after N | $\ln 1$ | $\ln 2$ |
#
# | $y$ | $e^{s(x, y)}$ |
# |---|---|
# | O O | $2 \cdot 1 \cdot 1 = 2$ |
# | O N | $2 \cdot \frac12 \cdot 3 = 3$ |
# | N O | $1 \cdot 1 \cdot 1 = 1$ |
# | N N | $1 \cdot 2 \cdot 3 = 6$ |
#
# Token by token one would choose O, then N. As a sequence that has 3, while N N has 6: the transition outweighs the
# first token.
#
# Why the name? A **Markov random field** is a graph of variables in which only neighbours influence one another
# directly: a positive factor for each edge (and each node), and the probability of a whole assignment is proportional
# to the product of all factors. Here the nodes are the tags, the edges join neighbours in the chain, the factors are
# $e^{A}$ and $e^{e}$. *Conditional*, because the sentence $x$ is given: its tokens have no probabilities of their
# own, and the emissions may look at all of it.

# %% demo
fig, ax = plt.subplots(figsize=(9, 3.1))
for t, name in enumerate(["$y_0$", "$y_1$", "$y_2$", "$y_3$"]):
    ax.add_patch(plt.Circle((2 * t, 2), 0.42, facecolor="white", edgecolor="black", linewidth=1.5, zorder=3))
    ax.text(2 * t, 2, name, ha="center", va="center", fontsize=14, zorder=4)
    ax.plot([2 * t, 2 * t], [0.62, 1.6], "-", color="black", linewidth=1.5)
    ax.add_patch(plt.Rectangle((2 * t - 0.12, 1.0), 0.24, 0.24, color="C1", zorder=3))
    ax.text(2 * t + 0.22, 1.1, f"$e_{{{t}k}}$", fontsize=13, va="center")
    if t:
        ax.plot([2 * t - 1.58, 2 * t - 0.42], [2, 2], "-", color="black", linewidth=1.5)
        ax.add_patch(plt.Rectangle((2 * t - 1.12, 1.88), 0.24, 0.24, color="C0", zorder=3))
        ax.text(2 * t - 1, 2.3, "$A_{jk}$", fontsize=13, ha="center")
ax.add_patch(plt.Rectangle((-0.5, 0.1), 7, 0.52, facecolor="0.85", edgecolor="black"))
ax.text(3, 0.36, "the whole sentence $x$, given", ha="center", va="center", fontsize=13)
ax.set(xlim=(-0.7, 6.9), ylim=(0, 2.7), title="A linear-chain conditional random field")
ax.axis("off")
dd.plot.show(
    "Four circles in a row, the tags y0 to y3, neighbours joined by lines with a square for the transition A; each is "
    "joined by a line with a square for its emission to one wide box below, the whole sentence."
)

# %% [markdown]
# There is no line from $y_0$ to $y_2$: given $y_1$, they don't influence one another. This is what makes the sums of
# the next sections possible.
#
# In a batch, sentences have different lengths. Padding follows the tokens, and the mask says what counts: a transition
# counts if its *second* token is real. Beware of multiplying by the mask: $0 \cdot (-\infty)$ is not 0 but NaN. And
# padded places often hold the tag $-1$ or $-100$, which as an index means something else.
#
# The example by hand as arrays, and a batch of two sentences, of three tokens and of two:

# %% setup
hand_emissions = np.log([[[2.0, 1.0], [1.0, 3.0]]])  # (1, 2, 2)
hand_transitions = np.log([[1.0, 0.5], [1.0, 2.0]])
batch = np.array([[[1.0, 2, 3], [4, 5, 6], [7, 8, 9]], [[1, 1, 2], [3, 5, 8], [np.nan, np.nan, np.nan]]])
batch_tags = np.array([[2, 0, 1], [0, 1, -100]])
batch_mask = np.array([[True, True, True], [True, True, False]])
table = np.array([[0.1, 0.2, 0.3], [0.4, 0.5, -np.inf], [0.7, 0.8, 0.9]])


# %% exercise: crf_score
def crf_score(emissions, tags, transitions, mask=None):
    """Scores of given tag sequences in a linear-chain CRF (Lafferty, McCallum and Pereira 2001).

    Args:
        emissions: (B, T, K) floats or ints, T >= 1; what is at padded steps does not count, not even NaN.
        tags: (B, T) ints from 0 to K - 1; at padded steps any ints, such as -100.
        transitions: (K, K), entry [j, k] for tag k right after tag j; -inf is allowed.
        mask: (B, T) bools, True for tokens, which come first in each row, at least one; None if all are tokens.

    Returns:
        (B,) floats, computed in float64, without warnings. No argument is changed. About 8 lines.
    """
    ### BEGIN SOLUTION
    emissions, transitions = np.asarray(emissions, dtype=float), np.asarray(transitions, dtype=float)
    mask = np.full(emissions.shape[:2], True) if mask is None else np.asarray(mask)
    tags = np.where(mask, tags, 0)
    at_token = np.take_along_axis(emissions, tags[:, :, None], axis=2)[:, :, 0]  # (B, T)
    between = transitions[tags[:, :-1], tags[:, 1:]]  # (B, T - 1)
    return np.where(mask, at_token, 0).sum(axis=1) + np.where(mask[:, 1:], between, 0).sum(axis=1)
    ### END SOLUTION


# %% test: crf_score, points=2
for given, due in [([0, 0], 2), ([0, 1], 3), ([1, 0], 1), ([1, 1], 6)]:
    scores = crf_score(hand_emissions, np.array([given]), hand_transitions)
    dd.check.like(scores, np.log([float(due)]), what=f"score of the tags {given}", why="it is in the table above")
with dd.check.unchanged([batch_tags, table, batch_mask], what="an argument"):
    scores = crf_score(batch, batch_tags, table, batch_mask)
why = "3 + 0.7 + 4 + 0.2 + 8, and of two tokens 1 + 0.2 + 5"
dd.check.like(scores, np.array([15.9, 6.2]), what="scores of a batch", why=why)
### BEGIN HIDDEN TESTS


def padded(rng, b, t, k, banned=0.0):
    """Emissions, tags, transitions and mask of random sentences; nonsense where the padding is."""
    lengths = rng.integers(1, t + 1, b)
    lengths[rng.integers(b)] = t
    mask = np.arange(t) < lengths[:, None]
    emissions = np.where(mask[:, :, None], rng.normal(0, 2, (b, t, k)), rng.choice([np.nan, 1e9, -3.0], (b, t, k)))
    tags = np.where(mask, rng.integers(0, k, (b, t)), rng.choice([-100, -1, k, 0], (b, t)))
    transitions = np.where(rng.random((k, k)) < banned, -np.inf, rng.normal(0, 2, (k, k)))
    return emissions, tags, transitions, mask


def slow_score(emissions, tags, transitions):
    """Score of one sequence, step by step, in plain Python."""
    total = 0.0
    for t, tag in enumerate(tags):
        total += float(emissions[t][tag])
        if t:
            total += float(transitions[tags[t - 1]][tag])
    return total


rng = np.random.default_rng(78)
for b, t, k, banned in [(1, 1, 1, 0), (1, 1, 4, 0), (3, 1, 2, 0), (2, 5, 1, 0), (4, 6, 3, 0.3), (5, 3, 7, 0.5)]:
    emissions, tags, transitions, mask = padded(rng, b, t, k, banned)
    due = np.array([slow_score(emissions[i], tags[i][mask[i]].tolist(), transitions) for i in range(b)])
    with dd.check.unchanged([np.nan_to_num(emissions), tags, transitions, mask], what="an argument"):
        scores = crf_score(emissions, tags, transitions, mask)
    dd.check.shape(scores, (b,), what="scores", why="each sentence has one")
    dd.check.equal(
        np.isfinite(scores), np.isfinite(due), what="which scores are finite", why="a forbidden pair forbids all"
    )
    fine = np.isfinite(due)
    dd.check.close(scores[fine], due[fine], rtol=1e-9, what=f"scores of {b} sentences of up to {t} tokens, {k} tags")
    full = np.where(np.isfinite(emissions), emissions, 1.0)
    whole = np.clip(tags, 0, k - 1)
    due = np.array([slow_score(full[i], whole[i].tolist(), np.maximum(transitions, -9)) for i in range(b)])
    dd.check.close(crf_score(full, whole, np.maximum(transitions, -9)), due, rtol=1e-9, what="scores without a mask")

whole = rng.integers(-5, 6, (2, 4, 3)).astype(np.int8)
scores = crf_score(
    np.full((2, 4, 3), 120, dtype=np.int8), np.zeros((2, 4), dtype=np.uint8), np.full((3, 3), 100, dtype=np.int8)
)
dd.check.like(scores, np.array([780.0, 780.0]), what="scores of small whole numbers", why="4 times 120 and 3 times 100")
one_tag = np.array([[True, True, True], [True, False, False]])
scores = crf_score(np.full((2, 3, 1), 2.0), np.array([[0, 0, 0], [0, -1, 9]]), np.ones((1, 1)), one_tag)
dd.check.like(
    scores, np.array([8.0, 2.0]), what="scores with one tag", why="three emissions and two transitions, and one"
)
exact = rng.normal(0, 1000, (3, 50, 4)).astype(np.float32)
chosen = rng.integers(0, 4, (3, 50))
links = rng.normal(0, 100, (4, 4)).astype(np.float32)
due = np.array([slow_score(exact[i].astype(float), chosen[i].tolist(), links.astype(float)) for i in range(3)])
dd.check.close(
    crf_score(exact, chosen, links),
    due,
    rtol=1e-12,
    what="scores of float32",
    why="sums are kept in float64",
)
### END HIDDEN TESTS

# %% mistakes: crf_score
# - replace: np.where(mask[:, 1:], between, 0).sum(axis=1)
#   with: between.sum(axis=1)
#   hint: "Transitions into the padding count with you. Which token of a pair has to be real?"
# - replace: np.where(mask[:, 1:], between, 0).sum(axis=1)
#   with: np.where(mask[:, :-1], between, 0).sum(axis=1)
#   hint: "You ask whether the first token of a pair is real. The pair of the last token and the padding slips through."
# - replace: np.where(mask, at_token, 0).sum(axis=1)
#   with: at_token.sum(axis=1)
#   hint: "Emissions of the padding count with you."
# - replace: np.where(mask, at_token, 0).sum(axis=1)
#   with: (mask * at_token).sum(axis=1)
#   hint: "Zero times NaN is NaN: choose with np.where instead of multiplying by the mask."
# - replace: np.where(mask[:, 1:], between, 0).sum(axis=1)
#   with: (mask[:, 1:] * between).sum(axis=1)
#   hint: "Zero times minus infinity is NaN: choose with np.where instead of multiplying by the mask."
# - replace: transitions[tags[:, :-1], tags[:, 1:]]
#   with: transitions[tags[:, 1:], tags[:, :-1]]
#   hint: "The row of the table is the tag before, the column the tag after; yours are the other way round."
# - replace: tags = np.where(mask, tags, 0)
#   with: tags = tags % emissions.shape[2] if mask.all() else tags
#   hint: "The tags of the padding may be no valid index at all. Put something harmless there first."
# - replace: np.where(mask, at_token, 0).sum(axis=1) + np.where(mask[:, 1:], between, 0).sum(axis=1)
#   with: np.where(mask, at_token, 0).sum(axis=1)
#   hint: "That is what the tokens say each for itself. The transitions are missing."
# - replace: np.where(mask, at_token, 0).sum(axis=1) + np.where(mask[:, 1:], between, 0).sum(axis=1)
#   with: (np.where(mask, at_token, 0).sum(axis=1) + np.where(mask[:, 1:], between, 0).sum(axis=1)) / mask.sum(axis=1)
#   hint: "A score is a sum, whatever the length. You divide by the number of tokens."
# - replace: np.where(mask, at_token, 0).sum(axis=1) + np.where(mask[:, 1:], between, 0).sum(axis=1)
#   with: (np.where(mask, at_token, 0).sum(axis=1) + np.where(mask[:, 1:], between, 0).sum(axis=1)).sum(keepdims=True)
#   hint: "Each sentence has a score of its own; you add up the batch."
# - replace: emissions, transitions = np.asarray(emissions, dtype=float), np.asarray(transitions, dtype=float)
#   with: emissions, transitions = np.asarray(emissions), np.asarray(transitions)
#   hint: "Sums of float32 or of small whole numbers lose digits or wrap around: turn the scores into float64 first."
# - replace: transitions[tags[:, :-1], tags[:, 1:]]
#   with: transitions[tags[:, :-1]][:, :, 0]
#   hint: "You take the first column of the table for every pair. Index it with both tags."
# - replace: np.where(mask, at_token, 0).sum(axis=1) + np.where(mask[:, 1:], between, 0).sum(axis=1)
#   with: (mask * at_token).sum(axis=1) + (mask[:, 1:] * between).sum(axis=1)
#   hint: "Zero times NaN is NaN: choose with np.where instead of multiplying by the mask."
# - replace: np.take_along_axis(emissions, tags[:, :, None], axis=2)
#   with: np.take_along_axis(emissions - np.logaddexp.reduce(emissions, 2, keepdims=True), tags[:, :, None], axis=2)
#   hint: "Your emissions go through a softmax first. In a score they count as they are."
# - replace: np.asarray(transitions, dtype=float)
#   with: np.maximum(np.asarray(transitions, dtype=float), -1e4)
#   hint: "A large negative number is not minus infinity: a forbidden pair forbids the whole sequence."

# %% equivalents: crf_score
# - replace: 'tags = np.where(mask, tags, 0)'
#   with: 'tags = np.where(mask, tags, -1)'
#   reason: "The last tag does as well: what is at padded steps is passed over."
# - replace: 'at_token = np.take_along_axis(emissions, tags[:, :, None], axis=2)[:, :, 0]  # (B, T)'
#   with: 'at_token = np.take_along_axis(emissions, tags[:, :, None])[:, :, 0]  # (B, T)'
#   reason: "By default it takes along the last axis, which is axis 2."
# - replace: 'at_token = np.take_along_axis(emissions, tags[:, :, None], axis=2)[:, :, 0]  # (B, T)'
#   with: 'at_token = np.take_along_axis(emissions, tags[:, :, None], axis=2)[:, :, -1]  # (B, T)'
#   reason: "That axis has one entry."


# %% accepts: crf_score
def crf_score(emissions, tags, transitions, mask=None):
    emissions, tags = np.array(emissions, dtype=np.float64), np.array(tags)
    transitions = np.array(transitions, dtype=np.float64)
    scores = np.zeros(len(tags))
    for i in range(len(tags)):
        length = tags.shape[1] if mask is None else int(np.sum(mask[i]))
        before = None
        for t in range(length):
            tag = tags[i, t]
            scores[i] += emissions[i, t, tag]
            if before is not None:
                scores[i] += transitions[before, tag]
            before = tag
    return scores


# %% accepts: crf_score
def crf_score(emissions, tags, transitions, mask=None):
    b, t, _ = np.shape(emissions)
    mask = np.full((b, t), True) if mask is None else np.asarray(mask, dtype=bool)
    chosen = np.where(mask, tags, 0).astype(int)
    rows, steps = np.nonzero(mask)
    scores = np.zeros(b)
    np.add.at(scores, rows, np.asarray(emissions, dtype=float)[rows, steps, chosen[rows, steps]])
    later = steps > 0
    rows, steps = rows[later], steps[later]
    np.add.at(scores, rows, np.asarray(transitions, dtype=float)[chosen[rows, steps - 1], chosen[rows, steps]])
    return scores


# %% [markdown]
# ## The sum over all sequences
#
# A softmax over *sequences* turns scores into probabilities:
#
# $$p(y \mid x) = \frac{e^{s(x, y)}}{Z(x)}, \qquad Z(x) = \sum_{y'} e^{s(x, y')}, \qquad
# -\log p(y \mid x) = \log Z(x) - s(x, y) .$$
#
# By hand, $Z = 2 + 3 + 1 + 6 = 12$ and $p(\text{N N}) = \frac12$. $Z$ is the **partition function**. It has $K^T$
# terms: for 7 tags and 20 tokens, $8 \cdot 10^{16}$. No computer lists these, and none has to, because the chain
# forgets: how a sequence goes on depends on its last tag alone. Let $a_{tk}$ be the sum of $e^s$ over all
# *beginnings* that reach tag $k$ at step $t$. Then
#
# $$a_{0k} = e^{e_{0k}}, \qquad
# a_{tk} = e^{e_{tk}} \sum_j a_{t-1, j}\, e^{A_{jk}}, \qquad Z = \sum_k a_{T-1, k} .$$
#
# This is the **forward algorithm**: $T K^2$ multiplications. By hand: $a_0 = (2, 1)$; $a_{1O} = (2 \cdot 1 + 1 \cdot
# 1) \cdot 1 = 3$ and $a_{1N} = (2 \cdot \frac12 + 1 \cdot 2) \cdot 3 = 9$; and $Z = 3 + 9 = 12$, as before.
#
# Products of a hundred exponentials overflow, so keep $\log a$. A product becomes a sum, and a sum becomes the
# logarithm of a sum of exponentials (Day 5), which NumPy has for two numbers, `np.logaddexp(u, v)`, and along an
# axis, `np.logaddexp.reduce(z, axis=...)`; both take $-\infty$ without a warning. Sentences that have ended keep
# their $\log a$ while others go on.


# %% exercise: crf_log_partition
def crf_log_partition(emissions, transitions, mask=None):
    """Logarithm of the sum of exp(score) over all tag sequences: the forward algorithm in log space.

    Args:
        emissions: (B, T, K) floats or ints, T >= 1; what is at padded steps does not count, not even NaN.
        transitions: (K, K), entry [j, k] for tag k right after tag j; -inf is allowed.
        mask: (B, T) bools, True for tokens, which come first in each row, at least one; None if all are tokens.

    Returns:
        (B,) floats, computed in float64, without warnings, however large the scores are; -inf where every sequence is
        forbidden. No argument is changed. About 9 lines.
    """
    ### BEGIN SOLUTION
    emissions, transitions = np.asarray(emissions, dtype=float), np.asarray(transitions)
    mask = np.full(emissions.shape[:2], True) if mask is None else np.asarray(mask)
    log_a = emissions[:, 0]  # (B, K)
    for t in range(1, emissions.shape[1]):
        update = np.logaddexp.reduce(log_a[:, :, None] + transitions, axis=1) + emissions[:, t]
        log_a = np.where(mask[:, t, None], update, log_a)
    return np.logaddexp.reduce(log_a, axis=1)
    ### END SOLUTION


# %% test: crf_log_partition, points=3
log_z = crf_log_partition(hand_emissions, hand_transitions)
dd.check.like(log_z, np.log([12.0]), what="log Z", why="it is the example above")
longer = np.concatenate([hand_emissions, hand_emissions + 1], axis=1)  # (1, 4, 2)
first_token = crf_log_partition(longer, hand_transitions, np.array([[True, False, False, False]]))
dd.check.like(first_token, np.log([3.0]), what="log Z of the first token alone", why="the rest is padding, so 2 + 1")
huge = crf_log_partition(hand_emissions + 1000.0, hand_transitions)
dd.check.close(huge, np.log([12.0]) + 2000, what="log Z", why="1000 more for each of 2 tokens makes 2000 more")
with dd.check.unchanged([batch_mask, table], what="an argument"):
    log_z = crf_log_partition(batch, table, batch_mask)
why = "9 sequences of the second sentence's two tokens, one of them forbidden"
pairs = [batch[1, 0, j] + table[j, k] + batch[1, 1, k] for j in range(3) for k in range(3)]
dd.check.close(log_z[1], np.log(np.sum(np.exp(pairs))), what="log Z of the second sentence", why=why)
### BEGIN HIDDEN TESTS


def padded(rng, b, t, k, banned=0.0):
    """Emissions, tags, transitions and mask of random sentences; nonsense where the padding is."""
    lengths = rng.integers(1, t + 1, b)
    lengths[rng.integers(b)] = t
    mask = np.arange(t) < lengths[:, None]
    emissions = np.where(mask[:, :, None], rng.normal(0, 2, (b, t, k)), rng.choice([np.nan, 1e9, -3.0], (b, t, k)))
    tags = np.where(mask, rng.integers(0, k, (b, t)), rng.choice([-100, -1, k, 0], (b, t)))
    transitions = np.where(rng.random((k, k)) < banned, -np.inf, rng.normal(0, 2, (k, k)))
    return emissions, tags, transitions, mask


def slow_score(emissions, tags, transitions):
    """Score of one sequence, step by step, in plain Python."""
    total = 0.0
    for t, tag in enumerate(tags):
        total += float(emissions[t][tag])
        if t:
            total += float(transitions[tags[t - 1]][tag])
    return total


def every_sequence(emissions, transitions, mask):
    """Per sentence: all tag sequences of its tokens, and their scores."""
    for row, real in zip(emissions, mask, strict=True):
        length = int(real.sum())
        sequences = list(itertools.product(range(row.shape[1]), repeat=length))
        yield sequences, np.array([slow_score(row, sequence, transitions) for sequence in sequences])


rng = np.random.default_rng(79)
for b, t, k, banned in [
    (1, 1, 1, 0),
    (1, 1, 4, 0),
    (3, 1, 2, 0),
    (2, 5, 1, 0),
    (4, 5, 3, 0.3),
    (3, 3, 6, 0.5),
    (5, 7, 2, 0),
]:
    emissions, _, transitions, mask = padded(rng, b, t, k, banned)
    due = np.array([np.log(np.exp(scores).sum()) if np.isfinite(scores).any() else -np.inf
                    for _, scores in every_sequence(emissions, transitions, mask)])  # fmt: skip
    with dd.check.unchanged([np.nan_to_num(emissions), transitions, mask], what="an argument"):
        log_z = crf_log_partition(emissions, transitions, mask)
    of = f"log Z of {b} sentences of up to {t} tokens, {k} tags"
    dd.check.shape(log_z, (b,), what=of, why="each sentence has one")
    dd.check.equal(
        np.isfinite(log_z), np.isfinite(due), what="which log Z are finite", why="some sequence is allowed there"
    )
    fine = np.isfinite(due)
    dd.check.close(log_z[fine], due[fine], rtol=1e-9, what=of, why="it sums over every sequence")
    full = np.where(np.isfinite(emissions) & (emissions < 1e6), emissions, 1.0)
    soft = np.maximum(transitions, -9)
    due = [np.log(np.exp(scores).sum()) for _, scores in every_sequence(full, soft, np.ones((b, t), dtype=bool))]
    dd.check.close(crf_log_partition(full, soft), np.array(due), rtol=1e-9, what=of + ", no mask")

# Without transitions the tokens are independent; far from zero; long; whole numbers; float32.
long = rng.normal(0, 3, (2, 400, 5))
due = np.logaddexp.reduce(long, axis=2).sum(axis=1)
dd.check.close(
    crf_log_partition(long, np.zeros((5, 5))), due, rtol=1e-10, what="log Z", why="each token has a softmax of its own"
)
for shift in (-5000.0, 5000.0):
    dd.check.close(
        crf_log_partition(long + shift, np.zeros((5, 5))), due + 400 * shift, rtol=1e-9, what="log Z far from 0"
    )
spread = np.zeros((1, 3, 3))
spread[0, :, 0] = 1e4
dd.check.close(
    crf_log_partition(spread, np.zeros((3, 3))), [3e4], what="log Z", why="one sequence outweighs all others"
)
far = np.zeros((2, 3, 2)) + np.array([3000.0, -3000.0])[:, None, None]
dd.check.close(
    crf_log_partition(far, np.zeros((2, 2))),
    3 * np.log(2) + np.array([9000.0, -9000.0]),
    rtol=1e-12,
    what="log Z of two sentences",
    why="each has a scale of its own",
)
late = np.array([[[0.0, -2000.0], [0.0, 0.0], [0.0, 2000.0]]])
dd.check.close(
    crf_log_partition(late, np.array([[0.0, -np.inf], [-np.inf, 0.0]])),
    [np.log(2)],
    what="log Z",
    why="what is far behind at first can catch up",
)
dd.check.equal(
    crf_log_partition(np.zeros((1, 2, 2)), np.full((2, 2), -np.inf)), [-np.inf], what="log Z", why="all is forbidden"
)
whole = crf_log_partition(np.full((2, 3, 2), 100, dtype=np.int8), np.full((2, 2), 100, dtype=np.int8))
dd.check.like(
    whole, np.full(2, 500 + 3 * np.log(2)), what="log Z of small whole numbers", why="5 times 100, 8 sequences"
)
small = rng.normal(0, 50, (2, 60, 4)).astype(np.float32)
links = rng.normal(0, 5, (4, 4)).astype(np.float32)
first = crf_log_partition(small[:, :1], links)
dd.check.like(
    first, np.logaddexp.reduce(small[:, 0].astype(float), axis=1), rtol=1e-12, what="log Z of one float32 token"
)
exact = crf_log_partition(small.astype(float), links.astype(float))
dd.check.close(
    crf_log_partition(small, links), exact, rtol=1e-12, what="log Z of float32", why="sums are kept in float64"
)
### END HIDDEN TESTS

# %% mistakes: crf_log_partition
# - replace: log_a[:, :, None] + transitions, axis=1)
#   with: log_a[:, :, None] + transitions.T, axis=1)
#   hint: "Row j of the table belongs to the tag before. Along which of its axes do you sum?"
# - replace: log_a[:, :, None] + transitions, axis=1)
#   with: log_a[:, None, :] + transitions, axis=1)
#   hint: "The sums so far belong to the tag before, the row of the table: which axis of the (B, K, K) array is that?"
# - replace: np.logaddexp.reduce(log_a[:, :, None] + transitions, axis=1)
#   with: np.logaddexp.reduce(log_a[:, :, None] + transitions, axis=2)
#   hint: "You sum over the tag that comes next. Sum over the tag before."
# - replace: np.logaddexp.reduce(log_a[:, :, None] + transitions, axis=1)
#   with: np.max(log_a[:, :, None] + transitions, axis=1)
#   hint: "A maximum finds the best sequence; here all are added up."
# - replace: return np.logaddexp.reduce(log_a, axis=1)
#   with: return np.max(log_a, axis=1)
#   hint: "The last step takes the best tag only. All of them are added up."
# - replace: return np.logaddexp.reduce(log_a, axis=1)
#   with: return log_a[:, -1]
#   hint: "A sentence may end with any tag: add up over all of them."
# - replace: np.where(mask[:, t, None], update, log_a)
#   with: update
#   hint: "Sentences that have ended should keep their sums while others go on."
# - replace: np.where(mask[:, t, None], update, log_a)
#   with: np.where(mask[:, t - 1, None], update, log_a)
#   hint: "Your mask is one step late: the first step of the padding still counts."
# - replace: np.where(mask[:, t, None], update, log_a)
#   with: np.where(mask[:, t, None], update, 0.0)
#   hint: "Where a sentence has ended you start again from 0. Keep what it had."
# - replace: axis=1) + emissions[:, t]
#   with: axis=1)
#   hint: "The emissions of the later steps are missing."
# - replace: axis=1) + emissions[:, t]
#   with: axis=1) + emissions[:, t - 1]
#   hint: "At step t the emissions of step t are added; yours are those of the step before."
# - replace: log_a = emissions[:, 0]
#   with: log_a = np.zeros_like(emissions[:, 0])
#   hint: "The first step has emissions too."
# - replace: range(1, emissions.shape[1])
#   with: range(emissions.shape[1])
#   hint: "Your loop passes step 0 twice: it is what the sums begin with."
# - replace: np.logaddexp.reduce(log_a[:, :, None] + transitions, axis=1)
#   with: np.log(np.exp(log_a[:, :, None] + transitions).sum(axis=1))
#   hint: "exp overflows for large scores and log(0) warns. Let np.logaddexp do both in one."
# - replace: emissions, transitions = np.asarray(emissions, dtype=float), np.asarray(transitions)
#   with: emissions, transitions = np.asarray(emissions), np.asarray(transitions)
#   hint: "Sums of float32 or of small whole numbers lose digits or wrap around: turn the scores into float64 first."
# - replace: np.where(mask[:, t, None], update, log_a)
#   with: np.where(mask[:, t, None], update, -np.inf)
#   hint: "Where a sentence has ended, what it had is lost. Keep it."
# - replace: |-
#     update = np.logaddexp.reduce(log_a[:, :, None] + transitions, axis=1) + emissions[:, t]
#     log_a = np.where(mask[:, t, None], update, log_a)
#   with: |-
#     update = np.logaddexp.reduce(log_a[:, :, None] + transitions, axis=1)
#     log_a = update + np.where(mask[:, t, None], emissions[:, t], 0.0)
#   hint: "Emissions of 0 don't make the padding harmless: you go on summing over tags of the padding."
# - replace: |-
#     log_a = emissions[:, 0]  # (B, K)
#     for t in range(1, emissions.shape[1]):
#   with: |-
#     log_a = np.zeros_like(emissions[:, 0])
#     for t in range(emissions.shape[1]):
#   hint: "You reach the first token by a transition, but there is none before it. Begin with its emissions."
# - replace: return np.logaddexp.reduce(log_a, axis=1)
#   with: return np.exp(np.logaddexp.reduce(log_a, axis=1))
#   hint: "You return Z itself. Its logarithm is due, which does not overflow."


# %% mistake: crf_log_partition
# hint: "You sum over the tags of each token by itself, as if there were no transitions."
def crf_log_partition(emissions, transitions, mask=None):
    emissions = np.asarray(emissions, dtype=float)
    each = np.logaddexp.reduce(emissions, axis=2)
    mask = np.ones(each.shape, dtype=bool) if mask is None else mask
    return np.where(mask, each, 0.0).sum(axis=1)


# %% mistake: crf_log_partition
# hint: "A maximum finds the best sequence; here all are added up."
def crf_log_partition(emissions, transitions, mask=None):
    emissions, transitions = np.asarray(emissions, dtype=float), np.asarray(transitions, dtype=float)
    mask = np.full(emissions.shape[:2], True) if mask is None else np.asarray(mask)
    log_a = emissions[:, 0]
    for t in range(1, emissions.shape[1]):
        update = np.max(log_a[:, :, None] + transitions, axis=1) + emissions[:, t]
        log_a = np.where(mask[:, t, None], update, log_a)
    return log_a.max(axis=1)


# %% mistake: crf_log_partition
# hint: "You subtract the maximum even where it is minus infinity, and that gives NaN. np.logaddexp knows better."
def crf_log_partition(emissions, transitions, mask=None):
    emissions, transitions = np.asarray(emissions, dtype=float), np.asarray(transitions, dtype=float)
    mask = np.full(emissions.shape[:2], True) if mask is None else np.asarray(mask)

    def log_sum(z):
        with np.errstate(all="ignore"):
            top = z.max(axis=1, keepdims=True)
            return top[:, 0] + np.log(np.exp(z - top).sum(axis=1))

    log_a = emissions[:, 0]
    for t in range(1, emissions.shape[1]):
        update = log_sum(log_a[:, :, None] + transitions) + emissions[:, t]
        log_a = np.where(mask[:, t, None], update, log_a)
    return log_sum(log_a)


# %% mistake: crf_log_partition
# hint: "You subtract the maximum of the whole batch: sums far below it vanish. Each sum needs a maximum of its own."
def crf_log_partition(emissions, transitions, mask=None):
    emissions, transitions = np.asarray(emissions, dtype=float), np.asarray(transitions, dtype=float)
    mask = np.full(emissions.shape[:2], True) if mask is None else np.asarray(mask)

    def log_sum(z):
        with np.errstate(all="ignore"):
            top = z[np.isfinite(z)].max(initial=-1e300)
            return top + np.log(np.exp(z - top).sum(axis=1))

    log_a = emissions[:, 0]
    for t in range(1, emissions.shape[1]):
        update = log_sum(log_a[:, :, None] + transitions) + np.where(mask[:, t, None], emissions[:, t], 0.0)
        log_a = np.where(mask[:, t, None], update, log_a)
    return log_sum(log_a)


# %% accepts: crf_log_partition
def crf_log_partition(emissions, transitions, mask=None):
    emissions, transitions = np.array(emissions, dtype=np.float64), np.array(transitions, dtype=np.float64)
    results = []
    for i, sentence in enumerate(emissions):
        length = len(sentence) if mask is None else int(np.count_nonzero(mask[i]))
        ends = [float(value) for value in sentence[length - 1]]
        for t in range(length - 2, -1, -1):  # from behind: the sum over all ends, given the tag at step t
            ends = [
                sentence[t, j] + np.logaddexp.reduce([transitions[j, k] + ends[k] for k in range(len(ends))])
                for j in range(len(ends))
            ]
        results.append(np.logaddexp.reduce(ends))
    return np.array(results)


# %% accepts: crf_log_partition
def crf_log_partition(emissions, transitions, mask=None):
    def total(z):
        top = z.max(axis=1, keepdims=True)
        top = np.where(np.isfinite(top), top, 0.0)
        with np.errstate(divide="ignore"):
            return np.log(np.exp(z - top).sum(axis=1)) + top[:, 0]

    emissions, transitions = np.asarray(emissions, np.float64), np.asarray(transitions, np.float64)
    b, t, _ = emissions.shape
    lengths = np.full(b, t) if mask is None else np.asarray(mask).sum(axis=1)
    sums = emissions[:, 0, :].copy()
    for step in range(1, t):
        going = np.flatnonzero(lengths > step)
        sums[going] = total(sums[going][:, :, None] + transitions[None]) + emissions[going, step]
    return total(sums)


# %% [markdown]
# ## The best sequence
#
# To *use* the model we want the sequence of highest score. The same forgetting helps: the best way to tag $k$ at step
# $t$ extends the best way to *some* tag at step $t - 1$. Sums become maxima, with a note of where each came from:
#
# $$v_{0k} = e_{0k}, \qquad v_{tk} = e_{tk} + \max_j\,(v_{t-1, j} + A_{jk}) .$$
#
# At the end one takes the best last tag and follows the notes back: the **Viterbi algorithm**. By hand, as
# exponentials: $v_0 = (2, 1)$; $v_{1O} = \max(2 \cdot 1, 1 \cdot 1) \cdot 1 = 2$, from O; $v_{1N} = \max(2 \cdot
# \frac12, 1 \cdot 2) \cdot 3 = 6$, from N. The best end is N, its note says N: the sequence is N N with score $\ln
# 6$.
#
# Note that following the notes is not the same as taking the best $v_{tk}$ at each step: at step 0 that is O.


# %% exercise: viterbi
def viterbi(emissions, transitions, mask=None):
    """Tag sequences of highest score in a linear-chain CRF.

    Args:
        emissions: (B, T, K) floats or ints, T >= 1; -inf is allowed; what is at padded steps does not count, not even
            NaN.
        transitions: (K, K), entry [j, k] for tag k right after tag j; -inf is allowed.
        mask: (B, T) bools, True for tokens, which come first in each row, at least one; None if all are tokens.

    Returns:
        (tags, scores): (B, T) ints, 0 at padded steps, and (B,) floats, computed in float64, without warnings: the
        score of each sentence's best sequence. Of several that are best, any one. Where every sequence is forbidden the
        score is -inf and the tags may be any. No argument is changed. About 16 lines.
    """
    ### BEGIN SOLUTION
    emissions, transitions = np.asarray(emissions, dtype=float), np.asarray(transitions)
    b, num_steps, num_tags = emissions.shape
    mask = np.full((b, num_steps), True) if mask is None else np.asarray(mask)
    best, notes = emissions[:, 0], []  # (B, K)
    for t in range(1, num_steps):
        candidates = best[:, :, None] + transitions  # (B, K before, K after)
        going = mask[:, t, None]
        notes.append(np.where(going, candidates.argmax(axis=1), np.arange(num_tags)))
        best = np.where(going, candidates.max(axis=1) + emissions[:, t], best)
    path = [best.argmax(axis=1)]  # (B,) each, from the last step to the first
    for note in reversed(notes):
        path.append(note[np.arange(b), path[-1]])
    return np.where(mask, np.stack(path[::-1], axis=1), 0), best.max(axis=1)
    ### END SOLUTION


# %% test: viterbi, points=3
result = viterbi(hand_emissions, hand_transitions)
dd.check.kind(result, tuple, why="tags and scores come back together")
dd.check.like(result[0], np.array([[1, 1]]), what="tags", why="it is the example above")
dd.check.like(result[1], np.log([6.0]), what="scores", why="it is the example above")
with dd.check.unchanged([batch_mask, table], what="an argument"):
    tags, scores = viterbi(batch, table, batch_mask)
dd.check.like(
    tags, np.array([[2, 2, 2], [2, 2, 0]]), what="tags of a batch", why="tag 2 is best throughout, 0 is padding"
)
dd.check.close(
    scores, [3 + 0.9 + 6 + 0.9 + 9, 2 + 0.9 + 8], what="scores of a batch", why="they are those of these tags"
)
greedy = np.array([[[1.0, 0.9], [0.0, 0.0]]])
tags, scores = viterbi(greedy, np.array([[-np.inf, -np.inf], [-2.0, -3.0]]))
dd.check.equal(tags, [[1, 0]], what="tags", why="nothing may follow tag 0")
### BEGIN HIDDEN TESTS


def padded(rng, b, t, k, banned=0.0):
    """Emissions, tags, transitions and mask of random sentences; nonsense where the padding is."""
    lengths = rng.integers(1, t + 1, b)
    lengths[rng.integers(b)] = t
    mask = np.arange(t) < lengths[:, None]
    emissions = np.where(mask[:, :, None], rng.normal(0, 2, (b, t, k)), rng.choice([np.nan, 1e9, -3.0], (b, t, k)))
    tags = np.where(mask, rng.integers(0, k, (b, t)), rng.choice([-100, -1, k, 0], (b, t)))
    transitions = np.where(rng.random((k, k)) < banned, -np.inf, rng.normal(0, 2, (k, k)))
    return emissions, tags, transitions, mask


def slow_score(emissions, tags, transitions):
    """Score of one sequence, step by step, in plain Python."""
    total = 0.0
    for t, tag in enumerate(tags):
        total += float(emissions[t][tag])
        if t:
            total += float(transitions[tags[t - 1]][tag])
    return total


def every_sequence(emissions, transitions, mask):
    """Per sentence: all tag sequences of its tokens, and their scores."""
    for row, real in zip(emissions, mask, strict=True):
        length = int(real.sum())
        sequences = list(itertools.product(range(row.shape[1]), repeat=length))
        yield sequences, np.array([slow_score(row, sequence, transitions) for sequence in sequences])


rng = np.random.default_rng(80)
for b, t, k, banned in [
    (1, 1, 1, 0),
    (1, 1, 4, 0),
    (3, 1, 2, 0),
    (2, 5, 1, 0),
    (4, 5, 3, 0.3),
    (3, 3, 6, 0.5),
    (5, 7, 2, 0),
    (6, 4, 4, 0.2),
]:
    for masked in (True, False):
        emissions, _, transitions, mask = padded(rng, b, t, k, banned)
        if not masked:
            emissions, mask = np.where(np.abs(emissions) < 1e6, emissions, 1.0), np.ones((b, t), dtype=bool)
        with dd.check.unchanged([np.nan_to_num(emissions), transitions, mask], what="an argument"):
            result = viterbi(emissions, transitions, mask) if masked else viterbi(emissions, transitions)
        dd.check.kind(result, tuple)
        tags, scores = result
        of = f"of {b} sentences of up to {t} tokens, {k} tags"
        dd.check.shape(tags, (b, t), what="tags " + of)
        dd.check.dtype(tags, "int", what="tags " + of)
        dd.check.shape(scores, (b,), what="scores " + of)
        dd.check.equal(tags[~mask], np.zeros(np.sum(~mask)), what="tags of the padding", why="they are 0")
        for i, (sequences, values) in enumerate(every_sequence(emissions, transitions, mask)):
            if not np.isfinite(values).any():
                dd.check.equal(scores[i], -np.inf, what="score", why="every sequence is forbidden")
                continue
            dd.check.close(
                scores[i], values.max(), rtol=1e-9, atol=1e-9, what="score " + of, why="no sequence has more"
            )
            due = sequences[int(values.argmax())]
            dd.check.equal(tags[i][mask[i]], list(due), what="tags " + of, why="they have the highest score of all")

# Ties: any best sequence will do. Then far from zero, long, whole numbers, float32.
flat = viterbi(np.zeros((2, 3, 3)), np.zeros((3, 3)))
dd.check.close(flat[1], [0.0, 0.0], what="scores", why="all sequences have score 0")
ring = np.full((4, 4), -np.inf)
ring[np.arange(4), (np.arange(4) + 1) % 4] = 0.0
start = np.zeros((1, 9, 4))
start[0, 8, 2] = 5.0
dd.check.equal(
    viterbi(start, ring)[0], [[(2 - 8 + t) % 4 for t in range(9)]], what="tags", why="the last token decides all"
)
tags, scores = viterbi(np.array([[[2e6, 0.0], [0.0, 1e6]]]), np.array([[0.0, -np.inf], [0.0, 0.0]]))
dd.check.equal(tags, [[0, 0]], what="tags", why="a forbidden pair is forbidden, whatever it gains")
dd.check.close(scores, [2e6], what="scores", why="that is the first emission")
_, scores = viterbi(np.zeros((1, 3, 2)), np.full((2, 2), -np.inf))
dd.check.equal(scores, [-np.inf], what="scores", why="every sequence is forbidden")
tags, scores = viterbi(np.array([[[-np.inf, 1.0], [1.0, 2.0]]]), np.zeros((2, 2)))
dd.check.equal(tags, [[1, 1]], what="tags", why="an emission of minus infinity forbids the start")
dd.check.close(scores, [3.0], what="scores", why="1 + 2")
long = rng.normal(0, 3, (2, 300, 5))
tags, scores = viterbi(long + 4000.0, np.zeros((5, 5)))
dd.check.equal(tags, long.argmax(axis=2), what="tags", why="without transitions each token decides by itself")
dd.check.close(scores, long.max(axis=2).sum(axis=1) + 300 * 4000.0, rtol=1e-12, what="scores far from 0")
whole = viterbi(np.full((1, 3, 2), 100, dtype=np.int8), np.array([[100, 90], [-100, 90]], dtype=np.int8))
dd.check.equal(whole[0], [[0, 0, 0]], what="tags of small whole numbers")
dd.check.like(whole[1], np.array([500.0]), what="scores of small whole numbers", why="5 times 100")
small, links = rng.normal(0, 50, (2, 60, 4)).astype(np.float32), rng.normal(0, 5, (4, 4)).astype(np.float32)
dd.check.dtype(viterbi(small[:, :1], links)[1], "float64", what="scores of one float32 token", why="float64 is due")
exact = viterbi(small.astype(float), links.astype(float))[1]
dd.check.close(viterbi(small, links)[1], exact, rtol=1e-12, what="scores of float32", why="sums are kept in float64")
### END HIDDEN TESTS

# %% mistakes: viterbi
# - replace: "[best.argmax(axis=1)]"
#   with: "[best.argmin(axis=1)]"
#   hint: "You follow the notes back from the worst end."
# - replace: candidates.argmax(axis=1)
#   with: best.argmax(axis=1)[:, None] + 0 * np.arange(num_tags)
#   hint: "Each tag needs a note of its own: which tag before it was best for *it*, transitions included?"
# - replace: best[:, :, None] + transitions
#   with: best[:, :, None] + transitions.T
#   hint: "Row j of the table belongs to the tag before. Yours is turned round."
# - replace: best[:, :, None] + transitions
#   with: best[:, None, :] + transitions
#   hint: "The scores so far belong to the tag before, the row of the table: which axis of the (B, K, K) array is that?"
# - replace: np.where(going, candidates.max(axis=1) + emissions[:, t], best)
#   with: candidates.max(axis=1) + emissions[:, t]
#   hint: "Sentences that have ended should keep their scores while others go on."
# - replace: np.where(going, candidates.argmax(axis=1), np.arange(num_tags))
#   with: candidates.argmax(axis=1)
#   hint: "In the padding nothing changes: the note of each tag should lead to itself."
# - replace: "np.stack(path[::-1], axis=1)"
#   with: np.stack(path, axis=1)
#   hint: "You found the tags from the last to the first. Turn them round."
# - replace: "np.where(mask, np.stack(path[::-1], axis=1), 0)"
#   with: "np.stack(path[::-1], axis=1)"
#   hint: "The tags of padded steps should be 0."
# - replace: candidates.max(axis=1) + emissions[:, t]
#   with: candidates.max(axis=1)
#   hint: "The emissions of the later steps are missing."
# - replace: candidates.max(axis=1) + emissions[:, t]
#   with: np.logaddexp.reduce(candidates, axis=1) + emissions[:, t]
#   hint: "You add up over the tags before. The best of them is wanted."
# - replace: "np.where(mask, np.stack(path[::-1], axis=1), 0), best.max(axis=1)"
#   with: "np.where(mask, np.stack(path[::-1], axis=1), 0), best.sum(axis=1)"
#   hint: "The score is that of the best end, not of all together."
# - replace: "np.where(mask, np.stack(path[::-1], axis=1), 0), best.max(axis=1)"
#   with: "np.where(mask, np.stack(path[::-1], axis=1), 0), best.max(axis=1) - np.logaddexp.reduce(best, axis=1)"
#   hint: "You turn the score into something like a probability. The plain score is due."
# - replace: emissions, transitions = np.asarray(emissions, dtype=float), np.asarray(transitions)
#   with: emissions, transitions = np.asarray(emissions), np.asarray(transitions)
#   hint: "Sums of float32 or of small whole numbers lose digits or wrap around: turn the scores into float64 first."
# - replace: "np.where(mask, np.stack(path[::-1], axis=1), 0)"
#   with: "np.where(mask, np.stack(path[::-1], axis=1), -1)"
#   hint: "The tags of padded steps should be 0."
# - replace: |-
#     notes.append(np.where(going, candidates.argmax(axis=1), np.arange(num_tags)))
#     best = np.where(going, candidates.max(axis=1) + emissions[:, t], best)
#   with: |-
#     notes.append(candidates.argmax(axis=1))
#     best = candidates.max(axis=1) + np.where(going, emissions[:, t], 0.0)
#   hint: "Emissions of 0 don't make the padding harmless: transitions into it count, and the best end may be there."
# - replace: np.asarray(emissions, dtype=float), np.asarray(transitions)
#   with: np.asarray(emissions, dtype=float), np.maximum(np.asarray(transitions, dtype=float), -1e4)
#   hint: "A large negative number is not minus infinity: a great gain may outweigh it."
# - replace: "0), best.max(axis=1)"
#   with: "0), best.max(axis=1) - crf_log_partition(emissions, transitions, mask)"
#   hint: "You turn the score into something like a probability. The plain score is due."


# %% mistake: viterbi
# hint: "You choose the best tag of each token by itself. The transitions have a say as well."
def viterbi(emissions, transitions, mask=None):
    emissions = np.asarray(emissions, dtype=float)
    mask = np.ones(emissions.shape[:2], dtype=bool) if mask is None else np.asarray(mask)
    tags = np.where(mask, np.where(mask[:, :, None], emissions, 0).argmax(axis=2), 0)
    return tags, crf_score(emissions, tags, transitions, mask)


# %% mistake: viterbi
# hint: "You go from left to right and take the best next tag at once. A later token may make you regret it."
def viterbi(emissions, transitions, mask=None):
    emissions, transitions = np.asarray(emissions, dtype=float), np.asarray(transitions, dtype=float)
    mask = np.ones(emissions.shape[:2], dtype=bool) if mask is None else np.asarray(mask)
    tags = np.zeros(mask.shape, dtype=int)
    tags[:, 0] = emissions[:, 0].argmax(axis=1)
    for t in range(1, mask.shape[1]):
        scores = transitions[tags[:, t - 1]] + np.where(mask[:, t, None], emissions[:, t], 0)
        tags[:, t] = np.where(mask[:, t], scores.argmax(axis=1), 0)
    return tags, crf_score(emissions, tags, transitions, mask)


# %% mistake: viterbi
# hint: "You take each token's most probable tag over all sequences. Together these need not be the best sequence."
def viterbi(emissions, transitions, mask=None):
    emissions, transitions = np.asarray(emissions, dtype=float), np.asarray(transitions, dtype=float)
    mask = np.ones(emissions.shape[:2], dtype=bool) if mask is None else np.asarray(mask)
    tags = np.zeros(mask.shape, dtype=int)
    for i, real in enumerate(mask):
        sentence = emissions[i, : real.sum()]
        before, after = [sentence[0]], [np.zeros(sentence.shape[1])]
        for row in sentence[1:]:
            before.append(np.logaddexp.reduce(before[-1][:, None] + transitions, axis=0) + row)
        for row in sentence[:0:-1]:
            after.append(np.logaddexp.reduce(transitions + row + after[-1], axis=1))
        tags[i, : len(sentence)] = (np.array(before) + np.array(after[::-1])).argmax(axis=1)
    return tags, crf_score(emissions, tags, transitions, mask)


# %% accepts: viterbi
def viterbi(emissions, transitions, mask=None):
    emissions, transitions = np.array(emissions, dtype=np.float64), np.array(transitions, dtype=np.float64)
    b, t, k = emissions.shape
    tags, scores = np.zeros((b, t), dtype=int), np.zeros(b)
    for i in range(b):
        length = t if mask is None else int(np.sum(mask[i]))
        ways = [([j], emissions[i, 0, j]) for j in range(k)]
        for step in range(1, length):
            longer = []
            for tag in range(k):
                way, score = max(ways, key=lambda pair: pair[1] + transitions[pair[0][-1], tag])
                longer.append(([*way, tag], score + transitions[way[-1], tag] + emissions[i, step, tag]))
            ways = longer
        way, scores[i] = max(ways, key=lambda pair: pair[1])
        tags[i, :length] = way
    return tags, scores


# %% accepts: viterbi
def viterbi(emissions, transitions, mask=None):
    emissions, transitions = np.asarray(emissions, float), np.asarray(transitions, float)
    b, t, k = emissions.shape
    lengths = np.full(b, t) if mask is None else np.asarray(mask).sum(axis=1)
    ahead = np.zeros((b, t + 1, k))  # the best that can still come after step t, given its tag
    for step in range(t - 2, -1, -1):
        following = np.where((lengths > step + 1)[:, None], emissions[:, step + 1], 0) + ahead[:, step + 1]
        best = (transitions + following[:, None, :]).max(axis=2)
        ahead[:, step] = np.where((lengths > step + 1)[:, None], best, 0)
    tags = np.zeros((b, t), dtype=int)
    rows = np.arange(b)
    first = emissions[:, 0] + ahead[:, 0]
    tags[:, 0] = first.argmax(axis=1)
    for step in range(1, t):
        value = (
            transitions[tags[:, step - 1]] + np.where((lengths > step)[:, None], emissions[:, step], 0) + ahead[:, step]
        )
        tags[:, step] = np.where(lengths > step, value.argmax(axis=1), 0)
    return tags, first[rows, tags[:, 0]]


# %% [markdown]
# ## Training: the network and the table together
#
# The loss of a sentence is $-\log p(y \mid x) = \log Z(x) - s(x, y)$, and its gradient has a form that you know from
# softmax, probability minus truth: $p(y_t = k \mid x) - [y_t = k]$ for $e_{tk}$. Only that $p$ is now the
# **marginal** probability, over all sequences. We need no formula, as TensorFlow differentiates the forward
# algorithm. Here is the loss as it would do it, and your functions check it.


# %% demo
def crf_loss(emissions, tags, transitions, mask):
    """Mean of -log p(tags) over a batch, in TensorFlow; the mask must be True first and False after."""
    real = tf.cast(mask, emissions.dtype)
    pairs = tf.gather_nd(transitions, tf.stack([tags[:, :-1], tags[:, 1:]], axis=-1))  # (B, T - 1)
    score = tf.reduce_sum(tf.gather(emissions, tags, batch_dims=2) * real, 1) + tf.reduce_sum(pairs * real[:, 1:], 1)
    log_a = emissions[:, 0]
    for t in range(1, emissions.shape[1]):
        update = tf.reduce_logsumexp(log_a[:, :, None] + transitions, axis=1) + emissions[:, t]
        log_a = tf.where(mask[:, t, None], update, log_a)
    return tf.reduce_mean(tf.reduce_logsumexp(log_a, axis=1) - score)


rng = np.random.default_rng(0)
some_emissions, some_table = rng.normal(size=(5, 6, 7)), rng.normal(size=(7, 7))
some_tags, some_mask = rng.integers(0, 7, (5, 6)), np.arange(6) < rng.integers(1, 7, (5, 1))
theirs = float(crf_loss(*map(tf.constant, (some_emissions, some_tags, some_table, some_mask))))
log_z = crf_log_partition(some_emissions, some_table, some_mask)
ours = float(np.mean(log_z - crf_score(some_emissions, some_tags, some_table, some_mask)))
print(f"loss by TensorFlow {theirs:.6f}, by your functions {ours:.6f}")
assert abs(theirs - ours) < 1e-9

# %% [markdown]
# (Here a product with the mask does no harm: this table starts at zero and is trained, so it never holds $-\infty$.)
#
# The network sees each token as three numbers: of the word, of its last three letters, of its shape. What occurs once
# in training counts as unknown, so that the network learns what to do with strangers. To leave room for a difference
# we train on 1,000 of the 3,500 sentences. Two models are alike in all but the loss, with the same seed and as many
# steps: **BiLSTM**, a softmax for each token, and **BiLSTM-CRF** (Huang, Xu and Yu 2015; Lample et al. 2016).


# %% demo
def shape_of(word):
    """Xx for a capital, x for small letters, 9 for numbers, . for marks."""
    return "Xx" if word[0].isupper() else "x" if word[0].isalpha() else "9" if word[0].isdigit() else "."


VIEWS = (str.lower, lambda word: word[-3:].lower(), shape_of)
lessons = train[:1000]
vocabularies = []
for view in VIEWS:
    counts = Counter(view(word) for tokens in lessons["tokens"] for word in tokens)
    vocabularies.append({text: i + 2 for i, text in enumerate(sorted(t for t, n in counts.items() if n > 1))})
num_steps = max(map(len, news["tokens"]))


def encode(rows):
    """Views (N, T, 3), tags (N, T) and mask (N, T) of sentences; 0 is padding, 1 is unknown."""
    views = np.zeros((len(rows), num_steps, len(VIEWS)), dtype="int32")
    tags = np.zeros((len(rows), num_steps), dtype="int32")
    for i, (tokens, names) in enumerate(zip(rows["tokens"], rows["tags"], strict=True)):
        for j, view in enumerate(VIEWS):
            views[i, : len(tokens), j] = [vocabularies[j].get(view(word), 1) for word in tokens]
        tags[i, : len(tokens)] = [TAGS.index(name) for name in names]
    return views, tags, views[:, :, 2] > 0


def bilstm(units=16, widths=(16, 8, 4)):
    """A network from the views and the mask of sentences to emissions (N, T, K)."""
    views, mask = keras.Input((num_steps, len(VIEWS)), dtype="int32"), keras.Input((num_steps,), dtype="bool")
    parts = [
        layers.Embedding(len(v) + 2, w)(views[:, :, j])
        for j, (v, w) in enumerate(zip(vocabularies, widths, strict=True))
    ]
    x = layers.Dropout(0.3)(layers.Concatenate()(parts))
    x = layers.Bidirectional(layers.LSTM(units, return_sequences=True))(x, mask=mask)
    return keras.Model([views, mask], layers.Dense(len(TAGS))(x))


def train_tagger(use_crf, seed, epochs=6, batch_size=50):
    """A trained network, its table of transitions (zeros without a CRF) and the mean loss of each epoch."""
    keras.utils.set_random_seed(seed)
    model, table = bilstm(), tf.Variable(tf.zeros((len(TAGS), len(TAGS))))
    optimizer, rng, history = keras.optimizers.Adam(0.02), np.random.default_rng(seed), []
    weights = [*model.trainable_variables, *([table] if use_crf else [])]

    @tf.function
    def step(views, tags, mask):
        with tf.GradientTape() as tape:
            emissions = model([views, mask], training=True)
            if use_crf:
                loss = crf_loss(emissions, tags, table, mask)
            else:
                each = tf.nn.sparse_softmax_cross_entropy_with_logits(tags, emissions)  # (B, T)
                loss = tf.reduce_mean(tf.reduce_sum(tf.where(mask, each, 0.0), axis=1))
        optimizer.apply_gradients(zip(tape.gradient(loss, weights), weights, strict=True))
        return loss

    data = encode(lessons)
    for _ in range(epochs):
        order = rng.permutation(len(lessons)).reshape(-1, batch_size)
        history.append(np.mean([float(step(*(part[rows] for part in data))) for rows in order]))
    return model, table.numpy(), history


taggers = {"BiLSTM": train_tagger(False, seed=0), "BiLSTM-CRF": train_tagger(True, seed=0)}
for name, (_, _, history) in taggers.items():
    print(f"{name:11} loss a sentence: {', '.join(f'{value:.2f}' for value in history)}")

# %% [markdown]
# ## Put it together: strangers in the news
#
# Four ways to read tags off the networks. The plain one takes each token's best tag. Your `viterbi` takes the best
# sequence, for the CRF with the table it has learnt. And nothing keeps us from **forbidding** what makes no sense:
# set $A_{jk} = -\infty$ for the fifteen crosses. A sentence cannot begin with an `I-` tag either; that takes a start
# score, which is the same as $-\infty$ added to the first emission. Even the plain network can be read that way. How
# many names are found, and how many impossible pairs are there?

# %% demo
views, true_tags, real = encode(test)
starts = np.where([tag[0] == "I" for tag in TAGS], -np.inf, 0.0)
emissions = {}
for name, (model, _, _) in taggers.items():
    emissions[name] = np.asarray(model([views, real], training=False), dtype=float)


def decode(name, table, forbid):
    """Tag names of the test sentences by Viterbi."""
    scores = emissions[name].copy()
    if forbid:
        scores[:, 0] += starts
        table = np.where(forbidden, -np.inf, table)
    tags, _ = viterbi(scores, table, real)
    return [[TAGS[tag] for tag in row[: mask.sum()]] for row, mask in zip(tags, real, strict=True)]


def impossible(sentences):
    """Pairs that make no sense, an I- tag at the start included."""
    pairs = [pair for tags in sentences for pair in itertools.pairwise(["O", *tags])]
    return sum(bool(forbidden[TAGS.index(a), TAGS.index(b)]) for a, b in pairs)


zeros, learnt = np.zeros((len(TAGS), len(TAGS))), taggers["BiLSTM-CRF"][1]
read = {
    "BiLSTM, each token": decode("BiLSTM", zeros, False),
    "BiLSTM, forbidding": decode("BiLSTM", zeros, True),
    "BiLSTM-CRF": decode("BiLSTM-CRF", learnt, False),
    "BiLSTM-CRF, forbidding": decode("BiLSTM-CRF", learnt, True),
}
f1s = {name: entity_f1(list(test["tags"]), tags)[2] for name, tags in read.items()}
wrong = {name: impossible(tags) for name, tags in read.items()}
fig, axes = plt.subplots(1, 2, figsize=(12, 3.3), sharey=True)
for ax, values, form in zip(axes, (f1s, wrong), ("%.3f", "%d"), strict=True):
    bars = ax.barh(list(values), list(values.values()), color=["0.6", "0.6", "C0", "C0"])
    ax.bar_label(bars, fmt=form, padding=4)
axes[0].set(title="Names found", xlabel="entity F1 on the test part", xlim=(0, 1.12))
axes[1].set(title="Impossible pairs of tags", xlabel="pairs in 750 sentences", xlim=(0, 1.2 * max(wrong.values()) + 1))
axes[0].invert_yaxis()
dd.plot.show(
    "Bars for four ways of reading tags. Entity F1 is near 0.9 for all, lowest for the BiLSTM read token by token. "
    "Impossible pairs: several dozen for it, fewer for the CRF, none for the two readings that forbid them."
)
for name, f1 in f1s.items():
    print(f"{name:22} F1 {f1:.3f}, {wrong[name]} impossible pairs")
assert f1s["BiLSTM-CRF, forbidding"] > 0.85
assert f1s["BiLSTM-CRF, forbidding"] > f1s["BiLSTM, each token"] - 0.005  # hardly less, mostly more
assert wrong["BiLSTM, each token"] > 0 and wrong["BiLSTM-CRF, forbidding"] == 0

# %% [markdown]
# - Token by token the network produces impossible pairs, and each costs a name or two.
# - **Forbidding** removes all of them by construction. It needs no training, just your `viterbi`, and brings part of
#   the gain in F1.
# - The **CRF** has learnt that some pairs don't occur, without being told, but a table learnt from 1,000 sentences is a
#   strong preference, no law. The last bar has both.
#
# The gain of the whole over the plain reading is small, for most of the work is done by the emissions: with six seeds
# of data and training together we saw between 0.00 and 0.04 of F1, 0.02 on average. A CRF costs $T K^2$ more
# operations for each sentence, in a loop over the tokens, each step of which waits for the one before. Whether it
# pays has to be measured. What has the table learnt, and what did it change in a sentence?

# %% demo
fig, axes = plt.subplots(1, 2, figsize=(14, 4.9), width_ratios=(1, 1.5))
limit = np.abs(learnt).max()
image = axes[0].imshow(learnt, cmap="PuOr", vmin=-limit, vmax=limit)
for j, k in np.argwhere(forbidden):
    axes[0].text(k, j, "×", ha="center", va="center", fontsize=10)
axes[0].set(xticks=range(7), yticks=range(7), yticklabels=TAGS, title="Learnt transitions (×: makes no sense)")
axes[0].set_xticks(range(7), TAGS, rotation=45)
axes[0].set(xlabel="tag of the next token", ylabel="tag of a token")
axes[0].grid(False)
fig.colorbar(image, ax=axes[0], label="$A_{jk}$")

plain, whole = read["BiLSTM, each token"], read["BiLSTM-CRF, forbidding"]
shown = next((i for i in range(len(test)) if impossible([plain[i]]) and whole[i] == list(test["tags"].iloc[i])), 0)
tokens, truth = test["tokens"].iloc[shown], test["tags"].iloc[shown]
heat = emissions["BiLSTM"][shown, : len(tokens)]
heat = np.exp(heat - np.logaddexp.reduce(heat, axis=1, keepdims=True))  # (tokens, K) probabilities
axes[1].imshow(heat.T, cmap="Greys", vmin=0, vmax=1.6, aspect="auto")
axes[1].plot(
    [TAGS.index(tag) for tag in plain[shown]],
    "s",
    color="C1",
    markersize=13,
    markerfacecolor="none",
    label="BiLSTM, each token",
)
axes[1].plot([TAGS.index(tag) for tag in whole[shown]], "o-", color="C0", label="BiLSTM-CRF, forbidding")
axes[1].set(yticks=range(7), yticklabels=TAGS, title="Dark: probability for the BiLSTM")
axes[1].set_xticks(range(len(tokens)), tokens, rotation=45, ha="right")
axes[1].legend(loc="upper center", bbox_to_anchor=(0.5, -0.42), ncols=2)
axes[1].grid(False)
dd.plot.show(
    "Left: a seven by seven map of learnt transitions; crossed places are mostly of the colour of negative values, "
    "pairs of B and I of one kind of the colour of positive ones. Right: tokens of one test sentence against tags, "
    "darker where the BiLSTM is surer; squares mark its choice for each token, a line with dots the sequence of the "
    "CRF. They part at one or a few tokens."
)
print("true:", " ".join(f"{token}/{tag}" for token, tag in zip(tokens, truth, strict=True)))

# %% [markdown]
# Left: from `B-` to `I-` of the same kind is favoured, and most crosses lie on the side of the negative values. Where
# an emission never tempts to a pair, the table had no need to learn against it. Right: where the squares leave the
# line, the BiLSTM was torn between two tags and chose one that does not fit its neighbours; the sequence decides for
# the true one.
#
# ## Pieces of words
#
# Today's large models read **pieces** of words: *Sokolov* may be *Sok*, *##olo*, *##v*. A tag belongs to the whole
# word. One usual way gives the tag to its first piece and masks the others, in the loss *and* in the evaluation;
# another averages the scores of all pieces (*aggregation by mean*). The tokeniser keeps **offsets**, the characters
# that each piece came from, so that names can be cut out of the text as it was. Batches are padded to their own
# longest sentence (**dynamic padding**) instead of a fixed $T$. The network in front of the CRF, or of a plain
# softmax, is then a pretrained one that is fine-tuned; spans, F1 and decoding stay as you wrote them.
#
# ## What you should remember
#
# 1. BIO tags make names a label for each token: B- begins, I- goes on, O is outside.
# 2. Count whole names, pooled over sentences: start, end and kind have to be right.
# 3. A CRF scores whole sequences: emissions plus transitions, and a softmax over all sequences.
# 4. Sum over all sequences with the forward algorithm, find the best with Viterbi: the same loop, with `logaddexp` or
#    `max`, both $T K^2$.
# 5. Masks choose, they do not multiply: $0 \cdot (-\infty)$ is NaN.
#
# ## Check yourself, without code
#
# 1. What are the spans of `B-PER I-PER B-PER O I-LOC`?
# 2. All transitions are 0. What is $p(y \mid x)$ then, and what does Viterbi do?
# 3. You add the same number to all transitions. What happens to $\log Z$, to $p(y \mid x)$, to the best sequence?
#
# <details><summary>Answers</summary>
#
# 1. $(0, 2, \text{PER})$, $(2, 3, \text{PER})$ and $(4, 5, \text{LOC})$.
# 2. A product of one softmax for each token; Viterbi takes each token's best tag.
# 3. $\log Z$ grows by $T - 1$ times the number, and so does every score: probabilities and the best sequence stay.
#
# </details>
#
# ## Go further
#
# - Lafferty, McCallum and Pereira (2001),
#   *Conditional random fields: Probabilistic models for segmenting and labeling sequence data*, ICML.
# - Ramshaw and Marcus (1995), *Text chunking using transformation-based learning*: chunks as tags.
# - Tjong Kim Sang and De Meulder (2003), *Introduction to the CoNLL-2003 shared task: Language-independent named entity
#   recognition*: the data and the rules of judging of twenty years.
# - Huang, Xu and Yu (2015), *Bidirectional LSTM-CRF models for sequence tagging*, and Lample et al. (2016), *Neural
#   architectures for named entity recognition*.
