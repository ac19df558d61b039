# ---
# day: 51
# title: Inception and 1x1 convolutions
# week: 11
# minutes: 90
# backend: any
# needs: [18, 31, 32, 38, 46, 47, 50]
# needs_code: [46]
# data: [scenes]
# papers:
# - "Szegedy, Liu, Jia, Sermanet, Reed, Anguelov, Erhan, Vanhoucke and Rabinovich 2015, Going deeper with convolutions"
# - "Szegedy, Vanhoucke, Ioffe, Shlens and Wojna 2016, Rethinking the Inception architecture for computer vision"
# - "Chollet 2017, Xception: deep learning with depthwise separable convolutions"
# ---

# %% [markdown]
# # Day 51 · Inception and 1x1 convolutions
#
# By the end you can build a network whose layers look through several windows at once, and work out what a
# $1 \times 1$ convolution in front of a large window saves, for one layer and for all of GoogLeNet.
#
# - **You will build** the arithmetic of a bottleneck, the Inception block and its bill, and a small GoogLeNet with a
#   second head. Trained with Day 50's budget it names shapes on photographs, and you find out which of its branches
#   it leans on.
# - **You need** functional models (Day 38), sizes of convolutions (Day 46), pooling (Day 47), He's rule (Day 31),
#   dropout (Day 32), multiply-adds and global average pooling (Day 50).
# - **Not today:** shortcuts past layers (Day 52), and convolutions of single channels (Day 54).
# - **Time:** about 90 minutes.
#
# | symbol | meaning | shape | in code |
# |---|---|---|---|
# | $N$ | pictures in a batch | | `len(x)` |
# | $H, W$ | rows and columns of the maps | | `height`, `width` |
# | $C, D$ | channels that come in, channels that go out: filters | | `channels`, `filters` |
# | $x$ | the maps that go into a block | $(N, H, W, C)$ | `x` |
# | $f$ | side of a filter | | `kernel` |
# | $r$ | channels of a bottleneck | | `bottleneck` |
# | $P, M$ | parameters, and multiply-adds for one picture | | `parameters`, `multiply_adds` |
# | $D_1, D_3, D_5, D_p$ | channels that the four branches of a block give | | `f1`, `f3`, `f5`, `fp` |
# | $r_3, r_5$ | bottlenecks in front of $3 \times 3$ and of $5 \times 5$ | | `f3r`, `f5r` |
# | $K$ | number of classes | | `num_classes` |
# | $J, J_0, J_1$ | the whole cost, that of the last head, that of the auxiliary head | | |

# %% setup
import matplotlib.pyplot as plt
import numpy as np

import deepdays as dd
from deepdays.earlier import day_046

with dd.quiet():  # frameworks announce themselves while they load
    import keras
    from keras import layers, ops

    ops.softmax(ops.zeros((1, 2)))
dd.plot.style()

# %% [markdown]
# ## Which window?
#
# A star of 12 pixels and a star of 30 ask for different windows. VGG lays small windows on top of each other until
# they see enough; then what is small has long gone by. GoogLeNet, which won in 2014 with an error of 6.7 %, does not
# choose. Each of its blocks looks at the same maps through windows of $1 \times 1$, $3 \times 3$ and $5 \times 5$
# **and** takes the maximum over $3 \times 3$, all side by side, and puts the results behind each other as channels.
# Training decides which of them counts. Such a block of several branches is called **Inception**.
#
# The trouble is the price. Take the first block of GoogLeNet, on maps of $28 \times 28$ with 192 channels. Its branch
# with windows of $5 \times 5$ makes 32 maps:
#
# $$M = 28 \cdot 28 \cdot 5 \cdot 5 \cdot 192 \cdot 32 = 120{,}422{,}400$$
#
# multiply-adds (Day 50). And the pooling branch hands on all of its 192 channels, so that blocks could only ever get
# wider.
#
# ## The bottleneck
#
# Must the large window look at 192 channels? Many of them say similar things. Let a $1 \times 1$ convolution mix
# them down to $r = 16$ first, and lay the large window on those:
#
# $$28 \cdot 28 \cdot 192 \cdot 16 + 28 \cdot 28 \cdot 5 \cdot 5 \cdot 16 \cdot 32 = 2{,}408{,}448 + 10{,}035{,}200 =
# 12{,}443{,}648 ,$$
#
# a tenth. The narrow place is called a **bottleneck**. In general, per place of the maps,
#
# $$\text{without: } f^2 C D, \qquad \text{with: } C r + f^2 r D .$$
#
# What is given up? Without a ReLU in between, the two together would be one convolution whose kernel, written as a
# table of $C$ rows and $f^2 D$ columns, has a rank of at most $r$: no more than $r$ different mixtures of the
# channels can be looked at (Day 18's first few components save in the same way). If the channels repeat
# each other, little is lost. Whether they do is a matter of trial, and we will try it.


# %% exercise: cost_with_and_without_bottleneck
def cost_with_and_without_bottleneck(height, width, channels, filters, kernel, bottleneck):
    """Parameters and multiply-adds of a padded convolution of stride 1, as it is and behind a 1 x 1 convolution.

    Args:
        height, width: of the maps, int >= 1.
        channels: that come in, int >= 1.
        filters: of the convolution, int >= 1.
        kernel: side of its windows, int >= 1.
        bottleneck: filters of the 1 x 1 convolution in front, int >= 1.

    Returns:
        {"without": (parameters, multiply_adds), "with": (parameters, multiply_adds)}, ints, for one picture. Every
        convolution has a bias for each filter, whose adding is not counted as work. About 7 lines.
    """
    ### BEGIN SOLUTION

    def cost(side, come_in, go_out):
        weights = side * side * come_in * go_out
        return weights + go_out, height * width * weights

    narrow, wide = cost(1, channels, bottleneck), cost(kernel, bottleneck, filters)
    both = narrow[0] + wide[0], narrow[1] + wide[1]
    return {"without": cost(kernel, channels, filters), "with": both}
    ### END SOLUTION


# %% test: cost_with_and_without_bottleneck, points=2
costs = cost_with_and_without_bottleneck(28, 28, 192, 32, 5, 16)
dd.check.kind(costs, dict, what="cost_with_and_without_bottleneck(28, 28, 192, 32, 5, 16)")
dd.check.equal(sorted(costs), ["with", "without"], what="the keys")
why = "25 weights for each of 192 channels and 32 filters, and a bias for each filter; the work is worked out above"
dd.check.equal(tuple(costs["without"]), (153_632, 120_422_400), what="the cost without", why=why)
why = "192 times 16 weights and 16 biases, then 25 times 16 times 32 and 32"
dd.check.equal(tuple(costs["with"]), (15_920, 12_443_648), what="the cost with a bottleneck", why=why)
costs = cost_with_and_without_bottleneck(3, 5, 7, 2, 4, 6)
dd.check.equal(tuple(costs["without"]), (226, 3360), what="the cost without, for (3, 5, 7, 2, 4, 6)")
dd.check.equal(tuple(costs["with"]), (242, 3510), what="the cost with, for (3, 5, 7, 2, 4, 6)", why="it can cost more")
### BEGIN HIDDEN TESTS
for numbers in (
    (4, 9, 5, 3, 2, 7),
    (1, 1, 1, 1, 1, 1),
    (2, 1, 11, 4, 7, 3),
    (6, 8, 3, 10, 1, 2),
    (56, 57, 300, 200, 9, 50),
):
    height, width, channels, filters, kernel, bottleneck = numbers
    costs = cost_with_and_without_bottleneck(*numbers)
    what = f"cost_with_and_without_bottleneck{numbers}"
    outputs = height * width * filters  # each takes one multiply-add for each entry of a window
    due = filters * (kernel**2 * channels + 1), outputs * kernel**2 * channels
    dd.check.equal(tuple(costs["without"]), due, what=what + "['without']", why="f f C D and D; at each place f f C D")
    due = (
        bottleneck * (channels + 1) + filters * (kernel**2 * bottleneck + 1),
        height * width * bottleneck * channels + outputs * kernel**2 * bottleneck,
    )
    dd.check.equal(tuple(costs["with"]), due, what=what + "['with']", why="C r and f f r D, and biases of both")
named = {"kernel": 3, "bottleneck": 2, "filters": 5, "channels": 4, "width": 7, "height": 6}
by_name, by_place = cost_with_and_without_bottleneck(**named), cost_with_and_without_bottleneck(6, 7, 4, 5, 3, 2)
dd.check.equal(tuple(by_name["with"]), tuple(by_place["with"]), what="the cost with arguments by name")
for count in (*by_name["without"], *by_name["with"]):
    dd.check.kind(count, int, what="a count", why="parameters and multiply-adds are whole numbers")
### END HIDDEN TESTS

