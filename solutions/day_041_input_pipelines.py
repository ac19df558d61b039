# ---
# day: 41
# title: Input pipelines
# week: 9
# minutes: 150
# backend: tensorflow
# needs: [9, 35, 36, 37, 40]
# data: [glyphs]
# papers:
# - "Murray, Šimša, Klimovic and Indyk 2021, tf.data: a machine learning data processing framework"
# - "Fielding, Nottingham and Reschke 2022, HTTP semantics, RFC 9110"
# - "Nottingham and Fielding 2012, Additional HTTP status codes, RFC 6585"
# limits:
#   seconds: 120
# ---

# %% [markdown]
# # Day 41 · Input pipelines
#
# By the end you can bring examples to a model as fast as it can use them: from arrays, from files that memory could not
# hold, and from a web service that stumbles now and then.
#
# - **You will build** a shuffled pipeline, padded batches, TFRecord shards and their reader, a split of a stream, a
#   meter of throughput, and two collectors of data from the web. Then you ask a web service for pictures of letters,
#   train on what it gave, and see what each stage of the pipeline is worth in samples per second.
# - **You need** picture files (Day 35), `compile` and `fit` (Day 37), and epochs and batches (Day 40).
# - **Not today:** changing pictures at random (Day 49), words as numbers (Day 78).
# - **Time:** about 150 minutes.
#
# | symbol | meaning | shape | in code |
# |---|---|---|---|
# | $n$ | examples of a pass over the data (an epoch) | | `len(x)` |
# | $m$ | examples in a batch | | `batch_size` |
# | $B$ | examples that wait in a shuffle buffer | | `buffer_size` |
# | $t_p$, $t_u$ | seconds to prepare a batch, and to use it | | |
# | $R$ | throughput, in examples a second | | |
# | $T_i$ | length of sequence $i$ | | `lengths` |
# | $S$ | files that a data set is divided into (shards) | | `num_shards` |
# | $d$ | seconds between two requests | | `interval` |
# | $r$ | failures in a row, 1 after the first | | |

# %% setup
import hashlib
import http.client
import http.server
import io
import itertools
import json
import os
import struct
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
from PIL import Image

import deepdays as dd

with dd.quiet():  # TensorFlow announces itself while it loads
    import keras
    import tensorflow as tf

    tf.constant(0)

dd.plot.style()

# %% [markdown]
# ## A recipe, not a list
#
# A `tf.data.Dataset` holds no examples. It is a recipe for making them one after another, and each `for` loop over it
# starts the recipe from the beginning. A **source** comes first, then **stages**, each of which takes the stream of the
# one before:
#
# | stage | what it does with the stream |
# |---|---|
# | `map(f)` | applies a function to each element |
# | `shuffle(B, seed)` | hands on a random one of $B$ waiting elements |
# | `batch(m)` | packs $m$ elements into one, with a new first axis; the last may be smaller |
# | `cache()` | keeps what comes past in the first pass, and plays it back in all later ones |
# | `prefetch(k)` | prepares up to $k$ elements while the one before is in use |
# | `take(k)`, `skip(k)` | the first $k$ elements, all but the first $k$ |
# | `repeat()` | starts again at the end, for ever |

# %% demo
numbers = tf.data.Dataset.range(5)
squares = numbers.map(lambda i: i * i).batch(2)
for name, dataset in {"range(5)": numbers, "its squares, in pairs": squares}.items():
    print(f"{name:22}", [element.numpy().tolist() for element in dataset])

# %% [markdown]
# Five elements make batches of 2, 2 and 1. Nothing was computed until the loop asked. The function of `map` is traced
# once, like a `tf.function` (Day 36), and then runs without Python; so can several copies of it side by side, with
# `map(f, num_parallel_calls=tf.data.AUTOTUNE)`.
#
# **The order of the stages is part of the meaning.** Each of these lines is a bug that runs without a complaint:
#
# | written | what happens | meant |
# |---|---|---|
# | `batch(m).shuffle(B)` | whole batches change places, the same examples always meet | `shuffle(B).batch(m)` |
# | `shuffle(B).cache()` | the first order is kept for good | `cache().shuffle(B)` |
# | `map(random_crop).cache()` | each picture is cropped once, for good | `cache().map(random_crop)` |
# | `shuffle(B).repeat()` after `batch` | see the first line | `shuffle(B).batch(m).repeat()` |
#
# ## How well does a buffer mix?
#
# A stream has no middle to jump to, so `shuffle(B)` fills a **buffer** with the first $B$ elements, hands out one of
# them at random and puts the next of the stream into its place. At output $k$ (from 0) the buffer has seen elements 0
# to $k + B - 1$. So element $i$ comes out at place $i - (B - 1)$ at the earliest, and it may be late by any amount: in
# each step it stays with probability $1 - \frac1B$.
#
# Suppose that a file is sorted by class, as files often are. Ten classes of 30 examples, and three buffers: what would
# a batch contain?

