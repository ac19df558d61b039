# ---
# day: 39
# title: Custom layers, losses and metrics
# week: 8
# minutes: 110
# backend: any
# needs: [5, 7, 24, 26, 27, 32, 37, 38]
# data: [digits]
# papers:
# - Huber 1964, Robust estimation of a location parameter
# - "van Rijsbergen 1979, Information Retrieval"
# - "Hinton and Salakhutdinov 2006, Reducing the dimensionality of data with neural networks"
# - "Vincent, Larochelle, Lajoie, Bengio and Manzagol 2010, Stacked denoising autoencoders"
# - "Press and Wolf 2017, Using the output embedding to improve language models"
# ---

# %% [markdown]
# # Day 39 · Custom layers, losses and metrics
#
# By the end you can write the parts that Keras lacks, a layer, a loss, a metric, so that they train, freeze, save and
# load like its own, and prove that what comes back from a file says the same to the last bit.
#
# - **You will build** a dense layer from nothing, a layer that borrows its weights from another, Huber's loss with a
#   setting, the macro-averaged $F_1$ as a metric with a memory, and a round trip through a file that checks itself.
#   Together they read digits, forget none of them on disk, and squeeze them through a narrow place.
# - **You need** precision, recall and $F_1$ (Day 7), Huber's loss (Day 24), dense layers (Day 26), `fit` (Day 37),
#   functional and subclassed models (Day 38).
# - **Not today:** training loops of your own (Day 40).
# - **Time:** about 110 minutes.
#
# | symbol | meaning | shape | in code |
# |---|---|---|---|
# | $m, n, r$ | examples, inputs and units of a layer | | `units` |
# | $x$ | what goes into a layer | $(m, n)$ or $(\dots, n)$ | `x` |
# | $W, b$ | kernel and bias | $(n, r)$, $(r,)$ | `kernel`, `bias` |
# | $g$ | an activation | | `activation` |
# | $a$ | output of a layer; in an autoencoder, the code | $(m, r)$ | |
# | $c$ | the bias of the tied layer | $(n,)$ | `bias` |
# | $y, \hat y$ | targets and predictions | $(m, d)$ | `y_true`, `y_pred` |
# | $e = \hat y - y$ | error | $(m, d)$ | |
# | $\delta$ | where Huber's loss turns from square to straight | scalar | `threshold` |
# | $K$ | number of classes | | `num_classes` |
# | $T_k, P_k, N_k$ | hits of class $k$, false alarms (FP), misses (FN) | $(K,)$ each | |
# | $F_k$, $F$ | $F_1$ of class $k$, their mean | $(K,)$, $()$ | |

# %% setup
import json
import logging
import tempfile
import zipfile
from pathlib import Path

import numpy as np

import deepdays as dd

with dd.quiet():  # frameworks announce themselves while they load
    import keras
    from keras import ops

    ops.softmax(ops.zeros((1, 2)))
logging.getLogger("tensorflow").setLevel("ERROR")  # it would warn that many small models are compiled one by one

# %% [markdown]
# ## A layer lives in four moments
#
# A layer of your own is a class under `keras.layers.Layer`, and each of its methods belongs to a moment:
#
# | method | when | what for |
# |---|---|---|
# | `__init__(settings)` | it is made | keep the settings; nothing is known of the data |
# | `build(input_shape)` | it first meets a shape | make the weights, whose shapes depend on the input's |
# | `call(x)` | always | compute |
# | `get_config()` | it is saved | name the settings, so that it can be made again |
#
# Keras calls `build` itself, once, before the first `call`. `input_shape` is a tuple whose first entry may be `None`.
# Weights are made by `self.add_weight(shape=…, initializer=…, name=…)`: that tells Keras to train and save them. A
# plain array on `self` is none of its business and stays what it was. The default initializer draws as Keras's own
# dense layer does; `"zeros"` starts at zero; `trainable=False` keeps a weight from the optimizer.
#
# `call` uses `keras.ops` and not NumPy, because it also runs on promises (Day 38) and has to be differentiable. It may
# take an argument `training`; a layer *without* weights, such as one that adds noise in training only, consists of
# little else:
#
#     class Noise(keras.layers.Layer):
#         def __init__(self, std, **kwargs):
#             super().__init__(**kwargs)              # name, dtype, trainable: Keras's own settings
#             self.std = std
#             self.seed_generator = keras.random.SeedGenerator()
#
#         def call(self, x, training=False):
#             if not training:
#                 return x
#             return x + self.std * keras.random.normal(ops.shape(x), seed=self.seed_generator)
#
#         def get_config(self):
#             return {**super().get_config(), "std": self.std}
#
# The last method is the one that people leave out, since all goes well until a file is loaded. It returns a new dict
# of **plain** values (numbers, strings, lists, dicts), which Keras writes as JSON. To make the layer again,
# `from_config` calls `cls(**config)`. So every argument of `__init__` has to be in it under its own name, those of the
# parent class as well. An activation is a function, and no plain value: `keras.activations.get` turns a name, a
# function or `None` into a function, `keras.activations.serialize` turns a function back.
#
# Our first layer is Day 26's, $a = g(x W + b)$, on the last axis, whatever comes before it. By hand: $x = (1, 2)$ and
#
# $$W = \begin{pmatrix} 1 & 0 \\ 2 & -1 \end{pmatrix}, \quad b = (0, 1): \qquad x W + b = (5, -1), \quad
# \text{with ReLU } a = (5, 0) .$$


# %% exercise: MyDense
class MyDense(keras.layers.Layer):
    """A dense layer, activation(x @ kernel + bias), made of nothing but weights and ops.

    Args:
        units: width of the output r, int >= 1.
        activation: the name of one of Keras's activations, such a function, or None for none.

    Weights, in this order: `kernel` (n, units), started as add_weight does by default, and `bias` (units,), started
    as zeros; both trainable, attributes of these names, and there as soon as the layer was built or called. Two
    layers share nothing. A saved model loads with the class in `custom_objects`.
    """

    def __init__(self, units, activation=None, **kwargs):
        super().__init__(**kwargs)
        ### BEGIN SOLUTION
        self.units = units
        self.activation = keras.activations.get(activation)
        ### END SOLUTION

    def build(self, input_shape):
        """Make the weights for inputs of input_shape, whose last entry n is known. About 2 lines."""
        ### BEGIN SOLUTION
        self.kernel = self.add_weight(shape=(input_shape[-1], self.units), name="kernel")
        self.bias = self.add_weight(shape=(self.units,), initializer="zeros", name="bias")
        ### END SOLUTION

    def call(self, x):
        """Tensor (..., units) for x (..., n), float32 array or tensor of two or more axes, m perhaps unknown."""
        ### BEGIN SOLUTION
        return self.activation(ops.matmul(x, self.kernel) + self.bias)
        ### END SOLUTION

    def get_config(self):
        """A new dict of plain values from which `MyDense.from_config` makes such a layer again."""
        ### BEGIN SOLUTION
        activation = keras.activations.serialize(self.activation)
        return {**super().get_config(), "units": self.units, "activation": activation}
        ### END SOLUTION


# %% fixture
def relu_by_function(units):
    """A MyDense whose activation is handed over as a function."""
    return MyDense(units, activation=keras.activations.relu)


def in_a_model(layer, *shape):
    """A functional model with the layer as its only box, for inputs (m, *shape)."""
    inputs = keras.Input(shape)
    return keras.Model(inputs, layer(inputs))


def config_as_json(thing):
    """What get_config returns, as JSON text without the name; or in words why that cannot be."""
    try:
        return json.dumps({key: value for key, value in thing.get_config().items() if key != "name"}, sort_keys=True)
    except TypeError as error:
        return f"no JSON: {error}"


def made_again(thing):
    """Another object from the configuration of this one."""
    return type(thing).from_config(thing.get_config())


def saved_and_loaded(model, **custom_objects):
    """What comes back when the model is written to a file and read again."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.keras"
        model.save(path)
        return keras.models.load_model(path, custom_objects=custom_objects)


def my_dense_reloaded(model):
    return saved_and_loaded(model, MyDense=MyDense)


def after_a_step(model, x, y, rate):
    """The model's weights after one step of plain gradient descent on the mean squared error."""
    model.compile(keras.optimizers.SGD(rate), "mean_squared_error", run_eagerly=True)
    model.train_on_batch(x, y)
    return model.get_weights()


# %% test: MyDense, points=3
layer = MyDense(units=2, activation="relu")
dd.check.kind(layer, keras.layers.Layer, what="MyDense(2, 'relu')")
x = np.array([[1.0, 2.0], [-1.0, 0.0], [0.0, -3.0]], dtype="float32")
layer(x)
shapes = [w.shape for w in layer.get_weights()]
dd.check.equal(shapes, [(2, 2), (2,)], what="the shapes of the weights", why="a kernel, then a bias")
layer.set_weights([np.array([[1.0, 0.0], [2.0, -1.0]]), np.array([0.0, 1.0])])
with dd.check.unchanged(x, what="x"):
    came = layer(x)
due = ops.convert_to_tensor([[5.0, 0.0], [0.0, 1.0], [0.0, 4.0]])
dd.check.like(came, due, rtol=1e-5, what="the output", why="the first row is the example worked by hand")
layer = MyDense(3)
came = layer(np.ones((2, 5, 4), "float32"))
dd.check.shape(came, (2, 5, 3), what="the output for x (2, 5, 4)", why="only the last axis changes")
dd.check.equal([w.shape for w in layer.get_weights()], [(4, 3), (3,)], what="the shapes of the weights")
config = MyDense(3, "tanh", name="mine").get_config()
dd.check.kind(config, dict, what="get_config()")
for key, value in {"name": "mine", "units": 3, "activation": "tanh"}.items():
    dd.check.equal(config.get(key), value, what=f"get_config()[{key!r}]", why="it is what the layer was made with")
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(39)
ACTIVATIONS = {None: lambda z: z, "tanh": np.tanh, "relu": lambda z: np.maximum(z, 0), "sigmoid": None}
ACTIVATIONS["sigmoid"] = lambda z: 1 / (1 + np.exp(-z))
for units, activation, shape in (
    (4, None, (3, 5)),
    (1, "tanh", (2, 3)),
    (5, "sigmoid", (1, 2)),
    (2, "relu", (3, 4, 1)),
):
    layer = MyDense(units, activation)
    x = rng.normal(size=shape).astype("float32")
    what = f"MyDense({units}, {activation!r})"
    layer(x)
    kernel, bias = layer.get_weights()
    dd.check.equal(bias, np.zeros(units), what="the start of the bias", why="it starts as zeros")
    if kernel.size > 3:
        assert len(np.unique(kernel)) > kernel.size // 2, "the kernel's entries start alike, and would stay alike"
        limit = np.sqrt(6 / (shape[-1] + units))
        assert np.abs(kernel).max() <= limit, "the kernel starts within Glorot's limits, add_weight's default"
    values = [rng.normal(size=(shape[-1], units)), rng.normal(size=units)]
    layer.set_weights(values)
    for given in (x, ops.convert_to_tensor(2 * x[:1])):
        numbers = np.asarray(given, float).reshape(-1, shape[-1])
        rows = [[sum(row * column) + b for column, b in zip(values[0].T, values[1], strict=True)] for row in numbers]
        due = ACTIVATIONS[activation](np.array(rows)).reshape(*np.shape(given)[:-1], units)
        came = layer(given)
        due = ops.convert_to_tensor(due, dtype="float32")
        dd.check.like(came, due, rtol=1e-4, atol=1e-5, what=f"the output of {what}", why="g(x W + b)")
    dd.check.equal(len(layer.weights), 2, what="the number of weights after three calls", why="calls make none")
    dd.check.equal(len(layer.trainable_weights), 2, what="the number of trained weights", why="kernel and bias learn")
    text = config_as_json(layer)
    assert not text.startswith("no JSON"), f"get_config must hold plain values only; there is {text}"
    again = made_again(layer)
    again(x)
    again.set_weights(values)
    came = again(x)
    dd.check.like(came, layer(x), rtol=1e-6, what=f"the output of {what} made again", why="units and activation return")
dd.check.close(layer.kernel, values[0], rtol=1e-5, what="layer.kernel", why="it is an attribute")
dd.check.close(layer.bias, values[1], rtol=1e-5, what="layer.bias", why="it is an attribute")

