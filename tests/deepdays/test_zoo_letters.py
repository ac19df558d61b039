"""The network for letters comes from its script, scores what its card says, and its card has what day 55 reads."""

import sys

import pytest

from deepdays import zoo

pytest.importorskip("keras")
NAME = "glyphs_letters"


@pytest.fixture
def script(monkeypatch):
    monkeypatch.syspath_prepend(str(zoo.FOLDER))
    yield __import__(NAME)
    sys.modules.pop(NAME, None)


def test_the_network_is_what_its_script_builds_and_scores_what_its_card_says(script):
    card, model, built = zoo.card(NAME), zoo.load(NAME), script.build()
    assert [type(layer) for layer in model.layers] == [type(layer) for layer in built.layers]
    assert [layer.name for layer in model.layers[1:]] == [layer.name for layer in built.layers[1:]]
    assert [weight.shape for weight in model.weights] == [weight.shape for weight in built.weights]
    assert model.count_params() == card.extra["parameters"]
    _, (x, labels) = script.pictures(7200, 1800, 0, script.KNOWN)
    reached = float((model.predict(x, batch_size=200, verbose=0).argmax(axis=-1) == labels).mean())
    assert f"{card.extra['held_out']:.1%}" in card.score
    assert reached == pytest.approx(card.extra["held_out"], abs=0.005)  # half precision, and other processors' sums


def test_the_record_has_the_best_choice_of_every_way_and_all_draws(script):
    record, norms, longer = (zoo.card(NAME).extra[key] for key in ("ways", "norms", "longer"))
    assert list(record) == ["scratch", "linear probe", "fine-tuned"]
    for entry in record.values():
        assert list(entry["results"]) == [str(count) for count in script.COUNTS]
        assert all(len(shares) == 4 for shares in entry["results"].values())
    assert len(norms) == 4 and longer["steps"] == script.LONGER and len(longer["results"]) == 4
    for entry in (*record.values(), *norms.values()):
        assert entry["tried"][str(entry["choice"])] == max(entry["tried"].values())
