# ---
# day: 26
# title: Backpropagation through layers
# week: 6
# minutes: 90
# backend: numpy
# needs: [2, 5, 23, 24, 25]
# data: [toy]
# papers:
# - "Rumelhart, Hinton and Williams 1986, Learning representations by back-propagating errors"
# - "LeCun, Bottou, Orr and Müller 1998, Efficient BackProp"
# - "Glorot, Bordes and Bengio 2011, Deep sparse rectifier neural networks"
# - "Baydin, Pearlmutter, Radul and Siskind 2018, Automatic differentiation in machine learning: a survey"
# ---

# %% [markdown]
# # Day 26 · Backpropagation through layers
#
# By the end you can write the backward pass of a neural network on whole arrays, and say where every
# transpose, every sum and the one division by $N$ come from.
#
# - **You will build** the backward pass of a dense layer, of ReLU and of softmax, then the loss and all
#   gradients of a two-layer network. They train a spiral classifier to over 0.95 on points it has never seen,
#   and agree with Keras.
# - **You need** gradient descent (Day 2), the stable softmax cross-entropy (Days 5 and 24), dense layers and
#   ReLU (Day 23), the chain rule on a graph (Day 25).
# - **Not today:** finding errors in a gradient systematically (Day 27), better steps than plain
#   gradient descent (Days 28 and 29), good starting weights (Day 31).
# - **Time:** about 90 minutes.
#
# | symbol | meaning | shape | in code |
# |---|---|---|---|
# | $N, D, M$ | examples in the batch, inputs and outputs of a layer | | |
# | $x$ | a layer's input, one example a row | $(N, D)$ | `x` |
# | $w, b$ | a dense layer's weights and biases | $(D, M)$, $(M,)$ | `w`, `b` |
# | $y$ | a layer's output | $(N, M)$ | |
# | $L$ | the loss: one number, the mean over the batch | $()$ | `loss` |
# | $\ell_n$ | the loss of example $n$ | $()$ | |
# | $\bar y = \partial L/\partial y$ | the upstream gradient, which arrives at a layer from above | $(N, M)$ | `dout` |
# | $\bar x = \partial L/\partial x$ | the gradient that a layer passes down | $(N, D)$ | `dx` |
# | $\bar w, \bar b$ | the gradients of a layer's weights and biases | $(D, M)$, $(M,)$ | `dw`, `db` |
# | $\Delta x, \Delta w, \Delta b, \Delta y, \Delta L$ | small changes of these | as these | |
# | $K$ | number of classes | | |
# | $z$ | the logits | $(N, K)$ | `logits` |
# | $p$ | the probabilities, the softmax of $z$ | $(N, K)$ | `probs` |
# | $c_n$ | the right class of example $n$, in $0 \dots K-1$ | $(N,)$ together | `labels` |
# | $[i = j]$ | 1 where $i = j$, else 0 | $()$ | |
# | $H$ | hidden units of the two-layer network | | |
# | $z_1, h$ | its hidden layer before and after ReLU | $(N, H)$ | `z1`, `hidden` |
#
# Three conventions hold all day:
#
# 1. **A gradient is always that of the one number $L$, and has the shape of what it is taken for.** `dw` is
#    $\bar w$ and has the shape of `w`.
# 2. **$L$ is the mean over the batch, and $1/N$ enters once**: in the gradient with respect to the logits,
#    where the mean is taken. From there on `dout` carries it, and no layer divides again.
# 3. **ReLU's slope at 0 is 0.**

# %% setup
import matplotlib.pyplot as plt
import numpy as np

import deepdays as dd

dd.plot.style()

# %% [markdown]
# ## One layer by hand
#
# On Day 25 a node of the graph was one number. A network has millions, so from today a node is an array and
# an operation is a layer. The question stays the same: *the slope of the loss with respect to my output has
# arrived; what is its slope with respect to what went into me?*
#
# Take a dense layer $y = xw + b$ with two examples, three inputs and one output ($N=2$, $D=3$, $M=1$):
#
# $$x = \begin{pmatrix}1&2&3\\4&5&6\end{pmatrix},\quad w = \begin{pmatrix}1\\0\\-1\end{pmatrix},\quad
# \bar y = \frac{\partial L}{\partial y} = \begin{pmatrix}1\\2\end{pmatrix}$$
#
# The upstream gradient says: raise $y_0$ by a little and $L$ rises once as much, raise $y_1$ and it rises
# twice as much.
#
# - **The first weight**, $w_0$, is used by both examples. Raise it by $0.001$: $y_0$ grows by $0.001$
#   and $y_1$ by $0.004$, so $L$ grows by $1\cdot0.001 + 2\cdot0.004 = 0.009$. The gradient is 9.
# - **The bias** is added to both outputs: $1 + 2 = 3$.
# - **The first input of example 0** reaches $y_0$ alone, through a weight of 1: $1\cdot1 = 1$. The first
#   input of example 1 reaches $y_1$ alone: $2\cdot1 = 2$.
#
# There is the whole pattern. Parameters are shared by the examples, so their gradients **sum over the
# batch**; an input belongs to one example, so its gradient stays in that row. Nudging confirms the first two.
# The loss used here, `dout` times $y$ entry by entry and added up, is the simplest one whose gradient with
# respect to $y$ is a given `dout`.

# %% demo
x = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])  # (N, D)
w = np.array([[1.0], [0.0], [-1.0]])  # (D, M)
b = np.array([0.5])  # (M,)
dout = np.array([[1.0], [2.0]])  # (N, M)


def weighted_output(w, b):
    return np.sum(dout * (x @ w + b))


step = 1e-3
for d in range(3):
    nudged = w.copy()
    nudged[d, 0] += step
    slope = (weighted_output(nudged, b) - weighted_output(w, b)) / step
    print(f"weight {d}: the loss rises by {slope:.3f} per unit")
slope = (weighted_output(w, b + step) - weighted_output(w, b)) / step
print(f"bias:     the loss rises by {slope:.3f} per unit")

# %% [markdown]
# ## Matrix calculus: read off the coefficients
#
# Nudging costs a forward pass for each number. Instead, change everything a little at once. To first order
#
# $$\Delta L = \sum_{n,m} \bar y_{nm}\,\Delta y_{nm}, \qquad
# \Delta y = \Delta x\,w + x\,\Delta w + \Delta b .$$
#
# The first equation is what $\bar y$ means; the second is the product rule, with the tiny product
# $\Delta x\,\Delta w$ dropped. Put one into the other and collect: whatever multiplies $\Delta w_{dm}$ **is**
# $\bar w_{dm}$. The middle term gives
#
# $$\sum_{n,m} \bar y_{nm} \sum_d x_{nd}\,\Delta w_{dm}
# \quad\Rightarrow\quad \bar w_{dm} = \sum_n x_{nd}\,\bar y_{nm} = (x^\top \bar y)_{dm} .$$
#
# The other two terms, in the same way:
#
# $$\bar x_{nd} = \sum_m \bar y_{nm}\,w_{dm} = (\bar y\,w^\top)_{nd}, \qquad
# \bar b_m = \sum_n \bar y_{nm} .$$
#
# An array that is used **twice**, by two layers or by two steps of one, has two terms in $\Delta L$, and its
# gradients from both **add up**, as on Day 25.
#
# A textbook would first write down the **Jacobian**, the matrix of all partial derivatives of outputs with
# respect to inputs, and then multiply: $\bar y$, flattened to a row, times the Jacobian. What does that
# matrix look like for a dense layer, and why does nobody build it?

# %% demo
rng = np.random.default_rng(1)
n, d, m = 4, 3, 5
x, w = rng.uniform(0.3, 1, (n, d)), rng.uniform(0.3, 1, (d, m))
jacobians = {  # np.kron(a, b) lays out a copy of b for each entry of a, times that entry
    "dy/dx: copies of w transposed": (np.kron(np.eye(n), w.T), "x"),  # (N*M, N*D)
    "dy/dw: entries of x, spread out": (np.kron(x, np.eye(m)), "w"),  # (N*M, D*M)
}
fig, axes = plt.subplots(1, 2, figsize=(9, 5.6), width_ratios=[12, 15])
for ax, (title, (jacobian, name)) in zip(axes, jacobians.items(), strict=True):
    image = ax.imshow(jacobian, cmap="gray_r", vmin=0, vmax=1)
    ax.set(title=title, xlabel=f"entry of {name}, flattened", ylabel="entry of y, flattened")
    ax.set(xticks=range(0, jacobian.shape[1], 3), yticks=range(0, jacobian.shape[0], 5))
    ax.grid(False)
    print(f"{title[:5]}: {np.mean(jacobian == 0):.0%} of {jacobian.size} entries are 0")
fig.colorbar(image, ax=axes, label="partial derivative")
dd.plot.show(
    "Two matrices of 20 rows, white where an entry is 0. Left, dy/dx: four grey blocks along the diagonal, all the "
    "same. Right, dy/dw: short grey diagonals, five entries long, one beside and one below another; between them "
    "white."
)

# %% [markdown]
# Mostly white. On the left one block an example, because an example's output ignores the other examples'
# inputs, and every block is the same $w^\top$: $1/N$ of the entries is in use. On the right it is $1/M$. With
# $N = 128$ and $D = M = 512$ the left matrix would have 65,536 rows and as many columns: 34 GB, in numbers of 8
# bytes, to store copies of 2 MB of weights.
#
# So backpropagation never builds a Jacobian. It computes the **product of $\bar y$ with it**, and each layer
# has its own short formula for that product. Writing those formulas is all there is to do today.

# %% [markdown]
# ## Shapes as a guide
#
# You need not memorise the transposes. A gradient has the shape of its variable, and mostly only one product
# of the arrays at hand has that shape. Read each equation from the left: which size must survive, which must
# cancel?

