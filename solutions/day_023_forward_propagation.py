# ---
# day: 23
# title: Deep learning, forward propagation and activations
# week: 5
# minutes: 110
# backend: numpy
# needs: [1, 4, 5, 13, 18, 21, 22]
# data: [glyphs]
# papers:
# - Cybenko 1989, Approximation by superpositions of a sigmoidal function
# - Hornik 1991, Approximation capabilities of multilayer feedforward networks
# - "Leshno, Lin, Pinkus and Schocken 1993, Multilayer feedforward networks with a nonpolynomial activation function
#   can approximate any function"
# - "Krizhevsky, Sutskever and Hinton 2012, ImageNet classification with deep convolutional neural networks"
# - "LeCun, Bengio and Hinton 2015, Deep learning"
# - Telgarsky 2016, Benefits of depth in neural networks
# - Hendrycks and Gimpel 2016, Gaussian error linear units
# - "Sevilla, Heim, Ho, Besiroglu, Hobbhahn and Villalobos 2022, Compute trends across three eras of machine learning"
# ---

# %% [markdown]
# # Day 23 · Deep learning, forward propagation and activations
#
# By the end you can run any network of dense layers forward, count what is in it, wire one by hand that draws
# any curve you like, and say what depth is good for.
#
# - **You will build** a layer, seven activations with their slopes, and a network of any depth. It runs a
#   trained network that reads letters in 25 typefaces, nine in ten of those it has never seen.
# - **You need** matrix products and broadcasting (Day 1), the sigmoid (Day 4), perceptrons and XOR (Day 22).
# - **Not today:** where the weights come from. Losses are Day 24, gradients Days 25 and 26, good starting
#   weights Day 31. Today's weights are made by hand, or borrowed.
# - **Time:** about 110 minutes.
#
# | symbol | meaning | shape | in code |
# |---|---|---|---|
# | $N, D, M$ | examples in the batch, inputs and outputs of a layer | | |
# | $x$ | a layer's input, one example a row | $(N, D)$ | `x` |
# | $w, b$ | a dense layer's weights, **one column a unit**, and biases | $(D, M)$, $(M,)$ | `w`, `b` |
# | $z = xw + b$ | what a layer has before its activation | $(N, M)$ | `z` |
# | $f,\ f'$ | an activation and its slope, entry by entry | as $z$ | `activation(name, z)` |
# | $h = f(z)$ | a hidden layer's output | $(N, M)$ | `hidden` |
# | $w_l, b_l$ | those of layer $l$, counted from 1 | $(D_{l-1}, D_l)$, $(D_l,)$ | `layers[l - 1]` |
# | $D_0, D_1, \dots$ | numbers of inputs and of units of each layer | | `layer_sizes` |
# | $\sigma;\ \Phi, \varphi$ | the sigmoid; the normal distribution function and density | | `expit` |
# | $u_0, u_1$ | the two hidden units of XOR | | columns of `seen` |
# | $K$ | number of bumps | | `num_bumps` |

# %% setup
import itertools
import warnings

import matplotlib.pyplot as plt
import numpy as np
from scipy.special import erf, expit  # erf: the error function; expit: Day 4's sigmoid, safe at any size

import deepdays as dd

dd.plot.style()

# %% [markdown]
# ## The feature that was missing
#
# Yesterday no line could do XOR, until we handed the perceptron the product $x_0 x_1$. We had to know that.
# Can neurons make such a feature themselves? Put two units between input and output, and let each pass on its
# sum only where that is positive, $\max(0, z)$:
#
# $$u_0 = \max(0,\ x_0 + x_1), \qquad u_1 = \max(0,\ x_0 + x_1 - 1), \qquad y = u_0 - 2 u_1 .$$
#
# | $x$ | $u$ | $y$ |
# |---|---|---|
# | 00 | (0, 0) | 0 |
# | 01 | (1, 0) | 1 |
# | 10 | (1, 0) | 1 |
# | 11 | (2, 1) | 0 |
#
# That is XOR, with nine numbers. Such units are **hidden**: no data say what they should output. What have
# they done to the four corners?

# %% demo
corners = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
sums = corners.sum(axis=1)
seen = np.column_stack([np.maximum(0, sums), np.maximum(0, sums - 1)])  # (4, 2) the hidden units
fig, axes = plt.subplots(1, 2, figsize=(10, 4.2))
for ax, points, name in zip(axes, (corners, seen), "xu", strict=True):
    for point, true in zip(points, (0, 1, 1, 0), strict=True):
        ax.plot(*point, "s" if true else "o", markersize=15, color="C1" if true else "C0")
    ax.set(xlabel=f"${name}_0$", ylabel=f"${name}_1$", xlim=(-0.5, 2.5), ylim=(-0.5, 1.5))
    ax.set(xticks=range(3), yticks=range(2), aspect="equal")
axes[0].set_title("Input: no line")
axes[1].set_title("Hidden layer: a line")
ends = np.array([-0.5, 2.5])
axes[1].plot(ends, (ends - 0.5) / 2, color="black", linestyle="--", label="$u_0 - 2 u_1 = 1/2$")
axes[1].legend(loc="upper left")
dd.plot.show(
    "Left, XOR's corners in the input plane, squares and circles across from each other. Right, the same four in the "
    "plane of the hidden units: both squares lie on one point, (1, 0), the circles at (0, 0) and (2, 1), and a dashed "
    "line separates them."
)

# %% [markdown]
# The two squares have fallen on one point, and a line will do. The hidden layer has not solved the problem;
# it has *moved the points* so that the last layer can. This is the idea of the whole field: a network
# computes a **representation** of its input, layer by layer, in which the question becomes easy. In **deep
# learning** there are several such layers, and all of them are learned.
#
# ## A dense layer
#
# A **dense** layer is $M$ neurons that read the same $D$ inputs. Neuron $m$ has its weights in *column* $m$
# of $w$, so a whole batch is one product:
#
# $$z = x w + b, \qquad (N, D)\,(D, M) + (M,) = (N, M) .$$
#
# **By hand,** with $N = 2$, $D = 3$, $M = 4$:
#
# $$\begin{pmatrix}1&0&2\\0&1&1\end{pmatrix}
# \begin{pmatrix}1&2&0&-1\\0&1&1&0\\1&0&-1&2\end{pmatrix} + (0, 1, 0, -1)
# = \begin{pmatrix}3&3&-2&2\\1&2&0&1\end{pmatrix} .$$
#
# A picture enters as one long row: 14 by 14 pixels are $D = 196$ inputs.
#
# **The trap.** NumPy adds a bias of shape $(1,)$, $(N, 1)$ or $(N, M)$ without a word, and gives every unit
# the same one, or every example its own. A layer that is handed the wrong bias should say so.


# %% exercise: dense_forward
def dense_forward(x, w, b):
    """A dense layer without activation.

    Args:
        x: inputs, float or int array of shape (N, D), one example a row.
        w: weights, float array of shape (D, M), one column a unit.
        b: biases, float array of shape (M,). All three are left unchanged.

    Returns:
        x w + b, float array of shape (N, M).

    Raises:
        ValueError: x has not as many columns as w has rows, or b has not the shape (M,). About 3 lines.
    """
    ### BEGIN SOLUTION
    if b.shape != w.shape[1:]:
        raise ValueError(f"b must have one entry a unit, shape {w.shape[1:]}. Received: {b.shape}")
    return x @ w + b
    ### END SOLUTION


# %% test: dense_forward, points=1
x = np.array([[1.0, 0.0, 2.0], [0.0, 1.0, 1.0]])  # (2, 3)
w = np.array([[1.0, 2.0, 0.0, -1.0], [0.0, 1.0, 1.0, 0.0], [1.0, 0.0, -1.0, 2.0]])  # (3, 4)
b = np.array([0.0, 1.0, 0.0, -1.0])  # (4,)
with dd.check.unchanged(x), dd.check.unchanged(w), dd.check.unchanged(b):
    result = dense_forward(x, w, b)
due = np.array([[3.0, 3.0, -2.0, 2.0], [1.0, 2.0, 0.0, 1.0]])
dd.check.like(result, due, why="this is the layer worked by hand")
with dd.check.raises(ValueError, why="four units have four biases, not one in common"):
    dense_forward(x, w, np.array([1.0]))
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(23)
for n, d, m in [(1, 1, 1), (1, 4, 3), (5, 1, 2), (4, 3, 1), (3, 3, 3), (7, 2, 5), (0, 3, 2)]:
    x, w, b = rng.normal(size=(n, d)), rng.normal(size=(d, m)), rng.normal(size=m)
    due = np.zeros((n, m))
    for i in range(n):
        for k in range(m):
            due[i, k] = b[k] + sum(x[i, j] * w[j, k] for j in range(d))
    with dd.check.unchanged(x), dd.check.unchanged(w), dd.check.unchanged(b):
        result = dense_forward(x, w, b)
    dd.check.like(result, due, why="each unit weighs all inputs of its example and adds its own bias")
    strided = np.repeat(np.repeat(x, 2, axis=0), 2, axis=1)[::2, ::2]
    dd.check.like(dense_forward(strided, w, b), due, why="every other entry is an array too")
    for wrong in ((m + 1,), (n + 1, m), (1, m), (m, 1)):
        with dd.check.raises(ValueError, why=f"b has the shape {wrong}, where {(m,)} is due"):
            dense_forward(x, w, np.zeros(wrong))
    with dd.check.raises(ValueError, why="x has one column too many"):
        dense_forward(np.zeros((n, d + 1)), w, b)
for bias in (np.array([5.0]), np.array(5.0), np.array([[5.0], [6.0]]), np.zeros((2, 3))):
    with dd.check.raises(ValueError, why="b must have one entry a unit"):
        dense_forward(np.ones((2, 2)), np.ones((2, 3)), bias)
pixels = np.array([[255, 200], [0, 130]], dtype=np.uint8)
result = dense_forward(pixels, np.array([[2.0], [1.0]]), np.array([-0.5]))
dd.check.like(result, np.array([[709.5], [129.5]]), why="pixels are uint8, what comes out of a layer is not")
### END HIDDEN TESTS

# %% mistakes: dense_forward
# - replace: return x @ w + b
#   with: return x @ w
#   hint: "The biases have no effect. What does a unit output when all its inputs are 0?"
# - replace: return x @ w + b
#   with: return x @ (w + b)
#   hint: "You add the bias to the weights. It is added to the sum, once for each unit."
# - replace: return x @ w + b
#   with: return (x @ w + b).T
#   hint: "Your result has a row for each unit. The first axis is the batch."
# - replace: return x @ w + b
#   with: return np.maximum(x @ w + b, 0)
#   hint: "You bend the sums already. The activation is a step of its own, which comes later."
# - replace: return x @ w + b
#   with: return x @ w - b
#   hint: "You subtract the bias, as one does with a threshold."
# - replace: return x @ w + b
#   with: return np.sum(x @ w + b, axis=0)
#   hint: "You add up the examples. Each keeps a row of its own."
# - replace: |-
#     if b.shape != w.shape[1:]:
#             raise ValueError(f"b must have one entry a unit, shape {w.shape[1:]}. Received: {b.shape}")
#         return
#   with: return
#   hint: "A bias of another shape is broadcast without a word. Who notices?"
# - replace: b.shape != w.shape[1:]
#   with: b.size != w.shape[1]
#   hint: "A bias with the right number of entries passes in whatever shape. Only one shape is right."
# - replace: b.shape != w.shape[1:]
#   with: b.shape[-1:] != w.shape[1:]
#   hint: "You look at the last axis of the bias only. One that has a row for each example passes."


