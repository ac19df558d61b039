# ---
# day: 25
# title: Build an autograd engine
# week: 5
# minutes: 120
# backend: numpy
# needs: [2, 4, 24]
# data: [toy]
# papers:
# - "Wengert 1964, A simple automatic derivative evaluation program"
# - "Linnainmaa 1976, Taylor expansion of the accumulated rounding error"
# - "Griewank and Walther 2008, Evaluating derivatives"
# - "Baydin, Pearlmutter, Radul and Siskind 2018, Automatic differentiation in machine learning: a survey"
# ---

# %% [markdown]
# # Day 25 · Build an autograd engine
#
# By the end you can take the derivative of any computation you can write in Python, with respect to every
# number in it at once, without a formula for the whole.
#
# **You will build** a class `Value`, a number that remembers how it was computed; the reverse sweep that turns
# this memory into gradients; and on top of them neurons, layers and a network, which learns two moons to an
# accuracy over 0.95 on points it has never seen.
#
# **You need** derivatives of one variable, gradient descent (Day 2), the logistic loss (Days 4 and 24), and
# Python classes. **Not today:** arrays. Every node of today's graph is a single number, which is slow and
# easy to see through; Day 26 does the same with layers. It takes about two hours.
#
# | symbol | meaning | shape | in code |
# |---|---|---|---|
# | $v$ | a node of the graph, one number | $()$ | `v`, its number `v.data` |
# | $p \to v$ | $p$ is a parent of $v$: $v$ was computed from $p$ | | `p in v.parents` |
# | $\partial v / \partial p$ | local gradient, the other parent held still | $()$ | `v.local_gradients` |
# | $L$ | the output whose slopes are wanted, mostly a loss | $()$ | `output`, `loss` |
# | $\bar v = dL/dv$ | the gradient of $v$ | $()$ | `v.grad` |
# | $N, D, M$ | examples in a batch, inputs and outputs of a layer | | |
# | $x$ | one example | $(D,)$ | `x` |
# | $w, b$ | weights and biases of a layer, column $m$ for unit $m$ | $(D, M)$, $(M,)$ | `w`, `b` |
# | $z$ | what a unit has before its activation; of the last unit, the logit | $()$ | `z`, `logit` |
# | $y$ | a layer's output | $(M,)$ | `y` |
# | $c_n$ | the right class of example $n$, 0 or 1 | $(N,)$ | `labels` |
# | $\alpha$ | learning rate | $()$ | `learning_rate` |
#
# **One warning about classes in notebooks.** An object keeps the class it was born with, and what you attach
# to a class is lost when you run the class's own cell again. After a change to `Value`, run the cells below
# it again too.

# %% setup
import itertools
import math

import numpy as np

import deepdays as dd

# %% [markdown]
# ## An expression is a graph
#
# Take $L = (ab + a)^2$ at $a = 3$, $b = -2$. Nobody computes this in one go. One computes
# $p = ab = -6$, then $s = p + a = -3$, then $L = s^2 = 9$: three operations, each on numbers that are already
# there. Draw an arrow from each number to those computed from it and you have the **computation graph**. The
# numbers are its nodes; $a$ and $b$, computed from nothing, are **leaves**; what a node was computed from are
# its **parents**. Arrows never form a circle, because a number must exist before it can be used.
#
# Every operation is simple, and so is its slope. For $p = ab$: raise $a$ by a little with $b$ held still, and
# $p$ rises $b$ times as much. So $\partial p/\partial a = b = -2$, and likewise $\partial p/\partial b = a = 3$.
# These are **local gradients**. They need no knowledge of what the number is used for later, and they can be
# written down at the moment of the operation:
#
# | operation | value | local gradients |
# |---|---|---|
# | $p = ab$ | $-6$ | $\partial p/\partial a = b = -2$, $\ \partial p/\partial b = a = 3$ |
# | $s = p + a$ | $-3$ | $\partial s/\partial p = 1$, $\ \partial s/\partial a = 1$ |
# | $L = s^2$ | $9$ | $\partial L/\partial s = 2s = -6$ |
#
# This is all that an autograd engine records. A `Value` holds `data`, a tuple of `parents`, and a tuple of
# `local_gradients`, one for each parent and in the same order. An operation makes a **new** `Value` and
# leaves its parents alone: that of $p$ is recorded as `Value(-6, (a, b), (-2, 3), "*")`. If one node is used twice,
# as in $a + a$, it simply is a parent twice.

# %% [markdown]
# ## The chain rule: every path counts
#
# The **chain rule** joins local gradients. Along one path of arrows they multiply: if $p$ moves 3 times as
# fast as $b$, $s$ once as fast as $p$, and $L$ $-6$ times as fast as $s$, then $L$ moves
# $3 \cdot 1 \cdot (-6) = -18$ times as fast as $b$. Where several paths lead from a leaf to the output, the
# leaf acts through all of them, and their products **add up**. Two paths start at $a$:
#
# $$a \to p \to s \to L:\ (-2)\cdot 1\cdot(-6) = 12, \qquad a \to s \to L:\ 1 \cdot (-6) = -6, \qquad
# \frac{dL}{da} = 12 - 6 = 6 .$$
#
# School agrees: $L = a^2(b+1)^2$, so $dL/da = 2a(b+1)^2 = 6$ and $dL/db = 2a^2(b+1) = -18$. The
# next cell is this definition in code, and the tests hold your operators to it. It follows every path
# separately; remember that when we come to speed.


# %% setup
def slope_along_paths(output, leaf):
    """d output / d leaf by definition: over all paths between them, the sum of the products of local gradients."""
    if output is leaf:
        return 1.0
    pairs = zip(output.parents, output.local_gradients, strict=True)
    return sum(local * slope_along_paths(parent, leaf) for parent, local in pairs)


# %% [markdown]
# ## Operators are methods
#
# When Python meets `a * b` it calls `a.__mul__(b)`; `+`, `-`, `/`, `**` and the sign call `__add__`, `__sub__`,
# `__truediv__`, `__pow__` and `__neg__`. In `2 * a` the left side is an int, which has never heard of `Value`
# and gives up; then Python asks the right side for the **reflected** method, `a.__rmul__(2)`. For a sum or a
# product the order does not matter, for the others it does: `a.__rsub__(2)` must give $2 - a$.
#
# A plain number is a constant. `Value.of(2)` wraps it as a leaf, and leaves a `Value` as it is.
#
# Three of the six need no calculus of their own: $-a = (-1)\,a$, $\ a - b = a + (-b)$ and
# $a / b = a\,b^{-1}$. In the power $a^n$ the exponent is a plain number, and the slope is $n a^{n-1}$. Its
# reflection $n^a$ is another function, in which the exponent moves: since $n^a = e^{a \ln n}$, its slope is
# $n^a \ln n$, for $n > 0$.


# %% exercise: Value
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
        ### BEGIN SOLUTION
        other = Value.of(other)
        return Value(self.data + other.data, (self, other), (1, 1), "+")
        ### END SOLUTION

    def __mul__(self, other):
        """self * other. About 2 lines."""
        ### BEGIN SOLUTION
        other = Value.of(other)
        return Value(self.data * other.data, (self, other), (other.data, self.data), "*")
        ### END SOLUTION

    def __pow__(self, exponent):
        """self ** exponent, an int or a float. About 2 lines."""
        if isinstance(exponent, Value):
            return NotImplemented  # Python then raises TypeError
        ### BEGIN SOLUTION
        slope = exponent * self.data ** (exponent - 1)
        return Value(self.data**exponent, (self,), (slope,), f"**{exponent:g}")
        ### END SOLUTION

    def __neg__(self):
        """-self. About 1 line, as are the others below."""
        ### BEGIN SOLUTION
        return self * -1
        ### END SOLUTION

    def __sub__(self, other):
        """self - other."""
        ### BEGIN SOLUTION
        return self + -Value.of(other)
        ### END SOLUTION

    def __truediv__(self, other):
        """self / other."""
        ### BEGIN SOLUTION
        return self * Value.of(other) ** -1
        ### END SOLUTION

    def __radd__(self, other):
        """other + self, other a plain number, as in all that follow."""
        ### BEGIN SOLUTION
        return self + other
        ### END SOLUTION

    def __rmul__(self, other):
        """other * self."""
        ### BEGIN SOLUTION
        return self * other
        ### END SOLUTION

    def __rsub__(self, other):
        """other - self."""
        ### BEGIN SOLUTION
        return Value(other) - self
        ### END SOLUTION

    def __rtruediv__(self, other):
        """other / self."""
        ### BEGIN SOLUTION
        return Value(other) / self
        ### END SOLUTION

    def __rpow__(self, base):
        """base ** self, for base > 0. About 2 lines."""
        ### BEGIN SOLUTION
        power = base**self.data
        return Value(power, (self,), (power * math.log(base),), f"{base:g}**")
        ### END SOLUTION


# %% test: Value, points=2
# The example worked by hand above.
a, b = Value(3), Value(-2)
p = a * b
s = p + a
output = s**2
for node, data, name in [(p, -6.0, "p"), (s, -3.0, "s"), (output, 9.0, "the output")]:
    dd.check.kind(node.data, float, what=f"{name}.data")
    dd.check.close(node.data, data, what=f"{name}.data")
for node, parents, slopes, name in [(p, [a, b], [-2, 3], "p"), (s, [p, a], [1, 1], "s"), (output, [s], [-6], "L")]:
    assert len(node.parents) == len(parents), f"{name} was computed from {len(parents)} Values"
    same = all(one is due for one, due in zip(node.parents, parents, strict=True))
    assert same, f"the parents of {name} are the very Values it was computed from, in the order of the table"
    dd.check.close(node.local_gradients, slopes, what=f"{name}.local_gradients", why="see the table above")
