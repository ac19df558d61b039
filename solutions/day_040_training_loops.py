# ---
# day: 40
# title: Training loops from the inside
# week: 8
# minutes: 100
# backend: tensorflow
# needs: [5, 28, 29, 31, 32, 33, 36, 37, 39]
# data: [digits]
# papers:
# - Drucker and LeCun 1992, Improving generalization performance using double backpropagation
# - "Pascanu, Mikolov and Bengio 2013, On the difficulty of training recurrent neural networks"
# - "Goodfellow, Shlens and Szegedy 2015, Explaining and harnessing adversarial examples"
# - "Ross and Doshi-Velez 2018, Improving the adversarial robustness and interpretability of deep neural networks by
#   regularizing their input gradients"
# ---

# %% [markdown]
# # Day 40 · Training loops from the inside
#
# By the end you can write the loop that `fit` runs, to the last decimal, and change what `fit` can't: gradients
# gathered over several batches, a loss that contains a gradient, a trainer of your own.
#
# - **You will build** an epoch of training by hand, gradients of a large batch from small ones, a `train_step`
#   with a gradient penalty, and a trainer with clipping, metrics and validation. The trainer and `fit` give one
#   curve from one seed.
# - **You need** the tape (Day 36), `compile` and `fit` (Day 37), stateful metrics (Day 39), mini-batches (Day
#   28), Adam (Day 29), clipping (Day 31), dropout and weight penalties (Day 32), and batch normalisation (Day 33).
# - **Not today:** how batches are read fast (Day 41), and callbacks (Day 42).
# - **Time:** about 100 minutes.
#
# | symbol | meaning | shape | in code |
# |---|---|---|---|
# | $m$ | examples in a batch | | `len(x)` |
# | $x$, $y$, $\hat y$ | inputs, targets and predictions of a batch | $(m, \dots)$ | `x`, `y`, `predictions` |
# | $w$ | weights and biases, all trainable variables of the model together | | `model.trainable_variables` |
# | $\ell_i$ | the loss of example $i$ | $()$ | |
# | $J$ | the cost of a batch: the mean of its $\ell_i$, plus penalties on $w$ | $()$ | `loss` |
# | $g$ | the gradient of $J$ along $w$ | as $w$ | `gradients` |
# | $\alpha$ | learning rate | | `learning_rate` |
# | $k$ | micro-batches that make one large batch | | `num_micro` |
# | $P$, $\lambda$ | gradient penalty, and its strength | $()$ | `penalty`, `strength` |
# | $r$ | the longest gradient that may pass | | `max_norm` |

# %% setup
import itertools

import numpy as np

import deepdays as dd

with dd.quiet():  # TensorFlow announces itself while it loads
    import keras
    import tensorflow as tf
    from keras import ops

    ops.softmax(ops.zeros((1, 2)))

# %% [markdown]
# ## Four lines
#
# Whatever trains a network repeats four things: **predict**, **measure** the loss, **differentiate**, **step**.
#
# | | PyTorch | Keras on TensorFlow |
# |---|---|---|
# | forget the last gradient | `optimizer.zero_grad()` | (a new tape) |
# | predict and measure | `loss = loss_fn(model(x), y)` | `with tf.GradientTape() as tape:` the same |
# | differentiate | `loss.backward()` | `tape.gradient(loss, variables)` |
# | step | `optimizer.step()` | `optimizer.apply(gradients, variables)` |
#
# PyTorch *adds* each gradient to what the parameter holds, so somebody has to clear it. A tape hands out a new
# list every time. Mind the order of the loss's arguments: Keras wants targets first.
#
# **By hand.** The model $\hat y = w x$ with $w = 1$, the squared error, plain descent with $\alpha = 0.25$, and an
# epoch of two batches: $x = (1, 2)$ with $y = (3, 3)$, then $x = 2$ with $y = 1$.
#
# | batch | $\hat y$ | $J$ | slope $\frac2m \sum_i (\hat y_i - y_i)\, x_i$ | new $w$ |
# |---|---|---|---|---|
# | 0 | $(1, 2)$ | $\frac12 (4 + 1) = 2.5$ | $-2 - 2 = -4$ | $1 + 1 = 2$ |
# | 1 | $4$ | $9$ | $2 \cdot 3 \cdot 2 = 12$ | $2 - 3 = -1$ |
#
# What was the loss of this epoch? Not $\frac12 (2.5 + 9) = 5.75$: the second batch has one example, the first
# two. Over the *examples* it is $\frac13 (2 \cdot 2.5 + 1 \cdot 9) = 4.67$, and that is what `fit` reports. It is
# a mean over a moving target: each batch was measured before its own step and after all earlier ones.
#
# Three more things that `fit` does without being asked, and a loop of your own must do:
#
# - It calls the model with `training=True`. Dropout acts only then, and batch normalisation only then uses the
#   batch's own statistics and moves its running ones.
# - It adds `model.losses`: a list with one number for each penalty that a layer has asked for, such as
#   `kernel_regularizer`. They are computed when the list is read, so read it *after* the call, under the tape.
# - It moves `model.trainable_variables` and nothing else. A frozen layer is not in that list (Day 37).


# %% exercise: train_one_epoch
def train_one_epoch(model, optimizer, loss_fn, batches):
    """Train a model on each of some batches once.

    Args:
        model: Keras model. Its layers may add penalties, `model.losses`.
        optimizer: Keras optimiser of the model's trainable variables, which remembers earlier steps.
        loss_fn: function of (y, predictions) that returns the mean loss of the batch, a scalar tensor.
        batches: iterable of at least one tuple (x, y), arrays whose first axes have the same length m >= 1, from batch
            to batch a different one perhaps. It can be walked through only once.

    Returns:
        The mean over all examples of the epoch of the loss, penalties included, that their batch had before its own
        step; a float. For each batch in turn the optimiser has taken one step down that loss, the model being called
        once, as in training. About 10 lines.
    """
    ### BEGIN SOLUTION
    total, count = 0.0, 0
    for x, y in batches:
        with tf.GradientTape() as tape:
            loss = loss_fn(y, model(x, training=True))
            loss = loss + sum(model.losses)
        variables = model.trainable_variables
        optimizer.apply(tape.gradient(loss, variables), variables)
        total += len(x) * float(loss)
        count += len(x)
    return total / count
    ### END SOLUTION


# %% fixture
class Louder(keras.layers.Layer):
    """Multiplies its input by a factor in training, passes it on otherwise, and counts calls and rows; frozen."""

    def __init__(self, factor):
        super().__init__()
        start = keras.initializers.Constant(factor)
        self.factor = self.add_weight(shape=(), initializer=start)
        self.counts = self.add_weight(shape=(4,), initializer="zeros", trainable=False)
        self.trainable = False

    def call(self, x, training=False):
        m, (calls, rows, most, still) = ops.cast(ops.shape(x)[0], "float32"), ops.unstack(self.counts.value)
        if not training:
            self.counts.assign(ops.stack([calls, rows, most, still + 1]))
            return 1.0 * x
        self.counts.assign(ops.stack([calls + 1, rows + m, ops.maximum(most, m), still]))
        return self.factor * x


def linear_model(kernel, bias=None, factor=1.0, l2=0.0):
    """A Keras model: factor * x in training, then x @ kernel + bias, and a penalty of l2 * sum(kernel**2)."""
    penalty = keras.regularizers.L2(l2) if l2 else None
    dense = keras.layers.Dense(np.shape(kernel)[1], use_bias=bias is not None, kernel_regularizer=penalty)
    model = keras.Sequential([keras.Input((np.shape(kernel)[0],)), Louder(factor), dense])
    dense.set_weights([np.asarray(each, "float32") for each in (kernel, bias) if each is not None])
    return model


def counts(model):
    """Of a linear_model, as ints: calls in training, rows in them all, rows in the largest, calls not in training."""
    return [int(count) for count in ops.convert_to_numpy(model.layers[0].counts)]


def factor_of(model):
    return float(model.layers[0].factor)


def squared_error(y, predictions):
    """The mean squared error, a scalar tensor."""
    return ops.mean(ops.square(predictions - y))


def row_losses(y, predictions):
    """The squared errors of each example, counted more where the target is large; a tensor with an entry for each."""
    return ops.sum((1 + ops.square(y)) * ops.square(predictions - y), axis=-1)


def mean_loss(y, predictions):
    """The mean of row_losses, a scalar tensor."""
    return ops.mean(row_losses(y, predictions))


def miss():
    """A metric that counts misses more where the target is large."""

    def size(y, predictions):
        return ops.sum((1 + ops.square(y)) * ops.abs(predictions - y), axis=-1)

    return keras.metrics.MeanMetricWrapper(size, name="miss")


def squares():
    return keras.metrics.MeanSquaredError(name="squares")


def descent(learning_rate, momentum=0.0):
    """A Keras optimiser: gradient descent, with momentum on request."""
    return keras.optimizers.SGD(learning_rate, momentum=momentum)


def steps_of(optimizer):
    return int(optimizer.iterations)


def once(batches):
    """The batches as an iterator, which can be walked through only once and has no length."""
    yield from batches


# %% test: train_one_epoch, points=2
model, optimizer = linear_model([[1.0]]), descent(0.25)
batches = [
    (np.array([[1.0], [2.0]], "float32"), np.array([[3.0], [3.0]], "float32")),
    (np.array([[2.0]], "float32"), np.array([[1.0]], "float32")),
]
with dd.check.unchanged(batches, what="the batches"):
    loss = train_one_epoch(model, optimizer, squared_error, batches)
dd.check.close(model.layers[-1].get_weights()[0], [[-1.0]], rtol=1e-5, what="w", why="from 1 to 2 to -1, as by hand")
dd.check.like(loss, 14 / 3, rtol=1e-5, what="the loss", why="2.5 for each of two examples and 9 for one")
dd.check.equal(steps_of(optimizer), 2, what="the number of steps", why="one for each batch")
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(400)
near = {"rtol": 1e-4, "atol": 1e-5}  # float32 through a few steps


def draw(*shape):
    return (0.7 * rng.normal(size=shape)).astype("float32")


def cost_by_hand(w, b, x, y, factor, l2):
    """The cost of a batch and its slopes along w and b, in float64."""
    x, y = factor * x.astype(float), y.astype(float)
    error, weight = x @ w + b - y, 1 + y**2
    pull = 2 * weight * error / len(x)
    cost = np.sum(weight * error**2) / len(x) + l2 * np.sum(w**2)
    return cost, x.T @ pull + 2 * l2 * w, pull.sum(axis=0)


for sizes, n, outputs, factor, l2 in (((4, 1, 3), 2, 3, 1.7, 0.0), ((2,), 3, 1, 1.0, 0.3), ((1, 5), 1, 2, 0.6, 0.1)):
    w, b = draw(n, outputs).astype(float), draw(outputs).astype(float)
    model, optimizer = linear_model(w, b, factor, l2), descent(0.05, momentum=0.9)
    speed_w, speed_b = 0.0, 0.0
    for epoch in range(2):
        batches = [(draw(m, n), draw(m, outputs)) for m in sizes]
        total = 0.0
        for x, y in batches:
            cost, along_w, along_b = cost_by_hand(w, b, x, y, factor, l2)
            total += len(x) * cost
            speed_w, speed_b = 0.9 * speed_w - 0.05 * along_w, 0.9 * speed_b - 0.05 * along_b
            w, b = w + speed_w, b + speed_b
        loss = train_one_epoch(model, optimizer, mean_loss, once(batches))
        of = f" after epoch {epoch} of batches of {sizes} examples"
        new_w, new_b = model.layers[-1].get_weights()
        dd.check.close(new_w, w, **near, what="the kernel" + of, why="one step of the given optimiser for each batch")
        dd.check.close(new_b, b, **near, what="the bias" + of, why="one step of the given optimiser for each batch")
        dd.check.kind(loss, float, what="the loss" + of)
        dd.check.close(loss, total / sum(sizes), **near, what="the loss" + of, why="each example counts once")
        steps = (epoch + 1) * len(sizes)
        dd.check.equal(steps_of(optimizer), steps, what="the number of steps" + of, why="one for each batch")
        due = [steps, (epoch + 1) * sum(sizes), max(sizes), 0]
        why = "one call of the model for each batch, with training=True"
        dd.check.equal(counts(model), due, what="calls, rows, rows at most and calls not in training" + of, why=why)
    dd.check.close(factor_of(model), factor, what="a weight that is not trainable", why="no step moves it")
