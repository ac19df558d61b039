# ---
# day: 17
# title: Anomaly detection
# week: 4
# minutes: 100
# backend: numpy
# needs: [3, 4, 5, 6, 7, 12]
# data: [sensors]
# papers:
# - Mahalanobis 1936, On the generalised distance in statistics
# - "Chandola, Banerjee and Kumar 2009, Anomaly detection: a survey"
# - Rousseeuw and Van Driessen 1999, A fast algorithm for the minimum covariance determinant estimator
# ---

# %% [markdown]
# # Day 17 · Anomaly detection
#
# By the end you can describe what is ordinary by a density, flag what is too improbable, choose the limit
# honestly, and say when labelled examples would serve you better.
#
# - **You will build** five small NumPy functions that watch an invented pump and find its faults with an F1
#   over 0.8, although hardly any reading of a faulty pump is out of the ordinary range.
# - **You need** means and standard deviations (Day 3), logarithms of probabilities (Days 4 and 5), validation
#   and test sets (Day 6), precision, recall and F1 (Day 7).
# - **Not today:** densities with several bumps, and networks that learn what is ordinary (autoencoders come
#   much later in the course).
# - **Time:** about 100 minutes.
#
# | symbol | meaning | shape | in code |
# |---|---|---|---|
# | $m,\ n$ | number of rows, of columns | scalars | `len(x)`, `x.shape[1]` |
# | $X$, $x_i$ | the readings, one a row; row $i$ | $(m, n)$, $(n,)$ | `x`, `x[i]` |
# | $\mu$ | mean of the ordinary rows | $(n,)$ | `mean` |
# | $\sigma_j^2$ | variance of column $j$ | $(n,)$ together | `np.diag(cov)` |
# | $\Sigma$ | covariance: how the columns vary together | $(n, n)$ | `cov` |
# | $\lvert \Sigma \rvert$ | determinant of $\Sigma$ | scalar | |
# | $D_i$ | Mahalanobis distance of row $i$ from $\mu$ | $(m,)$ together | `mahalanobis(x, mean, cov)` |
# | $p(x_i)$ | density at row $i$; we keep its logarithm | $(m,)$ together | `log_density(x, mean, cov)` |
# | $y_i$ | 1 if row $i$ is an anomaly, else 0 | $(m,)$ together | `y` |
# | $t$ | threshold: rows with $\log p \le t$ are flagged | scalar | `threshold` |

# %% setup
import warnings

import matplotlib.pyplot as plt
import numpy as np

import deepdays as dd

dd.plot.style()

# %% [markdown]
# ## Many ordinary rows, few odd ones
#
# Every ten minutes a pump reports seven numbers. Nearly all rows come from a healthy pump; faults are rare,
# and the next one may be of a kind that nobody has seen. So the usual recipe, examples of both classes, is out
# of reach. **Anomaly detection** turns the question round: learn from ordinary rows alone what is ordinary,
# and flag what is not.
#
# Our record has four parts, in order of time. *Train* holds no fault. *Validation* and *test* hold some, and we
# have been told which rows. In *drift*, at the end, the sensors slowly creep away; that is for later. Here are
# two of the seven columns over three days of the validation part. Can you point at the faults before you look
# at the marks?

# %% demo
columns = ["air", "speed", "current", "flow", "pressure", "temperature", "vibration"]
record = dd.data.sensors(seed=0)
readings = record[columns].to_numpy(float)  # (m, n)
is_fault, kind = record["fault"].to_numpy() == 1, record["kind"].to_numpy()
part = {name: (record["split"] == name).to_numpy() for name in ("train", "validation", "test", "drift")}
train_rows, val_rows, test_rows = (readings[part[name]] for name in ("train", "validation", "test"))
val_faults, test_faults = is_fault[part["validation"]], is_fault[part["test"]]
for name, rows in part.items():
    print(f"{name:10s} {rows.sum():5d} rows, {is_fault[rows].sum():3d} of them in a fault")

three_days = np.flatnonzero(part["validation"])[:432]
hours = np.arange(432) / 6
fig, panels = plt.subplots(2, 1, figsize=(12, 4.6), sharex=True)
for ax, name, unit in ((panels[0], "current", "A"), (panels[1], "flow", "L/min")):
    values, ill = readings[three_days, columns.index(name)], is_fault[three_days]
    ax.plot(hours, values, color="0.6", linewidth=1, linestyle="-")
    ax.plot(hours[ill], values[ill], "s", color="C1", markersize=5, label="in a fault")
    for limit in (train_rows[:, columns.index(name)].min(), train_rows[:, columns.index(name)].max()):
        ax.axhline(limit, color="black", linewidth=0.8, linestyle=":")
    ax.set(ylabel=f"{name} ({unit})")
panels[0].legend(loc="upper right", frameon=True)
panels[0].set_title("Three days; dotted: the range of the training part")
panels[1].set_xlabel("hours")
dd.plot.show(
    "Current and flow over three days, both rising by day and falling by night. Rows in a fault are marked; they lie "
    "on or near the daily waves, well inside the range of the training part."
)
inside = np.all((readings >= train_rows.min(axis=0)) & (readings <= train_rows.max(axis=0)), axis=1)
judged = part["validation"] | part["test"]
print(f"of {is_fault[judged].sum()} faulty rows {np.sum(is_fault & judged & inside)} are inside all seven ranges")

# %% [markdown]
# Limits on single columns find few of them: a faulty reading at noon is an ordinary reading at another
# hour. What is wrong with it shows only in how the columns go *together*.
#
# ## The Gaussian: two numbers for one column
#
# The most used description of an ordinary quantity is the **Gaussian** or normal density with mean $\mu$ and
# variance $\sigma^2$,
#
# $$p(x) = \frac{1}{\sqrt{2\pi\sigma^2}} \exp\left(-\frac{(x - \mu)^2}{2\sigma^2}\right) .$$
#
# It is a density, not a probability: areas under it are probabilities, and where $\sigma$ is small it exceeds 1.
# Fitting it means taking the mean and the variance of the data, $\mu = \frac1m \sum_i x_i$ and
# $\sigma^2 = \frac1m \sum_i (x_i - \mu)^2$. These make the data most probable (Day 20 shows why), and that is
# where $\frac1m$ comes from; $\frac{1}{m-1}$, which some libraries take by default, corrects a bias that
# hardly matters for thousands of rows.
#
# With $n$ columns there are $n$ means and $n$ variances, and one number for each *pair* of columns: the
# **covariance**, the mean product of their deviations. All together they are the matrix
#
# $$\Sigma_{jl} = \frac1m \sum_i (x_{ij} - \mu_j)(x_{il} - \mu_l) ,$$
#
# symmetric, with the variances on its diagonal. Positive off the diagonal: the two columns are high together.
#
# By hand, six rows: $(6, 4), (2, 2), (5, 5), (3, 1), (5, 2), (3, 4)$. The mean is $(4, 3)$; the deviations are
# $(2, 1), (-2, -1), (1, 2), (-1, -2), (1, -1), (-1, 1)$. Both columns have squares that sum to 12, a variance of
# 2; the products are $2, 2, 2, 2, -1, -1$, a mean of 1:
#
# $$\mu = (4, 3), \qquad \Sigma = \begin{pmatrix} 2 & 1 \\ 1 & 2 \end{pmatrix} .$$
#
# **Shapes.** The deviations are $(m, n)$, the covariance is $(n, n)$; the rows vanish. **Two traps.** The
# shortcut "mean of the squares minus square of the mean" subtracts two huge numbers when the data lies far from
# zero: deviations first. And a single column still has a $(1, 1)$ matrix.


# %% exercise: fit_gaussian
def fit_gaussian(x):
    """Mean and covariance of the rows, the Gaussian under which they are most probable.

    Args:
        x: array of shape (m, n), m, n >= 1, float or any int dtype; may lie far from zero; left unchanged.

    Returns:
        Tuple (mean, cov): float64 arrays of shapes (n,) and (n, n), computed in float64 whatever the dtype of x; the
        covariance is divided by m. About 3 lines.
    """
    ### BEGIN SOLUTION
    mean = np.mean(x, axis=0, dtype=float)
    deviations = x - mean  # (m, n)
    return mean, deviations.T @ deviations / len(x)
    ### END SOLUTION


# %% test: fit_gaussian, points=2
x = np.array([[6.0, 4.0], [2.0, 2.0], [5.0, 5.0], [3.0, 1.0], [5.0, 2.0], [3.0, 4.0]])
with dd.check.unchanged(x, what="x"):
    result = fit_gaussian(x)
due = (np.array([4.0, 3.0]), np.array([[2.0, 1.0], [1.0, 2.0]]))
dd.check.like(result, due, why="this is the example worked by hand")
mean, cov = fit_gaussian(np.array([[1, 0, 7], [3, 0, 1], [5, 0, 1], [7, 0, 7]]))
dd.check.like(mean, np.array([4.0, 0.0, 4.0]), what="the mean", why="whole numbers have fractions for means")
dd.check.like(
    cov, np.diag([5.0, 0.0, 9.0]), what="the covariance", why="the last column is high at both ends of the first"
)
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(170)
for m, n in ((1, 1), (1, 3), (2, 1), (7, 1), (3, 3), (4, 6), (40, 2)):
    x = rng.normal(0.0, 1.0, (m, n)) @ rng.normal(0.0, 1.0, (n, n)) + rng.normal(0.0, 3.0, n)
    with dd.check.unchanged(x, what="x"):
        result = fit_gaussian(x)
    mean = np.array([sum(x[:, j]) / m for j in range(n)])
    cov = np.zeros((n, n))
    for j in range(n):
        for l in range(n):
            cov[j, l] = sum((x[i, j] - mean[j]) * (x[i, l] - mean[l]) for i in range(m)) / m
    dd.check.like(result, (mean, cov), rtol=1e-9, why="the covariance is the mean product of deviations")
    moved = fit_gaussian(1e8 + x)
    dd.check.close(moved[0] - 1e8, mean, atol=1e-6, what="the mean less 1e8", why="it moves with the rows")
    dd.check.close(
        moved[1], cov, rtol=1e-5, atol=1e-6, what="the covariance", why="moving all rows changes no deviation"
    )
    transposed = fit_gaussian(np.asfortranarray(x)[::-1])
    dd.check.close(transposed[1], cov, rtol=1e-9, what="the covariance", why="the order of the rows does not matter")
