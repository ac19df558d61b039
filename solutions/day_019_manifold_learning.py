# ---
# day: 19
# title: "Manifolds: LLE and t-SNE"
# week: 4
# minutes: 110
# backend: numpy
# needs: [1, 6, 16, 18]
# data: [digits, toy]
# papers:
# - Roweis and Saul 2000, Nonlinear dimensionality reduction by locally linear embedding
# - Tenenbaum, de Silva and Langford 2000, A global geometric framework for nonlinear dimensionality reduction
# - Hinton and Roweis 2002, Stochastic neighbor embedding
# - van der Maaten and Hinton 2008, Visualizing data using t-SNE
# - Wattenberg, Viégas and Johnson 2016, How to use t-SNE effectively
# ---

# %% [markdown]
# # Day 19 · Manifolds: LLE and t-SNE
#
# By the end you can flatten a curved sheet of points, draw 500 digits as a map on which like lies beside like, and
# say of such a map what may be read from it and what may not.
#
# - **You will build** four NumPy functions: each point's nearest neighbours, the weights with which they rebuild it,
#   similarities with a chosen number of effective neighbours, and the gradient that moves the points of a map. The
#   first two unroll a swiss roll, the last two draw the digits.
# - **You need** squared distances (Day 1), the silhouette's idea of a cluster (Day 16), PCA and eigenvectors (Day 18).
# - **Not today:** new points on a finished map, UMAP, and networks that learn a map (autoencoders).
# - **Time:** about 110 minutes.
#
# | symbol | meaning | shape | in code |
# |---|---|---|---|
# | $m,\ n$ | number of points, of features | scalars | `x.shape` |
# | $x_i$ | point $i$ | $(n,)$ | `x[i]` |
# | $k$; $\mathcal N_i$ | number of neighbours; those of point $i$, nearest first | $(m, k)$ together | `neighbors` |
# | $t_i$ | angle of point $i$ along the roll, known because we made it | $(m,)$ together | `angle` |
# | $w_{ij}$ | weight of neighbour $j$ in rebuilding point $i$ | $(m, k)$ together | `weights` |
# | $G_i$, $r$ | Gram matrix of the steps from $i$ to its neighbours; strength of the ridge | $(k, k)$, $()$ | `reg` |
# | $W$, $M$ | all weights as a square table; $(I - W)^\top (I - W)$ | $(m, m)$ | |
# | $y_i$ | the place of point $i$ on the map | $(d,)$ | `y[i]` |
# | $d$ | dimensions of the map, mostly 2 | scalar | |
# | $p_{j \mid i}$, $p_{ij}$ | similarity of $j$ seen from $i$; of the pair | $(m, m)$ | `conditional`, `p` |
# | $\beta_i = 1 / 2\sigma_i^2$ | how fast similarity falls around point $i$ | scalars | |
# | $H_i$ | entropy of the row $p_{\cdot \mid i}$, in nats; $e^{H_i}$ is its perplexity | scalars | `perplexity` |
# | $q_{ij}$ | similarity of the pair on the map | $(m, m)$ | |

# %% setup
import matplotlib.pyplot as plt
import numpy as np

import deepdays as dd

dd.plot.style()

# %% [markdown]
# ## Projection, or manifold?
#
# Day 18's PCA is a **projection**: it looks at the cloud from the best side, and its map is a shadow. That is the
# right thing for a flat cloud. But take a half circle of radius 1. Its ends are 2 apart through the air and
# $\pi$ apart along the line; a shadow can only show the air. Bend further, to a spiral, and points that are far apart
# along the line get the same shadow.
#
# A **manifold** is a shape that looks flat from close by, as the ground does, whatever it does at large: a line bent
# in space (one dimension), a sheet rolled up (two). Pictures of one object under changing light, or of one digit
# written with a changing slant, are points in a space of many pixels, but they have only as many freedoms as the lamp
# or the hand. The **manifold hypothesis** says that much real data is like this. Then there are few numbers that
# describe a row, but no plane has them as its coordinates. Note that any such method *makes* new columns. Day 6's
# lasso *chooses* old ones, which is feature selection; that can be done before training (a filter), by trying subsets
# (a wrapper) or within training (embedded, as the lasso does).
#
# The usual test piece is a **swiss roll**. Which side would you photograph it from?

# %% demo
from threadpoolctl import threadpool_limits

threadpool_limits(1)  # today's matrices are too small to be shared out among threads
roll, angle = dd.data.swiss_roll(800, seed=4)  # (800, 3), (800,)
centred = roll - roll.mean(axis=0)
shadow = centred @ np.linalg.svd(centred, full_matrices=False)[2][:2].T  # (800, 2), PCA of Day 18
fig = plt.figure(figsize=(13, 6.6))
grid = fig.add_gridspec(2, 3, height_ratios=[3, 1.1], width_ratios=[1.3, 1, 1])
solid = fig.add_subplot(grid[0, 0], projection="3d")
solid.scatter(*roll.T, c=angle, s=8)
solid.view_init(12, -72)
solid.set_box_aspect(None, zoom=0.85)
solid.set(xlabel="$x_{i0}$", ylabel="$x_{i1}$", zlabel="$x_{i2}$", title="The roll: 800 points")
best, other, sheet = (fig.add_subplot(place) for place in (grid[0, 1], grid[0, 2], grid[1, :]))
best.scatter(*shadow.T, c=angle, s=8)
best.set(xlabel="first component", ylabel="second component", title="The best shadow (PCA)", aspect="equal")
other.scatter(roll[:, 0], roll[:, 1], c=angle, s=8)
other.set(xlabel="$x_{i0}$", ylabel="$x_{i1}$", title="A shadow from above", aspect="equal")
along = (angle * np.sqrt(1 + angle**2) + np.arcsinh(angle)) / 2  # length of the spiral from its centre
points = sheet.scatter(along - along.min(), roll[:, 1], c=angle, s=8)
sheet.set(xlabel="length along the sheet", ylabel="$x_{i1}$", title="What we want: the sheet", aspect=1, anchor="C")
fig.colorbar(points, ax=sheet, label="angle $t_i$")
for ax in (best, other, sheet):
    ax.grid(False)
dd.plot.show(
    "A sheet of points rolled up in space, coloured by the angle along it. Its best shadow is a spiral, seen from the "
    "open end. From above, dark, middle and light colours lie on top of each other. Below, the sheet laid flat, some "
    "90 long and 21 wide, its colour changing steadily from one end to the other."
)

# %% [markdown]
# The best shadow looks in at the open end: it shows the layers apart but drops the whole width of the sheet, and its
# two axes describe the one angle between them. From above the width is there and the layers lie on each other. The
# flat sheet below was drawn by us, who know the angle $t_i$. A method that sees only the three coordinates must find
# it from what it can trust: *nearby* points. Between near neighbours the way through the air and the way along the
# sheet are the same.
#
# ## Who is near?
#
# All of today starts from the **$k$-nearest-neighbours graph**: an arrow from each point to the $k$ others that are
# closest to it. By hand: five points A $(0, 0)$, B $(1, 0)$, C $(0, 2)$, D $(4, 0)$, E $(4, 3)$. Squared distances
# from D are 16, 9, 20 and, to E, 9. So D's neighbours are B, E, then A: B and E tie, and the point with the smaller
# index goes first. A's are B (1), C (4), D (16). The graph need not be mutual: E's three are
# D, C and B, but B's are A, C and D.
#
# Three traps. A point is nearest to itself and must not be its own neighbour; but a *twin*, another point at the very
# same place, is a neighbour like any other, at distance 0. Squares of whole numbers overflow in their small
# dtypes. And Day 1's short cut $|x|^2 - 2 x \cdot z + |z|^2$ loses all its digits when the points lie far from the
# origin: two huge numbers are subtracted to find a small one.


# %% exercise: nearest_neighbors
def nearest_neighbors(x, k):
    """The k points nearest to each point, itself excepted, by Euclidean distance.

    Args:
        x: points, array of numbers of any dtype, shape (m, n), m >= 2, which may lie far from the origin; left
            unchanged. Two points may be equal.
        k: how many neighbours, int from 1 to m - 1.

    Returns:
        Int array of shape (m, k): row i holds the indices of the points nearest to point i, the nearest first; of
        points equally far away the one with the smaller index comes first. Row i never holds i.

    Raises:
        ValueError: k is below 1 or above m - 1. About 8 lines.
    """
    ### BEGIN SOLUTION
    if not 1 <= k < len(x):
        raise ValueError(f"k must be from 1 to {len(x) - 1}, not {k}")
    x = np.asarray(x, dtype=float)
    neighbors = np.empty((len(x), k), dtype=int)
    for i, point in enumerate(x):
        distances = np.sum((x - point) ** 2, axis=1)  # (m,)
        distances[i] = np.inf
        neighbors[i] = np.argsort(distances, kind="stable")[:k]
    return neighbors
    ### END SOLUTION


# %% test: nearest_neighbors, points=2
x = np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 2.0], [4.0, 0.0], [4.0, 3.0]])  # A to E
with dd.check.unchanged(x, what="x"):
    result = nearest_neighbors(x, 3)
due = np.array([[1, 2, 3], [0, 2, 3], [0, 1, 4], [1, 4, 0], [3, 2, 1]])
dd.check.like(result, due, why="these are the five points worked by hand")
twins = np.array([[2.0, 1.0, 0.0], [9.0, 9.0, 9.0], [2.0, 1.0, 0.0], [2.0, 1.0, 5.0]])
due = np.array([[2, 3], [3, 0], [0, 3], [0, 2]])
dd.check.like(nearest_neighbors(twins, 2), due, why="points 0 and 2 are equal, and each is a neighbour of the other")
with dd.check.raises(ValueError, why="five points have four others each"):
    nearest_neighbors(x, 5)
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(190)


def slow_neighbors(x, k):
    rows = x.tolist()
    order = []
    for i, point in enumerate(rows):
        others = [(sum((a - b) ** 2 for a, b in zip(point, o, strict=True)), j) for j, o in enumerate(rows) if j != i]
        order.append([j for _, j in sorted(others)[:k]])
    return np.array(order)


for m, n, k in ((2, 1, 1), (2, 3, 1), (6, 1, 5), (9, 4, 1), (7, 2, 6), (30, 3, 8), (260, 2, 9)):
    x = rng.normal(0.0, 2.0, (m, n))
    with dd.check.unchanged(x, what="x"):
        result = nearest_neighbors(x, k)
    dd.check.like(result, slow_neighbors(x, k), why=f"these are the {k} nearest of {m} points, in order")
grid = rng.integers(0, 3, (70, 2)).astype(float)  # many ties and many twins
dd.check.like(nearest_neighbors(grid, 69), slow_neighbors(grid, 69), why="of equally far points the first comes first")
far = rng.permutation(200)[:40].reshape(20, 2) / 64
dd.check.like(
    nearest_neighbors(far + 1e8, 6),
    slow_neighbors(far, 6),
    what="the result far from the origin",
    why="a shift is no news",
)
for dtype in ("uint8", "int8", "int64", "float32"):
    whole = rng.integers(0, 127, (12, 5)).astype(dtype)
    dd.check.like(nearest_neighbors(whole, 4), slow_neighbors(whole, 4), what=f"the result for {dtype}")
wide = rng.normal(size=(18, 6))
dd.check.like(nearest_neighbors(wide[::2, ::2], 3), slow_neighbors(wide[::2, ::2], 3), why="a view is an array too")
same = np.ones((4, 2))
due = np.array([[1, 2, 3], [0, 2, 3], [0, 1, 3], [0, 1, 2]])
dd.check.like(nearest_neighbors(same, 3), due, why="four equal points tie, and no row holds its own index")
for k in (0, -1, 4, 40):
    with dd.check.raises(ValueError, why=f"four points have no {k} neighbours each"):
        nearest_neighbors(same, k)
