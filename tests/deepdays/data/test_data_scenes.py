"""Boxes, masks, classes and captions agree with each other and with the pixels; a small detector learns them."""

import re

import numpy as np
import pytest
from sklearn.datasets import load_digits

import deepdays as dd
from deepdays.data import stencils
from deepdays.data.sets.scenes import _RGB, CLASSES, COLORS, NUMERALS, SIDE, _fields

with dd.quiet():
    import keras


@pytest.fixture(scope="module")
def made():
    return dd.data.scenes(1200)


@pytest.fixture(scope="module")
def crowded():
    return dd.data.scenes(300, seed=5, num_objects=(6, 6))


def test_shapes_and_kinds(made):
    assert made.images.shape == (1200, 64, 64, 3)
    assert made.images.dtype == np.uint8
    assert made.masks.shape == (1200, 4, 64, 64)
    assert made.masks.dtype == bool
    assert made.boxes.shape == (1200, 4, 4)
    for array in (made.labels, made.colors, made.digits):
        assert array.shape == (1200, 4)
    for array in (made.labels, made.colors, made.digits, made.boxes, made.class_maps()):
        assert array.dtype == np.int64
    assert made.class_maps().shape == (1200, 64, 64)


def test_boxes_are_tight_around_masks_pixel_for_pixel(made, crowded):
    for scenes in (made, crowded):
        for i, k in np.ndindex(scenes.labels.shape):
            rows, columns = np.nonzero(scenes.masks[i, k])
            if scenes.labels[i, k] < 0:
                assert len(rows) == 0
                assert scenes.boxes[i, k].tolist() == [0, 0, 0, 0]
            else:
                tight = [columns.min(), rows.min(), columns.max() + 1, rows.max() + 1]
                assert scenes.boxes[i, k].tolist() == tight


def test_no_pixel_belongs_to_two_objects_and_every_object_shows(made, crowded):
    for scenes, least in ((made, 40), (crowded, 25)):
        assert scenes.masks.sum(axis=1).max() == 1
        assert scenes.masks.sum(axis=(2, 3))[scenes.labels >= 0].min() >= least
        for k in range(scenes.labels.shape[1]):
            seen = scenes.masks[:, k]
            label = np.broadcast_to(scenes.labels[:, k, None, None], seen.shape)
            assert np.array_equal(scenes.class_maps()[seen], label[seen] + 1)
        assert (scenes.class_maps() == 0).sum() == (~scenes.masks.any(axis=1)).sum()


def test_masks_hold_the_colour_named(made):
    i, k = np.nonzero(made.labels >= 0)
    masks = made.masks[i, k][..., None]
    inside = (made.images[i] * masks).sum(axis=(1, 2)) / masks.sum(axis=(1, 2)) / 255
    inside /= np.linalg.norm(inside, axis=1, keepdims=True)
    named = _RGB / np.linalg.norm(_RGB, axis=1, keepdims=True)
    assert ((inside @ named.T).argmax(axis=1) == made.colors[i, k]).mean() > 0.95


def test_masks_end_where_the_object_does(made):
    """The colour changes much more across a mask's edge than just inside it."""
    alone = (made.labels >= 0).sum(axis=1) == 1
    masks, pixels = made.masks[alone, 0], made.images[alone].astype(float)
    step = np.abs(np.diff(pixels, axis=2)).sum(axis=3)
    across = masks[:, :, 1:] != masks[:, :, :-1]
    within = masks[:, :, 1:] & masks[:, :, :-1]
    assert step[across].mean() > 3 * step[within].mean()


def test_numbers_classes_and_colours_are_spread_evenly(made):
    count = np.bincount((made.labels >= 0).sum(axis=1), minlength=5)
    assert count[0] == 0
    assert count[1:].min() > 240
    labels, colors = made.labels[made.labels >= 0], made.colors[made.labels >= 0]
    expected = len(labels) / 49
    table = np.zeros((7, 7))
    np.add.at(table, (labels, colors), 1)
    assert ((table - expected) ** 2 / expected).sum() < 83.7  # chi-square, 48 degrees of freedom, p = 0.001
    assert (made.digits >= 0).sum() == (made.labels == CLASSES.index("digit")).sum()
    assert np.bincount(made.digits[made.digits >= 0], minlength=10).min() > 15


def test_captions_name_every_object_from_left_to_right(made):
    noun = {name: k for k, name in enumerate(CLASSES)}
    digit = {name: k for k, name in enumerate(NUMERALS)}
    for i, (caption, objects) in enumerate(zip(made.captions(), made.object_captions(), strict=True)):
        number = (made.labels[i] >= 0).sum()
        assert len(objects) == number
        for k, text in enumerate(objects):
            article, color, name = text.split()
            assert article == ("an" if color == "orange" else "a")
            assert COLORS.index(color) == made.colors[i, k]
            assert noun.get(name, noun["digit"]) == made.labels[i, k]
            assert digit.get(name, -1) == made.digits[i, k]
        order = np.argsort(made.boxes[i, :number, [0, 2]].sum(axis=0), kind="stable")
        assert re.split(r", | and ", caption) == [objects[k] for k in order]


