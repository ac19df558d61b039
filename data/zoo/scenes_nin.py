"""Trains scenes_nin, day 50's small Network in Network, on the cutouts of the scenes."""

import training
from keras import Input, Sequential, layers


def build():
    """Day 50's `build_nin_small((32, 32, 3), 7)`."""
    model = Sequential([Input((32, 32, 3))])

    def block(filters, kernel, stride):
        for size, step in ((kernel, stride), (1, 1), (1, 1)):
            settings = {"padding": "same", "activation": "relu", "kernel_initializer": "he_normal"}
            model.add(layers.Conv2D(filters, size, step, **settings))

    block(24, 5, 2)
    model.add(layers.MaxPooling2D(3, 2, "same"))
    block(48, 5, 1)
    model.add(layers.MaxPooling2D(3, 2, "same"))
    block(64, 3, 1)
    model.add(layers.Dropout(0.5))
    block(64, 3, 1)
    model.add(layers.Conv2D(7, 1))
    model.add(layers.GlobalAveragePooling2D())
    return model


if __name__ == "__main__":
    training.train_and_save(
        __file__, build, title="a small Network in Network that names the objects of scenes", epochs=9
    )
