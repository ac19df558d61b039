# ---
# day: 25
# title: Build an autograd engine
# week: 5
# minutes: 120
# backend: numpy
# needs: [2, 4, 23, 24]
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
# - **You will build** a class `Value`, a number that remembers how it was computed; the reverse sweep that
#   turns this memory into gradients; and on top of them neurons, layers and a network, which learns two moons
#   to an accuracy over 0.95 on points it has never seen.
# - **You need** derivatives of one variable, gradient descent (Day 2), the logistic loss (Days 4 and 24),
#   layers and activations (Day 23), and Python classes.
# - **Not today:** arrays. Every node of today's graph is a single number, which is slow and easy to see
#   through; Day 26 does the same with layers.
# - **Time:** about two hours.
#
# | symbol | meaning | shape | in code |
# |---|---|---|---|
# | $r, s$; $q, t$ | two leaves and two nodes between, in the example worked by hand | $()$ | `r`, `s`, `q`, `t` |
# | $v$ | any node of the graph, one number | $()$ | `v`, its number `v.data` |
# | $u \to v$ | $u$ is a parent of $v$: $v$ was computed from $u$ | | `v.parents` |
# | $\partial v / \partial u$ | local gradient, the other parent held still | $()$ | `v.local_gradients` |
# | $L$ | the output whose slopes are wanted, mostly a loss | $()$ | `output`, `loss` |
# | $\bar v = dL/dv$ | the gradient of $v$ | $()$ | `v.grad` |
# | $k$ | a plain number as exponent or as base | $()$ | `exponent`, `base` |
# | $x,\ y$ | what goes into a function or a layer, and what comes out | $()$; $(D,)$, $(M,)$ | `x`, `y` |
# | $f$ | an activation, a function of one number | | `activation` |
# | $N, D, M$ | examples in a batch, inputs and outputs of a layer | | |
# | $w, b$ | weights and biases of a layer, column $m$ for unit $m$ | $(D, M)$, $(M,)$ | `w`, `b` |
# | $z$ | what a unit has before its activation; of the last unit, the logit | $()$ | `z`, `logit` |
# | $c_n$ | the right class of example $n$, 0 or 1 | $(N,)$ together | `labels` |
# | $\ell_n$ | the loss of example $n$ | $()$ | `logistic_loss(logit, label)` |
# | $\theta$ | any one parameter, a weight or a bias | $()$ | `parameter` |
# | $\alpha$ | learning rate | $()$ | `learning_rate` |
#
# **One warning about classes in notebooks.** An object keeps the class it was born with, and what you attach
# to a class is lost when you run the class's own cell again. After a change to `Value`, run the cells below
# it again too.

# %% setup
import itertools
import math
import sys

import matplotlib.pyplot as plt
import numpy as np

import deepdays as dd

dd.plot.style()

# %% [markdown]
# ## An expression is a graph
#
# Take $L = (rs + r)^2$ at $r = 3$, $s = -2$. Nobody computes this in one go. One computes
# $q = rs = -6$, then $t = q + r = -3$, then $L = t^2 = 9$: three operations, each on numbers that are already
# there. Draw an arrow from each number to those computed from it and you have the **computation graph**. The
# numbers are its nodes; $r$ and $s$, computed from nothing, are **leaves**; what a node was computed from are
# its **parents**. Arrows never form a circle, because a number must exist before it can be used.
#
# Every operation is simple, and so is its slope. For $q = rs$: raise $r$ by a little with $s$ held still, and
# $q$ rises $s$ times as much. So $\partial q/\partial r = s = -2$, and likewise $\partial q/\partial s = r = 3$.
# These **partial derivatives** are the **local gradients**. They need no knowledge of what the number is used
# for later, and they can be written down at the moment of the operation:
#
# | operation | value | local gradients |
# |---|---|---|
# | $q = rs$ | $-6$ | $\partial q/\partial r = s = -2$, $\ \partial q/\partial s = r = 3$ |
# | $t = q + r$ | $-3$ | $\partial t/\partial q = 1$, $\ \partial t/\partial r = 1$ |
# | $L = t^2$ | $9$ | $\partial L/\partial t = 2t = -6$ |
#
# This is all that an autograd engine records. A `Value` holds `data`, a tuple of `parents`, and a tuple of
# `local_gradients`, one for each parent and in the same order. An operation makes a **new** `Value` and
# leaves its parents alone: that of $q$ is recorded as `Value(-6, (r, s), (-2, 3), "*")`. If one node is used
# twice, as in $r + r$, it simply is a parent twice.
#
# ## The chain rule: every path counts
#
# The **chain rule** joins local gradients. Along one path of arrows they multiply: if $q$ moves 3 times as
# fast as $s$, $t$ once as fast as $q$, and $L$ $-6$ times as fast as $t$, then $L$ moves
# $3 \cdot 1 \cdot (-6) = -18$ times as fast as $s$. Where several paths lead from a leaf to the output, the
# leaf acts through all of them, and their products **add up**. Two paths start at $r$:
#
# $$r \to q \to t \to L:\ (-2)\cdot 1\cdot(-6) = 12, \qquad r \to t \to L:\ 1 \cdot (-6) = -6, \qquad
# \frac{dL}{dr} = 12 - 6 = 6 .$$
#
# School agrees: $L = r^2(s+1)^2$, so $dL/dr = 2r(s+1)^2 = 6$ and $dL/ds = 2r^2(s+1) = -18$. The
# next cell is this definition in code, and the tests hold your operators to it. It follows every path
# separately; remember that when we come to speed.


# %% setup
def slopes_along_paths(output, nodes):
    """d output / d node for each of a list of nodes, by definition: over all paths, the products of local gradients."""
    slopes = dict.fromkeys(nodes, 0.0)

    def follow(node, product):
        if node in slopes:
            slopes[node] += product
        for parent, local in zip(node.parents, node.local_gradients, strict=True):
            follow(parent, product * local)

    follow(output, 1.0)
    return list(slopes.values())


# %% [markdown]
# ## Operators are methods
#
# When Python meets `r * s` it calls `r.__mul__(s)`; `+`, `-`, `/`, `**` and the sign call `__add__`, `__sub__`,
# `__truediv__`, `__pow__` and `__neg__`. In `2 * r` the left side is an int, which has never heard of `Value`
# and gives up; then Python asks the right side for the **reflected** method, `r.__rmul__(2)`. For a sum or a
# product the order does not matter, for the others it does: `r.__rsub__(2)` must give $2 - r$.
#
# A plain number is a constant. `Value.of(2)` wraps it as a leaf, and leaves a `Value` as it is.
#
# Three of the six need no calculus of their own: $-r = (-1)\,r$, $\ r - s = r + (-s)$ and
# $r / s = r\,s^{-1}$. In the power $r^k$ the exponent is a plain number, and the slope is $k r^{k-1}$. Its
# reflection $k^r$ is another function, in which the exponent moves: since $k^r = e^{r \ln k}$, its slope is
# $k^r \ln k$, for $k > 0$.
#
# **Where the power has corners.** To the power of 0 every number gives the constant 1, so the slope is 0
# everywhere. The formula says so too, $0 \cdot r^{-1}$, until $r = 0$ makes it divide by zero: there you
# must say it yourself, as PyTorch does. Elsewhere there is nothing to say. $0^{-1}$ has no value, $0^{1/2}$ has one
# but an infinite slope, and $(-8)^{1/3}$ is a complex number to Python. Those stay errors, which come early and
# are better than a gradient that is not a number.


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
        """self ** exponent, an int or a float. About 2 lines.

        To the power of 0 every number, 0 too, is 1 with a slope of 0. What has no real value or no finite slope, 0 to
        any other power below 1 and a negative number to a power that is not whole, raises a ZeroDivisionError, a
        TypeError or a ValueError. (Python's own `**` and `float` do that for you.)
        """
        if isinstance(exponent, Value):
            return NotImplemented  # Python then raises TypeError
        ### BEGIN SOLUTION
        slope = exponent * self.data ** (exponent - 1) if exponent else 0.0
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
        """self / other; where other is 0, an error as in a power of 0."""
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
        """base ** self, for base > 0; ValueError for another base. About 2 lines."""
        ### BEGIN SOLUTION
        power = base**self.data
        return Value(power, (self,), (power * math.log(base),), f"{base:g}**")
        ### END SOLUTION


# %% test: Value, points=2
# The example worked by hand above.
r, s = Value(3), Value(-2)
q = r * s
t = q + r
output = t**2
for node, data, parents, slopes, name in [
    (q, -6.0, [r, s], (-2.0, 3.0), "q"),
    (t, -3.0, [q, r], (1.0, 1.0), "t"),
    (output, 9.0, [t], (-6.0,), "L"),
]:
    dd.check.like(node.data, data, what=f"{name}.data")
    dd.check.kind(node.parents, tuple, what=f"{name}.parents")
    assert len(node.parents) == len(parents), f"{name} was computed from {len(parents)} Values"
    same = all(one is due for one, due in zip(node.parents, parents, strict=True))
    assert same, f"the parents of {name} are the very Values it was computed from, in the order of the table"
    dd.check.like(node.local_gradients, slopes, what=f"{name}.local_gradients", why="see the table above")
why = "two paths lead from r, with 12 and -6, and one from s"
dd.check.close(slopes_along_paths(output, [r, s]), [6.0, -18.0], what="dL/dr and dL/ds", why=why)
dd.check.equal(
    [r.data, s.data, q.data], [3.0, -2.0, -6.0], what="r, s and q afterwards", why="operators change nothing"
)
# Plain numbers on either side.
dd.check.close([(r - 1).data, (1 - r).data], [2.0, -2.0], what="the data of r - 1 and 1 - r")
dd.check.close([(s / 4).data, (4 / s).data], [-0.5, -2.0], what="the data of s / 4 and 4 / s")
due = [5.0, 6.0, 8.0, -3.0]
dd.check.close(
    [(2 + r).data, (2 * r).data, (2**r).data, (-r).data], due, what="the data of 2 + r, 2 * r, 2 ** r and -r"
)
dd.check.close(slopes_along_paths(2**r, [r])[0], 8 * math.log(2), what="the slope of 2 ** r at r = 3")
for base, exponent, data, slope in [(0.0, 0, 1.0, 0.0), (0.0, 1, 0.0, 1.0)]:  # the corners
    leaf = Value(base)
    power = leaf**exponent
    what = f"{base:g} ** {exponent:g} and its slope"
    dd.check.close([power.data, slopes_along_paths(power, [leaf])[0]], [data, slope], what=what)
### BEGIN HIDDEN TESTS
# Powers with a fraction for an exponent, of negative numbers, and at zero.
powers = [(4.0, 0.5), (4.0, -0.5), (0.25, 1.5), (-3.0, 2), (-3.0, 1), (-3.0, -1), (-2.0, 3.0)]
for base, exponent in [*powers, (0.0, 2), (0.0, 1.5), (0.0, 0.0), (2.0, 0), (-3.0, 0)]:
    leaf = Value(base)
    power = leaf**exponent
    what = f"({base:g}) ** {exponent:g}"
    dd.check.like(power.data, float(base**exponent), what=what)
    due = exponent * base ** (exponent - 1) if exponent else 0.0
    dd.check.close(slopes_along_paths(power, [leaf])[0], due, what=f"the slope of {what}")
