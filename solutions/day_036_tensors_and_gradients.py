# ---
# day: 36
# title: Tensors, variables and GradientTape
# week: 8
# minutes: 100
# backend: tensorflow
# needs: [1, 2, 3, 25, 26, 30]
# needs_code: [25]
# data: [toy]
# papers:
# - Pearlmutter 1994, Fast exact multiplication by the Hessian
# - "Abadi et al. 2016, TensorFlow: a system for large-scale machine learning"
# - Frostig et al. 2018, Compiling machine learning programs via high-level tracing
# - "Paszke et al. 2019, PyTorch: an imperative style, high-performance deep learning library"
# ---

# %% [markdown]
# # Day 36 · Tensors, variables and GradientTape
#
# By the end you can compute with TensorFlow's tensors, take the gradient of any function of them, and the gradient of
# a gradient, and say what the same is called in PyTorch and in JAX.
#
# - **You will build** six functions on tensors: a report of what one holds, the gradient of any function, the product
#   of a Hessian and a vector without the Hessian, a linear fit whose slopes nobody wrote down, a gather that respects a
#   mask, and the scatter that is its gradient. At the end TensorFlow's gradients agree with your engine of Day 25.
# - **You need** broadcasting (Day 1), gradient descent (Day 2), the chain rule on a graph (Day 25), the curvature of a
#   loss (Day 30).
# - **Not today:** layers and models made of tensors and variables (Days 37 to 39).
# - **Time:** about 100 minutes.
#
# | symbol | meaning | shape | in code |
# |---|---|---|---|
# | $r,\ s$ | the leaves of Day 25's example | $()$ | `r`, `s` |
# | $x$ | a tensor that a function is taken at; features, one example a row | any; $(m, n)$ | `x` |
# | $f$ | a function of one tensor that gives a single number | | `f` |
# | $\nabla f$ | its gradient | as $x$ | |
# | $H$ | its Hessian, the second derivatives | $(n, n)$ for $x$ of $n$ numbers | |
# | $v$ | a direction | as $x$ | `v` |
# | $m,\ n$ | examples, features | scalars | |
# | $y$ | targets | $(m,)$ | `y` |
# | $w,\ b$ | weights and bias of a linear model | $(n,)$, $()$ | `w`, `b` |
# | $J$ | the cost: the mean squared error | $()$ | |
# | $\alpha$ | learning rate | scalar | `learning_rate` |
# | $P$ | a table, $V$ rows of $D$ numbers | $(V, D)$ | `params`, `target` |
# | $i_k$ | row number $k$ of those looked up | any shape together | `indices` |
# | $u_k$ | what is added to row $i_k$ | $(D,)$ | `updates` |

# %% setup
import logging
import time

import matplotlib.pyplot as plt
import numpy as np

import deepdays as dd
from deepdays.earlier import day_025

with dd.quiet():  # TensorFlow announces itself while it loads
    import tensorflow as tf

    tf.zeros(1)
logging.getLogger("tensorflow").setLevel("ERROR")  # it would warn of traces that are made on purpose here

dd.plot.style()

# %% [markdown]
# ## An array that knows where it lives
#
# A **tensor** is an array: a shape, a dtype, numbers. `tf.constant([[1.0, 2.0], [3.0, 4.0]])` makes one, `t.numpy()`
# and `np.asarray(t)` lead back, and most of NumPy has a counterpart: `tf.reduce_sum(t, axis=0)`, `tf.exp`,
# `tf.transpose`, `a @ b`, slices. Four things differ.
#
# - **It lives on a device.** `t.device` is a text that ends in `CPU:0` or `GPU:0`. On a GPU the numbers lie in the
#   GPU's memory, and `t.numpy()` copies them over. Operations run where their inputs are.
# - **It does not change.** `t[0] = 5.0` is an error. What must change is a `tf.Variable`, see below.
# - **Its dtype is strict.** Python floats become float32, not float64; NumPy's float64 arrays stay float64; and the two
#   do not mix: float32 plus float64 is an error, and so is float plus int. `tf.cast(t, "float64")` converts. (An array
#   of NumPy's that meets a tensor is converted to the tensor's dtype, though, without a word.)
# - **It can be recorded**, which is what the rest of the day is about.
#
# Strict also means: the result has the dtype of what went in. The mean of the int32 numbers 1 and 2 is 1 in TensorFlow,
# without a word, and uint8 sums wrap around at 256. The sum of a thousand float16 hundreds is infinite, since that
# dtype ends at 65,504, and so is the mean that is computed from it.
#
# Two practical points. `t.numpy()` of a tensor on the CPU may share its memory, so treat what comes back as
# read-only. And on a GPU operations are queued: Python goes on before the result is there, so whoever measures time
# has to ask for the numbers, with `.numpy()`, before looking at the clock.
#
# **Broadcasting** follows NumPy's rules of Day 1, to the letter, and with the same trap: $(m,)$ and $(m, 1)$ make $(m,
# m)$. By hand: predictions $(1, 2, 3)$ as a row and the very same targets as a column have nine differences, and their
# mean square is $\frac{12}{9}$, not 0. Nothing complains, the fit is merely poor. Look at the shape of the error once.

# %% demo
t = tf.constant([[1.0, 2.0], [3.0, 4.0]])
print(t.dtype, t.shape, t.device.rpartition("/")[2], "| from NumPy:", tf.constant(np.ones(2)).dtype)
print("mean of the ints 1 and 2:", tf.reduce_mean(tf.constant([1, 2])).numpy())
print("sum of the uint8 200 and 100:", tf.reduce_sum(tf.constant([200, 100], "uint8")).numpy())
print("mean of 1,000 float16 hundreds:", tf.reduce_mean(tf.fill([1000], tf.constant(100.0, "float16"))).numpy())
for name, mistake in {
    "float32 + float64": lambda: tf.constant(1.0) + tf.constant(1.0, "float64"),
    "t[0] = 5.0": lambda: t.__setitem__(0, 5.0),
}.items():
    try:
        mistake()
    except Exception as error:
        print(f"{name}: {type(error).__name__}")
print("(3,) - (3, 1):", (tf.zeros(3) - tf.zeros((3, 1))).shape)

# %% [markdown]
# By hand, for the uint8 tensor $(200, 100, 3)$: the shape is $(3,)$, it takes 3 bytes, the smallest number is 3, the
# largest 200, the mean 101. Statistics of a tensor are for people, so they are computed in float64, whatever it holds.


# %% exercise: tensor_stats
def tensor_stats(x):
    """What a tensor is and what it holds.

    Args:
        x: a tensor, an array, or nested lists of numbers, with any shape and at least one number, of ints or floats of
            any width or of bools. Lists count as the tensor that TensorFlow makes of them. Left unchanged.

    Returns:
        dict with "shape", a tuple of ints; "dtype", its name as a text, such as "float32"; "device", the text "CPU" or
        "GPU"; "bytes", how many its numbers take, an int; "min", "max" and "mean", floats, computed in float64.
        About 10 lines.
    """
    ### BEGIN SOLUTION
    x = tf.convert_to_tensor(x)
    wide = tf.cast(x, "float64")
    return {
        "shape": tuple(x.shape),
        "dtype": x.dtype.name,
        "device": tf.DeviceSpec.from_string(x.device).device_type,
        "bytes": int(tf.size(x)) * x.dtype.size,
        "min": float(tf.reduce_min(wide)),
        "max": float(tf.reduce_max(wide)),
        "mean": float(tf.reduce_mean(wide)),
    }
    ### END SOLUTION


# %% test: tensor_stats, points=1
def device_of(x):
    return tf.convert_to_tensor(x).device.rpartition(":")[0].rpartition(":")[2]


pixels = np.array([200, 100, 3], dtype="uint8")
with dd.check.unchanged(pixels, what="x"):
    stats = tensor_stats(pixels)
due = {
    "shape": (3,),
    "dtype": "uint8",
    "device": device_of(pixels),
    "bytes": 3,
    "min": 3.0,
    "max": 200.0,
    "mean": 101.0,
}
dd.check.kind(stats, dict)
dd.check.equal(sorted(stats), sorted(due), what="the keys")
for name, value in due.items():
    dd.check.kind(stats[name], type(value), what=f"the {name}")
    dd.check.equal(stats[name], value, what=f"the {name}", why="this is the example worked by hand")
stats = tensor_stats([[0.5, -1.5, 4.0], [2.0, 0.0, -2.0]])
dd.check.equal(stats["shape"], (2, 3), what="the shape", why="nested lists are tables")
dd.check.equal(stats["dtype"], "float32", what="the dtype", why="Python's floats become float32 in TensorFlow")
dd.check.equal(stats["bytes"], 24, what="the bytes", why="six numbers of four bytes each")
dd.check.like(stats["mean"], 0.5, what="the mean")
dd.check.like(tensor_stats(tf.constant([1, 2]))["mean"], 1.5, what="the mean of the ints 1 and 2")
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(36)
cases = [
    (np.float64(2.5), "float64", 8),
    (7, "int32", 4),
    (True, "bool", 1),
    ([[True, False, True]], "bool", 1),
    (rng.normal(size=(4, 1, 3)), "float64", 8),
    (rng.normal(size=(2, 5)).astype("float32"), "float32", 4),
    (np.full(1000, 100.0, dtype="float16"), "float16", 2),
    (np.array([-128, 127, 127, 127], dtype="int8"), "int8", 1),
    (np.array([2**24 + 1, -(2**24)], dtype="int32"), "int32", 4),
    (np.array([2**40, 2**40 + 4], dtype="int64"), "int64", 8),
    (np.arange(300, dtype="int32")[::-3], "int32", 4),
    (np.full(5000, 1e6 + 0.25, dtype="float32"), "float32", 4),
    (np.array([[65000, 65000], [65000, 60000]], dtype="uint16"), "uint16", 2),
]
for x, dtype, width in cases:
    wide = np.asarray(x).astype(float)
    for given in (x, tf.constant(x)) if width == 4 else (x,):
        stats = tensor_stats(given)
        of = f" of {dtype} of shape {wide.shape}"
        why = "statistics are computed in float64"
        dd.check.like(stats["min"], min(wide.flat), what="the min" + of, why=why)
        dd.check.like(stats["max"], max(wide.flat), what="the max" + of, why=why)
        dd.check.like(stats["mean"], sum(wide.flat) / wide.size, rtol=1e-12, what="the mean" + of, why=why)
        dd.check.equal(stats["shape"], wide.shape, what="the shape" + of)
        dd.check.kind(stats["shape"], tuple, what="the shape" + of)
        assert all(type(side) is int for side in stats["shape"]), "a shape is a tuple of ints"
        dd.check.equal(stats["dtype"], dtype, what="the dtype" + of)
        dd.check.kind(stats["dtype"], str, what="the dtype" + of)
        dd.check.like(stats["bytes"], wide.size * width, what="the bytes" + of)
        dd.check.equal(stats["device"], device_of(x), what="the device" + of)
small = tf.cast(tf.fill([400], 3.0), "bfloat16")
stats = tensor_stats(small)
dd.check.like(stats["mean"], 3.0, what="the mean of 400 bfloat16 threes", why="statistics are computed in float64")
dd.check.equal((stats["dtype"], stats["bytes"]), ("bfloat16", 800), what="dtype and bytes of 400 bfloat16 numbers")
### END HIDDEN TESTS

