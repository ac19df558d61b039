# ---
# day: 44
# title: Faster training
# week: 9
# minutes: 110
# backend: tensorflow
# needs: [29, 36, 40, 41]
# data: [glyphs]
# papers:
# - Griewank and Walther 2000, Algorithm 799, Revolve
# - Chen, Xu, Zhang and Guestrin 2016, Training deep nets with sublinear memory cost
# - "Abadi and others 2016, TensorFlow: a system for large-scale machine learning"
# - Micikevicius and others 2018, Mixed precision training
# - Patarasuk and Yuan 2009, Bandwidth optimal all-reduce algorithms for clusters of workstations
# - "Rajbhandari, Rasley, Ruwase and He 2020, ZeRO: memory optimizations toward training trillion parameter models"
# - "Williams, Waterman and Patterson 2009, Roofline: an insightful visual performance model"
# ---

# %% [markdown]
# # Day 44 · Faster training
#
# By the end you can say where the time and the memory of a training step go, and use what is on offer against both:
# graphs, a compiler, short numbers, many devices, and computing twice what is too large to keep.
#
# - **You will build** a counter of traces, the arithmetic of a training step's memory, loss scaling that notices an
#   overflow and skips the step, the average that keeps many devices in step, and a function that forgets its insides
#   and computes them again when the gradient needs them. Four ways of running one training step are timed side by
#   side on whatever device you have.
# - **You need** tensors, the tape and `tf.function` (Day 36), training loops (Day 40), Adam (Day 29).
# - **Not today:** reading data fast (Day 41) and smaller models (pruning, quantisation).
# - **Time:** about 110 minutes.
#
# | symbol | meaning | shape | in code |
# |---|---|---|---|
# | $P$ | parameters that are trained | | `params` |
# | $Q$ | numbers that the forward pass leaves for the backward pass: activations | | `activations` |
# | $J$ | the cost of a batch | $()$ | |
# | $S$ | the loss scale | $()$ | `scale` |
# | $R$ | replicas: devices with a copy of the model each | | `len(per_replica_grads)` |
# | $g_j$, $m_j$ | gradient on replica $j$, and how many examples it saw | as the weights, $()$ | `counts` |
# | $n$ | entries of an array, or layers in a chain | | |
# | $k$ | segments that a chain of layers is cut into | | |
# | $i$, $B$ | number of a thread in its kernel; threads of a block | | `block` |
#
# A word on timings. Yours will differ from anybody's: by machine, by version, by what else is running. So the text
# below says what to look for, the figures draw *all* runs and not only their mean, and no cell depends on a time.

# %% setup
import gc
import itertools
import logging
import math
import time
import weakref

import numpy as np

import deepdays as dd

with dd.quiet():  # TensorFlow announces itself while it loads
    import keras
    import tensorflow as tf
    from keras import ops

    ops.softmax(ops.zeros((1, 2)))
    for short in ("float16", "bfloat16"):  # of which it says once if this processor has no unit for them
        ops.matmul(ops.ones((1, 1), short), ops.ones((1, 1), short))

logging.getLogger("tensorflow").setLevel("ERROR")  # it would warn of traces that are made on purpose here

# %% [markdown]
# ## Imperative and symbolic
#
# An **imperative** program says: do this now. Python with eager TensorFlow, or PyTorch, runs every operation when its
# line is reached. You can print, step and branch; and each operation pays for its way through Python. A **symbolic**
# program first describes the whole computation, as a graph of operations on placeholders, and runs it later. The
# description can be checked, optimised, sent to another machine and run without Python. The price: what isn't in the
# graph does not happen.
#
# `tf.function` (Day 36) is the bridge. It **traces** your imperative function once to get a graph, and keeps that for
# all later calls of the same *signature*. What counts as the same?
#
# | argument | part of the signature |
# |---|---|
# | a tensor or a NumPy array | dtype and shape, not the values |
# | a Python number, text or `None` | the value itself |
#
# Every new signature is **retraced**, which takes as long as many calls. By hand, a function of one argument that is
# called with
#
# | call | 0 | 1 | 2 | 3 | 4 | 5 | 6 |
# |---|---|---|---|---|---|---|---|
# | argument | ones, (3,) | zeros, (3,) | ones, (4,) | int ones, (3,) | 2.0 | 3.0 | 2.0 |
# | traced? | yes | no | yes | yes | yes | yes | no |
#
# five traces for seven calls. Three mends are worth knowing: pass numbers as tensors; declare
# `input_signature=[tf.TensorSpec([None, 3])]`, which allows any number of rows; or set `reduce_retracing=True`, with
# which TensorFlow replaces, after the second shape, the axes that differ by `None` by itself. And make the
# `tf.function` *once*: one that is made within a loop is a new function each time, and traces each time.
#
# So before any timing: count. The Python code of the function runs when it is traced and only then.


# %% exercise: count_traces
def count_traces(f, inputs, **options):
    """How often a function is traced when it is called as a graph, call after call.

    Args:
        f: Python function of one or more arguments, made of TensorFlow operations; not a tf.function itself.
        inputs: list of tuples, the arguments of one call after another: tensors, NumPy arrays, Python numbers.
        options: keyword arguments for tf.function, such as reduce_retracing=True.

    Returns:
        An int: how many times f's own Python code ran while one new tf.function of it, made with these options, was
        called with each of inputs in turn. Asked again, the answer is the same. About 7 lines.
    """
    ### BEGIN SOLUTION
    traces = []

    def noted(*arguments):
        traces.append(len(arguments))
        return f(*arguments)

    graph = tf.function(noted, **options)
    for arguments in inputs:
        graph(*arguments)
    return len(traces)
    ### END SOLUTION


# %% fixture
runs = []


def square(x):
    runs.append("square")
    return x * x


def affine(x, w, b):
    runs.append("affine")
    return tf.tensordot(tf.cast(x, tf.float32), tf.cast(w, tf.float32), 1) + b


def branch(x, twice):
    runs.append("branch")
    return x + x if twice else x


def clear_runs():
    runs.clear()


def count_runs():
    """How often the functions above ran since clear_runs()."""
    return len(runs)


def any_rows(columns):
    """An input signature for one float32 table with any number of rows."""
    return [tf.TensorSpec([None, columns], tf.float32)]


# %% test: count_traces, points=2
inputs = [
    (tf.ones(3),),
    (tf.zeros(3),),
    (tf.ones(4),),
    (tf.ones(3, tf.int32),),
    (2.0,),
    (3.0,),
    (2.0,),
]
count = count_traces(square, inputs)
dd.check.kind(count, int, what="count_traces(square, inputs)")
dd.check.equal(count, 5, what="count_traces(square, inputs)", why="this is the example worked by hand")
dd.check.equal(count_traces(square, inputs), 5, what="the count asked again", why="each time a new graph is made")
dd.check.equal(count_traces(square, [(tf.ones(3),)] * 4), 1, what="the traces of four calls alike")
### BEGIN HIDDEN TESTS
dd.check.equal(count_traces(square, []), 0, what="the traces of no calls")
rng = np.random.default_rng(44)


def floats(*shape):
    return rng.normal(size=shape).astype("float32")


shapes = [(3, 2), (5, 2), (4, 2), (3, 2), (1, 2)]
cases = [
    (square, [(floats(2, 3),), (floats(3, 2),), (floats(2, 3),), (floats(2, 3).astype("float64"),)], {}, 3),
    (square, [(floats(*shape),) for shape in shapes], {}, 4),
    (square, [(floats(*shape),) for shape in shapes], {"reduce_retracing": True}, 2),
    (square, [(tf.constant(floats(*shape)),) for shape in shapes], {"input_signature": any_rows(2)}, 1),
    (square, [(1,), (2,), (2.5,), (2,), (3,)], {}, 4),
    (square, [(tf.constant(float(value)),) for value in range(6)], {}, 1),
    (branch, [(floats(2), True), (floats(2), False), (floats(2), True), (floats(3), True)], {}, 3),
    (branch, [(floats(2), tf.constant(True)), (floats(2), tf.constant(False))], {}, 1),
    (affine, [(floats(4, 2), floats(2, 3), 0.5), (floats(4, 2), floats(2, 3), 0.5)], {}, 1),
    (
        affine,
        [(floats(4, 2), floats(2, 1), 0.5), (floats(4, 2), floats(2), 0.5), (floats(1, 2), floats(2), 1.5)],
        {},
        3,
    ),
    (affine, [(floats(4, 2).astype("int32"), floats(2, 3), 1.0), (floats(4, 2), floats(2, 3), 1.0)], {}, 2),
]
for f, inputs, options, due in cases:
    what = f"the count for the shapes {[[np.shape(x) for x in each] for each in inputs]} and options {sorted(options)}"
    clear_runs()
    count = count_traces(f, inputs, **options)
    dd.check.kind(count, int, what=what)
    ran = count_runs()
    dd.check.equal(count, due, what=what, why="a trace for each new signature")
    dd.check.equal(ran, due, what="how often f's code really ran", why="one tf.function serves all the calls")
### END HIDDEN TESTS

# %% mistakes: count_traces
# - replace: |-
#     graph = tf.function(noted, **options)
#         for arguments in inputs:
#             graph(*arguments)
#   with: |-
#     for arguments in inputs:
#             tf.function(noted, **options)(*arguments)
#   hint: "Every call runs the Python code, as if nothing were traced. Make one tf.function, before the calls: a new
#     one for each knows no traces."
# - replace: graph = tf.function(noted, **options)
#   with: graph = tf.function(noted)
#   hint: "The options never reach tf.function."
# - replace: graph(*arguments)
#   with: graph(*map(tf.convert_to_tensor, arguments))
#   hint: "You make tensors of Python's numbers, which share a trace then. Call with what was handed in."
# - replace: return len(traces)
#   with: return len(inputs)
#   hint: "That is the number of calls. Calls of a signature that was seen before run the graph and trace nothing."
# - replace: return len(traces)
#   with: return len({tuple(np.shape(argument) for argument in arguments) for arguments in inputs})
#   hint: "You count shapes. A dtype, and the value of a Python number, belong to the signature as well."
# - replace: return len(traces)
#   with: return len({tuple(map(str, arguments)) for arguments in inputs})
#   hint: "You count different values. Of a tensor only shape and dtype belong to the signature."
# - replace: graph = tf.function(noted, **options)
#   with: graph = tf.function(noted, **{"reduce_retracing":True, **options})
#   hint: "You relax shapes on your own account. Only the options that were handed in are due."
# - replace: return len(traces)
#   with: return len(traces) - 1
#   hint: "The first trace is one as well, not only those that repeat it."