for exponent in (-1, -2.5, 0.5):
    with dd.check.raises((ZeroDivisionError, ValueError), why=f"0 ** {exponent:g} has no value or no finite slope"):
        Value(0.0) ** exponent
for exponent in (1 / 3, -0.5):
    with dd.check.raises((TypeError, ValueError), why=f"-8 ** {exponent:.3g} is no real number"):
        Value(-8.0) ** exponent
for quotient in (lambda: Value(2.0) / 0, lambda: Value(2.0) / Value(0.0), lambda: 1 / Value(0.0)):
    with dd.check.raises((ZeroDivisionError, ValueError), why="nothing can be divided by 0"):
        quotient()
for base in (0, -2):
    with dd.check.raises(ValueError, why=f"the base {base} has no logarithm"):
        base ** Value(2.0)
with dd.check.raises(TypeError, why="an exponent is a plain number"):
    Value(2.0) ** Value(3.0)

one_number = {
    "-a": lambda a, b: -a,
    "a - 2.5": lambda a, b: a - 2.5,
    "2.5 - a": lambda a, b: 2.5 - a,
    "a / 2.5": lambda a, b: a / 2.5,
    "2.5 / a": lambda a, b: 2.5 / a,
    "a + 2.5": lambda a, b: a + 2.5,
    "2.5 + a": lambda a, b: 2.5 + a,
    "a * 2.5": lambda a, b: a * 2.5,
    "-1.5 * a": lambda a, b: -1.5 * a,
    "a ** 1": lambda a, b: a**1,
    "a * a": lambda a, b: a * a,
    "a + a": lambda a, b: a + a,
    "a - a": lambda a, b: a - a,
    "a / a": lambda a, b: a / a,
    "1 ** a": lambda a, b: 1**a,
    "np.float64(2) * a": lambda a, b: np.float64(2.0) * a,
    "a - np.float64(2)": lambda a, b: a - np.float64(2.0),
    "a * np.int8(100)": lambda a, b: a * np.int8(100),
    "np.uint8(200) - a": lambda a, b: np.uint8(200) - a,
}
two_numbers = {
    "a / b": lambda a, b: a / b,
    "a - b": lambda a, b: a - b,
    "a * b": lambda a, b: a * b,
    "a + b": lambda a, b: a + b,
    "a ** 3": lambda a, b: a**3,
    "b ** -2": lambda a, b: b**-2,
    "3.5 ** a": lambda a, b: 3.5**a,
    "0.5 ** b": lambda a, b: 0.5**b,
    "a + (b - 3 / a) ** 2 * b - a / 4": lambda a, b: a + (b - 3 / a) ** 2 * b - a / 4,
    "sum([a, b, a * b])": lambda a, b: sum([a, b, a * b]),
}
for expressions, (a_data, b_data) in [(two_numbers | one_number, (3, -2)), (two_numbers, (-1.5, 0.25))]:
    a, b = Value(a_data), Value(b_data)
    for text, expression in expressions.items():
        result = expression(a, b)
        what = f"{text} at a = {a_data:g}, b = {b_data:g}"
        dd.check.like(result.data, float(expression(float(a_data), float(b_data))), what=f"the data of {what}")
        dd.check.gradient(
            lambda v, expression=expression: expression(v[0], v[1]),
            np.array([a_data, b_data], dtype=float),
            slopes_along_paths(result, [a, b]),
            what=f"the slopes of {what} with respect to a and b",
            why="a nudge of a or b must change the result by slope times nudge",
        )
    dd.check.equal([a.data, b.data, a.grad], [a_data, b_data, 0.0], what="a and b", why="an operation changes nothing")
    assert len(a.parents) == len(b.parents) == 0, "a and b must be left the leaves they were"
### END HIDDEN TESTS

# %% mistakes: Value
# - replace: (other.data, self.data), "*")
#   with: (self.data, other.data), "*")
#   hint: "The local gradients of a product have changed places: by how much does r*s rise when r does?"
# - replace: (1, 1), "+")
#   with: (self.data, other.data), "+")
#   hint: "In a sum, raise one term by a little and the sum rises by the same little, whatever the terms are."
# - replace: slope = exponent * self.data ** (exponent - 1) if exponent else 0.0
#   with: slope = self.data ** (exponent - 1)
#   hint: "The slope of a power has lost the factor that comes down from the exponent."
# - replace: slope = exponent * self.data ** (exponent - 1) if exponent else 0.0
#   with: slope = exponent * self.data**exponent
#   hint: "The slope of a power: what happens to the exponent itself when you differentiate?"
# - replace: slope = exponent * self.data ** (exponent - 1) if exponent else 0.0
#   with: slope = exponent * self.data**exponent / self.data
#   hint: "Your slope of a power divides by the number itself, which may be 0. The formula lowers the exponent instead."
# - replace: (exponent - 1) if exponent else 0.0
#   with: (exponent - 1)
#   hint: "To the power of 0 everything is a constant, at 0 too; there the general formula divides by zero."
# - replace: return Value(other) - self
#   with: return self - other
#   hint: "In a reflected difference the plain number is on the left: 1 - r, not r - 1."
# - replace: return Value(other) / self
#   with: return self / other
#   hint: "In a reflected quotient the plain number is divided by the Value, not the other way round."
# - replace: (power * math.log(base),)
#   with: (self.data * base ** (self.data - 1),)
#   hint: "In k**r the exponent moves and the base keeps still. The power rule is for the other case."
# - replace: (power * math.log(base),)
#   with: (power,)
#   hint: "The slope of k**r equals k**r itself for one base only. What does the chain rule bring down for others?"
# - replace: |-
#     power = base**self.data
#             return Value(power, (self,), (power * math.log(base),), f"{base:g}**")
#   with: return Value(base) ** self.data
#   hint: "Your k**r records the base as what moves. The exponent is the Value here, and must be the parent."
# - replace: return self + -Value.of(other)
#   with: return Value(self.data - Value.of(other).data)
#   hint: "Your difference has the right number but no parents: the graph is cut there, and no gradient gets through."
# - replace: return self + -Value.of(other)
#   with: return Value(self.data - Value.of(other).data, (self, Value.of(other)), (1, 1), "-")
#   hint: "Raise the second term of a difference and the difference falls. Which sign has its local gradient?"
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
# - replace: return self * Value.of(other) ** -1
#   with: |-
#     other = Value.of(other)
#             return Value(self.data / other.data, (self, other), (1 / other.data, self.data / other.data**2), "/")
#   hint: "A larger divisor makes a smaller quotient. Has the slope with respect to the divisor the right sign?"
# - replace: return self * Value.of(other) ** -1
#   with: |-
#     other = Value.of(other)
#             return Value(self.data / other.data, (self, other), (1 / other.data, -self.data / other.data), "/")
#   hint: "The sign is right, but the slope of a quotient with respect to the divisor falls with the divisor's square."
# - replace: return self * Value.of(other) ** -1
#   with: return self * (Value.of(other) + 1e-9) ** -1
#   hint: "A small number added to the divisor shifts every quotient a little, and hides the division by 0, which should
#     be an error."
# - replace: |-
#     power = base**self.data
#             return Value(power, (self,), (power * math.log(base),), f"{base:g}**")
#   with: return self**base
#   hint: "In k**r the plain number is the base and the Value the exponent. You raise the Value to the number."
# - replace: (power * math.log(base),)
#   with: (power * math.log(abs(base) or 1.0),)
#   hint: "A base of 0 or below has no logarithm and so no slope. That is an error, and must stay one."
# - replace: (exponent - 1) if exponent else 0.0
#   with: (exponent - 1) if exponent and self.data else 0.0
#   hint: "Not every power is flat at 0: the slope of v ** 1 is 1 there as well. Only the power of 0 is special."
# - replace: |-
#     other = Value.of(other)
#             return Value(self.data * other.data, (self, other), (other.data, self.data), "*")
#   with: |-
#     other = Value(getattr(other, "data", other))
#             return Value(self.data * other.data, (self, other), (other.data, self.data), "*")
#   hint: "A Value on the right is wrapped once more, so that the arrow comes from a copy. `Value.of` leaves it as it
#     is."
# - replace: |-
#     other = Value.of(other)
#             return Value(self.data * other.data, (self, other), (other.data, self.data), "*")
#   with: return Value(self.data * other.data, (self, other), (other.data, self.data), "*")
#   hint: "A plain number has no `.data`. Wrap what is on the right by `Value.of` first."
# - replace: return self * -1
#   with: |-
#     self.data = -self.data
#             return self
#   hint: "Your sign is turned in the number itself. Another expression may still need the old one: make a new Value."


# %% mistake: Value
# hint: "Your nodes point straight to leaves and carry whole derivatives. An operation records the Values it was given,
#   whatever those came from, and a slope with respect to each."
class Value:
    __array_ufunc__ = None

    def __init__(self, data, parents=(), local_gradients=(), operation=""):
        self.data, self.grad, self.operation = float(data), 0.0, operation
        self.parents, self.local_gradients = tuple(parents), tuple(map(float, local_gradients))

    @staticmethod
    def of(number):
        return number if isinstance(number, Value) else Value(number)

    def _slopes(self):
        return dict(zip(self.parents, self.local_gradients, strict=True)) or {self: 1.0}

    def _made(self, data, *terms):
        total = {}
        for node, local in terms:
            for leaf, slope in node._slopes().items():
                total[leaf] = total.get(leaf, 0.0) + local * slope
        return Value(data, total.keys(), total.values())

    def __add__(self, other):
        other = Value.of(other)
        return self._made(self.data + other.data, (self, 1.0), (other, 1.0))

    def __mul__(self, other):
        other = Value.of(other)
        return self._made(self.data * other.data, (self, other.data), (other, self.data))

    def __pow__(self, exponent):
        if isinstance(exponent, Value):
            return NotImplemented
        slope = exponent * self.data ** (exponent - 1) if exponent else 0.0
        return self._made(self.data**exponent, (self, slope))

    def __neg__(self):
        return self * -1

    def __sub__(self, other):
        return self + -Value.of(other)

    def __truediv__(self, other):
        return self * Value.of(other) ** -1

    def __rsub__(self, other):
        return Value(other) - self

    def __rtruediv__(self, other):
        return Value(other) / self

    def __rpow__(self, base):
        power = base**self.data
        return self._made(power, (self, power * math.log(base)))

    __radd__, __rmul__ = __add__, __mul__


# %% equivalents: Value
# - replace: return self * -1
#   with: return self / -1
#   reason: "Times -1 and divided by -1 are the same, in value and in slope."


