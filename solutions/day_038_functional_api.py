# ---
# day: 38
# title: The Functional API and subclassing
# week: 8
# minutes: 100
# backend: any
# needs: [8, 9, 24, 25, 26, 31, 32, 37]
# data: [housing]
# papers:
# - "Bromley, Guyon, LeCun, Säckinger and Shah 1993, Signature verification using a Siamese time delay neural network"
# - Caruana 1997, Multitask learning
# - "Cheng et al. 2016, Wide & deep learning for recommender systems"
# - "He, Zhang, Ren and Sun 2016, Deep residual learning for image recognition"
# - "Goyal et al. 2017, Accurate, large minibatch SGD: training ImageNet in 1 hour"
# ---

# %% [markdown]
# # Day 38 · The Functional API and subclassing
#
# By the end you can build networks that fork and join: several inputs, several outputs, one layer used twice,
# shortcuts; and you can tell which of Keras's three ways to write a model suits which network.
#
# - **You will build** a wide-and-deep network, one with two outputs and a weighted cost, one that compares two
#   inputs through one shared encoder, and a residual network as a class of your own. The first prices districts of the
#   housing table, with about a third less squared error than its deep half alone, and is drawn as a graph.
# - **You need** `Sequential`, `compile` and logits (Day 37), ReLU layers (Day 26), the losses (Day 24), the housing
#   table (Days 8 and 9).
# - **Not today:** layers with weights of your own making (Day 39), and training loops by hand (Day 40).
# - **Time:** about 100 minutes.
#
# | symbol | meaning | shape | in code |
# |---|---|---|---|
# | $m, n$ | examples in a batch, columns of the deep input | | `num_features` |
# | $x$ | the deep input: few numbers, on one scale | $(m, n)$ | `deep` |
# | $\varphi, q$ | the wide input: many columns, mostly 0; how many | $(m, q)$ | `wide`, `num_wide` |
# | $a_l, W_l, b_l$ | output, weights, biases of hidden layer or block $l$, counted from 1; $a_0$ goes in | | |
# | $V_l, d_l$ | second weights and biases of a residual block | | |
# | $\hat y$ | predicted prices, in \$100,000 | $(m, 1)$ | `price` |
# | $z, K$ | logits of the second output, one a class; how many | $(m, K)$ | `place` |
# | $J_0, J_1, J$ | cost of the prices, of the classes, of both together | $()$ | |
# | $\lambda$ | what $J_1$ weighs in $J$ | scalar | `loss_weight` |
# | $u, v$ | codes of the two examples of each pair | $(m, k)$ | |
# | $s$ | similarity of each pair, from $-1$ to $1$ | $(m, 1)$ | |

# %% setup
import logging
import tempfile
from pathlib import Path

import numpy as np

import deepdays as dd

with dd.quiet():  # frameworks announce themselves while they load
    import keras
    from keras import ops

    ops.softmax(ops.zeros((1, 2)))
logging.getLogger("tensorflow").setLevel("ERROR")  # it would warn that many small models are compiled one by one

# %% [markdown]
# ## A model is a graph
#
# `Sequential` is a list, and a list can neither fork nor join. The **Functional API** says the same things one arrow
# at a time. `keras.Input(shape)` is a tensor without numbers, a promise of shape $(m, \dots)$ with $m$ unknown. A
# layer *called* on it computes nothing either: it returns the next promise, and remembers where it came from. At the
# end, `keras.Model(inputs, outputs)` follows those memories back from the outputs and keeps what it passes.
#
#     inputs = keras.Input((2,))
#     hidden = keras.layers.Dense(3, activation="relu")(inputs)    # make the layer, then call it
#     model = keras.Model(inputs, keras.layers.Dense(1)(hidden))
#
# Two pairs of brackets, two different things: the first makes a layer with its weights, the second draws an arrow
# into it. Nothing stops you from drawing more arrows: calling two layers on one tensor is a fork, calling one layer
# on two tensors shares its weights, and layers such as `Concatenate`, `Add`, `Multiply` and `Dot` take a *list* of
# tensors and join them. `keras.ops` works on promises too, so that `ops.maximum(a, b)` is a box of the graph.
#
# One rule follows: an output that cannot be traced back to the listed inputs is an error when the model is made. The
# reverse is not: a layer from which no path leads to an output is left out in silence, and an input without one is
# taken and ignored.
#
# A network is easier to judge when drawn. `keras.utils.plot_model(model, show_shapes=True)` does that if Graphviz is
# installed, a program outside Python. As it may be missing, here is a small substitute that reads the arrows out of
# `model.get_config()`. The example: the price of a district as the *larger* of two estimates.

# %% demo
import matplotlib.pyplot as plt

dd.plot.style()


def sources(part):
    """The names of the layers that a piece of a model's configuration takes tensors from, in order."""
    if isinstance(part, dict) and part.get("class_name") == "__keras_tensor__":
        yield part["config"]["keras_history"][0]
    elif isinstance(part, dict | list | tuple):
        for inner in part.values() if isinstance(part, dict) else part:
            yield from sources(inner)


def draw_graph(model, title):
    """Draw a functional model: a box for each layer, an arrow for each tensor, inputs at the top."""
    described = model.get_config()["layers"]
    arrows = {layer["name"]: list(sources(layer["inbound_nodes"])) for layer in described}
    row = {}
    for name, feeding in arrows.items():  # a layer comes after all that feed it
        row[name] = 1 + max((row[source] for source in feeding), default=-1)
    for name, feeding in arrows.items():  # an input that is needed late is drawn late
        if not feeding:
            row[name] = min(row[other] for other in arrows if name in arrows[other]) - 1
    rows = [[name for name in arrows if row[name] == depth] for depth in range(max(row.values()) + 1)]
    place = {name: ((i + 0.5) / len(names), -row[name]) for names in rows for i, name in enumerate(names)}
    fig, ax = plt.subplots(figsize=(7.5, 0.95 * len(rows) + 0.5))
    for name, feeding in arrows.items():
        for i, source in enumerate(feeding):
            bend = 0.2 * (2 * i - 1) if feeding.count(source) > 1 else 0.0  # two arrows between the same two boxes
            look = {"arrowstyle": "-|>", "color": "0.45", "linewidth": 1.5, "connectionstyle": f"arc3,rad={bend}"}
            (x, below), (x_from, above) = place[name], place[source]
            ax.annotate("", (x, below + 0.26), (x_from, above - 0.2), arrowprops=look)
    for layer in described:
        text, (x, middle) = f"{layer['name']}: {layer['class_name']}", place[layer["name"]]
        width = 0.05 + 0.012 * len(text)
        ax.add_patch(plt.Rectangle((x - width / 2, middle - 0.26), width, 0.52, facecolor="0.93", edgecolor="0.45"))
        ax.text(x, middle, text, ha="center", va="center", fontsize=11)
    ax.set(title=title, xlim=(0, 1), ylim=(-len(rows) + 0.5, 0.5))
    ax.set_axis_off()
    return fig


inputs = keras.Input((2,), name="inputs")
larger = keras.layers.Maximum(name="larger")(
    [keras.layers.Dense(1, name="city")(inputs), keras.layers.Dense(1, name="coast")(inputs)]
)
estimates = keras.Model(inputs, larger)
estimates.get_layer("city").set_weights([np.array([[2.0], [0.0]]), np.array([1.0])])
estimates.get_layer("coast").set_weights([np.array([[0.0], [3.0]]), np.array([0.0])])
print(ops.convert_to_numpy(estimates(np.array([[1.0, 2.0], [4.0, 1.0]]))))  # 2 + 1 against 6; 8 + 1 against 3
draw_graph(estimates, "A fork and a join")
dd.plot.show(
    "A graph of four boxes. From inputs, an InputLayer, an arrow leads to each of two dense layers, city and coast, "
    "and from each of these one to the box larger, a Maximum."
)

# %% [markdown]
# ## Two inputs: wide and deep
#
# A district's price depends on what it is like (income, age, rooms) and on *where* it is, street by street. The first
# is smooth, and a network generalises well over it. The second is a list of facts: this corner is dear, the one next
# to it is not. A deep network of longitude and latitude learns such facts slowly, for it has to fold a plane with
# ReLU creases.
#
# A **wide** model learns them at once. Cut the map into cells and give each cell a column of its own: 1 if the
# district lies in it, else 0. A linear layer on those columns has one weight for each cell, and its weight is simply
# what that corner adds to the price. Such columns, 1 where two facts hold together (*this* strip of longitude **and**
# *that* strip of latitude), are called **crosses**. They memorise and cannot generalise: a cell without a single
# district in training says nothing.
#
# Cheng and others (2016), who recommended apps, trained both *together*, as one model whose last layer sees both:
#
# $$a_l = \max(0,\ a_{l-1} W_l + b_l), \quad a_0 = x; \qquad \hat y = [\,\varphi \;\; a_L\,]\, w + b .$$
#
# $[\,\varphi \;\; a_L\,]$ is concatenation along the last axis: $(m, q)$ and $(m, n_L)$ become $(m, q + n_L)$, and
# $w$ has the shape $(q + n_L, 1)$: first a weight for each wide column, then one for each unit. Trained jointly,
# the wide part need only say what the deep part gets wrong. (Two models trained apart and averaged would each have to
# be good alone.)
#
# By hand: three cells with weights $1, 2, 3$; two units, $\max(0, x_0 + x_1)$ and $\max(0, x_0 - x_1)$, with weights
# $0.5$ and $-1$; $b = 0.1$. A district in cell 1 with $x = (1, 3)$ has $\varphi = (0, 1, 0)$ and $a_1 = (4, 0)$, so
# $\hat y = 2 + 0.5 \cdot 4 + 0.1 = 4.1$. One in cell 2 with $x = (2, -1)$ has $a_1 = (1, 3)$ and
# $\hat y = 3 + 0.5 - 3 + 0.1 = 0.6$.
#
# A model with several inputs is fed with a list in the order of `keras.Model([...], ...)`, or with a dict by the
# inputs' names. Two inputs that happen to be equally wide can be exchanged in a list, and nobody will say a word.
# Layers get names by `name=`; `model.get_layer(name)` finds them again.


# %% exercise: wide_and_deep
def wide_and_deep(num_features, num_wide, hidden=(64, 32)):
    """A functional model that remembers by a short path and generalises by a long one; built, not compiled.

    Args:
        num_features: columns n of the deep input, int >= 1.
        num_wide: columns q of the wide input, int >= 1.
        hidden: widths of the deep path's hidden layers from first to last, a list or tuple of ints, may be empty;
            left unchanged.

    Returns:
        keras.Model from a list of two inputs, "wide" (m, q) and "deep" (m, n) in that order, to (m, 1), for any m.
        The deep input passes a Dense layer with ReLU for each entry of hidden, named "hidden_1", "hidden_2" and so
        on. A Dense layer named "price", without activation, sees the wide columns first and what the deep path gives
        after them. All start as Keras starts them; the model can be saved and loaded. About 8 lines.
    """
    ### BEGIN SOLUTION
    wide = keras.Input((num_wide,), name="wide")
    deep = keras.Input((num_features,), name="deep")
    a = deep
    for i, width in enumerate(hidden):
        a = keras.layers.Dense(width, activation="relu", name=f"hidden_{i + 1}")(a)
    both = keras.layers.Concatenate(name="both")([wide, a])  # (m, q + n_L)
    return keras.Model([wide, deep], keras.layers.Dense(1, name="price")(both))
    ### END SOLUTION


