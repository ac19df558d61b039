"""Pandas' tables, series, indices and moments as tags. Pandas is not imported before one of them turns up."""

import re
import zoneinfo
from functools import cache

import numpy as np

from autograder.engine.wire.frames import MAX_RANGE, WireError
from autograder.engine.wire.plain import exactly

_TEXT_DTYPES = ("str", "string")
_MASKED_DTYPES = (
    "boolean", "Int8", "Int16", "Int32", "Int64", "UInt8", "UInt16", "UInt32", "UInt64", "Float32", "Float64",
)  # fmt: skip


def writer(kind: type):
    """How instances of this very type are written; None if it is not one of pandas'."""
    return _WRITERS.get(kind.__name__) if kind.__module__.partition(".")[0] == "pandas" else None


def is_table_type(kind: type) -> bool:
    """Whether instances are DataFrames or Series."""
    return kind.__name__ in ("DataFrame", "Series") and writer(kind) is not None


def _write_frame(frame, encoder, depth):
    columns = [_column(frame.iloc[:, i], encoder, depth) for i in range(frame.shape[1])]
    return ["frame", encoder.value(frame.columns, depth), encoder.value(frame.index, depth), columns]


def _write_series(series, encoder, depth):
    name, index = encoder.value(series.name, depth), encoder.value(series.index, depth)
    return ["series", name, index, _column(series, encoder, depth)]


def _write_index(index, encoder, depth):
    return ["index", encoder.value(index.name, depth), _column(index, encoder, depth), getattr(index, "freqstr", None)]


def _write_range_index(index, encoder, depth):
    return ["rangeindex", index.start, index.stop, index.step, encoder.value(index.name, depth)]


def _write_multi_index(index, encoder, depth):
    levels = encoder.items(index.levels, depth)
    codes = encoder.items(map(np.asarray, index.codes), depth)
    return ["multiindex", levels, codes, encoder.items(index.names, depth)]


def _column(values, encoder, depth):
    """The values of a Series or an Index: those of a NumPy dtype as an array, others by what they are made of."""
    dtype, kind = values.dtype, type(values.dtype).__name__
    if isinstance(dtype, np.dtype):
        return encoder.value(np.asarray(values), depth)
    if kind == "CategoricalDtype":
        codes, categories = np.asarray(values.array.codes), values.array.categories
        return ["categorical", encoder.value(codes, depth), encoder.value(categories, depth), bool(dtype.ordered)]
    if kind == "DatetimeTZDtype":
        return ["zoned", encoder.value(values.array.asi8, depth), dtype.unit, str(dtype.tz)]
    if str(dtype) in _TEXT_DTYPES:
        texts = zip(values, values.isna(), strict=True)
        return ["texts", str(dtype), [None if missing else str(text) for text, missing in texts]]
    if str(dtype) in _MASKED_DTYPES:
        plain = values.to_numpy(dtype=dtype.numpy_dtype, na_value=0)
        return ["masked", str(dtype), encoder.value(plain, depth), encoder.value(np.asarray(values.isna()), depth)]
    raise WireError(f"a column of dtype {dtype} cannot cross")


def _write_moment(value, encoder, depth):
    zone = getattr(value, "tz", None)
    return ["moment", encoder.value(value.asm8, depth), None if zone is None else str(zone)]


_WRITERS = {
    "DataFrame": _write_frame,
    "Series": _write_series,
    "Index": _write_index,
    "RangeIndex": _write_range_index,
    "MultiIndex": _write_multi_index,
    "Timestamp": _write_moment,
    "Timedelta": _write_moment,
    "NaTType": lambda _, __, ___: ["nat"],
    "NAType": lambda _, __, ___: ["na"],
}


def _read_frame(decoder, depth, columns, index, values):
    import pandas as pd

    series = {number: _own_dtype(pd.Series, value) for number, value in enumerate(decoder.items(values, depth))}
    frame = pd.DataFrame(series)
    frame = frame if series else pd.DataFrame(index=decoder.value(index, depth))
    frame.index, frame.columns = decoder.value(index, depth), decoder.value(columns, depth)
    return frame


