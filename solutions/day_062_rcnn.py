# ---
# day: 62
# title: The R-CNN family
# week: 13
# minutes: 130
# backend: numpy
# needs: [5, 24, 26, 29, 46, 50, 61]
# needs_code: [61]
# data: [scenes]
# papers:
# - "Felzenszwalb and Huttenlocher 2004, Efficient graph-based image segmentation"
# - "Uijlings, van de Sande, Gevers and Smeulders 2013, Selective search for object recognition"
# - "Sermanet, Eigen, Zhang, Mathieu, Fergus and LeCun 2014, OverFeat: integrated recognition, localization and
#   detection using convolutional networks"
# - "Girshick, Donahue, Darrell and Malik 2014, Rich feature hierarchies for accurate object detection and semantic
#   segmentation"
# - "Girshick 2015, Fast R-CNN"
# - "Ren, He, Girshick and Sun 2015, Faster R-CNN: Towards real-time object detection with region proposal networks"
# - "He, Gkioxari, Dollár and Girshick 2017, Mask R-CNN"
# ---

# %% [markdown]
# # Day 62 · The R-CNN family
#
# By the end you can build a detector of two stages: one proposes regions in which something may be, the other looks at
# each of them, says what it is, and corrects its box.
#
# - **You will build** three makers of proposals (sliding windows, merging in a graph, a region proposal network), two
#   ways to cut a region out of a map of features, and a proposal network's targets and loss. They make a small Faster
#   R-CNN, trained here in seconds on top of Day 50's VGG.
# - **You need** softmax (Day 5), losses (Day 24), backpropagation (Day 26), Adam (Day 29), convolution (Day 46), VGG
#   (Day 50), and all of Day 61, whose functions we import.
# - **Not today:** detectors of a single stage (Days 63 to 65).
# - **Time:** about 130 minutes.
#
# | symbol | meaning | shape | in code |
# |---|---|---|---|
# | $H, W, C$ | rows, columns and channels of an image or a map of features | $(H, W, C)$ | `image`, `features` |
# | $s$ | stride, in pixels: of a window; or between two cells of a map | | `stride` |
# | $D$ | outputs of a dense layer for each window | | `bias.shape[0]` |
# | $R, e$ | a region of a graph; the weight of an edge | | `labels`, `weights` |
# | $k$ | how large regions are wanted | | `k` |
# | $x_1, y_1, x_2, y_2$ | a box's edges, in pixels, as on Day 61 | | a row of `boxes` |
# | $n$ | regions of interest, RoIs | $(n, 4)$ | `rois` |
# | $A, t$ | anchors; true boxes (ground truth) | $(A, 4)$, $(t, 4)$ | `anchors`, `gt` |
# | $p_i^*, d_i^*$ | label of anchor $i$: 1, 0 or −1; its offsets | $(A,)$, $(A, 4)$ | `labels`, `targets` |
# | $z_i, d_i$ | the network's logit and offsets for it | $(A,)$, $(A, 4)$ | `logits`, `offsets` |
# | $\lambda$ | weight of the second part of the loss | | `balance` |

# %% setup
import warnings

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.patches import Rectangle

import deepdays as dd
from deepdays.data.sets.scenes import CLASSES
from deepdays.earlier import day_061
from deepdays.earlier.day_061 import decode_offsets, encode_offsets, iou, nms

dd.plot.style()

# %% [markdown]
# ## Look everywhere
#
# We have a classifier of small pictures and want to find things in a large one. The oldest answer: show it every part.
# A **sliding window** starts in the upper left corner and moves to the right by a stride, and at the end of the row
# down by a stride. Only whole windows count: in an image 6 wide, a window 3 wide with a stride of 2 starts at 0 and at
# 2, not at 4. Objects have several sizes, so windows do too.


# %% exercise: sliding_windows
def sliding_windows(image, sizes, stride):
    """The boxes of all windows of some sizes that lie within an image.

    Args:
        image: array (H, W) or (H, W, C); only its shape counts.
        sizes: sequence of pairs of ints, (rows, columns) of a window in pixels, each at least 1.
        stride: int >= 1, pixels from one window to the next, across and down.

    Returns:
        Int array of shape (n, 4), (x1, y1, x2, y2): size after size as given, for each from row to row, and in a row
        from left to right. A size that the image cannot hold gives none; (0, 4) if there is none at all.
        About 7 lines.

    Raises:
        ValueError: stride is below 1.
    """
    ### BEGIN SOLUTION
    if stride < 1:
        raise ValueError(f"stride must be at least 1. Received: {stride}")
    height, width = image.shape[:2]
    boxes = [
        (x, y, x + w, y + h)
        for h, w in sizes
        for y in range(0, height - h + 1, stride)
        for x in range(0, width - w + 1, stride)
    ]
    return np.array(boxes, dtype=int).reshape(-1, 4)
    ### END SOLUTION


# %% test: sliding_windows, points=1
# An image of 5 rows and 6 columns, and windows of 4 rows and 3 columns, then of 2 rows and 6 columns.
result = sliding_windows(np.zeros((5, 6, 3)), [(4, 3), (2, 6)], 2)
dd.check.kind(result, np.ndarray)
dd.check.dtype(result, "int", why="windows begin and end between pixels")
due = [[0, 0, 3, 4], [2, 0, 5, 4], [0, 0, 6, 2], [0, 2, 6, 4]]
dd.check.equal(result, due, what="the windows", why="x before y, and only windows that lie within the image")
with dd.check.raises(ValueError, why="a window that does not move never arrives"):
    sliding_windows(np.zeros((5, 6)), [(2, 2)], 0)
### BEGIN HIDDEN TESTS
for shape, sizes, stride in (
    ((7, 9), [(2, 3)], 1),
    ((7, 9), [(3, 2), (7, 9), (1, 1)], 3),
    ((8, 5, 3), [(8, 1), (4, 4), (9, 2), (2, 6)], 4),
    ((10, 10, 1), ((5, 3), (3, 5), (5, 3)), 5),
    ((1, 12), [(1, 4)], 4),
    ((4, 4), [(2, 2)], 100),
):
    image = np.full(shape, 7.0)
    slow = []
    for h, w in sizes:
        for y in range(shape[0]):
            for x in range(shape[1]):
                if y % stride == 0 and x % stride == 0 and y + h <= shape[0] and x + w <= shape[1]:
                    slow.append([x, y, x + w, y + h])
    result = sliding_windows(image, sizes, stride)
    dd.check.kind(result, np.ndarray)
    dd.check.dtype(result, "int")
    dd.check.shape(result, (len(slow), 4), what="the windows")
    dd.check.equal(result, slow, what="the windows", why=f"image {shape}, sizes {sizes}, stride {stride}")
for sizes in ([], [(9, 2)], [(2, 9), (8, 8)]):
    result = sliding_windows(np.zeros((6, 7)), sizes, 1)
    dd.check.shape(result, (0, 4), what="the windows", why=f"none of {sizes} fits into an image of 6 rows, 7 columns")
    dd.check.dtype(result, "int", what="no windows", why="an int array, even if it is empty")
for stride in (0, -1):
    for sizes in ([(2, 2)], []):
        with dd.check.raises(ValueError, why="the stride is below 1"):
            sliding_windows(np.zeros((5, 6)), sizes, stride)
### END HIDDEN TESTS

# %% mistakes: sliding_windows
# - replace: np.array(boxes, dtype=int)
#   with: np.array(boxes, dtype=float)
#   hint: "The edges of your windows are floats. They are whole numbers."
# - replace: |-
#     for y in range(0, height - h + 1, stride)
#             for x in range(0, width - w + 1, stride)
#   with: |-
#     for y in range(0, height - h, stride)
#             for x in range(0, width - w, stride)
#   hint: "A window that just fits is missing, at the end of the rows and of the columns."
# - replace: range(0, width - w + 1, stride)
#   with: range(0, width - w, stride)
#   hint: "The last window of a row is missing where it just fits."
# - replace: |-
#     for y in range(0, height - h + 1, stride)
#             for x in range(0, width - w + 1, stride)
#   with: |-
#     for y in range(0, height, stride)
#             for x in range(0, width, stride)
#   hint: "Some of your windows reach over the border of the image."
# - replace: for h, w in sizes
#   with: for w, h in sizes
#   hint: "You read the sizes as (columns, rows)."
# - replace: height, width = image.shape[:2]
#   with: width, height = image.shape[:2]
#   hint: "An image's first axis is its rows: you have taken its width for its height."
# - replace: (x, y, x + w, y + h)
#   with: (y, x, y + h, x + w)
#   hint: "Your boxes have y before x."
# - replace: (x, y, x + w, y + h)
#   with: (x, y, w, h)
#   hint: "Your boxes end in a size. They should end in the second corner."
# - replace: |-
#     for y in range(0, height - h + 1, stride)
#             for x in range(0, width - w + 1, stride)
#   with: |-
#     for x in range(0, width - w + 1, stride)
#             for y in range(0, height - h + 1, stride)
#   hint: "Your list goes down the columns first. It should go along the rows."
# - replace: |-
#     for h, w in sizes
#             for y in range(0, height - h + 1, stride)
#             for x in range(0, width - w + 1, stride)
#   with: |-
#     for y in range(0, height, stride)
#             for x in range(0, width, stride)
#             for h, w in sizes
#             if y + h <= height and x + w <= width
#   hint: "All windows of the first size come first, then those of the second; yours go from place to place."
# - replace: (x, y, x + w, y + h)
#   with: (x, y, x + w - 1, y + h - 1)
#   hint: "Your windows end with their last pixel. As on Day 61, a box ends where the next pixel begins."
# - replace: np.array(boxes, dtype=int).reshape(-1, 4)
#   with: np.array(boxes)
#   hint: "Without any window your result has not the shape (0, 4)."
# - replace: if stride < 1
#   with: if False
#   hint: "A stride of 0 or less is due a ValueError with a text of your own, also where there are no sizes."


# %% mistake: sliding_windows
# hint: "A last window flush with the border is extra. Windows start at multiples of the stride alone."
def sliding_windows(image, sizes, stride):
    if stride < 1:
        raise ValueError("stride")
    height, width = image.shape[:2]
    boxes = []
    for h, w in sizes:
        if h <= height and w <= width:
            for y in sorted({*range(0, height - h + 1, stride), height - h}):
                for x in sorted({*range(0, width - w + 1, stride), width - w}):
                    boxes.append((x, y, x + w, y + h))
    return np.array(boxes, dtype=int).reshape(-1, 4)


# %% mistake: sliding_windows
# hint: "Your windows reach over the border and are cut off there. Only whole windows count."
def sliding_windows(image, sizes, stride):
    if stride < 1:
        raise ValueError("stride")
    height, width = image.shape[:2]
    boxes = [
        (x, y, min(x + w, width), min(y + h, height))
        for h, w in sizes
        for y in range(0, height, stride)
        for x in range(0, width, stride)
    ]
    return np.array(boxes, dtype=int).reshape(-1, 4)


# %% mistake: sliding_windows
# hint: "A stride of 0 or less is taken for 1. A ValueError is due."
def sliding_windows(image, sizes, stride):
    height, width = image.shape[:2]
    step = max(stride, 1)
    boxes = [
        (x, y, x + w, y + h)
        for h, w in sizes
        for y in range(0, height - h + 1, step)
        for x in range(0, width - w + 1, step)
    ]
    return np.array(boxes, dtype=int).reshape(-1, 4)


# %% equivalents: sliding_windows
# - replace: 'reshape(-1, 4)'
#   with: 'reshape(-2, 4)'
#   reason: "NumPy takes any negative length for the one that is left open."


# %% accepts: sliding_windows
def sliding_windows(image, sizes, stride):
    if stride <= 0:
        raise ValueError("the stride must be positive")
    found = [np.zeros((0, 4), dtype=int)]
    for h, w in sizes:
        y = np.arange(0, image.shape[0] - h + 1, stride)
        x = np.arange(0, image.shape[1] - w + 1, stride)
        y, x = np.meshgrid(y, x, indexing="ij")
        found.append(np.stack([x, y, x + w, y + h], axis=-1).reshape(-1, 4))
    return np.concatenate(found)


# %% accepts: sliding_windows
def sliding_windows(image, sizes, stride):
    if stride < 1:
        raise ValueError("stride")
    result = []
    for size in sizes:
        top = 0
        while top + size[0] <= len(image):
            left = 0
            while left + size[1] <= len(image[0]):
                result.append([left, top, left + size[1], top + size[0]])
                left += stride
            top += stride
    return np.array(result) if result else np.empty((0, 4), dtype=np.int64)


# %% demo
train, held_out = dd.data.scenes(400, seed=0), dd.data.scenes(150, seed=1)


def truth_of(scenes, i):
    """Boxes (t, 4) and classes (t,) of scene i."""
    there = scenes.labels[i] >= 0
    return scenes.boxes[i][there].astype(float), scenes.labels[i][there]


def show_image(ax, image, title):
    ax.imshow(image, extent=(0, 64, 64, 0))  # pixel j from j to j + 1
    ax.set(title=title, xticks=[0, 32, 64], yticks=[0, 32, 64])
    ax.grid(False)


def draw_boxes(ax, corner_boxes, color="white", width=1.5, style="-"):
    for x1, y1, x2, y2 in corner_boxes:
        for edge, look, line in (("black", "-", 2 * width), (color, style, width)):
            shape = {"fill": False, "edgecolor": edge, "linestyle": look, "linewidth": line}
            ax.add_patch(Rectangle((x1, y1), x2 - x1, y2 - y1, **shape))


def covered(boxes_by_scene, level):
    """The share of the objects of the first held-out scenes that have a box with an IoU of at least `level`."""
    best = [iou(boxes, truth_of(held_out, i)[0]).max(axis=0, initial=0) for i, boxes in enumerate(boxes_by_scene)]
    return np.mean(np.concatenate(best) >= level)


FEW = 50
five = [(side, side) for side in (12, 16, 20, 24, 28)]
for sizes, stride in ((five[1::2], 8), (five[1::2], 4), (five, 4)):
    windows = sliding_windows(held_out.images[0], sizes, stride)
    shares = [covered([windows] * FEW, level) for level in (0.5, 0.7)]
    print(f"{len(sizes)} sizes, stride {stride}: {len(windows)} windows, ", end="")
    print(f"{shares[0]:.2f} of the objects met with IoU 0.5, {shares[1]:.2f} with 0.7")
photograph = sliding_windows(np.empty((480, 640)), [(h, w) for h in (32, 64, 128, 256) for w in (32, 64, 128, 256)], 4)
print(f"16 sizes, stride 4, on a photograph of 640 by 480 pixels: {len(photograph)} windows")

# %% [markdown]
# Hundreds of windows meet nearly every object roughly; a good fit needs more sizes and smaller steps. On a photograph
# that makes some 200,000 windows, nearly all of them empty: a classifier that is wrong once in a thousand times gives
# 200 false alarms. Two ways out: make each window cheaper, or look at fewer.

# %% [markdown]
# ## All windows at once
#
# Neighbouring windows share most of their pixels; looking at each by itself does the same sums again and again. Take
# the simplest classifier, one dense layer on the flattened window. For windows of $2 \times 2$ pixels, one channel,
# one output, weights $(1, 0, 0, -1)$ and bias 0.5, the image
#
# $$\begin{pmatrix} 1 & 2 & 0 \\ 0 & 1 & 3 \\ 2 & 0 & 1 \end{pmatrix} \quad\text{has the scores}\quad
# \begin{pmatrix} 0.5 & -0.5 \\ 0.5 & 0.5 \end{pmatrix},$$
#
# the first of them $1 \cdot 1 + 0 \cdot 2 + 0 \cdot 0 - 1 \cdot 1 + 0.5$. Fold the weights back into the square
# $\big(\begin{smallmatrix} 1 & 0 \\ 0 & -1 \end{smallmatrix}\big)$: the same numbers slide over the image, multiply
# what is below them and add up. That *is* a convolution (Day 46). In general a dense layer on windows of shape
# $(h, w, C)$, with weights of shape $(hwC, D)$, is a convolution with the windows' stride and a kernel $(h, w, C, D)$.
#
# The other layers fit in. Convolutions below run over the whole image once; a dense layer above works on each window's
# outputs, a convolution of $1 \times 1$. So a whole classifier, read as convolutions, gives a *map* of answers on a
# larger image. That was the idea of **OverFeat** (2014).


# %% exercise: window_scores
def window_scores(image, size, weights, bias, stride=1):
    """What a dense layer gives for every window of an image: one convolution.

    Args:
        image: float array (H, W, C), an image or a map of features.
        size: pair of ints (h, w), rows and columns of a window; h <= H and w <= W.
        weights: float array (h * w * C, D), those of a dense layer for windows flattened by `reshape(-1)`, row after
            row, pixel after pixel, channels last.
        bias: float array (D,).
        stride: int >= 1, cells from one window to the next, across and down.

    Returns:
        Float array (rows, columns, D), the scores of all windows that lie within the image: entry [i, j] is that of
        the window whose upper left cell is [i * stride, j * stride]. Nothing is changed. About 4 lines.
    """
    ### BEGIN SOLUTION
    kernel = weights.reshape(*size, image.shape[2], -1)  # (h, w, C, D)
    windows = np.lib.stride_tricks.sliding_window_view(image, size, axis=(0, 1))  # (H-h+1, W-w+1, C, h, w)
    return np.tensordot(windows[::stride, ::stride], kernel, axes=[(3, 4, 2), (0, 1, 2)]) + bias
    ### END SOLUTION