# %% mistake: dense_forward
# hint: "Your units are the rows of w. Each column belongs to a unit."
def dense_forward(x, w, b):
    if b.shape != w.shape[1:]:
        raise ValueError("b must have one entry a unit")
    return x @ w.T + b


# %% mistake: dense_forward
# hint: "Your units are the rows of w, in the sum and in the checks. Each column belongs to a unit."
def dense_forward(x, w, b):
    if x.shape[1] != w.shape[1] or b.shape != w.shape[:1]:
        raise ValueError("the shapes do not fit")
    return x @ w.T + b


# %% mistake: dense_forward
# hint: "An assertion raises another kind of error than the docstring names."
def dense_forward(x, w, b):
    assert x.shape[1] == w.shape[0]
    assert b.shape == (w.shape[1],)
    return x @ w + b


# %% mistake: dense_forward
# hint: "Your result has the dtype of x, so whole inputs cut off the fractions of the sums, or let them wrap around."
def dense_forward(x, w, b):
    if x.shape[1] != w.shape[0] or b.shape != w.shape[1:]:
        raise ValueError("the shapes do not fit")
    result = np.empty((len(x), w.shape[1]), dtype=x.dtype)
    for n in range(len(x)):
        result[n] = x[n] @ w + b
    return result


# %% mistake: dense_forward
# hint: "A bias with the right number of entries passes in whatever shape. Only one shape is right."
def dense_forward(x, w, b):
    if x.shape[1] != w.shape[0] or b.size != w.shape[1]:
        raise ValueError("the shapes do not fit")
    return x @ w + b.reshape(-1)


# %% accepts: dense_forward
def dense_forward(x, w, b):
    if x.shape[1] != w.shape[0] or b.shape != (w.shape[1],):
        raise ValueError("sizes do not fit")
    return np.einsum("nd,dm->nm", x, w) + b


# %% accepts: dense_forward
def dense_forward(x, w, b):
    (units,) = b.shape if b.ndim == 1 else (-1,)
    if units != w.shape[1] or len(w) != x.shape[1]:
        raise ValueError("sizes do not fit")
    z = np.empty((len(x), units))
    for m in range(units):
        z[:, m] = (x * w[:, m]).sum(axis=1) + b[m]
    return z


# %% [markdown]
# ## Activations: why a network must bend
#
# Stack two such layers with nothing between them:
#
# $$(x w_1 + b_1)\, w_2 + b_2 = x\,(w_1 w_2) + (b_1 w_2 + b_2) .$$
#
# That is a single layer. A hundred of them would be a single layer. What makes a network more than a line is
# the **activation** $f$ that bends every entry of $z$ on its way to the next layer. These seven are the ones
# you will meet:
#
# | name | $f(z)$ | slope $f'(z)$ | at $z = -2,\ 2$ |
# |---|---|---|---|
# | `linear` (identity) | $z$ | 1 | −2, 2 |
# | `sigmoid` | $\sigma(z) = 1/(1 + e^{-z})$ | $\sigma(z)\,(1 - \sigma(z))$ | 0.119, 0.881 |
# | `tanh` | $\tanh z$ | $1 - \tanh^2 z$ | −0.964, 0.964 |
# | `relu` | $\max(0, z)$ | 1 if $z > 0$, else 0 | 0, 2 |
# | `leaky_relu` | $z$ if $z > 0$, else $0.01\,z$ | 1 if $z > 0$, else 0.01 | −0.02, 2 |
# | `softplus` | $\log(1 + e^z)$ | $\sigma(z)$ | 0.127, 2.127 |
# | `gelu` | $z\,\Phi(z)$ | $\Phi(z) + z\,\varphi(z)$ | −0.046, 1.954 |
#
# - **GELU** weighs $z$ with the chance that a standard normal number lies below it:
#   $\Phi(z) = \frac12\big[1 + \mathrm{erf}(z/\sqrt2)\big]$, $\varphi(z) = e^{-z^2/2}/\sqrt{2\pi}$. Ours is
#   this exact one, like the layers of Keras and PyTorch by default. GPT-2 used the approximation
#   $\frac z2\big[1 + \tanh\big(\sqrt{2/\pi}\,(z + 0.044715\,z^3)\big)\big]$; you will see how far off it is.
# - **Leaky** slopes differ: 0.01 here, in the paper (Maas et al. 2013) and in PyTorch; Keras takes 0.2 or
#   0.3. So it is an argument.
# - **At the kink** of the two ReLUs there is no slope. By convention we take that of the left side.
# - Softplus as written overflows; Day 5 knows the remedy, since it is $\mathrm{LSE}(0, z)$.
#
# **The trap** of the next exercise but one: slopes are taken at $z$, before the activation, not at $f(z)$.
# The next cell catches warnings, as on Day 4.


