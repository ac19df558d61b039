# %% wrong: MyDense
# idea: "weights made in __init__ for an input as wide as the output"
class MyDense(keras.layers.Layer):
    def __init__(self, units, activation=None, **kwargs):
        super().__init__(**kwargs)
        self.units = units
        self.activation = keras.activations.get(activation)
        self.kernel = self.add_weight(shape=(units, units))
        self.bias = self.add_weight(shape=(units,), initializer="zeros")

    def call(self, x):
        return self.activation(x @ self.kernel + self.bias)

    def get_config(self):
        return {**super().get_config(), "units": self.units, "activation": keras.activations.serialize(self.activation)}


# %% wrong: MyDense
# idea: "the configuration holds the activation as a function"
# fits: "The configuration holds a function"
class MyDense(keras.layers.Layer):
    def __init__(self, units, activation=None, **kwargs):
        super().__init__(**kwargs)
        self.units = units
        self.activation = keras.activations.get(activation)

    def build(self, input_shape):
        self.kernel = self.add_weight(shape=(input_shape[-1], self.units))
        self.bias = self.add_weight(shape=(self.units,), initializer="zeros")

    def call(self, x):
        return self.activation(x @ self.kernel + self.bias)

    def get_config(self):
        config = super().get_config()
        config["units"] = self.units
        config["activation"] = self.activation
        return config


# %% wrong: MyDense
# idea: "no get_config at all"
# fits: "The configuration forgets"
class MyDense(keras.layers.Layer):
    def __init__(self, units, activation=None, **kwargs):
        super().__init__(**kwargs)
        self.units = units
        self.activation = keras.activations.get(activation)

    def build(self, input_shape):
        self.kernel = self.add_weight(shape=(input_shape[-1], self.units))
        self.bias = self.add_weight(shape=(self.units,), initializer="zeros")

    def call(self, x):
        return self.activation(x @ self.kernel + self.bias)

    def get_config(self):
        return super().get_config()


# %% wrong: MyDense
# idea: "the bias drawn at random like the kernel"
# fits: "The bias starts at random"
class MyDense(keras.layers.Layer):
    def __init__(self, units, activation=None, **kwargs):
        super().__init__(**kwargs)
        self.units, self.bend = units, keras.activations.get(activation)

    def build(self, input_shape):
        self.kernel = self.add_weight(shape=(input_shape[-1], self.units), initializer="glorot_uniform")
        self.bias = self.add_weight(shape=(self.units,), initializer="glorot_uniform")

    def call(self, x):
        return self.bend(ops.dot(x, self.kernel) + self.bias)

    def get_config(self):
        return super().get_config() | {"units": self.units, "activation": keras.activations.serialize(self.bend)}


# %% wrong: MyDense
# idea: "takes input_shape[1] for the features"
# fits: "second axis for the features"
class MyDense(keras.layers.Layer):
    def __init__(self, units, activation=None, **kwargs):
        super().__init__(**kwargs)
        self.units, self.bend = units, keras.activations.get(activation)

    def build(self, input_shape):
        self.kernel = self.add_weight(shape=(input_shape[1], self.units))
        self.bias = self.add_weight(shape=(self.units,), initializer="zeros")

    def call(self, x):
        return self.bend(ops.matmul(x, self.kernel) + self.bias)

    def get_config(self):
        return super().get_config() | {"units": self.units, "activation": keras.activations.serialize(self.bend)}


