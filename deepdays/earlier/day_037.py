"""Day 37, The Sequential API: the reference answers.

Written by `deepdays build` from solutions/day_037_sequential_api.py; change that file instead.
"""

import math
import numpy as np
import deepdays as dd
with dd.quiet():
    import keras

__all__ = [
    "build_classifier",
    "compile_for_logits",
    "count_layer_params",
    "fit_normalization",
    "predict_labels",
]


def fit_normalization(x, per_feature=True):
    """A layer that gives x mean 0 and variance 1, and measures everything that comes later by the same ruler.

    Args:
        x: training data, float or uint8 array (m, ..., n) with m >= 2, in units that float32 can resolve: each
            deviation is over 1e-5, each mean within 1,000 deviations of 0. Left unchanged.
        per_feature: True for a mean and a variance of each entry of the last axis; False for one of all numbers in x.

    Returns:
        keras.layers.Normalization that has seen x. About 3 lines.
    """
    layer = keras.layers.Normalization(axis=-1 if per_feature else None)
    layer.adapt(x)
    return layer


def build_classifier(input_shape, num_classes, hidden, normalization=None):
    """A dense network that gives logits; built, not compiled.

    Args:
        input_shape: shape of one example, a tuple such as (2,) or (28, 28).
        num_classes: number of classes K, int >= 1.
        hidden: widths of the hidden layers from first to last, a list of ints; may be empty; left unchanged.
        normalization: a layer that the inputs pass first, in their own shape, or None.

    Returns:
        keras.Sequential from (m, *input_shape), for any m, to logits (m, K): the normalization if there is one, a
        Flatten, a Dense layer with ReLU for each entry of hidden, and a Dense layer without activation. The dense
        layers start as Keras starts them, and the model has its weights already. About 7 lines.
    """
    layers = [keras.Input(input_shape)]
    if normalization is not None:
        layers.append(normalization)
    layers.append(keras.layers.Flatten())
    for width in hidden:
        layers.append(keras.layers.Dense(width, activation="relu"))
    layers.append(keras.layers.Dense(num_classes))
    return keras.Sequential(layers)


def count_layer_params(model):
    """Count the numbers that each layer of a model holds.

    Args:
        model: a built keras.Sequential; its layers are `model.layers`.

    Returns:
        list with a tuple (name, trainable, non_trainable) for each layer in order: its name, and two ints, how
        many numbers its trainable and its non-trainable weights hold. About 6 lines.
    """
    rows = []
    for layer in model.layers:
        trainable = sum(math.prod(weight.shape) for weight in layer.trainable_weights)
        non_trainable = sum(math.prod(weight.shape) for weight in layer.non_trainable_weights)
        rows.append((layer.name, trainable, non_trainable))
    return rows


def compile_for_logits(model, learning_rate):
    """Make a model of logits ready for training on class numbers, with Adam.

    Args:
        model: a keras model whose outputs are logits (m, K). Its layers and weights stay as they are.
        learning_rate: Adam's learning rate, float > 0; all else about Adam stays as Keras has it.

    Returns:
        the same model, compiled with the mean cross-entropy as loss and one metric, "accuracy". About 6 lines.
    """
    model.compile(
        optimizer=keras.optimizers.Adam(learning_rate=learning_rate),
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
    )
    return model


def predict_labels(model, x):
    """What a classifier says about each example.

    Args:
        model: a keras model from x to logits (m, K); it may lack compilation, and is left as it is.
        x: m examples as the model takes them, array (m, ...), m >= 1; left unchanged.

    Returns:
        int array (m,): the class with the largest logit, the first one of equals. Nothing is printed. About 2 lines.
    """
    logits = model.predict(x, verbose=0)  # (m, K)
    return np.argmax(logits, axis=-1)