# %% fixture
def put(model, weights):
    """Set the weights of some of a model's layers: a dict of names to pairs of kernel and bias."""
    for name, arrays in weights.items():
        model.get_layer(name).set_weights([np.asarray(array, "float32") for array in arrays])


def shapes_by_layer(model, *names):
    """The shapes of the trainable weights of layers of these names, and a list of those of all others, if any."""
    shapes = {layer.name: [tuple(weight.shape) for weight in layer.trainable_weights] for layer in model.layers}
    others = [each for name, each in shapes.items() if each and name not in names]
    return {name: shapes[name] for name in names if name in shapes} | ({"others": others} if others else {})


def saved_and_loaded(model, **custom_objects):
    """What comes back when the model is written to a file and read again."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.keras"
        model.save(path)
        return keras.models.load_model(path, custom_objects=custom_objects)


def kernels_start_at_random(model):
    """How many different numbers each kernel holds."""
    return [len(np.unique(weight)) for weight in model.get_weights() if weight.ndim == 2]


# %% test: wide_and_deep, points=3
model = wide_and_deep(num_features=2, num_wide=3, hidden=[2])
dd.check.kind(model, keras.Model, what="wide_and_deep(2, 3, [2])")
due = {"hidden_1": [(2, 2), (2,)], "price": [(5, 1), (1,)]}
why = "the last layer sees three wide columns and two units"
dd.check.equal(shapes_by_layer(model, *due), due, what="the shapes of the weights", why=why)
hand = {"hidden_1": ([[1.0, 1.0], [1.0, -1.0]], [0.0, 0.0]), "price": ([[1.0], [2.0], [3.0], [0.5], [-1.0]], [0.1])}
put(model, hand)
wide, deep = np.array([[0.0, 1.0, 0.0], [0.0, 0.0, 1.0]]), np.array([[1.0, 3.0], [2.0, -1.0]])
due = ops.convert_to_tensor([[4.1], [0.6]], dtype="float32")
dd.check.like(model([wide, deep]), due, rtol=1e-5, what="the prices", why="these are the districts worked by hand")
by_name = model({"deep": deep, "wide": wide})
dd.check.like(by_name, due, rtol=1e-5, what="the prices, inputs by name", why="the inputs are called wide and deep")
model = wide_and_deep(4, 6, [5, 3])
due = {"hidden_1": [(4, 5), (5,)], "hidden_2": [(5, 3), (3,)], "price": [(9, 1), (1,)]}
dd.check.equal(shapes_by_layer(model, *due), due, what="the shapes of the weights", why="each reads the one before")
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(38)


def prices_by_hand(wide, deep, weights, count):
    """In float64, district by district."""
    prices = []
    for phi, x in zip(wide.astype(float), deep.astype(float), strict=True):
        a = x
        for i in range(count):
            kernel, bias = weights[f"hidden_{i + 1}"]
            a = np.array([max(0.0, a @ column + b) for column, b in zip(kernel.T, bias, strict=True)])
        kernel, bias = weights["price"]
        prices.append([float(np.dot(phi, kernel[: len(phi), 0]) + np.dot(a, kernel[len(phi) :, 0]) + bias[0])])
    return np.array(prices)


for n, q, hidden, m in ((3, 7, [4], 6), (5, 2, [], 1), (2, 4, (6, 1, 3), 5)):
    before = list(hidden)
    model = wide_and_deep(n, q, hidden)
    what = f"wide_and_deep({n}, {q}, {hidden})"
    dd.check.equal(list(hidden), before, what="hidden", why="it is left unchanged")
    widths = [n, *hidden]
    due = {f"hidden_{i + 1}": [(widths[i], width), (width,)] for i, width in enumerate(hidden)}
    due["price"] = [(q + widths[-1], 1), (1,)]
    dd.check.equal(shapes_by_layer(model, *due), due, what=f"the shapes of the weights of {what}")
    for count, (kernel, _) in zip(kernels_start_at_random(model), due.values(), strict=True):
        assert count > np.prod(kernel) // 2, "weights that start alike stay alike: each kernel is drawn at random"
    weights = {name: tuple(rng.normal(size=shape) for shape in pair) for name, pair in due.items()}
    put(model, weights)
    dd.check.equal(model.output_shape, (None, 1), what=f"the output shape of {what}", why="m is open")
    wide, deep = rng.normal(size=(m, q)).astype("float32"), rng.normal(size=(m, n)).astype("float32")
    due = ops.convert_to_tensor(prices_by_hand(wide, deep, weights, len(hidden)), dtype="float32")
    with dd.check.unchanged(wide, what="wide"), dd.check.unchanged(deep, what="deep"):
        came = model([wide, deep], training=True)
    why = "ReLU in the deep path only; wide columns go straight to the end, in training too"
    dd.check.like(came, due, rtol=1e-4, atol=1e-4, what=f"the prices of {what}", why=why)
    dd.check.equal(len(model.losses), 0, what="the number of penalties", why="nothing is added to the loss")
came = saved_and_loaded(model)([wide, deep])
dd.check.like(came, due, rtol=1e-4, atol=1e-4, what="the prices, saved and loaded", why="a model outlives its program")
due = {"hidden_1": [(3, 64), (64,)], "hidden_2": [(64, 32), (32,)], "price": [(37, 1), (1,)]}
dd.check.equal(shapes_by_layer(wide_and_deep(3, 5), *due), due, what="the shapes without hidden", why="64, then 32")
### END HIDDEN TESTS

# %% mistakes: wide_and_deep
# - replace: ([wide, a])  # (m, q + n_L)
#   with: ([a, wide])
#   hint: "Everything is there, but the last layer sees the deep path first. The wide columns come first."
# - replace: keras.Model([wide, deep],
#   with: keras.Model([deep, wide],
#   hint: "Your model takes its inputs in the other order."
# - replace: ", activation=\"relu\""
#   with: ""
#   hint: "Without ReLU the deep path is a linear model, and the whole is nothing but wide."
# - replace: activation="relu"
#   with: activation="tanh"
#   hint: "Your hidden layers have another activation. ReLU was asked for."
# - replace: name=f"hidden_{i + 1}")(a)
#   with: name=f"hidden_{i + 1}")(deep)
#   hint: "Each of your hidden layers is called on the input. Which tensor should the second one be called on?"
# - replace: |-
#     a = deep
#   with: a = keras.layers.Concatenate()([wide, deep])
#   hint: "The wide columns go through the deep path as well. They have a path of their own."
# - replace: keras.layers.Dense(1, name="price")
#   with: keras.layers.Dense(1, activation="relu", name="price")
#   hint: "The last layer has an activation. A plain sum was asked for, which may be negative."
# - replace: name=f"hidden_{i + 1}"
#   with: name=f"hidden_{i}"
#   hint: "Your layers are counted from 0. By our convention items are, but layers are counted from 1."
# - replace: keras.layers.Concatenate(name="both")([wide, a])  # (m, q + n_L)
#   with: a
#   hint: "The wide input leads nowhere."
# - replace: for i, width in enumerate(hidden)
#   with: for i, width in enumerate(hidden[:1])
#   hint: "Only the first entry of hidden becomes a layer."
# - replace: for i, width in enumerate(hidden)
#   with: for i, width in enumerate((64, 32))
#   hint: "Your widths are fixed, whatever hidden says."


# %% mistake: wide_and_deep
# hint: "You give each path an output of its own and add them. That computes as much, but one layer named price was
#   asked for, on both paths side by side."
def wide_and_deep(num_features, num_wide, hidden=(64, 32)):
    wide = keras.Input((num_wide,), name="wide")
    deep = keras.Input((num_features,), name="deep")
    a = deep
    for i, width in enumerate(hidden):
        a = keras.layers.Dense(width, activation="relu", name=f"hidden_{i + 1}")(a)
    parts = [keras.layers.Dense(1)(wide), keras.layers.Dense(1)(a)]
    return keras.Model([wide, deep], keras.layers.Add(name="price")(parts))


# %% mistake: wide_and_deep
# hint: "The wide columns pass a hidden layer too. What they know reaches the price only without one."
def wide_and_deep(num_features, num_wide, hidden=(64, 32)):
    wide = keras.Input((num_wide,), name="wide")
    deep = keras.Input((num_features,), name="deep")
    a = deep
    for i, width in enumerate(hidden):
        a = keras.layers.Dense(width, activation="relu", name=f"hidden_{i + 1}")(a)
    remembered = keras.layers.Dense(num_wide, activation="relu", name="remembered")(wide)
    return keras.Model([wide, deep], keras.layers.Dense(1, name="price")(ops.concatenate([remembered, a])))


# %% mistake: wide_and_deep
# hint: "That is one input that is cut in two. Two inputs were asked for, each with its own name."
def wide_and_deep(num_features, num_wide, hidden=(64, 32)):
    inputs = keras.Input((num_wide + num_features,), name="wide")
    a = inputs[:, num_wide:]
    for i, width in enumerate(hidden):
        a = keras.layers.Dense(width, activation="relu", name=f"hidden_{i + 1}")(a)
    both = ops.concatenate([inputs[:, :num_wide], a], axis=-1)
    return keras.Model(inputs, keras.layers.Dense(1, name="price")(both))


# %% accepts: wide_and_deep
def wide_and_deep(num_features, num_wide, hidden=(64, 32)):
    # The deep path as a Sequential model would hide its layers, so a list of layers, called in turn; ops joins.
    wide, deep = keras.Input((num_wide,), name="wide"), keras.Input((num_features,), name="deep")
    layers = [keras.layers.Dense(hidden[i], "relu", name=f"hidden_{i + 1}") for i in range(len(hidden))]
    last = deep
    for layer in layers:
        last = layer(last)
    price = keras.layers.Dense(1, name="price")
    return keras.Model(inputs=[wide, deep], outputs=price(ops.concatenate([wide, last], axis=1)))


# %% accepts: wide_and_deep
def wide_and_deep(num_features, num_wide, hidden=(64, 32)):
    # Activations as layers of their own, the joining as a function.
    wide = keras.Input(shape=(num_wide,), name="wide")
    deep = keras.Input(shape=(num_features,), name="deep")
    outputs = [deep]
    for number, units in enumerate(hidden, start=1):
        outputs.append(keras.layers.ReLU()(keras.layers.Dense(units, name=f"hidden_{number}")(outputs[-1])))
    joined = keras.layers.concatenate([wide, outputs[-1]])
    return keras.Model([wide, deep], keras.layers.Dense(1, activation="linear", name="price")(joined))


# %% [markdown]
# ## Two outputs, one cost
#
# Two questions about one thing often need the same groundwork. A tensor that two layers are called on gives a model
# with two outputs, one **head** for each question on a shared **trunk**:
#
# $$a_1 = \max(0,\ x W_1 + b_1), \qquad \hat y = a_1 w + b, \qquad z = a_1 W_z + b_z .$$
#
# Ours are the price and where the district lies (near the bay, inland, …; $K$ classes). Training needs *one* number,
# so the costs are weighed against each other:
#
# $$J = J_0 + \lambda J_1, \qquad J_0 = \frac1m \sum_i (\hat y_i - y_i)^2, \qquad
# J_1 = \frac1m \sum_i \Big( \log \sum_k e^{z_{ik}} - z_{i c_i} \Big) .$$
#
# $c_i$ is the right class of example $i$. By hand, for one district with $\hat y - y = 2$, two classes, equal logits
# and $\lambda = 0.5$: $J_0 = 4$, $J_1 = \log 2 = 0.693$, $J = 4.347$. The gradient that reaches the trunk is the *sum*
# of what both heads send down (Day 25: where a value is used twice, gradients add).
#
# $\lambda$ matters because costs have units. Prices in dollars instead of \$100,000 make $J_0$ ten billion times as
# large, and the classes are never learnt. There is no right $\lambda$; it says what you want.
#
# In Keras, outputs are named most safely by a **dict**: `keras.Model(x, {"price": …, "place": …})`. The same names
# then serve in `compile(optimizer=…, loss={…}, loss_weights={…}, metrics={…})`, in the targets of `fit`, and in what
# `predict` returns. A list works as well, as long as everyone remembers its order.
#
# (Two outputs are not two *labels*. Several labels that may hold at once, Day 37's remark, are one head with a
# sigmoid for each.)


# %% exercise: multi_output_model
def multi_output_model(num_features, num_classes, width=64, loss_weight=1.0, learning_rate=0.01):
    """A trunk with two heads, a price and a class, compiled for training on both at once.

    Args:
        num_features: columns of the input, int >= 1.
        num_classes: number of classes K, int >= 2.
        width: units of the trunk, one Dense layer with ReLU named "trunk", int >= 1.
        loss_weight: what the cross-entropy of the classes weighs beside the squared error of the prices, float >= 0.
        learning_rate: of Adam, float > 0.

    Returns:
        keras.Model from x (m, num_features), for any m, to a dict: "price", predictions (m, 1), and "place", logits
        (m, K). Each comes from a Dense layer of that name, without activation, on the trunk. It is compiled with
        Adam, all else about which stays as Keras has it; its loss is that of the text, for targets {"price": (m, 1),
        "place": class numbers (m,)}; and it reports the accuracy of "place". It can be saved and loaded. About 12
        lines.
    """
    ### BEGIN SOLUTION
    x = keras.Input((num_features,), name="x")
    a = keras.layers.Dense(width, activation="relu", name="trunk")(x)
    outputs = {
        "price": keras.layers.Dense(1, name="price")(a),
        "place": keras.layers.Dense(num_classes, name="place")(a),
    }
    model = keras.Model(x, outputs)
    cross_entropy = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(
        optimizer=keras.optimizers.Adam(learning_rate=learning_rate),
        loss={"price": "mean_squared_error", "place": cross_entropy},
        loss_weights={"price": 1.0, "place": loss_weight},
        metrics={"place": ["accuracy"]},
    )
    return model
    ### END SOLUTION


# %% fixture
def eager(model):
    """The model, told to compute step by step. To translate it into a graph first takes longer than a test."""
    model.run_eagerly = True
    return model


def promised_shapes(model):
    """The shapes of the outputs as they are known before there are numbers, by name."""
    return {name: tuple(output.shape) for name, output in model.output.items()}


def scores(model, x, y):
    """Loss and metrics of one batch, by name."""
    eager(model)
    return {name: float(value) for name, value in model.test_on_batch(x, y, return_dict=True).items()}


def steps(model, x, y, count):
    """The model's weights before and after so many steps on one batch, by the names of layers."""
    eager(model)
    named = {layer.name: layer for layer in model.layers if layer.name in ("trunk", "price", "place")}
    before = {name: layer.get_weights() for name, layer in named.items()}
    for _ in range(count):
        model.train_on_batch(x, y)
    return before, {name: layer.get_weights() for name, layer in named.items()}