# %% mistakes: tensor_stats
# - replace: tf.DeviceSpec.from_string(x.device).device_type
#   with: "x.device.rpartition(\"/device:\")[2]"
#   hint: "The number of the device is in your text. Only the kind, CPU or GPU, is asked for."
# - replace: x = tf.convert_to_tensor(x)
#   with: x = tf.cast(x, tf.float32)
#   hint: "You make float32 of everything first. The report is about the tensor as it was."
# - replace: float(tf.reduce_mean(wide))
#   with: float(np.median(wide))
#   hint: "That is the median."
# - replace: tuple(x.shape)
#   with: x.shape
#   hint: "TensorFlow's own shape object comes back. A plain tuple of ints is due."
# - replace: tuple(x.shape)
#   with: list(x.shape)
#   hint: "The shape comes back as a list. A tuple is due."
# - replace: x.dtype.name
#   with: x.dtype
#   hint: "The dtype itself comes back. Its name, a text, is due."
# - replace: float(tf.reduce_mean(wide))
#   with: float(tf.reduce_mean(x))
#   hint: "You average in the tensor's own dtype: ints are cut off, small ones wrap around, float16 overflows."
# - replace: wide = tf.cast(x, "float64")
#   with: wide = tf.cast(x, "float32")
#   hint: "You compute in float32, which has seven digits. The statistics are to be those of float64."
# - replace: int(tf.size(x)) * x.dtype.size
#   with: int(tf.size(x))
#   hint: "That is how many numbers there are. How many bytes has each?"
# - replace: int(tf.size(x)) * x.dtype.size
#   with: int(tf.size(x)) * 4
#   hint: "Not every number has four bytes: the dtype says how many."
# - replace: int(tf.size(x)) * x.dtype.size
#   with: int(tf.size(x)) * wide.dtype.size
#   hint: "Those are the bytes after the cast. How many do the tensor's own numbers take?"
# - replace: x.dtype.name
#   with: str(x.dtype)
#   hint: "A dtype's text has angle brackets and more. Its name is what is asked for."
# - replace: tf.DeviceSpec.from_string(x.device).device_type
#   with: x.device
#   hint: "That is the device's whole address. Only the kind, CPU or GPU, is asked for."


# %% mistake: tensor_stats
# hint: "You make a NumPy array first. Python's floats are float64 there and ints int64; TensorFlow makes others of
#   them."
def tensor_stats(x):
    array = np.asarray(x)
    wide = array.astype(float)
    return {
        "shape": array.shape,
        "dtype": array.dtype.name,
        "device": "CPU",
        "bytes": array.nbytes,
        "min": float(wide.min()),
        "max": float(wide.max()),
        "mean": float(wide.mean()),
    }


# %% accepts: tensor_stats
def tensor_stats(x):
    tensor = tf.constant(x)
    array = tensor.numpy()
    wide = array.astype("float64")
    return {
        "shape": tuple(tensor.shape.as_list()),
        "dtype": tensor.dtype.name,
        "device": "GPU" if "GPU" in tensor.device else "CPU",
        "bytes": int(np.asarray(array).nbytes),
        "min": float(np.min(wide)),
        "max": float(np.max(wide)),
        "mean": float(np.mean(wide)),
    }


# %% accepts: tensor_stats
def tensor_stats(x):
    if not tf.is_tensor(x):
        x = tf.convert_to_tensor(x)
    flat = tf.reshape(tf.cast(x, tf.float64), [-1])
    ordered = tf.sort(flat)
    return dict(
        shape=tuple(int(side) for side in x.shape),
        dtype=tf.as_dtype(x.dtype).name,
        device=x.device.split(":")[-2],
        bytes=len(flat) * x.dtype.size,
        min=ordered[0].numpy().item(),
        max=ordered[-1].numpy().item(),
        mean=(tf.reduce_sum(flat) / len(flat)).numpy().item(),
    )


# %% [markdown]
# What do the sets of this course look like as tensors?

# %% demo
moons, moon_labels = dd.data.moons(200, noise=0.1, seed=0)
for name, x in {"moons": moons, "labels": moon_labels, "a batch of pictures": np.zeros((32, 28, 28), "uint8")}.items():
    print(f"{name:20s}", tensor_stats(x))

# %% [markdown]
# ## Variables, and the tape
#
# A `tf.Variable` is a box with a tensor in it. `v.assign(t)`, `v.assign_add(t)` and `v.assign_sub(t)` change what is in
# the box; everywhere else it can be used like a tensor. Weights are variables. Beware of `v = v - 0.1 * g`: that does
# not change the box, it makes the name `v` mean a plain tensor.
#
# Day 25's engine recorded how a number was computed, in the numbers themselves. TensorFlow records on a **tape**, and
# only while you let it:
#
# ```python
# r, s = tf.Variable(3.0), tf.Variable(-2.0)
# with tf.GradientTape() as tape:
#     output = (r * s + r) ** 2
# dr, ds = tape.gradient(output, [r, s])
# ```
#
# It is Day 25's example, $L = (rs + r)^2$ at $r = 3$ and $s = -2$, where two paths gave $dL/dr = 12 - 6 = 6$ and one
# gave $dL/ds = -18$. The sweep is the same: backwards through what was recorded, multiply along a path, add over paths.
# But a node is now an operation on whole tensors, as on Day 26, and only operations that a watched tensor goes into are
# recorded. What the sweep will need is kept until the tape is gone, so recording costs memory, as a rule that of every
# intermediate result. That is why nobody records while a trained model only answers.
#
# A gradient that cannot be found is `None`, and that is nearly always one of these:
#
# | what was done | what happens |
# |---|---|
# | $x$ is a constant, not a variable | nothing is recorded; `tape.watch(x)` before $x$ is used |
# | the output does not depend on $x$ | `None`, or zeros with `unconnected_gradients="zero"` |
# | the computation went through NumPy, or through `tf.cast` to ints | the chain breaks there |
# | the function was called before the `with` | the tape was not running |
# | `tape.gradient` is called twice | an error: a tape is used up, unless made with `persistent=True` |
#
# And one answer is neither `None` nor a tensor: where $x$ went into `tf.gather` alone, which fetches rows (see below),
# the tape gives `tf.IndexedSlices`, the rows that were used and their numbers. `tf.convert_to_tensor` makes a tensor
# of them.
#
# One more trap gives no `None`, only a wrong number: if the output is not a single number, you get the gradient of its
# *sum*. And one that is a tool: `tf.stop_gradient(t)` is $t$ itself, but the tape takes it for a constant. By hand: at
# $x = 3$ the square of $x^2 - 2x$ has the slope $2 \cdot 3 \cdot (2x - 2) = 24$; with `stop_gradient` around $2x$ it is
# $2 \cdot 3 \cdot 2x = 36$. That is used where a target is computed by the very network that learns from it (Day 108).

# %% demo
r, s, x = tf.Variable(3.0), tf.Variable(-2.0), tf.constant(3.0)
with tf.GradientTape(persistent=True) as tape:
    output = (r * s + r) ** 2
    unwatched = x**2
    through_numpy = tf.constant(r.numpy() ** 2)
    tape.watch(x)
    whole, stopped = (x**2 - 2 * x) ** 2, (x**2 - tf.stop_gradient(2 * x)) ** 2
print("Day 25's example:", [float(slope) for slope in tape.gradient(output, [r, s])])
print("unwatched:", tape.gradient(unwatched, x), " through NumPy:", tape.gradient(through_numpy, r))
print("whole:", float(tape.gradient(whole, x)), " with stop_gradient:", float(tape.gradient(stopped, x)))


# %% fixture
def sum_of_cubes(x):
    return tf.reduce_sum(x**3)


def mixed(x):
    """Every entry meets every other one, in a table or a row."""
    return tf.sin(tf.reduce_sum(x)) * tf.reduce_sum(x**2) + tf.math.log(1.0 + tf.reduce_sum(tf.exp(0.5 * x)))


def half_used(x):
    return tf.reduce_sum(tf.reshape(x, [-1])[::2] ** 2)


def first_alone(x):
    return 5.0 * tf.reshape(x, [-1])[0]


def constant(x):
    return tf.constant(7.0, x.dtype)


def unreduced(x):
    return x**2


def far_out(x):
    """A bowl whose lowest point is at a million."""
    return tf.reduce_sum((x - 1e6) ** 2)


def bilinear(x):
    """x[0]^2 x[1], the example worked by hand."""
    return x[0] ** 2 * x[1]


def chain(x):
    """Neighbours are tied together, as many as there are."""
    return tf.reduce_sum((x[1:] - x[:-1] ** 2) ** 2) + tf.reduce_sum(tf.cos(x))


def looked_up(x):
    """Rows by number, one of them twice; nothing else is done with x."""
    return tf.reduce_sum(tf.gather(x, [0, 2, 0]) ** 3)


def along_itself(function, f, values):
    """The result of a function of f, x and v where x and v are one and the same tensor."""
    point = tf.constant(values)
    return function(f, point, point)


class Counted:
    """A function that counts its calls."""

    def __init__(self, f):
        self.f, self.calls = f, 0

    def __call__(self, x):
        self.calls += 1
        return self.f(x)


def boxed(values):
    return tf.Variable(values)


# %% exercise: gradient_of
def gradient_of(f, x):
    """The gradient of a function at a point.

    Args:
        f: a function of one tensor that returns a tensor of shape (), in TensorFlow's operations. It is called once.
        x: float array, tensor or variable of any shape, () included; left unchanged.

    Returns:
        Tensor in the shape and dtype of x, also where f only gathers rows of it: the slope of f(x) with respect to
        each entry, 0 for entries that f does not use.

    Raises:
        ValueError: f returns something of another shape than (). About 7 lines.
    """
    ### BEGIN SOLUTION
    x = tf.convert_to_tensor(x)
    with tf.GradientTape() as tape:
        tape.watch(x)
        output = f(x)
    if output.shape != ():
        raise ValueError(f"f must return a single number, not the shape {output.shape}")
    gradient = tape.gradient(output, x, unconnected_gradients="zero")
    return tf.convert_to_tensor(gradient)  # of a gather it comes as slices
    ### END SOLUTION


# %% test: gradient_of, points=2
x = np.array([[1.0, -2.0, 3.0], [0.5, 0.0, -1.0]])
with dd.check.unchanged(x, what="x"):
    gradient = gradient_of(sum_of_cubes, x)
dd.check.like(gradient, 3 * x**2, kind="tensor", dtype="float64", why="the slope of a cube is three squares")
gradient = gradient_of(sum_of_cubes, tf.constant([2.0, -1.0]))
dd.check.like(gradient, np.array([12.0, 3.0]), kind="tensor", dtype="float32", what="at a float32 constant")
gradient = gradient_of(far_out, np.array([1e6 + 0.3, 1e6 - 0.1]))
dd.check.like(gradient, np.array([0.6, -0.2]), kind="tensor", dtype="float64", rtol=1e-5, what="far from 0, in float64")
gradient = gradient_of(half_used, np.array([1.0, 5.0, 3.0, 7.0]))
dd.check.like(gradient, np.array([2.0, 0.0, 6.0, 0.0]), kind="tensor", why="entries that f does not use have slope 0")
with dd.check.raises(ValueError, why="a function with many outputs has no single gradient"):
    gradient_of(unreduced, np.array([1.0, 2.0]))
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(361)


def mixed_in_numpy(x):
    return np.sin(np.sum(x)) * np.sum(x**2) + np.log(1.0 + np.sum(np.exp(0.5 * x)))