dd.check.close(slope_along_paths(output, a), 6.0, what="dL/da", why="two paths give 12 and -6")
dd.check.close(slope_along_paths(output, b), -18.0, what="dL/db")
# Plain numbers on either side.
dd.check.close([(a - 1).data, (1 - a).data], [2.0, -2.0], what="3 - 1 and 1 - 3")
dd.check.close([(b / 4).data, (4 / b).data], [-0.5, -2.0], what="-2 / 4 and 4 / -2")
dd.check.close([(2 + a).data, (2 * a).data, (2**a).data, (-a).data], [5.0, 6.0, 8.0, -3.0], what="2+3, 2*3, 2**3, -3")
dd.check.close(slope_along_paths(2**a, a), 8 * math.log(2), what="the slope of 2 ** a at a = 3")
### BEGIN HIDDEN TESTS
expressions = {
    "a + b": lambda a, b: a + b,
    "a + 2.5": lambda a, b: a + 2.5,
    "2.5 + a": lambda a, b: 2.5 + a,
    "a * b": lambda a, b: a * b,
    "a * 2.5": lambda a, b: a * 2.5,
    "-1.5 * a": lambda a, b: -1.5 * a,
    "-a": lambda a, b: -a,
    "a - b": lambda a, b: a - b,
    "a - 2.5": lambda a, b: a - 2.5,
    "2.5 - a": lambda a, b: 2.5 - a,
    "a / b": lambda a, b: a / b,
    "a / 2.5": lambda a, b: a / 2.5,
    "2.5 / a": lambda a, b: 2.5 / a,
    "a ** 3": lambda a, b: a**3,
    "b ** -2": lambda a, b: b**-2,
    "a ** 1": lambda a, b: a**1,
    "3.5 ** a": lambda a, b: 3.5**a,
    "0.5 ** b": lambda a, b: 0.5**b,
    "a * a": lambda a, b: a * a,
    "a + a": lambda a, b: a + a,
    "a - a": lambda a, b: a - a,
    "a / a": lambda a, b: a / a,
    "1 ** a": lambda a, b: 1**a,
    "np.float64(2) * a": lambda a, b: np.float64(2.0) * a,
    "a - np.float64(2)": lambda a, b: a - np.float64(2.0),
    "a + (b - 3 / a) ** 2 * b - a / 4": lambda a, b: a + (b - 3 / a) ** 2 * b - a / 4,
    "sum([a, b, a * b])": lambda a, b: sum([a, b, a * b]),
}
for a_data, b_data in [(3.0, -2.0), (-1.5, 0.25), (0.5, 4.0), (2, 2)]:
    for text, expression in expressions.items():
        a, b = Value(a_data), Value(b_data)
        result = expression(a, b)
        what = f"{text} at a = {a_data:g}, b = {b_data:g}"
        dd.check.kind(result.data, float, what=f"the data of {what}")
        dd.check.close(result.data, expression(float(a_data), float(b_data)), what=f"the data of {what}")
        assert len(result.parents) == len(result.local_gradients), f"{what}: one local gradient for each parent"
        slopes = [float(slope_along_paths(result, leaf)) for leaf in (a, b)]
        point = np.array([a_data, b_data], dtype=float)
        dd.check.gradient(
            lambda v, expression=expression: expression(v[0], v[1]),
            point,
            slopes,
            what=f"the slopes of {what} with respect to a and b",
            why="a nudge of a or b must change the result by slope times nudge",
        )
        why = "an operation changes nothing"
        dd.check.equal([a.data, b.data], [a_data, b_data], what=f"a and b after {what}", why=why)
        assert len(a.parents) == len(b.parents) == 0, f"{what} must leave a and b the leaves they were"
        dd.check.equal([a.grad, b.grad, result.grad], [0.0, 0.0, 0.0], what=f"grad after {what}")

# Powers with a fraction for an exponent, and at zero.
for base, exponent in [(4.0, 0.5), (4.0, -0.5), (0.25, 1.5), (2.0, 0), (0.0, 2), (0.0, 1), (-3.0, 2), (-3.0, 1)]:
    leaf = Value(base)
    result = leaf**exponent
    what = f"({base:g}) ** {exponent:g}"
    dd.check.close(result.data, base**exponent, what=what)
    dd.check.close(slope_along_paths(result, leaf), exponent * base ** (exponent - 1), what=f"the slope of {what}")
with dd.check.raises(TypeError, why="an exponent is a plain number"):
    Value(2.0) ** Value(3.0)
### END HIDDEN TESTS

# %% mistakes: Value
# - replace: (other.data, self.data), "*")
#   with: (self.data, other.data), "*")
#   hint: "The local gradients of a product have changed places: by how much does a*b rise when a does?"
# - replace: (1, 1), "+")
#   with: (self.data, other.data), "+")
#   hint: "In a sum, raise one term by a little and the sum rises by the same little, whatever the terms are."
# - replace: slope = exponent * self.data ** (exponent - 1)
#   with: slope = self.data ** (exponent - 1)
#   hint: "The slope of a power has lost the factor that comes down from the exponent."
# - replace: slope = exponent * self.data ** (exponent - 1)
#   with: slope = exponent * self.data**exponent
#   hint: "The slope of a power: what happens to the exponent itself when you differentiate?"
# - replace: return Value(other) - self
#   with: return self - other
#   hint: "In a reflected difference the plain number stands on the left: 1 - a, not a - 1."
# - replace: return Value(other) / self
#   with: return self / other
#   hint: "In a reflected quotient the plain number is divided by the Value, not the other way round."
# - replace: (power * math.log(base),)
#   with: (self.data * base ** (self.data - 1),)
#   hint: "In n**a the exponent moves and the base stands still. The power rule is for the other case."
# - replace: (power * math.log(base),)
#   with: (power,)
#   hint: "The slope of n**a equals n**a itself for one base only. What does the chain rule bring down for others?"
# - replace: return self + -Value.of(other)
#   with: return Value(self.data - Value.of(other).data)
#   hint: "Your difference has the right number but no parents: the graph is cut there, and no gradient gets through."
# - replace: return self * -1
#   with: return Value(-self.data)
#   hint: "Minus a has the right number but no parents: the graph is cut there, and no gradient gets through."
# - replace: |-
#     other = Value.of(other)
#             return Value(self.data + other.data, (self, other), (1, 1), "+")
#   with: |-
#     other = Value.of(other)
#             self.data += other.data
#             return self
#   hint: "Your sum changes its left operand. Another expression may still need the old number: make a new Value."
# - replace: return self * Value.of(other) ** -1
#   with: return self * (1 / Value.of(other).data)
#   hint: "Your quotient treats the divisor as a constant: it moves as well, and needs a place among the parents."

# %% equivalents: Value
# - replace: return self * -1
#   with: return self / -1
#   reason: "Times -1 and divided by -1 are the same, in value and in slope."


# %% accepts: Value
class Value:
    __array_ufunc__ = None

    def __init__(self, data, parents=(), local_gradients=(), operation=""):
        self.data, self.grad, self.operation = float(data), 0.0, operation
        self.parents, self.local_gradients = tuple(parents), tuple(local_gradients)

    @staticmethod
    def of(number):
        return number if isinstance(number, Value) else Value(number)

    def __add__(self, other):
        return self._binary(other, lambda a, b: (a + b, 1.0, 1.0))

    def __sub__(self, other):
        return self._binary(other, lambda a, b: (a - b, 1.0, -1.0))

    def __mul__(self, other):
        return self._binary(other, lambda a, b: (a * b, b, a))

    def __truediv__(self, other):
        return self._binary(other, lambda a, b: (a / b, 1 / b, -a / b**2))

    def _binary(self, other, rule):
        other = Value.of(other)
        data, left, right = rule(self.data, other.data)
        return Value(data, (self, other), (left, right))

    def __neg__(self):
        return Value(-self.data, (self,), (-1.0,))

    def __pow__(self, exponent):
        if isinstance(exponent, Value):
            raise TypeError("an exponent is a plain number")
        return Value(self.data**exponent, (self,), (exponent * self.data ** (exponent - 1),))

    def __rsub__(self, other):
        return -self + other

    def __rtruediv__(self, other):
        return self**-1 * other

    def __rpow__(self, base):
        return Value(base**self.data, (self,), (math.log(base) * base**self.data,))

    __radd__, __rmul__ = __add__, __mul__


# %% accepts: Value
class Value:
    __array_ufunc__ = None

    def __init__(self, data, parents=(), local_gradients=(), operation=""):
        self.data = float(data)
        self.parents = tuple(parents)
        self.local_gradients = tuple(local_gradients)
        self.operation = operation
        self.grad = 0.0

    def __add__(self, other):
        if isinstance(other, Value):
            return Value(self.data + other.data, [self, other], [1.0, 1.0])
        return Value(self.data + other, [self], [1.0])  # a constant needs no node

    def __mul__(self, other):
        if isinstance(other, Value):
            return Value(self.data * other.data, [self, other], [other.data, self.data])
        return Value(self.data * other, [self], [float(other)])

    def __pow__(self, exponent):
        if isinstance(exponent, Value):
            return NotImplemented
        return Value(self.data**exponent, [self], [exponent * self.data ** (exponent - 1)])

    def __neg__(self):
        return -1 * self

    def __sub__(self, other):
        return self + (-1) * other

    def __truediv__(self, other):
        return self * other**-1.0

    def __radd__(self, other):
        return self + other

    def __rmul__(self, other):
        return self * other

    def __rsub__(self, other):
        return -(self - other)

    def __rtruediv__(self, other):
        return self**-1 * other

    def __rpow__(self, base):
        log_base = float(np.log(base))
        return Value(np.exp(log_base * self.data), [self], [log_base * float(np.exp(log_base * self.data))])


# %% [markdown]
# What did your operators record? The next cell defines a drawing: a box for each node, an arrow from each
# parent, and on the arrow the local gradient. Grey boxes are leaves.

# %% demo
import matplotlib.pyplot as plt

dd.plot.style()


def draw_graph(order, names, title, with_grad=True):
    """Draw a computation graph from left to right.

    Args:
        order: its nodes, parents before those computed from them. names: dict of nodes to texts.
        title: text. with_grad: whether the boxes also show the gradients.
    """
    column, row = {}, {}
    leaves = [node for node in order if not node.parents]
    for node in order:
        column[node] = max((column[parent] + 1 for parent in node.parents), default=0)
    for node in leaves:  # a leaf stands next to where it is first used
        column[node] = min((column[v] for v in order if node in v.parents), default=1) - 1
    for node in order:
        heights = [row[parent] for parent in node.parents]
        row[node] = sum(heights) / len(heights) if heights else -float(leaves.index(node))
    _, ax = plt.subplots(figsize=(2.1 * max(column.values()) + 2.2, 1.05 * len(leaves) + 0.6))
    for node in order:
        x, y = column[node], row[node]
        name = names.get(node, "")
        lines = [f"{name}  ({node.operation})" if name and node.operation else name or node.operation or "constant"]
        lines += [f"data {node.data:.3g}"] + ([f"grad {node.grad:.3g}"] if with_grad else [])
        shade = "0.9" if node.parents else "0.75"
        ax.add_patch(plt.Rectangle((x - 0.3, y - 0.34), 0.6, 0.68, facecolor=shade, edgecolor="black", zorder=2))
        ax.text(x, y, "\n".join(lines), ha="center", va="center", fontsize=10, zorder=3)
        for parent, local in zip(node.parents, node.local_gradients, strict=True):
            start, end = (column[parent] + 0.3, row[parent]), (x - 0.3, y + 0.5 * (row[parent] - y) * 0.5)
            ax.annotate("", end, start, arrowprops={"arrowstyle": "-|>", "color": "black"})
            middle = [(one + other) / 2 for one, other in zip(start, end, strict=True)]
            box = {"facecolor": "white", "edgecolor": "none", "pad": 1}
            ax.text(*middle, f"{local:.3g}", ha="center", va="center", fontsize=10, bbox=box)
    ax.set(title=title, xlim=(-0.45, max(column.values()) + 0.45))
    ax.set_ylim(min(row.values()) - 0.5, max(row.values()) + 0.5)
    ax.axis("off")
    plt.show()


