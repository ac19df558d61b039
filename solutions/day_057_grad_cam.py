# ---
# day: 57
# title: What does a network look at? Grad-CAM
# week: 12
# minutes: 100
# backend: tensorflow
# needs: [26, 36, 38, 46, 50, 51, 56]
# data: [scenes]
# papers:
# - "Simonyan, Vedaldi and Zisserman 2014, Deep inside convolutional networks: visualising image classification models
#   and saliency maps"
# - "Zeiler and Fergus 2014, Visualizing and understanding convolutional networks"
# - "Springenberg, Dosovitskiy, Brox and Riedmiller 2015, Striving for simplicity: the all convolutional net"
# - "Zhou, Khosla, Lapedriza, Oliva and Torralba 2016, Learning deep features for discriminative localization"
# - "Ribeiro, Singh and Guestrin 2016, Why should I trust you? Explaining the predictions of any classifier"
# - "Selvaraju, Cogswell, Das, Vedantam, Parikh and Batra 2017, Grad-CAM: visual explanations from deep networks via
#   gradient-based localization"
# - "Adebayo, Gilmer, Muelly, Goodfellow, Hardt and Kim 2018, Sanity checks for saliency maps"
# - "Zhang, Bargal, Lin, Brandt, Shen and Sclaroff 2018, Top-down neural attention by excitation backprop"
# - "Wang, Wang, Du, Yang, Zhang, Ding, Mardziel and Hu 2020, Score-CAM: score-weighted visual explanations for
#   convolutional neural networks"
# ---

# %% [markdown]
# # Day 57 · What does a network look at? Grad-CAM
#
# By the end you can draw a map of where in a picture a network found what it says, and you can tell whether such a
# map is worth anything.
#
# - **You will build** five kinds of map: saliency, guided gradients, Grad-CAM, guided Grad-CAM and occlusion, an
#   overlay to look at them, and a score against the true pixels of the object. All go through the same test: they
#   should fall apart when the network has learned nothing.
# - **You need** the chain rule (Day 26), the tape (Day 36), functional models (Day 38), convolution (Day 46), average
#   pooling over whole maps (Day 50), the small GoogLeNet (Day 51).
# - **Not today:** networks that are trained with masks (Day 58), and pictures changed on purpose (Day 60).
# - **Time:** about 100 minutes.
#
# | symbol | meaning | shape | in code |
# |---|---|---|---|
# | $x$ | a picture of $H \times W$ pixels and $C$ channels | $(H, W, C)$ | `image` |
# | $K$ | number of classes, 7 here | | |
# | $z_k$ | logit of class $k$ | $()$ | `logits[:, k]` |
# | $S$ | saliency map | $(H, W)$ | |
# | $A$ | maps of a late layer, $D$ of them | $(H', W', D)$ | `activations` |
# | $G$ | gradient of $z_k$ along $A$ | $(H', W', D)$ | `gradients` |
# | $\beta_d$ | weight of map $d$ | $(D,)$ together | |
# | $w_{dk}$ | weight of the last layer from map $d$ to class $k$ | $(D, K)$ | |
# | $E$ | a map of heat | $(H', W')$ or $(H, W)$ | `heatmap` |
# | $m$ | the object's true pixels | $(H, W)$ | `mask` |
# | $f, s$ | side of the patch that occludes, and its stride | | `patch`, `stride` |

# %% setup
import matplotlib.pyplot as plt
import numpy as np
from scipy.stats import spearmanr

import deepdays as dd
from deepdays.data.sets.scenes import CLASSES

with dd.quiet():  # TensorFlow announces itself while it loads
    import keras
    import tensorflow as tf
    from keras import layers, ops

    ops.softmax(ops.zeros((1, 2)))
dd.plot.style()

# %% [markdown]
# ## Right, but why?
#
# A classifier says "star", and it is right. Did it see the star? It may as well have learned that stars are
# photographed at night. A classifier of wolves and huskies, trained to prove the point, looked at the snow (Ribeiro and
# others 2016). Numbers about held-out pictures do not tell, if the held-out pictures have the same habit. So people ask
# the network to **explain** itself by a map: which pixels mattered for this answer?
#
# Such maps look convincing nearly always, and that is the danger. With most photographs nobody knows what the right
# map would be. Our scenes are made, so the true pixels of each object are known, and maps can be marked like an exam.
#
# The network is Day 51's small GoogLeNet, trained on windows of 32 by 32 pixels with an object in the middle.
# Training it took minutes and was done beforehand, so it is loaded. Today's windows are cut so that the object lies
# *anywhere* in them, or else a map that always glows in the middle would get good marks.

# %% demo
network = dd.zoo.load("scenes_googlenet")
middle_maps, last_maps = [layer for layer in network.layers if isinstance(layer, layers.Concatenate)][-2:]
print(f"maps {middle_maps.output.shape[1:]}, and last ones {last_maps.output.shape[1:]}")


def windows_of(scenes, rng):
    """Windows (n, 32, 32, 3) with a whole object of up to 24 pixels each, its class (n,) and its mask (n, 32, 32)."""
    windows, classes, masks = [], [], []
    for i, (image, boxes) in enumerate(zip(scenes.images, scenes.boxes, strict=True)):
        for j, (left, top, right, bottom) in enumerate(boxes):
            if max(right - left, bottom - top) <= 24:
                x = rng.integers(max(right - 32, 0), min(left, 32) + 1)
                y = rng.integers(max(bottom - 32, 0), min(top, 32) + 1)
                windows.append(image[y : y + 32, x : x + 32])
                classes.append(scenes.labels[i, j])
                masks.append(scenes.masks[i, j, y : y + 32, x : x + 32])
    return np.array(windows), np.array(classes), np.array(masks)


def prepared(pictures):
    """Pictures as the network was trained on them, float32 from about -2 to 2."""
    return (pictures.astype("float32") - 115) / 64


windows, truth, object_masks = windows_of(dd.data.scenes(60, seed=21, num_objects=(4, 4)), np.random.default_rng(57))
named = ops.convert_to_numpy(network(prepared(windows))).argmax(axis=-1)
right = np.flatnonzero(named == truth)
print(f"of {len(named)} windows, {len(right) / len(named):.2f} are named rightly (guessing: {1 / 7:.2f})")

# %% [markdown]
# Three in four or a few more, which is less than Day 51's 92%: objects off the middle are new to it. From here on only
# windows that are named rightly are looked at. What the map of a wrong answer should show is another question.
#
# ## Saliency: the gradient at the pixels
#
# Backpropagation usually asks how the *loss* changes with the *weights*. Ask instead how the *logit* of a class
# changes with the *pixels* (Simonyan and others 2014): where a small change of a pixel changes $z_k$ much, the
# network looks. A pixel has several channels; take the largest slope in absolute value:
#
# $$S_{ij} = \max_{c} \left| \frac{\partial z_k}{\partial x_{ijc}} \right| .$$
#
# **By hand.** A picture of one row, two pixels and two channels, $x = (1, 2)$ and $(3, 4)$, and a linear network
# $z_0 = 2 \cdot 1 - 5 \cdot 2 + 0 \cdot 3 + 1 \cdot 4$. The slopes are $(2, -5)$ and $(0, 1)$, so $S = (5, 1)$: that
# the slope of the first pixel is negative does not make it less important.
#
# Take the **logit** and not the probability. Softmax can be raised by pushing the other classes down, and where it is
# near 1 its slope vanishes. And the network must be asked as in use, without dropout.


# %% exercise: saliency
def saliency(model, image, class_index):
    """How much a small change of each pixel changes the logit of a class.

    Args:
        model: Keras model from pictures (N, H, W, C) to logits (N, K), or a function that is called in the same way,
            model(x, training=False); not changed.
        image: array (H, W, C), floats or ints, one picture; left unchanged.
        class_index: int, 0 to K - 1, the class asked about, which need not be the one that the model names.

    Returns:
        float array (H, W), >= 0: the largest absolute slope over the channels, of the model in inference mode. About
        7 lines.

    Raises:
        ValueError: class_index is not from 0 to K - 1.
    """
    ### BEGIN SOLUTION
    x = ops.convert_to_tensor(np.asarray(image, dtype="float32")[None])  # (1, H, W, C)
    with tf.GradientTape() as tape:
        tape.watch(x)
        logits = model(x, training=False)  # (1, K)
        if not 0 <= class_index < logits.shape[-1]:
            raise ValueError(f"class_index must be from 0 to {logits.shape[-1] - 1}. Received: {class_index}")
        logit = logits[0, class_index]
    slopes = ops.convert_to_numpy(tape.gradient(logit, x))[0]  # (H, W, C)
    return np.abs(slopes).max(axis=-1)
    ### END SOLUTION


# %% fixture
def linear_network(kernel, shape):
    """A model whose logits are sums of the entries of a picture, weighed by kernel (H * W * C, K)."""
    inputs = keras.Input(shape)
    model = keras.Model(inputs, layers.Dense(kernel.shape[1], use_bias=False)(layers.Flatten()(inputs)))
    model.set_weights([kernel])
    return model


def small_network(shape, num_classes, seed):
    """Flatten, dropout, a norm, a dense layer with ReLU and logits, with weights that are drawn."""
    inputs = keras.Input(shape)
    x = layers.BatchNormalization()(layers.Dropout(0.5)(layers.Flatten()(inputs)))
    model = keras.Model(inputs, layers.Dense(num_classes)(layers.Dense(9, activation="relu")(x)))
    rng = np.random.default_rng(seed)
    for layer in model.layers:
        drawn = [rng.normal(0, 1, weight.shape) for weight in layer.get_weights()]
        if isinstance(layer, layers.BatchNormalization):
            drawn[0], drawn[3] = 1 + 0.3 * drawn[0], 1 + drawn[3] ** 2  # scale, variance
        layer.set_weights(drawn)
    return model


def as_function(model):
    """The model as a function, which can be called and nothing else."""

    def call(x, training=False):
        return model(x, training=training)

    return call


# %% test: saliency, points=3
kernel = np.array([[2.0, 1.0, 0.0], [-5.0, 1.0, 0.5], [0.0, 3.0, 0.5], [1.0, -4.0, 0.0]], dtype="float32")
model = linear_network(kernel, (1, 2, 2))
image = np.array([[[1.0, 2.0], [3.0, 4.0]]], dtype="float32")
with dd.check.unchanged(image):
    found = saliency(model, image, 0)
dd.check.like(found, np.array([[5.0, 1.0]], "float32"), what="the saliency of class 0", why="it is worked by hand")
dd.check.close(saliency(model, image, 1), [[1.0, 4.0]], what="the saliency of class 1", why="|1|, |1| and |3|, |-4|")
with dd.check.raises(ValueError, why="there are three classes"):
    saliency(model, image, 3)
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(57)
with dd.check.raises(ValueError, why="classes are counted from 0"):
    saliency(model, image, -1)
dd.check.close(saliency(model, np.array([[[1, 2], [3, 4]]]), 2), [[0.5, 0.5]], what="the saliency of a picture of ints")
dd.check.close(saliency(as_function(model), image, 1), [[1.0, 4.0]], what="the saliency of a function", why="as before")
with dd.check.raises(ValueError, why="the function gives three logits"):
    saliency(as_function(model), image, 3)
