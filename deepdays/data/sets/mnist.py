"""MNIST: 70,000 handwritten digits."""

import zipfile

import numpy as np

from deepdays.data import public
from deepdays.data.card import Card
from deepdays.data.errors import CorruptFile

FILE = public.PublicFile(
    name="mnist.npz",
    digest="731c5ac602752760c8e48fbffcf8c3b850d9dc2a2aedcf2cc48468fc17b673d1",
    url="https://storage.googleapis.com/tensorflow/tf-keras-datasets/mnist.npz",
    elsewhere=("datasets/mnist.npz",),
)


def read_npz(path):
    """Read the archive that Keras publishes.

    Args:
        path: an npz file with x_train, y_train, x_test and y_test.

    Returns:
        ((x_train, y_train), (x_test, y_test)), as they are stored.

    Raises:
        CorruptFile: it is no such archive.
    """
    try:
        with np.load(path, allow_pickle=False) as archive:
            return tuple((archive[f"x_{part}"], archive[f"y_{part}"]) for part in ("train", "test"))
    except (OSError, ValueError, KeyError, zipfile.BadZipFile) as error:
        raise CorruptFile(path, f"no arrays can be read from it ({error})") from error


def mnist(source: str = "auto"):
    """Handwritten digits, 28x28 (LeCun, Bottou, Bengio and Haffner 1998, Gradient-based learning).

    Args:
        source: "full" fetches them once; "auto" needs them to be on this machine.

    Returns:
        ((x_train, y_train), (x_test, y_test)): x uint8 (60000, 28, 28) and (10000, 28, 28), ink from 0 to 255;
        y uint8 (60000,) and (10000,), the digit.

    Raises:
        DataError: the set cannot be had; it is not bundled.
    """
    return read_npz(*public.get_full("mnist", source, FILE, instead="glyphs"))


CARD = Card(
    name="mnist",
    title="handwritten digits",
    size="60,000 + 10,000 images, 28 x 28",
    origin="Yann LeCun, Corinna Cortes and Christopher Burges, from NIST",
    licence="CC BY-SA 3.0",
    make=lambda: mnist("full"),
    files=(FILE,),
    bundled=False,
)
