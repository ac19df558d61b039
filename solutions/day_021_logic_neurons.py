# ---
# day: 21
# title: "McCulloch-Pitts neurons: logic in nets"
# week: 5
# minutes: 90
# backend: numpy
# needs: [4]
# data: []
# papers:
# - McCulloch and Pitts 1943, A logical calculus of the ideas immanent in nervous activity
# - Kleene 1956, Representation of events in nerve nets and finite automata
# - Piccinini 2004, The first computational theory of mind and brain
# ---

# %% [markdown]
# # Day 21 · McCulloch-Pitts neurons: logic in nets
#
# By the end you can wire a net of all-or-none neurons for any truth table that such a net can have, say which
# tables it cannot have and why, and give it a memory.
#
# - **You will build** one neuron, the logic gates, a simulator for whole nets, and two constructions from the
#   paper that began it all: a net for every table, and a net that replaces one kind of neuron by another.
# - **You need** weighted sums (Day 4) and the words *and*, *or*, *not*. No calculus.
# - **Not today:** learning weights from examples (Day 22), outputs between 0 and 1 (Day 23).
# - **Time:** about 90 minutes.
#
# | symbol | meaning | shape | in code |
# |---|---|---|---|
# | $t$ | time, in synaptic delays: $0, 1, 2, \dots$ | | position in a list |
# | $n$ | number of sources that a neuron listens to, or of inputs of a net | | `num_inputs` |
# | $x_0, x_1, \dots$ | the inputs: 1 fires, 0 is silent | $(\dots, n)$ together | `inputs` |
# | $w_0, w_1, \dots$ | synapses from each source, as many as $w_i$ says | $(n,)$ together | `weights` |
# | $\theta$ | the threshold, a whole number | | `threshold` |
# | $c(t)$ | the proposition "neuron $c$ fires at time $t$" | | `run_net(...)["c"][t]` |
# | $\wedge,\ \vee,\ \neg$ | and, or, not | | |
#
# A neuron's threshold is *reached*, as most books have it today; the paper says *exceeded*, so its thresholds
# are one lower than ours.

# %% setup
import itertools

import matplotlib.pyplot as plt
import numpy as np

import deepdays as dd

dd.plot.style()

# %% [markdown]
# ## A cell that says yes or no
#
# In 1943 Warren McCulloch, a psychiatrist, and Walter Pitts, a logician of twenty without a degree, made five
# assumptions about nerve cells and drew nineteen pages of consequences from them. Freely:
#
# 1. A neuron fires or it doesn't: the **all-or-none law**.
# 2. It fires when enough of its synapses are excited at once; how many, its **threshold**, never changes.
# 3. The only delay that counts is at the synapse. It is the unit of time.
# 4. One active **inhibitory** synapse forbids firing, whatever else arrives: **absolute inhibition**.
# 5. The wiring never changes.
#
# The first assumption is the daring one. What fires or doesn't is like what is true or false, so the activity
# of a neuron *is a proposition*, and a net of neurons is a piece of logic.
#
# A source may have several synapses on a neuron; their number is its **weight**. Biologists could not say
# whether inhibition really is absolute. If it is **relative**, an inhibitory synapse only raises the
# threshold by one: the same as a weight of $-1$. We allow both, so a neuron fires at time $t$ if at $t - 1$
#
# $$w_0 x_0 + w_1 x_1 + \dots + w_{n-1} x_{n-1} \ \ge\ \theta
# \qquad\text{and no absolutely inhibiting synapse was active.}$$
#
# Day 4's logit plus a threshold, with no sigmoid: evidence is weighed, and the answer is yes or no.
#
# **By hand.** Weights $(2, 1, -1)$ and $\theta = 2$. Inputs $(1, 0, 0)$ give 2, which reaches the threshold:
# it fires. $(1, 0, 1)$ gives $2 - 1 = 1$: silent. $(1, 1, 1)$ gives 2: it fires, against its inhibiting third
# source. $(0, 1, 0)$ gives 1: silent.
#
# **Shapes.** One row of inputs is $(n,)$ and gives a single answer; a whole table of rows is $(\dots, n)$ and
# gives one a row.


# %% exercise: mp_neuron
def mp_neuron(inputs, weights, threshold, inhibited=False):
    """Whether a McCulloch-Pitts neuron fires (McCulloch and Pitts 1943).

    Args:
        inputs: 1 for a source that fires and 0 for a silent one, array of shape (..., n), bool or of any int
            dtype; n may be 0. Left unchanged.
        weights: synapses from each source, negative where they inhibit relatively, int64 array of shape (n,). Left
            unchanged.
        threshold: how much must come together, int.
        inhibited: whether an absolutely inhibiting synapse is active, a bool, or a bool array of shape (...) with
            one entry a row. Left unchanged.

    Returns:
        1 where the neuron fires and 0 where it doesn't, int array of shape (...); for inputs of shape (n,) a
        single int. About 2 lines.
    """
    ### BEGIN SOLUTION
    excitation = inputs @ weights
    return np.where(inhibited, 0, excitation >= threshold)[()]
    ### END SOLUTION


# %% test: mp_neuron, points=2
weights = np.array([2, 1, -1])
inputs = np.array([[1, 0, 0], [1, 0, 1], [1, 1, 1], [0, 1, 0]])  # four rows of three sources
with dd.check.unchanged(inputs), dd.check.unchanged(weights):
    result = mp_neuron(inputs, weights, 2)
dd.check.like(result, np.array([1, 0, 1, 0]), why="these are the four rows worked by hand")
dd.check.like(mp_neuron(inputs[0], weights, 2), 1, why="a single row has a single answer")
dd.check.like(mp_neuron(inputs[0], weights, 2, True), 0, why="an absolutely inhibited neuron never fires")
inhibited = np.array([False, False, True, True])
with dd.check.unchanged(inhibited):
    result = mp_neuron(inputs, weights, 2, inhibited)
dd.check.like(result, np.array([1, 0, 0, 0]), why="here the last two rows are inhibited")
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(21)
for shape in [(1,), (4,), (1, 1), (5, 1), (1, 3), (6, 4), (2, 3, 4), (3, 0), (0, 2)]:
    inputs = rng.integers(0, 2, shape)
    weights = rng.integers(-3, 4, shape[-1])
    inhibited = rng.integers(0, 2, shape[:-1]).astype(bool)
    for threshold in (-2, 0, 1, 2, 4):
        due = np.zeros(shape[:-1], dtype=int)
        free = np.zeros(shape[:-1], dtype=int)
        for index in np.ndindex(shape[:-1]):
            total = sum(int(w) for w, fires in zip(weights, inputs[index], strict=True) if fires)
            free[index] = int(total >= threshold)
            due[index] = 0 if inhibited[index] else free[index]
        with dd.check.unchanged(inputs), dd.check.unchanged(weights), dd.check.unchanged(inhibited):
            result = mp_neuron(inputs, weights, threshold, inhibited)
        why = "a row fires if its excitation reaches the threshold and it is not inhibited"
        dd.check.like(result, due if due.shape else int(due), why=why)
        result = mp_neuron(inputs, weights, threshold)
        why = "a row fires if its excitation reaches the threshold"
        dd.check.like(result, free if free.shape else int(free), why=why)
        dd.check.like(mp_neuron(inputs, weights, threshold, True), 0 * result, why="every row is inhibited")
        dd.check.like(mp_neuron(inputs.astype(bool), weights, threshold), result, why="bools are yes and no too")
crowd = np.ones((2, 300), dtype=np.int8)
crowd[1, 100:] = 0
for dtype in (bool, np.int8, np.uint8, np.int32, np.int64):
    what = f"the answers to 300 and to 100 active inputs of dtype {np.dtype(dtype).name}"
    result = mp_neuron(crowd.astype(dtype), np.ones(300, dtype=int), 300)
    dd.check.like(result, np.array([1, 0]), what=what, why="only 300 synapses together reach 300")
    result = mp_neuron(crowd.astype(dtype), np.full(300, -1), -100)
    dd.check.like(result, np.array([0, 1]), what=what, why="-300 lies below the threshold of -100, -100 reaches it")
wide = rng.integers(0, 2, (6, 8))
weights = np.array([1, 5, -2, 7, 3, 0, -1, 2])
narrow = mp_neuron(wide[::2, ::2], weights[::2], 2)
dd.check.like(narrow, (wide[::2, ::2] @ weights[::2] >= 2).astype(int), why="every other entry is an array too")
### END HIDDEN TESTS

# %% mistakes: mp_neuron
# - replace: excitation >= threshold
#   with: excitation > threshold
#   hint: "With exactly as much excitation as the threshold your neuron stays silent. Is the threshold reached
#     or exceeded here?"
# - replace: np.where(inhibited, 0, excitation >= threshold)[()]
#   with: np.where(False, 0, excitation >= threshold)[()]
#   hint: "Your neuron fires while an absolutely inhibiting synapse is active. What does that forbid?"
# - replace: np.where(inhibited, 0, excitation >= threshold)[()]
#   with: (excitation - np.asarray(inhibited, dtype=int) >= threshold).astype(int)
#   hint: "You let an absolutely inhibiting synapse take one from the sum, so much excitation still wins. That is
#     the other kind of inhibition."
# - replace: np.where(inhibited, 0, excitation >= threshold)[()]
#   with: np.where(inhibited, 0, excitation * (excitation >= threshold))[()]
#   hint: "Your answer says how strongly the neuron is excited. Its own activity is all or none."
# - replace: np.where(inhibited, 0, excitation >= threshold)[()]
#   with: ((excitation >= threshold) & ~np.asarray(inhibited, dtype=bool))[()]
#   hint: "Your answers are bools. All or none is 1 or 0 here, as ints."
# - replace: inputs @ weights
#   with: inputs @ np.abs(weights)
#   hint: "A source with a negative weight excites your neuron. Which way should it push?"
# - replace: inputs @ weights
#   with: inputs @ np.sign(weights)
#   hint: "Every source counts once with you. One source may have several synapses."
# - replace: inputs @ weights
#   with: np.sum(inputs * weights)
#   hint: "All rows are added together. Each row is a situation of its own and deserves its own answer."
# - replace: inputs @ weights
#   with: inputs @ weights.astype(np.asarray(inputs).dtype)
#   hint: "In a dtype as narrow as the inputs' your sum wraps around, or loses the signs of the weights."

# %% equivalents: mp_neuron
# - replace: inputs @ weights
#   with: inputs @ weights.T
#   reason: "Weights have one axis, and the transpose of that is itself."


# %% mistake: mp_neuron
# hint: "You compare each synapse with the threshold by itself. It is what comes together that has to reach it."
def mp_neuron(inputs, weights, threshold, inhibited=False):
    enough = (np.asarray(inputs, dtype=int) * weights >= threshold).any(axis=-1)
    return (enough & ~np.asarray(inhibited, dtype=bool)).astype(int)[()]


# %% mistake: mp_neuron
# hint: "A neuron that is inhibited and would be silent anyway answers -1 with you. There are only two answers."
def mp_neuron(inputs, weights, threshold, inhibited=False):
    excitation = np.asarray(inputs, dtype=int) @ weights
    return (excitation >= threshold).astype(int) - np.asarray(inhibited, dtype=int)


