"""Trains scenes_yolo, the small grid detector of days 63 and 64: 8 by 8 cells, 2 predictors each, 7 classes.

The loss is that of YOLO v1 with its weights, 5 and 0.5; the network is fully convolutional and has batch norms, which
came with v2. Pictures are those of 6,000 scenes, and their mirror images.
"""

import dataclasses
import time

import numpy as np
from keras import Input, Model, layers, ops, optimizers

import deepdays as dd
from deepdays import zoo
from deepdays.data.sets.scenes import CLASSES
from deepdays.earlier import day_061

S, B, K, SIDE = 8, 2, len(CLASSES), 64
CONFIG = (
    ("conv", 16, 3, 2),
    ("conv", 32, 3, 1),
    ("pool", 2, 2),
    ("conv", 64, 3, 1),
    ("pool", 2, 2),
    ("conv", 96, 3, 1),
    ("conv", 48, 1, 1),
    ("conv", 96, 3, 1),
    ("conv", 48, 1, 1),
    ("conv", 96, 3, 1),
)
SEED, SCENES, EPOCHS, BATCH, RATE = 0, 6000, 12, 32, 0.002


def build():
    """Day 64's `build_yolo((64, 64, 3), 8, 2, 7, SMALL, norm=True)`."""
    inputs = x = Input((SIDE, SIDE, 3))
    for kind, *numbers in CONFIG:
        if kind == "pool":
            x = layers.MaxPooling2D(*numbers, padding="same")(x)
            continue
        filters, size, stride = numbers
        x = layers.Conv2D(filters, size, stride, padding="same", use_bias=False)(x)
        x = layers.LeakyReLU(0.1)(layers.BatchNormalization()(x))
    return Model(inputs, layers.Conv2D(5 * B + K, 1)(x))


def pixels(images):
    """What the network reads: float32, about -2 to 2."""
    return (np.asarray(images, "float32") - 115) / 64


def targets(found) -> np.ndarray:
    """Day 63's target of every scene: float32 (n, 8, 8, 17), blocks (x, y, root w, root h, 1) and class."""
    grid = np.zeros((len(found.labels), S, S, 5 * B + K), "float32")
    for i, k in np.argwhere(found.labels >= 0):
        x1, y1, x2, y2 = found.boxes[i, k] / SIDE
        across, down = S * (x1 + x2) / 2, S * (y1 + y2) / 2
        cell = grid[i, min(int(down), S - 1), min(int(across), S - 1)]
        if cell[4] == 0:
            block = (across - int(across), down - int(down), (x2 - x1) ** 0.5, (y2 - y1) ** 0.5, 1)
            cell[: 5 * B] = np.tile(block, B)
            cell[5 * B + found.labels[i, k]] = 1
    return grid


def loss(target, pred):
    """YOLO's loss, the mean over the batch."""
    there = target[..., 4:5]  # (N, S, S, 1)
    truth = ops.reshape(target[..., : 5 * B], (-1, S, S, B, 5))
    said = ops.reshape(pred[..., : 5 * B], (-1, S, S, B, 5))
    low, high, areas = [], [], []
    for box in (truth, said):
        middle, size = box[..., :2] / S, ops.square(box[..., 2:4])
        low.append(middle - size / 2)
        high.append(middle + size / 2)
        areas.append(ops.prod(size, axis=-1))
    common = ops.minimum(high[0], high[1]) - ops.maximum(low[0], low[1])
    common = ops.prod(ops.maximum(common, 0), axis=-1)  # (N, S, S, B)
    overlap = ops.stop_gradient(common / (areas[0] + areas[1] - common + 1e-9))
    mine = there * ops.one_hot(ops.argmax(overlap, axis=-1), B)  # (N, S, S, B)
    place = ops.sum(ops.square(truth - said)[..., :4], axis=-1)
    confidence = said[..., 4]
    terms = (
        5 * ops.sum(mine * place, axis=(1, 2, 3)),
        ops.sum(mine * ops.square(overlap - confidence), axis=(1, 2, 3)),
        0.5 * ops.sum((1 - mine) * ops.square(confidence), axis=(1, 2, 3)),
        ops.sum(there * ops.square(target[..., 5 * B :] - pred[..., 5 * B :]), axis=(1, 2, 3)),
    )
    return ops.mean(sum(terms))