# %% fixture
def warnings_from(function, *arguments):
    """The texts of the warnings that a call of the function gives, as a list."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        function(*arguments)
    return [str(warning.message) for warning in caught]


# %% exercise: activation
def activation(name, z, negative_slope=0.01):
    """An activation, entry by entry.

    Args:
        name: "linear", "sigmoid", "tanh", "relu", "leaky_relu", "softplus" or "gelu" (the exact one).
        z: float64 or int64 array of any shape, entries of any size up to +-1000; left unchanged.
        negative_slope: slope of "leaky_relu" below 0, a number; the others don't use it.

    Returns:
        Float array of the shape of z. No warning, no inf and no NaN.

    Raises:
        ValueError: any other name. About 12 lines.
    """
    ### BEGIN SOLUTION
    functions = {
        "linear": lambda: 1.0 * z,
        "sigmoid": lambda: expit(z),
        "tanh": lambda: np.tanh(z),
        "relu": lambda: np.maximum(0.0, z),
        "leaky_relu": lambda: np.where(z > 0, z, negative_slope * z),
        "softplus": lambda: np.logaddexp(0.0, z),
        "gelu": lambda: z * (1 + erf(z / np.sqrt(2))) / 2,
    }
    if name not in functions:
        raise ValueError(f"name must be one of {', '.join(functions)}. Received: {name!r}")
    return functions[name]()
    ### END SOLUTION


# %% test: activation, points=3
z = np.array([[-2.0, 0.0, 2.0], [2.0, -2.0, 0.0]])
ends = {"linear": (-2, 0, 2), "sigmoid": (0.1192029220, 0.5, 0.8807970780), "tanh": (-0.9640275801, 0, 0.9640275801)}
ends |= {"relu": (0, 0, 2), "leaky_relu": (-0.02, 0, 2), "softplus": (0.1269280110, 0.6931471806, 2.1269280110)}
ends |= {"gelu": (-0.0455002639, 0, 1.9544997361)}
for name, (below, at_zero, above) in ends.items():
    with dd.check.unchanged(z):
        result = activation(name, z)
    due = np.array([[below, at_zero, above], [above, below, at_zero]], dtype=float)
    dd.check.like(result, due, atol=1e-9, what=f"{name} of -2, 0 and 2", why="see the table")
    dd.check.equal(warnings_from(activation, name, 500 * z), [], what=f"the warnings of {name} at +-1000")
dd.check.like(activation("leaky_relu", z[0], 0.2), np.array([-0.4, 0.0, 2.0]), why="the slope below 0 is given")
with dd.check.raises(ValueError, why="there is no activation of that name here"):
    activation("swish", z)
### BEGIN HIDDEN TESTS
import math

exact = {
    "linear": lambda v: v,
    "sigmoid": lambda v: 1 / (1 + math.exp(-v)) if v > -700 else 0.0,
    "tanh": lambda v: (math.exp(2 * v) - 1) / (math.exp(2 * v) + 1) if v < 300 else 1.0,
    "relu": lambda v: max(v, 0.0),
    "leaky_relu": lambda v: v if v > 0 else 0.01 * v,
    "softplus": lambda v: v + math.log1p(math.exp(-v)) if v > 0 else math.log1p(math.exp(v)),
    "gelu": lambda v: v * math.erfc(-v / math.sqrt(2)) / 2,
}
rng = np.random.default_rng(230)
for name, formula in exact.items():
    for shape in [(1,), (7,), (1, 1), (4, 1), (3, 5), (2, 3, 4), (0,)]:
        z = rng.normal(0, 3, shape)
        with dd.check.unchanged(z):
            result = activation(name, z)
        due = np.array([formula(v) for v in z.flat]).reshape(shape)
        dd.check.like(result, due, rtol=1e-6, atol=1e-9, what=f"{name} of an array", why="each entry is bent by itself")
    z = np.array([-1000.0, -710.0, -40.0, -8.0, -1e-8, 1e-8, 8.0, 40.0, 710.0, 1000.0])
    result = activation(name, z)
    due = np.array([formula(v) for v in z.tolist()])
    dd.check.like(result, due, rtol=1e-6, atol=1e-12, what=f"{name} far out and close to 0")
    dd.check.equal(warnings_from(activation, name, z), [], what=f"the list of warnings of {name} far out")
    whole = np.array([-3, -1, 0, 2, 5])
    due = np.array([formula(float(v)) for v in whole.tolist()])
    dd.check.like(activation(name, whole), due, atol=1e-9, what=f"{name} of ints", why="ints give floats")
    wide = rng.normal(0, 2, (4, 6))
    due = np.array([[formula(v) for v in row] for row in wide[::2, ::3].tolist()])
    dd.check.like(activation(name, wide[::2, ::3]), due, atol=1e-9, what=f"{name} of every third entry")
z = rng.normal(0, 3, 9)
for slope in (0.0, 0.2, 1.0, 1.5, -0.5):
    due = np.array([v if v > 0 else slope * v for v in z])
    dd.check.like(activation("leaky_relu", z, slope), due, what=f"leaky_relu with a slope of {slope}")
    dd.check.like(
        activation("relu", z, slope), np.array([max(v, 0.0) for v in z]), what="relu, which has no such slope"
    )
steps = np.linspace(-6, 6, 60_001)
density = np.exp(-(steps**2) / 2) / np.sqrt(2 * np.pi)
below = np.concatenate([[0.0], np.cumsum((density[1:] + density[:-1]) / 2) * (steps[1] - steps[0])])
due = steps[::5000] * below[::5000]
why = "Phi is the area under the normal density, summed up here in 60,000 strips"
dd.check.close(activation("gelu", steps[::5000]), due, atol=1e-7, what="gelu", why=why)
for name in ("", "ReLU", "rel", "leaky", "gelu_tanh", "softmax", None):
    with dd.check.raises(ValueError, why=f"there is no activation of the name {name!r} here"):
        activation(name, z)
### END HIDDEN TESTS

# %% mistakes: activation
# - replace: np.logaddexp(0.0, z)
#   with: np.where(z > 30, z, np.log1p(np.exp(z)))
#   hint: "np.where computes both of its branches in full, so the exponential overflows also where it isn't used."
# - replace: np.where(z > 0, z, negative_slope * z)
#   with: np.maximum(z, negative_slope * z)
#   hint: "The larger of the two is the leaky ReLU only while the slope is between 0 and 1. It may be any number."
# - replace: np.logaddexp(0.0, z)
#   with: np.log(1 + np.exp(z))
#   hint: "Softplus as the formula has it overflows for large z. Day 5 took the largest entry out of such a sum first."
# - replace: expit(z)
#   with: 1 / (1 + np.exp(-z))
#   hint: "Your sigmoid is right, but its exponential overflows for very negative z, with a warning."
# - replace: z * (1 + erf(z / np.sqrt(2))) / 2
#   with: z * (1 + np.tanh(np.sqrt(2 / np.pi) * (z + 0.044715 * z**3))) / 2
#   hint: "That is the approximation by tanh. The exact GELU is asked for, which needs the error function."
# - replace: z * (1 + erf(z / np.sqrt(2))) / 2
#   with: z * expit(1.702 * z)
#   hint: "That is the approximation by a sigmoid. The exact GELU is asked for, which needs the error function."
# - replace: z * (1 + erf(z / np.sqrt(2))) / 2
#   with: z * (1 + erf(z)) / 2
#   hint: "The error function is not the normal distribution function: by what is its argument divided?"
# - replace: z * (1 + erf(z / np.sqrt(2))) / 2
#   with: (1 + erf(z / np.sqrt(2))) / 2
#   hint: "That is the chance alone. GELU weighs z with it."
# - replace: np.where(z > 0, z, negative_slope * z)
#   with: np.where(z > 0, z, 0.01 * z)
#   hint: "Your leaky slope is fixed. It is an argument."
# - replace: np.where(z > 0, z, negative_slope * z)
#   with: np.where(z > 0, z, -negative_slope * z)
#   hint: "Below 0 your leaky ReLU rises to the left. Its slope there is small, but positive."
# - replace: np.maximum(0.0, z)
#   with: np.abs(z)
#   hint: "Your ReLU folds the negative side up. It should shut it off."
# - replace: np.maximum(0.0, z)
#   with: max(0.0, z.max()) * np.ones(z.shape)
#   hint: "You take one maximum for the whole array. Each entry is compared with 0 by itself."
# - replace: np.tanh(z)
#   with: expit(z)
#   hint: "Your tanh runs from 0 to 1. Where does it run?"
# - replace: |-
#     if name not in functions:
#             raise ValueError(f"name must be one of {', '.join(functions)}. Received: {name!r}")
#         return functions[name]()
#   with: |-
#     return functions.get(name, lambda: 1.0 * z)()
#   hint: "An unknown name passes as linear. A slip of the pen would go unnoticed."
# - replace: |-
#     raise ValueError(f"name must be one of {', '.join(functions)}. Received: {name!r}")
#   with: return functions[name]()
#   hint: "An unknown name ends in a KeyError, a detail of how you store the functions. The docstring names the error."


# %% equivalents: activation
# - replace: np.where(z > 0, z,
#   with: np.where(z >= 0, z,
#   reason: "At 0 both sides are 0."
# - replace: np.logaddexp(0.0, z)
#   with: np.logaddexp(z, 0.0)
#   reason: "A sum has no order."


# %% mistake: activation
# hint: "You overwrite the entries that you were given. Work on a new array."
def activation(name, z, negative_slope=0.01):
    if name == "linear":
        return 1.0 * z
    if name == "sigmoid":
        return expit(z)
    if name == "tanh":
        return np.tanh(z)
    if name == "relu":
        z[z < 0] = 0
        return 1.0 * z
    if name == "leaky_relu":
        z[z < 0] = z[z < 0] * negative_slope
        return 1.0 * z
    if name == "softplus":
        return np.logaddexp(0.0, z)
    if name == "gelu":
        return z * (1 + erf(z / np.sqrt(2))) / 2
    raise ValueError(name)


# %% mistake: activation
# hint: "An unknown name gives None, and the error will come up far from its cause. The docstring says what is due."
def activation(name, z, negative_slope=0.01):
    match name:
        case "linear":
            return 1.0 * z
        case "sigmoid":
            return expit(z)
        case "tanh":
            return np.tanh(z)
        case "relu":
            return np.maximum(0.0, z)
        case "leaky_relu":
            return np.where(z > 0, z, negative_slope * z)
        case "softplus":
            return np.logaddexp(0.0, z)
        case "gelu":
            return z * (1 + erf(z / np.sqrt(2))) / 2
    return None


# %% accepts: activation
def activation(name, z, negative_slope=0.01):
    z = np.array(z, dtype=float)
    match name:
        case "linear":
            return z
        case "sigmoid":
            return (1 + np.tanh(z / 2)) / 2
        case "tanh":
            return 2 * expit(2 * z) - 1
        case "relu":
            return (z + np.abs(z)) / 2
        case "leaky_relu":
            return np.clip(z, 0, None) + negative_slope * np.clip(z, None, 0)
        case "softplus":
            return np.maximum(z, 0) + np.log1p(np.exp(-np.abs(z)))
        case "gelu":
            return z / 2 + z * erf(z * 0.5**0.5) / 2
    raise ValueError("unknown")


# %% accepts: activation
def activation(name, z, negative_slope=0.01):
    import math

    one = {
        "linear": float,
        "sigmoid": lambda v: 1 / (1 + math.exp(-v)) if v > 0 else math.exp(v) / (1 + math.exp(v)),
        "tanh": math.tanh,
        "relu": lambda v: v if v > 0 else 0.0,
        "leaky_relu": lambda v: v if v > 0 else negative_slope * v,
        "softplus": lambda v: max(v, 0.0) + math.log1p(math.exp(-abs(v))),
        "gelu": lambda v: v * math.erfc(-v / math.sqrt(2)) / 2,
    }.get(name)
    if one is None:
        raise ValueError(name)
    result = np.zeros(z.shape)
    for index in np.ndindex(z.shape):
        result[index] = one(float(z[index]))
    return result


# %% exercise: activation_derivative
def activation_derivative(name, z, negative_slope=0.01):
    """The slope of an activation, entry by entry.

    Args:
        name, z, negative_slope: as in activation; z is what goes *into* the activation, and is left unchanged.

    Returns:
        f'(z), float array of the shape of z; at z = 0 the slope of "relu" is 0 and that of "leaky_relu" is
        negative_slope. No warning, no inf and no NaN.

    Raises:
        ValueError: any other name. About 12 lines.
    """
    ### BEGIN SOLUTION
    functions = {
        "linear": lambda: np.ones(z.shape),
        "sigmoid": lambda: expit(z) * expit(-z),
        "tanh": lambda: 1 - np.tanh(z) ** 2,
        "relu": lambda: np.where(z > 0, 1.0, 0.0),
        "leaky_relu": lambda: np.where(z > 0, 1.0, negative_slope),
        "softplus": lambda: expit(z),
        "gelu": lambda: (1 + erf(z / np.sqrt(2))) / 2 + z * np.exp(-(z**2) / 2) / np.sqrt(2 * np.pi),
    }
    if name not in functions:
        raise ValueError(f"name must be one of {', '.join(functions)}. Received: {name!r}")
    return functions[name]()
    ### END SOLUTION


# %% test: activation_derivative, points=2
z = np.array([[-1.0, 0.0, 2.0], [3.0, -0.5, 1.0]])
with dd.check.unchanged(z):
    result = activation_derivative("relu", z)
dd.check.like(result, np.array([[0.0, 0.0, 1.0], [1.0, 0.0, 1.0]]), what="the slope of relu", why="it is 0 at 0")
dd.check.like(activation_derivative("leaky_relu", z[0], 0.2), np.array([0.2, 0.2, 1.0]), what="the slope of leaky_relu")
dd.check.like(activation_derivative("linear", z), np.ones((2, 3)), what="the slope of linear")
for name in ("sigmoid", "tanh", "softplus", "gelu"):
    slopes = activation_derivative(name, z)
    nudged = (activation(name, z + 1e-6) - activation(name, z - 1e-6)) / 2e-6
    dd.check.like(slopes, nudged, rtol=1e-5, atol=1e-8, what=f"the slope of {name}", why="a nudge of z shows it")
    dd.check.equal(warnings_from(activation_derivative, name, 300 * z), [], what=f"the warnings of {name} far out")
### BEGIN HIDDEN TESTS
import math

exact = {
    "linear": lambda v: v,
    "sigmoid": lambda v: 1 / (1 + math.exp(-v)),
    "tanh": math.tanh,
    "relu": lambda v: max(v, 0.0),
    "leaky_relu": lambda v: v if v > 0 else 0.01 * v,
    "softplus": lambda v: v + math.log1p(math.exp(-v)) if v > 0 else math.log1p(math.exp(v)),
    "gelu": lambda v: v * math.erfc(-v / math.sqrt(2)) / 2,
}
far_right = {"linear": 1.0, "sigmoid": 0.0, "tanh": 0.0, "relu": 1.0, "leaky_relu": 1.0, "softplus": 1.0, "gelu": 1.0}
far_left = {**dict.fromkeys(far_right, 0.0), "linear": 1.0, "leaky_relu": 0.01}
at_zero = {"linear": 1.0, "sigmoid": 0.25, "tanh": 1.0, "relu": 0.0, "leaky_relu": 0.01, "softplus": 0.5, "gelu": 0.5}
rng = np.random.default_rng(231)
for name, formula in exact.items():
    for shape in [(1,), (7,), (1, 1), (4, 1), (3, 5), (2, 3, 4), (0,)]:
        z = rng.normal(0, 2, shape)
        z[np.abs(z) < 1e-3] = 0.5  # away from the kink
        with dd.check.unchanged(z):
            result = activation_derivative(name, z)
        due = np.array([(formula(v + 1e-5) - formula(v - 1e-5)) / 2e-5 for v in z.flat]).reshape(shape)
        why = "it is how fast the activation rises at z"
        dd.check.like(result, due, rtol=1e-5, atol=1e-7, what=f"the slope of {name}", why=why)
    z = np.array([-1000.0, -50.0, 0.0, 50.0, 1000.0])
    due = np.array([far_left[name], far_left[name], at_zero[name], far_right[name], far_right[name]])
    dd.check.like(activation_derivative(name, z), due, atol=1e-12, what=f"the slope of {name} far out and at 0")
    dd.check.equal(warnings_from(activation_derivative, name, z), [], what=f"the list of warnings of {name} far out")
    whole = np.array([-3, -1, 2, 5])
    due = np.array([(formula(v + 1e-5) - formula(v - 1e-5)) / 2e-5 for v in whole.tolist()])
    result = activation_derivative(name, whole)
    dd.check.like(result, due, rtol=1e-5, atol=1e-7, what=f"the slope of {name} at ints", why="ints give floats")
for slope in (0.0, 0.2, 1.0, 1.5, -0.5):
    result = activation_derivative("leaky_relu", np.array([-2.0, 0.0, 3.0]), slope)
    dd.check.like(result, np.array([slope, slope, 1.0]), what=f"the slope of leaky_relu with {slope}")
for name in ("", "ReLU", "rel", "leaky", "softmax", None):
    with dd.check.raises(ValueError, why=f"there is no activation of the name {name!r} here"):
        activation_derivative(name, z)
### END HIDDEN TESTS

# %% mistakes: activation_derivative
# - replace: np.where(z > 0, 1.0, negative_slope)
#   with: np.where(z > 0, 1.0, negative_slope * z)
#   hint: "Below 0 you give the leaky ReLU itself. Its slope is the same number all along."
# - replace: expit(z) * expit(-z)
#   with: np.exp(-z) / (1 + np.exp(-z)) ** 2
#   hint: "Far on the left your slope of the sigmoid is infinity over infinity. The sigmoid itself is safe there."
# - replace: np.where(z > 0, 1.0, 0.0)
#   with: z > 0
#   hint: "Your slopes of ReLU are True and False. A slope is a number, 1.0 or 0.0."
# - replace: expit(z) * expit(-z)
#   with: z * (1 - z)
#   hint: "Your sigmoid's slope is that of its value times one less its value, with z put where the value belongs."
# - replace: 1 - np.tanh(z) ** 2
#   with: 1 - z**2
#   hint: "In the slope of tanh you square z. What is squared there?"
# - replace: 1 - np.tanh(z) ** 2
#   with: 1 - np.tanh(np.tanh(z)) ** 2
#   hint: "You take the slope at tanh(z). It is due at z."
# - replace: np.where(z > 0, 1.0, 0.0)
#   with: np.where(z >= 0, 1.0, 0.0)
#   hint: "At the kink of ReLU you take the slope of the right side. By our convention it is that of the left."
# - replace: np.where(z > 0, 1.0, 0.0)
#   with: np.maximum(z, 0.0)
#   hint: "That is ReLU itself. Its slope is either 0 or 1."
# - replace: np.where(z > 0, 1.0, negative_slope)
#   with: np.where(z > 0, 1.0, 0.0)
#   hint: "Below 0 your leaky ReLU is flat. What leaks?"
# - replace: np.where(z > 0, 1.0, negative_slope)
#   with: np.where(z >= 0, 1.0, negative_slope)
#   hint: "At the kink of the leaky ReLU you take the slope of the right side. Our convention is that of the left."
# - replace: np.where(z > 0, 1.0, negative_slope)
#   with: np.where(z > 0, 1.0, 0.01)
#   hint: "Your leaky slope is fixed. It is an argument."
# - replace: (1 + erf(z / np.sqrt(2))) / 2 + z * np.exp(-(z**2) / 2) / np.sqrt(2 * np.pi)
#   with: (1 + erf(z / np.sqrt(2))) / 2
#   hint: "GELU is a product of two functions of z, and your slope has one term only."
# - replace: z * np.exp(-(z**2) / 2) / np.sqrt(2 * np.pi)
#   with: z * np.exp(-(z**2) / 2)
#   hint: "Your bell is too high in the slope of GELU: a density has an area of 1."
# - replace: |-
#     "softplus": lambda: expit(z)
#   with: |-
#     "softplus": lambda: np.exp(z) / (1 + np.exp(z))
#   hint: "For large z you divide infinity by infinity. The sigmoid has a safe form."
# - replace: np.ones(z.shape)
#   with: 1.0
#   hint: "The slope of linear is a single number with you. Each entry has its own."
# - replace: np.ones(z.shape)
#   with: np.zeros(z.shape)
#   hint: "Your linear activation is flat. How fast does z rise with z?"
# - replace: |-
#     raise ValueError(f"name must be one of {', '.join(functions)}. Received: {name!r}")
#   with: return functions[name]()
#   hint: "An unknown name ends in a KeyError, a detail of how you store the functions. The docstring names the error."


# %% equivalents: activation_derivative
# - replace: np.where(z > 0, 1.0, 0.0)
#   with: np.where(1.0, z > 0, 0.0)
#   reason: "What is chosen is true or false beside a float, and so 1.0 or 0.0."


# %% mistake: activation_derivative
# hint: "Your slopes are ratios over a short step. At the kinks and far out they are off: use the formulas."
def activation_derivative(name, z, negative_slope=0.01):
    step = 1e-4
    return (activation(name, z + step, negative_slope) - activation(name, z - step, negative_slope)) / (2 * step)


# %% mistake: activation_derivative
# hint: "You take the slopes of sigmoid and tanh from z as if it were the activation's value. What goes in here is z."
def activation_derivative(name, z, negative_slope=0.01):
    z = np.asarray(z, dtype=float)
    functions = {
        "linear": lambda: np.ones(z.shape),
        "sigmoid": lambda: z * (1 - z),
        "tanh": lambda: 1 - z**2,
        "relu": lambda: np.where(z > 0, 1.0, 0.0),
        "leaky_relu": lambda: np.where(z > 0, 1.0, negative_slope),
        "softplus": lambda: expit(z),
        "gelu": lambda: (1 + erf(z / np.sqrt(2))) / 2 + z * np.exp(-(z**2) / 2) / np.sqrt(2 * np.pi),
    }
    if name not in functions:
        raise ValueError(name)
    return functions[name]()


# %% mistake: activation_derivative
# hint: "At the kinks of both ReLUs you take the slope of the right side. By our convention it is that of the left."
def activation_derivative(name, z, negative_slope=0.01):
    functions = {
        "linear": lambda: np.ones(z.shape),
        "sigmoid": lambda: expit(z) * expit(-z),
        "tanh": lambda: 1 - np.tanh(z) ** 2,
        "relu": lambda: np.where(z >= 0, 1.0, 0.0),
        "leaky_relu": lambda: np.where(z >= 0, 1.0, negative_slope),
        "softplus": lambda: expit(z),
        "gelu": lambda: (1 + erf(z / np.sqrt(2))) / 2 + z * np.exp(-(z**2) / 2) / np.sqrt(2 * np.pi),
    }
    if name not in functions:
        raise ValueError(name)
    return functions[name]()


# %% accepts: activation_derivative
def activation_derivative(name, z, negative_slope=0.01):
    z = np.array(z, dtype=float)
    if name in ("linear", "relu", "leaky_relu"):
        left = {"linear": 1.0, "relu": 0.0, "leaky_relu": negative_slope}[name]
        slope = np.full(z.shape, left, dtype=float)
        slope[z > 0] = 1.0
        return slope
    value = activation(name, z, negative_slope)
    if name == "sigmoid":
        return value * (1 - value)
    if name == "tanh":
        return (1 - value) * (1 + value)
    if name == "softplus":
        return 1 - np.exp(-value)
    bell = np.exp(-0.5 * z * z) / (2 * np.pi) ** 0.5
    return 0.5 + 0.5 * erf(z / 2**0.5) + z * bell  # activation has refused all other names


# %% accepts: activation_derivative
def activation_derivative(name, z, negative_slope=0.01):
    match name:
        case "linear":
            return 0.0 * z + 1
        case "sigmoid":
            return 0.25 * (1 - np.tanh(0.5 * z) ** 2)
        case "tanh":
            return 4 * expit(2 * z) * (1 - expit(2 * z))
        case "relu":
            return np.heaviside(z, 0.0)
        case "leaky_relu":
            return negative_slope + (1 - negative_slope) * np.heaviside(z, 0.0)
        case "softplus":
            return (1 + np.tanh(0.5 * z)) / 2
        case "gelu":
            return expit(0 * z) + erf(z / np.sqrt(2)) / 2 + z * np.exp(-z * z / 2.0) * 0.3989422804014327
    raise ValueError(name)


# %% [markdown]
# The gallery: where does each let a signal through, where does its slope die, and how good is GPT-2's GELU?

# %% demo
names = ["linear", "sigmoid", "tanh", "relu", "leaky_relu", "softplus", "gelu"]
grid = np.linspace(-5, 5, 401)
fig, axes = plt.subplots(2, 4, figsize=(13, 6.2), sharex=True)
for ax, name in zip(axes.flat, names, strict=False):
    ax.plot(grid, activation(name, grid), label="$f(z)$")
    ax.plot(grid, activation_derivative(name, grid), label="$f'(z)$")
    ax.set(title=name, ylim=(-1.4, 3.2), xlabel="$z$")
    ax.label_outer()
axes[0, 0].legend(loc="upper left")
by_tanh = grid / 2 * (1 + np.tanh(np.sqrt(2 / np.pi) * (grid + 0.044715 * grid**3)))
error = by_tanh - activation("gelu", grid)
axes[1, 3].plot(grid, 1000 * error, color="black", linestyle="-")
axes[1, 3].set(title="GELU by tanh, minus exact", xlabel="$z$", ylabel="thousandths")
dd.plot.show(
    "Seven panels with an activation and its slope from -5 to 5. Sigmoid and tanh flatten on both sides and their "
    "slopes are humps around 0; the ReLUs have a step for a slope, softplus and gelu a smooth one; gelu dips below 0 "
    "near -1. The last panel: the tanh form of GELU is off by less than half a thousandth."
)
print(f"GELU by tanh is off by {np.max(np.abs(error)):.1e} at most")

# %% [markdown]
# The dashed slopes decide how well a network learns, as Day 26 will show, because a signal on its way back is
# multiplied by one of them in every layer. The sigmoid's is at most $\frac14$ and dies on both sides; a unit
# that far out is **saturated**. Ten sigmoid layers leave a millionth of the signal at best. ReLU's slope is
# exactly 1 on half of the line, one reason why it made deep networks trainable; its other half is dead, and
# *leaky* ReLU mends that. Softplus and GELU are ReLUs with the corner rounded off. GELU dips a little below
# 0, and its approximation by tanh is off by less than 0.0005.
#
# ## Forward propagation
#
# A **multilayer perceptron** is dense layer, activation, dense layer, activation, and so on. Written
# $h_0 = x$, layer $l$ computes
#
# $$h_l = f_l(h_{l-1}\, w_l + b_l), \qquad l = 1, 2, \dots$$
#
# Running this from input to output is **forward propagation**. The **input layer** computes nothing and isn't
# counted; the last is the **output layer**; those between are hidden. The number of units in a layer is its
# **width**, the number of layers with weights is the **depth**. Hidden layers all bend. What the output layer
# does depends on the question: `linear` for a quantity and for logits, which the loss turns into
# probabilities (Days 4, 5 and 24). So logistic regression is a network of depth 1.
#
# In code a network is **a list of triples** `(w, b, name)`, first layer first. By hand: XOR is `[(w1, b1,
# "relu"), (w2, b2, "linear")]` with $w_1 = \begin{pmatrix}1&1\\1&1\end{pmatrix}$, $b_1 = (0, -1)$,
# $w_2 = \begin{pmatrix}1\\-2\end{pmatrix}$, $b_2 = (0)$.


# %% exercise: mlp_forward
def mlp_forward(x, layers):
    """The output of a multilayer perceptron for a batch.

    Args:
        x: inputs, float or int array of shape (N, D_0).
        layers: list of triples (w, b, name): weights (D_{l-1}, D_l), biases (D_l,), and the name of the layer's
            activation. An empty list is a network that changes nothing. All arrays are left unchanged.

    Returns:
        The last layer's output, float array of shape (N, D_last); for an empty list x itself. About 3 lines.
    """
    ### BEGIN SOLUTION
    for w, b, name in layers:
        x = activation(name, dense_forward(x, w, b))
    return x
    ### END SOLUTION


# %% test: mlp_forward, points=2
corners = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
first = (np.array([[1.0, 1.0], [1.0, 1.0]]), np.array([0.0, -1.0]), "relu")
xor = [first, (np.array([[1.0], [-2.0]]), np.array([0.0]), "linear")]
with dd.check.unchanged(corners), dd.check.unchanged(xor):
    result = mlp_forward(corners, xor)
dd.check.like(result, np.array([[0.0], [1.0], [1.0], [0.0]]), why="this is XOR, worked by hand")
due = np.array([[0.0, 0.0], [1.0, 0.0], [1.0, 0.0], [2.0, 1.0]])
dd.check.like(mlp_forward(corners, xor[:1]), due, what="the hidden layer", why="the first layer alone is a network too")
x = np.array([[1.0, -2.0, 0.5]])  # one example of three inputs, then 2 and 4 units
layers = [(np.ones((3, 2)), np.array([0.0, 0.5]), "leaky_relu"), (np.ones((2, 4)), np.zeros(4), "softplus")]
due = np.log1p(np.exp(np.full((1, 4), -0.005)))
dd.check.like(mlp_forward(x, layers), due, why="z is (-0.5, 0), then -0.005 four times")
### BEGIN HIDDEN TESTS
import math

bent = {
    "linear": lambda v: v,
    "sigmoid": lambda v: 1 / (1 + math.exp(-v)),
    "tanh": math.tanh,
    "relu": lambda v: max(v, 0.0),
    "leaky_relu": lambda v: v if v > 0 else 0.01 * v,
    "softplus": lambda v: math.log1p(math.exp(v)),
    "gelu": lambda v: v * math.erfc(-v / math.sqrt(2)) / 2,
}
rng = np.random.default_rng(232)
for sizes in [(1, 1), (3, 2), (2, 5, 1), (1, 4, 3), (4, 3, 3, 2), (2, 6, 1, 5, 3), (3, 3, 3, 3)]:
    for n in (1, 6):
        x = rng.normal(size=(n, sizes[0]))
        chosen = rng.choice(list(bent), len(sizes) - 1).tolist()
        layers = [
            (rng.normal(size=(d, m)), rng.normal(size=m), name)
            for d, m, name in zip(sizes[:-1], sizes[1:], chosen, strict=True)
        ]
        with dd.check.unchanged(x), dd.check.unchanged(layers):
            result = mlp_forward(x, layers)
        due = np.zeros((n, sizes[-1]))
        for i in range(n):
            row = x[i].tolist()
            for w, b, name in layers:
                sums = [b[k] + sum(v * w[j, k] for j, v in enumerate(row)) for k in range(len(b))]
                row = [bent[name](v) for v in sums]
            due[i] = row
        dd.check.like(result, due, what=f"the output of {' then '.join(chosen)}", why="layer follows upon layer")
        dd.check.like(mlp_forward(x, layers), due, what="the same call again", why="nothing may stay behind")
        dd.check.close(mlp_forward(mlp_forward(x, layers[:1]), layers[1:]), due, what="the network in two parts")
        dd.check.close(mlp_forward(x[::-1], layers), due[::-1], what="the examples in reverse", why="rows don't mix")
x = rng.normal(size=(3, 2))
dd.check.like(mlp_forward(x, []), x, what="the output without a layer", why="it changes nothing")
with dd.check.raises(ValueError, why="the first layer has 4 inputs, and x has 2 columns"):
    mlp_forward(x, [(np.ones((4, 1)), np.zeros(1), "relu")])
pixels = np.array([[255, 3], [0, 200]], dtype=np.uint8)
result = mlp_forward(pixels, [(np.array([[1.0, -1.0], [2.0, 1.0]]), np.zeros(2), "relu")])
dd.check.like(result, np.array([[261.0, 0.0], [400.0, 200.0]]), why="pixels may come in as uint8")
### END HIDDEN TESTS

# %% mistakes: mlp_forward
# - replace: x = activation(name, dense_forward(x, w, b))
#   with: x = dense_forward(x, w, b)
#   hint: "No layer of yours bends, so all of them together are one line."
# - replace: for w, b, name in layers
#   with: for w, b, name in layers[:1]
#   hint: "Your network ends after its first layer."
# - replace: for w, b, name in layers
#   with: for w, b, name in reversed(layers)
#   hint: "You run the network from its last layer to its first."
# - replace: x = activation(name, dense_forward(x, w, b))
#   with: x = activation(name, x @ w) + b
#   hint: "The bias comes after the bend with you. It shifts where the bend is."
# - replace: x = activation(name, dense_forward(x, w, b))
#   with: x = activation("relu", dense_forward(x, w, b))
#   hint: "Every layer of yours is a ReLU layer. Each names its own activation."
# - replace: x = activation(name, dense_forward(x, w, b))
#   with: x = dense_forward(activation(name, x), w, b)
#   hint: "You bend before you weigh, the raw input too. Which comes first in a layer?"
# - replace: return x
#   with: return x.ravel()
#   hint: "Your output has lost its axes. Examples are rows, also if there is one output."
# - replace: return x
#   with: return x.argmax(axis=1)
#   hint: "You return classes. The network's own output is asked for, which need not be scores of classes."


# %% mistake: mlp_forward
# hint: "Your last layer doesn't bend. It too names its activation, which may be linear or another."
def mlp_forward(x, layers):
    for w, b, name in layers[:-1]:
        x = activation(name, dense_forward(x, w, b))
    for w, b, _ in layers[-1:]:
        x = dense_forward(x, w, b)
    return x


# %% mistake: mlp_forward
# hint: "Each layer reads the raw input with you. It should read what the layer before it put out."
def mlp_forward(x, layers):
    result = x
    for w, b, name in layers:
        result = activation(name, dense_forward(x, w, b))
    return result


# %% mistake: mlp_forward
# hint: "You return what every layer put out. The output of the last one is asked for."
def mlp_forward(x, layers):
    outputs = []
    for w, b, name in layers:
        x = activation(name, dense_forward(x, w, b))
        outputs.append(x)
    return outputs


# %% mistake: mlp_forward
# hint: "You take axes of length 1 away. A batch of one example, or a network with one output, has two axes as well."
def mlp_forward(x, layers):
    for w, b, name in layers:
        x = activation(name, dense_forward(x, w, b))
    return np.squeeze(x)


# %% mistake: mlp_forward
# hint: "Your loop empties the list of layers that you were given, and the network can be run once."
def mlp_forward(x, layers):
    while layers:
        w, b, name = layers.pop(0)
        x = activation(name, dense_forward(x, w, b))
    return x


# %% mistake: mlp_forward
# hint: "Every hidden layer of yours is a ReLU layer. Each names its own activation."
def mlp_forward(x, layers):
    for i, (w, b, name) in enumerate(layers):
        x = activation(name if i == len(layers) - 1 else "relu", dense_forward(x, w, b))
    return x


# %% accepts: mlp_forward
def mlp_forward(x, layers):
    if not layers:
        return x
    *before, (w, b, name) = layers
    return activation(name, dense_forward(mlp_forward(x, before), w, b))


# %% accepts: mlp_forward
def mlp_forward(x, layers):
    import functools

    return functools.reduce(lambda h, layer: activation(layer[2], dense_forward(h, layer[0], layer[1])), layers, x)


# %% [markdown]
# ## Counting parameters
#
# The **parameters** are what training sets: all weights and biases. Their number decides memory, time, and
# how much data one needs. (Widths, depth and activations are chosen by you: **hyperparameters**.) A network
# with 3 inputs, 4 hidden units and 2 outputs, in short 3-4-2, has $3 \cdot 4 + 4$ and $4 \cdot 2 + 2$,
# together 26.


# %% exercise: count_parameters
def count_parameters(layer_sizes):
    """The number of weights and biases of a multilayer perceptron.

    Args:
        layer_sizes: [D_0, D_1, ...], the number of inputs and then of units in each layer; a list, tuple or int array
            with at least one entry, all positive. Left unchanged.

    Returns:
        An int, exact however large; 0 if there are inputs alone. About 3 lines.
    """
    ### BEGIN SOLUTION
    sizes = [int(size) for size in layer_sizes]
    return sum(d * m + m for d, m in itertools.pairwise(sizes))
    ### END SOLUTION


# %% test: count_parameters, points=1
sizes = [3, 4, 2]
with dd.check.unchanged(sizes):
    result = count_parameters(sizes)
dd.check.like(result, 26, why="this is the network counted by hand")
dd.check.like(count_parameters([2, 2, 1]), 9, why="these are the nine numbers of XOR")
dd.check.like(count_parameters([7]), 0, why="inputs compute nothing")
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(233)
for depth in (1, 2, 3, 5):
    for _ in range(4):
        sizes = rng.integers(1, 9, depth + 1)
        due = sum(np.zeros((d, m)).size + np.zeros(m).size for d, m in itertools.pairwise(sizes))
        with dd.check.unchanged(sizes):
            dd.check.like(
                count_parameters(sizes), due, what=f"the count of {sizes}", why="a layer has d m weights, m biases"
            )
        dd.check.like(count_parameters(sizes.tolist()), due, what="the count of a list")
        dd.check.like(count_parameters(tuple(sizes.tolist())), due, what="the count of a tuple")
dd.check.like(count_parameters([192, 30, 10]), 6_100, why="these are the dense layers of LeCun's network of 1989")
huge = np.array([100_000, 200_000, 3], dtype=np.int32)
dd.check.like(count_parameters(huge), 20_000_800_003, why="a count may be larger than the dtype of the sizes holds")
assert count_parameters([10**10, 10**10]) == 10**20 + 10**10, "the count is exact however large"
### END HIDDEN TESTS

# %% mistakes: count_parameters
# - replace: d * m + m for d, m
#   with: d * m for d, m
#   hint: "You count the weights alone. Each unit has one number more."
# - replace: d * m + m for d, m
#   with: d * m + d for d, m
#   hint: "You count a bias for each input of a layer. It is its units that have biases."
# - replace: d * m + m for d, m
#   with: d * m + 1 for d, m
#   hint: "You count one bias a layer. Each unit has its own."
# - replace: |-
#     sizes = [int(size) for size in layer_sizes]
#         return sum(
#   with: |-
#     sizes = np.asarray(layer_sizes)
#         return sum(
#   hint: "With large layers your count wraps around in the dtype of the sizes."
# - replace: itertools.pairwise(sizes)
#   with: itertools.pairwise(sizes[:-1])
#   hint: "The output layer is missing from your count."


# %% mistake: count_parameters
# hint: "You count the units and inputs. Parameters are the numbers on the connections, and the biases."
def count_parameters(layer_sizes):
    return int(sum(int(size) for size in layer_sizes))


# %% mistake: count_parameters
# hint: "You multiply all sizes together. Connections run between neighbouring layers, and layers add up."
def count_parameters(layer_sizes):
    import math

    return math.prod(int(size) for size in layer_sizes) + sum(int(size) for size in layer_sizes[1:])


# %% mistake: count_parameters
# hint: "You add biases for the inputs as well. Inputs compute nothing."
def count_parameters(layer_sizes):
    sizes = [int(size) for size in layer_sizes]
    return sum(d * m for d, m in itertools.pairwise(sizes)) + sum(sizes)


# %% mistake: count_parameters
# hint: "You count in floats, which keep about 16 digits. An int of Python is exact however large."
def count_parameters(layer_sizes):
    sizes = np.array(layer_sizes, dtype=float)
    return int(np.dot(sizes[:-1] + 1, sizes[1:]))


# %% accepts: count_parameters
def count_parameters(layer_sizes):
    total, before = 0, None
    for size in layer_sizes:
        if before is not None:
            total += int(size) * (before + 1)
        before = int(size)
    return total


# %% accepts: count_parameters
def count_parameters(layer_sizes):
    if len(layer_sizes) < 2:
        return 0
    return int(layer_sizes[1]) * (int(layer_sizes[0]) + 1) + count_parameters(layer_sizes[1:])


# %% demo
print(f"AlexNet (2012), its last three layers: {count_parameters([9216, 4096, 4096, 1000]):,}")
print(f"a letter of 14 x 14, two hidden layers of 128, 26 classes: {count_parameters([196, 128, 128, 26]):,}")

# %% [markdown]
# AlexNet, of which more below, has 60 million parameters: nearly all of them sit in three dense layers at its
# end. Dense layers are hungry.
#
# ## Any curve: universal approximation
#
# What can one hidden layer do? Take one input. A sigmoid unit $\sigma(s x + b)$ with a large weight $s$ is a
# smooth step, at the place where $s x + b = 0$. Subtract from a step another step further to the right, and
# what is left is a **bump**: up at the first, down at the second. A wide enough layer makes bumps everywhere,
# each as high as the curve is there, and the output layer adds them up. That is all there is to the famous
# theorem, in one dimension.
#
# One detail. The two sigmoids overlap, so their difference does not quite reach 1 at the middle. For steps at
# distances $\pm\frac12$ from the middle and $s = 4$ it is $\sigma(2) - \sigma(-2) = 0.762$. A bump of a given
# height has to make up for that.


# %% exercise: fit_bump
def fit_bump(width, height, center=0.0, sharpness=20.0):
    """A network of one input, two sigmoid units and one linear output that draws a bump.

    Args:
        width: distance between the middles of the two steps, which lie at center - width / 2 and center + width / 2;
            a number > 0.
        height: the network's output at center, exact but for rounding; a number, negative for a dip.
        center: where the bump is, a number.
        sharpness: both units weigh the input with sharpness / width (either may do so with a minus); a number > 0.

    Returns:
        layers for mlp_forward: [(w1, b1, "sigmoid"), (w2, b2, "linear")] with float arrays of shapes (1, 2), (2,),
        (2, 1) and (1,). Far away on both sides the output tends to 0.

    Raises:
        ValueError: width is not positive.
    """
    ### BEGIN SOLUTION
    if width <= 0:
        raise ValueError(f"width must be positive. Received: {width}")
    slope = sharpness / width
    edges = center + width * np.array([-0.5, 0.5])
    size = height / (2 * expit(sharpness / 2) - 1)
    first = (np.full((1, 2), slope), -slope * edges, "sigmoid")
    return [first, (np.array([[size], [-size]]), np.zeros(1), "linear")]
    ### END SOLUTION


# %% test: fit_bump, points=3
layers = fit_bump(1.0, 3.0, sharpness=4.0)
dd.check.kind(layers, list, why="a network is a list of triples")
dd.check.equal([layer[2] for layer in layers], ["sigmoid", "linear"], what="the activations")
(w1, b1, _), (w2, b2, _) = layers
for array, shape, name in [(w1, (1, 2), "w1"), (b1, (2,), "b1"), (w2, (2, 1), "w2"), (b2, (1,), "b2")]:
    dd.check.shape(array, shape, what=name, why="the sizes of the network are 1, 2 and 1")
x = np.array([[-0.5], [0.0], [0.5], [40.0], [-40.0]])
half = 3 * (1 / (1 + np.exp(-4)) - 0.5) / (2 / (1 + np.exp(-2)) - 1)
due = np.array([[half], [3.0], [half], [0.0], [0.0]])
dd.check.close(mlp_forward(x, layers), due, why="it is 3 at the middle, alike on both sides, and 0 far away")
layers = fit_bump(0.5, -2.0, center=7.0)
due = np.array([[-1.0], [-2.0], [-1.0], [0.0]])
result = mlp_forward(np.array([[6.75], [7.0], [7.25], [9.0]]), layers)
dd.check.close(result, due, rtol=1e-3, atol=1e-6, why="a sharp dip of depth 2 around 7 is half as deep at its edges")
with dd.check.raises(ValueError, why="a bump has a positive width"):
    fit_bump(0.0, 1.0)
### BEGIN HIDDEN TESTS
import math


def step(v):
    return 1 / (1 + math.exp(-v)) if v > -700 else 0.0


rng = np.random.default_rng(234)
cases = [(1.0, 1.0, 0.0, 20.0), (0.1, 5.0, -3.0, 20.0), (30, -2, 4, 8), (2.0, 0.0, 1.0, 20.0), (0.5, 1.5, 100.0, 0.5)]
cases += [tuple(rng.uniform([0.2, -3, -2, 1], [3, 3, 2, 60]).tolist()) for _ in range(8)]
for width, height, center, sharpness in cases:
    layers = fit_bump(width, height, center, sharpness)
    given = f"a bump of width {width:g}, height {height:g}, center {center:g} and sharpness {sharpness:g}"
    dd.check.kind(layers, list, what=given, why="a network is a list of triples")
    assert len(layers) == 2, f"{given} has {len(layers)} layers, where 2 were due"
    (w1, b1, first), (w2, b2, last) = layers
    dd.check.equal([first, last], ["sigmoid", "linear"], what=f"the activations of {given}")
    for array, shape, name in [(w1, (1, 2), "w1"), (b1, (2,), "b1"), (w2, (2, 1), "w2"), (b2, (1,), "b2")]:
        dd.check.kind(array, np.ndarray, what=f"{name} of {given}")
        dd.check.dtype(array, "float", what=f"{name} of {given}")
        dd.check.shape(array, shape, what=f"{name} of {given}")
    dd.check.close(np.abs(w1), np.full((1, 2), sharpness / width), what=f"the size of w1 of {given}")

    def output(v, w1=w1, b1=b1, w2=w2, b2=b2):
        return b2[0] + sum(w2[k, 0] * step(w1[0, k] * v + b1[k]) for k in range(2))

    # The bump that all these conditions leave, from its own formula: a difference of two steps, 1 at the middle.
    slope, most = sharpness / width, math.tanh(sharpness / 4)
    places = center + width * np.array([-9.0, -1.3, -0.5, -0.2, 0.0, 0.1, 0.5, 0.8, 1.1, 6.0])
    came = [output(float(v)) for v in places]
    due = [
        height * (step(slope * (v - center) + sharpness / 2) - step(slope * (v - center) - sharpness / 2)) / most
        for v in places.tolist()
    ]
    close = {"rtol": 1e-6, "atol": 1e-7 * (1 + abs(height) * (1 + abs(center) * slope) / most)}
    dd.check.close(came, due, what=f"the output of {given}", why="it is a step up and a step down", **close)
    far = center + width * 1000 / sharpness * np.array([-1.0, 1.0])
    dd.check.close([output(float(v)) for v in far], [0.0, 0.0], atol=1e-6, what=f"{given}, far away")
for width in (0, 0.0, -1.0):
    with dd.check.raises(ValueError, why="a width must be positive"):
        fit_bump(width, 1.0)
### END HIDDEN TESTS

# %% mistakes: fit_bump
# - replace: width <= 0
#   with: width == 0
#   hint: "A negative width passes."
# - replace: height / (2 * expit(sharpness / 2) - 1)
#   with: 1.0 * height
#   hint: "Your bump stays below its height at the middle, the more so the less sharp it is. By what do two overlapping
#     steps fall short?"
# - replace: np.array([[size], [-size]])
#   with: np.array([[size], [size]])
#   hint: "Your second step goes up as well. Where does the bump come down?"
# - replace: np.array([[size], [-size]])
#   with: np.array([[-size], [size]])
#   hint: "Your bump is upside down: the step on the left goes down first."
# - replace: |-
#     -slope * edges
#   with: |-
#     -edges
#   hint: "The middles of your steps are not at the edges. Where is s x + b equal to 0?"
# - replace: |-
#     -slope * edges
#   with: slope * edges
#   hint: "Your bump sits on the other side of 0. What is the bias of a step at a given place?"
# - replace: np.array([-0.5, 0.5])
#   with: np.array([-1.0, 1.0])
#   hint: "Your bump is twice as wide. How far is an edge from the center?"
# - replace: np.array([-0.5, 0.5])
#   with: np.array([0.0, 1.0])
#   hint: "Your bump begins at its center."
# - replace: edges = center + width
#   with: edges = width
#   hint: "Your bump is always around 0."
# - replace: slope = sharpness / width
#   with: slope = sharpness
#   hint: "A narrow bump of yours is blurred, and a wide one has cliffs. The weight is in proportion to 1 / width."
# - replace: |-
#     if width <= 0:
#             raise ValueError(f"width must be positive. Received: {width}")
#         slope
#   with: slope
#   hint: "A width of 0 or less passes. The docstring says what happens then."
# - replace: width <= 0
#   with: width < 0
#   hint: "A width of exactly 0 passes."


# %% mistake: fit_bump
# hint: "Your height is right in the limit of sharp steps only: you divide by the steps' difference at the edges, not at
#   the middle."
def fit_bump(width, height, center=0.0, sharpness=20.0):
    if width <= 0:
        raise ValueError("width must be positive")
    slope = sharpness / width
    edges = center + width * np.array([-0.5, 0.5])
    size = height / (2 * expit(sharpness) - 1)
    first = (np.full((1, 2), slope), -slope * edges, "sigmoid")
    return [first, (np.array([[size], [-size]]), np.zeros(1), "linear")]


# %% mistake: fit_bump
# hint: "The input's weight is the sharpness itself with you, so narrow bumps are blurred. It is sharpness / width."
def fit_bump(width, height, center=0.0, sharpness=20.0):
    if width <= 0:
        raise ValueError("width must be positive")
    edges = center + width * np.array([-0.5, 0.5])
    size = height / np.tanh(sharpness * width / 4)
    first = (np.full((1, 2), 1.0 * sharpness), -sharpness * edges, "sigmoid")
    return [first, (np.array([[size], [-size]]), np.zeros(1), "linear")]


# %% mistake: fit_bump
# hint: "Your bump is twice as wide. How far from the center are the middles of the two steps?"
def fit_bump(width, height, center=0.0, sharpness=20.0):
    if width <= 0:
        raise ValueError("width must be positive")
    slope = sharpness / width
    edges = center + width * np.array([-1.0, 1.0])
    size = height / np.tanh(sharpness / 2)
    return [(np.full((1, 2), slope), -slope * edges, "sigmoid"), (np.array([[size], [-size]]), np.zeros(1), "linear")]


# %% mistake: fit_bump
# hint: "Your bump sits at minus center. What is the bias of a step at a given place?"
def fit_bump(width, height, center=0.0, sharpness=20.0):
    if width <= 0:
        raise ValueError("width must be positive")
    slope = sharpness / width
    edges = center + width * np.array([0.5, -0.5])
    size = height / np.tanh(sharpness / 4)
    return [(np.full((1, 2), slope), slope * edges, "sigmoid"), (np.array([[size], [-size]]), np.zeros(1), "linear")]


# %% mistake: fit_bump
# hint: "Both of your steps go up, and by the whole height. Where does the bump come down?"
def fit_bump(width, height, center=0.0, sharpness=20.0):
    if width <= 0:
        raise ValueError("width must be positive")
    slope = sharpness / width
    edges = center + width * np.array([-0.5, 0.5])
    up = np.full((2, 1), 1.0 * height)
    return [(np.full((1, 2), slope), -slope * edges, "sigmoid"), (up, np.zeros(1), "linear")]


# %% accepts: fit_bump
def fit_bump(width, height, center=0.0, sharpness=20.0):
    if not width > 0:
        raise ValueError("a bump has a width")
    w1 = np.array([[1.0, -1.0]]) * sharpness / width
    b1 = sharpness * (0.5 + np.array([-center, center]) / width)
    scale = height / np.tanh(sharpness / 4)  # one step up, one down, and their common 1 taken away
    return [(w1, b1, "sigmoid"), (np.full((2, 1), scale), np.array([-scale]), "linear")]


# %% accepts: fit_bump
def fit_bump(width, height, center=0.0, sharpness=20.0):
    if width <= 0:
        raise ValueError(width)
    layers = [
        (
            np.array([[sharpness / width, sharpness / width]], dtype=float),
            np.array([-sharpness * center / width + sharpness / 2, -sharpness * center / width - sharpness / 2]),
            "sigmoid",
        ),
        (np.array([[1.0], [-1.0]]), np.array([0.0]), "linear"),
    ]
    peak = mlp_forward(np.array([[float(center)]]), layers)[0, 0]
    w2, b2, name = layers[1]
    layers[1] = (w2 * height / peak, b2, name)
    return layers


# %% [markdown]
# Put $K$ bumps side by side over $[0, 1]$, each as high as the curve is in its middle, with one more beyond
# each end. Side by side means: one wide layer, whose units and output weights are those of all bumps
# together. How does the error fall as the layer gets wider?


# %% demo
def curve(x):
    return np.sin(6 * x) * x + 0.3 * np.cos(25 * x)


def stack_bumps(num_bumps):
    """One network that draws the curve over [0, 1] as a sum of bumps."""
    centers = (np.arange(-1, num_bumps + 1) + 0.5) / num_bumps  # one beyond each end
    bumps = [fit_bump(1 / num_bumps, float(curve(c)), float(c)) for c in centers]
    first = (np.hstack([hidden[0] for hidden, _ in bumps]), np.concatenate([hidden[1] for hidden, _ in bumps]))
    last = (np.vstack([out[0] for _, out in bumps]), sum(out[1] for _, out in bumps))
    return [(*first, "sigmoid"), (*last, "linear")]


x = np.linspace(0, 1, 2001)[:, None]  # (2001, 1)
fig, (left, middle, right) = plt.subplots(1, 3, figsize=(14, 4.2))
around = np.linspace(-1.2, 1.2, 401)[:, None]
for sharpness in (4, 10, 20, 80):
    left.plot(
        around[:, 0], mlp_forward(around, fit_bump(1, 1, sharpness=sharpness))[:, 0], label=f"sharpness {sharpness}"
    )
left.set(xlabel="$x$", ylabel="output", title="One bump, two sigmoids", ylim=(-0.05, 1.55))
left.legend(loc="upper center", ncols=2, fontsize=9)
middle.plot(x, curve(x), color="0.7", linestyle="-", linewidth=5, label="the curve")
for num_bumps, color in ((8, "C1"), (32, "C0")):
    middle.plot(x, mlp_forward(x, stack_bumps(num_bumps)), color=color, linewidth=1.6, label=f"{num_bumps} bumps")
middle.set(xlabel="$x$", ylabel="output", title="A sum of bumps")
middle.legend(loc="lower left")
many = np.array([4, 8, 16, 32, 64, 128, 256])
worst = [np.max(np.abs(mlp_forward(x, stack_bumps(k)) - curve(x))) for k in many]
right.loglog(many, worst, "o-", label="largest error")
right.loglog(many, worst[0] * many[0] / many, color="0.5", linestyle=":", label="$1/K$")
right.set(xlabel="bumps $K$", ylabel="largest error on [0, 1]", title="More bumps, less error")
right.legend()
dd.plot.show(
    "Left, bumps of height 1 around 0, from a soft hill at sharpness 4 to nearly a box at 80. Middle, a wavy curve "
    "with sums of 8 bumps, a coarse staircase, and of 32, which follow it closely. Right, the largest error against "
    "the number of bumps on log axes: it falls along a straight line, about as 1/K."
)
print("largest error:", ", ".join(f"{k} bumps {e:.3f}" for k, e in zip(many, worst, strict=True)))
assert worst[-1] < 0.05
assert worst[-1] < worst[2] / 8

# %% [markdown]
# The sum follows the curve like a staircase with rounded edges, and twice as many bumps halve the error. No
# training, no search: we *wrote the weights down*.
#
# **The theorem.** Let $f$ be a continuous activation. Then networks with one hidden layer of units $f$ and a
# linear output come as close as you like to *every continuous function on a closed and bounded set of*
# $\mathbb R^D$, uniformly, **if and only if $f$ is not a polynomial** (Leshno, Lin, Pinkus and Schocken 1993,
# who allow many discontinuous ones too). Before, Cybenko (1989) had proved it for continuous sigmoids, and
# Hornik (1991) for all continuous, bounded activations that are not constant.
#
# What it does **not** say is as important.
#
# - *How many units.* Bumps on a grid in $D$ dimensions number $K^D$: hopeless for 196 pixels.
# - *That training finds the weights.* It is about existence.
# - *Anything about data.* A sum of bumps that meets every example can be nonsense in between, and outside the
#   set it may do as it likes.
# - *That one hidden layer is the best way.* It isn't.
#
# ## What depth adds
#
# Two ReLU units make a tent: $t(x) = 2\max(0, x) - 4\max(0, x - \frac12)$ goes from 0 up to 1 at $\frac12$
# and back to 0 on $[0, 1]$. Feed the tent its own output. Each time the line is folded once more, and the
# next tent acts on *all* folds at once. How many straight pieces come out, for how many parameters?

# %% demo
fold = (np.array([[1.0, 1.0]]), np.array([0.0, -0.5]), "relu")  # (1, 2)
inner = (np.array([[2.0, 2.0], [-4.0, -4.0]]), np.array([0.0, -0.5]), "relu")  # (2, 2): a tent, then the next fold
last = (np.array([[2.0], [-4.0]]), np.zeros(1), "linear")  # (2, 1)
x = np.linspace(0, 1, 4097)[:, None]
fig, axes = plt.subplots(1, 3, figsize=(14, 3.6), sharey=True)
for ax, folds in zip(axes, (1, 3, 6), strict=True):
    y = mlp_forward(x, [fold, *[inner] * (folds - 1), last])[:, 0]
    pieces = 1 + np.count_nonzero(np.diff(np.sign(np.diff(y))))
    deep, wide = count_parameters([1] + [2] * folds + [1]), count_parameters([1, pieces - 1, 1])
    assert pieces == 2**folds
    ax.plot(x[:, 0], y, linewidth=1.5)
    ax.set(xlabel="$x$", title=f"{folds} hidden layer{'s' * (folds > 1)} of 2: {pieces} pieces")
    print(f"{pieces:2d} pieces: {deep:3d} parameters in {folds} narrow layers, {wide:3d} in one wide layer")
axes[0].set_ylabel("output")
dd.plot.show(
    "Three panels over [0, 1]. One hidden layer of two ReLUs: a tent of 2 pieces. Three layers: 8 pieces, four equal "
    "teeth. Six layers: a saw of 64 pieces, 32 teeth."
)

# %% [markdown]
# Every layer doubles the pieces. One hidden layer gets at most one piece more than it has units, so for $2^k$
# pieces it needs $2^k - 1$ units, where depth needs $2k$. Functions that are built by repeating an operation
# are cheap for deep networks and dear for shallow ones (Telgarsky 2016). That the world is like that, with
# strokes made of edges, letters of strokes and words of letters, is a belief; the success of deep learning is
# its evidence.
#
# ## Deep learning, and why now
#
# | | classical machine learning | deep learning |
# |---|---|---|
# | features | made by hand, by people who know the field | learned, layer by layer |
# | examples needed | hundreds to thousands | thousands to billions, or a network trained by others |
# | computing | a CPU, seconds to minutes | GPUs, hours to months |
# | why this answer? | often readable: a tree, a weight | hard to say |
# | at home with | **structured** data: columns with meanings | **unstructured** data: pixels, sound, text |
#
# On tables, boosted trees (Day 13) still often win (Grinsztajn et al. 2022). On pictures, sound and text
# nothing else comes close. The ideas are old:
#
# - 1943 McCulloch and Pitts (Day 21); 1958 the perceptron; 1969 Minsky and Papert's *Perceptrons*. Money and
#   interest go.
# - 1980 Fukushima's neocognitron has the layout of a convolutional network. 1986 Rumelhart, Hinton and
#   Williams make backpropagation known. 1989 LeCun's network reads zip codes, with 9,760 parameters.
# - 1997 LSTM. 1998 LeNet-5, 60,000 parameters. Support vector machines win the decade.
# - 2012 AlexNet, 60 million parameters, wins the ImageNet contest with 15.3% errors (right class not among
#   five guesses), against 26.2% for the next.
# - 2015 residual networks, 152 layers. 2017 the Transformer. 2020 GPT-3, 175 billion parameters. 2022
#   ChatGPT.
#
# Why did it take off when it did? Three things had come together.
#
# 1. **Data.** MNIST (1998) has 60,000 training pictures; AlexNet saw 1.2 million; GPT-3 300 billion pieces of
#    words.
# 2. **Computing.** AlexNet was trained for five to six days on two graphics cards made for games. The
#    computing that goes into a milestone system had doubled about every 20 months; since about 2010 it
#    doubles every 6 (Sevilla et al. 2022).
# 3. **Algorithms.** ReLU, better starts (Day 31), dropout, normalisation, shortcuts round layers, better
#    optimisers; and software that finds gradients by itself.

# %% demo
milestones = {  # year and parameters, each from its own paper
    "LeCun et al.": (1989, 9_760),
    "LeNet-5": (1998, 60_000),
    "AlexNet": (2012, 60e6),
    "VGG-16": (2014, 138e6),
    "BERT-large": (2018, 340e6),
    "GPT-2": (2019, 1.5e9),
    "GPT-3": (2020, 175e9),
    "PaLM": (2022, 540e9),
}
mine = count_parameters([196, 128, 128, 26])
fig, ax = plt.subplots(figsize=(8.5, 4.4))
for name, (year, number) in milestones.items():
    ax.semilogy(year, number, "o", color="C0")
    ax.annotate(name, (year, number), xytext=(-8, 4), textcoords="offset points", ha="right", fontsize=10)
ax.axhline(mine, color="C1", linestyle="--", label=f"the network below: {mine:,}")
ax.set(xlabel="year", ylabel="parameters", xlim=(1983, 2024), ylim=(1e3, 1e13))
ax.set_title("Parameters of eight networks")
ax.legend(loc="upper left")
dd.plot.show(
    "Parameters on a log axis against the year, eight networks: about 10,000 in 1989, 60,000 in 1998, 60 million in "
    "2012, then rising steeply to hundreds of billions from 2020 on. A dashed line at 45,082 marks the network of this "
    "lesson, just under LeNet-5."
)

# %% [markdown]
# From LeNet-5 to AlexNet the count rose a thousandfold in 14 years, from AlexNet to PaLM nearly ten
# thousandfold in 10. The dashed line is what you run in a minute.
#
# Layers need not be dense. The families that this course builds:
#
# | family | made for | strength | limit | from Day |
# |---|---|---|---|---|
# | dense (MLP) | rows of a table | any function | every input wired to every unit | 23 |
# | convolutional | pictures, sound | one small filter used at all places | sees far only through many layers | 46 |
# | recurrent, LSTM | sequences | a memory of fixed size, any length | step by step, hence slow; forgets | 71 |
# | Transformer | text and much else | looks anywhere at once; trains in parallel | cost: length squared | 84 |
# | autoencoder | data without labels | learns to compress | blurs what is rare | 96 |
# | GAN, diffusion | making pictures | sharp, varied samples | unstable to train; many steps to sample | 99, 104 |
#
# All of them are **narrow** AI: systems for a kind of task, however wide, that was trained for. A **general**
# one, as versatile as a person, is a goal that some hold close and others far; nothing in this course depends
# on who is right.
#
# ## Put it together: reading letters
#
# The capital letters, 14 by 14 pixels, in 25 typefaces, shifted, turned and noisy. scikit-learn trains
# networks of four sizes on growing numbers of examples, all alike; next week you will do that yourself.
# *Running* them is yours. How does accuracy on 2,000 unseen letters grow with data and with size?

# %% demo
from sklearn.neural_network import MLPClassifier
from threadpoolctl import threadpool_limits


def halved(pictures):
    """(N, 28, 28) uint8 to rows of 14 x 14 grey values from 0 to 1, (N, 196)."""
    return (pictures.reshape(-1, 14, 2, 14, 2).mean(axis=(2, 4)).reshape(-1, 196) / 255).astype("float32")


(train_pictures, train_labels), (test_pictures, test_labels) = dd.data.glyphs(10_000, 2_000, seed=23)
x_train, x_test = halved(train_pictures), halved(test_pictures)


def trained(num_examples, hidden, seed=23):
    """The layers of a ReLU network that scikit-learn has trained, ready for mlp_forward."""
    epochs, batch = int(np.clip(40_000 / num_examples, 10, 50)), min(num_examples, 256)
    with warnings.catch_warnings(), threadpool_limits(1):  # these matrices are too small to share out
        warnings.simplefilter("ignore")  # it says that it could go on
        model = MLPClassifier(hidden, batch_size=batch, learning_rate_init=0.008, max_iter=epochs, random_state=seed)
        model.fit(x_train[:num_examples], train_labels[:num_examples])
    names = ["relu"] * len(hidden) + ["linear"]
    return list(zip(model.coefs_, model.intercepts_, names, strict=True))


def accuracy(layers):
    return np.mean(mlp_forward(x_test, layers).argmax(axis=1) == test_labels)


sizes = {"no hidden layer": (), "16 units": (16,), "128 units": (128,), "2 layers of 128": (128, 128)}
amounts = (250, 1000, 4000, 10_000)
networks = {(name, n): trained(n, hidden) for name, hidden in sizes.items() for n in amounts}
scores = {key: accuracy(layers) for key, layers in networks.items()}
for name, hidden in sizes.items():
    row = "  ".join(f"{scores[name, n]:.3f}" for n in amounts)
    print(f"{name:16s} {count_parameters([196, *hidden, 26]):6,} parameters:  {row}")
best = networks["2 layers of 128", 10_000]
assert accuracy(best) > 0.88

# %% [markdown]
# And inside? If hidden layers make the question easier, a very simple method should do better on *their*
# outputs than on pixels. The simplest is to answer with the letter whose mean is nearest. Try it on the
# pixels and on both hidden layers of the largest network.

# %% demo
means_right = []
for depth in range(3):  # 0: the pixels themselves
    seen_train, seen_test = mlp_forward(x_train, best[:depth]), mlp_forward(x_test, best[:depth])
    means = np.stack([seen_train[train_labels == k].mean(axis=0) for k in range(26)])  # (26, D)
    distances = np.sum(means**2, axis=1) - 2 * seen_test @ means.T  # (2000, 26), less the same in each row
    means_right.append(np.mean(distances.argmin(axis=1) == test_labels))
print("nearest mean:", ", ".join(f"after layer {depth} {share:.3f}" for depth, share in enumerate(means_right)))
assert means_right[0] + 0.1 < means_right[1] < means_right[2] - 0.1

fig, axes = plt.subplots(1, 3, figsize=(14, 4.6), width_ratios=[5, 4, 4])
for name, marker in zip(sizes, "os^D", strict=True):
    axes[0].semilogx(amounts, [scores[name, n] for n in amounts], marker=marker, label=name)
axes[0].set(xlabel="training examples", ylabel="accuracy on unseen letters", ylim=(0, 1))
axes[0].set_title("Data and size")
axes[0].legend(loc="lower right", fontsize=10)
shown = [ord(letter) - ord("A") for letter in "AEKMOT"]
for ax, depth, title in ((axes[1], 0, "Pixels"), (axes[2], 2, "After two hidden layers")):
    points = mlp_forward(x_test, best[:depth])[np.isin(test_labels, shown)]
    letters = test_labels[np.isin(test_labels, shown)]
    centred = points - points.mean(axis=0)
    plane = centred @ np.linalg.svd(centred, full_matrices=False)[2][:2].T  # (n, 2) first two principal components
    for k, color in zip(shown, ["C0", "C1", "C2", "C3", "C4", "0.5"], strict=True):
        for spot in plane[letters == k][:40]:
            ax.text(*spot, chr(ord("A") + k), color=color, fontsize=10, ha="center", va="center")
    margin = 0.05 * np.ptp(plane, axis=0)
    low, high = plane.min(axis=0) - margin, plane.max(axis=0) + margin
    ax.set(xlim=(low[0], high[0]), ylim=(low[1], high[1]), title=f"{title}: six letters")
    ax.set(xlabel="first component", ylabel="second component", xticks=[], yticks=[])
dd.plot.show(
    "Left, accuracy against training examples: without a hidden layer and with 16 units it rises slowly to about 0.7, "
    "with 128 units and with two layers to about 0.9. Middle, six letters placed by the two main directions of their "
    "pixels, mixed in one cloud. Right, the same letters by the output of the second hidden layer, gathered in groups."
)

# %% [markdown]
# With 250 examples the four are all poor and close to each other: a large network is no help without data.
# With 10,000 the small ones are left behind at two letters in three, and the large ones are right on about
# nine in ten. This is the picture of the decade, in small: *more data pays, if the network can use it.*
#
# The nearest mean is right on about two letters in five by their pixels, on three in five after the first
# layer, and on four in five after the second. No layer was ever told to help that method. The two maps, by
# principal components (Day 18), show why it works: letters of most typefaces have moved to their own kind,
# even in these two directions out of 128. **The network has learned features in which letters look alike.**
# This is representation learning, and the reason for depth.
#
# ## What you should remember
#
# - A dense layer is $xw + b$, a column of $w$ for each unit. Without an activation between them, layers
#   collapse into one.
# - Saturated units pass no slope back. ReLU's slope is 1 on its open half.
# - Forward propagation is a loop over layers; $D M + M$ parameters each.
# - One hidden layer approximates any continuous function on a closed and bounded set, if its activation is no
#   polynomial. The theorem is silent on size, training and data.
# - Depth reuses what it has built. With data and computing enough, hidden layers learn representations in
#   which the question is easy.
#
# ## Check yourself
#
# 1. A network of depth 3 has ReLU hidden layers, a linear output and no biases. All its weights are
#    multiplied by 2. What happens to the output?
# 2. Why can no polynomial activation do for the theorem, however wide the layer?
# 3. You swap two hidden units with all that belongs to them. What changes?
#
# <details><summary>Answers</summary>
#
# 1. It is multiplied by $2^3 = 8$: ReLU passes a positive factor on. With tanh that would not be so.
# 2. A weighted sum of polynomials of degree $p$ is a polynomial of degree at most $p$. However many units, it
#    can't come close to, say, $|x|$.
# 3. Nothing at the output: column of $w_1$, entry of $b_1$ and row of $w_2$ move together. So a network has
#    many twins, and "the" best weights don't exist.
#
# </details>
#
# ## Go further
#
# - Y. LeCun, Y. Bengio and G. Hinton, "Deep Learning", *Nature* 521, 2015: nine pages by three who held on.
# - G. Cybenko, *Mathematics of Control, Signals and Systems* 2, 1989; K. Hornik, *Neural Networks* 4, 1991;
#   M. Leshno, V. Lin, A. Pinkus and S. Schocken, *Neural Networks* 6, 1993: the theorem.
# - M. Telgarsky, "Benefits of Depth in Neural Networks", COLT 2016: the tents.
# - A. Krizhevsky, I. Sutskever and G. Hinton, NeurIPS 2012: AlexNet, and a list of what made it work.
# - D. Hendrycks and K. Gimpel, "Gaussian Error Linear Units", arXiv 1606.08415.
# - J. Sevilla et al., "Compute Trends Across Three Eras of Machine Learning", IJCNN 2022.
# - Day 24 measures how wrong an output is, and in which direction it should have gone.