for shape in ((), (1,), (4,), (2, 3), (3, 1, 2)):
    x = rng.normal(size=shape)
    for given in (x, tf.constant(x), boxed(x)) if len(shape) == 2 else (x,):
        gradient = gradient_of(mixed, given)
        what = f"the gradient at x of shape {shape}"
        dd.check.kind(gradient, "tensor", what=what)
        dd.check.shape(gradient, shape, what=what)
        dd.check.dtype(gradient, "float64", what=what, why="it has the dtype of x")
        dd.check.gradient(mixed_in_numpy, x, gradient, rtol=1e-5, atol=1e-6, what=what)
    gradient = gradient_of(constant, x)
    dd.check.like(gradient, np.zeros(shape), kind="tensor", dtype="float64", what="the gradient of a constant")
    due = np.zeros(x.size)
    due[0] = 5.0
    gradient = gradient_of(first_alone, x)
    dd.check.like(gradient, due.reshape(shape), kind="tensor", what="the gradient of a function of the first entry")
counted = Counted(mixed)
x = tf.constant([0.5, 1.5], "float32")
gradient = gradient_of(counted, x)
dd.check.equal(int(counted.calls), 1, what="the number of calls of f", why="one recorded call is enough")
dd.check.dtype(gradient, "float32", what="the gradient at a float32 tensor")
dd.check.close(gradient, gradient_of(mixed, np.array([0.5, 1.5])), rtol=1e-4, what="the gradient at a float32 tensor")
again = [gradient_of(sum_of_cubes, np.array([value])) for value in (2.0, 3.0, 2.0)]
dd.check.close([float(each[0]) for each in again], [12.0, 27.0, 12.0], what="three calls in a row")
for rows in (np.array([1.0, 2.0, -3.0]), np.array([[1.0, 2.0], [5.0, 6.0], [-3.0, 4.0], [7.0, 7.0]])):
    due = np.zeros(rows.shape)
    due[0], due[2] = 6 * rows[0] ** 2, 3 * rows[2] ** 2  # row 0 is used twice
    gradient = gradient_of(looked_up, rows)
    what = f"the gradient of a gather from x of shape {rows.shape}"
    dd.check.like(gradient, due, kind="tensor", dtype="float64", what=what, why="it is a tensor in the shape of x")
half = gradient_of(sum_of_cubes, np.array([1.5, -2.0], dtype="float16"))
dd.check.like(half, np.array([6.75, 12.0]), kind="tensor", dtype="float16", rtol=1e-3, what="the gradient in float16")
for shape in ((1,), (1, 1), (3,)):
    with dd.check.raises(ValueError, why=f"f returns the shape {shape}"):
        gradient_of(unreduced, np.ones(shape))
### END HIDDEN TESTS

# %% mistakes: gradient_of
# - replace: "return tf.convert_to_tensor(gradient)  # of a gather it comes as slices"
#   with: return gradient
#   hint: "Of a gather the tape's answer is no tensor: it has the rows that were used and their numbers. Make a
#     tensor of it."
# - replace: tape.watch(x)
#   with: pass
#   hint: "Your gradient is 0 everywhere: nothing was recorded. A tensor, unlike a variable, must be watched, and f must
#     be called with that very tensor, while the tape runs."
# - replace: |-
#     gradient = tape.gradient(output, x, unconnected_gradients="zero")
#         return tf.convert_to_tensor(gradient)  # of a gather it comes as slices
#   with: return tape.gradient(output, x)
#   hint: "If f does not use x at all, the tape's answer is None. A slope of 0 is the truth."
# - replace: |-
#     if output.shape != ():
#             raise ValueError(f"f must return a single number, not the shape {output.shape}")
#   with: pass
#   hint: "For an f with several outputs you return the gradient of their sum, without a word. Refuse it."
# - replace: output.shape != ()
#   with: tf.size(output) != 1
#   hint: "One number in a row of length 1 is not of shape (). Refuse it too."
# - replace: x = tf.convert_to_tensor(x)
#   with: x = tf.cast(tf.convert_to_tensor(x), "float32")
#   hint: "You cast x to float32. The gradient has the dtype of x, and its digits."


# %% mistake: gradient_of
# hint: "Difference quotients are no gradient to all digits, and they call f twice for each entry. The tape needs one
#   call."
def gradient_of(f, x):
    x = tf.convert_to_tensor(x)
    if f(x).shape != ():
        raise ValueError("no single number")
    slopes, values, step = [], x.numpy().astype("float64").reshape(-1), 1e-4
    for k in range(values.size):
        ends = []
        for sign in (1, -1):
            moved = values.copy()
            moved[k] += sign * step
            ends.append(float(f(tf.constant(moved.reshape(x.shape), x.dtype))))
        slopes.append((ends[0] - ends[1]) / (2 * step))
    return tf.constant(np.reshape(slopes, x.shape), x.dtype)


# %% mistake: gradient_of
# hint: "The tape's answer is None: it recorded no path from x to the output. A tensor, unlike a variable, must be
#   watched."
def gradient_of(f, x):
    x = tf.convert_to_tensor(x)
    with tf.GradientTape() as tape:
        output = f(x)
    if output.shape != ():
        raise ValueError("no single number")
    return tape.gradient(output, x)


# %% mistake: gradient_of
# hint: "You call f twice. One recorded call gives value and gradient."
def gradient_of(f, x):
    x = tf.convert_to_tensor(x)
    if f(x).shape != ():
        raise ValueError("no single number")
    with tf.GradientTape() as tape:
        tape.watch(x)
        output = f(x)
    return tf.convert_to_tensor(tape.gradient(output, x, unconnected_gradients="zero"))


# %% accepts: gradient_of
def gradient_of(f, x):
    box = tf.Variable(x)  # variables are watched by themselves
    with tf.GradientTape() as tape:
        output = f(tf.identity(box))
    if output.shape.rank != 0:
        raise ValueError("a single number is due")
    slopes = tape.gradient(output, box)
    return tf.zeros_like(box) if slopes is None else tf.convert_to_tensor(slopes)


# %% accepts: gradient_of
def gradient_of(f, x):
    x = tf.convert_to_tensor(x)
    tape = tf.GradientTape(watch_accessed_variables=False)
    with tape:
        tape.watch([x])
        output = f(x)
        if len(output.shape):
            raise ValueError(f"shape {output.shape}")
        total = output + 0 * tf.reduce_sum(tf.zeros_like(x) * x)  # so that it surely depends on x
    return tf.convert_to_tensor(tape.gradient(total, x))


# %% [markdown]
# ## A gradient of a gradient
#
# What a tape records may itself be a sweep of another tape. So derivatives nest: for $x^3$ at 2 the inner tape gives
# $3x^2 = 12$, and the outer one, which has watched that being computed, $6x = 12$.
#
# Of a function of $n$ numbers the second derivatives form a matrix, the **Hessian** $H$. Take $f(x) = x_0^2\, x_1$ at
# $(1, 2)$:
#
# $$\nabla f = \begin{pmatrix} 2 x_0 x_1 \\ x_0^2 \end{pmatrix} = \begin{pmatrix} 4 \\ 1 \end{pmatrix}, \qquad
# H = \begin{pmatrix} 2 x_1 & 2 x_0 \\ 2 x_0 & 0 \end{pmatrix} = \begin{pmatrix} 4 & 2 \\ 2 & 0 \end{pmatrix} .$$
#
# For a network with a million weights $H$ has $10^{12}$ entries, eight terabytes in float64. Yet on Day 30 all we
# wanted was $H$ **times a vector**, the change of the gradient along a direction $v$, and we got it from a difference
# of two gradients, with an error that depended on the step. There is an exact way at nearly the same price
# (Pearlmutter, 1994). With $v$ held still, $\nabla f \cdot v$ is a single number, the slope of $f$ along $v$, and its
# gradient is
#
# $$\nabla \big( \nabla f \cdot v \big) = H v .$$
#
# By hand with $v = (3, -1)$: $\nabla f \cdot v = 6 x_0 x_1 - x_0^2$, whose gradient is $(6 x_1 - 2 x_0,\ 6 x_0) =
# (10, 6)$; and $H v = (4 \cdot 3 - 2,\ 2 \cdot 3) = (10, 6)$. Two sweeps, whatever $n$, and $H$ never exists. For $x$
# of another shape than a row, $v$ and the result have the shape of $x$, and the product $\nabla f \cdot v$ sums over
# all entries.
#
# What is it good for? Multiply a vector by $H$ again and again, and it turns towards the direction of the largest
# curvature: Day 30's power iteration, which told how large a learning rate may be. Conjugate gradients solve $H d =
# -\nabla f$ for Newton's step $d$, with nothing but such products. There is a second way to get them. It carries a
# change of $x$ *forwards* through the computation of the gradient instead of sweeping back twice:
# `tf.autodiff.ForwardAccumulator` here, `jvp` in the other two libraries.


# %% exercise: hessian_vector_product
def hessian_vector_product(f, x, v):
    """The Hessian of a function times a vector, without the Hessian.

    Args:
        f: a function of one tensor that returns a tensor of shape (), in TensorFlow's operations. It is called once.
        x: float array or tensor of any shape, where the Hessian is taken; left unchanged.
        v: float array or tensor in the shape and dtype of x, perhaps x itself; left unchanged.

    Returns:
        Tensor in the shape and dtype of x: H v, zeros where f is linear. Time and memory are those of a few calls of f,
        also where x has 100,000 entries. About 8 lines.
    """
    ### BEGIN SOLUTION
    x, v = tf.identity(x), tf.convert_to_tensor(v)  # two tensors, also where x and v are one
    with tf.GradientTape() as outer:
        outer.watch(x)
        with tf.GradientTape() as inner:
            inner.watch(x)
            output = f(x)
        gradient = tf.convert_to_tensor(inner.gradient(output, x, unconnected_gradients="zero"))
        slope = tf.reduce_sum(gradient * v)
    product = outer.gradient(slope, x, unconnected_gradients="zero")
    return tf.convert_to_tensor(product)
    ### END SOLUTION


# %% test: hessian_vector_product, points=3
x, v = np.array([1.0, 2.0]), np.array([3.0, -1.0])
with dd.check.unchanged(x, what="x"), dd.check.unchanged(v, what="v"):
    product = hessian_vector_product(bilinear, x, v)
due = np.array([10.0, 6.0])
dd.check.like(product, due, kind="tensor", dtype="float64", what="H v", why="this is the example worked by hand")
x = np.array([[1.0, -2.0, 3.0], [0.5, 0.0, -1.0]])
v = np.array([[1.0, 1.0, 0.0], [2.0, 5.0, -1.0]])
product = hessian_vector_product(sum_of_cubes, x, v)
dd.check.like(
    product, 6 * x * v, kind="tensor", what="H v for a table", why="cubes have second derivatives 6x, each its own"
)
product = hessian_vector_product(first_alone, x, v)
dd.check.like(
    product, np.zeros((2, 3)), kind="tensor", what="H v of a linear f", why="a straight line has no curvature"
)
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(362)


def mixed_gradient(x):
    """Of `mixed`, by the rules of school."""
    total, squares, raised = np.sum(x), np.sum(x**2), np.exp(0.5 * x)
    return np.cos(total) * squares + 2 * np.sin(total) * x + 0.5 * raised / (1.0 + np.sum(raised))


