"""IMDB: 50,000 film reviews as word numbers, with their sentiment."""

import json
import pickle
import zipfile

import numpy as np

from deepdays.data import public
from deepdays.data.card import Card
from deepdays.data.errors import CorruptFile, check_count

REVIEWS = public.PublicFile(
    name="imdb.npz",
    digest="69664113be75683a8fe16e3ed0ab59fda8886cb3cd7ada244f7d9544e4676b9f",
    url="https://storage.googleapis.com/tensorflow/tf-keras-datasets/imdb.npz",
    elsewhere=("datasets/imdb.npz",),
)
WORDS = public.PublicFile(
    name="imdb_word_index.json",
    digest="md5:bfafd718b763782e994055a2d397834f",
    url="https://storage.googleapis.com/tensorflow/tf-keras-datasets/imdb_word_index.json",
    elsewhere=("datasets/imdb_word_index.json",),
)
START, UNKNOWN = 1, 2
MARKS = ("<pad>", "<start>", "<unknown>", "<unused>")  # as in keras.datasets.imdb; ranks follow
_SHUFFLE = 113  # Keras's seed: the stored reviews are sorted by sentiment


def read_reviews(path):
    """Read the verified archive; its ragged arrays are pickled, so no other file may be opened with this.

    Args:
        path: an npz file with object arrays x_train and x_test of lists of word ranks from 1, y_train and y_test.

    Returns:
        ((x_train, y_train), (x_test, y_test)): x lists of lists of ranks, y int64; in Keras's order.

    Raises:
        CorruptFile: it is no such archive.
    """
    try:
        with np.load(path, allow_pickle=True) as archive:
            raw = [(archive[f"x_{part}"], archive[f"y_{part}"]) for part in ("train", "test")]
    except (OSError, ValueError, KeyError, zipfile.BadZipFile, pickle.UnpicklingError) as error:
        raise CorruptFile(path, f"no reviews can be read from it ({error})") from error
    rng = np.random.RandomState(_SHUFFLE)
    orders = []
    for x, _ in raw:
        orders.append(np.arange(len(x)))
        rng.shuffle(orders[-1])
    return tuple((x[order].tolist(), y[order].astype("int64")) for (x, y), order in zip(raw, orders, strict=True))


def read_words(path):
    """The words by number.

    Args:
        path: a JSON file that maps each word to its rank from 1.

    Returns:
        List of str: the word of each number that `imdb` uses, the first four being marks.

    Raises:
        CorruptFile: it is no such file.
    """
    try:
        ranks = json.loads(path.read_text(encoding="utf-8"))
        words = sorted(ranks, key=ranks.__getitem__)
    except (ValueError, TypeError, AttributeError) as error:
        raise CorruptFile(path, f"no words can be read from it ({error})") from error
    return [*MARKS, *words]


def imdb(num_words: int = 10_000, source: str = "auto"):
    """Film reviews, half of them good and half bad (Maas et al. 2011, Learning word vectors for sentiment analysis).

    Args:
        num_words: numbers to keep, the marks' included; rarer words become <unknown>.
        source: "full" fetches the set once; "auto" needs it to be on this machine.

    Returns:
        ((x_train, y_train), (x_test, y_test), words): x lists of 25,000 int64 arrays of word numbers, each beginning
        with 1, <start>; y int64 (25000,), 1 for a good review; words a list of the num_words words by number.

    Raises:
        DataError: an argument is out of range, or the set cannot be had; it is not bundled.
    """
    check_count(num_words, "num_words", low=len(MARKS) + 1)
    reviews, words = public.get_full("imdb", source, REVIEWS, WORDS, instead="reviews")
    parts = tuple(([_number(ranks, num_words) for ranks in x], y) for x, y in read_reviews(reviews))
    return (*parts, read_words(words)[:num_words])


def _number(ranks, num_words):
    numbers = np.array(ranks, "int64") + (len(MARKS) - 1)
    return np.concatenate([[START], np.where(numbers < num_words, numbers, UNKNOWN)])


CARD = Card(
    name="imdb",
    title="film reviews with their sentiment, as word numbers",
    size="25,000 + 25,000 reviews",
    origin="Stanford AI Lab, from IMDb",
    licence="free for research; cite Maas et al. 2011",
    make=lambda: imdb(source="full"),
    files=(REVIEWS, WORDS),
    bundled=False,
)