model = small_network((3, 4, 2), 5, 57)
before = [np.array(weight) for weight in model.get_weights()]
scale, shift, mean, variance, kernel, bias, last, _ = before
image = rng.normal(0, 1, (3, 4, 2)).astype("float32")
normed = (image.ravel() - mean) * scale / np.sqrt(variance + 1e-3) + shift
hidden = normed @ kernel + bias
for k in range(5):
    # The chain rule, layer by layer.
    slopes = (kernel @ (last[:, k] * (hidden > 0))) * scale / np.sqrt(variance + 1e-3)
    due = np.abs(slopes.reshape(3, 4, 2)).max(axis=-1)
    with dd.check.unchanged(image):
        found = saliency(model, image, k)
    dd.check.shape(found, (3, 4), what=f"the saliency of class {k}")
    dd.check.dtype(found, "float", what=f"the saliency of class {k}")
    why = "the largest absolute slope of the logit over the channels, without dropout"
    dd.check.close(found, due, rtol=1e-4, atol=1e-6, what=f"the saliency of class {k}", why=why)
again = saliency(model, image.astype("float64"), 2)
dd.check.close(again, saliency(model, image, 2), rtol=1e-5, what="the saliency of a picture of float64")
for old, new in zip(before, model.get_weights(), strict=True):
    dd.check.close(new, old, what="the model's weights after all calls", why="nothing is trained")
### END HIDDEN TESTS

# %% mistakes: saliency
# - replace: "return np.abs(slopes).max(axis=-1)"
#   with: "size = np.abs(slopes).max(axis=-1)\n    return (size - size.min()) / (np.ptp(size) + 1e-8)"
#   hint: "You stretch the map from 0 to 1, as for a figure. The slopes are due as they are."
# - replace: "return np.abs(slopes).max(axis=-1)"
#   with: "return slopes.max(axis=-1)"
#   hint: "A slope that is far below 0 matters as much as one above. Take absolute values first."
# - replace: "return np.abs(slopes).max(axis=-1)"
#   with: "return np.abs(slopes.max(axis=-1))"
#   hint: "You take the largest slope and then its absolute value. The other way round: absolute values first."
# - replace: "return np.abs(slopes).max(axis=-1)"
#   with: "return np.abs(slopes).sum(axis=-1)"
#   hint: "You add the channels up. The largest of them is due."
# - replace: "return np.abs(slopes).max(axis=-1)"
#   with: "return np.abs(slopes).mean(axis=-1)"
#   hint: "You take the mean over the channels. The largest of them is due."
# - replace: "return np.abs(slopes).max(axis=-1)"
#   with: "return np.abs(slopes)"
#   hint: "Your map has channels. The largest slope over them is due, one number for each pixel."
# - replace: "return np.abs(slopes).max(axis=-1)"
#   with: "return np.abs(slopes).max(axis=-1) / np.abs(slopes).max()"
#   hint: "You scale the map to a largest value of 1. The slopes are due as they are."
# - replace: "training=False)  # (1, K)"
#   with: "training=True)"
#   hint: "The model is called as in training, so dropout and the norms of the batch change what it says."
# - replace: "logit = logits[0, class_index]"
#   with: "logit = ops.softmax(logits)[0, class_index]"
#   hint: "You take the slope of the probability. The logit's is due."
# - replace: "logit = logits[0, class_index]"
#   with: "logit = ops.max(logits)"
#   hint: "You ask about the class that the model names. The caller says which."
# - replace: "logit = logits[0, class_index]"
#   with: "logit = ops.sum(logits)"
#   hint: "You add all logits up. One class is asked about."
# - replace: "logit = logits[0, class_index]"
#   with: "logit = -ops.log_softmax(logits)[0, class_index]"
#   hint: "You take the slope of the cross-entropy. The logit's is due."
# - replace: "return np.abs(slopes).max(axis=-1)"
#   with: "return np.abs(slopes * np.asarray(image)).max(axis=-1)"
#   hint: "You multiply the slopes by the picture. That is another kind of map; the slopes alone are due."
# - replace: "if not 0 <= class_index < logits.shape[-1]:"
#   with: "if class_index >= logits.shape[-1]:"
#   hint: "A negative class goes through, and counts from the end."
# - replace: "if not 0 <= class_index < logits.shape[-1]:"
#   with: "if False:"
#   hint: "A class that does not exist goes through. TensorFlow may even answer with zeros."


# %% equivalents: saliency
# - replace: "if not 0 <= class_index < logits.shape[-1]:"
#   with: "if not 0 <= class_index < logits.shape[1]:"
#   reason: "Logits have two axes, so the last is axis 1."
# - replace: logits[0, class_index]
#   with: logits[-1, class_index]
#   reason: "In a batch of one the first picture is the last."
# - replace: ops.convert_to_numpy(tape.gradient(logit, x))[0]
#   with: ops.convert_to_numpy(tape.gradient(logit, x))[-1]
#   reason: "In a batch of one the first picture is the last."


# %% accepts: saliency
def saliency(model, image, class_index):
    x = tf.Variable(np.array(image, dtype="float32").reshape(1, *np.shape(image)))
    with tf.GradientTape() as tape:
        logits = model(x, training=False)
        picked = tf.reduce_sum(logits * tf.one_hot([class_index], logits.shape[-1]))
    if class_index not in range(logits.shape[-1]):
        raise ValueError(f"{class_index} is no class of {logits.shape[-1]}")
    return tf.reduce_max(tf.abs(tape.gradient(picked, x)[0]), axis=2).numpy()


# %% accepts: saliency
def saliency(model, image, class_index):
    x = tf.constant(image, dtype=tf.float32)
    with tf.GradientTape() as tape:
        tape.watch(x)
        logits = model(x[None], training=False)[0]
        if class_index < 0 or class_index >= len(logits):
            raise ValueError(class_index)
        logit = logits[class_index]
    slopes = np.asarray(tape.gradient(logit, x), dtype="float64")
    return np.maximum(slopes.max(axis=-1), -slopes.min(axis=-1))


# %% [markdown]
# What does it look like on a few windows?

# %% demo
chosen = right[:4]
maps = [saliency(network, prepared(windows[i]), named[i]) for i in chosen]
fig, axes = plt.subplots(2, 4, figsize=(11, 5.6))
for (top, bottom), i, each in zip(axes.T, chosen, maps, strict=True):
    top.imshow(windows[i])
    top.set_title(CLASSES[named[i]])
    bottom.imshow(each, cmap="inferno")
    for ax in (top, bottom):
        ax.set_axis_off()
dd.plot.show(
    "Top: four windows with an object on a photograph, under the name of their class. Bottom: the saliency maps, "
    "speckled and grainy, brighter about the object than far from it."
)

# %% [markdown]
# The maps are grainy: neighbouring pixels have quite different slopes. Something is there. How much?
#
# ## Marks for maps
#
# Two scores compare a map $E$ with the object's true pixels $m$. Heat below 0 counts as none.
#
# - **Energy**: the share of all heat that lies inside the mask (Wang and others 2020),
#
# $$\frac{\sum_{ij} m_{ij} \max(0, E_{ij})}{\sum_{ij} \max(0, E_{ij})} .$$
#
# - **Pointing game**: does the hottest pixel lie inside (Zhang and others 2018)?
#
# A map that knows nothing spreads its heat evenly. Its energy, and its chance in the pointing game, are the share of
# the picture that the mask covers. *That* is the bar, and not 0.
#
# **By hand.** The map $(4, 1, -2)$ with the mask $(0, 1, 1)$ has the energy $\frac{1 + 0}{4 + 1 + 0} = 0.2$, and
# points outside. A map without any heat has the energy 0 and points nowhere.


# %% exercise: localization_scores
def localization_scores(heatmap, mask):
    """How well a map of heat lands on an object.

    Args:
        heatmap: array (H, W), floats or ints; heat below 0 counts as 0. Left unchanged.
        mask: bool array (H, W), the object's true pixels; left unchanged.

    Returns:
        (energy, hit): a float, the share of the heat that lies inside the mask, and a bool, whether the hottest pixel
        does; of several equally hot ones, the first in reading order counts. Without any heat above 0 they are 0.0 and
        False. About 7 lines.

    Raises:
        ValueError: heatmap and mask differ in shape.
    """
    ### BEGIN SOLUTION
    heat, mask = np.maximum(np.asarray(heatmap, dtype=float), 0), np.asarray(mask, dtype=bool)
    if heat.shape != mask.shape:
        raise ValueError(f"the mask must have the shape of the heatmap, {heat.shape}. Received: {mask.shape}")
    total = heat.sum()
    if total == 0:
        return 0.0, False
    return float(heat[mask].sum() / total), bool(mask.flat[heat.argmax()])
    ### END SOLUTION


# %% test: localization_scores, points=2
heatmap, mask = np.array([[4.0, 1.0, -2.0]]), np.array([[False, True, True]])
with dd.check.unchanged(heatmap), dd.check.unchanged(mask):
    energy, hit = localization_scores(heatmap, mask)
dd.check.like(energy, 0.2, what="the energy", why="it is worked by hand")
dd.check.equal(hit, False, what="the hit", why="the hottest pixel is the first, which the mask does not cover")
energy, hit = localization_scores(heatmap, ~mask)
dd.check.like(energy, 0.8, what="the energy in all other pixels")
dd.check.equal(hit, True, what="the hit")
cold = localization_scores(np.zeros((2, 3)), np.ones((2, 3), bool))
dd.check.like(cold, (0.0, False), what="the scores of no heat", why="without heat the map points nowhere")
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(572)
for shape in ((1, 1), (1, 5), (4, 1), (3, 3), (6, 9)):
    for trial in range(4):
        heatmap = rng.normal(0.2, 1, shape)
        heatmap[0, -1] = 1.0 + trial
        mask = rng.uniform(0, 1, shape) < 0.4
        inside = total = 0.0
        best, place = -np.inf, (0, 0)
        for index in np.ndindex(shape):
            value = max(heatmap[index], 0.0)
            total += value
            inside += value if mask[index] else 0.0
            if heatmap[index] > best:
                best, place = heatmap[index], index
        with dd.check.unchanged(heatmap), dd.check.unchanged(mask):
            energy, hit = localization_scores(heatmap, mask)
        dd.check.like(energy, inside / total, rtol=1e-9, what=f"the energy of a map {shape}")
        why = "where the hottest pixel lies"
        dd.check.like(hit, bool(mask[place]), what=f"the hit of a map {shape}", why=why)
tied = np.array([[1.0, 7.0, 2.0], [7.0, 0.0, 7.0]])
for place in np.ndindex(2, 3):
    mask = np.zeros((2, 3), bool)
    mask[place] = True
    hit = localization_scores(tied, mask)[1]
    dd.check.equal(
        bool(hit), place == (0, 1), what=f"the hit in {place} of {tied.tolist()}", why="the first of the ties"
    )
for cold in (np.full((2, 2), -3.0), np.array([[0.0, -1.0], [0.0, 0.0]]), np.zeros((2, 2), int)):
    came = localization_scores(cold, np.array([[True, True], [True, True]]))
    dd.check.like(came, (0.0, False), what=f"the scores of {cold.tolist()}", why="no heat above 0")
