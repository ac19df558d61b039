"""Trains scenes_ssd, day 65's detector: 1,344 default boxes on three maps, matching, hard negatives, multibox loss.

Pictures are those of 6,000 scenes and their mirror images, batches, epochs and learning rate those of scenes_yolo, so
that the two can be compared.
"""

import dataclasses
import time

import numpy as np

import deepdays as dd
from deepdays import zoo

with dd.quiet():
    import keras
    import tensorflow as tf
    from keras import Input, Model, layers

from deepdays.data.sets.scenes import CLASSES
from deepdays.earlier import day_061

SIDE = 64
MAPS = (16, 8, 4)  # rows, and columns, of the maps
SIZES = (12, 20, 32, 48)  # sides of the default squares of each map in pixels, and one more
RATIO = 2
BOXES = 4  # of a cell
WIDTHS = (16, 32, 64, 96, 128)
VARIANCES = np.array([0.1, 0.1, 0.2, 0.2])
NUM_CLASSES = len(CLASSES)
SMALL = 16 * 16  # pixels: a true box of less area is small
SEED = 0
NUM_SCENES, EPOCHS, BATCH, RATE = 6000, 12, 32, 2e-3


def build(widths=WIDTHS, boxes: int = BOXES):
    """Day 65's `build_ssd_small((64, 64, 3), 7, widths, (4, 4, 4))`: logits (N, 1344, 8), offsets (N, 1344, 4)."""
    x = inputs = Input((SIDE, SIDE, 3))
    logits, offsets = [], []
    for stage, filters in enumerate(widths):
        for _ in range(1 if stage < 2 else 2):
            x = layers.Conv2D(filters, 3, padding="same", use_bias=False)(x)
            x = layers.ReLU()(layers.BatchNormalization()(x))
        if stage >= 2:
            for outputs, last in ((logits, NUM_CLASSES + 1), (offsets, 4)):
                head = layers.Conv2D(boxes * last, 3, padding="same")(x)
                outputs.append(layers.Reshape((-1, last))(head))
        if stage < len(widths) - 1:
            x = layers.MaxPooling2D()(x)
    return Model(inputs, [layers.Concatenate(axis=1)(logits), layers.Concatenate(axis=1)(offsets)])


def prepared(images: np.ndarray) -> np.ndarray:
    """Pictures (n, 64, 64, 3) as the network wants them: float32, about -2 to 2."""
    return (images.astype("float32") - 115) / 64


def default_boxes() -> np.ndarray:
    """Corners (1344, 4) in pixels, map by map, row by row, cell by cell."""
    found = []
    for k, cells in enumerate(MAPS):
        small, large = SIZES[k], np.sqrt(SIZES[k] * SIZES[k + 1])
        wide, flat = small * np.sqrt(RATIO), small / np.sqrt(RATIO)
        half = np.array([(small, small), (large, large), (wide, flat), (flat, wide)]) / 2
        y, x = np.indices((cells, cells)).reshape(2, -1) * SIDE / cells + SIDE / cells / 2
        middle = np.stack([x, y], axis=1)[:, None]  # (cells * cells, 1, 2)
        found.append(np.concatenate([middle - half, middle + half], axis=2).reshape(-1, 4))
    return np.concatenate(found)


