# ---
# day: 42
# title: Callbacks, checkpoints and TensorBoard
# week: 9
# minutes: 100
# backend: tensorflow
# needs: [28, 30, 32, 36, 37, 39, 40, 41]
# data: [digits]
# papers:
# - "Prechelt 1998, Early stopping, but when?"
# - "Young 1974, A first order approximation to the optimum checkpoint interval"
# - "Daly 2006, A higher order estimate of the optimum checkpoint interval for restart dumps"
# limits:
#   seconds: 120
# ---

# %% [markdown]
# # Day 42 · Callbacks, checkpoints and TensorBoard
#
# By the end you can look into a training while it runs, end it at the right moment, and let it survive the end of its
# process.
#
# - **You will build** a callback that keeps the best weights, one that notes the learning rate of every update, an
#   early stop that is configured for any metric, and a training that may be killed at any moment and goes on
#   afterwards. A run that is killed half-way ends with the same weights as one that isn't, bit for bit.
# - **You need** Adam and schedules (Days 28 and 30), early stopping (Day 32), random generators and variables (Day 36),
#   `fit` (Day 37), files (Day 39), what `fit` does inside (Day 40), and data sets as recipes (Day 41).
# - **Not today:** choosing hyperparameters (Day 43), training on several machines.
# - **Time:** about 100 minutes.
#
# | symbol | meaning | shape | in code |
# |---|---|---|---|
# | $k$ | the epoch, counted from 0 | | `epoch` |
# | $v_k$ | the monitored value at the end of epoch $k$ | $()$ | `logs[monitor]` |
# | $k^*$ | the best epoch so far | | `best_epoch` |
# | $h$ | how many epochs without a better value are put up with | | `patience` |
# | $\epsilon$ | by how much a value must be better to count | | `min_delta` |
# | $t$ | the update, counted from 0 | | |
# | $\alpha_t$ | learning rate of update $t$ | $()$ | `rates[t]` |

# %% setup
import contextlib
import inspect
import json
import os
import shutil
import subprocess
import sys
import tempfile
import unittest.mock
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np

import deepdays as dd

with dd.quiet():  # TensorFlow announces itself while it loads
    import keras
    import tensorflow as tf

    tf.constant(0)

dd.plot.style()

# %% [markdown]
# ## Where fit lets you in
#
# `fit` is a loop that you don't see. At fixed points it calls methods of all objects in its list `callbacks`, in the
# order of the list. A class that inherits from `keras.callbacks.Callback` has all these methods, empty, and you fill in
# the ones you need:
#
# | method | when | `logs` |
# |---|---|---|
# | `on_train_begin(logs)`, `on_train_end(logs)` | once each | the last epoch's, at the end |
# | `on_epoch_begin(epoch, logs)`, `on_epoch_end(epoch, logs)` | each epoch | at the end: `loss`, metrics, `val_loss` |
# | `on_train_batch_begin(batch, logs)`, `on_train_batch_end(batch, logs)` | each update | running means of the epoch |
# | `on_test_begin(logs)` and so on | each validation | |
#
# In all of them `self.model` is the model: its weights, its optimizer, and its switch `stop_training`, which `fit`
# looks at after each epoch. What order do they come in?


# %% demo
class Diary(keras.callbacks.Callback):
    """Writes down what it is told."""

    def __init__(self):
        super().__init__()
        self.lines = []

    def on_train_begin(self, logs=None):
        self.lines.append("training begins")

    def on_epoch_begin(self, epoch, logs=None):
        self.lines.append(f"  epoch {epoch} begins")

    def on_train_batch_end(self, batch, logs=None):
        steps = int(self.model.optimizer.iterations)
        self.lines.append(
            f"    batch {batch} ends, {steps} updates so far, running mean of the loss {logs['loss']:.3f}"
        )

    def on_test_end(self, logs=None):
        self.lines.append(f"    validation ends: {logs['loss']:.3f}")

    def on_epoch_end(self, epoch, logs=None):
        self.lines.append(f"  epoch {epoch} ends: {', '.join(logs)}")


line = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1, kernel_initializer="zeros")])
line.compile(keras.optimizers.SGD(0.1), "mse")
x_line = np.array([[1.0], [2.0], [3.0]])
diary = Diary()
line.fit(x_line, 2 * x_line, batch_size=2, epochs=2, validation_data=(x_line, x_line), verbose=0, callbacks=[diary])
print("\n".join(diary.lines))

# %% [markdown]
# Note three things. Validation comes *before* `on_epoch_end`, which therefore knows `val_loss`. The `loss` of an epoch
# is a mean over batches while the weights moved (Day 40); `val_loss` belongs to the weights at the epoch's end. And a
# callback lives as long as its object: if it is used in a second `fit`, what it has kept from the first is still there,
# unless `on_train_begin` clears it.
#
# ## Keep the best
#
# The last epoch is seldom the best one. A callback can keep a copy of the weights whenever the **monitored** value is
# the best so far, and put it back at the end. By hand, for a `val_loss` of
#
# | epoch $k$ | 0 | 1 | 2 | 3 | 4 |
# |---|---|---|---|---|---|
# | $v_k$ | 0.9 | 0.5 | 0.5 | not a number | 0.7 |
# | best so far, $k^*$ | 0 | 1 | 1 | 1 | 1 |
#
# Epoch 2 is no better than epoch 1, only equal. NaN is no value at all, wherever it comes: every comparison with it is
# false, so a callback that took it as its first "best" would never find a better one.
#
# What is a copy? `model.weights` is a list of variables, and whoever keeps it keeps the *drawers*, whose contents go on
# changing. `model.get_weights()` has their contents as arrays, which stay, `model.set_weights(arrays)` is the way back.


# %% exercise: BestWeights
class BestWeights(keras.callbacks.Callback):
    """Gives the model, when the training ends, the weights that it had at the end of its best epoch.

    Args:
        monitor: key of the logs at the end of an epoch.
        mode: "min" if small values are good, "max" if large ones are.

    Attributes:
        best: the best value in the current or last training, a float; None if there was none.
        best_epoch: the number of the epoch that had it, as fit counts; None if there was none.

    Of equal values the first counts, and NaN never does. Each training begins anew. All weights come back, also
    those that aren't trained; if no epoch had a value, they stay as they are. logs are left unchanged. About 16 lines.

    Raises:
        ValueError: mode is another (at once), or monitor is not in the logs at the end of an epoch. The message says
            "Received:" and the mode, or the keys of the logs.
    """

    def __init__(self, monitor="val_loss", mode="min"):
        super().__init__()
        ### BEGIN SOLUTION
        if mode not in ("min", "max"):
            raise ValueError(f'mode must be "min" or "max". Received: {mode}')
        self.monitor, self.mode = monitor, mode
        self.best = self.best_epoch = self.kept = None

    def on_train_begin(self, logs=None):
        self.best = self.best_epoch = self.kept = None

    def on_epoch_end(self, epoch, logs=None):
        if self.monitor not in logs:
            raise ValueError(f"{self.monitor} is not in the logs. Received: {sorted(logs)}")
        value = float(logs[self.monitor])
        if np.isnan(value):
            return
        if self.best is None or (value < self.best if self.mode == "min" else value > self.best):
            self.best, self.best_epoch, self.kept = value, epoch, self.model.get_weights()

    def on_train_end(self, logs=None):
        if self.kept is not None:
            self.model.set_weights(self.kept)
        ### END SOLUTION


# %% fixture
class TwoWeights(keras.layers.Layer):
    """Has a weight that is trained and one that isn't."""

    def build(self, shape):
        self.trained = self.add_weight(shape=(2,))
        self.other = self.add_weight(shape=(), trainable=False)

    def call(self, x):
        return x * self.trained + self.other


def plain_model():
    model = keras.Sequential([keras.Input((2,)), TwoWeights()])
    model.compile(keras.optimizers.SGD(0.1), "mse")
    return model


MODELS = [plain_model(), plain_model()]


def fill(model, value):
    model.set_weights([np.full(2, value, "float32"), np.float32(value)])


def numbers_in(model):
    """All numbers among the weights, each once."""
    return sorted({float(number) for weight in model.get_weights() for number in np.ravel(weight)})


def pretend(callback, values, monitor="val_loss", first=0):
    """What becomes of a model whose weights are all 10 + k at the end of epoch k, and which nothing else trains.

    Args:
        values: the monitored value of each epoch; with None it isn't in the logs.
        first: the number of the first epoch.

    Returns:
        (all numbers that are among the weights at the end, without repetition; how many epochs it ran before something
        stopped it; whether logs were changed).
    """
    model = MODELS[0]
    fill(model, 5.0)
    callback.set_model(model)
    model.stop_training, ran, changed = False, 0, False
    callback.on_train_begin()
    for epoch, value in enumerate(values, first):
        callback.on_epoch_begin(epoch)
        callback.on_train_batch_begin(0)
        fill(model, 10.0 + epoch)
        callback.on_train_batch_end(0, {"loss": 3.0})
        logs = {"loss": 3.0} if value is None else {"loss": 3.0, monitor: value}
        before = repr(logs)
        callback.on_epoch_end(epoch, logs)
        ran, changed = ran + 1, changed or repr(logs) != before
        if model.stop_training:
            break
    callback.on_train_end()
    return numbers_in(model), ran, changed


def keep_best(values, key="val_loss", trainings=1, first=0, **settings):
    """What BestWeights leaves: numbers among the weights, best, best_epoch, whether logs changed; for each training."""
    callback, found = BestWeights(**settings), []
    start = callback.best, callback.best_epoch
    for each in values if trainings > 1 else [values]:
        numbers, _, changed = pretend(callback, each, key, first)
        found.append((numbers, callback.best, callback.best_epoch, changed))
    return (start, *found) if trainings > 1 else found[0]


