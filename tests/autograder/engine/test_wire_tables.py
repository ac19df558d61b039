"""Pandas' tables there and back again, through real examinees too."""

import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal, assert_index_equal, assert_series_equal

from autograder.engine import wire

FRAMES = {
    "plain columns": pd.DataFrame({"a": [1, 2], "b": [0.5, np.nan], "c": [True, False]}),
    "narrow dtypes": pd.DataFrame({"a": np.array([1, 2], "int8"), "b": np.array([1, 2], "float32")}),
    "text with gaps": pd.DataFrame({"name": ["Ω", None, "b"], "city": pd.array(["x", None, "z"], dtype="string")}),
    "objects": pd.DataFrame({"mixed": pd.Series([1, "a", None, (2, 3)], dtype=object)}),
    "categories": pd.DataFrame(
        {
            "size": pd.Categorical(["s", None, "l"], categories=["s", "m", "l"], ordered=True),
            "number": pd.Categorical([3, 1, 3]),
        }
    ),
    "times": pd.DataFrame(
        {
            "day": pd.to_datetime(["2024-02-29", None]),
            "zoned": pd.to_datetime(["2024-02-29", "2024-07-01"]).tz_localize("Europe/Paris"),
            "span": pd.to_timedelta(["1h", "2h"]),
        }
    ),
    "nullable": pd.DataFrame(
        {
            "i": pd.array([1, None], "Int64"),
            "b": pd.array([True, None], "boolean"),
            "f": pd.array([0.5, None], "Float32"),
        }
    ),
    "named index": pd.DataFrame({"x": [1, 2]}, index=pd.Index(["p", "q"], name="who")),
    "dates with a frequency": pd.DataFrame({"x": range(3)}, index=pd.date_range("2024-01-01", periods=3, freq="D")),
    "steps": pd.DataFrame({"x": range(3)}, index=pd.RangeIndex(10, 4, -2, name="n")),
    "many levels": pd.DataFrame(
        {"x": [1, 2, 3]}, index=pd.MultiIndex.from_tuples([("a", 1), ("a", 2), ("b", 1)], names=["k", None])
    ),
    "columns of many levels": pd.DataFrame(np.eye(2), columns=pd.MultiIndex.from_product([["w"], ["mean", "std"]])),
    "a column twice": pd.DataFrame(np.eye(2), columns=["a", "a"]),
    "number columns": pd.DataFrame(np.eye(2)),
    "no columns": pd.DataFrame(index=[3, 4]),
    "no rows": pd.DataFrame({"a": np.zeros(0), "b": pd.array([], dtype="Int64")}),
}


@pytest.mark.parametrize("name", FRAMES)
def test_frames(name):
    frame = FRAMES[name]
    came = wire.decode(wire.encode(frame))
    assert_frame_equal(came, frame, check_freq=True)
    assert_index_equal(came.columns, frame.columns, exact=True)


@pytest.mark.parametrize("name", FRAMES)
def test_series_and_indices(name):
    for column in range(FRAMES[name].shape[1]):
        series = FRAMES[name].iloc[:, column]
        assert_series_equal(wire.decode(wire.encode(series)), series)
    index = FRAMES[name].index
    assert_index_equal(wire.decode(wire.encode(index)), index, exact=True)


@pytest.mark.parametrize(
    "value",
    [pd.Timestamp("2024-02-29 10:00"), pd.Timestamp("2024-02-29", tz="Asia/Tokyo"), pd.Timedelta("3h"), pd.NaT, pd.NA],
    ids=str,
)
def test_moments(value):
    came = wire.decode(wire.encode(value))
    assert type(came) is type(value)
    assert str(came) == str(value)


def test_columns_without_a_tag_say_so():
    with pytest.raises(wire.WireError, match=r"a column of dtype period\[D\] cannot cross"):
        wire.encode(pd.Series(pd.period_range("2024", periods=2, freq="D")))


@pytest.mark.parametrize(
    "hostile",
    [
        ["frame", ["rangeindex", 0, 2, 1, None], ["rangeindex", 0, 1, 1, None], [["list", [1]]]],
        ["frame", ["rangeindex", 0, 9, 1, None], ["rangeindex", 0, 2, 1, None], []],
        ["series", None, ["rangeindex", 0, 5, 1, None], ["array", "<i8", [2], "C", True, b"\0" * 16]],
        ["series", ["list", []], ["rangeindex", 0, 1, 1, None], ["array", "<i8", [1], "C", True, b"\0" * 8]],
        ["categorical", ["array", "<i8", [1], "C", True, b"\x09" + b"\0" * 7], ["rangeindex", 0, 2, 1, None], False],
        ["index", None, ["array", "<M8[D]", [2], "C", True, b"\0" * 16], "D"],
        ["texts", "category", ["a"]],
        ["texts", "str", [3]],
        ["masked", "object", ["array", "<i8", [1], "C", True, b"\0" * 8], ["array", "|b1", [1], "C", True, b"\0"]],
        ["zoned", ["array", "<i8", [1], "C", True, b"\0" * 8], "us", "../../etc/passwd"],
        ["multiindex", ["list", []], [], []],
        ["rangeindex", 0, 2**70, 1, None],
        ["moment", 5, None],
    ],
    ids=lambda tagged: tagged[0],
)
def test_tables_that_make_no_sense_are_refused(hostile):
    with pytest.raises(wire.WireError):
        wire.decode(hostile)


LEARNER = """
import pandas as pd

def with_ratio(frame):
    frame["ratio"] = frame["a"] / frame["b"]
    frame.drop(columns="c", inplace=True)
    return frame

def summary(frame):
    return frame.groupby("kind")["a"].agg(["mean", "max"])

def first(frame):
    return frame.iloc[0]

def clean(series):
    series.fillna(0.0, inplace=True)
"""


def test_frames_as_arguments_and_results(converse):
    session = converse(LEARNER)
    frame = pd.DataFrame({"kind": ["u", "v", "u"], "a": [1.0, 2.0, 3.0]})
    assert_frame_equal(session.name("summary")(frame), frame.groupby("kind")["a"].agg(["mean", "max"]))
    assert_series_equal(session.name("first")(frame), frame.iloc[0])


def test_a_frame_changed_in_place_is_changed_for_the_test(converse):
    session = converse(LEARNER)
    frame = pd.DataFrame({"a": [1.0, 2.0], "b": [2.0, 4.0], "c": [0, 0]})
    same = session.name("with_ratio")(frame)
    assert same is frame
    assert_frame_equal(frame, pd.DataFrame({"a": [1.0, 2.0], "b": [2.0, 4.0], "ratio": [0.5, 0.5]}))
    series = pd.Series([1.0, np.nan])
    session.name("clean")(series)
    assert series.tolist() == [1.0, 0.0]