a, b = Value(3), Value(-2)
p = a * b
s = p + a
output = s**2
draw_graph([a, b, p, s, output], {a: "a", b: "b", p: "p", s: "s", output: "L"}, "Values and local gradients", False)

# %% [markdown]
# Two arrows leave $a$. Multiply along each route from $a$ to $L$ and add: that is the 6 from above, and the
# picture holds everything it needs.
#
# ## Functions of one number
#
# Sums and products alone only make polynomials. Four functions take us to neural networks. Each has one
# parent, so each needs one local gradient; where it can be said with the result $y$ itself, it costs nothing.
#
# | | value $y$ | slope $dy/dx$ |
# |---|---|---|
# | tanh | $\tanh x$, between $-1$ and $1$ | $1 - y^2$ |
# | exp | $e^x$ | $y$ |
# | log | $\ln x$, for $x > 0$ | $1/x$ |
# | relu | $x$ if $x > 0$, else $0$ | $1$ if $x > 0$, else $0$ |
#
# At $x = 0$ the graph of ReLU has a corner and no slope. By convention we take 0, as the frameworks do. What
# do the four slopes look like?

# %% demo
line = np.linspace(-2.5, 2.5, 201)
positive = line[line > 0.08]
panels = {
    "tanh": (line, np.tanh(line), 0.5, np.tanh(0.5), 1 - np.tanh(0.5) ** 2),
    "exp": (line, np.exp(line), 0.5, np.exp(0.5), np.exp(0.5)),
    "log": (positive, np.log(positive), 0.5, np.log(0.5), 2.0),
    "relu": (line, np.where(line > 0, line, 0), 0.5, 0.5, 1.0),
}
fig, axes = plt.subplots(1, 4, figsize=(12, 3.2), sharex=True, sharey=True)
for ax, (name, (xs, ys, at, height, slope)) in zip(axes, panels.items(), strict=True):
    ax.plot(xs, ys, color="0.55")
    ax.plot([at - 0.7, at + 0.7], [height - 0.7 * slope, height + 0.7 * slope], color="black", linestyle="-")
    ax.plot(at, height, "ko")
    ax.set(title=f"{name}: slope {slope:.2f} at 0.5", xlabel="x", ylim=(-2.6, 3.2))
axes[0].set_ylabel("y")
plt.show()

# %% [markdown]
# A local gradient is the slope of the black tangent, one number at one place: where the curve goes elsewhere
# is of no concern. Tanh flattens on both sides, so a gradient that passes through a large input all but
# vanishes there; the left half of ReLU stops it altogether.
#
# The functions are methods, attached to the class after the fact: the last line of the cell does that.


# %% exercise: elementary_functions
def tanh(self):
    """Hyperbolic tangent of a Value, as a new Value. About 2 lines.

    It must stand inputs such as 1000, as math.tanh does.
    """
    ### BEGIN SOLUTION
    y = math.tanh(self.data)
    return Value(y, (self,), (1 - y**2,), "tanh")
    ### END SOLUTION


def exp(self):
    """The exponential of a Value, as a new Value. About 2 lines."""
    ### BEGIN SOLUTION
    y = math.exp(self.data)
    return Value(y, (self,), (y,), "exp")
    ### END SOLUTION


def log(self):
    """The natural logarithm of a Value with data > 0, as a new Value. About 1 line."""
    ### BEGIN SOLUTION
    return Value(math.log(self.data), (self,), (1 / self.data,), "log")
    ### END SOLUTION


def relu(self):
    """The larger of a Value and 0, as a new Value; its slope at 0 is 0. About 1 line."""
    ### BEGIN SOLUTION
    return Value(max(self.data, 0.0), (self,), (self.data > 0,), "relu")
    ### END SOLUTION


Value.tanh, Value.exp, Value.log, Value.relu = tanh, exp, log, relu

# %% test: elementary_functions, points=1
x = Value(0.5)
for result, data, slope, name in [
    (x.tanh(), math.tanh(0.5), 1 / math.cosh(0.5) ** 2, "tanh"),
    (x.exp(), math.sqrt(math.e), math.sqrt(math.e), "exp"),
    (x.log(), -math.log(2), 2.0, "log"),
    (x.relu(), 0.5, 1.0, "relu"),
]:
    assert hasattr(result, "parents"), f"{name} returns a Value, not a plain number"
    assert result is not x, f"{name} makes a new Value"
    dd.check.kind(result.data, float, what=f"{name}(0.5).data")
    dd.check.close(result.data, data, what=f"{name}(0.5).data")
    dd.check.close(slope_along_paths(result, x), slope, what=f"the slope of {name} at 0.5")
dd.check.close(slope_along_paths(Value(0.0).relu(), x), 0.0, what="the slope of relu with respect to a stranger")
### BEGIN HIDDEN TESTS
functions = {
    "tanh": (np.tanh, [0.0, -1.3, 2.0, -0.2]),
    "exp": (np.exp, [0.0, -1.3, 2.0, 3.5]),
    "log": (np.log, [1.0, 0.02, 2.0, 30.0]),
    "relu": (lambda v: v * (v > 0), [-1.3, 2.0, 0.01, -0.01]),
}
for name, (function, places) in functions.items():
    for place in places:
        x = Value(place)
        result = {"tanh": x.tanh, "exp": x.exp, "log": x.log, "relu": x.relu}[name]()
        dd.check.kind(result.data, float, what=f"{name}({place:g}).data")
        dd.check.close(result.data, float(function(place)), what=f"{name}({place:g}).data")
        slope = float(slope_along_paths(result, x))
        dd.check.gradient(function, np.array(place), slope, what=f"the slope of {name} at {place:g}")
        dd.check.equal([x.data, x.grad, result.grad], [place, 0.0, 0.0], what=f"x after {name}")
        assert len(x.parents) == 0, f"{name} must leave x the leaf it was"

# Zero, either side of it, and far out.
for place, due in [(0.0, 0.0), (-0.0, 0.0), (1e-300, 1.0), (-1e-300, 0.0), (1e300, 1.0), (-1e300, 0.0)]:
    x = Value(place)
    result = x.relu()
    dd.check.close(result.data, max(place, 0.0), what=f"relu({place:g})")
    dd.check.close(slope_along_paths(result, x), due, what=f"the slope of relu at {place:g}")
for place in (1000.0, -1000.0):
    x = Value(place)
    result = x.tanh()
    dd.check.close(result.data, math.copysign(1.0, place), what=f"tanh({place:g})")
    dd.check.close(slope_along_paths(result, x), 0.0, what=f"the slope of tanh at {place:g}")
dd.check.close(Value(-1000.0).exp().data, 0.0, what="exp(-1000)")
x = Value(600.0)
dd.check.close(x.exp().data, math.exp(600), what="exp(600)")
dd.check.close(slope_along_paths(x.exp(), x), math.exp(600), what="the slope of exp at 600")
dd.check.close(Value(1e-300).log().data, -300 * math.log(10), what="log(1e-300)")
x = Value(1e-6)
dd.check.close(slope_along_paths(x.log(), x), 1e6, what="the slope of log at 1e-6")

# In company: the four inside one expression, and functions that undo each other.
x, y = Value(0.8), Value(-0.4)
result = ((x * y).exp() + x.log() * y).tanh() - (y / x + 1).relu() * x
dd.check.gradient(
    lambda v: np.tanh(np.exp(v[0] * v[1]) + np.log(v[0]) * v[1]) - (v[1] / v[0] + 1) * v[0],
    np.array([0.8, -0.4]),
    [float(slope_along_paths(result, x)), float(slope_along_paths(result, y))],
    what="the slopes of an expression with all four",
)
back = (x * 3).exp().log() / 3
dd.check.close([back.data, slope_along_paths(back, x)], [0.8, 1.0], what="log undoes exp: the value and the slope")
### END HIDDEN TESTS

# %% mistakes: elementary_functions
# - replace: 1 - y**2
#   with: 1 - self.data**2
#   hint: "The slope of tanh is said with its result, not with its input."
# - replace: (1 - y**2,)
#   with: (1 - y,)
#   hint: "The slope of tanh at 0 is 1 and falls off on both sides alike; yours does not."
# - replace: (y,), "exp")
#   with: (self.data * math.exp(self.data - 1),), "exp")
#   hint: "The power rule is for a moving base. In exp the exponent moves."
# - replace: (1 / self.data,)
#   with: (1 / math.log(self.data),)
#   hint: "The slope of the logarithm is said with its input, not with its result."
# - replace: (self.data > 0,)
#   with: (self.data >= 0,)
#   hint: "At 0 itself ReLU's slope is a convention. Which one did we take?"
# - replace: (self.data > 0,)
#   with: (1,)
#   hint: "Your ReLU lets the gradient through even where it shut the value out."
# - replace: (self.data > 0,)
#   with: (max(self.data, 0.0),)
#   hint: "You record ReLU's value as its slope. The slope is the same at 3 as at 300."
# - replace: return Value(y, (self,), (y,), "exp")
#   with: return Value(y)
#   hint: "exp has the right number but no parent: the graph is cut there, and no gradient gets through."


# %% accepts: elementary_functions
def tanh(self):
    return Value(np.tanh(self.data), (self,), (1 / np.cosh(np.clip(self.data, -300, 300)) ** 2,))


def exp(self):
    return math.e**self


def log(self):
    return Value(np.log(self.data), [self], [self.data**-1.0])


def relu(self):
    return self * (self.data > 0)


Value.tanh, Value.exp = tanh, exp
Value.log, Value.relu = log, relu


# %% accepts: elementary_functions
def tanh(self):
    shrinking = (self * (-2 if self.data > 0 else 2)).exp()
    ratio = (1 - shrinking) / (1 + shrinking)
    return ratio if self.data > 0 else -ratio


def exp(self):
    return Value(math.exp(self.data), (self,), (math.exp(self.data),))


def log(self):
    return Value(math.log2(self.data) * math.log(2), (self,), (1.0 / self.data,))


def relu(self):
    return self + 0 if self.data > 0 else Value(0)  # a constant: its slope is 0


Value.tanh = tanh
Value.exp = exp
Value.log = log
Value.relu = relu


