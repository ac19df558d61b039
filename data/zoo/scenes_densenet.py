"""Trains scenes_densenet, day 53's small DenseNet, and records how four families of networks fare at several sizes.

Every network sees the same pictures, in batches of 32 for six epochs, with Adam, whose rate falls along half a cosine
from one of two numbers: for each family the one with which its middle size has the lower loss from seed 100. The
record holds three other seeds. About 200 CPU s.
"""

import time

import numpy as np
import scenes_depth
from keras import Input, Model, layers, losses, ops, optimizers

import deepdays as dd
from deepdays import zoo

RATES = (0.002, 0.008)
SEEDS = (0, 1, 2)
EPOCHS = 6
PICTURES = 1024


def norm_relu(x):
    return layers.ReLU()(layers.BatchNormalization(momentum=0.9)(x))


def conv(x, filters, size, stride=1):
    return layers.Conv2D(filters, size, strides=stride, padding="same", use_bias=False)(x)


def classifier(inputs, x):
    return Model(inputs, layers.Dense(7)(layers.GlobalAveragePooling2D()(x)))


def plain(width):
    """Three stages of two convolutions, in VGG's manner."""
    x = inputs = Input((16, 16, 3))
    for stage in range(3):
        for i in range(2):
            x = norm_relu(conv(x, width * 2**stage, 3, 2 if stage and not i else 1))
    return classifier(inputs, x)


def residual(width):
    """Stem, and three stages of one basic block each."""
    inputs = Input((16, 16, 3))
    x = norm_relu(conv(inputs, width, 3))
    for stage in range(3):
        filters, stride = width * 2**stage, 2 if stage else 1
        y = conv(norm_relu(conv(x, filters, 3, stride)), filters, 3)
        y = layers.BatchNormalization(momentum=0.9)(y)
        side = layers.BatchNormalization(momentum=0.9)(conv(x, filters, 1, stride))
        x = layers.ReLU()(layers.Add()([side, y]))
    return classifier(inputs, x)


def dense(growth):
    """Day 53's DenseNet: three dense blocks of three layers, two transitions that halve the channels."""
    inputs = Input((16, 16, 3))
    x = conv(inputs, 2 * growth, 3)
    for stage in range(3):
        for _ in range(3):
            x = layers.Concatenate()([x, conv(norm_relu(x), growth, 3)])
        if stage < 2:
            x = layers.AveragePooling2D(2)(conv(norm_relu(x), x.shape[-1] // 2, 1))
    return classifier(inputs, norm_relu(x))


def grouped(width):
    """Stem, and three stages of one RegNetY block each, in groups of 8 channels and with gates.

    The groups are convolutions of their own: Keras compiles a grouped one for the CPU anew at every call outside of
    `fit`, which takes minutes.
    """
    inputs = Input((16, 16, 3))
    x = norm_relu(conv(inputs, width, 3))
    for stage in range(3):
        filters, stride = width * 2**stage, 2 if stage else 1
        y = norm_relu(conv(x, filters, 1, stride))
        y = norm_relu(layers.Concatenate()([conv(y[..., i : i + 8], 8, 3) for i in range(0, filters, 8)]))
        gate = layers.Dense(filters // 4, activation="relu")(layers.GlobalAveragePooling2D()(y))
        gate = layers.Dense(filters, activation="sigmoid")(gate)
        y = layers.Multiply()([y, layers.Reshape((1, 1, filters))(gate)])
        y = layers.BatchNormalization(momentum=0.9)(conv(y, filters, 1))
        side = layers.BatchNormalization(momentum=0.9)(conv(x, filters, 1, stride))
        x = layers.ReLU()(layers.Add()([side, y]))
    return classifier(inputs, x)


def build():
    """The network that ships: day 53's DenseNet of growth rate 12."""
    return dense(12)


FAMILIES = {
    "plain": (plain, (6, 10, 16)),
    "residual": (residual, (6, 10, 16)),
    "dense": (dense, (4, 8, 12)),
    "grouped, with gates": (grouped, (16, 24, 32)),
}


class Runner:
    """A network that can be trained again and again without being compiled again."""

    def __init__(self, make, size):
        self.make, self.size = make, size
        self.model = make(size)
        self.model.compile(optimizers.Adam(0.001), losses.SparseCategoricalCrossentropy(from_logits=True))
        self.model.optimizer.build(self.model.trainable_variables)

    def run(self, x, labels, seed, rate) -> float:
        """The mean loss of the last epoch; the weights and the optimizer's memory are new."""
        dd.seed(seed)
        self.model.set_weights(self.make(self.size).get_weights())
        for variable in self.model.optimizer.variables:
            variable.assign(ops.zeros_like(variable))
        for epoch in range(EPOCHS):
            self.model.optimizer.learning_rate = rate * 0.5 * (1 + np.cos(np.pi * epoch / EPOCHS))
            history = self.model.fit(x, labels, batch_size=32, verbose=0).history["loss"]
        return round(float(history[-1]), 4)

    def accuracy(self, x, labels) -> float:
        said = np.concatenate([self.model(x[i : i + 250]) for i in range(0, len(x), 250)]).argmax(axis=-1)
        return round(float((said == labels).mean()), 4)


if __name__ == "__main__":
    began = time.process_time()
    (x, labels), held_out = scenes_depth.objects(PICTURES, seed=0), scenes_depth.objects(500, seed=1)
    record = {}
    for name, (make, sizes) in FAMILIES.items():
        runners = {size: Runner(make, size) for size in sizes}
        tried = {rate: runners[sizes[1]].run(x, labels, 100, rate) for rate in RATES}
        rate = min(tried, key=tried.get)
        results = []
        for size, runner in runners.items():
            losses_and_scores = [(runner.run(x, labels, seed, rate), runner.accuracy(*held_out)) for seed in SEEDS]
            results.append(
                {
                    "size": size,
                    "parameters": runner.model.count_params(),
                    "losses": [loss for loss, _ in losses_and_scores],
                    "accuracies": [score for _, score in losses_and_scores],
                }
            )
        record[name] = {"rate": rate, "tried": tried, "results": results}
        if name == "dense":
            kept, scores = runners[sizes[-1]].model, results[-1]["accuracies"]
        print(name, rate, tried, *results, f"{time.process_time() - began:.0f} s", sep="\n  ", flush=True)
    card = zoo.save(
        kept,
        zoo.ZooCard(
            name="scenes_densenet",
            title="a small DenseNet that names the objects of scenes",
            script="data/zoo/scenes_densenet.py",
            data=("scenes",),
            seed=SEEDS[-1],
            seconds=f"{time.process_time() - began:.0f} CPU s, all families together",
            score=f"names {scores[-1]:.1%} of 500 held-out objects of scenes of one object (seed 1), before rounding",
            limits="A network for lessons, trained for six short epochs.",
            extra={"held_out": scores[-1], "parameters": kept.count_params(), "families": record},
        ),
    )
    print(card)
