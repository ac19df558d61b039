"""Reviews are labelled as they read, split without leakage, and hard for a bag of words alone."""

import re
from collections import Counter

import numpy as np
import pandas as pd
import pytest
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression

import deepdays as dd
from deepdays.data.errors import DataError, UnknownName
from deepdays.data.sets.reviews import FORMS, SWAPPED, WORDS

LENGTH = 52


@pytest.fixture(scope="module")
def made():
    return dd.data.reviews()


@pytest.fixture(scope="module")
def many():
    return dd.data.reviews(30_000, seed=3)


def tokens(text):
    return re.findall(r"[a-z']+|[.,;:!?]", text.lower())


def split(frame, part):
    rows = frame[frame["split"] == part]
    return rows["text"].tolist(), rows["label"].to_numpy()


def bag_of_words(frame):
    """Test accuracy of logistic regression on counts of words."""
    (texts, labels), (test_texts, test_labels) = split(frame, "train"), split(frame, "test")
    counts = CountVectorizer(token_pattern=r"[a-z']+")
    model = LogisticRegression(max_iter=2000).fit(counts.fit_transform(texts), labels)
    return model.score(counts.transform(test_texts), test_labels)


def test_columns_and_kinds(made):
    assert len(made) == 10_000
    assert list(made.columns) == ["text", "label", "intensity", "negated", "contrast", "form", "about", "split"]
    assert made["label"].dtype == made["intensity"].dtype == np.int64
    assert made["negated"].dtype == made["contrast"].dtype == bool
    assert set(made["label"]) == {0, 1}
    assert set(made["intensity"]) == {1, 2, 3}
    assert made["label"].mean() == pytest.approx(0.5, abs=0.02)
    assert made["text"].str.split().str.len().between(3, 60).all()
    assert not made["text"].str.contains(r"[{}|~]|  |\bNone\b").any()


def test_the_forms_have_their_shares(made):
    shares = made["form"].value_counts(normalize=True)
    assert set(shares.index) == set(FORMS)
    for form, share in FORMS.items():
        assert shares[form] == pytest.approx(share, abs=0.02)
    assert made.loc[made["form"] == "negated", "negated"].all()
    assert not made.loc[made["form"] == "plain", "negated"].any()


def test_no_text_is_in_two_parts_and_the_test_part_has_words_of_its_own(made):
    assert made["split"].tolist() == ["train"] * 7000 + ["validation"] * 1500 + ["test"] * 1500
    assert made["text"].str.lower().is_unique
    words = {part: {word for text in split(made, part)[0] for word in tokens(text)} for part in ("train", "test")}
    assert 800 < len(words["train"]) < 1100
    assert {"windmill", "february", "magazine", "cousin"} <= words["test"] - words["train"]
    assert len(words["test"] - words["train"]) > 50
    judging = {
        part for kinds in WORDS.values() for choice in kinds.values() for word in choice for part in tokens(word)
    }
    assert len((judging & words["test"]) - words["train"]) < 4  # by chance alone


def alternatives(label):
    return "(?:" + "|".join(sorted({word for kinds in WORDS.values() for word in kinds[label, "plain"]})) + ")"


@pytest.mark.parametrize(
    ("pattern", "turned"),
    [
        (r"^The {thing}(?:was|were) {word}\.$", 0),
        (r"^The {thing}(?:was|were)(?: not|n't) {word}\.$", 1),
        (r"^There was nothing {word} about the [\w ]+\.$", 1),
        (r", but (?:I found )?the {thing}(?:was |were )?{word}\.$", 0),
        (r"^Although .*, (?:I found )?the {thing}(?:was |were )?{word}\.$", 0),
        (r" called the {thing}{word}\. I disagree\.", 1),
        (r"^The {thing}used to be {word} and is now ", 1),
    ],
)
@pytest.mark.parametrize("label", [0, 1])
def test_labels_follow_from_the_sentence(many, pattern, turned, label):
    spelled_out = pattern.format(word=alternatives(label), thing=r"(?:(?!not |never |hardly )\w+ ){1,2}")
    found = many[many["text"].str.contains(spelled_out)]
    assert len(found) > 0
    assert (found["label"] == (label ^ turned)).all()


def test_a_bag_of_words_stays_under_0_9(made):
    assert 0.68 < bag_of_words(made) < 0.9


def test_a_small_convolution_over_words_passes_0_95_and_sees_what_a_bag_cannot(made):
    import keras

    texts, labels = split(made, "train")
    words = sorted({word for text in texts for word in tokens(text)})
    number = {word: k + 2 for k, word in enumerate(words)}

    def encode(texts):
        ids = np.zeros((len(texts), LENGTH), "int32")
        for row, text in zip(ids, texts, strict=True):
            known = [number.get(word, 1) for word in tokens(text)][:LENGTH]
            row[: len(known)] = known
        return ids

    keras.utils.set_random_seed(0)
    layers = keras.layers
    model = keras.Sequential(
        [
            layers.Embedding(len(words) + 2, 48),
            layers.SpatialDropout1D(0.2),
            layers.Conv1D(96, 5, padding="same", activation="relu"),
            layers.SpatialDropout1D(0.2),
            layers.Conv1D(96, 5, padding="same", activation="relu"),
            layers.GlobalMaxPooling1D(),
            layers.Dropout(0.3),
            layers.Dense(1, activation="sigmoid"),
        ]
    )
    model.compile(keras.optimizers.Adam(3e-3), "binary_crossentropy")
    model.fit(encode(texts), labels, batch_size=64, epochs=6, verbose=0)

    def predict(texts):
        return model.predict(encode(texts), batch_size=512, verbose=0)[:, 0]

    test_texts, test_labels = split(made, "test")
    assert np.mean((predict(test_texts) > 0.5) == test_labels) > 0.95
    pairs = dd.data.reviews(500, seed=1, kind="pairs")
    assert np.mean(predict(pairs["positive"].tolist()) > predict(pairs["negative"].tolist())) > 0.95


def test_pairs_have_the_same_words_in_another_order():
    pairs = dd.data.reviews(500, kind="pairs")
    assert list(pairs.columns) == ["positive", "negative", "form", "about"]
    assert set(pairs["form"]) == set(SWAPPED)
    assert (pairs["positive"] != pairs["negative"]).all()
    for row in pairs.itertuples():
        assert Counter(tokens(row.positive)) == Counter(tokens(row.negative))


def test_long_reviews_hang_on_their_first_sentence():
    frame = dd.data.reviews(2000, kind="long")
    words = frame["text"].str.split().str.len()
    assert words.between(40, 180).all()
    assert 80 < words.mean() < 110
    disagrees = frame["text"].str.contains(r"disagree|other way round|do not share|agree less|is wrong", case=False)
    assert (disagrees == frame["contrast"]).all()
    assert frame["contrast"].mean() == pytest.approx(0.4, abs=0.04)
    assert bag_of_words(frame) < 0.7


def test_a_seed_gives_the_same_reviews_and_another_seed_others():
    pd.testing.assert_frame_equal(dd.data.reviews(50, seed=4), dd.data.reviews(50, seed=4))
    assert not set(dd.data.reviews(50, seed=4)["text"]) & set(dd.data.reviews(50, seed=5)["text"])


def test_wrong_arguments_say_so():
    with pytest.raises(DataError, match=r"n must be a whole number from 1 to .* Received: 0"):
        dd.data.reviews(0)
    with pytest.raises(UnknownName, match="Did you mean 'pairs'"):
        dd.data.reviews(10, kind="pair")
