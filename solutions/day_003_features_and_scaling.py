# ---
# day: 3
# title: Many features, scaling and the normal equation
# week: 1
# minutes: 110
# backend: numpy
# needs: [1, 2]
# data: [housing, toy]
# papers:
# - Gauss 1809, Theoria motus corporum coelestium in sectionibus conicis solem ambientium
# - Robbins and Monro 1951, A stochastic approximation method
# - Kirkpatrick, Gelatt and Vecchi 1983, Optimization by simulated annealing
# - LeCun, Bottou, Orr and Müller 1998, Efficient BackProp
# ---

# %% [markdown]
# # Day 3 · Many features, scaling and the normal equation
#
# By the end you can fit a model with any number of features in three ways: by descent on all rows, by
# descent on a few rows at a time, and by solving one system of equations. And you can prepare features so
# that descent arrives in ten steps instead of thousands.
#
# - **You will build** six small NumPy functions that raise the held-out $R^2$ of Day 2 from 0.49 to over
#   0.65.
# - **You need** broadcasting and `keepdims` (Day 1), the cost, its slopes and the learning rate (Day 2),
#   and the product of a matrix and a vector.
# - **Not today:** classes instead of prices (Day 4), and how many features are too many (Day 6).
# - **Time:** about 110 minutes.
#
# | symbol | meaning | shape | in code |
# |---|---|---|---|
# | $m,\ n$ | number of examples, of features | scalars | `x.shape` |
# | $X$ | the features, one example a row | $(m, n)$ | `x` |
# | $y$ | the target | $(m,)$ | `y` |
# | $w,\ b$ | one weight a feature, and the bias | $(n,)$, scalar | `w`, `b` |
# | $\hat y = Xw + b$ | the predictions | $(m,)$ | `predict(x, w, b)` |
# | $e = \hat y - y$ | the errors, prediction minus target as ever | $(m,)$ | `error` |
# | $J(w, b) = \frac1m \sum_i e_i^2$ | the cost | scalar | `mse_cost(x, y, w, b)` |
# | $\mu,\ \sigma$ | mean and standard deviation of each column of $X$ | $(n,)$, $(n,)$ | `mean`, `scale` |
# | $d,\ q$ | degree of the products of columns, and how many there are | scalars | `degree` |
# | $A$ | the design matrix: $X$ with a last column of ones | $(m, n+1)$ | `design` |
# | $\theta$ | $w$ followed by $b$ | $(n+1,)$ | `solution` |
# | $B$ | rows in a mini-batch | scalar | `batch_size` |
# | $t$ | updates made so far | scalar | |
# | $\alpha_t$ | the learning rate after $t$ updates | scalar | `rate` |
# | $\alpha_0,\ k$ | the first rate, and how fast it falls | scalars | `learning_rate`, `decay` |

# %% setup
import itertools
import math

import matplotlib.pyplot as plt
import numpy as np

import deepdays as dd

dd.plot.style()


def predict(x, w, b):
    """Day 2's line with a weight for each feature: (m, n) @ (n,) + scalar gives (m,)."""
    return x @ w + b


def mse_cost(x, y, w, b):
    """Day 2's mean squared error."""
    return np.mean((predict(x, w, b) - y) ** 2)


def r2_score(y, prediction):
    """Day 2's share of the mean's squared error that the predictions remove."""
    return 1 - np.sum((y - prediction) ** 2) / np.sum((y - np.mean(y)) ** 2)


# %% [markdown]
# ## One weight a feature
#
# Day 2 predicted a district's price from its income and left half of the error; its residuals said that
# place matters too. **Multiple regression** gives every feature a weight of its own:
#
# $$\hat y_i = x_{i0} w_0 + x_{i1} w_1 + \dots + x_{i,n-1} w_{n-1} + b , \qquad \hat y = Xw + b .$$
#
# **Shapes:** $(m, n)$ times $(n,)$ gives $(m,)$, and $b$ broadcasts. The weight $w_j$ says how much the
# prediction rises when feature $j$ rises by one *and all others stay*. The cost is the same as before. Its
# slope along $w_j$ is still the mean of $2 e_i$ times what $w_j$ multiplies, now $x_{ij}$, and one product
# holds all $n$ of them:
#
# $$\frac{\partial J}{\partial w} = \frac2m\, X^\top e , \qquad
# \frac{\partial J}{\partial b} = \frac2m \sum_i e_i .$$
#
# $(n, m)$ times $(m,)$ is $(n,)$, the shape of $w$. By hand, for two examples and two features:
#
# $$X = \begin{pmatrix} 1 & 0 \\ 2 & 1 \end{pmatrix},\quad w = \begin{pmatrix} 1 \\ 2 \end{pmatrix},\quad b = 1,
# \quad y = \begin{pmatrix} 3 \\ 4 \end{pmatrix}:\qquad \hat y = \begin{pmatrix} 2 \\ 5 \end{pmatrix},\quad
# e = \begin{pmatrix} -1 \\ 1 \end{pmatrix},\quad X^\top e = \begin{pmatrix} 1 \\ 1 \end{pmatrix} .$$
#
# Hence $\partial J/\partial w = (1, 1)$ and $\partial J/\partial b = 0$.
#
# Our table has counts as well, and a count says little: a district has many rooms because it has many
# homes. Rooms *per household*, $\text{rooms}_i / \text{households}_i$, says something about a home. Making
# such columns from what you know of the matter is **feature engineering**, often worth more than a better
# method. What does the division change? The line joins the median prices of ten equal groups.

# %% demo
housing = dd.data.housing(source="bundled")
table = {
    "income": housing["median_income"],  # tens of thousands of dollars
    "age": housing["housing_median_age"],  # years
    "rooms per household": housing["total_rooms"] / housing["households"],
    "people per household": housing["population"] / housing["households"],
    "longitude": housing["longitude"],  # degrees
    "latitude": housing["latitude"],  # degrees
}
features = np.stack([column.to_numpy(dtype=float) for column in table.values()], axis=1)  # (m, 6)
price = housing["median_house_value"].to_numpy() / 100_000  # (m,) hundreds of thousands of dollars

