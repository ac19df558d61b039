# ---
# day: 18
# title: Principal component analysis
# week: 4
# minutes: 110
# backend: numpy
# needs: [3, 6, 9, 17]
# data: [digits]
# papers:
# - Pearson 1901, On lines and planes of closest fit to systems of points in space
# - Hotelling 1933, Analysis of a complex of statistical variables into principal components
# - Eckart and Young 1936, The approximation of one matrix by another of lower rank
# - Fisher 1936, The use of multiple measurements in taxonomic problems
# - Turk and Pentland 1991, Eigenfaces for recognition
# - "Beyer, Goldstein, Ramakrishnan and Shaft 1999, When is nearest neighbor meaningful?"
# ---

# %% [markdown]
# # Day 18 · Principal component analysis
#
# By the end you can find the few directions in which a table really varies, describe its rows by those, draw them,
# and say what was lost.
#
# - **You will build** six NumPy functions: covariance, the principal components with fixed signs, the way there and
#   back, the number of components worth keeping, and the directions that separate classes best. With them 64 pixels
#   of a digit become 2, 3 or 28 numbers.
# - **You need** standardising (Day 3), overfitting (Day 6), covariance and Mahalanobis distance (Day 17), products of
#   matrices.
# - **Not today:** curved shapes. Whatever cannot be described by straight directions is Day 19's.
# - **Time:** about 110 minutes.
#
# | symbol | meaning | shape | in code |
# |---|---|---|---|
# | $m,\ n$ | rows and columns of the table | scalars | `x.shape` |
# | $X$, $x_i$ | the table; row $i$ | $(m, n)$, $(n,)$ | `x`, `x[i]` |
# | $\mu$ | mean row | $(n,)$ | `mean` |
# | $\tilde X$ | the centred table, $\tilde x_i = x_i - \mu$ | $(m, n)$ | `x - mean` |
# | $\Sigma$ | covariance of the columns | $(n, n)$ | `covariance(x)` |
# | $k$ | components that are kept | scalar | `num_components` |
# | $v_j$; $V$ | component $j$, a direction of length 1; the first $k$ as rows | $(n,)$; $(k, n)$ | `components` |
# | $\lambda_j$ | variance along $v_j$ | $(k,)$ together | `variances` |
# | $z_i$ | scores of row $i$: its coordinates along the components | $(k,)$ | `pca_transform(...)[i]` |
# | $\hat x_i$ | row $i$ rebuilt from its scores | $(n,)$ | `pca_inverse(...)[i]` |
# | $P = V^\top V$ | projection onto the subspace of the components | $(n, n)$ | |
# | $U, S$ | the other factors of $\tilde X = U S V^\top$; $S$ has the singular values $s_j$ on its diagonal | | |
# | $K$, $\mu_c$, $m_c$ | number of classes; mean and number of the rows of class $c$ | | `labels` |
# | $\Sigma_W,\ \Sigma_B$ | covariance within and between the classes | $(n, n)$ | `within`, `between` |
# | $L$, $u$ | Cholesky factor of $\Sigma_W$; a direction once the classes are round | $(n, n)$, $(n,)$ | |

# %% setup
import matplotlib.pyplot as plt
import numpy as np

import deepdays as dd

dd.plot.style()

# %% [markdown]
# ## Which direction says most?
#
# A table with two columns is a cloud in the plane. Suppose you may keep *one* number for each row instead of two.
# Dropping a column is one way: look at the cloud from above, or from the side. But you may look from any direction. A
# **direction** is a vector $v$ of length 1, and the number you keep is $\tilde x_i \cdot v$, how far row $i$ lies in
# that direction from the mean. Good is a direction in which the rows differ *much*: that is what they have to say.
#
# Four rows to check by hand: $(13, 24), (7, 16), (12, 18.5), (8, 21.5)$. Their mean is $\mu = (10, 20)$, and the
# centred rows are $(3, 4), (-3, -4), (2, -1.5), (-2, 1.5)$. **Mean centring** comes first, always: we ask how rows
# differ from each other, and the arrow from the origin to the cloud has no part in that.
#
# How do columns vary together? Day 17's **covariance** tells:
#
# $$\Sigma = \frac1m\, \tilde X^\top \tilde X , \qquad
# \Sigma = \frac14 \begin{pmatrix} 9 + 9 + 4 + 4 & 12 + 12 - 3 - 3 \\ 18 & 16 + 16 + 2.25 + 2.25 \end{pmatrix} =
# \begin{pmatrix} 6.5 & 4.5 \\ 4.5 & 9.125 \end{pmatrix} .$$
#
# **Shapes:** $(n, m)$ times $(m, n)$ is $(n, n)$, one entry for each pair of columns; variances are on the diagonal.
# (`np.cov` wants a row for each *column* of ours and divides by $m - 1$. For directions that factor does not matter.)


# %% exercise: covariance
def covariance(x):
    """Covariance of the columns of a table.

    Args:
        x: array of numbers of shape (m, n), m, n >= 1, which may lie far from zero; left unchanged.

    Returns:
        Float array of shape (n, n): the mean over the m rows of the product of two columns' deviations from their
        means. About 2 lines.
    """
    ### BEGIN SOLUTION
    centred = x - np.mean(x, axis=0)  # (m, n)
    return centred.T @ centred / len(x)
    ### END SOLUTION


# %% test: covariance, points=1
x = np.array([[13.0, 24.0], [7.0, 16.0], [12.0, 18.5], [8.0, 21.5]])
with dd.check.unchanged(x):
    result = covariance(x)
dd.check.like(result, np.array([[6.5, 4.5], [4.5, 9.125]]), why="this is the example worked by hand")
result = covariance(np.array([[1.0, 0.0, 5.0], [3.0, 0.0, 1.0]]))
due = np.array([[1.0, 0.0, -2.0], [0.0, 0.0, 0.0], [-2.0, 0.0, 4.0]])
dd.check.like(result, due, why="three columns have three variances, and a constant one varies with nothing")
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(180)
for m, n in ((1, 1), (1, 3), (2, 2), (5, 1), (4, 6), (40, 3)):
    x = rng.normal(3.0, 2.0, (m, n)) @ rng.normal(size=(n, n))
    with dd.check.unchanged(x):
        result = covariance(x)
    means = [sum(x[:, j]) / m for j in range(n)]
    due = [
        [sum((row[a] - means[a]) * (row[b] - means[b]) for row in x.tolist()) / m for b in range(n)] for a in range(n)
    ]
    dd.check.like(result, np.array(due), rtol=1e-9, what=f"the covariance of {m} rows and {n} columns")
    if m > 1:
        theirs = np.cov(x, rowvar=False, bias=True).reshape(n, n)
        dd.check.close(
            result, theirs, rtol=1e-9, what="the covariance", why="np.cov(x, rowvar=False, bias=True) agrees"
        )
    far = covariance(x + np.linspace(-1e8, 1e8, n))
    dd.check.close(
        far, due, rtol=1e-5, atol=1e-5, what="the covariance of columns far from zero", why="a shift is no news"
    )
for dtype in ("uint8", "int8", "int64", "float32"):
    x = np.array([[100, 3], [120, 7], [90, 1], [127, 2], [60, 9]], dtype=dtype)
    due = np.cov(x.astype(float), rowvar=False, bias=True)
    dd.check.like(covariance(x), due, rtol=1e-4, what=f"the covariance for {dtype}")
### END HIDDEN TESTS

# %% mistakes: covariance
# - replace: x - np.mean(x, axis=0)
#   with: 1.0 * x
#   hint: "You multiply the columns as they are. A covariance is about deviations from the mean."
# - replace: centred.T @ centred / len(x)
#   with: centred @ centred.T / len(x)
#   hint: "Your result has a row for each row of the table. Which axis should be summed away?"
# - replace: centred.T @ centred / len(x)
#   with: centred.T @ centred
#   hint: "Your covariance grows with the number of rows. It is a mean."
# - replace: centred.T @ centred / len(x)
#   with: centred.T @ centred / max(len(x) - 1, 1)
#   hint: "You divide by m - 1; the formula above divides by m."
# - replace: np.mean(x, axis=0)
#   with: np.mean(x)
#   hint: "You take one mean off all columns. Each column has its own."
# - replace: np.mean(x, axis=0)
#   with: np.mean(x, axis=1, keepdims=True)
#   hint: "You take off the mean of each row. The columns are to be centred."


# %% mistakes: covariance
# - replace: return centred.T @ centred / len(x)
#   with: return np.diag(np.mean(centred**2, axis=0))
#   hint: "You have the variances and zeros beside them. Beside the diagonal is how two columns vary together."

# %% equivalents: covariance
# - replace: np.mean(x, axis=0)
#   with: np.mean(x, axis=0, keepdims=True)
#   reason: "A row of means broadcasts as the flat means do."


# %% mistake: covariance
# hint: "Those are correlations: covariances divided by both standard deviations. Here the columns keep their units."
def covariance(x):
    centred = x - np.mean(x, axis=0)
    scale = np.where(np.max(x, axis=0) == np.min(x, axis=0), 1.0, np.std(x, axis=0))
    return (centred / scale).T @ (centred / scale) / len(x)


# %% mistake: covariance
# hint: "The mean product minus the product of means is right on paper. Far from zero both are huge, and their
#   difference is noise."
def covariance(x):
    x = np.asarray(x, dtype=float)
    mean = np.mean(x, axis=0)
    return x.T @ x / len(x) - np.outer(mean, mean)


# %% mistake: covariance
# hint: "np.cov takes rows for variables unless it is told otherwise: your table has an entry for each pair of rows."
def covariance(x):
    return np.atleast_2d(np.cov(x, bias=True))


# %% mistake: covariance
# hint: "np.cov takes variables as rows and divides by m - 1 unless it is told otherwise."
def covariance(x):
    return np.atleast_2d(np.cov(np.asarray(x, dtype=float)))


# %% accepts: covariance
def covariance(x):
    x = np.asarray(x, dtype=float)
    return np.cov(x, rowvar=False, bias=True).reshape(x.shape[1], x.shape[1])


# %% accepts: covariance
def covariance(x):
    total = np.zeros((x.shape[1], x.shape[1]))
    mean = np.mean(x, axis=0)
    for row in x:
        total += np.outer(row - mean, row - mean)
    return total / len(x)


