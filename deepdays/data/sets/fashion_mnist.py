"""Fashion-MNIST: 70,000 photographs of clothes."""

import gzip
import struct
import zlib

import numpy as np

from deepdays.data import public
from deepdays.data.card import Card
from deepdays.data.errors import CorruptFile

CLASSES = ("T-shirt", "trousers", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "ankle boot")


def _file(part, digest):
    return public.PublicFile(
        name=f"fashion-mnist/{part}.gz",
        digest=digest,
        url=f"https://storage.googleapis.com/tensorflow/tf-keras-datasets/{part}.gz",
        elsewhere=(f"datasets/fashion-mnist/{part}.gz",),
    )


FILES = (
    _file("train-images-idx3-ubyte", "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84"),
    _file("train-labels-idx1-ubyte", "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845"),
    _file("t10k-images-idx3-ubyte", "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073"),
    _file("t10k-labels-idx1-ubyte", "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5"),
)


def read_idx(path):
    """Read a gzipped IDX file of bytes: a magic number, the axes' lengths, then the values.

    Args:
        path: the file.

    Returns:
        uint8 array with as many axes as the file says.

    Raises:
        CorruptFile: it is no IDX file of bytes, or it is cut short.
    """
    try:
        with gzip.open(path, "rb") as file:
            data = file.read()
        zeros, kind, axes = struct.unpack_from(">HBB", data)
        shape = struct.unpack_from(f">{axes}I", data, 4)
        if (zeros, kind) != (0, 8):
            raise ValueError("it is not an IDX file of bytes")
        return np.frombuffer(data, np.uint8, offset=4 + 4 * axes).reshape(shape).copy()
    except (OSError, EOFError, ValueError, struct.error, zlib.error) as error:
        raise CorruptFile(path, f"no array can be read from it ({error})") from error


def fashion_mnist(source: str = "auto"):
    """Photographs of clothes, 28x28 (Xiao, Rasul and Vollgraf 2017, Fashion-MNIST).

    Args:
        source: "full" fetches them once; "auto" needs them to be on this machine.

    Returns:
        ((x_train, y_train), (x_test, y_test)): x uint8 (60000, 28, 28) and (10000, 28, 28), brightness from 0 to 255;
        y uint8 (60000,) and (10000,), 0 T-shirt, 1 trousers, 2 pullover, 3 dress, 4 coat, 5 sandal, 6 shirt,
        7 sneaker, 8 bag, 9 ankle boot.

    Raises:
        DataError: the set cannot be had; it is not bundled.
    """
    arrays = [read_idx(path) for path in public.get_full("fashion_mnist", source, *FILES, instead="glyphs")]
    return (arrays[0], arrays[1]), (arrays[2], arrays[3])


CARD = Card(
    name="fashion_mnist",
    title="photographs of clothes in ten classes",
    size="60,000 + 10,000 images, 28 x 28",
    origin="Zalando Research",
    licence="MIT",
    make=lambda: fashion_mnist("full"),
    files=FILES,
    bundled=False,
)
