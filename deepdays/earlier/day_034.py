"""Day 34, Build a mini framework: the reference answers.

Written by `deepdays build` from solutions/day_034_mini_framework.py; change that file instead.
"""

import numpy as np
from deepdays.earlier import day_026, day_029
class Layer:
    """A part of a model. By itself it passes everything through and learns nothing.

    Attributes:
        params: what is learned, a dict of names to float arrays; empty if nothing is.
        grads: dict with the same keys, set by backward: the gradient of the loss with respect to each of them.
        trainable: whether training may change params.
    """

    def __init__(self):
        self.params, self.grads, self.trainable = {}, {}, True

    def forward(self, x, training=False):
        """The outputs for a batch x. Keeps whatever backward will need."""
        return x

    def backward(self, dout):
        """Given the gradient for the outputs of the last forward: sets grads, returns the gradient for its inputs."""
        return dout

    def penalty(self):
        """What this layer's parameters add to the loss."""
        return 0.0
def cross_entropy(logits, labels):
    """Softmax cross-entropy: losses (N,) for logits (N, K) and labels (N,), and each one's gradient, (N, K)."""
    rows = np.arange(len(logits))
    shifted = logits - logits.max(axis=1, keepdims=True)
    exps = np.exp(shifted)
    sums = exps.sum(axis=1, keepdims=True)  # (N, 1)
    gradient = exps / sums
    gradient[rows, labels] -= 1
    return np.log(sums[:, 0]) - shifted[rows, labels], gradient
def is_right(logits, labels):
    """Whether the largest logit is that of the right class, (N,)."""
    return np.argmax(logits, axis=1) == labels
def batches(x, y, batch_size, rng=None):
    """Yield (x, y) in batches, the last perhaps smaller: in their order, or in a random one if there is a generator."""
    order = np.arange(len(x)) if rng is None else rng.permutation(len(x))
    for begin in range(0, len(x), batch_size):
        rows = order[begin : begin + batch_size]
        yield x[rows], y[rows]

__all__ = [
    "Activation",
    "Dense",
    "Dropout",
    "Loss",
    "Mean",
    "Model",
    "Optimizer",
    "get_parameters",
    "load_parameters",
    "save_parameters",
    "set_parameters",
]


class Dense(Layer):
    """A layer that computes y = xw + b, for batches of any size.

    Args:
        num_inputs, num_outputs: D and M, ints >= 1.
        rng: a numpy.random.Generator, which the weights are drawn from.
        l2: strength of the penalty, a number >= 0.

    Attributes:
        params: {"w": (D, M), "b": (M,)}, float64 arrays: w drawn uniformly between -limit and limit, where limit is
            sqrt(6 / (D + M)), and b zero. Each pass uses what is in params then: others put new arrays there.
    """

    def __init__(self, num_inputs, num_outputs, rng, l2=0.0):
        super().__init__()
        self.l2 = l2
        # About 2 lines.
        limit = np.sqrt(6 / (num_inputs + num_outputs))
        self.params = {"w": rng.uniform(-limit, limit, (num_inputs, num_outputs)), "b": np.zeros(num_outputs)}

    def forward(self, x, training=False):
        """The outputs, a float array (N, M), for x, a float or int array (N, D), left unchanged. About 2 lines."""
        self.x = x
        return x @ self.params["w"] + self.params["b"]

    def backward(self, dout):
        """Set grads and return the gradient with respect to the x of the last forward, (N, D).

        grads becomes {"w": (D, M), "b": (M,)}, the gradients of loss and penalty together; nothing of an earlier call
        stays in it. dout, (N, M), and params are left unchanged. About 3 lines; day_026.dense_backward(dout, x, w)
        returns (dx, dw, db) without the penalty.
        """
        dx, dw, db = day_026.dense_backward(dout, self.x, self.params["w"])
        self.grads = {"w": dw + 2 * self.l2 * self.params["w"], "b": db}
        return dx

    def penalty(self):
        """l2 times the sum of the squared weights, a float. About 1 line."""
        return self.l2 * np.sum(self.params["w"] ** 2)


class Activation(Layer):
    """A layer that applies a function and has no parameters.

    Args:
        name: "relu", "sigmoid", "tanh" or "softmax".

    Raises:
        ValueError: another name.
    """

    def __init__(self, name):
        super().__init__()
        if name not in ("relu", "sigmoid", "tanh", "softmax"):
            raise ValueError(f"no such activation. Received: {name!r}")
        self.name = name

    def forward(self, x, training=False):
        """The function of each entry, or a softmax of each row: a new float array (N, D) for x of that shape.

        x is a float or int array, left unchanged. Finite and without warnings for x of any size. About 9 lines.
        """
        x = np.asarray(x, dtype=float)
        if self.name == "relu":
            self.y = np.maximum(x, 0)
        elif self.name == "tanh":
            self.y = np.tanh(x)
        elif self.name == "sigmoid":
            small = np.exp(-np.abs(x))  # at most 1
            self.y = np.where(x >= 0, 1, small) / (1 + small)
        else:
            exps = np.exp(x - np.max(x, axis=1, keepdims=True))
            self.y = exps / exps.sum(axis=1, keepdims=True)
        return self.y

    def backward(self, dout):
        """The gradient with respect to the x of the last forward, (N, D); dout, (N, D), is left unchanged.

        ReLU's slope at 0 is 0. About 7 lines.
        """
        if self.name == "relu":
            return dout * (self.y > 0)
        if self.name == "tanh":
            return dout * (1 - self.y**2)
        if self.name == "sigmoid":
            return dout * self.y * (1 - self.y)
        return self.y * (dout - np.sum(dout * self.y, axis=1, keepdims=True))