layer = relu_by_function(3)
model = in_a_model(layer, 4)
dd.check.equal(model.output_shape, (None, 3), what="the output shape in a model", why="m is open")
x, y = rng.normal(size=(6, 4)).astype("float32"), rng.normal(size=(6, 3))
kernel, bias = rng.normal(size=(4, 3)), rng.normal(size=3)
model.set_weights([kernel, bias])
came = my_dense_reloaded(model)
dd.check.like(came(x), model(x), atol=0, rtol=0, what="the output, saved and loaded", why="bit for bit the same")
z = x @ kernel + bias
slope = 2 * (np.maximum(z, 0) - y) / y.size * (z > 0)
due = [kernel - 0.5 * x.T @ slope, bias - 0.5 * slope.sum(axis=0)]
for name, actual, expected in zip(("kernel", "bias"), after_a_step(model, x, y, 0.5), due, strict=True):
    why = "gradient descent at a rate of 0.5"
    dd.check.close(actual, expected, rtol=1e-4, atol=1e-5, what=f"the {name} after a step", why=why)
layer.trainable = False
dd.check.equal(len(layer.trainable_weights), 0, what="the number of trained weights, frozen", why="it may not learn")
### END HIDDEN TESTS

# %% mistakes: MyDense
# - replace: ops.matmul(x, self.kernel) + self.bias
#   with: ops.matmul(x, self.kernel)
#   hint: "The bias is made and never added."
# - replace: self.activation(ops.matmul(x, self.kernel) + self.bias)
#   with: self.activation(ops.matmul(x, self.kernel)) + self.bias
#   hint: "You add the bias after the activation. It belongs inside."
# - replace: self.activation(ops.matmul(x, self.kernel) + self.bias)
#   with: ops.matmul(x, self.kernel) + self.bias
#   hint: "The activation goes unused."
# - replace: self.add_weight(shape=(self.units,), initializer="zeros", name="bias")
#   with: self.add_weight(shape=(1,), initializer="zeros", name="bias")
#   hint: "You have one bias for all units. Each has its own."
# - replace: self.add_weight(shape=(self.units,), initializer="zeros", name="bias")
#   with: self.add_weight(shape=(self.units,), name="bias")
#   hint: "The bias starts at random. It starts as zeros."
# - replace: self.add_weight(shape=(input_shape[-1], self.units), name="kernel")
#   with: self.add_weight(shape=(input_shape[-1], self.units), initializer="zeros", name="kernel")
#   hint: "With a kernel of zeros all units are alike, get like gradients, and stay alike."
# - replace: self.add_weight(shape=(input_shape[-1], self.units), name="kernel")
#   with: self.add_weight(shape=(input_shape[1], self.units), name="kernel")
#   hint: "You take the second axis for the features. Where there are more axes, they are the last one."
# - replace: self.add_weight(shape=(input_shape[-1], self.units), name="kernel")
#   with: self.add_weight(shape=(input_shape[-1], self.units), trainable=False, name="kernel")
#   hint: "The kernel is kept from training."
# - replace: ", \"activation\": activation}"
#   with: "}"
#   hint: "The configuration forgets the activation: a loaded layer would be linear, without a word."
# - replace: "\"units\": self.units, \"activation\": activation"
#   with: "\"activation\": activation"
#   hint: "The configuration forgets units, without which no such layer can be made."
# - replace: activation = keras.activations.serialize(self.activation)
#   with: activation = self.activation
#   hint: "The configuration holds a function. It may hold plain values only; how is a function turned into one?"
# - replace: "{**super().get_config(), \"units\""
#   with: "{\"units\""
#   hint: "The configuration leaves out what the parent class has to say, such as the name."


# %% mistake: MyDense
# hint: "Kernel and bias are plain tensors of yours. Keras does not know of them, so it neither trains nor saves them."
class MyDense(keras.layers.Layer):
    def __init__(self, units, activation=None, **kwargs):
        super().__init__(**kwargs)
        self.units, self.activation = units, keras.activations.get(activation)

    def build(self, input_shape):
        self.kernel = keras.random.normal((input_shape[-1], self.units))
        self.bias = ops.zeros((self.units,))

    def call(self, x):
        return self.activation(ops.matmul(x, self.kernel) + self.bias)

    def get_config(self):
        activation = keras.activations.serialize(self.activation)
        return {**super().get_config(), "units": self.units, "activation": activation}


# %% mistake: MyDense
# hint: "Your kernel is (units, n). It would compute the same, but a kernel is (n, units) here."
class MyDense(keras.layers.Layer):
    def __init__(self, units, activation=None, **kwargs):
        super().__init__(**kwargs)
        self.units, self.activation = units, keras.activations.get(activation)

    def build(self, input_shape):
        self.kernel = self.add_weight(shape=(self.units, input_shape[-1]), name="kernel")
        self.bias = self.add_weight(shape=(self.units,), initializer="zeros", name="bias")

    def call(self, x):
        return self.activation(ops.matmul(x, ops.transpose(self.kernel)) + self.bias)

    def get_config(self):
        activation = keras.activations.serialize(self.activation)
        return {**super().get_config(), "units": self.units, "activation": activation}


# %% mistake: MyDense
# hint: "You flatten what comes before the last axis. A layer on (2, 5, n) gives (2, 5, units)."
class MyDense(keras.layers.Layer):
    def __init__(self, units, activation=None, **kwargs):
        super().__init__(**kwargs)
        self.units, self.activation = units, keras.activations.get(activation)

    def build(self, input_shape):
        self.kernel = self.add_weight(shape=(input_shape[-1], self.units), name="kernel")
        self.bias = self.add_weight(shape=(self.units,), initializer="zeros", name="bias")

    def call(self, x):
        rows = ops.reshape(x, (-1, self.kernel.shape[0]))
        return self.activation(ops.matmul(rows, self.kernel) + self.bias)

    def get_config(self):
        activation = keras.activations.serialize(self.activation)
        return {**super().get_config(), "units": self.units, "activation": activation}


# %% accepts: MyDense
class MyDense(keras.layers.Layer):
    # Weights by explicit initializers, the product as a contraction, settings as they were handed over.
    def __init__(self, units, activation=None, **kwargs):
        super().__init__(**kwargs)
        self.settings = {"units": units, "activation": keras.activations.serialize(keras.activations.get(activation))}

    def build(self, input_shape):
        units = self.settings["units"]
        self.kernel = self.add_weight(name="w", shape=(input_shape[-1], units), initializer="glorot_uniform")
        self.bias = self.add_weight(name="b", shape=(units,), initializer=keras.initializers.Zeros())

    def call(self, x):
        z = ops.tensordot(x, self.kernel, axes=1)
        return keras.activations.get(self.settings["activation"])(ops.add(z, self.bias))

    def get_config(self):
        config = super().get_config()
        config.update(self.settings)
        return config


# %% accepts: MyDense
class MyDense(keras.layers.Layer):
    def __init__(self, units, activation=None, **kwargs):
        super().__init__(**kwargs)
        self.units = int(units)
        self.bend = activation

    def build(self, input_shape):
        *_, n = input_shape
        self.kernel = self.add_weight(shape=(n, self.units), initializer="glorot_uniform", trainable=True)
        self.bias = self.add_weight(shape=(self.units,), initializer="zeros", trainable=True)
        self.built = True

    def call(self, x):
        z = ops.einsum("...n,nr->...r", x, self.kernel) + self.bias
        return z if self.bend is None else keras.activations.get(self.bend)(z)

    def get_config(self):
        bend = self.bend
        if not (bend is None or isinstance(bend, str | dict)):
            bend = keras.activations.serialize(bend)
        return super().get_config() | {"units": self.units, "activation": bend}


# %% [markdown]
# ## What comes for nothing
#
# Nothing in your class says how it is trained, and yet it is. Because the weights were made by `add_weight`, the
# optimizer finds them; because `call` is made of `ops`, the gradient passes; `layer.trainable = False` freezes them;
# `model.summary()` counts them. Called on a promise (Day 38) the layer finds its output's shape by running `call` on
# promises: only if that cannot work, as where a shape depends on the numbers, would you write a method
# `compute_output_shape` as well. Called a second time it uses the weights that it has, since `build` is run once only.
#
# What does *not* come for nothing is the proof that it is right. Three checks find most mistakes. Give the layer small
# whole numbers as weights and compare with the result by hand, as in the tests above. Take one step of plain gradient
# descent and compare with the slope that you know, or with a numerical one (Day 27). And send it through a file, the
# last exercise of today.
#
# ## Tied weights
#
# An **autoencoder** squeezes its input through a narrow layer and rebuilds it:
#
# $$a = g(x W + b), \qquad \hat x = a\, W^\top + c .$$
#
# Read $W$'s columns as $r$ patterns: the encoder asks how much of each pattern there is in $x$, the decoder lays that
# much of each on top of the others. For that the decoder needs the *same* patterns, so why give it weights of its
# own? **Tied** weights halve the parameters, and each pattern learns from both of its uses. (Press and Wolf, 2017,
# found that language models gain when the table that reads words in is tied with the one that reads them out.)
# Shapes: $a$ is $(m, r)$, $W^\top$ is $(r, n)$, $\hat x$ and $c$ have $n$ columns again.
#
# By hand: $W = \begin{pmatrix} 1 & 0 \\ 0 & 2 \\ 1 & 1 \end{pmatrix}$, $a = (3, 1)$, $c = (0, 0, 1)$:
# $a W^\top = (3, 2, 4)$ and $\hat x = (3, 2, 5)$.
#
# So our layer takes another **layer** as a setting, and has one weight of its own, the bias. Three traps. A copy of
# the kernel, taken in `build`, is a snapshot of the day it was taken. A weight *initialised* with the kernel is another
# weight, which goes its own way. And in the configuration, a layer is no plain value:
# `keras.saving.serialize_keras_object` turns it into a dict, `deserialize_keras_object` back. As the default
# `from_config` would hand the dict to `__init__`, write your own, a `@classmethod`. Is the tie still there in a loaded
# model? Keras marks each object that it writes with a number, and where the same number comes again while the model is
# loaded, the same object is used. So it is, if you go through these two functions.


# %% exercise: TiedDense
class TiedDense(keras.layers.Layer):
    """A dense layer that uses another layer's kernel, transposed: activation(a @ kernel.T + bias).

    Args:
        tied_to: a layer that was built, with a weight `kernel` (n, r), such as MyDense or keras.layers.Dense.
        activation: as for MyDense.

    Its only weight of its own is `bias` (n,), started as zeros and trainable. It always computes with the kernel that
    tied_to has at that moment, and the gradient reaches that kernel. Freezing tied_to freezes the kernel for both. A
    saved model loads with the class in `custom_objects`, and is still tied. About 10 lines together.
    """

    def __init__(self, tied_to, activation=None, **kwargs):
        super().__init__(**kwargs)
        ### BEGIN SOLUTION
        self.tied_to = tied_to
        self.activation = keras.activations.get(activation)
        ### END SOLUTION

    def build(self, input_shape):
        """Make the bias; input_shape ends in r."""
        ### BEGIN SOLUTION
        self.bias = self.add_weight(shape=(self.tied_to.kernel.shape[0],), initializer="zeros", name="bias")
        ### END SOLUTION

    def call(self, a):
        """Tensor (..., n) for a (..., r), float32 array or tensor, m perhaps unknown."""
        ### BEGIN SOLUTION
        return self.activation(ops.matmul(a, ops.transpose(self.tied_to.kernel)) + self.bias)
        ### END SOLUTION

    def get_config(self):
        """A new dict of plain values."""
        ### BEGIN SOLUTION
        tied_to = keras.saving.serialize_keras_object(self.tied_to)
        activation = keras.activations.serialize(self.activation)
        return {**super().get_config(), "tied_to": tied_to, "activation": activation}
        ### END SOLUTION

    @classmethod
    def from_config(cls, config):
        """A layer from what get_config returned; config is left unchanged."""
        ### BEGIN SOLUTION
        return cls(**{**config, "tied_to": keras.saving.deserialize_keras_object(config["tied_to"])})
        ### END SOLUTION


# %% fixture
def built_dense(kernel, bias):
    """Keras's dense layer with tanh and these weights."""
    layer = keras.layers.Dense(len(bias), activation="tanh", name="encoder")
    layer.build((None, len(kernel)))
    layer.set_weights([np.asarray(kernel), np.asarray(bias)])
    return layer


def autoencoder(encoder, decoder, n):
    """Both layers in a row, as a functional model."""
    inputs = keras.Input((n,))
    return keras.Model(inputs, decoder(encoder(inputs)))


def tied_reloaded(model):
    return saved_and_loaded(model, TiedDense=TiedDense)


