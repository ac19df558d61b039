# ---
# day: 63
# title: "YOLO I: the grid and the loss"
# week: 13
# minutes: 110
# backend: tensorflow
# needs: [1, 2, 24, 33, 36, 38, 40, 43, 49, 61, 62]
# needs_code: [61]
# data: [scenes]
# papers:
# - "Redmon, Divvala, Girshick and Farhadi 2016, You only look once: unified, real-time object detection"
# - "Redmon and Farhadi 2017, YOLO9000: better, faster, stronger"
# ---

# %% [markdown]
# # Day 63 · YOLO I: the grid and the loss
#
# By the end you can turn the objects of a picture into one tensor of fixed shape, so that finding them all becomes a
# regression, and write the loss that such a network is trained with, term by term.
#
# - **You will build** the target tensor of a detector and its inverse, the choice of the predictor that answers for an
#   object, the five terms of YOLO's loss, and an augmentation that moves boxes along with pixels. At the end the loss,
#   by name, is followed through a training.
# - **You need** broadcasting (Day 1), losses (Day 24), tensors and gradients (Day 36), models and training (Days 38 and
#   40), augmentation (Day 49), boxes and IoU (Day 61).
# - **Not today:** the paper's network, and detections that count (Day 64).
# - **Time:** about 110 minutes.
#
# | symbol | meaning | shape | in code |
# |---|---|---|---|
# | $N$ | pictures in a batch | | `len(target)` |
# | $S$ | cells along each side of the grid | | `s` |
# | $B$ | predictors (boxes) of each cell | | `b` |
# | $K$ | classes | | `num_classes` |
# | $x, y$ | centre of a box within its cell, 0 to 1 | | entries 0 and 1 of a block |
# | $w, h$ | width and height of a box, as shares of the picture | | squares of entries 2 and 3 |
# | $c$ | confidence of a predictor | | entry 4 |
# | $p$ | probabilities of the classes, in a cell | $(K,)$ | the last entries |
# | $\hat x, \hat c, \hat p$ and so on | what the network says | | `pred` |
# | $m$ | 1 where a predictor is responsible, else 0 | $(N, S, S, B)$ | `responsible_mask(pred, target)` |
# | $\mathrm{IoU}$ | overlap of a predictor's box with its cell's true box | $(N, S, S, B)$ | `predictor_iou(...)` |
# | $\lambda_\text{coord}, \lambda_\text{noobj}$ | what a place weighs, and what silence weighs | | `lambda_coord` |

# %% setup
import matplotlib.pyplot as plt
import numpy as np
from matplotlib.colors import hsv_to_rgb, rgb_to_hsv
from matplotlib.patches import Rectangle

import deepdays as dd
from deepdays.data.sets.scenes import CLASSES
from deepdays.earlier import day_061

with dd.quiet():  # TensorFlow announces itself while it loads
    import keras
    import tensorflow as tf
    from keras import ops

    ops.softmax(ops.zeros((1, 2)))
dd.plot.style()

# %% [markdown]
# ## Detection as one regression
#
# The detectors of Day 62 look at a picture in two stages: first where something might be, then, thousands of times,
# what it is. **You only look once** (YOLO; Redmon and others, 2016) asks a single network for everything in a single
# pass. Numbers go in, numbers come out: a **regression**, like the prices of Day 2. The trouble is that a network's
# output has a fixed shape, and pictures have any number of objects in any order. Where should the third object go?
#
# YOLO's answer is to let the *place* decide. Lay a grid of $S \times S$ **cells** over the picture. The cell that holds
# the **centre** of an object is to report it, and no other. Each cell has $B$ **predictors**, each of which gives a box
# and a confidence, five numbers, and the cell as a whole gives $K$ class scores. So the output is a tensor of
#
# $$S \times S \times (5B + K) ,$$
#
# $7 \times 7 \times 30$ in the paper, for the 20 classes of PASCAL VOC and $B = 2$; and $8 \times 8 \times 17$ for our
# scenes of 64 pixels with their 7 classes. A cell reports what it does not contain as a whole: its box may be far
# larger than the cell. To do so the network has to see more than the cell, and in the paper's, whose last layers are
# dense, each cell sees the entire picture. That is what is meant by **global reasoning**: the context tells a bird from
# a scrap of paper, and YOLO took background for an object less than half as often as Fast R-CNN did.
#
# ## What a cell has to say
#
# The numbers of a block are chosen so that all of them lie between 0 and 1:
#
# - $x, y$: where in its cell the centre lies, from the cell's left and top edge, **in cells**.
# - $\sqrt w, \sqrt h$: the roots of width and height, **in pictures**. Why roots, you will see below.
# - $c$: 1, for "there is something here". In an empty cell all numbers are 0.
#
# The block is written once for each of the $B$ predictors, and after the last one comes the class, one-hot.
#
# **By hand.** A picture of 64 pixels, $S = 4$, so that a cell has 16. The object of class 2 (of 3) with corners
# $(36, 8, 52, 44)$ has its centre at $(44, 26)$. In cells that is $(2.75, 1.625)$: **column** 2, **row** 1, and the
# rest $x = 0.75$, $y = 0.625$. Its size is $16/64 = 0.25$ by $36/64 = 0.5625$, with the roots 0.5 and 0.75. With
# $B = 1$,
#
# $$\text{target}[1, 2] = (0.75,\ 0.625,\ 0.5,\ 0.75,\ 1,\ 0,\ 0,\ 1) .$$
#
# Arrays count rows first, boxes count across first. Whoever writes `target[2, 1]` gets no error, and a detector that
# finds everything mirrored at the diagonal.
#
# What if two centres fall into one cell? The cell has one class and one place in the target. Here the object that comes
# **first** in the list keeps the cell, and the other is lost to the training. A centre exactly between two cells
# belongs to the one on the right or below; only on the picture's own right or lower edge there is none, and the last
# cell takes it.


# %% exercise: encode_grid
def encode_grid(boxes, labels, s, b, num_classes, *, size=64):
    """The target tensor of one picture.

    Args:
        boxes: array (t, 4), floats or ints, (x1, y1, x2, y2) in pixels, t >= 0, centres inside the picture.
        labels: int array (t,), the class of each box, or -1 for a row without an object, which is skipped. Both
            arrays are left unchanged.
        s: cells along each side, int >= 1.
        b: predictors of a cell, int >= 1.
        num_classes: K, int >= 1.
        size: width and height of the picture, in pixels.

    Returns:
        float32 array (s, s, 5 b + K), rows first. In the cell of an object's centre b times (x, y, root of w, root of
        h, 1), x and y in cells from the cell's corner, w and h as shares of the picture, and then the class, one-hot.
        0 in all other cells. Of several objects in a cell the first listed counts. About 14 lines.

    Raises:
        ValueError: a label is below -1, or not below num_classes.
    """
    ### BEGIN SOLUTION
    if np.any(labels < -1) or np.any(labels >= num_classes):
        raise ValueError(f"labels must be from -1 to {num_classes - 1}. Received: {labels}")
    target = np.zeros((s, s, 5 * b + num_classes), dtype="float32")
    for (x1, y1, x2, y2), label in zip(boxes.astype(float), labels, strict=True):
        across, down = s * (x1 + x2) / 2 / size, s * (y1 + y2) / 2 / size  # in cells
        column, row = min(int(across), s - 1), min(int(down), s - 1)
        cell = target[row, column]
        if label >= 0 and cell[4] == 0:
            block = [across - column, down - row, ((x2 - x1) / size) ** 0.5, ((y2 - y1) / size) ** 0.5, 1]
            cell[: 5 * b] = np.tile(block, b)
            cell[5 * b + label] = 1
    return target
    ### END SOLUTION


# %% test: encode_grid, points=2
# The example worked by hand, and a row without an object behind it.
boxes, labels = np.array([[36.0, 8.0, 52.0, 44.0], [0.0, 0.0, 0.0, 0.0]]), np.array([2, -1])
with dd.check.unchanged(boxes), dd.check.unchanged(labels):
    target = encode_grid(boxes, labels, 4, 1, 3)
due = np.zeros((4, 4, 8), dtype="float32")
due[1, 2] = [0.75, 0.625, 0.5, 0.75, 1, 0, 0, 1]
dd.check.dtype(target, "float32", what="the target", why="networks compute in single precision")
dd.check.like(target, due, what="the target", why="this is the example worked by hand: row 1, column 2")
target = encode_grid(boxes, labels, 4, 2, 3)
dd.check.shape(target, (4, 4, 13), what="the target for 2 predictors", why="twice 5 numbers, and 3 classes")
dd.check.close(target[1, 2, :10], [0.75, 0.625, 0.5, 0.75, 1] * 2, what="both blocks of its cell", why="one for each")
with dd.check.raises(ValueError, why="there are classes 0, 1 and 2, and no 3"):
    encode_grid(boxes, np.array([3, -1]), 4, 1, 3)
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(63)


def slow_target(boxes, labels, s, b, num_classes, size):
    due = np.zeros((s, s, 5 * b + num_classes))
    for i in range(s):
        for j in range(s):
            for (x1, y1, x2, y2), label in zip(boxes.tolist(), labels.tolist(), strict=True):
                x, y = s * (x1 + x2) / (2 * size) - j, s * (y1 + y2) / (2 * size) - i
                if label >= 0 and 0 <= x < 1 and 0 <= y < 1:
                    due[i, j] = [x, y, ((x2 - x1) / size) ** 0.5, ((y2 - y1) / size) ** 0.5, 1.0] * b + [
                        float(k == label) for k in range(num_classes)
                    ]
                    break
    return due


for t, s, b, num_classes, size in [
    (0, 4, 2, 3, 64),
    (1, 1, 1, 1, 64),
    (3, 5, 3, 4, 64),
    (6, 8, 2, 7, 96),
    (9, 3, 1, 5, 50),
]:
    centres, sides = rng.uniform(0.2, 0.8, (t, 2)), rng.uniform(0.05, 0.4, (t, 2))
    boxes = size * np.concatenate([centres - sides / 2, centres + sides / 2], axis=1)
    labels = rng.integers(-1, num_classes, t)
    with dd.check.unchanged(boxes), dd.check.unchanged(labels):
        target = encode_grid(boxes, labels, s, b, num_classes, size=size)
    what = f"the target of {t} rows with s={s}, b={b}, K={num_classes}, size={size}"
    dd.check.like(
        target, slow_target(boxes, labels, s, b, num_classes, size).astype("float32"), rtol=1e-4, atol=1e-5, what=what
    )

whole = np.array([[1, 2, 6, 13], [20, 2, 41, 9]])  # ints, as scenes have them; the second centre is at 30.5
target = encode_grid(whole, np.array([0, 1]), 8, 2, 2)
dd.check.close(target, slow_target(whole, np.array([0, 1]), 8, 2, 2, 64), rtol=1e-4, what="the target of whole numbers")
# Bytes hold numbers to 255, and the sum of two of them is often more.
small = np.array([[150, 20, 190, 80], [30, 140, 90, 250]], dtype="uint8")
target = encode_grid(small, np.array([1, 0]), 4, 1, 2, size=255)
due = slow_target(small, np.array([1, 0]), 4, 1, 2, 255)
dd.check.close(target, due, rtol=1e-4, atol=1e-5, what="the target of uint8 boxes", why="150 + 190 is 340")
# Two in a cell, the second of them larger; and a first row that is no object but lies there too.
crowd = np.array([[10.0, 10.0, 12.0, 12.0], [9.0, 9.0, 13.0, 13.0], [2.0, 2.0, 20.0, 20.0]])
target = encode_grid(crowd, np.array([-1, 1, 0]), 4, 1, 2)
dd.check.close(
    target[0, 0], [0.6875, 0.6875, 0.25, 0.25, 1, 0, 1], what="a cell with two centres", why="the first counts"
)
# Edges: a centre between two cells, and one on the picture's own edge.
target = encode_grid(np.array([[24.0, 8.0, 40.0, 24.0]]), np.array([0]), 4, 1, 1)
dd.check.close(
    target[1, 2], [0, 0, 0.5, 0.5, 1, 1], what="a centre at (32, 16) with 4 cells", why="to the right, below"
)
target = encode_grid(np.array([[64.0, 64.0, 64.0, 64.0]]), np.array([0]), 4, 1, 1)
dd.check.close(target[3, 3], [1, 1, 0, 0, 1, 1], what="a centre in the picture's corner", why="the last cell takes it")
for wrong in (-2, 2, 5):
    with dd.check.raises(ValueError, why=f"{wrong} is neither a class nor -1"):
        encode_grid(whole, np.array([0, wrong]), 8, 2, 2)
### END HIDDEN TESTS