for shape in ((4,), (3, 1, 2), ()):
    x = rng.normal(size=shape)
    v = 10.0 * rng.normal(size=shape)
    product = hessian_vector_product(mixed, x, v)
    step = 1e-5 / max(1.0, float(np.max(np.abs(v))))
    due = (mixed_gradient(x + step * v) - mixed_gradient(x - step * v)) / (2 * step)
    size = max(1.0, float(np.max(np.abs(due))))
    what = f"H v at x of shape {shape}"
    dd.check.like(product, due, kind="tensor", dtype="float64", rtol=1e-6, atol=1e-6 * size, what=what)
    u, v = rng.normal(size=shape), rng.normal(size=shape)
    one, other = (np.asarray(hessian_vector_product(mixed, x, each)) for each in (u, v))
    dd.check.close(np.sum(one * v), np.sum(other * u), what="v H u and u H v", why="a Hessian is symmetric")
    both = hessian_vector_product(mixed, x, 2 * u - v)
    dd.check.close(both, 2 * one - other, rtol=1e-6, atol=1e-7, what="H (2u - v)", why="a product is linear in v")
    nothing = hessian_vector_product(constant, x, v)
    dd.check.like(nothing, np.zeros(shape), kind="tensor", what="H v of a constant", why="there is no curvature")
x = rng.normal(size=4)
columns = np.stack([np.asarray(hessian_vector_product(chain, x, row)) for row in np.eye(4)], axis=1)
due = np.diag(-np.cos(x))
for k in range(3):  # (x[k + 1] - x[k] ** 2) ** 2
    due[k, k] += 12 * x[k] ** 2 - 4 * x[k + 1]
    due[k + 1, k + 1] += 2.0
    due[k, k + 1] -= 4 * x[k]
    due[k + 1, k] -= 4 * x[k]
dd.check.close(columns, due, what="the Hessian column by column", why="times a unit vector it is a column")
rows, v = np.array([[1.0, 2.0], [5.0, 6.0], [-3.0, 4.0]]), np.array([[3.0, -1.0], [2.0, 2.0], [0.5, 1.0]])
due = np.array([12.0, 0.0, 6.0])[:, None] * rows * v
product = hessian_vector_product(looked_up, rows, v)
dd.check.like(product, due, kind="tensor", what="H v of a gather", why="row 0 is used twice and row 1 not at all")
product = along_itself(hessian_vector_product, bilinear, np.array([1.0, 2.0]))
dd.check.like(
    product, np.array([8.0, 2.0]), kind="tensor", what="H x where x is handed over as v", why="v is held still"
)
counted = Counted(mixed)
x, v = tf.constant([0.5, 1.5, -1.0]), tf.constant([1.0, 0.0, 2.0])
product = hessian_vector_product(counted, x, v)
dd.check.equal(int(counted.calls), 1, what="the number of calls of f", why="one recorded call is enough")
dd.check.dtype(product, "float32", what="H v in float32")
due = hessian_vector_product(mixed, np.array([0.5, 1.5, -1.0]), np.array([1.0, 0.0, 2.0]))
dd.check.close(product, due, rtol=1e-3, atol=1e-4, what="H v in float32")
n = 100_000
x, v = rng.normal(size=n), rng.normal(size=n)
due = (-np.cos(x) + 2.0 * (np.arange(n) > 0)) * v
due[:-1] += (12 * x[:-1] ** 2 - 4 * x[1:]) * v[:-1] - 4 * x[:-1] * v[1:]
due[1:] -= 4 * x[:-1] * v[:-1]
product = hessian_vector_product(chain, x, v)
dd.check.like(product, due, kind="tensor", what="H v for 100,000 entries", why="the Hessian would have ten billion")
### END HIDDEN TESTS

# %% mistakes: hessian_vector_product
# - replace: "with tf.GradientTape() as outer:"
#   with: |-
#     f(x)
#         with tf.GradientTape() as outer:
#   hint: "You call f twice. One call, with both tapes running, is enough."
# - replace: "x, v = tf.identity(x), tf.convert_to_tensor(v)  # two tensors, also where x and v are one"
#   with: x, v = tf.convert_to_tensor(x), tf.convert_to_tensor(v)
#   hint: "Where v is the tensor x itself, the tape watches v as well, and the product rule adds the gradient. v has
#     to be held still."
# - replace: slope = tf.reduce_sum(gradient * v)
#   with: slope = tf.reduce_sum(gradient * v) / 2
#   hint: "Half of the product comes out. The half of Taylor's formula is not part of it."
# - replace: return tf.convert_to_tensor(product)
#   with: return slope
#   hint: "That is the slope of f along v, one number. Its gradient was asked for."
# - replace: return tf.convert_to_tensor(product)
#   with: return product.numpy()
#   hint: "A NumPy array comes back. Leave it the tensor that it was."
# - replace: slope = tf.reduce_sum(gradient * v)
#   with: slope = tf.reduce_sum(gradient)
#   hint: "Your result does not depend on v: it is H times a vector of ones."
# - replace: |-
#     slope = tf.reduce_sum(gradient * v)
#         product = outer.gradient(slope, x, unconnected_gradients="zero")
#   with: |-
#     slope = tf.reduce_sum(gradient)
#         product = v * outer.gradient(slope, x, unconnected_gradients="zero")
#   hint: "You multiply by v at the end, entry by entry. That is right only for a Hessian without entries off its
#     diagonal."
# - replace: |-
#     product = outer.gradient(slope, x, unconnected_gradients="zero")
#         return tf.convert_to_tensor(product)
#   with: return outer.gradient(slope, x)
#   hint: "Where f is linear its gradient does not depend on x, and the outer tape's answer is None."
# - replace: outer.watch(x)
#   with: pass
#   hint: "Your product is 0 everywhere: the outer sweep sees a constant. Both tapes have to watch x, and the inner
#     gradient has to be taken, and multiplied by v, while the outer tape runs."
# - replace: return tf.convert_to_tensor(product)
#   with: return gradient * v
#   hint: "That is the gradient times v, entry by entry: one derivative. The Hessian has two."


# %% mistake: hessian_vector_product
# hint: "You build the Hessian and multiply. Its entries are as many as those of x squared; the product needs none of
#   them."
def hessian_vector_product(f, x, v):
    x, v = tf.convert_to_tensor(x), tf.convert_to_tensor(v)
    n = int(tf.size(x))
    if n > 20_000:
        raise MemoryError(f"a Hessian of {n} by {n} numbers")
    with tf.GradientTape() as outer:
        outer.watch(x)
        with tf.GradientTape() as inner:
            inner.watch(x)
            output = f(x)
        gradient = inner.gradient(output, x, unconnected_gradients="zero")
    hessian = outer.jacobian(gradient, x, unconnected_gradients="zero", experimental_use_pfor=False)
    return tf.reshape(tf.linalg.matvec(tf.reshape(hessian, (n, n)), tf.reshape(v, [-1])), x.shape)


# %% mistake: hessian_vector_product
# hint: "Where f is linear its gradient does not depend on x, and the outer tape's answer is None."
def hessian_vector_product(f, x, v):
    box = tf.Variable(x)
    with tf.GradientTape() as outer:
        with tf.GradientTape() as inner:
            output = f(box)
        slope = tf.reduce_sum(inner.gradient(output, box) * v)
    return outer.gradient(slope, box)


# %% mistake: hessian_vector_product
# hint: "A difference of two gradients is Day 30's way: it has an error that depends on the step, and calls f twice."
def hessian_vector_product(f, x, v):
    x, v = tf.convert_to_tensor(x), tf.convert_to_tensor(v)
    step = 1e-4
    return (gradient_of(f, x + step * v) - gradient_of(f, x - step * v)) / (2 * step)


# %% accepts: hessian_vector_product
def hessian_vector_product(f, x, v):
    # Forward over reverse: push v through the computation of the gradient.
    x = tf.convert_to_tensor(x)
    v = tf.convert_to_tensor(v)
    with tf.autodiff.ForwardAccumulator(x, v) as forward:
        with tf.GradientTape() as tape:
            tape.watch(x)
            output = f(x)
        gradient = tf.convert_to_tensor(tape.gradient(output, x, unconnected_gradients="zero"))
    product = forward.jvp(gradient, unconnected_gradients="zero")
    return tf.convert_to_tensor(product)


# %% accepts: hessian_vector_product
def hessian_vector_product(f, x, v):
    box = tf.Variable(x)
    with tf.GradientTape() as outer:
        with tf.GradientTape() as inner:
            output = f(tf.convert_to_tensor(box))
        gradient = inner.gradient(output, box)
        if gradient is None:
            return tf.zeros_like(box)
        gradient = tf.convert_to_tensor(gradient)
    product = outer.gradient(gradient, box, output_gradients=tf.convert_to_tensor(v))
    return tf.zeros_like(box) if product is None else tf.convert_to_tensor(product)


# %% [markdown]
# How much better is the exact product than Day 30's difference quotient? The function `chain` of the tests ties 2,000
# numbers together. Drawn is the largest relative error of $\frac{\nabla f(x + \varepsilon v) - \nabla f(x - \varepsilon
# v)}{2 \varepsilon}$ against the formula, by the step $\varepsilon$, in float64 and in float32.

# %% demo
rng = np.random.default_rng(5)
x, v = rng.normal(size=2000), rng.normal(size=2000)
formula = (-np.cos(x) + 2.0 * (np.arange(2000) > 0)) * v
formula[:-1] += (12 * x[:-1] ** 2 - 4 * x[1:]) * v[:-1] - 4 * x[:-1] * v[1:]
formula[1:] -= 4 * x[:-1] * v[:-1]
steps = np.geomspace(1e-9, 1.0, 28)
fig, ax = plt.subplots(figsize=(8.5, 4.2))
for dtype, color in (("float64", "C0"), ("float32", "C1")):
    point, direction = tf.constant(x, dtype), tf.constant(v, dtype)
    errors = []
    for step in steps:
        ends = [gradient_of(chain, point + sign * step * direction) for sign in (1, -1)]
        quotient = ((ends[0] - ends[1]) / (2 * step)).numpy()
        errors.append(np.abs(quotient - formula).max() / np.abs(formula).max())
    exact = np.abs(hessian_vector_product(chain, point, direction).numpy() - formula).max() / np.abs(formula).max()
    ax.loglog(steps, errors, color=color, marker="o", markersize=4, linestyle="-", label=f"quotient, {dtype}")
    ax.axhline(max(exact, 1e-17), color=color, linestyle="--", label=f"two sweeps, {dtype}")
    print(f"{dtype}: best quotient {min(errors):.0e}, two sweeps {exact:.0e}")
    assert exact < min(errors)
ax.set(xlabel=r"step $\varepsilon$", ylabel="largest relative error", title="Hessian times vector, two ways")
ax.legend(fontsize=10, loc="lower right", bbox_to_anchor=(1.0, 0.1))
dd.plot.show(
    "Relative error of the difference quotient against its step, both logarithmic: two V-shaped curves, float32 "
    "above float64, each with its lowest point at a step in the middle. Two dashed lines, the exact product in each "
    "dtype, run below the lowest point of their V."
)

# %% [markdown]
# To the right the quotient suffers from the bend that it ignores, to the left from the digits that cancel. Two sweeps
# have no step to choose, and are right to rounding.
#
# ## A fit whose slopes nobody wrote
#
# Day 2's linear regression again, with $\hat y = x w + b$ and $J = \frac1m \sum_i (\hat y_i - y_i)^2$. There you
# derived $\partial J/\partial w$. Now the tape does: in each step record the cost, ask for its gradient with respect
# to both variables, and `assign_sub` $\alpha$ times that. By hand, $x = (1, 3)^\top$ and $y = (2, 4)$, from $w = 0$,
# $b = 0$: the errors are $(-2, -4)$ and the cost is 10; the slopes are $\frac22 (-2 \cdot 1 - 4 \cdot 3) = -14$ for
# $w$ and $-6$ for $b$. With $\alpha = 0.1$ one step leads to $w = 1.4$, $b = 0.6$.


