# ---
# day: 61
# title: Boxes, anchors and non-maximum suppression
# week: 13
# minutes: 120
# backend: numpy
# needs: [1, 3, 6, 7]
# data: [scenes]
# papers:
# - "Everingham, Van Gool, Williams, Winn and Zisserman 2010, The PASCAL visual object classes (VOC) challenge"
# - "Girshick, Donahue, Darrell and Malik 2014, Rich feature hierarchies for accurate object detection and semantic
#   segmentation"
# - "Lin et al. 2014, Microsoft COCO: Common objects in context"
# - "Ren, He, Girshick and Sun 2015, Faster R-CNN: Towards real-time object detection with region proposal networks"
# - "Rahimi and Recht 2008, Weighted sums of random kitchen sinks: Replacing minimization with randomization
#   in learning"
# ---

# %% [markdown]
# # Day 61 · Boxes, anchors and non-maximum suppression
#
# By the end you can put a box round each of any number of objects in a picture, and say with one number how
# good the boxes are.
#
# - **You will build** the eight functions that every detector of this week stands on. They make a simple
#   detector, and removing its repeated boxes lifts its average precision from 0.3 to over 0.7.
# - **You need** broadcasting (Day 1), least squares (Days 3 and 6), precision and recall (Day 7).
# - **Not today:** convolutional detectors (Days 62 to 65). The learned part is simple on purpose.
# - **Time:** about 120 minutes.
#
# | symbol | meaning | shape | in code |
# |---|---|---|---|
# | $x_1, y_1, x_2, y_2$ | a box's left, top, right and bottom edge, in pixels | | a row of `boxes` |
# | $c_x, c_y, w, h$ | its centre, width and height | | |
# | $n, m$ | boxes in a first and a second set | | |
# | $\mathrm{IoU}$ | overlap of two boxes, 0 to 1 | $(n, m)$ | `iou(boxes_a, boxes_b)` |
# | $s, r$ | scale and aspect ratio of an anchor | $(S,)$, $(R,)$ | `scales`, `ratios` |
# | $a, g$ | an anchor; the true box it is matched with | $(4,)$ | `anchors`, `boxes` |
# | $t_x, t_y, t_w, t_h$ | offsets that lead from the anchor to the box | $(n, 4)$ | `offsets` |
# | $\tau$ | the IoU above which NMS drops a box | | `iou_threshold` |
# | $k$ | detections | | |
# | $G, K$ | true objects; classes | | `num_truths` |
# | $p_i,\ q_i$ | precision and recall of the $i$ most confident detections | $(k,)$ | `precision`, `recall` |
#
# Coordinates run to the right and **down** from the upper left corner. Pixel $j$ covers the interval from $j$
# to $j+1$, so $x_2$ is where the box ends, and the width is $x_2 - x_1$ without a "+ 1".

# %% setup
import warnings

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.patches import Rectangle

import deepdays as dd
from deepdays.data.sets.scenes import CLASSES

dd.plot.style()

# %% [markdown]
# ## What, and where
#
# A classifier says *what* is in a picture. **Localisation** also says *where*, for one object: the model has
# four more outputs, for a box. A usual target is one vector
#
# $$(o,\ c_x,\ c_y,\ w,\ h,\ C_0, \dots, C_{K-1}) ,$$
#
# with $o = 1$ if there is an object and $C$ its one-hot class. Where $o = 0$, the loss ignores the rest:
# nothing has no place. **Detection** wants this for any number of objects. Two need two vectors; which goes
# first? Most of today's tools answer that.
#
# But first the truth. Somebody has to **annotate** images: draw a box round every object, as tight as its
# *visible* pixels allow, and name it. Our scenes are made, so each object's pixels are known. Do the
# outermost of them give the recorded boxes?

# %% demo
train = dd.data.scenes(1000, seed=0)
held_out = dd.data.scenes(150, seed=1)


def show_image(ax, image, title):
    ax.imshow(image, extent=(0, 64, 64, 0))  # pixel j from j to j + 1
    ax.set(title=title, xticks=[0, 32, 64], yticks=[0, 32, 64])
    ax.grid(False)


def draw_boxes(ax, corner_boxes, names=None, color="white", style="-", width=2.0):
    for i, (x1, y1, x2, y2) in enumerate(corner_boxes):
        outline = [("black", "-", 2 * width)] if width > 1 else []
        for edge, look, line in [*outline, (color, style, width)]:
            shape = {"fill": False, "edgecolor": edge, "linestyle": look, "linewidth": line}
            ax.add_patch(Rectangle((x1, y1), x2 - x1, y2 - y1, **shape))
        if names is not None:
            look = {"facecolor": "black", "pad": 1.5, "edgecolor": "none"}
            ax.text(x1, y1, names[i], color="white", fontsize=9, va="bottom", bbox=look)


def truth_of(scenes, i):
    """Boxes (t, 4) and classes (t,) of scene i."""
    there = scenes.labels[i] >= 0
    return scenes.boxes[i][there].astype(float), scenes.labels[i][there]


def box_of_mask(mask):
    columns, rows = np.flatnonzero(mask.any(axis=0)), np.flatnonzero(mask.any(axis=1))
    return [columns[0], rows[0], columns[-1] + 1, rows[-1] + 1]


differing = sum(
    box_of_mask(mask) != box.tolist()
    for masks, boxes, labels in zip(train.masks, train.boxes, train.labels, strict=True)
    for mask, box in zip(masks[labels >= 0], boxes[labels >= 0], strict=True)
)
print(f"{np.sum(train.labels >= 0)} objects, {differing} boxes differ from their masks'")

fig, axes = plt.subplots(1, 4, figsize=(12, 3.4))
for ax, i in zip(axes[:3], (1, 4, 10), strict=True):
    true_boxes, classes = truth_of(train, i)
    show_image(ax, train.images[i], f"scene {i}: {len(classes)} objects")
    draw_boxes(ax, true_boxes, [CLASSES[c] for c in classes])
show_image(axes[3], 255 * train.masks[10].any(axis=0)[..., None].repeat(3, axis=2), "scene 10: visible pixels")
draw_boxes(axes[3], truth_of(train, 10)[0], color="#e3a41c")
dd.plot.show(
    "Four small scenes of coloured shapes. In the first three a box with its class's name stands round every shape; "
    "the fourth shows the visible pixels of scene 10 in white on black, each blob touched by its box on all four "
    "sides."
)

# %% [markdown]
# None differs. People are less exact: two annotators differ by a few pixels and forget small objects. A
# detector cannot be judged more finely than its truth was drawn.
#
# ## Three ways to write a box
#
# The box of a digit may reach from 10 to 30 across and from 20 to 50 down. In three formats:
#
# | name | entries | the example |
# |---|---|---|
# | `"xyxy"` | $(x_1, y_1, x_2, y_2)$: two corners | $(10, 20, 30, 50)$ |
# | `"xywh"` | $(x_1, y_1, w, h)$: upper left corner and size | $(10, 20, 20, 30)$ |
# | `"cxcywh"` | $(c_x, c_y, w, h)$: centre and size | $(20, 35, 20, 30)$ |
#
# with $c_x = \frac{x_1 + x_2}{2}$, $w = x_2 - x_1$, and likewise downwards. Corners make overlaps easy,
# COCO's files store corner and size, and networks predict centre and size. Mixing them up raises no error:
# each is four numbers. (Each also comes *relative*, divided by the image's size.) Nine conversions need no
# nine formulas: go by way of the two corners. Beware of whole numbers: a box 5 pixels wide has its centre at
# half a pixel.


# %% exercise: convert_boxes
def convert_boxes(boxes, source, target):
    """Rewrite boxes in another format.

    Args:
        boxes: array of shape (..., 4), floats or ints, any number of leading axes; left unchanged.
        source: the format they are in, "xyxy", "xywh" or "cxcywh".
        target: the format they are to have, one of the same three; it may be the same.

    Returns:
        A new float array of the same shape. About 15 lines.

    Raises:
        ValueError: source or target is none of the three names.
    """
    ### BEGIN SOLUTION
    boxes = np.array(boxes, dtype=float)
    first, second = boxes[..., :2], boxes[..., 2:]  # (..., 2) each, x before y
    if source == "xyxy":
        low, high = first, second
    elif source == "xywh":
        low, high = first, first + second
    elif source == "cxcywh":
        low, high = first - second / 2, first + second / 2
    else:
        raise ValueError(f"source must be xyxy, xywh or cxcywh. Received: {source!r}")
    if target == "xyxy":
        return np.concatenate([low, high], axis=-1)
    if target == "xywh":
        return np.concatenate([low, high - low], axis=-1)
    if target == "cxcywh":
        return np.concatenate([(low + high) / 2, high - low], axis=-1)
    raise ValueError(f"target must be xyxy, xywh or cxcywh. Received: {target!r}")
    ### END SOLUTION


# %% test: convert_boxes, points=1
# The box of the table in all three formats.
formats = {"xyxy": [10.0, 20.0, 30.0, 50.0], "xywh": [10.0, 20.0, 20.0, 30.0], "cxcywh": [20.0, 35.0, 20.0, 30.0]}
for source, given in formats.items():
    for target, due in formats.items():
        result = convert_boxes(np.array([given]), source, target)
        dd.check.like(
            result, np.array([due], dtype=float), what=f"{source} as {target}", why="it is the example of the table"
        )
with dd.check.raises(ValueError, why="there is no such format"):
    convert_boxes(np.array([[0.0, 0.0, 1.0, 1.0]]), "xyxy", "corners")
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(61)
for shape in [(4,), (0, 4), (1, 4), (4, 4), (5, 4), (2, 1, 4), (2, 3, 4)]:
    corners = np.concatenate([rng.uniform(-20, 50, (*shape[:-1], 2)), rng.uniform(50, 90, (*shape[:-1], 2))], axis=-1)
    slow = {"xyxy": corners, "xywh": np.zeros(shape), "cxcywh": np.zeros(shape)}
    for index in np.ndindex(shape[:-1]):
        x1, y1, x2, y2 = corners[index]
        slow["xywh"][index] = [x1, y1, x2 - x1, y2 - y1]
        slow["cxcywh"][index] = [(x1 + x2) / 2, (y1 + y2) / 2, x2 - x1, y2 - y1]
    for source, given in slow.items():
        for target, due in slow.items():
            with dd.check.unchanged(given):
                result = convert_boxes(given, source, target)
            dd.check.like(result, np.array(due, dtype=float), rtol=1e-9, what=f"{source} as {target}")

# Whole numbers whose centres are not.
whole = np.array([[1, 2, 6, 5], [0, 0, 1, 1]])
due = {"xyxy": whole, "xywh": [[1, 2, 5, 3], [0, 0, 1, 1]], "cxcywh": [[3.5, 3.5, 5, 3], [0.5, 0.5, 1, 1]]}
for target, values in due.items():
    result = convert_boxes(whole, "xyxy", target)
    dd.check.dtype(result, "float", why="a centre may fall between whole numbers")
    dd.check.close(result, np.array(values, dtype=float), what=f"whole numbers as {target}")
for name, given in slow.items():
    assert not np.shares_memory(convert_boxes(given, name, name), given), "the same format, but a new array"
back = convert_boxes(np.array([[3, 3, 5, 3]]), "cxcywh", "xyxy")
dd.check.close(back, [[0.5, 1.5, 5.5, 4.5]], what="whole centre and size as corners")
for wrong in [("corners", "xyxy"), ("xyxy", "yxyx"), ("corners", "corners"), ("XYXY", "xywh"), (None, "xyxy")]:
    with dd.check.raises(ValueError, why=f"{wrong} has a name that is no format"):
        convert_boxes(np.array([[0.0, 0.0, 1.0, 1.0]]), *wrong)
### END HIDDEN TESTS

# %% mistakes: convert_boxes
# - replace: boxes = np.array(boxes, dtype=float)
#   with: |-
#     boxes = np.asarray(boxes, dtype=float)
#         if source == target and source in ("xyxy", "xywh", "cxcywh"):
#             return boxes
#   hint: "Where both formats are the same your result is the argument itself: whoever changes one changes the other."
# - replace: low, high = first, first + second
#   with: low, high = first, second
#   hint: "From xywh you read the last two entries as a corner. They are a size: where does a box end that
#     starts at x1 and is w wide?"
# - replace: low, high = first - second / 2, first + second / 2
#   with: low, high = first - second, first + second
#   hint: "From the centre you go a whole width to either side, which doubles the box."
# - replace: low, high = first - second / 2, first + second / 2
#   with: low, high = first, first + second
#   hint: "You take a centre for the upper left corner: the box from cxcywh is shifted by half its size."
# - replace: (low + high) / 2, high - low
#   with: (high - low) / 2, high - low
#   hint: "Half the size is not the centre, unless the box starts at 0. The centre is the mean of both ends."
# - replace: np.concatenate([low, high - low], axis=-1)
#   with: np.concatenate([low, high - low + 1], axis=-1)
#   hint: "Your width counts a pixel too many. Here x2 is where the box ends, so no 1 is added."
# - replace: boxes = np.array(boxes, dtype=float)
#   with: boxes = np.array(boxes)
#   hint: "With boxes of whole numbers the result isn't always of floats, as it should be whatever the formats."
# - replace: return np.concatenate([(low + high) / 2, high - low], axis=-1)
#   with: return np.concatenate([(low + high) // 2, high - low], axis=-1)
#   hint: "You round the centre down to a whole pixel. A box 5 wide has its centre between two."
# - replace: '    raise ValueError(f"target must be xyxy, xywh or cxcywh. Received: {target!r}")'
#   with: '    return boxes'
#   hint: "A target that is no format goes through unnoticed. A ValueError is due."
# - replace: 'raise ValueError(f"source must be xyxy, xywh or cxcywh. Received: {source!r}")'
#   with: low, high = first, second
#   hint: "A source that is no format is taken for corners. A ValueError is due."