# %% [markdown]
# ## Paths are too many
#
# Following every path is correct and hopeless. Double a number $n$ times, `v = v + v`: each step offers two
# arrows, so $2^n$ paths lead from the last node to the first. How bad does it get?


# %% demo
def count_arrows(node, seen):
    """Arrows of the graph above a node, each once."""
    if node in seen:
        return 0
    seen.add(node)
    return len(node.parents) + sum(count_arrows(parent, seen) for parent in node.parents)


def count_paths(node):
    """Paths from a node to the leaves."""
    return sum(count_paths(parent) for parent in node.parents) if node.parents else 1


doublings = np.arange(1, 15)
paths, arrows = [], []
for steps in doublings:
    v = Value(1.0)
    for _ in range(steps):
        v = v + v
    paths.append(count_paths(v))
    arrows.append(count_arrows(v, set()))
fig, ax = plt.subplots(figsize=(6, 3.8))
ax.semilogy(doublings, paths, "s--", color="0.5", label="paths")
ax.semilogy(doublings, arrows, "o-", color="black", label="arrows")
ax.set(title="Doubling a number n times", xlabel="doublings n", ylabel="count")
ax.legend()
plt.show()

# %% [markdown]
# Fourteen doublings make 16,384 paths of 28 arrows. A network with a few layers has more paths than there are
# atoms, but only a few arrows for each weight. So no arrow should be walked twice.
#
# ## Reverse mode: collect, then pass on
#
# Write $\bar v = dL/dv$. Every path from $v$ to $L$ begins with one arrow, to some node $u$ computed from $v$,
# and goes on as a path from $u$. Sort the sum over paths by that first arrow:
#
# $$\bar L = 1, \qquad \bar v = \sum_{u:\, v \to u} \bar u\,\frac{\partial u}{\partial v} .$$
#
# This is the chain rule again, but now one product for each arrow. It works from the output towards the
# leaves, hence **reverse mode**, and one sweep yields the slope with respect to *every* node. Nudging each of
# a million weights would take a million evaluations; this takes about as long as a few. In the example:
#
# $$\bar L = 1, \quad \bar s = 1\cdot(-6) = -6, \quad \bar p = \bar s \cdot 1 = -6, \quad
# \bar b = \bar p\cdot 3 = -18, \quad \bar a = \bar s\cdot 1 + \bar p\cdot(-2) = -6 + 12 = 6 .$$
#
# The order is the catch. $\bar a$ may be passed on only when **both** its terms are in. A node has to wait
# for everything that was computed from it. What is needed is a list in which every node comes after its
# parents, a **topological order**; read from its end, it hands each node its turn at the right time. A graph
# has several such orders, and all serve.

# %% demo
fig, axes = plt.subplots(1, 2, figsize=(11, 2.4))
for ax, nodes, title in [
    (axes[0], "bapsL", "A topological order: all arrows point right"),
    (axes[1], "baspL", "Not one: s stands before its parent p"),
]:
    for parent, child in ["ap", "bp", "ps", "as", "sL"]:
        start, end = nodes.index(parent), nodes.index(child)
        wrong = end < start
        arrow = {"arrowstyle": "-|>", "color": "C1" if wrong else "black", "shrinkA": 13, "shrinkB": 13}
        arrow |= {"connectionstyle": "arc3,rad=-0.45", "linestyle": "--" if wrong else "-", "linewidth": 1.8}
        ax.annotate("", (end, 0), (start, 0), arrowprops=arrow)
    for place, name in enumerate(nodes):
        ax.text(place, 0, f"${name}$", ha="center", va="center", bbox={"boxstyle": "circle", "facecolor": "0.9"})
    ax.set(title=title, xlim=(-0.5, 4.5), ylim=(-0.3, 0.62))
    ax.axis("off")
plt.show()

# %% [markdown]
# On the right, a sweep from the end would let $p$ pass on its gradient before $s$ has delivered it.
#
# How do you find an order? **Depth first:** to place a node, first place each of its parents, then the node
# itself, and skip whatever is placed already. As a recursive function that is four lines, and it fails in
# practice: a loss summed over 10,000 examples is a chain of 10,000 additions, and Python refuses to nest
# calls much deeper than 1,000. Raising that limit can crash the interpreter. So we decide: **no recursion.**
# Keep a list of things to do, your own stack, and take the last entry each time. Each entry is a node with a
# flag. On the first visit (flag down) put the node back with its flag up, and its parents, flags down, on top
# of it. By the time the flagged entry comes up again, everything above it has been dealt with, so all
# its parents are placed: append it. A set of nodes already visited makes sure that none is handled twice.


# %% exercise: topological_order
def topological_order(output):
    """All nodes that a Value depends on, itself included, each after all of its parents.

    Args:
        output: a Value; its graph may be 10,000 nodes deep, so recursion is out.

    Returns:
        A list of Values, each node once; output comes last. About 10 lines.
    """
    ### BEGIN SOLUTION
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
    ### END SOLUTION


# %% fixture
def data_in_order(output):
    """The numbers of all nodes in your order."""
    return [node.data for node in topological_order(output)]


def chain(first, length):
    """first * first * first …, multiplied one after the other: a graph `length` products deep."""
    node = first
    for _ in range(length):
        node = node * first
    return node


# %% test: topological_order, points=1
a, b = Value(3), Value(-2)
p = a * b
s = p + a
order = topological_order(s)
dd.check.kind(order, list)
assert len(order) == 4, "s depends on a, b and p; with itself that makes four nodes, a only once"
assert order[-1] is s, "the output comes last"
assert order[2] is p, "s needs p, and p needs a and b"
numbers = data_in_order(s)
assert numbers in ([3.0, -2.0, -6.0, -3.0], [-2.0, 3.0, -6.0, -3.0]), f"a, b, p, s or b, a, p, s; yours: {numbers}"
deep = chain(Value(1.0), 10_000)
assert len(topological_order(deep)) == 10_001, "a chain of 10,000 products has 10,001 nodes"


### BEGIN HIDDEN TESTS
def check_order(output):
    order = topological_order(output)
    dd.check.kind(order, list)
    place = {node: i for i, node in enumerate(order)}
    assert len(place) == len(order), "a node must be listed once, however often it is used"
    assert place.get(output) == len(order) - 1, "the output comes last"
    for node in order:
        for parent in node.parents:
            assert parent in place, "a node's parents belong in the list as well"
            assert place[parent] < place[node], "a node must come after all of its parents"
    return order


leaf = Value(1.0)
assert len(check_order(leaf)) == 1, "a leaf depends on itself alone"
assert len(check_order(leaf + leaf)) == 2, "the leaf is used twice and listed once"
x = Value(2.0)
y = x * leaf
check_order((y + x) * y)  # y is a parent of the product and of the product's other parent
check_order(x * (x * (x * (x * leaf))))
check_order((((x * leaf) * leaf) * leaf) * x)
rng = np.random.default_rng(25)
for _ in range(15):
    nodes = [Value(0.5), Value(1.5), Value(-1.0)]
    for _ in range(12):
        i, j = rng.integers(0, len(nodes), 2)
        nodes.append(nodes[i] + nodes[j] if rng.random() < 0.5 else nodes[i] * nodes[j])
    reached = [nodes[-1]]
    for node in reached:
        reached += [parent for parent in dict.fromkeys(node.parents) if not any(parent is one for one in reached)]
    assert len(check_order(nodes[-1])) == len(reached), "only what the output depends on, and all of it"

# A long chain in which every node is used three times, and 2 to the power of 60 paths.
first = Value(1.0)
deep = chain(first + first, 10_000) * first
order = topological_order(deep)
assert len(order) == 10_003, "the chain, the sum it began with, the product at its end and the leaf"
assert order[0] is first and order[-1] is deep, "this graph begins with its leaf and ends with its output"
v = Value(1.0)
for _ in range(60):
    v = v + v
assert len(topological_order(v)) == 61, "sixty doublings make 61 nodes"
### END HIDDEN TESTS

# %% mistakes: topological_order
# - replace: |-
#     elif node not in visited:
#                 visited.add(node)
#   with: |-
#     else:
#                 visited.add(node)
#   hint: "A node that is used twice is listed twice. What should happen when it has been visited before?"
# - replace: return order
#   with: return order[::-1]
#   hint: "Your list begins with the output. Each node should come after its parents; the sweep turns the list round."
# - replace: |-
#     stack.append((node, True))
#                 stack.extend((parent, False) for parent in node.parents)
#   with: |-
#     order.append(node)
#                 stack.extend((parent, False) for parent in node.parents)
#   hint: "You place a node before its parents. Let it wait beneath them on the stack until they are placed."
# - replace: |-
#     stack.append((node, True))
#                 stack.extend((parent, False) for parent in node.parents)
#   with: |-
#     stack.extend((parent, False) for parent in node.parents)
#                 order.insert(0, node)
#   hint: "Turning round the order of first visits isn't enough: a node may be visited early and still be the parent
#     of one that is visited late."
# - replace: return order
#   with: return order[:-1]
#   hint: "The output itself is missing from its list: it is one of the nodes, and the sweep begins with it."
# - replace: |-
#     order, visited, stack = [], set(), [(output, False)]
#         while stack:
#             node, parents_placed = stack.pop()
#             if parents_placed:
#                 order.append(node)
#             elif node not in visited:
#                 visited.add(node)
#                 stack.append((node, True))
#                 stack.extend((parent, False) for parent in node.parents)
#         return order
#   with: |-
#     order, visited = [], set()
#
#         def place(node):
#             if node not in visited:
#                 visited.add(node)
#                 for parent in node.parents:
#                     place(parent)
#                 order.append(node)
#
#         place(output)
#         return order
#   hint: "The order is right, but the function calls itself once for every node of a chain, and Python allows about a
#     thousand such calls. Keep your own stack."


# %% accepts: topological_order
def topological_order(output):
    uses = {output: 0}  # how many arrows leave each node, within this graph
    found = [output]
    for node in found:
        for parent in node.parents:
            if parent not in uses:
                uses[parent] = 0
                found.append(parent)
            uses[parent] += 1
    order, ready = [], [output]
    while ready:
        node = ready.pop()
        order.append(node)
        for parent in node.parents:
            uses[parent] -= 1
            if uses[parent] == 0:
                ready.append(parent)
    order.reverse()
    return order


# %% accepts: topological_order
def topological_order(output):
    placed, stack = {}, [output]
    while stack:
        waiting = [parent for parent in stack[-1].parents if parent not in placed]
        if waiting:
            stack.append(waiting[0])
        else:
            placed[stack.pop()] = True
    return list(placed)