def settings_of(optimizer):
    """Its settings without its name, of which Keras makes a new one each time."""
    return {name: value for name, value in optimizer.get_config().items() if name != "name"}


# %% test: multi_output_model, points=3
model = multi_output_model(num_features=3, num_classes=2, width=5, loss_weight=0.5, learning_rate=0.02)
dd.check.kind(model, keras.Model, what="multi_output_model(3, 2, 5, 0.5, 0.02)")
due = {"trunk": [(3, 5), (5,)], "price": [(5, 1), (1,)], "place": [(5, 2), (2,)]}
dd.check.equal(shapes_by_layer(model, *due), due, what="the shapes of the weights", why="both heads stand on one trunk")
trunk = (np.eye(3, 5), np.zeros(5))  # the units are the inputs, where positive, and two zeros
put(model, {"trunk": trunk, "price": (np.eye(5, 1), [0.0]), "place": (np.zeros((5, 2)), [0.0, 0.0])})
x = np.array([[3.0, -1.0, 2.0]], dtype="float32")
due = {"price": ops.convert_to_tensor([[3.0]]), "place": ops.convert_to_tensor([[0.0, 0.0]])}
dd.check.like(model(x), due, rtol=1e-5, what="the outputs", why="a dict with a price and two logits")
came = scores(model, x, {"price": np.array([[1.0]]), "place": np.array([1])})
why = "this is the district worked by hand: 4 + 0.5 log 2"
dd.check.like(came["loss"], 4 + 0.5 * np.log(2), rtol=1e-5, what="the loss", why=why)
assert "place_accuracy" in came, f"the accuracy of place is to be reported; what comes is {sorted(came)}"
dd.check.kind(model.optimizer, keras.optimizers.Adam, what="model.optimizer")
settings = settings_of(model.optimizer)
dd.check.like(settings["learning_rate"], 0.02, rtol=1e-5, what="Adam's learning rate")
### BEGIN HIDDEN TESTS
ADAM = {"beta_1": 0.9, "beta_2": 0.999, "epsilon": 1e-7, "amsgrad": False, "use_ema": False} | dict.fromkeys(
    ("weight_decay", "clipnorm", "clipvalue", "global_clipnorm", "gradient_accumulation_steps", "loss_scale_factor")
)
for name, value in ADAM.items():
    dd.check.equal(settings[name], value, what=f"Adam's {name}", why="all else about Adam stays as Keras has it")
rng = np.random.default_rng(380)


def costs_by_hand(x, y, labels, weights):
    """(J0, J1, share of right classes) in float64; `weights` by the names of layers."""
    trunk, price, place = (weights[name] for name in ("trunk", "price", "place"))
    a = np.maximum(0, x @ trunk[0] + trunk[1])
    z = a @ place[0] + place[1]
    squares = [(float(p) - float(t)) ** 2 for p, t in zip((a @ price[0] + price[1]).flat, y.flat, strict=True)]
    entropies = [np.logaddexp.reduce(row) - row[c] for row, c in zip(z, labels, strict=True)]
    right = [int(row.argmax() == c) for row, c in zip(z, labels, strict=True)]
    return np.mean(squares), np.mean(entropies), np.mean(right)


for n, num_classes, width, weight, m in ((4, 3, 6, 2.5, 7), (1, 5, 3, 0.0, 1)):
    model = multi_output_model(n, num_classes, width, weight, 0.003)
    heads = {name: [(width, units), (units,)] for name, units in (("price", 1), ("place", num_classes))}
    due = {"trunk": [(n, width), (width,)], **heads}
    what = f"multi_output_model({n}, {num_classes}, {width}, {weight}, 0.003)"
    dd.check.equal(shapes_by_layer(model, *due), due, what=f"the shapes of the weights of {what}")
    weights = {name: tuple(rng.normal(size=shape) for shape in pair) for name, pair in due.items()}
    put(model, weights)
    x, y = 2 * rng.normal(size=(m, n)), rng.normal(size=(m, 1))
    labels = rng.integers(0, num_classes, m)
    squared, entropy, right = costs_by_hand(x, y, labels, weights)
    targets = {"price": y, "place": labels}
    with dd.check.unchanged(x, what="x"):
        came = scores(model, x, targets)
    near = {"rtol": 1e-4, "atol": 1e-5}
    why = "the squared error and the cross-entropy from logits, weighed by loss_weight"
    dd.check.like(came["loss"], float(squared + weight * entropy), **near, what=f"the loss of {what}", why=why)
    dd.check.like(came["place_accuracy"], float(right), rtol=1e-5, what=f"the accuracy of place of {what}")

# Adam's first step moves every number by the learning rate against the sign of its gradient.
model = multi_output_model(3, 4, 5, 3.0, 0.01)
x, y, labels = rng.normal(size=(9, 3)), rng.normal(size=(9, 1)), rng.integers(0, 4, 9)
before, after = steps(model, x, {"price": y, "place": labels}, 1)


def cost_of_trunk(kernel):
    weights = {name: [array.astype(float) for array in arrays] for name, arrays in before.items()}
    squared, entropy, _ = costs_by_hand(x, y, labels, {**weights, "trunk": (kernel, weights["trunk"][1])})
    return squared + 3.0 * entropy


start = before["trunk"][0].astype(float)
for place in np.ndindex(start.shape):
    step = np.zeros_like(start)
    step[place] = 1e-5
    slope = (cost_of_trunk(start + step) - cost_of_trunk(start - step)) / 2e-5
    if abs(slope) > 1e-2:
        due = start[place] - 0.01 * np.sign(slope)
        why = "gradients of both heads add up in the trunk; the learning rate is 0.01"
        dd.check.close(after["trunk"][0][place], due, atol=2e-5, what="a weight of the trunk after a step", why=why)
model = saved_and_loaded(model)
came = scores(model, x, {"price": y, "place": labels})
squared, entropy, _ = costs_by_hand(x, y, labels, after)
why = "the compiled loss is saved with the model"
dd.check.like(came["loss"], float(squared + 3 * entropy), rtol=1e-4, what="the loss, saved and loaded", why=why)
due = {"trunk": [(2, 64), (64,)], "price": [(64, 1), (1,)], "place": [(64, 3), (3,)]}
model = multi_output_model(2, 3)
dd.check.equal(shapes_by_layer(model, *due), due, what="the shapes by default", why="64 units")
dd.check.like(settings_of(model.optimizer)["learning_rate"], 0.01, rtol=1e-5, what="the learning rate by default")
before, _ = steps(model, x[:, :2], {"price": y, "place": labels % 3}, 0)
squared, entropy, _ = costs_by_hand(x[:, :2], y, labels % 3, before)
came = scores(model, x[:, :2], {"price": y, "place": labels % 3})
dd.check.like(came["loss"], float(squared + entropy), rtol=1e-4, what="the loss by default", why="loss_weight is 1")
due = {"price": (None, 1), "place": (None, 3)}
dd.check.equal(promised_shapes(model), due, what="the shapes of the outputs", why="m is open")
### END HIDDEN TESTS

