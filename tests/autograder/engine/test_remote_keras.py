"""Keras layers, models and tensors as tests meet them."""

import time

import keras
import numpy as np
import pytest
import tensorflow as tf

import deepdays as dd
from autograder.engine.limits import Limits
from autograder.engine.line import Line
from autograder.engine.remote import Unusable
from autograder.engine.sandbox import BEST_EFFORT
from autograder.engine.session import Session

LEARNER = '''
import keras
import numpy as np
import tensorflow as tf
from keras import ops

class Scale(keras.layers.Layer):
    """Multiplies by a weight."""

    def __init__(self, factor=1.0, **kwargs):
        super().__init__(**kwargs)
        self.factor = factor

    def build(self, input_shape):
        self.kernel = self.add_weight(shape=(input_shape[-1],), initializer=keras.initializers.Constant(self.factor))

    def call(self, x, training=False):
        return x * self.kernel

    def get_config(self):
        return {**super().get_config(), "factor": self.factor}

def softmax(x):
    return ops.softmax(x, axis=-1)

def make_model(width):
    return keras.Sequential([keras.Input((3,)), keras.layers.Dense(width, use_bias=False), Scale(2.0)])

def loss_and_gradient(model, x):
    with tf.GradientTape() as tape:
        loss = ops.mean(model(x) ** 2)
    return loss, tape.gradient(loss, model.trainable_weights)

def dataset(x):
    return tf.data.Dataset.from_tensor_slices(x).batch(2)

def words():
    return tf.constant(["ab", "c"])

def half():
    return ops.cast(ops.arange(3), "bfloat16")

def ragged():
    return tf.ragged.constant([[1], [2, 3]])

def variable():
    return keras.Variable([1.0, 2.0])

def fit(model, x, y):
    model.compile("sgd", "mse")
    return model.fit(x, y, epochs=2, verbose=0)
'''


@pytest.fixture(scope="module")
def session(keras_zygote):
    line = Line(keras_zygote, Limits(seconds_per_call=60, seconds=300), BEST_EFFORT)
    line.start(time.monotonic() + 300)
    session = Session(line.exchange, namespace={"__name__": "__test__"})
    session.run(LEARNER, "answer", 0)
    yield session
    line.end()


def test_tensors_cross_as_tensors(session):
    x = keras.ops.convert_to_tensor(np.array([[1.0, 2.0], [0.0, 0.0]], "float32"))
    result = session.name("softmax")(x)
    dd.check.kind(result, "tensor")
    dd.check.dtype(result, "float32")
    dd.check.close(result, keras.ops.softmax(x), rtol=1e-6)
    dd.check.close(session.name("softmax")(np.zeros((1, 4), "float32")), np.full((1, 4), 0.25))
    assert session.name("words")().numpy().tolist() == [b"ab", b"c"]
    assert keras.backend.standardize_dtype(session.name("half")().dtype) == "bfloat16"


def test_layers(session):
    layer = session.name("Scale")(factor=3.0, name="mine")
    assert isinstance(layer, keras.layers.Layer) and not isinstance(layer, keras.Model)
    dd.check.kind(layer, keras.layers.Layer)
    assert not layer.built
    dd.check.close(layer(np.ones((2, 4), "float32")), np.full((2, 4), 3.0))
    assert layer.built and layer.name == "mine" and layer.get_config()["factor"] == 3.0
    dd.check.shape(layer.kernel, (4,))
    dd.check.close(keras.ops.convert_to_numpy(layer.kernel), np.full(4, 3.0))
    layer.kernel.assign(np.arange(4.0))
    dd.check.close(layer.get_weights()[0], np.arange(4.0))
    assert [weight.shape for weight in layer.trainable_weights] == [(4,)]
    assert layer.kernel.path.endswith("variable")
    again = session.name("Scale").from_config(layer.get_config())
    assert again is not layer and again.factor == 3.0


def test_models(session):
    model = session.name("make_model")(2)
    assert isinstance(model, keras.Model) and isinstance(model, keras.Sequential)
    assert model.count_params() == 8 and len(model.layers) == 2 and model.output_shape == (None, 2)
    assert isinstance(model.layers[0], keras.layers.Dense) and model.layers[0].units == 2
    model.set_weights([np.ones((3, 2)), np.ones(2)])
    x = np.arange(6.0, dtype="float32").reshape(2, 3)
    dd.check.close(model(x), [[3.0, 3.0], [12.0, 12.0]])
    dd.check.close(model.predict(x, verbose=0), [[3.0, 3.0], [12.0, 12.0]])
    loss, gradients = session.name("loss_and_gradient")(model, x)
    dd.check.close(loss, (9 + 144) / 2)
    assert [tuple(gradient.shape) for gradient in gradients] == [(3, 2), (2,)]
    history = session.name("fit")(model, x, np.zeros((2, 2)))
    assert isinstance(history, keras.callbacks.History) and len(history.history["loss"]) == 2


def test_datasets_variables_and_ragged_tensors(session):
    dataset = session.name("dataset")(np.arange(5))
    assert isinstance(dataset, tf.data.Dataset)
    assert [batch.numpy().tolist() for batch in dataset] == [[0, 1], [2, 3], [4]]
    variable = session.name("variable")()
    assert isinstance(variable, keras.Variable) and not dd.check.kinds.is_tensor(variable)
    dd.check.close(variable, [1.0, 2.0])
    assert session.name("ragged")().to_list() == [[1], [2, 3]]


def test_the_difference_to_a_tensor_is_not_the_learners_to_say(session):
    session.run(
        "class Near:\n    def __sub__(self, other):\n        return Near()\n    __rsub__ = __sub__\n"
        "    def __array__(self, *a, **k):\n        return np.zeros(2, 'float32')\nnear = Near()",
        "near",
        0,
    )
    near, due = session.name("near"), tf.constant([5.0, 6.0])
    for difference in (lambda: near - due, lambda: near - due.numpy(), lambda: due.numpy() - near):
        with pytest.raises(Unusable, match="a Near came where a number or an array was due"):
            tf.reduce_max(tf.abs(difference()))
    assert float(tf.reduce_max(tf.abs(due - near))) == 6.0
    with pytest.raises(AssertionError):
        dd.check.close(near, due)
