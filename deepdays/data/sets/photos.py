"""Colour photographs that ship inside scikit-image and scikit-learn, and patches cut from them."""

import hashlib
import importlib.util
import io
from functools import cache
from pathlib import Path

import numpy as np
from PIL import Image

from deepdays.data.card import Card
from deepdays.data.errors import CorruptFile, DataError, check_choice, check_count

_SKIMAGE, _SKLEARN = ("skimage", "data"), ("sklearn", "datasets/images")
_PROJECT = {"skimage": "scikit-image", "sklearn": "scikit-learn"}
# name: where, file, SHA-256
_FILES = {
    "astronaut": (_SKIMAGE, "astronaut.png", "88431cd9653ccd539741b555fb0a46b61558b301d4110412b5bc28b5e3ea6cb5"),
    "cat": (_SKIMAGE, "chelsea.png", "596aa1e7cb875eb79f437e310381d26b338a81c2da23439704a73c4651e8c4bb"),
    "china": (_SKLEARN, "china.jpg", "8378025ad2519d649d02e32bd98990db4ab572357d9f09841c2fbfbb4fefad29"),
    "coffee": (_SKIMAGE, "coffee.png", "cc02f8ca188b167c775a7101b5d767d1e71792cf762c33d6fa15a4599b5a8de7"),
    "flower": (_SKLEARN, "flower.jpg", "a77f6ec41e353afdf8bdff2ea981b2955535d8d83294f8cfa49cf4e423dd5638"),
    "galaxies": (_SKIMAGE, "hubble_deep_field.jpg", "3a19c5dd8a927a9334bb1229a6d63711b1c0c767fb27e2286e7c84a3e2c2f5f4"),
    "motorcycle": (_SKIMAGE, "motorcycle_left.png", "db18e9c4157617403c3537a6ba355dfeafe9a7eabb6b9b94cb33f6525dd49179"),
    "retina": (_SKIMAGE, "retina.jpg", "38a07f36f27f095e818aea7b96d34202c05176d30253c66733f2e00379e9e0e6"),
    "rocket": (_SKIMAGE, "rocket.jpg", "c2dd0de7c538df8d111e479619b129464d0269d0ae5fd18ca91d33a7fdfea95c"),
    "tissue": (_SKIMAGE, "ihc.png", "f8dd1aa387ddd1f49d8ad13b50921b237df8e9b262606d258770687b0ef93cef"),
}
NAMES = tuple(_FILES)
_ZOOMS = (1, 2, 3, 4)  # pixels of a photograph along a pixel of a patch


def photos() -> dict[str, np.ndarray]:
    """Ten photographs: a person, an animal, things, a building, a flower, stars, an eye and tissue under a microscope.

    Returns:
        name to uint8 (height, width, 3), red, green, blue: astronaut (512, 512), cat (300, 451), china (427, 640),
        coffee (400, 600), flower (427, 640), galaxies (872, 1000), motorcycle (500, 741), retina (1411, 1411),
        rocket (427, 640), tissue (512, 512).

    Raises:
        DataError: the installed package does not bundle one of them.
        CorruptFile: a file is not the one that is documented.
    """
    return {name: np.array(_photo(name)) for name in NAMES}


def patches(n: int = 1000, size: int = 64, seed: int | list[int] = 0, names: tuple[str, ...] = NAMES) -> np.ndarray:
    """Square patches from random places of the photographs, at full scale down to a quarter, half of them mirrored.

    Args:
        n: patches.
        size: pixels along a side, from 1 to 300; a scale at which a photograph is smaller than that is left out.
        seed: of the places.
        names: which photographs to cut from.

    Returns:
        uint8 (n, size, size, 3).

    Raises:
        DataError: an argument is out of range, or as for photos().
    """
    check_count(n)
    check_count(size, "size", high=300)
    if not names:
        raise DataError(f"names must hold at least one of {', '.join(NAMES)}. Received: {names!r}")
    sources = [_shrunk(check_choice(name, NAMES, "photograph"), zoom) for name in names for zoom in _ZOOMS]
    sources = [source for source in sources if min(source.shape[:2]) >= size]
    rng = np.random.default_rng(seed)
    which = (rng.random(n) * len(sources)).astype(int)
    places, mirrored = rng.random((n, 2)), rng.random(n) < 0.5
    cut = np.empty((n, size, size, 3), dtype="uint8")
    for i, source in enumerate(sources[k] for k in which):
        top, left = (places[i] * (np.array(source.shape[:2]) - size + 1)).astype(int)
        cut[i] = source[top : top + size, left : left + size]
    cut[mirrored] = cut[mirrored, :, ::-1]
    return cut


@cache
def _photo(name):
    (package, folder), file, digest = _FILES[name]
    found = importlib.util.find_spec(package)
    project = _PROJECT[package]
    if found is None or not found.submodule_search_locations:
        raise DataError(f"The photograph {name!r} is part of {project}, which is not installed. Install {project}.")
    path = Path(found.submodule_search_locations[0]) / folder / file
    try:
        data = path.read_bytes()
    except OSError as error:
        raise DataError(f"{path} is missing from the installed {project}. Install another version of it.") from error
    if hashlib.sha256(data).hexdigest() != digest:
        raise CorruptFile(path, f"its SHA-256 is not {digest}", f"Install {project} anew.")
    with Image.open(io.BytesIO(data)) as image:
        pixels = np.array(image.convert("RGB"))
    pixels.flags.writeable = False
    return pixels


@cache
def _shrunk(name, zoom):
    """A photograph at 1 / zoom of its scale, each pixel the mean of zoom x zoom."""
    pixels = _photo(name)
    height, width = (side // zoom for side in pixels.shape[:2])
    blocks = pixels[: height * zoom, : width * zoom].reshape(height, zoom, width, zoom, 3)
    total = blocks.sum(axis=(1, 3), dtype="int32")
    return ((2 * total + zoom * zoom) // (2 * zoom * zoom)).astype("uint8")


def draw(figure):
    for axes, (name, photo) in zip(figure.subplots(2, 5).flat, photos().items(), strict=True):
        axes.imshow(photo)
        axes.set_title(name)
        axes.set_axis_off()


CARD = Card(
    name="photos",
    title="colour photographs, and patches cut from them",
    size="10 photographs, 300 x 451 to 1411 x 1411",
    origin="scikit-image and scikit-learn",
    licence="public domain or CC0; china, flower: CC BY 2.0; motorcycle: Middlebury 2014",
    make=photos,
    fingerprint="c446547a9eef886d26c3dd5e3b1235473e3346b2959c553ff925ba0f45ed005e",
    draw=draw,
    needs=("skimage",),
)