# %% exercise: linear_fit_with_tape
def linear_fit_with_tape(x, y, num_steps, learning_rate=0.1):
    """Linear regression by gradient descent on the mean squared error, with gradients from the tape.

    Args:
        x: float array or tensor (m, n), m >= 1; all is computed in its dtype. Left unchanged.
        y: m targets, float or int array or tensor (m,); left unchanged.
        num_steps: steps of descent from weights and bias of 0, int >= 0.
        learning_rate: a number > 0; it stays as it is, even if descent diverges.

    Returns:
        Tuple (w, b, costs): tensors (n,) and () in the dtype of x, plain tensors and no variables, and a list of
        num_steps Python floats, the cost before each step. About 14 lines.
    """
    ### BEGIN SOLUTION
    x = tf.convert_to_tensor(x)
    y = tf.cast(y, x.dtype)
    w = tf.Variable(tf.zeros(x.shape[1], x.dtype))
    b = tf.Variable(tf.zeros((), x.dtype))
    costs = []
    for _ in range(num_steps):
        with tf.GradientTape() as tape:
            error = tf.linalg.matvec(x, w) + b - y  # (m,)
            cost = tf.reduce_mean(error**2)
        dw, db = tape.gradient(cost, [w, b])
        w.assign_sub(learning_rate * dw)
        b.assign_sub(learning_rate * db)
        costs.append(float(cost))
    return tf.convert_to_tensor(w), tf.convert_to_tensor(b), costs
    ### END SOLUTION


# %% test: linear_fit_with_tape, points=2
x, y = np.array([[1.0], [3.0]]), np.array([2.0, 4.0])
with dd.check.unchanged(x, what="x"), dd.check.unchanged(y, what="y"):
    result = linear_fit_with_tape(x, y, 1)
dd.check.kind(result, tuple, why="weights, bias and costs come back together")
w, b, costs = result
near = {"kind": "tensor", "dtype": "float64"}
dd.check.like(w, np.array([1.4]), **near, what="w", why="this is the step worked by hand")
dd.check.like(b, np.array(0.6), **near, what="b", why="this is the step worked by hand")
dd.check.like(costs, [10.0], what="the costs", why="it is the cost before the step")
x = np.array([[1.0, 0.0], [-1.0, 0.0], [0.0, 1.0], [0.0, -1.0]])
w, b, costs = linear_fit_with_tape(x, x @ np.array([2.0, -1.0]) + 3.0, 10, 0.5)
due = np.array([2.0, -1.0]) * (1 - 0.5**10)
dd.check.like(w, due, **near, what="w", why="at this rate each step halves what is missing in w")
dd.check.like(b, np.array(3.0), **near, what="b", why="at this rate the first step is right for b")
assert len(costs) == 10 and costs[-1] < 1e-3 < costs[0], "10 costs, from before each step, falling"
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(363)


def descent_by_formula(x, y, num_steps, rate):
    w, b, costs = np.zeros(x.shape[1]), 0.0, []
    for _ in range(num_steps):
        error = x @ w + b - y
        costs.append(float(sum(error**2) / len(error)))
        w, b = w - rate * 2 * x.T @ error / len(y), b - rate * 2 * float(sum(error)) / len(y)
    return w, b, costs


for m, n in ((1, 1), (6, 1), (1, 3), (4, 4)):
    x, y = rng.normal(size=(m, n)), rng.normal(size=m)
    for num_steps, rate in ((0, 0.1), (1, 0.05), (4, 2.0)):
        due_w, due_b, due_costs = descent_by_formula(x, y, num_steps, rate)
        for given_x, given_y in [(x, y) if num_steps % 2 else (tf.constant(x), tf.constant(y))]:
            w, b, costs = linear_fit_with_tape(given_x, given_y, num_steps, rate)
            of = f" after {num_steps} steps at {rate} on x of shape {(m, n)}"
            why = "it is descent on the mean squared error, by the rate that the caller gives"
            near = {"kind": "tensor", "dtype": "float64", "rtol": 1e-7, "why": why}
            size = 1e-9 * max(1.0, float(np.max(np.abs(due_w))), abs(due_b))
            dd.check.like(w, due_w, **near, atol=size, what="w" + of)
            dd.check.like(b, np.array(due_b), **near, atol=size, what="b" + of)
            dd.check.kind(costs, list, what="the costs" + of)
            dd.check.equal(len(costs), num_steps, what="the number of costs" + of)
            assert all(type(cost) is float for cost in costs), "the costs are Python floats"
            dd.check.close(costs, due_costs, rtol=1e-7, atol=1e-12, what="the costs" + of, why=why)
x, y = rng.normal(size=(6, 2)).astype("float32"), rng.integers(-3, 3, 6)
w, b, costs = linear_fit_with_tape(x, y, 4)
due_w, due_b, due_costs = descent_by_formula(x.astype(float), y, 4, 0.1)
near = {"kind": "tensor", "dtype": "float32", "rtol": 1e-4, "atol": 1e-5, "why": "all is computed in the dtype of x"}
dd.check.like(w, due_w, **near, what="w of float32 features and int targets")
dd.check.like(b, np.array(due_b), **near, what="b of float32 features and int targets")
dd.check.close(costs, due_costs, rtol=1e-3, what="costs of float32 features and int targets", why="the rate is 0.1")
w, b, costs = linear_fit_with_tape(tf.constant(x), tf.constant(y), 4)
dd.check.like(w, due_w, **near, what="w of tensors, float32 features and int targets")
w, _, _ = linear_fit_with_tape(np.array([[1.0], [2.0]]), np.array([1.0, 0.0], dtype="float32"), 1)
dd.check.like(w, np.array([0.1]), kind="tensor", dtype="float64", what="w of float32 targets")
first = [np.asarray(part) for part in linear_fit_with_tape(x, y, 1)[:2]]
second = [np.asarray(part) for part in linear_fit_with_tape(x, y, 1)[:2]]
dd.check.equal(first[0], second[0], what="w of a second call", why="each fit starts from 0")
assert not hasattr(linear_fit_with_tape(x, y, 1)[0], "assign"), "w is a variable; plain tensors were asked for"
### END HIDDEN TESTS

# %% mistakes: linear_fit_with_tape
# - replace: b.assign_sub(learning_rate * db)
#   with: pass
#   hint: "The bias never moves."
# - replace: return tf.convert_to_tensor(w), tf.convert_to_tensor(b), costs
#   with: return tf.convert_to_tensor(w), tf.convert_to_tensor(b), np.array(costs)
#   hint: "The costs come back as an array. A list was asked for."
# - replace: tf.reduce_mean(error**2)
#   with: tf.reduce_sum(error**2)
#   hint: "You descend on the sum of the squares. The cost is their mean."
# - replace: tf.reduce_mean(error**2)
#   with: tf.reduce_mean(error**2) / 2
#   hint: "There is a half in your cost. The mean squared error has none."
# - replace: |-
#     tf.linalg.matvec(x, w) + b - y  # (m,)
#   with: |-
#     tf.linalg.matvec(x, w)[:, None] + b - y
#   hint: "A column less a row is a square table: every prediction meets every target. Which shapes are subtracted?"
# - replace: |-
#     w.assign_sub(learning_rate * dw)
#             b.assign_sub(learning_rate * db)
#   with: |-
#     w.assign_sub(0.1 * dw)
#             b.assign_sub(0.1 * db)
#   hint: "Your rate is always 0.1, whatever the caller gives."
# - replace: learning_rate * dw
#   with: -learning_rate * dw
#   hint: "Your weights climb. assign_sub subtracts already."
# - replace: costs.append(float(cost))
#   with: costs.append(float(tf.reduce_mean((tf.linalg.matvec(x, w) + b - y) ** 2)))
#   hint: "Your costs are those after each step. The first one is the cost at the start."
# - replace: y = tf.cast(y, x.dtype)
#   with: y = tf.convert_to_tensor(y)
#   hint: "Targets of another dtype than x do not mix with it. TensorFlow converts nothing by itself."
# - replace: return tf.convert_to_tensor(w), tf.convert_to_tensor(b), costs
#   with: return w, b, costs
#   hint: "You hand out the variables themselves. Plain tensors were asked for."


# %% mistake: linear_fit_with_tape
# hint: "You update w first and use the new w for b's slope. Both slopes belong to one point: take them together."
def linear_fit_with_tape(x, y, num_steps, learning_rate=0.1):
    x = tf.convert_to_tensor(x)
    y = tf.cast(y, x.dtype)
    w, b = tf.Variable(tf.zeros(x.shape[1], x.dtype)), tf.Variable(tf.zeros((), x.dtype))
    costs = []
    for _ in range(num_steps):
        for variable in (w, b):
            with tf.GradientTape() as tape:
                cost = tf.reduce_mean((tf.linalg.matvec(x, w) + b - y) ** 2)
            if variable is w:
                costs.append(float(cost))
            variable.assign_sub(learning_rate * tape.gradient(cost, variable))
    return tf.convert_to_tensor(w), tf.convert_to_tensor(b), costs


# %% mistake: linear_fit_with_tape
# hint: "After w = w - ... the name w means a plain tensor, which the tape doesn't watch. Change the variable with
#   assign_sub."
def linear_fit_with_tape(x, y, num_steps, learning_rate=0.1):
    x = tf.convert_to_tensor(x)
    y = tf.cast(y, x.dtype)
    w, b = tf.Variable(tf.zeros(x.shape[1], x.dtype)), tf.Variable(tf.zeros((), x.dtype))
    costs = []
    for _ in range(num_steps):
        with tf.GradientTape() as tape:
            cost = tf.reduce_mean((tf.linalg.matvec(x, w) + b - y) ** 2)
        dw, db = tape.gradient(cost, [w, b])
        w = w - learning_rate * dw
        b = b - learning_rate * db
        costs.append(float(cost))
    return tf.convert_to_tensor(w), tf.convert_to_tensor(b), costs


# %% mistake: linear_fit_with_tape
# hint: "You lower the rate on the way. It stays as the caller gave it, even if descent diverges."
def linear_fit_with_tape(x, y, num_steps, learning_rate=0.1):
    x = tf.convert_to_tensor(x)
    y = tf.cast(y, x.dtype)
    w, b = tf.Variable(tf.zeros(x.shape[1], x.dtype)), tf.Variable(tf.zeros((), x.dtype))
    costs = []
    for _ in range(num_steps):
        with tf.GradientTape() as tape:
            cost = tf.reduce_mean((tf.linalg.matvec(x, w) + b - y) ** 2)
        if costs and float(cost) > costs[-1]:
            learning_rate /= 2
        costs.append(float(cost))
        for variable, slope in zip((w, b), tape.gradient(cost, (w, b)), strict=True):
            variable.assign_sub(learning_rate * slope)
    return tf.convert_to_tensor(w), tf.convert_to_tensor(b), costs


# %% mistake: linear_fit_with_tape
# hint: "There is a cost too many. They are those before each step, as many as there are steps."
def linear_fit_with_tape(x, y, num_steps, learning_rate=0.1):
    x = tf.convert_to_tensor(x)
    y = tf.cast(y, x.dtype)
    w, b = tf.Variable(tf.zeros(x.shape[1], x.dtype)), tf.Variable(tf.zeros((), x.dtype))
    costs = []
    for step in range(num_steps + 1):
        with tf.GradientTape() as tape:
            cost = tf.reduce_mean((tf.linalg.matvec(x, w) + b - y) ** 2)
        costs.append(float(cost))
        if step < num_steps:
            dw, db = tape.gradient(cost, [w, b])
            w.assign_sub(learning_rate * dw)
            b.assign_sub(learning_rate * db)
    return tf.convert_to_tensor(w), tf.convert_to_tensor(b), costs