def two_at_once(values, others):
    """The best epochs of two callbacks whose trainings take turns, and the numbers among the weights."""
    callbacks = [BestWeights(), BestWeights()]
    for callback, model in zip(callbacks, MODELS, strict=True):
        callback.set_model(model)
        callback.on_train_begin()
    for epoch, pair in enumerate(zip(values, others, strict=True)):
        for callback, model, value in zip(callbacks, MODELS, pair, strict=True):
            fill(model, 10.0 + epoch)
            callback.on_epoch_end(epoch, {"val_loss": value})
    for callback in callbacks:
        callback.on_train_end()
    return [(each.best_epoch, numbers_in(model)) for each, model in zip(callbacks, MODELS, strict=True)]


def truly_trained(learning_rate, epochs):
    """The val_loss of each epoch of a training with BestWeights, and that of the model at its end."""
    x = np.arange(8.0, dtype="float32").reshape(4, 2) / 4
    model = plain_model()
    fill(model, 0.0)
    model.compile(keras.optimizers.SGD(learning_rate), "mse", run_eagerly=True)
    best = BestWeights()
    history = model.fit(x, 3 * x, 2, epochs, verbose=0, validation_data=(x, 2 * x), callbacks=[best]).history
    return history["val_loss"], model.evaluate(x, 2 * x, verbose=0)


# %% test: BestWeights, points=3
numbers, best, best_epoch, _ = keep_best([0.9, 0.5, 0.5, float("nan"), 0.7])
dd.check.like(best, 0.5, what="best", why="the smallest value of the example worked by hand")
dd.check.equal(best_epoch, 1, what="best_epoch", why="epochs 1 and 2 are equal, the first counts")
dd.check.equal(numbers, [11.0], what="the weights at the end", why="all were 11 at the end of epoch 1")
numbers, best, best_epoch, _ = keep_best([0.2, 0.8, 0.6], "val_accuracy", monitor="val_accuracy", mode="max")
dd.check.equal([numbers, best, best_epoch], [[11.0], 0.8, 1], what="weights, best and best_epoch for an accuracy")
with dd.check.raises(ValueError, "Received: ?.*best", why="there is no such mode"):
    BestWeights(mode="best")
### BEGIN HIDDEN TESTS
nan, inf = float("nan"), float("inf")
for values, mode, due in (
    ([0.5], "min", 0),
    ([3.0, 2.0, 1.0], "min", 2),
    ([1.0, 2.0, 3.0], "min", 0),
    ([1.0, 2.0, 3.0], "max", 2),
    ([-1.0, -3.0, -2.0], "min", 1),
    ([-2.0, -1.0, -3.0, -1.0], "max", 1),
    ([nan, 2.0, nan, 1.5, 1.5], "min", 3),
    ([nan, nan, -7.0], "max", 2),
    ([inf, 5.0, 6.0], "min", 1),
    ([inf, inf], "min", 0),
    ([0.0, 0.0, -1e-9], "min", 2),
    ([1e-12, 0.0], "max", 0),
    ([nan, nan], "min", None),
):
    numbers, best, best_epoch, changed = keep_best(values, "score", monitor="score", mode=mode)
    of = f" for {values}, mode {mode}"
    dd.check.equal(best_epoch, due, what="best_epoch" + of)
    dd.check.equal(best, None if due is None else values[due], what="best" + of)
    number = 10.0 + (len(values) - 1 if due is None else due)
    dd.check.equal(numbers, [number], what="the weights at the end" + of, why="all of them, as after that epoch")
    assert not changed, "logs are left unchanged"
numbers, best, best_epoch, _ = keep_best([4.0, 3.0, 5.0], first=7)
dd.check.equal([numbers, best_epoch], [[18.0], 8], what="weights and best_epoch of epochs 7, 8, 9", why="as fit counts")
start, first, second, third = keep_best([[3.0, 1.0, 2.0], [9.0, 7.0, 8.0], [nan]], trainings=3)
dd.check.equal(start, (None, None), what="best and best_epoch before any training")
dd.check.equal(
    second[:3], ([11.0], 7.0, 1), what="weights, best, best_epoch of a second training", why="it begins anew"
)
dd.check.equal(third[:3], ([10.0], None, None), what="those of a third one without a value")
dd.check.equal(two_at_once([3.0, 1.0, 2.0], [1.0, 5.0, 0.5]), [(1, [11.0]), (2, [12.0])], what="two callbacks")
with dd.check.raises(ValueError, "Received:.*loss", why="val_loss is not in the logs, which has to be told"):
    keep_best([None])
for mode in ("auto", "MIN", "minimum", "", None):
    with dd.check.raises(ValueError, f"Received:.*{mode}", why=f"{mode!r} is not one of the two modes"):
        BestWeights(mode=mode)
losses, at_end = truly_trained(0.15, 5)
assert min(losses) < losses[-1], "the fixture's training gets worse in the end"
dd.check.close(
    at_end, min(losses), rtol=1e-5, what="the loss of a trained model at the end", why="it is that of its best epoch"
)
### END HIDDEN TESTS

# %% mistakes: BestWeights
# - replace: self.model.get_weights()
#   with: self.model.weights
#   hint: "The model ends with its last weights. Either nothing is put back, or you kept the variables themselves, which
#     go on changing: keep what is in them."
# - replace: value < self.best if
#   with: value <= self.best if
#   hint: "Of two equal values the later one counts for you. The first was asked for."
# - replace: |-
#     if np.isnan(value):
#                 return
#   with: |-
#     if np.isnan(value) and self.best is not None:
#                 return
#   hint: "A NaN in the first epoch becomes the best value, and nothing is ever better than NaN."
# - replace: |-
#     def on_train_begin(self, logs=None):
#             self.best = self.best_epoch = self.kept = None
#   with: |-
#     def on_train_begin(self, logs=None):
#             pass
#   hint: "A second training is compared with the first. Each begins anew."
# - replace: value < self.best if self.mode == "min" else value > self.best
#   with: value < self.best
#   hint: "You take small values for good in any case. mode says which are."
# - replace: value < self.best if self.mode == "min" else value > self.best
#   with: value > self.best if self.mode == "min" else value < self.best
#   hint: "The two modes are exchanged."
# - replace: |-
#     if self.monitor not in logs:
#                 raise ValueError(f"{self.monitor} is not in the logs. Received: {sorted(logs)}")
#             value = float(logs[self.monitor])
#   with: value = float(logs.get(self.monitor, np.nan))
#   hint: "If the monitored value is missing, nothing is said. A typing error would go unnoticed."
# - replace: self.best, self.best_epoch, self.kept = value, epoch, self.model.get_weights()
#   with: self.best, self.best_epoch, self.kept = value, epoch + 1, self.model.get_weights()
#   hint: "best_epoch is one too large. fit counts epochs from 0."


# %% mistake: BestWeights
# hint: "Only the weights that are trained come back. Running means of batch normalisation are weights too."
class BestWeights(keras.callbacks.Callback):
    def __init__(self, monitor="val_loss", mode="min"):
        super().__init__()
        if mode not in ("min", "max"):
            raise ValueError(f"no such mode. Received: {mode}")
        self.monitor, self.sign = monitor, 1 if mode == "min" else -1
        self.best = self.best_epoch = None

    def on_train_begin(self, logs=None):
        self.best = self.best_epoch = None

    def on_epoch_end(self, epoch, logs=None):
        if self.monitor not in logs:
            raise ValueError(f"no {self.monitor}. Received: {sorted(logs)}")
        value = logs[self.monitor]
        if not np.isnan(value) and (self.best is None or self.sign * value < self.sign * self.best):
            self.best, self.best_epoch = float(value), epoch
            self.kept = [variable.numpy() for variable in self.model.trainable_variables]

    def on_train_end(self, logs=None):
        if self.best is not None:
            for variable, kept in zip(self.model.trainable_variables, self.kept, strict=True):
                variable.assign(kept)


# %% mistake: BestWeights
# hint: "You put the best weights back after every epoch, so that training never gets past a bad one. At the end is soon
#   enough."
class BestWeights(keras.callbacks.Callback):
    def __init__(self, monitor="val_loss", mode="min"):
        super().__init__()
        if mode not in ("min", "max"):
            raise ValueError(f"no such mode. Received: {mode}")
        self.monitor, self.sign = monitor, 1 if mode == "min" else -1
        self.best = self.best_epoch = None

    def on_train_begin(self, logs=None):
        self.best = self.best_epoch = None

    def on_epoch_end(self, epoch, logs=None):
        if self.monitor not in logs:
            raise ValueError(f"no {self.monitor}. Received: {sorted(logs)}")
        value = logs.pop(self.monitor)
        if not np.isnan(value) and (self.best is None or self.sign * value < self.sign * self.best):
            self.best, self.best_epoch = float(value), epoch
            self.kept = self.model.get_weights()
        elif self.best is not None:
            self.model.set_weights(self.kept)


# %% mistake: BestWeights
# hint: "You begin with an infinite best value. None says that there was none yet; and a loss that is infinite is better
#   than none."
class BestWeights(keras.callbacks.Callback):
    def __init__(self, monitor="val_loss", mode="min"):
        super().__init__()
        if mode not in ("min", "max"):
            raise ValueError(f"no such mode. Received: {mode}")
        self.monitor, self.sign = monitor, 1 if mode == "min" else -1
        self.on_train_begin()

    def on_train_begin(self, logs=None):
        self.best, self.best_epoch, self.kept = self.sign * np.inf, None, None

    def on_epoch_end(self, epoch, logs=None):
        if self.monitor not in logs:
            raise ValueError(f"not in the logs. Received: {list(logs)}")
        value = float(logs[self.monitor])
        if self.sign * value < self.sign * self.best:
            self.best, self.best_epoch, self.kept = value, epoch, self.model.get_weights()

    def on_train_end(self, logs=None):
        if self.kept is not None:
            self.model.set_weights(self.kept)