# %% mistake: mp_neuron
# hint: "A source with a negative weight forbids firing with you. Relative inhibition only takes away from the sum."
def mp_neuron(inputs, weights, threshold, inhibited=False):
    inputs = np.asarray(inputs)
    vetoed = ((inputs != 0) & (weights < 0)).any(axis=-1)
    excitation = inputs @ np.maximum(weights, 0)
    return np.where(np.logical_or(vetoed, inhibited), 0, excitation >= threshold)[()]


# %% mistake: mp_neuron
# hint: "One inhibited row silences all rows. Each row is a situation of its own."
def mp_neuron(inputs, weights, threshold, inhibited=False):
    excitation = inputs @ weights
    return np.where(np.any(inhibited), 0, excitation >= threshold)[()]


# %% mistake: mp_neuron
# hint: "A silent neuron answers -1 with you. All or none is 1 or 0 here."
def mp_neuron(inputs, weights, threshold, inhibited=False):
    excitation = inputs @ weights
    return np.where(np.logical_not(inhibited) & (excitation >= threshold), 1, -1)[()]


# %% mistake: mp_neuron
# hint: "The values are right, but your answers lie in a column: the axis of the sources should be gone."
def mp_neuron(inputs, weights, threshold, inhibited=False):
    excitation = np.sum(inputs * weights, axis=-1, keepdims=True)
    stopped = np.asarray(inhibited, dtype=bool)[..., None]
    return ((excitation >= threshold) & ~stopped).astype(int)


# %% mistake: mp_neuron
# hint: "Yours answers for one row of inputs only. What if a whole table of rows comes in?"
def mp_neuron(inputs, weights, threshold, inhibited=False):
    excitation = sum(int(active) * int(weight) for active, weight in zip(inputs, weights, strict=True))
    return int(excitation >= threshold and not inhibited)


# %% accepts: mp_neuron
def mp_neuron(inputs, weights, threshold, inhibited=False):
    inputs = np.asarray(inputs)
    fires = np.zeros(inputs.shape[:-1], dtype=int)
    stopped = np.broadcast_to(inhibited, fires.shape)
    for index in np.ndindex(fires.shape):
        total = sum(int(weight) for weight, active in zip(weights, inputs[index], strict=True) if active)
        fires[index] = total >= threshold and not stopped[index]
    return fires if fires.ndim else int(fires)


# %% accepts: mp_neuron
def mp_neuron(inputs, weights, threshold, inhibited=False):
    lacking = threshold - np.sum(np.multiply(inputs, weights, dtype=np.int64), axis=-1)
    return np.logical_not(np.logical_or(lacking > 0, inhibited)) * 1


# %% [markdown]
# What do the two kinds of inhibition do to a neuron with a threshold of 3 and six exciting synapses? Each
# square below is one situation.

# %% demo
synapses = np.arange(7)
situations = np.array([[1] * k + [0] * (6 - k) for k in synapses])  # (7, 6): k exciting synapses active
braked = np.column_stack([situations, np.ones(7, dtype=int)])  # (7, 7): and an inhibiting source active
rows = {
    "no inhibition": mp_neuron(situations, np.ones(6, dtype=int), 3),
    "one relative": mp_neuron(braked, np.array([1] * 6 + [-1]), 3),
    "two relative": mp_neuron(braked, np.array([1] * 6 + [-2]), 3),
    "one absolute": mp_neuron(situations, np.ones(6, dtype=int), 3, True),
}
fig, ax = plt.subplots(figsize=(6.5, 3))
for height, fires in enumerate(rows.values()):
    for x, yes in zip(synapses, fires, strict=True):
        ax.add_patch(
            plt.Rectangle((x - 0.4, height - 0.4), 0.8, 0.8, facecolor="C0" if yes else "white", edgecolor="0.4")
        )
ax.set(xlim=(-0.6, 6.6), ylim=(3.6, -0.6), xlabel="exciting synapses active", title="Filled: the neuron fires")
ax.set_yticks(range(4), rows)
ax.grid(False)
dd.plot.show(
    "A grid of squares, exciting synapses from 0 to 6 across, kinds of inhibition down. Filled squares begin at 3 "
    "without inhibition, at 4 and 5 with one and two relative inhibitions; with absolute inhibition none is filled."
)

# %% [markdown]
# All or none along each row, and relative inhibition only moves the step: one synapse to the right for each.
# Absolute inhibition leaves no step at all.
#
# ## Gates: logic as a threshold
#
# Choose weights and a threshold, and the neuron computes a connective. Take two exciting synapses, one from
# each input. With $\theta = 2$ it fires if both fire: AND. With $\theta = 1$ it fires if at least one does:
# OR.
#
# *Not* is different. NOT must fire when its input is *silent*, when nothing excites it, so its threshold
# can't be above 0: a weight of $-1$ and $\theta = 0$ will do. A threshold of 0 is a cell that fires all by
# itself unless stopped. Arithmetic allows it, the assumptions of 1943 don't; how much that costs we shall
# see. NAND, *not both*, is true for three of its four rows, also for silence. To find its threshold write
# down the sums that its rows give, and put $\theta$ between those that should fire and those that shouldn't.
# Mind the ends: the opposite of "at least 2" is "at most 1".
#
# Both wordings carry over to more inputs: AND fires if all fire, OR if any does, NAND unless all do.


# %% exercise: logic_gate
def logic_gate(name, num_inputs=2):
    """The weights and the threshold of one neuron that is a logic gate, without absolute inhibition.

    Args:
        name: "AND", "OR", "NAND" or "NOT", spelled so.
        num_inputs: inputs of AND, OR and NAND, int >= 1. NOT has one input, whatever num_inputs says.

    Returns:
        (weights, threshold): an int array of shape (num_inputs,), for NOT of shape (1,), and an int, such that the
        neuron fires on exactly those rows of zeros and ones on which the gate is true.

    Raises:
        ValueError: any other name, such as "XOR", for which there is no such neuron. About 7 lines.
    """
    ### BEGIN SOLUTION
    ones = np.ones(num_inputs, dtype=int)
    gates = {
        "AND": (ones, num_inputs),
        "OR": (ones, 1),
        "NAND": (-ones, 1 - num_inputs),
        "NOT": (np.array([-1]), 0),
    }
    if name not in gates:
        raise ValueError(f"name must be one of {', '.join(gates)}. Received: {name!r}")
    return gates[name]
    ### END SOLUTION


# %% test: logic_gate, points=1
rows = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
for name, due in {"AND": [0, 0, 0, 1], "OR": [0, 1, 1, 1], "NAND": [1, 1, 1, 0]}.items():
    result = logic_gate(name)
    dd.check.kind(result, tuple, why="weights and threshold come back together")
    weights, threshold = result
    dd.check.kind(weights, np.ndarray, what=f"the weight array of {name}")
    dd.check.dtype(weights, "int", what=f"the weight array of {name}")
    dd.check.shape(weights, (2,), what=f"the weight array of {name}", why="each input has its own")
    dd.check.kind(threshold, int, what=f"the threshold of {name}", why="it is a count of synapses")
    fires = (rows @ weights >= threshold).astype(int)
    dd.check.equal(fires.tolist(), due, what=f"{name} of 00, 01, 10 and 11")
weights, threshold = logic_gate("NOT")
dd.check.shape(weights, (1,), what="the weight array of NOT", why="it has one input")
fires = (np.array([[0], [1]]) @ weights >= threshold).astype(int)
dd.check.equal(fires.tolist(), [1, 0], what="NOT of 0 and 1")
with dd.check.raises(ValueError, why="no weights and no threshold make an XOR"):
    logic_gate("XOR")
### BEGIN HIDDEN TESTS
meanings = {"AND": all, "OR": any, "NAND": lambda row: not all(row)}
for num_inputs in (1, 2, 3, 5):
    rows = np.array(list(itertools.product([0, 1], repeat=num_inputs)))
    for name, meaning in meanings.items():
        result = logic_gate(name, num_inputs)
        dd.check.kind(result, tuple)
        weights, threshold = result
        what = f"{name} of {num_inputs} input{'s' * (num_inputs > 1)}"
        dd.check.kind(weights, np.ndarray, what=f"the weight array of {what}")
        dd.check.dtype(weights, "int", what=f"the weight array of {what}")
        dd.check.shape(weights, (num_inputs,), what=f"the weight array of {what}", why="each input has its own")
        dd.check.kind(threshold, int, what=f"the threshold of {what}", why="it is a count of synapses")
        fires = [int(value) for value in rows @ weights >= threshold]
        due = [int(meaning(row)) for row in rows.tolist()]
        dd.check.equal(fires, due, what=f"the column of {what}", why="it must be right on every row")
    weights, threshold = logic_gate("NOT", num_inputs)
    dd.check.like(weights.shape, (1,), what="the shape of NOT's weight array", why="it has one input in any case")
    dd.check.kind(threshold, int, what="the threshold of NOT")
    dd.check.equal([bool(threshold <= 0), bool(weights[0] >= threshold)], [True, False], what="NOT of 0 and 1")
for name in ("XOR", "XNOR", "and", "NO", "AN", "", "AND "):
    with dd.check.raises(ValueError, why=f"there is no gate of the name {name!r} here"):
        logic_gate(name)
### END HIDDEN TESTS

# %% mistakes: logic_gate
# - replace: (ones, num_inputs)
#   with: (ones, 2)
#   hint: "Your AND asks for two inputs however many there are. How many must fire together?"
# - replace: (-ones, 1 - num_inputs)
#   with: (-ones, -num_inputs)
#   hint: "Your NAND fires on every row. What does its sum come to when all inputs fire, and should that reach the
#     threshold?"
# - replace: (-ones, 1 - num_inputs)
#   with: (-ones, 0)
#   hint: "Your NAND is silent as soon as one input fires: that is NOR. It should be silent only if all fire."
# - replace: (-ones, 1 - num_inputs)
#   with: (ones, num_inputs - 1)
#   hint: "Your NAND is not silent when all inputs fire. More firing has to count against it."
# - replace: (np.array([-1]), 0)
#   with: (np.array([-1]), 1)
#   hint: "Your NOT never fires: its sum is 0 or less. What must silence suffice for?"
# - replace: (np.array([-1]), 0)
#   with: (np.array([1]), 1)
#   hint: "Your NOT repeats its input."
# - replace: (np.array([-1]), 0)
#   with: (-ones, 0)
#   hint: "NOT has a single input, also where num_inputs says otherwise."
# - replace: (ones, num_inputs)
#   with: (ones, num_inputs - 0.5)
#   hint: "Halfway between two sums is a fine place for a border, but a threshold counts synapses: make it an int."
# - replace: return gates[name]
#   with: return gates[name][::-1]
#   hint: "Weights first, then the threshold."
# - replace: |-
#     if name not in gates:
#             raise ValueError(f"name must be one of {', '.join(gates)}. Received: {name!r}")
#         return gates[name]
#   with: return gates.get(name)
#   hint: "A name that is no gate here passes without a word. The docstring says what should happen."
# - replace: (ones, 1)
#   with: (ones, 0)
#   hint: "Your OR fires on every row, also when no input does. How many inputs must fire for it at least?"
# - replace: |-
#     raise ValueError(f"name must be one of {', '.join(gates)}. Received: {name!r}")
#   with: return gates[name]
#   hint: "An unknown name ends in a KeyError, a detail of how you store the gates. The docstring names the error."
# - replace: gates = {
#   with: |-
#     name = name.upper()
#         gates = {
#   hint: "You also take names in other spelling. The docstring says how they are spelled."
# - replace: ones = np.ones(num_inputs, dtype=int)
#   with: ones, num_inputs = np.ones(2, dtype=int), 2
#   hint: "Your gates always have two inputs. What if there are more, or only one?"
# - replace: ones = np.ones(num_inputs, dtype=int)
#   with: ones = np.ones(num_inputs)
#   hint: "Your weights are floats. They count synapses: make them ints."