# %% demo
fig, panels = plt.subplots(1, 3, figsize=(13, 4.2), sharey=True)
n = 300
for ax, buffer_size in zip(panels, (10, 60, n), strict=True):
    order = np.array(list(tf.data.Dataset.range(n).shuffle(buffer_size, seed=41).as_numpy_iterator()))
    early = int(np.max(order - np.arange(n)))
    ax.scatter(np.arange(n), order // 30, s=9)
    ax.set(title=f"Buffer of {buffer_size}: at most {early} places early", xlabel="place in the output")
    ax.set_yticks(range(10))
    assert early <= buffer_size - 1
panels[0].set_ylabel("class")
dd.plot.show(
    "Three panels: class of the example, 0 to 9, against its place in the output, 0 to 299. With a buffer of 10 the "
    "points climb a narrow staircase, with 60 a blurred one of a few classes at a time, with 300 they fill the "
    "square evenly."
)

# %% [markdown]
# Read each panel downwards: a batch is a narrow column of it. On the left a batch has one or two classes, and the model
# would forget the letter A while it learns J. In the middle it is better, but the early batches have the first few
# classes only. Only a buffer that holds *all* examples draws every order with the same probability. Where that doesn't
# fit into memory, shuffle the data once before they are written, and let the buffer do the rest.
#
# By default each pass draws a new order (`reshuffle_each_iteration=True`). The argument `seed` makes the *sequence* of
# orders repeatable: first pass, second pass and so on.


# %% exercise: make_pipeline
def make_pipeline(x, y, batch_size, shuffle, seed):
    """Batches of examples from arrays.

    Args:
        x, y: arrays whose first axes have the same length n >= 1; of any dtype, left unchanged.
        batch_size: int >= 1.
        shuffle: whether each pass has an order of its own, any order being as likely as any other; else the order of
            the arrays is kept.
        seed: int; a second pipeline with the same arguments goes through the same orders, pass for pass.

    Returns:
        tf.data.Dataset of tuples (x, y), tensors of the arrays' dtypes, with batch_size examples each; the last batch
        of a pass may have fewer. A pass has every example once. About 4 lines.
    """
    ### BEGIN SOLUTION
    dataset = tf.data.Dataset.from_tensor_slices((x, y))
    if shuffle:
        dataset = dataset.shuffle(len(x), seed=seed)
    return dataset.batch(batch_size).prefetch(tf.data.AUTOTUNE)
    ### END SOLUTION


# %% fixture
def batches_of(dataset, passes):
    """The batches of each pass over a data set, tuples of arrays; or what there is instead, in words."""
    if not isinstance(dataset, tf.data.Dataset):
        return f"no tf.data.Dataset: {type(dataset).__name__}"
    kinds = {type(batch).__name__ for batch in dataset}
    if kinds != {"tuple"}:
        return f"batches that are no tuples: {', '.join(sorted(kinds))}"
    return [[tuple(part.numpy() for part in batch) for batch in dataset] for _ in range(passes)]


def pipeline_batches(x, y, batch_size, shuffle, seed, passes=1):
    """The batches of make_pipeline, pass by pass."""
    return batches_of(make_pipeline(x, y, batch_size, shuffle=shuffle, seed=seed), passes)


# %% test: make_pipeline, points=2
x, y = np.arange(20.0).reshape(10, 2), np.arange(10)
with dd.check.unchanged(x), dd.check.unchanged(y):
    found = pipeline_batches(x, y, 4, shuffle=False, seed=0)
dd.check.kind(found, list, what="the passes of make_pipeline(x, y, 4, False, 0)")
(batches,) = found
dd.check.equal([len(batch[1]) for batch in batches], [4, 4, 2], what="the sizes of the batches of ten examples")
dd.check.like(batches[1], (x[4:8], y[4:8]), what="the second batch, in order")
shuffled = pipeline_batches(x, y, 4, shuffle=True, seed=0, passes=2)
first, second = (np.concatenate([batch[1] for batch in batches]) for batches in shuffled)
dd.check.equal(sorted(first.tolist()), list(range(10)), what="the labels of a pass, sorted", why="each comes once")
assert first.tolist() != second.tolist(), "the second pass has another order than the first"


### BEGIN HIDDEN TESTS
def orders(*arguments, passes):
    """The labels of some passes, each a list, once it is sure that each row of x came with its own label."""
    found = []
    for batches in pipeline_batches(*arguments, passes=passes):
        found.append(np.concatenate([y for _, y in batches]).tolist())
        rows = np.concatenate([x for x, _ in batches])
        together = rows.reshape(len(rows), -1)[:, 0].astype(int).tolist() == found[-1]
        assert together, "each example keeps its label: row i of x belongs to entry i of y"
    return found


for n, batch_size, shape, dtype, label in (
    (1, 3, (2, 3), "uint8", "int64"),
    (7, 1, (1,), "float32", "int32"),
    (6, 3, (), "float64", "uint8"),
    (11, 40, (2, 1, 2), "int16", "float32"),
    (60, 7, (3,), "float32", "int64"),
):
    x = np.broadcast_to(np.arange(n).reshape(n, *[1] * len(shape)), (n, *shape)).astype(dtype)
    y = np.arange(n).astype(label)
    of = f" of {n} examples {shape} in batches of {batch_size}"
    for shuffle in (False, True):
        with dd.check.unchanged(x), dd.check.unchanged(y):
            (batches,) = pipeline_batches(x, y, batch_size, shuffle, 3)
        sizes = [min(batch_size, n - start) for start in range(0, n, batch_size)]
        dd.check.equal([len(each[1]) for each in batches], sizes, what="the sizes" + of, why="no example is dropped")
        for size, batch in zip(sizes, batches, strict=True):
            dd.check.equal(len(batch), 2, what="the length of a batch's tuple" + of)
            dd.check.shape(batch[0], (size, *shape), what="x of a batch" + of)
            dd.check.shape(batch[1], (size,), what="y of a batch" + of)
            dd.check.dtype(batch[0], dtype, what="x of a batch" + of)
            dd.check.dtype(batch[1], label, what="y of a batch" + of)
    dd.check.equal(orders(x, y, batch_size, False, 3, passes=2), [list(range(n))] * 2, what="the orders" + of)
    found = orders(x, y, batch_size, True, 3, passes=2)
    assert all(sorted(each) == list(range(n)) for each in found), f"each example{of} comes once a pass"
x, y = np.arange(60.0), np.arange(60)
found = orders(x, y, 30, True, 5, passes=12)
assert len({tuple(each) for each in found}) == 12, "each pass draws a new order"
again = orders(x, y, 30, True, 5, passes=3)
dd.check.equal(again, found[:3], what="three orders from the same seed, once more")
assert orders(x, y, 30, True, 6, passes=1) != found[:1], "another seed gives other orders"
places = [each.index(59) for each in found]
assert min(places) < 25, f"the last example comes early in some pass of 12: its earliest place was {min(places)} of 60"
assert max(each.index(0) for each in found) > 35, "the first example comes late in some pass of 12"
moved = np.mean([np.abs(np.array(each) - y).mean() for each in found])
dd.check.close(moved, 60 / 3, rtol=0.15, what="how far an example moves, on average", why="n / 3 in a random order")
meet = np.mean([np.mean(np.diff(each) == 1) for each in found])
assert meet < 0.1, "neighbours of the arrays rarely stay neighbours: examples are shuffled, not batches"
firsts = {each[0] for each in orders(x[:3], y[:3], 3, True, 1, passes=16)}
dd.check.equal(firsts, {0, 1, 2}, what="which of three examples come first in some of 16 passes", why="each may")
many = np.arange(12_000)
latest = max(orders(many, many, 1000, True, 2, passes=1)[0][:1000])
assert latest >= 11_000, f"of 12,000 examples, none after the {latest}th came among the first thousand: each may"
### END HIDDEN TESTS

# %% mistakes: make_pipeline
# - replace: |-
#     if shuffle:
#             dataset = dataset.shuffle(len(x), seed=seed)
#         return dataset.batch(batch_size).prefetch(tf.data.AUTOTUNE)
#   with: |-
#     dataset = dataset.batch(batch_size)
#         return dataset.shuffle(len(x), seed=seed) if shuffle else dataset
#   hint: "You shuffle batches, not examples: those that are neighbours in the arrays always meet."
# - replace: shuffle(len(x), seed=seed)
#   with: shuffle(batch_size, seed=seed)
#   hint: "The buffer is too small: an example can't come out much earlier than it went in. How many have to wait
#     in it for every order to be possible?"
# - replace: shuffle(len(x), seed=seed)
#   with: shuffle(1000, seed=seed)
#   hint: "The buffer has a fixed size. Of more examples than that, the last ones can't come first."
# - replace: shuffle(len(x), seed=seed)
#   with: shuffle(10000, seed=seed)
#   hint: "The buffer has a fixed size. Of more examples than that, the last ones can't come first."
# - replace: shuffle(len(x), seed=seed)
#   with: shuffle(len(x), seed=seed, reshuffle_each_iteration=False)
#   hint: "Every pass has the same order. An order is to be drawn anew each time."
# - replace: shuffle(len(x), seed=seed)
#   with: shuffle(len(x))
#   hint: "The orders don't come from the seed: a second pipeline with the same seed has others."
# - replace: batch(batch_size)
#   with: batch(batch_size, drop_remainder=True)
#   hint: "The last examples of a pass, too few for a full batch, are lost."
# - replace: |-
#     if shuffle:
#             dataset
#   with: |-
#     if True:
#             dataset
#   hint: "You shuffle in any case. Without shuffle the order of the arrays is to stay, as in validation."
# - replace: shuffle(len(x), seed=seed)
#   with: shuffle(len(x), seed=seed).cache()
#   hint: "Every pass has the same order. What is kept in the cache was shuffled before, once."
# - replace: from_tensor_slices((x, y))
#   with: from_tensor_slices((tf.cast(x, "float32"), y))
#   hint: "The pipeline changes the dtype of the arrays. Whoever wants floats puts a map behind it."


# %% mistake: make_pipeline
# hint: "You shuffle x and y apart from each other, so that an example comes with the label of another."
def make_pipeline(x, y, batch_size, shuffle, seed):
    parts = [tf.data.Dataset.from_tensor_slices(part) for part in (x, y)]
    if shuffle:
        parts = [part.shuffle(len(x), seed=seed + k) for k, part in enumerate(parts)]
    return tf.data.Dataset.zip(tuple(parts)).batch(batch_size)


# %% mistake: make_pipeline
# hint: "Every pass has the same order: you draw one before the pipeline begins, and none when a pass starts."
def make_pipeline(x, y, batch_size, shuffle, seed):
    order = np.random.default_rng(seed).permutation(len(x)) if shuffle else np.arange(len(x))
    return tf.data.Dataset.from_tensor_slices((x[order], y[order])).batch(batch_size)


# %% accepts: make_pipeline
def make_pipeline(x, y, batch_size, shuffle, seed):
    # Rows are picked from the arrays by their numbers, which are shuffled.
    x, y = tf.constant(x), tf.constant(y)
    rows = tf.data.Dataset.range(len(x))
    if shuffle:
        rows = rows.shuffle(10 * len(x), seed)
    return rows.batch(batch_size).map(lambda chosen: (tf.gather(x, chosen), tf.gather(y, chosen)))


# %% accepts: make_pipeline
def make_pipeline(x, y, batch_size, shuffle, seed):
    # Each pass asks a generator of NumPy.
    rng = np.random.default_rng(seed)

    def batches():
        order = rng.permutation(len(x)) if shuffle else np.arange(len(x))
        for start in range(0, len(order), batch_size):
            rows = order[start : start + batch_size]
            yield x[rows], y[rows]

    kinds = tuple(tf.TensorSpec((None, *part.shape[1:]), part.dtype) for part in (x, y))
    return tf.data.Dataset.from_generator(batches, output_signature=kinds)


# %% [markdown]
# ## How fast is it?
#
# Let a batch take $t_p$ seconds to prepare and $t_u$ seconds to use. One after the other, a step takes $t_p + t_u$, and
# while the accelerator waits for data it earns nothing. If the next batch is prepared *while* this one is in use, a
# step takes only as long as the slower of the two:
#
# $$\text{one after the other: } t_p + t_u, \qquad \text{with prefetch: } \max(t_p, t_u).$$
#
# What does this look like over five batches, with $t_p = 2$ and $t_u = 3$?

# %% demo
t_p, t_u = 2, 3
fig, panels = plt.subplots(2, 1, figsize=(11, 4.4), sharex=True)
ends = []
for ax, ahead in zip(panels, (False, True), strict=True):
    prepared = used = 0
    for batch in range(5):
        start = prepared if ahead else used  # the worker waits for the model, or doesn't
        prepared = start + t_p
        begin = max(prepared, used)
        used = begin + t_u
        for row, left, width, color in ((1, start, t_p, "C0"), (0, begin, t_u, "C1")):
            ax.barh(row, width, left=left, color=color, edgecolor="white")
            ax.text(left + width / 2, row, str(batch), ha="center", va="center", color="white")
    ends.append(used)
    ax.set_yticks([0, 1], ["use", "prepare"])
    ax.set_title(f"{'With prefetch' if ahead else 'One after the other'}: done after {used} seconds")
    ax.grid(False)
panels[1].set_xlabel("seconds")
dd.plot.show(
    "Two timelines of five batches. Above, preparing (2 seconds) and using (3 seconds) take turns, done after 25 "
    "seconds. Below, preparing goes on while the batch before is in use, the use has no gaps, done after 17 seconds."
)
assert ends == [5 * (t_p + t_u), t_p + 5 * max(t_p, t_u)]

# %% [markdown]
# Below, the row of use has no gaps after the first batch: the pipeline is hidden. (With a small buffer the worker would
# rest now and then; that changes nothing.) Had preparing been the slower one, prefetch would leave gaps, and the other
# stages have to make $t_p$ smaller: `cache` what is computed alike in every pass, `map` in parallel, and batch *before*
# a map whose function can work on whole batches.
#
# Which of the two is it? Measure. The **throughput** of a pass is
#
# $$R = \frac{\text{examples}}{\text{seconds}}$$
#
# and the first batches stay out of it, since traces are made, files opened and buffers filled then. By hand: batches of
# 4, 4 and 2 examples. The clock shows 10.0 when the first batch has come and 12.0 when the data set is at its end. Then
# 6 examples came in 2 seconds, $R = 3$.


# %% exercise: throughput
def throughput(dataset, warm_up=1, clock=time.perf_counter):
    """How many examples a second a data set delivers.

    Args:
        dataset: iterable of batches: tensors or arrays (m, ...), or tuples of these such as (x, y). Sizes may differ
            from batch to batch. It is gone through once, and can be.
        warm_up: number of batches, int >= 1, that come first and are not counted.
        clock: function without arguments that returns the time in seconds.

    Returns:
        The examples of all later batches, divided by the seconds from when the last batch of the warm-up has come to
        when the data set says that it is at its end; a float.

    Raises:
        ValueError: no batch comes after the warm-up; the message says "Received:" and how many came. About 11 lines.
    """
    ### BEGIN SOLUTION
    examples, batches = 0, 0
    for batch in dataset:
        batches += 1
        if batches > warm_up:
            examples += len(batch[0] if isinstance(batch, tuple) else batch)
        elif batches == warm_up:
            start = clock()
    if batches <= warm_up:
        raise ValueError(f"more than {warm_up} batches are needed. Received: {batches}")
    return examples / (clock() - start)
    ### END SOLUTION


# %% fixture
class Timed:
    """Batches that take their time, by a clock of its own; can be walked through only once.

    Args:
        seconds: what the clock advances by before each batch, and before the end.
        sizes: of the batches.
        pair: whether a batch is a tuple of an array with so many rows and an array of labels.
    """

    def __init__(self, seconds, sizes, pair=True):
        self.seconds, self.sizes, self.pair, self.now, self.walks, self.asked = seconds, sizes, pair, 1000.0, 0, 0

    def clock(self):
        self.asked += 1
        return self.now

    def __iter__(self):
        self.walks += 1
        if self.walks > 1:
            raise RuntimeError("the data set has been walked through already, and can be only once")
        for seconds, size in zip(self.seconds, [*self.sizes, None], strict=True):
            self.now += seconds
            if size is not None:
                yield (np.zeros((size, 3)), np.arange(size)) if self.pair else np.zeros((size, 5))


def rate_of(seconds, sizes, pair=True, **settings):
    """What throughput returns for Timed batches."""
    batches = Timed(seconds, sizes, pair)
    rate = throughput(batches, clock=batches.clock, **settings)
    return rate if batches.asked > 1 else f"a rate for which the clock was asked {batches.asked} times"


def kinds_of_rates(n, batch_size):
    """The kinds of what throughput returns for batches of tf.data, tuples and tensors, and the default clock."""
    data = tf.data.Dataset.from_tensor_slices((np.zeros((n, 2)), np.zeros(n))).batch(batch_size)
    rates = throughput(data), throughput(data.map(lambda x, y: x))
    return [type(rate).__name__ if rate > 0 else f"{rate}" for rate in rates]


# %% test: throughput, points=1
rate = rate_of([10.0, 1.5, 0.5, 0.0], [4, 4, 2])
dd.check.like(rate, 3.0, what="throughput(dataset)", why="6 examples in 2 seconds, after the first batch")
rate = rate_of([9.0, 5.0, 1.0, 2.0, 1.0], [3, 5, 6, 2], warm_up=2)
dd.check.like(rate, 2.0, what="throughput(dataset, warm_up=2)", why="6 + 2 examples in 1 + 2 + 1 seconds")
with dd.check.raises(ValueError, "Received", why="there is nothing to time after the warm-up"):
    rate_of([1.0, 1.0], [4])
### BEGIN HIDDEN TESTS
for seconds, sizes, warm_up, pair in (
    ([1.0, 0.25, 0.0], [7, 1], 1, True),
    ([1.0, 0.25, 0.5], [1, 3], 1, False),
    ([3.0, 2.0, 1.0, 0.5, 0.25, 4.0], [2, 3, 4, 5, 6], 3, True),
    ([3.0, 2.0, 1.0, 0.5, 0.25, 4.0], [2, 3, 4, 5, 6], 4, False),
    ([0.5] * 9, [8] * 7 + [3], 1, True),
):
    due = sum(sizes[warm_up:]) / sum(seconds[warm_up:])
    rate = rate_of(seconds, sizes, pair, warm_up=warm_up)
    what = f"throughput of batches of {sizes} that take {seconds[:-1]} s, and {seconds[-1]} to end, warm-up {warm_up}"
    dd.check.like(rate, due, what=what)
for sizes, warm_up in (([], 1), ([2, 2], 2), ([2], 5)):
    why = f"{len(sizes)} batches came, and the warm-up takes {warm_up}"
    with dd.check.raises(ValueError, f"Received:.*{len(sizes)}", why=why):
        rate_of([1.0] * (len(sizes) + 1), sizes, warm_up=warm_up)
dd.check.equal(kinds_of_rates(50, 8), ["float"] * 2, what="the kinds of two rates of tf.data, by time.perf_counter")
### END HIDDEN TESTS

# %% mistakes: throughput
# - replace: examples += len(batch[0] if isinstance(batch, tuple) else batch)
#   with: examples += 1
#   hint: "You count batches. A batch has as many examples as its first axis is long."
# - replace: examples += len(batch[0] if isinstance(batch, tuple) else batch)
#   with: examples += len(batch)
#   hint: "A tuple (x, y) has length 2, however many examples are in it."
# - replace: if batches > warm_up
#   with: if batches >= warm_up
#   hint: "A batch of the warm-up is counted, though the time that it took is not."
# - replace: |-
#     if batches > warm_up:
#                 examples += len(batch[0] if isinstance(batch, tuple) else batch)
#             elif batches == warm_up:
#   with: |-
#     examples += len(batch[0] if isinstance(batch, tuple) else batch)
#             if batches == warm_up:
#   hint: "The batches of the warm-up are counted, though the time that they took is not."
# - replace: elif batches == warm_up
#   with: elif batches == 1
#   hint: "The clock starts too early: part of the warm-up is in the time."
# - replace: examples / (clock() - start)
#   with: (clock() - start) / examples
#   hint: "That is seconds for an example. Examples a second were asked for."
# - replace: if batches <= warm_up
#   with: if batches < warm_up
#   hint: "Where the warm-up takes all batches there is nothing to measure, and an error is due."


# %% mistake: throughput
# hint: "The clock starts before the first batch, so the warm-up is in the time but not among the examples."
def throughput(dataset, warm_up=1, clock=time.perf_counter):
    start, sizes = clock(), []
    for batch in dataset:
        sizes.append(len(batch[0] if isinstance(batch, tuple) else batch))
    if len(sizes) <= warm_up:
        raise ValueError(f"too few batches. Received: {len(sizes)}")
    return sum(sizes[warm_up:]) / (clock() - start)


# %% mistake: throughput
# hint: "You take all batches to be as large as the first. The last one may be smaller."
def throughput(dataset, warm_up=1, clock=time.perf_counter):
    batches = 0
    for batch in dataset:
        if batches == 0:
            m = len(batch[0] if isinstance(batch, tuple) else batch)
        batches += 1
        if batches == warm_up:
            start = clock()
    if batches <= warm_up:
        raise ValueError(f"too few batches. Received: {batches}")
    return m * (batches - warm_up) / (clock() - start)


# %% mistake: throughput
# hint: "You stop the clock when the last batch has come. How long the data set takes to say that it is at its end
#   belongs to the pass as well."
def throughput(dataset, warm_up=1, clock=time.perf_counter):
    examples = batches = 0
    for batch in dataset:
        batches += 1
        if batches == warm_up:
            start = clock()
        elif batches > warm_up:
            examples += len(batch[0] if isinstance(batch, tuple) else batch)
            stop = clock()
    if batches <= warm_up:
        raise ValueError(f"too few batches. Received: {batches}")
    return examples / (stop - start)


# %% mistake: throughput
# hint: "You go through the data set twice: once to warm it up, and once more. A pass can be had only once."
def throughput(dataset, warm_up=1, clock=time.perf_counter):
    before = sum(1 for _ in itertools.islice(dataset, warm_up))
    start = clock()
    sizes = [len(batch[0] if isinstance(batch, tuple) else batch) for batch in dataset]
    if before < warm_up or not sizes:
        raise ValueError(f"too few batches. Received: {before}")
    return sum(sizes) / (clock() - start)


# %% mistake: throughput
# hint: "You take the mean of the batches' rates, in which a quick small batch counts as much as a slow large one.
#   Divide all examples by all seconds."
def throughput(dataset, warm_up=1, clock=time.perf_counter):
    rates, last = [], clock()
    for batch in dataset:
        now = clock()
        size = len(batch[0] if isinstance(batch, tuple) else batch)
        rates.append(size / (now - last) if now > last else 0.0)
        last = now
    if len(rates) <= warm_up:
        raise ValueError(f"too few batches. Received: {len(rates)}")
    return float(np.mean(rates[warm_up:]))


# %% mistake: throughput
# hint: "You don't ask the clock that was handed in."
def throughput(dataset, warm_up=1, clock=time.perf_counter):
    iterator = iter(dataset)
    before = len(list(itertools.islice(iterator, warm_up)))
    start = time.perf_counter()
    sizes = [len(batch[0] if isinstance(batch, tuple) else batch) for batch in iterator]
    if not sizes:
        raise ValueError(f"too few batches. Received: {before}")
    return sum(sizes) / (time.perf_counter() - start)


# %% accepts: throughput
def throughput(dataset, warm_up=1, clock=time.perf_counter):
    # The warm-up is cut off the front of an iterator.
    batches = iter(dataset)
    before = sum(1 for _ in itertools.islice(batches, warm_up))
    start = clock()
    sizes = [np.shape(tf.nest.flatten(batch)[0])[0] for batch in batches]
    stop = clock()
    if len(sizes) == 0:
        raise ValueError(f"nothing to time. Received: {before} batches")
    return float(np.sum(sizes) / (stop - start))


# %% [markdown]
# ## Sequences of unequal length
#
# Sentences, melodies and time series differ in length, and a tensor is a box. So the shorter ones of a batch are filled
# up with a value that means nothing, the **padding**, and the true lengths come along. By hand, with batches of two and
# padding 0:
#
# $$(5, 3, 9),\ (4),\ (7, 0) \quad\to\quad \begin{pmatrix}5&3&9\\4&0&0\end{pmatrix},\ \text{lengths } (3, 1);\qquad
# \begin{pmatrix}7&0\end{pmatrix},\ \text{lengths } (2).$$
#
# Two things to see. The second batch is two columns wide, not three: each batch is as wide as *its own* longest
# sequence. And the last 0 is no padding, which only the length can tell.
#
# Padding costs memory and time. In batch $b$ of $m$ sequences, $m \max_{i \in b} T_i$ cells are computed with and
# $\sum_{i \in b} T_i$ mean anything.


# %% exercise: padded_batches
def padded_batches(sequences, batch_size):
    """Batches of sequences, each as wide as its own longest one.

    Args:
        sequences: list of at least one; each a list or array of ints >= 0, perhaps an empty one. Left unchanged.
        batch_size: int >= 1.

    Returns:
        tf.data.Dataset of tuples (tokens, lengths), int32 tensors, in the order of the list: tokens
        (m, longest of the batch) with 0 after a sequence's end, and lengths (m,). The last batch may have fewer than
        batch_size sequences. About 5 lines.
    """
    ### BEGIN SOLUTION
    kind = tf.TensorSpec((None,), "int32")
    dataset = tf.data.Dataset.from_generator(lambda: iter(sequences), output_signature=kind)
    return dataset.map(lambda tokens: (tokens, tf.size(tokens))).padded_batch(batch_size)
    ### END SOLUTION


# %% fixture
def padded_passes(sequences, batch_size, passes=1):
    """The batches of padded_batches, pass by pass."""
    return batches_of(padded_batches(sequences, batch_size), passes)


# %% test: padded_batches, points=2
sequences = [[5, 3, 9], [4], [7, 0]]
with dd.check.unchanged(sequences):
    found = padded_passes(sequences, 2)
dd.check.kind(found, list, what="the passes of padded_batches(sequences, 2)")
(batches,) = found
dd.check.equal(len(batches), 2, what="the number of batches", why="three sequences in pairs")
due = (np.array([[5, 3, 9], [4, 0, 0]]), np.array([3, 1]))
dd.check.like(batches[0], due, what="the first batch", why="this is the example worked by hand")
due = (np.array([[7, 0]]), np.array([2]))
why = "it is as wide as its own longest sequence, and the 0 counts"
dd.check.like(batches[1], due, what="the second batch", why=why)
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(41)
for lengths, batch_size, as_arrays in (
    ([4], 1, False),
    ([0, 3, 1, 1, 0, 0, 2], 3, True),
    ([6, 2, 9, 4], 10, True),
    ([2, 5, 1, 3, 8, 7, 1, 2], 4, False),
    ([3, 1, 2], 1, True),
    ([0, 0, 5], 2, False),
):
    sequences = [rng.integers(0, 4, length) for length in lengths]
    if not as_arrays:
        sequences = [each.tolist() for each in sequences]
    with dd.check.unchanged(sequences, what="sequences"):
        passes = padded_passes(sequences, batch_size, passes=2)
    groups = [sequences[start : start + batch_size] for start in range(0, len(sequences), batch_size)]
    of = f" of sequences of lengths {lengths} in batches of {batch_size}"
    for batches in passes:
        dd.check.equal(len(batches), len(groups), what="the number of batches" + of)
        for place, (group, batch) in enumerate(zip(groups, batches, strict=True)):
            due = np.zeros((len(group), max(len(each) for each in group)), int)
            for row, each in zip(due, group, strict=True):
                row[: len(each)] = each
            dd.check.equal(len(batch), 2, what="the length of a batch's tuple" + of)
            for part in batch:
                dd.check.dtype(part, "int32", what=f"a part of batch {place}" + of)
            why = "each batch is as wide as its own longest sequence"
            dd.check.like(batch[0], due, what=f"tokens of batch {place}" + of, why=why, dtype="int32")
            due = np.array([len(each) for each in group])
            dd.check.like(batch[1], due, what=f"lengths of batch {place}" + of, why="a 0 may be a token", dtype="int32")
### END HIDDEN TESTS

# %% mistakes: padded_batches
# - replace: padded_batch(batch_size)
#   with: padded_batch(batch_size, ([max(map(len, sequences))], []))
#   hint: "Every batch is as wide as the longest sequence of all. Each has to be as wide as its own longest one."
# - replace: padded_batch(batch_size)
#   with: padded_batch(batch_size, padding_values=(-1, 0))
#   hint: "You fill up with another number than 0."
# - replace: tf.size(tokens))
#   with: tf.math.count_nonzero(tokens, dtype=tf.int32))
#   hint: "You count the tokens that aren't 0. But 0 may be a token."
# - replace: padded_batch(batch_size)
#   with: padded_batch(batch_size, drop_remainder=True)
#   hint: "The last sequences, too few for a full batch, are lost."
# - replace: iter(sequences)
#   with: iter(sorted(sequences, key=len))
#   hint: "You sort the sequences. Their order is to be kept."
# - replace: "dataset.map(lambda tokens: (tokens, tf.size(tokens))).padded_batch"
#   with: "dataset.padded_batch"
#   hint: "The tokens come alone. Without the lengths nobody can tell a 0 that is a token from padding."


# %% mistake: padded_batches
# hint: "The padding comes before the sequences; it belongs behind them."
def padded_batches(sequences, batch_size):
    def batches():
        for start in range(0, len(sequences), batch_size):
            group = sequences[start : start + batch_size]
            width = max(len(each) for each in group)
            rows = [[0] * (width - len(each)) + list(each) for each in group]
            yield np.array(rows, "int32").reshape(len(group), width), [len(each) for each in group]

    kinds = (tf.TensorSpec((None, None), "int32"), tf.TensorSpec((None,), "int32"))
    return tf.data.Dataset.from_generator(batches, output_signature=kinds)


# %% mistake: padded_batches
# hint: "The lengths are those of the padded rows, all alike in a batch. How long each sequence was is lost."
def padded_batches(sequences, batch_size):
    kind = tf.TensorSpec((None,), "int32")
    dataset = tf.data.Dataset.from_generator(lambda: iter(sequences), output_signature=kind)
    dataset = dataset.padded_batch(batch_size)
    return dataset.map(lambda tokens: (tokens, tf.fill(tf.shape(tokens)[:1], tf.shape(tokens)[1])))


# %% accepts: padded_batches
def padded_batches(sequences, batch_size):
    # Ragged tensors know their lengths.
    rows = tf.ragged.constant([list(map(int, each)) for each in sequences], dtype="int32", ragged_rank=1)
    ragged = tf.data.Dataset.from_tensor_slices(rows).ragged_batch(batch_size)
    return ragged.map(lambda tokens: (tokens.to_tensor(), tf.cast(tokens.row_lengths(), "int32")))


# %% accepts: padded_batches
def padded_batches(sequences, batch_size):
    # Boxes of NumPy, filled row by row.
    def batches():
        for start in range(0, len(sequences), batch_size):
            group = sequences[start : start + batch_size]
            lengths = np.array([len(each) for each in group], "int32")
            tokens = np.zeros((len(group), lengths.max()), "int32")
            for row, each in zip(tokens, group, strict=True):
                row[: len(each)] = each
            yield tokens, lengths

    kinds = (tf.TensorSpec((None, None), "int32"), tf.TensorSpec((None,), "int32"))
    return tf.data.Dataset.from_generator(batches, output_signature=kinds)


# %% [markdown]
# What does it save to choose who shares a batch? If sequences are sorted into **buckets** of like length first, and
# each batch is drawn from one bucket, little is filled up. `bucket_by_sequence_length` does so on a stream: it has a
# half-filled batch waiting for each bucket, and hands on whichever is full. 96 sequences, most of them short and some
# long, in batches of 16; white is padding.

# %% demo
rng = np.random.default_rng(41)
lengths = np.clip(rng.lognormal(2.0, 0.7, 96).astype(int), 1, 40)
sequences = [np.ones(length, int) for length in lengths]
stream = tf.data.Dataset.from_generator(lambda: iter(sequences), output_signature=tf.TensorSpec((None,), "int32"))
bucketed = stream.bucket_by_sequence_length(tf.size, bucket_boundaries=[6, 10, 16], bucket_batch_sizes=[16] * 4)
one_box = [np.array([np.pad(each, (0, lengths.max() - len(each))) for each in sequences])]
ways = {
    "one box for all": one_box,
    "a box for each batch": [tokens.numpy() for tokens, _ in padded_batches(sequences, 16)],
    "in buckets": list(bucketed.as_numpy_iterator()),
}
fig, panels = plt.subplots(1, 3, figsize=(12, 4.6), sharey=True)
filled = {}
for ax, (name, boxes) in zip(panels, ways.items(), strict=True):
    picture = np.full((96, lengths.max()), 0.5)  # grey: no cell at all
    start = 0
    for box in boxes:
        picture[start : start + len(box), : box.shape[1]] = 1.0 - box
        start += len(box)
    filled[name] = 1 - sum(box.sum() for box in boxes) / sum(box.size for box in boxes)
    ax.imshow(picture, cmap="gray", aspect="auto", interpolation="nearest", vmin=0, vmax=1)
    ax.set(title=f"{name}:\n{filled[name]:.0%} padding", xlabel="position in the sequence")
    ax.grid(False)
panels[0].set_ylabel("sequence")
dd.plot.show(
    "Three pictures of 96 rows, tokens black, padding white, no cell grey. In one box most is white. With a box for "
    "each batch the boxes differ in width and more than half is white. In buckets the rows of a batch are nearly alike "
    "in length and little is white."
)
assert filled["in buckets"] < filled["a box for each batch"] < filled["one box for all"]

# %% [markdown]
# The price: the batches of an epoch are no random draws any more, since short sequences meet short ones. Wide buckets
# keep some of the chance. And whoever computes with a padded batch has to leave the padding out of means and losses
# (Day 76 masks it).
#
# ## Larger than memory
#
# Suppose that there are 10 million pictures. They don't fit into memory, and 10 million small files are slow to open
# and impossible to copy. So examples are packed one after another into a few hundred larger files, **shards**, which
# are read from front to back. TensorFlow's format for them is **TFRecord**. A record is
#
# | bytes | what |
# |---|---|
# | 8 | length of the data, an unsigned integer, lowest byte first |
# | 4 | checksum of these 8 bytes |
# | length | the data |
# | 4 | checksum of the data |
#
# and the next follows at once. There is no table of contents: whoever wants record 1,000 reads the 999 before it. The
# checksums (CRC-32C) tell when a disk or a copy has spoiled something.
#
# The data of a record may be any bytes. By custom they are a `tf.train.Example`: a dictionary of **features** in the
# encoding of protocol buffers, each a list of bytes, of floats or of 64-bit integers.

# %% demo
kinds = {
    "image": tf.train.Feature(bytes_list=tf.train.BytesList(value=[b"the bytes of a file"])),
    "label": tf.train.Feature(int64_list=tf.train.Int64List(value=[7])),
}
record = tf.train.Example(features=tf.train.Features(feature=kinds)).SerializeToString()
print(len(record), "bytes:", record)
wanted = {"image": tf.io.FixedLenFeature((), tf.string), "label": tf.io.FixedLenFeature((), tf.int64)}
print(tf.io.parse_single_example(record, wanted))

# %% [markdown]
# `tf.io.TFRecordWriter(path)` writes such bytes as a record (in a `with` block, so that the file is closed), and
# `tf.data.TFRecordDataset(path)` is the stream of a file's records. `tf.io.encode_png` and `tf.io.decode_png` go from
# pixels $(H, W, 1)$ to the bytes of a PNG file and back, without loss.
#
# Which shard does example $i$ go to, of $S$? In turn, $i \bmod S$, so that all are equally long to within one, and a
# file sorted by class spreads each class over all shards. Their names tell how many there are, so that a missing one is
# noticed: `shard-00000-of-00003.tfrecord`.
#
# By hand: five examples, three shards. They hold $(0, 3)$, $(1, 4)$ and $(2)$.


# %% exercise: write_shards
def write_shards(images, labels, folder, num_shards):
    """Write labelled pictures into TFRecord files.

    Args:
        images: uint8 array (n, H, W), n >= 0; left unchanged.
        labels: int array (n,); left unchanged.
        folder: where to, str or Path; made if it isn't there, with all folders above it.
        num_shards: S, int >= 1, may be more than n.

    Returns:
        List of the paths of all S files, as strings, in order. File k of folder is called as
        shard-00000-of-00003.tfrecord is for k = 0 and S = 3, and holds the examples k, k + S, k + 2S and so on, each a
        tf.train.Example with the features "image", one bytes: the picture as PNG, and "label", one int64. About 12
        lines.
    """
    ### BEGIN SOLUTION
    os.makedirs(folder, exist_ok=True)
    paths = [os.path.join(folder, f"shard-{k:05}-of-{num_shards:05}.tfrecord") for k in range(num_shards)]
    for k, path in enumerate(paths):
        with tf.io.TFRecordWriter(path) as writer:
            for image, label in zip(images[k::num_shards], labels[k::num_shards], strict=True):
                png = tf.io.encode_png(image[..., np.newaxis]).numpy()
                features = {
                    "image": tf.train.Feature(bytes_list=tf.train.BytesList(value=[png])),
                    "label": tf.train.Feature(int64_list=tf.train.Int64List(value=[int(label)])),
                }
                writer.write(tf.train.Example(features=tf.train.Features(feature=features)).SerializeToString())
    return paths
    ### END SOLUTION


# %% fixture
def records_in(path):
    """The records of a TFRecord file, read byte by byte."""
    data, place = Path(path).read_bytes(), 0
    while place < len(data):
        (length,) = struct.unpack_from("<Q", data, place)
        yield data[place + 12 : place + 12 + length]
        place += 16 + length


def opened(png):
    """The pixels of a PNG as lists, or what is wrong with it, in words."""
    try:
        picture = Image.open(io.BytesIO(png))
        picture.load()
    except Exception:
        return "bytes that are no picture"
    if picture.format != "PNG" or picture.mode != "L":
        return f"a picture of the kind {picture.format}, {picture.mode}, where a PNG with one channel is due"
    return np.array(picture).tolist()


def content(record):
    """A record as a dict of its features: the picture's pixels, the label, and anything else there is."""
    features = tf.train.Example.FromString(record).features.feature
    found = {}
    for name, feature in features.items():
        kind = feature.WhichOneof("kind")
        values = list(getattr(feature, kind).value)
        found[name] = values[0] if len(values) == 1 else values
        if isinstance(found[name], bytes):
            found[name] = opened(found[name])
        elif kind != "int64_list":
            found[name] = f"{kind} {values}"
    return found


def shards_of(images, labels, num_shards, inner=(), as_path=False, twice=False):
    """What write_shards leaves in a folder: the paths it returns, without the folder, and the contents of each file."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder, *inner)
        for _ in range(1 + twice):
            paths = write_shards(images, labels, place if as_path else str(place), num_shards)
        kinds = {type(path).__name__ for path in paths}
        if kinds != {"str"}:
            return f"paths of the kind {sorted(kinds)}", {}
        inside = all(Path(path).parent == place for path in paths)
        names = [Path(path).name if inside else path for path in paths]
        files = {path.name: [content(each) for each in records_in(path)] for path in sorted(place.iterdir())}
    return names, files


# %% test: write_shards, points=2
images, labels = np.arange(30, dtype="uint8").reshape(5, 2, 3), np.array([4, 0, 2, 1, 3])
with dd.check.unchanged(images), dd.check.unchanged(labels):
    paths, files = shards_of(images, labels, 3)
names = [f"shard-0000{k}-of-00003.tfrecord" for k in range(3)]
dd.check.equal(paths, names, what="the paths, without the folder")
dd.check.equal(sorted(files), names, what="the files in the folder")
dd.check.equal([len(files[name]) for name in names], [2, 2, 1], what="the numbers of records", why="as worked by hand")
due = {"image": images[3].tolist(), "label": 1}
dd.check.equal(files[names[0]][1], due, what="the second record of the first shard", why="it holds examples 0 and 3")
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(41)
for shape, num_shards, label_kind, settings in (
    ((7, 4, 3), 3, "int64", {}),
    ((1, 1, 5), 1, "uint8", {"inner": ("deep", "down"), "as_path": True}),
    ((2, 3, 1), 4, "int32", {"twice": True}),
    ((0, 2, 2), 2, "int64", {"inner": ("new",)}),
    ((12, 2, 5), 12, "int64", {"as_path": True}),
):
    images, labels = rng.integers(0, 256, shape).astype("uint8"), rng.integers(0, 200, shape[0]).astype(label_kind)
    with dd.check.unchanged(images), dd.check.unchanged(labels):
        paths, files = shards_of(images, labels, num_shards, **settings)
    of = f" for images {shape} in {num_shards} shards"
    names = [f"shard-{k:05d}-of-{num_shards:05d}.tfrecord" for k in range(num_shards)]
    dd.check.kind(paths, list, what="what comes back" + of)
    dd.check.equal(paths, names, what="the paths, without the folder," + of)
    dd.check.equal(sorted(files), names, what="the files" + of, why="a shard without examples is a file all the same")
    for k, name in enumerate(names):
        due = [{"image": images[i].tolist(), "label": int(labels[i])} for i in range(k, shape[0], num_shards)]
        why = f"it holds the examples {k}, {k + num_shards}, …"
        dd.check.equal(files[name], due, what=f"the records of shard {k}" + of, why=why)
### END HIDDEN TESTS

# %% mistakes: write_shards
# - replace: |-
#     for image, label in zip(images[k::num_shards], labels[k::num_shards], strict=True):
#   with: |-
#     size = -(-len(images) // num_shards)
#                 for image, label in zip(images[k*size:(k+1)*size], labels[k*size:(k+1)*size], strict=True):
#   hint: "Each shard has a piece of the whole, one example after the other. They were to be dealt out in turn."
# - replace: zip(images[k::num_shards], labels[k::num_shards], strict=True)
#   with: zip(np.array_split(images, num_shards)[k], np.array_split(labels, num_shards)[k], strict=True)
#   hint: "Each shard has a piece of the whole, one example after the other. They were to be dealt out in turn."
# - replace: "for image, label in zip(images[k::num_shards], labels[k::num_shards], strict=True):"
#   with: "for image, label in zip(images, labels, strict=True):"
#   hint: "Every shard has every example."
# - replace: "tf.io.encode_png(image[..., np.newaxis]).numpy()"
#   with: "image.tobytes()"
#   hint: "The bytes of image are bare pixels. A PNG knows height and width too."
# - replace: "tf.train.Feature(int64_list=tf.train.Int64List(value=[int(label)]))"
#   with: "tf.train.Feature(float_list=tf.train.FloatList(value=[label]))"
#   hint: "The label is stored as a float. A reader that asks for an int64 would fail."
# - replace: "tf.io.encode_png(image[..., np.newaxis]).numpy()"
#   with: "tf.io.encode_jpeg(image[..., np.newaxis]).numpy()"
#   hint: "JPEG changes pixels a little, each time. PNG keeps them."
# - replace: "for k in range(num_shards)]"
#   with: "for k in range(1, num_shards + 1)]"
#   hint: "The files are counted from 1. The first has the number 0."
# - replace: "    os.makedirs(folder, exist_ok=True)\n"
#   with: "    os.makedirs(folder)\n"
#   hint: "You insist on making the folder. It may be there already."
# - replace: os.makedirs(folder, exist_ok=True)
#   with: os.path.exists(folder) or os.mkdir(folder)
#   hint: "The folder's own folder may be missing too, and mkdir makes only the last of them."
# - replace: return paths
#   with: return [Path(path) for path in paths]
#   hint: "The paths come back as Path objects, where strings are due."
# - replace: ":05}.tfrecord"
#   with: "}.tfrecord"
#   hint: "The number of shards in the name has five digits, like the shard's own."


# %% mistake: write_shards
# hint: "Shards that get no example are missing. A reader who counts files by their names will look for them."
def write_shards(images, labels, folder, num_shards):
    os.makedirs(folder, exist_ok=True)
    paths = []
    for k in range(min(num_shards, len(images))):
        paths.append(os.path.join(folder, f"shard-{k:05}-of-{num_shards:05}.tfrecord"))
        with tf.io.TFRecordWriter(paths[-1]) as writer:
            for image, label in zip(images[k::num_shards], labels[k::num_shards], strict=True):
                example = tf.train.Example()
                example.features.feature["image"].bytes_list.value.append(tf.io.encode_png(image[..., None]).numpy())
                example.features.feature["label"].int64_list.value.append(int(label))
                writer.write(example.SerializeToString())
    return paths


# %% accepts: write_shards
def write_shards(images, labels, folder, num_shards):
    # All files open at once, Pillow for the PNG, and an Example that is filled step by step.
    Path(folder).mkdir(parents=True, exist_ok=True)
    paths = [str(Path(folder) / f"shard-{k:05d}-of-{num_shards:05d}.tfrecord") for k in range(num_shards)]
    writers = [tf.io.TFRecordWriter(path) for path in paths]
    for i in range(len(images)):
        buffer = io.BytesIO()
        Image.fromarray(images[i]).save(buffer, "PNG")
        example = tf.train.Example()
        example.features.feature["image"].bytes_list.value.append(buffer.getvalue())
        example.features.feature["label"].int64_list.value.append(int(labels[i]))
        writers[i % num_shards].write(example.SerializeToString())
    for writer in writers:
        writer.close()
    return paths


# %% [markdown]
# Back again: a reader opens all shards and takes a record from each in turn. `interleave` is the stage for it. It makes
# a stream of each of its elements (here of each path) and deals from `cycle_length` of them at a time, `block_length`
# elements each. A stream that has ended is left out from then on. So what order comes back?
#
# With `num_parallel_calls` several files are read side by side. **Determinism:** the order is kept all the same, an
# example that is ready early waits for its turn, unless you allow otherwise with `deterministic=False`. That is faster
# where files or functions take unequal time, and no two runs are the same then.


# %% exercise: read_shards
def read_shards(paths):
    """Read labelled pictures from TFRecord files, one after another.

    Args:
        paths: list of the paths, strings, of at least one file as write_shards writes them.

    Returns:
        tf.data.Dataset of tuples (image, label): a uint8 tensor (H, W), whose size may differ from example to example,
        and an int64 tensor (). If the paths come from write_shards, in order, the examples come in the order of its
        arguments, in every pass. Nothing is read before the data set is iterated. About 8 lines.
    """
    ### BEGIN SOLUTION
    wanted = {"image": tf.io.FixedLenFeature((), tf.string), "label": tf.io.FixedLenFeature((), tf.int64)}

    def parse(record):
        example = tf.io.parse_single_example(record, wanted)
        return tf.io.decode_png(example["image"], channels=1)[..., 0], example["label"]

    files = tf.data.Dataset.from_tensor_slices(paths)
    records = files.interleave(tf.data.TFRecordDataset, cycle_length=len(paths), block_length=1)
    return records.map(parse, num_parallel_calls=tf.data.AUTOTUNE)
    ### END SOLUTION


# %% fixture
def checksum(data):
    """CRC-32C as TFRecord stores it."""
    crc = 0xFFFFFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = (crc >> 1) ^ (0x82F63B78 if crc & 1 else 0)
    crc ^= 0xFFFFFFFF
    return struct.pack("<I", (((crc >> 15) | (crc << 17)) + 0xA282EAD8) & 0xFFFFFFFF)


def put_shards(images, labels, num_shards, folder):
    """The paths of shards that were written byte by byte."""
    paths = []
    for k in range(num_shards):
        data = b""
        for image, label in zip(images[k::num_shards], labels[k::num_shards], strict=True):
            buffer = io.BytesIO()
            Image.fromarray(image).save(buffer, "PNG")
            example = tf.train.Example()
            example.features.feature["image"].bytes_list.value.append(buffer.getvalue())
            example.features.feature["label"].int64_list.value.append(int(label))
            record = example.SerializeToString()
            length = struct.pack("<Q", len(record))
            data += length + checksum(length) + record + checksum(record)
        paths.append(str(Path(folder, f"shard-{k:05}-of-{num_shards:05}.tfrecord")))
        Path(paths[-1]).write_bytes(data)
    return paths


def read_back(images, labels, num_shards, passes=1, lazily=False):
    """What read_shards makes of such files, pass by pass; if lazily, they get their content after it was called."""
    with tempfile.TemporaryDirectory() as folder:
        paths = put_shards(images, labels, num_shards, folder)
        if lazily:
            put_shards(images[:0], labels[:0], num_shards, folder)
        given = list(paths)
        dataset = read_shards(paths)
        if paths != given:
            raise AssertionError("the list of paths is left unchanged")
        if lazily:
            put_shards(images, labels, num_shards, folder)
        kind = "tf.data.Dataset" if isinstance(dataset, tf.data.Dataset) else type(dataset).__name__
        return kind, [list(dataset) for _ in range(passes)]


# %% test: read_shards, points=2
images, labels = np.arange(30, dtype="uint8").reshape(5, 2, 3), np.array([4, 0, 2, 1, 3])
kind, (examples,) = read_back(images, labels, 3)
dd.check.equal(kind, "tf.data.Dataset", what="the kind of what read_shards returns")
came = [int(label) for _, label in examples]
dd.check.equal(came, [4, 0, 2, 1, 3], what="the labels", why="the order is that of before")
dd.check.like(examples[3], (tf.constant(images[3]), tf.constant(1, "int64")), what="example 3")
dd.check.dtype(examples[3][0], "uint8", what="its image")
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(41)
for shape, num_shards, lazily in (
    ((7, 4, 3), 3, False),
    ((1, 1, 5), 1, True),
    ((2, 3, 1), 4, False),
    ((14, 2, 2), 9, True),
):
    images, labels = rng.integers(0, 256, shape).astype("uint8"), rng.integers(0, 2**40, shape[0])
    _, passes = read_back(images, labels, num_shards, 2, lazily)
    of = f" of {shape[0]} examples in {num_shards} shards"
    for examples in passes:
        dd.check.equal(len(examples), shape[0], what="the number of examples" + of, why="files are read when asked for")
        why = "the order is that of the arguments of write_shards"
        dd.check.equal([int(label) for _, label in examples], labels.tolist(), what="the labels" + of, why=why)
        for place, (image, label) in enumerate(examples):
            dd.check.dtype(image, "uint8", what=f"image {place}" + of)
            dd.check.dtype(label, "int64", what=f"label {place}" + of)
            dd.check.shape(label, (), what=f"label {place}" + of)
            dd.check.like(image, tf.constant(images[place]), what=f"image {place}" + of)
unequal = [np.full((2 + k, 5 - k), 50 * k, "uint8") for k in range(4)]
_, (examples,) = read_back(unequal, np.arange(4), 3)
for image, due in zip((image for image, _ in examples), unequal, strict=True):
    dd.check.like(image, tf.constant(due), what="an image", why="the size may differ from example to example")
dd.check.equal(len(read_back(images[:0], labels[:0], 2)[1][0]), 0, what="the number of examples in empty shards")
### END HIDDEN TESTS

# %% mistakes: read_shards
# - replace: files.interleave(tf.data.TFRecordDataset, cycle_length=len(paths), block_length=1)
#   with: files.flat_map(tf.data.TFRecordDataset)
#   hint: "You read one shard to its end and then the next. The examples were dealt out in turn."
# - replace: block_length=1
#   with: block_length=2
#   hint: "You take several records from a shard at a time."
# - replace: cycle_length=len(paths)
#   with: cycle_length=2
#   hint: "Only some of the shards are open at a time, so the others have to wait until one has ended."
# - replace: cycle_length=len(paths)
#   with: cycle_length=4
#   hint: "Only some of the shards are open at a time, so the others have to wait until one has ended."
# - replace: channels=1)[..., 0]
#   with: channels=1)
#   hint: "The pictures have an axis of channels, of length 1, that is not asked for."
# - replace: decode_png(example["image"], channels=1)[..., 0], example["label"]
#   with: decode_png(example["image"], channels=1)[..., 0] / 255, example["label"]
#   hint: "You scale the pixels. Whoever reads wants them as they were stored, uint8."
# - replace: decode_png(example["image"], channels=1)[..., 0], example["label"]
#   with: decode_png(example["image"], channels=1)[..., 0], tf.cast(example["label"], tf.int32)
#   hint: "The label is narrower than int64: large numbers don't fit."
# - replace: files = tf.data.Dataset.from_tensor_slices(paths)
#   with: files = tf.data.Dataset.from_tensor_slices(paths).shuffle(len(paths))
#   hint: "You shuffle the files, as list_files does unless it is told not to. So the order of before is lost."


# %% mistake: read_shards
# hint: "You read all files when the function is called. A data set is a recipe: it opens them when it is iterated."
def read_shards(paths):
    streams = [list(tf.data.TFRecordDataset(path).as_numpy_iterator()) for path in paths]
    images, labels = [], []
    for k in range(sum(map(len, streams))):
        record = streams[k % len(paths)][k // len(paths)]
        features = tf.train.Example.FromString(record).features.feature
        images.append(tf.io.decode_png(features["image"].bytes_list.value[0], channels=1)[..., 0])
        labels.append(features["label"].int64_list.value[0])
    kinds = (tf.TensorSpec((None, None), "uint8"), tf.TensorSpec((), "int64"))
    return tf.data.Dataset.from_generator(lambda: zip(images, labels, strict=True), output_signature=kinds)


# %% accepts: read_shards
def read_shards(paths):
    # A generator that takes a record from each file in turn.
    def examples():
        streams = [iter(tf.data.TFRecordDataset(path)) for path in paths]
        for records in itertools.zip_longest(*streams):
            for record in records:
                if record is None:
                    continue
                features = tf.train.Example.FromString(record.numpy()).features.feature
                picture = Image.open(io.BytesIO(features["image"].bytes_list.value[0]))
                yield np.array(picture), features["label"].int64_list.value[0]

    kinds = (tf.TensorSpec((None, None), "uint8"), tf.TensorSpec((), "int64"))
    return tf.data.Dataset.from_generator(examples, output_signature=kinds)


# %% [markdown]
# ## Held out of a stream
#
# Training and validation data must not share an example (Day 9). Of an array, one permutes the rows and cuts. A stream
# can't be cut at random, but `take` and `skip` cut it at a place. Here is a pair of lines which many have written, and
# it is wrong. Why?
#
#     mixed = stream.shuffle(1000)
#     validation, training = mixed.take(100), mixed.skip(100)

# %% demo
mixed = tf.data.Dataset.range(1000).shuffle(1000, seed=41)
validation, training = mixed.take(100), mixed.skip(100)
seen = set(training.as_numpy_iterator())
for epoch in range(3):
    held_out = set(validation.as_numpy_iterator())
    print(f"epoch {epoch}: {len(held_out & seen)} of 100 validation examples have been trained on")
    seen |= set(training.as_numpy_iterator())

# %% [markdown]
# Both are recipes, and each loop over one of them starts `shuffle` anew, with another order. So the "first 100" are
# others each time, and after a few epochs the model has trained on all that it is validated with. The validation loss
# would look splendid. **Cut first, shuffle behind the cut.**
#
# The price: the first examples are held out, as they come. If the stream is sorted, by class or by date, they are no
# fair sample. Then it was written wrongly, and should have been shuffled before.


# %% exercise: streaming_split
def streaming_split(stream, num_validation, buffer_size, seed):
    """Hold the first examples of a stream out, and shuffle the others.

    Args:
        stream: tf.data.Dataset that has the same examples in the same order each time it is iterated; perhaps without
            an end, perhaps shorter than num_validation.
        num_validation: int >= 0.
        buffer_size: how many examples may wait in memory, int >= 1.
        seed: int, which the orders follow from.

    Returns:
        (training, validation), both tf.data.Dataset. Validation has the first num_validation examples in the stream's
        own order, training has all others, in another order in each pass, such as a shuffle buffer of buffer_size makes
        it. Hardly more examples are read ahead than the buffer holds, and none before one of the two is iterated.
        About 3 lines.
    """
    ### BEGIN SOLUTION
    training = stream.skip(num_validation).shuffle(buffer_size, seed=seed)
    return training, stream.take(num_validation)
    ### END SOLUTION


# %% fixture
READ = []


def watched_stream(limit):
    """A stream of the numbers from 0 whose end nobody may reach. Each that is read is noted in READ."""

    def numbers():
        for i in range(limit):
            READ.append(i)
            yield i
        raise MemoryError(f"more than {limit} examples of an endless stream have been read")

    return tf.data.Dataset.from_generator(numbers, output_signature=tf.TensorSpec((), "int64"))


def split_of(n, num_validation, buffer_size, seed=0, passes=2):
    """The numbers in training and validation, in some passes, and which kinds of objects came."""
    parts = streaming_split(tf.data.Dataset.range(n), num_validation, buffer_size, seed)
    if not isinstance(parts, tuple) or not all(isinstance(part, tf.data.Dataset) for part in parts):
        return "no tuple of two data sets", []
    training, validation = parts
    turns = [(list(training.as_numpy_iterator()), list(validation.as_numpy_iterator())) for _ in range(passes)]
    return [[list(map(int, each)) for each in side] for side in zip(*turns, strict=True)]


def reads(num_validation, buffer_size, wanted):
    """Whether about as many examples as needed are read by the split itself, by validation, and by some of training."""
    READ.clear()
    try:
        training, validation = streaming_split(watched_stream(400), num_validation, buffer_size, 0)
    except tf.errors.ResourceExhaustedError:
        return False, True, True
    by_split = len(READ)
    held_out = sum(1 for _ in validation)
    by_validation = len(READ)
    READ.clear()
    for _ in zip(range(wanted), training):  # noqa: B905 (training may have no end)
        pass
    by_training = len(READ)
    few = 20  # what tf.data reads ahead by itself
    return by_split == 0, by_validation <= held_out + few, by_training <= num_validation + buffer_size + wanted + few


# %% test: streaming_split, points=2
training, validation = split_of(20, 5, 6)
dd.check.equal(validation, [[0, 1, 2, 3, 4]] * 2, what="two passes of validation", why="the first five, in order")
dd.check.equal([sorted(each) for each in training], [list(range(5, 20))] * 2, what="two passes of training, sorted")
assert training[0] != training[1], "training has another order in each pass"
### BEGIN HIDDEN TESTS
for n, num_validation, buffer_size in ((40, 7, 10), (12, 0, 12), (9, 8, 3), (6, 6, 2), (4, 9, 5), (30, 1, 1)):
    training, validation = split_of(n, num_validation, buffer_size, seed=3)
    of = f" of {n} examples, {num_validation} of them held out"
    dd.check.equal(validation, [list(range(min(n, num_validation)))] * 2, what="two passes of validation" + of)
    due = [list(range(min(n, num_validation), n))] * 2
    why = "none of validation, and each of the others once"
    dd.check.equal([sorted(each) for each in training], due, what="two passes of training, sorted," + of, why=why)
    if buffer_size == 1:
        dd.check.equal(training, due, what="training with a buffer of one" + of, why="it leaves no choice")
    for order in training:
        early = max([value - num_validation - place for place, value in enumerate(order)], default=0)
        assert early < buffer_size, f"with a buffer of {buffer_size} no example comes {early} places early"
training, _ = split_of(40, 7, 10, seed=3, passes=4)
assert len({tuple(each) for each in training}) == 4, "four passes have four orders"
dd.check.equal(split_of(40, 7, 10, seed=3, passes=4)[0], training, what="the orders from the same seed, once more")
assert split_of(40, 7, 10, seed=4)[0][0] != training[0], "another seed gives another order"
moves = [value - 7 - place for order in training for place, value in enumerate(order)]
dd.check.equal(max(moves), 9, what="how many places an example is early at most, with a buffer of 10")
for num_validation, buffer_size, wanted in ((5, 20, 10), (30, 1, 3)):
    few = reads(num_validation, buffer_size, wanted)
    of = f"an endless stream, {num_validation} examples of which are held out"
    assert few[0], f"the split itself reads nothing of {of}"
    assert few[1], f"to go through validation, no more than that is read of {of}"
    assert few[2], (
        f"for {wanted} training examples, little more than these and a buffer of {buffer_size} is read of {of}"
    )
### END HIDDEN TESTS

# %% mistakes: streaming_split
# - replace: |-
#     training = stream.skip(num_validation).shuffle(buffer_size, seed=seed)
#         return training, stream.take(num_validation)
#   with: |-
#     mixed = stream.shuffle(buffer_size, seed=seed)
#         return mixed.skip(num_validation), mixed.take(num_validation)
#   hint: "You shuffle before you cut, and each pass shuffles anew. So what is held out changes, and gets trained on."
# - replace: |-
#     training = stream.skip(num_validation).shuffle(buffer_size, seed=seed)
#         return training, stream.take(num_validation)
#   with: |-
#     mixed = stream.shuffle(buffer_size, seed=seed, reshuffle_each_iteration=False)
#         return mixed.skip(num_validation), mixed.take(num_validation)
#   hint: "What is held out doesn't change any more, but neither does the order of training; and the first examples of
#     the stream were due."
# - replace: return training, stream.take(num_validation)
#   with: return stream.take(num_validation), training
#   hint: "Training comes first, then validation."
# - replace: stream.skip(num_validation).shuffle
#   with: stream.shuffle
#   hint: "The examples that are held out are in the training part as well."
# - replace: shuffle(buffer_size, seed=seed)
#   with: shuffle(buffer_size, seed=seed, reshuffle_each_iteration=False)
#   hint: "Every pass of training has the same order."
# - replace: shuffle(buffer_size, seed=seed)
#   with: shuffle(buffer_size, seed=seed).cache()
#   hint: "Every pass of training has the same order: what is kept in the cache was shuffled before, once."
# - replace: shuffle(buffer_size, seed=seed)
#   with: shuffle(max(num_validation, 1), seed=seed)
#   hint: "The buffer is as large as validation. How many may wait is said by buffer_size."
# - replace: shuffle(buffer_size, seed=seed)
#   with: shuffle(buffer_size)
#   hint: "The order doesn't come from the seed: a second split with the same seed has another."
# - replace: return training, stream.take(num_validation)
#   with: return training, stream.take(num_validation).shuffle(buffer_size, seed=seed)
#   hint: "Validation is shuffled too. Its order was to stay."
# - replace: stream.skip(num_validation).shuffle(buffer_size, seed=seed)
#   with: stream.skip(num_validation)
#   hint: "Training isn't shuffled."
# - replace: stream.skip(num_validation).shuffle(buffer_size, seed=seed)
#   with: stream.skip(num_validation).shuffle(10000, seed=seed)
#   hint: "The buffer holds more examples than may wait in memory."


# %% mistake: streaming_split
# hint: "You read the stream when the function is called. It may have no end."
def streaming_split(stream, num_validation, buffer_size, seed):
    held_out = list(stream.take(num_validation))
    kind = stream.element_spec
    validation = tf.data.Dataset.from_generator(lambda: iter(held_out), output_signature=kind)
    return stream.skip(num_validation).shuffle(buffer_size, seed), validation


# %% accepts: streaming_split
def streaming_split(stream, num_validation, buffer_size, seed):
    # By the number that each example has in the stream.
    numbered = stream.enumerate()
    rest = numbered.filter(lambda i, example: i >= num_validation).map(lambda i, example: example)
    first = numbered.take_while(lambda i, example: i < num_validation).map(lambda i, example: example)
    return rest.shuffle(buffer_size, seed), first


# %% [markdown]
# ## Data from the web
#
# Much data is kept by somebody else, who hands it out through a **web API**: your program sends a request, a server
# answers with a status, headers and a body, nowadays mostly JSON. First read what its owner permits: the terms of use,
# the licence of the data, and how many requests a second are welcome. Then be a good guest:
#
# - **Pagination.** A million items come in pages. The body of each page names the next one by a **cursor**, a text that
#   means something to the server alone; the last page names none.
# - **Rate limit.** Wait $d$ seconds between requests. Who is too fast gets status 429 ("too many requests"), often with
#   a header `retry-after` that says how many seconds to wait. Obey it.
# - **Retries.** Status 500, 502, 503 and 504 say that the server stumbled, and a connection may break. Such a request
#   is sent again, but not at once: a server that is overloaded isn't helped by a crowd that knocks without pause. So
#   each failure in a row doubles the wait, $2^r d$ after failure $r$ (**exponential backoff**), and after some failures
#   you give up. Any other status from 400 on is *your* fault, such as 404 for what isn't there. Sending it again is of
#   no use.
# - **Duplicates.** While you read, items are added and pages move. An item from the end of a page then occurs once more
#   on the next. Keep each id once.
#
# By hand, with $d = 0.5$: page 0 comes. Wait 0.5. The request for page 1 fails with 503: wait $2 \cdot 0.5 = 1$. It
# fails again: wait 2. Now it comes, and names no next page. Four requests, three waits.
#
# To get a service that may be asked as often as we like, we run one, on this machine. It is a real server of HTTP, in a
# thread of its own, that listens at 127.0.0.1, the address by which a machine calls itself. It has pictures of letters,
# and the vices of real ones: every fourth request for a page fails, who comes twice within a fifth of a second is
# refused, items move between pages, some pictures occur twice, and some files are broken.

# %% demo
LETTERS = "ABCDEFGHIJ"
(pictures, letters), (x_new, y_new) = dd.data.glyphs(n=900, n_test=600, seed=41, letters=LETTERS)
rng = np.random.default_rng(41)


def png_of(picture, level=6):
    """The bytes of a picture as a PNG file; by other levels come other files of the same picture."""
    buffer = io.BytesIO()
    Image.fromarray(picture).save(buffer, "PNG", compress_level=level)
    return buffer.getvalue()


files = [png_of(picture) for picture in pictures]
for i in rng.choice(len(files), 120, replace=False):  # vices: another copy, a broken download, a page of HTML
    vice = int(rng.integers(3))
    files.append([png_of(pictures[i], level=0), files[i][: len(files[i]) // 2], b"<html>not found</html>"][vice])
    letters = np.append(letters, letters[i])
catalogue = [{"id": i, "letter": LETTERS[letter], "url": f"/image/{i}"} for i, letter in enumerate(letters)]
catalogue = [catalogue[i] for i in rng.permutation(len(catalogue))]


class LetterService(http.server.BaseHTTPRequestHandler):
    """/items?cursor=120 answers with a page of the catalogue, /image/7 with a file."""

    protocol_version = "HTTP/1.1"  # keeps the connection open between requests
    last, requests, log = 0.0, 0, Counter()

    def do_GET(self):  # the name that http.server calls
        kind, service = "application/json", LetterService
        if self.path.startswith("/image/"):
            status, headers, body, kind = 200, {}, files[int(self.path.rpartition("/")[2])], "image/png"
        else:
            status, headers, body = self.page(int(self.path.partition("=")[2] or 0))
            body = json.dumps(body).encode()
            service.log[status] += 1
        self.send_response(status)
        for name, value in {**headers, "content-type": kind, "content-length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def page(self, start):
        service, now = LetterService, time.monotonic()
        too_fast, service.last = now - service.last < 0.2, now
        if too_fast:
            return 429, {"retry-after": "1"}, {"error": "too many requests"}
        service.requests += 1
        if service.requests % 4 == 0:
            return 503, {}, {"error": "overloaded"}
        items = catalogue[max(0, start - 3) : start + 120]  # three items have moved here from the page before
        more = start + 120 < len(catalogue)
        return 200, {}, {"items": items, "next": str(start + 120) if more else None}

    def log_message(self, *args):  # it would write a line for each request
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), LetterService)  # port 0: any that is free
threading.Thread(target=server.serve_forever, daemon=True).start()
connection = http.client.HTTPConnection("127.0.0.1", server.server_address[1])


def get(path):
    """Send a request, and return status, headers with lower-case names, and the bytes of the body."""
    connection.request("GET", path)
    response = connection.getresponse()
    return response.status, {name.lower(): value for name, value in response.getheaders()}, response.read()


for _ in range(2):
    status, headers, body = get("/items")
    print(status, headers.get("retry-after"), body[:110])

# %% [markdown]
# The first request brings a page, the second one, a moment later, comes too early and is told to wait. Now write the
# guest. It gets the means to send a request and to wait as functions, so that the tests can watch it without a network
# and without losing time.


# %% exercise: collect_pages
def collect_pages(fetch, sleep=time.sleep, interval=1.0, max_retries=4):
    """Collect all items of a web API that hands them out page by page.

    Args:
        fetch: function of a cursor that sends one request and returns (status, headers, body): an int, a dict of
            strings with lower-case names, and a dict. The first page's cursor is None. With status 200 the body has
            "items", a list of dicts with "id" and other keys, and "next", the cursor of the next page, or None after
            the last. It raises ConnectionError where the connection breaks.
        sleep: function of a number of seconds that waits so long.
        interval: d, seconds between a page and the request for the next one, a number > 0.
        max_retries: how often a request that failed is sent again, int >= 0.

    Returns:
        List of the items, as they came, in the order in which their ids came first; each id once.

    A request has failed for now if the status is 429, 500, 502, 503 or 504 or the connection breaks. It is sent again
    after 2**r * interval seconds, where r = 1 after its first failure; or, if there is a header "retry-after", after
    the whole number of seconds that it says, but at least interval. sleep is called once between two requests, and at
    no other time. About 20 lines.

    Raises:
        RuntimeError: max_retries retries of a request have failed too, or the status is another than those above (at
            once), or a page names a cursor that has been named before. The message says "Received:" and the status,
            the ConnectionError's text, or the cursor.
    """
    ### BEGIN SOLUTION
    items, cursor, seen, failures = {}, None, {None}, 0
    while True:
        try:
            status, headers, body = fetch(cursor)
        except ConnectionError as error:
            status, headers, body = error, {}, {}
        if status == 200:
            for item in body["items"]:
                items.setdefault(item["id"], item)
            cursor, failures = body["next"], 0
            if cursor is None:
                return list(items.values())
            if cursor in seen:
                raise RuntimeError(f"the pages go round in a circle. Received: cursor {cursor}")
            seen.add(cursor)
            sleep(interval)
            continue
        failures += 1
        passing = isinstance(status, ConnectionError) or status in (429, 500, 502, 503, 504)
        if not passing or failures > max_retries:
            raise RuntimeError(f"a page could not be had in {failures} requests. Received: {status}")
        wait = headers.get("retry-after")
        sleep(2**failures * interval if wait is None else max(interval, int(wait)))
    ### END SOLUTION


# %% fixture
class Service:
    """A web API whose answers are fixed beforehand, and which writes down what it is asked and how long is waited.

    Args:
        answers: list of tuples (cursor that is asked for, status, headers, body), one for each request; a status that
            is a text breaks the connection.
    """

    def __init__(self, answers):
        self.answers, self.log, self.trouble = list(answers), [], ""

    def fetch(self, cursor):
        self.log.append(("fetch", cursor))
        if not self.answers:
            raise AssertionError(f"no further request was due, and {cursor!r} was asked for")
        due, status, headers, body = self.answers.pop(0)
        if cursor != due:
            raise AssertionError(f"the cursor {due!r} was due, and {cursor!r} was asked for")
        self.trouble = str(body["next"]) if status == 200 else str(status)
        if isinstance(status, str):
            raise ConnectionError(status)
        return status, dict(headers), json.loads(json.dumps(body))

    def sleep(self, seconds):
        self.log.append(("sleep", float(seconds)))


def page(cursor, ids, following, word="item"):
    """An answer of status 200; the items carry a word besides their ids."""
    items = [{"id": each, "word": f"{word} {each}"} for each in ids]
    return cursor, 200, {}, {"items": items, "next": following}


def failure(cursor, status, wait=None):
    return cursor, status, {} if wait is None else {"retry-after": wait}, {"error": "sorry"}


def visit(answers, **settings):
    """What collect_pages returns, or in words that it refused and what it said, and what it did, in order."""
    service = Service(answers)
    try:
        items = collect_pages(service.fetch, service.sleep, **settings)
    except RuntimeError as error:
        _, received, rest = str(error).partition("Received:")
        said = service.trouble if received and service.trouble in rest else "no reason"
        items = f"RuntimeError, Received: {said}"
    return items, service.log


# %% test: collect_pages, points=3
answers = [page(None, [1, 2], "p"), failure("p", 503), failure("p", 503), page("p", [2, 3], None, "late")]
items, log = visit(answers, interval=0.5)
due = [{"id": 1, "word": "item 1"}, {"id": 2, "word": "item 2"}, {"id": 3, "word": "late 3"}]
dd.check.equal(items, due, what="the items", why="item 2 came first with page 0, and once is enough")
due = ["fetch", 0.5, "fetch", 1.0, "fetch", 2.0, "fetch"]
did = [what if what == "fetch" else value for what, value in log]
dd.check.equal(did, due, what="requests and waits", why="this is the example worked by hand")
items, log = visit([failure(None, 429, "7"), page(None, [5], None)], interval=0.5)
dd.check.equal([value for what, value in log if what == "sleep"], [7.0], what="the wait", why="retry-after says so")
items, log = visit([failure(None, 404)], interval=0.5)
dd.check.equal(items, "RuntimeError, Received: 404", what="what came of status 404", why="it is no use to ask again")


### BEGIN HIDDEN TESTS
def waits(log):
    return [value for what, value in log if what == "sleep"]


def alternates(log):
    """Whether requests and waits take turns, beginning and ending with a request."""
    return [what for what, _ in log] == (["fetch", "sleep"] * len(log))[: len(log)] and log[-1][0] == "fetch"


items, log = visit([page(None, [], None)])
dd.check.equal(items, [], what="the items of an empty page")
dd.check.equal(waits(log), [], what="the waits around a single request")
# Many pages, ids of text and numbers, an empty page, a cursor that is false in Python; 1 and "1" are two ids.
answers = [
    page(None, ["b", 1], ""),
    page("", [], "0"),
    page("0", ["1", "b", "a"], "z"),
    page("z", [1, 0], None, "late"),
]
items, log = visit(answers, interval=0.25)
why = "in the order in which they came first"
dd.check.equal([item["id"] for item in items], ["b", 1, "1", "a", 0], what="the ids", why=why)
words = [item["word"][:4] for item in items]
dd.check.equal(words, ["item", "item", "item", "item", "late"], what="the items' words", why="as they came first")
dd.check.equal(waits(log), [0.25] * 3, what="the waits", why="interval between two pages, none after the last")
dd.check.equal([value for what, value in log if what == "fetch"], [None, "", "0", "z"], what="the cursors")
# Failures of each kind; each page begins to count anew.
answers = [
    failure(None, "reset"), failure(None, 500), failure(None, 502), page(None, [1], "a"),
    failure("a", 504), failure("a", 503, "2"), failure("a", 429), failure("a", "gone"), page("a", [2], "b"),
    failure("b", 429, "0"), failure("b", 503, "30"), page("b", [3], None),
]  # fmt: skip
items, log = visit(answers, interval=1.5, max_retries=4)
dd.check.equal([item["id"] for item in items], [1, 2, 3], what="the ids", why="each request succeeded in time")
due = [3.0, 6.0, 12.0, 1.5, 3.0, 2.0, 12.0, 24.0, 1.5, 1.5, 30.0]
why = "2**r interval after failure r of a request, or what retry-after says, but interval at least"
dd.check.equal(waits(log), due, what="the waits", why=why)
assert alternates(log), "one wait between two requests, none before the first or after the last"
for max_retries in (0, 1, 3):
    for status in (503, 429, "reset by peer"):
        answers = [page(None, [1], "a"), *[failure("a", status)] * (max_retries + 1)]
        items, log = visit(answers, interval=1, max_retries=max_retries)
        of = f" after {max_retries} retries in vain, status {status}"
        dd.check.equal(items, f"RuntimeError, Received: {status}", what="what came" + of)
        due = [1.0, 2.0, 4.0, 8.0][: max_retries + 1]
        dd.check.equal(waits(log), due, what="the waits" + of, why="none before giving up")
        assert alternates(log), "requests and waits take turns"
for status in (400, 401, 403, 404, 410, 501, 301, 204):
    items, log = visit([page(None, [1], "a"), failure("a", status)], interval=2)
    dd.check.equal(items, f"RuntimeError, Received: {status}", what=f"what came of status {status}")
    dd.check.equal(waits(log), [2.0], what=f"the waits before status {status}", why="it is not asked for again")
for answers in (
    [page(None, [1], "a"), page("a", [2], "a")],
    [page(None, [1], "a"), page("a", [2], "b"), page("b", [3], "a")],
):
    items, log = visit(answers)
    dd.check.equal(items, "RuntimeError, Received: a", what="what came of pages that go round in a circle")
### END HIDDEN TESTS

# %% mistakes: collect_pages
# - replace: items.setdefault(item["id"], item)
#   with: items[len(items)] = item
#   hint: "Items that occur on two pages are kept twice."
# - replace: items.setdefault(item["id"], item)
#   with: items[item["id"]] = item
#   hint: "A later copy of an item replaces the one that came first."
# - replace: |-
#     for item in body["items"]:
#                     items.setdefault(item["id"], item)
#   with: |-
#     for item in body["items"]:
#                     if item not in items.values():
#                         items[len(items)] = item
#   hint: "You compare whole items. One that has changed since it came first has the same id, and is the same item."
# - replace: cursor, failures = body["next"], 0
#   with: cursor = body["next"]
#   hint: "The failures of one page still count for the next. A success sets them back."
# - replace: if cursor is None
#   with: if not cursor
#   hint: "A cursor may be an empty text. Only None says that there is no next page."
# - replace: if cursor is None
#   with: if cursor is None or not body["items"]
#   hint: "A page may be empty and still name a next one. Only None says that there is none."
# - replace: |-
#     sleep(interval)
#                 continue
#   with: continue
#   hint: "You ask for page after page without a pause."
# - replace: 2**failures * interval if
#   with: interval if
#   hint: "The wait after a failure stays the same. Each failure in a row doubles it."
# - replace: 2**failures * interval if
#   with: 2 ** (failures - 1) * interval if
#   hint: "The waits double, but begin too short: after the first failure it is 2 d already."
# - replace: max(interval, int(wait))
#   with: int(wait)
#   hint: "The server may ask for less than your own interval. Wait that long at least."
# - replace: "2**failures * interval if wait is None else max(interval, int(wait))"
#   with: "2**failures * interval"
#   hint: "The server says how long to wait, and you don't listen."
# - replace: if wait is None else
#   with: if wait is None or status != 429 else
#   hint: "Not only 429 comes with retry-after. A server that stumbles may say as well when it will be back."
# - replace: failures > max_retries
#   with: failures >= max_retries
#   hint: "You give up a request too early. max_retries counts how often it is sent *again*."
# - replace: if not passing or failures
#   with: if failures
#   hint: "You ask again for what the server will never give, such as a page that isn't there."
# - replace: isinstance(status, ConnectionError) or status in
#   with: status in
#   hint: "A connection that broke is as good a reason to try again as a 503."
# - replace: |-
#     try:
#                 status, headers, body = fetch(cursor)
#             except ConnectionError as error:
#                 status, headers, body = error, {}, {}
#   with: status, headers, body = fetch(cursor)
#   hint: "A ConnectionError ends everything. A connection that broke is as good a reason to try again as a 503."
# - replace: (429, 500, 502, 503, 504)
#   with: (500, 502, 503, 504)
#   hint: "Status 429 means that you were too fast, not that the request was wrong. It may be sent again."
# - replace: |-
#     if cursor in seen:
#                     raise RuntimeError(f"the pages go round in a circle. Received: cursor {cursor}")
#                 seen.add(cursor)
#   with: seen.add(cursor)
#   hint: "If a page names one that you have been to, you go round for ever."
# - replace: "isinstance(status, ConnectionError) or status in (429, 500, 502, 503, 504)"
#   with: "isinstance(status, ConnectionError) or status == 429 or status >= 500"
#   hint: "Not every status from 500 on may be tried again: 501 says that the server can't do this at all."


# %% mistake: collect_pages
# hint: "You wait before each request, and once more after a failure. Between two requests there is one wait, and before
#   the first there is none."
def collect_pages(fetch, sleep=time.sleep, interval=1.0, max_retries=4):
    items, cursor, seen, failures = {}, None, {None}, 0
    while True:
        sleep(interval)
        try:
            status, headers, body = fetch(cursor)
        except ConnectionError as error:
            status, headers, body = error, {}, {}
        if status == 200:
            for item in body["items"]:
                items.setdefault(item["id"], item)
            cursor, failures = body["next"], 0
            if cursor is None:
                return list(items.values())
            if cursor in seen:
                raise RuntimeError(f"a circle. Received: {cursor}")
            seen.add(cursor)
            continue
        failures += 1
        if not (isinstance(status, ConnectionError) or status in (429, 500, 502, 503, 504)) or failures > max_retries:
            raise RuntimeError(f"no page. Received: {status}")
        wait = headers.get("retry-after")
        sleep(2**failures * interval if wait is None else max(interval, int(wait)))


# %% mistake: collect_pages
# hint: "You wait after the last page, or before the first request, too. A wait belongs between two requests."
def collect_pages(fetch, sleep=time.sleep, interval=1.0, max_retries=4):
    items, cursor, seen, failures = {}, None, {None}, 0
    while True:
        try:
            status, headers, body = fetch(cursor)
        except ConnectionError as error:
            status, headers, body = error, {}, {}
        if status == 200:
            items = {**{item["id"]: item for item in body["items"]}, **items}
            items = dict(sorted(items.items(), key=lambda pair: str(pair[0])))
            sleep(interval)
            cursor, failures = body["next"], 0
            if cursor is None:
                return list(items.values())
            if cursor in seen:
                raise RuntimeError(f"a circle. Received: {cursor}")
            seen.add(cursor)
            continue
        failures += 1
        if not (isinstance(status, ConnectionError) or status in (429, 500, 502, 503, 504)) or failures > max_retries:
            raise RuntimeError(f"no page. Received: {status}")
        wait = headers.get("retry-after")
        sleep(2**failures * interval if wait is None else max(interval, int(wait)))


# %% accepts: collect_pages
def collect_pages(fetch, sleep=time.sleep, interval=1.0, max_retries=4):
    # A function that gets one page however often it takes, and a loop over pages.
    def one_page(cursor):
        for attempt in range(max_retries + 1):
            wait, reason = interval * 2 ** (attempt + 1), None
            try:
                status, headers, body = fetch(cursor)
                if status == 200:
                    return body
                reason = status
                if status not in {429, 500, 502, 503, 504}:
                    break
                if "retry-after" in headers:
                    wait = max(float(headers["retry-after"]), interval)
            except ConnectionError as broken:
                reason = broken
            if attempt < max_retries:
                sleep(wait)
        raise RuntimeError(f"giving up on page {cursor}. Received: {reason}")

    items, ids, been = [], set(), []
    body = one_page(None)
    while True:
        for item in body["items"]:
            if item["id"] not in ids:
                ids.add(item["id"])
                items.append(item)
        if body["next"] is None:
            return items
        if body["next"] in been:
            raise RuntimeError(f"this page came before. Received: {body['next']}")
        been.append(body["next"])
        sleep(interval)
        body = one_page(body["next"])


# %% [markdown]
# A quarter of a second between requests is slow enough for our server. How many requests did it take, and of what kind?


# %% demo
def fetch_page(cursor):
    status, headers, body = get("/items" if cursor is None else f"/items?cursor={cursor}")
    return status, headers, json.loads(body)


LetterService.log.clear()
time.sleep(0.25)
items = collect_pages(fetch_page, interval=0.25)
print(f"{len(items)} items; requests by status: {dict(LetterService.log)}")
print("the first:", items[0])
assert sorted(item["id"] for item in items) == list(range(len(catalogue)))

# %% [markdown]
# Every item of the catalogue has been collected, each once, although pages failed and items came twice.
#
# ## Pictures from a search
#
# A picture that a search finds may be anything: the picture, half of it, a page that says "not found", or one that you
# have already, from another address. Copies of one file have the same bytes. Copies that were stored by another program
# haven't, but the pixels are the same. The last exercise makes a clean image set out of what comes. (Pillow opens files
# lazily: a picture is known to be whole only when its pixels have been read, as on Day 35. For a set to compare pixels
# by, `hashlib` makes a short key of many bytes.)


# %% exercise: collect_images
def collect_images(search, query, n, folder):
    """Make an image set from what a search finds; corrupt files and copies are dropped.

    Args:
        search: function of (query, page), page counted from 0, that returns the results of a page: a list of bytes,
            each what a file holds. A page after the last is an empty list.
        query: what to look for, a string.
        n: how many pictures are wanted, int >= 0.
        folder: where to, str or Path; made if it isn't there, with all folders above it.

    Returns:
        List of the paths, strings, of the files that were written: 00000.png, 00001.png and so on in folder, the first
        n good pictures in the order in which they were found, in RGB, or all of them if there are fewer. A result is
        good if Pillow can read it to the end, and if no earlier one has the same size and the same pixels in RGB, be it
        stored otherwise. No page is asked for when n pictures are there, and none after an empty one.
    """
    ### BEGIN SOLUTION
    os.makedirs(folder, exist_ok=True)
    paths, keys = [], set()
    for page in itertools.count():
        results = search(query, page) if len(paths) < n else []
        if not results:
            return paths
        for data in results:
            try:
                picture = Image.open(io.BytesIO(data)).convert("RGB")
            except Exception:  # Pillow raises many kinds, and none is of interest here
                continue
            key = picture.size, hashlib.sha256(picture.tobytes()).digest()
            if key in keys or len(paths) == n:
                continue
            keys.add(key)
            paths.append(os.path.join(folder, f"{len(paths):05}.png"))
            picture.save(paths[-1])
    ### END SOLUTION


# %% fixture
def as_file(pixels, kind="PNG", mode=None, part=1.0, **options):
    """The bytes of a picture's file, or the first part of them; `mode` converts it before."""
    buffer = io.BytesIO()
    picture = Image.fromarray(np.asarray(pixels, "uint8"))
    (picture.convert(mode) if mode else picture).save(buffer, kind, **options)
    return buffer.getvalue()[: int(part * len(buffer.getvalue()))]


def flipped(data, place):
    """The bytes with one of them, so far from the end, changed."""
    return data[:-place] + bytes([data[-place] ^ 0xFF]) + data[len(data) - place + 1 :]


def gather(pages, n, query="letter A", inner=(), as_path=False):
    """What collect_images leaves of such pages: the paths it returns, without the folder; the pixels of the files, or
    what is wrong with them, in words; and what the search was asked."""
    asked = []

    def search(query, page):
        asked.append((query, page))
        if page > len(pages):
            raise AssertionError(f"page {page} is asked for, though page {len(pages)} was empty")
        return list(pages[page]) if page < len(pages) else []

    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder, *inner)
        paths = collect_images(search, query, n, place if as_path else str(place))
        strings = all(isinstance(path, str) for path in paths)
        names = [Path(path).name if Path(path).parent == place else path for path in paths]
        found = {}
        for path in sorted(place.iterdir()):
            picture = Image.open(path)
            fine = picture.format == "PNG" and picture.mode == "RGB"
            found[path.name] = np.array(picture) if fine else f"a file of the kind {picture.format}, {picture.mode}"
    return names if strings else "paths that are no strings", found, asked