def test_digits_are_the_real_ones():
    """Shrunk back to 8x8, a digit's field is like the scan it was made from."""
    fields, values = _fields()
    assert np.array_equal(values, load_digits().target)
    size = np.full(len(values), 10.0)
    which = np.arange(len(values)) + len(CLASSES) - 1
    inverse = np.broadcast_to(np.eye(2) / 10, (len(values), 2, 2))
    drawn = stencils.coverage(stencils.sample(fields, which, inverse, np.full((len(values), 2), 0.5), (8, 8)), size)
    assert min(np.corrcoef(a.ravel(), b.ravel())[0, 1] for a, b in zip(drawn, load_digits().images, strict=True)) > 0.85


def test_a_small_detector_learns_to_find_and_to_name(made):
    """It says for each cell of an 8x8 grid whether an object's centre lies there, and of which class."""
    cells = np.zeros((1200, 8, 8), dtype=int)
    i, k = np.nonzero(made.labels >= 0)
    x, y = (made.boxes[i, k, :2] + made.boxes[i, k, 2:]).T // 16
    cells[i, y, x] = made.labels[i, k] + 1
    train, test = slice(0, 1000), slice(1000, None)
    keras.utils.set_random_seed(0)
    model = keras.Sequential()
    for filters, size, strides in ((16, 5, 2), (32, 3, 1), (48, 3, 1), (64, 3, 1)):
        model.add(keras.layers.Conv2D(filters, size, strides=strides, padding="same", use_bias=False))
        model.add(keras.layers.BatchNormalization(momentum=0.9))
        model.add(keras.layers.ReLU())
        if filters in (32, 48):
            model.add(keras.layers.MaxPooling2D())
    model.add(keras.layers.Conv2D(len(CLASSES) + 1, 1, activation="softmax"))
    decay = keras.optimizers.schedules.CosineDecay(4e-3, 8 * 32)
    model.compile(keras.optimizers.Adam(decay), "sparse_categorical_crossentropy")
    images = (made.images / 255).astype("float32")
    weight = np.where(cells > 0, 5.0, 1.0)
    model.fit(images[train], cells[train], sample_weight=weight[train], batch_size=32, epochs=8, verbose=0)
    probability = model.predict(images[test], verbose=0)
    true = cells[test] > 0
    score = 1 - probability[..., 0]
    found = score >= np.sort(score.ravel())[-true.sum()]
    assert true.mean() < 0.045
    assert (found & true).sum() / true.sum() > 0.55  # by chance: 0.04
    named = probability[..., 1:].argmax(axis=3) + 1 == cells[test]
    assert named[true].mean() > 0.45  # by chance: 0.14


def test_the_seed_fixes_everything():
    first, again, other = dd.data.scenes(20), dd.data.scenes(20), dd.data.scenes(20, seed=1)
    for field in ("images", "labels", "boxes", "masks", "colors", "digits"):
        assert np.array_equal(getattr(first, field), getattr(again, field))
        assert not np.array_equal(getattr(first, field), getattr(other, field))


@pytest.mark.parametrize("num_objects", [(1, 1), (2, 2), (1, 6), (3, 5)])
def test_as_many_objects_as_asked_for(num_objects):
    made = dd.data.scenes(60, num_objects=num_objects)
    count = (made.labels >= 0).sum(axis=1)
    assert made.labels.shape == (60, num_objects[1])
    assert (count.min(), count.max()) == num_objects
    assert np.array_equal(made.masks.any(axis=(2, 3)), made.labels >= 0)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"n": 0}, "n must be"),
        ({"num_objects": 3}, r"num_objects must be a pair \(least, most\). Received: 3"),
        ({"num_objects": (0, 2)}, r"num_objects\[0\] must be a whole number from 1 to 6"),
        ({"num_objects": (3, 2)}, r"num_objects\[1\] must be a whole number from 3 to 6"),
        ({"num_objects": (1, 7)}, r"num_objects\[1\] must be"),
    ],
)
def test_bad_arguments_are_refused(arguments, words):
    with pytest.raises(dd.data.DataError, match=words):
        dd.data.scenes(**arguments)


def test_all_of_an_object_is_inside(made):
    rim = np.zeros((SIDE, SIDE), dtype=bool)
    rim[[0, -1]] = rim[:, [0, -1]] = True
    touching = (made.masks & rim).any(axis=(2, 3)).sum() / (made.labels >= 0).sum()
    assert touching < 0.02
