# ---
# day: 65
# title: Single-shot multibox detection
# week: 13
# minutes: 110
# backend: tensorflow
# needs: [5, 24, 33, 38, 40, 46, 50, 61, 62, 63, 64]
# needs_code: [61]
# data: [scenes]
# papers:
# - "Liu, Anguelov, Erhan, Szegedy, Reed, Fu and Berg 2016, SSD: Single shot multibox detector"
# - "Ren, He, Girshick and Sun 2015, Faster R-CNN: Towards real-time object detection with region proposal networks"
# - "Redmon, Divvala, Girshick and Farhadi 2016, You only look once: Unified, real-time object detection"
# - "Simonyan and Zisserman 2015, Very deep convolutional networks for large-scale image recognition"
# - "Lin, Dollár, Girshick, He, Hariharan and Belongie 2017, Feature pyramid networks for object detection"
# ---

# %% [markdown]
# # Day 65 · Single-shot multibox detection
#
# By the end you can build a detector that looks at a picture once, at several scales, and say which of its parts finds
# the small objects.
#
# - **You will build** the default boxes of SSD300, all 8,732; the matching, the mining of hard negatives and the loss
#   that train such a detector; and a small one with three maps, whose recall of small objects you compare with that of
#   Day 64's grid.
# - **You need** cross-entropy (Days 5 and 24), batch normalisation (Day 33), functional models (Day 38), a training
#   loop of your own (Day 40), convolution (Day 46), boxes and anchors (Day 61), YOLO (Day 64).
# - **Not today:** maps that also look back from coarse to fine, as feature pyramids do.
# - **Time:** about 110 minutes.
#
# | symbol | meaning | shape | in code |
# |---|---|---|---|
# | $M$ | maps that predictions are made from, counted from 0, fine to coarse | | `len(feature_maps)` |
# | $s_k$ | scale of map $k$: side of its square default box, as a share of the picture's | | `scales[k]` |
# | $r$ | aspect ratio, width divided by height | | `ratios[k]` |
# | $D$ | default boxes of a picture, all maps together | | `len(default)` |
# | $t$ | true boxes in a picture | | `len(gt)` |
# | $N$ | pictures in a batch | | |
# | $K$ | classes, without background | | `num_classes` |
# | $c$ | class of a default box: 0 is background, 1 to $K$ are the classes | $(N, D)$ | `labels` |
# | $z$ | logits, background first | $(N, D, K+1)$ | `logits` |
# | $\hat o, o$ | predicted offsets, and those that are due | $(N, D, 4)$ | `offsets`, `targets` |
# | $P$ | positives in a batch: default boxes with $c > 0$ | | |
# | $\lambda$ | weight of the place against the class; the paper's $\alpha$ | | `alpha` |
#
# Boxes are corners $(x_1, y_1, x_2, y_2)$ as **shares** of the picture's width and height: $(0, 0, 1, 1)$ is all of it.

# %% setup
import matplotlib.pyplot as plt
import numpy as np
from matplotlib.patches import Rectangle

import deepdays as dd
from deepdays.data.sets.scenes import CLASSES
from deepdays.earlier import day_061

with dd.quiet():  # TensorFlow announces itself while it loads
    import keras
    import tensorflow as tf
    from keras import layers, ops

    ops.softmax(ops.zeros((1, 2)))
dd.plot.style()

# %% [markdown]
# ## One grid is too coarse, or too fine
#
# Day 64's detector predicts from one map of $8 \times 8$ cells, and each cell names one class. Two small objects in one
# cell are one too many for it. A finer grid would part them, but its cells have seen less of the picture, too little to
# know a large object when they are inside it.
#
# A convolutional network computes maps of many sizes anyway, fine ones first and coarse ones later. **SSD**, the single
# shot multibox detector (Liu and others 2016), predicts from several of them: small objects from a fine map, large ones
# from a coarse map. The whole is still one pass of one network, without the proposals of Faster R-CNN (Day 62).
#
# SSD300, for pictures of $300 \times 300$ pixels, starts with the convolutions of **VGG-16** (Day 50), trained on
# ImageNet. It takes its finest map from VGG's fourth group, before the pooling (`conv4_3`), turns the first two dense
# layers into convolutions (`conv7`), and goes on with four pairs of its own, each shrinking the map:
#
# | map $k$ | from | cells | scale $s_k$ | ratios besides 1 | boxes a cell |
# |---|---|---|---|---|---|
# | 0 | `conv4_3` | $38 \times 38$ | 0.1 | 2 | 4 |
# | 1 | `conv7` | $19 \times 19$ | 0.2 | 2, 3 | 6 |
# | 2 | `conv8_2` | $10 \times 10$ | 0.375 | 2, 3 | 6 |
# | 3 | `conv9_2` | $5 \times 5$ | 0.55 | 2, 3 | 6 |
# | 4 | `conv10_2` | $3 \times 3$ | 0.725 | 2 | 4 |
# | 5 | `conv11_2` | $1 \times 1$ | 0.9 | 2 | 4 |
#
# Features of `conv4_3` are larger than the others', so each cell's vector is brought to a length of 20 first, a number
# that is then learned.
#
# ## Default boxes
#
# SSD's anchors are called **default boxes**. What is new is that each map has its own scale. The paper spreads scales
# evenly between 0.2 and 0.9, here over maps 1 to 5, a step of $0.7 / 4 = 0.175$, and gives the finest map 0.1. In every
# cell lie
#
# 1. a square of side $s_k$;
# 2. a square of side $\sqrt{s_k s_{k+1}}$, on the way to the next map's;
# 3. for each ratio $r$ a wide box, $s_k\sqrt r$ across and $s_k / \sqrt r$ down, and then a tall one, the same turned.
#
# So a list with one ratio makes four boxes a cell, and one with two makes six. The last map needs a scale $s_M$ that no
# map has; here it is $0.9 + 0.175 = 1.075$. (The authors' code rounds its steps to 0.17, and its centres drift by some
# pixels; the numbers of boxes are the same.) The centre of the cell in row $i$ and column $j$ lies at
#
# $$\Big(\frac{j + \frac12}{\text{columns}},\ \frac{i + \frac12}{\text{rows}}\Big) .$$
#
# **By hand:** a map of one row and two columns, $s_0 = 0.2$, $s_1 = 0.8$ and the ratio 4. The centres are $(0.25, 0.5)$
# and $(0.75, 0.5)$. Squares have sides $0.2$ and $\sqrt{0.2 \cdot 0.8} = 0.4$; the wide box is $0.2 \cdot 2 = 0.4$
# across and $0.2 / 2 = 0.1$ down. In the first cell this gives, as corners, $(0.15, 0.4, 0.35, 0.6)$,
# $(0.05, 0.3, 0.45, 0.7)$, $(0.05, 0.45, 0.45, 0.55)$ and $(0.2, 0.3, 0.3, 0.7)$.
#
# As on Day 61, the order is a contract with the network: map by map, in a map row by row, in a row column by column, in
# a cell as listed above.


# %% exercise: default_boxes
def default_boxes(feature_maps, scales, ratios):
    """The default boxes of a detector that predicts from several maps.

    Args:
        feature_maps: sequence of M pairs (rows, columns), ints >= 1.
        scales: sequence of M + 1 numbers > 0, s_k of each map and one more; shares of the picture.
        ratios: sequence of M sequences of numbers > 0, perhaps empty: the ratios of each map besides 1.

    Returns:
        Float array of shape (D, 4), corners (x1, y1, x2, y2) as shares of the picture, not cut off at its edges.
        A cell of map k has 2 + 2 * len(ratios[k]) boxes: the squares of sides s_k and sqrt(s_k s_{k+1}), then for each
        ratio a wide box and the same turned. Maps in their order, then rows, columns, boxes. About 14 lines.

    Raises:
        ValueError: there are not M + 1 scales, or not M lists of ratios.
    """
    ### BEGIN SOLUTION
    if len(scales) != len(feature_maps) + 1 or len(ratios) != len(feature_maps):
        raise ValueError(f"{len(feature_maps)} maps need one scale more and as many lists of ratios.")
    found = []
    for k, (rows, columns) in enumerate(feature_maps):
        scale, between = scales[k], np.sqrt(scales[k] * scales[k + 1])
        sizes = [(scale, scale), (between, between)]
        for ratio in ratios[k]:
            wide, flat = scale * np.sqrt(ratio), scale / np.sqrt(ratio)
            sizes += [(wide, flat), (flat, wide)]
        half = np.array(sizes) / 2  # (boxes, 2)
        y, x = np.indices((rows, columns)).reshape(2, -1) + 0.5  # (cells,) each
        centers = np.stack([x / columns, y / rows], axis=1)[:, None]  # (cells, 1, 2)
        found.append(np.concatenate([centers - half, centers + half], axis=2).reshape(-1, 4))
    return np.concatenate(found)
    ### END SOLUTION


# %% test: default_boxes, points=2
# The example worked by hand.
result = default_boxes([(1, 2)], [0.2, 0.8], [[4.0]])
dd.check.kind(result, np.ndarray)
dd.check.shape(result, (8, 4), why="two cells, and in each two squares, a wide and a tall box")
first = [[0.15, 0.4, 0.35, 0.6], [0.05, 0.3, 0.45, 0.7], [0.05, 0.45, 0.45, 0.55], [0.2, 0.3, 0.3, 0.7]]
dd.check.close(result[:4], first, what="the first cell's boxes", why="they are the ones worked by hand")
moved = np.add(first, [0.5, 0.0, 0.5, 0.0])
dd.check.close(result[4:], moved, what="the second cell's boxes", why="the next column lies half a picture on")
with dd.check.raises(ValueError, why="one map needs two scales"):
    default_boxes([(1, 2)], [0.2], [[4.0]])
### BEGIN HIDDEN TESTS
cases = [
    ([(1, 1)], [0.5, 0.5], [[]]),
    ([(3, 2)], [0.3, 0.7], [[2, 3]]),
    ([(2, 5), (1, 3)], [0.1, 0.3, 0.9], [[1.5], [2.0, 3.0, 5.0]]),
    ([(4, 3), (3, 2), (1, 1)], [0.1, 0.45, 0.8, 1.2], [[], [2.5], []]),
    (((2, 2), (1, 2)), (1, 2, 3), ((0.5,), (4, 0.25))),
]
for feature_maps, scales, ratios in cases:
    slow = []
    for k, (rows, columns) in enumerate(feature_maps):
        shapes = [(scales[k], 1.0), ((scales[k] * scales[k + 1]) ** 0.5, 1.0)]
        for ratio in ratios[k]:
            shapes += [(scales[k], ratio), (scales[k], 1 / ratio)]
        for row in range(rows):
            for column in range(columns):
                for side, ratio in shapes:
                    height = (side**2 / ratio) ** 0.5
                    width = ratio * height
                    x, y = (column + 0.5) / columns, (row + 0.5) / rows
                    slow.append([x - width / 2, y - height / 2, x + width / 2, y + height / 2])
    result = default_boxes(feature_maps, scales, ratios)
    dd.check.kind(result, np.ndarray)
    dd.check.shape(result, (len(slow), 4), why=f"maps {feature_maps} and ratios {ratios}")
    dd.check.dtype(result, "float")
    dd.check.close(result, slow, rtol=1e-9, atol=1e-12, why=f"maps {feature_maps}, scales {scales}, ratios {ratios}")
result = default_boxes([(38, 38), (19, 19), (10, 10)], np.array([0.1, 0.2, 0.375, 0.55]), [[2], [2, 3], [2, 3]])
dd.check.shape(result, (4 * 38**2 + 6 * 19**2 + 6 * 10**2, 4), why="the first three maps of SSD300")
for feature_maps, scales, ratios in [
    ([(2, 2)], [0.1, 0.2, 0.3], [[]]),
    ([(2, 2), (1, 1)], [0.1, 0.2], [[], []]),
    ([(2, 2), (1, 1)], [0.1, 0.2, 0.3], [[2]]),
    ([(2, 2)], [0.1, 0.2], [[2], [2]]),
]:
    with dd.check.raises(ValueError, why=f"{len(feature_maps)} maps, {len(scales)} scales, {len(ratios)} lists"):
        default_boxes(feature_maps, scales, ratios)
### END HIDDEN TESTS