# %% test: collect_images, points=3
rng = np.random.default_rng(0)
red, noise, tall = np.full((4, 6, 3), [200, 10, 30]), rng.integers(0, 256, (5, 3, 3)), rng.integers(0, 256, (6, 4, 3))
pages = [
    [as_file(red), b"<html>not found</html>", as_file(noise)],
    [as_file(red, compress_level=0), as_file(tall, part=0.7), as_file(tall, "BMP")],
]
names, found, asked = gather(pages, 10)
dd.check.equal(names, ["00000.png", "00001.png", "00002.png"], what="the paths, without the folder")
dd.check.equal(sorted(found), names, what="the files")
for name, due in zip(names, (red, noise, tall), strict=True):
    dd.check.equal(found[name], due.astype("uint8"), what=name, why="in the order in which they were found")
dd.check.equal(asked, [("letter A", 0), ("letter A", 1), ("letter A", 2)], what="what search was called with")
_, found, asked = gather(pages, 2)
dd.check.equal(sorted(found), ["00000.png", "00001.png"], what="the files for n = 2")
dd.check.equal(asked, [("letter A", 0)], what="what search was called with for n = 2", why="page 0 had two good ones")


### BEGIN HIDDEN TESTS
def check(pages, n, due, num_asked, of, **settings):
    names, found, asked = gather(pages, n, **settings)
    due_names = [f"{k:05}.png" for k in range(len(due))]
    dd.check.kind(names, list, what="what comes back" + of)
    dd.check.equal(names, due_names, what="the paths, without the folder," + of)
    dd.check.equal(sorted(found), due_names, what="the files" + of)
    for name, picture in zip(due_names, due, strict=True):
        dd.check.equal(found[name], np.asarray(picture, "uint8"), what=name + of)
    query = settings.get("query", "letter A")
    dd.check.equal(asked, [(query, page) for page in range(num_asked)], what="the calls of search" + of)