# %% mistakes: multi_output_model
# - replace: SparseCategoricalCrossentropy(from_logits=True)
#   with: SparseCategoricalCrossentropy()
#   hint: "The cross-entropy takes your logits for probabilities. It has to be told what they are."
# - replace: SparseCategoricalCrossentropy
#   with: CategoricalCrossentropy
#   hint: "That loss wants one-hot rows. The targets of place are class numbers."
# - replace: keras.layers.Dense(num_classes, name="place")
#   with: keras.layers.Dense(num_classes, activation="softmax", name="place")
#   hint: "The place head gives probabilities. Logits were asked for."
# - replace: "loss_weights={\"price\": 1.0, \"place\": loss_weight},"
#   with: ""
#   hint: "loss_weight goes unused: both costs count alike."
# - replace: "{\"price\": 1.0, \"place\": loss_weight}"
#   with: "{\"price\": loss_weight, \"place\": 1.0}"
#   hint: "You weigh the other cost: loss_weight belongs to the classes."
# - replace: "{\"price\": 1.0, \"place\": loss_weight}"
#   with: "{\"price\": 1.0 - loss_weight, \"place\": loss_weight}"
#   hint: "Your weights add up to 1. In the text the prices always count once."
# - replace: "\"place\": keras.layers.Dense(num_classes, name=\"place\")(a)"
#   with: "\"place\": keras.layers.Dense(num_classes, name=\"place\")(x)"
#   hint: "The place head reads the inputs. It stands on the trunk, as the other one does."
# - replace: keras.layers.Dense(1, name="price")(a)
#   with: keras.layers.Dense(1, activation="relu", name="price")(a)
#   hint: "The price head has an activation. Its output is a plain number."
# - replace: "{\"place\": [\"accuracy\"]}"
#   with: "{\"price\": [\"accuracy\"]}"
#   hint: "A share of prices that are hit exactly says nothing. Whose accuracy was asked for?"
# - replace: Adam(learning_rate=learning_rate)
#   with: Adam()
#   hint: "The learning rate goes unused: Adam runs at its own."
# - replace: "\"mean_squared_error\""
#   with: "\"mean_absolute_error\""
#   hint: "The prices have the absolute error. The text squares it."
# - replace: (width, activation="relu", name="trunk")
#   with: (width, name="trunk")
#   hint: "The trunk lacks its ReLU, so that both heads are linear models."
# - replace: return model
#   with: pass
#   hint: "The model is compiled, but not handed back."


# %% mistake: multi_output_model
# hint: "Your heads stand on two trunks, which share nothing. That is two models in one box."
def multi_output_model(num_features, num_classes, width=64, loss_weight=1.0, learning_rate=0.01):
    x = keras.Input((num_features,))
    price = keras.layers.Dense(1, name="price")(keras.layers.Dense(width, activation="relu", name="trunk")(x))
    place = keras.layers.Dense(num_classes, name="place")(keras.layers.Dense(width, activation="relu")(x))
    model = keras.Model(x, {"price": price, "place": place})
    losses = {"price": "mse", "place": keras.losses.SparseCategoricalCrossentropy(from_logits=True)}
    weights = {"price": 1.0, "place": loss_weight}
    optimizer = keras.optimizers.Adam(learning_rate)
    model.compile(optimizer, loss=losses, loss_weights=weights, metrics={"place": ["accuracy"]})
    return model


# %% mistake: multi_output_model
# hint: "The outputs come as a list. They were to be told apart by name, in a dict."
def multi_output_model(num_features, num_classes, width=64, loss_weight=1.0, learning_rate=0.01):
    x = keras.Input((num_features,))
    a = keras.layers.Dense(width, activation="relu", name="trunk")(x)
    heads = [keras.layers.Dense(1, name="price")(a), keras.layers.Dense(num_classes, name="place")(a)]
    model = keras.Model(x, heads)
    losses = ["mse", keras.losses.SparseCategoricalCrossentropy(from_logits=True)]
    metrics = [[], ["accuracy"]]
    model.compile(keras.optimizers.Adam(learning_rate), loss=losses, loss_weights=[1.0, loss_weight], metrics=metrics)
    return model


# %% mistake: multi_output_model
# hint: "The place head reads the predicted price too. Both heads stand on the trunk, side by side."
def multi_output_model(num_features, num_classes, width=64, loss_weight=1.0, learning_rate=0.01):
    x = keras.Input((num_features,))
    a = keras.layers.Dense(width, activation="relu", name="trunk")(x)
    price = keras.layers.Dense(1, name="price")(a)
    place = keras.layers.Dense(num_classes, name="place")(keras.layers.Concatenate()([a, price]))
    model = keras.Model(x, {"price": price, "place": place})
    losses = {"price": "mse", "place": keras.losses.SparseCategoricalCrossentropy(from_logits=True)}
    weights = {"price": 1.0, "place": loss_weight}
    optimizer = keras.optimizers.Adam(learning_rate)
    model.compile(optimizer, loss=losses, loss_weights=weights, metrics={"place": ["accuracy"]})
    return model


# %% accepts: multi_output_model
def multi_output_model(num_features, num_classes, width=64, loss_weight=1.0, learning_rate=0.01):
    # The weight within the loss instead of beside it would show in place_loss; here both by position of a flat call.
    x = keras.Input((num_features,), name="features")
    a = keras.layers.ReLU(name="bent")(keras.layers.Dense(width, name="trunk")(x))
    price, place = (keras.layers.Dense(u, name=name)(a) for u, name in ((1, "price"), (num_classes, "place")))
    model = keras.Model(inputs=x, outputs={"place": place, "price": price})
    model.compile(
        optimizer=keras.optimizers.Adam(learning_rate),
        loss={
            "place": keras.losses.SparseCategoricalCrossentropy(from_logits=True),
            "price": keras.losses.MeanSquaredError(),
        },
        loss_weights={"place": loss_weight, "price": 1},
        metrics={"place": [keras.metrics.SparseCategoricalAccuracy(name="accuracy")]},
    )
    return model


# %% accepts: multi_output_model
def multi_output_model(num_features, num_classes, width=64, loss_weight=1.0, learning_rate=0.01):
    trunk = keras.Sequential([keras.Input((num_features,)), keras.layers.Dense(width, keras.ops.relu, name="trunk")])
    heads = {"price": 1, "place": num_classes}
    outputs = {name: keras.layers.Dense(units, name=name)(trunk.layers[0].output) for name, units in heads.items()}
    model = keras.Model(trunk.inputs[0], outputs)
    losses = {"price": "mse", "place": keras.losses.SparseCategoricalCrossentropy(from_logits=True)}
    model.compile("adam", losses, loss_weights={"price": 1.0, "place": loss_weight}, metrics={"place": "accuracy"})
    model.optimizer.learning_rate = learning_rate
    return model


# %% [markdown]
# Does it cost the prices anything to answer a second question, and does it help them? 6,400 districts to learn from,
# 1,600 to be judged on; six columns, the logarithms of income, rooms and people a household among them; the same
# trunk, start and number of steps for each $\lambda$.

# %% demo
housing = dd.data.housing(source="bundled")
housing = housing.iloc[np.random.default_rng(38).permutation(len(housing))]
train, held_out = slice(0, 6400), slice(6400, None)
deep = np.stack(
    [
        housing["longitude"],
        housing["latitude"],
        housing["housing_median_age"],
        np.log(housing["median_income"]),
        np.log(housing["total_rooms"] / housing["households"]),
        np.log(housing["population"] / housing["households"]),
    ],
    axis=1,
)
deep = (deep - deep[train].mean(axis=0)) / deep[train].std(axis=0)  # (8000, 6)
prices = housing["median_house_value"].to_numpy()[:, np.newaxis] / 100_000  # (8000, 1)
place_names, places = np.unique(housing["ocean_proximity"].to_numpy().astype(str), return_inverse=True)


def rmse(model, inputs, targets):
    """Root of the mean squared error, in $100,000."""
    return float(np.sqrt(np.mean((model.predict(inputs, batch_size=512, verbose=0) - targets) ** 2)))


two_heads = {}
for loss_weight in (0.0, 1.0, 30.0):
    dd.seed(38)
    model = multi_output_model(6, len(place_names), loss_weight=loss_weight)
    model.fit(deep[train], {"price": prices[train], "place": places[train]}, batch_size=128, epochs=6, verbose=0)
    answer = model.predict(deep[held_out], batch_size=512, verbose=0)
    error = np.sqrt(np.mean((answer["price"] - prices[held_out]) ** 2))
    right = np.mean(answer["place"].argmax(axis=1) == places[held_out])
    two_heads[loss_weight] = float(error), float(right)
    print(f"lambda {loss_weight:4.1f}: RMSE of the prices {error:.3f}, places right {right:.3f}")
draw_graph(model, "One trunk, two heads")
dd.plot.show(
    "A graph of four boxes: an arrow leads from the input x to the dense layer trunk, and from the trunk one to each "
    "of two dense layers side by side, price and place."
)

# %% [markdown]
# With $\lambda = 0$ the place head keeps its random start. At 1 it names more than four places in five rightly, and
# the prices are about as good as before: one trunk serves both. At 30 the prices pay a little. Whether a second task
# *helps* the first depends on how much they have in common; here, where the training set is not small, it makes no
# difference that one could tell from noise. (Caruana 1997 collects cases where it does help.)
#
# ## One layer, used twice
#
# A dealer asks which other districts a district *compares* with. So we want a similarity of two inputs. Both should be
# read in the same way: an **encoder** turns each into a code, and the codes are compared by the cosine of the angle
# between them,
#
# $$u = f(x), \quad v = f(x'), \qquad s = \frac{\sum_j u_j v_j}{\sqrt{\sum_j u_j^2}\, \sqrt{\sum_j v_j^2}}\ .$$
#
# By hand: $u = (3, 4)$, $v = (4, 3)$: $s = 24 / (5 \cdot 5) = 0.96$. With $v = (-6, -8)$ it is $-1$: lengths do not
# count. A code of zeros has no direction, and $s = 0$ by convention.
#
# "In the same way" means *the same weights*: one encoder, called twice. That makes $s$ symmetric, however the weights
# came out, and both inputs of a pair teach the one encoder, its gradient being the sum over its two uses. Made twice,
# it is two encoders that drift apart. Networks of this kind are called *Siamese* since Bromley and others (1993)
# compared signatures with one. The encoder may be a single layer or a whole model: **a model is called like a layer**,
# on a promise or on numbers, and then is a box in the larger graph.


# %% exercise: shared_encoder_similarity
def shared_encoder_similarity(encoder, num_features):
    """A model that compares two inputs by the angle between their codes.

    Args:
        encoder: a keras layer or model from (m, num_features) to codes (m, k); it is used itself, not a copy, and
            may have been built or not. Codes are of any length from 1e-3 to 1e6, or zeros.
        num_features: columns of either input, int >= 1.

    Returns:
        keras.Model from a list of two inputs, "left" and "right", each (m, num_features), for any m, to the cosine
        (m, 1) of each pair: from -1 to 1, and 0 where a code is all zeros. It has no weights but the encoder's, and
        can be saved and loaded. About 5 lines.
    """
    ### BEGIN SOLUTION
    left = keras.Input((num_features,), name="left")
    right = keras.Input((num_features,), name="right")
    cosine = keras.layers.Dot(axes=-1, normalize=True, name="cosine")
    return keras.Model([left, right], cosine([encoder(left), encoder(right)]))
    ### END SOLUTION