# %% mistakes: default_boxes
# - replace: np.sqrt(scales[k] * scales[k + 1])
#   with: (scales[k] + scales[k + 1]) / 2
#   hint: "Your second square has the mean of the two scales as its side. The root of their product is due: the
#     geometric mean."
# - replace: np.sqrt(scales[k] * scales[k + 1])
#   with: scales[k + 1]
#   hint: "Your second square already has the next map's scale. It should lie between the two."
# - replace: sizes += [(wide, flat), (flat, wide)]
#   with: sizes += [(wide, flat)]
#   hint: "Each ratio makes two boxes, one wide and one tall; yours makes one."
# - replace: sizes += [(wide, flat), (flat, wide)]
#   with: sizes += [(flat, wide), (wide, flat)]
#   hint: "Your tall box comes before the wide one. The ratio is width over height, and the wide box is first."
# - replace: scale * np.sqrt(ratio), scale / np.sqrt(ratio)
#   with: scale * ratio, scale / ratio
#   hint: "You take the ratio without its root: width over height comes out as its square."
# - replace: scale * np.sqrt(ratio), scale / np.sqrt(ratio)
#   with: scale * ratio, scale
#   hint: "Your wide boxes have a larger area than the square. Every box of ratio r has the area of the first square."
# - replace: scale * np.sqrt(ratio), scale / np.sqrt(ratio)
#   with: between * np.sqrt(ratio), between / np.sqrt(ratio)
#   hint: "Your boxes of other ratios have the second square's area. They go with the map's own scale."
# - replace: reshape(2, -1) + 0.5
#   with: reshape(2, -1)
#   hint: "Your boxes sit on the corners of the cells. Their centres are half a cell further, in both directions."
# - replace: y, x = np.indices((rows, columns)).reshape(2, -1) + 0.5
#   with: x, y = np.indices((columns, rows)).reshape(2, -1) + 0.5
#   hint: "You go down the columns of a map. The order is row by row, and in a row column by column."
# - replace: x / columns, y / rows
#   with: x / rows, y / columns
#   hint: "You divide the column's place by the number of rows. On maps that are not square the boxes miss the picture."
# - replace: x / columns, y / rows
#   with: y / rows, x / columns
#   hint: "x and y have changed places in your centres: x grows with the column."
# - replace: x / columns, y / rows
#   with: x, y
#   hint: "Your centres are counted in cells. Boxes are shares of the picture here."
# - replace: np.concatenate([centers - half, centers + half], axis=2)
#   with: np.clip(np.concatenate([centers - half, centers + half], axis=2), 0, 1)
#   hint: "You cut boxes off at the picture's edges, which moves their centres. They may reach over."
# - replace: half = np.array(sizes) / 2
#   with: half = np.array(sizes)
#   hint: "Your boxes are twice as wide and high: from the centre it is half the size to either side."
# - replace: np.concatenate([centers - half, centers + half], axis=2).reshape(-1, 4)
#   with: np.concatenate([centers - half, centers + half], axis=2).swapaxes(0, 1).reshape(-1, 4)
#   hint: "You list every cell for one kind of box, then for the next. The boxes of a cell belong together."
# - replace: np.concatenate([centers - half, centers + half], axis=2)
#   with: np.concatenate([centers + 0 * half, 2 * half + 0 * centers], axis=2)
#   hint: "You return centre and size. Corners are due."
# - replace: len(scales) != len(feature_maps) + 1 or len(ratios) != len(feature_maps)
#   with: len(scales) < len(feature_maps) + 1 or len(ratios) < len(feature_maps)
#   hint: "Scales or ratios that no map uses go through unnoticed. A ValueError is due."
# - replace: sizes += [(wide, flat), (flat, wide)]
#   with: |-
#     sizes.insert(1 + len(sizes) // 2, (wide, flat))
#                 sizes.append((flat, wide))
#   hint: "You list all wide boxes and then all tall ones. Each ratio's wide box has its tall one right behind it."
# - replace: for k, (rows, columns) in enumerate(feature_maps)
#   with: for k, (columns, rows) in enumerate(feature_maps)
#   hint: "You read a map's pair as columns, rows. Rows come first."


# %% equivalents: default_boxes
# - replace: reshape(2, -1) + 0.5
#   with: reshape(2, -2) + 0.5
#   reason: "NumPy takes any negative length for the one that is left open."
# - replace: .reshape(-1, 4)
#   with: .reshape(-2, 4)
#   reason: "NumPy takes any negative length for the one that is left open."


# %% mistake: default_boxes
# hint: "You combine every scale with every ratio. Only the map's own scale has other ratios; the second is a square."
def default_boxes(feature_maps, scales, ratios):
    if len(scales) != len(feature_maps) + 1 or len(ratios) != len(feature_maps):
        raise ValueError("numbers")
    found = []
    for k, (rows, columns) in enumerate(feature_maps):
        every = [1.0]
        for ratio in ratios[k]:
            every += [ratio, 1 / ratio]
        for i in range(rows):
            for j in range(columns):
                for scale in (scales[k], np.sqrt(scales[k] * scales[k + 1])):
                    for ratio in every:
                        w, h = scale * np.sqrt(ratio), scale / np.sqrt(ratio)
                        x, y = (j + 0.5) / columns, (i + 0.5) / rows
                        found.append([x - w / 2, y - h / 2, x + w / 2, y + h / 2])
    return np.array(found)


# %% accepts: default_boxes
def default_boxes(feature_maps, scales, ratios):
    if not len(feature_maps) == len(ratios) == len(scales) - 1:
        raise ValueError("numbers of maps, scales and ratios do not go together")
    found = []
    for k, (rows, columns) in enumerate(feature_maps):
        every = [1.0] + [each for ratio in ratios[k] for each in (ratio, 1 / ratio)]
        own = day_061.anchor_boxes((rows, columns), [scales[k]], every)  # in cells, as if a cell were one wide and high
        more = day_061.anchor_boxes((rows, columns), [(scales[k] * scales[k + 1]) ** 0.5], [1.0])
        kinds = np.concatenate([own.reshape(rows * columns, -1, 4), more.reshape(-1, 1, 4)], axis=1)
        order = [0, len(every), *range(1, len(every))]
        boxes = day_061.convert_boxes(kinds[:, order].reshape(-1, 4), "xyxy", "cxcywh")
        boxes[:, :2] /= (columns, rows)
        found.append(day_061.convert_boxes(boxes, "cxcywh", "xyxy"))
    return np.vstack(found)


# %% accepts: default_boxes
def default_boxes(feature_maps, scales, ratios):
    if len(ratios) != len(feature_maps) or len(scales) - len(feature_maps) != 1:
        raise ValueError("lengths")
    boxes = []
    for (rows, columns), s, s_next, rs in zip(feature_maps, scales[:-1], scales[1:], ratios, strict=True):
        shapes = [(s, s), ((s * s_next) ** 0.5,) * 2]
        for r in rs:
            shapes.append((s * r**0.5, s * r**-0.5))
            shapes.append(shapes[-1][::-1])
        for i in range(rows):
            for j in range(columns):
                for w, h in shapes:
                    x1, y1 = (j + 0.5) / columns - w / 2, (i + 0.5) / rows - h / 2
                    boxes.append((x1, y1, x1 + w, y1 + h))
    return np.array(boxes)


# %% [markdown]
# How many are there in SSD300? And what do the default boxes look like that we will use, for pictures of
# $64 \times 64$?

# %% demo
SSD300 = [(38, 38), (19, 19), (10, 10), (5, 5), (3, 3), (1, 1)]
scales_300 = [0.1, *np.linspace(0.2, 0.9, 5), 1.075]
ratios_300 = [[2], [2, 3], [2, 3], [2, 3], [2], [2]]
boxes_300 = default_boxes(SSD300, scales_300, ratios_300)
counts = [rows * columns * (2 + 2 * len(r)) for (rows, columns), r in zip(SSD300, ratios_300, strict=True)]
print(" + ".join(map(str, counts)), "=", len(boxes_300))
assert len(boxes_300) == sum(counts) == 8732

SIDE, MAPS, SCALES = 64, [(16, 16), (8, 8), (4, 4)], np.array([12, 20, 32, 48]) / 64
defaults = default_boxes(MAPS, SCALES, [[2], [2], [2]])  # (1344, 4)
map_of = np.repeat([0, 1, 2], [16 * 16 * 4, 8 * 8 * 4, 4 * 4 * 4])  # (1344,) which map each belongs to
train = dd.data.scenes(256, seed=0)
held_out = dd.data.scenes(500, seed=1)
TRUE = "#e3a41c"


def show_image(ax, image, title):
    ax.imshow(image, extent=(0, 1, 1, 0), aspect="equal")
    ax.set(title=title, xticks=[], yticks=[])
    ax.grid(False)


def draw_boxes(ax, boxes, names=None, color="white", style="-", width=2.0):
    for i, (x1, y1, x2, y2) in enumerate(boxes):
        for edge, line, look in (("black", 2 * width, "-"), (color, width, style)):
            shape = {"fill": False, "edgecolor": edge, "linewidth": line, "linestyle": look}
            ax.add_patch(Rectangle((x1, y1), x2 - x1, y2 - y1, **shape))
        if names is not None:
            look = {"facecolor": "black", "pad": 1.5, "edgecolor": "none"}
            ax.text(x1, max(y1, 0.08), names[i], color="white", fontsize=9, va="bottom", bbox=look, clip_on=True)


def truth_of(scenes, i):
    """Boxes (t, 4) as shares, and classes (t,), of scene i."""
    there = scenes.labels[i] >= 0
    return scenes.boxes[i][there] / SIDE, scenes.labels[i][there]


fig, axes = plt.subplots(1, 3, figsize=(11, 4))
for k, (ax, (cells, _)) in enumerate(zip(axes, MAPS, strict=True)):
    show_image(ax, train.images[10], f"map {k}: {cells} x {cells} cells")
    for line in np.arange(1, cells) / cells:
        ax.axhline(line, color="white", linewidth=0.5, linestyle="-")
        ax.axvline(line, color="white", linewidth=0.5, linestyle="-")
    middle = 4 * (cells // 2 * cells + cells // 2)
    draw_boxes(ax, defaults[map_of == k][middle : middle + 4], color=TRUE, width=1.5)
    ax.set(xlim=(0, 1), ylim=(1, 0))
dd.plot.show(
    "The same scene three times, under a grid of 16 by 16, of 8 by 8 and of 4 by 4 cells. On each grid the four "
    "default boxes of one cell: two squares, a wide and a tall one, small on the first, of middle size on the second, "
    "large on the third."
)

# %% [markdown]
# Three quarters of our 1,344 boxes lie on the fine map, whose squares have sides of 12 and 15 pixels.
#
# ## Matching
#
# For training, each default box needs to be told what it is. The rule has two parts:
#
# 1. **Every true box gets a default box of its own**, its best, however poor.
# 2. **Every other default box** whose greatest IoU with a true box is at least the threshold, 0.5, goes to that one.
#
# All the rest are background. Unlike Day 61, this leaves no zone in between out of training; how many negatives that
# makes will be dealt with later.
#
# Day 61's code took, for each true box, the best anchor there was. If two true boxes have the *same* best anchor, the
# later one took it, and the earlier was nobody's. SSD's code is more careful. It takes the best **pair** in the whole
# table of IoUs, strikes out its row and its column, and goes on with the best pair of those left, until each true box
# has its default box. (One that overlaps no default box at all gets none.)
#
# **By hand.** Four default boxes and two true ones, all strips of height 1, so that only their extents across count:
#
# | | $T_0$: 0 to 10 | $T_1$: 2 to 8 |
# |---|---|---|
# | $d_0$: 0 to 8 | $8/10 = 0.8$ | $6/8 = 0.75$ |
# | $d_1$: 4 to 12 | $6/12 = 0.5$ | $4/10 = 0.4$ |
# | $d_2$: 0 to 5 | $5/10 = 0.5$ | $3/8 = 0.375$ |
# | $d_3$: 10 to 13 | 0 | 0 |
#
# The best pair is $d_0$ with $T_0$. Without that row and that column, $0.4$ is the greatest: $d_1$ belongs to $T_1$,
# though it overlaps $T_0$ more. That was part 1. By part 2, $d_2$ reaches the threshold with $T_0$. $d_3$ is
# background. As indices of true boxes, with $-1$ for background: $(0, 1, 0, -1)$.


# %% exercise: match
def match(default, gt, threshold=0.5):
    """Say for which true box each default box has to answer.

    Args:
        default: default boxes, float array of shape (D, 4), (x1, y1, x2, y2).
        gt: true boxes, float array of shape (t, 4), the same, t >= 0. Both are left unchanged.
        threshold: the IoU from which a default box is positive, float above 0, at most 1.

    Returns:
        Int array of shape (D,): an index into gt, or -1 for background. First the best pair of a default and a true
        box is matched, then the best of the others, until no true box is left, or none that overlaps a default box
        that is still free. Each other default box with an IoU of at least the threshold goes to the true box with
        which it is greatest. Of equal IoUs the one of the earlier default box counts, then of the earlier true box.
        About 10 lines.
    """
    ### BEGIN SOLUTION
    table = day_061.iou(default, gt)  # (D, t)
    owner = np.full(len(table), -1)
    if table.size == 0:
        return owner
    likes = table.max(axis=1) >= threshold
    owner[likes] = table.argmax(axis=1)[likes]
    while table.max() > 0:
        row, column = np.unravel_index(table.argmax(), table.shape)
        owner[row] = column
        table[row], table[:, column] = 0, 0
    return owner
    ### END SOLUTION


# %% test: match, points=2
# The example worked by hand.
default = np.array([[0.0, 0.0, 8.0, 1.0], [4.0, 0.0, 12.0, 1.0], [0.0, 0.0, 5.0, 1.0], [10.0, 0.0, 13.0, 1.0]])
gt = np.array([[0.0, 0.0, 10.0, 1.0], [2.0, 0.0, 8.0, 1.0]])
with dd.check.unchanged(default), dd.check.unchanged(gt):
    owner = match(default, gt, 0.5)
dd.check.kind(owner, np.ndarray)
dd.check.shape(owner, (4,), what="owner", why="there is an entry for each default box")
dd.check.dtype(owner, "int", what="owner")
dd.check.equal(owner, [0, 1, 0, -1], what="owner", why="it is the example worked by hand")
dd.check.equal(match(default, gt[:0], 0.5), [-1] * 4, what="owner", why="without true boxes all is background")
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(65)


def overlap(a, b):
    width, height = min(a[2], b[2]) - max(a[0], b[0]), min(a[3], b[3]) - max(a[1], b[1])
    if width <= 0 or height <= 0:
        return 0.0
    return width * height / ((a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]) - width * height)