# %% accepts: count_traces
def count_traces(f, inputs, **options):
    # TensorFlow counts, too.
    graph = tf.function(lambda *arguments: tf.nest.map_structure(tf.identity, f(*arguments)), **options)
    for arguments in inputs:
        graph(*arguments)
    return graph.experimental_get_tracing_count() if inputs else 0


# %% [markdown]
# ## What a compiler adds
#
# A graph still runs operation by operation, and each reads its arguments from memory and writes its result there. For
# $\operatorname{relu}(a \odot x + b)$ with $n$ numbers of four bytes that is: read $a$ and $x$, write the product;
# read it and $b$, write the sum; read that, write the result. $8n$ numbers travel, $32n$ bytes, for $3n$ operations
# on numbers that are next to nothing. **Fused** into one loop over the entries, $a$, $x$ and $b$ are read once and
# the result is written once: $16n$ bytes, half. That is the main thing that **XLA** does (accelerated linear algebra,
# `jit_compile=True`): it compiles a graph into code for this device and these shapes, with chains of cheap operations
# fused, and memory planned in advance. The price: compiling takes its time, again for each new shape, and what XLA
# can't compile (text, arrays whose shape depends on values) raises an error.
#
# ## CPU and GPU
#
# A CPU has a few cores, each clever: it guesses branches and reorders instructions so that *one* thread is done
# early. A GPU has thousands of simple arithmetic units and is out for *throughput*: it hides waiting by having other
# threads to run. So a GPU wants many equal and independent pieces of work, and pays a few microseconds for starting
# any of it, plus the way of the data to its own memory and back.
#
# When does an operation run at the speed of arithmetic? As a first estimate, the **roofline**, it takes
#
# $$\text{time} \approx \max \left( \frac{\text{operations}}{\text{peak operations per second}},\;
# \frac{\text{bytes moved}}{\text{bytes per second}} \right) .$$
#
# Adding two vectors moves 12 bytes for each addition: memory decides, on any device. Multiplying two $n \times n$
# matrices is $2n^3$ operations for $12n^2$ bytes, $n/6$ for each byte: for large $n$ arithmetic decides. So larger
# matrices, that is, larger batches and wider layers, come closer to the peak. Where is your device? Twelve runs for
# each size; look at the rise with $n$, at where it levels off, and at the spread.

# %% demo
import matplotlib.pyplot as plt

dd.plot.style()


def seconds_of(work, repeats):
    """The durations of some runs of work(), which must wait for its result."""
    durations = []
    for _ in range(repeats):
        start = time.perf_counter()
        work()
        durations.append(time.perf_counter() - start)
    return np.array(durations)


sizes = (16, 32, 64, 128, 256, 512, 1024)
multiply = tf.function(lambda a, b: a @ b)
rates = {}
for n in sizes:
    a = tf.random.normal((n, n), seed=1)
    multiply(a, a).numpy()  # the first call traces
    rates[n] = 2 * n**3 / seconds_of(lambda a=a: multiply(a, a).numpy(), 12) / 1e9
fig, ax = plt.subplots()
for n, values in rates.items():
    ax.plot([n] * len(values), values, "o", color="C0", alpha=0.5)
ax.plot(sizes, [np.median(values) for values in rates.values()], "C1-", label="median")
ax.set(xscale="log", yscale="log", xlabel="$n$", ylabel="billion operations per second")
ax.set(title=f"Product of two (n, n) matrices on {dd.device()}")
ax.set_xticks(sizes, sizes)
ax.minorticks_off()
ax.legend()
dd.plot.show(
    "Billions of operations per second against the size of the matrices, both logarithmic, with a dot for each of "
    "twelve runs and a line through the medians. It rises steeply for small sizes and levels off for large ones."
)

# %% [markdown]
# For small $n$ you see the price of starting anything at all, on a GPU more than on a CPU; the plateau is
# what the device can do with numbers of four bytes.
#
# ## A kernel's grid, block and thread
#
# What runs on a GPU is a **kernel**: a small function that is written for *one* entry and started as many
# **threads**, one for each. Threads come in **blocks** of equal size, at most 1,024 threads each, which are run in
# groups of 32 (a *warp*); the threads of a block can share a small fast memory and wait for each other. All blocks of
# one start are its **grid**. A thread knows three numbers: its own within its block, its block's within the grid, and
# the size of a block, $B$. From them it finds the entry that is its own,
#
# $$i = \text{block number} \cdot B + \text{thread number}, \qquad \text{blocks} = \lceil n / B \rceil .$$
#
# By hand: $n = 22$ entries in blocks of $B = 8$ take 3 blocks, 24 threads. Thread 5 of block 1 has $i = 13$. Threads
# 6 and 7 of block 2 have $i = 22$ and 23 and no entry: without the guard `if i < n` they would write beyond the
# array. For a matrix, blocks and grids have two axes, and everything is done twice.
#
# Here is a GPU that we simulate in plain Python, with threads one after the other. (On a real one their order is
# nobody's business, which is why each writes an entry of its own.)


# %% demo
def launch(kernel, grid, block, *arrays):
    """Run a kernel for each thread of each block."""
    for block_number in range(grid):
        for thread_number in range(block):
            kernel(block_number, thread_number, block, *arrays)


def add_kernel(block_number, thread_number, block, x, y, out):
    i = block_number * block + thread_number
    if i < len(out):
        out[i] = x[i] + y[i]


n, block = 22, 8
grid = math.ceil(n / block)
x, y, out = np.arange(22.0), np.full(22, 100.0), np.zeros(22)
launch(add_kernel, grid, block, x, y, out)
print(grid, "blocks of", block, "threads for", n, "entries; the sum is right:", bool((out == x + y).all()))
assert (out == x + y).all()

fig, ax = plt.subplots(figsize=(11, 3))
for number in range(grid * block):
    block_number, thread_number = divmod(number, block)
    busy = number < n
    look = {"facecolor": f"C{block_number}" if busy else "none", "edgecolor": "0.5", "hatch": None if busy else "///"}
    ax.add_patch(plt.Rectangle((number + 0.4 * block_number, 0), 0.92, 1, alpha=0.35 if busy else None, **look))
    ax.text(number + 0.4 * block_number + 0.46, 0.62, str(thread_number), ha="center", fontsize=11)
    ax.text(number + 0.4 * block_number + 0.46, 0.18, f"$i$={number}", ha="center", fontsize=8)
for block_number in range(grid):
    ax.text(block_number * (block + 0.4) + block / 2, 1.15, f"block {block_number}", ha="center")
ax.set(xlim=(-0.3, grid * (block + 0.4)), ylim=(-0.2, 1.5), title="A grid of 3 blocks of 8 threads for 22 entries")
ax.set_axis_off()
dd.plot.show(
    "Three groups of eight squares, the blocks 0 to 2. Each square is a thread with its number in the block, 0 to 7, "
    "and its entry i from 0 to 23. The last two squares, i = 22 and 23, are hatched: they have nothing to do."
)

# %% [markdown]
# ## Asynchronous execution
#
# Python does not do the arithmetic; it hands operations to the device and goes on. The device has a queue and works
# it off. This is **asynchronous** execution: while the device computes step 7, Python prepares step 8, and the way
# through Python costs nothing as long as the queue isn't empty. It ends where a *value* is needed: `float(loss)`,
# `.numpy()`, `print`, an `if`. Whoever reads the loss after every step makes the device idle while Python thinks, and
# Python idle while the device works. So read it every hundred steps. And whoever measures must wait for the result
# *inside* the measurement, or times the handing over. (TensorFlow is asynchronous on GPUs; on CPUs it waits for every
# eager operation. JAX is asynchronous on both.)
#
# **Automatic parallelism** follows from the same graph. Operations that don't need each other's results may run at
# the same time, on other cores, other queues, other devices, without your saying so. By hand: $u$ takes 3 ms, $v$
# takes 3 ms, and $u + v$ takes 1 ms. One after the other: 7 ms. Together: $\max(3, 3) + 1 = 4$ ms, the longest chain
# of operations that do need each other, and no number of devices makes it shorter.
#
# The cell plays it with a device that takes 12 ms for each operation and a host that takes 5 ms to prepare one. Left
# the host reads each result at once, right only the last. Look at the gaps in the device's row.

# %% demo
from concurrent.futures import ThreadPoolExecutor


def play(read_each, num_steps=6, host_seconds=0.005, device_seconds=0.012):
    """(name, start, duration) of all that host and device did, in milliseconds."""
    log, begin = [], time.perf_counter()

    def busy(who, seconds):
        start = time.perf_counter()
        time.sleep(seconds)
        log.append((who, 1000 * (start - begin), 1000 * (time.perf_counter() - start)))

    with ThreadPoolExecutor(1) as device:  # one worker: a queue that is worked off in order
        for _ in range(num_steps):
            busy("host", host_seconds)
            result = device.submit(busy, "device", device_seconds)
            if read_each:
                result.result()  # wait for the value
        result.result()
    return log


fig, axes = plt.subplots(1, 2, figsize=(12, 2.6), sharex=True)
for ax, read_each in zip(axes, (True, False), strict=True):
    log = play(read_each)
    for row, who in enumerate(("host", "device")):
        bars = [(start, length) for name, start, length in log if name == who]
        ax.broken_barh(bars, (row - 0.35, 0.7), facecolor=f"C{row}", edgecolor="white")
    ax.set(yticks=[0, 1], yticklabels=["host", "device"], xlabel="milliseconds")
    ax.set_title("each result read at once" if read_each else "only the last result read")
    ax.invert_yaxis()
dd.plot.show(
    "Two timelines with a row for the host and one for the device. Left, the two take turns and each waits for the "
    "other. Right, the host's bars come close together at the start and the device works without gaps and "
    "is done earlier."
)

