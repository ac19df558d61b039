"""What people read when an argument or a disk is wrong."""

import errno

import numpy as np
import pytest

from deepdays.data.errors import (
    CorruptFile,
    DataError,
    UnknownName,
    check_amount,
    check_choice,
    check_count,
    storage_error,
)


@pytest.mark.parametrize("value", [0, -1, 1_000_001, 10**30, 2.0, "7", None, True, np.nan, [3]])
def test_a_count_out_of_range_is_refused_with_what_came(value):
    with pytest.raises(DataError, match=r"n must be a whole number from 1 to 1,000,000\. Received: ") as caught:
        check_count(value)
    assert str(caught.value).endswith(repr(value))


@pytest.mark.parametrize("value", [1, 1_000_000, np.int32(5), np.uint8(5)])
def test_a_count_in_range_is_an_int(value):
    assert type(check_count(value)) is int


@pytest.mark.parametrize("value", [-0.1, 1.5, float("nan"), "much", None])
def test_an_amount_out_of_range_is_refused(value):
    with pytest.raises(DataError, match=r"noise must be a number from 0 to 1. Received"):
        check_amount(value, "noise", 0.0, 1.0)


def test_an_amount_without_an_upper_bound():
    assert check_amount(10**6, "noise") == 1e6
    with pytest.raises(DataError, match=r"noise must be a number at least 0. Received: -1"):
        check_amount(-1, "noise")


def test_a_choice_tells_the_nearest_or_all():
    assert check_choice("full", ("full", "auto"), "source") == "full"
    with pytest.raises(UnknownName, match=r"No source is called 'ful'. Did you mean 'full'?"):
        check_choice("ful", ("full", "auto"), "source")
    with pytest.raises(UnknownName, match=r"There are: auto, full."):
        check_choice(7, ("full", "auto"), "source")


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (errno.ENOSPC, "The disk is full, so /x/y was not written. Free some space, or set DEEPDAYS_CACHE"),
        (errno.EACCES, "There is no permission for /x/y. Set DEEPDAYS_CACHE"),
        (errno.EROFS, "There is no permission for /x/y. Set DEEPDAYS_CACHE"),
        (errno.ENOTDIR, "/x/y cannot be used: Not a directory. Set DEEPDAYS_CACHE"),
    ],
)
def test_a_storage_error_names_the_file_and_the_mend(code, words):
    assert words in str(storage_error(OSError(code, "?"), "/x/y"))


def test_a_corrupt_file_names_the_file_and_the_mend():
    assert str(CorruptFile("/x/y", "it is short", "Delete it.")) == "/x/y is damaged: it is short. Delete it."