# %% demo
sizes = {"N": 5, "D": 4, "M": 2, "1": 1}
equations = [
    [("dx", "N", "D"), "=", ("dout", "N", "M"), "@", ("$w^T$", "M", "D")],
    [("dw", "D", "M"), "=", ("$x^T$", "D", "N"), "@", ("dout", "N", "M")],
    [("db", "1", "M"), "=", ("ones", "1", "N"), "@", ("dout", "N", "M")],
]
fig, axes = plt.subplots(1, 3, figsize=(11, 3))
for ax, equation in zip(axes, equations, strict=True):
    left = 0
    for item in equation:
        if isinstance(item, str):
            ax.text(left + 0.6, 0, item, ha="center", va="center", fontsize=14)
            left += 1.9
            continue
        name, rows, columns = item
        height, width = sizes[rows], sizes[columns]
        shade = "0.7" if name == "dout" else "0.92"
        ax.add_patch(plt.Rectangle((left, -height / 2), width, height, facecolor=shade, edgecolor="black"))
        ax.text(left + width / 2, 0, name, ha="center", va="center", fontsize=11)
        ax.text(left + width / 2, height / 2 + 0.15, columns, ha="center", va="bottom", fontsize=11)
        ax.text(left - 0.15, 0, rows, ha="right", va="center", fontsize=11)
        left += width + 0.3
    title = f"{equation[0][0]}: {equation[2][2]} vanishes"
    ax.set(xlim=(-0.8, 15), ylim=(-3, 3.4), aspect="equal", title=title)
    ax.axis("off")
dd.plot.show(
    "Three products drawn as boxes with their sizes: dx, N by D, is dout, N by M, times w transposed, M by D. dw, D "
    "by M, is x transposed, D by N, times dout. db, 1 by M, is a row of ones, 1 by N, times dout."
)

# %% [markdown]
# In each equation the inner sizes are equal and vanish, and what vanishes is what is summed over: $M$ for
# `dx`, the batch $N$ for `dw` and `db`. In code `db` has shape $(M,)$, as `b` does, and a sum replaces the
# product with ones.
#
# Shapes do not tell you everything. They are silent when sizes coincide ($N = D$ lets a forgotten transpose
# through), about a sum where a mean was due, and about a sign. That is why the tests use sizes that all
# differ, and also compare values.


# %% exercise: dense_backward
def dense_backward(dout, x, w):
    """Gradients of a dense layer y = xw + b, given the gradient with respect to its output.

    Args:
        dout: gradient of the loss with respect to y, float array of shape (N, M).
        x: the layer's input in the forward pass, float or int array of shape (N, D).
        w: the layer's weights, float array of shape (D, M).

    Returns:
        (dx, dw, db): the gradients with respect to x, w and b, float arrays of shapes (N, D), (D, M) and (M,).
        The arguments stay unchanged. About 4 lines.
    """
    ### BEGIN SOLUTION
    dx = dout @ w.T
    dw = x.T @ dout
    db = dout.sum(axis=0)
    return dx, dw, db
    ### END SOLUTION


# %% test: dense_backward, points=3
# The example worked by hand above.
x = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])  # (2, 3)
w = np.array([[1.0], [0.0], [-1.0]])  # (3, 1)
dout = np.array([[1.0], [2.0]])  # (2, 1)
result = dense_backward(dout, x, w)
dd.check.kind(result, tuple, why="the three gradients come back together, in the order dx, dw, db")
assert len(result) == 3, "three gradients are due: dx, dw and db"
dx, dw, db = result
dd.check.like(db, np.array([3.0]), what="db", why="the bias is added to every example, so their shares add up")
dd.check.like(dw, np.array([[9.0], [12.0], [15.0]]), what="dw", why="every example uses the same weights")
dd.check.like(dx, np.array([[1.0, 0.0, -1.0], [2.0, 0.0, -2.0]]), what="dx", why="row n of x reaches only row n of y")
# Sizes that all differ, against central differences of a loss whose gradient with respect to y is dout.
x = np.array([[1.0, -2.0, 0.5], [3.0, 0.0, -1.0]])  # (2, 3)
w = np.array([[1.0, 2.0, 0.0, -1.0], [0.5, -3.0, 1.0, 2.0], [4.0, 0.0, -0.5, 1.0]])  # (3, 4)
dout = np.array([[1.0, -1.0, 2.0, 0.5], [0.0, 3.0, -2.0, 1.0]])  # (2, 4)
unchanged = dd.check.unchanged
with unchanged(dout, what="dout"), unchanged(x, what="x"), unchanged(w, what="w"):
    dx, dw, db = dense_backward(dout, x, w)
dd.check.like(db, np.array([1.0, 2.0, 0.0, 1.5]), what="db", why="each output adds up over the examples")
dd.check.gradient(lambda v: np.sum(dout * (x @ v)), w, dw, what="dw", why="a nudge of w must move the loss so")
dd.check.gradient(lambda v: np.sum(dout * (v @ w)), x, dx, what="dx", why="a nudge of x must move the loss so")
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(26)
for n, d, m in [(1, 1, 1), (1, 4, 3), (5, 1, 2), (4, 3, 1), (3, 3, 3), (7, 2, 5)]:
    x, w, dout = rng.normal(size=(n, d)), rng.normal(size=(d, m)), rng.normal(size=(n, m))
    with dd.check.unchanged(x), dd.check.unchanged(w), dd.check.unchanged(dout):
        result = dense_backward(dout, x, w)

    # The definition, entry by entry.
    slow_dx, slow_dw, slow_db = np.zeros((n, d)), np.zeros((d, m)), np.zeros(m)
    for i in range(n):
        for k in range(m):
            slow_db[k] += dout[i, k]
            for j in range(d):
                slow_dx[i, j] += dout[i, k] * w[j, k]
                slow_dw[j, k] += dout[i, k] * x[i, j]
    why = "input d and output m of every example meet in weight (d, m), and in no other"
    dd.check.like(result, (slow_dx, slow_dw, slow_db), what="(dx, dw, db)", why=why)
    dx, dw, db = result
    dd.check.gradient(lambda v, w=w, dout=dout: np.sum(dout * (v @ w)), x, dx, what="dx")
    dd.check.gradient(lambda v, x=x, dout=dout: np.sum(dout * (x @ v)), w, dw, what="dw")

    # A batch that appears twice counts twice: a layer sums, the loss averages.
    twice = dense_backward(np.concatenate([dout, dout]), np.concatenate([x, x]), w)
    due = (np.concatenate([slow_dx, slow_dx]), 2 * slow_dw, 2 * slow_db)
    dd.check.like(twice, due, what="(dx, dw, db) of the batch twice over", why="the 1/N has come with dout")

    # A second call knows nothing of the first, and an input of two layers collects from both.
    again = dense_backward(-2 * dout, x, w)
    dd.check.like(again, (-2 * slow_dx, -2 * slow_dw, -2 * slow_db), what="(dx, dw, db) of a second call")
    dd.check.gradient(
        lambda v, w=w, dout=dout: np.sum(dout * (v @ w)) + np.sum(-2 * dout * (v @ w)),
        x,
        dx + again[0],
        what="the sum of both dx, where x feeds two layers",
    )
    parts = (np.repeat(dout, 2, axis=0)[::2], np.repeat(x, 3, axis=1)[:, ::3], w.T.copy().T)
    dd.check.like(dense_backward(*parts), (slow_dx, slow_dw, slow_db), what="(dx, dw, db) of views")

# Whole numbers for an input, such as the pixels of a picture, and float32.
for dtype in (np.uint8, np.int8, np.int64):
    x, w, dout = np.array([[100, 1], [100, 127]], dtype=dtype), np.array([[1.0], [0.5]]), np.array([[0.25], [3.0]])
    due = (np.array([[0.25, 0.125], [3.0, 1.5]]), np.array([[325.0], [381.25]]), np.array([3.25]))
    dd.check.like(dense_backward(dout, x, w), due, what=f"(dx, dw, db) of an input of {x.dtype}")
x, w, dout = (rng.normal(size=shape).astype(np.float32) for shape in [(50, 4), (4, 3), (50, 3)])
wide = [each.astype(np.float64) for each in (dout, x, w)]
due = (wide[0] @ wide[2].T, wide[1].T @ wide[0], wide[0].sum(axis=0))
dd.check.like(dense_backward(dout, x, w), due, rtol=1e-4, atol=1e-5, what="(dx, dw, db) in float32")
x, w, dout = np.array([[2**24 + 1, 3], [1, -2]]), np.array([[1 + 2.0**-30], [0.5]]), np.array([[1.0], [2.0**-30 - 1]])
due = (dout * w.T, np.array([[2.0**24 + 2.0**-30], [5 - 2.0**-29]]), np.array([2.0**-30]))
why = "half of the digits would be lost in float32"
dd.check.like(dense_backward(dout, x, w), due, rtol=1e-14, what="(dx, dw, db) in float64", why=why)
### END HIDDEN TESTS

# %% mistakes: dense_backward
# - replace: dout.sum(axis=0)
#   with: dout.mean(axis=0)
#   hint: "db averages over the batch. The mean is taken once, in the loss, and dout carries its 1/N; here the
#     examples' shares are only added up."
# - replace: x.T @ dout
#   with: x.T @ dout / len(x)
#   hint: "dw is too small by a factor of the batch size. Convention 2 says where the division by N is made;
#     is it made here a second time?"
# - replace: |-
#     dw = x.T @ dout
#         db = dout.sum(axis=0)
#   with: |-
#     dw = x.T @ dout / len(x)
#         db = dout.sum(axis=0) / len(x)
#   hint: "Both dw and db are divided by N. That is done once, at the loss, and dout has brought it along: a layer
#     only adds up."
# - replace: |-
#     dx = dout @ w.T
#         dw = x.T @ dout
#         db = dout.sum(axis=0)
#   with: |-
#     dx = dout @ w.T / len(x)
#         dw = x.T @ dout / len(x)
#         db = dout.sum(axis=0) / len(x)
#   hint: "All three gradients are N times too small. The one division by N was made before dout came here."
# - replace: x.T @ dout
#   with: x.T @ dout / 2
#   hint: "Your dw is half of what it should be. No square is being differentiated here, so no factor of 2 needs to be
#     cancelled."
# - replace: dout.sum(axis=0)
#   with: dout.sum(axis=1)
#   hint: "db must have one entry for each output of the layer. Which axis of dout counts the examples, and
#     which the outputs?"
# - replace: dout.sum(axis=0)
#   with: dout.sum(axis=0, keepdims=True)
#   hint: "The values of db are right, but its shape isn't that of b, which has a single axis."
# - replace: dout.sum(axis=0)
#   with: dout.sum()
#   hint: "db is one number: it added up the outputs as well as the examples. Each output has its own bias."
# - replace: dout.sum(axis=0)
#   with: dout
#   hint: "Your db still has a row for every example. They share one bias: what becomes of their shares?"
# - replace: dout.sum(axis=0)
#   with: dout.copy()
#   hint: "Your db still has a row for every example. They share one bias: what becomes of their shares?"
# - replace: dout.sum(axis=0)
#   with: np.ones(w.shape[1])
#   hint: "Your db is the slope of y, not that of the loss: what has arrived in dout must come in."
# - replace: dout @ w.T
#   with: dout @ w
#   hint: "In dx the inner sizes must meet: write the shapes of both factors under your product and see which
#     one has to be turned round."
# - replace: x.T @ dout
#   with: dout.T @ x
#   hint: "dw came out transposed: compare its shape with that of w."
# - replace: x.T @ dout
#   with: w * dout.sum(axis=0)
#   hint: "dw should not contain w: y is linear in w, so its slope with respect to a weight is the input that
#     the weight multiplies."
# - replace: return dx, dw, db
#   with: return dw, db, dx
#   hint: "The three gradients are right but come in another order than the docstring promises."