# %% mistake: convert_boxes
# hint: "Boxes may have any number of leading axes, none included: count from the last axis."
def convert_boxes(boxes, source, target):
    if source not in ("xyxy", "xywh", "cxcywh") or target not in ("xyxy", "xywh", "cxcywh"):
        raise ValueError("unknown format")
    boxes = np.array(boxes, dtype=float)
    if source == "xywh":
        boxes[:, 2:] += boxes[:, :2]
    elif source == "cxcywh":
        boxes = np.hstack([boxes[:, :2] - boxes[:, 2:] / 2, boxes[:, :2] + boxes[:, 2:] / 2])
    if target == "xywh":
        boxes[:, 2:] -= boxes[:, :2]
    elif target == "cxcywh":
        boxes = np.hstack([(boxes[:, :2] + boxes[:, 2:]) / 2, boxes[:, 2:] - boxes[:, :2]])
    return boxes


# %% mistake: convert_boxes
# hint: "Your width counts a pixel too many. Here x2 is where the box ends, so no 1 is added."
def convert_boxes(boxes, source, target):
    if source not in ("xyxy", "xywh", "cxcywh") or target not in ("xyxy", "xywh", "cxcywh"):
        raise ValueError("unknown format")
    low, second = np.split(np.array(boxes, dtype=float), 2, axis=-1)
    size = second - low + 1 if source == "xyxy" else second
    if source == "cxcywh":
        low = low - (size - 1) / 2
    high = low + size - 1
    if target == "xyxy":
        return np.concatenate([low, high], axis=-1)
    return np.concatenate([low if target == "xywh" else (low + high) / 2, size], axis=-1)


# %% mistake: convert_boxes
# hint: "Half the size, not the whole, lies between the upper left corner and the centre."
def convert_boxes(boxes, source, target):
    if source not in ("xyxy", "xywh", "cxcywh") or target not in ("xyxy", "xywh", "cxcywh"):
        raise ValueError("unknown format")
    low, size = np.split(np.array(boxes, dtype=float), 2, axis=-1)
    if source == "xyxy":
        size = size - low
    elif source == "cxcywh":
        low = low - size
    if target == "xyxy":
        return np.concatenate([low, low + size], axis=-1)
    return np.concatenate([low if target == "xywh" else low + size, size], axis=-1)


# %% accepts: convert_boxes
def convert_boxes(boxes, source, target):
    names = ("xyxy", "xywh", "cxcywh")
    if source not in names or target not in names:
        raise ValueError(f"source and target must be among {names}. Received: {source!r}, {target!r}")
    half = 0.5 * np.eye(2)
    one, none = np.eye(2), np.zeros((2, 2))
    to_corners = {
        "xyxy": np.eye(4),
        "xywh": np.block([[one, one], [none, one]]),
        "cxcywh": np.block([[one, one], [-half, half]]),
    }
    return boxes @ to_corners[source] @ np.linalg.inv(to_corners[target])


# %% accepts: convert_boxes
def convert_boxes(boxes, source, target):
    to_center = {
        "xyxy": lambda a, b, c, d: ((a + c) / 2, (b + d) / 2, c - a, d - b),
        "xywh": lambda x, y, w, h: (x + w / 2, y + h / 2, w, h),
        "cxcywh": lambda *box: box,
    }
    from_center = {
        "xyxy": lambda x, y, w, h: (x - w / 2, y - h / 2, x + w / 2, y + h / 2),
        "xywh": lambda x, y, w, h: (x - w / 2, y - h / 2, w, h),
        "cxcywh": lambda *box: box,
    }
    if source not in to_center or target not in from_center:
        raise ValueError("unknown format")
    entries = np.moveaxis(np.asarray(boxes, dtype=float), -1, 0)
    return np.stack(from_center[target](*to_center[source](*entries)), axis=-1)


# %% [markdown]
# ## How much do two boxes overlap?
#
# A predicted box is never exactly right; how nearly is it? The area both share will not do: a box as large as
# the image shares everything with everyone. **Intersection over union** divides it by the area that either
# covers:
#
# $$\mathrm{IoU}(A, B) = \frac{|A \cap B|}{|A \cup B|} = \frac{|A \cap B|}{|A| + |B| - |A \cap B|} .$$
#
# It is 1 for equal boxes, 0 for disjoint ones, and blind to scale. By hand: $A = (0, 0, 4, 3)$ and
# $B = (2, 1, 6, 4)$ have area 12 each. The common part begins where the *later* of the two begins and ends
# where the *earlier* ends: from 2 to 4 across and from 1 to 3 down, an area of 4. The union is
# $12 + 12 - 4 = 20$ and the IoU $4/20 = 0.2$.
#
# $$|A \cap B| = \max\big(0, \min(x_2^A, x_2^B) - \max(x_1^A, x_1^B)\big) \cdot
# \max\big(0, \min(y_2^A, y_2^B) - \max(y_1^A, y_1^B)\big)$$
#
# Each factor needs its own cut at 0: boxes apart in both directions have two negative factors, and a
# *positive* product. A box of no area (equal edges, or a right edge left of the left one) is **degenerate**;
# its IoU with everything, itself included, is defined as 0, never 0/0. Do not add a small number to the union
# instead: relative boxes have small areas too.
#
# **Shapes:** $(n, 4)$ and $(m, 4)$ give all pairs, $(n, m)$. Broadcasting does it, corner by corner:
# $(n, 1, 2)$ with $(1, m, 2)$ gives $(n, m, 2)$.


# %% exercise: iou
def iou(boxes_a, boxes_b):
    """Intersection over union of each box of one set with each of another.

    Args:
        boxes_a: array of shape (n, 4), (x1, y1, x2, y2), floats or ints, n >= 0.
        boxes_b: array of shape (m, 4), the same, m >= 0. Both are left unchanged.

    Returns:
        Float array of shape (n, m) with values from 0 to 1; 0 where either box has no area. No warning is
        raised. About 8 lines.
    """
    ### BEGIN SOLUTION
    boxes_a, boxes_b = np.asarray(boxes_a, dtype=float), np.asarray(boxes_b, dtype=float)
    low = np.maximum(boxes_a[:, None, :2], boxes_b[None, :, :2])  # (n, m, 2)
    high = np.minimum(boxes_a[:, None, 2:], boxes_b[None, :, 2:])  # (n, m, 2)
    intersection = np.prod(np.maximum(high - low, 0), axis=-1)  # (n, m)
    area_a = np.prod(boxes_a[:, 2:] - boxes_a[:, :2], axis=-1)  # (n,)
    area_b = np.prod(boxes_b[:, 2:] - boxes_b[:, :2], axis=-1)  # (m,)
    union = area_a[:, None] + area_b - intersection  # (n, m)
    return np.divide(intersection, union, out=np.zeros(union.shape), where=intersection > 0)
    ### END SOLUTION