# %% [markdown]
# The variance of the numbers kept in direction $v$ needs nothing but $\Sigma$:
#
# $$\frac1m \sum_i (\tilde x_i \cdot v)^2 = v^\top \Sigma\, v .$$
#
# Turn the direction round and watch it. Which direction keeps most, and how much is lost in it?

# %% demo
rng = np.random.default_rng(18)
cloud = rng.normal(size=(150, 2)) @ np.array([[1.5, 2.0], [0.8, -0.6]]) + [10, 20]
spread = covariance(cloud)
angles = np.linspace(0, np.pi, 181)
directions = np.stack([np.cos(angles), np.sin(angles)], axis=1)  # (181, 2)
kept = np.array([v @ spread @ v for v in directions])
best = directions[np.argmax(kept)]
fig, (left, right) = plt.subplots(1, 2, figsize=(12, 4.4))
left.scatter(*cloud.T, s=12, color="0.6")
for v, style, name in ((best, "-", "most variance"), (np.array([-best[1], best[0]]), "--", "least variance")):
    ends = cloud.mean(axis=0) + np.array([[-1], [1]]) * 2 * np.sqrt(v @ spread @ v) * v
    left.plot(*ends.T, color="C1", linestyle=style, linewidth=3, label=name)
left.set(xlabel="$x_0$", ylabel="$x_1$", title="A cloud, and two directions", aspect="equal")
left.legend()
right.plot(np.degrees(angles), kept, label="variance kept")
right.plot(np.degrees(angles), np.trace(spread) - kept, label="variance lost: squared distance from the line")
right.axvline(np.degrees(angles[np.argmax(kept)]), color="0.5", linestyle=":")
right.set(xlabel="direction (degrees from the horizontal)", ylabel="variance", ylim=(0, 1.35 * np.trace(spread)))
right.set(title="Kept and lost, direction by direction")
right.set_xticks(range(0, 181, 45))
right.legend(loc="upper right", fontsize=10)
dd.plot.show(
    "Left: a slanting cloud with a line along its long axis and one across it. Right: the variance kept rises to one "
    "peak and falls to one low, 90 degrees apart; the variance lost is its mirror image, and both add up to the same "
    "total."
)

# %% [markdown]
# One peak, one low, at a right angle to each other. Since kept and lost always add up to the total variance (it is
# Pythagoras, row by row), *most variance kept* and *smallest squared distance from the line* are the same wish.
# Pearson found the line by the second in 1901, Hotelling by the first in 1933.
#
# ## Eigenvectors
#
# At the peak no small turn changes $v^\top \Sigma v$. Turning is moving at a right angle to $v$, so the slope
# $2 \Sigma v$ must point along $v$ itself:
#
# $$\Sigma v = \lambda v .$$
#
# Such a $v$ is an **eigenvector** of $\Sigma$ with the **eigenvalue** $\lambda$: a direction that $\Sigma$ stretches
# and does not turn. And then $v^\top \Sigma v = \lambda$, so the eigenvalue *is* the variance in that direction. By
# hand:
#
# $$\begin{pmatrix} 6.5 & 4.5 \\ 4.5 & 9.125 \end{pmatrix} \begin{pmatrix} 0.6 \\ 0.8 \end{pmatrix} =
# \begin{pmatrix} 7.5 \\ 10 \end{pmatrix} = 12.5 \begin{pmatrix} 0.6 \\ 0.8 \end{pmatrix} , \qquad
# \Sigma \begin{pmatrix} 0.8 \\ -0.6 \end{pmatrix} = 3.125 \begin{pmatrix} 0.8 \\ -0.6 \end{pmatrix} .$$
#
# A covariance, being symmetric, always has $n$ eigenvectors at right angles to each other with eigenvalues that are
# not negative. In order of falling variance they are the **principal components**. The first keeps most; the second
# keeps most of what is left at a right angle to it; and so on. Together they are the old axes, turned. The variances
# still add up: $12.5 + 3.125 = 6.5 + 9.125$.
#
# **Two ways to compute them.** `np.linalg.eigh(covariance(x))` gives eigenvalues in *rising* order and eigenvectors
# as *columns*. Or take the **singular value decomposition** of the centred table itself, $\tilde X = U S V^\top$:
# then $\Sigma = V \frac{S^2}{m} V^\top$, so the rows of $V^\top$, as `np.linalg.svd(..., full_matrices=False)`
# returns it, are the components in falling order, and $\lambda_j = s_j^2 / m$. It is the more exact way, for it never
# squares the data. What squaring costs, for three columns of which the last is a millionth, a billionth as wide:

# %% demo
rng = np.random.default_rng(18)
turned = np.linalg.qr(rng.normal(size=(3, 3)))[0]
for width in (1e-3, 1e-6, 1e-9):
    flat = rng.normal(size=(400, 3))
    flat = np.linalg.qr(flat - flat.mean(axis=0))[0] * np.sqrt(400) * [2.0, 1.0, width] @ turned  # deviations as given
    by_eigh = np.linalg.eigh(covariance(flat))[0][0]
    by_svd = np.linalg.svd(flat - flat.mean(axis=0), full_matrices=False)[1][-1] ** 2 / 400
    print(f"smallest variance {width**2:.0e}:  eigh says {by_eigh: .3e}, svd says {by_svd:.3e}")

# %% [markdown]
# A variance of $10^{-18}$ drowns in the rounding of the entries of $\Sigma$, and may even come out negative; the SVD
# still has it to six digits or so.
#
# **Signs.** If $v$ is an eigenvector, so is $-v$, and which of them comes back depends on the method, the library and
# the machine. Fit twice, and the picture may be mirrored. So we fix a rule: *in each component the entry with the
# largest absolute value is positive.* $(0.6, 0.8)$ and $(0.8, -0.6)$ keep it, $(-0.6, -0.8)$ would be turned over. (If
# two entries are equally large, either will do.)


# %% exercise: pca_fit
def pca_fit(x, num_components):
    """Mean, principal components and variances of a table.

    Args:
        x: array of numbers of shape (m, n), m >= 2, which may lie far from zero; left unchanged.
        num_components: how many components k, int from 1 to min(m, n).

    Returns:
        Tuple (mean, components, variances) of float arrays of shapes (n,), (k, n) and (k,). The rows of components
        have length 1 and are at right angles to each other, the direction of largest variance first; in each the entry
        with the largest absolute value is positive. variances are along them (divided by m), never negative. About 6
        lines.
    """
    ### BEGIN SOLUTION
    mean = np.mean(x, axis=0)
    _, lengths, components = np.linalg.svd(x - mean, full_matrices=False)
    components = components[:num_components]  # (k, n)
    largest = np.argmax(np.abs(components), axis=1)
    signs = np.sign(components[np.arange(num_components), largest])
    return mean, components * signs[:, None], lengths[:num_components] ** 2 / len(x)
    ### END SOLUTION


# %% test: pca_fit, points=3
x = np.array([[13.0, 24.0], [7.0, 16.0], [12.0, 18.5], [8.0, 21.5]])
with dd.check.unchanged(x):
    result = pca_fit(x, 2)
due = (np.array([10.0, 20.0]), np.array([[0.6, 0.8], [0.8, -0.6]]), np.array([12.5, 3.125]))
dd.check.like(result, due, why="this is the example worked by hand")
result = pca_fit(np.array([[1.0, 0.0, 5.0], [4.0, 0.0, 1.0]]), 1)
due = (np.array([2.5, 0.0, 3.0]), np.array([[-0.6, 0.0, 0.8]]), np.array([6.25]))
dd.check.like(result, due, why="two rows differ along one line, by 5 in all")
### BEGIN HIDDEN TESTS
from sklearn.decomposition import PCA

rng = np.random.default_rng(181)
for m, n, k in ((2, 1, 1), (6, 4, 1), (6, 4, 4), (40, 5, 3), (5, 9, 3), (30, 2, 2)):
    turned = np.linalg.qr(rng.normal(size=(n, n)))[0]
    x = rng.normal(size=(m, n)) * 3.0 ** -np.arange(n) @ turned + rng.normal(0.0, 20.0, n)
    with dd.check.unchanged(x):
        result = pca_fit(x, k)
    what = f"for {m} rows, {n} columns and {k} components"
    dd.check.kind(result, tuple)
    mean, components, variances = result
    for value, shape, name in (
        (mean, (n,), "mean"),
        (components, (k, n), "components"),
        (variances, (k,), "variances"),
    ):
        dd.check.kind(value, np.ndarray, what=f"{name} {what}")
        dd.check.shape(value, shape, what=f"{name} {what}")
    dd.check.close(mean, [sum(x[:, j]) / m for j in range(n)], what=f"mean {what}")
    why = "components have length 1 and are at right angles"
    dd.check.close(components @ components.T, np.eye(k), atol=1e-9, what=f"components @ components.T {what}", why=why)
    for component in components:
        assert component[np.argmax(np.abs(component))] > 0, f"the largest entry of a component is negative {what}"
    theirs = PCA(k, svd_solver="full").fit(x)
    signs = [np.sign(row[np.argmax(np.abs(row))]) for row in theirs.components_]
    due = theirs.components_ * np.array(signs)[:, None]
    dd.check.close(
        components,
        due,
        rtol=1e-6,
        atol=1e-7,
        what=f"the array of components {what}",
        why="scikit-learn finds these lines",
    )
    due = theirs.explained_variance_ * (m - 1) / m
    dd.check.close(
        variances, due, rtol=1e-6, what=f"the array of variances {what}", why="each is the variance along its component"
    )
    scores = (x - x.mean(axis=0)) @ components.T
    dd.check.close(
        variances,
        np.mean(scores**2, axis=0),
        rtol=1e-6,
        what=f"the array of variances {what}",
        why="measured along them",
    )
    again = pca_fit(1e6 - x, k)
    why = "turned round and moved, it has the same directions, and the sign rule fixes the rest"
    what = f"the array of components of the mirrored cloud {what}"
    dd.check.close(again[1], components, rtol=1e-5, atol=1e-6, what=what, why=why)