# %% equivalents: logic_gate
# - replace: (np.array([-1]), 0)
#   with: (np.array([-2]), 0)
#   reason: "Two inhibiting synapses silence it as well as one."


# %% mistake: logic_gate
# hint: "Is there really one neuron for XOR? Look at the sums that its four rows give."
def logic_gate(name, num_inputs=2):
    ones = np.ones(num_inputs, dtype=int)
    if name == "XOR":
        return ones * np.array([1, -1]), 1
    if name == "NOT":
        return np.array([-1]), 0
    thresholds = {"AND": num_inputs, "OR": 1, "NAND": 1 - num_inputs}
    if name not in thresholds:
        raise ValueError(name)
    return (-ones if name == "NAND" else ones), thresholds[name]


# %% mistake: logic_gate
# hint: "Whatever is no AND, OR or NAND counts as NOT with you, so a name that is no gate passes without a word."
def logic_gate(name, num_inputs=2):
    ones = np.ones(num_inputs, dtype=int)
    if name == "AND":
        return ones, num_inputs
    if name == "OR":
        return ones, 1
    if name == "NAND":
        return -ones, 1 - num_inputs
    return np.array([-1]), 0


# %% mistake: logic_gate
# hint: "Your thresholds are those of two inputs, whatever num_inputs says. What do the sums come to with one, or five?"
def logic_gate(name, num_inputs=2):
    thresholds = {"AND": 2, "OR": 1, "NAND": -1, "NOT": 0}
    if name not in thresholds:
        raise ValueError(name)
    weights = np.ones(1 if name == "NOT" else num_inputs, dtype=int)
    return (-weights if name in ("NAND", "NOT") else weights), thresholds[name]


# %% mistake: logic_gate
# hint: "Halfway between two sums is a fine place for a border, but a threshold counts synapses: make it an int."
def logic_gate(name, num_inputs=2):
    ones = np.ones(num_inputs, dtype=int)
    gates = {"AND": (ones, num_inputs - 0.5), "OR": (ones, 0.5), "NAND": (-ones, 0.5 - num_inputs)}
    gates["NOT"] = np.array([-1]), -0.5
    if name not in gates:
        raise ValueError(name)
    return gates[name]


# %% accepts: logic_gate
def logic_gate(name, num_inputs=2):
    match name:
        case "AND":
            return np.full(num_inputs, 2), 2 * num_inputs - 1
        case "OR":
            return np.arange(1, num_inputs + 1), 1
        case "NAND":
            return np.full(num_inputs, -3), -3 * num_inputs + 2
        case "NOT":
            return np.full(1, -5), -4
    raise ValueError("no such gate")


# %% accepts: logic_gate
def logic_gate(name, num_inputs=2):
    if name == "NOT":
        name, num_inputs = "NAND", 1
    if name not in ("AND", "OR", "NAND"):
        raise ValueError(name)
    sign = -1 if name == "NAND" else 1
    weights = np.repeat(sign, num_inputs)
    return weights, int({"AND": weights.sum(), "OR": 1, "NAND": weights.sum() + 1}[name])


# %% [markdown]
# The refusal of XOR, *one but not both*, is a claim. Two inputs have four rows and so $2^4 = 16$ truth
# tables. Which of them can one neuron with relative inhibition have? The next cell tries every small weight
# and threshold. In each panel $x_0$ goes right and $x_1$ up; filled is true.

# %% demo
pairs = np.array(list(itertools.product([0, 1], repeat=2)))  # (4, 2) rows 00, 01, 10, 11
found = {}
small = [0, 1, -1, 2, -2]
for threshold, *weights in itertools.product([1, 0, 2, -1, 3, -2], small, small):
    table = tuple(mp_neuron(pairs, np.array(weights), threshold).tolist())
    found.setdefault(table, (weights, threshold))
named = {(1, 0, 0, 0): "NOR", (0, 1, 1, 0): "XOR", (1, 0, 0, 1): "XNOR", (0,) * 4: "never", (1,) * 4: "always"}
for name in ("AND", "OR", "NAND"):  # your gates
    named[tuple(mp_neuron(pairs, *logic_gate(name)).tolist())] = name
fig, axes = plt.subplots(2, 8, figsize=(13, 4))
for ax, table in zip(axes.flat, itertools.product([0, 1], repeat=4), strict=True):
    for (x, y), true in zip(pairs, table, strict=True):
        ax.plot(x, y, "o", markersize=13, color="C0" if true else "white", markeredgecolor="0.3")
    name = named.get(table, "")
    if table in found:
        (u, v), threshold = found[table]
        ax.set_title(f"{name}\n$w$ = {u}, {v}\n" + rf"$\theta$ = {threshold}", fontsize=10)
    else:
        ax.set_title(f"{name}\nno neuron\nhas this", fontsize=10, fontweight="bold")
        ax.set_facecolor("0.85")
    ax.set(xlim=(-0.5, 1.5), ylim=(-0.5, 1.5), xticks=[0, 1], yticks=[0, 1], aspect="equal")
    ax.grid(False)
fig.supxlabel("$x_0$")
fig.supylabel("$x_1$")
print(f"{len(found)} of 16 tables found")
dd.plot.show(
    "Sixteen small squares with a dot at each corner, filled where the table is true. Fourteen carry weights and a "
    "threshold found by search; XOR and its opposite, where the filled corners lie across from each other, have none."
)

# %% [markdown]
# Fourteen have a neuron. The two on grey, XOR and its opposite, have none: their filled corners lie across
# from each other, and a sum that is high at two opposite corners can't be low at both others. Day 22 proves
# it in two lines. Note the lower row as well: these eight tables are true at $00$, so they fire on silence,
# and every neuron found for them has a threshold of 0 or less. A cell of 1943 needs at least one excited
# synapse. From now on **every threshold is at least 1**, and we wire cells to nets.
#
# ## A net, and its time
#
# Our nets are plain data. **A net is a dict**: each key is a neuron's name, each value a dict of three
# entries:
#
# | entry | type | meaning |
# |---|---|---|
# | `"weights"` | dict, name to int | synapses from each source, negative if they inhibit relatively |
# | `"inhibitors"` | list of names | sources with an absolutely inhibiting synapse |
# | `"threshold"` | int | at least 1 |
#
# A source is an input or a neuron of the net, also the neuron itself. A name that is no neuron is an
# **input**. The next cell defines a shorthand for such an entry.


# %% setup
def neuron(weights, threshold, inhibitors=()):
    """One entry of a net, as plain data."""
    return {"weights": dict(weights), "inhibitors": list(inhibitors), "threshold": threshold}


# %% [markdown]
# Inputs act when the outside world wants. Neurons are silent at $t = 0$, and at every later $t$ each is
# decided by what its sources did at $t - 1$. A **delay line** passes on what it hears: `a` listens to `x`,
# and `b` to `a`. One pulse of `x`, by hand:
#
# | $t$ | 0 | 1 | 2 | 3 |
# |---|---|---|---|---|
# | `x` | 1 | 0 | 0 | 0 |
# | `a` | 0 | 1 | 0 | 0 |
# | `b` | 0 | 0 | 1 | 0 |
#
# **The trap.** All neurons look at the *same* moment, the one before. Whoever computes `a` and then lets `b`
# read the fresh value sends the pulse down the whole line in one step, and the result depends on the order in
# which the neurons happen to be written down. A net has no such order.


# %% exercise: run_net
def run_net(net, inputs, num_steps):
    """What every input and every neuron of a net does over time.

    Args:
        net: dict of neurons as described above; circles are allowed. Left unchanged.
        inputs: dict of an input's name to its activity, a list or int array of zeros and ones whose entry t is for
            time t. After its end an input is silent; what is beyond num_steps isn't used. Left unchanged.
        num_steps: number of moments, from t = 0 to num_steps - 1, int >= 1.

    Returns:
        Dict of names to int arrays of shape (num_steps,), zeros and ones: first the inputs in the order of
        inputs, then the neurons in the order of net. Every neuron is silent at t = 0.

    Raises:
        KeyError: a neuron has a source that is neither a neuron nor in inputs (for num_steps >= 2).
        About 10 lines; use mp_neuron.
    """
    ### BEGIN SOLUTION
    active = {name: np.zeros(num_steps, dtype=int) for name in [*inputs, *net]}
    for name, activity in inputs.items():
        known = activity[:num_steps]
        active[name][: len(known)] = known
    for t in range(1, num_steps):
        for name, cell in net.items():
            sources = np.array([active[source][t - 1] for source in cell["weights"]], dtype=int)
            stops = [active[source][t - 1] for source in cell["inhibitors"]]
            weights = np.array(list(cell["weights"].values()), dtype=int)
            active[name][t] = mp_neuron(sources, weights, cell["threshold"], any(stops))
    return active
    ### END SOLUTION


# %% test: run_net, points=3
net = {"a": neuron({"x": 1}, 1), "b": neuron({"a": 1}, 1)}
inputs = {"x": [1]}
with dd.check.unchanged(net), dd.check.unchanged(inputs):
    result = run_net(net, inputs, 4)
due = {"x": np.array([1, 0, 0, 0]), "a": np.array([0, 1, 0, 0]), "b": np.array([0, 0, 1, 0])}
dd.check.like(result, due, why="this is the delay line worked by hand")
backwards = {"b": neuron({"a": 1}, 1), "a": neuron({"x": 1}, 1)}
dd.check.like(run_net(backwards, inputs, 4), due, why="a net has no order: only its wiring counts")
# Relative inhibition by one source, absolute by another.
net = {"c": neuron({"x": 2, "y": -1}, 2, ["z"])}
inputs = {"x": [1, 1, 1, 1, 0, 0], "y": [0, 1, 0, 0, 0, 0], "z": [0, 0, 1, 0, 0, 0]}
result = run_net(net, inputs, 5)
dd.check.equal(list(result), ["x", "y", "z", "c"], what="the list of names", why="inputs come first, then neurons")
dd.check.like(result["c"], np.array([0, 1, 0, 0, 1]), what="the activity of c", why="its sources acted one step before")
dd.check.like(result["x"], np.array([1, 1, 1, 1, 0]), what="the activity of x", why="five moments were asked for")
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(210)