# %% accepts: Value
class Value:
    __array_ufunc__ = None

    def __init__(self, data, parents=(), local_gradients=(), operation=""):
        self.data, self.grad, self.operation = float(data), 0.0, operation
        self.parents, self.local_gradients = tuple(parents), tuple(map(float, local_gradients))

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
        if exponent == 0:
            return Value(1, (self,), (0,))
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
        self.local_gradients = tuple(float(slope) for slope in local_gradients)
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
        if exponent in (0, 1):
            return self * exponent + (1 - exponent)  # a straight line
        return Value(math.pow(self.data, exponent), [self], [exponent * self.data ** (exponent - 1)])

    def __neg__(self):
        return -1 * self

    def __sub__(self, other):
        return self + (-1) * other if isinstance(other, Value) else self + -float(other)

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
        log_base = math.log(base)
        return Value(math.exp(log_base * self.data), [self], [log_base * math.exp(log_base * self.data)])


# %% [markdown]
# What did your operators record? The next cell defines a drawing: a box for each node, an arrow from each
# parent, and beside the arrow the local gradient. Leaves have a grey of their own.


# %% demo
def draw_graph(order, names, title, alt, with_grad=True):
    """Draw a computation graph from left to right.

    Args:
        order: its nodes, parents before those computed from them. names: dict of nodes to texts.
        title: text. alt: the alternative text. with_grad: whether the boxes also show the gradients.
    """
    column, row = {}, {}
    leaves = [node for node in order if not node.parents]
    for node in order:
        column[node] = max((column[parent] + 1 for parent in node.parents), default=0)
    for node in leaves:  # a leaf is drawn next to where it is first used
        column[node] = min((column[v] for v in order if node in v.parents), default=1) - 1
    for node in order:
        heights = [row[parent] for parent in node.parents]
        row[node] = sum(heights) / len(heights) if heights else -float(leaves.index(node))
    _, ax = plt.subplots(figsize=(2.1 * max(column.values()) + 2.2, 1.05 * len(leaves) + 0.6))
    for node in order:
        x, y = column[node], row[node]
        name, operation = names.get(node, ""), node.operation or "" if node.parents else ""
        lines = [f"{name}  ({operation})" if name and operation else name or operation or "constant"]
        lines += [f"data {node.data:.3g}"] + ([f"grad {node.grad:.3g}"] if with_grad else [])
        shade = "0.9" if node.parents else "0.75"
        ax.add_patch(plt.Rectangle((x - 0.3, y - 0.34), 0.6, 0.68, facecolor=shade, edgecolor="black", zorder=2))
        ax.text(x, y, "\n".join(lines), ha="center", va="center", fontsize=10, zorder=3)
        for parent, local in zip(node.parents, node.local_gradients, strict=True):
            start, end = (column[parent] + 0.3, row[parent]), (x - 0.3, y + 0.5 * (row[parent] - y) * 0.5)
            ax.annotate("", end, start, arrowprops={"arrowstyle": "-|>", "color": "black"})
            middle = [(one + other) / 2 for one, other in zip(start, end, strict=True)]
            beside = (0, 8) if abs(end[1] - start[1]) < 0.2 else (-8 if end[1] > start[1] else 8, 6)  # the arrow
            look = {"textcoords": "offset points", "ha": "center", "va": "center", "fontsize": 10}
            ax.annotate(f"{local:.3g}", middle, beside, **look)
    ax.set(title=title, xlim=(-0.45, max(column.values()) + 0.45))
    ax.set_ylim(min(row.values()) - 0.5, max(row.values()) + 0.5)
    ax.axis("off")
    dd.plot.show(alt)


r, s = Value(3), Value(-2)
q = r * s
t = q + r
output = t**2
names = {r: "r", s: "s", q: "q", t: "t", output: "L"}
draw_graph(
    [r, s, q, t, output],
    names,
    "Values and local gradients",
    "Boxes from left to right. r, 3, and s, -2, have arrows to q, -6, with -2 and 3 written on them. q and r have "
    "arrows to t, -3, both with 1. t has an arrow to L, 9, with -6.",
    with_grad=False,
)

# %% [markdown]
# Two arrows leave $r$. Multiply along each route from $r$ to $L$ and add: that is the 6 from above, and the
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
    ax.set(title=f"{name}: slope {slope:.2f} at 0.5", xlabel="$x$", ylim=(-2.6, 3.2))
axes[0].set_ylabel("$y$")
dd.plot.show(
    "Four curves of y over x, each with its tangent at 0.5: tanh, flat on both sides, slope 0.79; exp, slope 1.65; "
    "log, defined for positive x only, slope 2; relu, 0 on the left and a straight line on the right, slope 1."
)

# %% [markdown]
# A local gradient is the slope of the black tangent, one number at one place: where the curve goes elsewhere
# is of no concern. Tanh flattens on both sides, so a gradient that passes through a large input all but
# vanishes there; the left half of ReLU stops it altogether.
#
# Two traps. A formula that is right may overflow on the way: $e^x$ leaves the range of floats at about $x = 710$,
# although $\tanh 1000$ is simply 1. And a function that returns its argument, because nothing was to be done to
# it, has made no node.
#
# The functions are methods, attached to the class after the fact: the last line of the cell does that.


# %% exercise: elementary_functions
def tanh(self):
    """Hyperbolic tangent of a Value, as a new Value. About 2 lines.

    Value and slope must stand inputs of any size, such as 1000 and -1000.
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
    dd.check.like(result.data, data, what=f"the data of {name} at 0.5")
    dd.check.close(slopes_along_paths(result, [x])[0], slope, what=f"the slope of {name} at 0.5")
dd.check.equal([x.data, x.grad], [0.5, 0.0], what="x afterwards", why="a function changes nothing")
x = Value(0.0)
dd.check.close([x.relu().data, slopes_along_paths(x.relu(), [x])[0]], [0.0, 0.0], what="relu at 0 and its slope there")
### BEGIN HIDDEN TESTS
# Zero, either side of it, and far out.
for name, place, data, slope in [
    ("relu", -0.0, 0.0, 0.0),
    ("relu", 1e-300, 1e-300, 1.0),
    ("relu", -1e-300, 0.0, 0.0),
    ("relu", 1e300, 1e300, 1.0),
    ("relu", -1e300, 0.0, 0.0),
    ("tanh", 1000.0, 1.0, 0.0),
    ("tanh", -1000.0, -1.0, 0.0),
    ("tanh", 400.0, 1.0, 0.0),
    ("exp", -1000.0, 0.0, 0.0),
    ("exp", 600.0, math.exp(600), math.exp(600)),
    ("log", 1e-6, -6 * math.log(10), 1e6),
    ("log", 1e-300, -300 * math.log(10), 1e300),
]:
    x = Value(place)
    result = {"tanh": x.tanh, "exp": x.exp, "log": x.log, "relu": x.relu}[name]()
    dd.check.like(result.data, data, what=f"the data of {name} at {place:g}")
    dd.check.close(slopes_along_paths(result, [x])[0], slope, what=f"the slope of {name} at {place:g}")

functions = {
    "tanh": (np.tanh, [0.0, -1.3, 2.0]),
    "exp": (np.exp, [0.0, -1.3, 2.0]),
    "log": (np.log, [1.0, 0.02, 30.0]),
    "relu": (lambda v: v * (v > 0), [-1.3, 2.0]),
}
for name, (function, places) in functions.items():
    for place in places:
        x = Value(place)
        result = {"tanh": x.tanh, "exp": x.exp, "log": x.log, "relu": x.relu}[name]()
        dd.check.like(result.data, float(function(place)) + 0.0, what=f"the data of {name} at {place:g}")
        (slope,) = slopes_along_paths(result, [x])
        dd.check.gradient(function, np.array(place), slope, what=f"the slope of {name} at {place:g}")
        assert len(x.parents) == 0, f"{name} must leave x the leaf it was"

# One inside the other: a function reads a number that was computed, and undoes another.
x = Value(0.8)
nested = x.exp().tanh().log().relu()
dd.check.close([nested.data, *slopes_along_paths(nested, [x])], [0.0, 0.0], what="relu of a logarithm below 0")
nested = x.log().exp().tanh()
due = [math.tanh(0.8), 1 / math.cosh(0.8) ** 2]
dd.check.close([nested.data, *slopes_along_paths(nested, [x])], due, what="tanh(exp(log(x))) and its slope at 0.8")
### END HIDDEN TESTS

# %% mistakes: elementary_functions
# - replace: 1 - y**2
#   with: 1 - self.data**2
#   hint: "The slope of tanh is said with its result, not with its input."
# - replace: 1 - y**2
#   with: 1 + y**2
#   hint: "Your tanh grows steeper the further out it is. Look at the figure above: does it?"
# - replace: (1 - y**2,)
#   with: (1 - y,)
#   hint: "The slope of tanh at 0 is 1 and falls off on both sides alike; yours does not."
# - replace: (1 - y**2,)
#   with: (1 / math.cosh(self.data) ** 2,)
#   hint: "Your tanh or its slope is right near 0, but an exponential on the way (cosh is made of two) overflows far
#     out. `math.tanh` does not, and the slope can be said with its result, which is never larger than 1."
# - replace: (1 - y**2,)
#   with: (y * (1 - y),)
#   hint: "That is how the sigmoid's slope is said with its result. Tanh runs from -1 to 1, and its slope at 0 is 1."
# - replace: (y,), "exp")
#   with: (self.data,), "exp")
#   hint: "The slope of exp is said with its result, not with its input: exp climbs as fast as it is high."
# - replace: Value(y, (self,), (y,), "exp")
#   with: Value(y)
#   hint: "Your exp makes a leaf. Without a parent and a slope no gradient gets past it."
# - replace: math.log(self.data)
#   with: math.log(self.data + 1e-7)
#   hint: "A small number inside the logarithm shifts its value, and most where the slope is largest. Here data is
#     above 0 anyway."
# - replace: (y,), "exp")
#   with: (self.data * math.exp(self.data - 1),), "exp")
#   hint: "The power rule is for a moving base. In exp the exponent moves."
# - replace: (1 / self.data,)
#   with: (1 / math.log(self.data),)
#   hint: "The slope of the logarithm is said with its input, not with its result."
# - replace: math.log(self.data)
#   with: math.log10(self.data)
#   hint: "Logarithms are natural here: the one that undoes exp."
# - replace: (self.data > 0,)
#   with: (self.data >= 0,)
#   hint: "At 0 itself ReLU's slope is a convention. Which one did we take?"
# - replace: (self.data > 0,)
#   with: (1,)
#   hint: "Your ReLU lets the gradient through even where it shut the value out."
# - replace: (self.data > 0,)
#   with: (max(self.data, 0.0),)
#   hint: "You record ReLU's value as its slope. The slope is the same at 3 as at 300."
# - replace: (self.data > 0,)
#   with: (1 if self.data > 0 else 0.01,)
#   hint: "Where ReLU shuts a value out it is flat; your slope there is a small number, as in a leaky ReLU."
# - replace: return Value(max(self.data, 0.0), (self,), (self.data > 0,), "relu")
#   with: return self if self.data > 0 else Value(0)
#   hint: "Your ReLU hands back the very Value that it was given. A function makes a new one."


# %% mistake: elementary_functions
# hint: "Your tanh divides two exponentials, which overflow long before tanh itself stops being a harmless number."
def tanh(self):
    up, down = math.exp(self.data), math.exp(-self.data)
    y = (up - down) / (up + down)
    return Value(y, (self,), (1 - y**2,), "tanh")


def exp(self):
    return math.e**self


def log(self):
    return Value(math.log(self.data), (self,), (self.data**-1,))


def relu(self):
    return self * (self.data > 0)


Value.tanh, Value.exp, Value.log, Value.relu = tanh, exp, log, relu


# %% mistake: elementary_functions
# hint: "Your functions return plain numbers. The result must be a Value that knows its parent, or the graph ends
#   there."
def tanh(self):
    return math.tanh(self.data)


def exp(self):
    return math.exp(self.data)


def log(self):
    return math.log(self.data)


def relu(self):
    return max(self.data, 0.0)


Value.tanh, Value.exp, Value.log, Value.relu = tanh, exp, log, relu


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
# Following every path is correct and hopeless. Double a number again and again, `v = v + v`: each step offers
# two arrows, so each doubles the paths from the last node to the first. How bad does it get?


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


doublings = np.arange(1, 13)
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
ax.set(title="A number doubled again and again", xlabel="doublings", ylabel="count")
ax.legend()
dd.plot.show(
    "Counts, on a logarithmic axis, over 1 to 12 doublings: the paths climb in a straight line from 2 to 4,096, the "
    "arrows bend away from it and reach 24."
)

# %% [markdown]
# Twelve doublings make 4,096 paths of 24 arrows. In a network every further layer multiplies the paths by the
# number of its units, and merely adds arrows. Through 40 layers of 100 units lead $100^{40} = 10^{80}$ paths,
# about as many as there are atoms in the part of the universe that can be seen, over fewer than half a million
# weights. So no arrow should be walked twice.
#
# ## Reverse mode: collect, then pass on
#
# Write $\bar v = dL/dv$. Every path from $u$ to $L$ begins with one arrow, to some node $v$ computed from $u$,
# and goes on as a path from $v$. Sort the sum over paths by that first arrow:
#
# $$\bar L = 1, \qquad \bar u = \sum_{v:\, u \to v} \bar v\,\frac{\partial v}{\partial u} .$$
#
# This is the chain rule again, but now one product for each arrow. It works from the output towards the
# leaves, hence **reverse mode**, and one sweep yields the slope with respect to *every* node. Nudging each of
# a million weights would take a million evaluations; this takes about as long as a few. In the example:
#
# $$\bar L = 1, \quad \bar t = 1\cdot(-6) = -6, \quad \bar q = \bar t \cdot 1 = -6, \quad
# \bar s = \bar q\cdot 3 = -18, \quad \bar r = \bar t\cdot 1 + \bar q\cdot(-2) = -6 + 12 = 6 .$$
#
# The order is the catch. $\bar r$ may be passed on only when **both** its terms are in. A node has to wait
# for everything that was computed from it. What is needed is a list in which every node comes after its
# parents, a **topological order**; read from its end, it hands each node its turn at the right time. A graph
# has several such orders, and all serve.

# %% demo
fig, axes = plt.subplots(1, 2, figsize=(11, 2.4))
for ax, nodes, title in [
    (axes[0], "srqtL", "A topological order: all arrows point right"),
    (axes[1], "srtqL", "Not one: t comes before its parent q"),
]:
    for parent, child in ["rq", "sq", "qt", "rt", "tL"]:
        start, end = nodes.index(parent), nodes.index(child)
        wrong = end < start
        arrow = {"arrowstyle": "-|>", "color": "C1" if wrong else "black", "shrinkA": 13, "shrinkB": 13}
        arrow |= {"connectionstyle": "arc3,rad=-0.45", "linestyle": "--" if wrong else "-", "linewidth": 1.8}
        ax.annotate("", (end, 0), (start, 0), arrowprops=arrow)
    for place, name in enumerate(nodes):
        ax.plot(place, 0, "o", markersize=22, markerfacecolor="0.9", markeredgecolor="black")
        ax.text(place, 0, f"${name}$", ha="center", va="center")
    ax.set(title=title, xlim=(-0.5, 4.5), ylim=(-0.3, 0.62))
    ax.axis("off")
dd.plot.show(
    "The five nodes in a row, twice, with an arrow from each parent. Left, in the order s, r, q, t, L: all arrows "
    "point right. Right, in the order s, r, t, q, L: the arrow from q to t, dashed, points left."
)

# %% [markdown]
# On the right, a sweep from the end would let $q$ pass on its gradient before $t$ has delivered it.
#
# How do you find an order? **Depth first:** to place a node, first place each of its parents, then the node
# itself, and skip whatever is placed already. As a recursive function that is four lines, and it fails in
# practice: a loss summed over 10,000 examples is a chain of 10,000 additions, and Python refuses to nest
# calls much deeper than 1,000. Raising that limit can crash the interpreter. So we decide: **no recursion.**
# Keep a list of things to do, your own stack, and take the last entry each time. What a call would have
# remembered, that a node's parents are done and only the node itself is still to be placed, must then be on
# the stack too: let the node wait there, marked, beneath its parents.


# %% exercise: topological_order
def topological_order(output):
    """All nodes that a Value depends on, itself included, each after all of its parents.

    Args:
        output: a Value; its graph may be far deeper than calls can be nested, so recursion is out. It stays as it is.

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
def chain(first, length):
    """A graph `length` nodes deep, as `node = node * first` records it where all the numbers are 1."""
    node = first
    for _ in range(length):
        node = Value(1.0, (node, first), (1.0, 1.0))
    return node