def set_kernel(model, kernel):
    """Give the layer called encoder another kernel."""
    encoder = model.get_layer("encoder")
    encoder.set_weights([np.asarray(kernel), encoder.get_weights()[1]])


def own_bias(layer, bias):
    """Set the bias of a TiedDense."""
    layer.bias.assign(np.asarray(bias, "float32"))


# %% test: TiedDense, points=3
kernel = np.array([[1.0, 0.0], [0.0, 2.0], [1.0, 1.0]])
encoder = built_dense(kernel, np.zeros(2))
layer = TiedDense(encoder)
dd.check.kind(layer, keras.layers.Layer, what="TiedDense(encoder)")
a = np.array([[3.0, 1.0]], dtype="float32")
dd.check.like(layer(a), ops.convert_to_tensor([[3.0, 2.0, 4.0]]), rtol=1e-5, what="the output", why="a times W^T")
own_bias(layer, [0.0, 0.0, 1.0])
dd.check.like(layer(a), ops.convert_to_tensor([[3.0, 2.0, 5.0]]), rtol=1e-5, what="the output", why="worked by hand")
encoder.set_weights([2 * kernel, np.zeros(2)])
why = "the encoder's kernel was doubled in between, and there is only one"
dd.check.like(layer(a), ops.convert_to_tensor([[6.0, 4.0, 9.0]]), rtol=1e-5, what="the output", why=why)
encoder = built_dense(np.ones((4, 2)), np.zeros(2))
model = autoencoder(encoder, TiedDense(encoder), 4)
shapes = sorted(w.shape for w in model.get_weights())
due = [(2,), (4,), (4, 2)]
dd.check.equal(shapes, due, what="the shapes of the model's weights", why="one kernel and two biases")
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(390)


def by_hand(x, kernel, b, c, activation):
    a = np.tanh(x @ kernel + b)
    rebuilt = np.array([[sum(kernel[j] * row) + c[j] for j in range(len(kernel))] for row in a])
    return np.tanh(rebuilt) if activation == "tanh" else np.maximum(rebuilt, 0) if activation else rebuilt


for n, r, m, activation in ((5, 3, 6, None), (4, 1, 2, "tanh"), (2, 3, 1, "relu")):
    kernel, b, c = rng.normal(size=(n, r)), rng.normal(size=r), rng.normal(size=n)
    encoder = built_dense(kernel, b)
    layer = TiedDense(encoder, activation)
    model = autoencoder(encoder, layer, n)
    dd.check.equal(model.output_shape, (None, n), what="the output shape", why="m is open")
    own_bias(layer, c)
    x = rng.normal(size=(m, n)).astype("float32")
    what = f"the output for a kernel ({n}, {r}) and activation {activation!r}"
    due = ops.convert_to_tensor(by_hand(x, kernel, b, c, activation), dtype="float32")
    with dd.check.unchanged(x, what="x"):
        came = model(x)
    dd.check.like(came, due, rtol=1e-4, atol=1e-5, what=what, why="the decoder uses the kernel, transposed")
    dd.check.equal(len(model.trainable_weights), 3, what="the number of trained weights", why="one kernel, two biases")
    values = rng.normal(size=(3, 2, r)).astype("float32")
    bend = {"tanh": np.tanh, "relu": lambda z: np.maximum(z, 0)}.get(activation, lambda z: z)
    due = ops.convert_to_tensor(bend(values @ kernel.T + c), dtype="float32")
    dd.check.like(layer(values), due, rtol=1e-4, atol=1e-5, what="the output for three axes", why="the last one counts")

n, r = 4, 2
kernel, b, c = rng.normal(size=(n, r)), rng.normal(size=r), rng.normal(size=n)
encoder = built_dense(kernel, b)
layer = TiedDense(encoder, "tanh")
model = autoencoder(encoder, layer, n)
own_bias(layer, c)
x = rng.normal(size=(5, n)).astype("float32")
assert not config_as_json(layer).startswith("no JSON"), "get_config must hold plain values only, and no layer"
loaded = tied_reloaded(model)
dd.check.like(loaded(x), model(x), rtol=0, atol=0, what="the output, saved and loaded", why="bit for bit the same")
dd.check.equal(len(loaded.trainable_weights), 3, what="the number of trained weights, loaded", why="one kernel still")
other = rng.normal(size=(n, r))
set_kernel(loaded, other)
due = ops.convert_to_tensor(by_hand(x, other, b, c, "tanh"), dtype="float32")
why = "in the loaded model, too, there is one kernel for both layers"
dd.check.like(
    loaded(x), due, rtol=1e-4, atol=1e-5, what="the output after the loaded encoder's kernel changed", why=why
)

values = {shape: w for shape, w in zip([w.shape for w in model.get_weights()], model.get_weights(), strict=True)}
before = {"kernel": values[(n, r)].astype(float), "b": values[(r,)].astype(float), "c": values[(n,)].astype(float)}
y = rng.normal(size=(5, n))
after = {w.shape: w for w in after_a_step(model, x, y, 0.5)}
for name, start in before.items():
    gradient = np.zeros_like(start)
    for place in np.ndindex(start.shape):
        step = np.zeros_like(start)
        step[place] = 1e-5
        costs = [
            np.mean((by_hand(x, **{**before, name: v}, activation="tanh") - y) ** 2)
            for v in (start + step, start - step)
        ]
        gradient[place] = (costs[0] - costs[1]) / 2e-5
    why = "the kernel learns from both of its uses" if name == "kernel" else "gradient descent at a rate of 0.5"
    what = f"the {'kernel' if name == 'kernel' else 'bias'} {start.shape} after a step"
    dd.check.close(after[start.shape], start - 0.5 * gradient, rtol=1e-3, atol=1e-4, what=what, why=why)
encoder.trainable = False
dd.check.equal(
    len(model.trainable_weights), 1, what="the number of trained weights, the encoder frozen", why="c is left"
)
### END HIDDEN TESTS

# %% mistakes: TiedDense
# - replace: ops.matmul(a, ops.transpose(self.tied_to.kernel)) + self.bias
#   with: ops.matmul(a, ops.transpose(self.tied_to.kernel))
#   hint: "The bias of the decoder is made and never added."
# - replace: ops.transpose(self.tied_to.kernel)
#   with: ops.stop_gradient(ops.transpose(self.tied_to.kernel))
#   hint: "The kernel learns from the encoder's use of it only. Let the gradient pass through the decoder as well."
# - replace: self.activation(ops.matmul(a, ops.transpose(self.tied_to.kernel)) + self.bias)
#   with: ops.matmul(a, ops.transpose(self.tied_to.kernel)) + self.bias
#   hint: "The activation goes unused."
# - replace: "\"tied_to\": tied_to, \"activation\": activation}"
#   with: "\"tied_to\": tied_to}"
#   hint: "The configuration forgets the activation."
# - replace: tied_to = keras.saving.serialize_keras_object(self.tied_to)
#   with: tied_to = self.tied_to
#   hint: "The configuration holds a layer, which is no plain value. What turns one into a dict?"
# - replace: keras.saving.deserialize_keras_object(config["tied_to"])
#   with: config["tied_to"]
#   hint: "The loaded layer gets the dict that stands for the layer. What turns it back?"
# - replace: initializer="zeros", name="bias")
#   with: name="bias")
#   hint: "The bias starts at random. It starts as zeros."


# %% mistake: TiedDense
# hint: "get_weights hands out copies. They are up to date, but no gradient finds its way through them to the kernel."
class TiedDense(keras.layers.Layer):
    def __init__(self, tied_to, activation=None, **kwargs):
        super().__init__(**kwargs)
        self.tied_to, self.activation = tied_to, keras.activations.get(activation)

    def build(self, input_shape):
        self.bias = self.add_weight(shape=(self.tied_to.kernel.shape[0],), initializer="zeros", name="bias")

    def call(self, a):
        return self.activation(ops.matmul(a, self.tied_to.get_weights()[0].T) + self.bias)

    def get_config(self):
        tied_to = keras.saving.serialize_keras_object(self.tied_to)
        activation = keras.activations.serialize(self.activation)
        return {**super().get_config(), "tied_to": tied_to, "activation": activation}

    @classmethod
    def from_config(cls, config):
        return cls(**{**config, "tied_to": keras.saving.deserialize_keras_object(config["tied_to"])})


# %% mistake: TiedDense
# hint: "You keep a copy of the kernel as it was when the layer was built. What becomes of it when the encoder learns?"
class TiedDense(keras.layers.Layer):
    def __init__(self, tied_to, activation=None, **kwargs):
        super().__init__(**kwargs)
        self.tied_to, self.activation = tied_to, keras.activations.get(activation)

    def build(self, input_shape):
        self.turned = ops.transpose(ops.convert_to_tensor(self.tied_to.get_weights()[0]))
        self.bias = self.add_weight(shape=(self.turned.shape[1],), initializer="zeros", name="bias")

    def call(self, a):
        return self.activation(ops.matmul(a, self.turned) + self.bias)

    def get_config(self):
        tied_to = keras.saving.serialize_keras_object(self.tied_to)
        activation = keras.activations.serialize(self.activation)
        return {**super().get_config(), "tied_to": tied_to, "activation": activation}

    @classmethod
    def from_config(cls, config):
        return cls(**{**config, "tied_to": keras.saving.deserialize_keras_object(config["tied_to"])})


# %% mistake: TiedDense
# hint: "You make a second kernel that starts like the encoder's. Two weights drift apart; one was to be used twice."
class TiedDense(keras.layers.Layer):
    def __init__(self, tied_to, activation=None, **kwargs):
        super().__init__(**kwargs)
        self.tied_to, self.activation = tied_to, keras.activations.get(activation)

    def build(self, input_shape):
        start = self.tied_to.get_weights()[0].T
        self.kernel = self.add_weight(shape=start.shape, name="kernel")
        self.kernel.assign(start)
        self.bias = self.add_weight(shape=(start.shape[1],), initializer="zeros", name="bias")

    def call(self, a):
        return self.activation(ops.matmul(a, self.kernel) + self.bias)

    def get_config(self):
        tied_to = keras.saving.serialize_keras_object(self.tied_to)
        activation = keras.activations.serialize(self.activation)
        return {**super().get_config(), "tied_to": tied_to, "activation": activation}

    @classmethod
    def from_config(cls, config):
        return cls(**{**config, "tied_to": keras.saving.deserialize_keras_object(config["tied_to"])})


# %% accepts: TiedDense
class TiedDense(keras.layers.Layer):
    # The bias made at once, since the kernel is there; the product without a transpose.
    def __init__(self, tied_to, activation=None, **kwargs):
        super().__init__(**kwargs)
        self.tied_to = tied_to
        self.bend = keras.activations.get(activation)
        self.bias = self.add_weight(shape=(tied_to.kernel.shape[0],), initializer="zeros", name="c")

    def call(self, a):
        return self.bend(ops.einsum("...r,nr->...n", a, self.tied_to.kernel) + self.bias)

    def get_config(self):
        config = super().get_config()
        config["tied_to"] = keras.saving.serialize_keras_object(self.tied_to)
        config["activation"] = keras.activations.serialize(self.bend)
        return config

    @classmethod
    def from_config(cls, config):
        config = dict(config)
        tied_to = keras.saving.deserialize_keras_object(config.pop("tied_to"))
        return cls(tied_to, **config)


# %% accepts: TiedDense
class TiedDense(keras.layers.Layer):
    # __init__ understands the dict as well; a list hides the other layer from Keras's own bookkeeping.
    def __init__(self, tied_to, activation=None, **kwargs):
        super().__init__(**kwargs)
        if isinstance(tied_to, dict):
            tied_to = keras.saving.deserialize_keras_object(tied_to)
        self.lender = (tied_to,)
        self.activation = activation

    def build(self, input_shape):
        (lender,) = self.lender
        self.bias = self.add_weight(shape=(lender.kernel.shape[0],), initializer="zeros")

    def call(self, a):
        z = ops.tensordot(a, ops.swapaxes(ops.convert_to_tensor(self.lender[0].kernel), 0, 1), axes=1)
        return keras.activations.get(self.activation)(ops.add(z, self.bias))

    def get_config(self):
        lender = keras.saving.serialize_keras_object(self.lender[0])
        return super().get_config() | {"tied_to": lender, "activation": self.activation}

    @classmethod
    def from_config(cls, config):
        return cls(**config)


# %% [markdown]
# What does tying cost, and what does it save? The digits of Day 5, 64 pixels, through 12 units and back; 30 epochs on
# 1,348 of them, judged on the rest; the same start and steps for both.

# %% demo
import matplotlib.pyplot as plt