def slow_match(default, gt, threshold):
    pairs = [(overlap(d, g), i, j) for i, d in enumerate(default) for j, g in enumerate(gt)]
    owner, served = [-1] * len(default), set()
    for value, i, j in sorted(pairs, key=lambda pair: (-pair[0], pair[1], pair[2])):
        if value > 0 and owner[i] < 0 and j not in served:
            owner[i] = j
            served.add(j)
    for i in range(len(default)):
        if owner[i] < 0:
            mine = [pair for pair in pairs if pair[1] == i]
            value, _, j = max(mine, key=lambda pair: (pair[0], -pair[2]), default=(0, i, -1))
            owner[i] = j if value >= threshold else -1
    return owner


for d, t in [(1, 1), (1, 3), (2, 5), (7, 2), (12, 4), (40, 6), (5, 5), (0, 3), (3, 0)]:
    for threshold in (0.2, 0.5, 0.7):
        low = rng.uniform(0, 1.0, (t, 2))
        gt = np.hstack([low, low + rng.uniform(0.3, 1.0, (t, 2))])
        drawn = gt[rng.integers(0, t, d)] if t else np.add(rng.uniform(0, 1, (d, 4)), [0, 0, 1, 1])
        default = drawn + rng.normal(0, 0.1, (d, 4))
        with dd.check.unchanged(default), dd.check.unchanged(gt):
            owner = match(default, gt, threshold)
        dd.check.kind(owner, np.ndarray)
        dd.check.shape(owner, (d,), what="owner")
        dd.check.dtype(owner, "int", what="owner")
        due = np.array(slow_match(default, gt, threshold), dtype=int)
        dd.check.equal(owner, due, what="owner", why=f"{d} default and {t} true boxes, threshold {threshold}")

# True boxes far below the threshold, and one that overlaps nothing.
default = np.array([[0.0, 0.0, 4.0, 4.0], [4.0, 0.0, 8.0, 4.0], [0.0, 4.0, 4.0, 8.0]])
gt = np.array([[9.0, 9.0, 10.0, 10.0], [3.0, 0.0, 5.0, 1.0], [5.0, 1.0, 6.0, 2.0]])
dd.check.equal(match(default, gt, 0.5), [1, 2, -1], what="owner", why="each true box that overlaps one has its own")
dd.check.equal(match(default, gt[:1], 0.5), [-1, -1, -1], what="owner", why="the true box overlaps no default box")

# Equal IoUs; one exactly at the threshold, and one just below it.
twins = np.array([[0.0, 0.0, 4.0, 4.0], [0.0, 0.0, 4.0, 2.0], [0.0, 2.0, 4.0, 4.0], [0.0, 0.0, 4.0, 1.9]])
dd.check.equal(match(twins, twins[:1], 0.5), [0, 0, 0, -1], what="owner", why="0.5 is at least 0.5, and 0.475 is not")
dd.check.equal(match(twins[1:3], twins[:1], 0.6), [0, -1], what="owner", why="the earlier default box of two as good")
dd.check.equal(match(twins[:1], twins[1:3], 0.6), [0], what="owner", why="the earlier true box of two as good")
third = np.array([[0.0, 0.0, 4.0, 4.0], [0.0, 0.0, 4.0, 2.0], [0.0, 2.0, 4.0, 4.0]])
dd.check.equal(match(third, third[1:], 0.5), [0, 0, 1], what="owner", why="the earlier true box of two as good")
### END HIDDEN TESTS

# %% mistakes: match
# - replace: |-
#     while table.max() > 0:
#             row, column = np.unravel_index(table.argmax(), table.shape)
#             owner[row] = column
#             table[row], table[:, column] = 0, 0
#   with: |-
#     pass
#   hint: "Only the threshold counts in your version. A true box that no default box overlaps well is left to nobody."
# - replace: likes = table.max(axis=1) >= threshold
#   with: likes = np.zeros(len(table), dtype=bool)
#   hint: "Each true box has its one best default box, and the others that reach the threshold are background in yours."
# - replace: |-
#     while table.max() > 0:
#             row, column = np.unravel_index(table.argmax(), table.shape)
#             owner[row] = column
#             table[row], table[:, column] = 0, 0
#   with: |-
#     for column in range(len(gt)):
#             if table[:, column].max() > 0:
#                 owner[table[:, column].argmax()] = column
#   hint: "Two true boxes may have the same best default box. In your version one takes it from the other, which is left
#     without; it should get the best of those still free."
# - replace: |-
#     while table.max() > 0:
#             row, column = np.unravel_index(table.argmax(), table.shape)
#             owner[row] = column
#             table[row], table[:, column] = 0, 0
#   with: |-
#     for column in range(len(gt)):
#             if table[:, column].max() > 0:
#                 row = table[:, column].argmax()
#                 owner[row] = column
#                 table[row] = 0
#   hint: "Your true boxes choose in the order in which they are listed. The best pair of all is matched first."
# - replace: table[row], table[:, column] = 0, 0
#   with: table[:, column] = 0
#   hint: "A default box that has been given away is not struck out, so that a second true box can take it."
# - replace: table.max(axis=1) >= threshold
#   with: table.max(axis=1) > threshold
#   hint: "An IoU that equals the threshold is enough."
# - replace: while table.max() > 0
#   with: for _ in range(min(table.shape))
#   hint: "A true box that overlaps no default box still gets one in your version: whichever argmax names among zeros."
# - replace: owner = np.full(len(table), -1)
#   with: owner = np.zeros(len(table), dtype=int)
#   hint: "0 is the index of the first true box; background is -1."
# - replace: |-
#     table[row], table[:, column] = 0, 0
#         return owner
#   with: |-
#     table[row], table[:, column] = 0, 0
#         return owner + 1
#   hint: "You count true boxes from 1 and call background 0. Indices into gt begin at 0, and background is -1."
# - replace: owner = np.full(len(table), -1)
#   with: owner = np.full(len(table), -1.0)
#   hint: "Your result is of floats. Indices are whole numbers."
# - replace: |-
#     while table.max() > 0:
#             row, column = np.unravel_index(table.argmax(), table.shape)
#             owner[row] = column
#             table[row], table[:, column] = 0, 0
#   with: |-
#     for _ in range(min(table.shape)):
#             row, column = np.unravel_index(table.argmax(), table.shape)
#             owner[row] = column
#             table[row], table[:, column] = -1, -1
#   hint: "A true box that overlaps no default box still gets one in your version. It is left without."


# %% mistake: match
# hint: "The threshold has the last word in your version: a default box that was a true box's best goes to another one."
def match(default, gt, threshold=0.5):
    table = day_061.iou(default, gt)
    owner = np.full(len(default), -1)
    if table.size == 0:
        return owner
    left = table.copy()
    while left.max() > 0:
        row, column = np.unravel_index(left.argmax(), left.shape)
        owner[row] = column
        left[row], left[:, column] = 0, 0
    likes = table.max(axis=1) >= threshold
    owner[likes] = table.argmax(axis=1)[likes]
    return owner


# %% mistake: match
# hint: "Your result has an entry for each true box. There is one for each default box."
def match(default, gt, threshold=0.5):
    table = day_061.iou(gt, default)
    owner = np.full(len(gt), -1)
    if table.size:
        owner = table.argmax(axis=1)
    return owner


# %% equivalents: match
# - replace: table[row], table[:, column] = 0, 0
#   with: table[row], table[:, column] = -1, -1
#   reason: "Any number that is not above 0 strikes a pair out."
# - replace: table[row], table[:, column] = 0, 0
#   with: table[row], table[:, column] = -1, 0
#   reason: "Any number that is not above 0 strikes a pair out."
# - replace: table[row], table[:, column] = 0, 0
#   with: table[row], table[:, column] = 0, -1
#   reason: "Any number that is not above 0 strikes a pair out."


# %% accepts: match
def match(default, gt, threshold=0.5):
    table = day_061.iou(default, gt)
    count, truths = table.shape
    owner = [-1] * count
    open_truths = set(range(truths))
    for flat in np.argsort(-table, axis=None, kind="stable"):  # all pairs, the best first
        i, j = divmod(int(flat), truths)
        if table[i, j] > 0 and owner[i] == -1 and j in open_truths:
            owner[i] = j
            open_truths.remove(j)
    for i in range(count):
        if owner[i] == -1 and truths and table[i].max() >= threshold:
            owner[i] = int(table[i].argmax())
    return np.array(owner, dtype=int)


# %% accepts: match
def match(default, gt, threshold=0.5):
    default, gt = np.asarray(default), np.asarray(gt)
    overlaps = np.zeros((len(default), len(gt) + 1), "float64")  # the last column: background, before the others lose
    overlaps[:, :-1] = day_061.iou(default, gt)
    free_rows, free_columns = list(range(len(default))), list(range(len(gt)))
    forced = {}
    while free_rows and free_columns:
        part = overlaps[np.ix_(free_rows, free_columns)]
        if not part.any():
            break
        r, c = divmod(int(np.argmax(part)), len(free_columns))
        forced[free_rows.pop(r)] = free_columns.pop(c)
    overlaps[:, :-1][overlaps[:, :-1] < threshold] = 0
    best = np.where(overlaps.any(axis=1), overlaps.argmax(axis=1), -1)
    for row, column in forced.items():
        best[row] = column
    return best


# %% [markdown]
# Which map answers for which objects? For every object of the training scenes: its side (the root of its area), the IoU
# of the best default box of each map alone, and of all together; and by how many default boxes of each map it is
# matched.

# %% demo
sides, best, matched = [], [], []
for i in range(256):
    true_boxes, _ = truth_of(train, i)
    table, owner = day_061.iou(defaults, true_boxes), match(defaults, true_boxes)
    size = true_boxes[:, 2:] - true_boxes[:, :2]
    sides += list(SIDE * np.sqrt(size.prod(axis=1)))
    best += list(np.stack([table[map_of == k].max(axis=0) for k in range(3)], axis=1))
    matched += [[np.sum(owner[map_of == k] == j) for k in range(3)] for j in range(len(true_boxes))]
sides, best, matched = np.array(sides), np.array(best), np.array(matched)  # (objects,), (objects, 3) twice
EDGES = np.array([10, 13, 16, 19, 22, 26, 30, 40])
group = np.digitize(sides, EDGES[1:-1])
fig, axes = plt.subplots(1, 2, figsize=(11, 4))
middles = (EDGES[1:] + EDGES[:-1]) / 2
for k in range(3):
    look = {"color": dd.plot.PALETTE[k], "linestyle": dd.plot.LINE_STYLES[k], "marker": dd.plot.MARKERS[k]}
    share = [np.mean(best[group == g, k] >= 0.5) for g in range(len(middles))]
    axes[0].plot(middles, share, label=f"map {k}", **look)
    axes[1].plot(middles, [matched[group == g, k].mean() for g in range(len(middles))], label=f"map {k}", **look)