# %% accepts: BestWeights
class BestWeights(keras.callbacks.Callback):
    # Values of a sign that makes small ones good; copies of all variables, put back one by one.
    def __init__(self, monitor="val_loss", mode="min"):
        super().__init__()
        signs = {"min": 1.0, "max": -1.0}
        if mode not in signs:
            raise ValueError(f"the mode is min or max. Received: {mode!r}")
        self.monitor, self.sign = monitor, signs[mode]
        self.begin()

    def begin(self):
        self.lowest, self.best, self.best_epoch, self.copies = None, None, None, []

    def on_train_begin(self, logs=None):
        self.begin()

    def on_epoch_end(self, epoch, logs=None):
        try:
            value = float(logs[self.monitor])
        except KeyError:
            raise ValueError(f"{self.monitor!r} is missing. Received: {list(logs)}") from None
        signed = self.sign * value
        if not np.isnan(signed) and (self.lowest is None or signed < self.lowest):
            self.lowest, self.best, self.best_epoch = signed, value, epoch
            self.copies = [(variable, variable.numpy().copy()) for variable in self.model.weights]

    def on_train_end(self, logs=None):
        for variable, copy in self.copies:
            variable.assign(copy)


# %% [markdown]
# Weights in memory end with the process. **`ModelCheckpoint`** writes them to files: with `save_best_only=True`
# whenever the monitored value is the best so far, otherwise after each epoch; the file's name may contain numbers from
# the logs. Do the two agree?

# %% demo
(x, y), (x_val, y_val) = dd.data.digits(test_fraction=0.25, seed=0)
x, x_val = x.astype("float32"), x_val.astype("float32")
cross_entropy = keras.losses.SparseCategoricalCrossentropy(from_logits=True)


def digit_reader(seed, learning_rate=0.01, dropout=0.3):
    """Pixels (m, 64) to logits (m, 10), compiled."""
    dd.seed(seed)
    model = keras.Sequential([keras.Input((64,)), keras.layers.Dense(32, "relu"), keras.layers.Dropout(dropout)])
    model.add(keras.layers.Dense(10))
    model.compile(keras.optimizers.Adam(learning_rate), cross_entropy, metrics=["accuracy"])
    return model


with tempfile.TemporaryDirectory() as folder:
    model, best = digit_reader(42, learning_rate=0.05), BestWeights()
    name = Path(folder, "epoch-{epoch:02d}-loss-{val_loss:.3f}.weights.h5")
    to_disk = keras.callbacks.ModelCheckpoint(name, monitor="val_loss", save_best_only=True, save_weights_only=True)
    model.fit(x, y, 128, 8, verbose=0, validation_data=(x_val, y_val), callbacks=[best, to_disk])
    files = sorted(path.name for path in Path(folder).iterdir())
    print("best epoch, counted from 0:", best.best_epoch, " files:", *files, sep="\n  ")
    other = digit_reader(0)
    other.optimizer.build(other.trainable_variables)  # the file has the optimizer's variables too
    other.load_weights(Path(folder, files[-1]))
    same = all(np.array_equal(a, b) for a, b in zip(model.get_weights(), other.get_weights(), strict=True))
    print("the last file has the weights that your callback gave back:", same)
assert same

# %% [markdown]
# They do. (Mind that `{epoch}` in a name counts from 1, and the callback's argument from 0.) A file that is to be
# served needs weights only; one from which training is to *go on* needs more, as we shall see.
#
# ## What was the learning rate?
#
# A rate may come from a schedule, which counts updates (Day 30), or be changed by another callback.
# **`ReduceLROnPlateau`** multiplies it by a factor, such as $\frac12$, whenever $v_k$ has not improved for `patience`
# epochs, down to `min_lr`. With so many hands on it, one wants to see what it was.
# `float(model.optimizer.learning_rate)` is the rate that the *next* update will be made with.
#
# By hand: `ExponentialDecay(0.4, decay_steps=1, decay_rate=0.5)` and two epochs of two updates each.
#
# | update $t$ | 0 | 1 | 2 | 3 |
# |---|---|---|---|---|
# | $\alpha_t = 0.4 \cdot 0.5^t$ | 0.4 | 0.2 | 0.1 | 0.05 |
# | epoch | 0 | 0 | 1 | 1 |
#
# `fit` returns whatever is in the `logs` of each epoch's end as its history. A callback may put something in there, and
# all that come after it in the list, the history last, will see it. So the history gets $(0.2, 0.05)$, the rates of the
# last updates.


# %% exercise: LearningRateLogger
class LearningRateLogger(keras.callbacks.Callback):
    """Notes the learning rate of every update.

    Attributes:
        rates: list of floats, the rate that each update of the current or last training was made with; empty before.

    At the end of each epoch it puts "learning_rate" into the logs, the rate of the epoch's last update, a float.
    About 8 lines.
    """

    ### BEGIN SOLUTION
    def __init__(self):
        super().__init__()
        self.rates = []

    def on_train_begin(self, logs=None):
        self.rates = []

    def on_train_batch_begin(self, batch, logs=None):
        self.rates.append(float(self.model.optimizer.learning_rate))

    def on_epoch_end(self, epoch, logs=None):
        logs["learning_rate"] = self.rates[-1]
        ### END SOLUTION


# %% fixture
class PerEpoch(keras.callbacks.Callback):
    """Sets the rate of each epoch, when it begins."""

    def __init__(self, rates):
        super().__init__()
        self.all_rates = rates

    def on_epoch_begin(self, epoch, logs=None):
        self.model.optimizer.learning_rate = self.all_rates[epoch]


class PerUpdate(keras.callbacks.Callback):
    """Multiplies the rate by a factor after each update."""

    def __init__(self, factor):
        super().__init__()
        self.factor = factor

    def on_train_batch_end(self, batch, logs=None):
        self.model.optimizer.learning_rate = float(self.model.optimizer.learning_rate) * self.factor


def rate_source(kind, numbers):
    """A learning rate for an optimizer, and a list of callbacks that change it."""
    if kind == "decay":
        return keras.optimizers.schedules.ExponentialDecay(numbers[0], 1, numbers[1]), []
    if kind == "epochs":
        return numbers[0], [PerEpoch(numbers)]
    if kind == "updates":
        return numbers[0], [PerUpdate(numbers[1])]
    return numbers[0], []


def logged(kind, numbers, updates, epochs, last=False, trainings=1, real=False):
    """What LearningRateLogger notes in trainings of so many updates an epoch.

    Args:
        last: whether it comes after those callbacks that change the rate, or before.
        real: whether fit trains; else the callbacks are told what they would be told, and the optimizer counts.

    Returns:
        (the rates of the last training; what it put into the logs; the rates of another logger, which had no part in
        any training; all their types).
    """
    rate, changers = rate_source(kind, numbers)
    model, logger, idle = MODELS[1], LearningRateLogger(), LearningRateLogger()
    model.compile(keras.optimizers.SGD(rate), "mse", run_eagerly=True)
    callbacks = [*changers, logger] if last else [logger, *changers]
    x = np.zeros((updates, 2), "float32")
    for _ in range(trainings):
        if real:
            fitted = model.fit(x, x, 1, epochs, verbose=0, callbacks=callbacks, validation_data=(x, x)).history
            found = fitted["learning_rate"]
            continue
        found = []

        def tell(method, *facts):
            for callback in callbacks:
                getattr(callback, method)(*facts)

        tell("set_model", model)
        tell("on_train_begin", {})
        for epoch in range(epochs):
            tell("on_epoch_begin", epoch, {})
            for batch in range(updates):
                tell("on_train_batch_begin", batch, {})
                model.optimizer.iterations.assign_add(1)
                tell("on_train_batch_end", batch, {"loss": 1.0})
            logs = {"loss": 1.0}
            tell("on_epoch_end", epoch, logs)
            found.append(logs.get("learning_rate", "missing"))
        tell("on_train_end", {})
    kinds = sorted({type(value).__name__ for value in [*logger.rates, *found]})
    return list(logger.rates), found, list(idle.rates), kinds


# %% test: LearningRateLogger, points=2
rates, history, idle, kinds = logged("decay", [0.4, 0.5], updates=2, epochs=2, real=True)
near = {"rtol": 1e-5, "atol": 0}  # the optimizer computes in float32
dd.check.equal(kinds, ["float"], what="the types of all these numbers")
dd.check.like(rates, [0.4, 0.2, 0.1, 0.05], **near, what="rates", why="this is the example worked by hand")
dd.check.like(
    history, [0.2, 0.05], **near, what='history["learning_rate"]', why="the rates of each epoch's last update"
)
dd.check.equal(idle, [], what="rates of another logger, which has seen no training")
### BEGIN HIDDEN TESTS
for kind, numbers, updates, epochs, last in (
    ("constant", [0.25], 3, 2, False),
    ("decay", [0.8, 0.5], 3, 3, True),
    ("decay", [0.3, 0.9], 1, 1, False),
    ("epochs", [0.5, 0.1, 0.3], 2, 3, False),
    ("epochs", [0.5, 0.1, 0.3], 1, 3, True),
    ("updates", [0.6, 0.5], 3, 2, False),
    ("updates", [0.6, 0.5], 3, 2, True),
):
    rates, history, _, kinds = logged(kind, numbers, updates, epochs, last)
    due = [numbers[0]] * (epochs * updates)
    if kind in ("decay", "updates"):
        due = [numbers[0] * numbers[1] ** t for t in range(epochs * updates)]
    elif kind == "epochs":
        due = [rate for rate in numbers for _ in range(updates)]
    where = "after" if last else "before"
    of = f" of {epochs} epochs of {updates} updates, rate from {kind} {numbers}, the logger {where} who changes it"
    dd.check.equal(kinds, ["float"], what="the types of all these numbers" + of)
    dd.check.like(rates, due, **near, what="rates" + of, why="each update has one")
    dd.check.like(history, due[updates - 1 :: updates], **near, what='history["learning_rate"]' + of)
