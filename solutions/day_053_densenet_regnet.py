# ---
# day: 53
# title: DenseNet, RegNet and design spaces
# week: 11
# minutes: 110
# backend: any
# needs: [9, 33, 38, 46, 50, 52]
# data: [scenes]
# papers:
# - "Huang, Liu, van der Maaten and Weinberger 2017, Densely connected convolutional networks"
# - "Xie, Girshick, Dollár, Tu and He 2017, Aggregated residual transformations for deep neural networks"
# - "Hu, Shen and Sun 2018, Squeeze-and-excitation networks"
# - "Radosavovic, Kosaraju, Girshick, He and Dollár 2020, Designing network design spaces"
# - "Liu, Mao, Wu, Feichtenhofer, Darrell and Xie 2022, A ConvNet for the 2020s"
# ---

# %% [markdown]
# # Day 53 · DenseNet, RegNet and design spaces
#
# By the end you can build the blocks that came after the residual one, say what each of them saves, and turn four
# numbers into a whole network.
#
# - **You will build** a dense block and the transition behind it, a convolution in groups, a gate for channels, and the
#   rule that sets every width of a RegNet. At the end four families of networks meet in one chart of accuracy for
#   parameters, trained with one budget.
# - **You need** random search (Day 9), batch normalisation (Day 33), functional models (Day 38), convolution (Day 46),
#   the counting of Day 50 and the residual blocks of Day 52.
# - **Not today:** networks for phones (Day 54).
# - **Time:** about 110 minutes.
#
# | symbol | meaning | shape | in code |
# |---|---|---|---|
# | $N, H, W$ | pictures in a batch, their rows and columns | | |
# | $C, D$ | channels that come in, channels that go out | | |
# | $x$ | what goes into a block | $(N, H, W, C)$ | `x` |
# | $k$ | growth rate: channels that a layer of a dense block adds | | `growth` |
# | $n$ | layers of a dense block | | `num_layers` |
# | $\theta$ | compression, share of the channels that a transition keeps | | `compression` |
# | $w$ | weights of the filters of a convolution | $(f_H, f_W, C / G, D)$ | `w` |
# | $G$ | groups of a convolution | | `groups` |
# | $r$ | ratio of a gate's channels to its hidden units | | `ratio` |
# | $s$ | the gate: a factor a channel, from 0 to 1 | $(N, C)$ | |
# | $d$ | blocks of a RegNet | | `depth` |
# | $u_j$, $v_j$ | width of block $j$, on the line and quantised | | |
# | $u_0, a, m$ | where the line starts, how steep it is, step between widths | | `initial`, `slope`, `step` |

# %% setup
import math

import matplotlib.pyplot as plt
import numpy as np

import deepdays as dd

with dd.quiet():  # frameworks announce themselves while they load
    import keras
    from keras import layers, ops

    ops.softmax(ops.zeros((1, 2)))
dd.plot.style()

# %% [markdown]
# ## Reusing features: laid side by side instead of added
#
# A residual block adds what it found to what there was, and afterwards nobody can tell the two apart. DenseNet lays
# it **beside**. Every layer sees the outputs of all layers before it in its block, unchanged, and adds $k$ channels of
# its own. That is **feature reuse**: an edge found by layer 0 need not be found again by layer 5.
#
# With $[\cdot]$ for laying channels side by side, and $H_i$ for norm, ReLU and a convolution,
#
# $$x_0 = x, \qquad x_{i+1} = \big[x_i,\ H_i(x_i)\big], \qquad i = 0, \dots, n - 1 ,$$
#
# so $x_i$ has $C + i k$ channels, and the block gives $C + n k$. The number $k$ is called the **growth rate** and may
# be small, 12 or 32 where a ResNet has hundreds of filters, because no layer has to carry on what others have found.
# What does it cost? Layer $i$ has a kernel $(3, 3, C + i k, k)$. By hand, for $C = 4$, $k = 2$ and $n = 3$: channels
# $4, 6, 8$ go in and $10$ come out, and the kernels have $9 \cdot 2 \cdot (4 + 6 + 8) = 324$ weights.

# %% demo
fig, axes = plt.subplots(1, 2, figsize=(10, 3.4), sharey=True)
for ax, title in zip(axes, ("added: 4 channels throughout", "side by side: growth rate 2"), strict=True):
    for i in range(4):
        count = 4 if title.startswith("added") else 4 + 2 * i
        for channel in range(count):
            age = i if title.startswith("added") else max(channel - 2, 0) // 2
            look = {"facecolor": str(0.95 - 0.22 * age), "edgecolor": "black"}
            ax.add_patch(plt.Rectangle((i, channel), 0.5, 0.85, **look))
    ax.set(title=title, xlabel="layers passed", xlim=(-0.3, 3.8), ylim=(-0.3, 10.2), xticks=np.arange(4) + 0.25)
    ax.set_xticklabels(range(4))
    ax.grid(False)
axes[0].set_ylabel("channels")
dd.plot.show(
    "Two charts of stacked squares, a column for the input and for each of three layers passed. Added: four squares in "
    "each column, all of another shade from column to column. Side by side: 4, 6, 8 and 10 squares; those that were "
    "there keep their shade, and two of another come on top."
)

# %% [markdown]
# On the left every channel changes with every layer, and with it its shade. On the right those that are there stay as
# they are, and each layer adds two.
#
# The order inside $H_i$ is that of pre-activation (Day 52): norm, ReLU, convolution. It has to be, since different
# layers want the same old channels scaled differently, and each has a norm of its own for that. Where $C + i k$ grows
# large, a **bottleneck** helps: a $1 \times 1$ convolution to $4 k$ channels first, with norm and ReLU before it, and
# another norm and ReLU before the $3 \times 3$. There is a norm before every convolution, so none needs a bias.


# %% exercise: dense_block
def dense_block(x, num_layers, growth, bottleneck=False):
    """Layers that each add channels to all that came before.

    Args:
        x: symbolic tensor (N, H, W, C), N perhaps unknown.
        num_layers: n, int >= 1.
        growth: k, int >= 1.
        bottleneck: whether a 1×1 convolution to 4 k channels comes before each 3×3 one.

    Returns:
        symbolic tensor (N, H, W, C + n k): first the channels of x, then those of layer 0, of layer 1, and so on.
        Before each convolution there are a norm and a ReLU. Convolutions have "same" padding and no bias; all settings
        not named are Keras's own. About 8 lines.
    """
    ### BEGIN SOLUTION
    for _ in range(num_layers):
        y = layers.ReLU()(layers.BatchNormalization()(x))
        if bottleneck:
            y = layers.Conv2D(4 * growth, 1, use_bias=False)(y)
            y = layers.ReLU()(layers.BatchNormalization()(y))
        y = layers.Conv2D(growth, 3, padding="same", use_bias=False)(y)
        x = layers.Concatenate()([x, y])
    return x
    ### END SOLUTION


# %% fixture
def drawn(kind, shape):
    """Weights that depend on their kind and shape alone, so that the order of layers does not matter."""
    values = np.random.default_rng([len(kind), *shape]).normal(size=shape)
    scaled = {"kernel": 1.5 * values / math.sqrt(math.prod(shape[:-1])), "scale": 2 + 0.3 * values}
    return (scaled | {"variance": 4 + values**2}).get(kind, values)


def filled(model):
    """The model with weights that are `drawn`."""
    for layer in model.layers:
        kinds = ("kernel", "bias") if hasattr(layer, "kernel") else ("scale", "shift", "mean", "variance")
        old = layer.get_weights()
        layer.set_weights([drawn(kind, weight.shape) for kind, weight in zip(kinds, old, strict=False)])
    return model


def convolved(x, size, filters):
    """A convolution with a drawn kernel and zeros around, and no bias."""
    kernel, margin = drawn("kernel", (size, size, x.shape[-1], filters)), size // 2
    padded = np.pad(x, [(0, 0), (margin, margin), (margin, margin), (0, 0)])
    y = np.empty((*x.shape[:3], filters))
    for i, j in np.ndindex(x.shape[1:3]):
        y[:, i, j] = np.tensordot(padded[:, i : i + size, j : j + size], kernel, 3)
    return y


def normed(x):
    """A norm with drawn weights and running averages, and a ReLU."""
    scale, shift, mean, variance = (drawn(kind, x.shape[-1:]) for kind in ("scale", "shift", "mean", "variance"))
    return np.maximum(scale * (x - mean) / np.sqrt(variance) + shift, 0)


def dense_model(shape, num_layers, growth, **switches):
    """A model of one dense_block for inputs (N, *shape), with weights that are drawn."""
    inputs = keras.Input(shape)
    return filled(keras.Model(inputs, dense_block(inputs, num_layers, growth, **switches)))


def transition_model(shape, compression):
    """A model of one transition for inputs (N, *shape), with weights that are drawn."""
    inputs = keras.Input(shape)
    return filled(keras.Model(inputs, transition(inputs, compression)))


def se_model(shape, ratio):
    """A model of one se_block for inputs (N, *shape), with weights that are drawn."""
    inputs = keras.Input(shape)
    return filled(keras.Model(inputs, se_block(inputs, ratio)))


