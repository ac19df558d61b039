"""Trains scenes_googlenet, day 51's small GoogLeNet, and for comparison the same network without bottlenecks.

Both get about 600 billion multiply-adds, counted forward. Only the one with bottlenecks is kept; what the other reaches
is on its card, as `extra["direct"]`.
"""

import training
from keras import Input, Model, layers

import deepdays as dd

BLOCKS = (  # f1, f3r, f3, f5r, f5, fp of each Inception block; a pooling comes before the second and the fourth
    (10, 12, 16, 4, 6, 8),
    (24, 28, 40, 8, 16, 16),
    (32, 36, 48, 10, 20, 20),
    (48, 40, 64, 12, 24, 24),
)


def convolution(x, filters, side):
    """A padded convolution with ReLU."""
    return layers.Conv2D(filters, side, padding="same", activation="relu", kernel_initializer="he_normal")(x)


def inception(x, sizes, direct):
    """Four branches side by side; direct leaves out the two convolutions that make the maps fewer."""
    f1, f3r, f3, f5r, f5, fp = sizes
    three, five = (x, x) if direct else (convolution(x, f3r, 1), convolution(x, f5r, 1))
    pooled = layers.MaxPooling2D(3, 1, "same")(x)
    branches = [convolution(x, f1, 1), convolution(three, f3, 3), convolution(five, f5, 5), convolution(pooled, fp, 1)]
    return layers.Concatenate()(branches)


def build(direct=False):
    """Day 51's `build_googlenet_small((32, 32, 3), 7)`; direct is the comparison."""
    inputs = Input((32, 32, 3))
    x = layers.MaxPooling2D(3, 2, "same")(convolution(inputs, 16, 3))
    for number, sizes in enumerate(BLOCKS):
        x = inception(x, sizes, direct)
        if number in (0, 2):
            x = layers.MaxPooling2D(3, 2, "same")(x)
    x = layers.Dropout(0.4)(layers.GlobalAveragePooling2D()(x))
    return Model(inputs, layers.Dense(7)(x))


if __name__ == "__main__":
    dd.seed(training.SEED)
    other = build(direct=True)
    training.train(other, *training.cutouts(4000, seed=0), epochs=3)
    direct = {"direct": training.accuracy(other), "direct_parameters": other.count_params(), "direct_epochs": 3}
    title = "a small GoogLeNet that names the objects of scenes"
    training.train_and_save(__file__, build, title=title, epochs=8, extra=direct)
