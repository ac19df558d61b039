"""Networks come back from the zoo as they went in, and never when their files were changed."""

import json

import numpy as np
import pytest

from deepdays import zoo
from deepdays.data.errors import CorruptFile, DataError, UnknownName

keras = pytest.importorskip("keras")


@keras.saving.register_keras_serializable("deepdays-tests")
class Doubled(keras.layers.Layer):
    """A layer of one's own, as a zoo network may have."""

    def __init__(self, units, **kwargs):
        super().__init__(**kwargs)
        self.units = units

    def build(self, shape):
        self.kernel = self.add_weight(shape=(shape[-1], self.units), name="kernel")

    def call(self, x):
        return 2 * x @ self.kernel

    def get_config(self):
        return {**super().get_config(), "units": self.units}


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.setattr(zoo, "FOLDER", tmp_path / "zoo")
    (tmp_path / "zoo").mkdir()
    return tmp_path / "zoo"


@pytest.fixture(scope="module")
def model():
    keras.utils.set_random_seed(0)
    x = inputs = keras.Input((8, 8, 1))
    x = keras.layers.Conv2D(4, 3, activation="relu")(x)
    x = keras.layers.BatchNormalization()(x)
    x = keras.layers.Dropout(0.5)(keras.layers.Flatten()(x))
    return keras.Model(inputs, Doubled(3)(x), name="small")


def card(**changes):
    fields = {
        "name": "small",
        "title": "a network for a test",
        "script": "tests/deepdays/test_zoo.py",
        "data": ("digits",),
        "seed": 0,
        "seconds": "0 s on 1 CPU core",
        "score": "none",
        "limits": "untrained",
    }
    return zoo.ZooCard(**{**fields, **changes})


@pytest.mark.parametrize(("precision", "tolerance"), [("float32", 0), ("float16", 1e-3), ("int8", 1 / 127)])
def test_a_network_comes_back(model, folder, precision, tolerance):
    written = zoo.save(model, card(precision=precision, extra={"vocabulary": ["é", "b"]}))
    assert zoo.names() == ["small"]
    assert zoo.card("small") == written
    assert written.size == (folder / "small.npz").stat().st_size
    assert sorted(path.name for path in folder.iterdir()) == ["small.json", "small.npz"]
    found = zoo.load("small")
    for one, other in zip(model.get_weights(), found.get_weights(), strict=True):
        assert other.dtype == one.dtype == np.float32
        assert np.abs(one - other).max() <= tolerance * max(np.abs(one).max(), 1e-9)
    x = np.random.default_rng(0).random((5, 8, 8, 1), dtype=np.float32)
    expected, got = (keras.ops.convert_to_numpy(network(x, training=False)) for network in (model, found))
    assert np.abs(expected - got).max() <= 4 * tolerance * np.abs(expected).max()


def test_a_network_comes_back_without_what_it_was_compiled_with(folder):
    network = keras.Sequential([keras.Input((4,)), keras.layers.Dense(2)])
    network.compile("adam", lambda target, predicted: keras.ops.mean(target - predicted))
    zoo.save(network, card())
    assert not zoo.load("small").compiled


def test_lower_precision_is_smaller_and_the_same_twice(model, folder):
    wide = keras.Sequential([keras.Input((100,)), keras.layers.Dense(100)])
    sizes = {precision: zoo.save(wide, card(precision=precision)).size for precision in zoo.PRECISIONS}
    assert sizes["float32"] - sizes["float16"] == pytest.approx(20_000, rel=0.05)
    assert sizes["float16"] - sizes["int8"] == pytest.approx(10_000, rel=0.10)
    first = zoo.save(model, card())
    data = (folder / "small.npz").read_bytes()
    assert zoo.save(model, card()) == first
    assert (folder / "small.npz").read_bytes() == data


def test_a_weight_that_does_not_fit_is_refused(folder):
    network = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    network.set_weights([np.full((2, 1), 1e6, "float32"), np.zeros(1, "float32")])
    with np.errstate(over="ignore"), pytest.raises(DataError, match=r"Weight 0 is not finite in float16"):
        zoo.save(network, card())
    assert list(folder.iterdir()) == []
    with pytest.raises(UnknownName, match=r"No precision is called 'float8'"):
        zoo.save(network, card(precision="float8"))


def test_a_channel_of_zeros_survives_eight_bits():
    network = keras.Sequential([keras.Input((2,)), keras.layers.Dense(2)])
    network.set_weights([np.array([[0.0, 1.0], [0.0, -0.5]], "float32"), np.zeros(2, "float32")])
    zoo.save(network, card(precision="int8"))
    kernel = zoo.load("small").get_weights()[0]
    assert np.allclose(kernel, [[0, 1], [0, -0.5]], atol=0.005)


def test_an_unknown_network_tells_the_nearest(model):
    zoo.save(model, card())
    with pytest.raises(UnknownName, match=r"No network of the zoo is called 'smal'. Did you mean 'small'?"):
        zoo.load("smal")


def test_a_changed_file_is_never_loaded(model, folder):
    zoo.save(model, card())
    assert zoo.check() == {"small": ""}
    data = bytearray((folder / "small.npz").read_bytes())
    data[len(data) // 2] ^= 1
    (folder / "small.npz").write_bytes(data)
    with pytest.raises(
        CorruptFile, match=r"small.npz is damaged: its SHA-256 .* rebuild it with `make zoo NAME=small`"
    ):
        zoo.load("small")
    assert "SHA-256" in zoo.check()["small"]
    (folder / "small.npz").unlink()
    with pytest.raises(CorruptFile, match=r"small.npz is damaged: it cannot be read \(No such file"):
        zoo.load("small")


@pytest.mark.parametrize("content", ["", "{", "[]", '{"name": "small"}'])
def test_a_damaged_card_is_named(folder, content):
    (folder / "small.json").write_text(content)
    with pytest.raises(CorruptFile, match=r"small.json is damaged: it is no card"):
        zoo.load("small")


def test_a_card_is_readable_json(model, folder):
    zoo.save(model, card(extra={"vocabulary": ["é"]}))
    text = (folder / "small.json").read_text(encoding="utf-8")
    assert '"é"' in text
    assert json.loads(text)["limits"] == "untrained"


def test_without_a_zoo_the_mend_is_told(folder, monkeypatch):
    monkeypatch.setattr(zoo, "FOLDER", folder / "nowhere")
    assert zoo.names() == []
    with pytest.raises(DataError, match=r"There is no zoo at .*nowhere. It comes with the package"):
        zoo.load("small")


def test_every_network_that_ships_is_whole(monkeypatch):
    monkeypatch.undo()
    problems = {name: problem for name, problem in zoo.check().items() if problem}
    assert problems == {}
    assert sum(zoo.card(name).size for name in zoo.names()) < 60_000_000