# %% [markdown]
# ## Where the memory goes
#
# "Out of memory" is the commonest end of a training run, and it can be foreseen. For each parameter that is trained
# there are, besides the **weight** itself, its **gradient** and what the **optimiser** remembers: nothing for plain
# descent, one number with momentum, two for Adam. And the forward pass leaves its **activations** for the backward
# pass, in proportion to the batch. With numbers of 4 bytes (float32),
#
# $$\text{bytes} = 4 P\, (1 + 1 + \text{slots}) + 4 Q, \qquad \text{slots} = 0, 1 \text{ or } 2 .$$
#
# By hand: 1,000 parameters, Adam, 5,000 activations: $4{,}000 \cdot 4 + 20{,}000 = 36{,}000$ bytes. A frozen
# parameter has neither gradient nor slots, so it costs 4 bytes instead of 16.
#
# **Mixed precision** computes with numbers of two bytes and keeps the books with four. In Keras's policies
# `mixed_float16` and `mixed_bfloat16` weights, gradients and slots stay float32; each layer casts its weights and
# inputs to the short type. So there is one more copy of the weights, of 2 bytes, also of frozen ones, while
# activations take half:
#
# $$\text{bytes} = 4 P\, (2 + \text{slots}) + 2 P + 2 Q ,$$
#
# in our example $16{,}000 + 2{,}000 + 10{,}000 = 28{,}000$. The saving is in $Q$. (Other systems keep gradients short
# as well; with a short copy of the weights that makes the 16 bytes a parameter of Adam that are often quoted, from
# the ZeRO paper.) Where *everything* has one type, float16, bfloat16 (2 bytes each) or float64 (8), there is no copy.
#
# Which activations count? As a first estimate, every layer's output, for every example of the batch. What this leaves
# out: the framework itself, scratch space, and memory that is reserved in large pieces.


# %% exercise: training_memory_bytes
def training_memory_bytes(params, optimizer, dtype, activations, frozen=0):
    """Bytes that a training step keeps: weights, gradients, what the optimiser remembers, activations.

    Args:
        params: parameters that are trained, int >= 0.
        optimizer: "sgd", "momentum" or "adam".
        dtype: "float64", "float32", "float16" or "bfloat16" for everything, or the policy "mixed_float16" or
            "mixed_bfloat16", as described above.
        activations: numbers that are kept for the backward pass, over the whole batch, int >= 0.
        frozen: further parameters, which are not trained, int >= 0.

    Returns:
        The number of bytes, an int.

    Raises:
        ValueError: optimizer or dtype is another text. About 10 lines.
    """
    ### BEGIN SOLUTION
    slots = {"sgd": 0, "momentum": 1, "adam": 2}
    widths = {"float64": 8, "float32": 4, "float16": 2, "bfloat16": 2}
    mixed = dtype in ("mixed_float16", "mixed_bfloat16")
    if optimizer not in slots or not (mixed or dtype in widths):
        raise ValueError(f"unknown optimizer or dtype. Received: {optimizer!r}, {dtype!r}")
    kept, computed = (4, 2) if mixed else (widths[dtype], widths[dtype])
    copy = computed if mixed else 0
    return params * kept * (2 + slots[optimizer]) + frozen * kept + (params + frozen) * copy + activations * computed
    ### END SOLUTION


# %% test: training_memory_bytes, points=2
due = {("adam", "float32"): 36_000, ("adam", "mixed_float16"): 28_000, ("sgd", "float32"): 28_000}
for (optimizer, dtype), bytes_due in due.items():
    came = training_memory_bytes(1000, optimizer, dtype, 5000)
    what = f"training_memory_bytes(1000, {optimizer!r}, {dtype!r}, 5000)"
    dd.check.kind(came, int, what=what)
    dd.check.equal(came, bytes_due, what=what, why="the example worked by hand")
came = training_memory_bytes(0, "momentum", "float32", 0, frozen=300)
dd.check.equal(came, 1200, what="the bytes of 300 frozen parameters", why="they have no gradient and no slots")
with dd.check.raises(ValueError, why="there is no such dtype"):
    training_memory_bytes(10, "adam", "float8", 10)
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(442)
for optimizer, slots in (("sgd", 0), ("momentum", 1), ("adam", 2)):
    for dtype in ("float64", "float32", "float16", "bfloat16", "mixed_float16", "mixed_bfloat16"):
        params, activations, frozen = (int(v) for v in rng.integers(1, 10_000, 3))
        long = {"float64": 8, "float16": 2, "bfloat16": 2}.get(dtype, 4)
        short = 2 if dtype.startswith("mixed") else long
        pieces = [long * params, long * frozen, long * params, long * params * slots, short * activations]
        if dtype.startswith("mixed"):
            pieces += [short * params, short * frozen]
        what = f"training_memory_bytes({params}, {optimizer!r}, {dtype!r}, {activations}, frozen={frozen})"
        came = training_memory_bytes(params, optimizer, dtype, activations, frozen=frozen)
        dd.check.kind(came, int, what=what)
        dd.check.equal(came, sum(pieces), what=what, why="weights, gradients, slots, copies and activations")
        each = long * (2 + slots) + (short if dtype.startswith("mixed") else 0)
        came = training_memory_bytes(params, optimizer, dtype, 0)
        what = f"training_memory_bytes({params}, {optimizer!r}, {dtype!r}, 0)"
        dd.check.equal(came, params * each, what=what, why="nothing is frozen, no activation is kept")
        dd.check.equal(training_memory_bytes(0, optimizer, dtype, 7), 7 * short, what="the bytes of 7 activations")
huge = training_memory_bytes(2_000_000_000, "adam", "float32", 2_000_000_000)
dd.check.equal(
    huge, 40_000_000_000, what="the bytes of two billion parameters and activations", why="they are whole numbers"
)
for optimizer, dtype in (
    ("Adam", "float32"),
    ("rmsprop", "float32"),
    ("adam", "int8"),
    ("adam", "mixed"),
    ("", "float32"),
    ("sgd", "mixed_float32"),
):
    with dd.check.raises(ValueError, why=f"{optimizer!r} with {dtype!r} is not one of those named"):
        training_memory_bytes(10, optimizer, dtype, 10)
### END HIDDEN TESTS

# %% mistakes: training_memory_bytes
# - replace: kept * (2 + slots[optimizer])
#   with: kept * (1 + slots[optimizer])
#   hint: "Weights, gradients and slots: one of the first two is missing."
# - replace: frozen * kept +
#   with: frozen * kept * (2 + slots[optimizer]) +
#   hint: "A frozen parameter has neither a gradient nor anything for the optimiser to remember."
# - replace: "{\"sgd\": 0, \"momentum\": 1, \"adam\": 2}"
#   with: "{\"sgd\": 0, \"momentum\": 1, \"adam\": 1}"
#   hint: "Adam remembers two numbers for each parameter: which two?"
# - replace: "{\"sgd\": 0, \"momentum\": 1, \"adam\": 2}"
#   with: "{\"sgd\": 1, \"momentum\": 1, \"adam\": 2}"
#   hint: "Plain gradient descent remembers nothing."
# - replace: kept, computed = (4, 2) if mixed else
#   with: kept, computed = (2, 2) if mixed else
#   hint: "In mixed precision the books, weights, gradients and slots, stay in float32."
# - replace: return params * kept * (2 + slots[optimizer]) +
#   with: return params * (kept * (1 + slots[optimizer]) + computed) +
#   hint: "Gradients are among the books: in Keras's mixed policies they stay in float32."
# - replace: mixed = dtype in ("mixed_float16", "mixed_bfloat16")
#   with: mixed = dtype in ("mixed_float16", "mixed_bfloat16", "float16", "bfloat16")
#   hint: "float16 alone is no mixed policy: everything has two bytes, the books too."
# - replace: if optimizer not in slots or not
#   with: if slots.setdefault(optimizer, 0) is None or not
#   hint: "An optimizer that you don't know passes for plain descent. A slip of the pen would go unnoticed."
# - replace: activations * computed
#   with: activations * kept
#   hint: "Activations are what mixed precision makes short."
# - replace: copy = computed if mixed else 0
#   with: copy = 0
#   hint: "You forget the short copy of the weights that mixed precision computes with."
# - replace: copy = computed if mixed else 0
#   with: copy = computed
#   hint: "Where everything has one type there is no second copy of the weights."
# - replace: (params + frozen) * copy
#   with: params * copy
#   hint: "Frozen weights are computed with as well, so they too have their short copy."
# - replace: "\"float16\": 2, \"bfloat16\": 2}"
#   with: "\"float16\": 2, \"bfloat16\": 4}"
#   hint: "bfloat16 shares float32's range, not its size. How many bits does the 16 name?"
# - replace: "\"float64\": 8, \"float32\": 4"
#   with: "\"float64\": 64, \"float32\": 32"
#   hint: "A part of your sum is in bits. Bytes are due."


# %% accepts: training_memory_bytes
def training_memory_bytes(params, optimizer, dtype, activations, frozen=0):
    # Bytes for each parameter of either kind, from a table.
    try:
        slots = ["sgd", "momentum", "adam"].index(optimizer)
        book, short, copies = {
            "float64": (8, 8, 0),
            "float32": (4, 4, 0),
            "float16": (2, 2, 0),
            "bfloat16": (2, 2, 0),
            "mixed_float16": (4, 2, 1),
            "mixed_bfloat16": (4, 2, 1),
        }[dtype]
    except KeyError as error:
        raise ValueError(f"unknown dtype {dtype}") from error
    still = book + short * copies
    trained = still + book + book * slots
    return params * trained + frozen * still + activations * short


# %% [markdown]
# Does the arithmetic agree with what is there? The cell builds a network for 28×28 letters, takes one training step,
# and adds up the sizes of the arrays that exist: weights, gradients, the optimiser's variables, layers' outputs. (The
# short copies of the weights are made within the layers and are gone before we can measure them: they are computed
# from the layers' compute dtype.) Six combinations, measured and predicted.


# %% demo
def letter_model(policy, widths=(256, 256), seed=44):
    """Pixels (m, 784) to 26 logits, with layers that compute as the policy says."""
    dd.seed(seed)
    inputs = keras.Input((784,))
    x = inputs
    for width in widths:
        x = keras.layers.Dense(width, "relu", dtype=policy)(x)
    return keras.Model(inputs, keras.layers.Dense(26, dtype=policy)(x))


def size(x):
    return int(np.prod(x.shape)) * tf.as_dtype(x.dtype).size