def nested_calls(function, length):
    """How many calls are nested when function, given a chain of that length, looks at a node's parents; the most."""
    most = 0

    class Watched(Value):
        @property
        def parents(self):
            nonlocal most
            frame, depth = sys._getframe(), 0
            while frame := frame.f_back:
                depth += 1
            most = max(most, depth)
            return self._parents

        @parents.setter
        def parents(self, parents):
            self._parents = parents

    node = Watched(1.0)
    for _ in range(length):
        node = Watched(1.0, (node,), (1.0,))
    function(node)
    return most


# %% test: topological_order, points=1
def example():
    """t of the example, put down as the operators record it: r and s, then q = r * s and t = q + r."""
    r, s = Value(3), Value(-2)
    q = Value(-6, (r, s), (-2, 3))
    return Value(-3, (q, r), (1, 1))


t = example()
order = topological_order(t)
dd.check.kind(order, list)
assert len(order) == 4, "t depends on r, s and q; with itself that makes four nodes, r only once"
numbers = [node.data for node in order]
assert numbers[2:] == [-6.0, -3.0], f"q, which is -6, needs r and s, and t, which is -3, comes last; yours: {numbers}"
assert sorted(numbers[:2]) == [-2.0, 3.0], f"r and s, 3 and -2, come first in either order; yours: {numbers}"
assert order[-1] is t, "the list holds the very nodes of the graph"
assert len(topological_order(chain(Value(1.0), 1200))) == 1201, "a chain of 1,200 products has 1,201 nodes"


### BEGIN HIDDEN TESTS
def check_order(output, number):
    order = topological_order(output)
    dd.check.kind(order, list)
    place = {node: i for i, node in enumerate(order)}
    assert len(place) == len(order), "a node must be listed once, however often it is used"
    assert place.get(output) == len(order) - 1, "the output comes last"
    for node in order:
        for parent in node.parents:
            assert parent in place, "a node's parents belong in the list as well"
            assert place[parent] < place[node], "a node must come after all of its parents"
    assert len(order) == number, "only what the output depends on is listed, and all of it"


def combined(*parents, data=0.5):
    return Value(data, parents, [1.0] * len(parents))


def late():
    """A node that is found early, from the output, and is a parent of one found late."""
    x, leaf = Value(1), Value(2)
    y = combined(x, leaf, data=3)
    z = combined(y, x, data=4)
    return combined(combined(combined(combined(z, data=5), data=6), y, data=7), y, z, data=8)


numbers = [node.data for node in topological_order(late())]
ranks = [numbers.index(number) for number in (3.0, 4.0, 5.0, 6.0, 7.0, 8.0)]
assert len(numbers) == 8, f"eight nodes are in this graph; yours: {numbers}"
assert sorted(numbers[:2]) == [1.0, 2.0], f"1 and 2 are the leaves, and everything comes from them; yours: {numbers}"
assert ranks == [2, 3, 4, 5, 6, 7], f"each of 3 to 8 was computed from the one before it; yours: {numbers}"
leaf = Value(0.5)
check_order(leaf, 1)
check_order(combined(leaf, leaf), 2)
x = Value(0.5)
y = combined(x, leaf)
check_order(combined(combined(y, x), y), 5)  # y is a parent of the last node and of that node's other parent
check_order(combined(x, combined(x, combined(x, combined(x, leaf)))), 6)
check_order(combined(combined(combined(combined(x, leaf), leaf), leaf), x), 6)
rng = np.random.default_rng(25)
for _ in range(14):
    nodes, above = [Value(0.5) for _ in range(3)], [{0}, {1}, {2}]
    for k in range(3, 13):
        i, j = (int(each) for each in rng.integers(0, k, 2))
        nodes.append(combined(nodes[i]) if i == j else combined(nodes[i], nodes[j]))
        above.append({k} | above[i] | above[j])
    check_order(nodes[-1], len(above[-1]))
before = y.parents
check_order(y, 3)
dd.check.equal([y.data, y.grad], [0.5, 0.0], what="y afterwards", why="the graph stays as it is")
assert all(one is other for one, other in zip(y.parents, before, strict=True)), "the graph stays as it is"

deeper = nested_calls(topological_order, 60) - nested_calls(topological_order, 20)
why = "no recursion, however far Python's limit is raised"
dd.check.equal(deeper, 0, what="how many more calls a chain of 60 nests than one of 20", why=why)

# 2 to the power of 60 paths.
v = Value(1.0)
for _ in range(60):
    v = combined(v, v)
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
# - replace: |-
#     elif node not in visited:
#                 visited.add(node)
#   with: |-
#     elif node.data not in visited:
#                 visited.add(node.data)
#   hint: "Two nodes that happen to hold the same number are one to you. Remember the nodes, not their data."
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
# - replace: return order
#   with: return [node for node in order if node.parents]
#   hint: "The leaves are missing. They depend on nothing, but the output depends on them."
# - replace: return order
#   with: return iter(order)
#   hint: "The order is right, but it can be walked through only once. A list was asked for."


# %% mistake: topological_order
# hint: "The order is right, but the function calls itself once for every node of a chain, and Python allows about a
#   thousand such calls. Keep your own stack."
def topological_order(output):
    order, visited = [], set()

    def place(node):
        if node not in visited:
            visited.add(node)
            for parent in node.parents:
                place(parent)
            order.append(node)

    place(output)
    return order


