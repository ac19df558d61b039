# ---
# day: 29
# title: "Optimisers II: AdaGrad to AdamW"
# week: 6
# minutes: 110
# backend: numpy
# needs: [5, 6, 26, 28]
# needs_code: [26, 28]
# data: [digits]
# papers:
# - Duchi, Hazan and Singer 2011, Adaptive subgradient methods for online learning and stochastic optimization
# - "Tieleman and Hinton 2012, Lecture 6.5, RMSProp: divide the gradient by a running average of its recent magnitude"
# - "Kingma and Ba 2015, Adam: a method for stochastic optimization"
# - Wilson, Roelofs, Stern, Srebro and Recht 2017, The marginal value of adaptive gradient methods in machine learning
# - Reddi, Kale and Kumar 2018, On the convergence of Adam and beyond
# - Zaheer, Reddi, Sachan, Kale and Kumar 2018, Adaptive methods for nonconvex optimization
# - Loshchilov and Hutter 2019, Decoupled weight decay regularization
# ---

# %% [markdown]
# # Day 29 · Optimisers II: AdaGrad to AdamW
#
# By the end you can write the adaptive optimisers from AdaGrad to AdamW so that they agree with Keras's to the
# sixth decimal, say what each piece of them is for, and where each of them fails.
#
# - **You will build** AdaGrad, RMSProp, Adam, AdamW and Yogi behind yesterday's interface. Eight optimisers then
#   train one network on digits, each with a learning rate that was looked for equally hard.
# - **You need** yesterday's steps, weighted averages and bias correction (Day 28), the two-layer network
#   (Day 26), softmax and cross-entropy (Day 5).
# - **Not today:** schedules and warm-up (Day 30), weight decay as a remedy for overfitting (Day 32).
# - **Time:** about 110 minutes.
#
# | symbol | meaning | shape | in code |
# |---|---|---|---|
# | $w$ | the weights and biases that are trained | any | `param` |
# | $g_t$ | their gradient in step $t$; steps are counted from 1 today | as $w$ | `grad` |
# | $\alpha$ | learning rate | scalar | `learning_rate` |
# | $s_t$ | AdaGrad's accumulator: the sum of all squared gradients | as $w$ | `accumulator` |
# | $m_t,\ \hat m_t$ | first moment, an average of the gradients; bias corrected | as $w$ | `first_moment` |
# | $v_t,\ \hat v_t$ | second moment, an average of their squares; bias corrected | as $w$ | `second_moment` |
# | $\rho$ | weight of the past in RMSProp | scalar | `rho` |
# | $\beta_1,\ \beta_2$ | weights of the past in $m$ and in $v$ | scalars | `beta_1`, `beta_2` |
# | $\varepsilon$ | a small number that keeps a denominator from 0 | scalar | `epsilon` |
# | $\lambda$ | strength of the weight decay | scalar | `weight_decay` |
# | $L$ | loss | $()$ | `loss` |
#
# **On letters.** Yesterday $v$ was a velocity, a moving average of gradients. Today it averages their
# *squares*, as in the papers, and $m$ is what is left of the velocity. The first step is number 1, because the
# bias correction wants the number of gradients that have come in.

# %% setup
import matplotlib.pyplot as plt
import numpy as np

import deepdays as dd
from deepdays.earlier import day_026, day_028

dd.plot.style()


def as_param(value, param):
    """A value as an array in param's dtype (no copy if it is one already); ValueError if its shape is another."""
    value = np.asarray(value, dtype=param.dtype)
    if value.shape != param.shape:
        raise ValueError(f"param has shape {param.shape}. Received: shape {value.shape}")
    return value


# %% [markdown]
# ## A rate for each parameter
#
# Yesterday one learning rate served all parameters, and the steepest direction set its limit. Suppose a network
# reads words. The weight of *the* gets a gradient from every example, that of *quasar* from one in ten thousand.
# A rate that is small enough for the first hardly moves the second, on the few occasions that it has.
#
# **AdaGrad** (Duchi, Hazan and Singer, 2011) gives each parameter a rate of its own: the common one, divided by
# the root of the sum of all squared gradients that *this* parameter has had.
#
# $$s_t = s_{t-1} + g_t^2, \qquad w_t = w_{t-1} - \alpha \frac{g_t}{\sqrt{s_t + \varepsilon}} .$$
#
# Everything is entry by entry: the square, the root, the division.
#
# **By hand.** $w = (1, -2)$, $\alpha = 0.1$, $s_0 = 0$, $\varepsilon$ too small to matter, and twice the gradient
# $(3, -4)$. First $s_1 = (9, 16)$, with the roots $(3, 4)$, so that both entries move by exactly
# $\alpha$: $w_1 = (0.9, -1.9)$. Then $s_2 = (18, 32)$, and both move by $0.1/\sqrt 2 = 0.0707$:
# $w_2 = (0.829, -1.829)$.
#
# Look at what has become of the gradient's size: nothing. Multiply the loss by 1,000, or one feature by 1,000,
# and the steps stay as they were. Only the *history* matters: with the same gradient each time, step $t$ has the
# length $\alpha/\sqrt t$.
#
# **Two small choices** on which libraries differ, and which we make arguments. *How the accumulator starts:*
# Keras starts it at 0.1, to tame the first steps; PyTorch at 0. *Where $\varepsilon$ sits:* inside the root as
# above (Keras), or outside, $\sqrt{s_t} + \varepsilon$ (PyTorch and the paper). Inside, $10^{-7}$ acts like
# $3 \cdot 10^{-4}$ outside where $s$ is near 0, so the two are not the same number in another place.
#
# **Shapes and dtypes** are as yesterday: all in the shape and dtype of `param`. `as_param` casts the gradient
# *before* it is squared; the square of a uint8 wraps around.


# %% exercise: adagrad_step
def adagrad_step(param, grad, state, learning_rate=0.01, initial_accumulator=0.1, epsilon=1e-7, epsilon_inside=True):
    """One step of AdaGrad (Duchi, Hazan and Singer 2011).

    Args:
        param: parameters, float array of any shape, () and (0,) included; left unchanged.
        grad: their gradient, array of that shape, of floats or ints of any dtype; left unchanged. Its squares are no
            larger than param's dtype can hold.
        state: dict, empty before the first step, then what the previous step returned; left unchanged.
        learning_rate: a number >= 0; it may differ from step to step.
        initial_accumulator: what every entry of the accumulator starts at, a number >= 0.
        epsilon: a number > 0.
        epsilon_inside: whether epsilon is added to the accumulator (Keras) or to its root (the paper, PyTorch).

    Returns:
        (new_param, new_state): the parameters after the step, in the shape and dtype of param, and a new dict
        {"step": number of steps so far, an int, "accumulator": array in the shape and dtype of param}.

    Raises:
        ValueError: grad has another shape than param. About 5 lines.
    """
    ### BEGIN SOLUTION
    grad = as_param(grad, param)
    accumulator = as_param(state.get("accumulator", initial_accumulator) + grad**2, param)
    root = np.sqrt(accumulator + epsilon) if epsilon_inside else np.sqrt(accumulator) + epsilon
    new_param = as_param(param - learning_rate * grad / root, param)
    return new_param, {"step": state.get("step", 0) + 1, "accumulator": accumulator}
    ### END SOLUTION


# %% test: adagrad_step, points=2
param, grad, state = np.array([1.0, -2.0]), np.array([3.0, -4.0]), {}
due_params = ([0.9, -1.9], [0.9 - 0.1 / np.sqrt(2), -1.9 + 0.1 / np.sqrt(2)])
for t, due_param in enumerate(due_params, start=1):
    with dd.check.unchanged([param, grad, state], what="[param, grad, state]"):
        result = adagrad_step(param, grad, state, learning_rate=0.1, initial_accumulator=0.0, epsilon=1e-12)
    due = (np.array(due_param), {"step": t, "accumulator": t * np.array([9.0, 16.0])})
    dd.check.like(result, due, why=f"this is step {t} worked by hand")
    param, state = result
table = np.array([[2.0, 0.0, -1.0], [0.5, 0.0, 1.0]])
_, state = adagrad_step(np.zeros((2, 3)), table, {})
due = {"step": 1, "accumulator": 0.1 + table**2}
dd.check.like(state, due, what="new_state", why="the accumulator starts at 0.1 unless the caller says otherwise")
inside = adagrad_step(np.zeros(2), np.full(2, 4.0), {}, 1.0, 0.0, epsilon=9.0)[0]
dd.check.close(inside, [-0.8, -0.8], what="with epsilon inside, new_param", why="4 is divided by the root of 16 + 9")
outside = adagrad_step(np.zeros(2), np.full(2, 4.0), {}, 1.0, 0.0, epsilon=9.0, epsilon_inside=False)[0]
dd.check.close(outside, [-4 / 13, -4 / 13], what="with epsilon outside, new_param", why="4 is divided by 4 + 9")
small = adagrad_step(np.ones(3, dtype="float32"), np.ones(3), {}, learning_rate=np.float64(0.5))
dd.check.dtype(small[0], "float32", what="new_param", why="float32 parameters stay float32, whatever meets them")
with dd.check.raises(ValueError, why="a column against a row would become a table"):
    adagrad_step(np.ones(2), np.ones((2, 1)), {})
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(290)


def expect(result, param, state, why, rtol=1e-9):
    """Compare a step's result with the parameters and the state due, whose arrays have the dtype of param."""
    dd.check.kind(result, tuple, why="a step returns (new_param, new_state)")
    dd.check.equal(len(result), 2, what="the number of results", why="a step returns (new_param, new_state)")
    dd.check.kind(result[1], dict, what="new_state")
    keys = sorted(result[1])
    dd.check.equal(keys, sorted(state), what="the list of keys of new_state", why="no other is promised")
    dd.check.like(result[1]["step"], state["step"], what="the count of steps", why="each step is counted")
    pairs = [(result[1][key], state[key], f"new_state[{key!r}]") for key in keys if key != "step"]
    for came, due, what in [*pairs, (result[0], param, "new_param")]:
        dd.check.kind(came, ("array", float), what=what)
        dd.check.shape(came, due.shape, what=what, why="everything has the shape of param")
        dd.check.dtype(came, param.dtype.name, what=what, why="everything has the dtype of param")
        dd.check.close(came, due, rtol=rtol, atol=1e-12, what=what, why=why)


for shape in ((), (5,), (0,), (1, 3), (2, 1, 3)):
    for start, epsilon, inside in ((0.0, 0.01, False), (2.0, 0.5, True)):
        param, state, sums = rng.normal(0.0, 1.0, shape), {}, np.full(shape, start)
        for t, rate in enumerate((0.1, 0.5, 0.0), start=1):  # the rate may differ from step to step
            grad, before = rng.normal(0.0, 1.0, shape), sums
            sums, slow = np.zeros(shape), np.zeros(shape)
            for index in np.ndindex(shape):
                sums[index] = before[index] + grad[index] * grad[index]
                root = (sums[index] + epsilon) ** 0.5 if inside else sums[index] ** 0.5 + epsilon
                slow[index] = param[index] - rate * grad[index] / root
            with dd.check.unchanged([param, grad, state], what="[param, grad, state]"):
                result = adagrad_step(param, grad, state, rate, start, epsilon, inside)
            expect(result, slow, {"step": t, "accumulator": sums}, "each entry has a rate of its own")
            param, state = np.asarray(result[0]), result[1]
param, state = np.zeros(3), {}
for _ in range(8):
    param, state = adagrad_step(param, np.array([1e-3, -2.0, 5e4]), state, 0.3, 0.0, 1e-14)
due = -0.3 * sum(k**-0.5 for k in range(1, 9)) * np.array([1.0, -1.0, 1.0])
dd.check.close(param, due, rtol=1e-6, what="param after 8 steps", why="step t has the length rate / root of t")
result = adagrad_step(np.zeros(2), np.array([0.0, 1.0]), {})
due = {"step": 1, "accumulator": np.array([0.1, 1.1])}
expect(result, np.array([0.0, -0.01 / np.sqrt(1.1 + 1e-7)]), due, "defaults are 0.01, 0.1 and 1e-7, inside")
still = adagrad_step(np.ones(2), np.zeros(2), {}, initial_accumulator=0.0)
expect(still, np.ones(2), {"step": 1, "accumulator": np.zeros(2)}, "a zero gradient moves nothing, and is not 0 / 0")
small = np.array([[1.0, -2.0, 3.0]], dtype="float32")
state = {"step": 4, "accumulator": np.array([[0.5, 0.25, 1.0]], dtype="float32")}
for grad in (np.full((1, 3), 0.5), np.full((1, 3), 0.5, dtype="float32"), np.full((1, 3), 200, dtype="uint8")):
    sums = (state["accumulator"] + grad.astype("float64") ** 2).astype("float32")
    due = (small - 0.5 * grad / np.sqrt(sums)).astype("float32")
    result = adagrad_step(small, grad, state, np.float64(0.5))
    expect(result, due, {"step": 5, "accumulator": sums}, "float32 stays float32", rtol=1e-5)
huge = np.array([1e18, -1e18], dtype="float32")
result = adagrad_step(np.zeros(2, dtype="float32"), huge, {}, 0.5)
due = np.array([-0.5, 0.5], dtype="float32")
expect(result, due, {"step": 1, "accumulator": huge**2}, "only the sign of a first large gradient counts", rtol=1e-5)
for shape in ((1, 2), (2, 1), (1,), ()):
    with dd.check.raises(ValueError, why=f"a gradient of shape {shape} is none of parameters of shape (2,)"):
        adagrad_step(np.ones(2), np.ones(shape), {"step": 1, "accumulator": np.ones(2)})
### END HIDDEN TESTS

# %% mistakes: adagrad_step
# - replace: root = np.sqrt(accumulator + epsilon) if epsilon_inside else np.sqrt(accumulator) + epsilon
#   with: root = np.sqrt(accumulator + epsilon) + epsilon
#   hint: "Your epsilon is in both places at once. It is inside the root or outside, as the caller says."
# - replace: "{\"step\": state.get(\"step\", 0) + 1, \"accumulator\": accumulator}"
#   with: "{\"accumulator\": accumulator}"
#   hint: "The sum is kept, the count of steps is not. Every state counts its steps."
# - replace: learning_rate * grad / root
#   with: learning_rate / root
#   hint: "The gradient itself is missing from the step: nothing says in which direction to go."
# - replace: + grad**2
#   with: + grad
#   hint: "You add up the gradients themselves. Those of opposite sign cancel; their squares do not."
# - replace: + grad**2
#   with: + np.abs(grad)
#   hint: "You add up sizes. AdaGrad adds up squares, and takes the root at the end."
# - replace: state.get("accumulator", initial_accumulator)
#   with: initial_accumulator
#   hint: "Every step starts its sum anew. What the earlier ones have added up is in the state."
# - replace: state.get("accumulator", initial_accumulator)
#   with: state.get("accumulator", 0.0)
#   hint: "Your accumulator always starts at 0. The caller says where it starts."
# - replace: np.sqrt(accumulator + epsilon) if epsilon_inside
#   with: (accumulator + epsilon) if epsilon_inside
#   hint: "You divide by the sum of squares itself. Without the root, larger gradients make smaller steps."
# - replace: root = np.sqrt(accumulator + epsilon) if epsilon_inside else np.sqrt(accumulator) + epsilon
#   with: root = np.sqrt(accumulator) + epsilon
#   hint: "Your epsilon is always outside the root."
# - replace: root = np.sqrt(accumulator + epsilon) if epsilon_inside else np.sqrt(accumulator) + epsilon
#   with: root = np.sqrt(accumulator + epsilon)
#   hint: "Your epsilon is always inside the root."
# - replace: root = np.sqrt(accumulator + epsilon) if epsilon_inside else np.sqrt(accumulator) + epsilon
#   with: root = np.sqrt(accumulator) + epsilon if epsilon_inside else np.sqrt(accumulator + epsilon)
#   hint: "Inside and outside have changed places."
# - replace: param - learning_rate
#   with: param + learning_rate
#   hint: "You walk up the slope."
# - replace: "\"accumulator\": accumulator}"
#   with: "\"accumulator\": root}"
#   hint: "You keep the root. What the next step adds to is the sum of squares."
# - replace: state.get("step", 0) + 1
#   with: "1"
#   hint: "Every step says that it is the first."
# - replace: grad = as_param(grad, param)
#   with: pass
#   hint: "A gradient is squared as it comes. What is the square of 200 in uint8, and what of a gradient of another
#     shape?"