came = localization_scores(np.array([[200, 100], [0, 100]], "uint8"), np.array([[True, False], [True, False]]))
dd.check.like(came, (0.5, True), what="the scores of a map of uint8", why="200 of 400")
energy, _ = localization_scores(np.full((2, 3), 1e-30), np.array([[True, True, False], [False, False, False]]))
dd.check.close(energy, 1 / 3, what="the energy of a very faint map", why="a map's scale does not matter")
came = localization_scores(np.ones((2, 2)), np.zeros((2, 2), bool))
dd.check.like(came, (0.0, False), what="the scores for an empty mask")
for bad in ((3, 2), (2,), (2, 3, 1), (1, 3)):
    with dd.check.raises(ValueError, why=f"a map (2, 3) and a mask {bad} do not fit"):
        localization_scores(np.ones((2, 3)), np.ones(bad, bool))
### END HIDDEN TESTS

# %% mistakes: localization_scores
# - replace: "np.maximum(np.asarray(heatmap, dtype=float), 0)"
#   with: "np.asarray(heatmap, dtype=float)"
#   hint: "Heat below 0 is added as it is. It counts as none."
# - replace: "np.maximum(np.asarray(heatmap, dtype=float), 0)"
#   with: "np.abs(np.asarray(heatmap, dtype=float))"
#   hint: "You take absolute values. Heat below 0 counts as none."
# - replace: "heat[mask].sum() / total"
#   with: "heat[mask].mean()"
#   hint: "That is the mean heat inside. The share of all heat that lies inside is due."
# - replace: "heat[mask].sum() / total"
#   with: "heat[mask].sum() / max(mask.sum(), 1)"
#   hint: "You divide by the number of pixels inside. Divide by all heat."
# - replace: "heat[mask].sum() / total"
#   with: "heat[mask].sum() / (heat[~mask].sum() + 1e-12)"
#   hint: "You compare inside with outside. The share of all heat is due."
# - replace: "heat[mask].sum() / total"
#   with: "heat[mask].sum() / (total + 1e-8)"
#   hint: "The small number you add makes the energy of faint maps too small. A map's scale does not matter."
# - replace: "    if total == 0:\n        return 0.0, False\n"
#   with: "    if total == 0:\n        return 0.0, bool(mask.flat[0])\n"
#   hint: "A map without heat points nowhere, also not at its first pixel."
# - replace: "    if total == 0:\n        return 0.0, False\n"
#   with: ""
#   hint: "A map without heat makes you divide 0 by 0."
# - replace: "mask.flat[heat.argmax()]"
#   with: "mask[heat == heat.max()].any()"
#   hint: "Of several hottest pixels you take any that lies inside. The first in reading order counts."
# - replace: "mask.flat[heat.argmax()]"
#   with: "mask.flat[heat.size - 1 - heat.ravel()[::-1].argmax()]"
#   hint: "Of several hottest pixels you take the last. The first in reading order counts."
# - replace: "mask.flat[heat.argmax()]"
#   with: "heat[mask].sum() > heat[~mask].sum()"
#   hint: "The hit asks about the hottest pixel alone, not about most of the heat."
# - replace: "mask.flat[heat.argmax()]"
#   with: "mask.T.flat[heat.T.argmax()]"
#   hint: "You go through the map column by column. Reading order goes row by row."
# - replace: "if heat.shape != mask.shape:"
#   with: "if False:"
#   hint: "A mask of another shape gets through, or fails with an error of NumPy's own."


# %% mistake: localization_scores
# hint: "You compare areas: the mask and where it is hotter than half. The share of all heat that lies inside is due."
def localization_scores(heatmap, mask):
    heat, mask = np.maximum(np.asarray(heatmap, dtype=float), 0), np.asarray(mask, dtype=bool)
    if heat.shape != mask.shape:
        raise ValueError("shapes differ")
    if heat.max() == 0:
        return 0.0, False
    hot = heat > heat.max() / 2
    return float((hot & mask).sum() / (hot | mask).sum()), bool(mask.flat[heat.argmax()])


# %% mistake: localization_scores
# hint: "A map without heat ends up with the energy 0 by a small number in the divisor, but points at its first pixel."
def localization_scores(heatmap, mask):
    heat, mask = np.maximum(np.asarray(heatmap, dtype=float), 0), np.asarray(mask, dtype=bool)
    if heat.shape != mask.shape:
        raise ValueError("shapes differ")
    return float(heat[mask].sum() / (heat.sum() + 1e-8)), bool(mask.flat[heat.argmax()])


# %% equivalents: localization_scores
# - replace: np.asarray(heatmap, dtype=float)
#   with: np.asarray(heatmap)
#   reason: "The share of two whole numbers is a float all the same."
# - replace: np.asarray(mask, dtype=bool)
#   with: np.asarray(mask)
#   reason: "The mask is bool already."
# - replace: "return 0.0, False"
#   with: "return 0 * 0.0, False"
#   reason: "0 times 0.0 is 0.0."


# %% accepts: localization_scores
def localization_scores(heatmap, mask):
    if np.shape(heatmap) != np.shape(mask):
        raise ValueError("shapes differ")
    heat = np.clip(np.array(heatmap, dtype="float64"), 0, None)
    if not heat.any():
        return 0.0, False
    row, column = np.unravel_index(np.argmax(heat), heat.shape)
    weights = heat / heat.sum()
    return float(np.sum(weights * np.asarray(mask))), bool(mask[row, column])


# %% accepts: localization_scores
def localization_scores(heatmap, mask):
    heatmap, mask = np.asarray(heatmap, dtype=float), np.asarray(mask)
    if heatmap.shape != mask.shape:
        raise ValueError(f"{heatmap.shape} is not {mask.shape}")
    total = inside = hottest = 0.0
    hit = False
    for heat, covered in zip(heatmap.ravel().tolist(), mask.ravel().tolist(), strict=True):
        if heat > 0:
            total += heat
            inside += heat * covered
        if heat > hottest:
            hottest, hit = heat, covered
    return (inside / total, hit) if total else (0.0, False)


# %% [markdown]
# Marked: how much of the saliency lies on the object?


# %% demo
def enlarged(heatmap):
    """A map (H', W') in the size of the windows, 32 by 32, by bilinear interpolation."""
    return ops.convert_to_numpy(ops.image.resize(np.asarray(heatmap, "float32")[..., None], (32, 32)))[..., 0]


def marks(maps, masks):
    """Mean energy inside the masks and the share of hits."""
    return np.mean([localization_scores(each, mask) for each, mask in zip(maps, masks, strict=True)], axis=0)


marked = right[:40]
pictures, images = windows[marked], prepared(windows[marked])
classes, masks = truth[marked], object_masks[marked]
area = float(masks.mean())
rows, columns = np.mgrid[:32, :32] - 15.5
blob = np.exp(-(rows**2 + columns**2) / (2 * 6.0**2))  # heat in the middle, whatever the picture
blob_energy, blob_hits = marks([blob] * len(masks), masks)
print(f"{'knowing nothing':16} energy {area:.2f}, hits {area:.2f}")
print(f"{'always the middle':16} energy {blob_energy:.2f}, hits {blob_hits:.2f}")


def show_marks(name):
    energy, hits = marks(scored[name], masks)
    print(f"{name:16} energy {energy:.2f}, hits {hits:.2f}")


call = tf.function(network)  # traced once, then fast
scored = {"saliency": [saliency(call, image, k) for image, k in zip(images, classes, strict=True)]}
show_marks("saliency")

# %% [markdown]
# More heat lies on the object than if it were spread evenly. But compare with a blob that sits in the middle of every
# window and has not even seen the picture. An object that lies whole in its window cannot be far from the middle, so
# the blob does well. There are two bars then, the area and the blob, and saliency does not clear the second.
#
# ## Class activation maps, and Grad-CAM
#
# Pixels are a grainy place to ask. The late layers of a network know more about *what* there is, and their maps still
# know *where*. In a network like ours, the last maps $A$ are averaged, and one dense layer makes the logits:
#
# $$z_k = \sum_d w_{dk} \, \frac{1}{H' W'} \sum_{ij} A_{ijd} + b_k = \frac{1}{H' W'} \sum_{ij}
# \underbrace{\Big( \sum_d w_{dk} A_{ijd} \Big)}_{\text{class activation map}} + b_k .$$
#
# So the logit *is* the mean of a map, and the map says how much each place adds to it. Zhou and others (2016) called
# it the **class activation map**, CAM. It needs this kind of head, though. VGG, whose maps go through dense layers,
# has none.
#
# **Grad-CAM** (Selvaraju and others 2017) finds weights for any network. How much does the logit change if all of map
# $d$ is raised a little? By the mean of its gradient $G_{ijd} = \partial z_k / \partial A_{ijd}$:
#
# $$\beta_d = \frac{1}{H' W'} \sum_{ij} G_{ijd}, \qquad E_{ij} = \max\Big( 0,\ \sum_d \beta_d A_{ijd} \Big) .$$
#
# What speaks *against* the class, the negative part, is cut off, after the sum over maps: a map that speaks against
# may cancel one that speaks for. Then $E$ is divided by its largest value. For a network like ours
# $G_{ijd} = w_{dk} / (H' W')$ at every place, so Grad-CAM is the positive part of the class activation map, with
# another scale.
#
# **By hand.** Two places and two maps, $A = ((3, 1), (2, 4))$: the first place has 3 in map 0 and 1 in map 1. With
# $G = ((2, -3), (0, 1))$ the weights are $\beta = (1, -1)$. Place 0 gets $3 - 1 = 2$, place 1 gets $2 - 4 = -2$ and
# so 0. Divided by 2, $E = (1, 0)$.


# %% exercise: grad_cam
def grad_cam(activations, gradients):
    """Grad-CAM: where the maps of a layer speak for a class (Selvaraju and others 2017).

    Args:
        activations: array (H', W', D), what a layer gives for one picture; left unchanged.
        gradients: array (H', W', D), the gradient of the class's logit along them; left unchanged.

    Returns:
        float array (H', W'), from 0 to 1: the sum over maps of the mean of a map's gradient times the map, cut
        off below 0, divided by its largest value; zeros where nothing speaks for the class. About 5 lines.

    Raises:
        ValueError: the shapes differ, or are not (H', W', D).
    """
    ### BEGIN SOLUTION
    activations, gradients = np.asarray(activations, dtype=float), np.asarray(gradients, dtype=float)
    if activations.ndim != 3 or activations.shape != gradients.shape:
        raise ValueError(f"shapes must be the same (H', W', D). Received: {activations.shape} and {gradients.shape}")
    weights = gradients.mean(axis=(0, 1))  # (D,)
    heatmap = np.maximum(activations @ weights, 0)  # (H', W')
    largest = heatmap.max()
    return heatmap / largest if largest > 0 else heatmap
    ### END SOLUTION


# %% test: grad_cam, points=3
activations, gradients = np.array([[[3.0, 1.0], [2.0, 4.0]]]), np.array([[[2.0, -3.0], [0.0, 1.0]]])
with dd.check.unchanged(activations), dd.check.unchanged(gradients):
    heatmap = grad_cam(activations, gradients)