rates, history, _, _ = logged("decay", [0.4, 0.5], updates=2, epochs=1, trainings=2)
why = "the second training has two updates of its own, and the optimizer goes on counting"
dd.check.like(rates, [0.1, 0.05], **near, what="rates of a second training", why=why)
### END HIDDEN TESTS

# %% mistakes: LearningRateLogger
# - replace: def on_train_batch_begin(self, batch, logs=None)
#   with: def on_train_batch_end(self, batch, logs=None)
#   hint: "When an update has been made, the optimizer has counted it already, and its rate is that of the next one."
# - replace: def on_train_batch_begin(self, batch, logs=None)
#   with: def on_epoch_begin(self, epoch, logs=None)
#   hint: "You look once an epoch. A schedule changes the rate with every update."
# - replace: |-
#     def on_train_begin(self, logs=None):
#             self.rates = []
#   with: |-
#     def on_train_begin(self, logs=None):
#             pass
#   hint: "The rates of an earlier training are still in the list. Each training begins anew."
# - replace: self.rates.append(float(self.model.optimizer.learning_rate))
#   with: self.rates.append(self.model.optimizer.learning_rate)
#   hint: "You keep tensors or variables. Floats were asked for; and a variable would go on changing."
# - replace: logs["learning_rate"] = self.rates[-1]
#   with: logs["learning_rate"] = float(self.model.optimizer.learning_rate)
#   hint: "At the end of an epoch the optimizer's rate is that of the next update already. The last one was due."
# - replace: logs["learning_rate"] = self.rates[-1]
#   with: logs["learning_rate"] = sum(self.rates) / len(self.rates)
#   hint: "You put a mean into the logs. The rate of the epoch's last update was due."
# - replace: |-
#     def __init__(self):
#             super().__init__()
#             self.rates = []
#
#         def on_train_begin(self, logs=None):
#             self.rates = []
#   with: |-
#     rates = []
#
#         def on_train_begin(self, logs=None):
#             self.rates.clear()
#   hint: "The list belongs to the class, so all loggers write into the same one. Make it in the constructor."
# - replace: logs["learning_rate"] = self.rates[-1]
#   with: pass
#   hint: "The history never hears of the rate. What is in the logs at the end of an epoch gets there."


# %% mistake: LearningRateLogger
# hint: "You ask at the beginning of an epoch as if the rate stayed, and repeat it for each of its updates."
class LearningRateLogger(keras.callbacks.Callback):
    def __init__(self):
        super().__init__()
        self.rates = []

    def on_train_begin(self, logs=None):
        self.rates = []

    def on_epoch_begin(self, epoch, logs=None):
        self.rate = None

    def on_train_batch_begin(self, batch, logs=None):
        self.rate = self.rate or float(self.model.optimizer.learning_rate)
        self.rates.append(self.rate)

    def on_epoch_end(self, epoch, logs=None):
        logs["learning_rate"] = self.rate


# %% mistake: LearningRateLogger
# hint: "You put the rate of the epoch's first update into the logs. That of the last one was due."
class LearningRateLogger(keras.callbacks.Callback):
    def __init__(self):
        super().__init__()
        self.rates = []

    def on_train_begin(self, logs=None):
        self.rates = []

    def on_epoch_begin(self, epoch, logs=None):
        self.first = len(self.rates)

    def on_train_batch_begin(self, batch, logs=None):
        self.rates.append(float(self.model.optimizer.learning_rate))

    def on_epoch_end(self, epoch, logs=None):
        logs["learning_rate"] = self.rates[self.first]


# %% equivalents: LearningRateLogger
# - replace: super().__init__()
#   with: pass
#   reason: "Keras's constructor sets the model to None, and fit hands it in before anybody asks."


# %% accepts: LearningRateLogger
class LearningRateLogger(keras.callbacks.Callback):
    # A list that is emptied; arrays on the way; update puts the rate into the logs.
    def __init__(self):
        super().__init__()
        self.rates = list()

    def on_train_begin(self, logs=None):
        self.rates.clear()

    def on_train_batch_begin(self, batch, logs=None):
        rate = keras.ops.convert_to_numpy(self.model.optimizer.learning_rate)
        self.rates += [rate.item()]

    def on_epoch_end(self, epoch, logs=None):
        logs.update(learning_rate=self.rates[-1])


# %% [markdown]
# ## When is it enough?
#
# Day 32 stopped a training when validation had not improved for a while. `keras.callbacks.EarlyStopping` does it in
# `fit`, and its rule, in symbols: epoch $k$ is **better** than the best so far, $k^*$, if
#
# $$v_k < v_{k^*} - \epsilon \quad\text{(mode min)}, \qquad v_k > v_{k^*} + \epsilon \quad\text{(mode max)},$$
#
# and training ends after the first epoch $k$ with $k - k^* \ge h$. By hand with patience $h = 2$ and $\epsilon = 0.1$:
#
# | epoch $k$ | 0 | 1 | 2 | 3 |
# |---|---|---|---|---|
# | $v_k$ | 0.9 | 0.5 | 0.45 | 0.43 |
# | better? | the first | yes | no, $0.45 \ge 0.4$ | no: two in a row, stop |
#
# The constructor has eight arguments, and four defaults that surprise people:
#
# - `restore_best_weights=False` leaves the model with the *last* weights, which are $h$ epochs past the best.
# - `patience=0` stops at the first epoch that is not better.
# - `mode="auto"` knows losses and the metrics that Keras has. For a metric of your own it gives up with an error, in
#   the first epoch.
# - A `monitor` that is not in the logs makes it warn, and never stop.
#
# Some metrics jump about for the first epochs. Then `start_from_epoch` leaves these out altogether: no value of theirs
# counts, neither as the best nor against the patience.


# %% exercise: early_stopping
def early_stopping(monitor="val_loss", patience=5, min_delta=0.0, warm_up=0):
    """A callback that stops training in time, and leaves the model with the weights of its best epoch.

    Args:
        monitor: key of the logs. If it ends in "loss" or "error", small values are good; otherwise large ones are.
        patience: h, how many epochs in a row that are not better end the training, int >= 1.
        min_delta: by how much a value must be better than the best so far, a number >= 0.
        warm_up: how many epochs at the beginning don't count, int >= 0.

    Returns:
        A keras.callbacks.EarlyStopping. After the training the model has the weights of the best epoch that counts,
        whether it was stopped or came to its last epoch. About 5 lines.

    Raises:
        ValueError: patience, min_delta or warm_up is out of range. The message says "Received:" and the value.
    """
    ### BEGIN SOLUTION
    for name, value, low in (("patience", patience, 1), ("min_delta", min_delta, 0), ("warm_up", warm_up, 0)):
        if value < low:
            raise ValueError(f"{name} must be {low} or more. Received: {value}")
    return keras.callbacks.EarlyStopping(
        monitor=monitor,
        mode="min" if monitor.endswith(("loss", "error")) else "max",
        patience=patience,
        min_delta=min_delta,
        restore_best_weights=True,
        start_from_epoch=warm_up,
    )
    ### END SOLUTION


# %% fixture
def stopped(values, monitor="val_loss", **settings):
    """How many epochs run with such values if early_stopping may end it, the numbers among the weights, and whether the
    callback is Keras's."""
    callback = early_stopping(monitor, **settings)
    numbers, ran, _ = pretend(callback, values, monitor)
    return ran, numbers, isinstance(callback, keras.callbacks.EarlyStopping)


# %% test: early_stopping, points=2
ran, numbers, is_callback = stopped([0.9, 0.5, 0.45, 0.43, 0.1], patience=2, min_delta=0.1)
assert is_callback, "a keras.callbacks.EarlyStopping is due"
dd.check.equal(ran, 4, what="the number of epochs", why="epochs 2 and 3 are not better by 0.1 than epoch 1")
dd.check.equal(numbers, [11.0], what="the weights at the end", why="those of epoch 1, where all are 11")
ran, numbers, _ = stopped([0.3, 0.6, 0.5], "val_accuracy", patience=4)
dd.check.equal(
    [ran, numbers], [3, [11.0]], what="epochs and weights for an accuracy", why="more is better; the end came first"
)
with dd.check.raises(ValueError, "Received: ?0", why="with no patience at all it would stop at once"):
    early_stopping(patience=0)


### BEGIN HIDDEN TESTS
def by_hand(values, small_is_good, patience, min_delta, warm_up):
    """How many epochs run, and the best one that counts, by a slow loop."""
    best, best_epoch, wait = None, None, 0
    for epoch, value in enumerate(values):
        if epoch < warm_up:
            continue
        gain = None if best is None else (best - value if small_is_good else value - best)
        if gain is None or gain > min_delta:
            best, best_epoch, wait = value, epoch, 0
        else:
            wait += 1
            if wait >= patience:
                return epoch + 1, best_epoch
    return len(values), best_epoch


