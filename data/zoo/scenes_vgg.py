"""Trains scenes_vgg, day 50's small VGG, on the cutouts of the scenes."""

import training
from keras import Input, Sequential, layers


def build():
    """Day 50's `build_vgg_small((32, 32, 3), 7)`."""
    model = Sequential([Input((32, 32, 3))])
    for filters, num_convs in ((16, 1), (32, 1), (48, 2), (48, 2)):
        for _ in range(num_convs):
            model.add(layers.Conv2D(filters, 3, padding="same", activation="relu", kernel_initializer="he_normal"))
        model.add(layers.MaxPooling2D())
    model.add(layers.Flatten())
    for _ in range(2):
        model.add(layers.Dense(128, activation="relu", kernel_initializer="he_normal"))
        model.add(layers.Dropout(0.5))
    model.add(layers.Dense(7))
    return model


if __name__ == "__main__":
    training.train_and_save(__file__, build, title="a small VGG that names the objects of scenes", epochs=8)