# %% wrong: TiedDense
# idea: "keeps a transposed copy of the kernel from the day of building"
# fits: "a copy of the kernel"
class TiedDense(keras.layers.Layer):
    def __init__(self, tied_to, activation=None, **kwargs):
        super().__init__(**kwargs)
        self.tied_to, self.activation = tied_to, keras.activations.get(activation)

    def build(self, input_shape):
        self.kernel_t = ops.transpose(ops.convert_to_tensor(self.tied_to.kernel))
        self.bias = self.add_weight(shape=(self.tied_to.kernel.shape[0],), initializer="zeros")

    def call(self, a):
        return self.activation(ops.matmul(a, self.kernel_t) + self.bias)

    def get_config(self):
        return {
            **super().get_config(),
            "tied_to": keras.saving.serialize_keras_object(self.tied_to),
            "activation": keras.activations.serialize(self.activation),
        }

    @classmethod
    def from_config(cls, config):
        return cls(**{**config, "tied_to": keras.saving.deserialize_keras_object(config["tied_to"])})


# %% wrong: TiedDense
# idea: "a kernel of its own"
# fits: "second kernel"
class TiedDense(keras.layers.Layer):
    def __init__(self, tied_to, activation=None, **kwargs):
        super().__init__(**kwargs)
        self.tied_to, self.activation = tied_to, keras.activations.get(activation)

    def build(self, input_shape):
        n, r = self.tied_to.kernel.shape
        self.kernel = self.add_weight(shape=(r, n))
        self.kernel.assign(ops.transpose(self.tied_to.kernel))
        self.bias = self.add_weight(shape=(n,), initializer="zeros")

    def call(self, a):
        return self.activation(ops.matmul(a, self.kernel) + self.bias)

    def get_config(self):
        return {
            **super().get_config(),
            "tied_to": keras.saving.serialize_keras_object(self.tied_to),
            "activation": keras.activations.serialize(self.activation),
        }

    @classmethod
    def from_config(cls, config):
        return cls(**{**config, "tied_to": keras.saving.deserialize_keras_object(config["tied_to"])})


# %% wrong: TiedDense
# idea: "no from_config, so that a dict is taken for the layer"
# fits: "gets the dict"
class TiedDense(keras.layers.Layer):
    def __init__(self, tied_to, activation=None, **kwargs):
        super().__init__(**kwargs)
        self.tied_to, self.activation = tied_to, keras.activations.get(activation)

    def build(self, input_shape):
        self.bias = self.add_weight(shape=(self.tied_to.kernel.shape[0],), initializer="zeros")

    def call(self, a):
        return self.activation(ops.matmul(a, ops.transpose(self.tied_to.kernel)) + self.bias)

    def get_config(self):
        return {
            **super().get_config(),
            "tied_to": keras.saving.serialize_keras_object(self.tied_to),
            "activation": keras.activations.serialize(self.activation),
        }

    @classmethod
    def from_config(cls, config):
        return cls(**config)


# %% wrong: TiedDense
# idea: "forgets the bias"
# fits: "made and never added"
class TiedDense(keras.layers.Layer):
    def __init__(self, tied_to, activation=None, **kwargs):
        super().__init__(**kwargs)
        self.tied_to, self.activation = tied_to, keras.activations.get(activation)

    def build(self, input_shape):
        self.bias = self.add_weight(shape=(self.tied_to.kernel.shape[0],), initializer="zeros")

    def call(self, a):
        return self.activation(ops.einsum("...r,nr->...n", a, self.tied_to.kernel))

    def get_config(self):
        return {
            **super().get_config(),
            "tied_to": keras.saving.serialize_keras_object(self.tied_to),
            "activation": keras.activations.serialize(self.activation),
        }

    @classmethod
    def from_config(cls, config):
        return cls(**{**config, "tied_to": keras.saving.deserialize_keras_object(config["tied_to"])})


# %% wrong: TiedDense
# idea: "uses NumPy copies of the kernel, through which no gradient passes"
# fits: "hands out copies"
# fits: "The kernel learns from the encoder's use of it only"
# fits: "encoder's use of it only"
class TiedDense(keras.layers.Layer):
    def __init__(self, tied_to, activation=None, **kwargs):
        super().__init__(**kwargs)
        self.tied_to, self.activation = tied_to, keras.activations.get(activation)

    def build(self, input_shape):
        self.bias = self.add_weight(shape=(self.tied_to.kernel.shape[0],), initializer="zeros")

    def call(self, a):
        return self.activation(ops.matmul(a, ops.transpose(self.tied_to.kernel.numpy())) + self.bias)

    def get_config(self):
        return {
            **super().get_config(),
            "tied_to": keras.saving.serialize_keras_object(self.tied_to),
            "activation": keras.activations.serialize(self.activation),
        }

    @classmethod
    def from_config(cls, config):
        return cls(**{**config, "tied_to": keras.saving.deserialize_keras_object(config["tied_to"])})