# %% fixture
def linear_encoder(kernel):
    """A dense layer without biases, which gets the given kernel as soon as it is built."""
    start = keras.initializers.Constant(np.asarray(kernel))
    return keras.layers.Dense(np.shape(kernel)[1], use_bias=False, kernel_initializer=start, name="encoder")


def tanh_encoder(kernel, bias, rate=0.0):
    """A model: a dense layer with tanh, then dropout at a rate."""
    layers = [keras.layers.Dense(len(bias), activation="tanh"), keras.layers.Dropout(rate, seed=0)]
    encoder = keras.Sequential([keras.Input((len(kernel),)), *layers], name="encoder")
    encoder.set_weights([np.asarray(kernel), np.asarray(bias)])
    return encoder


def frozen(layer):
    """The layer or model, told not to learn."""
    layer.trainable = False
    return layer


def after_a_step(model, encoder, left, right, targets, learning_rate):
    """The encoder's weights after one step of plain gradient descent on the mean squared error."""
    model.compile(keras.optimizers.SGD(learning_rate), "mean_squared_error", run_eagerly=True)
    model.train_on_batch([left, right], targets)
    return encoder.get_weights()


def answer_of_loaded(model, inputs):
    """What the model says after it was written to a file and read again, or in words why it says nothing."""
    try:
        return saved_and_loaded(model)(inputs)
    except Exception as error:  # whatever Keras raises of a file that it cannot make a model from
        return f"{type(error).__name__} while the model is saved or loaded"


# %% test: shared_encoder_similarity, points=3
model = shared_encoder_similarity(linear_encoder(np.eye(3, 2)), 3)  # the code is the first two numbers
dd.check.kind(model, keras.Model, what="shared_encoder_similarity(encoder, 3)")
left = np.array([[3.0, 4.0, 7.0], [3.0, 4.0, 7.0], [3.0, 4.0, 7.0], [0.0, 0.0, 5.0]])
right = np.array([[4.0, 3.0, -2.0], [-6.0, -8.0, 1.0], [4.0, -3.0, 9.0], [1.0, 2.0, 3.0]])
due = ops.convert_to_tensor([[0.96], [-1.0], [0.0], [0.0]])
why = "these are the pairs worked by hand, a right angle, and a code of zeros"
dd.check.like(model([left, right]), due, rtol=1e-5, atol=1e-5, what="the similarities", why=why)
came = model({"right": left, "left": right})
dd.check.like(came, due, rtol=1e-5, atol=1e-5, what="the similarities, exchanged", why="an angle has no direction")
dd.check.equal(len(model.weights), 1, what="the number of weights", why="there is one encoder, with one kernel")
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(381)


def cosines_by_hand(left, right, encode):
    """In float64, pair by pair."""
    pairs = [(encode(a), encode(b)) for a, b in zip(left.astype(float), right.astype(float), strict=True)]
    return np.array([[sum(u * v) / max(np.sqrt(sum(u * u) * sum(v * v)), 1e-300)] for u, v in pairs])


near = {"rtol": 1e-4, "atol": 2e-4}
for n, k, m in ((4, 3, 6), (1, 5, 1)):
    kernel, bias = rng.normal(size=(n, k)), rng.normal(size=k)
    encoder = tanh_encoder(kernel, bias)
    model = shared_encoder_similarity(encoder, n)
    left, right = rng.normal(size=(m, n)).astype("float32"), rng.normal(size=(m, n)).astype("float32")
    due = cosines_by_hand(left, right, lambda a, kernel=kernel, bias=bias: np.tanh(a @ kernel + bias))
    with dd.check.unchanged(left, what="left"), dd.check.unchanged(right, what="right"):
        came = model([left, right])
    what = f"the similarities of {m} pairs of {n} numbers with codes of {k}"
    dd.check.like(came, ops.convert_to_tensor(due, dtype="float32"), **near, what=what)
    dd.check.equal(model.output_shape, (None, 1), what="the output shape", why="m is open")
    same = model([left, left])
    due = ops.convert_to_tensor(np.ones((m, 1)), dtype="float32")
    dd.check.like(same, due, **near, what="the similarity of each with itself", why="the angle is 0")
kernel = rng.normal(size=(4, 3))
for scale in (1e-3, 1e5):
    model = shared_encoder_similarity(linear_encoder(scale * kernel), 4)
    left, right = rng.normal(size=(5, 4)), rng.normal(size=(5, 4))
    left[2] = 0.0
    due = ops.convert_to_tensor(cosines_by_hand(left, right, lambda a: a @ kernel), dtype="float32")
    why = f"codes of lengths near {scale:g}: a length says nothing of an angle"
    dd.check.like(model([left, right]), due, rtol=1e-3, atol=1e-3, what="the similarities", why=why)

encoder = linear_encoder(kernel)
model = shared_encoder_similarity(encoder, 4)
targets = rng.uniform(-1, 1, (5, 1))
left, right = rng.normal(size=(5, 4)), rng.normal(size=(5, 4))
(came,) = after_a_step(model, encoder, left, right, targets, 0.5)


def cost(values):
    return np.mean((cosines_by_hand(left, right, lambda a: a @ values) - targets) ** 2)


gradient = np.zeros_like(kernel)
for place in np.ndindex(kernel.shape):
    step = np.zeros_like(kernel)
    step[place] = 1e-5
    gradient[place] = (cost(kernel + step) - cost(kernel - step)) / 2e-5
why = "both uses of the encoder teach it, and their gradients add"
what = "the encoder's kernel after a step"
dd.check.close(came, kernel - 0.5 * gradient, rtol=1e-3, atol=2e-4, what=what, why=why)
came = answer_of_loaded(model, [left, right])
dd.check.like(came, model([left, right]), atol=1e-6, what="the similarities, saved and loaded", why="nothing changed")

kernel, bias = rng.normal(size=(4, 30)), rng.normal(size=30)
model = shared_encoder_similarity(frozen(tanh_encoder(kernel, bias, rate=0.5)), 4)
dd.check.equal(len(model.trainable_weights), 0, what="the number of trained weights", why="the encoder is frozen")
dd.check.equal(len(model.weights), 2, what="the number of weights", why="the encoder has a kernel and biases")
quiet, noisy = model([left, left]), model([left, left], training=True)
due = ops.convert_to_tensor(np.ones((5, 1)), dtype="float32")
dd.check.like(quiet, due, **near, what="the similarity of each with itself", why="in use nothing is dropped")
assert float(ops.max(noisy)) < 0.95, "in training the encoder's dropout must act, on each of its two uses anew"
### END HIDDEN TESTS

# %% mistakes: shared_encoder_similarity
# - replace: "normalize=True, "
#   with: ""
#   hint: "That is the product of the codes. The cosine does not depend on how long they are."
# - replace: cosine([encoder(left), encoder(right)])
#   with: cosine([encoder(left), encoder(left)])
#   hint: "Both codes come from the left input."
# - replace: cosine([encoder(left), encoder(right)])
#   with: cosine([left, right])
#   hint: "You compare the inputs themselves. The encoder goes unused."
# - replace: encoder(right)])
#   with: ops.stop_gradient(encoder(right))])
#   hint: "The encoder learns from one of its two uses only."
# - replace: cosine([encoder(left), encoder(right)])
#   with: ops.abs(cosine([encoder(left), encoder(right)]))
#   hint: "Opposite codes have a cosine of -1, not of 1. Where does the sign get lost?"
# - replace: return keras.Model([left, right],
#   with: return keras.Model([right],
#   hint: "An input is missing from the list. Only what the outputs can be traced back to makes a model."


# %% mistake: shared_encoder_similarity
# hint: "You copy the encoder for the second input. Two encoders drift apart; one was to be called twice."
def shared_encoder_similarity(encoder, num_features):
    left, right = keras.Input((num_features,), name="left"), keras.Input((num_features,), name="right")
    u = encoder(left)
    other = encoder.__class__.from_config({**encoder.get_config(), "name": "other"})
    v = other(right)
    other.set_weights(encoder.get_weights())
    return keras.Model([left, right], keras.layers.Dot(axes=1, normalize=True)([u, v]))


# %% mistake: shared_encoder_similarity
# hint: "You divide by the lengths without a thought of length 0, where 0 is due and NaN comes out."
def shared_encoder_similarity(encoder, num_features):
    left, right = keras.Input((num_features,), name="left"), keras.Input((num_features,), name="right")
    u, v = encoder(left), encoder(right)
    lengths = ops.sqrt(ops.sum(u * u, axis=1, keepdims=True) * ops.sum(v * v, axis=1, keepdims=True))
    return keras.Model([left, right], ops.sum(u * v, axis=1, keepdims=True) / lengths)


# %% mistake: shared_encoder_similarity
# hint: "A constant under the fraction line makes short codes look less alike than they are."
def shared_encoder_similarity(encoder, num_features):
    left, right = keras.Input((num_features,), name="left"), keras.Input((num_features,), name="right")
    u, v = encoder(left), encoder(right)
    lengths = ops.sqrt(ops.sum(u * u, axis=1, keepdims=True) * ops.sum(v * v, axis=1, keepdims=True) + 1e-12)
    return keras.Model([left, right], ops.sum(u * v, axis=1, keepdims=True) / (lengths + 1e-3))


# %% mistake: shared_encoder_similarity
# hint: "Your similarities have lost their second axis. A column (m, 1) was asked for, as a Dense layer would give."
def shared_encoder_similarity(encoder, num_features):
    left, right = keras.Input((num_features,), name="left"), keras.Input((num_features,), name="right")
    u, v = (ops.normalize(encoder(each), axis=-1) for each in (left, right))
    return keras.Model([left, right], ops.sum(u * v, axis=-1))


# %% mistake: shared_encoder_similarity
# hint: "That is a distance: 0 for equals, and large where codes differ. The cosine is 1 for equals."
def shared_encoder_similarity(encoder, num_features):
    left, right = keras.Input((num_features,), name="left"), keras.Input((num_features,), name="right")
    u, v = (ops.normalize(encoder(each), axis=-1) for each in (left, right))
    return keras.Model([left, right], 1 - ops.sum(u * v, axis=-1, keepdims=True))


# %% mistake: shared_encoder_similarity
# hint: "A Lambda layer holds code, which Keras refuses to load from a file. Say it in layers or in ops."
def shared_encoder_similarity(encoder, num_features):
    left, right = keras.Input((num_features,), name="left"), keras.Input((num_features,), name="right")

    def cosine(codes):
        u, v = (ops.normalize(code, axis=-1) for code in codes)
        return ops.sum(u * v, axis=-1, keepdims=True)

    return keras.Model([left, right], keras.layers.Lambda(cosine)([encoder(left), encoder(right)]))