# %% test: window_scores, points=2
image = np.array([[1.0, 2.0, 0.0], [0.0, 1.0, 3.0], [2.0, 0.0, 1.0]])[..., None]  # (3, 3, 1)
result = window_scores(image, (2, 2), np.array([[1.0], [0.0], [0.0], [-1.0]]), np.array([0.5]))
due = np.array([[0.5, -0.5], [0.5, 0.5]])[..., None]
dd.check.like(result, due, what="the scores", why="this is the example worked by hand")
result = window_scores(np.ones((5, 7, 3)), (2, 4), np.ones((24, 6)), np.arange(6.0), 2)
dd.check.shape(result, (2, 2, 6), what="the scores", why="windows of 2 rows and 4 columns start at 0 and 2 both ways")
dd.check.close(result[1, 0], 24.0 + np.arange(6), what="the scores of one window", why="24 ones, and the bias")
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(62)
for shape, size, outputs, stride in (
    ((5, 6, 2), (2, 3), 4, 1),
    ((6, 5, 3), (3, 2), 1, 2),
    ((9, 4, 1), (1, 4), 2, 3),
    ((4, 7, 5), (4, 7), 3, 1),
    ((8, 8, 2), (3, 3), 2, 4),
    ((3, 5, 4), (1, 1), 6, 1),
):
    image, weights = rng.normal(size=shape), rng.normal(size=(size[0] * size[1] * shape[2], outputs))
    bias = rng.normal(size=outputs)
    with dd.check.unchanged(image), dd.check.unchanged(weights), dd.check.unchanged(bias):
        result = window_scores(image, size, weights, bias, stride)
    rows, columns = (shape[0] - size[0]) // stride + 1, (shape[1] - size[1]) // stride + 1
    slow = np.empty((rows, columns, outputs))
    for i in range(rows):
        for j in range(columns):
            y, x = i * stride, j * stride
            slow[i, j] = image[y : y + size[0], x : x + size[1]].reshape(-1) @ weights + bias
    what = f"the scores for an image {shape}, windows {size}, stride {stride}"
    dd.check.like(result, slow, rtol=1e-9, atol=1e-9, what=what, why="each window by itself")
single = [array.astype("float32") for array in (image, weights, bias)]
dd.check.close(window_scores(single[0], (1, 1), *single[1:]), slow, rtol=1e-4, atol=1e-5, what="float32 scores")
### END HIDDEN TESTS

# %% mistakes: window_scores
# - replace: kernel = weights.reshape(*size, image.shape[2], -1)
#   with: |-
#     size = size[::-1]
#         kernel = weights.reshape(*size, image.shape[2], -1)
#   hint: "You read the size as (columns, rows)."
# - replace: + bias
#   with: ""
#   hint: "The bias is missing."
# - replace: windows[::stride, ::stride]
#   with: windows
#   hint: "You ignore the stride."
# - replace: windows[::stride, ::stride]
#   with: windows[::stride]
#   hint: "Across, your windows move by 1. The stride holds across and down."
# - replace: weights.reshape(*size, image.shape[2], -1)
#   with: weights.reshape(image.shape[2], *size, -1).transpose(1, 2, 0, 3)
#   hint: "You unfold the weights with the channels in front. A window is flattened with its channels last."
# - replace: weights.reshape(*size, image.shape[2], -1)
#   with: weights.reshape(*size[::-1], image.shape[2], -1).transpose(1, 0, 2, 3)
#   hint: "You unfold the weights column after column. A window is flattened row after row."
# - replace: weights.reshape(*size, image.shape[2], -1)
#   with: weights.reshape(*size, image.shape[2], -1)[::-1, ::-1]
#   hint: "You turn the kernel round, as mathematics does in a convolution. A dense layer's weights stay as they are."
# - replace: weights.reshape(*size, image.shape[2], -1)
#   with: weights.T.reshape(*size, image.shape[2], -1)
#   hint: "You unfold the transposed weights, which mixes outputs and places."
# - replace: return np.tensordot(windows[::stride, ::stride], kernel, axes=[(3, 4, 2), (0, 1, 2)]) + bias
#   with: return np.maximum(np.tensordot(windows[::stride, ::stride], kernel, axes=[(3, 4, 2), (0, 1, 2)]) + bias, 0)
#   hint: "Negative scores become 0. A ReLU comes after this layer, if at all."


# %% mistake: window_scores
# hint: "Your map has windows that hang over the border, filled up with zeros. Only whole windows count."
def window_scores(image, size, weights, bias, stride=1):
    padded = np.pad(image, [(0, size[0] - 1), (0, size[1] - 1), (0, 0)])
    windows = np.lib.stride_tricks.sliding_window_view(padded, size, axis=(0, 1))[::stride, ::stride]
    windows = np.moveaxis(windows, 2, -1)
    return windows.reshape(*windows.shape[:2], -1) @ weights + bias


# %% mistake: window_scores
# hint: "You take windows side by side, without overlap, whatever the stride."
def window_scores(image, size, weights, bias, stride=1):
    windows = np.lib.stride_tricks.sliding_window_view(image, size, axis=(0, 1))[:: size[0], :: size[1]]
    windows = np.moveaxis(windows, 2, -1)
    return windows.reshape(*windows.shape[:2], -1) @ weights + bias


# %% equivalents: window_scores
# - replace: 'image.shape[2], -1)'
#   with: 'image.shape[2], -2)'
#   reason: "NumPy takes any negative length for the one that is left open."


# %% accepts: window_scores
def window_scores(image, size, weights, bias, stride=1):
    rows, columns = (image.shape[0] - size[0]) // stride + 1, (image.shape[1] - size[1]) // stride + 1
    kernel = weights.reshape(size[0], size[1], image.shape[2], len(bias))
    result = np.zeros((rows, columns, len(bias))) + bias
    for i in range(size[0]):  # one product for each cell of the kernel
        for j in range(size[1]):
            part = image[i : i + (rows - 1) * stride + 1 : stride, j : j + (columns - 1) * stride + 1 : stride]
            result += part @ kernel[i, j]
    return result


# %% accepts: window_scores
def window_scores(image, size, weights, bias, stride=1):
    flat = [
        [image[y : y + size[0], x : x + size[1]].ravel() for x in range(0, image.shape[1] - size[1] + 1, stride)]
        for y in range(0, image.shape[0] - size[0] + 1, stride)
    ]
    return np.array(flat) @ weights + bias


# %% [markdown]
# Day 50's small VGG was trained on cutouts of $32 \times 32$ pixels. (It comes from the zoo; `data/zoo/scenes_vgg.py`
# trains it in a minute.) Its convolutions and poolings make a map of $2 \times 2$ cells of such a cutout, stride 16,
# and of $4 \times 4$ cells of a whole scene: $3 \times 3$ windows. Do its dense layers, as convolutions, say the same
# as the whole network on nine cutouts?

# %% demo
with dd.quiet():
    network = dd.zoo.load("scenes_vgg")
VGG = [layer for layer in network.layers if hasattr(layer, "kernel") or "pool" in layer.name]
*CONVOLUTIONS, FIRST, SECOND, LAST = VGG


def through(chosen, images):
    """Images (N, H, W, 3), scaled as in the network's training, through some of its layers: an array."""
    x = (images.astype("float32") - 115) / 64
    for layer in chosen:
        x = layer(x)
    return np.asarray(x)


def whole_scene(features):
    """The network's answers for all windows: maps (4, 4, 48) to (3, 3, 7)."""
    (w1, b1), (w2, b2), (w3, b3) = (layer.get_weights() for layer in (FIRST, SECOND, LAST))
    hidden = np.maximum(window_scores(features, (2, 2), w1, b1), 0)
    return window_scores(np.maximum(window_scores(hidden, (1, 1), w2, b2), 0), (1, 1), w3, b3)


images = held_out.images[:25]
at_once = np.array([whole_scene(features) for features in through(CONVOLUTIONS, images)])  # (25, 3, 3, 7)
windows = sliding_windows(images[0], [(32, 32)], 16)
one_by_one = [[image[y1:y2, x1:x2] for x1, y1, x2, y2 in windows] for image in images]
one_by_one = np.asarray(network((np.concatenate(one_by_one).astype("float32") - 115) / 64)).reshape(25, 3, 3, 7)
same = at_once.argmax(axis=-1) == one_by_one.argmax(axis=-1)  # (25, 3, 3)
margin = np.sort(one_by_one, axis=-1)[..., -1] - np.sort(one_by_one, axis=-1)[..., -2]
print(f"{len(windows)} windows a scene; the same class in {same.mean():.2f} of them", end="")
print(f", in {same[margin > 4].mean():.2f} of those where the network is sure")
print(f"pixels convolved a scene: {9 * 32 * 32} one by one, {64 * 64} at once")

# %% [markdown]
# In six windows of ten, and in more than eight of ten where the network is sure; most windows hold no whole object.
# The reason is **padding**: in each convolution, a cutout is surrounded by zeros, a window of the scene by the rest of
# the scene, and near ties change. Without padding, answers would be equal but for rounding. The saving is small here,
# where windows move by half their size; at stride 1, a pixel would be convolved a thousand times.

# %% [markdown]
# ## Fewer and better guesses
#
# Most windows are plainly nothing. **Region proposals** are boxes that the image itself suggests: some tens to
# thousands, among which nearly every object has a good one. They say "something is here"; another stage says what. A
# classic source is merging in a **graph** (Felzenszwalb and Huttenlocher 2004): pixels are nodes, neighbours are joined
# by an edge, and the edge's weight $e$ says how much they differ. When should two regions become one?
#
# Every node starts as a region of its own, whose **internal difference** $\mathrm{Int}$ is 0. Go through the edges by
# *rising* weight. An edge whose ends are in two different regions $R_1, R_2$ merges them if
#
# $$e \le \min\Big( \mathrm{Int}(R_1) + \frac{k}{|R_1|},\ \mathrm{Int}(R_2) + \frac{k}{|R_2|} \Big),$$
#
# where $|R|$ counts nodes. The new region's $\mathrm{Int}$ is then this $e$, the largest weight that it needed.
#
# So a step counts by what is usual *inside* both regions: noise within a lawn is no border, the same step on a
# smooth wall is. The term $k/|R|$ helps small regions, which know little about themselves; a larger $k$ makes larger
# regions. (The order of equal weights makes no difference, as the authors prove.)
#
# **By hand.** Five nodes in a row, with weights 1, 2, 6, 1 between them, and $k = 4$. Both edges of weight 1 merge,
# as $1 \le 0 + 4/1$: the regions are $\{0, 1\}$, $\{2\}$ and $\{3, 4\}$. The edge of weight 2:
# $\min(1 + 4/2,\ 0 + 4/1) = 3$, so they merge, and $\{0, 1, 2\}$ has $\mathrm{Int} = 2$. The edge of weight 6:
# $\min(2 + 4/3,\ 1 + 4/2) = 3$, and the border stays.
#
# In which region is a node *now*? **Union-find** knows: each node points to a parent, a region's one root to itself.
# Follow the pointers to find the root; to merge, let one root point to the other. If the higher always points to the
# lower, a region's root is its lowest node. Sizes and differences are kept at the roots. If each node on the way is
# pointed to its grandparent, paths stay short.


# %% exercise: segment_graph
def segment_graph(num_nodes, edges, weights, k):
    """Merge the nodes of a graph into regions, by Felzenszwalb and Huttenlocher (2004).

    Args:
        num_nodes: int, nodes are 0 to num_nodes - 1.
        edges: int array (m, 2), the two nodes that each edge joins, m >= 0.
        weights: float array (m,), how much they differ, >= 0.
        k: float >= 0, how large regions are wanted. Nothing is changed.

    Returns:
        Int array (num_nodes,): for each node the lowest node of its region. About 15 lines.
    """
    ### BEGIN SOLUTION
    parent, size, internal = list(range(num_nodes)), [1] * num_nodes, [0.0] * num_nodes

    def root(node):
        while parent[node] != node:
            parent[node] = parent[parent[node]]
            node = parent[node]
        return node

    order = np.argsort(weights)
    for (one, other), weight in zip(edges[order].tolist(), weights[order].tolist(), strict=True):
        a, b = sorted((root(one), root(other)))
        if a != b and weight <= min(internal[a] + k / size[a], internal[b] + k / size[b]):
            parent[b] = a
            size[a] += size[b]
            internal[a] = weight
    return np.array([root(node) for node in range(num_nodes)])
    ### END SOLUTION


# %% fixture
def chain(weights):
    """Edges and weights of nodes in a row."""
    return np.array([[i, i + 1] for i in range(len(weights))]).reshape(-1, 2), np.array(weights, dtype=float)


# %% test: segment_graph, points=3
edges, weights = chain([1, 2, 6, 1])
labels = segment_graph(5, edges, weights, 4.0)
dd.check.kind(labels, np.ndarray)
dd.check.shape(labels, (5,), what="the labels", why="one for each node")
dd.check.dtype(labels, "int", what="the labels")
due = [0, 0, 0, 3, 3]
dd.check.equal(labels, due, what="the labels", why="this is the example worked by hand")
labels = segment_graph(5, edges, weights, 0.0)
dd.check.equal(labels, list(range(5)), what="the labels for k = 0", why="1 is more than 0 + 0")
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(62)


def slow_segments(num_nodes, edges, weights, k):
    """With sets of nodes instead of pointers."""
    regions = [({node}, 0.0) for node in range(num_nodes)]
    for i in sorted(range(len(edges)), key=lambda i: (weights[i], i)):
        one, other = (next(region for region in regions if node in region[0]) for node in edges[i].tolist())
        if one is not other and all(weights[i] <= part[1] + k / len(part[0]) for part in (one, other)):
            regions = [region for region in regions if region is not one and region is not other]
            regions.append((one[0] | other[0], float(weights[i])))
    return [min(next(region for region in regions if node in region[0])[0]) for node in range(num_nodes)]


for num_nodes, m in ((1, 0), (4, 0), (2, 1), (9, 12), (30, 60), (60, 90)):
    for k in (0.0, 2.0, 20.0, 1000.0):
        edges = np.array([rng.permutation(num_nodes)[:2] for _ in range(m)], dtype=int).reshape(-1, 2)
        weights = rng.exponential(10, m)
        weights = weights if k == 2 else np.floor(weights)  # then some are equal
        with dd.check.unchanged(edges), dd.check.unchanged(weights):
            labels = segment_graph(num_nodes, edges, weights, k)
        dd.check.kind(labels, np.ndarray)
        dd.check.shape(labels, (num_nodes,), what="the labels")
        dd.check.dtype(labels, "int", what="the labels")
        due = slow_segments(num_nodes, edges, weights, k)
        dd.check.equal(labels, due, what="the labels", why="the rule, on sets of nodes")


def grouping(num_nodes, edges, weights, k):
    return segment_graph(num_nodes, np.array(edges), np.array(weights, dtype=float), k)


# Exactly at the limit, and just above it; halves and quarters are exact.
pair = [[0, 1], [1, 2]]
dd.check.equal(
    grouping(3, pair, [4, 6.0], 4.0),
    [0, 0, 2],
    what="the labels",
    why="4 <= 4 and 6 > 4 + 4/2",
)
dd.check.equal(grouping(2, pair[:1], [4.25], 4.0), [0, 1], what="the labels", why="4.25 > 4")
dd.check.equal(grouping(3, pair, [4, 4.0], 4.0), [0, 0, 0], what="the labels", why="4 <= 0 + 4/1 too")
# Equal colours all merge, also without help from k; a long row makes long paths.
edges, weights = chain(3000 * [0.0])
labels = segment_graph(3001, edges[::-1], weights, 0.0)
dd.check.equal(np.unique(labels).size, 1, what="the number of regions", why="0 <= 0")
# Whoever has merged is larger, and less welcoming; the order of equal edges makes no difference.
star = [[0, 1], [1, 2], [2, 3], [3, 4]]
dd.check.equal(grouping(5, star, [2, 2, 3, 3], 2.0), [0, 0, 0, 3, 4], what="the labels")
dd.check.equal(grouping(4, [[0, 1], [2, 3], [1, 2]], [1, 1, 2.5], 2.0), [0, 0, 2, 2], what="the labels")
### END HIDDEN TESTS

# %% mistakes: segment_graph
# - replace: order = np.argsort(weights)
#   with: order = np.arange(len(weights))
#   hint: "You take the edges as they come. The smallest weight has to be first."
# - replace: weight <= min(
#   with: weight <= max(
#   hint: "It is enough in your version that one of both regions would take the edge. Both have to."
# - replace: weight <= min(
#   with: weight < min(
#   hint: "You refuse an edge whose weight equals the limit."
# - replace: min(internal[a] + k / size[a], internal[b] + k / size[b])
#   with: min(internal[a], internal[b]) + k
#   hint: "Your k helps large regions as much as small ones. It is divided by the region's size, which grows."
# - replace: min(internal[a] + k / size[a], internal[b] + k / size[b])
#   with: min(internal[a], internal[b]) + k / (size[a] + size[b])
#   hint: "You divide k by the size of both together. Each region has its own limit."
# - replace: min(internal[a] + k / size[a], internal[b] + k / size[b])
#   with: k
#   hint: "Edges up to one fixed limit, k, merge in your version: begin with the smallest weight, and let the limit
#     depend on what is usual inside each region, and on its size."
# - replace: internal[a] = weight
#   with: pass
#   hint: "The internal difference stays 0. After a merge it is the weight of the edge that merged."
# - replace: internal[a] = weight
#   with: internal[a] = internal[a] + internal[b] + weight
#   hint: "You add up internal differences. The new one is the weight of the edge that merged, the largest so far."
# - replace: size[a] += size[b]
#   with: size[a] += 1
#   hint: "A merged region is as large as both together, not larger by one."
# - replace: a, b = sorted((root(one), root(other)))
#   with: a, b = sorted((one, other))
#   hint: "You look at the two nodes of an edge alone. It is their regions, as far as these have grown, that merge."
# - replace: a, b = sorted((root(one), root(other)))
#   with: a, b = sorted((parent[one], parent[other]))
#   hint: "A node's parent is not always its root. Follow the pointers to the end."
# - replace: np.array([root(node) for node in range(num_nodes)])
#   with: np.array(parent)
#   hint: "You return parents. Two nodes of a region may have different parents; their root is the same."
# - replace: a, b = sorted((root(one), root(other)))
#   with: a, b = root(one), root(other)
#   hint: "Regions are right, but not each is named by its lowest node."
# - replace: np.array([root(node) for node in range(num_nodes)])
#   with: np.unique([root(node) for node in range(num_nodes)], return_inverse=True)[1]
#   hint: "You number the regions one after the other. Each is named by its lowest node."
# - replace: weight <= min(internal[a] + k / size[a], internal[b] + k / size[b])
#   with: weight <= min(internal[one] + k / size[one], internal[other] + k / size[other])
#   hint: "You read sizes and internal differences at the edge's nodes. They are kept at the roots of the regions."