(letters, labels), (test_letters, test_labels) = dd.data.glyphs(n=2600, n_test=520, seed=44)
letters, test_letters = (x.reshape(len(x), 784).astype("float32") / 255 for x in (letters, test_letters))
cross_entropy = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
makers = {
    "sgd": lambda: keras.optimizers.SGD(0.01),
    "momentum": lambda: keras.optimizers.SGD(0.01, momentum=0.9),
    "adam": lambda: keras.optimizers.Adam(1e-3),
}
measured, predicted = {}, {}
for policy in ("float32", "mixed_float16"):
    for name, make in makers.items():
        model, optimizer = letter_model(policy), make()
        outputs = keras.Model(model.inputs[0], [layer.output for layer in model.layers[1:]])
        with tf.GradientTape() as tape:
            kept = outputs(letters[:128], training=True)
            loss = cross_entropy(labels[:128], kept[-1])
        gradients = tape.gradient(loss, model.trainable_variables)
        optimizer.apply(gradients, model.trainable_variables)
        short = sum(2 * w.shape.num_elements() for w in map(tf.convert_to_tensor, model.weights)) * (
            policy != "float32"
        )
        slots = [v for v in optimizer.variables if len(v.shape)]  # without the two numbers that all of them share
        parts = {
            "weights": sum(map(size, model.weights)),
            "short copies": short,
            "gradients": sum(map(size, gradients)),
            "optimiser": sum(map(size, slots)),
            "activations": sum(map(size, kept)),
        }
        measured[name, policy] = parts
        predicted[name, policy] = training_memory_bytes(
            model.count_params(), name, policy, sum(int(np.prod(x.shape)) for x in kept)
        )
assert all(sum(parts.values()) == predicted[key] for key, parts in measured.items())

fig, ax = plt.subplots(figsize=(10, 4.4))
hatches = {"weights": "", "short copies": "xx", "gradients": "//", "optimiser": "..", "activations": "--"}
for row, (key, parts) in enumerate(measured.items()):
    left = 0.0
    for column, (part, hatch) in enumerate(hatches.items()):
        width = parts[part] / 1e6
        label = part if row == 0 else None
        ax.barh(row, width, left=left, color=f"C{column}", hatch=hatch, edgecolor="white", label=label)
        left += width
    ax.plot(predicted[key] / 1e6, row, "k|", markersize=26, markeredgewidth=3, label="predicted" if row == 0 else None)
ax.set(yticks=range(6), yticklabels=[f"{name}, {policy}" for name, policy in measured], xlabel="megabytes")
ax.set_title("Memory of one training step, 128 examples")
ax.invert_yaxis()
ax.legend(fontsize=9)
dd.plot.show(
    "Six stacked bars of megabytes, for three optimisers in float32 and mixed precision, with a mark where the formula "
    "puts the total: at the end of every bar. Adam's bars are the longest, plain descent's the shortest; activations "
    "are a small part for this small network and batch."
)

# %% [markdown]
# To the byte. Note what dominates: in this network of dense layers with a small batch it is parameters, and mixed
# precision even *adds* to them. In a convolutional network or a transformer with long sequences $Q$ is many times
# $P$, and the picture turns round.
#
# ## Short numbers
#
# Of 16 bits, **float16** spends 5 on the exponent and 10 on digits: its largest number is 65,504, its smallest normal
# one $6.1 \cdot 10^{-5}$, and below $6 \cdot 10^{-8}$ there is only 0. **bfloat16** spends 8 and 7: the range of
# float32, from $10^{-38}$ to $10^{38}$, but two to three decimal digits. Devices with units for short matrix products
# run them several times as fast as float32, and half the bytes travel. Sums within such a product are gathered in
# float32.
#
# Two things go wrong in float16. Small steps are lost in the weights: $1 + 0.0004 = 1$. Hence the float32 books. And
# small *gradients* become 0 before they reach any book. Multiplying the loss by a **scale** $S$ multiplies every
# gradient by $S$, by the chain rule; in float32 they are divided by $S$ again before the step. By hand: a gradient of
# $2 \cdot 10^{-8}$ is 0 in float16; with $S = 4096$ it is $8.19 \cdot 10^{-5}$, and comes back as $2 \cdot 10^{-8}$,
# to the three digits that float16 has among its normal numbers.
#
# How large may $S$ be? As large as possible without an overflow, and that changes while training goes on. So
# **dynamic loss scaling** tries. A gradient that has become infinite or NaN tells that $S$ was too large: **skip**
# the step altogether, weights and slots stay as they were, and halve $S$. After a number of good steps in a row
# (2,000 in Keras), double it. A skipped step now and then is not a fault; it is how $S$ is found. bfloat16, with its
# range, needs none of this.
#
# Three traps. Dividing by $S$ *in float16* undoes everything, and overflows for $S \ge 65{,}520$ to begin with.
# Testing the *sum* of the gradients for infinity finds some where there is none: $60{,}000 + 60{,}000$ is infinite in
# float16. And when the scale has just been doubled, these gradients still carry the old one.


# %% exercise: loss_scale_step
def loss_scale_step(grads, scale, good_steps=0, growth_steps=2000):
    """Undo the loss scale, or notice that it was too large.

    Args:
        grads: list of float16 or float32 arrays of one or more axes, gradients of scale times the loss; perhaps with
            infinite or NaN entries.
        scale: the loss scale that they carry, a float > 0.
        good_steps: steps without an overflow since the scale was last changed, int >= 0.
        growth_steps: after how many such steps the scale is doubled, int >= 1.

    Returns:
        (grads, scale, good_steps): a list of new float32 arrays of the same shapes, the gradients of the loss itself;
        the scale for the next step, a float; the count for the next step, an int. If any entry of any array is not
        finite: None, meaning that the step is skipped, half the scale, and 0. If with this step there are growth_steps
        good ones: the gradients, twice the scale, and 0. About 8 lines.
    """
    ### BEGIN SOLUTION
    if not all(np.isfinite(g).all() for g in grads):
        return None, scale / 2, 0
    unscaled = [np.asarray(g, "float32") / np.float32(scale) for g in grads]
    if good_steps + 1 >= growth_steps:
        return unscaled, scale * 2.0, 0
    return unscaled, float(scale), good_steps + 1
    ### END SOLUTION


# %% test: loss_scale_step, points=3
grads = [np.array([[2.0, -4.0, 0.5]], "float16"), np.array([8.0, 0.0], "float16")]
with dd.check.unchanged(grads, what="grads"):
    unscaled, scale, good_steps = loss_scale_step(grads, 4.0, good_steps=5)
due = [np.array([[0.5, -1.0, 0.125]], "float32"), np.array([2.0, 0.0], "float32")]
dd.check.like(unscaled, due, dtype="float32", what="the gradients", why="they are divided by the scale that they carry")
dd.check.like(scale, 4.0, what="the scale", why="nothing has happened")
dd.check.like(good_steps, 6, what="good_steps", why="this was a good step")
came = loss_scale_step([np.array([1.0, np.inf], "float16"), np.array([1.0], "float16")], 4.0, good_steps=5)
dd.check.equal(came, (None, 2.0, 0), what="what comes after an overflow", why="the step is skipped, the scale halved")
unscaled, scale, good_steps = loss_scale_step([np.array([6.0], "float32")], 4.0, good_steps=9, growth_steps=10)
dd.check.like(unscaled, [np.array([1.5], "float32")], what="the gradients", why="they carry the old scale")
dd.check.equal((scale, good_steps), (8.0, 0), what="scale and good_steps", why="this was the tenth good step")
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(443)
for shapes, kind, scale in (
    (((3, 2), (2,), (1, 4, 1)), "float16", 1024.0),
    (((5,),), "float32", 65536.0),
    (((4,), (1, 1)), "float16", 2.0**24),
    (((0, 3), (2, 2)), "float32", 0.5),
    (((2, 3),), "float32", 1.0),
):
    true = [rng.normal(size=shape) * 0.3 / scale for shape in shapes]
    grads = [np.asarray(g * scale, kind) for g in true]
    with dd.check.unchanged(grads, what="grads"):
        unscaled, new_scale, good_steps = loss_scale_step(grads, scale, 3, growth_steps=5)
    due = [np.array([float(v) / scale for v in g.ravel()]).reshape(g.shape).astype("float32") for g in grads]
    dd.check.kind(unscaled, list, what="the gradients")
    dd.check.equal(len(unscaled), len(due), what="the number of gradients")
    for came, expected in zip(unscaled, due, strict=True):
        dd.check.kind(came, "array", what="a gradient")
        dd.check.dtype(came, "float32", what="a gradient")
        dd.check.shape(came, expected.shape, what="a gradient")
        why = f"{kind} gradients are divided by {scale} in float32"
        dd.check.close(came, expected, rtol=1e-6, atol=0, what="a gradient", why=why)
    dd.check.like(new_scale, scale, what="the scale", why="there was no overflow")
    dd.check.kind(new_scale, float, what="the scale")
    dd.check.like(good_steps, 4, what="good_steps")
    before = [g.copy() for g in grads]
    for place in range(len(unscaled)):
        unscaled[place] += 1
    dd.check.equal(grads, before, what="grads", why="the returned arrays are their own")
large = [np.array([60000.0, 60000.0, 50000.0], "float16")]
unscaled, scale, good_steps = loss_scale_step(large, 8.0)
dd.check.like(
    unscaled, [np.array([7500.0, 7500.0, 6248.0], "float32")], what="the gradients", why="all entries are finite"
)
dd.check.equal((scale, good_steps), (8.0, 1), what="scale and good_steps", why="large entries are no overflow")
large = [np.array([60000.0, -30000.0], "float16")]
due = [np.array([60000 / 65536, -30000 / 65536], "float32")]
why = "the scale is infinite in float16, so division is done in float32"
dd.check.like(loss_scale_step(large, 65536.0)[0], due, what="the gradients", why=why)
large = [np.array([3e38, 3e38], "float32"), np.array([-3e38], "float32")]
dd.check.equal(loss_scale_step(large, 2.0)[1:], (2.0, 1), what="scale and good_steps", why="all entries are finite")
opposite = [np.array([np.inf, -np.inf], "float16")]
dd.check.equal(
    loss_scale_step(opposite, 16.0, 7), (None, 8.0, 0), what="the result for two infinities", why="it is an overflow"
)
for bad in (np.inf, -np.inf, np.nan):
    for place in range(3):
        grads = [np.ones((2, 2), "float32"), np.ones(3, "float16"), np.ones((1,), "float32")]
        grads[place].ravel()[-1] = bad
        before = [g.copy() for g in grads]
        came = loss_scale_step(grads, 32768.0, 1999)
        for g, kept in zip(grads, before, strict=True):
            assert np.array_equal(g, kept, equal_nan=True), "grads are changed; they must stay as they were"
        dd.check.equal(
            came, (None, 16384.0, 0), what=f"the result with {bad} in array {place}", why="the step is skipped"
        )
        dd.check.kind(came[1], float, what="the scale")