flat = np.outer(rng.normal(size=12), [2.0, -1.0, 4.0, 0.5]) + 7.0  # all rows on one line
_, components, variances = pca_fit(flat, 4)
assert np.all(variances >= 0), (
    f"a variance is negative: {variances.min():.1e}; rows on a line vary in one direction only"
)
dd.check.close(variances[1:], np.zeros(3), atol=1e-12, what="the array of further variances of rows on a line")
dd.check.close(components[0], np.array([2.0, -1.0, 4.0, 0.5]) / np.sqrt(21.25), what="the component of rows on a line")
dd.check.close(components @ components.T, np.eye(4), atol=1e-9, what="components @ components.T of rows on a line")
for dtype in ("uint8", "int8", "int64", "float32"):
    x = np.array([[100, 3, 9], [120, 7, 2], [90, 1, 4], [127, 2, 60], [60, 9, 7]], dtype=dtype)
    due = PCA(2, svd_solver="full").fit(x.astype(float))
    mean, components, variances = pca_fit(x, 2)
    lines = np.abs(components @ due.components_.T)
    dd.check.close(
        lines, np.eye(2), rtol=1e-4, atol=1e-4, what=f"the table of cosines with the components due for {dtype}"
    )
    dd.check.close(variances, due.explained_variance_ * 4 / 5, rtol=1e-4, what=f"the array of variances for {dtype}")
    dd.check.dtype(components, "float", what=f"the array of components for {dtype}")
### END HIDDEN TESTS

# %% mistakes: pca_fit
# - replace: np.linalg.svd(x - mean, full_matrices=False)
#   with: np.linalg.svd(1.0 * x, full_matrices=False)
#   hint: "You decompose the table as it is, and the first component points from the origin to the cloud. What comes
#     first, always?"
# - replace: lengths[:num_components] ** 2 / len(x)
#   with: lengths[:num_components] / len(x)
#   hint: "A variance is a mean of squares; singular values are lengths."
# - replace: lengths[:num_components] ** 2 / len(x)
#   with: lengths[:num_components] ** 2
#   hint: "Your variances grow with the number of rows."
# - replace: lengths[:num_components] ** 2 / len(x)
#   with: lengths[:num_components] ** 2 / max(len(x) - 1, 1)
#   hint: "You divide by m - 1, as scikit-learn does. Here variances are divided by m."
# - replace: return mean, components * signs[:, None],
#   with: return mean, components,
#   hint: "The directions are right, but a sign is left to chance. Which entry of each component has to be positive?"
# - replace: np.sign(components[np.arange(num_components), largest])
#   with: np.sign(components[:, 0])
#   hint: "You make the first entry positive. The rule is about the entry with the largest absolute value."
# - replace: np.sign(components[np.arange(num_components), largest])
#   with: np.sign(np.sum(components, axis=1))
#   hint: "You make the sum positive. The rule is about one entry: the one with the largest absolute value."
# - replace: np.argmax(np.abs(components), axis=1)
#   with: np.argmax(components, axis=1)
#   hint: "You look for the largest entry, which is positive nearly always. Look for the largest absolute value."
# - replace: return mean, components * signs[:, None],
#   with: return mean, (components * signs[:, None]).T,
#   hint: "Your components are columns; they are to be rows, k of them."
# - replace: components = components[:num_components]
#   with: components = components[::-1][:num_components]
#   hint: "Your first component is the direction of least variance."
# - replace: lengths[:num_components] ** 2 / len(x)
#   with: lengths[:num_components] ** 2 / np.sum(lengths**2)
#   hint: "You return shares of the total variance. The variances themselves were asked for."


# %% equivalents: pca_fit
# - replace: full_matrices=False
#   with: full_matrices=True
#   reason: "Only the first rows are used, and they are the same."
# - replace: components * signs[:, None]
#   with: components / signs[:, None]
#   reason: "Dividing by 1 or -1 is multiplying by it."


# %% mistake: pca_fit
# hint: "eigh returns eigenvalues in rising order. You keep the components with the least variance."
def pca_fit(x, num_components):
    mean = np.mean(x, axis=0)
    values, vectors = np.linalg.eigh(covariance(x))
    components = vectors.T[:num_components]
    largest = np.argmax(np.abs(components), axis=1)
    signs = np.sign(components[np.arange(num_components), largest])
    return mean, components * signs[:, None], np.maximum(values[:num_components], 0.0)


# %% mistake: pca_fit
# hint: "eigh returns eigenvectors as columns. You take rows of that matrix, which are no directions of the cloud."
def pca_fit(x, num_components):
    mean = np.mean(x, axis=0)
    values, vectors = np.linalg.eigh(covariance(x))
    components = vectors[::-1][:num_components]
    largest = np.argmax(np.abs(components), axis=1)
    signs = np.sign(components[np.arange(num_components), largest])
    return mean, components * signs[:, None], np.maximum(values[::-1][:num_components], 0.0)


# %% mistake: pca_fit
# hint: "You standardise the columns first. That is often wise for columns with different units, but it is the
#   caller's business, and it changes the directions."
def pca_fit(x, num_components):
    mean = np.mean(x, axis=0)
    scale = np.where(np.max(x, axis=0) == np.min(x, axis=0), 1.0, np.std(x, axis=0))
    _, lengths, components = np.linalg.svd((x - mean) / scale, full_matrices=False)
    components = components[:num_components]
    largest = np.argmax(np.abs(components), axis=1)
    signs = np.sign(components[np.arange(num_components), largest])
    return mean, components * signs[:, None], lengths[:num_components] ** 2 / len(x)


# %% mistake: pca_fit
# hint: "Rounding has made a variance negative, which no variance can be: in directions without any, eigh's smallest
#   eigenvalues come out as zero give or take a little."
def pca_fit(x, num_components):
    mean = np.mean(x, axis=0)
    values, vectors = np.linalg.eigh(covariance(x))
    components = vectors.T[::-1][:num_components]
    largest = np.argmax(np.abs(components), axis=1)
    signs = np.sign(components[np.arange(num_components), largest])
    return mean, components * signs[:, None], values[::-1][:num_components]


# %% accepts: pca_fit
def pca_fit(x, num_components):
    values, vectors = np.linalg.eigh(covariance(x))
    order = np.argsort(-values)[:num_components]
    components = []
    for j in order:
        v = vectors[:, j]
        components.append(-v if -v.min() > v.max() else v)
    return np.mean(x, axis=0), np.array(components), np.clip(values[order], 0.0, None)


# %% accepts: pca_fit
def pca_fit(x, num_components):
    from sklearn.decomposition import PCA

    x = np.asarray(x, dtype=float)
    model = PCA(num_components, svd_solver="full").fit(x)
    rows = model.components_
    turned = np.take_along_axis(rows, np.abs(rows).argmax(axis=1)[:, None], axis=1) < 0
    return model.mean_, np.where(turned, -rows, rows), model.explained_variance_ * (len(x) - 1) / len(x)


# %% [markdown]
# ## A subspace, and the way there and back
#
# All points that can be reached from the mean along the first $k$ components form a **subspace** (moved to $\mu$): a
# line for $k = 1$, a plane for $k = 2$, and flat for every $k$. A row is described in it by its **scores**, and
# rebuilt from them:
#
# $$z_i = V (x_i - \mu) , \qquad \hat x_i = \mu + V^\top z_i = \mu + P\,(x_i - \mu) , \qquad P = V^\top V .$$
#
# $V$ is $(k, n)$, so $z_i$ is $(k,)$, and for all rows at once `(x - mean) @ components.T` is $(m, n)$ times
# $(n, k)$. $P$ is the **projection** onto the subspace: it drops the perpendicular from a point to it. Doing it twice
# changes nothing, $P^2 = P$, and what is lost, $x_i - \hat x_i$, is at a right angle to every component. By hand with
# $k = 1$: row 0 has the score $3 \cdot 0.6 + 4 \cdot 0.8 = 5$ and comes back as
# $(10, 20) + 5\,(0.6, 0.8) = (13, 24)$, complete. Row 2 has the score $2 \cdot 0.6 - 1.5 \cdot 0.8 = 0$ and comes
# back as the mean.
#
# **New rows** are centred with the mean that was learned and not with their own, or they land elsewhere than the rows
# they should be compared with.
#
# **Whitening** goes one step further and divides each score by its standard deviation, $z_{ij} / \sqrt{\lambda_j}$.
# The cloud becomes round: every direction has variance 1 and none goes with another. Distances in it are Day 17's
# Mahalanobis distances. On the way back each score is multiplied first. Row 0, whitened: $5 / \sqrt{12.5} = 1.414$.


# %% exercise: pca_transform
def pca_transform(x, mean, components, variances=None):
    """Scores of rows along components, whitened on request.

    Args:
        x: array of numbers of shape (m, n), m >= 0; left unchanged.
        mean, components: as pca_fit returns them, of shapes (n,) and (k, n); left unchanged.
        variances: None, or k positive variances, array of shape (k,): each score is then divided by its standard
            deviation. Left unchanged.

    Returns:
        Float array of shape (m, k). About 4 lines.
    """
    ### BEGIN SOLUTION
    scores = (x - mean) @ components.T
    if variances is not None:
        scores = scores / np.sqrt(variances)
    return scores
    ### END SOLUTION


def pca_inverse(scores, mean, components, variances=None):
    """Rows rebuilt from scores.

    Args:
        scores: array of shape (m, k), m >= 0, as pca_transform returns it; left unchanged.
        mean, components: as for pca_transform; left unchanged.
        variances: what pca_transform was given, None or an array of shape (k,); left unchanged.

    Returns:
        Float array of shape (m, n). About 3 lines.
    """
    ### BEGIN SOLUTION
    if variances is not None:
        scores = scores * np.sqrt(variances)
    return mean + scores @ components
    ### END SOLUTION


# %% test: pca_transform, points=2
x = np.array([[13.0, 24.0], [7.0, 16.0], [12.0, 18.5]])
mean, components = np.array([10.0, 20.0]), np.array([[0.6, 0.8]])
with dd.check.unchanged([x, mean, components]):
    scores = pca_transform(x, mean, components)
    back = pca_inverse(scores, mean, components)
dd.check.like(
    scores, np.array([[5.0], [-5.0], [0.0]]), what="the table of scores", why="this is the example worked by hand"
)
due = np.array([[13.0, 24.0], [7.0, 16.0], [10.0, 20.0]])
dd.check.like(back, due, what="the rebuilt table", why="row 2 lies at a right angle to the component")
variances = np.array([12.5])
with dd.check.unchanged([x, scores, variances]):
    white = pca_transform(x, mean, components, variances)
    back = pca_inverse(white, mean, components, variances)
