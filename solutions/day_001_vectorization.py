# ---
# day: 1
# title: Vectorization and broadcasting
# week: 1
# minutes: 90
# backend: numpy
# needs: []
# data: [arrays]
# papers:
# - Einstein 1916, Die Grundlage der allgemeinen Relativitätstheorie (section 5, the summation convention)
# - Iverson 1962, A programming language
# - "van der Walt, Colbert and Varoquaux 2011, The NumPy array: a structure for efficient numerical computation"
# - Harris et al. 2020, Array programming with NumPy
# ---

# %% [markdown]
# # Day 1 · Vectorization and broadcasting
#
# By the end you can turn a loop over numbers into one expression on whole arrays, say what shape comes out
# before you run it, and know why it is ten to a thousand times faster.
#
# - **You will build** five small NumPy functions that come back throughout the course, see them sort points
#   into groups and smooth a noisy signal, and race each against its own loop.
# - **You need** Python's functions, lists and `for` loops. No machine learning yet.
# - **Not today:** learning anything from data. That begins on Day 2, with these tools.
# - **Time:** about 90 minutes.
#
# ## How a day works
#
# A notebook is a column of cells: text like this, and code. Click into the cell below and press
# **Shift+Enter**. It runs, its result appears under it, and the next cell is selected. Run every cell, from
# the top down, because each may use what the ones above have made.

# %% setup
import math
import time
import warnings

import matplotlib.pyplot as plt
import numpy as np

import deepdays as dd

dd.plot.style()
warnings.filterwarnings("error", message=".* encountered in", category=RuntimeWarning)  # 0 / 0 stops a cell

# %% [markdown]
# Nothing appeared, because the cell only loads tools. You will meet three kinds of code cell.
#
# - **A demonstration** is there to be run, changed and run again. You cannot break anything.
# - **An exercise** holds a function without its inside. Replace the line `raise NotImplementedError()` by
#   your own lines and run the cell.
# - **A test** follows each exercise and is locked. Run it. Silence means that all is well so far; otherwise
#   it tells what came and what was due. Mend your function, run both cells again. Nobody counts the tries.
#
# The test shows about half of what your function must do. For the other half, save the notebook and ask in
# a terminal: `deepdays check day_001_vectorization.ipynb`. If others have made your mistake before you, it
# also names the idea that went missing. And if your notebook gets into a muddle, restart its kernel and run
# it from the top.
#
# Let us start with a picture. Two stones fall into a pond. How high is the water at 250,000 places? There
# is no loop in the next cell. Run it, change the 1.5 or the 4, run it again.

# %% demo
across = np.linspace(-20, 20, 500)  # (500,)
down = across[:, None]  # (500, 1)
first_stone = np.sqrt((across - 4) ** 2 + down**2)  # (500, 500) distances from the first stone
second_stone = np.sqrt((across + 4) ** 2 + down**2)  # (500, 500)
height = np.cos(1.5 * first_stone) + np.cos(1.5 * second_stone)  # (500, 500)

fig, ax = plt.subplots(figsize=(6, 4.8))
image = ax.imshow(height, extent=(-20, 20, 20, -20), cmap="gray")
fig.colorbar(image, label="height of the water")
ax.set(title="Two stones in a pond", xlabel="metres across", ylabel="metres down")
ax.grid(False)
plt.show()

# %% [markdown]
# Where crest meets crest it is bright; along the grey lines that fan out between, crest meets trough and
# the water stays flat. Two arrays of 500 numbers became a square of 250,000. How that happens is today's
# subject, and these are its symbols; look back here when you meet one.
#
# | symbol | meaning | shape | in code |
# |---|---|---|---|
# | $m,\ r$ | rows of two tables: examples | scalars | `x.shape[0]`, `y.shape[0]` |
# | $n$ | columns of a table: numbers that describe an example | scalar | `x.shape[1]` |
# | $X,\ Y$ | tables, one example a row | $(m, n)$, $(r, n)$ | `x`, `y` |
# | $x_{ik}$ | the number of $X$ in row $i$, column $k$ | scalar | `x[i, k]` |
# | $x_i$ | row $i$ of $X$ | $(n,)$ | `x[i]` |
# | $\lVert x_i \rVert = \sqrt{\sum_k x_{ik}^2}$ | the length (L2 norm) of row $i$ | scalar | `norms[i]` |
# | $c$ | class labels, whole numbers from 0 to $K - 1$ | $(m,)$ | `labels` |
# | $K$ | number of classes | scalar | `num_classes` |
# | $D_{ij}$ | squared distance of $x_i$ and $y_j$ | $(m, r)$ together | `distances` |
#
# Python counts from 0, so today the formulas do too. $\sum_k$ means: add up over all $k$.
#
# ## Arrays and their axes
#
# An **ndarray** is a block of numbers of one type, and a **shape** that says how to read the block. Here
# are the temperatures of two towns on three days, a town a row, a day a column: shape $(2, 3)$. **Axis 0**
# runs down the rows, **axis 1** along the columns.
#
# A mean can run along either. `t.mean(axis=0)` runs down, from town to town: $\frac12 \sum_i t_{ik}$ still
# depends on the day $k$, so three numbers are left. `t.mean(axis=1)` runs along the days and leaves one
# number a town. **The axis that you name is the axis that vanishes.** Say what both give before you look.


# %% demo
def draw_cells(ax, array, left, top, shape=None):
    """Draw an array as if stretched to `shape`: real entries shaded, repeated ones pale."""
    real_rows, real_columns = np.atleast_2d(array).shape
    shape = shape or (real_rows, real_columns)
    for (i, k), value in np.ndenumerate(np.broadcast_to(array, shape)):
        real = i < real_rows and k < real_columns
        face, ink, layer = ("0.82", "black", 3) if real else ("white", "0.6", 2)
        corner = (left + k, top - i - 1)
        ax.add_patch(plt.Rectangle(corner, 1, 1, facecolor=face, edgecolor=ink, zorder=layer))
        ax.text(left + k + 0.5, top - i - 0.5, f"{value:g}", ha="center", va="center", color=ink, zorder=4)


t = np.array([[12.0, 14.0, 19.0], [20.0, 22.0, 27.0]])  # (2, 3) degrees Celsius
print("shape", t.shape, " mean over axis 0:", t.mean(axis=0), " over axis 1:", t.mean(axis=1))

fig, ax = plt.subplots(figsize=(6.5, 3.6))
for array, left, top in ((t, 0, 0), (t.mean(axis=1)[:, None], 4, 0), (t.mean(axis=0), 0, -3)):
    draw_cells(ax, array, left, top)
for x, y, text in (
    (1.5, 0.3, "axis 1: days →"),
    (-0.8, -1, "axis 0:\ntowns ↓"),
    (4.5, 0.3, "t.mean(axis=1)"),
    (1.5, -2.7, "t.mean(axis=0)"),
):
    ax.text(x, y, text, ha="center", va="center")
ax.set(xlim=(-1.6, 6), ylim=(-4.1, 0.6), aspect="equal", title="A mean takes one axis away")
ax.axis("off")
plt.show()

# %% [markdown]
# ## Whole-array expressions
#
# To turn these into degrees Fahrenheit, plain Python needs a loop over rows with a loop over columns
# inside. On arrays you write the formula once. $f_{ik} = \frac95\, t_{ik} + 32$ becomes `1.8 * t + 32`.
#
# The operators `+ - * / **`, comparisons, and functions such as `np.sqrt` work **element by element** and
# keep the shape. `t > 15` is a table of truth values, and its sum counts the warm entries. `*` too is
# element by element; the matrix product, rows times columns, is `@`. Replacing a loop by such an expression
# is called **vectorization**. The loop has not gone: it now runs inside NumPy, in compiled code.