dd.check.like(heatmap, np.array([[1.0, 0.0]]), what="the map", why="it is worked by hand")
dd.check.like(grad_cam(activations, -gradients), np.array([[0.0, 1.0]]), what="the map for gradients of the other sign")
dd.check.like(grad_cam(activations, np.ones((1, 2, 2))), np.array([[4 / 6, 1.0]]), what="the map for gradients of 1")
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(573)
for shape in ((4, 3, 5), (1, 1, 2), (2, 6, 1), (5, 5, 5), (1, 4, 3), (3, 1, 8)):
    for scale in (1.0, 1e-12, 1e6):
        activations, gradients = rng.normal(0, 1, shape), scale * rng.normal(0.1, 1, shape)
        height, width, maps = shape
        due = np.zeros((height, width))
        for d in range(maps):
            weight = sum(gradients[i, j, d] for i in range(height) for j in range(width)) / (height * width)
            due += weight * activations[..., d]
        due = np.where(due > 0, due, 0.0)
        if due.max() > 0:
            due = due / due.max()
        with dd.check.unchanged(activations), dd.check.unchanged(gradients):
            heatmap = grad_cam(activations, gradients)
        why = "the mean gradient of each map times the map, summed, cut off at 0, divided by the largest"
        dd.check.like(heatmap, due, rtol=1e-6, atol=1e-9, what=f"the map of activations {shape}", why=why)
against = grad_cam(np.ones((2, 3, 4)), -np.ones((2, 3, 4)))
dd.check.like(against, np.zeros((2, 3)), what="the map where everything speaks against the class")
dd.check.like(grad_cam(np.zeros((3, 2, 2)), np.ones((3, 2, 2))), np.zeros((3, 2)), what="the map of activations of 0")
single_precision = grad_cam(np.array([[[3, 1], [2, 1]]], "float32"), np.array([[[2, 0], [0, 1]]], "float32"))
dd.check.close(single_precision, [[1.0, 5 / 7]], rtol=1e-5, what="the map of float32")
dd.check.close(
    grad_cam(np.array([[[200], [100]]], "uint8"), np.array([[[2], [2]]])), [[1.0, 0.5]], what="the map of uint8"
)
for one, two in (((2, 3, 4), (2, 3, 5)), ((2, 3), (2, 3)), ((1, 2, 3, 3), (1, 2, 3, 3)), ((2, 3, 4), (3, 2, 4))):
    with dd.check.raises(ValueError, why=f"the shapes {one} and {two} do not fit"):
        grad_cam(np.ones(one), np.ones(two))
### END HIDDEN TESTS

# %% mistakes: grad_cam
# - replace: "gradients.mean(axis=(0, 1))"
#   with: "gradients.mean(axis=2)[..., None]"
#   hint: "You average the gradients over the maps. A map's weight is the mean over its places."
# - replace: "np.maximum(activations @ weights, 0)"
#   with: "np.maximum(np.sum(activations * gradients, axis=2), 0)"
#   hint: "You multiply by the gradient of each place. Grad-CAM gives a whole map one weight, the mean of its gradient."
# - replace: "np.maximum(activations @ weights, 0)"
#   with: "np.sum(np.maximum(activations * weights, 0), axis=2)"
#   hint: "You cut off each map before the sum. What speaks against the class must be able to cancel."
# - replace: "np.maximum(activations @ weights, 0)"
#   with: "np.abs(activations @ weights)"
#   hint: "You take absolute values. What speaks against the class is cut off."
# - replace: "np.maximum(activations @ weights, 0)"
#   with: "activations @ weights"
#   hint: "What speaks against the class is still there, as negative heat. It is cut off."
# - replace: "gradients.mean(axis=(0, 1))"
#   with: "np.maximum(gradients, 0).mean(axis=(0, 1))"
#   hint: "You drop negative gradients. A map may speak against the class, and then its weight is negative."
# - replace: "gradients.mean(axis=(0, 1))"
#   with: "np.abs(gradients).mean(axis=(0, 1))"
#   hint: "You take the size of the gradients. A map may speak against the class, and then its weight is negative."
# - replace: "gradients.mean(axis=(0, 1))"
#   with: "np.abs(gradients.mean(axis=(0, 1)))"
#   hint: "You take the size of the gradients' means. A map may speak against the class; then its weight is negative."
# - replace: "gradients.mean(axis=(0, 1))"
#   with: "activations.mean(axis=(0, 1))"
#   hint: "You weigh each map by its own mean. Its weight is the mean of its gradient."
# - replace: "gradients.mean(axis=(0, 1))"
#   with: "gradients.max(axis=(0, 1))"
#   hint: "You take the largest gradient of a map. Its mean is due."
# - replace: "np.maximum(activations @ weights, 0)"
#   with: "np.maximum(gradients @ activations.mean(axis=(0, 1)), 0)"
#   hint: "You have exchanged activations and gradients: the maps are summed, the gradients weigh them."
# - replace: "return heatmap / largest if largest > 0 else heatmap"
#   with: "return heatmap"
#   hint: "The map is not divided by its largest value."
# - replace: "return heatmap / largest if largest > 0 else heatmap"
#   with: "return heatmap / (largest + 1e-8)"
#   hint: "A small number in the divisor makes the map of a network with small gradients too faint."
# - replace: "return heatmap / largest if largest > 0 else heatmap"
#   with: "return heatmap / largest"
#   hint: "Where nothing speaks for the class you divide 0 by 0."
# - replace: "return heatmap / largest if largest > 0 else heatmap"
#   with: "return (heatmap - heatmap.min()) / (largest - heatmap.min()) if largest > heatmap.min() else heatmap"
#   hint: "You stretch the map so that its smallest value is 0. No heat is 0 already: divide by the largest alone."
# - replace: "return heatmap / largest if largest > 0 else heatmap"
#   with: "return heatmap / heatmap.sum() if largest > 0 else heatmap"
#   hint: "You divide by the sum of the heat. The largest value is to be 1."
# - replace: "activations.ndim != 3 or activations.shape != gradients.shape"
#   with: "activations.ndim != 3"
#   hint: "Gradients of another shape than the activations get through, or fail with an error of NumPy's own."
# - replace: "activations.ndim != 3 or activations.shape != gradients.shape"
#   with: "activations.shape != gradients.shape"
#   hint: "Arrays that are not (H', W', D) get through. A whole batch, for one, has an axis more."


# %% mistake: grad_cam
# hint: "Arrays with more or fewer axes than (H', W', D) get through. They are refused."
def grad_cam(activations, gradients):
    activations, gradients = np.asarray(activations, dtype=float), np.asarray(gradients, dtype=float)
    if activations.shape != gradients.shape:
        raise ValueError("shapes")
    heatmap = np.maximum(activations @ gradients.mean(axis=tuple(range(gradients.ndim - 1))), 0)
    return heatmap / heatmap.max() if heatmap.max() > 0 else heatmap


# %% mistake: grad_cam
# hint: "You stretch the map from its smallest value to its largest. What is below 0 is cut off instead, and 0 stays 0."
def grad_cam(activations, gradients):
    activations, gradients = np.asarray(activations, dtype=float), np.asarray(gradients, dtype=float)
    if activations.ndim != 3 or activations.shape != gradients.shape:
        raise ValueError("shapes")
    total = activations @ gradients.mean(axis=(0, 1))
    if total.max() <= 0:
        return np.zeros_like(total)
    return (total - total.min()) / (total.max() - total.min())


# %% mistake: grad_cam
# hint: "You divide first and cut off then. Where all is below 0, so is the largest value, and dividing turns signs."
def grad_cam(activations, gradients):
    activations, gradients = np.asarray(activations, dtype=float), np.asarray(gradients, dtype=float)
    if activations.ndim != 3 or activations.shape != gradients.shape:
        raise ValueError("shapes")
    total = activations @ gradients.mean(axis=(0, 1))
    return np.maximum(total / total.max(), 0) if total.any() else total


# %% equivalents: grad_cam
# - replace: activations, gradients = np.asarray(activations, dtype=float), np.asarray(gradients, dtype=float)
#   with: pass
#   reason: "Both are arrays already, and the means, which all is multiplied by, are floats."
# - replace: np.asarray(activations, dtype=float)
#   with: np.asarray(activations)
#   reason: "The weights are floats, and so is the product with them."
# - replace: np.asarray(gradients, dtype=float)
#   with: np.asarray(gradients)
#   reason: "A mean is a float, of whole numbers too."
# - replace: gradients.mean(axis=(0, 1))
#   with: gradients.sum(axis=(0, 1))
#   reason: "The number of places is divided away with the largest value."
# - replace: activations @ weights
#   with: activations @ weights.T
#   reason: "A row of one axis is its own transpose."


# %% accepts: grad_cam
def grad_cam(activations, gradients):
    if np.ndim(activations) != 3 or np.shape(activations) != np.shape(gradients):
        raise ValueError("three axes each, and the same")
    activations = np.array(activations, dtype="float64")
    places = activations.shape[0] * activations.shape[1]
    weights = np.einsum("ijd->d", np.asarray(gradients, dtype="float64")) / places
    heatmap = np.clip(np.tensordot(activations, weights, axes=1), 0, None)
    if heatmap.any():
        heatmap /= heatmap.max()
    return heatmap


# %% accepts: grad_cam
def grad_cam(activations, gradients):
    # The mean is a sum here: the scale is divided away.
    a, g = np.asarray(activations, dtype=float), np.asarray(gradients, dtype=float)
    if a.shape != g.shape or len(a.shape) != 3:
        raise ValueError(f"{a.shape}, {g.shape}")
    total = np.zeros(a.shape[:2])
    for d in range(a.shape[2]):
        total = total + g[:, :, d].sum() * a[:, :, d]
    total[total < 0] = 0
    return np.divide(total, total.max(), out=np.zeros_like(total), where=total > 0)


# %% [markdown]
# Activations and gradients come from one pass with the tape: a model with two outputs gives the last maps along with
# the logits. Is the map really the class activation map?


# %% demo
def looking_at(model, layer):
    """A function that gives activations and gradients of a layer, both (H', W', D), for a picture and a class."""
    both = keras.Model(model.inputs, [layer.output, model.output])

    @tf.function
    def look(image, class_index):
        with tf.GradientTape() as tape:
            activations, logits = both(image[None], training=False)
            logit = logits[0, class_index]
        return activations[0], tape.gradient(logit, activations)[0]

    def arrays(image, class_index):
        return [ops.convert_to_numpy(each) for each in look(tf.constant(image), tf.constant(int(class_index)))]

    return arrays


look_last, look_middle = looking_at(network, last_maps), looking_at(network, middle_maps)
activations, gradients = look_last(images[0], classes[0])
kernel = network.layers[-1].get_weights()[0]  # (D, 7)
cam = np.maximum(activations @ kernel[:, classes[0]], 0)
apart = np.abs(grad_cam(activations, gradients) - cam / cam.max()).max()
print(f"Grad-CAM and the positive part of CAM, both divided by their largest value, differ by at most {apart:.0e}")
for name, look in (("last maps", look_last), ("Grad-CAM", look_middle)):
    scored[name] = [enlarged(grad_cam(*look(image, k))) for image, k in zip(images, classes, strict=True)]
    show_marks(name)

# %% [markdown]
# They differ by rounding. And the last maps do not clear the blob's bar either. Each of their 4 by 4 places is eight
# pixels wide and has seen nearly the whole window through the layers before. But Grad-CAM is not tied to the last maps.
# Those of the block before, ahead of the last pooling, are 8 by 8, and with them the map clears both bars. From now on
# "Grad-CAM" means these. A layer for it should be late enough to tell classes apart and early enough to tell places
# apart. Here masks made the choice, and nobody has them elsewhere.
#
# ## Laying a map over its picture
#
# A map of 4 by 4 must be enlarged before it can be laid over 32 by 32 pixels, and smoothly, or else its squares look
# like a finding of their own. **Bilinear interpolation** puts each value in the middle of its square (the half pixel
# again, Day 56) and goes straight from one middle to the next; beyond the outermost middles the value stays. Along
# one axis of $h$ values, enlarged to $H$ pixels, pixel $i$ lies at
#
# $$\frac{(i + \frac12)\, h}{H} - \frac12$$
#
# in the small map. **By hand.** Two values, $(0, 1)$, enlarged to four pixels: these lie at $-0.25$, $0.25$, $0.75$
# and $1.25$, and get $0$, $0.25$, $0.75$ and $1$. (Some libraries put the outermost values at the picture's edges
# instead, and would give $0, \frac13, \frac23, 1$. Their maps are stretched by one square.)
#
# Then the heat becomes a colour, and colour and picture are mixed. The colour scale matters: a rainbow makes edges
# where there are none. `inferno` goes evenly from dark to light and survives grey printing.