# %% mistake: dense_backward
# hint: "Your loop keeps only the last example's share of dw and db. Every example uses the weights and the biases, and
#   their shares add up."
def dense_backward(dout, x, w):
    dx = np.zeros(x.shape)
    for n in range(len(x)):
        dx[n] = w @ dout[n]
        dw = np.outer(x[n], dout[n])
        db = dout[n].copy()
    return dx, dw, db


# %% mistake: dense_backward
# hint: "You divide dout in place: the caller's array is changed, and the average is taken a second time."
def dense_backward(dout, x, w):
    dout /= len(dout)
    return np.einsum("nm,dm->nd", dout, w), np.einsum("nd,nm->dm", x, dout), np.einsum("nm->m", dout)


# %% accepts: dense_backward
def dense_backward(dout, x, w):
    dx = np.einsum("nm,dm->nd", dout, w)
    dw = np.einsum("nd,nm->dm", x, dout)
    db = np.einsum("nm->m", dout)
    return dx, dw, db


# %% accepts: dense_backward
def dense_backward(dout, x, w):
    dx, dw, db = np.zeros(x.shape), np.zeros(w.shape), np.zeros(w.shape[1])
    for n in range(len(x)):
        dx[n] = w @ dout[n]
        dw += np.outer(x[n], dout[n])
        db += dout[n]
    return dx, dw, db


# %% [markdown]
# ## ReLU: a gate that remembers
#
# ReLU, $y = \max(x, 0)$, works on each entry alone, so its Jacobian is diagonal and the product with it is
# entry by entry:
#
# $$\bar x_{nd} = \bar y_{nd}\cdot
# \begin{cases}1 & x_{nd} > 0\\ 0 & x_{nd} \le 0\end{cases}$$
#
# Every array here has the same shape, $(N, D)$. By hand, for two examples:
#
# $$x = \begin{pmatrix}-2&0&3\\4&-5&0.5\end{pmatrix},\quad
# \text{slope} = \begin{pmatrix}0&0&1\\1&0&1\end{pmatrix},\quad
# \bar y = \begin{pmatrix}5&5&-1\\7&-2&3\end{pmatrix},\quad
# \bar x = \begin{pmatrix}0&0&-1\\7&0&3\end{pmatrix}$$
#
# Three things go wrong here. First, the gate is set by `x`, the input **in the forward pass**, not by the sign
# of what comes back: the -1 above passes. So the forward pass must have kept `x`. Second, at 0 ReLU has no
# derivative: the slope is 0 on the left and 1 on the right. Convention 3 says 0, as Keras and the other
# frameworks do. This is no curiosity: an all-zero input row with a zero bias lands exactly there. Third, both
# arrays belong to the caller, who may still need them: clear nothing in place.
#
# Other activations have other slopes (Day 23) and the same form: `dout` times the slope, entry by entry.


# %% exercise: relu_backward
def relu_backward(dout, x):
    """Gradient of ReLU, y = max(x, 0), with respect to its input; the slope at 0 is 0.

    Args:
        dout: gradient of the loss with respect to y, float array of any shape.
        x: ReLU's input in the forward pass, float or int array of the same shape.

    Returns:
        dx, a new float array of the same shape; the arguments stay unchanged. About 1 line.
    """
    ### BEGIN SOLUTION
    return dout * (x > 0)
    ### END SOLUTION


# %% test: relu_backward, points=1
# The example worked by hand above.
x = np.array([[-2.0, 0.0, 3.0], [4.0, -5.0, 0.5]])  # (2, 3)
dout = np.array([[5.0, 5.0, -1.0], [7.0, -2.0, 3.0]])  # (2, 3)
with dd.check.unchanged(dout, what="dout"), dd.check.unchanged(x, what="x"):
    dx = relu_backward(dout, x)
due = np.array([[0.0, 0.0, -1.0], [7.0, 0.0, 3.0]])
dd.check.like(dx, due, what="dx", why="the gate is open where x > 0 and shut elsewhere")
### BEGIN HIDDEN TESTS
# At zero, at minus zero, and on either side of it by next to nothing.
x = np.array([[0.0, -0.0, 1e-300, -1e-300, 1e300, -1e300]])
for sign in (1.0, -1.0):
    dout = sign * np.array([[2.0, 3.0, 5.0, 7.0, 11.0, 13.0]])
    due = sign * np.array([[0.0, 0.0, 5.0, 0.0, 11.0, 0.0]])
    dd.check.like(relu_backward(dout, x), due, what="dx", why="the slope is 0 at 0, and 1 above it")

rng = np.random.default_rng(26)
for shape in [(1, 1), (1, 6), (5, 1), (4, 3), (2, 3, 4), (7,), (0, 3)]:
    x, dout = rng.normal(size=shape), rng.normal(size=shape)
    x.flat[:1] = 0.7
    with dd.check.unchanged(x), dd.check.unchanged(dout):
        dx = relu_backward(dout, x)
    slow = np.array([g if v > 0 else 0.0 for g, v in zip(dout.flat, x.flat, strict=True)]).reshape(shape)
    dd.check.like(dx, slow, what="dx", why="each entry passes if its own x is positive")
    assert not np.shares_memory(dx, dout), "dx is a new array"
    dd.check.gradient(lambda v, dout=dout: np.sum(dout * np.maximum(v, 0)), x, dx, what="dx")
    dd.check.like(relu_backward(dout.T, x.T), slow.T, what="dx of transposed arrays")
for dtype in (np.uint8, np.int8, np.int64):
    x = np.array([[0, 1, 127], [3, 0, 0]], dtype=dtype)
    dout = np.array([[0.5, -0.25, 2.0], [1.5, 0.75, -1.0]])
    due = np.array([[0.0, -0.25, 2.0], [1.5, 0.0, 0.0]])
    dd.check.like(relu_backward(dout, x), due, what=f"dx for an x of {x.dtype}")
x, dout = (rng.normal(size=(3, 5)).astype(np.float32) for _ in range(2))
dd.check.like(relu_backward(dout, x), np.where(x > 0, dout, 0), what="dx in float32")

# All shut, and all open.
dout = rng.normal(size=(3, 2))
dd.check.like(relu_backward(dout, -np.ones((3, 2))), np.zeros((3, 2)), what="dx where every x is negative")
dx = relu_backward(dout, np.ones((3, 2)))
dd.check.like(dx, dout, what="dx where every x is positive")
assert not np.shares_memory(dx, dout), "dx is a new array, also where nothing is stopped"
### END HIDDEN TESTS

# %% mistakes: relu_backward
# - replace: (x > 0)
#   with: (x >= 0)
#   hint: "Your gate is open at x = 0. Convention 3 declares the slope there."
# - replace: dout * (x > 0)
#   with: dout * np.heaviside(x, 0.5)
#   hint: "At x = 0 your gate is half open. Convention 3 declares the slope there."
# - replace: (x > 0)
#   with: (dout > 0)
#   hint: "You let positive gradients through instead of positive inputs: the gate is set by what went in
#     during the forward pass, whatever the sign of what comes back."
# - replace: (x > 0)
#   with: ((x > 0) & (dout > 0))
#   hint: "You stop negative gradients as well. Only the input sets the gate: what comes back may have either sign."
# - replace: (x > 0)
#   with: np.maximum(x, 0)
#   hint: "You multiply by ReLU's output. The chain rule asks for its slope, which is the same for x = 3 as
#     for x = 300."
# - replace: (x > 0)
#   with: np.sign(x)
#   hint: "Where x is negative, your slope is -1. There ReLU is flat."
# - replace: (x > 0)
#   with: np.where(x > 0, 1.0, 0.01)
#   hint: "Where x is negative a little still passes, as in a leaky ReLU. Plain ReLU is flat there."
# - replace: dout * (x > 0)
#   with: (x > 0).astype(float)
#   hint: "That is ReLU's own slope. The chain rule still has to bring in the gradient that arrived from
#     above."
# - replace: return dout * (x > 0)
#   with: |-
#     dout[x <= 0] = 0
#         return dout
#   hint: "The result is right, but the caller's dout was changed on the way. Another branch of the network
#     may still need it."
# - replace: return dout * (x > 0)
#   with: |-
#     dout *= x > 0
#         return dout.copy()
#   hint: "You multiply dout in place. The result is right, but the caller's array is changed."


# %% mistake: relu_backward
# hint: "You clip x in place to make the gate. The caller's x is changed, and a layer below may still need it as it
#   was."
def relu_backward(dout, x):
    np.maximum(x, 0, out=x)
    return np.where(x > 0, dout, 0.0)


# %% accepts: relu_backward
def relu_backward(dout, x):
    return np.where(x <= 0, 0.0, dout)


# %% accepts: relu_backward
def relu_backward(dout, x):
    dx = dout.copy()
    dx[np.heaviside(x, 0.0) == 0] = 0
    return dx


# %% [markdown]
# Which entries does your gate let through when signs are mixed? Read the four panels from left to right.