# %% mistake: adagrad_step
# hint: "You divide by the length of the whole gradient. Each entry is divided by the root of its own sum."
def adagrad_step(param, grad, state, learning_rate=0.01, initial_accumulator=0.1, epsilon=1e-7, epsilon_inside=True):
    grad = as_param(grad, param)
    accumulator = state.get("accumulator", np.full_like(param, initial_accumulator)) + np.sum(grad**2)
    root = np.sqrt(accumulator + epsilon) if epsilon_inside else np.sqrt(accumulator) + epsilon
    new_param = as_param(param - learning_rate * grad / root, param)
    return new_param, {"step": state.get("step", 0) + 1, "accumulator": as_param(accumulator, param)}


# %% mistake: adagrad_step
# hint: "You add to the accumulator inside the caller's own state. The old state must still be there after the
#   step."
def adagrad_step(param, grad, state, learning_rate=0.01, initial_accumulator=0.1, epsilon=1e-7, epsilon_inside=True):
    grad = as_param(grad, param)
    accumulator = state.get("accumulator", np.full_like(param, initial_accumulator))
    accumulator += grad**2
    root = np.sqrt(accumulator + epsilon) if epsilon_inside else np.sqrt(accumulator) + epsilon
    new_param = as_param(param - learning_rate * grad / root, param)
    return new_param, {"step": state.get("step", 0) + 1, "accumulator": accumulator}


# %% mistake: adagrad_step
# hint: "You divide by the history before the present gradient has joined it. AdaGrad adds first, and then divides."
def adagrad_step(param, grad, state, learning_rate=0.01, initial_accumulator=0.1, epsilon=1e-7, epsilon_inside=True):
    grad = as_param(grad, param)
    before = state.get("accumulator", np.full_like(param, initial_accumulator))
    root = np.sqrt(before + epsilon) if epsilon_inside else np.sqrt(before) + epsilon
    new_param = as_param(param - learning_rate * grad / root, param)
    return new_param, {"step": state.get("step", 0) + 1, "accumulator": as_param(before + grad**2, param)}


# %% mistake: adagrad_step
# hint: "You write into the caller's own state. The new state is a new dictionary."
def adagrad_step(param, grad, state, learning_rate=0.01, initial_accumulator=0.1, epsilon=1e-7, epsilon_inside=True):
    grad = as_param(grad, param)
    state["accumulator"] = as_param(state.get("accumulator", initial_accumulator) + grad**2, param)
    state["step"] = state.get("step", 0) + 1
    root = np.sqrt(state["accumulator"] + epsilon)
    if not epsilon_inside:
        root = np.sqrt(state["accumulator"]) + epsilon
    return as_param(param - learning_rate * grad / root, param), state


# %% mistake: adagrad_step
# hint: "You average the squares. AdaGrad's sum only grows, so that its steps become ever shorter."
def adagrad_step(param, grad, state, learning_rate=0.01, initial_accumulator=0.1, epsilon=1e-7, epsilon_inside=True):
    grad, steps = as_param(grad, param), state.get("step", 0) + 1
    accumulator = as_param(state.get("accumulator", initial_accumulator) + grad**2, param)
    mean = accumulator / steps
    root = np.sqrt(mean + epsilon) if epsilon_inside else np.sqrt(mean) + epsilon
    return as_param(param - learning_rate * grad / root, param), {"step": steps, "accumulator": accumulator}


# %% accepts: adagrad_step
def adagrad_step(param, grad, state, learning_rate=0.01, initial_accumulator=0.1, epsilon=1e-7, epsilon_inside=True):
    if np.shape(grad) != np.shape(param):
        raise ValueError("one shape is due")
    new = {"step": 0, "accumulator": np.full(param.shape, initial_accumulator, dtype=param.dtype)} | state
    slopes, sums = np.array(grad, dtype=param.dtype), np.array(new["accumulator"])
    sums += slopes * slopes
    inside, outside = (epsilon, 0.0) if epsilon_inside else (0.0, epsilon)
    change = learning_rate * (slopes / (np.sqrt(sums + inside) + outside))
    return np.subtract(param, change).astype(param.dtype), {"step": new["step"] + 1, "accumulator": sums}


# %% accepts: adagrad_step
def adagrad_step(param, grad, state, learning_rate=0.01, initial_accumulator=0.1, epsilon=1e-7, epsilon_inside=True):
    grad = as_param(grad, param)
    new_param, sums = param.copy(), np.empty_like(param)
    for index in np.ndindex(param.shape):
        before = state["accumulator"][index] if state else initial_accumulator
        sums[index] = before + float(grad[index]) ** 2
        power = float(sums[index]) + (epsilon if epsilon_inside else 0.0)
        new_param[index] -= learning_rate * float(grad[index]) / (power**0.5 + (0.0 if epsilon_inside else epsilon))
    return new_param, {"accumulator": sums, "step": 1 + state.get("step", 0)}


# %% [markdown]
# ## Rare features
#
# Do rates of their own pay? A made task in the manner of words: 100 features that are 0 or 1, feature $j$ present
# in a share $0.6/(j + 1)$ of the examples, and a target that is the sum of their weights plus noise. 2,000
# examples come by once, one at a time. Each optimiser has six rates, half a decade apart, and gets its
# best; the curves are means over two data sets.


# %% demo
def one_pass(step, learning_rate, seed):
    """How far the expected loss lies above its lowest, every 10 of 2,000 examples; the final weights, and the true."""
    generator = np.random.default_rng(seed)
    shares = 0.6 / np.arange(1, 101)
    present = (generator.random((2000, 100)) < shares).astype(float)
    true = generator.choice([-1.0, 1.0], 100)
    targets = present @ true + generator.normal(0, 0.5, 2000)
    param, state, excess = np.zeros(100), {}, []
    for features, target in zip(present, targets, strict=True):
        param, state = step(param, (features @ param - target) * features, state, learning_rate=learning_rate)
        if len(excess) < state["step"] // 10:  # every tenth is enough
            excess.append(0.5 * (shares * (1 - shares) @ (param - true) ** 2 + (shares @ (param - true)) ** 2))
    return np.array(excess), param, true


def best_of(step, rates):
    """The rate with the lowest excess loss over the last 200 examples, and the two runs with it."""
    with np.errstate(all="ignore"):  # some rates are too large
        runs = {rate: [one_pass(step, rate, seed) for seed in range(2)] for rate in rates}
    score = {rate: np.mean([np.nan_to_num(run[0][-20:], nan=np.inf) for run in runs[rate]]) for rate in rates}
    return min(score, key=score.get), runs[min(score, key=score.get)]


rates = 10.0 ** np.arange(-2.5, 0.3, 0.5)
fig, (left, middle, right) = plt.subplots(1, 3, figsize=(16, 4.4))
groups = np.array_split(np.arange(100), [3, 10, 30])  # from the commonest features to the rarest
ends = {}
for (name, step), marker in zip({"SGD": day_028.sgd_step, "AdaGrad": adagrad_step}.items(), "os", strict=True):
    rate, runs = best_of(step, rates)
    curve = np.mean([excess for excess, _, _ in runs], axis=0)
    ends[name] = curve[-20:].mean()
    left.semilogy(10 * np.arange(1, 201), curve, label=name)
    off = np.mean([np.abs(param - true) for _, param, true in runs], axis=0)  # (100,)
    middle.plot([off[group].mean() for group in groups], marker=marker, label=name)
    print(f"{name:8s}: best rate {rate:.2g}, loss above the lowest at the end {ends[name]:.3f}")
_, state = np.zeros(100), {}
generator = np.random.default_rng(0)
for _ in range(2000):
    _, state = adagrad_step(np.zeros(100), (generator.random(100) < 0.6 / np.arange(1, 101)) * 0.7, state)
right.loglog(np.arange(1, 101), 1 / np.sqrt(state["accumulator"]), ".", color="C1")
left.set(xlabel="examples seen", ylabel="loss above its lowest", title="One pass, each at its best rate")
middle.set(xlabel="features, from common to rare", ylabel="mean distance from the true weight", title="Which weights?")
middle.set_xticks(range(4), ["0 to 2", "3 to 9", "10 to 29", "30 to 99"])
middle.set_ylim(0)
right.set(xlabel="number of the feature, plus 1", ylabel=r"$1/\sqrt{s}$", title="AdaGrad's rates, for equal gradients")
left.legend()
middle.legend()
dd.plot.show(
    "Left, loss above its lowest against examples seen, on a log axis: SGD and AdaGrad fall alike at first, then SGD "
    "falls more slowly and with jumps, and AdaGrad ends at about half of it. Middle, mean distance from the true "
    "weights for four groups of features from common to rare: AdaGrad is nearer in all groups. Right, AdaGrad's "
    "individual rates: they rise along a line, the rarest feature's is about ten times that of the commonest."
)
assert ends["AdaGrad"] < 0.8 * ends["SGD"]

# %% [markdown]
# At its best rate AdaGrad ends at about half of SGD's excess. SGD has to compromise: its rate must be low, or the
# common features, which get a kick from every second example, never come to rest. AdaGrad cools the common ones
# down and keeps the rare ones warm: after the same gradients a feature that is a hundred times rarer has ten times
# the rate, by the root. Nobody had to say which features are rare. Note that the comparison is between the best
# rates; with a badly chosen one either may lose.
#
# ## Forgetting: RMSProp
#
# The sum only grows, so AdaGrad's steps only shrink. For a bowl that is right. But a network's gradients change: a
# parameter that was busy in the first hundred steps is punished for it for ever. So average instead of adding up,
# with yesterday's average that forgets. That is **RMSProp**; it was never published as a paper but shown on a
# slide of Hinton's course in 2012:
#
# $$v_t = \rho\, v_{t-1} + (1 - \rho)\, g_t^2, \quad v_0 = 0, \qquad
# w_t = w_{t-1} - \alpha \frac{g_t}{\sqrt{v_t + \varepsilon}} .$$
#
# **By hand.** $w = (1, -2)$, $\alpha = 0.1$, $\rho = 0.75$ and $g_1 = (3, -4)$: $v_1 = 0.25 \cdot (9, 16) = (2.25, 4)$
# with the roots $(1.5, 2)$, so both entries move by $0.2$, to $(0.8, -1.8)$. With $g_2 = (0, -4)$ it is
# $v_2 = (1.6875,\ 3 + 4 = 7)$; the first entry stays, the second moves by $0.4/\sqrt 7 = 0.151$.
#
# The first step was $1/\sqrt{1 - \rho}$ times $\alpha$, twice in this case. You know the reason: the average is
# still pulled towards the zero that it began with, and RMSProp, in Keras as in the lecture, does not correct it.


# %% exercise: rmsprop_step
def rmsprop_step(param, grad, state, learning_rate=0.001, rho=0.9, epsilon=1e-7, epsilon_inside=True):
    """One step of RMSProp (Tieleman and Hinton 2012), without bias correction.

    Args:
        param, grad, state: as for adagrad_step.
        learning_rate: a number >= 0; it may differ from step to step.
        rho: weight of the past, 0 <= rho < 1.
        epsilon: a number > 0.
        epsilon_inside: whether epsilon is added to the second moment (Keras) or to its root (PyTorch).

    Returns:
        (new_param, new_state) as from adagrad_step, with "second_moment" in place of "accumulator"; before the first
        step it is 0.

    Raises:
        ValueError: grad has another shape than param. About 5 lines.
    """
    ### BEGIN SOLUTION
    grad = as_param(grad, param)
    second = as_param(rho * state.get("second_moment", 0.0) + (1 - rho) * grad**2, param)
    root = np.sqrt(second + epsilon) if epsilon_inside else np.sqrt(second) + epsilon
    new_param = as_param(param - learning_rate * grad / root, param)
    return new_param, {"step": state.get("step", 0) + 1, "second_moment": second}
    ### END SOLUTION


# %% test: rmsprop_step, points=2
param, state = np.array([1.0, -2.0]), {}
grads = (np.array([3.0, -4.0]), np.array([0.0, -4.0]))
due_params = ([0.8, -1.8], [0.8, -1.8 + 0.4 / np.sqrt(7)])
due_seconds = ([2.25, 4.0], [1.6875, 7.0])
for t, grad in enumerate(grads, start=1):
    with dd.check.unchanged([param, grad, state], what="[param, grad, state]"):
        result = rmsprop_step(param, grad, state, learning_rate=0.1, rho=0.75, epsilon=1e-12)
    due = (np.array(due_params[t - 1]), {"step": t, "second_moment": np.array(due_seconds[t - 1])})
    dd.check.like(result, due, why=f"this is step {t} worked by hand")
    param, state = result
table = np.array([[2.0, 0.0, -1.0], [0.5, 0.0, 1.0]])
_, state = rmsprop_step(np.zeros((2, 3)), table, {})
due = {"step": 1, "second_moment": 0.1 * table**2}
dd.check.like(state, due, what="new_state", why="the default weight of the past is 0.9, and the past is 0 at first")
inside = rmsprop_step(np.zeros(2), np.full(2, 4.0), {}, 1.0, 0.0, epsilon=9.0)[0]
dd.check.close(inside, [-0.8, -0.8], what="with epsilon inside, new_param", why="4 is divided by the root of 16 + 9")
outside = rmsprop_step(np.zeros(2), np.full(2, 4.0), {}, 1.0, 0.0, epsilon=9.0, epsilon_inside=False)[0]
dd.check.close(outside, [-4 / 13, -4 / 13], what="with epsilon outside, new_param", why="4 is divided by 4 + 9")
small = rmsprop_step(np.ones(3, dtype="float32"), np.ones(3), {}, learning_rate=np.float64(0.5))
dd.check.dtype(small[0], "float32", what="new_param", why="float32 parameters stay float32, whatever meets them")
with dd.check.raises(ValueError, why="a column against a row would become a table"):
    rmsprop_step(np.ones(2), np.ones((2, 1)), {})
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(291)


def expect(result, param, state, why, rtol=1e-9):
    """Compare a step's result with the parameters and the state due, whose arrays have the dtype of param."""
    dd.check.kind(result, tuple, why="a step returns (new_param, new_state)")
    dd.check.equal(len(result), 2, what="the number of results", why="a step returns (new_param, new_state)")
    dd.check.kind(result[1], dict, what="new_state")
    keys = sorted(result[1])
    dd.check.equal(keys, sorted(state), what="the list of keys of new_state", why="no other is promised")
    dd.check.like(result[1]["step"], state["step"], what="the count of steps", why="each step is counted")
    pairs = [(result[1][key], state[key], f"new_state[{key!r}]") for key in keys if key != "step"]
    for came, due, what in [*pairs, (result[0], param, "new_param")]:
        dd.check.kind(came, ("array", float), what=what)
        dd.check.shape(came, due.shape, what=what, why="everything has the shape of param")
        dd.check.dtype(came, param.dtype.name, what=what, why="everything has the dtype of param")
        dd.check.close(came, due, rtol=rtol, atol=1e-12, what=what, why=why)