noises = [rng.integers(0, 256, (3 + k % 3, 7 - k % 2, 3)) for k in range(7)]
stored = [as_file(each) for each in noises]
check([], 3, [], 1, " of a search that finds nothing")
check([stored[:3]], 0, [], 0, " for n = 0", inner=("new", "folder"))
check([stored[:3], stored[3:5], stored[5:]], 5, noises[:5], 2, " for n = 5 where two pages are enough", as_path=True)
check([stored[:3], stored[3:5], stored[5:]], 4, noises[:4], 2, " for n = 4", inner=("a", "b"), query="ß & co")
check([stored[:3], stored[3:]], 7, noises, 2, " for n = 7 of 7")
check([stored[:3], stored[3:]], 9, noises, 3, " for n = 9 of 7")
bad = [b"", b"\x89PNG\r\n\x1a\n", b"GIF89a", as_file(noises[0], part=0.5), as_file(noises[1], "BMP", part=0.9)]
large = rng.integers(0, 256, (40, 50, 3))
bad += [as_file(large, "JPEG", part=0.6), flipped(as_file(large), 100), as_file(large, "GIF", part=0.5)]
check([bad[:4], bad[4:], [stored[0]]], 3, noises[:1], 4, " of pages with corrupt files alone and one good picture")
check([[stored[2], *bad, stored[1]]], 2, [noises[2], noises[1]], 1, " of corrupt files between two good ones")
# The same pixels, stored otherwise; other pixels of the same bytes; grey, palette and transparency.
grey = rng.integers(0, 256, (4, 6))
grey3 = np.repeat(grey[..., None], 3, axis=2)
pages = [[as_file(grey), as_file(grey3), as_file(grey, "BMP"), as_file(grey3, mode="RGBA"), stored[0], stored[0]]]
check(pages, 9, [grey3, noises[0]], 2, " of one grey picture in four files and another twice")
flat = np.arange(24).reshape(2, 12)
turned = [np.repeat(flat.reshape(shape)[..., None], 3, axis=2) for shape in ((2, 12), (12, 2), (4, 6))]
check([[as_file(each) for each in turned]], 3, turned, 1, " of the same bytes as pictures of three sizes")
near = noises[3].copy()
near[-1, -1, -1] ^= 1
check([[stored[3]], [as_file(near)], [stored[3]]], 5, [noises[3], near], 4, " of two pictures that differ in one bit")
colors = as_file(np.tile([[[255, 0, 0], [0, 0, 255]]], (3, 2, 1)), mode="P")
check([[colors]], 1, [np.tile([[[255, 0, 0], [0, 0, 255]]], (3, 2, 1))], 1, " of a picture with a palette")
### END HIDDEN TESTS