# %% mistake: topological_order
# hint: "The order is right, but each node is placed by a call inside a call, as deep as the graph. Keep your own stack
#   of what is still to be done."
def topological_order(output, order=None):
    order = [] if order is None else order
    if output not in order:
        for parent in output.parents:
            topological_order(parent, order)
        order.append(output)
    return order


# %% mistake: topological_order
# hint: "You raise Python's limit and call on. That postpones the end of it, and a deep enough graph may take the
#   interpreter with it. Keep your own stack."
def topological_order(output):
    from sys import getrecursionlimit, setrecursionlimit

    order, visited, limit = [], set(), getrecursionlimit()

    def place(node):
        if node not in visited:
            visited.add(node)
            for parent in node.parents:
                place(parent)
            order.append(node)

    setrecursionlimit(10_000)
    try:
        place(output)
    finally:
        setrecursionlimit(limit)
    return order


# %% mistake: topological_order
# hint: "You go through the graph in rings around the output, and turn that round. A parent that is also used further on
#   is met too early. A node may be placed only when all its parents are."
def topological_order(output):
    found, queue = [output], [output]
    while queue:
        node = queue.pop(0)
        for parent in node.parents:
            if parent not in found:
                found.append(parent)
                queue.append(parent)
    return found[::-1]


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
# each parent $u$ its share $\bar v \cdot \partial v/\partial u$, which is **added** to what the parent has got so
# far. Overwriting instead of adding is the classic bug. It shows only when a node is used twice, and every
# weight of a network is, once for each example.
#
# One question of bookkeeping remains: what if `.grad` is not 0 beforehand? It is meant as an account over
# several sweeps: two losses with one set of weights, swept one after the other, should leave the gradient of
# their sum. So a sweep adds its own result to `.grad`. But what already lies there belongs to an earlier
# sweep and must not flow on. Take $v = 2x$, and sweep first $5v$ and then $3v$. The second sweep has to
# send $3$ through $v$, not $5 + 3$. Hence a sweep keeps **its own ledger**, a dict from nodes to $\bar v$
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
# The example worked by hand above, put down as the operators record it.
r, s = Value(3), Value(-2)
q = Value(-6, (r, s), (-2, 3))
t = Value(-3, (q, r), (1, 1))
output = Value(9, (t,), (-6,))
assert output.backward() is None, "backward works through .grad and returns nothing"
for node, due, name in [(output, 1.0, "L"), (t, -6.0, "t"), (q, -6.0, "q"), (s, -18.0, "s"), (r, 6.0, "r")]:
    dd.check.like(node.grad, due, what=f"{name}.grad", why="see the sweep by hand")
x = Value(5.0)
Value(10.0, (x, x), (1, 1)).backward()
dd.check.like(x.grad, 2.0, what="the slope of x + x", why="both shares arrive at the same node and add up")
# Two sweeps through v = 2x.
x = Value(1.0)
v = Value(2.0, (x,), (2,))
Value(10.0, (v,), (5,)).backward()
dd.check.close([v.grad, x.grad], [5.0, 10.0], what="v.grad and x.grad after the sweep of 5v")
Value(6.0, (v,), (3,)).backward()
why = "a sweep adds its own result, and passes on nothing else"
dd.check.close([v.grad, x.grad], [8.0, 16.0], what="v.grad and x.grad after the sweep of 3v too", why=why)
### BEGIN HIDDEN TESTS
x = Value(4.0)
x.backward()
dd.check.like(x.grad, 1.0, what="the slope of a leaf with respect to itself")
first = Value(1.0)
chain(first, 1200).backward()
dd.check.like(first.grad, 1201.0, what="the slope of a product of 1,201 equal factors of 1")

# What lies in a grad beforehand is kept and not passed on; nothing else changes.
a, b, stranger = Value(1.5), Value(-0.5), Value(9.0)
middle = Value(-0.75, (a, b), (-0.5, 1.5))  # a * b
beside = Value(13.5, (a, stranger), (9.0, 1.5))  # a * stranger
output = Value(-1.5, (middle, a), (4.0, 1.0))  # 4 * middle + a
for node in (a, b, middle, output, stranger):
    node.grad = 100.0
output.backward()
due = [100 - 2.0 + 1, 100 + 6.0, 100 + 4.0, 101.0]
dd.check.close([a.grad, b.grad, middle.grad, output.grad], due, what="grads that began at 100")
dd.check.equal([stranger.grad, beside.grad], [100.0, 0.0], what="grads of nodes that the output does not depend on")
dd.check.equal([a.data, b.data, middle.data], [1.5, -0.5, -0.75], what="data after the sweep")
dd.check.equal(middle.local_gradients, [-0.5, 1.5], what="local gradients after the sweep")
assert len(a.parents) == 0 and middle.parents[0] is a and middle.parents[1] is b, "the graph stays as it is"

# Random graphs, against the slopes carried forward from every node.
rng = np.random.default_rng(25)
for _ in range(6):
    nodes, slopes = [Value(0.5) for _ in range(3)], np.eye(13)  # slopes[k, i] = d node k / d node i
    for k in range(3, 13):
        i, j = (int(each) for each in rng.integers(0, k, 2))
        left, right = (float(each) for each in rng.normal(size=2))
        nodes.append(Value(rng.normal(), (nodes[i], nodes[j]), (left, right)))
        slopes[k] += left * slopes[i] + right * slopes[j]
    nodes[12].backward()
    dd.check.close([node.grad for node in nodes], slopes[12], what="the grads of a random graph")
    nodes[12].backward()
    dd.check.close([node.grad for node in nodes], 2 * slopes[12], what="the grads after a second sweep")
    nodes[9].backward()
    due = 2 * slopes[12] + slopes[9]
    dd.check.close([node.grad for node in nodes], due, what="the grads after a sweep from a node further up")

# 2 to the power of 60 paths.
v = first = Value(1.0)
for _ in range(60):
    v = Value(1.0, (v, v), (1, 1))
v.backward()
dd.check.like(first.grad, 2.0**60, what="the slope of sixty doublings")
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
# - replace: gradient[parent] += gradient[node] * local
#   with: gradient[parent] += gradient[node] * parent.data
#   hint: "A share is what has arrived times the local gradient on the arrow; the parent's own number plays no part."
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
# - replace: node.grad += gradient[node]
#   with: node.grad += gradient[node] if not node.parents else 0.0
#   hint: "Only leaves receive their gradient. Every node on the way has one, and it is wanted too."
# - replace: node.grad += gradient[node]
#   with: node.grad += gradient[node] if node is not self else 0.0
#   hint: "The output gets nothing. Its slope with respect to itself is 1, and it has a grad like every other node."
# - replace: node.grad += gradient[node]
#   with: |-
#     node.grad += gradient[node]
#         return [gradient[node] for node in gradient if not node.parents]
#   hint: "The gradients are put in place, and then handed back as well. backward returns nothing."
# - replace: zip(node.parents, node.local_gradients, strict=True)
#   with: dict(zip(node.parents, node.local_gradients, strict=True)).items()
#   hint: "A dict holds each parent once, but in x + x the node x is a parent twice, and both shares are due."
# - replace: node.grad += gradient[node]
#   with: |-
#     node.grad += gradient[node]
#             node.parents, node.local_gradients = (), ()
#   hint: "Your sweep takes the graph apart. A second sweep through the same nodes finds no arrows any more."


# %% mistake: backward
# hint: "You follow every path by itself, from node to node by a call. There are too many paths, and too deep ones: each
#   node should take its turn once, when all its shares are in."
def backward(self):
    def follow(node, product):
        node.grad += product
        for parent, local in zip(node.parents, node.local_gradients, strict=True):
            follow(parent, product * local)

    follow(self, 1.0)


Value.backward = backward


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
r, s = Value(3), Value(-2)
q = r * s
t = q + r
output = t**2
output.backward()
draw_graph(
    topological_order(output),
    {r: "r", s: "s", q: "q", t: "t", output: "L"},
    "Gradients of L = (rs + r)², swept",
    "The graph of the example again, each box now with its gradient: L has 1, t and q have -6, s has -18 and r has 6.",
)
assert (r.grad, s.grad) == (6.0, -18.0)

# %% [markdown]
# It is: $\bar q = 1 \cdot (-6)$, and $r$ collects $1\cdot(-6)$ from $t$ and $-2\cdot(-6)$ from $q$.
#
# The engine records what Python **does**, so an `if` or a loop costs no extra thought: the branch taken is
# the one that is recorded. That allows a logistic loss that cannot overflow. For a logit $z$ and a label of
# 0 or 1, let the margin be $z$ for label 1 and $-z$ for label 0. The loss is $\ln(1 + e^{-\text{margin}})$, and
# for a negative margin the same number is $\ln(1 + e^{\text{margin}}) - \text{margin}$. Each side
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
# A **neuron** takes $D$ numbers, weighs them, adds a bias and applies an activation:
# $y = f(w_0x_0 + \dots + w_{D-1}x_{D-1} + b)$. Its $D + 1$ parameters are leaves that stay, while every call
# builds a new graph on top of them. By hand, for $w = (1, -2)$, $b = 0.5$ and $x = (3, 1)$ with ReLU:
# $z = 3 - 2 + 0.5 = 1.5$ and $y = 1.5$. Backpropagation through this single neuron: the slopes with respect to
# $w$ are $(3, 1)$, the inputs, and with respect to $b$ it is 1.
#
# The weights are passed in; drawing them at random is the business of whoever makes the network.


# %% exercise: Neuron
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
x = np.array([3.0, 1.0])
with dd.check.unchanged(x):
    y = neuron(x)
assert hasattr(y, "grad"), "the output is a Value, not a plain number"
dd.check.like(y.data, 1.5, what="the output", why="this is the example worked by hand")
slopes = slopes_along_paths(y, parameters)
dd.check.close(slopes, [3.0, 1.0, 1.0], what="the slopes with respect to w and b", why="they are worked by hand")
dd.check.like(Neuron([1.0, -2.0], 0.5)([3.0, 1.0]).data, math.tanh(1.5), what="with tanh, which is the default")
### BEGIN HIDDEN TESTS
# The parameters are the ones in use, call after call, and each call builds a graph of its own.
neuron = Neuron([2.0, 3.0], -1.0, "linear")
other = Neuron([5.0, 7.0], 0.5, "linear")
y_first, y_second = neuron([1.0, 1.0]), neuron([10.0, 0.0])
dd.check.close([y_first.data, y_second.data], [4.0, 19.0], what="two calls of one neuron")
parameters = neuron.parameters()
for y, due in [(y_first, [1.0, 1.0, 1.0]), (y_second, [10.0, 0.0, 1.0])]:
    dd.check.close(slopes_along_paths(y, parameters), due, what="the slopes of each of two calls")
