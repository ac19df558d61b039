"""Real records: their length, their gaps and their rhythm."""

import numpy as np
import pytest

import deepdays as dd

ABOUT = {
    "sunspots": (309, "1700-01-01", "2008-01-01", 190.2),
    "co2": (526, "1958-03-01", "2001-12-01", 373.9),
    "nile": (100, "1871-01-01", "1970-01-01", 1370.0),
    "elnino": (732, "1950-01-01", "2010-12-01", 29.24),
}


@pytest.mark.parametrize("name", ABOUT)
def test_length_dates_and_highest_value(name):
    record = dd.data.series(name)
    length, first, last, highest = ABOUT[name]
    assert len(record) == length
    assert record.name == name
    assert record.dtype == np.float64
    assert record.notna().all()
    assert record.index.is_monotonic_increasing
    assert (str(record.index[0].date()), str(record.index[-1].date())) == (first, last)
    assert record.max() == pytest.approx(highest, abs=0.2)


@pytest.mark.parametrize(("name", "period"), [("sunspots", 11), ("co2", 12), ("elnino", 12)])
def test_the_rhythm_is_the_documented_one(name, period):
    record = np.diff(dd.data.series(name).to_numpy())
    record = record - record.mean()
    power = np.abs(np.fft.rfft(record)) ** 2
    strongest = len(record) / (np.argmax(power[1:]) + 1)
    assert strongest == pytest.approx(period, rel=0.05)


def test_the_nile_steps_down():
    record = dd.data.series("nile")
    assert record[:"1898"].mean() > record["1899":].mean() + 200


def test_an_unknown_record_tells_the_nearest():
    with pytest.raises(dd.data.DataError, match=r"No series is called 'sunspot'. Did you mean 'sunspots'?"):
        dd.data.series("sunspot")