def fires(net, inputs, name, t, known):
    """Whether a name fires at time t, by the definition, going back in time; known remembers what is worked out."""
    if name not in net:
        return int(inputs[name][t]) if t < len(inputs[name]) else 0
    if t == 0:
        return 0
    if (name, t) not in known:
        cell = net[name]
        total = sum(w for s, w in cell["weights"].items() if fires(net, inputs, s, t - 1, known))
        stopped = any(fires(net, inputs, source, t - 1, known) for source in cell["inhibitors"])
        known[name, t] = int(total >= cell["threshold"] and not stopped)
    return known[name, t]


for num_inputs, num_neurons, num_steps in [(1, 1, 1), (1, 1, 2), (2, 1, 7), (1, 3, 9), (3, 5, 12), (2, 8, 20)]:
    for trial in range(4):
        xs, cs = [f"x{i}" for i in range(num_inputs)], [f"c{i}" for i in range(num_neurons)]
        net = {}
        for name in cs:
            sources = [source for source in xs + cs if rng.random() < 0.6]
            weights = {source: int(rng.choice([-1, 1, 1, 2])) for source in sources}
            stops = [source for source in xs + cs if rng.random() < 0.15]
            net[name] = neuron(weights, int(rng.integers(1, 3)), stops)
        inputs = {name: rng.integers(0, 2, rng.integers(0, 2 * num_steps)) for name in xs}
        if trial % 2:
            inputs = {name: activity.tolist() for name, activity in inputs.items()}
        with dd.check.unchanged(net), dd.check.unchanged(inputs):
            result = run_net(net, inputs, num_steps)
        known = {}
        due = {name: np.array([fires(net, inputs, name, t, known) for t in range(num_steps)]) for name in xs + cs}
        dd.check.like(result, due, why="each neuron is decided by what its sources did one step before")
        dd.check.equal(list(result), xs + cs, what="the order of names", why="inputs come first, then neurons")
        shuffled = dict(sorted(net.items(), reverse=True))
        again = run_net(shuffled, inputs, num_steps)
        dd.check.like(again, due, why="the order in which a net is written down must not matter")
# What an input did last must not leak to the start; extra inputs are only passed through.
late = run_net({"c": neuron({"x": 1}, 1)}, {"x": [0, 0, 1], "idle": np.array([1, 0])}, 3)
dd.check.like(late, {"x": np.array([0, 0, 1]), "idle": np.array([1, 0, 0]), "c": np.array([0, 0, 0])})
ring = {"a": neuron({"b": 1, "x": 1}, 1), "b": neuron({"a": 1}, 1)}
result = run_net(ring, {"x": [1]}, 6)
dd.check.like(result["a"], np.array([0, 1, 0, 1, 0, 1]), what="a of a ring", why="the pulse comes round in two steps")
lonely = {"c": neuron({}, 1), "d": neuron({}, 1, ["c"])}
dd.check.like(run_net(lonely, {}, 3), {"c": np.zeros(3, int), "d": np.zeros(3, int)}, why="nothing excites them")
for broken in ({"c": neuron({"y": 1}, 1)}, {"c": neuron({"x": 1}, 1, ["y"])}):
    with dd.check.raises(KeyError, why="y is neither a neuron nor an input"):
        run_net(broken, {"x": [1, 1, 1]}, 3)
### END HIDDEN TESTS

# %% mistakes: run_net
# - replace: active[source][t - 1] for source in cell["weights"]
#   with: active[source][t] for source in cell["weights"]
#   hint: "Excitation arrives without a delay. At which moment did the sources act that decide what happens at t?"
# - replace: active[source][t - 1] for source in cell["inhibitors"]
#   with: active[source][t] for source in cell["inhibitors"]
#   hint: "Inhibition arrives without a delay. It crosses a synapse as well."
# - replace: any(stops)
#   with: bool(stops) and all(stops)
#   hint: "With two absolutely inhibiting sources yours waits for both. How many does it take?"
# - replace: any(stops)
#   with: False
#   hint: "The inhibitors of a neuron have no effect. Whom do they stop?"
# - replace: mp_neuron(sources, weights, cell["threshold"], any(stops))
#   with: mp_neuron(sources, weights, cell["threshold"] + sum(stops))
#   hint: "An inhibitor raises the threshold with you. In this list are the synapses that forbid firing."
# - replace: range(1, num_steps)
#   with: range(num_steps)
#   hint: "You also decide the neurons at t = 0, from the moment before it. What is at index -1?"
# - replace: known = activity[:num_steps]
#   with: known = np.resize(activity, num_steps) if len(activity) else activity
#   hint: "Your inputs start again from the beginning after their end. What are they then?"
# - replace: |-
#     active[name][: len(known)] = known
#   with: active[name][num_steps - len(known) :] = known
#   hint: "A short input comes at the end of the run. Entry t is for time t."
# - replace: return active
#   with: |-
#     return {name: active[name] for name in net}
#   hint: "The inputs belong in the result too, before the neurons."
# - replace: weights = np.array(list(cell["weights"].values()), dtype=int)
#   with: weights = np.ones(len(sources), dtype=int)
#   hint: "Every source counts once with you. How many synapses does it have, and of which sign?"


# %% equivalents: run_net
# - replace: mp_neuron(sources, weights, cell["threshold"], any(stops))
#   with: mp_neuron(weights, sources, cell["threshold"], any(stops))
#   reason: "With one row of inputs the weighted sum is the same either way."
# - replace: np.array([active[source][t - 1] for source in cell["weights"]], dtype=int)
#   with: np.array([active[source][t - 1] for source in cell["weights"]])
#   reason: "Only without any source is the dtype another, and then the sum is 0."
# - replace: np.array(list(cell["weights"].values()), dtype=int)
#   with: np.array(list(cell["weights"].values()))
#   reason: "Only without any source is the dtype another, and then the sum is 0."


# %% mistake: run_net
# hint: "A neuron later in the dict reads the fresh value of one before it. All must look at the same earlier moment."
def run_net(net, inputs, num_steps):
    now = dict.fromkeys(net, 0)
    history = {name: [] for name in [*inputs, *net]}
    for t in range(num_steps):
        for name in net:
            history[name].append(now[name])
        for name, activity in inputs.items():
            now[name] = int(activity[t]) if t < len(activity) else 0
            history[name].append(now[name])
        for name, cell in net.items():
            total = sum(count * now[source] for source, count in cell["weights"].items())
            stopped = any([now[source] for source in cell["inhibitors"]])
            now[name] = int(total >= cell["threshold"] and not stopped)
    return {name: np.array(activity) for name, activity in history.items()}


# %% mistake: run_net
# hint: "A name that is neither a neuron nor an input is taken for silent, so a slip of the pen goes unnoticed."
def run_net(net, inputs, num_steps):
    active = {name: np.zeros(num_steps, dtype=int) for name in [*inputs, *net]}
    for name, activity in inputs.items():
        known = activity[:num_steps]
        active[name][: len(known)] = known
    silent = np.zeros(num_steps, dtype=int)
    for t in range(1, num_steps):
        for name, cell in net.items():
            total = sum(count * active.get(source, silent)[t - 1] for source, count in cell["weights"].items())
            stopped = any([active.get(source, silent)[t - 1] for source in cell["inhibitors"]])
            active[name][t] = int(total >= cell["threshold"] and not stopped)
    return active


# %% mistake: run_net
# hint: "Inputs reach the neurons at once, and only neurons are heard a step later. Every source is."
def run_net(net, inputs, num_steps):
    active = {name: np.zeros(num_steps, dtype=int) for name in [*inputs, *net]}
    for name, activity in inputs.items():
        known = activity[:num_steps]
        active[name][: len(known)] = known
    for t in range(num_steps):
        heard = {name: active[name][t] for name in inputs}
        heard |= {name: active[name][t - 1] if t else 0 for name in net}
        for name, cell in net.items():
            total = sum(count * heard[source] for source, count in cell["weights"].items())
            stopped = any([heard[source] for source in cell["inhibitors"]])
            active[name][t] = int(total >= cell["threshold"] and not stopped)
    return active


# %% mistake: run_net
# hint: "Your neurons are still silent at t = 1. What did their inputs do at t = 0?"
def run_net(net, inputs, num_steps):
    active = {name: np.zeros(num_steps, dtype=int) for name in [*inputs, *net]}
    for name, activity in inputs.items():
        known = activity[:num_steps]
        active[name][: len(known)] = known
    for t in range(2, num_steps):
        for name, cell in net.items():
            total = sum(count * active[source][t - 1] for source, count in cell["weights"].items())
            stopped = any([active[source][t - 1] for source in cell["inhibitors"]])
            active[name][t] = int(total >= cell["threshold"] and not stopped)
    return active


# %% mistake: run_net
# hint: "An input's list may be shorter than the run, or longer. What is it after its end?"
def run_net(net, inputs, num_steps):
    active = {name: np.array(activity, dtype=int) for name, activity in inputs.items()}
    active |= {name: np.zeros(num_steps, dtype=int) for name in net}
    for t in range(1, num_steps):
        for name, cell in net.items():
            total = sum(count * active[source][t - 1] for source, count in cell["weights"].items())
            stopped = any([active[source][t - 1] for source in cell["inhibitors"]])
            active[name][t] = int(total >= cell["threshold"] and not stopped)
    return active


# %% mistake: run_net
# hint: "Inputs reach the neurons at once, and only neurons are heard a step later. Every source is."
def run_net(net, inputs, num_steps):
    active = {name: np.zeros(num_steps, dtype=int) for name in [*inputs, *net]}
    for name, activity in inputs.items():
        known = activity[:num_steps]
        active[name][: len(known)] = known
    for t in range(1, num_steps):
        heard = {name: row[t if name in inputs else t - 1] for name, row in active.items()}
        for name, cell in net.items():
            total = sum(count * heard[source] for source, count in cell["weights"].items())
            stopped = any([heard[source] for source in cell["inhibitors"]])
            active[name][t] = int(total >= cell["threshold"] and not stopped)
    return active


# %% mistake: run_net
# hint: "After its end an input of yours goes on with the last value that it had. What is it then?"
def run_net(net, inputs, num_steps):
    active = {name: np.zeros(num_steps, dtype=int) for name in [*inputs, *net]}
    for name, activity in inputs.items():
        for t in range(num_steps):
            active[name][t] = activity[min(t, len(activity) - 1)] if len(activity) else 0
    for t in range(1, num_steps):
        for name, cell in net.items():
            total = sum(count * active[source][t - 1] for source, count in cell["weights"].items())
            stopped = any([active[source][t - 1] for source in cell["inhibitors"]])
            active[name][t] = int(total >= cell["threshold"] and not stopped)
    return active


# %% accepts: run_net
def run_net(net, inputs, num_steps):
    names = [*inputs, *net]
    place = {name: i for i, name in enumerate(names)}
    counts, stops = np.zeros((2, len(net), len(names)), dtype=int)
    for row, cell in enumerate(net.values()):
        for source, count in cell["weights"].items():
            counts[row, place[source]] += count
        for source in cell["inhibitors"]:
            stops[row, place[source]] = 1
    thresholds = np.array([cell["threshold"] for cell in net.values()], dtype=int)
    states = np.zeros((num_steps, len(names)), dtype=int)
    for name, activity in inputs.items():
        for t, value in enumerate(activity):
            if t < num_steps:
                states[t, place[name]] = value
    for t in range(num_steps - 1):
        reached = counts @ states[t] >= thresholds
        states[t + 1, len(inputs) :] = reached & (stops @ states[t] == 0)
    return {name: states[:, i] for name, i in place.items()}