parameters[0].data = 5.0
parameters[2].data = 0.0
dd.check.like(neuron([1.0, 1.0]).data, 8.0, what="the output after two parameters were set")
dd.check.like(other([1.0, 1.0]).data, 12.5, what="the output of another neuron meanwhile")
for x in ([1.0], [1.0, 2.0, 3.0], []):
    with dd.check.raises(ValueError, why="a neuron with two weights takes two inputs"):
        neuron(x)
with dd.check.raises(ValueError, match="activation"):
    Neuron([1.0], 0.0, "softmax")
dd.check.like(Neuron([1.0], -1.0, "relu")([0.0]).data, 0.0, what="a relu neuron below zero")
dd.check.like(Neuron([1.0], -1.0, "linear")([0.0]).data, -1.0, what="a linear neuron below zero")
whole = np.array([200, 100], dtype=np.uint8)
dd.check.like(Neuron(whole, -3, "linear")(whole).data, 49997.0, what="a neuron of whole numbers", why="40000+10000-3")

rng = np.random.default_rng(25)
slopes = {"tanh": lambda z: 1 - np.tanh(z) ** 2, "relu": lambda z: float(z > 0), "linear": lambda z: 1.0}
outputs = {"tanh": np.tanh, "relu": lambda z: max(z, 0.0), "linear": lambda z: z}
for num_inputs, activation in [(2, "tanh"), (5, "linear"), (1, "relu"), (3, "relu"), (1, "tanh")]:
    w, b, x = rng.normal(size=num_inputs), float(rng.normal()), rng.normal(size=num_inputs)
    with dd.check.unchanged(w), dd.check.unchanged(x):
        neuron = Neuron(w, b, activation)
        features = [Value(feature) for feature in x]
        y = neuron(features)
    z = float(w @ x + b)
    what = f"{activation} neuron with {num_inputs} inputs"
    dd.check.like(y.data, float(outputs[activation](z)), what=f"the output of a {what}")
    dd.check.like(neuron(x).data, float(outputs[activation](z)), what=f"the output of a {what} for plain numbers")
    parameters = neuron.parameters()
    dd.check.close([one.data for one in parameters], np.append(w, b), what=f"the parameters of a {what}")
    due = slopes[activation](z) * np.concatenate([x, [1.0], w])
    what = f"the slopes of a {what} with respect to w, b and x"
    dd.check.close(slopes_along_paths(y, [*parameters, *features]), due, what=what)
### END HIDDEN TESTS

# %% mistakes: Neuron
# - replace: z = self.b
#   with: z = Value(0)
#   hint: "Your unit ignores its bias."
# - replace: z = z + weight * feature
#   with: z = z + weight * feature + self.b
#   hint: "Your bias is added once for every input; it is due once."
# - replace: |-
#     z = self.b
#             for weight, feature in zip(self.w, x, strict=True):
#                 z = z + weight * feature
#   with: |-
#     z = Value(0)
#             for weight, feature in zip(self.w, x, strict=True):
#                 z = z + weight * feature + self.b
#   hint: "Your bias is part of every product: it is added as often as there are inputs, and is due once."
# - replace: return [*self.w, self.b]
#   with: return [*self.w]
#   hint: "The bias is a parameter as well."
# - replace: return [*self.w, self.b]
#   with: return [self.b, *self.w]
#   hint: "All parameters are there, in another order than the docstring gives."
# - replace: return [*self.w, self.b]
#   with: return [one.data for one in [*self.w, self.b]]
#   hint: "You hand out the parameters' numbers. Whoever trains the unit needs the Values, to read their gradients and
#     to change them."
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


# %% mistake: Neuron
# hint: "You compute with plain numbers and wrap the result at the end: it has no parents, and no gradient can reach the
#   weights."
class Neuron:
    def __init__(self, w, b, activation="tanh"):
        if activation not in ("tanh", "relu", "linear"):
            raise ValueError(f"no such activation: {activation}")
        self.activation = activation
        self.w = [Value(weight) for weight in w]
        self.b = Value(b)

    def __call__(self, x):
        if len(x) != len(self.w):
            raise ValueError(f"expected {len(self.w)} inputs")
        features = np.array([feature.data if isinstance(feature, Value) else feature for feature in x])
        z = np.dot([weight.data for weight in self.w], features) + self.b.data
        functions = {"tanh": math.tanh, "relu": lambda z: max(z, 0.0), "linear": lambda z: z}
        return Value(functions[self.activation](z))

    def parameters(self):
        return [*self.w, self.b]


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


# %% accepts: Neuron
class Neuron:
    def __init__(self, w, b, activation="tanh"):
        if activation not in ("tanh", "relu", "linear"):
            raise ValueError("no such activation")
        self.activation = activation
        *self.w, self.b = map(Value, [*w, b])

    def __call__(self, x):
        products = [feature * weight for weight, feature in zip(self.w, x, strict=True)]
        z = sum(products, self.b)
        return z if self.activation == "linear" else getattr(z, self.activation)()

    def parameters(self):
        return list((*self.w, self.b))


# %% [markdown]
# Which of a neuron's gradients are large? Draw one with two inputs, tanh and weights of your choice.

# %% demo
neuron = Neuron([0.5, -1.0], 0.25)
inputs = [Value(2.0), Value(0.5)]
y = neuron(inputs)
y.backward()
w_first, w_second, bias = neuron.parameters()
names = {w_first: "$w_0$", w_second: "$w_1$", bias: "b", inputs[0]: "$x_0$", inputs[1]: "$x_1$", y: "y"}
draw_graph(
    topological_order(y),
    names,
    "One tanh neuron, values and gradients",
    "A graph from left to right: weights and inputs meet in two products, which are added to b and end in tanh, "
    "y = 0.635. Behind tanh the gradient is 0.597 everywhere; then w0, whose input is 2, gets 1.19, and w1, whose "
    "input is 0.5, gets 0.298.",
)

# %% [markdown]
# Everything that reaches $z$ comes from one arrow, the one through tanh. Behind it the gradients of
# $w_0$ and $w_1$ are in the ratio of their inputs, 2 to 0.5: a weight is blamed in proportion to what
# it let in.
#
# A **layer** is $M$ neurons that read the same $x$. Its weights fill an array $w$ of shape $(D, M)$, one
# **column** a unit, so that Day 26 can write $xw + b$. With $w = \begin{pmatrix}1&2&3\\4&5&6\end{pmatrix}$,
# $b = (0, 0, 1)$ and $x = (1, -1)$ the linear layer gives $(1-4,\ 2-5,\ 3-6+1) = (-3, -3, -2)$.


# %% exercise: Layer
class Layer:
    """M neurons that read the same inputs.

    Args:
        w: weights of shape (D, M), an array or a list of rows; column m belongs to unit m. Left unchanged.
        b: M biases; left unchanged.
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
w, b, x = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]), np.array([0.0, 0.0, 1.0]), [1.0, -1.0]
with dd.check.unchanged(w, what="w"), dd.check.unchanged(b, what="b"), dd.check.unchanged(x, what="x"):
    layer = Layer(w, b, "linear")
    y = layer(x)
dd.check.kind(y, list, what="the outputs")
assert all(hasattr(one, "grad") for one in y), "the outputs are Values, not plain numbers"
dd.check.close([one.data for one in y], [-3.0, -3.0, -2.0], what="the outputs", why="worked by hand: a column a unit")
due = [1.0, 4.0, 0.0, 2.0, 5.0, 0.0, 3.0, 6.0, 1.0]
dd.check.kind(layer.parameters(), list, what="parameters()")
assert all(hasattr(one, "data") for one in layer.parameters()), "parameters() is one flat list of Values"
dd.check.close([one.data for one in layer.parameters()], due, what="parameters()", why="unit after unit, bias last")
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(25)
functions = {"tanh": (np.tanh, lambda z: 1 - np.tanh(z) ** 2), "relu": (lambda z: z * (z > 0), lambda z: 1.0 * (z > 0))}
for num_inputs, num_units, activation in [
    (2, 3, "tanh"),
    (3, 3, "relu"),
    (1, 4, "relu"),
    (4, 1, "tanh"),
    (3, 2, "relu"),
]:
    w, b, x = rng.normal(size=(num_inputs, num_units)), rng.normal(size=num_units), rng.normal(size=num_inputs)
    with dd.check.unchanged(w), dd.check.unchanged(b), dd.check.unchanged(x):
        layer = Layer(w, b, activation)
        features = [Value(feature) for feature in x]
        y = layer(features)
    z = x @ w + b
    function, slope = functions[activation]
    dd.check.kind(y, list, what="the outputs")
    dd.check.close([one.data for one in y], function(z), what=f"the outputs of a ({num_inputs}, {num_units}) layer")
    parameters = layer.parameters()
    dd.check.close([one.data for one in parameters], np.vstack([w, b]).T.ravel(), what="parameters()")
    for m in range(num_units if num_units * num_inputs < 7 else 1):
        due = np.zeros((num_units, num_inputs + 1))
        due[m] = slope(z[m]) * np.append(x, 1.0)
        came = slopes_along_paths(y[m], [*parameters, *features])
        what = f"the slopes of output {m} with respect to the parameters and the inputs"
        dd.check.close(came, np.append(due, slope(z[m]) * w[:, m]), what=what, why="a unit has its own column and bias")
parameters[-1].data += 1.0
dd.check.like(layer(x)[-1].data, float(function(z[-1] + 1)), what="the last output with its bias raised by 1")
dd.check.like(layer([0.5, 0.0, 0.0])[0].data, float(function(0.5 * w[0, 0] + b[0])), what="the output of a second call")
rows = [[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]
dd.check.like(Layer(rows, [0.5, -0.5])([0.0] * 3)[1].data, math.tanh(-0.5), what="tanh is the default")
### END HIDDEN TESTS

# %% mistakes: Layer
# - replace: zip(*w, strict=True)
#   with: w
#   hint: "You give each unit a row of w. Row d belongs to input d; which part of w belongs to a unit?"
# - replace: zip(zip(*w, strict=True), b, strict=True)
#   with: zip(w, b, strict=False)
#   hint: "Your units are made from rows of w. Row d belongs to input d; a unit has the weights of one column."
# - replace: Neuron(column, bias, activation)
#   with: Neuron(column, bias)
#   hint: "All your units use tanh: hand the activation on to them."
# - replace: Neuron(column, bias, activation)
#   with: Neuron(column, 0.0, activation)
#   hint: "The biases never reach the units."
# - replace: Neuron(column, bias, activation)
#   with: Neuron(column, b[0], activation)
#   hint: "All units share the first bias. Each has one of its own."
# - replace: return [neuron(x) for neuron in self.neurons]
#   with: return sum(neuron(x) for neuron in self.neurons)
#   hint: "You add the units up. The next layer needs each output by itself."
# - replace: return [neuron(x) for neuron in self.neurons]
#   with: return tuple(neuron(x) for neuron in self.neurons)
#   hint: "The outputs are right, but they are no list."
# - replace: return [neuron(x) for neuron in self.neurons]
#   with: |-
#     outputs = [neuron(x) for neuron in self.neurons]
#             return outputs[0] if len(outputs) == 1 else outputs
#   hint: "A layer of one unit hands out the bare Value. What reads it expects a list, whatever its length."
# - replace: return [neuron(x) for neuron in self.neurons]
#   with: return [neuron(x).data for neuron in self.neurons]
#   hint: "You return the outputs' numbers. Only as Values can gradients come back through them."
# - replace: return [parameter for neuron in self.neurons for parameter in neuron.parameters()]
#   with: return [neuron.parameters() for neuron in self.neurons]
#   hint: "Your parameters are a list of lists; one flat list was asked for."


# %% mistake: Layer
# hint: "There is only one neuron, asked again and again. Each unit has a column of weights and a bias of its own."
class Layer:
    def __init__(self, w, b, activation="tanh"):
        self.neurons = [Neuron([row[0] for row in w], b[0], activation)] * len(b)

    def __call__(self, x):
        return [neuron(x) for neuron in self.neurons]

    def parameters(self):
        return [parameter for neuron in self.neurons for parameter in neuron.parameters()]


# %% mistake: Layer
# hint: "The parameters are all there, but not unit after unit: you give all weights first and then all biases."
class Layer:
    def __init__(self, w, b, activation="tanh"):
        self.neurons = [Neuron([row[m] for row in w], b[m], activation) for m in range(len(b))]

    def __call__(self, x):
        return [neuron(x) for neuron in self.neurons]

    def parameters(self):
        weights = [weight for neuron in self.neurons for weight in neuron.parameters()[:-1]]
        return weights + [neuron.parameters()[-1] for neuron in self.neurons]


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


# %% accepts: Layer
class Layer:
    def __init__(self, w, b, activation="tanh"):
        columns = np.vstack([w, b]).T  # (M, D + 1)
        self.units = tuple(Neuron(column[:-1], column[-1], activation) for column in columns)

    def __call__(self, x):
        outputs = []
        for unit in self.units:
            outputs.append(unit(x))
        return outputs

    def parameters(self):
        return list(itertools.chain.from_iterable(unit.parameters() for unit in self.units))


# %% [markdown]
# A **multilayer perceptron** is a chain of layers: what one gives, the next reads. Its last layer is linear,
# since a logit or a price must be free to take any value. Two linear layers in a row would again be one
# linear layer (Day 23); the functions between them are what makes depth count.
#
# For example a hidden ReLU unit with $w = (1)$, $b = 1$ and an output unit with $w = (-2)$, $b = 0$ turn
# $x = 3$ into $4$ and then into $-8$, which a ReLU at the end would have cut to 0.


# %% exercise: MLP
class MLP:
    """A chain of layers, the last one linear.

    Args:
        params: a list of pairs (w, b), one a layer, as Layer takes them; left unchanged.
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
params, x = [(np.array([[1.0]]), np.array([1.0])), (np.array([[-2.0]]), np.array([0.0]))], [3.0]
with dd.check.unchanged(params, what="params"), dd.check.unchanged(x, what="x"):
    model = MLP(params, "relu")
    y = model(x)