dd.check.equal(loss_scale_step([], 2.0)[1:], (2.0, 1), what="scale and good_steps", why="no gradient, no overflow")
for good_steps, growth_steps, due in (
    (0, 1, (8.0, 0)),
    (0, 2, (4.0, 1)),
    (1, 2, (8.0, 0)),
    (1998, 2000, (4.0, 1999)),
    (1999, 2000, (8.0, 0)),
):
    came = loss_scale_step([np.ones(2, "float16")], 4.0, good_steps, growth_steps)
    what = f"scale and good_steps after {good_steps} good steps, growth_steps={growth_steps}"
    dd.check.equal(came[1:], due, what=what, why=f"the scale is doubled with good step number {growth_steps}")
    dd.check.like(came[0], [np.full(2, 0.25, "float32")], what="the gradients", why="they carry the old scale")
came = loss_scale_step([np.ones(2, "float16")], 4.0, 1999)
dd.check.equal(came[1:], (8.0, 0), what="scale and good_steps", why="the default is 2000 good steps")
### END HIDDEN TESTS

# %% mistakes: loss_scale_step
# - replace: np.asarray(g, "float32") / np.float32(scale)
#   with: (g / np.asarray(scale, g.dtype)).astype("float32")
#   hint: "You divide in the short type, where the result is 0 again and a large scale is infinite. Widen first."
# - replace: np.asarray(g, "float32") / np.float32(scale)
#   with: np.asarray(g, "float32") * np.float32(scale)
#   hint: "You multiply by the scale a second time. It has to come out again."
# - replace: not all(np.isfinite(g).all() for g in grads)
#   with: not np.isfinite(sum(g.sum() for g in grads))
#   hint: "A sum of finite entries may overflow by itself. Look at each entry."
# - replace: not all(np.isfinite(g).all() for g in grads)
#   with: any(np.isinf(g).any() for g in grads)
#   hint: "An overflow may arrive as NaN, when infinity is taken from infinity."
# - replace: not all(np.isfinite(g).all() for g in grads)
#   with: any(np.isnan(g).any() for g in grads)
#   hint: "Infinity is the first sign of an overflow; you look for NaN only."
# - replace: not all(np.isfinite(g).all() for g in grads)
#   with: any((np.abs(g) > 65504).any() for g in grads)
#   hint: "65,504 is where float16 ends. Gradients in float32 may be larger and sound, and NaN is larger than nothing."
# - replace: not all(np.isfinite(g).all() for g in grads)
#   with: not all(np.isfinite(g).any() for g in grads)
#   hint: "One bad entry spoils the step, not only an array in which all are bad."
# - replace: return None, scale / 2, 0
#   with: return [np.zeros(np.shape(g), "float32") for g in grads], scale / 2, 0
#   hint: "A gradient of zeros is not a skipped step: momentum would move the weights all the same."
# - replace: return None, scale / 2, 0
#   with: return [np.nan_to_num(np.float32(g), nan=0, posinf=0, neginf=0) / scale for g in grads], scale / 2, 0
#   hint: "You mend the entries that you can see. The others come from the same overflow: skip the step, with None."
# - replace: return None, scale / 2, 0
#   with: return None, scale / 2, good_steps
#   hint: "After an overflow the good steps are counted from 0 again."
# - replace: return None, scale / 2, 0
#   with: return None, float(scale), 0
#   hint: "The step is skipped, but with the same scale the next one will overflow again."
# - replace: return unscaled, scale * 2.0, 0
#   with: return [g / 2 for g in unscaled], scale * 2.0, 0
#   hint: "These gradients were made with the old scale; the doubled one is for the next step."
# - replace: return unscaled, scale * 2.0, 0
#   with: return unscaled, scale * 2.0, good_steps + 1
#   hint: "When the scale was raised, counting begins anew. Yours would double it at every step from now on."
# - replace: if good_steps + 1 >= growth_steps
#   with: if good_steps >= growth_steps
#   hint: "The step at hand counts, too: your scale grows one step late."


# %% accepts: loss_scale_step
def loss_scale_step(grads, scale, good_steps=0, growth_steps=2000):
    # All entries in one long row, in float64.
    flat = np.concatenate([np.zeros(1), *(np.ravel(g).astype(float) for g in grads)])
    if np.isnan(flat).any() or np.isinf(flat).any():
        return None, 0.5 * scale, 0
    out, start = [], 1
    for g in grads:
        part = flat[start : start + np.size(g)] / scale
        out.append(part.astype(np.float32).reshape(np.shape(g)))
        start += np.size(g)
    good_steps = (good_steps + 1) % growth_steps
    return out, float(scale) * (1 if good_steps else 2), good_steps


# %% [markdown]
# Does it matter? Left below, the sizes of a network's gradients as powers of two, in float32, beside the range of
# float16. Right, a training in float16 by hand: weights and momentum in float32, the products in float16, and your
# function with a scale that starts much too large. Watch the scale fall, with skipped steps marked, until gradients
# fit; then, with `growth_steps=25`, try again and again to rise.

# %% demo
model = letter_model("float32")
with tf.GradientTape() as tape:
    loss = cross_entropy(labels[:256], model(letters[:256], training=True))
sizes_of = np.abs(np.concatenate([g.numpy().ravel() for g in tape.gradient(loss, model.trainable_variables)]))
exponents = np.log2(sizes_of[sizes_of > 0])


def short_step(weights, x, y, scale):
    """The loss in float32, and the gradients of scale times the loss, computed in float16."""
    halves = [tf.cast(w, tf.float16) for w in weights]
    with tf.GradientTape() as tape:
        tape.watch(halves)
        hidden = tf.nn.relu(tf.cast(x, tf.float16) @ halves[0] + halves[1])
        logits = tf.cast(hidden @ halves[2] + halves[3], tf.float32)
        loss = tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(y, logits))
        scaled = loss * scale
    return float(loss), [g.numpy() for g in tape.gradient(scaled, halves)]


rng = np.random.default_rng(44)
weights = [rng.normal(size=(784, 64)) * (2 / 784) ** 0.5, np.zeros(64), rng.normal(size=(64, 26)) / 8, np.zeros(26)]
weights = [w.astype("float32") for w in weights]
velocity = [np.zeros_like(w) for w in weights]
scale, good_steps, scales, skipped, losses = 2.0**24, 0, [], [], []
for step in range(150):
    rows = rng.integers(0, len(letters), 64)
    loss, grads = short_step(weights, letters[rows], labels[rows], scale)
    scales.append(scale)
    losses.append(loss)
    grads, scale, good_steps = loss_scale_step(grads, scale, good_steps, growth_steps=25)
    if grads is None:
        skipped.append(step)
        continue
    velocity = [0.9 * v - 0.05 * g for v, g in zip(velocity, grads, strict=True)]
    weights = [w + v for w, v in zip(weights, velocity, strict=True)]

fig, (left, right) = plt.subplots(1, 2, figsize=(13, 4.2))
left.hist(exponents, np.arange(-50, 1), color="C0")
left.axvspan(-24, -14, color="C4", alpha=0.3, zorder=0, label="float16: digits are lost")
left.axvspan(-50, -25, color="C1", alpha=0.2, zorder=0, label="float16: zero")
left.set(
    xlabel="logarithm of a gradient's size, base 2", ylabel="gradients", title="Where gradients live", xlim=(-50, 0)
)
left.legend(fontsize=9)
right.semilogy(scales, "C0-", drawstyle="steps-post", base=2, label="loss scale")
right.plot(skipped, [scales[step] for step in skipped], "X", color="C1", markersize=9, label="step skipped")
right.set(
    xlabel="step", ylabel="loss scale", title=f"Loss {losses[0]:.1f} at first, {np.mean(losses[-20:]):.2f} at last"
)
right.legend(fontsize=9)
dd.plot.show(
    "Left, a histogram of gradients by size, as powers of two: a hump near 2 to the power of -12, whose left part lies "
    "in a band where float16 loses digits, and hardly any of it further left, where float16 has only zero. Right, "
    "the loss scale over 150 steps: it "
    "falls from 2 to the power of 24 by halves, each with a skipped step, then rises every 25 steps and is thrown back."
)
lost = (
    np.mean(sizes_of.astype("float16")[sizes_of > 0] == 0),
    np.mean((2.0**12 * sizes_of).astype("float16")[sizes_of > 0] == 0),
)
print(f"lost as zeros in float16: {lost[0]:.1%} of the gradients, with a scale of 4096 {lost[1]:.2%}")
assert skipped and np.mean(losses[-20:]) < 0.8 * losses[0]

# %% [markdown]
# ## Many devices
#
# The commonest way to use several devices is **data parallelism**: each of $R$ **replicas** has a copy of the whole
# model and takes its own part of the batch. All compute their gradients at the same time. Then the gradients are
# averaged, everybody gets the average, and everybody takes the *same* step, so that the copies stay equal without
# ever being compared. To sum or average over all and give the result to all is called **all-reduce**.
#
# With $m_j$ examples on replica $j$, and $g_j$ the gradient of the mean loss *there*,
#
# $$g = \frac{\sum_j m_j g_j}{\sum_j m_j},$$
#
# which is Day 40's formula for micro-batches, and exactly the gradient of the whole batch. By hand: two replicas with
# gradients 1 and 4 that saw 2 and 1 examples: $(2 + 4)/3 = 2$, not 2.5. At the end of an epoch a replica may get *no*
# example; a mean over nothing is NaN, and $0 \cdot \text{NaN}$ is NaN as well.
#
# The batch of everybody together is $R$ times as large, which calls for another learning rate (often a larger one,
# with a warm-up); batch normalisation sees only its own replica's part unless told otherwise; and each step is as
# slow as the slowest replica. `tf.distribute.MirroredStrategy` does all of this behind `fit`.


