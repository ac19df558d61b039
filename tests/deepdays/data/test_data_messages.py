"""Messages can be told apart by naive Bayes, though not all of them, and never by having seen them before."""

import pandas as pd
import pytest
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.metrics import recall_score
from sklearn.naive_bayes import MultinomialNB

import deepdays as dd
from deepdays.data.errors import DataError
from deepdays.data.sets.messages import LABELS


@pytest.fixture(scope="module")
def made():
    return dd.data.messages()


def naive_bayes(frame):
    """True and predicted labels of the test part."""
    train, test = frame[frame["split"] == "train"], frame[frame["split"] == "test"]
    counts = CountVectorizer()
    model = MultinomialNB().fit(counts.fit_transform(train["text"]), train["label"])
    return test["label"], model.predict(counts.transform(test["text"]))


def test_columns_labels_and_parts(made):
    assert list(made.columns) == ["text", "label", "split"]
    assert len(made) == 6000
    assert made["split"].tolist() == ["train"] * 4800 + ["test"] * 1200
    assert set(made["label"]) == set(LABELS)
    assert made["text"].str.lower().is_unique
    assert not made["text"].str.contains(r"[{}|~]|  ").any()


def test_labels_come_in_their_shares(made):
    shares = made["label"].value_counts(normalize=True)
    assert shares.to_dict() == pytest.approx(LABELS, abs=0.03)


@pytest.mark.parametrize("seed", [0, 1])
def test_naive_bayes_passes_0_95_and_is_not_perfect(seed):
    true, predicted = naive_bayes(dd.data.messages(seed=seed))
    assert 0.95 < (true == predicted).mean() < 0.995
    assert recall_score(true, predicted, average=None).min() > 0.9


def test_the_test_part_has_words_of_its_own(made):
    train = " ".join(made.loc[made["split"] == "train", "text"]).lower()
    test = " ".join(made.loc[made["split"] == "test", "text"]).lower()
    for word in ("goldfish", "grandma", "bonehead", "trieste"):
        assert word in test
        assert word not in train


def test_addresses_lead_nowhere(made):
    addresses = made["text"].str.extract(r"\b(?:www\.|https?://)(\S+)", expand=False).dropna()
    assert len(addresses) > 300
    assert addresses.str.contains(r"^[\w-]+\.example", case=False).all()


def test_a_seed_gives_the_same_messages_and_a_wrong_count_says_so():
    pd.testing.assert_frame_equal(dd.data.messages(50, seed=4), dd.data.messages(50, seed=4))
    with pytest.raises(DataError, match="n must be a whole number from 1 to 20,000"):
        dd.data.messages(50_000)