dd.check.kind(y, list, what="the outputs", why="a network may have several")
assert len(y) == 1, "this network has one output"
assert hasattr(y[0], "grad"), "the outputs are Values, not plain numbers"
dd.check.like(y[0].data, -8.0, what="the output", why="worked by hand: the last layer is linear")
parameters = model.parameters()
dd.check.kind(parameters, list, what="parameters()")
assert all(hasattr(one, "data") for one in parameters), "parameters() is one flat list of Values"
dd.check.close([one.data for one in parameters], [1.0, 1.0, -2.0, 0.0], what="parameters()", why="layer after layer")
due = [-6.0, -2.0, 4.0, 1.0]
dd.check.close(slopes_along_paths(y[0], parameters), due, what="the slopes of the output", why="(-2)(3), -2, 4 and 1")
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(25)


def forward(params, x, activation):
    for i, (w, b) in enumerate(params):
        x = x @ w + b
        if i < len(params) - 1:
            x = np.tanh(x) if activation == "tanh" else x * (x > 0)
    return x


for sizes, activation in [((2, 3, 1), "relu"), ((3, 2), "relu"), ((2, 2, 2), "tanh"), ((1, 2, 1, 2), "tanh")]:
    params = [(rng.normal(size=(d, m)), rng.normal(size=m)) for d, m in itertools.pairwise(sizes)]
    x = rng.normal(size=sizes[0])
    with dd.check.unchanged(params), dd.check.unchanged(x):
        model = MLP(params, activation)
        y = model(x)
    what = f"an MLP of sizes {sizes} with {activation}"
    dd.check.kind(y, list, what=f"the outputs of {what}")
    dd.check.close([one.data for one in y], forward(params, x, activation), what=f"the outputs of {what}")
    flat = np.concatenate([np.vstack([w, b]).T.ravel() for w, b in params])
    parameters = model.parameters()
    dd.check.close([one.data for one in parameters], flat, what=f"the parameters of {what}")
    weighing = rng.normal(size=sizes[-1])

    def weighed(flat, sizes=sizes, x=x, weighing=weighing, activation=activation):
        params, start = [], 0
        for d, m in itertools.pairwise(sizes):
            block = flat[start : start + m * (d + 1)].reshape(m, d + 1).T
            params.append((block[:-1], block[-1]))
            start += m * (d + 1)
        return float(weighing @ forward(params, x, activation))

    slopes = weighing @ np.array([slopes_along_paths(one, parameters) for one in y])
    dd.check.gradient(weighed, flat, slopes, what=f"the slopes of {what}, its outputs weighed and added up")
due = forward(params, x, "tanh")
dd.check.close([one.data for one in MLP(params)(x)], due, what="the outputs with tanh, the default")
dd.check.close([one.data for one in model(x)], due, what="the outputs of a second call")
parameters[-1].data += 1.0
dd.check.close(model(x)[-1].data, due[-1] + 1, what="the last output with its bias raised by 1")
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
# - replace: Layer(*params[-1], "linear")
#   with: Layer(*params[-1], "tanh")
#   hint: "Your last layer squeezes its outputs between -1 and 1; a logit must be free to take any value."
# - replace: return [parameter for layer in self.layers for parameter in layer.parameters()]
#   with: return self.layers[-1].parameters()
#   hint: "Only the last layer's parameters are handed out; the others would never learn."
# - replace: return [parameter for layer in self.layers for parameter in layer.parameters()]
#   with: return [parameter for layer in self.layers[::-1] for parameter in layer.parameters()]
#   hint: "All parameters are there, but the last layer's come first. From the first layer to the last was asked for."
# - replace: return [parameter for layer in self.layers for parameter in layer.parameters()]
#   with: return [layer.parameters() for layer in self.layers]
#   hint: "Your parameters are a list of lists; one flat list was asked for."
# - replace: return x
#   with: return x[0]
#   hint: "A network may have several outputs: return the whole list."
# - replace: return x
#   with: return x[0] if len(x) == 1 else x
#   hint: "A single output is taken out of its list, so a caller has to ask how many there are. Always return a list."


# %% mistake: MLP
# hint: "Every layer of yours reads the original inputs. In a chain, what one layer gives is what the next reads."
class MLP:
    def __init__(self, params, activation="tanh"):
        self.layers = [Layer(w, b, activation) for w, b in params[:-1]]
        self.layers.append(Layer(*params[-1], "linear"))

    def __call__(self, x):
        for layer in self.layers:
            y = layer(x)
        return y

    def parameters(self):
        return [parameter for layer in self.layers for parameter in layer.parameters()]


# %% mistake: MLP
# hint: "Between your layers the numbers are taken out of their Values, so the graph is cut there: only the last layer
#   can be reached by a gradient."
class MLP:
    def __init__(self, params, activation="tanh"):
        kinds = [activation] * (len(params) - 1) + ["linear"]
        self.layers = [Layer(w, b, kind) for (w, b), kind in zip(params, kinds, strict=True)]

    def __call__(self, x):
        for layer in self.layers[:-1]:
            x = [value.data for value in layer(x)]
        return self.layers[-1](x)

    def parameters(self):
        return [parameter for layer in self.layers for parameter in layer.parameters()]


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


# %% accepts: MLP
class MLP:
    def __init__(self, params, activation="tanh"):
        self.first = Layer(*params[0], activation if len(params) > 1 else "linear")
        self.rest = MLP(params[1:], activation) if len(params) > 1 else None

    def __call__(self, x):
        y = self.first(x)
        return self.rest(y) if self.rest else y

    def parameters(self):
        return self.first.parameters() + (self.rest.parameters() if self.rest else [])


# %% [markdown]
# ## One training step
#
# A step of gradient descent has four parts: the loss of the batch, computed forward; gradients set to zero; the
# sweep backward; and the update $\theta \leftarrow \theta - \alpha\,\bar\theta$ of each parameter. The loss is
# the mean $L = \frac1N\sum_n \ell_n$, where $\ell_n$ is the logistic loss of example $n$'s logit for its class
# $c_n$. `logistic_loss(logit, label)` from above computes it.
#
# Two of the parts are forgotten most. The parameters' gradients have **outlived** the last step, and `.grad` is an
# account that only grows: unless somebody sets it to 0, every step also takes all earlier ones again. And the
# update must not be part of any graph: it changes the number in `.data`, it does not compute a new `Value`.
#
# By hand: one linear unit with $w = b = 0$, one example $x = 2$ of class 1. This is logistic regression (Day 4),
# the smallest network there is. The logit is 0, the probability ½, and the loss $\ln 2$. Its slope with respect
# to the logit is $-\frac12$, so $\bar w = -\frac12 \cdot 2 = -1$ and $\bar b = -\frac12$. With $\alpha = 0.1$:
# $w = 0.1$, $b = 0.05$.


# %% exercise: train_step
def zero_grad(parameters):
    """Set the grad of each Value in a list to 0.0, and nothing else. Returns None."""
    ### BEGIN SOLUTION
    for parameter in parameters:
        parameter.grad = 0.0
    ### END SOLUTION


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
    ### BEGIN SOLUTION
    losses = [logistic_loss(model(row)[0], label) for row, label in zip(x, labels, strict=True)]
    loss = sum(losses) / len(losses)
    zero_grad(model.parameters())
    loss.backward()
    for parameter in model.parameters():
        parameter.data -= learning_rate * parameter.grad
    return loss.data
    ### END SOLUTION


# %% fixture
class LogisticRegression:
    """A model of one linear unit, made of Values alone, so that `train_step` can be tested without a network."""

    def __init__(self, w, b):
        self.w, self.b = [Value(weight) for weight in w], Value(b)

    def __call__(self, x):
        z = self.b
        for weight, feature in zip(self.w, x, strict=True):
            z = z + weight * feature
        return [z]

    def parameters(self):
        return [*self.w, self.b]


# %% test: train_step, points=1
model, x, labels = LogisticRegression([0.0], 0.0), np.array([[2.0]]), np.array([1])
with dd.check.unchanged(x, what="x"), dd.check.unchanged(labels, what="labels"):
    loss = train_step(model, x, labels, 0.1)