# %% mistakes: cost_with_and_without_bottleneck
# - replace: weights = side * side * come_in * go_out
#   with: weights = side * come_in * go_out
#   hint: "A window has side times side places, not side."
# - replace: return weights + go_out, height
#   with: return weights, height
#   hint: "The biases are missing from the parameters: one for each filter, of both convolutions."
# - replace: height * width * weights
#   with: height * width * (weights + go_out)
#   hint: "You count the adding of biases as work. By the conventions of Day 50 it is not counted."
# - replace: height * width * weights
#   with: height * height * weights
#   hint: "You take the maps for squares: height times height."
# - replace: height * width * weights
#   with: 2 * height * width * weights
#   hint: "A multiply-add is one, not two."
# - replace: both = narrow[0] + wide[0], narrow[1] + wide[1]
#   with: both = wide
#   hint: "The 1 x 1 convolution itself is missing from the bill."
# - replace: cost(1, channels, bottleneck), cost(kernel, bottleneck, filters)
#   with: cost(1, channels, bottleneck), cost(kernel, channels, filters)
#   hint: "Behind the bottleneck the large window sees only the bottleneck's channels."
# - replace: both = narrow[0] + wide[0]
#   with: both = narrow[0] - bottleneck + wide[0]
#   hint: "The bottleneck is a convolution with biases of its own, r of them. They are missing."
# - replace: cost(1, channels, bottleneck), cost(kernel, bottleneck, filters)
#   with: cost(kernel, channels, bottleneck), cost(1, bottleneck, filters)
#   hint: "Your 1 x 1 convolution lies behind the large window, which still looks at all channels. It belongs in front."
# - replace: height * width * weights
#   with: weights
#   hint: "You count a multiply-add for each weight once. Each weight works at every place of the maps."
# - replace: height * width * weights
#   with: weights * height * width * go_out
#   hint: "The filters are counted twice in your work: the weights are those of all filters already."
# - replace: return weights + go_out, height * width * weights
#   with: return height * width * weights, weights + go_out
#   hint: "Parameters come first, multiply-adds second."
# - replace: cost(1, channels, bottleneck)
#   with: cost(kernel, channels, bottleneck)
#   hint: "The convolution in front has windows of 1 x 1, yours of the large size."


# %% mistake: cost_with_and_without_bottleneck
# hint: "The two entries are exchanged: with a bottleneck there are two convolutions."
def cost_with_and_without_bottleneck(height, width, channels, filters, kernel, bottleneck):
    f, places = kernel**2, height * width
    direct = f * channels * filters + filters, places * f * channels * filters
    weights = channels * bottleneck + f * bottleneck * filters
    return {"with": direct, "without": (weights + bottleneck + filters, places * weights)}


# %% mistake: cost_with_and_without_bottleneck
# hint: "You let the maps shrink. The convolution is padded: it has as many places as the maps."
def cost_with_and_without_bottleneck(height, width, channels, filters, kernel, bottleneck):
    places, inside = height * width, (height - kernel + 1) * (width - kernel + 1)
    direct, narrow, wide = (
        f * f * c * d
        for f, c, d in ((kernel, channels, filters), (1, channels, bottleneck), (kernel, bottleneck, filters))
    )
    both = narrow + wide + bottleneck + filters, places * narrow + inside * wide
    return {"without": (direct + filters, inside * direct), "with": both}


# %% mistake: cost_with_and_without_bottleneck
# hint: "You widen by a third convolution, as ResNet does. One convolution of 1 x 1 is meant, in front."
def cost_with_and_without_bottleneck(height, width, channels, filters, kernel, bottleneck):
    f, places = kernel**2, height * width
    direct = f * channels * filters
    weights = channels * bottleneck + f * bottleneck * bottleneck + bottleneck * filters
    both = weights + 2 * bottleneck + filters, places * weights
    return {"without": (direct + filters, places * direct), "with": both}


# %% accepts: cost_with_and_without_bottleneck
def cost_with_and_without_bottleneck(height, width, channels, filters, kernel, bottleneck):
    bill = {}
    for name, chain in (("without", [channels]), ("with", [channels, bottleneck])):
        parameters = work = 0
        for place, come_in in enumerate(chain):
            last = place == len(chain) - 1
            go_out, side = (filters, kernel) if last else (chain[place + 1], 1)
            one_filter = come_in * side**2
            parameters += go_out * (one_filter + 1)
            work += go_out * one_filter * height * width
        bill[name] = parameters, work
    return bill


# %% [markdown]
# From which $r$ on does it no longer pay? Both sides of the formula are straight lines in $r$, so there is one point
# where they cross: $r = f^2 C D / (C + f^2 D)$. Where does it lie for the three window sizes?

# %% demo
fig, ax = plt.subplots(figsize=(8, 3.8))
for kernel, style in ((1, ":"), (3, "--"), (5, "-")):
    widths = list(range(1, 193))
    ratios = []
    for r in widths:
        both = cost_with_and_without_bottleneck(28, 28, 192, 32, kernel, r)
        ratios.append(both["with"][1] / both["without"][1])
    ax.plot(widths, ratios, style, label=f"{kernel} x {kernel}")
    even = kernel**2 * 192 * 32 / (192 + kernel**2 * 32)
    print(f"{kernel} x {kernel}: as much work as without at r = {even:.1f}")
ax.axhline(1, color="0.5", linewidth=1)
ax.axvline(16, color="0.5", linewidth=1, label="GoogLeNet's 16")
ax.set(title="Work behind a bottleneck, from 192 channels to 32", xlabel="channels of the bottleneck r")
ax.set(ylabel="work, without = 1", ylim=(0, 2))
ax.legend(title="window")
dd.plot.show(
    "Three rising straight lines of relative work over the width of the bottleneck, for windows of 1 x 1, 3 x 3 and "
    "5 x 5. The line of 1 x 1 is the steepest and crosses 1 at 27, that of 3 x 3 at 115, that of 5 x 5 at 155. At 16, "
    "where GoogLeNet is, 3 x 3 and 5 x 5 lie near 0.1."
)

# %% [markdown]
# The larger the window, the flatter the line and the longer a bottleneck pays. In front of a $1 \times 1$ convolution
# it hardly does, which is why that branch of a block has none.
#
# ## The block
#
# | branch | layers | channels |
# |---|---|---|
# | 0 | $1 \times 1$ | $D_1$ |
# | 1 | $1 \times 1$ to $r_3$, then $3 \times 3$ | $D_3$ |
# | 2 | $1 \times 1$ to $r_5$, then $5 \times 5$ | $D_5$ |
# | 3 | max pooling of $3 \times 3$, then $1 \times 1$ | $D_p$ |
#
# All four start from $x$ and keep its rows and columns, or their results could not be put together: convolutions are
# padded, and the pooling is padded too and **moves by 1**. It is a maximum filter, not a way to make maps smaller.
# The results are concatenated along the channels in the order of the table, to $D_1 + D_3 + D_5 + D_p$. ReLU follows
# on every convolution, the narrow ones included, so a bottleneck is a layer of its own with a bend. In the pooling
# branch the convolution comes last: it cuts the 192 channels down.


# %% exercise: inception_block
def inception_block(x, f1, f3r, f3, f5r, f5, fp):
    """The four branches of an Inception block, side by side on x, then concatenated.

    Args:
        x: what a functional model has at this point, a Keras tensor (N, H, W, C); H and W may be unknown.
        f1: filters of the branch of 1 x 1.
        f3r, f3: filters of the bottleneck in front of 3 x 3, and of 3 x 3 itself.
        f5r, f5: the same for 5 x 5.
        fp: filters of the 1 x 1 behind the pooling.

    Returns:
        Keras tensor (N, H, W, f1 + f3 + f5 + fp), in the order of the table above. Convolutions are padded, have ReLU,
        kernels by He's rule and biases that start at zero. About 12 lines.
    """
    ### BEGIN SOLUTION

    def convolution(inputs, filters, side):
        layer = layers.Conv2D(filters, side, padding="same", activation="relu", kernel_initializer="he_normal")
        return layer(inputs)

    three = convolution(convolution(x, f3r, 1), f3, 3)
    five = convolution(convolution(x, f5r, 1), f5, 5)
    pooled = convolution(layers.MaxPooling2D(3, strides=1, padding="same")(x), fp, 1)
    return layers.Concatenate(axis=-1)([convolution(x, f1, 1), three, five, pooled])
    ### END SOLUTION


# %% setup
def block_by_hand(x, weights, f1, f3r, f3, f5r, f5, fp):
    """An Inception block in NumPy, for x (N, H, W, C); weights holds (kernel, bias) by the kernel's shape."""

    def convolution(inputs, filters, side):
        kernel, bias = weights[side, side, inputs.shape[-1], filters]
        return np.maximum(day_046.conv2d_forward(inputs, kernel, bias, 1, "same"), 0)

    three = convolution(convolution(x, f3r, 1), f3, 3)
    five = convolution(convolution(x, f5r, 1), f5, 5)
    pooled = convolution(pool_by_hand(x, 1), fp, 1)
    return np.concatenate([convolution(x, f1, 1), three, five, pooled], axis=-1)


