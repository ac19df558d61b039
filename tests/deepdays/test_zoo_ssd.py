"""The single-shot detector comes from its script and finds what its card says."""

import sys

import numpy as np
import pytest

import deepdays as dd
from deepdays import zoo

pytest.importorskip("keras")


def test_the_detector_is_what_its_script_builds_and_scores_what_its_card_says(monkeypatch):
    monkeypatch.syspath_prepend(str(zoo.FOLDER))
    try:
        script = __import__("scenes_ssd")
    finally:
        sys.modules.pop("scenes_ssd", None)
    card, model = zoo.card("scenes_ssd"), zoo.load("scenes_ssd")
    built = script.build()
    assert [type(layer) for layer in model.layers] == [type(layer) for layer in built.layers]
    assert [weight.shape for weight in model.weights] == [weight.shape for weight in built.weights]
    assert model.count_params() == card.extra["parameters"]
    assert card.size < 5_000_000
    found = dd.data.scenes(500, seed=1)
    by_class, small, other = script.judged(script.detect(model, found.images), found)
    assert f"{card.extra['map']:.3f}" in card.score
    assert np.mean(list(by_class.values())) == pytest.approx(card.extra["map"], abs=0.01)  # other processors' sums
    assert (small, other) == pytest.approx(tuple(card.extra["recall"].values()), abs=0.01)