dd.check.like(
    white, np.array([[1.0], [-1.0], [0.0]]) * np.sqrt(2.0), what="the table of whitened scores", why="5 / sqrt(12.5)"
)
dd.check.like(back, due, what="the table rebuilt from whitened scores", why="it is the same table")
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(182)
for m, n, k in ((1, 1, 1), (1, 4, 2), (0, 3, 2), (5, 3, 3), (9, 6, 1), (7, 5, 4)):
    components = np.linalg.qr(rng.normal(size=(n, n)))[0][:k]
    mean, variances = rng.normal(0.0, 9.0, n), rng.uniform(0.1, 30.0, k)
    x = rng.normal(4.0, 3.0, (m, n))
    for given in (None, variances):
        with dd.check.unchanged([x, mean, components, variances]):
            scores = pca_transform(x, mean, components, given)
        what = f"of {m} rows, {n} columns and {k} components" + (", whitened" if given is not None else "")
        due = np.zeros((m, k))
        for i in range(m):
            for j in range(k):
                total = sum((x[i, column] - mean[column]) * components[j, column] for column in range(n))
                due[i, j] = total if given is None else total / variances[j] ** 0.5
        dd.check.like(
            scores, due, rtol=1e-9, what=f"the table of scores {what}", why="rows are centred with the mean handed in"
        )
        with dd.check.unchanged([scores, mean, components, variances]):
            back = pca_inverse(scores, mean, components, given)
        due = mean + (x - mean) @ components.T @ components
        dd.check.like(back, due, rtol=1e-9, atol=1e-9, what=f"the rebuilt table {what}")
        if m:
            once = pca_transform(back, mean, components, given)
            dd.check.close(
                once,
                scores,
                rtol=1e-9,
                atol=1e-9,
                what=f"the table of scores once more {what}",
                why="P applied twice is P",
            )
        if k == n:
            dd.check.close(back, x, rtol=1e-9, atol=1e-9, what=f"the rebuilt table {what}", why="nothing was left out")
slanting = rng.normal(size=(60, 3)) @ rng.normal(size=(3, 3)) + 5.0
mean, components, variances = pca_fit(slanting, 3)
white = pca_transform(slanting, mean, components, variances)
dd.check.close(
    white.T @ white / 60, np.eye(3), atol=1e-8, what="the covariance of whitened scores", why="all are 1 wide"
)
whole = pca_transform(np.array([[250, 3], [0, 255]], dtype="uint8"), np.array([100.0, 100.0]), np.eye(2))
dd.check.like(whole, np.array([[150.0, -97.0], [-100.0, 155.0]]), what="the table of scores of whole numbers")
### END HIDDEN TESTS

# %% mistakes: pca_transform
# - replace: scores = (x - mean) @ components.T
#   with: scores = x @ components.T
#   hint: "You project the rows without taking the mean off."
# - replace: scores = (x - mean) @ components.T
#   with: scores = (x - np.mean(x, axis=0)) @ components.T
#   hint: "You centre the rows with their own mean. New rows are centred with the mean that was learned."
# - replace: scores / np.sqrt(variances)
#   with: scores / variances
#   hint: "You divide by variances. What brings a score to a standard deviation of 1?"
# - replace: scores * np.sqrt(variances)
#   with: scores / np.sqrt(variances)
#   hint: "On the way back the division is undone, and you divide once more."
# - replace: return mean + scores @ components
#   with: return scores @ components
#   hint: "The rebuilt rows lie about the origin. Where was the cloud?"
# - replace: |-
#     if variances is not None:
#             scores = scores * np.sqrt(variances)
#         return mean + scores @ components
#   with: return mean + scores @ components
#   hint: "Whitened scores come back as a cloud that is too round: the widths have to be put back first."
# - replace: |-
#     if variances is not None:
#             scores = scores / np.sqrt(variances)
#         return scores
#   with: return scores
#   hint: "Variances are handed in and nothing happens. What does whitening divide by?"


# %% mistakes: pca_transform
# - replace: scores / np.sqrt(variances)
#   with: scores / np.std(scores, axis=0)
#   hint: "You divide by the deviation of the rows at hand. Whitening uses the variances that were learned."
# - replace: scores * np.sqrt(variances)
#   with: scores * variances
#   hint: "On the way back you multiply by variances, where the way there divided by their square roots."
# - replace: scores = (x - mean) @ components.T
#   with: scores = (x - mean) @ components.T @ components
#   hint: "You project and come straight back, with n numbers a row. Scores are the k numbers in between."


# %% mistake: pca_transform
# hint: "You whiten the columns of the table. Whitening is done to scores, along the components."
def pca_transform(x, mean, components, variances=None):
    centred = x - mean
    if variances is not None and len(centred):
        centred = centred / np.maximum(np.std(centred, axis=0), 1e-12)
    return centred @ components.T


def pca_inverse(scores, mean, components, variances=None):
    return mean + scores @ components


# %% mistake: pca_transform
# hint: "You whiten in place, and the scores that the caller still holds are changed on the way back."
def pca_transform(x, mean, components, variances=None):
    scores = (x - mean) @ components.T
    return scores if variances is None else scores / np.sqrt(variances)


def pca_inverse(scores, mean, components, variances=None):
    if variances is not None:
        scores *= np.sqrt(variances)
    return mean + scores @ components


# %% accepts: pca_transform
def pca_transform(x, mean, components, variances=None):
    widths = np.ones(len(components)) if variances is None else np.asarray(variances) ** 0.5
    return np.einsum("ij,kj->ik", np.subtract(x, mean, dtype=float), components / widths[:, None])


def pca_inverse(scores, mean, components, variances=None):
    widths = np.ones(len(components)) if variances is None else np.asarray(variances) ** 0.5
    return np.asarray(scores) @ (components * widths[:, None]) + mean


# %% accepts: pca_transform
def pca_transform(x, mean, components, variances=None):
    scores = np.zeros((len(x), len(components)))
    for j, component in enumerate(components):
        scores[:, j] = x @ component - mean @ component
        if variances is not None:
            scores[:, j] /= np.sqrt(variances[j])
    return scores


def pca_inverse(scores, mean, components, variances=None):
    rows = np.tile(np.asarray(mean, dtype=float), (len(scores), 1))
    for j, component in enumerate(components):
        width = 1.0 if variances is None else np.sqrt(variances[j])
        rows += width * np.outer(scores[:, j], component)
    return rows


# %% [markdown]
# What does a projection look like in space, and what does whitening do to a cloud?

# %% demo
rng = np.random.default_rng(18)
axes = np.linalg.qr(np.array([[1.0, -0.8, 0.1], [1.0, 1.0, 0.3], [0.3, 0.2, 1.0]]))[0].T  # three directions, (3, 3)
space = rng.normal(size=(60, 3)) * [2.4, 1.8, 0.7] @ axes
mean, components, variances = pca_fit(space, 3)
plane = components[:2]
feet = pca_inverse(pca_transform(space, mean, plane), mean, plane)  # (60, 3)
projection = plane.T @ plane
print("P twice is P:", np.allclose(projection @ projection, projection))
print("largest product of what is lost with the plane:", np.abs((space - feet) @ plane.T).max().round(12))
print(f"mean squared distance from the plane {np.mean(np.sum((space - feet) ** 2, axis=1)):.4f};", end=" ")
print(f"variance of the third component {variances[2]:.4f}")

fig = plt.figure(figsize=(13.5, 4.6))
places = fig.add_gridspec(1, 3, width_ratios=[1.3, 1, 1])
ax = fig.add_subplot(places[0], projection="3d")
along, across = np.meshgrid([-1, 1], [-1, 1])  # the corners of a piece of the plane
piece = mean + 2.3 * (
    along[..., None] * np.sqrt(variances[0]) * plane[0] + across[..., None] * np.sqrt(variances[1]) * plane[1]
)
ax.plot_surface(*piece.transpose(2, 0, 1), color="C5", alpha=0.45)
for point, foot in zip(space, feet, strict=True):
    ax.plot(*np.stack([point, foot], axis=1), color="C1", linestyle="-", linewidth=1.5)
ax.scatter(*space.T, s=14, color="C0", depthshade=False)
ax.set(xlabel="$x_0$", ylabel="$x_1$", zlabel="$x_2$", title="A plane, and what is lost")
ax.set(xticks=[], yticks=[], zticks=[])
ax.view_init(elev=16, azim=-60)
ax.set_box_aspect(np.ptp(np.concatenate([space, piece.reshape(4, 3)]), axis=0), zoom=1.25)
mean, components, variances = pca_fit(cloud, 2)
views = {
    "Scores": pca_transform(cloud, mean, components),
    "Whitened": pca_transform(cloud, mean, components, variances),
}
for place, (title, scores) in enumerate(views.items(), start=1):
    ax = fig.add_subplot(places[place])
    ax.scatter(*scores.T, s=12, color="0.6")
    ax.set(title=title, xlabel="component 0", ylabel="component 1", xlim=(-8, 8), ylim=(-8, 8), aspect="equal")
dd.plot.show(
    "Left: points in space, a plane through them, and a short line from each point to its foot in the plane. Middle: "
    "the slanting cloud of before in its own axes, wide and flat. Right: the same cloud whitened, round, with a width "
    "of about 1 in every direction."
)

# %% [markdown]
# Left, the short lines are what the plane loses; each meets it at a right angle, and their mean square is the
# variance of the third component, to the last digit. (Eckart and Young proved that no other plane, and no other way
# of rebuilding rows from two numbers by a linear map, loses less.) Middle: in scores the slanting cloud lies along
# the axes; PCA has only turned it. Right: whitening has made it round.
#
# ## 64 pixels
#
# Now pictures. Each of our digits is a row of 64 pixels, a point in a space of 64 dimensions, and a direction in that
# space is itself a picture. What are the mean and the first components of 1,347 training digits?

# %% demo
(digits, labels), (digits_new, labels_new) = dd.data.digits(test_fraction=0.25, seed=0)  # (1347, 64), (450, 64)
digit_mean, digit_components, digit_variances = pca_fit(digits, 64)
pictures = [digit_mean, *digit_components[:7]]
fig, panels = plt.subplots(1, 8, figsize=(14, 2.3))
for j, (ax, picture) in enumerate(zip(panels, pictures, strict=True)):
    limit = np.abs(picture).max()
    image = ax.imshow(picture.reshape(8, 8), cmap="gray", vmin=-limit, vmax=limit)
    share = digit_variances[j - 1] / digit_variances.sum()
    ax.set_title("mean" if j == 0 else f"$v_{j - 1}$: {share:.0%}", fontsize=12)
    ax.set_axis_off()