dd.check.like(loss, math.log(2), what="the loss", why="it is the loss before the step")
w, b = model.parameters()
dd.check.close([w.data, b.data], [0.1, 0.05], what="w and b", why="this is the step worked by hand")
assert zero_grad([w, b]) is None, "zero_grad works through .grad and returns nothing"
dd.check.close([w.grad, b.grad], [0.0, 0.0], what="grad after zero_grad")
dd.check.close([w.data, b.data], [0.1, 0.05], what="w and b after zero_grad", why="only gradients are set to 0")
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(25)
stale = [Value(1.0), Value(2.0)]
for one in stale:
    one.grad = 7.0
zero_grad(stale[:1])
dd.check.equal([one.grad for one in stale], [0.0, 7.0], what="grads after zero_grad of the first alone")
dd.check.equal([one.data for one in stale], [1.0, 2.0], what="data after zero_grad")
zero_grad([])


def loss_and_slopes(params, x, labels):
    """The mean logistic loss of a linear unit, and its slopes by the formula of Day 4."""
    z = x @ params[:-1] + params[-1]
    error = 1 / (1 + np.exp(-z)) - labels
    return float(np.mean(np.logaddexp(0.0, z) - labels * z)), np.append(x.T @ error, error.sum()) / len(x)


for num_examples, d in [(3, 2), (1, 3), (5, 1)]:
    x, labels = rng.normal(size=(num_examples, d)), rng.integers(0, 2, num_examples)
    labels[0] = num_examples % 2
    model = LogisticRegression(rng.normal(size=d), float(rng.normal()))
    for parameter in model.parameters():
        parameter.grad = 100.0  # as an earlier step may have left it
    for step, rate in enumerate([0.5, 200.0]):
        before = np.array([one.data for one in model.parameters()])
        with dd.check.unchanged(x), dd.check.unchanged(labels):
            loss = train_step(model, x, labels, rate)
        after = np.array([one.data for one in model.parameters()])
        due, slopes = loss_and_slopes(before, x, labels)
        dd.check.like(loss, due, what="the loss", why="it is the mean before the step")
        what = f"the change of the parameters in step {step}, over minus the learning rate"
        dd.check.close((before - after) / rate, slopes, what=what, why="it is the gradient of this step's mean loss")
    model = LogisticRegression(before[:-1], before[-1])
    loss = train_step(model, np.concatenate([x, x]), np.concatenate([labels, labels]), 0.25)
    due, slopes = loss_and_slopes(before, x, labels)
    dd.check.like(loss, due, what="the loss of the batch twice over", why="a mean does not grow with the batch")
    after = np.array([one.data for one in model.parameters()])
    dd.check.close((before - after) / 0.25, slopes, what="the gradient of the batch twice over")

# Lists serve as well as arrays, whole numbers too, and logits far out do not overflow.
model = LogisticRegression([1000.0], 0.0)
dd.check.like(train_step(model, [[1.0], [-1.0]], [0, 0], 0.5), 500.0, what="the loss of logits of 1000 and -1000")
dd.check.close([one.data for one in model.parameters()], [999.75, -0.25], what="the parameters after that step")
model = LogisticRegression([0.0, 0.0], 0.0)
train_step(model, np.array([[200, 100], [100, 0]], dtype=np.uint8), np.array([1, 0], dtype=np.uint8), 0.5)
dd.check.close([one.data for one in model.parameters()], [12.5, 12.5, 0.0], what="the parameters after whole numbers")
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
# - replace: |-
#     zero_grad(model.parameters())
#         loss.backward()
#         for parameter in model.parameters():
#             parameter.data -= learning_rate * parameter.grad
#   with: |-
#     loss.backward()
#         for parameter in model.parameters():
#             parameter.data -= learning_rate * parameter.grad
#         zero_grad(model.parameters())
#   hint: "You clear the gradients after the step. What lay in them before this step, from whatever cause, is then
#     stepped on as well."
# - replace: parameter.data -= learning_rate
#   with: parameter.data += learning_rate
#   hint: "The loss climbs. The gradient points uphill; which way do you want to step?"
# - replace: sum(losses) / len(losses)
#   with: sum(losses)
#   hint: "You step on the sum of the losses; with their mean the stride does not grow with the batch."
# - replace: learning_rate * parameter.grad
#   with: learning_rate * parameter.grad / len(x)
#   hint: "The loss is a mean already, and so is its gradient. Your step divides by the batch size once more."
# - replace: return loss.data
#   with: return loss
#   hint: "You return the Value and with it the whole graph. The caller wants a plain number."
# - replace: parameter.data -= learning_rate * parameter.grad
#   with: parameter.data -= parameter.grad
#   hint: "Your step forgets the learning rate."
# - replace: parameter.grad = 0.0
#   with: parameter.data = 0.0
#   hint: "zero_grad wipes out what was learned. Which of the two numbers of a parameter should it set?"
# - replace: parameter.grad = 0.0
#   with: |-
#     parameter.grad = 0.0
#             parameter.data = 0.0
#   hint: "zero_grad sets the gradients to 0, and the numbers that were learned along with them."
# - replace: parameter.grad = 0.0
#   with: parameter.grad = None
#   hint: "None is no number: the next sweep has to add to what lies in grad."
# - replace: |-
#     for parameter in parameters:
#             parameter.grad = 0.0
#   with: |-
#     for parameter in parameters:
#             parameter.grad = 0.0
#         return parameters
#   hint: "zero_grad hands its list back. It works through .grad and returns nothing."
# - replace: parameter.data -= learning_rate * parameter.grad
#   with: parameter.data -= min(learning_rate, 1.0) * parameter.grad
#   hint: "You hold the learning rate down. It is taken as it is, also where the descent then diverges."
# - replace: return loss.data
#   with: |-
#     losses = [logistic_loss(model(row)[0], label) for row, label in zip(x, labels, strict=True)]
#         return (sum(losses) / len(losses)).data
#   hint: "You return the loss after the step; the docstring asks for the one before."


# %% mistake: train_step
# hint: "You take a step after every example. Here one step follows the mean loss of the whole batch, all of it computed
#   with the same parameters."
def zero_grad(parameters):
    for parameter in parameters:
        parameter.grad = 0.0


def train_step(model, x, labels, learning_rate):
    total = 0.0
    for row, label in zip(x, labels, strict=True):
        loss = logistic_loss(model(row)[0], label)
        zero_grad(model.parameters())
        loss.backward()
        for parameter in model.parameters():
            parameter.data -= learning_rate * parameter.grad
        total += loss.data
    return total / len(x)


# %% mistake: train_step
# hint: "You square the distance between probability and label. The loss of the day is the logistic one, and a function
#   for it is given."
def zero_grad(parameters):
    for parameter in parameters:
        parameter.grad = 0.0


def train_step(model, x, labels, learning_rate):
    probabilities = [1 / (1 + (-model(row)[0]).exp()) for row in x]
    loss = sum((p - int(label)) ** 2 for p, label in zip(probabilities, labels, strict=True)) / len(x)
    zero_grad(model.parameters())
    loss.backward()
    for parameter in model.parameters():
        parameter.data -= learning_rate * parameter.grad
    return loss.data


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


# %% accepts: train_step
def zero_grad(parameters):
    for parameter in parameters:
        parameter.grad -= parameter.grad


def train_step(model, x, labels, learning_rate):
    mean = Value(0.0)
    for i in range(len(labels)):
        (logit,) = model(x[i])
        mean = mean + logistic_loss(logit, int(labels[i])) * (1 / len(labels))
    parameters = model.parameters()
    zero_grad(parameters)
    mean.backward()
    new = [one.data - learning_rate * one.grad for one in parameters]
    for one, data in zip(parameters, new, strict=True):
        one.data = data
    return float(mean.data)


# %% [markdown]
# ## Put it together: two moons
#
# Two half circles that grip each other: no straight line parts them. 200 points to learn from, in batches of
# 5, and 400 others to be judged on. The network has two inputs, two hidden layers of eight tanh units and
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
batch_loss = sum(logistic_loss(model(row)[0], 1) for row in x_train[:5].tolist()) / 5
print(f"{len(model.parameters())} parameters; for a batch of 5, {len(topological_order(batch_loss)):,} nodes")
print(f"and {count_paths(batch_loss):,} paths over {count_arrows(batch_loss, set()):,} arrows")

# %% [markdown]
# (The numbers depend a little on how your operators record constants, and on the branches that the loss takes.)
# One more layer of eight units would multiply the paths by about eight, and not even double the arrows. One sweep
# over the nodes gives all 105 slopes. Nudging would need 105 further evaluations of the whole graph for every
# step. Now train, and keep the map of the untrained network to compare.


# %% demo
def draw_map(ax, title):
    shown = x_test[::4], labels_test[::4]
    dd.plot.decision_regions(lambda points: predict(model, points), *shown, ax, resolution=35, title=title)
    ax.set(xlabel="$x_0$", ylabel="$x_1$")


axes = plt.subplots(1, 3, figsize=(14, 4.2))[1]
draw_map(axes[0], "Before training")
rng = np.random.default_rng(25)
losses = []
for _ in range(12):
    for batch in np.split(rng.permutation(200), 40):
        losses.append(train_step(model, x_train[batch].tolist(), labels_train[batch].tolist(), learning_rate=0.5))
accuracy = np.mean((predict(model, x_test) > 0.5) == labels_test)
draw_map(axes[1], f"After: held-out accuracy {accuracy:.3f}")
axes[2].semilogy(np.arange(1, len(losses) + 1), losses, color="0.65", linestyle="-", linewidth=1, label="batch")
means = np.mean(np.split(np.array(losses), 12), axis=1)
axes[2].semilogy(np.arange(20.5, len(losses), 40), means, "ko-", label="mean of an epoch")
axes[2].set(title="Training loss", xlabel="step", ylabel="mean logistic loss")
axes[2].legend()
dd.plot.show(
    "Two maps of the plane with the points of the two moons, shaded by the probability of class 1, and a curve. Before "
    "training the shades have nothing to do with the points. Afterwards a border at one half winds between the moons. "
    "The training loss falls over 480 steps on a logarithmic axis, batches scattering about the means of the epochs."
)
print(f"held-out accuracy {accuracy:.3f}")
assert accuracy > 0.95

# %% [markdown]
# Before training the shades have nothing to do with the points. Afterwards the border, drawn where the
# probability is ½, winds between the moons, and well over 95% of points never seen lie on their own side. The
# batches' losses scatter widely, since each sees only 5 points; the epochs' means fall, though not at every step.
# Every slope in these 480 steps came out of your own few lines.
#
# Nobody said what the sixteen hidden units should compute. The last unit can only draw a straight line, as on
# Day 4, so training had to find eight numbers for each point among which a straight line will do: a **hidden
# representation**. And nobody promised that descent would find the best one. The loss of a network is no bowl;
# it has **local minima** and plateaus, and another start ends at other weights. Day 26 looks at how much that
# matters.
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
