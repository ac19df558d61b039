# ---
# day: 32
# title: Weight decay, dropout and noise
# week: 7
# minutes: 110
# backend: numpy
# needs: [6, 10, 12, 18, 24, 26, 27, 28, 29, 30, 31]
# data: [digits]
# papers:
# - "Srivastava, Hinton, Krizhevsky, Sutskever and Salakhutdinov 2014, Dropout: a simple way to prevent neural networks
#   from overfitting"
# - "Prechelt 1998, Early stopping, but when?"
# - "Arpit et al. 2017, A closer look at memorization in deep networks"
# - "Zhang, Bengio, Hardt, Recht and Vinyals 2017, Understanding deep learning requires rethinking generalization"
# - Krogh and Hertz 1992, A simple weight decay can improve generalization
# - Bishop 1995, Training with noise is equivalent to Tikhonov regularization
# ---

# %% [markdown]
# # Day 32 · Weight decay, dropout and noise
#
# By the end you can keep a network from learning its training data by heart, with four means, say what each costs,
# and tell from one figure which of them helps.
#
# - **You will build** the L1 and L2 penalties with their gradient, dropout forward and backward, and a
#   training loop that stops in time and gives back its best weights. On 300 digits, a fifth of them labelled wrongly,
#   you measure the gap between training and validation with and without each.
# - **You need** L1, L2 and soft thresholds (Day 6), label smoothing (Day 24), backpropagation (Day 26), momentum
#   (Day 28), starting weights (Day 31).
# - **Not today:** more data by changing what there is (Day 47), normalisation (Day 33).
# - **Time:** about 110 minutes.
#
# | symbol | meaning | shape | in code |
# |---|---|---|---|
# | $N$ | examples | scalar | |
# | $L$ | the loss on the data alone, the mean over the batch | $()$ | `loss` |
# | $W_l$, $w$ | weights of layer $l$, and any one of them | $(D, M)$, $()$ | `weights` |
# | $\lambda_1$, $\lambda_2$ | strength of the L1 and of the L2 penalty | scalars | `l1`, `l2` |
# | $\Omega$ | the penalty | $()$ | `penalty` |
# | $\alpha$ | learning rate | scalar | |
# | $h$ | outputs of a hidden layer | $(N, M)$ | `x` |
# | $s$, $K$ | share of wrong labels, and number of classes | scalars | `share` |
# | $r$ | dropout rate: the share that is dropped | scalar | `rate` |
# | $m$ | dropout mask: the factor of each entry, 0 or $\frac{1}{1 - r}$ | as $h$ | `mask` |
# | $\bar h$ | gradient $\partial L/\partial h$ | as $h$ | `dout` |
#
# Our mask holds factors, not True and False: where it is 0 the entry is dropped, elsewhere it says how much it is
# raised.

# %% setup
import copy
import itertools

import matplotlib.pyplot as plt
import numpy as np

import deepdays as dd

dd.plot.style()


def start_network(sizes, rng):
    """He's start (Day 31) as a dict: weights "w0", "w1", … and biases "b0", "b1", …"""
    params = {}
    for layer, (inputs, outputs) in enumerate(itertools.pairwise(sizes)):
        params[f"w{layer}"] = rng.normal(0, np.sqrt(2 / inputs), (inputs, outputs))
        params[f"b{layer}"] = np.zeros(outputs)
    return params


def predict_logits(params, x):
    """The network's logits, as at inference."""
    depth = len(params) // 2
    for layer in range(depth):
        x = x @ params[f"w{layer}"] + params[f"b{layer}"]
        x = np.maximum(x, 0) if layer < depth - 1 else x
    return x


def cross_entropy(logits, labels):
    """Mean cross-entropy from logits (Day 5)."""
    shifted = logits - logits.max(axis=1, keepdims=True)
    return np.mean(np.log(np.sum(np.exp(shifted), axis=1)) - shifted[np.arange(len(labels)), labels])


