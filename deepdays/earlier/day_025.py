"""Day 25, Build an autograd engine: the reference answers.

Written by `deepdays build` from solutions/day_025_autograd_engine.py; change that file instead.
"""

import math
def logistic_loss(logit, label):
    """The loss -log(probability of the right class) of a logit, a Value, for a label of 0 or 1."""
    margin = logit if label == 1 else -logit
    if margin.data > 0:
        return (1 + (-margin).exp()).log()
    return (1 + margin.exp()).log() - margin

__all__ = [
    "Layer",
    "MLP",
    "Neuron",
    "Value",
    "backward",
    "exp",
    "log",
    "relu",
    "tanh",
    "topological_order",
    "train_step",
    "zero_grad",
]


class Value:
    """A number that remembers how it was computed.

    Operators take Values and plain numbers on either side, return a new Value and change nothing.

    Attributes:
        data: the number, float.
        parents: the Values it was computed from, a tuple; empty for a leaf.
        local_gradients: the slope of this number with respect to each parent, a tuple of floats in the same order.
        operation: a short text for drawings, such as "+"; not graded.
        grad: the slope of an output with respect to this number, float; 0.0 until a backward sweep.
    """

    __array_ufunc__ = None  # NumPy's numbers, too, leave `np.float64(2) * v` to our reflected methods

    def __init__(self, data, parents=(), local_gradients=(), operation=""):
        self.data = float(data)
        self.parents = tuple(parents)
        self.local_gradients = tuple(map(float, local_gradients))
        self.operation = operation
        self.grad = 0.0

    def __repr__(self):
        return f"Value({self.data:g}, grad={self.grad:g})"

    @staticmethod
    def of(number):
        """The number as a leaf; a Value as it is."""
        return number if isinstance(number, Value) else Value(number)

    def __add__(self, other):
        """self + other. About 2 lines: `Value.of`, then the new Value with two parents."""
        other = Value.of(other)
        return Value(self.data + other.data, (self, other), (1, 1), "+")

    def __mul__(self, other):
        """self * other. About 2 lines."""
        other = Value.of(other)
        return Value(self.data * other.data, (self, other), (other.data, self.data), "*")

    def __pow__(self, exponent):
        """self ** exponent, an int or a float. About 2 lines.

        To the power of 0 every number, 0 too, is 1 with a slope of 0. What has no real value or no finite slope, 0 to
        any other power below 1 and a negative number to a power that is not whole, raises a ZeroDivisionError, a
        TypeError or a ValueError. (Python's own `**` and `float` do that for you.)
        """
        if isinstance(exponent, Value):
            return NotImplemented  # Python then raises TypeError
        slope = exponent * self.data ** (exponent - 1) if exponent else 0.0
        return Value(self.data**exponent, (self,), (slope,), f"**{exponent:g}")

    def __neg__(self):
        """-self. About 1 line, as are the others below."""
        return self * -1

    def __sub__(self, other):
        """self - other."""
        return self + -Value.of(other)

    def __truediv__(self, other):
        """self / other; where other is 0, an error as in a power of 0."""
        return self * Value.of(other) ** -1

    def __radd__(self, other):
        """other + self, other a plain number, as in all that follow."""
        return self + other

    def __rmul__(self, other):
        """other * self."""
        return self * other

    def __rsub__(self, other):
        """other - self."""
        return Value(other) - self

    def __rtruediv__(self, other):
        """other / self."""
        return Value(other) / self

    def __rpow__(self, base):
        """base ** self, for base > 0; ValueError for another base. About 2 lines."""
        power = base**self.data
        return Value(power, (self,), (power * math.log(base),), f"{base:g}**")


def tanh(self):
    """Hyperbolic tangent of a Value, as a new Value. About 2 lines.

    Value and slope must stand inputs of any size, such as 1000 and -1000.
    """
    y = math.tanh(self.data)
    return Value(y, (self,), (1 - y**2,), "tanh")


def exp(self):
    """The exponential of a Value, as a new Value. About 2 lines."""
    y = math.exp(self.data)
    return Value(y, (self,), (y,), "exp")


def log(self):
    """The natural logarithm of a Value with data > 0, as a new Value. About 1 line."""
    return Value(math.log(self.data), (self,), (1 / self.data,), "log")


def relu(self):
    """The larger of a Value and 0, as a new Value; its slope at 0 is 0. About 1 line."""
    return Value(max(self.data, 0.0), (self,), (self.data > 0,), "relu")


Value.tanh, Value.exp, Value.log, Value.relu = tanh, exp, log, relu