class Dropout(Layer):
    """A layer that drops numbers at random while training, and does nothing otherwise.

    Args:
        rate: probability of each number to be dropped, at least 0 and less than 1.
        rng: a numpy.random.Generator, the only source of chance.

    Raises:
        ValueError: rate is out of that range. About 3 lines.
    """

    def __init__(self, rate, rng):
        super().__init__()
        if not 0 <= rate < 1:
            raise ValueError(f"rate must be at least 0 and less than 1. Received: {rate}")
        self.rate, self.rng = rate, rng

    def forward(self, x, training=False):
        """The outputs for x, an array (N, D) left unchanged.

        In training a new float array: each entry is 0 with probability rate, independently and anew at each call, else
        x / (1 - rate). Otherwise the numbers of x; the generator is not used then. About 4 lines.
        """
        self.mask = 1.0
        if training:
            self.mask = (self.rng.random(x.shape) >= self.rate) / (1 - self.rate)
        return x * self.mask

    def backward(self, dout):
        """The gradient with respect to the x of the last forward, (N, D); dout is left unchanged. About 1 line."""
        return dout * self.mask


class Mean:
    """The mean of all numbers since the last reset, without keeping them."""

    def __init__(self):
        self.reset()

    def reset(self):
        """Forget everything. About 1 line."""
        self.total, self.count = 0.0, 0

    def update(self, values):
        """Take in an array of bools, ints or floats, of any length and left unchanged. About 2 lines."""
        self.total += np.sum(values, dtype=float)
        self.count += len(values)

    def result(self):
        """The mean so far, a float; ValueError if there has been no number. About 3 lines."""
        if not self.count:
            raise ValueError("there is no mean of no numbers")
        return self.total / self.count


class Loss:
    """A loss with penalties, and its mean over all examples since the last reset.

    Args:
        function: of outputs and targets, such as cross_entropy: returns the losses of the examples, (N,), and the
            gradient of each example's loss with respect to its outputs, an array of the shape of outputs.
    """

    def __init__(self, function):
        self.function, self.mean = function, Mean()

    def update(self, outputs, targets, penalty=0.0):
        """The loss of a batch, a float: the mean over its examples, plus penalty. Goes into the account.

        Calls function once. About 4 lines.
        """
        losses, self.gradient = self.function(outputs, targets)
        self.mean.update(losses + penalty)
        return np.mean(losses) + penalty

    def backward(self):
        """The gradient of the last batch's loss for its outputs, a new array of their shape. About 1 line."""
        return self.gradient / len(self.gradient)

    def result(self):
        """The mean over all examples since the last reset, each with the penalty of its batch, a float."""
        return self.mean.result()

    def reset(self):
        """Begin a new account."""
        self.mean.reset()


class Optimizer:
    """Moves the parameters of layers by a rule for single arrays.

    Args:
        step: the rule, such as day_029.adam_step: step(param, grad, state, **settings) returns the new parameter and
            the new state. The state of a parameter is an empty dict before its first step.
        settings: keyword arguments for every call of step.

    Attributes:
        settings: these, a dict; it is read at every update, so that others may change a rate between two.
    """

    def __init__(self, step=day_029.adam_step, **settings):
        self.step, self.settings = step, settings
        # What else must be remembered? About 1 line.
        self.states = {}

    def update(self, layers):
        """One step for every array in the params of a list of layers, by the grads of that layer.

        The new arrays replace the old ones in params, which are left as they are. Each parameter has its own state,
        which lasts from update to update; the list is the same each time. About 4 lines.
        """
        for i, layer in enumerate(layers):
            for name, param in layer.params.items():
                state = self.states.get((i, name), {})
                new = self.step(param, layer.grads[name], state, **self.settings)
                layer.params[name], self.states[i, name] = new


def get_parameters(layers):
    """Copies of all parameters: a list with a dict of names to arrays for each of a list of layers. About 1 line."""
    return [{name: param.copy() for name, param in layer.params.items()} for layer in layers]


def set_parameters(layers, parameters):
    """Put copies of parameters, a list as get_parameters returns it, into the params of layers.

    Raises:
        ValueError: there is not one dict for each layer, or its names or the shapes of its arrays are not those of
            the layer. Then no layer has changed. About 8 lines.
    """
    for layer, new in zip(layers, parameters, strict=True):
        here = {name: param.shape for name, param in layer.params.items()}
        came = {name: np.shape(param) for name, param in new.items()}
        if here != came:
            raise ValueError(f"these parameters don't fit. The layer has {here}. Received: {came}")
    for layer, new in zip(layers, parameters, strict=True):
        layer.params = {name: np.array(new[name], dtype=float) for name in layer.params}