axes[0].set(title="Is there a default box with IoU 0.5?", ylabel="share of the objects", xlabel="side (pixels)")
axes[1].set(title="Default boxes that answer for an object", ylabel="mean number", xlabel="side (pixels)")
axes[0].legend()
dd.plot.show(
    "Two panels against the side of the object. Left, the share of objects with a good default box: map 0 covers "
    "nearly all up to about 20 pixels and none from 24 on, map 1 those from about 17 on, map 2 most from about 28 on. "
    "Right, the number of default boxes that answer: six to eight of map 0 for the smallest, up to six of map 1 round "
    "24 pixels, about four of map 2 for the largest."
)
covered = np.mean(best.max(axis=1) >= 0.5)
print(f"all maps together: {covered:.3f} of the objects have a default box with IoU >= 0.5")
print(f"{matched.sum(axis=1).mean():.1f} default boxes answer for an object")

# %% [markdown]
# The maps take turns: each answers for objects of about the size of its squares, and what one loses its neighbour takes
# up. Hardly an object is left with part 1 alone.
#
# ## What goes in, and what is due
#
# The network wants pictures of one size and of numbers near 0. Real pictures come in all sizes, so they are
# **resized**, by bilinear interpolation: each new pixel is a mean of the four old ones round its place, weighted by
# nearness. Boxes as shares of the picture need no change for that, even if the picture is stretched. Boxes in pixels
# would. Then the pixels are **normalised**: a mean is subtracted and the rest divided by a spread. To look at what the
# network sees, undo that, or its colours will glare.
#
# Offsets are Day 61's, with one addition that is in the authors' code and in no formula of the paper: they are divided
# by 0.1, 0.1, 0.2 and 0.2, the "variances". Matched boxes are never far off, so offsets are small next to the class's
# error; divided, they have a spread of a little over 1.

# %% demo
VARIANCES = np.array([0.1, 0.1, 0.2, 0.2])


def prepare(images):
    return (np.asarray(images, "float32") - 115) / 64


def targets_of(boxes, classes):
    """Labels (D,), 0 for background, and offsets (D, 4), 0 there, of a picture."""
    owner = match(defaults, boxes)
    there = owner >= 0
    labels, offsets = np.zeros(len(defaults), "int32"), np.zeros((len(defaults), 4), "float32")
    labels[there] = classes[owner[there]] + 1
    offsets[there] = day_061.encode_offsets(defaults[there], boxes[owner[there]]) / VARIANCES
    return labels, offsets


flat = next(i for i in range(256) if np.all(train.boxes[i][:2, [1]] >= 12) and np.all(train.boxes[i][:, 3] <= 52))
cut = train.images[flat][12:52]  # a picture of 40 rows and 64 columns
shares = (train.boxes[flat][train.labels[flat] >= 0] - [0, 12, 0, 12]) / [64, 40, 64, 40]
resized = ops.convert_to_numpy(ops.image.resize(cut.astype("float32"), (64, 64), interpolation="bilinear"))
seen = prepare(resized)
fig, axes = plt.subplots(1, 3, figsize=(11, 3.6))
axes[0].imshow(cut)
axes[1].imshow(np.clip(seen, 0, 1))
axes[2].imshow(np.clip(seen * 64 + 115, 0, 255).astype("uint8"))
titles = ("as it came: 40 x 64", "resized and normalised: 64 x 64", "normalisation undone")
for ax, title, (rows, columns) in zip(axes, titles, ((40, 64), (64, 64), (64, 64)), strict=True):
    draw_boxes(ax, shares * [columns, rows, columns, rows] - 0.5, color=TRUE, width=1.5)
    ax.set(title=title, xticks=[], yticks=[])
    ax.grid(False)
dd.plot.show(
    "A picture wider than high with boxes round its objects; the same stretched to a square, in glaring colours where "
    "numbers leave the range of a picture; and the square in its true colours. The same shares put the boxes round the "
    "stretched objects."
)
train_x = prepare(train.images)
dues = [targets_of(*truth_of(train, i)) for i in range(256)]
train_labels, train_targets = (np.stack(part) for part in zip(*dues, strict=True))
positive = train_labels > 0  # (256, 1344)
print(f"pictures {train_x.shape}, labels {train_labels.shape}, offsets {train_targets.shape}")
print(f"positives in a picture: {positive.sum(axis=1).mean():.1f} of {len(defaults)}")
print("spread of their offsets:", np.round(train_targets[positive].std(axis=0), 2))

# %% [markdown]
# ## Hard negatives
#
# Of each picture's default boxes all but a few are background. Were all of them to count, the loss would be nearly all
# about background, and most of that is easy: after a few steps the network says "nothing" to plain sky with great
# certainty, and learns no more from it.
#
# **Hard negative mining** lets only some negatives count: in each picture the ones with the *greatest loss*, those the
# network is most wrong about, and no more than **three for each positive** of that picture. The choice is made anew in
# every step.
#
# **By hand**, with one positive, at place 3, among eight default boxes with the losses
#
# $$(0.1,\ 2.0,\ 0.9,\ \underline{3.0},\ 0.2,\ 1.5,\ 0.9,\ 0.7) .$$
#
# Three negatives are due: 2.0, 1.5 and one of the two 0.9, say the earlier. That is, places 1, 5 and 2. The 3.0 is no
# candidate; a positive counts anyway. A picture without objects has no positives, so it adds no negatives either.


# %% exercise: hard_negative_mask
def hard_negative_mask(conf_loss, positives, ratio=3):
    """Choose the negatives that count.

    Args:
        conf_loss: loss of the class of each default box, float array of shape (N, D), all >= 0.
        positives: bool array of shape (N, D). Both are left unchanged.
        ratio: negatives for each positive of a picture, int >= 0.

    Returns:
        Bool array of shape (N, D): in each row the ratio * (positives of that row) negatives of the greatest loss are
        True, or all negatives if there are fewer; of equal losses the earlier. A positive is never True.
        About 5 lines.
    """
    ### BEGIN SOLUTION
    candidates = np.where(positives, -1.0, conf_loss)  # behind all others
    order = np.argsort(-candidates, axis=1, kind="stable")  # (N, D) the hardest first
    rank = np.argsort(order, axis=1)  # (N, D) the place of each in that order
    return (rank < ratio * positives.sum(axis=1, keepdims=True)) & ~positives
    ### END SOLUTION


# %% test: hard_negative_mask, points=2
# The example worked by hand, and a picture without objects.
conf_loss = np.array([[0.1, 2.0, 0.9, 3.0, 0.2, 1.5, 0.9, 0.7], [5.0, 4.0, 3.0, 2.0, 1.0, 1.0, 2.0, 3.0]])
positives = np.zeros((2, 8), dtype=bool)
positives[0, 3] = True
with dd.check.unchanged(conf_loss), dd.check.unchanged(positives):
    mask = hard_negative_mask(conf_loss, positives)
dd.check.kind(mask, np.ndarray)
dd.check.shape(mask, (2, 8), what="mask")
dd.check.dtype(mask, "bool", what="mask")
dd.check.equal(np.flatnonzero(mask[0]), [1, 2, 5], what="places that are True", why="it is the example worked by hand")
dd.check.equal(mask[1].sum(), 0, what="negatives of a picture without positives", why="three times none is none")
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(65)


def slow_mask(conf_loss, positives, ratio):
    mask = np.zeros(positives.shape, dtype=bool)
    for n in range(len(mask)):
        ranked = sorted((i for i in range(mask.shape[1]) if not positives[n, i]), key=lambda i: -conf_loss[n, i])
        for i in ranked[: ratio * int(positives[n].sum())]:
            mask[n, i] = True
    return mask


for shape, share, ratio in [
    ((1, 9), 0.1, 3), ((3, 20), 0.1, 3), ((4, 50), 0.05, 3), ((5, 30), 0.2, 1), ((2, 12), 0.5, 3), ((3, 7), 0.2, 2),
    ((6, 41), 0.1, 5), ((2, 1), 0.5, 3), ((3, 10), 0.3, 0), ((2, 6), 1.0, 3),
]:  # fmt: skip
    positives = rng.random(shape) < share
    for conf_loss in (rng.exponential(size=shape), rng.integers(0, 4, shape) / 2, np.zeros(shape)):
        for dtype in ("float64", "float32"):
            given = conf_loss.astype(dtype)
            with dd.check.unchanged(given), dd.check.unchanged(positives):
                mask = hard_negative_mask(given, positives, ratio)
            dd.check.kind(mask, np.ndarray)
            dd.check.shape(mask, shape, what="mask")
            dd.check.dtype(mask, "bool", what="mask")
            due = slow_mask(given, positives, ratio)
            dd.check.equal(mask, due, what="mask", why=f"row by row, {ratio} for each positive, the hardest first")
large = np.full((1, 40), 0.5)
mask = hard_negative_mask(large, np.arange(40)[None] == 39)
dd.check.equal(np.flatnonzero(mask), [0, 1, 2], what="places that are True", why="of equal losses the earlier")
### END HIDDEN TESTS

# %% mistakes: hard_negative_mask
# - replace: np.where(positives, -1.0, conf_loss)
#   with: conf_loss
#   hint: "Positives compete for the places of the negatives in your version, and take them from some."
# - replace: np.where(positives, -1.0, conf_loss)
#   with: np.where(positives, 0.0, conf_loss)
#   hint: "A negative may have a loss of 0 too. Your positives compete with those for a place."
# - replace: " & ~positives"
#   with: ""
#   hint: "Where negatives run out, your mask goes on with positives."
# - replace: " & ~positives"
#   with: " | positives"
#   hint: "Your mask has the positives in it. It is to be True at negatives only."
# - replace: np.argsort(-candidates, axis=1, kind="stable")
#   with: np.argsort(candidates, axis=1, kind="stable")
#   hint: "You take the easiest negatives, those the network is surest about. The hardest are due."
# - replace: np.argsort(-candidates, axis=1, kind="stable")
#   with: np.argsort(candidates, axis=1, kind="stable")[:, ::-1]
#   hint: "A sort turned round turns round equal losses too: you take the later of them."
# - replace: rank = np.argsort(order, axis=1)
#   with: rank = order
#   hint: "A sort gives, for each place in the order, the index of what comes there. You need the reverse: for each
#     default box, its place in the order."
# - replace: ratio * positives.sum(axis=1, keepdims=True)
#   with: ratio * positives.sum() // max(1, len(positives))
#   hint: "You share the negatives of the batch out evenly. Each picture has its own number: ratio times its positives."
# - replace: ratio * positives.sum(axis=1, keepdims=True)
#   with: np.maximum(ratio * positives.sum(axis=1, keepdims=True), 1)
#   hint: "A picture without positives has negatives that count in yours. Three times none is none."
# - replace: ratio * positives.sum(axis=1, keepdims=True)
#   with: 3 * positives.sum(axis=1, keepdims=True)
#   hint: "You always take three for each positive, whatever ratio is."
# - replace: rank < ratio
#   with: rank <= ratio
#   hint: "You take one negative too many in each picture: counted from 0, the last rank that is due is one less."


# %% mistake: hard_negative_mask
# hint: "A negative may have a loss of 0 too. Your positives compete with those for a place."
def hard_negative_mask(conf_loss, positives, ratio=3):
    order = np.argsort(-conf_loss * ~positives, axis=1, kind="stable")
    return np.argsort(order, axis=1) < ratio * positives.sum(axis=1, keepdims=True)


# %% mistake: hard_negative_mask
# hint: "You take the last k of a sorted list, and for k = 0 that is all of it."
def hard_negative_mask(conf_loss, positives, ratio=3):
    mask = np.zeros(positives.shape, dtype=bool)
    for i in range(len(mask)):
        negatives = np.flatnonzero(~positives[i])[::-1]
        order = negatives[np.argsort(conf_loss[i, negatives], kind="stable")]
        mask[i, order[-ratio * int(positives[i].sum()) :]] = True
    return mask


# %% mistake: hard_negative_mask
# hint: "You rank the losses of the whole batch together. Each picture is mined by itself."
def hard_negative_mask(conf_loss, positives, ratio=3):
    flat, used = conf_loss.ravel(), positives.ravel()
    order = np.argsort(-np.where(used, -1.0, flat), kind="stable")[: ratio * used.sum()]
    mask = np.zeros(flat.shape, dtype=bool)
    mask[order] = True
    return mask.reshape(positives.shape) & ~positives