# %% fixture
def warnings_from(function, *arguments):
    """The texts of the warnings that a call raises."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        function(*arguments)
    return [str(warning.message) for warning in caught]


# %% test: iou, points=2
a = np.array([[0.0, 0.0, 4.0, 3.0], [10.0, 10.0, 12.0, 12.0]])
b = np.array([[2.0, 1.0, 6.0, 4.0], [0.0, 0.0, 4.0, 3.0], [20.0, 1.0, 23.0, 2.0]])
result = iou(a, b)
due = [[0.2, 1.0, 0.0], [0.0, 0.0, 0.0]]
dd.check.like(
    result,
    np.array(due, dtype=float),
    why="the first is the example above, the second an equal box, all others lie apart",
)
flat = np.array([[5.0, 5.0, 5.0, 9.0]])
dd.check.close(iou(flat, flat), [[0.0]], why="a box of no area overlaps nothing, not even itself")
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(61)


def slow_iou(a, b):
    width = min(a[2], b[2]) - max(a[0], b[0])
    height = min(a[3], b[3]) - max(a[1], b[1])
    if width <= 0 or height <= 0:
        return 0.0
    both = width * height
    return both / ((a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]) - both)


for n, m in [(1, 1), (1, 5), (6, 1), (3, 3), (4, 7), (0, 3), (2, 0), (0, 0)]:
    a, b = (
        np.hstack([low, low + rng.uniform(1, 9, (len(low), 2))]) for low in (rng.uniform(-5, 5, (k, 2)) for k in (n, m))
    )
    with dd.check.unchanged(a), dd.check.unchanged(b):
        result = iou(a, b)
    slow = np.array([[slow_iou(one, other) for other in b] for one in a]).reshape(n, m)
    dd.check.like(result, np.array(slow, dtype=float), why="each pair by itself, with the formula")
    dd.check.close(iou(b, a), slow.T, what="the sets exchanged", why="overlap is mutual")
    dd.check.close(iou(a, a).diagonal(), np.ones(n), what="each box with itself")
    small = 1e-5  # a relative box in a large image
    dd.check.close(iou(small * a, small * b), slow, what="tiny boxes", why="the scale of both does not matter")
    dd.check.close(iou(a + 1000.0, b + 1000.0), slow, rtol=1e-9, what="shifted boxes", why="the place does not matter")

# Count pixels: a box covers the pixels from its first edge up to its second.
whole = np.array([[0, 0, 9, 5], [3, 2, 8, 11], [4, 1, 5, 2], [0, 9, 12, 12], [2, 0, 4, 12]])
covered = np.zeros((5, 12, 12), dtype=bool)
for mask, (x1, y1, x2, y2) in zip(covered, whole, strict=True):
    mask[y1:y2, x1:x2] = True
counted = [[np.sum(p & q) / np.sum(p | q) for q in covered] for p in covered]
result = iou(whole, whole)
dd.check.dtype(result, "float", why="whole edges, but a fraction as overlap")
dd.check.close(result, counted, why="pixels in both, over pixels in either")

# One inside the other, touching edges, apart in one direction or in both.
a = np.array([[0.0, 0.0, 10.0, 10.0]])
b = np.array(
    [
        [2.0, 3.0, 4.0, 8.0],
        [10.0, 0.0, 20.0, 10.0],
        [10.0, 10.0, 20.0, 20.0],
        [2.0, 50.0, 4.0, 60.0],
        [30.0, 40.0, 50.0, 60.0],
    ]
)
dd.check.close(iou(a, b), [[0.1, 0.0, 0.0, 0.0, 0.0]], why="10 of 100 inside; touching or apart is 0")

# Degenerate: a line, a point, turned inside out in x, in y, in both.
bad = np.array(
    [
        [1.0, 1.0, 1.0, 6.0],
        [1.0, 6.0, 9.0, 6.0],
        [3.0, 3.0, 3.0, 3.0],
        [6.0, 1.0, 2.0, 5.0],
        [1.0, 6.0, 5.0, 2.0],
        [7.0, 8.0, 3.0, 2.0],
    ]
)
boxes = np.vstack([a, bad])
due = np.zeros((7, 7))
due[0, 0] = 1.0
result = iou(boxes, boxes)
dd.check.finite(result, why="a box of no area gives 0, never 0/0")
dd.check.close(result, due, why="a box of no area overlaps nothing")
dd.check.equal(warnings_from(iou, boxes, boxes), [], why="no warning, though some have no area", what="the warnings")

# Whole numbers of every dtype, boxes apart and turned inside out among them: no difference may wrap around.
small = np.array([[0, 0, 9, 5], [200, 100, 255, 250], [9, 5, 0, 0], [3, 2, 8, 11]])
due = [[slow_iou(one, other) for other in small.tolist()] for one in small.tolist()]
due[2][2] = 0.0
for dtype in ("uint8", "uint16", "int16", "uint64", "float32"):
    result = iou(small.astype(dtype), small.astype(dtype))
    dd.check.close(result, due, rtol=1e-6, why="edges are numbers of any dtype", what=f"IoU of {dtype} boxes")
wide, quarter = np.array([[-100, -100, 100, 100]], dtype="int8"), np.array([[0.0, 0.0, 100.0, 100.0]])
for one, other in ((wide, quarter.astype("int8")), (wide, quarter), (quarter, wide)):
    what, why = "IoU with an int8 box 200 wide", "its width is larger than any int8, and it covers four times as much"
    dd.check.close(iou(one, other), [[0.25]], why=why, what=what)
### END HIDDEN TESTS

# %% mistakes: iou
# - replace: np.asarray(boxes_a, dtype=float), np.asarray(boxes_b, dtype=float)
#   with: np.asarray(boxes_a), np.asarray(boxes_b)
#   hint: "With boxes of unsigned whole numbers a difference below 0 wraps around to a huge number."
# - replace: return np.divide(intersection, union, out=np.zeros(union.shape), where=intersection > 0)
#   with: return np.where(intersection > 0, intersection / union, 0.0)
#   hint: "The values are right, but 0/0 is computed on the way and NumPy warns: divide only where there is something."
# - replace: np.maximum(high - low, 0)
#   with: high - low
#   hint: "Boxes that lie apart in both directions overlap in your version: two negative lengths make a
#     positive product. Each length has to be cut at 0 before they are multiplied."
# - replace: area_a[:, None] + area_b - intersection
#   with: area_a[:, None] + area_b
#   hint: "You divide by the sum of both areas, which counts the common part twice: equal boxes get 0.5."
# - replace: area_a[:, None] + area_b - intersection
#   with: np.minimum(area_a[:, None], area_b)
#   hint: "You divide by the smaller area. Then a box inside another gets 1, however much larger the other is."
# - replace: return np.divide(intersection, union, out=np.zeros(union.shape), where=intersection > 0)
#   with: return intersection / (union + 1e-9)
#   hint: "A small number in the denominator stands in for the case of no area. It falsifies boxes whose own
#     areas are small; ask for that case by itself."
# - replace: return np.divide(intersection, union, out=np.zeros(union.shape), where=intersection > 0)
#   with: |-
#     with np.errstate(all="ignore"):
#             return np.divide(intersection, union)
#   hint: "Two boxes of no area give 0/0. It should be 0."
# - replace: area_a[:, None] + area_b - intersection
#   with: area_b[None, :] + area_b[None, :] - intersection
#   hint: "The area of the first set's boxes is missing from your union."
# - replace: np.prod(np.maximum(high - low, 0), axis=-1)
#   with: np.prod(np.maximum(high - low + 1, 0), axis=-1)
#   hint: "You add 1 to the common part's width and height. Here x2 is where a box ends, so a width is a plain
#     difference."
# - replace: low = np.maximum(boxes_a[:, None, :2], boxes_b[None, :, :2])
#   with: low = np.minimum(boxes_a[:, None, :2], boxes_b[None, :, :2])
#   hint: "Your common part starts where the first of the two boxes starts. Both must have started."
# - replace: return np.divide(intersection, union, out=np.zeros(union.shape), where=intersection > 0)
#   with: return intersection / (np.maximum(union, 0) + 1e-6)
#   hint: "A small number in the denominator stands in for the case of no area. It falsifies boxes whose own
#     areas are small; ask for that case by itself."


# %% mistake: iou
# hint: "You compare the first box with the first, the second with the second. All pairs are asked for."
def iou(boxes_a, boxes_b):
    a, b = np.asarray(boxes_a, dtype=float), np.asarray(boxes_b, dtype=float)
    common = np.maximum(np.minimum(a[:, 2:], b[:, 2:]) - np.maximum(a[:, :2], b[:, :2]), 0).prod(axis=1)
    union = (a[:, 2:] - a[:, :2]).prod(axis=1) + (b[:, 2:] - b[:, :2]).prod(axis=1) - common
    return np.divide(common, union, out=np.zeros(union.shape), where=common > 0)


# %% mistake: iou
# hint: "You add 1 to every width and height. Here x2 is where a box ends, so a width is a plain difference."
def iou(boxes_a, boxes_b):
    a, b = np.asarray(boxes_a, dtype=float)[:, None], np.asarray(boxes_b, dtype=float)[None]
    common = np.maximum(np.minimum(a[..., 2:], b[..., 2:]) - np.maximum(a[..., :2], b[..., :2]) + 1, 0).prod(axis=-1)
    area_a, area_b = (np.maximum(each[..., 2:] - each[..., :2] + 1, 0).prod(axis=-1) for each in (a, b))
    return np.divide(common, area_a + area_b - common, out=np.zeros(common.shape), where=area_a * area_b > 0)


# %% equivalents: iou
# - replace: np.prod(boxes_a[:, 2:] - boxes_a[:, :2], axis=-1)
#   with: np.prod(boxes_a[:, 2:] - boxes_a[:, :2], axis=1)
#   reason: "There are two axes; 1 is the last."
# - replace: np.prod(boxes_b[:, 2:] - boxes_b[:, :2], axis=-1)
#   with: np.prod(boxes_b[:, 2:] - boxes_b[:, :2], axis=1)
#   reason: "There are two axes; 1 is the last."


# %% accepts: iou
def iou(boxes_a, boxes_b):
    result = np.zeros((len(boxes_a), len(boxes_b)))
    for i, (x1, y1, x2, y2) in enumerate(boxes_a.tolist()):
        for j, (u1, v1, u2, v2) in enumerate(boxes_b.tolist()):
            width, height = min(x2, u2) - max(x1, u1), min(y2, v2) - max(y1, v1)
            if width > 0 and height > 0:
                both = width * height
                result[i, j] = both / ((x2 - x1) * (y2 - y1) + (u2 - u1) * (v2 - v1) - both)
    return result


# %% accepts: iou
def iou(boxes_a, boxes_b):
    ax1, ay1, ax2, ay2 = np.asarray(boxes_a, dtype=float).T[:, :, None]
    bx1, by1, bx2, by2 = np.asarray(boxes_b, dtype=float).T[:, None, :]
    width = (np.minimum(ax2, bx2) - np.maximum(ax1, bx1)).clip(0)
    height = (np.minimum(ay2, by2) - np.maximum(ay1, by1)).clip(0)
    both = width * height
    union = (ax2 - ax1) * (ay2 - ay1) + (bx2 - bx1) * (by2 - by1) - both
    return np.where(both > 0, both / np.where(both > 0, union, 1), 0.0)


# %% [markdown]
# How forgiving is it? Shift a square to the right and down by a few pixels and see.

# %% demo
shifts = np.linspace(0, 12, 49)
fig, ax = plt.subplots(figsize=(6.5, 3.8))
for side in (32, 16, 8):
    original = np.array([[0.0, 0.0, side, side]])
    shifted = original + shifts[:, None]  # (49, 4) moves right and down
    ax.plot(shifts, iou(original, shifted)[0], label=f"side {side}")
ax.axhline(0.5, color="0.5", linewidth=1, linestyle="-")
ax.set(title="IoU of a square with itself, shifted", xlabel="shift to the right and down (pixels)", ylabel="IoU")
ax.legend()
dd.plot.show(
    "IoU against a shift of 0 to 12 pixels for squares of side 32, 16 and 8, with a grey line at 0.5. All fall from "
    "1; the smaller the square, the faster: side 8 is below 0.5 after less than two pixels and at 0 from eight on."
)

# %% [markdown]
# It forgives little. Two pixels cost a square of side 32 a fifth of its IoU, and one of side 8 more than
# half. So 0.5, the grey line, is already good agreement, and the customary mark for a hit; on small objects
# the same slip weighs more.
#
# ## Anchors: a fixed list of guesses
#
# Back to the question of order. We lay the same few hundred boxes on every image, the **anchors**, and ask of
# each: *is an object here, and how must you move to fit it?* The number of outputs is now fixed, and each has
# its place.
#
# A grid of cells covers the image, each `stride` pixels wide and high. Round each centre lie anchors of every
# **scale** $s$ and **ratio** $r$, where $s^2$ is the area and $r = w/h$:
#
# $$c_x = (\text{column} + \tfrac12)\,\text{stride}, \quad c_y = (\text{row} + \tfrac12)\,\text{stride}, \qquad
# w = s\sqrt r, \quad h = s / \sqrt r .$$
#
# With scale 20 and ratio 4 the anchor is 40 wide and 10 high. (Some papers call $h/w$ the ratio.) **Shapes:**
# rows × columns × scales × ratios anchors, as one array of four columns. Anchors and predictions must agree
# on the order, so it is fixed: from row to row; in a row from column to column; in a cell from scale to
# scale; in a scale from ratio to ratio. Anchors may reach over the border.


# %% exercise: anchor_boxes
def anchor_boxes(feature_size, scales, ratios, *, stride=1):
    """Lay anchors of every scale and ratio on the centre of every cell of a grid.

    Args:
        feature_size: pair (rows, columns) of the grid, ints >= 1.
        scales: square roots of the anchors' areas in pixels, sequence of S positive numbers.
        ratios: widths divided by heights, sequence of R positive numbers.
        stride: width and height of a cell in pixels, > 0.

    Returns:
        Float array of shape (rows * columns * S * R, 4), (x1, y1, x2, y2) in pixels; the row changes slowest,
        then the column, then the scale, and the ratio fastest. About 7 lines.
    """
    ### BEGIN SOLUTION
    rows, columns = feature_size
    y = (np.arange(rows) + 0.5) * stride  # (rows,)
    x = (np.arange(columns) + 0.5) * stride  # (columns,)
    y, x, scale, ratio = np.meshgrid(y, x, scales, ratios, indexing="ij")  # (rows, columns, S, R) each
    width, height = scale * np.sqrt(ratio), scale / np.sqrt(ratio)
    anchors = np.stack([x - width / 2, y - height / 2, x + width / 2, y + height / 2], axis=-1)
    return anchors.reshape(-1, 4)
    ### END SOLUTION


# %% test: anchor_boxes, points=1
# A grid of one row and two columns, each cell 8 pixels: centres (4, 4) and (12, 4).
result = anchor_boxes((1, 2), [2.0, 20.0], [1.0, 4.0], stride=8)
dd.check.kind(result, np.ndarray)
dd.check.shape(result, (8, 4), why="1 row, 2 columns, 2 scales and 2 ratios")
dd.check.finite(result)
first = [[3.0, 3.0, 5.0, 5.0], [2.0, 3.5, 6.0, 4.5], [-6.0, -6.0, 14.0, 14.0], [-16.0, -1.0, 24.0, 9.0]]
dd.check.close(result[:4], first, what="the first cell's anchors", why="the ratio changes fastest, then the scale")
second = [[11.0, 3.0, 13.0, 5.0], [10.0, 3.5, 14.0, 4.5], [2.0, -6.0, 22.0, 14.0], [-8.0, -1.0, 32.0, 9.0]]
dd.check.close(result[4:], second, what="the second cell's anchors", why="the next column is one stride to the right")
### BEGIN HIDDEN TESTS
cases = [
    ((1, 1), [5.0], [1.0], 1),
    ((2, 3), [10.0, 16.5, 30.0], [0.5, 2.0], 16),
    ((3, 2), [8.0], [0.5, 1.0, 3.0], 4),
    ((4, 1), [7.0, 9.0], [0.3], 2.5),
    ((3, 3), [12], [2], 8),
    ((1, 5), (3.0, 4.0), (1.0, 2.0), 32),
]
for feature_size, scales, ratios, stride in cases:
    with dd.check.unchanged(list(scales)):
        result = anchor_boxes(feature_size, scales, ratios, stride=stride)
    slow = []
    for row in range(feature_size[0]):
        for column in range(feature_size[1]):
            for scale in scales:
                for ratio in ratios:
                    height = (scale**2 / ratio) ** 0.5
                    width = ratio * height
                    x, y = stride * column + stride / 2, stride * row + stride / 2
                    slow.append([x - width / 2, y - height / 2, x + width / 2, y + height / 2])
    dd.check.kind(result, np.ndarray)
    dd.check.shape(result, (len(slow), 4), why="an anchor for each row, column, scale and ratio")
    dd.check.dtype(result, "float")
    dd.check.close(
        result, slow, rtol=1e-9, why=f"grid {feature_size}, scales {scales}, ratios {ratios}, stride {stride}"
    )

cells = anchor_boxes((2, 3), np.array([1.0]), np.array([1.0]))
due = [[0, 0, 1, 1], [1, 0, 2, 1], [2, 0, 3, 1], [0, 1, 1, 2], [1, 1, 2, 2], [2, 1, 3, 2]]
dd.check.close(cells, np.array(due, dtype=float), what="unit squares with the default stride", why="they tile the grid")
### END HIDDEN TESTS

# %% mistakes: anchor_boxes
# - replace: (np.arange(columns) + 0.5) * stride
#   with: np.arange(columns) * stride
#   hint: "Across, your anchors sit on the cells' left edges. They belong on the centres, half a stride on."
# - replace: scale * np.sqrt(ratio), scale / np.sqrt(ratio)
#   with: scale * ratio, scale
#   hint: "A ratio of 4 makes your anchor four times as large in area. The area is the scale squared whatever
#     the ratio; it is shared out between width and height."
# - replace: scale * np.sqrt(ratio), scale / np.sqrt(ratio)
#   with: scale / np.sqrt(ratio), scale * np.sqrt(ratio)
#   hint: "Your anchors of ratio 4 stand upright. The ratio is width over height here."
# - replace: scale * np.sqrt(ratio), scale / np.sqrt(ratio)
#   with: scale * ratio, scale / ratio
#   hint: "The area is right, but width over height comes out as the square of the ratio."
# - replace: y, x, scale, ratio = np.meshgrid(y, x, scales, ratios, indexing="ij")
#   with: x, y, scale, ratio = np.meshgrid(x, y, scales, ratios, indexing="ij")
#   hint: "Your list goes down the columns of the grid first. The column should change faster than the row."
# - replace: y, x, scale, ratio = np.meshgrid(y, x, scales, ratios, indexing="ij")
#   with: y, x, ratio, scale = np.meshgrid(y, x, ratios, scales, indexing="ij")
#   hint: "Within a cell the scale changes fastest in your list; it should be the ratio."
# - replace: y, x, scale, ratio = np.meshgrid(y, x, scales, ratios, indexing="ij")
#   with: scale, ratio, y, x = np.meshgrid(scales, ratios, y, x, indexing="ij")
#   hint: "You list all cells for one kind of anchor, then for the next. All anchors of one cell belong
#     together."
# - replace: x - width / 2, y - height / 2, x + width / 2, y + height / 2
#   with: x - width, y - height, x + width, y + height
#   hint: "Your anchors are twice as wide and high as they should be: from the centre it is half the size to
#     either side."
# - replace: x - width / 2, y - height / 2, x + width / 2, y + height / 2
#   with: x, y, width, height
#   hint: "You return centre and size. The anchors are to be corners, xyxy."
# - replace: return anchors.reshape(-1, 4)
#   with: return anchors.reshape(-1, 4) - stride / 2
#   hint: "Your anchors sit on the cells' upper left corners. They belong on the centres, half a stride on."
# - replace: scale * np.sqrt(ratio), scale / np.sqrt(ratio)
#   with: scale * stride * np.sqrt(ratio), scale * stride / np.sqrt(ratio)
#   hint: "Your anchors grow with the stride. The scales are in pixels, whatever the cells' size."
# - replace: rows, columns = feature_size
#   with: columns, rows = feature_size
#   hint: "The grid's size is (rows, columns); you take the first number for the columns."
# - replace: return anchors.reshape(-1, 4)
#   with: "return np.clip(anchors.reshape(-1, 4), 0, np.tile([columns, rows], 2) * stride)"
#   hint: "You cut the anchors off at the image's border. Anchors may reach over the border."


# %% equivalents: anchor_boxes
# - replace: reshape(-1, 4)
#   with: reshape(-2, 4)
#   reason: "NumPy takes any negative length for the one that is left open."


# %% accepts: anchor_boxes
def anchor_boxes(feature_size, scales, ratios, *, stride=1):
    shapes = np.array([[s * r**0.5, s / r**0.5] for s in scales for r in ratios])  # (S * R, 2)
    cells = np.indices(feature_size).reshape(2, -1).T[:, ::-1]  # (rows * columns, 2) column, row
    centers = np.repeat((cells + 0.5) * stride, len(shapes), axis=0)
    sizes = np.tile(shapes, (len(cells), 1))
    return convert_boxes(np.hstack([centers, sizes]), "cxcywh", "xyxy")


# %% accepts: anchor_boxes
def anchor_boxes(feature_size, scales, ratios, *, stride=1):
    rows, columns = feature_size
    anchors = []
    for row in range(rows):
        for column in range(columns):
            x, y = (column + 0.5) * stride, (row + 0.5) * stride
            for scale in scales:
                for ratio in ratios:
                    width = scale * np.sqrt(ratio)
                    height = width / ratio
                    anchors.append([x - width / 2, y - height / 2, x + width / 2, y + height / 2])
    return np.array(anchors)


# %% [markdown]
# Which grid, scales and ratios are worth having? Measure, for every true box, the IoU with its best anchor.
# Few should be left without a good one.

# %% demo
fig, axes = plt.subplots(1, 2, figsize=(11, 4), width_ratios=[1, 1.5])
six = anchor_boxes((8, 8), (14, 20, 28), (3 / 4, 4 / 3), stride=8).reshape(8, 8, 6, 4)
show_image(axes[0], train.images[10], "8 x 8 cells, and one cell's six anchors")
draw_boxes(axes[0], six[4, 3], color="white", width=1.5)
centers = six[:, :, 0].reshape(64, 2, 2).mean(axis=1)  # (64, 2)
axes[0].scatter(*centers.T, s=12, color="white", edgecolors="black", linewidths=0.6)
kinds = {
    "8 x 8 cells, 1 scale": (8, (20,), (1,)),
    "8 x 8 cells, 3 scales": (8, (14, 20, 28), (1,)),
    "8 x 8 cells, 3 scales, 2 ratios": (8, (14, 20, 28), (3 / 4, 4 / 3)),
    "16 x 16 cells, 2 scales": (4, (15, 24), (1,)),
}
levels = np.linspace(0, 1, 101)
for name, (stride, scales, ratios) in kinds.items():
    candidates = anchor_boxes((64 // stride, 64 // stride), scales, ratios, stride=stride)
    best = np.concatenate([iou(candidates, truth_of(train, i)[0]).max(axis=0) for i in range(300)])
    axes[1].plot(levels, [np.mean(best >= level) for level in levels], label=f"{name}: {len(candidates)} anchors")
    print(f"{name}: {np.mean(best >= 0.5):.3f} of the objects have an anchor with IoU >= 0.5")
axes[1].set(title="How well can anchors cover the objects?", xlabel="IoU with the best anchor, at least")
axes[1].set(ylabel="share of the objects", xlim=(0.2, 1))
axes[1].legend(loc="lower left", fontsize=10)
dd.plot.show(
    "Left, a scene with the grid of anchor centres and the anchors of one cell. Right, the share of objects that have"
    " an anchor of at least a given IoU, for four sets of anchors: one scale falls earliest, three scales with and "
    "without two ratios lie close together, and 16 x 16 cells with two scales stay highest."
)

# %% [markdown]
# One size of square leaves a fifth of the objects without an anchor of IoU 0.5; three sizes leave 6%. Two
# ratios double the anchors and change next to nothing, since these objects are about as wide as high. The gap
# that is left is one of *place*: a grid twice as fine with only two scales leaves 1%. But every anchor costs
# time, and is one more chance of a false alarm. We take the last line's 512.
#
# ## Matching: which anchor answers for which object?
#
# To learn, every anchor needs a target. The rule of Faster R-CNN, with our thresholds:
#
# 1. An anchor whose best IoU with a true box is **at least 0.5** is **positive** and answers for that box.
# 2. The **best anchor of each true box** is positive for it, however poor, or an awkward object would be
#    nobody's.
# 3. Of the rest, an anchor is **negative**, background, if its best IoU is **below 0.4**. In between it is
#    left out of training.
#
# In symbols, with $M = \mathrm{IoU}(\text{anchors}, \text{boxes})$: anchor $i$ belongs to
# $\arg\max_j M_{ij}$, along the row, and box $j$ claims $\arg\max_i M_{ij}$, down the column.

# %% demo
SCALES = (15, 24)
anchors = anchor_boxes((16, 16), SCALES, (1,), stride=4)  # (512, 4)
NEGATIVE, IGNORED = -1, -2


def match_anchors(anchors, true_boxes):
    """For each anchor the index of its true box, or NEGATIVE, or IGNORED: int (A,)."""
    overlaps = iou(anchors, true_boxes)  # (A, t)
    best = overlaps.max(axis=1)
    owner = np.where(best >= 0.5, overlaps.argmax(axis=1), np.where(best < 0.4, NEGATIVE, IGNORED))
    owner[overlaps.argmax(axis=0)] = np.arange(len(true_boxes))
    return owner


fig, axes = plt.subplots(1, 3, figsize=(10.5, 3.8))
for ax, i in zip(axes, (1, 4, 10), strict=True):
    true_boxes, _ = truth_of(train, i)
    owner = match_anchors(anchors, true_boxes)
    show_image(ax, train.images[i], f"{np.sum(owner >= 0)} positive, {np.sum(owner == NEGATIVE)} negative")
    draw_boxes(ax, anchors[owner >= 0], color="white", width=1)
    draw_boxes(ax, true_boxes, color="#e3a41c", width=3)
fig.suptitle("True boxes (thick) and their positive anchors (thin)")
dd.plot.show(
    "Three scenes with every object in a thick box and a handful of thin boxes of nearly the same size and place: its"
    " positive anchors."
)

# %% [markdown]
# Every object has a handful of anchors, the background far more. Of that we will show the model only a random
# part.
#
# ## Offsets: from the anchor to the box
#
# A positive anchor $a$ is near its box $g$, not on it. What should a model predict to close the gap? Not
# pixels: four are a lot for a small box and few for a large one. Girshick et al. (2014) measure the shift of
# the centre in anchor sizes, and the size as a factor:
#
# $$t_x = \frac{c_x^g - c_x^a}{w^a}, \quad t_y = \frac{c_y^g - c_y^a}{h^a}, \quad
# t_w = \ln\frac{w^g}{w^a}, \quad t_h = \ln\frac{h^g}{h^a} .$$
#
# The logarithm makes twice as wide and half as wide equally far from 0, and the size cannot come out
# negative. By hand: $a = (10, 10, 30, 20)$ has the centre $(20, 15)$ and is $20 \times 10$;
# $g = (14, 10, 54, 20)$ has the centre $(34, 15)$ and is $40 \times 10$. So $t = (14/20, 0, \ln 2, 0)$. All
# four are 0 where the anchor fits.


# %% exercise: encode_offsets
def encode_offsets(anchors, boxes):
    """The offsets that lead from each anchor to its box.

    Args:
        anchors: float array of shape (n, 4), (x1, y1, x2, y2), all of positive area.
        boxes: float array of shape (n, 4), the same, box i being that of anchor i. Both are left unchanged.

    Returns:
        Float array of shape (n, 4): (tx, ty, tw, th), with natural logarithms. About 4 lines.
    """
    ### BEGIN SOLUTION
    anchors, boxes = convert_boxes(anchors, "xyxy", "cxcywh"), convert_boxes(boxes, "xyxy", "cxcywh")
    shift = (boxes[:, :2] - anchors[:, :2]) / anchors[:, 2:]  # (n, 2)
    stretch = np.log(boxes[:, 2:] / anchors[:, 2:])  # (n, 2)
    return np.concatenate([shift, stretch], axis=1)
    ### END SOLUTION


# %% test: encode_offsets, points=1
anchor = np.array([[10.0, 10.0, 30.0, 20.0], [0.0, 0.0, 8.0, 4.0]])
box = np.array([[14.0, 10.0, 54.0, 20.0], [0.0, 0.0, 8.0, 4.0]])
result = encode_offsets(anchor, box)
due = [[0.7, 0.0, np.log(2), 0.0], [0.0, 0.0, 0.0, 0.0]]
dd.check.like(
    result, np.array(due, dtype=float), atol=1e-12, why="the first is the example above, the second anchor fits already"
)
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(61)
for n in (0, 1, 2, 4, 9):
    low = rng.uniform(-30, 30, (2, n, 2))
    anchor, box = np.concatenate([low, low + rng.uniform(1, 40, (2, n, 2))], axis=-1)
    with dd.check.unchanged(anchor), dd.check.unchanged(box):
        result = encode_offsets(anchor, box)
    dd.check.kind(result, np.ndarray)
    dd.check.shape(result, (n, 4), why="four offsets for each anchor")
    dd.check.finite(result)
    slow = np.zeros((n, 4))
    for i, (a, g) in enumerate(zip(anchor, box, strict=True)):
        wa, ha, wg, hg = a[2] - a[0], a[3] - a[1], g[2] - g[0], g[3] - g[1]
        slow[i, 0] = ((g[0] + wg / 2) - (a[0] + wa / 2)) / wa
        slow[i, 1] = ((g[1] + hg / 2) - (a[1] + ha / 2)) / ha
        slow[i, 2:] = np.log(wg) - np.log(wa), np.log(hg) - np.log(ha)
    dd.check.close(result, slow, atol=1e-12, why="each row by itself, with the formula")
    stretched = encode_offsets(anchor * [3.0, 5.0, 3.0, 5.0], box * [3.0, 5.0, 3.0, 5.0])
    dd.check.close(stretched, slow, atol=1e-12, what="offsets in a stretched image", why="they are in anchor sizes")
    move = np.array([7.0, -9.0, 7.0, -9.0])
    moved = encode_offsets(anchor + move, box + move)
    dd.check.close(moved, slow, atol=1e-9, what="offsets in a shifted image", why="only the difference counts")
    back = encode_offsets(box, anchor)
    dd.check.close(back[:, 2:], -slow[:, 2:], atol=1e-12, what="tw and th with both exchanged", why="ln turns its sign")
### END HIDDEN TESTS

# %% mistakes: encode_offsets
# - replace: (boxes[:, :2] - anchors[:, :2]) / anchors[:, 2:]
#   with: (boxes[:, :2] - anchors[:, :2])
#   hint: "Your shifts are in pixels. They are to be measured in sizes of the anchor."
# - replace: (boxes[:, :2] - anchors[:, :2]) / anchors[:, 2:]
#   with: (boxes[:, :2] - anchors[:, :2]) / boxes[:, 2:]
#   hint: "You divide the shift by the true box's size. When decoding, only the anchor's will be known."
# - replace: (boxes[:, :2] - anchors[:, :2]) / anchors[:, 2:]
#   with: (anchors[:, :2] - boxes[:, :2]) / anchors[:, 2:]
#   hint: "Your shifts point from the box to the anchor."
# - replace: np.log(boxes[:, 2:] / anchors[:, 2:])
#   with: (boxes[:, 2:] / anchors[:, 2:])
#   hint: "tw and th are plain factors in your version: 1 where the anchor fits. Which function makes that 0?"
# - replace: np.log(boxes[:, 2:] / anchors[:, 2:])
#   with: np.log2(boxes[:, 2:] / anchors[:, 2:])
#   hint: "Your logarithm has the base 2; the natural one is called for."
# - replace: np.log(boxes[:, 2:] / anchors[:, 2:])
#   with: np.log(anchors[:, 2:] / boxes[:, 2:])
#   hint: "Your factors tell how to get from the box to the anchor, so tw and th have the wrong sign."
# - replace: anchors, boxes = convert_boxes(anchors, "xyxy", "cxcywh"), convert_boxes(boxes, "xyxy", "cxcywh")
#   with: anchors, boxes = convert_boxes(anchors, "xyxy", "xywh"), convert_boxes(boxes, "xyxy", "xywh")
#   hint: "You compare the upper left corners. The shift is that of the centres."
# - replace: anchors, boxes = convert_boxes(anchors, "xyxy", "cxcywh"), convert_boxes(boxes, "xyxy", "cxcywh")
#   with: anchors, boxes = np.asarray(anchors), np.asarray(boxes)
#   hint: "You treat the corners x2 and y2 as width and height: bring both arrays into the format of the
#     formula first."
# - replace: (boxes[:, :2] - anchors[:, :2]) / anchors[:, 2:]
#   with: (boxes[:, :2] - anchors[:, :2]) / anchors[:, 2:3]
#   hint: "You divide both shifts by the anchor's width. The one downwards is measured by its height."
# - replace: anchors, boxes = convert_boxes(anchors, "xyxy", "cxcywh"), convert_boxes(boxes, "xyxy", "cxcywh")
#   with: boxes, anchors = convert_boxes(anchors, "xyxy", "cxcywh"), convert_boxes(boxes, "xyxy", "cxcywh")
#   hint: "Your offsets lead from the box to the anchor; it is the other way round."


# %% accepts: encode_offsets
def encode_offsets(anchors, boxes):
    size = anchors[:, 2:] - anchors[:, :2]
    shift = (boxes[:, :2] + boxes[:, 2:] - anchors[:, :2] - anchors[:, 2:]) / (2 * size)
    return np.hstack([shift, np.log(boxes[:, 2:] - boxes[:, :2]) - np.log(size)])


# %% accepts: encode_offsets
def encode_offsets(anchors, boxes):
    offsets = np.empty((len(anchors), 4))
    for k in (0, 1):  # x, then y
        anchor_size, box_size = anchors[:, k + 2] - anchors[:, k], boxes[:, k + 2] - boxes[:, k]
        offsets[:, k] = (boxes[:, k] + box_size / 2 - anchors[:, k] - anchor_size / 2) / anchor_size
        offsets[:, k + 2] = np.log(box_size / anchor_size)
    return offsets


# %% [markdown]
# Is it worth the trouble? Over the positive anchors of 300 scenes, how far off are they in width, for small
# and for large anchors, in pixels and as $t_w$?

# %% demo
pairs = []
for i in range(300):
    true_boxes, _ = truth_of(train, i)
    owner = match_anchors(anchors, true_boxes)
    pairs.append((anchors[owner >= 0], true_boxes[owner[owner >= 0]]))
near, matched = (np.concatenate(side) for side in zip(*pairs, strict=True))  # (p, 4) each
area = (near[:, 2] - near[:, 0]) * (near[:, 3] - near[:, 1])
widths = (matched[:, 2] - matched[:, 0]) - (near[:, 2] - near[:, 0])  # (p,) pixels
fig, axes = plt.subplots(1, 2, figsize=(9, 3.6))
for ax, values, label in zip(axes, (widths, encode_offsets(near, matched)[:, 2]), ("pixels", "$t_w$"), strict=True):
    ax.boxplot([values[np.isclose(area, scale**2)] for scale in SCALES], whis=(5, 95), showfliers=False, widths=0.5)
    ax.axhline(0, color="0.5", linewidth=1, linestyle="-")
    ax.set_xticks([1, 2], [str(scale) for scale in SCALES])
    ax.set(title=f"How much wider is the object? ({label})", xlabel="scale of the anchor (pixels)", ylabel=label)
dd.plot.show(
    "Two panels of box plots, one for the small and one for the large anchors. In pixels the large anchors' box is "
    "the taller; as offsets the two are about equally tall. All lie round 0."
)

# %% [markdown]
# In pixels the corrections of the large anchors spread wider than those of the small ones; as offsets both
# box plots are about equally tall, so one model with one loss can serve all scales.
#
# The way back has to be the exact inverse: solve the four equations for $c_x^g, c_y^g, w^g, h^g$ and turn the
# result into corners. The example backwards: $(10, 10, 30, 20)$ with $t = (0.7, 0, \ln 2, 0)$ becomes
# $(14, 10, 54, 20)$ again.


# %% exercise: decode_offsets
def decode_offsets(anchors, offsets):
    """The boxes that offsets lead to: the inverse of encode_offsets.

    Args:
        anchors: float array of shape (n, 4), (x1, y1, x2, y2).
        offsets: float array of shape (n, 4), (tx, ty, tw, th). Both are left unchanged.

    Returns:
        Float array of shape (n, 4), (x1, y1, x2, y2). About 4 lines.
    """
    ### BEGIN SOLUTION
    anchors = convert_boxes(anchors, "xyxy", "cxcywh")
    centers = anchors[:, :2] + offsets[:, :2] * anchors[:, 2:]  # (n, 2)
    sizes = anchors[:, 2:] * np.exp(offsets[:, 2:])  # (n, 2)
    return convert_boxes(np.concatenate([centers, sizes], axis=1), "cxcywh", "xyxy")
    ### END SOLUTION


# %% test: decode_offsets, points=1
anchor = np.array([[10.0, 10.0, 30.0, 20.0], [0.0, 0.0, 8.0, 4.0]])
offsets = np.array([[0.7, 0.0, np.log(2), 0.0], [0.0, 0.0, 0.0, 0.0]])
result = decode_offsets(anchor, offsets)
due = [[14.0, 10.0, 54.0, 20.0], [0.0, 0.0, 8.0, 4.0]]
dd.check.like(
    result,
    np.array(due, dtype=float),
    atol=1e-9,
    why="the first is the example above; offsets of 0 leave an anchor as it is",
)
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(62)
for n in (0, 1, 2, 4, 9):
    low = rng.uniform(-30, 30, (n, 2))
    anchor = np.hstack([low, low + rng.uniform(1, 40, (n, 2))])
    offsets = rng.normal(0, 0.7, (n, 4))
    with dd.check.unchanged(anchor), dd.check.unchanged(offsets):
        result = decode_offsets(anchor, offsets)
    dd.check.kind(result, np.ndarray)
    dd.check.shape(result, (n, 4), why="a box for each anchor")
    dd.check.finite(result)
    slow = np.zeros((n, 4))
    for i, ((x1, y1, x2, y2), (tx, ty, tw, th)) in enumerate(zip(anchor, offsets, strict=True)):
        x, y = (x1 + x2) / 2 + tx * (x2 - x1), (y1 + y2) / 2 + ty * (y2 - y1)
        width, height = (x2 - x1) * 2.718281828459045**tw, (y2 - y1) * 2.718281828459045**th
        slow[i] = x - width / 2, y - height / 2, x + width / 2, y + height / 2
    dd.check.close(result, slow, rtol=1e-9, atol=1e-9, why="each row by itself, with the formula solved for the box")
    assert (result[:, 2:] > result[:, :2]).all(), "whatever the offsets, a decoded box has a positive size"

    # There and back, with the formula of encode_offsets written out.
    size = anchor[:, 2:] - anchor[:, :2]
    shift = (result[:, :2] + result[:, 2:] - anchor[:, :2] - anchor[:, 2:]) / 2 / size
    dd.check.close(shift, offsets[:, :2], rtol=1e-9, atol=1e-9, what="tx and ty of the decoded boxes")
    stretch = np.log((result[:, 2:] - result[:, :2]) / size)
    dd.check.close(stretch, offsets[:, 2:], rtol=1e-9, atol=1e-9, what="tw and th of the decoded boxes")
### END HIDDEN TESTS

# %% mistakes: decode_offsets
# - replace: np.exp(offsets[:, 2:])
#   with: offsets[:, 2:]
#   hint: "You multiply the size by tw itself, and an offset of 0 makes a box of no size. What undoes a
#     logarithm?"
# - replace: np.exp(offsets[:, 2:])
#   with: (1 + offsets[:, 2:])
#   hint: "1 + t is near the exponential only for small t; the size can even turn negative."
# - replace: anchors[:, :2] + offsets[:, :2] * anchors[:, 2:]
#   with: anchors[:, :2] + offsets[:, :2]
#   hint: "You add tx to the centre as if it were pixels. It was divided by something when it was encoded."
# - replace: anchors[:, :2] + offsets[:, :2] * anchors[:, 2:]
#   with: anchors[:, :2] + offsets[:, :2] * (anchors[:, 2:] * np.exp(offsets[:, 2:]))
#   hint: "You measure the shift in sizes of the decoded box; it was encoded in sizes of the anchor."
# - replace: anchors[:, :2] + offsets[:, :2] * anchors[:, 2:]
#   with: anchors[:, :2] - offsets[:, :2] * anchors[:, 2:]
#   hint: "Your boxes move against their offsets."
# - replace: convert_boxes(np.concatenate([centers, sizes], axis=1), "cxcywh", "xyxy")
#   with: np.concatenate([centers, sizes], axis=1)
#   hint: "You return centres and sizes. Corners are called for."
# - replace: convert_boxes(np.concatenate([centers, sizes], axis=1), "cxcywh", "xyxy")
#   with: convert_boxes(np.concatenate([centers, sizes], axis=1), "xywh", "xyxy")
#   hint: "The decoded centre ends up as the upper left corner: every box is shifted by half its size."
# - replace: convert_boxes(anchors, "xyxy", "cxcywh")
#   with: np.array(anchors)
#   hint: "You use the anchor's corners as if they were centre and size."
# - replace: centers = anchors[:, :2] + offsets[:, :2] * anchors[:, 2:]
#   with: centers = anchors[:, :2] + (offsets[:, :2] - 0.5 + 0.5 * np.exp(offsets[:, 2:])) * anchors[:, 2:]
#   hint: "Your shift starts from the anchor's upper left corner. It was that of the centres."
# - replace: sizes = anchors[:, 2:] * np.exp(offsets[:, 2:])
#   with: sizes = 2 * anchors[:, 2:] * np.exp(offsets[:, 2:])
#   hint: "Your boxes are twice as large as they should be: from the centre it is half the size to either side."


# %% accepts: decode_offsets
def decode_offsets(anchors, offsets):
    size = anchors[:, 2:] - anchors[:, :2]
    middle = anchors[:, :2] + size * (0.5 + offsets[:, :2])
    half = 0.5 * size * np.exp(offsets[:, 2:])
    return np.hstack([middle - half, middle + half])


# %% accepts: decode_offsets
def decode_offsets(anchors, offsets):
    boxes = np.zeros(anchors.shape)
    for k in (0, 1):  # x, then y
        size = anchors[:, k + 2] - anchors[:, k]
        boxes[:, k] = (anchors[:, k] + anchors[:, k + 2]) / 2 + offsets[:, k] * size
        boxes[:, k] -= size * np.e ** offsets[:, k + 2] / 2
        boxes[:, k + 2] = boxes[:, k] + size * np.e ** offsets[:, k + 2]
    return boxes


# %% [markdown]
# ## A detector in one cell
#
# Now something has to look at the pixels. From each anchor's window, made half as large again, we read
# $10 \times 10$ points, three colours each, and subtract the window's mean colour: 300 numbers. 1,000
# **random features**, ReLUs of random projections that are never trained (Rahimi and Recht 2008), make them
# rich enough for a linear model. Least squares with a small ridge (Days 3 and 6) fits it:
#
# - for all anchors shown, the one-hot vector of 7 classes and background;
# - for the positive ones, the four offsets.
#
# The **confidence** that an anchor holds an object is 1 less the background's output. It may leave the range
# from 0 to 1; for the rest of the day only the order counts.

# %% demo
CELLS = np.linspace(-0.25, 1.25, 10)  # sample points, 0 and 1 being the anchor's edges
points = anchors[:, None, :2] + CELLS[:, None] * (anchors[:, None, 2:] - anchors[:, None, :2])  # (A, 10, 2)
columns, rows = np.clip(points, 0, 63).astype(int).transpose(2, 0, 1)  # (A, 10) each


def window_pixels(image):
    """What each anchor sees: (A, 300)."""
    windows = image[rows[:, :, None], columns[:, None, :]].astype("float32") / 255  # (A, 10, 10, 3)
    return (windows - windows.mean(axis=(1, 2), keepdims=True)).reshape(len(windows), -1)


rng = np.random.default_rng(61)
pixels, targets, wanted = [], [], []
for i, image in enumerate(train.images):
    true_boxes, classes = truth_of(train, i)
    owner = match_anchors(anchors, true_boxes)
    positive, negative = np.flatnonzero(owner >= 0), np.flatnonzero(owner == NEGATIVE)
    shown = np.concatenate([positive, rng.choice(negative, 60, replace=False)])
    pixels.append(window_pixels(image)[shown])
    targets.append(np.where(owner[shown] >= 0, classes[owner[shown]], len(CLASSES)))
    wanted.append(encode_offsets(anchors[positive], true_boxes[owner[positive]]))
pixels, targets, wanted = map(np.concatenate, (pixels, targets, wanted))
is_object = targets < len(CLASSES)
print(f"{len(targets)} windows, {is_object.sum()} of them objects")

deviation = pixels.std(axis=0)
projection = (rng.normal(size=(300, 1000)) / np.sqrt(300)).astype("float32")
bias = rng.normal(0, 0.5, 1000).astype("float32")


def random_features(pixels):
    scaled = pixels / deviation
    return np.hstack([np.maximum(scaled @ projection + bias, 0), scaled, np.ones((len(scaled), 1), "float32")])


def least_squares(features, wanted):
    gram = (features.T @ features).astype(float) + 0.001 * len(features) * np.eye(features.shape[1])
    return np.linalg.solve(gram, (features.T @ wanted).astype(float))


features = random_features(pixels)  # (windows, 1301)
class_weights = least_squares(features, np.eye(len(CLASSES) + 1, dtype="float32")[targets])  # (1301, 8)
offset_weights = least_squares(features[is_object], wanted)  # (1301, 4)


def predict(image):
    """For each anchor a box (A, 4), the confidence that it is an object (A,), and one a class (A, 7)."""
    features = random_features(window_pixels(image))
    outputs = features @ class_weights
    offsets = np.clip(features @ offset_weights, -1, 1)
    return decode_offsets(anchors, offsets), 1 - outputs[:, -1], outputs[:, :-1]


predictions = [predict(image) for image in held_out.images]

# %% [markdown]
# ## One object, many boxes
#
# Let the detector report every box with a confidence of at least 0.6, on scenes it has not seen:

# %% demo
examples, CUT = (0, 3, 8, 12), 0.6
fig, axes = plt.subplots(1, 2, figsize=(7, 3.8))
for ax, i in zip(axes, examples[2:], strict=True):
    found, confidence, _ = predictions[i]
    sure = confidence >= CUT
    show_image(ax, held_out.images[i], f"{len(truth_of(held_out, i)[0])} objects, {sure.sum()} boxes")
    draw_boxes(ax, found[sure], color="white", width=1)
fig.suptitle("Before non-maximum suppression")
dd.plot.show("Two scenes in which every found object lies under a heap of thin, slightly shifted boxes.")

# %% [markdown]
# It finds them again and again: neighbouring anchors see nearly the same pixels. **Non-maximum suppression**
# (NMS) keeps from each heap of overlapping boxes the most confident one. It is greedy:
#
# 1. Keep the most confident box that is left.
# 2. Drop all others whose IoU with it is **greater than** the threshold.
# 3. Repeat with what is left, until nothing is.
#
# Three boxes 10 wide and 10 high, side by side: $A$ starts at $x = 0$, $B$ at 3, $C$ at 6, with confidences
# 0.9, 0.8, 0.7. Neighbours have the IoU $70/130 \approx 0.54$, $A$ and $C$ have $40/160 = 0.25$. With the
# threshold 0.5, $A$ stays and drops $B$. **What was dropped drops nothing**: $B$ would have overlapped $C$,
# but $B$ is gone, and $C$ stays.
#
# In symbols: box $i$ stays exactly if $\mathrm{IoU}(i, j) \le \tau$ for every *kept* $j$ of greater
# confidence. Equal confidences keep the order they came in. The result is the kept boxes' *indices*, by which
# the caller can pick classes too.


# %% exercise: nms
def nms(boxes, scores, iou_threshold=0.5):
    """Greedy non-maximum suppression.

    Args:
        boxes: float array of shape (k, 4), (x1, y1, x2, y2), k >= 0.
        scores: float array of shape (k,), any real numbers; of equal ones the earlier comes first. Both are
            left unchanged.
        iou_threshold: a box is dropped if its IoU with a kept box is greater, float from 0 to 1.

    Returns:
        Int array of the kept boxes' indices into `boxes`, in the order of falling score; of shape (0,) if
        k is 0. About 8 lines; one loop over the kept boxes.
    """
    ### BEGIN SOLUTION
    order = np.argsort(-scores, kind="stable")
    kept = []
    while order.size > 0:
        best, rest = order[0], order[1:]
        kept.append(best)
        overlaps = iou(boxes[[best]], boxes[rest])[0]  # (rest,)
        order = rest[overlaps <= iou_threshold]
    return np.array(kept, dtype=int)
    ### END SOLUTION


# %% test: nms, points=2
# The example above, in another order: C, A, B.
boxes = np.array([[6.0, 0.0, 16.0, 10.0], [0.0, 0.0, 10.0, 10.0], [3.0, 0.0, 13.0, 10.0]])
scores = np.array([0.7, 0.9, 0.8])
kept = nms(boxes, scores, 0.5)
dd.check.kind(kept, np.ndarray)
dd.check.dtype(kept, "int", why="they are indices")
dd.check.equal(kept, [1, 0], what="kept", why="A drops B, and B, once dropped, drops nothing")
dd.check.equal(nms(boxes, scores, 0.6), [1, 2, 0], what="kept", why="at 0.6 no pair overlaps too much")
dd.check.equal(nms(boxes, scores, 0.2), [1], what="kept", why="at 0.2 A drops both others")
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(61)


def slow_nms(boxes, scores, threshold):
    ranked = sorted(range(len(boxes)), key=lambda i: (-scores[i], i))
    kept = []
    for i in ranked:
        stays = True
        for j in kept:
            width = min(boxes[i][2], boxes[j][2]) - max(boxes[i][0], boxes[j][0])
            height = min(boxes[i][3], boxes[j][3]) - max(boxes[i][1], boxes[j][1])
            if width > 0 and height > 0:
                areas = [(boxes[n][2] - boxes[n][0]) * (boxes[n][3] - boxes[n][1]) for n in (i, j)]
                stays = stays and width * height / (sum(areas) - width * height) <= threshold
        if stays:
            kept.append(i)
    return kept


for k in (1, 2, 4, 5, 12, 40):
    for threshold in (0.1, 0.3, 0.5, 0.7):
        low = rng.uniform(0, 20, (k, 2))
        boxes = np.hstack([low, low + rng.uniform(8, 20, (k, 2))])
        scores = rng.permutation(k) / k - 0.3
        with dd.check.unchanged(boxes), dd.check.unchanged(scores):
            kept = nms(boxes, scores, threshold)
        dd.check.kind(kept, np.ndarray)
        dd.check.dtype(kept, "int", why="they are indices")
        due = slow_nms(boxes, scores, threshold)
        dd.check.equal(kept, due, what="kept", why="a box stays if no kept box before it overlaps it too much")
        dd.check.equal(nms(boxes, 100 * scores - 7, threshold), due, what="kept", why="only the order of scores counts")

# Nothing to do, and nothing given.
empty = nms(np.zeros((0, 4)), np.zeros(0), 0.5)
dd.check.shape(empty, (0,), what="kept of no boxes")
dd.check.dtype(empty, "int", what="kept of no boxes", why="indices, even if there is none")
dd.check.equal(nms(np.array([[0.0, 0.0, 5.0, 5.0]]), np.array([-3.0]), 0.5), [0], what="kept of one box")

# IoU exactly at the threshold is not greater: halves and quarters are exact in floats.
boxes = np.array([[0.0, 0.0, 4.0, 4.0], [0.0, 0.0, 2.0, 4.0], [0.0, 0.0, 1.0, 4.0]])
scores = np.array([3.0, 2.0, 1.0])
dd.check.equal(nms(boxes, scores, 0.5), [0, 1, 2], what="kept", why="an IoU of 0.5 is not greater than 0.5")
dd.check.equal(nms(boxes, scores, 0.49), [0, 2], what="kept", why="0.5 is greater than 0.49, 0.25 is not")
dd.check.equal(nms(boxes, scores), [0, 1, 2], what="kept", why="0.5 is the default")

# Equal scores keep their order; the same box many times is kept once, boxes of no area all stay.
same = np.tile([[1.0, 1.0, 9.0, 6.0]], (20, 1))
dd.check.equal(nms(same, np.ones(20), 0.5), [0], what="kept of equal boxes", why="of equal scores the earlier is first")
dd.check.equal(nms(same, np.ones(20), 1.0), list(range(20)), what="kept", why="no IoU is greater than 1")
apart = same + 50.0 * np.arange(20)[:, None]
scores = np.array([0.0, 1.0] * 10)
due = [*range(1, 20, 2), *range(0, 20, 2)]
dd.check.equal(
    nms(apart, scores, 0.5), due, what="kept", why="boxes apart all stay, those of equal score in their order"
)
dd.check.equal(nms(apart, scores, 0.0), due, what="kept", why="an IoU of 0 is not greater than 0")
points = np.tile([[4.0, 4.0, 4.0, 4.0]], (3, 1))
dd.check.equal(nms(points, np.array([1.0, 3.0, 2.0]), 0.5), [1, 2, 0], what="kept", why="no area, no overlap")

# A long chain: each overlaps its neighbours only, and the middle is the surest.
chain = np.array([[3.0 * i, 0.0, 3.0 * i + 10.0, 10.0] for i in range(7)])
scores = np.array([1.0, 3.0, 5.0, 7.0, 6.0, 4.0, 2.0])
dd.check.equal(nms(chain, scores, 0.5), [3, 5, 1], what="kept", why="every second box of the chain stays")
### END HIDDEN TESTS

# %% mistakes: nms
# - replace: np.argsort(-scores, kind="stable")
#   with: np.argsort(scores, kind="stable")
#   hint: "You begin with the least confident box. Which one should be allowed to drop others first?"
# - replace: np.argsort(-scores, kind="stable")
#   with: np.arange(len(scores))
#   hint: "You go through the boxes as they came. They have to be ranked by score first."
# - replace: np.argsort(-scores, kind="stable")
#   with: np.argsort(scores, kind="stable")[::-1]
#   hint: "A sort turned round also turns round boxes of equal score. The earlier is to come first."
# - replace: overlaps <= iou_threshold
#   with: overlaps < iou_threshold
#   hint: "You also drop a box whose IoU equals the threshold. Only a greater one is dropped."
# - replace: overlaps <= iou_threshold
#   with: overlaps > iou_threshold
#   hint: "You go on with those boxes that overlap, and throw the rest away."
# - replace: order = rest[overlaps <= iou_threshold]
#   with: order = rest[:0] if (overlaps > iou_threshold).all() else rest[np.argmin(overlaps > iou_threshold) :]
#   hint: "You stop dropping at the first box that stays. A kept box drops every later one that overlaps it
#     too much, wherever that stands."
# - replace: return np.array(kept, dtype=int)
#   with: return np.sort(np.array(kept, dtype=int))
#   hint: "The right boxes are kept, but the indices come sorted by themselves. They should come in the order
#     of falling score."
# - replace: return np.array(kept, dtype=int)
#   with: return np.argsort(np.argsort(-scores, kind="stable"))[np.array(kept, dtype=int)]
#   hint: "You return places in the sorted list. The caller needs indices into the boxes as they were given."
# - replace: return np.array(kept, dtype=int)
#   with: return boxes[np.array(kept, dtype=int)]
#   hint: "You return the boxes themselves. The caller needs their indices, to pick scores and classes too."
# - replace: return np.array(kept, dtype=int)
#   with: |-
#     ranked = np.argsort(-scores, kind="stable")
#         overlaps = np.triu(iou(boxes[ranked], boxes[ranked]), k=1)
#         return ranked[~(overlaps > iou_threshold).any(axis=0)]
#   hint: "In your version a box that was dropped still drops others. Only kept boxes may."
# - replace: return np.array(kept, dtype=int)
#   with: return np.array(kept)
#   hint: "Without any box the result isn't an array of ints, as the docstring promises."


# %% equivalents: nms
# - replace: iou(boxes[[best]], boxes[rest])[0]
#   with: iou(boxes[[best]], boxes[rest])[-1]
#   reason: "The first row is the only one."


# %% accepts: nms
def nms(boxes, scores, iou_threshold=0.5):
    order = sorted(range(len(scores)), key=lambda i: -scores[i])
    crowded = iou(boxes, boxes) > iou_threshold  # (k, k)
    kept = []
    for i in order:
        if not crowded[i, kept].any():
            kept.append(i)
    return np.asarray(kept, dtype=np.int64)


# %% accepts: nms
def nms(boxes, scores, iou_threshold=0.5):
    left = np.array(scores, dtype=float)
    kept = np.zeros(0, dtype=int)
    while np.any(left > -np.inf):
        best = int(left.argmax())
        kept = np.append(kept, best)
        left[iou(boxes[best : best + 1], boxes)[0] > iou_threshold] = -np.inf
        left[best] = -np.inf
    return kept


# %% [markdown]
# The same scenes, the same confidence, with a threshold of 0.3. Is there one box for each object now?

# %% demo
fig, axes = plt.subplots(2, 4, figsize=(12, 6.6))
for column, i in enumerate(examples):
    found, confidence, _ = predictions[i]
    sure = np.flatnonzero(confidence >= CUT)
    survivors = sure[nms(found[sure], confidence[sure], 0.3)]
    for ax, shown, title in zip(axes[:, column], (sure, survivors), ("before", "after"), strict=True):
        show_image(ax, held_out.images[i], f"scene {i} {title}: {len(shown)} boxes")
        draw_boxes(ax, found[shown], color="white", width=1 if title == "before" else 2)
for ax, i in zip(axes[1], examples, strict=True):
    draw_boxes(ax, truth_of(held_out, i)[0], color="#e3a41c", style="--", width=1.6)
fig.suptitle("Non-maximum suppression (the dashed boxes are the truth)")
dd.plot.show(
    "Four scenes in two rows. Top, heaps of thin boxes; bottom, after suppression, mostly one thick box an object, "
    "close to the dashed true one, with a few boxes in a wrong place."
)

# %% [markdown]
# Nearly. Left are boxes in a wrong place, and a triangle that no box of that confidence had found. NMS cannot
# count objects: of two that overlap more than the threshold it drops one. With several classes it runs for
# each by itself, so that a circle never drops the star beside it.
#
# ## Right or wrong?
#
# A detection is **correct** if it overlaps a true box with an IoU of at least 0.5, *and no other detection
# has claimed that box*: an object found twice is one success and one false alarm. The rule for one image and
# one class, after COCO:
#
# - Go through the detections by falling confidence.
# - Each takes, **of the true boxes still free**, the one with the greatest IoU, if that IoU is at least the
#   threshold. It is correct, and the box is free no more.
# - Otherwise it is wrong.
#
# Let the true boxes be $T_1$ and $T_2$, and the overlaps of three detections, best first, $(0.8, 0.6)$,
# $(0.7, 0.55)$ and $(0.9, 0)$. The first takes $T_1$. The second overlaps $T_1$ more, but that is taken; it
# takes $T_2$, for $0.55 \ge 0.5$. The third comes too late: wrong.


# %% exercise: match_detections
def match_detections(boxes, scores, truth, iou_threshold=0.5):
    """Say which detections in an image are correct; each true box counts for one at most.

    Args:
        boxes: detected boxes, float array of shape (k, 4), (x1, y1, x2, y2), k >= 0.
        scores: their confidences, float array of shape (k,); of equal ones the earlier comes first.
        truth: true boxes, float array of shape (t, 4), t >= 0. All three are left unchanged.
        iou_threshold: the least IoU of a correct detection, float above 0, at most 1.

    Returns:
        Bool array of shape (k,): whether each detection is correct, in the order in which they were given.
        About 10 lines.
    """
    ### BEGIN SOLUTION
    correct = np.zeros(len(boxes), dtype=bool)
    if len(truth) == 0:
        return correct
    overlaps = iou(boxes, truth)  # (k, t)
    for i in np.argsort(-scores, kind="stable"):
        best = overlaps[i].argmax()
        if overlaps[i, best] >= iou_threshold:
            correct[i] = True
            overlaps[:, best] = 0  # taken
    return correct
    ### END SOLUTION


# %% test: match_detections, points=1
# One true box, found three times; the surest of them is in the middle.
truth = np.array([[0.0, 0.0, 10.0, 10.0]])
boxes = np.array([[0.0, 0.0, 10.0, 9.0], [0.0, 0.0, 8.0, 10.0], [0.0, 1.0, 10.0, 10.0]])
correct = match_detections(boxes, np.array([0.6, 0.9, 0.7]), truth)
dd.check.kind(correct, np.ndarray)
dd.check.shape(correct, (3,), what="correct", why="there is one verdict for each detection")
dd.check.dtype(correct, "bool", what="correct")
dd.check.equal(
    correct, [False, True, False], what="correct", why="the most confident takes the box, though not the best"
)
none = match_detections(boxes, np.array([0.6, 0.9, 0.7]), np.zeros((0, 4)))
dd.check.equal(none, [False, False, False], what="correct", why="nothing was there to be found")
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(61)


def slow_match(boxes, scores, truth, threshold):
    free, correct = set(range(len(truth))), [False] * len(boxes)
    for i in sorted(range(len(boxes)), key=lambda i: (-scores[i], i)):
        found, most = None, 0.0
        for j in sorted(free):
            width = min(boxes[i][2], truth[j][2]) - max(boxes[i][0], truth[j][0])
            height = min(boxes[i][3], truth[j][3]) - max(boxes[i][1], truth[j][1])
            if width > 0 and height > 0:
                areas = [(box[2] - box[0]) * (box[3] - box[1]) for box in (boxes[i], truth[j])]
                overlap = width * height / (sum(areas) - width * height)
                if overlap > most:
                    found, most = j, overlap
        if found is not None and most >= threshold:
            correct[i] = True
            free.remove(found)
    return correct


for k, t in [(1, 1), (1, 4), (6, 1), (4, 4), (9, 3), (20, 6), (0, 3), (4, 0), (0, 0)]:
    for threshold in (0.2, 0.5, 0.75):
        low = rng.uniform(0, 12, (t, 2))
        truth = np.hstack([low, low + rng.uniform(6, 14, (t, 2))])
        drawn = truth[rng.integers(0, t, k)] if t else rng.uniform(0, 12, (k, 4))
        boxes = drawn + rng.normal(0, 1.5, (k, 4))
        scores = rng.permutation(k) / 3.0 - 1.0
        with dd.check.unchanged(boxes), dd.check.unchanged(scores), dd.check.unchanged(truth):
            correct = match_detections(boxes, scores, truth, threshold)
        dd.check.kind(correct, np.ndarray)
        dd.check.shape(correct, (k,), what="correct", why="there is one verdict for each detection")
        dd.check.dtype(correct, "bool", what="correct")
        due = np.array(slow_match(boxes, scores, truth, threshold), dtype=bool)
        dd.check.equal(correct, due, what="correct", why="each takes the best free true box, the surest first")

# The example of the text: the second detection likes a taken box better and has to be content with the other.
truth = np.array([[0.0, 0.0, 10.0, 10.0], [0.0, 3.0, 10.0, 13.0]])
boxes = np.array([[0.0, 0.0, 10.0, 10.0], [0.0, 1.0, 10.0, 11.0], [0.0, 0.0, 10.0, 10.5]])
correct = match_detections(boxes, np.array([0.9, 0.8, 0.7]), truth)
dd.check.equal(correct, [True, True, False], what="correct", why="the second takes the box that is still free")

# An IoU of exactly the threshold is enough; equal scores go in their order.
truth = np.array([[0.0, 0.0, 4.0, 4.0]])
boxes = np.array([[0.0, 0.0, 2.0, 4.0], [0.0, 0.0, 4.0, 4.0]])
dd.check.equal(match_detections(boxes[:1], np.ones(1), truth), [True], what="correct", why="0.5 is at least 0.5")
dd.check.equal(match_detections(boxes[:1], np.ones(1), truth, 0.51), [False], what="correct", why="0.5 is below 0.51")
dd.check.equal(
    match_detections(boxes, np.ones(2), truth), [True, False], what="correct", why="the earlier of equals is first"
)
many = np.tile(truth, (20, 1))
due = [False, True] + 18 * [False]
dd.check.equal(
    match_detections(many, np.array([0.0, 1.0] * 10), truth), due, what="correct", why="the earlier of equals is first"
)

# A detection that fits nowhere takes nothing.
boxes = np.array([[50.0, 50.0, 60.0, 60.0], [0.0, 0.0, 1.0, 1.0], [0.0, 0.0, 4.0, 4.0]])
correct = match_detections(boxes, np.array([0.9, 0.8, 0.1]), truth)
dd.check.equal(correct, [False, False, True], what="correct", why="a wrong detection leaves the true box free")
### END HIDDEN TESTS

# %% mistakes: match_detections
# - replace: "overlaps[:, best] = 0  # taken"
#   with: "pass"
#   hint: "Your true boxes can be claimed again and again: an object found three times counts as three
#     successes."
# - replace: np.argsort(-scores, kind="stable")
#   with: range(len(scores))
#   hint: "The detections take their turns as they were given. The most confident has the first choice."
# - replace: np.argsort(-scores, kind="stable")
#   with: np.argsort(scores, kind="stable")
#   hint: "The least confident detection chooses first in your version."
# - replace: np.argsort(-scores, kind="stable")
#   with: np.argsort(scores, kind="stable")[::-1]
#   hint: "A sort turned round also turns round detections of equal score. The earlier is to come first."
# - replace: overlaps[i, best] >= iou_threshold
#   with: overlaps[i, best] > iou_threshold
#   hint: "An IoU that equals the threshold is enough."
# - replace: np.argsort(-scores, kind="stable")
#   with: np.argsort(-overlaps.max(axis=1), kind="stable")
#   hint: "You let the best-fitting detection choose first. The order is that of confidence: a detector does
#     not know its overlaps."
# - replace: |-
#     if overlaps[i, best] >= iou_threshold:
#                 correct[i] = True
#   with: |-
#     if overlaps[i, best] > 0:
#                 correct[i] = overlaps[i, best] >= iou_threshold
#   hint: "A detection that is wrong takes its nearest true box with it. Only a correct one should."
# - replace: overlaps = iou(boxes, truth)  # (k, t)
#   with: |-
#     overlaps = iou(boxes, truth)
#         overlaps = np.where(overlaps == overlaps.max(axis=1, keepdims=True), overlaps, 0)
#   hint: "A detection whose favourite is taken gives up. It should look among the true boxes that are still
#     free."
# - replace: best = overlaps[i].argmax()
#   with: best = np.argmax(overlaps[i] >= iou_threshold)
#   hint: "You take the first free true box that is near enough. It is the one with the greatest IoU."
# - replace: if len(truth) == 0
#   with: if len(boxes) == 0
#   hint: "Where there is nothing to find, you ask for the greatest of no overlaps. Every detection is wrong then."


# %% mistake: match_detections
# hint: "Your verdicts come by falling confidence. They belong in the order in which the detections were given."
def match_detections(boxes, scores, truth, iou_threshold=0.5):
    correct, overlaps = [], iou(boxes, truth)
    for i in np.argsort(-scores, kind="stable"):
        hit = len(truth) > 0 and overlaps[i].max() >= iou_threshold
        if hit:
            overlaps[:, overlaps[i].argmax()] = 0
        correct.append(bool(hit))
    return np.array(correct, dtype=bool)


# %% equivalents: match_detections
# - replace: "overlaps[:, best] = 0  # taken"
#   with: "overlaps[:, best] = -1  # taken"
#   reason: "Any number below the threshold marks a taken box."


# %% accepts: match_detections
def match_detections(boxes, scores, truth, iou_threshold=0.5):
    overlaps = iou(boxes, truth)
    free = list(range(len(truth)))
    correct = [False] * len(boxes)
    for i in sorted(range(len(boxes)), key=lambda i: -scores[i]):
        near = [j for j in free if overlaps[i, j] >= iou_threshold]
        if near:
            free.remove(max(near, key=lambda j: overlaps[i, j]))
            correct[i] = True
    return np.array(correct, dtype=bool)


# %% accepts: match_detections
def match_detections(boxes, scores, truth, iou_threshold=0.5):
    order = np.lexsort((np.arange(len(scores)), -scores))
    table = np.column_stack([np.zeros(len(boxes)), iou(boxes, truth)])[order]  # column 0: no box
    table[table < iou_threshold] = -1
    verdicts = np.zeros(len(boxes), dtype=bool)
    for row in range(len(table)):
        j = table[row].argmax()
        if table[row, j] > 0:
            verdicts[order[row]] = True
            table[row:, j] = -1
    return verdicts


# %% [markdown]
# ## From verdicts to one number
#
# Put the detections of **all** images into one list, by falling confidence. Of the first $i$, let
# $\mathrm{TP}_i$ be correct (true positives), and let there be $G$ true objects:
#
# $$p_i = \frac{\mathrm{TP}_i}{i} \quad\text{(precision: how many of those reported are right)}, \qquad
# q_i = \frac{\mathrm{TP}_i}{G} \quad\text{(recall: how many of the true ones are found)} .$$
#
# Five detections, and $G = 4$ objects:
#
# | $i$ | correct | $p_i$ | $q_i$ | best precision from here on |
# |---|---|---|---|---|
# | 1 | yes | 1.00 | 0.25 | 1.00 |
# | 2 | no | 0.50 | 0.25 | 0.75 |
# | 3 | yes | 0.67 | 0.50 | 0.75 |
# | 4 | yes | 0.75 | 0.75 | 0.75 |
# | 5 | no | 0.60 | 0.75 | 0.60 |
#
# Going down, recall can only grow, while precision saws up and down. **Average precision** (AP) is the area
# under that curve, with the saw's teeth filled: at each recall count the best precision that can be had *at
# that recall or a higher one*,
#
# $$\mathrm{AP} = \sum_{i=1}^{k} (q_i - q_{i-1}) \max_{j \ge i} p_j , \qquad q_0 = 0 .$$
#
# Here $0.25 \cdot 1 + 0 + 0.25 \cdot 0.75 + 0.25 \cdot 0.75 + 0 = 0.625$. The quarter of the axis for the
# fourth object, never found, counts as 0. A running maximum from the back gives the last column. (COCO
# samples the curve at 101 recalls.)


# %% exercise: average_precision
def average_precision(scores, correct, num_truths):
    """The precision-recall curve of ranked detections, and the area under its envelope.

    Args:
        scores: confidences of the detections of all images, float array of shape (k,), k >= 0; of equal ones
            the earlier comes first.
        correct: bool array of shape (k,), whether each is correct. Both are left unchanged.
        num_truths: number of true objects in all images, int >= 1.

    Returns:
        Tuple (precision, recall, ap): float arrays of shape (k,), entry i for the i + 1 detections of the
        highest score, and a float from 0 to 1; without detections two empty arrays and 0. About 8 lines.

    Raises:
        ValueError: num_truths is below 1, and recall has no meaning.
    """
    ### BEGIN SOLUTION
    if num_truths < 1:
        raise ValueError(f"num_truths must be at least 1. Received: {num_truths}")
    order = np.argsort(-scores, kind="stable")
    hits = np.cumsum(correct[order])  # (k,)
    precision = hits / np.arange(1, len(hits) + 1)
    recall = hits / num_truths
    envelope = np.maximum.accumulate(precision[::-1])[::-1]  # the best from here on
    ap = np.sum(np.diff(recall, prepend=0) * envelope)
    return precision, recall, float(ap)
    ### END SOLUTION


# %% test: average_precision, points=1
# The table above, its rows shuffled.
scores = np.array([0.3, 0.9, 0.5, 0.1, 0.7])
correct = np.array([True, True, True, False, False])
result = average_precision(scores, correct, 4)
dd.check.kind(result, tuple)
precision, recall, ap = result
dd.check.shape(precision, (5,), what="precision")
dd.check.shape(recall, (5,), what="recall")
dd.check.close(precision, [1.0, 1 / 2, 2 / 3, 3 / 4, 3 / 5], what="precision", why="they go by falling confidence")
dd.check.close(recall, [0.25, 0.25, 0.5, 0.75, 0.75], what="recall", why="of 4 true objects")
dd.check.kind(ap, float, what="ap")
dd.check.close(ap, 0.625, what="ap", why="the teeth are filled with the best precision from there on")
with dd.check.raises(ValueError, why="there is nothing to be found"):
    average_precision(scores, correct, 0)
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(61)
for k, extra in [(1, 0), (1, 3), (2, 0), (6, 2), (15, 0), (15, 30), (60, 5)]:
    for share in (0.0, 0.4, 1.0):
        scores, correct = rng.permutation(k) / 7.0 - 2.0, rng.random(k) < share
        num_truths = max(1, int(correct.sum()) + extra)
        with dd.check.unchanged(scores), dd.check.unchanged(correct):
            result = average_precision(scores, correct, num_truths)
        dd.check.kind(result, tuple)
        precision, recall, ap = result
        ranked = [bool(correct[i]) for i in sorted(range(k), key=lambda i: -scores[i])]
        slow_precision = [sum(ranked[: i + 1]) / (i + 1) for i in range(k)]
        slow_recall = [sum(ranked[: i + 1]) / num_truths for i in range(k)]
        for values, due, name in [(precision, slow_precision, "precision"), (recall, slow_recall, "recall")]:
            dd.check.like(
                values, np.array(due, dtype=float), what=name, why="of the detections so far, by falling confidence"
            )
        dd.check.kind(ap, float, what="ap")
        # Object by object: the best precision at or after the detection that finds it, and 0 if none does.
        shares = [max(slow_precision[i:]) for i in range(k) if ranked[i]]
        dd.check.close(ap, sum(shares) / num_truths, atol=1e-12, what="ap", why="the mean over all true objects")

        # Only ranks count, and wrong detections below all others cost nothing.
        same = average_precision(np.exp(scores), correct, num_truths)[2]
        dd.check.close(same, ap, what="ap", why="only the order of the scores counts")
        more = average_precision(np.append(scores, [-50.0, -60.0]), np.append(correct, [False, False]), num_truths)[2]
        dd.check.close(more, ap, what="ap with two false alarms at the end", why="no recall is gained there")

# Perfect, half found, one false alarm at the top.
dd.check.close(average_precision(np.array([1.0, 2.0]), np.array([True, True]), 2)[2], 1.0, what="ap", why="all found")
dd.check.close(average_precision(np.array([1.0]), np.array([True]), 2)[2], 0.5, what="ap", why="one of two found")
dd.check.close(
    average_precision(np.array([2.0, 1.0]), np.array([False, True]), 1)[2], 0.5, what="ap", why="second place"
)

# No detection, and equal scores.
result = average_precision(np.zeros(0), np.zeros(0, dtype=bool), 3)
dd.check.shape(result[0], (0,), what="precision without detections")
dd.check.shape(result[1], (0,), what="recall without detections")
dd.check.close(result[2], 0.0, what="ap without detections", why="nothing is found")
correct = np.array([True] + 19 * [False])
for given, due in [(correct, 1.0), (correct[::-1], 1 / 20)]:
    ap = average_precision(np.full(20, 0.5), given, 1)[2]
    dd.check.close(ap, due, what="ap of equal scores", why="the earlier of equals comes first")
with dd.check.raises(ValueError, why="recall has no meaning without objects"):
    average_precision(np.zeros(0), np.zeros(0, dtype=bool), 0)
### END HIDDEN TESTS

# %% mistakes: average_precision
# - replace: np.argsort(-scores, kind="stable")
#   with: np.argsort(scores, kind="stable")
#   hint: "Your list begins with the least confident detection."
# - replace: np.argsort(-scores, kind="stable")
#   with: np.arange(len(scores))
#   hint: "You walk through the detections as they came. They have to be ranked by confidence first."
# - replace: envelope = np.maximum.accumulate(precision[::-1])[::-1]
#   with: envelope = precision
#   hint: "You sum the saw-toothed curve as it is. At each recall the best precision there or further right
#     counts."
# - replace: np.maximum.accumulate(precision[::-1])[::-1]
#   with: np.maximum.accumulate(precision)
#   hint: "Your running maximum starts at the front. The best precision that is still to come is wanted."
# - replace: recall = hits / num_truths
#   with: recall = hits / max(1, correct.sum())
#   hint: "You divide by the objects that were found. Recall counts the missed ones too."
# - replace: hits / np.arange(1, len(hits) + 1)
#   with: hits / max(1, len(hits))
#   hint: "Precision after i detections divides by i, not by how many there are in all."
# - replace: ap = np.sum(np.diff(recall, prepend=0) * envelope)
#   with: ap = np.sum(np.diff(recall) * envelope[1:])
#   hint: "The first step, from a recall of 0 to the first entry, is missing from your area."
# - replace: ap = np.sum(np.diff(recall, prepend=0) * envelope)
#   with: ap = np.mean(envelope) if len(hits) else 0.0
#   hint: "You average over detections. The area weights each precision by the recall gained there: a
#     detection that finds nothing new adds nothing."
# - replace: np.argsort(-scores, kind="stable")
#   with: np.argsort(scores, kind="stable")[::-1]
#   hint: "A sort turned round also turns round detections of equal score. The earlier is to come first."
# - replace: return precision, recall, float(ap)
#   with: return recall, precision, float(ap)
#   hint: "Precision and recall have changed places."
# - replace: return precision, recall, float(ap)
#   with: return envelope, recall, float(ap)
#   hint: "The precision that comes back has its teeth filled already. It is due as it is; only the area fills them."
# - replace: ap = np.sum(np.diff(recall, prepend=0) * envelope)
#   with: "ap = envelope[correct[order]].mean() if correct.any() else 0.0"
#   hint: "You average over the objects that were found. Those never found count as 0: divide by all true ones."
# - replace: ap = np.sum(np.diff(recall, prepend=0) * envelope)
#   with: "ap = np.mean([max(precision[recall >= level], default=0.0) for level in np.linspace(0, 1, 11)])"
#   hint: "You sample the curve at eleven recalls, an older rule. Here the area is exact: a step for each detection."


# %% accepts: average_precision
def average_precision(scores, correct, num_truths):
    if num_truths <= 0:
        raise ValueError("there must be something to find")
    ranked = [bool(correct[i]) for i in sorted(range(len(scores)), key=lambda i: -scores[i])]
    hits, precision, recall = 0, [], []
    for rank, right in enumerate(ranked, start=1):
        hits += right
        precision.append(hits / rank)
        recall.append(hits / num_truths)
    ap, best = 0.0, 0.0
    for right, value in zip(reversed(ranked), reversed(precision), strict=True):
        best = max(best, value)
        ap += best * right / num_truths
    return np.array(precision), np.array(recall), ap


# %% accepts: average_precision
def average_precision(scores, correct, num_truths):
    if num_truths == 0:
        raise ValueError("no truths")
    found = np.asarray(correct, dtype=float)[np.lexsort((np.arange(len(scores)), -scores))]
    ranks = np.arange(len(found)) + 1.0
    precision, recall = np.cumsum(found) / ranks, np.cumsum(found) / num_truths
    later = np.triu(np.ones((len(found), len(found)))) * precision  # (k, k) row i: precisions from i on
    ap = (found / num_truths) @ later.max(axis=1, initial=0)
    return precision, recall, ap + 0.0


# %% [markdown]
# ## Put it together: what did NMS buy?
#
# Of each held-out scene we judge the 100 most confident boxes, before or after NMS, and draw the curve over
# all scenes. For the moment any object counts, whatever its class.


# %% demo
def detect(i, column=None, suppress=0.3, move=True):
    """Boxes and scores in held-out scene i, of any class, or of one; with NMS unless suppress is None."""
    found, confidence, class_scores = predictions[i]
    score = confidence if column is None else class_scores[:, column]
    top = np.argsort(-score)[:100]
    found, score = (found if move else anchors)[top], score[top]
    survivors = slice(None) if suppress is None else nms(found, score, suppress)
    return found[survivors], score[survivors]


def detect_all(**options):
    return [detect(i, **options) for i in range(len(predictions))]


def evaluate(detections, truths, iou_threshold=0.5):
    """What average_precision says of all scenes together."""
    pairs = list(zip(detections, truths, strict=True))
    correct = [match_detections(*detected, truth, iou_threshold) for detected, truth in pairs]
    scores = [score for _, score in detections]
    return average_precision(np.concatenate(scores), np.concatenate(correct), sum(map(len, truths)))


truths = [truth_of(held_out, i)[0] for i in range(len(predictions))]
curves = {"before NMS": detect_all(suppress=None), "after NMS": detect_all()}
fig, ax = plt.subplots(figsize=(7, 4.6))
areas = {}
for (name, detections), look in zip(curves.items(), (("C1", "--"), ("C0", "-")), strict=True):
    precision, recall, areas[name] = evaluate(detections, truths)
    envelope = np.maximum.accumulate(precision[::-1])[::-1]
    ax.plot(recall, precision, color=look[0], linestyle=":", linewidth=1.2)
    ax.plot(recall, envelope, color=look[0], linestyle=look[1], label=f"{name}: AP = {areas[name]:.2f}")
ranked = np.sort(np.concatenate([score for _, score in curves["after NMS"]]))[::-1]
for level in (0.8, 0.6, 0.4):
    last = np.sum(ranked >= level) - 1
    ax.plot(recall[last], precision[last], "o", color="C0")
    spot = (recall[last], precision[last])
    ax.annotate(f"from {level}", spot, (8, 4), textcoords="offset points")
ax.set(
    title="Precision and recall on held-out scenes", xlabel="recall", ylabel="precision", xlim=(0, 1), ylim=(0, 1.03)
)
ax.legend(loc="lower left")
dd.plot.show(
    "Precision against recall. Before suppression the curve falls at once and stays low. After it precision stays "
    "near 0.9 until half of the objects are found and then falls; dots mark confidences of 0.8, 0.6 and 0.4 along it."
)

# %% [markdown]
# Without NMS precision falls at once: the surest objects have many sure copies. With NMS about nine in ten
# are right until half of the objects are found. (Thin and dotted are the teeth before they are filled.) The
# dots show what you get if you keep the detections from some confidence on. AP judges the detector without
# choosing one; whoever uses it must choose.
#
# ## mAP, and three questions
#
# The **mean average precision**, mAP, is the mean of AP over the $K$ classes, each judged by itself with its
# own confidence:
#
# $$\mathrm{mAP} = \frac1K \sum_{c=0}^{K-1} \mathrm{AP}_c .$$
#
# COCO also averages over ten IoU thresholds, 0.5, 0.55 … 0.95, so write mAP@0.5 or mAP@[.5:.95]. Which NMS
# threshold is best? How exact are our boxes? Can the detector name what it has found?

# %% demo
suppressions = np.arange(0.1, 0.95, 0.1)
by_suppression = [evaluate(detect_all(suppress=level), truths)[2] for level in suppressions]
levels = np.arange(0.5, 0.97, 0.05)
by_level = {
    name: np.array([evaluate(detections, truths, level)[2] for level in levels])
    for name, detections in {"boxes": curves["after NMS"], "bare anchors": detect_all(move=False)}.items()
}
by_class = np.zeros(len(CLASSES))
for c in range(len(CLASSES)):
    of_class = [truth_of(held_out, i)[0][truth_of(held_out, i)[1] == c] for i in range(len(predictions))]
    by_class[c] = evaluate(detect_all(column=c), of_class)[2]

fig, axes = plt.subplots(1, 3, figsize=(13, 3.9))
axes[0].plot(suppressions, by_suppression, marker="o")
axes[0].set(title="Which NMS threshold?", xlabel="NMS threshold", ylabel="AP@0.5", ylim=(0, 1))
for (name, values), marker in zip(by_level.items(), "os", strict=True):
    axes[1].plot(levels, values, marker=marker, label=f"{name}: mean {values.mean():.2f}")
axes[1].set(title="How exact are the boxes?", xlabel="IoU that a hit needs", ylabel="AP", ylim=(0, 1))
axes[1].legend()
axes[2].bar(CLASSES, by_class, color="C0")
axes[2].axhline(by_class.mean(), color="C1", linestyle="--", label=f"mAP@0.5 = {by_class.mean():.2f}")
axes[2].set(title="Can it name them?", ylabel="AP@0.5 of the class", ylim=(0, 1))
axes[2].tick_params(axis="x", rotation=45)
axes[2].legend()
dd.plot.show(
    "Three panels. AP against the NMS threshold is level up to about 0.4 and falls above it. AP against the IoU that "
    "a hit needs falls steeply, for bare anchors from lower on. AP of each class as bars of uneven height, with a "
    "dashed line at their mean."
)

before, after = areas["before NMS"], areas["after NMS"]
print(f"AP@0.5 before NMS {before:.3f}, after {after:.3f}; mAP@0.5 over classes {by_class.mean():.3f}")
assert after > 1.5 * before and after > 0.7

# %% [markdown]
# - **NMS** works best between 0.1 and 0.4 here; above that the copies come back. In a crowd a low threshold
#   would delete neighbours.
# - **The boxes** are good at 0.5 and poor at 0.75: a linear guess finds the edges to within a few pixels, and
#   you saw what two pixels cost. The bare anchors are worse: the offsets earn their keep.
# - **Names** are the weak point: random features see *that* something is there, and hardly what. Put a
#   convolutional network, which learns its features, in the place of that one cell, and you have the
#   detectors of Days 62 to 65.
#
# ## What you should remember
#
# 1. A box is four numbers in one of several formats; know which.
# 2. IoU is the overlap divided by the union; small boxes lose it fast.
# 3. Anchors are fixed questions: each is matched by IoU and predicts a class and four offsets in its own size.
# 4. NMS keeps the most confident box and drops what overlaps it; what was dropped drops nothing.
# 5. A true box counts once. AP is the area under the filled precision-recall curve, mAP its mean over
#    classes, at a stated IoU.
#
# ## Check yourself, without code
#
# 1. One box lies inside another and has a quarter of its area. What is their IoU, and what if both were three
#    times as large?
# 2. You double the resolution of all images and boxes. Which of these change: IoU, offsets with anchors
#    doubled too, NMS's result, AP?
# 3. A detector reports every object twice, both times exactly, the copies less sure than all the originals.
#    What is its AP, and what is the precision of all its reports together?
#
# <details><summary>Answers</summary>
#
# 1. 1/4: the intersection is the smaller box, the union the larger. It stays 1/4.
# 2. None. All four are built from ratios of lengths or areas, and from ranks.
# 3. AP is 1: full recall is reached at precision 1, and what follows adds no recall. Of all reports together
#    half are copies, so their precision is 0.5.
#
# </details>
#
# ## Go further
#
# - Everingham et al. (2010), *The PASCAL visual object classes (VOC) challenge*, IJCV 88: the rules of
#   judging, with their reasons.
# - Girshick, Donahue, Darrell and Malik (2014), *Rich feature hierarchies for accurate object detection and
#   semantic segmentation*, CVPR: where the offsets come from.
# - Ren, He, Girshick and Sun (2015), *Faster R-CNN: Towards real-time object detection with region proposal
#   networks*, NeurIPS: anchors, and the matching used here.
# - Lin et al. (2014), *Microsoft COCO: Common objects in context*, ECCV: what annotating 300,000 images takes.
# - Rahimi and Recht (2008), *Weighted sums of random kitchen sinks: Replacing minimization with randomization
#   in learning*, NeurIPS: why features that were never trained go so far.