order = np.random.default_rng(1).permutation(price.size)
held_out, train = order[: price.size // 5], order[price.size // 5 :]
x_train, y_train = features[train], price[train]
x_held_out, y_held_out = features[held_out], price[held_out]
print("train", x_train.shape, y_train.shape, " held out", x_held_out.shape, y_held_out.shape)

fig, panels = plt.subplots(1, 2, figsize=(12, 3.6), sharey=True)
rooms = {
    "rooms in the district": housing["total_rooms"].to_numpy()[train],
    "rooms per household": x_train[:, 2],
}
for ax, (name, column) in zip(panels, rooms.items(), strict=True):
    groups = np.array_split(np.argsort(column), 10)
    ax.scatter(column[:1200], y_train[:1200], s=4, color="0.75")
    middles = [(np.median(column[group]), np.median(y_train[group])) for group in groups]
    ax.plot(*zip(*middles, strict=True), marker="o", linestyle="-")
    ax.set(xlabel=name, xlim=(0, np.quantile(column, 0.99)), title=f"Price against {name}")
panels[0].set_ylabel("price ($100,000)")
dd.plot.show(
    "Price against two columns, each with grey districts and a line through the median prices of ten "
    "groups. Over the count of rooms the line is nearly level; over rooms per household it climbs from left "
    "to right."
)

# %% [markdown]
# The count tells nearly nothing; the ratio has a clear slope. We take six features: income, age, two
# ratios, and the place in degrees. With two of them the line has become a plane. How does it lie?

# %% demo
x_two = x_train[:, [0, 5]]  # (m, 2) income and latitude
*slopes, height = np.linalg.lstsq(np.column_stack([x_two, np.ones(len(x_two))]), y_train, rcond=None)[0]
across, north = np.meshgrid(np.linspace(0.5, 10, 8), np.linspace(34, 39.4, 8))  # two of (8, 8)
fig = plt.figure(figsize=(7.5, 4.6))
ax = fig.add_subplot(projection="3d")
ax.plot_wireframe(across, north, slopes[0] * across + slopes[1] * north + height, color="0.6", linewidth=0.8)
for (income, latitude), target in zip(x_two[:120], y_train[:120], strict=True):
    ends = [target, slopes[0] * income + slopes[1] * latitude + height]
    ax.plot([income] * 2, [latitude] * 2, ends, color="0.4", linestyle="-", linewidth=1)
ax.scatter(*x_two[:120].T, y_train[:120], color="C1", s=18, depthshade=False)
ax.set(xlabel="income ($10,000)", ylabel="latitude (degrees)", zlabel="price ($100,000)")
ax.set_title("Two features: the line becomes a plane", y=0.97)
for axis in (ax.xaxis, ax.yaxis, ax.zaxis):
    axis.pane.fill = False
ax.grid(False)
ax.view_init(elev=14, azim=-50)
ax.set_box_aspect((4, 4, 3), zoom=1.05)
dd.plot.show(
    "Price as height over income and latitude: 120 districts as dots, each joined by an upright bar to a tilted "
    "wire plane that climbs with income and falls towards the north."
)

# %% [markdown]
# It climbs with income and falls towards the north, away from the coast. The vertical bars are the
# residuals; their mean square is the cost, as ever. With six features it is a flat thing in seven
# dimensions, and nothing in the formulas changes.
#
# ## Features on one scale
#
# Day 2 gave a rate that never raises the cost. With $n$ features it is $\alpha_\text{safe} = 1 / (1 +
# \sum_j \frac1m \sum_i x_{ij}^2)$. One large feature makes it tiny, and all the others have to walk at
# that pace. Latitude near 36 has a mean square of 1,300; rooms per household must wait for it. So bring
# the columns to one scale first. Three ways are common:
#
# | name | new value of $x_{ij}$ | lies |
# |---|---|---|
# | min-max normalisation | $\dfrac{x_{ij} - \min_j}{\max_j - \min_j}$ | from 0 to 1 |
# | mean normalisation | $\dfrac{x_{ij} - \mu_j}{\max_j - \min_j}$ | around 0, between −1 and 1 |
# | z-score, standardisation | $\dfrac{x_{ij} - \mu_j}{\sigma_j}$ | around 0, mostly between −2 and 2 |
#
# Each moves a column and stretches it, with a constant for each column: $\min_j$ and $\max_j$ are its
# smallest and largest value, and
#
# $$\mu_j = \frac1m \sum_i x_{ij} , \qquad \sigma_j = \sqrt{\frac1m \sum_i (x_{ij} - \mu_j)^2} .$$
#
# The column $(1, 2, 3)$ has $\mu = 2$ and $\sigma = \sqrt{2/3} \approx 0.816$; its z-scores are $-1.22$,
# $0$ and $1.22$. **Fit on the training rows only.** $\mu$ and $\sigma$ belong to the model as $w$ does.
# Take them from all rows and the exam has leaked into the lesson; take new ones from the held-out rows and
# one number means two different things. So there are two functions: one *learns* the constants, one
# *applies* them to any rows.
#
# Compare people per household, which has a few huge values, with age, which has none. Which of the three
# brings them to one scale? And where do held-out rows land?

# %% demo
columns = {"age": 1, "people": 3}
fig, panels = plt.subplots(1, 3, figsize=(13, 3.8))
for ax, title in zip(panels, ("Min-max", "Mean normalisation", "Z-score"), strict=True):
    boxes = {}
    for name, j in columns.items():
        low, high, middle, deviation = (f(x_train[:, j]) for f in (np.min, np.max, np.mean, np.std))
        move = low if title == "Min-max" else middle
        stretch = deviation if title == "Z-score" else high - low
        boxes[f"{name},\ntrain"] = (x_train[:, j] - move) / stretch
        boxes[f"{name},\nheld out"] = (x_held_out[:, j] - move) / stretch
    ax.boxplot(list(boxes.values()), whis=(1, 99), widths=0.6, flierprops={"markersize": 3})
    ax.set_xticks(range(1, 5), list(boxes), fontsize=10)
    ax.set(title=title)
panels[0].set_ylabel("value after scaling")
panels[2].set_ylim(-3, 6)
dd.plot.show(
    "Boxes of age and of people per household, training and held-out rows, under three scalings. Under min-max "
    "and mean normalisation the boxes of people are slivers below a trail of far circles; under z-scores they "
    "are about as high as those of age, and the circles leave the panel."
)

# %% [markdown]
# The line in a box is the median, half of the rows lie inside it, and the whiskers hold 98% of them. The
# first two are ruled by the extremes: a handful of crowded districts press all others into a sliver a
# tenth as high as the box of age. Standard deviations bring the boxes to like size; some circles lie
# beyond the top of the last panel, since a z-score has no bounds. It is the usual choice. Min-max suits
# columns with known ends, such as the grey of a pixel. Held-out rows land nearly, not exactly, where the
# training rows do, as they should.
#
# **Two traps.** A column whose values are all equal has $\sigma = 0$, and $0/0$ is not a number. We give it
# the scale 1, so that it becomes zeros, but for rounding. But ask the values whether they are equal, not
# $\sigma$: added one after another, as NumPy adds down a table of several columns, ten times 0.1 make
# 0.9999999999999999 in floats. The mean misses 0.1 by a hair, and the standard deviation comes out as
# $10^{-17}$, which is not 0.
#
# And large tables often come as float32, which holds some seven digits. A sum of twenty thousand rows loses
# one or two of them on the way. So turn the table into float64 first; `np.asarray(x, dtype=float)` does, and
# copies nothing that is float64 already.


# %% exercise: fit_standardizer
def fit_standardizer(x):
    """Learn what standardize needs from the training rows.

    Args:
        x: features of the training rows, array of shape (m, n), m, n >= 1, of numbers of any dtype; left
            unchanged.

    Returns:
        Tuple (mean, scale) of two float64 arrays of shape (n,), worked out in float64: the mean and the
        standard deviation of each column, with division by m; the scale of a column whose values are all
        equal is 1. About 5 lines.
    """
    ### BEGIN SOLUTION
    x = np.asarray(x, dtype=float)
    mean = np.mean(x, axis=0)  # (n,)
    constant = np.max(x, axis=0) == np.min(x, axis=0)  # (n,)
    scale = np.where(constant, 1.0, np.std(x, axis=0))  # (n,)
    return mean, scale
    ### END SOLUTION


# %% test: fit_standardizer, points=1
x = np.array([[1.0, 10.0, -2.0, 5.0], [2.0, 30.0, 0.0, 5.0], [3.0, 50.0, 2.0, 5.0]])
with dd.check.unchanged(x, what="x"):
    result = fit_standardizer(x)
dd.check.kind(result, tuple)
dd.check.equal(len(result), 2, what="the number of results", why="they are the mean and the scale")
mean, scale = result
due = np.array([2.0, 30.0, 0.0, 5.0])
dd.check.like(mean, due, dtype="float64", what="mean", why="each column has a mean of its own")
due, why = np.sqrt([2 / 3, 800 / 3, 8 / 3, 1.0]), "the first is the example above, the last column is constant"
dd.check.like(scale, due, dtype="float64", what="scale", why=why)
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(31)


def slow_constants(x):
    """The mean and the scale of each column, by exact sums."""
    columns = np.asarray(x, dtype=float).T.tolist()
    means = [math.fsum(column) / len(column) for column in columns]
    scales = []
    for column, mean in zip(columns, means, strict=True):
        spread = math.sqrt(math.fsum((value - mean) ** 2 for value in column) / len(column))
        scales.append(1.0 if len(set(column)) == 1 else spread)
    return np.array(means), np.array(scales)


for m, n in ((1, 1), (1, 4), (5, 1), (3, 3), (2, 5), (37, 2)):
    x = rng.normal(3.0, 2.0, (m, n))
    with dd.check.unchanged(x, what="x"):
        mean, scale = fit_standardizer(x)
    due = slow_constants(x)
    dd.check.like(mean, due[0], dtype="float64", rtol=1e-9, what="mean", why="there is one for each column")
    dd.check.like(scale, due[1], dtype="float64", rtol=1e-9, what="scale", why="a single row is constant")

far = np.iinfo(np.int64).max
tables = {
    "uint8": np.array([[200, 7], [250, 7], [255, 7]], dtype=np.uint8),
    "int8": np.array([[-128, 0], [127, 0], [100, 0], [-90, 0]], dtype=np.int8),
    "int64": np.array([[far, 1], [far - 2**60, 2], [far - 2**61, 6]]),
    "bool": np.array([[True, False], [False, False], [True, False]]),
    "float32": (4e6 + rng.normal(0.0, 2.0, (20_000, 2)) * [1.0, 0.0]).astype(np.float32),
}
for name, x in tables.items():
    due = slow_constants(x)
    mean, scale = fit_standardizer(x)
    why = f"the table is {name}, and float64 has room for every step"
    dd.check.like(mean, due[0], dtype="float64", rtol=1e-9, what="mean", why=why)
    dd.check.like(scale, due[1], dtype="float64", rtol=1e-9, what="scale", why=why)
view = rng.normal(0.0, 1.0, (8, 6))[::2, ::-1]
dd.check.like(fit_standardizer(view), slow_constants(view), why="every second row and reversed columns, a view")

unit = np.array([-1.0, 1.0, -1.0, 1.0])
mean, scale = fit_standardizer(np.stack([1e9 + unit, 1e-9 * unit, 1e6 * unit], axis=1))
dd.check.close(mean, [1e9, 0.0, 0.0], what="mean")
dd.check.close(scale, [1.0, 1e-9, 1e6], atol=0, what="scale", why="columns vary by that much")
near = 1e6 + 1e-6 * np.stack([unit, 2 * unit], axis=1)
due = slow_constants(near)[1]
dd.check.close(fit_standardizer(near)[1], due, rtol=1e-3, atol=0, what="scale", why="a column may vary by very little")
for value in (0.1, -0.7, 1e6 + 0.1, 1e-20, 0.0, 123456.789):
    for m in (3, 10, 49, 100):
        mean, scale = fit_standardizer(np.stack([np.full(m, value), np.arange(m)], axis=1))
        dd.check.close(mean[0], value, what="mean[0]")
        dd.check.equal(scale[0], 1.0, what="scale[0]", why=f"all {m} values of the column are {value:g}")
### END HIDDEN TESTS

# %% mistakes: fit_standardizer
# - replace: np.std(x, axis=0)
#   with: np.var(x, axis=0)
#   hint: "Your scale is in squared units: it is the variance. What is missing from it?"
# - replace: np.std(x, axis=0)
#   with: np.std(x, axis=0, ddof=1)
#   hint: "You divide by m - 1 where the formula above divides by m. (And what is left to divide by if m is
#     1?)"
# - replace: np.where(constant, 1.0, np.std(x, axis=0))
#   with: np.std(x, axis=0)
#   hint: "A constant column gets a scale of 0 or next to it, and whoever divides by that is lost. It is to
#     get 1; a little something added to every scale is no cure."
# - replace: np.max(x, axis=0) == np.min(x, axis=0)
#   with: np.std(x, axis=0) == 0
#   hint: "You ask the standard deviation whether a column is constant. Rounding can make it tiny instead of
#     0; ask the values themselves."
# - replace: np.std(x, axis=0)
#   with: (np.max(x, axis=0) - np.min(x, axis=0))
#   hint: "You scale by the range: that is mean normalisation. Which row of the table is asked for?"
# - replace: np.mean(x, axis=0)
#   with: np.mean(x)
#   hint: "You take one mean for the whole table. Each column has its own."
# - replace: np.mean(x, axis=0)
#   with: np.median(x, axis=0)
#   hint: "You take the median. The deviations are to be taken from the mean."
# - replace: np.mean(x, axis=0)
#   with: np.mean(x, axis=0, keepdims=True)
#   hint: "Your mean is a row of shape (1, n); a flat (n,) was asked for."
# - replace: return mean, scale
#   with: return scale, mean
#   hint: "The two results have changed places: the mean comes first."
# - replace: x = np.asarray(x, dtype=float)
#   with: x = np.asarray(x)
#   hint: "You add up in the dtype of the table. float32 has seven digits, and a long sum loses some of them:
#     what was to come before the first sum?"
# - replace: x = np.asarray(x, dtype=float)
#   with: x -= 0 * x; x[:] = np.sort(x, axis=0)
#   hint: "You sort the caller's own table. Work on a copy."


# %% mistake: fit_standardizer
# hint: "You ask whether the scale is nearly 0. A column may well vary by a billionth, and a constant one may
#   round to more than that: compare the values with each other."
def fit_standardizer(x):
    x = np.array(x, dtype=float)
    scale = x.std(axis=0)
    scale[np.isclose(scale, 0)] = 1
    return x.mean(axis=0), scale


# %% mistake: fit_standardizer
# hint: "The mean square less the square of the mean is the variance on paper. For values far from zero the two
#   are large and nearly equal, and their difference is what rounding left. Subtract the mean first."
def fit_standardizer(x):
    x = np.asarray(x, dtype=float)
    mean = x.mean(axis=0)
    variance = np.maximum((x**2).mean(axis=0) - mean**2, 0)
    return mean, np.where((x == x[0]).all(axis=0), 1.0, np.sqrt(variance))


# %% mistake: fit_standardizer
# hint: "You call a column constant when it varies little for its size. A column of millions may well vary by a
#   millionth: compare the values with each other."
def fit_standardizer(x):
    x = np.asarray(x, dtype=float)
    mean, scale = x.mean(axis=0), x.std(axis=0)
    return mean, np.where(scale <= 1e-9 * np.abs(mean), 1.0, scale)


# %% mistake: fit_standardizer
# hint: "You return the constants of min-max normalisation. Which row of the table is asked for?"
def fit_standardizer(x):
    x = np.asarray(x, dtype=float)
    width = np.ptp(x, axis=0)
    return x.min(axis=0), np.where(width == 0, 1.0, width)


# %% mistake: fit_standardizer
# hint: "You average the sizes of the deviations. A standard deviation averages their squares, and takes the root."
def fit_standardizer(x):
    x = np.asarray(x, dtype=float)
    mean = x.mean(axis=0)
    return mean, np.where((x == x[0]).all(axis=0), 1.0, np.abs(x - mean).mean(axis=0))


# %% mistake: fit_standardizer
# hint: "All columns get the scale of the whole table. Each column has its own."
def fit_standardizer(x):
    x = np.asarray(x, dtype=float)
    return x.mean(axis=0), np.where((x == x[0]).all(axis=0), 1.0, x.std())


# %% mistake: fit_standardizer
# hint: "You take one mean and one scale for each row. A feature is a column: which axis is to go?"
def fit_standardizer(x):
    x = np.asarray(x, dtype=float)
    constant = x.max(axis=1) == x.min(axis=1)
    return x.mean(axis=1), np.where(constant, 1.0, x.std(axis=1))


# %% mistake: fit_standardizer
# hint: "Your scale is the length of the centred column, which grows with the number of rows. What is due is the root
#   of a mean."
def fit_standardizer(x):
    x = np.asarray(x, dtype=float)
    mean = x.mean(axis=0)
    return mean, np.where((x == x[0]).all(axis=0), 1.0, np.linalg.norm(x - mean, axis=0))


# %% accepts: fit_standardizer
def fit_standardizer(x):
    x = x.astype(np.float64)
    mean = np.add.reduce(x, axis=0) / len(x)
    scale = np.sqrt(np.mean((x - mean) ** 2, axis=0))
    scale[(x == x[0]).all(axis=0)] = 1
    return mean, scale


# %% accepts: fit_standardizer
def fit_standardizer(x):
    means, scales = [], []
    for column in np.asarray(x, dtype=float).T:
        mean = math.fsum(column) / len(column)
        means.append(mean)
        deviation = math.sqrt(math.fsum((value - mean) ** 2 for value in column) / len(column))
        scales.append(1.0 if len(set(column)) == 1 else deviation)
    return np.array(means), np.array(scales)


# %% exercise: standardize
def standardize(x, mean, scale):
    """Apply z-scores with constants learned elsewhere.

    Args:
        x: features of any rows, array of shape (m, n), of numbers of any dtype; left unchanged.
        mean: mean of each column in the training rows, float64 array of shape (n,); left unchanged.
        scale: scale of each column there, > 0, float64 array of shape (n,); left unchanged.

    Returns:
        Float64 array of shape (m, n). About 1 line.
    """
    ### BEGIN SOLUTION
    return (x - mean) / scale
    ### END SOLUTION


# %% test: standardize, points=1
x = np.array([[1.0, 10.0], [2.0, 30.0], [7.0, 50.0]])
mean, scale = np.array([2.0, 30.0]), np.array([0.5, 20.0])
with dd.check.unchanged([x, mean, scale], what="[x, mean, scale]"):
    result = standardize(x, mean, scale)
due = np.array([[-2.0, -1.0], [0.0, 0.0], [10.0, 1.0]])
dd.check.like(result, due, dtype="float64", why="in column 0 the 2 is the mean")
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(32)


def slow_scores(x, mean, scale):
    """The z-scores, number by number."""
    rows = np.asarray(x, dtype=float).tolist()
    table = [[(value - mean[j]) / scale[j] for j, value in enumerate(row)] for row in rows]
    return np.array(table).reshape(x.shape)


for m, n in ((1, 1), (1, 3), (4, 1), (3, 3), (6, 2), (0, 2)):
    x, mean, scale = rng.normal(2.0, 3.0, (m, n)), rng.normal(0.0, 1.0, n), rng.uniform(0.2, 5.0, n)
    with dd.check.unchanged([x, mean, scale], what="[x, mean, scale]"):
        result = standardize(x, mean, scale)
    due = slow_scores(x, mean, scale)
    dd.check.like(result, due, rtol=1e-9, why="the constants given count, not those of these rows")
small = standardize(np.array([[3e-9], [5e-9]]), np.array([1e-9]), np.array([2e-9]))
dd.check.like(small, np.array([[1.0], [2.0]]), why="small numbers have small scales")
far = standardize(1e8 + np.array([[0.25], [-0.5]]), np.array([1e8]), np.array([0.5]))
dd.check.like(far, np.array([[0.5], [-1.0]]), why="numbers far from zero may lie close together")
mean, scale = np.array([128.5, 3.0]), np.array([2.0, 4.0])
for dtype in (np.uint8, np.int64, np.float32):
    x = np.array([[1, 4], [200, 4], [255, 0]]).astype(dtype)
    due, why = slow_scores(x, mean, scale), f"the table is {x.dtype}, its z-scores are float64"
    dd.check.like(standardize(x, mean, scale), due, dtype="float64", rtol=1e-12, why=why)
view = rng.normal(0.0, 1.0, (2, 6)).T[::2]
due = slow_scores(view, mean, scale)
dd.check.like(standardize(view, mean, scale), due, why="a transposed view with every second row is a table too")
### END HIDDEN TESTS

# %% mistakes: standardize
# - replace: (x - mean) / scale
#   with: (x - x.mean(axis=0)) / x.std(axis=0)
#   hint: "You take new constants from these rows. Which rows were they to be learned from?"
# - replace: (x - mean) / scale
#   with: x - mean / scale
#   hint: "Mind which operation comes first: the mean is divided by the scale before it is subtracted."
# - replace: (x - mean) / scale
#   with: (x - mean) * scale
#   hint: "A column with a large scale has become larger still."
# - replace: (x - mean) / scale
#   with: x / scale - mean
#   hint: "You shrink first and then subtract a mean that was measured before shrinking."
# - replace: (x - mean) / scale
#   with: (x - mean) / scale**2
#   hint: "Your results carry a unit: one scale too many was divided away."
# - replace: (x - mean) / scale
#   with: x - mean
#   hint: "The columns are moved but not stretched."
# - replace: (x - mean) / scale
#   with: (x - mean) / (scale + 1e-8)
#   hint: "Nothing need be added to the scale: it is above zero, and may be very small."
# - replace: return (x - mean) / scale
#   with: x[:] = (x - mean) / scale; return x
#   hint: "You write the z-scores into the caller's table, so its own numbers are lost. Return a new one."
# - replace: (x - mean) / scale
#   with: ((x - mean) / scale).astype(x.dtype)
#   hint: "You press the z-scores back into the dtype of x: whole numbers lose their fractions, float32 its
#     digits."


# %% mistake: standardize
# hint: "You scale each row by its own mean and deviation, so that districts can no longer be compared. The constants
#   are given, one for each column."
def standardize(x, mean, scale):
    x = np.asarray(x, dtype=float)
    return (x - x.mean(axis=1, keepdims=True)) / np.maximum(x.std(axis=1, keepdims=True), 1e-12)


# %% mistake: standardize
# hint: "You write the z-scores into the caller's table: where it holds floats already, asarray makes no copy, and the
#   operators with = work in place."
def standardize(x, mean, scale):
    x = np.asarray(x, dtype=float)
    x -= mean
    x /= scale
    return x


# %% mistake: standardize
# hint: "The mean is the one given, but the scale is taken anew from these rows. Both were learned elsewhere."
def standardize(x, mean, scale):
    return (x - mean) / np.std(x, axis=0)


# %% accepts: standardize
def standardize(x, mean, scale):
    return np.divide(np.subtract(x, mean[None, :]), scale[None, :])


# %% accepts: standardize
def standardize(x, mean, scale):
    columns = [(x[:, j] - mean[j]) * (1 / scale[j]) for j in range(x.shape[1])]
    return np.stack(columns, axis=1)


# %% [markdown]
# What has it done to the ground that descent walks on? Income and age have been moved to mean 0 in both
# panels, which makes the bias independent of them; only on the right are they scaled too. Each path takes
# twelve steps at its own safe rate.

# %% demo
train_mean, train_scale = fit_standardizer(x_train)
bias = y_train.mean()
fig, panels = plt.subplots(1, 2, figsize=(13, 4.1))
divisors = {"Moved only": np.ones(2), "Moved and scaled": train_scale[:2]}
for ax, (name, divisor) in zip(panels, divisors.items(), strict=True):
    x_pair = standardize(x_train[:, :2], train_mean[:2], divisor)  # (m, 2)
    rate = 1 / (1 + np.sum(np.mean(x_pair**2, axis=0)))
    path = [np.zeros(2)]
    for _ in range(12):
        error = predict(x_pair, path[-1], bias) - y_train
        path.append(path[-1] - rate * 2 / len(error) * x_pair.T @ error)

    def cost(*place, x_pair=x_pair):
        return mse_cost(x_pair, y_train, np.array(place), bias)

    title = f"{name}: rate {rate:.4f}"
    dd.plot.loss_contours(cost, (-0.1, 1.1), (-0.45, 0.45), np.array(path), ax, title=title)
    best = np.linalg.lstsq(x_pair, y_train - bias, rcond=None)[0]
    ax.plot(*best, "k*", markersize=13)
    ax.set(xlabel="$w$ of income", ylabel="$w$ of age", aspect="equal")
dd.plot.show(
    "Contours of the cost over the weights of income and age, with twelve steps of descent from the origin and a "
    "star at the lowest point. Moved only, the rings are drawn out along the weight of income and the path zigzags "
    "through the first part of the way; scaled too, they are round and the path reaches the star."
)

# %% [markdown]
# On the left age varies over decades and income over units. The ground is a gorge: steep across, nearly
# level along. The steep direction dictates the rate, the path shivers from wall to wall, and in twelve
# steps it gets a third of the way. On the right the gorge has become a bowl, and the same twelve steps
# arrive. The best predictions are the same in both; only the units of the weights differ.
#
# ## Polynomial features
#
# A plane cannot bend. But "linear" only means linear *in the weights*: nobody asks where a column comes
# from. Give the model $x_0^2$ as a further column and it fits parabolas; give it $x_0 x_1$, an
# **interaction**, and the effect of one feature may depend on another. Income may count for more near the
# coast.
#
# All products of at most $d$ columns are the **polynomial features** of degree $d$. A fixed order makes
# them usable: first degree 1, then degree 2, and so on; within a degree as words in a dictionary, with
# column numbers for letters. Two columns at degree 2 have the words 0, 1, then 00, 01, 11:
#
# $$(x_0,\ x_1) \;\to\; (x_0,\ x_1,\ x_0^2,\ x_0 x_1,\ x_1^2) , \qquad (2, 3) \to (2, 3, 4, 6, 9) .$$
#
# The letters of a word never step back, because 10 would be 01 once more. There is no empty word: the
# column of ones is the bias, which we keep apart. **Shapes:** $(m, n)$ becomes $(m, q)$ with
# $q = \binom{n + d}{d} - 1$. That is 5 here, 83 for our six columns at degree 3, and 176,850 for a hundred:
# choose with care. The function `itertools.combinations_with_replacement` lists just such words of one
# length. Products grow fast, and whole numbers wrap round (Day 1): twenty squared is 144 in uint8.


# %% exercise: polynomial_features
def polynomial_features(x, degree):
    """All products of 1 to `degree` columns.

    Args:
        x: features, array of shape (m, n), m, n >= 1, of numbers of any dtype; left unchanged.
        degree: largest number of factors, int >= 1.

    Returns:
        New float64 array of shape (m, q), q = comb(n + degree, degree) - 1, worked out in float64: products
        of one column first, then of two, and so on; of k columns in dictionary order of their numbers, 00,
        01, 02, 11, 12, 22 for k = 2 and n = 3. About 6 lines.
    """
    ### BEGIN SOLUTION
    x = np.asarray(x, dtype=float)
    columns = []
    for k in range(1, degree + 1):
        for word in itertools.combinations_with_replacement(range(x.shape[1]), k):
            columns.append(np.prod(x[:, list(word)], axis=1))  # (m,)
    return np.stack(columns, axis=1)
    ### END SOLUTION


# %% test: polynomial_features, points=2
x = np.array([[2.0, 3.0], [1.0, -1.0], [0.0, 5.0]])
with dd.check.unchanged(x, what="x"):
    result = polynomial_features(x, 2)
dd.check.kind(result, np.ndarray)
dd.check.shape(result, (3, 5), why="two columns have five products of at most two factors")
due = np.array([[2.0, 3.0, 4.0, 6.0, 9.0], [1.0, -1.0, 1.0, -1.0, 1.0], [0.0, 5.0, 0.0, 0.0, 25.0]])
dd.check.like(result, due, dtype="float64", why="the order is 0, 1, 00, 01, 11")
dd.check.like(polynomial_features(x, 1), x, dtype="float64", why="degree 1 adds nothing")
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(33)


def slow_products(x, degree):
    """Every choice of exponents: in dictionary order a word with more of an early column comes first."""
    exponents = [e for e in itertools.product(range(degree + 1), repeat=x.shape[1]) if 1 <= sum(e) <= degree]
    exponents.sort(key=lambda e: (sum(e), [-power for power in e]))
    rows = np.asarray(x, dtype=float).tolist()
    return np.array([[math.prod(v**power for v, power in zip(row, e, strict=True)) for e in exponents] for row in rows])


cases = ((1, 1, 1), (1, 1, 5), (1, 3, 2), (4, 1, 3), (3, 3, 3), (5, 2, 4), (2, 4, 2), (6, 5, 1), (2, 3, 4))
for m, n, degree in cases:
    x = rng.normal(0.0, 1.5, (m, n))
    with dd.check.unchanged(x, what="x"):
        result = polynomial_features(x, degree)
    what = f"degree {degree} of {n} columns"
    dd.check.shape(result, (m, math.comb(n + degree, degree) - 1), what=what)
    due = slow_products(x, degree)
    dd.check.like(result, due, rtol=1e-9, what=what, why="degree by degree, each in dictionary order")
tables = (
    np.array([[1, 2, 3]]),
    np.array([[20, 30], [255, 254]], dtype=np.uint8),
    np.array([[-128, 100], [127, 3]], dtype=np.int8),
    np.array([[2**40, 3], [-(2**33), 2**62]]),
    np.array([[0.1, 1e20], [3e-20, -7.3]], dtype=np.float32),
)
for x in tables:
    why = f"the table is {x.dtype}, and float64 has room for its products"
    result = polynomial_features(x, 3)
    dd.check.like(result, slow_products(x, 3), dtype="float64", rtol=1e-12, atol=0, why=why)
view = rng.normal(0.0, 1.0, (2, 6)).T[::2]
due = slow_products(view, 2)
dd.check.like(polynomial_features(view, 2), due, why="a transposed view with every second row is a table too")
for n in (1, 2):
    x = np.ones((4, n))
    result = polynomial_features(x, 1)
    result += 1
    dd.check.close(x, np.ones((4, n)), what="x after its products were written to", why="the table returned is new")
### END HIDDEN TESTS

# %% mistakes: polynomial_features
# - replace: itertools.combinations_with_replacement(range(x.shape[1]), k)
#   with: itertools.combinations(range(x.shape[1]), k)
#   hint: "No column ever meets itself, so there are no squares. May a letter occur twice in a word?"
# - replace: itertools.combinations_with_replacement(range(x.shape[1]), k)
#   with: itertools.product(range(x.shape[1]), repeat=k)
#   hint: "01 and 10 are both there, and they are the same product. May the letters of a word step back?"
# - replace: itertools.combinations_with_replacement(range(x.shape[1]), k)
#   with: "[[j] * k for j in range(x.shape[1])]"
#   hint: "You have the powers of each column and no product of two different ones."
# - replace: range(1, degree + 1)
#   with: range(1, degree)
#   hint: "The highest degree is missing. Where does your range end?"
# - replace: range(1, degree + 1)
#   with: range(degree + 1)
#   hint: "Your first column is the product of no columns at all, a column of ones. The bias is kept apart."
# - replace: range(1, degree + 1)
#   with: "[degree]"
#   hint: "Only the products of exactly that many factors are there. What about fewer?"
# - replace: range(1, degree + 1)
#   with: range(degree, 0, -1)
#   hint: "The columns are the right ones, but the highest degree comes first."
# - replace: range(x.shape[1])
#   with: range(x.shape[1])[::-1]
#   hint: "The columns are the right ones, but within a degree your dictionary runs backwards."
# - replace: np.prod
#   with: np.sum
#   hint: "You add the columns of a word. A feature of degree 2 is a product."
# - replace: |-
#     for k in range(1, degree + 1):
#             for word in itertools.combinations_with_replacement(range(x.shape[1]), k):
#                 columns.append(np.prod(x[:, list(word)], axis=1))  # (m,)
#   with: |-
#     words = []
#         for k in range(1, degree + 1):
#             words += itertools.combinations_with_replacement(range(x.shape[1]), k)
#         for word in sorted(words):
#             columns.append(np.prod(x[:, list(word)], axis=1))
#   hint: "Your dictionary holds words of all lengths together, 0, 00, 01, 1, 11. The short ones come
#     first."
# - replace: x = np.asarray(x, dtype=float)
#   with: x = np.asarray(x)
#   hint: "You multiply in the dtype of the table. Whole numbers wrap round and float32 loses digits: what was to
#     come before the first product?"


# %% mistake: polynomial_features
# hint: "You square the columns again and again: the powers are 1, 2, 4 and 8. A word has one letter more than the
#   last, not twice as many."
def polynomial_features(x, degree):
    level = found = np.asarray(x, dtype=float)
    for _ in range(degree - 1):
        pairs = itertools.combinations_with_replacement(range(level.shape[1]), 2)
        level = np.stack([level[:, i] * level[:, j] for i, j in pairs], axis=1)
        found = np.hstack([found, level])
    return found


# %% mistake: polynomial_features
# hint: "You have the products of one and of two columns, whatever the degree. What about three?"
def polynomial_features(x, degree):
    x = np.asarray(x, dtype=float)
    pairs = itertools.combinations_with_replacement(range(x.shape[1]), 2)
    squares = [x[:, i] * x[:, j] for i, j in pairs] if degree > 1 else []
    return np.column_stack([x, *squares])


# %% mistake: polynomial_features
# hint: "Within a degree your words are sorted by their last letter, 00, 01, 11, 02. A dictionary looks at the first
#   letter first."
def polynomial_features(x, degree):
    x = np.asarray(x, dtype=float)
    found = []
    for k in range(1, degree + 1):
        words = itertools.combinations_with_replacement(range(x.shape[1]), k)
        found += [x[:, list(word)].prod(axis=1) for word in sorted(words, key=lambda word: word[::-1])]
    return np.stack(found, axis=1)


# %% mistake: polynomial_features
# hint: "You go column by column, 0, 00, 01, then 1, 11. All words of one letter come before those of two."
def polynomial_features(x, degree):
    x = np.asarray(x, dtype=float)
    found = []
    for first in range(x.shape[1]):
        for k in range(degree):
            rests = itertools.combinations_with_replacement(range(first, x.shape[1]), k)
            found += [x[:, [first, *rest]].prod(axis=1) for rest in rests]
    return np.stack(found, axis=1)


# %% mistake: polynomial_features
# hint: "Your products stand in rows: each column of the result is to belong to one product."
def polynomial_features(x, degree):
    x = np.asarray(x, dtype=float)
    words = [w for k in range(1, degree + 1) for w in itertools.combinations_with_replacement(range(x.shape[1]), k)]
    return np.array([x[:, list(word)].prod(axis=1) for word in words])


# %% mistake: polynomial_features
# hint: "You multiply in the dtype of the table and make floats of the products, when they have wrapped round already.
#   What was to come first?"
def polynomial_features(x, degree):
    found = []
    for k in range(1, degree + 1):
        for word in itertools.combinations_with_replacement(range(x.shape[1]), k):
            product = x[:, word[0]]
            for j in word[1:]:
                product = product * x[:, j]
            found.append(product)
    return np.stack(found, axis=1).astype(float)


# %% mistake: polynomial_features
# hint: "You have the columns and the products of exactly that many factors. What about the numbers between?"
def polynomial_features(x, degree):
    x = np.asarray(x, dtype=float)
    words = [[j] for j in range(x.shape[1])]
    if degree > 1:
        words += itertools.combinations_with_replacement(range(x.shape[1]), degree)
    return np.stack([x[:, list(word)].prod(axis=1) for word in words], axis=1)


# %% accepts: polynomial_features
def polynomial_features(x, degree):
    x = np.array(x, dtype=np.float64)
    groups = [(j, x[:, j]) for j in range(x.shape[1])]  # (last column used, product)
    found = list(groups)
    for _ in range(degree - 1):
        groups = [(j, product * x[:, j]) for last, product in groups for j in range(last, x.shape[1])]
        found += groups
    return np.column_stack([product for _, product in found])


# %% accepts: polynomial_features
def polynomial_features(x, degree):
    from sklearn.preprocessing import PolynomialFeatures

    return PolynomialFeatures(degree, include_bias=False).fit_transform(x.astype(float))


# %% [markdown]
# What shape does each of the five columns add to a model of two features? Light is high, dark is low.

# %% demo
grid = np.linspace(-1, 1, 61)
first, second = np.meshgrid(grid, grid)  # two of (61, 61)
shapes = polynomial_features(np.column_stack([first.ravel(), second.ravel()]), 2)  # (61 * 61, 5)
names = ["$x_0$", "$x_1$", "$x_0^2$", "$x_0 x_1$", "$x_1^2$"]
fig, panels = plt.subplots(1, 5, figsize=(14, 3.1), sharey=True)
for ax, name, column in zip(panels, names, shapes.T, strict=True):
    image = ax.contourf(first, second, column.reshape(61, 61), np.linspace(-1, 1, 11), cmap="gray")
    ax.set(title=name, xlabel="$x_0$", aspect="equal")
    ax.grid(False)
panels[0].set_ylabel("$x_1$")
fig.colorbar(image, ax=panels, label="value", ticks=[-1, 0, 1])
fig.suptitle("The five columns of degree 2")
dd.plot.show(
    "Five squares of grey over the two features: two even slopes from dark to light, rightwards and upwards, two "
    "valleys that are light at both edges, and for the product a saddle, light in two opposite corners and dark "
    "in the others."
)

# %% [markdown]
# Two slopes, two valleys, and a saddle: the interaction is high where both features agree in sign. A
# weighted sum of these five draws every surface of degree 2.
#
# Powers go to extremes, $10^3 = 1000$. So standardise first, then multiply, and before descending
# standardise the result again. Whether that is caution enough, the last section asks.
#
# ## The normal equation
#
# For squared errors the lowest point can be had without walking. Give $X$ a last column of ones, call it
# the design matrix $A$, and put the bias behind the weights: $\theta = (w, b)$. Then $\hat y = A\theta$ and
# both slopes together are $\frac2m A^\top (A\theta - y)$. At the lowest point they are zero, which is the
# **normal equation**:
#
# $$A^\top A\, \theta = A^\top y .$$
#
# **Shapes:** $(n+1, n+1)$ times $(n+1,)$ is $(n+1,)$; the $m$ rows are summed away. For Day 2's three
# districts, incomes $(1, 2, 3)$ and prices $(3, 3, 6)$:
#
# $$A^\top A = \begin{pmatrix} 14 & 6 \\ 6 & 3 \end{pmatrix}, \quad A^\top y = \begin{pmatrix} 27 \\ 12 \end{pmatrix}:
# \qquad 14 w + 6 b = 27,\quad 6 w + 3 b = 12 \quad\Rightarrow\quad w = 1.5,\ b = 1 ,$$
#
# the line that gradient descent found. Why "normal"? Written $A^\top e = 0$, the equation says that the
# errors are perpendicular, or normal, to every column. Two examples and one weight without a bias are few
# enough to draw it: $x = (2, 1)$ and $y = (1, 3)$.

# %% demo
fig, ax = plt.subplots(figsize=(6.5, 4.4))
ax.plot([-1, 3.4], [-0.5, 1.7], color="0.6", linestyle="-", label="all predictions $xw$")
for (across, up), name, offset in (((2, 1), "$x$, and $\\hat y = 1x$", (6, -14)), ((1, 3), "$y$", (8, 0))):
    ax.annotate("", (across, up), (0, 0), arrowprops={"arrowstyle": "->", "linewidth": 2})
    ax.annotate(name, (across, up), xytext=offset, textcoords="offset points")
ax.plot([1, 2], [3, 1], color="C1", linestyle="--", label="shortest error: $w = 1$")
ax.plot([1, 0.8], [3, 0.4], color="C2", linestyle=":", label="a longer one: $w = 0.4$")
ax.plot([1.8, 1.7, 1.9], [0.9, 1.1, 1.2], color="black", linestyle="-", linewidth=1)
ax.set(xlim=(-1, 4.2), ylim=(-0.7, 3.4), aspect="equal", title="Least squares drops a perpendicular")
ax.set(xlabel="value for example 0", ylabel="value for example 1")
ax.legend(loc="upper right")
dd.plot.show(
    "The values for example 0 and example 1 as a plane. A grey line through the origin holds all predictions, an "
    "arrow ends at y beside it; the dashed shortest error meets the line at a right angle at (2, 1), a dotted "
    "longer one meets it elsewhere."
)

# %% [markdown]
# An axis is an *example* here, and the whole column of targets is a single arrow. The reachable predictions
# lie on a line; the nearest to $y$ is the foot of the perpendicular. There
# $x \cdot e = 2 \cdot 1 + 1 \cdot (-2) = 0$.
#
# **Do not invert.** On paper one writes $\theta = (A^\top A)^{-1} A^\top y$. A computer that forms the
# inverse does about three times the work and loses digits when columns nearly repeat each other, as high
# powers do. `np.linalg.solve` takes a matrix and a right-hand side and eliminates, as you did above. A
# column far from zero, such as the year 2,000 and something, nearly repeats the ones: another reason to
# standardise. If one column is a sum of others (a constant column is a multiple of the ones), $A^\top A$ is
# singular, and no method can tell their weights apart: drop a column.
#
# The price is some $m n^2 + n^3$ operations: nothing for 100 features, hopeless for a million.


# %% exercise: normal_equation
def normal_equation(x, y):
    """The weights and bias with the lowest mean squared error.

    Args:
        x: features, array of shape (m, n), m > n >= 1, of numbers of any dtype; no column is a combination
            of the others and a constant. Left unchanged.
        y: targets, array of shape (m,), of numbers of any dtype; left unchanged.

    Returns:
        Tuple (w, b): weights, float64 array of shape (n,), and bias, a float. Without an explicit inverse, so
        that the errors are perpendicular to the columns even if these nearly repeat each other. About 3
        lines.
    """
    ### BEGIN SOLUTION
    design = np.column_stack([x, np.ones(len(x))])  # (m, n + 1)
    solution = np.linalg.solve(design.T @ design, design.T @ y)  # (n + 1,)
    return solution[:-1], solution[-1]
    ### END SOLUTION


# %% test: normal_equation, points=2
x, y = np.array([[1.0], [2.0], [3.0]]), np.array([3.0, 3.0, 6.0])
with dd.check.unchanged([x, y], what="[x, y]"):
    result = normal_equation(x, y)
dd.check.kind(result, tuple)
dd.check.equal(len(result), 2, what="the number of results", why="they are the weights and the bias")
w, b = result
dd.check.like(w, np.array([1.5]), what="w", why="this is the example worked by hand")
dd.check.like(b, 1.0, what="b", why="this is the example worked by hand")
x = np.array([[1.0, 0.0], [2.0, 1.0], [0.0, 3.0], [5.0, 1.0]])
w, b = normal_equation(x, x @ [2.0, -3.0] + 7.0)
dd.check.like(w, np.array([2.0, -3.0]), what="w", why="the targets were made with these")
dd.check.like(b, 7.0, what="b", why="the targets were made with this")
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(34)
for m, n in ((2, 1), (9, 1), (4, 3), (5, 4), (3, 2), (40, 5)):
    x, y = rng.normal(1.0, 2.0, (m, n)), rng.normal(-1.0, 3.0, m)
    with dd.check.unchanged([x, y], what="[x, y]"):
        w, b = normal_equation(x, y)
    due, *_ = np.linalg.lstsq(np.hstack([x, np.ones((m, 1))]), y, rcond=None)
    dd.check.like(w, due[:-1], rtol=1e-6, atol=1e-7, what="w", why="these have the lowest cost")
    dd.check.like(b, due[-1], rtol=1e-6, atol=1e-7, what="b", why="this has the lowest cost")
    error = x @ w + b - y
    dd.check.close(np.mean(error), 0.0, atol=1e-7, what="the mean error", why="the slope along b is 0")
    dd.check.close(x.T @ error, np.zeros(n), atol=1e-6, what="x.T @ error", why="the slope along w is 0")
x = rng.normal(0.0, 1.0, (30, 3)) * [1.0, 1e3, 1e-3] + [0.0, 5.0, 0.2]
w, b = normal_equation(x, x @ [2.0, -3.0, 4.0] + 7.0)
dd.check.close(w, [2.0, -3.0, 4.0], rtol=1e-5, what="w", why="the targets were made with these")
dd.check.close(b, 7.0, rtol=1e-5, what="b", why="the targets were made with this")
for dtype in (np.uint8, np.int64, np.float32):
    x, y = (np.array(values, dtype=dtype) for values in ([[100], [101], [102], [103]], [201, 203, 205, 208]))
    w, b = normal_equation(x, y)  # by hand: the slope is 11.5 / 5, the middle is (101.5, 204.25)
    why = f"the numbers are {x.dtype}, the answer is float64"
    dd.check.like(w, np.array([2.3]), dtype="float64", what="w", why=why)
    dd.check.like(b, 204.25 - 2.3 * 101.5, what="b", why=why)
years = 2000 + rng.integers(-20, 20, (60, 1)) + rng.normal(0.0, 1.0, (60, 2))
w, b = normal_equation(years[::2], (years @ [0.5, -0.25] - 490)[::2])
dd.check.close(
    w, [0.5, -0.25], rtol=1e-4, what="w", why="years lie far from zero, and the targets were made with these"
)

position = np.linspace(0.0, 1.0, 50)
powers = np.stack([position**k for k in range(1, 12)], axis=1)  # eleven columns that nearly repeat each other
y = np.sin(6 * position) + np.cos(40 * position)
w, b = normal_equation(powers, y)
error = powers @ w + b - y
cosines = [abs(column @ error) / np.linalg.norm(column) / np.linalg.norm(y) for column in powers.T]
assert max(cosines) < 1e-8, (
    f"For eleven powers of one feature the errors are not perpendicular to the columns: a cosine is "
    f"{max(cosines):.1e}, where solving the system leaves under 1e-9."
)
### END HIDDEN TESTS

# %% mistakes: normal_equation
# - replace: |-
#     design = np.column_stack([x, np.ones(len(x))])  # (m, n + 1)
#         solution = np.linalg.solve(design.T @ design, design.T @ y)  # (n + 1,)
#         return solution[:-1], solution[-1]
#   with: return np.linalg.solve(x.T @ x, x.T @ y), 0.0
#   hint: "Your planes all pass through the origin. What has to be put beside x so that the bias gets solved
#     for too?"
# - replace: np.column_stack([x, np.ones(len(x))])
#   with: np.column_stack([np.ones(len(x)), x])
#   hint: "Your column of ones comes first. At which end of the solution do you look for the bias?"
# - replace: solution[:-1], solution[-1]
#   with: solution[:-1], solution[-1:]
#   hint: "The bias is right but comes as an array of one entry. A single number was asked for."
# - replace: solution[:-1], solution[-1]
#   with: solution[:-1], np.mean(y)
#   hint: "The bias is the mean target only if every feature has mean 0."
# - replace: design.T @ y
#   with: design.T @ (y - np.mean(y))
#   hint: "You took the mean from the targets and never gave it back."
# - replace: design.T @ design,
#   with: design.T @ design / len(x),
#   hint: "You average on one side of the equation only."
# - replace: design.T @ design,
#   with: design.T @ design + 0.01 * np.eye(design.shape[1]),
#   hint: "You add something to the diagonal: that is ridge regression, which comes on Day 6, and not the
#     lowest cost."
# - replace: return solution[:-1], solution[-1]
#   with: return solution[-1], solution[:-1]
#   hint: "Weights and bias have changed places: the weights come first."
# - replace: return solution[:-1], solution[-1]
#   with: return solution
#   hint: "You return weights and bias in one array. They are wanted apart."
# - replace: np.linalg.solve(design.T @ design, design.T @ y)
#   with: np.linalg.inv(design.T @ design) @ (design.T @ y)
#   hint: "You form the inverse. Where columns nearly repeat each other it loses the digits that count: have the
#     system solved instead."
# - replace: np.ones(len(x))
#   with: np.zeros(len(x))
#   hint: "The column that belongs to the bias holds zeros, so the system has no single solution. What does the bias
#     get multiplied by?"

# %% equivalents: normal_equation
# - replace: design.T @ y
#   with: design.T @ y.T
#   reason: "Transposing an array of one axis changes nothing."


# %% mistake: normal_equation
# hint: "You take means from the features and the targets, and the weights are right. The bias belongs to the
#   features as they came: what height does the plane have where they are all 0?"
def normal_equation(x, y):
    x, y = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
    centred = x - x.mean(axis=0)
    return np.linalg.solve(centred.T @ centred, centred.T @ (y - y.mean())), float(y.mean())


# %% mistake: normal_equation
# hint: "You walk downhill instead of solving, so you end where the steps ran out. Two equations in two unknowns you
#   would solve at once; do that for n + 1 of them."
def normal_equation(x, y):
    theta = np.zeros(x.shape[1] + 1)
    design = np.column_stack([x, np.ones(len(x))])
    rate = 1 / np.sum(np.mean(design**2, axis=0))
    for _ in range(300):
        theta -= rate * design.T @ (design @ theta - y) / len(y)
    return theta[:-1], theta[-1]


# %% mistake: normal_equation
# hint: "Your column of ones has the dtype of x, so the products are worked out in it: small whole numbers wrap round.
#   Let the table be floats first."
def normal_equation(x, y):
    design = np.concatenate([x, np.ones((len(x), 1), x.dtype)], axis=1)
    solution = np.linalg.solve(design.T @ design, design.T @ y)
    return solution[:-1].astype(float), float(solution[-1])


# %% mistake: normal_equation
# hint: "You form a pseudo-inverse of the square matrix. Where columns nearly repeat each other it loses the digits
#   that count: have the system solved instead."
def normal_equation(x, y):
    design = np.column_stack([x, np.ones(len(x))]).astype(float)
    solution = np.linalg.pinv(design.T @ design) @ design.T @ y
    return solution[:-1], float(solution[-1])


# %% mistake: normal_equation
# hint: "The weights are solved for without a bias, and a bias put in afterwards. They belong together: what has to be
#   put beside x?"
def normal_equation(x, y):
    x = np.asarray(x, dtype=float)
    w = np.linalg.solve(x.T @ x, x.T @ y)
    return w, float(np.mean(y - x @ w))


# %% accepts: normal_equation
def normal_equation(x, y):
    x, y = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
    centred = x - x.mean(axis=0)
    w = np.linalg.lstsq(centred, y - y.mean(), rcond=None)[0]
    return w, y.mean() - x.mean(axis=0) @ w


# %% accepts: normal_equation
def normal_equation(x, y):
    solution, _, _, _ = np.linalg.lstsq(np.hstack([x, np.ones((len(x), 1))]), y, rcond=None)
    return solution[:-1], float(solution[-1])


# %% accepts: normal_equation
def normal_equation(x, y):
    q, r = np.linalg.qr(np.column_stack([np.ones(len(x)), x]))
    b, *w = np.linalg.solve(r, q.T @ y)
    return np.array(w), b


# %% [markdown]
# Features and equation together: one toy feature, a noisy staircase. What do higher degrees buy?

# %% demo
x_steps, y_steps = dd.data.steps(120, seed=3)  # (120, 1), (120,)
line = np.linspace(0.0, 1.0, 400)[:, None]  # (400, 1)
fig, ax = plt.subplots(figsize=(9, 4.2))
ax.scatter(x_steps[:, 0], y_steps, s=12, color="0.6", label="120 points")
for degree in (1, 3, 9):
    w, b = normal_equation(polynomial_features(2 * x_steps - 1, degree), y_steps)
    ax.plot(line[:, 0], predict(polynomial_features(2 * line - 1, degree), w, b), label=f"degree {degree}")
ax.set(xlabel="$x$", ylabel="$y$", ylim=(-1.8, 2.8), title="Linear in the weights, curved in $x$")
ax.legend(ncols=4, loc="upper center")
dd.plot.show(
    "120 points of a noisy staircase over x, with three fitted curves: degree 1 is nearly level, degree 3 bends "
    "once, degree 9 follows most of the stairs in rounded waves and turns away at the ends."
)

# %% [markdown]
# Degree 1 sees a slight trend, degree 3 a bend, degree 9 most of the stairs. It cannot make a corner, and
# it starts to swing at the ends. How far one should go is the question of Day 6.
#
# ## A few rows at a time
#
# Descent by all rows, **batch gradient descent**, reads the whole table to take a single step. But the
# gradient is a mean over rows, and a mean over a few random rows estimates it. **Stochastic** descent uses
# one row for each step, **mini-batch** descent $B$ of them, 32 for instance:
#
# $$\frac{\partial J}{\partial w} \approx \frac2B \sum_{i \in \text{batch}} e_i\, x_i .$$
#
# The estimate is right on average, and its error shrinks like $1/\sqrt B$: with 100 times the rows a step
# costs 100 times as much and is only 10 times as exact. Far from the goal, many rough steps beat one perfect
# step. And when the table does not fit into memory, there is no other way.
#
# One pass over all rows is an **epoch**. In each epoch the rows are shuffled and cut into batches, so that
# every row is used exactly once: 7 rows with $B = 3$ make batches of 3, 3 and 1. Shuffling matters, because
# tables come sorted, by town or by date, and a batch from one town is no estimate. It has to move $X$ and
# $y$ together. And it takes a generator of its own, `np.random.default_rng(seed)`: whoever seeds NumPy's
# global random numbers changes what every other part of the program draws from then on.


# %% fixture
def global_draws(function, *arguments):
    """Two numbers of NumPy's global generator: as they come, and as they come after a call of the function."""
    np.random.seed(12)  # noqa: NPY002 (the old global generator is what must not be touched)
    expected = np.random.random()  # noqa: NPY002
    np.random.seed(12)  # noqa: NPY002
    list(function(*arguments))
    return expected, np.random.random()  # noqa: NPY002


def arguments_after(function, *arguments):
    """The arguments of a call, as they are when all that it returns or yields has been read."""
    list(function(*arguments))
    return arguments


# %% exercise: minibatches
def minibatches(x, y, batch_size, seed):
    """Cut one epoch of shuffled rows into batches.

    Args:
        x: features, array of shape (m, n), m >= 1; left unchanged.
        y: targets, array of shape (m,); left unchanged.
        batch_size: rows in a batch, int >= 1.
        seed: int >= 0; decides the order. The same seed gives the same batches, and NumPy's global random
            numbers stay as they are.

    Returns:
        Pairs (x_batch, y_batch), in a list or from a generator, of shapes (B, n) and (B,), with
        B = batch_size but for the last batch, which takes what is left. Every row is in exactly one of them,
        with its own target. About 6 lines.
    """
    ### BEGIN SOLUTION
    order = np.random.default_rng(seed).permutation(len(x))
    batches = []
    for start in range(0, len(x), batch_size):
        rows = order[start : start + batch_size]
        batches.append((x[rows], y[rows]))
    return batches
    ### END SOLUTION


# %% test: minibatches, points=2
x = np.arange(14.0).reshape(7, 2)
y = 100 + np.arange(7.0)
with dd.check.unchanged([x, y], what="[x, y]"):
    batches = list(minibatches(x, y, 3, seed=0))
dd.check.equal(len(batches), 3, what="the number of batches", why="7 = 3 + 3 + 1")
parts = [len(batch) for batch in batches]
dd.check.equal(
    parts, [2, 2, 2], what="the number of parts, batch by batch,", why="a batch is a pair (x_batch, y_batch)"
)
sizes = [len(y_batch) for _, y_batch in batches]
dd.check.equal(sizes, [3, 3, 1], what="the list of batch sizes", why="7 = 3 + 3 + 1")
for (x_batch, y_batch), size in zip(batches, sizes, strict=True):
    dd.check.kind(x_batch, np.ndarray, what="x_batch")
    dd.check.shape(x_batch, (size, 2), what="x_batch")
    dd.check.kind(y_batch, np.ndarray, what="y_batch")
    dd.check.shape(y_batch, (size,), what="y_batch", why="the targets are a flat array, as y is")
    due = 2 * (y_batch - 100)
    dd.check.close(x_batch[:, 0], due, what="column 0 of x_batch", why="rows keep their own targets")
seen = sorted(float(value) for _, y_batch in batches for value in y_batch)
dd.check.close(seen, y, what="the sorted list of all targets", why="an epoch uses every row exactly once")
### BEGIN HIDDEN TESTS
cases = ((1, 1, 1), (1, 3, 4), (5, 1, 1), (6, 2, 3), (7, 3, 7), (7, 3, 50), (10, 2, 4), (64, 1, 5))
for m, n, batch_size in cases:
    x = np.arange(m * n).reshape(m, n) / 8
    y = np.arange(m) * n / 4
    for seed in (0, 3):
        with dd.check.unchanged([x, y], what="[x, y]"):
            batches = list(minibatches(x, y, batch_size, seed))
        what = f"minibatches of {m} rows, batch_size {batch_size}"
        sizes = [min(batch_size, m - start) for start in range(0, m, batch_size)]
        dd.check.equal([len(y_batch) for _, y_batch in batches], sizes, what="the list of batch sizes of " + what)
        for (x_batch, y_batch), size in zip(batches, sizes, strict=True):
            dd.check.shape(x_batch, (size, n), what="x_batch of " + what)
            dd.check.shape(y_batch, (size,), what="y_batch of " + what)
            twice = 2 * x_batch[:, 0]
            dd.check.close(twice, y_batch, what="2 * x_batch[:, 0]", why="rows keep their targets")
        all_x = np.concatenate([x_batch for x_batch, _ in batches])
        all_x = all_x[np.argsort(all_x[:, 0])]
        dd.check.close(all_x, x, what=what + ", sorted", why="every row comes exactly once")

x, y = np.arange(40.0)[:, None], np.arange(40.0)


def epoch(seed):
    return [y_batch.tolist() for _, y_batch in minibatches(x, y, 8, seed)]


assert epoch(5) == epoch(5), "The same seed must give the same batches."
assert epoch(5) != epoch(6), "Another seed must give another order."
expected, drawn = global_draws(minibatches, x, y, 8, 5)
dd.check.equal(drawn, expected, what="the next global random number", why="the seed is for these batches alone")
after = arguments_after(minibatches, x.copy(), y.copy(), 8, 5)
for left, due, name in zip(after, (x, y), "xy", strict=False):
    dd.check.equal(left, due, what=f"{name} after all batches were read", why="the caller's table keeps its order")
picture, label = np.arange(250, 256, dtype=np.uint8)[:, None], np.arange(6)
batches = list(minibatches(picture[::2], label[::-2], 2, seed=3))
rows = sorted(
    (float(value), float(c)) for x_batch, y_batch in batches for value, c in zip(x_batch[:, 0], y_batch, strict=True)
)
due = [[250, 5], [252, 3], [254, 1]]
dd.check.close(rows, due, what="the sorted list of all rows", why="uint8 and views are tables too")
epochs = [[value for batch in epoch(seed) for value in batch] for seed in range(4)]
in_order = [values == sorted(values) for values in epochs]
assert not all(in_order), "The rows come in the order of the table: they are not shuffled."
neighbours = [np.ptp(batch) == 7 for seed in range(4) for batch in epoch(seed)]
assert not any(neighbours), "A batch holds neighbours of the table: shuffle single rows, not whole batches."
### END HIDDEN TESTS

# %% mistakes: minibatches
# - replace: np.random.default_rng(seed).permutation(len(x))
#   with: np.arange(len(x))
#   hint: "The rows stay in the order of the table. What if that is sorted by town?"
# - replace: np.random.default_rng(seed).permutation(len(x))
#   with: np.random.default_rng(seed).integers(0, len(x), len(x))
#   hint: "You draw with replacement: some rows come twice in an epoch and others never."
# - replace: np.random.default_rng(seed)
#   with: np.random.default_rng(0)
#   hint: "Every seed gives the same order: yours is fixed."
# - replace: y[rows]
#   with: "y[start : start + batch_size]"
#   hint: "The features are shuffled and the targets are not, so districts get their neighbours' prices."
# - replace: range(0, len(x), batch_size)
#   with: range(0, len(x) - batch_size + 1, batch_size)
#   hint: "The last batch is left out if it is not full. Its rows are never learned from."
# - replace: range(0, len(x), batch_size)
#   with: range(len(x))
#   hint: "Your batches overlap: by how much should the start move?"
# - replace: "order[start : start + batch_size]"
#   with: "order[np.arange(start, start + batch_size) % len(x)]"
#   hint: "You fill the last batch with rows that were used already. It may be smaller."
# - replace: |-
#     for start in range(0, len(x), batch_size):
#             rows = order[start : start + batch_size]
#             batches.append((x[rows], y[rows]))
#   with: |-
#     for rows in np.array_split(order, batch_size):
#             batches.append((x[rows], y[rows]))
#   hint: "You make as many batches as a batch should have rows."
# - replace: |-
#     order = np.random.default_rng(seed).permutation(len(x))
#         batches = []
#         for start in range(0, len(x), batch_size):
#             rows = order[start : start + batch_size]
#   with: |-
#     batches = []
#         for start in np.random.default_rng(seed).permutation(np.arange(0, len(x), batch_size)):
#             rows = slice(start, start + batch_size)
#   hint: "You shuffle whole batches. Their rows are still neighbours in the table."
# - replace: |-
#     order = np.random.default_rng(seed).permutation(len(x))
#         batches = []
#   with: |-
#     shuffled = np.random.default_rng(seed).permutation(len(x))
#         x[:], y[:] = x[shuffled], y[shuffled]
#         order = np.arange(len(x))
#         batches = []
#   hint: "You shuffle the caller's own table. Shuffle row numbers instead."
# - replace: np.random.default_rng(seed).permutation(len(x))
#   with: (np.random.seed(seed), np.random.permutation(len(x)))[1]
#   hint: "You seed NumPy's global generator, so that everyone else's random numbers start again too. Make one of
#     your own from the seed."
# - replace: batches.append((x[rows], y[rows]))
#   with: batches.append((x[rows], y[rows][:, None]))
#   hint: "Your targets have become a column of shape (B, 1). They are flat, (B,)."


# %% mistake: minibatches
# hint: "You cut the rows into parts of nearly equal size. Every batch is to be full but the last, which takes what is
#   left."
def minibatches(x, y, batch_size, seed):
    order = np.random.default_rng(seed).permutation(len(x))
    return [(x[rows], y[rows]) for rows in np.array_split(order, math.ceil(len(x) / batch_size))]


# %% mistake: minibatches
# hint: "What is left joins another batch, which then has more rows than batch_size. It is to be a batch of its own."
def minibatches(x, y, batch_size, seed):
    order = np.random.default_rng(seed).permutation(len(x))
    return [(x[rows], y[rows]) for rows in np.array_split(order, max(1, len(x) // batch_size))]


# %% mistake: minibatches
# hint: "The short batch comes first. It is to take what is left, after the full ones."
def minibatches(x, y, batch_size, seed):
    order = np.random.default_rng(seed).permutation(len(x))
    cuts = range(len(x) % batch_size or batch_size, len(x), batch_size)
    return [(x[rows], y[rows]) for rows in np.split(order, cuts)]


# %% mistake: minibatches
# hint: "You shuffle features and targets each for itself, so districts get the prices of others. One order must
#   serve both."
def minibatches(x, y, batch_size, seed):
    rng = np.random.default_rng(seed)
    x, y = rng.permutation(x), rng.permutation(y)
    return [(x[k : k + batch_size], y[k : k + batch_size]) for k in range(0, len(x), batch_size)]


# %% mistake: minibatches
# hint: "You draw each batch anew from all rows, so some come twice in an epoch and others never. Shuffle once, and deal
#   out."
def minibatches(x, y, batch_size, seed):
    rng = np.random.default_rng(seed)
    batches = []
    for start in range(0, len(x), batch_size):
        rows = rng.choice(len(x), min(batch_size, len(x) - start), replace=False)
        batches.append((x[rows], y[rows]))
    return batches


# %% mistake: minibatches
# hint: "You return batches of features and batches of targets, two lists. Wanted is one list of pairs."
def minibatches(x, y, batch_size, seed):
    order = np.random.default_rng(seed).permutation(len(x))
    cuts = range(batch_size, len(x), batch_size)
    return np.split(x[order], cuts), np.split(y[order], cuts)


# %% mistake: minibatches
# hint: "You shuffle whole batches. Their rows are still neighbours in the table."
def minibatches(x, y, batch_size, seed):
    starts = range(0, len(x), batch_size)
    batches = [(x[k : k + batch_size], y[k : k + batch_size]) for k in starts]
    full = np.random.default_rng(seed).permutation(len(x) // batch_size)
    return [batches[i] for i in full] + batches[len(full) :]


# %% mistake: minibatches
# hint: "You shuffle the caller's own table, if only when the batches are read. Shuffle row numbers instead."
def minibatches(x, y, batch_size, seed):
    np.random.default_rng(seed).shuffle(x)
    np.random.default_rng(seed).shuffle(y)
    for start in range(0, len(x), batch_size):
        yield x[start : start + batch_size].copy(), y[start : start + batch_size].copy()


# %% mistake: minibatches
# hint: "You draw every batch with replacement, and all of full size: some rows come twice in an epoch and others
#   never."
def minibatches(x, y, batch_size, seed):
    rng = np.random.default_rng(seed)
    for _ in range(math.ceil(len(x) / batch_size)):
        rows = rng.integers(0, len(x), batch_size)
        yield x[rows], y[rows]


# %% accepts: minibatches
def minibatches(x, y, batch_size, seed):
    order = np.argsort(np.random.default_rng(seed).random(len(y)))
    while order.size:
        rows, order = order[:batch_size], order[batch_size:]
        yield x[rows], y[rows]


# %% accepts: minibatches
def minibatches(x, y, batch_size, seed):
    table = np.column_stack([x, y])
    np.random.default_rng(seed).shuffle(table)
    cuts = range(batch_size, len(table), batch_size)
    return [(part[:, :-1], part[:, -1]) for part in np.split(table, cuts)]


# %% [markdown]
# ## Cooling down
#
# Rough steps have a price. At the lowest point the mean of all gradients is zero, but that of a few rows is
# not, and a constant rate keeps kicking the parameters about, the wider the larger it is. A small rate
# stays close but takes for ever to get there. So begin large and decrease it.
#
# A smith does the same. In hot metal atoms jump about and leave bad places; cooled slowly, **annealed**,
# they settle into an orderly, low state; quenched, they freeze where they happen to be. **Simulated
# annealing** (Kirkpatrick and others, 1983) searches in this way: a change that raises the cost by $\Delta$
# is still accepted with probability $e^{-\Delta/T}$, and the temperature $T$ falls. In stochastic descent
# the learning rate plays the temperature. How fast may it fall? Robbins and Monro (1951) asked for
#
# $$\sum_t \alpha_t = \infty , \qquad \sum_t \alpha_t^2 < \infty :$$
#
# enough steps to get anywhere, and noise that dies out. A **1/t schedule** does both:
#
# $$\alpha_t = \frac{\alpha_0}{1 + k t} , \qquad t = 0, 1, 2, \dots \text{ counts updates, across epochs.}$$
#
# With $\alpha_0 = 0.2$ and $k = 0.1$ the rate is 0.2 at first, 0.1 after 10 updates and 0.02 after 90; with
# $k = 0$ it is constant.
#
# Now put it all into one function; its docstring says what it owes. Two things are easily forgotten: every
# epoch wants an order of its own, and the last batch may have fewer rows.


# %% exercise: sgd_regression
def sgd_regression(x, y, learning_rate, decay, batch_size, num_epochs, seed):
    """Linear regression by mini-batch gradient descent with a 1/t schedule (Robbins and Monro 1951).

    Args:
        x: features, array of shape (m, n), m, n >= 1, of numbers of any dtype; left unchanged.
        y: targets, array of shape (m,), of numbers of any dtype; left unchanged.
        learning_rate: the rate of the first update, float > 0. It is taken as it is given, even if the cost
            grows with every step.
        decay: after t updates the rate is learning_rate / (1 + decay * t), float >= 0.
        batch_size: rows in a batch, int >= 1; m or more makes it batch gradient descent.
        num_epochs: passes over the rows, int >= 0.
        seed: int >= 0; epoch number i, from 0, takes the batches of seed + i.

    Returns:
        Tuple (w, b, history): weights, float64 array of shape (n,), bias, a float, and a float64 array of
        shape (updates + 1, n + 1): row t holds the weights and, last, the bias after t updates; row 0 holds
        zeros. One update for each batch, along the gradient of the mean squared error over its rows. About
        10 lines; use minibatches.
    """
    ### BEGIN SOLUTION
    w, b = np.zeros(x.shape[1]), 0.0
    history = [np.append(w, b)]
    for epoch in range(num_epochs):
        for x_batch, y_batch in minibatches(x, y, batch_size, seed + epoch):
            rate = learning_rate / (1 + decay * (len(history) - 1))
            error = predict(x_batch, w, b) - y_batch  # (B,)
            w = w - rate * 2 / len(error) * (x_batch.T @ error)
            b = b - rate * 2 * np.mean(error)
            history.append(np.append(w, b))
    return w, b, np.array(history)
    ### END SOLUTION


# %% test: sgd_regression, points=2
x = np.array([[1.0, 0.0], [2.0, 1.0], [0.0, 2.0]])
y = np.array([3.0, 6.0, 0.0])
with dd.check.unchanged([x, y], what="[x, y]"):
    result = sgd_regression(x, y, 0.1, 0.5, batch_size=3, num_epochs=3, seed=0)
dd.check.kind(result, tuple)
dd.check.equal(len(result), 3, what="the number of results", why="they are w, b and history")
w, b, history = result
dd.check.kind(history, np.ndarray, what="history")
dd.check.shape(history, (4, 3), what="history", why="three updates have four places: w, w and b in each")
dd.check.close(history[0], [0.0, 0.0, 0.0], what="history[0]", why="it starts at zero")
dd.check.close(history[1], [1.0, 0.4, 0.6], what="history[1]", why="errors -3, -6 and 0 and rate 0.1 lead there")
rate = 0.1 / 1.5  # the errors are now -1.4, -3 and 1.4
second = [1.0 + rate * 14.8 / 3, 0.4 + rate * 0.4 / 3, 0.6 + rate * 2.0]
dd.check.close(history[2], second, what="history[2]", why="the second rate is 0.1 / (1 + 0.5 * 1)")
dd.check.like(w, history[3, :2], what="w", why="it is that of the last place")
dd.check.like(b, float(history[3, 2]), what="b", why="it is that of the last place")
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(35)


def slow_path(x, y, learning_rate, decay, sizes):
    """The places if every batch is the first rows: right where all rows are used, or all are equal."""
    places = [np.zeros(x.shape[1] + 1)]
    for t, size in enumerate(sizes):
        slopes = np.zeros(x.shape[1] + 1)
        for i in range(size):
            row = np.append(x[i], 1.0)
            slopes += 2 * (row @ places[-1] - y[i]) * row / size
        places.append(places[-1] - slopes * learning_rate / (1 + decay * t))
    return np.array(places)


# All rows in one batch.
cases = ((1, 1, 0.0, 3), (5, 2, 0.3, 6), (4, 1, 2.0, 4), (3, 3, 0.1, 0), (8, 4, 0.0, 5))
for m, n, decay, num_epochs in cases:
    x, y = rng.normal(0.5, 1.0, (m, n)), rng.normal(1.0, 2.0, m)
    for batch_size in (m, m + 3):
        with dd.check.unchanged([x, y], what="[x, y]"):
            w, b, history = sgd_regression(x, y, 0.05, decay, batch_size, num_epochs, seed=1)
        due = slow_path(x, y, 0.05, decay, [m] * num_epochs)
        why = f"it has the start too, and the rate is 0.05 / (1 + {decay} t)"
        dd.check.like(history, due, rtol=1e-8, what="history", why=why)
        dd.check.like(w, due[-1, :-1], rtol=1e-8, what="w", why="it is that of the last place")
        dd.check.like(b, float(due[-1, -1]), rtol=1e-8, what="b", why="it is that of the last place")

# A rate that is too large shows.
x, y = rng.normal(0.5, 1.0, (6, 2)), rng.normal(1.0, 2.0, 6)
_, _, history = sgd_regression(x, y, 3.0, 0.01, 6, 12, seed=1)
due = slow_path(x, y, 3.0, 0.01, [6] * 12)
dd.check.like(history, due, rtol=1e-6, what="history", why="the rate given is too large, and taken all the same")

# Other dtypes, and views.
for dtype in (np.uint8, np.int64, np.float32):
    x, y = np.array([[200, 3], [100, 5], [255, 1], [0, 2]]).astype(dtype), np.array([250, 1, 3, 9]).astype(dtype)
    w, b, history = sgd_regression(x[::-1], y[::-1], 1e-5, 0.1, 4, 5, seed=2)
    due = slow_path(x[::-1].astype(float), y[::-1].astype(float), 1e-5, 0.1, [4] * 5)
    why = f"the numbers are {x.dtype}, the answer is float64"
    rtol = 1e-6 if dtype is np.float32 else 1e-8  # a rate times a float32 feature is rounded to 6e-8
    dd.check.like(history, due, dtype="float64", rtol=rtol, what="history", why=why)
    dd.check.like(w, due[-1, :-1], dtype="float64", rtol=rtol, what="w", why=why)

# Seven equal rows: every batch has the same mean, in whatever order.
x, y = np.tile([[1.5, -0.5]], (7, 1)), np.full(7, 2.0)
for batch_size in (1, 2, 3, 6):
    sizes = [min(batch_size, 7 - start) for start in range(0, 7, batch_size)] * 3
    _, _, history = sgd_regression(x, y, 0.04, 0.2, batch_size, 3, seed=4)
    dd.check.shape(history, (len(sizes) + 1, 3), what="history", why="it has the start and a row for each batch")
    due = slow_path(x, y, 0.04, 0.2, sizes)
    why = "slopes are means over a batch, and t counts updates"
    dd.check.close(history, due, rtol=1e-8, what="history", why=why)

# Two different rows, one at a time, two epochs: four orders can happen, two if the epochs repeat each other.
x, y = np.array([[1.0], [-2.0]]), np.array([1.0, 3.0])
ends = {round(float(sgd_regression(x, y, 0.1, 0.1, 1, 2, seed)[1]), 9) for seed in range(0, 36, 3)}
assert len(ends) > 1, "With one row a batch the result must depend on the seed."
assert len(ends) > 2, "Both epochs take the rows in the same order, where each is to have one of its own."
first, again = (sgd_regression(x, y, 0.1, 0.1, 1, 2, 7)[2] for _ in range(2))
dd.check.close(first, again, what="history", why="the same seed must lead to the same places")
expected, drawn = global_draws(sgd_regression, x, y, 0.1, 0.1, 1, 2, 7)
dd.check.equal(drawn, expected, what="the next global random number", why="the seed is for these batches alone")
# Epoch 1 of seed 7 is epoch 0 of seed 8.
x, y = np.array([[1.0], [-2.0], [4.0], [0.5], [3.0], [-1.5]]), np.array([1.0, 3.0, -1.0, 2.0, 0.0, 1.5])
history = sgd_regression(x, y, 0.02, 0.0, 1, 2, seed=7)[2]
place = history[6]
for i, (x_batch, y_batch) in enumerate(minibatches(x, y, 1, 8)):
    error = x_batch[0, 0] * place[0] + place[1] - y_batch[0]
    place = place - 0.02 * 2 * error * np.array([x_batch[0, 0], 1.0])
    dd.check.close(history[7 + i], place, what=f"history[{7 + i}]", why="epoch 1 takes the batches of seed + 1")

# Without noise every row agrees on the best place; with noise only a falling rate comes to rest near it.
x = rng.normal(0.0, 1.0, (60, 2))
w, b, _ = sgd_regression(x, x @ [2.0, -1.0] + 0.5, 0.05, 0.0, 4, 80, seed=0)
dd.check.close([*w, b], [2.0, -1.0, 0.5], rtol=1e-6, what="(w, b)", why="the targets were made with these")
x = rng.normal(0.0, 1.0, (200, 3))
y = x @ [1.0, -2.0, 0.5] + 3.0 + rng.normal(0.0, 1.0, 200)
best, *_ = np.linalg.lstsq(np.column_stack([x, np.ones(200)]), y, rcond=None)
w, b, _ = sgd_regression(x, y, 0.05, 0.02, 1, 20, seed=0)
dd.check.close([*w, b], best, rtol=0, atol=0.05, what="(w, b)", why="a falling rate settles at the best fit")
### END HIDDEN TESTS

# %% mistakes: sgd_regression
# - replace: seed + epoch
#   with: seed
#   hint: "Every epoch takes the batches in the same order. What could make each epoch different?"
# - replace: (len(history) - 1)
#   with: epoch
#   hint: "Your rate falls once an epoch. t counts updates, and goes on counting across epochs."
# - replace: (len(history) - 1)
#   with: len(history)
#   hint: "The first update already has a reduced rate. How many updates were made before it?"
# - replace: learning_rate / (1 + decay * (len(history) - 1))
#   with: learning_rate
#   hint: "Your rate never falls."
# - replace: learning_rate / (1 + decay * (len(history) - 1))
#   with: learning_rate / np.sqrt(1 + decay * (len(history) - 1))
#   hint: "Your rate falls like one over the root of t. The schedule asked for falls faster."
# - replace: rate = learning_rate / (1 + decay * (len(history) - 1))
#   with: rate = learning_rate = learning_rate / (1 + decay * (len(history) - 1))
#   hint: "You divide a rate that was divided before. Each rate is the first one over 1 + kt."
# - replace: 2 / len(error) * (x_batch.T @ error)
#   with: 2 * (x_batch.T @ error)
#   hint: "The slope along w is a sum over the batch, that along b a mean. Which is the cost?"
# - replace: 2 / len(error) * (x_batch.T @ error)
#   with: 2 / batch_size * (x_batch.T @ error)
#   hint: "You divide by the size that a full batch has. How many rows has the last one?"
# - replace: np.mean(error)
#   with: np.mean(predict(x_batch, w, b) - y_batch)
#   hint: "w has moved before the slope along b is taken. Both belong to the place where the errors were."
# - replace: |-
#     w = w - rate * 2 / len(error) * (x_batch.T @ error)
#                 b = b - rate * 2 * np.mean(error)
#   with: |-
#     w = w - rate / len(error) * (x_batch.T @ error)
#                 b = b - rate * np.mean(error)
#   hint: "Your steps are half of what is due: what does the derivative of a square leave in front?"
# - replace: predict(x_batch, w, b) - y_batch
#   with: y_batch - predict(x_batch, w, b)
#   hint: "Your steps lead uphill. Which way round is the error taken?"
# - replace: history = [np.append(w, b)]
#   with: history = []
#   hint: "Your history lacks the start: as on Day 2, count the posts of the fence."
# - replace: "    return w, b, np.array(history)"
#   with: "        return w, b, np.array(history)"
#   hint: "You come back after one epoch: look at which block the return belongs to."
# - replace: 2 / len(error) * (x_batch.T @ error)
#   with: 2 / len(x) * (x_batch.T @ error)
#   hint: "You divide by the rows of the whole table. A batch estimates the slope by the mean over its own rows."
# - replace: learning_rate / (1 + decay * (len(history) - 1))
#   with: learning_rate * np.exp(-decay * (len(history) - 1))
#   hint: "Your rate shrinks by the same factor with every update, so the sum of all rates is finite. A 1/t schedule
#     falls more slowly."
# - replace: b = b - rate * 2 * np.mean(error)
#   with: pass
#   hint: "Your bias stays at zero. It has a slope too."
# - replace: minibatches(x, y, batch_size, seed + epoch)
#   with: minibatches(x, y, batch_size, seed + epoch + 1)
#   hint: "Your epochs start one seed too late. From which number are they counted?"
# - replace: minibatches(x, y, batch_size, seed + epoch)
#   with: minibatches(x, y, batch_size, seed * num_epochs + epoch)
#   hint: "Every epoch has an order of its own, but not that of its seed: which one does the docstring give to epoch
#     number i?"
# - replace: history.append(np.append(w, b))
#   with: history.append(np.append(b, w))
#   hint: "Your history puts the bias first. In which order are weights and bias wanted?"
# - replace: |-
#     w = w - rate * 2 / len(error) * (x_batch.T @ error)
#                 b = b - rate * 2 * np.mean(error)
#   with: |-
#     w = w - rate * 2 / min(batch_size, len(x)) * (x_batch.T @ error)
#                 b = b - rate * 2 / min(batch_size, len(x)) * np.sum(error)
#   hint: "The last batch of an epoch may be shorter than the others, and you divide its sum as if it were
#     full."


# %% mistake: sgd_regression
# hint: "Your t starts again at 0 with every epoch, so the rate jumps up. It counts updates across epochs."
def sgd_regression(x, y, learning_rate, decay, batch_size, num_epochs, seed):
    w, b = np.zeros(x.shape[1]), 0.0
    history = [np.append(w, b)]
    for epoch in range(num_epochs):
        for t, (rows, targets) in enumerate(minibatches(x, y, batch_size, seed + epoch)):
            error = predict(rows, w, b) - targets
            rate = learning_rate / (1 + decay * t)
            w, b = w - rate * 2 * rows.T @ error / len(error), b - rate * 2 * error.mean()
            history.append(np.append(w, b))
    return w, b, np.array(history)


# %% mistake: sgd_regression
# hint: "Every row of your history is the last place: you stored one array again and again and moved it afterwards.
#   Store a copy, or make a new one with each step."
def sgd_regression(x, y, learning_rate, decay, batch_size, num_epochs, seed):
    theta, t = np.zeros(x.shape[1] + 1), 0
    history = [theta]
    for epoch in range(num_epochs):
        for rows, targets in minibatches(x, y, batch_size, seed + epoch):
            design = np.column_stack([rows, np.ones(len(rows))])
            theta -= learning_rate / (1 + decay * t) * 2 * design.T @ (design @ theta - targets) / len(rows)
            history.append(theta)
            t += 1
    return theta[:-1], theta[-1], np.array(history)


# %% mistake: sgd_regression
# hint: "You lower the rate of your own accord when the cost rises. The schedule alone may change it, and a rate that
#   is too large must show."
def sgd_regression(x, y, learning_rate, decay, batch_size, num_epochs, seed):
    w, b, history = np.zeros(x.shape[1]), 0.0, [np.zeros(x.shape[1] + 1)]
    for epoch in range(num_epochs):
        for rows, targets in minibatches(x, y, batch_size, seed + epoch):
            rate = learning_rate / (1 + decay * (len(history) - 1))
            error = predict(rows, w, b) - targets
            dw, db = 2 * rows.T @ error / len(error), 2 * np.mean(error)
            while rate > 1e-9 and mse_cost(rows, targets, w - rate * dw, b - rate * db) > np.mean(error**2) + 1e-12:
                rate = rate / 2
            w, b = w - rate * dw, b - rate * db
            history.append(np.append(w, b))
    return w, b, np.array(history)


# %% mistake: sgd_regression
# hint: "You keep one place for each epoch. The history has one for each update."
def sgd_regression(x, y, learning_rate, decay, batch_size, num_epochs, seed):
    w, b, t = np.zeros(x.shape[1]), 0.0, 0
    history = [np.append(w, b)]
    for epoch in range(num_epochs):
        for rows, targets in minibatches(x, y, batch_size, seed + epoch):
            error = predict(rows, w, b) - targets
            rate = learning_rate / (1 + decay * t)
            w, b, t = w - rate * 2 * rows.T @ error / len(error), b - rate * 2 * error.mean(), t + 1
        history.append(np.append(w, b))
    return w, b, np.array(history)


# %% equivalents: sgd_regression
# - replace: history = [np.append(w, b)]
#   with: history = [np.append(b, w)]
#   reason: "All parameters are zero at the start."
# - replace: (x_batch.T @ error)
#   with: (x_batch.T @ error.T)
#   reason: "Transposing an array of one axis changes nothing."


# %% mistake: sgd_regression
# hint: "You shuffle with one generator for all epochs. Each epoch takes the batches of a seed of its own, seed + i,
#   so that it can be repeated alone."
def sgd_regression(x, y, learning_rate, decay, batch_size, num_epochs, seed):
    rng = np.random.default_rng(seed)
    w, b, history = np.zeros(x.shape[1]), 0.0, [np.zeros(x.shape[1] + 1)]
    for _ in range(num_epochs):
        order = rng.permutation(len(x))
        for start in range(0, len(x), batch_size):
            rows = order[start : start + batch_size]
            error = predict(x[rows], w, b) - y[rows]
            rate = learning_rate / (1 + decay * (len(history) - 1))
            w, b = w - rate * 2 * x[rows].T @ error / len(rows), b - rate * 2 * np.mean(error)
            history.append(np.append(w, b))
    return w, b, np.array(history)


# %% accepts: sgd_regression
def sgd_regression(x, y, learning_rate, decay, batch_size, num_epochs, seed):
    design = np.hstack([x, np.ones((len(x), 1))])
    places = [np.zeros(design.shape[1])]
    for epoch in range(num_epochs):
        for rows, targets in minibatches(design, y, batch_size, seed + epoch):
            slopes = 2 * np.mean(rows * (rows @ places[-1] - targets)[:, None], axis=0)
            places.append(places[-1] - learning_rate * slopes / (1 + decay * (len(places) - 1)))
    return places[-1][:-1], places[-1][-1], np.stack(places)


# %% accepts: sgd_regression
def sgd_regression(x, y, learning_rate, decay, batch_size, num_epochs, seed):
    w, b, t = np.zeros(x.shape[1]), 0.0, 0
    history = [[*w, b]]
    for seed_of_epoch in range(seed, seed + num_epochs):
        for x_batch, y_batch in minibatches(x, y, batch_size, seed_of_epoch):
            dw, db = np.zeros(len(w)), 0.0
            for row, target in zip(x_batch, y_batch, strict=True):
                error = sum(row * w) + b - target
                dw = dw + 2 * error * row / len(x_batch)
                db = db + 2 * error / len(x_batch)
            w, b = w - learning_rate / (1 + decay * t) * dw, b - learning_rate / (1 + decay * t) * db
            history.append([*w, b])
            t += 1
    return w, b, np.array(history)


# %% [markdown]
# Does a falling rate end closer? Stochastic descent, one district at a time, on income and latitude; the
# height is the distance between its parameters and the best ones.

# %% demo
x_std = standardize(x_train, train_mean, train_scale)  # (6400, 6)
x_pair = x_std[:, [0, 5]]  # (6400, 2)
goal = np.append(*normal_equation(x_pair, y_train))  # (3,)
rates = {
    "constant, 0.03": (0.03, 0.0),
    "constant, 0.002": (0.002, 0.0),
    "1/t, from 0.03": (0.03, 0.02),
}
fig, ax = plt.subplots(figsize=(8.5, 4.2))
for name, (learning_rate, decay) in rates.items():
    _, _, places = sgd_regression(x_pair, y_train, learning_rate, decay, batch_size=1, num_epochs=2, seed=0)
    distances = np.linalg.norm(places - goal, axis=1)
    shown = np.unique(np.geomspace(1, len(distances) - 1, 90).astype(int))
    ax.loglog(shown, distances[shown], label=name, linewidth=1.6)
ax.set(xlabel="updates", ylabel="distance to the best parameters", title="Hot, cold, and slowly cooled")
ax.legend()
dd.plot.show(
    "Distance to the best parameters against updates, both on logarithmic scales, for three learning rates. The "
    "large constant rate falls first and then jags at one height, the small one falls later and lower, and the "
    "falling rate goes down with the first and ends lowest."
)

# %% [markdown]
# The large constant rate arrives after some fifty updates and then jumps about for ever, at a tenth of its
# first distance. The small one is still on its way at three hundred, and jumps about lower down. The falling
# rate starts like the first and ends nearer than both.
#
# ## Put it together
#
# **With and without scaling.** How many steps of batch descent, each at its safe rate, bring the cost
# within 0.5% of the lowest? Four features first, then also the two that say where a district lies, all on
# 600 districts.

# %% demo
x_small, y_small = x_train[:600], y_train[:600]
scaled = standardize(x_small, *fit_standardizer(x_small))
few, all_six = [0, 1, 2, 3], [0, 1, 2, 3, 4, 5]
tables = {
    "four, as they are": (x_small[:, few], 5000),
    "four, scaled": (scaled[:, few], 100),
    "six, as they are": (x_small[:, all_six], 5000),
    "six, scaled": (scaled[:, all_six], 100),
}
steps = {}
fig, ax = plt.subplots(figsize=(8.5, 4.6))
for name, (x_table, num_steps) in tables.items():
    safe_rate = 1 / (1 + np.sum(np.mean(x_table**2, axis=0)))
    _, _, places = sgd_regression(x_table, y_small, safe_rate, 0.0, len(x_table), num_steps, seed=0)
    lowest = mse_cost(x_table, y_small, *normal_equation(x_table, y_small))
    excess = np.array([mse_cost(x_table, y_small, place[:-1], place[-1]) for place in places]) / lowest - 1
    near = np.flatnonzero(excess <= 0.005)
    steps[name] = near[0] if near.size else num_steps
    told = f"{near[0]}" if near.size else f"more than {num_steps}, still {excess[-1]:.1%} above the lowest"
    print(f"{name:18s} rate {safe_rate:.5f}  steps {told}")
    ax.loglog(np.arange(1, len(places)), np.maximum(excess[1:], 1e-6), label=name)
ax.axhline(0.005, color="black", linestyle=":", linewidth=1, label="0.5% above the lowest")
ax.set(xlabel="steps", ylabel="cost above the lowest, as a share", ylim=(1e-4, 1e3))
ax.set_title("Steps to converge, with and without scaling")
ax.legend(loc="upper right")
dd.plot.show(
    "How far the cost lies above the lowest, against steps, both on logarithmic scales. With scaled columns the "
    "curves for four and for six features fall below the dotted line at 0.5% within some ten steps; without, they "
    "need thousands, and that for six lies flat far above the line at the end."
)
assert steps["four, as they are"] >= 100 * steps["four, scaled"]
assert steps["six, as they are"] >= 100 * steps["six, scaled"]

# %% [markdown]
# Thousands of steps against about ten, for the same lowest cost. With longitude and latitude as they
# come, near −36 and 36, descent without scaling is still far above it after 5,000 steps, and its curve
# has gone flat. Remember Day 2: flat says that the *steps* are small.
#
# **Batch, mini-batch, stochastic.** Each of the three may read the 600 districts six times. That is 6
# updates, 114, or 3,600. Where do they go, and how many rows has each read when it first comes within a tenth
# of its first distance from the goal? Batch descent gets its safe rate, the other two rates that suit them.

# %% demo
pair_small = scaled[:, [0, 5]]  # (600, 2)
best_w, best_b = normal_equation(pair_small, y_small)
runs = {  # learning rate, decay, batch size, and how to draw it
    "stochastic, $B = 1$": (0.03, 0.01, 1, {"color": "C4", "linewidth": 0.8}),
    "mini-batch, $B = 32$": (0.1, 0.02, 32, {"color": "C1", "linewidth": 1.6}),
    "batch, $B = m$": (1 / 3, 0.0, 600, {"color": "C0", "linewidth": 2.5, "marker": "o"}),
}
fig, panels = plt.subplots(1, 2, figsize=(14, 5))
ends, first_near = {}, {}
for ax, falling in zip(panels, (False, True), strict=True):
    title = "Stochastic and mini-batch with a 1/t schedule" if falling else "Constant rates"
    dd.plot.loss_contours(
        lambda first, second: mse_cost(pair_small, y_small, np.array([first, second]), best_b),
        (-0.15, 1.25), (-0.75, 0.15), None, ax, title=title, xlabel="$w$ of income", ylabel="$w$ of latitude",
    )  # fmt: skip
    for name, (learning_rate, decay, size, look) in runs.items():
        *_, places = sgd_regression(pair_small, y_small, learning_rate, decay * falling, size, 6, seed=3)
        ax.plot(places[:, 0], places[:, 1], linestyle="-", label=name, **look)
        distances = np.linalg.norm(places - [*best_w, best_b], axis=1)
        first_near[name, falling] = size * np.flatnonzero(distances <= 0.1 * distances[0])[0]
        ends[name, falling] = distances[-1]
    ax.plot(*best_w, "k*", markersize=14, zorder=5)
    ax.legend(loc="upper right")
dd.plot.show(
    "Three paths on the contours of the cost over the weights of income and latitude, towards a star. With constant "
    "rates the batch path is short and smooth, the mini-batch path ends in a small knot round the star, and the "
    "stochastic path fills the basin. With falling rates all three end at the star."
)
for name in runs:
    near, end, cooled = first_near[name, False], ends[name, False], ends[name, True]
    print(f"{name:20s} near after {near:5d} rows; ends {end:.3f} from the star, with its schedule {cooled:.3f}")

# %% [markdown]
# Left: the batch path runs smoothly and arrives in its six steps, because two scaled and nearly independent
# columns are the easiest ground there is. But look at the price: it had read the table three times before it
# came near, mini-batches less than once, single rows hardly a tenth of it. With ten times the districts its
# price is ten times as high, and theirs is the same. Then the kicks tell: mini-batches tremble round the
# star, and stochastic descent roams over the whole basin. Right: with falling rates both come to rest. In
# practice one takes mini-batches of 32 to a few hundred rows, because NumPy (Day 1) and GPUs handle a batch
# at nearly the price of a row.
#
# **The price of a home.** Last, all training districts and richer and richer features, solved by the normal
# equation. What did Day 2 leave on the table? First the powers' extremes: the most crowded training districts
# lie over 20 standard deviations out, and the cube of 20 is 8,000. We leave the five most crowded out, fit
# degree 3 to all others, and ask for the prices of the five.

# %% demo
crowded = np.argsort(x_train[:, 3])[::-1]
five, others = crowded[:5], crowded[5:]
calm_train, calm_held_out = x_train.copy(), x_held_out.copy()
for rows in (calm_train, calm_held_out):
    rows[:, 2:4] = np.log(rows[:, 2:4])  # rooms and people per household
print("prices in $100,000     ", " ".join(f"{value:6.2f}" for value in y_train[five]))
for name, rows in (("ratios as they are", x_train), ("logarithms of ratios", calm_train)):
    z = standardize(rows, *fit_standardizer(rows[others]))  # (6400, 6)
    w, b = normal_equation(polynomial_features(z[others], 3), y_train[others])
    told = predict(polynomial_features(z[five], 3), w, b)  # (5,)
    print(f"{name:20s} told", " ".join(f"{value:6.2f}" for value in told))

# %% [markdown]
# Homes at minus hundreds of thousands of dollars. The weights of the cubes were learned from rows between
# −3 and 3, and a small error in such a weight becomes a huge one when it is multiplied by 8,000. A ratio
# that is never negative and has a long tail is better told by its **logarithm**: doubling adds the same
# everywhere, and the most crowded districts lie 9 deviations out instead of 30. Their prices are still
# poor, and one is even below zero, but the largest error has more than halved. That too is feature
# engineering. So from here on, both ratios enter as logarithms.

# %% demo
calm_mean, calm_scale = fit_standardizer(calm_train)
x_std = standardize(calm_train, calm_mean, calm_scale)  # (6400, 6)
x_new = standardize(calm_held_out, calm_mean, calm_scale)  # (1600, 6)
models = {
    "income": (x_std[:, :1], x_new[:, :1]),
    "six features": (x_std, x_new),
    "degree 2": (polynomial_features(x_std, 2), polynomial_features(x_new, 2)),
    "degree 3": (polynomial_features(x_std, 3), polynomial_features(x_new, 3)),
}
scores, fitted = {}, {}
for name, (columns_train, columns_new) in models.items():
    w, b = normal_equation(columns_train, y_train)
    fitted[name] = predict(columns_new, w, b)
    scores[name] = r2_score(y_train, predict(columns_train, w, b)), r2_score(y_held_out, fitted[name])
    print(f"{name:13s} {len(w):3d} weights  R2 train {scores[name][0]:.3f}  held out {scores[name][1]:.3f}")

kinds = housing["ocean_proximity"].to_numpy()[held_out]
shores = ["INLAND", "<1H OCEAN", "NEAR OCEAN", "NEAR BAY"]
fig, (left, right) = plt.subplots(1, 2, figsize=(13, 4.2))
position = np.arange(4)
for rows, label, shift, color in ((0, "training", -0.2, "0.8"), (1, "held out", 0.2, "C0")):
    heights = [pair[rows] for pair in scores.values()]
    left.bar(position + shift, heights, 0.38, color=color, edgecolor="black", label=label)
left.set_xticks(position, list(scores))
left.set(ylabel="$R^2$", ylim=(0, 0.9), title="Richer features, same method")
left.legend(loc="upper left", ncols=2)
for name, shift, color in (("income", -0.2, "0.8"), ("degree 3", 0.2, "C0")):
    residuals = y_held_out - fitted[name]
    medians = [np.median(residuals[kinds == kind]) for kind in shores]
    right.bar(position + shift, medians, 0.38, color=color, edgecolor="black", label=name)
right.axhline(0, color="black", linewidth=1)
right.set_xticks(position, shores)
right.set(ylabel="median residual ($100,000)", title="Residuals by place, held-out districts")
right.legend()
dd.plot.show(
    "Left, bars of training and held-out R squared for income, six features, degree 2 and degree 3: they rise from "
    "model to model, from about one half to about 0.7. Right, bars of the median residual in four kinds of place: "
    "long ones for income, below zero inland and above it by the water, and short ones for degree 3."
)
assert scores["degree 3"][1] > 0.65

# %% [markdown]
# From 0.49 to 0.69 in this run, with the same cost and the same equation: only the columns have changed.
# (Over forty other splits degree 3 scored from 0.66 to 0.72 on its held-out districts. With the ratios as
# they are, one of the forty scored 0.31: a single crowded district sat in its exam.) Place, which had
# been sitting in the residuals, is mostly gone from them: curved products of longitude and latitude draw
# the coast. But the gain shrinks from model to model, though each has at least three times the columns of
# the last. Whether more columns can do harm is for Day 6; Day 4 first asks the weighted sum for a name
# instead of a price.
#
# ## What you should remember
#
# - Multiple regression is one weight a feature; the gradient is $\frac2m X^\top e$, and new columns let a
#   linear model bend.
# - Scale features before descent. The constants come from the training rows and are applied to all others.
#   Take logarithms of long tails before taking powers.
# - The normal equation $A^\top A \theta = A^\top y$ needs no rate and no steps. Solve it; never invert.
# - Batch steps are exact and dear, stochastic steps cheap and rough; mini-batches are the usual bargain.
# - A constant rate hovers round the goal. A rate that falls like $1/t$ comes to rest.
#
# ## Check yourself
#
# 1. You standardise features and fit again with the normal equation. Do $w$, $b$, the predictions and $R^2$
#    change?
# 2. A feature is constant in the training rows and varies in the held-out ones. What becomes of it, and
#    what does its weight say?
# 3. You double the batch size and keep the number of epochs. How many updates are left, how does the noise
#    of each gradient change, and what would you try with the learning rate?
#
# <details><summary>Answers</summary>
#
# 1. $w$ and $b$ change, since their units do. The predictions do not, nor $R^2$: the scaled columns and the
#    ones reach the same planes. Scaling helps the walker, not the destination.
# 2. It is moved by its training value and divided by 1. No weight can be told for it ($A^\top A$ is
#    singular; descent leaves it at its start of zero), so drop it.
# 3. Half. The noise falls by a factor $\sqrt2$, so a larger rate may be safe and makes up for the lost
#    updates.
#
# </details>
#
# ## Go further
#
# - C. F. Gauss, *Theoria motus corporum coelestium*, 1809: least squares with a reason, the law of errors.
# - H. Robbins and S. Monro, "A Stochastic Approximation Method", *Annals of Mathematical Statistics* 22,
#   1951.
# - S. Kirkpatrick, C. D. Gelatt and M. P. Vecchi, "Optimization by Simulated Annealing", *Science* 220,
#   1983.
# - Y. LeCun, L. Bottou, G. B. Orr and K.-R. Müller, "Efficient BackProp", 1998: why to centre and scale
#   inputs, and why stochastic descent learns faster.
# - G. H. Golub and C. F. Van Loan, *Matrix Computations*: what rounding does to least squares, and QR as
#   the better way.