### END HIDDEN TESTS

# %% mistakes: train_one_epoch
# - replace: |-
#     total += len(x) * float(loss)
#             count += len(x)
#   with: |-
#     total += float(loss)
#             count += 1
#   hint: "You average over batches, so that a last batch of one example counts as much as a full one. Each example
#     should count once."
# - replace: model(x, training=True)
#   with: model(x)
#   hint: "The model was called as in use. Layers that act only in training stayed silent."
# - replace: loss = loss + sum(model.losses)
#   with: pass
#   hint: "Some layers have asked for a penalty, and you have left it out. Where does a model keep them?"
# - replace: loss_fn(y, model(x, training=True))
#   with: loss_fn(model(x, training=True), y)
#   hint: "The loss got predictions for targets and targets for predictions. In Keras the targets come first."
# - replace: variables = model.trainable_variables
#   with: variables = model.weights
#   hint: "You ask for the slopes of all that the model keeps, also of what no step may move."
# - replace: loss = loss + sum(model.losses)
#   with: loss = len(x) * (loss + sum(model.losses))
#   hint: "You multiply the loss by the size of the batch before you differentiate, and the step grows with it."
# - replace: total += len(x) * float(loss)
#   with: total += len(x) * float(loss - sum(model.losses))
#   hint: "The penalties pull at the weights, but are missing in the loss that you report."
# - replace: return total / count
#   with: return float(loss)
#   hint: "That is the loss of the last batch. The mean over the whole epoch was asked for."
# - replace: optimizer.apply(tape.gradient(loss, variables), variables)
#   with: keras.optimizers.SGD(float(optimizer.learning_rate)).apply(tape.gradient(loss, variables), variables)
#   hint: "The optimiser that was handed in remembers earlier steps; steps by a new one each time, or by none, forget
#     them."
# - replace: count += len(x)
#   with: |-
#     count += len(x)
#             model(x, training=True)
#   hint: "The model is called twice for each batch. One call, under the tape, gives all that is needed."
# - replace: tape.gradient(loss, variables)
#   with: "[-slope for slope in tape.gradient(loss, variables)]"
#   hint: "Your steps climb: the optimiser takes the gradient as it is, and turns the sign itself."
# - replace: total += len(x) * float(loss)
#   with: total += len(x) * float(loss_fn(y, model(x)) + sum(model.losses))
#   hint: "You measure each batch again after its step. Only the loss that the tape saw is due."
# - replace: total += len(x) * float(loss)
#   with: total += len(x) * float(loss_fn(y, model(x, training=True)) + sum(model.losses))
#   hint: "You measure each batch again after its step. Only the loss that the tape saw is due."


# %% mistake: train_one_epoch
# hint: "You read the penalties outside the tape, so that they are mere numbers to it and pull at no weight."
def train_one_epoch(model, optimizer, loss_fn, batches):
    total, count = 0.0, 0
    for x, y in batches:
        penalty = sum(model.losses)
        with tf.GradientTape() as tape:
            loss = loss_fn(y, model(x, training=True)) + penalty
        variables = model.trainable_variables
        optimizer.apply(tape.gradient(loss, variables), variables)
        total, count = total + len(x) * float(loss), count + len(x)
    return total / count


# %% mistake: train_one_epoch
# hint: "You need to know how many batches there are, or walk through them twice. They come one by one, and only once."
def train_one_epoch(model, optimizer, loss_fn, batches):
    total, count = 0.0, sum(len(x) for x, _ in batches)
    for x, y in batches:
        with tf.GradientTape() as tape:
            loss = loss_fn(y, model(x, training=True)) + sum(model.losses)
        optimizer.apply(tape.gradient(loss, model.trainable_variables), model.trainable_variables)
        total += len(x) * float(loss) / count
    return total


# %% mistake: train_one_epoch
# hint: "You gather the gradients of the whole epoch and take one step. One step for each batch is due."
def train_one_epoch(model, optimizer, loss_fn, batches):
    variables, gathered, total, count = model.trainable_variables, None, 0.0, 0
    for x, y in batches:
        with tf.GradientTape() as tape:
            loss = loss_fn(y, model(x, training=True)) + sum(model.losses)
        slopes = tape.gradient(loss, variables)
        gathered = slopes if gathered is None else [a + b for a, b in zip(gathered, slopes, strict=True)]
        total, count = total + len(x) * float(loss), count + len(x)
    optimizer.apply(gathered, variables)
    return total / count


# %% accepts: train_one_epoch
def train_one_epoch(model, optimizer, loss_fn, batches):
    # A running mean of Keras, and the older way to apply.
    mean = keras.metrics.Mean()
    for x, y in batches:
        with tf.GradientTape() as tape:
            predictions = model(x, training=True)
            loss = tf.add_n([loss_fn(y, predictions), *model.losses])
        gradients = tape.gradient(loss, model.trainable_weights)
        optimizer.apply_gradients(zip(gradients, model.trainable_weights, strict=True))
        mean.update_state(loss, sample_weight=len(x))
    return float(mean.result())


# %% accepts: train_one_epoch
def train_one_epoch(model, optimizer, loss_fn, batches):
    # The step recorded as a graph.
    optimizer.build(model.trainable_variables)

    @tf.function(reduce_retracing=True)
    def step(x, y):
        with tf.GradientTape() as tape:
            loss = loss_fn(y, model(x, training=True))
            for penalty in model.losses:
                loss += penalty
        optimizer.apply(tape.gradient(loss, model.trainable_variables), model.trainable_variables)
        return loss

    sizes, losses = [], []
    for x, y in batches:
        losses.append(float(step(ops.convert_to_tensor(x), ops.convert_to_tensor(y))))
        sizes.append(len(x))
    return float(np.average(losses, weights=sizes))


# %% [markdown]
# ## A data module
#
# Where do batches come from? In larger programs from an object that knows the data and nothing of the model: a
# **data module**. Ours keeps two parts of Day 5's digits, shuffles the first anew each epoch, by a generator of
# its own, and leaves the second in order. Another data set is another module, and the loop stays as it is.