# %% [markdown]
# ## The sweep
#
# Now the gradients. Walk the order from its end. When a node's turn comes, its $\bar v$ is complete: hand
# each parent its share $\bar v \cdot \partial v/\partial p$, which is **added** to what the parent has got so
# far. Overwriting instead of adding is the classic bug. It shows only when a node is used twice, and every
# weight of a network is, once for each example.
#
# One question of bookkeeping remains: what if `.grad` is not 0 beforehand? It is meant as an account over
# several sweeps: two losses with one set of weights, swept one after the other, should leave the gradient of
# their sum. So a sweep adds its own result to `.grad`. But what already lies there belongs to an earlier
# sweep and must not flow on. Take $h = 2x$, and sweep $L_1 = 5h$ and then $L_2 = 3h$. The second sweep has to
# send $3$ through $h$, not $5 + 3$. Hence a sweep keeps **its own ledger**, a dict from nodes to $\bar v$
# that starts at 0, and pays into `.grad` from that. (Nodes may be keys: without an `__eq__` of its own, an
# object is equal to itself only.)


# %% exercise: backward
def backward(self):
    """Add d self / d node to the grad of every node that self depends on, self included.

    Gradients of this sweep alone flow through the graph: what lies in a grad beforehand stays there and is added
    to, but is not passed on. Each node takes its turn once. No other attribute changes.

    Returns:
        None. About 8 lines; use topological_order.
    """
    ### BEGIN SOLUTION
    gradient = dict.fromkeys(topological_order(self), 0.0)
    gradient[self] = 1.0
    for node in reversed(gradient):
        for parent, local in zip(node.parents, node.local_gradients, strict=True):
            gradient[parent] += gradient[node] * local
        node.grad += gradient[node]
    ### END SOLUTION


Value.backward = backward

# %% test: backward, points=2
# The example worked by hand above.
a, b = Value(3), Value(-2)
p = a * b
s = p + a
output = s**2
assert output.backward() is None, "backward works through .grad and returns nothing"
for node, due, name in [(output, 1.0, "L"), (s, -6.0, "s"), (p, -6.0, "p"), (b, -18.0, "b"), (a, 6.0, "a")]:
    dd.check.kind(node.grad, float, what=f"{name}.grad")
    dd.check.close(node.grad, due, what=f"{name}.grad", why="see the sweep by hand")
x = Value(5.0)
(x + x).backward()
dd.check.close(x.grad, 2.0, what="the slope of x + x", why="both shares arrive at the same node and add up")
# Two sweeps through one node.
x = Value(1.0)
h = 2 * x
(5 * h).backward()
dd.check.close([h.grad, x.grad], [5.0, 10.0], what="h.grad and x.grad after L1 = 5h")
(3 * h).backward()
dd.check.close([h.grad, x.grad], [8.0, 16.0], what="h.grad and x.grad after L2 = 3h", why="a sweep adds its own result")
### BEGIN HIDDEN TESTS
x = Value(4.0)
x.backward()
dd.check.close(x.grad, 1.0, what="the slope of a leaf with respect to itself")

# What lies in a grad beforehand is kept and not passed on; nothing else changes.
a, b, stranger = Value(1.5), Value(-0.5), Value(9.0)
middle = a * b
output = middle.tanh() + a
for node in (a, b, middle, output, stranger):
    node.grad = 100.0
beside = a * stranger
output.backward()
slope = 1 - math.tanh(-0.75) ** 2
due = [100 - 0.5 * slope + 1, 100 + 1.5 * slope, 100 + slope, 101.0]
dd.check.close([a.grad, b.grad, middle.grad, output.grad], due, what="grads that began at 100")
dd.check.close([stranger.grad, beside.grad], [100.0, 0.0], what="grads of nodes that the output does not depend on")
dd.check.close([a.data, b.data, middle.data], [1.5, -0.5, -0.75], what="data after the sweep")
assert len(a.parents) == 0 and middle.parents[0] is a and middle.parents[1] is b, "the graph stays as it is"

# Expressions in which nodes are used again and again, against central differences.
expressions = [
    lambda a, b, np: (a * b + a) ** 2 / (a * a + 1),
    lambda a, b, np: np.tanh(a * b) * np.exp(b - a) + np.tanh(a * b) ** 3,
    lambda a, b, np: np.log(a * a + b * b + 1) * (a - b) - 2**a / (b * b + 3),
]


class Methods:
    """NumPy's names for the methods of a Value."""

    tanh, exp, log = (staticmethod(f) for f in (lambda v: v.tanh(), lambda v: v.exp(), lambda v: v.log()))


for place in [(0.7, -1.2), (-0.4, 0.9), (1.0, 1.0)]:
    for number, expression in enumerate(expressions):
        a, b = Value(place[0]), Value(place[1])
        expression(a, b, Methods).backward()
        dd.check.gradient(
            lambda v, expression=expression: expression(v[0], v[1], np),
            np.array(place),
            [a.grad, b.grad],
            what=f"the gradient of expression {number + 1} at {place}",
            why="a nudge of a leaf must change the output by slope times nudge",
        )

# Random graphs, against the sum over all paths, for every node.
rng = np.random.default_rng(25)
for _ in range(6):
    nodes = [Value(0.5), Value(1.5), Value(-1.0)]
    for _ in range(9):
        i, j = rng.integers(0, len(nodes), 2)
        nodes.append(nodes[i] - nodes[j] if rng.random() < 0.5 else nodes[i] * nodes[j])
    output = nodes[-1] + nodes[-2] * nodes[-3]
    due = [float(slope_along_paths(output, node)) for node in nodes]
    output.backward()
    dd.check.close([node.grad for node in nodes], due, what="the grads of a random graph")
    output.backward()
    dd.check.close([node.grad for node in nodes], 2 * np.array(due), what="the grads after a second sweep")

# A chain of 10,000 nodes, and 2 to the power of 60 paths.
first = Value(1.0)
chain(first, 10_000).backward()
dd.check.close(first.grad, 10_001.0, what="the slope of a product of 10,001 equal factors of 1")
v = first = Value(1.0)
for _ in range(60):
    v = v + v
v.backward()
dd.check.close(first.grad, 2.0**60, what="the slope of sixty doublings")
### END HIDDEN TESTS

# %% mistakes: backward
# - replace: |-
#     gradient = dict.fromkeys(topological_order(self), 0.0)
#         gradient[self] = 1.0
#         for node in reversed(gradient):
#             for parent, local in zip(node.parents, node.local_gradients, strict=True):
#                 gradient[parent] += gradient[node] * local
#             node.grad += gradient[node]
#   with: |-
#     self.grad = 1.0
#         for node in reversed(topological_order(self)):
#             for parent, local in zip(node.parents, node.local_gradients, strict=True):
#                 parent.grad += node.grad * local
#   hint: "You use .grad itself as the ledger, so what an earlier sweep left there flows on with this one."
# - replace: gradient[parent] += gradient[node] * local
#   with: gradient[parent] = gradient[node] * local
#   hint: "A node that is used twice keeps only the last share. Shares from all arrows add up."
# - replace: gradient[parent] += gradient[node] * local
#   with: gradient[parent] += local
#   hint: "You add up local gradients. The chain rule multiplies what has arrived at a node before handing it on."
# - replace: gradient[self] = 1.0
#   with: gradient[self] = self.data
#   hint: "The sweep starts from the slope of the output with respect to itself, whatever its value is."
# - replace: in reversed(gradient)
#   with: in list(gradient)
#   hint: "You start at the leaves, before anything has arrived there. From which end of the order is the sweep?"
# - replace: node.grad += gradient[node]
#   with: node.grad = gradient[node]
#   hint: "A second sweep wipes out the first. Gradients of several outputs add up in .grad until someone sets it to 0."
# - replace: gradient[parent] += gradient[node] * local
#   with: |-
#     gradient[parent] += (node.grad + gradient[node]) * local
#   hint: "What an earlier sweep left in .grad flows on with this one. Only this sweep's own gradients may."
# - replace: |-
#     for node in reversed(gradient):
#   with: |-
#     for node in list(reversed(gradient))[1:]:
#   hint: "The output's turn never comes, so nothing is handed on at all."
# - replace: node.grad += gradient[node]
#   with: node.grad += gradient[node] if not node.parents else 0.0
#   hint: "Only leaves receive their gradient. Every node on the way has one, and it is wanted too."


# %% accepts: backward
def backward(self):
    order = topological_order(self)
    before = [node.grad for node in order]
    for node in order:
        node.grad = 0.0
    self.grad = 1.0
    while order:
        node = order.pop()
        for parent, local in zip(node.parents, node.local_gradients, strict=True):
            parent.grad += local * node.grad
        node.grad += before.pop()


Value.backward = backward


# %% accepts: backward
def backward(self):
    order = topological_order(self)
    place = {id(node): i for i, node in enumerate(order)}
    gradient = np.zeros(len(order))
    gradient[-1] = 1
    for i in range(len(order) - 1, -1, -1):
        for k in range(len(order[i].parents)):
            gradient[place[id(order[i].parents[k])]] += order[i].local_gradients[k] * gradient[i]
    for node, share in zip(order, gradient.tolist(), strict=True):
        node.grad += share


Value.backward = backward

# %% [markdown]
# ## The graph with its gradients
#
# Back to the example. The next figure is drawn from what your engine found. Read it from right to left: is
# every gradient the sum, over the arrows that leave its box, of the local gradient on the arrow times the
# gradient at the arrow's head?

# %% demo
a, b = Value(3), Value(-2)
p = a * b
s = p + a
output = s**2
output.backward()
draw_graph(
    topological_order(output), {a: "a", b: "b", p: "p", s: "s", output: "L"}, "Gradients of L = (ab + a)², swept"
)
assert (a.grad, b.grad) == (6.0, -18.0)

# %% [markdown]
# It is: $\bar p = 1 \cdot (-6)$, and $a$ collects $1\cdot(-6)$ from $s$ and $-2\cdot(-6)$ from $p$.
#
# The engine records what Python **does**, so an `if` or a loop costs no extra thought: the branch taken is
# the one that is recorded. That allows a logistic loss that cannot overflow. For a logit $z$ and a label of
# 0 or 1, let the margin $\mu$ be $z$ for label 1 and $-z$ for label 0. The loss is $\ln(1 + e^{-\mu})$, and
# for negative $\mu$ the same number is $\ln(1 + e^{\mu}) - \mu$. Each side
# exponentiates a negative number only.


# %% setup
def logistic_loss(logit, label):
    """The loss -log(probability of the right class) of a logit, a Value, for a label of 0 or 1."""
    margin = logit if label == 1 else -logit
    if margin.data > 0:
        return (1 + (-margin).exp()).log()
    return (1 + margin.exp()).log() - margin