# %% mistakes: collect_images
# - replace: picture = Image.open(io.BytesIO(data)).convert("RGB")
#   with: |-
#     picture = Image.open(io.BytesIO(data))
#                     picture.load()
#   hint: "The pictures are kept in the mode that they came in. Make them RGB."
# - replace: |-
#     picture = Image.open(io.BytesIO(data)).convert("RGB")
#                 except Exception:  # Pillow raises many kinds, and none is of interest here
#                     continue
#   with: |-
#     Image.open(io.BytesIO(data)).verify()
#                 except Exception:
#                     continue
#                 picture = Image.open(io.BytesIO(data)).convert("RGB")
#   hint: "verify() lets some broken pictures through. Whether one is whole you learn by reading its pixels, within the
#     try."
# - replace: |-
#     picture = Image.open(io.BytesIO(data)).convert("RGB")
#                 except Exception:  # Pillow raises many kinds, and none is of interest here
#                     continue
#                 key = picture.size, hashlib.sha256(picture.tobytes()).digest()
#   with: |-
#     came = Image.open(io.BytesIO(data))
#                     picture = came.convert("RGB")
#                 except Exception:
#                     continue
#                 key = came.size, hashlib.sha256(came.tobytes()).digest()
#   hint: "You compare pixels before they are RGB. A grey picture may be stored in grey or in colours."
# - replace: picture.save(paths[-1])
#   with: Path(paths[-1]).write_bytes(data)
#   hint: "You write the file as it came, whatever its format is, under a name that says PNG."
# - replace: hashlib.sha256(picture.tobytes()).digest()
#   with: hashlib.sha256(data).digest()
#   hint: "You compare files. The same picture may be stored in another format or with another compression."
# - replace: key = picture.size, hashlib
#   with: key = 0, hashlib
#   hint: "Two pictures with the same bytes may differ in height and width."
# - replace: search(query, page) if len(paths) < n else []
#   with: search(query, page)
#   hint: "You go on asking when there are pictures enough."
# - replace: if key in keys or len(paths) == n
#   with: if key in keys
#   hint: "You keep a page's results to the end, and so more than n."
# - replace: for page in itertools.count()
#   with: for page in itertools.count(1)
#   hint: "Pages are counted from 0."
# - replace: keys.add(key)
#   with: keys = {key}
#   hint: "A picture is compared only with the one before it. Copies may be far apart."
# - replace: if key in keys or len(paths) == n
#   with: if len(paths) == n
#   hint: "Copies are kept."
# - replace: "{len(paths):05}.png"
#   with: "{len(paths) + 1:05}.png"
#   hint: "The files are counted from 1; the first is 00000.png."
# - replace: |-
#     except Exception:  # Pillow raises many kinds, and none is of interest here
#                     continue
#   with: |-
#     except Exception:  # Pillow raises many kinds, and none is of interest here
#                     break
#   hint: "One corrupt file makes you leave the rest of its page."
# - replace: "except Exception:"
#   with: "except Image.UnidentifiedImageError:"
#   hint: "A file that breaks off half-way is known as a picture, and fails only when its pixels are read, with another
#     error."


