"""Faults show in how the columns go together and in no single column; drift shows only at the end."""

import numpy as np
import pandas as pd
import pytest

import deepdays as dd
from deepdays.data.sets.sensors import COLUMNS, KINDS

SEEDS = range(5)


@pytest.fixture(scope="module")
def frames():
    return {seed: dd.data.sensors(seed=seed) for seed in SEEDS}


def part(frame, split):
    rows = frame[frame["split"] == split]
    return rows[list(COLUMNS)].to_numpy(), rows["fault"].to_numpy() == 1


def f1(fault, flagged):
    hits = (fault & flagged).sum()
    return 2 * hits / max(fault.sum() + flagged.sum(), 1)


def threshold(scores, fault):
    candidates = np.quantile(scores, np.linspace(0.5, 1, 501))
    return max(candidates, key=lambda level: f1(fault, scores > level))


def mahalanobis(x, mean, covariance):
    away = x - mean
    return np.einsum("ij,jk,ik->i", away, np.linalg.inv(covariance), away)


def test_columns_splits_and_kinds(frames):
    frame = frames[0]
    assert list(frame.columns) == ["time", *COLUMNS, "fault", "kind", "split"]
    assert frame["split"].value_counts().to_dict() == {"train": 3000, "drift": 1200, "validation": 900, "test": 900}
    assert list(frame["split"].unique()) == ["train", "validation", "test", "drift"]
    assert set(frame["kind"]) == {"none", *KINDS}
    assert ((frame["kind"] != "none") == (frame["fault"] == 1)).all()
    assert (frame["time"].diff().dropna() == pd.Timedelta(minutes=10)).all()
    assert frame.loc[frame["split"] == "train", "fault"].sum() == 0
    assert all(frame[column].dtype == np.float64 for column in COLUMNS)


@pytest.mark.parametrize("seed", SEEDS)
def test_faults_are_few_and_come_in_episodes(frames, seed):
    for split in ("validation", "test", "drift"):
        _, fault = part(frames[seed], split)
        assert 0.02 < fault.mean() < 0.09
        assert (np.diff(fault.astype(int)) == 1).sum() >= 5


@pytest.mark.parametrize("seed", SEEDS)
def test_a_multivariate_density_finds_the_faults(frames, seed):
    train, _ = part(frames[seed], "train")
    mean, covariance = train.mean(axis=0), np.cov(train.T)
    x, fault = part(frames[seed], "validation")
    level = threshold(mahalanobis(x, mean, covariance), fault)
    x, fault = part(frames[seed], "test")
    assert f1(fault, mahalanobis(x, mean, covariance) > level) > 0.8


@pytest.mark.parametrize("seed", SEEDS)
def test_no_limits_on_single_columns_find_them(frames, seed):
    train, _ = part(frames[seed], "train")
    mean, spread = train.mean(axis=0), train.std(axis=0)
    x, fault = part(frames[seed], "validation")
    test_x, test_fault = part(frames[seed], "test")
    for score in (
        lambda x: np.abs((x - mean) / spread).max(axis=1),  # the same limit for every column
        lambda x: (((x - mean) / spread) ** 2).sum(axis=1),  # a density with independent columns
        *(lambda x, c=c, s=s: s * (x[:, c] - mean[c]) for c in range(len(COLUMNS)) for s in (1, -1)),
    ):
        level = threshold(score(x), fault)
        assert f1(test_fault, score(test_x) > level) < 0.6
    inside = (test_x >= train.min(axis=0)) & (test_x <= train.max(axis=0))
    assert inside[test_fault].all(axis=1).mean() > 0.6


def test_drift_shows_in_the_last_part_only(frames):
    steady = dd.data.sensors(drift=0.0)
    same = frames[0]["split"] != "drift"
    pd.testing.assert_frame_equal(steady[same], frames[0][same])
    late = frames[0].index[-300:]
    moved = frames[0].loc[late, list(COLUMNS)] - steady.loc[late, list(COLUMNS)]
    assert moved["temperature"].mean() > 2
    assert moved["flow"].mean() < -5
    assert (moved[["air", "speed", "current", "vibration"]] == 0).all(axis=None)
    ramp = frames[0]["temperature"] - steady["temperature"]
    assert ramp.iloc[4801:].diff().dropna().min() > -0.02


def test_readings_look_like_a_pump_s(frames):
    frame = frames[0]
    assert frame["current"].between(20, 70).all()
    assert frame["pressure"].between(3, 10).all()
    assert frame["temperature"].between(40, 90).all()
    train = frame[frame["split"] == "train"]
    assert train["speed"].corr(train["current"]) > 0.95
    by_hour = train.groupby(train["time"].dt.hour)["speed"].mean()
    assert by_hour[15] > by_hour[3] + 200


def test_the_seed_fixes_everything(frames):
    pd.testing.assert_frame_equal(frames[0], dd.data.sensors())
    assert not frames[0]["flow"].equals(frames[1]["flow"])


@pytest.mark.parametrize(("n", "drift"), [(99, 1.0), (-1, 1.0), (1000, -1.0)])
def test_bad_arguments_are_refused(n, drift):
    with pytest.raises(dd.data.DataError, match=r"must be a"):
        dd.data.sensors(n, drift=drift)


@pytest.mark.parametrize("n", [100, 101, 2000])
def test_any_length(n):
    assert len(dd.data.sensors(n)) == n