# %% demo
x = np.array([[-1.5, 0.0, 2.0, 0.5], [3.0, -0.2, -4.0, 1.0], [0.0, 2.5, 0.1, -1.0]])
dout = np.array([[4.0, 1.0, -2.0, 3.0], [-1.0, 5.0, 2.0, -3.0], [2.0, 0.5, -4.0, 1.0]])
panels = {
    "x, kept from forward": x,
    "slope of ReLU at x": np.where(x > 0, 1.0, 0.0),
    "dout, from above": dout,
    "dx, passed down": relu_backward(dout, x),
}
fig, axes = plt.subplots(1, 4, figsize=(11, 2.6))
for ax, (title, values) in zip(axes, panels.items(), strict=True):
    ax.imshow(np.where(x > 0, 0.0, 0.25), cmap="gray_r", vmin=0, vmax=1)
    for (row, column), value in np.ndenumerate(values):
        ax.text(column, row, f"{value + 0.0:g}", ha="center", va="center")
    ax.set(title=title, xlabel="unit", xticks=range(4), yticks=range(3))
    ax.grid(False)
axes[0].set_ylabel("example")
dd.plot.show(
    "Four tables of three examples and four units: x, the slope of ReLU, dout and dx. The six cells with x at or "
    "below 0 are shaded in all of them; there the slope and dx are 0. Elsewhere dx is dout, with its sign."
)

# %% [markdown]
# The shaded cells, where $x \le 0$, are the same in every panel: shut by the first, zero in the second, and
# whatever `dout` brings there is lost in the last. White cells pass with their sign. A unit whose column is
# shaded for *every* example learns nothing at all; such a unit is called dead.

# %% [markdown]
# ## Softmax: a layer that mixes
#
# Softmax turns a row of logits into probabilities, $p_i = e^{z_i} / \sum_k e^{z_k}$. Here every output
# depends on every input of its row: raise one logit and its probability grows while all others shrink. The
# quotient rule gives the Jacobian of one row, of shape $(K, K)$ and symmetric:
#
# $$\frac{\partial p_i}{\partial z_j} = p_i\,([i = j] - p_j), \qquad
# [i = j] = 1 \text{ if } i = j \text{ else } 0 .$$
#
# For $p = (0.5, 0.25, 0.25)$:
#
# $$\begin{pmatrix} 0.25 & -0.125 & -0.125\\
# -0.125 & 0.1875 & -0.0625\\ -0.125 & -0.0625 & 0.1875\end{pmatrix}$$
#
# The diagonal is the sigmoid's slope $p(1-p)$; the rest is the mixing, which is easy to forget. Each row sums
# to 0: adding the same amount to all logits changes no probability.
#
# Again we want the product with the upstream gradient, here $\bar p$, not the matrix:
#
# $$\bar z_j = \sum_i \bar p_i\,p_i([i = j] - p_j)
# = p_j\Big(\bar p_j - \sum_i \bar p_i\,p_i\Big).$$
#
# In words: compare each class's upstream gradient with the row's average weighted by $p$, then scale by $p$.
# For $p = (0.5, 0.25, 0.25)$ again:
#
# - $\bar p = (1, 0, 0)$ has the average 0.5 and gives $(0.25, -0.125, -0.125)$, the matrix's first row.
# - $\bar p = (0, 4, 4)$ has the average $0 + 1 + 1 = 2$; the result is
#   $(0.5\cdot{-2},\ 0.25\cdot 2,\ 0.25\cdot 2) = (-1, 0.5, 0.5)$.
#
# The arrays are $(N, K)$, and there is one average a row: mind the shape that lets it be subtracted from that row.


# %% exercise: softmax_backward
def softmax_backward(dout, probs):
    """Gradient of a softmax over the last axis with respect to its logits.

    Args:
        dout: gradient of the loss with respect to probs, float array of shape (N, K).
        probs: the softmax's output in the forward pass, float array of shape (N, K); each row sums to 1
            and may hold exact zeros.

    Returns:
        Gradient with respect to the logits, float array of shape (N, K); the arguments stay unchanged.
        No loop and no (K, K) matrix is needed. About 2 lines.
    """
    ### BEGIN SOLUTION
    average = (dout * probs).sum(axis=1, keepdims=True)  # (N, 1)
    return probs * (dout - average)
    ### END SOLUTION


# %% test: softmax_backward, points=2
# The two rows of dout worked by hand above.
probs = np.array([[0.5, 0.25, 0.25], [0.5, 0.25, 0.25]])  # (2, 3)
dout = np.array([[1.0, 0.0, 0.0], [0.0, 4.0, 4.0]])  # (2, 3)
with dd.check.unchanged(dout, what="dout"), dd.check.unchanged(probs, what="probs"):
    dlogits = softmax_backward(dout, probs)
due = np.array([[0.25, -0.125, -0.125], [-1.0, 0.5, 0.5]])
dd.check.like(dlogits, due, what="dlogits", why="the rows' weighted averages of dout are 0.5 and 2")
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(26)


def softmax_rows(logits):
    exps = np.exp(logits - logits.max(axis=1, keepdims=True))
    return exps / exps.sum(axis=1, keepdims=True)


for n, k in [(1, 1), (1, 5), (6, 1), (3, 3), (4, 2), (2, 7)]:
    logits, dout = 2 * rng.normal(size=(n, k)), 3 * rng.normal(size=(n, k))
    probs = softmax_rows(logits)
    with dd.check.unchanged(probs), dd.check.unchanged(dout):
        dlogits = softmax_backward(dout, probs)
    full = np.stack([(np.diag(p) - np.outer(p, p)) @ g for p, g in zip(probs, dout, strict=True)])
    dd.check.like(dlogits, full, atol=1e-12, what="dlogits", why="a row is dout times its full Jacobian")
    dd.check.gradient(lambda z, dout=dout: np.sum(dout * softmax_rows(z)), logits, dlogits, what="dlogits")
    why = "adding the same amount to all logits of a row changes no probability"
    dd.check.close(dlogits.sum(axis=1), np.zeros(n), atol=1e-12, what="the sum of each row", why=why)
    shifted = softmax_backward(dout + rng.normal(size=(n, 1)), probs)
    what = "dlogits with a constant added to each row of dout"
    dd.check.like(shifted, full, atol=1e-12, what=what, why="a row's probabilities always sum to 1")
    views = np.repeat(dout, 2, axis=1)[:, ::2], np.repeat(probs, 2, axis=0)[::2]
    dd.check.like(softmax_backward(*views), full, atol=1e-12, what="dlogits of views")

# Saturated rows: a certain class, two classes that share everything, and a probability of next to nothing.
probs = np.array([[0.0, 1.0, 0.0], [0.5, 0.0, 0.5], [1.0, 1e-300, 0.0]])
dout = np.array([[3.0, -5.0, 7.0], [2.0, 9.0, -4.0], [-2.0, 8.0, 6.0]])
due = np.array([[0.0, 0.0, 0.0], [1.5, 0.0, -1.5], [0.0, 0.0, 0.0]])
why = "a class of probability 0 receives no gradient, and no inf or NaN"
dd.check.like(softmax_backward(dout, probs), due, what="dlogits", why=why)
single = softmax_backward(dout.astype(np.float32), probs.astype(np.float32))
dd.check.like(single, due, what="dlogits in float32", why=why)
### END HIDDEN TESTS

# %% mistakes: softmax_backward
# - replace: probs * (dout - average)
#   with: dout * probs * (1 - probs)
#   hint: "You used the diagonal of the Jacobian alone, as for a sigmoid. Raising one logit also lowers the
#     other classes' probabilities."
# - replace: (dout * probs).sum(axis=1, keepdims=True)
#   with: dout.mean(axis=1, keepdims=True)
#   hint: "The average of dout isn't weighted: each class should count as much as its probability."
# - replace: (dout * probs).sum(axis=1, keepdims=True)
#   with: (dout * probs).mean(axis=1, keepdims=True)
#   hint: "You divide the weighted sum by the number of classes as well. The weights sum to 1 already."
# - replace: (dout * probs).sum(axis=1, keepdims=True)
#   with: dout.sum(axis=1, keepdims=True)
#   hint: "You subtract the plain sum of dout over the classes. What weight does the formula give each class
#     in that sum?"
# - replace: (dout * probs).sum(axis=1, keepdims=True)
#   with: (dout * probs).sum(axis=0, keepdims=True)
#   hint: "The sum runs over the examples. Softmax mixes the classes of one row, and never two rows."
# - replace: (dout * probs).sum(axis=1, keepdims=True)
#   with: (dout * probs).sum()
#   hint: "One sum over the whole batch is subtracted everywhere, so an example's gradient depends on its
#     neighbours. Each row has its own."
# - replace: (dout * probs).sum(axis=1, keepdims=True)
#   with: (dout * probs).sum(axis=1)
#   hint: "The row sums have shape (N,), which NumPy lines up with the columns. What shape lines up with the
#     rows?"
# - replace: probs * (dout - average)
#   with: dout - average
#   hint: "The last factor of the formula is missing: a class of probability 0 must receive nothing."
# - replace: probs * (dout - average)
#   with: probs * (dout + average)
#   hint: "One sign is wrong: with the same dout for every class the result should be zero."
# - replace: probs * (dout - average)
#   with: probs * (dout - average) / len(probs)
#   hint: "You divide by the number of examples. The mean is taken in the loss, and dout carries its 1/N."
# - replace: probs * (dout - average)
#   with: probs - dout
#   hint: "That looks like the gradient of softmax and cross-entropy together, which comes next. Here dout may
#     come from any loss."
# - replace: return probs * (dout - average)
#   with: |-
#     dout -= average
#         return probs * dout
#   hint: "The result is right, but you subtract in place, and the caller's dout is changed."


# %% mistake: softmax_backward
# hint: "You have the mixing, but not the diagonal's own term: raising a logit also raises its own probability."
def softmax_backward(dout, probs):
    rows = []
    for p, g in zip(probs, dout, strict=True):
        jacobian = -np.outer(p, p)
        rows.append(g @ jacobian)
    return np.array(rows)


# %% accepts: softmax_backward
def softmax_backward(dout, probs):
    rows = []
    for p, g in zip(probs, dout, strict=True):
        jacobian = np.diag(p) - np.outer(p, p)  # (K, K)
        rows.append(g @ jacobian)
    return np.array(rows)


# %% accepts: softmax_backward
def softmax_backward(dout, probs):
    weighted = dout * probs
    return weighted - np.einsum("nk,nj->nj", weighted, probs)


# %% [markdown]
# How strong is the mixing? Feeding the identity to your function returns the Jacobian row by row. Compare a
# softmax that is unsure with one that is nearly sure.