def in_training(model, x):
    """What the model gives in training, when norms use the batch's own statistics."""
    return ops.convert_to_numpy(model(x, training=True))


def changed_settings(model):
    """The settings of a model's convolutions and norms that are not Keras's own, those that a block asks for aside."""
    asked = {"name", "filters", "kernel_size", "padding", "use_bias", "activation", "axis"}
    found = set()
    for layer in model.layers:
        if isinstance(layer, layers.Conv2D | layers.BatchNormalization):
            own = layers.Conv2D(1, 1) if isinstance(layer, layers.Conv2D) else layers.BatchNormalization()
            mine, own = layer.get_config(), own.get_config()
            found |= {name for name in own if name not in asked and mine.get(name) != own[name]}
    return sorted(found)


# %% test: dense_block, points=3
model = dense_model((6, 5, 4), 3, 2)
dd.check.equal(model.output_shape, (None, 6, 5, 10), what="the output shape for x (N, 6, 5, 4)", why="4 + 3 * 2")
due = 9 * 2 * (4 + 6 + 8) + 4 * (4 + 6 + 8)
why = "the kernels counted by hand, and a norm of 4 numbers a channel before each"
dd.check.equal(model.count_params(), due, what="the number of parameters", why=why)
x = np.random.default_rng(0).normal(size=(2, 6, 5, 4)).astype("float32")
with dd.check.unchanged(x, what="x"):
    came = model(x)
dd.check.close(came[..., :4], x, what="the first 4 channels", why="what comes in stays as it is")
model = dense_model((6, 5, 4), 1, 2, bottleneck=True)
due = 4 * 4 + 4 * 8 + 4 * 8 + 9 * 8 * 2
why = "a norm of 4, a kernel (1, 1, 4, 8), a norm of 8, a kernel (3, 3, 8, 2)"
dd.check.equal(model.count_params(), due, what="the number of parameters with a bottleneck", why=why)
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(53)
for shape, num_layers, growth, bottleneck in (
    ((5, 4, 3), 2, 2, False),
    ((3, 6, 2), 3, 1, True),
    ((1, 4, 5), 1, 3, False),
    ((4, 1, 1), 4, 2, True),
):
    x = rng.normal(size=(2, *shape)).astype("float32")
    model = dense_model(shape, num_layers, growth, bottleneck=bottleneck)
    due = x.astype(float)
    for _ in range(num_layers):
        y = normed(due)
        if bottleneck:
            y = normed(convolved(y, 1, 4 * growth))
        due = np.concatenate([due, convolved(y, 3, growth)], axis=-1)
    what = f"the output for x {x.shape}, {num_layers} layers, growth {growth}, bottleneck={bottleneck}"
    y = model(x)
    dd.check.shape(y, due.shape, what=what, why="each layer adds k channels")
    # The norm's epsilon, 0.001 by default, is left out above: next to a variance of 4 it changes 1 in 8,000.
    why = "norm, ReLU and convolution on all channels so far, which stay in front"
    dd.check.close(y, due, rtol=2e-3, atol=2e-3, what=what, why=why)
    why = "all but filters, sizes, padding and bias is as Keras has it: momentum 0.99, epsilon 0.001, Glorot's start"
    dd.check.equal(changed_settings(model), [], what="the list of settings not Keras's own", why=why)
assert np.abs(in_training(model, x) - y).max() > 0.1, "in training, norms use the statistics of the batch"
### END HIDDEN TESTS

# %% mistakes: dense_block
# - replace: layers.Concatenate()([x, y])
#   with: layers.Concatenate()([y, x])
#   hint: "The new channels are in front. Those of x come first, and each layer's own behind."
# - replace: layers.Concatenate()([x, y])
#   with: y
#   hint: "Each layer forgets all before it. Lay its channels beside theirs."
# - replace: y = layers.Conv2D(growth, 3
#   with: y = layers.Conv2D(x.shape[-1], 3
#   hint: "Every layer has as many filters as channels come in. It adds k channels, however many there are."
# - replace: y = layers.ReLU()(layers.BatchNormalization()(x))
#   with: y = layers.BatchNormalization()(layers.ReLU()(x))
#   hint: "You norm after the ReLU. The order is norm, ReLU, convolution."
# - replace: y = layers.ReLU()(layers.BatchNormalization()(x))
#   with: y = layers.ReLU()(x)
#   hint: "The norm before the convolution is missing."
# - replace: |-
#     y = layers.ReLU()(layers.BatchNormalization()(y))
#   with: |-
#     y = layers.ReLU()(y)
#   hint: "With a bottleneck there is a second norm, before the 3×3 convolution."
# - replace: "padding=\"same\", use_bias=False)"
#   with: "padding=\"same\")"
#   hint: "Your 3×3 convolutions have a bias. With a norm before each convolution, none has one."
# - replace: 4 * growth, 1, use_bias=False
#   with: 4 * growth, 1
#   hint: "Your 1×1 convolutions have a bias. With a norm before each convolution, none has one."
# - replace: "        if bottleneck:"
#   with: "        if False:"
#   hint: "There is no bottleneck, whatever is asked for."
# - replace: 4 * growth, 1
#   with: growth, 1
#   hint: "Your bottleneck is k channels wide. It is 4 k."
# - replace: 4 * growth, 1
#   with: x.shape[-1] // 4, 1
#   hint: "Your bottleneck is as wide as a quarter of what comes in. It is 4 k, whatever comes in."
# - replace: "            y = layers.ReLU()(layers.BatchNormalization()(y))\n"
#   with: ""
#   hint: "The two convolutions of your bottleneck follow each other directly, and so are one linear map."
# - replace: y = layers.ReLU()(layers.BatchNormalization()(x))
#   with: y = x = layers.ReLU()(layers.BatchNormalization()(x))
#   hint: "You carry on what norm and ReLU made of the old channels. They stay as they came in."


# %% mistake: dense_block
# hint: "You add what each layer finds, as a residual block does. A dense block lays it beside what there was."
def dense_block(x, num_layers, growth, bottleneck=False):
    for _ in range(num_layers):
        y = layers.ReLU()(layers.BatchNormalization()(x))
        x = layers.Add()([x, layers.Conv2D(x.shape[-1], 3, padding="same", use_bias=False)(y)])
    return x


# %% mistake: dense_block
# hint: "What comes out lacks the channels of x. They stay in front."
def dense_block(x, num_layers, growth, bottleneck=False):
    channels = x.shape[-1]
    for _ in range(num_layers):
        y = layers.ReLU()(layers.BatchNormalization()(x))
        if bottleneck:
            y = layers.Conv2D(4 * growth, 1, use_bias=False)(y)
            y = layers.ReLU()(layers.BatchNormalization()(y))
        x = layers.Concatenate()([x, layers.Conv2D(growth, 3, padding="same", use_bias=False)(y)])
    return x[..., channels:]


# %% mistake: dense_block
# hint: "Every layer of yours sees x alone. It sees what the layers before it have added as well."
def dense_block(x, num_layers, growth, bottleneck=False):
    found = [x]
    for _ in range(num_layers):
        y = layers.ReLU()(layers.BatchNormalization()(x))
        if bottleneck:
            y = layers.Conv2D(4 * growth, 1, use_bias=False)(y)
            y = layers.ReLU()(layers.BatchNormalization()(y))
        found.append(layers.Conv2D(growth, 3, padding="same", use_bias=False)(y))
    return layers.Concatenate()(found)


# %% mistake: dense_block
# hint: "Every layer of yours sees the layer before it alone. It sees all that came before, x too."
def dense_block(x, num_layers, growth, bottleneck=False):
    found = [x]
    for _ in range(num_layers):
        y = layers.ReLU()(layers.BatchNormalization()(found[-1]))
        if bottleneck:
            y = layers.Conv2D(4 * growth, 1, use_bias=False)(y)
            y = layers.ReLU()(layers.BatchNormalization()(y))
        found.append(layers.Conv2D(growth, 3, padding="same", use_bias=False)(y))
    return layers.Concatenate()(found)


# %% mistake: dense_block
# hint: "You norm after each ReLU. The order is norm, ReLU, convolution, in the bottleneck too."
def dense_block(x, num_layers, growth, bottleneck=False):
    def unit(y, filters, size):
        y = layers.BatchNormalization()(layers.ReLU()(y))
        return layers.Conv2D(filters, size, padding="same", use_bias=False)(y)

    for _ in range(num_layers):
        y = unit(x, 4 * growth, 1) if bottleneck else x
        x = layers.Concatenate()([x, unit(y, growth, 3)])
    return x


# %% mistake: dense_block
# hint: "Your norms have the epsilon of the published network. All settings that are not named are Keras's own here."
def dense_block(x, num_layers, growth, bottleneck=False):
    def unit(y, filters, size):
        y = layers.ReLU()(layers.BatchNormalization(epsilon=1.001e-5)(y))
        return layers.Conv2D(filters, size, padding="same", use_bias=False)(y)

    for _ in range(num_layers):
        y = unit(x, 4 * growth, 1) if bottleneck else x
        x = layers.Concatenate()([x, unit(y, growth, 3)])
    return x