### END HIDDEN TESTS

# %% mistakes: nearest_neighbors
# - replace: distances[i] = np.inf
#   with: pass
#   hint: "Your points are their own neighbours. The distance to oneself is always the smallest."
# - replace: distances[i] = np.inf
#   with: distances[distances == 0] = np.inf
#   hint: "You leave out everything at distance 0. A twin at the same place is another point, and a neighbour."
# - replace: np.sum((x - point) ** 2, axis=1)
#   with: np.sum(np.abs(x - point), axis=1)
#   hint: "You add up the lengths along the axes, as a taxi drives. The Euclidean distance is the straight way."
# - replace: np.sum((x - point) ** 2, axis=1)
#   with: np.sum(x**2, axis=1) - 2 * x @ point + point @ point
#   hint: "Far from the origin you subtract huge numbers to get small ones, and the digits that matter are lost."
# - replace: np.argsort(distances, kind="stable")[:k]
#   with: np.argsort(distances)[:k]
#   hint: "Which of two equally far points comes first is left to chance: not every sort keeps their order, and a
#     partition puts nothing in order."
# - replace: np.argsort(distances, kind="stable")[:k]
#   with: np.argsort(-distances, kind="stable")[:k]
#   hint: "You sort the wrong way round: those are the farthest points."
# - replace: np.argsort(distances, kind="stable")[:k]
#   with: np.sort(np.argsort(distances, kind="stable")[:k])
#   hint: "You have the right points in the order of their indices. The nearest comes first."
# - replace: x = np.asarray(x, dtype=float)
#   with: x = np.asarray(x)
#   hint: "Differences and squares of small whole numbers wrap around in their own dtype."
# - replace: if not 1 <= k < len(x)
#   with: if not 1 <= k <= len(x)
#   hint: "As many neighbours as points are one too many: a point is not its own neighbour."


# %% mistake: nearest_neighbors
# hint: "You sort everything and drop the first, in the hope that it is the point itself. Between twins it need not be."
def nearest_neighbors(x, k):
    if k < 1 or k >= len(x):
        raise ValueError(k)
    x = np.array(x, dtype=float)
    squares = ((x[:, None] - x[None]) ** 2).sum(axis=-1)
    return np.argsort(squares, axis=1, kind="stable")[:, 1 : k + 1]


# %% mistake: nearest_neighbors
# hint: "Those are the distances to the neighbours. The neighbours themselves are asked for, by their indices."
def nearest_neighbors(x, k):
    if k < 1 or k >= len(x):
        raise ValueError(k)
    x = np.array(x, dtype=float)
    squares = ((x[:, None] - x[None]) ** 2).sum(axis=-1)
    np.fill_diagonal(squares, np.inf)
    return np.sort(squares, axis=1)[:, :k]


# %% mistake: nearest_neighbors
# hint: "You never look whether there are k other points. A caller who asks for too many should hear of it."
def nearest_neighbors(x, k):
    x = np.array(x, dtype=float)
    squares = ((x[:, None] - x[None]) ** 2).sum(axis=-1)
    np.fill_diagonal(squares, np.inf)
    return np.argsort(squares, axis=1, kind="stable")[:, :k]


# %% mistake: nearest_neighbors
# hint: "A k that is too large is cut down without a word. Whoever asks for more than there are should hear of it."
def nearest_neighbors(x, k):
    x = np.array(x, dtype=float)
    k = min(k, len(x) - 1)
    neighbors = np.empty((len(x), k), dtype=int)
    for i, point in enumerate(x):
        squares = np.sum((x - point) ** 2, axis=1)
        squares[i] = np.inf
        neighbors[i] = np.argsort(squares, kind="stable")[:k]
    return neighbors


# %% mistake: nearest_neighbors
# hint: "You make the graph mutual, so that a row holds points that others chose. Each point chooses its own k."
def nearest_neighbors(x, k):
    if k < 1 or k >= len(x):
        raise ValueError(k)
    x = np.array(x, dtype=float)
    squares = ((x[:, None] - x[None]) ** 2).sum(axis=-1)
    np.fill_diagonal(squares, np.inf)
    order = np.argsort(squares, axis=1, kind="stable")
    chosen = np.zeros(squares.shape, dtype=bool)
    np.put_along_axis(chosen, order[:, :k], True, axis=1)
    chosen |= chosen.T
    return np.array([[j for j in row if chosen[i, j]][:k] for i, row in enumerate(np.argsort(-chosen, axis=1))])


# %% equivalents: nearest_neighbors
# - replace: np.sum((x - point) ** 2, axis=1)
#   with: np.mean((x - point) ** 2, axis=1)
#   reason: "All are divided by the same number, and the order stays."


# %% accepts: nearest_neighbors
def nearest_neighbors(x, k):
    if k < 1 or k >= len(x):
        raise ValueError(f"no {k} neighbours among {len(x)} points")
    x = np.array(x, dtype=float)
    squares = np.zeros((len(x), len(x)))
    for column in x.T:
        squares += np.subtract.outer(column, column) ** 2
    np.fill_diagonal(squares, np.inf)
    return squares.argsort(axis=1, kind="stable")[:, :k]


# %% accepts: nearest_neighbors
def nearest_neighbors(x, k):
    if k not in range(1, len(x)):
        raise ValueError("k")
    x = np.asarray(x) * 1.0
    indices = np.arange(len(x))
    result = []
    for i in indices:
        others = np.delete(indices, i)
        lengths = np.sum(np.square(x[others] - x[i]), axis=-1)
        result.append(others[np.lexsort((others, lengths))][:k])
    return np.stack(result)


# %% [markdown]
# The one choice is $k$. With too few neighbours the graph may fall apart into pieces that know nothing of each other.
# And with too many? Look at the roll from its open side, with the arrows of 8 and of 24 neighbours. A **short cut**,
# an arrow that jumps from one layer to the next ($t$ changes by more than $\pi$), is drawn thick.

# %% demo
fig, panels = plt.subplots(1, 2, figsize=(12, 5.4), sharey=True)
shortcuts = {}
for ax, k in zip(panels, (8, 24), strict=True):
    neighbors = nearest_neighbors(roll, k)
    jump = np.abs(angle[neighbors] - angle[:, None]) > np.pi  # (800, k)
    shortcuts[k] = jump.sum()
    for cut, look in ((False, {"color": "0.75", "linewidth": 0.4}), (True, {"color": "C1", "linewidth": 1.8})):
        start, which = np.nonzero(jump == cut)
        ends = np.stack([roll[start], roll[neighbors[start, which]], np.full((len(start), 3), np.nan)], axis=1)
        ax.plot(*ends.reshape(-1, 3).T[[0, 2]], linestyle="-", **look)  # NaN lifts the pen between two arrows
    ax.scatter(roll[:, 0], roll[:, 2], c=angle, s=9, zorder=3)
    ax.grid(False)
    ax.set(xlabel="$x_{i0}$", title=f"{k} neighbours: {shortcuts[k]} short cuts", aspect="equal")
panels[0].set_ylabel("$x_{i2}$")
dd.plot.show(
    "The roll from the side with lines between neighbours. With 8 neighbours all or nearly all follow the spiral; with "
    "24 dozens of thick lines cross the empty space between two layers."
)
assert shortcuts[8] < 20 and shortcuts[24] > 50

# %% [markdown]
# With 24 neighbours some hundred or two hundred of the 19,200 arrows cross the gap. They start near the edges of the
# sheet, where half of the surroundings is empty and one has to look far for 24 points. Each, one in
# a hundred, declares two layers to be neighbours.
#
# ## Locally linear embedding
#
# Roweis and Saul's idea of the year 2000: near a point the sheet is flat, so the point is a mixture of its
# neighbours,
#
# $$x_i \approx \sum_{j \in \mathcal N_i} w_{ij}\, x_j , \qquad \sum_{j \in \mathcal N_i} w_{ij} = 1 ,$$
#
# and the *same* mixture must hold on a flat map. Why must the weights sum to 1? Shift all points by $a$: the left side
# grows by $a$, the right by $a$ times the sum. Turning and enlarging everything leave any mixture true, so with this
# sum it describes the shape of the neighbourhood and neither its place nor its size. Weights may be negative: a point
# at the edge of the sheet lies outside its neighbours.
#
# To find them, look from $x_i$: with the steps $x_j - x_i$ as rows of a table $Z_i$, of shape $(k, n)$, the error is
# $Z_i^\top w$, and its square is $w^\top G_i w$ with the **Gram matrix** $G_i = Z_i Z_i^\top$, of shape $(k, k)$. The
# smallest value under the constraint is where $G_i w$ is the same number for every neighbour. So: solve
# $G_i w = (1, \dots, 1)$, then divide $w$ by its sum.
#
# **When there are more neighbours than features**, $k > n$, many mixtures are perfect, and $G_i$ has no inverse. A
# **ridge** chooses the evenest: add $r$ times the trace of $G_i$ to its diagonal. (The sum of its diagonal, that is;
# with a fixed number instead, the answer would depend on the units.) If all neighbours sit exactly on $x_i$, the trace
# is 0; then the ridge is $r$ itself and the weights are equal.
#
# **By hand.** A point at 1 on a line, neighbours at 0 and 4. Perfect are $w = (\frac34, \frac14)$. The steps are
# $-1$ and $3$, so $G = \begin{pmatrix} 1 & -3 \\ -3 & 9 \end{pmatrix}$ with determinant 0 and trace 10. With $r = 0.1$
# we solve $\begin{pmatrix} 2 & -3 \\ -3 & 10 \end{pmatrix} w = \begin{pmatrix} 1 \\ 1 \end{pmatrix}$: $w$ is
# proportional to $(13, 5)$, so $w = (\frac{13}{18}, \frac{5}{18}) = (0.722, 0.278)$, a little evener than perfect.


# %% exercise: lle_weights
def lle_weights(x, neighbors, reg):
    """The weights that rebuild each point best from its neighbours (Roweis and Saul 2000).

    Args:
        x: points, array of numbers of any dtype, shape (m, n), which may lie far from the origin; left unchanged.
        neighbors: int array of shape (m, k), the indices of each point's neighbours; k may exceed n; left unchanged.
        reg: float > 0; reg times the trace of a point's Gram matrix is added to the diagonal of that matrix. Where
            the trace is 0, because all neighbours are equal to the point, the weights are equal.

    Returns:
        Float array of shape (m, k), in float64: weights[i, a] belongs to neighbors[i, a]. Each row sums to 1. Weights
        may be negative. About 6 lines.
    """
    ### BEGIN SOLUTION
    x = np.asarray(x, dtype=float)
    steps = x[neighbors] - x[:, None]  # (m, k, n)
    gram = steps @ steps.transpose(0, 2, 1)  # (m, k, k)
    trace = np.trace(gram, axis1=1, axis2=2)[:, None, None]
    ridge = reg * np.where(trace > 0, trace, 1.0) * np.eye(neighbors.shape[1])
    weights = np.linalg.solve(gram + ridge, np.ones((*neighbors.shape, 1)))[:, :, 0]
    return weights / np.sum(weights, axis=1, keepdims=True)
    ### END SOLUTION


# %% test: lle_weights, points=3
x = np.array([[5.0, 1.0, 2.0], [5.0, 0.0, 2.0], [5.0, 4.0, 2.0], [5.0, 6.0, 2.0]])  # on a line, at 1, 0, 4 and 6
neighbors = np.array([[1, 2], [0, 2], [3, 0], [2, 0]])
with dd.check.unchanged(x, what="x"), dd.check.unchanged(neighbors, what="neighbors"):
    result = lle_weights(x, neighbors, 0.1)