for shape in ((), (5,), (0,), (1, 3), (2, 1, 3)):
    for rho, epsilon, inside in ((0.3, 0.01, False), (0.8, 0.5, True)):
        param, state, second = rng.normal(0.0, 1.0, shape), {}, np.zeros(shape)
        for t, rate in enumerate((0.1, 0.5, 0.0), start=1):  # the rate may differ from step to step
            grad, before = rng.normal(0.0, 1.0, shape), second
            second, slow = np.zeros(shape), np.zeros(shape)
            for index in np.ndindex(shape):
                second[index] = rho * before[index] + (1 - rho) * grad[index] * grad[index]
                root = (second[index] + epsilon) ** 0.5 if inside else second[index] ** 0.5 + epsilon
                slow[index] = param[index] - rate * grad[index] / root
            with dd.check.unchanged([param, grad, state], what="[param, grad, state]"):
                result = rmsprop_step(param, grad, state, rate, rho, epsilon, inside)
            expect(result, slow, {"step": t, "second_moment": second}, "each entry has a rate of its own")
            param, state = np.asarray(result[0]), result[1]
param, state = np.zeros(3), {}
for _ in range(8):
    param, state = rmsprop_step(param, np.array([1e-3, -2.0, 5e4]), state, 0.3, 0.8, 1e-16)
due = -0.3 * sum((1 - 0.8**k) ** -0.5 for k in range(1, 9)) * np.array([1.0, -1.0, 1.0])
dd.check.close(param, due, rtol=1e-6, what="param after 8 steps", why="step t has the length rate / root of 1 - rho**t")
result = rmsprop_step(np.zeros(2), np.array([0.0, 1.0]), {})
due = {"step": 1, "second_moment": np.array([0.0, 0.1])}
expect(result, np.array([0.0, -0.001 / np.sqrt(0.1 + 1e-7)]), due, "defaults are 0.001, 0.9 and 1e-7, inside")
small = np.array([[1.0, -2.0, 3.0]], dtype="float32")
state = {"step": 4, "second_moment": np.array([[0.5, 0.25, 1.0]], dtype="float32")}
for grad in (np.full((1, 3), 0.5), np.full((1, 3), 0.5, dtype="float32"), np.full((1, 3), 200, dtype="uint8")):
    second = (0.5 * state["second_moment"] + 0.5 * grad.astype("float64") ** 2).astype("float32")
    due = (small - 0.5 * grad / np.sqrt(second)).astype("float32")
    result = rmsprop_step(small, grad, state, np.float64(0.5), np.float64(0.5))
    expect(result, due, {"step": 5, "second_moment": second}, "float32 stays float32", rtol=1e-5)
huge = np.array([1e18, -1e18], dtype="float32")
result = rmsprop_step(np.zeros(2, dtype="float32"), huge, {}, 0.5, 0.75)
due = {"step": 1, "second_moment": 0.25 * huge**2}
expect(result, np.array([-1.0, 1.0], dtype="float32"), due, "only the sign of a large gradient counts", rtol=1e-5)
for shape in ((1, 2), (2, 1), (1,), ()):
    with dd.check.raises(ValueError, why=f"a gradient of shape {shape} is none of parameters of shape (2,)"):
        rmsprop_step(np.ones(2), np.ones(shape), {"step": 1, "second_moment": np.ones(2)})
### END HIDDEN TESTS

# %% mistakes: rmsprop_step
# - replace: root = np.sqrt(second + epsilon) if epsilon_inside else np.sqrt(second) + epsilon
#   with: root = np.sqrt(second) + epsilon if epsilon_inside else np.sqrt(second + epsilon)
#   hint: "Inside and outside have changed places."
# - replace: state.get("second_moment", 0.0)
#   with: state.get("second_moment", 0.1)
#   hint: "Your second moment starts at 0.1, as AdaGrad's sum does in Keras. RMSProp's starts at 0."
# - replace: "\"second_moment\": second}"
#   with: "\"accumulator\": second}"
#   hint: "What you keep has AdaGrad's name. The docstring gives this one another."
# - replace: (1 - rho) * grad**2
#   with: (1 - rho) * grad
#   hint: "You average the gradients themselves. Those of opposite sign cancel; their squares do not."
# - replace: (1 - rho) * grad**2
#   with: grad**2
#   hint: "The new square has lost its weight. The two weights of an average sum to 1."
# - replace: rho * state.get("second_moment", 0.0) + (1 - rho) * grad**2
#   with: (1 - rho) * state.get("second_moment", 0.0) + rho * grad**2
#   hint: "Past and present have changed places: rho is the weight of the past."
# - replace: rho * state.get("second_moment", 0.0)
#   with: state.get("second_moment", 0.0)
#   hint: "Nothing is forgotten: you add up, as AdaGrad does."
# - replace: rho * state.get("second_moment", 0.0)
#   with: "0.0"
#   hint: "The past is lost. What the earlier steps have averaged is in the state."
# - replace: root = np.sqrt(second + epsilon) if epsilon_inside else np.sqrt(second) + epsilon
#   with: root = np.sqrt(second) + epsilon
#   hint: "Your epsilon is always outside the root."
# - replace: root = np.sqrt(second + epsilon) if epsilon_inside else np.sqrt(second) + epsilon
#   with: root = np.sqrt(second + epsilon)
#   hint: "Your epsilon is always inside the root."
# - replace: root = np.sqrt(second + epsilon) if epsilon_inside else np.sqrt(second) + epsilon
#   with: root = second + epsilon
#   hint: "You divide by the average of squares itself. Without the root, larger gradients make smaller steps."
# - replace: param - learning_rate
#   with: param + learning_rate
#   hint: "You walk up the slope."
# - replace: state.get("step", 0) + 1
#   with: "1"
#   hint: "Every step says that it is the first."
# - replace: grad = as_param(grad, param)
#   with: pass
#   hint: "A gradient is squared as it comes. What is the square of 200 in uint8, and what of a gradient of another
#     shape?"


# %% mistake: rmsprop_step
# hint: "You correct the bias of the second moment. RMSProp does not; that is Adam's idea."
def rmsprop_step(param, grad, state, learning_rate=0.001, rho=0.9, epsilon=1e-7, epsilon_inside=True):
    grad, steps = as_param(grad, param), state.get("step", 0) + 1
    second = as_param(rho * state.get("second_moment", 0.0) + (1 - rho) * grad**2, param)
    fair = second / (1 - rho**steps)
    root = np.sqrt(fair + epsilon) if epsilon_inside else np.sqrt(fair) + epsilon
    return as_param(param - learning_rate * grad / root, param), {"step": steps, "second_moment": second}


# %% mistake: rmsprop_step
# hint: "You divide by the average before the present gradient has joined it. RMSProp averages first, and then
#   divides."
def rmsprop_step(param, grad, state, learning_rate=0.001, rho=0.9, epsilon=1e-7, epsilon_inside=True):
    grad = as_param(grad, param)
    old = as_param(state.get("second_moment", np.zeros_like(param)), param)
    root = np.sqrt(old + epsilon) if epsilon_inside else np.sqrt(old) + epsilon
    new_param = as_param(param - learning_rate * grad / root, param)
    second = as_param(rho * old + (1 - rho) * grad**2, param)
    return new_param, {"step": state.get("step", 0) + 1, "second_moment": second}


# %% mistake: rmsprop_step
# hint: "You average inside the caller's own state. The old state must still be there after the step."
def rmsprop_step(param, grad, state, learning_rate=0.001, rho=0.9, epsilon=1e-7, epsilon_inside=True):
    grad = as_param(grad, param)
    second = state.get("second_moment", np.zeros_like(param))
    second *= rho
    second += as_param((1 - rho) * grad**2, param)
    root = np.sqrt(second + epsilon) if epsilon_inside else np.sqrt(second) + epsilon
    new_param = as_param(param - learning_rate * grad / root, param)
    return new_param, {"step": state.get("step", 0) + 1, "second_moment": second}


# %% mistake: rmsprop_step
# hint: "The first average is the first square in full. Before the first step the second moment is 0, and that zero
#   has its weight."
def rmsprop_step(param, grad, state, learning_rate=0.001, rho=0.9, epsilon=1e-7, epsilon_inside=True):
    grad = as_param(grad, param)
    second = as_param(rho * state.get("second_moment", grad**2) + (1 - rho) * grad**2, param)
    root = np.sqrt(second + epsilon) if epsilon_inside else np.sqrt(second) + epsilon
    new_param = as_param(param - learning_rate * grad / root, param)
    return new_param, {"step": state.get("step", 0) + 1, "second_moment": second}


# %% mistake: rmsprop_step
# hint: "You average the square over all entries. Each entry has a second moment of its own."
def rmsprop_step(param, grad, state, learning_rate=0.001, rho=0.9, epsilon=1e-7, epsilon_inside=True):
    grad = as_param(grad, param)
    square = np.full_like(param, np.mean(grad**2) if grad.size else 0.0)
    second = as_param(rho * state.get("second_moment", 0.0) + (1 - rho) * square, param)
    root = np.sqrt(second + epsilon) if epsilon_inside else np.sqrt(second) + epsilon
    new_param = as_param(param - learning_rate * grad / root, param)
    return new_param, {"step": state.get("step", 0) + 1, "second_moment": second}


# %% accepts: rmsprop_step
def rmsprop_step(param, grad, state, learning_rate=0.001, rho=0.9, epsilon=1e-7, epsilon_inside=True):
    if np.shape(grad) != np.shape(param):
        raise ValueError("one shape is due")
    slopes = np.array(grad, dtype=param.dtype)
    old = np.array(state["second_moment"] if state else np.zeros(param.shape), dtype=param.dtype)
    second = np.asarray(old + (1 - rho) * (slopes * slopes - old)).astype(param.dtype)
    inside, outside = (epsilon, 0.0) if epsilon_inside else (0.0, epsilon)
    change = learning_rate * (slopes / (np.sqrt(second + inside) + outside))
    return np.subtract(param, change).astype(param.dtype), {"step": state.get("step", 0) + 1, "second_moment": second}


# %% accepts: rmsprop_step
def rmsprop_step(param, grad, state, learning_rate=0.001, rho=0.9, epsilon=1e-7, epsilon_inside=True):
    grad = as_param(grad, param)
    new_param, second = param.copy(), np.empty_like(param)
    for index in np.ndindex(param.shape):
        before = float(state["second_moment"][index]) if state else 0.0
        second[index] = rho * before + (1 - rho) * float(grad[index]) ** 2
        power = float(second[index]) + (epsilon if epsilon_inside else 0.0)
        new_param[index] -= learning_rate * float(grad[index]) / (power**0.5 + (0.0 if epsilon_inside else epsilon))
    return new_param, {"second_moment": second, "step": 1 + state.get("step", 0)}


# %% [markdown]
# A stream of gradients of random sign: of size 1 for 300 steps, then of size 0.1, as after a steep part of the
# landscape. How long are the two optimisers' steps, for $\alpha = 1$? And with the memory ten times as long?

# %% demo
sizes = np.where(np.arange(600) < 300, 1.0, 0.1)
stream = sizes * np.random.default_rng(1).choice([-1.0, 1.0], 600)


def step_lengths(step, stream):
    """How far each step goes, where the gradients come from a stream."""
    param, state, lengths = np.zeros(1), {}, []
    for grad in stream:
        new_param, state = step(param, np.array([grad]), state)
        lengths.append(abs(new_param[0] - param[0]))
        param = new_param
    return np.array(lengths)


fig, ax = plt.subplots(figsize=(9, 4.2))
lines = {
    "AdaGrad": lambda *arguments: adagrad_step(*arguments, learning_rate=1.0, initial_accumulator=0.0),
    r"RMSProp, $\rho = 0.9$": lambda *arguments: rmsprop_step(*arguments, learning_rate=1.0),
    r"RMSProp, $\rho = 0.99$": lambda *arguments: rmsprop_step(*arguments, learning_rate=1.0, rho=0.99),
}
for name, step in lines.items():
    ax.semilogy(np.arange(1, 601), step_lengths(step, stream), label=name)
ax.axvline(300.5, color="0.5", linewidth=1.0, linestyle=":")
ax.text(306, 12, "gradients are a tenth from here", fontsize=10)
ax.set(xlabel="step", ylabel="length of the step", title="Who recovers when the gradients shrink?", ylim=(3e-3, 25))
ax.legend(loc="lower left")
dd.plot.show(
    "Length of each step against its number, on a log axis. AdaGrad falls from 1 to 0.06, drops to 0.006 at step 300 "
    "and stays there. RMSProp with rho 0.9 starts at 3, settles at 1 within 30 steps, drops to 0.1 at step 300 and is "
    "back at 1 some 70 steps later. With rho 0.99 it starts at 10, takes 300 steps to come down to 1, drops to 0.1 and "
    "has climbed back to 0.4 at the end."
)

# %% [markdown]
# AdaGrad's steps shrink like $1/\sqrt t$, and once the gradients are small it has all but stopped: its memory is
# full of the steep part. RMSProp is back to full length after a while, the sooner the shorter its memory. On the
# left is the price of starting at zero: steps of three times the length for $\rho = 0.9$, ten times for $0.99$,
# and longer until the average has filled up. For the longer memory that takes hundreds of steps.
#
# ## Adam
#
# **Adam** (Kingma and Ba, 2015) puts together what you have: a momentum, which is an average of the gradients; a
# second moment, which is RMSProp's; and the bias correction for both.
#
# $$m_t = \beta_1 m_{t-1} + (1 - \beta_1)\, g_t, \qquad v_t = \beta_2 v_{t-1} + (1 - \beta_2)\, g_t^2,
# \qquad m_0 = v_0 = 0$$
#
# $$\hat m_t = \frac{m_t}{1 - \beta_1^t}, \qquad \hat v_t = \frac{v_t}{1 - \beta_2^t}, \qquad
# w_t = w_{t-1} - \alpha\, \frac{\hat m_t}{\sqrt{\hat v_t} + \varepsilon} .$$
#
# **By hand.** $w = (1, -2)$, $\alpha = 0.1$, $\beta_1 = 0.5$, $\beta_2 = 0.75$, $\varepsilon$ negligible. With
# $g_1 = (3, -4)$:
#
# $$m_1 = (1.5, -2), \quad \hat m_1 = \frac{m_1}{0.5} = (3, -4); \qquad v_1 = (2.25, 4), \quad
# \hat v_1 = \frac{v_1}{0.25} = (9, 16) .$$
#
# Both entries move by $\alpha$: $w_1 = (0.9, -1.9)$. With $g_2 = (0, -4)$: $m_2 = (0.75, -3)$ and
# $\hat m_2 = m_2/0.75 = (1, -4)$; $v_2 = (1.6875, 7)$ and $\hat v_2 = v_2/0.4375 = (3.857, 16)$. So the first entry
# moves on by $0.1/\sqrt{3.857} = 0.0509$, without a gradient, and the second by $0.1$ again.
#
# The first step has the length $\alpha$ exactly, whatever the gradient. With steady gradients every step has it.
# With noise $\hat m$ is small against $\sqrt{\hat v}$ and the steps become short: the quotient is a kind of
# signal-to-noise ratio. That makes $\alpha$ a *distance*, about the farthest that a parameter goes in one step
# (rare exceptions apart), and 0.001 a default that works astonishingly often.
#
# **Where $\varepsilon$ sits, once more.** The paper's algorithm and PyTorch add it to $\sqrt{\hat v_t}$, *after* the
# correction. Keras adds it to $\sqrt{v_t}$, before, and puts both corrections into the rate:
#
# $$\alpha\,\frac{\sqrt{1 - \beta_2^t}}{1 - \beta_1^t} \cdot \frac{m_t}{\sqrt{v_t} + \varepsilon} .$$
#
# (The paper mentions this form as well and calls its constant $\hat\varepsilon$.) Without $\varepsilon$ the two are
# the same. With it, Keras's counts $1/\sqrt{1 - \beta_2^t}$ times as much, in the first step of
# $\beta_2 = 0.999$ nearly 32 times.