# %% mistake: hard_negative_mask
# hint: "Every negative as hard as the last one due counts in yours, so that equal losses make too many."
def hard_negative_mask(conf_loss, positives, ratio=3):
    mask = np.zeros(positives.shape, dtype=bool)
    for n in range(len(mask)):
        ranked = np.sort(conf_loss[n][~positives[n]])[::-1]
        count = min(ratio * positives[n].sum(), len(ranked))
        if count:
            mask[n] = (conf_loss[n] >= ranked[count - 1]) & ~positives[n]
    return mask


# %% mistake: hard_negative_mask
# hint: "You take negatives at random. Those with the greatest loss are due."
def hard_negative_mask(conf_loss, positives, ratio=3):
    rng = np.random.default_rng(0)
    mask = np.zeros(positives.shape, dtype=bool)
    for n in range(len(mask)):
        negatives = np.flatnonzero(~positives[n])
        mask[n, rng.permutation(negatives)[: ratio * positives[n].sum()]] = True
    return mask


# %% mistake: hard_negative_mask
# hint: "You write into conf_loss. It belongs to the caller, who needs it afterwards."
def hard_negative_mask(conf_loss, positives, ratio=3):
    conf_loss[positives] = -1
    rank = np.argsort(np.argsort(-conf_loss, axis=1, kind="stable"), axis=1)
    return (rank < ratio * positives.sum(axis=1, keepdims=True)) & ~positives


# %% equivalents: hard_negative_mask
# - replace: np.where(positives, -1.0, conf_loss)
#   with: np.where(positives, -2.0, conf_loss)
#   reason: "No loss is below 0, so that any negative number comes last."
# - replace: np.argsort(-candidates, axis=1, kind="stable")
#   with: np.argsort(-candidates, kind="stable")
#   reason: "Of two axes the second is the last, along which NumPy sorts anyway."
# - replace: np.argsort(order, axis=1)
#   with: np.argsort(order)
#   reason: "Of two axes the second is the last, along which NumPy sorts anyway."


# %% accepts: hard_negative_mask
def hard_negative_mask(conf_loss, positives, ratio=3):
    mask = np.zeros(np.shape(positives), dtype=bool)
    for row, losses, there in zip(mask, conf_loss, positives, strict=True):
        negatives = np.flatnonzero(~there)
        hardest = negatives[np.lexsort((negatives, -losses[negatives]))]
        row[hardest[: ratio * np.count_nonzero(there)]] = True
    return mask


# %% accepts: hard_negative_mask
def hard_negative_mask(conf_loss, positives, ratio=3):
    scores = ops.where(positives, -np.inf, conf_loss)
    order = ops.argsort(-scores, axis=-1)
    if backend_sorts_stably := np.array_equal(ops.convert_to_numpy(ops.argsort(np.zeros(40))), np.arange(40)):
        rank = ops.convert_to_numpy(ops.argsort(order, axis=-1))
    assert backend_sorts_stably
    chosen = rank < ratio * np.sum(positives, axis=1)[:, None]
    return np.logical_and(chosen, np.logical_not(positives))


# %% [markdown]
# ## The multibox loss
#
# Two things can be wrong about a default box, its class and its place. With $c_d$ for what default box $d$ ought to be,
#
# $$L = \frac1P \Bigg( \sum_{d \in \text{positives and hard negatives}} -\ln \operatorname{softmax}(z_d)_{c_d} \ +\
# \lambda \sum_{d \in \text{positives}}\ \sum_{j=0}^{3} \operatorname{smooth}\big(\hat o_{dj} - o_{dj}\big) \Bigg) ,$$
#
# over all pictures of the batch, with $\lambda = 1$. Background is a class like the others, number 0, and it has no
# place, so only positives have a second term. Offsets that are far off must not rule the sum; hence the **smooth L1**
# loss, which is Huber's (Day 24) with $\delta = 1$:
#
# $$\operatorname{smooth}(e) = \tfrac12 e^2 \text{ if } |e| < 1, \text{ and } |e| - \tfrac12 \text{ otherwise} .$$
#
# Both sums are divided by the number of **positives** in the batch, not by how many boxes or pictures there are: so the
# loss does not grow with the number of objects. If there are none, $L = 0$.
#
# **By hand:** one picture of five default boxes, one class, all logits 0, and only box 0 positive. Each cross-entropy
# is $\ln 2$, and $1 + 3$ of them count. The offsets come out as 0 and ought to be $(0.5, -2, 0, 0)$: the smooth loss is
# $0.125 + 1.5$. So $L = (4 \ln 2 + 1.625) / 1 \approx 4.398$.
#
# Which negatives count depends on the logits, but as a choice, with no slope: take the losses out as plain numbers,
# choose, and multiply by the choice.


# %% exercise: multibox_loss
def multibox_loss(logits, offsets, labels, targets, ratio=3, alpha=1.0):
    """SSD's loss over a batch, with hard_negative_mask's choice of negatives.

    Args:
        logits: float32 tensor or array of shape (N, D, K + 1), background first; not softmaxed, of any size.
        offsets: float32 tensor or array of shape (N, D, 4), predicted.
        labels: int array of shape (N, D), 0 for background, else 1 to K.
        targets: float32 array of shape (N, D, 4), the offsets that are due; where the label is 0 they mean nothing.
        ratio: negatives for each positive of a picture, int >= 0.
        alpha: weight of the offsets' loss, number >= 0.

    Returns:
        Scalar tensor L, float32, through which a tape finds the gradients for logits and offsets; 0 without positives.
        About 8 lines.
    """
    ### BEGIN SOLUTION
    positives = np.asarray(labels) > 0  # (N, D)
    entropy = keras.losses.sparse_categorical_crossentropy(labels, logits, from_logits=True)  # (N, D)
    hard = hard_negative_mask(ops.convert_to_numpy(entropy), positives, ratio)
    distance = ops.abs(offsets - targets)
    smooth = ops.where(distance < 1, 0.5 * ops.square(distance), distance - 0.5)  # (N, D, 4)
    total = ops.sum(entropy * (positives | hard)) + alpha * ops.sum(smooth * positives[..., None])
    return total / max(1, positives.sum())
    ### END SOLUTION


# %% fixture
def loss_and_gradients(logits, offsets, labels, targets, **settings):
    """What multibox_loss gives for arrays, and its gradients for logits and offsets."""
    logits, offsets = ops.convert_to_tensor(logits), ops.convert_to_tensor(offsets)
    with tf.GradientTape() as tape:
        tape.watch([logits, offsets])
        loss = multibox_loss(logits, offsets, labels, targets, **settings)
    zero = tf.UnconnectedGradients.ZERO
    gradients = tape.gradient(loss, [logits, offsets], unconnected_gradients=zero)
    return [ops.convert_to_numpy(each) for each in (loss, *gradients)]


# %% test: multibox_loss, points=3
# The example worked by hand.
logits, offsets = np.zeros((1, 5, 2), "float32"), np.zeros((1, 5, 4), "float32")
labels, targets = np.array([[1, 0, 0, 0, 0]]), np.zeros((1, 5, 4), "float32")
targets[0, 0] = [0.5, -2.0, 0.0, 0.0]
loss, for_logits, for_offsets = loss_and_gradients(logits, offsets, labels, targets)
dd.check.shape(loss, (), what="L", why="it is one number")
dd.check.dtype(loss, "float32", what="L")
dd.check.close(loss, 4 * np.log(2) + 1.625, rtol=1e-5, what="L", why="it is the example worked by hand")
due = np.zeros((1, 5, 4))
due[0, 0] = [-0.5, 1.0, 0.0, 0.0]
dd.check.close(for_offsets, due, atol=1e-6, what="the gradient for the offsets", why="slope e within 1, and its sign")
due = np.array([[[0.5, -0.5], [-0.5, 0.5], [-0.5, 0.5], [-0.5, 0.5], [0.0, 0.0]]])
why = "softmax less one-hot, where a box counts; the fourth negative does not"
dd.check.close(for_logits, due, atol=1e-6, what="the gradient for the logits", why=why)
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(65)


def slow_loss(logits, offsets, labels, targets, ratio=3, alpha=1.0):
    """The loss and its gradients in float64, box by box."""
    total, positives = 0.0, max(1, int((labels > 0).sum()))
    for_logits, for_offsets = np.zeros(logits.shape), np.zeros(offsets.shape)
    for n in range(len(labels)):
        shifted = logits[n].astype(float) - logits[n].max(axis=1, keepdims=True)
        log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
        losses = [-log_p[i, c] for i, c in enumerate(labels[n])]
        ranked = sorted((i for i, c in enumerate(labels[n]) if c == 0), key=lambda i: -losses[i])
        there = [i for i, c in enumerate(labels[n]) if c > 0]
        for i in there + ranked[: ratio * len(there)]:
            total += losses[i]
            for_logits[n, i] = np.exp(log_p[i])
            for_logits[n, i, labels[n, i]] -= 1
        for i in there:
            for j in range(4):
                error = float(offsets[n, i, j]) - float(targets[n, i, j])
                total += alpha * (error**2 / 2 if abs(error) < 1 else abs(error) - 0.5)
                for_offsets[n, i, j] = alpha * max(-1.0, min(1.0, error))
    return total / positives, for_logits / positives, for_offsets / positives


def check_loss(logits, offsets, labels, targets, why, **settings):
    given = [np.array(each) for each in (logits, offsets, labels, targets)]
    results = loss_and_gradients(*given, **settings)
    for each, before in zip(given, (logits, offsets, labels, targets), strict=True):
        dd.check.equal(each, before, what="an argument afterwards", why="the arguments are left unchanged")
    for result, due, what in zip(
        results, slow_loss(logits, offsets, labels, targets, **settings),
        ("L", "the gradient for the logits", "the gradient for the offsets"), strict=True,
    ):  # fmt: skip
        dd.check.shape(result, np.shape(due), what=what)
        dd.check.finite(result, what=what)
        dd.check.close(result, due, rtol=2e-5, atol=2e-6, what=what, why=why)


for shape, num_classes, share in [((3, 30), 4, 0.1), ((1, 11), 1, 0.2), ((4, 17), 6, 0.3), ((2, 6), 2, 0.8)]:
    logits = rng.normal(0, 2, (*shape, num_classes + 1)).astype("float32")
    labels = np.where(rng.random(shape) < share, rng.integers(1, num_classes + 1, shape), 0)
    labels[0, :2] = num_classes, 0
    offsets, targets = rng.normal(0, 1.5, (2, *shape, 4)).astype("float32")
    check_loss(logits, offsets, labels, targets, "box by box, with ratio 3")
check_loss(logits, offsets, labels, targets, "ratio 1 and alpha 2.5", ratio=1, alpha=2.5)
logits = rng.normal(0, 2, (3, 30, 5)).astype("float32")
labels = np.where(rng.random((3, 30)) < 0.1, 2, 0)
labels[0, 0], labels[2] = 4, 0
offsets, targets = rng.normal(0, 1.5, (2, 3, 30, 4)).astype("float32")
check_loss(logits, offsets, labels, targets, "one picture has no positives", ratio=2, alpha=0.5)
check_loss(logits * 400, offsets, labels, targets * 1000, "logits and targets are large")
check_loss(logits, offsets, 0 * labels, targets, "no picture has a positive, so that L is 0")
### END HIDDEN TESTS

