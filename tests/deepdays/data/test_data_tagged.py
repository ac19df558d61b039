"""Tags and relations fit the sentences, facts hold throughout, and names alone do not tell their kind."""

from collections import Counter, defaultdict

import numpy as np
import pandas as pd
import pytest
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import SGDClassifier

import deepdays as dd
from deepdays.data.errors import DataError
from deepdays.data.sets.tagged import RELATIONS, TAGS


@pytest.fixture(scope="module")
def made():
    return dd.data.tagged()


def spans(tags):
    """Entities as a set of (start, end, kind)."""
    found, start = set(), None
    for k, tag in enumerate([*tags, "O"]):
        if start is not None and tag[0] != "I":
            found.add((start, k, tags[start][2:]))
            start = None
        if tag[0] == "B":
            start = k
    return found


def names(row):
    return {" ".join(row.tokens[start:end]): kind for start, end, kind in spans(row.tags)}


def f1(true, predicted):
    hits = sum(len(spans(one) & spans(other)) for one, other in zip(true, predicted, strict=True))
    return 2 * hits / sum(len(spans(tags)) for tags in [*true, *predicted])


def part(frame, name):
    return frame[frame["split"] == name]


def test_columns_and_tags(made):
    assert list(made.columns) == ["tokens", "tags", "relations", "split"]
    assert made["split"].tolist() == ["train"] * 3500 + ["validation"] * 750 + ["test"] * 750
    assert {tag for tags in made["tags"] for tag in tags} == set(TAGS)
    for row in made.itertuples():
        assert len(row.tokens) == len(row.tags)
        assert row.tokens[-1] == "."
        assert not any(set(token) & set("<>{}|~") for token in row.tokens)
        for before, tag in zip(["O", *row.tags], row.tags, strict=False):
            assert tag[0] != "I" or before[2:] == tag[2:]
    assert len({" ".join(tokens) for tokens in made["tokens"]}) == len(made)


def test_relations_name_entities_of_the_sentence_and_the_right_kinds(made):
    kinds = {
        "works_for": ("PER", "ORG"),
        "born_in": ("PER", "LOC"),
        "lives_in": ("PER", "LOC"),
        "founded": ("PER", "ORG"),
        "based_in": ("ORG", "LOC"),
        "located_in": ("LOC", "LOC"),
    }
    counts = Counter()
    for row in made.itertuples():
        found = names(row)
        for subject, relation, thing in row.relations:
            counts[relation] += 1
            assert (found[subject], found[thing]) == kinds[relation]
    assert set(counts) == set(RELATIONS) - {"none"}
    for relation, count in counts.items():
        assert count / len(made) == pytest.approx(RELATIONS[relation], abs=0.03)


def test_a_fact_holds_in_every_sentence(made):
    facts = defaultdict(set)
    for subject, relation, thing in made["relations"].explode().dropna():
        key = (thing, relation) if relation == "founded" else (subject, relation)
        facts[key].add(subject if relation == "founded" else thing)
    assert len(facts) > 500
    assert all(len(things) == 1 for things in facts.values())
    assert facts["Lisbon", "located_in"] == {"Portugal"}


def test_about_half_of_the_names_in_the_test_part_are_new(made):
    seen = {name for row in part(made, "train").itertuples() for name in names(row)}
    new = [name not in seen for row in part(made, "test").itertuples() for name in names(row)]
    assert 0.3 < np.mean(new) < 0.5
    checked = {name for row in part(made, "validation").itertuples() for name in names(row)}
    assert np.mean([name in seen for name in checked]) > 0.9


def test_a_list_of_names_fails_where_context_succeeds(made):
    train, test = part(made, "train"), part(made, "test")
    counts = defaultdict(Counter)
    for tokens, tags in zip(train["tokens"], train["tags"], strict=True):
        for token, tag in zip(tokens, tags, strict=True):
            counts[token][tag] += 1
    listed = [[counts[t].most_common(1)[0][0] if t in counts else "O" for t in tokens] for tokens in test["tokens"]]
    assert 0.4 < f1(test["tags"], listed) < 0.7

    def features(tokens, k):
        near = {d: tokens[k + d] if 0 <= k + d < len(tokens) else "" for d in (-2, -1, 0, 1, 2)}
        return [f"{d} {word.lower()}" for d, word in near.items()] + [
            f"{d} A" for d, w in near.items() if w[:1].isupper()
        ]

    def encode(sentences):
        return [features(tokens, k) for tokens in sentences for k in range(len(tokens))]

    vectorizer = CountVectorizer(analyzer=list)
    model = SGDClassifier(loss="log_loss", alpha=1e-5, max_iter=20, tol=None, random_state=0)
    model.fit(vectorizer.fit_transform(encode(train["tokens"])), [tag for tags in train["tags"] for tag in tags])
    flat = iter(model.predict(vectorizer.transform(encode(test["tokens"]))).tolist())
    predicted = [[next(flat) for _ in tokens] for tokens in test["tokens"]]
    assert f1(test["tags"], predicted) > 0.8
    steps = [(one[2:], two) for tags in predicted for one, two in zip(["O", *tags], tags, strict=False)]
    assert sum(two[0] == "I" and one != two[2:] for one, two in steps) > 5  # what a CRF puts right


def test_a_seed_makes_the_same_world_and_a_wrong_count_says_so():
    pd.testing.assert_frame_equal(dd.data.tagged(40, seed=4), dd.data.tagged(40, seed=4))
    with pytest.raises(DataError, match="n must be a whole number from 1 to 50,000"):
        dd.data.tagged(-1)