def _read_series(decoder, depth, name, index, values):
    import pandas as pd

    series = _own_dtype(pd.Series, decoder.value(values, depth), name=decoder.value(name, depth))
    series.index = decoder.value(index, depth)
    return series


def _read_index(decoder, depth, name, values, frequency):
    import pandas as pd

    index = _own_dtype(pd.Index, decoder.value(values, depth), name=decoder.value(name, depth))
    if frequency is not None:
        index.freq = exactly(str, frequency)
    return index


def _own_dtype(make, values, **rest):
    """A Series or an Index of values, with their dtype: pandas would take objects that are all strings for text."""
    if not hasattr(values, "dtype"):
        raise WireError(f"a {type(values).__name__} where a column was due")
    return make(values, dtype=values.dtype, **rest)


def _read_range_index(decoder, depth, start, stop, step, name):
    import pandas as pd

    if len(range(start, stop, step)) > MAX_RANGE:
        raise WireError("an index of more entries than may cross")
    return pd.RangeIndex(start, stop, step, name=decoder.value(name, depth))


def _read_multi_index(decoder, depth, levels, codes, names):
    import pandas as pd

    return pd.MultiIndex(decoder.items(levels, depth), decoder.items(codes, depth), names=decoder.items(names, depth))


def _read_categorical(decoder, depth, codes, categories, ordered):
    import pandas as pd

    return pd.Categorical.from_codes(
        decoder.value(codes, depth), decoder.value(categories, depth), ordered=exactly(bool, ordered)
    )


def _read_zoned(decoder, depth, ticks, unit, zone):
    import pandas as pd

    if unit not in ("s", "ms", "us", "ns"):
        raise WireError("a time without a unit")
    naive = pd.DatetimeIndex(decoder.value(ticks, depth).astype(f"M8[{unit}]"))
    return naive.tz_localize("UTC").tz_convert(_zone(zone)).array


def _read_texts(_, __, dtype, texts):
    import pandas as pd

    if dtype not in _TEXT_DTYPES or not all(text is None or type(text) is str for text in texts):
        raise WireError("a column of text that holds something else")
    return pd.array(texts, dtype=dtype)


def _read_masked(decoder, depth, dtype, values, mask):
    import pandas as pd

    if dtype not in _MASKED_DTYPES:
        raise WireError("a column of an unknown dtype")
    column = pd.array(decoder.value(values, depth), dtype=dtype)
    column[decoder.value(mask, depth)] = pd.NA
    return column


def _read_moment(decoder, depth, value, zone):
    import pandas as pd

    value = decoder.value(value, depth)
    if isinstance(value, np.timedelta64):
        return pd.Timedelta(value)
    moment = pd.Timestamp(exactly(np.datetime64, value))
    return moment if zone is None else moment.tz_localize("UTC").tz_convert(_zone(zone))


def _zone(name) -> str:
    """The name of a time zone that there is; pandas would open whatever file another name leads to."""
    if type(name) is not str or not (name in _zones() or re.fullmatch(r"UTC[+-]\d\d:\d\d", name)):
        raise WireError("a time zone that does not exist")
    return name


@cache
def _zones() -> frozenset[str]:
    return frozenset({"UTC", *zoneinfo.available_timezones()})


def _missing(name: str):
    def read(_, __):
        import pandas as pd

        return getattr(pd, name)

    return read


READERS = {
    "frame": _read_frame,
    "series": _read_series,
    "index": _read_index,
    "rangeindex": _read_range_index,
    "multiindex": _read_multi_index,
    "categorical": _read_categorical,
    "zoned": _read_zoned,
    "texts": _read_texts,
    "masked": _read_masked,
    "moment": _read_moment,
    "nat": _missing("NaT"),
    "na": _missing("NA"),
}