# %% mistakes: multibox_loss
# - replace: total / max(1, positives.sum())
#   with: total / max(1, (positives | hard).sum())
#   hint: "You divide by all boxes that count. Both sums are divided by the positives alone."
# - replace: total / max(1, positives.sum())
#   with: total / len(positives)
#   hint: "You divide by the number of pictures. The divisor is the number of positives."
# - replace: total / max(1, positives.sum())
#   with: total / positives.size
#   hint: "You divide by all default boxes, of which nearly all are background. The divisor is the number of positives."
# - replace: total / max(1, positives.sum())
#   with: total / positives.sum()
#   hint: "Without a positive you divide 0 by 0. The loss is 0 then."
# - replace: ops.sum(entropy * (positives | hard))
#   with: ops.sum(entropy * positives)
#   hint: "No negative counts in your loss: the network can call everything an object."
# - replace: ops.sum(entropy * (positives | hard))
#   with: ops.sum(entropy)
#   hint: "All negatives count in your loss, the easy ones too. Only the mined ones should."
# - replace: smooth * positives[..., None]
#   with: smooth
#   hint: "Background has no place. In your loss the offsets of negatives count too."
# - replace: smooth * positives[..., None]
#   with: smooth * (positives | hard)[..., None]
#   hint: "Background has no place. In your loss the offsets of hard negatives count too."
# - replace: alpha * ops.sum(smooth * positives[..., None])
#   with: alpha * ops.sum(ops.mean(smooth, axis=-1) * positives)
#   hint: "You take the mean of a box's four offsets. Their losses are added up. (Keras's Huber loss takes the mean.)"
# - replace: ops.where(distance < 1, 0.5 * ops.square(distance), distance - 0.5)
#   with: 0.5 * ops.square(distance)
#   hint: "Your offsets' loss is a square however far off they are. From 1 on it is a straight line."
# - replace: ops.where(distance < 1, 0.5 * ops.square(distance), distance - 0.5)
#   with: ops.where(distance < 1, ops.square(distance), distance - 0.5)
#   hint: "The half before the square is missing: at a distance of 1 your two pieces don't meet."
# - replace: ops.where(distance < 1, 0.5 * ops.square(distance), distance - 0.5)
#   with: ops.where(distance < 1, 0.5 * ops.square(distance), distance)
#   hint: "Your straight piece lies half too high: at a distance of 1 your two pieces don't meet."
# - replace: ops.sum(entropy * (positives | hard)) + alpha * ops.sum(smooth * positives[..., None])
#   with: alpha * ops.sum(entropy * (positives | hard)) + ops.sum(smooth * positives[..., None])
#   hint: "alpha weighs the class in your version. It weighs the place."
# - replace: hard_negative_mask(ops.convert_to_numpy(entropy), positives, ratio)
#   with: hard_negative_mask(ops.convert_to_numpy(entropy), positives)
#   hint: "You don't hand ratio on."
# - replace: labels, logits, from_logits=True
#   with: labels, ops.log(ops.clip(ops.softmax(logits), 1e-7, 1)), from_logits=True
#   hint: "You make probabilities and then take logarithms. With large logits a probability is 0, and cut off
#     before the logarithm: the loss is wrong, and the gradient gone. Start from the logits."
# - replace: ops.sum(entropy * (positives | hard)) + alpha * ops.sum(smooth * positives[..., None])
#   with: alpha * (ops.sum(entropy * (positives | hard)) + ops.sum(smooth * positives[..., None]))
#   hint: "alpha weighs the whole loss in your version. It weighs the place alone."


# %% mistake: multibox_loss
# hint: "You make probabilities and then take logarithms. With logits far apart a probability is 0, and the loss is
#     infinite. Start from the logits."
def multibox_loss(logits, offsets, labels, targets, ratio=3, alpha=1.0):
    positives = np.asarray(labels) > 0
    likely = ops.softmax(ops.convert_to_tensor(logits), axis=-1)
    entropy = -ops.log(ops.sum(likely * ops.one_hot(labels, likely.shape[-1]), axis=-1))
    counted = positives | hard_negative_mask(ops.convert_to_numpy(entropy), positives, ratio)
    distance = ops.abs(offsets - targets)
    smooth = ops.where(distance < 1, 0.5 * ops.square(distance), distance - 0.5)
    total = ops.sum(ops.where(counted, entropy, 0.0)) + alpha * ops.sum(smooth * positives[..., None])
    return total / max(1, positives.sum())


# %% equivalents: multibox_loss
# - replace: ops.where(distance < 1,
#   with: ops.where(distance <= 1,
#   reason: "At a distance of 1 both pieces are one half, and their slopes are equal."


# %% mistake: multibox_loss
# hint: "You turn the results into plain numbers before they are added up, and the tape loses its way back."
def multibox_loss(logits, offsets, labels, targets, ratio=3, alpha=1.0):
    positives = np.asarray(labels) > 0
    logits = ops.convert_to_numpy(logits).astype("float64")
    shifted = logits - logits.max(axis=-1, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))
    entropy = -np.take_along_axis(log_p, np.asarray(labels)[..., None], axis=-1)[..., 0]
    counted = positives | hard_negative_mask(entropy, positives, ratio)
    distance = np.abs(ops.convert_to_numpy(offsets) - targets)
    smooth = np.where(distance < 1, distance**2 / 2, distance - 0.5)
    total = (entropy * counted).sum() + alpha * (smooth * positives[..., None]).sum()
    return ops.convert_to_tensor((total / max(1, positives.sum())).astype("float32"))


# %% mistake: multibox_loss
# hint: "You divide picture by picture, so that an object weighs less in a crowded picture. One divisor is due, for the
#     whole batch."
def multibox_loss(logits, offsets, labels, targets, ratio=3, alpha=1.0):
    positives = np.asarray(labels) > 0
    entropy = keras.losses.sparse_categorical_crossentropy(labels, logits, from_logits=True)
    hard = hard_negative_mask(ops.convert_to_numpy(entropy), positives, ratio)
    distance = ops.abs(offsets - targets)
    smooth = ops.where(distance < 1, 0.5 * ops.square(distance), distance - 0.5)
    each = ops.sum(entropy * (positives | hard), axis=1)
    each = each + alpha * ops.sum(smooth * positives[..., None], axis=(1, 2))
    return ops.mean(each / np.maximum(1, positives.sum(axis=1)).astype("float32"))


# %% accepts: multibox_loss
def multibox_loss(logits, offsets, labels, targets, ratio=3, alpha=1.0):
    # Gathered rows instead of masks, and the cross-entropy written out.
    labels = np.asarray(labels)
    there = labels > 0
    log_p = ops.log_softmax(ops.convert_to_tensor(logits, "float32"), axis=-1)
    entropy = -ops.sum(log_p * ops.one_hot(labels, log_p.shape[-1]), axis=-1)
    counts = there | hard_negative_mask(np.asarray(entropy), there, ratio)
    if not there.any():
        return 0.0 * (ops.sum(logits) + ops.sum(offsets))
    error = tf.boolean_mask(ops.convert_to_tensor(offsets) - targets, there)  # (P, 4)
    near = tf.clip_by_value(tf.abs(error), 0.0, 1.0)
    place = tf.reduce_sum(near * (tf.abs(error) - near / 2))
    return (tf.reduce_sum(tf.boolean_mask(entropy, counts)) + alpha * place) / there.sum()


# %% accepts: multibox_loss
def multibox_loss(logits, offsets, labels, targets, ratio=3, alpha=1.0):
    huber = keras.losses.Huber(delta=1.0, reduction=None)
    entropy_fn = keras.losses.SparseCategoricalCrossentropy(from_logits=True, reduction=None)
    positives = np.not_equal(labels, 0)
    losses = entropy_fn(labels, logits)
    weights = np.where(hard_negative_mask(losses.numpy(), positives, ratio), 1.0, positives).astype("float32")
    places = 4.0 * huber(targets, offsets) * positives.astype("float32")
    return (ops.sum(losses * weights) + alpha * ops.sum(places)) / np.maximum(positives.sum(), 1).astype("float32")


# %% [markdown]
# ## The network
#
# A trunk of stages, each half as fine as the one before, and on each map two small **heads**: convolutions of
# $3 \times 3$, one for the classes and one for the places. For $b$ boxes a cell and $K + 1$ logits a box the first has
# $b (K+1)$ filters, the second $4b$.
#
# A head gives $(N, \text{rows}, \text{columns}, b(K+1))$. The logits of box 0 are its first $K + 1$ channels, those of
# box 1 the next, and so on; then a reshape to $(N, \text{rows} \cdot \text{columns} \cdot b,\ K+1)$ keeps exactly the
# order of `default_boxes`: row by row, column by column, box by box. Last, the maps are laid one behind the other. No
# softmax: the loss wants logits. (Each map has heads of its own. A map's cells don't all see the same, but what they
# are asked is the same everywhere, which is why a convolution can ask it.)


# %% setup
def conv_norm_relu(x, filters):
    """The block that the trunk is made of."""
    x = layers.Conv2D(filters, 3, padding="same", use_bias=False)(x)  # the norm has a shift of its own
    return layers.ReLU()(layers.BatchNormalization()(x))


# %% exercise: build_ssd_small
def build_ssd_small(input_shape, num_classes, widths, boxes):
    """A small single-shot detector: a trunk of stages, and two heads on each of its last maps.

    Args:
        input_shape: (rows, columns, channels) of a picture; rows and columns divide by 2 as often as needed.
        num_classes: K, without background.
        widths: filters of each stage, sequence of ints.
        boxes: default boxes of a cell, sequence of M ints, 1 <= M <= len(widths); the maps are those that the last
            M stages give.

    Returns:
        keras.Model from pictures (N, *input_shape) to a list of two: logits (N, D, K + 1), without softmax, and
        offsets (N, D, 4), both in the order of default_boxes. A stage is one conv_norm_relu, and where a map is taken
        two; between two stages lies a MaxPooling2D. On each map there are two convolutions of 3×3, "same" padding,
        with a bias: one for the logits of all boxes of a cell, box by box, and one for the offsets. About 15 lines.
    """
    ### BEGIN SOLUTION
    x = inputs = keras.Input(input_shape)
    first = len(widths) - len(boxes)
    logits, offsets = [], []
    for stage, filters in enumerate(widths):
        if stage > 0:
            x = layers.MaxPooling2D()(x)
        x = conv_norm_relu(x, filters)
        if stage < first:
            continue
        x = conv_norm_relu(x, filters)
        for found, numbers in ((logits, num_classes + 1), (offsets, 4)):
            head = layers.Conv2D(boxes[stage - first] * numbers, 3, padding="same")(x)
            found.append(layers.Reshape((-1, numbers))(head))
    return keras.Model(inputs, [ops.concatenate(logits, axis=1), ops.concatenate(offsets, axis=1)])
    ### END SOLUTION


# %% fixture
def drawn(shape):
    """Weights that depend on their shape alone, so that the order of layers does not matter."""
    return np.random.default_rng(list(shape)).normal(size=shape) / np.sqrt(max(1, np.prod(shape[:-1])) / 2)


def drawn_norm(filters):
    """Scale, shift, mean and variance of a norm."""
    scale, shift, mean, spread = np.random.default_rng(filters).normal(size=(4, filters))
    return [1 + 0.3 * scale, 0.5 * shift, 0.5 * mean, 1 + spread**2]


def drawn_model(*settings):
    """What build_ssd_small makes of its arguments, with weights that are drawn."""
    model = build_ssd_small(*settings)
    for layer in model.layers:
        if hasattr(layer, "gamma"):
            layer.set_weights(drawn_norm(layer.gamma.shape[0]))
        elif layer.get_weights():
            layer.set_weights([drawn(weight.shape) for weight in layer.get_weights()])
    return model


def outputs(model, x):
    """The model's two outputs for pictures, as arrays."""
    return [ops.convert_to_numpy(each) for each in model(x, training=False)]


def window(x, kernel):
    """A padded convolution, place by place."""
    padded = np.pad(x, ((0, 0), (1, 1), (1, 1), (0, 0)))
    y = np.zeros((*x.shape[:3], kernel.shape[-1]))
    for i in range(3):
        for j in range(3):
            y += padded[:, i : i + x.shape[1], j : j + x.shape[2]] @ kernel[i, j]
    return y