due = np.array([[13 / 18, 5 / 18], [13.7 / 12.4, -1.3 / 12.4], [16.3 / 27.6, 11.3 / 27.6], [17.9 / 14.8, -3.1 / 14.8]])
dd.check.like(result, due, why="row 0 is the point at 1 between 0 and 4, worked by hand; two others lie outside")
rng = np.random.default_rng(19)
cloud, chosen = rng.normal(size=(6, 3)), np.array([[(i + 1) % 6, (i + 3) % 6] for i in range(6)])
dd.check.close(
    lle_weights(1000 * cloud - 50, chosen, 0.01),
    lle_weights(cloud, chosen, 0.01),
    what="the weights of an enlarged and shifted cloud",
    why="the weights describe a shape, not its place or units",
)
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(191)


def best_weights(x, chosen, reg):
    """One point after another by least squares, with the last weight written as 1 minus the others."""
    x = x.astype(float)
    rows = []
    for i, indices in enumerate(chosen):
        steps = np.array([x[j] - x[i] for j in indices])  # (k, n)
        size = sum(float(step @ step) for step in steps)
        table = np.vstack([steps.T, np.sqrt(reg * (size if size > 0 else 1.0)) * np.eye(len(indices))])
        free, *_ = np.linalg.lstsq(table[:, :-1] - table[:, -1:], -table[:, -1], rcond=None)
        rows.append([*free, 1 - sum(free)])
    return np.array(rows, dtype=float)


for m, n, k in ((2, 1, 1), (5, 1, 3), (4, 2, 3), (7, 6, 2), (9, 3, 8), (12, 2, 5), (8, 4, 4)):
    x = rng.normal(1.0, 2.0, (m, n))
    chosen = np.array([rng.permutation([j for j in range(m) if j != i])[:k] for i in range(m)])
    for reg in (1e-3, 0.3, 20.0):
        with dd.check.unchanged(x, what="x"), dd.check.unchanged(chosen, what="neighbors"):
            result = lle_weights(x, chosen, reg)
        dd.check.like(
            result,
            best_weights(x, chosen, reg),
            rtol=1e-6,
            atol=1e-7,
            why="no other weights of sum 1 have a lower error",
        )
        dd.check.close(np.sum(result, axis=1), np.ones(m), rtol=1e-9, what="the sum of each row's weights")
        turn = np.linalg.qr(rng.normal(size=(n, n)))[0]
        turned = lle_weights(1e-4 * x @ turn, chosen, reg)
        dd.check.close(turned, result, rtol=1e-5, atol=1e-6, what="the weights of a turned and shrunk cloud")
        if n > 1:
            swapped = lle_weights(x, chosen[:, ::-1], reg)[:, ::-1]
            dd.check.close(swapped, result, rtol=1e-5, atol=1e-6, what="the weights for neighbours in another order")
    if k <= n:
        mix = rng.dirichlet(np.ones(k), m)
        inside = np.vstack([x, np.einsum("mk,mkn->mn", mix, x[chosen])])  # each new point is a known mixture
        both = np.vstack([chosen, chosen])
        exact = lle_weights(inside, both, 1e-10)[m:]
        dd.check.close(
            exact, mix, atol=1e-4, what="the weights of points that are mixtures", why="they are that mixture"
        )
x = rng.normal(size=(5, 3))
chosen = np.array([[1, 2, 3, 4], [0, 2, 3, 4], [0, 1, 3, 4], [0, 1, 2, 4], [0, 1, 2, 3]])
even = lle_weights(x, chosen, 1e9)
dd.check.close(even, np.full((5, 4), 0.25), atol=1e-6, what="the weights under a huge ridge")
far = lle_weights(np.round(x, 3) + 1e6, chosen, 1e-2)
dd.check.close(far, lle_weights(np.round(x, 3), chosen, 1e-2), rtol=1e-4, what="the weights far from the origin")
twin = np.vstack([x, x[:1]])
near = lle_weights(twin, np.array([[5, 1, 2]] * 6), 1e-3)
dd.check.close(near, best_weights(twin, np.array([[5, 1, 2]] * 6), 1e-3), rtol=1e-5, what="the weights beside a twin")
same = lle_weights(np.full((4, 2), 3.0), np.array([[1, 2, 3], [0, 2, 3], [0, 1, 3], [0, 1, 2]]), 1e-3)
dd.check.close(same, np.full((4, 3), 1 / 3), what="the weights of equal points", why="all mixtures are as good")
for dtype, tolerance in (("uint8", 1e-6), ("int8", 1e-6), ("int64", 1e-6), ("float32", 1e-6)):
    whole = rng.integers(0, 127, (5, 3)).astype(dtype)
    result = lle_weights(whole, chosen, 1e-2)
    dd.check.like(
        result, best_weights(whole, chosen, 1e-2), dtype="float64", rtol=tolerance, what=f"the result for {dtype}"
    )
wide = rng.normal(size=(10, 6))
dd.check.close(lle_weights(wide[::2, ::2], chosen, 1e-2), best_weights(wide[::2, ::2], chosen, 1e-2), rtol=1e-5)
### END HIDDEN TESTS

# %% mistakes: lle_weights
# - replace: x[neighbors] - x[:, None]
#   with: x[neighbors]
#   hint: "You look at the neighbours from the origin. Look from the point itself: only the steps to them count."
# - replace: reg * np.where(trace > 0, trace, 1.0)
#   with: reg
#   hint: "Your ridge is a fixed number, so the weights depend on the units. It should grow with the Gram matrix."
# - replace: reg * np.where(trace > 0, trace, 1.0)
#   with: reg * np.where(trace > 0, trace, 1.0) / neighbors.shape[1]
#   hint: "You add the mean of the diagonal where its sum, the trace, was asked for."
# - replace: reg * np.where(trace > 0, trace, 1.0)
#   with: reg * trace
#   hint: "Where all neighbours are equal to the point, your ridge vanishes too, and there is nothing left to solve."
# - replace: weights / np.sum(weights, axis=1, keepdims=True)
#   with: weights
#   hint: "Your weights don't sum to 1. What happens to the mixture when all points are shifted?"
# - replace: weights / np.sum(weights, axis=1, keepdims=True)
#   with: weights / np.sum(weights, axis=0, keepdims=True)
#   hint: "You divide by sums over the points. Each point's own weights sum to 1."
# - replace: weights / np.sum(weights, axis=1, keepdims=True)
#   with: np.maximum(weights, 0) / np.sum(np.maximum(weights, 0), axis=1, keepdims=True)
#   hint: "You cut negative weights off. A point outside its neighbours needs them."
# - replace: weights / np.sum(weights, axis=1, keepdims=True)
#   with: weights / np.linalg.norm(weights, axis=1, keepdims=True)
#   hint: "You give the weights length 1. Their sum is to be 1."
# - replace: weights / np.sum(weights, axis=1, keepdims=True)
#   with: np.abs(weights) / np.sum(np.abs(weights), axis=1, keepdims=True)
#   hint: "You drop the signs of the weights. A point outside its neighbours needs negative ones."
# - replace: gram + ridge
#   with: gram + (ridge if neighbors.shape[1] > x.shape[1] else 1e-12 * ridge)
#   hint: "You add the ridge only where there are more neighbours than features. It is due always, as reg says."
# - replace: gram + ridge
#   with: gram
#   hint: "Without a ridge the system has no unique solution as soon as there are more neighbours than features."


# %% mistake: lle_weights
# hint: "You weigh by closeness. LLE asks which mixture gives the point back, and a near neighbour may be no use in it."
def lle_weights(x, neighbors, reg):
    x = np.asarray(x, dtype=float)
    squares = np.sum((x[neighbors] - x[:, None]) ** 2, axis=2)
    closeness = 1 / (squares + reg * np.sum(squares, axis=1, keepdims=True) + 1e-12)
    return closeness / closeness.sum(axis=1, keepdims=True)


# %% mistake: lle_weights
# hint: "You fit the point freely and scale the weights to sum 1 afterwards. That is another mixture, and it depends on
#   where the origin is. The constraint belongs into the fit."
def lle_weights(x, neighbors, reg):
    x = np.asarray(x, dtype=float)
    weights = np.empty(neighbors.shape)
    for i, indices in enumerate(neighbors):
        gram = x[indices] @ x[indices].T
        gram += reg * np.trace(gram) * np.eye(len(indices))
        weights[i] = np.linalg.solve(gram, x[indices] @ x[i])
    return weights / weights.sum(axis=1, keepdims=True)


# %% mistake: lle_weights
# hint: "A pseudo-inverse takes another mixture than the ridge: you never use reg as it is described."
def lle_weights(x, neighbors, reg):
    x = np.asarray(x, dtype=float)
    steps = x[neighbors] - x[:, None]
    gram = steps @ steps.transpose(0, 2, 1)
    weights = np.linalg.pinv(gram, rcond=reg).sum(axis=2)
    total = weights.sum(axis=1, keepdims=True)
    even = np.full(neighbors.shape, 1 / neighbors.shape[1])
    return np.where(np.abs(total) > 1e-12, weights / np.where(total == 0, 1, total), even)


# %% mistake: lle_weights
# hint: "You add reg to the whole Gram matrix. A ridge is added to its diagonal only."
def lle_weights(x, neighbors, reg):
    x = np.asarray(x, dtype=float)
    weights = np.empty(neighbors.shape)
    for i, indices in enumerate(neighbors):
        steps = x[indices] - x[i]
        gram = steps @ steps.T
        size = np.trace(gram)
        weights[i] = np.linalg.lstsq(gram + reg * (size if size > 0 else 1), np.ones(len(indices)), rcond=None)[0]
    return weights / weights.sum(axis=1, keepdims=True)


# %% mistake: lle_weights
# hint: "Whole numbers stay in their own dtype with you, and steps between small ones wrap around."
def lle_weights(x, neighbors, reg):
    weights = np.empty(neighbors.shape)
    for i, indices in enumerate(neighbors):
        steps = x[indices] - x[i]
        gram = (steps @ steps.T).astype(float)
        size = np.trace(gram)
        gram += reg * (size if size > 0 else 1) * np.eye(len(indices))
        weights[i] = np.linalg.solve(gram, np.ones(len(indices)))
    return weights / weights.sum(axis=1, keepdims=True)


# %% equivalents: lle_weights
# - replace: np.where(trace > 0, trace, 1.0)
#   with: np.where(trace > 0, trace, 2.0)
#   reason: "If the trace is 0, the Gram matrix is 0, and any ridge gives equal weights."
# - replace: np.linalg.solve(gram + ridge, np.ones((*neighbors.shape, 1)))
#   with: np.linalg.solve(gram + ridge, np.ones((*neighbors.shape, 2)))
#   reason: "A second column of ones has the same solution, and the first is taken."
# - replace: "[:, :, 0]"
#   with: "[:, :, -1]"
#   reason: "There is only one column."


# %% accepts: lle_weights
def lle_weights(x, neighbors, reg):
    x = np.asarray(x, dtype=float)
    weights = np.empty(neighbors.shape)
    for i, indices in enumerate(neighbors):
        steps = x[indices] - x[i]
        gram = steps @ steps.T
        size = np.trace(gram)
        gram += reg * (size if size > 0 else 1) * np.eye(len(indices))
        weights[i] = np.linalg.solve(gram, np.ones(len(indices)))
        weights[i] /= weights[i].sum()
    return weights