# %% demo
rows = {"unsure": np.array([0.4, 0.3, 0.2, 0.1]), "nearly sure": np.array([0.97, 0.01, 0.01, 0.01])}
fig, axes = plt.subplots(1, 2, figsize=(10, 4))
for ax, (title, p) in zip(axes, rows.items(), strict=True):
    jacobian = softmax_backward(np.eye(4), np.tile(p, (4, 1)))  # (K, K)
    image = ax.imshow(np.abs(jacobian), cmap="gray_r", vmin=0, vmax=0.4)
    for (row, column), value in np.ndenumerate(jacobian):
        ax.text(column, row, f"{value:.2g}", ha="center", va="center", fontsize=10)
    ax.set(title=f"{title}, p = {p}", xlabel="logit j", xticks=range(4), yticks=range(4))
    ax.grid(False)
axes[0].set_ylabel("probability i")
fig.colorbar(image, ax=axes, label="size of the derivative")
dd.plot.show(
    "Two 4 by 4 Jacobians with their numbers, darker where larger. For p = 0.4, 0.3, 0.2, 0.1 the diagonal is 0.24, "
    "0.21, 0.16, 0.09, and the rest is negative, up to 0.12 in size. For p = 0.97, 0.01, 0.01, 0.01 no entry exceeds "
    "0.03."
)

# %% [markdown]
# On the left, in each row, the other entries together weigh as much as the diagonal: dropping them is no
# small error. On the right nothing is large: a sure softmax passes almost no gradient, whether it is sure and
# right or sure and wrong. If the loss did not make up for that, a confident mistake could never be unlearned.

# %% [markdown]
# ## Fused: softmax and cross-entropy together
#
# Cross-entropy does make up for it. For one example of class $c$ the loss is $\ell = -\ln p_c$, so its gradient
# with respect to $p$ is $-1/p_c$ at $c$ and 0 elsewhere: the smaller the probability, the larger the
# gradient. Put that into the formula above. The weighted average is $-\frac{1}{p_c}p_c = -1$, so
#
# $$\frac{\partial \ell}{\partial z_j} = p_j\Big(-\frac{[j = c]}{p_c} + 1\Big) = p_j - [j = c] .$$
#
# The $1/p_c$ and the $p_c$ cancel and there is no mixing left to compute: **probabilities minus one-hot
# labels**, as Day 24 found from the loss alone. For $p = (0.5, 0.25, 0.25)$ and class 1:
# $(0.5, -0.75, 0.25)$. How does it pull on an example that is right, unsure or wrong?

# %% demo
p = np.array([[0.90, 0.06, 0.04], [0.34, 0.33, 0.33], [0.03, 0.95, 0.02]])
fig, axes = plt.subplots(1, 3, figsize=(10, 3), sharey=True)
for ax, row, title in zip(axes, p, ["sure and right", "unsure", "sure and wrong"], strict=True):
    ax.bar(np.arange(3) - 0.2, row, 0.38, color="0.75", edgecolor="black", label="p")
    ax.bar(np.arange(3) + 0.2, row - np.eye(3)[0], 0.38, color="0.25", edgecolor="black", label="gradient")
    ax.axhline(0, color="black", linewidth=0.8)
    ax.set(title=title, xlabel="class (0 is right)", xticks=range(3), ylim=(-1.05, 1.05))
axes[0].set_ylabel("p, and gradient for the logit")
axes[0].legend(loc="lower right")
dd.plot.show(
    "Bars of p and of the gradient for three classes, class 0 being right. Sure and right: p 0.90, gradient -0.10. "
    "Unsure: p about a third each, gradient -0.66 for class 0 and 0.33 for the others. Sure and wrong: p 0.03, "
    "gradient -0.97, and 0.95 for class 1."
)

# %% [markdown]
# A gradient below zero asks for a larger logit, since descent steps against it. On the left hardly
# anything happens; on the right the pull is almost the largest possible. No entry ever exceeds 1 in size, and
# a row sums to 0.
#
# The fused form is also the only safe one. If the right class's logit is far below another, $p_c$ rounds to 0
# and the chain of two steps computes $0 \cdot \infty$. Watch the gradient for the right class's logit, which
# should be close to -1:

# %% demo
for gap in (10.0, 100.0, 800.0):
    logits = np.array([[0.0, gap]])  # class 0 is right
    exps = np.exp(logits - logits.max())
    probs = exps / exps.sum()
    with np.errstate(all="ignore"):  # 1 / 0 is what this cell is about
        chained = softmax_backward(np.array([[-1.0, 0.0]]) / probs, probs)
    print(f"gap {gap:5.0f}: in two steps {chained[0, 0]:8.5f}, fused {probs[0, 0] - 1:8.5f}")

# %% [markdown]
# The loss has the same trap: $-\ln p_c$ is infinite once $p_c$ rounds to 0. As on Day 5, compute $\ln p$
# from the logits, with each row's largest logit subtracted first.

# %% [markdown]
# ## The whole network: what is kept, and where $1/N$ enters
#
# Now put the layers in line: dense, ReLU, dense, loss. `params` is a dict with the keys `w1` $(D, H)$, `b1`
# $(H,)$, `w2` $(H, K)$, `b2` $(K,)$. What must the forward pass (top) hand to the backward pass (bottom)?

# %% demo
fig, ax = plt.subplots(figsize=(11, 4.8))
layers = ["dense 1", "ReLU", "dense 2", "softmax +\ncross-entropy,\nmean"]
forward = ["x\n(N, D)", "z1\n(N, H)", "hidden\n(N, H)", "logits\n(N, K)", "loss\n()"]
backward = ["dx is of\nno use", "dz1\n(N, H)", "dhidden\n(N, H)", "dlogits\n(N, K)", "dloss = 1"]
cached = ["x", "z1", "hidden", "probs, labels"]
top, bottom = 2.2, 0.0
arrow = {"arrowstyle": "->", "linewidth": 1.4}
for i, name in enumerate(layers):
    centre = 2.4 * i + 1.2
    box = {"ha": "center", "va": "center", "fontsize": 10}
    below = "(p - one-hot)\n/ N, once" if i == 3 else f"{name}\nbackward"
    for y, shade, text in [(top, "0.95", name), (bottom, "0.8", below)]:
        ax.add_patch(plt.Rectangle((centre - 0.62, y - 0.42), 1.24, 0.84, facecolor=shade, edgecolor="black"))
        ax.text(centre, y, text, **box)
    ax.annotate("", (centre, bottom + 0.42), (centre, top - 0.42), arrowprops={**arrow, "linestyle": "--"})
    ax.text(centre + 0.08, (top + bottom) / 2, cached[i], ha="left", va="center", fontsize=10)
    if name.startswith("dense"):
        ax.annotate("", (centre, top + 0.42), (centre, top + 0.9), arrowprops=arrow)
        ax.annotate("", (centre, bottom - 0.9), (centre, bottom - 0.42), arrowprops=arrow)
        k, shapes = name[-1], "(D, H), (H,)" if name[-1] == "1" else "(H, K), (K,)"
        ax.text(centre, top + 0.95, f"w{k}, b{k}  {shapes}", ha="center", va="bottom")
        ax.text(centre, bottom - 0.95, f"dw{k}, db{k}  {shapes}", ha="center", va="top")
for i in range(5):
    left, right, middle = 2.4 * i - 0.58, 2.4 * i + 0.58, 2.4 * i
    ax.annotate("", (right, top), (left, top), arrowprops=arrow)
    ax.text(middle, top + 0.08, forward[i], ha="center", va="bottom", fontsize=10)
    if i > 0:
        ax.annotate("", (left, bottom), (right, bottom), arrowprops=arrow)
    ax.text(
        middle, bottom + 0.08 if i else bottom, backward[i], ha="center", va="bottom" if i else "center", fontsize=10
    )
ax.set(
    xlim=(-0.8, 10.4),
    ylim=(-1.4, 3.5),
    title="Forward to the right, kept values dashed, backward to the left",
)
ax.axis("off")
dd.plot.show(
    "Two rows of four boxes. Above, forward to the right: dense 1, ReLU, dense 2, then softmax, cross-entropy and "
    "mean. Below, backward to the left: p minus one-hot over N, dense 2, ReLU, dense 1. Dashed arrows lead down from "
    "each box to its partner and carry, from left to right, x, z1, hidden, and probs with labels."
)

# %% [markdown]
# **Caching.** The dashed arrows are the answer. The way back starts with $\partial L/\partial L = 1$ and runs
# through the boxes in reverse. A dense layer needs its *input* again, ReLU the sign of its input, the loss
# its probabilities and labels. So the forward pass stores every layer's input, which is called caching, until
# the backward pass has used it. (Dense 2 also needs its weights, to send `dhidden` down; those are at hand as
# parameters. Dense 1 could do without, since nobody asks for the gradient of the data.) That is why training
# takes far more memory than predicting, and in proportion to batch size times depth. Take care to hand on the
# right array: dense 2 read `hidden`, not `z1`. A deeper network repeats the pattern, one pair of boxes for
# every further layer.
#
# **Averaging.** The loss is $L = \frac1N \sum_n \ell_n$, so $\partial L / \partial \ell_n = 1/N$ and
#
# $$\bar z_{nj} = \frac{1}{N}\big(p_{nj} - [j = c_n]\big) .$$
#
# Every backward function is linear in `dout`: it passes the factor on. When `dense_backward` then adds up $N$
# rows that each carry $1/N$, the sum *is* the mean. Divide a second time and the gradients are $N$ times too
# small; leave it out and they are $N$ times too large.
#
# By hand, for $N = 2$ and $K = 4$, all logits 0, and the classes 1 and 3: every probability is ¼, so the rows of
# `dlogits` are
#
# $$\tfrac12\big(\tfrac14, -\tfrac34, \tfrac14, \tfrac14\big) \quad\text{and}\quad
# \tfrac12\big(\tfrac14, \tfrac14, \tfrac14, -\tfrac34\big),$$
#
# and `db2`, their sum, is $(\frac14, -\frac14, \frac14, -\frac14)$: the mean of $p$ minus one-hot over the two. The
# loss is $\ln 4$.


