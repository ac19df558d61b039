"""scenes_unet and faces_embedder come from their scripts: the architecture they build, the score on their cards."""

import importlib.util
from pathlib import Path

import numpy as np
import pytest

from deepdays import zoo

pytest.importorskip("keras")
FOLDER = zoo.FOLDER
NETWORKS = ("scenes_unet", "faces_embedder")


def script(name):
    """A script of the zoo as a module, without running what it does as a program."""
    spec = importlib.util.spec_from_file_location(name, FOLDER / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def plain(model):
    """The layers' kinds and settings, without names, and the shapes of the weights."""
    skipped = ("name", "batch_shape", "dtype")
    kinds = [
        (type(layer).__name__, {key: value for key, value in layer.get_config().items() if key not in skipped})
        for layer in model.layers
    ]
    return repr(kinds), [tuple(weight.shape) for weight in model.weights]


@pytest.mark.parametrize("name", NETWORKS)
def test_a_network_is_what_its_script_builds(name):
    card, model = zoo.card(name), zoo.load(name)
    assert Path(card.script) == Path("data/zoo") / f"{name}.py"
    assert plain(model) == plain(script(name).build())
    assert model.count_params() == card.extra["parameters"]
    assert card.size < 5_000_000


def test_the_unet_scores_what_its_card_says():
    card = zoo.card("scenes_unet")
    reached = script("scenes_unet").ious(zoo.load("scenes_unet"))
    assert reached.mean() == pytest.approx(card.extra["mean_iou"], abs=0.003)  # other processors' sums
    assert np.allclose(reached, card.extra["ious"], atol=0.01)
    assert f"{card.extra['mean_iou']:.3f}" in card.score


def test_the_embedder_scores_what_its_card_says():
    card = zoo.card("faces_embedder")
    threshold, reached = script("faces_embedder").held_out(zoo.load("faces_embedder"))
    assert threshold == pytest.approx(card.extra["threshold"], abs=0.05)
    assert reached == pytest.approx(card.extra["verified"], abs=0.01)  # the threshold moves in steps of a hundredth
    assert f"{card.extra['verified']:.1%}" in card.score