# %% exercise: all_reduce_mean
def all_reduce_mean(per_replica_grads, counts=None):
    """Average gradients over replicas, and give everybody the average.

    Args:
        per_replica_grads: list with an entry for each of R >= 1 replicas: a list of float arrays, the gradients there.
            Their shapes and dtypes (float16, float32 or float64) are the same on every replica.
        counts: examples that each replica saw, R ints >= 0, not all 0; None where all saw equally many. A replica with
            0 examples has no say, whatever its gradients hold.

    Returns:
        List of R lists of new arrays, no two of which share memory: for each replica the mean gradients over all
        examples, with the shapes and dtypes that came in. The mean of finite float16 gradients is finite. About 8
        lines.
    """
    ### BEGIN SOLUTION
    counts = [1] * len(per_replica_grads) if counts is None else counts
    having = [(count, grads) for count, grads in zip(counts, per_replica_grads, strict=True) if count]
    total = sum(count for count, _ in having)
    means = []
    for place, own in enumerate(per_replica_grads[0]):
        mean = sum(count / total * np.asarray(grads[place], "float64") for count, grads in having)
        means.append(np.asarray(mean).astype(own.dtype))
    return [[mean.copy() for mean in means] for _ in per_replica_grads]
    ### END SOLUTION


# %% fixture
def num_shared(function, per_replica_grads):
    """How many pairs of arrays share memory, of those that come back, and of these with those that went in."""
    given = [g for grads in per_replica_grads for g in grads]
    came = [g for grads in function(per_replica_grads) for g in grads]
    pairs = [*itertools.combinations(came, 2), *itertools.product(came, given)]
    return sum(int(np.shares_memory(one, other)) for one, other in pairs)


# %% test: all_reduce_mean, points=2
per_replica = [
    [np.array([[1.0, 2.0, 0.0]]), np.array([4.0, -1.0])],
    [np.array([[4.0, 2.0, 3.0]]), np.array([1.0, -1.0])],
]
with dd.check.unchanged(per_replica, what="per_replica_grads"):
    reduced = all_reduce_mean(per_replica)
due = [np.array([[2.5, 2.0, 1.5]]), np.array([2.5, -1.0])]
dd.check.like(reduced, [due, due], what="the gradients", why="both replicas get the mean of both")
reduced = all_reduce_mean(per_replica, counts=[2, 1])
due = [np.array([[2.0, 2.0, 1.0]]), np.array([3.0, -1.0])]
dd.check.like(reduced, [due, due], what="the gradients", why="replica 0 saw two examples, replica 1 one")
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(444)
for num_replicas, shapes, kind, counts in (
    (3, ((4, 2), (2,), (1, 5, 1)), "float64", None),
    (4, ((1,), (3,)), "float32", [5, 1, 3, 2]),
    (1, ((2, 3),), "float32", [7]),
    (2, ((0, 2), (1,)), "float64", [1, 9]),
    (5, ((2, 2),), "float16", [0, 4, 4, 0, 1]),
    (3, (), "float32", None),
):
    per_replica = [[np.asarray(rng.normal(size=s), kind) for s in shapes] for _ in range(num_replicas)]
    for j, count in enumerate(counts or []):
        if count == 0:
            per_replica[j] = [np.full_like(g, np.nan) for g in per_replica[j]]
    with dd.check.unchanged([g for grads in per_replica for g in grads if np.isfinite(g).all()], what="the gradients"):
        reduced = all_reduce_mean(per_replica, counts)
    dd.check.kind(reduced, list, what="what all_reduce_mean returns")
    dd.check.equal(len(reduced), num_replicas, what="the number of replicas", why="everybody gets the mean")
    shares = counts or [1] * num_replicas
    for j, grads in enumerate(reduced):
        dd.check.kind(grads, list, what=f"the gradients of replica {j}")
        dd.check.equal(len(grads), len(shapes), what=f"the number of gradients of replica {j}")
        for place, came in enumerate(grads):
            rows = [per_replica[i][place].astype(float) for i in range(num_replicas) for _ in range(shares[i])]
            due = np.asarray(sum(rows) / len(rows)).astype(kind)
            why = "each example counts once" if counts else "it is the mean over the replicas"
            rtol = {"float16": 2e-3, "float32": 1e-6, "float64": 1e-12}[kind]  # a rounding of the last digit
            what = f"gradient {place} of replica {j}, counts {counts}"
            dd.check.kind(came, "array", what=what)
            dd.check.dtype(came, kind, what=what)
            dd.check.close(came, due, rtol=rtol, atol=rtol / 10, what=what, why=why)
large = [[np.array([60000.0, -60000.0], "float16")] for _ in range(4)]
reduced = all_reduce_mean(large)
dd.check.like(
    reduced[2], large[2], what="the mean of equal gradients", why="their sum overflows float16, their mean does not"
)
small = [[np.array([6e-8], "float16")] for _ in range(3)]
dd.check.like(
    all_reduce_mean(small)[0],
    small[0],
    atol=0,
    what="the mean of equal gradients",
    why="no digit may be lost on the way",
)
for num_replicas in (1, 3):
    grads = [[np.ones(2), np.ones((1, 2))] for _ in range(num_replicas)]
    shared = num_shared(all_reduce_mean, grads)
    dd.check.equal(
        shared,
        0,
        what="the number of pairs of arrays that share memory",
        why="each replica has its own, all of them new",
    )
single = [[np.array([1.0, 3.0])]]
all_reduce_mean(single)[0][0][:] = 9.0
dd.check.equal(single[0][0], [1.0, 3.0], what="the only replica's gradients", why="the returned array is a new one")
### END HIDDEN TESTS

# %% mistakes: all_reduce_mean
# - replace: count / total * np.asarray(grads[place], "float64")
#   with: np.asarray(grads[place], "float64") / len(having)
#   hint: "Replicas that saw more examples should count for more."
# - replace: count / total * np.asarray(grads[place], "float64")
#   with: count * np.asarray(grads[place], "float64")
#   hint: "That is a sum over the replicas. With more of them, the step would grow."
# - replace: "[[mean.copy() for mean in means] for _ in per_replica_grads]"
#   with: "[means for _ in per_replica_grads]"
#   hint: "All replicas hold the same arrays. When one changes its own in place, it changes everybody's."
# - replace: "[[mean.copy() for mean in means] for _ in per_replica_grads]"
#   with: means
#   hint: "The mean is there once. All-reduce leaves it with every replica."
# - replace: "[[mean.copy() for mean in means] for _ in per_replica_grads]"
#   with: "[[mean.copy() for mean in means] for _ in having]"
#   hint: "A replica without examples has no say, but it takes the same step: it gets the average as well."
# - replace: zip(counts, per_replica_grads, strict=True) if count]
#   with: zip(counts, per_replica_grads, strict=True)]
#   hint: "A replica without examples spoils the mean: nothing times NaN is NaN."
# - replace: np.asarray(mean).astype(own.dtype)
#   with: np.asarray(mean)
#   hint: "The dtype has changed on the way. The optimiser expects what the gradients came in."
# - replace: sum(count / total * np.asarray(grads[place], "float64") for count, grads in having)
#   with: sum(count * grads[place] for count, grads in having) / total
#   hint: "The sum overflows in float16, though the mean would fit. Gather in a longer type."
# - replace: "[1] * len(per_replica_grads) if counts is None else counts"
#   with: "[1] * len(per_replica_grads)"
#   hint: "The counts go unused."
# - replace: total = sum(count for count, _ in having)
#   with: total = len(counts)
#   hint: "The weights of your mean don't add up to 1. What is their sum?"


# %% accepts: all_reduce_mean
def all_reduce_mean(per_replica_grads, counts=None):
    # Stacked along a new axis, and averaged by NumPy.
    keep = [j for j in range(len(per_replica_grads)) if counts is None or counts[j] > 0]
    weights = None if counts is None else [counts[j] for j in keep]

    def mean(place):
        stack = np.stack([per_replica_grads[j][place] for j in keep]).astype(np.float64)
        return np.average(stack, axis=0, weights=weights)

    return [
        [np.array(mean(place), dtype=per_replica_grads[0][place].dtype) for place in range(len(grads))]
        for grads in per_replica_grads
    ]


# %% [markdown]
# Who sends what to whom? Sending everything to one replica and back makes that one the bottleneck, with $2(R-1)$
# times the gradient's bytes through its wire. In the **ring** (Patarasuk and Yuan, 2009) each replica only talks to
# the next. The gradient is cut into $R$ pieces; in $R - 1$ rounds everybody passes one piece on and adds what
# arrives, after which each holds one piece of the finished sum; in $R - 1$ more rounds the finished pieces go round.
# Everybody sends $2 (R-1)/R$ times the gradient's bytes, less than twice, *however many* there are. Below, the ring
# played through, and what each way sends.


# %% demo
def ring_all_reduce(vectors):
    """Sums of R vectors by a ring, and how many numbers each replica has sent."""
    num = len(vectors)
    pieces = [np.array_split(v.copy(), num) for v in vectors]
    sent = [0] * num
    for phase in ("gather", "spread"):
        for turn in range(num - 1):
            shift = 0 if phase == "gather" else 1
            passing = [(j, (j + shift - turn) % num) for j in range(num)]
            messages = [pieces[j][piece].copy() for j, piece in passing]
            for (j, piece), message in zip(passing, messages, strict=True):
                sent[j] += message.size
                target = pieces[(j + 1) % num]
                target[piece] = target[piece] + message if phase == "gather" else message
    return [np.concatenate(p) for p in pieces], sent


rng = np.random.default_rng(44)
vectors = [rng.normal(size=1200) for _ in range(6)]
sums, sent = ring_all_reduce(vectors)
for own, (mean,) in zip(sums, all_reduce_mean([[v] for v in vectors]), strict=True):
    assert np.allclose(own / 6, mean)
print("numbers sent by each of 6 replicas, gradient of 1200:", sent, "due:", 2 * 5 / 6 * 1200)
replicas = np.arange(2, 33)
fig, ax = plt.subplots()
ax.plot(replicas, 2 * (replicas - 1), "C0-", label="through one replica")
ax.plot(replicas, 2 * (replicas - 1) / replicas, "C1--", label="ring")
ax.set(xlabel="replicas", ylabel="gradients' worth of bytes", title="Bytes through the busiest wire", yscale="log")
ax.legend()
dd.plot.show(
    "Bytes through the busiest wire, in units of one gradient, against the number of replicas, logarithmic axis. "
    "Through one replica it grows in proportion to their number, to 62 at 32; with the ring it stays below 2."
)