# %% wrong: HuberLoss
# idea: "returns the mean over everything"
# fits: "You average over the examples too"
class HuberLoss(keras.losses.Loss):
    def __init__(self, threshold=1.0, **kwargs):
        super().__init__(**kwargs)
        if threshold <= 0:
            raise ValueError("threshold")
        self.threshold = threshold

    def call(self, y_true, y_pred):
        e = ops.abs(y_true - y_pred)
        small = 0.5 * e**2
        large = self.threshold * e - 0.5 * self.threshold**2
        return ops.mean(ops.where(e < self.threshold, small, large))

    def get_config(self):
        return {**super().get_config(), "threshold": self.threshold}


# %% wrong: HuberLoss
# idea: "returns the losses of all entries, unreduced"
# fits: "the loss of every entry"
class HuberLoss(keras.losses.Loss):
    def __init__(self, threshold=1.0, **kwargs):
        super().__init__(**kwargs)
        if threshold <= 0:
            raise ValueError("threshold")
        self.threshold = threshold

    def call(self, y_true, y_pred):
        e = ops.abs(y_true - y_pred)
        small = 0.5 * e**2
        large = self.threshold * e - 0.5 * self.threshold**2
        return ops.where(e < self.threshold, small, large)

    def get_config(self):
        return {**super().get_config(), "threshold": self.threshold}


# %% wrong: HuberLoss
# idea: "smooth L1: divided by the threshold"
# fits: "smooth L1"
class HuberLoss(keras.losses.Loss):
    def __init__(self, threshold=1.0, **kwargs):
        super().__init__(**kwargs)
        if threshold <= 0:
            raise ValueError("threshold")
        self.threshold = threshold

    def call(self, y_true, y_pred):
        e = ops.abs(y_true - y_pred)
        small = 0.5 * e**2 / self.threshold
        large = e - 0.5 * self.threshold
        return ops.mean(ops.where(e < self.threshold, small, large), axis=-1)

    def get_config(self):
        return {**super().get_config(), "threshold": self.threshold}


# %% wrong: HuberLoss
# idea: "no get_config of its own"
# fits: "The configuration forgets the threshold"
class HuberLoss(keras.losses.Loss):
    def __init__(self, threshold=1.0, **kwargs):
        super().__init__(**kwargs)
        if threshold <= 0:
            raise ValueError("threshold")
        self.threshold = threshold

    def call(self, y_true, y_pred):
        e = ops.abs(y_true - y_pred)
        small = 0.5 * e**2
        large = self.threshold * e - 0.5 * self.threshold**2
        return ops.mean(ops.where(e < self.threshold, small, large), axis=-1)


# %% wrong: HuberLoss
# idea: "never looks whether the threshold makes sense"
# fits: "threshold of 0 is let through"
class HuberLoss(keras.losses.Loss):
    def __init__(self, threshold=1.0, **kwargs):
        super().__init__(**kwargs)
        self.threshold = threshold

    def call(self, y_true, y_pred):
        e = ops.abs(y_true - y_pred)
        small = 0.5 * e**2
        large = self.threshold * e - 0.5 * self.threshold**2
        return ops.mean(ops.where(e < self.threshold, small, large), axis=-1)

    def get_config(self):
        return {**super().get_config(), "threshold": self.threshold}


