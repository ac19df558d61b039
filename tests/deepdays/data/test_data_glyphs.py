"""Letters are balanced and never repeat, and are as hard as the lessons need: a line fails where a network succeeds."""

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from threadpoolctl import threadpool_limits

import deepdays as dd
from deepdays.data.typefaces import FACES, LETTERS, outlines

with dd.quiet():
    import keras


@pytest.fixture(scope="module")
def parts():
    return dd.data.glyphs()


def as_input(images):
    return (images / 255).astype("float32")


def accuracy(parts, layers, epochs):
    """Test accuracy of a Keras network of these layers."""
    (x, y), (x_test, y_test) = parts
    keras.utils.set_random_seed(0)
    model = keras.Sequential([*layers, keras.layers.Dense(26)])
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile("adam", loss, metrics=["accuracy"])
    model.fit(as_input(x)[..., None], y, batch_size=64, epochs=epochs, verbose=0)
    return model.evaluate(as_input(x_test)[..., None], y_test, verbose=0)[1]


def test_shapes_kinds_and_balance(parts):
    for (x, y), n in zip(parts, (10_000, 2_000), strict=True):
        assert x.shape == (n, 28, 28)
        assert x.dtype == np.uint8
        assert y.shape == (n,)
        assert y.dtype == np.int64
        counts = np.bincount(y, minlength=26)
        assert len(counts) == 26
        assert counts.max() - counts.min() <= 1
        assert len(np.unique(y[:300])) == 26


def test_every_image_holds_a_letter_on_black(parts):
    for x, _ in parts:
        assert np.median(x, axis=(1, 2)).max() < 40
        assert x.max(axis=(1, 2)).min() > 100
        ink = (x > 80).mean(axis=(1, 2))
        assert ink.min() > 0.01  # some 8 pixels: a hairline I
        assert ink.max() < 0.5
        rim = np.concatenate([x[:, 0], x[:, -1], x[:, :, 0], x[:, :, -1]], axis=1)
        assert (rim > 150).mean() < 0.005  # letters are not cut off


def test_no_test_letter_was_trained_on(parts):
    (x, _), (x_test, _) = parts
    train, test = (as_input(part).reshape(len(part), -1) for part in (x, x_test))
    assert len(np.unique(np.concatenate([x, x_test]).reshape(12_000, -1), axis=0)) == 12_000
    squares = (test**2).sum(axis=1)[:, None] + (train**2).sum(axis=1) - 2 * test @ train.T
    nearest = np.sqrt(np.maximum(squares.min(axis=1), 0))
    assert nearest.min() > 0.5
    assert np.median(nearest) > 3


def test_softmax_regression_falls_short(parts):
    (x, y), (x_test, y_test) = parts
    model = LogisticRegression(C=0.1, tol=1e-3, max_iter=60)
    with threadpool_limits(1):  # threads of a busy machine wait for each other
        model.fit(as_input(x).reshape(len(x), -1), y)
    assert 0.60 < model.score(as_input(x_test).reshape(len(x_test), -1), y_test) < 0.75


def test_two_layers_do_better(parts):
    layers = [keras.layers.Flatten(), keras.layers.Dense(128, activation="relu")]
    assert 0.80 < accuracy(parts, layers, epochs=15) < 0.88


def test_a_small_cnn_does_well(parts):
    convolutions = [
        layer
        for filters in (16, 32)
        for layer in (keras.layers.Conv2D(filters, 3, activation="relu"), keras.layers.MaxPooling2D())
    ]
    layers = [*convolutions, keras.layers.Flatten(), keras.layers.Dense(128, activation="relu")]
    assert accuracy(parts, layers, epochs=7) > 0.93


def test_the_seed_fixes_everything():
    (first, labels), _ = dd.data.glyphs(60, 5)
    (again, _), _ = dd.data.glyphs(60, 5)
    (other, other_labels), _ = dd.data.glyphs(60, 5, seed=1)
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)
    assert not np.array_equal(labels, other_labels)


def test_only_the_letters_asked_for():
    (x, y), (x_test, y_test) = dd.data.glyphs(21, 0, letters="SAB")
    assert np.array_equal(np.bincount(y, minlength=26).nonzero()[0], [0, 1, 18])
    assert np.bincount(y).max() == 7
    assert x.shape == (21, 28, 28)
    assert x_test.shape == (0, 28, 28)
    assert y_test.shape == (0,)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"n": 0}, "n must be a whole number from 1"),
        ({"n_test": -1}, "n_test must be"),
        ({"letters": "abc"}, "letters must be .* Received: 'abc'"),
        ({"letters": ""}, "letters must be"),
        ({"letters": 3}, "letters must be"),
    ],
)
def test_bad_arguments_are_refused(arguments, words):
    with pytest.raises(dd.data.DataError, match=words):
        dd.data.glyphs(**arguments)


def test_every_face_has_its_own_letters():
    faces = outlines()
    assert len(faces) == len(FACES) == len(set(FACES))
    for face in faces:
        assert len(face) == len(LETTERS)
        shapes = {np.concatenate(letter).tobytes() for letter in face}
        assert len(shapes) == len(LETTERS)
        for letter in face:
            assert np.ptp(np.concatenate(letter), axis=0).min() > 0