def decoded(grid):
    """Boxes (S S B, 4) in pixels, and scores (S S B, K), confidence times class, of one scene."""
    blocks = grid[..., : 5 * B].reshape(S, S, B, 5).astype(float)
    rows, columns = np.mgrid[:S, :S]
    corner = np.stack([columns, rows], axis=-1)[:, :, None]
    middle, half = (corner + blocks[..., :2]) / S, blocks[..., 2:4] ** 2 / 2
    boxes = np.clip(np.concatenate([middle - half, middle + half], axis=-1), 0, 1) * SIDE
    scores = np.clip(blocks[..., 4:], 0, 1) * np.clip(grid[..., None, 5 * B :], 0, 1)
    return boxes.reshape(-1, 4), scores.reshape(-1, K)


def average_precisions(model, found, threshold: float = 0.01) -> list[float]:
    """AP@0.5 of each class, after NMS at 0.5 class by class."""
    detections = [decoded(grid) for grid in model.predict(pixels(found.images), batch_size=100, verbose=0)]
    result = []
    for c in range(K):
        scores, correct, truths = [], [], 0
        for (boxes, all_scores), labels, true_boxes in zip(detections, found.labels, found.boxes, strict=True):
            mine = np.flatnonzero(all_scores[:, c] >= threshold)
            mine = mine[day_061.nms(boxes[mine], all_scores[mine, c], 0.5)]
            truth = true_boxes[labels == c].astype(float)
            truths += len(truth)
            scores.append(all_scores[mine, c])
            correct.append(day_061.match_detections(boxes[mine], scores[-1], truth))
        result.append(day_061.average_precision(np.concatenate(scores), np.concatenate(correct), truths)[2])
    return result


def training_data():
    """Pictures and targets of the scenes of seed 0, followed by their mirror images."""
    found = dd.data.scenes(SCENES, seed=SEED)
    mirrored = np.where(found.labels[..., None] >= 0, found.boxes[..., [2, 1, 0, 3]], 0)
    mirrored[..., [0, 2]] = SIDE - mirrored[..., [0, 2]]
    turned = dataclasses.replace(found, images=found.images[:, :, ::-1], boxes=mirrored)
    return np.concatenate([pixels(found.images), pixels(turned.images)]), np.concatenate(
        [targets(found), targets(turned)]
    )


if __name__ == "__main__":
    dd.seed(SEED)
    model = build()
    began = time.process_time()
    x, y = training_data()
    steps = EPOCHS * -(-len(x) // BATCH)
    rate = optimizers.schedules.CosineDecay(0.0, steps, warmup_target=RATE, warmup_steps=steps // 20)
    model.compile(optimizers.Adam(rate), loss, jit_compile=False)
    model.fit(x, y, batch_size=BATCH, epochs=EPOCHS, verbose=2)
    card = zoo.ZooCard(
        name="scenes_yolo",
        title="a small grid detector in the manner of YOLO v1 that finds and names the objects of scenes",
        script="data/zoo/scenes_yolo.py",
        data=("scenes",),
        seed=SEED,
        seconds=f"{time.process_time() - began:.0f} CPU s",
        score="",
        limits="A network for lessons: it knows the objects of the scenes, and one object a cell at most.",
    )
    trained, model = model, build()
    model.set_weights(trained.get_weights())  # and without the loss, which the zoo doesn't keep
    zoo.save(model, card)
    by_class = average_precisions(zoo.load("scenes_yolo"), dd.data.scenes(500, seed=1))  # as stored, in half precision
    reached = float(np.mean(by_class))
    extra = {
        "map": reached,
        "by_class": dict(zip(CLASSES, (round(ap, 3) for ap in by_class), strict=True)),
        "parameters": model.count_params(),
        "epochs": EPOCHS,
        "pictures": len(x),
        "grid": {"s": S, "b": B, "num_classes": K},
        "config": CONFIG,
    }
    score = f"mAP@0.5 {reached:.3f} on 500 held-out scenes (seed 1)"
    card = zoo.save(model, dataclasses.replace(card, score=score, extra=extra))
    print(f"{card.score}; {model.count_params():,} parameters, {card.size:,} bytes, {card.seconds}")