def save_parameters(layers, path):
    """Write all parameters to a file of exactly that path, text or a pathlib.Path; an old one is replaced.

    About 3 lines; `np.savez(file, **arrays)` writes a dict of arrays to an open file.
    """
    arrays = {f"{i}.{name}": param for i, layer in enumerate(layers) for name, param in layer.params.items()}
    with open(path, "wb") as file:
        np.savez(file, **arrays)


def load_parameters(layers, path):
    """Put what save_parameters wrote into layers of the same kinds and sizes.

    Raises:
        ValueError: it doesn't fit, as for set_parameters.
        FileNotFoundError: there is no such file. About 6 lines; `np.load(path)` gives a mapping of names to arrays,
            to be closed as a file is.
    """
    parameters = [{} for _ in layers]
    with np.load(path) as arrays:
        for key in arrays:
            i, name = key.split(".", 1)
            if int(i) >= len(parameters):
                raise ValueError(f"the file has parameters of layer {i}, the model has {len(parameters)} layers")
            parameters[int(i)][name] = arrays[key]
    set_parameters(layers, parameters)


class Model:
    """A chain of layers that can be trained.

    Attributes:
        layers: the layers in their order, a list.
    """

    def __init__(self):
        self.layers = []
        self.loss = None  # until compile

    def add(self, layer):
        """Put a layer at the end."""
        self.layers.append(layer)

    def compile(self, optimizer, loss=cross_entropy, metric=is_right):
        """Settle how the model is trained, and which layers are.

        Args:
            optimizer: an Optimizer, or whatever else has update(layers).
            loss: a function, as Loss takes it.
            metric: a function of outputs and targets that returns a number or bool for each example, such as is_right;
                its mean is called "accuracy".
        """
        self.optimizer, self.loss = optimizer, Loss(loss)
        self.metric, self.accuracy = metric, Mean()
        self.trained = [layer for layer in self.layers if layer.params and layer.trainable]

    def predict(self, x, batch_size=256):
        """The outputs for all of x, (N, K), computed in batches and without training; works before compile, too."""
        return np.concatenate([self._forward(part, False) for part, _ in batches(x, x, batch_size)])

    def evaluate(self, x, y, batch_size=256):
        """The mean loss, with the penalties of the trained layers, and the metric over all examples. Changes nothing.

        Returns:
            {"loss": float, "accuracy": float}.

        Raises:
            RuntimeError: the model has not been compiled.
        """
        self._begin()
        for part, targets in batches(x, y, batch_size):
            self._judge(self._forward(part, False), targets)
        return {"loss": self.loss.result(), "accuracy": self.accuracy.result()}

    def fit(self, x, y, epochs=1, batch_size=32, validation=None, rng=None):
        """Train on batches of x and y.

        Args:
            x, y: examples and targets, arrays of N entries each, left unchanged.
            epochs: how often all examples are used, int >= 0.
            batch_size: int >= 1; the last batch of an epoch may be smaller, and is used.
            validation: (x, y) to evaluate at the end of each epoch, in batches of batch_size, or None.
            rng: a numpy.random.Generator that shuffles anew for each epoch; None keeps the order.

        Returns:
            The history: a dict of lists with one float for each epoch, "loss" and "accuracy", the means over the
            epoch's examples as they were met in training, and with validation "val_loss" and "val_accuracy", of the
            model at the epoch's end.

        Raises:
            RuntimeError: the model has not been compiled.
        """
        keys = ["loss", "accuracy"] + (["val_loss", "val_accuracy"] if validation else [])
        history = {key: [] for key in keys}
        self._begin()
        for _ in range(epochs):
            self._begin()
            for part, targets in batches(x, y, batch_size, rng):
                self._judge(self._forward(part, True), targets)
                dout = self.loss.backward()
                for layer in reversed(self.layers):
                    dout = layer.backward(dout)
                self.optimizer.update(self.trained)
            history["loss"].append(self.loss.result())
            history["accuracy"].append(self.accuracy.result())
            if validation:
                for name, value in self.evaluate(*validation, batch_size).items():
                    history[f"val_{name}"].append(value)
        return history

    def _begin(self):
        """Begin new accounts."""
        if self.loss is None:
            raise RuntimeError("compile the model first")
        self.loss.reset()
        self.accuracy.reset()

    def _forward(self, x, training):
        for layer in self.layers:
            x = layer.forward(x, training)
        return x

    def _judge(self, outputs, targets):
        """Enter a batch into the accounts."""
        self.loss.update(outputs, targets, sum(layer.penalty() for layer in self.trained))
        self.accuracy.update(self.metric(outputs, targets))

    def save(self, path):
        """Write the parameters to a file."""
        save_parameters(self.layers, path)

    def load(self, path):
        """Read the parameters from a file that `save` of a model with the same layers wrote."""
        load_parameters(self.layers, path)