# %% mistakes: encode_grid
# - replace: boxes.astype(float)
#   with: boxes
#   hint: "Whole numbers are added in their own dtype, and a uint8 ends at 255: make floats of the boxes first."
# - replace: cell = target[row, column]
#   with: cell = target[column, row]
#   hint: "Row and column have changed places: an array counts rows first, and how far down the centre is decides the
#     row."
# - replace: across - column, down - row
#   with: (x1 + x2) / 2 / size, (y1 + y2) / 2 / size
#   hint: "Your x and y are shares of the picture. They are counted from the corner of the cell, in cells."
# - replace: across - column, down - row
#   with: across, down
#   hint: "Your x and y still hold the cell's own number. Only what is left within the cell is wanted, 0 to 1."
# - replace: ((x2 - x1) / size) ** 0.5, ((y2 - y1) / size) ** 0.5
#   with: (x2 - x1) / size, (y2 - y1) / size
#   hint: "You store width and height themselves. Their roots are due."
# - replace: ((x2 - x1) / size) ** 0.5, ((y2 - y1) / size) ** 0.5
#   with: (s * (x2 - x1) / size) ** 0.5, (s * (y2 - y1) / size) ** 0.5
#   hint: "You measure width and height in cells. They are shares of the whole picture, so that they stay below 1."
# - replace: ((x2 - x1) / size) ** 0.5, ((y2 - y1) / size) ** 0.5
#   with: (x2 - x1) ** 0.5, (y2 - y1) ** 0.5
#   hint: "Your sizes are in pixels. They are shares of the picture."
# - replace: across, down = s * (x1 + x2) / 2 / size, s * (y1 + y2) / 2 / size
#   with: across, down = s * x1 / size, s * y1 / size
#   hint: "You go by the upper left corner. The cell that holds the centre of the object is responsible."
# - replace: if label >= 0 and cell[4] == 0
#   with: if label >= 0
#   hint: "Where two centres fall into one cell, something of the later object gets in. The first listed keeps the
#     cell."
# - replace: if label >= 0 and cell[4] == 0
#   with: if cell[4] == 0
#   hint: "A row with the label -1 is no object, and yours gets into the target."
# - replace: column, row = min(int(across), s - 1), min(int(down), s - 1)
#   with: column, row = int(across) % s, int(down) % s
#   hint: "A centre on the right or lower edge of the picture ends in the wrong cell: the last one takes it."
# - replace: np.tile(block, b)
#   with: np.pad(block, (0, 5 * b - 5))
#   hint: "Only the first block of a cell is filled. Each of its b predictors has the box as its target."
# - replace: np.tile(block, b)
#   with: np.repeat(block, b)
#   hint: "Your blocks are interleaved, x, x, y, y. One whole block follows the other."
# - replace: cell[5 * b + label] = 1
#   with: cell[label] = 1
#   hint: "The class is written into the blocks. It comes after the last block."
# - replace: if np.any(labels < -1) or np.any(labels >= num_classes)
#   with: if np.any(labels >= num_classes)
#   hint: "A label below -1 gets through. Only -1 says that there is no object."
# - replace: if np.any(labels < -1) or np.any(labels >= num_classes)
#   with: if np.any(labels < -1)
#   hint: "A label that is no class goes unnoticed, or fails by another error than ValueError."
# - replace: if np.any(labels < -1) or np.any(labels >= num_classes)
#   with: if np.any(labels < 0) or np.any(labels >= num_classes)
#   hint: "You refuse -1. It marks a row without an object, which is skipped."
# - replace: zip(boxes.astype(float), labels, strict=True)
#   with: 'zip(boxes.astype(float), labels[: np.argmin(np.append(labels, -1))], strict=False)'
#   hint: "You stop at the first row without an object. Others may follow it."
# - replace: column, row = min(int(across), s - 1), min(int(down), s - 1)
#   with: |-
#     column, row = int(across) % s, int(down) % s
#             across, down = across % 1 + column, down % 1 + row
#   hint: "A centre on the right or lower edge of the picture ends in the wrong cell: the last one takes it."
# - replace: |-
#     for (x1, y1, x2, y2), label in zip(boxes.astype(float), labels, strict=True):
#             across, down = s * (x1 + x2) / 2 / size, s * (y1 + y2) / 2 / size  # in cells
#   with: |-
#     for (x1, y1, x2, y2), label in zip(boxes, labels, strict=True):
#             across, down = (x1 + x2) / 2 / size * s, (y1 + y2) / 2 / size * s
#   hint: "Whole numbers are added in their own dtype, and a uint8 ends at 255: make floats of the boxes first."
# - replace: 'if label >= 0 and cell[4] == 0:'
#   with: |-
#     if label >= 0:
#                 cell[:] = 0
#   hint: "Where two centres fall into one cell, the later object has the last word. The first listed keeps the cell."
# - replace: |-
#     if label >= 0 and cell[4] == 0:
#                 block = [across - column, down - row, ((x2 - x1) / size) ** 0.5, ((y2 - y1) / size) ** 0.5, 1]
#                 cell[: 5 * b] = np.tile(block, b)
#                 cell[5 * b + label] = 1
#   with: |-
#     if cell[4] == 0:
#                 block = [across - column, down - row, ((x2 - x1) / size) ** 0.5, ((y2 - y1) / size) ** 0.5, 1]
#                 cell[: 5 * b] = np.tile(block, b)
#                 cell[5 * b :][label] = 1
#   hint: "A row with the label -1 is no object, and yours gets into the target."


# %% mistake: encode_grid
# hint: "Two objects in a cell leave two classes there. The first listed keeps the cell, class and all."
def encode_grid(boxes, labels, s, b, num_classes, *, size=64):
    if np.any(labels < -1) or np.any(labels >= num_classes):
        raise ValueError(labels)
    target = np.zeros((s, s, 5 * b + num_classes), dtype="float32")
    for (x1, y1, x2, y2), label in zip(boxes.astype(float), labels, strict=True):
        if label >= 0:
            x, y = s * (x1 + x2) / 2 / size, s * (y1 + y2) / 2 / size
            cell = target[min(int(y), s - 1), min(int(x), s - 1)]
            if cell[4] == 0:
                block = [x - min(int(x), s - 1), y - min(int(y), s - 1), ((x2 - x1) / size) ** 0.5]
                cell[: 5 * b] = np.tile([*block, ((y2 - y1) / size) ** 0.5, 1], b)
            cell[5 * b + label] = 1
    return target


# %% accepts: encode_grid
def encode_grid(boxes, labels, s, b, num_classes, *, size=64):
    labels = np.asarray(labels)
    if not np.isin(labels, np.arange(-1, num_classes)).all():
        raise ValueError("labels")
    target = np.zeros((s, s, 5 * b + num_classes), np.float32)
    keep = labels >= 0
    boxes, labels = np.asarray(boxes, float)[keep][::-1], labels[keep][::-1]  # the first is written last
    places = s * (boxes[:, :2] + boxes[:, 2:]) / (2 * size)
    cells = np.minimum(np.floor(places).astype(int), s - 1)
    roots = np.sqrt((boxes[:, 2:] - boxes[:, :2]) / size)
    for (column, row), inside, root, label in zip(cells, places - cells, roots, labels, strict=True):
        target[row, column, 5 * b :] = np.eye(num_classes)[label]
        for k in range(b):
            target[row, column, 5 * k : 5 * k + 5] = [*inside, *root, 1]
    return target


# %% accepts: encode_grid
def encode_grid(boxes, labels, s, b, num_classes, *, size=64):
    target, taken = np.zeros((s, s, 5 * b + num_classes), dtype=np.float32), set()
    for label in labels.tolist():
        if label not in range(-1, num_classes):
            raise ValueError(label)
    for box, label in zip(day_061.convert_boxes(boxes, "xyxy", "cxcywh") / size, labels.tolist(), strict=True):
        column, row = (min(s - 1, int(s * value)) for value in box[:2])
        if label != -1 and (row, column) not in taken:
            taken.add((row, column))
            block = np.array([s * box[0] - column, s * box[1] - row, np.sqrt(box[2]), np.sqrt(box[3]), 1])
            target[row, column] = np.concatenate([block] * b + [np.arange(num_classes) == label])
    return target


# %% [markdown]
# How does it look? On the left of the figure a scene with its grid: filled cells answer for an object, the dot is its
# centre. On the right the entries of the target, one map each.

# %% demo
S, B, K = 8, 2, len(CLASSES)
train, held_out = dd.data.scenes(500, seed=0), dd.data.scenes(200, seed=1)


def draw_boxes(ax, boxes, color="white", style="-", width=2.0):
    for x1, y1, x2, y2 in boxes:
        for edge, look, line in (("black", "-", 2 * width), (color, style, width)):
            shape = {"fill": False, "edgecolor": edge, "linestyle": look, "linewidth": line}
            ax.add_patch(Rectangle((x1, y1), x2 - x1, y2 - y1, **shape))


def show_image(ax, image, title):
    ax.imshow(image, extent=(0, 64, 64, 0))
    ax.set(title=title, xticks=[0, 32, 64], yticks=[0, 32, 64])
    ax.grid(False)