down, up = [5.0, 3.0, 4.0, 2.0, 2.5, 2.4, 2.3, 2.2, 1.0], [1.0, 4.0, 3.0, 3.5, 6.0, 5.0, 5.0, 5.5, 5.8]
for monitor, values, settings in (
    ("val_loss", down, {"patience": 1}),
    ("loss", down, {"patience": 3}),
    ("val_head_loss", down, {"patience": 9}),
    ("val_mean_absolute_error", down, {"patience": 2}),
    ("error", down, {"patience": 4, "warm_up": 4}),
    ("val_loss", down, {"patience": 2, "warm_up": 2}),
    ("val_loss", down, {"patience": 2, "min_delta": 1.5}),
    ("val_loss", down, {"patience": 3, "warm_up": 20}),
    ("val_accuracy", up, {"patience": 2}),
    ("macro_f1", up, {"patience": 3}),
    ("val_loss_free_share", up, {"patience": 4}),
    ("val_auc", up, {"patience": 2, "min_delta": 2.5}),
    ("val_auc", up, {"patience": 1, "warm_up": 3}),
    ("errors_found", up, {}),
    ("val_loss", down[:6] + [9.0] * 9, {}),
):
    ran, numbers, is_callback = stopped(values, monitor, **settings)
    assert is_callback, "a keras.callbacks.EarlyStopping is due"
    rule = {"patience": 5, "min_delta": 0.0, "warm_up": 0, **settings}
    due, best_epoch = by_hand(values, monitor.endswith(("loss", "error")), **rule)
    of = f" for {monitor} = {values} and {settings or 'the defaults'}"
    dd.check.equal(ran, due, what="the number of epochs" + of)
    due = 10.0 + (len(values) - 1 if best_epoch is None else best_epoch)
    dd.check.equal(
        numbers, [due], what="the weights at the end" + of, why="those of the best epoch that counts, 10 + k"
    )
for settings in ({"patience": 0}, {"patience": -3}, {"min_delta": -0.5}, {"warm_up": -1}):
    (value,) = settings.values()
    with dd.check.raises(ValueError, f"Received: ?{value}", why=f"{settings} is out of range"):
        early_stopping(**settings)
### END HIDDEN TESTS

# %% mistakes: early_stopping
# - replace: restore_best_weights=True
#   with: restore_best_weights=False
#   hint: "The model keeps the weights of the last epoch, which is past the best one."
# - replace: mode="min" if monitor.endswith(("loss", "error")) else "max"
#   with: mode="min"
#   hint: "Small values are taken for good in any case. Of an accuracy more is better."
# - replace: mode="min" if monitor.endswith(("loss", "error")) else "max"
#   with: mode="auto"
#   hint: "Left to itself Keras can't know the direction of every name."
# - replace: mode="min" if monitor.endswith(("loss", "error")) else "max"
#   with: mode="min" if "loss" in monitor or "error" in monitor else "max"
#   hint: "The name has to *end* in loss or error. The word may occur in other names too."
# - replace: start_from_epoch=warm_up
#   with: start_from_epoch=0
#   hint: "The epochs of the warm-up count."
# - replace: patience=patience
#   with: patience=patience - 1
#   hint: "It stops an epoch too early."
# - replace: patience=patience
#   with: patience=patience + 1
#   hint: "It stops an epoch too late. After patience epochs in a row that are not better the training ends."
# - replace: monitor.endswith(("loss", "error"))
#   with: monitor.endswith("loss")
#   hint: "Of an error too, less is better."
# - replace: patience=patience
#   with: patience=patience + warm_up
#   hint: "A longer patience isn't a warm-up: the first epochs still count as the best."
# - replace: min_delta=min_delta
#   with: min_delta=0
#   hint: "Every gain counts, however small. min_delta is not used."
# - replace: monitor=monitor
#   with: monitor="val_loss"
#   hint: "It looks at val_loss whatever it is told to monitor."
# - replace: ("patience", patience, 1)
#   with: ("patience", patience, 0)
#   hint: "A patience of 0 is let through. One epoch is the least."


# %% accepts: early_stopping
def early_stopping(monitor="val_loss", patience=5, min_delta=0.0, warm_up=0):
    # A class of its own that restores by itself.
    if patience < 1:
        raise ValueError(f"patience is 1 or more. Received: {patience}")
    if min_delta < 0 or warm_up < 0:
        raise ValueError(f"not below 0. Received: {min(min_delta, warm_up)}")

    class Stop(keras.callbacks.EarlyStopping):
        def on_train_end(self, logs=None):
            super().on_train_end(logs)

    good = "min" if monitor[-4:] == "loss" or monitor[-5:] == "error" else "max"
    return Stop(monitor, min_delta, patience, 0, good, None, True, warm_up)


# %% [markdown]
# Now all of them at once. Only 150 digits, a rate that is too high, and three callbacks: yours, `ReduceLROnPlateau`,
# and the early stop. (Its patience should be longer than the plateau's, or it ends the training before a lower rate has
# had a chance.) Where does the rate fall, where is the best epoch, and how many epochs were run in vain?

# %% demo
model, logger = digit_reader(42, learning_rate=0.03, dropout=0.0), LearningRateLogger()
plateau = keras.callbacks.ReduceLROnPlateau(monitor="val_loss", factor=0.5, patience=3, min_delta=1e-3)
stop = early_stopping("val_loss", patience=10, min_delta=1e-3)
few = slice(0, 150)
fitted = model.fit(x[few], y[few], 32, 60, verbose=0, validation_data=(x_val, y_val), callbacks=[logger, plateau, stop])
history = fitted.history
epochs = np.arange(len(history["loss"]))
fig, (left, right) = plt.subplots(1, 2, figsize=(12, 4.2))
left.semilogy(epochs, history["loss"], label="training")
left.semilogy(epochs, history["val_loss"], label="validation")
left.axvline(stop.best_epoch, color="0.3", linestyle=":", label=f"best epoch, {stop.best_epoch}")
left.axvspan(stop.best_epoch, epochs[-1], color="0.5", alpha=0.2, label="patience")
left.set(title="Loss", xlabel="epoch, counted from 0", ylabel="cross-entropy", xticks=epochs[::5])
left.legend()
right.step(np.arange(len(logger.rates)), logger.rates, where="post")
right.set(title="Learning rate, halved on plateaus", xlabel="update", ylabel="learning rate", yscale="log")
dd.plot.show(
    "Left, training and validation loss against epochs on a logarithmic axis: training falls throughout, validation "
    "soon levels off; a dotted line marks its best epoch, and the ten epochs after it are shaded. Right, the learning "
    "rate against updates, a staircase that is halved several times."
)
at_end = model.evaluate(x_val, y_val, verbose=0)[0]
print(
    f"{len(epochs)} epochs; validation loss of the last {history['val_loss'][-1]:.3f}, of the final model {at_end:.3f}"
)
assert len(epochs) < 60 and at_end <= min(history["val_loss"]) + 2e-3

# %% [markdown]
# The training loss goes on falling when validation has long had enough. On the right each step down is a plateau of
# three epochs. And the model at the end has the loss of the best epoch, not of the last: the shaded part cost time and
# nothing else.
#
# ## Logs that TensorBoard reads
#
# A printed history is gone with the notebook. **TensorBoard** is a program that draws, in a browser, what trainings
# write into a folder, while they run and afterwards, many runs in one plot: `tensorboard --logdir runs`. What it reads
# are **event files**. They are TFRecord files (Day 41) of small messages, each with a time, a step, and **summaries**:
# a name (tag), a value, and the kind of plot it is for. A subfolder is a run, and equal tags of several runs share a
# plot; hence training and validation are two runs.
#
# `keras.callbacks.TensorBoard("runs/first")` writes all that, if the package `tensorboard` is installed, which a newer
# TensorFlow doesn't bring along. A callback of a few lines writes scalars without it.


# %% setup
class ScalarLog(keras.callbacks.Callback):
    """Writes each epoch's logs into event files, as TensorBoard expects them: runs `train` and `validation`."""

    def __init__(self, folder):
        super().__init__()
        self.folder = Path(folder)

    def on_train_begin(self, logs=None):
        self.writers = {run: tf.summary.create_file_writer(str(self.folder / run)) for run in ("train", "validation")}

    def on_epoch_end(self, epoch, logs=None):
        plugin = tf.compat.v1.SummaryMetadata.PluginData(plugin_name="scalars")
        for name, value in logs.items():
            run = "validation" if name.startswith("val_") else "train"
            with self.writers[run].as_default():
                kind = tf.compat.v1.SummaryMetadata(plugin_data=plugin)
                tf.summary.write(f"epoch_{name.removeprefix('val_')}", np.float32(value), step=epoch, metadata=kind)
        for writer in self.writers.values():
            writer.flush()  # so that whoever looks on sees it now

    def on_train_end(self, logs=None):
        for writer in self.writers.values():
            writer.close()


def read_scalars(folder):
    """The scalars in a run's event files, read as records: a dict of tags to lists of (step, value)."""
    found = {}
    for path in sorted(Path(folder).glob("events.out.tfevents.*")):
        for record in tf.data.TFRecordDataset(str(path)).as_numpy_iterator():
            event = tf.compat.v1.Event.FromString(record)
            for summary in event.summary.value:
                found.setdefault(summary.tag, []).append((event.step, float(tf.make_ndarray(summary.tensor))))
    return found


# %% [markdown]
# Two runs with different rates, logged, and read back from the files. Where TensorBoard is installed its own reader
# does it, otherwise ours does.

# %% demo
try:
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
except ImportError:
    EventAccumulator = None
    print("TensorBoard is not installed here. The files are those that it reads; TensorFlow reads them now.")


def scalars_of(run):
    """As read_scalars, by TensorBoard's own reader if there is one."""
    if EventAccumulator is None:
        return read_scalars(run)
    reader = EventAccumulator(str(run), size_guidance={"tensors": 0})
    reader.Reload()
    tags = reader.Tags()["tensors"]
    return {
        tag: [(each.step, float(tf.make_ndarray(each.tensor_proto))) for each in reader.Tensors(tag)] for tag in tags
    }