# %% equivalents: shared_encoder_similarity
# - replace: axes=-1
#   with: axes=1
#   reason: "Codes have two axes, so the last one is axis 1."


# %% accepts: shared_encoder_similarity
def shared_encoder_similarity(encoder, num_features):
    inputs = [keras.Input((num_features,), name=name) for name in ("left", "right")]
    codes = [keras.layers.UnitNormalization(axis=-1)(encoder(x)) for x in inputs]
    return keras.Model(inputs, keras.layers.Dot(axes=(1, 1))(codes))


# %% accepts: shared_encoder_similarity
def shared_encoder_similarity(encoder, num_features):
    # In ops alone.
    left, right = (keras.Input((num_features,), name=name) for name in ("left", "right"))
    u, v = encoder(left), encoder(right)
    squares = ops.sum(ops.square(u), axis=-1, keepdims=True), ops.sum(ops.square(v), axis=-1, keepdims=True)
    lengths = ops.sqrt(ops.maximum(squares[0], 1e-12)) * ops.sqrt(ops.maximum(squares[1], 1e-12))
    return keras.Model([left, right], ops.sum(ops.multiply(u, v), axis=-1, keepdims=True) / lengths)


# %% [markdown]
# An encoder for comparable districts: pairs at random, and the target similarity falls from 1 for equal prices towards
# $-1$, by how far apart the logarithms of the prices are. Does the trained angle tell pairs that it has not seen?

# %% demo
rng = np.random.default_rng(39)
log_prices = np.log(prices)


def pairs_of(first, last, count):
    """Random pairs of districts, numbers `first` to `last` - 1: both inputs, and the target similarity (count, 1)."""
    one, other = rng.integers(first, last, (2, count))
    return [deep[one], deep[other]], 2 * np.exp(-2 * np.abs(log_prices[one] - log_prices[other])) - 1


dd.seed(38)
encoder = keras.Sequential(
    [keras.Input((6,)), keras.layers.Dense(32, activation="relu"), keras.layers.Dense(8)], name="encoder"
)
similarity = shared_encoder_similarity(encoder, 6)
similarity.compile(keras.optimizers.Adam(0.003), "mean_squared_error")
pairs, targets = pairs_of(0, 6400, 12_800)
similarity.fit(pairs, targets, batch_size=128, epochs=6, verbose=0)
pairs, targets = pairs_of(6400, 8000, 4000)
said = similarity.predict(pairs, batch_size=512, verbose=0)
pair_correlation = float(np.corrcoef(said[:, 0], targets[:, 0])[0, 1])
print(f"correlation of similarity and target on fresh pairs: {pair_correlation:.3f}")

fig, ax = plt.subplots(figsize=(7.5, 4))
edges = np.linspace(-1, 1, 11)
groups = {f"{low + 0.1:.1f}": targets[(said >= low) & (said < low + 0.2)] for low in edges[:-1]}
groups = {middle: group for middle, group in groups.items() if len(group) > 20}
ax.boxplot(list(groups.values()), showfliers=False, medianprops={"color": "0.2"})
ax.set_xticks(range(1, len(groups) + 1), list(groups))
ax.set(title="4,000 pairs that were not in training", xlabel="cosine of the codes", ylabel="similarity of the prices")
dd.plot.show(
    "Box plots of the similarity of prices for groups of pairs with like model similarity, from -0.9 to 0.9. The boxes "
    "climb from left to right, with overlaps: pairs that the model calls alike have like prices more often than not."
)

# %% [markdown]
# The boxes climb: the larger the cosine, the closer the prices. They are also tall. Much of a price depends on nothing
# that these six columns tell, and no angle can know it.
#
# ## When the graph is a program: subclassing
#
# A functional model is *data*: Keras can draw it, check shapes when it is made, save it without your code. The price
# is that it must be a fixed graph. The third way is to write a **class**: layers are made in `__init__`, and `call`
# says in Python what happens to an input. Loops, conditions, recursion: all that Python can do.
#
#     class Twice(keras.Model):
#         def __init__(self, units, **kwargs):
#             super().__init__(**kwargs)               # first of all, or Keras sees none of the layers
#             self.dense = keras.layers.Dense(units)   # an attribute, so that Keras finds its weights
#
#         def call(self, x, training=None):
#             return self.dense(self.dense(x))
#
# Whatever hangs on `self`, also in lists, Keras finds, trains and saves. A layer that is made in `call` is a new one,
# with new weights, at every call: the commonest mistake of all. `training` is True inside `fit` and False elsewhere.
# You need not pass it on: layers inside know it. The weights exist after the first call, when the shapes are known. To
# be *loaded*, a model has to be made again first: its method `get_config` says with which arguments, as a dict, and
# `load_model` is told of the class by `custom_objects={"Twice": Twice}`. (Day 39 says more about both.)
#
# | | `Sequential` | functional | subclass |
# |---|---|---|---|
# | shape of the network | a line | a graph | what Python can do |
# | shapes checked | when made | when made | when called |
# | can be drawn, cut at an inner layer | yes | yes | no |
# | loads without your code | yes | yes | no |
# | for | the usual | forks, joins, sharing | loops, conditions, research |
#
# Mix them: a subclassed model can be a box in a functional graph, and its parts may be functional models.
#
# What deserves a loop? Depth. In a **residual** network (He and others 2016) a block does not replace its input, it
# adds to it:
#
# $$a_l = a_{l-1} + \text{drop}\big( \max(0,\ a_{l-1} W_l + b_l)\, V_l + d_l \big), \qquad l = 1, \dots, L,$$
#
# all of them $(m, r)$ with one width $r$; $W_l$ and $V_l$ are $(r, r)$. The $+$ is a shortcut along which values come
# down and gradients go up unhindered, however deep the network is. A block that has nothing to say has only to make
# its branch 0. So let it start there: with $V_l = 0$ and $d_l = 0$ the whole network begins as two linear layers, and
# grows from that. (Goyal and others, 2017, start the last scale of each block at 0, which is the same idea.) The first
# layer $x W_0 + b_0$ brings $n$ columns to $r$ and has no activation; a last one, $a_L w + b$, brings them to the
# outputs. $\text{drop}$ is Day 32's dropout, at the end of the branch: never on the shortcut.
#
# By hand, $r = 2$, one block, no dropout, $a_0 = (1, -2)$, $W_1$ the identity, $b_1 = (0, 1)$: the branch has
# $\max(0, (1, -1)) = (1, 0)$, with $V_1$ twice the identity and $d_1 = (0, 5)$ it is $(2, 5)$, so $a_1 = (3, 3)$.


# %% exercise: ResidualMLP
class ResidualMLP(keras.Model):
    """A residual network of dense layers, as in the text.

    Args:
        width: units r of every block, int >= 1.
        num_blocks: number of blocks L, int >= 0.
        num_outputs: columns of the output, int >= 1.
        rate: of the dropout, float from 0 to below 1.

    Its weights, all trainable, come in the order in which they are used: kernel and bias of the first layer, then
    W_l, b_l, V_l, d_l block by block, then kernel and bias of the last layer. They exist after the first call. Every
    V_l and d_l starts as zeros; all else starts as in keras.layers.Dense. It works as a box in a functional model,
    and loads with the class in `custom_objects`. `__init__` takes about 11 lines, `call` about 5.
    """

    def __init__(self, width, num_blocks, num_outputs=1, rate=0.0, **kwargs):
        super().__init__(**kwargs)
        ### BEGIN SOLUTION
        self.first = keras.layers.Dense(width)
        self.blocks = [
            [
                keras.layers.Dense(width, activation="relu"),
                keras.layers.Dense(width, kernel_initializer="zeros"),
                keras.layers.Dropout(rate),
            ]
            for _ in range(num_blocks)
        ]
        self.last = keras.layers.Dense(num_outputs)
        self.settings = {"width": width, "num_blocks": num_blocks, "num_outputs": num_outputs, "rate": rate}
        ### END SOLUTION

    def call(self, x, training=None):
        """Run the network.

        Args:
            x: (m, n), array or tensor, m may be unknown while a model is built.
            training: True while it is trained; only then does the dropout act.

        Returns:
            tensor (m, num_outputs).
        """
        ### BEGIN SOLUTION
        a = self.first(x)
        for bend, turn, drop in self.blocks:
            a = a + drop(turn(bend(a)), training=training)
        return self.last(a)
        ### END SOLUTION

    def get_config(self):
        """A new dict: what keras.Model's own get_config says, and each argument of `__init__` by its name."""
        ### BEGIN SOLUTION
        return {**super().get_config(), **self.settings}
        ### END SOLUTION


# %% fixture
def residual_reloaded(model):
    """The model after it was written to a file and read again."""
    return saved_and_loaded(model, ResidualMLP=ResidualMLP)


def as_a_box(model, num_features):
    """A functional model with the residual network as its only box."""
    inputs = keras.Input((num_features,))
    return keras.Model(inputs, model(inputs))


def with_frozen(model, index):
    """The model, with one of its weights (and the layer that it belongs to) told not to learn."""
    target = model.weights[index]
    for layer in model._flatten_layers():
        if any(weight is target for weight in layer.weights) and not list(layer._flatten_layers(include_self=False)):
            layer.trainable = False
    return model


def trained(model, x, y, rate):
    """The model's weights after one step of plain gradient descent on the mean squared error."""
    model.compile(keras.optimizers.SGD(rate), "mean_squared_error", run_eagerly=True)
    model.train_on_batch(x, y)
    return model.get_weights()


# %% test: ResidualMLP, points=4
model = ResidualMLP(width=2, num_blocks=1, num_outputs=3)
dd.check.kind(model, keras.Model, what="ResidualMLP(2, 1, 3)")
x = np.array([[1.0, -2.0]], dtype="float32")
model(x)
due = [(2, 2), (2,)] * 3 + [(2, 3), (3,)]
dd.check.equal([w.shape for w in model.get_weights()], due, what="the shapes of the weights", why="in the order of use")
hand = [np.eye(2), np.zeros(2), np.eye(2), np.array([0.0, 1.0]), 2 * np.eye(2), np.array([0.0, 5.0])]
model.set_weights([*hand, np.array([[1.0, 0.0, 2.0], [0.0, 1.0, 1.0]]), np.zeros(3)])
due = ops.convert_to_tensor([[3.0, 3.0, 9.0]])  # the last layer shows both numbers, and twice the one plus the other
dd.check.like(model(x), due, rtol=1e-5, what="the output", why="the block worked by hand gives (3, 3)")
model = ResidualMLP(4, 2, 3)
x = np.random.default_rng(0).normal(size=(5, 6)).astype("float32")
came, weights = model(x), model.get_weights()
due = ops.convert_to_tensor((x @ weights[0] + weights[1]) @ weights[-2] + weights[-1])
dd.check.like(came, due, rtol=1e-4, atol=1e-5, what="a fresh network's output", why="each branch starts as zero")
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(382)
near = {"rtol": 1e-4, "atol": 1e-4}