def pool_by_hand(x, stride):
    """Max pooling of 3 x 3, padded as Keras pads."""
    pads = [day_046.pad_amounts(n, 3, "same", stride) for n in x.shape[1:3]]
    x = np.pad(x, [(0, 0), *pads, (0, 0)], constant_values=-np.inf)
    return np.lib.stride_tricks.sliding_window_view(x, (3, 3), axis=(1, 2))[:, ::stride, ::stride].max(axis=(-2, -1))


# %% fixture
def block_model(shape, *sizes):
    """A model that is one Inception block."""
    inputs = keras.Input(shape)
    return keras.Model(inputs, inception_block(inputs, *sizes))


def block_model_by_name(shape, **sizes):
    """The same, with the arguments by name."""
    inputs = keras.Input(shape)
    return keras.Model(inputs, inception_block(x=inputs, **sizes))


def weighted(model):
    """The layers with weights, also those of models inside the model."""
    found = []
    for layer in model.layers:
        if isinstance(layer, keras.Model):
            found += weighted(layer)
        elif layer.weights:
            found.append(layer)
    return found


def draw_weights(model, seed):
    """Give the layers of a model random kernels and biases: a dict from the kernel's shape to (kernel, bias)."""
    rng, drawn = np.random.default_rng(seed), {}
    for layer in sorted(weighted(model), key=kernel_shape):
        shape = kernel_shape(layer)
        kernel = rng.normal(0, np.sqrt(2 / np.prod(shape[:-1])), shape).astype("float32")
        drawn[shape] = kernel, rng.normal(0, 0.3, shape[-1]).astype("float32")
        given = [*drawn[shape], *layer.get_weights()[2:]]
        layer.set_weights(given[: len(layer.weights)])
    return drawn


def kernel_shape(layer):
    """The shape of a layer's kernel, or of what it has in its place."""
    return tuple(layer.weights[0].shape)


def kernel_shapes(model):
    """The shapes of all kernels, sorted."""
    return sorted(map(kernel_shape, weighted(model)))


def off_their_start(model):
    """Shapes of new kernels whose spread is not He's or that lean to a side, and of those whose biases are not zero."""
    found = []
    for layer in weighted(model):
        kernel, *biases = layer.get_weights()
        due, chance = np.sqrt(2 / np.prod(kernel.shape[:-1])), 3.5 / np.sqrt(kernel.size)
        spread, mean = np.sqrt(np.mean(kernel**2)), np.mean(kernel)
        if kernel.ndim == 4 and (abs(spread / due - 1) > max(0.1, chance) or abs(mean) > max(0.1, chance) * due):
            found.append(["kernel", *kernel.shape])
        if any(bias.any() for bias in biases):
            found.append(["bias", *kernel.shape])
    return sorted(found)


def dropouts(model):
    """The dropouts of a model that drop something, also those of models inside the model."""
    found = []
    for layer in model.layers:
        if isinstance(layer, keras.Model):
            found += dropouts(layer)
        elif isinstance(layer, layers.Dropout) and layer.rate > 0:
            found.append(layer)
    return found


def dropout_rates(model):
    """The rates of all dropouts of a model."""
    return [round(float(layer.rate), 6) for layer in dropouts(model)]


def numbers_into_dropout(model):
    """How many numbers of one picture go into each dropout."""
    return [int(np.prod([n or 0 for n in layer.input.shape[1:]])) for layer in dropouts(model)]


def training_differs(model, x):
    """For each output of a model whether it is another one in training."""
    quiet, loud = model(x, training=False), model(x, training=True)
    if not isinstance(quiet, list | tuple):
        quiet, loud = [quiet], [loud]
    return [bool(np.abs(np.asarray(a) - np.asarray(b)).max() > 1e-6) for a, b in zip(quiet, loud, strict=True)]


# %% test: inception_block, points=4
sizes = 4, 3, 6, 2, 5, 1
model = block_model((7, 6, 8), *sizes)
x = np.random.default_rng(51).normal(size=(2, 7, 6, 8)).astype("float32")
weights = draw_weights(model, 1)
dd.check.shape(
    model(x), (2, 7, 6, 16), what="the output for x (2, 7, 6, 8)", why="rows and columns stay; 4 + 6 + 5 + 1"
)
due = [(1, 1, 8, 1), (1, 1, 8, 2), (1, 1, 8, 3), (1, 1, 8, 4), (3, 3, 3, 6), (5, 5, 2, 5)]
why = "four of 1 x 1 on the 8 channels, and two large ones behind bottlenecks"
dd.check.equal(kernel_shapes(model), due, what="the shapes of the kernels", why=why)
due = block_by_hand(x, weights, *sizes)
why = "four branches, each with ReLU, in the order 1 x 1, 3 x 3, 5 x 5, pooling"
dd.check.close(model(x), due, rtol=1e-3, atol=1e-4, what="the block's output", why=why)
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(52)
for shape, sizes in (((1, 5, 3, 2), (1, 4, 2, 3, 7, 5)), ((3, 1, 8, 1), (6, 1, 3, 2, 4, 8))):
    model = block_model(shape[1:], *sizes)
    weights = draw_weights(model, 2)
    x = rng.normal(size=shape).astype("float32") - 1
    due = block_by_hand(x, weights, *sizes)
    what = f"the output of inception_block(x, {', '.join(map(str, sizes))}) for x {shape}"
    dd.check.shape(model(x), due.shape, what=what, why="f1 + f3 + f5 + fp channels")
    dd.check.close(model(x), due, rtol=1e-3, atol=1e-4, what=what, why=why)
model = block_model_by_name((None, None, 64), fp=40, f5=56, f5r=32, f3=72, f3r=48, f1=80)
due = [(1, 1, 64, 32), (1, 1, 64, 40), (1, 1, 64, 48), (1, 1, 64, 80), (3, 3, 48, 72), (5, 5, 32, 56)]
dd.check.equal(kernel_shapes(model), due, what="the shapes of the kernels, arguments by name")
dd.check.shape(model(np.zeros((1, 4, 9, 64), "float32")), (1, 4, 9, 248), what="the output for maps of unknown size")
why = "a kernel's spread is the root of 2 over the inputs of a filter, He's rule; biases start as zeros"
dd.check.equal(off_their_start(model), [], what="the kernels and biases that start otherwise", why=why)
### END HIDDEN TESTS

# %% mistakes: inception_block
# - replace: convolution(convolution(x, f3r, 1), f3, 3)
#   with: convolution(x, f3, 3)
#   hint: "The window of 3 x 3 looks at all channels. A bottleneck of f3r belongs in front."
# - replace: convolution(convolution(x, f5r, 1), f5, 5)
#   with: convolution(x, f5, 5)
#   hint: "The window of 5 x 5 looks at all channels. A bottleneck of f5r belongs in front."
# - replace: convolution(convolution(x, f5r, 1), f5, 5)
#   with: convolution(convolution(three, f5r, 1), f5, 5)
#   hint: "Your branch of 5 x 5 goes on from that of 3 x 3. All four start from x."
# - replace: "strides=1, padding=\"same\")(x), fp, 1)"
#   with: "strides=1, padding=\"same\")(convolution(x, fp, 1)), fp, 1)"
#   hint: "There is a convolution in front of the pooling as well. Pooling comes first, then one convolution."
# - replace: layers.MaxPooling2D(3, strides=1, padding="same")
#   with: layers.AveragePooling2D(3, strides=1, padding="same")
#   hint: "You pool by the mean. The largest is wanted."
# - replace: layers.MaxPooling2D(3, strides=1, padding="same")
#   with: layers.MaxPooling2D(2, strides=1, padding="same")
#   hint: "Your pools are 2 x 2. They are 3 x 3."
# - replace: convolution(layers.MaxPooling2D(3, strides=1, padding="same")(x), fp, 1)
#   with: convolution(x, fp, 1)
#   hint: "The pooling is missing from the fourth branch."
# - replace: layers.MaxPooling2D(3, strides=1, padding="same")
#   with: layers.MaxPooling2D(3, padding="same")
#   hint: "Keras moves a pool by its size where no stride is given, so that the fourth branch's maps shrink."
# - replace: convolution(layers.MaxPooling2D(3, strides=1, padding="same")(x), fp, 1)
#   with: layers.MaxPooling2D(3, strides=1, padding="same")(x)
#   hint: "You leave the pooling branch without its convolution, so that it hands on every channel."
# - replace: convolution(convolution(x, f5r, 1), f5, 5)
#   with: convolution(convolution(convolution(x, f5r, 1), f5, 3), f5, 3)
#   hint: "You have two windows of 3 x 3 for one of 5 x 5, as later Inceptions. Here it is one of 5 x 5."
# - replace: "[convolution(x, f1, 1), three, five, pooled]"
#   with: "[three, five, pooled, convolution(x, f1, 1)]"
#   hint: "The branches come in another order than in the table."
# - replace: "[convolution(x, f1, 1), three, five, pooled]"
#   with: "[pooled, convolution(x, f1, 1), three, five]"
#   hint: "The branches come in another order than in the table, where pooling is the last."
# - replace: "[convolution(x, f1, 1), three, five, pooled]"
#   with: "[convolution(x, f1, 1), five, three, pooled]"
#   hint: "The branches of 3 x 3 and of 5 x 5 come in another order than in the table."
# - replace: layers.Concatenate(axis=-1)
#   with: layers.Concatenate(axis=1)
#   hint: "You concatenate along the rows. The results are put together as channels, the last axis."
# - replace: layers.MaxPooling2D(3, strides=1, padding="same")
#   with: layers.MaxPooling2D(3, strides=1)
#   hint: "Your pooling is not padded: two rows and two columns are lost, and the branches no longer fit together."
# - replace: "side, padding=\"same\", activation"
#   with: "side, activation"
#   hint: "Your convolutions are not padded: the larger windows give smaller maps, which cannot be put together."
# - replace: "side, padding=\"same\", activation"
#   with: "side, padding=\"same\", use_bias=False, activation"
#   hint: "Your convolutions have no biases."
# - replace: "convolution(convolution(x, f3r, 1), f3, 3)"
#   with: "convolution(convolution(convolution(x, f1, 1), f3r, 1), f3, 3)"
#   hint: "In your branch of 3 x 3 there is a convolution too many. All four branches start from x."
# - replace: "activation=\"relu\", "
#   with: ""
#   hint: "No ReLU anywhere in the block."
# - replace: ", kernel_initializer=\"he_normal\""
#   with: ""
#   hint: "Kernels start by Glorot's rule, Keras's default. He's is wanted."
# - replace: convolution(convolution(x, f3r, 1), f3, 3)
#   with: convolution(convolution(x, f3, 1), f3r, 3)
#   hint: "f3r and f3 are exchanged: the bottleneck comes first and is f3r wide."


