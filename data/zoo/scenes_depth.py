"""Trains scenes_depth, day 52's residual network of 20 layers, and records how networks of other makes and depths fare.

Each contender has the rate, of three, with which its loss is lowest after six epochs from seed 100. With that rate it
is trained from five other seeds. All contenders see the same pictures in batches of 32 for six epochs. About 170 CPU s.
"""

import time

import numpy as np
from keras import Input, Model, layers, losses, ops, optimizers

import deepdays as dd
from deepdays import zoo

CONTENDERS = {  # blocks a stage, shortcuts, how the convolutions' weights are drawn
    "plain, 8 layers": (1, False, "glorot_uniform"),
    "plain, 20 layers": (3, False, "glorot_uniform"),
    "residual, 20 layers": (3, True, "glorot_uniform"),
    "plain, 20 layers, He's start": (3, False, "he_normal"),
}
RATES = (0.0003, 0.001, 0.003)
SEEDS = (0, 1, 2, 3, 4)
EPOCHS = 6


def objects(num_scenes: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """The objects of scenes of one object, each cut out along its box and shrunk to 16 by 16 pixels.

    Returns:
        x: float32 (num_scenes, 16, 16, 3), from -1 to 1.
        labels: int64 (num_scenes,), 0 to 6.
    """
    found = dd.data.scenes(num_scenes, seed=seed, num_objects=(1, 1))
    x = np.empty((num_scenes, 16, 16, 3), "float32")
    for i, (image, (left, top, right, bottom)) in enumerate(zip(found.images, found.boxes[:, 0], strict=True)):
        half = 0.575 * max(right - left, bottom - top)  # a margin of 15%
        steps = (np.arange(32) + 0.5) / 32 * 2 * half - half
        rows, columns = (
            np.clip((low + high) / 2 + steps, 0, 63).astype(int) for low, high in ((top, bottom), (left, right))
        )
        window = image[np.ix_(rows, columns)].astype("float32")  # (32, 32, 3)
        x[i] = window.reshape(16, 2, 16, 2, 3).mean(axis=(1, 3)) / 127.5 - 1
    return x, found.labels[:, 0]


def build(blocks: int = 3, shortcut: bool = True, start: str = "glorot_uniform"):
    """Day 52's `build_resnet((16, 16, 3), 7, stages, small=True, norm=False)` with `blocks` blocks a stage."""

    def conv(x, filters, size=3, stride=1):
        return layers.Conv2D(filters, size, strides=stride, padding="same", kernel_initializer=start)(x)

    inputs = Input((16, 16, 3))
    x = layers.ReLU()(conv(inputs, 8))
    for stage, filters in enumerate((8, 16, 32)):
        for block in range(blocks):
            stride = 2 if block == 0 and stage > 0 else 1
            y = conv(layers.ReLU()(conv(x, filters, stride=stride)), filters)
            if shortcut:
                y = layers.Add()([conv(x, filters, 1, stride) if block == 0 else x, y])
            x = layers.ReLU()(y)
    return Model(inputs, layers.Dense(7)(layers.GlobalAveragePooling2D()(x)))


class Contender:
    """A network that can be trained again and again without being compiled again."""

    def __init__(self, blocks, shortcut, start):
        self.make = lambda: build(blocks, shortcut, start)
        self.model = self.make()
        self.model.compile(optimizers.Adam(), losses.SparseCategoricalCrossentropy(from_logits=True))
        self.model.optimizer.build(self.model.trainable_variables)

    def run(self, x, labels, seed: int, rate: float) -> list[float]:
        """The mean loss of each epoch; the weights and the optimizer's memory are new."""
        dd.seed(seed)
        self.model.set_weights(self.make().get_weights())
        for variable in self.model.optimizer.variables:
            variable.assign(ops.zeros_like(variable))
        self.model.optimizer.learning_rate = rate
        history = self.model.fit(x, labels, batch_size=32, epochs=EPOCHS, verbose=0).history["loss"]
        return [round(float(loss), 4) for loss in history]

    def accuracy(self, x, labels) -> float:
        said = np.concatenate([self.model(x[i : i + 250]) for i in range(0, len(x), 250)]).argmax(axis=-1)
        return round(float((said == labels).mean()), 4)


if __name__ == "__main__":
    began = time.process_time()
    (x, labels), held_out = objects(1024, seed=0), objects(500, seed=1)
    record = {}
    for name, settings in CONTENDERS.items():
        contender = Contender(*settings)
        tried = {rate: contender.run(x, labels, 100, rate)[-1] for rate in RATES}
        rate = min(tried, key=tried.get)
        runs = []
        for seed in SEEDS:
            runs.append({"losses": contender.run(x, labels, seed, rate), "accuracy": contender.accuracy(*held_out)})
            if name == "residual, 20 layers" and seed == 0:
                best = contender.make()
                best.set_weights(contender.model.get_weights())
        record[name] = {"rate": rate, "tried": tried, "runs": runs}
        print(name, rate, tried, *runs, sep="\n  ", flush=True)
    accuracy = record["residual, 20 layers"]["runs"][0]["accuracy"]
    card = zoo.save(
        best,
        zoo.ZooCard(
            name="scenes_depth",
            title="a residual network of 20 layers without batch norm that names the objects of scenes",
            script="data/zoo/scenes_depth.py",
            data=("scenes",),
            seed=0,
            seconds=f"{time.process_time() - began:.0f} CPU s, all contenders together",
            score=f"names {accuracy:.1%} of 500 held-out objects of scenes of one object (seed 1), before rounding",
            limits="A network for lessons, trained for six short epochs.",
            extra={"held_out": accuracy, "parameters": best.count_params(), "contenders": record},
        ),
    )
    print(card)