# %% [markdown]
# ## Compute again instead of keeping
#
# The backward pass needs activations in reverse order: the last layer's first, the first layer's last. So all wait,
# and in a chain of $n$ equal layers $n$ activations are kept. **Gradient checkpointing** keeps only some. Cut the
# chain into $k$ segments. Going forward, keep only what goes *into* each segment. Going backward, run a segment again
# from its kept input when its turn comes, this time keeping everything within it, use that, and forget it. At the
# worst moment
#
# $$k + \frac{n}{k}$$
#
# activations are held, least for $k = \sqrt n$: $2 \sqrt n$ instead of $n$ (Chen and others, 2016; older in automatic
# differentiation, where Griewank and Walther's scheme needs only about $\log n$). The price is one more forward pass.
# A backward pass costs about two forward passes, so a step takes about 4 instead of 3, a third longer. By hand: $n =
# 100$ layers in 10 segments hold 20 activations instead of 100.
#
# So write a wrapper that does this to a segment: a function $f$ of tensors, whose weights come as arguments too. Two
# pieces of TensorFlow are of use. `tf.custom_gradient` decorates a function that returns its result *and* a function
# `backward(upstream)`, which returns the gradients for all its arguments, given the one of its result. It tells the
# tape what to do instead of what it has seen. But a tape that is open does *see* every operation on a tensor that it
# watches and keeps what it needs for it, whether that is used later or not. `tf.stop_gradient(x)` is $x$ as one whom
# no tape watches.
#
# How would a test know that nothing is kept? One of the operations in its $f$ leaves a token with the tape that
# records it. If the token is gone while the tape still waits, nobody has recorded.


# %% exercise: checkpointed
def checkpointed(f):
    """A function with the values and gradients of f that keeps nothing but its arguments, and runs f again for those.

    Args:
        f: function of one or more float tensors, called by position, that returns one float tensor and uses no
            variables and no chance. Each argument has a part in the result.

    Returns:
        A function of the same arguments. Called, it runs f once, and no operation within f is recorded by a tape that
        is open. When a gradient is asked for, it runs f once more. Gradients reach all arguments, also through several
        such functions in a row and with any upstream gradient. It can be called any number of times.
    """

    ### BEGIN SOLUTION
    @tf.custom_gradient
    def run(*arguments):
        def backward(upstream):
            with tf.GradientTape() as tape:
                tape.watch(arguments)
                again = f(*arguments)
            return tape.gradient(again, arguments, output_gradients=upstream)

        return f(*map(tf.stop_gradient, arguments)), backward

    return run
    ### END SOLUTION


# %% fixture
class Token:
    pass


tokens, segment_runs = [], []


@tf.custom_gradient
def leave_token(x):
    """x, with a token that lives as long as a tape remembers this operation."""
    token = Token()
    tokens.append(weakref.ref(token))

    def backward(upstream):
        return upstream if token else None

    return tf.identity(x), backward


def bend(x):
    segment_runs.append("bend")
    return tf.tanh(leave_token(tf.sin(x) * x))


def layer(x, w, b):
    segment_runs.append("layer")
    return tf.tanh(leave_token(x @ w + b))


def gradients_of(functions, x, weights, upstream):
    """Send x through the functions in turn, weights[i] being further arguments of function i.

    Returns:
        (value, gradients for x and all weights of sum(upstream * value), runs forward, runs in all, tokens kept).
    """
    tokens.clear()
    segment_runs.clear()
    x = tf.constant(x)
    weights = [[tf.constant(w) for w in each] for each in weights]
    flat = [x, *(w for each in weights for w in each)]
    with tf.GradientTape() as tape:
        tape.watch(flat)
        value = x
        for function, own in zip(functions, weights, strict=True):
            value = function(value, *own)
        total = tf.reduce_sum(value * upstream)
    gc.collect()
    kept = sum(token() is not None for token in tokens)
    forward = len(segment_runs)
    gradients = tape.gradient(total, flat)
    numbers = [None if g is None else g.numpy() for g in gradients]
    return value.numpy(), numbers, forward, len(segment_runs), kept


# %% test: checkpointed, points=3
x = np.array([[0.5, -1.0, 2.0]])
wrapped = checkpointed(bend)
due, due_gradients, *_ = gradients_of([bend], x, [[]], 1.0)
value, gradients, forward, total, kept = gradients_of([wrapped], x, [[]], 1.0)
dd.check.like(value, due, what="the value", why="it is f's")
dd.check.close(gradients[0], due_gradients[0], what="the gradient", why="it is f's")
dd.check.equal(forward, 1, what="how often f ran before a gradient was asked for")
dd.check.equal(total, 2, what="how often f ran in all", why="it is run again for the gradient")
dd.check.equal(kept, 0, what="operations of f that the tape keeps", why="they are computed again when they are needed")
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(445)


def numerical(x, weights, upstream, place):
    """Central differences of sum(upstream * value) along the argument number place, 0 for x."""
    flat = [x, *(w for each in weights for w in each)]

    def total():
        value = flat[0]
        for i in range(len(weights)):
            value = np.tanh(value @ flat[1 + 2 * i] + flat[2 + 2 * i])
        return np.sum(value * upstream)

    slope = np.zeros_like(flat[place])
    for entry in np.ndindex(slope.shape):
        kept = flat[place][entry]
        flat[place][entry] = kept + 1e-6
        above = total()
        flat[place][entry] = kept - 1e-6
        below = total()
        flat[place][entry] = kept
        slope[entry] = (above - below) / 2e-6
    return slope


for widths, m in (((3, 2), 4), ((2, 5, 1), 3), ((4, 3, 3, 2), 1)):
    weights = [[rng.normal(size=(n, r)), rng.normal(size=r)] for n, r in itertools.pairwise(widths)]
    x, upstream = rng.normal(size=(m, widths[0])), rng.normal(size=(m, widths[-1]))
    value, gradients, forward, total, kept = gradients_of([checkpointed(layer)] * len(weights), x, weights, upstream)
    due = x
    for w, b in weights:
        due = np.tanh(due @ w + b)
    of = f" of {len(weights)} segments of widths {widths}"
    dd.check.close(value, due, rtol=1e-9, what="the value" + of, why="it is f's")
    dd.check.equal(forward, len(weights), what="the runs of f before a gradient is asked for" + of)
    dd.check.equal(total, 2 * len(weights), what="the runs of f in all" + of, why="each segment is run once more")
    dd.check.equal(kept, 0, what="the operations that the tape keeps" + of, why="nothing within a segment is kept")
    for place, came in enumerate(gradients):
        what = f"the gradient for argument {place}" + of
        assert came is not None, what + " is None: it reaches all arguments"
        why = "central differences say so"
        dd.check.close(came, numerical(x, weights, upstream, place), rtol=1e-5, atol=1e-7, what=what, why=why)
w, b = rng.normal(size=(2, 2)).astype("float32"), rng.normal(size=2).astype("float32")
x = rng.normal(size=(3, 2)).astype("float32")
wrapped = checkpointed(layer)
for scale in (1.0, -2.0):
    upstream = np.full((3, 2), scale, "float32")
    value, gradients, forward, total, kept = gradients_of([wrapped, layer, wrapped], x, [[w, b]] * 3, upstream)
    due, due_gradients, *_ = gradients_of([layer, layer, layer], x, [[w, b]] * 3, upstream)
    dd.check.like(value, due, rtol=1e-5, what="the value of a chain that is checkpointed in part", why="it is f's")
    for place, (came, expected) in enumerate(zip(gradients, due_gradients, strict=True)):
        dd.check.dtype(came, "float32", what=f"gradient {place}")
        dd.check.close(came, expected, rtol=1e-4, atol=1e-5, what=f"gradient {place} of the chain", why="it is f's")
    dd.check.equal(
        (forward, total, kept), (3, 5, 1), what="runs forward, runs in all, operations kept", why="two are wrapped"
    )
### END HIDDEN TESTS

# %% mistakes: checkpointed
# - replace: f(*map(tf.stop_gradient, arguments)), backward
#   with: f(*arguments), backward
#   hint: "The tape that is open still sees what happens within f, and keeps it. Nothing is saved."
# - replace: output_gradients=upstream
#   with: output_gradients=None
#   hint: "The upstream gradient is lost on the way, as if the result were the loss itself."
# - replace: tape.gradient(again, arguments, output_gradients=upstream)
#   with: "[upstream * g for g in tape.gradient(again, arguments)]"
#   hint: "Multiplying by the upstream gradient entry by entry is right for no layer that mixes entries."
# - replace: tape.gradient(again, arguments, output_gradients=upstream)
#   with: "[tape.gradient(again, arguments, output_gradients=upstream)[0], *map(tf.zeros_like, arguments[1:])]"
#   hint: "Only the first argument gets its gradient. The weights are arguments as well."


# %% mistake: checkpointed
# hint: "Your function is f itself. The tape keeps everything, and nothing is computed twice."
def checkpointed(f):
    return f


# %% mistake: checkpointed
# hint: "You keep a tape of your own from the forward pass, and all that it has seen with it. Run f again instead."
def checkpointed(f):
    @tf.custom_gradient
    def run(*arguments):
        arguments = [tf.stop_gradient(argument) for argument in arguments]
        with tf.GradientTape() as tape:
            tape.watch(arguments)
            value = f(*arguments)

        def backward(upstream):
            return tape.gradient(value, arguments, output_gradients=upstream)

        return value, backward

    return run


# %% mistake: checkpointed
# hint: "The arguments that you keep outside are those of the last call. Each call has a backward function of its own,
#   which knows its arguments."
def checkpointed(f):
    kept = []

    @tf.custom_gradient
    def run(*arguments):
        kept[:] = [tf.stop_gradient(argument) for argument in arguments]

        def backward(upstream):
            with tf.GradientTape() as tape:
                tape.watch(kept)
                again = f(*kept)
            return tape.gradient(again, list(kept), output_gradients=upstream)

        return f(*kept), backward

    return run


# %% mistake: checkpointed
# hint: "No gradient comes back at all: what was cut off from the tape has to be replaced by a gradient of your own."
def checkpointed(f):
    return lambda *arguments: f(*map(tf.stop_gradient, arguments))


# %% accepts: checkpointed
def checkpointed(f):
    # TensorFlow's own.
    return tf.recompute_grad(f)