# %% setup
class DigitsData:
    """The digits in batches: a data module.

    Args:
        batch_size: examples in a batch; the last one of an epoch may have fewer.
        seed: of the order of the training examples.
    """

    def __init__(self, batch_size, seed):
        (x, y), (x_val, y_val) = dd.data.digits(test_fraction=0.25, seed=0)
        self.x, self.y, self.x_val, self.y_val = x.astype("float32"), y, x_val.astype("float32"), y_val
        self.batch_size = batch_size
        self.steps = -(-len(x) // batch_size)  # batches in an epoch
        self.rng = np.random.default_rng(seed)

    def train_batches(self):
        """All training examples once, in a new order each time."""
        order = self.rng.permutation(len(self.x))
        for start in range(0, len(order), self.batch_size):
            rows = order[start : start + self.batch_size]
            yield self.x[rows], self.y[rows]

    def val_batches(self):
        """All examples that are held out, in order."""
        for start in range(0, len(self.x_val), self.batch_size):
            yield self.x_val[start : start + self.batch_size], self.y_val[start : start + self.batch_size]

    def endless(self):
        """Epoch after epoch of training batches, without a mark between them: what `fit` takes."""
        while True:
            yield from self.train_batches()


# %% [markdown]
# Is your loop `fit`'s? Both get the same start, the same batches in the same order, and a model that makes it
# hard: dropout, whose masks come from the seed too, and a penalty on its weights. And what would it have cost to
# forget one of the three things? The right-hand side has the distance from `fit`, on a logarithmic axis.

# %% demo
import matplotlib.pyplot as plt

dd.plot.style()
cross_entropy = keras.losses.SparseCategoricalCrossentropy(from_logits=True)


def digit_reader(seed, dropout=0.2, l2=1e-3, batch_norm=False):
    """Pixels (m, 64) to logits (m, 10)."""
    dd.seed(seed)
    penalty = keras.regularizers.L2(l2) if l2 else None
    model = keras.Sequential([keras.Input((64,)), keras.layers.Dense(32, "relu", kernel_regularizer=penalty)])
    if batch_norm:
        model.add(keras.layers.BatchNormalization())
    if dropout:
        model.add(keras.layers.Dropout(dropout))
    model.add(keras.layers.Dense(10))
    return model


def careless_epoch(model, optimizer, batches, training, penalties):
    """An epoch as above, but with training=True or the penalties left out."""
    total = count = 0
    for x, y in batches:
        with tf.GradientTape() as tape:
            loss = cross_entropy(y, model(x, training=training)) + (sum(model.losses) if penalties else 0.0)
        optimizer.apply(tape.gradient(loss, model.trainable_variables), model.trainable_variables)
        total, count = total + len(x) * float(loss), count + len(x)
    return total / count


EPOCHS = 5
model, data = digit_reader(seed=40, l2=5e-3), DigitsData(batch_size=256, seed=4)
model.compile(keras.optimizers.Adam(0.01), cross_entropy)
history = model.fit(data.endless(), steps_per_epoch=data.steps, epochs=EPOCHS, shuffle=False, verbose=0).history
curves = {"fit": history["loss"]}
loops = {
    "your loop": lambda model, optimizer, batches: train_one_epoch(model, optimizer, cross_entropy, batches),
    "without penalties": lambda *rest: careless_epoch(*rest, training=True, penalties=False),
    "without training=True": lambda *rest: careless_epoch(*rest, training=False, penalties=True),
}
for name, loop in loops.items():
    model, data, optimizer = (
        digit_reader(seed=40, l2=5e-3),
        DigitsData(batch_size=256, seed=4),
        keras.optimizers.Adam(0.01),
    )
    curves[name] = [loop(model, optimizer, data.train_batches()) for _ in range(EPOCHS)]
distances = {name: np.abs(np.subtract(curves[name], curves["fit"])) for name in loops}
fig, (left, right) = plt.subplots(1, 2, figsize=(12, 4.2))
epoch_numbers = np.arange(1, EPOCHS + 1)
looks = (("C0", "-", "o"), ("C1", "--", "s"), ("C2", "-.", "^"), ("C3", ":", "D"))
for (name, losses), (color, line, marker) in zip(curves.items(), looks, strict=True):
    look = {"color": color, "linestyle": line, "marker": marker, "label": name}
    left.plot(epoch_numbers, losses, **look)
    if name != "fit":
        right.semilogy(epoch_numbers, np.maximum(distances[name], 1e-9), **look)
        print(f"{name:21} is at most {distances[name].max():.0e} away from fit")
left.set(title="Loss of four loops", xlabel="epoch", ylabel="loss", xticks=epoch_numbers)
right.set(
    title="Distance from fit", xlabel="epoch", xticks=epoch_numbers, ylabel="difference of losses", ylim=(1e-9, 10)
)
left.legend()
dd.plot.show(
    "Left, loss against epoch for fit and three hand-written loops, all falling: your loop lies on fit's curve, those "
    "without penalties and without training=True lie below it. Right, the distance from fit on a logarithmic axis: "
    "your loop stays below one in a million, the other two at a few hundredths to a tenth and more."
)
assert distances["your loop"].max() < 1e-4
assert min(distances["without penalties"].max(), distances["without training=True"].max()) > 1e-2

# %% [markdown]
# Your loop and `fit` agree to the last digits of float32. The other two train quite well, which is the trouble:
# no error tells you, and their losses even look *better*, because a part of the loss is not counted or no unit is
# dropped. (Adam, fed by other gradients, also goes elsewhere.) `fit` is faster, since it records the step as a
# graph by `tf.function`, once, and runs that; Day 36 shows how to do the same to yours.
#
# A learning rate that changes from step to step needs no line in the loop: hand the optimiser a schedule such as
# `keras.optimizers.schedules.PolynomialDecay`, by which it counts its own steps.
#
# ## A large batch in small pieces
#
# A batch of 4,096 may not fit into memory. Its *gradient* does: it has the size of the model. And the gradient of
# a mean can be gathered piece by piece. Split $m$ examples into $k$ **micro-batches** of $m_0, \dots, m_{k-1}$
# examples, with costs $J_0, \dots, J_{k-1}$. Then
#
# $$J = \frac{1}{m} \sum_j m_j J_j, \qquad g = \frac{1}{m} \sum_j m_j\, g_j, \qquad m = \sum_j m_j.$$
#
# By hand, once more with $\hat y = wx$ and $w = 1$, and the two batches from above now as micro-batches of one large
# batch of three. At $w = 1$ they have the slopes $-4$ (two examples) and $2 \cdot (2 - 1) \cdot 2 = 4$ (one).
# Together: $\frac13 (2 \cdot (-4) + 1 \cdot 4) = -\frac43$. The mean of the two slopes would be 0: no step at all.
#
# The mistake is easily made where the sizes seem alike. A language model averages over *tokens*, and four batches
# of eight sentences each, padded to the longest of their own batch, hold different numbers of tokens. Count what
# the mean counts. In October 2024 the makers of the Transformers library had to mend just this in their trainer:
# runs with and without accumulation did not agree, though on paper they are the same.
#
# Penalties on the weights are in every $J_j$, in full. As the shares $m_j / m$ add up to 1, they come out right.
#
# **The weights must not move in between.** So a step waits until $k$ micro-batches are through, and what gathers the
# gradients should not run ahead of it. An iterator does just that: whoever asks for the next gradients has
# taken the step before. Python's `yield` makes one.
#
# The loss is now the model's own. `model.compute_loss(x=x, y=y, y_pred=predictions)` gives what `compile` was
# told, averaged over the batch, *with* the penalties. It is the method that `fit` itself calls.


# %% exercise: accumulate_gradients
def accumulate_gradients(model, batches, num_micro):
    """Gradients of large batches, each gathered from several micro-batches.

    Args:
        model: compiled Keras model. Each of its trainable variables has a part in the loss.
        batches: iterable of tuples (x, y), the micro-batches: arrays whose first axes have the same length, from one to
            the next a different one perhaps. It may be empty, and can be walked through only once.
        num_micro: how many micro-batches make one large batch, int >= 1; the last large batch may have fewer.

    Returns:
        Iterator with one entry for each large batch: a list of tensors, one for each of model.trainable_variables, the
        gradient of model.compute_loss for all its examples together, the model being called as in training, on one
        micro-batch at a time. The micro-batches of an entry are drawn, and its gradients taken, only when it is asked
        for. No weight is moved. About 14 lines.
    """
    ### BEGIN SOLUTION
    gathered, count, m = None, 0, 0
    for x, y in batches:
        with tf.GradientTape() as tape:
            loss = len(x) * model.compute_loss(x=x, y=y, y_pred=model(x, training=True))
        slopes = tape.gradient(loss, model.trainable_variables)
        gathered = [a + b for a, b in zip(gathered, slopes, strict=True)] if count else slopes
        count, m = count + 1, m + len(x)
        if count == num_micro:
            yield [total / m for total in gathered]
            gathered, count, m = None, 0, 0
    if count:
        yield [total / m for total in gathered]
    ### END SOLUTION


# %% fixture
def compiled(kernel, bias=None, factor=1.0, l2=0.0):
    """A linear_model, compiled with row_losses and descent."""
    model = linear_model(kernel, bias, factor, l2)
    model.compile(descent(0.1), row_losses)
    return model


def plainly_compiled(kernel):
    """A linear_model without bias, compiled with the mean squared error."""
    model = linear_model(kernel)
    model.compile(descent(0.1), "mse")
    return model


class Counted:
    """An iterator over batches that knows how many have been drawn."""

    def __init__(self, batches):
        self._batches, self.drawn = list(batches), 0

    def __iter__(self):
        return self

    def __next__(self):
        if self.drawn == len(self._batches):
            raise StopIteration
        self.drawn += 1
        return self._batches[self.drawn - 1]


# %% test: accumulate_gradients, points=3
model = plainly_compiled([[1.0]])
batches = [
    (np.array([[1.0], [2.0]], "float32"), np.array([[3.0], [3.0]], "float32")),
    (np.array([[2.0]], "float32"), np.array([[1.0]], "float32")),
    (np.array([[1.0], [1.0], [1.0]], "float32"), np.array([[0.0], [0.0], [0.0]], "float32")),
]
with dd.check.unchanged(batches, what="the batches"):
    entries = list(accumulate_gradients(model, batches, 2))
dd.check.equal(
    len(entries), 2, what="the number of large batches", why="three micro-batches in pairs are two, one short"
)
dd.check.kind(entries[0], list, what="an entry", why="it has one gradient for each trainable variable")
dd.check.kind(entries[0][0], "tensor", what="a gradient")
dd.check.close(
    entries[0][0], [[-4 / 3]], rtol=1e-5, what="the first gradient", why="this is the example worked by hand"
)
dd.check.close(entries[1][0], [[2.0]], rtol=1e-5, what="the second gradient", why="a large batch of one micro-batch")
dd.check.close(model.layers[-1].get_weights()[0], [[1.0]], what="w", why="no weight is moved")
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(401)
near = {"rtol": 1e-4, "atol": 1e-5}


def draw(*shape):
    return (0.7 * rng.normal(size=shape)).astype("float32")


def slopes_by_hand(w, b, x, y, factor, l2):
    """The slopes of the cost of a batch along w and b, in float64."""
    x, y = factor * x.astype(float), y.astype(float)
    pull = 2 * (1 + y**2) * (x @ w + b - y) / len(x)
    return x.T @ pull + 2 * l2 * w, pull.sum(axis=0)


for sizes, num_micro, n, outputs, factor, l2 in (
    ((3, 1, 4, 2, 5), 2, 2, 3, 1.7, 0.2),
    ((2, 2), 5, 3, 1, 0.6, 0.0),
    ((1, 6), 1, 1, 2, 1.0, 0.1),
):
    batches = [(draw(m, n), draw(m, outputs)) for m in sizes]
    groups = [batches[start : start + num_micro] for start in range(0, len(batches), num_micro)]
    model = compiled(draw(n, outputs), draw(outputs), factor, l2)
    counted = Counted(batches)
    with dd.check.unchanged(batches, what="the batches"):
        entries = accumulate_gradients(model, counted, num_micro)
    dd.check.equal(counted.drawn, 0, what="micro-batches drawn before an entry is asked for", why="nothing runs ahead")
    entries, drawn = iter(entries), 0
    for place, group in enumerate(groups):
        w, b = draw(n, outputs), draw(outputs)
        model.layers[-1].set_weights([w, b])  # a step has been taken since the last entry
        entry = next(entries)
        drawn += len(group)
        of = f" of large batch {place}, micro-batches of {[len(x) for x, _ in group]}"
        dd.check.equal(counted.drawn, drawn, what="micro-batches drawn after the entry" + of, why="nothing runs ahead")
        x, y = (np.concatenate(part) for part in zip(*group, strict=True))
        dd.check.kind(entry, list, what="the entry" + of)
        dd.check.equal(len(entry), 2, what="the number of gradients" + of, why="kernel and bias are trainable")
        why = "it is that of all its examples together, at the weights as they are now"
        for name, came, due in zip(("kernel", "bias"), entry, slopes_by_hand(w, b, x, y, factor, l2), strict=True):
            dd.check.kind(came, "tensor", what=f"the {name}'s gradient" + of)
            dd.check.close(came, due, **near, what=f"the {name}'s gradient" + of, why=why)
        still_w, still_b = model.layers[-1].get_weights()
        assert np.array_equal(still_w, w) and np.array_equal(still_b, b), "no weight is moved by gathering gradients"
    dd.check.equal(len(list(entries)), 0, what="the number of entries left", why="all micro-batches have been used")
    why = "one call for each micro-batch, with training=True"
    dd.check.equal(counts(model)[:3], [len(sizes), sum(sizes), max(sizes)], what="calls, rows, most rows", why=why)
    dd.check.equal(steps_of(model.optimizer), 0, what="steps of the optimiser", why="whoever asked takes the step")
dd.check.equal(len(list(accumulate_gradients(model, [], 2))), 0, what="the number of entries", why="there is no batch")
### END HIDDEN TESTS

# %% mistakes: accumulate_gradients
# - replace: |-
#     yield [total / m for total in gathered]
#                 gathered, count, m = None, 0, 0
#   with: |-
#     yield [total / m for total in gathered]
#                 gathered, count, m = None, 0, m
#   hint: "From the second large batch on you divide by all examples so far. Which numbers start anew?"
# - replace: loss = len(x) * model
#   with: loss = model
#   hint: "You add up means and divide by the number of examples, so the gradient is too small. Weigh each mean first."
# - replace: model(x, training=True)
#   with: model(x)
#   hint: "The model was called as in use. Layers that act only in training stayed silent."
# - replace: "[a + b for a, b in zip(gathered, slopes, strict=True)] if count else slopes"
#   with: slopes
#   hint: "Each micro-batch overwrites what was gathered before it. Gradients accumulate."
# - replace: |-
#     if count:
#             yield
#   with: |-
#     if False:
#             yield
#   hint: "The last micro-batches, fewer than num_micro, are lost."
# - replace: slopes = tape.gradient(loss, model.trainable_variables)
#   with: |-
#     slopes = tape.gradient(loss, model.trainable_variables)
#             model.optimizer.apply(slopes, model.trainable_variables)
#   hint: "You take a step for every micro-batch. The caller takes one for the large batch."
# - replace: |-
#     if count:
#             yield [total / m for total in gathered]
#   with: |-
#     if count:
#             yield gathered
#   hint: "The last gradients are sums over their examples, not means."
# - replace: |-
#     if count:
#             yield [total / m for total in gathered]
#   with: |-
#     yield [total / m for total in gathered] if count else []
#   hint: "Where the micro-batches come out even, an empty entry follows the last one. Nothing is left to be stepped
#     on."
# - replace: y_pred=model(x, training=True))
#   with: y_pred=model(x, training=True)) + len(x) * sum(model.losses)
#   hint: "The penalties count twice: compute_loss has them in it already."


# %% mistake: accumulate_gradients
# hint: "That is the mean of the micro-batches' gradients. A micro-batch of one example counts as much as one of four."
def accumulate_gradients(model, batches, num_micro):
    waiting = []
    for x, y in batches:
        with tf.GradientTape() as tape:
            loss = model.compute_loss(x=x, y=y, y_pred=model(x, training=True))
        waiting.append(tape.gradient(loss, model.trainable_variables))
        if len(waiting) == num_micro:
            yield [sum(each) / len(waiting) for each in zip(*waiting, strict=True)]
            waiting = []
    if waiting:
        yield [sum(each) / len(waiting) for each in zip(*waiting, strict=True)]


# %% mistake: accumulate_gradients
# hint: "You divide by num_micro, also where fewer micro-batches were left, and where they differ in size."
def accumulate_gradients(model, batches, num_micro):
    gathered, count = [0.0 for _ in model.trainable_variables], 0
    for x, y in batches:
        with tf.GradientTape() as tape:
            loss = model.compute_loss(x=x, y=y, y_pred=model(x, training=True)) / num_micro
        gathered = [a + b for a, b in zip(gathered, tape.gradient(loss, model.trainable_variables), strict=True)]
        count += 1
        if count == num_micro:
            yield gathered
            gathered, count = [0.0 for _ in model.trainable_variables], 0
    if count:
        yield gathered


# %% mistake: accumulate_gradients
# hint: "You put the micro-batches together and run the large batch at once. The memory for that is what is lacking."
def accumulate_gradients(model, batches, num_micro):
    def together(group):
        x, y = (np.concatenate(part) for part in zip(*group, strict=True))
        with tf.GradientTape() as tape:
            loss = model.compute_loss(x=x, y=y, y_pred=model(x, training=True))
        return tape.gradient(loss, model.trainable_variables)

    group = []
    for batch in batches:
        group.append(batch)
        if len(group) == num_micro:
            yield together(group)
            group = []
    if group:
        yield together(group)


# %% mistake: accumulate_gradients
# hint: "All gradients are taken before the first is handed out, so all belong to the weights of the start. Hand out
#   each as soon as it is there."
def accumulate_gradients(model, batches, num_micro):
    entries, gathered, count, m = [], None, 0, 0
    for x, y in batches:
        with tf.GradientTape() as tape:
            loss = len(x) * model.compute_loss(x=x, y=y, y_pred=model(x, training=True))
        slopes = tape.gradient(loss, model.trainable_variables)
        gathered = [a + b for a, b in zip(gathered, slopes, strict=True)] if count else slopes
        count, m = count + 1, m + len(x)
        if count == num_micro:
            entries.append([total / m for total in gathered])
            count, m = 0, 0
    if count:
        entries.append([total / m for total in gathered])
    return entries


# %% mistake: accumulate_gradients
# hint: "You call the loss alone. The penalties that layers ask for are missing; compute_loss adds them."
def accumulate_gradients(model, batches, num_micro):
    gathered, count, m = None, 0, 0
    for x, y in batches:
        with tf.GradientTape() as tape:
            loss = len(x) * ops.mean(keras.losses.get(model.loss)(y, model(x, training=True)))
        slopes = tape.gradient(loss, model.trainable_variables)
        gathered = [a + b for a, b in zip(gathered, slopes, strict=True)] if count else slopes
        count, m = count + 1, m + len(x)
        if count == num_micro:
            yield [total / m for total in gathered]
            count, m = 0, 0
    if count:
        yield [total / m for total in gathered]


# %% mistake: accumulate_gradients
# hint: "You add the gradients of the micro-batches, each of a mean, and divide by nothing. Weigh each by its share."
def accumulate_gradients(model, batches, num_micro):
    gathered, count = None, 0
    for x, y in batches:
        with tf.GradientTape() as tape:
            loss = model.compute_loss(x=x, y=y, y_pred=model(x, training=True))
        slopes = tape.gradient(loss, model.trainable_variables)
        gathered = slopes if gathered is None else [a + b for a, b in zip(gathered, slopes, strict=True)]
        count += 1
        if count == num_micro:
            yield gathered
            gathered, count = None, 0
    if gathered is not None:
        yield gathered


# %% equivalents: accumulate_gradients
# - replace: zip(gathered, slopes, strict=True)
#   with: zip(slopes, gathered, strict=True)
#   reason: "A sum does not depend on the order of its two terms."
# - replace: |-
#     yield [total / m for total in gathered]
#                 gathered, count, m = None, 0, 0
#   with: |-
#     yield [total / m for total in gathered]
#                 gathered, count, m = 1, 0, 0
#   reason: "What was gathered is not looked at while count is 0."


# %% accepts: accumulate_gradients
def accumulate_gradients(model, batches, num_micro):
    # Groups cut off the front of an iterator; a running mean in place of a sum.
    batches = iter(batches)
    while True:
        mean, m = None, 0
        for x, y in itertools.islice(batches, num_micro):
            with tf.GradientTape() as tape:
                loss = model.compute_loss(x, y, model(x, training=True))
            slopes = tape.gradient(loss, model.trainable_weights)
            m += len(x)
            mean = slopes if mean is None else [a + (b - a) * (len(x) / m) for a, b in zip(mean, slopes, strict=True)]
        if mean is None:
            return
        yield mean


# %% accepts: accumulate_gradients
class accumulate_gradients:
    # An iterator as a class.
    def __init__(self, model, batches, num_micro):
        self.model, self.batches, self.num_micro = model, iter(batches), num_micro

    def __iter__(self):
        return self

    def __next__(self):
        parts = []
        while len(parts) < self.num_micro:
            try:
                x, y = next(self.batches)
            except StopIteration:
                break
            with tf.GradientTape() as tape:
                loss = self.model.compute_loss(x=x, y=y, y_pred=self.model(x, training=True))
            parts.append((len(x), tape.gradient(loss, self.model.trainable_variables)))
        if not parts:
            raise StopIteration
        m = sum(size for size, _ in parts)
        return [sum(size * part[i] for size, part in parts) / m for i in range(len(parts[0][1]))]


# %% [markdown]
# Keras has this built in: `keras.optimizers.Adam(gradient_accumulation_steps=3)` takes one step in three and
# averages the gradients between, each counting alike, whatever the sizes of its batch. A last, smaller batch then
# weighs too much, and a group may reach over the end of an epoch.
#
# Is the large batch matched? 384 digits at once, or twice 192. The loss on all training digits after each epoch,
# first for a plain network (and, to compare, for 192 with a step each), then for one with batch normalisation.

# %% demo
runs = {"384 at once": (384, 1), "twice 192, gathered": (192, 2), "192, a step each": (192, 1)}
fig, panels = plt.subplots(1, 2, figsize=(12, 4.2), sharey=True)
apart = {}
for ax, batch_norm in zip(panels, (False, True), strict=True):
    ends = {}
    for (name, (batch_size, num_micro)), marker in zip(runs.items(), "os^", strict=True):
        if batch_norm and name == "192, a step each":
            continue
        model, data = digit_reader(seed=41, dropout=0, batch_norm=batch_norm), DigitsData(batch_size, seed=5)
        model.compile(keras.optimizers.Adam(0.01), cross_entropy)
        ends[name] = []
        for _ in range(4):
            for gradients in accumulate_gradients(model, data.train_batches(), num_micro):
                model.optimizer.apply(gradients, model.trainable_variables)
            ends[name].append(float(model.compute_loss(y=data.y, y_pred=model(data.x, training=False))))
        ax.plot(range(1, 5), ends[name], marker=marker, label=name)
    ax.set(title="With batch normalisation" if batch_norm else "A plain network", xlabel="epoch", yscale="log")
    ax.set_xticks(range(1, 5))
    apart[batch_norm] = np.abs(np.subtract(ends["384 at once"], ends["twice 192, gathered"])).max()
    print(f"batch normalisation: {batch_norm!s:5}  gathered and at once differ by {apart[batch_norm]:.0e} at most")
panels[0].set_ylabel("loss on the training digits")
panels[0].legend()
dd.plot.show(
    "Two panels of loss, logarithmic, against epoch, 1 to 4. In a plain network the curves of 384 at once and of twice "
    "192 gathered lie on each other, and that of 192 with a step each falls faster. With batch normalisation the first "
    "two part as the epochs go by."
)
assert apart[False] < 1e-4 and apart[True] > 1e-2

# %% [markdown]
# On the left the two curves are one. (A step for every 192 examples falls faster, with twice as many steps on the
# same data. Gathering saves memory, not time.) On the right they part: batch normalisation takes mean and
# variance of what it is shown, 192 examples instead of 384, so that an example's loss depends on who else is in
# its micro-batch, and the sum above no longer holds. Dropout, too, draws other masks. Layer normalisation (Day 33)
# looks at one example at a time and does not mind.
#
# ## Your step inside fit
#
# `fit` does much that nobody likes to write twice: batches, a graph, validation, progress, callbacks. It can be
# changed from the inside, at three depths. Change as little as will do:
#
# - Another *loss*, even one that looks at inputs or inner layers: a class derived from `keras.Model` defines
#   `compute_loss`, and calls the old one by `super()` for what stays. Training and validation both use it.
# - Another *step*: it defines `train_step(self, data)`. `fit` calls that for each batch, `data` being the tuple
#   $(x, y)$ of tensors, and shows the numbers of the dict that it returns. Validation has a `test_step` of its own,
#   which stays.
# - Another *order of steps*, such as two networks in turn or gradients gathered over batches: then a loop of your
#   own is often the clearer way.
#
# The numbers that `fit` shows are running means. A metric (Day 39) adds up until somebody calls its `reset_state`;
# `fit` does so at the start of each epoch and again before validation, for all of `self.metrics`: the loss, what
# `compile` was given, and every metric that is an attribute of the model. A loop that forgets it reports means over
# all of the past, and validation with training mixed in.
#
# When is another step worth it? When the loss itself contains a gradient. How much does $\ell_i$ change if the pixels
# of example $i$ change a little? By $\partial \ell_i / \partial x_i$ times the change. A step of the inputs along that
# gradient, too small to be noticed, can turn a right answer into a wrong one (Goodfellow and others 2015). So one may
# ask for small slopes, by a **gradient penalty**:
#
# $$J + \lambda P, \qquad P = \frac1m \sum_i \Big\lVert \frac{\partial \ell_i}{\partial x_i} \Big\rVert^2.$$
#
# Drucker and LeCun proposed it in 1992, tried it on handwritten digits, and called it **double
# backpropagation**, for the slope of $P$ along $w$ goes back through a backward pass: a tape within a tape (Day 36).
# The inner one must `watch` the inputs, which are no variables; and the slopes that it gives are computed while
# the outer one still records.
#
# **By hand**, again $\hat y = w x$ with $w = 1$, and the batch $x = (1, 2)$, $y = (3, 3)$. The slopes along the inputs,
# $2 (w x_i - y_i)\, w$, are $-4$ and $-2$, so $P = \frac12 (16 + 4) = 10$. Note what a tape gives for $J$, which is a
# *mean*: row $i$ of $\partial J / \partial x$ is $\frac1m\, \partial \ell_i / \partial x_i$, here $(-2, -1)$.
#
# The step: along $w$, $J$ has the slope $-4$ as before, and $P = \frac1m \sum_i 4 w^2 (w x_i - y_i)^2$ has
# $\frac1m \sum_i \big(8 w (w x_i - y_i)^2 + 8 w^2 (w x_i - y_i)\, x_i\big) = \frac12 (32 - 16 + 8 - 16) = 4$. With
# $\lambda = \frac12$ and $\alpha = 0.25$ the new $w$ is $1 - 0.25\, (-4 + \frac12 \cdot 4) = 1.5$, where without the
# penalty it was 2.


# %% exercise: SmoothModel
class SmoothModel(keras.Model):
    """A model that `fit` trains by double backpropagation: its loss should not change much with its inputs.

    Args:
        network: Keras model from inputs (m, ...) to predictions, each example's own; its layers may add penalties.
        strength: weight of the gradient penalty, float >= 0.
    """

    def __init__(self, network, strength):
        super().__init__()
        self.network = network
        self.strength = strength
        self.penalty_tracker = keras.metrics.Mean(name="penalty")

    def call(self, x, training=False):
        return self.network(x, training=training)

    def report(self, x, y, predictions, loss, penalty):
        """Take a batch's loss J and penalty P, scalar tensors, into the means of the epoch; return all, a dict."""
        m = ops.shape(x)[0]
        self.penalty_tracker.update_state(penalty, sample_weight=m)
        for metric in self.metrics:
            if metric.name == "loss":
                metric.update_state(loss, sample_weight=m)
        return self.compute_metrics(x, y, predictions)

    def train_step(self, data):
        """One step of self.optimizer down J + strength * P, J being self.compute_loss.

        The model is called once, as in training; only its trainable variables are moved.

        Args:
            data: tuple (x, y) of tensors, x float32 (m, ...); m may be unknown while the graph is recorded.

        Returns:
            What self.report gives for J and P as they were before the step. P has the slopes of each example's own
            loss, not of the mean. About 12 lines.
        """
        ### BEGIN SOLUTION
        x, y = data
        with tf.GradientTape() as outer:
            with tf.GradientTape() as inner:
                inner.watch(x)
                predictions = self(x, training=True)
                loss = self.compute_loss(x=x, y=y, y_pred=predictions)
            slopes = inner.gradient(loss, x)  # row i has 1 / m of the slopes of example i
            penalty = ops.cast(ops.shape(x)[0], "float32") * ops.sum(ops.square(slopes))
            total = loss + self.strength * penalty
        variables = self.trainable_variables
        self.optimizer.apply(outer.gradient(total, variables), variables)
        return self.report(x, y, predictions, loss, penalty)
        ### END SOLUTION


# %% fixture
def grid_model(kernel, bias, shape):
    """A Keras model that lays grids of that shape out as rows x, and computes x @ kernel + bias."""
    dense = keras.layers.Dense(np.shape(kernel)[1])
    model = keras.Sequential([keras.Input(shape), keras.layers.Flatten(), dense])
    dense.set_weights([np.asarray(kernel, "float32"), np.asarray(bias, "float32")])
    return model


# %% test: SmoothModel, points=3
network = linear_model([[1.0]])
model = SmoothModel(network, 0.5)
model.compile(optimizer=descent(0.25), loss="mse")
x, y = ops.convert_to_tensor([[1.0], [2.0]]), ops.convert_to_tensor([[3.0], [3.0]])
logs = model.train_step((x, y))
dd.check.kind(logs, dict, what="train_step((x, y))", why="fit shows numbers by their names")
dd.check.equal(sorted(logs), ["loss", "penalty"], what="the names", why="the penalty is reported apart from the loss")
dd.check.close(logs["loss"], 2.5, rtol=1e-5, what="the loss", why="this is J by hand, before the step")
dd.check.close(logs["penalty"], 10.0, rtol=1e-5, what="the penalty", why="half of 16 + 4, as by hand")
dd.check.close(network.layers[-1].get_weights()[0], [[1.5]], rtol=1e-5, what="w", why="this is the step worked by hand")
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(402)
near = {"rtol": 1e-3, "atol": 1e-4}  # float32 through a product of products


def draw(*shape):
    return (0.5 * rng.normal(size=shape)).astype("float32")


def by_hand(w, b, x, y, factor, l2):
    """J and P, in float64."""
    x, y = factor * x.reshape(len(x), -1).astype(float), y.astype(float)
    error, weight = x @ w + b - y, 1 + y**2
    slopes = factor * (2 * weight * error) @ w.T  # (m, n), row i along the input of example i
    return np.mean(np.sum(weight * error**2, axis=1)) + l2 * np.sum(w**2), np.mean(np.sum(slopes**2, axis=1))


def slopes_by_hand(f, point):
    """Central differences in float64."""
    slopes = np.zeros(point.shape)
    for index in np.ndindex(point.shape):
        up, down = point.copy(), point.copy()
        up[index] += 1e-5
        down[index] -= 1e-5
        slopes[index] = (f(up) - f(down)) / 2e-5
    return slopes


def stepped(w, b, batch, factor, l2, strength, learning_rate):
    """J, P and the new w and b after a step of plain descent."""
    loss, penalty = by_hand(w, b, *batch, factor, l2)

    def total(w, b):
        return np.dot(by_hand(w, b, *batch, factor, l2), (1.0, strength))

    along_w, along_b = slopes_by_hand(lambda v: total(v, b), w), slopes_by_hand(lambda v: total(w, v), b)
    return loss, penalty, w - learning_rate * along_w, b - learning_rate * along_b


for (m, n, outputs), factor, l2, strength in (
    ((2, 3, 1), 1.4, 0.2, 0.3),
    ((1, 2, 2), 1.0, 0.0, 0.7),
    ((4, 1, 2), 0.6, 0.1, 0.0),
):
    w, b = draw(n, outputs).astype(float), draw(outputs).astype(float)
    network = linear_model(w, b, factor, l2)
    model, optimizer = SmoothModel(network, strength), descent(0.05)
    model.compile(optimizer=optimizer, loss=row_losses, metrics=[miss()])
    losses, penalties, misses = [], [], []
    for step in range(2):
        batch = draw(m, n), draw(m, outputs)
        error = factor * batch[0].astype(float) @ w + b - batch[1]
        misses.append(np.mean(np.sum((1 + batch[1].astype(float) ** 2) * np.abs(error), axis=1)))
        loss, penalty, w, b = stepped(w, b, batch, factor, l2, strength, 0.05)
        losses.append(loss)
        penalties.append(penalty)
        logs = model.train_step(tuple(ops.convert_to_tensor(part) for part in batch))
        of = f" after step {step} with {m} examples of {n} features, strength {strength}"
        new_w, new_b = network.layers[-1].get_weights()
        dd.check.close(new_w, w, **near, what="the kernel" + of, why="a step down J + strength * P")
        dd.check.close(new_b, b, **near, what="the bias" + of, why="a step down J + strength * P")
        dd.check.close(logs["loss"], np.mean(losses), **near, what="the loss" + of, why="the mean of J so far")
        dd.check.close(logs["penalty"], np.mean(penalties), **near, what="the penalty" + of, why="the mean of P so far")
        dd.check.close(logs["miss"], np.mean(misses), **near, what="a metric of compile" + of)
        dd.check.equal(steps_of(optimizer), step + 1, what="the number of steps" + of, why="one for each batch")
    why = "one call for each batch, with training=True"
    dd.check.equal(counts(network), [2, 2 * m, m, 0], what="calls, rows, most rows, calls not in training", why=why)
    dd.check.close(factor_of(network), factor, what="a weight that is not trainable", why="no step moves it")

w, b = 0.5 * draw(6, 2).astype(float), draw(2).astype(float)  # grids, and a graph in which m is unknown
network = grid_model(w, b, (2, 3))
model = SmoothModel(network, 0.1)
model.compile(optimizer=descent(0.01), loss=row_losses)
x, y = draw(5, 2, 3), draw(5, 2)
history = model.fit(x, y, batch_size=2, epochs=2, shuffle=False, verbose=0).history
for epoch in range(2):
    means = np.zeros(2)
    for start in (0, 2, 4):
        batch = x[start : start + 2], y[start : start + 2]
        loss, penalty, w, b = stepped(w, b, batch, 1.0, 0.0, 0.1, 0.01)
        means += len(batch[0]) / 5 * np.array([loss, penalty])
    of = f" of epoch {epoch} of fit on grids, the last batch smaller"
    dd.check.close(history["loss"][epoch], means[0], **near, what="the loss" + of, why="every example counts once")
    dd.check.close(
        history["penalty"][epoch], means[1], **near, what="the penalty" + of, why="every example counts once"
    )
### END HIDDEN TESTS

# %% mistakes: SmoothModel
# - replace: ops.cast(ops.shape(x)[0], "float32") * ops.sum(ops.square(slopes))
#   with: ops.sum(ops.square(slopes)) / ops.cast(ops.shape(x)[0], "float32")
#   hint: "You average the squared slopes of J. Those of each example's own loss are larger by the size of the batch."
# - replace: ops.cast(ops.shape(x)[0], "float32") * ops.sum(ops.square(slopes))
#   with: ops.sum(ops.square(slopes))
#   hint: "Your penalty is too small by the size of the batch. J is a mean: what share of an example's slopes does the
#     tape give?"
# - replace: ops.cast(ops.shape(x)[0], "float32") * ops.sum(ops.square(slopes))
#   with: ops.cast(ops.shape(x)[0], "float32") ** 2 * ops.mean(ops.square(slopes))
#   hint: "You average over features too. A squared length adds the squares of all its entries."
# - replace: ops.cast(ops.shape(x)[0], "float32") * ops.sum(ops.square(slopes))
#   with: ops.cast(ops.shape(x)[0], "float32") ** 2 * ops.sum(ops.square(slopes))
#   hint: "That is a sum over the batch. P is a mean over its examples."
# - replace: ops.cast(ops.shape(x)[0], "float32") * ops.sum(ops.square(slopes))
#   with: ops.cast(len(x), "float32") * ops.sum(ops.square(slopes))
#   hint: "While the graph is recorded, the size of a batch may be unknown, and len fails. Who tells it all the same?"
# - replace: inner.watch(x)
#   with: pass
#   hint: "A tape follows variables by itself. Inputs are none: it has to be told to watch them."
# - replace: slopes = inner.gradient(loss, x)
#   with: slopes = tf.stop_gradient(inner.gradient(loss, x))
#   hint: "The penalty is measured, but has no part in the step: it is left out of the sum, or a mere number to the
#     outer tape."
# - replace: self.report(x, y, predictions, loss, penalty)
#   with: self.report(x, y, predictions, loss, self.strength * penalty)
#   hint: "P is reported as it is. Its weight, the strength, belongs to the sum that is stepped down."
# - replace: total = loss + self.strength * penalty
#   with: total = loss - self.strength * penalty
#   hint: "Your step makes the slopes along the inputs longer: the penalty is taken off where it should be added."
# - replace: slopes = inner.gradient(loss, x)
#   with: slopes = inner.gradient(predictions, x)
#   hint: "Those are the slopes of the predictions. P asks how the loss answers a change of the inputs."
# - replace: return self.report(x, y, predictions, loss, penalty)
#   with: |-
#     predictions = self(x, training=True)
#             return self.report(x, y, predictions, self.compute_loss(x=x, y=y, y_pred=predictions), penalty)
#   hint: "J is measured again after the step. What the tape saw, before the step, is to be reported."
# - replace: inner.watch(x)
#   with: |-
#     inner.watch(x)
#                     self(x, training=True)
#   hint: "The model is called twice for each batch. One call, under both tapes, gives all that is needed."
# - replace: total = loss + self.strength * penalty
#   with: total = loss + penalty
#   hint: "How much the penalty counts was handed over when the model was made."
# - replace: self(x, training=True)
#   with: self(x)
#   hint: "The model was called as in use. Layers that act only in training stayed silent."
# - replace: self.report(x, y, predictions, loss, penalty)
#   with: self.report(x, y, predictions, total, penalty)
#   hint: "You report the sum as the loss, which then can't be compared with validation's. J and P are reported apart."
# - replace: variables = self.trainable_variables
#   with: variables = self.variables
#   hint: "You ask for the slopes of all that the model keeps, also of what no step may move."


# %% mistake: SmoothModel
# hint: "You penalise the slopes along the weights. Those along the inputs are meant."
class SmoothModel(keras.Model):
    def __init__(self, network, strength):
        super().__init__()
        self.network, self.strength = network, strength
        self.penalty_tracker = keras.metrics.Mean(name="penalty")

    def call(self, x, training=False):
        return self.network(x, training=training)

    def report(self, x, y, predictions, loss, penalty):
        m = ops.shape(x)[0]
        self.penalty_tracker.update_state(penalty, sample_weight=m)
        for metric in self.metrics:
            if metric.name == "loss":
                metric.update_state(loss, sample_weight=m)
        return self.compute_metrics(x, y, predictions)

    def train_step(self, data):
        x, y = data
        with tf.GradientTape() as outer:
            with tf.GradientTape() as inner:
                predictions = self(x, training=True)
                loss = self.compute_loss(x=x, y=y, y_pred=predictions)
            slopes = inner.gradient(loss, self.trainable_variables)
            penalty = sum(ops.sum(ops.square(slope)) for slope in slopes)
            total = loss + self.strength * penalty
        self.optimizer.apply(outer.gradient(total, self.trainable_variables), self.trainable_variables)
        return self.report(x, y, predictions, loss, penalty)


# %% mistake: SmoothModel
# hint: "You take the mean length of the slopes. The penalty has their squared length."
class SmoothModel(keras.Model):
    def __init__(self, network, strength):
        super().__init__()
        self.network, self.strength = network, strength
        self.penalty_tracker = keras.metrics.Mean(name="penalty")

    def call(self, x, training=False):
        return self.network(x, training=training)

    def report(self, x, y, predictions, loss, penalty):
        m = ops.shape(x)[0]
        self.penalty_tracker.update_state(penalty, sample_weight=m)
        for metric in self.metrics:
            if metric.name == "loss":
                metric.update_state(loss, sample_weight=m)
        return self.compute_metrics(x, y, predictions)

    def train_step(self, data):
        x, y = data
        with tf.GradientTape() as outer:
            with tf.GradientTape() as inner:
                inner.watch(x)
                predictions = self(x, training=True)
                loss = self.compute_loss(x=x, y=y, y_pred=predictions)
            slopes = ops.reshape(inner.gradient(loss, x), (ops.shape(x)[0], -1))
            penalty = ops.sum(ops.norm(slopes, axis=1))
            total = loss + self.strength * penalty
        self.optimizer.apply(outer.gradient(total, self.trainable_variables), self.trainable_variables)
        return self.report(x, y, predictions, loss, penalty)


# %% accepts: SmoothModel
class SmoothModel(keras.Model):
    # The slopes of the summed losses, each row an example's own, and two steps in place of one nested block.
    def __init__(self, network, strength):
        super().__init__()
        self.network, self.strength = network, strength
        self.penalty_tracker = keras.metrics.Mean(name="penalty")

    def call(self, x, training=False):
        return self.network(x, training=training)

    def report(self, x, y, predictions, loss, penalty):
        m = ops.shape(x)[0]
        self.penalty_tracker.update_state(penalty, sample_weight=m)
        for metric in self.metrics:
            if metric.name == "loss":
                metric.update_state(loss, sample_weight=m)
        return self.compute_metrics(x, y, predictions)

    def train_step(self, data):
        x, y = data
        m = tf.cast(tf.shape(x)[0], x.dtype)
        with tf.GradientTape() as along_weights:
            with tf.GradientTape(watch_accessed_variables=False) as along_inputs:
                along_inputs.watch(x)
                predictions = self.network(x, training=True)
                loss = self.compute_loss(x, y, predictions)
                summed = m * loss
            slopes = along_inputs.gradient(summed, x)
            rows = tf.reduce_sum(tf.reshape(slopes, (tf.shape(x)[0], -1)) ** 2, axis=1)
            penalty = tf.reduce_mean(rows)
            total = loss + self.strength * penalty
        gradients = along_weights.gradient(total, self.trainable_weights)
        self.optimizer.apply_gradients(zip(gradients, self.trainable_weights, strict=True))
        return self.report(x, y, predictions, loss, penalty)


# %% accepts: SmoothModel
class SmoothModel(keras.Model):
    # Two gradients, of the loss and of the penalty, added up after the tapes.
    def __init__(self, network, strength):
        super().__init__()
        self.network, self.strength = network, strength
        self.penalty_tracker = keras.metrics.Mean(name="penalty")

    def call(self, x, training=False):
        return self.network(x, training=training)

    def report(self, x, y, predictions, loss, penalty):
        m = ops.shape(x)[0]
        self.penalty_tracker.update_state(penalty, sample_weight=m)
        for metric in self.metrics:
            if metric.name == "loss":
                metric.update_state(loss, sample_weight=m)
        return self.compute_metrics(x, y, predictions)

    def train_step(self, data):
        x, y = data
        with tf.GradientTape(persistent=True) as tape:
            tape.watch(x)
            predictions = self(x, training=True)
            loss = self.compute_loss(x=x, y=y, y_pred=predictions)
            slopes = tape.gradient(loss, x)
            penalty = ops.sum(slopes**2) * ops.cast(ops.shape(x)[0], slopes.dtype)
        variables = self.trainable_variables
        of_loss = tape.gradient(loss, variables)
        of_penalty = tape.gradient(penalty, variables, unconnected_gradients="zero")
        self.optimizer.apply([a + self.strength * b for a, b in zip(of_loss, of_penalty, strict=True)], variables)
        return self.report(x, y, predictions, loss, penalty)


# %% [markdown]
# What does it buy? Two readers of digits from one start, 16 epochs each, without and with a penalty of strength 0.1.
# Then each held-out digit is moved by a fixed distance in the direction in which *its own* loss rises fastest. (A
# pixel goes from 0 to 1; a digit is about 4 long as a vector of 64 pixels.)


# %% demo
def moved(model, x, y, distance):
    """The digits, each moved so far along the slopes of its loss."""
    x = ops.convert_to_tensor(x)
    with tf.GradientTape() as tape:
        tape.watch(x)
        loss = ops.sum(ops.sparse_categorical_crossentropy(y, model(x), from_logits=True))
    slopes = tape.gradient(loss, x)
    return x + distance * slopes / (ops.norm(slopes, axis=1, keepdims=True) + 1e-12)


data = DigitsData(batch_size=64, seed=6)
digit_length = np.median(np.linalg.norm(data.x_val, axis=1))
lengths = np.linspace(0, 1, 6)
fig, ax = plt.subplots(figsize=(8, 4.2))
robust = {}
for (name, strength), marker in zip({"without": 0.0, "with the penalty": 0.1}.items(), "os", strict=True):
    smooth = SmoothModel(digit_reader(seed=42, dropout=0, l2=0), strength)
    smooth.compile(optimizer=keras.optimizers.Adam(0.01), loss=cross_entropy)
    log = smooth.fit(data.x, data.y, batch_size=64, epochs=16, verbose=0).history
    robust[name] = [
        float(np.mean(np.argmax(smooth(moved(smooth, data.x_val, data.y_val, s)), axis=1) == data.y_val))
        for s in lengths
    ]
    ax.plot(lengths, robust[name], marker=marker, label=name)
    print(
        f"{name:17} penalty {log['penalty'][-1]:5.2f}, right {robust[name][0]:.3f}, moved by 0.4 {robust[name][2]:.3f}"
    )
ax.set(title="Digits moved the worst way", xlabel="distance moved", ylabel="held-out accuracy", ylim=(0, 1))
ax.legend()
dd.plot.show(
    "Held-out accuracy against the distance that each digit is moved, 0 to 1. Both curves begin near 0.97. Without the "
    "penalty accuracy falls to about half at 0.4 and to near 0 at 1; with it the curve falls later."
)
print(f"a held-out digit is {digit_length:.1f} long")
assert robust["with the penalty"][2] > robust["without"][2] + 0.03 and robust["with the penalty"][0] > 0.92

# %% [markdown]
# Unmoved digits are read about equally well by both; moved ones better by the second. It is no armour, as a
# distance of 1 shows, and it costs a second backward pass in every step. A far stronger penalty makes the reader
# deaf to its input, and it reads badly. The same trick, asking for length 1 in place of 0, tames the critic of Day
# 101.
#
# ## Put it together: a trainer
#
# What is left of `fit` is the part around the step: epochs, validation, metrics, a history. As an object, it keeps the
# optimiser and the history between calls, so that a second call goes on where the first ended. That makes three
# parts, each of which can be exchanged alone: the **model** knows the function, the **data module** the batches,
# the **trainer** how the one is fitted to the other. Libraries such as PyTorch Lightning cut a program at the same
# joints.
#
# Validation is the short half: the same batches every time, the model as in use, no tape and no step. Two things go
# wrong there. A model that is left in training mode is measured with its dropout on; and metrics that are not reset
# carry the training examples over into the validation's numbers, which then look like an average of the two.
#
# It is also the place for a safety belt. One damaged batch can have a gradient a hundred times as long as all
# others, and a single step along it undoes the work of epochs. **Clipping by the global norm** (Day 31; Pascanu,
# Mikolov and Bengio 2013) shortens such a gradient and keeps its direction:
#
# $$g \leftarrow g \cdot \min\Big(1, \frac r {\lVert g \rVert}\Big), \qquad
# \lVert g \rVert^2 = \textstyle\sum_{\text{arrays}} \sum_{\text{entries}} g^2.$$
#
# With $r = 1$, a kernel's gradient of length 3 and a bias's of length 4 are one vector of length 5; both are
# divided by 5. Write the trainer from its contract.


# %% exercise: Trainer
class Trainer:
    """Trains a model on the batches of a data module, and keeps a history.

    Args:
        model: Keras model; its layers may add penalties, which belong to the loss, in validation too.
        optimizer: Keras optimiser of the model's trainable variables.
        loss_fn: function of (y, predictions) that returns the mean loss of the batch, a scalar tensor.
        metrics: list of Keras metrics, to be updated with (y, predictions); may be empty.
        max_norm: float > 0, the longest gradient that passes: if that of all variables together, as one vector, is
            longer, it is shortened to this length before the step. None for no limit.

    Attributes:
        history: dict of names to lists of floats with a number for each epoch so far: "loss" and the metrics' names for
            training, then the same with "val_" in front for validation. Empty at first.
    """

    def __init__(self, model, optimizer, loss_fn, metrics=(), max_norm=None):
        self.history = {}
        ### BEGIN SOLUTION
        self.model, self.optimizer, self.loss_fn = model, optimizer, loss_fn
        self.metrics, self.max_norm = metrics, max_norm
        ### END SOLUTION

    def train_epoch(self, batches):
        """Take a step for each batch, as in train_one_epoch, with gradients that are clipped.

        Args:
            batches: iterable of at least one tuple (x, y); can be walked through only once.

        Returns:
            dict: "loss", then each metric's name; a float each, over all examples of these batches and no others, as
            their batch was predicted for its own step. About 17 lines.
        """
        ### BEGIN SOLUTION
        variables = self.model.trainable_variables
        total, count = 0.0, 0
        for metric in self.metrics:
            metric.reset_state()
        for x, y in batches:
            with tf.GradientTape() as tape:
                predictions = self.model(x, training=True)
                loss = self.loss_fn(y, predictions) + sum(self.model.losses)
            gradients = tape.gradient(loss, variables)
            if self.max_norm is not None:
                gradients, _ = tf.clip_by_global_norm(gradients, self.max_norm)
            self.optimizer.apply(gradients, variables)
            for metric in self.metrics:
                metric.update_state(y, predictions)
            total, count = total + len(x) * float(loss), count + len(x)
        return {"loss": total / count} | {metric.name: float(metric.result()) for metric in self.metrics}
        ### END SOLUTION

    def evaluate(self, batches):
        """Measure the model on some batches, as in use; nothing of it changes.

        Args:
            batches: as in train_epoch.

        Returns:
            dict as from train_epoch, over all examples of these batches and no others. About 10 lines.
        """
        ### BEGIN SOLUTION
        total, count = 0.0, 0
        for metric in self.metrics:
            metric.reset_state()
        for x, y in batches:
            predictions = self.model(x, training=False)
            total += len(x) * float(self.loss_fn(y, predictions) + sum(self.model.losses))
            count += len(x)
            for metric in self.metrics:
                metric.update_state(y, predictions)
        return {"loss": total / count} | {metric.name: float(metric.result()) for metric in self.metrics}
        ### END SOLUTION

    def fit(self, data, num_epochs):
        """Train for some epochs, with validation after each.

        Args:
            data: data module; data.train_batches() gives the batches of an epoch, data.val_batches() those of a
                validation, and each is called once an epoch, in this order.
            num_epochs: int >= 0.

        Returns:
            self.history, to whose lists a number for each of these epochs has been added. About 7 lines.
        """
        ### BEGIN SOLUTION
        for _ in range(num_epochs):
            logs = self.train_epoch(data.train_batches())
            for name, value in self.evaluate(data.val_batches()).items():
                logs["val_" + name] = value
            for name, value in logs.items():
                self.history.setdefault(name, []).append(value)
        return self.history
        ### END SOLUTION


# %% fixture
class Sheets:
    """A data module that gives the batches of one epoch after another, and remembers what was asked of it."""

    def __init__(self, epochs, val):
        self._epochs, self._val, self.asked = list(epochs), val, []

    def train_batches(self):
        self.asked.append("train")
        return once(self._epochs.pop(0))

    def val_batches(self):
        self.asked.append("val")
        return once(self._val)


# %% test: Trainer, points=4
batches = [
    (np.array([[1.0], [2.0]], "float32"), np.array([[3.0], [3.0]], "float32")),
    (np.array([[2.0]], "float32"), np.array([[1.0]], "float32")),
]
model, metric = linear_model([[1.0]]), squares()
trainer = Trainer(model, descent(0.25), squared_error, [metric])
dd.check.equal(trainer.history, {}, what="history", why="no epoch has been trained")
logs = trainer.evaluate(batches)
due = {"loss": 2.0, "squares": 2.0}
dd.check.like(logs, due, rtol=1e-5, what="evaluate(batches)", why="at w = 1 the squared errors are 4, 1 and 1")
dd.check.close(model.layers[-1].get_weights()[0], [[1.0]], what="w", why="evaluate changes nothing")
logs = trainer.train_epoch(batches)
due = {"loss": 14 / 3, "squares": 14 / 3}
dd.check.like(logs, due, rtol=1e-5, what="train_epoch(batches)", why="this is the epoch worked by hand")
data = Sheets([batches], [(np.array([[1.0], [3.0]], "float32"), np.array([[-1.0], [0.0]], "float32"))])
clipped = Trainer(linear_model([[1.0]]), descent(0.25), squared_error, [squares()], max_norm=2.0)
history = clipped.fit(data, 1)
dd.check.equal(list(history), ["loss", "squares", "val_loss", "val_squares"], what="the names in history")
due = {"loss": [(5 + 4) / 3], "squares": [3.0], "val_loss": [6.5], "val_squares": [6.5]}
why = "both slopes, -4 and then 8, are cut to length 2: w goes from 1 to 1.5 to 1"
dd.check.like(history, due, rtol=1e-5, what="history after an epoch with max_norm = 2", why=why)
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(403)
near = {"rtol": 1e-4, "atol": 1e-5}


def draw(*shape):
    return (0.7 * rng.normal(size=shape)).astype("float32")


def by_hand(w, b, x, y, factor, l2):
    """The sums over examples of loss, squared error and miss, and the slopes of the cost along w and b, in float64."""
    x, y = factor * x.astype(float), y.astype(float)
    error, weight = x @ w + b - y, 1 + y**2
    pull = 2 * weight * error / len(x)
    loss = np.sum(weight * error**2) + len(x) * l2 * np.sum(w**2)
    sums = np.array([loss, np.sum(np.mean(error**2, axis=1)), np.sum(weight * np.abs(error))])
    return sums, x.T @ pull + 2 * l2 * w, pull.sum(axis=0)


names = ["loss", "squares", "miss"]
for sizes, (n, outputs), factor, l2, max_norm in (
    ((2, 3), (3, 1), 0.6, 0.1, 0.8),
    ((4, 1), (2, 3), 1.7, 0.2, 30.0),
):
    w, b = draw(n, outputs).astype(float), draw(outputs).astype(float)
    model, optimizer = linear_model(w, b, factor, l2), descent(0.04, momentum=0.9)
    epochs = [[(draw(m, n), draw(m, outputs)) for m in sizes] for _ in range(3)]
    val = [(draw(m, n), draw(m, outputs)) for m in (1, 4)]
    data, trainer = Sheets(epochs, val), Trainer(model, optimizer, mean_loss, [squares(), miss()], max_norm)
    speed_w, speed_b, due = 0.0, 0.0, {name: [] for name in (*names, *(f"val_{name}" for name in names))}
    for epoch in epochs:
        totals = np.zeros(3)
        for x, y in epoch:
            sums, along_w, along_b = by_hand(w, b, x, y, factor, l2)
            length = np.sqrt(np.sum(along_w**2) + np.sum(along_b**2))
            share = 1.0 if max_norm is None else min(1.0, max_norm / length)
            totals += sums
            speed_w, speed_b = 0.9 * speed_w - 0.04 * share * along_w, 0.9 * speed_b - 0.04 * share * along_b
            w, b = w + speed_w, b + speed_b
        val_totals = sum(by_hand(w, b, x, y, 1.0, l2)[0] for x, y in val)
        for name, total, val_total in zip(names, totals, val_totals, strict=True):
            due[name].append(total / sum(sizes))
            due[f"val_{name}"].append(val_total / 5)
    of = f" with batches of {sizes} examples, max_norm={max_norm}"
    same = trainer.fit(data, 0)
    dd.check.equal(same, {}, what="history after no epoch" + of)
    first = {name: list(values) for name, values in trainer.fit(data, 2).items()}
    dd.check.equal(list(first), list(due), what="the names in history" + of, why="training first, then validation")
    why = "each number is of one epoch, or of one validation, and of all its examples alike"
    for name in due:
        dd.check.like(first[name], due[name][:2], **near, what=f"{name} after two epochs" + of, why=why)
    history = trainer.fit(data, 1)
    for name in due:
        dd.check.like(history[name], due[name], **near, what=f"{name} after one more epoch" + of, why="fit goes on")
        dd.check.like(
            trainer.history[name], due[name], **near, what=f"trainer.history[{name!r}]" + of, why="it is kept"
        )
    new_w, new_b = model.layers[-1].get_weights()
    why = "a step for each training batch, its gradient no longer than max_norm, and none in validation"
    dd.check.close(new_w, w, **near, what="the kernel" + of, why=why)
    dd.check.close(new_b, b, **near, what="the bias" + of, why=why)
    dd.check.equal(data.asked, ["train", "val"] * 3, what="what was asked of the data" + of, why="both once an epoch")
    due = [3 * len(sizes), 3 * sum(sizes), max(sizes), 3 * len(val)]
    dd.check.equal(counts(model), due, what="calls in training, rows, most rows, calls not in training" + of)
    dd.check.equal(steps_of(optimizer), 3 * len(sizes), what="steps of the optimiser" + of, why="one for each batch")
    dd.check.close(factor_of(model), factor, what="a weight that is not trainable" + of, why="no step moves it")
    logs = trainer.evaluate(once(val))
    dd.check.equal(list(logs), names, what="the names that evaluate gives" + of, why="val_ is put before them by fit")

model = linear_model([[2.0]], [0.0])
still = Trainer(model, descent(0.5), mean_loss, max_norm=1.0)
logs = still.train_epoch([(np.array([[1.5]], "float32"), np.array([[3.0]], "float32"))])
dd.check.like(logs, {"loss": 0.0}, what="the logs without metrics, of a perfect fit", why="no example is missed")
new_w, new_b = model.layers[-1].get_weights()
dd.check.close([new_w[0, 0], new_b[0]], [2.0, 0.0], what="the weights", why="a gradient of length 0 stays 0")
dd.check.equal(still.history, {}, what="the history of another trainer", why="each has its own, and only fit writes it")
### END HIDDEN TESTS

# %% mistakes: Trainer
# - replace: |-
#     total, count = 0.0, 0
#             for metric in self.metrics:
#                 metric.reset_state()
#             for x, y in batches:
#                 with
#   with: |-
#     total, count = 0.0, 0
#             for x, y in batches:
#                 with
#   hint: "The metrics of training go on from what they held before. Who resets them when an epoch begins?"
# - replace: |-
#     for metric in self.metrics:
#                 metric.reset_state()
#             for x, y in batches:
#                 predictions = self.model(x, training=False)
#   with: |-
#     for x, y in batches:
#                 predictions = self.model(x, training=False)
#   hint: "The metrics of validation have the training examples mixed in. Who resets them in between?"
# - replace: self.model(x, training=False)
#   with: self.model(x, training=True)
#   hint: "In validation the model runs as in training. It should be measured as it will be used."
# - replace: gradients, _ = tf.clip_by_global_norm(gradients, self.max_norm)
#   with: gradients = [tf.clip_by_norm(gradient, self.max_norm) for gradient in gradients]
#   hint: "You shorten each array's gradient by itself, which turns the direction of the whole. All are one vector."
# - replace: gradients, _ = tf.clip_by_global_norm(gradients, self.max_norm)
#   with: gradients = [tf.clip_by_value(gradient, -self.max_norm, self.max_norm) for gradient in gradients]
#   hint: "You cut each entry by itself. It is the length of all entries together that is limited."
# - replace: gradients, _ = tf.clip_by_global_norm(gradients, self.max_norm)
#   with: |-
#     length = tf.linalg.global_norm(gradients)
#                 gradients = [self.max_norm * gradient / length for gradient in gradients]
#   hint: "You bring every gradient to length max_norm, short ones too. Only longer ones are to be changed."
# - replace: gradients, _ = tf.clip_by_global_norm(gradients, self.max_norm)
#   with: pass
#   hint: "No gradient is ever shortened."
# - replace: gradients, _ = tf.clip_by_global_norm(gradients, self.max_norm)
#   with: |-
#     square = sum(tf.reduce_sum(gradient**2) for gradient in gradients)
#                 gradients = [gradient * tf.minimum(1.0, self.max_norm / square) for gradient in gradients]
#   hint: "You compare the squared length with max_norm. The length is its root."
# - replace: loss = self.loss_fn(y, predictions) + sum(self.model.losses)
#   with: loss = self.loss_fn(y, predictions)
#   hint: "In training the penalties that layers ask for are left out."
# - replace: float(self.loss_fn(y, predictions) + sum(self.model.losses))
#   with: float(self.loss_fn(y, predictions))
#   hint: "In validation the penalties are left out, so that the two losses can't be compared."
# - replace: |-
#     self.history.setdefault(name, []).append(value)
#   with: |-
#     self.history[name] = [value]
#   hint: "Your history holds the last epoch alone."
# - replace: return self.history
#   with: "return {name: values[-1] for name, values in self.history.items()}"
#   hint: "fit returns the numbers of the last epoch. The whole history was asked for."
# - replace: |-
#     for _ in range(num_epochs):
#                 logs
#   with: |-
#     self.history = {}
#             for _ in range(num_epochs):
#                 logs
#   hint: "A second call of fit forgets what the first has written. The history goes on."
# - replace: |-
#     logs["val_" + name] = value
#   with: |-
#     logs[name] = value
#   hint: "Validation overwrites the numbers of training: both have the same names."


# %% mistake: Trainer
# hint: "Your losses are means over batches. A smaller batch counts as much as a full one."
class Trainer:
    def __init__(self, model, optimizer, loss_fn, metrics=(), max_norm=None):
        self.history = {}
        self.model, self.optimizer, self.loss_fn = model, optimizer, loss_fn
        self.metrics, self.max_norm = metrics, max_norm

    def train_epoch(self, batches):
        losses = []
        for metric in self.metrics:
            metric.reset_state()
        for x, y in batches:
            with tf.GradientTape() as tape:
                predictions = self.model(x, training=True)
                loss = self.loss_fn(y, predictions) + sum(self.model.losses)
            gradients = tape.gradient(loss, self.model.trainable_variables)
            if self.max_norm:
                gradients, _ = tf.clip_by_global_norm(gradients, self.max_norm)
            self.optimizer.apply(gradients, self.model.trainable_variables)
            for metric in self.metrics:
                metric.update_state(y, predictions)
            losses.append(float(loss))
        return {"loss": float(np.mean(losses))} | {metric.name: float(metric.result()) for metric in self.metrics}

    def evaluate(self, batches):
        losses = []
        for metric in self.metrics:
            metric.reset_state()
        for x, y in batches:
            predictions = self.model(x, training=False)
            for metric in self.metrics:
                metric.update_state(y, predictions)
            losses.append(float(self.loss_fn(y, predictions) + sum(self.model.losses)))
        return {"loss": float(np.mean(losses))} | {metric.name: float(metric.result()) for metric in self.metrics}

    def fit(self, data, num_epochs):
        for _ in range(num_epochs):
            logs = self.train_epoch(data.train_batches())
            logs |= {f"val_{name}": value for name, value in self.evaluate(data.val_batches()).items()}
            for name, value in logs.items():
                self.history.setdefault(name, []).append(value)
        return self.history


# %% mistake: Trainer
# hint: "Your evaluation learns: it takes steps on the validation examples."
class Trainer:
    def __init__(self, model, optimizer, loss_fn, metrics=(), max_norm=None):
        self.history = {}
        self.model, self.optimizer, self.loss_fn = model, optimizer, loss_fn
        self.metrics, self.max_norm = metrics, max_norm

    def train_epoch(self, batches, training=True):
        total, count = 0.0, 0
        for metric in self.metrics:
            metric.reset_state()
        for x, y in batches:
            with tf.GradientTape() as tape:
                predictions = self.model(x, training=training)
                loss = self.loss_fn(y, predictions) + sum(self.model.losses)
            gradients = tape.gradient(loss, self.model.trainable_variables)
            if self.max_norm:
                gradients, _ = tf.clip_by_global_norm(gradients, self.max_norm)
            self.optimizer.apply(gradients, self.model.trainable_variables)
            for metric in self.metrics:
                metric.update_state(y, predictions)
            total, count = total + len(x) * float(loss), count + len(x)
        return {"loss": total / count} | {metric.name: float(metric.result()) for metric in self.metrics}

    def evaluate(self, batches):
        return self.train_epoch(batches, training=False)

    def fit(self, data, num_epochs):
        for _ in range(num_epochs):
            logs = self.train_epoch(data.train_batches())
            logs |= {f"val_{name}": value for name, value in self.evaluate(data.val_batches()).items()}
            for name, value in logs.items():
                self.history.setdefault(name, []).append(value)
        return self.history


# %% accepts: Trainer
class Trainer:
    # One method that runs batches either way; Keras's running mean for the loss; clipping by hand.
    def __init__(self, model, optimizer, loss_fn, metrics=(), max_norm=None):
        self.history = {}
        self.model, self.optimizer, self.loss_fn = model, optimizer, loss_fn
        self.trackers = [keras.metrics.Mean(name="loss"), *metrics]
        self.max_norm = max_norm

    def _run(self, batches, training):
        for tracker in self.trackers:
            tracker.reset_state()
        variables = self.model.trainable_variables
        for x, y in batches:
            with tf.GradientTape() as tape:
                predictions = self.model(x, training=training)
                loss = tf.add_n([self.loss_fn(y, predictions), *self.model.losses])
            if training:
                self.optimizer.apply(self._clipped(tape.gradient(loss, variables)), variables)
            self.trackers[0].update_state(loss, sample_weight=len(x))
            for tracker in self.trackers[1:]:
                tracker.update_state(y, predictions)
        return {tracker.name: float(tracker.result()) for tracker in self.trackers}

    def _clipped(self, gradients):
        length = float(ops.sqrt(sum(ops.sum(ops.square(gradient)) for gradient in gradients)))
        if self.max_norm is None or length <= self.max_norm:
            return gradients
        return [gradient * (self.max_norm / length) for gradient in gradients]

    def train_epoch(self, batches):
        return self._run(batches, training=True)

    def evaluate(self, batches):
        return self._run(batches, training=False)

    def fit(self, data, num_epochs):
        for _ in range(num_epochs):
            trained, measured = self.train_epoch(data.train_batches()), self.evaluate(data.val_batches())
            for name in trained:
                self.history[name] = [*self.history.get(name, []), trained[name]]
            for name in measured:
                self.history[f"val_{name}"] = [*self.history.get(f"val_{name}", []), measured[name]]
        return self.history


# %% accepts: Trainer
class Trainer:
    # Sums kept in NumPy, and an epoch's rows gathered first.
    def __init__(self, model, optimizer, loss_fn, metrics=(), max_norm=None):
        self.history, self.parts = {}, (model, optimizer, loss_fn)
        self.model, self.metrics, self.limit = model, list(metrics), np.inf if max_norm is None else max_norm

    def _summary(self, losses, sizes):
        row = {"loss": float(np.dot(losses, sizes) / np.sum(sizes))}
        for metric in self.metrics:
            row[metric.name] = float(ops.convert_to_numpy(metric.result()))
            metric.reset_state()
        return row

    def train_epoch(self, batches):
        model, optimizer, loss_fn = self.parts
        losses, sizes = [], []
        [metric.reset_state() for metric in self.metrics]
        for x, y in batches:
            with tf.GradientTape() as tape:
                predictions = model(x, training=True)
                loss = loss_fn(y, predictions)
                for penalty in model.losses:
                    loss = loss + penalty
            gradients = tape.gradient(loss, model.trainable_weights)
            length = tf.linalg.global_norm(gradients)
            share = tf.where(length > self.limit, self.limit / length, 1.0)
            optimizer.apply_gradients((share * g, v) for g, v in zip(gradients, model.trainable_weights, strict=True))
            [metric.update_state(y, predictions) for metric in self.metrics]
            losses.append(float(loss))
            sizes.append(len(x))
        return self._summary(losses, sizes)

    def evaluate(self, batches):
        model, _, loss_fn = self.parts
        losses, sizes = [], []
        [metric.reset_state() for metric in self.metrics]
        for x, y in batches:
            predictions = model(x)
            [metric.update_state(y, predictions) for metric in self.metrics]
            losses.append(float(loss_fn(y, predictions)) + sum(float(penalty) for penalty in model.losses))
            sizes.append(len(x))
        return self._summary(losses, sizes)

    def fit(self, data, num_epochs):
        for _ in range(num_epochs):
            row = self.train_epoch(data.train_batches())
            row.update({f"val_{name}": value for name, value in self.evaluate(data.val_batches()).items()})
            for name in row:
                if name not in self.history:
                    self.history[name] = []
                self.history[name].append(row[name])
        return self.history


# %% [markdown]
# Now all of it against `fit`: dropout, penalty, clipping, accuracy and validation, from one seed. Keras clips by
# the global norm where an optimiser is made with `global_clipnorm`. Are four curves the same?


# %% demo
def with_fit(seed, learning_rate, max_norm):
    model, data = digit_reader(seed), DigitsData(128, seed)
    model.compile(keras.optimizers.Adam(learning_rate, global_clipnorm=max_norm), cross_entropy, metrics=["accuracy"])
    settings = {"steps_per_epoch": data.steps, "epochs": EPOCHS, "shuffle": False, "verbose": 0}
    return model.fit(data.endless(), validation_data=(data.x_val, data.y_val), **settings).history


def with_trainer(seed, learning_rate, max_norm):
    model, data = digit_reader(seed), DigitsData(128, seed)
    accuracy = keras.metrics.SparseCategoricalAccuracy(name="accuracy")
    trainer = Trainer(model, keras.optimizers.Adam(learning_rate), cross_entropy, [accuracy], max_norm)
    return trainer.fit(data, EPOCHS)


by_fit, by_trainer = (run(seed=43, learning_rate=0.02, max_norm=1.0) for run in (with_fit, with_trainer))
fig, axes = plt.subplots(1, 2, figsize=(12, 4.2))
for ax, metric in zip(axes, ("loss", "accuracy"), strict=True):
    for name, look in ((metric, "--"), (f"val_{metric}", "-")):
        where = "validation" if name.startswith("val_") else "training"
        ax.plot(epoch_numbers, by_fit[name], color="0.6", linewidth=6, linestyle="-", alpha=0.6)
        ax.plot(epoch_numbers, by_trainer[name], color="C1", linestyle=look, marker="o", label=f"{where}, your trainer")
    ax.set(title=metric.capitalize(), xlabel="epoch", ylabel=metric, xticks=epoch_numbers)
axes[0].plot([], [], color="0.6", linewidth=6, alpha=0.6, label="the same by fit")
axes[0].legend()
dd.plot.show(
    "Loss and accuracy against epoch, 1 to 5, training dashed and validation solid, by the trainer; each runs along "
    "the middle of a broad grey line, the same from fit. Accuracy on held-out digits rises above 0.9."
)
worst = max(np.abs(np.subtract(by_fit[name], by_trainer[name])).max() for name in by_fit)
print(f"largest difference of the four curves {worst:.0e}, held-out accuracy {by_trainer['val_accuracy'][-1]:.3f}")
assert worst < 3e-3 and by_trainer["val_accuracy"][-1] > 0.88

# %% [markdown]
# Thin lines run along the middle of broad ones: `fit` has no secret left. The losses agree to the last digits of
# float32; should one digit on the border between two answers fall to the other side, an accuracy moves by
# $\frac1{450}$, for 450 digits are held out.
#
# And the safety belt? The same training by plain descent at a rate of 0.3, but in the third epoch one batch comes
# damaged, its pixels 100 times too bright. Once without a limit, once with $r = 1$; and once without the accident.


# %% demo
class DamagedData(DigitsData):
    """The digits, of whose third epoch one batch is 100 times too bright."""

    epoch = 0

    def train_batches(self):
        self.epoch += 1
        for place, (x, y) in enumerate(super().train_batches()):
            yield (100 * x if self.epoch == 3 and place == 5 else x), y


fig, ax = plt.subplots(figsize=(8, 4.2))
accidents = {}
cases = {"no accident": (DigitsData, None), "accident": (DamagedData, None), "accident, clipped": (DamagedData, 1.0)}
for (name, (module, max_norm)), marker in zip(cases.items(), "os^", strict=True):
    model = digit_reader(seed=44, dropout=0, l2=0)
    trainer = Trainer(model, keras.optimizers.SGD(0.3), cross_entropy, max_norm=max_norm)
    accidents[name] = trainer.fit(module(128, seed=8), EPOCHS)["val_loss"]
    ax.semilogy(epoch_numbers, accidents[name], marker=marker, label=name)
    print(
        f"{name:18} validation loss after epoch 3: {accidents[name][2]:6.3f}, after epoch 5: {accidents[name][-1]:.3f}"
    )
ax.set(title="One damaged batch in epoch 3", xticks=epoch_numbers, xlabel="epoch", ylabel="validation loss")
ax.legend()
dd.plot.show(
    "Validation loss, logarithmic, against epoch, 1 to 5. Without an accident it falls throughout. With one it jumps "
    "up in epoch 3 and takes the rest of the training to come down. Clipped, it runs close to the first curve."
)
assert accidents["accident"][2] > 1.5 * accidents["accident, clipped"][2]

# %% [markdown]
# Unclipped, the one step throws the weights far off, and it takes epochs to come back. Clipped, it is one bad step
# among many. The price: clipping also shortens honest gradients that are longer than $r$, most of all early in the
# training, and $r$ is one more number to choose. Look at the lengths first, and put it above most of them.
#
# ## What you should remember
#
# 1. A step is: predict with `training=True`, add `model.losses`, differentiate along `trainable_variables`, apply.
#    What you forget raises no error.
# 2. The loss of an epoch is a mean over examples, so a batch counts by its size.
# 3. Gradients of micro-batches, weighed by their sizes, add up to that of the large batch, unless examples
#    influence each other, as in batch normalisation.
# 4. To change the step alone, override `train_step` and keep the rest of `fit`; a gradient inside the loss takes
#    a tape within a tape.
# 5. Metrics add up until they are reset: before each epoch, and before each validation.
#
# ## Check yourself, without code
#
# 1. A colleague gathers gradients over four micro-batches, calling `optimizer.apply` after each with a quarter of
#    the learning rate. Is it the same? For plain descent, and for Adam?
# 2. In your own loop the validation accuracy jumps from call to call, with the same weights and the same data. What
#    was forgotten?
# 3. Your gradient penalty hardly acts, and less with larger batches. Where do you look?
#
# <details><summary>Answers</summary>
#
# 1. No. The second gradient is taken at weights that the first has moved already. For plain descent with a small
#    rate it is close. Adam's steps hardly depend on the size of a gradient (Day 29), and its running means see four
#    gradients instead of one, so there it is another method.
# 2. To put the model at rest: it is called with `training=True`, and dropout is on. `training=False` is due, or no
#    such argument at all.
# 3. At the mean in the loss: the tape's slopes along the inputs are $\frac1m$ of each example's own, and their
#    squares $\frac1{m^2}$.
#
# </details>
#
# ## Go further
#
# - H. Drucker and Y. LeCun (1992), *Improving generalization performance using double backpropagation*, IEEE
#   Transactions on Neural Networks 3(6).
# - A. S. Ross and F. Doshi-Velez (2018), *Improving the adversarial robustness and interpretability of deep neural
#   networks by regularizing their input gradients*, AAAI: the same penalty, looked at from its use against attacks.
# - I. Goodfellow, J. Shlens and C. Szegedy (2015), *Explaining and harnessing adversarial examples*, ICLR: why so small
#   a change suffices. They step along the sign of each slope.
# - R. Pascanu, T. Mikolov and Y. Bengio (2013), *On the difficulty of training recurrent neural networks*, ICML: where
#   clipping by the norm comes from.
# - Hugging Face (2024), *Fixing gradient accumulation*: how a mean of means was found and mended.
# - Keras's guides "Customizing `fit()` with TensorFlow" and "Writing a training loop from scratch in TensorFlow".
# - Day 42: callbacks, which let others into your loop without changing it.