# %% accepts: lle_weights
def lle_weights(x, neighbors, reg):
    x = np.array(x, dtype=np.float64)
    m, k = neighbors.shape
    steps = x[:, None, :] - x[neighbors]
    system = np.zeros((m, k + 1, k + 1))  # the constraint as one more equation, with a multiplier
    system[:, :k, :k] = np.einsum("man,mbn->mab", steps, steps)
    size = np.einsum("man,man->m", steps, steps)
    system[:, range(k), range(k)] += reg * np.where(size == 0, 1, size)[:, None]
    scale = np.where(size == 0, 1, size)[:, None, None]
    system[:, :k, :k] /= scale
    system[:, k, :k] = system[:, :k, k] = 1
    return np.linalg.solve(system, np.eye(k + 1)[:, k:])[:, :k, 0]


# %% [markdown]
# ## From weights to a map
#
# Now the weights stay fixed and places $y_i$ are wanted, in $d$ dimensions, that the same mixtures rebuild. Written
# with the $(m, m)$ table $W$ that holds $w_{ij}$, and zeros for all who are no neighbours, the error is
#
# $$\sum_i \Big\lvert y_i - \sum_j w_{ij}\, y_j \Big\rvert^2 = \text{trace of } Y^\top M\, Y, \qquad
# M = (I - W)^\top (I - W).$$
#
# All places equal would do perfectly, so one demands mean 0 and, along each axis, variance 1. By Day 18's argument
# the best axes are then eigenvectors of $M$, this time those with the *smallest* eigenvalues. The very smallest
# belongs to "all places equal" (its eigenvalue is 0, because the rows of $W$ sum to 1) and is skipped. No descent, no
# local minima: one call of `eigh`. How well is the roll unrolled? One of the two axes
# should put the points into the order of their angle, so we take the better **rank correlation**, the correlation of
# the two orders: 1 is perfect, 0 is none.


# %% demo
from scipy.linalg import eigh


def lle_embedding(x, k, dimensions=2, reg=1e-3):
    """Places on a map, (m, dimensions): the eigenvectors of M next to its smallest."""
    neighbors = nearest_neighbors(x, k)
    rest = np.eye(len(x))  # becomes I - W
    rest[np.arange(len(x))[:, None], neighbors] -= lle_weights(x, neighbors, reg)
    _, vectors = eigh(rest.T @ rest, subset_by_index=[1, dimensions])  # only these are computed
    return np.sqrt(len(x)) * vectors  # variance 1 along each axis


def rank_correlation(a, b):
    """Correlation of the ranks of two rows of numbers (Spearman)."""
    return np.corrcoef(np.argsort(np.argsort(a)), np.argsort(np.argsort(b)))[0, 1]


def unrolled(y, t):
    return max(abs(rank_correlation(axis, t)) for axis in y.T)


counts = [5, 8, 14, 24]
reached = np.zeros((5, len(counts)))
for seed in range(5):
    points, t = dd.data.swiss_roll(800, seed=seed)
    reached[seed % 5] = [unrolled(lle_embedding(points, k), t) for k in counts]

fig, panels = plt.subplots(1, 3, figsize=(14, 4.4))
for ax, k in zip(panels, (8, 24), strict=False):
    y = lle_embedding(roll, k)
    ax.scatter(*y.T, c=angle, s=8)
    ax.grid(False)
    ax.set(title=f"{k} neighbours: rank correlation {unrolled(y, angle):.2f}", xlabel="$y_{i0}$", ylabel="$y_{i1}$")
for row, marker in zip(reached, "os^Dv", strict=True):
    panels[2].plot(counts, row, marker, color="C0", markerfacecolor="none", linestyle="none")
panels[2].plot(counts, np.median(reached, axis=0), color="C1", label="median of five rolls")
panels[2].set(xlabel="neighbours $k$", ylabel="rank correlation with $t$", ylim=(0, 1.05), title="Five new rolls")
panels[2].legend(loc="lower left")
dd.plot.show(
    "Left: with 8 neighbours the roll is laid flat, colours change steadily from one end to the other. Middle: with 24 "
    "neighbours colours from both ends lie in one tangle. Right: rank correlation against the number of neighbours "
    "for five rolls: near 1 at 8, lower and more scattered at 5 and 14, close to 0 at 24."
)
print("rank correlation, five rolls:")
for k, values in zip(counts, reached.T, strict=True):
    print(f"  {k:2d} neighbours: {values.min():.2f} to {values.max():.2f}, median {np.median(values):.2f}")
assert np.median(reached[:, 1]) > 0.9 and np.max(reached[:, 3]) < 0.5

# %% [markdown]
# Eight neighbours unroll it: the median is close to 1. Twenty-four ruin it, with about 1% of wrong arrows, because one
# false mixture ties two layers together as firmly as a true one. Five are too few to be safe. So LLE is
# **fragile**: the choice of $k$ decides, and even with eight a roll now and then stays folded. On real data there is no
# $t$ to check against. Try several $k$ and trust what stays.
#
# What does LLE **distort**, even when it works? All lengths. The sheet was about 89 long and 21 wide; the map has
# variance 1 along both axes by decree, so it is as wide as it is long, and some parts are squeezed to a thread where
# others are spread. What it keeps is who lies beside whom.
#
# ## Similarity with a perplexity
#
# t-SNE gives up on mixtures and asks for less: *near stays near*. "Near" becomes a probability. Standing at point $i$
# and choosing a companion at random, nearer ones more often,
#
# $$p_{j \mid i} = \frac{e^{-\beta_i\, |x_i - x_j|^2}}{\sum_{l \ne i} e^{-\beta_i\, |x_i - x_l|^2}}, \qquad
# p_{i \mid i} = 0 , \qquad \beta_i = \frac{1}{2 \sigma_i^2} .$$
#
# Each row of this $(m, m)$ table sums to 1. Every point has a $\sigma_i$ of its own: small in a crowd, large in
# the desert. What is the same for all is the **perplexity**, the effective number of companions,
#
# $$e^{H_i} , \qquad H_i = -\sum_j p_{j \mid i} \ln p_{j \mid i} .$$
#
# $H_i$ is the entropy of the row in nats (Day 20 explains it). If $u$ companions
# are equally likely and all others impossible, $H_i = \ln u$ and the perplexity is $u$.
#
# **By hand.** Four points; each has one other at squared distance 1 and two at 3. Which $\beta$ gives $p = (\frac12,
# \frac14, \frac14)$? One for which $e^{-3\beta} / e^{-\beta} = \frac12$, so $\beta = \frac{\ln 2}{2}$. The entropy is
# $\frac12 \ln 2 + \frac12 \ln 4 = 1.5 \ln 2$, the perplexity $2^{1.5} = 2.83$. Had the squared distances been $1000$
# times as large, or had each been larger by 7, the same perplexity would have given the same $p$: $\beta$ adapts, and
# $e^{-7\beta}$ cancels.
#
# There is no formula for $\beta_i$, but more $\beta$ means less entropy (unless all others are equally far). So
# **bisection** finds it: keep a lower and an upper bound, try between them, move one of them there. At first there is
# no upper bound; double until there is one. Two traps: from a lonely point every $e^{-\beta |x_i - x_j|^2}$ may be 0
# in the machine, and $0/0$ is no probability (the shift by 7 shows the cure); and if, say, five twins sit at the
# smallest distance, a perplexity of 2 can't be reached. Then no $\beta$ is large enough, and the row's limit is due:
# the nearest share it equally.


# %% exercise: perplexity_affinities
def perplexity_affinities(distances, perplexity):
    """Similarities p(j | i), every row with the same perplexity, by bisection (van der Maaten and Hinton 2008).

    Args:
        distances: squared Euclidean distances of all pairs, symmetric array of numbers >= 0 of shape (m, m), m >= 4,
            of any dtype and any size: 1e-12 and 1e12 alike. A distance of 0 between two different points is possible.
            The diagonal is not used, whatever it holds. Left unchanged.
        perplexity: effective number of neighbours, float, above 1 and below m - 1: exp of the entropy in nats.

    Returns:
        Float array of shape (m, m), not symmetric: entry [i, j] is p(j | i), proportional in row i to
        exp(-beta_i * distances[i, j]), with a zero diagonal. Each row sums to 1, and its perplexity is the one asked
        for, within one part in 10,000. Where more points than that are equally the nearest, their shares are equal
        and all others are 0.

    Raises:
        ValueError: perplexity is 1 or below, or m - 1 or above. About 17 lines.
    """
    ### BEGIN SOLUTION
    m = len(distances)
    if not 1 < perplexity < m - 1:
        raise ValueError(f"perplexity must be between 1 and {m - 1}, not {perplexity}")
    result = np.zeros((m, m))
    for i in range(m):
        gaps = np.delete(distances[i], i)
        gaps -= np.min(gaps)
        low, high, beta = 0.0, np.inf, 1.0
        for _ in range(120):
            shares = np.exp(-beta * gaps)
            row = shares / np.sum(shares)
            excess = np.log(np.sum(shares)) + beta * (row @ gaps) - np.log(perplexity)
            if abs(excess) < 1e-9:
                break
            low, high = (beta, high) if excess > 0 else (low, beta)
            beta = 2 * beta if np.isinf(high) else (low + high) / 2
        result[i, np.arange(m) != i] = row
    return result
    ### END SOLUTION


# %% test: perplexity_affinities, points=4
distances = np.array([[0.0, 1.0, 3.0, 3.0], [1.0, 0.0, 3.0, 3.0], [3.0, 3.0, 0.0, 1.0], [3.0, 3.0, 1.0, 0.0]])
with dd.check.unchanged(distances, what="distances"):
    result = perplexity_affinities(distances, 2**1.5)
due = np.array([[0.0, 0.5, 0.25, 0.25], [0.5, 0.0, 0.25, 0.25], [0.25, 0.25, 0.0, 0.5], [0.25, 0.25, 0.5, 0.0]])
tolerance = {"rtol": 1e-3, "atol": 1e-5}
dd.check.like(result, due, why="these are the four points worked by hand", **tolerance)
result = perplexity_affinities(1000.0 * distances, 2**1.5)
dd.check.like(result, due, why="with other units only beta changes", **tolerance)
line = np.array([0.0, 0.2, 1.0, 1.5, 4.0, 9.0, 9.5])
distances = (line[:, None] - line) ** 2
result = perplexity_affinities(distances, 3.0)
dd.check.close(np.diag(result), np.zeros(7), what="the diagonal", why="no point is its own companion")
dd.check.close(np.sum(result, axis=1), np.ones(7), what="the sum of each row")
entropy = -np.sum(result * np.log(np.maximum(result, 1e-300)), axis=1)
dd.check.close(np.exp(entropy), np.full(7, 3.0), rtol=2e-4, what="the perplexity of each row")
with dd.check.raises(ValueError, why="six companions at most are possible, and even those only without any preference"):
    perplexity_affinities(distances, 6.0)
### BEGIN HIDDEN TESTS
from scipy.optimize import brentq

rng = np.random.default_rng(192)


def exact_row(squares, perplexity):
    """p over the other points, from a root finder; squares is a list."""
    gaps = np.array(squares, dtype=float) - min(squares)
    gaps /= gaps.max()

    def excess(log_beta):
        p = np.exp(-np.exp(log_beta) * gaps)
        p /= p.sum()
        return -sum(v * np.log(v) for v in p if v > 0) - np.log(perplexity)

    p = np.exp(-np.exp(brentq(excess, -15, 60, xtol=1e-13)) * gaps)
    return p / p.sum()


def exact(distances, perplexity):
    m = len(distances)
    due = np.zeros((m, m))
    for i in range(m):
        others = [j for j in range(m) if j != i]
        due[i, others] = exact_row([float(distances[i, j]) for j in others], perplexity)
    return due


