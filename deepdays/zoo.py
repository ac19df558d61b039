"""Small trained networks for lessons in which training takes longer than a lesson may.

A network is two files in `data/zoo/`: NAME.npz holds its configuration and its weights, in half precision or in eight
bits, and NAME.json is its card. `load` checks the first against the second.
"""

import dataclasses
import hashlib
import importlib
import io
import json
import zipfile
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, files
from pathlib import Path

from deepdays.data import cache
from deepdays.data.errors import CorruptFile, DataError, UnknownName, check_choice

_IN_A_CLONE = Path(__file__).resolve().parents[1] / "data" / "zoo"


def _folder() -> Path:
    """Where the networks lie: in the clone, else where an installed package put them."""
    if _IN_A_CLONE.is_dir():
        return _IN_A_CLONE
    try:
        brought = files("deepdays") or ()
    except PackageNotFoundError:
        return _IN_A_CLONE
    networks = (file for file in brought if file.parts[-4:-1] == ("deepdays", "data", "zoo"))
    return next((Path(str(file.locate())).resolve().parent for file in networks), _IN_A_CLONE)


FOLDER = _folder()
PRECISIONS = ("float32", "float16", "int8")


@dataclass(frozen=True)
class ZooCard:
    """What is on record about a network.

    Attributes:
        name: the network's name.
        title: what it is and does, a clause.
        script: the script that trained it, from the repository's root.
        data: the sets it was trained on.
        seed: of the training.
        seconds: the training took, and on what: `210 s on 2 CPU cores`.
        score: what it reaches, and on which part of the data.
        limits: what it must not be used for, or cannot do.
        precision: of the stored weights: float32, float16 or int8.
        size: bytes of NAME.npz.
        sha256: of NAME.npz, hex.
        modules: modules that define the layers in its configuration, imported before it is built.
        extra: what the network needs besides, such as a vocabulary; plain JSON.
    """

    name: str
    title: str
    script: str
    data: tuple[str, ...]
    seed: int
    seconds: str
    score: str
    limits: str
    precision: str = "float16"
    size: int = 0
    sha256: str = ""
    modules: tuple[str, ...] = ()
    extra: dict = field(default_factory=dict)


def names() -> list[str]:
    """The networks there are, sorted."""
    return sorted(path.stem for path in FOLDER.glob("*.json"))


def card(name: str) -> ZooCard:
    """The card of a network.

    Raises:
        UnknownName: there is no such network.
        CorruptFile: its card cannot be read.
    """
    path = FOLDER / f"{name}.json"
    if not FOLDER.is_dir():
        raise DataError(f"There is no zoo at {FOLDER}. It comes with the package: install that again.")
    if not path.is_file():
        raise UnknownName(name, names(), "network of the zoo")
    try:
        fields = json.loads(path.read_text(encoding="utf-8"))
        return ZooCard(**{**fields, "data": tuple(fields["data"]), "modules": tuple(fields["modules"])})
    except (ValueError, TypeError, KeyError) as error:
        raise CorruptFile(path, f"it is no card ({error})", _mend(name)) from error


def load(name: str):
    """Build a network of the zoo with its trained weights.

    Args:
        name: one of `names()`.

    Returns:
        keras.Model, uncompiled, with float32 weights.

    Raises:
        UnknownName: there is no such network.
        CorruptFile: its weights or its card are missing, truncated or changed.
    """
    import keras
    import numpy as np

    found = card(name)
    for module in found.modules:
        importlib.import_module(module)
    try:
        with np.load(io.BytesIO(_verified(found)), allow_pickle=False) as archive:
            model = keras.saving.deserialize_keras_object(json.loads(archive["config"].tobytes()))
            stored = [_restored(archive, index) for index in range(len(model.weights))]
    except (KeyError, ValueError, zipfile.BadZipFile) as error:
        raise CorruptFile(_weights(name), f"no network can be built from it ({error})", _mend(name)) from error
    model.set_weights(stored)
    return model


def save(model, card: ZooCard) -> ZooCard:
    """Write a network and its card into the zoo.

    Args:
        model: a built keras.Model, compiled or not; layers of its own must be registered with Keras's serialization.
        card: what is on record; size and sha256 are filled in here.

    Returns:
        The card as written.

    Raises:
        DataError: the weights do not fit the precision, or the disk does not take them.
    """
    import keras
    import numpy as np

    check_choice(card.precision, PRECISIONS, "precision")
    config = keras.saving.serialize_keras_object(model)
    config.pop("compile_config", None)  # its losses and metrics may be the script's own
    arrays = {"config": np.frombuffer(json.dumps(config).encode(), np.uint8)}
    for index, weight in enumerate(model.get_weights()):
        arrays.update(_stored(index, weight, card.precision))
    payload = io.BytesIO()
    np.savez(payload, **arrays)  # type: ignore[arg-type]  # none of the arrays is called `allow_pickle`
    data = payload.getvalue()
    card = dataclasses.replace(card, size=len(data), sha256=hashlib.sha256(data).hexdigest())
    with cache.writing(_weights(card.name)) as file:
        file.write(data)
    with cache.writing(FOLDER / f"{card.name}.json") as file:
        file.write(json.dumps(dataclasses.asdict(card), indent=2, ensure_ascii=False).encode() + b"\n")
    return card


def check() -> dict[str, str]:
    """What is wrong with each network's files, by name; empty text where nothing is."""
    problems = {}
    for name in names():
        try:
            _verified(card(name))
            problems[name] = ""
        except DataError as error:
            problems[name] = str(error)
    return problems


def _weights(name: str) -> Path:
    return FOLDER / f"{name}.npz"


def _mend(name: str) -> str:
    return f"Check it out from the repository again, or rebuild it with `make zoo NAME={name}`."


def _verified(card: ZooCard) -> bytes:
    path = _weights(card.name)
    try:
        data = path.read_bytes()
    except OSError as error:
        raise CorruptFile(path, f"it cannot be read ({error.strerror})", _mend(card.name)) from error
    if hashlib.sha256(data).hexdigest() != card.sha256:
        raise CorruptFile(path, "its SHA-256 is not the one on its card", _mend(card.name))
    return data


def _stored(index: int, weight, precision: str) -> dict:
    """A weight as it is kept; int8 keeps a scale for each output channel, and vectors in half precision."""
    import numpy as np

    if weight.dtype.kind != "f" or precision == "float32":
        return {f"w{index}": weight}
    if precision == "int8" and weight.ndim > 1:
        scale = np.abs(weight).max(axis=tuple(range(weight.ndim - 1)), keepdims=True) / 127
        scale = np.where(scale == 0, 1.0, scale).astype("float32")
        return {f"w{index}": np.round(weight / scale).astype("int8"), f"scale{index}": scale}
    half = weight.astype("float16")
    if not np.isfinite(half).all():
        raise DataError(f"Weight {index} is not finite in float16. Store the network with precision='float32'.")
    return {f"w{index}": half}


def _restored(archive, index: int):
    weight = archive[f"w{index}"]
    if f"scale{index}" in archive:
        return weight.astype("float32") * archive[f"scale{index}"]
    return weight.astype("float32") if weight.dtype.kind == "f" else weight