fig.suptitle("The mean digit and the first seven components (light: more ink, dark: less)")
dd.plot.show(
    "Eight pictures of 8 by 8 pixels: a blurred mean digit, then seven components with light and dark regions, each "
    "with its share of the total variance, the first about 15 percent."
)

# %% [markdown]
# A component is a pattern of *more ink here, less there*. A score says how much of it a digit has. None of them looks
# like a digit, and none was told what a digit is: PCA does not see the labels.
#
# ## How many components?
#
# Their variances fall, and the share that the first $k$ keep is the **explained variance**
#
# $$\frac{\lambda_0 + \dots + \lambda_{k-1}}{\lambda_0 + \dots + \lambda_{n-1}} .$$
#
# A usual choice is the smallest $k$ that keeps 95%; where something is learned from the scores afterwards, validation
# (Day 6) chooses better. By hand, with the variances $12.5$ and $3.125$: one component keeps 80%, two keep all. So
# half needs one, 80% needs one as well, and 81% needs two.
#
# **The trap** is in "80% needs one". Sums of floats come out a hair below or above: the share of one component may be
# 0.7999999999999999. And the share of all of them may never reach 1. A share that lacks no more than $10^{-9}$ counts
# as reached.


# %% exercise: components_for_variance
def components_for_variance(x, fraction):
    """How many principal components keep a given share of the total variance.

    Args:
        x: array of numbers of shape (m, n), m >= 2, whose rows are not all equal; left unchanged.
        fraction: share to keep, a number above 0 and up to 1.

    Returns:
        The smallest number of components, int, whose variances add up to at least that share of the total variance of
        all columns; a share that lacks no more than 1e-9 counts as reached. About 4 lines.
    """
    ### BEGIN SOLUTION
    _, _, variances = pca_fit(x, min(x.shape))
    shares = np.cumsum(variances) / np.sum(variances)
    return int(np.argmax(shares >= fraction - 1e-9)) + 1
    ### END SOLUTION


# %% test: components_for_variance, points=2
x = np.array([[13.0, 24.0], [7.0, 16.0], [12.0, 18.5], [8.0, 21.5]])
with dd.check.unchanged(x):
    result = components_for_variance(x, 0.5)
dd.check.kind(result, int)
for fraction, due in ((0.5, 1), (0.8, 1), (0.81, 2), (1.0, 2)):
    result = components_for_variance(x, fraction)
    dd.check.equal(result, due, what=f"the number for a share of {fraction}", why="one keeps 80%, two keep all")
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(183)
for widths in ([1.0], [3.0, 1.0], [4.0, 2.0, 2.0, 1.0], [1.1, 1.1, 1.1, 1.1], [1.0, 0.5, 0.0]):
    n = len(widths)
    corners = np.concatenate([np.diag(widths), -np.diag(widths)])  # variances are widths**2 / n
    x = corners @ np.linalg.qr(rng.normal(size=(n, n)))[0] + rng.normal(0.0, 50.0, n)
    shares = np.cumsum(np.array(widths) ** 2) / np.sum(np.array(widths) ** 2)
    for fraction in (0.01, 0.3, 0.5, 0.9, 0.95, 1.0, *shares, *(shares * 0.9999), *np.minimum(shares * 1.0001, 1)):
        due = next(k for k in range(1, n + 1) if shares[k - 1] >= fraction - 1e-9)
        with dd.check.unchanged(x):
            result = components_for_variance(x, float(fraction))
        what = f"the number for a share of {fraction:.6g} with the variances {[w * w for w in widths]}"
        dd.check.kind(result, int, what=what)
        dd.check.equal(result, due, what=what)
wide = rng.normal(size=(4, 30))  # four rows differ in three directions at most
dd.check.equal(components_for_variance(wide, 1.0), 3, what="the number for all variance of 4 rows and 30 columns")
line = np.outer(np.arange(5.0), [1.0, 2.0, 2.0]) + 1000.0
dd.check.equal(components_for_variance(line, 1), 1, what="the number for all variance of rows on a line")
for dtype in ("uint8", "int64", "float32"):
    x = np.array([[100, 3, 9], [120, 7, 2], [90, 1, 4], [127, 2, 60], [60, 9, 7]], dtype=dtype)
    values = np.linalg.eigvalsh(np.cov(x.astype(float), rowvar=False))[::-1]
    for fraction in (0.5, 0.9, 0.99):
        due = int(np.argmax(np.cumsum(values) / values.sum() >= fraction)) + 1
        dd.check.equal(
            components_for_variance(x, fraction), due, what=f"the number for a share of {fraction} ({dtype})"
        )
### END HIDDEN TESTS

# %% mistakes: components_for_variance
# - replace: int(np.argmax(shares >= fraction - 1e-9)) + 1
#   with: int(np.argmax(shares >= fraction - 1e-9))
#   hint: "You return an index. How many components are there up to it?"
# - replace: shares >= fraction - 1e-9
#   with: shares > fraction + 1e-9
#   hint: "A share that is exactly reached counts as reached; you ask for more."
# - replace: np.cumsum(variances) / np.sum(variances)
#   with: np.cumsum(np.sqrt(variances)) / np.sum(np.sqrt(variances))
#   hint: "You add standard deviations. What adds up to the total is variances."
# - replace: np.cumsum(variances) / np.sum(variances)
#   with: variances / np.sum(variances)
#   hint: "You look at each component's own share. What do the first k keep together?"
# - replace: np.cumsum(variances) / np.sum(variances)
#   with: np.cumsum(variances)
#   hint: "A share is a part of the whole. By what should the sum be divided?"
# - replace: return int(np.argmax(shares >= fraction - 1e-9)) + 1
#   with: return int(np.sum(variances / np.sum(variances) >= 1 - fraction)) + 1
#   hint: "You count components whose own share is large. The question is when the running sum reaches the fraction."
# - replace: np.cumsum(variances) / np.sum(variances)
#   with: np.cumsum(variances[::-1]) / np.sum(variances)
#   hint: "You add the smallest variances first. Which components are kept?"
# - replace: shares >= fraction - 1e-9
#   with: shares >= fraction
#   hint: "Sums of floats come out a hair below what they should be, and then one component too many is counted. How
#     much may a share lack?"


# %% equivalents: components_for_variance
# - replace: shares >= fraction - 1e-9
#   with: shares > fraction - 1e-9
#   reason: "They differ only where a share lacks 1e-9 to the last bit."


# %% mistake: components_for_variance
# hint: "You decompose the table as it is, so that the first component is mostly the mean. Centre it first."
def components_for_variance(x, fraction):
    variances = np.linalg.svd(np.asarray(x, dtype=float), compute_uv=False) ** 2
    shares = np.cumsum(variances) / np.sum(variances)
    return int(np.argmax(shares >= fraction - 1e-9)) + 1


# %% mistake: components_for_variance
# hint: "A share that is just reached counts as missed with you. And rounding to a few places is no allowance of 1e-9."
def components_for_variance(x, fraction):
    variances = pca_fit(x, min(x.shape))[2]
    shares = np.round(np.cumsum(variances) / np.sum(variances), 3)
    return min(int(np.sum(shares <= fraction)) + 1, len(shares))


# %% mistake: components_for_variance
# hint: "You count columns by their own variances. Components are directions between the columns, and need fewer."
def components_for_variance(x, fraction):
    variances = np.sort(np.diag(covariance(x)))[::-1]
    shares = np.cumsum(variances) / np.sum(variances)
    return int(np.argmax(shares >= fraction - 1e-9)) + 1


# %% accepts: components_for_variance
def components_for_variance(x, fraction):
    values = np.maximum(np.linalg.eigvalsh(covariance(x))[::-1], 0.0)
    kept = 0.0
    for k, value in enumerate(values, start=1):
        kept += value
        if kept >= (fraction - 1e-9) * values.sum():
            return k
    return len(values)


# %% accepts: components_for_variance
def components_for_variance(x, fraction):
    lengths = np.linalg.svd(x - np.mean(x, axis=0), compute_uv=False)
    shares = np.cumsum(lengths**2) / np.sum(lengths**2)
    return 1 + sum(int(share < fraction - 1e-9) for share in shares[:-1].tolist())


# %% [markdown]
# For the digits: where is the 95% mark, and does a digit that is rebuilt from so few numbers still look like itself?
# The strip shows digits that PCA has not seen.

# %% demo
marks = {share: components_for_variance(digits, share) for share in (0.5, 0.8, 0.95, 0.99)}
print(marks)
explained = np.concatenate([[0.0], np.cumsum(digit_variances) / digit_variances.sum()])
lost_new = []
for k in range(65):
    rebuilt = pca_inverse(pca_transform(digits_new, digit_mean, digit_components[:k]), digit_mean, digit_components[:k])
    lost_new.append(np.sum((digits_new - rebuilt) ** 2) / np.sum((digits_new - digit_mean) ** 2))
fig, ax = plt.subplots(figsize=(8, 4.2))
ax.plot(explained, label="training digits")
ax.plot(1 - np.array(lost_new), label="new digits, rebuilt")
ax.axhline(0.95, color="0.5", linestyle=":")
ax.axvline(marks[0.95], color="0.5", linestyle=":")
ax.plot(marks[0.95], explained[marks[0.95]], "o", color="C3", markersize=9, label=f"95% with {marks[0.95]} of 64")
ax.set(xlabel="components kept, $k$", ylabel="share of the variance", title="How many numbers does a digit need?")
ax.legend(loc="lower right")
dd.plot.show(
    "The share of variance kept against the number of components rises steeply at first and flattens out; a dot marks "
    "95 percent, reached with fewer than 30 of 64 components. The curve for new digits lies almost on top."
)
assert 20 <= marks[0.95] <= 32 and abs(1 - lost_new[marks[0.95]] - 0.95) < 0.02

counts = [1, 2, 5, 10, marks[0.95], 64]
chosen = [np.flatnonzero(labels_new == digit)[0] for digit in range(10)]
strip = [
    pca_inverse(pca_transform(digits_new[chosen], digit_mean, digit_components[:k]), digit_mean, digit_components[:k])
    for k in counts
]
fig, panels = plt.subplots(len(counts), 10, figsize=(9, 6.2))
for row, (k, rebuilt) in enumerate(zip(counts, strip, strict=True)):
    for ax, picture in zip(panels[row], rebuilt, strict=True):
        ax.imshow(picture.reshape(8, 8), cmap="gray_r", vmin=0, vmax=1)
        ax.set(xticks=[], yticks=[])
        ax.grid(False)
    panels[row, 0].set_ylabel(f"$k = {k}$", rotation=0, ha="right", va="center")