for m, n in ((4, 1), (9, 3)):
    x = rng.normal(0.0, 1.0, (m, n)) * rng.choice([0.1, 1.0, 5.0], (m, 1))
    distances = np.sum((x[:, None] - x) ** 2, axis=2)
    for perplexity in (1.05, 2, m - 1.1):
        due = exact(distances, perplexity)
        with dd.check.unchanged(distances, what="distances"):
            result = perplexity_affinities(distances, perplexity)
        dd.check.like(result, due, rtol=3e-3, atol=3e-4, why=f"every row has the perplexity {perplexity:.3g}")
        dd.check.close(np.sum(result, axis=1), np.ones(m), rtol=1e-9, what="the sum of each row")
        logs = np.log(np.where(result > 0, result, 1.0))
        came = np.exp(-np.sum(result * logs, axis=1))
        dd.check.close(came, np.full(m, float(perplexity)), rtol=1.2e-4, what="the perplexity of each row")
        if perplexity != 2:
            continue
        for factor in (1e-12, 1e12):
            scaled = perplexity_affinities(factor * distances, perplexity)
            dd.check.close(
                scaled, due, rtol=3e-3, atol=3e-4, what=f"the result for distances {factor:g} times as large"
            )
        shifted = perplexity_affinities(distances + 1e6, perplexity)
        dd.check.close(shifted, due, rtol=3e-3, atol=3e-4, what="the result for distances that all are larger by 1e6")
        marked = distances.copy()
        np.fill_diagonal(marked, -7.0)
        dd.check.close(perplexity_affinities(marked, perplexity), result, what="the result for another diagonal")
lonely = np.concatenate([rng.normal(size=9), [1e5]])  # one point that is far from all
distances = (lonely[:, None] - lonely) ** 2
dd.check.like(
    perplexity_affinities(distances, 4.0), exact(distances, 4.0), rtol=3e-3, atol=3e-4, why="one point is lonely"
)
twins = np.array([0.0, 0.0, 1.0, 2.3, 4.0, 4.5])
distances = (twins[:, None] - twins) ** 2
result = perplexity_affinities(distances, 2.5)
dd.check.like(result, exact(distances, 2.5), rtol=3e-3, atol=3e-4, why="two points are equal, and companions")
crowd = np.array([0.0, 0.0, 0.0, 0.0, 3.0, 7.0])
distances = (crowd[:, None] - crowd) ** 2
result = perplexity_affinities(distances, 2.0)
due = np.array([[0.0 if i == j or j > 3 else 1 / 3 for j in range(6)] for i in range(4)])
dd.check.close(
    result[:4], due, atol=1e-6, what="the rows of four twins", why="three are equally near, so 2 is out of reach"
)
dd.check.close(result[4], [0.25] * 4 + [0, 0], atol=1e-6, what="the row of a point that is 3 away from the four")
equal = perplexity_affinities(1.0 - np.eye(5), 2.0)
dd.check.close(equal, (1 - np.eye(5)) / 4, what="the result for equal distances", why="there is no preference")
for dtype in ("uint8", "int64", "float32"):
    places = np.array([0, 1, 3, 7, 12, 15]).astype(dtype)
    whole = ((places[:, None].astype(float) - places) ** 2).astype(dtype)
    result = perplexity_affinities(whole, 2.5)
    due = exact(whole.astype(float), 2.5)
    dd.check.like(result, due, rtol=3e-3, atol=3e-4, what=f"the result for {dtype}")
for perplexity in (1.0, 0.5, 0.0, -3.0, 5.0, 6.0, 30.0):
    with dd.check.raises(ValueError, why=f"six points allow no perplexity of {perplexity:g}"):
        perplexity_affinities(whole, perplexity)
### END HIDDEN TESTS

# %% mistakes: perplexity_affinities
# - replace: gaps -= np.min(gaps)
#   with: pass
#   hint: "For a lonely point all your exponentials are 0, and 0/0 is no probability. What can be subtracted freely?"
# - replace: np.delete(distances[i], i)
#   with: np.delete(distances[i], i).astype(float) ** 2
#   hint: "The distances come squared already."
# - replace: np.delete(distances[i], i)
#   with: np.sqrt(np.delete(distances[i], i).astype(float))
#   hint: "You take the root. The exponent holds the squared distance, as it came."
# - replace: np.log(np.sum(shares)) + beta * (row @ gaps) - np.log(perplexity)
#   with: np.log(np.sum(shares)) + beta * (row @ gaps) - np.log2(perplexity)
#   hint: "You compare nats with bits. One logarithm for both sides."
# - replace: np.log(np.sum(shares)) + beta * (row @ gaps) - np.log(perplexity)
#   with: (np.log(np.sum(shares)) + beta * (row @ gaps)) / np.log(2) - np.log(perplexity)
#   hint: "Your entropy is in bits, and you compare it with a natural logarithm. One logarithm for both sides."
# - replace: np.log(np.sum(shares)) + beta * (row @ gaps) - np.log(perplexity)
#   with: np.log(np.sum(shares)) + beta * (row @ gaps) - perplexity
#   hint: "You compare an entropy with a perplexity. One is the logarithm of the other."
# - replace: if excess > 0 else
#   with: if excess < 0 else
#   hint: "Your bisection walks the wrong way. Does more beta mean more entropy or less?"
# - replace: range(120)
#   with: range(20)
#   hint: "You give up too early: bounds of any size must be found by doubling first, and only then halved."
# - replace: 2 * beta if np.isinf(high) else (low + high) / 2
#   with: (low + high) / 2
#   hint: "Half-way to infinity is infinity. What do you try while there is no upper bound?"
# - replace: 2 * beta if np.isinf(high) else (low + high) / 2
#   with: beta + 1 if np.isinf(high) else (low + high) / 2
#   hint: "You climb by ones towards a bound that may be a billion away. Double instead."
# - replace: return result
#   with: return (result + result.T) / (2 * m)
#   hint: "You make the table symmetric. Each row by itself was asked for, with the sum 1."
# - replace: if not 1 < perplexity < m - 1
#   with: if not 1 < perplexity <= m - 1
#   hint: "At m - 1 all companions would have to be equal, which no beta above 0 makes them."
# - replace: abs(excess) < 1e-9
#   with: abs(excess) < 1e-2
#   hint: "You are content too early: the perplexity is to be right within one part in 10,000."
# - replace: row = shares / np.sum(shares)
#   with: row = shares
#   hint: "Your rows don't sum to 1."


# %% mistake: perplexity_affinities
# hint: "The point itself is among your companions: it is the nearest of all and takes the largest share. Leave it out
#   before you normalise."
def perplexity_affinities(distances, perplexity):
    m = len(distances)
    if not 1 < perplexity < m - 1:
        raise ValueError(perplexity)
    result = np.zeros((m, m))
    for i in range(m):
        gaps = distances[i] - np.min(distances[i]).astype(float)
        low, high, beta = 0.0, np.inf, 1.0
        for _ in range(120):
            row = np.exp(-beta * gaps)
            row /= row.sum()
            entropy = -np.sum(row[row > 0] * np.log(row[row > 0]))
            low, high = (beta, high) if entropy > np.log(perplexity) else (low, beta)
            beta = 2 * beta if np.isinf(high) else (low + high) / 2
        result[i] = row
    np.fill_diagonal(result, 0)
    return result


# %% mistake: perplexity_affinities
# hint: "While you search, the point itself is among its companions and takes the largest share. Taking it out of the
#   finished row leaves the others with another perplexity."
def perplexity_affinities(distances, perplexity):
    m = len(distances)
    if not 1 < perplexity < m - 1:
        raise ValueError(perplexity)
    gaps = np.array(distances, dtype=float)
    np.fill_diagonal(gaps, 0)
    gaps /= np.max(gaps)
    low, high, beta = np.zeros((m, 1)), np.full((m, 1), np.inf), np.ones((m, 1))
    for _ in range(120):
        p = np.exp(-beta * gaps)
        p /= p.sum(axis=1, keepdims=True)
        flat = -np.sum(p * np.log(np.where(p > 0, p, 1)), axis=1, keepdims=True) > np.log(perplexity)
        low, high = np.where(flat, beta, low), np.where(flat, high, beta)
        beta = np.where(np.isinf(high), 2 * beta, (low + high) / 2)
    np.fill_diagonal(p, 0)
    return p / np.maximum(p.sum(axis=1, keepdims=True), 1e-300)


# %% mistake: perplexity_affinities
# hint: "Fifty tries from a beta of 1 are enough for distances of common size only: doubling or halving towards the
#   right beta uses them up."
def perplexity_affinities(distances, perplexity):
    m = len(distances)
    if not 1 < perplexity < m - 1:
        raise ValueError(perplexity)
    result = np.zeros((m, m))
    for i in range(m):
        gaps = np.delete(distances[i], i).astype(float)
        low, high, beta = 0.0, np.inf, 1.0
        for _ in range(50):
            shares = np.exp(-beta * gaps)
            total = max(np.sum(shares), 1e-12)
            excess = np.log(total) + beta * (shares @ gaps) / total - np.log(perplexity)
            if abs(excess) < 1e-5:
                break
            low, high = (beta, high) if excess > 0 else (low, beta)
            beta = 2 * beta if np.isinf(high) else (low + high) / 2
        result[i, np.arange(m) != i] = shares / total
    return result


# %% mistake: perplexity_affinities
# hint: "All your points share one beta. Each needs its own: one width is wide in a crowd and narrow in the desert."
def perplexity_affinities(distances, perplexity):
    m = len(distances)
    if not 1 < perplexity < m - 1:
        raise ValueError(perplexity)
    gaps = np.array(distances, dtype=float)
    np.fill_diagonal(gaps, np.inf)
    gaps -= gaps.min(axis=1, keepdims=True)
    low, high, beta = 0.0, np.inf, 1.0
    for _ in range(120):
        p = np.exp(-beta * gaps)
        p /= p.sum(axis=1, keepdims=True)
        entropy = -np.sum(p * np.log(np.where(p > 0, p, 1)), axis=1).mean()
        low, high = (beta, high) if entropy > np.log(perplexity) else (low, beta)
        beta = 2 * beta if np.isinf(high) else (low + high) / 2
    return p


# %% mistake: perplexity_affinities
# hint: "Your bounds for beta are fixed. With distances in other units the right one lies outside of them."
def perplexity_affinities(distances, perplexity):
    m = len(distances)
    if not 1 < perplexity < m - 1:
        raise ValueError(perplexity)
    gaps = np.array(distances, dtype=float)
    np.fill_diagonal(gaps, np.inf)
    gaps -= gaps.min(axis=1, keepdims=True)
    low, high = np.full((m, 1), 1e-5), np.full((m, 1), 1e5)
    for _ in range(100):
        beta = (low + high) / 2
        p = np.exp(-beta * gaps)
        p /= p.sum(axis=1, keepdims=True)
        entropy = -np.sum(p * np.log(np.where(p > 0, p, 1)), axis=1, keepdims=True)
        flat = entropy > np.log(perplexity)
        low, high = np.where(flat, beta, low), np.where(flat, high, beta)
    return p


# %% mistake: perplexity_affinities
# hint: "Everything at distance 0 counts as the point itself with you. A twin is a companion."
def perplexity_affinities(distances, perplexity):
    m = len(distances)
    if not 1 < perplexity < m - 1:
        raise ValueError(perplexity)
    gaps = np.array(distances, dtype=float)
    np.fill_diagonal(gaps, 0)
    gaps[gaps == 0] = np.inf
    lonely = np.isinf(gaps).all(axis=1)
    gaps[lonely] = 0
    gaps -= gaps.min(axis=1, keepdims=True)
    low, high, beta = np.zeros((m, 1)), np.full((m, 1), np.inf), np.ones((m, 1))
    for _ in range(120):
        p = np.exp(-beta * gaps)
        p /= p.sum(axis=1, keepdims=True)
        entropy = -np.sum(p * np.log(np.where(p > 0, p, 1)), axis=1, keepdims=True)
        flat = entropy > np.log(perplexity)
        low, high = np.where(flat, beta, low), np.where(flat, high, beta)
        beta = np.where(np.isinf(high), 2 * beta, (low + high) / 2)
    return p