# %% accepts: checkpointed
def checkpointed(f):
    # The products with the upstream gradient as the slope of one number.
    def run(*arguments):
        @tf.custom_gradient
        def inner(*given):
            hidden = [tf.stop_gradient(each) for each in given]

            def backward(upstream):
                with tf.GradientTape(watch_accessed_variables=False) as tape:
                    for each in hidden:
                        tape.watch(each)
                    total = tf.reduce_sum(f(*hidden) * upstream)
                return [tape.gradient(total, hidden)][0]

            return f(*hidden), backward

        return inner(*arguments)

    return run


# %% [markdown]
# TensorFlow has this as `tf.recompute_grad`, Keras 3 as `keras.remat` and `keras.RematScope`, PyTorch as
# `torch.utils.checkpoint`, JAX as `jax.checkpoint`. They also care for variables and chance (dropout must drop the
# same units both times), and they stop a compiler that would notice the same computation twice and merge the two.
#
# Below, a chain of 64 layers, cut into more or fewer segments. Tokens are counted in the forward pass, as in the
# test: operations that the tape keeps within segments; with the kept inputs and, at the worst moment, one segment's
# insides, that makes the number held. The formula $k + n/k$ is beside it.

# %% demo
n, rng = 64, np.random.default_rng(44)
kernels = [tf.constant(rng.normal(size=(16, 16)).astype("float32") / 4) for _ in range(n)]


def segment_of(part):
    def segment(x):
        for w in part:
            x = tf.tanh(leave_token(x @ w))
        return x

    return segment


start = tf.constant(rng.normal(size=(8, 16)).astype("float32"))
held, slopes = {}, {}
for k in (1, 2, 4, 8, 16, 32, 64):
    parts = [kernels[first : first + n // k] for first in range(0, n, n // k)]
    tokens.clear()
    with tf.GradientTape() as tape:
        tape.watch(start)
        x = start
        for part in parts:
            x = checkpointed(segment_of(part))(x)
        total = tf.reduce_sum(x**2)
    gc.collect()
    within = sum(token() is not None for token in tokens)  # kept inside segments by the forward pass
    slopes[k] = tape.gradient(total, start).numpy()
    held[k] = within + k + n // k
with tf.GradientTape() as tape:
    tape.watch(start)
    total = tf.reduce_sum(segment_of(kernels)(start) ** 2)
plain = tape.gradient(total, start).numpy()
assert all(np.allclose(slope, plain, rtol=1e-4, atol=1e-6) for slope in slopes.values())
fig, ax = plt.subplots()
ax.plot(list(held), list(held.values()), "C0o-", label="checkpointed")
ax.axhline(n, color="C1", linestyle="--", label="everything kept")
ax.set(xscale="log", xlabel="$k$ segments", ylabel="activations held at the worst moment", ylim=(0, None))
ax.set(title=f"A chain of {n} layers")
ax.set_xticks(list(held), list(held))
ax.minorticks_off()
ax.legend()
dd.plot.show(
    "Activations held against the number of segments of a chain of 64 layers: 65 for one segment, falling to 16 at "
    "eight segments, and rising again to 65 for 64 segments; a dashed line at 64 for keeping everything."
)
assert min(held, key=held.get) == 8

# %% [markdown]
# ## Put it together: one training step, four ways
#
# The same step, network and batch: eager, as a graph, compiled by XLA, and as a graph in mixed precision: float16 on
# a GPU, bfloat16 on a CPU. First all four train from the same start on the same batches, because a fast step that
# computes something else is worth nothing. Then each is timed: its first call, which traces and compiles, and then
# thirty more, all of which are drawn. Every call waits for its loss.
#
# What to look for. How far are the four clouds apart, compared with their width? How many steps pay for a first call?
# Does mixed precision help *here*? That depends on whether your device has units for short numbers, and a CPU may have
# some, too. On a GPU this network is so small that starting the operations costs more than computing them. Make the
# layers wider (the list `WIDTHS`) and run the cell again: the picture changes.

# %% demo
WIDTHS, BATCH, TIMED = (256, 256), 128, 30
short_policy = "mixed_float16" if tf.config.list_physical_devices("GPU") else "mixed_bfloat16"


def make_step(policy, **options):
    """A training step (x, y) -> loss, and its model."""
    model = letter_model(policy, WIDTHS)
    optimizer = keras.optimizers.SGD(0.05, momentum=0.9)
    if policy == "mixed_float16":
        optimizer = keras.optimizers.LossScaleOptimizer(optimizer)
    optimizer.build(model.trainable_variables)

    def step(x, y):
        with tf.GradientTape() as tape:
            loss = cross_entropy(y, model(x, training=True))
            scaled = optimizer.scale_loss(loss)
        optimizer.apply(tape.gradient(scaled, model.trainable_variables), model.trainable_variables)
        return loss

    return (tf.function(step, **options) if options else step), model


rows = np.random.default_rng(44).integers(0, len(letters), (TIMED + 1, BATCH))
batches = [(tf.constant(letters[r]), tf.constant(labels[r])) for r in rows]
ways = {
    "eager": make_step("float32"),
    "graph": make_step("float32", jit_compile=False),
    "XLA": make_step("float32", jit_compile=True),
    f"graph, {short_policy}": make_step(short_policy, jit_compile=False),
}
milliseconds, curves = {}, {}
for name, (step, _) in ways.items():
    durations, losses = [], []
    for x, y in batches:
        start = time.perf_counter()
        losses.append(float(step(x, y)))
        durations.append(1000 * (time.perf_counter() - start))
    milliseconds[name], curves[name] = durations, losses
fig, (left, right) = plt.subplots(1, 2, figsize=(13, 4.2))
for row, (name, durations) in enumerate(milliseconds.items()):
    left.plot(durations[1:], np.full(TIMED, row) + np.linspace(-0.25, 0.25, TIMED), "o", color=f"C{row}", alpha=0.6)
    left.plot(np.median(durations[1:]), row, "|", color="black", markersize=32, markeredgewidth=3)
    left.plot(durations[0], row, "X", color=f"C{row}", markersize=11, markeredgecolor="white")
    right.plot(curves[name], color=f"C{row}", linestyle=dd.plot.LINE_STYLES[row], label=name)
left.set(xscale="log", yticks=range(4), yticklabels=milliseconds, xlabel="milliseconds a step")
left.set_title(f"Thirty steps (dots), median (bar), first call (cross)\non {dd.device()}", fontsize=11)
left.invert_yaxis()
right.set(xlabel="step", ylabel="loss of the batch", title="Four ways, one curve")
right.legend(fontsize=9)
dd.plot.show(
    "Left, milliseconds a step on a logarithmic axis for eager, graph, XLA and mixed precision: thirty dots each, a "
    "bar at the median and a cross for the first call, which lies far to the right for the graphs. Right, the loss "
    "over the steps: the four curves lie on top of each other."
)
for name, losses in curves.items():
    away = np.abs(np.subtract(losses, curves["eager"])).max()
    print(f"{name:22} its losses are at most {away:.0e} away from eager's")
    assert away < (1e-3 if "mixed" not in name else 0.3)
assert np.mean(curves["XLA"][-5:]) < 0.8 * curves["XLA"][0]

# %% [markdown]
# The curves are the result that matters: graph and compiler change the order of some sums and nothing else, and mixed
# precision trains as well within the width of the line. Which of them is *faster*, and by how much, your own picture
# says. `model.fit` uses graphs by itself and takes `jit_compile=True` in `compile`; mixed precision is one line
# before the model is made, `keras.mixed_precision.set_global_policy("mixed_float16")`, and `fit` then scales the
# loss. Keep the last layer's output in float32 (`dtype="float32"`), so that the softmax is not computed in short
# numbers.
#
# ## What you should remember
#
# 1. Measure first: warm up, wait for the result, look at the spread. Count traces: each new shape, dtype or Python
#    value is one.
# 2. A step keeps weights, gradients, the optimiser's slots and activations; you can add them up before you start.
# 3. Float16 needs float32 books and a loss scale; an overflow skips the step and halves the scale. bfloat16 needs no
#    scale.
# 4. Data parallelism averages gradients, weighed by examples; a ring sends less than two gradients' worth from each
#    replica.
# 5. Checkpointing keeps a chain's activations at about $2 \sqrt n$ for one more forward pass.
#
# ## Check yourself, without code
#
# 1. A colleague times a GPU step at 0.2 ms, whatever the size of the model. What does the stopwatch measure?
# 2. A model of 100 million parameters trains with Adam in float32. How much memory before the first activation? Which
#    of the means of today lowers that number?
# 3. Each epoch ends with a last batch of another size. What does that cost with `tf.function`, and what with XLA?
#
# <details><summary>Answers</summary>
#
# 1. How long Python takes to hand the operations over. It must wait for a value, such as the loss, before it is
#    stopped.
# 2. $16 \cdot 10^8$ bytes, 1.6 GB. None of mixed precision (which adds a copy of 0.2 GB), checkpointing or data
#    parallelism: they act on activations and on time. An optimiser with fewer slots would, or freezing, or dividing
#    the slots among replicas (ZeRO).
# 3. One more trace in the first epoch only, and with XLA one more compilation; later epochs know both sizes. Drop the
#    last batch, or pad it, if compiling takes long.
#
# </details>
#
# ## Go further
#
# - M. Abadi and others (2016), *TensorFlow: a system for large-scale machine learning*, OSDI.
# - S. Williams, A. Waterman and D. Patterson (2009), *Roofline: an insightful visual performance model for multicore
#   architectures*, Communications of the ACM 52(4).
# - P. Micikevicius and others (2018), *Mixed precision training*, ICLR: float32 books, loss scaling, and what happens
#   without.
# - T. Chen, B. Xu, C. Zhang and C. Guestrin (2016), *Training deep nets with sublinear memory cost*; A. Griewank and
#   A. Walther (2000), *Algorithm 799: Revolve*, ACM Transactions on Mathematical Software 26(1).
# - P. Patarasuk and X. Yuan (2009), *Bandwidth optimal all-reduce algorithms for clusters of workstations*, Journal
#   of Parallel and Distributed Computing 69(2).
# - S. Rajbhandari, J. Rasley, O. Ruwase and Y. He (2020), *ZeRO: memory optimizations toward training trillion
#   parameter models*, SC20: what else can be divided among replicas.
# - TensorFlow's guides "Better performance with tf.function", "Mixed precision" and "Distributed training"; NVIDIA's
#   *CUDA C++ programming guide* for grids, blocks and threads.
# - Day 45: what a fast and accurate model may still get wrong.