# %% accepts: run_net
def run_net(net, inputs, num_steps):
    outside = {}
    for name, activity in inputs.items():
        outside[name] = [int(value) for value in activity][:num_steps]
        outside[name] += [0] * (num_steps - len(outside[name]))
    moments = [dict.fromkeys(net, 0)]
    for t in range(num_steps - 1):
        before = {**moments[-1], **{name: activity[t] for name, activity in outside.items()}}
        after = {}
        for name, cell in net.items():
            heard = [before[source] for source in cell["weights"]]
            stopped = sum([before[source] for source in cell["inhibitors"]]) > 0
            after[name] = int(
                mp_neuron(np.array(heard, int), np.array([*cell["weights"].values()], int), cell["threshold"], stopped)
            )
        moments.append(after)
    run = {name: np.array(activity) for name, activity in outside.items()}
    return run | {name: np.array([moment[name] for moment in moments]) for name in net}


# %% [markdown]
# Two drawings for the rest of the day, defined in the next cell. A net: inputs grey, neurons white with their
# thresholds; arrows excite (twice if marked $\times 2$), and dashed lines with a ring at the end inhibit
# absolutely. A run: one row a name, one column a moment, dark for firing.


# %% demo
def draw_net(ax, net, places, title):
    """Draw a net. places: dict of every name to its (x, y)."""
    for name, cell in net.items():
        wires = [(source, count, True) for source, count in cell["weights"].items()]
        for source, count, excites in wires + [(source, 1, False) for source in cell["inhibitors"]]:
            (x0, y0), (x1, y1) = places[source], places[name]
            look = {"color": "black" if excites else "C1", "linestyle": "-" if excites else "--", "linewidth": 1.5}
            if source == name:  # a loop over the top
                start, end, bend = (x1 + 0.18, y1 + 0.32), (x1 - 0.18, y1 + 0.32), 1.9
            else:
                across, up = x1 - x0, y1 - y0
                length = np.hypot(across, up)
                start = (x0 + 0.37 * across / length, y0 + 0.37 * up / length)
                reach = 0.40 if excites else 0.45
                end, bend = (x1 - reach * across / length, y1 - reach * up / length), 0
            style = {"arrowstyle": "-|>" if excites else "-", "connectionstyle": f"arc3,rad={bend}", **look}
            ax.annotate("", end, start, arrowprops={"shrinkA": 0, "shrinkB": 0, "mutation_scale": 14, **style})
            if not excites:
                ax.plot(*end, "o", markersize=7, markerfacecolor="white", markeredgecolor="C1", markeredgewidth=1.5)
            if count != 1:
                spot = (x1 + 0.45, y1 + 0.62) if source == name else ((x0 + x1) / 2, (y0 + y1) / 2)
                box = {"facecolor": "white", "edgecolor": "none", "pad": 1}
                ax.text(*spot, rf"$\times {count}$", ha="center", va="center", fontsize=10, bbox=box)
    for name, (x, y) in places.items():
        ax.add_patch(
            plt.Circle((x, y), 0.37, facecolor="white" if name in net else "0.85", edgecolor="black", zorder=3)
        )
        label = f"{name}\n" + rf"$\theta={net[name]['threshold']}$" if name in net else name
        ax.text(x, y, label, ha="center", va="center", fontsize=9, zorder=4)
    across, up = zip(*places.values(), strict=True)
    ax.set(
        xlim=(min(across) - 0.6, max(across) + 0.6), ylim=(min(up) - 0.6, max(up) + 0.9), aspect="equal", title=title
    )
    ax.axis("off")


def draw_run(ax, run, title):
    """Draw what run_net returned."""
    activity = np.array(list(run.values()))
    ax.pcolormesh(activity, cmap="Greys", vmin=0, vmax=1.3, edgecolors="0.8", linewidth=0.8)
    ax.set_yticks(np.arange(len(run)) + 0.5, run)
    ax.set_xticks(np.arange(0, activity.shape[1], 2) + 0.5, range(0, activity.shape[1], 2))
    ax.invert_yaxis()
    ax.set(xlabel="time $t$", ylabel="input or neuron", title=title)
    ax.grid(False)


# %% [markdown]
# ## What a net says: temporal propositions
#
# Read off each neuron when it fires and you have logic with time in it. For the delay line
# $b(t) \equiv a(t-1)$ and $a(t) \equiv x(t-1)$, so, substituting, $b(t) \equiv x(t-2)$. A statement built
# from inputs at earlier moments with $\vee$, $\wedge$ and "… $\wedge\ \neg$ …" the paper calls a **temporal
# propositional expression**. *Net to logic:* in a net **without circles**, where no chain of neurons leads
# back to its start, substituting ends at the inputs, so every neuron has such an expression (Theorem 1).
# *Logic to net:* every such expression has a net (Theorem 2), up to a delay.
#
# The paper's own example. Hold something cold to the skin for a moment, and you feel *heat*; hold it longer,
# and you feel cold. With a receptor for warmth and one for cold, the authors ask for
#
# $$\text{heat}(t) \equiv \text{warm}(t-1) \vee [\text{cold}(t-3) \wedge \neg\,\text{cold}(t-2)], \qquad
# \text{chill}(t) \equiv \text{cold}(t-2) \wedge \text{cold}(t-1).$$
#
# From the inside outwards: `a` remembers cold for a step, `b` fires if `a` did and cold no longer does. Does
# the net have the illusion?

# %% demo
illusion = {
    "a": neuron({"cold": 1}, 1),
    "b": neuron({"a": 1}, 1, ["cold"]),
    "heat": neuron({"warm": 1, "b": 1}, 1),
    "chill": neuron({"a": 1, "cold": 1}, 2),
}
places = {"warm": (0, 2), "cold": (0, 0), "a": (1.5, 1), "b": (3, 1), "heat": (4.5, 2), "chill": (4.5, 0)}
touches = {"warm": [], "cold": [0, 1, 0, 0, 0, 0, 0, 1, 1, 1]}
felt = run_net(illusion, touches, 15)
fig, (left, right) = plt.subplots(1, 2, figsize=(13, 3.6), width_ratios=[4, 5])
draw_net(left, illusion, places, "A net for the heat illusion")
draw_run(right, felt, "A brief cold touch, then a longer one")
dd.plot.show(
    "Left, a net of four neurons fed by the inputs warm and cold. Right, its run over 15 moments: cold at 1 makes heat "
    "fire at 4 and chill never; cold at 7, 8 and 9 makes chill fire at 9 and 10, and then heat at 12."
)

# %% [markdown]
# The touch at $t = 1$ is felt as heat three moments later, without any chill: an error of perception that is
# nobody's fault, only the wiring's. The longer touch is felt as cold. But look at $t = 12$: heat again,
# *after* the cold has been taken away. The formula, as printed, says so too; running a specification is a
# good way to read it. (How would you mend it? See the end.)
#
# ## A net for any table, almost
#
# Which tables can nets without circles have, if a few steps of delay don't matter? Write a table as *an or of
# ands*: for each row that should fire, one neuron that fires on that row alone, and one more that fires if
# any of these does. That is the **disjunctive normal form**. For XOR:
#
# | $x_0$ | $x_1$ | XOR | a neuron that fires here alone |
# |---|---|---|---|
# | 0 | 0 | 0 | |
# | 0 | 1 | 1 | excited by $x_1$, stopped by $x_0$ |
# | 1 | 0 | 1 | excited by $x_0$, stopped by $x_1$ |
# | 1 | 1 | 0 | |
#
# Two layers, so the answer comes at $t + 2$. A table is a list of outputs; the position of a row is its
# inputs read as a binary number, $x_0$ first: `[0, 1, 1, 0]`.
#
# **A net that can't be built.** One row has no neuron: the row of silence. Its inputs excite nothing, and a
# threshold of at least 1 is not reached by nothing. Nor can a deeper net help: if all inputs are silent, the
# first layer is silent, hence the second, hence all. So *a net without circles has a table exactly if that
# table doesn't fire on silence* (Theorem 3). NOT and NAND are out, on their own; "$x_1$ and not $x_0$" is in.
# Half of all tables are, 128 of the 256 of three inputs.


# %% exercise: net_from_truth_table
def net_from_truth_table(table):
    """A net without circles for a truth table, by its disjunctive normal form.

    Args:
        table: what the net should answer, list or int array of 2**n zeros and ones, n >= 1. Entry r is for the
            inputs x0, x1, ... that spell r in binary, x0 its highest digit. Left unchanged.

    Returns:
        A net as described above over inputs named "x0", "x1", ..., whose neuron "out" does at time t + 2 what the
        table says about the inputs at time t. All weights and thresholds are at least 1, so nothing inhibits
        relatively. Besides "out" it has one neuron for each row that fires, named by the row's digits, as in "01".

    Raises:
        ValueError: the table fires on silence. About 12 lines.
    """
    ### BEGIN SOLUTION
    if table[0]:
        raise ValueError("a net without circles can't fire on silence. Received: a table that begins with 1")
    num_inputs = len(table).bit_length() - 1
    net = {}
    for row, fires in zip(itertools.product([0, 1], repeat=num_inputs), table, strict=True):
        if fires:
            on = {f"x{i}": 1 for i in range(num_inputs) if row[i]}
            off = [f"x{i}" for i in range(num_inputs) if not row[i]]
            net["".join(map(str, row))] = neuron(on, len(on), off)
    net["out"] = neuron(dict.fromkeys(net, 1), 1)
    return net
    ### END SOLUTION


# %% test: net_from_truth_table, points=3
table = [0, 1, 1, 0]
with dd.check.unchanged(table):
    net = net_from_truth_table(table)
dd.check.kind(net, dict, why="a net is a dict of neurons")
dd.check.equal(sorted(net), ["01", "10", "out"], what="the list of names", why="the rows 01 and 10 of XOR fire")
for name, cell in net.items():
    assert cell["threshold"] >= 1, f"{name} has a threshold below 1, so it fires on silence"
    assert min(cell["weights"].values()) >= 1, f"{name} has a weight below 1; only inhibitors may inhibit"
for x0, x1, due in [(0, 0, 0), (0, 1, 1), (1, 0, 1), (1, 1, 0)]:
    run = run_net(net, {"x0": [x0], "x1": [x1]}, 3)
    dd.check.equal(run["out"].tolist(), [0, 0, due], what=f"out for the inputs {x0}{x1}, at t = 0, 1, 2")
net = net_from_truth_table([0, 1, 0, 0])
run = run_net(net, {"x0": [0, 1, 1], "x1": [1, 0, 1]}, 5)
dd.check.equal(run["out"].tolist(), [0, 0, 1, 0, 0], what="out of x1 and not x0, for 01, then 10, then 11")
with dd.check.raises(ValueError, why="NAND fires on silence"):
    net_from_truth_table([1, 1, 1, 0])
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(211)


