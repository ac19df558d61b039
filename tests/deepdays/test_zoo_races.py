"""The networks that carry the record of a race come from their scripts and score what their cards say."""

import sys

import pytest

from deepdays import zoo

pytest.importorskip("keras")
NAMES = ["scenes_depth", "scenes_densenet", "scenes_efficient"]


@pytest.mark.parametrize("name", NAMES)
def test_a_network_is_what_its_script_builds_and_scores_what_its_card_says(name, monkeypatch):
    monkeypatch.syspath_prepend(str(zoo.FOLDER))
    try:
        script, objects = __import__(name), __import__("scenes_depth").objects
    finally:
        for each in NAMES:
            sys.modules.pop(each, None)
    card, model = zoo.card(name), zoo.load(name)
    built = script.build()
    assert [type(layer) for layer in model.layers] == [type(layer) for layer in built.layers]
    assert [weight.shape for weight in model.weights] == [weight.shape for weight in built.weights]
    assert model.count_params() == card.extra["parameters"]
    x, labels = objects(500, seed=1)
    reached = float((model.predict(x, batch_size=250, verbose=0).argmax(axis=-1) == labels).mean())
    assert f"{card.extra['held_out']:.1%}" in card.score
    assert reached == pytest.approx(card.extra["held_out"], abs=0.01)  # half precision, and other processors' sums
