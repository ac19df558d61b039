"""Real records over time that ship inside statsmodels."""

import numpy as np
import pandas as pd
from statsmodels import datasets

from deepdays.data.card import Card
from deepdays.data.errors import check_choice

NAMES = ("sunspots", "co2", "nile", "elnino")


def series(name: str = "sunspots"):
    """A real record over time, evenly spaced and without gaps.

    Args:
        name: "sunspots": mean sunspot number of each year from 1700 to 2008, with a cycle of about 11 years;
            "co2": carbon dioxide in the air over Mauna Loa in parts per million, means of each month from March 1958
            to December 2001, with a trend and a period of 12 (Keeling and Whorf 2004; 5 months without a reading are
            interpolated);
            "nile": flow of the Nile at Aswan in 1e8 cubic metres, each year from 1871 to 1970, with a step in 1899;
            "elnino": temperature of the sea off Peru in degrees Celsius, each month from 1950 to 2010, with a period
            of 12.

    Returns:
        Series of float64 called name, with the beginning of each year or month as a DatetimeIndex.

    Raises:
        UnknownName: there is no such record.
    """
    check_choice(name, NAMES, "series")
    raw = getattr(datasets, name).load_pandas().data
    if name == "co2":
        record = raw["co2"].resample("MS").mean().interpolate("linear")
        return record.rename(name)
    if name == "elnino":
        values, start, step = raw.iloc[:, 1:].to_numpy().ravel(), int(raw.iloc[0, 0]), "M"
    else:
        values, start, step = raw.iloc[:, 1].to_numpy(), int(raw.iloc[0, 0]), "Y"
    times = np.array(str(start), f"M8[{step}]") + np.arange(len(values))
    return pd.Series(values.astype("float64"), pd.DatetimeIndex(times.astype("M8[s]")), name=name)


def draw(figure):
    units = ("spots", "parts per million", "1e8 cubic metres", "degrees Celsius")
    for axes, name, unit in zip(figure.subplots(2, 2).flat, NAMES, units, strict=True):
        record = series(name)
        axes.plot(record.index, record, lw=0.8)
        axes.set(title=name, ylabel=unit)


CARD = Card(
    name="series",
    title="sunspots, co2, nile and elnino, records over time",
    size="309 years, 526 months, 100 years and 732 months",
    origin="inside statsmodels",
    licence="public domain",
    make=lambda: {name: series(name) for name in NAMES},
    fingerprint="3dbe53d942915b00089499fd5c2bc2c23fe312fb12ddf91cb4c3b720458f3206",
    draw=draw,
)
