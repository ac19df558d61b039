"""Housing is as hard as the real set, and looks like it."""

import numpy as np
import pandas as pd
import pytest
from sklearn.ensemble import RandomForestRegressor
from sklearn.linear_model import LinearRegression

import deepdays as dd
from deepdays.data.sets import housing as region

SEEDS = (0, 1, 2)


@pytest.fixture(scope="module")
def frames():
    return {seed: dd.data.housing(seed=seed, source="bundled") for seed in SEEDS}


def r2(model, frame, columns):
    filled = frame.assign(total_bedrooms=frame["total_bedrooms"].fillna(frame["total_bedrooms"].median()))
    x = pd.get_dummies(filled.drop(columns="median_house_value"), dtype=float)
    x = x[list(columns)] if columns else x
    y = frame["median_house_value"]
    cut = 6400
    return model.fit(x[:cut], y[:cut]).score(x[cut:], y[cut:])


def test_columns_rows_and_kinds(frames):
    frame = frames[0]
    assert tuple(frame.columns) == region.COLUMNS
    assert frame.shape == (8000, 10)
    assert list(frame.index) == list(range(8000))
    assert all(frame[column].dtype == np.float64 for column in region.COLUMNS[:-1])
    assert set(frame["ocean_proximity"]) == {"<1H OCEAN", "INLAND", "ISLAND", "NEAR BAY", "NEAR OCEAN"}


@pytest.mark.parametrize("n", [1, 2, 37, 20_000])
def test_any_number_of_districts(n):
    assert len(dd.data.housing(n, source="bundled")) == n


def test_a_seed_fixes_every_value_and_another_changes_them(frames):
    pd.testing.assert_frame_equal(dd.data.housing(source="bundled"), frames[0])
    assert not np.array_equal(frames[0]["median_income"], frames[1]["median_income"])


@pytest.mark.parametrize("seed", SEEDS)
def test_income_explains_half_and_all_columns_two_thirds(frames, seed):
    assert 0.4 < r2(LinearRegression(), frames[seed], ["median_income"]) < 0.6
    assert 0.6 < r2(LinearRegression(), frames[seed], []) < 0.7
    assert 0.55 < r2(LinearRegression(), frames[seed], region.COLUMNS[:8]) < 0.7


@pytest.mark.parametrize("seed", SEEDS)
def test_a_forest_passes_four_fifths(frames, seed):
    forest = RandomForestRegressor(40, n_jobs=2, random_state=0)
    assert r2(forest, frames[seed], []) > 0.8


@pytest.mark.parametrize("seed", SEEDS)
def test_distributions_are_plausible(frames, seed):
    frame = frames[seed]
    rooms = frame["total_rooms"] / frame["households"]
    people = frame["population"] / frame["households"]
    income = frame["median_income"]
    assert 4.8 < rooms.median() < 5.8
    assert 2.5 < people.median() < 3.2
    assert 3.0 < income.median() < 4.0
    assert income.skew() > 1
    assert abs(np.log(income).skew()) < 0.5
    assert income.between(0.4999, 15.0001).all()
    assert frame["housing_median_age"].between(1, 52).all()
    assert 0.02 < (frame["housing_median_age"] == 52).mean() < 0.1
    assert 0.02 < (frame["median_house_value"] == 500_001).mean() < 0.08
    assert frame["median_house_value"].between(14_999, 500_001).all()
    assert 0.005 < frame["total_bedrooms"].isna().mean() < 0.015
    assert (frame["total_bedrooms"].dropna() <= frame["total_rooms"][frame["total_bedrooms"].notna()]).all()
    assert (frame[["total_rooms", "population", "households"]] >= 1).all(axis=None)
    shares = frame["ocean_proximity"].value_counts(normalize=True)
    assert 0.3 < shares["<1H OCEAN"] < 0.5
    assert 0.25 < shares["INLAND"] < 0.45
    assert 0.05 < shares["NEAR OCEAN"] < 0.2
    assert 0.05 < shares["NEAR BAY"] < 0.2
    assert 0 < shares["ISLAND"] < 0.005


def test_columns_go_together_as_in_the_real_set(frames):
    together = frames[0].drop(columns="ocean_proximity").corr()
    assert together.loc["total_bedrooms", "households"] > 0.95
    assert together.loc["total_rooms", "population"] > 0.7
    assert together.loc["housing_median_age", "total_rooms"] < -0.2
    assert abs(together.loc["median_income", "households"]) < 0.15


def test_districts_stand_on_land_and_prices_fall_inland(frames):
    frame = frames[0]
    assert region.on_land(frame["longitude"].to_numpy(), frame["latitude"].to_numpy()).all()
    value = frame.groupby("ocean_proximity")["median_house_value"].median()
    assert value["INLAND"] < value["<1H OCEAN"] < value["NEAR BAY"]
    at_sea = frame["latitude"] < region.coast_latitude(frame["longitude"])
    assert (frame.loc[at_sea, "ocean_proximity"] == "ISLAND").all()


@pytest.mark.parametrize(("arguments", "words"), [({"n": 0}, "n must be"), ({"n": -5}, "n must be")])
def test_bad_arguments_are_refused(arguments, words):
    with pytest.raises(dd.data.DataError, match=words):
        dd.data.housing(**arguments)
    with pytest.raises(dd.data.DataError, match=r"No source is called 'net'"):
        dd.data.housing(source="net")