fig, ax = plt.subplots(figsize=(8, 4.2))
with tempfile.TemporaryDirectory() as folder:
    for k, rate in enumerate((0.002, 0.02)):
        model, runs = digit_reader(42, learning_rate=rate), Path(folder) / f"rate-{rate}"
        logged_history = model.fit(
            x, y, 128, 6, verbose=0, validation_data=(x_val, y_val), callbacks=[LearningRateLogger(), ScalarLog(runs)]
        ).history
        for run, line_style in (("train", "-"), ("validation", "--")):
            points = scalars_of(runs / run)
            steps, values = zip(*points["epoch_loss"], strict=True)
            ax.plot(steps, values, color=f"C{k}", linestyle=line_style, marker="o", label=f"rate {rate}, {run}")
            key = "loss" if run == "train" else "val_loss"
            assert np.allclose(values, logged_history[key], rtol=1e-6) and steps == tuple(range(6))
    print("tags of the last run's training:", sorted(scalars_of(runs / "train")))
    print("files:", *sorted(str(path.relative_to(folder).parent) for path in Path(folder).rglob("events*")), sep="\n  ")
ax.set(title="epoch_loss, from event files", xlabel="step (the epoch, counted from 0)", ylabel="loss")
ax.legend()
dd.plot.show(
    "Loss against epoch, 0 to 5, of two runs, each in training and validation, as read from event files. All fall; "
    "those with the higher rate are lower from the first epoch on."
)

# %% [markdown]
# What was read is what `fit` returned, to the last digit of a float32. (Your learning rate is there as well, since your
# logger had put it into the logs before.) Logs are for looking; a training can't go on from them.
#
# ## Killed, and going on
#
# Long trainings are interrupted: the power fails, a rented machine is taken back, somebody needs the memory. On Unix
# the last resort is **SIGKILL**. The process gets no chance to say or write anything; it is gone between two machine
# instructions. What it has not put on disk *before* is lost. So one stores the **state** of the training regularly, and
# after a restart picks it up.
#
# What belongs to the state? Ask what the next update depends on:
#
# | part | where it is | who forgets it |
# |---|---|---|
# | weights, trained or not | `model.weights` | nobody |
# | the optimizer's moments, count and rate | `model.optimizer.variables` | who stores weights alone |
# | random generators, such as dropout's | with the weights in `model.variables` | `save_weights`, `BackupAndRestore` |
# | the place in the data | the epoch's number, if the order follows from it | who shuffles from a fresh seed |
# | the history, and what callbacks have counted | in Python objects | nearly everybody |
#
# Keras has **`BackupAndRestore(folder)`** for this: after each epoch it calls `model.save_weights`, writes down the
# epoch's number, and at the start of a `fit` with the same folder it loads them. It covers the first two rows and the
# epoch's number. If the generators of dropout matter, or your data are shuffled by a generator of their own, a resumed
# run is *a* good run, but not *the same*. What is in such a file?

# %% demo
import h5py

with tempfile.TemporaryDirectory() as folder:
    path = Path(folder) / "state.weights.h5"
    model.save_weights(path)
    with h5py.File(path) as file:
        names = []
        file.visititems(
            lambda name, item: names.append(f"{name} {item.shape}") if isinstance(item, h5py.Dataset) else None
        )
print(*names, sep="\n")
print("all variables of the model:", *(variable.path for variable in model.variables), sep="\n  ")

# %% [markdown]
# Four arrays of weights and ten of Adam, among them `vars/0`, its count of updates. The generator of the dropout layer
# is a variable too, with a seed that moves on at each use; but the file doesn't have it. After a resumption the masks
# of the first epochs come again.
#
# **Storing must not be interrupted either.** If the process dies while it writes over the only copy, half a file is
# left and all is lost. Two rules help. Write to *another* name in the same folder, and when the file is complete give
# it the right name with `os.replace`, which replaces the old file in one step: whoever looks finds the old one or the
# new one, never a half. And what belongs together goes into *one* file, or weights of epoch 5 meet a counter that says
# 4.
#
# How often should one store? Storing costs time, and not storing costs what has to be done again. If storing takes $c$
# seconds and failures come every $M$ seconds on average, the sum of the two is least near an interval of $\sqrt{2 c M}$
# (Young's estimate, good if $c$ is much smaller than $M$; Daly refined it). We store after each epoch.
#
# Useful pieces: `np.savez(file, name=array, …)` writes arrays into one file and `np.load(path)` reads them; it takes an
# *open file* as well as a path. `optimizer.build(model.trainable_variables)` makes the optimizer's variables, which
# otherwise come to be with the first update. `variable.assign(array)` sets a variable. `fit(…, initial_epoch=k,
# epochs=k + 1)` runs epoch $k$ alone, and `shuffle=False` keeps it from a warning that a data set has an order of its
# own. JSON keeps Python's floats exactly.


# %% exercise: resume_training
def resume_training(model, batches, epochs, folder):
    """Train a model for so many epochs in all, from where an earlier call with the same folder was broken off.

    Args:
        model: compiled Keras model, built; as it was at the start of the first call, whatever that has come to: its
            process may have ended, and this model have been made anew. It may have random layers.
        batches: function of an epoch's number, counted from 0, that returns its data: a tf.data.Dataset of batches
            (x, y). Called once for each epoch that is trained, when its turn comes.
        epochs: how many in all, int >= 1; not fewer than in an earlier call.
        folder: where to store the state, str or Path; made if it isn't there, with all folders above it. It belongs to
            this training alone.

    Returns:
        The history of all epochs, those of earlier calls included: a dict of the keys of fit's history to lists of
        floats.

    The state is stored after each epoch. However often a call is broken off, and at whatever moment, storing included:
    a new call trains the epochs that were not stored, and no other, and model and history end as if nothing had been
    broken off, bit for bit.
    """
    ### BEGIN SOLUTION
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    model.optimizer.build(model.trainable_variables)
    variables = [*model.variables, *model.optimizer.variables]
    path, history = folder / "state.npz", {}
    if path.exists():
        with np.load(path) as state:
            history = json.loads(str(state["history"]))
            for i, variable in enumerate(variables):
                variable.assign(state[f"variable_{i}"])
    done = len(history.get("loss", []))
    for epoch in range(done, epochs):
        fitted = model.fit(batches(epoch), initial_epoch=epoch, epochs=epoch + 1, shuffle=False, verbose=0)
        for name, values in fitted.history.items():
            history.setdefault(name, []).extend(values)
        arrays = {f"variable_{i}": variable.numpy() for i, variable in enumerate(variables)}
        with open(folder / "unfinished.npz", "wb") as file:
            np.savez(file, history=json.dumps(history), **arrays)
        os.replace(folder / "unfinished.npz", path)
    return history
    ### END SOLUTION


# %% fixture
class Killed(BaseException):
    """The end of a process, as far as one process can pretend it."""


class Switch:
    """What is to be killed, and when: after how many calls of the model, of saving a layer, of changes to a folder."""

    folder, calls, saves, changes, epochs = "", None, None, None, []

    @classmethod
    def count(cls, what):
        left = getattr(cls, what)
        if left is not None:
            setattr(cls, what, left - 1)
            if left == 0:
                cls.off()
                raise Killed

    @classmethod
    def off(cls):
        cls.calls = cls.saves = cls.changes = None


def spelt(path):
    """A path as text; empty for a file that is open already."""
    return "" if isinstance(path, int) else os.fsdecode(path)


@contextlib.contextmanager
def watched_files():
    """While this lasts, opening a file for writing, renaming it and removing it count as changes."""
    true_open = open

    def watched_open(path, mode="r", *rest, **named):
        if set(mode) & set("wxa+") and spelt(path).startswith(Switch.folder):
            if Switch.changes == 0 and "w" in mode:
                true_open(path, "wb").close()  # emptied, and then the process dies
            Switch.count("changes")
        return true_open(path, mode, *rest, **named)

    def watched(function):
        def change(path, *rest, **named):
            if spelt(path).startswith(Switch.folder):
                Switch.count("changes")
            return function(path, *rest, **named)

        return change

    with contextlib.ExitStack() as stack:
        for place in ("builtins.open", "io.open"):
            stack.enter_context(unittest.mock.patch(place, watched_open))
        for name in ("rename", "replace", "remove", "unlink"):
            stack.enter_context(unittest.mock.patch.object(os, name, watched(getattr(os, name))))
        yield


class Mortal(keras.layers.Layer):
    """Adds a running mean of its input, which is not trained; and is where the switch kills."""

    def build(self, shape):
        self.mean = self.add_weight(shape=(), initializer="zeros", trainable=False)

    def call(self, x):
        Switch.count("calls")
        self.mean.assign(0.5 * self.mean + 0.5 * keras.ops.mean(x))
        return x + self.mean

    def save_own_variables(self, store):
        super().save_own_variables(store)
        Switch.count("saves")


def small_network():
    """A network with dropout and a weight that isn't trained, which always starts alike."""
    start = keras.initializers.GlorotUniform(seed=1)
    dense = keras.layers.Dense(1, use_bias=False, kernel_initializer=start)
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dropout(0.5, seed=2), Mortal(), dense])
    model.compile(keras.optimizers.SGD(0.05, momentum=0.9), "mse", metrics=["mae"], run_eagerly=True)
    return model


def batches_of(epoch):
    """The data of an epoch: two batches, in an order that follows from the epoch's number."""
    Switch.epochs.append(epoch)
    rng = np.random.default_rng(7)
    x = rng.normal(size=(7, 3)).astype("float32")
    order = np.random.default_rng(epoch).permutation(7)
    return tf.data.Dataset.from_tensor_slices((x[order], x[order].sum(axis=1, keepdims=True))).batch(4)


