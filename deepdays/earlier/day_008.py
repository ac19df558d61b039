"""Day 8, Housing project I: exploring and splitting: the reference answers.

Written by `deepdays build` from solutions/day_008_housing_explore.py; change that file instead.
"""

import numpy as np
import pandas as pd

__all__ = [
    "add_ratio_features",
    "income_category",
    "stratified_split",
    "summarize",
    "top_correlations",
]


def summarize(frame):
    """What is in each column of a table.

    Args:
        frame: DataFrame with m >= 1 rows and at least one column, of numbers or text; left unchanged.

    Returns:
        DataFrame with one row for each column of frame, in that order and labelled by its name, and the columns
        "dtype": the column's dtype as text, such as "float64";
        "missing": how many entries are missing, int;
        "distinct": how many different values there are, missing ones not counted, int;
        "min", "max": smallest and largest value, float; NaN for text.
        About 8 lines.
    """
    table = pd.DataFrame(index=frame.columns)
    table["dtype"] = frame.dtypes.astype(str)
    table["missing"] = frame.isna().sum()
    table["distinct"] = frame.nunique()
    numbers = frame.select_dtypes("number")
    table["min"] = numbers.min().astype(float)  # paired by label; text columns have none and get NaN
    table["max"] = numbers.max().astype(float)
    return table


def income_category(income, bins):
    """The category of each income.

    Args:
        income: Series of shape (m,), m >= 1, with any index; some entries may be missing. Left unchanged.
        bins: k >= 1 increasing edges, a list or array.

    Returns:
        Series of ints with the index of income: 1 up to and including bins[0], 2 above that and up to and
        including bins[1], and so on to k + 1 above bins[-1]; 0 where the income is missing. About 3 lines.
    """
    category = np.searchsorted(bins, income) + 1  # how many edges lie below, and 1
    return pd.Series(category, index=income.index).where(income.notna(), 0)


def stratified_split(frame, by, test_fraction, seed):
    """Split a table so that train and test hold the same share of every category.

    Args:
        frame: DataFrame of m >= 1 rows; labels of its index may repeat. Left unchanged.
        by: name of the column of categories, which has no missing entries.
        test_fraction: share f of each category that goes to the test set, from 0 to 1.
        seed: int; the same seed gives the same split, another seed another one.

    Returns:
        Tuple (train, test) of DataFrames with all columns of frame. Each row of frame is in exactly one of
        them and keeps its label; rows may come in any order. Of a category of m_s rows, f * m_s rounded to the
        nearest whole number, at a half either way, are in test, drawn at random. About 8 lines.
    """
    rng = np.random.default_rng(seed)
    in_test = np.zeros(len(frame), dtype=bool)
    for category in frame[by].unique():
        positions = np.flatnonzero(frame[by] == category)
        num_test = round(test_fraction * len(positions))
        in_test[rng.permutation(positions)[:num_test]] = True
    return frame[~in_test], frame[in_test]


def top_correlations(frame, target, k):
    """The columns that correlate most strongly with a target.

    Args:
        frame: DataFrame with columns of numbers, which may have gaps, and of text, which are passed over; left
            unchanged.
        target: name of a column of numbers that are not all the same.
        k: how many columns to return, int >= 1.

    Returns:
        Series of the k correlations r with the largest |r|, signs kept, strongest first, its index the
        columns' names. The target itself and columns without a correlation (constant ones) are left out; if
        fewer than k columns remain, all of them. About 5 lines; pandas has `.corr`, `.corrwith` and `.nunique`.
    """
    numbers = frame.select_dtypes("number").drop(columns=target)
    varies = numbers[frame[target].notna()].nunique() > 1
    correlations = numbers.loc[:, varies].corrwith(frame[target])
    strongest = correlations.abs().sort_values(ascending=False).index[:k]
    return correlations[strongest]


def add_ratio_features(frame):
    """A table with three ratios added.

    Args:
        frame: DataFrame with the columns total_rooms, total_bedrooms, population and households, numbers that may be
            missing or 0, and any others; left unchanged.

    Returns:
        New DataFrame: all columns of frame, then "rooms_per_household", "bedrooms_per_room" and
        "people_per_household", floats. A ratio is NaN where one of its two numbers is missing or its denominator
        is 0. Rows and index as in frame. About 6 lines.
    """
    households = frame["households"].replace(0, np.nan)
    rooms = frame["total_rooms"].replace(0, np.nan)
    return frame.assign(
        rooms_per_household=frame["total_rooms"] / households,
        bedrooms_per_room=frame["total_bedrooms"] / rooms,
        people_per_household=frame["population"] / households,
    )