dd.plot.style()
(x_digits, digit_labels), (x_held_out, labels_held_out) = dd.data.digits(test_fraction=0.25, seed=0)
x_digits, x_held_out = (x.reshape(len(x), -1) for x in (x_digits, x_held_out))  # (1348, 64), (449, 64)


def squeeze(tied):
    """An autoencoder of digits with 12 units in the middle."""
    encoder = MyDense(12, "tanh", name="encoder")
    inputs = keras.Input((64,))
    code = encoder(inputs)
    decoder = TiedDense(encoder, name="decoder") if tied else MyDense(64, name="decoder")
    return keras.Model(inputs, decoder(code))


squeezed = {}
for name, tied in (("own weights", False), ("tied", True)):
    dd.seed(39)
    model = squeeze(tied)
    model.compile(keras.optimizers.Adam(0.005), "mean_squared_error")
    model.fit(x_digits, x_digits, batch_size=64, epochs=30, verbose=0)
    rebuilt = model.predict(x_held_out, batch_size=512, verbose=0)
    error = float(np.sqrt(np.mean((rebuilt - x_held_out) ** 2)))
    squeezed[name] = model, rebuilt, error
    print(f"{name:12} {model.count_params():5d} parameters, root mean squared error {error:.3f}")

one_of_each = [np.flatnonzero(labels_held_out == label)[0] for label in range(8)]
rows = [pictures[one_of_each] for pictures in (x_held_out, squeezed["own weights"][1], squeezed["tied"][1])]
titles = [f"{name} {label}" for name in ("digit", "own", "tied") for label in range(8)]
dd.plot.image_grid(np.concatenate(rows).clip(0, 1).reshape(-1, 8, 8), titles, columns=8)
plt.gcf().suptitle("Eight digits, and what came back through 12 numbers")
dd.plot.show(
    "Three rows of eight small pictures. On top held-out digits, in the middle as the autoencoder with weights of its "
    "own rebuilds them, below as the tied one does. Both are a little blurred, and hard to tell from each other."
)

# %% [markdown]
# Nearly half of the parameters are gone, and the pictures hardly differ.
#
# ## A loss with a setting
#
# A loss may be any function of `(y_true, y_pred)`. With a setting it becomes a function that makes functions: called
# with the setting, it defines another inside, which remembers the setting, and returns that. `compile` takes what comes
# back: `loss=huber_loss(0.3)`.
#
# Such a function returns **one loss for each example**, shape $(m,)$; Keras does the rest. It weighs the examples by
# `sample_weight` where `fit` was given any, and takes their mean. A loss that averages over the examples itself leaves
# nothing to weigh. For targets $(m, d)$ we average over the last axis, as Keras's losses do. Day 24's Huber loss of one
# error:
#
# $$\ell = \tfrac12 e^2 \ \text{ where } \lvert e \rvert \le \delta, \qquad
# \ell = \delta \big( \lvert e \rvert - \tfrac12 \delta \big) \ \text{ beyond.}$$
#
# By hand, $\delta = 1$ and the errors $\begin{pmatrix} 1 & 0 \\ -4 & 0.5 \end{pmatrix}$: entry by entry
# $\begin{pmatrix} 0.5 & 0 \\ 3.5 & 0.125 \end{pmatrix}$, so $0.25$ for the first example and $1.8125$ for the second;
# the mean is $1.03125$.


# %% exercise: huber_loss
def huber_loss(threshold):
    """Make Huber's loss with a threshold, as a function that compile takes.

    Args:
        threshold: delta, float > 0.

    Returns:
        function of (y_true, y_pred), targets and predictions, float32 arrays or tensors (m, d), that returns a tensor
        (m,): the mean of Huber's loss over the last axis. Two such functions keep their own thresholds. About 6 lines.

    Raises:
        ValueError: threshold is not above 0; raised when the function is made.
    """
    ### BEGIN SOLUTION
    if threshold <= 0:
        raise ValueError(f"threshold must be above 0. Received: {threshold}")

    def loss(y_true, y_pred):
        size = ops.abs(y_pred - y_true)
        straight = threshold * (size - threshold / 2)
        return ops.mean(ops.where(size <= threshold, ops.square(size) / 2, straight), axis=-1)

    return loss
    ### END SOLUTION


# %% test: huber_loss, points=1
y_true = np.array([[1.0, 2.0], [5.0, 4.0]], dtype="float32")
y_pred = np.array([[2.0, 2.0], [1.0, 4.5]], dtype="float32")
loss = huber_loss(1.0)
assert callable(loss), "huber_loss(1.0) returns a function, which is called with the targets and the predictions"
with dd.check.unchanged([y_true, y_pred]):
    came = loss(y_true, y_pred)
due = ops.convert_to_tensor([0.25, 1.8125])
dd.check.like(came, due, rtol=1e-5, what="the losses of the examples", why="worked by hand")
with dd.check.raises(ValueError, why="a threshold of 0 leaves no square"):
    huber_loss(0.0)
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(390)
narrow, wide = huber_loss(0.3), huber_loss(threshold=2)
for loss, delta, shape in ((narrow, 0.3, (5, 3)), (wide, 2.0, (1, 4)), (narrow, 0.3, (4, 1)), (wide, 2.0, (3, 2))):
    y_true, y_pred = rng.normal(0, 2, shape).astype("float32"), rng.normal(0, 2, shape).astype("float32")
    sizes = np.abs(y_pred.astype(float) - y_true)
    each = [np.mean([e * e / 2 if e <= delta else delta * (e - delta / 2) for e in row]) for row in sizes]
    what = f"the losses with a threshold of {delta} for {shape}"
    came, due = loss(y_true, ops.convert_to_tensor(y_pred)), ops.convert_to_tensor(each, dtype="float32")
    dd.check.like(came, due, rtol=1e-4, atol=1e-6, what=what, why="one number an example, the mean of its entries")
far = float(narrow(np.zeros((1, 2), "float32"), np.array([[3e6, -1e6]], "float32"))[0])
dd.check.close(far, 0.3 * (4e6 - 0.3) / 2, rtol=1e-5, what="the loss of huge errors", why="straight on both sides")
with dd.check.raises(ValueError, why="-1 is not above 0"):
    huber_loss(-1.0)
### END HIDDEN TESTS


# %% mistakes: huber_loss
# - replace: ops.square(size) / 2
#   with: ops.square(size)
#   hint: "The square has a half before it, or the two parts do not meet at the threshold."
# - replace: threshold * (size - threshold / 2)
#   with: threshold * size
#   hint: "The straight part does not meet the square where that ends. What is taken off?"
# - replace: threshold * (size - threshold / 2)
#   with: size - threshold / 2
#   hint: "The straight part is as steep as the square is at the threshold: its slope is delta, not 1."
# - replace: straight), axis=-1)
#   with: straight))
#   hint: "You average over the examples too. One loss an example is due, for Keras to weigh and reduce."
# - replace: ops.mean(ops.where(size <= threshold, ops.square(size) / 2, straight), axis=-1)
#   with: ops.where(size <= threshold, ops.square(size) / 2, straight)
#   hint: "You return the loss of every entry. One an example is due: the mean over the last axis."
# - replace: size = ops.abs(y_pred - y_true)
#   with: size = y_pred - y_true
#   hint: "Large negative errors get the square as well. On which side of zero does the threshold lie?"
# - replace: if threshold <= 0
#   with: if threshold < 0
#   hint: "A threshold of 0 is let through, and the loss is 0 everywhere."


# %% mistake: huber_loss
# hint: "That is keras.losses.huber at its own threshold. Yours has to be handed on."
def huber_loss(threshold):
    if threshold <= 0:
        raise ValueError("threshold must be above 0")
    return keras.losses.huber


# %% equivalents: huber_loss
# - replace: size <= threshold
#   with: size < threshold
#   reason: "At the threshold both parts have the same value and the same slope."
# - replace: straight), axis=-1)
#   with: straight), axis=1)
#   reason: "Targets have two axes, so the last one is axis 1."


# %% accepts: huber_loss
def huber_loss(threshold):
    # The square up to the threshold, and the rest at the slope that is reached there.
    if not threshold > 0:
        raise ValueError("threshold must be above 0")

    def loss(y_true, y_pred):
        size = ops.abs(ops.subtract(y_true, y_pred))
        near = ops.minimum(size, threshold)
        return ops.mean(near * (size - near / 2), axis=-1)

    return loss


# %% accepts: huber_loss
def huber_loss(threshold):
    if threshold <= 0:
        raise ValueError("threshold must be above 0")
    return lambda y_true, y_pred: keras.losses.huber(y_true, y_pred, delta=threshold)


# %% [markdown]
# `fit` is content with that, and saving is where it ends: Keras writes down the name of the function inside, `loss`,
# and the threshold is lost. A setting that is to survive needs a class under `keras.losses.Loss`, with `call` for the
# numbers and `get_config` for the setting. The parent class weighs the examples, and reduces them as its own setting
# `reduction` says: to their mean unless told otherwise.


# %% exercise: HuberLoss
class HuberLoss(keras.losses.Loss):
    """Huber's loss, which can be configured, weighed, saved and loaded.

    Args:
        threshold: delta, float > 0.

    Other arguments (name, reduction, dtype) are the parent's. Compiled into a model, it loads with the class in
    `custom_objects`.

    Raises:
        ValueError: threshold is not above 0; raised when the loss is made.
    """

    def __init__(self, threshold=1.0, **kwargs):
        super().__init__(**kwargs)
        ### BEGIN SOLUTION
        if threshold <= 0:
            raise ValueError(f"threshold must be above 0. Received: {threshold}")
        self.threshold = threshold
        ### END SOLUTION

    def call(self, y_true, y_pred):
        """The loss of each example.

        Args:
            y_true: targets (m, d), float tensor; the parent has made it one.
            y_pred: predictions (m, d), float tensor.

        Returns:
            tensor (m,): the mean of Huber's loss over the last axis. About 1 line with huber_loss.
        """
        ### BEGIN SOLUTION
        return huber_loss(self.threshold)(y_true, y_pred)
        ### END SOLUTION

    def get_config(self):
        """A new dict of plain values from which `HuberLoss.from_config` makes such a loss again."""
        ### BEGIN SOLUTION
        return {**super().get_config(), "threshold": self.threshold}
        ### END SOLUTION


# %% fixture
def linear_model(kernel, loss):
    """A model x @ kernel, compiled with a loss and plain gradient descent at a rate of 1."""
    model = keras.Sequential([keras.Input((len(kernel),)), keras.layers.Dense(np.shape(kernel)[1], use_bias=False)])
    model.set_weights([np.asarray(kernel)])
    model.compile(keras.optimizers.SGD(1.0), loss, run_eagerly=True)
    return model


def kernel_after_a_step(model, x, y):
    model.train_on_batch(x, y)
    return model.get_weights()[0]


def huber_reloaded_loss(model, x, y):
    """The loss that a model has for one batch after it was saved and loaded."""
    loaded = saved_and_loaded(model, HuberLoss=HuberLoss)
    loaded.run_eagerly = True
    return float(loaded.test_on_batch(x, y))


# %% test: HuberLoss, points=2
loss = HuberLoss(threshold=1.0)
dd.check.kind(loss, keras.losses.Loss, what="HuberLoss(1.0)")
y_true = np.array([[1.0, 2.0], [5.0, 4.0]], dtype="float32")
y_pred = np.array([[2.0, 2.0], [1.0, 4.5]], dtype="float32")
each = loss.call(ops.convert_to_tensor(y_true), ops.convert_to_tensor(y_pred))
due = ops.convert_to_tensor([0.25, 1.8125])
dd.check.like(each, due, rtol=1e-5, what="the losses of the examples", why="worked by hand")
with dd.check.unchanged([y_true, y_pred]):
    came = float(loss(y_true, y_pred))
dd.check.close(came, 1.03125, rtol=1e-5, what="the loss", why="the parent takes the mean of the two")
came = float(loss(y_true, y_pred, sample_weight=np.array([2.0, 0.0])))
dd.check.close(
    came, 0.25, rtol=1e-5, what="the loss, weighed by 2 and 0", why="half of 2 times 0.25 and 0 times 1.8125"
)
came = HuberLoss(2.5, name="robust").get_config()
dd.check.equal(came.get("threshold"), 2.5, what="get_config()['threshold']", why="it is what the loss was made with")
with dd.check.raises(ValueError, why="a threshold of 0 leaves no square"):
    HuberLoss(0.0)
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(391)