# %% wrong: MacroF1
# idea: "accuracy by class, that is recall"
# fits: "That is recall"
class MacroF1(keras.metrics.Metric):
    def __init__(self, num_classes, name="macro_f1", **kwargs):
        super().__init__(name=name, **kwargs)
        self.num_classes = num_classes
        self.matrix = self.add_weight(shape=(num_classes, num_classes), initializer="zeros", name="matrix")

    def update_state(self, y_true, y_pred, sample_weight=None):
        t = ops.one_hot(ops.reshape(ops.cast(y_true, "int32"), (-1,)), self.num_classes)
        p = ops.one_hot(ops.argmax(y_pred, axis=-1), self.num_classes)
        if sample_weight is not None:
            t = t * ops.cast(ops.reshape(sample_weight, (-1, 1)), t.dtype)
        self.matrix.assign_add(ops.matmul(ops.transpose(t), p))

    def result(self):
        m = ops.convert_to_tensor(self.matrix)
        tp, rows, columns = ops.diagonal(m), ops.sum(m, axis=1), ops.sum(m, axis=0)
        seen = ops.cast(rows + columns > 0, "float32")
        return ops.sum(tp / ops.maximum(rows, 1e-9)) / ops.maximum(ops.sum(seen), 1)

    def get_config(self):
        return {**super().get_config(), "num_classes": self.num_classes}


# %% wrong: MacroF1
# idea: "the mean over all K classes, absent ones as 0"
# fits: "counts as 0 in your mean"
class MacroF1(keras.metrics.Metric):
    def __init__(self, num_classes, name="macro_f1", **kwargs):
        super().__init__(name=name, **kwargs)
        self.num_classes = num_classes
        self.matrix = self.add_weight(shape=(num_classes, num_classes), initializer="zeros", name="matrix")

    def update_state(self, y_true, y_pred, sample_weight=None):
        t = ops.one_hot(ops.reshape(ops.cast(y_true, "int32"), (-1,)), self.num_classes)
        p = ops.one_hot(ops.argmax(y_pred, axis=-1), self.num_classes)
        if sample_weight is not None:
            t = t * ops.cast(ops.reshape(sample_weight, (-1, 1)), t.dtype)
        self.matrix.assign_add(ops.matmul(ops.transpose(t), p))

    def result(self):
        m = ops.convert_to_tensor(self.matrix)
        tp, rows, columns = ops.diagonal(m), ops.sum(m, axis=1), ops.sum(m, axis=0)
        return ops.mean(2 * tp / ops.maximum(rows + columns, 1e-9))

    def get_config(self):
        return {**super().get_config(), "num_classes": self.num_classes}


# %% wrong: MacroF1
# idea: "F1 of the mean precision and the mean recall"
class MacroF1(keras.metrics.Metric):
    def __init__(self, num_classes, name="macro_f1", **kwargs):
        super().__init__(name=name, **kwargs)
        self.num_classes = num_classes
        self.matrix = self.add_weight(shape=(num_classes, num_classes), initializer="zeros", name="matrix")

    def update_state(self, y_true, y_pred, sample_weight=None):
        t = ops.one_hot(ops.reshape(ops.cast(y_true, "int32"), (-1,)), self.num_classes)
        p = ops.one_hot(ops.argmax(y_pred, axis=-1), self.num_classes)
        if sample_weight is not None:
            t = t * ops.cast(ops.reshape(sample_weight, (-1, 1)), t.dtype)
        self.matrix.assign_add(ops.matmul(ops.transpose(t), p))

    def result(self):
        m = ops.convert_to_tensor(self.matrix)
        tp, rows, columns = ops.diagonal(m), ops.sum(m, axis=1), ops.sum(m, axis=0)
        seen = ops.maximum(ops.sum(ops.cast(rows + columns > 0, "float32")), 1)
        recall = ops.sum(tp / ops.maximum(rows, 1e-9)) / seen
        precision = ops.sum(tp / ops.maximum(columns, 1e-9)) / seen
        return 2 * precision * recall / ops.maximum(precision + recall, 1e-9)

    def get_config(self):
        return {**super().get_config(), "num_classes": self.num_classes}