def outputs(net, inputs, num_steps):
    """What out does over time, by a simulation that owes nothing to run_net."""
    state = dict.fromkeys(net, 0)
    answers = []
    for t in range(num_steps):
        state |= {name: activity[t] if t < len(activity) else 0 for name, activity in inputs.items()}
        answers.append(state["out"])
        following = {}
        for name, cell in net.items():
            total = sum(count * state[source] for source, count in cell["weights"].items())
            stopped = any([state[source] for source in cell["inhibitors"]])
            following[name] = int(total >= cell["threshold"] and not stopped)
        state |= following
    return answers


def depth(net, name, above=()):
    """Neurons on the longest way from an input to name; a circle is refused."""
    assert name not in above, f"the net has a circle through {name}; a table needs none"
    if name not in net:
        return 0
    sources = [*net[name]["weights"], *net[name]["inhibitors"]]
    return 1 + max([depth(net, source, (*above, name)) for source in sources], default=0)


def require_net_for(table, net):
    """The whole promise of the docstring."""
    num_inputs = len(table).bit_length() - 1
    dd.check.kind(net, dict, why="a net is a dict of neurons")
    due = [format(row, f"0{num_inputs}b") for row, fires in enumerate(table) if fires]
    dd.check.equal(
        sorted(net), [*due, "out"], what="the list of names", why="a neuron for each row that fires, and out"
    )
    for name, cell in net.items():
        dd.check.equal(sorted(cell), ["inhibitors", "threshold", "weights"], what=f"the entries of {name}")
        dd.check.kind(cell["threshold"], int, what=f"the threshold of {name}")
        assert cell["threshold"] >= 1, f"{name} has a threshold below 1, so it fires on silence"
        for source, count in cell["weights"].items():
            dd.check.kind(count, int, what=f"the weight of {source} on {name}", why="synapses are counted")
            assert count >= 1, f"{source} has the weight {count} on {name}; only inhibitors may inhibit"
        for source in [*cell["weights"], *cell["inhibitors"]]:
            assert source in net or source in [f"x{i}" for i in range(num_inputs)], f"there is no source {source!r}"
        depth(net, name)
    order = [*range(len(table)), *rng.permutation(len(table)).tolist(), *reversed(range(len(table)))]
    digits = np.array(list(itertools.product([0, 1], repeat=num_inputs)))
    inputs = {f"x{i}": digits[order, i].tolist() for i in range(num_inputs)}
    answers = outputs(net, inputs, len(order) + 2)
    due = [0, 0, *[int(table[row]) for row in order]]
    dd.check.equal(answers, due, what="out over time, a new row of inputs each step", why="each answer comes at t + 2")


for num_inputs in (1, 2):
    for rest in itertools.product([0, 1], repeat=2**num_inputs - 1):
        with dd.check.raises(ValueError, why="this table fires on silence"):
            net_from_truth_table([1, *rest])
        table = [0, *rest]
        require_net_for(table, net_from_truth_table(table))
for num_inputs in (3, 3, 3, 4, 5):
    table = rng.integers(0, 2, 2**num_inputs)
    table[0] = 0
    with dd.check.unchanged(table):
        net = net_from_truth_table(table)
    require_net_for(table.tolist(), net)
for number in (1, 2, 4, 7):  # one row alone, which shows in which order the digits are read
    table = [int(row == number) for row in range(8)]
    require_net_for(table, net_from_truth_table(table))
narrow = np.array([0, 1, 0, 0, 0, 0, 1, 1], dtype=np.uint8)
require_net_for(narrow.tolist(), net_from_truth_table(narrow))
### END HIDDEN TESTS

# %% mistakes: net_from_truth_table
# - replace: neuron(on, len(on), off)
#   with: neuron(on, len(on))
#   hint: "A row's neuron also fires on rows with more inputs active than its own. What should stop it there?"
# - replace: neuron(on, len(on), off)
#   with: neuron(on, 1, off)
#   hint: "A row's neuron is content with one of its inputs. How many does its row have active?"
# - replace: neuron(dict.fromkeys(net, 1), 1)
#   with: neuron(dict.fromkeys(net, 1), max(len(net), 1))
#   hint: "Your last neuron waits for all row neurons at once. They never fire together; which connective is it?"
# - replace: if row[i]}
#   with: if row[num_inputs - 1 - i]}
#   hint: "The digits of a row are read from the wrong end for excitation. Which input is the highest digit?"
# - replace: |-
#     if table[0]:
#             raise ValueError("a net without circles can't fire on silence. Received: a table that begins with 1")
#         num_inputs
#   with: num_inputs
#   hint: "A table that fires on silence is not refused. No net of this kind has it."
# - replace: |-
#     if table[0]:
#   with: |-
#     if table[-1]:
#   hint: "You refuse tables that fire when every input does. Which row is the row of silence?"
# - replace: |-
#     if fires:
#   with: |-
#     if not fires and any(row):
#   hint: "You built neurons for the rows that should stay silent."
# - replace: |-
#     net["out"] = neuron(dict.fromkeys(net, 1), 1)
#         return net
#   with: |-
#     if net:
#             net["out"] = neuron(dict.fromkeys(net, 1), 1)
#         return net
#   hint: "For a table that never fires there is no neuron out at all. A cell without synapses stays silent."
# - replace: itertools.product([0, 1], repeat=num_inputs)
#   with: (digits[::-1] for digits in itertools.product([0, 1], repeat=num_inputs))
#   hint: "You read x0 as the lowest digit of a row's number. It is the highest."


# %% equivalents: net_from_truth_table
# - replace: neuron(dict.fromkeys(net, 1), 1)
#   with: neuron(dict.fromkeys(net, 2), 1)
#   reason: "Two synapses from each row's neuron reach a threshold of 1 as well as one does."


# %% mistake: net_from_truth_table
# hint: "Your net answers rightly, but some synapses have negative weights. Here only those in inhibitors may inhibit."
def net_from_truth_table(table):
    if table[0]:
        raise ValueError("it fires on silence")
    num_inputs = len(table).bit_length() - 1
    net = {}
    for row, fires in zip(itertools.product([0, 1], repeat=num_inputs), table, strict=True):
        if fires:
            weights = {f"x{i}": 1 if row[i] else -1 for i in range(num_inputs)}
            net["".join(map(str, row))] = neuron(weights, sum(row))
    return {**net, "out": neuron(dict.fromkeys(net, 1), 1)}


# %% mistake: net_from_truth_table
# hint: "Your out listens to the inputs itself, and one neuron can't have every table. Two layers are needed."
def net_from_truth_table(table):
    if table[0]:
        raise ValueError("it fires on silence")
    num_inputs = len(table).bit_length() - 1
    alone = {f"x{i}": 2 ** (num_inputs - 1 - i) for i in range(num_inputs)}
    fired = [row for row, fires in enumerate(table) if fires]
    return {"out": neuron(alone, min(fired, default=2**num_inputs))}


# %% mistake: net_from_truth_table
# hint: "You read x0 as the lowest digit of a row's number. It is the highest."
def net_from_truth_table(table):
    if table[0]:
        raise ValueError("it fires on silence")
    num_inputs = len(table).bit_length() - 1
    net = {}
    for r, fires in enumerate(table):
        if fires:
            on = {f"x{i}": 1 for i in range(num_inputs) if r >> i & 1}
            off = [f"x{i}" for i in range(num_inputs) if not r >> i & 1]
            net[format(r, f"0{num_inputs}b")] = neuron(on, len(on), off)
    return {**net, "out": neuron(dict.fromkeys(net, 1), 1)}


# %% mistake: net_from_truth_table
# hint: "Some weights are 0. Where there is no synapse, leave the source out of the weights."
def net_from_truth_table(table):
    if table[0]:
        raise ValueError("it fires on silence")
    num_inputs = len(table).bit_length() - 1
    net = {}
    for row, fires in zip(itertools.product([0, 1], repeat=num_inputs), table, strict=True):
        if fires:
            off = [f"x{i}" for i in range(num_inputs) if not row[i]]
            net["".join(map(str, row))] = neuron({f"x{i}": row[i] for i in range(num_inputs)}, sum(row), off)
    return {**net, "out": neuron(dict.fromkeys(net, 1), 1)}


# %% mistake: net_from_truth_table
# hint: "A row's digits lose their zeros in front with you, so a name may be too short, and its first digit is not that
#   of x0. Each row has one digit for each input."
def net_from_truth_table(table):
    if table[0]:
        raise ValueError("it fires on silence")
    num_inputs = len(table).bit_length() - 1
    net = {}
    for r, fires in enumerate(table):
        if fires:
            digits = bin(r)[2:]
            on = {f"x{i}": 1 for i, digit in enumerate(digits) if digit == "1"}
            net[digits] = neuron(on, len(on), [f"x{i}" for i in range(num_inputs) if f"x{i}" not in on])
    return {**net, "out": neuron(dict.fromkeys(net, 1), 1)}


# %% mistake: net_from_truth_table
# hint: "You take half the rows for the number of inputs. A table of eight rows has three."
def net_from_truth_table(table):
    if table[0]:
        raise ValueError("it fires on silence")
    num_inputs = len(table) // 2
    net = {}
    for r, fires in enumerate(table):
        if fires:
            digits = format(r, f"0{num_inputs}b")
            on = {f"x{i}": 1 for i, digit in enumerate(digits) if digit == "1"}
            net[digits] = neuron(on, len(on), [f"x{i}" for i, digit in enumerate(digits) if digit == "0"])
    return {**net, "out": neuron(dict.fromkeys(net, 1), 1)}


# %% accepts: net_from_truth_table
def net_from_truth_table(table):
    if int(table[0]) == 1:
        raise ValueError("silence would have to excite something")
    size, num_inputs = len(table), 0
    while 2**num_inputs < size:
        num_inputs += 1
    net = {"out": neuron({}, 3)}
    for r in range(1, size):
        if table[r] == 1:
            digits = format(r, f"0{num_inputs}b")
            on = [f"x{i}" for i, digit in enumerate(digits) if digit == "1"]
            off = [f"x{i}" for i, digit in enumerate(digits) if digit == "0"]
            net[digits] = neuron({name: 2 for name in on}, 2 * len(on), off)
            net["out"]["weights"][digits] = 3
    return net


# %% accepts: net_from_truth_table
def net_from_truth_table(table):
    table = np.asarray(table)
    if table[0] > 0:
        raise ValueError("no net without circles fires on silence")
    num_inputs = int(np.log2(table.size) + 0.5)
    rows = np.flatnonzero(table)
    bits = rows[:, None] // 2 ** np.arange(num_inputs)[::-1] % 2  # (rows, num_inputs)
    names = np.array([f"x{i}" for i in range(num_inputs)])
    cells = [neuron({str(s): 1 for s in names[b == 1]}, int(b.sum()), map(str, names[b == 0])) for b in bits]
    hidden = {"".join(map(str, b)): cell for b, cell in zip(bits, cells, strict=True)}
    return hidden | {"out": neuron({name: 1 for name in hidden}, 1)}


# %% [markdown]
# Your XOR at work: a new pair of inputs at every step. And the theorem, in full for three inputs: are all 128
# tables that are silent on silence realised, and all others refused?

