# ---
# day: 2
# title: Linear regression by gradient descent
# week: 1
# minutes: 90
# backend: numpy
# needs: [1]
# data: [housing]
# papers:
# - Legendre 1805, Nouvelles méthodes pour la détermination des orbites des comètes (its appendix)
# - Cauchy 1847, Méthode générale pour la résolution des systèmes d'équations simultanées
# - Pace and Barry 1997, Sparse spatial autoregressions
# ---

# %% [markdown]
# # Day 2 · Linear regression by gradient descent
#
# By the end you can fit a line to data by measuring how wrong it is and stepping downhill, and tell from
# two pictures whether the steps are too short, too long or right.
#
# - **You will build** five small NumPy functions that learn the price of homes in a district from the
#   income of the people who live there, and score the result on districts they never saw.
# - **You need** Day 1 (arrays, means, broadcasting) and the derivative of a square.
# - **Not today:** more than one feature, rescaling, and the formula that finds the best line in one go (Day
#   3).
# - **Time:** about 90 minutes.
#
# | symbol | meaning | shape | in code |
# |---|---|---|---|
# | $m$ | number of examples | scalar | `len(x)` |
# | $x$ | the feature, one number an example | $(m,)$ | `x` |
# | $y$ | the target, one number an example | $(m,)$ | `y` |
# | $w,\ b$ | weight (slope) and bias (intercept), the parameters | scalars | `w`, `b` |
# | $\hat y_i = w x_i + b$ | the hypothesis: prediction $i$ | $(m,)$ together | `predict(x, w, b)` |
# | $e_i = \hat y_i - y_i$ | the error, **prediction minus target** | $(m,)$ together | `error` |
# | $J(w, b) = \frac1m \sum_i e_i^2$ | the cost: mean squared error | scalar | `mse_cost(x, y, w, b)` |
# | $\partial J/\partial w,\ \partial J/\partial b$ | the two partial derivatives | scalars | `dw`, `db` |
# | $\alpha$ | the learning rate | scalar | `learning_rate` |
# | $\bar y$ | the mean of the targets | scalar | `np.mean(y)` |
# | $R^2$ | the score of the predictions | scalar | `r2_score(y, prediction)` |
#
# Some books put $\frac1{2m}$ in front of the sum, so that a 2 cancels later. The best line is the same, but
# their cost and gradient are half of ours. We keep $\frac1m$, because that is what `mse` means in Keras and
# scikit-learn.

# %% setup
import matplotlib.pyplot as plt
import numpy as np

import deepdays as dd

dd.plot.style()

# %% [markdown]
# ## Learning from examples that come with answers
#
# Each row of our table is a district of an invented coast: what is known about it, and the median value of
# a home there. A person would look at enough rows and begin to guess the price of the next. **Supervised
# learning** is the same in code: from pairs $(x_0, y_0), \dots, (x_{m-1}, y_{m-1})$, a **feature** and the right
# answer or **target**, find a function $f$ with $f(x_i) \approx y_i$ that also works for an $x$ it has not
# met. "Supervised" means no more than that the answers are given. Without them one can still look for groups, for
# odd ones out, or for a shorter description; that is *unsupervised* learning (Days 16 to 19).
#
# The kind of answer names the problem:
#
# - **Regression:** the target is a quantity, $y_i \in \mathbb{R}$. Being off by a little is better than
#   being off by a lot. *How many dollars?*
# - **Classification:** the target is one of $K$ names, $y_i \in \{0, \dots, K-1\}$. There is no "nearly
#   inland". *Is this district inland?* That begins on Day 4.
#
# One table can pose both problems. What does each look like?

# %% demo
housing = dd.data.housing(source="bundled")
income = housing["median_income"].to_numpy()  # (m,) tens of thousands of dollars
price = housing["median_house_value"].to_numpy() / 100_000  # (m,) hundreds of thousands of dollars
inland = housing["ocean_proximity"].to_numpy() == "INLAND"  # (m,) bool
longitude, latitude = housing["longitude"].to_numpy(), housing["latitude"].to_numpy()

some = np.random.default_rng(0).permutation(income.size)[:700]
fig, (left, right) = plt.subplots(1, 2, figsize=(11, 4.2))
left.scatter(income[some], price[some], s=8)
left.set(xlabel="median income ($10,000)", ylabel="median house value ($100,000)")
left.set_title("Regression: the target is a height")
for mask, marker, color, label in ((inland, "x", "0.55", "inland"), (~inland, "o", "C0", "not inland")):
    chosen = some[mask[some]]
    right.scatter(longitude[chosen], latitude[chosen], s=14, marker=marker, color=color, label=label)
right.set(xlabel="longitude (degrees)", ylabel="latitude (degrees)")
right.set_title("Classification: the target is a name")
right.legend(loc="upper left", frameon=True)
dd.plot.show(
    "Two clouds of 700 districts. Left, house value over income: it rises with income in a wide cloud, and a row of "
    "points lies flat at the top, at 5. Right, a map by longitude and latitude: crosses, inland, mostly north of the "
    "dots, which are not inland."
)

# %% [markdown]
# On the left the answer is an axis: price rises with income, though far from exactly, and a row of points
# is pressed flat against the top at 5, because values were recorded as \$500,001 at most. Keep that row in
# mind. On the right the answer is a mark, and the task is to draw a border between marks. Today is the left
# picture.
#
# A model that has seen the answers can always look good by remembering them. So we put one district in five
# aside before we start. These **held-out** districts are the exam: no fitting step may touch them.