# %% mistake: collect_images
# hint: "You number the files by their place among all results, so that dropped ones leave gaps."
def collect_images(search, query, n, folder):
    os.makedirs(folder, exist_ok=True)
    paths, keys, page, place = [], set(), 0, -1
    while len(paths) < n:
        results = search(query, page)
        if not results:
            break
        for data in results:
            place += 1
            try:
                picture = Image.open(io.BytesIO(data)).convert("RGB")
            except Exception:
                continue
            key = picture.size, picture.tobytes()
            if key not in keys and len(paths) < n:
                keys.add(key)
                paths.append(os.path.join(folder, f"{place:05}.png"))
                picture.save(paths[-1])
        page += 1
    return paths


# %% mistake: collect_images
# hint: "You stop at the first page that brings no new picture. Only an empty page is the last."
def collect_images(search, query, n, folder):
    os.makedirs(folder, exist_ok=True)
    paths, keys, page = [], set(), 0
    while len(paths) < n:
        before = len(paths)
        for data in search(query, page):
            try:
                picture = Image.open(io.BytesIO(data)).convert("RGB")
            except Exception:
                continue
            key = picture.size, picture.tobytes()
            if key not in keys and len(paths) < n:
                keys.add(key)
                paths.append(os.path.join(folder, f"{len(paths):05}.png"))
                picture.save(paths[-1])
        if len(paths) == before:
            break
        page += 1
    return paths