def huber_by_hand(e, delta):
    return e * e / 2 if abs(e) <= delta else delta * (abs(e) - delta / 2)


for delta, shape in ((0.3, (5, 3)), (2.0, (1, 4)), (50.0, (4, 1)), (1, (3, 2))):
    y_true, y_pred = rng.normal(0, 2, shape).astype("float32"), rng.normal(0, 2, shape).astype("float32")
    errors = y_pred.astype(float) - y_true
    each = np.array([sum(huber_by_hand(e, delta) for e in row) / len(row) for row in errors])
    weights = rng.uniform(0, 2, len(each))
    what = f"with a threshold of {delta} for {shape}, the loss"
    came = HuberLoss(delta).call(ops.convert_to_tensor(y_true), ops.convert_to_tensor(y_pred))
    due = ops.convert_to_tensor(each, dtype="float32")
    dd.check.like(came, due, rtol=1e-4, atol=1e-6, what=f"{what} of each example", why="one number an example")
    for reduction, due in (("sum_over_batch_size", each.mean()), ("sum", each.sum()), ("none", each)):
        came = HuberLoss(delta, reduction=reduction)(y_true, y_pred)
        dd.check.close(came, due, rtol=1e-4, atol=1e-6, what=f"{what}, reduced by {reduction}", why="the parent's work")
    came = float(HuberLoss(threshold=delta)(y_true, y_pred, sample_weight=weights))
    due = sum(weights * each) / len(each)
    dd.check.close(came, due, rtol=1e-4, atol=1e-6, what=f"{what}, weighed", why="each example has its own weight")
    loss = HuberLoss(delta, name="robust", reduction="sum")
    assert not config_as_json(loss).startswith("no JSON"), "get_config must hold plain values only"
    again = made_again(loss)
    dd.check.equal(again.get_config(), loss.get_config(), what="the configuration of a loss made again")
    dd.check.close(float(again(y_true, y_pred)), each.sum(), rtol=1e-4, what="the loss, made again", why="it is a sum")
far = float(HuberLoss(1.0)(np.array([[0, 0]]), np.array([[3e6, -1e6]])))
dd.check.close(far, (3e6 + 1e6 - 1) / 2, rtol=1e-5, what="the loss of huge errors", why="straight, with whole targets")
kernel, x, y = rng.normal(size=(3, 2)), rng.normal(size=(6, 3)), 3 * rng.normal(size=(6, 2))
model = linear_model(kernel, HuberLoss(0.7))
due = np.mean([huber_by_hand(e, 0.7) for e in (x @ kernel - y).flat])
came = huber_reloaded_loss(model, x, y)
dd.check.close(came, due, rtol=1e-4, what="the compiled loss, saved and loaded", why="the threshold comes back")
slope = np.clip(x @ kernel - y, -0.7, 0.7) / y.size
came = kernel_after_a_step(model, x, y)
dd.check.close(
    came, kernel - x.T @ slope, rtol=1e-4, atol=1e-5, what="a kernel after a step", why="slopes end at delta"
)
for threshold in (-1.0, 0):
    with dd.check.raises(ValueError, why=f"{threshold} is not above 0"):
        HuberLoss(threshold)
### END HIDDEN TESTS

# %% mistakes: HuberLoss
# - replace: return huber_loss(self.threshold)(y_true, y_pred)
#   with: return ops.mean(huber_loss(self.threshold)(y_true, y_pred))
#   hint: "You average over the examples too. One loss an example is due, and the parent reduces and weighs them."
# - replace: return huber_loss(self.threshold)(y_true, y_pred)
#   with: return y_true.shape[-1] * huber_loss(self.threshold)(y_true, y_pred)
#   hint: "You add up over the last axis. Keras's losses take the mean there."
# - replace: return huber_loss(self.threshold)(y_true, y_pred)
#   with: |-
#     size = ops.abs(y_pred - y_true)
#             straight = self.threshold * (size - self.threshold / 2)
#             return ops.where(size <= self.threshold, ops.square(size) / 2, straight)
#   hint: "You return the loss of every entry. One an example is due: the mean over the last axis."
# - replace: return huber_loss(self.threshold)(y_true, y_pred)
#   with: return huber_loss(self.threshold)(y_true, y_pred) / self.threshold
#   hint: "That is Huber's loss divided by the threshold, which some libraries call smooth L1. Here nothing is divided."
# - replace: return huber_loss(self.threshold)(y_true, y_pred)
#   with: return huber_loss(self.threshold)
#   hint: "That is a function, not its result: the loss is made, and still has to be called."
# - replace: self.threshold = threshold
#   with: self.threshold = 1.0
#   hint: "Your loss turns at 1, whatever threshold is given."
# - replace: "{**super().get_config(), \"threshold\": self.threshold}"
#   with: super().get_config()
#   hint: "The configuration forgets the threshold. A loaded loss would turn at 1."
# - replace: "{**super().get_config(), \"threshold\": self.threshold}"
#   with: "{\"threshold\": self.threshold}"
#   hint: "The configuration leaves out what the parent class has to say, such as name and reduction."
# - replace: if threshold <= 0
#   with: if threshold < 0
#   hint: "A threshold of 0 is let through, and the loss is 0 everywhere."


# %% mistake: HuberLoss
# hint: "That is keras.losses.Huber at its own threshold. Yours has to be handed on."
class HuberLoss(keras.losses.Loss):
    def __init__(self, threshold=1.0, **kwargs):
        super().__init__(**kwargs)
        if threshold <= 0:
            raise ValueError("threshold must be above 0")
        self.threshold = threshold

    def call(self, y_true, y_pred):
        return keras.losses.huber(y_true, y_pred)

    def get_config(self):
        return {**super().get_config(), "threshold": self.threshold}


# %% accepts: HuberLoss
class HuberLoss(keras.losses.Loss):
    # The square up to the threshold, and the rest at the slope that is reached there.
    def __init__(self, threshold=1.0, **kwargs):
        super().__init__(**kwargs)
        if not threshold > 0:
            raise ValueError("threshold must be above 0")
        self.delta = threshold

    def call(self, y_true, y_pred):
        size = ops.absolute(ops.subtract(y_pred, y_true))
        near = ops.minimum(size, self.delta)
        return ops.mean(0.5 * near * near + self.delta * (size - near), axis=-1)

    def get_config(self):
        config = super().get_config()
        config["threshold"] = self.delta
        return config


# %% accepts: HuberLoss
class HuberLoss(keras.losses.Loss):
    def __init__(self, threshold=1.0, **kwargs):
        if threshold <= 0:
            raise ValueError("threshold must be above 0")
        super().__init__(**kwargs)
        self.settings = {"threshold": float(threshold)}

    def call(self, y_true, y_pred):
        return keras.losses.huber(y_true, y_pred, delta=self.settings["threshold"])

    def get_config(self):
        return super().get_config() | self.settings


# %% [markdown]
# ## A metric with a memory
#
# `fit` shows a metric batch by batch, and the number it prints for the epoch must be that of *all* examples. For
# accuracy a running mean of the batches will do, nearly. For $F_1$ (Day 7) it will not: the harmonic mean of means is
# another number. So a metric keeps **state**, sums from which the result can be computed at any time:
#
# | method | when | what for |
# |---|---|---|
# | `update_state(y_true, y_pred, sample_weight=None)` | after each batch | add to the sums |
# | `result()` | whenever somebody looks | compute; change nothing |
# | `reset_state()` | before each epoch and each evaluation | back to zero; inherited |
#
# State is made by `self.add_variable(shape, initializer="zeros", name=…)` and changed by `variable.assign(…)`. (A
# Python number on `self` would be written into the compiled graph as a constant, and never move.) With $K$ classes,
# hits $T_k$, false alarms $P_k$ (said $k$, was not) and misses $N_k$ (was $k$, said something else):
#
# $$F_k = \frac{2 T_k}{2 T_k + P_k + N_k}, \qquad F = \text{mean of the } F_k .$$
#
# **Macro** means that each class counts once, however rare it is: that is what one takes it for, since a model may
# fail a rare class altogether and lose nothing in accuracy. A class that neither occurred nor was said has $0 / 0$; we
# leave it out of the mean, as scikit-learn does when it is given no list of labels. With nothing seen at all, $F = 0$.
#
# By hand, $K = 3$: the truth is $0, 0, 1, 1$, said was $0, 1, 1, 1$. Class 0: $T = 1$, $P = 0$, $N = 1$, so
# $F_0 = \frac23$. Class 1: $T = 2$, $P = 1$, $N = 0$, so $F_1 = \frac45$. Class 2 is left out. $F = 0.7333$. Had
# they come in two batches of two, their own values would be $\frac13$ and $1$, with a mean of $0.6667$.
#
# A `sample_weight` makes an example count as that many. What the model says is the class of the largest logit, the
# first of equals.


# %% exercise: MacroF1
class MacroF1(keras.metrics.Metric):
    """The mean of the classes' F1, over all examples since the last reset.

    Args:
        num_classes: K, int >= 2.
        name: under which `fit` reports it.

    It works inside `fit`, and a compiled model loads with the class in `custom_objects`. Two metrics share nothing.
    """

    def __init__(self, num_classes, name="macro_f1", **kwargs):
        super().__init__(name=name, **kwargs)
        ### BEGIN SOLUTION
        self.num_classes = num_classes
        self.hits = self.add_variable((num_classes,), initializer="zeros", name="hits")
        self.occurred = self.add_variable((num_classes,), initializer="zeros", name="occurred")
        self.said = self.add_variable((num_classes,), initializer="zeros", name="said")
        ### END SOLUTION

    def update_state(self, y_true, y_pred, sample_weight=None):
        """Take in a batch.

        Args:
            y_true: class numbers, array or tensor (m,) or (m, 1) of any int or float dtype.
            y_pred: logits or probabilities, array or tensor (m, K).
            sample_weight: None, or how much each example counts, (m,) or (m, 1). About 9 lines.
        """
        ### BEGIN SOLUTION
        classes = ops.reshape(ops.cast(y_true, "int32"), (-1,))
        occurred = ops.one_hot(classes, self.num_classes, dtype="float32")  # (m, K)
        said = ops.one_hot(ops.argmax(y_pred, axis=-1), self.num_classes, dtype="float32")
        weight = 1.0 if sample_weight is None else ops.reshape(ops.cast(sample_weight, "float32"), (-1, 1))
        self.hits.assign(self.hits + ops.sum(weight * occurred * said, axis=0))
        self.occurred.assign(self.occurred + ops.sum(weight * occurred, axis=0))
        self.said.assign(self.said + ops.sum(weight * said, axis=0))
        ### END SOLUTION

    def result(self):
        """The macro-averaged F1 as a scalar tensor, from 0 to 1; classes without any count are left out."""
        ### BEGIN SOLUTION
        below = self.occurred + self.said  # 2 T + P + N
        scores = ops.divide_no_nan(2 * self.hits, below)
        return ops.sum(scores) / ops.maximum(ops.sum(ops.cast(below > 0, "float32")), 1.0)
        ### END SOLUTION

    def get_config(self):
        """A new dict of plain values from which `MacroF1.from_config` makes such a metric again."""
        ### BEGIN SOLUTION
        return {**super().get_config(), "num_classes": self.num_classes}
        ### END SOLUTION


# %% fixture
def seen(metric, *batches):
    """The metric's result after it has taken in the batches."""
    for batch in batches:
        metric.update_state(*batch)
    return float(metric.result())


def in_fit(num_classes, x, labels, batch_size):
    """What a model whose logits are its inputs reports: twice from `evaluate`, and loaded, from a single batch."""
    model = keras.Sequential([keras.Input((num_classes,)), keras.layers.Activation("linear")])
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(loss=loss, metrics=[MacroF1(num_classes)], jit_compile=False)
    loaded = saved_and_loaded(model, MacroF1=MacroF1)
    loaded.run_eagerly = True  # one translation into a graph is enough to see that it works there
    reports = [model.evaluate(x, labels, batch_size, verbose=0, return_dict=True) for _ in range(2)]
    reports.append(loaded.test_on_batch(x, labels, return_dict=True))
    return [float(report.get("macro_f1", -1.0)) for report in reports]


# %% test: MacroF1, points=3
metric = MacroF1(num_classes=3)
dd.check.kind(metric, keras.metrics.Metric, what="MacroF1(3)")
truth = np.array([0, 0, 1, 1])
logits = np.array([[3.0, 1.0, 0.0], [0.0, 2.0, 1.0], [-1.0, 4.0, 0.0], [0.0, 0.5, -2.0]], dtype="float32")
with dd.check.unchanged([truth, logits]):
    came = seen(metric, (truth, logits))