# %% exercise: adam_step
def adam_step(param, grad, state, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7, epsilon_corrected=False):
    """One step of Adam (Kingma and Ba 2015).

    Args:
        param, grad, state: as for adagrad_step.
        learning_rate: a number >= 0; it may differ from step to step.
        beta_1, beta_2: weights of the past in the first and the second moment, at least 0 and less than 1.
        epsilon: a number > 0.
        epsilon_corrected: whether epsilon is added to the root of the corrected second moment (the paper's algorithm,
            PyTorch) or to that of the uncorrected one (Keras).

    Returns:
        (new_param, new_state): the parameters after the step, in the shape and dtype of param, and a new dict
        {"step": number of steps so far, an int, "first_moment": array, "second_moment": array}, the moments uncorrected
        and in the shape and dtype of param. Before the first step both are 0.

    Raises:
        ValueError: grad has another shape than param. About 8 lines.
    """
    ### BEGIN SOLUTION
    grad, steps = as_param(grad, param), state.get("step", 0) + 1
    first = as_param(beta_1 * state.get("first_moment", 0.0) + (1 - beta_1) * grad, param)
    second = as_param(beta_2 * state.get("second_moment", 0.0) + (1 - beta_2) * grad**2, param)
    weight = np.sqrt(1 - beta_2**steps)
    root = np.sqrt(second) / weight + epsilon if epsilon_corrected else (np.sqrt(second) + epsilon) / weight
    new_param = as_param(param - learning_rate * first / (1 - beta_1**steps) / root, param)
    return new_param, {"step": steps, "first_moment": first, "second_moment": second}
    ### END SOLUTION


# %% test: adam_step, points=3
param, state = np.array([1.0, -2.0]), {}
grads = (np.array([3.0, -4.0]), np.array([0.0, -4.0]))
due_params = ([0.9, -1.9], [0.9 - 0.1 / np.sqrt(1.6875 / 0.4375), -1.8])
due_moments = (([1.5, -2.0], [2.25, 4.0]), ([0.75, -3.0], [1.6875, 7.0]))
for t, grad in enumerate(grads, start=1):
    with dd.check.unchanged([param, grad, state], what="[param, grad, state]"):
        result = adam_step(param, grad, state, learning_rate=0.1, beta_1=0.5, beta_2=0.75, epsilon=1e-12)
    first, second = map(np.array, due_moments[t - 1])
    due = (np.array(due_params[t - 1]), {"step": t, "first_moment": first, "second_moment": second})
    dd.check.like(result, due, why=f"this is step {t} worked by hand")
    param, state = result
table = np.array([[2.0, 0.0, -1.0], [0.5, 0.0, 1.0]])
_, state = adam_step(np.zeros((2, 3)), table, {})
due = {"step": 1, "first_moment": 0.1 * table, "second_moment": 0.001 * table**2}
dd.check.like(state, due, what="new_state", why="the default weights of the past are 0.9 and 0.999")
early = adam_step(np.zeros(2), np.full(2, 4.0), {}, 1.0, 0.5, 0.75, epsilon=1.0)[0]
dd.check.close(early, [-2 / 3, -2 / 3], what="with Keras's epsilon, new_param", why="4 is divided by (2 + 1) / 0.5")
late = adam_step(np.zeros(2), np.full(2, 4.0), {}, 1.0, 0.5, 0.75, epsilon=1.0, epsilon_corrected=True)[0]
dd.check.close(late, [-0.8, -0.8], what="with the paper's epsilon, new_param", why="4 is divided by 4 + 1")
small = adam_step(np.ones(3, dtype="float32"), np.ones(3), {}, learning_rate=np.float64(0.5))
dd.check.dtype(small[0], "float32", what="new_param", why="float32 parameters stay float32, whatever meets them")
with dd.check.raises(ValueError, why="a column against a row would become a table"):
    adam_step(np.ones(2), np.ones((2, 1)), {})
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(292)


def expect(result, param, state, why, rtol=1e-9):
    """Compare a step's result with the parameters and the state due, whose arrays have the dtype of param."""
    dd.check.kind(result, tuple, why="a step returns (new_param, new_state)")
    dd.check.equal(len(result), 2, what="the number of results", why="a step returns (new_param, new_state)")
    dd.check.kind(result[1], dict, what="new_state")
    keys = sorted(result[1])
    dd.check.equal(keys, sorted(state), what="the list of keys of new_state", why="no other is promised")
    dd.check.like(result[1]["step"], state["step"], what="the count of steps", why="each step is counted")
    pairs = [(result[1][key], state[key], f"new_state[{key!r}]") for key in keys if key != "step"]
    for came, due, what in [*pairs, (result[0], param, "new_param")]:
        dd.check.kind(came, ("array", float), what=what)
        dd.check.shape(came, due.shape, what=what, why="everything has the shape of param")
        dd.check.dtype(came, param.dtype.name, what=what, why="everything has the dtype of param")
        dd.check.close(came, due, rtol=rtol, atol=1e-12, what=what, why=why)


def slow_adam(param, grads, rates, beta_1, beta_2, epsilon, corrected):
    """The numbers after each step for one parameter, by the book: (param, first moment, second moment)."""
    first = second = 0.0
    for t, (grad, rate) in enumerate(zip(grads, rates, strict=True), start=1):
        first = beta_1 * first + (1 - beta_1) * grad
        second = beta_2 * second + (1 - beta_2) * grad * grad
        if corrected:
            quotient = first / (1 - beta_1**t) / ((second / (1 - beta_2**t)) ** 0.5 + epsilon)
        else:
            quotient = (1 - beta_2**t) ** 0.5 / (1 - beta_1**t) * first / (second**0.5 + epsilon)
        param = param - rate * quotient
        yield param, first, second


rates = (0.1, 0.5, 0.0)
for shape in ((), (5,), (0,), (1, 3), (2, 1, 3)):
    for beta_1, beta_2, epsilon, corrected in ((0.5, 0.8, 0.3, True), (0.0, 0.9, 0.3, False)):
        param, state = rng.normal(0.0, 1.0, shape), {}
        grads = rng.normal(0.0, 1.0, (3, *shape))
        slow = np.zeros((3, 3, *shape))
        for index in np.ndindex(shape):
            column = [float(grad[index]) for grad in grads]
            walk = slow_adam(float(param[index]), column, rates, beta_1, beta_2, epsilon, corrected)
            for t, numbers in enumerate(walk):
                for which in range(3):
                    slow[(t, which, *index)] = numbers[which]
        for t, rate in enumerate(rates):
            grad = np.array(grads[t])
            with dd.check.unchanged([param, grad, state], what="[param, grad, state]"):
                result = adam_step(param, grad, state, rate, beta_1, beta_2, epsilon, corrected)
            due_param, first, second = (np.array(part) for part in slow[t])
            due = {"step": t + 1, "first_moment": first, "second_moment": second}
            expect(result, due_param, due, "it is the quotient of the two averages", rtol=1e-8)
            param, state = np.asarray(result[0]), result[1]
param, state = np.zeros(3), {}
for _ in range(8):
    param, state = adam_step(param, np.array([1e-3, -2.0, 5e4]), state, 0.3, epsilon=1e-12)
due = np.array([-2.4, 2.4, -2.4])
dd.check.close(
    param, due, rtol=1e-6, what="param after 8 steps", why="with steady gradients each has the rate's length"
)
result = adam_step(np.zeros(2), np.array([0.0, 1.0]), {})
due = {"step": 1, "first_moment": np.array([0.0, 0.1]), "second_moment": np.array([0.0, 0.001])}
moved = -0.001 * np.sqrt(0.001) / (np.sqrt(0.001) + 1e-7)
expect(result, np.array([0.0, moved]), due, "defaults are 0.001, 0.9, 0.999 and 1e-7, before the correction")
small = np.array([[1.0, -2.0, 3.0]], dtype="float32")
moments = np.array([[0.5, 0.25, -1.0]], dtype="float32"), np.array([[0.5, 0.25, 1.0]], dtype="float32")
state = {"step": 1, "first_moment": moments[0], "second_moment": moments[1]}
for grad in (np.full((1, 3), 0.5), np.full((1, 3), 0.5, dtype="float32"), np.full((1, 3), 200, dtype="uint8")):
    first = (0.5 * moments[0] + 0.5 * grad).astype("float32")
    second = (0.5 * moments[1] + 0.5 * grad.astype("float64") ** 2).astype("float32")
    due = (small - 0.5 * first / 0.75 / np.sqrt(second / 0.75)).astype("float32")
    result = adam_step(small, grad, state, np.float64(0.5), np.float64(0.5), np.float64(0.5))
    due_state = {"step": 2, "first_moment": first, "second_moment": second}
    expect(result, due, due_state, "float32 stays float32", rtol=1e-5)
huge = np.array([1e18, -1e18], dtype="float32")
result = adam_step(np.zeros(2, dtype="float32"), huge, {}, 0.5)
due = {"step": 1, "first_moment": np.float32(0.1) * huge, "second_moment": np.float32(0.001) * huge**2}
expect(result, np.array([-0.5, 0.5], dtype="float32"), due, "only the sign of a large gradient counts", rtol=1e-5)
late = {"step": 99_999, "first_moment": np.full(2, 0.5), "second_moment": np.full(2, 0.25)}
result = adam_step(np.ones(2), np.full(2, 0.5), late, 0.1)
due = {"step": 100_000, "first_moment": np.full(2, 0.5), "second_moment": np.full(2, 0.25)}
expect(result, np.full(2, 1 - 0.1 * 0.5 / (0.5 + 1e-7)), due, "in the long run nothing is left to correct")
for shape in ((1, 2), (2, 1), (1,), ()):
    with dd.check.raises(ValueError, why=f"a gradient of shape {shape} is none of parameters of shape (2,)"):
        adam_step(np.ones(2), np.ones(shape), late)
### END HIDDEN TESTS

# %% mistakes: adam_step
# - replace: np.sqrt(second) / weight + epsilon if epsilon_corrected else (np.sqrt(second) + epsilon) / weight
#   with: (np.sqrt(second) + epsilon) / weight if epsilon_corrected else np.sqrt(second) / weight + epsilon
#   hint: "Before and after the correction have changed places."
# - replace: np.sqrt(second) / weight + epsilon if epsilon_corrected else (np.sqrt(second) + epsilon) / weight
#   with: second / weight**2 + epsilon
#   hint: "You divide by the second moment itself. Its root is what has the size of a gradient."
# - replace: state.get("step", 0) + 1
#   with: max(state.get("step", 0), 1)
#   hint: "Your correction counts one gradient too few, and the first step is counted late."
# - replace: (1 - beta_2) * grad**2
#   with: (1 - beta_2) * grad
#   hint: "The second moment is an average of squares."
# - replace: weight = np.sqrt(1 - beta_2**steps)
#   with: weight = 1 - beta_2**steps
#   hint: "Under the root the correction has to be under the root as well."
# - replace: weight = np.sqrt(1 - beta_2**steps)
#   with: weight = 1.0
#   hint: "The second moment is not corrected. In the first steps it is far too small, and the steps far too long."
# - replace: first / (1 - beta_1**steps) / root
#   with: first / root
#   hint: "The first moment is not corrected. In the first steps it is too small, and so are the steps."
# - replace: first / (1 - beta_1**steps) / root
#   with: grad / root
#   hint: "You move along the gradient. Adam moves along its average."
# - replace: np.sqrt(second) / weight + epsilon if epsilon_corrected else (np.sqrt(second) + epsilon) / weight
#   with: np.sqrt(second) / weight + epsilon
#   hint: "Your epsilon always comes after the correction. Keras adds it before, unless the caller says otherwise."
# - replace: np.sqrt(second) / weight + epsilon if epsilon_corrected else (np.sqrt(second) + epsilon) / weight
#   with: (np.sqrt(second) + epsilon) / weight
#   hint: "Your epsilon always comes before the correction, also when the caller wants it after."
# - replace: np.sqrt(second) / weight + epsilon if epsilon_corrected else (np.sqrt(second) + epsilon) / weight
#   with: np.sqrt(second + epsilon) / weight
#   hint: "Your epsilon sits under the root. In Adam it never does."
# - replace: param - learning_rate
#   with: param + learning_rate
#   hint: "You walk up the slope."
# - replace: "{\"step\": steps, \"first_moment\": first, \"second_moment\": second}"
#   with: "{\"step\": steps, \"first_moment\": first / (1 - beta_1**steps), \"second_moment\": second / weight**2}"
#   hint: "You keep the corrected moments. The correction is for reading only; what is carried on is uncorrected."
# - replace: "{\"step\": steps,"
#   with: "{\"step\": 1,"
#   hint: "Every step says that it is the first, so that the correction never wears off."
# - replace: grad, steps = as_param(grad, param), state.get("step", 0) + 1
#   with: steps = state.get("step", 0) + 1
#   hint: "A gradient is squared as it comes. What is the square of 200 in uint8, and what of a gradient of another
#     shape?"


# %% mistake: adam_step
# hint: "Past and present have changed places: the betas are the weights of the past."
def adam_step(param, grad, state, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7, epsilon_corrected=False):
    grad, steps = as_param(grad, param), state.get("step", 0) + 1
    first = as_param((1 - beta_1) * state.get("first_moment", 0.0) + beta_1 * grad, param)
    second = as_param((1 - beta_2) * state.get("second_moment", 0.0) + beta_2 * grad**2, param)
    weight = np.sqrt(1 - beta_2**steps)
    root = np.sqrt(second) / weight + epsilon if epsilon_corrected else (np.sqrt(second) + epsilon) / weight
    new_param = as_param(param - learning_rate * first / (1 - beta_1**steps) / root, param)
    return new_param, {"step": steps, "first_moment": first, "second_moment": second}


# %% mistake: adam_step
# hint: "The two betas have changed places: beta_1 belongs to the first moment, beta_2 to the second."
def adam_step(param, grad, state, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7, epsilon_corrected=False):
    beta_1, beta_2 = beta_2, beta_1
    grad, steps = as_param(grad, param), state.get("step", 0) + 1
    first = as_param(beta_1 * state.get("first_moment", 0.0) + (1 - beta_1) * grad, param)
    second = as_param(beta_2 * state.get("second_moment", 0.0) + (1 - beta_2) * grad**2, param)
    weight = np.sqrt(1 - beta_2**steps)
    root = np.sqrt(second) / weight + epsilon if epsilon_corrected else (np.sqrt(second) + epsilon) / weight
    new_param = as_param(param - learning_rate * first / (1 - beta_1**steps) / root, param)
    return new_param, {"step": steps, "first_moment": first, "second_moment": second}