fig.suptitle("Ten new digits, rebuilt from $k$ numbers")
dd.plot.show(
    "A strip of ten digits in six rows. With 1 or 2 numbers they are blurred and alike, with 10 most can be read, "
    "with the 95 percent number they are hard to tell from the last row, which is exact."
)

# %% [markdown]
# Less than half of the 64 numbers keep 95%, on new digits as on old ones: with 1,347 rows there was little to
# overfit. In the strip, two numbers give a blur between several digits, ten can mostly be read, and at the 95% mark
# only the edges differ from the last row. What PCA dropped was mostly noise of the pen.
#
# Two or three numbers are too few to rebuild a digit, but they can be *drawn*. Is there order in that picture?

# %% demo
scores = pca_transform(digits, digit_mean, digit_components[:3])  # (1347, 3)
fig = plt.figure(figsize=(13.5, 5.8))
flat_ax, deep_ax = fig.add_subplot(1, 2, 1), fig.add_subplot(1, 2, 2, projection="3d")
for digit in range(10):
    own = scores[labels == digit]
    look = {"color": plt.cm.viridis(digit / 9), "marker": f"${digit}$", "s": 28, "linewidths": 0.4}
    flat_ax.scatter(own[:, 0], own[:, 1], **look)
    deep_ax.scatter(*own[::3].T, **look)
flat_ax.set(xlabel="component 0", ylabel="component 1", title=f"Two numbers: {explained[2]:.0%} of the variance")
deep_ax.set(xlabel="component 0", ylabel="component 1", zlabel="component 2")
deep_ax.set_title(f"Three numbers: {explained[3]:.0%}")
for axis in (deep_ax.xaxis, deep_ax.yaxis, deep_ax.zaxis):
    axis.set_ticks([-1, 0, 1])
deep_ax.view_init(elev=18, azim=-60)
deep_ax.set_box_aspect((1, 1, 0.9), zoom=1.15)
dd.plot.show(
    "Digits drawn at their first two scores, and every third in space at their first three. Equal digits gather in "
    "clouds; a few clouds, such as that of the zeros, stand apart at the edge, others lie over one another in the "
    "middle."
)

# %% [markdown]
# PCA knew no labels, and yet equal digits gather: writing the same digit is one of the reasons why pictures are
# alike. Some clouds stand at the edge, others lie over one another, for seven tenths of the variance are not in the
# picture. A third number pulls some of them apart.
#
# ## The curse of dimensionality
#
# Why not keep all columns, always? Because spaces with many dimensions are strange, and methods that live on
# distances suffer. Two measurements. Left: 500 points at random in a cube of $n$ dimensions; how far is the nearest
# neighbour of a point, compared with its *farthest*? Right: digits read by the label of their nearest neighbour,
# after columns of pure noise, each as wide as a pixel, have been added to the 64. How many columns can a neighbour
# stand, and does PCA help?


# %% demo
def distances(points, others):
    """Euclidean distances of all pairs, (len(points), len(others))."""
    squares = np.sum(points**2, axis=1)[:, None] + np.sum(others**2, axis=1) - 2 * points @ others.T
    return np.sqrt(np.maximum(squares, 0.0))


def nearest_accuracy(x_known, labels_known, x_new, labels_new):
    """Share of new rows whose nearest known row has their label."""
    nearest = np.argmin(distances(x_new, x_known), axis=1)
    return np.mean(labels_known[nearest] == labels_new)


rng = np.random.default_rng(18)
dimensions = [1, 2, 3, 10, 30, 100, 300, 1000]
contrast = []
for n in dimensions:
    gaps = distances(*[rng.random((500, n))] * 2)
    np.fill_diagonal(gaps, np.nan)
    contrast.append(np.mean(np.nanmin(gaps, axis=1) / np.nanmax(gaps, axis=1)))
added = [0, 64, 128, 256, 512, 1024]
pixel_width = np.sqrt(digit_variances.sum() / 64)
accuracy = {"all columns": [], "20 components": []}
for extra in added:
    noisy, noisy_new = (
        np.hstack([part, pixel_width * rng.normal(size=(len(part), extra))]) for part in (digits, digits_new)
    )
    mean, components, _ = pca_fit(noisy, 20)
    few, few_new = (pca_transform(part, mean, components) for part in (noisy, noisy_new))
    accuracy["all columns"].append(nearest_accuracy(noisy, labels, noisy_new, labels_new))
    accuracy["20 components"].append(nearest_accuracy(few, labels, few_new, labels_new))
fig, (left, right) = plt.subplots(1, 2, figsize=(12.5, 4.2))
left.plot(dimensions, contrast, marker="o")
left.set(xscale="log", xlabel="dimensions $n$", ylabel="nearest distance / farthest", ylim=(0, 1))
left.set_title("500 random points: everything is far")
for (name, values), marker in zip(accuracy.items(), "os", strict=True):
    right.plot(added, values, marker=marker, label=name)
right.axhline(0.1, color="0.5", linestyle=":", label="guessing")
right.set(xlabel="columns of noise added", ylabel="accuracy on new digits", ylim=(0, 1.03))
right.set_title("Digits by their nearest neighbour")
right.legend()
dd.plot.show(
    "Left: the ratio of nearest to farthest distance climbs from near zero in one dimension towards one in a "
    "thousand. Right: accuracy on digits falls from almost one as noise columns are added; on 20 components it falls "
    "later."
)
print({name: np.round(values, 2).tolist() for name, values in accuracy.items()})
assert contrast[-1] > 0.8 and contrast[1] < 0.1
assert accuracy["all columns"][-1] < 0.7 and accuracy["20 components"][-1] > accuracy["all columns"][-1] + 0.1

# %% [markdown]
# In two dimensions a point has neighbours; in a thousand its nearest neighbour is nearly as far away as its farthest,
# and "near" stops meaning much. On the right each noise column adds a little to every distance. A thousand of them
# add up to more than the strokes of a pen. Twenty components leave most of the noise behind, because noise columns
# vary each for itself while pixels vary together. That is a respite and no cure: in the end some directions of pure
# noise have more variance than strokes do. More columns are an advantage only if they bring more than they drown.
#
# ## Directions that separate
#
# PCA keeps what varies most, whether or not it matters to you. If there are labels and you want to tell the classes
# apart, ask for something else: directions in which class *means* lie far apart, measured by how wide the classes
# themselves are. **Linear discriminant analysis** splits the covariance in two, $\Sigma = \Sigma_W + \Sigma_B$,
#
# $$\Sigma_W = \frac1m \sum_c \sum_{i \in c} (x_i - \mu_c)(x_i - \mu_c)^\top , \qquad
# \Sigma_B = \sum_c \frac{m_c}{m} (\mu_c - \mu)(\mu_c - \mu)^\top ,$$
#
# the first *within* the classes, each row about the mean of its own class, the second *between* them. Then it looks
# for the directions $v$ with the largest ratio
#
# $$\frac{v^\top \Sigma_B\, v}{v^\top \Sigma_W\, v} , \qquad \text{that is,} \quad
# \Sigma_B\, v = \lambda\, \Sigma_W\, v \ \text{ with the largest } \lambda .$$
#
# Whitening helps to see why. Make the classes round, so that $\Sigma_W$ becomes the identity: with
# $\Sigma_W = L L^\top$ (Day 17's Cholesky factor) and $v = L^{-\top} u$ the problem is an ordinary one for the
# symmetric matrix $L^{-1} \Sigma_B L^{-\top}$. The directions $v$ need not be at right angles to each other. And
# there are at most $K - 1$ of them: $K$ means lie in a subspace of $K - 1$ dimensions.
#
# By hand, two classes of four rows: about $(0, 0)$ the rows $(\pm 1, 0)$ and $(0, \pm 2)$, about $(2, 2)$ the same.
# Then $\Sigma_W$ has $0.5$ and $2$ on its diagonal and zeros beside it, and with two classes the direction is
# $\Sigma_W^{-1} (\mu_1 - \mu_0) = (2 / 0.5,\ 2 / 2) = (4, 1)$, or $(4, 1) / \sqrt{17}$ with length 1. It leans
# towards the first column, in which the classes are narrow. PCA's first component of the same eight rows leans
# towards the second.


# %% exercise: lda_directions
def lda_directions(x, labels, k):
    """The directions that separate labelled classes best.

    Args:
        x: array of numbers of shape (m, n), whose covariance within the classes is invertible; left unchanged.
        labels: class of each row, array of shape (m,) of K >= 2 different numbers, any ones; left unchanged.
        k: how many directions, int from 1 to min(K - 1, n).

    Returns:
        Float array of shape (k, n): the directions with the largest ratio of variance between the classes to variance
        within them, largest ratio first. Each has length 1, and its entry with the largest absolute value is positive.
    """
    ### BEGIN SOLUTION
    mean = np.mean(x, axis=0)
    within, between = np.zeros((2, x.shape[1], x.shape[1]))  # m times each: the ratios don't mind
    for label in np.unique(labels):
        rows = x[labels == label]
        within += covariance(rows) * len(rows)
        offset = np.mean(rows, axis=0) - mean
        between += np.outer(offset, offset) * len(rows)
    factor = np.linalg.cholesky(within)  # within = factor @ factor.T
    half = np.linalg.solve(factor, between)
    rounded = np.linalg.solve(factor, half.T)  # symmetric, (n, n)
    _, vectors = np.linalg.eigh(rounded)
    directions = np.linalg.solve(factor.T, vectors[:, ::-1][:, :k]).T  # (k, n)
    directions /= np.linalg.norm(directions, axis=1, keepdims=True)
    largest = np.argmax(np.abs(directions), axis=1)
    return directions * np.sign(directions[np.arange(k), largest])[:, None]
    ### END SOLUTION


# %% test: lda_directions, points=3
arms = np.array([[1.0, 0.0], [-1.0, 0.0], [0.0, 2.0], [0.0, -2.0]])
x, labels_tiny = np.concatenate([arms, arms + 2.0]), np.array([0, 0, 0, 0, 1, 1, 1, 1])
with dd.check.unchanged([x, labels_tiny]):
    result = lda_directions(x, labels_tiny, 1)