# %% wrong: MacroF1
# idea: "ignores the sample weights"
# fits: "sample_weight goes unused"
class MacroF1(keras.metrics.Metric):
    def __init__(self, num_classes, name="macro_f1", **kwargs):
        super().__init__(name=name, **kwargs)
        self.num_classes = num_classes
        self.matrix = self.add_weight(shape=(num_classes, num_classes), initializer="zeros", name="matrix")

    def update_state(self, y_true, y_pred, sample_weight=None):
        t = ops.one_hot(ops.reshape(ops.cast(y_true, "int32"), (-1,)), self.num_classes)
        p = ops.one_hot(ops.argmax(y_pred, axis=-1), self.num_classes)
        self.matrix.assign_add(ops.matmul(ops.transpose(t), p))

    def result(self):
        m = ops.convert_to_tensor(self.matrix)
        tp, rows, columns = ops.diagonal(m), ops.sum(m, axis=1), ops.sum(m, axis=0)
        seen = ops.maximum(ops.sum(ops.cast(rows + columns > 0, "float32")), 1)
        return ops.sum(2 * tp / ops.maximum(rows + columns, 1e-9)) / seen

    def get_config(self):
        return {**super().get_config(), "num_classes": self.num_classes}


# %% wrong: MacroF1
# idea: "assigns instead of adding, so that only the last batch counts"
# fits: "overwritten"
class MacroF1(keras.metrics.Metric):
    def __init__(self, num_classes, name="macro_f1", **kwargs):
        super().__init__(name=name, **kwargs)
        self.num_classes = num_classes
        self.matrix = self.add_weight(shape=(num_classes, num_classes), initializer="zeros", name="matrix")

    def update_state(self, y_true, y_pred, sample_weight=None):
        t = ops.one_hot(ops.reshape(ops.cast(y_true, "int32"), (-1,)), self.num_classes)
        p = ops.one_hot(ops.argmax(y_pred, axis=-1), self.num_classes)
        if sample_weight is not None:
            t = t * ops.cast(ops.reshape(sample_weight, (-1, 1)), t.dtype)
        self.matrix.assign(ops.matmul(ops.transpose(t), p))

    def result(self):
        m = ops.convert_to_tensor(self.matrix)
        tp, rows, columns = ops.diagonal(m), ops.sum(m, axis=1), ops.sum(m, axis=0)
        seen = ops.maximum(ops.sum(ops.cast(rows + columns > 0, "float32")), 1)
        return ops.sum(2 * tp / ops.maximum(rows + columns, 1e-9)) / seen

    def get_config(self):
        return {**super().get_config(), "num_classes": self.num_classes}


# %% wrong: round_trip
# idea: "compares with a tolerance"
# fits: "You allow a tolerance"
def round_trip(model, path, x, custom_objects=None):
    if not str(path).endswith(".keras"):
        raise ValueError("path")
    model.save(path)
    loaded = keras.models.load_model(path, custom_objects=custom_objects)
    if not np.allclose(model.predict(x, verbose=0), loaded.predict(x, verbose=0), equal_nan=True):
        raise RuntimeError("different")
    return loaded


# %% wrong: round_trip
# idea: "compares by ==, so that NaN differs"
# fits: "NaN is unequal to itself"
def round_trip(model, path, x, custom_objects=None):
    if not str(path).endswith(".keras"):
        raise ValueError("path")
    model.save(path)
    loaded = keras.models.load_model(path, custom_objects=custom_objects)
    if (model.predict(x, verbose=0) != loaded.predict(x, verbose=0)).any():
        raise RuntimeError("different")
    return loaded