# %% mistake: perplexity_affinities
# hint: "You give the nearest points equal shares and the rest nothing. Similarity should fall off gently, and a
#   perplexity need not be whole."
def perplexity_affinities(distances, perplexity):
    m = len(distances)
    if not 1 < perplexity < m - 1:
        raise ValueError(perplexity)
    far = np.array(distances, dtype=float)
    np.fill_diagonal(far, np.inf)
    count = round(perplexity)
    result = np.zeros((m, m))
    np.put_along_axis(result, np.argsort(far, axis=1, kind="stable")[:, :count], 1 / count, axis=1)
    return result


# %% mistake: perplexity_affinities
# hint: "You normalise the columns. A row says how one point chooses among the others."
def perplexity_affinities(distances, perplexity):
    m = len(distances)
    if not 1 < perplexity < m - 1:
        raise ValueError(perplexity)
    gaps = np.array(distances, dtype=float)
    np.fill_diagonal(gaps, np.inf)
    gaps -= gaps.min(axis=1, keepdims=True)
    low, high, beta = np.zeros((m, 1)), np.full((m, 1), np.inf), np.ones((m, 1))
    for _ in range(120):
        p = np.exp(-beta * gaps)
        p /= p.sum(axis=1, keepdims=True)
        entropy = -np.sum(p * np.log(np.where(p > 0, p, 1)), axis=1, keepdims=True)
        flat = entropy > np.log(perplexity)
        low, high = np.where(flat, beta, low), np.where(flat, high, beta)
        beta = np.where(np.isinf(high), 2 * beta, (low + high) / 2)
    return p.T


# %% equivalents: perplexity_affinities
# - replace: low, high, beta = 0.0, np.inf, 1.0
#   with: low, high, beta = 0.0, np.inf, 2.0
#   reason: "The search may start anywhere."
# - replace: range(120)
#   with: range(121)
#   reason: "It has ended long before."
# - replace: range(120)
#   with: range(119)
#   reason: "It has ended long before."
# - replace: row @ gaps
#   with: row.T @ gaps
#   reason: "It has one axis, and the transpose of that is itself."
# - replace: row @ gaps
#   with: row @ gaps.T
#   reason: "It has one axis, and the transpose of that is itself."
# - replace: |-
#     if abs(excess) < 1e-9:
#                     break
#   with: pass
#   reason: "Stopping early only saves time."
# - replace: break
#   with: pass
#   reason: "Stopping early only saves time."
# - replace: abs(excess) < 1e-9
#   with: abs(excess) <= 1e-9
#   reason: "Stopping early only saves time."
# - replace: abs(excess) < 1e-9
#   with: abs(excess) < 0.0
#   reason: "Stopping early only saves time."
# - replace: if excess > 0 else
#   with: if (excess >= 0) else
#   reason: "At exactly 0 the search has stopped."
# - replace: 2 * beta if np.isinf(high)
#   with: 3 * beta if np.isinf(high)
#   reason: "The search may widen as fast as it likes."


# %% accepts: perplexity_affinities
def perplexity_affinities(distances, perplexity):
    m = len(distances)
    if perplexity <= 1 or perplexity >= m - 1:
        raise ValueError("perplexity")
    gaps = np.array(distances, dtype=float)
    np.fill_diagonal(gaps, np.inf)
    gaps -= gaps.min(axis=1, keepdims=True)
    others = ~np.eye(m, dtype=bool)
    gaps = gaps[others].reshape(m, m - 1)
    low, high, beta = np.zeros((m, 1)), np.full((m, 1), np.inf), np.ones((m, 1))
    for _ in range(120):
        p = np.exp(-beta * gaps)
        total = p.sum(axis=1, keepdims=True)
        p /= total
        flat = np.log(total) + beta * np.sum(p * gaps, axis=1, keepdims=True) > np.log(perplexity)
        low, high = np.where(flat, beta, low), np.where(flat, high, beta)
        beta = np.where(np.isinf(high), 2 * beta, (low + high) / 2)
    result = np.zeros((m, m))
    result[others] = p.ravel()
    return result


# %% accepts: perplexity_affinities
def perplexity_affinities(distances, perplexity):
    m = len(distances)
    if not (perplexity > 1 and perplexity < m - 1):
        raise ValueError("out of range")
    result = np.zeros((m, m))
    for i in range(m):
        others = [j for j in range(m) if j != i]
        gaps = np.asarray(distances[i][others], dtype=float)
        gaps = gaps - gaps.min()
        scale = gaps.mean()
        if scale == 0:
            result[i, others] = 1 / (m - 1)
            continue
        gaps /= scale
        low, high = -60.0, 60.0  # of log beta, in units of the mean gap
        for _ in range(70):
            middle = (low + high) / 2
            p = np.exp(-np.exp(middle) * gaps)
            p /= p.sum()
            entropy = -np.sum(p[p > 0] * np.log(p[p > 0]))
            if entropy > np.log(perplexity):
                low = middle
            else:
                high = middle
        result[i, others] = p
    return result


# %% [markdown]
# Day 18's digits, 500 of them. What does perplexity do to the companions of one digit, and how different are the
# widths $\sigma_i$ that the same perplexity needs?


# %% demo
def squared_distances(x):
    squares = np.sum(x**2, axis=1)
    return np.maximum(squares[:, None] + squares - 2 * x @ x.T, 0)


all_digits, all_labels = dd.data.digits()
chosen = np.random.default_rng(19).permutation(len(all_labels))[:500]
digits, labels = all_digits[chosen], all_labels[chosen]  # (500, 64), (500,)
between = squared_distances(digits)
fig, (left, right) = plt.subplots(1, 2, figsize=(12, 4.4))
for perplexity in (5, 30, 100):
    conditional = perplexity_affinities(between, perplexity)
    left.semilogy(np.sort(conditional[0])[::-1][:150], label=f"perplexity {perplexity}")
    if perplexity == 30:  # sigma_i from the shares of the nearest and the tenth: their ratio is exp of what beta is for
        near, tenth = np.arange(500), nearest_neighbors(digits, 10)[:, [0, 9]].T
        ratios = np.log(conditional[near, tenth[0]] / conditional[near, tenth[1]])
        widths = np.sqrt((between[near, tenth[1]] - between[near, tenth[0]]) / (2 * ratios))
left.set(xlabel="rank of the companion", ylabel="$p_{j\\,|\\,i}$", ylim=(1e-6, 1), title="Companions of one digit")
left.legend()
groups = [widths[labels == digit] for digit in range(10)]
right.boxplot(groups, tick_labels=range(10), showfliers=False, medianprops={"color": "C1", "linewidth": 2})
right.set(xlabel="digit", ylabel="$\\sigma_i$", title="Widths at perplexity 30", ylim=(0, None))
dd.plot.show(
    "Left: similarities of one digit to its companions by rank, on a logarithmic axis; they fall steeply at "
    "perplexity 5, gently at 100. Right: boxes of the widths sigma at perplexity 30 for each digit; those of the zeros "
    "are low, those of the sevens higher, and within a digit they differ as well."
)

# %% [markdown]
# Perplexity does not cut anybody off; it says how fast attention fades. And the widths differ: zeros are written much
# alike and crowd together, so a zero gets by with a narrower $\sigma_i$ than a seven does. So a
# dense and a sparse region look the same, each through its own glasses.
#
# ## The map, and what pulls on its points
#
# First the table becomes symmetric, one similarity a pair, all of them summing to 1 over the whole table:
#
# $$p_{ij} = \frac{p_{j \mid i} + p_{i \mid j}}{2 m} .$$
#
# On the map each pair has a similarity as well, from the distance of their places; not with a Gaussian, but with
# **Student's t** with one degree of freedom:
#
# $$q_{ij} = \frac{(1 + |y_i - y_j|^2)^{-1}}{\sum_a \sum_{b \ne a} (1 + |y_a - y_b|^2)^{-1}}, \qquad q_{ii} = 0 .$$
#
# Why that? In 64 dimensions a point can have a hundred others at about the same middling distance. In the plane there
# is no room for them: the **crowding problem**. The t's long tail lets middling distances become large ones at little
# cost, which tears gaps between groups. The **objective** is the Kullback-Leibler divergence of the two tables (Day
# 20),
#
# $$\mathrm{KL}(P \,\Vert\, Q) = \sum_i \sum_{j \ne i} p_{ij} \ln \frac{p_{ij}}{q_{ij}} .$$
#
# It is not even-handed. A close pair ($p$ large) put far apart ($q$ small) is expensive; a far pair put close costs
# almost nothing by itself. Its gradient is
#
# $$\frac{\partial\, \mathrm{KL}}{\partial y_i} =
# 4 \sum_{j \ne i} \frac{(p_{ij} - q_{ij})\, (y_i - y_j)}{1 + |y_i - y_j|^2} ,$$
#
# a spring to each other point: it pulls where the map has the pair too far apart ($p_{ij} > q_{ij}$) and pushes where
# it has them too close.

# %% demo
apart = np.linspace(0, 6, 200)
fig, (left, right) = plt.subplots(1, 2, figsize=(12, 4.2))
left.plot(apart, np.exp(-(apart**2)), label="Gaussian, $e^{-a^2}$")
left.plot(apart, 1 / (1 + apart**2), label="Student's t, $1 / (1 + a^2)$")
left.set(xlabel="distance on the map $a$", ylabel="similarity, before normalising", title="The tail makes room")
for similarity in (0.5, 0.05):
    near, far = np.sqrt(-np.log(similarity)), np.sqrt(1 / similarity - 1)
    left.plot([near, far], [similarity] * 2, "o:", color="0.4", linewidth=1.2)
    print(f"similarity {similarity}: at distance {near:.2f} by the Gaussian, {far:.2f} by Student's t")
left.legend()
ratio = np.linspace(0.05, 4, 200)
right.plot(ratio, np.log(1 / ratio) + ratio - 1)
right.axvline(1, color="0.5", linestyle=":", linewidth=1.2)
right.set(xlabel="$q / p$ of a pair", ylabel="cost per unit of $p$", title="KL is not even-handed")
dd.plot.show(
    "Left: similarity against distance. The Gaussian is all but zero at 2.5, Student's t is still above 0.1; the same "
    "low similarity lies at a far larger distance on the t. Right: the cost of a pair against q over p: zero at 1, "
    "rising steeply where q is too small and slowly where q is too large."
)

# %% [markdown]
# A pair of similarity 0.5 keeps nearly the same place on both curves; one of 0.05 moves from 1.7 to 4.4. On the right
# is what one pair adds to the objective, $p \ln (p/q) + q - p$ (adding $q - p$ changes nothing, as both tables sum to
# 1), per unit of $p$: it climbs steeply on the side where neighbours were torn apart.
#
# **By hand.** Places $(0, 0), (1, 0), (0, 2)$ have squared distances 1, 4 and 5, so $\frac12, \frac15, \frac16$
# before normalising. Each pair occurs twice in the sum, which is $\frac{26}{15}$, so $q_{01} = \frac{15}{52}$,
# $q_{02} = \frac{6}{52}$, $q_{12} = \frac{5}{52}$. Let all $p_{ij}$ be $\frac16$. For the first point the pair $(0,
# 1)$ gives $4 \cdot (\frac16 - \frac{15}{52}) \cdot \frac12 \cdot (-1, 0) = (\frac{19}{78}, 0)$: descent moves it to
# the left, away from a point that is too close. The pair $(0, 2)$ gives $4 \cdot (\frac16 - \frac{6}{52}) \cdot
# \frac15 \cdot (0, -2) = (0, -\frac{16}{195})$: up, towards one that is too far.
#
# In the first steps implementations multiply all $p_{ij}$ by a number such as 4 and leave the $q_{ij}$ as they are.
# This **early exaggeration** makes the pull stronger than the push, so that groups gather while the map is still
# small.