pixels = rng.integers(0, 256, (30, 2)).astype("uint8")
due = (pixels.astype(float).mean(axis=0), np.cov(pixels.astype(float).T, bias=True))
dd.check.like(fit_gaussian(pixels), due, dtype="float64", why="uint8 may not wrap around")
small = (1000 + rng.normal(0.0, 1.0, (50_000, 2))).astype("float32")
wide = small.astype(float)
due = (wide.mean(axis=0), (wide - wide.mean(axis=0)).T @ (wide - wide.mean(axis=0)) / len(wide))
dd.check.like(fit_gaussian(small), due, dtype="float64", rtol=1e-8, why="float32 rows are averaged in float64")
### END HIDDEN TESTS

# %% mistakes: fit_gaussian
# - replace: deviations.T @ deviations / len(x)
#   with: deviations.T @ deviations / max(len(x) - 1, 1)
#   hint: "Your covariance is a little too large. By what did the docstring say the sum is divided?"
# - replace: deviations.T @ deviations / len(x)
#   with: deviations.T @ deviations
#   hint: "Your covariance grows with the number of rows. It is a mean."
# - replace: deviations.T @ deviations / len(x)
#   with: deviations @ deviations.T / len(x)
#   hint: "Your matrix has a row for each reading. Which axis should vanish, and which should remain twice?"
# - replace: deviations.T @ deviations / len(x)
#   with: np.diag(np.mean(deviations**2, axis=0))
#   hint: "You keep the variances and drop what the columns do together, which is what today is about."
# - replace: deviations.T @ deviations / len(x)
#   with: np.mean(deviations**2, axis=0)
#   hint: "You return the variances alone. The covariance has a number for each pair of columns."
# - replace: deviations = x - mean
#   with: deviations = x + 0.0
#   hint: "You multiply the readings themselves. A covariance is about deviations from the mean."
# - replace: mean = np.mean(x, axis=0, dtype=float)
#   with: mean = np.mean(x, axis=0).astype(x.dtype)
#   hint: "Your mean has the dtype of x: that of whole numbers loses its fraction, that of float32 its digits."
# - replace: deviations.T @ deviations / len(x)
#   with: np.cov(x.T, bias=True)
#   hint: "For a single column your matrix loses its axes. One column still has a covariance of shape (1, 1)."


# %% mistake: fit_gaussian
# hint: "By default np.cov divides by one less than the number of rows, and it forgets the axes of a single column. Read
#   what the docstring divides by."
def fit_gaussian(x):
    return np.mean(x, axis=0), np.cov(x, rowvar=False)


# %% mistake: fit_gaussian
# hint: "Mean product minus product of means is right on paper. Far from zero both are huge and their difference is
#   noise: what can be subtracted before anything is multiplied?"
def fit_gaussian(x):
    x = x.astype(float)
    mean = x.mean(axis=0)
    return mean, x.T @ x / len(x) - np.outer(mean, mean)


# %% mistake: fit_gaussian
# hint: "Those are correlations: covariances divided by both standard deviations."
def fit_gaussian(x):
    x = x.astype(float)
    mean, std = x.mean(axis=0), x.std(axis=0)
    scaled = (x - mean) / np.where(std > 0, std, 1)
    return mean, scaled.T @ scaled / len(x)


# %% mistake: fit_gaussian
# hint: "np.cov takes each *row* for a variable unless told otherwise, so your matrix is one of readings by readings."
def fit_gaussian(x):
    return x.mean(axis=0), np.cov(x, bias=True)


# %% mistake: fit_gaussian
# hint: "The result is right, but the caller's rows have lost their mean on the way. Work on a copy."
def fit_gaussian(x):
    mean = x.mean(axis=0)
    x -= mean
    return mean, x.T @ x / len(x)


# %% accepts: fit_gaussian
def fit_gaussian(x):
    x = np.asarray(x, dtype=float)
    return x.mean(axis=0), np.atleast_2d(np.cov(x, rowvar=False, ddof=0))


# %% accepts: fit_gaussian
def fit_gaussian(x):
    m, n = x.shape
    mean = x.astype(float).sum(axis=0) / m
    cov = np.zeros((n, n))
    for row in x:
        cov += np.outer(row - mean, row - mean) / m
    return mean, cov


# %% [markdown]
# ## How far is far?
#
# A temperature 3 degrees from its mean: is that much? Not if its standard deviation is 6. So for one column we
# measure distance in standard deviations, $|x - \mu| / \sigma$. With several columns one could do that for
# each, and add up the squares. But look at two deviations from the mean of the example, $(2, 2)$ and $(2, -2)$.
# Each is as far off as the other in both columns. Yet these columns tend to be high *together*; the first
# deviation goes along with that and the second against it. It is the second that should raise an eyebrow.
#
# The distance that knows this is due to Mahalanobis (1936):
#
# $$D^2 = (x - \mu)^\top \Sigma^{-1} (x - \mu) .$$
#
# By hand, $\Sigma^{-1} = \frac13 \begin{pmatrix} 2 & -1 \\ -1 & 2 \end{pmatrix}$. For $(2, 2)$ that gives
# $D^2 = \frac13 (2 \cdot 4 - 2 \cdot 4 + 2 \cdot 4) = \frac83$, for $(2, -2)$ it gives
# $\frac13 (8 + 8 + 8) = 8$. If $\Sigma$ is diagonal, $D^2$ is the sum of squared standard deviations and
# nothing more.
#
# Where does the formula come from? Every covariance can be written as $\Sigma = L L^\top$ with a triangular
# $L$, its **Cholesky factor**, a kind of square root. Let $u = L^{-1} (x - \mu)$. These new coordinates are
# uncorrelated with variance 1, so plain Euclidean length is fair there, and
# $|u|^2 = (x - \mu)^\top (L L^\top)^{-1} (x - \mu) = D^2$. It also says how to compute it: *solve* the
# triangular system $L u = x - \mu$ rather than invert $\Sigma$, which costs more and loses more digits.
#
# **Shapes.** There are $m$ deviations of length $n$; `np.linalg.solve(a, b)` takes right-hand sides as
# *columns*, so $b$ is $(n, m)$. Each row of $X$ gets one number.


# %% exercise: mahalanobis
def mahalanobis(x, mean, cov):
    """Mahalanobis distance of every row from the mean (Mahalanobis 1936).

    Args:
        x: array of shape (m, n), m, n >= 1, float or any int dtype; left unchanged.
        mean: float array of shape (n,); left unchanged.
        cov: covariance, float array of shape (n, n), symmetric and positive definite; left unchanged.

    Returns:
        Distances, not squared, float array of shape (m,). About 3 lines.
    """
    ### BEGIN SOLUTION
    factor = np.linalg.cholesky(cov)  # (n, n)
    u = np.linalg.solve(factor, (x - mean).T)  # (n, m)
    return np.sqrt(np.sum(u**2, axis=0))
    ### END SOLUTION


# %% test: mahalanobis, points=2
mean, cov = np.array([4.0, 3.0]), np.array([[2.0, 1.0], [1.0, 2.0]])
x = np.array([[6.0, 5.0], [6.0, 1.0], [4.0, 3.0]])
with dd.check.unchanged(x, what="x"), dd.check.unchanged(mean, what="mean"), dd.check.unchanged(cov, what="cov"):
    result = mahalanobis(x, mean, cov)
dd.check.like(result, np.sqrt([8 / 3, 8.0, 0.0]), what="distances", why="the first two are worked by hand")
result = mahalanobis(np.array([[3, 4, 5], [1, 4, 2]]), np.array([1.0, 4.0, 2.0]), np.diag([4.0, 1.0, 9.0]))
dd.check.like(
    result, np.array([np.sqrt(2), 0.0]), what="distances", why="a diagonal covariance scales each column alone"
)
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(171)
for m, n in ((1, 1), (1, 3), (6, 1), (3, 3), (2, 5), (30, 4)):
    mixing = rng.normal(0.0, 1.0, (n, n)) + 2 * np.eye(n)
    mean, u = rng.normal(0.0, 5.0, n), rng.normal(0.0, 1.0, (m, n))
    x, cov = mean + u @ mixing.T, mixing @ mixing.T
    with dd.check.unchanged(x, what="x"), dd.check.unchanged(mean, what="mean"), dd.check.unchanged(cov, what="cov"):
        result = mahalanobis(x, mean, cov)
    lengths = np.array([np.sqrt(sum(value**2 for value in row)) for row in u])
    dd.check.like(result, lengths, rtol=1e-7, what="distances", why="it is the length before the columns were mixed")
    slow = [np.sqrt((row - mean) @ np.linalg.inv(cov) @ (row - mean)) for row in x]
    dd.check.close(result, slow, rtol=1e-7, what="distances", why="see the formula for its square")
    units = 10.0 ** rng.integers(-2, 3, n)
    other = mahalanobis(x * units, mean * units, cov * np.outer(units, units))
    dd.check.close(other, lengths, rtol=1e-6, what="distances in other units", why="units change nothing")
    plain = mahalanobis(x, mean, np.eye(n))
    dd.check.close(plain, np.linalg.norm(x - mean, axis=1), what="distances", why="for I it is Euclid's distance")
    doubled = mahalanobis(x, mean, 4 * cov)
    dd.check.close(doubled, lengths / 2, rtol=1e-7, what="distances", why="four times the variance, half the distance")