# %% demo
for z_data in (-800.0, -1.0, 0.0, 2.0):
    z = Value(z_data)
    loss = logistic_loss(z, 1)
    loss.backward()
    print(f"logit {z_data:6.1f}: loss {loss.data:8.4f}, slope {z.grad:.4f}, formula {-1 / (1 + np.exp(z_data)):.4f}")

# %% [markdown]
# The slope matches the formula of Day 4, $-(1 - \text{probability})$, and nobody told the engine.
#
# ## Neuron, layer, network
#
# A **neuron** takes $D$ numbers, weighs them, adds a bias and applies an activation function:
# $y = f(w_1x_1 + \dots + w_Dx_D + b)$. Its $D + 1$ parameters are leaves that stay, while every call builds a
# new graph on top of them. By hand, for $w = (1, -2)$, $b = 0.5$ and $x = (3, 1)$ with ReLU:
# $z = 3 - 2 + 0.5 = 1.5$ and $y = 1.5$. The slopes with respect to $w$ are $(3, 1)$, the inputs, and with
# respect to $b$ it is 1.
#
# The weights are passed in; drawing them at random is the business of whoever makes the network.


# %% exercise: Neuron
class Neuron:
    """A unit that computes f(w . x + b) on Values.

    Args:
        w: D weights, a sequence of plain numbers.
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
        ### BEGIN SOLUTION
        self.w = [Value(weight) for weight in w]
        self.b = Value(b)
        ### END SOLUTION

    def __call__(self, x):
        """The unit's output, a Value, for D plain numbers or Values; ValueError if there are not D of them.

        About 6 lines; `zip(…, strict=True)` raises that error.
        """
        ### BEGIN SOLUTION
        z = self.b
        for weight, feature in zip(self.w, x, strict=True):
            z = z + weight * feature
        if self.activation == "tanh":
            return z.tanh()
        return z.relu() if self.activation == "relu" else z
        ### END SOLUTION

    def parameters(self):
        """The D weights and then the bias, a list of D + 1 Values: the very ones that are used. About 1 line."""
        ### BEGIN SOLUTION
        return [*self.w, self.b]
        ### END SOLUTION


# %% test: Neuron, points=1
neuron = Neuron([1.0, -2.0], 0.5, "relu")
parameters = neuron.parameters()
dd.check.kind(parameters, list, what="parameters()")
assert all(hasattr(one, "grad") for one in parameters), "parameters() holds Values, not plain numbers"
dd.check.close([one.data for one in parameters], [1.0, -2.0, 0.5], what="parameters()", why="weights, then the bias")
y = neuron([3.0, 1.0])
assert hasattr(y, "grad"), "the output is a Value, not a plain number"
dd.check.close(y.data, 1.5, what="the output", why="this is the example worked by hand")
y.backward()
dd.check.close([one.grad for one in parameters], [3.0, 1.0, 1.0], what="gradients of w and b", why="worked by hand")
dd.check.close(Neuron([1.0, -2.0], 0.5)([3.0, 1.0]).data, math.tanh(1.5), what="with tanh, which is the default")
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(25)
slopes = {"tanh": lambda z: 1 - np.tanh(z) ** 2, "relu": lambda z: float(z > 0), "linear": lambda z: 1.0}
outputs = {"tanh": np.tanh, "relu": lambda z: max(z, 0.0), "linear": lambda z: z}
for activation in ("tanh", "linear", "relu"):
    for num_inputs in (2, 1, 5):
        w, b, x = rng.normal(size=num_inputs), float(rng.normal()), rng.normal(size=num_inputs)
        with dd.check.unchanged(w), dd.check.unchanged(x):
            neuron = Neuron(w, b, activation)
            features = [Value(feature) for feature in x]
            y = neuron(features)
        z = float(w @ x + b)
        what = f"{activation} neuron with {num_inputs} inputs"
        dd.check.close(y.data, outputs[activation](z), what=f"the output of a {what}")
        dd.check.close(neuron(x).data, outputs[activation](z), what=f"the output of a {what} for plain numbers")
        y.backward()
        slope = slopes[activation](z)
        grads = [one.grad for one in neuron.parameters()]
        dd.check.close(grads, slope * np.append(x, 1.0), what=f"the parameters' gradients in a {what}")
        dd.check.close([one.grad for one in features], slope * w, what=f"the inputs' gradients in a {what}")
        dd.check.close([one.data for one in neuron.parameters()], np.append(w, b), what=f"the parameters of a {what}")

# The parameters are the ones in use, call after call, and each call builds a graph of its own.
neuron = Neuron([2.0, 3.0], -1.0, "linear")
first, second = neuron([1.0, 1.0]), neuron([10.0, 0.0])
dd.check.close([first.data, second.data], [4.0, 19.0], what="two calls of one neuron")
(first + second).backward()
dd.check.close([one.grad for one in neuron.parameters()], [11.0, 1.0, 2.0], what="gradients of two calls together")
neuron.parameters()[0].data = 5.0
neuron.parameters()[2].data = 0.0
dd.check.close(neuron([1.0, 1.0]).data, 8.0, what="the output after two parameters were set")
for x in ([1.0], [1.0, 2.0, 3.0]):
    with dd.check.raises(ValueError, why="a neuron with two weights takes two inputs"):
        neuron(x)
with dd.check.raises(ValueError, match="activation"):
    Neuron([1.0], 0.0, "softmax")
dd.check.close(Neuron([1.0], -1.0, "relu")([0.0]).data, 0.0, what="a relu neuron below zero")
### END HIDDEN TESTS

# %% mistakes: Neuron
# - replace: z = self.b
#   with: z = Value(0)
#   hint: "Your unit ignores its bias."
# - replace: return [*self.w, self.b]
#   with: return [*self.w]
#   hint: "The bias is a parameter as well."
# - replace: return [*self.w, self.b]
#   with: return [self.b, *self.w]
#   hint: "All parameters are there, in another order than the docstring gives."
# - replace: return [*self.w, self.b]
#   with: return [Value(one.data) for one in [*self.w, self.b]]
#   hint: "You hand out copies: the gradients arrive at other Values, and a step on the copies teaches nothing."
# - replace: z = z + weight * feature
#   with: z = z + weight.data * feature
#   hint: "You compute with the weight's number and not with the Value, so no arrow leads to the weight."
# - replace: |-
#     if self.activation == "tanh":
#                 return z.tanh()
#             return z.relu() if self.activation == "relu" else z
#   with: return z.tanh()
#   hint: "Your unit applies tanh whatever its activation is."
# - replace: |-
#     return z.relu() if self.activation == "relu" else z
#   with: |-
#     return z.relu()
#   hint: "A linear unit applies no function: a negative output is fine there."
# - replace: (self.w, x, strict=True)
#   with: (self.w, x, strict=False)
#   hint: "With too few or too many inputs your unit answers as if nothing were wrong. Let zip be strict."

# %% equivalents: Neuron
# - replace: zip(self.w, x, strict=True)
#   with: zip(x, self.w, strict=True)
#   reason: "A product does not ask which factor comes first."


# %% accepts: Neuron
class Neuron:
    def __init__(self, w, b, activation="tanh"):
        functions = {"tanh": Value.tanh, "relu": Value.relu, "linear": lambda z: z}
        if activation not in functions:
            raise ValueError(f"no such activation: {activation}")
        self.function = functions[activation]
        self.everything = [Value(float(one)) for one in (*w, b)]

    def __call__(self, x):
        if len(x) + 1 != len(self.everything):
            raise ValueError(f"expected {len(self.everything) - 1} inputs")
        return self.function(sum(weight * feature for weight, feature in zip(self.everything, [*x, 1.0], strict=True)))

    def parameters(self):
        return list(self.everything)


# %% [markdown]
# Which of a neuron's gradients are large? Draw one with two inputs, tanh and weights of your choice.

# %% demo
neuron = Neuron([0.5, -1.0], 0.25)
inputs = [Value(2.0), Value(0.5)]
y = neuron(inputs)
y.backward()
w1, w2, bias = neuron.parameters()
names = {w1: "$w_1$", w2: "$w_2$", bias: "b", inputs[0]: "$x_1$", inputs[1]: "$x_2$", y: "y"}
draw_graph(topological_order(y), names, "One tanh neuron, values and gradients")

# %% [markdown]
# Everything that reaches $z$ comes from one arrow, the one through tanh. Behind it the gradients of
# $w_1$ and $w_2$ stand in the ratio of their inputs, 2 to 0.5: a weight is blamed in proportion to what
# it let in.
#
# A **layer** is $M$ neurons that read the same $x$. Its weights fill an array $w$ of shape $(D, M)$, one
# **column** a unit, so that Day 26 can write $xw + b$. With $w = \begin{pmatrix}1&2&3\\4&5&6\end{pmatrix}$,
# $b = (0, 0, 1)$ and $x = (1, -1)$ the linear layer gives $(1-4,\ 2-5,\ 3-6+1) = (-3, -3, -2)$.


# %% exercise: Layer
class Layer:
    """M neurons that read the same inputs.

    Args:
        w: weights of shape (D, M), an array or a list of rows; column m belongs to unit m.
        b: M biases.
        activation: as in Neuron, for all units.
    """

    def __init__(self, w, b, activation="tanh"):
        # Make the M neurons. About 1 line: zip(*w) walks over the columns of w.
        ### BEGIN SOLUTION
        self.neurons = [Neuron(column, bias, activation) for column, bias in zip(zip(*w, strict=True), b, strict=True)]
        ### END SOLUTION

    def __call__(self, x):
        """The units' outputs, a list of M Values, for D plain numbers or Values. About 1 line."""
        ### BEGIN SOLUTION
        return [neuron(x) for neuron in self.neurons]
        ### END SOLUTION

    def parameters(self):
        """All parameters, unit after unit, a list of M * (D + 1) Values. About 1 line."""
        ### BEGIN SOLUTION
        return [parameter for neuron in self.neurons for parameter in neuron.parameters()]
        ### END SOLUTION


