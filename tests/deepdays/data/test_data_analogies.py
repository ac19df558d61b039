"""Analogies hold in vectors from co-occurrence, and occupations lean as planted."""

import numpy as np
import pytest

import deepdays as dd
from deepdays.data.errors import DataError
from deepdays.data.sets.analogies import OCCUPATIONS

WINDOW, DIMENSIONS = 5, 50


def ppmi_svd(sentences):
    """Word vectors of unit length: the SVD of positive pointwise mutual information (Levy and Goldberg 2014)."""
    words = sorted({word for sentence in sentences for word in sentence})
    index = {word: k for k, word in enumerate(words)}
    counts = np.zeros((len(words), len(words)))
    for sentence in sentences:
        ids = [index[word] for word in sentence]
        for k, word in enumerate(ids):
            for back in range(1, min(WINDOW, k) + 1):
                counts[word, ids[k - back]] += 1 / back
                counts[ids[k - back], word] += 1 / back
    total = counts.sum(axis=1)
    smoothed = total**0.75 / np.sum(total**0.75)
    ratio = counts / total[:, None] / smoothed
    ppmi = np.log(np.maximum(ratio, 1.0))
    left, singular, _ = np.linalg.svd(ppmi)
    vectors = left[:, :DIMENSIONS] * np.sqrt(singular[:DIMENSIONS])
    return index, vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def lean(index, vectors):
    """Each occupation's component along she minus he."""
    direction = vectors[index["she"]] - vectors[index["he"]]
    return np.array([vectors[index[word]] @ direction for word in OCCUPATIONS]) / np.linalg.norm(direction)


@pytest.fixture(scope="module")
def made():
    return dd.data.analogies()


@pytest.fixture(scope="module")
def trained(made):
    return ppmi_svd(made.sentences)


def test_sentences_and_questions(made):
    assert len(made.sentences) == 25_000
    words = {word for sentence in made.sentences for word in sentence}
    assert 450 < len(words) < 600
    assert all(word.isalpha() and word.islower() for word in words)
    assert {relation: len(pairs) for relation, pairs in made.pairs.items()} == {
        "gender": 14,
        "capital": 16,
        "tense": 16,
    }
    questions = made.questions()
    assert len(questions) == 14 * 13 + 2 * 16 * 15
    assert ("gender", "man", "woman", "king", "queen") in questions
    assert all({a, b, c, d} <= words for _, a, b, c, d in questions)


def test_vectors_solve_over_60_percent_of_every_relation(made, trained):
    index, vectors = trained
    right = {}
    for relation, a, b, c, d in made.questions():
        scores = vectors @ (vectors[index[b]] - vectors[index[a]] + vectors[index[c]])
        scores[[index[a], index[b], index[c]]] = -np.inf
        right.setdefault(relation, []).append(np.argmax(scores) == index[d])
    assert all(np.mean(hits) > 0.6 for hits in right.values())
    assert np.mean([hit for hits in right.values() for hit in hits]) > 0.8


def test_occupations_lean_as_planted(made, trained):
    shares = np.array(list(made.occupations.values()))
    leans = lean(*trained)
    assert np.corrcoef(shares, leans)[0, 1] > 0.95
    assert leans[shares >= 0.7].mean() - leans[shares <= 0.3].mean() > 0.25


def test_without_bias_occupations_do_not_lean():
    made = dd.data.analogies(bias=0.0)
    assert set(made.occupations.values()) == {0.5}
    leans, planted = lean(*ppmi_svd(made.sentences)), np.array(list(OCCUPATIONS.values()))
    assert abs(leans[planted >= 0.7].mean() - leans[planted <= 0.3].mean()) < 0.05


def test_the_planted_share_is_the_share_of_the_sentences(made):
    about = {word: [sentence for sentence in made.sentences if word in sentence] for word in ("nurse", "mechanic")}
    for word, share in (("nurse", 0.95), ("mechanic", 0.05)):
        women = [bool({"she", "her"} & set(sentence)) for sentence in about[word]]
        assert np.mean(women) == pytest.approx(share, abs=0.06)


def test_a_seed_gives_the_same_corpus_and_wrong_arguments_say_so():
    assert dd.data.analogies(100, seed=3) == dd.data.analogies(100, seed=3)
    with pytest.raises(DataError, match=r"bias must be a number from 0 to 1\. Received: 2"):
        dd.data.analogies(bias=2)