# %% mistake: adam_step
# hint: "You average inside the caller's own state. The old state must still be there after the step."
def adam_step(param, grad, state, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7, epsilon_corrected=False):
    grad, steps = as_param(grad, param), state.get("step", 0) + 1
    first = state.get("first_moment", np.zeros_like(param))
    second = state.get("second_moment", np.zeros_like(param))
    first += as_param((1 - beta_1) * (grad - first), param)
    second += as_param((1 - beta_2) * (grad**2 - second), param)
    weight = np.sqrt(1 - beta_2**steps)
    root = np.sqrt(second) / weight + epsilon if epsilon_corrected else (np.sqrt(second) + epsilon) / weight
    new_param = as_param(param - learning_rate * first / (1 - beta_1**steps) / root, param)
    return new_param, {"step": steps, "first_moment": first, "second_moment": second}


# %% mistake: adam_step
# hint: "You correct nothing: both averages are still pulled towards the zero that they began with."
def adam_step(param, grad, state, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7, epsilon_corrected=False):
    grad, steps = as_param(grad, param), state.get("step", 0) + 1
    first = as_param(beta_1 * state.get("first_moment", 0.0) + (1 - beta_1) * grad, param)
    second = as_param(beta_2 * state.get("second_moment", 0.0) + (1 - beta_2) * grad**2, param)
    new_param = as_param(param - learning_rate * first / (np.sqrt(second) + epsilon), param)
    return new_param, {"step": steps, "first_moment": first, "second_moment": second}


# %% mistake: adam_step
# hint: "You square the first moment. The second moment averages the squares of the gradients, before any
#   averaging."
def adam_step(param, grad, state, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7, epsilon_corrected=False):
    grad, steps = as_param(grad, param), state.get("step", 0) + 1
    first = as_param(beta_1 * state.get("first_moment", 0.0) + (1 - beta_1) * grad, param)
    second = as_param(beta_2 * state.get("second_moment", 0.0) + (1 - beta_2) * first**2, param)
    weight = np.sqrt(1 - beta_2**steps)
    root = np.sqrt(second) / weight + epsilon if epsilon_corrected else (np.sqrt(second) + epsilon) / weight
    new_param = as_param(param - learning_rate * first / (1 - beta_1**steps) / root, param)
    return new_param, {"step": steps, "first_moment": first, "second_moment": second}


# %% mistake: adam_step
# hint: "Your exponents lag one behind: with the first gradient you divide by 0, or by what you added against that."
def adam_step(param, grad, state, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7, epsilon_corrected=False):
    grad, steps = as_param(grad, param), state.get("step", 0)
    first = as_param(beta_1 * state.get("first_moment", 0.0) + (1 - beta_1) * grad, param)
    second = as_param(beta_2 * state.get("second_moment", 0.0) + (1 - beta_2) * grad**2, param)
    fair = first / (1 - beta_1**steps + 1e-8)
    root = np.sqrt(second / (1 - beta_2**steps + 1e-8)) + epsilon
    new_param = as_param(param - learning_rate * fair / root, param)
    return new_param, {"step": steps + 1, "first_moment": first, "second_moment": second}


# %% accepts: adam_step
def adam_step(param, grad, state, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7, epsilon_corrected=False):
    if np.shape(grad) != np.shape(param):
        raise ValueError("one shape is due")
    zeros = np.zeros(param.shape, dtype=param.dtype)
    new = {"step": 0, "first_moment": zeros, "second_moment": zeros} | state
    slopes, t = np.array(grad, dtype=param.dtype), new["step"] + 1
    m = np.asarray(new["first_moment"] + (1 - beta_1) * (slopes - new["first_moment"])).astype(param.dtype)
    v = np.asarray(new["second_moment"] + (1 - beta_2) * (slopes * slopes - new["second_moment"])).astype(param.dtype)
    if epsilon_corrected:
        change = (m / (1 - beta_1**t)) / (np.sqrt(v / (1 - beta_2**t)) + epsilon)
    else:
        change = np.sqrt(1 - beta_2**t) / (1 - beta_1**t) * m / (np.sqrt(v) + epsilon)
    new_param = np.asarray(param - learning_rate * change).astype(param.dtype)
    return new_param, {"step": t, "first_moment": m, "second_moment": v}


# %% accepts: adam_step
def adam_step(param, grad, state, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7, epsilon_corrected=False):
    grad = as_param(grad, param)
    _, tracked = rmsprop_step(param, grad, {k: v for k, v in state.items() if k != "first_moment"}, rho=beta_2)
    first = as_param(state.get("first_moment", np.zeros_like(param)) * beta_1 + grad * (1 - beta_1), param)
    t, second = tracked["step"], np.asarray(tracked["second_moment"], dtype=float)
    shrink = (1 - beta_2**t) ** 0.5
    added = epsilon if epsilon_corrected else epsilon / shrink
    change = np.asarray(first, dtype=float) / (1 - beta_1**t) / (np.sqrt(second) / shrink + added)
    return as_param(param - learning_rate * change, param), {**tracked, "first_moment": first}


# %% [markdown]
# What does the correction buy? Steady gradients of 1 and noise, $\alpha = 1$. The uncorrected steps come from the
# state that you keep, $m_t / \sqrt{v_t}$. And how do RMSProp and Adam do on the rare features?

# %% demo
stream = {"steady gradient": np.ones(400), "noise": np.random.default_rng(2).choice([-1.0, 1.0], 400)}
fig, panels = plt.subplots(1, 2, figsize=(13, 4.2), sharey=True)
for ax, (name, grads) in zip(panels, stream.items(), strict=True):
    param, state, corrected, uncorrected = np.zeros(1), {}, [], []
    for grad in grads:
        new_param, state = adam_step(param, np.array([grad]), state, learning_rate=1.0)
        corrected.append(abs(new_param[0] - param[0]))
        uncorrected.append(abs(state["first_moment"][0]) / np.sqrt(state["second_moment"][0]))
        param = new_param
    ax.plot(np.arange(1, 401), corrected, label="corrected")
    ax.plot(np.arange(1, 401), uncorrected, label="not corrected")
    ax.set(xlabel="step", title=f"Adam, {name}")
panels[0].set_ylabel("length of the step")
panels[0].legend()
dd.plot.show(
    "Length of Adam's steps against their number. Left, steady gradients: corrected, every step has length 1; without "
    "correction they start at 3, rise above 6 within 15 steps and are still at 1.7 after 400. Right, noise: corrected, "
    "the steps wander below about 0.6; uncorrected, the first reach 3 to 4 and the later ones stay longer than the "
    "corrected ones."
)
for name, step in {"RMSProp": rmsprop_step, "Adam": adam_step}.items():
    rate, runs = best_of(step, 10.0 ** np.arange(-3.5, -0.7, 0.5))
    ends[name] = np.mean([excess[-20:] for excess, _, _ in runs])
print("rare features, loss above the lowest at the end:", ", ".join(f"{name} {end:.3f}" for name, end in ends.items()))

# %% [markdown]
# Without the correction Adam would begin with steps of three to six times the length that you asked for, just when
# nothing is known yet: $\beta_2$ is so near to 1 that $v$ needs a thousand steps to fill up, while $m$ is there
# after ten. With it a steady gradient moves by $\alpha$ from the first step on, and noise moves little.
#
# On the rare features Adam and RMSProp are no better than SGD. A rate of its own for each feature is not enough there;
# the steps also have to become shorter with time, which AdaGrad's do by themselves and the others' only by a schedule.
# No optimiser of today is the best everywhere. (Sparse gradients have another side: momentum keeps moving a parameter
# whose gradient is 0. Some libraries therefore offer a "lazy" Adam for embeddings, which leaves untouched rows alone.)
#
# ## AdamW: decay that is not divided
#
# Day 6 shrank weights by a penalty: $\frac{\lambda}{2}\lVert w\rVert^2$ is added to the loss, so $\lambda w$ to the
# gradient. In SGD that is the same as letting the weights decay: $w - \alpha(g + \lambda w)$ is
# $(1 - \alpha\lambda)\,w - \alpha g$. In Adam it is not. What is added to the gradient goes into both averages and is
# divided by $\sqrt{\hat v}$: a weight with large gradients is hardly shrunk, one with tiny gradients is shrunk at
# full speed, whatever $\lambda$. The strength of the penalty no longer means anything.
#
# **AdamW** (Loshchilov and Hutter, 2019) keeps the decay out of the averages. The gradient is that of the loss alone;
# the weights shrink by a factor, beside Adam's step:
#
# $$w_t = (1 - \alpha\lambda)\, w_{t-1} - \alpha\,\frac{\hat m_t}{\sqrt{\hat v_t} + \varepsilon} .$$
#
# **By hand**, with Adam's example and $\lambda = 0.5$: the factor is $1 - 0.1 \cdot 0.5 = 0.95$. From $(1, -2)$ the
# first step leads to $(0.95 - 0.1,\ -1.9 + 0.1) = (0.85, -1.8)$.
#
# The factor applies to the weights *before* the step. In Keras and PyTorch $\lambda$ is multiplied by the learning
# rate, as here; in the paper only by the schedule's factor. And one usually leaves biases and the scales of
# normalisation layers out of the decay.


# %% exercise: adamw_step
def adamw_step(
    param,
    grad,
    state,
    learning_rate=0.001,
    weight_decay=0.004,
    beta_1=0.9,
    beta_2=0.999,
    epsilon=1e-7,
    epsilon_corrected=False,
):
    """One step of Adam with decoupled weight decay (Loshchilov and Hutter 2019).

    Args:
        param, grad, state, learning_rate, beta_1, beta_2, epsilon, epsilon_corrected: as for adam_step. grad is the
            gradient of the loss without any penalty.
        weight_decay: strength of the decay, a number >= 0; it is multiplied by the learning rate.

    Returns:
        (new_param, new_state) as from adam_step; the state is just what Adam's would be.

    Raises:
        ValueError: grad has another shape than param. About 3 lines.
    """
    ### BEGIN SOLUTION
    moved, new_state = adam_step(param, grad, state, learning_rate, beta_1, beta_2, epsilon, epsilon_corrected)
    return as_param(moved - learning_rate * weight_decay * param, param), new_state
    ### END SOLUTION


# %% test: adamw_step, points=2
param, grad, state = np.array([1.0, -2.0]), np.array([3.0, -4.0]), {}
with dd.check.unchanged([param, grad, state], what="[param, grad, state]"):
    result = adamw_step(param, grad, state, 0.1, weight_decay=0.5, beta_1=0.5, beta_2=0.75, epsilon=1e-12)
due_state = {"step": 1, "first_moment": np.array([1.5, -2.0]), "second_moment": np.array([2.25, 4.0])}
dd.check.like(result, (np.array([0.85, -1.8]), due_state), why="this is the example worked by hand")
table = np.array([[2.0, 0.5, -1.0], [4.0, -8.0, 1.0]])
result = adamw_step(table, np.zeros((2, 3)), {}, learning_rate=0.5, weight_decay=0.2)
due_state = {"step": 1, "first_moment": np.zeros((2, 3)), "second_moment": np.zeros((2, 3))}
why = "without a gradient all shrink by the factor 1 - 0.5 * 0.2, and the averages know nothing of it"
dd.check.like(result, (0.9 * table, due_state), why=why)
small = adamw_step(np.ones(3, dtype="float32"), np.ones(3), {}, learning_rate=np.float64(0.5))
dd.check.dtype(small[0], "float32", what="new_param", why="float32 parameters stay float32, whatever meets them")
with dd.check.raises(ValueError, why="a column against a row would become a table"):
    adamw_step(np.ones(2), np.ones((2, 1)), {})
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(293)


def expect(result, param, state, why, rtol=1e-9):
    """Compare a step's result with the parameters and the state due, whose arrays have the dtype of param."""
    dd.check.kind(result, tuple, why="a step returns (new_param, new_state)")
    dd.check.equal(len(result), 2, what="the number of results", why="a step returns (new_param, new_state)")
    dd.check.kind(result[1], dict, what="new_state")
    keys = sorted(result[1])
    dd.check.equal(keys, sorted(state), what="the list of keys of new_state", why="no other is promised")
    dd.check.like(result[1]["step"], state["step"], what="the count of steps", why="each step is counted")
    pairs = [(result[1][key], state[key], f"new_state[{key!r}]") for key in keys if key != "step"]
    for came, due, what in [*pairs, (result[0], param, "new_param")]:
        dd.check.kind(came, ("array", float), what=what)
        dd.check.shape(came, due.shape, what=what, why="everything has the shape of param")
        dd.check.dtype(came, param.dtype.name, what=what, why="everything has the dtype of param")
        dd.check.close(came, due, rtol=rtol, atol=1e-12, what=what, why=why)


for shape in ((), (5,), (0,), (1, 3), (2, 1, 3)):
    for beta_1, beta_2, epsilon, corrected, decay in (
        (0.5, 0.8, 0.3, True, 0.7),
        (0.0, 0.9, 0.3, False, 0.1),
    ):
        param, state = rng.normal(0.0, 2.0, shape), {}
        first, second = np.zeros(shape), np.zeros(shape)
        for t, rate in enumerate((0.1, 0.5, 0.0), start=1):
            grad = rng.normal(0.0, 1.0, shape)
            first, second, slow = np.array(first), np.array(second), np.zeros(shape)
            for index in np.ndindex(shape):
                first[index] = beta_1 * first[index] + (1 - beta_1) * grad[index]
                second[index] = beta_2 * second[index] + (1 - beta_2) * grad[index] ** 2
                if corrected:
                    quotient = first[index] / (1 - beta_1**t) / ((second[index] / (1 - beta_2**t)) ** 0.5 + epsilon)
                else:
                    correction = (1 - beta_2**t) ** 0.5 / (1 - beta_1**t)
                    quotient = correction * first[index] / (second[index] ** 0.5 + epsilon)
                slow[index] = param[index] - rate * decay * param[index] - rate * quotient
            with dd.check.unchanged([param, grad, state], what="[param, grad, state]"):
                result = adamw_step(param, grad, state, rate, decay, beta_1, beta_2, epsilon, corrected)
            due = {"step": t, "first_moment": first, "second_moment": second}
            expect(result, slow, due, "the weights before the step shrink, and Adam's step is taken beside", rtol=1e-8)
            param, state = np.asarray(result[0]), result[1]
param, state = np.array([2.0, -3.0, 0.5]), {}
for _ in range(8):
    param, state = adamw_step(param, np.zeros(3), state, 0.1, 0.5)
due = 0.95**8 * np.array([2.0, -3.0, 0.5])
dd.check.close(param, due, rtol=1e-9, what="param after 8 steps", why="each step shrinks all by the factor 0.95")
result = adamw_step(np.array([10.0, -20.0]), np.array([0.0, 1.0]), {})
due = {"step": 1, "first_moment": np.array([0.0, 0.1]), "second_moment": np.array([0.0, 0.001])}
moved = 0.001 * np.sqrt(0.001) / (np.sqrt(0.001) + 1e-7)
kept = 1 - 0.001 * 0.004
expect(result, np.array([10.0 * kept, -20.0 * kept - moved]), due, "defaults are 0.001 and 0.004, else Adam's")
small = np.array([[1.0, -2.0, 3.0]], dtype="float32")
moments = np.array([[0.5, 0.25, -1.0]], dtype="float32"), np.array([[0.5, 0.25, 1.0]], dtype="float32")
state = {"step": 1, "first_moment": moments[0], "second_moment": moments[1]}
for grad in (np.full((1, 3), 0.5), np.full((1, 3), 0.5, dtype="float32"), np.full((1, 3), 200, dtype="uint8")):
    first = (0.5 * moments[0] + 0.5 * grad).astype("float32")
    second = (0.5 * moments[1] + 0.5 * grad.astype("float64") ** 2).astype("float32")
    due = (0.9 * small - 0.5 * first / 0.75 / np.sqrt(second / 0.75)).astype("float32")
    result = adamw_step(small, grad, state, np.float64(0.5), np.float64(0.2), np.float64(0.5), np.float64(0.5))
    due_state = {"step": 2, "first_moment": first, "second_moment": second}
    expect(result, due, due_state, "float32 stays float32", rtol=1e-5)