pixels = np.array([[0, 250], [200, 9]], dtype="uint8")
result = mahalanobis(pixels, np.array([100.0, 10.0]), np.diag([25.0, 4.0]))
dd.check.close(result, np.sqrt([20**2 + 120**2, 20**2 + 0.25]), what="distances", why="uint8 may not wrap around")
along = mahalanobis(np.array([[1.0, 1.0], [1.0, -1.0]]), np.zeros(2), np.array([[1.0, 0.999], [0.999, 1.0]]))
dd.check.close(along, np.sqrt([2 / 1.999, 2 / 0.001]), rtol=1e-6, what="distances", why="these columns are nearly one")
### END HIDDEN TESTS

# %% mistakes: mahalanobis
# - replace: np.sqrt(np.sum(u**2, axis=0))
#   with: np.sum(u**2, axis=0)
#   hint: "That is the squared distance."
# - replace: np.linalg.solve(factor, (x - mean).T)
#   with: np.linalg.solve(cov, (x - mean).T)
#   hint: "You divide by the whole covariance and then square, so it acts twice. Which half of it belongs there?"
# - replace: np.linalg.solve(factor, (x - mean).T)
#   with: factor @ (x - mean).T
#   hint: "You multiply by the factor, which stretches once more what the covariance has stretched. Undo it."
# - replace: np.linalg.solve(factor, (x - mean).T)
#   with: ((x - mean) / np.sqrt(np.diag(cov))).T
#   hint: "You divide each column by its own standard deviation. What the columns do together is lost."
# - replace: (x - mean).T
#   with: x.T
#   hint: "Distances are measured from the mean."
# - replace: np.linalg.solve(factor, (x - mean).T)
#   with: np.linalg.solve(factor.T, (x - mean).T)
#   hint: "Of the two factors you solve with the transposed one. In which order do they stand in the covariance?"
# - replace: np.sum(u**2, axis=0)
#   with: np.sum(u**2)
#   hint: "You add up all rows. Each row has a distance of its own."


# %% mistake: mahalanobis
# hint: "You return a table of all pairs of rows: every deviation meets every other. Each should meet itself alone."
def mahalanobis(x, mean, cov):
    d = x - mean
    return np.sqrt(np.abs(d @ np.linalg.inv(cov) @ d.T))


# %% mistake: mahalanobis
# hint: "You multiply by the covariance. Wide directions should make a distance smaller, not larger."
def mahalanobis(x, mean, cov):
    d = x - mean
    return np.sqrt(np.sum(d @ cov * d, axis=1))


# %% mistake: mahalanobis
# hint: "Your product of three matrices is a table of all pairs of rows. Which of its entries belong to one row alone?"
def mahalanobis(x, mean, cov):
    d = x - mean
    return d @ np.linalg.inv(cov) @ d.T


# %% mistake: mahalanobis
# hint: "You take one over each entry of the covariance. The inverse of a matrix is another matter."
def mahalanobis(x, mean, cov):
    d = x - mean
    with np.errstate(all="ignore"):
        return np.sqrt(np.sum(d @ (1 / cov) * d, axis=1))


# %% mistake: mahalanobis
# hint: "That is Euclid's distance. It has no idea in which directions the rows vary."
def mahalanobis(x, mean, cov):
    return np.linalg.norm(x - mean, axis=1)


# %% accepts: mahalanobis
def mahalanobis(x, mean, cov):
    d = x - mean
    return np.sqrt(np.maximum(np.einsum("mi,ij,mj->m", d, np.linalg.inv(cov), d), 0.0))


# %% accepts: mahalanobis
def mahalanobis(x, mean, cov):
    variances, directions = np.linalg.eigh(cov)
    return np.linalg.norm((x - mean) @ directions / np.sqrt(variances), axis=1)


# %% [markdown]
# ## The multivariate Gaussian, in logarithms
#
# Put $D^2$ where the square was, and the $n$-dimensional Gaussian is
#
# $$p(x) = \frac{1}{\sqrt{(2\pi)^n \lvert\Sigma\rvert}}\, e^{-D^2 / 2} .$$
#
# The determinant $\lvert\Sigma\rvert$ measures how much room the ordinary rows take up; the more room, the
# thinner the density. Do not compute it like this. At $D = 40$ the exponential is about $10^{-347}$, 0 in
# float64, and the worst anomalies become all alike. With 300 columns of variance 0.001 the determinant is
# $10^{-900}$, also 0, and you divide by it. As on Day 5, take logarithms before anything is computed:
#
# $$\log p(x) = -\tfrac12 \left( D^2 + \log \lvert\Sigma\rvert + n \log 2\pi \right) .$$
#
# The logarithm of the determinant must not come from the determinant either. The determinant of a triangular
# matrix is the product of its diagonal, so $\log\lvert\Sigma\rvert = 2 \sum_j \log L_{jj}$; and NumPy has
# `np.linalg.slogdet`, which returns a sign and that logarithm.
#
# By hand, for the example above: $\lvert\Sigma\rvert = 4 - 1 = 3$, so at $(6, 5)$ we get
# $\log p = -\frac12 (\frac83 + \log 3 + 2 \log 2\pi) \approx -3.720$.
#
# If $\Sigma$ is diagonal the formula falls apart into a sum over columns, and $p$ is the product of $n$
# one-dimensional Gaussians. That is the model of **independent columns**. It needs $n$ variances instead of
# $\frac{n(n+1)}{2}$ numbers and works with fewer rows; what it cannot see will be the next picture. (The next
# cell catches warnings, as on Day 4.)