# %% exercise: two_layer_loss_and_gradients
def two_layer_loss_and_gradients(params, x, labels):
    """Mean softmax cross-entropy of a dense-ReLU-dense network, and its gradients.

    Args:
        params: dict of float arrays: w1 (D, H), b1 (H,), w2 (H, K), b2 (K,).
        x: inputs, float or int array of shape (N, D), N >= 1.
        labels: the right classes, int array of any int dtype and shape (N,), from 0 to K - 1.

    Returns:
        (loss, grads): the mean over the batch, a float, and a dict with the keys of params, each gradient a float
        array in the shape of its parameter. ReLU's slope at 0 is 0. Finite for logits of any size; the arguments
        stay unchanged. About 15 lines; call dense_backward and relu_backward.
    """
    ### BEGIN SOLUTION
    rows = np.arange(len(x))
    z1 = x @ params["w1"] + params["b1"]  # (N, H)
    hidden = np.maximum(z1, 0)  # (N, H)
    logits = hidden @ params["w2"] + params["b2"]  # (N, K)
    shifted = logits - logits.max(axis=1, keepdims=True)  # (N, K)
    log_probs = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))  # (N, K)
    loss = -log_probs[rows, labels].mean()

    dlogits = np.exp(log_probs)  # (N, K)
    dlogits[rows, labels] -= 1
    dlogits /= len(x)
    dhidden, dw2, db2 = dense_backward(dlogits, hidden, params["w2"])
    dz1 = relu_backward(dhidden, z1)  # (N, H)
    _, dw1, db1 = dense_backward(dz1, x, params["w1"])
    return loss, {"w1": dw1, "b1": db1, "w2": dw2, "b2": db2}
    ### END SOLUTION


# %% test: two_layer_loss_and_gradients, points=4
# N = 2, D = 5, H = 3, K = 4. With w2 = 0 every logit is 0, as worked by hand; hidden is (1, 0, 2) and (3, 4, 0).
x = np.array([[1.0, 0.0, 0.0, 0.0, 0.0], [0.0, 1.0, 0.0, 0.0, 0.0]])
labels = np.array([1, 3])
w1 = np.array([[1.0, -1.0, 2.0], [3.0, 4.0, -2.0], [9.0, 9.0, 9.0], [9.0, 9.0, 9.0], [9.0, 9.0, 9.0]])
params = {"w1": w1, "b1": np.zeros(3), "w2": np.zeros((3, 4)), "b2": np.zeros(4)}
unchanged = dd.check.unchanged
with unchanged(params, what="params"), unchanged(x, what="x"), unchanged(labels, what="labels"):
    result = two_layer_loss_and_gradients(params, x, labels)
dd.check.kind(result, tuple, why="the loss and the gradients are wanted")
assert len(result) == 2, "two things are due: the loss, and a dict of gradients"
loss, grads = result
dd.check.like(loss, np.log(4), what="loss", why="each right class has probability 1/4, and the loss is a mean")
dd.check.kind(grads, dict, what="grads")
dd.check.equal(sorted(grads), ["b1", "b2", "w1", "w2"], what="the keys of grads")
due = np.array([0.25, -0.25, 0.25, -0.25])
dd.check.like(grads["b2"], due, what="gradient of b2", why="it is the mean of p minus one-hot")
due = np.array([[0.5, 0.0, 0.5, -1.0], [0.5, 0.5, 0.5, -1.5], [0.25, -0.75, 0.25, 0.25]])
dd.check.like(grads["w2"], due, what="gradient of w2", why="each row of dlogits meets its own hidden values")
dd.check.like(grads["w1"], np.zeros((5, 3)), what="gradient of w1", why="nothing comes back through weights of 0")
dd.check.like(grads["b1"], np.zeros(3), what="gradient of b1", why="nothing comes back through weights of 0")
# Other weights: how your own loss answers a nudge of the first layer.
params["w2"] = np.array([[1.0, 0.0, -1.0, 2.0], [0.5, -0.5, 1.0, 0.0], [-1.0, 1.0, 0.0, 0.5]])
loss, grads = two_layer_loss_and_gradients(params, x, labels)
for name in ("w1", "b1"):

    def nudged(value, name=name):
        return two_layer_loss_and_gradients({**params, name: value}, x, labels)[0]

    away = params[name] + 0.25  # from 0, where ReLU has its kink
    _, grads = two_layer_loss_and_gradients({**params, name: away}, x, labels)
    dd.check.gradient(nudged, away, grads[name], what=f"gradient of {name}", why="a nudge must move your loss so")
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(26)


def slow_loss(params, x, labels):
    total = 0.0
    for row, label in zip(x, labels, strict=True):
        hidden = np.array([max(value, 0.0) for value in row @ params["w1"] + params["b1"]])
        logits = hidden @ params["w2"] + params["b2"]
        total += np.logaddexp.reduce(logits) - logits[label]
    return total / len(x)


sizes = [(1, 1, 1, 2), (1, 3, 4, 2), (6, 1, 5, 3), (5, 4, 1, 3), (4, 2, 3, 1), (3, 3, 3, 3), (9, 2, 6, 4)]
for n, d, h, k in sizes:
    params = {
        "b2": rng.normal(size=k),
        "w2": rng.normal(size=(h, k)),
        "b1": rng.normal(size=h) + 0.5,
        "w1": rng.normal(size=(d, h)),
    }
    x, labels = rng.normal(size=(n, d)), rng.integers(0, k, n)
    with dd.check.unchanged(params), dd.check.unchanged(x), dd.check.unchanged(labels):
        loss, grads = two_layer_loss_and_gradients(params, x, labels)
    due = float(slow_loss(params, x, labels))
    dd.check.like(loss, due, what="loss", why="it is the mean over the examples")
    dd.check.kind(grads, dict, what="grads")
    dd.check.equal(sorted(grads), ["b1", "b2", "w1", "w2"], what="the keys of grads")
    for name, value in params.items():
        dd.check.kind(grads[name], np.ndarray, what=f"gradient of {name}")
        dd.check.shape(grads[name], value.shape, what=f"gradient of {name}")
        dd.check.gradient(
            lambda v, name=name, params=params, x=x, labels=labels: slow_loss({**params, name: v}, x, labels),
            value,
            grads[name],
            what=f"gradient of {name}",
            why="it is the slope of the mean loss",
        )

    # What must change nothing: the batch twice over, one amount added to all logits, and views for arguments.
    again = two_layer_loss_and_gradients(params, np.concatenate([x, x]), np.concatenate([labels, labels]))
    moved = two_layer_loss_and_gradients({**params, "b2": params["b2"] + 50.0}, x, labels)
    views = {**params, "w1": np.repeat(params["w1"], 2, axis=1)[:, ::2]}
    viewed = two_layer_loss_and_gradients(views, np.repeat(x, 2, axis=0)[::2], np.repeat(labels, 2)[::2])
    for result, where in [(again, "every example twice"), (moved, "50 added to every logit"), (viewed, "views")]:
        dd.check.like(result[0], due, what=f"loss with {where}", why="it should be as before")
        for name in params:
            what = f"gradient of {name} with {where}"
            dd.check.close(result[1][name], grads[name], what=what, why="it should be as before")

    # The gradient of a mean is the mean of the gradients.
    alone = [two_layer_loss_and_gradients(params, x[i : i + 1], labels[i : i + 1])[1] for i in range(n)]
    for name in params:
        due = sum(one[name] for one in alone) / n
        dd.check.close(grads[name], due, what=f"gradient of {name}", why="it is the mean of its examples' gradients")

# Logits of +-1000, in rows that differ: right, wrong, far down together, and wrong again. All by hand.
params = {
    "w1": np.array([[1.0, 0.0], [0.0, 1.0]]),
    "b1": np.zeros(2),
    "w2": np.array([[1000.0, -1000.0], [-1000.0, -1000.0]]),
    "b2": np.zeros(2),
}
x = np.array([[1.0, -1.0], [1.0, -1.0], [-1.0, 1.0], [2.0, -1.0]])
labels = np.array([0, 1, 1, 1])
loss, grads = two_layer_loss_and_gradients(params, x, labels)
dd.check.finite(loss, what="loss", why="logits of 1000 must give neither inf nor log(0)")
dd.check.close(loss, (0 + 2000 + np.log(2) + 4000) / 4, what="loss", why="a wrong row costs its gap in logits")
for name in params:
    dd.check.finite(grads[name], what=f"gradient of {name}", why="logits of 1000 must not overflow")
dd.check.close(grads["b2"], [2.5 / 4, -2.5 / 4], what="gradient of b2", why="probs minus one-hot, over 4")
dd.check.close(grads["w2"], [[3 / 4, -3 / 4], [0.5 / 4, -0.5 / 4]], what="gradient of w2")
dd.check.close(grads["b1"], [2 * 2000 / 4, 0.0], what="gradient of b1")
dd.check.close(grads["w1"], [[3 * 2000 / 4, 0.0], [-2 * 2000 / 4, 0.0]], what="gradient of w1")

# Hidden units exactly at 0 are shut.
params = {"w1": np.ones((1, 1)), "b1": np.zeros(1), "w2": np.array([[1.0, -1.0]]), "b2": np.zeros(2)}
for x in (np.zeros((1, 1)), np.array([[-0.0]])):
    loss, grads = two_layer_loss_and_gradients(params, x, np.array([0]))
    dd.check.close(grads["b2"], [-0.5, 0.5], what="gradient of b2")
    dd.check.close(grads["b1"], [0.0], what="gradient of b1", why="ReLU's slope at 0 is 0")

# Whole numbers for inputs, labels of a narrow dtype, and float32.
params = {"w1": rng.normal(size=(2, 3)), "b1": np.ones(3), "w2": rng.normal(size=(3, 4)), "b2": np.zeros(4)}
x, labels = np.array([[0, 1], [2, 120], [30, 3]]), np.array([3, 0, 2])
loss, grads = two_layer_loss_and_gradients(params, x / 1.0, labels)
for dtype in (np.uint8, np.int8):
    whole = two_layer_loss_and_gradients(params, x.astype(dtype), labels.astype(dtype))
    dd.check.like(whole, (float(loss), grads), what=f"(loss, grads) of {np.dtype(dtype)} inputs and labels")
narrow = {name: value.astype(np.float32) for name, value in params.items()}
single = two_layer_loss_and_gradients(narrow, (x / 8).astype(np.float32), labels)
loss, grads = two_layer_loss_and_gradients(params, x / 8, labels)
dd.check.like(single, (float(loss), grads), rtol=1e-4, atol=1e-5, what="(loss, grads) in float32")
### END HIDDEN TESTS