# %% demo
print("Fahrenheit\n", 1.8 * t + 32)
print("warmer than 15?\n", t > 15)
print("how many are:", np.sum(t > 15), " on each day:", np.sum(t > 15, axis=0))

# %% [markdown]
# ## Broadcasting: how shapes meet
#
# The 32 is one number, and yet it was added to six. NumPy stretched it, which is called **broadcasting**
# and follows three rules.
#
# 1. Write the two shapes under each other, lined up at the **right**. The shorter one gets 1s on its left.
# 2. On every axis the two lengths must be equal, or one of them must be 1. Anything else is an error.
# 3. A length of 1 is stretched to the other length: its only entry is used again and again.
#
# In a formula the stretched index simply does not occur: for shapes $(2, 3)$ and $(3,)$ the sum is
# $s_{ik} = a_{ik} + b_k$, for $(2, 3)$ and $(2, 1)$ it is $s_{ik} = a_{ik} + b_i$.
#
# | `a` | `b` | result | why |
# |---|---|---|---|
# | `(2, 3)` | `(3,)` | `(2, 3)` | `b` counts as `(1, 3)`, and its row is used twice |
# | `(2, 3)` | `(2, 1)` | `(2, 3)` | the column of `b` is used three times |
# | `(2, 1)` | `(3,)` | `(2, 3)` | both are stretched |
# | `(5, 1, 4)` | `(3, 1)` | `(5, 3, 4)` | `b` counts as `(1, 3, 1)` |
# | `(2, 3)` | `(2,)` | error | 3 meets 2, and neither is 1 |
# | `(4,)` | `(2,)` | error | 2 would fit into 4 twice, but only 1 is stretched |
#
# What does the stretching look like in the first three?

# %% demo
pairs = {
    "A row meets every row": (t, np.array([1.0, 2.0, 3.0])),
    "A column meets every column": (t, np.array([[10.0], [20.0]])),
    "A column meets a row": (np.array([[10.0], [20.0]]), np.array([1.0, 2.0, 3.0])),
}
fig, axes = plt.subplots(3, 1, figsize=(6.5, 6))
for ax, (title, (a, b)) in zip(axes, pairs.items(), strict=True):
    for array, left in ((a, 0), (b, 4), (a + b, 8)):
        draw_cells(ax, array, left, 1, (2, 3))
        ax.text(left + 1.5, 1.15, str(array.shape), ha="center", va="bottom")
    for left, sign in ((3.5, "+"), (7.5, "=")):
        ax.text(left, 0, sign, ha="center", va="center", fontsize=16)
    ax.set(xlim=(-0.2, 11.2), ylim=(-1.2, 2), aspect="equal", title=title)
    ax.axis("off")
plt.show()

# %% [markdown]
# Shaded entries exist, pale ones are only read again: nothing is copied. The last panel is the pond.
#
# Now teach the rules to the computer: shapes in, shape out, with tuples and a loop, and without
# `np.broadcast_shapes`. One corner to think about: a length may be 0 (a table without rows), and the rules
# hold for it as they stand.


# %% exercise: broadcast_shape
def broadcast_shape(a, b):
    """The shape of the result when arrays of two shapes meet in an element-by-element operation.

    Args:
        a: shape of the first array, a tuple of ints >= 0; () is a single number.
        b: shape of the second array, likewise.

    Returns:
        The common shape, a tuple of ints. About 9 lines.

    Raises:
        ValueError: the shapes do not fit together.
    """
    ### BEGIN SOLUTION
    length = max(len(a), len(b))
    a = (1,) * (length - len(a)) + a
    b = (1,) * (length - len(b)) + b
    shape = []
    for m, n in zip(a, b, strict=True):
        if m != n and 1 not in (m, n):
            raise ValueError(f"lengths {m} and {n} do not fit together")
        shape.append(n if m == 1 else m)
    return tuple(shape)
    ### END SOLUTION


# %% test: broadcast_shape, points=2
dd.check.kind(broadcast_shape((2, 3), (3,)), tuple, why="a shape is a tuple")
assert broadcast_shape((2, 3), (3,)) == (2, 3)
assert broadcast_shape((2, 3), (2, 1)) == (2, 3)
assert broadcast_shape((2, 1), (3,)) == (2, 3)
assert broadcast_shape((5, 1, 4), (3, 1)) == (5, 3, 4)
with dd.check.raises(ValueError, why="(2, 3) and (2,) do not fit: 3 meets 2"):
    broadcast_shape((2, 3), (2,))
### BEGIN HIDDEN TESTS
small = [(), (1,), (2,), (3,), (1, 1), (1, 3), (2, 1), (2, 2), (2, 3), (3, 2), (3, 1, 2), (2, 3, 1)]
large = [(1, 2, 3), (0,), (1, 0), (0, 3), (4,), (4, 6), (6,), (7, 1, 1, 5), (1, 4, 6), (500, 1), (500,)]
for a in small + large:
    for b in small + large:
        try:
            due = np.broadcast_shapes(a, b)
        except ValueError:
            with dd.check.raises(ValueError, why=f"shapes {a} and {b} do not fit"):
                broadcast_shape(a, b)
        else:
            shape = broadcast_shape(a, b)
            dd.check.kind(shape, tuple, what=f"broadcast_shape({a}, {b})")
            dd.check.equal(shape, due, what=f"broadcast_shape({a}, {b})", why="that is what NumPy gives")
### END HIDDEN TESTS

# %% mistakes: broadcast_shape
# - replace: |-
#     (1,) * (length - len(a)) + a
#         b = (1,) * (length - len(b)) + b
#   with: |-
#     a + (1,) * (length - len(a))
#         b = b + (1,) * (length - len(b))
#   hint: "You line the shapes up at the left. At which end does rule 1 line them up, and where do the 1s
#     go?"
# - replace: "if m != n and 1 not in (m, n):"
#   with: "if m != n:"
#   hint: "You refuse every pair of different lengths. Which length may meet any other?"
# - replace: "if m != n and 1 not in (m, n):"
#   with: "if False:"
#   hint: "You never refuse. What does rule 2 say about 3 and 2?"
# - replace: "if m != n and 1 not in (m, n):"
#   with: "if max(m, n) % max(min(m, n), 1):"
#   hint: "You allow a length that fits into the other several times. Only one length is ever stretched."
# - replace: n if m == 1 else m
#   with: max(m, n)
#   hint: "The larger length wins nearly always. What becomes of a length of 1 that meets a length of 0?"
# - replace: n if m == 1 else m
#   with: m
#   hint: "You always keep the length from the first shape, even where that is the one to be stretched."
# - replace: length = max(len(a), len(b))
#   with: |-
#     length = min(len(a), len(b))
#         a, b = a[len(a) - length :], b[len(b) - length :]
#   hint: "The axes that only one of the two shapes has are lost. What does the shorter shape get on its
#     left?"
# - replace: return tuple(shape)
#   with: return tuple(shape[::-1])
#   hint: "The lengths are right but their order is reversed. If you walk from the right, turn the result
#     round."
# - replace: return tuple(shape)
#   with: return shape
#   hint: "The lengths are right, but they come in a list. A shape is a tuple."
# - replace: raise ValueError(f"lengths {m} and {n} do not fit together")
#   with: return None
#   hint: "For shapes that do not fit you return None. The caller wants to be stopped by an error."

# %% equivalents: broadcast_shape
# - replace: zip(a, b, strict=True)
#   with: zip(b, a, strict=True)
#   reason: "The rules treat both shapes alike."


