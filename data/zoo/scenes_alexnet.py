"""Trains scenes_alexnet, day 50's small AlexNet, on the cutouts of the scenes."""

import training
from keras import Input, Sequential, layers


def build():
    """Day 50's `build_alexnet_small((32, 32, 3), 7)`."""

    def convolution(filters, kernel, stride=1):
        settings = {"padding": "same", "activation": "relu", "kernel_initializer": "he_normal"}
        return layers.Conv2D(filters, kernel, stride, **settings)

    model = Sequential([Input((32, 32, 3)), convolution(24, 5, 2), layers.MaxPooling2D(3, 2, "same")])
    model.add(convolution(48, 5))
    model.add(layers.MaxPooling2D(3, 2, "same"))
    for filters in (64, 64, 48):
        model.add(convolution(filters, 3))
    model.add(layers.MaxPooling2D(3, 2, "same"))
    model.add(layers.Flatten())
    for _ in range(2):
        model.add(layers.Dense(256, activation="relu", kernel_initializer="he_normal"))
        model.add(layers.Dropout(0.5))
    model.add(layers.Dense(7))
    return model


if __name__ == "__main__":
    training.train_and_save(__file__, build, title="a small AlexNet that names the objects of scenes", epochs=10)