def by_hand(x, weights):
    """The inner a_l of all l, and the output, in float64."""
    values = [np.asarray(w, float) for w in weights]
    inner = [x.astype(float) @ values[0] + values[1]]
    for i in range(2, len(values) - 2, 4):
        w, b, v, d = values[i : i + 4]
        inner.append(inner[-1] + np.where(inner[-1] @ w + b > 0, inner[-1] @ w + b, 0.0) @ v + d)
    return inner, inner[-1] @ values[-2] + values[-1]


# Dropout: with one output a unit, each number is that of the shortcut, or has its branch times 1 / (1 - rate) added.
model = ResidualMLP(20, 1, 20, rate=0.75)
x = rng.normal(size=(8, 4)).astype("float32")
model(x)
weights = [rng.normal(size=w.shape) / np.sqrt(w.shape[0]) for w in model.get_weights()]
weights[-2:] = np.eye(20), np.zeros(20)
model.set_weights(weights)
(shortcut, end), due = by_hand(x, weights)
due_now = ops.convert_to_tensor(due, dtype="float32")
dd.check.like(model(x), due_now, **near, what="the output in use", why="in use nothing is dropped")
came = np.asarray(model(x, training=True), float)
kept = np.abs(came - shortcut) > 1e-3 * np.abs(end - shortcut)
due = np.where(kept, shortcut + 4 * (end - shortcut), shortcut)
why = "dropout acts on the end of the branch, and never on the shortcut"
dd.check.close(came, due, rtol=1e-3, atol=1e-3, what="the output in training", why=why)
assert 0.12 < kept.mean() < 0.38, f"at a rate of 0.75 a quarter of the branch is kept, not {kept.mean():.2f}"
dropping, x_dropping = model, x

for width, num_blocks, outputs, n, m in ((3, 0, 2, 5, 2), (1, 3, 1, 2, 1), (3, 2, 1, 4, 7)):
    model = ResidualMLP(width, num_blocks, outputs)
    x = rng.normal(size=(m, n)).astype("float32")
    model(x)
    what = f"ResidualMLP({width}, {num_blocks}, {outputs})"
    shapes = [(n, width), (width,)] + [(width, width), (width,)] * (2 * num_blocks) + [(width, outputs), (outputs,)]
    dd.check.equal([w.shape for w in model.get_weights()], shapes, what=f"the shapes of the weights of {what}")
    dd.check.equal(len(model.trainable_weights), len(shapes), what="the number of trained weights")
    for i, start in enumerate(model.get_weights()):
        if i % 4 == 0 and 0 < i < len(shapes) - 2:
            dd.check.equal(start, np.zeros((width, width)), what="the start of a V", why="a branch starts as zero")
        elif start.ndim == 2 and start.size > 3:
            assert len(np.unique(start)) > start.size // 2, "a kernel other than V is drawn at random"
        elif start.ndim == 1:
            dd.check.equal(start, np.zeros(start.shape), what="the start of the biases", why="as in Dense")
    weights = [rng.normal(size=shape) / np.sqrt(max(shape[0], 1)) for shape in shapes]
    model.set_weights(weights)
    due = ops.convert_to_tensor(by_hand(x, weights)[1], dtype="float32")
    with dd.check.unchanged(x, what="x"):
        came = model(x, training=num_blocks != 3)
    dd.check.like(came, due, **near, what=f"the output of {what}", why="each block adds its branch to its input")
    dd.check.equal(len(model.weights), len(shapes), what="the number of weights after calls", why="calls make none")
box = as_a_box(model, n)
dd.check.equal(box.output_shape, (None, 1), what="the output shape in a functional model", why="m is open")
dd.check.like(box(x), due, **near, what="the output in a functional model")

y = rng.normal(size=(7, 1))
after = trained(with_frozen(model, 2), x, y, 0.01)


def cost(index, values):
    return np.mean((by_hand(x, [*weights[:index], values, *weights[index + 1 :]])[1] - y) ** 2)


for i, (start, came) in enumerate(zip(weights, after, strict=True)):
    gradient = np.zeros_like(start)
    for place in np.ndindex(start.shape):
        step = np.zeros_like(start)
        step[place] = 1e-5
        gradient[place] = (cost(i, start + step) - cost(i, start - step)) / 2e-5
    due = start if i in (2, 3) else start - 0.01 * gradient
    why = "that layer is frozen" if i in (2, 3) else "gradients pass branch and shortcut alike"
    dd.check.close(came, due, rtol=1e-3, atol=1e-4, what=f"weight {i} after a step of gradient descent", why=why)
reloaded = residual_reloaded(dropping)
came = reloaded(x_dropping)
dd.check.like(came, due_now, **near, what="the output, saved and loaded", why="a model outlives its program")
came = np.asarray(reloaded(x_dropping, training=True), float)
kept = np.abs(came - shortcut) > 1e-3 * np.abs(end - shortcut)
assert 0.12 < kept.mean() < 0.38, "the rate must survive saving: a quarter of the branch is kept in training"
### END HIDDEN TESTS

# %% mistakes: ResidualMLP
# - replace: a = a + drop(turn(bend(a)), training=training)
#   with: a = drop(turn(bend(a)), training=training)
#   hint: "Your blocks replace their input. What they compute is to be added to it."
# - replace: a = a + drop(turn(bend(a)), training=training)
#   with: a = drop(a + turn(bend(a)), training=training)
#   hint: "The dropout also hits the shortcut. It belongs to the end of the branch."
# - replace: a = a + drop(turn(bend(a)), training=training)
#   with: a = a + turn(drop(bend(a), training=training))
#   hint: "The dropout acts in the middle of the branch. It belongs to its end."
# - replace: a = a + drop(turn(bend(a)), training=training)
#   with: a = a + drop(turn(bend(a)), training=True)
#   hint: "Your dropout acts in use as well. What is the argument training for?"
# - replace: a = a + drop(turn(bend(a)), training=training)
#   with: a = a + drop(bend(turn(a)), training=training)
#   hint: "The two layers of a branch have changed places: first W with its ReLU, then V."
# - replace: a = a + drop(turn(bend(a)), training=training)
#   with: a = self.first(x) + drop(turn(bend(a)), training=training)
#   hint: "Every shortcut of yours starts at the first layer. A block adds to what the block before it gave."
# - replace: a = a + drop(turn(bend(a)), training=training)
#   with: a = ops.relu(a + drop(turn(bend(a)), training=training))
#   hint: "A ReLU after the sum cuts off what is negative on the shortcut. In the text the sum goes on as it is."
# - replace: ", kernel_initializer=\"zeros\""
#   with: ""
#   hint: "Your branches start with something to say. In the text V starts as zeros."
# - replace: keras.layers.Dense(width, kernel_initializer="zeros")
#   with: keras.layers.Dense(width, activation="relu", kernel_initializer="zeros")
#   hint: "With a ReLU at its end a branch can only add, never take away."
# - replace: keras.layers.Dense(width, activation="relu")
#   with: keras.layers.Dense(width)
#   hint: "A branch without ReLU is linear, and so is the whole network."
# - replace: self.first = keras.layers.Dense(width)
#   with: self.first = keras.layers.Dense(width, activation="relu")
#   hint: "The first layer has an activation of its own. The shortcut carries plain sums."
# - replace: keras.layers.Dropout(rate)
#   with: keras.layers.Dropout(0.5)
#   hint: "The rate goes unused."
# - replace: "\"num_outputs\": num_outputs, \"rate\": rate}"
#   with: "\"num_outputs\": num_outputs}"
#   hint: "The configuration forgets the rate, so that a loaded network drops nothing."
# - replace: "return {**super().get_config(), **self.settings}"
#   with: return super().get_config()
#   hint: "The configuration says nothing of the arguments of __init__, without which no network can be made again."
# - replace: keras.layers.Dense(num_outputs)
#   with: keras.layers.Dense(1)
#   hint: "Your network always has one output. How many were asked for?"


# %% mistake: ResidualMLP
# hint: "You make layers in call, so that every call makes new ones, and none of them is ever trained. Make them once."
class ResidualMLP(keras.Model):
    def __init__(self, width, num_blocks, num_outputs=1, rate=0.0, **kwargs):
        super().__init__(**kwargs)
        self.width, self.num_blocks, self.num_outputs, self.rate = width, num_blocks, num_outputs, rate

    def call(self, x, training=None):
        a = keras.layers.Dense(self.width)(x)
        for _ in range(self.num_blocks):
            branch = keras.layers.Dense(self.width, activation="relu")(a)
            a = a + keras.layers.Dense(self.width, kernel_initializer="zeros")(branch)
        return keras.layers.Dense(self.num_outputs)(a)


# %% mistake: ResidualMLP
# hint: "All your blocks are one block, called again and again. Each is to have weights of its own."
class ResidualMLP(keras.Model):
    def __init__(self, width, num_blocks, num_outputs=1, rate=0.0, **kwargs):
        super().__init__(**kwargs)
        self.first = keras.layers.Dense(width)
        self.bend = keras.layers.Dense(width, activation="relu")
        self.turn = keras.layers.Dense(width, kernel_initializer="zeros")
        self.drop = keras.layers.Dropout(rate)
        self.last = keras.layers.Dense(num_outputs)
        self.num_blocks = num_blocks

    def call(self, x, training=None):
        a = self.first(x)
        for _ in range(self.num_blocks):
            a = a + self.drop(self.turn(self.bend(a)), training=training)
        return self.last(a)


# %% mistake: ResidualMLP
# hint: "A branch of yours has one layer. It should have two, W with ReLU and then V."
class ResidualMLP(keras.Model):
    def __init__(self, width, num_blocks, num_outputs=1, rate=0.0, **kwargs):
        super().__init__(**kwargs)
        self.first = keras.layers.Dense(width)
        self.branches = [keras.layers.Dense(width, "relu", kernel_initializer="zeros") for _ in range(num_blocks)]
        self.drop = keras.layers.Dropout(rate)
        self.last = keras.layers.Dense(num_outputs)

    def call(self, x, training=None):
        a = self.first(x)
        for branch in self.branches:
            a = a + self.drop(branch(a), training=training)
        return self.last(a)


# %% mistake: ResidualMLP
# hint: "One layer is made before its turn, so that the weights come in another order than they are used in."
class ResidualMLP(keras.Model):
    def __init__(self, width, num_blocks, num_outputs=1, rate=0.0, **kwargs):
        super().__init__(**kwargs)
        self.first, self.last = keras.layers.Dense(width), keras.layers.Dense(num_outputs)
        self.bends = [keras.layers.Dense(width, activation="relu") for _ in range(num_blocks)]
        self.turns = [keras.layers.Dense(width, kernel_initializer="zeros") for _ in range(num_blocks)]
        self.drop = keras.layers.Dropout(rate)

    def call(self, x, training=None):
        a = self.first(x)
        for bend, turn in zip(self.bends, self.turns, strict=True):
            a = a + self.drop(turn(bend(a)), training=training)
        return self.last(a)