# %% accepts: broadcast_shape
def broadcast_shape(a, b):
    shape = ()
    for place in range(1, max(len(a), len(b)) + 1):
        lengths = {s[-place] for s in (a, b) if place <= len(s)} - {1}
        if len(lengths) > 1:
            raise ValueError(f"{a} and {b} do not fit")
        shape = (lengths.pop() if lengths else 1, *shape)
    return shape


# %% accepts: broadcast_shape
def broadcast_shape(a, b):
    if len(a) < len(b):
        return broadcast_shape(b, a)
    if not b:
        return tuple(a)
    if a[-1] != b[-1] and 1 not in (a[-1], b[-1]):
        raise ValueError("the last lengths differ and neither is 1")
    last = a[-1] if b[-1] == 1 else b[-1]
    return (*broadcast_shape(a[:-1], b[:-1]), last)


# %% [markdown]
# ## The traps of rank 1
#
# An array of shape $(3,)$ has one axis; its **rank** is 1. It is neither a row nor a column, and that
# surprises people.
#
# - `v.T` is `v`. Transposing reverses the order of the axes, and one axis reversed is itself.
# - `v @ v` is one number, the sum of squares. A column $(3, 1)$ times a row $(1, 3)$ is a whole table.
# - `v - column` is a table of shape $(3, 3)$, not three differences.
# - Reductions give rank 1: `mean(axis=1)` of a table $(m, n)$ has shape $(m,)$, not $(m, 1)$.
#
# The last one bites most. Take from each town its own mean, so that every row averages 0. For our $(2, 3)$
# table `t - t.mean(axis=1)` is an error, and you are lucky. With a third town the table is square, and
# nothing stops you. What comes out?

# %% demo
square = np.array([[12.0, 14.0, 19.0], [20.0, 22.0, 27.0], [-2.0, 0.0, 5.0]])  # (3, 3)
wrong = square - square.mean(axis=1)  # (3, 3) - (3,)
right = square - square.mean(axis=1, keepdims=True)  # (3, 3) - (3, 1)
column_titles = {
    "Temperatures": square,
    "Minus mean(axis=1)": wrong,
    "Minus mean(axis=1, keepdims=True)": right,
}
fig, axes = plt.subplots(1, 3, figsize=(11, 3.2))
for ax, (title, table) in zip(axes, column_titles.items(), strict=True):
    means = [f"town {i}: mean {mean:g}" for i, mean in enumerate(table.mean(axis=1))]
    dd.plot.matrix(table, ax, row_labels=means, title=title, fmt=".0f", cmap="Greys")
    ax.set(xlabel="day")
plt.show()

# %% [markdown]
# In the middle the mean of town 0 was taken from day 0 of every town: rank 1 lines up with the columns. On
# the right every row averages 0. The cures: `keepdims=True` leaves the vanished axis in place with length
# 1; `v[:, None]` or `v.reshape(-1, 1)` makes a column, `v[None, :]` a row. And write the shape behind every
# line that changes it.
#
# ## Rows of length 1
#
# Two reports on one matter, the second three times as long, use the same words in the same proportions: as
# rows of word counts they point the same way. To compare directions, divide each row by its own length,
# $\hat x_i = x_i / \lVert x_i \rVert$. The row $(3, 4)$ has length $\sqrt{9 + 16} = 5$ and becomes
# $(0.6, 0.8)$, whose length is $\sqrt{0.36 + 0.64} = 1$.
#
# **Shapes.** $X$ is $(m, n)$ and there is one length a row. In which shape must the $m$ lengths come, so
# that each divides its own row?
#
# A row of zeros points nowhere, and $0/0$ has no value. NumPy would give NaN with a warning and go on; the
# set-up cell above made an error of that warning. We decide that such a row stays as it is. So give it a
# harmless length before you divide. `np.where` around the quotient is too late, since both of its branches
# are computed. And a little something added to every length makes short rows too short.


# %% exercise: normalize_rows
def normalize_rows(x):
    """Scale every row to Euclidean (L2) length 1.

    Args:
        x: numbers, array of shape (m, n) with m, n >= 1; left unchanged. Every row is all zeros, or has a
            length between 1e-100 and 1e100.

    Returns:
        Float array of shape (m, n): each row divided by its length, rows of zeros left as zeros. No loop and
        no division by zero. About 2 lines.
    """
    ### BEGIN SOLUTION
    norms = np.sqrt(np.sum(x**2, axis=1, keepdims=True))  # (m, 1)
    return x / np.where(norms == 0, 1, norms)
    ### END SOLUTION


# %% test: normalize_rows, points=2
x = np.array([[3.0, 4.0], [0.0, -2.0], [0.0, 0.0]])
result = normalize_rows(x)
dd.check.kind(result, np.ndarray)
dd.check.shape(result, (3, 2), why="rows change their length, not their number of entries")
dd.check.finite(result, why="a row of zeros must not be divided by its length")
dd.check.close(result, [[0.6, 0.8], [0.0, -1.0], [0.0, 0.0]], why="the rows have the lengths 5, 2 and 0")
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(11)
for m, n in ((1, 1), (1, 5), (4, 1), (3, 3), (5, 2), (2, 40)):
    x = rng.normal(0.5, 2.0, (m, n))
    if m > 1:
        x[rng.integers(m)] = 0.0
    with dd.check.unchanged(x):
        result = normalize_rows(x)
    dd.check.shape(result, (m, n))
    dd.check.finite(result)
    due = [[value / (math.hypot(*row) or 1.0) for value in row] for row in x]
    dd.check.close(result, due, rtol=1e-9, why="each row is divided by its own length")
    stretched = normalize_rows(x * rng.uniform(0.1, 10.0, (m, 1)))
    dd.check.close(stretched, due, rtol=1e-9, why="a row keeps its direction however long it is made")
whole = normalize_rows(np.array([[3, -4], [0, 0], [5, 12]]))
dd.check.dtype(whole, "float", why="whole numbers become fractions")
dd.check.close(whole, [[0.6, -0.8], [0.0, 0.0], [5 / 13, 12 / 13]], why="the lengths are 5, 0 and 13")
extreme = normalize_rows(np.array([[3e-100, 4e-100], [3e100, 4e100], [0.0, 0.0], [1e-9, 0.0]]))
due = [[0.6, 0.8], [0.6, 0.8], [0.0, 0.0], [1.0, 0.0]]
dd.check.close(extreme, due, rtol=1e-9, why="short rows and long ones end with length 1 exactly")
dd.check.equal(normalize_rows(np.zeros((2, 3))), np.zeros((2, 3)), why="all rows are zeros here")
### END HIDDEN TESTS

# %% mistakes: normalize_rows
# - replace: np.where(norms == 0, 1, norms)
#   with: norms
#   hint: "A row of zeros is divided by its length, 0. Mend the length before the division: np.where around
#     the quotient computes both of its branches, the bad one too."
# - replace: np.where(norms == 0, 1, norms)
#   with: (norms + 1e-8)
#   hint: "You add a little to every length, and a row as short as that little comes out far too short."
# - replace: np.where(norms == 0, 1, norms)
#   with: np.maximum(norms, 1e-12)
#   hint: "Rows shorter than your smallest length are not brought to length 1. Only a row of zeros is
#     special."
# - replace: axis=1
#   with: axis=0
#   hint: "Your columns have length 1. Which axis must vanish so that one length a row is left?"
# - replace: axis=1, keepdims=True
#   with: axis=1
#   hint: "Your lengths have rank 1, so they line up with the columns. What keeps the axis that vanished?"
# - replace: np.sum(x**2, axis=1, keepdims=True)
#   with: np.sum(x**2)
#   hint: "You divide everything by the length of the whole table. Each row has a length of its own."
# - replace: np.sqrt(np.sum(x**2, axis=1, keepdims=True))
#   with: np.sum(x**2, axis=1, keepdims=True)
#   hint: "You divide by the sum of squares. What is still missing from a length?"
# - replace: np.sqrt(np.sum(x**2, axis=1, keepdims=True))
#   with: np.sum(np.abs(x), axis=1, keepdims=True)
#   hint: "Your rows' sizes sum to 1: that is the L1 norm. The L2 norm is the root of the sum of squares."
# - replace: np.sum(x**2, axis=1, keepdims=True)
#   with: np.mean(x**2, axis=1, keepdims=True)
#   hint: "Your rows are too long, the more so the more columns there are. Is a length made of a sum or a
#     mean?"
# - replace: np.sqrt(np.sum(x**2, axis=1, keepdims=True))
#   with: np.max(np.abs(x), axis=1, keepdims=True)
#   hint: "You divide by the largest entry of each row. Its length counts every entry."