# %% mistake: segment_graph
# hint: "You move one node into the other region. All nodes of a region move together."
def segment_graph(num_nodes, edges, weights, k):
    label, internal = np.arange(num_nodes), np.zeros(num_nodes)
    for i in np.argsort(weights, kind="stable"):
        a, b = label[edges[i]]
        size_a, size_b = np.sum(label == a), np.sum(label == b)
        if a != b and weights[i] <= min(internal[a] + k / size_a, internal[b] + k / size_b):
            label[edges[i][np.argmax(label[edges[i]])]] = min(a, b)
            internal[min(a, b)] = weights[i]
    return label


# %% mistake: segment_graph
# hint: "You return parents. Two nodes of a region may have different parents; their root is the same."
def segment_graph(num_nodes, edges, weights, k):
    parent, size, internal = list(range(num_nodes)), [1] * num_nodes, [0.0] * num_nodes

    def root(node):
        return node if parent[node] == node else root(parent[node])

    for i in np.argsort(weights, kind="stable"):
        a, b = sorted((root(edges[i][0]), root(edges[i][1])))
        if a != b and weights[i] <= min(internal[a] + k / size[a], internal[b] + k / size[b]):
            parent[b], size[a], internal[a] = a, size[a] + size[b], weights[i]
    return np.array(parent)


# %% equivalents: segment_graph
# - replace: parent[node] = parent[parent[node]]
#   with: pass
#   reason: "Paths are longer, and lead to the same root."


# %% accepts: segment_graph
def segment_graph(num_nodes, edges, weights, k):
    label = np.arange(num_nodes)
    limit = np.full(num_nodes, float(k))  # Int + k / size, kept for each node
    for i in sorted(range(len(weights)), key=lambda i: weights[i]):
        a, b = label[edges[i][0]], label[edges[i][1]]
        if a != b and weights[i] <= min(limit[edges[i][0]], limit[edges[i][1]]):
            label[(label == a) | (label == b)] = min(a, b)
            limit[label == min(a, b)] = weights[i] + k / np.sum(label == min(a, b))
    return label


# %% accepts: segment_graph
def segment_graph(num_nodes, edges, weights, k):
    members = {node: [node] for node in range(num_nodes)}  # region -> its nodes
    region, internal = list(range(num_nodes)), {node: 0.0 for node in range(num_nodes)}
    for weight, i in sorted(zip(np.asarray(weights).tolist(), range(len(weights)), strict=True)):
        a, b = (region[node] for node in edges[i])
        if a == b or any(weight > internal[r] + k / len(members[r]) for r in (a, b)):
            continue
        if len(members[a]) < len(members[b]):
            a, b = b, a
        for node in members[b]:
            region[node] = a
        members[a] += members.pop(b)
        internal[a] = weight
    return np.array([min(members[one]) for one in region])


# %% [markdown]
# An image becomes a graph like this: a node for each pixel, row after row, and an edge between each pixel and its
# right-hand and lower neighbours. The weight is the Euclidean distance of the two colours. Two pixels
# $(250, 10, 10)$ and $(10, 10, 80)$ have $\sqrt{240^2 + 0 + 70^2} = 250$; in the image's own `uint8`, where $10 - 250$
# is 16, it would be nonsense.
#
# Which $k$ is right? An object can be one region for one $k$ and three for another. So take several, and the boxes of
# all regions that are not too small, each once. (Selective search, R-CNN's source of proposals, starts from this
# segmentation and goes on merging the most similar neighbours, with boxes from every step.)


# %% exercise: propose_regions
def propose_regions(image, ks, min_area=1):
    """Boxes of the regions into which graph-based merging divides an image.

    Args:
        image: array (H, W, C) of ints or floats, often uint8; left unchanged.
        ks: sequence of floats, as in segment_graph; the image is divided once with each.
        min_area: int, how many pixels a region must have at least.

    Returns:
        Int array (n, 4), (x1, y1, x2, y2): the smallest box of each region, x2 and y2 exclusive, no box twice,
        sorted by x1, of equal ones by y1, and so on, as np.unique sorts rows; (0, 4) if there is none. About 14 lines.
    """
    ### BEGIN SOLUTION
    colors = np.asarray(image, dtype=float).reshape(-1, image.shape[2])  # (H * W, C)
    node = np.arange(len(colors)).reshape(image.shape[:2])
    pairs = ((node[:, :-1], node[:, 1:]), (node[:-1], node[1:]))
    edges = np.concatenate([np.stack([a.ravel(), b.ravel()], axis=1) for a, b in pairs])  # (m, 2)
    weights = np.linalg.norm(colors[edges[:, 0]] - colors[edges[:, 1]], axis=1)
    found = set()
    for k in ks:
        labels = segment_graph(len(colors), edges, weights, k).reshape(node.shape)
        for label, area in zip(*np.unique(labels, return_counts=True), strict=True):
            if area >= min_area:
                y, x = np.nonzero(labels == label)
                found.add((x.min(), y.min(), x.max() + 1, y.max() + 1))
    return np.array(sorted(found), dtype=int).reshape(-1, 4)
    ### END SOLUTION


# %% fixture
def painted(shape, *patches, ground=(60, 60, 60)):
    """A uint8 image (H, W, 3) of one colour, with patches (x1, y1, x2, y2, colour) on it."""
    image = np.full((*shape, 3), ground, dtype=np.uint8)
    for x1, y1, x2, y2, color in patches:
        image[y1:y2, x1:x2] = color
    return image


# %% test: propose_regions, points=2
# Two patches on a ground; the second has only 4 pixels.
image = painted((9, 12), (1, 2, 5, 7, (250, 10, 10)), (8, 3, 10, 5, (10, 10, 80)))
result = propose_regions(image, [20.0], 1)
dd.check.kind(result, np.ndarray)
dd.check.dtype(result, "int")
due = [[0, 0, 12, 9], [1, 2, 5, 7], [8, 3, 10, 5]]
dd.check.equal(result, due, what="the boxes", why="the ground, and one box for each patch")
result = propose_regions(image, [20.0, 10.0], 5)
dd.check.equal(result, due[:2], what="the boxes", why="4 pixels are too few, and no box comes twice")
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(62)


def slow_boxes(image, ks, min_area):
    """Pixel by pixel, with labels written over each other."""
    height, width = image.shape[:2]
    values = image.astype(float).tolist()
    edges, weights, found = [], [], set()
    for y in range(height):
        for x in range(width):
            for v, u in ((y, x + 1), (y + 1, x)):
                if v < height and u < width:
                    edges.append((y * width + x, v * width + u))
                    differences = zip(values[y][x], values[v][u], strict=True)
                    weights.append(sum((p - q) ** 2 for p, q in differences) ** 0.5)
    for k in ks:
        label = list(range(height * width))
        limit = dict.fromkeys(label, k)
        for i in sorted(range(len(edges)), key=lambda i: weights[i]):
            a, b = label[edges[i][0]], label[edges[i][1]]
            if a != b and weights[i] <= min(limit[a], limit[b]):
                label = [a if one == b else one for one in label]
                limit[a] = weights[i] + k / label.count(a)
        for one in set(label):
            places = [divmod(node, width) for node in range(height * width) if label[node] == one]
            if len(places) >= min_area:
                ys, xs = zip(*places, strict=True)
                found.add((min(xs), min(ys), max(xs) + 1, max(ys) + 1))
    return [list(box) for box in sorted(found)]


for shape, ks, min_area in (
    ((5, 8, 3), (0.5, 2.0), 1),
    ((7, 4, 1), (1.5,), 3),
    ((1, 9, 2), (1.0, 4.0), 2),
    ((6, 1, 3), (3.0,), 1),
    ((6, 7, 3), (2.0, 1.0, 6.0), 4),
):
    image = rng.normal(size=shape)
    with dd.check.unchanged(image):
        result = propose_regions(image, ks, min_area)
    due = slow_boxes(image, ks, min_area)
    dd.check.kind(result, np.ndarray)
    dd.check.dtype(result, "int")
    dd.check.shape(result, (len(due), 4), what="the boxes", why="each box once")
    dd.check.equal(result, due, what="the boxes", why=f"image {shape}, ks {ks}, min_area {min_area}")
noisy = rng.integers(0, 256, (6, 5, 3)).astype(np.uint8)
due = slow_boxes(noisy, (150.0,), 1)
dd.check.equal(propose_regions(noisy, (150.0,)), due, what="the boxes", why="colours are numbers")
dd.check.equal(propose_regions(noisy.astype(float), [150.0]), due, what="the boxes of floats")
# Touching by a corner is no edge; a hole has a box of its own; a region at the border ends at the border.
image = painted((6, 6), (0, 0, 3, 3, (200, 0, 0)), (3, 3, 6, 6, (200, 0, 0)))
due = [[0, 0, 3, 3], [0, 3, 3, 6], [3, 0, 6, 3], [3, 3, 6, 6]]
dd.check.equal(propose_regions(image, [1.0]), due, what="the boxes", why="corners do not join")
image = painted((7, 7), (1, 1, 6, 6, (200, 0, 0)), (2, 3, 4, 5, (60, 60, 60)))
due = [[0, 0, 7, 7], [1, 1, 6, 6], [2, 3, 4, 5]]
dd.check.equal(propose_regions(image, [1.0]), due, what="the boxes", why="a hole is a region too")
dd.check.equal(propose_regions(image, [1.0], 4), due, what="the boxes", why="4 pixels are 4 at least")
why = "the ring has 21 pixels, though its box has 25"
dd.check.equal(propose_regions(image, [1.0], 22), due[:1], what="the boxes", why=why)
for ks, min_area in (([], 1), ([1.0], 50)):
    result = propose_regions(image, ks, min_area)
    dd.check.shape(result, (0, 4), what="the boxes", why="there is none")
    dd.check.dtype(result, "int", what="no boxes", why="an int array, even if it is empty")
### END HIDDEN TESTS

# %% mistakes: propose_regions
# - replace: np.asarray(image, dtype=float).reshape(-1, image.shape[2])
#   with: np.asarray(image).reshape(-1, image.shape[2])
#   hint: "Differences of uint8 wrap around: 10 - 250 is 16. Compute with floats."
# - replace: np.linalg.norm(colors[edges[:, 0]] - colors[edges[:, 1]], axis=1)
#   with: np.abs(colors[edges[:, 0]] - colors[edges[:, 1]]).sum(axis=1)
#   hint: "You add up absolute differences. The weight is the Euclidean distance."
# - replace: np.linalg.norm(colors[edges[:, 0]] - colors[edges[:, 1]], axis=1)
#   with: np.abs((colors[edges[:, 0]] - colors[edges[:, 1]]).mean(axis=1))
#   hint: "Your distance is one of brightness. Red and blue can be equally bright, and are not equal."
# - replace: ((node[:, :-1], node[:, 1:]), (node[:-1], node[1:]))
#   with: ((node[:, :-1], node[:, 1:]),)
#   hint: "Your pixels have neighbours beside them and none below."
# - replace: ((node[:, :-1], node[:, 1:]), (node[:-1], node[1:]))
#   with: ((node[:, :-1], node[:, 1:]), (node[:-1], node[1:]), (node[:-1, :-1], node[1:, 1:]))
#   hint: "Your pixels have neighbours at a corner. Only those beside and below count."
# - replace: ((node[:, :-1], node[:, 1:]), (node[:-1], node[1:]))
#   with: ((node.ravel()[:-1], node.ravel()[1:]), (node[:-1], node[1:]))
#   hint: "The last pixel of a row is joined to the first of the next. They are no neighbours."
# - replace: (x.min(), y.min(), x.max() + 1, y.max() + 1)
#   with: (x.min(), y.min(), x.max(), y.max())
#   hint: "Your boxes end with the last pixel; x2 and y2 are where the next one begins."
# - replace: (x.min(), y.min(), x.max() + 1, y.max() + 1)
#   with: (y.min(), x.min(), y.max() + 1, x.max() + 1)
#   hint: "Your boxes have y before x."
# - replace: (x.min(), y.min(), x.max() + 1, y.max() + 1)
#   with: (x.min(), y.min(), x.max() - x.min() + 1, y.max() - y.min() + 1)
#   hint: "Your boxes end in a size. They should end in the second corner."
# - replace: area >= min_area
#   with: area > min_area
#   hint: "A region of exactly min_area pixels is large enough."
# - replace: area >= min_area
#   with: (np.ptp(np.nonzero(labels == label), axis=1) + 1).prod() >= min_area
#   hint: "You measure the area of the box. The region's pixels are to be counted."
# - replace: for k in ks
#   with: for k in ks[:1]
#   hint: "You use the first k alone."
# - replace: for k in ks
#   with: for k in sorted(ks)[-1:]
#   hint: "You use the largest k alone."
# - replace: np.array(sorted(found), dtype=int).reshape(-1, 4)
#   with: np.array(sorted(found, reverse=True), dtype=int).reshape(-1, 4)
#   hint: "The boxes are right, but in another order than the docstring's."
# - replace: np.linalg.norm(colors[edges[:, 0]] - colors[edges[:, 1]], axis=1)
#   with: np.sum((colors[edges[:, 0]] - colors[edges[:, 1]]) ** 2, axis=1)
#   hint: "Your weight is the square of the distance."
# - replace: np.array(sorted(found), dtype=int).reshape(-1, 4)
#   with: np.array(sorted(found))
#   hint: "Without any box your result has not the shape (0, 4)."


# %% mistake: propose_regions
# hint: "The same box comes more than once, from several k or from a region within another."
def propose_regions(image, ks, min_area=1):
    height, width, _ = image.shape
    colors = np.asarray(image, dtype=float)
    node = np.arange(height * width).reshape(height, width)
    across = np.stack([node[:, :-1].ravel(), node[:, 1:].ravel()], axis=1)
    down = np.stack([node[:-1].ravel(), node[1:].ravel()], axis=1)
    steps = [np.diff(colors, axis=1).reshape(-1, image.shape[2]), np.diff(colors, axis=0).reshape(-1, image.shape[2])]
    edges, weights = np.vstack([across, down]), np.sqrt(np.sum(np.vstack(steps) ** 2, axis=1))
    found = []
    for k in ks:
        labels = segment_graph(height * width, edges, weights, k).reshape(height, width)
        for label in np.unique(labels):
            y, x = np.nonzero(labels == label)
            if len(y) >= min_area:
                found.append((x.min(), y.min(), x.max() + 1, y.max() + 1))
    return np.array(sorted(found), dtype=int).reshape(-1, 4)


# %% equivalents: propose_regions
# - replace: 'reshape(-1, image.shape[2])'
#   with: 'reshape(-2, image.shape[2])'
#   reason: "NumPy takes any negative length for the one that is left open."
# - replace: 'dtype=int).reshape(-1, 4)'
#   with: 'dtype=int).reshape(-2, 4)'
#   reason: "NumPy takes any negative length for the one that is left open."


# %% accepts: propose_regions
def propose_regions(image, ks, min_area=1):
    height, width, _ = image.shape
    pixels = np.asarray(image, dtype=float)
    edges, weights = [], []
    for y in range(height):
        for x in range(width):
            if y + 1 < height:
                edges.append((y * width + x, (y + 1) * width + x))
                weights.append(np.sqrt(np.sum((pixels[y, x] - pixels[y + 1, x]) ** 2)))
            if x + 1 < width:
                edges.append((y * width + x, y * width + x + 1))
                weights.append(np.sqrt(np.sum((pixels[y, x] - pixels[y, x + 1]) ** 2)))
    edges, weights = np.array(edges, dtype=int).reshape(-1, 2), np.array(weights, dtype=float)
    boxes = [np.zeros((0, 4), dtype=int)]
    for k in ks:
        labels = segment_graph(height * width, edges, weights, k)
        names, where, counts = np.unique(labels, return_inverse=True, return_counts=True)
        corners = np.tile([width, height, 0, 0], (len(names), 1))
        y, x = np.divmod(np.arange(height * width), width)
        for column, (values, pick) in enumerate(
            [(x, np.minimum), (y, np.minimum), (x + 1, np.maximum), (y + 1, np.maximum)]
        ):
            pick.at(corners[:, column], where, values)
        boxes.append(corners[counts >= min_area])
    return np.unique(np.concatenate(boxes), axis=0)


# %% accepts: propose_regions
def propose_regions(image, ks, min_area=1):
    pixels = image.astype("float64")
    index = np.arange(image.shape[0] * image.shape[1]).reshape(image.shape[:2])
    right = np.column_stack([index[:, :-1].reshape(-1), index[:, 1:].reshape(-1)])
    below = np.column_stack([index[:-1, :].reshape(-1), index[1:, :].reshape(-1)])
    weights = [np.linalg.norm(np.diff(pixels, axis=axis), axis=-1).reshape(-1) for axis in (1, 0)]
    seen = []
    for k in ks:
        labels = segment_graph(index.size, np.vstack([right, below]), np.concatenate(weights), k)
        for one in set(labels.tolist()):
            mask = (labels == one).reshape(index.shape)
            rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
            box = [columns[0], rows[0], columns[-1] + 1, rows[-1] + 1]
            if mask.sum() >= min_area and box not in seen:
                seen.append(box)
    return np.array(sorted(seen), dtype=int).reshape(len(seen), 4)


# %% demo
KS, MIN_AREA = (100, 300, 900), 30
graph_boxes = [propose_regions(image, KS, MIN_AREA) for image in held_out.images[:FEW]]


def grid_graph(image):
    """Edges and weights of the pixels of an image (64, 64, 3)."""
    colors, node = image.astype(float), np.arange(64 * 64).reshape(64, 64)
    edges = [np.stack([node[:, :-1].ravel(), node[:, 1:].ravel()], axis=1)]
    edges.append(np.stack([node[:-1].ravel(), node[1:].ravel()], axis=1))
    steps = [np.linalg.norm(np.diff(colors, axis=axis), axis=-1).ravel() for axis in (1, 0)]
    return np.concatenate(edges), np.concatenate(steps)