# %% fixture
def warnings_from(function, *arguments):
    """The texts of the warnings that a call of the function gives, as a list."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        function(*arguments)
    return [str(warning.message) for warning in caught]


# %% exercise: log_density
def log_density(x, mean, cov):
    """Logarithm of the multivariate Gaussian density at every row.

    Args:
        x: array of shape (m, n), m, n >= 1, float or any int dtype; left unchanged.
        mean: float array of shape (n,); left unchanged.
        cov: covariance, float array of shape (n, n), symmetric and positive definite; left unchanged.

    Returns:
        Natural logarithms of the density, float array of shape (m,); finite and exact also where the density itself
        or the determinant is too small or too large for a float64. Never warns. About 3 lines; mahalanobis helps.
    """
    ### BEGIN SOLUTION
    log_determinant = np.linalg.slogdet(cov)[1]
    squares = mahalanobis(x, mean, cov) ** 2  # (m,)
    return -0.5 * (squares + log_determinant + len(mean) * np.log(2 * np.pi))
    ### END SOLUTION


# %% test: log_density, points=3
mean, cov = np.array([4.0, 3.0]), np.array([[2.0, 1.0], [1.0, 2.0]])
x = np.array([[6.0, 5.0], [6.0, 1.0], [4.0, 3.0]])
with dd.check.unchanged(x, what="x"), dd.check.unchanged(mean, what="mean"), dd.check.unchanged(cov, what="cov"):
    result = log_density(x, mean, cov)
constant = np.log(3) + 2 * np.log(2 * np.pi)
due = -0.5 * (np.array([8 / 3, 8.0, 0.0]) + constant)
dd.check.like(result, due, what="log densities", why="the first is worked by hand")
far = np.array([[1000.0, 0.0, 0.0], [0.0, 0.0, 0.0]])
result = log_density(far, np.zeros(3), np.eye(3))
due = np.array([-0.5 * (1e6 + 3 * np.log(2 * np.pi)), -1.5 * np.log(2 * np.pi)])
dd.check.like(result, due, what="log densities", why="so far out the density is 0 in float64, its logarithm is not")
### BEGIN HIDDEN TESTS
import math

rng = np.random.default_rng(172)
for m, n in ((1, 1), (1, 3), (6, 1), (3, 3), (2, 5), (30, 4)):
    mixing = np.tril(rng.normal(0.0, 1.0, (n, n)), -1) + np.diag(rng.uniform(0.3, 3.0, n))
    mean, u = rng.normal(0.0, 5.0, n), rng.normal(0.0, 2.0, (m, n))
    x, cov = mean + u @ mixing.T, mixing @ mixing.T
    with dd.check.unchanged(x, what="x"), dd.check.unchanged(mean, what="mean"), dd.check.unchanged(cov, what="cov"):
        result = log_density(x, mean, cov)
    due = []
    for row in u:  # independent standard Gaussians, mixed: the room grows by the product of the diagonal
        singles = [-0.5 * value**2 - 0.5 * math.log(2 * math.pi) for value in row]
        due.append(sum(singles) - sum(math.log(value) for value in np.diag(mixing)))
    dd.check.like(result, np.array(due), rtol=1e-7, what="log densities", why="see the formula")
    units = 10.0 ** rng.integers(-2, 3, n)
    other = log_density(x * units, mean * units, cov * np.outer(units, units))
    why = "in units ten times as large the density is ten times as thin"
    dd.check.close(other, np.array(due) - np.log(units).sum(), rtol=1e-6, what="log densities", why=why)
for n, variance in ((300, 1e-3), (400, 1e3), (250, 1e-30)):
    spread = math.sqrt(variance)
    x = np.stack([np.zeros(n), np.full(n, spread), np.full(n, -20 * spread)])
    result = log_density(x, np.zeros(n), variance * np.eye(n))
    single = -0.5 * math.log(2 * math.pi * variance)
    due = np.array([n * single, n * (single - 0.5), n * (single - 200)])
    why = f"the determinant of {n} variances of {variance:g} fits into no float64, its logarithm does"
    dd.check.like(result, due, rtol=1e-9, what="log densities", why=why)
    warned = warnings_from(log_density, x, np.zeros(n), variance * np.eye(n))
    dd.check.equal(warned, [], what="the list of warnings", why="nothing may overflow or be 0 on the way")
grid = np.linspace(-9, 9, 181)
plane = np.stack(np.meshgrid(grid, grid), axis=-1).reshape(-1, 2)
area = np.exp(log_density(plane, np.array([0.5, -0.5]), np.array([[2.0, -0.8], [-0.8, 1.0]]))).sum() * 0.1**2
dd.check.close(area, 1.0, rtol=1e-6, what="the volume under the density", why="all probabilities sum to 1")
pixels = np.array([[0, 250], [200, 9]], dtype="uint8")
result = log_density(pixels, np.array([100.0, 10.0]), np.diag([25.0, 4.0]))
due = -0.5 * (np.array([20.0**2 + 120**2, 20.0**2 + 0.25]) + math.log(100) + 2 * math.log(2 * math.pi))
dd.check.close(result, due, what="log densities", why="uint8 may not wrap around")
### END HIDDEN TESTS

# %% mistakes: log_density
# - replace: np.linalg.slogdet(cov)[1]
#   with: np.log(np.linalg.det(cov))
#   hint: "With many columns the determinant itself rounds to 0 or overflows. Its logarithm can be had without it."
# - replace: np.linalg.slogdet(cov)[1]
#   with: "2 * np.linalg.slogdet(cov)[1]"
#   hint: "The logarithm of a square root is half the logarithm. Is the half outside your bracket applied once?"
# - replace: mahalanobis(x, mean, cov) ** 2
#   with: mahalanobis(x, mean, cov)
#   hint: "The exponent has the squared distance."
# - replace: len(mean) * np.log(2 * np.pi)
#   with: np.log(2 * np.pi)
#   hint: "Each column brings a factor of its own: to which power is 2 pi raised?"
# - replace: len(mean) * np.log(2 * np.pi)
#   with: 0
#   hint: "Without the power of 2 pi your densities do not sum to 1."
# - replace: squares + log_determinant
#   with: squares - log_determinant
#   hint: "The determinant is in the denominator: more room makes the density thinner."
# - replace: -0.5 * (squares
#   with: 0.5 * (squares
#   hint: "Your density grows with the distance from the mean."
# - replace: np.linalg.slogdet(cov)[1]
#   with: np.linalg.slogdet(cov)[0]
#   hint: "slogdet returns two things, and the first is a sign."
# - replace: len(mean) * np.log(2 * np.pi)
#   with: len(x) * np.log(2 * np.pi)
#   hint: "The power of 2 pi is the number of columns. You count something else."
# - replace: np.linalg.slogdet(cov)[1]
#   with: np.sum(np.log(np.diag(cov)))
#   hint: "The product of the variances is the determinant of a diagonal matrix. Yours has more than a diagonal."


# %% mistake: log_density
# hint: "You compute the density and then take its logarithm. Far out the density has rounded to 0 by then."
def log_density(x, mean, cov):
    with np.errstate(all="ignore"):
        volume = np.sqrt((2 * np.pi) ** len(mean) * np.linalg.det(cov))
        return np.log(np.exp(-0.5 * mahalanobis(x, mean, cov) ** 2) / volume)


# %% mistake: log_density
# hint: "That is the logarithm for independent columns: you use the variances and nothing that the columns do together."
def log_density(x, mean, cov):
    variances = np.diag(cov)
    return -0.5 * np.sum((x - mean) ** 2 / variances + np.log(2 * np.pi * variances), axis=1)


# %% mistake: log_density
# hint: "You return the density. Its logarithm was asked for, and should be computed without it."
def log_density(x, mean, cov):
    with np.errstate(all="ignore"):
        volume = np.sqrt((2 * np.pi) ** len(mean) * np.linalg.det(cov))
        return np.exp(-0.5 * mahalanobis(x, mean, cov) ** 2) / volume


# %% mistake: log_density
# hint: "A small number inside the logarithm makes all far rows alike. Take the logarithm of the formula, not of its
#   value."
def log_density(x, mean, cov):
    log_determinant = np.linalg.slogdet(cov)[1]
    squares = mahalanobis(x, mean, cov) ** 2
    with np.errstate(all="ignore"):
        return np.log(np.exp(-0.5 * (squares + log_determinant + len(mean) * np.log(2 * np.pi))) + 1e-300)


# %% mistake: log_density
# hint: "The product of the diagonal of the Cholesky factor is the determinant of the factor. The covariance holds it
#   twice."
def log_density(x, mean, cov):
    log_determinant = np.sum(np.log(np.diag(np.linalg.cholesky(cov))))
    return -0.5 * (mahalanobis(x, mean, cov) ** 2 + log_determinant + len(mean) * np.log(2 * np.pi))


# %% equivalents: log_density
# - replace: mahalanobis(x, mean, cov)
#   with: mahalanobis(mean, x, cov)
#   reason: "A distance is the same in both directions."


# %% accepts: log_density
def log_density(x, mean, cov):
    factor = np.linalg.cholesky(cov)
    u = np.linalg.solve(factor, (x - mean).T)  # (n, m)
    return np.sum(-0.5 * u**2 - 0.5 * np.log(2 * np.pi) - np.log(np.diag(factor))[:, None], axis=0)


# %% accepts: log_density
def log_density(x, mean, cov):
    variances, directions = np.linalg.eigh(cov)
    turned = (x - mean) @ directions
    return -0.5 * (turned**2 / variances + np.log(variances) + np.log(2 * np.pi)).sum(axis=1)


# %% [markdown]
# What do independent columns miss that the covariance sees? Two columns, current and flow, fitted on the
# training part. Both models get the same means and variances, and both thresholds leave exactly one training
# row in a thousand outside. The marks are the leaks and blockages of the validation and test parts.

# %% demo
pair = [columns.index("current"), columns.index("flow")]
mean_pair, cov_pair = fit_gaussian(train_rows[:, pair])
models = {"independent columns": np.diag(np.diag(cov_pair)), "with the covariance": cov_pair}
ill = judged & np.isin(kind, ["leak", "blockage"])
well = np.flatnonzero(judged & ~is_fault)[::3]
axes = np.meshgrid(np.linspace(14, 72, 160), np.linspace(50, 190, 160))
plane = np.stack(axes, axis=-1).reshape(-1, 2)  # (25600, 2)
fig, panels = plt.subplots(1, 2, figsize=(12, 5), sharey=True)
for ax, (name, cov) in zip(panels, models.items(), strict=True):
    limit = np.quantile(log_density(train_rows[:, pair], mean_pair, cov), 0.001)
    surface = log_density(plane, mean_pair, cov).reshape(axes[0].shape)
    ax.contour(*axes, surface, limit + np.array([0.0, 2.0, 4.0]), colors=["black", "0.6", "0.6"], linestyles="-")
    ax.scatter(*readings[well][:, pair].T, s=5, color="0.7", label="ordinary")
    ax.scatter(*readings[ill][:, pair].T, s=22, marker="s", color="C1", label="leak or blockage")
    caught = np.mean(log_density(readings[ill][:, pair], mean_pair, cov) <= limit)
    ax.set(xlabel="current (A)", title=f"{name.capitalize()}: {caught:.0%} of the faults outside")
    ax.grid(False)
panels[0].set_ylabel("flow (L/min)")
panels[0].legend(loc="lower right", frameon=True)
dd.plot.show(
    "Two maps of flow against current with contours of the density. The points form a narrow slanted band. Left: the "
    "contours are wide upright ovals and nearly all faults lie inside. Right: narrow slanted ellipses along the band, "
    "and most faults, beside the band, lie outside the black one."
)

# %% [markdown]
# Both black contours hold the same share of ordinary rows. On the left the oval must be huge to hold them,
# because independent columns believe that high current with low flow is no rarer than any other pair; the
# faults sit inside, in land where no ordinary row has ever been. On the right the ellipse lies along the band,
# and what leaves the band leaves the ellipse. What is improbable is not the values but the combination.
#
# ## Where to draw the line
#
# A low density is suspicious; how low is too low? Too high a threshold cries wolf, too low a threshold sleeps
# through faults. If a few labelled faults exist, use them for this one number: try thresholds on the
# **validation** part and keep the one with the highest **F1** (Day 7),
#
# $$F_1 = \frac{2\,\text{hits}}{\text{flagged} + \text{faults}} ,$$
#
# the harmonic mean of precision and recall in one fraction: hits are flagged faults. Accuracy would not do: to
# flag nothing is right for 95 rows in 100. And judge on the **test** part, since the highest of many F1s on the
# validation rows is partly luck.
#
# Which thresholds are worth trying? Between two neighbouring values of $\log p$ nothing changes, so the values
# themselves are enough, and they cover everything. (A grid of 1,000 even steps from the lowest to the highest
# is popular. One anomaly at $-10^5$ makes its steps wider than all that matters.)
#
# By hand: $\log p = (-9, -1, -5, -7, -3)$ and $y = (1, 0, 1, 0, 0)$. A threshold of $-9$ flags one row and hits:
# $F_1 = \frac{2}{1 + 2}$. At $-7$ it is $\frac{2}{2+2}$, at $-5$ it is $\frac{4}{3+2} = 0.8$, at $-3$ and $-1$ less.
# So $t = -5$.


# %% exercise: select_threshold
def select_threshold(y_val, log_p):
    """The threshold on the log density with the highest F1, where rows at or below it are flagged.

    Args:
        y_val: array of shape (m,), True or 1 for anomalies, else False or 0; at least one anomaly; left unchanged.
        log_p: log densities of the same rows, float array of shape (m,), finite, of any size, equal ones allowed;
            left unchanged.

    Returns:
        Tuple (threshold, f1), two floats: one of the values of log_p, and the F1 of flagging every row with
        log_p <= threshold. Of thresholds with equal F1 it is the lowest, which raises the fewest alarms. About 8
        lines.
    """
    ### BEGIN SOLUTION
    is_anomaly = y_val == 1
    best = (np.min(log_p), -1.0)
    for threshold in np.unique(log_p):
        flagged = log_p <= threshold
        f1 = 2 * np.sum(flagged & is_anomaly) / (np.sum(flagged) + np.sum(is_anomaly))
        if f1 > best[1]:
            best = (threshold, f1)
    return best
    ### END SOLUTION


# %% test: select_threshold, points=3
y_val = np.array([1, 0, 1, 0, 0])
log_p = np.array([-9.0, -1.0, -5.0, -7.0, -3.0])
with dd.check.unchanged(y_val, what="y_val"), dd.check.unchanged(log_p, what="log_p"):
    result = select_threshold(y_val, log_p)
dd.check.like(result, (-5.0, 0.8), why="this is the example worked by hand")
result = select_threshold(np.array([False, True, False]), np.array([-2.0, -1e5, -3.0]))
dd.check.like(result, (-1e5, 1.0), why="flagging that row alone is perfect")
### BEGIN HIDDEN TESTS
from fractions import Fraction

rng = np.random.default_rng(173)


def shares(y, log_p):
    """The F1 of every possible threshold, as exact fractions."""
    table = {}
    for t in sorted({float(value) for value in log_p}):
        flagged = [value <= t for value in log_p]
        hits = sum(1 for f, truth in zip(flagged, y, strict=True) if f and truth)
        table[t] = Fraction(2 * hits, sum(flagged) + int(sum(y)))
    return table


for m in (1, 2, 3, 9, 40, 120):
    for scale, shift in ((1.0, 2.0), (0.0, 3.0), (1000.0, -1.0)):
        y = rng.random(m) < 0.3
        y[rng.integers(m)] = True
        log_p = np.round(rng.normal(-10.0, 1.0 + scale * y, m) - shift * y, 2)
        for labels in (y, y.astype(int), y.astype(float)):
            with dd.check.unchanged(labels, what="y_val"), dd.check.unchanged(log_p, what="log_p"):
                threshold, f1 = select_threshold(labels, log_p)
            table = shares(y, log_p)
            top = max(table.values())
            dd.check.like(f1, float(top), rtol=1e-9, what="f1", why="no other threshold has a higher one")
            dd.check.kind(threshold, float, what="threshold")
            assert float(threshold) in table, f"The threshold, {threshold}, is none of the values of log_p."
            dd.check.close(
                float(table[float(threshold)]), float(top), what="F1 at your threshold", why="it is the highest"
            )
ties = select_threshold(np.array([1, 0, 1, 0, 0, 0]), np.array([-6.0, -5.0, -4.0, -4.0, -3.0, -3.0]))
dd.check.like(ties, (-6.0, 2 / 3), why="flagging one row or four gives the same F1, and the lowest threshold is meant")
equal = select_threshold(np.array([1, 0, 0, 1]), np.array([-2.0, -2.0, -1.0, -2.0]))
dd.check.like(equal, (-2.0, 0.8), why="rows of equal density are flagged together")
everything = select_threshold(np.array([1, 1, 1]), np.array([-1.0, -3.0, -2.0]))
dd.check.like(everything, (-1.0, 1.0), why="all are anomalies, so all are flagged")
upside_down = select_threshold(np.array([0, 0, 1]), np.array([-3.0, -2.0, -1.0]))
dd.check.like(upside_down, (-1.0, 0.5), why="the anomaly is the most ordinary row, and all are flagged")
spread = select_threshold(np.array([1, 1, 0, 0, 0]), np.array([-1e7, -12.02, -12.01, -12.0, -3.0]))
dd.check.like(spread, (-12.02, 1.0), why="one far anomaly must not coarsen the search")
positive = select_threshold(np.array([0, 1, 0]), np.array([4.0, 1.5, 3.0]))
dd.check.like(positive, (1.5, 1.0), why="the logarithm of a density may be above 0")
### END HIDDEN TESTS

# %% mistakes: select_threshold
# - replace: flagged = log_p <= threshold
#   with: flagged = log_p < threshold
#   hint: "The row at the threshold itself is flagged too."
# - replace: flagged = log_p <= threshold
#   with: flagged = log_p >= threshold
#   hint: "You flag the most ordinary rows. On which side of the threshold are anomalies?"
# - replace: if f1 > best[1]
#   with: if f1 >= best[1]
#   hint: "Of equally good thresholds you take the highest. The docstring settles ties."
# - replace: f1 = 2 * np.sum(flagged & is_anomaly) / (np.sum(flagged) + np.sum(is_anomaly))
#   with: f1 = np.mean(flagged == is_anomaly)
#   hint: "That is accuracy. With few anomalies it is best pleased when nothing is flagged."
# - replace: f1 = 2 * np.sum(flagged & is_anomaly) / (np.sum(flagged) + np.sum(is_anomaly))
#   with: f1 = np.sum(flagged & is_anomaly) / np.sum(is_anomaly)
#   hint: "That is recall alone. What keeps you from flagging everything?"
# - replace: f1 = 2 * np.sum(flagged & is_anomaly) / (np.sum(flagged) + np.sum(is_anomaly))
#   with: f1 = np.sum(flagged & is_anomaly) / np.sum(flagged)
#   hint: "That is precision alone. What keeps you from flagging the single worst row?"
# - replace: f1 = 2 * np.sum(flagged & is_anomaly) / (np.sum(flagged) + np.sum(is_anomaly))
#   with: f1 = np.mean([np.sum(flagged & is_anomaly) / np.sum(flagged), np.mean(flagged[is_anomaly])])
#   hint: "You take the plain mean of precision and recall. F1 is their harmonic mean."
# - replace: np.unique(log_p)
#   with: np.linspace(np.min(log_p), np.max(log_p), 1000)
#   hint: "Your thresholds lie on an even grid. One extreme row makes its steps too wide, and the docstring asks for a
#     value of log_p."
# - replace: is_anomaly = y_val == 1
#   with: is_anomaly = y_val == 0
#   hint: "You score how well the ordinary rows are found. Which class is the positive one here?"
# - replace: return best
#   with: return best[::-1]
#   hint: "Your tuple begins with the F1. The threshold comes first."


# %% mistake: select_threshold
# hint: "You choose by accuracy and report the F1 there. With few anomalies accuracy is best pleased when little is
#   flagged."
def select_threshold(y_val, log_p):
    values = np.unique(log_p)
    threshold = values[np.argmax([np.mean((log_p <= t) == (y_val == 1)) for t in values])]
    flagged = log_p <= threshold
    return threshold, 2 * np.sum(flagged & (y_val == 1)) / (np.sum(flagged) + np.sum(y_val == 1))


# %% mistake: select_threshold
# hint: "You return the highest density among the anomalies. That catches them all, whatever the number of false
#   alarms; F1 weighs both."
def select_threshold(y_val, log_p):
    threshold = np.max(log_p[y_val == 1])
    flagged = log_p <= threshold
    return threshold, 2 * np.sum(flagged & (y_val == 1)) / (np.sum(flagged) + np.sum(y_val == 1))


# %% mistake: select_threshold
# hint: "Your thresholds lie on an even grid, and the row at the threshold is not flagged. One extreme row makes the
#   grid too coarse, and the docstring asks for a value of log_p."
def select_threshold(y_val, log_p):
    best, best_f1 = 0.0, 0.0
    for t in np.linspace(np.min(log_p), np.max(log_p), 1000):
        flagged = log_p < t
        hits = np.sum(flagged & (y_val == 1))
        f1 = 2 * hits / max(np.sum(flagged) + np.sum(y_val == 1), 1)
        if f1 > best_f1:
            best, best_f1 = t, f1
    return best, best_f1


# %% mistake: select_threshold
# hint: "Your threshold lies between two values of log_p. It works, but the docstring asks for one of the values."
def select_threshold(y_val, log_p):
    values = np.unique(log_p)
    best = (values[0], -1.0)
    for t in np.append((values[1:] + values[:-1]) / 2, values[-1]):
        flagged = log_p <= t
        f1 = 2 * np.sum(flagged & (y_val == 1)) / (np.sum(flagged) + np.sum(y_val == 1))
        if f1 > best[1]:
            best = (t, f1)
    return best


# %% mistake: select_threshold
# hint: "You count alarms row by row. Rows of equal density are flagged together or not at all, so some of your counts
#   belong to no threshold."
def select_threshold(y_val, log_p):
    order = np.argsort(log_p, kind="stable")
    hits = np.cumsum(y_val[order] == 1)
    f1 = 2 * hits / (np.arange(1, len(order) + 1) + hits[-1])
    best = np.argmax(f1)
    return float(log_p[order][best]), float(f1[best])


# %% equivalents: select_threshold
# - replace: np.min(log_p), -1.0
#   with: np.max(log_p), -1.0
#   reason: "With an anomaly among the rows some threshold has an F1 above 0, and replaces whatever came first."
# - replace: np.min(log_p), -1.0
#   with: np.min(log_p), -0.0
#   reason: "With an anomaly among the rows some threshold has an F1 above 0."
# - replace: np.min(log_p), -1.0
#   with: np.min(log_p), -2.0
#   reason: "Every F1 is above both."


# %% accepts: select_threshold
def select_threshold(y_val, log_p):
    order = np.argsort(log_p, kind="stable")
    values, hits = log_p[order], np.cumsum(y_val[order] == 1)
    f1 = 2 * hits / (np.arange(1, len(values) + 1) + hits[-1])
    f1[:-1][values[:-1] == values[1:]] = -1.0  # rows of equal density are flagged together or not at all
    best = np.argmax(f1)
    return float(values[best]), float(f1[best])


# %% accepts: select_threshold
def select_threshold(y_val, log_p):
    truth = y_val.astype(bool)

    def f1(t):
        flagged = log_p <= t
        if not np.any(flagged & truth):
            return 0.0
        precision, recall = np.mean(truth[flagged]), np.mean(flagged[truth])
        return 2 * precision * recall / (precision + recall)

    threshold = max(sorted(set(log_p.tolist())), key=lambda t: round(f1(t), 12))
    return threshold, float(f1(threshold))


# %% [markdown]
# Without a single labelled fault one still has the training part. If the rows are Gaussian, $D^2$ follows the
# chi-squared distribution with $n$ degrees of freedom, so a limit that one ordinary row in a thousand crosses
# can be looked up. The check is whether ordinary rows keep to it.
#
# ## Which column is to blame?
#
# An operator who gets an alarm asks what is wrong. A column's own deviation says little, as we saw. Ask each
# column instead how far it is from what *the other columns* predict for it, in units of the usual error of
# that prediction. With $P = \Sigma^{-1}$ that number is
# $\big(P (x - \mu)\big)_j / \sqrt{P_{jj}}$. Averaged over the rows of each kind of fault in the validation and
# test parts:

# %% demo
mean_all, cov_all = fit_gaussian(train_rows)
precision_matrix = np.linalg.inv(cov_all)
blame = (readings - mean_all) @ precision_matrix / np.sqrt(np.diag(precision_matrix))  # (m, n)
names = ["none", "leak", "bearing", "cooling", "blockage"]
table = np.array([blame[judged & (kind == name)].mean(axis=0) for name in names])
fig, ax = plt.subplots(figsize=(8.5, 3.4))
dd.plot.matrix(np.abs(table), ax, names, columns, "Deviation from what the others predict", fmt="", cmap="Greys")
for (row, column), value in np.ndenumerate(table):
    ink = "white" if abs(value) > 0.6 * np.abs(table).max() else "black"
    ax.text(column, row, f"{round(value, 1) + 0.0:.1f}", ha="center", va="center", fontsize=10, color=ink)
ax.set(xlabel="column", ylabel="kind of fault")
dd.plot.show(
    "Table of five kinds of row by seven columns, dark where the mean deviation is large. Ordinary rows are near 0 "
    "everywhere. Leaks stand out by low flow and low pressure, bearings by high vibration, cooling faults by high "
    "temperature, blockages by low flow with high pressure."
)

# %% [markdown]
# Ordinary rows are near 0. A leak has too little flow and pressure for its current; a blockage has too little
# flow and too *much* pressure; a bearing shakes; a cooling fault is too warm for the load, or, which the numbers
# cannot tell apart, the air is too cold for such a temperature. Nobody told the model about any of them.
#
# ## Choosing features
#
# A detector sees what its columns show. Three habits help.
#
# **Look at the histogram.** A Gaussian is symmetric; repair times, incomes or counts have a long tail. Then
# a transformation such as $\log x$, $\log(x + c)$ or $\sqrt x$ comes first. What happens otherwise? Here are
# 3,000 made durations whose logarithm is Gaussian, fitted as they are and as logarithms.

# %% demo
rng = np.random.default_rng(17)
durations = np.exp(0.6 * rng.normal(size=3000))  # (3000,) minutes
fig, panels = plt.subplots(1, 2, figsize=(12, 4))
for ax, values, name in ((panels[0], durations, "minutes"), (panels[1], np.log(durations), "log of minutes")):
    mean, cov = fit_gaussian(values[:, None])
    middle, width = mean[0], np.sqrt(cov[0, 0])
    grid = np.linspace(min(values.min(), middle - 3.5 * width), values.max(), 300)
    ax.hist(values, bins=60, density=True, color="0.8", edgecolor="0.7", label="data")
    ax.plot(grid, np.exp(log_density(grid[:, None], mean, cov)), label="fitted Gaussian")
    for limit in (middle - 3 * width, middle + 3 * width):
        ax.axvline(limit, color="black", linewidth=0.9, linestyle=":")
    beyond = np.mean(np.abs(values - middle) > 3 * width)
    quick = 0.05 if name == "minutes" else np.log(0.05)
    print(
        f"{name:14s}: {beyond:.2%} of the ordinary values are beyond 3 standard deviations (Gaussian: 0.27%);", end=" "
    )
    print(f"a stop after 3 seconds is {abs(quick - middle) / width:.1f} from the mean")
    ax.set(xlabel=name, ylabel="density", title=f"Fitted to {name}")
    ax.legend()
dd.plot.show(
    "Left: a histogram that rises steeply from 0 and has a long right tail; the fitted Gaussian reaches below 0 and is "
    "too low at the peak. Right: the logarithms form a symmetric bell that the fitted Gaussian follows. Dotted lines "
    "three standard deviations from the mean."
)

# %% [markdown]
# On the left the curve gives room to durations below zero, calls several times too many long ones odd, and
# finds a stop after 3 seconds quite ordinary. On the right the same data is a bell, and those 3 seconds are far
# out.
#
# **Look at the faults you missed.** What would have given them away? Often a ratio or a difference: for a pump
# that leaks, flow for each ampere. With independent columns such hand-made features are the only way to say
# "together"; the covariance finds the linear ones itself, but needs many more rows than columns.
#
# **Keep the training part clean.** Faults in it widen $\Sigma$ until they look ordinary. If you cannot be sure,
# there are fits that ignore the farthest rows (Rousseeuw and Van Driessen 1999).
#
# How much do the features decide here? Independent columns, independent ratios, and the covariance:


# %% demo
def f1_score(y, flagged):
    """F1 as on Day 7."""
    return 2 * np.sum(y & flagged) / (np.sum(y) + np.sum(flagged))


def judge(features, diagonal):
    """F1 on the test part of a Gaussian on some features, threshold from the validation part."""
    mean, cov = fit_gaussian(features[part["train"]])
    log_p = log_density(features, mean, np.diag(np.diag(cov)) if diagonal else cov)
    threshold, _ = select_threshold(val_faults, log_p[part["validation"]])
    return f1_score(test_faults, log_p[part["test"]] <= threshold)


air, speed, current, flow, pressure, temperature, vibration = readings.T
ratios = np.stack([flow / current, pressure / flow, vibration / current, temperature / current], axis=1)
print(f"seven columns, independent:   F1 {judge(readings, True):.2f}")
print(f"four ratios, independent:     F1 {judge(ratios, True):.2f}")
print(f"seven columns and covariance: F1 {judge(readings, False):.2f}")

# %% [markdown]
# ## The detector
#
# The last exercise is stated by its contract. Ask yourself of each number in it which rows it may come from.


# %% exercise: detect_anomalies
def detect_anomalies(x_train, x_val, y_val, x_new):
    """Flag anomalies by a Gaussian with full covariance.

    The Gaussian describes the training rows alone; the threshold has the highest F1 on the validation rows, as in
    select_threshold; what is flagged in x_new depends on each of its rows by itself.

    Args:
        x_train: ordinary rows, array of shape (m, n), their covariance positive definite; left unchanged.
        x_val: rows to choose the threshold on, array of shape (v, n); left unchanged.
        y_val: array of shape (v,), True or 1 for anomalies, else False or 0; at least one anomaly; left unchanged.
        x_new: rows to judge, array of shape (r, n), r >= 0; left unchanged.

    Returns:
        Bool array of shape (r,), True for rows that are flagged. About 4 lines.
    """
    ### BEGIN SOLUTION
    mean, cov = fit_gaussian(x_train)
    threshold, _ = select_threshold(y_val, log_density(x_val, mean, cov))
    return log_density(x_new, mean, cov) <= threshold
    ### END SOLUTION


# %% test: detect_anomalies, points=2
x_train = np.array([[6.0, 4.0], [2.0, 2.0], [5.0, 5.0], [3.0, 1.0], [5.0, 2.0], [3.0, 4.0]])
x_val = np.array([[5.0, 4.0], [5.5, 1.5], [4.0, 2.0], [9.0, 9.0], [5.5, 4.5]])
y_val = np.array([0, 1, 0, 1, 0])
x_new = np.array([[4.5, 3.0], [6.0, 1.0], [6.0, 5.0], [0.0, 8.0]])
with dd.check.unchanged(x_train), dd.check.unchanged(x_val), dd.check.unchanged(y_val), dd.check.unchanged(x_new):
    flagged = detect_anomalies(x_train, x_val, y_val, x_new)
due = np.array([False, True, False, True])
dd.check.like(flagged, due, what="flags", why="rows 1 and 3 go against the way in which the columns go together")
alone = detect_anomalies(x_train, x_val, y_val, x_new[:3])
dd.check.like(alone, due[:3], what="flags", why="a row is judged by itself, whatever other rows come with it")
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(174)


def slow_detect(x_train, x_val, y_val, x_new):
    mean = x_train.mean(axis=0)
    inverse = np.linalg.inv((x_train - mean).T @ (x_train - mean) / len(x_train))
    far = [float((row - mean) @ inverse @ (row - mean)) for row in x_val]
    table = [(2 * sum(1 for f, y in zip(far, y_val, strict=True) if f >= d and y), d) for d in far]
    best = max((hits / (sum(f >= d for f in far) + sum(y_val)), d) for hits, d in table)
    return np.array([float((row - mean) @ inverse @ (row - mean)) >= best[1] * (1 - 1e-9) for row in x_new])


for m, v, r, n in ((20, 6, 9, 1), (60, 30, 40, 3), (200, 50, 25, 4), (40, 15, 1, 2)):
    mixing = rng.normal(0.0, 0.4, (n, n)) + np.eye(n)
    mixing[:, 0] += 4.0  # what moves all columns together hides the rest
    x_train = rng.normal(0.0, 1.0, (m, n)) @ mixing.T + 10
    y_val, y_new = np.arange(v) % 3 == 0, np.arange(r) % 4 == 0
    x_val = rng.normal(0.0, 1.0 + 3.0 * y_val[:, None], (v, n)) @ mixing.T + 10
    x_new = rng.normal(0.0, 1.0 + 3.0 * y_new[:, None], (r, n)) @ mixing.T + 10
    for labels in (y_val, y_val.astype(int)):
        with dd.check.unchanged(x_train), dd.check.unchanged(x_val), dd.check.unchanged(x_new):
            flagged = detect_anomalies(x_train, x_val, labels, x_new)
        due = slow_detect(x_train, x_val, y_val, x_new)
        dd.check.like(flagged, due, what="flags", why="fit on train, choose on validation, judge the new rows")
    many = detect_anomalies(x_train, x_val, y_val, np.concatenate([x_new, x_new + 1e4]))
    dd.check.like(many[:r], due, what="flags", why="a row is judged by itself, whatever other rows come with it")
    dd.check.equal(bool(np.all(many[r:])), True, what="whether rows 10,000 away are flagged")
    units = 10.0 ** rng.integers(-3, 4, n)
    other = detect_anomalies(x_train * units, x_val * units, y_val, x_new * units)
    dd.check.like(other, due, what="flags in other units", why="units change nothing")
line, labels = np.array([[0.5], [4.0], [-7.0], [0.0]]), np.array([0, 1, 1, 0])
again = detect_anomalies(np.array([[-1.0], [1.0], [2.0], [-2.0]]), line, labels, line)
dd.check.like(again, labels == 1, what="flags", why="a row just at the threshold is flagged")
shifted = np.array([[10.0], [10.5], [30.0], [-20.0]])
moved = detect_anomalies(
    np.array([[-1.0], [1.0], [2.0], [-2.0]]), shifted, labels[[0, 0, 1, 1]], np.array([[15.0], [25.0]])
)
dd.check.like(
    moved, np.array([False, True]), what="flags", why="training rows alone say what is ordinary, here around 0"
)
none = detect_anomalies(x_train, x_val, y_val, x_new[:0])
dd.check.shape(none, (0,), what="flags", why="no rows, no flags")
dd.check.dtype(none, "bool", what="flags")
### END HIDDEN TESTS

# %% mistakes: detect_anomalies
# - replace: mean, cov = fit_gaussian(x_train)
#   with: mean, cov = fit_gaussian(np.concatenate([x_train, x_val]))
#   hint: "The validation rows, anomalies among them, help to say what is ordinary. Which rows may?"
# - replace: mean, cov = fit_gaussian(x_train)
#   with: mean, cov = fit_gaussian(np.concatenate([x_train, x_new]))
#   hint: "The rows you judge help to say what is ordinary, so a flag depends on its neighbours."
# - replace: return log_density(x_new, mean, cov) <= threshold
#   with: return log_density(x_new, mean, cov) >= threshold
#   hint: "You flag the ordinary rows."
# - replace: log_density(x_new, mean, cov) <= threshold
#   with: log_density(x_new, *fit_gaussian(x_new)) <= threshold
#   hint: "New rows are measured against themselves. The threshold belongs to another Gaussian."
# - replace: return log_density(x_new, mean, cov) <= threshold
#   with: return log_density(x_new, mean, cov) < threshold
#   hint: "A row just at the threshold is let through. select_threshold counted it as flagged."
# - replace: return log_density(x_new, mean, cov) <= threshold
#   with: return (log_density(x_new, mean, cov) <= threshold).astype(int)
#   hint: "Your flags are whole numbers. True and False were asked for."
# - replace: threshold, _ = select_threshold(y_val, log_density(x_val, mean, cov))
#   with: threshold = np.min(log_density(x_train, mean, cov))
#   hint: "Your threshold is the lowest density of the training rows. The labels of the validation rows are not used."
# - replace: mean, cov = fit_gaussian(x_train)
#   with: |-
#     mean, cov = fit_gaussian(x_train)
#         cov = np.diag(np.diag(cov))
#   hint: "You use independent columns. The docstring names another model."
# - replace: threshold, _ = select_threshold
#   with: _, threshold = select_threshold
#   hint: "You compare log densities with an F1. Which of the two things that select_threshold returns is which?"


# %% mistake: detect_anomalies
# hint: "The validation rows are described by a Gaussian of their own, so the threshold does not fit the one you judge
#   new rows by."
def detect_anomalies(x_train, x_val, y_val, x_new):
    threshold, _ = select_threshold(y_val, log_density(x_val, *fit_gaussian(x_val)))
    return log_density(x_new, *fit_gaussian(x_train)) <= threshold


# %% mistake: detect_anomalies
# hint: "The ordinary rows of the validation part help to say what is ordinary. The contract names the training rows
#   alone."
def detect_anomalies(x_train, x_val, y_val, x_new):
    mean, cov = fit_gaussian(np.concatenate([x_train, x_val[y_val == 0]]))
    threshold, _ = select_threshold(y_val, log_density(x_val, mean, cov))
    return log_density(x_new, mean, cov) <= threshold


# %% mistake: detect_anomalies
# hint: "You standardise every table by itself, so the flag of a new row depends on its company. What was learned from
#   the training rows holds for all."
def detect_anomalies(x_train, x_val, y_val, x_new):
    tables = []
    for table in (x_train, x_val, x_new):
        std = table.std(axis=0) if len(table) else 1.0
        tables.append((table - (table.mean(axis=0) if len(table) else 0)) / np.where(std > 0, std, 1))
    mean, cov = fit_gaussian(tables[0])
    threshold, _ = select_threshold(y_val, log_density(tables[1], mean, cov))
    return log_density(tables[2], mean, cov) <= threshold


# %% mistake: detect_anomalies
# hint: "You flag the same share of the new rows as was faulty in validation, odd or not. A density decides row by row."
def detect_anomalies(x_train, x_val, y_val, x_new):
    mean, cov = fit_gaussian(x_train)
    log_p = log_density(x_new, mean, cov)
    return log_p <= np.quantile(log_p, np.mean(y_val)) if len(log_p) else np.zeros(0, dtype=bool)


# %% mistake: detect_anomalies
# hint: "You return the numbers of the flagged rows. A flag for every row was asked for."
def detect_anomalies(x_train, x_val, y_val, x_new):
    mean, cov = fit_gaussian(x_train)
    threshold, _ = select_threshold(y_val, log_density(x_val, mean, cov))
    return np.flatnonzero(log_density(x_new, mean, cov) <= threshold)


# %% accepts: detect_anomalies
def detect_anomalies(x_train, x_val, y_val, x_new):
    mean, cov = fit_gaussian(x_train)
    limit, _ = select_threshold(y_val, -mahalanobis(x_val, mean, cov))
    return -mahalanobis(x_new, mean, cov) <= limit


# %% accepts: detect_anomalies
def detect_anomalies(x_train, x_val, y_val, x_new):
    middle = x_train.mean(axis=0)
    factor = np.linalg.cholesky((x_train - middle).T @ (x_train - middle) / len(x_train))
    white = [np.linalg.solve(factor, (rows - middle).T).T for rows in (x_val, x_new)]
    scores = [-0.5 * np.sum(rows**2, axis=1) for rows in white]
    threshold, _ = select_threshold(y_val, scores[0])
    return np.array([bool(score <= threshold) for score in scores[1]], dtype=bool)


# %% [markdown]
# ## Put it together: watching the pump
#
# First the map of two columns again, now with a threshold chosen on the validation part and the verdicts on the
# test part; then all seven columns, over time. How does the log density move in a fault, and what does drift do
# to it?

# %% demo
flagged_pair = detect_anomalies(train_rows[:, pair], val_rows[:, pair], val_faults, test_rows[:, pair])
flagged = detect_anomalies(train_rows, val_rows, val_faults, test_rows)
score_pair, score = f1_score(test_faults, flagged_pair), f1_score(test_faults, flagged)
print(f"current and flow: F1 {score_pair:.2f} on the test part; all seven columns: F1 {score:.2f}")
assert score > 0.8

log_p = log_density(readings, mean_all, cov_all)
threshold, f1_val = select_threshold(val_faults, log_p[part["validation"]])
threshold_pair, _ = select_threshold(val_faults, log_density(val_rows[:, pair], mean_pair, cov_pair))
fig, (left, right) = plt.subplots(1, 2, figsize=(14, 5), width_ratios=[1, 1.5])
surface = log_density(plane, mean_pair, cov_pair).reshape(axes[0].shape)
left.contour(*axes, surface, threshold_pair + np.array([-8, -4, 0, 2, 4]), colors=["0.7"] * 2 + ["black"] + ["0.7"] * 2)
verdicts = {
    "ordinary, not flagged": (~test_faults & ~flagged_pair, ".", "0.7"),
    "false alarm": (~test_faults & flagged_pair, "^", "C2"),
    "fault, flagged": (test_faults & flagged_pair, "s", "C1"),
    "fault, missed": (test_faults & ~flagged_pair, "x", "C0"),
}
for name, (rows, marker, color) in verdicts.items():
    left.scatter(*test_rows[rows][:, pair].T, s=12 if marker == "." else 36, marker=marker, color=color, label=name)
left.set(xlabel="current (A)", ylabel="flow (L/min)", title=f"Two columns: F1 {score_pair:.2f}")
left.legend(loc="lower right", fontsize=10, frameon=True)
left.grid(False)
shown = np.flatnonzero(part["test"] | part["drift"])
days = (shown - shown[0]) / 144
right.plot(days, np.maximum(log_p[shown], -80), color="0.6", linewidth=0.8, linestyle="-")
ill = is_fault[shown]
right.plot(days[ill], np.maximum(log_p[shown][ill], -80), "s", color="C1", markersize=4, label="in a fault")
right.axhline(threshold, color="black", label="threshold")
right.axvline(days[part["drift"][shown]][0], color="black", linestyle=":", linewidth=1)
right.text(days[part["drift"][shown]][0] + 0.1, -76, "drift begins")
right.set(xlabel="days", ylabel="log density (cut off at -80)", title=f"Seven columns: F1 {score:.2f} before the drift")
right.legend(loc="lower left", frameon=True)
dd.plot.show(
    "Left: flow against current with slanted ellipses; faults beside the band are flagged, those inside are missed. "
    "Right: the log density over time runs along a level line and drops below the threshold in each fault; in the "
    "drift part it sinks as a whole until ordinary rows lie below the threshold as well."
)
for name in ("test", "drift"):
    alarms = log_p[part[name]] <= threshold
    print(f"{name}: F1 {f1_score(is_fault[part[name]], alarms):.2f}, {np.mean(alarms):.0%} of the rows flagged")

# %% [markdown]
# With two columns the detector finds the faults that leave the band, and misses those that current and flow
# do not show. With seven it finds nearly all, with few false alarms.
#
# Then the drift. Nothing is broken, but the sensors creep away from the pump that $\mu$ and $\Sigma$ describe,
# and in the end nearly every row is an alarm. A density is a portrait of the past. So watch the share of
# flagged rows: when it climbs and stays up, look at the sensors, and then fit again on recent rows that are
# known to be good.
#
# ## Or simply a classifier?
#
# There are labelled faults in the validation part. Why not train on them? Let us, on a longer record of the
# same kind of pump without drift. A random forest (Day 12) gets a growing number of labelled rows; once with
# the seven columns as they are, once with the coordinates $u$ from above, in which faults stand out. The
# Gaussian uses the same labels, for its threshold only. On the right a harder question: faults of one kind are
# taken out of the labels. Who finds them in the test?

# %% demo
from sklearn.ensemble import RandomForestClassifier

long_record = dd.data.sensors(n=24_000, seed=1, drift=0.0)
rows, y, kinds = (
    long_record[columns].to_numpy(float),
    long_record["fault"].to_numpy() == 1,
    long_record["kind"].to_numpy(),
)
healthy = (long_record["split"] == "train").to_numpy()
labelled, test = np.flatnonzero(~healthy)[:7200], np.flatnonzero(~healthy)[7200:]
mean, cov = fit_gaussian(rows[healthy])
log_p = log_density(rows, mean, cov)
white = np.linalg.solve(np.linalg.cholesky(cov), (rows - mean).T).T  # (m, n): the coordinates u


def forest_flags(features, chosen, judged):
    """What a random forest flags among the judged rows, after training on the chosen ones."""
    forest = RandomForestClassifier(30, random_state=0).fit(features[chosen], y[chosen])
    return forest.predict(features[judged])


curves = {"Gaussian": [], "forest on $u$": [], "forest on the columns": []}
sizes = (450, 900, 1800, 3600, 7200)
for size in sizes:
    chosen = labelled[:size]
    threshold, _ = select_threshold(y[chosen], log_p[chosen])
    curves["Gaussian"].append(f1_score(y[test], log_p[test] <= threshold))
    curves["forest on $u$"].append(f1_score(y[test], forest_flags(white, chosen, test)))
    curves["forest on the columns"].append(f1_score(y[test], forest_flags(rows, chosen, test)))
found = {"Gaussian": [], "forest on $u$": []}
for name in names[1:]:
    chosen, unseen = labelled[kinds[labelled] != name], test[kinds[test] == name]
    threshold, _ = select_threshold(y[chosen], log_p[chosen])
    found["Gaussian"].append(np.mean(log_p[unseen] <= threshold))
    found["forest on $u$"].append(np.mean(forest_flags(white, chosen, unseen)))

fig, (left, right) = plt.subplots(1, 2, figsize=(13, 4.4))
for (name, scores), marker in zip(curves.items(), "os^", strict=True):
    left.plot([y[labelled[:size]].sum() for size in sizes], scores, marker=marker, label=name)
left.set(xlabel="labelled faulty rows (log scale)", ylabel="F1 on the test", xscale="log", ylim=(0, 1.02))
left.set_xticks([25, 50, 100, 200, 400], ["25", "50", "100", "200", "400"])
left.set_xticks([], minor=True)
left.set_title("When labels are few, and when they are many")
left.legend(loc="lower right")
for shift, (name, shares), color in zip((-0.2, 0.2), found.items(), ("0.75", "C1"), strict=True):
    right.bar(np.arange(4) + shift, shares, 0.38, color=color, edgecolor="black", label=name)
right.set_xticks(range(4), names[1:])
right.set(xlabel="kind of fault without any label", ylabel="share of its rows found", ylim=(0, 1.25))
right.set_title("A kind of fault that nobody has seen")
right.legend(loc="upper right", ncols=2)
dd.plot.show(
    "Left: F1 by number of labelled faulty rows. The Gaussian is near its best from the start, the forest on u draws "
    "level, the forest on the plain columns is lowest throughout. Right: for each kind of fault that was left out of "
    "the labels, the Gaussian finds most of its rows, the forest fewer, of some kinds hardly any."
)

# %% [markdown]
# On the left the Gaussian is as good as it will get from the first two dozen faulty rows on, because its
# labels choose one number. A forest on the plain columns must rebuild the slanted band from upright cuts, and
# stays behind. In coordinates in which faults stand out it soon draws level. On the right is what no number of
# labels mends. A leak and a blockage both lack flow, so a forest that knows one may find the other; a kind that
# resembles none in the labels it does not find. A classifier looks for the faults it was shown, a density for
# whatever is not ordinary.
#
# | anomaly detection | supervised learning |
# |---|---|
# | few anomalies, many ordinary rows | plenty of both |
# | of many kinds, and new ones will come | future ones resemble those in the labels |
# | labels choose a threshold and judge | labels train |
# | failing machines, intrusions, unusual payments | spam, diagnoses, the weather |
#
# The two are not rivals for long. A detector collects the odd rows, people label them, and one day there are
# enough for a classifier beside it.
#
# ## What you should remember
#
# - Fit a density to ordinary rows; flag rows whose log density is below a threshold.
# - Anomalies hide in combinations. The covariance sees them, independent columns do not, and the Mahalanobis
#   distance is the distance in which that counts.
# - Compute $\log p$ from $D^2$ and $\log\lvert\Sigma\rvert$, never from the density or the determinant.
# - Fit on train, choose the threshold by F1 on validation, report on test. Accuracy is blind here.
# - Make columns bell-shaped, add ratios that would give a fault away, and watch for drift.
#
# ## Check yourself
#
# 1. Two columns have a correlation of exactly 1 in the training part. What happens to $\Sigma$, and what would
#    a row off that line mean?
# 2. Your F1 on validation is 0.95 and on test 0.60. Name two possible causes.
# 3. You measure the temperature in Fahrenheit instead of Celsius. What happens to $D$, to $\log p$ and to the
#    flags?
#
# <details><summary>Answers</summary>
#
# 1. $\Sigma$ has no inverse: in one direction the variance is 0, so any row off the line is infinitely far away.
#    Drop one of the columns, or keep their difference as a check of its own.
# 2. The threshold was fitted to the luck of few validation faults; or the test comes later and the machine,
#    the sensors or the kinds of fault have changed.
# 3. $D$ stays. $\log p$ falls by $\log 1.8$ everywhere, since the same rows take up more room. The best
#    threshold falls by as much, and the flags stay.
#
# </details>
#
# ## Go further
#
# - P. C. Mahalanobis, "On the Generalised Distance in Statistics", *Proceedings of the National Institute of
#   Sciences of India* 2, 1936.
# - V. Chandola, A. Banerjee and V. Kumar, "Anomaly Detection: A Survey", *ACM Computing Surveys* 41, 2009: the
#   map of the field, with its vocabulary.
# - P. J. Rousseeuw and K. Van Driessen, "A Fast Algorithm for the Minimum Covariance Determinant Estimator",
#   *Technometrics* 41, 1999: a covariance that outliers cannot bend.
#
# The ellipse of today has axes: directions in which ordinary rows vary much, and directions in which they
# hardly vary. Tomorrow, on Day 18, these axes are the subject: principal components.