# %% equivalents: normalize_rows
# - replace: norms == 0, 1, norms
#   with: norms == 0, 2, norms
#   reason: "Zeros divided by any number but 0 are zeros."


# %% accepts: normalize_rows
def normalize_rows(x):
    norms = np.linalg.norm(x, axis=1)
    return np.divide(x, norms[:, None], out=np.zeros(x.shape), where=norms[:, None] > 0)


# %% accepts: normalize_rows
def normalize_rows(x):
    result = np.array(x, dtype=float)
    norms = np.sqrt(np.einsum("mn,mn->m", result, result))
    filled = norms > 0
    result[filled] /= norms[filled].reshape(-1, 1)
    return result


# %% [markdown]
# Where do rows of two numbers go, drawn as arrows from the origin?

# %% demo
ray = np.linspace(0.3, 2 * np.pi, 10)[:, None]  # (10, 1)
reach = np.random.default_rng(3).uniform(0.3, 2.2, (10, 1))  # (10, 1)
arrows = reach * np.hstack([np.cos(ray), np.sin(ray)])  # (10, 2)
arrows[0] = 0.0
unit = normalize_rows(arrows)
angle = np.linspace(0, 2 * np.pi, 200)
fig, ax = plt.subplots(figsize=(7.2, 4.4))
ax.plot(np.cos(angle), np.sin(angle), color="0.6", linewidth=1, label="length 1")
for start, end in zip(arrows, unit, strict=True):
    ax.plot(*np.stack([start, end]).T, color="0.6", linestyle=":")
ax.scatter(*arrows.T, marker="o", color="C0", label="rows of x", zorder=3)
ax.scatter(*unit.T, marker="x", s=70, color="C1", label="after normalize_rows", zorder=3)
ax.set(title="Same direction, length 1", xlabel="first entry", ylabel="second entry", aspect="equal")
ax.legend(loc="center left", bbox_to_anchor=(1.02, 0.5))
plt.show()

# %% [markdown]
# Every row slides along its own ray to the circle, from inside or outside; only the row of zeros, in the
# middle, has no ray and stays.
#
# ## From labels to a table of zeros and ones
#
# Programs name classes by whole numbers: 0 for cats, 1 for dogs, 2 for birds. One cannot calculate with
# these, since a bird is not twice a dog. **One-hot encoding** gives every class a column: row $i$ has a 1
# in column $c_i$ and 0 elsewhere.
#
# $$c = (2, 0, 1, 2),\ K = 3 \quad\longrightarrow\quad
# \begin{pmatrix} 0&0&1\\ 1&0&0\\ 0&1&0\\ 0&0&1 \end{pmatrix} , \qquad
# h_{ik} = \begin{cases} 1 & \text{if } c_i = k\\ 0 & \text{otherwise.}\end{cases}$$
#
# The formula compares every label with every class, one *against all*, and that is what broadcasting does.
# From which two shapes do you get $(m, K)$?
#
# Labels that make no sense must be refused, because NumPy may not refuse them: as an index, $-1$ quietly
# means the last class; in a comparison it equals none and leaves a row of zeros.


# %% exercise: one_hot
def one_hot(labels, num_classes):
    """Encode class labels as rows with a single 1.

    Args:
        labels: whole numbers from 0 to num_classes - 1, int array of shape (m,); left unchanged.
        num_classes: number of classes, int >= 1; some may not occur among the labels.

    Returns:
        Float array of shape (m, num_classes): 1 in column labels[i] of row i, 0 elsewhere. No loop. About 3
        lines.

    Raises:
        ValueError: a label is negative, or not below num_classes.
    """
    ### BEGIN SOLUTION
    if np.any(labels < 0) or np.any(labels >= num_classes):
        raise ValueError(f"labels must be from 0 to num_classes - 1. Received: {labels}")
    return (labels[:, None] == np.arange(num_classes)).astype(float)
    ### END SOLUTION


# %% test: one_hot, points=2
labels = np.array([2, 0, 1, 2])
encoded = one_hot(labels, 3)
dd.check.kind(encoded, np.ndarray)
dd.check.shape(encoded, (4, 3), why="there is a row for each label and a column for each class")
dd.check.dtype(encoded, "float", why="one calculates with them")
due = [[0.0, 0.0, 1.0], [1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]]
dd.check.equal(encoded, np.array(due), why="this is the example above")
with dd.check.raises(ValueError, why="with 2 classes there is no class 2"):
    one_hot(labels, 2)
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(12)
for m, num_classes in ((1, 1), (1, 4), (6, 1), (3, 3), (5, 2), (4, 9), (40, 7)):
    labels = rng.integers(0, num_classes, m)
    with dd.check.unchanged(labels):
        encoded = one_hot(labels, num_classes)
    what = f"one_hot of {m} labels, {num_classes} classes"
    dd.check.shape(encoded, (m, num_classes), what=what)
    dd.check.dtype(encoded, "float", what=what)
    due = np.zeros((m, num_classes))
    for i, label in enumerate(labels):
        due[i, label] = 1.0
    dd.check.equal(encoded, due, what=what, why="row i has its 1 in column labels[i]")
for labels in (np.array([0, 0, 0]), np.array([1, 0, 1]), np.array([1], dtype=np.uint8)):
    encoded = one_hot(labels, 5)
    dd.check.shape(encoded, (labels.size, 5), why="classes that do not occur have a column too")
    dd.check.equal(encoded.argmax(axis=1), labels, what="the columns that hold the 1s")
    dd.check.equal(encoded.sum(axis=1), np.ones(labels.size), what="the sum of each row")
for bad, num_classes in (([-1, 0], 3), ([0, 1, -3], 3), ([0, 3], 3), ([7], 3), ([1], 1), ([0, -1, 0], 1)):
    with dd.check.raises(ValueError, why=f"{bad} holds a label outside 0 to {num_classes - 1}"):
        one_hot(np.array(bad), num_classes)
### END HIDDEN TESTS