dd.check.like(result, np.array([[4.0, 1.0]]) / np.sqrt(17.0), why="this is the example worked by hand")
three = np.concatenate([arms, arms + np.array([2.0, -2.0]), arms + np.array([5.0, 1.0])])
shifted = lda_directions(three, np.repeat([7, 3, 5], 4), 2)
dd.check.shape(shifted, (2, 2), what="the array of directions", why="three classes have two")
dd.check.close(np.linalg.norm(shifted, axis=1), [1.0, 1.0], what="the array of lengths")
### BEGIN HIDDEN TESTS
import scipy.linalg

rng = np.random.default_rng(184)
for m, n, num_classes, k in ((12, 1, 2, 1), (30, 3, 2, 1), (60, 4, 4, 3), (60, 2, 5, 2), (80, 6, 3, 2)):
    names = rng.choice(200, num_classes, replace=False)
    labels_here = rng.permutation(np.concatenate([names, names, rng.choice(names, m - 2 * num_classes)]))
    centres = {name: rng.normal(0.0, 3.0, n) for name in names.tolist()}
    x = rng.normal(size=(m, n)) @ rng.normal(size=(n, n)) + [centres[name] for name in labels_here.tolist()]
    for given in (labels_here, labels_here.astype("uint8")):
        with dd.check.unchanged([x, given]):
            result = lda_directions(x, given, k)
        what = f"for {m} rows, {n} columns, {num_classes} classes and k = {k}"
        within, between = np.zeros((n, n)), np.zeros((n, n))
        for i in range(m):
            own = x[labels_here == labels_here[i]].mean(axis=0)
            within += np.outer(x[i] - own, x[i] - own) / m
            between += np.outer(own - x.mean(axis=0), own - x.mean(axis=0)) / m
        due = scipy.linalg.eigh(between, within)[1].T[::-1][:k]
        due = due / np.linalg.norm(due, axis=1, keepdims=True)
        due = due * np.array([np.sign(row[np.argmax(np.abs(row))]) for row in due])[:, None]
        why = "they solve between @ v = ratio * within @ v"
        dd.check.like(result, due, rtol=1e-6, atol=1e-8, what=f"the array of directions {what}", why=why)
    ratios = np.array([v @ between @ v / (v @ within @ v) for v in result])
    assert np.all(np.diff(ratios) <= 1e-9 * ratios[0]), f"the ratios do not fall {what}: {ratios}"
    far = lda_directions(x - 1e5, labels_here, k)
    dd.check.close(far, due, rtol=1e-4, atol=1e-5, what=f"the array of directions far from zero {what}")
    stretch = rng.uniform(0.5, 2.0, n)
    back = lda_directions(x * stretch, labels_here, k) * stretch
    back = back / np.linalg.norm(back, axis=1, keepdims=True)
    why = "in other units the same separation is found"
    dd.check.close(
        np.abs(np.sum(back * due, axis=1)),
        np.ones(k),
        what=f"the array of cosines after a change of units {what}",
        why=why,
    )
sizes = np.repeat([0, 1, 2], [50, 5, 5])
uneven = rng.normal(size=(60, 2)) + np.array([[0, 0], [4, 0], [0, 3]])[sizes]
within = sum(np.cov(uneven[sizes == c].T, bias=True) * np.sum(sizes == c) / 60 for c in range(3))
between = np.cov(uneven.T, bias=True) - within
due = scipy.linalg.eigh(between, within)[1].T[::-1]
due = due / np.linalg.norm(due, axis=1, keepdims=True)
result = lda_directions(uneven, sizes, 2)
dd.check.close(np.abs(np.sum(result * due, axis=1)), np.ones(2), what="the array of cosines for uneven classes",
               why="a class counts by its rows")  # fmt: skip
whole = np.array([[200, 3], [210, 9], [190, 5], [10, 4], [25, 8], [20, 250]], dtype="uint8")
due = lda_directions(whole.astype(float), np.array([0, 0, 0, 1, 1, 1]), 1)
dd.check.like(lda_directions(whole, np.array([0, 0, 0, 1, 1, 1]), 1), due, rtol=1e-5, what="the direction for uint8")
### END HIDDEN TESTS

# %% mistakes: lda_directions
# - replace: within += covariance(rows) * len(rows)
#   with: within += covariance(rows)
#   hint: "Every class counts alike in your covariance within, however few rows it has. A class counts by its rows."
# - replace: between += np.outer(offset, offset) * len(rows)
#   with: between += np.outer(offset, offset)
#   hint: "Every class mean counts alike in your covariance between. A class counts by its rows."
# - replace: vectors[:, ::-1][:, :k]
#   with: vectors[:, :k]
#   hint: "eigh returns the smallest ratios first. You return the directions that separate worst."
# - replace: "directions /= np.linalg.norm(directions, axis=1, keepdims=True)"
#   with: directions = 1.0 * directions
#   hint: "Your directions have lengths of their own. Length 1 was asked for."
# - replace: return directions * np.sign(directions[np.arange(k), largest])[:, None]
#   with: return directions
#   hint: "The directions are right up to a sign, which is left to chance."
# - replace: np.linalg.solve(factor.T, vectors[:, ::-1][:, :k]).T
#   with: vectors[:, ::-1][:, :k].T
#   hint: "You stop in the space where the classes are round. The directions are wanted in the space of the table."
# - replace: offset = np.mean(rows, axis=0) - mean
#   with: offset = np.mean(rows, axis=0)
#   hint: "You measure class means from the origin. How far are they from the mean of all rows?"


# %% equivalents: lda_directions
# - replace: |-
#     mean = np.mean(x, axis=0)
#         within
#   with: |-
#     mean = np.mean(x, axis=0, keepdims=True)
#         within
#   reason: "np.outer flattens the row."
# - replace: offset = np.mean(rows, axis=0) - mean
#   with: offset = np.mean(rows, axis=0, keepdims=True) - mean
#   reason: "np.outer flattens the row."
# - replace: directions * np.sign
#   with: directions / np.sign
#   reason: "Dividing by 1 or -1 is multiplying by it."


# %% mistakes: lda_directions
# - replace: directions /= np.linalg.norm(directions, axis=1, keepdims=True)
#   with: directions = np.linalg.qr(directions.T)[0].T
#   hint: "You force the directions to be at right angles. Those of LDA need not be, and the later ones are bent by
#     it."
# - replace: vectors[:, ::-1][:, :k]
#   with: vectors[:, -k:]
#   hint: "The directions are the right ones, but the largest ratio comes last."


# %% mistake: lda_directions
# hint: "You return differences of class means. The best direction also asks how wide the classes are, and leans away
#   from that."
def lda_directions(x, labels, k):
    names = np.unique(labels)
    means = np.array([np.mean(x[labels == name], axis=0) for name in names])
    directions = (means[1:] - means[0])[:k]
    directions = directions / np.linalg.norm(directions, axis=1, keepdims=True)
    largest = np.argmax(np.abs(directions), axis=1)
    return directions * np.sign(directions[np.arange(len(directions)), largest])[:, None]


# %% mistake: lda_directions
# hint: "Between your classes every mean counts alike, and they are measured from the mean of the means. A class counts
#   by its rows."
def lda_directions(x, labels, k):
    names = np.unique(labels)
    means = np.array([np.mean(x[labels == name], axis=0) for name in names])
    within = sum(covariance(x[labels == name]) * np.sum(labels == name) for name in names) / len(x)
    between = covariance(means)
    values, vectors = np.linalg.eig(np.linalg.solve(within, between))
    directions = vectors.real[:, np.argsort(-values.real)[:k]].T
    largest = np.argmax(np.abs(directions), axis=1)
    return directions * np.sign(directions[np.arange(k), largest])[:, None]


# %% mistake: lda_directions
# hint: "You count the classes from 0 to K - 1 and miss those of other names. The labels may be any numbers."
def lda_directions(x, labels, k):
    within, between = np.zeros((2, x.shape[1], x.shape[1]))
    for label in range(len(np.unique(labels))):
        rows = x[labels == label]
        if len(rows):
            offset = np.mean(rows, axis=0) - np.mean(x, axis=0)
            within += covariance(rows) * len(rows) / len(x)
            between += np.outer(offset, offset) * len(rows) / len(x)
    values, vectors = np.linalg.eig(np.linalg.pinv(within) @ between)
    directions = vectors.real[:, np.argsort(-values.real)[:k]].T
    directions = directions / np.linalg.norm(directions, axis=1, keepdims=True)
    largest = np.argmax(np.abs(directions), axis=1)
    return directions * np.sign(directions[np.arange(k), largest])[:, None]


# %% mistake: lda_directions
# hint: "These are the principal components of the class means. They ignore how wide the classes are in each
#   direction."
def lda_directions(x, labels, k):
    mean = np.mean(x, axis=0)
    between = np.zeros((x.shape[1], x.shape[1]))
    for label in np.unique(labels):
        rows = x[labels == label]
        between += np.outer(np.mean(rows, axis=0) - mean, np.mean(rows, axis=0) - mean) * len(rows) / len(x)
    directions = np.linalg.eigh(between)[1][:, ::-1][:, :k].T
    largest = np.argmax(np.abs(directions), axis=1)
    return directions * np.sign(directions[np.arange(k), largest])[:, None]


# %% mistake: lda_directions
# hint: "These are principal components of all rows. They never look at the labels."
def lda_directions(x, labels, k):
    return pca_fit(x, k)[1]


# %% mistake: lda_directions
# hint: "The product of an inverse and a symmetric matrix is not symmetric, and eigh reads only half of it."
def lda_directions(x, labels, k):
    within, between = np.zeros((2, x.shape[1], x.shape[1]))
    for label in np.unique(labels):
        rows = x[labels == label]
        within += covariance(rows) * len(rows) / len(x)
        between += np.outer(rows.mean(axis=0) - x.mean(axis=0), rows.mean(axis=0) - x.mean(axis=0)) * len(rows) / len(x)
    directions = np.linalg.eigh(np.linalg.solve(within, between))[1][:, ::-1][:, :k].T
    largest = np.argmax(np.abs(directions), axis=1)
    return directions * np.sign(directions[np.arange(k), largest])[:, None]


