"""The tables inside scikit-learn: pinned, split without overlap, in proportion."""

import numpy as np
import pandas as pd
import pytest
from sklearn import datasets

import deepdays as dd
from deepdays.data.sets import tables

SHAPES = {
    "iris": ((150, 4), [50, 50, 50]),
    "wine": ((178, 13), [59, 71, 48]),
    "breast_cancer": ((569, 30), [357, 212]),
    "digits": ((1797, 64), [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]),
}


@pytest.mark.parametrize("name", SHAPES)
def test_classification_tables(name):
    shape, counts = SHAPES[name]
    x, y = getattr(dd.data, name)()
    assert x.shape == shape
    assert x.dtype == np.float64
    assert y.dtype == np.int64
    assert np.bincount(y).tolist() == counts


def test_diabetes_is_as_measured():
    x, y = dd.data.diabetes(as_frame=True)
    assert x.shape == (442, 10)
    assert y.dtype == np.float64
    assert (y.min(), y.max()) == (25, 346)
    assert list(x.columns[:4]) == ["age", "sex", "bmi", "bp"]
    assert x["age"].between(19, 79).all()
    assert set(x["sex"]) == {1.0, 2.0}
    assert np.corrcoef(x["bmi"], y)[0, 1] == pytest.approx(0.586, abs=0.001)


def test_one_is_malignant():
    x, y = dd.data.breast_cancer(as_frame=True)
    assert x["mean radius"][y == 1].mean() > x["mean radius"][y == 0].mean() + 4


def test_digits_are_images_from_zero_to_one():
    x, y = dd.data.digits()
    assert (x.min(), x.max()) == (0, 1)
    assert np.array_equal(x * 16, datasets.load_digits().data)
    zero = x[y == 0].reshape(-1, 8, 8).mean(axis=0)
    one = x[y == 1].reshape(-1, 8, 8).mean(axis=0)
    assert zero[3:5, 3:5].mean() + 0.5 < one[3:5, 3:5].mean()


@pytest.mark.parametrize("name", [*SHAPES, "diabetes"])
@pytest.mark.parametrize("fraction", [0.2, 0.5])
def test_a_split_uses_every_row_once_and_depends_on_the_seed(name, fraction):
    table = getattr(dd.data, name)
    x, y = table()
    (x_train, y_train), (x_test, y_test) = table(test_fraction=fraction, seed=1)
    assert len(x_test) == pytest.approx(fraction * len(x), abs=6)
    together = np.concatenate([np.column_stack([x_train, y_train]), np.column_stack([x_test, y_test])])
    whole = np.column_stack([x, y])
    assert np.array_equal(together[np.lexsort(together.T)], whole[np.lexsort(whole.T)])
    (again, _), _ = table(test_fraction=fraction, seed=1)
    (other, _), _ = table(test_fraction=fraction, seed=2)
    assert np.array_equal(again, x_train)
    assert not np.array_equal(other, x_train)


@pytest.mark.parametrize("stratify", [True, False])
def test_rows_of_a_split_are_disjoint(stratify):
    y = np.array([0] * 50 + [1] * 30 + [2] * 7)
    train, test = tables.split_rows(y, 0.2, 0, stratify)
    assert sorted([*train, *test]) == list(range(87))
    assert not set(train) & set(test)
    if stratify:
        assert np.bincount(y[test]).tolist() == [10, 6, 1]
    assert not np.array_equal(test, np.sort(test))


@pytest.mark.parametrize("name", SHAPES)
def test_every_class_keeps_its_share(name):
    (_, y_train), (_, y_test) = getattr(dd.data, name)(test_fraction=0.25)
    counts = np.bincount(y_train) + np.bincount(y_test)
    assert np.abs(np.bincount(y_test) - 0.25 * counts).max() <= 0.5


def test_frames_have_the_table_s_column_names():
    (x_train, y_train), (x_test, y_test) = dd.data.iris(test_fraction=0.2, as_frame=True)
    assert isinstance(x_train, pd.DataFrame)
    assert list(x_train.columns) == datasets.load_iris().feature_names
    assert list(x_test.index) == list(range(len(x_test)))
    assert isinstance(y_train, np.ndarray)
    assert len(y_train) + len(y_test) == 150


def test_a_fraction_out_of_range_is_refused():
    with pytest.raises(dd.data.DataError, match=r"test_fraction must be a number from 0 to 1. Received: 20"):
        dd.data.wine(test_fraction=20)