for shape in ((1, 2), (2, 1), (1,), ()):
    with dd.check.raises(ValueError, why=f"a gradient of shape {shape} is none of parameters of shape (2,)"):
        adamw_step(np.ones(2), np.ones(shape), {})
### END HIDDEN TESTS

# %% mistakes: adamw_step
# - replace: moved - learning_rate * weight_decay * param
#   with: moved * (1 - weight_decay)
#   hint: "You shrink by the whole decay, and after the step. The decay is multiplied by the rate, and is that of the
#     weights before the step."
# - replace: learning_rate * weight_decay * param
#   with: weight_decay * param
#   hint: "The decay has to be multiplied by the learning rate."
# - replace: learning_rate * weight_decay * param
#   with: learning_rate * weight_decay * moved
#   hint: "You shrink where the step has led to. What decays are the weights before it."
# - replace: moved - learning_rate
#   with: moved + learning_rate
#   hint: "Your weights grow. Decay draws them towards 0."
# - replace: learning_rate * weight_decay * param
#   with: learning_rate * weight_decay * param**2
#   hint: "The penalty is a square; what shrinks the weights is its slope."
# - replace: learning_rate * weight_decay * param
#   with: learning_rate * weight_decay * np.sign(param)
#   hint: "That is the slope of an absolute value. Weight decay takes away a share of each weight."
# - replace: learning_rate * weight_decay * param
#   with: 2 * learning_rate * weight_decay * param
#   hint: "Twice what is due: the factor is 1 minus rate times decay, without a 2."
# - replace: as_param(moved - learning_rate * weight_decay * param, param)
#   with: moved
#   hint: "Nothing decays: that is Adam."
# - replace: weight_decay * param, param), new_state
#   with: weight_decay * param, param), state
#   hint: "The old state comes back. Adam's new state has to be handed on."


# %% mistake: adamw_step
# hint: "You add the decay to the gradient, as a penalty would. There it goes into both averages and is divided by
#   the root; decoupled means that it does not."
def adamw_step(
    param,
    grad,
    state,
    learning_rate=0.001,
    weight_decay=0.004,
    beta_1=0.9,
    beta_2=0.999,
    epsilon=1e-7,
    epsilon_corrected=False,
):
    penalised = as_param(grad, param) + as_param(weight_decay * param, param)
    return adam_step(param, penalised, state, learning_rate, beta_1, beta_2, epsilon, epsilon_corrected)


# %% mistake: adamw_step
# hint: "Your step starts from the shrunk weights and then the share of the decay is taken off twice, or at another
#   place. One factor, once, on the weights before the step."
def adamw_step(
    param,
    grad,
    state,
    learning_rate=0.001,
    weight_decay=0.004,
    beta_1=0.9,
    beta_2=0.999,
    epsilon=1e-7,
    epsilon_corrected=False,
):
    shrunk = as_param(param - learning_rate * weight_decay * param, param)
    moved, new_state = adam_step(shrunk, grad, state, learning_rate, beta_1, beta_2, epsilon, epsilon_corrected)
    return as_param(moved - learning_rate * weight_decay * shrunk, param), new_state


# %% mistake: adamw_step
# hint: "You shrink the caller's own parameters in place."
def adamw_step(
    param,
    grad,
    state,
    learning_rate=0.001,
    weight_decay=0.004,
    beta_1=0.9,
    beta_2=0.999,
    epsilon=1e-7,
    epsilon_corrected=False,
):
    param *= 1 - learning_rate * weight_decay
    return adam_step(param, grad, state, learning_rate, beta_1, beta_2, epsilon, epsilon_corrected)


# %% mistake: adamw_step
# hint: "The arguments reach adam_step in another order than it takes them."
def adamw_step(
    param,
    grad,
    state,
    learning_rate=0.001,
    weight_decay=0.004,
    beta_1=0.9,
    beta_2=0.999,
    epsilon=1e-7,
    epsilon_corrected=False,
):
    moved, new_state = adam_step(param, grad, state, learning_rate, beta_2, beta_1, epsilon, epsilon_corrected)
    return as_param(moved - learning_rate * weight_decay * param, param), new_state


# %% mistake: adamw_step
# hint: "You call Adam with its own defaults. What the caller chose, epsilon and its place included, has to be
#   handed on."
def adamw_step(
    param,
    grad,
    state,
    learning_rate=0.001,
    weight_decay=0.004,
    beta_1=0.9,
    beta_2=0.999,
    epsilon=1e-7,
    epsilon_corrected=False,
):
    moved, new_state = adam_step(param, grad, state, learning_rate)
    return as_param(moved - learning_rate * weight_decay * param, param), new_state


# %% mistake: adamw_step
# hint: "The length of the step is decayed instead of the weights."
def adamw_step(
    param,
    grad,
    state,
    learning_rate=0.001,
    weight_decay=0.004,
    beta_1=0.9,
    beta_2=0.999,
    epsilon=1e-7,
    epsilon_corrected=False,
):
    rate = learning_rate * (1 - weight_decay)
    return adam_step(param, grad, state, rate, beta_1, beta_2, epsilon, epsilon_corrected)


# %% mistake: adamw_step
# hint: "Where epsilon sits is the caller's choice, and does not reach Adam."
def adamw_step(
    param,
    grad,
    state,
    learning_rate=0.001,
    weight_decay=0.004,
    beta_1=0.9,
    beta_2=0.999,
    epsilon=1e-7,
    epsilon_corrected=False,
):
    moved, new_state = adam_step(param, grad, state, learning_rate, beta_1, beta_2, epsilon)
    return as_param(moved - learning_rate * weight_decay * param, param), new_state


# %% accepts: adamw_step
def adamw_step(
    param,
    grad,
    state,
    learning_rate=0.001,
    weight_decay=0.004,
    beta_1=0.9,
    beta_2=0.999,
    epsilon=1e-7,
    epsilon_corrected=False,
):
    shrunk = np.asarray(param * (1.0 - learning_rate * weight_decay)).astype(param.dtype)
    return adam_step(shrunk, grad, state, learning_rate, beta_1, beta_2, epsilon, epsilon_corrected)


# %% accepts: adamw_step
def adamw_step(
    param,
    grad,
    state,
    learning_rate=0.001,
    weight_decay=0.004,
    beta_1=0.9,
    beta_2=0.999,
    epsilon=1e-7,
    epsilon_corrected=False,
):
    slopes, t = as_param(grad, param), 1 + state.get("step", 0)
    m = as_param((1 - beta_1) * slopes + beta_1 * state.get("first_moment", np.zeros_like(param)), param)
    v = as_param((1 - beta_2) * slopes * slopes + beta_2 * state.get("second_moment", np.zeros_like(param)), param)
    filled = 1 - beta_2**t
    bottom = np.sqrt(v / filled) + (epsilon if epsilon_corrected else epsilon / np.sqrt(filled))
    velocity = m / (1 - beta_1**t) / bottom + weight_decay * param
    return as_param(param - learning_rate * velocity, param), {"step": t, "first_moment": m, "second_moment": v}


# %% [markdown]
# How far does the same $\lambda$ shrink weights with different gradients? 200 weights of 1 for each of three
# sizes of gradient, pure noise without a direction, $\alpha = 0.001$, $\lambda = 1$, 1,000 steps. The mean over the
# 200 is drawn, once with the penalty in Adam's gradient and once with AdamW.


# %% demo
def shrink(step, penalty, size):
    """The mean of 200 weights that start at 1, over 1,000 steps with noise of a size for a gradient."""
    generator, param, state = np.random.default_rng(7), np.ones(200), {}
    means = [1.0]
    for _ in range(1000):
        grad = generator.normal(0, size, 200) + penalty * param
        param, state = step(param, grad, state, learning_rate=0.001)
        means.append(param.mean())
    return np.array(means)


fig, panels = plt.subplots(1, 2, figsize=(13, 4.2), sharey=True)
decayed = {}
for size in (0.01, 1.0, 100.0):
    with_penalty = shrink(adam_step, 1.0, size)
    decoupled = shrink(lambda *arguments, **rate: adamw_step(*arguments, weight_decay=1.0, **rate), 0.0, size)
    panels[0].plot(with_penalty, label=f"gradients of size {size:g}")
    panels[1].plot(decoupled, label=f"gradients of size {size:g}")
    decayed[size] = with_penalty[-1], decoupled[-1]
    print(
        f"gradients of size {size:5g}: {with_penalty[-1]:.2f} with the penalty in Adam, {decoupled[-1]:.2f} with AdamW"
    )
panels[1].plot(
    0.999 ** np.arange(1001), color="0.5", linewidth=5, alpha=0.35, linestyle="-", label=r"$(1 - \alpha\lambda)^t$"
)
panels[0].set(xlabel="step", ylabel="mean weight", title="Penalty in Adam's gradient")
panels[1].set(xlabel="step", title="AdamW")
panels[1].legend(loc="lower left")
panels[0].legend(loc="lower left")
panels[0].set_ylim(-0.05, 1.1)
dd.plot.show(
    "Mean weight over 1,000 steps for gradients of size 0.01, 1 and 100. Left, penalty in Adam's gradient: with small "
    "gradients the weight falls to about 0.26, with gradients of 1 to about 0.46, with those of 100 it stays near 1. "
    "Right, AdamW: the three curves fall together to 0.37, along the curve of (1 - alpha lambda)^t."
)
assert decayed[0.01][0] < 0.3 and decayed[100.0][0] > 0.9
assert all(abs(pair[1] - np.exp(-1)) < 0.05 for pair in decayed.values())

# %% [markdown]
# With the penalty in the gradient the same $\lambda = 1$ takes away three quarters, a half or a hundredth, depending on
# the size of gradients that have no direction at all: where they are tiny the penalty is nearly the whole gradient, and
# the weight loses $\alpha$ a step at first; busy weights are spared. With AdamW all shrink by the factor that you
# chose, $0.999^{1000} = 0.37$, and the three curves lie on one another.
#
# ## Where Adam fails, and Yogi
#
# Adam forgets large gradients exponentially. Suppose that they are rare and important: of 100 gradients one is
# $+150$ and the others are $-1$. They sum to $+51$, so the parameter should go down. With $\beta_2 = 0.9$ the one
# large gradient is divided by the root of a second moment that it has just blown up itself, so it moves the
# parameter by about $3\alpha$. Some seventy steps later it is forgotten, and the small ones move it by $\alpha$ each,
# in the other direction. Adam goes the wrong way (Reddi, Kale and Kumar, 2018, with other numbers), and a
# smaller rate goes the wrong way more slowly. A longer memory helps, as long as it is longer than the gap.
#
# **Yogi** (Zaheer and others, 2018) lets the second moment move towards $g_t^2$ by steps that do not depend on how
# far away it is:
#
# $$v_t = v_{t-1} - (1 - \beta_2)\,\operatorname{sign}(v_{t-1} - g_t^2)\; g_t^2 .$$
#
# Write Adam's rule as $v_{t-1} - (1 - \beta_2)(v_{t-1} - g_t^2)$, and you see the difference. If $g_t^2$ is much larger
# than $v$, both rise alike. If it is much smaller, Adam loses a share of $v$ and Yogi only a share of the tiny
# $g_t^2$. **By hand**, $\beta_2 = 0.75$, $v = (25, 4)$, $g = (3, -4)$: Adam gets
# $0.75\,v + 0.25\,(9, 16) = (21, 7)$, Yogi $(25 - 2.25,\ 4 + 4) = (22.75, 8)$.
#
# Everything else is as in Adam. (The paper's listing has no bias corrections; usual implementations have Adam's, and so
# have we.) Since a $v$ of 0 would still move, it need not, but usually does, start at a small
# number; $10^{-6}$ and $\varepsilon = 10^{-3}$ are the values in use. Keras has no Yogi. The last exercise is yours
# from the contract alone.


# %% exercise: yogi_step
def yogi_step(
    param,
    grad,
    state,
    learning_rate=0.01,
    beta_1=0.9,
    beta_2=0.999,
    epsilon=1e-3,
    initial_accumulator=1e-6,
    epsilon_corrected=False,
):
    """One step of Yogi (Zaheer, Reddi, Sachan, Kale and Kumar 2018), with Adam's bias corrections.

    Args:
        param, grad, state, learning_rate, beta_1, beta_2, epsilon, epsilon_corrected: as for adam_step.
        initial_accumulator: what every entry of the second moment starts at, a number >= 0. The first moment starts
            at 0.

    Returns:
        (new_param, new_state) with the keys, shapes and dtypes of adam_step. The first moment, both corrections and the
        step are Adam's; the second moment moves by (1 - beta_2) times the squared gradient, towards that square, and
        stays where it is if it is there. About 9 lines.

    Raises:
        ValueError: grad has another shape than param.
    """
    ### BEGIN SOLUTION
    grad, steps = as_param(grad, param), state.get("step", 0) + 1
    first = as_param(beta_1 * state.get("first_moment", 0.0) + (1 - beta_1) * grad, param)
    before = state.get("second_moment", np.full_like(param, initial_accumulator))
    second = as_param(before - (1 - beta_2) * np.sign(before - grad**2) * grad**2, param)
    weight = np.sqrt(1 - beta_2**steps)
    root = np.sqrt(second) / weight + epsilon if epsilon_corrected else (np.sqrt(second) + epsilon) / weight
    new_param = as_param(param - learning_rate * first / (1 - beta_1**steps) / root, param)
    return new_param, {"step": steps, "first_moment": first, "second_moment": second}
    ### END SOLUTION


# %% test: yogi_step, points=3
param, grad = np.array([1.0, -2.0]), np.array([3.0, -4.0])
state = {"step": 4, "first_moment": np.array([1.0, 2.0]), "second_moment": np.array([25.0, 4.0])}
with dd.check.unchanged([param, grad, state], what="[param, grad, state]"):
    result = yogi_step(param, grad, state, learning_rate=0.1, beta_1=0.5, beta_2=0.75, epsilon=1e-12)
first, second = np.array([2.0, -1.0]), np.array([22.75, 8.0])
due = param - 0.1 * (first / (1 - 0.5**5)) / np.sqrt(second / (1 - 0.75**5))
due_state = {"step": 5, "first_moment": first, "second_moment": second}
dd.check.like(result, (due, due_state), why="these are the second moments worked by hand; this is step 5")
table = np.array([[2.0, 0.0, -1.0], [0.5, 0.0, 1.0]])
_, state = yogi_step(np.zeros((2, 3)), table, {})
due = {"step": 1, "first_moment": 0.1 * table, "second_moment": 1e-6 + 0.001 * table**2}
dd.check.like(
    state, due, what="new_state", why="the second moment starts at 1e-6 and moves up, where there is a gradient"
)
equal = yogi_step(np.zeros(2), np.full(2, 3.0), {}, initial_accumulator=9.0)[1]
dd.check.like(equal["second_moment"], np.full(2, 9.0), what="the second moment", why="it is there already, and stays")
small = yogi_step(np.ones(3, dtype="float32"), np.ones(3), {}, learning_rate=np.float64(0.5))
dd.check.dtype(small[0], "float32", what="new_param", why="float32 parameters stay float32, whatever meets them")
with dd.check.raises(ValueError, why="a column against a row would become a table"):
    yogi_step(np.ones(2), np.ones((2, 1)), {})
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(294)