# %% equivalents: linear_fit_with_tape
# - replace: x = tf.convert_to_tensor(x)
#   with: pass
#   reason: "Of an array only the shape and the dtype are asked, and TensorFlow's operations take it."


# %% accepts: linear_fit_with_tape
def linear_fit_with_tape(x, y, num_steps, learning_rate=0.1):
    # Plain tensors, watched, and one more column for the bias.
    x = tf.convert_to_tensor(x)
    features = tf.concat([x, tf.ones((x.shape[0], 1), x.dtype)], axis=1)
    targets = tf.cast(tf.convert_to_tensor(y), x.dtype)[:, None]
    params, costs = tf.zeros((features.shape[1], 1), x.dtype), []
    while len(costs) < num_steps:
        with tf.GradientTape() as tape:
            tape.watch(params)
            cost = tf.reduce_mean(tf.square(features @ params - targets))
        params = params - learning_rate * tape.gradient(cost, params)
        costs.append(cost.numpy().item())
    return params[:-1, 0], params[-1, 0], costs


# %% accepts: linear_fit_with_tape
def linear_fit_with_tape(x, y, num_steps, learning_rate=0.1):
    x = tf.convert_to_tensor(x)
    y = tf.cast(y, x.dtype)
    weights = [tf.Variable(tf.zeros((x.shape[1], 1), x.dtype)), tf.Variable(tf.zeros((1,), x.dtype))]
    costs = []
    for _ in range(num_steps):
        with tf.GradientTape() as tape:
            predictions = tf.squeeze(x @ weights[0] + weights[1], axis=1)
            cost = tf.math.reduce_mean((predictions - y) ** 2)
        for variable, slope in zip(weights, tape.gradient(cost, weights), strict=True):
            variable.assign(variable - learning_rate * slope)
        costs.append(float(cost))
    return tf.reshape(weights[0], [-1]), tf.reshape(weights[1], []), costs


# %% [markdown]
# Does it find the least-squares line of Day 3, by 150 steps on noisy points?

# %% demo
rng = np.random.default_rng(36)
x = rng.normal(size=(60, 1))
y = 1.5 * x[:, 0] - 0.5 + rng.normal(0, 0.3, 60)
w, b, costs = linear_fit_with_tape(x, y, 150)
solved = np.linalg.lstsq(np.column_stack([x, np.ones(60)]), y, rcond=None)[0]
fig, (left, right) = plt.subplots(1, 2, figsize=(11.5, 3.8))
left.scatter(x[:, 0], y, s=16, color="0.5", label="data")
ends = np.array([-2.5, 2.5])
left.plot(ends, ends * float(w[0]) + float(b), label="by tape and descent")
left.plot(ends, ends * solved[0] + solved[1], linestyle=":", linewidth=3, label="least squares")
left.set(xlabel="$x$", ylabel="$y$", title="The same line")
left.legend()
right.semilogy(np.array(costs) - np.mean((x[:, 0] * solved[0] + solved[1] - y) ** 2) + 1e-16)
right.set(xlabel="step", ylabel="cost above the lowest", title="On the way there")
dd.plot.show(
    "Left: 60 points and two lines that coincide, one by descent, one by least squares. Right: cost above its lowest "
    "value by step, on a logarithmic axis, falling in a straight line and then flat where rounding begins."
)
print("largest difference of weight and bias:", f"{max(abs(float(w[0]) - solved[0]), abs(float(b) - solved[1])):.0e}")
assert abs(float(w[0]) - solved[0]) < 1e-8 and abs(float(b) - solved[1]) < 1e-8

# %% [markdown]
# ## Rows by number, and back
#
# Words and users are handed over as row numbers into a table $P$, and `tf.gather(params, indices)` fetches the rows:
# the result has the shape of `indices` and then $D$. Sentences have different lengths, so the shorter ones are
# padded, and a **mask** says which entries may be used (True) and which are padding. What lies under the padding is
# rubbish, often $-1$. Three traps:
#
# - a row number that does not exist is an error on a CPU. On a GPU the same line gives zeros. Never look one up;
# - rows times the mask is no cure: if the row that is fetched instead holds NaN or infinity, $0 \cdot \infty$ is NaN.
#   `tf.where(condition, a, b)` picks, it does not multiply;
# - the mask has one axis less than the rows. `mask[..., None]` gives it one more.
#
# By hand, with the table $P = \big((1, 2, 3), (4, 5, 6)\big)$, the indices $(1, -1, 1, 0)$ and the mask (True, False,
# True, True): rows 1, nothing, 1 and 0, that is $(4, 5, 6)$, $(0, 0, 0)$, $(4, 5, 6)$, $(1, 2, 3)$.


# %% fixture
def gradient_through(function, params, *rest, weights):
    """The gradient with respect to params of the sum of weights times the function's result."""
    params = tf.convert_to_tensor(params)
    with tf.GradientTape() as tape:
        tape.watch(params)
        total = tf.reduce_sum(weights * function(params, *rest))
    return tf.convert_to_tensor(tape.gradient(total, params, unconnected_gradients="zero"))


def gradient_of_updates(function, target, indices, updates, weights):
    """The gradient with respect to the updates of a scatter, likewise."""
    return gradient_through(lambda each: function(target, indices, each), updates, weights=weights)


# %% exercise: masked_gather
def masked_gather(params, indices, mask):
    """Rows of a table by their numbers, with zeros where the mask says so.

    Args:
        params: the table, float array or tensor (V, D); left unchanged. Rows may hold NaN or infinity.
        indices: row numbers, int32 or int64 array or tensor of any shape; from 0 to V - 1 where mask is True, any ints
            elsewhere.
        mask: bool array or tensor in the shape of indices; True = may be used.

    Returns:
        Tensor in params' dtype, of the shape of indices and then D: row indices[k] where mask[k] is True, zeros
        elsewhere, whatever the table holds. Gradients with respect to params pass through. About 4 lines.
    """
    ### BEGIN SOLUTION
    safe = tf.where(mask, indices, tf.zeros_like(indices))
    rows = tf.gather(params, safe)
    return tf.where(tf.convert_to_tensor(mask)[..., None], rows, tf.zeros_like(rows))
    ### END SOLUTION


# %% test: masked_gather, points=2
params = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
indices, mask = np.array([1, -1, 1, 0]), np.array([True, False, True, True])
with dd.check.unchanged([params, indices, mask], what="params, indices or mask"):
    rows = masked_gather(params, indices, mask)
due = np.array([[4.0, 5.0, 6.0], [0.0, 0.0, 0.0], [4.0, 5.0, 6.0], [1.0, 2.0, 3.0]])
dd.check.like(rows, due, kind="tensor", dtype="float64", why="this is the example worked by hand")
sentences = np.array([[0, 1, 99], [1, -5, 7]])
rows = masked_gather(params, sentences, np.array([[True, True, False], [True, False, False]]))
dd.check.shape(rows, (2, 3, 3), what="the rows of two sentences", why="the shape of indices, and then D")
dd.check.close(rows[1, 0], params[1], what="the first row of the second sentence")
dd.check.close(rows[:, 2], np.zeros((2, 3)), what="the rows under the mask")
weights = np.array([[1.0, 0.0, 2.0], [5.0, 5.0, 5.0], [1.0, 1.0, 0.0], [0.0, 0.5, 0.0]])
gradient = gradient_through(masked_gather, params, indices, mask, weights=weights)
due = np.array([[0.0, 0.5, 0.0], [2.0, 1.0, 2.0]])
dd.check.close(gradient, due, what="the gradient of params", why="row 1 was used twice, so its shares add up")
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(364)
for v, d in ((5, 3), (3, 3), (1, 4)):
    params = rng.normal(size=(v, d))
    for shape in ((), (7,), (2, 3), (3, 1, 2), (0,)):
        mask = rng.random(shape) < 0.6
        indices = np.where(mask, rng.integers(0, v, shape), rng.choice([-1, v, 1000, -77, 0], shape))
        for dtype, made in (("int32", np.asarray), ("int64", tf.constant)):
            typed = np.asarray(indices, dtype=dtype)
            args = (params, typed, np.asarray(mask))
            due = np.zeros((*shape, d))
            for index in np.ndindex(shape):
                if mask[index] if shape else mask:
                    due[index] = params[int(typed[index])]
            rows = masked_gather(*map(made, args))
            what = f"rows for indices of shape {shape} of a table {(v, d)}"
            dd.check.like(rows, due, kind="tensor", dtype="float64", what=what, why="rows where True, zeros elsewhere")
        weights = rng.normal(size=(*shape, d))
        slow = np.zeros((v, d))
        for index in np.ndindex(shape):
            if mask[index] if shape else mask:
                slow[int(typed[index])] += weights[index]
        gradient = gradient_through(masked_gather, *args, weights=weights)
        dd.check.close(gradient, slow, what="the gradient of params", why="each use of a row adds its share")
spoilt = np.array([[np.nan, np.inf], [1.0, 2.0], [-np.inf, np.nan]], dtype="float32")
indices, mask = np.array([[1, 0], [2, -3]]), np.array([[True, False], [False, False]])
rows = masked_gather(spoilt, indices, mask)
due = np.array([[[1.0, 2.0], [0.0, 0.0]], [[0.0, 0.0], [0.0, 0.0]]])
dd.check.like(rows, due, kind="tensor", dtype="float32", what="rows of a table with NaN", why="under the mask is 0")
gradient = gradient_through(masked_gather, spoilt, indices, mask, weights=np.ones((2, 2, 2), "float32"))
dd.check.close(gradient, np.array([[0.0, 0.0], [1.0, 1.0], [0.0, 0.0]]), what="the gradient of a table with NaN")
rows = masked_gather(spoilt, np.array([0]), np.array([True]))
dd.check.close(rows, spoilt[:1], equal_nan=True, what="a row that holds NaN and may be used")
nothing = masked_gather(spoilt, np.array([9, 9]), np.array([False, False]))
dd.check.like(nothing, np.zeros((2, 2)), kind="tensor", dtype="float32", what="rows where nothing may be used")
### END HIDDEN TESTS

# %% mistakes: masked_gather
# - replace: rows = tf.gather(params, safe)
#   with: rows = tf.gather(tf.where(tf.math.is_finite(params), params, tf.zeros_like(params)), safe)
#   hint: "You clear NaN and infinity out of the table. Where the mask is True a row comes as it is."
# - replace: rows = tf.gather(params, safe)
#   with: rows = tf.gather(tf.stop_gradient(params), safe)
#   hint: "No gradient reaches the table. What goes through NumPy is not recorded, and what is stopped passes
#     nothing."
# - replace: safe = tf.where(mask, indices, tf.zeros_like(indices))
#   with: safe = tf.convert_to_tensor(indices)
#   hint: "Rows that do not exist are looked up. A CPU raises an error there; a GPU would not tell you."
# - replace: return tf.where(tf.convert_to_tensor(mask)[..., None], rows, tf.zeros_like(rows))
#   with: return rows
#   hint: "Under the mask you return a row of the table. Zeros were asked for."
# - replace: return tf.where(tf.convert_to_tensor(mask)[..., None], rows, tf.zeros_like(rows))
#   with: return rows * tf.cast(tf.convert_to_tensor(mask)[..., None], rows.dtype)
#   hint: "You multiply by the mask. 0 times NaN is NaN: pick instead of multiplying."
# - replace: rows = tf.gather(params, safe)
#   with: rows = tf.gather(params, safe, axis=-1)
#   hint: "You fetch columns. The row numbers count along the first axis."