# %% exercise: overlay
def overlay(image, heatmap, strength=0.6):
    """A picture with a map of heat laid over it.

    Args:
        image: uint8 array (H, W, 3), red, green and blue; left unchanged.
        heatmap: array (h, w), floats or ints from 0 to 1, h <= H and w <= W; enlarged to (H, W) by bilinear
            interpolation as above. Left unchanged.
        strength: float from 0 to 1, the share of the heat's colour in the mixture.

    Returns:
        A new uint8 array (H, W, 3): (1 - strength) times the picture and strength times the colour of the heat in
        Matplotlib's "inferno" (plt.get_cmap, without its fourth channel). About 8 lines.

    Raises:
        ValueError: the heat has values below 0 or above 1, or NaN.
    """
    ### BEGIN SOLUTION
    heatmap = np.asarray(heatmap, dtype=float)
    if not ((heatmap >= 0) & (heatmap <= 1)).all():
        raise ValueError(f"heat must be from 0 to 1. Received: {heatmap.min()} to {heatmap.max()}")
    for axis in range(2):
        size, small = image.shape[axis], heatmap.shape[axis]
        position = np.maximum((np.arange(size) + 0.5) * small / size - 0.5, 0)
        low = position.astype(int)
        share = np.expand_dims(position - low, 1 - axis)
        high = np.minimum(low + 1, small - 1)
        heatmap = (1 - share) * heatmap.take(low, axis) + share * heatmap.take(high, axis)
    colors = 255 * plt.get_cmap("inferno")(heatmap)[..., :3]  # (H, W, 3)
    return np.round((1 - strength) * image + strength * colors).astype("uint8")
    ### END SOLUTION


# %% test: overlay, points=2
image = np.full((2, 4, 3), 200, "uint8")
image[:, :, 1] = 100
heatmap = np.array([[0.0, 1.0]])
with dd.check.unchanged(image), dd.check.unchanged(heatmap):
    mixed = overlay(image, heatmap, strength=1.0)
dd.check.shape(mixed, (2, 4, 3), what="the mixture")
dd.check.equal(str(np.asarray(mixed).dtype), "uint8", what="the dtype of the mixture")
due = 255 * plt.get_cmap("inferno")(np.array([[0.0, 0.25, 0.75, 1.0]] * 2))[..., :3]
dd.check.close(mixed, due, atol=4, what="the colours alone, strength=1", why="0, 0.25, 0.75 and 1: worked by hand")
dd.check.close(overlay(image, heatmap, 0.0), image, atol=1, what="the picture alone, strength=0")
half = overlay(image, heatmap, 0.5)
dd.check.close(half, (image + due) / 2, atol=3, what="the mixture, strength=0.5")
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(574)


def slow_enlarged(heatmap, height, width):
    result = np.zeros((height, width))
    for i, j in np.ndindex(height, width):
        y, x = (
            min(max((k + 0.5) * small / size - 0.5, 0), small - 1)
            for k, small, size in zip((i, j), heatmap.shape, (height, width), strict=True)
        )
        for a, b in np.ndindex(heatmap.shape):
            result[i, j] += max(0, 1 - abs(y - a)) * max(0, 1 - abs(x - b)) * heatmap[a, b]
    return result


def clear_heatmap(small, size):
    """A map, and itself enlarged, with no value so near to a step of the colour scale that rounding could pass it."""
    while True:
        heatmap = rng.uniform(0, 1, small)
        heatmap.flat[0] = 1.0
        large = slow_enlarged(heatmap, *size)
        if (np.abs(large * 256 - np.round(large * 256))[large < 1] > 2e-4).all():
            return heatmap, large


for small, size in (
    ((3, 2), (9, 14)),
    ((1, 1), (4, 3)),
    ((4, 4), (8, 8)),
    ((2, 5), (2, 5)),
    ((1, 3), (6, 7)),
    ((4, 6), (32, 20)),
):
    image = rng.integers(0, 256, (*size, 3)).astype("uint8")
    heatmap, large = clear_heatmap(small, size)
    for strength in (0.6, 0.25):
        with dd.check.unchanged(image), dd.check.unchanged(heatmap):
            mixed = overlay(image, heatmap, strength)
        due = (1 - strength) * image + strength * 255 * plt.get_cmap("inferno")(large)[..., :3]
        what = f"a picture {size} with a map {small}, strength={strength}"
        dd.check.shape(mixed, (*size, 3), what=what)
        dd.check.equal(str(np.asarray(mixed).dtype), "uint8", what=f"the dtype of {what}")
        dd.check.close(mixed, due, atol=4, what=what, why="bilinear, middles of squares, edges repeated")
    dd.check.close(overlay(image, heatmap), overlay(image, heatmap, 0.6), what="the mixture without strength")
    assert not np.shares_memory(overlay(image, heatmap, 0.0), image), "the mixture must be a new array"
bright = overlay(np.full((3, 3, 3), 255, "uint8"), np.ones((1, 1)), 0.5)
due = (255 + 255 * np.array(plt.get_cmap("inferno")(1.0))[:3]) / 2
dd.check.close(
    bright, np.tile(due, (3, 3, 1)), atol=2, what="a white picture with heat of 1", why="nothing wraps around"
)
levels = (np.array([[0, 37, 90], [128, 200, 255]]) + 0.5) / 256  # middles of the 256 steps of a colour scale
alone = overlay(np.full((2, 3, 3), 77, "uint8"), levels, 1.0)
due = 255 * plt.get_cmap("inferno")(levels)[..., :3]
why = "a map of the picture's size stays as it is, and Matplotlib's 1 is 255"
dd.check.close(alone, due, atol=1, what="the colours of a map as large as the picture", why=why)
whole = overlay(np.zeros((2, 2, 3), "uint8"), np.array([[0, 1], [1, 0]]), 1.0)
due = 255 * plt.get_cmap("inferno")(np.array([[0.0, 1.0], [1.0, 0.0]]))[..., :3]
dd.check.close(whole, due, atol=2, what="the colours of heat that is 0 or 1, as ints")
for bad in (-0.1, 1.2, np.nan, 255.0):
    with dd.check.raises(ValueError, why=f"heat of {bad} is not from 0 to 1"):
        overlay(np.zeros((2, 2, 3), "uint8"), np.array([[0.5, bad]]))
### END HIDDEN TESTS

# %% mistakes: overlay
# - replace: "(np.arange(size) + 0.5) * small / size - 0.5"
#   with: "np.arange(size) * small / size"
#   hint: "The half pixels are missing, so the heat is shifted. Each value belongs in the middle of its square."
# - replace: "(np.arange(size) + 0.5) * small / size - 0.5"
#   with: "np.linspace(0, small - 1, size)"
#   hint: "You put the outermost values at the picture's edges. They belong in the middle of their squares."
# - replace: "position = np.maximum((np.arange(size) + 0.5) * small / size - 0.5, 0)"
#   with: "position = np.arange(size) * small // size"
#   hint: "You repeat each value, so that squares remain. Between their middles heat changes in a straight line."
# - replace: "np.round((1 - strength) * image + strength * colors)"
#   with: "np.round(image + strength * colors)"
#   hint: "The picture keeps its full share, so bright places overflow. Both shares add up to 1."
# - replace: "np.round((1 - strength) * image + strength * colors)"
#   with: "np.round(strength * image + (1 - strength) * colors)"
#   hint: "strength is the share of the colour, not of the picture."
# - replace: "255 * plt.get_cmap"
#   with: "plt.get_cmap"
#   hint: "Matplotlib's colours go from 0 to 1, those of a picture from 0 to 255."
# - replace: |-
#     colors = 255 * plt.get_cmap("inferno")(heatmap)[..., :3]  # (H, W, 3)
#         return np.round((1 - strength) * image + strength * colors)
#   with: |-
#     colors = plt.get_cmap("inferno")(heatmap)[..., :3]
#         return ((1 - strength) * image + strength * colors)
#   hint: "You mix colours from 0 to 1, Matplotlib's, with a picture from 0 to 255. The heat is as good as black."
# - replace: |-
#     colors = 255 * plt.get_cmap("inferno")(heatmap)[..., :3]  # (H, W, 3)
#         return np.round((1 - strength) * image + strength * colors).astype("uint8")
#   with: |-
#     return image + (255 * strength * plt.get_cmap("inferno")(heatmap)[..., :3]).astype("uint8")
#   hint: "You add colours to the whole picture as uint8, where 256 is 0 again. Mix as floats, in shares that make 1."
# - replace: "(heatmap)[..., :3]"
#   with: "(heatmap)[..., 2::-1]"
#   hint: "Blue and red are exchanged."
# - replace: 'plt.get_cmap("inferno")'
#   with: 'plt.get_cmap("jet")'
#   hint: "That is another colour scale. inferno is due."
# - replace: "    colors = 255"
#   with: "    heatmap = (heatmap - heatmap.min()) / max(heatmap.max() - heatmap.min(), 1e-9)\n    colors = 255"
#   hint: "You stretch the heat to its smallest and largest value. It is drawn as it comes."
# - replace: "    if not ((heatmap >= 0) & (heatmap <= 1)).all():"
#   with: "    if False:"
#   hint: "Heat that is not from 0 to 1 goes through."
# - replace: "    if not ((heatmap >= 0) & (heatmap <= 1)).all():"
#   with: "    if heatmap.min() < 0 or heatmap.max() > 1:"
#   hint: "NaN goes through: it is neither below 0 nor above 1."
# - replace: '.astype("uint8")'
#   with: ''
#   hint: "The mixture is of floats. A picture is uint8, which Matplotlib reads as 0 to 255."


# %% equivalents: overlay
# - replace: heatmap = np.asarray(heatmap, dtype=float)
#   with: pass
#   reason: "It is an array already, and the shares make floats of whole numbers."
# - replace: heatmap = np.asarray(heatmap, dtype=float)
#   with: heatmap = np.asarray(heatmap)
#   reason: "The shares make floats of whole numbers."


# %% accepts: overlay
def overlay(image, heatmap, strength=0.6):
    heat = np.asarray(heatmap, dtype="float32")
    if np.isnan(heat).any() or heat.min() < 0 or heat.max() > 1:
        raise ValueError("heat from 0 to 1, please")
    large = ops.convert_to_numpy(ops.image.resize(heat[:, :, None], image.shape[:2], interpolation="bilinear"))[:, :, 0]
    colors = plt.colormaps["inferno"](np.clip(large, 0, 1))[:, :, :3] * 255
    return (image * (1 - strength) + colors * strength + 0.5).clip(0, 255).astype(np.uint8)