# %% accepts: collect_images
def collect_images(search, query, n, folder):
    # A generator of good pictures, from which n are taken.
    def good_pictures():
        seen, page = [], 0
        while results := search(query, page):
            for data in results:
                try:
                    with Image.open(io.BytesIO(data)) as file:
                        file.load()
                        pixels = np.array(file.convert("RGB"))
                except (OSError, SyntaxError, ValueError, IndexError, EOFError):
                    continue
                if not any(np.array_equal(pixels, each) for each in seen):
                    seen.append(pixels)
                    yield pixels
            page += 1

    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    paths, pictures = [], good_pictures()
    while len(paths) < n:
        pixels = next(pictures, None)
        if pixels is None:
            break
        paths.append(str(folder / f"{len(paths):05d}.png"))
        Image.fromarray(pixels).save(paths[-1], format="PNG")
    return paths


# %% [markdown]
# ## Put it together
#
# From the service to a model, with your functions alone: the items of the catalogue are known; for each letter, collect
# its pictures, 90 at most; mix them and write shards; split their stream; train.

# %% demo
by_letter = {letter: [item["url"] for item in items if item["letter"] == letter] for letter in LETTERS}


def search(query, page, size=40):
    """The files of a letter, a page at a time."""
    return [get(url)[2] for url in by_letter[query][page * size : (page + 1) * size]]