# %% test: Layer, points=1
layer = Layer([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]], [0.0, 0.0, 1.0], "linear")
y = layer([1.0, -1.0])
dd.check.kind(y, list, what="the outputs")
assert all(hasattr(one, "grad") for one in y), "the outputs are Values, not plain numbers"
dd.check.close([one.data for one in y], [-3.0, -3.0, -2.0], what="the outputs", why="worked by hand: a column a unit")
due = [1.0, 4.0, 0.0, 2.0, 5.0, 0.0, 3.0, 6.0, 1.0]
dd.check.kind(layer.parameters(), list, what="parameters()")
dd.check.close([one.data for one in layer.parameters()], due, what="parameters()", why="unit after unit, bias last")
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(25)
for num_inputs, num_units in [(3, 3), (1, 4), (4, 1), (1, 1), (2, 5)]:
    for activation in ("tanh", "relu"):
        w, b, x = rng.normal(size=(num_inputs, num_units)), rng.normal(size=num_units), rng.normal(size=num_inputs)
        with dd.check.unchanged(w), dd.check.unchanged(b), dd.check.unchanged(x):
            layer = Layer(w, b, activation)
            features = [Value(feature) for feature in x]
            y = layer(features)
        z = x @ w + b
        dd.check.kind(y, list, what="the outputs")
        outputs, slope = (np.tanh(z), 1 - np.tanh(z) ** 2) if activation == "tanh" else (z * (z > 0), z > 0)
        dd.check.close([one.data for one in y], outputs, what=f"the outputs of a ({num_inputs}, {num_units}) layer")
        flat = np.vstack([w, b]).T.ravel()
        dd.check.close([one.data for one in layer.parameters()], flat, what="parameters()")
        weighing = rng.normal(size=num_units)
        sum(weight * one for weight, one in zip(weighing, y, strict=True)).backward()
        upstream = weighing * slope
        grads = np.vstack([np.outer(x, upstream), upstream]).T.ravel()
        dd.check.close([one.grad for one in layer.parameters()], grads, what="the parameters' gradients")
        dd.check.close([one.grad for one in features], w @ upstream, what="the inputs' gradients", why="units add up")
layer.parameters()[-1].data += 1.0
dd.check.close(Layer(w, b)(x)[-1].data, math.tanh(z[-1]), what="tanh is the default")
dd.check.close(layer(x)[-1].data, max(z[-1] + 1, 0.0), what="the last unit with its bias raised by 1")
with dd.check.raises(ValueError, why="a layer with two rows of weights takes two inputs"):
    layer([1.0, 2.0, 3.0])
### END HIDDEN TESTS

# %% mistakes: Layer
# - replace: zip(*w, strict=True)
#   with: w
#   hint: "You give each unit a row of w. Row d belongs to input d; which part of w belongs to a unit?"
# - replace: Neuron(column, bias, activation)
#   with: Neuron(column, bias)
#   hint: "All your units use tanh: hand the activation on to them."
# - replace: Neuron(column, bias, activation)
#   with: Neuron(column, 0.0, activation)
#   hint: "The biases never reach the units."
# - replace: return [neuron(x) for neuron in self.neurons]
#   with: return sum(neuron(x) for neuron in self.neurons)
#   hint: "You add the units up. The next layer needs each output by itself."
# - replace: return [parameter for neuron in self.neurons for parameter in neuron.parameters()]
#   with: return [neuron.parameters() for neuron in self.neurons]
#   hint: "Your parameters are a list of lists; one flat list was asked for."


# %% accepts: Layer
class Layer:
    def __init__(self, w, b, activation="tanh"):
        w = np.asarray(w, dtype=float)
        self.units = []
        for m in range(w.shape[1]):
            self.units.append(Neuron(w[:, m].tolist(), float(b[m]), activation=activation))

    def __call__(self, x):
        return list(map(lambda unit: unit(x), self.units))

    def parameters(self):
        found = []
        for unit in self.units:
            found += unit.parameters()
        return found


# %% [markdown]
# A **multilayer perceptron** is a chain of layers: what one gives, the next reads. Its last layer is linear,
# since a logit or a price must be free to take any value. Two linear layers in a row would again be one
# linear layer; the functions between them are what makes depth count.
#
# For example a hidden ReLU unit with $w = (1)$, $b = 1$ and an output unit with $w = (-2)$, $b = 0$ turn
# $x = 3$ into $4$ and then into $-8$, which a ReLU at the end would have cut to 0.


# %% exercise: MLP
class MLP:
    """A chain of layers, the last one linear.

    Args:
        params: a list of pairs (w, b), one a layer, as Layer takes them.
        activation: of all layers but the last.
    """

    def __init__(self, params, activation="tanh"):
        # Make the layers. About 2 lines.
        ### BEGIN SOLUTION
        self.layers = [Layer(w, b, activation) for w, b in params[:-1]]
        self.layers.append(Layer(*params[-1], "linear"))
        ### END SOLUTION

    def __call__(self, x):
        """The last layer's outputs, a list of Values, for one example x. About 3 lines."""
        ### BEGIN SOLUTION
        for layer in self.layers:
            x = layer(x)
        return x
        ### END SOLUTION

    def parameters(self):
        """All parameters, layer after layer, one flat list. About 1 line."""
        ### BEGIN SOLUTION
        return [parameter for layer in self.layers for parameter in layer.parameters()]
        ### END SOLUTION


# %% test: MLP, points=1
model = MLP([([[1.0]], [1.0]), ([[-2.0]], [0.0])], "relu")
y = model([3.0])
dd.check.kind(y, list, what="the outputs", why="a network may have several")
assert len(y) == 1, "this network has one output"
assert hasattr(y[0], "grad"), "the outputs are Values, not plain numbers"
assert all(hasattr(one, "data") for one in model.parameters()), "parameters() is one flat list of Values"
dd.check.close(y[0].data, -8.0, what="the output", why="worked by hand: the last layer is linear")
dd.check.close([one.data for one in model.parameters()], [1.0, 1.0, -2.0, 0.0], what="parameters()")
y[0].backward()
dd.check.close([one.grad for one in model.parameters()], [-6.0, -2.0, 4.0, 1.0], what="the gradients, by hand")
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(25)


def forward(params, x, activation):
    for i, (w, b) in enumerate(params):
        x = x @ w + b
        if i < len(params) - 1:
            x = np.tanh(x) if activation == "tanh" else x * (x > 0)
    return x


for sizes in [(2, 3, 1), (3, 2), (1, 4, 3, 2), (2, 1, 1, 3)]:
    for activation in ("tanh", "relu"):
        params = [(rng.normal(size=(d, m)), rng.normal(size=m)) for d, m in itertools.pairwise(sizes)]
        x = rng.normal(size=sizes[0])
        model = MLP(params, activation)
        y = model(x)
        what = f"an MLP of sizes {sizes} with {activation}"
        dd.check.kind(y, list, what=f"the outputs of {what}")
        dd.check.close([one.data for one in y], forward(params, x, activation), what=f"the outputs of {what}")
        flat = np.concatenate([np.vstack([w, b]).T.ravel() for w, b in params])
        dd.check.close([one.data for one in model.parameters()], flat, what=f"the parameters of {what}")
        weighing = rng.normal(size=sizes[-1])
        sum(weight * one for weight, one in zip(weighing, y, strict=True)).backward()

        def weighed(flat, sizes=sizes, x=x, weighing=weighing, activation=activation):
            params, start = [], 0
            for d, m in itertools.pairwise(sizes):
                block = flat[start : start + m * (d + 1)].reshape(m, d + 1).T
                params.append((block[:-1], block[-1]))
                start += m * (d + 1)
            return float(weighing @ forward(params, x, activation))

        grads = [one.grad for one in model.parameters()]
        dd.check.gradient(weighed, flat, grads, what=f"the gradients of {what}")
dd.check.close(
    [one.data for one in MLP(params)(x)], forward(params, x, "tanh"), what="the outputs with tanh, the default"
)
### END HIDDEN TESTS

# %% mistakes: MLP
# - replace: Layer(*params[-1], "linear")
#   with: Layer(*params[-1], activation)
#   hint: "Your last layer applies the activation too; a logit must be free to take any value."
# - replace: Layer(w, b, activation)
#   with: Layer(w, b, "linear")
#   hint: "None of your layers applies a function: however many there are, together they are one linear layer."
# - replace: Layer(w, b, activation)
#   with: Layer(w, b)
#   hint: "The hidden layers always use tanh: hand the activation on to them."
# - replace: |-
#     for parameter in layer.parameters()]
#   with: |-
#     for parameter in layer.parameters()[:1]]
#   hint: "Parameters are missing: each layer has more than one."
# - replace: return [parameter for layer in self.layers for parameter in layer.parameters()]
#   with: return self.layers[-1].parameters()
#   hint: "Only the last layer's parameters are handed out; the others would never learn."
# - replace: return x
#   with: return x[0]
#   hint: "A network may have several outputs: return the whole list."


# %% accepts: MLP
class MLP:
    def __init__(self, params, activation="tanh"):
        last = len(params) - 1
        self.layers = [Layer(w, b, "linear" if i == last else activation) for i, (w, b) in enumerate(params)]

    def __call__(self, x):
        *hidden, output = self.layers
        for layer in hidden:
            x = layer(x)
        return output(x)

    def parameters(self):
        found = []
        for layer in self.layers:
            found.extend(layer.parameters())
        return found


# %% [markdown]
# ## One training step
#
# Gradient descent needs four lines, in the right order:
#
# 1. **Forward:** the mean of the examples' losses, $L = \frac1N\sum_n \ell(z_n, c_n)$.
# 2. **Zero:** set the parameters' gradients to 0. They have outlived the last step, and `.grad` is an account
#    that only grows. Leave this out and every step also takes all earlier ones again.
# 3. **Backward.**
# 4. **Update:** $\theta \leftarrow \theta - \alpha\,\bar\theta$ for each parameter $\theta$. This changes
#    numbers, `.data`, and records nothing: it is not part of any graph.
#
# By hand: one linear unit with $w = b = 0$, one example $x = 2$ of class 1. The logit is 0, the probability
# ½, and the loss $\ln 2$. Its slope with respect to the logit is $-\frac12$, so $\bar w = -\frac12 \cdot 2 = -1$
# and $\bar b = -\frac12$. With $\alpha = 0.1$: $w = 0.1$, $b = 0.05$. Use `logistic_loss(logit, label)` from
# above.


# %% exercise: train_step
def zero_grad(parameters):
    """Set the grad of each Value in a list to 0.0. Returns None. About 2 lines."""
    ### BEGIN SOLUTION
    for parameter in parameters:
        parameter.grad = 0.0
    ### END SOLUTION


def train_step(model, x, labels, learning_rate):
    """One step of gradient descent on the mean logistic loss of a batch.

    Args:
        model: an MLP with one output, the logit; its parameters' data change in place.
        x: N examples, an array of shape (N, D) or a list of N lists, N >= 1.
        labels: N labels, 0 or 1.
        learning_rate: float > 0.

    Returns:
        The mean loss before the step, a float. About 7 lines.
    """
    ### BEGIN SOLUTION
    losses = [logistic_loss(model(row)[0], label) for row, label in zip(x, labels, strict=True)]
    loss = sum(losses) / len(losses)
    zero_grad(model.parameters())
    loss.backward()
    for parameter in model.parameters():
        parameter.data -= learning_rate * parameter.grad
    return loss.data
    ### END SOLUTION