# %% accepts: overlay
def overlay(image, heatmap, strength=0.6):
    heatmap = np.array(heatmap, dtype=float)
    if not np.all((heatmap >= 0) & (heatmap <= 1)):
        raise ValueError(heatmap)

    def matrix(size, small):
        middles = (np.arange(size) + 0.5) / size * small - 0.5
        return np.stack([np.interp(middles, np.arange(small), row) for row in np.eye(small)], axis=1)  # (size, small)

    large = matrix(image.shape[0], heatmap.shape[0]) @ heatmap @ matrix(image.shape[1], heatmap.shape[1]).T
    colors = plt.get_cmap("inferno")(large.clip(0, 1), bytes=True)[..., :3]
    return ((1 - strength) * image.astype(float) + strength * colors.astype(float)).astype("uint8")


# %% [markdown]
# A stricter question than "where is the object": with **two** objects in a picture, does the map for each class land
# on the right one? Convolutions do not mind larger pictures, and averages over maps neither, so the same weights fit
# whole scenes of 64 by 64, and the maps are 16 by 16.

# %% demo
wide = keras.models.clone_model(network, input_tensors=keras.Input((64, 64, 3)))
wide.set_weights(network.get_weights())
look_wide = looking_at(wide, [layer for layer in wide.layers if isinstance(layer, layers.Concatenate)][-2])
double = dd.data.scenes(60, seed=22, num_objects=(2, 2))
pairs = [i for i in range(60) if double.labels[i, 0] != double.labels[i, 1]][:40]
asked, other = [], []
for i in pairs:
    for j in range(2):
        heatmap = grad_cam(*look_wide(prepared(double.images[i]), double.labels[i, j]))
        heatmap = ops.convert_to_numpy(ops.image.resize(heatmap[..., None], (64, 64)))[..., 0]
        asked.append(localization_scores(heatmap, double.masks[i, j])[1])
        other.append(localization_scores(heatmap, double.masks[i, 1 - j])[1])
area_wide = float(double.masks[pairs].mean())
print(
    f"hottest pixel on the object asked about: {np.mean(asked):.2f}, on the other one: {np.mean(other):.2f}, ", end=""
)
print(f"each covers {area_wide:.2f} of a scene")

fig, axes = plt.subplots(3, 3, figsize=(8, 8.4))
for row, i in zip(axes, pairs, strict=False):
    row[0].imshow(double.images[i])
    row[0].set_title("a scene")
    for ax, k in zip(row[1:], double.labels[i], strict=True):
        ax.imshow(overlay(double.images[i], grad_cam(*look_wide(prepared(double.images[i]), k))))
        ax.set_title(f"where is the {CLASSES[k]}?")
    for ax in row:
        ax.set_axis_off()
dd.plot.show(
    "Three scenes with two objects each, and beside each the Grad-CAM maps for the classes of both. Mostly the glow "
    "moves from one object to the other as the class that is asked about changes."
)

# %% [markdown]
# At least three times as often as on the other object, the hottest pixel lies on the one asked about, so the map is
# about the *class*, and not merely about "something is here". It is not always right: asked for the heart of the last
# scene, it points into the triangle. A map shows where the network finds a class, and whether it is there is another
# matter.
#
# ## Guided gradients
#
# Why is saliency so grainy? Springenberg and others (2015) changed one thing on the way back. A ReLU passes a
# gradient on where its *input* was positive. In their **guided backpropagation** it must be positive *itself* as
# well:
#
# $$\text{ReLU: } \frac{\partial L}{\partial x} = [x > 0]\, g, \qquad \text{guided: } [x > 0]\,[g > 0]\, g ,$$
#
# where $g$ is the gradient that comes from behind and $[\cdot]$ is 1 if true and 0 if not. Only what speaks *for* the
# class all the way is kept. The forward pass stays. So the result is no gradient of anything any more, but it is
# sharp. Multiplied by the enlarged Grad-CAM map it is **guided Grad-CAM**: the edges of the one, in the place of the
# other.
#
# **By hand.** $x = (-1, 2, 3, 0)$, $g = (5, 5, -4, 1)$: ReLU passes on $(0, 5, -4, 0)$, guided $(0, 5, 0, 0)$.
#
# TensorFlow takes a gradient of your own for a function with the decorator `tf.custom_gradient`: the function returns
# its value and, with it, a function that turns the gradient from behind into the one that goes on.


# %% exercise: guided_relu
def guided_relu(x):
    """ReLU whose gradient is that of guided backpropagation (Springenberg and others 2015).

    Args:
        x: tensor of any shape, float32.

    Returns:
        tensor of the same shape, max(0, x). The gradient that comes from behind passes only where it is positive and x
        is positive; elsewhere, and where x is 0, it is 0. About 6 lines.
    """
    ### BEGIN SOLUTION

    @tf.custom_gradient
    def guided(x):
        def backward(g):
            return tf.where((x > 0) & (g > 0), g, 0.0)

        return tf.nn.relu(x), backward

    return guided(tf.convert_to_tensor(x))
    ### END SOLUTION


# %% fixture
def value_and_gradient(x, g, twice=False):
    """guided_relu(x), and what it passes back of g; twice puts two of them one behind the other."""
    x, g = tf.constant(x, dtype="float32"), tf.constant(g, dtype="float32")
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = guided_relu(guided_relu(x) - 1.0) if twice else guided_relu(x)
    gradient = tape.gradient(y, x, output_gradients=g)
    return ops.convert_to_numpy(y), None if gradient is None else ops.convert_to_numpy(gradient)


# %% test: guided_relu, points=2
y, gradient = value_and_gradient([-1.0, 2.0, 3.0, 0.0], [5.0, 5.0, -4.0, 1.0])
dd.check.close(y, [0.0, 2.0, 3.0, 0.0], what="the value", why="forward it is a ReLU like any other")
dd.check.close(gradient, [0.0, 5.0, 0.0, 0.0], what="the gradient passed on", why="it is worked by hand")
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(575)
for shape in ((), (1,), (7,), (3, 4), (2, 3, 1, 5), (0, 2)):
    x, g = rng.normal(0, 2, shape).astype("float32"), rng.normal(0, 2, shape).astype("float32")
    y, gradient = value_and_gradient(x, g)
    dd.check.close(y, np.where(x > 0, x, 0), what=f"the value for x {shape}")
    due = np.where((x > 0) & (g > 0), g, 0)
    dd.check.close(gradient, due, what=f"the gradient passed on for x {shape}", why="where x and g are positive")
    y, gradient = value_and_gradient(x, g, twice=True)
    dd.check.close(y, np.maximum(np.maximum(x, 0) - 1, 0), rtol=1e-5, atol=1e-6, what="the value of two in a row")
    due = np.where((x > 1) & (g > 0), g, 0)
    dd.check.close(gradient, due, what="the gradient passed on by two in a row")
y, gradient = value_and_gradient([1e30, -1e30, 1e-30], [1e-30, 1e30, 1e30])
dd.check.close(y, np.array([1e30, 0.0, 1e-30]), rtol=1e-5, atol=0, what="the value of huge and tiny numbers")
due = np.array([1e-30, 0.0, 1e30])
dd.check.close(gradient, due, rtol=1e-5, atol=0, what="the gradient passed on for huge and tiny numbers")
### END HIDDEN TESTS

# %% mistakes: guided_relu
# - replace: "tf.where((x > 0) & (g > 0), g, 0.0)"
#   with: "tf.where(x > 0, g, 0.0)"
#   hint: "That is the gradient of every ReLU. Guided, the gradient itself must be positive too."
# - replace: "tf.where((x > 0) & (g > 0), g, 0.0)"
#   with: "tf.where(g > 0, g, 0.0)"
#   hint: "That is the deconvolution of Zeiler and Fergus: it forgets where x was positive. Guided asks for both."
# - replace: "tf.where((x > 0) & (g > 0), g, 0.0)"
#   with: "tf.where((x > 0) & (g > 0), 1.0, 0.0)"
#   hint: "You pass on ones. What passes is the gradient from behind."
# - replace: "tf.where((x > 0) & (g > 0), g, 0.0)"
#   with: "tf.where((x > 0) & (g > 0), x, 0.0)"
#   hint: "You pass on the input. What passes is the gradient from behind."
# - replace: "tf.where((x > 0) & (g > 0), g, 0.0)"
#   with: "tf.where(x > 0, tf.abs(g), 0.0)"
#   hint: "You turn negative gradients into positive ones. They are stopped."
# - replace: "tf.where((x > 0) & (g > 0), g, 0.0)"
#   with: "tf.where((x > 0) | (g > 0), g, 0.0)"
#   hint: "You let pass where either is positive. Both have to be."
# - replace: "tf.where((x > 0) & (g > 0), g, 0.0)"
#   with: "tf.where(x * g > 0, g, 0.0)"
#   hint: "You look at the sign of the product, which is positive for two negative numbers too. Both must be positive."
# - replace: "tf.where((x > 0) & (g > 0), g, 0.0)"
#   with: "tf.where((x >= 0) & (g > 0), g, 0.0)"
#   hint: "Where x is exactly 0 nothing passes."
# - replace: "return tf.nn.relu(x), backward"
#   with: "return tf.identity(x), backward"
#   hint: "The value is x itself. Forward it is a ReLU like any other."


# %% equivalents: guided_relu
# - replace: (g > 0)
#   with: (g >= 0)
#   reason: "A gradient of 0 is 0, whether it passes or is stopped."


# %% accepts: guided_relu
@tf.custom_gradient
def guided_relu(x):
    def backward(g):
        return g * tf.cast(g > 0, "float32") * tf.cast(x > 0, "float32")

    return tf.maximum(x, 0.0), backward


# %% accepts: guided_relu
def guided_relu(x):
    # A ReLU behind a function that passes on positive gradients alone.
    @tf.custom_gradient
    def only_positive(y):
        return tf.identity(y), tf.nn.relu

    return only_positive(tf.nn.relu(x))


# %% [markdown]
# For a whole network, exchange every ReLU on a copy, which keeps the weights.


# %% demo
def guided_copy(model):
    """The same network with guided ReLUs."""
    copy = keras.models.clone_model(model)
    copy.set_weights(model.get_weights())
    for layer in copy.layers:
        if getattr(layer, "activation", None) is keras.activations.relu:
            layer.activation = guided_relu
    return copy


guided_network = guided_copy(network)
guided_call = tf.function(guided_network)
scored["guided"] = [saliency(guided_call, image, k) for image, k in zip(images, classes, strict=True)]
scored["guided Grad-CAM"] = [a * b for a, b in zip(scored["guided"], scored["Grad-CAM"], strict=True)]
show_marks("guided")
show_marks("guided Grad-CAM")
fig, axes = plt.subplots(3, 4, figsize=(10, 7.9))
for column, i in zip(axes.T, range(4), strict=True):
    column[0].imshow(pictures[i])
    column[0].set_title(CLASSES[classes[i]])
    column[1].imshow(scored["guided"][i], cmap="inferno")
    column[2].imshow(scored["guided Grad-CAM"][i], cmap="inferno")
    for ax in column:
        ax.set_xticks([])
        ax.set_yticks([])
        ax.grid(False)
for ax, name in zip(axes[:, 0], ("picture", "guided", "guided Grad-CAM"), strict=True):
    ax.set_ylabel(name)
dd.plot.show(
    "Four windows in a row, below each the guided gradients, bright parts of outlines on black, and below that guided "
    "Grad-CAM, which keeps of them mostly those on the object."
)