# %% mistake: masked_gather
# hint: "You drop what is masked. It stays, as zeros, and the result has the shape of indices and then D."
def masked_gather(params, indices, mask):
    return tf.gather(params, tf.boolean_mask(indices, mask))


# %% mistake: masked_gather
# hint: "No gradient reaches the table. What goes through NumPy is not recorded, and what is stopped passes nothing."
def masked_gather(params, indices, mask):
    table, indices, mask = np.asarray(params), np.asarray(indices), np.asarray(mask)
    rows = table[np.where(mask, indices, 0)]
    return tf.constant(np.where(mask[..., None], rows, 0).astype(table.dtype))


# %% mistake: masked_gather
# hint: "Your mask is used the other way round: True means that an entry may be used."
def masked_gather(params, indices, mask):
    rows = tf.gather(params, tf.clip_by_value(indices, 0, len(params) - 1))
    return tf.where(tf.convert_to_tensor(mask)[..., None], tf.zeros_like(rows), rows)


# %% mistake: masked_gather
# hint: "You clip the row numbers and forget the mask: padding becomes the first or the last row."
def masked_gather(params, indices, mask):
    return tf.gather(params, tf.clip_by_value(indices, 0, len(params) - 1))


# %% mistake: masked_gather
# hint: "Your mask is used the other way round: True means that an entry may be used."
def masked_gather(params, indices, mask):
    unused = tf.convert_to_tensor(mask)
    rows = tf.gather(params, tf.where(unused, tf.zeros_like(indices), indices))
    return tf.where(unused[..., None], tf.zeros_like(rows), rows)


# %% mistake: masked_gather
# hint: "The mask has one axis less than the rows, and meets the wrong ones. Give it one more."
def masked_gather(params, indices, mask):
    rows = tf.gather(params, tf.where(mask, indices, tf.zeros_like(indices)))
    return tf.where(mask, rows, tf.zeros_like(rows))


# %% equivalents: masked_gather
# - replace: tf.where(mask, indices, tf.zeros_like(indices))
#   with: tf.where(mask, indices, 0)
#   reason: "A plain 0 becomes a tensor of the same dtype."


# %% accepts: masked_gather
def masked_gather(params, indices, mask):
    # One row of zeros below the table, for all that is masked.
    params = tf.convert_to_tensor(params)
    padded = tf.concat([params, tf.zeros((1, params.shape[1]), params.dtype)], axis=0)
    indices = tf.cast(indices, "int64")
    return tf.gather(padded, tf.where(tf.convert_to_tensor(mask), indices, params.shape[0]))


# %% accepts: masked_gather
def masked_gather(params, indices, mask):
    # Fetch what may be used, and put it in its places.
    params, mask = tf.convert_to_tensor(params), tf.convert_to_tensor(mask)
    flat = tf.reshape(mask, [-1])
    places = tf.where(flat)  # (how many may be used, 1), int64
    used = tf.gather(params, tf.gather(tf.reshape(tf.convert_to_tensor(indices), [-1]), places[:, 0]))
    size = tf.constant([flat.shape[0], params.shape[1]], "int64")
    return tf.reshape(tf.scatter_nd(places, used, size), [*mask.shape, params.shape[1]])


# %% [markdown]
# The gradient in the test has a pattern: row 1 was fetched twice, and what came back for it from both places was *added
# up*. Fetching row $i_k$ for place $k$ has as its gradient: add the gradient $u_k$ of place $k$ to row $i_k$,
#
# $$P_{i_k} \leftarrow P_{i_k} + u_k \quad \text{for all } k ,$$
#
# a **scatter-add**. It also counts, averages by group, and builds histograms. The line `target[indices] += updates`
# looks as if it did it. In NumPy it does not: where a row number occurs twice, the second update overwrites the
# first. By hand: add $(1, 1)$, $(2, 0)$, $(5, 5)$ to the rows 2, 0, 2 of a table of zeros with 3 rows. Row 0 becomes
# $(2, 0)$, row 1 stays, row 2 becomes $(6, 6)$.


# %% exercise: scatter_add
def scatter_add(target, indices, updates):
    """A table with updates added to the rows that are named.

    Args:
        target: float array or tensor (V, D); left unchanged.
        indices: row numbers from 0 to V - 1, int32 or int64 array or tensor of any shape; a number may occur many
            times.
        updates: float array or tensor in target's dtype, of the shape of indices and then D; left unchanged.

    Returns:
        Tensor (V, D) in target's dtype: target, plus for each k updates[k] in row indices[k]. Rows that are not named
        are as in target. Gradients with respect to target and updates pass through.
    """
    ### BEGIN SOLUTION
    rows = tf.reshape(updates, [-1, target.shape[1]])  # one for each row number
    return tf.tensor_scatter_nd_add(target, tf.reshape(indices, [-1, 1]), rows)
    ### END SOLUTION


# %% test: scatter_add, points=2
target, indices = np.zeros((3, 2)), np.array([2, 0, 2])
updates = np.array([[1.0, 1.0], [2.0, 0.0], [5.0, 5.0]])
with dd.check.unchanged([target, indices, updates], what="target, indices or updates"):
    table = scatter_add(target, indices, updates)
due = np.array([[2.0, 0.0], [0.0, 0.0], [6.0, 6.0]])
dd.check.like(table, due, kind="tensor", dtype="float64", why="this is the example worked by hand")
target = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
updates = np.arange(18.0).reshape(3, 2, 3)
with dd.check.unchanged(target, what="target"):
    table = scatter_add(target, np.array([[0, 1], [1, 1], [1, 0]]), updates)
due = np.array(
    [[1.0 + 0 + 15, 2.0 + 1 + 16, 3.0 + 2 + 17], [4.0 + 3 + 6 + 9 + 12, 5.0 + 4 + 7 + 10 + 13, 6.0 + 5 + 8 + 11 + 14]]
)
dd.check.like(table, due, kind="tensor", what="for indices (3, 2)", why="each row collects all that is meant for it")
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(365)
for v, d in ((5, 3), (3, 3), (4, 1)):
    target = rng.normal(size=(v, d))
    for shape in ((), (9,), (2, 3), (3, 1, 2), (0,)):
        updates = rng.normal(size=(*shape, d))
        for dtype, made in (("int32", np.asarray), ("int64", tf.constant)):
            indices = np.asarray(rng.integers(0, v, shape), dtype=dtype)
            due = target.copy()
            for index in np.ndindex(shape):
                due[int(indices[index])] += updates[index]
            with dd.check.unchanged(target, what="target"), dd.check.unchanged(updates, what="updates"):
                table = scatter_add(*map(made, (target, indices, updates)))
            what = f"for indices of shape {shape} and a table {(v, d)}"
            dd.check.like(table, due, kind="tensor", dtype="float64", what=what, why="repeated rows add up")
        weights = rng.normal(size=(v, d))
        gradient = gradient_through(scatter_add, target, indices, updates, weights=weights)
        dd.check.close(gradient, weights, what="the gradient of target", why="each of its numbers is passed on once")
        gradient = gradient_of_updates(scatter_add, target, indices, updates, weights)
        why = "each update is passed on once, to the row that it is meant for"
        dd.check.close(gradient, weights[indices], what="the gradient of updates", why=why)
        zeros = np.zeros((v, d))
        gathered = gradient_through(masked_gather, zeros, indices, np.ones(shape, bool), weights=updates)
        why = "a scatter-add to zeros is the gradient of a gather"
        dd.check.close(scatter_add(zeros, indices, updates), gathered, what="a scatter-add to zeros", why=why)