# %% mistake: inception_block
# hint: "Your bottlenecks have no ReLU. Each convolution has one, the narrow ones as well."
def inception_block(x, f1, f3r, f3, f5r, f5, fp):
    def convolution(inputs, filters, side, activation="relu"):
        settings = {"padding": "same", "activation": activation, "kernel_initializer": "he_normal"}
        return layers.Conv2D(filters, side, **settings)(inputs)

    three = convolution(convolution(x, f3r, 1, None), f3, 3)
    five = convolution(convolution(x, f5r, 1, None), f5, 5)
    pooled = convolution(layers.MaxPooling2D(3, 1, "same")(x), fp, 1)
    return layers.Concatenate()([convolution(x, f1, 1), three, five, pooled])


# %% mistake: inception_block
# hint: "Your large windows look at all channels. A bottleneck belongs in front of each, f3r and f5r wide."
def inception_block(x, f1, f3r, f3, f5r, f5, fp):
    def convolution(inputs, filters, side):
        settings = {"padding": "same", "activation": "relu", "kernel_initializer": "he_normal"}
        return layers.Conv2D(filters, side, **settings)(inputs)

    pooled = convolution(layers.MaxPooling2D(3, 1, "same")(x), fp, 1)
    return layers.Concatenate()([convolution(x, f1, 1), convolution(x, f3, 3), convolution(x, f5, 5), pooled])


# %% mistake: inception_block
# hint: "The convolution behind your pooling has no ReLU. Each of the six has one."
def inception_block(x, f1, f3r, f3, f5r, f5, fp):
    def convolution(inputs, filters, side, activation="relu"):
        settings = {"padding": "same", "activation": activation, "kernel_initializer": "he_normal"}
        return layers.Conv2D(filters, side, **settings)(inputs)

    three = convolution(convolution(x, f3r, 1), f3, 3)
    five = convolution(convolution(x, f5r, 1), f5, 5)
    pooled = convolution(layers.MaxPooling2D(3, 1, "same")(x), fp, 1, None)
    return layers.Concatenate()([convolution(x, f1, 1), three, five, pooled])


# %% mistake: inception_block
# hint: "You put batch normalisation in. A later Inception has it; here a convolution has its bias and ReLU, no more."
def inception_block(x, f1, f3r, f3, f5r, f5, fp):
    def convolution(inputs, filters, side):
        y = layers.Conv2D(filters, side, padding="same", kernel_initializer="he_normal")(inputs)
        return layers.ReLU()(layers.BatchNormalization()(y))

    three = convolution(convolution(x, f3r, 1), f3, 3)
    five = convolution(convolution(x, f5r, 1), f5, 5)
    pooled = convolution(layers.MaxPooling2D(3, 1, "same")(x), fp, 1)
    return layers.Concatenate()([convolution(x, f1, 1), three, five, pooled])


# %% mistake: inception_block
# hint: "Both large windows look at one bottleneck. Each has its own in front, f3r and f5r wide."
def inception_block(x, f1, f3r, f3, f5r, f5, fp):
    def convolution(inputs, filters, side):
        settings = {"padding": "same", "activation": "relu", "kernel_initializer": "he_normal"}
        return layers.Conv2D(filters, side, **settings)(inputs)

    narrow = convolution(x, f3r, 1)
    pooled = convolution(layers.MaxPooling2D(3, 1, "same")(x), fp, 1)
    return layers.Concatenate()([convolution(x, f1, 1), convolution(narrow, f3, 3), convolution(narrow, f5, 5), pooled])


# %% mistake: inception_block
# hint: "In your fourth branch the convolution comes before the pooling."
def inception_block(x, f1, f3r, f3, f5r, f5, fp):
    def convolution(inputs, filters, side):
        settings = {"padding": "same", "activation": "relu", "kernel_initializer": "he_normal"}
        return layers.Conv2D(filters, side, **settings)(inputs)

    three = convolution(convolution(x, f3r, 1), f3, 3)
    five = convolution(convolution(x, f5r, 1), f5, 5)
    pooled = layers.MaxPooling2D(3, 1, "same")(convolution(x, fp, 1))
    return layers.Concatenate()([convolution(x, f1, 1), three, five, pooled])


# %% mistake: inception_block
# hint: "You shrink the maps: the pooling moves by more than 1, and the other branches are made to fit."
def inception_block(x, f1, f3r, f3, f5r, f5, fp):
    def convolution(inputs, filters, side, stride=1):
        settings = {"padding": "same", "activation": "relu", "kernel_initializer": "he_normal"}
        return layers.Conv2D(filters, side, stride, **settings)(inputs)

    three = convolution(convolution(x, f3r, 1), f3, 3, 2)
    five = convolution(convolution(x, f5r, 1), f5, 5, 2)
    pooled = convolution(layers.MaxPooling2D(3, 2, "same")(x), fp, 1)
    return layers.Concatenate()([convolution(x, f1, 1, 2), three, five, pooled])


# %% mistake: inception_block
# hint: "You add the branches up. They are put one behind the other, as channels."
def inception_block(x, f1, f3r, f3, f5r, f5, fp):
    def convolution(inputs, filters, side):
        settings = {"padding": "same", "activation": "relu", "kernel_initializer": "he_normal"}
        return layers.Conv2D(filters, side, **settings)(inputs)

    together = f1 + f3 + f5 + fp
    three = convolution(convolution(x, f3r, 1), together, 3)
    five = convolution(convolution(x, f5r, 1), together, 5)
    pooled = convolution(layers.MaxPooling2D(3, 1, "same")(x), together, 1)
    return layers.Add()([convolution(x, together, 1), three, five, pooled])


# %% equivalents: inception_block
# - replace: layers.Concatenate(axis=-1)
#   with: layers.Concatenate()
#   reason: "Keras's default is the last axis."


# %% accepts: inception_block
def inception_block(x, f1, f3r, f3, f5r, f5, fp):
    # Each branch is a chain of its own.
    def chain(*steps):
        branch = keras.Sequential()
        for filters, side in steps:
            he = keras.initializers.HeUniform()
            branch.add(layers.Conv2D(filters, (side, side), padding="same", kernel_initializer=he))
            branch.add(layers.ReLU())
        return branch(x)

    towers = [chain((f1, 1)), chain((f3r, 1), (f3, 3)), chain((f5r, 1), (f5, 5))]
    x = layers.MaxPool2D(pool_size=(3, 3), strides=(1, 1), padding="same")(x)
    return ops.concatenate([*towers, chain((fp, 1))], axis=3)


# %% [markdown]
# ## The bill for all of GoogLeNet
#
# GoogLeNet has nine such blocks behind three ordinary convolutions, and a global average and one dense layer at the
# end: 22 layers with weights in depth. To fill in its table you need the bill for one block. Its parts are those of
# `cost_with_and_without_bottleneck`, on the same maps.