# %% mistakes: two_layer_loss_and_gradients
# - replace: dlogits /= len(x)
#   with: dlogits /= 1
#   hint: "Your loss is a mean, but your gradients are those of a sum: they grow with the batch. Where does
#     1/N enter?"
# - replace: dlogits /= len(x)
#   with: dlogits /= 2 * len(x)
#   hint: "All your gradients are half of what they should be. The cross-entropy is no squared error: no factor of 2
#     is to be cancelled."
# - replace: log_probs[rows, labels].mean()
#   with: log_probs[rows, labels].sum()
#   hint: "The gradients are right, but the loss is the sum over the batch; it should be the mean."
# - replace: -log_probs[rows, labels].mean()
#   with: -log_probs[rows, labels].sum() / log_probs.size
#   hint: "The gradients are right, but the loss is divided by the number of all logits. It is a mean over examples,
#     each with one loss."
# - replace: -log_probs[rows, labels].mean()
#   with: -log_probs[rows, labels]
#   hint: "You return a loss for each example. The batch has one: their mean."
# - replace: dense_backward(dz1, x, params["w1"])
#   with: dense_backward(dz1 / len(x), x, params["w1"])
#   hint: "The first layer's gradients are divided by N once more. dlogits already carries that factor down
#     through the network."
# - replace: |-
#     return loss, {"w1": dw1, "b1": db1, "w2": dw2, "b2": db2}
#   with: |-
#     grads = {"w1": dw1, "b1": db1, "w2": dw2, "b2": db2}
#         return loss, {name: value / len(x) for name, value in grads.items()}
#   hint: "Every gradient is averaged twice: dlogits has been divided by N, and you divide again at the end."
# - replace: dlogits /= len(x)
#   with: dlogits /= dlogits.size
#   hint: "You divide by the number of entries of the logits. The loss is a mean over examples, each with one loss,
#     however many classes there are."
# - replace: dz1 = relu_backward(dhidden, z1)
#   with: dz1 = dhidden
#   hint: "The gradient goes from layer 2 straight to layer 1. On the way back it must pass every operation
#     that the forward pass went through. (A gate at hidden >= 0 is never shut: ReLU gives nothing below 0.)"
# - replace: relu_backward(dhidden, z1)
#   with: np.where(dhidden > 0, dhidden, 0.0)
#   hint: "You shut the gate where the gradient is negative. ReLU's gate is set by what went into it going forward."
# - replace: relu_backward(dhidden, z1)
#   with: np.where(z1 >= 0, dhidden, 0.0)
#   hint: "Your gate is open where a hidden unit is exactly at 0. Convention 3 declares the slope there."
# - replace: hidden = np.maximum(z1, 0)
#   with: hidden = z1
#   hint: "On the way forward nothing happens between the dense layers, so that two of them are one. What does ReLU
#     do?"
# - replace: logits = hidden @ params["w2"] + params["b2"]
#   with: logits = hidden @ params["w2"]
#   hint: "The second layer's biases have a gradient, but no part in its output."
# - replace: dlogits[rows, labels] -= 1
#   with: pass
#   hint: "Your gradient for the logits is p alone, and pulls every class down. What is subtracted for the right one?"
# - replace: |-
#     {"w1": dw1, "b1": db1, "w2": dw2, "b2": db2}
#   with: |-
#     {"dw1": dw1, "db1": db1, "dw2": dw2, "db2": db2}
#   hint: "The gradients are right, but under names of their own. They go by the keys of params, so that a step can pair
#     them."
# - replace: dense_backward(dlogits, hidden, params["w2"])
#   with: dense_backward(dlogits, z1, params["w2"])
#   hint: "The second dense layer was handed the wrong kept array: in the forward pass it read what ReLU let
#     through, not what went into ReLU."
# - replace: dlogits[rows, labels] -= 1
#   with: dlogits[:, labels] -= 1
#   hint: "You subtract 1 in whole columns. Each row should lose 1 in a single place, its own label's: pair
#     the row numbers with the labels."
# - replace: log_probs[rows, labels].mean()
#   with: log_probs[:, labels].mean()
#   hint: "The gradients are right, but your loss averages whole columns. Each row contributes one entry, its own
#     label's."
# - replace: logits.max(axis=1, keepdims=True)
#   with: logits.max()
#   hint: "The shift uses the largest logit of the whole batch. A row far below it underflows to log(0); each
#     row needs its own."
# - replace: shifted = logits - logits.max(axis=1, keepdims=True)
#   with: shifted = logits
#   hint: "The exponentials overflow for large logits. Softmax doesn't change when a row is shifted; Day 5
#     used that."
# - replace: shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
#   with: np.log(np.exp(shifted) / np.exp(shifted).sum(axis=1, keepdims=True) + 1e-12)
#   hint: "A small number inside the logarithm caps the loss near 27.6 and hides how wrong a confident mistake
#     is. Take log p from the logits instead."
# - replace: dlogits[rows, labels] -= 1
#   with: dlogits = np.eye(dlogits.shape[1])[labels] - dlogits
#   hint: "The gradients have the wrong sign: a step against them would raise the loss. What has to be
#     subtracted from what?"


# %% mistake: two_layer_loss_and_gradients
# hint: "You go through the cross-entropy and the softmax one after the other, which divides by a probability that may
#   be 0. Together their gradient is short, and safe."
def two_layer_loss_and_gradients(params, x, labels):
    rows = np.arange(len(x))
    z1 = x @ params["w1"] + params["b1"]
    hidden = np.maximum(z1, 0)
    logits = hidden @ params["w2"] + params["b2"]
    exps = np.exp(logits - logits.max(axis=1, keepdims=True))
    probs = exps / exps.sum(axis=1, keepdims=True)
    with np.errstate(all="ignore"):
        loss = -np.log(probs[rows, labels]).mean()
        dprobs = np.zeros_like(probs)
        dprobs[rows, labels] = -1 / probs[rows, labels] / len(x)
        dlogits = probs * (dprobs - (dprobs * probs).sum(axis=1, keepdims=True))
        dhidden, dw2, db2 = dense_backward(dlogits, hidden, params["w2"])
        _, dw1, db1 = dense_backward(relu_backward(dhidden, z1), x, params["w1"])
    return loss, {"w1": dw1, "b1": db1, "w2": dw2, "b2": db2}


# %% mistake: two_layer_loss_and_gradients
# hint: "You differentiate a squared error between probabilities and one-hot labels. The loss of the network is the
#   cross-entropy, whose gradient for the logits has no further factor."
def two_layer_loss_and_gradients(params, x, labels):
    z1 = x @ params["w1"] + params["b1"]
    hidden = np.maximum(z1, 0)
    logits = hidden @ params["w2"] + params["b2"]
    exps = np.exp(logits - logits.max(axis=1, keepdims=True))
    probs = exps / exps.sum(axis=1, keepdims=True)
    error = probs - np.eye(len(params["b2"]))[labels]
    loss = (error**2).sum(axis=1).mean()
    dprobs = 2 * error / len(x)
    dlogits = probs * (dprobs - (dprobs * probs).sum(axis=1, keepdims=True))
    dhidden, dw2, db2 = dense_backward(dlogits, hidden, params["w2"])
    _, dw1, db1 = dense_backward(relu_backward(dhidden, z1), x, params["w1"])
    return loss, {"w1": dw1, "b1": db1, "w2": dw2, "b2": db2}


# %% accepts: two_layer_loss_and_gradients
def two_layer_loss_and_gradients(params, x, labels):
    w1, b1, w2, b2 = (params[name] for name in ("w1", "b1", "w2", "b2"))
    onehot = np.eye(len(b2))[labels]
    hidden = np.clip(np.einsum("nd,dh->nh", x, w1) + b1, 0, None)
    logits = np.einsum("nh,hk->nk", hidden, w2) + b2
    log_norm = np.logaddexp.reduce(logits, axis=1)
    loss = np.mean(log_norm - np.sum(onehot * logits, axis=1))
    dlogits = (np.exp(logits - log_norm[:, None]) - onehot) / len(x)
    dz1 = np.einsum("nk,hk->nh", dlogits, w2) * np.sign(hidden)
    grads = {"w2": np.einsum("nh,nk->hk", hidden, dlogits), "b2": np.einsum("nk->k", dlogits)}
    grads.update(w1=np.einsum("nd,nh->dh", x, dz1), b1=np.einsum("nh->h", dz1))
    return loss, grads


# %% accepts: two_layer_loss_and_gradients
def two_layer_loss_and_gradients(params, x, labels):
    loss, grads = 0.0, {name: np.zeros(value.shape) for name, value in params.items()}
    for row, label in zip(x, labels, strict=True):
        hidden = row @ params["w1"] + params["b1"]
        alive = hidden > 0
        hidden = hidden * alive
        logits = hidden @ params["w2"] + params["b2"]
        top = max(logits)
        log_norm = top + np.log(sum(np.exp(value - top) for value in logits))
        loss += (log_norm - logits[label]) / len(x)
        delta = np.exp(logits - log_norm) / len(x)
        delta[label] -= 1 / len(x)
        grads["b2"] += delta
        grads["w2"] += np.outer(hidden, delta)
        delta = alive * (params["w2"] @ delta)
        grads["b1"] += delta
        grads["w1"] += np.outer(row, delta)
    return float(loss), grads


# %% [markdown]
# ## Does Keras agree?
#
# Keras finds gradients by the method of Day 25, recorded operation by operation, and knows nothing of your
# formulas. Give both the same weights and batch. The layers run in float64, so that rounding, also a GPU's,
# does not blur the comparison.

# %% demo
import os

os.environ["KERAS_BACKEND"] = "tensorflow"
with dd.quiet():  # TensorFlow announces itself while it loads
    import keras
    import tensorflow as tf

    tf.zeros(1)  # the first use starts the devices

rng = np.random.default_rng(3)
x, labels = rng.normal(size=(32, 5)), rng.integers(0, 4, 32)
params = {
    "w1": rng.normal(size=(5, 7)),
    "b1": rng.normal(size=7),
    "w2": rng.normal(size=(7, 4)),
    "b2": rng.normal(size=4),
}
model = keras.Sequential(
    [
        keras.Input((5,), dtype="float64"),
        keras.layers.Dense(7, activation="relu", dtype="float64"),
        keras.layers.Dense(4, dtype="float64"),
    ]
)
model.set_weights(list(params.values()))
with tf.GradientTape() as tape:
    per_example = keras.losses.sparse_categorical_crossentropy(labels, model(x), from_logits=True)
    keras_loss = tf.reduce_mean(per_example)