# %% accepts: ResidualMLP
class ResidualMLP(keras.Model):
    # Each block a small Sequential model, with a configuration of its own making.
    def __init__(self, width, num_blocks, num_outputs=1, rate=0.0, **kwargs):
        super().__init__(**kwargs)
        self.settings = {"width": width, "num_blocks": num_blocks, "num_outputs": num_outputs, "rate": rate}
        self.entry = keras.layers.Dense(width)
        self.branches = []
        for _ in range(num_blocks):
            bend = keras.layers.Dense(width, activation="relu")
            turn = keras.layers.Dense(width, kernel_initializer="zeros", bias_initializer="zeros")
            self.branches.append(keras.Sequential([bend, turn, keras.layers.Dropout(rate)]))
        self.exit = keras.layers.Dense(num_outputs)

    def call(self, x, training=None):
        a = self.entry(x)
        for branch in self.branches:
            a = keras.layers.add([a, branch(a)])
        return self.exit(a)

    def get_config(self):
        return {**super().get_config(), **self.settings}


# %% accepts: ResidualMLP
class ResidualMLP(keras.Model):
    # One flat list of layers, read four at a time.
    def __init__(self, width, num_blocks, num_outputs=1, rate=0.0, **kwargs):
        super().__init__(**kwargs)
        flat = [keras.layers.Dense(width)]
        for _ in range(num_blocks):
            flat += [keras.layers.Dense(width), keras.layers.Dense(width, kernel_initializer="zeros")]
        self.flat = [*flat, keras.layers.Dense(num_outputs)]
        self.drop = keras.layers.Dropout(rate)
        self.width, self.num_outputs = width, num_outputs

    def call(self, x, training=None):
        a = self.flat[0](x)
        for i in range(1, len(self.flat) - 1, 2):
            branch = self.flat[i + 1](ops.relu(self.flat[i](a)))
            a = ops.add(a, self.drop(branch, training=training))
        return self.flat[-1](a)

    def get_config(self):
        config = super().get_config()
        config.update(width=self.width, num_blocks=len(self.flat) // 2 - 1)
        config.update(num_outputs=self.num_outputs, rate=self.drop.rate)
        return config


# %% [markdown]
# What is the shortcut for? Take 200 districts and fresh networks of more and more blocks, and ask how much of the
# differences between districts is left at the end: the standard deviation over districts of what comes out, root mean
# square over 16 outputs. On one side your class, on the other a chain of as many dense layers without the shortcut,
# which starts as Keras starts dense layers. And, once, training: six blocks on the prices.


# %% demo
def plain_chain(width, num_blocks, num_outputs):
    """As many dense layers as a ResidualMLP has, without a shortcut."""
    branch = [keras.layers.Dense(width, activation=name) for _ in range(num_blocks) for name in ("relu", None)]
    return keras.Sequential([keras.layers.Dense(width), *branch, keras.layers.Dense(num_outputs)])


depths = [1, 2, 4, 8, 16]
left_over = {}
for name, make in {"without shortcuts": plain_chain, "with shortcuts": ResidualMLP}.items():
    dd.seed(38)
    answers = [ops.convert_to_numpy(make(32, depth, 16)(deep[:200])) for depth in depths]
    left_over[name] = [float(np.sqrt(np.mean(answer.std(axis=0) ** 2))) for answer in answers]
    print(f"{name:18}", *(f"{value:9.6f}" for value in left_over[name]))

dd.seed(38)
residual = ResidualMLP(32, 6)
residual.compile(keras.optimizers.Adam(0.005), "mean_squared_error")
residual.fit(deep[train], prices[train], batch_size=128, epochs=4, verbose=0)
residual_error = rmse(residual, deep[held_out], prices[held_out])
print(f"six residual blocks, trained: RMSE {residual_error:.3f}")

fig, ax = plt.subplots(figsize=(7.5, 3.6))
for (name, values), marker in zip(left_over.items(), "os", strict=True):
    ax.loglog(depths, values, marker=marker, label=name)
ax.set(title="What is left of 200 districts' differences", xlabel="blocks", ylabel="standard deviation")
ax.set_xticks(depths, depths)
ax.legend(loc="lower left")
dd.plot.show(
    "Standard deviation over districts of the outputs of fresh networks against the number of blocks, 1 to 16, both "
    "axes logarithmic. With shortcuts it stays between 0.5 and 1; without them it falls to below a hundredth of that."
)

# %% [markdown]
# Without shortcuts each block passes on about two thirds of what came in, for ReLU throws half of it away: at 16
# blocks, all districts look nearly the same, and by like factors the gradient fades on its way back (Day 31). With
# shortcuts every depth starts alike, and the blocks learn what to add. Other cures exist (larger starting weights,
# normalisation), and Adam makes up for some of it; the shortcut is the one that also works at a hundred layers and
# more. These data do not need depth: six blocks price a district about as well as one wide trunk did.
#
# ## Put it together: wide and deep, on the map
#
# Cells of 0.2 by 0.16 degrees, about 18 by 18 kilometres; each that holds a training district becomes a wide column.
# Three models, with your first function: *linear* has no hidden layers, *deep* gets one wide column of zeros, *wide
# and deep* gets everything. Equal steps, equal rate.

# %% demo
CELLS = (50, 35)  # from -41.5 to -31.5 degrees of longitude, from 33.8 to 39.4 of latitude
east = ((housing["longitude"].to_numpy() + 41.5) / 0.2).astype(int).clip(0, CELLS[0] - 1)
north = ((housing["latitude"].to_numpy() - 33.8) / 0.16).astype(int).clip(0, CELLS[1] - 1)
cell = east * CELLS[1] + north  # (8000,), which cell each district lies in
known = np.unique(cell[train])
wide = (cell[:, np.newaxis] == known).astype("float32")  # (8000, q)
no_column = np.zeros((len(deep), 1))
print(f"{wide.shape[1]} cells; {np.mean(wide[held_out].sum(axis=1) == 0):.1%} of the held-out districts lie in none")

errors, nets = {}, {}
for name, hidden, columns in (("linear", [], wide), ("deep", [64, 32], no_column), ("wide and deep", [64, 32], wide)):
    dd.seed(38)
    nets[name] = wide_and_deep(6, columns.shape[1], hidden)
    nets[name].compile(keras.optimizers.Adam(0.01), "mean_squared_error")
    nets[name].fit([columns[train], deep[train]], prices[train], batch_size=64, epochs=10, verbose=0)
    errors[name] = rmse(nets[name], [columns[held_out], deep[held_out]], prices[held_out])
    print(f"{name:14} RMSE {errors[name]:.3f}, that is ${100_000 * errors[name]:,.0f}")
draw_graph(nets["wide and deep"], "Wide and deep, the model that was trained")
dd.plot.show(
    "A graph of the trained model. The input deep leads down through hidden_1 and hidden_2 to a box that joins; the "
    "input wide enters that box directly; from there an arrow leads to the dense layer price."
)

# %% [markdown]
# The picture says why the model is called that: one long path, one short one. What has the short one memorised? Its
# weights, put back on the map, are what each cell adds to a price once the deep part has had its say:

# %% demo
added = nets["wide and deep"].get_layer("price").get_weights()[0][: len(known), 0]  # wide columns come first
on_the_map = np.full(CELLS, np.nan)
on_the_map[known // CELLS[1], known % CELLS[1]] = added
fig, (left, right) = plt.subplots(1, 2, figsize=(13, 4.4), width_ratios=[1.5, 1])
shown = left.imshow(on_the_map.T, origin="lower", cmap="PuOr", vmin=-1.2, vmax=1.2, extent=(-41.5, -31.5, 33.8, 39.4))
fig.colorbar(shown, ax=left, label="weight of the cell ($100,000)")
left.set(title="What the wide part remembers", xlabel="longitude", ylabel="latitude", aspect=1.25)
left.grid(False)
bars = right.barh(list(errors), list(errors.values()), color="0.45")
right.bar_label(bars, [f"{value:.3f}" for value in errors.values()], padding=4)
right.invert_yaxis()
right.set(title="Held-out error", xlabel="RMSE ($100,000)", ylabel="", xlim=(0, 0.7))
dd.plot.show(
    "Left, a map of the coast in cells, coloured by the weight that each has in the wide part: cells that add to the "
    "price and cells that take away lie next to each other, most of all in the cities near the shore. Right, bars of "
    "the held-out RMSE: linear about 0.48, deep about 0.55, wide and deep about 0.45."
)
assert errors["wide and deep"] < 0.5
assert errors["wide and deep"] < errors["linear"] and errors["wide and deep"] < 0.9 * errors["deep"]
assert two_heads[1.0][1] > 0.75 and two_heads[1.0][0] < 0.65
assert pair_correlation > 0.3
assert left_over["without shortcuts"][-1] < 0.1 * left_over["with shortcuts"][-1]
assert residual_error < 0.7

# %% [markdown]
# Dear and cheap cells lie side by side: facts, not trends. The deep network alone, with the same longitude and
# latitude, cannot follow them; the linear one follows them and misses how income and age bend. Together they do both.
# Over five other splits and starts the three errors moved by up to three hundredths each, and never changed their
# order.
#
# ## What you should remember
#
# 1. A functional model is a graph: call layers on tensors, and `keras.Model` follows the arrows back from the outputs.
# 2. Several inputs and outputs are safest by name. Two lists in different orders raise no error.
# 3. One cost trains all outputs, $J_0 + \lambda J_1$; its weights say what you want, and hide units.
# 4. To share weights, make a layer once and call it twice. To make it twice is not to share.
# 5. Subclass when the network is a program: layers in `__init__`, never in `call`. You pay with what Keras can no
#    longer see.
#
# ## Check yourself, without code
#
# 1. A functional model was given three inputs, and one of them never reaches an output. What happens, and how would
#    you notice?
# 2. In the shared encoder you want the *right* input to be a fixed reference that teaches the encoder nothing. What
#    changes?
# 3. A colleague's subclassed model trains, but the loss does not fall, and `model.summary()` shows no parameters.
#    Where do you look first?
#
# <details><summary>Answers</summary>
#
# 1. Nothing happens: the model takes the input and ignores it. Draw the graph, or count the parameters; a changed
#    input that changes no output tells too.
# 2. Gradients through the right code are stopped (`ops.stop_gradient`). The numbers stay the same, and the gradient
#    loses one of its two terms.
# 3. In `call`: layers are probably made there, anew at each call. Or they hang on something that is no attribute of
#    the model, so that Keras cannot find them.
#
# </details>
#
# ## Go further
#
# - Cheng and others (2016), *Wide & deep learning for recommender systems*, DLRS: crosses and embeddings, at the scale
#   of an app store.
# - Caruana (1997), *Multitask learning*, Machine Learning 28: when a second output helps the first.
# - Bromley, Guyon, LeCun, Säckinger and Shah (1993), *Signature verification using a Siamese time delay neural
#   network*, NIPS.
# - He, Zhang, Ren and Sun (2016), *Deep residual learning for image recognition*, CVPR: the shortcut. Goyal and others
#   (2017), *Accurate, large minibatch SGD*: the branch that starts as zero.
# - Day 39: layers, losses and metrics of your own, and how to save them.