# %% exercise: inception_cost
def inception_cost(input_shape, f1, f3r, f3, f5r, f5, fp):
    """Parameters, multiply-adds and output shape of an Inception block, for one picture.

    Args:
        input_shape: (H, W, C).
        f1, f3r, f3, f5r, f5, fp: as for inception_block.

    Returns:
        (parameters, multiply_adds, output_shape): two ints and a tuple of three ints. Pooling counts nothing, adding
        biases is no work. About 6 lines.
    """
    ### BEGIN SOLUTION
    height, width, channels = input_shape
    weights = channels * (f1 + f3r + f5r + fp) + 9 * f3r * f3 + 25 * f5r * f5
    biases = f1 + f3r + f3 + f5r + f5 + fp
    return weights + biases, height * width * weights, (height, width, f1 + f3 + f5 + fp)
    ### END SOLUTION


# %% test: inception_cost, points=2
came = inception_cost((28, 28, 192), 64, 96, 128, 16, 32, 32)
due = (163_696, 128_049_152, (28, 28, 256))
dd.check.equal(
    tuple(came), due, what="the cost of GoogLeNet's first block", why="all six convolutions, on 28 x 28 places"
)
came = inception_cost((2, 3, 4), 1, 2, 3, 4, 5, 6)
due = (127 + 21 + 479, 6 * (52 + 54 + 500), (2, 3, 15))
dd.check.equal(came[2], due[2], what="the output shape for (2, 3, 4)", why="1 + 3 + 5 + 6 channels")
weights = 4 * 1 + 4 * 2 + 9 * 2 * 3 + 4 * 4 + 25 * 4 * 5 + 4 * 6
dd.check.equal(came[1], 6 * weights, what="the multiply-adds for (2, 3, 4)", why="each weight is used at 6 places")
dd.check.equal(came[0], weights + 21, what="the parameters for (2, 3, 4)", why="606 weights and 21 biases")
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(53)
for _ in range(4):
    height, width, channels, *sizes = (int(n) for n in rng.integers(1, 40, 9))
    f1, f3r, f3, f5r, f5, fp = sizes
    parameters = multiply_adds = 0
    for side, come_in, go_out in (
        (1, channels, f1),
        (1, channels, f3r),
        (3, f3r, f3),
        (1, channels, f5r),
        (5, f5r, f5),
        (1, channels, fp),
    ):
        kernel = np.zeros((side, side, come_in, go_out), bool)
        parameters += kernel.size + go_out
        multiply_adds += kernel.size * height * width
    came = inception_cost((height, width, channels), *sizes)
    due = (parameters, multiply_adds, (height, width, f1 + f3 + f5 + fp))
    why = "six convolutions; every weight works at every place"
    dd.check.equal(tuple(came), due, what=f"inception_cost({(height, width, channels)}, *{sizes})", why=why)
dd.check.kind(came[2], tuple, what="the output shape")
for part in (*came[:2], *came[2]):
    dd.check.kind(part, int, what="a count or a length")
model = block_model((4, 6, 5), 3, 2, 4, 1, 6, 7)
due = model.count_params(), (None, *inception_cost((4, 6, 5), 3, 2, 4, 1, 6, 7)[2])
came = inception_cost((4, 6, 5), 3, 2, 4, 1, 6, 7)[0], model.output_shape
dd.check.equal(came, due, what="the bill of a block that was built", why="paper and block agree")
### END HIDDEN TESTS

# %% mistakes: inception_cost
# - replace: 9 * f3r * f3 + 25
#   with: 9 * channels * f3 + 25
#   hint: "The window of 3 x 3 sees the bottleneck's channels, not all that come in."
# - replace: 25 * f5r * f5
#   with: 25 * channels * f5
#   hint: "The window of 5 x 5 sees the bottleneck's channels, not all that come in."
# - replace: (f1 + f3r + f5r + fp)
#   with: (f1 + fp)
#   hint: "The two bottlenecks are missing from the bill."
# - replace: biases = f1 + f3r + f3 + f5r + f5 + fp
#   with: biases = f1 + f3 + f5 + fp
#   hint: "The bottlenecks have biases too."
# - replace: height * width * weights
#   with: height * width * (weights + biases)
#   hint: "Adding biases is not counted as work."
# - replace: (height, width, f1 + f3 + f5 + fp)
#   with: (height, width, f1 + f3r + f3 + f5r + f5 + fp)
#   hint: "The bottlenecks' channels stay inside their branches: they are not part of the output."
# - replace: 9 * f3r * f3 + 25 * f5r * f5
#   with: 3 * f3r * f3 + 5 * f5r * f5
#   hint: "A window of 3 x 3 has 9 weights a channel, one of 5 x 5 has 25."
# - replace: (f1 + f3r + f5r + fp) +
#   with: (f1 + f3r + f5r) + 9 * channels * fp +
#   hint: "You count the pooling's 3 x 3 as weights. Pooling has none; 1 x 1 follows on it."
# - replace: height * width * weights
#   with: height * width * (weights + 9 * channels)
#   hint: "Pooling is in your work. It takes maxima and multiplies nothing."
# - replace: f1 + f3 + f5 + fp)
#   with: f1 + f3 + f5 + channels)
#   hint: "Your pooling branch hands on all channels. A convolution cuts them down to fp."
# - replace: height * width * weights
#   with: height * height * weights
#   hint: "You take the maps for squares."
# - replace: 9 * f3r * f3 + 25 * f5r * f5
#   with: 9 * channels * f3 + 25 * channels * f5
#   hint: "Behind a bottleneck a large window sees the bottleneck's channels, not all that come in."
# - replace: |-
#     weights = channels * (f1 + f3r + f5r + fp) + 9 * f3r * f3 + 25 * f5r * f5
#     biases = f1 + f3r + f3 + f5r + f5 + fp
#   with: |-
#     weights = channels * (f1 + 9 * f3 + 25 * f5 + fp)
#     biases = f1 + f3 + f5 + fp
#   hint: "This is a bill without bottlenecks. Two convolutions are missing, and the large windows see all channels."
# - replace: |-
#     weights = channels * (f1 + f3r + f5r + fp) + 9 * f3r * f3 + 25 * f5r * f5
#     biases = f1 + f3r + f3 + f5r + f5 + fp
#   with: |-
#     weights = channels * (f1 + f3r + f5r) + 9 * f3r * f3 + 25 * f5r * f5
#     biases = f1 + f3r + f3 + f5r + f5
#   hint: "The 1 x 1 convolution behind the pooling is missing from the bill. Only the pooling itself is free."
# - replace: biases = f1 + f3r + f3 + f5r + f5 + fp
#   with: biases = f1 + f3r + f3 + f5r + f5
#   hint: "The biases of the convolution behind the pooling are missing: fp of them."
# - replace: weights + biases, height
#   with: weights, height
#   hint: "The biases are missing from the parameters: one for each filter of all six convolutions."
# - replace: (height, width, f1
#   with: (None, height, width, f1
#   hint: "There is a length for the batch in your output shape. The bill is for one picture: rows, columns, channels."
# - replace: height * width * weights
#   with: 2 * height * width * weights
#   hint: "A multiply-add is one, not two."
# - replace: height * width * weights
#   with: weights
#   hint: "You count a multiply-add for each weight once. Each weight works at every place of the maps."


# %% accepts: inception_cost
def inception_cost(input_shape, f1, f3r, f3, f5r, f5, fp):
    height, width, channels = input_shape
    parameters = channels * f1 + f1 + channels * fp + fp
    for kernel, narrow, filters in ((3, f3r, f3), (5, f5r, f5)):
        parameters += cost_with_and_without_bottleneck(height, width, channels, filters, kernel, narrow)["with"][0]
    work = (parameters - (f1 + f3r + f3 + f5r + f5 + fp)) * height * width
    return parameters, work, (height, width, sum([f1, f3, f5, fp]))


# %% demo
GOOGLENET = {
    "3a": (28, (64, 96, 128, 16, 32, 32)),
    "3b": (28, (128, 128, 192, 32, 96, 64)),
    "4a": (14, (192, 96, 208, 16, 48, 64)),
    "4b": (14, (160, 112, 224, 24, 64, 64)),
    "4c": (14, (128, 128, 256, 24, 64, 64)),
    "4d": (14, (112, 144, 288, 32, 64, 64)),
    "4e": (14, (256, 160, 320, 32, 128, 128)),
    "5a": (7, (256, 160, 320, 32, 128, 128)),
    "5b": (7, (384, 192, 384, 48, 128, 128)),
}
stem = [(112, 7, 3, 64), (56, 1, 64, 64), (56, 3, 64, 192)]  # side of the maps, window, channels in and out
total = np.array([f * f * c * d + d for _, f, c, d in stem]).sum(), sum(n * n * f * f * c * d for n, f, c, d in stem)
print(f"stem  parameters {total[0]:9,}  multiply-adds {total[1]:13,}")
channels, with_bottlenecks, direct = 192, [], []
for name, (side, sizes) in GOOGLENET.items():
    f1, _, f3, _, f5, fp = sizes
    parameters, work, (_, _, after) = inception_cost((side, side, channels), *sizes)
    print(f"{name:4}  parameters {parameters:9,}  multiply-adds {work:13,}  channels {channels:4} to {after:4}")
    with_bottlenecks.append(work / 1e6)
    direct.append(side * side * channels * (f1 + 9 * f3 + 25 * f5 + fp) / 1e6)
    total = total[0] + parameters, total[1] + work
    channels = after