# %% mistakes: one_hot
# - replace: np.arange(num_classes)
#   with: np.arange(labels.max() + 1)
#   hint: "You count the classes that occur. A class may be missing from these labels and still needs its
#     column."
# - replace: np.arange(num_classes)
#   with: np.arange(1, num_classes + 1)
#   hint: "Your classes count from 1. From which number do labels count?"
# - replace: (labels[:, None] == np.arange(num_classes))
#   with: (labels == np.arange(num_classes)[:, None])
#   hint: "Your table lies on its side: the classes run down and the examples across."
# - replace: labels[:, None] == np.arange(num_classes)
#   with: labels == np.arange(num_classes)
#   hint: "Both sides have rank 1, so each label meets one class. Which shape lets it meet them all?"
# - replace: labels[:, None] == np.arange(num_classes)
#   with: labels[:, None] != np.arange(num_classes)
#   hint: "Zeros and ones have changed places: a single entry of a row is hot."
# - replace: .astype(float)
#   with: .astype(bool)
#   hint: "The pattern is right, but it is made of truth values. What kind of number was asked for?"
# - replace: "np.any(labels < 0) or "
#   with: ""
#   hint: "A negative label gets through. Nothing in your function would ever tell the caller."
# - replace: np.any(labels < 0) or np.any(labels >= num_classes)
#   with: np.any(labels < 0) or np.any(labels > num_classes)
#   hint: "With K classes, counted from 0, is there a class number K?"
# - replace: np.any(labels < 0) or np.any(labels >= num_classes)
#   with: "False"
#   hint: "A label outside the classes becomes a row of zeros without a word. Refuse it before you compare."
# - replace: np.any(labels < 0) or np.any(labels >= num_classes)
#   with: np.all(labels < 0) or np.all(labels >= num_classes)
#   hint: "You refuse only if every label is bad. One is enough."
# - replace: |-
#     if np.any(labels < 0) or np.any(labels >= num_classes):
#             raise ValueError(f"labels must be from 0 to num_classes - 1. Received: {labels}")
#         return (labels[:, None] == np.arange(num_classes)).astype(float)
#   with: return np.eye(num_classes)[labels]
#   hint: "As an index, a negative label counts from the end without a word, and one too large is an
#     IndexError. The caller was promised a ValueError for both."


# %% accepts: one_hot
def one_hot(labels, num_classes):
    if labels.min() < 0 or labels.max() >= num_classes:
        raise ValueError("a label lies outside the classes")
    return np.eye(num_classes)[labels]


# %% accepts: one_hot
def one_hot(labels, num_classes):
    if not set(labels.tolist()) <= set(range(num_classes)):
        raise ValueError("a label lies outside the classes")
    encoded = np.zeros((len(labels), num_classes))
    encoded[np.arange(len(labels)), labels] = 1
    return encoded


# %% [markdown]
# ## Sums of products, and einsum
#
# The table of zeros and ones pays at once. Multiply each point of a cloud by its 0 or 1 and add up: what
# remains is the sum over one class. For all classes $k$ and coordinates $j$ that is
# $\sum_i h_{ik}\, x_{ij}$, a **sum of products**, as nearly everything in this course will be.
#
# `np.einsum` writes such sums as Einstein did: give every axis a letter, name the letters of each array,
# then an arrow and the letters of the result. **What does not appear behind the arrow is summed over.**
#
# | formula | einsum | shapes | the same as |
# |---|---|---|---|
# | $\sum_k x_{ik}$ | `einsum("ik->i", x)` | $(m, n) \to (m,)$ | `x.sum(axis=1)` |
# | $\sum_k x_{ik}\, v_k$ | `einsum("ik,k->i", x, v)` | $(m, n), (n,) \to (m,)$ | `x @ v` |
# | $u_i\, v_j$ | `einsum("i,j->ij", u, v)` | $(m,), (r,) \to (m, r)$ | `u[:, None] * v` |
# | $\sum_i h_{ik}\, x_{ij}$ | `einsum("ik,ij->kj", h, x)` | $(m, K), (m, n) \to (K, n)$ | `h.T @ x` |
#
# Read the last row: $i$ occurs in both arrays and not behind the arrow, so it is summed; no thought of
# transposes is needed. Which sum of products fills the cell $(i, j)$ of the table of dot products between
# the rows of two tables?

# %% demo
fig, ax = plt.subplots(figsize=(9, 3.6))
for name, left, (rows, columns), marked, axis_names in (
    ("$X$, $(m, n)$", 0, (4, 3), {(2, 0), (2, 1), (2, 2)}, ("i", "k")),
    ("$Y$, $(r, n)$", 5, (2, 3), {(1, 0), (1, 1), (1, 2)}, ("j", "k")),
    ("all dot products, $(m, r)$", 11, (4, 2), {(2, 1)}, ("i", "j")),
):
    for row, column in np.ndindex(rows, columns):
        shade = "0.6" if (row, column) in marked else "white"
        ax.add_patch(plt.Rectangle((left + column, -row), 1, 1, facecolor=shade, edgecolor="black"))
    ax.text(left + columns / 2, 1.9, name, ha="center")
    ax.text(left + columns / 2, 1.2, f"${axis_names[1]}$ →", ha="center")
    ax.text(left - 0.25, 1 - rows / 2, f"${axis_names[0]}$ ↓", ha="right", va="center")
for k in range(3):
    ax.text(k + 0.5, -1.5, f"$x_{{2{k}}}$", ha="center", va="center")
    ax.text(k + 5.5, -0.5, f"$y_{{1{k}}}$", ha="center", va="center")
ax.text(6.5, -2.2, "multiply pair by pair,\nadd up over $k$", ha="center", va="center")
ax.annotate("", (12.2, -1.6), (8.9, -2.2), arrowprops={"arrowstyle": "->"})
ax.set(xlim=(-1.2, 14), ylim=(-3.2, 2.6), aspect="equal")
ax.set_title("Row $i$ of $X$ and row $j$ of $Y$ fill cell $(i, j)$")
ax.axis("off")
plt.show()

# %% [markdown]
# Both tables carry the letter $k$ on their second axis, and $k$ vanishes.
#
# ## All distances at once
#
# Which of these points lies nearest to that one? Classifying, clustering and searching all ask it, and need
# the squared distance of every row of $X$ from every row of $Y$:
#
# $$D_{ij} = \sum_k (x_{ik} - y_{jk})^2 .$$
#
# Subtracting by broadcasting, $(m, 1, n)$ minus $(r, n)$, first builds a block of shape $(m, r, n)$. For
# 10,000 rows each and $n = 100$ that is 80 GB. Expand the square instead:
#
# $$D_{ij} = \sum_k x_{ik}^2 \;-\; 2 \sum_k x_{ik}\, y_{jk} \;+\; \sum_k y_{jk}^2 .$$
#
# Three sums of products, and nothing larger than $(m, r)$. For $x_0 = (1, 2)$ and $y_0 = (4, 6)$ they are
# $5$, $16$ and $52$, so $D_{00} = 5 - 32 + 52 = 25$, which is $3^2 + 4^2$. **Shapes:** the first sum
# depends on $i$ alone, the last on $j$ alone, the middle one on both. Which shapes make the three add up to
# $(m, r)$?
#
# **One trap is left.** A float keeps about 16 digits. Two points near each other but far from the origin
# have large sums that nearly cancel, and of the small true distance only rounding is left. It may come out
# as $-0.0001$, whose root is NaN. No distance is below zero, so none may leave your function.


# %% exercise: pairwise_distances
def pairwise_distances(x, y):
    """Squared Euclidean distance of every row of x from every row of y.

    Args:
        x: points, array of shape (m, n), m, n >= 1; left unchanged.
        y: points, array of shape (r, n), r >= 1; left unchanged.

    Returns:
        Array of shape (m, r): squared distances, none below zero, also where rounding would make them so. No
        Python loop: the last figure of the day times it. About 4 lines.
    """
    ### BEGIN SOLUTION
    x_squares = np.einsum("ik,ik->i", x, x)[:, None]  # (m, 1)
    y_squares = np.einsum("jk,jk->j", y, y)  # (r,)
    products = np.einsum("ik,jk->ij", x, y)  # (m, r)
    return np.maximum(x_squares - 2 * products + y_squares, 0)
    ### END SOLUTION


