"""Small photographs, with a cat in them or without."""

import h5py
import numpy as np

from deepdays.data import public
from deepdays.data.card import Card
from deepdays.data.errors import CorruptFile

FILES = (
    public.PublicFile(
        name="catvnoncat_train.h5",
        digest="fbe56ab67c3ae28d564e3a644189117976d6b31af0a3ce9bb17dbf22908af242",
    ),
    public.PublicFile(
        name="catvnoncat_test.h5",
        digest="6a9d39ce52fa85953c5834695b8534a30ed8cfd54971fb2f080b5a24d002b951",
    ),
)


def read_h5(path, part):
    """Read one of the two HDF5 files.

    Args:
        path: an HDF5 file with the arrays PART_set_x and PART_set_y.
        part: "train" or "test".

    Returns:
        (x, y), as they are stored.

    Raises:
        CorruptFile: it is no such file.
    """
    try:
        with h5py.File(path, "r") as file:
            return np.array(file[f"{part}_set_x"]), np.array(file[f"{part}_set_y"])
    except (OSError, KeyError) as error:
        raise CorruptFile(path, f"no arrays can be read from it ({error})") from error


def cats(source: str = "auto"):
    """Photographs, 64x64 in colour; a third of them show a cat.

    Args:
        source: "full" and "auto" both need the two files to be in the cache: they have no lasting public address.

    Returns:
        ((x_train, y_train), (x_test, y_test)): x uint8 (209, 64, 64, 3) and (50, 64, 64, 3), red, green and blue
        from 0 to 255; y int64 (209,) and (50,), 1 for a cat. Of the test photographs two
        thirds show one, and test photograph 17 is also training photograph 146.

    Raises:
        DataError: the set cannot be had; it is not bundled.
    """
    train, test = public.get_full("cats", source, *FILES)
    return read_h5(train, "train"), read_h5(test, "test")


CARD = Card(
    name="cats",
    title="small photographs, with a cat or without",
    size="209 + 50 images, 64 x 64 x 3",
    origin="photographs from the web, spread by online courses",
    licence="unknown; not for redistribution",
    make=lambda: cats("full"),
    files=FILES,
    bundled=False,
)