total = total[0] + channels * 1000 + 1000, total[1] + channels * 1000
print(f"GoogLeNet without its auxiliary heads: {total[0]:,} parameters, {total[1]:,} multiply-adds")
print(
    f"nine blocks: {sum(with_bottlenecks):,.0f} million multiply-adds, without bottlenecks {sum(direct):,.0f} million"
)
places = np.arange(9)
fig, ax = plt.subplots(figsize=(9, 3.8))
ax.bar(places - 0.2, with_bottlenecks, 0.4, label="with bottlenecks", color="C0")
ax.bar(places + 0.2, direct, 0.4, label="without", color="C1", hatch="//", edgecolor="white")
ax.set(title="The work of GoogLeNet's nine blocks", xlabel="block", ylabel="million multiply-adds", xticks=places)
ax.set_xticklabels(list(GOOGLENET))
ax.legend()
dd.plot.show(
    "Pairs of bars for the nine blocks, million multiply-adds with and without bottlenecks. With: between 51 and 304, "
    "most in block 3b. Without: between 262 and 866, in every block more than twice as much."
)

# %% [markdown]
# 6,998,552 parameters: a twentieth of VGG16's and a ninth of AlexNet's, for a tenth of VGG16's work. The parameters are
# saved by having no wide dense layers (Day 50), the work by bottlenecks: without them the nine blocks would cost more
# than three times as much.
#
# ## A second head
#
# GoogLeNet is deep for its year, and its authors feared that little gradient would reach the first layers (Day 31).
# So they hung **auxiliary heads** on two blocks in the middle: small classifiers that try the task with what is known
# by then. In training their costs are added with a weight of 0.3, here with one such head,
#
# $$J = J_0 + 0.3\, J_1 ;$$
#
# once trained, the heads are taken off. The paper itself says that their effect was minor, about half a percent. The
# same group wrote a year later that they did not help in the beginning, only at the end, and that they act as a
# regulariser. The technique stayed: wherever a network is to be useful at several depths. In Keras it is a model with
# two outputs (Day 38).
#
# The last exercise is given by its contract.


# %% exercise: build_googlenet_small
def build_googlenet_small(input_shape, num_classes, dropout=0.4, auxiliary=False):
    """A small GoogLeNet. In order:

        convolution 3 x 3, 16 filters, ReLU, padded         pooling
        Inception 10, 12, 16, 4, 6, 8                       pooling
        Inception 24, 28, 40, 8, 16, 16
        Inception 32, 36, 48, 10, 20, 20                    pooling
        Inception 48, 40, 64, 12, 24, 24
        global average pooling, dropout, dense num_classes

    Sizes are in the order of inception_block's arguments. Poolings take the maximum over 3 x 3 with stride 2, padded
    "same". The auxiliary head follows on the second Inception block: global average pooling, dense num_classes.
    Convolutions by He's rule, biases zeros; the outputs are logits.

    Args:
        input_shape: (H, W, C) of a picture.
        num_classes: K, int >= 1.
        dropout: share that is dropped in training in front of the last dense layer.
        auxiliary: whether the model has the auxiliary head as well.

    Returns:
        A keras.Model, not compiled, (N, H, W, C) to (N, num_classes); with auxiliary, to a list of two, the last
        head's first. About 16 lines.
    """
    ### BEGIN SOLUTION
    inputs = keras.Input(input_shape)

    def pool(x):
        return layers.MaxPooling2D(3, strides=2, padding="same")(x)

    x = layers.Conv2D(16, 3, padding="same", activation="relu", kernel_initializer="he_normal")(inputs)
    x = inception_block(pool(x), 10, 12, 16, 4, 6, 8)
    middle = inception_block(pool(x), 24, 28, 40, 8, 16, 16)
    x = inception_block(middle, 32, 36, 48, 10, 20, 20)
    x = inception_block(pool(x), 48, 40, 64, 12, 24, 24)
    x = layers.Dropout(dropout)(layers.GlobalAveragePooling2D()(x))
    outputs = layers.Dense(num_classes)(x)
    if auxiliary:
        outputs = [outputs, layers.Dense(num_classes)(layers.GlobalAveragePooling2D()(middle))]
    return keras.Model(inputs, outputs)
    ### END SOLUTION


# %% test: build_googlenet_small, points=4
model = build_googlenet_small((32, 32, 3), 7)
dd.check.kind(model, keras.Model, what="build_googlenet_small((32, 32, 3), 7)")
dd.check.equal(model.output_shape, (None, 7), what="the output shape", why="a logit for each of 7 classes")
why = "448 in the first convolution, 94,838 in the blocks, 1,127 in the dense layer"
dd.check.equal(model.count_params(), 96_413, what="the number of parameters", why=why)
dd.check.equal(len(kernel_shapes(model)), 26, what="the number of layers with weights", why="1, four times 6, and 1")
dd.check.equal(dropout_rates(model), [0.4], what="the rates of dropout", why="one, in front of the dense layer")
double = build_googlenet_small((32, 32, 3), 7, auxiliary=True)
dd.check.equal(len(double.outputs), 2, what="the number of outputs with auxiliary=True")
dd.check.equal(
    double.count_params(), 96_413 + 679, what="the number of parameters with it", why="7 times 96 and 7 more"
)
### BEGIN HIDDEN TESTS
BLOCKS = (10, 12, 16, 4, 6, 8), (24, 28, 40, 8, 16, 16), (32, 36, 48, 10, 20, 20), (48, 40, 64, 12, 24, 24)


def googlenet_by_hand(x, weights, num_classes):
    kernel, bias = weights[3, 3, x.shape[-1], 16]
    x = np.maximum(day_046.conv2d_forward(x, kernel, bias, 1, "same"), 0)
    x = block_by_hand(pool_by_hand(x, 2), weights, *BLOCKS[0])
    middle = block_by_hand(pool_by_hand(x, 2), weights, *BLOCKS[1])
    x = block_by_hand(middle, weights, *BLOCKS[2])
    x = block_by_hand(pool_by_hand(x, 2), weights, *BLOCKS[3])
    heads = []
    for maps in (x, middle):
        kernel, bias = weights.get((maps.shape[-1], num_classes), (np.zeros((maps.shape[-1], 1)), 0))
        heads.append(maps.mean(axis=(1, 2)) @ kernel + bias)
    return heads


rng = np.random.default_rng(54)
for shape, num_classes, rate in (((11, 14, 2), 3, 0.25), ((8, 9, 1), 1, 0.0)):
    model = build_googlenet_small(input_shape=shape, num_classes=num_classes, dropout=rate, auxiliary=rate > 0)
    what = f"build_googlenet_small({shape}, {num_classes}, auxiliary={rate > 0})"
    why = "a convolution's kernel has the spread of He's rule; biases start as zeros"
    dd.check.equal(off_their_start(model), [], what="the kernels and biases that start otherwise", why=why)
    weights = draw_weights(model, 3)
    x = rng.normal(size=(2, *shape)).astype("float32")
    heads = googlenet_by_hand(x, weights, num_classes)
    came = model(x)
    came = list(came) if rate > 0 else [came]
    for name, actual, due in zip(("the last head", "the auxiliary head"), came, heads, strict=False):
        dd.check.shape(actual, (2, num_classes), what=f"the output of {name} of {what}")
        why = "the layers in this order; logits, the last head's first"
        dd.check.close(actual, due, rtol=2e-3, atol=2e-3, what=f"the output of {name} of {what}", why=why)
    due = [rate] if rate > 0 else []
    why = "as handed over; none in the other head"
    dd.check.equal(dropout_rates(model), due, what="the rates of dropout above 0", why=why)
    due, why = [160] * len(due), "the 160 means, not the maps"
    dd.check.equal(numbers_into_dropout(model), due, what="the numbers of a picture that may be dropped", why=why)
    due = [True, False] if rate > 0 else [False]
    why = "dropout is in front of the last dense layer and nowhere else"
    dd.check.equal(training_differs(model, x), due, what="whether each output differs in training", why=why)
dd.check.equal(model.compiled, False, what="whether the model is compiled", why="it is handed over uncompiled")
### END HIDDEN TESTS