# %% [markdown]
# There is less grain than in saliency, and parts of outlines show. By their marks guided gradients are hardly better
# than saliency. Within Grad-CAM's glow they put more of their heat on the object than any other map, though their
# hottest pixel, at an edge, is more easily just outside. Are outlines about the class? That is still open.
#
# ## Occlusion: no gradient at all
#
# Gradients speak of *small* changes, and of networks that one can look into. Zeiler and Fergus (2014) did the obvious
# thing: cover a part of the picture, and see how far the score falls. Where it falls most, there was what counted.
# That works for anything that gives scores, a random forest as well or a network behind a web page, and it costs one
# forward pass for each position.
#
# A square of side $f$ goes over the picture with stride $s$, from the upper left corner as far as it fits, so there
# are $\lfloor (H - f) / s \rfloor + 1$ rows of positions. Each has a drop, the score of the picture minus the score
# with that square covered. A pixel's heat is the mean of the drops of all squares that cover it.
#
# **By hand.** A picture of one row, $(1, 2, 4)$, whose score is the sum of its pixels, covered with 0 by squares that
# are 1 high and 2 wide would leave $4$ or $1$: drops of 3 and 6. The first pixel is covered by the first only and
# gets 3, the second by both and gets $4.5$, the third gets 6. (Squares of side 2 need two rows, of course: take the
# row twice, and all numbers double.)
#
# What to cover with? Black is no neutral choice: a black square is a thing that may look like something. Here it is
# the mean brightness of the training pictures, 0 after scaling.


# %% exercise: occlusion_map
def occlusion_map(predict, image, patch, stride, fill=0.0):
    """How far a score falls where a picture is covered (Zeiler and Fergus 2014).

    Args:
        predict: function from pictures, float32 array (N, H, W, C) for any N >= 1, to their scores, array (N,).
        image: array (H, W, C), floats or ints; left unchanged.
        patch: int, 1 to the smaller of H and W, side of the square that covers.
        stride: int >= 1, pixels from one position to the next, in both directions, from the upper left corner.
        fill: float, what the square is filled with.

    Returns:
        float array (H, W): for each pixel the mean, over all squares that cover it, of the score of the picture minus
        its score with that square covered; 0 where no square comes. About 13 lines.

    Raises:
        ValueError: patch or stride is below 1, or patch does not fit into the picture.
    """
    ### BEGIN SOLUTION
    image = np.asarray(image, dtype="float32")
    height, width = image.shape[:2]
    if not 1 <= patch <= min(height, width) or stride < 1:
        raise ValueError(f"patch must be from 1 to {min(height, width)}, stride >= 1. Received: {patch}, {stride}")
    corners = [(i, j) for i in range(0, height - patch + 1, stride) for j in range(0, width - patch + 1, stride)]
    pictures = np.tile(image, (len(corners) + 1, 1, 1, 1))  # the last one stays as it is
    for picture, (i, j) in zip(pictures, corners, strict=False):
        picture[i : i + patch, j : j + patch] = fill
    scores = np.asarray(predict(pictures), dtype=float)
    total, count = np.zeros((2, height, width))
    for score, (i, j) in zip(scores, corners, strict=False):
        total[i : i + patch, j : j + patch] += scores[-1] - score
        count[i : i + patch, j : j + patch] += 1
    return total / np.maximum(count, 1)
    ### END SOLUTION


# %% test: occlusion_map, points=3
image = np.array([[[1.0], [2.0], [4.0]], [[1.0], [2.0], [4.0]]])


def total_of(pictures):
    return np.asarray(pictures).sum(axis=(1, 2, 3))


with dd.check.unchanged(image):
    drops = occlusion_map(total_of, image, patch=2, stride=1)
why = "it is worked by hand, with the row taken twice"
dd.check.like(drops, np.array([[6.0, 9.0, 12.0]] * 2), what="the map of a sum", why=why)
drops = occlusion_map(total_of, image, patch=1, stride=2)
dd.check.close(
    drops, [[1.0, 0.0, 4.0], [0.0, 0.0, 0.0]], what="the map for patch=1, stride=2", why="0 where no square comes"
)
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(576)
seen_dtypes, seen_shapes = set(), set()
for shape, patch, stride, fill in (
    ((5, 7, 3), 3, 2, 0.0),
    ((6, 4, 1), 2, 1, 0.0),
    ((4, 4, 2), 4, 1, -1.5),
    ((7, 3, 2), 1, 3, 2.0),
    ((3, 8, 3), 2, 5, 0.5),
    ((1, 5, 2), 1, 1, 0.0),
):
    image, kernel = rng.normal(1, 2, shape).astype("float32"), rng.normal(0, 1, shape)

    def score(pictures, kernel=kernel):
        pictures = np.asarray(pictures)
        seen_dtypes.add(str(pictures.dtype))
        seen_shapes.add(pictures.shape[1:] == kernel.shape)
        return np.tanh((pictures * kernel).sum(axis=(1, 2, 3)) / 10) + 3.0

    height, width = shape[:2]
    total, count = np.zeros((height, width)), np.zeros((height, width))
    for i in range(0, height - patch + 1, stride):
        for j in range(0, width - patch + 1, stride):
            covered = image.copy()
            covered[i : i + patch, j : j + patch] = fill
            drop = float(score(image[None])[0] - score(covered[None])[0])
            for a, b in np.ndindex(patch, patch):
                total[i + a, j + b] += drop
                count[i + a, j + b] += 1
    due = np.divide(total, count, out=np.zeros_like(total), where=count > 0)
    seen_shapes.clear(), seen_dtypes.clear()
    what = f"the map of a picture {shape}, patch={patch}, stride={stride}, fill={fill}"
    with dd.check.unchanged(image):
        drops = occlusion_map(score, image, patch, stride, fill)
    dd.check.like(drops, due, rtol=1e-4, atol=1e-5, what=what, why="the mean drop over all squares that cover a pixel")
    dd.check.equal(sorted(seen_shapes), [True], what="whether predict was given batches of pictures")
    dd.check.equal(sorted(seen_dtypes), ["float32"], what="the dtype of what predict was given")
drops = occlusion_map(total_of, np.array([[[200], [100]], [[50], [250]]], "uint8"), 1, 1, -0.5)
dd.check.close(
    drops, [[200.5, 100.5], [50.5, 250.5]], rtol=1e-5, what="the map of a picture of uint8, filled with -0.5"
)
for patch, stride in ((0, 1), (4, 1), (-1, 2), (2, 0), (1, -1)):
    with dd.check.raises(ValueError, why=f"patch={patch} and stride={stride} do not go with a picture of 3 by 5"):
        occlusion_map(total_of, np.ones((3, 5, 2)), patch, stride)
### END HIDDEN TESTS

# %% mistakes: occlusion_map
# - replace: "+= scores[-1] - score"
#   with: "+= score - scores[-1]"
#   hint: "The sign is the other way round: heat is by how much the score *falls*."
# - replace: "+= scores[-1] - score"
#   with: "+= abs(scores[-1] - score)"
#   hint: "Where covering raises the score, heat is negative. You take the absolute value."
# - replace: "+= scores[-1] - score"
#   with: "+= max(scores[-1] - score, 0)"
#   hint: "Where covering raises the score, heat is negative. You cut it off."
# - replace: "+= scores[-1] - score"
#   with: "+= score"
#   hint: "You enter the score of the covered picture. How far it falls is due."
# - replace: "return total / np.maximum(count, 1)"
#   with: "return total"
#   hint: "You add the drops up. Pixels that more squares cover are hotter for that alone; the mean is due."
# - replace: "return total / np.maximum(count, 1)"
#   with: "return total / count"
#   hint: "Where no square comes you divide 0 by 0."
# - replace: "return total / np.maximum(count, 1)"
#   with: "return total / len(corners)"
#   hint: "You divide by the number of all squares. Each pixel has its own number that cover it."
# - replace: "range(0, height - patch + 1, stride)"
#   with: "range(0, height - patch, stride)"
#   hint: "The last row of positions is missing: the square still fits where it ends with the picture."
# - replace: "range(0, width - patch + 1, stride)"
#   with: "range(0, width - patch, stride)"
#   hint: "The last column of positions is missing: the square still fits where it ends with the picture."
# - replace: "for j in range(0, width - patch + 1, stride)]"
#   with: "for j in range(0, height - patch + 1, stride)]"
#   hint: "Columns are counted as far as rows are. Pictures need not be square."
# - replace: "for j in range(0, width - patch + 1, stride)]"
#   with: "for j in range(0, width - patch + 1, patch)]"
#   hint: "Sideways you move by the patch's side. The stride is due in both directions."
# - replace: "[(i, j) for i in range(0, height - patch + 1, stride) for j in range(0, width - patch + 1, stride)]"
#   with: "[(i, j) for i in range(0, height, stride) for j in range(0, width, stride)]"
#   hint: "Your squares stick out at the lower and the right edge. Only positions where the whole square fits are due."
# - replace: "image = np.asarray(image, dtype=\"float32\")"
#   with: "image = np.asarray(image)"
#   hint: "You keep the picture's dtype. In whole numbers the fill is rounded, and predict takes float32."
# - replace: "picture[i : i + patch, j : j + patch] = fill"
#   with: "picture[i : i + patch, j : j + patch] = 0.0"
#   hint: "You fill with 0 whatever fill says."
# - replace: "picture[i : i + patch, j : j + patch] = fill"
#   with: "picture[i : i + patch, j : j + patch] = image.mean()"
#   hint: "You fill with the mean of the picture. The caller says what with."
# - replace: "if not 1 <= patch <= min(height, width) or stride < 1:"
#   with: "if stride < 1:"
#   hint: "A patch that does not fit, or covers nothing, goes through."
# - replace: "if not 1 <= patch <= min(height, width) or stride < 1:"
#   with: "if not 1 <= patch <= min(height, width):"
#   hint: "A stride below 1 goes through, or fails with an error of Python's own."


# %% mistake: occlusion_map
# hint: "The last row and the last column of positions are missing: a square still fits where it ends with the picture."
def occlusion_map(predict, image, patch, stride, fill=0.0):
    image = np.array(image, dtype="float32")
    height, width = image.shape[:2]
    if not 1 <= patch <= min(height, width) or stride < 1:
        raise ValueError(patch, stride)
    first = float(np.asarray(predict(image[None]))[0])
    total, count = np.zeros((2, height, width))
    for i in range(0, height - patch, stride):
        for j in range(0, width - patch, stride):
            covered = image.copy()
            covered[i : i + patch, j : j + patch] = fill
            total[i : i + patch, j : j + patch] += first - float(np.asarray(predict(covered[None]))[0])
            count[i : i + patch, j : j + patch] += 1
    return total / np.maximum(count, 1)


# %% mistake: occlusion_map
# hint: "Squares stay where they were: each position covers one more part of the same picture. Start from a fresh copy."
def occlusion_map(predict, image, patch, stride, fill=0.0):
    image = np.array(image, dtype="float32")
    height, width = image.shape[:2]
    if not 1 <= patch <= min(height, width) or stride < 1:
        raise ValueError(patch, stride)
    first = float(np.asarray(predict(image[None]))[0])
    total, count = np.zeros((2, height, width))
    for i in range(0, height - patch + 1, stride):
        for j in range(0, width - patch + 1, stride):
            image[i : i + patch, j : j + patch] = fill
            total[i : i + patch, j : j + patch] += first - float(np.asarray(predict(image[None]))[0])
            count[i : i + patch, j : j + patch] += 1
    return total / np.maximum(count, 1)