def expect(result, param, state, why, rtol=1e-9):
    """Compare a step's result with the parameters and the state due, whose arrays have the dtype of param."""
    dd.check.kind(result, tuple, why="a step returns (new_param, new_state)")
    dd.check.equal(len(result), 2, what="the number of results", why="a step returns (new_param, new_state)")
    dd.check.kind(result[1], dict, what="new_state")
    keys = sorted(result[1])
    dd.check.equal(keys, sorted(state), what="the list of keys of new_state", why="no other is promised")
    dd.check.like(result[1]["step"], state["step"], what="the count of steps", why="each step is counted")
    pairs = [(result[1][key], state[key], f"new_state[{key!r}]") for key in keys if key != "step"]
    for came, due, what in [*pairs, (result[0], param, "new_param")]:
        dd.check.kind(came, ("array", float), what=what)
        dd.check.shape(came, due.shape, what=what, why="everything has the shape of param")
        dd.check.dtype(came, param.dtype.name, what=what, why="everything has the dtype of param")
        dd.check.close(came, due, rtol=rtol, atol=1e-12, what=what, why=why)


for shape in ((), (5,), (0,), (1, 3), (2, 1, 3)):
    for beta_1, beta_2, epsilon, corrected, start in (
        (0.5, 0.8, 0.3, True, 2.0),
        (0.0, 0.5, 0.3, False, 0.5),
    ):
        param, state = rng.normal(0.0, 2.0, shape), {}
        first, second = np.zeros(shape), np.full(shape, start)
        for t, rate in enumerate((0.1, 0.5, 0.0), start=1):
            grad = rng.normal(0.0, 1.0, shape)
            first, second, slow = np.array(first), np.array(second), np.zeros(shape)
            for index in np.ndindex(shape):
                square = grad[index] * grad[index]
                first[index] = beta_1 * first[index] + (1 - beta_1) * grad[index]
                second[index] += (1 - beta_2) * square * (1 if square > second[index] else -1)
                if corrected:
                    quotient = first[index] / (1 - beta_1**t) / ((second[index] / (1 - beta_2**t)) ** 0.5 + epsilon)
                else:
                    correction = (1 - beta_2**t) ** 0.5 / (1 - beta_1**t)
                    quotient = correction * first[index] / (second[index] ** 0.5 + epsilon)
                slow[index] = param[index] - rate * quotient
            with dd.check.unchanged([param, grad, state], what="[param, grad, state]"):
                result = yogi_step(param, grad, state, rate, beta_1, beta_2, epsilon, start, corrected)
            due = {"step": t, "first_moment": first, "second_moment": second}
            expect(result, slow, due, "the second moment moves towards the square by a share of the square", rtol=1e-8)
            param, state = np.asarray(result[0]), result[1]
param, state = np.zeros(3), {}
for _ in range(8):
    param, state = yogi_step(param, np.array([1e-3, -2.0, 5e4]), state, 0.3, 0.9, 0.99, 1e-12, 0.0)
due = -0.3 * sum((k * 0.01 / (1 - 0.99**k)) ** -0.5 for k in range(1, 9)) * np.array([1.0, -1.0, 1.0])
dd.check.close(param, due, rtol=1e-6, what="param after 8 steps", why="from 0 the second moment grows in equal steps")
state = {"step": 50, "first_moment": np.zeros(2), "second_moment": np.full(2, 100.0)}
for _ in range(8):
    _, state = yogi_step(np.zeros(2), np.full(2, 0.1), state, beta_2=0.9)
due = np.full(2, 100.0 - 8 * 0.1 * 0.01)
dd.check.close(state["second_moment"], due, rtol=1e-9, what="the second moment", why="it falls by equal small steps")
result = yogi_step(np.zeros(2), np.array([0.0, 1.0]), {})
due = {"step": 1, "first_moment": np.array([0.0, 0.1]), "second_moment": np.array([1e-6, 0.001001])}
moved = -0.01 * np.sqrt(0.001) / (np.sqrt(0.001001) + 1e-3)
expect(result, np.array([0.0, moved]), due, "defaults are 0.01, 0.9, 0.999, 1e-3 and 1e-6, before the correction")
small = np.array([[1.0, -2.0, 3.0]], dtype="float32")
moments = np.array([[0.5, 0.25, -1.0]], dtype="float32"), np.array([[0.5, 0.125, 1.0]], dtype="float32")
state = {"step": 1, "first_moment": moments[0], "second_moment": moments[1]}
for grad in (np.full((1, 3), 0.5), np.full((1, 3), 0.5, dtype="float32"), np.full((1, 3), 200, dtype="uint8")):
    square = grad.astype("float64") ** 2
    first = (0.5 * moments[0] + 0.5 * grad).astype("float32")
    second = (moments[1] + np.where(square > moments[1], 0.5, -0.5) * square).astype("float32")
    due = (small - 0.5 * first / 0.75 * np.sqrt(0.75) / (np.sqrt(second) + 1e-3)).astype("float32")
    result = yogi_step(small, grad, state, np.float64(0.5), np.float64(0.5), np.float64(0.5))
    due_state = {"step": 2, "first_moment": first, "second_moment": second}
    expect(result, due, due_state, "float32 stays float32", rtol=1e-5)
for shape in ((1, 2), (2, 1), (1,), ()):
    with dd.check.raises(ValueError, why=f"a gradient of shape {shape} is none of parameters of shape (2,)"):
        yogi_step(np.ones(2), np.ones(shape), {})
### END HIDDEN TESTS

# %% mistakes: yogi_step
# - replace: np.sqrt(second) / weight + epsilon if epsilon_corrected else (np.sqrt(second) + epsilon) / weight
#   with: np.sqrt(second / weight**2 + epsilon)
#   hint: "Your epsilon sits under the root. Here, as in Adam, it never does."
# - replace: np.sign(before - grad**2)
#   with: np.where(before < grad**2, -1, 1)
#   hint: "Where the second moment equals the square already, yours moves away from it. It is to stay."
# - replace: before - (1 - beta_2) * np.sign(before - grad**2) * grad**2
#   with: before + (1 - beta_2) * np.sign(before - grad**2) * grad**2
#   hint: "Your second moment runs away from the square of the gradient."
# - replace: before - (1 - beta_2) * np.sign(before - grad**2) * grad**2
#   with: before - (1 - beta_2) * (before - grad**2)
#   hint: "That is Adam's second moment. Yogi's steps do not depend on how far away the square is."
# - replace: before - (1 - beta_2) * np.sign(before - grad**2) * grad**2
#   with: before - (1 - beta_2) * np.sign(before - grad**2)
#   hint: "Your steps have one fixed size. They are a share of the squared gradient."
# - replace: before - (1 - beta_2) * np.sign(before - grad**2) * grad**2
#   with: before - (1 - beta_2) * np.sign(before - grad) * grad**2
#   hint: "The second moment is compared with the gradient. It is a moment of squares and is compared with a square."
# - replace: before - (1 - beta_2) * np.sign(before - grad**2) * grad**2
#   with: beta_2 * before - (1 - beta_2) * np.sign(before - grad**2) * grad**2
#   hint: "Your second moment also fades as Adam's does. In Yogi the old value keeps its full weight."
# - replace: before - (1 - beta_2) * np.sign(before - grad**2) * grad**2
#   with: before + (1 - beta_2) * grad**2
#   hint: "Your second moment can only grow. It also has to come down where the square is the smaller."
# - replace: np.full_like(param, initial_accumulator)
#   with: np.zeros_like(param)
#   hint: "Your second moment always starts at 0. The caller says where it starts."
# - replace: state.get("first_moment", 0.0)
#   with: state.get("first_moment", initial_accumulator)
#   hint: "The first moment starts at 0. The starting value is for the second alone."
# - replace: weight = np.sqrt(1 - beta_2**steps)
#   with: weight = 1.0
#   hint: "The correction of the second moment is missing. It is Adam's."
# - replace: first / (1 - beta_1**steps) / root
#   with: first / root
#   hint: "The correction of the first moment is missing. It is Adam's."
# - replace: np.sqrt(second) / weight + epsilon if epsilon_corrected else (np.sqrt(second) + epsilon) / weight
#   with: np.sqrt(second) / weight + epsilon
#   hint: "Your epsilon always comes after the correction."
# - replace: np.sqrt(second) / weight + epsilon if epsilon_corrected else (np.sqrt(second) + epsilon) / weight
#   with: (np.sqrt(second) + epsilon) / weight
#   hint: "Your epsilon always comes before the correction, also when the caller wants it after."
# - replace: grad, steps = as_param(grad, param), state.get("step", 0) + 1
#   with: steps = state.get("step", 0) + 1
#   hint: "A gradient is squared as it comes. What is the square of 200 in uint8, and what of a gradient of another
#     shape?"
# - replace: "{\"step\": steps,"
#   with: "{\"step\": 1,"
#   hint: "Every step says that it is the first, so that the correction never wears off."


# %% mistake: yogi_step
# hint: "You update the second moment inside the caller's own state. The old state must still be there after the
#   step."
def yogi_step(
    param,
    grad,
    state,
    learning_rate=0.01,
    beta_1=0.9,
    beta_2=0.999,
    epsilon=1e-3,
    initial_accumulator=1e-6,
    epsilon_corrected=False,
):
    grad, steps = as_param(grad, param), state.get("step", 0) + 1
    first = as_param(beta_1 * state.get("first_moment", 0.0) + (1 - beta_1) * grad, param)
    second = state.get("second_moment", np.full_like(param, initial_accumulator))
    second -= as_param((1 - beta_2) * np.sign(second - grad**2) * grad**2, param)
    weight = np.sqrt(1 - beta_2**steps)
    root = np.sqrt(second) / weight + epsilon if epsilon_corrected else (np.sqrt(second) + epsilon) / weight
    new_param = as_param(param - learning_rate * first / (1 - beta_1**steps) / root, param)
    return new_param, {"step": steps, "first_moment": first, "second_moment": second}


# %% mistake: yogi_step
# hint: "You keep the larger of the old second moment and Adam's new one. That is AMSGrad, which never comes down;
#   Yogi does, slowly."
def yogi_step(
    param,
    grad,
    state,
    learning_rate=0.01,
    beta_1=0.9,
    beta_2=0.999,
    epsilon=1e-3,
    initial_accumulator=1e-6,
    epsilon_corrected=False,
):
    grad, steps = as_param(grad, param), state.get("step", 0) + 1
    first = as_param(beta_1 * state.get("first_moment", 0.0) + (1 - beta_1) * grad, param)
    before = state.get("second_moment", np.full_like(param, initial_accumulator))
    second = as_param(np.maximum(before, beta_2 * before + (1 - beta_2) * grad**2), param)
    weight = np.sqrt(1 - beta_2**steps)
    root = np.sqrt(second) / weight + epsilon if epsilon_corrected else (np.sqrt(second) + epsilon) / weight
    new_param = as_param(param - learning_rate * first / (1 - beta_1**steps) / root, param)
    return new_param, {"step": steps, "first_moment": first, "second_moment": second}


# %% mistake: yogi_step
# hint: "You step by a share of the old second moment. It is a share of the squared gradient, so that tiny gradients
#   move it hardly at all."
def yogi_step(
    param,
    grad,
    state,
    learning_rate=0.01,
    beta_1=0.9,
    beta_2=0.999,
    epsilon=1e-3,
    initial_accumulator=1e-6,
    epsilon_corrected=False,
):
    grad, steps = as_param(grad, param), state.get("step", 0) + 1
    first = as_param(beta_1 * state.get("first_moment", 0.0) + (1 - beta_1) * grad, param)
    before = state.get("second_moment", np.full_like(param, initial_accumulator))
    second = as_param(before - (1 - beta_2) * np.sign(before - grad**2) * before, param)
    weight = np.sqrt(1 - beta_2**steps)
    root = np.sqrt(second) / weight + epsilon if epsilon_corrected else (np.sqrt(second) + epsilon) / weight
    new_param = as_param(param - learning_rate * first / (1 - beta_1**steps) / root, param)
    return new_param, {"step": steps, "first_moment": first, "second_moment": second}


# %% mistake: yogi_step
# hint: "Neither moment is corrected. Both corrections are Adam's."
def yogi_step(
    param,
    grad,
    state,
    learning_rate=0.01,
    beta_1=0.9,
    beta_2=0.999,
    epsilon=1e-3,
    initial_accumulator=1e-6,
    epsilon_corrected=False,
):
    grad, steps = as_param(grad, param), state.get("step", 0) + 1
    first = as_param(beta_1 * state.get("first_moment", 0.0) + (1 - beta_1) * grad, param)
    before = state.get("second_moment", np.full_like(param, initial_accumulator))
    second = as_param(before - (1 - beta_2) * np.sign(before - grad**2) * grad**2, param)
    new_param = as_param(param - learning_rate * first / (np.sqrt(second) + epsilon), param)
    return new_param, {"step": steps, "first_moment": first, "second_moment": second}


# %% accepts: yogi_step
def yogi_step(
    param,
    grad,
    state,
    learning_rate=0.01,
    beta_1=0.9,
    beta_2=0.999,
    epsilon=1e-3,
    initial_accumulator=1e-6,
    epsilon_corrected=False,
):
    slopes, t = as_param(grad, param), state.get("step", 0) + 1
    m = as_param(state.get("first_moment", np.zeros_like(param)) * beta_1 + slopes * (1 - beta_1), param)
    v = np.array(state["second_moment"] if state else np.full(param.shape, initial_accumulator), dtype=param.dtype)
    square = slopes * slopes
    stride = (1 - beta_2) * square
    v = as_param(np.where(square > v, v + stride, np.where(square < v, v - stride, v)), param)
    filled = 1 - beta_2**t
    bottom = np.sqrt(v / filled) + (epsilon if epsilon_corrected else epsilon / np.sqrt(filled))
    change = learning_rate * (m / (1 - beta_1**t)) / bottom
    return as_param(param - change, param), {"step": t, "first_moment": m, "second_moment": v}


# %% accepts: yogi_step
def yogi_step(
    param,
    grad,
    state,
    learning_rate=0.01,
    beta_1=0.9,
    beta_2=0.999,
    epsilon=1e-3,
    initial_accumulator=1e-6,
    epsilon_corrected=False,
):
    grad = as_param(grad, param)
    steps = state.get("step", 0) + 1
    out = {"new": param.copy(), "first": np.empty_like(param), "second": np.empty_like(param)}
    for index in np.ndindex(param.shape):
        slope = float(grad[index])
        first = beta_1 * (float(state["first_moment"][index]) if state else 0.0) + (1 - beta_1) * slope
        second = float(state["second_moment"][index]) if state else initial_accumulator
        second += (1 - beta_2) * slope**2 * ((slope**2 > second) - (slope**2 < second))
        out["first"][index], out["second"][index] = first, second
        shrink = (1 - beta_2**steps) ** 0.5
        bottom = second**0.5 / shrink + (epsilon if epsilon_corrected else epsilon / shrink)
        out["new"][index] -= learning_rate * first / (1 - beta_1**steps) / bottom
    return out["new"], {"step": steps, "first_moment": out["first"], "second_moment": out["second"]}