# %% test: pairwise_distances, points=3
x = np.array([[1.0, 2.0], [4.0, 6.0], [0.0, 0.0]])
y = np.array([[4.0, 6.0], [1.0, 0.0]])
distances = pairwise_distances(x, y)
dd.check.kind(distances, np.ndarray)
dd.check.shape(distances, (3, 2), why="there is one distance for each pair of a row of x and a row of y")
dd.check.finite(distances)
due = [[25.0, 4.0], [0.0, 45.0], [52.0, 1.0]]
dd.check.close(distances, due, why="the first is the example above; all are squared lengths of x[i] - y[j]")
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(13)
for m, r, n in ((1, 1, 1), (1, 4, 3), (5, 1, 2), (4, 3, 1), (3, 3, 3), (2, 2, 5), (7, 4, 2)):
    x, y = rng.normal(0.5, 2.0, (m, n)), rng.normal(-0.5, 1.0, (r, n))
    with dd.check.unchanged(x), dd.check.unchanged(y):
        distances = pairwise_distances(x, y)
    due = [[sum((a - b) ** 2 for a, b in zip(row, other, strict=True)) for other in y] for row in x]
    dd.check.shape(distances, (m, r))
    dd.check.close(distances, due, rtol=1e-9, atol=1e-10, why="each is the sum of squared differences")
    moved = pairwise_distances(x + 3.0, y + 3.0)
    dd.check.close(moved, due, rtol=1e-9, atol=1e-10, why="moving everything together changes no distance")
    turned = pairwise_distances(y, x)
    dd.check.close(turned, np.transpose(due), rtol=1e-9, atol=1e-10, why="x and y may change places")
x = rng.normal(0.0, 1.0, (30, 4))
dd.check.close(np.diag(pairwise_distances(x, x)), np.zeros(30), atol=1e-12, why="a point is 0 from itself")
whole = pairwise_distances(np.array([[1, 2, 3]]), np.array([[1, 0, -1], [4, 2, 3]]))
dd.check.close(whole, [[20, 9]], why="whole numbers are numbers too")

far = 1e6 + rng.normal(0.0, 1e-3, (60, 3))
distances = pairwise_distances(far, far)
dd.check.finite(distances)
lowest = float(np.min(distances))
assert lowest >= 0, f"Near points far from the origin are {lowest:g} apart, and no distance is below zero."
large = pairwise_distances(rng.normal(0.0, 1.0, (400, 20)), rng.normal(0.0, 1.0, (300, 20)))
dd.check.shape(large, (400, 300))
dd.check.finite(np.sqrt(large), what="the roots", why="no distance is below zero")
### END HIDDEN TESTS

# %% mistakes: pairwise_distances
# - replace: np.maximum(x_squares - 2 * products + y_squares, 0)
#   with: x_squares - 2 * products + y_squares
#   hint: "Rounding left some distances a little below zero. What should become of those?"
# - replace: "- 2 * products"
#   with: "- products"
#   hint: "Expand (a - b) squared once more on paper: how often does the product of a and b occur?"
# - replace: "- 2 * products"
#   with: "+ 2 * products"
#   hint: "One sign is wrong: your points lie nearest to their mirror images."
# - replace: np.maximum(x_squares - 2 * products + y_squares, 0)
#   with: np.sqrt(np.maximum(x_squares - 2 * products + y_squares, 0))
#   hint: "You took the root. The squared distance was asked for."
# - replace: np.maximum(x_squares - 2 * products + y_squares, 0)
#   with: np.maximum(x_squares - 2 * products + y_squares, 0).T
#   hint: "Your table is transposed: rows belong to x, columns to y."
# - replace: np.einsum("ik,ik->i", x, x)[:, None]
#   with: np.einsum("ik,ik->i", x, x)
#   hint: "The squares of x are of rank 1 and line up with the rows of y. They belong to the rows of the
#     result."
# - replace: np.maximum(x_squares - 2 * products + y_squares, 0)
#   with: np.sum((x - y) ** 2, axis=1)
#   hint: "You pair row 0 with row 0 and row 1 with row 1. Every row of x must meet every row of y."
# - replace: np.maximum(x_squares - 2 * products + y_squares, 0)
#   with: np.maximum(x_squares - 2 * products + y_squares, 0) / x.shape[1]
#   hint: "You average over the columns. A squared distance is a sum."
# - replace: np.maximum(x_squares - 2 * products + y_squares, 0)
#   with: np.sum(np.abs(x[:, None] - y), axis=2)
#   hint: "You add up sizes of differences (the city-block distance). Euclid adds up their squares."
# - replace: np.einsum("jk,jk->j", y, y)
#   with: np.einsum("jk,lk->j", y, y)
#   hint: "An index that occurs only once is summed over too: here each row of y meets all rows of y."
# - replace: np.maximum(x_squares - 2 * products + y_squares, 0)
#   with: np.maximum(-2 * products + y_squares, 0)
#   hint: "The squares of x are missing. They do not change which y is nearest, but they do change how far
#     it is."


# %% accepts: pairwise_distances
def pairwise_distances(x, y):
    return np.sum((x[:, None, :] - y[None, :, :]) ** 2, axis=-1)


# %% accepts: pairwise_distances
def pairwise_distances(x, y):
    squares = np.add.outer((x * x).sum(axis=1), (y * y).sum(axis=1))
    return np.clip(squares - 2 * (x @ y.T), 0, None)


# %% [markdown]
# Let the pieces play together. Here are three clouds of points with labels. Your one-hot table gives the
# middle of each cloud, your distances tell which middle is nearest to any point of the plane. Do three
# middles suffice to sort the points?

# %% demo
rng = np.random.default_rng(7)
cloud_labels = rng.integers(0, 3, 240)  # (m,)
true_middles = np.array([[0.0, 0.0], [4.0, 1.0], [1.0, 4.0]])
cloud = true_middles[cloud_labels] + rng.normal(0.0, 1.0, (240, 2))  # (m, 2)

hot = one_hot(cloud_labels, 3)  # (m, 3)
middles = np.einsum("ik,ij->kj", hot, cloud) / hot.sum(axis=0)[:, None]  # (3, 2)


def nearest_middle(points):
    return pairwise_distances(points, middles).argmin(axis=1)


accuracy = np.mean(nearest_middle(cloud) == cloud_labels)
ax = dd.plot.decision_regions(nearest_middle, cloud, cloud_labels)
ax.scatter(*middles.T, marker="*", s=260, color="white", edgecolors="black", zorder=3)
ax.set(title=f"The nearest middle names the class: {accuracy:.0%} right")
plt.show()

# %% [markdown]
# Yes, but for points that strayed into a neighbour's land. You have built a classifier, the
# nearest-centroid rule, without a loop.
#
# ## Views: looking without copying
#
# Memory is one long row of bytes. An array is a start, a shape, and **strides**: how many bytes to walk for
# one step along each axis. A float takes 8 bytes, so a table of shape $(2, 3)$ has strides $(24, 8)$. Its
# transpose has $(8, 24)$ on the same bytes, and no number moves. Such an array is a **view**: it owns
# nothing, costs nothing, and shows whatever the memory holds now. Slices are views; picking by a list of
# indices copies.

# %% demo
tape = np.arange(6.0)
by_slice = tape[1:6:2]
by_list = tape[[1, 3, 5]]
tape[3] = 99.0
print("slice:", by_slice, " strides", by_slice.strides, "on memory with strides", tape.strides)
print("list: ", by_list)

# %% [markdown]
# The slice saw the 99, the copy did not. Every second entry is the same memory with twice the stride.
#
# One use of views returns with signals and convolutions: **sliding windows**. A window of `size` entries
# moves along a signal of $m$ entries, `stride` entries at a time. What does window $i$ hold at place $j$?