# %% exercise: tsne_gradient
def tsne_gradient(p, y):
    """The gradient of t-SNE's objective with respect to the places on the map.

    Args:
        p: similarities of the pairs, symmetric float array of shape (m, m), m >= 2, with a zero diagonal. They sum to 1
            over the whole table, or to another number while they are exaggerated; they are used as they come, and the
            similarities of the map sum to 1 all the same. Left unchanged.
        y: places on the map, array of numbers of shape (m, d); two of them may be equal. Left unchanged.

    Returns:
        Float array of shape (m, d): the sum of the pulls and pushes above, for each place.
    """
    ### BEGIN SOLUTION
    y = np.asarray(y, dtype=float)
    squares = sum(np.subtract.outer(axis, axis) ** 2 for axis in y.T)  # (m, m)
    closeness = 1 / (1 + squares)
    np.fill_diagonal(closeness, 0)
    q = closeness / np.sum(closeness)
    pull = (p - q) * closeness
    return 4 * (np.sum(pull, axis=1)[:, None] * y - pull @ y)
    ### END SOLUTION


# %% test: tsne_gradient, points=4
p = (np.ones((3, 3)) - np.eye(3)) / 6
y = np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 2.0]])
with dd.check.unchanged(p, what="p"), dd.check.unchanged(y, what="y"):
    result = tsne_gradient(p, y)
dd.check.shape(result, (3, 2), why="each of the three places has a slope along each of two axes")
dd.check.close(result[0], [19 / 78, -16 / 195], what="the slope of the first place", why="it was worked by hand")


def kl_objective(p, y):
    """KL(P || Q) for a p that sums to 1 and has no zeros but on the diagonal."""
    total, cost = 0.0, 0.0
    for i in range(len(y)):
        for j in range(len(y)):
            total += 1 / (1 + np.sum((y[i] - y[j]) ** 2)) if i != j else 0.0
    for i in range(len(y)):
        for j in range(len(y)):
            if i != j:
                cost += p[i, j] * np.log(p[i, j] * (1 + np.sum((y[i] - y[j]) ** 2)) * total)
    return cost


rng = np.random.default_rng(19)
p = rng.uniform(0.2, 1.0, (5, 5)) * (1 - np.eye(5))
p = (p + p.T) / np.sum(p + p.T)
y = rng.normal(size=(5, 3))
dd.check.gradient(lambda places: kl_objective(p, places), y, tsne_gradient(p, y))
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(193)


def slow_gradient(p, y):
    m, y = len(y), y.astype(float)
    closeness = {(i, j): 1 / (1 + np.sum((y[i] - y[j]) ** 2)) for i in range(m) for j in range(m) if i != j}
    total = sum(closeness.values())
    slope = np.zeros(y.shape)
    for (i, j), close in closeness.items():
        slope[i] += 4 * (p[i, j] - close / total) * close * (y[i] - y[j])
    return slope


for m, d in ((2, 1), (2, 3), (4, 1), (6, 2), (9, 4), (3, 3)):
    for spread in (1e-3, 1.0, 30.0):
        p = rng.uniform(0.0, 1.0, (m, m)) ** 3 * (1 - np.eye(m))
        p = (p + p.T) / np.sum(p + p.T)
        y = rng.normal(2.0, spread, (m, d))
        with dd.check.unchanged(p, what="p"), dd.check.unchanged(y, what="y"):
            result = tsne_gradient(p, y)
        tolerance = {"rtol": 1e-7, "atol": 1e-9 * spread}
        dd.check.like(result, slow_gradient(p, y), why="it is the sum over all other points", **tolerance)
        dd.check.close(
            np.sum(result, axis=0), np.zeros(d), atol=1e-9, what="the sum of all slopes", why="springs cancel"
        )
        if 2 < m < 9:
            dd.check.gradient(
                lambda places, p=p: kl_objective(p, places), y, result, atol=1e-6, step=1e-5 * min(spread, 1)
            )
        strong = tsne_gradient(12 * p, y)
        why = "only the pull is 12 times as strong, not the push"
        dd.check.like(strong, slow_gradient(12 * p, y), what="the gradient for an exaggerated p", why=why, **tolerance)
        moved = tsne_gradient(p, y + 100)
        dd.check.close(
            moved, result, rtol=1e-5, atol=1e-7, what="the gradient of a shifted map", why="only steps count"
        )
p = (1 - np.eye(4)) / 12
dd.check.like(tsne_gradient(p, np.full((4, 2), 3.0)), np.zeros((4, 2)), why="places that are all equal pull nowhere")
p = np.zeros((4, 4))
p[0, 1] = p[1, 0] = p[2, 3] = p[3, 2] = 0.25
twins = np.array([[1.0, 2.0, 0.0], [1.0, 2.0, 0.0], [4.0, 2.0, 0.0], [4.0, 0.0, 1.0]])
dd.check.like(tsne_gradient(p, twins), slow_gradient(p, twins), why="two places are equal, and some p are 0")
for dtype, kind in (("uint8", "float"), ("int64", "float"), ("float32", "float")):
    whole = np.array([[3, 9], [200, 1], [4, 7], [120, 90]]).astype(dtype)
    tolerance = {"rtol": 1e-4, "atol": 1e-8}
    dd.check.like(
        tsne_gradient(p, whole), slow_gradient(p, whole), dtype=kind, what=f"the result for {dtype}", **tolerance
    )
wide = rng.normal(size=(8, 6))
dd.check.like(tsne_gradient(p, wide[::2, ::2]), slow_gradient(p, wide[::2, ::2]), why="a view is an array too")
### END HIDDEN TESTS

# %% mistakes: tsne_gradient
# - replace: 4 * (np.sum
#   with: 2 * (np.sum
#   hint: "Half of what is due: each pair occurs twice in the objective."
# - replace: 4 * (np.sum
#   with: 1 * (np.sum
#   hint: "The direction is right. Where does the 4 of the formula come from, and where is it?"
# - replace: (p - q) * closeness
#   with: (q - p) * closeness
#   hint: "Every sign is turned: when descent follows this, similar points are pushed apart. Which end of a step moves?"
# - replace: pull = (p - q) * closeness
#   with: pull = p - q
#   hint: "That is the spring of the older SNE with its Gaussian. Student's t divides by 1 plus the squared distance."
# - replace: |-
#     pull = (p - q) * closeness
#         return 4 *
#   with: |-
#     pull = p - q
#         return 2 *
#   hint: "That is the gradient of the older SNE: 2, and no 1 plus the squared distance below. Student's t brings both."
# - replace: closeness / np.sum(closeness)
#   with: closeness / np.sum(closeness, axis=1, keepdims=True)
#   hint: "You normalise each row by itself. The similarities of the map sum to 1 over the whole table."
# - replace: np.fill_diagonal(closeness, 0)
#   with: pass
#   hint: "Each point is its own companion on your map, and takes part of the total."
# - replace: 1 / (1 + squares)
#   with: np.exp(-squares)
#   hint: "Your map has Gaussian similarities. t-SNE has its t from elsewhere."
# - replace: 1 / (1 + squares)
#   with: 1 / (1 + np.sqrt(squares))
#   hint: "You have taken a root: the similarity falls with the squared distance."
# - replace: 4 * (np.sum(pull, axis=1)[:, None] * y - pull @ y)
#   with: 4 * (np.sum(pull, axis=1)[:, None] * y - pull @ y) / len(y)
#   hint: "You take the mean over the other points. The pulls add up."
# - replace: (p - q)
#   with: (p / np.sum(p) - q)
#   hint: "You bring p back to a sum of 1 and so undo the exaggeration. It is to be used as it comes."
# - replace: (p - q)
#   with: (p - np.sum(p) * q)
#   hint: "With an exaggerated p you exaggerate the push as well. Only the pull grows."
# - replace: closeness / np.sum(closeness)
#   with: closeness
#   hint: "The similarities of your map are not normalised. They sum to 1, as those of p do."
# - replace: y = np.asarray(y, dtype=float)
#   with: y = np.asarray(y)
#   hint: "Steps between small whole numbers wrap around in their own dtype."


# %% mistake: tsne_gradient
# hint: "That is the objective, one number. Its slope is asked for, one number for each coordinate of each place."
def tsne_gradient(p, y):
    closeness = 1 / (1 + np.sum((y[:, None].astype(float) - y) ** 2, axis=2))
    np.fill_diagonal(closeness, 0)
    q = closeness / closeness.sum()
    used = p > 0
    return np.sum(p[used] * np.log(p[used] / q[used]))


# %% mistake: tsne_gradient
# hint: "You make the map's similarities as those of the data: each row by itself, then symmetric. On the map one total
#   serves all pairs."
def tsne_gradient(p, y):
    steps = y[:, None].astype(float) - y
    closeness = 1 / (1 + np.sum(steps**2, axis=2))
    np.fill_diagonal(closeness, 0)
    q = closeness / closeness.sum(axis=1, keepdims=True)
    q = (q + q.T) / (2 * len(y))
    return 4 * np.einsum("ij,ijd->id", (p - q) * closeness, steps)


# %% mistake: tsne_gradient
# hint: "You follow only the pulls. Without the pushes the whole map falls into one point."
def tsne_gradient(p, y):
    steps = y[:, None].astype(float) - y
    closeness = 1 / (1 + np.sum(steps**2, axis=2))
    return 4 * np.einsum("ij,ijd->id", p * closeness, steps)


# %% mistake: tsne_gradient
# hint: "Only pairs that are similar act in your sum. Pairs with p = 0 push each other apart as well."
def tsne_gradient(p, y):
    steps = y[:, None].astype(float) - y
    closeness = 1 / (1 + np.sum(steps**2, axis=2))
    np.fill_diagonal(closeness, 0)
    q = closeness / closeness.sum()
    return 4 * np.einsum("ij,ijd->id", np.where(p > 1e-12, (p - q) * closeness, 0), steps)


# %% mistake: tsne_gradient
# hint: "You divide by 1 plus the distance squared twice over: once for the pair's spring is enough."
def tsne_gradient(p, y):
    steps = y[:, None].astype(float) - y
    closeness = 1 / (1 + np.sum(steps**2, axis=2))
    np.fill_diagonal(closeness, 0)
    q = closeness / closeness.sum()
    return 4 * np.einsum("ij,ijd->id", (p - q) * closeness**2, steps)


# %% equivalents: tsne_gradient
# - replace: np.sum(pull, axis=1)
#   with: np.sum(pull, axis=0)
#   reason: "The table is symmetric."
# - replace: pull @ y
#   with: pull.T @ y
#   reason: "The table is symmetric."


# %% accepts: tsne_gradient
def tsne_gradient(p, y):
    y = np.asarray(y, dtype=float)
    y = y - y.mean(axis=0)
    squares = np.sum(y**2, axis=1)
    closeness = 1 / (1 + np.maximum(squares[:, None] + squares - 2 * y @ y.T, 0))
    np.fill_diagonal(closeness, 0)
    laplacian = (closeness / closeness.sum() - p) * closeness
    laplacian[np.diag_indices(len(y))] = -laplacian.sum(axis=1)
    return 4 * laplacian @ y


# %% accepts: tsne_gradient
def tsne_gradient(p, y):
    steps = y[:, None].astype(float) - y
    closeness = 1 / (1 + np.einsum("ijd,ijd->ij", steps, steps)) - np.eye(len(y))
    q = closeness / closeness.sum()
    return 4 * np.einsum("ij,ijd->id", (p - q) * closeness, steps)