# %% accepts: lda_directions
def lda_directions(x, labels, k):
    x = np.asarray(x, dtype=float)
    _, codes = np.unique(labels, return_inverse=True)
    means = np.array([x[codes == c].mean(axis=0) for c in range(codes.max() + 1)])[codes]  # (m, n)
    within, total = covariance(x - means), covariance(x)
    values, vectors = np.linalg.eig(np.linalg.solve(within, total - within))
    directions = vectors.real.T[np.argsort(-values.real)[:k]]
    directions = directions / np.linalg.norm(directions, axis=1, keepdims=True)
    return np.array([-row if -row.min() > row.max() else row for row in directions])


# %% accepts: lda_directions
def lda_directions(x, labels, k):
    """Make the classes round, then take the principal components of their means."""
    x = np.asarray(x, dtype=float)
    centred = np.concatenate([x[labels == label] - x[labels == label].mean(axis=0) for label in np.unique(labels)])
    _, axes, widths = pca_fit(centred, x.shape[1])
    whitener = axes.T / np.sqrt(widths)  # (n, n)
    means = np.concatenate(
        [np.tile(x[labels == label].mean(axis=0), (np.sum(labels == label), 1)) for label in set(labels.tolist())]
    )
    round_means = (means - x.mean(axis=0)) @ whitener
    directions = np.linalg.svd(round_means, full_matrices=False)[2][:k] @ whitener.T
    directions /= np.sqrt(np.sum(directions**2, axis=1))[:, None]
    signs = [1.0 if row[np.abs(row).argmax()] > 0 else -1.0 for row in directions]
    return directions * np.array(signs)[:, None]


# %% [markdown]
# Take the 1s and the 8s. In which direction do they vary most, and in which do they differ most? Some pixels are
# blank in all of them, so that $\Sigma_W$ has no inverse; 20 principal components come first. Then LDA's weakness:
# with all ten digits and fewer and fewer training rows, what do its nine directions promise on those rows, and keep
# on new ones? Each digit is read by the nearest class mean.


# %% demo
def nearest_mean_accuracy(x_known, labels_known, x_new, labels_new):
    """Share of new rows that lie nearest to the mean of their own class."""
    names = np.unique(labels_known)
    means = np.array([x_known[labels_known == name].mean(axis=0) for name in names])
    return np.mean(names[np.argmin(distances(x_new, means), axis=1)] == labels_new)


pair, pair_new = np.isin(labels, (1, 8)), np.isin(labels_new, (1, 8))
mean, components, _ = pca_fit(digits[pair], 20)
pair_scores, pair_scores_new = (pca_transform(rows, mean, components) for rows in (digits[pair], digits_new[pair_new]))
separating = lda_directions(pair_scores, labels[pair], 1)  # (1, 20)
one_number = {
    "PCA: first component": (pair_scores[:, :1], pair_scores_new[:, :1]),
    "LDA: first direction": (pair_scores @ separating.T, pair_scores_new @ separating.T),
}
fig, panels = plt.subplots(1, 3, figsize=(14, 4))
for ax, (name, (known, new)) in zip(panels, one_number.items(), strict=False):
    right_share = nearest_mean_accuracy(known, labels[pair], new, labels_new[pair_new])
    for digit, style in ((1, {"color": "0.7"}), (8, {"color": "C1", "histtype": "step", "linewidth": 2})):
        ax.hist(
            new[labels_new[pair_new] == digit, 0], np.linspace(new.min(), new.max(), 22), label=f"{digit}s", **style
        )
    ax.set(title=f"{name}: {right_share:.0%} right", xlabel="score of new digits")
    ax.legend()
    one_number[name] = right_share
panels[0].set_ylabel("digits")

row_counts = [50, 100, 200, 500, 1347]
curves = {"LDA, its training rows": [], "LDA, new rows": [], "PCA, new rows": []}
for count in row_counts:
    mean, components, _ = pca_fit(digits[:count], 28)
    known, new = (pca_transform(rows, mean, components) for rows in (digits[:count], digits_new))
    nine = lda_directions(known, labels[:count], 9).T
    curves["LDA, its training rows"].append(
        nearest_mean_accuracy(known @ nine, labels[:count], known @ nine, labels[:count])
    )
    curves["LDA, new rows"].append(nearest_mean_accuracy(known @ nine, labels[:count], new @ nine, labels_new))
    curves["PCA, new rows"].append(nearest_mean_accuracy(known[:, :9], labels[:count], new[:, :9], labels_new))
for (name, values), marker in zip(curves.items(), "^os", strict=True):
    panels[2].plot(row_counts, values, marker=marker, label=name)
panels[2].set(
    xscale="log", xlabel="training rows", ylabel="accuracy", ylim=(0.4, 1.03), title="Ten digits, nine numbers"
)
panels[2].legend(loc="lower right", fontsize=10)
dd.plot.show(
    "Left: on the first principal component 1s and 8s overlap completely. Middle: on the LDA direction they form two "
    "separate heaps. Right: with 50 training rows LDA is perfect on those and poor on new ones; with all rows both "
    "agree and lie above PCA."
)
assert one_number["LDA: first direction"] > 0.9 and one_number["PCA: first component"] < 0.7
assert curves["LDA, its training rows"][0] - curves["LDA, new rows"][0] > 0.1
assert curves["LDA, new rows"][-1] > curves["PCA, new rows"][-1]

# %% [markdown]
# What varies most among 1s and 8s has nothing to do with which is which: the first component reads them like a coin.
# (It is about how 1s are written.) LDA, which was told, finds a direction in which one number is nearly enough. The
# price is on the right: from 50 rows, five a digit, it finds nine directions in which those rows are perfectly apart,
# and which hold on new digits no better than PCA's. It has read the labels, so it can overfit them, as Day 6 would
# have told us. With enough rows it wins.
#
# ## Put it together
#
# From 64 pixels to $k$ numbers in three ways, each judged by the nearest neighbour among the training digits. How few
# numbers will do?

# %% demo
counts = [1, 2, 3, 5, 9, 15, 28, 40]
mean, components, variances = pca_fit(digits, 40)
shuffled = pca_fit(digits[np.random.default_rng(18).permutation(len(digits))], 40)
print("the same components from shuffled rows, signs included:", np.allclose(components, shuffled[1]))
plain, plain_new = (pca_transform(rows, mean, components) for rows in (digits, digits_new))
white, white_new = (pca_transform(rows, mean, components, variances) for rows in (digits, digits_new))
nine = lda_directions(plain[:, :28], labels, 9).T
ways = {
    "PCA": (plain, plain_new),
    "PCA, whitened": (white, white_new),
    "LDA": (plain[:, :28] @ nine, plain_new[:, :28] @ nine),
}
all_pixels = nearest_accuracy(digits, labels, digits_new, labels_new)
fig, ax = plt.subplots(figsize=(8.5, 4.4))
reached = {}
for (name, (known, new)), marker in zip(ways.items(), "os^", strict=True):
    tried = [k for k in counts if k <= known.shape[1]]
    reached[name] = [nearest_accuracy(known[:, :k], labels, new[:, :k], labels_new) for k in tried]
    ax.plot(tried, reached[name], marker=marker, label=name)
ax.axhline(all_pixels, color="0.5", linestyle=":", label="all 64 pixels")
ax.set(xlabel="numbers kept, $k$", ylabel="accuracy on new digits", title="Digits by their nearest neighbour")
ax.legend(loc="lower right")
dd.plot.show(
    "Accuracy against the number of values kept. All curves rise steeply; PCA reaches the level of all 64 pixels with "
    "about ten to fifteen numbers and stays there, whitened PCA ends a little lower, LDA stops at nine."
)
print(f"all 64 pixels {all_pixels:.3f}; PCA with 15 {reached['PCA'][5]:.3f}, with 28 {reached['PCA'][6]:.3f}")
assert reached["PCA"][6] > all_pixels - 0.01 and reached["PCA"][5] > 0.95

# %% [markdown]
# Fifteen numbers read digits to within a percent of all 64, at a quarter of the arithmetic. Whitened scores end a
# little lower: whitening makes the last components as loud as the first, and they hold mostly noise. Use it where all
# directions shall count alike, and not by habit. With two or three numbers nobody is good: a picture in the plane is
# for looking, not for deciding.
#
# ## What you should remember
#
# - Centre; then the principal components are the eigenvectors of the covariance, the right singular vectors of the
#   centred table, and their variances the eigenvalues.
# - Keeping most variance and losing least squared distance are the same thing. The number of components is chosen by
#   the share kept, or better by what comes after.
# - Scores are coordinates in a subspace. Transform new rows with the mean and components that were learned.
# - Units decide what varies most: standardise columns that have different ones. Signs are free: fix them by a rule.
# - PCA does not see labels, LDA does, and can therefore overfit. With many columns distances lose their meaning.
#
# ## Check yourself
#
# 1. A table has heights in metres and weights in grams. What is its first component, and what would you do?
# 2. You fit PCA on all rows, then cross-validate a classifier on the scores. Is that a leak, and a bad one?
# 3. Two columns are copies of each other. How does that show in the eigenvalues, and may you whiten?
#
# <details><summary>Answers</summary>
#
# 1. The weight column, for its numbers vary by thousands. Standardise first (Day 3), unless the units mean something.
# 2. A leak, but one that never saw a label; it usually changes little (Day 9). LDA on all rows would be a bad one.
# 3. One eigenvalue is zero: a direction in which nothing varies. Whitening would divide by zero; drop that component.
#
# </details>
#
# ## Go further
#
# - K. Pearson, "On lines and planes of closest fit to systems of points in space", *Philosophical Magazine* 2, 1901.
# - H. Hotelling, "Analysis of a complex of statistical variables into principal components", *Journal of Educational
#   Psychology* 24, 1933: where the name comes from.
# - C. Eckart and G. Young, "The approximation of one matrix by another of lower rank", *Psychometrika* 1, 1936.
# - R. A. Fisher, "The use of multiple measurements in taxonomic problems", *Annals of Eugenics* 7, 1936: LDA, on the
#   irises.
# - M. Turk and A. Pentland, "Eigenfaces for recognition", *Journal of Cognitive Neuroscience* 3, 1991: your digits,
#   with faces.
# - K. Beyer, J. Goldstein, R. Ramakrishnan and U. Shaft, "When is nearest neighbor meaningful?", *ICDT* 1999.
#
# Everything today was flat. A sheet that is rolled up has two dimensions as well, and no plane fits it. Day 19
# unrolls it.