# %% mistake: dense_block
# hint: "You convolve first and norm afterwards. The order is norm, ReLU, convolution."
def dense_block(x, num_layers, growth, bottleneck=False):
    def unit(y, filters, size):
        y = layers.Conv2D(filters, size, padding="same", use_bias=False)(y)
        return layers.ReLU()(layers.BatchNormalization()(y))

    for _ in range(num_layers):
        y = unit(x, 4 * growth, 1) if bottleneck else x
        x = layers.Concatenate()([x, unit(y, growth, 3)])
    return x


# %% accepts: dense_block
def dense_block(x, num_layers, growth, bottleneck=False):
    # A list of all that was found, laid side by side anew for each layer.
    def unit(y, filters, size):
        y = layers.Activation("relu")(layers.BatchNormalization(axis=-1)(y))
        return layers.Conv2D(filters, (size, size), padding="same", use_bias=False)(y)

    found = [x]
    while len(found) <= num_layers:
        y = found[0] if len(found) == 1 else ops.concatenate(found, axis=-1)
        for filters, size in [(4 * growth, 1)] * bottleneck + [(growth, 3)]:
            y = unit(y, filters, size)
        found.append(y)
    return ops.concatenate(found, axis=-1)


# %% [markdown]
# ## Transitions
#
# Channels can't pile up for ever, and a picture has to get smaller at some point. Between two dense blocks there is a
# **transition**: norm, ReLU, a $1 \times 1$ convolution to $\lfloor \theta C \rfloor$ channels, and average pooling
# over $2 \times 2$ pixels. The number $\theta$, from 0 to 1, is called **compression**; the paper uses $\frac12$.
#
# By hand: $x$ is $(N, 6, 4, 10)$ and $\theta = 0.25$. Out come $\lfloor 2.5 \rfloor = 2$ channels and a picture of
# $3 \times 2$, and the parameters are $4 \cdot 10$ for the norm and $10 \cdot 2$ for the kernel.


# %% exercise: transition
def transition(x, compression=0.5):
    """What lies between two dense blocks: fewer channels, and a picture of half the size.

    Args:
        x: symbolic tensor (N, H, W, C), N perhaps unknown, H and W at least 2.
        compression: theta, a number above 0 and up to 1; theta C is at least 1.

    Returns:
        symbolic tensor (N, H // 2, W // 2, D), D being theta C rounded down: norm, ReLU, 1×1 convolution without bias,
        and average pooling over 2×2 pixels; an odd row or column at the end is left out. About 4 lines.

    Raises:
        ValueError: compression is not above 0, or is more than 1.
    """
    ### BEGIN SOLUTION
    if not 0 < compression <= 1:
        raise ValueError(f"compression must be above 0 and at most 1. Received: {compression}")
    x = layers.ReLU()(layers.BatchNormalization()(x))
    x = layers.Conv2D(int(compression * x.shape[-1]), 1, use_bias=False)(x)
    return layers.AveragePooling2D(2)(x)
    ### END SOLUTION


# %% test: transition, points=1
model = transition_model((6, 4, 10), 0.25)
dd.check.equal(model.output_shape, (None, 3, 2, 2), what="the output shape", why="this is the example worked by hand")
why = "a norm of 10 channels, and a kernel (1, 1, 10, 2) without bias"
dd.check.equal(model.count_params(), 60, what="the number of parameters", why=why)
with dd.check.raises(ValueError, why="a compression of 1.5 would add channels"):
    transition_model((6, 4, 10), 1.5)
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(530)
for shape, compression, channels in (
    ((4, 6, 6), 0.5, 3),
    ((5, 3, 5), 0.5, 2),
    ((2, 7, 3), 1, 3),
    ((3, 2, 4), 0.25, 1),
    ((4, 4, 7), 0.75, 5),
    ((3, 4, 7), 0.5, 3),
):
    x = rng.normal(size=(2, *shape)).astype("float32")
    y = convolved(normed(x), 1, channels)
    rows, columns = shape[0] // 2, shape[1] // 2
    due = y[:, : 2 * rows, : 2 * columns].reshape(2, rows, 2, columns, 2, channels).mean(axis=(2, 4))
    model = transition_model(shape, compression)
    what = f"the output for x {x.shape}, compression {compression}"
    y = model(x)
    dd.check.shape(y, due.shape, what=what, why="theta C rounded down, half the rows and columns")
    dd.check.close(y, due, rtol=1e-3, atol=1e-3, what=what, why="norm, ReLU, 1×1 convolution, mean of 2×2")
for compression in (0, -0.5, 1.01, 2):
    with dd.check.raises(ValueError, why=f"a compression of {compression} is out of range"):
        transition_model((4, 4, 8), compression)
### END HIDDEN TESTS

# %% mistakes: transition
# - replace: layers.AveragePooling2D(2)(x)
#   with: layers.MaxPooling2D(2)(x)
#   hint: "You take the maximum of each 2×2. A transition takes the mean."
# - replace: layers.AveragePooling2D(2)(x)
#   with: layers.AveragePooling2D(2, padding="same")(x)
#   hint: "You keep an odd row at the end. It is left out."
# - replace: layers.AveragePooling2D(2)(x)
#   with: x
#   hint: "The picture keeps its size; the pooling is missing."
# - replace: int(compression * x.shape[-1])
#   with: round(compression * x.shape[-1])
#   hint: "You round theta C to the nearest. It is rounded down."
# - replace: int(compression * x.shape[-1])
#   with: int(compression * x.shape[-1] + 0.5)
#   hint: "You round theta C to the nearest. It is rounded down."
# - replace: int(compression * x.shape[-1])
#   with: x.shape[-1] - int(compression * x.shape[-1]) or 1
#   hint: "Compression is the share that is kept, not the share that is dropped."
# - replace: int(compression * x.shape[-1])
#   with: int(x.shape[-1] / compression)
#   hint: "You divide by the compression, and get more channels. They are multiplied by it."
# - replace: int(compression * x.shape[-1])
#   with: math.ceil(compression * x.shape[-1])
#   hint: "You round theta C up. It is rounded down."
# - replace: int(compression * x.shape[-1])
#   with: int((1 - compression) * x.shape[-1]) or 1
#   hint: "Compression is the share that is kept, not the share that is dropped."
# - replace: 1, use_bias=False)(x)
#   with: 1)(x)
#   hint: "The convolution has a bias. It is to have none."
# - replace: |-
#     1, use_bias=False)(x)
#   with: |-
#     3, padding="same", use_bias=False)(x)
#   hint: "Your convolution is 3×3. To mix channels, 1×1 is enough."
# - replace: x = layers.ReLU()(layers.BatchNormalization()(x))
#   with: x = layers.BatchNormalization()(layers.ReLU()(x))
#   hint: "You norm after the ReLU. The order is norm, ReLU, convolution."
# - replace: x = layers.ReLU()(layers.BatchNormalization()(x))
#   with: x = layers.BatchNormalization()(x)
#   hint: "The ReLU is missing."
# - replace: 0 < compression <= 1
#   with: 0 < compression
#   hint: "A compression above 1 gets through, and adds channels."
# - replace: 0 < compression <= 1
#   with: 0 < compression < 1
#   hint: "A compression of 1 is refused. It keeps all channels, and is allowed."


# %% mistake: transition
# hint: "A compression of 0 or less gets through, as a single channel."
def transition(x, compression=0.5):
    if compression > 1:
        raise ValueError(compression)
    x = layers.ReLU()(layers.BatchNormalization()(x))
    x = layers.Conv2D(max(int(compression * x.shape[-1]), 1), 1, use_bias=False)(x)
    return layers.AveragePooling2D(2)(x)


# %% mistake: transition
# hint: "You pool before norm and ReLU. They come first; a ReLU of a mean is not the mean of ReLUs."
def transition(x, compression=0.5):
    if not 0 < compression <= 1:
        raise ValueError(compression)
    x = layers.ReLU()(layers.BatchNormalization()(layers.AveragePooling2D(2)(x)))
    return layers.Conv2D(int(compression * x.shape[-1]), 1, use_bias=False)(x)