# %% wrong: round_trip
# idea: "an assertion where a RuntimeError is promised"
def round_trip(model, path, x, custom_objects=None):
    if not str(path).endswith(".keras"):
        raise ValueError("path")
    model.save(path)
    loaded = keras.models.load_model(path, custom_objects=custom_objects)
    assert model.predict(x, verbose=0).tobytes() == loaded.predict(x, verbose=0).tobytes()
    return loaded


# %% wrong: round_trip
# idea: "saves and loads, and never compares"
# fits: "You do not compare what the two predict"
def round_trip(model, path, x, custom_objects=None):
    if not str(path).endswith(".keras"):
        raise ValueError("path")
    model.save(path)
    return keras.models.load_model(path, custom_objects=custom_objects)


# %% wrong: round_trip
# idea: "loads uncompiled"
# fits: "The loaded model is not compiled"
def round_trip(model, path, x, custom_objects=None):
    if not str(path).endswith(".keras"):
        raise ValueError("path")
    model.save(path)
    loaded = keras.models.load_model(path, custom_objects=custom_objects, compile=False)
    if model.predict(x, verbose=0).tobytes() != loaded.predict(x, verbose=0).tobytes():
        raise RuntimeError("different")
    return loaded


# %% right: huber_loss
def huber_loss(threshold):
    if not threshold > 0:
        raise ValueError("delta")

    def f(y_true, y_pred):
        e = ops.convert_to_tensor(y_true) - y_pred
        inside = ops.clip(e, -threshold, threshold)
        return ops.mean(inside * e - 0.5 * inside**2, axis=1)

    return f


# %% right: huber_loss
import functools


def _huber(threshold, y_true, y_pred):
    error = ops.abs(ops.subtract(y_pred, y_true))
    return ops.mean(ops.where(error < threshold, 0.5 * error**2, threshold * error - 0.5 * threshold**2), axis=-1)


def huber_loss(threshold):
    if threshold <= 0:
        raise ValueError(threshold)
    return functools.partial(_huber, threshold)


# %% wrong: huber_loss
# idea: "computes at once instead of returning a function"
def huber_loss(threshold, y_true=0.0, y_pred=0.0):
    if threshold <= 0:
        raise ValueError(threshold)
    e = ops.abs(y_true - y_pred)
    return ops.where(e <= threshold, 0.5 * e**2, threshold * (e - 0.5 * threshold))


# %% wrong: huber_loss
# idea: "the mean over examples too"
# fits: "You average over the examples too"
def huber_loss(threshold):
    if threshold <= 0:
        raise ValueError(threshold)

    def f(y_true, y_pred):
        e = ops.abs(y_true - y_pred)
        return ops.mean(ops.where(e <= threshold, 0.5 * e**2, threshold * (e - 0.5 * threshold)))

    return f


# %% wrong: huber_loss
# idea: "the threshold kept in a global, so that the last one made counts"
_threshold = 1.0


def huber_loss(threshold):
    global _threshold
    if threshold <= 0:
        raise ValueError(threshold)
    _threshold = threshold

    def f(y_true, y_pred):
        e = ops.abs(y_true - y_pred)
        return ops.mean(ops.where(e <= _threshold, 0.5 * e**2, _threshold * (e - 0.5 * _threshold)), axis=-1)

    return f


# %% wrong: huber_loss
# idea: "no half before the square"
# fits: "The square has a half before it"
def huber_loss(threshold):
    if threshold <= 0:
        raise ValueError(threshold)

    def f(y_true, y_pred):
        e = ops.abs(y_true - y_pred)
        return ops.mean(ops.where(e <= threshold, e**2, threshold * (e - 0.5 * threshold)), axis=-1)

    return f


# %% wrong: huber_loss
# idea: "the sign of the error forgotten"
# fits: "Large negative errors get the square as well"
def huber_loss(threshold):
    if threshold <= 0:
        raise ValueError(threshold)

    def f(y_true, y_pred):
        e = y_pred - y_true
        return ops.mean(ops.where(e <= threshold, 0.5 * e**2, threshold * (e - 0.5 * threshold)), axis=-1)

    return f
