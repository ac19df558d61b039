"""The detectors of the zoo come from their scripts and find what their cards say."""

import sys

import numpy as np
import pytest

import deepdays as dd
from deepdays import zoo

pytest.importorskip("keras")
NAMES = ["scenes_yolo"]


@pytest.mark.parametrize("name", NAMES)
def test_a_detector_is_what_its_script_builds_and_finds_what_its_card_says(name, monkeypatch):
    monkeypatch.syspath_prepend(str(zoo.FOLDER))
    try:
        script = __import__(name)
    finally:
        sys.modules.pop(name, None)
    card, model = zoo.card(name), zoo.load(name)
    built = script.build()
    assert [type(layer) for layer in model.layers] == [type(layer) for layer in built.layers]
    assert [weight.shape for weight in model.weights] == [weight.shape for weight in built.weights]
    assert model.count_params() == card.extra["parameters"]
    assert card.size < 5_000_000
    reached = float(np.mean(script.average_precisions(model, dd.data.scenes(500, seed=1))))
    assert reached > 0.5
    assert f"{card.extra['map']:.3f}" in card.score
    assert reached == pytest.approx(card.extra["map"], abs=0.01)  # other processors' sums