# %% test: train_step, points=1
model = MLP([([[0.0]], [0.0])])
loss = train_step(model, [[2.0]], [1], 0.1)
dd.check.kind(loss, float, what="the loss")
dd.check.close(loss, math.log(2), what="the loss", why="it is the loss before the step")
w, b = model.parameters()
dd.check.close([w.data, b.data], [0.1, 0.05], what="w and b", why="this is the step worked by hand")
assert zero_grad([w, b]) is None, "zero_grad works through .grad and returns nothing"
dd.check.equal([w.grad, b.grad], [0.0, 0.0], what="grad after zero_grad")
dd.check.close([w.data, b.data], [0.1, 0.05], what="w and b after zero_grad", why="only gradients are set to 0")
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(25)


def mean_loss(flat, x, labels, num_hidden):
    """The mean logistic loss of a network with one tanh layer, its parameters in one flat array."""
    d = x.shape[1]
    hidden = flat[: num_hidden * (d + 1)].reshape(num_hidden, d + 1).T
    last = flat[num_hidden * (d + 1) :]
    logits = np.tanh(x @ hidden[:-1] + hidden[-1]) @ last[:-1] + last[-1]
    return float(np.mean(np.logaddexp(0.0, np.where(labels == 1, -logits, logits))))


for num_examples, d, num_hidden in [(3, 2, 2), (1, 1, 1), (1, 3, 2), (5, 1, 3)]:
    x, labels = rng.normal(size=(num_examples, d)), rng.integers(0, 2, num_examples)
    labels[0] = 0
    first = (rng.normal(size=(d, num_hidden)), rng.normal(size=num_hidden))
    model = MLP([first, (rng.normal(size=(num_hidden, 1)), [0.3])])
    for parameter in model.parameters():
        parameter.grad = 100.0  # as an earlier step may have left it
    for step, rate in enumerate([0.5, 0.1, 2.0]):
        before = np.array([one.data for one in model.parameters()])
        with dd.check.unchanged(x), dd.check.unchanged(labels):
            loss = train_step(model, x, labels, rate)
        after = np.array([one.data for one in model.parameters()])
        dd.check.kind(loss, float, what="the loss")
        dd.check.close(loss, mean_loss(before, x, labels, num_hidden), what="the loss", why="the mean before the step")
        dd.check.gradient(
            lambda flat, x=x, labels=labels, num_hidden=num_hidden: mean_loss(flat, x, labels, num_hidden),
            before,
            (before - after) / rate,
            what=f"the change of the parameters in step {step + 1}, over minus the learning rate",
            why="it is the gradient of the mean loss, of this step alone",
        )
    again = train_step(model, np.concatenate([x, x]), np.concatenate([labels, labels]), 1e-9)
    dd.check.close(again, mean_loss(after, x, labels, num_hidden), what="the loss of the batch twice over")

# Lists serve as well as arrays, and logits far out do not overflow.
model = MLP([([[1000.0]], [0.0])])
dd.check.close(train_step(model, [[1.0], [-1.0]], [0, 0], 0.5), 500.0, what="the loss of logits of 1000 and -1000")
dd.check.close([one.data for one in model.parameters()], [999.75, -0.25], what="the parameters after that step")
stale = [Value(1.0), Value(2.0)]
for one in stale:
    one.grad = 7.0
zero_grad(stale[:1])
dd.check.equal([one.grad for one in stale], [0.0, 7.0], what="grads after zero_grad of the first alone")
zero_grad([])
### END HIDDEN TESTS

# %% mistakes: train_step
# - replace: zero_grad(model.parameters())
#   with: pass
#   hint: "The gradients of earlier steps are still in .grad when you step. Who sets them to 0?"
# - replace: |-
#     zero_grad(model.parameters())
#         loss.backward()
#   with: |-
#     loss.backward()
#         zero_grad(model.parameters())
#   hint: "Nothing moves. Are the gradients of the sweep still there when you step, and is it .data that the step sets?"
# - replace: parameter.data -= learning_rate
#   with: parameter.data += learning_rate
#   hint: "The loss climbs. The gradient points uphill; which way do you want to step?"
# - replace: sum(losses) / len(losses)
#   with: sum(losses)
#   hint: "You step on the sum of the losses; with their mean the stride does not grow with the batch."
# - replace: return loss.data
#   with: return loss
#   hint: "You return the Value and with it the whole graph. The caller wants a plain number."
# - replace: parameter.data -= learning_rate * parameter.grad
#   with: parameter.data -= parameter.grad
#   hint: "Your step forgets the learning rate."
# - replace: parameter.grad = 0.0
#   with: parameter.data = 0.0
#   hint: "zero_grad wipes out what was learned. Which of the two numbers of a parameter should it set?"
# - replace: return loss.data
#   with: |-
#     losses = [logistic_loss(model(row)[0], label) for row, label in zip(x, labels, strict=True)]
#         return (sum(losses) / len(losses)).data
#   hint: "You return the loss after the step; the docstring asks for the one before."

# %% equivalents: train_step
# - replace: model(row)[0]
#   with: model(row)[-1]
#   reason: "The model has one output: the first is the last."


# %% accepts: train_step
def zero_grad(parameters):
    for index in range(len(parameters)):
        parameters[index].grad *= 0.0


def train_step(model, x, labels, learning_rate):
    zero_grad(model.parameters())
    total = 0.0
    for row, label in zip(x, labels, strict=True):  # a sweep for each example: .grad adds them up
        loss = logistic_loss(model(row)[0], label) / len(x)
        loss.backward()
        total += loss.data
    for parameter in model.parameters():
        parameter.data = parameter.data - learning_rate * parameter.grad
    return total


# %% [markdown]
# ## Put it together: two moons
#
# Two half circles that grip each other: no straight line parts them. 200 points to learn from, in batches of
# 25, and 400 others to be judged on. The network has two inputs, two hidden layers of eight tanh units and
# one logit, 105 parameters in all. How large is the graph of one step?

# %% demo
x_train, labels_train = dd.data.moons(200, noise=0.1, seed=0)
x_test, labels_test = dd.data.moons(400, noise=0.1, seed=1)


def start(sizes, seed):
    rng = np.random.default_rng(seed)
    return [(rng.normal(0, 2 / np.sqrt(d), (d, m)), rng.normal(0, 1, m)) for d, m in itertools.pairwise(sizes)]


def predict(model, x):
    """The probability of class 1 for each row of x, array (N,)."""
    logits = np.array([model(row)[0].data for row in x.tolist()])
    return 1 / (1 + np.exp(-logits))


model = MLP(start([2, 8, 8, 1], seed=25))
batch_loss = sum(logistic_loss(model(row)[0], 1) for row in x_train[:25].tolist()) / 25
print(f"{len(model.parameters())} parameters, {len(topological_order(batch_loss)):,} nodes for a batch of 25")

# %% [markdown]
# One sweep over these nodes gives all 105 slopes. Nudging would need 105 further evaluations of the whole
# graph for every step. Now train, and keep the map of the untrained network to compare.


# %% demo
def draw_map(ax, title):
    shown = x_test[::4], labels_test[::4]
    dd.plot.decision_regions(lambda points: predict(model, points), *shown, ax, resolution=50, title=title)


axes = plt.subplots(1, 3, figsize=(14, 4.2))[1]
draw_map(axes[0], "Before training")
rng = np.random.default_rng(25)
losses = []
for _ in range(30):
    for batch in np.split(rng.permutation(200), 8):
        losses.append(train_step(model, x_train[batch].tolist(), labels_train[batch].tolist(), learning_rate=0.5))
accuracy = np.mean((predict(model, x_test) > 0.5) == labels_test)
draw_map(axes[1], f"After: held-out accuracy {accuracy:.3f}")
axes[2].semilogy(np.arange(1, len(losses) + 1), losses, color="0.65", linestyle="-", linewidth=1, label="batch")
means = np.mean(np.split(np.array(losses), 30), axis=1)
axes[2].semilogy(np.arange(4.5, 240, 8), means, "k-", label="mean of an epoch")
axes[2].set(title="Training loss", xlabel="step", ylabel="mean logistic loss")
axes[2].legend()
plt.show()
print(f"held-out accuracy {accuracy:.3f}")
assert accuracy > 0.95

# %% [markdown]
# Before training the shades have nothing to do with the points. Afterwards the border, drawn where the
# probability is ½, winds between the moons, and well over 95% of points never seen lie on their own side. The
# batches' losses scatter, since each sees only 25 points; the epochs' means fall by a factor of ten and more.
# Every slope in these 240 steps came out of your own few lines.
#
# ## What you should remember
#
# 1. A computation is a graph. Each operation records its parents and a local gradient for each of them.
# 2. Chain rule: multiply along a path, add over paths.
# 3. Reverse mode visits every node once, in reverse topological order, and yields the slopes with respect to
#    all leaves for about the price of a few evaluations.
# 4. Gradients accumulate: within a sweep because nodes are used more than once, across sweeps because
#    `.grad` is an account. So set it to zero before each step.
# 5. The graph is recorded while Python runs, so branches and loops are free. An update of `.data` is not
#    recorded.
#
# ## Check yourself, without code
#
# 1. In $L = x \cdot x \cdot x$, how often does $x$ receive a share, and what are the shares at $x = 2$?
# 2. A function has one input and a thousand outputs, and you want all thousand slopes. What does reverse mode
#    cost, and what would be better?
# 3. Somebody computes the mean loss, then the sum of the squared weights, and calls `backward` on each
#    before one update. Which loss does the update follow?
#
# <details><summary>Answers</summary>
#
# 1. Three times. With $q = x\cdot x$ and $L = q\cdot x$: directly from $L$ it gets $q = 4$; from $q$ it gets
#    $\bar q\,x = 2 \cdot 2 = 4$ twice. Together 12, which is $3x^2$.
# 2. A thousand sweeps, one for each output. Nudging the one input, or carrying slopes *forward* along with
#    the values (forward mode), takes a single pass.
# 3. The sum of the two, because both sweeps pay into the same `.grad`.
#
# </details>
#
# ## Go further
#
# - R. E. Wengert (1964), *A simple automatic derivative evaluation program*, Communications of the ACM 7: two pages,
#   forward mode.
# - S. Linnainmaa (1976), *Taylor expansion of the accumulated rounding error*, BIT 16: reverse mode, from his
#   thesis of 1970.
# - A. Griewank and A. Walther (2008), *Evaluating Derivatives*: why the price of a gradient is bounded, with
#   proofs.
# - A. G. Baydin, B. A. Pearlmutter, A. A. Radul and J. M. Siskind (2018), *Automatic differentiation in machine
#   learning: a survey*, JMLR 18.
# - A. Karpathy (2020), *micrograd*: another scalar engine of about this size, with its gradients in
#   closures.
# - Day 26 keeps the question and makes a node a whole layer.