# %% mistake: transition
# hint: "Your convolution strides, if on a picture of even size. The mean of each 2×2 looks at all four pixels."
def transition(x, compression=0.5):
    if not 0 < compression <= 1:
        raise ValueError(compression)
    channels = int(compression * x.shape[-1])
    x = layers.ReLU()(layers.BatchNormalization()(x))
    return layers.Conv2D(channels, 1, strides=2, use_bias=False)(x[:, : x.shape[1] // 2 * 2, : x.shape[2] // 2 * 2])


# %% mistake: transition
# hint: "Your convolution strides, so three pixels in four are never looked at. The mean of each 2×2 looks at all."
def transition(x, compression=0.5):
    if not 0 < compression <= 1:
        raise ValueError(compression)
    x = layers.ReLU()(layers.BatchNormalization()(x))
    return layers.Conv2D(int(compression * x.shape[-1]), 1, strides=2, use_bias=False)(x)


# %% equivalents: transition
# - replace: if not 0 < compression <= 1
#   with: if not -1 < compression <= 1
#   reason: "Keras itself refuses a negative number of filters, by a ValueError."
# - replace: 0 < compression <= 1
#   with: 0 <= compression <= 1
#   reason: "Keras itself refuses a convolution without filters, by a ValueError."


# %% accepts: transition
def transition(x, compression=0.5):
    # Pool first: the mean of 2×2 pixels and a 1×1 convolution may change places.
    if compression <= 0 or compression > 1:
        raise ValueError(compression)
    channels = math.floor(x.shape[-1] * compression)
    x = layers.Activation("relu")(layers.BatchNormalization()(x))
    x = layers.AvgPool2D(pool_size=(2, 2), strides=2)(x)
    return layers.Conv2D(channels, kernel_size=1, use_bias=False)(x)


# %% [markdown]
# With these two the whole of DenseNet-121 is arithmetic. Its stem is a $7 \times 7$ convolution to 64 channels and a
# norm; then come blocks of 6, 12, 24 and 16 layers with $k = 32$ and bottlenecks, with transitions of $\theta =
# \frac12$ between them, and a last norm and a dense layer. How many parameters is that?

# %% demo
channels, total = 64, 7 * 7 * 3 * 64 + 4 * 64
for block, num_layers in enumerate((6, 12, 24, 16)):
    for _ in range(num_layers):
        total += 4 * channels + channels * 128 + 4 * 128 + 9 * 128 * 32  # norm, 1×1, norm, 3×3
        channels += 32
    if block < 3:
        total += 4 * channels + channels * (channels // 2)
        channels //= 2
    print(f"after block {block}: {channels:5d} channels, {total:9,d} parameters")
total += 4 * channels + 1000 * channels + 1000
print(f"in all {total:,}; ResNet-50 (Day 52) has 25,636,712")
assert total == 8_062_504  # as keras.applications.DenseNet121(weights=None) counts

# %% [markdown]
# A third of ResNet-50's parameters, for a similar accuracy on ImageNet in the paper. The price is memory: all those
# channels are kept until the block ends, and copied when they are laid side by side.
#
# ## Convolution in groups
#
# A $3 \times 3$ convolution looks at all $C$ channels for each of its $D$ outputs. Cut the channels into $G$
# **groups** of $C / G$, the filters into $G$ groups of $D / G$, and let each group of filters look at its own channels
# alone: $G$ small convolutions side by side, whose outputs are laid in a row.
#
# The kernel $w$ is $(f_H, f_W, C / G, D)$ now. Parameters and multiply-adds fall to $1 / G$:
#
# $$G \cdot f_H f_W \frac{C}{G} \frac{D}{G} = \frac{f_H f_W\, C D}{G} .$$
#
# AlexNet did it to fit into two graphics cards; ResNeXt (Xie and others, 2017) found that, for the same
# number of parameters, many groups with more channels beat one group with few. With $G = C = D$ each channel is on its
# own, and that will be Day 54. **By hand**, one pixel, $f_H = f_W = 1$, $C = 4$, $D = 2$, $G = 2$:
#
# $$x = (1, 2, 3, 4), \quad w = \begin{pmatrix} 1 & 0 \\ 10 & 1 \end{pmatrix}: \qquad
# y_0 = 1 \cdot 1 + 10 \cdot 2 = 21, \quad y_1 = 0 \cdot 3 + 1 \cdot 4 = 4 .$$
#
# Filter 0 (the first column) belongs to group 0 and sees channels 0 and 1; filter 1 sees channels 2 and 3. Groups do
# not talk to each other, so what surrounds them has to mix: a $1 \times 1$ convolution before and one after.


# %% exercise: grouped_conv
def grouped_conv(x, w, groups):
    """A convolution in groups, with stride 1, "same" padding and no bias.

    Args:
        x: float32 array or tensor (N, H, W, C).
        w: float32 array or tensor (f_H, f_W, C / groups, D).
        groups: G, int >= 1.

    Returns:
        tensor (N, H, W, D): the i-th D / G outputs come from the i-th C / G channels of x. About 7 lines. Compute it by
        convolutions that are not grouped.

    Raises:
        ValueError: C or D is no multiple of groups, or w has not C / groups channels.
    """
    ### BEGIN SOLUTION
    channels, filters = x.shape[-1], w.shape[-1]
    if channels % groups or filters % groups or w.shape[2] != channels // groups:
        raise ValueError(f"the shapes must fit {groups} groups. Received: {x.shape} and {w.shape}")
    own = channels // groups
    each = filters // groups
    parts = [
        ops.conv(x[..., i * own : (i + 1) * own], w[..., i * each : (i + 1) * each], padding="same")
        for i in range(groups)
    ]
    return ops.concatenate(parts, axis=-1)
    ### END SOLUTION


# %% fixture
def left_to_keras(x, w, groups):
    """How often grouped_conv calls `ops.conv` with a kernel that has fewer channels than what it is to convolve."""
    seen, conv = [], ops.conv

    def watched(inputs, kernel, *others, **named):
        seen.append(inputs.shape[-1] != kernel.shape[-2])
        return conv(inputs, kernel, *others, **named)

    ops.conv = watched
    try:
        grouped_conv(x, w, groups)
    finally:
        ops.conv = conv
    return sum(seen)


# %% test: grouped_conv, points=3
x = np.array([[[[1.0, 2.0, 3.0, 4.0]]]], dtype="float32")
w = np.array([[[[1.0, 0.0], [10.0, 1.0]]]], dtype="float32")
with dd.check.unchanged([x, w]):
    came = grouped_conv(x, w, 2)
due = ops.convert_to_tensor([[[[21.0, 4.0]]]])
dd.check.like(came, due, what="grouped_conv(x, w, 2)", why="this is the example worked by hand")
x = np.ones((2, 5, 4, 6), dtype="float32")
w = np.arange(1.0, 10.0, dtype="float32") * np.ones((3, 3, 2, 9), dtype="float32")
came = grouped_conv(x, w, 3)
dd.check.shape(came, (2, 5, 4, 9), what="the output", why="the picture keeps its size, and there are 9 filters")
why = "inside the picture, 9 pixels of 2 channels are 1 each"
dd.check.close(came[0, 2, 1], 18 * np.arange(1.0, 10.0), rtol=1e-5, what="the output for ones", why=why)
with dd.check.raises(ValueError, why="6 channels cannot be cut into 4 groups"):
    grouped_conv(x, w, 4)
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(531)
for shape, kernel, groups in (
    ((2, 5, 4, 6), (3, 3, 2, 9), 3),
    ((1, 3, 6, 4), (3, 1, 2, 2), 2),
    ((3, 4, 5, 3), (5, 3, 3, 2), 1),
    ((2, 4, 3, 5), (3, 3, 1, 5), 5),
    ((1, 1, 4, 4), (1, 3, 1, 8), 4),
):
    x, w = rng.normal(size=shape).astype("float32"), rng.normal(size=kernel).astype("float32")
    above, left = kernel[0] // 2, kernel[1] // 2
    padded = np.pad(x.astype(float), [(0, 0), (above, above), (left, left), (0, 0)])
    due = np.zeros((*shape[:3], kernel[3]))
    for filter_index in range(kernel[3]):
        first = filter_index * groups // kernel[3] * kernel[2]  # of the channels that this filter sees
        for i, j in np.ndindex(shape[1:3]):
            window = padded[:, i : i + kernel[0], j : j + kernel[1], first : first + kernel[2]]
            due[:, i, j, filter_index] = (window * w[..., filter_index]).sum(axis=(1, 2, 3))
    what = f"grouped_conv for x {shape}, w {kernel}, {groups} groups"
    due = ops.convert_to_tensor(due, dtype="float32")
    for given in ((x, w), (ops.convert_to_tensor(x), ops.convert_to_tensor(w))):
        came = grouped_conv(*given, groups)
        dd.check.like(came, due, rtol=1e-4, atol=1e-4, what=what, why="each filter sees the channels of its group")
what = "how often ops.conv gets a kernel with fewer channels than its input, which makes it group by itself"
dd.check.equal(left_to_keras(x, w, 4), 0, what=what, why="grouping is today's task; convolve what is cut already")
for shape, kernel, groups in (
    ((1, 3, 3, 6), (3, 3, 3, 3), 2),
    ((1, 3, 3, 5), (3, 3, 2, 4), 2),
    ((1, 3, 3, 6), (3, 3, 6, 4), 2),
    ((1, 3, 3, 6), (3, 3, 2, 4), 2),
    ((1, 3, 3, 8), (3, 3, 2, 4), 2),  # two groups more, if the shapes alone were asked
):
    with dd.check.raises(ValueError, why=f"x {shape} and w {kernel} do not fit {groups} groups"):
        grouped_conv(np.zeros(shape, "float32"), np.zeros(kernel, "float32"), groups)
### END HIDDEN TESTS

# %% mistakes: grouped_conv
# - replace: "x[..., i * own : (i + 1) * own]"
#   with: "x[..., i::groups]"
#   hint: "You deal the channels out to the groups like cards. A group's channels are neighbours."
# - replace: "w[..., i * each : (i + 1) * each]"
#   with: "w[..., i::groups]"
#   hint: "You deal the filters out to the groups like cards. A group's filters are neighbours."
# - replace: "x[..., i * own : (i + 1) * own]"
#   with: "x[..., :own]"
#   hint: "Every group of filters sees the first channels. Each has channels of its own."
# - replace: ops.concatenate(parts, axis=-1)
#   with: sum(parts)
#   hint: "You add the groups' outputs. They are laid side by side."
# - replace: ops.concatenate(parts, axis=-1)
#   with: ops.concatenate(parts[::-1], axis=-1)
#   hint: "The groups' outputs come in the wrong order."
# - replace: ops.concatenate(parts, axis=-1)
#   with: "ops.reshape(ops.stack(parts, axis=-1), (*x.shape[:-1], filters))"
#   hint: "The outputs of the groups are interleaved. All of group 0 come first, then all of group 1."
# - replace: padding="same"
#   with: padding="valid"
#   hint: "The picture shrinks; the padding is to keep its size."
# - replace: channels % groups or filters % groups or w.shape[2] != channels // groups
#   with: channels % groups or w.shape[2] != channels // groups
#   hint: "Filters that cannot be cut into equal groups get through."
# - replace: channels % groups or filters % groups or w.shape[2] != channels // groups
#   with: channels % groups or filters % groups
#   hint: "A kernel with another number of channels than a group has gets through."
# - replace: channels % groups or filters % groups or w.shape[2] != channels // groups
#   with: filters % groups or w.shape[2] != channels // groups
#   hint: "Channels that cannot be cut into equal groups get through."
# - replace: "ops.concatenate(parts, axis=-1)"
#   with: "ops.conv(x, w, padding=\"same\")"
#   hint: "You hand the kernel to Keras as it is, which groups for you. Cut x and w, and convolve the parts."


# %% equivalents: grouped_conv
# - replace: w.shape[2] != channels // groups
#   with: w.shape[2] != channels / groups
#   reason: "Where the division leaves a rest, the answer has been refused already."


# %% accepts: grouped_conv
def grouped_conv(x, w, groups):
    # One full convolution, whose kernel is zero wherever a filter may not look.
    x, w = ops.convert_to_tensor(x), ops.convert_to_tensor(w)
    if x.shape[-1] != groups * w.shape[2] or w.shape[3] % groups:
        raise ValueError("no such groups")
    own = np.repeat(np.arange(groups), w.shape[2])[:, None] == np.repeat(np.arange(groups), w.shape[3] // groups)
    return ops.conv(x, ops.tile(w, (1, 1, groups, 1)) * ops.cast(own, w.dtype), padding="same")


# %% accepts: grouped_conv
def grouped_conv(x, w, groups):
    if x.shape[-1] % groups or w.shape[-1] % groups or w.shape[-2] * groups != x.shape[-1]:
        raise ValueError("no such groups")
    pairs = zip(
        ops.split(ops.convert_to_tensor(x), groups, -1), ops.split(ops.convert_to_tensor(w), groups, -1), strict=True
    )
    return ops.concatenate([ops.conv(a, b, strides=1, padding="same") for a, b in pairs], axis=3)


# %% [markdown]
# Keras has it built in, `layers.Conv2D(…, groups=G)`, and so has `ops.conv`: a kernel with too few channels tells it
# how many groups there are. (That is why the check of the shapes has to be yours.) The network at the end of this day
# uses your function, inside a layer of its own.
#
# ## Squeeze and excitation
#
# A convolution sees a few pixels. Whether this is a picture of a red thing it cannot know, and yet for the next layer
# it may be of use to turn up the "red" channels all over the picture. **Squeeze and excitation** (Hu and others, 2018)
# puts a gate on each channel, set by the whole picture:
#
# $$\text{squeeze:}\ q_c = \frac{1}{HW} \sum_{i, j} x_{ijc}, \qquad
# \text{excite:}\ s = \sigma\big(\operatorname{ReLU}(q W_1 + b_1)\, W_2 + b_2\big), \qquad y_{ijc} = s_c\, x_{ijc} .$$
#
# Shapes: $q$ and $s$ are $(N, C)$, $W_1$ is $(C, C / r)$ and $W_2$ is $(C / r, C)$, and $y$ is as $x$. The narrow
# middle makes it cheap: for $C = 64$ and $r = 16$, $64 \cdot 4 + 4 + 4 \cdot 64 + 64 = 580$ parameters, next to 36,864
# weights of a $3 \times 3$ convolution. The sigmoid lets several channels be open at once; a softmax would make them
# compete.
#
# By hand: a picture of $1 \times 2$ pixels and one channel, $x = (2, 4)$, so $q = 3$. Let $r = 1$, $W_1 = W_2 = 1$,
# $b_1 = -3$ and $b_2 = 0$: the hidden unit is $0$, $s = \sigma(0) = \frac12$ and $y = (1, 2)$.


# %% exercise: se_block
def se_block(x, ratio=16):
    """A gate on each channel that is set by the means of all.

    Args:
        x: symbolic tensor (N, H, W, C), N perhaps unknown.
        ratio: r, int >= 1. The hidden layer has C // r units, and never fewer than 1.

    Returns:
        symbolic tensor (N, H, W, C): x times the gates. Of its two dense layers, both with a bias, the hidden one has a
        ReLU and the one that gives the gates a sigmoid. About 5 lines.
    """
    ### BEGIN SOLUTION
    channels = x.shape[-1]
    s = layers.GlobalAveragePooling2D(keepdims=True)(x)  # (N, 1, 1, C)
    s = layers.Dense(max(channels // ratio, 1), activation="relu")(s)
    s = layers.Dense(channels, activation="sigmoid")(s)
    return layers.Multiply()([x, s])
    ### END SOLUTION


# %% fixture
def set_all(model, *weights):
    """Set the model's weights, in their order."""
    model.set_weights([np.asarray(weight) for weight in weights])


# %% test: se_block, points=2
model = se_model((5, 4, 12), 4)
dd.check.equal(model.output_shape, (None, 5, 4, 12), what="the output shape", why="gates change no shape")
why = "12 means to 3 units, and 3 to 12 gates, with biases"
dd.check.equal(model.count_params(), 12 * 3 + 3 + 3 * 12 + 12, what="the number of parameters", why=why)
model = se_model((1, 2, 1), 1)
set_all(model, [[1.0]], [-3.0], [[1.0]], [0.0])
x = np.array([[[[2.0], [4.0]]]], dtype="float32")
dd.check.close(model(x), x / 2, rtol=1e-5, what="the output", why="this is the example worked by hand")
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(532)
for shape, ratio in (((5, 4, 6), 2), ((3, 1, 7), 3), ((1, 1, 3), 1), ((2, 6, 5), 16), ((4, 3, 8), 4)):
    channels, hidden = shape[-1], max(shape[-1] // ratio, 1)
    x = rng.normal(size=(3, *shape)).astype("float32")
    q = x.astype(float).mean(axis=(1, 2))
    q = np.maximum(q @ drawn("kernel", (channels, hidden)) + drawn("bias", (hidden,)), 0)
    s = 1 / (1 + np.exp(-(q @ drawn("kernel", (hidden, channels)) + drawn("bias", (channels,)))))
    model = se_model(shape, ratio)
    what = f"the output for x {x.shape}, ratio {ratio}"
    dd.check.equal(
        model.count_params(),
        2 * channels * hidden + hidden + channels,
        what=f"the number of parameters for {channels} channels",
    )
    due = x * s[:, np.newaxis, np.newaxis]
    y = model(x)
    dd.check.shape(y, due.shape, what=what)
    dd.check.close(y, due, rtol=1e-4, atol=1e-5, what=what, why="each picture's channels times its own gates")
### END HIDDEN TESTS

# %% mistakes: se_block
# - replace: activation="sigmoid"
#   with: activation="softmax"
#   hint: "Your gates add up to 1 over the channels. They are independent of each other: a sigmoid each."
# - replace: activation="sigmoid"
#   with: activation="relu"
#   hint: "Your gates have no upper end. A sigmoid keeps them between 0 and 1."
# - replace: layers.Multiply()([x, s])
#   with: layers.Add()([x, s])
#   hint: "You add the gates. A gate is a factor."
# - replace: layers.Multiply()([x, s])
#   with: layers.Add()([x, layers.Multiply()([x, s])])
#   hint: "You add x once more. A gate of 0 is to shut a channel."
# - replace: max(channels // ratio, 1), activation="relu"
#   with: max(channels // ratio, 1)
#   hint: "The hidden layer has no ReLU, so both layers are one linear map."
# - replace: max(channels // ratio, 1)
#   with: max(channels // ratio, 2)
#   hint: "Where C // r is 1 or 0 the hidden layer has one unit."
# - replace: max(channels // ratio, 1)
#   with: channels // ratio
#   hint: "With fewer channels than r, the hidden layer has no unit at all."
# - replace: max(channels // ratio, 1)
#   with: ratio
#   hint: "r is not the number of hidden units, but what the channels are divided by."
# - replace: return layers.Multiply()([x, s])
#   with: return s
#   hint: "You return the gates themselves. They are to be applied to x."
# - replace: s = layers.Dense(channels, activation="sigmoid")(s)
#   with: s = layers.Dense(channels, activation="sigmoid", use_bias=False)(s)
#   hint: "A dense layer of yours has no bias. Both have one, so that a gate can be open or shut by habit."
# - replace: max(channels // ratio, 1)
#   with: math.ceil(channels / ratio)
#   hint: "You round the hidden units up. It is C // r."
# - replace: layers.GlobalAveragePooling2D(keepdims=True)(x)
#   with: layers.GlobalMaxPooling2D(keepdims=True)(x)
#   hint: "You squeeze by the maximum. It is the mean of each channel."
# - replace: layers.GlobalAveragePooling2D(keepdims=True)(x)
#   with: x
#   hint: "Nothing is squeezed: each pixel sets its own gates. The whole picture is to set them, once for all pixels."


# %% mistake: se_block
# hint: "You return the gates, spread over the picture. They are to be applied to x."
def se_block(x, ratio=16):
    channels = x.shape[-1]
    s = layers.GlobalAveragePooling2D(keepdims=True)(x)
    s = layers.Dense(max(channels // ratio, 1), activation="relu")(s)
    return ops.ones_like(x) * layers.Dense(channels, activation="sigmoid")(s)


# %% mistake: se_block
# hint: "Neither of your dense layers has a bias. Both have one, so that a gate can be open or shut by habit."
def se_block(x, ratio=16):
    channels = x.shape[-1]
    s = layers.GlobalAveragePooling2D(keepdims=True)(x)
    s = layers.Dense(max(channels // ratio, 1), activation="relu", use_bias=False)(s)
    return x * layers.Dense(channels, activation="sigmoid", use_bias=False)(s)


# %% equivalents: se_block
# - replace: layers.GlobalAveragePooling2D(keepdims=True)(x)
#   with: layers.GlobalAveragePooling2D()(x)
#   reason: "Keras's Multiply puts the missing axes behind the first one itself."
# - replace: layers.GlobalAveragePooling2D(keepdims=True)(x)
#   with: layers.GlobalAveragePooling2D(keepdims=False)(x)
#   reason: "Keras's Multiply puts the missing axes behind the first one itself."


# %% accepts: se_block
def se_block(x, ratio=16):
    # Means and gates by operations; the shape by a reshape.
    *_, channels = x.shape
    hidden = layers.Dense(channels // ratio or 1)(ops.mean(x, axis=(1, 2)))
    gates = ops.sigmoid(layers.Dense(channels)(ops.relu(hidden)))
    return x * ops.reshape(gates, (-1, 1, 1, channels))


# %% [markdown]
# ## From networks to design spaces
#
# All of these were found by trying single networks. Radosavovic and others (2020) asked another question: not which
# *network* is best, but which *rules* for drawing networks give good ones. A **design space** is a set of networks,
# such as "four stages, each with its own depth, width and number of groups". Draw some hundreds at random, train each
# for a short while, and look at the distribution of their errors, as a random search does (Day 9), but to judge the
# space. Then add a rule that makes the space smaller, and keep it if the distribution has got no worse.
#
# What was left after several rules is **RegNet**: widths lie on a straight line. With $j = 0, \dots, d - 1$ for the
# block,
#
# $$u_j = u_0 + a\, j .$$
#
# A network whose width changes with every block is no good on a machine, and stages want a constant width. So the line
# is **quantised**: each $u_j$ goes to the nearest power step $u_0\, m^e$, nearest being meant for the exponent,
#
# $$e_j = \operatorname{round}\!\Big( \frac{\ln (u_j / u_0)}{\ln m} \Big), \qquad
# v_j = 8 \operatorname{round}\!\Big( \frac{u_0\, m^{e_j}}{8} \Big) ,$$
#
# and then to a multiple of 8. Equal neighbours form a stage. With $d$, $u_0$, $a$ and $m$, four numbers describe all
# depths and widths. At last, a stage's width has to be cut into groups of a given width: it becomes the nearest
# multiple of the group's width, where the group is at most as wide as the stage itself.
#
# By hand: $d = 4$, $u_0 = 16$, $a = 16$, $m = 2$, groups of 12.
#
# | $j$ | 0 | 1 | 2 | 3 |
# |---|---|---|---|---|
# | $u_j$ | 16 | 32 | 48 | 64 |
# | $\log_2 (u_j / 16)$ | 0 | 1 | 1.58 | 2 |
# | $e_j$ | 0 | 1 | 2 | 2 |
# | $v_j$ | 16 | 32 | 64 | 64 |
#
# Three stages, of 1, 1 and 2 blocks, and with groups of 12 their widths are $12, 36, 60$, since $16 / 12 = 1.33$,
# $32 / 12 = 2.67$ and $64 / 12 = 5.33$. (All `round`s go to the nearest whole number, and from the middle to the even
# one, as Python's and NumPy's do. Published networks depend on it.)


# %% exercise: regnet_widths
def regnet_widths(depth, initial, slope, step, group_width=8):
    """The stages of a RegNet.

    Args:
        depth: d, blocks in all, int >= 1.
        initial: u_0, number >= 8.
        slope: a, number >= 0.
        step: m, number > 1.
        group_width: channels of a group, int >= 1.

    Returns:
        list of tuples (width, blocks), two ints each, one for each stage, in order. The widths are multiples of
        group_width, or of the width that the stage had before, where that was smaller.

    Raises:
        ValueError: slope is negative, or step is not above 1.
    """
    ### BEGIN SOLUTION
    if slope < 0 or step <= 1:
        raise ValueError(f"slope must not be negative, and step must be above 1. Received: {slope}, {step}")
    line = initial + slope * np.arange(depth)
    exponents = np.round(np.log(line / initial) / np.log(step))
    quantised = 8 * np.round(initial * step**exponents / 8)
    stages = []
    for width, blocks in zip(*np.unique(quantised.astype(int), return_counts=True), strict=True):
        group = min(group_width, int(width))
        stages.append((group * round(int(width) / group), int(blocks)))
    return stages
    ### END SOLUTION


# %% test: regnet_widths, points=3
stages = regnet_widths(4, 16, 16, 2, group_width=12)
dd.check.like(stages, [(12, 1), (36, 1), (60, 2)], what="the stages", why="this is the example worked by hand")
stages = regnet_widths(13, 24, 36.44, 2.49, group_width=8)
why = "they are those of RegNetX-200MF, as its authors published them"
dd.check.like(stages, [(24, 1), (56, 1), (152, 4), (368, 7)], what="the stages", why=why)
with dd.check.raises(ValueError, why="widths do not shrink in a RegNet"):
    regnet_widths(4, 16, -1, 2)
### BEGIN HIDDEN TESTS
published = {
    (22, 24, 24.48, 2.54, 16): [(32, 1), (64, 2), (160, 7), (384, 12)],
    (16, 48, 36.97, 2.24, 24): [(48, 1), (96, 3), (240, 5), (528, 7)],
    (16, 56, 35.73, 2.28, 16): [(64, 1), (128, 3), (288, 7), (672, 5)],
    (18, 80, 34.01, 2.25, 24): [(72, 2), (168, 4), (408, 10), (912, 2)],
    (25, 88, 26.31, 2.25, 48): [(96, 2), (192, 6), (432, 15), (1008, 2)],
}
for arguments, due in published.items():
    dd.check.like(regnet_widths(*arguments), due, what=f"regnet_widths{arguments}", why="a RegNetX as it was published")
rng = np.random.default_rng(533)
for trial in range(40):
    depth, group_width = int(rng.integers(1, 30)), int(rng.integers(1, 40))
    initial, slope, step = float(rng.uniform(8, 120)), float(rng.uniform(0, 40)), float(rng.uniform(1.2, 3.5))
    if trial % 5 == 0:
        initial, slope, step = int(initial), int(slope), int(step) + 1
    widths = []
    for j in range(depth):
        exponent = round(math.log((initial + slope * j) / initial, step))
        widths.append(8 * round(initial * step**exponent / 8))
    due = []
    for width in sorted(set(widths)):
        group = min(group_width, width)
        due.append((group * round(width / group), widths.count(width)))
    came = regnet_widths(depth, initial, slope, step, group_width)
    what = f"regnet_widths({depth}, {initial}, {slope}, {step}, {group_width})"
    dd.check.like(came, due, what=what, why="a line, quantised, cut into stages, made to fit the groups")
dd.check.like(regnet_widths(5, 20, 0, 2), [(16, 5)], what="regnet_widths(5, 20, 0, 2)", why="a flat line is one stage")
dd.check.like(regnet_widths(1, 8, 9, 2, 64), [(8, 1)], what="regnet_widths(1, 8, 9, 2, 64)", why="a single block")
for slope, step in ((-0.5, 2), (10, 1), (10, 0.5), (-1, 1)):
    with dd.check.raises(ValueError, why=f"slope {slope} and step {step} make no RegNet"):
        regnet_widths(4, 16, slope, step)
### END HIDDEN TESTS

# %% mistakes: regnet_widths
# - replace: np.arange(depth)
#   with: np.arange(1, depth + 1)
#   hint: "Your blocks are counted from 1, so the first is a slope too wide. They are counted from 0."
# - replace: np.round(np.log(line / initial) / np.log(step))
#   with: np.floor(np.log(line / initial) / np.log(step))
#   hint: "You round the exponents down. They go to the nearest."
# - replace: np.log(line / initial) / np.log(step)
#   with: np.log2(line / initial)
#   hint: "The exponents are of step, and not of 2."
# - replace: np.log(line / initial) / np.log(step)
#   with: np.log(line) / np.log(step)
#   hint: "The powers of step multiply the initial width, so the logarithm is of the ratio to it."
# - replace: 8 * np.round(initial * step**exponents / 8)
#   with: np.round(initial * step**exponents)
#   hint: "The widths are no multiples of 8 before they are made to fit the groups."
# - replace: 8 * np.round(initial * step**exponents / 8)
#   with: 8 * np.round(line / 8)
#   hint: "You round the line itself. It is quantised to powers of step first, so that stages arise."
# - replace: min(group_width, int(width))
#   with: group_width
#   hint: "A group wider than its stage would leave a width of 0, or of more than there was."
# - replace: group * round(int(width) / group)
#   with: group * (int(width) // group)
#   hint: "You cut the width down to a multiple of the group's. The nearest multiple is due."
# - replace: group * round(int(width) / group)
#   with: int(width)
#   hint: "The widths are not made to fit the groups."
# - replace: group * round(int(width) / group)
#   with: group * int(int(width) / group + 0.5)
#   hint: "From the middle you always round up. Here it is to the even number, as round does."
# - replace: 8 * np.round(initial * step**exponents / 8)
#   with: 8 * np.floor(initial * step**exponents / 8 + 0.5)
#   hint: "From the middle you always round up. Here it is to the even number, as round does."
# - replace: group * round(int(width) / group)
#   with: group_width * max(round(int(width) / group_width), 1)
#   hint: "A stage narrower than a group is made as wide as one. It is the group that gets narrower there."
# - replace: stages.append((group * round(int(width) / group), int(blocks)))
#   with: stages.append((group * np.round(width / group), blocks))
#   hint: "Your numbers are NumPy's. Plain ints are due, which a layer takes for its filters and JSON for its own."
# - replace: slope < 0 or step <= 1
#   with: slope < 0 or step < 1
#   hint: "A step of 1 gets through. Its powers are all 1, and its logarithm is 0."
# - replace: slope < 0 or step <= 1
#   with: slope <= 0 or step <= 1
#   hint: "A slope of 0 is refused. It makes a network of one stage, which is allowed."
# - replace: slope < 0 or step <= 1
#   with: step <= 1
#   hint: "A negative slope gets through."


# %% mistake: regnet_widths
# hint: "You give an entry for each block. Blocks of one width are gathered in a stage."
def regnet_widths(depth, initial, slope, step, group_width=8):
    if slope < 0 or step <= 1:
        raise ValueError(slope, step)
    stages = []
    for j in range(depth):
        exponent = round(math.log((initial + slope * j) / initial, step))
        width = 8 * round(initial * step**exponent / 8)
        group = min(group_width, width)
        stages.append((group * round(width / group), 1))
    return stages


# %% mistake: regnet_widths
# hint: "From the middle you always round up. Here it is to the even number, as round does, everywhere."
def regnet_widths(depth, initial, slope, step, group_width=8):
    if slope < 0 or step <= 1:
        raise ValueError(slope, step)
    exponents = np.floor(np.log((initial + slope * np.arange(depth)) / initial) / np.log(step) + 0.5)
    stages = []
    widths = 8 * np.floor(initial * step**exponents / 8 + 0.5)
    for width, blocks in zip(*np.unique(widths, return_counts=True), strict=True):
        group = min(group_width, int(width))
        stages.append((group * math.floor(width / group + 0.5), int(blocks)))
    return stages


# %% mistake: regnet_widths
# hint: "You go to the power step that is nearest in channels. The nearest is meant for the exponent."
def regnet_widths(depth, initial, slope, step, group_width=8):
    if slope < 0 or step <= 1:
        raise ValueError(slope, step)
    widths = []
    for j in range(depth):
        below = math.floor(math.log(1 + slope * j / initial) / math.log(step) + 1e-9)
        two = [initial * step**below, initial * step ** (below + 1)]
        widths.append(8 * round(min(two, key=lambda width: abs(width - initial - slope * j)) / 8))
    groups = {width: min(group_width, width) for width in widths}
    return [(group * round(width / group), widths.count(width)) for width, group in groups.items()]


# %% mistake: regnet_widths
# hint: "Two stages whose widths agree once they fit the groups stay two stages. You fit first and gather afterwards."
def regnet_widths(depth, initial, slope, step, group_width=8):
    if slope < 0 or step <= 1:
        raise ValueError(slope, step)
    widths = []
    for j in range(depth):
        exponent = round(math.log((initial + slope * j) / initial, step))
        width = 8 * round(initial * step**exponent / 8)
        group = min(group_width, width)
        widths.append(group * round(width / group))
    return [(width, widths.count(width)) for width in sorted(set(widths))]


# %% equivalents: regnet_widths
# - replace: np.unique(quantised.astype(int), return_counts=True)
#   with: np.unique(quantised, return_counts=True)
#   reason: "The widths are whole already, and become ints in the loop."


# %% accepts: regnet_widths
def regnet_widths(depth, initial, slope, step, group_width=8):
    # Block by block, a stage growing as long as the width stays.
    if slope < 0 or not step > 1:
        raise ValueError("slope >= 0 and step > 1, please")
    stages = []
    for j in range(depth):
        power = round(math.log(1 + slope * j / initial) / math.log(step))
        width = round(initial * step**power / 8) * 8
        if stages and stages[-1][0] == width:
            stages[-1][1] += 1
        else:
            stages.append([width, 1])
    groups = [min(width, group_width) for width, _ in stages]
    return [(round(width / g) * g, blocks) for (width, blocks), g in zip(stages, groups, strict=True)]


# %% [markdown]
# Note what is *not* in the rule: no stage is tuned by hand. The paper's networks differ in the four numbers and the
# group's width alone, and each block is the bottleneck of Day 52 with its $3 \times 3$ convolution in groups, and as
# wide inside as outside. With the gates of the last section in each block, RegNetX becomes RegNetY.
#
# ## One step further: ConvNeXt
#
# By 2021, transformers (Day 84) named pictures better than convolutions did. Was that due to attention, or to all else
# that had changed since 2015? Liu and others (2022) took ResNet-50, which had 76.1% on ImageNet, and moved it over
# step by step. A modern training recipe alone brought 78.8%. The rest, up to 82.0% without any attention, came from the
# network: another number of blocks a stage; a stem that cuts the picture into patches; a $7 \times 7$ convolution in as
# many groups as channels; a block that is narrow outside and wide inside, where a bottleneck is the other way round;
# one activation a block (GELU) and one norm (layer norm, Day 33) instead of one behind each convolution. That is a
# design space searched by hand, one axis at a time. The block, for $C$ channels, with a trained factor for each channel
# before the sum:

# %% demo


@keras.saving.register_keras_serializable("day 53")
class Scaled(keras.layers.Layer):
    """A trained factor for each channel, small at first."""

    def build(self, shape):
        self.factor = self.add_weight(shape=shape[-1:], initializer=keras.initializers.Constant(1e-6), name="factor")

    def call(self, x):
        return x * self.factor


def convnext_block(x):
    channels = x.shape[-1]
    y = layers.DepthwiseConv2D(7, padding="same")(x)  # as many groups as channels
    y = layers.LayerNormalization()(y)
    y = layers.Dense(4 * channels, activation="gelu")(y)  # on the last axis: a 1×1 convolution
    y = Scaled()(layers.Dense(channels)(y))
    return layers.Add()([x, y])


inputs = keras.Input((56, 56, 96))
model = keras.Model(inputs, convnext_block(inputs))
print(f"ConvNeXt block on 96 channels: {model.count_params():,} parameters")
basic = 2 * (9 * 96 * 96 + 96 + 4 * 96)
print(f"basic residual block (Day 52): {basic:,}")
assert model.count_params() == 79_296

# %% [markdown]
# ## Put it together: four families, one budget
#
# Which block gives most accuracy for its parameters? The pictures are those of Day 52: objects of the scenes, 16 pixels
# a side, seven classes. Your own functions make two of the families; the script `data/zoo/scenes_densenet.py` has the
# other two.

# %% demo


def objects(num_scenes, seed):
    """The objects of scenes of one object each, cut out along their boxes: pictures (n, 16, 16, 3), and classes."""
    found = dd.data.scenes(num_scenes, seed=seed, num_objects=(1, 1))
    x = np.empty((num_scenes, 16, 16, 3), "float32")
    for i, (image, (left, top, right, bottom)) in enumerate(zip(found.images, found.boxes[:, 0], strict=True)):
        half = 0.575 * max(right - left, bottom - top)  # a margin of 15%
        steps = (np.arange(32) + 0.5) / 32 * 2 * half - half
        rows, columns = (
            np.clip((low + high) / 2 + steps, 0, 63).astype(int) for low, high in ((top, bottom), (left, right))
        )
        window = image[np.ix_(rows, columns)].astype("float32")  # (32, 32, 3)
        x[i] = window.reshape(16, 2, 16, 2, 3).mean(axis=(1, 3)) / 127.5 - 1
    return x, found.labels[:, 0]


def densenet(growth):
    """Three dense blocks of three layers, two transitions between them."""
    inputs = keras.Input((16, 16, 3))
    x = layers.Conv2D(2 * growth, 3, padding="same", use_bias=False)(inputs)
    x = transition(dense_block(x, 3, growth))
    x = transition(dense_block(x, 3, growth))
    x = layers.ReLU()(layers.BatchNormalization()(dense_block(x, 3, growth)))
    return keras.Model(inputs, layers.Dense(7)(layers.GlobalAveragePooling2D()(x)))


class GroupedConv(keras.layers.Layer):
    """A 3×3 convolution in groups of 8 channels, by your function."""

    def build(self, shape):
        self.kernel = self.add_weight(shape=(3, 3, 8, shape[-1]), name="kernel")

    def call(self, x):
        return grouped_conv(x, self.kernel, x.shape[-1] // 8)


def regnet(width):
    """A RegNet of three blocks in groups of 8 channels, with gates."""

    def unit(x, filters, size, stride=1):
        x = layers.Conv2D(filters, size, strides=stride, padding="same", use_bias=False)(x)
        return layers.BatchNormalization()(x)

    inputs = keras.Input((16, 16, 3))
    x = layers.ReLU()(unit(inputs, width, 3))
    for stage, (filters, blocks) in enumerate(regnet_widths(3, width, width, 2, group_width=8)):
        for block in range(blocks):
            stride = 2 if stage > 0 and block == 0 else 1
            y = layers.ReLU()(unit(x, filters, 1, stride))
            y = layers.ReLU()(layers.BatchNormalization()(GroupedConv()(y)))
            y = unit(se_block(y, 4), filters, 1)
            x = layers.ReLU()(layers.Add()([x if block > 0 else unit(x, filters, 1, stride), y]))
    return keras.Model(inputs, layers.Dense(7)(layers.GlobalAveragePooling2D()(x)))


def multiply_adds(model):
    """Multiply-adds of a model's convolutions and dense layers for one picture."""
    kernels = [(layer.kernel.shape, layer.output.shape) for layer in model.layers if hasattr(layer, "kernel")]
    return sum(math.prod(kernel) * math.prod(output[1:-1]) for kernel, output in kernels)


(x_train, y_train), (x_test, y_test) = objects(1024, seed=0), objects(500, seed=1)
record = dd.zoo.card("scenes_densenet").extra["families"]
here = {}
for name, make, size in (("dense", densenet, 4), ("grouped, with gates", regnet, 16)):
    dd.seed(53)
    model = make(size)
    for layer in model.layers:
        if isinstance(layer, layers.BatchNormalization):
            layer.momentum = 0.9  # the training is so short that running averages must keep up
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(record[name]["rate"]), loss)
    history = model.fit(x_train, y_train, batch_size=32, epochs=3, verbose=0).history["loss"]
    here[name] = history[-1]
    print(f"{name:20} {model.count_params():7,d} parameters, {multiply_adds(model):9,d} multiply-adds, loss", end=" ")
    print(*(f"{value:.2f}" for value in history))
    assert model.count_params() == record[name]["results"][0]["parameters"]

# %% [markdown]
# That was the first minute, three epochs of the two smallest. The rest is loaded: four families at three sizes each,
# six epochs, three starts. **Equal budget**: the same pictures, batches, epochs and optimizer for all, and for each
# family the better of two learning rates at its middle size. *Plain* is two convolutions a stage (as VGG has),
# *residual* the basic block of Day 52, *dense* and *grouped* are the two above.

# %% demo
fig, ax = plt.subplots(figsize=(8, 5))
for i, (name, entry) in enumerate(record.items()):
    parameters = [result["parameters"] for result in entry["results"]]
    scores = np.array([result["accuracies"] for result in entry["results"]])  # (3, 3), sizes and starts
    mean = scores.mean(axis=1)
    ax.errorbar(
        parameters,
        mean,
        yerr=[mean - scores.min(axis=1), scores.max(axis=1) - mean],
        marker=dd.plot.MARKERS[i],
        linestyle=dd.plot.LINE_STYLES[i],
        color=dd.plot.PALETTE[i],
        capsize=4,
        label=name,
    )
    print(
        f"{name:20} rate {entry['rate']}:",
        *(f"{n:,d} → {score:.2f}" for n, score in zip(parameters, mean, strict=True)),
    )
ax.set(xscale="log", title="Accuracy for parameters, one training budget", xlabel="parameters")
ax.set_ylabel("share of 500 new pictures named rightly")
ax.set_ylim(0.3, 0.95)
ax.legend(loc="lower right", ncols=2)
dd.plot.show(
    "Accuracy against parameters on a logarithmic axis, a line with three points for each of four families, with bars "
    "from the worst to the best start. Plain rises from 0.51 at 11,000 to 0.82 at 73,000. Residual rises from 0.75 at "
    "12,000 to 0.86 at 79,000. Dense stays low: 0.52 at 6,000, 0.59 at 47,000. Grouped with gates "
    "is the highest from 25,000 on: 0.82 there, 0.89 at 77,000."
)
network = dd.zoo.load("scenes_densenet")
kept = float((ops.convert_to_numpy(network(x_test)).argmax(axis=-1) == y_test).mean())
print(f"the largest dense network as it is kept in the zoo names {kept:.3f} rightly")
means = {name: [np.mean(result["accuracies"]) for result in entry["results"]] for name, entry in record.items()}
assert min(means["grouped, with gates"]) > max(means["dense"])
assert all(shortcut > plain for shortcut, plain in zip(means["residual"], means["plain"], strict=True))
assert all(here[name] < math.log(7) for name in here)  # better than knowing nothing, after three epochs
assert abs(kept - record["dense"]["results"][-1]["accuracies"][-1]) < 0.08  # other seeds: some points

# %% [markdown]
# Read it along a vertical line. For the same parameters a shortcut is worth a lot: at some 11,000 of them residual
# names three in four rightly, plain one in two. Groups and gates add a little to that: by the means of three starts
# the RegNet has at 25,000 parameters what the residual network has not yet at 31,000. (Both together, since the chart
# does not part them.)
#
# And DenseNet, known for its thrift? With 6,000 parameters it equals plain at 11,000, and then it gains
# little. It is not finished: its training loss is still above 1 when that of the others, but for the smallest plain
# one, is at 0.1 to 0.8. That is what an equal budget means. The paper trained for 300 epochs on small pictures, and
# we for six; a chart after 300 may well look otherwise. A family is never good as such, but at a size, on a task, for
# a budget. Nor are parameters the whole price. The dense network above does 96 multiply-adds for each of its
# parameters, the RegNet 44.
#
# ## What you should remember
#
# 1. A dense block lays features side by side: each layer sees all earlier ones and adds $k$ channels, so few suffice.
# 2. A transition shrinks both: channels by $\theta$ and a $1 \times 1$ convolution, the picture by average pooling.
# 3. $G$ groups divide parameters and multiply-adds by $G$; what is around them has to mix the groups.
# 4. Squeeze and excitation: the means of all channels set a factor for each, by two small layers and a sigmoid.
# 5. A design space is judged by the distribution of what is drawn from it. RegNet: a line, quantised, cut into stages.
#
# ## Check yourself, without code
#
# 1. A dense block with $C = 16$, $k = 8$ and $n = 4$: how many channels come out, and how many weights has the last
#    $3 \times 3$ kernel, without a bottleneck? And with one?
# 2. Two grouped convolutions with the same groups follow each other directly. How many of the input channels can one
#    output depend on? ShuffleNet deals the channels out like cards between the two. What does that change?
# 3. You draw 300 networks from each of two design spaces and train each for ten epochs. The best network comes from
#    space A, but most of B's are better than most of A's. Which space do you keep, and what would you have to know?
#
# <details><summary>Answers</summary>
#
# 1. $16 + 32 = 48$. The last layer sees 40 channels: $9 \cdot 40 \cdot 8 = 2{,}880$. With a bottleneck its $3 \times 3$
#    sees $4k = 32$: $9 \cdot 32 \cdot 8 = 2{,}304$, and $40 \cdot 32 = 1{,}280$ more in the $1 \times 1$. At this width
#    it costs; it saves where the channels outnumber $4k$ by enough.
# 2. Those of its own group, $C / G$: groups stay apart. After shuffling each group gets channels from all, so that
#    an output may depend on every channel.
# 3. B, as a rule, since the next step draws from it again, and the best of 300 draws is partly luck. You'd have to know
#    whether ten epochs rank networks as a full training would.
#
# </details>
#
# ## Go further
#
# - Huang, Liu, van der Maaten and Weinberger (2017), *Densely connected convolutional networks*, CVPR.
# - Xie, Girshick, Dollár, Tu and He (2017), *Aggregated residual transformations*, CVPR: groups in a residual block.
# - Hu, Shen and Sun (2018), *Squeeze-and-excitation networks*, CVPR.
# - Radosavovic, Kosaraju, Girshick, He and Dollár (2020), *Designing network design spaces*, CVPR. Its predecessor of
#   2019, *On network design spaces for visual recognition*, explains how distributions are compared.
# - Liu, Mao, Wu, Feichtenhofer, Darrell and Xie (2022), *A ConvNet for the 2020s*, CVPR.
# - Day 54: groups of one channel, and networks that fit into a telephone.