# %% demo
xor = net_from_truth_table([0, 1, 1, 0])
stream = {"x0": [0, 1, 0, 1, 1, 0], "x1": [0, 0, 1, 1, 0, 0]}
places = {"x0": (0, 1.6), "x1": (0, 0), "out": (3.8, 0.8)}
middle = [name for name in xor if name != "out"]
places |= {name: (2, 1.6 * height) for height, name in enumerate(middle)}
fig, (left, right) = plt.subplots(1, 2, figsize=(13, 3.6), width_ratios=[4, 5])
draw_net(left, xor, places, "XOR, an or of two ands")
draw_run(right, run_net(xor, stream, 8), "Out answers two steps later")
dd.plot.show(
    "Left, the XOR net: two inputs, a neuron for each of the rows 01 and 10, inhibited by the other input, and out. "
    "Right, its run: out fires two steps after each moment in which exactly one input fires."
)

realised = refused = 0
triples = np.array(list(itertools.product([0, 1], repeat=3)))  # (8, 3)
everything = {f"x{i}": triples[:, i] for i in range(3)}  # the eight rows, one a step
for table in itertools.product([0, 1], repeat=8):
    try:
        net = net_from_truth_table(table)
    except ValueError:
        refused += 1
    else:
        realised += tuple(run_net(net, everything, 10)["out"][2:].tolist()) == table
print(f"of 256 tables of three inputs {realised} realised, {refused} refused")
assert realised == refused == 128

# %% [markdown]
# ## Circles: memory
#
# Silence is not the only wall. Without circles, the longest chain of neurons bounds how far back a net can
# look: what was before is gone. "Has $x$ *ever* fired?" has no such net. (And no net of any kind looks ahead,
# or answers at once.)
#
# Now lead a neuron's axon back to itself, with a threshold of 1. Once it fires, it excites itself, and fires
# for ever: it says that *at some time in the past* its input fired. Add an inhibitor, and you have a
# **latch**, a bit that can be set and cleared:
#
# $$\text{latch}(t) \equiv [\,\text{set}(t-1) \vee \text{latch}(t-1)\,] \wedge \neg\,\text{reset}(t-1).$$
#
# Substitution never ends: $\text{latch}(t-1)$ leads to $\text{latch}(t-2)$, and so on. That is the mark of a
# circle. The **order** of a net is the smallest number of neurons that must be removed to leave it without
# circles; here it is 1. What does a delay line do with a pulse, and what does a latch?

# %% demo
line = {"a": neuron({"x": 1}, 1), "b": neuron({"a": 1}, 1), "c": neuron({"b": 1}, 1)}
latch = {"latch": neuron({"set": 1, "latch": 1}, 1, ["reset"])}
fig, axes = plt.subplots(2, 2, figsize=(13, 6), width_ratios=[4, 5])
draw_net(axes[0, 0], line, {"x": (0, 0), "a": (1.3, 0), "b": (2.6, 0), "c": (3.9, 0)}, "A delay line")
draw_run(axes[0, 1], run_net(line, {"x": [0, 1, 0, 0, 1, 1]}, 14), "It passes on, and forgets")
draw_net(axes[1, 0], latch, {"set": (0, 0.6), "reset": (0, -0.6), "latch": (2, 0)}, "A latch")
kept = run_net(latch, {"set": [0, 1, 0, 0, 0, 0, 0, 0, 0, 1], "reset": [0, 0, 0, 0, 0, 0, 1]}, 14)
draw_run(axes[1, 1], kept, "It keeps, until it is reset")
dd.plot.show(
    "Top, a delay line of three neurons: the pattern of x moves down the rows, one step later in each. Bottom, a latch "
    "whose axon returns to itself: it fires from 2 to 6 after a set at 1, is silent after the reset at 6, and fires "
    "again from 10 on."
)
assert kept["latch"].tolist() == [0, 0, 1, 1, 1, 1, 1, 0, 0, 0, 1, 1, 1, 1]

# %% [markdown]
# The line shows $x$ three steps late and is empty again. The latch holds one pulse for as long as you like.
# Its dark row *is* the memory: nothing in the wiring has changed, activity goes round.
#
# A circle also lifts Theorem 3. Start a self-exciting **pacemaker** with one pulse, and a source that always
# fires is at hand; a neuron excited by it and inhibited by $x$ is NOT. With circles and that first kick there
# is a net for every table, and for more: Kleene (1956) found exactly which histories of inputs such nets can
# tell apart, and named them *regular*. They are what regular expressions describe.
#
# ## Nets that seem to change
#
# Assumption 5 looks like the end of all learning. Three things were known to change a nerve's answer. In
# **facilitation**, recent activity makes it answer more easily; in **extinction**, less; in **learning**, for
# good. The paper replaces each by a fixed net that behaves alike.
#
# - *Facilitation*, and summation over time: two pulses in a row succeed where one fails. Delay the first by a
#   neuron and let both arrive together (Theorem 6).
# - *Extinction*: a cell that has just fired is harder to fire. Let it inhibit itself (Theorem 5).
# - *Learning*: a synapse that was too weak becomes strong once it is active together with the cell. Let a
#   circle remember that they were (Theorem 7).
#
# This is formal equivalence, and the authors insist that it is not an explanation: they did believe that
# thresholds and synapses change. They only show that their logic survives it.

# %% demo
facilitated = {"delay": neuron({"x": 1}, 1), "cell": neuron({"x": 1, "delay": 1}, 2)}
tired = {"cell": neuron({"x": 1}, 1, ["cell"])}
fig, axes = plt.subplots(1, 2, figsize=(13, 3))
draw_run(axes[0], run_net(facilitated, {"x": [0, 1, 0, 0, 1, 1, 0, 1, 1, 1]}, 12), "Facilitation: two pulses in a row")
draw_run(axes[1], run_net(tired, {"x": [0, 1, 0, 0, 1, 1, 1, 1, 1, 1]}, 12), "Extinction: tired for a step")
dd.plot.show(
    "Two runs. Left, the cell fires only after two pulses of x in a row, with a delaying neuron between. Right, under "
    "lasting excitation from 4 to 9 the cell fires at 5, 7 and 9, every second moment."
)

# %% [markdown]
# On the left a single pulse does nothing and a pair fires the cell; on the right lasting excitation is
# answered at every second step.
#
# ## Which inhibition does not matter
#
# One debt is left. Absolute or relative, McCulloch and Pitts could not know; they proved that it makes no
# difference (Theorem 4), **in the extended sense**: whatever a net of one kind does, some net of the other
# does too, perhaps with another delay. One direction is easy. Give each absolute inhibitor so many relative
# synapses that no excitation can outweigh them: with $(2, 1)$ exciting and $\theta = 2$, a weight of $-2$
# takes the most, 3, below the threshold.
#
# The other direction is yours. A neuron with weights $(2, 1, -1)$ must not be stopped by its last source
# whenever that fires, only if the others don't make up for it. Find a net without relative inhibition that
# does the same one step later.


# %% exercise: absolute_from_relative
def absolute_from_relative(weights, threshold):
    """A net without relative inhibition that does what one relatively inhibited neuron does.

    Args:
        weights: the neuron's synapses from the inputs x0, x1, ..., int array or list of shape (n,), n >= 1; negative
            where they inhibit relatively, 0 where there are none. Left unchanged.
        threshold: the neuron's threshold, int >= 1.

    Returns:
        A net without circles over inputs named "x0", "x1", ..., all of whose weights and thresholds are at least 1.
        Its neuron "out" does at time t + 2 what the given neuron, on the same inputs, does at t + 1.
    """
    ### BEGIN SOLUTION
    rows = np.array(list(itertools.product([0, 1], repeat=len(weights))))
    return net_from_truth_table(mp_neuron(rows, np.asarray(weights), threshold))
    ### END SOLUTION


# %% test: absolute_from_relative, points=2
weights = np.array([2, 1, -1])
with dd.check.unchanged(weights):
    net = absolute_from_relative(weights, 2)
dd.check.kind(net, dict, why="a net is a dict of neurons")
assert "out" in net, "the neuron that answers is called out"
for name, cell in net.items():
    assert cell["threshold"] >= 1, f"{name} has a threshold below 1, so it fires on silence"
    assert min(cell["weights"].values(), default=1) >= 1, f"{name} has a weight below 1: no relative inhibition"
rows = [(1, 0, 0), (1, 0, 1), (1, 1, 1), (0, 1, 0)]
for row, due in zip(rows, [1, 0, 1, 0], strict=True):
    run = run_net(net, {f"x{i}": [value] for i, value in enumerate(row)}, 3)
    dd.check.equal(run["out"].tolist(), [0, 0, due], what=f"out for the inputs {row}, at t = 0, 1, 2")
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(212)


def answers(net, inputs, num_steps):
    """What out does over time, by a simulation that owes nothing to run_net."""
    state = dict.fromkeys(net, 0)
    came = []
    for t in range(num_steps):
        state |= {name: activity[t] if t < len(activity) else 0 for name, activity in inputs.items()}
        came.append(state["out"])
        following = {}
        for name, cell in net.items():
            total = sum(count * state[source] for source, count in cell["weights"].items())
            stopped = any([state[source] for source in cell["inhibitors"]])
            following[name] = int(total >= cell["threshold"] and not stopped)
        state |= following
    return came


def refuse_circles(net, name, above=()):
    assert name not in above, f"the net has a circle through {name}; none is needed"
    if name in net:
        for source in [*net[name]["weights"], *net[name]["inhibitors"]]:
            refuse_circles(net, source, (*above, name))


cases = [([1], 1), ([-1], 1), ([1], 2), ([2], 1), ([1, -1], 1), ([-1, 1], 1), ([2, 1, -1], 2), ([0, 3, -2], 1)]
cases += [([1, 1, 1, -1, -1], 1), ([2, 2, -3, 1], 2), ([1, 2, 3], 4), ([-1, -2, -3], 1)]
cases += [(rng.integers(-3, 4, n), int(rng.integers(1, 4))) for n in (1, 2, 3, 3, 4, 4, 5, 6)]
for synapses, threshold in cases:
    weights = np.asarray(synapses) if len(synapses) % 2 else np.asarray(synapses).tolist()
    with dd.check.unchanged(weights):
        net = absolute_from_relative(weights, threshold)
    dd.check.kind(net, dict, why="a net is a dict of neurons")
    assert "out" in net, "the neuron that answers is called out"
    for name, cell in net.items():
        dd.check.equal(sorted(cell), ["inhibitors", "threshold", "weights"], what=f"the entries of {name}")
        dd.check.kind(cell["threshold"], int, what=f"the threshold of {name}")
        assert cell["threshold"] >= 1, f"{name} has a threshold below 1, so it fires on silence"
        for source, count in cell["weights"].items():
            dd.check.kind(count, int, what=f"the weight of {source} on {name}", why="synapses are counted")
            assert count >= 1, f"{source} has the weight {count} on {name}, where no relative inhibition may be"
        refuse_circles(net, name)
    digits = np.array(list(itertools.product([0, 1], repeat=len(weights))))
    order = [*range(len(digits)), *rng.permutation(len(digits)).tolist()]
    inputs = {f"x{i}": digits[order, i].tolist() for i in range(len(weights))}
    due = [0, 0]
    for row in order:
        due.append(int(sum(int(w) for w, x in zip(weights, digits[row], strict=True) if x) >= threshold))
    given = f"weights {list(map(int, weights))} and threshold {threshold}"
    came = answers(net, inputs, len(due))
    dd.check.equal(came, due, what=f"out over time for {given}", why="it does what the neuron did, a step later")