example = 10
there = train.labels[example] >= 0
target = encode_grid(train.boxes[example], train.labels[example], S, B, K)
fig = plt.figure(figsize=(12, 5))
spots = fig.add_gridspec(3, 8)
ax = fig.add_subplot(spots[:, :4])
show_image(ax, train.images[example], f"scene {example}, {S}×{S} cells")
for line in range(0, 65, 64 // S):
    ax.axhline(line, color="white", linewidth=0.6)
    ax.axvline(line, color="white", linewidth=0.6)
for row, column in np.argwhere(target[..., 4] == 1):
    x, y = target[row, column, :2]
    ax.add_patch(Rectangle((8 * column, 8 * row), 8, 8, facecolor="white", edgecolor="black", alpha=0.6, linewidth=2))
    ax.plot(8 * (column + x), 8 * (row + y), "o", color="black", markersize=5)
draw_boxes(ax, train.boxes[example][there])
names = ["x", "y", "root of w", "root of h", "confidence", *CLASSES]
maps = [*range(5), *range(5 * B, 5 * B + K)]
for i, (name, entry) in enumerate(zip(names, maps, strict=True)):
    ax = fig.add_subplot(spots[i // 4, 4 + i % 4])
    ax.imshow(target[..., entry], cmap="gray", vmin=0, vmax=1)
    ax.set_title(name, fontsize=10)
    ax.set(xticks=[], yticks=[])
    ax.grid(False)
dd.plot.show(
    "Left: a scene with a grid of 8 by 8 cells, a box round each object, and the one cell that holds its centre "
    "filled, a dot at the centre. Right: twelve small maps of 8 by 8, black but for those cells: x, y, both roots and "
    "confidence have a value in each of them, and each class map only where an object of that class is."
)
print(f"{int(target[..., 4].sum())} of {S * S} cells have an object; the target has {target.size:,} numbers")

# %% [markdown]
# Nearly all of the target is zero; remember that when we come to the weights. How fine must a grid be? The coarser, the
# more centres share a cell. Counted over 500 scenes of up to four objects, which is the most that a target can teach:

# %% demo
for s in (2, 4, 7, 8, 16):
    kept = sum(encode_grid(*row, s, 1, K)[..., 4].sum() for row in zip(train.boxes, train.labels, strict=True))
    share = kept / np.sum(train.labels >= 0)
    print(f"S = {s:2d}: {s * s:3d} cells, {s * s * (5 * B + K):5d} outputs, {share:6.1%} of the objects have a cell")
    assert s < 4 or share > 0.97

# %% [markdown]
# From $4 \times 4$ on next to nothing is lost here, because our objects are few and hardly overlap. A flock of birds
# would lose nearly everything: that is YOLO's best known limit, and no training mends it.
#
# ## And back again
#
# A network's answer has the same layout, and it has to become boxes: entry by entry, the way back. From
# $(x, y, \sqrt w, \sqrt h, c)$ in row $i$ and column $j$,
#
# $$\text{centre} = \Big(\frac{j + x}{S},\ \frac{i + y}{S}\Big) \cdot \text{size}, \qquad
# \text{width, height} = \big((\sqrt w)^2,\ (\sqrt h)^2\big) \cdot \text{size} ,$$
#
# and from these the corners. Every predictor of every cell gives a box, also of those cells that think there is
# nothing; their confidence says so. An untrained network answers anything: a "root" of $-0.5$ still squares to a width
# of 0.25, and a box may reach over the edge of the picture. Both are left as they are here.


# %% exercise: decode_grid
def decode_grid(grid, b, *, size=64):
    """Boxes, confidences and class scores from a target, or from what a network says.

    Args:
        grid: float array (..., S, S, 5 b + K), any number of leading axes; left unchanged.
        b: predictors of a cell.
        size: width and height of the picture, in pixels.

    Returns:
        Tuple (boxes, confidence, class_probs) of float arrays: boxes (..., S, S, b, 4), (x1, y1, x2, y2) in pixels;
        confidence (..., S, S, b); class_probs (..., S, S, K), as they are in the grid. About 9 lines.
    """
    ### BEGIN SOLUTION
    s = grid.shape[-2]
    blocks = grid[..., : 5 * b].reshape(*grid.shape[:-1], b, 5)
    rows, columns = np.mgrid[:s, :s]
    corner = np.stack([columns, rows], axis=-1)[:, :, None]  # (S, S, 1, 2) x before y
    centre = size * (corner + blocks[..., :2]) / s
    half = size * blocks[..., 2:4] ** 2 / 2
    boxes = np.concatenate([centre - half, centre + half], axis=-1)
    return boxes, blocks[..., 4], grid[..., 5 * b :]
    ### END SOLUTION


# %% test: decode_grid, points=1
grid = np.zeros((4, 4, 8))
grid[1, 2] = [0.75, 0.625, 0.5, 0.75, 1, 0, 0, 1]
with dd.check.unchanged(grid):
    result = decode_grid(grid, 1)
dd.check.kind(result, tuple)
boxes, confidence, class_probs = result
dd.check.shape(boxes, (4, 4, 1, 4), what="boxes", why="one predictor in each of 4 × 4 cells")
dd.check.close(boxes[1, 2, 0], [36, 8, 52, 44], what="boxes[1, 2, 0]", why="it is the example the other way round")
dd.check.close(boxes[0, 3, 0], [48, 0, 48, 0], what="boxes[0, 3, 0]", why="no size, in the corner of its cell")
dd.check.close(confidence, grid[..., 4:5], what="confidence", why="entry 4 of the block")
dd.check.close(class_probs, grid[..., 5:], what="class_probs", why="the last 3 entries")
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(631)
for lead, s, b, num_classes, size in [
    ((), 3, 2, 4, 64),
    ((2,), 5, 1, 1, 48),
    ((2, 3), 2, 3, 2, 64),
    ((0,), 3, 2, 2, 64),
    ((1,), 1, 2, 3, 10),
]:
    grid = rng.normal(0.4, 0.4, (*lead, s, s, 5 * b + num_classes))
    with dd.check.unchanged(grid):
        boxes, confidence, class_probs = decode_grid(grid, b, size=size)
    due = np.zeros((*lead, s, s, b, 4))
    sure = np.zeros((*lead, s, s, b))
    for index in np.ndindex(sure.shape):
        *front, i, j, k = index
        x, y, root_w, root_h, sure[index] = grid[(*front, i, j)][5 * k : 5 * k + 5]
        middle, width, height = ((j + x) / s, (i + y) / s), root_w * root_w, root_h * root_h
        due[index] = np.array(
            [middle[0] - width / 2, middle[1] - height / 2, middle[0] + width / 2, middle[1] + height / 2]
        )
    what = f"for a grid {grid.shape} with b={b}, size={size}"
    dd.check.like(boxes, size * due, rtol=1e-5, atol=1e-5, what=f"boxes {what}", why="cell by cell")
    dd.check.like(confidence, sure, what=f"confidence {what}")
    dd.check.like(class_probs, grid[..., 5 * b :], what=f"class_probs {what}")
single = rng.uniform(0, 1, (2, 3, 3, 12)).astype("float32")
boxes, confidence, class_probs = decode_grid(single, 2)
dd.check.dtype(boxes, "float", what="boxes of a float32 grid")
dd.check.close(boxes, decode_grid(single.astype("float64"), 2)[0], rtol=1e-4, atol=1e-4, what="boxes of a float32 grid")
### END HIDDEN TESTS

# %% mistakes: decode_grid
# - replace: np.stack([columns, rows], axis=-1)
#   with: np.stack([rows, columns], axis=-1)
#   hint: "You add the row to x. The column is what says how far across a cell lies."
# - replace: size * blocks[..., 2:4] ** 2 / 2
#   with: size * blocks[..., 2:4] / 2
#   hint: "You take the roots for sizes. They have to be squared first."
# - replace: size * blocks[..., 2:4] ** 2 / 2
#   with: size * blocks[..., 2:4] ** 2
#   hint: "Your boxes are twice as wide as they should be: from the centre it is half the width to either side."
# - replace: size * blocks[..., 2:4] ** 2 / 2
#   with: size * blocks[..., 2:4] ** 2 / 2 / s
#   hint: "You take width and height for shares of a cell. They are shares of the picture."
# - replace: size * (corner + blocks[..., :2]) / s
#   with: size * (corner / s + blocks[..., :2])
#   hint: "Your x and y reach over the whole picture. They are counted in cells."
# - replace: size * (corner + blocks[..., :2]) / s
#   with: size * blocks[..., :2] + 0 * corner
#   hint: "The cell's own place is missing: every cell puts its boxes into the same corner."
# - replace: size * (corner + blocks[..., :2]) / s
#   with: (corner + blocks[..., :2]) / s
#   hint: "Your centres are shares of the picture, and pixels are due."
# - replace: np.concatenate([centre - half, centre + half], axis=-1)
#   with: np.concatenate([centre, 2 * half], axis=-1)
#   hint: "You give centre and size. Corners are due."
# - replace: np.concatenate([centre - half, centre + half], axis=-1)
#   with: np.concatenate([centre, centre + 2 * half], axis=-1)
#   hint: "You take the centre for the upper left corner: the boxes are shifted by half their size."
# - replace: boxes = np.concatenate([centre - half, centre + half], axis=-1)
#   with: boxes = np.clip(np.concatenate([centre - half, centre + half], axis=-1), 0, size)
#   hint: "You cut the boxes at the edge of the picture. They are left as they are."
# - replace: reshape(*grid.shape[:-1], b, 5)
#   with: reshape(*grid.shape[:-1], 5, b).swapaxes(-1, -2)
#   hint: "Your blocks are mixed up: the five numbers of a predictor are neighbours."
# - replace: 'blocks[..., 4], '
#   with: 'blocks[..., 4:], '
#   hint: "Your confidence has an axis too many."
# - replace: 'blocks[..., 4], '
#   with: 'np.clip(blocks[..., 4], 0, 1), '
#   hint: "You clip the confidences. They are given as they are."
# - replace: blocks[..., 2:4] ** 2 / 2
#   with: np.maximum(blocks[..., 2:4], 0) ** 2 / 2
#   hint: "You take a negative root for 0. It is squared like any other."
# - replace: 'return boxes, blocks[..., 4], grid[..., 5 * b :]'
#   with: |-
#     odds = np.exp(grid[..., 5 * b :])
#         return boxes, blocks[..., 4], odds / odds.sum(axis=-1, keepdims=True)
#   hint: "You put the class scores through a softmax. They are given as they are in the grid."
# - replace: boxes = np.concatenate([centre - half, centre + half], axis=-1)
#   with: boxes = np.concatenate([centre - half, centre + half], axis=-1) / size
#   hint: "Your boxes are shares of the picture, and pixels are due."


# %% equivalents: decode_grid
# - replace: 's = grid.shape[-2]'
#   with: 's = grid.shape[-3]'
#   reason: "The grid is square."


# %% accepts: decode_grid
def decode_grid(grid, b, *, size=64):
    s, cells = grid.shape[-3], size / grid.shape[-3]
    across, down = np.arange(s)[None, :], np.arange(s)[:, None]
    boxes, sure = [], []
    for k in range(b):
        x, y, root_w, root_h, c = np.moveaxis(grid[..., 5 * k : 5 * k + 5], -1, 0)
        parts = [cells * (across + x), cells * (down + y), size * root_w * root_w, size * root_h * root_h]
        boxes.append(day_061.convert_boxes(np.stack(parts, axis=-1), "cxcywh", "xyxy"))
        sure.append(c)
    return np.stack(boxes, axis=-2), np.stack(sure, axis=-1), grid[..., 5 * b :]


# %% accepts: decode_grid
def decode_grid(grid, b, *, size=64):
    *lead, s, _, depth = grid.shape
    flat = np.reshape(grid, (-1, depth)).astype(float)  # a cell a row
    number = np.arange(len(flat)) % (s * s)
    place = np.stack([number % s, number // s], axis=1)
    corners, sure = np.empty((len(flat), b, 4)), np.empty((len(flat), b))
    for k in range(b):
        middle = (place + flat[:, 5 * k : 5 * k + 2]) * (size / s)
        half = 0.5 * size * np.square(flat[:, 5 * k + 2 : 5 * k + 4])
        corners[:, k, :2], corners[:, k, 2:] = middle - half, middle + half
        sure[:, k] = flat[:, 5 * k + 4]
    return corners.reshape(*lead, s, s, b, 4), sure.reshape(*lead, s, s, b), np.array(grid[..., 5 * b :])


# %% [markdown]
# Every scene can now be checked: whatever has a cell must come back to the pixel.

# %% demo
worst, found = 0.0, 0
for boxes, labels in zip(train.boxes, train.labels, strict=True):
    decoded, confidence, _ = decode_grid(encode_grid(boxes, labels, S, B, K), B)
    back = decoded[confidence[..., 0] == 1][:, 0]  # (cells with an object, 4)
    distance = np.abs(back[:, None] - boxes[labels >= 0]).max(axis=2)  # (cells, objects) pixels
    worst, found = max(worst, distance.min(axis=1).max()), found + len(back)
print(f"{found} boxes came back, the worst of them {worst:.6f} pixels off")
assert worst < 0.001

# %% [markdown]
# ## Confidence is a promise about overlap
#
# What should the confidence of a predictor be? In a cell without an object, 0. In one with an object the target tensor
# says 1, but a predictor whose box is far off should not be sure. YOLO defines it as the **IoU that the predicted box
# reaches** with the true one, and 0 where there is none: $c = \Pr(\text{object}) \cdot \mathrm{IoU}$. So the right
# answer depends on what the network itself has just said about the box, and must be computed anew in each step.
#
# Both boxes belong to the same cell, so that its corner drops out. With centres $x/S$ and sizes $w$, all in shares of
# the picture, the IoU of Day 61 is the same, written in operations that Keras can trace.
#
# **By hand**, $S = 4$ and a true box $x = y = 0.5$, $\sqrt w = \sqrt h = 0.5$, that is 16 by 16 pixels of 64.
# Predictor 0 has the same centre and width, and twice the height: IoU $\frac{16 \cdot 16}{16 \cdot 32} = \frac12$.
# Predictor 1 has the right size and $\hat x = 1$, half a cell or 8 pixels too far to the right:
# $\frac{8 \cdot 16}{2 \cdot 256 - 128} = \frac13$.


# %% exercise: predictor_iou
def predictor_iou(pred, target, *, b=2):
    """The IoU of each predictor's box with the true box of its cell.

    Args:
        pred: what the network says, float32 array or tensor (N, S, S, 5 b + K); N may be unknown while Keras traces.
        target: the targets, the same.
        b: predictors of a cell.

    Returns:
        float32 tensor (N, S, S, b), 0 to 1; 0 in cells without an object, and where the boxes do not meet. A predicted
        root may be negative: its square counts. No NaN for boxes without area. About 11 lines of Keras operations.
    """
    ### BEGIN SOLUTION
    s = target.shape[1]
    low, high, area = [], [], []
    for grid in (pred, target):
        blocks = ops.reshape(grid[..., : 5 * b], (-1, s, s, b, 5))
        centre, size = blocks[..., :2] / s, ops.square(blocks[..., 2:4])  # shares of the picture
        low.append(centre - size / 2)
        high.append(centre + size / 2)
        area.append(size[..., 0] * size[..., 1])
    sides = ops.maximum(ops.minimum(high[0], high[1]) - ops.maximum(low[0], low[1]), 0)  # (N, S, S, b, 2)
    common = sides[..., 0] * sides[..., 1]
    return ops.divide_no_nan(common, area[0] + area[1] - common)
    ### END SOLUTION


# %% fixture
def traced(function, pred, target, **settings):
    """What a function of pred and target gives while Keras traces it, with an unknown number of pictures."""
    spec = tf.TensorSpec((None, *pred.shape[1:]), "float32")
    return tf.function(lambda p, t: function(p, t, **settings), input_signature=[spec, spec])(pred, target)


def traced_iou(pred, target, **settings):
    return ops.convert_to_numpy(traced(predictor_iou, pred, target, **settings))


# %% test: predictor_iou, points=2
target, pred = np.zeros((1, 4, 4, 12), "float32"), np.zeros((1, 4, 4, 12), "float32")
target[0, 1, 2] = [0.5, 0.5, 0.5, 0.5, 1] * 2 + [0, 1]
pred[0, 1, 2] = [0.5, 0.5, 0.5, 0.5**0.5, 0.7, 1.0, 0.5, 0.5, 0.5, 0.2, 0.3, 0.6]
due = np.zeros((1, 4, 4, 2))
due[0, 1, 2] = [1 / 2, 1 / 3]
with dd.check.unchanged(pred), dd.check.unchanged(target):
    came = predictor_iou(pred, target)
dd.check.shape(came, (1, 4, 4, 2), what="the IoUs", why="one for each predictor of each cell")
dd.check.dtype(came, "float32", what="the IoUs")
dd.check.close(came, due, rtol=1e-5, what="the IoUs", why="this is the example worked by hand")
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(632)


def slow_iou(pred, target, b):
    due = np.zeros((*pred.shape[:3], b))
    s = pred.shape[1]
    for index in np.ndindex(due.shape):
        n, i, j, k = index
        corners = []
        for grid in (pred, target):
            x, y, root_w, root_h = grid[n, i, j, 5 * k : 5 * k + 4].astype(float)
            corners.append((x / s - root_w**2 / 2, y / s - root_h**2 / 2, x / s + root_w**2 / 2, y / s + root_h**2 / 2))
        (a1, b1, a2, b2), (c1, d1, c2, d2) = corners
        width, height = min(a2, c2) - max(a1, c1), min(b2, d2) - max(b1, d1)
        if width > 0 and height > 0:
            due[index] = width * height / ((a2 - a1) * (b2 - b1) + (c2 - c1) * (d2 - d1) - width * height)
    return due


def some_grids(n, s, b, num_classes, spread=0.15):
    """Targets with an object in about half of the cells, and predictions not far from them, some roots negative."""
    target = np.zeros((n, s, s, 5 * b + num_classes), "float32")
    for index in np.argwhere(rng.random((n, s, s)) < 0.5):
        block = [*rng.uniform(0, 1, 2), *rng.uniform(0.3, 0.9, 2), 1]
        target[tuple(index)] = block * b + list(np.eye(num_classes)[rng.integers(num_classes)])
    pred = (target + rng.normal(0, spread, target.shape)).astype("float32")
    pred[..., 2] *= rng.choice([-1, 1], pred[..., 2].shape)
    return pred, target


for n, s, b, num_classes in [(2, 3, 2, 2), (1, 5, 3, 1), (3, 1, 1, 4), (2, 8, 2, 7)]:
    pred, target = some_grids(n, s, b, num_classes)
    came = predictor_iou(pred, target, b=b)
    dd.check.shape(came, (n, s, s, b), what="the IoUs")
    dd.check.close(came, slow_iou(pred, target, b), rtol=1e-3, atol=1e-5, what=f"the IoUs for {pred.shape}, b={b}")
pred, target = some_grids(2, 4, 2, 3, spread=1.5)  # far off
dd.check.close(
    predictor_iou(pred, target), slow_iou(pred, target, 2), rtol=1e-3, atol=1e-5, what="the IoUs of boxes far off"
)
nothing = np.zeros((2, 3, 3, 11), "float32")
dd.check.close(
    predictor_iou(nothing, nothing, b=2),
    np.zeros((2, 3, 3, 2)),
    what="the IoUs of boxes without area",
    why="0, not NaN",
)
dd.check.close(
    traced_iou(pred, target), slow_iou(pred, target, 2), rtol=1e-3, atol=1e-5, what="the IoUs while Keras traces"
)
### END HIDDEN TESTS

# %% mistakes: predictor_iou
# - replace: blocks[..., :2] / s, ops.square
#   with: blocks[..., :2], ops.square
#   hint: "Your centres are in cells and your sizes in pictures. Bring them to the same unit first."
# - replace: ops.square(blocks[..., 2:4])
#   with: blocks[..., 2:4]
#   hint: "You use the roots as if they were sizes: square them."
# - replace: ops.maximum(ops.minimum(high[0], high[1]) - ops.maximum(low[0], low[1]), 0)
#   with: ops.minimum(high[0], high[1]) - ops.maximum(low[0], low[1])
#   hint: "Boxes that are apart in both directions get an overlap: two negative sides make a positive area."
# - replace: ops.maximum(ops.minimum(high[0], high[1]) - ops.maximum(low[0], low[1]), 0)
#   with: ops.maximum(ops.maximum(high[0], high[1]) - ops.minimum(low[0], low[1]), 0)
#   hint: "You measure the box round both. The common part begins where the later begins, and ends where the earlier
#     ends."
# - replace: area[0] + area[1] - common
#   with: area[0] + area[1]
#   hint: "Your union counts the common part twice."
# - replace: area[0] + area[1] - common
#   with: ops.minimum(area[0], area[1])
#   hint: "You divide by the smaller box, so that a small box inside a large one counts as perfect."
# - replace: area[0] + area[1] - common
#   with: area[1]
#   hint: "You divide by the true box alone: a box as large as the picture would be perfect. The union is due."
# - replace: ops.divide_no_nan(common, area[0] + area[1] - common)
#   with: common / (area[0] + area[1] - common)
#   hint: "Where neither box has an area you divide 0 by 0, which is NaN, and spoils the whole loss."
# - replace: area.append(size[..., 0] * size[..., 1])
#   with: area.append(size[..., 0] + size[..., 1])
#   hint: "An area is width times height."
# - replace: (-1, s, s, b, 5)
#   with: (-1, s, s, 5, b)
#   hint: "Your blocks are cut wrongly: the five numbers of a predictor are neighbours."
# - replace: ops.square(blocks[..., 2:4])
#   with: ops.square(ops.relu(blocks[..., 2:4]))
#   hint: "You take a negative root for 0. Its square counts like any other."
# - replace: (-1, s, s, b, 5)
#   with: (grid.shape[0], s, s, b, 5)
#   hint: "You ask for the number of pictures, which is unknown while Keras traces. A reshape takes -1 for it."
# - replace: 'ops.reshape(grid[..., : 5 * b], (-1, s, s, b, 5))'
#   with: 'ops.reshape(grid[..., :10], (-1, s, s, 2, 5))'
#   hint: "You always take two predictors. It is an argument, b."


# %% equivalents: predictor_iou
# - replace: s = target.shape[1]
#   with: s = target.shape[2]
#   reason: "The grid is square."


# %% accepts: predictor_iou
def predictor_iou(pred, target, *, b=2):
    pred, target = ops.convert_to_tensor(pred), ops.convert_to_tensor(target)
    s = pred.shape[2]
    columns = []
    for k in range(b):
        (ax, ay, aw, ah), (bx, by, bw, bh) = (
            [grid[..., 5 * k + i] / s if i < 2 else grid[..., 5 * k + i] ** 2 for i in range(4)]
            for grid in (pred, target)
        )
        width = ops.relu(ops.minimum(ax + aw / 2, bx + bw / 2) - ops.maximum(ax - aw / 2, bx - bw / 2))
        height = ops.relu(ops.minimum(ay + ah / 2, by + bh / 2) - ops.maximum(ay - ah / 2, by - bh / 2))
        union = aw * ah + bw * bh - width * height
        columns.append(width * height / ops.where(union > 0, union, 1.0))
    return ops.stack(columns, axis=-1)


# %% accepts: predictor_iou
def predictor_iou(pred, target, *, b=2):
    # In pixels of a picture with S by S pixels.
    s = target.shape[1]
    p = tf.reshape(tf.convert_to_tensor(pred)[..., : 5 * b], (-1, s, s, b, 5))
    t = tf.reshape(tf.convert_to_tensor(target)[..., : 5 * b], (-1, s, s, b, 5))
    p_size, t_size = s * p[..., 2:4] ** 2, s * t[..., 2:4] ** 2
    start = tf.maximum(p[..., :2] - p_size / 2, t[..., :2] - t_size / 2)
    end = tf.minimum(p[..., :2] + p_size / 2, t[..., :2] + t_size / 2)
    both = tf.reduce_prod(tf.nn.relu(end - start), axis=-1)
    return tf.math.divide_no_nan(both, tf.reduce_prod(p_size, -1) + tf.reduce_prod(t_size, -1) - both)


# %% [markdown]
# ## Who is responsible?
#
# A cell has $B$ predictors and one object at most. If both were trained on it, they would become twins. So only one is
# made **responsible**: the one whose box has the highest IoU *at this moment*. The other is told that it should have
# kept quiet. Predictors specialise in this way without anybody assigning shapes: whoever happens to be better at wide
# boxes gets the wide ones to practise on. (Anchors, Day 61, assign them in advance.)
#
# The mask $m$ has one True in each cell with an object and none elsewhere. If several are equally good, the first is
# responsible; so it is at the start of a training, when no box touches its object and all have an IoU of 0.


# %% exercise: responsible_mask
def responsible_mask(pred, target, *, b=2):
    """Which predictor answers for the object of each cell.

    Args:
        pred: what the network says, float32 array or tensor (N, S, S, 5 b + K); N may be unknown while Keras traces.
        target: the targets, the same.
        b: predictors of a cell.

    Returns:
        bool tensor (N, S, S, b): in each cell with an object one True, at the predictor of the highest IoU, the first
        of equal ones; False elsewhere. About 4 lines.
    """
    ### BEGIN SOLUTION
    best = ops.argmax(predictor_iou(pred, target, b=b), axis=-1)  # (N, S, S)
    there = target[..., 4:5] > 0  # (N, S, S, 1)
    return ops.logical_and(ops.one_hot(best, b, dtype="bool"), there)
    ### END SOLUTION


# %% fixture
def traced_mask(pred, target, **settings):
    return ops.convert_to_numpy(traced(responsible_mask, pred, target, **settings))


# %% test: responsible_mask, points=1
target, pred = np.zeros((1, 4, 4, 12), "float32"), np.zeros((1, 4, 4, 12), "float32")
target[0, 1, 2] = target[0, 3, 0] = [0.5, 0.5, 0.5, 0.5, 1] * 2 + [0, 1]
pred[0, 1, 2] = [0.5, 0.5, 0.5, 0.5**0.5, 0.1, 1.0, 0.5, 0.5, 0.5, 0.9, 0.3, 0.6]
pred[0, 3, 0] = [1.0, 0.5, 0.5, 0.5, 0.9, 0.5, 0.5, 0.5, 0.5**0.5, 0.1, 0.3, 0.6]
due = np.zeros((1, 4, 4, 2), bool)
due[0, 1, 2, 0] = due[0, 3, 0, 1] = True
with dd.check.unchanged(pred), dd.check.unchanged(target):
    came = responsible_mask(pred, target)
dd.check.shape(came, (1, 4, 4, 2), what="the mask")
dd.check.dtype(came, "bool", what="the mask")
dd.check.equal(
    came, due, what="the mask", why="an IoU of 1/2 beats 1/3, whatever the confidences, and 14 cells are empty"
)
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(633)
for n, s, b, num_classes in [(2, 3, 2, 2), (1, 5, 3, 1), (3, 1, 1, 4), (2, 6, 4, 3)]:
    target = np.zeros((n, s, s, 5 * b + num_classes), "float32")
    for index in np.argwhere(rng.random((n, s, s)) < 0.5):
        block = [*rng.uniform(0, 1, 2), *rng.uniform(0.3, 0.9, 2), 1]
        target[tuple(index)] = block * b + list(np.eye(num_classes)[rng.integers(num_classes)])
    pred = np.abs(target + rng.normal(0, 0.15, target.shape)).astype("float32")
    due = np.zeros((n, s, s, b), bool)
    for m, i, j in np.ndindex(n, s, s):
        if target[m, i, j, 4] == 1:
            overlaps = []
            for k in range(b):
                sides = []
                for axis in (0, 1):
                    ends = []
                    for grid in (pred, target):
                        middle, root = (float(grid[m, i, j, 5 * k + axis + more]) for more in (0, 2))
                        ends.append((middle / s - root**2 / 2, middle / s + root**2 / 2))
                    sides.append((min(ends[0][1], ends[1][1]) - max(ends[0][0], ends[1][0]), ends))
                common = max(sides[0][0], 0) * max(sides[1][0], 0)
                areas = [np.prod([side[1][which][1] - side[1][which][0] for side in sides]) for which in (0, 1)]
                overlaps.append(common / (sum(areas) - common))
            due[m, i, j, int(np.argmax(overlaps))] = True
    dd.check.equal(responsible_mask(pred, target, b=b), due, what=f"the mask for {pred.shape}, b={b}")
    if s == 3:
        dd.check.equal(traced_mask(pred, target, b=b), due, what="the mask while Keras traces")
# Nobody touches the object, and twins: the first.
pred[...] = 0
dd.check.equal(
    responsible_mask(pred, target, b=b),
    np.concatenate([target[..., 4:5] == 1, np.zeros((n, s, s, b - 1), bool)], axis=-1),
    what="the mask where all IoUs are 0",
    why="of equal ones the first is responsible, and still nobody in empty cells",
)
dd.check.equal(
    responsible_mask(target, target, b=b)[..., 0], target[..., 4] == 1, what="the mask of twins", why="the first"
)
### END HIDDEN TESTS

# %% mistakes: responsible_mask
# - replace: return ops.logical_and(ops.one_hot(best, b, dtype="bool"), there)
#   with: 'return ops.one_hot(best, b, dtype="bool")'
#   hint: "In empty cells a predictor is responsible too. There is nothing to be responsible for."
# - replace: ops.argmax(predictor_iou(pred, target, b=b), axis=-1)
#   with: ops.argmin(predictor_iou(pred, target, b=b), axis=-1)
#   hint: "You choose the worst box of a cell. The highest IoU is responsible."
# - replace: ops.argmax(predictor_iou(pred, target, b=b), axis=-1)
#   with: 'ops.argmax(pred[..., 4 : 5 * b : 5], axis=-1)'
#   hint: "You choose the most confident predictor. The one whose box fits best is responsible, however unsure it is."
# - replace: ops.logical_and(ops.one_hot(best, b, dtype="bool"), there)
#   with: ops.logical_and(predictor_iou(pred, target, b=b) > 0, there)
#   hint: "Every predictor that touches the object is responsible with you. It is one in each cell with an object."
# - replace: there = target[..., 4:5] > 0
#   with: there = pred[..., 4:5] > 0.5
#   hint: "You ask the prediction whether there is an object. Only the target knows."
# - replace: ops.one_hot(best, b, dtype="bool")
#   with: ops.ones_like(predictor_iou(pred, target, b=b), dtype="bool")
#   hint: "All predictors of a cell with an object are responsible. Only the best is."
# - replace: return ops.logical_and(ops.one_hot(best, b, dtype="bool"), there)
#   with: return ops.one_hot(best, b) * ops.cast(there, "float32")
#   hint: "Your mask holds numbers. Masks are of bool here, True and False."
# - replace: ops.argmax(predictor_iou(pred, target, b=b), axis=-1)
#   with: b - 1 - ops.argmax(ops.flip(predictor_iou(pred, target, b=b), axis=-1), axis=-1)
#   hint: "Where several are equally good you make the last of them responsible. The first of them is."
# - replace: predictor_iou(pred, target, b=b)
#   with: predictor_iou(pred, target)
#   hint: "You don't hand b on, so that the IoUs are always those of two predictors."


# %% mistake: responsible_mask
# hint: "You ask for an IoU of 0.5 or more, so that some objects have nobody, or two. It is always the best one."
def responsible_mask(pred, target, *, b=2):
    return ops.logical_and(predictor_iou(pred, target, b=b) > 0.5, target[..., 4:5] > 0)


# %% mistake: responsible_mask
# hint: "Where several are equally good you make all of them responsible. The first of them is."
def responsible_mask(pred, target, *, b=2):
    overlap = predictor_iou(pred, target, b=b)
    best = ops.max(overlap, axis=-1, keepdims=True)
    return ops.logical_and(overlap == best, target[..., 4:5] > 0)


# %% mistake: responsible_mask
# hint: "Where no box touches the object you make nobody responsible, and nobody would ever learn it. The first is."
def responsible_mask(pred, target, *, b=2):
    overlap = predictor_iou(pred, target, b=b)
    return ops.logical_and(ops.one_hot(ops.argmax(overlap, axis=-1), b, dtype="bool"), overlap > 0)


# %% equivalents: responsible_mask
# - replace: ops.argmax(predictor_iou(pred, target, b=b), axis=-1)
#   with: ops.argmax(predictor_iou(target, pred, b=b), axis=-1)
#   reason: "IoU is the same both ways."
# - replace: ops.one_hot(best, b, dtype="bool")
#   with: ops.one_hot(best, b)
#   reason: "logical_and takes 1.0 for True."


# %% accepts: responsible_mask
def responsible_mask(pred, target, *, b=2):
    overlap = predictor_iou(pred, target, b=b)
    taken = ops.cast(target[..., 4], "bool")
    columns = []
    for k in range(b):
        beats = [overlap[..., k] > overlap[..., i] if i < k else overlap[..., k] >= overlap[..., i] for i in range(b)]
        mine = taken
        for each in beats:
            mine = ops.logical_and(mine, each)
        columns.append(mine)
    return ops.stack(columns, axis=-1)


# %% accepts: responsible_mask
def responsible_mask(pred, target, *, b=2):
    best = tf.argmax(predictor_iou(pred, target, b=b), axis=-1)
    return (best[..., None] == tf.range(b, dtype=best.dtype)) & (tf.convert_to_tensor(target)[..., 4:5] == 1)


# %% [markdown]
# ## Why roots
#
# All errors will be squared and added up. Take a width that is off by 4 pixels of 64. For a box 48 wide that is hardly
# to be seen; for one 10 wide, it is half the object. The squared error of $w$ is the same for both. What about the
# error of $\sqrt w$?

# %% demo
true_width = np.linspace(8, 60, 200) / 64
off = 4 / 64
losses = {
    "of the width": np.full(200, off**2),
    "of its root": (np.sqrt(true_width + off) - np.sqrt(true_width)) ** 2,
}
fig, axes = plt.subplots(1, 2, figsize=(11, 4))
for (name, values), look in zip(losses.items(), dd.plot.LINE_STYLES, strict=False):
    axes[0].plot(64 * true_width, 1000 * values, linestyle=look, label=f"squared error {name}")
axes[0].set(title="4 pixels too wide: what it costs", xlabel="true width, pixels", ylabel="loss, in thousandths")
axes[0].legend()
axes[1].plot(64 * true_width, true_width / (true_width + off), color="C2")
axes[1].set(
    title="4 pixels too wide: what is left of the IoU", xlabel="true width, pixels", ylabel="IoU", ylim=(0.5, 1)
)
dd.plot.show(
    "Left: the squared error of the width is level at 3.9 thousandths; that of its root falls from 6 for a width of 8 "
    "to 1 for a width of 60. Right: the IoU rises from 0.67 to 0.94 over the same widths."
)
print(f"root: {losses['of its root'][0] / losses['of its root'][-1]:.1f} times as dear at 8 pixels as at 60")

# %% [markdown]
# With the root, the same slip costs a small object about six times as much as a large one, which is roughly what the
# IoU on the right says too. It is a remedy by half, as its authors say: in what it judges, the loss is not mAP. Two
# ways lead there. Let the network give $w$ and take the root within the loss; then a negative $\hat w$ makes NaN, and a
# root's slope at 0 is infinite. Or let it give the root itself, as the authors' own program, Darknet, does, and you do,
# and the loss is a plain difference.
#
# ## Five terms
#
# For one picture, with sums over all cells $a$ and predictors $k$, and $m_{ak} = 1$ where predictor $k$ is responsible:
#
# $$\begin{aligned}
# L_\text{xy} &= \lambda_\text{coord} \sum_{a,k} m_{ak} \big[ (x_a - \hat x_{ak})^2 + (y_a - \hat y_{ak})^2 \big] \\
# L_\text{size} &= \lambda_\text{coord} \sum_{a,k} m_{ak} \big[ (\sqrt{w_a} - \sqrt{\hat w_{ak}})^2
#   + (\sqrt{h_a} - \sqrt{\hat h_{ak}})^2 \big] \\
# L_\text{object} &= \sum_{a,k} m_{ak} \big( \mathrm{IoU}_{ak} - \hat c_{ak} \big)^2 \\
# L_\text{no object} &= \lambda_\text{noobj} \sum_{a,k} (1 - m_{ak})\, \hat c_{ak}^2 \\
# L_\text{class} &= \sum_a \big[\text{cell } a \text{ has an object}\big] \sum_{l} (p_{al} - \hat p_{al})^2
# \end{aligned}$$
#
# Everything is a squared error, even the class, where a cross-entropy (Day 24) would be usual. Some points that are
# easily missed:
#
# - **No object** counts *every* predictor that is not responsible: those of empty cells, and the loser in an occupied
#   cell.
# - An empty cell's box and class are free: no term asks for them.
# - The IoU in the third term is a **target**, and has no gradient. Otherwise the network could please this term by
#   spoiling a good box until it fits a low confidence. `ops.stop_gradient` makes a constant of a tensor.
# - The terms are **sums** over the picture and a **mean** over the batch only.
#
# **By hand**: $S = 2$, $B = 2$, $K = 2$, one object in cell $(0, 1)$ with the block $(0.5, 0.5, 0.5, 0.5, 1)$ and
# class 1. Predictor 0 of that cell says $(0.5, 0.5, 0.5, 1, 0.4)$, four times too high: IoU $\frac14$. Predictor 1 says
# $(0.75, 0.5, 0.5, 0.5, 0.5)$, an eighth of the picture too far right: IoU $\frac13$, so it is responsible. The class
# scores are $(0.1, 0.7)$. In cell $(1, 0)$ predictor 0 has a confidence of $0.2$; all else is 0.
#
# | term | | |
# |---|---|---|
# | xy | $5 \cdot 0.25^2$ | 0.3125 |
# | size | | 0 |
# | object | $(\frac13 - 0.5)^2$ | 0.0278 |
# | no object | $0.5 \cdot (0.4^2 + 0.2^2)$ | 0.1 |
# | class | $0.1^2 + 0.3^2$ | 0.1 |


# %% exercise: yolo_loss
def yolo_loss(target, pred, lambda_coord=5.0, lambda_noobj=0.5, *, b=2):
    """The terms of YOLO's loss, by name; the loss is their sum.

    Redmon and others (2016), equation 3.

    Args:
        target: the targets, float32 array or tensor (N, S, S, 5 b + K); N may be unknown while Keras traces.
        pred: what the network says, the same.
        lambda_coord: weight of the two terms of the place.
        lambda_noobj: weight of the confidences of predictors that are not responsible.
        b: predictors of a cell.

    Returns:
        dict of "xy", "size", "object", "no object" and "class", in this order: each a float32 tensor (), with its
        weight in it, summed over a picture and averaged over the N. The IoU in "object" has no gradient. About 14
        lines.
    """
    ### BEGIN SOLUTION
    s = target.shape[1]
    mine = ops.cast(responsible_mask(pred, target, b=b), "float32")  # (N, S, S, b)
    overlap = ops.stop_gradient(predictor_iou(pred, target, b=b))
    truth, said = (ops.reshape(grid[..., : 5 * b], (-1, s, s, b, 5)) for grid in (target, pred))
    error, sure = ops.square(truth - said), said[..., 4]  # (N, S, S, b, 5) and (N, S, S, b)
    terms = {
        "xy": lambda_coord * mine * (error[..., 0] + error[..., 1]),
        "size": lambda_coord * mine * (error[..., 2] + error[..., 3]),
        "object": mine * ops.square(overlap - sure),
        "no object": lambda_noobj * (1 - mine) * ops.square(sure),
        "class": target[..., 4:5] * ops.square((target - pred)[..., 5 * b :]),
    }
    return {name: ops.mean(ops.sum(term, axis=(1, 2, 3))) for name, term in terms.items()}
    ### END SOLUTION


# %% fixture
def term_gradient(term, target, pred, **settings):
    """The gradient of a term along the predictions; of all terms together for "all"."""
    pred = tf.convert_to_tensor(pred)
    with tf.GradientTape() as tape:
        tape.watch(pred)
        terms = yolo_loss(target, pred, **settings)
        value = sum(terms.values()) if term == "all" else terms[term]
    gradient = tape.gradient(value, pred)
    return np.zeros(pred.shape, "float32") if gradient is None else ops.convert_to_numpy(gradient)


def traced_total(pred, target, **settings):
    return float(traced(lambda p, t: sum(yolo_loss(t, p, **settings).values()), pred, target))


# %% test: yolo_loss, points=3
target, pred = np.zeros((1, 2, 2, 12), "float32"), np.zeros((1, 2, 2, 12), "float32")
target[0, 0, 1] = [0.5, 0.5, 0.5, 0.5, 1] * 2 + [0, 1]
pred[0, 0, 1] = [0.5, 0.5, 0.5, 1, 0.4, 0.75, 0.5, 0.5, 0.5, 0.5, 0.1, 0.7]
pred[0, 1, 0, 4] = 0.2
with dd.check.unchanged(pred), dd.check.unchanged(target):
    terms = yolo_loss(target, pred)
dd.check.kind(terms, dict, what="the terms")
dd.check.equal(list(terms), ["xy", "size", "object", "no object", "class"], what="the names of the terms")
for name, due in {"xy": 0.3125, "size": 0.0, "object": 1 / 36, "no object": 0.1, "class": 0.1}.items():
    dd.check.shape(terms[name], (), what=f"terms[{name!r}]", why="one number")
    dd.check.close(terms[name], due, rtol=1e-4, what=f"terms[{name!r}]", why="this is the example worked by hand")
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(634)


def slow_terms(target, pred, lambda_coord, lambda_noobj, b):
    n, s = target.shape[:2]
    due = dict.fromkeys(("xy", "size", "object", "no object", "class"), 0.0)
    for m, i, j in np.ndindex(n, s, s):
        t, p = target[m, i, j].astype(float), pred[m, i, j].astype(float)
        overlaps = []
        for k in range(b):
            ends = [
                [
                    (g[5 * k + a] / s - g[5 * k + a + 2] ** 2 / 2, g[5 * k + a] / s + g[5 * k + a + 2] ** 2 / 2)
                    for a in (0, 1)
                ]
                for g in (p, t)
            ]
            common = np.prod([max(0.0, min(e[1], f[1]) - max(e[0], f[0])) for e, f in zip(*ends, strict=True)])
            areas = sum((e[0][1] - e[0][0]) * (e[1][1] - e[1][0]) for e in ends)
            overlaps.append(common / (areas - common) if common > 0 else 0.0)
        winner = int(np.argmax(overlaps)) if t[4] == 1 else -1
        for k in range(b):
            block, truth = p[5 * k : 5 * k + 5], t[5 * k : 5 * k + 5]
            if k == winner:
                due["xy"] += lambda_coord * ((block[0] - truth[0]) ** 2 + (block[1] - truth[1]) ** 2)
                due["size"] += lambda_coord * ((block[2] - truth[2]) ** 2 + (block[3] - truth[3]) ** 2)
                due["object"] += (block[4] - overlaps[k]) ** 2
            else:
                due["no object"] += lambda_noobj * block[4] ** 2
        if t[4] == 1:
            due["class"] += float(((p[5 * b :] - t[5 * b :]) ** 2).sum())
    return {name: value / n for name, value in due.items()}


for n, s, b, num_classes, settings in [
    (2, 3, 2, 3, {}),
    (1, 4, 3, 2, {"lambda_coord": 1.0, "lambda_noobj": 2.0}),
    (3, 1, 1, 1, {"lambda_coord": 7.0}),
    (5, 2, 2, 4, {"lambda_noobj": 0.0}),
]:
    target = np.zeros((n, s, s, 5 * b + num_classes), "float32")
    for index in np.argwhere(rng.random((n, s, s)) < 0.6):
        block = [*rng.uniform(0, 1, 2), *rng.uniform(0.3, 0.9, 2), 1]
        target[tuple(index)] = block * b + list(np.eye(num_classes)[rng.integers(num_classes)])
    pred = (target + rng.normal(0, 0.2, target.shape)).astype("float32")
    with dd.check.unchanged(pred), dd.check.unchanged(target):
        terms = yolo_loss(target, pred, b=b, **settings)
    due = slow_terms(target, pred, settings.get("lambda_coord", 5.0), settings.get("lambda_noobj", 0.5), b)
    for name, value in due.items():
        what = f"terms[{name!r}] for {pred.shape}, b={b}, {settings or 'weights left out'}"
        dd.check.close(terms[name], value, rtol=2e-4, atol=1e-6, what=what)
    if n == 2:
        dd.check.close(
            traced_total(pred, target, b=b, **settings), sum(due.values()), rtol=2e-4, what="the sum while Keras traces"
        )
        # What is said about boxes and classes of empty cells is free; and the IoU is no path for gradients.
        free = term_gradient("all", target, pred, b=b)[target[..., 4] == 0]
        dd.check.close(
            free[:, [0, 1, 2, 3, 5, 6, 7, 8, *range(10, 13)]],
            np.zeros((len(free), 11)),
            what="the gradient in empty cells",
            why="only confidences count there",
        )
        gradient = term_gradient("object", target, pred, b=b)
        places = gradient[..., [0, 1, 2, 3, 5, 6, 7, 8]]
        dd.check.close(
            places, np.zeros(places.shape), what="the gradient of 'object' along the boxes", why="the IoU is a target"
        )
        assert np.abs(gradient[..., [4, 9]]).max() > 0.01, "the confidences must have a gradient from 'object'"
        assert np.abs(term_gradient("size", target, pred, b=b)[..., [2, 3, 7, 8]]).max() > 0.01, (
            "the roots must have a gradient"
        )
empty = np.zeros((2, 3, 3, 12), "float32")
pred = rng.normal(0, 1, empty.shape).astype("float32")
terms = yolo_loss(empty, pred)
due = 0.5 * (pred[..., [4, 9]].astype(float) ** 2).sum() / 2
for name in ("xy", "size", "object", "class"):
    dd.check.close(terms[name], 0.0, what=f"terms[{name!r}] of pictures without objects")
dd.check.close(terms["no object"], due, rtol=1e-4, what="terms['no object'] of pictures without objects")
### END HIDDEN TESTS

# %% mistakes: yolo_loss
# - replace: ops.stop_gradient(predictor_iou(pred, target, b=b))
#   with: predictor_iou(pred, target, b=b)
#   hint: "The IoU lets gradients through, so that the confidence's term moves boxes. It is a target: a constant."
# - replace: mine * ops.square(overlap - sure)
#   with: mine * ops.square(1 - sure)
#   hint: "You want a confidence of 1 wherever there is an object. The target of a confidence is the IoU that its box
#     reaches."
# - replace: lambda_noobj * (1 - mine) * ops.square(sure)
#   with: lambda_noobj * (1 - target[..., 4:5]) * ops.square(sure)
#   hint: "You ask only empty cells to keep quiet. A predictor that lost in an occupied cell is to keep quiet as well."
# - replace: mine * ops.square(overlap - sure)
#   with: target[..., 4:5] * ops.square(overlap - sure)
#   hint: "All predictors of an occupied cell learn its IoU with you. Only the responsible one does."
# - replace: lambda_coord * mine * (error[..., 0] + error[..., 1])
#   with: lambda_coord * target[..., 4:5] * (error[..., 0] + error[..., 1])
#   hint: "All predictors of an occupied cell learn the place. Only the responsible one does."
# - replace: lambda_coord * mine * (error[..., 0] + error[..., 1])
#   with: mine * (error[..., 0] + error[..., 1])
#   hint: "The centres have no weight. lambda_coord belongs to both terms of the place."
# - replace: lambda_coord * mine * (error[..., 2] + error[..., 3])
#   with: mine * (error[..., 2] + error[..., 3])
#   hint: "The sizes have no weight. lambda_coord belongs to both terms of the place."
# - replace: lambda_noobj * (1 - mine)
#   with: (1 - mine)
#   hint: "Silence has no weight: lambda_noobj is missing."
# - replace: target[..., 4:5] * ops.square((target - pred)[..., 5 * b :])
#   with: ops.square((target - pred)[..., 5 * b :])
#   hint: "You ask empty cells for a class. Only cells with an object have one."
# - replace: ops.mean(ops.sum(term, axis=(1, 2, 3)))
#   with: ops.mean(term)
#   hint: "You average over cells and predictors. The terms are summed over a picture; only the pictures are averaged."
# - replace: ops.mean(ops.sum(term, axis=(1, 2, 3)))
#   with: ops.sum(term)
#   hint: "You add up the pictures of the batch. Their mean is due, so that the batch's size does not matter."
# - replace: lambda_coord * mine * (error[..., 2] + error[..., 3])
#   with: lambda_coord * mine * (ops.sqrt(error[..., 2]) + ops.sqrt(error[..., 3]))
#   hint: "The size's errors are not squared."
# - replace: '"no object": lambda_noobj * (1 - mine) * ops.square(sure)'
#   with: '"no object": lambda_noobj * (1 - mine) * ops.square(target[..., 4:5] - sure)'
#   hint: "The loser in an occupied cell is asked for a confidence of 1. Whoever is not responsible is to say 0."


# %% mistake: yolo_loss
# hint: "You square the roots before comparing. Blocks hold roots, and their difference is the error."
def yolo_loss(target, pred, lambda_coord=5.0, lambda_noobj=0.5, *, b=2):
    s = target.shape[1]
    mine = ops.cast(responsible_mask(pred, target, b=b), "float32")
    overlap = ops.stop_gradient(predictor_iou(pred, target, b=b))
    truth = ops.reshape(target[..., : 5 * b], (-1, s, s, b, 5))
    said = ops.reshape(pred[..., : 5 * b], (-1, s, s, b, 5))
    places = ops.square(truth[..., :2] - said[..., :2])
    sizes = ops.square(ops.square(truth[..., 2:4]) - ops.square(said[..., 2:4]))
    axes = (1, 2, 3)
    return {
        "xy": lambda_coord * ops.mean(ops.sum(mine * ops.sum(places, axis=-1), axis=axes)),
        "size": lambda_coord * ops.mean(ops.sum(mine * ops.sum(sizes, axis=-1), axis=axes)),
        "object": ops.mean(ops.sum(mine * ops.square(overlap - said[..., 4]), axis=axes)),
        "no object": lambda_noobj * ops.mean(ops.sum((1 - mine) * ops.square(said[..., 4]), axis=axes)),
        "class": ops.mean(ops.sum(target[..., 4:5] * ops.square((target - pred)[..., 5 * b :]), axis=axes)),
    }


# %% equivalents: yolo_loss
# - replace: s = target.shape[1]
#   with: s = target.shape[2]
#   reason: "The grid is square."
# - replace: ops.stop_gradient(predictor_iou(pred, target, b=b))
#   with: ops.stop_gradient(predictor_iou(target, pred, b=b))
#   reason: "IoU is the same both ways."
# - replace: ops.mean(ops.sum(term, axis=(1, 2, 3)))
#   with: ops.mean(ops.sum(term, axis=(1, 2, 3), keepdims=True))
#   reason: "The mean does not mind axes of length 1."


# %% accepts: yolo_loss
def yolo_loss(target, pred, lambda_coord=5.0, lambda_noobj=0.5, *, b=2):
    target, pred = tf.convert_to_tensor(target), tf.convert_to_tensor(pred)
    mine = responsible_mask(pred, target, b=b)
    overlap = tf.stop_gradient(predictor_iou(pred, target, b=b))
    n = tf.cast(tf.shape(target)[0], tf.float32)
    xy = size = here = silent = 0.0
    for k in range(b):
        m, difference = tf.cast(mine[..., k], tf.float32), (target - pred)[..., 5 * k : 5 * k + 5] ** 2
        sure = pred[..., 5 * k + 4]
        xy += tf.reduce_sum(m * (difference[..., 0] + difference[..., 1]))
        size += tf.reduce_sum(m * (difference[..., 2] + difference[..., 3]))
        here += tf.reduce_sum(m * (overlap[..., k] - sure) ** 2)
        silent += tf.reduce_sum(sure**2) - tf.reduce_sum(m * sure**2)
    named = tf.reduce_sum(target[..., 4] * tf.reduce_sum((target - pred)[..., 5 * b :] ** 2, axis=-1))
    weighted = [lambda_coord * xy, lambda_coord * size, here, lambda_noobj * silent, named]
    return {name: term / n for name, term in zip(("xy", "size", "object", "no object", "class"), weighted, strict=True)}


# %% accepts: yolo_loss
def yolo_loss(target, pred, lambda_coord=5.0, lambda_noobj=0.5, *, b=2):
    s = target.shape[1]
    mine = ops.cast(responsible_mask(pred, target, b=b), "float32")
    overlap = ops.stop_gradient(predictor_iou(pred, target, b=b))
    truth = ops.reshape(target[..., : 5 * b], (-1, s, s, b, 5))
    said = ops.reshape(pred[..., : 5 * b], (-1, s, s, b, 5))

    def total(mask, wanted, given):
        return ops.sum(mask * ops.square(wanted - given)) / ops.cast(ops.shape(pred)[0], "float32")

    return {
        "xy": lambda_coord * total(mine[..., None], truth[..., :2], said[..., :2]),
        "size": lambda_coord * total(mine[..., None], truth[..., 2:4], said[..., 2:4]),
        "object": total(mine, overlap, said[..., 4]),
        "no object": lambda_noobj * total(1 - mine, 0.0, said[..., 4]),
        "class": total(target[..., 4:5], target[..., 5 * b :], pred[..., 5 * b :]),
    }


# %% [markdown]
# ## Why weights
#
# A scene has about $8 \cdot 8 \cdot 2 = 128$ predictors and 2.5 objects. Suppose a network that cannot tell yet where
# anything is, and gives the same confidence $c$ everywhere. With $n$ predictors, $r$ of them responsible and an IoU of
# $u$ at those, the terms of confidence are $r (u - c)^2 + \lambda_\text{noobj} (n - r)\, c^2$, least at
#
# $$c = \frac{r\, u}{r + \lambda_\text{noobj} (n - r)} .$$

# %% demo
for weight in (1.0, 0.5, 0.1):
    print(
        f"lambda_noobj = {weight}: best constant confidence {2.5 * 0.7 / (2.5 + weight * 125.5):.3f}, of an IoU of 0.7"
    )

# %% [markdown]
# The silent majority pulls everything to 0, and there the slope of the few that matter is drowned: the paper reports
# that training then goes astray early. $\lambda_\text{noobj} = 0.5$ halves the pull and $\lambda_\text{coord} = 5$
# makes the place worth more than class and confidence. Neither is a law of nature; both are entries of a
# **configuration** like $S$ and $B$, and are tuned (Day 43).
#
# ## Augmentation moves the boxes too
#
# The authors scaled and shifted pictures by up to 20% at random, and changed exposure and saturation by a factor of up
# to 1.5. Colours leave boxes alone. Whatever moves pixels has to move the boxes with them, or the network is taught
# falsehoods (Day 49). The same holds for resizing to the network's input: pixels by bilinear interpolation, corners by
# the same two factors; and if pixels are normalised for the network, that is undone for drawing.
#
# Three steps in this order: **scale** by a factor about the picture's centre, **shift** to the right and down, **flip**
# left to right. A corner at $x$ of a picture of width $W$ moves to
#
# $$x' = \text{scale} \cdot \Big(x - \frac W2\Big) + \frac W2 + \text{shift} , \qquad
# \text{flipped: } W - x' .$$
#
# Pixels are drawn the other way round: for the **centre** of each new pixel, $j + \frac12$, find where it came from,
# and copy the pixel that lies there, or 0 if that is outside. **By hand**, 64 pixels wide and high, scale 1.5, shift
# $(-8, 4)$: the box $(10, 20, 30, 50)$ goes to $(-9, 18, 21, 63)$. What is outside is cut off, which leaves
# $(0, 18, 21, 63)$, or 21/30 of the area. Flipped, it is $(43, 18, 64, 63)$: the right edge has become the left one.
# And a box of which less than half is left should go, since nobody could say what it is.


# %% exercise: augment_with_boxes
def augment_with_boxes(image, boxes, scale=1.0, shift=(0, 0), flip=False):
    """Scale a picture about its centre, shift it, flip it, and its boxes with it.

    Args:
        image: array (H, W, C) of any number dtype.
        boxes: array (t, 4), floats or ints, (x1, y1, x2, y2) in pixels, t >= 0. Both arrays are left unchanged.
        scale: factor, above 0; above 1 things get larger.
        shift: (right, down) in pixels, floats or ints, after scaling.
        flip: whether to mirror left and right in the end.

    Returns:
        Tuple (new_image, new_boxes, kept): an array of image's shape and dtype, each pixel a copy of the one where its
        centre comes from, 0 if that is outside; float array (k, 4), the boxes that are kept, cut off at the border; and
        a bool array (t,), whether each is kept: at least half of its new area lies inside, and the area is not 0.

    Raises:
        ValueError: scale is not above 0.
    """
    ### BEGIN SOLUTION
    if scale <= 0:
        raise ValueError(f"scale must be above 0. Received: {scale}")
    size = np.array(image.shape[1::-1])  # W, H
    sources = [np.floor((np.arange(n) + 0.5 - n / 2 - by) / scale + n / 2) for n, by in zip(size, shift, strict=True)]
    columns, rows = (source.astype(int) for source in sources)
    ends = scale * (np.reshape(boxes, (-1, 2, 2)) - size / 2) + size / 2 + np.array(shift)  # (t, 2 corners, x and y)
    if flip:
        columns = columns[::-1]
        ends[..., 0] = size[0] - ends[:, ::-1, 0]
    inside = ((rows >= 0) & (rows < size[1]))[:, None] & (columns >= 0) & (columns < size[0])  # (H, W)
    new_image = np.zeros_like(image)
    new_image[inside] = image[rows[:, None] * inside, columns * inside][inside]
    cut = np.clip(ends, 0, size)
    area, left = (np.prod(each[:, 1] - each[:, 0], axis=1) for each in (ends, cut))
    kept = (left >= area / 2) & (area > 0)
    return new_image, cut.reshape(-1, 4)[kept], kept
    ### END SOLUTION


# %% test: augment_with_boxes, points=2
image = np.random.default_rng(5).integers(1, 255, (64, 64, 3)).astype("uint8")
boxes = np.array([[10.0, 20.0, 30.0, 50.0], [0.0, 0.0, 12.0, 12.0], [0.0, 0.0, 0.0, 0.0]])
with dd.check.unchanged(image), dd.check.unchanged(boxes):
    result = augment_with_boxes(image, boxes, 1.5, (-8, 4))
dd.check.kind(result, tuple)
new_image, new_boxes, kept = result
dd.check.equal(kept, [True, False, False], what="kept", why="the second box leaves the picture, the third is empty")
dd.check.like(
    new_boxes, np.array([[0.0, 18.0, 21.0, 63.0]]), what="new_boxes", why="this is the example worked by hand"
)
dd.check.shape(new_image, (64, 64, 3), what="new_image")
dd.check.dtype(new_image, "uint8", what="new_image")
new_image, new_boxes, kept = augment_with_boxes(image, boxes[:1], 1.5, (-8, 4), True)
dd.check.close(
    new_boxes, [[43.0, 18.0, 64.0, 63.0]], what="new_boxes, flipped", why="left and right edge change places"
)
moved = augment_with_boxes(image, boxes[:0], shift=(3, -2))
dd.check.equal(moved[0][:62, 3:], image[2:, :61], what="a picture shifted by 3 and -2, where it has come from inside")
dd.check.equal(moved[0][62:], np.zeros((2, 64, 3), "uint8"), what="its last rows", why="nothing moved in there")
dd.check.equal(moved[0][:, :3], np.zeros((64, 3, 3), "uint8"), what="its first columns", why="nothing moved in there")
dd.check.shape(moved[1], (0, 4), what="new_boxes without boxes")
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(635)
for shape, scale, shift, flip in [
    ((12, 20, 3), 1.25, (3, -2), False),
    ((15, 9, 1), 0.8, (-1.5, 2.25), True),
    ((7, 11, 2), 2.0, (0, 0), True),
    ((20, 12, 3), 0.5, (4, 1), False),
    ((1, 5, 4), 1.0, (0, 0), True),
    ((16, 24, 3), 3.3, (-20, 6), True),
    ((6, 5, 3), 1, (9, 0), False),
    ((9, 8, 3), 1.0, (-2, 3), False),
]:
    for dtype in ("uint8", "float32"):
        image = rng.integers(1, 200, shape).astype(dtype)
        centres = rng.uniform(0, 1, (9, 2)) * shape[1::-1]
        boxes = np.concatenate([centres - rng.uniform(0.5, 5, (9, 2)), centres + rng.uniform(0.5, 5, (9, 2))], axis=1)
        with dd.check.unchanged(image), dd.check.unchanged(boxes):
            new_image, new_boxes, kept = augment_with_boxes(image, boxes, scale, shift, flip)
        what = f"for a picture {shape}, scale={scale}, shift={shift}, flip={flip}"
        dd.check.shape(new_image, shape, what=f"new_image {what}")
        dd.check.dtype(new_image, dtype, what=f"new_image {what}")
        height, width = shape[:2]
        due, sure = np.zeros(shape, dtype), np.ones(shape[:2], bool)
        for i in range(height):
            for j in range(width):
                across = (width - j - 0.5 if flip else j + 0.5) - shift[0]
                v, u = (i + 0.5 - shift[1] - height / 2) / scale + height / 2, (across - width / 2) / scale + width / 2
                sure[i, j] = min(abs(v - round(v)), abs(u - round(u))) > 1e-6  # not on the line between two pixels
                if 0 <= v < height and 0 <= u < width:
                    due[i, j] = image[int(v), int(u)]
        dd.check.equal(
            new_image[sure], due[sure], what=f"new_image {what}", why="each pixel comes from where its centre was"
        )
        due_boxes, due_kept = [], []
        for box in boxes:
            x1, y1, x2, y2 = (
                scale * (edge - extent / 2) + extent / 2 + by
                for edge, extent, by in zip(box, (width, height) * 2, shift * 2, strict=True)
            )
            if flip:
                x1, x2 = width - x2, width - x1
            cut = [min(max(x1, 0), width), min(max(y1, 0), height), min(max(x2, 0), width), min(max(y2, 0), height)]
            due_kept.append((cut[2] - cut[0]) * (cut[3] - cut[1]) >= (x2 - x1) * (y2 - y1) / 2)
            if due_kept[-1]:
                due_boxes.append(cut)
        dd.check.equal(kept, np.array(due_kept), what=f"kept {what}", why="half of the area decides")
        dd.check.like(new_boxes, np.array(due_boxes, float).reshape(-1, 4), what=f"new_boxes {what}")

small = augment_with_boxes(np.zeros((8, 8, 3)), np.array([[3.0, 3.0, 3.5, 3.5]]))
dd.check.equal(small[2], [True], what="kept of a box of half a pixel", why="small is not empty")
whole = np.array([[0, 0, 3, 4], [-4, 0, 4, 4], [-5, 0, 4, 4], [2, 2, 2, 5]])  # half outside is kept, more is not
with dd.check.unchanged(whole):
    _, new_boxes, kept = augment_with_boxes(np.zeros((8, 8, 3)), whole)
dd.check.equal(
    kept, [True, True, False, False], what="kept of whole boxes", why="exactly half inside is enough, no area is not"
)
dd.check.like(new_boxes, np.array([[0.0, 0, 3, 4], [0, 0, 4, 4]]), what="new_boxes of whole boxes")
new_image, _, _ = augment_with_boxes(image, np.zeros((0, 4)))
assert not np.shares_memory(new_image, image), "new_image must be an array of its own"
for wrong in (0, -1.5):
    with dd.check.raises(ValueError, why=f"a scale of {wrong} makes no picture"):
        augment_with_boxes(image, boxes, wrong)
### END HIDDEN TESTS

# %% mistakes: augment_with_boxes
# - replace: ends[..., 0] = size[0] - ends[:, ::-1, 0]
#   with: ends[..., 0] = size[0] - ends[..., 0]
#   hint: "After your flip x1 is greater than x2: the right edge has to become the left one."
# - replace: ends[..., 0] = size[0] - ends[:, ::-1, 0]
#   with: pass
#   hint: "The picture is flipped and the boxes are not."
# - replace: columns = columns[::-1]
#   with: rows = rows[::-1]
#   hint: "Your picture is turned upside down. Left and right are to change places."
# - replace: scale * (np.reshape(boxes, (-1, 2, 2)) - size / 2) + size / 2 + np.array(shift)
#   with: scale * (np.reshape(boxes, (-1, 2, 2)) - size / 2 + np.array(shift)) + size / 2
#   hint: "You shift the boxes before scaling, so that the shift is scaled too."
# - replace: scale * (np.reshape(boxes, (-1, 2, 2)) - size / 2) + size / 2 + np.array(shift)
#   with: scale * np.reshape(boxes, (-1, 2, 2)) + np.array(shift, dtype=float)
#   hint: "Your boxes are scaled about the upper left corner, while the picture grows from its centre."
# - replace: scale * (np.reshape(boxes, (-1, 2, 2)) - size / 2) + size / 2 + np.array(shift)
#   with: scale * (np.reshape(boxes, (-1, 2, 2)) - size / 2) + size / 2 + np.array(shift)[::-1]
#   hint: "Right and down have changed places for the boxes."
# - replace: (np.arange(n) + 0.5 - n / 2 - by) / scale + n / 2
#   with: scale * (np.arange(n) + 0.5 - n / 2 - by) + n / 2
#   hint: "The pixels go the wrong way: to find where a pixel comes from, the scale is undone, so divide."
# - replace: (np.arange(n) + 0.5 - n / 2 - by) / scale + n / 2
#   with: (np.arange(n) + 0.5 - n / 2 + by) / scale + n / 2
#   hint: "Your picture moves against its boxes: to find where a pixel comes from, the shift is taken off."
# - replace: (np.arange(n) + 0.5 - n / 2 - by) / scale + n / 2
#   with: (np.arange(n) - n / 2 - by) / scale + n / 2
#   hint: "You ask where a pixel's corner comes from. Its centre is at half a pixel."
# - replace: new_image[inside] = image[rows[:, None] * inside, columns * inside][inside]
#   with: new_image[...] = image[np.ix_(rows % size[1], columns % size[0])]
#   hint: "What leaves your picture on one side comes back on the other side. 0 is due where nothing moved in."
# - replace: cut = np.clip(ends, 0, size)
#   with: cut = ends
#   hint: "Your boxes reach out of the picture. What is outside is cut off."
# - replace: cut = np.clip(ends, 0, size)
#   with: cut = np.clip(ends, 0, size[::-1])
#   hint: "You cut off at the wrong border: x ends at the width, y at the height."
# - replace: (left >= area / 2) & (area > 0)
#   with: (left > 0) & (area > 0)
#   hint: "A box of which only a sliver is left is kept. It takes half of its area."
# - replace: (left >= area / 2) & (area > 0)
#   with: (left > area / 2) & (area > 0)
#   hint: "A box that lies exactly half inside is dropped. Half is enough."
# - replace: (left >= area / 2) & (area > 0)
#   with: left >= area / 2
#   hint: "Boxes without area are kept. There is no object in them."
# - replace: cut.reshape(-1, 4)[kept], kept
#   with: cut.reshape(-1, 4), kept
#   hint: "All boxes come back. Only those that are kept are due, and `kept` says which."
# - replace: if scale <= 0
#   with: if scale < 0
#   hint: "A scale of 0 gets through."
# - replace: new_image[inside] = image[rows[:, None] * inside, columns * inside][inside]
#   with: new_image[...] = image[np.clip(rows, 0, size[1] - 1)[:, None], np.clip(columns, 0, size[0] - 1)]
#   hint: "You fill what comes from outside with the pixels at the border. 0 is due there."
# - replace: np.floor((np.arange(n) + 0.5 - n / 2 - by) / scale + n / 2)
#   with: np.trunc((np.arange(n) + 0.5 - n / 2 - by) / scale + n / 2)
#   hint: "You cut fractions off towards 0, so that -0.4 counts as pixel 0, though it lies outside. Round down."
# - replace: for each in (ends, cut)
#   with: for each in (np.reshape(boxes, (-1, 2, 2)), cut)
#   hint: "You compare what is left with the area before scaling. Half of the new area decides."
# - replace: cut.reshape(-1, 4)[kept], kept
#   with: ends.reshape(-1, 4)[kept], kept
#   hint: "Your boxes reach out of the picture. What is outside is cut off."
# - replace: cut.reshape(-1, 4)[kept], kept
#   with: (np.stack([cut[:, ::-1, 0], cut[..., 1]], axis=-1) if flip else cut).reshape(-1, 4)[kept], kept
#   hint: "After your flip x1 is greater than x2: the right edge has to become the left one."
# - replace: |-
#     sources = [np.floor((np.arange(n) + 0.5 - n / 2 - by) / scale + n / 2) for n, by in zip(size, shift, strict=True)]
#         columns, rows = (source.astype(int) for source in sources)
#         ends = scale * (np.reshape(boxes, (-1, 2, 2)) - size / 2) + size / 2 + np.array(shift)
#   with: |-
#     sources = [np.floor((np.arange(n) + 0.5 - by) / scale) for n, by in zip(size, shift, strict=True)]
#         columns, rows = (source.astype(int) for source in sources)
#         ends = scale * np.reshape(boxes, (-1, 2, 2)) + np.array(shift, dtype=float)
#   hint: "You scale about the upper left corner. Pixels and boxes move away from the picture's centre."


# %% mistake: augment_with_boxes
# hint: "You flip before you shift, so that the shift goes the other way. The flip comes last."
def augment_with_boxes(image, boxes, scale=1.0, shift=(0, 0), flip=False):
    if scale <= 0:
        raise ValueError(scale)
    height, width = image.shape[:2]
    half, ends = np.array([width, height]) / 2, np.array(boxes, dtype=float).reshape(-1, 2, 2)
    if flip:
        image = image[:, ::-1]
        ends[..., 0] = width - ends[:, ::-1, 0]
    x, y = (
        np.floor((np.arange(n) + 0.5 - n / 2 - by) / scale + n / 2).astype(int)
        for n, by in zip((width, height), shift, strict=True)
    )
    inside = ((y >= 0) & (y < height))[:, None] & (x >= 0) & (x < width)
    picked = image[y.clip(0, height - 1)[:, None], x.clip(0, width - 1)]
    new_image = np.where(inside[..., None], picked, 0).astype(image.dtype)
    ends = scale * (ends - half) + half + np.array(shift)
    cut = np.clip(ends, 0, 2 * half)
    area, left = (np.prod(each[:, 1] - each[:, 0], axis=1) for each in (ends, cut))
    kept = (left >= area / 2) & (area > 0)
    return new_image, cut.reshape(-1, 4)[kept], kept


# %% equivalents: augment_with_boxes
# - replace: np.reshape(boxes, (-1, 2, 2))
#   with: np.reshape(boxes, (-2, 2, 2))
#   reason: "NumPy takes any negative number for the size that is left over."
# - replace: 'return new_image, cut.reshape(-1, 4)[kept], kept'
#   with: 'return new_image, cut.reshape(-2, 4)[kept], kept'
#   reason: "NumPy takes any negative number for the size that is left over."
# - replace: 'cut = np.clip(ends, 0, size)'
#   with: 'cut = np.clip(0, ends, size)'
#   reason: "The middle of three numbers does not depend on which of the first two is called which."


# %% accepts: augment_with_boxes
def augment_with_boxes(image, boxes, scale=1.0, shift=(0, 0), flip=False):
    if not scale > 0:
        raise ValueError("scale")
    height, width = image.shape[:2]
    new_image = np.zeros(image.shape, image.dtype)
    for i in range(height):
        for j in range(width):
            u = width - (j + 0.5) if flip else j + 0.5
            u, v = (
                (u - shift[0] - width / 2) / scale + width / 2,
                (i + 0.5 - shift[1] - height / 2) / scale + height / 2,
            )
            if 0 <= u < width and 0 <= v < height:
                new_image[i, j] = image[int(v), int(u)]
    new_boxes, kept = [], []
    for box in boxes.tolist():
        x1, x2 = (scale * (x - width / 2) + width / 2 + shift[0] for x in box[::2])
        y1, y2 = (scale * (y - height / 2) + height / 2 + shift[1] for y in box[1::2])
        if flip:
            x1, x2 = width - x2, width - x1
        a, b, c, d = max(x1, 0.0), max(y1, 0.0), min(x2, width), min(y2, height)
        left = max(c - a, 0) * max(d - b, 0)
        kept.append(x2 > x1 and y2 > y1 and 2 * left >= (x2 - x1) * (y2 - y1))
        if kept[-1]:
            new_boxes.append([a, b, c, d])
    return new_image, np.array(new_boxes, float).reshape(-1, 4), np.array(kept, dtype=bool)


# %% accepts: augment_with_boxes
def augment_with_boxes(image, boxes, scale=1.0, shift=(0, 0), flip=False):
    if scale <= 0:
        raise ValueError("scale")
    height, width = image.shape[:2]
    # One affine map for corners, its inverse for pixels.
    forward = np.array(
        [[scale, 0, width / 2 * (1 - scale) + shift[0]], [0, scale, height / 2 * (1 - scale) + shift[1]], [0, 0, 1]]
    )
    if flip:
        forward = np.array([[-1, 0, width], [0, 1, 0], [0, 0, 1]]) @ forward
    v, u = np.mgrid[:height, :width] + 0.5
    x, y, _ = np.einsum("ij,jhw->ihw", np.linalg.inv(forward), np.stack([u, v, np.ones_like(u)]))
    x, y = np.floor(x).astype(int), np.floor(y).astype(int)
    good = (x >= 0) & (x < width) & (y >= 0) & (y < height)
    picked = image[y.clip(0, height - 1), x.clip(0, width - 1)]
    new_image = np.where(good[..., None], picked, np.zeros((), image.dtype))
    boxes = np.asarray(boxes, float)
    ones = np.ones(len(boxes))
    first, last = (np.stack([*corner.T, ones]).T @ forward.T for corner in (boxes[:, :2], boxes[:, 2:]))
    moved = np.concatenate([np.minimum(first, last)[:, :2], np.maximum(first, last)[:, :2]], axis=1)
    inside = np.clip(moved, 0, [width, height, width, height])

    def area(box):
        return (box[:, 2] - box[:, 0]) * (box[:, 3] - box[:, 1])

    kept = (area(moved) > 0) & (area(inside) >= 0.5 * area(moved))
    return new_image, inside[kept], kept


# %% [markdown]
# A scene as it is, moved three times, and with other colours. Does each box still fit its object?

# %% demo
MOVES = {
    "larger": {"scale": 1.2},
    "smaller, to the right": {"scale": 0.8, "shift": (12, 0)},
    "up, flipped": {"shift": (0, -12), "flip": True},
}
scene, boxes = train.images[example], train.boxes[example][there].astype(float)
fig, axes = plt.subplots(1, 5, figsize=(14, 3.2))
show_image(axes[0], scene, "as it is")
draw_boxes(axes[0], boxes)
for ax, (name, settings) in zip(axes[1:], MOVES.items(), strict=False):
    moved, moved_boxes, _ = augment_with_boxes(scene, boxes, **settings)
    show_image(ax, moved, name)
    draw_boxes(ax, moved_boxes)
colours = rgb_to_hsv(scene / 255)
colours[..., 1:] = np.clip(colours[..., 1:] * (1.5, 0.7), 0, 1)  # saturation and value, which is the exposure
show_image(axes[4], hsv_to_rgb(colours), "saturated, darker")
draw_boxes(axes[4], boxes)
dd.plot.show(
    "Five pictures of one scene, each with boxes that touch their objects on all sides: as it is; larger; smaller and "
    "to the right, with black bands; shifted up and flipped; and with stronger, darker colours."
)

# %% [markdown]
# ## Put it together: the loss, by name
#
# A small network with the layout of Day 64's, 16 to 96 filters and one prediction of 17 numbers in each of 64 cells, is
# trained with your loss on 250 scenes and as many augmented ones, for four short epochs. On 100 scenes that it never
# saw each term is measured before the training and after every epoch. (Batch norms keep running averages for it,
# Day 33, which get a momentum of 0.9, to keep up with so few steps.) Which of them fall, and which first?

# %% demo
rng = np.random.default_rng(63)


def augmented(scenes, rng):
    """Each scene once more, scaled and shifted by up to 20%, half of them flipped: pictures, and targets."""
    images, targets = [], []
    for image, boxes, labels in zip(scenes.images, scenes.boxes, scenes.labels, strict=True):
        moves = {
            "scale": rng.uniform(0.8, 1.2),
            "shift": tuple(rng.uniform(-12.8, 12.8, 2)),
            "flip": rng.random() < 0.5,
        }
        moved, moved_boxes, kept = augment_with_boxes(image, boxes[labels >= 0], **moves)
        images.append(moved)
        targets.append(encode_grid(moved_boxes, labels[labels >= 0][kept], S, B, K))
    return np.array(images), np.array(targets)


def targets_of(scenes):
    return np.array([encode_grid(*row, S, B, K) for row in zip(scenes.boxes, scenes.labels, strict=True)])


def pixels(images):
    return (np.asarray(images, "float32") - 115) / 64  # about -2 to 2


few = dd.data.scenes(250, seed=2)
more_images, more_targets = augmented(few, rng)
x_train = pixels(np.concatenate([few.images, more_images]))
y_train = np.concatenate([targets_of(few), more_targets])
x_test, y_test = pixels(held_out.images[:100]), targets_of(held_out)[:100]


def terms_of(model):
    return {name: float(term) for name, term in yolo_loss(y_test, model(x_test)).items()}


keras.utils.set_random_seed(63)
loaded = dd.zoo.load("scenes_yolo")
model = keras.models.clone_model(loaded)  # its layers, with new weights
for layer in model.layers:
    if isinstance(layer, keras.layers.BatchNormalization):
        layer.momentum = 0.9  # running averages that settle soon
model.compile(
    keras.optimizers.Adam(0.002), lambda target, pred: sum(yolo_loss(target, pred).values()), jit_compile=False
)
history = [terms_of(model)]
for _ in range(4):
    model.fit(x_train, y_train, batch_size=16, epochs=1, verbose=0)
    history.append(terms_of(model))
history.append(terms_of(loaded))
names = list(history[0])
print("   after  " + "".join(f"{name:>11}" for name in [*names, "sum"]))
for stage, terms in zip(["nothing", *(f"epoch {i}" for i in range(4)), "loaded"], history, strict=True):
    print(f"{stage:>9} " + "".join(f"{value:11.2f}" for value in [*terms.values(), sum(terms.values())]))

# %% [markdown]
# The last row is the same network after 144,000 pictures instead of 2,000. That takes some minutes, and was done by
# `data/zoo/scenes_yolo.py`.

# %% demo
fig, (left, right) = plt.subplots(1, 2, figsize=(12, 4.4))
for name, look, marker in zip(names, dd.plot.LINE_STYLES * 2, dd.plot.MARKERS, strict=False):
    left.plot(range(5), [terms[name] for terms in history[:5]], linestyle=look, marker=marker, label=name)
left.set(title="Terms on scenes not seen, in this training", xlabel="epochs", ylabel="term of the loss", yscale="log")
left.set_xticks(range(5))
left.legend()
places = np.arange(len(names))
for i, (stage, terms) in enumerate({"four epochs, here": history[4], "loaded": history[5]}.items()):
    right.bar(places + 0.4 * i, list(terms.values()), 0.38, label=stage, hatch=("", "//")[i], edgecolor="white")
right.set_xticks(places + 0.2, names)
right.set(title="What a longer training buys", ylabel="term of the loss")
right.legend()
dd.plot.show(
    "Left: five terms over four epochs on a logarithmic axis. Size falls steepest, then xy; class ends near its start; "
    "object and no object rise from near 0 in the first epoch. Right: bars of the five terms for this training and for "
    "the loaded network, whose xy, size and class are far lower and whose other two differ little."
)
totals = [sum(terms.values()) for terms in history]
assert totals[4] < totals[0] / 2 and totals[5] < totals[4] / 1.5
assert history[1]["size"] < history[0]["size"] / 2 and history[1]["object"] > history[0]["object"] + 0.1

# %% [markdown]
# The size falls first and furthest, since the roots soon settle near a usual value; the centres follow. The class ends
# about where it began: names take longest. "Object" and "no object" *begin* near 0, which is no merit: an untrained
# network says about 0 everywhere, its boxes overlap with nothing, so its confidences are right. When the boxes get
# better there is something to promise, and both terms rise. The long training changes them little, and lowers place and
# class a great deal. So a single term says little, and even their sum isn't what we want to know: how many objects are
# found, and named. That is Day 64.
#
# Last, what the loaded network says of a scene it has not seen: the confidence of each cell's surest predictor, and the
# boxes whose confidence is at least 0.3, solid for predictor 0 and dashed for predictor 1.

# %% demo
shown = [3, 6, 8]
said = ops.convert_to_numpy(loaded(x_test[shown]))
boxes, confidence, class_probs = decode_grid(said, B)
fig, axes = plt.subplots(2, 3, figsize=(11, 7))
for i, (above, below) in enumerate(axes.T):
    show_image(above, held_out.images[shown[i]], f"scene {shown[i]}")
    for k, look in enumerate(("-", "--")):
        chosen = confidence[i, ..., k] >= 0.3
        draw_boxes(above, boxes[i, ..., k, :][chosen], style=look)
    below.imshow(confidence[i].max(axis=-1), cmap="gray", vmin=0, vmax=1, extent=(0, 64, 64, 0))
    for row, column in np.argwhere(y_test[shown[i], ..., 4] == 1):
        below.add_patch(Rectangle((8 * column, 8 * row), 8, 8, fill=False, edgecolor="C1", linewidth=3))
    below.set(title="confidence, and true cells framed", xticks=[], yticks=[])
    below.grid(False)
dd.plot.show(
    "Above, three scenes with the boxes that the network is sure of, around the objects, some of them several "
    "times. Below each, its 8 by 8 map of confidence: light at the framed cells, which hold the centres, and sometimes "
    "at a neighbour."
)

# %% [markdown]
# The framed cells are light as a rule, and here and there a neighbour too, where a centre lies near the line between
# two cells: then an object has several boxes, often from both predictors. Which of them stays, and what it is called,
# comes next (Day 64).
#
# ## What you should remember
#
# 1. A grid turns any number of objects into one tensor $S \times S \times (5B + K)$: the cell with an object's centre
#    reports it. Rows first.
# 2. $x, y$ in the cell, roots of $w, h$ in the picture; roots make a slip cost more on small objects.
# 3. Confidence is the IoU that the box reaches, a target that moves with the prediction and has no gradient.
# 4. One predictor in a cell is responsible, the one that fits best now; all others are to keep quiet.
# 5. Sums over the picture, means over the batch; $\lambda_\text{noobj}$ holds down the silent majority,
#    $\lambda_\text{coord}$ lifts the place. And what moves pixels moves boxes.
#
# ## Check yourself, without code
#
# 1. With $S = 7$, $B = 2$, $K = 20$: how many objects can the network report at most, and how many boxes does it give?
#    What changes if each predictor had class scores of its own?
# 2. A network says exactly the target tensor, confidences of 1 in both blocks of each occupied cell. Which term of the
#    loss is not 0?
# 3. You double the resolution of all pictures and resize them to the network's input again. Which entries of the target
#    change?
#
# <details><summary>Answers</summary>
#
# 1. Each of 49 cells has one class vector, so that 49 objects have a place in the target; the output holds 98 boxes,
#    two from each cell with the same class. With scores of its own, each predictor could report an object of another
#    class: $S \times S \times B(5 + K)$ numbers, as YOLO v2 does.
# 2. "No object": the second predictor of each occupied cell is not responsible and should have said 0. It costs
#    $0.5 \cdot 1^2$ for each object. The IoU being 1, the confidence of the first is right.
# 3. None: places are in cells and sizes in shares of the picture.
#
# </details>
#
# ## Go further
#
# - Redmon, Divvala, Girshick and Farhadi (2016), *You only look once: unified, real-time object detection*, CVPR:
#   sections 2.1 and 2.2 are this day.
# - Redmon and Farhadi (2017), *YOLO9000: better, faster, stronger*, CVPR: anchors and offsets instead of free boxes,
#   and what each change brought.
# - Day 64: the paper's network, detections, and their average precision.
