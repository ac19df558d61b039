"""Readings of an invented pump: seven columns that move together, faults that break the pattern, and slow drift."""

import numpy as np
import pandas as pd
from scipy.signal import lfilter

from deepdays.data.card import Card
from deepdays.data.errors import check_amount, check_count

COLUMNS = ("air", "speed", "current", "flow", "pressure", "temperature", "vibration")
KINDS = ("leak", "bearing", "cooling", "blockage")
SPLITS = (("train", 0.5), ("validation", 0.15), ("test", 0.15), ("drift", 0.2))
MINUTES = 10
_EVERY = 110  # readings between the beginnings of two faults, about
_LEVEL = np.array([18.0, 1250.0, 31.0, 92.0, 5.1, 52.0, 1.9])
_BY_LOAD = np.array([0.0, 640.0, 27.0, 66.0, 2.9, 17.0, 1.5])  # what full load adds
_BY_AIR = np.array([1.0, 0.0, 0.0, 0.0, 0.0, 0.45, 0.0])  # a degree of the air's temperature
_DECIMALS = (1, 0, 2, 1, 3, 2, 3)
_NOISE = np.array([0.2, 14.0, 0.75, 1.9, 0.085, 0.55, 0.055])
# A fault's direction in units of _NOISE: none leaves the range that a column has on an ordinary day.
_FAULTS = {
    "leak": (0.0, 0.0, 0.3, -1.0, -0.8, 0.0, 0.0),
    "bearing": (0.0, -0.2, 0.3, 0.0, 0.0, 0.6, 1.0),
    "cooling": (0.0, 0.0, 0.0, 0.0, 0.0, 1.2, 0.0),
    "blockage": (0.0, 0.0, 0.6, -0.9, 0.8, 0.2, 0.0),
}
_DRIFT = np.array([0.0, 0.0, 0.0, -4.0, -1.5, 6.0, 0.0])  # at the end of the record, in units of _NOISE


def sensors(n: int = 6000, seed: int = 0, drift: float = 1.0):
    """Readings of a pump every ten minutes, with faults and drift.

    Load moves all columns but the air's temperature, so each ranges widely on an ordinary day. A fault moves a few
    columns against the others by less than that range: it shows only in how the columns go together. Density
    models on such data are treated by Chandola, Banerjee and Kumar 2009, Anomaly detection: a survey.

    Args:
        n: readings, in order of time.
        seed: of everything.
        drift: how far flow, pressure and temperature have crept away by the end of the record; 0.0 is no drift.

    Returns:
        DataFrame of n rows: time (datetime64), air (degrees Celsius), speed (rev/min), current (A), flow (L/min),
        pressure (bar), temperature (degrees Celsius), vibration (mm/s), fault (int64, 1 in a fault), kind (str:
        none, leak, bearing, cooling or blockage) and split (str). The splits follow each other: train (half of the
        rows, no fault), validation and test (15% each) and drift (20%, over which the drift sets in).

    Raises:
        DataError: an argument is out of range.
    """
    check_count(n, low=100)
    check_amount(drift, "drift")
    rng = np.random.default_rng(seed)
    minute = MINUTES * np.arange(n)
    load, air = _load(minute, rng), _air(minute, rng)
    values = _LEVEL + load[:, None] * _BY_LOAD + (air - 18)[:, None] * _BY_AIR
    values[:, 6] += 0.5 * np.maximum(load - 0.6, 0.0) ** 2  # vibration rises faster towards full speed
    split = np.repeat([name for name, _ in SPLITS], _sizes(n))
    kind, severity = _faults(split != "train", rng)
    for name, direction in _FAULTS.items():
        values += np.where(kind == name, severity, 0.0)[:, None] * np.array(direction) * _NOISE
    late = np.flatnonzero(split == "drift")
    values[late] += drift * np.linspace(0.0, 1.0, len(late))[:, None] * _DRIFT * _NOISE
    values += _NOISE * rng.standard_normal((n, len(COLUMNS)))
    read = {name: np.round(values[:, i], _DECIMALS[i]) for i, name in enumerate(COLUMNS)}
    time = np.datetime64("2031-03-03T06:00:00", "s") + (60 * minute).astype("timedelta64[s]")
    return pd.DataFrame({"time": time, **read, "fault": (kind != "none").astype("int64"), "kind": kind, "split": split})


def _sizes(n):
    edges = np.round(n * np.cumsum([share for _, share in SPLITS])).astype(int)
    return np.diff(edges, prepend=0)


def _load(minute, rng):
    """Share of full load, about 0 to 1: busy by day, half that at weekends, and never steady."""
    hour, weekend = minute / 60 % 24 + 6, minute // 1440 % 7 >= 5
    day = 0.5 - 0.5 * np.cos(2 * np.pi * (hour - 3) / 24)
    wander = _wander(len(minute), 0.97, rng)
    return np.clip((0.15 + 0.65 * day) * np.where(weekend, 0.55, 1.0) + 0.13 * wander, 0.0, 1.05)


def _air(minute, rng):
    """Temperature of the air around the pump, degrees Celsius."""
    afternoon = np.cos(2 * np.pi * (minute / 60 % 24 + 6 - 15) / 24)
    return 18 + 5 * afternoon + 3 * _wander(len(minute), 0.998, rng)


def _wander(n, keep, rng):
    """An AR(1) series (n,) of variance 1."""
    return lfilter([np.sqrt(1 - keep**2)], [1.0, -keep], rng.standard_normal(n))


def _faults(possible, rng):
    """Kind of fault (n,) str and severity (n,) in units of the noise; episodes of 30 to 80 minutes."""
    n = len(possible)
    kind, severity = np.full(n, "none", dtype="<U8"), np.zeros(n)
    places = np.flatnonzero(possible)
    for k, start in enumerate(places[::_EVERY]):
        begin = start + int(rng.random() * (_EVERY - 20))
        episode = slice(begin, begin + 3 + int(6 * rng.random()))
        kind[episode] = KINDS[(k + int(2 * rng.random())) % len(KINDS)]
        severity[episode] = 3.5 + 4.0 * rng.random()
    return np.where(possible, kind, "none"), severity


def draw(figure):
    frame = sensors()
    left, right = figure.subplots(1, 2, width_ratios=(1.6, 1))
    week = frame[frame["split"] == "validation"]
    for row, name in enumerate(COLUMNS):
        values = (week[name] - week[name].mean()) / week[name].std()
        left.plot(week["time"], values - 6 * row, lw=0.7, color="tab:blue")
        left.plot(week["time"], (values - 6 * row).where(week["fault"] == 1), lw=2, color="tab:red")
    left.set(yticks=[-6 * row for row in range(len(COLUMNS))], yticklabels=COLUMNS, title="a week; faults in red")
    left.tick_params(axis="x", rotation=30)
    right.scatter(week["current"], week["flow"], s=4, c=week["fault"], cmap="coolwarm")
    right.set(xlabel="current (A)", ylabel="flow (L/min)", title="in the range, off the pattern")


CARD = Card(
    name="sensors",
    title="readings of a pump with injected faults and drift",
    size="6,000 rows x 11 columns",
    origin="made",
    licence="MIT, as the project",
    make=sensors,
    fingerprint="ec4d6ec22881e7416384c30ee5c12adc565a0252505592cf97442e4a65dd471d",
    draw=draw,
)