folder = tempfile.TemporaryDirectory()
collected = {letter: collect_images(search, letter, 90, Path(folder.name) / letter) for letter in LETTERS}
server.shutdown()
server.server_close()
connection.close()
print(f"{len(items)} files were found, {sum(map(len, collected.values()))} pictures kept")
gathered = [(path, k) for k, letter in enumerate(LETTERS) for path in collected[letter]]
gathered = [gathered[i] for i in np.random.default_rng(41).permutation(len(gathered))]
images = np.stack([np.array(Image.open(path).convert("L")) for path, _ in gathered])  # (n, 28, 28)
labels = np.array([label for _, label in gathered])
paths = write_shards(images, labels, Path(folder.name) / "shards", 4)
sizes = [os.path.getsize(path) for path in paths]
print(f"{len(images)} pictures in {len(paths)} shards of {min(sizes):,} to {max(sizes):,} bytes")
titles = [LETTERS[label] for label in labels[:16]]
dd.plot.image_grid(images[:16], titles, columns=8)
plt.suptitle("What the service had, cleaned")
dd.plot.show("Sixteen of the collected pictures: white capital letters from A to J on black, in many typefaces.")

# %% demo
stream = read_shards(paths).map(lambda image, label: (tf.cast(image, tf.float32) / 255, label))
training, validation = streaming_split(stream.cache(), 100, buffer_size=len(images), seed=41)
dd.seed(41)
model = keras.Sequential([keras.Input((28, 28)), keras.layers.Flatten(), keras.layers.Dense(96, "relu")])
model.add(keras.layers.Dropout(0.3))
model.add(keras.layers.Dense(10))
cross_entropy = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
model.compile(keras.optimizers.Adam(0.002), cross_entropy, metrics=["accuracy"])
steps = -(-(len(images) - 100) // 32)
batches = training.batch(32).apply(tf.data.experimental.assert_cardinality(steps)).prefetch(2)
held_out = validation.batch(100).apply(tf.data.experimental.assert_cardinality(1))
fitted = model.fit(batches, validation_data=held_out, epochs=25, shuffle=False, verbose=0)
test = make_pipeline((x_new / 255).astype("float32"), y_new, 200, shuffle=False, seed=0)
loss, accuracy = model.evaluate(test, verbose=0)
dd.plot.learning_curve(fitted, metric="accuracy", title="Letters from the service")
dd.plot.show("Accuracy against 25 epochs: in training it rises to nearly 1, in validation it levels off at about 0.8.")
print(f"accuracy on {len(x_new)} new letters: {accuracy:.3f}")
assert accuracy > 0.7

# %% [markdown]
# A stream doesn't know how long it is, and `fit` warns when one ends that it took to be longer; `assert_cardinality`
# tells it. `shuffle=False` says that `fit` needn't try what the pipeline does already.
#
# Training runs ahead: some 800 pictures are soon learned by heart. Now compare validation with the letters that nobody
# had touched. They agree as well as 100 pictures can say, so validation told the truth. It could, since copies were
# dropped *before* the cut. (Near copies, such as one photograph in two sizes, would have stayed. Finding these takes a
# comparison that forgives small differences.)
#
# ## What is each stage worth?
#
# The same shards, read over and over, first as simply as can be, then with one more stage each time. A pipeline is
# measured with somebody who uses it: here each batch is followed by two milliseconds in which an accelerator would
# compute and the processor has nothing to do.
#
# | stage added | what changes |
# |---|---|
# | one by one | each example is parsed and decoded, and handed over alone; 2 ms for 32 of them |
# | batch | 32 examples are handed over together |
# | prefetch | the next batches are prepared during the 2 ms |
# | parallel map | several examples are decoded side by side |
# | cache | from the second pass on nothing is read or decoded |


# %% demo
def used(batches, examples=32, seconds=0.002):
    """The batches, with a pause after each `examples` examples in which a model would train."""
    count = 0
    for batch in batches:
        yield batch
        count += len(batch) if batch.shape.rank == 3 else 1
        if count >= examples:
            count = 0
            time.sleep(seconds)


wanted = {"image": tf.io.FixedLenFeature((), tf.string)}


def decode(record):
    picture = tf.io.decode_png(tf.io.parse_single_example(record, wanted)["image"], channels=1)[..., 0]
    return tf.cast(tf.reshape(picture, (28, 28)), tf.float32) / 255


records = tf.data.Dataset.from_tensor_slices(paths).interleave(tf.data.TFRecordDataset, cycle_length=4)
plain, parallel = records.map(decode), records.map(decode, num_parallel_calls=tf.data.AUTOTUNE)
stages = {
    "one by one": plain.map(lambda picture: picture[tf.newaxis]),
    "+ batch": plain.batch(32),
    "+ prefetch": plain.batch(32).prefetch(4),
    "+ parallel map": parallel.batch(32).prefetch(4),
    "+ cache": parallel.batch(32).cache().prefetch(4),
}
rates = {}
for name, dataset in stages.items():
    for _ in range(2):  # the first pass fills the cache
        rates[name] = throughput(used(dataset), warm_up=2)
slowest = rates["one by one"]
fig, ax = plt.subplots(figsize=(9, 4))
bars = ax.barh(list(rates), [rate / slowest for rate in rates.values()], color="C0")
ax.bar_label(bars, [f" {rate / slowest:.1f} times" for rate in rates.values()])
ax.axvline(1, color="0.4", linestyle=":")
ax.invert_yaxis()
ax.set(title="Throughput, as a multiple of the first", xlabel="samples per second / those one by one", ylabel="")
ax.margins(x=0.15)
dd.plot.show(
    "Five bars, the throughput of the pipeline as a multiple of that of one by one, as each stage is added: batch, "
    "prefetch, parallel map, cache. A dotted line marks 1."
)
print("samples per second:", {name: f"{rate:,.0f}" for name, rate in rates.items()})
folder.cleanup()

# %% [markdown]
# Your bars depend on your machine, on what else it does, and on how many cores it has. So look for three things instead
# of numbers. Which stage made the largest step? (With pictures this small, handing over costs more than decoding, so
# batches matter.) Did prefetch bring what the formula says, $\max(t_p, t_u)$ for $t_p + t_u$? And is the last bar near
# the ceiling, $32 / 0.002\,\text{s} = 16{,}000$ samples per second, beyond which only a faster model helps? What a
# parallel map brings, and whether it costs more than it brings, is a matter of cores and of how long the function
# takes. Repeat it before you believe a difference.
#
# ## What you should remember
#
# - A data set is a recipe. Each loop over it starts it anew, shuffling included; the order of the stages is part of the
#   meaning.
# - A buffer of $B$ brings no example more than $B - 1$ places forward. Mix what is sorted before it is written.
# - Cut, then shuffle. The other way round validation leaks into training.
# - With prefetch a step takes $\max(t_p, t_u)$ instead of $t_p + t_u$. Measure the throughput, after a warm-up, before
#   you tune.
# - A guest of a web service waits between requests, obeys `retry-after`, doubles the wait after each failure, gives up
#   at some point, and keeps each item once.
#
# ## Check yourself
#
# 1. A pipeline reads `cache().shuffle(B).map(flip_at_random).batch(m)`. A colleague moves `cache()` to the end, since
#    that is faster. What two things does the model lose?
# 2. Preparing a batch takes 30 ms, using it 20 ms. What does prefetch bring, and what would a buffer of 100 batches
#    instead of one bring beyond that?
# 3. A collector keeps asking a server that answers 503, ten times at intervals of 1 second. A thousand such collectors
#    were all refused at the same moment. Why is doubling the wait not enough, and what could be added?
#
# <details><summary>Answers</summary>
#
# 1. New orders and new flips: both are drawn once, in the first pass, and played back in all later ones.
# 2. A step takes 30 ms instead of 50. A larger buffer brings nothing lasting: it empties, because 30 ms remain the
#    slower of the two. It helps only where $t_p$ changes from batch to batch and is less than $t_u$ on average.
# 3. All of them wait equally long, and so come back together, each time. Add a random part to each wait (jitter).
#
# </details>
#
# ## Go further
#
# - D. G. Murray, J. Šimša, A. Klimovic and I. Indyk, "tf.data: a machine learning data processing framework", *PVLDB*
#   14, 2021: how the stages run side by side, and what `AUTOTUNE` does.
# - R. Fielding, M. Nottingham and J. Reschke (editors), *HTTP Semantics*, RFC 9110, 2022: what each status means, and
#   `Retry-After`.
# - M. Nottingham and R. Fielding, *Additional HTTP Status Codes*, RFC 6585, 2012: status 429.
# - Day 42 watches a training from the inside, and lets it survive the end of its process.