example = 3
fig, axes = plt.subplots(1, 4, figsize=(12.5, 3.5))
show_image(axes[0], held_out.images[example], f"scene {example}")
for ax, k in zip(axes[1:3], (KS[0], KS[-1]), strict=True):
    labels = segment_graph(64 * 64, *grid_graph(held_out.images[example]), k).reshape(64, 64)
    numbers = np.unique(labels, return_inverse=True)[1].reshape(64, 64)
    shades = np.random.default_rng(4).permutation(np.linspace(0.1, 1, numbers.max() + 1))[numbers]
    show_image(ax, plt.get_cmap("nipy_spectral")(shades), f"k = {k}: {numbers.max() + 1} regions")
show_image(axes[3], held_out.images[example], f"{len(graph_boxes[example])} proposals; dashed: true boxes")
draw_boxes(axes[3], graph_boxes[example], width=0.8)
draw_boxes(axes[3], truth_of(held_out, example)[0], color="#e3a41c", style="--")
dd.plot.show(
    "A scene, and its regions in false colours for k = 100, many small ones in the background, and k = 900, few large "
    "ones; objects are one or a few regions in both. Last, the scene with the thin boxes of all proposals and the "
    "dashed true boxes, nearly all of which lie on a proposal."
)
for level in (0.5, 0.7, 0.9):
    print(f"{covered(graph_boxes, level):.2f} of the objects have a proposal with an IoU of {level} or more")
print(f"{np.mean([len(boxes) for boxes in graph_boxes]):.0f} proposals a scene")

# %% [markdown]
# A few dozen boxes, without any training, meet nearly every object, and more than nine in ten with an IoU of 0.7, where
# 730 windows missed about one in seven. But these objects have one colour each. A person in a striped shirt is many
# regions, and none of their boxes is hers; that is why selective search merges on.

# %% [markdown]
# ## One map for all regions
#
# **R-CNN** (2014) joined proposals and networks: cut each of 2,000 proposals out of the image, warp it to the network's
# input size, and let the network describe it. With VGG that took 47 seconds an image: 2,000 passes, though proposals
# overlap as much as windows do. **Fast R-CNN** (2015) computes the map of features of the whole image *once* and cuts
# the regions out of the map. Dense layers need a fixed size, so a **region of interest** (RoI) of any size becomes a
# grid of, say, $4 \times 4$ bins.
#
# **RoI pooling** works with whole cells of the map. With a stride of $s$ pixels from cell to cell, along x (and the
# same along y),
#
# 1. round the edges to the nearest line between cells: $a = \lfloor x_1/s + \tfrac12 \rfloor$,
#    $b = \lfloor x_2/s + \tfrac12 \rfloor$, and take one cell at least, within the map: if $a$ is the map's end, go
#    back by one; if $b \le a$, let $b = a + 1$;
# 2. of $P$ bins, number $i$ covers the cells from $a + \lfloor i\,(b - a)/P \rfloor$ up to, and without,
#    $a + \lceil (i + 1)(b - a)/P \rceil$;
# 3. the result is the maximum of each bin, channel by channel.
#
# **By hand.** A map of 4 rows, 5 columns, one channel, with $10 \cdot \text{row} + \text{column}$ in each cell,
# $s = 8$, and the RoI $(9, 5, 30, 27)$. In cells, that is $(1.125, 0.625, 3.75, 3.375)$, rounded $(1, 1, 4, 3)$: rows 1
# and 2, columns 1 to 3. For $2 \times 2$ bins: row 1 and row 2; columns 1 and 2, then columns 2 and 3, since
# $\lceil 1.5 \rceil = 2$ and $\lfloor 1.5 \rfloor = 1$. Bins may share cells. The result is
# $\big(\begin{smallmatrix} 12 & 13 \\ 22 & 23 \end{smallmatrix}\big)$.