def train_epoch(params, velocity, x, labels, rng, penalty=None, dropout=None, noise=0.0, learning_rate=0.1):
    """One epoch in batches of 50 with a momentum of 0.9 (Days 26 and 28); gives new parameters.

    velocity is a dict that is kept up to date; penalty gives (value, gradients) for a list of weights; dropout is a
    pair of functions, forward and backward; noise is the standard deviation of what is added to the inputs.
    """
    depth = len(params) // 2
    for rows in np.array_split(rng.permutation(len(x)), max(len(x) // 50, 1)):
        h = x[rows] + noise * rng.normal(size=x[rows].shape) if noise else x[rows]
        inputs, masks, gradients = [], [], {}
        for layer in range(depth):
            inputs.append(h)
            h = h @ params[f"w{layer}"] + params[f"b{layer}"]
            if layer < depth - 1:
                h = np.maximum(h, 0)
                if dropout:
                    h, mask = dropout[0](h)
                    masks.append(mask)
        raised = np.exp(h - h.max(axis=1, keepdims=True))
        back = (raised / raised.sum(axis=1, keepdims=True) - np.eye(h.shape[1])[labels[rows]]) / len(rows)
        for layer in reversed(range(depth)):
            gradients[f"w{layer}"], gradients[f"b{layer}"] = inputs[layer].T @ back, back.sum(axis=0)
            if layer:
                back = back @ params[f"w{layer}"].T
                if dropout:
                    back = dropout[1](back, masks[layer - 1])
                back = back * (inputs[layer] > 0)
        if penalty:
            _, extra = penalty([params[f"w{layer}"] for layer in range(depth)])
            for layer in range(depth):
                gradients[f"w{layer}"] = gradients[f"w{layer}"] + extra[layer]
        for name, gradient in gradients.items():
            velocity[name] = 0.9 * velocity.get(name, 0.0) - learning_rate * gradient
        params = {name: value + velocity[name] for name, value in params.items()}
    return params


def noisy_digits(seed, num_train=300, share=0.2):
    """Training digits of which a share has a wrong label; clean ones for validation and test; and which are wrong."""
    (x, y), test = dd.data.digits(test_fraction=0.4, seed=seed)
    rng = np.random.default_rng(seed)
    order = rng.permutation(len(x))
    train, val = order[:num_train], order[num_train : num_train + 400]
    labels, wrong = y[train].copy(), rng.random(num_train) < share
    labels[wrong] = (labels[wrong] + rng.integers(1, 10, wrong.sum())) % 10
    return (x[train], labels), (x[val], y[val]), test, wrong


# %% [markdown]
# ## Learning by heart
#
# Day 6 fitted polynomials that passed through every point and were wrong between them. A network does that with ease.
# Zhang and others (2017) gave large ones pictures with *random* labels, and they learned them without a mistake: so
# a low training loss says nothing about what was understood.
#
# **Label noise** makes it visible. Of 300 training digits (Day 18) a fifth gets a wrong label, as real collections
# have; validation and test labels stay right. The wrong ones can't be understood, only be memorised. How low may the
# training loss honestly go? Somebody who knows the rule, but not which labels are wrong, does best to give the right
# class the probability $1 - s$, where $s$ is the share of wrong labels, and each of the other $K - 1$ an equal part of
# $s$. That costs, on average,
#
# $$L = -(1 - s) \ln(1 - s) - s \ln \frac{s}{K - 1} ,$$
#
# for $s = 0.2$ and $K = 10$: $0.8 \cdot 0.223 + 0.2 \cdot 3.807 = 0.94$. What is lower is partly memory. So what does a
# network learn, the rule or the exceptions, and which of them first?

# %% demo
(x_train, labels), (x_val, y_val), _, wrong = noisy_digits(seed=32)
rng = np.random.default_rng(32)
params, velocity = start_network([64, 128, 128, 10], rng), {}
curves = {"right labels": [], "wrong labels, memorised": [], "validation": []}
losses = {"training": [], "validation": []}
for _ in range(60):
    params = train_epoch(params, velocity, x_train, labels, rng)
    agrees = np.argmax(predict_logits(params, x_train), axis=1) == labels
    curves["right labels"].append(np.mean(agrees[~wrong]))
    curves["wrong labels, memorised"].append(np.mean(agrees[wrong]))
    curves["validation"].append(np.mean(np.argmax(predict_logits(params, x_val), axis=1) == y_val))
    losses["training"].append(cross_entropy(predict_logits(params, x_train), labels))
    losses["validation"].append(cross_entropy(predict_logits(params, x_val), y_val))
fig, (left, right) = plt.subplots(1, 2, figsize=(12, 4.3))
for name, values in curves.items():
    left.plot(values, label=name)
left.set(xlabel="epoch", ylabel="share answered as labelled", title="The rule first, then the exceptions")
left.legend()
for name, values in losses.items():
    right.plot(values, label=name)
honest = -0.8 * np.log(0.8) - 0.2 * np.log(0.2 / 9)
right.axhline(honest, color="0.5", linewidth=1, linestyle=":", label=f"training, by the rule alone: {honest:.2f}")
right.set(xlabel="epoch", ylabel="cross-entropy", title="The gap opens")
right.legend()
dd.plot.show(
    "Left, by epoch: the share of right training labels that the network gives back rises to about 0.95 within ten "
    "epochs; that of wrong labels stays near 0 at first and climbs to 1 by epoch 60; validation accuracy peaks early "
    "and then falls. Right: the training loss crosses the dotted line at 0.94 within ten epochs and sinks to 0; the "
    "validation loss falls, turns and rises."
)
early, late = max(curves["validation"][:20]), curves["validation"][-1]
print(f"best validation accuracy in the first 20 epochs {early:.2f}, after 60 epochs {late:.2f}")
assert curves["wrong labels, memorised"][4] < 0.3 and curves["wrong labels, memorised"][-1] > 0.8
assert losses["validation"][-1] > min(losses["validation"]) + 0.1 and early > late
print(f"validation loss: lowest {min(losses['validation']):.2f}, at the end {losses['validation'][-1]:.2f}")

# %% [markdown]
# The rule first: after a few epochs nearly all right labels are known and hardly any wrong one, and validation is at
# its best. Then the exceptions are learned one after the other, each at the price of its neighbourhood. Arpit and
# others (2017) found that order in larger networks too. The distance between the two losses is the **gap**. To make it
# smaller is to **regularise**: forbid, disturb, or stop.
#
# ## Penalties: forbid large weights
#
# To memorise a point the function must bend sharply there, which takes large weights. So charge for them:
#
# $$\Omega = \lambda_1 \sum_l \sum_{ij} \lvert W_{l,ij} \rvert + \lambda_2 \sum_l \sum_{ij} W_{l,ij}^2 , \qquad
# \frac{\partial \Omega}{\partial w} = \lambda_1 \operatorname{sign}(w) + 2 \lambda_2 w ,$$
#
# and descend $L + \Omega$. The first part is L1, the second L2, both together an **elastic net** (Day 6). Forward they
# add one number to the loss; backward each weight gets one more term, which has nothing to do with the data: no
# $\frac1N$.
#
# By hand: $W_1 = \begin{pmatrix} 1 & -2 \\ 0 & 3 \end{pmatrix}$, $\lambda_1 = 0.1$, $\lambda_2 = 0.01$. Sizes sum to 6,
# squares to 14, so $\Omega = 0.6 + 0.14 = 0.74$. The gradient is $\begin{pmatrix} 0.12 & -0.14 \\ 0 & 0.16
# \end{pmatrix}$.
#
# Why should small weights be simpler ones? A unit with small weights changes little when its inputs do, so nearby
# pictures get nearby answers, and a lone exception among them can't be reached. To descend $L + \Omega$ is also, for
# some radius, to look for the best weights inside a ball (L2) or a diamond (L1), as on Day 6; Day 30 showed the ball.
#
# The two pull differently. L2 pulls in proportion: large weights shrink, small ones hardly. L1 pulls with the same
# force down to the end: small weights become 0 (and $|w|$ has a kink there; the slope counts as 0, as is customary).
# With plain descent an L2 step reads
#
# $$w \leftarrow w - \alpha \Big( \frac{\partial L}{\partial w} + 2 \lambda_2 w \Big)
# = (1 - 2 \alpha \lambda_2)\, w - \alpha \frac{\partial L}{\partial w} :$$
#
# the weight decays by a fixed share at each step, hence **weight decay**. With Adam the two are no longer the same,
# which is why AdamW exists (Day 29). Biases are spared as a rule: a few numbers, which shift a function and don't bend
# it. (Keras's `L2(0.01)` is our $\lambda_2 = 0.01$; PyTorch's `weight_decay` is $2 \lambda_2$, and so is the $\lambda$
# of books that write $\frac{\lambda}{2}$.)


# %% exercise: l1_l2_penalty
def l1_l2_penalty(weights, l1=0.0, l2=0.0):
    """The elastic-net penalty l1 * sum(abs(w)) + l2 * sum(w**2) over all weights, and its gradient.

    Args:
        weights: list of arrays of any shapes, of floats or ints of any dtype; may be empty; left unchanged.
        l1, l2: the two strengths, numbers >= 0.

    Returns:
        (penalty, gradients): a float, summed in float64, and a list of float arrays in the shapes of the weights, in
        the dtype of each that is float already; the gradient of abs(w) counts as 0 at 0.

    Raises:
        ValueError: l1 or l2 is negative. About 8 lines.
    """
    ### BEGIN SOLUTION
    if l1 < 0 or l2 < 0:
        raise ValueError(f"a strength is at least 0, not l1={l1}, l2={l2}")
    penalty, gradients = 0.0, []
    for w in weights:
        wide = np.asarray(w, dtype=float)
        penalty += l1 * np.sum(np.abs(wide)) + l2 * np.sum(wide**2)
        gradient = l1 * np.sign(wide) + 2 * l2 * wide
        gradients.append(np.asarray(gradient, dtype=w.dtype if w.dtype.kind == "f" else float))
    return float(penalty), gradients
    ### END SOLUTION


# %% test: l1_l2_penalty, points=2
weights = [np.array([[1.0, -2.0], [0.0, 3.0]])]
with dd.check.unchanged(weights, what="the weights"):
    result = l1_l2_penalty(weights, 0.1, 0.01)
dd.check.like(result, (0.74, [np.array([[0.12, -0.14], [0.0, 0.16]])]), why="this is the example worked by hand")
two = [np.array([[2.0, -1.0, 4.0]]), np.array([-3.0, 0.5])]
result = l1_l2_penalty(two, l1=2.0)
dd.check.like(result, (21.0, [np.array([[2.0, -2, 2]]), np.array([-2.0, 2])]), why="L1 alone pulls all alike")
result = l1_l2_penalty(two, l2=0.5)
dd.check.like(result, (15.125, [np.array([[2.0, -1, 4]]), np.array([-3.0, 0.5])]), why="L2 alone pulls in proportion")
with dd.check.raises(ValueError, why="a negative price would reward large weights"):
    l1_l2_penalty(two, -0.1, 0.2)
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(320)
for shapes in (((3, 2),), ((4,), (2, 3), (1, 5)), ((), (2, 1, 3)), ((1,), (0, 2), (3, 3))):
    weights = [np.asarray(rng.normal(0, 2, shape)) for shape in shapes]
    for l1, l2 in ((0.3, 0.0), (0.0, 0.7), (0.2, 0.05), (0, 0), (1, 2)):
        with dd.check.unchanged(weights, what="the weights"):
            penalty, gradients = l1_l2_penalty(weights, l1, l2)
        due = 0.0
        for w in weights:
            for value in w.ravel().tolist():
                due += l1 * abs(value) + l2 * value * value
        dd.check.like(penalty, due, rtol=1e-9, what="the penalty", why=f"it sums over all weights, {l1=}, {l2=}")
        dd.check.kind(gradients, list, what="the gradients")
        dd.check.equal(len(gradients), len(weights), what="the number of gradients")
        for i, w in enumerate(weights):

            def total(moved, i=i, l1=l1, l2=l2, weights=weights):
                arrays = [moved if j == i else w for j, w in enumerate(weights)]
                return float(sum(l1 * np.sum(abs(a)) + l2 * np.sum(a**2) for a in arrays))

            dd.check.shape(gradients[i], w.shape, what=f"gradients[{i}]")
            dd.check.dtype(gradients[i], "float64", what=f"gradients[{i}]")
            if w.size:
                dd.check.gradient(total, w, gradients[i], rtol=1e-5, atol=1e-6, what=f"gradients[{i}]")
for dtype in ("int8", "uint8", "int64"):
    w = np.array([100, 0, 127], dtype=dtype)
    due = 0.5 * 227 + 0.25 * (10000 + 16129), [np.array([50.5, 0.0, 64.0])]
    dd.check.like(l1_l2_penalty([w], 0.5, 0.25), due, dtype="float64", why=f"{dtype} must not wrap around")
lowest = l1_l2_penalty([np.array([-128], dtype="int8")], 1.0, 0.0)
dd.check.like(lowest, (128.0, [np.array([-1.0])]), why="int8 has no +128, floats have")
single = np.full(100_000, 0.1, dtype="float32")
penalty, gradients = l1_l2_penalty([single, np.array([2.0, -1.0])], 0.0, 1.0)
due = 100_000 * float(single[0]) ** 2 + 5.0
dd.check.like(penalty, due, rtol=1e-12, what="the penalty", why="it is squared and summed in float64")
half = np.full(5_000, 0.1, dtype="float16")
penalty, _ = l1_l2_penalty([half], 1.0, 1.0)
due = 5_000 * (float(half[0]) + float(half[0]) ** 2)
dd.check.like(penalty, due, rtol=1e-12, what="the penalty of float16 weights", why="it is summed in float64")
dd.check.dtype(gradients[0], "float32", what="the gradient of float32 weights")
dd.check.close(gradients[0], np.full(100_000, 0.2), rtol=1e-6, what="the gradient of float32 weights")
dd.check.like(gradients[1], np.array([4.0, -2.0]), dtype="float64", what="the gradient of float64 weights")
kinks = l1_l2_penalty([np.array([0.0, -0.0, 1e-300, -1e-300])], 0.3)[1]
dd.check.like(kinks, [np.array([0.0, 0.0, 0.3, -0.3])], what="the gradients", why="however small, a weight has a sign")
dd.check.like(l1_l2_penalty([], 0.1, 0.1), (0.0, []), why="no weights cost nothing")
dd.check.like(l1_l2_penalty([np.array([3.0])]), (0.0, [np.array([0.0])]), why="both strengths are 0 unless given")
for l1, l2 in ((-1, 0), (0, -1e-9), (1, -1)):
    with dd.check.raises(ValueError, why="no strength is negative"):
        l1_l2_penalty([np.ones(2)], l1, l2)
### END HIDDEN TESTS

# %% mistakes: l1_l2_penalty
# - replace: "penalty, gradients = 0.0, []"
#   with: "penalty, gradients, l1, l2 = 0.0, [], l2, l1"
#   hint: "l1 and l2 have changed places."
# - replace: l1 * np.sum(np.abs(wide)) + l2 * np.sum(wide**2)
#   with: l1 * np.sum(wide) + l2 * np.sum(wide**2)
#   hint: "Negative weights make your L1 penalty smaller. It counts sizes."
# - replace: l1 * np.sum(np.abs(wide)) + l2 * np.sum(wide**2)
#   with: l1 * np.sum(np.abs(wide)) + l2 * np.sqrt(np.sum(wide**2))
#   hint: "You take a root of the squares. The L2 penalty is their sum."
# - replace: l1 * np.sum(np.abs(wide)) + l2 * np.sum(wide**2)
#   with: l1 * np.sum(np.abs(wide)) + l2 / 2 * np.sum(wide**2)
#   hint: "You have the form with one half. Here the squares are not halved, and the 2 is in the gradient."
# - replace: l1 * np.sum(np.abs(wide)) + l2 * np.sum(wide**2)
#   with: l1 * np.mean(np.abs(wide)) + l2 * np.mean(wide**2)
#   hint: "You take means. Each weight has its price, however many there are."
# - replace: l1 * np.sum(np.abs(wide)) + l2 * np.sum(wide**2)
#   with: l2 * np.sum(np.abs(wide)) + l1 * np.sum(wide**2)
#   hint: "The two strengths have changed places in the penalty."
# - replace: penalty += l1
#   with: penalty = l1
#   hint: "Only the last array is paid for."
# - replace: l1 * np.sign(wide) + 2 * l2 * wide
#   with: l1 * np.sign(wide) + l2 * wide
#   hint: "The slope of a square has a factor that you lost."
# - replace: l1 * np.sign(wide) + 2 * l2 * wide
#   with: l1 * np.where(wide > 0, 1, -1) + 2 * l2 * wide
#   hint: "At a weight of 0 your L1 slope pulls one way. It counts as 0 there."
# - replace: l1 * np.sign(wide) + 2 * l2 * wide
#   with: l1 * np.where(wide >= 0, 1, -1) + 2 * l2 * wide
#   hint: "At a weight of 0 your L1 slope is 1. It counts as 0 there."
# - replace: l1 * np.sign(wide) + 2 * l2 * wide
#   with: l1 * np.ones_like(wide) + 2 * l2 * wide
#   hint: "Your L1 slope pushes negative weights further down. It points away from 0 on both sides."
# - replace: l1 * np.sign(wide) + 2 * l2 * wide
#   with: l1 * np.abs(wide) + 2 * l2 * wide
#   hint: "The slope of L1 does not grow with the weight."
# - replace: l1 * np.sign(wide) + 2 * l2 * wide
#   with: -l1 * np.sign(wide) - 2 * l2 * wide
#   hint: "That is the way down. A gradient points up; the step turns it round."
# - replace: |-
#     if l1 < 0 or l2 < 0:
#             raise ValueError(f"a strength is at least 0, not l1={l1}, l2={l2}")
#   with: pass
#   hint: "Negative strengths go through, and would reward large weights."
# - replace: w.dtype if w.dtype.kind == "f" else float
#   with: w.dtype
#   hint: "The gradient of whole numbers comes back as whole numbers, its fractions cut off."


# %% mistake: l1_l2_penalty
# hint: "You square and sum in the weights' own dtype: small ints wrap around, and long sums in float32 lose digits."
def l1_l2_penalty(weights, l1=0.0, l2=0.0):
    if l1 < 0 or l2 < 0:
        raise ValueError("negative")
    penalty = sum(l1 * np.abs(w).sum(dtype=w.dtype) + l2 * (w * w).sum(dtype=w.dtype) for w in weights)
    kinds = [w.dtype if w.dtype.kind == "f" else float for w in weights]
    gradients = [l1 * np.sign(w.astype(float)) + 2 * l2 * w.astype(float) for w in weights]
    return float(penalty), [np.asarray(g, dtype=kind) for g, kind in zip(gradients, kinds, strict=True)]


# %% mistake: l1_l2_penalty
# hint: "You shrink the weights yourself. The function only says how: penalty and gradient."
def l1_l2_penalty(weights, l1=0.0, l2=0.0):
    if l1 < 0 or l2 < 0:
        raise ValueError("negative")
    penalty = sum(l1 * np.abs(w).sum() + l2 * np.square(w).sum() for w in weights)
    return float(penalty), [w - l1 * np.sign(w) - 2 * l2 * w for w in weights]


# %% mistake: l1_l2_penalty
# hint: "You have the form with one half before the squares. Here they are not halved, and the 2 is in the gradient."
def l1_l2_penalty(weights, l1=0.0, l2=0.0):
    if l1 < 0 or l2 < 0:
        raise ValueError("negative")
    penalty = sum(l1 * np.abs(w).sum() + l2 / 2 * np.square(w).sum() for w in weights)
    return float(penalty), [l1 * np.sign(w) + l2 * w for w in weights]


# %% mistake: l1_l2_penalty
# hint: "You divide by the number of weights. Each weight has its price, however many there are."
def l1_l2_penalty(weights, l1=0.0, l2=0.0):
    if l1 < 0 or l2 < 0:
        raise ValueError("negative")
    count = sum(w.size for w in weights) or 1
    penalty = sum(l1 * np.abs(w).sum() + l2 * np.square(w).sum() for w in weights) / count
    return float(penalty), [(l1 * np.sign(w) + 2 * l2 * w) / count for w in weights]


# %% mistake: l1_l2_penalty
# hint: "You take the sign as w over its size, which is NaN at 0."
def l1_l2_penalty(weights, l1=0.0, l2=0.0):
    if l1 < 0 or l2 < 0:
        raise ValueError("negative")
    penalty = sum(l1 * np.abs(w).sum() + l2 * np.square(w).sum() for w in weights)
    with np.errstate(all="ignore"):
        return float(penalty), [l1 * w / np.abs(w) + 2 * l2 * w for w in weights]


# %% mistake: l1_l2_penalty
# hint: "You add the gradient up. Each weight keeps its own, in the shape of its array."
def l1_l2_penalty(weights, l1=0.0, l2=0.0):
    if l1 < 0 or l2 < 0:
        raise ValueError("negative")
    penalty = sum(l1 * np.abs(w).sum() + l2 * np.square(w).sum() for w in weights)
    return float(penalty), float(sum(np.sum(l1 * np.sign(w) + 2 * l2 * w) for w in weights))


# %% accepts: l1_l2_penalty
def l1_l2_penalty(weights, l1=0.0, l2=0.0):
    if min(l1, l2) < 0:
        raise ValueError("strengths must not be negative")
    flat = np.concatenate([np.zeros(1), *(np.ravel(w).astype(np.float64) for w in weights)])
    penalty = l1 * np.linalg.norm(flat, 1) + l2 * (flat @ flat)
    gradients = []
    for w in weights:
        wide = w.astype(np.float64)
        slope = np.where(wide > 0, 1.0, np.where(wide < 0, -1.0, 0.0))
        kind = w.dtype if np.issubdtype(w.dtype, np.floating) else np.float64
        gradients.append(np.array(l1 * slope + l2 * (wide + wide), dtype=kind))
    return float(penalty), gradients


# %% accepts: l1_l2_penalty
def l1_l2_penalty(weights, l1=0.0, l2=0.0):
    for strength in (l1, l2):
        if strength < 0:
            raise ValueError(strength)
    wides = [np.array(w, dtype=float) for w in weights]
    sizes = [float(np.abs(w).sum()) for w in wides]
    squares = [float(np.vdot(w, w)) for w in wides]
    result = []
    for w, wide in zip(weights, wides, strict=True):
        pull = np.array(2.0 * l2 * wide)
        pull[wide > 0] += l1
        pull[wide < 0] -= l1
        result.append(pull.astype(w.dtype) if w.dtype.kind == "f" else pull)
    return l1 * sum(sizes) + l2 * sum(squares), result


# %% [markdown]
# What do the two do to the weights of our network? How many become 0, or as good as 0?

# %% demo
fig, panels = plt.subplots(1, 3, figsize=(13, 3.8), sharex=True, sharey=True)
shares = {}
for ax, (name, l1, l2) in zip(
    panels,
    (("no penalty", 0, 0), (r"L2, $\lambda_2 = 0.003$", 0, 3e-3), (r"L1, $\lambda_1 = 0.001$", 1e-3, 0)),
    strict=True,
):
    rng = np.random.default_rng(33)
    params, velocity = start_network([64, 128, 128, 10], rng), {}
    for _ in range(60):
        params = train_epoch(params, velocity, x_train, labels, rng, lambda w, l1=l1, l2=l2: l1_l2_penalty(w, l1, l2))
    sizes = np.abs(params["w1"]).ravel()
    shares[name] = np.mean(sizes < 1e-3)
    ax.hist(np.log10(np.maximum(sizes, 1e-7)), bins=40, color="C0")
    ax.axvline(-3, color="C1", linestyle="--")
    ax.set(xlabel=r"$\log_{10} |w|$, second layer", title=f"{name}: {shares[name]:.0%} below 0.001")
panels[0].set_ylabel("weights")
dd.plot.show(
    "Three histograms of the sizes of the second layer's weights on a logarithmic axis, with a line at 0.001. Without "
    "penalty nearly all are above it. With L2 the mass is shifted to smaller sizes. With L1 most are below 0.001, in a "
    "heap between 1e-5 and 1e-3, and a small group of larger weights remains."
)
without, with_l2, with_l1 = shares.values()
assert with_l1 > 0.4 and with_l1 > with_l2 + 0.2 > without

# %% [markdown]
# L2 makes all smaller, L1 leaves few. (A step of size $\alpha \lambda_1$ hops over 0 and back, so what is "0" here is
# about $10^{-4}$; Day 6's soft threshold gives true zeros.) In the first layer that is a selection of features: a pixel
# whose weights are all 0 is not looked at, such as the upper left corner, where no digit has ink.
#
# ## Dropout: disturb
#
# In training, **dropout** sets each output of a hidden layer to 0 with the probability $r$, for each example and at
# each step anew. A unit can't rely on a certain other one being there, so conspiracies of units that recognise a single
# example don't form.
#
# Usual rates are 0.5 for wide hidden layers, less for narrow ones, and 0.2 or so for inputs; outputs are never dropped.
#
# What is dropped is missing from the next layer's sums: on average $1 - r$ of it is left. At **inference** nothing is
# dropped, and the sums would be too large. The cure in use is **inverted dropout**: raise what is kept, in training, by
# $\frac{1}{1 - r}$. Then each entry's mean is what it was,
#
# $$E[m\, h] = r \cdot 0 + (1 - r) \cdot \frac{h}{1 - r} = h ,$$
#
# and inference needs no change at all. By hand, $r = 0.2$ and $h = (4, 8, 2)$: the second is dropped, the others are
# raised by 1.25, so the mask is $(1.25, 0, 1.25)$ and the output $(5, 0, 2.5)$. (Srivastava and others, 2014, scaled
# the weights at test time instead and mention this way as well.)
#
# **Backward** the mask is a constant, and $\frac{\partial (m\,h)}{\partial h} = m$: what was dropped gets no gradient,
# what was raised gets more. It must be the *same* mask, which is why the forward pass hands it out. A numerical check
# of the gradient (Day 27) therefore keeps the mask fixed or dropout off.


# %% exercise: dropout_forward
def dropout_forward(x, rate, training, rng):
    """Inverted dropout: drop entries at random in training, do nothing at inference.

    Args:
        x: array of any shape, of floats or ints; left unchanged.
        rate: probability that an entry is dropped, 0 <= rate < 1.
        training: whether to drop.
        rng: a numpy Generator, the only source of randomness; it is not touched at inference.

    Returns:
        (out, mask): two new float arrays in the shape of x, float32 if x is, else float64. In training each entry of
        mask is 0 with probability rate, else 1 / (1 - rate), independently; at inference all are 1. out is x * mask.

    Raises:
        ValueError: rate is not in that range, NaN included, in training or not. About 8 lines.
    """
    ### BEGIN SOLUTION
    if not 0 <= rate < 1:
        raise ValueError(f"rate must be at least 0 and below 1, not {rate}")
    dtype = np.float32 if x.dtype == np.float32 else np.float64
    if training:
        keep = rng.random(x.shape) >= rate
        mask = (keep / (1 - rate)).astype(dtype)
    else:
        mask = np.ones(x.shape, dtype=dtype)
    return x * mask, mask
    ### END SOLUTION


# %% test: dropout_forward, points=2
x = np.array([[4.0, 8.0, 2.0], [1.0, -3.0, 5.0]])
with dd.check.unchanged(x, what="x"):
    out, mask = dropout_forward(x, 0.2, True, np.random.default_rng(1))
dd.check.shape(mask, (2, 3), what="the mask")
assert set(np.round(mask, 9).ravel().tolist()) <= {0.0, 1.25}, "with rate 0.2 each factor is 0 or 1.25"
dd.check.like(out, x * mask, what="out", why="it is x times the mask")
result = dropout_forward(x, 0.2, False, np.random.default_rng(1))
dd.check.like(result, (x, np.ones((2, 3))), why="at inference nothing is dropped or raised")
many = np.full((50, 400), 3.0)
out, mask = dropout_forward(many, 0.25, True, np.random.default_rng(2))
dd.check.close(np.mean(mask == 0), 0.25, atol=0.02, what="the share that is dropped", why="the rate is 0.25")
dd.check.close(out.mean(), 3.0, atol=0.07, what="the mean of out", why="dropout keeps the mean")
with dd.check.raises(ValueError, why="a rate of 1 leaves nothing to raise"):
    dropout_forward(x, 1.0, True, np.random.default_rng(1))
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(321)
for rate in (0.0, 0.1, 0.5, 0.75, 0.9):
    for shape in ((3000,), (60, 50), (1, 2000), (1500, 1), (5, 20, 30)):
        x = rng.normal(2, 1, shape)
        with dd.check.unchanged(x, what="x"):
            out, mask = dropout_forward(x, rate, True, np.random.default_rng(rng.integers(1000)))
        dd.check.shape(mask, shape, what="the mask")
        dd.check.dtype(mask, "float64", what="the mask")
        dropped = mask == 0
        due = np.where(dropped, 0.0, 1 / (1 - rate))
        dd.check.like(mask, due, rtol=1e-9, what="the mask", why="what is kept is raised by 1 / (1 - rate)")
        dd.check.like(out, x * mask, rtol=1e-9, what="out", why="it is x times the mask")
        off = 5 * np.sqrt(rate * (1 - rate) / x.size)
        dd.check.close(dropped.mean(), rate, atol=off, what="the share that is dropped", why=f"the rate is {rate}")
        if len(shape) == 2 and min(shape) > 1 and 0 < rate < 1:
            for axis in (0, 1):
                spread = dropped.mean(axis=axis).std() ** 2 * shape[axis] / (rate * (1 - rate))
                dd.check.close(
                    spread, 1.0, atol=0.9, what="the spread over rows or columns", why="entries are independent"
                )
for dtype in ("float32", "int64", "uint8", "float16"):
    x = np.array([[1, 250, 3, 0], [7, 5, 9, 2]]).astype(dtype)
    due_dtype = "float32" if dtype == "float32" else "float64"
    for training in (True, False):
        out, mask = dropout_forward(x, 0.6, training, np.random.default_rng(4))
        dd.check.dtype(out, due_dtype, what=f"out for {dtype}")
        dd.check.dtype(mask, due_dtype, what=f"the mask for {dtype}")
        dd.check.close(out, x.astype(float) * mask, rtol=1e-6, what=f"out for {dtype}")
        for name, array in (("out", out), ("the mask", mask)):
            assert not np.shares_memory(array, x), f"{name} is a new array"
x = rng.normal(size=(4, 5))
out, mask = dropout_forward(x, 0.3, False, np.random.default_rng(4))
assert not np.shares_memory(out, x), "out is a new array at inference too"
used, fresh = np.random.default_rng(5), np.random.default_rng(5)
dropout_forward(x, 0.5, False, used)
dd.check.equal(used.random(), fresh.random(), what="rng's next number", why="inference does not touch rng")
generator, same = np.random.default_rng(6), np.random.default_rng(6)
first, second = (dropout_forward(np.ones((9, 11)), 0.5, True, generator)[1] for _ in range(2))
assert not np.array_equal(first, second), "each call draws a new mask"
dd.check.equal(dropout_forward(np.ones((9, 11)), 0.5, True, same)[1], first, what="the mask of the same seed")
dd.check.equal(dropout_forward(np.ones((9, 11)), 0.5, True, same)[1], second, what="its next mask", why="rng decides")
counts = {int(np.sum(dropout_forward(np.ones(20), 0.5, True, generator)[1] == 0)) for _ in range(30)}
assert len(counts) > 1, "entries are dropped independently, so how many of 20 are dropped is another number each time"
empty = dropout_forward(np.zeros((0, 3)), 0.5, True, np.random.default_rng(0))
dd.check.like(empty, (np.zeros((0, 3)), np.zeros((0, 3))), why="nothing stays nothing")
for rate in (1.0, -0.1, 1.5, float("nan")):
    for training in (True, False):
        with dd.check.raises(ValueError, why=f"{rate} is no rate"):
            dropout_forward(x, rate, training, np.random.default_rng(0))
### END HIDDEN TESTS

# %% mistakes: dropout_forward
# - replace: not 0 <= rate < 1
#   with: rate < 0 or rate >= 1
#   hint: "NaN is neither below 0 nor at least 1, and slips through. Ask whether the rate is in the range."
# - replace: not 0 <= rate < 1
#   with: rate >= 1
#   hint: "A negative rate goes through."
# - replace: not 0 <= rate < 1
#   with: training and not 0 <= rate < 1
#   hint: "At inference any rate goes through. It is checked in training and at inference."
# - replace: not 0 <= rate < 1
#   with: not 0 < rate < 1
#   hint: "You refuse a rate of 0. It drops nothing, and is allowed."
# - replace: rng.random(x.shape) >= rate
#   with: (rng.permutation(x.size) >= round(rate * x.size)).reshape(x.shape)
#   hint: "You drop the same number of entries each time. Whether one is dropped must not depend on the others."
# - replace: keep / (1 - rate)
#   with: keep * 1.0
#   hint: "What is kept is not raised, so that the next layer's sums shrink."
# - replace: keep / (1 - rate)
#   with: keep / rate
#   hint: "You raise by one over the share that is dropped. Which share is left?"
# - replace: keep / (1 - rate)
#   with: keep * (1 - rate)
#   hint: "You lower what is kept. Something is missing from the sums, so the rest has to be raised."
# - replace: rng.random(x.shape) >= rate
#   with: rng.random(x.shape) < rate
#   hint: "You keep the share that was to be dropped."
# - replace: rng.random(x.shape) >= rate
#   with: np.broadcast_to(rng.random(x.shape[-1:]) >= rate, x.shape)
#   hint: "All examples lose the same units. Each entry has a draw of its own."
# - replace: rng.random(x.shape) >= rate
#   with: np.broadcast_to(rng.random(x.shape[:1] + (1,) * (x.ndim - 1)) >= rate, x.shape)
#   hint: "You drop whole examples. Each entry has a draw of its own."
# - replace: rng.random(x.shape) >= rate
#   with: np.random.random(x.shape) >= rate
#   hint: "You draw from NumPy's global generator. The one that was handed in should decide."
# - replace: rng.random(x.shape) >= rate
#   with: np.random.default_rng(0).random(x.shape) >= rate
#   hint: "Every call makes a new generator and so the same mask."
# - replace: rng.random(x.shape) >= rate
#   with: rng.normal(size=x.shape) >= rate
#   hint: "Normal numbers are no probabilities. Which draw is below the rate with the probability rate?"
# - replace: mask = np.ones(x.shape, dtype=dtype)
#   with: mask = np.full(x.shape, 1 - rate, dtype=dtype)
#   hint: "You scale at inference as well. Inverted dropout has done that in training."
# - replace: if training
#   with: if not training
#   hint: "You drop at inference and not in training."
# - replace: if training
#   with: if True
#   hint: "You drop at inference too: predictions would be a lottery."
# - replace: if not 0 <= rate < 1
#   with: if not 0 <= rate <= 1
#   hint: "A rate of 1 drops all, and there is nothing left to raise."
# - replace: |-
#     if not 0 <= rate < 1:
#             raise ValueError(f"rate must be at least 0 and below 1, not {rate}")
#   with: pass
#   hint: "Rates outside the range go through."
# - replace: np.float32 if x.dtype == np.float32 else np.float64
#   with: x.dtype
#   hint: "For whole numbers the mask is cut to whole numbers too."


# %% mistake: dropout_forward
# hint: "You drop an exact number of entries. Each is dropped by a draw of its own, so the number varies."
def dropout_forward(x, rate, training, rng):
    if not 0 <= rate < 1:
        raise ValueError(rate)
    kind = np.float32 if x.dtype == np.float32 else float
    mask = np.ones(x.size, dtype=kind)
    if training:
        mask /= 1 - rate
        mask[: int(rate * x.size)] = 0  # the first ones
    mask = mask.reshape(x.shape)
    return x.astype(kind) * mask, mask


# %% mistake: dropout_forward
# hint: "The caller's own array loses entries. Make a new one."
def dropout_forward(x, rate, training, rng):
    if not 0 <= rate < 1:
        raise ValueError(rate)
    mask = np.ones(x.shape)
    if training:
        mask = (rng.random(x.shape) >= rate) / (1 - rate)
        x *= mask
    return x, mask


# %% mistake: dropout_forward
# hint: "The mask should hold the factors, 0 or the raise, and yours says only who was kept."
def dropout_forward(x, rate, training, rng):
    if not 0 <= rate < 1:
        raise ValueError(rate)
    if not training:
        return x.astype(float), np.ones(x.shape)
    keep = (rng.random(x.shape) >= rate).astype(float)
    return x * keep / (1 - rate), keep


# %% mistake: dropout_forward
# hint: "You take the rate for the share that is kept. Here it is the share that is dropped."
def dropout_forward(x, rate, training, rng):
    if not 0 <= rate < 1:
        raise ValueError(rate)
    if not training:
        return x.astype(float), np.ones(x.shape)
    mask = (rng.random(x.shape) < rate) / max(rate, 1e-9)
    return x * mask, mask


# %% mistake: dropout_forward
# hint: "You scale at inference. Inverted dropout raises what is kept in training, and leaves inference alone."
def dropout_forward(x, rate, training, rng):
    if not 0 <= rate < 1:
        raise ValueError(rate)
    if not training:
        return x * (1 - rate), np.full(x.shape, 1 - rate)
    mask = (rng.random(x.shape) >= rate).astype(float)
    return x * mask, mask


# %% mistake: dropout_forward
# hint: "You raise by the share that happened to be kept. The factor is fixed by the rate: 1 over (1 - rate)."
def dropout_forward(x, rate, training, rng):
    if not 0 <= rate < 1:
        raise ValueError(rate)
    if not training:
        return x.astype(float), np.ones(x.shape)
    keep = rng.random(x.shape) >= rate
    mask = keep / max(keep.mean(), 1e-9)
    return x * mask, mask


# %% mistake: dropout_forward
# hint: "At inference there is no mask with you. One of ones is due, so that the way back needs no special case."
def dropout_forward(x, rate, training, rng):
    if not 0 <= rate < 1:
        raise ValueError(rate)
    if not training:
        return x * 1.0, None
    mask = (rng.random(x.shape) >= rate) / (1 - rate)
    return x * mask, mask


# %% mistake: dropout_forward
# hint: "You draw at inference too and throw the draw away: rng has moved on, and a later draw is another."
def dropout_forward(x, rate, training, rng):
    if not 0 <= rate < 1:
        raise ValueError(rate)
    kind = np.float32 if x.dtype == np.float32 else np.float64
    mask = ((rng.random(x.shape) >= rate) / (1 - rate)).astype(kind)
    mask = mask if training else np.ones(x.shape, kind)
    return x * mask, mask


# %% equivalents: dropout_forward
# - replace: keep = rng.random(x.shape) >= rate
#   with: keep = rng.random(x.shape) > rate
#   reason: "A draw that equals the rate to the last bit does not occur in practice."


# %% accepts: dropout_forward
def dropout_forward(x, rate, training, rng):
    if rate >= 1 or rate < 0 or np.isnan(rate):
        raise ValueError("0 <= rate < 1")
    kind = np.result_type(x.dtype, np.float32) if x.dtype == np.float32 else np.dtype(float)
    mask = np.ones_like(x, dtype=kind)
    if training:
        mask *= rng.binomial(1, 1 - rate, size=x.shape).astype(kind)
        mask *= kind.type(1 / (1 - rate))
    return np.multiply(x, mask, dtype=kind), mask


# %% accepts: dropout_forward
def dropout_forward(x, rate, training, rng):
    if not (rate >= 0 and rate < 1):
        raise ValueError(rate)
    kind = "float32" if x.dtype == "float32" else "float64"
    out, mask = np.array(x, dtype=kind), np.ones(x.shape, kind)
    if training:
        gone = rng.uniform(0, 1, x.shape) < rate
        mask[gone], mask[~gone] = 0, 1 / (1 - rate)
        out = (out * mask).astype(kind)
    return out, mask


# %% [markdown]
# Why the raise matters: one unit of the next layer sums 100 outputs of 1, with all its weights 0.1, so that it gets 10
# at inference. What does it get in training, from 2,000 masks with a rate of 0.5, with your mask and with one that does
# not raise?

# %% demo
rng = np.random.default_rng(40)
out, mask = dropout_forward(np.ones((2000, 100)), 0.5, True, rng)
sums = {"inverted dropout": 0.1 * out.sum(axis=1), "dropped, not raised": 0.1 * (mask > 0).sum(axis=1)}
fig, ax = plt.subplots(figsize=(8, 3.8))
for (name, values), color in zip(sums.items(), ("C0", "C5"), strict=True):
    bins = np.arange(2, 15, 0.2 if name.startswith("inverted") else 0.1)
    ax.hist(values, bins=bins, density=True, color=color, label=f"{name}: mean {values.mean():.2f}")
ax.axvline(10, color="C1", linestyle="--", label="at inference: 10")
ax.set(
    xlabel="what the next unit gets", ylabel="density over masks", title="Training and inference must agree on the mean"
)
ax.legend()
dd.plot.show(
    "Two heaps. That of inverted dropout is centred at 10, on the dashed line for inference, and wider; without the "
    "raise the heap is centred at 5, far from the line."
)
assert abs(sums["inverted dropout"].mean() - 10) < 0.2 and abs(sums["dropped, not raised"].mean() - 5) < 0.1

# %% [markdown]
# Without the raise the layers above are trained for sums around 5 and meet 10 when it counts. With it the mean is
# right; the spread in training is the price, and the teacher: what is learned has to work in spite of it. A common bug
# is to leave dropout on when predicting: the same picture then gets another answer at each call. The other is to leave
# it off in training, and to wonder why it changes nothing.


# %% exercise: dropout_backward
def dropout_backward(dout, mask):
    """The gradient of dropout for its input.

    Args:
        dout: gradient of the loss for dropout's output, array of any shape, of floats or ints; left unchanged.
        mask: what dropout_forward returned, a float array of that shape; left unchanged.

    Returns:
        The gradient for the input, a new float array of that shape: exactly 0 where the mask is 0, whatever dout is
        there; elsewhere NaN and infinity pass.

    Raises:
        ValueError: the shapes differ. About 3 lines.
    """
    ### BEGIN SOLUTION
    if np.shape(dout) != np.shape(mask):
        raise ValueError(f"dout has the shape {np.shape(dout)}, the mask {np.shape(mask)}")
    return np.where(mask == 0, 0.0, dout) * mask
    ### END SOLUTION


# %% test: dropout_backward, points=1
dout, mask = np.array([[1.0, 2.0, -3.0], [4.0, 6.0, 0.5]]), np.array([[1.25, 0.0, 1.25], [0.0, 1.25, 1.25]])
with dd.check.unchanged(dout, what="dout"), dd.check.unchanged(mask, what="mask"):
    result = dropout_backward(dout, mask)
due = np.array([[1.25, 0.0, -3.75], [0.0, 7.5, 0.625]])
dd.check.like(result, due, why="each entry's gradient has the factor that the entry had")
dd.check.like(dropout_backward(dout, np.ones((2, 3))), dout, why="at inference the mask is all 1")
with dd.check.raises(ValueError, why="the mask of another batch would be broadcast without a word"):
    dropout_backward(dout, mask[:1])
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(322)
for shape in ((5,), (1, 4), (3, 1), (4, 6), (2, 3, 5)):
    for rate in (0.0, 0.3, 0.8):
        x, pull = rng.normal(size=shape), rng.normal(size=shape)
        mask = (rng.random(shape) >= rate) / (1 - rate)
        with dd.check.unchanged(pull, what="dout"), dd.check.unchanged(mask, what="mask"):
            result = dropout_backward(pull, mask)
        dd.check.shape(result, shape)
        dd.check.gradient(lambda v, pull=pull, mask=mask: float(np.sum(pull * (v * mask))), x, result)
        for name, array in (("dout", pull), ("the mask", mask)):
            assert not np.shares_memory(result, array), f"the result is a new array, not {name}"
for bad in (np.nan, np.inf, -np.inf):
    result = dropout_backward(np.array([bad, 1.0]), np.array([0.0, 2.0]))
    dd.check.like(result, np.array([0.0, 2.0]), why=f"what was dropped gets 0, also where {bad} comes down")
    result = dropout_backward(np.array([bad, 1.0]), np.array([2.0, 2.0]))
    dd.check.like(result, np.array([bad, 2.0]), equal_nan=True, why=f"where an entry was kept, {bad} is not hidden")
whole = dropout_backward(np.array([[3, -4]]), np.array([[0.0, 1.5]]))
dd.check.like(whole, np.array([[0.0, -6.0]]), why="whole numbers are numbers")
single = dropout_backward(np.array([3, -4], dtype="float32"), np.array([2, 0], dtype="float32"))
dd.check.like(single, np.array([6.0, 0.0]), what="the gradient in float32")
dd.check.like(dropout_backward(np.zeros((0, 2)), np.zeros((0, 2))), np.zeros((0, 2)), why="nothing stays nothing")
for one, other in (((2, 3), (3,)), ((4,), (4, 1)), ((2, 2), ()), ((3,), (1,))):
    with dd.check.raises(ValueError, why=f"{one} and {other} do not belong together"):
        dropout_backward(np.ones(one), np.ones(other))
### END HIDDEN TESTS

# %% mistakes: dropout_backward
# - replace: np.where(mask == 0, 0.0, dout) * mask
#   with: np.where(mask == 0, 0.0, dout)
#   hint: "What was raised on the way up has to be raised on the way down."
# - replace: np.where(mask == 0, 0.0, dout) * mask
#   with: dout * 1.0
#   hint: "What was dropped had no say in the loss, so it gets no gradient."
# - replace: np.where(mask == 0, 0.0, dout) * mask
#   with: np.divide(dout, mask, out=np.zeros(np.shape(mask)), where=mask != 0)
#   hint: "You undo the raise. A gradient is multiplied by the same factor as the entry."
# - replace: np.where(mask == 0, 0.0, dout) * mask
#   with: dout * mask
#   hint: "Zero times NaN is NaN, and zero times infinity too: where the mask is 0 the gradient is 0 whatever comes."
# - replace: np.where(mask == 0, 0.0, dout) * mask
#   with: np.where(mask != 0, 0.0, dout) * 1.0
#   hint: "You give the gradient to those that were dropped."
# - replace: np.where(mask == 0, 0.0, dout) * mask
#   with: np.where(mask == 0, 0.0, dout) * mask * np.mean(mask > 0)
#   hint: "You scale by the share that was kept. The mask has the factor in it already."
# - replace: |-
#     if np.shape(dout) != np.shape(mask):
#             raise ValueError(f"dout has the shape {np.shape(dout)}, the mask {np.shape(mask)}")
#   with: pass
#   hint: "A mask of another shape is broadcast without a word. Refuse it."


# %% mistake: dropout_backward
# hint: "You draw a new mask. The gradient belongs to the mask of the forward pass."
def dropout_backward(dout, mask):
    if dout.shape != mask.shape:
        raise ValueError("shapes")
    top = mask.max(initial=1.0)
    return dout * (np.random.default_rng(0).random(dout.shape) < 1 / top) * top


# %% mistake: dropout_backward
# hint: "The caller's own gradient is overwritten. Make a new array."
def dropout_backward(dout, mask):
    if dout.shape != mask.shape:
        raise ValueError("shapes")
    dout[mask == 0] = 0
    dout *= mask
    return dout


# %% mistake: dropout_backward
# hint: "The mask's factor is in your gradient twice."
def dropout_backward(dout, mask):
    if dout.shape != mask.shape:
        raise ValueError("shapes")
    return np.where(mask > 0, dout, 0.0) * mask * mask


# %% mistake: dropout_backward
# hint: "The product alone lets masks of another shape through, and makes NaN out of 0 times NaN or infinity."
def dropout_backward(dout, mask):
    return dout * mask


# %% mistake: dropout_backward
# hint: "You clear every NaN and infinity. Where an entry was kept it must stay visible that something is wrong."
def dropout_backward(dout, mask):
    if dout.shape != mask.shape:
        raise ValueError("shapes")
    return np.where(np.isfinite(dout) & (mask != 0), dout, 0.0) * mask


# %% equivalents: dropout_backward
# - replace: np.where(mask == 0, 0.0, dout)
#   with: np.where(mask == 0, 1.0, dout)
#   reason: "Where the mask is 0, any finite number times it is 0."


# %% accepts: dropout_backward
def dropout_backward(dout, mask):
    if dout.shape != mask.shape:
        raise ValueError("shapes")
    dx = np.zeros(dout.shape)
    kept = mask > 0
    dx[kept] = dout[kept] * mask[kept]
    return dx


# %% accepts: dropout_backward
def dropout_backward(dout, mask):
    if np.asarray(dout).shape != np.asarray(mask).shape:
        raise ValueError("one shape is due")
    return np.multiply(dout, mask, out=np.zeros(np.shape(dout)), where=np.asarray(mask) != 0)


# %% [markdown]
# ## Why dropout is an ensemble
#
# With $M$ units there are $2^M$ masks, and each leaves another network. Training with dropout trains one of them at
# each step, all with shared weights. And inference? By hand, one linear output $1 h_0 + 2 h_1$ with $h = (3, 5)$ and $r
# = \frac12$: the four networks say $0$, $6$, $20$ and $26$. Their mean is 13, and so is the output without dropout:
# **the full network is the mean of all of them**, exactly, as long as what follows is linear. With a softmax behind it,
# it is exactly their normalised *geometric* mean, since logits average and $\exp$ makes products of sums. With more
# layers it is an approximation. Day 12's forest took the mean of many trees to calm them; here the many share one set
# of weights and cost one pass.
#
# Is it so? Ten hidden units, so that all $2^{10} = 1024$ networks can be asked.

# %% demo
(x_train, labels), (x_val, y_val), (x_test, y_test), _ = noisy_digits(seed=34, share=0.0)
rng = np.random.default_rng(34)
params, velocity = start_network([64, 10, 10], rng), {}
half = (lambda h: dropout_forward(h, 0.5, True, rng), dropout_backward)
for _ in range(150):
    params = train_epoch(params, velocity, x_train, labels, rng, dropout=half, learning_rate=0.02)
hidden = np.maximum(x_test @ params["w0"] + params["b0"], 0)  # (N, 10)
scores, geometric, arithmetic = [], 0.0, 0.0
for keep in itertools.product((0.0, 2.0), repeat=10):
    logits = (hidden * keep) @ params["w1"] + params["b1"]
    log_probs = logits - logits.max(axis=1, keepdims=True)
    log_probs -= np.log(np.exp(log_probs).sum(axis=1, keepdims=True))
    scores.append(np.mean(np.argmax(logits, axis=1) == y_test))
    geometric, arithmetic = geometric + log_probs / 1024, arithmetic + np.exp(log_probs) / 1024
full = predict_logits(params, x_test)
full_probs = np.exp(full - full.max(axis=1, keepdims=True))
full_probs /= full_probs.sum(axis=1, keepdims=True)
geometric = np.exp(geometric)
geometric /= geometric.sum(axis=1, keepdims=True)
full_score = np.mean(np.argmax(full, axis=1) == y_test)
mean_score = np.mean(np.argmax(arithmetic, axis=1) == y_test)
fig, ax = plt.subplots(figsize=(8, 4))
ax.hist(scores, bins=40, color="C5", edgecolor="C0", linewidth=0.5, label="the 1024 networks")
ax.axvline(full_score, color="C0", linestyle="-", label=f"all units: {full_score:.2f}")
ax.axvline(mean_score, color="C1", linestyle="--", label=f"mean of all probabilities: {mean_score:.2f}")
ax.set(xlabel="test accuracy", ylabel="networks", title="One network, or the mean of 1024?")
ax.legend(loc="upper left")
dd.plot.show(
    "Histogram of the test accuracy of 1024 sub-networks, broad, from little above 0.1 to about 0.8, with the mass "
    "near 0.5. Two lines close to each other at its right end: the network with all units, and the mean of all "
    "probabilities."
)
print(f"geometric mean and full network differ by at most {np.abs(geometric - full_probs).max():.1e}")
print(f"mean sub-network {np.mean(scores):.2f}, best {np.max(scores):.2f}")
assert np.allclose(geometric, full_probs) and full_score > np.mean(scores) + 0.1
assert abs(full_score - mean_score) < 0.08

# %% [markdown]
# One pass of the full network does what the mean of 1,024 does, and better than a typical one of them by far.
#
# ## Early stopping
#
# The first figure showed that the network is at its best early on. So watch the validation loss, and when it has not
# improved for a number of epochs, the **patience**, stop and go *back* to the best weights. Prechelt (1998) asked how
# long to wait: in 1,296 runs slower criteria gained about 4% and took about four times as long. It is the cheapest of
# all regularisers, since it saves work, and its price is a set of examples that you can't train on, and whose loss,
# having been chosen by, is a little too good (Day 10: hence the test set).
#
# In effect it limits how far the weights may walk from their small start, so for a quadratic loss and plain descent it
# acts much like L2: few steps, strong penalty. But nobody has to choose the strength beforehand, as the run finds it.
#
# By hand: validation losses $0.9,\ 0.7,\ 0.8,\ 0.6,\ 0.7,\ 0.65,\ 0.5$ with a patience of 2. Epoch 1 improves on 0.9,
# epoch 2 does not (one), epoch 3 does (back to none), 4 and 5 don't: stop after epoch 5. The best is epoch 3, and the
# 0.5 of epoch 6 is never seen. The trap in code: `best = params` keeps no copy. If the next epoch changes those arrays
# in place, the "best" weights move along. The functions below, which play the part of training, do just that.


# %% fixture
def walk(params, epoch):
    """An epoch of make-believe training: adds 1 to every weight, in the arrays themselves."""
    for name in params:
        params[name] += 1.0
    return params


# %% exercise: train_with_early_stopping
def train_with_early_stopping(params, run_epoch, validation_loss, max_epochs, patience, min_delta=0.0):
    """Train until the validation loss has stopped improving; the parameters of the best epoch.

    Args:
        params: dict of arrays to start from; left unchanged, whatever run_epoch does.
        run_epoch: function (params, epoch) -> params after that epoch, which is counted from 0. It may change the
            arrays that it is given, and return the same dict.
        validation_loss: function of params -> float, called once after each epoch. NaN is never an improvement.
        max_epochs: int >= 1, the largest number of epochs.
        patience: int >= 1; training stops as soon as that many epochs in a row have not improved.
        min_delta: float >= 0; an epoch improves if its loss is below the best so far by more than this. Before the
            first epoch the best is infinity.

    Returns:
        (best_params, losses, best_epoch): a dict of the arrays as they were after the best epoch; a list of the
        validation losses as floats, one for each epoch that was run; and the number of the best epoch, an int. The best
        epoch is the last that improved.

    Raises:
        ValueError: no epoch has improved.
    """
    ### BEGIN SOLUTION
    params = copy.deepcopy(params)
    best_params, best_loss, best_epoch, losses = None, np.inf, None, []
    waited = 0
    for epoch in range(max_epochs):
        params = run_epoch(params, epoch)
        losses.append(float(validation_loss(params)))
        if losses[-1] < best_loss - min_delta:
            best_params, best_loss, best_epoch = copy.deepcopy(params), losses[-1], epoch
            waited = 0
        else:
            waited += 1
            if waited >= patience:
                break
    if best_params is None:
        raise ValueError("no epoch had a validation loss below infinity")
    return best_params, losses, best_epoch
    ### END SOLUTION


# %% test: train_with_early_stopping, points=3
def table_of_losses(table, start):
    """A validation loss that looks up how far the weights have walked from their start."""
    return lambda params: table[round(float(params["w"][0] - start["w"][0])) - 1]


start = {"w": np.array([5.0, -2.0]), "b": np.array([[0.5]])}
losses = [0.9, 0.7, 0.8, 0.6, 0.7, 0.65, 0.5]
with dd.check.unchanged(start, what="the starting parameters"):
    result = train_with_early_stopping(start, walk, table_of_losses(losses, start), 7, 2)
due = {"w": np.array([9.0, 2.0]), "b": np.array([[4.5]])}, losses[:6], 3
dd.check.like(result, due, why="this is the example worked by hand; after epoch 3 every weight has grown by 4")
result = train_with_early_stopping(start, walk, table_of_losses(losses, start), 7, 3)
due = {"w": np.array([12.0, 5.0]), "b": np.array([[7.5]])}, losses, 6
dd.check.like(result, due, why="a patience of 3 lives to see the 0.5")
result = train_with_early_stopping(
    {"w": np.zeros(2)}, lambda params, epoch: {"w": params["w"] + epoch}, lambda params: -params["w"][0], 4, 2
)
due = {"w": np.array([6.0, 6.0])}, [0.0, -1.0, -3.0, -6.0], 3
dd.check.like(result, due, why="epochs 0 to 3 add 0, 1, 2 and 3, and each improves on the one before")
with dd.check.raises(ValueError, why="NaN is never an improvement"):
    train_with_early_stopping(start, walk, lambda params: float("nan"), 5, 2)
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(323)


def slow_run(table, max_epochs, patience, min_delta):
    """(epochs run, best epoch), by looking at the whole history again after each epoch; -1 if none improved."""
    count = 0
    for count in range(1, min(max_epochs, len(table)) + 1):
        improved, best = [], float("inf")
        for epoch in range(count):
            if best - table[epoch] > min_delta:
                best = table[epoch]
                improved.append(epoch)
        if count - 1 - (improved[-1] if improved else -1) >= patience:
            break
    return count, improved[-1] if improved else -1


for _ in range(60):
    table = (rng.integers(0, 9, 12) / 4).tolist()  # quarters, so that ties and distances are exact
    max_epochs, patience, min_delta = (
        int(rng.integers(1, 13)),
        int(rng.integers(1, 5)),
        float(rng.choice([0, 0.25, 0.5])),
    )
    start = {"w": rng.normal(size=3), "b": rng.normal(size=(2, 1))}
    count, best = slow_run(table, max_epochs, patience, min_delta)
    loss = table_of_losses(table, start)
    with dd.check.unchanged(start, what="the starting parameters"):
        result = train_with_early_stopping(start, walk, loss, max_epochs, patience, min_delta)
    due = {name: value + best + 1 for name, value in start.items()}, table[:count], best
    dd.check.like(result, due, rtol=1e-9, why=f"{table=}, {max_epochs=}, {patience=}, {min_delta=}")
nan, inf = float("nan"), float("inf")
for table, patience, count, best in (
    ([nan, 3.0, nan, 2.0, nan, nan, 1.0], 2, 6, 3),
    ([inf, nan, 5.0, inf, 4.0], 3, 5, 4),
    ([-1.0, -2.0, -2.0, -1.5], 2, 4, 1),
    ([3.0, 3.0, 3.0], 1, 2, 0),
    ([5.0, 4.0, 3.0, 2.0], 1, 4, 3),
):
    start = {"w": np.zeros(2)}
    result = train_with_early_stopping(start, walk, table_of_losses(table, start), len(table), patience)
    due = {"w": np.full(2, best + 1.0)}, table[:count], best
    dd.check.like(result, due, equal_nan=True, why=f"the losses are {table}, the patience is {patience}")
    dd.check.kind(result[2], int, what="the best epoch")
for table in ([nan, nan], [inf], [inf, nan, 1.0]):
    start = {"w": np.zeros(2)}
    with dd.check.raises(ValueError, why=f"none of {table[:2]} is below infinity, and the patience is 2"):
        train_with_early_stopping(start, walk, table_of_losses(table, start), len(table), 2)
epochs, seen = [], []


def run_elsewhere(params, epoch):
    epochs.append(epoch)
    return {"w": params["w"] * 2}


def count_calls(params):
    seen.append(float(params["w"][0]))
    return np.float32(abs(params["w"][0] - 8))


result = train_with_early_stopping({"w": np.array([1.0])}, run_elsewhere, count_calls, 20, 3)
dd.check.like(result, ({"w": np.array([8.0])}, [6.0, 4.0, 0.0, 8.0, 24.0, 56.0], 2), why="the weight doubles each time")
dd.check.kind(result[1][0], float, what="a loss")
dd.check.equal(epochs, [0, 1, 2, 3, 4, 5], what="the epochs that were run", why="they are counted from 0")
dd.check.equal(
    seen, [2.0, 4.0, 8.0, 16.0, 32.0, 64.0], what="the weights that were judged", why="once after each epoch"
)
### END HIDDEN TESTS

# %% mistakes: train_with_early_stopping
# - replace: "losses[-1] < best_loss - min_delta"
#   with: "losses[-1] < best_loss + min_delta"
#   hint: "With you an epoch may even be worse by min_delta. It has to be better by more than that."
# - replace: params = run_epoch(params, epoch)
#   with: run_epoch(params, epoch)
#   hint: "You rely on run_epoch to change the arrays in place. It may return new ones."
# - replace: "if losses[-1] < best_loss - min_delta"
#   with: |-
#     if np.isnan(losses[-1]):
#                 break
#             if losses[-1] < best_loss - min_delta
#   hint: "You stop at the first NaN. It is an epoch without improvement like any other."
# - replace: return best_params, losses, best_epoch
#   with: return best_params, losses, int(np.nanargmin(losses))
#   hint: "You name the epoch with the lowest loss. One that is lower by less than min_delta has not improved."
# - replace: return best_params, losses, best_epoch
#   with: return best_params, losses, best_epoch + 1
#   hint: "Your best epoch is counted from 1."
# - replace: best_params, best_loss, best_epoch = copy.deepcopy(params), losses[-1], epoch
#   with: best_params, best_loss, best_epoch = params, losses[-1], epoch
#   hint: "You keep the best parameters without a copy of their arrays, so that later epochs change them too."
# - replace: params = copy.deepcopy(params)
#   with: pass
#   hint: "The first epoch changes the caller's own parameters."
# - replace: return best_params, losses, best_epoch
#   with: return params, losses, best_epoch
#   hint: "You return the last parameters. The best were some epochs ago."
# - replace: losses[-1] < best_loss - min_delta
#   with: losses[-1] <= best_loss - min_delta
#   hint: "An equal loss is no improvement."
# - replace: losses[-1] < best_loss - min_delta
#   with: losses[-1] < best_loss
#   hint: "min_delta has no effect."
# - replace: losses[-1] < best_loss - min_delta
#   with: not losses[-1] >= best_loss - min_delta
#   hint: "A NaN counts as an improvement with you: every comparison with it is false."
# - replace: losses[-1] < best_loss - min_delta
#   with: losses[-1] < (losses[-2] if epoch else np.inf) - min_delta
#   hint: "You compare with the epoch before. The best so far is what counts."
# - replace: losses[-1] < best_loss - min_delta
#   with: losses[-1] > best_loss - min_delta or epoch == 0
#   hint: "You look for the highest loss."
# - replace: |-
#     copy.deepcopy(params), losses[-1], epoch
#                 waited = 0
#   with: |-
#     copy.deepcopy(params), losses[-1], epoch
#   hint: "An improvement does not give the patience back. Only epochs in a row count."
# - replace: if waited >= patience
#   with: if waited > patience
#   hint: "You wait one epoch longer than the patience."
# - replace: if waited >= patience
#   with: if waited >= patience - 1
#   hint: "You stop one epoch too early."
# - replace: |-
#     if waited >= patience:
#                     break
#   with: pass
#   hint: "You never stop early."
# - replace: run_epoch(params, epoch)
#   with: run_epoch(params, epoch + 1)
#   hint: "Epochs are counted from 0."
# - replace: |-
#     if best_params is None:
#             raise ValueError("no epoch had a validation loss below infinity")
#   with: pass
#   hint: "If no epoch improved there is nothing to return, and that should be said."


# %% mistake: train_with_early_stopping
# hint: "The loss before training counts as a first epoch with you. Only epochs that were run are judged."
def train_with_early_stopping(params, run_epoch, validation_loss, max_epochs, patience, min_delta=0.0):
    params = copy.deepcopy(params)
    best, best_loss, best_epoch, losses = copy.deepcopy(params), np.inf, -1, []
    for epoch in range(max_epochs):
        losses.append(float(validation_loss(params)))
        if losses[-1] < best_loss - min_delta:
            best, best_loss, best_epoch = copy.deepcopy(params), losses[-1], epoch
        elif epoch - best_epoch >= patience:
            break
        params = run_epoch(params, epoch)
    if best_epoch < 0:
        raise ValueError("none")
    return best, losses, best_epoch


# %% mistake: train_with_early_stopping
# hint: "You stop when the loss has risen that many times in a row. An epoch that is worse than the best also counts."
def train_with_early_stopping(params, run_epoch, validation_loss, max_epochs, patience, min_delta=0.0):
    params = copy.deepcopy(params)
    best, best_loss, best_epoch, losses, rises = None, np.inf, None, [], 0
    for epoch in range(max_epochs):
        params = run_epoch(params, epoch)
        losses.append(float(validation_loss(params)))
        if losses[-1] < best_loss - min_delta:
            best, best_loss, best_epoch = copy.deepcopy(params), losses[-1], epoch
        rises = rises + 1 if epoch and losses[-1] > losses[-2] else 0
        if rises >= patience:
            break
    if best is None:
        raise ValueError("none")
    return best, losses, best_epoch


# %% mistake: train_with_early_stopping
# hint: "You stop at the first epoch that does not improve. The patience says how many of those are borne."
def train_with_early_stopping(params, run_epoch, validation_loss, max_epochs, patience, min_delta=0.0):
    params = copy.deepcopy(params)
    best, best_loss, best_epoch, losses = None, np.inf, None, []
    for epoch in range(max_epochs):
        params = run_epoch(params, epoch)
        losses.append(float(validation_loss(params)))
        if not losses[-1] < best_loss - min_delta:
            break
        best, best_loss, best_epoch = copy.deepcopy(params), losses[-1], epoch
    if best is None:
        raise ValueError("none")
    return best, losses, best_epoch


# %% mistake: train_with_early_stopping
# hint: "You return the epoch with the lowest loss. One that is lower by min_delta or less was no improvement."
def train_with_early_stopping(params, run_epoch, validation_loss, max_epochs, patience, min_delta=0.0):
    params = copy.deepcopy(params)
    losses, kept, best_loss, waited = [], [], np.inf, 0
    for epoch in range(max_epochs):
        params = run_epoch(params, epoch)
        losses.append(float(validation_loss(params)))
        kept.append(copy.deepcopy(params))
        if losses[-1] < best_loss - min_delta:
            best_loss, waited = losses[-1], 0
        else:
            waited += 1
        if waited >= patience:
            break
    if best_loss == np.inf:
        raise ValueError("none")
    best = int(np.nanargmin(losses))
    return kept[best], losses, best


# %% mistake: train_with_early_stopping
# hint: "You lower the best loss by steps that are no improvement. It is that of the last epoch that improved."
def train_with_early_stopping(params, run_epoch, validation_loss, max_epochs, patience, min_delta=0.0):
    params = copy.deepcopy(params)
    best, best_loss, best_epoch, losses, waited = None, np.inf, None, [], 0
    for epoch in range(max_epochs):
        params = run_epoch(params, epoch)
        losses.append(float(validation_loss(params)))
        if best_loss - losses[-1] > min_delta:
            best, best_epoch, waited = copy.deepcopy(params), epoch, 0
        else:
            waited += 1
        best_loss = np.fmin(best_loss, losses[-1])
        if waited >= patience:
            break
    if best is None:
        raise ValueError("none")
    return best, losses, best_epoch


# %% mistake: train_with_early_stopping
# hint: "After a bad epoch you go back to the best weights. Training goes on from where it is; only the end goes
#   back."
def train_with_early_stopping(params, run_epoch, validation_loss, max_epochs, patience, min_delta=0.0):
    params = copy.deepcopy(params)
    best, best_loss, best_epoch, losses = None, np.inf, None, []
    waited = 0
    for epoch in range(max_epochs):
        params = run_epoch(params, epoch)
        losses.append(float(validation_loss(params)))
        if losses[-1] < best_loss - min_delta:
            best, best_loss, best_epoch, waited = copy.deepcopy(params), losses[-1], epoch, 0
        else:
            waited += 1
            if waited >= patience:
                break
            params = copy.deepcopy(best) if best is not None else params
    if best is None:
        raise ValueError("no improvement")
    return best, losses, best_epoch


# %% accepts: train_with_early_stopping
def train_with_early_stopping(params, run_epoch, validation_loss, max_epochs, patience, min_delta=0.0):
    current = {name: np.array(value) for name, value in params.items()}
    losses, best = [], None  # (loss, epoch, parameters)
    while len(losses) < max_epochs and len(losses) - (best[1] + 1 if best else 0) < patience:
        current = run_epoch(current, len(losses))
        losses.append(float(validation_loss(current)))
        if (best[0] if best else float("inf")) - losses[-1] > min_delta:
            best = losses[-1], len(losses) - 1, {name: np.array(value) for name, value in current.items()}
    if not best:
        raise ValueError("nothing improved")
    return best[2], losses, best[1]


# %% accepts: train_with_early_stopping
def train_with_early_stopping(params, run_epoch, validation_loss, max_epochs, patience, min_delta=0.0):
    params = {name: value.copy() for name, value in params.items()}
    losses, bests, snapshot = [], [], {}
    for epoch in range(max_epochs):
        params = run_epoch(params, epoch)
        loss = float(validation_loss(params))
        losses.append(loss)
        target = losses[bests[-1]] - min_delta if bests else np.inf
        if loss < target:
            bests.append(epoch)
            snapshot = {name: value.copy() for name, value in params.items()}
        if epoch - (bests[-1] if bests else -1) == patience:
            break
    if not bests:
        raise ValueError("no improvement")
    return snapshot, losses, bests[-1]


# %% [markdown]
# ## Put it together: the gap, with and without each
#
# Three draws of 300 digits with a fifth of the labels wrong, 80 epochs each. Every method has two strengths to choose
# from, and the one with the lower validation loss counts; early stopping chooses between two patiences, at the same
# limit of epochs. To the four we add **noise on the inputs**: a normal number on every pixel, anew at each step, so
# that no picture is ever seen twice. (Bishop, 1995: for small noise it acts like a penalty on the slopes of the
# network.) Which narrows the gap, and which gets new digits right?


# %% demo
def measured(params, sets):
    """Loss on training and validation, and accuracy on test."""
    (x_train, labels), (x_val, y_val), (x_test, y_test), _ = sets
    train, val = (cross_entropy(predict_logits(params, x), y) for x, y in ((x_train, labels), (x_val, y_val)))
    return train, val, np.mean(np.argmax(predict_logits(params, x_test), axis=1) == y_test)


def run(sets, seed, l1=0.0, l2=0.0, rate=0.0, noise=0.0, patience=None, num_epochs=80):
    """Trains 64-128-128-10 with one of the means; what `measured` says, and the number of epochs."""
    (x_train, labels), (x_val, y_val), *_ = sets
    rng, velocity = np.random.default_rng(seed), {}
    penalty = (lambda weights: l1_l2_penalty(weights, l1, l2)) if l1 or l2 else None
    dropout = (lambda h: dropout_forward(h, rate, True, rng), dropout_backward) if rate else None

    def run_epoch(params, epoch):
        return train_epoch(params, velocity, x_train, labels, rng, penalty, dropout, noise)

    params = start_network([64, 128, 128, 10], rng)
    if patience:
        params, losses, _ = train_with_early_stopping(
            params, run_epoch, lambda now: cross_entropy(predict_logits(now, x_val), y_val), num_epochs, patience
        )
        return *measured(params, sets), len(losses)
    for epoch in range(num_epochs):
        params = run_epoch(params, epoch)
    return *measured(params, sets), num_epochs


choices = {
    "nothing": [{}],
    "L1": [{"l1": 0.001}, {"l1": 0.003}],
    "L2": [{"l2": 0.003}, {"l2": 0.01}],
    "dropout": [{"rate": 0.3}, {"rate": 0.5}],
    "noise on inputs": [{"noise": 0.3}, {"noise": 0.5}],
    "early stopping": [{"patience": 5}, {"patience": 15}],
}
draws = [(noisy_digits(seed), seed) for seed in (35, 36, 37)]
found, strengths = {}, {}
for name, settings in choices.items():
    tried = [np.array([run(sets, seed, **setting) for sets, seed in draws]) for setting in settings]
    chosen = int(np.argmin([results[:, 1].mean() for results in tried]))
    found[name] = tried[chosen]  # (draws, 4): training loss, validation loss, test accuracy, epochs
    strengths[name] = ", ".join(f"{key} {value}" for key, value in settings[chosen].items())
fig, (left, right) = plt.subplots(1, 2, figsize=(13, 4.6), sharey=True, width_ratios=(3, 2))
for place, results in enumerate(found.values()):
    train, val, accuracy, _ = results.mean(axis=0)
    left.plot([train, val], [place, place], color="0.7", linewidth=5, linestyle="-", zorder=1)
    left.plot(train, place, "o", color="C0", markersize=9, label=None if place else "training")
    left.plot(val, place, "s", color="C1", markersize=9, label=None if place else "validation")
    right.plot(
        results[:, 2], [place] * len(results), "o", color="0.6", markersize=6, label=None if place else "each draw"
    )
    right.plot(accuracy, place, "D", color="C2", markersize=9, label=None if place else "mean")
left.set(xlabel="cross-entropy, mean of three draws", ylabel="means", title="The gap between training and validation")
left.set_yticks(range(len(found)), list(found))
left.invert_yaxis()
left.legend()
right.set(xlabel="test accuracy", title="And on new digits")
right.legend()
dd.plot.show(
    "Six rows. Left, training and validation loss joined by a bar: with nothing the bar is the longest, from 0 to "
    "about 0.7 or more; with each of the others it is shorter, and with early stopping validation lies at or below "
    "training. Right, test accuracy of the three draws and their mean: about 0.8 with nothing, higher with dropout, "
    "noise and early stopping."
)
for name, results in found.items():
    train, val, accuracy, epochs = results.mean(axis=0)
    print(f"{name:16s} {strengths[name]:14s} gap {val - train:5.2f}, test accuracy {accuracy:.3f}, epochs {epochs:.0f}")
gaps = {name: results[:, 1].mean() - results[:, 0].mean() for name, results in found.items()}
accuracies = {name: results[:, 2].mean() for name, results in found.items()}
assert all(gap < 0.8 * gaps["nothing"] for name, gap in gaps.items() if name != "nothing")
for name in ("dropout", "noise on inputs", "early stopping"):
    assert accuracies[name] > accuracies["nothing"] + 0.01, name

# %% [markdown]
# Every one of them narrows the gap, and that is the easy part: a network that learns nothing has no gap at all. (With
# early stopping validation comes as low as training or lower: a fifth of the training labels is wrong, of the others
# none.) The right panel is what counts. With nothing the network knows its wrong labels by heart and pays for it on new
# digits. Dropout, noise and early stopping are better than nothing in all the repetitions that we made with other
# draws. L1 and L2 gain little, and not every time: at the strengths that the validation loss picked from our short
# lists they hold down the exceptions and the rule alike. Early stopping takes a fraction of the epochs, on a task that
# is made for it: where the rule is learned before the exceptions, stopping separates the two. With clean labels there
# is less to win for all of them. The means can be combined, and in practice are: some decay, some dropout, and an eye
# on the validation loss.
#
# | means | what it costs |
# |---|---|
# | L2, weight decay | a strength to choose; too strong, and nothing is learned |
# | L1 | the same; worth it where few weights are wanted |
# | dropout | noisier steps, so more of them; inference stays as fast |
# | noise on inputs | the same; which noise leaves the label right depends on the data |
# | early stopping | validation examples, and a look at them after every epoch |
#
# **In which order?** First fit, then regularise. While the training loss itself is high (Day 10), every one of these
# makes matters worse; then a larger network or longer training is due. Once the fit is good and the gap wide, turn up
# one of them until validation no longer gains. Penalties, dropout and noise act on the gap alone, more or less; early
# stopping acts on the fit as well, for a run that stops is also a run that has learned less. Who wants one knob for
# each aim, called **orthogonalisation**, therefore prefers the former; who wants an answer by noon takes the latter.
#
# What helps most of all is not in the table: more data. And label noise can be fought where it begins, by looking at
# the examples with the highest loss after a few epochs, before they are memorised, or by softer labels (Day 24).
#
# ## What you should remember
#
# - A network learns the rule first and the exceptions afterwards, given time. A training loss of 0 says nothing.
# - L2 shrinks weights in proportion, and with plain descent is weight decay; L1 pulls small ones to 0. The gradient
#   gets $\lambda_1 \operatorname{sign}(w) + 2 \lambda_2 w$, without $\frac1N$, and biases are spared.
# - Inverted dropout drops with the probability $r$ and raises the rest by $\frac{1}{1-r}$ in training; at inference it
#   does nothing. Backward uses the same mask.
# - One pass of the full network stands for the mean of $2^M$ sub-networks, exactly where the rest is linear.
# - Early stopping needs patience, a copy of the best weights, and validation data that was not trained on.
#
# ## Check yourself
#
# 1. Training loss 0.60, validation loss 0.40, with dropout. How can training be the *higher* one?
# 2. You double the batch size of a run with an L2 penalty. Does the penalty's gradient change?
# 3. Why is dropout put behind the activations of hidden layers, and not behind the logits?
#
# <details><summary>Answers</summary>
#
# 1. The training loss is that of crippled networks, with dropout on, and an average over the epoch while the network
#    was still worse; the validation loss is that of the full network at the end. Compare both at inference, as we did.
# 2. No. It belongs to the weights; only the data's part is an average over the batch.
# 3. A logit of 0 says something: "average for this class". Dropping one at random would change the prediction at
#    random, and the loss would punish the network for the draw.
#
# </details>
#
# ## Go further
#
# - N. Srivastava and others, "Dropout: a simple way to prevent neural networks from overfitting", *JMLR* 15, 2014:
#   section 7.5 compares the mean over masks with the full network.
# - A. Krogh and J. Hertz, "A simple weight decay can improve generalization", *NIPS*, 1992.
# - C. Bishop, "Training with noise is equivalent to Tikhonov regularization", *Neural Computation* 7, 1995.
# - L. Prechelt, "Early stopping, but when?", in *Neural Networks: Tricks of the Trade*, 1998.
# - C. Zhang and others, "Understanding deep learning requires rethinking generalization", *ICLR*, 2017; D. Arpit and
#   others, "A closer look at memorization in deep networks", *ICML*, 2017.
#
# Dropout makes the numbers inside a network noisier. Day 33 does the opposite, and keeps them
# at one scale at every step.