def plainly(most):
    """History and weights after each epoch of an uninterrupted training, with a loop of fit."""
    model, history, found = small_network(), {}, []
    for epoch in range(most):
        fitted = model.fit(batches_of(epoch), initial_epoch=epoch, epochs=epoch + 1, shuffle=False, verbose=0)
        for name, values in fitted.history.items():
            history[name] = history.get(name, []) + values
        found.append((dict(history), [weight.tolist() for weight in model.get_weights()]))
    return found


def lives(plan, inner=(), as_path=False):
    """What becomes of one training that is killed again and again.

    Args:
        plan: for each process a tuple (epochs, what is counted before it is killed, up to how many), such as
            (4, "calls", 5): in the sixth call of the model. None in place of the count: it isn't killed.

    Returns:
        For each process (the epochs that it began to train, and "killed" or its history, and the model's weights).
    """
    found = []
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder, *inner)
        for epochs, what, count in plan:
            model = small_network()
            Switch.off()
            Switch.epochs = []
            if what is not None:
                setattr(Switch, what, count)
            try:
                history, weights = resume_training(model, batches_of, epochs, place if as_path else str(place)), None
                weights = [weight.tolist() for weight in model.get_weights()]
            except Killed:
                history = weights = "killed"
            Switch.off()
            found.append((list(Switch.epochs), history, weights))
    return found


def killed_at_each(what, most):
    """A training of two epochs, killed at the first, second … such moment of the second one, and resumed.

    Returns:
        For each moment (history; the model's weights; whether epoch 0, which was stored before, was trained again).
    """
    found = []
    with tempfile.TemporaryDirectory() as folder:
        Switch.off()
        resume_training(small_network(), batches_of, 1, Path(folder, "one"))
        for count in range(most):
            place, model = Path(folder, str(count)), small_network()
            shutil.copytree(Path(folder, "one"), place)
            Switch.folder = str(place)
            setattr(Switch, what, count)
            try:
                with watched_files():
                    resume_training(model, batches_of, 2, place)
            except Killed:
                model, Switch.epochs = small_network(), []
                history = resume_training(model, batches_of, 2, place)
                found.append((history, [weight.tolist() for weight in model.get_weights()], 0 in Switch.epochs))
            else:
                break
            finally:
                Switch.off()
    return found


# %% test: resume_training, points=4
history, weights = plainly(2)[-1]
(whole,) = lives([(2, None, None)])
dd.check.equal(whole[0], [0, 1], what="the epochs of a training that nobody kills")
dd.check.equal(whole[1], history, what="its history", why="this is what fit returns, epoch after epoch")
dd.check.equal(whole[2], weights, what="its weights")
killed, resumed = lives([(2, "calls", 3), (2, None, None)])
dd.check.equal(killed[1], "killed", what="the first process")
dd.check.equal(killed[0], [0, 1], what="the epochs that the first process began", why="it is killed within epoch 1")
dd.check.equal(resumed[0], [1], what="the epochs of the second process", why="epoch 0 is stored")
dd.check.equal(resumed[1], history, what="the history", why="of both epochs, as if nothing had been broken off")
dd.check.equal(resumed[2], weights, what="the weights", why="the same as without a break, bit for bit")
### BEGIN HIDDEN TESTS
why, undisturbed = "as if nothing had been broken off", plainly(4)
history, weights = undisturbed[2]
# Killed in the first epoch, in the second, and in the last; then asked once more, and for more.
plan = [(3, "calls", 1), (3, "calls", 3), (3, "calls", 3), (3, None, None), (3, None, None), (4, None, None)]
found = lives(plan, inner=("deep", "down"), as_path=True)
due = [[0], [0, 1], [1, 2], [2], [], [3]]
dd.check.equal([each[0] for each in found], due, what="the epochs that each of six processes began")
for each, name in ((found[3], "the fourth process"), (found[4], "the fifth, which finds all done")):
    dd.check.equal(each[1], history, what="the history of " + name, why=why)
    dd.check.equal(each[2], weights, what="the weights of " + name, why=why)
dd.check.equal(found[5][1:], undisturbed[3], what="history and weights of the sixth, with an epoch more", why=why)
# Killed while it stores: when a layer is saved, when a file is opened, renamed, removed.
due = undisturbed[1]
for what, most in (("saves", 1), ("changes", 4)):
    for count, (history, weights, again) in enumerate(killed_at_each(what, most)):
        of = f" after a kill while the state is stored, at moment {count}"
        why = "half a file is no state: the one before is still there"
        dd.check.equal(history, due[0], what="the history" + of, why=why)
        dd.check.equal(weights, due[1], what="the weights" + of, why=why)
        assert not again, (
            f"epoch 0 is not trained again{of}: it was stored, and a state stays until the next is complete"
        )
### END HIDDEN TESTS

# %% mistakes: resume_training
# - replace: variables = [*model.variables, *model.optimizer.variables]
#   with: variables = [*model.variables]
#   hint: "The optimizer begins anew. Its moments and its count of updates are part of the state."
# - replace: variables = [*model.variables, *model.optimizer.variables]
#   with: variables = [*model.weights, *model.optimizer.variables]
#   hint: "The random generators begin anew, so dropout draws the masks of the first epochs again. Weights aren't all
#     variables that a model has."
# - replace: variables = [*model.variables, *model.optimizer.variables]
#   with: variables = [*model.trainable_variables, *model.optimizer.variables]
#   hint: "Weights that aren't trained, such as the running means of batch normalisation, are not stored."
# - replace: model.fit(batches(epoch)
#   with: model.fit(batches(epoch - done)
#   hint: "After a break you ask for the data of the wrong epoch. Its number goes on from where it was."
# - replace: |-
#     with open(folder / "unfinished.npz", "wb") as file:
#                 np.savez(file, history=json.dumps(history), **arrays)
#             os.replace(folder / "unfinished.npz", path)
#   with: np.savez(path, history=json.dumps(history), **arrays)
#   hint: "You write over the only state there is. If the process dies then, half a file is left."
# - replace: os.replace(folder / "unfinished.npz", path)
#   with: |-
#     path.unlink(missing_ok=True)
#             os.rename(folder / "unfinished.npz", path)
#   hint: "You remove the old state before the new one has its name. If the process dies in between, there is none."
# - replace: return history
#   with: return fitted.history
#   hint: "You return the history of the last epoch alone, or nothing where nothing was left to do. All epochs were
#     asked for."
# - replace: range(done, epochs)
#   with: range(done, done + epochs)
#   hint: "After a break you train that many epochs once more. It says how many there are in all."
# - replace: range(done, epochs)
#   with: range(max(0, done - 1), epochs)
#   hint: "The last epoch that was stored is trained a second time."
# - replace: "variable.assign(state[f\"variable_{i}\"])"
#   with: "pass"
#   hint: "History and epoch are picked up, but the model stays as it was made."
# - replace: history = json.loads(str(state["history"]))
#   with: "history = json.loads(str(state['history']), parse_float=lambda text: round(float(text), 2))"
#   hint: "The history has lost digits on the way."


# %% mistake: resume_training
# hint: "Keras's backup knows weights, optimizer and the epoch's number. The random generators and the history aren't in
#   it."
def resume_training(model, batches, epochs, folder):
    backup = keras.callbacks.BackupAndRestore(str(folder), double_checkpoint=True, delete_checkpoint=False)
    record, start = Path(folder, "training_metadata.json"), 0
    if record.exists() and record.read_text():
        start = json.loads(record.read_text())["epoch"]
    history = {}
    for epoch in range(start, epochs):
        fitted = model.fit(batches(epoch), initial_epoch=epoch, epochs=epoch + 1, verbose=0, callbacks=[backup])
        for name, values in fitted.history.items():
            history.setdefault(name, []).extend(values)
    return history


# %% mistake: resume_training
# hint: "Keras's backup knows weights, optimizer and the epoch's number. The random generators aren't in it, so dropout
#   draws the masks of the first epochs again."
def resume_training(model, batches, epochs, folder):
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    note, history = folder / "history.json", {}
    if note.exists():
        history = json.loads(note.read_text())
    backup = keras.callbacks.BackupAndRestore(folder / "backup", delete_checkpoint=False)
    for epoch in range(len(history.get("loss", [])), epochs):
        fitted = model.fit(batches(epoch), initial_epoch=epoch, epochs=epoch + 1, verbose=0, callbacks=[backup])
        history = {name: history.get(name, []) + values for name, values in fitted.history.items()}
        note.write_text(json.dumps(history))
    return history


# %% mistake: resume_training
# hint: "State and history are two files. Killed between them, the weights of one epoch meet the history of another."
def resume_training(model, batches, epochs, folder):
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    model.optimizer.build(model.trainable_variables)
    variables, history = [*model.variables, *model.optimizer.variables], {}

    def put(name, content):
        with open(folder / f"{name}.part", "wb") as file:
            if isinstance(content, bytes):
                file.write(content)
            else:
                np.savez(file, *content)
        os.replace(folder / f"{name}.part", folder / name)

    if (folder / "state.npz").exists():
        with np.load(folder / "state.npz") as state:
            for i, variable in enumerate(variables):
                variable.assign(state[f"arr_{i}"])
    if (folder / "history.json").exists():
        history = json.loads((folder / "history.json").read_text())
    for epoch in range(len(history.get("loss", [])), epochs):
        fitted = model.fit(batches(epoch), initial_epoch=epoch, epochs=epoch + 1, verbose=0)
        for name, values in fitted.history.items():
            history.setdefault(name, []).extend(values)
        put("state.npz", [variable.numpy() for variable in variables])
        put("history.json", json.dumps(history).encode())
    return history