# %% demo
m, size, stride = 8, 3, 2
fig, ax = plt.subplots(figsize=(8, 3.2))
for k in range(m):
    ax.add_patch(plt.Rectangle((k, 0), 1, 1, facecolor="0.85", edgecolor="black"))
    ax.text(k + 0.5, 0.5, f"$x_{k}$", ha="center", va="center")
for i in range(3):
    corner = (i * stride + 0.06, -1 - 0.8 * i)
    ax.add_patch(plt.Rectangle(corner, size - 0.12, 0.6, facecolor="white", edgecolor="C1", linewidth=2))
    ax.text(i * stride + size / 2, -0.7 - 0.8 * i, f"window {i}", ha="center", va="center")
ax.annotate("", (2, 1.25), (0, 1.25), arrowprops={"arrowstyle": "->"})
ax.text(1, 1.35, "stride 2", ha="center", va="bottom")
ax.set(xlim=(-0.2, 8.2), ylim=(-2.8, 2.1), aspect="equal", title="Windows of size 3 over one piece of memory")
ax.axis("off")
plt.show()

# %% [markdown]
# $$w_{ij} = x_{\,i \cdot \text{stride} + j}, \qquad
# \text{number of windows} = \left\lfloor \frac{m - \text{size}}{\text{stride}} \right\rfloor + 1 .$$
#
# Here $\lfloor (8 - 3)/2 \rfloor + 1 = 3$; $x_7$ starts no full window and is left out. Stored one by one,
# the windows would hold nearly every number `size` times. As a view they hold nothing.
#
# A table of positions, made by broadcasting, would pick the right numbers, and copy them. For a view, the
# module `np.lib.stride_tricks` has two functions. `as_strided` takes a shape and strides in bytes and
# checks neither: a wrong number reads memory that is not yours. `sliding_window_view` is safe; it moves by
# one entry at a time. Remember what a slice of a view is.


# %% exercise: sliding_windows
def sliding_windows(x, size, stride):
    """All full windows over a signal, as a view.

    Args:
        x: the signal, array of shape (m,) of any dtype.
        size: entries in a window, int from 1 to m.
        stride: entries from the start of one window to the start of the next, int >= 1.

    Returns:
        View of x of shape ((m - size) // stride + 1, size): row i starts at x[i * stride]. A later change of
        x shows in it. About 2 lines.
    """
    ### BEGIN SOLUTION
    every_start = np.lib.stride_tricks.sliding_window_view(x, size)  # (m - size + 1, size)
    return every_start[::stride]
    ### END SOLUTION


# %% test: sliding_windows, points=1
x = np.arange(8.0)
windows = sliding_windows(x, 3, 2)
dd.check.kind(windows, np.ndarray)
dd.check.shape(windows, (3, 3), why="three windows of size 3 fit into 8 entries at stride 2")
dd.check.equal(windows, np.array([[0.0, 1.0, 2.0], [2.0, 3.0, 4.0], [4.0, 5.0, 6.0]]))
x[4] = 99.0
seen = np.array([[0.0, 1.0, 2.0], [2.0, 3.0, 99.0], [99.0, 5.0, 6.0]])
dd.check.equal(windows, seen, why="x[4] became 99, and a view shows what x holds now")
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(14)
cases = ((1, 1, 1), (5, 5, 1), (5, 5, 3), (5, 1, 1), (7, 1, 3), (7, 3, 1), (8, 3, 2), (9, 3, 3), (9, 2, 5))
for m, size, stride in cases:
    for x in (rng.normal(size=m), rng.integers(-9, 9, m), rng.normal(size=m).astype("float32")):
        with dd.check.unchanged(x):
            windows = sliding_windows(x, size, stride)
        what = f"sliding_windows of {m} entries, size {size}, stride {stride}"
        due = [list(x[start : start + size]) for start in range(0, m - size + 1, stride)]
        dd.check.shape(windows, (len(due), size), what=what)
        dd.check.equal(windows, np.array(due), what=what, why="row i starts at x[i * stride]")
        x[:] = x + 1
        due = [[value + 1 for value in row] for row in due]
        dd.check.close(windows, due, what=what, why="every entry of x grew by 1, and a view shows it")
### END HIDDEN TESTS

# %% mistakes: sliding_windows
# - replace: "every_start[::stride]"
#   with: "every_start[::stride].copy()"
#   hint: "The numbers are right, but they are copies: a change of x does not reach them. Picking by a table
#     of indices and collecting in a list copy too."
# - replace: "every_start[::stride]"
#   with: every_start
#   hint: "Your windows move by one entry whatever the stride."
# - replace: "every_start[::stride]"
#   with: "every_start[:, ::stride]"
#   hint: "The stride is applied inside the windows: neighbours in a window should be neighbours in x."
# - replace: "every_start[::stride]"
#   with: "every_start[:-1:stride]"
#   hint: "A last window that just fits is missing. How many places are there to start from?"
# - replace: "every_start[::stride]"
#   with: "every_start[::stride].T"
#   hint: "Your windows are the columns. A row should be a window."
# - replace: "every_start[::stride]"
#   with: "every_start[::size]"
#   hint: "Your windows never overlap: each starts where the last one ended. How far should it move?"
# - replace: |-
#     sliding_window_view(x, size)  # (m - size + 1, size)
#         return every_start[::stride]
#   with: |-
#     sliding_window_view(x, stride)
#         return every_start[::size]
#   hint: "Size and stride have changed places."
# - replace: "every_start[::stride]"
#   with: "every_start[stride - 1 :: stride]"
#   hint: "Your first window does not start at the first entry."


# %% accepts: sliding_windows
def sliding_windows(x, size, stride):
    count = (len(x) - size) // stride + 1
    step = x.strides[0]
    return np.lib.stride_tricks.as_strided(x, (count, size), (step * stride, step))


# %% accepts: sliding_windows
def sliding_windows(x, size, stride):
    count = (x.size - size) // stride + 1
    return np.ndarray((count, size), x.dtype, x, strides=(stride * x.itemsize, x.itemsize))


# %% [markdown]
# The mean of each window is a moving average. What is left of a noisy signal when every window of 25 is
# averaged?

# %% demo
clock = np.linspace(0, 10, 400)  # (m,) seconds
clean = np.sin(clock) + 0.3 * np.sin(3 * clock)
noisy = clean + np.random.default_rng(5).normal(0.0, 0.5, clock.size)
smooth = sliding_windows(noisy, 25, 1).mean(axis=1)  # (m - 24,)

fig, ax = plt.subplots(figsize=(8, 3.6))
ax.plot(clock, noisy, color="0.75", linestyle="none", marker=".", label="measured")
ax.plot(clock, clean, color="0.3", linestyle=":", label="without noise")
ax.plot(clock[12:-12], smooth, color="C1", label="mean of 25 neighbours")
ax.set(title="Moving average of a noisy signal", xlabel="time (seconds)", ylabel="signal", ylim=(-2.1, 3))
ax.legend(ncols=3, loc="upper center")
plt.show()

# %% [markdown]
# Its shape: averaging 25 independent errors makes them five times smaller. The peaks are cut a little,
# because a window averages the signal too.
#
# ## Why it is fast
#
# For every element a Python loop fetches an object with a type and a count of its users, looks up what the
# operation means for that type, makes a new object and puts it away: some hundred instructions for one
# root. NumPy asks once for the type, and then
#
# $$T_\text{loop}(m) \approx m\, t_\text{step}, \qquad
# T_\text{array}(m) \approx t_\text{call} + m\, \frac{t_\text{root}}{\text{lanes}} .$$
#
# The last fraction is **SIMD**, *single instruction, multiple data*. A processor has wide registers, of 256
# bits for instance, and one instruction works on all the numbers in them: four float64 or eight float32,
# its lanes. That needs numbers of one type side by side in memory, which is what an ndarray is. What does a
# square root cost on your machine, in four ways?