def targets(defaults: np.ndarray, boxes: np.ndarray, classes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Class 1 to 7 of each default box, or 0, (D,); offsets (D, 4), 0 where the class is."""
    table = day_061.iou(defaults, boxes)
    owner = np.where(table.max(axis=1) >= 0.5, table.argmax(axis=1), -1)
    for _ in range(len(boxes)):  # each true box has its best, the best pairs first
        row, column = np.unravel_index(table.argmax(), table.shape)
        owner[row] = column
        table[row], table[:, column] = -1, -1
    there = owner >= 0
    offsets = day_061.encode_offsets(defaults, boxes[owner]) / VARIANCES
    return np.where(there, classes[owner] + 1, 0), np.where(there[:, None], offsets, 0)


def loss(logits, offsets, classes, wanted):
    """The multibox loss, three negatives a positive."""
    entropy = tf.nn.sparse_softmax_cross_entropy_with_logits(classes, logits)  # (N, D)
    there = classes > 0
    count = tf.reduce_sum(tf.cast(there, "int32"), axis=1, keepdims=True)  # (N, 1)
    rank = tf.argsort(tf.argsort(tf.where(there, -1.0, entropy), direction="DESCENDING"))
    chosen = tf.cast(there | (rank < 3 * count), "float32")
    distance = tf.abs(offsets - wanted)
    smooth = tf.reduce_sum(tf.where(distance < 1, distance**2 / 2, distance - 0.5), axis=2)
    there = tf.cast(there, "float32")
    return tf.reduce_sum(tf.stop_gradient(chosen) * entropy + there * smooth) / tf.reduce_sum(there)


def training_data() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Pictures, classes and offsets of the scenes of seed 0, followed by their mirror images."""
    found = dd.data.scenes(NUM_SCENES, seed=SEED)
    defaults = default_boxes()
    x = prepared(np.concatenate([found.images, found.images[:, :, ::-1]]))
    classes = np.zeros((len(x), len(defaults)), "int32")
    wanted = np.zeros((len(x), len(defaults), 4), "float32")
    for i, there in enumerate(found.labels >= 0):
        boxes, names = found.boxes[i][there].astype(float), found.labels[i][there]
        turned = boxes[:, [2, 1, 0, 3]] * [-1, 1, -1, 1] + [SIDE, 0, SIDE, 0]
        for row, seen in ((i, boxes), (NUM_SCENES + i, turned)):
            classes[row], wanted[row] = targets(defaults, seen, names)
    return x, classes, wanted


def train(model, x: np.ndarray, classes: np.ndarray, wanted: np.ndarray) -> None:
    """Adam, its rate up a short slope and along half a cosine to 0; a line of progress an epoch."""
    steps = EPOCHS * (len(x) // BATCH)
    schedule = keras.optimizers.schedules.CosineDecay(0.0, steps, warmup_target=RATE, warmup_steps=steps // 20)
    optimizer = keras.optimizers.Adam(schedule)
    optimizer.build(model.trainable_variables)

    @tf.function(jit_compile=False)
    def step(*batch):
        with tf.GradientTape() as tape:
            value = loss(*model(batch[0], training=True), *batch[1:])
        optimizer.apply(tape.gradient(value, model.trainable_variables), model.trainable_variables)
        return value

    rng = np.random.default_rng(SEED)
    for epoch in range(EPOCHS):
        began, losses = time.process_time(), []
        for rows in rng.permutation(len(x)).reshape(-1, BATCH):
            losses.append(float(step(x[rows], classes[rows], wanted[rows])))
        print(f"epoch {epoch}: loss {np.mean(losses):.3f}, {time.process_time() - began:.0f} CPU s", flush=True)


def detect(model, images: np.ndarray, least: float = 0.01, suppress: float = 0.45, most: int = 20) -> list[tuple]:
    """For each picture boxes (k, 4) in pixels, scores (k,) and classes (k,), the surest first; NMS class by class."""
    defaults = default_boxes()
    results = []
    for begin in range(0, len(images), 100):
        logits, offsets = model(prepared(images[begin : begin + 100]), training=False)
        for p, t in zip(keras.ops.softmax(logits).numpy(), offsets.numpy() * VARIANCES, strict=True):
            boxes = day_061.decode_offsets(defaults, t)
            kept = []
            for c in range(NUM_CLASSES):
                rows = np.flatnonzero(p[:, c + 1] >= least)
                rows = rows[day_061.nms(boxes[rows], p[rows, c + 1], suppress)]
                kept += [(p[row, c + 1], c, row) for row in rows]
            kept = sorted(kept, key=lambda each: -each[0])[:most]
            scores, classes, rows = (np.array([each[i] for each in kept]) for i in range(3))
            results.append((boxes[rows.astype(int)], scores, classes.astype(int)))
    return results


def judged(detections: list[tuple], found) -> tuple[dict, float, float]:
    """AP@0.5 of each class, and the recall of small and of other objects with all detections."""
    precisions, hits, small = {}, [], []
    for c, name in enumerate(CLASSES):
        scores, correct, truths = [], [], 0
        for (boxes, surety, classes), labels, true_boxes in zip(detections, found.labels, found.boxes, strict=True):
            mine, truth = classes == c, true_boxes[labels == c].astype(float)
            correct.append(day_061.match_detections(boxes[mine], surety[mine], truth))
            scores.append(surety[mine])
            truths += len(truth)
            if len(truth):
                overlap = day_061.iou(truth, boxes[mine][correct[-1]])
                hits.extend(overlap.max(axis=1, initial=0) >= 0.5)
                small.extend((truth[:, 2:] - truth[:, :2]).prod(axis=1) < SMALL)
        precisions[name] = day_061.average_precision(np.concatenate(scores), np.concatenate(correct), truths)[2]
    hits, small = np.array(hits), np.array(small)
    return precisions, float(hits[small].mean()), float(hits[~small].mean())


if __name__ == "__main__":
    dd.seed(SEED)
    model = build()
    began = time.process_time()
    x, classes, wanted = training_data()
    train(model, x, classes, wanted)
    card = zoo.ZooCard(
        name="scenes_ssd",
        title="a small single-shot detector with three maps that finds and names the objects of scenes",
        script="data/zoo/scenes_ssd.py",
        data=("scenes",),
        seed=SEED,
        seconds=f"{time.process_time() - began:.0f} CPU s",
        score="",
        limits="A network for lessons: it knows the objects of the scenes and nothing else.",
    )
    zoo.save(model, card)
    held_out = dd.data.scenes(500, seed=1)
    by_class, small, other = judged(detect(zoo.load("scenes_ssd"), held_out.images), held_out)  # in half precision
    reached = float(np.mean(list(by_class.values())))
    extra = {
        "map": reached,
        "by_class": {name: round(ap, 3) for name, ap in by_class.items()},
        "recall": {"small": round(small, 3), "other": round(other, 3)},
        "parameters": model.count_params(),
        "epochs": EPOCHS,
        "pictures": len(x),
    }
    score = f"mAP@0.5 {reached:.3f} on 500 held-out scenes (seed 1)"
    card = zoo.save(model, dataclasses.replace(card, score=score, extra=extra))
    print(f"{card.score}, recall {extra['recall']}; {model.count_params():,} parameters, {card.size:,} bytes")