# %% exercise: roi_pool
def roi_pool(features, rois, output_size, stride=1):
    """Max pooling of regions of a map into grids of one size, by whole cells.

    Args:
        features: float array (H, W, C), a map.
        rois: array (n, 4), (x1, y1, x2, y2) in pixels of the image, floats or ints, within the image, n >= 0.
        output_size: pair of ints (rows, columns) of the grid.
        stride: float > 0, pixels from one cell of the map to the next. Nothing is changed.

    Returns:
        Float array (n, rows, columns, C): for each region and bin the maximum of each channel, with edges rounded as
        above (halves up). About 12 lines.
    """
    ### BEGIN SOLUTION
    height, width, channels = features.shape
    result = np.empty((len(rois), *output_size, channels))
    cells = np.floor(np.asarray(rois) / stride + 0.5).astype(int)  # (n, 4)

    def bins(start, end, limit, count):
        start = min(start, limit - 1)
        length = max(end - start, 1)
        return [slice(start + i * length // count, start - (-(i + 1) * length // count)) for i in range(count)]

    for n, (x1, y1, x2, y2) in enumerate(cells):
        for i, rows in enumerate(bins(y1, y2, height, output_size[0])):
            for j, columns in enumerate(bins(x1, x2, width, output_size[1])):
                result[n, i, j] = features[rows, columns].max(axis=(0, 1))
    return result
    ### END SOLUTION


# %% fixture
def ramp(height, width, down=10.0, across=1.0):
    """A map of one channel that rises evenly: (height, width, 1)."""
    return (down * np.arange(height)[:, None] + across * np.arange(width))[..., None]


# %% test: roi_pool, points=2
roi = np.array([[9.0, 5.0, 30.0, 27.0]])
with dd.check.unchanged(roi):
    result = roi_pool(ramp(4, 5), roi, (2, 2), 8)
due = np.array([[[[12.0], [13.0]], [[22.0], [23.0]]]])  # (1, 2, 2, 1)
dd.check.like(result, due, what="the bins", why="this is the example worked by hand")
rois = np.array([[0, 0, 5, 4], [2, 1, 3, 2]])
result = roi_pool(np.concatenate([ramp(4, 5), -ramp(4, 5)], axis=2), rois, (1, 3))
dd.check.shape(result, (2, 1, 3, 2), what="the bins", why="2 regions, 1 row, 3 columns, 2 channels")
due = [[[31.0, 0.0], [33.0, -1.0], [34.0, -3.0]]]
dd.check.close(
    result[0], due, what="the whole map", why="columns 0 to 1, 1 to 3, 3 to 4, and the maximum of each channel"
)
dd.check.close(result[1], [[[12.0, -12.0]] * 3], what="one cell for all bins", why="every bin holds the only cell")
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(62)


def slow_pool(features, rois, output_size, stride):
    result = np.full((len(rois), *output_size, features.shape[2]), -np.inf)
    for n, roi in enumerate(np.asarray(rois, dtype=float)):
        line = [int(edge / stride + 0.5) for edge in roi]
        a = [min(line[1], features.shape[0] - 1), min(line[0], features.shape[1] - 1)]  # y, x
        length = [max(line[3] - a[0], 1), max(line[2] - a[1], 1)]
        for y in range(length[0]):
            for x in range(length[1]):
                for i in range(output_size[0]):
                    for j in range(output_size[1]):
                        # Cell y, from y to y + 1, and bin i, a share of the length, have some part in common.
                        over_y = y * output_size[0] < (i + 1) * length[0] and (y + 1) * output_size[0] > i * length[0]
                        over_x = x * output_size[1] < (j + 1) * length[1] and (x + 1) * output_size[1] > j * length[1]
                        if over_y and over_x:
                            cell = features[a[0] + y, a[1] + x]
                            result[n, i, j] = np.maximum(result[n, i, j], cell)
    return result


for shape, output_size, stride, n in (
    ((6, 7, 2), (2, 3), 1, 5),
    ((5, 8, 1), (3, 2), 4, 4),
    ((9, 4, 3), (4, 1), 7.5, 3),
    ((3, 3, 2), (5, 4), 16, 4),
    ((1, 6, 1), (1, 4), 2, 3),
    ((6, 1, 2), (2, 2), 8, 0),
):
    features = rng.normal(size=shape) - 3  # mostly negative
    low = rng.uniform(0, 1, (n, 2, 2)) * np.array([shape[1], shape[0]]) * stride
    rois = np.sort(low, axis=1).reshape(n, 4)
    with dd.check.unchanged(features), dd.check.unchanged(rois):
        result = roi_pool(features, rois, output_size, stride)
    what = f"the bins of {n} regions, map {shape}, output_size {output_size}, stride {stride}"
    dd.check.like(result, slow_pool(features, rois, output_size, stride), what=what, why="cell by cell")
# Regions thinner than a cell, at the ends of the map too, and edges at exactly half a cell.
features = rng.normal(size=(4, 5, 2))
rois = np.array([[39.0, 31.0, 40.0, 32.0], [0, 0, 1, 1], [11, 9, 12, 31], [4, 4, 12, 20], [39.5, 0, 40, 32]])
due = slow_pool(features, rois, (2, 3), 8)
dd.check.like(roi_pool(features, rois, (2, 3), 8), due, what="thin regions", why="at least one cell of the map")
whole = np.array([[0, 0, 40, 32], [8, 8, 24, 32]])
dd.check.like(
    roi_pool(features, whole, (3, 3), 8), slow_pool(features, whole, (3, 3), 8), what="edges of whole numbers"
)
### END HIDDEN TESTS

# %% mistakes: roi_pool
# - replace: np.floor(np.asarray(rois) / stride + 0.5).astype(int)
#   with: np.minimum(np.floor(np.asarray(rois) + 0.5).astype(int), [width, height] * 2)
#   hint: "Your regions are in pixels still, cut off at the map's border. Divide them by the stride."
# - replace: np.floor(np.asarray(rois) / stride + 0.5).astype(int)
#   with: np.floor(np.asarray(rois) / stride).astype(int)
#   hint: "You round all edges down. They go to the nearest line between cells."
# - replace: np.floor(np.asarray(rois) / stride + 0.5).astype(int)
#   with: (np.sign([-1, -1, 1, 1]) * np.ceil(np.asarray(rois) / stride * [-1, -1, 1, 1])).astype(int)
#   hint: "You round outward, first edges down and last edges up. Each edge goes to the nearest line between cells."
# - replace: np.floor(np.asarray(rois) / stride + 0.5).astype(int)
#   with: np.round(np.asarray(rois) / stride).astype(int)
#   hint: "np.round takes halves to the even neighbour: 0.5 becomes 0, and 1.5 becomes 2. Halves go up here."
# - replace: np.floor(np.asarray(rois) / stride + 0.5).astype(int)
#   with: np.floor(np.asarray(rois) + 0.5).astype(int)
#   hint: "Your regions are in pixels of the image still. On the map, lengths are divided by the stride."
# - replace: cells = np.floor(np.asarray(rois) / stride + 0.5).astype(int)
#   with: |-
#     rois /= stride
#         cells = np.floor(np.asarray(rois) + 0.5).astype(int)
#   hint: "You divide the caller's regions in place."
# - replace: features[rows, columns].max(axis=(0, 1))
#   with: features[rows, columns].mean(axis=(0, 1))
#   hint: "You average. RoI pooling takes the maximum of a bin."
# - replace: features[rows, columns].max(axis=(0, 1))
#   with: features[rows, columns].max()
#   hint: "Your maximum runs over the channels too."
# - replace: features[rows, columns].max(axis=(0, 1))
#   with: features[columns, rows].max(axis=(0, 1), initial=-1e9)
#   hint: "The map's first axis is its rows, y; you take it for x."
# - replace: features[rows, columns].max(axis=(0, 1))
#   with: features[rows, columns].max(axis=(0, 1), initial=0)
#   hint: "Your maxima start at 0, which is wrong where all cells of a bin are negative."
# - replace: start - (-(i + 1) * length // count)
#   with: start + (i + 1) * length // count
#   hint: "The ends of your bins are rounded down; with few cells some bins are empty. They are rounded up."
# - replace: start - (-(i + 1) * length // count)
#   with: start + max((i + 1) * length // count, i * length // count + 1)
#   hint: "Each of your bins ends where the next begins. An end is rounded up, so neighbours can share a cell."
# - replace: slice(start + i * length // count, start - (-(i + 1) * length // count))
#   with: slice(start + i * (length // count), start + (i + 1) * (length // count) + (length < count))
#   hint: "Your bins all have the same whole number of cells, and the last cells belong to none."
# - replace: start = min(start, limit - 1)
#   with: pass
#   hint: "A thin region at the far end of the map is rounded to where no cell is. Go back by one there."
# - replace: length = max(end - start, 1)
#   with: length = end - start
#   hint: "A region thinner than a cell is rounded to nothing. It takes one cell at least."
# - replace: length = max(end - start, 1)
#   with: length = end - start + 1
#   hint: "Your regions have one row and column of cells too many: b is where the region ends, not its last cell."


# %% equivalents: roi_pool
# - replace: 'max(axis=(0, 1))'
#   with: 'max(axis=(0, 1), keepdims=True)'
#   reason: "Axes of length 1 in front change nothing where the maxima are put."


# %% accepts: roi_pool
def roi_pool(features, rois, output_size, stride=1):
    pooled = []
    for roi in rois:
        x1, y1, x2, y2 = (int(np.floor(edge / stride + 0.5)) for edge in roi)
        x1, y1 = min(x1, features.shape[1] - 1), min(y1, features.shape[0] - 1)
        part = features[y1 : max(y2, y1 + 1), x1 : max(x2, x1 + 1)]
        for axis, count in enumerate(output_size):
            share = part.shape[axis] / count
            pieces = []
            for i in range(count):
                low, high = int(np.floor(i * share + 1e-9)), int(np.ceil((i + 1) * share - 1e-9))
                pieces.append(np.take(part, range(low, high), axis=axis).max(axis=axis))
            part = np.stack(pieces, axis=axis)
        pooled.append(part)
    return np.array(pooled, dtype=float).reshape(len(rois), *output_size, features.shape[2])


# %% accepts: roi_pool
def roi_pool(features, rois, output_size, stride=1):
    """With masks (n, bins, cells) instead of slices."""
    rois = (np.array(rois, dtype=float).reshape(-1, 4) / stride + 0.5).astype(int)

    def members(low, high, count, limit):
        low = np.minimum(low, limit - 1)[:, None, None]
        length = np.maximum(high[:, None, None] - low, 1)
        cell, i = np.arange(limit) - low, np.arange(count)[:, None]
        return (cell >= i * length // count) & (cell < -(-(i + 1) * length // count))

    down = members(rois[:, 1], rois[:, 3], output_size[0], features.shape[0])
    across = members(rois[:, 0], rois[:, 2], output_size[1], features.shape[1])
    tall = np.where(down[..., None, None], features, -np.inf).max(axis=2)  # (n, rows, W, C)
    return np.where(across[:, None, :, :, None], tall[:, :, None], -np.inf).max(axis=3)


# %% [markdown]
# ## When rounding hurts
#
# Rounding moves an edge by up to half a cell: 2 pixels at our stride of 4, 8 at a usual one of 16. For "what is
# it?" that hardly matters. For "where exactly?" it does: regions that differ by a few pixels can give the very same
# numbers, and nothing can tell which correction each of them needs. **RoI align** (He and others 2017) rounds nothing:
#
# 1. divide the region, with its exact edges, evenly into bins;
# 2. in each bin take $S \times S$ sample points, evenly: at the fractions $(q + \tfrac12)/S$ of its width and of its
#    height, $q = 0, \dots, S - 1$;
# 3. read the map at each point by **bilinear interpolation**, and average the bin's points.
#
# Where *are* the values of a map? Cell $j$ reaches from $j$ to $j + 1$, and its value belongs to the centre,
# $j + \tfrac12$. So position $x$ is at the fractional index $x - \tfrac12$. (Early code forgot this half.) At a
# fractional index $f$ between whole $j$ and $j + 1$, linear interpolation gives $(j + 1 - f) v_j + (f - j) v_{j+1}$;
# bilinear does so along both axes. Beyond the outermost centres, the nearest centre's value holds.
#
# **By hand**, the same region and map, $2 \times 2$ bins, one sample each. Along x the bins are
# $(3.75 - 1.125)/2 = 1.3125$ wide, so the points are at $1.78125$ and $3.09375$, indices $1.28125$ and $2.59375$.
# Along y they are at indices $0.8125$ and $2.1875$. The map rises evenly, so interpolation reads
# $10 \cdot 0.8125 + 1.28125 = 9.40625$ from it in the first bin.


# %% exercise: roi_align
def roi_align(features, rois, output_size, stride=1, samples=2):
    """Averages of interpolated samples of regions of a map, in grids of one size, without rounding.

    Args:
        features: float array (H, W, C), a map; the value of cell [i, j] belongs to its centre, (j + 0.5, i + 0.5).
        rois: array (n, 4), (x1, y1, x2, y2) in pixels of the image, floats or ints, within the image, n >= 0.
        output_size: pair of ints (rows, columns) of the grid.
        stride: float > 0, pixels from one cell of the map to the next.
        samples: int >= 1, points in a bin along each axis. Nothing is changed.

    Returns:
        Float array (n, rows, columns, C): for each region and bin the mean over samples * samples points, each
        interpolated bilinearly; points beyond the outermost centres take the value of the nearest. About 12 lines.
    """
    ### BEGIN SOLUTION
    height, width, channels = features.shape
    rois = np.asarray(rois) / stride

    def weights(low, high, bins, cells):
        # How much each cell counts in each bin, along one axis: (n, bins, cells).
        steps = (np.arange(bins * samples) + 0.5) / (bins * samples)
        index = np.clip(low[:, None] + steps * (high - low)[:, None] - 0.5, 0, cells - 1)  # (n, bins * samples)
        hats = np.maximum(1 - np.abs(index[..., None] - np.arange(cells)), 0)  # linear interpolation
        return hats.reshape(len(rois), bins, samples, cells).mean(axis=2)

    down = weights(rois[:, 1], rois[:, 3], output_size[0], height)
    across = weights(rois[:, 0], rois[:, 2], output_size[1], width)
    rows = (down @ features.reshape(height, -1)).reshape(len(rois), output_size[0], width, channels)
    return across[:, None] @ rows
    ### END SOLUTION


# %% test: roi_align, points=3
roi = np.array([[9.0, 5.0, 30.0, 27.0]])
with dd.check.unchanged(roi):
    result = roi_align(ramp(4, 5), roi, (2, 2), 8, 1)
due = np.array([[[[9.40625], [10.71875]], [[23.15625], [24.46875]]]])  # (1, 2, 2, 1)
dd.check.like(result, due, what="the bins", why="this is the example worked by hand")
due = np.array([[0.0, 8.0], [2.0, 4.0]])[..., None]
result = roi_align(due, np.array([[0, 0, 2, 2]]), (2, 2), 1, 1)
dd.check.close(result[0], due, what="the bins of a whole map", why="each sample is at the centre of a cell")
result = roi_align(np.concatenate([ramp(4, 5), -ramp(4, 5)], axis=2), np.array([[1.0, 1.0, 4.0, 3.0]] * 2), (1, 3))
dd.check.shape(result, (2, 1, 3, 2), what="the bins", why="2 regions, 1 row, 3 columns, 2 channels")
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(62)


def slow_align(features, rois, output_size, stride, samples):
    height, width = features.shape[:2]
    result = np.zeros((len(rois), *output_size, features.shape[2]))
    for n, (x1, y1, x2, y2) in enumerate(np.asarray(rois, dtype=float) / stride):
        for i, j, p, q in np.ndindex(*output_size, samples, samples):
            y = y1 + (y2 - y1) * (i + (p + 0.5) / samples) / output_size[0] - 0.5
            x = x1 + (x2 - x1) * (j + (q + 0.5) / samples) / output_size[1] - 0.5
            y, x = min(max(y, 0), height - 1), min(max(x, 0), width - 1)
            top, left = int(y), int(x)
            low, right = min(top + 1, height - 1), min(left + 1, width - 1)
            upper = (1 - x + left) * features[top, left] + (x - left) * features[top, right]
            lower = (1 - x + left) * features[low, left] + (x - left) * features[low, right]
            result[n, i, j] += ((1 - y + top) * upper + (y - top) * lower) / samples**2
    return result


for shape, output_size, stride, samples, n in (
    ((6, 7, 2), (2, 3), 1, 2, 5),
    ((5, 8, 1), (3, 2), 4, 1, 4),
    ((9, 4, 3), (4, 1), 7.5, 3, 3),
    ((3, 3, 2), (5, 4), 16, 2, 4),
    ((1, 6, 1), (1, 4), 2, 4, 3),
    ((6, 1, 2), (2, 2), 8, 2, 0),
):
    features = rng.normal(size=shape)
    low = rng.uniform(0, 1, (n, 2, 2)) * np.array([shape[1], shape[0]]) * stride
    rois = np.sort(low, axis=1).reshape(n, 4)
    with dd.check.unchanged(features), dd.check.unchanged(rois):
        result = roi_align(features, rois, output_size, stride, samples)
    what = f"the bins of {n} regions, map {shape}, output_size {output_size}, stride {stride}, samples={samples}"
    due = slow_align(features, rois, output_size, stride, samples)
    dd.check.like(result, due, atol=1e-9, what=what, why="point by point")
# On an even ramp, away from the border, the mean of a bin is the ramp at the bin's middle, however many samples.
rois = np.array([[13.0, 10.0, 61.0, 49.0], [20.5, 33.25, 28.0, 40.0]])
for samples in (1, 2, 5):
    result = roi_align(ramp(8, 9, -3.0, 0.5), rois, (3, 2), 8, samples)[..., 0]
    middle = (np.arange(3) + 0.5) / 3, (np.arange(2) + 0.5) / 2
    y = rois[:, 1, None] + middle[0] * (rois[:, 3] - rois[:, 1])[:, None]
    x = rois[:, 0, None] + middle[1] * (rois[:, 2] - rois[:, 0])[:, None]
    due = -3.0 * (y / 8 - 0.5)[:, :, None] + 0.5 * (x / 8 - 0.5)[:, None, :]
    dd.check.close(result, due, atol=1e-9, what="the bins of a ramp", why="the ramp's value at the middle of each bin")
# Two samples by default; corners of the map; whole numbers.
features = rng.normal(size=(4, 5, 2))
rois = np.array([[0, 0, 40, 32], [0, 0, 3, 2], [37, 30, 40, 32]])
dd.check.close(roi_align(features, rois, (2, 3), 8), slow_align(features, rois, (2, 3), 8, 2), what="whole numbers")
dd.check.close(
    roi_align(features, rois[1:], (1, 1), 8)[:, 0, 0], features[[0, -1], [0, -1]], what="the corners' values"
)
### END HIDDEN TESTS

# %% mistakes: roi_align
# - replace: def weights(low, high, bins, cells)
#   with: |-
#     samples = 1
#
#         def weights(low, high, bins, cells)
#   hint: "You take one sample a bin, whatever `samples` says."
# - replace: def weights(low, high, bins, cells)
#   with: |-
#     samples = 2
#
#         def weights(low, high, bins, cells)
#   hint: "You take two samples a bin along each axis, whatever `samples` says."
# - replace: np.asarray(rois) / stride
#   with: |-
#     np.asarray(rois, dtype=float)
#         rois /= stride
#   hint: "You divide the caller's regions in place."
# - replace: np.asarray(rois) / stride
#   with: np.round(np.asarray(rois, dtype=float) / stride)
#   hint: "You round the edges. That no edge is rounded is the point of RoI align."
# - replace: np.asarray(rois) / stride
#   with: np.asarray(rois, dtype=float)
#   hint: "Your regions are in pixels of the image still. On the map, lengths are divided by the stride."
# - replace: (high - low)[:, None] - 0.5
#   with: (high - low)[:, None]
#   hint: "The value of a cell belongs to its centre. You read half a cell too far to the right and down."
# - replace: (np.arange(bins * samples) + 0.5) / (bins * samples)
#   with: np.arange(bins * samples) / (bins * samples)
#   hint: "Your samples start at the edge of a bin. They are half a step within it."
# - replace: (np.arange(bins * samples) + 0.5) / (bins * samples)
#   with: np.linspace(0, 1, bins * samples)
#   hint: "Your samples reach from edge to edge of the region. They are half a step within the bins."
# - replace: (np.arange(bins * samples) + 0.5) / (bins * samples)
#   with: |-
#     np.arange(bins)[:, None] + (np.linspace(0, 1, samples) if samples > 1 else 0.5)
#             steps = steps.ravel() / bins
#   hint: "Your samples reach from edge to edge of each bin. They are half a step within it."
# - replace: np.clip(low[:, None] + steps * (high - low)[:, None] - 0.5, 0, cells - 1)
#   with: low[:, None] + steps * (high - low)[:, None] - 0.5
#   hint: "Beyond the outermost centres your values fade to 0. The nearest centre's value holds there."
# - replace: hats = np.maximum(1 - np.abs(index[..., None] - np.arange(cells)), 0)
#   with: hats = (np.round(index)[..., None] == np.arange(cells)).astype(float)
#   hint: "You read the nearest cell. Between centres, values are interpolated."
# - replace: hats = np.maximum(1 - np.abs(index[..., None] - np.arange(cells)), 0)
#   with: hats = (np.floor(index)[..., None] == np.arange(cells)).astype(float)
#   hint: "You read the cell to the upper left of a point. Between centres, values are interpolated."
# - replace: .mean(axis=2)
#   with: .max(axis=2)
#   hint: "You take maxima where RoI align averages."
# - replace: .mean(axis=2)
#   with: .sum(axis=2)
#   hint: "You add up a bin's samples. It is their mean that is due."
# - replace: .mean(axis=2)
#   with: "[:, :, 0]"
#   hint: "Only the first sample of a bin counts in your version."
# - replace: |-
#     down = weights(rois[:, 1], rois[:, 3], output_size[0], height)
#         across = weights(rois[:, 0], rois[:, 2], output_size[1], width)
#   with: |-
#     down = weights(rois[:, 0], rois[:, 2], output_size[0], height)
#         across = weights(rois[:, 1], rois[:, 3], output_size[1], width)
#   hint: "You go down by x and across by y."
# - replace: def weights(low, high, bins, cells)
#   with: |-
#     rois[:, 2:] = np.maximum(rois[:, 2:], rois[:, :2] + 1)
#
#         def weights(low, high, bins, cells)
#   hint: "You widen small regions to a whole cell. Without rounding there is no need to."


# %% mistake: roi_align
# hint: "You take the maximum of the samples. RoI align averages them."
def roi_align(features, rois, output_size, stride=1, samples=2):
    height, width, channels = features.shape
    rois = np.asarray(rois, dtype=float) / stride
    result = np.full((len(rois), *output_size, channels), -np.inf)
    for n, (x1, y1, x2, y2) in enumerate(rois):
        for i, j, p, q in np.ndindex(*output_size, samples, samples):
            y = np.clip(y1 + (y2 - y1) * (i + (p + 0.5) / samples) / output_size[0] - 0.5, 0, height - 1)
            x = np.clip(x1 + (x2 - x1) * (j + (q + 0.5) / samples) / output_size[1] - 0.5, 0, width - 1)
            down = np.maximum(1 - np.abs(np.arange(height) - y), 0)
            across = np.maximum(1 - np.abs(np.arange(width) - x), 0)
            result[n, i, j] = np.maximum(result[n, i, j], np.einsum("y,x,yxc->c", down, across, features))
    return result


# %% equivalents: roi_align
# - replace: 'np.clip(low[:, None] + steps * (high - low)[:, None] - 0.5, 0, cells - 1)'
#   with: 'np.clip(0, low[:, None] + steps * (high - low)[:, None] - 0.5, cells - 1)'
#   reason: "The greater of two numbers is the same in either order."
# - replace: 'features.reshape(height, -1)'
#   with: 'features.reshape(height, -2)'
#   reason: "NumPy takes any negative length for the one that is left open."


# %% accepts: roi_align
def roi_align(features, rois, output_size, stride=1, samples=2):
    height, width, _ = features.shape
    x1, y1, x2, y2 = np.array(rois, dtype=float).reshape(-1, 4).T[:, :, None] / stride
    rows, columns = output_size
    y = y1 + (y2 - y1) * (np.arange(rows * samples) + 0.5) / (rows * samples) - 0.5  # (n, rows * samples)
    x = x1 + (x2 - x1) * (np.arange(columns * samples) + 0.5) / (columns * samples) - 0.5
    y, x = np.clip(y, 0, height - 1)[:, :, None], np.clip(x, 0, width - 1)[:, None, :]
    top, left = np.floor(y).astype(int), np.floor(x).astype(int)
    low, right = np.minimum(top + 1, height - 1), np.minimum(left + 1, width - 1)
    v, u = (y - top)[..., None], (x - left)[..., None]
    values = (1 - v) * ((1 - u) * features[top, left] + u * features[top, right])
    values = values + v * ((1 - u) * features[low, left] + u * features[low, right])
    return values.reshape(len(rois), rows, samples, columns, samples, features.shape[2]).mean(axis=(2, 4))


# %% accepts: roi_align
def roi_align(features, rois, output_size, stride=1, samples=2):
    padded = np.pad(features, [(1, 1), (1, 1), (0, 0)], mode="edge")  # centres at 0, 1, … of the unpadded map plus 0.5
    result = np.zeros((len(rois), *output_size, features.shape[2]))
    for n, roi in enumerate(rois):
        x1, y1, x2, y2 = (edge / stride for edge in roi)
        for i in range(output_size[0]):
            for p in range(samples):
                y = y1 + (y2 - y1) * (i * samples + p + 0.5) / (output_size[0] * samples) + 0.5
                row = min(int(y), features.shape[0])
                line = padded[row] + (y - row) * (padded[row + 1] - padded[row])  # (W + 2, C)
                for j in range(output_size[1]):
                    for q in range(samples):
                        x = x1 + (x2 - x1) * (j * samples + q + 0.5) / (output_size[1] * samples) + 0.5
                        column = min(int(x), features.shape[1])
                        result[n, i, j] += line[column] + (x - column) * (line[column + 1] - line[column])
    return result / samples**2


# %% [markdown]
# Now both. On a map whose value *is* the position, in pixels, a region 24 pixels wide moves to the right by 8. What
# does the first of four bins say about where it is?

# %% demo
position = np.repeat(4 * (np.arange(16) + 0.5)[None, :, None], 16, axis=0)  # (16, 16, 1), stride 4
starts = np.arange(16, 24.01, 0.25)
moving = np.stack([starts, np.full(33, 20.0), starts + 24, np.full(33, 44.0)], axis=1)  # (33, 4)
fig, ax = plt.subplots(figsize=(6.5, 4))
ax.plot(starts, roi_pool(position, moving, (4, 4), 4)[:, 0, 0, 0], "o-", markersize=4, label="RoI pooling")
ax.plot(starts, roi_align(position, moving, (4, 4), 4)[:, 0, 0, 0], "s-", markersize=4, label="RoI align")
ax.plot(starts, starts + 3, color="0.4", linestyle=":", label="middle of the bin")
ax.set(title="One bin while its region moves", xlabel="left edge of the region (pixels)", ylabel="value of the bin")
ax.legend()
dd.plot.show(
    "Value of the first bin against the left edge of the region, from 16 to 24 pixels. RoI align is a straight line on "
    "the middle of the bin. RoI pooling is a staircase with steps 4 wide and 4 high, at 18 and at 22."
)

# %% [markdown]
# Align follows exactly. Pooling does not move at all for 4 pixels, and then jumps by 4. That is no fault of the
# maximum: rounding has thrown the position away.

# %% [markdown]
# ## A network that proposes
#
# In Fast R-CNN the proposals cost more than the network: selective search takes about two seconds an image. **Faster
# R-CNN** (2015) lets the map propose, too. A **region proposal network** (RPN) looks at each cell with its eight
# neighbours (a convolution of $3 \times 3$) and answers for each of the cell's anchors (Day 61): is there an object, of
# whatever class, and by which offsets is it missed? Its targets:
#
# 1. An anchor that crosses the image's border is **ignored** (label −1), and does not count below.
# 2. An anchor is **positive** (1) if its IoU with a true box is at least 0.7, *or* if no other anchor overlaps some
#    true box more: each box's best anchor, all of them in a tie, however small the IoU, unless it is 0.
# 3. Of the rest, it is **negative** (0) if its IoU with *every* true box is below 0.3, and ignored in between.
# 4. A positive anchor's offsets lead to the true box that it overlaps most, as in the published code. (Day 61's
#    `match_anchors` gave a box's best anchor to that box.) All others get zeros.
#
# **By hand.** An image of $16 \times 16$, true boxes $g_0 = (2, 2, 10, 10)$ and $g_1 = (10, 10, 14, 14)$:
#
# | anchor | greatest IoU | label | |
# |---|---|---|---|
# | $(2, 2, 10, 10)$ | 1 with $g_0$ | 1 | by 0.7, and the best of $g_0$; offsets 0 |
# | $(2, 2, 10, 7)$ | $40/64 = 0.625$ with $g_0$ | −1 | in between |
# | $(0, 0, 4, 4)$ | $4/76 \approx 0.05$ with $g_0$ | 0 | |
# | $(9, 9, 16, 16)$ | $16/49 \approx 0.33$ with $g_1$ | 1 | the best of $g_1$ |
# | $(-2, 2, 6, 10)$ | $32/96 \approx 0.33$ with $g_0$ | −1 | crosses the border |
#
# The fourth, centre $(12.5, 12.5)$ and side 7, has to move to $(12, 12)$ and 4: offsets
# $(-\tfrac{0.5}{7}, -\tfrac{0.5}{7}, \ln\tfrac47, \ln\tfrac47)$.


# %% exercise: rpn_targets
def rpn_targets(anchors, gt, image_size, *, positive=0.7, negative=0.3):
    """Labels and offsets from which a region proposal network learns.

    Args:
        anchors: float array (A, 4), (x1, y1, x2, y2), all of positive area.
        gt: float array (t, 4), the true boxes, all of positive area, t >= 0. Both are left unchanged.
        image_size: pair (height, width) in pixels. An anchor may touch the border; it must not cross it.
        positive: an anchor with an IoU of at least this is positive, float > 0.
        negative: one whose IoUs are all below this is negative, float > 0, at most `positive`.

    Returns:
        Tuple (labels, offsets), by the four rules above: int array (A,) of 1, 0 and -1 (ignored), and float array
        (A, 4) of encode_offsets, zeros where the label is not 1. Without true boxes no anchor is positive.
        About 14 lines.
    """
    ### BEGIN SOLUTION
    height, width = image_size
    inside = (anchors[:, :2] >= 0).all(axis=1) & (anchors[:, 2] <= width) & (anchors[:, 3] <= height)  # (A,)
    labels, offsets = np.where(inside, 0, -1), np.zeros((len(anchors), 4))
    if len(gt) == 0:
        return labels, offsets
    overlaps = np.where(inside[:, None], iou(anchors, gt), 0)  # (A, t)
    greatest = overlaps.max(axis=1)
    best = ((overlaps == overlaps.max(axis=0, initial=0)) & (overlaps > 0)).any(axis=1)
    labels[greatest >= negative] = -1
    labels[(greatest >= positive) | best] = 1
    hit = labels == 1
    offsets[hit] = encode_offsets(anchors[hit], gt[overlaps[hit].argmax(axis=1)])
    return labels, offsets
    ### END SOLUTION


# %% test: rpn_targets, points=3
anchors = np.array([[2, 2, 10, 10], [2, 2, 10, 7], [0, 0, 4, 4], [9, 9, 16, 16], [-2, 2, 6, 10]], dtype=float)
gt = np.array([[2, 2, 10, 10], [10, 10, 14, 14]], dtype=float)
with dd.check.unchanged(anchors), dd.check.unchanged(gt):
    result = rpn_targets(anchors, gt, (16, 16))
dd.check.kind(result, tuple)
labels, offsets = result
dd.check.shape(labels, (5,), what="the labels")
dd.check.dtype(labels, "int", what="the labels")
dd.check.equal(labels, [1, -1, 0, 1, -1], what="the labels", why="this is the example worked by hand")
due = np.zeros((5, 4))
due[3] = [-0.5 / 7, -0.5 / 7, np.log(4 / 7), np.log(4 / 7)]
dd.check.like(offsets, due, what="the offsets", why="the first fits already, the fourth is worked by hand above")
labels, _ = rpn_targets(anchors, gt[:0], (16, 16))
dd.check.equal(labels, [0, 0, 0, 0, -1], what="the labels without true boxes", why="all is background within the image")
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(62)


def slow_targets(anchors, gt, image_size, positive, negative):
    def overlap(a, b):
        width, height = min(a[2], b[2]) - max(a[0], b[0]), min(a[3], b[3]) - max(a[1], b[1])
        if width <= 0 or height <= 0:
            return 0.0
        both = width * height
        return both / ((a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]) - both)

    labels, offsets = [], []
    inside = [a[0] >= 0 and a[1] >= 0 and a[2] <= image_size[1] and a[3] <= image_size[0] for a in anchors]
    table = [[overlap(a, g) if within else 0.0 for g in gt] for a, within in zip(anchors, inside, strict=True)]
    for i, a in enumerate(anchors):
        best = any(table[i][j] > 0 and all(row[j] <= table[i][j] for row in table) for j in range(len(gt)))
        most = max(table[i], default=0.0)
        label = -1 if not inside[i] else 1 if best or (most >= positive and len(gt)) else 0 if most < negative else -1
        labels.append(label)
        offset = [0.0] * 4
        if label == 1:
            g = gt[table[i].index(most)]
            w, h, gw, gh = a[2] - a[0], a[3] - a[1], g[2] - g[0], g[3] - g[1]
            offset = [(g[0] + g[2] - a[0] - a[2]) / 2 / w, (g[1] + g[3] - a[1] - a[3]) / 2 / h]
            offset += [np.log(gw / w), np.log(gh / h)]
        offsets.append(offset)
    return np.array(labels, dtype=int), np.array(offsets, dtype=float).reshape(-1, 4)


def random_boxes(count, size, least, most):
    middle = rng.uniform(0, 1, (count, 2)) * np.array(size[::-1])
    half = rng.uniform(least, most, (count, 2)) / 2
    return np.concatenate([middle - half, middle + half], axis=1)


def check_targets(anchors, gt, image_size, positive=0.7, negative=0.3, why="the rules, anchor by anchor"):
    with dd.check.unchanged(anchors), dd.check.unchanged(gt):
        labels, offsets = rpn_targets(anchors, gt, image_size, positive=positive, negative=negative)
    due_labels, due_offsets = slow_targets(anchors, gt, image_size, positive, negative)
    dd.check.shape(labels, due_labels.shape, what="the labels")
    dd.check.dtype(labels, "int", what="the labels")
    dd.check.equal(labels, due_labels, what="the labels", why=why)
    dd.check.like(offsets, due_offsets, rtol=1e-9, atol=1e-9, what="the offsets", why=why)


for size, count, t, positive, negative in (
    ((40, 60), 300, 4, 0.5, 0.3),
    ((60, 40), 200, 1, 0.7, 0.3),
    ((50, 50), 150, 6, 0.4, 0.4),
    ((30, 45), 4, 5, 0.7, 0.1),
    ((30, 30), 1, 1, 0.7, 0.3),
    ((30, 30), 5, 0, 0.7, 0.3),
    ((30, 30), 0, 2, 0.7, 0.3),
):
    anchors, gt = random_boxes(count, size, 6, 25), np.clip(random_boxes(t, size, 8, 20), 0, min(size))
    check_targets(anchors, gt, size, positive, negative)

whole = np.array([[0.0, 0.0, 8.0, 8.0], [0, 0, 8, 4], [0, 0, 8, 2], [0, 0, 8, 1], [20, 0, 28, 8], [8, 0, 16, 8]])
gt = np.array([[0.0, 0.0, 8.0, 8.0]])
check_targets(whole, gt, (8, 28), 0.5, 0.25, "an IoU of exactly 0.5 is positive, one of exactly 0.25 not negative")
# Ties for the best anchor; a true box that no anchor touches; a better anchor that crosses the border.
gt = np.array([[10.0, 10.0, 20.0, 20.0], [50.0, 50.0, 58.0, 58.0]])
pair = np.array([[5.0, 10.0, 15.0, 20.0], [15, 10, 25, 20], [30, 30, 40, 40], [0, 0, 9, 9]])
check_targets(pair, gt, (60, 60), why="both of the best are positive, and nobody is, for a box that none overlaps")
edge = np.array([[-1.0, 4.0, 9.0, 14.0], [0, 0, 8, 10], [1, 14, 11, 24]])
check_targets(edge, np.array([[0.0, 4.0, 9.0, 14.0]]), (30, 30), why="the best of those within the image")
# The best anchor of one box overlaps another box more.
crowd = np.array([[0.0, 0.0, 10.0, 10.0], [4.0, 0.0, 14.0, 10.0]])
check_targets(np.array([[1.0, 0.0, 11.0, 10.0]]), crowd, (20, 20), why="its offsets lead to the box it overlaps most")
### END HIDDEN TESTS

# %% mistakes: rpn_targets
# - replace: (overlaps == overlaps.max(axis=0, initial=0)) & (overlaps > 0)
#   with: (overlaps == overlaps.max(axis=0, initial=0))
#   hint: "A true box that no anchor overlaps makes every anchor its best one, at an IoU of 0."
# - replace: labels[(greatest >= positive) | best] = 1
#   with: labels[greatest >= positive] = 1
#   hint: "A true box without an anchor above the threshold is nobody's: its best anchor is positive too."
# - replace: labels[(greatest >= positive) | best] = 1
#   with: labels[best] = 1
#   hint: "Only the best anchor of each true box is positive in your version. All above the threshold are."
# - replace: labels[greatest >= negative] = -1
#   with: pass
#   hint: "Anchors that are neither clearly right nor clearly wrong are ignored; yours are negative."
# - replace: greatest >= positive
#   with: greatest > positive
#   hint: "An IoU that equals the upper threshold is enough."
# - replace: greatest >= negative
#   with: greatest > negative
#   hint: "An IoU that equals the lower threshold is not below it."
# - replace: np.where(inside, 0, -1)
#   with: np.where(inside, 0, 0)
#   hint: "Anchors that cross the border should be ignored, whatever is below them."
# - replace: np.where(inside[:, None], iou(anchors, gt), 0)
#   with: iou(anchors, gt)
#   hint: "An anchor that crosses the border is positive, or takes the place of a box's best anchor. It does not count."
# - replace: height, width = image_size
#   with: width, height = image_size
#   hint: "image_size is (height, width), as an array's shape is."
# - replace: (anchors[:, :2] >= 0).all(axis=1) & (anchors[:, 2] <= width) & (anchors[:, 3] <= height)
#   with: (anchors[:, :2] > 0).all(axis=1) & (anchors[:, 2] < width) & (anchors[:, 3] < height)
#   hint: "An anchor that only touches the border lies within the image."
# - replace: encode_offsets(anchors[hit], gt[overlaps[hit].argmax(axis=1)])
#   with: encode_offsets(gt[overlaps[hit].argmax(axis=1)], anchors[hit])
#   hint: "Your offsets lead from the true box to the anchor."
# - replace: offsets[hit] = encode_offsets(anchors[hit], gt[overlaps[hit].argmax(axis=1)])
#   with: offsets[:] = encode_offsets(anchors, gt[overlaps.argmax(axis=1)])
#   hint: "Only positive anchors have offsets. The others' rows are zeros."
# - replace: encode_offsets(anchors[hit], gt[overlaps[hit].argmax(axis=1)])
#   with: gt[overlaps[hit].argmax(axis=1)]
#   hint: "You return the true boxes. A network learns the offsets that lead there from the anchor."
# - replace: |-
#     if len(gt) == 0:
#             return labels, offsets
#   with: |-
#     if len(gt) == 0:
#             return np.full(len(anchors), -1), offsets
#   hint: "In an image without objects all anchors within it are negative, and there is much to learn from that."
# - replace: labels[(greatest >= positive) | best] = 1
#   with: |-
#     labels[(greatest >= positive) | best] = 1
#         labels[inside & (greatest < negative)] = 0
#   hint: "Your last rule takes back what the one before gave: a box's best anchor is positive even with a small IoU."


# %% mistake: rpn_targets
# hint: "Of several anchors that are equally good for a true box only one is positive in your version."
def rpn_targets(anchors, gt, image_size, *, positive=0.7, negative=0.3):
    x1, y1, x2, y2 = anchors.T
    inside = (x1 >= 0) & (y1 >= 0) & (x2 <= image_size[1]) & (y2 <= image_size[0])
    labels, offsets = np.where(inside, 0, -1), np.zeros(anchors.shape)
    if len(gt) and len(anchors):
        overlaps = iou(anchors, gt) * inside[:, None]
        most, owner = overlaps.max(axis=1), overlaps.argmax(axis=1)
        labels[inside & (most >= negative)] = -1
        labels[inside & (most >= positive)] = 1
        for j, i in enumerate(overlaps.argmax(axis=0)):
            if overlaps[i, j] > 0:
                labels[i] = 1
        offsets[labels == 1] = encode_offsets(anchors[labels == 1], gt[owner[labels == 1]])
    return labels, offsets


# %% mistake: rpn_targets
# hint: "A box's best anchor is sent to that box in your version. Its offsets lead to the box it overlaps most."
def rpn_targets(anchors, gt, image_size, *, positive=0.7, negative=0.3):
    x1, y1, x2, y2 = anchors.T
    inside = (x1 >= 0) & (y1 >= 0) & (x2 <= image_size[1]) & (y2 <= image_size[0])
    labels, offsets = np.where(inside, 0, -1), np.zeros(anchors.shape)
    if len(gt) and len(anchors):
        overlaps = iou(anchors, gt) * inside[:, None]
        most, owner = overlaps.max(axis=1), overlaps.argmax(axis=1)
        labels[inside & (most >= negative)] = -1
        labels[inside & (most >= positive)] = 1
        for j in range(len(gt)):
            for i in np.flatnonzero((overlaps[:, j] == overlaps[:, j].max()) & (overlaps[:, j] > 0)):
                labels[i], owner[i] = 1, j
        offsets[labels == 1] = encode_offsets(anchors[labels == 1], gt[owner[labels == 1]])
    return labels, offsets


# %% mistake: rpn_targets
# hint: "An anchor that crosses the border takes the place of a box's best anchor. It does not count."
def rpn_targets(anchors, gt, image_size, *, positive=0.7, negative=0.3):
    x1, y1, x2, y2 = anchors.T
    outside = (x1 < 0) | (y1 < 0) | (x2 > image_size[1]) | (y2 > image_size[0])
    labels, offsets = np.where(outside, -1, 0), np.zeros(anchors.shape)
    if len(gt) and len(anchors):
        overlaps = iou(anchors, gt)
        most = overlaps.max(axis=1)
        labels[most >= negative] = -1
        labels[most >= positive] = 1
        labels[((overlaps == overlaps.max(axis=0)) & (overlaps > 0)).any(axis=1)] = 1
        labels[outside] = -1
        offsets[labels == 1] = encode_offsets(anchors[labels == 1], gt[overlaps[labels == 1].argmax(axis=1)])
    return labels, offsets


# %% equivalents: rpn_targets
# - replace: '(anchors[:, :2] >= 0)'
#   with: '(anchors[:, :] >= 0)'
#   reason: "Right and lower edges are greater than left and upper ones."
# - replace: '(anchors[:, :2] >= 0)'
#   with: '(anchors[:, :3] >= 0)'
#   reason: "A right edge is greater than the left one."
# - replace: |-
#     if len(gt) == 0:
#             return labels, offsets
#   with: |-
#     if len(gt) == 0:
#             return labels, 0 * offsets
#   reason: "They are zeros."
# - replace: 'iou(anchors, gt), 0)'
#   with: 'iou(anchors, gt), -1)'
#   reason: "Both are below every threshold, and no best overlap."
# - replace: 'overlaps.max(axis=0, initial=0)'
#   with: 'overlaps.max(axis=0, initial=0, keepdims=True)'
#   reason: "One row for all is broadcast either way."
# - replace: 'overlaps.max(axis=0, initial=0)'
#   with: 'overlaps.max(axis=0, initial=-1)'
#   reason: "Overlaps are 0 at least; it stands in for no anchor at all."


# %% accepts: rpn_targets
def rpn_targets(anchors, gt, image_size, *, positive=0.7, negative=0.3):
    labels, offsets = np.full(len(anchors), -1), np.zeros((len(anchors), 4))
    limits = np.array([image_size[1], image_size[0]])
    within = np.flatnonzero(np.all((anchors[:, :2] >= 0) & (anchors[:, 2:] <= limits), axis=1))
    table = np.column_stack([np.zeros(len(within)), iou(anchors[within], gt)])  # column 0: no box
    greatest = table.max(axis=1)
    labels[within[greatest < negative]] = 0
    if len(gt):
        labels[within[greatest >= positive]] = 1
    for column in table.T[1:]:
        if column.max(initial=0) > 0:
            labels[within[column == column.max()]] = 1
    for row, i in enumerate(within):
        if labels[i] == 1:
            owner = table[row, 1:].argmax()
            offsets[i] = encode_offsets(anchors[i : i + 1], gt[owner : owner + 1])[0]
    return labels, offsets


# %% accepts: rpn_targets
def rpn_targets(anchors, gt, image_size, *, positive=0.7, negative=0.3):
    labels = np.zeros(len(anchors), dtype=int)
    targets = np.zeros((len(anchors), 4))
    outside = (anchors.min(axis=1) < 0) | (anchors[:, 2] > image_size[1]) | (anchors[:, 3] > image_size[0])
    if len(gt) > 0 and len(anchors) > 0:
        overlaps = iou(anchors, gt)
        overlaps[outside] = 0
        labels[(overlaps >= negative).any(axis=1)] = -1
        labels[(overlaps >= positive).any(axis=1)] = 1
        peak = np.maximum(overlaps.max(axis=0), 1e-300)
        labels[np.nonzero(overlaps >= peak)[0]] = 1
        nearest = gt[np.argmax(overlaps, axis=1)]
        targets = np.where(labels[:, None] == 1, encode_offsets(anchors, nearest), 0.0)
    labels[outside] = -1
    targets[outside] = 0
    return labels, targets


# %% [markdown]
# Our anchors are Day 61's: $16 \times 16$ cells, two squares each. Two scales are few, so we take 0.6 for 0.7. What
# does one scene ask of its anchors?

# %% demo
SCALES = (15, 24)
anchors = day_061.anchor_boxes((16, 16), SCALES, (1,), stride=4)  # (512, 4)
lessons = [rpn_targets(anchors, truth_of(train, i)[0], (64, 64), positive=0.6) for i in range(len(train.images))]
fig, axes = plt.subplots(1, 3, figsize=(10, 3.8))
for ax, value, name in zip(axes, (1, 0, -1), ("positive", "negative (every 8th)", "ignored (every 8th)"), strict=True):
    chosen = np.flatnonzero(lessons[4][0] == value)
    show_image(ax, train.images[4], f"{len(chosen)} {name}")
    draw_boxes(ax, anchors[chosen if value == 1 else chosen[::8]], width=0.8)
    draw_boxes(ax, truth_of(train, 4)[0], color="#e3a41c", style="--")
    ax.set(xlim=(-12, 76), ylim=(76, -12), facecolor="0.6")
dd.plot.show(
    "A scene three times, its true boxes dashed. Positive anchors lie close to the true boxes. Negative ones lie on "
    "the background. Ignored ones cross the border of the image or overlap an object by about half."
)
shares = np.mean([[np.mean(labels == value) for value in (1, 0, -1)] for labels, _ in lessons], axis=0)
print("mean over the scenes: {:.3f} positive, {:.3f} negative, {:.3f} ignored".format(*shares))

# %% [markdown]
# Nearly all anchors are background. So only a sample of each image is used, say 64 anchors, half of them positive if
# there are so many, the rest negative; all others get the label −1. The loss has two parts:
#
# $$L = \frac1N \sum_{i:\ p_i^* \ge 0} \mathrm{CE}(z_i, p_i^*) \;+\; \lambda\, \frac1N
# \sum_{i:\ p_i^* = 1}\ \sum_{j=0}^{3} \mathrm{smooth}(d_{ij} - d_{ij}^*) .$$
#
# $N$ counts the anchors in use, those with $p_i^* \ge 0$, in *both* parts. (The paper divides the second by the number
# of places, about 2,400 where $N = 256$, and sets $\lambda = 10$: nearly the same.) The first part is binary
# cross-entropy from logits (Day 24): $\mathrm{CE} = \max(z, 0) - z\,p^* + \ln(1 + e^{-|z|})$, with the slope
# $\sigma(z) - p^*$ for the sigmoid $\sigma$. The second sees only positives, for where nothing is, no box is right.
# **Smooth L1** is $\tfrac12 u^2$ for $|u| < 1$ and $|u| - \tfrac12$ beyond, so that a box far off does not outshout the
# others; its slope is $u$, cut off at $-1$ and $1$.
#
# **By hand.** Three anchors with logits $0, 0, 3$ and labels $1, 0, -1$; the first misses its offsets by
# $(0.5, -2, 0, 0)$. $N = 2$. First part: $(\ln 2 + \ln 2)/2 = \ln 2$. Second: $(0.125 + 1.5)/2 = 0.8125$. With
# $\lambda = 1$, $L \approx 1.506$. The gradient of the logits is
# $(\tfrac{0.5 - 1}{2}, \tfrac{0.5}{2}, 0) = (-0.25, 0.25, 0)$, that of the first offsets $(0.25, -0.5, 0, 0)$.


# %% exercise: rpn_loss
def rpn_loss(logits, offsets, labels, targets, balance=1.0):
    """The two-part loss of a region proposal network, and its gradients.

    Args:
        logits: float array (A,), that there is an object; of any size, without overflow.
        offsets: float array (A, 4), as predicted.
        labels: int array (A,): 1 object, 0 background, -1 not in use.
        targets: float array (A, 4), the offsets due. Rows whose label is not 1 may hold anything, NaN too. Nothing is
            changed.
        balance: float, the weight of the second part.

    Returns:
        Tuple (loss, grad_logits, grad_offsets): a float, and its gradients, float arrays (A,) and (A, 4). With no
        anchor in use all are 0. No warning is raised. About 12 lines.
    """
    ### BEGIN SOLUTION
    used, hit = labels >= 0, labels == 1
    count = max(used.sum(), 1)
    z, truth = logits[used], labels[used]
    miss = offsets[hit] - targets[hit]  # (positives, 4)
    entropy = np.maximum(z, 0) - z * truth + np.log1p(np.exp(-np.abs(z)))
    smooth = np.where(np.abs(miss) < 1, 0.5 * miss**2, np.abs(miss) - 0.5)
    grad_logits, grad_offsets = np.zeros(logits.shape), np.zeros(offsets.shape)
    grad_logits[used] = (0.5 + 0.5 * np.tanh(z / 2) - truth) / count
    grad_offsets[hit] = balance * np.clip(miss, -1, 1) / count
    return float(entropy.sum() + balance * smooth.sum()) / count, grad_logits, grad_offsets
    ### END SOLUTION


# %% fixture
def warnings_from(function, *arguments):
    """The texts of the warnings that a call raises."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        function(*arguments)
    return [str(warning.message) for warning in caught]


# %% test: rpn_loss, points=3
logits, labels = np.array([0.0, 0.0, 3.0]), np.array([1, 0, -1])
targets = np.array([[0.0, 1.0, 0.0, 0.2], [5.0, 5.0, 5.0, 5.0], [np.nan] * 4])
offsets = np.array([[0.5, -1.0, 0.0, 0.2], [0.0] * 4, [1.0] * 4])
result = rpn_loss(logits, offsets, labels, targets)
dd.check.kind(result, tuple)
loss, grad_logits, grad_offsets = result
dd.check.kind(loss, float, what="the loss")
dd.check.close(loss, np.log(2) + 0.8125, what="the loss", why="this is the example worked by hand")
dd.check.like(grad_logits, np.array([-0.25, 0.25, 0.0]), what="grad_logits", why="sigmoid less label, over 2 anchors")
due = np.array([[0.25, -0.5, 0.0, 0.0], [0.0] * 4, [0.0] * 4])
dd.check.like(grad_offsets, due, what="grad_offsets", why="only the positive anchor's, each at most 1, over 2 anchors")
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(62)


def slow_loss(logits, offsets, labels, targets, balance):
    total, used = 0.0, 0
    for z, d, label, goal in zip(logits, offsets, labels, targets, strict=True):
        if label >= 0:
            used += 1
            total -= np.log(1 / (1 + np.exp(-z if label == 1 else z)))
        if label == 1:
            for u in np.abs(d - goal):
                total += balance * (u * u / 2 if u < 1 else u - 0.5)
    return total / max(used, 1)


for given, balance in (
    ([1, 0, 0, -1, 1, 0], 1.0),
    ([0, 0, 0], 3.0),
    ([1], 0.5),
    ([1, 1, -1, -1, -1], 10.0),
    ([-1, 0, 1, 0, 0, 0, 0, 0], 0.0),
    (rng.integers(-1, 2, 40).tolist(), 2.0),
):
    labels = np.array(given)
    logits, offsets, targets = rng.normal(0, 2, len(labels)), *rng.normal(0, 1.2, (2, len(labels), 4))
    targets[labels != 1] = np.nan
    unchanged = dd.check.unchanged
    with unchanged(logits), unchanged(offsets), unchanged(labels), unchanged(targets):
        loss, grad_logits, grad_offsets = rpn_loss(logits, offsets, labels, targets, balance)
    dd.check.kind(loss, float, what="the loss")
    due = slow_loss(logits, offsets, labels, targets, balance)
    dd.check.close(loss, due, rtol=1e-9, what="the loss", why=f"anchor by anchor, labels {labels.tolist()}")
    dd.check.shape(grad_logits, logits.shape, what="grad_logits")
    dd.check.shape(grad_offsets, offsets.shape, what="grad_offsets")
    few = slice(0, 8)  # enough for differences
    step = 1e-6
    for i in range(len(labels))[few]:
        moved = step * (np.arange(len(labels)) == i)
        slopes = [
            (slow_loss(logits + moved, offsets, labels, targets, balance) - due) / step,
            *(
                (slow_loss(logits, offsets + moved[:, None] * axis, labels, targets, balance) - due) / step
                for axis in np.eye(4)
            ),
        ]
        dd.check.close(grad_logits[i], slopes[0], atol=1e-5, rtol=1e-4, what="grad_logits", why="by differences")
        dd.check.close(grad_offsets[i], slopes[1:], atol=1e-5, rtol=1e-4, what="grad_offsets", why="by differences")

# Very sure, rightly and wrongly; nothing in use; whole arrays of float32.
labels = np.array([1, 0, 1, 0, -1])
logits = np.array([1000.0, -1000.0, -1000.0, 1000.0, 1000.0])
zero = np.zeros((5, 4))
loss, grad_logits, _ = rpn_loss(logits, zero, labels, zero)
dd.check.close(loss, 500.0, what="the loss for logits of 1000", why="two are wrong by 1000, of four in use")
dd.check.close(grad_logits, [0.0, 0.0, -0.25, 0.25, 0.0], atol=1e-12, what="grad_logits for logits of 1000")
came = warnings_from(rpn_loss, logits, zero, labels, zero)
dd.check.equal(came, [], what="the warnings for logits of 1000", why="nothing overflows on the way")
nothing = np.full(5, -1)
loss, grad_logits, grad_offsets = rpn_loss(logits, zero + 3, nothing, zero * np.nan)
dd.check.close(
    loss, 0.0, what="the loss with no anchor in use", why="there is nothing to learn, and nothing to divide by"
)
dd.check.close(grad_logits, np.zeros(5), what="grad_logits with no anchor in use")
dd.check.close(grad_offsets, zero, what="grad_offsets with no anchor in use")
loss, grad_logits, grad_offsets = rpn_loss(np.zeros(0), np.zeros((0, 4)), np.zeros(0, dtype=int), np.zeros((0, 4)))
dd.check.close(loss, 0.0, what="the loss of no anchors")
dd.check.shape(grad_offsets, (0, 4), what="grad_offsets of no anchors")
### END HIDDEN TESTS

# %% mistakes: rpn_loss
# - replace: used, hit = labels >= 0, labels == 1
#   with: used, hit = labels == labels, labels == 1
#   hint: "Anchors labelled -1 take part in your loss. They are not in use."
# - replace: grad_offsets[hit] = balance * np.clip(miss, -1, 1) / count
#   with: grad_offsets[hit] = balance * miss / count
#   hint: "The slope of smooth L1 goes on growing in your version. Beyond 1 it stays at 1 or -1."
# - replace: np.where(np.abs(miss) < 1, 0.5 * miss**2, np.abs(miss) - 0.5)
#   with: np.abs(miss)
#   hint: "You take absolute values for small misses too. Below 1, smooth L1 is half the square."
# - replace: np.where(np.abs(miss) < 1, 0.5 * miss**2, np.abs(miss) - 0.5)
#   with: np.where(np.abs(miss) < 1, 0.5 * miss**2, np.abs(miss))
#   hint: "Your smooth L1 jumps at 1. The straight line starts where half the square ends."
# - replace: count = max(used.sum(), 1)
#   with: count = max(len(labels), 1)
#   hint: "You divide by all anchors. Only those in use count."
# - replace: count = max(used.sum(), 1)
#   with: count = used.sum()
#   hint: "With no anchor in use you divide by 0."
# - replace: balance * smooth.sum()) / count
#   with: balance * smooth.sum() / 4) / count
#   hint: "You average over the four offsets. They are added up."
# - replace: entropy.sum() + balance * smooth.sum()
#   with: entropy.sum() + smooth.sum()
#   hint: "The second part of the loss lacks its weight, balance."
# - replace: balance * np.clip(miss, -1, 1) / count
#   with: np.clip(miss, -1, 1) / count
#   hint: "The gradient of the offsets lacks the weight, balance."
# - replace: (0.5 + 0.5 * np.tanh(z / 2) - truth) / count
#   with: (0.5 + 0.5 * np.tanh(z / 2) - truth)
#   hint: "The gradient of the logits is not divided by the number of anchors in use, as the loss is."
# - replace: (0.5 + 0.5 * np.tanh(z / 2) - truth) / count
#   with: (truth - 0.5 - 0.5 * np.tanh(z / 2)) / count
#   hint: "The gradient of the logits has the wrong sign: it is what you would subtract to get worse."
# - replace: np.log1p(np.exp(-np.abs(z)))
#   with: np.log1p(np.exp(np.abs(z))) - np.abs(z)
#   hint: "A logit of 1000 overflows in an exponential. Write the cross-entropy so that no exponent is positive."
# - replace: z, truth = logits[used], labels[used]
#   with: |-
#     used = hit
#         z, truth = logits[used], labels[used]
#   hint: "Background costs nothing in your version. The first part is about all anchors in use, negatives too."
# - replace: count = max(used.sum(), 1)
#   with: |-
#     count = max(used.sum(), 1)
#         balance = balance / 4
#   hint: "You average over the four offsets. They are added up."


# %% mistake: rpn_loss
# hint: "You mask by multiplication, and 0 times NaN is NaN. Rows that do not count are to be left out."
def rpn_loss(logits, offsets, labels, targets, balance=1.0):
    used, hit = (labels >= 0).astype(float), (labels == 1).astype(float)
    count = max(used.sum(), 1)
    p = 0.5 + 0.5 * np.tanh(logits / 2)
    entropy = np.logaddexp(0, logits) - logits * hit
    miss = (offsets - targets) * hit[:, None]
    smooth = np.where(np.abs(miss) < 1, miss**2 / 2, np.abs(miss) - 0.5)
    loss = (np.sum(used * entropy) + balance * smooth.sum()) / count
    return float(loss), used * (p - hit) / count, balance * np.clip(miss, -1, 1) / count


# %% mistake: rpn_loss
# hint: "You take the logarithm of a probability that can be 0. Compute the cross-entropy from the logit."
def rpn_loss(logits, offsets, labels, targets, balance=1.0):
    used, hit = labels >= 0, labels == 1
    count = max(used.sum(), 1)
    p = 0.5 + 0.5 * np.tanh(logits[used] / 2)
    miss = offsets[hit] - targets[hit]
    loss = -np.sum(np.log(np.where(labels[used] == 1, p, 1 - p) + 1e-12))
    loss += balance * np.sum(np.where(np.abs(miss) < 1, miss**2 / 2, np.abs(miss) - 0.5))
    grad_logits, grad_offsets = np.zeros(len(labels)), np.zeros((len(labels), 4))
    grad_logits[used], grad_offsets[hit] = (p - labels[used]) / count, balance * np.clip(miss, -1, 1) / count
    return float(loss / count), grad_logits, grad_offsets


# %% mistake: rpn_loss
# hint: "You clip the probabilities, so no loss is over 16, however wrong. Compute the cross-entropy from the logit."
def rpn_loss(logits, offsets, labels, targets, balance=1.0):
    used, hit = labels >= 0, labels == 1
    count = max(used.sum(), 1)
    p, truth, miss = 0.5 + 0.5 * np.tanh(logits[used] / 2), labels[used], offsets[hit] - targets[hit]
    safe = np.clip(p, 1e-7, 1 - 1e-7)
    loss = -np.sum(np.log(np.where(truth == 1, safe, 1 - safe)))
    loss += balance * np.sum(np.where(np.abs(miss) < 1, miss**2 / 2, np.abs(miss) - 0.5))
    grad_logits, grad_offsets = np.zeros(len(labels)), np.zeros((len(labels), 4))
    grad_logits[used], grad_offsets[hit] = (p - truth) / count, balance * np.clip(miss, -1, 1) / count
    return float(loss / count), grad_logits, grad_offsets


# %% mistake: rpn_loss
# hint: "Your loss is not a Python float."
def rpn_loss(logits, offsets, labels, targets, balance=1.0):
    used, hit = labels >= 0, labels == 1
    count = max(used.sum(), 1)
    miss = offsets[hit] - targets[hit]
    loss = np.sum(np.logaddexp(0, np.where(hit, -logits, logits)[used]), keepdims=True)
    loss = loss + balance * np.sum(np.where(np.abs(miss) < 1, miss**2 / 2, np.abs(miss) - 0.5))
    grad_logits, grad_offsets = np.zeros(len(labels)), np.zeros((len(labels), 4))
    grad_logits[used] = (0.5 + 0.5 * np.tanh(logits[used] / 2) - labels[used]) / count
    grad_offsets[hit] = balance * np.clip(miss, -1, 1) / count
    return loss / count, grad_logits, grad_offsets


# %% mistake: rpn_loss
# hint: "You divide the second part by the positive anchors. Both parts have the same N, the anchors in use."
def rpn_loss(logits, offsets, labels, targets, balance=1.0):
    used, hit = labels >= 0, labels == 1
    count = max(used.sum(), 1)
    z, truth, miss = logits[used], labels[used], offsets[hit] - targets[hit]
    p = 0.5 + 0.5 * np.tanh(z / 2)
    loss = np.sum(np.logaddexp(0, z) - z * truth) / count
    loss += balance * np.sum(np.where(np.abs(miss) < 1, miss**2 / 2, np.abs(miss) - 0.5)) / max(hit.sum(), 1)
    grad_logits, grad_offsets = np.zeros(len(labels)), np.zeros((len(labels), 4))
    grad_logits[used], grad_offsets[hit] = (p - truth) / count, balance * np.clip(miss, -1, 1) / max(hit.sum(), 1)
    return float(loss), grad_logits, grad_offsets


# %% mistake: rpn_loss
# hint: "You take half the square for large misses too. Beyond 1, smooth L1 goes on as a straight line."
def rpn_loss(logits, offsets, labels, targets, balance=1.0):
    used, hit = labels >= 0, labels == 1
    count = max(used.sum(), 1)
    z, truth, miss = logits[used], labels[used], offsets[hit] - targets[hit]
    p = 0.5 + 0.5 * np.tanh(z / 2)
    loss = np.sum(np.logaddexp(0, z) - z * truth) / count
    loss += balance * np.sum(miss**2 / 2) / count
    grad_logits, grad_offsets = np.zeros(len(labels)), np.zeros((len(labels), 4))
    grad_logits[used], grad_offsets[hit] = (p - truth) / count, balance * miss / count
    return float(loss), grad_logits, grad_offsets


# %% mistake: rpn_loss
# hint: "A logit of 1000 makes a probability of exactly 0 or 1, whose logarithm you take. Use the logit."
def rpn_loss(logits, offsets, labels, targets, balance=1.0):
    used, hit = labels >= 0, labels == 1
    count = max(used.sum(), 1)
    z, truth, miss = logits[used], labels[used], offsets[hit] - targets[hit]
    p = np.exp(-np.logaddexp(0, -z))
    loss = np.sum(-np.where(truth == 1, np.log(p), np.log(1 - p)) + 0 * np.log(p * (1 - p))) / count
    loss += balance * np.sum(np.where(np.abs(miss) < 1, miss**2 / 2, np.abs(miss) - 0.5)) / count
    grad_logits, grad_offsets = np.zeros(len(labels)), np.zeros((len(labels), 4))
    grad_logits[used], grad_offsets[hit] = (p - truth) / count, balance * np.clip(miss, -1, 1) / count
    return float(loss), grad_logits, grad_offsets


# %% mistake: rpn_loss
# hint: "Negative anchors learn offsets in your version. Where nothing is, no box is right."
def rpn_loss(logits, offsets, labels, targets, balance=1.0):
    used, hit = labels >= 0, labels >= 0
    count = max(used.sum(), 1)
    z, truth, miss = logits[used], labels[used], offsets[hit] - np.nan_to_num(targets[hit])
    p = 0.5 + 0.5 * np.tanh(z / 2)
    loss = np.sum(np.logaddexp(0, z) - z * truth) / count
    loss += balance * np.sum(np.where(np.abs(miss) < 1, miss**2 / 2, np.abs(miss) - 0.5)) / count
    grad_logits, grad_offsets = np.zeros(len(labels)), np.zeros((len(labels), 4))
    grad_logits[used], grad_offsets[hit] = (p - truth) / count, balance * np.clip(miss, -1, 1) / count
    return float(loss), grad_logits, grad_offsets


# %% mistake: rpn_loss
# hint: "Anchors labelled -1 are taken for background. They are not in use."
def rpn_loss(logits, offsets, labels, targets, balance=1.0):
    used, hit = labels > -2, labels == 1
    count = max(used.sum(), 1)
    z, truth, miss = logits[used], labels == 1, offsets[hit] - targets[hit]
    p = 0.5 + 0.5 * np.tanh(z / 2)
    loss = np.sum(np.logaddexp(0, z) - z * truth) / count
    loss += balance * np.sum(np.where(np.abs(miss) < 1, miss**2 / 2, np.abs(miss) - 0.5)) / count
    grad_logits, grad_offsets = np.zeros(len(labels)), np.zeros((len(labels), 4))
    grad_logits[used], grad_offsets[hit] = (p - truth) / count, balance * np.clip(miss, -1, 1) / count
    return float(loss), grad_logits, grad_offsets


# %% equivalents: rpn_loss
# - replace: 'np.abs(miss) < 1'
#   with: 'np.abs(miss) <= 1'
#   reason: "Both pieces are one half at 1."
# - replace: 'np.clip(miss, -1, 1)'
#   with: 'np.clip(-1, miss, 1)'
#   reason: "The greater of two numbers is the same in either order."


# %% accepts: rpn_loss
def rpn_loss(logits, offsets, labels, targets, balance=1.0):
    loss, grad_logits, grad_offsets = 0.0, np.zeros(len(labels)), np.zeros((len(labels), 4))
    count = int(np.sum(labels != -1))
    for i in range(len(labels)):
        if labels[i] == -1:
            continue
        z = logits[i] if labels[i] == 0 else -logits[i]
        loss += np.logaddexp(0, z) / count
        grad_logits[i] = np.exp(z - np.logaddexp(0, z)) * (1 if labels[i] == 0 else -1) / count
        if labels[i] == 1:
            for j in range(4):
                u = offsets[i, j] - targets[i, j]
                loss += balance * (abs(u) - 0.5 if abs(u) >= 1 else u * u / 2) / count
                grad_offsets[i, j] = balance * min(max(u, -1), 1) / count
    return float(loss), grad_logits, grad_offsets


# %% accepts: rpn_loss
def rpn_loss(logits, offsets, labels, targets, balance=1.0):
    in_use = np.flatnonzero(labels > -1)
    positive = np.flatnonzero(labels == 1)
    scale = 1 / len(in_use) if len(in_use) else 0.0
    sign = np.where(labels[in_use] == 1, -1.0, 1.0)
    doubt = np.logaddexp(0, sign * logits[in_use])  # -log of the right answer's probability
    grad_logits, grad_offsets = np.zeros_like(logits, dtype=float), np.zeros_like(offsets, dtype=float)
    grad_logits[in_use] = scale * sign * -np.expm1(-doubt)
    slope = np.clip(offsets[positive] - targets[positive], -1, 1)
    grad_offsets[positive] = scale * balance * slope
    huber = slope * (offsets[positive] - targets[positive] - slope / 2)
    return scale * (float(doubt.sum()) + balance * float(huber.sum())), grad_logits, grad_offsets


# %% [markdown]
# ## Put it together: a small Faster R-CNN
#
# The trunk is VGG up to the third pooling, frozen: maps of $16 \times 16 \times 48$, stride 4, computed once for 400
# scenes. Two small networks use it, each of two dense layers with a ReLU between, trained by backpropagation (Day 26)
# and Adam (Day 29). First the RPN: it sees each cell with its neighbours, $3 \cdot 3 \cdot 48$ numbers, and gives a
# logit and four offsets for each of two anchors.

# %% demo
TRUNK = VGG[: [i for i, layer in enumerate(VGG) if "pool" in layer.name][2]]
maps, held_maps = (
    np.concatenate([through(TRUNK, scenes.images[i : i + 50]) for i in range(0, len(scenes.images), 50)])
    for scenes in (train, held_out)
)  # (400, 16, 16, 48), (150, 16, 16, 48)
maps, held_maps = maps / maps.std(), held_maps / maps.std()


class TwoLayers:
    """Dense, ReLU, dense: trained with Adam, whose rate falls along half a cosine."""

    def __init__(self, sizes, rate, num_steps, rng):
        (a, b, c), self.rate, self.num_steps, self.t = sizes, rate, num_steps, 0
        values = [rng.normal(size=(a, b)) * np.sqrt(2 / a), np.zeros(b), 0.01 * rng.normal(size=(b, c)), np.zeros(c)]
        self.params = [value.astype("float32") for value in values]
        self.m, self.v = ([np.zeros_like(param) for param in self.params] for _ in range(2))

    def __call__(self, x):
        self.x, self.hidden = x, np.maximum(x @ self.params[0] + self.params[1], 0)
        return self.hidden @ self.params[2] + self.params[3]

    def step(self, gradient):
        gradient = gradient.astype("float32")
        below = (gradient @ self.params[2].T) * (self.hidden > 0)
        gradients = self.x.T @ below, below.sum(axis=0), self.hidden.T @ gradient, gradient.sum(axis=0)
        rate = 0.5 * self.rate * (1 + np.cos(np.pi * self.t / self.num_steps))
        self.t += 1
        for i, g in enumerate(gradients):
            self.m[i] += 0.1 * (g - self.m[i])
            self.v[i] += 0.001 * (g**2 - self.v[i])
            root = np.sqrt(self.v[i] / (1 - 0.999**self.t))
            self.params[i] -= rate * self.m[i] / (1 - 0.9**self.t) / (root + 1e-8)


def neighbours(features):
    """Each cell of a map (16, 16, 48) with its eight neighbours: (256, 432)."""
    padded = np.pad(features, [(1, 1), (1, 1), (0, 0)])
    parts = [padded[i : i + 16, j : j + 16] for i in range(3) for j in range(3)]
    return np.concatenate(parts, axis=-1).reshape(256, -1)


def sample(labels, num, rng):
    """The same labels, with -1 for all but `num` anchors, half of them positive if there are so many."""
    positive = rng.permutation(np.flatnonzero(labels == 1))[: num // 2]
    negative = rng.permutation(np.flatnonzero(labels == 0))[: num - len(positive)]
    chosen = np.full(len(labels), -1)
    chosen[positive], chosen[negative] = 1, 0
    return chosen


rng = np.random.default_rng(62)
EPOCHS, BATCH = 4, 5
rpn = TwoLayers((432, 64, 5 * len(SCALES)), 0.003, EPOCHS * len(maps) // BATCH, rng)
for epoch in range(EPOCHS):
    losses = []
    for batch in rng.permutation(len(maps)).reshape(-1, BATCH):
        outputs = rpn(np.concatenate([neighbours(maps[i]) for i in batch])).reshape(-1, 5)  # (5 · 512, 5)
        labels = np.concatenate([sample(lessons[i][0], 64, rng) for i in batch])
        due = np.concatenate([lessons[i][1] for i in batch])
        loss, grad_logits, grad_offsets = rpn_loss(outputs[:, 0], outputs[:, 1:], labels, due)
        rpn.step(np.hstack([grad_logits[:, None], grad_offsets]).reshape(-1, 5 * len(SCALES)))
        losses.append(loss)
    print(f"epoch {epoch}: loss {np.mean(losses):.3f}")

# %% [markdown]
# Its proposals: decode the offsets, cut the boxes at the border, keep the best 150 by logit, remove repetitions by NMS
# at 0.6, keep 40. **Recall** is the share of objects that have a proposal with some IoU, among so many per image. The
# RPN's come by falling logit; windows and regions have no scores, and come in random order.


# %% demo
def propose(features, num=40):
    """Up to `num` boxes, best first, by the RPN: (n, 4)."""
    outputs = rpn(neighbours(features)).reshape(-1, 5).astype(float)
    boxes = np.clip(decode_offsets(anchors, np.clip(outputs[:, 1:], -2, 2)), 0, 64)
    real = np.flatnonzero((boxes[:, 2:] - boxes[:, :2]).min(axis=1) >= 3)
    best = real[np.argsort(-outputs[real, 0], kind="stable")[:150]]
    return boxes[best[nms(boxes[best], outputs[best, 0], 0.6)[:num]]]


proposals, held_proposals = ([propose(features) for features in group] for group in (maps, held_maps))
windows = sliding_windows(held_out.images[0], five, 4)
contenders = {
    "region proposal network": held_proposals[:FEW],
    "graph-based merging": [rng.permutation(boxes) for boxes in graph_boxes],
    "sliding windows": [rng.permutation(windows) for _ in range(FEW)],
}
numbers, levels = np.array([1, 2, 3, 5, 7, 10, 15, 20, 30, 40]), np.arange(0.5, 0.96, 0.05)
fig, axes = plt.subplots(1, 2, figsize=(11, 4.2), sharey=True)
for (name, boxes), marker in zip(contenders.items(), dd.plot.MARKERS, strict=False):
    by_number = [covered([some[:num] for some in boxes], 0.5) for num in numbers]
    by_level = [covered([some[:40] for some in boxes], level) for level in levels]
    axes[0].plot(numbers, by_number, marker=marker, label=name)
    axes[1].plot(levels, by_level, marker=marker, label=name)
    print(f"{name}: recall at IoU 0.5 of 10 proposals {by_number[5]:.2f}, of 40 {by_number[-1]:.2f}", end="")
    print(f"; at IoU 0.8 of 40 {covered([some[:40] for some in boxes], 0.8):.2f}")
    if name.startswith("region"):
        rpn_recall = by_number
axes[0].set(title="Recall at IoU 0.5", xlabel="proposals per scene", ylabel="share of the objects", ylim=(0, 1.03))
axes[1].set(title="Recall of 40 proposals", xlabel="IoU that counts as met")
axes[0].legend(loc="lower right")
dd.plot.show(
    "Two panels of recall. Against the number of proposals, the region proposal network rises fastest and is close "
    "to 1 at 20; graph-based merging follows and nearly reaches it at 40; windows stay far below. Against the IoU, "
    "with 40 proposals, merging stays high furthest, the network falls from 0.6 on, and the windows lie lowest."
)

# %% [markdown]
# The RPN *ranks*: ten of its proposals meet about nine in ten objects, and twenty nearly all. Merging has no order, and
# needs thirty or forty. But the RPN's boxes are loose: a small network guesses them from two squares, while the box of
# a region that is the object is exact. So at an IoU of 0.8 merging leads by far, on objects of one colour. On
# photographs the paper found 300 proposals of the RPN better than 2,000 of selective search. The next stage tightens
# loose boxes.
#
# In that stage, the **head**, each proposal becomes $4 \times 4 \times 48$ numbers by RoI align, and the other network
# gives 8 logits, 7 classes and background, and 4 offsets from the *proposal*. In training, a proposal belongs to its
# nearest true box from an IoU of 0.5 on, else to the background; true boxes are added to the proposals, and 32 an image
# are drawn, 12 positives at most. The loss has the same two parts: cross-entropy over 8 classes, and smooth L1 for
# positives. (Offsets are multiplied by 10, to count as much as classes.) The same head is trained on pooled regions,
# too: is align worth it?


# %% demo
def one_hot_loss(outputs, classes, due):
    """Loss and gradient of the head: outputs (n, 12), classes (n,) with 7 for background, due (n, 4)."""
    shifted = outputs[:, :8] - outputs[:, :8].max(axis=1, keepdims=True)
    logs = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    miss = np.where(classes[:, None] < 7, outputs[:, 8:] - 10 * due, 0)
    slope = np.clip(miss, -1, 1)
    loss = -logs[np.arange(len(classes)), classes].sum() + np.sum(slope * (miss - slope / 2))
    return loss / len(classes), np.hstack([np.exp(logs) - np.eye(8)[classes], slope]) / len(classes)


def flat_regions(cut, features, boxes):
    return cut(features, boxes, (4, 4), 4).reshape(len(boxes), -1).astype("float32")


def train_head(cut, rng, epochs=5):
    x, classes, due = [], [], []
    for i, features in enumerate(maps):
        true_boxes, names = truth_of(train, i)
        boxes = np.concatenate([proposals[i], true_boxes])
        overlaps = iou(boxes, true_boxes)
        near, owner = overlaps.max(axis=1) >= 0.5, overlaps.argmax(axis=1)
        chosen = rng.permutation(np.flatnonzero(near))[:12]
        chosen = np.concatenate([chosen, rng.permutation(np.flatnonzero(~near))[: 32 - len(chosen)]])
        x.append(flat_regions(cut, features, boxes[chosen]))
        classes.append(np.where(near, names[owner], 7)[chosen])
        due.append(encode_offsets(boxes[chosen], true_boxes[owner[chosen]]))
    x, classes, due = map(np.concatenate, (x, classes, due))
    head = TwoLayers((x.shape[1], 96, 12), 0.002, epochs * (len(x) // 64), rng)
    for _ in range(epochs):
        order = rng.permutation(len(x))
        for batch in order[: len(x) // 64 * 64].reshape(-1, 64):
            head.step(one_hot_loss(head(x[batch]), classes[batch], due[batch])[1])
    return head


def detect(head, cut, features, boxes):
    """For each class the boxes that are left after NMS, and their probabilities."""
    outputs = head(flat_regions(cut, features, boxes)).astype(float)
    powers = np.exp(outputs[:, :8] - outputs[:, :8].max(axis=1, keepdims=True))
    probabilities = powers / powers.sum(axis=1, keepdims=True)
    boxes = np.clip(decode_offsets(boxes, outputs[:, 8:] / 10), 0, 64)
    kept = [nms(boxes, probabilities[:, c], 0.3) for c in range(7)]
    return [(boxes[k], probabilities[k, c]) for c, k in enumerate(kept)]


def mean_average_precision(detections, level):
    found = []
    for c in range(len(CLASSES)):
        truths = [boxes[names == c] for boxes, names in (truth_of(held_out, i) for i in range(len(detections)))]
        mine = [scene[c] for scene in detections]
        correct = [day_061.match_detections(*one, truth, level) for one, truth in zip(mine, truths, strict=True)]
        scores = np.concatenate([score for _, score in mine])
        found.append(day_061.average_precision(scores, np.concatenate(correct), sum(map(len, truths)))[2])
    return np.mean(found)


levels = (0.5, 0.6, 0.7, 0.8, 0.9)
fig, ax = plt.subplots(figsize=(6.5, 4))
precision = {}
for (name, cut), marker in zip({"align": roi_align, "pool": roi_pool}.items(), "os", strict=True):
    head = train_head(cut, np.random.default_rng(5))
    found = [detect(head, cut, *pair) for pair in zip(held_maps, held_proposals, strict=True)]
    precision[name] = [mean_average_precision(found, level) for level in levels]
    ax.plot(levels, precision[name], marker=marker, label=f"RoI {name}")
    print(
        f"RoI {name}: mAP", ", ".join(f"{p:.2f} at {level}" for p, level in zip(precision[name], levels, strict=True))
    )
    if name == "align":
        detections = found
ax.set(title="Two heads, alike but for how regions are cut", xlabel="IoU that a hit needs", ylabel="mAP", ylim=(0, 1))
ax.legend()
dd.plot.show(
    "Mean average precision against the IoU that a hit needs. Both curves fall; RoI align starts at 0.9 and lies above "
    "RoI pooling everywhere, by the most at 0.7 and 0.8."
)

# %% [markdown]
# Where half of an overlap is enough, both heads do well. A stricter judge makes rounding dear: at 0.7, align is ahead
# by about a quarter. Our objects are 3 to 8 cells wide, and rounding moves an edge by up to half of one. At 0.9 both
# fail. What does it look like?

# %% demo
fig, axes = plt.subplots(1, 4, figsize=(12.5, 3.6))
for ax, i in zip(axes, (0, 3, 8, 12), strict=True):
    show_image(ax, held_out.images[i], f"scene {i}")
    named = []
    for c, (boxes, scores) in enumerate(detections[i]):
        draw_boxes(ax, boxes[scores >= 0.5])
        for (x1, y1, _, y2), score in zip(boxes[scores >= 0.5], scores[scores >= 0.5], strict=True):
            look = {"facecolor": "black", "pad": 1, "edgecolor": "none"}
            y, va = (y2, "top") if any(abs(x1 - x) + abs(y1 - y) < 8 for x, y in named) else (y1, "bottom")
            ax.text(x1, y, f"{CLASSES[c]} {score:.2f}", color="white", fontsize=8, va=va, bbox=look)
            named.append((x1, y1))
    draw_boxes(ax, truth_of(held_out, i)[0], color="#e3a41c", width=1, style="--")
dd.plot.show(
    "Four held-out scenes with detections of a probability of at least 0.5, each a box with its class and probability, "
    "and the true boxes dashed. Most objects have one box of the right class, a few pixels off at most; some have "
    "none, or two with two names."
)
print(f"mAP@0.5 with RoI align {precision['align'][0]:.3f}, with RoI pooling {precision['pool'][0]:.3f}")
assert precision["align"][0] > 0.75 and precision["align"][2] > precision["pool"][2] + 0.1
assert rpn_recall[-1] > 0.9

# %% [markdown]
# Compare with the dashed boxes: the second stage has tightened the RPN's. Where it fails, an object is missed, or has
# the wrong name, or two names and two boxes, for NMS works class by class.
#
# ## The family, and its costs
#
# | | proposals | the trunk runs | trained | what limits it |
# |---|---|---|---|---|
# | R-CNN, 2014 | selective search, 2,000 | once a proposal | network, classifiers, boxes: three times | the passes |
# | Fast R-CNN, 2015 | the same | once an image | one loss of two parts | the proposals |
# | Faster R-CNN, 2015 | an RPN on the same map | once an image | two stages, one trunk | two stages in a row |
#
# In the papers the trunk is trained too; ours is frozen.
#
# ## What you should remember
#
# 1. A dense layer on every window is one convolution; so a network gives a map of answers on a larger image.
# 2. Proposals say where something may be. Judge them by recall, at a number and an IoU.
# 3. A second stage cuts regions out of one shared map. Rounded edges cost exact boxes; RoI align rounds nothing.
# 4. An RPN's anchors are positive, negative or ignored; each true box that any anchor overlaps has a positive one.
# 5. Both stages have a loss of two parts: what it is, from all in the sample, and where, from positives alone.
#
# ## Check yourself, without code
#
# 1. A network without padding halves an image three times and looks at windows of 96 pixels. How many answers does it
#    give on an image of $160 \times 128$, read as convolutions?
# 2. All anchors that cross the border are ignored in training. May the RPN propose boxes there when it is used, and
#    what has to be done to them?
# 3. You double $k$ in the merging of a graph, and all weights too. What changes?
#
# <details><summary>Answers</summary>
#
# 1. Its stride is 8, so $(160 - 96)/8 + 1 = 9$ one way and $(128 - 96)/8 + 1 = 5$ the other: 45.
# 2. Yes: the same weights answer at every cell. The boxes are cut at the border before the second stage.
# 3. Nothing. Internal differences double too, and both sides of the rule with them.
#
# </details>
#
# ## Go further
#
# - Felzenszwalb and Huttenlocher (2004), *Efficient graph-based image segmentation*, IJCV 59.
# - Uijlings and others (2013), *Selective search for object recognition*, IJCV 104.
# - Sermanet and others (2014), *OverFeat*, ICLR: windows as convolutions.
# - Girshick and others (2014), *Rich feature hierarchies for accurate object detection and semantic segmentation*,
#   CVPR: R-CNN.
# - Girshick (2015), *Fast R-CNN*, ICCV: RoI pooling, and one loss for all.
# - Ren, He, Girshick and Sun (2015), *Faster R-CNN*, NeurIPS.
# - He, Gkioxari, Dollár and Girshick (2017), *Mask R-CNN*, ICCV: RoI align, and a mask for each object.
# - Day 63: what if the map of features gave classes and boxes at once, without a second stage?