# %% demo
order = np.random.default_rng(1).permutation(income.size)
held_out, train = order[: income.size // 5], order[income.size // 5 :]
x_train, y_train = income[train], price[train]
x_held_out, y_held_out = income[held_out], price[held_out]
print("train", x_train.shape, y_train.shape, " held out", x_held_out.shape, y_held_out.shape)

# %% [markdown]
# ## A hypothesis: a line with two knobs
#
# We cannot search all functions, so we choose a family and search that. The family is the **hypothesis**;
# ours is every straight line,
#
# $$\hat y_i = w\,x_i + b .$$
#
# The weight $w$ says how much the prediction rises when the feature rises by one; the bias $b$ is the
# prediction at $x = 0$. Learning means choosing these two numbers.
#
# Three districts are enough to check by hand. Incomes $x = (1, 2, 3)$, prices $y = (3, 3, 6)$, and a first
# guess of $w = 1$, $b = 1$. The predictions are $1 \cdot 1 + 1 = 2$, then $3$, then $4$.
#
# **Shapes.** `x` is $(m,)$; `w` and `b` are single numbers, which broadcast; so the result is $(m,)$.

# %% demo
x_tiny = np.array([1.0, 2.0, 3.0])
y_tiny = np.array([3.0, 3.0, 6.0])


# %% exercise: predict
def predict(x, w, b):
    """The line's prediction for every example.

    Args:
        x: feature values, array of shape (m,), m >= 1, of any float or int dtype; left unchanged.
        w: weight, a float.
        b: bias, a float.

    Returns:
        Predictions, float array of shape (m,). About 1 line.
    """
    ### BEGIN SOLUTION
    return w * x + b
    ### END SOLUTION


# %% test: predict, points=1
x = np.array([1.0, 2.0, 3.0])
with dd.check.unchanged(x, what="x"):
    result = predict(x, 1.0, 1.0)
dd.check.like(result, np.array([2.0, 3.0, 4.0]), why="this is the example worked by hand")
dd.check.like(predict(x, 2.0, -1.0), np.array([1.0, 3.0, 5.0]), why="each is 2 times the feature, less 1")
whole = predict(np.array([1, 2, 3]), 0.5, 0.25)
dd.check.like(whole, np.array([0.75, 1.25, 1.75]), why="whole features may well have fractions predicted for them")
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(20)
for m in (1, 2, 37):
    x = rng.normal(0.0, 3.0, m)
    for w, b in ((1.5, -0.25), (-3.0, 2.0), (0.0, 4.0), (2.5, 0.0), (-0.5, -7.0)):
        with dd.check.unchanged(x, what="x"):
            result = predict(x, w, b)
        due = np.array([w * value + b for value in x])
        dd.check.like(result, due, rtol=1e-9, why="each is weight times feature plus bias")
        single = x.astype("float32")
        due = np.array([w * float(value) + b for value in single])
        dd.check.like(predict(single, w, b), due, rtol=1e-6, atol=1e-5, why="float32 holds seven digits of them")
for dtype in ("uint8", "int8", "uint16", "int64", "uint64"):
    low, high = np.iinfo(dtype).min, np.iinfo(dtype).max
    x = np.array([low, 100, 3, high], dtype=dtype)
    with dd.check.unchanged(x, what="x"):
        result = predict(x, -2.5, 0.75)
    due = np.array([-2.5 * int(value) + 0.75 for value in x])
    dd.check.like(result, due, why=f"features of {dtype} may have any number predicted for them")
far_apart = predict(np.array([1e12, -1e12]), 1e-6, 1.0)
dd.check.like(far_apart, np.array([1_000_001.0, -999_999.0]), rtol=1e-12, why="x may be large")
### END HIDDEN TESTS

# %% mistakes: predict
# - replace: w * x + b
#   with: w * x
#   hint: "At x = 0 your line always gives 0. Which of the two knobs lifts the whole line?"
# - replace: w * x + b
#   with: b * x + w
#   hint: "The two parameters have changed places: which of them is the slope of the line?"
# - replace: w * x + b
#   with: w * (x + b)
#   hint: "The bias is the height of the line at x = 0. In yours that height depends on the weight as well."
# - replace: w * x + b
#   with: (w * x + b)[:, None]
#   hint: "You return a column of shape (m, 1). Today everything is flat: m numbers in, m out."
# - replace: w * x + b
#   with: np.sum(w * x + b)
#   hint: "You return one number for all examples. Every example deserves a prediction of its own."
# - replace: w * x + b
#   with: w * x - b
#   hint: "The bias is added to the line. With a positive one your line lies too low."
# - replace: w * x + b
#   with: (w * x + b).astype(x.dtype)
#   hint: "The predictions are squeezed into the dtype of x. Where x is whole, what becomes of their fractions?"
# - replace: w * x + b
#   with: (w * x + b).tolist()
#   hint: "The numbers are right, but they come in a list. An array was asked for."
# - replace: w * x + b
#   with: np.round(w * x + b, 2)
#   hint: "You round the predictions. Rounding is for printing them."
# - replace: w * x + b
#   with: w * (x - np.mean(x)) + b
#   hint: "You measure the feature from its mean. The bias is the prediction at a feature of 0."


# %% mistake: predict
# hint: "Your result has room for the numbers of x only: where x is whole, fractions are cut off as you put them in."
def predict(x, w, b):
    result = np.zeros_like(x)
    for i in range(len(x)):
        result[i] = w * x[i] + b
    return result


# %% mistake: predict
# hint: "The numbers are right, but they overwrite the caller's features. Make a new array."
def predict(x, w, b):
    x *= w
    x += b
    return x


# %% mistake: predict
# hint: "You round the features to whole numbers before you use them."
def predict(x, w, b):
    return w * x.astype(int) + b


# %% accepts: predict
def predict(x, w, b):
    result = np.empty(x.shape)
    for i in range(x.size):
        result[i] = b + x[i] * w
    return result


# %% accepts: predict
def predict(x, w, b):
    return np.stack([x, np.ones(x.shape)], axis=1) @ np.array([w, b])


# %% [markdown]
# What does each knob do to the line?

# %% demo
fig, panels = plt.subplots(1, 2, figsize=(11, 4), sharey=True)
line = np.array([0.0, 4.0])
for value in (0.5, 1.0, 2.0):
    panels[0].plot(line, predict(line, value, 1.0), label=f"$w={value}$")
    panels[1].plot(line, predict(line, 1.0, value), label=f"$b={value}$")
panels[0].set(title="Turning $w$, with $b = 1$", ylabel="price $y$")
panels[1].set(title="Turning $b$, with $w = 1$")
for ax in panels:
    ax.scatter(x_tiny, y_tiny, s=50, color="black", zorder=3)
    ax.set(xlabel="income $x$")
    ax.legend()
dd.plot.show(
    "Two panels of price over income, each with the three districts as dots. Left, b is 1 and w 0.5, 1 and 2: three "
    "lines through one point at income 0, more and more tilted. Right, w is 1 and b 0.5, 1 and 2: three parallel "
    "lines. No line passes through all three dots."
)

# %% [markdown]
# The weight tilts the line about its point at $x = 0$; the bias lifts it without tilting. The dots are our
# three districts: no line meets all of them, so the question becomes which line misses them least.
#
# ## How wrong is a line? The squared-error cost
#
# The errors of the guess are $2-3 = -1$, $3-3 = 0$ and $4-6 = -2$. To compare two lines we need one number
# for each. The mean of the errors will not do: $+10$ and $-10$ would cancel. Squares cannot cancel:
#
# $$J(w, b) = \frac1m \sum_{i=0}^{m-1} (\hat y_i - y_i)^2 ,
# \qquad J(1, 1) = \frac{1 + 0 + 4}{3} = \frac53 .$$
#
# Squaring has two more effects. It is smooth at zero, where the absolute value has a corner, so it can be
# differentiated. And it makes one large error dearer than several small ones: an error of 2 costs as much
# as four errors of 1. So outliers weigh heavily. The mean, and not the sum, keeps the cost comparable
# between 10 examples and 10,000.
#
# Where in the picture is the cost?

# %% demo
fig, ax = plt.subplots(figsize=(5.5, 6))
line = np.array([0.0, 5.5])
ax.plot(line, predict(line, 1.0, 1.0), label="line $w=1$, $b=1$")
for x_i, y_i, error_i in zip(x_tiny, y_tiny, predict(x_tiny, 1.0, 1.0) - y_tiny, strict=True):
    ax.add_patch(plt.Rectangle((x_i, y_i), -error_i, error_i, facecolor="0.85", edgecolor="0.4", hatch="//"))
    ax.plot([x_i, x_i], [y_i, y_i + error_i], color="black", linestyle=":")
ax.scatter(x_tiny, y_tiny, s=60, color="black", zorder=3, label="districts")
ax.set(xlabel="income $x$", ylabel="price $y$", xlim=(0, 5.5), ylim=(0, 7), aspect="equal")
ax.set_title("The cost: mean area of the squares")
ax.legend(loc="lower right")
dd.plot.show(
    "The line with w = 1 and b = 1, and the three districts. A dotted error leads from each district to the line and "
    "is the side of a hatched square: one of side 1 at income 1, one of side 2 at income 3. The district at income 2 "
    "lies on the line."
)

# %% [markdown]
# Each dotted error is the side of a square. Two squares have areas 1 and 4; the middle district lies on the
# line and has none. Their mean area, $5/3$, is the cost, and most of it comes from one district.
#
# **The trap of this lesson** is Day 1's, in the field. A table gives you a feature in two shapes:
# `housing["median_income"]` becomes $(m,)$, while `housing[["median_income"]]` becomes $(m, 1)$. Subtract a
# target of shape $(m,)$ from a column of shape $(m, 1)$ and NumPy pairs *every* prediction with *every*
# target. Here the predictions are perfect:

# %% demo
flat = y_tiny - y_tiny
crossed = y_tiny[:, None] - y_tiny  # (3, 1) - (3,)
print("(m,)   - (m,):", flat.shape, "mean of squares", np.mean(flat**2))
print("(m, 1) - (m,):", crossed.shape, "mean of squares", np.mean(crossed**2))

# %% [markdown]
# No message, and a cost of 4 for a perfect answer. It grows worse: over all pairs of a prediction and a
# stranger's target, the best a line can do is ignore $x$ and lie flat at the mean price. Training on the
# $(m, m)$ table runs smoothly towards that useless line. So today everything is $(m,)$, and you look at
# `.shape` before you subtract.


# %% exercise: mse_cost
def mse_cost(x, y, w, b):
    """Mean squared error of the line over all examples.

    Args:
        x: feature values, array of shape (m,), m >= 1, of any float or int dtype; left unchanged.
        y: targets, array of shape (m,), of any float or int dtype; left unchanged.
        w: weight, a float.
        b: bias, a float.

    Returns:
        The cost, a float: the mean, not the sum, of the squared errors. About 2 lines; use predict.
    """
    ### BEGIN SOLUTION
    error = predict(x, w, b) - y  # (m,)
    return np.mean(error**2)
    ### END SOLUTION


# %% test: mse_cost, points=2
x = np.array([1.0, 2.0, 3.0])
y = np.array([3.0, 3.0, 6.0])
with dd.check.unchanged(x, what="x"), dd.check.unchanged(y, what="y"):
    cost = mse_cost(x, y, 1.0, 1.0)
dd.check.like(cost, 5 / 3, what="the cost", why="this is the example worked by hand")
dd.check.like(mse_cost(x, 2 * x - 1, 2.0, -1.0), 0.0, what="the cost", why="this line passes through every point")
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(21)
why = "the cost is the mean of the squared errors"
for m in (1, 2, 37):
    x, y = rng.normal(0.0, 3.0, m), rng.normal(1.0, 2.0, m)
    for w, b in ((1.5, -0.25), (-3.0, 2.0), (0.0, 4.0), (2.5, 0.0)):
        with dd.check.unchanged(x, what="x"), dd.check.unchanged(y, what="y"):
            result = mse_cost(x, y, w, b)
        total = 0.0
        for x_i, y_i in zip(x, y, strict=True):
            total += float(w * x_i + b - y_i) ** 2
        dd.check.like(result, total / m, rtol=1e-9, what="the cost", why=why)
        single, target = x.astype("float32"), y.astype("float32")
        total = sum((w * float(x_i) + b - float(y_i)) ** 2 for x_i, y_i in zip(single, target, strict=True))
        result = mse_cost(single, target, w, b)
        dd.check.like(result, total / m, rtol=1e-4, atol=1e-10, what="the cost of float32 numbers", why=why)
    flat_line = mse_cost(x, y, 0.0, float(np.mean(y)))
    why_flat = "a flat line at the mean costs the variance of y"
    dd.check.close(flat_line, np.var(y), atol=1e-12, what="the cost", why=why_flat)
x, y = np.array([1, 2, 4, 7]), np.array([3, 3, 6, 1])
due = (0 + 4 + 9 + 196) / 4
dd.check.like(mse_cost(x, y, 2.0, 1.0), due, what="the cost", why="whole numbers are numbers too")
due = (2.25**2 + 1.75**2 + 3.75**2 + 2.75**2) / 4
dd.check.like(mse_cost(x, y, 0.5, 0.25), due, what="the cost", why="x and y are whole, the line is not")
for dtype in ("uint8", "int8", "uint16", "int64", "uint64"):
    low, high = np.iinfo(dtype).min, np.iinfo(dtype).max
    x, y = np.array([low, high, 5], dtype=dtype), np.array([high, low, 100], dtype=dtype)
    due = sum((float(x_i) + 0.5 - float(y_i)) ** 2 for x_i, y_i in zip(x, y, strict=True)) / 3
    with dd.check.unchanged(x, what="x"), dd.check.unchanged(y, what="y"):
        result = mse_cost(x, y, 1.0, 0.5)
    dd.check.like(result, due, what="the cost", why=f"errors of {dtype} numbers may be any numbers")
x = 1e8 + np.arange(5.0)
why = "every error is 0.5, however large x and y are"
dd.check.like(mse_cost(x, x - 0.5, 1.0, 0.0), 0.25, what="the cost", why=why)
x = rng.normal(0.0, 1.0, 50)
dd.check.like(mse_cost(x, 1e6 + x, 1.0, 0.0), 1e12, rtol=1e-9, what="the cost", why="every error is -1e6 here")
result = mse_cost(x, x + 1e-3, 1.0, 0.0)
dd.check.like(result, 1e-6, rtol=1e-9, what="the cost", why="every error is -0.001 here")
### END HIDDEN TESTS

# %% mistakes: mse_cost
# - replace: np.mean(error**2)
#   with: np.sum(error**2)
#   hint: "Your cost grows with the number of examples. What does the M in MSE ask for?"
# - replace: np.mean(error**2)
#   with: np.mean(error) ** 2
#   hint: "You average before you square, so errors of opposite sign cancel. Which comes first?"
# - replace: np.mean(error**2)
#   with: np.mean(np.abs(error))
#   hint: "You measure the length of each error. The cost of today is about the area of a square on it."
# - replace: np.mean(error**2)
#   with: np.mean(error**2) / 2
#   hint: "Your cost is half of what is due: which factor before the sum does the notation table give?"
# - replace: np.mean(error**2)
#   with: np.sqrt(np.mean(error**2))
#   hint: "That is the root of the cost (RMSE), a good number to report, but not the J of today."
# - replace: predict(x, w, b) - y
#   with: predict(x, w, b)[:, None] - y
#   hint: "Print the shape of your errors: is every prediction paired with every target?"
# - replace: predict(x, w, b) - y
#   with: w * x - y
#   hint: "Your errors do not depend on the bias. Let predict make the predictions."
# - replace: np.mean(error**2)
#   with: np.var(error)
#   hint: "A variance is measured from the mean error, so a line that is too high everywhere costs nothing with you."
# - replace: np.mean(error**2)
#   with: np.sum(error**2) / (len(error) - 1)
#   hint: "You divide by one less than the number of examples. A mean divides by their number."
# - replace: np.mean(error**2)
#   with: np.max(error**2)
#   hint: "You take the worst error alone. The cost is a mean over all examples."
# - replace: np.mean(error**2)
#   with: error**2
#   hint: "You return the square of every error. One number is due for the whole line."
# - replace: np.mean(error**2)
#   with: np.mean(predict(x, w, b) ** 2)
#   hint: "You square the predictions. Squared are the errors, prediction minus target."
# - replace: np.mean(error**2)
#   with: np.mean(error)
#   hint: "You average the errors themselves, so those of opposite sign cancel. What was done about that?"
# - replace: np.mean(error**2)
#   with: np.linalg.norm(error)
#   hint: "That is the length of the column of errors: the root of a sum. The cost is a mean, without a root."


# %% mistake: mse_cost
# hint: "The number is right, but the caller's targets have become errors. Put the difference into a new array."
def mse_cost(x, y, w, b):
    if y.dtype.kind != "f":
        y = y.astype(float)
    y -= predict(x, w, b)
    return np.mean(y**2)


# %% mistake: mse_cost
# hint: "Your loop starts at 1 and leaves the first example out. From which number are examples counted?"
def mse_cost(x, y, w, b):
    total = 0.0
    for i in range(1, len(x)):
        total += (w * x[i] + b - y[i]) ** 2
    return total / len(x)


# %% mistake: mse_cost
# hint: "You come back from within the loop, after the first example. On which block should the return be?"
def mse_cost(x, y, w, b):
    total = 0.0
    for x_i, y_i in zip(x, y, strict=True):
        total += (w * x_i + b - y_i) ** 2
        return total / len(x)


# %% mistake: mse_cost
# hint: "You multiply the square out and sum each part. Far from zero these sums nearly cancel, and only rounding is
#   left: take the difference first."
def mse_cost(x, y, w, b):
    predictions = predict(x, w, b)
    return np.mean(predictions**2) - 2 * np.mean(predictions * y) + np.mean(y.astype(float) ** 2)


# %% equivalents: mse_cost
# - replace: predict(x, w, b)
#   with: predict(w, x, b)
#   reason: "w * x + b is the same number with w and x exchanged."


# %% accepts: mse_cost
def mse_cost(x, y, w, b):
    error = y - b - w * x
    return (error @ error) / error.size


# %% accepts: mse_cost
def mse_cost(x, y, w, b):
    total = 0.0
    for x_i, y_i in zip(x, y, strict=True):
        total += float(w * x_i + b - y_i) ** 2
    return total / len(y)


# %% [markdown]
# ## The cost as a landscape, and its slopes
#
# The data is fixed; what can change is $(w, b)$. So every line is a *point* on a map with $w$ to the east
# and $b$ to the north, and the cost is the height there. With squared errors, and incomes that are not all
# equal, the landscape is a bowl with one lowest point and no other dips. **Cost contours** draw it as a
# walker's map does: along one contour all lines are equally wrong. If each contour lies as far above the next as
# that above the one after it, close contours mean steep ground.
#
# Which way is down? Walk east only, with $b$ held still, and the height changes at the rate
# $\partial J / \partial w$. Walk north only: $\partial J / \partial b$. These are the **partial
# derivatives**, ordinary derivatives taken with everything else frozen. By the chain rule the derivative of
# $e_i^2$ is $2 e_i$ times that of $e_i = w x_i + b - y_i$, which is $x_i$ with respect to $w$, and $1$ with
# respect to $b$. Hence
#
# $$\frac{\partial J}{\partial w} = \frac2m \sum_{i=0}^{m-1} e_i\, x_i , \qquad
# \frac{\partial J}{\partial b} = \frac2m \sum_{i=0}^{m-1} e_i .$$
#
# Errors and features are $(m,)$, each product is taken example by example, and each mean is one number. At
# our guess, with $e = (-1, 0, -2)$:
#
# $$\frac{\partial J}{\partial w} = \tfrac23 (-1 \cdot 1 + 0 \cdot 2 - 2 \cdot 3) = -\tfrac{14}{3} , \qquad
# \frac{\partial J}{\partial b} = \tfrac23 (-1 + 0 - 2) = -2 .$$
#
# Both are negative, so the cost falls when either knob is turned up. The pair is the **gradient**. It
# points straight uphill; minus the gradient points straight downhill. How does that look on the map?


# %% demo
def draw_contours(ax, x, y, w_axis, b_axis, levels):
    """Draw the lines of equal cost over a grid of weights and biases."""
    surface = np.array([[mse_cost(x, y, w, b) for w in w_axis] for b in b_axis])  # (biases, weights)
    ax.grid(False)
    return ax.contour(w_axis, b_axis, surface, levels, colors="0.6", linewidths=1)


w_axis, b_axis = np.linspace(-1.0, 4.0, 81), np.linspace(-2.2, 4.2, 81)
near = np.array([-0.35, 0.35])
fig, (east, north, over) = plt.subplots(1, 3, figsize=(13.5, 4.2))
east.plot(w_axis, [mse_cost(x_tiny, y_tiny, value, 1.0) for value in w_axis], linestyle="--")
east.plot(1 + near, 5 / 3 - 14 / 3 * near, color="black", linestyle="-", linewidth=4, label="slope $-14/3$")
east.set(xlabel="$w$, with $b = 1$ held", ylabel="cost $J$", ylim=(0, 12), title="Walking east")
north.plot(b_axis, [mse_cost(x_tiny, y_tiny, 1.0, value) for value in b_axis], linestyle=":")
north.plot(1 + near, 5 / 3 - 2 * near, color="black", linestyle="-", linewidth=4, label="slope $-2$")
north.set(xlabel="$b$, with $w = 1$ held", ylabel="cost $J$", ylim=(0, 12), title="Walking north")
contours = draw_contours(over, x_tiny, y_tiny, w_axis, b_axis, 5 / 3 + 10 / 3 * np.arange(12))  # 5/3, 5, 25/3, ...
over.clabel(contours, levels=contours.levels[[1, 4, 7]], fmt="%.0f")
over.axhline(1.0, color="C0", linestyle="--")
over.axvline(1.0, color="C0", linestyle=":")
over.arrow(1, 1, 0.1 * 14 / 3, 0.1 * 2, width=0.03, length_includes_head=True, color="black", zorder=3)
over.plot(1.5, 1.0, "k*", markersize=12, label="lowest point")
over.set(xlabel="$w$", ylabel="$b$", aspect="equal", title="From above: cost contours")
for ax, corner in ((east, "upper center"), (north, "upper right"), (over, "lower left")):
    ax.legend(loc=corner, frameon=True, framealpha=1)
dd.plot.show(
    "Three panels. Cost over w with b held at 1: a parabola, with a thick tangent of slope -14/3 at w = 1. Cost over "
    "b with w held at 1: a wider parabola, with a tangent of slope -2 at b = 1. From above, cost contours over w and "
    "b: long thin ellipses that lean to the left, closer together the further out. From the guess (1, 1), on the "
    "innermost contour, an arrow leads downhill, a little above the star at (1.5, 1), the lowest point."
)

# %% [markdown]
# The first two panels are cuts through the landscape along the dashed and the dotted line of the map, and
# the thick tangents are the two partial derivatives. On the map each contour lies $10/3$ above the one inside it, so
# you see that the ground grows steeper outwards. The arrow, minus the gradient, leaves the
# guess at a right angle to the contour through it. It does *not* aim at the star: straight downhill is the
# best direction for a short step only. The contours are long and thin because raising $w$ and lowering $b$
# together hardly changes a line near the data.
#
# Code for a derivative is easy to get almost right, so check it by nudging: move $w$ by a hair each way,
# see how far the cost moves, and divide. The last visible test does that, with no formula.


# %% exercise: mse_gradient
def mse_gradient(x, y, w, b):
    """Partial derivatives of the mean squared error.

    Args:
        x: feature values, array of shape (m,), m >= 1, of any float or int dtype; left unchanged.
        y: targets, array of shape (m,), of any float or int dtype; left unchanged.
        w: weight, a float.
        b: bias, a float.

    Returns:
        Tuple (dw, db) of two floats: the slope of the cost along w, and along b. About 4 lines.
    """
    ### BEGIN SOLUTION
    error = predict(x, w, b) - y  # (m,)
    dw = 2 * np.mean(error * x)
    db = 2 * np.mean(error)
    return dw, db
    ### END SOLUTION


# %% test: mse_gradient, points=3
x = np.array([1.0, 2.0, 3.0])
y = np.array([3.0, 3.0, 6.0])
with dd.check.unchanged(x, what="x"), dd.check.unchanged(y, what="y"):
    slopes = mse_gradient(x, y, 1.0, 1.0)
dd.check.like(slopes, (-14 / 3, -2.0), what="(dw, db)", why="this is the example worked by hand")
dd.check.gradient(
    lambda p: np.mean((p[0] * x + p[1] - y) ** 2),
    np.array([0.5, -1.0]),
    mse_gradient(x, y, 0.5, -1.0),
    why="a nudge of w or b must change the cost by slope times nudge",
)
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(22)


def slowly(x, y, w, b):
    """The two slopes by a loop in float64."""
    dw = db = 0.0
    for x_i, y_i in zip(x, y, strict=True):
        dw += 2 * (w * float(x_i) + b - float(y_i)) * float(x_i)
        db += 2 * (w * float(x_i) + b - float(y_i))
    return dw / len(x), db / len(x)


why = "they are the means of 2 * error * feature and of 2 * error"
for m in (1, 2, 37):
    x, y = rng.normal(1.0, 2.0, m), rng.normal(-1.0, 2.0, m)
    for w, b in ((1.5, -0.25), (-3.0, 2.0), (0.0, 4.0), (2.5, 0.0)):
        with dd.check.unchanged(x, what="x"), dd.check.unchanged(y, what="y"):
            slopes = mse_gradient(x, y, w, b)
        dd.check.like(slopes, slowly(x, y, w, b), rtol=1e-9, what="(dw, db)", why=why)
        dd.check.gradient(
            lambda p, x=x, y=y: np.mean((p[0] * x + p[1] - y) ** 2),
            np.array([w, b]),
            slopes,
            what="(dw, db)",
            why="they are the derivatives of the mean squared error",
        )
        single, target = x.astype("float32"), y.astype("float32")
        slopes, due = mse_gradient(single, target, w, b), slowly(single, target, w, b)
        # products of up to about 100, rounded to 6e-8 of that, and a mean of some that cancel
        dd.check.like(slopes, due, rtol=1e-5, atol=5e-5, what="(dw, db) of float32 numbers", why=why)
x = rng.normal(5.0, 2.0, 60)
y = 3.0 * x - 4.0 + rng.normal(0.0, 1.0, 60)
w, b = (float(value) for value in np.polyfit(x, y, 1))
why_level = "the ground is level at the best line"
dd.check.like(mse_gradient(x, y, w, b), (0.0, 0.0), atol=1e-9, what="(dw, db)", why=why_level)
x, y = np.array([1, 2, 4]), np.array([3, 3, 6])
why_whole = "whole numbers are numbers too"
dd.check.like(mse_gradient(x, y, 2.0, 1.0), (32 / 3, 10 / 3), what="(dw, db)", why=why_whole)
for dtype in ("uint8", "int8", "uint16", "int64", "uint64"):
    low, high = np.iinfo(dtype).min, np.iinfo(dtype).max
    x, y = np.array([low, high, 5, 9], dtype=dtype), np.array([high, high // 2, 100, 7], dtype=dtype)
    with dd.check.unchanged(x, what="x"), dd.check.unchanged(y, what="y"):
        slopes = mse_gradient(x, y, -1.5, 0.5)  # so that no two large errors cancel
    dd.check.like(slopes, slowly(x, y, -1.5, 0.5), rtol=1e-9, what="(dw, db)", why=f"{why}, of {dtype} numbers too")
x = np.array([1e4, -1e4])
dd.check.like(mse_gradient(x, x, 2.0, 0.5), (2e8, 1.0), rtol=1e-9, what="(dw, db)", why="x may be large")
x = 1e6 + np.arange(5.0)
why_far = "every error is 0.5, and the mean of x is 1,000,002"
dd.check.like(mse_gradient(x, x, 1.0, 0.5), (1_000_002.0, 1.0), rtol=1e-9, what="(dw, db)", why=why_far)
### END HIDDEN TESTS

# %% mistakes: mse_gradient
# - replace: error * x
#   with: error
#   hint: "Your dw equals your db. What does the chain rule bring down when w, which multiplies x, is nudged?"
# - replace: predict(x, w, b) - y
#   with: y - predict(x, w, b)
#   hint: "Both slopes have the wrong sign. Which way round does the notation table take the error?"
# - replace: |-
#     2 * np.mean(error * x)
#         db = 2 * np.mean(error)
#   with: |-
#     np.mean(error * x)
#         db = np.mean(error)
#   hint: "Both slopes are half of what is due. What does the derivative of a square leave in front?"
# - replace: |-
#     2 * np.mean(error * x)
#         db = 2 * np.mean(error)
#   with: |-
#     2 * np.sum(error * x)
#         db = 2 * np.sum(error)
#   hint: "Your slopes grow with the number of examples, and the cost does not. Which of the two is a mean?"
# - replace: np.mean(error * x)
#   with: np.mean(error) * np.mean(x)
#   hint: "Each error must meet the feature of its own example before anything is averaged."
# - replace: predict(x, w, b) - y
#   with: predict(x, w, b)[:, None] - y
#   hint: "Print the shape of your errors: is every prediction paired with every target?"
# - replace: return dw, db
#   with: return db, dw
#   hint: "The two slopes are right but in the wrong order: the weight's comes first."
# - replace: 2 * np.mean(error)
#   with: 2 * np.sum(error)
#   hint: "dw is right. db is a sum over examples where the cost is a mean."
# - replace: return dw, db
#   with: return np.array([dw, db])
#   hint: "The slopes are right, but they come in an array. A tuple of two floats was asked for."
# - replace: 2 * np.mean(error * x)
#   with: 2 * np.mean(error * y)
#   hint: "You multiply each error by its target. What does w multiply in the hypothesis?"
# - replace: 2 * np.mean(error * x)
#   with: 2 * np.mean(error * predict(x, w, b))
#   hint: "You multiply each error by its prediction. What does w multiply in the hypothesis?"
# - replace: 2 * np.mean(error * x)
#   with: 2 * np.mean(error * w)
#   hint: "You multiply each error by the weight. It is the weight that is nudged: what does it multiply?"
# - replace: 2 * np.mean(error * x)
#   with: 2 * np.mean(error) * x
#   hint: "Your dw is an array with an entry for each example. The mean comes last, over errors times features."
# - replace: predict(x, w, b) - y
#   with: np.sign(predict(x, w, b) - y)
#   hint: "Only the sign of each error counts with you. That is the slope of the absolute error."
# - replace: |-
#     2 * np.mean(error * x)
#         db = 2 * np.mean(error)
#   with: |-
#     2 * np.mean(error * x) / len(x)
#         db = 2 * np.mean(error) / len(x)
#   hint: "You divide by the number of examples twice: a mean has done it already."
# - replace: |-
#     2 * np.mean(error * x)
#         db = 2 * np.mean(error)
#   with: |-
#     np.mean(error**2 * x)
#         db = np.mean(error**2)
#   hint: "The square is still there. What is the derivative of a square?"
# - replace: 2 * np.mean(error)
#   with: 2 * np.mean(error * b)
#   hint: "db has the bias as a factor. What does the chain rule bring down when b, which multiplies nothing, is
#     nudged?"
# - replace: predict(x, w, b) - y
#   with: w * x - y
#   hint: "Your errors do not depend on the bias. Let predict make the predictions."


# %% mistake: mse_gradient
# hint: "The slopes are right, but the caller's targets have become errors. Put the difference into a new array."
def mse_gradient(x, y, w, b):
    if y.dtype.kind != "f":
        y = y.astype(float)
    y -= predict(x, w, b)
    return -2 * np.mean(y * x), -2 * np.mean(y)


# %% mistake: mse_gradient
# hint: "You nudge w and b by a finite step to one side, which leaves an error. That is good for checking; the formula
#   has none."
def mse_gradient(x, y, w, b):
    step = 1e-5
    here = mse_cost(x, y, w, b)
    return (mse_cost(x, y, w + step, b) - here) / step, (mse_cost(x, y, w, b + step) - here) / step


# %% mistake: mse_gradient
# hint: "Each example still has slopes of its own with you. What is due are two numbers: all of them added up, shared
#   out."
def mse_gradient(x, y, w, b):
    error = predict(x, w, b) - y
    return 2 * error * x / len(x), 2 * error / len(x)


# %% mistake: mse_gradient
# hint: "You look at the last example only: each turn of your loop overwrites the slopes. They should add up."
def mse_gradient(x, y, w, b):
    for x_i, y_i in zip(x, y, strict=True):
        error = w * x_i + b - float(y_i)
        dw = 2 * error * x_i
        db = 2 * error
    return dw / len(x), db / len(x)


# %% equivalents: mse_gradient
# - replace: predict(x, w, b)
#   with: predict(w, x, b)
#   reason: "w * x + b is the same number with w and x exchanged."


# %% accepts: mse_gradient
def mse_gradient(x, y, w, b):
    design = np.stack([x, np.ones(x.shape)], axis=1)  # (m, 2)
    slopes = design.T @ (design @ np.array([w, b]) - y)  # (2,)
    return slopes[0] * 2 / x.size, slopes[1] * 2 / x.size


# %% accepts: mse_gradient
def mse_gradient(x, y, w, b):
    dw = db = 0.0
    for x_i, y_i in zip(x, y, strict=True):
        missing = float(y_i - w * x_i - b)
        dw -= 2 * missing * float(x_i)
        db -= 2 * missing
    return dw / len(x), db / len(x)


# %% [markdown]
# ## Gradient descent: step, look, step again
#
# Stand somewhere, take a step downhill, look again. The **learning rate** $\alpha$ turns slope into stride:
#
# $$w \leftarrow w - \alpha \frac{\partial J}{\partial w} , \qquad
# b \leftarrow b - \alpha \frac{\partial J}{\partial b} .$$
#
# The stride is $\alpha$ *times* the slope, so a fixed $\alpha$ takes shorter steps where the ground levels
# out. From our guess with $\alpha = 0.1$: $w = 1 + 0.1 \cdot \frac{14}{3} \approx 1.467$ and
# $b = 1 + 0.1 \cdot 2 = 1.2$. The errors become $-0.333$, $1.133$ and $-0.4$, and the cost falls from
# $1.667$ to $0.519$. The best line of all, $w = 1.5$, $b = 1$, costs $0.5$.
#
# Three things go wrong here again and again. *The sign:* the gradient points uphill, so it is subtracted.
# *The order:* both slopes belong to the place where you stand. Compute the pair first, then move; a
# $\partial J/\partial b$ taken after $w$ has moved belongs to another point of the map. *The bookkeeping:*
# with $k$ steps there are $k + 1$ places, as a fence of $k$ panels has $k + 1$ posts. We keep the cost at
# every post: `history[0]` before the first step, `history[k]` after $k$ steps.
#
# Nothing else is decided for the caller: all the steps are taken, at the rate that was asked for, even if the cost
# climbs; and the line after the last step is returned, whether or not it is the best on the way.


# %% exercise: gradient_descent
def gradient_descent(x, y, w, b, learning_rate, num_steps):
    """Fit a line by batch gradient descent: every step uses all examples.

    Args:
        x: feature values, array of shape (m,), m >= 1, of any float or int dtype; left unchanged.
        y: targets, array of shape (m,), of any float or int dtype; left unchanged.
        w: weight to start from, a float.
        b: bias to start from, a float.
        learning_rate: stride for each unit of slope, a float > 0, the same in every step.
        num_steps: steps to take, int >= 0.

    Returns:
        Tuple (w, b, history): the parameters after the last step, two floats, and the costs, a float array of
        shape (num_steps + 1,); history[0] is the cost at the start, history[k] the cost after k steps.
        About 7 lines.
    """
    ### BEGIN SOLUTION
    history = [mse_cost(x, y, w, b)]
    for _ in range(num_steps):
        dw, db = mse_gradient(x, y, w, b)
        w = w - learning_rate * dw
        b = b - learning_rate * db
        history.append(mse_cost(x, y, w, b))
    return w, b, np.array(history)
    ### END SOLUTION


# %% test: gradient_descent, points=3
x = np.array([1.0, 2.0, 3.0])
y = np.array([3.0, 3.0, 6.0])
with dd.check.unchanged(x, what="x"), dd.check.unchanged(y, what="y"):
    result = gradient_descent(x, y, 1.0, 1.0, learning_rate=0.1, num_steps=1)
due = (1 + 1.4 / 3, 1.2, np.array([5 / 3, 14 / 27]))
dd.check.like(result, due, what="(w, b, history)", why="this is the step worked by hand")
result = gradient_descent(x, y, 1.0, 1.0, learning_rate=0.1, num_steps=0)
dd.check.like(
    result, (1.0, 1.0, np.array([5 / 3])), what="(w, b, history)", why="without a step there is only the start"
)
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(23)


def slowly(x, y, w, b, rate, num_steps):
    """The same by loops in float64."""
    history = []
    for step in range(num_steps + 1):
        errors = [w * float(x_i) + b - float(y_i) for x_i, y_i in zip(x, y, strict=True)]
        history.append(sum(e * e for e in errors) / len(x))
        if step < num_steps:
            along_w = 2 * sum(e * float(x_i) for e, x_i in zip(errors, x, strict=True)) / len(x)
            along_b = 2 * sum(errors) / len(x)
            w, b = w - rate * along_w, b - rate * along_b
    return float(w), float(b), np.array(history)


what = "(w, b, history)"
for m, num_steps, rate in ((1, 3, 0.1), (2, 0, 0.1), (5, 1, 0.02), (37, 12, 0.05), (37, 8, 1.3), (6, 30, 0.5)):
    x, y = rng.normal(1.0, 1.0, m), rng.normal(-1.0, 2.0, m)
    due = slowly(x, y, -0.6, -1.7, rate, num_steps)
    why = f"{num_steps} steps at rate {rate} from w = -0.6, b = -1.7 lead there, and history[k] is the cost after k"
    for _ in range(2):
        with dd.check.unchanged(x, what="x"), dd.check.unchanged(y, what="y"):
            result = gradient_descent(x, y, -0.6, -1.7, rate, num_steps)
        dd.check.like(result, due, rtol=1e-8, what=what, why=why)

x, y = np.array([1.0, 2.0, 3.0]), np.array([3.0, 3.0, 6.0])
for num_steps in (1, 2, 5, 9):
    result = gradient_descent(x, y, 1.5, 1.0, 0.1, num_steps)
    due = (1.5, 1.0, np.full(num_steps + 1, 0.5))
    dd.check.like(
        result, due, what=what, why="at the lowest point the steps have no length, and are taken nevertheless"
    )
x = rng.normal(0.5, 1.0, 30)
y = 2.0 * x - 3.0 + rng.normal(0.0, 0.5, 30)
w, b, history = gradient_descent(x, y, 0.0, 0.0, 0.2, 400)
dd.check.close([w, b], np.polyfit(x, y, 1), what="(w, b)", why="it must arrive at the least-squares line")
dd.check.shape(history, (401,), what="history", why="all the steps are taken, even when the ground is level")
last_cost = np.mean((w * x + b - y) ** 2)
dd.check.close(history[-1], last_cost, what="history[-1]", why="it is the cost of the line returned")
dd.check.like(gradient_descent(x, y, w, b, 0.2, 3)[:2], (w, b), what="(w, b)", why="at the lowest point nothing moves")

for center, spread in ((0.0, 1.0), (4.0, 2.0), (1000.0, 30.0)):
    x = rng.normal(center, spread, 25)
    y = rng.normal(0.0, 1.0, 25)
    _, _, history = gradient_descent(x, y, 1.0, -1.0, float(0.9 / (np.mean(x**2) + 1)), 50)
    dd.check.finite(history, what="history")
    assert np.all(np.diff(history) <= 1e-9 * history[0]), "At a rate this small the cost must never rise."
    assert history[-1] < history[0], "Fifty steps downhill must lower the cost."
_, _, history = gradient_descent(x, y, 1.0, -1.0, float(1.2 / np.mean(x**2)), 10)
assert np.all(np.diff(history) > 0), "At a rate this large each of the ten steps must raise the cost."

whole = gradient_descent(np.array([1, 2, 3]), np.array([3, 3, 6]), 1.0, 1.0, 0.1, 2)
due = slowly([1, 2, 3], [3, 3, 6], 1.0, 1.0, 0.1, 2)
dd.check.like(whole, due, what=what, why="whole numbers are numbers too")
dd.check.close(whole[:2], [63.8 / 45, 3.52 / 3], what="(w, b)", why="two steps worked by hand lead there")
for dtype in ("uint8", "int8", "uint16"):
    low, high = np.iinfo(dtype).min, np.iinfo(dtype).max
    x, y = np.array([low, high, 5, 9], dtype=dtype), np.array([high, low, 100, 7], dtype=dtype)
    due = slowly(x, y, 1.0, -0.5, 1e-5, 4)
    with dd.check.unchanged(x, what="x"), dd.check.unchanged(y, what="y"):
        result = gradient_descent(x, y, 1.0, -0.5, 1e-5, 4)
    dd.check.like(result, due, rtol=1e-8, what=what, why=f"{dtype} numbers are numbers too")
### END HIDDEN TESTS

# %% mistakes: gradient_descent
# - replace: |-
#     w = w - learning_rate * dw
#             b = b - learning_rate * db
#   with: |-
#     w = w + learning_rate * dw
#             b = b + learning_rate * db
#   hint: "Your cost climbs. The gradient points uphill; which way do you want to walk?"
# - replace: b = b - learning_rate * db
#   with: b = b - learning_rate * mse_gradient(x, y, w, b)[1]
#   hint: "w has moved before the slope along b is taken. To which place do both slopes belong?"
# - replace: history = [mse_cost(x, y, w, b)]
#   with: history = []
#   hint: "Your history lacks the cost at the start. Count the posts of the fence, not its panels."
# - replace: |-
#     dw, db = mse_gradient(x, y, w, b)
#             w = w - learning_rate * dw
#             b = b - learning_rate * db
#             history.append(mse_cost(x, y, w, b))
#   with: |-
#     history.append(mse_cost(x, y, w, b))
#             dw, db = mse_gradient(x, y, w, b)
#             w = w - learning_rate * dw
#             b = b - learning_rate * db
#   hint: "You note the cost before the step: the first is there twice and the last is missing."
# - replace: |-
#     for _ in range(num_steps):
#             dw, db = mse_gradient(x, y, w, b)
#   with: |-
#     dw, db = mse_gradient(x, y, w, b)
#         for _ in range(num_steps):
#   hint: "You look at the slope once and then walk blindly. It changes with every step."
# - replace: history = [mse_cost(x, y, w, b)]
#   with: |-
#     w, b = 0.0, 0.0
#         history = [mse_cost(x, y, w, b)]
#   hint: "You start from zero whatever you are given. The caller chose where to start."
# - replace: "    return w, b, np.array(history)"
#   with: "        return w, b, np.array(history)"
#   hint: "You come back after one step: look at which block the return belongs to."
# - replace: range(num_steps)
#   with: range(1, num_steps)
#   hint: "You take one step too few. How many turns does your loop make?"
# - replace: b = b - learning_rate * db
#   with: b = b - db
#   hint: "w moves by the right stride, b by another. Both slopes are scaled by the same learning rate."
# - replace: np.array(history)
#   with: history
#   hint: "The costs are right, but they come in a list. An array was asked for."
# - replace: return w, b, np.array(history)
#   with: return np.array(history), w, b
#   hint: "The parts are right, their order is not: the parameters come first, the history last."
# - replace: return w, b, np.array(history)
#   with: return w, b
#   hint: "The history is missing: the costs at the start and after each step are asked for too."
# - replace: return w, b, np.array(history)
#   with: return w, b, np.array(history[1:])
#   hint: "Your history lacks the cost at the start. Count the posts of the fence, not its panels."
# - replace: return w, b, np.array(history)
#   with: return w, b, np.array(history[:-1])
#   hint: "Your history lacks the cost after the last step. Count the posts of the fence, not its panels."
# - replace: range(num_steps)
#   with: range(num_steps + 1)
#   hint: "You take one step too many. There is one more cost than there are steps, and it is noted before the loop."
# - replace: |-
#     w = w - learning_rate * dw
#             b = b - learning_rate * db
#   with: |-
#     w = w - learning_rate * dw / len(x)
#             b = b - learning_rate * db / len(x)
#   hint: "Your strides are too short, the more so the more examples there are. The slopes are means already."
# - replace: |-
#     w = w - learning_rate * dw
#             b = b - learning_rate * db
#   with: |-
#     w = w - learning_rate * np.sign(dw)
#             b = b - learning_rate * np.sign(db)
#   hint: "All your strides are equally long. A stride is the rate times the slope, so it shortens where the ground
#     levels out."
# - replace: |-
#     w = w - learning_rate * dw
#             b = b - learning_rate * db
#   with: |-
#     w = -learning_rate * dw
#             b = -learning_rate * db
#   hint: "Each step forgets where it started: the stride is taken from the place where you stand."
# - replace: |-
#     w = w - learning_rate * dw
#             b = b - learning_rate * db
#   with: |-
#     w = w - learning_rate * np.clip(dw, -1, 1)
#             b = b - learning_rate * np.clip(db, -1, 1)
#   hint: "You cut long slopes off. A step is the rate times the slope, however steep the ground."
# - replace: history.append(mse_cost(x, y, w, b))
#   with: history.append(mse_cost(x, y, w, b) / 2)
#   hint: "The first cost of your history is measured in another way than the rest."


# %% mistake: gradient_descent
# hint: "You stop when the cost hardly changes. All the steps are due, and a cost for each."
def gradient_descent(x, y, w, b, learning_rate, num_steps):
    history = [mse_cost(x, y, w, b)]
    for _ in range(num_steps):
        dw, db = mse_gradient(x, y, w, b)
        w, b = w - learning_rate * dw, b - learning_rate * db
        history.append(mse_cost(x, y, w, b))
        if abs(history[-1] - history[-2]) < 1e-6:
            break
    return w, b, np.array(history)


# %% mistake: gradient_descent
# hint: "You stop when the ground is nearly level. All the steps are due, and a cost for each."
def gradient_descent(x, y, w, b, learning_rate, num_steps):
    history = [mse_cost(x, y, w, b)]
    for _ in range(num_steps):
        dw, db = mse_gradient(x, y, w, b)
        if max(abs(dw), abs(db)) < 1e-6:
            break
        w, b = w - learning_rate * dw, b - learning_rate * db
        history.append(mse_cost(x, y, w, b))
    return w, b, np.array(history)


# %% mistake: gradient_descent
# hint: "You break off once the cost has risen. Whoever asks for too large a rate is to see what it does."
def gradient_descent(x, y, w, b, learning_rate, num_steps):
    history = [mse_cost(x, y, w, b)]
    for _ in range(num_steps):
        dw, db = mse_gradient(x, y, w, b)
        w, b = w - learning_rate * dw, b - learning_rate * db
        history.append(mse_cost(x, y, w, b))
        if history[-1] > history[-2]:
            break
    return w, b, np.array(history)


# %% mistake: gradient_descent
# hint: "A step that would raise the cost is not taken with you. Whoever asks for too large a rate is to see what it
#   does."
def gradient_descent(x, y, w, b, learning_rate, num_steps):
    history = [mse_cost(x, y, w, b)]
    for _ in range(num_steps):
        dw, db = mse_gradient(x, y, w, b)
        place = w - learning_rate * dw, b - learning_rate * db
        if mse_cost(x, y, *place) <= history[-1]:
            w, b = place
        history.append(mse_cost(x, y, w, b))
    return w, b, np.array(history)


# %% mistake: gradient_descent
# hint: "Where the cost rises you take a shorter stride, or none. Whoever asks for too large a rate is to see what it
#   does."
def gradient_descent(x, y, w, b, learning_rate, num_steps):
    history = [mse_cost(x, y, w, b)]
    for _ in range(num_steps):
        dw, db = mse_gradient(x, y, w, b)
        while mse_cost(x, y, w - learning_rate * dw, b - learning_rate * db) > history[-1]:
            learning_rate /= 2
        w, b = w - learning_rate * dw, b - learning_rate * db
        history.append(mse_cost(x, y, w, b))
    return w, b, np.array(history)


# %% mistake: gradient_descent
# hint: "Your rate shrinks from step to step. Today it is the same in all."
def gradient_descent(x, y, w, b, learning_rate, num_steps):
    history = [mse_cost(x, y, w, b)]
    for step in range(num_steps):
        dw, db = mse_gradient(x, y, w, b)
        w, b = (place - learning_rate / (1 + step) * slope for place, slope in ((w, dw), (b, db)))
        history.append(mse_cost(x, y, w, b))
    return w, b, np.array(history)


# %% mistake: gradient_descent
# hint: "You return the best line on the way. Asked for is the one after the last step."
def gradient_descent(x, y, w, b, learning_rate, num_steps):
    places = [(w, b)]
    for _ in range(num_steps):
        dw, db = mse_gradient(x, y, w, b)
        w, b = w - learning_rate * dw, b - learning_rate * db
        places.append((w, b))
    history = np.array([mse_cost(x, y, *place) for place in places])
    return (*places[np.argmin(history)], history)


# %% mistake: gradient_descent
# hint: "You step after each example. In batch descent all examples together make one step."
def gradient_descent(x, y, w, b, learning_rate, num_steps):
    history = [mse_cost(x, y, w, b)]
    for _ in range(num_steps):
        for i in range(len(x)):
            dw, db = mse_gradient(x[i : i + 1], y[i : i + 1], w, b)
            w, b = w - learning_rate * dw, b - learning_rate * db
        history.append(mse_cost(x, y, w, b))
    return w, b, np.array(history)


# %% mistake: gradient_descent
# hint: "Your slopes are half as steep as those of today's cost: the 2 of the derivative is missing."
def gradient_descent(x, y, w, b, learning_rate, num_steps):
    history = [mse_cost(x, y, w, b)]
    for _ in range(num_steps):
        error = predict(x, w, b) - y
        w, b = w - learning_rate * np.mean(error * x), b - learning_rate * np.mean(error)
        history.append(mse_cost(x, y, w, b))
    return w, b, np.array(history)


# %% mistake: gradient_descent
# hint: "Your history holds the parameters at each post. It is the costs that were asked for."
def gradient_descent(x, y, w, b, learning_rate, num_steps):
    history = [(w, b)]
    for _ in range(num_steps):
        dw, db = mse_gradient(x, y, w, b)
        w, b = w - learning_rate * dw, b - learning_rate * db
        history.append((w, b))
    return w, b, np.array(history)


# %% accepts: gradient_descent
def gradient_descent(x, y, w, b, learning_rate, num_steps):
    design = np.stack([x, np.ones(x.shape)], axis=1)  # (m, 2)
    parameters = np.array([w, b], dtype=float)
    history = np.empty(num_steps + 1)
    for step in range(num_steps + 1):
        error = design @ parameters - y
        history[step] = error @ error / y.size
        if step < num_steps:
            parameters -= learning_rate * 2 / y.size * (design.T @ error)
    return parameters[0], parameters[1], history


# %% accepts: gradient_descent
def gradient_descent(x, y, w, b, learning_rate, num_steps):
    places = [(w, b)]
    while len(places) <= num_steps:
        here = places[-1]
        slopes = mse_gradient(x, y, *here)
        places.append(tuple(p - learning_rate * s for p, s in zip(here, slopes, strict=True)))
    return (*places[-1], np.array([mse_cost(x, y, *place) for place in places]))


# %% [markdown]
# ## The learning rate: too small, right, too large
#
# Freeze $w$ and look along $b$ only. There the cost is a parabola. Its slope is twice the mean error, so at
# distance $d$ from the lowest point it is $2d$. One step turns $d$ into
# $d - \alpha\, 2d = (1 - 2\alpha)\, d$, and everything follows from that factor:
#
# | $\alpha$ | factor $1 - 2\alpha$ | what happens |
# |---|---|---|
# | 0.01 | 0.98 | too small: about 34 steps to halve the distance |
# | 0.3 | 0.4 | right: after 5 steps about 1% of the distance is left |
# | 1.1 | −1.2 | too large: it jumps across, and lands further away each time |
#
# The 2 is the **curvature** of the parabola: how fast its slope changes. For curvature $c$ the factor is
# $1 - \alpha c$, and the distance shrinks only while $\alpha < 2/c$. A bowl has a steep direction and a
# shallow one. The steep one sets the limit on $\alpha$; the shallow one, left to crawl at that rate, sets
# how long you wait. Along $w$ the curvature is $\frac2m\sum_i x_i^2$, along $b$ it is $2$, and no direction
# has more than both together. So a rate up to
#
# $$\alpha_\text{safe} = \frac{1}{\frac1m \sum_i x_i^2 + 1}$$
#
# never raises the cost. Notice what is absent: $y$. Now the real districts, from $w = b = 0$, at a
# twentieth of that rate, at half of it, and a twentieth above it. Which of them reaches the star, the
# lowest point of the map?

# %% demo
safe_rate = 1 / (np.mean(x_train**2) + 1)
rates = {"too small": 0.05 * safe_rate, "right": 0.5 * safe_rate, "too large": 1.05 * safe_rate}
best_w, best_b = np.polyfit(x_train, y_train, 1)  # the lowest point, from a closed formula: see Day 3
lowest = mse_cost(x_train, y_train, best_w, best_b)
print(f"safe rate {safe_rate:.4f}; lowest point w = {best_w:.3f}, b = {best_b:.3f}, cost {lowest:.3f}")


def descent_path(rate, num_steps):
    """The places visited from w = b = 0, array of shape (num_steps + 1, 2)."""
    path = [(0.0, 0.0)]
    for _ in range(num_steps):
        w, b, _ = gradient_descent(x_train, y_train, *path[-1], rate, 1)
        path.append((w, b))
    return np.array(path)


w_axis, b_axis = np.linspace(-0.6, 1.7, 116), np.linspace(-0.2, 1.0, 61)
fig, panels = plt.subplots(1, 3, figsize=(14, 4.4), sharex=True, sharey=True)
for ax, (label, rate) in zip(panels, rates.items(), strict=True):
    path = descent_path(rate, 8 if label == "too large" else 150)
    draw_contours(ax, x_train, y_train, w_axis, b_axis, lowest + np.geomspace(0.01, 12, 8))
    ax.plot(path[:, 0], path[:, 1], marker=".", linewidth=1)
    ax.plot(best_w, best_b, "k*", markersize=12)
    ax.set(xlabel="$w$", title=f"{label.capitalize()}: rate {rate:.4f}, {len(path) - 1} steps")
for step, point in enumerate(path):
    ax.annotate(str(step), point, xytext=(3, -13), textcoords="offset points", fontsize=10)
panels[0].set_ylabel("$b$")
dd.plot.show(
    "Three times the same map of cost contours over w and b, long thin ellipses about a star, with the path of a "
    "descent from (0, 0). Too small: short steps to the valley's floor, which end far below the star. Right: one step "
    "to the floor, then many along it, close to the star. Too large: steps numbered 0 to 8 from one side of the "
    "valley to the other, further out each time."
)

# %% [markdown]
# On these maps each contour lies 2.75 times as far above the lowest point as the one inside it, or the floor
# of the valley would show none; close contours do not mean steep ground here. All start at the same place. The
# small rate walks down the slope and stops far from the star: it needs not a better direction but many more
# steps. The right one drops into the valley in one step and then follows its floor; given time, it arrives. The
# large one, its steps numbered, jumps from wall to wall and lands higher each time.
#
# Nobody sees such a map when there are a thousand parameters. What one always has is the history. Does it
# tell the three apart?

# %% demo
fig, ax = plt.subplots()
for label, rate in rates.items():
    _, _, costs = gradient_descent(x_train, y_train, 0.0, 0.0, rate, num_steps=600)
    ax.semilogy(costs - lowest, label=label)
ax.set(xlabel="step", ylabel="cost above the lowest possible", xlim=(0, 600), ylim=(1e-6, 1e3))
ax.set_title("What the cost history says about the learning rate")
ax.legend()
dd.plot.show(
    "Cost above the lowest possible, on a logarithmic scale, over 600 steps. Too large: it shoots up and leaves the "
    "figure. Too small: it falls for some forty steps and then hardly any more. Right: it falls at once and then "
    "along a straight line, to about a millionth."
)

# %% [markdown]
# It does. Falling slowly: too small. Rising: too large. The right rate falls at once and then along a
# straight line, which on this scale means that every step removes the same share of what is left. That is
# **convergence**: towards the lowest point for ever, and close enough soon. You stop when the gradient is
# nearly zero, or when more steps no longer change what you use. Beware of the naked eye: on a plain axis
# the small rate's curve looks flat after 100 steps and is nowhere near. A flat curve says that the *steps*
# are small; only the gradient says that the *ground* is level.

# %% demo
for label in ("too small", "right"):
    w_fit, b_fit, costs = gradient_descent(x_train, y_train, 0.0, 0.0, rates[label], num_steps=1500)
    slope_w, slope_b = mse_gradient(x_train, y_train, w_fit, b_fit)
    line = f"w {w_fit:.4f}  b {b_fit:.4f}  cost {costs[-1]:.5f}"
    print(f"{label:9s} {line}  gradient ({slope_w:.1e}, {slope_b:.1e})")
print(f"formula   w {best_w:.4f}  b {best_b:.4f}  cost {lowest:.5f}")

# %% [markdown]
# Equal to four digits in one row, and in the other a bias still a fifth short, with costs that differ in
# the third digit only. Parameters converge later than costs.
#
# ## How good is the line?
#
# The cost on its own says little to anyone who does not know the units. **R²** compares the line with the
# laziest rival, one that gives the mean $\bar y$ whatever the income:
#
# $$R^2 = 1 - \frac{\sum_i (y_i - \hat y_i)^2}{\sum_i (y_i - \bar y)^2} .$$
#
# It is the share of the rival's squared error that your line removes: 1 is perfect, 0 is no better than the
# mean, and below 0 is worse. For $y = (1, 2, 6)$, with mean 3, and predictions $(2, 2, 5)$ the sums are
# $1 + 0 + 1 = 2$ and $4 + 1 + 9 = 14$, so $R^2 = 1 - \frac{2}{14} = \frac67$. It is not the square of the
# correlation: predictions that are all too high by 10 keep their correlation and have a dreadful $R^2$.
#
# Two warnings of Day 1 come true here. If targets *and* predictions are small whole numbers, such as grey levels,
# their differences wrap around. And the second sum can be multiplied out, as distances were, to
# $\sum_i y_i^2 - m\, \bar y^2$: for targets near $10^8$ that differ by about 1 these are two huge numbers, whose
# difference is mostly rounding.


# %% exercise: r2_score
def r2_score(y, prediction):
    """Coefficient of determination, the share of the mean's squared error that the predictions remove.

    Args:
        y: targets, array of shape (m,), m >= 2, not all equal, of any float or int dtype, uint8 too; may lie far from
            zero, close together. Left unchanged.
        prediction: predictions, array of shape (m,), of any float or int dtype; left unchanged.

    Returns:
        R squared, a float, at most 1 and negative for predictions worse than the mean of y. About 4 lines.
    """
    ### BEGIN SOLUTION
    y = np.asarray(y, dtype=float)
    residual = np.sum((y - prediction) ** 2)
    total = np.sum((y - np.mean(y)) ** 2)
    return 1 - residual / total
    ### END SOLUTION


# %% test: r2_score, points=1
y, prediction = np.array([1.0, 2.0, 6.0]), np.array([2.0, 2.0, 5.0])
with dd.check.unchanged(y, what="y"), dd.check.unchanged(prediction, what="prediction"):
    score = r2_score(y, prediction)
dd.check.like(score, 6 / 7, what="the score", why="this is the example worked by hand")
dd.check.like(r2_score(y, y), 1.0, what="the score", why="these predictions are perfect")
grey = np.array([250, 10, 40], dtype="uint8"), np.array([250, 20, 40], dtype="uint8")
due = 1 - 100 / (150**2 + 90**2 + 60**2)
dd.check.like(r2_score(*grey), due, what="the score", why="one of the three is off by 10, and the mean is 100")
### BEGIN HIDDEN TESTS
from fractions import Fraction

rng = np.random.default_rng(24)


def exactly(y, prediction):
    """R squared without rounding."""
    y, prediction = (list(map(Fraction, values.tolist())) for values in (y, prediction))
    mean = sum(y) / len(y)
    left = sum((y_i - p_i) ** 2 for y_i, p_i in zip(y, prediction, strict=True))
    return float(1 - left / sum((y_i - mean) ** 2 for y_i in y))


why = "it is the share of the mean's squared error removed"
for m in (2, 3, 37):
    y, prediction = rng.normal(3.0, 2.0, m), rng.normal(2.0, 1.0, m)
    with dd.check.unchanged(y, what="y"), dd.check.unchanged(prediction, what="prediction"):
        result = r2_score(y, prediction)
    dd.check.like(result, exactly(y, prediction), rtol=1e-9, what="the score", why=why)
    lazy = r2_score(y, np.full(m, np.mean(y)))
    dd.check.like(lazy, 0.0, atol=1e-12, what="the score", why="these predictions are the mean itself")
    rescaled = r2_score(100 - 7 * y, 100 - 7 * prediction)
    dd.check.like(rescaled, result, rtol=1e-9, what="the score", why="other units must not change it")
    single = y.astype("float32"), prediction.astype("float32")
    # squares of errors that are rounded to 6e-8 of numbers up to 10, against a spread of about 1 or more
    dd.check.like(r2_score(*single), exactly(*single), rtol=1e-4, atol=1e-5, what="the score", why=why)
    near = np.array([5.0, *(5.0 + rng.normal(0.0, 1.0, m - 1))])
    for offset in (1e6, -1e8):
        far, guess = offset + near, offset + near + rng.normal(0.0, 0.5, m)
        due = exactly(far, guess)
        why_far = "y lies far from zero, and its spread is as it was"
        dd.check.like(r2_score(far, guess), due, rtol=1e-6, atol=1e-6, what="the score", why=why_far)
for dtype in ("uint8", "int8", "uint16", "int64", "uint64"):
    low, high = np.iinfo(dtype).min, np.iinfo(dtype).max
    y, prediction = np.array([low, high, 5, 100], dtype=dtype), np.array([high, low, 7, 90], dtype=dtype)
    with dd.check.unchanged(y, what="y"), dd.check.unchanged(prediction, what="prediction"):
        result = r2_score(y, prediction)
    why_whole = f"errors of {dtype} numbers may be any numbers"
    dd.check.like(result, exactly(y, prediction), what="the score", why=why_whole)
    guess = prediction / 2
    dd.check.like(r2_score(y, guess), exactly(y, guess), what="the score", why="y is whole, its predictions are not")
x = rng.normal(0.0, 1.0, 40)
y = x + rng.normal(0.0, 1.0, 40)
line = np.polyval(np.polyfit(x, y, 1), x)
squared_correlation = float(np.corrcoef(x, y)[0, 1] ** 2)
why_agree = "for the best line on its own data it is the square of the correlation"
dd.check.like(r2_score(y, line), squared_correlation, what="the score", why=why_agree)
too_high = r2_score(np.array([1, 2, 3]), np.array([11, 12, 13]))
why_high = "predictions all too high by 10 are far worse than the mean"
dd.check.like(too_high, 1 - 300 / 2, what="the score", why=why_high)
### END HIDDEN TESTS

# %% mistakes: r2_score
# - replace: 1 - residual / total
#   with: residual / total
#   hint: "A perfect prediction scores 0 with you. You return the share that is left, not the share removed."
# - replace: np.mean(y)
#   with: np.mean(prediction)
#   hint: "The lazy rival knows only the targets. Whose mean do you give it?"
# - replace: (y - np.mean(y)) ** 2
#   with: y ** 2
#   hint: "Your rival always answers 0. Which constant answer does R squared compare with?"
# - replace: (y - np.mean(y)) ** 2
#   with: (prediction - np.mean(prediction)) ** 2
#   hint: "You divide by the spread of the predictions. Whose spread is to be explained?"
# - replace: 1 - residual / total
#   with: np.corrcoef(y, prediction)[0, 1] ** 2
#   hint: "A correlation does not notice predictions that are all too high. R squared must."
# - replace: y = np.asarray(y, dtype=float)
#   with: y = np.asarray(y)
#   hint: "Differences of small whole numbers wrap around (Day 1): 10 less 20 is 246 in uint8. What has to happen
#     first?"
# - replace: 1 - residual / total
#   with: max(0.0, 1 - residual / total)
#   hint: "You stop at 0. Predictions may be worse than the mean, and the score should say so."
# - replace: 1 - residual / total
#   with: 1 - np.sqrt(residual / total)
#   hint: "You compare the roots. R squared compares sums of squares."
# - replace: 1 - residual / total
#   with: 1 - residual / len(y) / total
#   hint: "You divide a mean by a sum. Both have to be of the same kind."
# - replace: 1 - residual / total
#   with: 1 - (residual / (len(y) - 2 or 1)) / (total / (len(y) - 1))
#   hint: "You divide each sum by its degrees of freedom. That is the adjusted score; today's has none."
# - replace: 1 - residual / total
#   with: 1 - residual / len(y)
#   hint: "One less the mean squared error changes with the units of the price. The score is a share of the rival's
#     error."
# - replace: np.sum((y - prediction) ** 2)
#   with: np.sum((prediction - np.mean(y)) ** 2)
#   hint: "You compare predictions with the mean of the targets. What the line leaves over is target minus prediction."
# - replace: (y - prediction) ** 2
#   with: (y - prediction[:, None]) ** 2
#   hint: "Print the shape of the residuals: is every prediction paired with every target?"


# %% mistake: r2_score
# hint: "Your rival's error is a sum of squares less the square of a sum. Far from zero the two nearly cancel, and only
#   rounding is left: take the mean off first."
def r2_score(y, prediction):
    y, prediction = y.astype(float), prediction.astype(float)
    total = np.sum(y**2) - np.sum(y) ** 2 / len(y)
    return 1 - np.sum((y - prediction) ** 2) / total


# %% mistake: r2_score
# hint: "You divide the spread of the predictions by that of the targets. Predictions that are all wrong can spread
#   just as well: what is it that the line leaves over?"
def r2_score(y, prediction):
    y, prediction = y.astype(float), prediction.astype(float)
    return np.sum((prediction - np.mean(y)) ** 2) / np.sum((y - np.mean(y)) ** 2)


# %% mistake: r2_score
# hint: "A variance is measured from the mean residual, so predictions that are all too high cost nothing with you."
def r2_score(y, prediction):
    y, prediction = y.astype(float), prediction.astype(float)
    return 1 - np.var(y - prediction) / np.var(y)


# %% mistake: r2_score
# hint: "You add up sizes of errors. R squared is about their squares."
def r2_score(y, prediction):
    y, prediction = y.astype(float), prediction.astype(float)
    return 1 - np.sum(np.abs(y - prediction)) / np.sum(np.abs(y - np.mean(y)))


# %% mistake: r2_score
# hint: "One of your variances divides by the number of examples and the other by one less."
def r2_score(y, prediction):
    y, prediction = y.astype(float), prediction.astype(float)
    return 1 - np.mean((y - prediction) ** 2) / np.var(y, ddof=1)


# %% mistake: r2_score
# hint: "You return the mean squared error. The score compares it with that of the lazy rival."
def r2_score(y, prediction):
    return np.mean((y.astype(float) - prediction) ** 2)


# %% mistake: r2_score
# hint: "The score is right, but the caller's targets have become residuals. Put the difference into a new array."
def r2_score(y, prediction):
    if y.dtype.kind != "f":
        y = y.astype(float)
    total = np.sum((y - np.mean(y)) ** 2)
    y -= prediction
    return 1 - np.sum(y**2) / total


# %% accepts: r2_score
def r2_score(y, prediction):
    y = 1.0 * y
    return 1.0 - np.mean((prediction - y) ** 2) / np.var(y)


# %% accepts: r2_score
def r2_score(y, prediction):
    mean = sum(float(y_i) for y_i in y) / len(y)
    left = spread = 0.0
    for y_i, p_i in zip(y, prediction, strict=True):
        left += (float(y_i) - float(p_i)) ** 2
        spread += (float(y_i) - mean) ** 2
    return (spread - left) / spread


# %% [markdown]
# ## Put it together: price from income alone
#
# Fit on the training districts, and score once on those held out. Then look at the **residuals**
# $y_i - \hat y_i$, the errors with their sign turned: above zero the district is dearer than its income
# suggests. A good score hides what a model cannot do; its residuals show it. What is left when income has
# had its say?

# %% demo
w_fit, b_fit, costs = gradient_descent(x_train, y_train, 0.0, 0.0, rates["right"], num_steps=1500)
fitted = predict(x_held_out, w_fit, b_fit)  # (m_held_out,)
residuals = y_held_out - fitted  # (m_held_out,)
r2_train = r2_score(y_train, predict(x_train, w_fit, b_fit))
r2_held_out = r2_score(y_held_out, fitted)
print(f"price = {w_fit:.3f} * income + {b_fit:.3f}")
print(f"R2 on training districts {r2_train:.3f}, on held-out districts {r2_held_out:.3f}")
assert 0.4 < r2_held_out < 0.6

kinds = housing["ocean_proximity"].to_numpy()[held_out]
names = [name for name in np.unique(kinds) if np.sum(kinds == name) >= 10]
ends = np.array([0.5, 12.0])
fig, (fit, against, by_place) = plt.subplots(1, 3, figsize=(14, 4.4))
fit.scatter(x_held_out, y_held_out, s=5, color="0.6")
fit.plot(ends, predict(ends, w_fit, b_fit), label="the line")
fit.set(xlabel="median income ($10,000)", ylabel="house value ($100,000)", ylim=(0, 6))
fit.set_title("The fit, held-out districts")
fit.legend(loc="lower right")
against.scatter(fitted, residuals, s=5, color="0.6")
against.plot([0.5, 6.5], [4.5, -1.5], color="C0", linestyle="--", label="a price of exactly 5")
against.set(xlabel="predicted value ($100,000)", ylabel="residual ($100,000)")
against.set_title("Residuals against prediction")
against.legend(loc="upper right")
groups = [residuals[kinds == name] for name in names]
by_place.boxplot(groups, showfliers=False, medianprops={"color": "C0", "linewidth": 3})
by_place.set_xticks(range(1, len(names) + 1), names, fontsize=9)
by_place.set(xlabel="ocean proximity", ylabel="residual ($100,000)", title="Residuals by place")
for ax in (against, by_place):
    ax.axhline(0.0, color="black", linewidth=1)
dd.plot.show(
    "Three panels about the held-out districts. House value over income with the fitted line, in a wide cloud that is "
    "cut off at 5. Residuals over predictions: a cloud about zero that reaches further up than down, cut off along a "
    "slanting dashed line, a price of exactly 5. Boxes of residuals by ocean proximity: inland nearly all below zero, "
    "near the bay mostly above, the others somewhat above."
)

# %% [markdown]
# Income alone reaches an $R^2$ between 0.4 and 0.6, on districts it never saw about as good as on its own:
# two parameters and thousands of rows leave little to memorise. About half of the lazy rival's squared
# error remains, and the residuals say where it sits.
#
# - **The slanted edge** is the row of capped prices. A recorded price of 5 leaves a residual of exactly 5
#   minus the prediction, and nothing lies above the dashed line. No line can mend a fault of the records.
# - **The cloud reaches further up than down.** One income goes with very different prices, and squares let
#   the few dearest districts pull the line up, above more than half of the others.
# - **The boxes do not sit on zero.** Inland, nearly all homes are cheaper than income suggests; by the bay
#   and the ocean most are dearer. Place carries what income cannot. A second feature can use it, and that
#   is Day 3.
#
# With `source="full"` (one download) the same cells run on the California census of 1990.
#
# ## What you should remember
#
# - Supervised learning fits a function to pairs of a feature and its answer; a quantity as the answer makes
#   it regression.
# - The cost is the mean squared error. Keep every array $(m,)$, or a broadcast trains a flat line without a
#   word.
# - The gradient is the mean of $2 e_i$ times what the parameter multiplies: $x_i$ for $w$, 1 for $b$.
#   Subtract both at once.
# - Too small a rate crawls, too large a one climbs: the steepest direction sets the limit, the shallowest
#   the wait.
# - Score on held-out data, then look at the residuals: they show what the model had no way to know.
#
# ## Check yourself
#
# 1. You measure prices in dollars instead of hundreds of thousands. What happens to the best $w$ and $b$,
#    the lowest cost, $R^2$, and the largest rate that works?
# 2. A cost history is flat from the first step. Name two causes, and the look that tells them apart.
# 3. You add 100 to every income and change nothing else. Which lines can now be drawn that could not
#    before, and what happens to descent?
#
# <details><summary>Answers</summary>
#
# 1. $w$ and $b$ grow by $10^5$ and the cost by $10^{10}$; $R^2$ is a ratio and stays; the rate's limit
#    depends on $x$ alone and stays too.
# 2. Steps far too small, or a start at the lowest point. Look at the gradient: large in the first case,
#    zero in the second.
# 3. None: the bias takes up the shift. But the mean of $x^2$ explodes, the safe rate shrinks with it, and
#    the shallow direction takes all but for ever. Day 3 mends this by moving and rescaling the feature.
#
# </details>
#
# ## Go further
#
# - A.-M. Legendre, *Nouvelles méthodes pour la détermination des orbites des comètes*, 1805: the appendix
#   of this book on comets is where least squares first appears in print.
# - A.-L. Cauchy, "Méthode générale pour la résolution des systèmes d'équations simultanées", *Comptes
#   rendus* 25, 1847: three pages that propose gradient descent.
# - F. J. Anscombe, "Graphs in Statistical Analysis", *The American Statistician* 27(1), 1973: four data
#   sets with one line and one $R^2$, and why you plot residuals.
# - R. K. Pace and R. Barry, "Sparse Spatial Autoregressions", *Statistics & Probability Letters* 33(3),
#   1997: where the California table comes from, and place as a feature.
# - S. Boyd and L. Vandenberghe, *Convex Optimization*, 2004, section 9.3: how fast descent converges, with
#   proofs.
