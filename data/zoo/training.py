"""What the scripts of the zoo's classifiers share: the cutouts of days 50 to 54, a schedule, a score, a card.

A script defines `build()`, which makes the untrained network, and hands it to `train_and_save`. Scripts run from any
folder: `make zoo NAME=scenes_vgg`, or `python data/zoo/scenes_vgg.py`.
"""

import time
from pathlib import Path

import numpy as np

import deepdays as dd
from deepdays import zoo

with dd.quiet():
    import keras

SIDE = 32  # pixels of a cutout
SEED = 0


def cutouts(num_scenes: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """The objects of some scenes, four from each, every one in the middle of a window where the border allows it.

    Args:
        num_scenes: scenes; there are four times as many cutouts.
        seed: of the scenes.

    Returns:
        x: float32 (4 num_scenes, 32, 32, 3), about -2 to 2.
        labels: int64 (4 num_scenes,), 0 to 6, an index into deepdays.data.sets.scenes.CLASSES.
    """
    found = dd.data.scenes(num_scenes, seed=seed, num_objects=(4, 4))
    middle = (found.boxes[..., :2] + found.boxes[..., 2:]) // 2
    corners = np.clip(middle - SIDE // 2, 0, found.images.shape[1] - SIDE)  # (num_scenes, 4, 2), x before y
    windows = [
        image[top : top + SIDE, left : left + SIDE]
        for image, places in zip(found.images, corners, strict=True)
        for left, top in places
    ]
    return (np.array(windows, dtype="float32") - 115) / 64, found.labels.ravel()


def train(model, x, labels, epochs: int, rate: float = 1e-3) -> None:
    """Train a classifier that gives logits: Adam in batches of 32, its rate along half a cosine to 0."""
    steps = epochs * -(-len(x) // 32)
    model.compile(
        keras.optimizers.Adam(keras.optimizers.schedules.CosineDecay(rate, steps)),
        keras.losses.SparseCategoricalCrossentropy(from_logits=True),
    )
    model.fit(x, labels, batch_size=32, epochs=epochs, verbose=2)


def accuracy(model) -> float:
    """The share of the held-out cutouts, those of 500 scenes of seed 1, that a network names rightly."""
    x, labels = cutouts(500, seed=1)
    return float((model.predict(x, batch_size=100, verbose=0).argmax(axis=-1) == labels).mean())


def train_and_save(
    script: str, build, title: str, epochs: int, num_scenes: int = 4000, train=train, extra=None
) -> None:
    """Train the network of a script, write it into the zoo, and print what the stored one reaches.

    Args:
        script: `__file__` of the script; the network has its name.
        build: makes the untrained network, from pictures (32, 32, 3) to 7 logits.
        title: what the network is, a clause.
        epochs: over the cutouts of num_scenes scenes of seed 0.
        train: another way to train, with the arguments of `train` above.
        extra: a dict for the card, besides accuracy, parameters, epochs and pictures.
    """
    name = Path(script).stem
    dd.seed(SEED)
    model = build()
    began = time.process_time()
    train(model, *cutouts(num_scenes, seed=0), epochs)
    card = zoo.ZooCard(
        name=name,
        title=title,
        script=f"data/zoo/{name}.py",
        data=("scenes",),
        seed=SEED,
        seconds=f"{time.process_time() - began:.0f} CPU s",
        score="",
        limits="A network for lessons: it knows the objects of the scenes and nothing else.",
    )
    zoo.save(model, card)
    reached = accuracy(zoo.load(name))  # of what is stored, in half precision
    score = f"names {reached:.1%} of 2,000 held-out cutouts (500 scenes, seed 1)"
    extra = {
        "accuracy": reached,
        "parameters": model.count_params(),
        "epochs": epochs,
        "pictures": 4 * num_scenes,
        **(extra or {}),
    }
    card = zoo.save(model, zoo.ZooCard(**{**card.__dict__, "score": score, "extra": extra}))
    print(f"{name}: {card.score}; {model.count_params():,} parameters, {card.size:,} bytes, {card.seconds}")