# %% [markdown]
# Two questions. How do the second moments follow a gradient that falls from 1 to 0.01 and comes back? And where do
# the two go on the gradients from above, $+150$ once in 100 steps and $-1$ else, if the parameter is kept between
# $-1$ and 1? All have $\alpha = 0.03$.

# %% demo
fig, (left, right) = plt.subplots(1, 2, figsize=(13, 4.4))
sizes = np.repeat([1.0, 0.01, 1.0], [2000, 3000, 1000])
for name, step in {"Adam": adam_step, "Yogi": yogi_step}.items():
    param, state, roots = np.zeros(1), {}, []
    for size in sizes:
        param, state = step(param, np.array([size]), state)
        roots.append(np.sqrt(state["second_moment"][0]))
    left.semilogy(roots, label=name)
left.plot(sizes, color="0.6", linestyle=":", label="size of the gradient")
left.set(xlabel="step", ylabel=r"$\sqrt{v}$", title=r"A fall and a rise, $\beta_2 = 0.999$")
left.legend(loc="center right")

cases = {
    r"Adam, $\beta_2 = 0.9$": (adam_step, 0.9),
    r"Yogi, $\beta_2 = 0.9$": (yogi_step, 0.9),
    r"Adam, $\beta_2 = 0.999$": (adam_step, 0.999),
    r"Yogi, $\beta_2 = 0.999$": (yogi_step, 0.999),
}
goal = {}
for name, (step, beta_2) in cases.items():
    param, state, places = np.zeros(1), {}, [0.0]
    for t in range(4000):
        grad = np.array([150.0 if t % 100 == 0 else -1.0])
        param, state = step(param, grad, state, learning_rate=0.03, beta_2=beta_2)
        param = np.clip(param, -1, 1)
        places.append(param[0])
    right.plot(places[::20], label=name)
    goal[name] = np.mean(places[-1000:])
right.set_xticks(np.arange(0, 201, 50), np.arange(0, 4001, 1000))
right.set(
    xlabel="step", ylabel="parameter (the best is $-1$)", title="Rare, large and important gradients", ylim=(-1.1, 1.7)
)
right.legend(loc="upper center", ncols=2, fontsize=10)
dd.plot.show(
    "Left, root of the second moment by step, on a log axis: both rise to about 1; when the gradient falls to 0.01, "
    "Adam's falls in a straight line to 0.2 and rises again later, Yogi's stays at 1. Right, the parameter by step: "
    "Adam with beta_2 0.9 goes up to +1 and stays; Yogi with 0.9 goes slowly down, to about -0.5; Adam and Yogi with "
    "0.999 go down to near -1."
)
print(", ".join(f"{name}: {place:.2f}" for name, place in goal.items()))
assert goal[r"Adam, $\beta_2 = 0.9$"] > 0.8 and goal[r"Yogi, $\beta_2 = 0.9$"] < -0.3

# %% [markdown]
# Yogi hardly forgets a large gradient as long as only small ones follow. That is the cure on the right: with the
# memory with which Adam goes to the worst place, Yogi goes towards the best. It is also the cost, on the left. When the
# gradients have become small for good, Adam takes full steps again after some thousand of them and Yogi, much like
# AdaGrad, does not. And with the usual $\beta_2 = 0.999$, whose memory is longer than the gap of 100, Adam goes
# the right way as well: in practice its failure is rarer than the theorem sounds.

# %% [markdown]
# ## Put it together: are they Keras's?
#
# Twenty steps from the same start, with the same twenty gradients, whose sizes differ by a factor of 1,000 from
# entry to entry: yesterday's three and today's four against `keras.optimizers`. All have the rate 0.003 and else their
# defaults.

# %% demo
import os

os.environ.setdefault("KERAS_BACKEND", "tensorflow")
with dd.quiet():  # TensorFlow announces itself while it loads
    import keras

    keras.ops.zeros(1)

pairs = {
    "SGD": (day_028.sgd_step, keras.optimizers.SGD(0.003)),
    "momentum": (day_028.momentum_step, keras.optimizers.SGD(0.003, momentum=0.9)),
    "Nesterov": (day_028.nesterov_step, keras.optimizers.SGD(0.003, momentum=0.9, nesterov=True)),
    "AdaGrad": (adagrad_step, keras.optimizers.Adagrad(0.003)),
    "RMSProp": (rmsprop_step, keras.optimizers.RMSprop(0.003)),
    "Adam": (adam_step, keras.optimizers.Adam(0.003)),
    "AdamW": (adamw_step, keras.optimizers.AdamW(0.003)),
}
rng = np.random.default_rng(0)
start = rng.normal(size=(3, 4)).astype("float32")
scales = 10 ** rng.uniform(-2.5, 0.5, (3, 4))
grads = (rng.normal(size=(20, 3, 4)) * scales).astype("float32")
for name, (step, optimizer) in pairs.items():
    variable, param, state, worst = keras.Variable(start), start, {}, 0.0
    for grad in grads:
        optimizer.apply([keras.ops.convert_to_tensor(grad)], [variable])
        param, state = step(param, grad, state, learning_rate=0.003)
        worst = max(worst, np.abs(param - keras.ops.convert_to_numpy(variable)).max())
    moved = np.abs(param - start).max()
    print(f"{name:8s}: largest difference in 20 steps {worst:.1e}, parameters moved by up to {moved:.2f}")
    assert worst < 1e-6

# %% [markdown]
# All agree to better than $10^{-6}$. What is left is rounding.
#
# ## Put it together: eight optimisers, one network
#
# Day 26's two-layer network with 32 hidden units, on the 1,797 digits, 1,400 of them to train on. Each of the
# eight gets the same 200 mini-batches of 32, and the same effort in tuning: eight rates, half a decade apart,
# from the same range, each tried from two starts. The rate with the lowest mean training loss at the end wins. Then
# come five fresh runs with other starts, splits and batches. Everything else is at its default ($\beta = 0.9$ for
# momentum).
#
# All rules work entry by entry, so the network's four arrays may as well be one long row of 2,410 numbers. That is
# quicker, and `minimize` from yesterday can drive it.

# %% demo
pixels, digit = dd.data.digits()
pixels = pixels.astype("float32")  # (1797, 64), from 0 to 1
shapes = {"w1": (64, 32), "b1": (32,), "w2": (32, 10), "b2": (10,)}
cuts = np.cumsum([np.prod(shape) for shape in shapes.values()])


def unpack(row):
    """The network's arrays, as views of one row."""
    parts = np.split(row, cuts[:-1])
    return {name: part.reshape(shape) for (name, shape), part in zip(shapes.items(), parts, strict=True)}


def loss_and_gradient(row, x, labels):
    """Loss and gradient of Day 26's network, the gradient as one row."""
    loss, grads = day_026.two_layer_loss_and_gradients(unpack(row), x, labels)
    return loss, np.concatenate([grads[name].ravel() for name in shapes])


def train(step, learning_rate, seed, scale=1.0, num_steps=200):
    """Losses of the batches, the loss of all training digits at the end, and the share of the others that are right."""
    generator = np.random.default_rng(seed)
    order = generator.permutation(len(digit))
    training, others = order[:1400], order[1400:]
    batches = iter(generator.integers(0, 1400, (num_steps + 1, 32)))
    weights = [generator.normal(0, np.sqrt(2 / shape[0]), shape) * (len(shape) == 2) for shape in shapes.values()]
    start = np.concatenate([w.ravel() for w in weights]).astype("float32")

    def on_a_batch(row):
        rows = training[next(batches)]
        return loss_and_gradient(row, scale * pixels[rows], digit[rows])

    with np.errstate(all="ignore"):  # some rates are too large
        path, losses = day_028.minimize(
            on_a_batch, start, lambda p, g, s: step(p, g, s, learning_rate=learning_rate), num_steps
        )
        end, _ = loss_and_gradient(path[-1], scale * pixels[training], digit[training])
    arrays = unpack(path[-1])
    logits = np.maximum(scale * pixels[others] @ arrays["w1"] + arrays["b1"], 0) @ arrays["w2"] + arrays["b2"]
    return losses, float(np.nan_to_num(end, nan=np.inf)), np.mean(np.argmax(logits, axis=1) == digit[others])


classic = {"SGD": day_028.sgd_step, "momentum": day_028.momentum_step, "Nesterov": day_028.nesterov_step}
averaging = {"RMSProp": rmsprop_step, "Adam": adam_step, "AdamW": adamw_step, "Yogi": yogi_step}
rates = 10.0 ** np.arange(-3, 0.6, 0.5)
fig, panels = plt.subplots(2, 2, figsize=(13, 8.4), sharey="row")
reached = {}
for column, group in enumerate((classic | {"AdaGrad": adagrad_step}, averaging)):
    for (name, step), marker in zip(group.items(), "os^D", strict=True):
        tuned = [np.mean([train(step, rate, seed)[1] for seed in (100, 101)]) for rate in rates]
        best = rates[int(np.argmin(tuned))]
        runs = [train(step, best, seed) for seed in range(5)]
        curve = day_028.ewma(np.mean([losses for losses, _, _ in runs], axis=0), 0.8, bias_correction=True)
        panels[0, column].semilogy(curve, label=f"{name}, rate {best:.2g}")
        panels[1, column].loglog(rates, np.minimum(tuned, 4), marker=marker, label=name)
        ends, right = [end for _, end, _ in runs], [share for _, _, share in runs]
        reached[name] = np.mean(ends), np.mean(right)
        print(
            f"{name:8s}: rate {best:6.2g}, training loss {np.mean(ends):.3f} ({min(ends):.3f} to {max(ends):.3f}), "
            f"new digits right {np.mean(right):.1%} ({min(right):.1%} to {max(right):.1%})"
        )
    name, step = ("SGD", day_028.sgd_step) if column == 0 else ("Adam", adam_step)
    raw = [train(step, rate, 100, scale=16.0)[1] for rate in rates]
    panels[1, column].loglog(rates, np.minimum(raw, 4), color="C4", marker="v", label=f"{name}, pixels 0 to 16")
    print(f"{name}, pixels from 0 to 16: best rate {rates[int(np.argmin(raw))]:.2g}")
    panels[0, column].set(xlabel="step", title="Five runs at the best rate, mean of batches, smoothed")
    panels[1, column].set(xlabel="learning rate", title="Tuning")
    panels[0, column].legend(loc="upper right")
    panels[1, column].legend(loc="upper left", fontsize=10, ncols=2)
    panels[1, column].set_ylim(0.05, 20)
panels[0, 0].set_ylabel("loss")
panels[1, 0].set_ylabel("training loss after 200 steps")
dd.plot.show(
    "Top row, smoothed loss by step on a log axis, each optimiser at its best rate. SGD falls most slowly, with large "
    "jumps; momentum and Nesterov lead AdaGrad a little; Adam, AdamW and Yogi fall about as fast as momentum, RMSProp "
    "somewhat behind. Bottom row, training loss after 200 steps against the rate, on log axes: every curve is a valley "
    "that falls slowly from the left and rises steeply to 2.3 or more on the right; the lowest points are near 1 for "
    "SGD, 0.3 for AdaGrad, 0.1 for momentum and Nesterov, 0.03 for the others. With pixels from 0 to 16 SGD's valley "
    "lies ten or more times lower, Adam's about three times."
)
assert min(share for _, share in reached.values()) > 0.85
assert max(reached["Adam"][1], reached["momentum"][1]) > 0.94

# %% [markdown]
# Tuned alike, most of them arrive together. The means of momentum, Nesterov, Adam, AdamW and Yogi differ by less than
# the spread of their own five runs, so this experiment does not order them; plain SGD, AdaGrad and RMSProp are
# somewhat behind after 200 steps. On the new digits the differences are smaller still. So it is no contradiction that
# Wilson and others (2017) even found tuned SGD to generalise better than adaptive methods on several tasks.
#
# What differs is below: *where* the good rates lie. Every valley falls gently from the left and ends on the right in a
# cliff, at a loss of $\log 10 = 2.3$, that of a network which only guesses any more. SGD's best rate lies at or near
# its edge and is ten to thirty times Adam's. And now the same digits with pixels from 0 to 16, as they come from the
# original files, in the ochre lines: SGD's valley moves by a factor of ten or more, Adam's by about three. Adam
# measures in distances, and the scale of the gradients has dropped out. That is the honest case for it: not that it
# ends lower, but that a rate which worked elsewhere is a good guess here. (Its default of 0.001 is a cautious guess.
# For a run as short as ours it is too slow.)
#
# A rule of thumb: AdamW with $\alpha = 0.001$ to begin with; SGD with Nesterov's momentum if you can afford to tune the
# rate; AdaGrad where features are rare. And whichever you take, tune its rate before you compare.
#
# ## What you should remember
#
# - AdaGrad divides by the root of the sum of all squared gradients: rare features keep a high rate, and all rates
#   fall for ever. RMSProp averages instead of summing, so it recovers.
# - Adam is momentum over RMSProp, both bias corrected: every step is about $\alpha$ long at most, from the first on.
# - $\varepsilon$ inside or outside the root, before or after the correction, and the accumulator's start are choices
#   on which libraries differ.
# - A penalty in Adam's gradient is divided away; AdamW shrinks all weights by the same factor.
# - Compare optimisers only after tuning each equally. Adam's advantage is a default that holds, its weakness rare
#   large gradients.
#
# ## Check yourself
#
# 1. You multiply your loss by 100. What happens to a step of SGD, of Adam, and of Adam with $\varepsilon = 1$?
# 2. Adam needs how much memory beside the parameters, compared with SGD and with momentum?
# 3. A colleague reports that Adam beats SGD, both with a rate of 0.001. What do you ask?
#
# <details><summary>Answers</summary>
#
# 1. SGD's becomes 100 times as long. Adam's stays as it was: the factor cancels in the quotient. With
#    $\varepsilon = 1$ it cancels only as far as $\sqrt v$ is large against 1; for small gradients the step grows
#    towards a hundredfold, as SGD's.
# 2. Two arrays of the parameters' size, momentum one, SGD none. For a network of a billion float32 parameters that
#    is 8 GB.
# 3. How each rate was found. 0.001 is about the best for one and far too small for the other; the comparison is
#    between a tuned and an untuned optimiser.
#
# </details>
#
# ## Go further
#
# - J. Duchi, E. Hazan and Y. Singer, "Adaptive Subgradient Methods for Online Learning and Stochastic Optimization",
#   *JMLR* 12, 2011.
# - D. P. Kingma and J. Ba, "Adam: A Method for Stochastic Optimization", *ICLR*, 2015: four pages to the algorithm,
#   and the other place of $\varepsilon$ in a remark.
# - S. J. Reddi, S. Kale and S. Kumar, "On the Convergence of Adam and Beyond", *ICLR*, 2018.
# - M. Zaheer, S. J. Reddi, D. Sachan, S. Kale and S. Kumar, "Adaptive Methods for Nonconvex Optimization",
#   *NeurIPS*, 2018: Yogi.
# - I. Loshchilov and F. Hutter, "Decoupled Weight Decay Regularization", *ICLR*, 2019.
# - A. C. Wilson and others, "The Marginal Value of Adaptive Gradient Methods in Machine Learning", *NeurIPS*, 2017.
#
# The rate itself has been constant all day. Tomorrow it rises and falls by a plan.
