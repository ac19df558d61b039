"""Trains scenes_unet, day 58's U-Net, which says of every pixel of a scene what it shows. About 300 CPU s."""

import time

import numpy as np

import deepdays as dd
from deepdays import zoo

with dd.quiet():
    import keras
    from keras import Input, Model, layers, ops

NUM_CLASSES = 8  # background, and the seven classes of the scenes
FILTERS = (16, 32, 64, 128)
NUM_SCENES, EPOCHS, BATCH, RATE = 4000, 6, 16, 0.003
SEED = 0


def scenes(n: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Scenes and what each pixel shows.

    Returns:
        x: float32 (n, 64, 64, 3), about -2 to 2.
        y: int64 (n, 64, 64), 0 background, 1 plus the class elsewhere.
    """
    found = dd.data.scenes(n, seed=seed)
    return (found.images.astype("float32") - 115) / 64, found.class_maps()


def build():
    """Day 58's `build_unet((64, 64, 3), 8, (16, 32, 64, 128))`."""

    def twice(x, filters):
        for _ in range(2):
            x = layers.Conv2D(filters, 3, padding="same", use_bias=False)(x)
            x = layers.ReLU()(layers.BatchNormalization(momentum=0.9)(x))
        return x

    inputs = x = Input((64, 64, 3))
    skips = []
    for filters in FILTERS[:-1]:
        skips.append(twice(x, filters))
        x = layers.MaxPooling2D(2)(skips[-1])
    x = twice(x, FILTERS[-1])
    for filters, skip in zip(FILTERS[-2::-1], skips[::-1], strict=True):
        x = layers.Conv2DTranspose(filters, 2, strides=2)(x)
        x = twice(layers.Concatenate()([skip, x]), filters)
    return Model(inputs, layers.Conv2D(NUM_CLASSES, 1, activation="softmax")(x))


def loss(y, probs):
    """Cross-entropy, the mean over all pixels, plus day 58's `dice_loss`."""
    truth = ops.one_hot(ops.cast(y, "int32"), NUM_CLASSES)
    hits = ops.sum(truth * probs, axis=(0, 1, 2))
    sizes = ops.sum(truth, axis=(0, 1, 2)) + ops.sum(probs, axis=(0, 1, 2))
    dice = 1 - ops.mean((2 * hits + 1) / (sizes + 1))
    return ops.mean(keras.losses.sparse_categorical_crossentropy(y, probs)) + dice


def ious(model) -> np.ndarray:
    """The intersection over union of each class of pixels on 300 held-out scenes, those of seed 1."""
    x, y = scenes(300, seed=1)
    said = model.predict(x, batch_size=50, verbose=0).argmax(axis=-1)
    counts = np.bincount(NUM_CLASSES * y.ravel() + said.ravel(), minlength=NUM_CLASSES**2)
    counts = counts.reshape(NUM_CLASSES, NUM_CLASSES)
    hits = counts.diagonal()
    return hits / (counts.sum(axis=0) + counts.sum(axis=1) - hits)


if __name__ == "__main__":
    dd.seed(SEED)
    model = build()
    x, y = scenes(NUM_SCENES, seed=0)
    steps = EPOCHS * -(-NUM_SCENES // BATCH)
    began = time.process_time()
    model.compile(keras.optimizers.Adam(keras.optimizers.schedules.CosineDecay(RATE, steps)), loss)
    model.fit(x, y, batch_size=BATCH, epochs=EPOCHS, verbose=2)
    trained = build()  # without what the training was compiled with, which is no part of the network
    trained.set_weights(model.get_weights())
    card = zoo.ZooCard(
        name="scenes_unet",
        title="a U-Net that says of each pixel of a scene what it shows",
        script="data/zoo/scenes_unet.py",
        data=("scenes",),
        seed=SEED,
        seconds=f"{time.process_time() - began:.0f} CPU s",
        score="",
        limits="A network for lessons: it knows the eight classes of pixels of the scenes and nothing else.",
    )
    zoo.save(trained, card)
    reached = ious(zoo.load("scenes_unet"))  # of what is stored, in half precision
    extra = {
        "mean_iou": float(reached.mean()),
        "ious": [round(float(iou), 4) for iou in reached],
        "parameters": model.count_params(),
        "epochs": EPOCHS,
        "pictures": NUM_SCENES,
    }
    score = f"a mean IoU of {reached.mean():.3f} over the 8 classes of pixels of 300 held-out scenes (seed 1)"
    print(zoo.save(trained, zoo.ZooCard(**{**card.__dict__, "score": score, "extra": extra})))