dd.check.close(came, (2 / 3 + 4 / 5) / 2, rtol=1e-5, what="the macro F1", why="worked by hand; class 2 is left out")
came = seen(MacroF1(3), (truth[:2], logits[:2]), (truth[2:], logits[2:]))
why = "in two batches it is the same four examples"
dd.check.close(came, (2 / 3 + 4 / 5) / 2, rtol=1e-5, what="the macro F1 in two batches", why=why)
metric.reset_state()
came = seen(metric, (np.array([2]), np.array([[0.0, 1.0, 5.0]])))
dd.check.close(came, 1.0, rtol=1e-5, what="the macro F1 after a reset", why="one example, and it is right")
came = seen(MacroF1(3), (truth, logits, np.array([1.0, 0.0, 1.0, 1.0])))
dd.check.close(came, 1.0, rtol=1e-5, what="the macro F1, the mistake weighed 0", why="it counts as never seen")
dd.check.equal(MacroF1(4).get_config().get("num_classes"), 4, what="get_config()['num_classes']")
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(392)


def macro_f1_by_hand(truth, said, weights, num_classes):
    scores = []
    for k in range(num_classes):
        rows = list(zip(truth, said, weights, strict=True))
        hits = sum(w for t, s, w in rows if t == k and s == k)
        alarms = sum(w for t, s, w in rows if t != k and s == k)
        misses = sum(w for t, s, w in rows if t == k and s != k)
        if hits + alarms + misses > 0:
            scores.append(2 * hits / (2 * hits + alarms + misses))
    return sum(scores) / len(scores) if scores else 0.0


for num_classes, sizes, dtype in (
    (4, (7, 2), "int64"),
    (6, (8,), "uint8"),
    (2, (1, 9), "float32"),
):
    batches, truths, saids, weighs = [], [], [], []
    for m in sizes:
        truth = rng.integers(0, max(num_classes - 1, 2), m)
        logits = rng.normal(size=(m, num_classes)).astype("float32") * 100
        logits[:, -1] -= 1000.0 if num_classes == 6 else 0.0
        weight = rng.uniform(0.1, 3.0, m)
        batches.append((truth.astype(dtype), logits, weight))
        truths += list(truth)
        saids += [int(np.argmax(row)) for row in logits]
        weighs += list(weight)
    what = f"the macro F1 of {num_classes} classes in batches of {sizes}"
    due = macro_f1_by_hand(truths, saids, weighs, num_classes)
    dd.check.close(seen(MacroF1(num_classes), *batches), due, rtol=1e-4, what=f"{what}, weighed", why="counts are sums")
    due = macro_f1_by_hand(truths, saids, [1.0] * len(truths), num_classes)
    plain = [batch[:2] for batch in batches]
    dd.check.close(seen(MacroF1(num_classes), *plain), due, rtol=1e-4, what=what, why="over all examples seen")
columns = [(t[:, np.newaxis], z, w[:, np.newaxis]) for t, z, w in batches]
due = macro_f1_by_hand(truths, saids, weighs, num_classes)
dd.check.close(seen(MacroF1(num_classes), *columns), due, rtol=1e-4, what=f"{what}, as columns", why="(m, 1) will do")
metric = MacroF1(3)
dd.check.close(float(metric.result()), 0.0, what="the macro F1 of nothing", why="nothing was seen")
dd.check.kind(metric.result(), "tensor", what="the result")
first = seen(metric, (np.array([0, 1]), np.eye(3)[:2]))
dd.check.close(float(metric.result()), first, what="the result, asked again", why="to look changes nothing")
dd.check.close(float(MacroF1(3).result()), 0.0, what="another metric", why="two metrics share nothing")
wrong = seen(MacroF1(3), (np.array([0, 1]), np.array([[0.0, 1.0, 0.0], [1.0, 0.0, 0.0]])))
dd.check.close(wrong, 0.0, what="the macro F1, all wrong", why="no hits")
ties = seen(MacroF1(3), (np.array([0, 0, 1]), np.array([[1.0, 1.0, 0.0], [2.0, 2.0, 2.0], [0.0, 5.0, 5.0]])))
dd.check.close(ties, 1.0, what="the macro F1 of ties", why="the first of equals counts")
came = seen(MacroF1(3), (np.array([0, 1]), np.eye(3)[[0, 2]], np.array([0.2, 0.1])), (np.array([0]), np.eye(3)[[1]]))
due = macro_f1_by_hand([0, 1, 0], [0, 2, 1], [0.2, 0.1, 1.0], 3)
dd.check.close(came, due, rtol=1e-4, what="the macro F1 of light and plain batches", why="no weight means 1")
metric = MacroF1(5, name="f")
assert not config_as_json(metric).startswith("no JSON"), "get_config must hold plain values only"
again = made_again(metric)
dd.check.equal(again.name, "f", what="the name of a metric made again", why="the parent has settings too")
came = seen(again, (np.array([4, 0]), np.eye(5)[[4, 1]]))
dd.check.close(came, 1 / 3, rtol=1e-5, what="the macro F1 of a metric made again", why="three of five classes came up")
x = rng.normal(size=(20, 4)).astype("float32")
labels = np.where(rng.random(20) < 0.6, x.argmax(axis=1), rng.integers(0, 3, 20))
due = macro_f1_by_hand(labels, x.argmax(axis=1), np.ones(20), 4)
for name, came in zip(("evaluate", "evaluate, called again", "a loaded model"), in_fit(4, x, labels, 9), strict=True):
    dd.check.close(came, due, rtol=1e-4, what=f"the macro_f1 that comes from {name}", why="over all 20 examples")
### END HIDDEN TESTS

# %% mistakes: MacroF1
# - replace: self.hits.assign(self.hits + ops.sum(weight * occurred * said, axis=0))
#   with: self.hits.assign(ops.sum(weight * occurred * said, axis=0))
#   hint: "The hits of earlier batches are overwritten. State is added to."
# - replace: weight = 1.0 if sample_weight is None else ops.reshape(ops.cast(sample_weight, "float32"), (-1, 1))
#   with: weight = 1.0
#   hint: "sample_weight goes unused. An example may count more or less than once."
# - replace: ops.maximum(ops.sum(ops.cast(below > 0, "float32")), 1.0)
#   with: self.num_classes
#   hint: "A class that never came up counts as 0 in your mean. It is left out."
# - replace: ops.divide_no_nan(2 * self.hits, below)
#   with: 2 * self.hits / below
#   hint: "A class that never came up divides 0 by 0, and the NaN spreads over the mean."
# - replace: ops.argmax(y_pred, axis=-1)
#   with: ops.argmax(y_pred, axis=0)
#   hint: "You look for the best example of each class. Along which axis do the classes lie?"
# - replace: below = self.occurred + self.said  # 2 T + P + N
#   with: below = 2 * self.said
#   hint: "That is precision: how much of what was said is right. Where are the misses?"
# - replace: below = self.occurred + self.said  # 2 T + P + N
#   with: below = 2 * self.occurred
#   hint: "That is recall: how much of what occurred was found. Where are the false alarms?"
# - replace: "{**super().get_config(), \"num_classes\": self.num_classes}"
#   with: super().get_config()
#   hint: "The configuration forgets num_classes, without which no such metric can be made."
# - replace: "{**super().get_config(), \"num_classes\": self.num_classes}"
#   with: "{\"num_classes\": self.num_classes}"
#   hint: "The configuration leaves out what the parent class has to say, such as the name."


# %% mistake: MacroF1
# hint: "You average the F1 of the batches. That is not the F1 of all examples: keep counts, and divide at the end."
class MacroF1(keras.metrics.Metric):
    def __init__(self, num_classes, name="macro_f1", **kwargs):
        super().__init__(name=name, **kwargs)
        self.num_classes = num_classes
        self.total = self.add_variable((), initializer="zeros", name="total")
        self.batches = self.add_variable((), initializer="zeros", name="batches")

    def update_state(self, y_true, y_pred, sample_weight=None):
        occurred = ops.one_hot(ops.reshape(ops.cast(y_true, "int32"), (-1,)), self.num_classes, dtype="float32")
        said = ops.one_hot(ops.argmax(y_pred, axis=-1), self.num_classes, dtype="float32")
        weight = 1.0 if sample_weight is None else ops.reshape(ops.cast(sample_weight, "float32"), (-1, 1))
        hits, below = ops.sum(weight * occurred * said, axis=0), ops.sum(weight * (occurred + said), axis=0)
        scores = ops.where(below > 0, 2 * hits / ops.maximum(below, 1e-7), 0.0)
        mean = ops.sum(scores) / ops.maximum(ops.sum(ops.cast(below > 0, "float32")), 1.0)
        self.total.assign(self.total + mean)
        self.batches.assign(self.batches + 1.0)

    def result(self):
        return self.total / ops.maximum(self.batches, 1.0)

    def get_config(self):
        return {**super().get_config(), "num_classes": self.num_classes}


# %% mistake: MacroF1
# hint: "All classes are thrown together before you divide. That is the micro average, which for single labels is the
#   accuracy."
class MacroF1(keras.metrics.Metric):
    def __init__(self, num_classes, name="macro_f1", **kwargs):
        super().__init__(name=name, **kwargs)
        self.num_classes = num_classes
        self.hits = self.add_variable((), initializer="zeros", name="hits")
        self.below = self.add_variable((), initializer="zeros", name="below")

    def update_state(self, y_true, y_pred, sample_weight=None):
        occurred = ops.one_hot(ops.reshape(ops.cast(y_true, "int32"), (-1,)), self.num_classes, dtype="float32")
        said = ops.one_hot(ops.argmax(y_pred, axis=-1), self.num_classes, dtype="float32")
        weight = 1.0 if sample_weight is None else ops.reshape(ops.cast(sample_weight, "float32"), (-1, 1))
        self.hits.assign(self.hits + ops.sum(weight * occurred * said))
        self.below.assign(self.below + ops.sum(weight * (occurred + said)))

    def result(self):
        return 2 * self.hits / ops.maximum(self.below, 1e-7)

    def get_config(self):
        return {**super().get_config(), "num_classes": self.num_classes}


# %% mistake: MacroF1
# hint: "You take the classes' F1 by how often each occurred. In the macro average each counts once."
class MacroF1(keras.metrics.Metric):
    def __init__(self, num_classes, name="macro_f1", **kwargs):
        super().__init__(name=name, **kwargs)
        self.num_classes = num_classes
        self.counts = self.add_variable((3, num_classes), initializer="zeros", name="counts")

    def update_state(self, y_true, y_pred, sample_weight=None):
        occurred = ops.one_hot(ops.reshape(ops.cast(y_true, "int32"), (-1,)), self.num_classes, dtype="float32")
        said = ops.one_hot(ops.argmax(y_pred, axis=-1), self.num_classes, dtype="float32")
        weight = 1.0 if sample_weight is None else ops.reshape(ops.cast(sample_weight, "float32"), (-1, 1))
        rows = [ops.sum(weight * each, axis=0) for each in (occurred * said, occurred, said)]
        self.counts.assign(self.counts + ops.stack(rows))

    def result(self):
        hits, occurred, said = ops.unstack(ops.convert_to_tensor(self.counts))
        scores = 2 * hits / ops.maximum(occurred + said, 1e-7)
        return ops.sum(scores * occurred) / ops.maximum(ops.sum(occurred), 1e-7)

    def get_config(self):
        return {**super().get_config(), "num_classes": self.num_classes}


# %% mistake: MacroF1
# hint: "Your counts are NumPy arrays of yours. Inside fit they are constants of the graph, and reset_state does not
#   know of them."
class MacroF1(keras.metrics.Metric):
    def __init__(self, num_classes, name="macro_f1", **kwargs):
        super().__init__(name=name, **kwargs)
        self.num_classes = num_classes
        self.hits = self.below = np.zeros(num_classes)

    def update_state(self, y_true, y_pred, sample_weight=None):
        occurred = np.eye(self.num_classes)[np.reshape(np.asarray(y_true).astype(int), -1)]
        said = np.eye(self.num_classes)[np.argmax(y_pred, axis=-1)]
        weight = 1.0 if sample_weight is None else np.reshape(sample_weight, (-1, 1))
        self.hits = self.hits + (weight * occurred * said).sum(axis=0)
        self.below = self.below + (weight * (occurred + said)).sum(axis=0)

    def result(self):
        known = self.below > 0
        return ops.convert_to_tensor(np.mean(2 * self.hits[known] / self.below[known]) if known.any() else 0.0)

    def get_config(self):
        return {**super().get_config(), "num_classes": self.num_classes}


