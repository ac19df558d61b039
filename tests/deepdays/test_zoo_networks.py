"""Every network of the zoo comes from its script: the architecture that the script builds, the score on its card."""

import importlib.util
import sys
from pathlib import Path

import pytest

from deepdays import zoo

pytest.importorskip("keras")
FOLDER = zoo.FOLDER
NAMES = [name for name in zoo.names() if "accuracy" in zoo.card(name).extra]


def script(name):
    """A script of the zoo as a module, without running what it does as a program."""
    if name in sys.modules:
        return sys.modules[name]
    spec = importlib.util.spec_from_file_location(name, FOLDER / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # scripts import each other by these names
    spec.loader.exec_module(module)
    return module


def plain(model):
    """What a model consists of: its layers' kinds and settings, without names and seeds; and its weights' shapes."""
    kinds = []
    for layer in model.layers:
        config = {key: value for key, value in layer.get_config().items() if key not in {"name", "seed", "batch_shape"}}
        kinds.append((type(layer).__name__, {key: value for key, value in config.items() if "dtype" not in key}))
    return kinds, [tuple(weight.shape) for weight in model.weights]


@pytest.fixture(autouse=True)
def quick_imports(monkeypatch):
    monkeypatch.syspath_prepend(str(FOLDER))
    yield
    for name in [*NAMES, "training"]:
        sys.modules.pop(name, None)


@pytest.mark.parametrize("name", NAMES)
def test_a_network_is_what_its_script_builds_and_scores_what_its_card_says(name):
    card = zoo.card(name)
    assert Path(card.script) == Path("data/zoo") / f"{name}.py"
    model = zoo.load(name)
    assert plain(model) == plain(script(name).build())
    assert model.count_params() == card.extra["parameters"]
    assert card.size < 1_000_000
    reached = script("training").accuracy(model)
    assert f"{card.extra['accuracy']:.1%}" in card.score
    assert reached == pytest.approx(card.extra["accuracy"], abs=0.003)  # half precision, and other processors' sums