# %% [markdown]
# ## Put it together: 500 digits
#
# What remains is descent. Points start in a tiny heap; each step follows your gradient with some of the last step's
# motion kept (**momentum**, Day 28). Exaggeration lasts for the first 50 steps. The original also has a rate for
# each coordinate, which we leave out. How good is a map? Its **purity**: of each point's ten nearest neighbours *on
# the map*, the share that is the same digit. PCA and LLE compete on the same digits. No method sees a label.


# %% demo
def joint_affinities(x, perplexity):
    conditional = perplexity_affinities(squared_distances(x), perplexity)
    return (conditional + conditional.T) / (2 * len(x))


def kl_divergence(p, y):
    closeness = 1 / (1 + squared_distances(y))
    np.fill_diagonal(closeness, 0)
    used = p > 0
    return np.sum(p[used] * np.log(p[used] * closeness.sum() / closeness[used]))


def tsne(p, seed, num_steps=300, rate=100.0, exaggeration=4.0, early=50):
    """Places (m, 2) after descent, and the objective after every tenth step."""
    y = np.random.default_rng(seed).normal(0.0, 0.01, (len(p), 2))
    velocity, costs = np.zeros_like(y), []
    for step in range(num_steps):
        is_early = step < early
        slope = tsne_gradient(exaggeration * p if is_early else p, y)
        velocity = (0.5 if is_early else 0.8) * velocity - rate * slope
        y = y + velocity
        if step % 10 == 9:
            costs.append(kl_divergence(p, y))
    return y, costs


def purity(y, labels):
    return np.mean(labels[nearest_neighbors(y, 10)] == labels[:, None])


def pca_places(x):
    centred = x - x.mean(axis=0)
    return centred @ np.linalg.svd(centred, full_matrices=False)[2][:2].T


map_seed = 19
places, costs = tsne(joint_affinities(digits, 30.0), map_seed)
fig, (left, right) = plt.subplots(1, 2, figsize=(14, 6))
for ax, name, y in ((left, "PCA", pca_places(digits)), (right, "t-SNE, perplexity 30", places)):
    for digit in range(10):
        color = plt.get_cmap("tab10")(digit)
        ax.scatter(*y[labels == digit].T, marker=f"${digit}$", s=45, color=color, linewidth=0.4)
    ax.set(title=f"{name}: purity {purity(y, labels):.2f}", xlabel="$y_{i0}$", ylabel="$y_{i1}$")
dd.plot.show(
    "500 digits, each drawn as its numeral. Left, PCA: the ten digits overlap in the middle, only some stick out. "
    "Right, t-SNE: ten or so separate islands, nearly each of one digit, with a few strangers."
)

# %% [markdown]
# The digits fall into islands. But one map is an anecdote. Five other
# samples of 500 digits, each with its own random start:

# %% demo
results = {"PCA": [], "LLE, 8 neighbours": [], "t-SNE": [], "all 64 pixels": []}
curves = []
for seed in range(5):
    chosen = np.random.default_rng(100 + seed).permutation(len(all_labels))[:500]
    sample, sample_labels = all_digits[chosen], all_labels[chosen]
    y, costs = tsne(joint_affinities(sample, 30.0), seed)
    curves.append(costs)
    lle = lle_embedding(sample, 8)
    for name, map_of in zip(results, (pca_places(sample), lle, y, sample), strict=True):
        results[name].append(purity(map_of, sample_labels))
fig, (left, right) = plt.subplots(1, 2, figsize=(12, 4.2), width_ratios=[3, 2])
for row, (name, values) in enumerate(results.items()):
    left.plot(values, [row] * 5, "o", color="C0", markersize=9, markerfacecolor="none")
    print(f"{name:18s} purity {min(values):.3f} to {max(values):.3f}")
left.set(yticks=range(4), yticklabels=list(results), ylim=(3.5, -0.5), xlim=(0, 1), xlabel="purity")
left.set_title("Same digit among ten neighbours, five samples")
for costs in curves:
    right.plot(np.arange(10, 301, 10), costs, color="C0", linestyle="-", linewidth=1)
right.axvspan(0, 50, color="0.9")
right.text(3, right.get_ylim()[0] + 0.03, "exaggerated", fontsize=10)
right.set(xlabel="step", ylabel=r"KL$(P\,\Vert\,Q)$, nats", title="The objective, five runs")
dd.plot.show(
    "Left: purity of five samples by method: PCA about one half, LLE above it and scattered, t-SNE above nine tenths, "
    "all 64 pixels just below it. Right: the objective against the step; five curves fall steeply when the "
    "exaggeration ends at step 50 and flatten towards one half."
)
assert min(results["t-SNE"]) > 0.87 and max(results["PCA"]) < 0.65

# %% [markdown]
# t-SNE's two numbers keep the digits together better than PCA's two in every sample, over nine tenths against about
# one half; LLE is between, and depends much on the sample. They even beat the neighbours among all 64 pixels, from
# which they were made: by pulling groups together the map cleans up at their edges.
# A map that makes groups tidier than they are will also make groups where there are none.
#
# ## Reading a map with care
#
# Three experiments in which we know the truth. *First*, 300 points of pure noise, one Gaussian in ten dimensions. Are
# there clusters? We measure clumping by distance to the nearest neighbour over that to the tenth; points scattered
# in the plane at random have about 0.28. *Second*, three round groups of 70 points: two of one size, and one **five
# times** as wide. *Third*, the same three: the gaps between their centres are 20, 80 and 100.


# %% demo
def clumping(y):
    """Mean distance to the nearest neighbour, over that to the tenth."""
    neighbors = nearest_neighbors(y, 10)
    near, far = (np.linalg.norm(y - y[neighbors[:, a]], axis=1).mean() for a in (0, 9))
    return near / far


rng = np.random.default_rng(19)
noise = rng.normal(size=(300, 10))
group = np.repeat([0, 1, 2], 70)
centres = np.zeros((3, 10))
centres[:, 0] = (0, 20, 100)
groups = centres[group] + np.array([1.0, 1.0, 5.0])[group][:, None] * rng.normal(size=(210, 10))
fig, panels = plt.subplots(2, 3, figsize=(13, 8))
clumps, spreads, gaps = [], [], []
for column, (noise_perplexity, group_perplexity) in enumerate(((2.0, 5.0), (5.0, 15.0), (30.0, 30.0))):
    y, _ = tsne(joint_affinities(noise, noise_perplexity), map_seed)
    clumps.append(clumping(y))
    panels[0, column].scatter(*y.T, s=9, color="C0")
    panels[0, column].set_title(f"Noise, perplexity {noise_perplexity:.0f}: clumping {clumps[-1]:.2f}")
    y, _ = tsne(joint_affinities(groups, group_perplexity), map_seed, num_steps=400, early=100)
    middles = np.array([y[group == g].mean(axis=0) for g in range(3)])
    widths = [np.sqrt(np.mean(np.sum((y[group == g] - middles[g]) ** 2, axis=1))) for g in range(3)]
    spreads.append(widths[2] / widths[0])
    gaps.append(np.linalg.norm(middles[2] - middles[1]) / np.linalg.norm(middles[1] - middles[0]))
    for g, marker in enumerate("os^"):
        look = {"marker": marker, "s": 14, "facecolor": "none" if g == 2 else f"C{g}", "edgecolor": f"C{g}"}
        panels[1, column].scatter(*y[group == g].T, label=("width 1", "width 1", "width 5")[g], **look)
    panels[1, column].set_title(f"Groups, perplexity {group_perplexity:.0f}")
panels[1, 0].legend(fontsize=10)
for ax in panels.flat:
    ax.set(xlabel="$y_{i0}$", ylabel="$y_{i1}$", aspect="equal")
dd.plot.show(
    "Top: three maps of the same noise. At perplexity 2 it falls into dozens of small clumps, at 5 into loose strings, "
    "at 30 it is an even disc. Bottom: three maps of three groups of which one is five times as wide and four times as "
    "far away; on every map the three are equally large and about equally far from each other."
)
print("width of the wide group over a narrow one: truly 5, on the maps", *(f"{value:.2f}" for value in spreads))
print("gap 80 over gap 20: truly 4, on the maps", *(f"{value:.2f}" for value in gaps))
assert clumps[0] < 0.18 < clumps[2] and max(spreads) < 1.5 and max(gaps) < 2

# %% [markdown]
# *Noise.* At perplexity 2 there are dozens of tight clumps in data that has none. With so few companions each point
# clings to chance pairs. At 30 the disc is even. *Sizes:* the group that is five times as wide comes out as wide as the
# others, for each point has its own $\sigma_i$. *Distances:* 20 and 80 are drawn alike, because $p$ is all but 0 for
# either and KL does not care.
#
# So, of a t-SNE map:
#
# - Read who lies beside whom. Do not read sizes, densities, distances between groups, the axes, or which way round.
# - Draw several perplexities (5 to 50 is the usual range) and several seeds, and believe what stays. Show them.
# - Let the descent end. A map that still changes is no result.
# - Do not cluster *on* the map and call it a discovery: Day 16's k-means finds the noise's clumps too. Check any group
#   in the original space.
# - It has no place for a new point, and what it throws away can't be bought back: it is for looking.
#
# You will meet such maps of word vectors and of what a network's hidden layers hold.
#
# ## What you should remember
#
# - A projection is a shadow; a manifold is a curved sheet that is flat from close by. Neighbours are what one can
#   trust.
# - LLE keeps the mixture by which each point is rebuilt from its neighbours, and solves it by eigenvectors. It distorts
#   all lengths, and a few short cuts in the graph ruin it.
# - Perplexity is the effective number of neighbours; each point gets the width that has it, found by bisection.
# - t-SNE matches similarities, Gaussian in the data and Student's t on the map, by descent on
#   $\mathrm{KL}(P \Vert Q)$: near stays near, the rest is free.
# - On its map, sizes and distances of groups mean nothing, and low perplexity makes clusters out of noise.
#
# ## Check yourself
#
# 1. You add one constant to every feature of every point. What happens to the neighbours, the LLE weights and the
#    similarities? And if you multiply one feature by 1,000?
# 2. A colleague's t-SNE shows two groups of customers twice as far apart as two others. What do you answer?
# 3. Why does LLE skip the eigenvector with the smallest eigenvalue, and what would it mean if there were two such with
#    eigenvalue 0?
#
# <details><summary>Answers</summary>
#
# 1. Nothing at all: everything rests on differences. Multiplying one feature changes all of them, for it decides the
#    distances alone then. Standardise first, as always with distances.
# 2. That this distance says nothing. Ask for the distances between the groups in the original columns, and for maps
#    with other perplexities and seeds.
# 3. It puts all points in one place. Two of them nearly always mean that the graph has fallen into two pieces: each
#    can sit in a place of its own, and no error is seen. More neighbours would connect it.
#
# </details>
#
# ## Go further
#
# - S. T. Roweis and L. K. Saul, "Nonlinear dimensionality reduction by locally linear embedding", *Science* 290,
#   2000; in the same issue J. B. Tenenbaum, V. de Silva and J. C. Langford unroll the swiss roll by shortest paths
#   through the neighbours' graph (Isomap).
# - G. Hinton and S. Roweis, "Stochastic neighbor embedding", *NIPS*, 2002: with Gaussians on the map.
# - L. van der Maaten and G. Hinton, "Visualizing data using t-SNE", *Journal of Machine Learning Research* 9, 2008.
# - M. Wattenberg, F. Viégas and I. Johnson, "How to use t-SNE effectively", *Distill*, 2016: many more experiments of
#   the last section's kind, to play with.
#
# Entropy and Kullback-Leibler divergence came up today as tools. Day 20 says where they come from.