# %% equivalents: MacroF1
# - replace: ops.reshape(ops.cast(y_true, "int32"), (-1,))
#   with: ops.reshape(y_true, (-1,))
#   reason: "one_hot makes whole numbers of what it is given."
# - replace: ops.one_hot(classes, self.num_classes, dtype="float32")
#   with: ops.one_hot(classes, self.num_classes)
#   reason: "float32 is Keras's own dtype."
# - replace: ops.one_hot(ops.argmax(y_pred, axis=-1), self.num_classes, dtype="float32")
#   with: ops.one_hot(ops.argmax(y_pred, axis=-1), self.num_classes)
#   reason: "float32 is Keras's own dtype."
# - replace: ops.argmax(y_pred, axis=-1)
#   with: ops.argmax(y_pred, axis=1)
#   reason: "Logits have two axes, so the last one is axis 1."
# - replace: ops.cast(below > 0, "float32")
#   with: below > 0
#   reason: "A sum of truths is their number."


# %% accepts: MacroF1
class MacroF1(keras.metrics.Metric):
    # One confusion matrix, rows for what occurred, columns for what was said.
    def __init__(self, num_classes, name="macro_f1", **kwargs):
        super().__init__(name=name, **kwargs)
        self.num_classes = num_classes
        self.confusion = self.add_variable((num_classes, num_classes), initializer="zeros", name="confusion")

    def update_state(self, y_true, y_pred, sample_weight=None):
        occurred = ops.one_hot(ops.reshape(ops.cast(y_true, "int32"), (-1,)), self.num_classes, dtype="float32")
        said = ops.one_hot(ops.argmax(y_pred, axis=1), self.num_classes, dtype="float32")
        if sample_weight is not None:
            occurred = occurred * ops.reshape(ops.cast(sample_weight, "float32"), (-1, 1))
        self.confusion.assign_add(ops.matmul(ops.transpose(occurred), said))

    def result(self):
        confusion = ops.convert_to_tensor(self.confusion)
        below = ops.sum(confusion, axis=0) + ops.sum(confusion, axis=1)
        known = ops.cast(below > 0, "float32")
        scores = 2 * ops.diagonal(confusion) / (below + 1 - known)
        return ops.sum(scores) / ops.maximum(ops.sum(known), 1)

    def get_config(self):
        return super().get_config() | {"num_classes": self.num_classes}


# %% accepts: MacroF1
class MacroF1(keras.metrics.Metric):
    # Hits, false alarms and misses, as in the text, in one variable.
    def __init__(self, num_classes, name="macro_f1", **kwargs):
        super().__init__(name=name, **kwargs)
        self.counts = self.add_weight(shape=(3, num_classes), initializer="zeros", name="counts")

    def update_state(self, y_true, y_pred, sample_weight=None):
        classes = ops.arange(self.counts.shape[1])[None, :]
        occurred = ops.equal(ops.reshape(ops.cast(y_true, "int32"), (-1, 1)), classes)
        said = ops.equal(ops.expand_dims(ops.argmax(y_pred, axis=-1), 1), classes)
        pairs = (occurred & said, ~occurred & said, occurred & ~said)
        weight = ops.ones_like(y_pred[:, :1]) if sample_weight is None else ops.reshape(sample_weight, (-1, 1))
        weight = ops.cast(weight, "float32")
        self.counts.assign(self.counts + ops.stack([ops.sum(ops.cast(p, "float32") * weight, axis=0) for p in pairs]))

    def result(self):
        hits, alarms, misses = (self.counts[i] for i in range(3))
        any_at_all = hits + alarms + misses > 0
        scores = ops.divide_no_nan(2 * hits, 2 * hits + alarms + misses)
        return ops.divide_no_nan(ops.sum(scores), ops.sum(ops.cast(any_at_all, "float32")))

    def get_config(self):
        return {**super().get_config(), "num_classes": self.counts.shape[1]}


# %% [markdown]
# What does the macro average see that accuracy does not? Take all but one in 25 of the eights out of the training
# digits, train a small classifier of your own layers, and judge it where eights are as rare: five among some 400.


# %% demo
def reader():
    """A classifier of digits made of MyDense layers."""
    layers = [MyDense(48, "relu", name="hidden"), MyDense(10, name="logits")]
    model = keras.Sequential([keras.Input((64,)), *layers])
    model.compile(
        keras.optimizers.Adam(0.003),
        keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=["accuracy", MacroF1(10)],
    )
    return model


rng = np.random.default_rng(39)
kept = (digit_labels != 8) | (rng.random(len(digit_labels)) < 0.04)
readers = {}
for name, rows in (("all digits", np.full(len(kept), True)), ("few eights", kept)):
    dd.seed(39)
    readers[name] = reader()
    readers[name].fit(x_digits[rows], digit_labels[rows], batch_size=32, epochs=12, verbose=0)
common = labels_held_out != 8
rare = rng.permutation(np.flatnonzero(~common))[:5]  # few of them in use as well
in_use = np.sort(np.concatenate([np.flatnonzero(common), rare]))
scores = {}
for name, model in readers.items():
    report = model.evaluate(x_held_out[in_use], labels_held_out[in_use], batch_size=64, verbose=0, return_dict=True)
    scores[name] = report["accuracy"], report["macro_f1"]
    print(f"trained with {name:10} accuracy {report['accuracy']:.3f}, macro F1 {report['macro_f1']:.3f}")
fig, ax = plt.subplots(figsize=(7, 3))
place = np.arange(2)
for i, measure in enumerate(("accuracy", "macro $F_1$")):
    values = [pair[i] for pair in scores.values()]
    look = {"color": ("0.35", "0.7")[i], "edgecolor": "0.35", "hatch": ("", "//")[i]}
    bars = ax.barh(place + 0.38 * i, values, height=0.36, label=measure, **look)
    ax.bar_label(bars, [f"{value:.3f}" for value in values], padding=3)
ax.set_yticks(place + 0.19, [f"trained with {name}" for name in scores])
ax.invert_yaxis()
ax.set(title="Five eights among 400 digits", xlabel="score", ylabel="", xlim=(0, 1.6))
ax.legend(loc="center right")
dd.plot.show(
    "Bars of accuracy and macro F1 for two readers, judged on digits with only five eights. Trained with all digits "
    "both are about 0.97. Trained with few eights the accuracy is about as high as before, and the macro F1 is lower."
)

# %% [markdown]
# Five eights in 400 hardly move the accuracy, read or misread. In the macro average they are a tenth of the whole.
#
# ## Saving, and being sure
#
# `model.save("model.keras")` writes one file, a zip archive of three things: the **configuration** (`config.json`, all
# that the `get_config` methods said), the **weights** with the optimizer's state, and some metadata. To load, Keras
# makes each object from its configuration, by its class, and then fills in the weights. For a class that is not Keras's
# own it has only the name, so it must be told: in `custom_objects={"MyDense": MyDense}`, or once and for all by
# `@keras.saving.register_keras_serializable(package="…")` above the class. (`save_weights` writes the numbers alone.
# Then the code must build the same model, and the order of its weights must not have changed.)
#
# If something is missing, loading mostly fails with a message. The dangerous case is the other one: a setting with a
# **default** that `get_config` forgets. `__init__` does without it, all weights fit, and the model loads happily and
# says something else. No error will ever tell. The test is simple and nobody does it: ask the model something before
# and after, and compare. Not roughly: **bit for bit**. The same weights in the same order through the same operations
# on the same machine give the same bits, and whoever allows a tolerance allows small mistakes.
#
# What usually goes wrong, and how it shows:
#
# | forgotten | what happens |
# |---|---|
# | to tell Keras of the class | loading fails, and says that it does not know the class |
# | an argument without a default, in `get_config` | loading fails in `__init__` |
# | an argument **with** a default, in `get_config` | nothing happens, and the model is another |
# | a weight that is a plain array | nothing happens; it starts anew at each loading |
# | `serialize` for an activation or a layer | saving or loading goes wrong, or the layer is no longer shared |
# | the optimizer, since only weights were saved | nothing happens, until training goes on with a jolt |
#
# Half of them pass in silence. To save only the numbers, NumPy's `np.savez` or `save_weights` will do, if the code that
# makes the model is kept as carefully as the file.
#
# Two curiosities of float32 to settle: NaN is unequal to NaN, even where the bits are the same; and $0.0 = -0.0$, where
# they are not. "Bit for bit" means the bits.


# %% exercise: round_trip
def round_trip(model, path, x, custom_objects=None):
    """Write a model to a file, read it back, and make sure that it is the same.

    Args:
        model: a built keras model with one output, compiled or not; left as it is.
        path: the file, str or Path, ending in ".keras"; an older file there is replaced.
        x: what to ask both models, an array as `predict` takes it; left unchanged.
        custom_objects: None, or a dict of names to classes that Keras does not know.

    Returns:
        the model that was read, compiled if the other was, its optimizer where that had come to.

    Raises:
        ValueError: path does not end in ".keras"; nothing is written then.
        RuntimeError: what the two predict for x differs in a single bit.
    """
    ### BEGIN SOLUTION
    if Path(path).suffix != ".keras":
        raise ValueError(f"path must end in .keras. Received: {path}")
    model.save(path)
    loaded = keras.models.load_model(path, custom_objects=custom_objects)
    said, says = (each.predict(x, verbose=0) for each in (model, loaded))
    if said.tobytes() != says.tobytes():
        raise RuntimeError("the loaded model predicts something else")
    return loaded
    ### END SOLUTION


# %% fixture
class Gain(keras.layers.Layer):
    """Multiplies by a factor, and tells its configuration of it."""

    def __init__(self, factor=1.0, **kwargs):
        super().__init__(**kwargs)
        self.factor = factor

    def call(self, x):
        return x * self.factor

    def get_config(self):
        return {**super().get_config(), "factor": self.factor}


class ForgetfulGain(Gain):
    """The same, but its configuration leaves the factor out."""

    def get_config(self):
        return keras.layers.Layer.get_config(self)


def gained(factor, kernel, forgetful=False, compiled=True):
    """A model: x @ kernel, then a gain. If compiled, it computes step by step, which takes less time for small x."""
    gain = (ForgetfulGain if forgetful else Gain)(factor, name="gain")
    dense = keras.layers.Dense(np.shape(kernel)[1], name="dense")
    model = keras.Sequential([keras.Input((len(kernel),), name="x"), dense, gain], name="gained")
    model.set_weights([np.asarray(kernel), np.zeros(np.shape(kernel)[1])])
    if compiled:
        model.compile(keras.optimizers.SGD(0.1), "mean_squared_error", run_eagerly=True)
    return model


def trip(model, name, x, forgetful=False, twice=False):
    """What round_trip returns for a path in an empty folder, and the files that are in it afterwards."""
    folder = Path(tempfile.mkdtemp())
    custom = {"ForgetfulGain": ForgetfulGain} if forgetful else {"Gain": Gain}
    if twice:
        (folder / name).write_text("an older file")
    before = [weight.copy() for weight in model.get_weights()]
    try:
        loaded = round_trip(model, str(folder / name) if twice else folder / name, x, custom)
    except (TypeError, NotImplementedError) as error:  # Keras's, of a file that it can make no model of
        loaded = f"{type(error).__name__} while the model is loaded"
    moved = max(float(np.abs(a - b).max()) for a, b in zip(before, model.get_weights(), strict=True))
    return loaded, sorted(path.name for path in folder.iterdir()), moved


def plain_trip(model, x):
    """The same without custom objects, for a model that needs none."""
    with tempfile.TemporaryDirectory() as folder:
        return round_trip(model, Path(folder) / "plain.keras", x)


def refused(model, name, x):
    """The name of the error that round_trip raises, and the files that are there afterwards."""
    folder = Path(tempfile.mkdtemp())
    try:
        round_trip(model, folder / name, x)
    except Exception as error:  # which one, is for the test to judge
        return type(error).__name__, sorted(path.name for path in folder.iterdir())
    return "none", sorted(path.name for path in folder.iterdir())


def with_adam(model, x, y, count):
    """The model after so many steps of Adam."""
    model.compile(keras.optimizers.Adam(0.01), "mean_squared_error", run_eagerly=True)
    for _ in range(count):
        model.train_on_batch(x, y)
    return model


def one_more_step(model, x, y):
    """The weights after another step with the optimizer that the model has, and how many it had made before."""
    made = int(model.optimizer.iterations)
    model.run_eagerly = True
    model.train_on_batch(x, y)
    return made, model.get_weights()