# %% mistakes: build_googlenet_small
# - replace: layers.Dropout(dropout)
#   with: layers.Dropout(0.4)
#   hint: "dropout goes unused: the rate is 0.4 whatever it is."
# - replace: layers.Dense(num_classes)(x)
#   with: layers.Dense(num_classes, activation="softmax")(x)
#   hint: "Your last layer gives probabilities. Logits are wanted."
# - replace: layers.MaxPooling2D(3, strides=2, padding="same")
#   with: layers.MaxPooling2D(2, strides=2, padding="same")
#   hint: "Your pools are 2 x 2. They are 3 x 3, moved by 2."
# - replace: layers.MaxPooling2D(3, strides=2, padding="same")
#   with: layers.MaxPooling2D(3, strides=2)
#   hint: "Your pools between the blocks are not padded."
# - replace: layers.MaxPooling2D(3, strides=2, padding="same")
#   with: layers.AveragePooling2D(3, strides=2, padding="same")
#   hint: "Your pools average. The largest is wanted."
# - replace: "[outputs, layers.Dense(num_classes)(layers.GlobalAveragePooling2D()(middle))]"
#   with: "[layers.Dense(num_classes)(layers.GlobalAveragePooling2D()(middle)), outputs]"
#   hint: "The last head's output comes first, the auxiliary one's second."
# - replace: layers.GlobalAveragePooling2D()(middle))
#   with: layers.GlobalAveragePooling2D()(inception_block(middle, 32, 36, 48, 10, 20, 20)))
#   hint: "The auxiliary head hangs on another block, or on blocks of its own. It follows on the second."
# - replace: inception_block(middle, 32
#   with: inception_block(pool(middle), 32
#   hint: "There is a pooling too many: none lies between the second and the third block."
# - replace: layers.Dropout(dropout)(layers.GlobalAveragePooling2D()(x))
#   with: layers.Dropout(dropout)(layers.GlobalMaxPooling2D()(x))
#   hint: "You take the largest over all places. The mean is wanted."
# - replace: layers.Dense(num_classes)(layers.GlobalAveragePooling2D()(middle))
#   with: layers.Dense(num_classes)(layers.Dropout(dropout)(layers.GlobalAveragePooling2D()(middle)))
#   hint: "Dropout is in the auxiliary head too. It lies in front of the last dense layer alone."
# - replace: layers.Dropout(dropout)(layers.GlobalAveragePooling2D()(x))
#   with: layers.GlobalAveragePooling2D()(layers.Dropout(dropout)(x))
#   hint: "Dropout comes before the average in your model: numbers of single places are dropped, and hardly missed."
# - replace: |-
#     middle = inception_block(pool(x), 24, 28, 40, 8, 16, 16)
#     x = inception_block(middle, 32, 36, 48, 10, 20, 20)
#   with: |-
#     middle = x
#     x = inception_block(pool(x), 24, 28, 40, 8, 16, 16)
#     x = inception_block(x, 32, 36, 48, 10, 20, 20)
#   hint: "Your auxiliary head hangs on another block, the first. It follows on the second."
# - replace: |-
#     middle = inception_block(pool(x), 24, 28, 40, 8, 16, 16)
#     x = inception_block(middle, 32, 36, 48, 10, 20, 20)
#   with: |-
#     x = inception_block(pool(x), 24, 28, 40, 8, 16, 16)
#     x = middle = inception_block(x, 32, 36, 48, 10, 20, 20)
#   hint: "Your auxiliary head hangs on another block, the third. It follows on the second."
# - replace: keras.Model(inputs, outputs)
#   with: >-
#     keras.Model(inputs, keras.tree.map_structure(layers.Softmax(), outputs))
#   hint: "Your heads give probabilities. Logits are wanted, from both."
# - replace: keras.Model(inputs, outputs)
#   with: >-
#     keras.Model(inputs, keras.tree.map_structure(layers.ReLU(), outputs))
#   hint: "ReLU cuts your logits off at zero, in both heads. A last layer has no activation."
# - replace: |-
#     x = layers.Dropout(dropout)(layers.GlobalAveragePooling2D()(x))
#     outputs = layers.Dense(num_classes)(x)
#     if auxiliary:
#         outputs = [outputs, layers.Dense(num_classes)(layers.GlobalAveragePooling2D()(middle))]
#   with: |-
#     x = layers.Dropout(dropout)(layers.GlobalMaxPooling2D()(x))
#     outputs = layers.Dense(num_classes)(x)
#     if auxiliary:
#         outputs = [outputs, layers.Dense(num_classes)(layers.GlobalMaxPooling2D()(middle))]
#   hint: "You take the largest over all places, in both heads, where the mean is wanted."
# - replace: if auxiliary
#   with: if True
#   hint: "The auxiliary head is there whether it is asked for or not."
# - replace: if auxiliary
#   with: if False
#   hint: "auxiliary goes unused: there is no second head when it is asked for."
# - replace: layers.Dense(num_classes)(x)
#   with: layers.Dense(num_classes, activation="relu")(x)
#   hint: "ReLU cuts your logits off at zero. The last layer has no activation."
# - replace: layers.Dense(num_classes)(x)
#   with: layers.Dropout(dropout)(layers.Dense(num_classes)(x))
#   hint: "There is a dropout too many, behind the last layer. What is dropped there is a class's score."
# - replace: inception_block(pool(x), 48
#   with: inception_block(x, 48
#   hint: "The last pooling is missing: one lies between the third and the fourth block."
# - replace: inception_block(pool(x), 10
#   with: inception_block(x, 10
#   hint: "The first pooling is missing, the one between the first convolution and the first block."
# - replace: "    return keras.Model(inputs, outputs)"
#   with: |2-
#         model = keras.Model(inputs, outputs)
#         model.compile("adam", "mean_squared_error")
#         return model
#   hint: "You hand the model over compiled. Which loss and optimizer it gets is up to others."
# - replace: if auxiliary
#   with: if not auxiliary
#   hint: "The auxiliary head is there when it is not asked for, and missing when it is."
# - replace: "activation=\"relu\", kernel_initializer=\"he_normal\")(inputs)"
#   with: "kernel_initializer=\"he_normal\")(inputs)"
#   hint: "The first convolution has no ReLU."
# - replace: "activation=\"relu\", kernel_initializer=\"he_normal\")(inputs)"
#   with: "activation=\"relu\")(inputs)"
#   hint: "The first convolution's kernel starts by Glorot's rule, Keras's default."


# %% mistake: build_googlenet_small
# hint: "The maps are flattened, so that the dense layer has a weight for each place. GoogLeNet averages them."
def build_googlenet_small(input_shape, num_classes, dropout=0.4, auxiliary=False):
    x = inputs = keras.Input(input_shape)
    x = layers.Conv2D(16, 3, padding="same", activation="relu", kernel_initializer="he_normal")(x)
    x = layers.MaxPooling2D(3, 2, "same")(x)
    x = layers.MaxPooling2D(3, 2, "same")(inception_block(x, 10, 12, 16, 4, 6, 8))
    middle = inception_block(x, 24, 28, 40, 8, 16, 16)
    x = layers.MaxPooling2D(3, 2, "same")(inception_block(middle, 32, 36, 48, 10, 20, 20))
    x = layers.Flatten()(inception_block(x, 48, 40, 64, 12, 24, 24))
    outputs = layers.Dense(num_classes)(layers.Dropout(dropout)(x))
    if auxiliary:
        outputs = [outputs, layers.Dense(num_classes)(layers.Flatten()(middle))]
    return keras.Model(inputs, outputs)


# %% accepts: build_googlenet_small
def build_googlenet_small(input_shape, num_classes, dropout=0.4, auxiliary=False):
    x = inputs = keras.layers.Input(shape=input_shape)
    x = layers.ReLU()(layers.Conv2D(16, 3, padding="same", kernel_initializer=keras.initializers.HeUniform())(x))
    plan = ["pool", (10, 12, 16, 4, 6, 8), "pool", (24, 28, 40, 8, 16, 16), "head", (32, 36, 48, 10, 20, 20), "pool"]
    heads = []
    for step in [*plan, (48, 40, 64, 12, 24, 24)]:
        if step == "pool":
            x = layers.MaxPool2D(pool_size=3, strides=2, padding="same")(x)
        elif step == "head":
            if auxiliary:
                heads.append(layers.Dense(num_classes)(ops.mean(x, axis=(1, 2))))
        else:
            x = inception_block(x, *step)
    last = layers.Dense(num_classes)(layers.Dropout(rate=dropout)(ops.mean(x, axis=(1, 2))))
    return keras.Model(inputs=inputs, outputs=[last, *heads] if auxiliary else last)


# %% [markdown]
# ## Put it together: Day 50's budget, spent on Inception
#
# The task is Day 50's, the object in the middle of a cutout, and so is the budget, about 600 billion multiply-adds in
# the passes forward. The first seconds are yours, with the auxiliary head.


# %% demo
def cutouts(num_scenes, seed):
    """Four cutouts a scene: x (4 num_scenes, 32, 32, 3), about -2 to 2, and the classes of what is in the middle."""
    found = dd.data.scenes(num_scenes, seed=seed, num_objects=(4, 4))
    middle = (found.boxes[..., :2] + found.boxes[..., 2:]) // 2
    corners = np.clip(middle - 16, 0, 32)  # (num_scenes, 4, 2), x before y; windows stay inside the scene
    places = zip(found.images, corners, strict=True)
    windows = [image[y : y + 32, x : x + 32] for image, four in places for x, y in four]
    return (np.array(windows, "float32") - 115) / 64, found.labels.ravel()


