"""Day 48, LeNet and a first CNN in Keras: the reference answers.

Written by `deepdays build` from solutions/day_048_first_cnn.py; change that file instead.
"""

import numpy as np
import deepdays as dd
with dd.quiet():
    import keras
    from keras import ops

__all__ = [
    "build_lenet",
    "conv_params",
    "feature_maps",
    "shift_images",
    "shift_robustness",
]


def shift_images(x, down, right):
    """Move pictures over a black ground.

    Args:
        x: pictures, array (N, H, W, C) of any number dtype; left unchanged.
        down: int, how many rows each picture moves down; up if negative. May exceed H.
        right: int, how many columns it moves to the right; to the left if negative. May exceed W.

    Returns:
        A new array of x's shape and dtype; 0 where nothing moved in. About 6 lines.
    """
    moved = np.zeros_like(x)
    height, width = x.shape[1:3]
    rows, from_rows = (slice(max(by, 0), max(height + by, 0)) for by in (down, -down))
    columns, from_columns = (slice(max(by, 0), max(width + by, 0)) for by in (right, -right))
    moved[:, rows, columns] = x[:, from_rows, from_columns]
    return moved


def conv_params(kernel, in_ch, out_ch, links=None, use_bias=True):
    """Count the trainable numbers of a convolution.

    Args:
        kernel: f of a square filter, int >= 1, or (rows, columns) of any, two ints >= 1.
        in_ch: channels that come in, int >= 1.
        out_ch: channels that go out, int >= 1.
        links: how many pairs of an incoming and an outgoing channel are linked, int; None for all of them.
        use_bias: whether each outgoing channel has a bias.

    Returns:
        int. About 6 lines.

    Raises:
        ValueError: links is negative, or more than there are pairs.
    """
    rows, columns = (kernel, kernel) if isinstance(kernel, int) else kernel
    pairs = in_ch * out_ch
    linked = pairs if links is None else links
    if not 0 <= linked <= pairs:
        raise ValueError(f"links must be from 0 to {pairs}, the number of pairs. Received: {links}")
    return rows * columns * linked + (out_ch if use_bias else 0)


def build_lenet(input_shape, num_classes, activation="relu", pooling="max"):
    """LeNet as it is taught, for pictures of any size; built, not compiled.

    Args:
        input_shape: (H, W, C) of one picture, H and W >= 12, with pixels from 0 to 255.
        num_classes: number of classes K, int >= 1.
        activation: activation of both convolutions and of `dense1` and `dense2`, a name that Keras knows.
        pooling: "max" or "average", for both poolings.

    Returns:
        keras.Sequential from (N, H, W, C), uint8 or float, for any N, to logits (N, K). Its layers have the names of
        the table above, in this order, and start as Keras starts them; the model has its weights already. About 14
        lines.

    Raises:
        ValueError: pooling is neither of the two.
    """
    if pooling not in ("max", "average"):
        raise ValueError(f"pooling must be 'max' or 'average'. Received: {pooling!r}")
    pool = keras.layers.MaxPooling2D if pooling == "max" else keras.layers.AveragePooling2D
    layers = [
        keras.layers.Rescaling(1 / 255, name="scaling"),
        keras.layers.Conv2D(6, 5, padding="same", activation=activation, name="conv1"),
        pool(2, name="pool1"),
        keras.layers.Conv2D(16, 5, activation=activation, name="conv2"),
        pool(2, name="pool2"),
        keras.layers.Flatten(name="flatten"),
        keras.layers.Dense(120, activation=activation, name="dense1"),
        keras.layers.Dense(84, activation=activation, name="dense2"),
        keras.layers.Dense(num_classes, name="logits"),
    ]
    return keras.Sequential([keras.Input(input_shape), *layers])


def feature_maps(model, image, layer):
    """What a layer of a model gives for one picture, when the model is used and not trained.

    Args:
        model: built Keras model with one input, Sequential or functional, branches and all; left as it is.
        image: one picture (H, W, C), NumPy array of uint8 or float, as the model takes them; left unchanged.
        layer: the name of one of model's layers.

    Returns:
        NumPy array of floats, the layer's output for this picture: (H', W', D) for a layer of maps, (n,) for a flat
        one. About 5 lines.

    Raises:
        ValueError: model has no layer of that name.
    """
    if layer not in [each.name for each in model.layers]:
        raise ValueError(f"the model has no layer of that name. Received: {layer!r}")
    probe = keras.Model(model.inputs[0], model.get_layer(layer).output)
    return ops.convert_to_numpy(probe(image[None], training=False)[0])


def shift_robustness(model, x, y, pixels):
    """The accuracy of a classifier on pictures that have moved by so many pixels.

    Args:
        model: Keras model from pictures (N, H, W, C) to logits (N, K); used, not trained.
        x: pictures, array (N, H, W, C), N >= 1; left unchanged.
        y: the right classes, int array (N,) of any int dtype; left unchanged.
        pixels: int >= 0.

    Returns:
        float, the mean of the accuracies on the pictures moved up, down, to the left and to the right, with 0 where
        nothing moved in. For 0 pixels the plain accuracy. About 6 lines.
    """
    accuracies = []
    for down, right in ((-pixels, 0), (pixels, 0), (0, -pixels), (0, pixels)):
        logits = ops.convert_to_numpy(model(shift_images(x, down, right), training=False))
        accuracies.append(np.mean(logits.argmax(axis=-1) == y))
    return float(np.mean(accuracies))