# %% test: round_trip, points=3
rng = np.random.default_rng(0)
kernel, x = rng.normal(size=(3, 2)), rng.normal(size=(5, 3)).astype("float32")
model = gained(2.5, kernel)
with dd.check.unchanged(x, what="x"):
    loaded, files, moved = trip(model, "mine.keras", x)
dd.check.kind(loaded, keras.Model, what="round_trip(model, path, x, custom_objects)")
assert loaded is not model, "the model that was read is to be returned, not the one that was written"
dd.check.equal(files, ["mine.keras"], what="the files", why="the one that was asked for is written, and no other")
dd.check.like(loaded(x), model(x), rtol=0, atol=0, what="the loaded model's output", why="bit for bit the same")
with dd.check.raises(RuntimeError, why="the factor of 2.5 is lost on the way, and the predictions differ"):
    trip(gained(2.5, kernel, forgetful=True), "forgetful.keras", x, forgetful=True)
came = refused(model, "mine.h5", x)
dd.check.equal(came, ("ValueError", []), what="the error and the files for mine.h5", why="it does not end in .keras")
### BEGIN HIDDEN TESTS
dd.check.equal(moved, 0.0, what="the greatest change of the model's weights", why="the model is left as it is")
for name in ("model", "model.keras.zip", "keras"):
    came = refused(gained(1.0, kernel), name, x)
    dd.check.equal(came, ("ValueError", []), what=f"the error and the files for {name}", why="it is no name in .keras")
with dd.check.raises(RuntimeError, why="a factor of 1.0000001 is lost: the last bit differs"):
    trip(gained(1.0 + 2**-23, kernel, forgetful=True), "forgetful.keras", x, forgetful=True)
with dd.check.raises(RuntimeError, why="0.0 comes back for -0.0, which has other bits"):
    trip(gained(-1.0, 0 * kernel, forgetful=True), "forgetful.keras", np.abs(x), forgetful=True)
holes = x[:2].copy()
holes[1, 2] = np.nan
model = gained(0.75, kernel, compiled=False)
loaded, files, _ = trip(model, "again.keras", holes, twice=True)
dd.check.kind(loaded, keras.Model, what="round_trip with NaN in x", why="NaN with the same bits is the same")
dd.check.equal(files, ["again.keras"], what="the files", why="an older file is replaced")
dd.check.like(loaded(x), model(x), rtol=0, atol=0, what="the output, from a path of text", why="bit for bit the same")
y = rng.normal(size=(5, 2))
model = with_adam(linear_model(kernel, "mean_squared_error"), x, y, 3)
loaded = plain_trip(model, x)
dd.check.like(loaded(x), model(x), rtol=0, atol=0, what="the output of a model of Keras's own", why="nothing is custom")
made, due = one_more_step(model, x, y)
came_made, came = one_more_step(loaded, x, y)
dd.check.equal((made, came_made), (3, 3), what="the steps that the optimizers had made", why="they go along")
for actual, expected in zip(came, due, strict=True):
    why = "with Adam's running means, too, the loaded model goes on where the other stood"
    dd.check.close(actual, expected, rtol=1e-6, atol=1e-7, what="a weight after one more step", why=why)
### END HIDDEN TESTS

# %% mistakes: round_trip
# - replace: return loaded
#   with: return model
#   hint: "You return the model that was written. The one that was read is wanted."
# - replace: custom_objects=custom_objects)
#   with: custom_objects=None)
#   hint: "custom_objects goes unused, so that no class of one's own can be loaded."
# - replace: custom_objects=custom_objects)
#   with: custom_objects=custom_objects, compile=False)
#   hint: "The loaded model is not compiled, and its optimizer begins anew."
# - replace: if said.tobytes() != says.tobytes()
#   with: if not np.allclose(said, says)
#   hint: "You allow a tolerance. The same model gives the same bits."
# - replace: if said.tobytes() != says.tobytes()
#   with: if not np.array_equal(said, says)
#   hint: "NaN is unequal to itself and 0.0 equals -0.0. Compare the bits, not the numbers."
# - replace: if Path(path).suffix != ".keras"
#   with: if not Path(path).suffix
#   hint: "You let other endings through. Only .keras was asked for."


# %% mistake: round_trip
# hint: "You do not compare what the two predict. All weights come back; it is a setting that gets lost, and only
#   predictions show that."
def round_trip(model, path, x, custom_objects=None):
    if not str(path).endswith(".keras"):
        raise ValueError(path)
    model.save(path)
    loaded = keras.models.load_model(path, custom_objects=custom_objects)
    for one, other in zip(model.get_weights(), loaded.get_weights(), strict=True):
        if one.tobytes() != other.tobytes():
            raise RuntimeError("the weights differ")
    return loaded


# %% mistake: round_trip
# hint: "You copy the model in memory and fill in the weights. It should be read from the file alone."
def round_trip(model, path, x, custom_objects=None):
    if not str(path).endswith(".keras"):
        raise ValueError(path)
    model.save(path)
    loaded = keras.models.clone_model(model)
    loaded.set_weights(model.get_weights())
    if model.predict(x, verbose=0).tobytes() != loaded.predict(x, verbose=0).tobytes():
        raise RuntimeError("the predictions differ")
    return loaded


# %% equivalents: round_trip
# - replace: verbose=0
#   with: verbose=1
#   reason: "A progress bar is printed, and the answer is the same."
# - replace: verbose=0
#   with: verbose=-1
#   reason: "Only 0 is silent; the answer is the same."


# %% accepts: round_trip
def round_trip(model, path, x, custom_objects=None):
    # Custom objects by a scope, bits as whole numbers.
    if not str(path).endswith(".keras"):
        raise ValueError("a Keras file is called something.keras")
    before = model.predict(x, verbose=0)
    keras.saving.save_model(model, path, overwrite=True)
    with keras.saving.custom_object_scope(custom_objects or {}):
        loaded = keras.saving.load_model(path)
    after = loaded.predict(x, verbose=0)
    if not np.array_equal(before.view("int32"), after.view("int32")):
        raise RuntimeError("not the same bits")
    return loaded


# %% accepts: round_trip
def round_trip(model, path, x, custom_objects=None):
    path = Path(path)
    if path.name[-6:] != ".keras":
        raise ValueError(f"{path.name} does not end in .keras")
    path.unlink(missing_ok=True)
    model.save(path)
    loaded = keras.models.load_model(path, custom_objects)
    bits = [ops.convert_to_numpy(each(np.asarray(x), training=False)).tobytes() for each in (model, loaded)]
    if bits[0] != bits[1]:
        raise RuntimeError("the predictions differ")
    return loaded


# %% [markdown]
# ## Put it together: everything through a file
#
# The digit reader has two layers and a metric of yours; the tied autoencoder gets your loss as well, and learns from
# spoilt pictures, with one pixel in twelve turned to white, to give back clean ones. (A *denoising* autoencoder;
# Vincent and others, 2010.) Both go through a file. Then both go on training, the one from memory and the one from the
# file, on the same batches in the same order.

# %% demo
rng = np.random.default_rng(40)
spoilt = [np.where(rng.random(x.shape) < 1 / 12, 1.0, x).astype("float32") for x in (x_digits, x_held_out)]
dd.seed(39)
cleaner = squeeze(tied=True)
cleaner.compile(keras.optimizers.Adam(0.005), HuberLoss(threshold=0.3))
cleaner.fit(spoilt[0], x_digits, batch_size=64, epochs=30, verbose=0)

mine = {"MyDense": MyDense, "TiedDense": TiedDense, "HuberLoss": HuberLoss, "MacroF1": MacroF1}
same = {}
with tempfile.TemporaryDirectory() as folder:
    for name, model, x, y in (
        ("reader", readers["all digits"], x_digits, digit_labels),
        ("cleaner", cleaner, spoilt[0], x_digits),
    ):
        asked = x_held_out if name == "reader" else spoilt[1]
        path = Path(folder) / f"{name}.keras"
        loaded = round_trip(model, path, asked, mine)
        answers = [each.predict(asked, batch_size=512, verbose=0) for each in (model, loaded)]
        size = path.stat().st_size
        inside = zipfile.ZipFile(path).namelist()
        for each in (model, loaded):
            each.fit(x, y, batch_size=64, epochs=1, shuffle=False, verbose=0)
        later = [each.predict(asked, batch_size=512, verbose=0) for each in (model, loaded)]
        same[name] = answers[0].tobytes() == answers[1].tobytes(), float(np.abs(later[0] - later[1]).max())
        print(f"{name:8} {size / 1000:4.0f} kB; the same bits: {same[name][0]}; after one more epoch", end=" ")
        print(f"the two differ by {same[name][1]:.1e} at most")
accuracy, f1 = scores["all digits"]
loaded_decoder = loaded.get_layer("decoder")
print("in the file:", *inside)
print(f"the loaded cleaner has {loaded.count_params()} parameters, as many as the tied one had")

shown = [pictures[one_of_each] for pictures in (x_held_out, spoilt[1], answers[1])]
titles = [f"{name} {label}" for name in ("clean", "spoilt", "cleaned") for label in range(8)]
dd.plot.image_grid(np.concatenate(shown).clip(0, 1).reshape(-1, 8, 8), titles, columns=8)
plt.gcf().suptitle("Digits, spoilt digits, and what the loaded model makes of them")
dd.plot.show(
    "Three rows of eight small pictures. On top clean held-out digits; in the middle the same with several pixels "
    "turned to white; below what the loaded autoencoder gives for them: the digits again, blurred, without the white."
)
before, after = (float(np.sqrt(np.mean((picture - x_held_out) ** 2))) for picture in (spoilt[1], answers[1]))
print(f"root mean squared error of a pixel: spoilt {before:.3f}, cleaned {after:.3f}")
assert all(bits for bits, _ in same.values()) and max(apart for _, apart in same.values()) < 1e-3
assert f1 > 0.9 and accuracy > 0.9
assert scores["few eights"][1] < scores["few eights"][0]
assert squeezed["tied"][2] < 1.3 * squeezed["own weights"][2]
assert squeezed["tied"][0].count_params() == loaded.count_params() < 0.6 * squeezed["own weights"][0].count_params()

# %% [markdown]
# All of it is yours, layer, tie, loss and metric, and none of it was lost: the loaded models say the same to the last
# bit, are still tied, still know their threshold, and go on training as if nothing had been.
#
# ## What you should remember
#
# 1. Settings in `__init__`, weights in `build` by `add_weight`, numbers in `call` by `ops`, and all settings again in
#    `get_config`, as plain values.
# 2. To tie is to *use* the other layer's weight at every call. A copy is a snapshot.
# 3. A loss returns one number an example; the parent weighs and reduces. A setting that must survive needs a class.
# 4. A metric keeps sums, not means, and computes at the end. Macro counts each class once.
# 5. A model that loads is not yet the model that was saved. Ask both, and compare the bits.
#
# ## Check yourself, without code
#
# 1. A layer draws its weights in `call` when it is first used, by `keras.random.normal`, and keeps them on `self`. It
#    runs. What is wrong, and when does it come to light?
# 2. Your metric reports 0.81 during `fit` and 0.84 from `evaluate` on the same data, right afterwards. Is it broken?
# 3. A colleague adds an argument `scale=1.0` to a layer and forgets `get_config`. Which of the old and the new files
#    still load, and which of them say what they should?
#
# <details><summary>Answers</summary>
#
# 1. Keras does not know that they are weights. They are never trained, which shows in a loss that does not fall far,
#    and never saved, which shows when a loaded model says something else.
# 2. Not for that reason. During `fit` it takes in each batch with the weights of that moment, which improve, and those
#    of layers that act differently in training, such as Dropout (Day 32).
# 3. All load. The old ones say what they should, and so do the new ones where scale was 1. The new ones with another
#    scale load without a word and are wrong.
#
# </details>
#
# ## Go further
#
# - Huber (1964), *Robust estimation of a location parameter*, Annals of Mathematical Statistics 35.
# - van Rijsbergen (1979), *Information Retrieval*, chapter 7: where the F measure comes from (he wrote $E = 1 - F$).
# - Hinton and Salakhutdinov (2006), *Reducing the dimensionality of data with neural networks*, Science 313: deep
#   autoencoders, whose decoders begin as the transposed encoders.
# - Vincent, Larochelle, Lajoie, Bengio and Manzagol (2010), *Stacked denoising autoencoders*, JMLR 11.
# - Press and Wolf (2017), *Using the output embedding to improve language models*, EACL.
# - Day 40: the loop inside `fit`, by hand.
