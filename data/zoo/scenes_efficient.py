"""Trains scenes_efficient, day 54's small MobileNetV2, and records how two generations of MobileNet fare.

The terms are those of `scenes_densenet.py`, whose record holds the residual networks to compare with: the same pictures
in batches of 32, six epochs, Adam, for each family the one of two rates with which its middle size has the lower loss
from seed 100, and three other seeds. About 200 CPU s.
"""

import time

import scenes_depth
from keras import Input, layers
from scenes_densenet import PICTURES, RATES, SEEDS, Runner, classifier, conv

from deepdays import zoo

STAGES = ((4, 16, 2, 1), (4, 24, 2, 2), (4, 32, 2, 2))  # expansion, filters, repeats, stride of the first


def divisible(filters, divisor=8):
    """The multiple of divisor next to a number of filters, never more than 10% below it."""
    nearest = max(divisor, int(filters + divisor / 2) // divisor * divisor)
    return nearest + divisor if nearest < 0.9 * filters else nearest


def norm(x, relu=True):
    x = layers.BatchNormalization(momentum=0.9)(x)
    return layers.ReLU(6.0)(x) if relu else x


def depthwise(x, stride):
    return norm(layers.DepthwiseConv2D(3, strides=stride, padding="same", use_bias=False)(x))


def separable(width):
    """A stem and three stages of two depthwise separable convolutions, in the manner of the first MobileNet."""
    inputs = Input((16, 16, 3))
    x = norm(conv(inputs, width, 3))
    for stage in range(3):
        for i in range(2):
            x = norm(conv(depthwise(x, 2 if stage and not i else 1), width * 2**stage, 1))
    return classifier(inputs, x)


def inverted(width):
    """Day 54's `build_mobilenet_small((16, 16, 3), 7, STAGES, stem=16, last=96, width=width)`."""
    inputs = Input((16, 16, 3))
    x = norm(conv(inputs, divisible(16 * width), 3))
    for expansion, filters, repeats, first in STAGES:
        for i in range(repeats):
            y = norm(conv(x, expansion * x.shape[-1], 1))
            y = depthwise(y, 1 if i else first)
            y = norm(conv(y, divisible(filters * width), 1), relu=False)
            x = layers.Add()([x, y]) if y.shape == x.shape else y
    return classifier(inputs, norm(conv(x, divisible(96 * max(width, 1)), 1)))


def build():
    """The network that ships: day 54's MobileNetV2 of width 1."""
    return inverted(1.0)


FAMILIES = {
    "separable": (separable, (8, 16, 24)),
    "inverted residual": (inverted, (0.5, 1.0, 1.5)),
}


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
            pairs = [(runner.run(x, labels, seed, rate), runner.accuracy(*held_out)) for seed in SEEDS]
            results.append(
                {
                    "size": size,
                    "parameters": runner.model.count_params(),
                    "losses": [loss for loss, _ in pairs],
                    "accuracies": [score for _, score in pairs],
                }
            )
        record[name] = {"rate": rate, "tried": tried, "results": results}
        kept, scores = runners[sizes[1]].model, results[1]["accuracies"]
        print(name, rate, tried, *results, f"{time.process_time() - began:.0f} s", sep="\n  ", flush=True)
    card = zoo.save(
        kept,
        zoo.ZooCard(
            name="scenes_efficient",
            title="a small MobileNetV2 that names the objects of scenes",
            script="data/zoo/scenes_efficient.py",
            data=("scenes",),
            seed=SEEDS[-1],
            seconds=f"{time.process_time() - began:.0f} CPU s, all families together",
            score=f"names {scores[-1]:.1%} of 500 held-out objects of scenes of one object (seed 1), before rounding",
            limits="A network for lessons, trained for six short epochs.",
            extra={"held_out": scores[-1], "parameters": kept.count_params(), "families": record},
        ),
    )
    print(card)