# %% mistake: occlusion_map
# hint: "Your map has an entry for each position. One for each pixel is due."
def occlusion_map(predict, image, patch, stride, fill=0.0):
    image = np.array(image, dtype="float32")
    height, width = image.shape[:2]
    if not 1 <= patch <= min(height, width) or stride < 1:
        raise ValueError(patch, stride)
    rows, columns = range(0, height - patch + 1, stride), range(0, width - patch + 1, stride)
    drops = np.zeros((len(rows), len(columns)))
    first = float(np.asarray(predict(image[None]))[0])
    for a, i in enumerate(rows):
        for b, j in enumerate(columns):
            covered = image.copy()
            covered[i : i + patch, j : j + patch] = fill
            drops[a, b] = first - float(np.asarray(predict(covered[None]))[0])
    return drops


# %% mistake: occlusion_map
# hint: "A later square overwrites what earlier ones found. The mean of all squares that cover a pixel is due."
def occlusion_map(predict, image, patch, stride, fill=0.0):
    image = np.array(image, dtype="float32")
    height, width = image.shape[:2]
    if not 1 <= patch <= min(height, width) or stride < 1:
        raise ValueError(patch, stride)
    first = float(np.asarray(predict(image[None]))[0])
    heat = np.zeros((height, width))
    for i in range(0, height - patch + 1, stride):
        for j in range(0, width - patch + 1, stride):
            covered = image.copy()
            covered[i : i + patch, j : j + patch] = fill
            heat[i : i + patch, j : j + patch] = first - float(np.asarray(predict(covered[None]))[0])
    return heat


# %% equivalents: occlusion_map
# - replace: "stride < 1:"
#   with: "stride < 0:"
#   reason: "A range refuses a step of 0 with a ValueError of its own."
# - replace: np.asarray(predict(pictures), dtype=float)
#   with: np.asarray(predict(pictures))
#   reason: "The drops are added up as floats, whatever dtype the scores have."
# - replace: len(corners) + 1
#   with: len(corners) + 2
#   reason: "Another copy of the picture at the end is scored, and the last of them is looked at."


# %% accepts: occlusion_map
def occlusion_map(predict, image, patch, stride, fill=0.0):
    # One picture at a time, and the mean at the end.
    image = np.array(image, dtype=np.float32)
    rows, columns, _ = image.shape
    if patch < 1 or patch > rows or patch > columns or stride < 1:
        raise ValueError("it does not fit")

    def score_of(picture):
        return float(np.asarray(predict(picture[np.newaxis]))[0])

    whole = score_of(image)
    drops = [[[] for _ in range(columns)] for _ in range(rows)]
    for top in range(0, rows - patch + 1, stride):
        for left in range(0, columns - patch + 1, stride):
            covered = image.copy()
            covered[top : top + patch, left : left + patch, :] = fill
            drop = whole - score_of(covered)
            for i in range(top, top + patch):
                for j in range(left, left + patch):
                    drops[i][j].append(drop)
    return np.array([[sum(cell) / len(cell) if cell else 0.0 for cell in row] for row in drops])


# %% accepts: occlusion_map
def occlusion_map(predict, image, patch, stride, fill=0.0):
    # Masks of all positions, and products with them.
    image = np.asarray(image, dtype="float32")
    height, width = image.shape[:2]
    if patch < 1 or stride < 1 or patch > min(height, width):
        raise ValueError((patch, stride))
    tops, lefts = np.meshgrid(
        np.arange(0, height - patch + 1, stride), np.arange(0, width - patch + 1, stride), indexing="ij"
    )
    down = (np.arange(height) >= tops.ravel()[:, None]) & (np.arange(height) < tops.ravel()[:, None] + patch)
    across = (np.arange(width) >= lefts.ravel()[:, None]) & (np.arange(width) < lefts.ravel()[:, None] + patch)
    masks = down[:, :, None] & across[:, None, :]
    covered = np.where(masks[..., None], np.float32(fill), image).astype("float32")
    drops = np.asarray(predict(image[None]), dtype=float)[0] - np.asarray(predict(covered), dtype=float)
    return np.einsum("n,nij->ij", drops, masks) / np.maximum(masks.sum(axis=0), 1)


# %% [markdown]
# Squares of 8 by 8 pixels with a stride of 6 have 25 positions in a window, so a map takes one forward pass of 26
# pictures. The score is the logit, as before.


# %% demo
def occlusion_of(image, class_index):
    """The occlusion map of a class's logit."""
    return occlusion_map(lambda x: ops.convert_to_numpy(call(x, training=False))[:, class_index], image, 8, 6)


scored["occlusion"] = [occlusion_of(image, k) for image, k in zip(images, classes, strict=True)]
show_marks("occlusion")

# %% [markdown]
# Occlusion never looked into the network. In this run it has more energy on the object than the blob in the middle,
# too, and about as many hits: its squares of eight pixels are coarse.
#
# ## Put it together: do the maps know what was learned?
#
# Some maps are good then. Is that the network's doing? Adebayo and others (2018) asked for a **sanity check**: draw the
# weights anew, at random, so that the network knows nothing, and make the same maps. A method that explains what the
# network has *learned* must then give quite another map, and one that lands nowhere. One whose maps stay as they are
# shows something else, edges for example, and would have looked just as convincing for any network.
#
# Two numbers for each kind of map: how alike the maps of the trained and of an untrained network are, as the
# correlation of their pixels' *ranks* (Spearman's, as in the paper), and the marks for the untrained one. There are
# four untrained networks, each for a quarter of the pictures.


# %% demo
def all_maps(image, k):
    """The five kinds of map of one picture, with the weights that the network has at the moment."""
    cam = enlarged(grad_cam(*look_middle(image, k)))
    guided = saliency(guided_call, image, k)
    return {
        "saliency": saliency(call, image, k),
        "Grad-CAM": cam,
        "guided": guided,
        "guided Grad-CAM": guided * cam,
        "occlusion": occlusion_of(image, k),
    }


learned = network.get_weights()
untrained = {name: [] for name in scored if name != "last maps"}
for start in range(4):
    dd.seed(570 + start)
    new = keras.models.clone_model(network).get_weights()  # as before training
    network.set_weights(new)
    guided_network.set_weights(new)
    for i in range(start, len(images), 4):
        for name, each in all_maps(images[i], classes[i]).items():
            untrained[name].append((i, each))
network.set_weights(learned)

table = {}
for name, found in untrained.items():
    fresh_maps = [each for _, each in sorted(found, key=lambda pair: pair[0])]
    alike = [
        spearmanr(one.ravel(), two.ravel()).statistic
        for one, two in zip(scored[name], fresh_maps, strict=True)
        if two.max() > two.min()  # a map without any heat has no order
    ]
    table[name] = marks(scored[name], masks), marks(fresh_maps, masks)
    (energy, hits), (fresh_energy, fresh_hits) = table[name]
    print(f"{name:16} trained: energy {energy:.2f}, hits {hits:.2f}; ", end="")
    print(f"untrained: energy {fresh_energy:.2f}, hits {fresh_hits:.2f}; alike {np.mean(alike):.2f}")

fig, axes = plt.subplots(1, 2, figsize=(11, 4.2), sharey=True)
places = np.arange(len(table))
for ax, column, title in zip(axes, (0, 1), ("Energy on the object", "Hottest pixel on the object"), strict=True):
    for shift, which, label in ((-0.2, 0, "trained"), (0.2, 1, "untrained")):
        values = [entry[which][column] for entry in table.values()]
        ax.barh(places + shift, values, 0.38, color=dd.plot.PALETTE[2 if which == 0 else 4], label=label)
    ax.axvline(area, color="0.3", linestyle=":", label="knowing nothing")
    ax.axvline((blob_energy, blob_hits)[column], color="0.3", linestyle="--", label="always the middle")
    ax.set(title=title, xlabel="share", xlim=(0, 1))
    ax.grid(axis="y", visible=False)
axes[0].set_yticks(places, list(table))
axes[0].invert_yaxis()
axes[1].legend(loc="upper left", bbox_to_anchor=(1, 1))
dd.plot.show(
    "Two bar charts of saliency, Grad-CAM, guided, guided Grad-CAM and occlusion: energy on the object and hits, for "
    "the trained and for untrained networks, with vertical lines for knowing nothing and for always the middle."
)

# %% [markdown]
# Grad-CAM falls from above both bars to the area, and its maps have next to nothing in common with the old ones:
# without learning there is nothing to see, as it should be. Occlusion falls like that, too. **Guided** gradients fail.
# With random weights their hottest pixel still lies on the object in a third to a half of the pictures, where chance
# has a fifth, and the maps are the most alike of all. Objects have edges, and to edges any network answers, also one
# that knows nothing. So most of what looked like an explanation was the picture itself. Saliency stands between. Guided
# Grad-CAM takes its good marks from Grad-CAM: its fine lines are those of the guided gradients, and mean as little.
#
# With 40 windows, a share of hits may be off by 0.15 by chance alone. Read large differences, not small ones.
#
# ## What you should remember
#
# 1. Saliency is the gradient of a logit along the pixels: its size, the largest over the channels.
# 2. Grad-CAM weighs the maps of a late layer by their mean gradients and cuts off what speaks against the class.
#    Behind an average and one dense layer it is the class activation map.
# 3. Guided backpropagation stops negative gradients at each ReLU: sharp, and hardly about the class.
# 4. Occlusion needs no gradient and no insight, only many forward passes and a choice of what to cover with.
# 5. A map is marked against the truth, against the area of the object, and against an untrained network. Looking
#    convincing is no mark.
#
# ## Check yourself, without code
#
# 1. The pointing game is won in 60 of 100 pictures, and the objects cover 60% of each. What has been shown?
# 2. All weights and biases of the network's last layer are doubled. What happens to saliency, to Grad-CAM and to the
#    occlusion map of the logits?
# 3. Why do the maps of guided backpropagation change so little if the last layer's weights are drawn anew?
#
# <details><summary>Answers</summary>
#
# 1. Nothing. A pixel drawn at random wins just as often.
# 2. Logits and all their slopes double: saliency and occlusion double, Grad-CAM stays, as it is divided by its
#    largest value.
# 3. Behind each ReLU only positive gradients go on, whatever class they came from. Where an early layer answers
#    strongly, at edges, something positive comes through from any class, and the forward pass decides the picture.
#
# </details>
#
# ## Go further
#
# - Simonyan, Vedaldi and Zisserman (2014), *Deep inside convolutional networks*; Zeiler and Fergus (2014),
#   *Visualizing and understanding convolutional networks*, ECCV: where maps began.
# - Ribeiro, Singh and Guestrin (2016), *Why should I trust you?*, KDD: the wolves, and another kind of map.
# - Zhou and others (2016), *Learning deep features for discriminative localization*, CVPR; Selvaraju and others
#   (2017), *Grad-CAM*, ICCV.
# - Adebayo and others (2018), *Sanity checks for saliency maps*, NeurIPS: besides weights they also draw the labels
#   at random, and cascade from the last layer to the first.
# - Springenberg and others (2015), *Striving for simplicity*, ICLR workshop; Zhang and others (2018), *Top-down
#   neural attention by excitation backprop*, IJCV; Wang and others (2020), *Score-CAM*, CVPR workshops.
# - Day 58: networks that are *trained* to say which pixels belong to what.