# %% equivalents: resume_training
# - replace: shuffle=False
#   with: shuffle=True
#   reason: "Keras warns that it can't shuffle a data set, and doesn't."
# - replace: verbose=0
#   with: verbose=1
#   reason: "A progress bar is printed, and the answer is the same."
# - replace: verbose=0
#   with: verbose=-1
#   reason: "Only 0 is silent; the answer is the same."


# %% accepts: resume_training
def resume_training(model, batches, epochs, folder):
    # A folder for each epoch, which counts only when it has its final name; Keras's file for weights and optimizer.
    folder = Path(folder)
    os.makedirs(folder, exist_ok=True)
    model.optimizer.build(model.trainable_variables)
    weights = {id(weight) for weight in model.weights}
    rest = [variable for variable in model.variables if id(variable) not in weights]
    stored = sorted(folder.glob("epoch-?????"))
    history = {}
    if stored:
        model.load_weights(stored[-1] / "model.weights.h5")
        note = json.loads((stored[-1] / "note.json").read_text())
        history = note["history"]
        for variable, value in zip(rest, note["rest"], strict=True):
            variable.assign(np.array(value, variable.dtype))
    for epoch in range(len(stored) and int(stored[-1].name[6:]) + 1, epochs):
        logs = model.fit(batches(epoch), initial_epoch=epoch, epochs=epoch + 1, shuffle=False, verbose=0).history
        history = {name: history.get(name, []) + values for name, values in logs.items()}
        draft = Path(tempfile.mkdtemp(prefix="draft-", dir=folder))
        model.save_weights(draft / "model.weights.h5")
        note = {"history": history, "rest": [variable.numpy().tolist() for variable in rest]}
        (draft / "note.json").write_text(json.dumps(note))
        draft.rename(folder / f"epoch-{epoch:05}")
    return history


# %% [markdown]
# ## Killed for real
#
# No pretence now. A script with your function trains for eight epochs in a process of its own. In the middle of epoch 4
# it says so and waits, and this notebook kills it, without warning. Then the notebook takes up the folder that is left,
# and goes on. Beside it, a run that nobody has touched.


# %% demo
def digit_batches(epoch):
    """All training digits, in an order that follows from the epoch's number."""
    order = np.random.default_rng([42, epoch]).permutation(len(x))
    return tf.data.Dataset.from_tensor_slices((x[order], y[order])).batch(128)


script = f"""
import inspect, json, os, sys, tempfile, time
from pathlib import Path
import numpy as np
import deepdays as dd
with dd.quiet():
    import keras
    import tensorflow as tf
with np.load(sys.argv[2]) as data:
    x, y = data["x"], data["y"]
cross_entropy = keras.losses.SparseCategoricalCrossentropy(from_logits=True)

{inspect.getsource(digit_reader)}

{inspect.getsource(digit_batches)}

{inspect.getsource(resume_training)}

def until_killed(epoch):
    for i, batch in enumerate(digit_batches(epoch)):
        if epoch == 4 and i == 5:
            print("epoch 4, batch 5", flush=True)
            time.sleep(600)
        yield batch

def batches(epoch):
    kinds = (tf.TensorSpec((None, 64), "float32"), tf.TensorSpec((None,), "int64"))
    data = tf.data.Dataset.from_generator(lambda: until_killed(epoch), output_signature=kinds)
    return data.apply(tf.data.experimental.assert_cardinality(11))  # or fit would try a step beyond the end

resume_training(digit_reader(42), batches, 8, sys.argv[1])
"""
folder = tempfile.TemporaryDirectory()
file = Path(folder.name, "train.py")
file.write_text(script)
np.savez(Path(folder.name, "digits.npz"), x=x, y=y)
command = [sys.executable, str(file), *(str(Path(folder.name, name)) for name in ("state", "digits.npz"))]
child = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
print("the other process says:", child.stdout.readline().strip())
child.kill()  # SIGKILL
child.wait()
child.stdout.close()
print("it ended with", child.returncode, "and left", sorted(path.name for path in Path(folder.name, "state").iterdir()))

undisturbed, resumed = digit_reader(42), digit_reader(42)
with tempfile.TemporaryDirectory() as other:
    due = resume_training(undisturbed, digit_batches, 8, other)
trained = []
history = resume_training(
    resumed, lambda epoch: trained.append(epoch) or digit_batches(epoch), 8, Path(folder.name, "state")
)
print("epochs trained after the kill:", trained)
pairs = list(zip(undisturbed.get_weights(), resumed.get_weights(), strict=True))
print("largest difference between the weights:", max(float(np.abs(a - b).max()) for a, b in pairs))
assert trained == [4, 5, 6, 7] and history == due and all(a.tobytes() == b.tobytes() for a, b in pairs)
folder.cleanup()

# %% [markdown]
# Not a bit differs, in weights and history. (On Unix a return code of $-9$ says that signal 9, SIGKILL, ended the
# process.) Both processes did the same sums in the same order on the same processor; on another machine, or on a GPU,
# sums may be added in another order, and then the last digits differ.
#
# How much does each part of the state matter? Four runs are broken off after epoch 3 and go on, each with one part
# forgotten, and are compared with the run that nobody touched.


# %% demo
model = digit_reader(42)
model.optimizer.build(model.trainable_variables)
state = [*model.variables, *model.optimizer.variables]
fresh, undisturbed_weights = [variable.numpy() for variable in state], {}
for epoch in range(8):
    model.fit(digit_batches(epoch), verbose=0, shuffle=False)
    undisturbed_weights[epoch] = model.get_weights()
    if epoch == 3:
        kept = [variable.numpy() for variable in state]
places = range(len(state))
forgetting = {
    "nothing": [],
    "the optimizer's variables": [i for i in places if i >= len(model.variables)],
    "the generator of dropout": [i for i in places if "seed_generator" in state[i].path],
    "the place in the data": [],
}
fig, ax = plt.subplots(figsize=(9, 4.4))
looks = (("C0", "-", "o"), ("C1", "--", "s"), ("C2", "-.", "^"), ("C3", ":", "D"))
for (name, forgotten), (color, line_style, marker) in zip(forgetting.items(), looks, strict=True):
    for i, variable in enumerate(state):
        variable.assign(fresh[i] if i in forgotten else kept[i])
    distances = []
    for epoch in range(4, 8):
        model.fit(digit_batches(epoch - 4 if name == "the place in the data" else epoch), verbose=0, shuffle=False)
        pairs = zip(model.get_weights(), undisturbed_weights[epoch], strict=True)
        distances.append(max(float(np.abs(a - b).max()) for a, b in pairs))
    shown = np.maximum(distances, 1e-8)
    ax.semilogy(range(4, 8), shown, color=color, linestyle=line_style, marker=marker, label=name)
    print(f"forgotten: {name:26} distance of the weights {distances[-1]:.1e}")
    assert distances[-1] == 0 if name == "nothing" else distances[-1] > 1e-3
ax.set(
    title="Gone on after epoch 3, and forgotten:", xlabel="epoch", ylabel="largest distance of a weight", ylim=(5e-9, 5)
)
ax.set_xticks(range(4, 8))
ax.legend(loc="center right")
dd.plot.show(
    "Distance of the weights from the undisturbed run, on a logarithmic axis, after epochs 4 to 7. With nothing "
    "forgotten it is zero, drawn at the bottom; with the optimizer, the generator of dropout or the place in the data "
    "forgotten it is some 0.05 to 0.3 from the first epoch on."
)

# %% [markdown]
# With nothing forgotten the distance is exactly 0 (drawn at the lower edge, since a logarithmic axis has no zero). Each
# of the other runs is somewhere else at once. None of them is *bad*: all are trainings of the same kind. But "the same
# weights" is a test that a mistake can't hide from. "About as good" isn't, and a resumption that forgets Adam's
# moments, or reads half of the data twice, passes as bad luck.
#
# ## What you should remember
#
# - `fit` calls its callbacks at fixed points. They may read the logs and add to them, change the rate, set weights,
#   stop the training.
# - Keep contents, not variables; begin anew in `on_train_begin`; NaN is never the best.
# - The optimizer's rate, once an update is made, is that of the *next* one.
# - Early stopping needs the direction, a patience, and `restore_best_weights=True`.
# - The state of a training: weights, optimizer, random generators, place in the data, history. Store it in one file,
#   under another name, and rename it.
#
# ## Check yourself
#
# 1. A run is resumed from the weights of `ModelCheckpoint(save_best_only=True, save_weights_only=True)`, with a new
#    optimizer. Name two reasons why the loss jumps at first.
# 2. `EarlyStopping` has patience 5 and the run is killed after three epochs without improvement. How many more may
#    follow after resuming with a new callback, and what would you store?
# 3. Storing the state takes 20 seconds, and a machine is taken away every 10 hours on average. How often do you store?
#
# <details><summary>Answers</summary>
#
# 1. Adam's moments start at zero, and its bias correction makes the first steps as long as the rate allows. And a rate
#    that a schedule or a plateau had lowered is high again.
# 2. Five from the best it sees *now*, which may be worse than the old best. Store `best`, `best_epoch` and the wait,
#    and the best weights.
# 3. $\sqrt{2 \cdot 20 \cdot 36000} = 1200$ seconds: every 20 minutes.
#
# </details>
#
# ## Go further
#
# - L. Prechelt, "Early stopping, but when?", in *Neural Networks: Tricks of the Trade*, 1998: fourteen stopping rules
#   compared.
# - J. W. Young, "A first order approximation to the optimum checkpoint interval", *Communications of the ACM* 17, 1974:
#   the square root above, on two pages. J. T. Daly, "A higher order estimate of the optimum checkpoint interval
#   for restart dumps", *Future Generation Computer Systems* 22, 2006: what it leaves out.
# - The Keras guide "Writing your own callbacks", and TensorBoard's "Get started".
# - Day 43 runs many trainings, and stops most of them early.