### END HIDDEN TESTS

# %% mistakes: absolute_from_relative
# - replace: mp_neuron(rows, np.asarray(weights), threshold)
#   with: mp_neuron(rows, np.asarray(weights), threshold + 1)
#   hint: "A neuron whose threshold is exactly reached fires; your net stays silent there."
# - replace: mp_neuron(rows, np.asarray(weights), threshold)
#   with: mp_neuron(rows, np.abs(np.asarray(weights)), threshold)
#   hint: "The inhibiting inputs excite your net."
# - replace: mp_neuron(rows, np.asarray(weights), threshold)
#   with: mp_neuron(rows, np.maximum(weights, 0), threshold)
#   hint: "The inhibiting inputs have no effect on your net."
# - replace: itertools.product([0, 1], repeat=len(weights))
#   with: (row[::-1] for row in itertools.product([0, 1], repeat=len(weights)))
#   hint: "The inputs of your net are in the wrong order: x0 is the highest digit of a row's number."
# - replace: mp_neuron(rows, np.asarray(weights), threshold)
#   with: mp_neuron(rows, np.maximum(weights, 0), threshold + int(-np.minimum(weights, 0).sum()))
#   hint: "You raise the threshold for good. An inhibitory synapse does so only while it is active."


# %% mistake: absolute_from_relative
# hint: "You made every relative synapse absolute. One of them now stops what enough excitation used to get through."
def absolute_from_relative(weights, threshold):
    on = {f"x{i}": int(w) for i, w in enumerate(weights) if w > 0}
    off = [f"x{i}" for i, w in enumerate(weights) if w < 0]
    return {"first": neuron(on, threshold, off), "out": neuron({"first": 1}, 1)}


# %% mistake: absolute_from_relative
# hint: "That is the neuron itself with a delay behind it. Its negative weights still inhibit relatively."
def absolute_from_relative(weights, threshold):
    same = {f"x{i}": int(w) for i, w in enumerate(weights) if w}
    return {"first": neuron(same, threshold), "out": neuron({"first": 1}, 1)}


# %% mistake: absolute_from_relative
# hint: "Your neuron for some set of active inhibitors doesn't notice when one outside the set is active too."
def absolute_from_relative(weights, threshold):
    on = {f"x{i}": int(w) for i, w in enumerate(weights) if w > 0}
    costs = [-int(w) for w in weights if w < 0]
    net = {}
    for chosen in itertools.product([0, 1], repeat=len(costs)):
        net[f"set {chosen}"] = neuron(on, threshold + sum(c for c, used in zip(costs, chosen, strict=True) if used))
    return net | {"out": neuron(dict.fromkeys(net, 1), 1)}


# %% mistake: absolute_from_relative
# hint: "A single neuron answers at t + 1, and as an absolute inhibitor each source now stops what enough excitation
#   used to get through."
def absolute_from_relative(weights, threshold):
    on = {f"x{i}": int(w) for i, w in enumerate(weights) if w > 0}
    return {"out": neuron(on, threshold, [f"x{i}" for i, w in enumerate(weights) if w < 0])}


# %% mistake: absolute_from_relative
# hint: "The inhibiting inputs have no effect on your net."
def absolute_from_relative(weights, threshold):
    on = {f"x{i}": int(w) for i, w in enumerate(weights) if w > 0}
    return {"first": neuron(on, threshold), "out": neuron({"first": 1}, 1)}


# %% mistake: absolute_from_relative
# hint: "You allow for no active inhibitor, or for one. Two or more may be active at once, and enough excitation still
#   gets through."
def absolute_from_relative(weights, threshold):
    on = {f"x{i}": int(w) for i, w in enumerate(weights) if w > 0}
    cost = {f"x{i}": -int(w) for i, w in enumerate(weights) if w < 0}
    net = {"none": neuron(on, threshold, cost)}
    for name, price in cost.items():
        net[f"{name} alone"] = neuron(on, threshold + price, [other for other in cost if other != name])
    return {**net, "out": neuron(dict.fromkeys(net, 1), 1)}


# %% accepts: absolute_from_relative
def absolute_from_relative(weights, threshold):
    on = {f"x{i}": int(w) for i, w in enumerate(weights) if w > 0}
    cost = {f"x{i}": -int(w) for i, w in enumerate(weights) if w < 0}
    net = {}
    for size in range(len(cost) + 1):
        for allowed in itertools.combinations(cost, size):  # these may be active, at the price of a higher threshold
            price = sum(cost[name] for name in allowed)
            stops = [name for name in cost if name not in allowed]
            net["allow " + " ".join(allowed)] = neuron(on, threshold + price, stops)
    return {**net, "out": neuron(dict.fromkeys(net, 1), 1)}


# %% accepts: absolute_from_relative
def absolute_from_relative(weights, threshold):
    table = []
    for number in range(2 ** len(weights)):
        digits = format(number, f"0{len(weights)}b")
        total = sum(int(weight) for weight, digit in zip(weights, digits, strict=True) if digit == "1")
        table.append(int(total >= threshold))
    return net_from_truth_table(table)


# %% [markdown]
# The first idea that comes to mind is to make each relative synapse absolute. On which rows does that go
# wrong, and does your net?

# %% demo
rows = np.array(list(itertools.product([0, 1], repeat=3)))
pulses = {f"x{i}": rows[:, i] for i in range(3)}  # all eight rows, one a step
columns = {
    "the neuron": mp_neuron(rows, np.array([2, 1, -1]), 2),
    "your net": run_net(absolute_from_relative([2, 1, -1], 2), pulses, 10)["out"][2:],
    "first idea": run_net({"out": neuron({"x0": 2, "x1": 1}, 2, ["x2"])}, pulses, 9)["out"][1:],
}
print("x0 x1 x2  ", *("".join(map(str, row)) for row in rows))
for name, column in columns.items():
    print(f"{name:10s}", *(f" {value} " for value in column))
assert (columns["your net"] == columns["the neuron"]).all()

# %% [markdown]
# On 111 alone: there the two exciting sources outweigh the third, and the first idea lets a single synapse
# stop them.
#
# ## Put it together: a dog that learns, in fixed wiring
#
# Food makes a dog's mouth water, a bell doesn't. Ring the bell while there is food, once, and from then on
# the bell alone will do. The paper's learning synapse asks, up to delays, for
#
# $$\text{water}(t) \equiv \text{food}(t-1) \vee \big[\,\text{bell}(t-1) \wedge
# \text{at some } s < t - 1 \text{ food and bell fired together}\,\big].$$
#
# "At some time before" is a circle. Does it take three neurons to learn?

# %% demo
dog = {
    "paired": neuron({"food": 1, "bell": 1, "paired": 2}, 2),
    "recall": neuron({"bell": 1, "paired": 1}, 2),
    "water": neuron({"food": 1, "recall": 1}, 1),
}
places = {"food": (0, 1.7), "bell": (0, 0), "paired": (1.7, 0.85), "recall": (3.2, 0), "water": (4.6, 1.2)}
training = {"food": [0, 1, 0, 0, 0, 0, 0, 1], "bell": [0, 0, 0, 0, 1, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 1]}
learned = run_net(dog, training, 20)
fig, (left, right) = plt.subplots(1, 2, figsize=(13, 3.8), width_ratios=[4, 5])
draw_net(left, dog, places, "Three neurons that learn")
draw_run(right, learned, "Food, bell, both together, bell, bell")
dd.plot.show(
    "Left, a net: food and bell excite paired, which has two synapses on itself; bell and paired excite recall; food "
    "or recall excites water. Right, its run: the bell at 4 brings no water; after food and bell together at 7, "
    "paired fires for ever, and the bells at 11 and 16 each bring water two steps later."
)
assert learned["water"].nonzero()[0].tolist() == [2, 8, 13, 18]

# %% [markdown]
# It does. At $t = 4$ the bell is only a bell. At 7 food and bell coincide, `paired` fires at 8 and has kept
# itself alive ever since; the bells at 11 and 16 are answered. No threshold and no synapse has changed: *what
# was learned is where activity goes round.* Cut the circle for one moment, and the dog forgets.
#
# So this is what nets of yes-or-no cells can do: all logic that doesn't fire on silence, and with circles all
# memory that fits in as many bits as there are neurons. Add a tape, the paper remarks, and it is a Turing
# machine. What they can't do is find their own wiring. We chose every weight by hand.
#
# ## What you should remember
#
# - A McCulloch-Pitts neuron fires if its weighted sum reaches a threshold and nothing absolutely inhibits it;
#   the answer takes one step.
# - A net without circles is a temporal propositional expression, and has any truth table that doesn't fire on
#   silence: an or of ands, two layers.
# - All neurons read the same earlier moment. Updating in place breaks the net.
# - A circle is memory: it lets a net depend on the unlimited past, and fire on silence once it was started.
# - Relative and absolute inhibition, facilitation, extinction and learning can each be replaced by fixed
#   nets, in the extended sense: alike, up to delay.
#
# ## Check yourself
#
# 1. Mend the heat illusion so that heat is felt only after a touch of a single moment.
# 2. Which of these can a net without circles do, and which needs one: "$x$ fired at least twice in the last
#    five steps", "$x$ has fired an even number of times", "neither $x$ nor $y$ fired just now"?
# 3. How many neurons does your net for AND of ten inputs have, and for OR of ten? Does OR need that many?
#
# <details><summary>Answers</summary>
#
# 1. Ask for $\text{cold}(t-3) \wedge \neg\,\text{cold}(t-2) \wedge \neg\,\text{cold}(t-4)$: cold then, not
#    after, and not before either. One more neuron does it, excited by `a` and inhibiting `b`.
# 2. The first: delays and a threshold. The second looks back without limit and needs a circle. The third
#    fires on silence and can't be done without one.
# 3. AND fires on one row: 2 neurons. OR fires on 1,023 rows: 1,024 neurons. One with ten synapses and
#    $\theta = 1$ does it; a normal form always works, and can be absurdly large.
#
# </details>
#
# ## Go further
#
# - W. S. McCulloch and W. Pitts, "A Logical Calculus of the Ideas Immanent in Nervous Activity", *Bulletin of
#   Mathematical Biophysics* 5, 1943: sections 1 and 2 read well; section 3 defeated better readers than us.
# - S. C. Kleene, "Representation of Events in Nerve Nets and Finite Automata", in *Automata Studies*, 1956:
#   made section 3 clear, and founded regular expressions.
# - G. Piccinini, "The First Computational Theory of Mind and Brain", *Synthese* 141, 2004: what the paper
#   meant, and what it didn't.
# - M. Minsky, *Computation: Finite and Infinite Machines*, 1967, chapter 3: nets of such neurons as machines,
#   with circuits to play with.
# - Day 22 lets a neuron find its own weights, and shows the one thing that it will never find.