# %% demo
def best_time(function, *arguments, repeats):
    """The shortest of several runs, in seconds: other programs can only make a run longer."""
    durations = []
    for _ in range(repeats):
        start = time.perf_counter()
        function(*arguments)
        durations.append(time.perf_counter() - start)
    return min(durations)


def roots_in_a_loop(values, out):
    for i in range(len(values)):
        out[i] = math.sqrt(values[i])


doubles = np.random.default_rng(0).random(20_000)  # float64
singles, numbers = doubles.astype("float32"), doubles.tolist()
prices = {
    "loop over an array": best_time(roots_in_a_loop, doubles, doubles.copy(), repeats=5),
    "loop over a list": best_time(roots_in_a_loop, numbers, numbers.copy(), repeats=5),
    "NumPy, float64": best_time(np.sqrt, doubles, doubles.copy(), repeats=300),
    "NumPy, float32": best_time(np.sqrt, singles, singles.copy(), repeats=300),
}
prices = {name: 1e9 * seconds / doubles.size for name, seconds in prices.items()}

fig, ax = plt.subplots(figsize=(8, 2.8))
ax.plot(list(prices.values()), list(prices), "o", color="black", markersize=9)
for name, price in prices.items():
    ax.annotate(f"{price:.2g}", (price, name), xytext=(10, 0), textcoords="offset points", va="center")
ax.set(xscale="log", xlabel="nanoseconds for one square root", title="The price of a square root")
ax.margins(x=0.12, y=0.2)
ax.invert_yaxis()
plt.show()

# %% [markdown]
# Typically tens of nanoseconds in a loop and one or less in NumPy; float32 costs half of float64 or still
# less, because twice as many share a register. A loop over an *array* is the worst of both worlds: every
# `values[i]` must first be wrapped into a Python object.
#
# ## Put it together: the race
#
# Each of your four array functions now races a loop that does the same, over 10 to 2,000 rows. At what size
# does it begin to pay?


# %% demo
def loop_normalize_rows(x):
    result = np.zeros(x.shape)
    for i in range(x.shape[0]):
        total = 0.0
        for k in range(x.shape[1]):
            total += x[i, k] ** 2
        for k in range(x.shape[1]):
            if total > 0:
                result[i, k] = x[i, k] / math.sqrt(total)
    return result


def loop_one_hot(labels, num_classes):
    result = np.zeros((len(labels), num_classes))
    for i in range(len(labels)):
        for k in range(num_classes):
            if labels[i] == k:
                result[i, k] = 1.0
    return result


def loop_pairwise_distances(x, y):
    result = np.zeros((x.shape[0], y.shape[0]))
    for i in range(x.shape[0]):
        for j in range(y.shape[0]):
            for k in range(x.shape[1]):
                result[i, j] += (x[i, k] - y[j, k]) ** 2
    return result


def loop_sliding_windows(x, size, stride):
    result = np.zeros(((len(x) - size) // stride + 1, size))
    for i in range(result.shape[0]):
        for j in range(size):
            result[i, j] = x[i * stride + j]
    return result


def race_arguments(m):
    rng = np.random.default_rng(m)
    x = rng.normal(size=(m, 16))
    return {
        "normalize_rows": (x,),
        "one_hot": (rng.integers(0, 40, m), 40),
        "pairwise_distances": (x, rng.normal(size=(10, 16))),
        "sliding_windows": (x[:, 0].copy(), 8, 1),
    }


racers = {
    "normalize_rows": (loop_normalize_rows, normalize_rows),
    "one_hot": (loop_one_hot, one_hot),
    "pairwise_distances": (loop_pairwise_distances, pairwise_distances),
    "sliding_windows": (loop_sliding_windows, sliding_windows),
}
row_counts = [10, 30, 100, 300, 1000, 2000]
seconds = {name: ([], []) for name in racers}
for rows in row_counts:
    arguments = race_arguments(rows)
    for name, (loop, vectorized) in racers.items():
        np.testing.assert_allclose(vectorized(*arguments[name]), loop(*arguments[name]), atol=1e-9)
        seconds[name][0].append(best_time(loop, *arguments[name], repeats=4))
        seconds[name][1].append(best_time(vectorized, *arguments[name], repeats=30))

fig, axes = plt.subplots(1, 4, figsize=(14, 3.8), sharey=True)
for ax, (name, (loop_seconds, vectorized_seconds)) in zip(axes, seconds.items(), strict=True):
    ax.loglog(row_counts, loop_seconds, "o--", color="C1", label="loop")
    ax.loglog(row_counts, vectorized_seconds, "s-", color="C0", label="yours")
    ratio = loop_seconds[-1] / vectorized_seconds[-1]
    ax.set(title=f"{name}\n{ratio:.0f} times faster", xlabel="rows $m$")
    print(f"{name:20s} {ratio:5.0f} times faster at m = {row_counts[-1]}")
    assert ratio >= 10, f"{name} is only {ratio:.1f} times faster than its loop: is there a loop in it?"
axes[0].set_ylabel("seconds, best run")
axes[0].legend(loc="upper left")
plt.show()

# %% [markdown]
# Every loop is a straight line: twice the rows, twice the time. Your curves begin flat, where
# $t_\text{call}$ is nearly all there is to pay, and rise only when the arithmetic outweighs it. At ten rows
# the view even costs more than its loop; at 2,000 each of yours is more than ten times as fast, mostly by far
# more. The windows never rise: whatever $m$ is, a view is a start, a shape and two strides.
#
# Day 2 fits its first model with such expressions: thousands of districts, and no loop over them.
#
# ## What you should remember
#
# - Think in shapes. The axis that you name in a reduction is the axis that vanishes.
# - Broadcasting lines shapes up at the right, demands equal lengths or a 1, and stretches the 1.
# - Rank 1 is neither row nor column. `keepdims=True` and `[:, None]` say which you mean.
# - Letters that are missing behind einsum's arrow are summed over; most of machine learning is such sums.
# - Vectorized code is fast because the loop runs over bare numbers, side by side, several an instruction.
#
# ## Check yourself
#
# 1. `x` has shape $(6, 4)$. What are the shapes of `x - x.mean(axis=0)`, `x - x.mean(axis=1)`, and
#    `x[:, None] - x`?
# 2. Which einsum gives the mean over $i$ of $x_{ik}\, x_{il}$, up to a division, and what is its shape?
# 3. Why can a view be slower to *use* than a copy, although it is faster to make?
#
# <details><summary>Answers</summary>
#
# 1. $(6, 4)$: $(4,)$ lines up with the columns. The second is an error, 4 meets 6. The third is
#    $(6, 6, 4)$: every row minus every row.
# 2. `einsum("ik,il->kl", x, x)`, of shape $(n, n)$, divided by $m$.
# 3. Neighbours in the view may lie far apart in memory, so fewer fit into a register or a cache line at
#    once.
#
# </details>
#
# ## Go further
#
# - K. E. Iverson, *A Programming Language*, 1962: where thinking in whole arrays begins.
# - A. Einstein, "Die Grundlage der allgemeinen Relativitätstheorie", *Annalen der Physik* 49, 1916: section
#   5 drops the summation sign.
# - S. van der Walt, S. C. Colbert and G. Varoquaux, "The NumPy Array: A Structure for Efficient Numerical
#   Computation", *Computing in Science & Engineering* 13(2), 2011: strides, views and broadcasting from
#   within.
# - C. R. Harris and others, "Array programming with NumPy", *Nature* 585, 2020.
# - J. L. Hennessy and D. A. Patterson, *Computer Architecture: A Quantitative Approach*: on SIMD.
