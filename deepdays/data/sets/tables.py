"""The classic tables that ship inside scikit-learn, with documented units and fixed splits.

Each function takes the same three arguments and returns the same two forms:

    x, y = wine()                                                   the whole table, in its own order
    (x_train, y_train), (x_test, y_test) = wine(test_fraction=0.2)  shuffled and split

A split depends on the seed alone. Classification tables are stratified: each part has every class in the table's
proportions, to within one row.
"""

import numpy as np
import pandas as pd
from sklearn import datasets

from deepdays.data.card import Card
from deepdays.data.errors import check_amount


def split_rows(y, test_fraction, seed, stratify):
    """Row numbers of a training and a test part, disjoint, both in random order.

    Args:
        y: targets (n,).
        test_fraction: of the rows, in (0, 1); each class gives its share, rounded.
        seed: of the shuffle.
        stratify: whether y holds classes to keep in proportion.

    Returns:
        (train, test): two int arrays that together hold every row once.
    """
    rng = np.random.default_rng(seed)
    order = rng.permutation(len(y))
    groups = y[order] if stratify else np.zeros(len(y), int)
    test = np.zeros(len(y), bool)
    for group in np.unique(groups):
        rows = np.flatnonzero(groups == group)
        test[rows[: round(test_fraction * len(rows))]] = True
    return order[~test], order[test]


def _table(x, y, columns, test_fraction, seed, as_frame, stratify):
    if as_frame:
        x = pd.DataFrame(x, columns=[str(column) for column in columns])
    if test_fraction is None:
        return x, y
    check_amount(test_fraction, "test_fraction", 0.0, 1.0)
    parts = split_rows(y, test_fraction, seed, stratify)
    return tuple((x.iloc[rows].reset_index(drop=True) if as_frame else x[rows], y[rows]) for rows in parts)


def iris(test_fraction: float | None = None, seed: int = 0, as_frame: bool = False):
    """Three species of iris by the size of their flowers (Fisher 1936, The use of multiple measurements).

    Args:
        test_fraction: of the rows to hold out, 0 to 1; None gives the whole table.
        seed: of the split.
        as_frame: x as a DataFrame with named columns.

    Returns:
        (x, y), or ((x_train, y_train), (x_test, y_test)): x float64 (150, 4), centimetres: sepal length, sepal
        width, petal length, petal width. y int64 (150,): 0 setosa, 1 versicolor, 2 virginica, 50 rows each.
    """
    raw = datasets.load_iris()
    return _table(raw.data, raw.target.astype("int64"), raw.feature_names, test_fraction, seed, as_frame, True)


def wine(test_fraction: float | None = None, seed: int = 0, as_frame: bool = False):
    """Wines of three growers in one region of Italy by chemical analysis (Aeberhard and Forina 1992).

    Args:
        test_fraction: of the rows to hold out, 0 to 1; None gives the whole table.
        seed: of the split.
        as_frame: x as a DataFrame with named columns.

    Returns:
        (x, y), or ((x_train, y_train), (x_test, y_test)): x float64 (178, 13), alcohol in percent and twelve other
        measurements on very different scales. y int64 (178,): the grower, with 59, 71 and 48 rows.
    """
    raw = datasets.load_wine()
    return _table(raw.data, raw.target.astype("int64"), raw.feature_names, test_fraction, seed, as_frame, True)


def breast_cancer(test_fraction: float | None = None, seed: int = 0, as_frame: bool = False):
    """Tumours by the shape of their cell nuclei (Street, Wolberg and Mangasarian 1993, Nuclear feature extraction).

    Args:
        test_fraction: of the rows to hold out, 0 to 1; None gives the whole table.
        seed: of the split.
        as_frame: x as a DataFrame with named columns.

    Returns:
        (x, y), or ((x_train, y_train), (x_test, y_test)): x float64 (569, 30): mean, standard error and worst of
        ten features of the nuclei, lengths in micrometres. y int64 (569,): 1 malignant (212 rows), 0 benign (357).
        scikit-learn codes the classes the other way round; here 1 is what one looks for.
    """
    raw = datasets.load_breast_cancer()
    malignant = (raw.target == 0).astype("int64")
    return _table(raw.data, malignant, raw.feature_names, test_fraction, seed, as_frame, True)


def diabetes(test_fraction: float | None = None, seed: int = 0, as_frame: bool = False):
    """Progress of diabetes over a year (Efron, Hastie, Johnstone and Tibshirani 2004, Least angle regression).

    Args:
        test_fraction: of the rows to hold out, 0 to 1; None gives the whole table.
        seed: of the split.
        as_frame: x as a DataFrame with named columns.

    Returns:
        (x, y), or ((x_train, y_train), (x_test, y_test)): x float64 (442, 10) as measured: age (years), sex (1 or
        2), body mass index (kg/m2), mean blood pressure (mm Hg), and six blood serum values s1 to s6. y float64
        (442,): a score of progress from 25 to 346.
    """
    raw = datasets.load_diabetes(scaled=False)
    return _table(raw.data, raw.target, raw.feature_names, test_fraction, seed, as_frame, False)


def digits(test_fraction: float | None = None, seed: int = 0, as_frame: bool = False):
    """Real handwritten digits of 13 people, 8x8 pixels each (Alpaydin and Kaynak 1998).

    Args:
        test_fraction: of the rows to hold out, 0 to 1; None gives the whole table.
        seed: of the split.
        as_frame: x as a DataFrame with named columns.

    Returns:
        (x, y), or ((x_train, y_train), (x_test, y_test)): x float64 (1797, 64), ink from 0.0 to 1.0 in steps of
        1/16, row by row: `x.reshape(-1, 8, 8)` gives the images. y int64 (1797,): the digit, 174 to 183 rows each.
    """
    raw = datasets.load_digits()
    x, y = raw.data / 16, raw.target.astype("int64")
    return _table(x, y, raw.feature_names, test_fraction, seed, as_frame, True)


ALL = (iris, wine, breast_cancer, diabetes, digits)


def draw(figure):
    figures = figure.subfigures(1, 2, width_ratios=(1.3, 1))
    axes = figures[0].subplots(2, 2)
    for table, columns, place in zip(ALL, ((2, 3), (0, 6), (0, 1), (2, 8)), axes.flat, strict=False):
        x, y = table(as_frame=True)
        first, second = (x.columns[column] for column in columns)
        place.scatter(x[first], x[second], c=y, s=5, cmap="viridis")
        place.set(xlabel=first, ylabel=second, title=table.__name__)
    x, _ = digits()
    padded = np.pad(x[:100].reshape(10, 10, 8, 8), ((0, 0), (0, 0), (1, 1), (1, 1)))
    sheet = padded.transpose(0, 2, 1, 3).reshape(100, 100)
    axes = figures[1].subplots()
    axes.imshow(sheet, cmap="gray_r")
    axes.set_title("digits")
    axes.set_axis_off()


CARD = Card(
    name="tables",
    title="iris, wine, breast_cancer, diabetes and digits",
    size="150 x 4, 178 x 13, 569 x 30, 442 x 10 and 1,797 x 64",
    origin="inside scikit-learn",
    licence="CC BY 4.0 (UCI Machine Learning Repository); diabetes: published with the paper",
    make=lambda: {table.__name__: table() for table in ALL},
    fingerprint="421eb80998e04f6c42c4a7044ca1c5596a80de38c9af3c91f3fb757305522cb6",
    draw=draw,
)