def topological_order(output):
    """All nodes that a Value depends on, itself included, each after all of its parents.

    Args:
        output: a Value; its graph may be far deeper than calls can be nested, so recursion is out. It stays as it is.

    Returns:
        A list of Values, each node once; output comes last. About 10 lines.
    """
    order, visited, stack = [], set(), [(output, False)]
    while stack:
        node, parents_placed = stack.pop()
        if parents_placed:
            order.append(node)
        elif node not in visited:
            visited.add(node)
            stack.append((node, True))
            stack.extend((parent, False) for parent in node.parents)
    return order


def backward(self):
    """Add d self / d node to the grad of every node that self depends on, self included.

    Gradients of this sweep alone flow through the graph: what lies in a grad beforehand stays there and is added
    to, but is not passed on. Each node takes its turn once. No other attribute changes.

    Returns:
        None. About 8 lines; use topological_order.
    """
    gradient = dict.fromkeys(topological_order(self), 0.0)
    gradient[self] = 1.0
    for node in reversed(gradient):
        for parent, local in zip(node.parents, node.local_gradients, strict=True):
            gradient[parent] += gradient[node] * local
        node.grad += gradient[node]


Value.backward = backward


class Neuron:
    """A unit that computes f(w . x + b) on Values.

    Args:
        w: D weights, a sequence of plain numbers; left unchanged.
        b: the bias, a plain number.
        activation: f, one of "tanh", "relu" and "linear" (no function at all).

    Raises:
        ValueError: another activation.
    """

    def __init__(self, w, b, activation="tanh"):
        if activation not in ("tanh", "relu", "linear"):
            raise ValueError(f'activation must be "tanh", "relu" or "linear". Received: {activation!r}')
        self.activation = activation
        # Keep the weights, a list, and the bias as Values. About 2 lines.
        self.w = [Value(weight) for weight in w]
        self.b = Value(b)

    def __call__(self, x):
        """The unit's output, a Value, for D plain numbers or Values; ValueError if there are not D of them.

        About 6 lines; `zip(…, strict=True)` raises that error.
        """
        z = self.b
        for weight, feature in zip(self.w, x, strict=True):
            z = z + weight * feature
        if self.activation == "tanh":
            return z.tanh()
        return z.relu() if self.activation == "relu" else z

    def parameters(self):
        """The D weights and then the bias, a list of D + 1 Values: the very ones that are used. About 1 line."""
        return [*self.w, self.b]


class Layer:
    """M neurons that read the same inputs.

    Args:
        w: weights of shape (D, M), an array or a list of rows; column m belongs to unit m. Left unchanged.
        b: M biases; left unchanged.
        activation: as in Neuron, for all units.
    """

    def __init__(self, w, b, activation="tanh"):
        # Make the M neurons. About 1 line: zip(*w) walks over the columns of w.
        self.neurons = [Neuron(column, bias, activation) for column, bias in zip(zip(*w, strict=True), b, strict=True)]

    def __call__(self, x):
        """The units' outputs, a list of M Values, for D plain numbers or Values. About 1 line."""
        return [neuron(x) for neuron in self.neurons]

    def parameters(self):
        """All parameters, unit after unit, a list of M * (D + 1) Values. About 1 line."""
        return [parameter for neuron in self.neurons for parameter in neuron.parameters()]


class MLP:
    """A chain of layers, the last one linear.

    Args:
        params: a list of pairs (w, b), one a layer, as Layer takes them; left unchanged.
        activation: of all layers but the last.
    """

    def __init__(self, params, activation="tanh"):
        # Make the layers. About 2 lines.
        self.layers = [Layer(w, b, activation) for w, b in params[:-1]]
        self.layers.append(Layer(*params[-1], "linear"))

    def __call__(self, x):
        """The last layer's outputs, a list of Values, for one example x. About 3 lines."""
        for layer in self.layers:
            x = layer(x)
        return x

    def parameters(self):
        """All parameters, layer after layer, one flat list. About 1 line."""
        return [parameter for layer in self.layers for parameter in layer.parameters()]


def zero_grad(parameters):
    """Set the grad of each Value in a list to 0.0, and nothing else. Returns None."""
    for parameter in parameters:
        parameter.grad = 0.0


def train_step(model, x, labels, learning_rate):
    """One step of gradient descent on the mean logistic loss of a batch.

    Args:
        model: an MLP with one output, the logit, or whatever else can be called with one example, returns a list of
            one Value, and has parameters(). The data of its parameters change in place; what their grads hold
            beforehand has no effect.
        x: N examples, an array of shape (N, D) or a list of N lists, N >= 1; left unchanged.
        labels: N labels, 0 or 1, an array or a list; left unchanged.
        learning_rate: float > 0, taken as it is however large.

    Returns:
        The mean loss before the step, a float. About 7 lines.
    """
    losses = [logistic_loss(model(row)[0], label) for row, label in zip(x, labels, strict=True)]
    loss = sum(losses) / len(losses)
    zero_grad(model.parameters())
    loss.backward()
    for parameter in model.parameters():
        parameter.data -= learning_rate * parameter.grad
    return loss.data