def by_hand(x, num_classes, widths, boxes):
    """What a model of drawn weights ought to give: logits and offsets."""
    logits, offsets = [], []
    for stage, filters in enumerate(widths):
        if stage > 0:
            n, rows, columns, channels = x.shape
            x = x.reshape(n, rows // 2, 2, columns // 2, 2, channels).max(axis=(2, 4))
        taken = stage >= len(widths) - len(boxes)
        for _ in range(2 if taken else 1):
            y = window(x, drawn((3, 3, x.shape[-1], filters)))
            scale, shift, mean, variance = drawn_norm(filters)
            x = np.maximum(scale * (y - mean) / np.sqrt(variance + 1e-3) + shift, 0)
        if taken:
            count = boxes[stage - len(widths) + len(boxes)]
            for found, numbers in ((logits, num_classes + 1), (offsets, 4)):
                y = window(x, drawn((3, 3, filters, count * numbers))) + drawn((count * numbers,))
                n, rows, columns, _ = y.shape
                for i in range(rows):
                    for j in range(columns):
                        found += [y[:, i, j, numbers * b : numbers * (b + 1)] for b in range(count)]
    return np.stack(logits, axis=1), np.stack(offsets, axis=1)


# %% test: build_ssd_small, points=3
# Three stages, of which the last two give maps, of 4 x 6 and 2 x 3 cells.
model = drawn_model((8, 12, 3), 4, (2, 5, 3), (2, 4))
dd.check.equal(len(model.outputs), 2, what="the number of outputs", why="they are logits and offsets")
given = [tuple(shape) for shape in model.output_shape]
why = "4 · 6 cells of 2 boxes and 2 · 3 cells of 4 boxes; 4 classes and background, and 4 offsets"
dd.check.equal(given, [(None, 72, 5), (None, 72, 4)], what="the shapes of the outputs", why=why)
trunk = 9 * (3 * 2 + 2 * 5 + 5 * 5 + 5 * 3 + 3 * 3) + 4 * (2 + 5 + 5 + 3 + 3)
heads = (9 * 5 + 1) * 2 * (5 + 4) + (9 * 3 + 1) * 4 * (5 + 4)
why = "five convolutions without and four with a bias, and five norms"
dd.check.equal(model.count_params(), trunk + heads, what="the number of parameters", why=why)
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(65)
for settings in [((8, 12, 3), 4, (2, 5, 3), (2, 4)), ((4, 2, 1), 1, (3, 2), (3,))]:
    if settings[0] != (8, 12, 3):  # the first one is there already
        model = drawn_model(*settings)
    x = rng.normal(size=(2, *settings[0])).astype("float32")
    results, due = outputs(model, x), by_hand(x.astype(float), *settings[1:])
    why = f"input_shape {settings[0]}, num_classes {settings[1]}, widths {settings[2]}, boxes {settings[3]}"
    for result, expected, what in zip(results, due, ("logits", "offsets"), strict=True):
        dd.check.shape(result, expected.shape, what=what, why=why)
        dd.check.close(result, expected, rtol=1e-3, atol=1e-3, what=what, why=why)
### END HIDDEN TESTS

# %% mistakes: build_ssd_small
# - replace: layers.Reshape((-1, numbers))(head)
#   with: layers.Reshape((-1, numbers))(layers.Permute((2, 1, 3))(head))
#   hint: "You go down the columns of each map. Default boxes go row by row."
# - replace: layers.Reshape((-1, numbers))(head)
#   with: layers.Reshape((-1, numbers))(layers.Permute((3, 1, 2))(head))
#   hint: "You bring the channels to the front before the reshape, as one has to where they come first. Here they come
#     last already."
# - replace: layers.Conv2D(boxes[stage - first] * numbers, 3, padding="same")
#   with: layers.Conv2D(boxes[0] * numbers, 3, padding="same")
#   hint: "Every map has as many boxes a cell as the first one in yours. Each has its own number."
# - replace: layers.Conv2D(boxes[stage - first] * numbers, 3, padding="same")
#   with: layers.Conv2D(boxes[stage - first] * numbers, 1, padding="same")
#   hint: "Your heads look at a single cell. They are convolutions of 3×3."
# - replace: num_classes + 1), (offsets, 4)
#   with: num_classes), (offsets, 4)
#   hint: "There is one logit short: background is a class too, besides the K."
# - replace: '[ops.concatenate(logits, axis=1), ops.concatenate(offsets, axis=1)]'
#   with: '[ops.softmax(ops.concatenate(logits, axis=1)), ops.concatenate(offsets, axis=1)]'
#   hint: "You give probabilities. The loss starts from logits."
# - replace: '[ops.concatenate(logits, axis=1), ops.concatenate(offsets, axis=1)]'
#   with: '[ops.concatenate(offsets, axis=1), ops.concatenate(logits, axis=1)]'
#   hint: "Your offsets come first. The order is logits, offsets."
# - replace: |-
#     if stage < first:
#                 continue
#             x = conv_norm_relu(x, filters)
#   with: |-
#     if stage < first:
#                 continue
#   hint: "Where a map is taken, a second block is missing."
# - replace: |-
#     if stage < first:
#                 continue
#             x = conv_norm_relu(x, filters)
#   with: |-
#     x = conv_norm_relu(x, filters)
#             if stage < first:
#                 continue
#   hint: "All your stages have two blocks. Those without a map have one."
# - replace: first = len(widths) - len(boxes)
#   with: first = 0
#   hint: "You take a map from every stage. Only the last ones give one, as many as there are entries in boxes."
# - replace: found.append(layers.Reshape((-1, numbers))(head))
#   with: |-
#     by_class = layers.Reshape((-1, numbers, boxes[stage - first]))(head)
#                 found.append(layers.Reshape((-1, numbers))(layers.Permute((1, 3, 2))(by_class)))
#   hint: "You read a head's channels class by class. They go box by box: all numbers of box 0, then those of box 1."
# - replace: found.append(layers.Reshape((-1, numbers))(head))
#   with: found.insert(0, layers.Reshape((-1, numbers))(head))
#   hint: "Your coarse maps come first. Default boxes go from the finest map to the coarsest."
# - replace: |-
#     if stage < first:
#                 continue
#             x = conv_norm_relu(x, filters)
#             for found, numbers in ((logits, num_classes + 1), (offsets, 4)):
#                 head = layers.Conv2D(boxes[stage - first] * numbers, 3, padding="same")(x)
#   with: |-
#     if stage < first:
#                 continue
#             seen, x = x, conv_norm_relu(x, filters)
#             for found, numbers in ((logits, num_classes + 1), (offsets, 4)):
#                 head = layers.Conv2D(boxes[stage - first] * numbers, 3, padding="same")(seen)
#   hint: "Your heads look at the first block of a stage. The map is what the second one gives."


# %% mistake: build_ssd_small
# hint: "You take the maps of the first stages. The last ones give them."
def build_ssd_small(input_shape, num_classes, widths, boxes):
    x = inputs = keras.Input(input_shape)
    logits, offsets = [], []
    for stage, filters in enumerate(widths):
        x = conv_norm_relu(layers.MaxPooling2D()(x) if stage else x, filters)
        if stage < len(boxes):
            x = conv_norm_relu(x, filters)
            for found, numbers in ((logits, num_classes + 1), (offsets, 4)):
                head = layers.Conv2D(boxes[stage] * numbers, 3, padding="same")(x)
                found.append(layers.Reshape((-1, numbers))(head))
    return keras.Model(inputs, [ops.concatenate(logits, axis=1), ops.concatenate(offsets, axis=1)])


# %% mistake: build_ssd_small
# hint: "You pool after the last stage, or before the heads: each map is half as large as it should be."
def build_ssd_small(input_shape, num_classes, widths, boxes):
    x = inputs = keras.Input(input_shape)
    first = len(widths) - len(boxes)
    logits, offsets = [], []
    for stage, filters in enumerate(widths):
        x = conv_norm_relu(x, filters)
        if stage >= first:
            x = conv_norm_relu(x, filters)
        x = layers.MaxPooling2D()(x)
        if stage >= first:
            for found, numbers in ((logits, num_classes + 1), (offsets, 4)):
                head = layers.Conv2D(boxes[stage - first] * numbers, 3, padding="same")(x)
                found.append(layers.Reshape((-1, numbers))(head))
    return keras.Model(inputs, [ops.concatenate(logits, axis=1), ops.concatenate(offsets, axis=1)])


# %% accepts: build_ssd_small
def build_ssd_small(input_shape, num_classes, widths, boxes):
    # First the trunk, then the heads; subclass-free, with layers only.
    inputs = keras.Input(input_shape)
    maps, x = [], inputs
    plain = len(widths) - len(boxes)
    for i in range(len(widths)):
        x = conv_norm_relu(x, widths[i])
        if i >= plain:
            x = conv_norm_relu(x, widths[i])
            maps.append(x)
        if i + 1 < len(widths):
            x = layers.MaxPool2D(pool_size=(2, 2), strides=2)(x)

    def heads(numbers):
        parts = []
        for features, count in zip(maps, boxes, strict=True):
            _, rows, columns, _ = features.shape
            y = layers.Conv2D(count * numbers, (3, 3), padding="same")(features)
            parts.append(layers.Reshape((rows * columns * count, numbers))(y))
        return parts[0] if len(parts) == 1 else layers.Concatenate(axis=1)(parts)

    return keras.Model(inputs=inputs, outputs=[heads(num_classes + 1), heads(4)])


# %% accepts: build_ssd_small
def build_ssd_small(input_shape, num_classes, widths, boxes):
    x = inputs = keras.Input(input_shape)
    counts = [0] * (len(widths) - len(boxes)) + list(boxes)
    logits = offsets = None
    for i, (filters, count) in enumerate(zip(widths, counts, strict=True)):
        x = conv_norm_relu(layers.MaxPooling2D()(x) if i else x, filters)
        if not count:
            continue
        x = conv_norm_relu(x, filters)
        size = x.shape[1] * x.shape[2] * count
        z = ops.reshape(layers.Conv2D(count * (num_classes + 1), 3, 1, "same")(x), (-1, size, num_classes + 1))
        o = ops.reshape(layers.Conv2D(count * 4, 3, 1, "same")(x), (-1, size, 4))
        logits = z if logits is None else ops.concatenate([logits, z], axis=-2)
        offsets = o if offsets is None else ops.concatenate([offsets, o], axis=-2)
    return keras.Model(inputs, [logits, offsets])


# %% [markdown]
# ## The first steps
#
# Our detector has 583,680 parameters and its three maps 1,344 default boxes. Training it takes some ten minutes. Here
# is the beginning: Adam, batches of 16, one pass over 256 scenes. SSD300's own recipe was SGD with momentum 0.9, weight
# decay 0.0005, a rate of 0.001 that falls twice by a factor of ten, and batches of 32. Most important of all was
# **augmentation**: random cut-outs, also of a small part or with a margin of nothing round the picture, which lifted
# mAP on VOC 2007 from 65.5% to 74.3%.

# %% demo
WIDTHS, BOXES = (16, 32, 64, 96, 128), (4, 4, 4)
dd.seed(65)
model = build_ssd_small((SIDE, SIDE, 3), len(CLASSES), WIDTHS, BOXES)
optimizer = keras.optimizers.Adam(0.002)
losses = []
for rows in np.random.default_rng(65).permutation(len(train_x)).reshape(-1, 16):
    with tf.GradientTape() as tape:
        loss = multibox_loss(*model(train_x[rows], training=True), train_labels[rows], train_targets[rows])
    optimizer.apply(tape.gradient(loss, model.trainable_variables), model.trainable_variables)
    losses.append(float(loss))
fig, ax = plt.subplots(figsize=(6.5, 3.6))
ax.plot(range(1, len(losses) + 1), losses, marker="o", markersize=4)
ax.set(title="The first steps", xlabel="step", ylabel="multibox loss", ylim=(0, None), xticks=range(2, 17, 2))
dd.plot.show("Multibox loss against the step, 1 to 16. It falls steeply from above ten at first and then slowly.")
print(f"parameters: {model.count_params():,}")
print(f"loss: first five steps {np.mean(losses[:5]):.1f}, last five {np.mean(losses[-5:]):.1f}")
assert np.mean(losses[-5:]) < 0.8 * np.mean(losses[:5])

# %% [markdown]
# The rest was done beforehand, by `data/zoo/scenes_ssd.py`: the same network from a start of its own, 6,000 scenes and
# their mirror images, twelve passes. We load it. First, what does mining choose once the network is trained? White
# boxes are hard negatives, dashed ones the truth.

# %% demo
network = dd.zoo.load("scenes_ssd")
some = 64
logits, _ = network(train_x[:some], training=False)
entropy = keras.losses.sparse_categorical_crossentropy(train_labels[:some], logits, from_logits=True).numpy()
hard = hard_negative_mask(entropy, positive[:some])
near = np.stack([day_061.iou(defaults, truth_of(train, i)[0]).max(axis=1) > 0.3 for i in range(some)])
fig, axes = plt.subplots(1, 3, figsize=(11, 4))
for ax, i in zip(axes, (1, 4, 10), strict=True):
    show_image(ax, train.images[i], f"scene {i}: {hard[i].sum()} hard negatives")
    draw_boxes(ax, defaults[hard[i]], width=0.6)
    draw_boxes(ax, truth_of(train, i)[0], color=TRUE, style="--")
    ax.set(xlim=(0, 1), ylim=(1, 0))
dd.plot.show(
    "Three scenes. White boxes, the hard negatives, crowd round the objects: they are shifted, too small or too large. "
    "Few lie on plain background."
)
negatives = ~positive[:some]
shares = near[hard].mean(), near[negatives].mean()
print(f"overlap an object (IoU > 0.3): {shares[0]:.2f} of the hard negatives, {shares[1]:.2f} of all negatives")
total = entropy[negatives].sum()
print(f"share of the negatives' loss that the hard ones carry: {entropy[hard].sum() / total:.2f}")
print(f"negatives for each positive: {negatives.sum() / positive[:some].sum():.0f}, hard ones: 3")

# %% [markdown]
# Mining looks where it is hard: at boxes that overlap an object and don't fit it, the very ones a detector is most
# likely to report by mistake. It leaves out more than nine of ten negatives, and keeps nearly all of their loss.
#
# ## Detecting
#
# At the end a detection needs a class, a score and a box: a softmax over the logits, the offsets decoded (times the
# "variances" again, which is easily forgotten), and Day 61's NMS, class by class. The paper keeps scores from 0.01,
# drops boxes with an IoU above 0.45, and reports 200 in a picture; for our few objects 20, from 0.05 on, are enough.


# %% demo
def detections_of(scores, boxes, least=0.05, suppress=0.45, most=20):
    """Boxes (k, 4), scores (k,) and classes (k,) of one picture, the surest first, from scores (D, K), boxes (D, 4)."""
    kept = []
    for c in range(scores.shape[1]):
        rows = np.flatnonzero(scores[:, c] >= least)
        rows = rows[day_061.nms(boxes[rows], scores[rows, c], suppress)]
        kept += [(scores[row, c], row, c) for row in rows]
    kept = sorted(kept, reverse=True)[:most]
    surety, rows, classes = (np.array([each[i] for each in kept]) for i in range(3))
    return boxes[rows.astype(int)], surety, classes.astype(int)


logits, offsets = network.predict(prepare(held_out.images), batch_size=100, verbose=0)
class_scores = ops.convert_to_numpy(ops.softmax(logits))[..., 1:]  # (500, 1344, 7) without background
ssd_boxes = [day_061.decode_offsets(defaults, each * VARIANCES) for each in offsets]
ssd = [detections_of(*each) for each in zip(class_scores, ssd_boxes, strict=True)]
fig, axes = plt.subplots(2, 4, figsize=(12, 6.4))
for ax, i in zip(axes.flat, (0, 2, 3, 5, 8, 9, 12, 13), strict=True):
    boxes, scores, classes = (part[ssd[i][1] >= 0.5] for part in ssd[i])
    show_image(ax, held_out.images[i], f"scene {i}, objects: {len(truth_of(held_out, i)[0])}")
    draw_boxes(ax, boxes, [f"{CLASSES[c]} {100 * score:.0f}" for c, score in zip(classes, scores, strict=True)])
fig.suptitle("Held-out scenes: what the detector reports with a score from 0.5")
dd.plot.show(
    "Eight scenes that the network has not seen. Every object has a box close round it, with its class and its "
    "score in per cent."
)

# %% [markdown]
# ## Small objects: three maps against one grid
#
# Day 64's detector was trained on the same scenes and mirror images, in as many passes, with the same learning rates.
# Its grid has $8 \times 8$ cells. Call an object **small** if its area is below $16^2$ pixels, a sixteenth of the
# picture; a fifth of the objects are. Comparing recall is only fair at equal precision, since whoever reports
# everything finds everything. So each detector gets the score from which on **nine of ten** of its reports are right.
# How many objects of each size does it find then?

# %% demo
grid_network = dd.zoo.load("scenes_yolo")


def yolo_detect(images, s=8, b=2):
    """Day 64's network: a cell (row, column) gives blocks (x, y, root w, root h, confidence), then its classes."""
    results = []
    for grid in grid_network.predict(prepare(images), batch_size=100, verbose=0):
        blocks = grid[..., : 5 * b].reshape(s, s, b, 5).astype(float)
        rows, columns = np.indices((s, s))
        middle = (np.stack([columns, rows], axis=-1)[:, :, None] + blocks[..., :2]) / s
        half = blocks[..., 2:4] ** 2 / 2
        boxes = np.clip(np.concatenate([middle - half, middle + half], axis=-1), 0, 1).reshape(-1, 4)
        scores = np.clip(blocks[..., 4:], 0, 1) * np.clip(grid[..., None, 5 * b :], 0, 1)
        results.append(detections_of(scores.reshape(len(boxes), -1), boxes))
    return results


def judge(detections, scenes, least=0.5):
    """Scores, verdicts and classes of all detections; side, class and score of finding, 0 if never, of all objects."""
    reports, objects = [], []
    for i, (boxes, scores, classes) in enumerate(detections):
        true_boxes, true_classes = truth_of(scenes, i)
        for c in np.union1d(classes, true_classes):
            mine, gt = classes == c, true_boxes[true_classes == c]
            right = day_061.match_detections(boxes[mine], scores[mine], gt, least)
            reports.append(np.stack([scores[mine], right, np.full(len(right), c)]))
            hits = (day_061.iou(gt, boxes[mine][right]) >= least) * scores[mine][right]  # (t, right ones)
            side = SIDE * np.sqrt((gt[:, 2:] - gt[:, :2]).prod(axis=1))
            objects.append(np.stack([side, np.full(len(gt), c), hits.max(axis=1, initial=0)]))
    return np.concatenate(reports, axis=1), np.concatenate(objects, axis=1)


def mean_average_precision(reports, objects):
    (scores, right, classes), (_, true_classes, _) = reports, objects
    mine = [(scores[classes == c], right[classes == c] > 0, np.sum(true_classes == c)) for c in range(len(CLASSES))]
    return np.mean([day_061.average_precision(*each)[2] for each in mine])


SSD, YOLO = "SSD, 3 maps", "YOLO, 1 grid"
level, found, recalls, means = {}, {}, {}, {}
for name, net, detections in ((SSD, network, ssd), (YOLO, grid_network, yolo_detect(held_out.images))):
    reports, objects = judge(detections, held_out)
    precision, _, _ = day_061.average_precision(reports[0], reports[1] > 0, objects.shape[1])
    level[name] = np.sort(reports[0])[::-1][np.flatnonzero(precision >= 0.9)[-1]]
    sides, found[name] = objects[0], objects[2] >= level[name]
    small = sides < 16
    recalls[name] = [found[name][group].mean() for group in (small, ~small)]
    exact = mean_average_precision(*judge(detections, held_out, least=0.75))
    means[name] = mean_average_precision(reports, objects), exact
    print(f"{name:12} {net.count_params():,} parameters, mAP@0.5 {means[name][0]:.3f}, mAP@0.75 {exact:.3f};", end=" ")
    print(f"from a score of {level[name]:.2f} on it finds {recalls[name][0]:.3f} of the small objects", end=" ")
    print(f"and {recalls[name][1]:.3f} of the others")

fig, axes = plt.subplots(1, 2, figsize=(12, 4.2), sharey=True)
group = np.digitize(sides, EDGES[1:-1])
lines = [(axes[0], i, found[name], name) for i, name in enumerate((SSD, YOLO))]
for k in range(3):
    of_map = class_scores * (map_of == k)[:, None]
    objects = judge([detections_of(*each) for each in zip(of_map, ssd_boxes, strict=True)], held_out)[1]
    lines.append((axes[1], k, objects[2] >= level[SSD], f"map {k} alone"))
for ax, i, hit, name in lines:
    share = [hit[group == g].mean() for g in range(len(middles))]
    look = {"color": dd.plot.PALETTE[i], "linestyle": dd.plot.LINE_STYLES[i], "marker": dd.plot.MARKERS[i]}
    ax.plot(middles, share, label=name, **look)
titles = ("Two detectors, nine of ten reports right", "The maps of SSD, at the same score")
for ax, title in zip(axes, titles, strict=True):
    ax.axvline(16, color="0.5", linestyle=":", linewidth=1.2)
    ax.set(title=title, xlabel="side of the object (pixels)", ylabel="share found", ylim=(0, 1.03))
    ax.legend(loc="lower right" if ax is axes[0] else "center right")
dd.plot.show(
    "Two panels, the share of the objects found against their side. Left: SSD lies at 1 for all sizes; YOLO rises "
    "from about 0.2 for the smallest to about 0.7 round 24 pixels and falls to 0.5 for the largest. Right: map 0 alone "
    "finds nearly all objects up to 20 pixels and none of 28, map 1 alone few of the smallest and nearly all from 18 "
    "pixels on, map 2 alone most from 28 on."
)
gain = np.subtract(recalls[SSD], recalls[YOLO])
print(f"SSD finds more: small {gain[0]:+.3f}, others {gain[1]:+.3f}")
assert min(means[SSD][0], recalls[SSD][0]) > 0.95
assert gain[0] > 0.3 and gain[0] > gain[1]

# %% [markdown]
# On the left SSD has hardly a gap, and the grid loses most where objects are small. On the right is the reason: the
# fine map, which the grid does not have, finds them by itself. Map 1, with as many cells as the grid, finds few of the
# smallest, and the fine map none of the large.
#
# Be fair to the grid, though. SSD's network has about three times its parameters and does more than twice its
# multiply-adds, and several things besides the maps differ: several default boxes answer for an object, offsets start
# from a box that fits already, and the loss is a cross-entropy where YOLO's squares errors. That its boxes are more
# exact, as mAP@0.75 says, is probably owed to these rather than to the maps. And the scenes are easy: on photographs no
# detector of that year came near these numbers.
#
# ## YOLO, SSD, Faster R-CNN
#
# The three detectors of this week answer one question in three ways. The numbers are those that the SSD paper gives:
# VOC 2007, the trunk VGG-16 in all but Fast YOLO, one picture at a time on a Titan X.
#
# | | looks | boxes | input | mAP | pictures a second |
# |---|---|---|---|---|---|
# | Faster R-CNN | twice: proposals, then each again | about 6,000 | about $1000 \times 600$ | 73.2% | 7 |
# | YOLO | once, on one grid | 98 | $448 \times 448$ | 66.4% | 21 |
# | Fast YOLO | once, on one grid | 98 | $448 \times 448$ | 52.7% | 155 |
# | SSD300 | once, on six maps | 8,732 | $300 \times 300$ | 74.3% | 46 |
# | SSD512 | once, on seven maps | 24,564 | $512 \times 512$ | 76.8% | 19 |
#
# - **Faster R-CNN** (Day 62) cuts the features of each proposal out and looks again. That costs time for every
#   proposal, and buys a second opinion on class and place.
# - **YOLO** (Days 63 and 64) asks each cell once. It is the simplest and fast, and it has to choose where objects
#   crowd.
# - **SSD** spends its boxes where they are cheap: thousands of small ones cost one convolution. The second look is
#   replaced by many first looks. Its weakness is said in the paper itself: small objects are found much less often than
#   large ones, for they have to be seen on `conv4_3`, which is fine, but knows little. A larger input, as SSD512's,
#   helps and costs time. Feature pyramids (Lin and others 2017) add what the coarse maps know to the fine ones.
#
# ## What you should remember
#
# 1. Small objects belong to fine maps, large ones to coarse maps; one pass of one network computes both.
# 2. Default boxes: squares of $s_k$ and $\sqrt{s_k s_{k+1}}$, and two boxes a ratio. SSD300 has 8,732 of them.
# 3. Each true box gets a default box of its own, the best pairs first; every other one from IoU 0.5 on goes to its
#    best.
# 4. Hard negatives: in each picture the three negatives a positive that the network is most wrong about.
# 5. The loss is cross-entropy over positives and hard negatives, plus smooth L1 over positives, divided by the number
#    of positives.
#
# ## Check yourself, without code
#
# 1. SSD512 has maps of 64, 32, 16, 8, 4, 2 and 1 cells a side, with 4, 6, 6, 6, 6, 4 and 4 boxes a cell. How many
#    default boxes is that?
# 2. Two people stand close together, and one default box is the best for both. What happens to the second under Day
#    61's rule, and what under SSD's?
# 3. A colleague divides the loss by the number of pictures instead of positives. Which pictures does training now care
#    for most? And what happens if all negatives count?
#
# <details><summary>Answers</summary>
#
# 1. $4 \cdot 4096 + 6 (1024 + 256 + 64 + 16) + 4 \cdot 4 + 4 = 16{,}384 + 8{,}160 + 20 = 24{,}564$.
# 2. Day 61: the one listed later takes the box, and the other has none, unless another default box reaches the
#    threshold with it. SSD: the better pair takes it, and the second person gets the best of the boxes left.
# 3. For those with many positives: their loss is a sum over more boxes. If all negatives count, dozens of easy ones
#    stand against each positive, and calling everything background is a good answer for long.
#
# </details>
#
# ## Go further
#
# - Liu and others (2016), *SSD: Single shot multibox detector*, ECCV: read section 3.2, on what each part is worth.
# - Ren, He, Girshick and Sun (2015), *Faster R-CNN*, NeurIPS, and Redmon, Divvala, Girshick and Farhadi (2016), *You
#   only look once*, CVPR: the other two.
# - Simonyan and Zisserman (2015), *Very deep convolutional networks for large-scale image recognition*, ICLR: VGG, the
#   trunk.
# - Lin, Dollár, Girshick, He, Hariharan and Belongie (2017), *Feature pyramid networks for object detection*, CVPR.