ones = np.ones((300, 1), dtype="float32")
counts = scatter_add(np.zeros((2, 1), dtype="float32"), np.arange(300) % 3 // 2, ones)
dd.check.like(counts, np.array([[200.0], [100.0]]), kind="tensor", dtype="float32", what="counts of 300 rows")
### END HIDDEN TESTS

# %% mistakes: scatter_add
# - replace: tf.tensor_scatter_nd_add
#   with: tf.tensor_scatter_nd_sub
#   hint: "You subtract."
# - replace: tf.tensor_scatter_nd_add
#   with: tf.tensor_scatter_nd_max
#   hint: "You keep the larger one. Updates are added."
# - replace: "rows = tf.reshape(updates, [-1, target.shape[1]])  # one for each row number"
#   with: "rows = tf.stop_gradient(tf.reshape(updates, [-1, target.shape[1]]))"
#   hint: "No gradient reaches the updates."
# - replace: tf.tensor_scatter_nd_add(target,
#   with: tf.tensor_scatter_nd_add(tf.stop_gradient(target),
#   hint: "No gradient reaches the target."
# - replace: tf.tensor_scatter_nd_add
#   with: tf.tensor_scatter_nd_update
#   hint: "You overwrite the rows. What is there already stays, and updates are added to it."


# %% mistake: scatter_add
# hint: "The line target[indices] += updates counts a repeated row once: the last update overwrites the ones before."
def scatter_add(target, indices, updates):
    table = np.array(target)
    table[np.asarray(indices)] += np.asarray(updates)
    return tf.constant(table)


# %% mistake: scatter_add
# hint: "You add into the caller's own array. A new table is due."
def scatter_add(target, indices, updates):
    table = target if isinstance(target, np.ndarray) else np.array(target)
    np.add.at(table, np.asarray(indices), np.asarray(updates))
    return tf.constant(table)


# %% mistake: scatter_add
# hint: "You leave out what was in target before: your table starts from 0."
def scatter_add(target, indices, updates):
    flat = tf.reshape(updates, [-1, target.shape[1]])
    return tf.math.unsorted_segment_sum(flat, tf.reshape(indices, [-1]), target.shape[0])


# %% mistake: scatter_add
# hint: "You average the updates of a row. They are to be added up."
def scatter_add(target, indices, updates):
    flat = tf.reshape(updates, [-1, target.shape[1]])
    return target + tf.math.unsorted_segment_mean(flat, tf.reshape(indices, [-1]), target.shape[0])


# %% mistake: scatter_add
# hint: "The values are right, but you went through NumPy: the tape loses the thread and no gradient passes."
def scatter_add(target, indices, updates):
    table = np.array(target)
    np.add.at(table, np.asarray(indices), np.asarray(updates))
    return tf.constant(table)


# %% mistake: scatter_add
# hint: "Your code is made for one row of indices. They may have any shape; updates have it too, and D behind."
def scatter_add(target, indices, updates):
    return tf.tensor_scatter_nd_add(target, tf.convert_to_tensor(indices)[:, None], updates)


# %% accepts: scatter_add
def scatter_add(target, indices, updates):
    target = tf.convert_to_tensor(target)
    v, d = target.shape
    flat = tf.reshape(updates, [-1, d])
    return target + tf.math.unsorted_segment_sum(flat, tf.reshape(indices, [-1]), v)


# %% accepts: scatter_add
def scatter_add(target, indices, updates):
    # As a matrix product with one-hot rows, which costs V times as much.
    target = tf.convert_to_tensor(target)
    chosen = tf.one_hot(tf.reshape(indices, [-1]), target.shape[0], dtype=target.dtype)  # (number of updates, V)
    return target + tf.matmul(chosen, tf.reshape(updates, [-1, target.shape[1]]), transpose_a=True)


# %% [markdown]
# ## Eager and graph
#
# So far each operation ran when Python came to it: **eager** execution. Between two operations lies Python, some
# microseconds each, which is a lot if the operation itself takes one. `tf.function(f)` **traces** $f$ instead: at the
# first call it runs the Python code once, with stand-ins for the arguments, notes which operations are called, and
# makes a **graph** of them. From then on calls with arguments of the same shapes and dtypes run the graph, and Python
# has no part in it. What follows from that:
#
# - whatever is not a TensorFlow operation happens while tracing and never again: `print`, appending to a list, drawing
#   from NumPy's generator, counting;
# - a new shape or dtype means a new trace, and so does *every new Python number*: pass `tf.constant(0.1)`, not `0.1`;
# - an `if` or a `while` on a tensor's value is turned into a graph operation (your function is rewritten for that, by
#   what is called AutoGraph), but one on a Python value is decided while tracing;
# - a variable is made outside, or at the very first call, and never again.
#
# `tf.print` is an operation and prints at each call. `input_signature=[tf.TensorSpec([None, 3])]` allows any number of
# rows in one trace. And `jit_compile=True` goes a step further: a compiler (XLA) turns the graph into code in which
# neighbouring operations are fused.

# %% demo
traces = []


@tf.function
def scaled(x, factor):
    traces.append(f"x {x.shape}, factor {'a Python number' if isinstance(factor, float) else 'a tensor'}")
    return x * factor


for size in (3, 3, 4, 3):
    scaled(tf.ones(size), tf.constant(2.0))
for factor in (0.1, 0.2, 0.3):
    scaled(tf.ones(3), factor)
print(len(traces), "traces for 7 calls:", *traces, sep="\n  ")
assert len(traces) == 5

# %% [markdown]
# Two traces for two shapes, and three for three Python numbers. How much does a graph gain, and when? A chain of 100
# small operations, forward and its gradient, on tensors of more and more entries; the best of several runs, after
# tracing.


# %% demo
def long_chain(x):
    for _ in range(50):
        x = tf.tanh(x) * 1.01
    return tf.reduce_sum(x)


def gradient_eagerly(x):
    with tf.GradientTape() as tape:
        tape.watch(x)
        output = long_chain(x)
    return tape.gradient(output, x)


ways = {"eager": gradient_eagerly, "graph": tf.function(gradient_eagerly)}
entries = (1, 100, 10_000, 300_000)
milliseconds = {name: [] for name in ways}
for size in entries:
    point = tf.ones(size)
    for name, way in ways.items():
        way(point)  # the first call traces
        runs = []
        for _ in range(3):
            start = time.perf_counter()
            way(point).numpy()
            runs.append(time.perf_counter() - start)
        milliseconds[name].append(1000 * min(runs))
fig, ax = plt.subplots(figsize=(8, 4.2))
for (name, values), marker in zip(milliseconds.items(), "os", strict=True):
    ax.loglog(entries, values, marker=marker, label=name)
ax.set(xlabel="entries of the tensor", ylabel="milliseconds", title="100 operations and their gradient")
ax.legend()
dd.plot.show(
    "Time against the number of entries, both logarithmic. For small tensors eager lies far above the graph; both rise "
    "where the tensors are large, and come closer together."
)
ratios = np.array(milliseconds["eager"]) / np.array(milliseconds["graph"])
print(
    "eager takes",
    ", ".join(f"{ratio:.1f} times as long at {size:,}" for ratio, size in zip(ratios, entries, strict=True)),
)
assert ratios[0] > 1.2

# %% [markdown]
# For small tensors the overhead is nearly all there is, and the graph wins by a factor. For large ones the work
# itself counts, which is the same in both. `model.fit` of Day 37 traces its training step for you. While you search
# for a mistake, stay eager: errors then name your line, and `print` prints.
#
# ## Put it together: two engines, one gradient
#
# Day 25's network, two inputs, two hidden layers of eight tanh units and a logit, 105 parameters, on 20 points of the
# moons. On one side your engine, one Python object for each number. On the other the same network in five lines of
# TensorFlow.

# %% demo
rng = np.random.default_rng(25)
shapes = ((2, 8), (8, 8), (8, 1))
start_params = [(rng.normal(0, 2 / np.sqrt(shape[0]), shape), rng.normal(size=shape[1])) for shape in shapes]
points, labels = moons[:20], moon_labels[:20]

model = day_025.MLP(start_params)
begun = time.process_time()
signs = [1.0 if label == 1 else -1.0 for label in labels]
losses = [(1 + (-sign * model(row)[0]).exp()).log() for row, sign in zip(points.tolist(), signs, strict=True)]
engine_loss = sum(losses) / len(losses)
engine_loss.backward()
engine_seconds = time.process_time() - begun

variables = [tf.Variable(array) for pair in start_params for array in pair]  # w, b, w, b, w, b in float64


@tf.function
def loss_and_gradients():
    with tf.GradientTape() as tape:
        a = tf.constant(points)
        for layer in range(0, 6, 2):
            z = a @ variables[layer] + variables[layer + 1]
            a = tf.tanh(z)
        loss = tf.reduce_mean(tf.nn.softplus(-tf.constant(signs, "float64") * z[:, 0]))
    return loss, tape.gradient(loss, variables)


loss_and_gradients()  # traces
begun = time.process_time()
loss, gradients = loss_and_gradients()
tape_seconds = time.process_time() - begun
rows = []
for layer in range(3):  # the engine's parameters come unit by unit: its weights, and then its bias
    w, b = gradients[2 * layer].numpy(), gradients[2 * layer + 1].numpy()
    rows += [number for unit in range(w.shape[1]) for number in (*w[:, unit], b[unit])]
from_engine = np.array([parameter.grad for parameter in model.parameters()])
worst = np.abs(from_engine - rows).max()
print(f"loss: engine {engine_loss.data:.12f}, tape {float(loss):.12f}")
print(f"{len(rows)} slopes of up to {np.abs(rows).max():.2f}: largest difference {worst:.0e}")
print(f"CPU time: engine {1000 * engine_seconds:.0f} ms, graph {1000 * tape_seconds:.1f} ms")
fig, ax = plt.subplots(figsize=(5.5, 4.6))
ax.plot(rows, from_engine, "o", markersize=5, color="C0")
ends = [min(rows), max(rows)]
ax.plot(ends, ends, color="black", linewidth=0.8, linestyle="-")
ax.set(xlabel="slope by TensorFlow's tape", ylabel="slope by Day 25's engine", title="105 slopes, two engines")
dd.plot.show(
    "The 105 slopes by Day 25's engine against those by TensorFlow's tape: all dots are on the diagonal, from "
    "negative to positive values."
)
assert worst < 1e-10 and abs(engine_loss.data - float(loss)) < 1e-12

# %% [markdown]
# All dots on the diagonal, to the last digits of float64. It is one algorithm: record, then walk back, multiply along a
# path and add over paths. The engine walked over thousands of Python objects; the tape had a dozen or so operations on
# whole arrays to record, and each of them knows how to multiply by its Jacobian without building it, as on Day 26.
#
# ## The same in PyTorch and in JAX
#
# They are not installed here; the ideas carry over, the spelling changes.
#
# | | TensorFlow | PyTorch | JAX |
# |---|---|---|---|
# | an array's tensor | `tf.constant(a)` | `torch.tensor(a)` | `jnp.asarray(a)` |
# | NumPy's float64 | stays | stays | becomes float32 unless `jax_enable_x64` is set |
# | back to NumPy | `t.numpy()` | `t.detach().cpu().numpy()` | `np.asarray(t)` |
# | float32 + float64 | an error | float64 | float64, if enabled |
# | change a number | `v.assign(...)` of a variable | `t[0] = 5.0` | `t = t.at[0].set(5.0)` |
# | where it lives | `t.device` | `t.device`, `t.to("cuda")` | `t.device`, `jax.device_put(t)` |
# | to be recorded | variables; `tape.watch(x)` | `x.requires_grad_()` | nothing: functions are differentiated |
# | gradient | `tape.gradient(y, x)` | `y.backward()`, then `x.grad` | `jax.grad(f)(x)` |
# | a constant for it | `tf.stop_gradient(t)` | `t.detach()` | `jax.lax.stop_gradient(t)` |
# | Hessian times vector | two tapes | `jvp(grad(f), (x,), (v,))` of `torch.func` | `jax.jvp(jax.grad(f), (x,), (v,))` |
# | trace and compile | `tf.function(f)` | `torch.compile(f)` | `jax.jit(f)` |
# | rows by number | `tf.gather(t, i)` | `t[i]` | `t[i]` |
# | scatter-add | `tf.tensor_scatter_nd_add` | `t.index_add(0, i, u)` | `t.at[i].add(u)` |
#
# The step of today's linear fit, in both, with `w` and `b` tensors and the rate `a`:
#
# ```python
# # PyTorch                                      # JAX
# w.requires_grad_(), b.requires_grad_()         def cost(w, b, x, y):
# cost = ((x @ w + b - y) ** 2).mean()               return jnp.mean((x @ w + b - y) ** 2)
# cost.backward()
# with torch.no_grad():                          dw, db = jax.grad(cost, argnums=(0, 1))(w, b, x, y)
#     w -= a * w.grad; w.grad = None             w = w - a * dw
#     b -= a * b.grad; b.grad = None             b = b - a * db
# ```
#
# Two differences of mind. PyTorch's `backward()` *adds* to `x.grad`, as your engine did, so it must be set to zero
# before each step; the other two return gradients anew. And JAX records no running program: a gradient
# is a function made of a function, and the function must be pure, without side effects.
#
# Keras 3, which the next weeks use, runs on any of the three. What differs between them is then inside `fit`; only a
# loop of your own has to choose one.
#
# ## What you should remember
#
# - A tensor is an array with a device and a strict dtype. Tensors of two dtypes do not mix; means of ints are cut off.
# - The tape records variables by itself, tensors if watched. `None` means that there is no recorded path.
# - Gradients nest. $H v$ is the gradient of $\nabla f \cdot v$: two sweeps, no Hessian.
# - A gather's gradient is a scatter-add, in which repeated rows add up.
# - `tf.function` trades Python for a graph. Python in it happens while tracing, once for each kind of argument.
#
# ## Check yourself
#
# 1. `loss = tf.reduce_mean((x @ w - y) ** 2)` with $x$ $(m, n)$, $w$ $(n, 1)$ and $y$ $(m,)$ runs, and the fit is poor.
#    Why?
# 2. You want the Hessian's diagonal of a function of 1,000 numbers. How often would you call your product, and which
#    vectors does it get?
# 3. A function decorated with `tf.function` adds `np.random.normal()` to its input. What do you see in ten calls?
#
# <details><summary>Answers</summary>
#
# 1. $(m, 1)$ less $(m,)$ is $(m, m)$: every prediction is compared with every target, so the best answer is their mean.
# 2. A thousand times, with the unit vectors, and take entry $k$ of product $k$. There is no exact short cut in general;
#    random vectors of $\pm 1$ give estimates.
# 3. The same number ten times: it was drawn while tracing. `tf.random.normal` is an operation and draws each time.
#
# </details>
#
# ## Go further
#
# - B. A. Pearlmutter, "Fast Exact Multiplication by the Hessian", *Neural Computation* 6, 1994.
# - M. Abadi and others, "TensorFlow: A System for Large-Scale Machine Learning", *OSDI*, 2016.
# - R. Frostig and others, "Compiling machine learning programs via high-level tracing", *SysML*, 2018:
#   the idea of JAX.
# - A. Paszke and others, "PyTorch: An Imperative Style, High-Performance Deep Learning Library", *NeurIPS*, 2019.
#
# Tomorrow, on Day 37, Keras puts layers, losses and this loop into one list and three calls.