x_train, labels_train = cutouts(500, seed=0)
x_test, labels_test = cutouts(500, seed=1)
dd.seed(51)
young = build_googlenet_small((32, 32, 3), 7, auxiliary=True)
losses = [keras.losses.SparseCategoricalCrossentropy(from_logits=True) for _ in range(2)]
young.compile(keras.optimizers.Adam(0.001), losses, loss_weights=[1.0, 0.3])
history = young.fit(x_train, [labels_train, labels_train], batch_size=32, epochs=2, verbose=0)
print("cost J by epoch:", *(f"{value:.2f}" for value in history.history["loss"]))
last, side = (logits.argmax(axis=1) for logits in young.predict(x_test, batch_size=100, verbose=0))
print(f"named rightly by the last head {np.mean(last == labels_test):.2f}, by the auxiliary head", end=" ")
print(f"{np.mean(side == labels_test):.2f}, by chance 0.14")

# %% [markdown]
# A cost of $1.3 \ln 7 = 2.53$ is that of guessing in both heads, and two epochs over 2,000 pictures only lead there.
# The rest was done beforehand by `data/zoo/scenes_googlenet.py`: about 600 billion multiply-adds, as many as each
# network of Day 50 got, without auxiliary head. Its weights go into *your* network. Branches may have been made in
# another order, so layers are matched by the shapes of their kernels, of which no two are alike.


# %% demo
def layers_by_kernel(model):
    """The layers that have a kernel, by its shape; also those of models inside the model."""
    found = {}
    for layer in model.layers:
        if isinstance(layer, keras.Model):
            found |= layers_by_kernel(layer)
        elif layer.weights:
            found[tuple(layer.kernel.shape)] = layer
    return found


def share_right(model):
    return float((model.predict(x_test, batch_size=100, verbose=0).argmax(axis=1) == labels_test).mean())


googlenet = build_googlenet_small((32, 32, 3), 7)
mine = layers_by_kernel(googlenet)
for shape, layer in layers_by_kernel(dd.zoo.load("scenes_googlenet")).items():
    mine[shape].set_weights(layer.get_weights())
accuracy = share_right(googlenet)

channels, side, work = 16, 16, 32 * 32 * 27 * 16
blocks = {
    16: (10, 12, 16, 4, 6, 8),
    40: (24, 28, 40, 8, 16, 16),
    96: (32, 36, 48, 10, 20, 20),
    120: (48, 40, 64, 12, 24, 24),
}
for channels, side in ((16, 16), (40, 8), (96, 8), (120, 4)):
    work += inception_cost((side, side, channels), *blocks[channels])[1]
work += 160 * 7
card = dd.zoo.card("scenes_googlenet")
table = {"GoogLeNet": (googlenet.count_params(), work, accuracy)}
for name, multiply_adds in (("AlexNet", 3_895_040), ("VGG", 4_539_264), ("NiN", 4_195_328)):
    extra = dd.zoo.card(f"scenes_{name.lower()}").extra
    table[name] = extra["parameters"], multiply_adds, extra["accuracy"]
print("network     parameters  multiply-adds  named rightly")
for name, (parameters, multiply_adds, share) in table.items():
    print(f"{name:10}  {parameters:10,}  {multiply_adds:13,}  {share:.1%}")
print(f"GoogLeNet without bottlenecks, the same budget: {card.extra['direct_parameters']:,} parameters", end=", ")
print(f"{card.extra['direct_epochs']} epochs instead of {card.extra['epochs']}: {card.extra['direct']:.1%}")

# %% [markdown]
# With the fewest parameters of the four GoogLeNet names about as many rightly as VGG; each network was trained once,
# and a point or two more or less is what another seed does (Day 50). The last line is no matter of seeds. With direct
# windows a picture costs two and a half times the work, so the same budget ends after 3 epochs, and a sixth less is
# named. That is what a bottleneck is for: it buys more training, or more blocks, with the work that it saves.
#
# Which branches does the network lean on? Silence one branch in all four blocks, by setting the kernel and bias of its
# last convolution to zero, and look how much is still named rightly.

# %% demo
ends = {}
for channels, (f1, f3r, f3, f5r, f5, fp) in blocks.items():
    for name, shape in (
        ("1 x 1", (1, 1, channels, f1)),
        ("3 x 3", (3, 3, f3r, f3)),
        ("5 x 5", (5, 5, f5r, f5)),
        ("pooling", (1, 1, channels, fp)),
    ):
        ends.setdefault(name, []).append(shape)
left = {}
for name, shapes in ends.items():
    kept = [mine[shape].get_weights() for shape in shapes]
    for shape, weights in zip(shapes, kept, strict=True):
        mine[shape].set_weights([np.zeros_like(each) for each in weights])
    left[name] = share_right(googlenet)
    for shape, weights in zip(shapes, kept, strict=True):
        mine[shape].set_weights(weights)
fig, ax = plt.subplots(figsize=(8, 3.6))
ax.bar(list(left), [100 * share for share in left.values()], color="C0")
ax.axhline(100 * accuracy, color="C1", linestyle="--", label="all branches")
ax.axhline(100 / 7, color="0.5", linestyle=":", label="chance")
ax.set(title="GoogLeNet with one branch silenced in all blocks", xlabel="silenced branch", ylabel="named rightly, in %")
ax.set(ylim=(0, 125), yticks=range(0, 101, 20))
ax.legend(loc="upper right", ncols=2)
dd.plot.show(
    "Bars of what is named rightly with a branch silenced. Without 3 x 3 the bar ends at the dotted line of chance, 14 "
    "percent; without 1 x 1, 5 x 5 or the pooling it ends between 35 and 50. A dashed line for all branches "
    "lies above 90."
)
print({name: f"{share:.0%}" for name, share in left.items()}, f"with all {accuracy:.1%}")
assert accuracy > 0.85 and abs(accuracy - card.extra["accuracy"]) < 0.03
assert all(share < accuracy - 0.03 for share in left.values())

# %% [markdown]
# Without the windows of $3 \times 3$ nothing better than chance is left; they give the most channels. But without any
# one of the other branches about half of what was named rightly is lost too: all four came to work together. (That a
# branch is missed by a network which was trained with it does not say how well one would do that was trained without.)
#
# ## From Inception to Xception
#
# Take the idea to its end. A branch of Inception first mixes channels, $1 \times 1$, and then looks at places through
# a large window over *some* of the channels; three branches split them into three groups. Why not as many groups as
# channels? Then each window looks at one channel alone, and all mixing is left to $1 \times 1$. That is a **depthwise
# separable convolution**, and a network of them is **Xception**, "extreme Inception" (Chollet, 2017). From $C$ to $D$
# channels it needs $C D + f^2 D$ weights instead of $f^2 C D$. You build it on Day 54. Inception itself went on by
# taking windows apart: two of $3 \times 3$ for one of $5 \times 5$ (Day 50), and $1 \times 7$ followed by
# $7 \times 1$.
#
# ## What you should remember
#
# 1. Branches side by side look through several windows; concatenation along the channels keeps them all.
# 2. A $1 \times 1$ convolution in front of a large window makes channels fewer: $C r + f^2 r D$ instead of $f^2 C D$.
# 3. Inside a block pooling has stride 1 and padding; the maps keep their size.
# 4. GoogLeNet: 22 layers, 7 million parameters, 1.6 billion multiply-adds, no wide dense layers.
# 5. An auxiliary head adds a weighted cost in the middle and is taken off in the end. It helps a little.
#
# ## Check yourself, without code
#
# 1. On maps with 64 channels you want 64 filters of $3 \times 3$. Up to which $r$ does a bottleneck save work?
# 2. Someone builds the pooling branch with Keras's default stride. What happens?
# 3. A block without its $1 \times 1$ behind the pooling has the sizes $64, 96, 128, 16, 32$ and 192 channels come in.
#    How many go out?
#
# <details><summary>Answers</summary>
#
# 1. $r < 9 \cdot 64 \cdot 64 / (64 + 9 \cdot 64) = 57.6$, so up to 57.
# 2. The default stride is the pool's size, 3. The branch's maps are a third as high and wide, and they cannot be
#    concatenated with the others: Keras refuses.
# 3. $64 + 128 + 32 + 192 = 416$, and the next block would have at least 416 in its pooling branch alone.
#
# </details>
#
# ## Go further
#
# - Szegedy and others (2015), *Going deeper with convolutions*, CVPR: table 1 is the bill that you filled in.
# - Szegedy, Vanhoucke, Ioffe, Shlens and Wojna (2016), *Rethinking the Inception architecture for computer vision*,
#   CVPR: smaller windows, and what auxiliary heads really do.
# - Chollet (2017), *Xception: deep learning with depthwise separable convolutions*, CVPR.
# - Day 52: what to do when more layers make a network worse.