keras_grads = tape.gradient(keras_loss, model.trainable_variables)

loss, grads = two_layer_loss_and_gradients(params, x, labels)
print(f"loss: yours {loss:.12f}, Keras {float(keras_loss):.12f}")
for name, keras_grad in zip(params, keras_grads, strict=True):
    worst = np.abs(grads[name] - keras_grad.numpy()).max()
    print(f"{name}: largest difference {worst:.1e}")
    assert worst < 1e-5

# %% [markdown]
# All four agree to about the rounding of float64, far below the 1e-5 that one would accept.
#
# ## Put it together: spirals
#
# Three spiral arms, a class each: 600 points to learn from and 600 more, from another seed, to be judged on.
# First, what does averaging buy? Take random batches of growing size and measure how long the gradient of
# `w1` is, for the mean and for the sum.

# %% demo
x_train, labels_train = dd.data.spirals(600, noise=0.05, seed=0)
x_test, labels_test = dd.data.spirals(600, noise=0.05, seed=1)


def start(num_hidden, seed):
    rng = np.random.default_rng(seed)
    return {
        "w1": rng.normal(0, 1, (2, num_hidden)),
        "b1": np.zeros(num_hidden),
        "w2": rng.normal(0, np.sqrt(2 / num_hidden), (num_hidden, 3)),
        "b2": np.zeros(3),
    }


params = start(64, seed=26)
batch_sizes = 2 ** np.arange(9)
rng = np.random.default_rng(26)
means = []
for size in batch_sizes:
    lengths = []
    for _ in range(50):
        batch = rng.choice(600, size, replace=False)
        _, grads = two_layer_loss_and_gradients(params, x_train[batch], labels_train[batch])
        lengths.append(np.linalg.norm(grads["w1"]))
    means.append(np.mean(lengths))
fig, ax = plt.subplots(figsize=(6, 3.6))
ax.loglog(batch_sizes, np.array(means) * batch_sizes, "s--", color="0.5", label="sum over the batch")
ax.loglog(batch_sizes, means, "o-", color="black", label="mean over the batch")
ax.set(title="Gradient of w1, average of 50 batches", xlabel="batch size N", ylabel="length of the gradient")
ax.legend()
dd.plot.show(
    "Length of the gradient over the batch size from 1 to 256, both axes logarithmic: that of the mean falls at first"
    " and then stays nearly level, that of the sum climbs all the way."
)
print(f"sum: {means[8] * 256 / (means[5] * 32):.1f} times as long at 256 examples as at 32")
print(f"mean: {means[8] / means[5]:.2f} times as long")

# %% [markdown]
# The mean settles: a larger batch estimates the same vector with less noise. The sum keeps growing, and is
# about seven times as long at 256 examples as at 32, so a learning rate that suits one batch size fails at
# the other. That is why the mean is the convention.
#
# Now train, with plain gradient descent on the whole training set. Two questions at once. How many hidden units
# does a spiral need? And does it matter where the descent **starts**? Each size is trained from four starts,
# with the same steps and learning rate.


# %% demo
def train(params, x, labels, learning_rate, num_steps):
    losses = []
    for _ in range(num_steps):
        loss, grads = two_layer_loss_and_gradients(params, x, labels)
        params = {name: value - learning_rate * grads[name] for name, value in params.items()}
        losses.append(loss)
    return params, losses


def predict(params, x):
    hidden = np.maximum(x @ params["w1"] + params["b1"], 0)
    return (hidden @ params["w2"] + params["b2"]).argmax(axis=1)


runs = {}
for num_hidden in (2, 4, 64):
    runs[num_hidden] = []
    for seed in (26, 27, 28, 29):
        params, losses = train(start(num_hidden, seed), x_train, labels_train, 0.5, num_steps=1200)
        accuracy = np.mean(predict(params, x_test) == labels_test)
        runs[num_hidden].append((params, losses, accuracy))
    last = sorted(losses[-1] for _, losses, _ in runs[num_hidden])
    accuracies = sorted(accuracy for _, _, accuracy in runs[num_hidden])
    print(f"{num_hidden:2d} hidden units: final losses {', '.join(f'{loss:.3f}' for loss in last)};", end=" ")
    print(f"held-out accuracy {accuracies[0]:.3f} to {accuracies[-1]:.3f}")
assert accuracies[0] > 0.95

# %% demo
fig, axes = plt.subplots(2, 2, figsize=(10, 9))
loss_ax, *region_axes = axes.flat
looks = {2: ("C0", "-"), 4: ("C1", "--"), 64: ("C2", "-.")}
for ax, (num_hidden, of_size) in zip(region_axes, runs.items(), strict=True):
    color, linestyle = looks[num_hidden]
    for i, (_, losses, _) in enumerate(of_size):
        look = {"color": color, "linestyle": linestyle, "linewidth": 1.5}
        loss_ax.semilogy(losses, label=f"{num_hidden} hidden units" if i == 0 else None, **look)
    params, _, accuracy = of_size[0]
    title = f"{num_hidden} hidden units: held-out accuracy {accuracy:.3f}"
    dd.plot.decision_regions(
        lambda points, params=params: predict(params, points), x_test[::2], labels_test[::2], ax, title=title
    )
    ax.set(xticks=[-1, 0, 1], yticks=[-1, 0, 1], xlabel="$x_0$", ylabel="$x_1$")
loss_ax.set(title="Training loss from four starts each", xlabel="step", ylabel="mean cross-entropy")
loss_ax.legend()
dd.plot.show(
    "Training loss over 1,200 steps from four starts, and three maps of decision regions over the three spiral arms. "
    "With 2 hidden units the losses stall high and a few straight borders cut the arms; with 4 they end far apart and"
    " the borders follow the arms in part; with 64 the four curves lie close together and low, and the borders wind "
    "with the arms."
)

# %% [markdown]
# The shaded regions are the decisions of the first of the four networks, the marks every second held-out point.
# Each hidden unit contributes one crease, a line along which the logits bend. Two creases cut the plane but
# cannot wind; four follow the arms for part of the way; 64 bend the borders often enough to wind with them, and
# held-out accuracy passes 0.95. The errors left lie in the middle, where the arms meet.
#
# The curves answer the second question. With 4 units the four starts end far apart: descent goes downhill from
# where it is, and comes to rest in a **local minimum** or on a plateau, though a far better network of that
# size exists, as a luckier start shows. With 64 units all four end alike. Rumelhart, Hinton and Williams
# reported the same in 1986: they met poor local minima only in networks with just enough connections for the task,
# and a few more connections gave descent ways around them.
#
# And what have the 64 units found? The last dense layer is the softmax regression of Day 5. So ask what such a
# layer can do with the two coordinates as they are, and with the 64 numbers of `hidden`.

# %% demo
params = runs[64][0][0]
views = {
    "the two coordinates": (x_train, x_test),
    "the 64 hidden values": tuple(np.maximum(x @ params["w1"] + params["b1"], 0) for x in (x_train, x_test)),
}
for name, (seen, unseen) in views.items():
    w, b = np.zeros((seen.shape[1], 3)), np.zeros(3)
    for _ in range(1500):
        exps = np.exp(seen @ w + b)
        dlogits = (exps / exps.sum(axis=1, keepdims=True) - np.eye(3)[labels_train]) / len(seen)
        _, dw, db = dense_backward(dlogits, seen, w)
        w, b = w - 0.5 * dw, b - 0.5 * db
    print(f"softmax regression on {name}: held-out accuracy {np.mean((unseen @ w + b).argmax(1) == labels_test):.3f}")

# %% [markdown]
# On the coordinates it gets about half of the points right, since straight lines part the arms no better. On the
# hidden values the same layer, trained afresh in the same way, gets nearly all. The hidden units have become
# features that nobody designed: a **hidden representation**, which is what the paper of 1986 was excited about.
#
# ## What you should remember
#
# 1. A layer's backward pass takes `dout`, the gradient for its output, and returns the gradients for its
#    input and parameters; no Jacobian is ever built.
# 2. A gradient has the shape of its variable, and shapes dictate most transposes. They do not see square
#    sizes, scale or sign.
# 3. Shared parameters sum over the examples; $1/N$ enters once, at the logits, because the loss is a mean.
# 4. Softmax alone mixes a row; with cross-entropy it collapses to $(p - \text{one-hot})/N$, which cannot
#    overflow.
# 5. The backward pass needs the layers' inputs again, so the forward pass keeps them: training is paid for in
#    memory.
#
# ## Check yourself, without code
#
# 1. In a layer with $N = D = M$, which wrong formulas for `dx`, `dw` and `db` still have the right shape?
# 2. For a whole batch, every hidden unit's input is negative. Which of the four gradients are zero?
# 3. A network uses the same weights $w$ in two layers. You have a `dw` from each. What is $\bar w$?
#
# <details><summary>Answers</summary>
#
# 1. `dout @ w` for `dx`, `x @ dout` (and both factors swapped) for `dw`, the sum over the wrong axis for
#    `db`, and each of them divided by $N$ or with its sign turned.
# 2. Those of `w1` and `b1`, since the gate is shut, and that of `w2`, since its input is zero. Only `b2`
#    still learns.
# 3. Their sum. It is the rule of Day 25: gradients of a value that is used twice accumulate.
#
# </details>
#
# ## Go further
#
# - Rumelhart, Hinton and Williams (1986), *Learning representations by back-propagating errors*, Nature 323:
#   four pages that made the method known, and ask about local minima.
# - LeCun, Bottou, Orr and Müller (1998), *Efficient BackProp*, in Neural Networks: Tricks of the Trade:
#   batches, scaling and steps in practice.
# - Glorot, Bordes and Bengio (2011), *Deep sparse rectifier neural networks*, AISTATS: why a gate with a kink
#   at 0 trains so well.
# - Goodfellow, Bengio and Courville (2016), *Deep Learning*, section 6.5: backpropagation on general graphs.
# - Baydin, Pearlmutter, Radul and Siskind (2018), *Automatic differentiation in machine learning: a survey*,
#   JMLR 18: how the products you wrote by hand are found by machine.
# - Day 27 turns the nudging of this lesson into a proper check for any gradient.
