# ---
# day: 1
# title: Vectorization and broadcasting
# week: 1
# minutes: 90
# backend: numpy
# needs: []
# data: []
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
# before you run it, and know why that is so much faster, and when it goes wrong without a word.
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
import sys
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
dd.plot.show(
    "The pond from above, 40 metres by 40, light where the water is high: rings around two stones 8 metres apart. "
    "Where rings of both meet there are light and dark patches, and level grey lines fan out between them."
)

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
dd.plot.show(
    "A table of two rows, the towns, and three columns, the days: 12, 14, 19 and 20, 22, 27. To its right "
    "t.mean(axis=1), one number a row: 15 and 23. Below it t.mean(axis=0), one number a column: 16, 18, 23."
)

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
dd.plot.show(
    "Three sums of small tables. A (2, 3) table plus a row of 3, which is used for both rows. The same table plus a "
    "(2, 1) column, which is used for all three columns. A (2, 1) column plus a row of 3, both stretched to (2, 3)."
)

# %% [markdown]
# Shaded entries exist, pale ones are only read again: nothing is copied. The last sum is the pond's.
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
# - replace: raise ValueError
#   with: raise TypeError
#   hint: "Shapes that do not fit end in another kind of error than the docstring names."
# - replace: "if m != n and 1 not in (m, n):"
#   with: "if m != n and 1 not in (m, n) and 0 not in (m, n):"
#   hint: "A length of 0 meets any length with you. By the rules it is a length like any other."
# - replace: "if m != n and 1 not in (m, n):"
#   with: "if m != n and m != 1:"
#   hint: "Only the first shape may be stretched with you. Which of the two may have the length of 1?"
# - replace: raise ValueError(f"lengths {m} and {n} do not fit together")
#   with: break
#   hint: "For lengths that do not fit you stop and return what you have. The caller wants to be stopped by an error."


# %% mistake: broadcast_shape
# hint: "You refuse shapes with different numbers of axes. What does rule 1 do with the shorter one?"
def broadcast_shape(a, b):
    if len(a) != len(b):
        raise ValueError("not the same number of axes")
    shape = []
    for m, n in zip(a, b, strict=True):
        if m != n and 1 not in (m, n):
            raise ValueError("they do not fit")
        shape.append(n if m == 1 else m)
    return tuple(shape)


# %% mistake: broadcast_shape
# hint: "A length of 0 counts for nothing with you, as if it were 1. By the rules it is a length like any other."
def broadcast_shape(a, b):
    length = max(len(a), len(b))
    a, b = (1,) * (length - len(a)) + a, (1,) * (length - len(b)) + b
    shape = []
    for m, n in zip(a, b, strict=True):
        if m != n and m > 1 and n > 1:
            raise ValueError(f"lengths {m} and {n} do not fit together")
        shape.append(n if m <= 1 else m)
    return tuple(shape)


# %% mistake: broadcast_shape
# hint: "For shapes that do not fit you return an empty shape, that of a single number. The caller wants to be stopped
#   by an error."
def broadcast_shape(a, b):
    length = max(len(a), len(b))
    a, b = (1,) * (length - len(a)) + a, (1,) * (length - len(b)) + b
    if any(m != n and 1 not in (m, n) for m, n in zip(a, b, strict=True)):
        return ()
    return tuple(n if m == 1 else m for m, n in zip(a, b, strict=True))


# %% mistake: broadcast_shape
# hint: "A single number has the shape (), and you look for its last length. What should become of it?"
def broadcast_shape(a, b):
    if a[-1] != b[-1] and 1 not in (a[-1], b[-1]):
        raise ValueError("they do not fit")
    last = a[-1] if b[-1] == 1 else b[-1]
    if len(a) == 1 or len(b) == 1:
        return (*a[:-1], *b[:-1], last)
    return (*broadcast_shape(a[:-1], b[:-1]), last)


# %% mistake: broadcast_shape
# hint: "That is the shape of a matrix product. Today the two arrays meet element by element."
def broadcast_shape(a, b):
    if len(a) < 2 or len(b) < 2:
        return tuple(a[:-1]) + tuple(b[1:])
    if a[-1] != b[-2]:
        raise ValueError("they do not fit")
    return (*a[:-1], b[-1])


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
dd.plot.show(
    "Three tables of three towns by three days. The temperatures, with means of 15, 23 and 1. Less mean(axis=1): the "
    "rows have means of 2, 10 and minus 12. Less mean(axis=1, keepdims=True): every row is -3, -1, 4, with mean 0."
)

# %% [markdown]
# In the middle the mean of town 0 was taken from day 0 of every town: rank 1 lines up with the columns. On
# the right every row averages 0. The cures: `keepdims=True` leaves the vanished axis in place with length
# 1; `v[:, None]` or `v.reshape(-1, 1)` makes a column, `v[None, :]` a row. And write the shape behind every
# line that changes it.
#
# ## Whole numbers wrap around
#
# All numbers of an array have one type, its **dtype**. So far that was float64. Pictures come as **uint8**: whole
# numbers from 0, black, to 255, white, in one byte each. A sum or a product of uint8 is uint8 again, and what does
# not fit goes round like the hand of a clock with 256 hours:
#
# $$200 + 100 = 300 = 256 + 44 \to 44, \qquad 3 - 5 = -2 = -256 + 254 \to 254, \qquad
# 20^2 = 400 = 256 + 144 \to 144 .$$
#
# In general a type of $\beta$ bits keeps the one number of its range that differs from the true result by a
# multiple of $2^\beta$. That range is 0 to 255 for uint8, −128 to 127 for int8, and about
# $\pm 9.2 \cdot 10^{18}$ for int64, in which NumPy puts whole numbers of yours. With arrays there is no error and no
# warning. What happens to the picture of the pond, if you make it brighter by 100?

# %% demo
pond = (255 * (height + 2) / 4).astype("uint8")  # (500, 500) grey levels from 0 to 255
pictures = {
    "pond": pond,
    "pond + 100": pond + 100,
    "np.minimum(pond + 100.0, 255)": np.minimum(pond + 100.0, 255),
}
fig, axes = plt.subplots(1, 3, figsize=(11, 3.9), sharey=True)
for ax, (title, picture) in zip(axes, pictures.items(), strict=True):
    ax.imshow(picture, vmin=0, vmax=255, cmap="gray")
    ax.set(title=f"{title}\n{picture.dtype}", xlabel="column")
    ax.grid(False)
axes[0].set_ylabel("row")
dd.plot.show(
    "The pond in grey, three times. As it was. With 100 added in uint8: the crests, which were white, are nearly "
    "black, with sharp white edges. With 100.0 added and the sum cut off at 255: the whole picture is lighter."
)

small = np.array([200, 3, 20], dtype="uint8")
print("in uint8:", small + 100, small - 5, small**2, small @ small)
print("in floats:", small + 100.0, small - 5.0, small.astype(float) ** 2, small.astype(float) @ small)

# %% [markdown]
# In the middle the crests have become pits with a sharp rim: 155 is the last grey level that survives. On the
# right the sum was made of floats, because 100.0 is one, and everything above 255 was cut off on purpose.
#
# Distances between pictures suffer most. Two pictures of two pixels, $(200, 10)$ and $(10, 200)$, differ a lot:
# $190^2 + 190^2 = 72{,}200$. In uint8 the differences are 190 and 66, their squares 4 and 4, and the distance 8.
# Two habits of NumPy make this harder to see: `np.sum` and `np.mean` do add up in a wide type, `@` and `einsum`
# do not; and `/` and `np.sqrt` do return floats, of what has wrapped around already. **The cure:** make them
# floats before you calculate. `x.astype(float)` copies to float64; `np.asarray(x, dtype=float)` copies only what is not
# float64 yet. A float64 holds every whole number up to $2^{53}$ and numbers up to $10^{308}$; a float32
# holds seven digits, and squares of more than $10^{19}$ are too large for it.
#
# ## Rows of length 1
#
# Two reports on one matter, the second three times as long, use the same words in the same proportions: as
# rows of word counts they point the same way. To compare directions, divide each row by its own length:
# $x_i / \lVert x_i \rVert$. The row $(3, 4)$ has length $\sqrt{9 + 16} = 5$ and becomes
# $(0.6, 0.8)$, whose length is $\sqrt{0.36 + 0.64} = 1$.
#
# **Shapes.** $X$ is $(m, n)$ and there is one length a row. In which shape must the $m$ lengths come, so
# that each divides its own row?
#
# A row of zeros points nowhere, and $0/0$ has no value. NumPy would give NaN with a warning and go on; the
# set-up cell above made an error of that warning. We decide that such a row stays as it is. So give it a
# harmless length before you divide. `np.where` around the quotient is too late, since both of its branches
# are computed. And a little something added to every length makes short rows too short.
#
# How would one notice a loop? The next cell, which is locked, counts the steps that Python itself takes in a call. A
# loop takes some for every row; a whole-array expression takes the same few for four rows as for a thousand.
# Loops in disguise, such as `np.apply_along_axis` or `np.vectorize` with a function of yours, are counted too.


# %% fixture
def more_steps(function, few, many, most=500):
    """How many more steps of Python a call takes with the arguments `many` than with `few`; `most` if more."""

    def steps(arguments):
        count = 0

        def trace(frame, event, detail):
            nonlocal count
            frame.f_trace_opcodes = True
            count += 1
            return trace

        before = sys.gettrace()
        sys.settrace(trace)
        try:
            function(*arguments)
        finally:
            sys.settrace(before)
        return count

    function(*few)  # what a first call loads is no part of the count
    return min(max(steps(many) - steps(few), 0), most)


# %% exercise: normalize_rows
def normalize_rows(x):
    """Scale every row to Euclidean (L2) length 1.

    Args:
        x: array of shape (m, n) with m, n >= 1, of any float or int dtype, uint8 too; left unchanged. Every row is all
            zeros, or has a length between 1e-100 and 1e100.

    Returns:
        float64 array of shape (m, n): each row divided by its length, rows of zeros left as zeros. No loop of
        Python's, and no warning. About 3 lines.
    """
    ### BEGIN SOLUTION
    x = np.asarray(x, dtype=float)
    norms = np.sqrt(np.sum(x**2, axis=1, keepdims=True))  # (m, 1)
    return x / np.where(norms == 0, 1, norms)
    ### END SOLUTION


# %% test: normalize_rows, points=2
x = np.array([[3.0, 4.0], [0.0, -2.0], [0.0, 0.0]])
with dd.check.unchanged(x, what="x"):
    result = normalize_rows(x)
due = np.array([[0.6, 0.8], [0.0, -1.0], [0.0, 0.0]])
dd.check.like(result, due, dtype="float64", why="the rows have the lengths 5, 2 and 0")
pixels = np.array([[200, 150], [0, 0], [5, 12]], dtype="uint8")
due = np.array([[0.8, 0.6], [0.0, 0.0], [5 / 13, 12 / 13]])
dd.check.like(normalize_rows(pixels), due, dtype="float64", why="the rows have the lengths 250, 0 and 13")
steps = more_steps(normalize_rows, (np.ones((4, 3)),), (np.ones((1004, 3)),))
assert steps < 100, f"1,000 rows more cost at least {steps} steps of Python more: a loop of Python's runs over them."
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(11)
for m, n in ((1, 1), (1, 5), (4, 1), (3, 3), (5, 2), (2, 40)):
    x = rng.normal(0.5, 2.0, (m, n))
    if m > 1:
        x[rng.integers(m)] = 0.0
    due = np.array([[value / (math.hypot(*row) or 1.0) for value in row] for row in x])
    for order in "CF":
        given = np.array(x, order=order)
        with dd.check.unchanged(given, what="x"):
            result = normalize_rows(given)
        dd.check.like(result, due, dtype="float64", rtol=1e-9, why="each row is divided by its own length")
    stretched = normalize_rows(x * rng.uniform(0.1, 10.0, (m, 1)))
    dd.check.close(stretched, due, rtol=1e-9, why="a row keeps its direction however long it is made")
    single = x.astype("float32")
    due = np.array([[float(value) / (math.hypot(*map(float, row)) or 1.0) for value in row] for row in single])
    dd.check.like(normalize_rows(single), due, dtype="float64", rtol=1e-12, why="it is calculated in float64")
for dtype in ("uint8", "int8", "uint16", "int32", "int64", "uint64"):
    low, high = np.iinfo(dtype).min, np.iinfo(dtype).max
    whole = np.array([[low, high, 1], [high, high, high], [0, 0, 0], [low, 1, 0], [3, 4, 12]], dtype=dtype)
    due = np.array([[int(value) / (math.hypot(*map(int, row)) or 1.0) for value in row] for row in whole])
    with dd.check.unchanged(whole, what="x"):
        result = normalize_rows(whole)
    dd.check.like(result, due, dtype="float64", rtol=1e-9, why=f"lengths of {dtype} numbers may be longer than {dtype}")
extreme = normalize_rows(np.array([[3e-100, 4e-100], [3e100, 4e100], [0.0, 0.0], [1e-9, 0.0]]))
due = np.array([[0.6, 0.8], [0.6, 0.8], [0.0, 0.0], [1.0, 0.0]])
dd.check.like(extreme, due, rtol=1e-9, why="short rows and long ones end with length 1 exactly")
single = np.array([[3e-30, -4e-30], [6e30, 8e30], [0.0, 0.0]], dtype="float32")
due = np.array([[0.6, -0.8], [0.6, 0.8], [0.0, 0.0]])
dd.check.like(normalize_rows(single), due, dtype="float64", rtol=1e-6, why="in float32 their squares would not fit")
dd.check.like(normalize_rows(np.zeros((2, 3))), np.zeros((2, 3)), why="all rows are zeros here")
steps = more_steps(normalize_rows, (np.ones((3, 4)),), (np.ones((3, 1004)),))
assert steps < 100, f"1,000 columns more cost at least {steps} steps of Python more: a loop of Python's runs over them."
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
# - replace: x = np.asarray(x, dtype=float)
#   with: x = np.asarray(x)
#   hint: "The squares are calculated in the dtype that x came in, where they may not fit. What has to happen to small
#     whole numbers, and to float32, before you square them?"
# - replace: x = np.asarray(x, dtype=float)
#   with: x = np.asarray(x, dtype="float32")
#   hint: "You calculate in float32: seven digits, and no squares above 1e38. The docstring asks for float64."
# - replace: x = np.asarray(x, dtype=float)
#   with: x = np.asarray(x).astype(int)
#   hint: "Fractions are cut off before you begin. Which kind of number holds both whole numbers and fractions?"
# - replace: np.where(norms == 0, 1, norms)
#   with: np.maximum(norms, 1)
#   hint: "Rows shorter than 1 stay as short as they are. Only a row of zeros is left alone."
# - replace: np.where(norms == 0, 1, norms)
#   with: np.where(norms < 1e-6, 1, norms)
#   hint: "You take very short rows for rows of zeros. A row of length 1e-9 has a direction too."
# - replace: return x / np.where(norms == 0, 1, norms)
#   with: return (x / np.where(norms == 0, 1, norms))[norms[:, 0] > 0]
#   hint: "The rows of zeros are gone. As many rows come out as go in."
# - replace: return x / np.where(norms == 0, 1, norms)
#   with: return np.where(norms == 0, 1, norms)
#   hint: "You return the lengths themselves. What was asked for are the rows, divided by them."
# - replace: np.sqrt(np.sum(x**2, axis=1, keepdims=True))
#   with: np.sum(x, axis=1, keepdims=True)
#   hint: "Your rows sum to 1, and a negative entry changes all signs. A length is made of squares."
# - replace: np.sum(x**2, axis=1, keepdims=True)
#   with: (np.sum(x**2, axis=1, keepdims=True) + 1e-12)
#   hint: "You add a little under the root, and a row as short as the root of that little comes out far too short."


# %% mistake: normalize_rows
# hint: "A loop of Python's goes over the rows. One expression on the whole table does it, with the lengths as a
#   column."
def normalize_rows(x):
    result = np.zeros(x.shape)
    for i, row in enumerate(np.asarray(x, dtype=float)):
        length = np.sqrt(np.sum(row**2))
        if length > 0:
            result[i] = row / length
    return result


# %% mistake: normalize_rows
# hint: "A loop of Python's goes over the columns. A sum along an axis does without."
def normalize_rows(x):
    x = np.asarray(x, dtype=float)
    squares = np.zeros(len(x))
    for k in range(x.shape[1]):
        squares += x[:, k] ** 2
    return x / np.where(squares == 0, 1, np.sqrt(squares))[:, None]


# %% mistake: normalize_rows
# hint: "The sums of products are calculated in the dtype that x came in, where they may not fit: einsum and @ never
#   widen it. What has to happen to small whole numbers first?"
def normalize_rows(x):
    norms = np.sqrt(np.einsum("ik,ik->i", x, x))[:, None]
    return x / np.where(norms == 0, 1, norms)


# %% mistake: normalize_rows
# hint: "You stretch each row to run from 0 to 1. That is min-max scaling (Day 3); today only the length changes."
def normalize_rows(x):
    x = np.asarray(x, dtype=float)
    low, high = x.min(axis=1, keepdims=True), x.max(axis=1, keepdims=True)
    return (x - low) / np.where(high == low, 1, high - low)


# %% mistake: normalize_rows
# hint: "The numbers are right, but you divide the caller's own table. Make a new one."
def normalize_rows(x):
    norms = np.linalg.norm(np.asarray(x, dtype=float), axis=1, keepdims=True)
    norms[norms == 0] = 1
    if x.dtype != float:
        x = x.astype(float)
    x /= norms
    return x


# %% mistake: normalize_rows
# hint: "The lengths are right, and the result is squeezed back into the dtype that x came in, which cuts it off or
#   rounds it."
def normalize_rows(x):
    norms = np.linalg.norm(np.asarray(x, dtype=float), axis=1, keepdims=True)
    return (x / np.where(norms == 0, 1, norms)).astype(x.dtype)


# %% mistake: normalize_rows
# hint: "You make the mean of each row 0 and its spread 1. That is standardising (Day 3); today only the length
#   changes."
def normalize_rows(x):
    x = np.asarray(x, dtype=float)
    spread = x.std(axis=1, keepdims=True)
    return (x - x.mean(axis=1, keepdims=True)) / np.where(spread == 0, 1, spread)


# %% equivalents: normalize_rows
# - replace: norms == 0, 1, norms
#   with: norms == 0, 2, norms
#   reason: "Zeros divided by any number but 0 are zeros."


# %% accepts: normalize_rows
def normalize_rows(x):
    norms = np.linalg.norm(x.astype(float), axis=1)
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
dd.plot.show(
    "Ten points of the plane as dots, some inside and some outside the circle of radius 1. A dotted line along the ray "
    "from the origin joins each dot to a cross on the circle. One dot is at the origin, and its cross too."
)

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
        labels: whole numbers from 0 to num_classes - 1, array of shape (m,), m >= 1, of any int dtype; left
            unchanged.
        num_classes: number of classes, int >= 1; some may not occur among the labels.

    Returns:
        Float array of shape (m, num_classes): 1 in column labels[i] of row i, 0 elsewhere. No loop of Python's.
        About 3 lines.

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
with dd.check.unchanged(labels, what="labels"):
    encoded = one_hot(labels, 3)
due = np.array([[0.0, 0.0, 1.0], [1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]])
dd.check.like(encoded, due, why="this is the example above")
due = np.array([[0.0, 1.0, 0.0, 0.0, 0.0], [1.0, 0.0, 0.0, 0.0, 0.0], [0.0, 1.0, 0.0, 0.0, 0.0]])
dd.check.like(one_hot(np.array([1, 0, 1]), 5), due, why="classes that do not occur have a column too")
for bad in (np.array([2, 0]), np.array([1, -1])):
    with dd.check.unchanged(bad, what="labels"), dd.check.raises(ValueError, why="2 classes are numbered 0 and 1"):
        one_hot(bad, 2)
steps = more_steps(one_hot, (np.array([0, 2, 1]), 4), (np.arange(1003) % 4, 4))
assert steps < 100, f"1,000 labels more cost at least {steps} steps of Python more: a loop of Python's runs over them."
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(12)
for m, num_classes in ((1, 1), (1, 4), (6, 1), (3, 3), (5, 2), (4, 9), (40, 7)):
    labels = rng.integers(0, num_classes, m)
    with dd.check.unchanged(labels, what="labels"):
        encoded = one_hot(labels, num_classes)
    due = np.zeros((m, num_classes))
    for i, label in enumerate(labels):
        due[i, label] = 1.0
    what = f"one_hot of {m} labels, {num_classes} classes"
    dd.check.like(encoded, due, what=what, why="row i has its 1 in column labels[i]")
for dtype in ("uint8", "int8", "uint16", "int64", "uint64"):
    for labels, num_classes in (([1, 0, 1], 5), ([0, 0, 0], 2), ([127, 0], 128), ([100, 3], 300), ([1], 2)):
        encoded = one_hot(np.array(labels, dtype=dtype), num_classes)
        due = np.zeros((len(labels), num_classes))
        for i, label in enumerate(labels):
            due[i, label] = 1.0
        dd.check.like(encoded, due, what=f"one_hot of {dtype} labels", why="row i has its 1 in column labels[i]")
encoded = one_hot(np.array([255, 0], dtype="uint8"), 256)
dd.check.equal(encoded.argmax(axis=1), [255, 0], what="the columns that hold the 1s", why="the labels are 255 and 0")
dd.check.equal(encoded.sum(axis=1), [1.0, 1.0], what="the sum of each row", why="each row has a single 1")
for bad, num_classes in (([-1, 0], 3), ([0, 1, -3], 3), ([0, 3], 3), ([7], 3), ([1], 1), ([0, -1, 0], 1), ([2, 5], 4)):
    for dtype in ("int8", "int64"):
        labels = np.array(bad, dtype=dtype)
        why = f"{bad} holds a label outside 0 to {num_classes - 1}"
        with dd.check.unchanged(labels, what="labels"), dd.check.raises(ValueError, why=why):
            one_hot(labels, num_classes)
with dd.check.raises(ValueError, why="200 is no class of 200"):
    one_hot(np.array([3, 200], dtype="uint8"), 200)
steps = more_steps(one_hot, (np.array([0, 2, 1]), 4), (np.array([0, 2, 1]), 1004))
assert steps < 100, f"1,000 classes more cost at least {steps} steps of Python more: a loop of Python's runs over them."
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
# - replace: .astype(float)
#   with: .astype(int)
#   hint: "The pattern is right, but it is made of whole numbers. What kind of number was asked for?"
# - replace: " or np.any(labels >= num_classes)"
#   with: ""
#   hint: "A label beyond the last class gets through. Which number has the last of K classes?"
# - replace: |-
#     raise ValueError(f"labels must be from 0 to num_classes - 1. Received: {labels}")
#   with: return None
#   hint: "For labels that make no sense you return None. The caller wants to be stopped by an error."
# - replace: |-
#     if np.any(labels < 0) or np.any(labels >= num_classes):
#             raise ValueError(f"labels must be from 0 to num_classes - 1. Received: {labels}")
#   with: |-
#     assert np.all((labels >= 0) & (labels < num_classes))
#   hint: "Labels that make no sense end in another kind of error than the docstring names."


# %% mistake: one_hot
# hint: "A loop of Python's goes over the labels. What do you get when a column of labels meets a row of classes?"
def one_hot(labels, num_classes):
    encoded = np.zeros((len(labels), num_classes))
    for i, label in enumerate(labels):
        if label < 0 or label >= num_classes:
            raise ValueError("no such class")
        encoded[i, label] = 1
    return encoded


# %% mistake: one_hot
# hint: "A loop of Python's goes over the classes. What do you get when a column of labels meets a row of classes?"
def one_hot(labels, num_classes):
    if labels.min() < 0 or labels.max() >= num_classes:
        raise ValueError("no such class")
    encoded = np.zeros((len(labels), num_classes))
    for k in range(num_classes):
        encoded[:, k] = labels == k
    return encoded


# %% mistake: one_hot
# hint: "You set whole columns to 1: with a colon for the rows, every row gets every label. Each label belongs to a
#   row."
def one_hot(labels, num_classes):
    if labels.min() < 0 or labels.max() >= num_classes:
        raise ValueError("no such class")
    encoded = np.zeros((len(labels), num_classes))
    encoded[:, labels] = 1
    return encoded


# %% mistake: one_hot
# hint: "Labels that make no sense are pressed into the nearest class. They should be refused."
def one_hot(labels, num_classes):
    return np.eye(num_classes)[np.clip(labels, 0, num_classes - 1)]


# %% mistake: one_hot
# hint: "Labels that make no sense go round to another class. They should be refused."
def one_hot(labels, num_classes):
    return np.eye(num_classes)[labels % num_classes]


# %% mistake: one_hot
# hint: "Only the classes that occur get a column, in their own order. How many columns does the docstring ask for?"
def one_hot(labels, num_classes):
    if labels.min() < 0 or labels.max() >= num_classes:
        raise ValueError("no such class")
    return (labels[:, None] == np.unique(labels)).astype(float)


# %% mistake: one_hot
# hint: "A negative label gets through, and as an index -1 means the last class. Refuse it."
def one_hot(labels, num_classes):
    if np.any(labels >= num_classes):
        raise ValueError(f"labels must be from 0 to num_classes - 1. Received: {labels}")
    return np.eye(num_classes)[labels]


# %% mistake: one_hot
# hint: "Your labels count from 1: you refuse label 0 and move the others down by one. From which number do labels
#   count?"
def one_hot(labels, num_classes):
    if np.any(labels < 1) or np.any(labels > num_classes):
        raise ValueError(f"labels must be from 1 to num_classes. Received: {labels}")
    return np.eye(num_classes)[labels - 1]


# %% mistake: one_hot
# hint: "Row i has its label where a 1 should be: which class it is shows by the place, not by the size."
def one_hot(labels, num_classes):
    if labels.min() < 0 or labels.max() >= num_classes:
        raise ValueError("no such class")
    encoded = np.zeros((len(labels), num_classes))
    encoded[np.arange(len(labels)), labels] = labels
    return encoded


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
dd.plot.show(
    "Three tables. Row 2 of X and row 1 of Y are shaded, three entries each, with k along both. An arrow says multiply "
    "pair by pair, add up over k, and leads to the one shaded cell of the third table, in row 2 and column 1."
)

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
# as $-0.0001$, whose root is NaN. No distance is below zero, so none may leave your function. The rounding itself
# stays: about $10^{-15}$ of the largest of the three sums, which is the price of the shortcut.


# %% exercise: pairwise_distances
def pairwise_distances(x, y):
    """Squared Euclidean distance of every row of x from every row of y.

    Args:
        x: points, array of shape (m, n), m, n >= 1, of any float or int dtype, uint8 too; left unchanged.
        y: points, array of shape (r, n), r >= 1, likewise; its dtype may be another.

    Returns:
        float64 array of shape (m, r): squared distances, none below zero, also where rounding would make them so.
        Each is right to within 1e-12 of the largest squared length of a row of x or y. No loop of Python's. About
        5 lines.
    """
    ### BEGIN SOLUTION
    x, y = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
    x_squares = np.einsum("ik,ik->i", x, x)[:, None]  # (m, 1)
    y_squares = np.einsum("jk,jk->j", y, y)  # (r,)
    products = np.einsum("ik,jk->ij", x, y)  # (m, r)
    return np.maximum(x_squares - 2 * products + y_squares, 0)
    ### END SOLUTION


# %% test: pairwise_distances, points=3
x = np.array([[1.0, 2.0], [4.0, 6.0], [0.0, 0.0]])
y = np.array([[4.0, 6.0], [1.0, 0.0], [0.0, 3.0], [4.0, 4.0]])
with dd.check.unchanged(x, what="x"), dd.check.unchanged(y, what="y"):
    distances = pairwise_distances(x, y)
due = np.array([[25.0, 4.0, 2.0, 13.0], [0.0, 45.0, 25.0, 4.0], [52.0, 1.0, 9.0, 32.0]])
why = "the first is the example above; all are squared lengths of x[i] - y[j]"
dd.check.like(distances, due, dtype="float64", why=why)
pixels = np.array([[200, 10, 0]], dtype="uint8"), np.array([[10, 200, 0], [200, 13, 0]], dtype="uint8")
due = np.array([[72200.0, 9.0]])
dd.check.like(pairwise_distances(*pixels), due, dtype="float64", why="190 squared twice, and 3 squared")
few, many = np.ones((3, 2)), np.ones((503, 2))
for more, name in (((many, few), "x"), ((few, many), "y")):
    steps = more_steps(pairwise_distances, (few, few), more)
    assert steps < 100, f"500 rows of {name} more cost at least {steps} steps of Python more: a loop runs over them."
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(13)


def exactly(x, y):
    """Squared distances by whole numbers or fractions of Python's, without rounding."""
    from fractions import Fraction

    x, y = ([list(map(Fraction, row)) for row in table.tolist()] for table in (x, y))
    return np.array([[float(sum((a - b) ** 2 for a, b in zip(p, q, strict=True))) for q in y] for p in x])


def within(x, y):
    """How far off a distance may be: 1e-12 of the largest squared length."""
    return 1e-12 * max(sum(float(value) ** 2 for value in row) for table in (x, y) for row in table.tolist())


for m, r, n in ((1, 1, 1), (1, 4, 3), (5, 1, 2), (4, 3, 1), (3, 3, 3), (2, 2, 5), (7, 4, 2)):
    x, y = rng.normal(0.5, 2.0, (m, n)), rng.normal(-0.5, 1.0, (r, n))
    with dd.check.unchanged(x, what="x"), dd.check.unchanged(y, what="y"):
        distances = pairwise_distances(x, y)
    due, off = exactly(x, y), within(x, y)
    why = "each is the sum of squared differences"
    dd.check.like(distances, due, dtype="float64", rtol=0, atol=off, why=why)
    moved = pairwise_distances(x + 3.0, y + 3.0)
    dd.check.close(moved, due, rtol=0, atol=10 * off + 1e-9, why="moving everything together changes no distance")
    turned = pairwise_distances(y, x)
    dd.check.close(turned, due.T, rtol=0, atol=off, why="x and y may change places")
    fortran = pairwise_distances(np.asfortranarray(x), np.asfortranarray(y))
    dd.check.close(fortran, due, rtol=0, atol=off, why="how the numbers lie in memory is of no importance")
    single, other = x.astype("float32"), y.astype("float32")
    due, off = exactly(single, other), within(single, other)
    why = "it is calculated in float64"
    dd.check.like(pairwise_distances(single, other), due, dtype="float64", rtol=0, atol=off, why=why)
    dd.check.like(pairwise_distances(single, other.astype(float)), due, dtype="float64", rtol=0, atol=off, why=why)
for dtype in ("uint8", "int8", "uint16", "int32", "int64", "uint64"):
    low, high = np.iinfo(dtype).min, np.iinfo(dtype).max
    x = np.array([[low, high, 3], [high, low, 0]], dtype=dtype)
    y = np.array([[high, low, 5], [low, high, 9], [low, low, low], [high, high, 100]], dtype=dtype)
    with dd.check.unchanged(x, what="x"), dd.check.unchanged(y, what="y"):
        distances = pairwise_distances(x, y)
    why = f"distances of {dtype} numbers may be larger than {dtype} can hold"
    dd.check.like(distances, exactly(x, y), dtype="float64", rtol=0, atol=within(x, y), why=why)
x, y = np.array([[3, 250]], dtype="uint8"), np.array([[-5, 100], [3, -128]], dtype="int8")
dd.check.like(pairwise_distances(x, y), exactly(x, y), why="the two tables may have different dtypes")
x = np.array([[3e30, 0.0], [0.0, 4e30]], dtype="float32")
due = np.array([[0.0, 25e60], [25e60, 0.0]])
dd.check.like(pairwise_distances(x, x), due, rtol=1e-6, atol=1e50, why="in float32 their squares would not fit")
x = rng.normal(0.0, 1.0, (30, 4))
dd.check.close(np.diag(pairwise_distances(x, x)), np.zeros(30), atol=1e-10, why="a point is 0 from itself")

for far in (1e6 + rng.normal(0.0, 1e-3, (60, 3)), 1e8 + np.arange(12.0).reshape(4, 3)):
    distances = pairwise_distances(far, far)
    dd.check.finite(distances)
    lowest = float(np.min(distances))
    assert lowest >= 0, f"Near points far from the origin are {lowest:g} apart, and no distance is below zero."
    due, off = exactly(far, far), within(far, far)
    dd.check.close(distances, due, rtol=0, atol=off, why="rounding leaves 1e-12 of the largest squared length at most")
large = pairwise_distances(rng.normal(0.0, 1.0, (400, 20)), rng.normal(0.0, 1.0, (300, 20)))
dd.check.shape(large, (400, 300))
dd.check.finite(np.sqrt(large), what="the roots", why="no distance is below zero")
steps = more_steps(pairwise_distances, (np.ones((2, 3)), np.ones((4, 3))), (np.ones((2, 503)), np.ones((4, 503))))
assert steps < 100, f"500 columns more cost at least {steps} steps of Python more: a loop of Python's runs over them."
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
# - replace: x, y = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
#   with: x, y = np.asarray(x), np.asarray(y)
#   hint: "The squares are calculated in the dtype that x and y came in, where they may not fit. What has to happen to
#     small whole numbers, and to float32, before you square them?"
# - replace: x, y = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
#   with: x, y = np.asarray(x, dtype="float32"), np.asarray(y, dtype="float32")
#   hint: "You calculate in float32: seven digits, of which the difference of large sums leaves few. The docstring asks
#     for float64."
# - replace: x, y = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
#   with: x = np.asarray(x, dtype=float)
#   hint: "You make floats of x only. The squares of y are calculated in the dtype that y came in, where they may not
#     fit."
# - replace: np.einsum("ik,jk->ij", x, y)
#   with: x @ y
#   hint: "That product runs along the columns of x and down the rows of y. Which axis do the two tables share?"
# - replace: np.maximum(x_squares - 2 * products + y_squares, 0)
#   with: np.maximum(products, 0)
#   hint: "You return the dot products alone. They are one of three sums that make up a distance."
# - replace: np.maximum(x_squares - 2 * products + y_squares, 0)
#   with: np.maximum(x_squares + y_squares, 0)
#   hint: "The products are missing, so you add two squared lengths, wherever the two points lie."
# - replace: np.maximum(x_squares - 2 * products + y_squares, 0)
#   with: np.maximum(x_squares - 2 * products, 0)
#   hint: "The squares of y are missing. They differ from y to y, so without them even the nearest one may be another."


# %% mistake: pairwise_distances
# hint: "The squares are calculated in the dtype that x and y came in, where they may not fit. That np.sum adds up in a
#   wide type comes too late."
def pairwise_distances(x, y):
    squares = np.sum(x**2, axis=1)[:, None] + np.sum(y**2, axis=1)
    return np.maximum(squares - 2 * (x @ y.T), 0)


# %% mistake: pairwise_distances
# hint: "You make floats of the differences, which have wrapped around by then: in uint8, 10 less 200 is 66."
def pairwise_distances(x, y):
    gaps = (x[:, None, :] - y[None, :, :]).astype(float)
    return np.sum(gaps**2, axis=-1)


# %% mistake: pairwise_distances
# hint: "Whole numbers become float64 with you, but float32 stays float32, which holds seven digits. The docstring asks
#   for float64."
def pairwise_distances(x, y):
    dtype = np.result_type(x, y)
    dtype = dtype if dtype.kind == "f" else float
    return np.sum((x[:, None, :].astype(dtype) - y.astype(dtype)) ** 2, axis=-1)


# %% mistake: pairwise_distances
# hint: "The differences are calculated in the dtype that x and y came in: in uint8, 10 less 200 is 66."
def pairwise_distances(x, y):
    return np.sum((x[:, None, :] - y[None, :, :]) ** 2, axis=-1).astype(float)


# %% mistake: pairwise_distances
# hint: "Whole numbers of 64 bits wrap around too: they hold no square of more than 3 billion. Make them floats
#   instead."
def pairwise_distances(x, y):
    x, y = (a.astype("int64") if a.dtype.kind in "iu" else a.astype(float) for a in (x, y))
    return np.sum((x[:, None, :] - y[None, :, :]) ** 2, axis=-1).astype(float)


# %% mistake: pairwise_distances
# hint: "Loops of Python's go over the rows. What do a column of sums, a row of sums and a table of products make?"
def pairwise_distances(x, y):
    x, y = x.astype(float), y.astype(float)
    distances = np.zeros((len(x), len(y)))
    for i in range(len(x)):
        for j in range(len(y)):
            distances[i, j] = np.sum((x[i] - y[j]) ** 2)
    return distances


# %% mistake: pairwise_distances
# hint: "One loop of Python's is left, over the rows of x. What do a column of sums, a row of sums and a table of
#   products make?"
def pairwise_distances(x, y):
    x, y = x.astype(float), y.astype(float)
    return np.array([np.sum((row - y) ** 2, axis=1) for row in x])


# %% mistake: pairwise_distances
# hint: "One loop of Python's is left, over the rows of y. What do a column of sums, a row of sums and a table of
#   products make?"
def pairwise_distances(x, y):
    x, y = x.astype(float), y.astype(float)
    return np.stack([np.sum((x - row) ** 2, axis=1) for row in y], axis=1)


# %% mistake: pairwise_distances
# hint: "A loop of Python's goes over the columns. Sums of products do without."
def pairwise_distances(x, y):
    x, y = x.astype(float), y.astype(float)
    return sum(np.subtract.outer(x[:, k], y[:, k]) ** 2 for k in range(x.shape[1]))


# %% mistake: pairwise_distances
# hint: "You sum over the wrong axis: the rows of y vanish, and the columns stay. Which axis do the two tables share?"
def pairwise_distances(x, y):
    x, y = x.astype(float), y.astype(float)
    return np.sum((x[:, None, :] - y[None, :, :]) ** 2, axis=1)


# %% mistake: pairwise_distances
# hint: "That is one minus the cosine of the angle, which forgets how long the rows are. The distance does not."
def pairwise_distances(x, y):
    return np.maximum(1 - normalize_rows(x) @ normalize_rows(y).T, 0)


# %% mistake: pairwise_distances
# hint: "Your square is expanded with the sum of all squares of a whole table, and not with that of each row."
def pairwise_distances(x, y):
    x, y = x.astype(float), y.astype(float)
    return np.maximum(np.sum(x**2) - 2 * x @ y.T + np.sum(y**2), 0)


# %% mistake: pairwise_distances
# hint: "The square of a sum is not the sum of squares: square the differences first, then add them up."
def pairwise_distances(x, y):
    x, y = x.astype(float), y.astype(float)
    return np.sum(x[:, None, :] - y[None, :, :], axis=-1) ** 2


# %% accepts: pairwise_distances
def pairwise_distances(x, y):
    gaps = x[:, None, :].astype(float) - y.astype(float)
    return np.sum(gaps**2, axis=-1)


# %% accepts: pairwise_distances
def pairwise_distances(x, y):
    x, y = np.array(x, float), np.array(y, float)
    middle = x.mean(axis=0)
    x -= middle
    y -= middle
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
ax.set(title=f"The nearest middle names the class: {accuracy:.0%} right", xlabel="$x_{i0}$", ylabel="$x_{i1}$")
dd.plot.show(
    "Three clouds of points, each mostly within one of three regions that meet in a point, with straight borders. A "
    "star marks the middle of each cloud. A few points near the borders lie in a neighbouring cloud's region."
)

# %% [markdown]
# Yes, but for points that strayed into a neighbour's land. You have built a classifier, the
# nearest-centroid rule, without a loop.
#
# ## Views: looking without copying
#
# Memory is one long row of bytes. An array is a start, a shape, and **strides**: how many bytes to walk for
# one step along each axis. A float takes 8 bytes, so a table of shape $(2, 3)$ has strides $(24, 8)$. Its
# transpose has $(8, 24)$ on the same bytes, and no number moves. Such an array is a **view**: it owns
# nothing, costs next to nothing, and shows whatever the memory holds now. Slices are views; picking by a list of
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
m, size, stride = 10, 3, 2
fig, ax = plt.subplots(figsize=(8.4, 3.6))
for k in range(m):
    ax.add_patch(plt.Rectangle((k, 0), 1, 1, facecolor="0.85", edgecolor="black"))
    ax.text(k + 0.5, 0.5, f"$x_{k}$", ha="center", va="center")
for i in range(4):
    corner = (i * stride + 0.06, -1 - 0.8 * i)
    ax.add_patch(plt.Rectangle(corner, size - 0.12, 0.6, facecolor="white", edgecolor="C1", linewidth=2))
    ax.text(i * stride + size / 2, -0.7 - 0.8 * i, f"window {i}", ha="center", va="center")
ax.annotate("", (2, 1.25), (0, 1.25), arrowprops={"arrowstyle": "->"})
ax.text(1, 1.35, "stride 2", ha="center", va="bottom")
ax.set(xlim=(-0.2, 10.2), ylim=(-3.6, 2.1), aspect="equal", title="Windows of size 3 over one piece of memory")
ax.axis("off")
dd.plot.show(
    "Ten cells, x_0 to x_9. Below them four windows of three cells each: window 0 from x_0 to x_2, window 1 from x_2 "
    "to x_4, window 2 from x_4 to x_6, window 3 from x_6 to x_8. An arrow over two cells is the stride."
)

# %% [markdown]
# $$w_{ij} = x_{\,i \cdot \text{stride} + j}, \qquad
# \text{number of windows} = \left\lfloor \frac{m - \text{size}}{\text{stride}} \right\rfloor + 1 .$$
#
# Here $\lfloor (10 - 3)/2 \rfloor + 1 = 4$; $x_9$ lies in no full window and is left out. Stored one by one, with
# a stride of 1, the windows would hold nearly every number `size` times. As a view they hold nothing.
#
# A table of positions, made by broadcasting, would pick the right numbers, and copy them. For a view, the
# module `np.lib.stride_tricks` has two functions. `as_strided` takes a shape and strides in bytes and
# checks neither: a wrong number reads memory that is not yours, and an entry is not always 8 bytes from the next.
# `sliding_window_view` is safe; it moves by one entry at a time.
#
# Your signal may be a view itself. The next cell, locked, hands every so many-th entry of an array to a function.


# %% fixture
def of_a_slice(function, x, step, *arguments):
    """What a function returns for x[::step], a view of x, and the further arguments."""
    return function(x[::step], *arguments)


# %% exercise: sliding_windows
def sliding_windows(x, size, stride):
    """All full windows over a signal, as a view.

    Args:
        x: the signal, array of shape (m,) of any dtype; may be a view itself, such as every second entry of another
            array, or one read backwards. Left unchanged.
        size: entries in a window, int from 1 to m.
        stride: entries from the start of one window to the start of the next, int >= 1.

    Returns:
        View of x of shape ((m - size) // stride + 1, size): row i starts at x[i * stride]. A later change of
        x shows in it.
    """
    ### BEGIN SOLUTION
    every_start = np.lib.stride_tricks.sliding_window_view(x, size)  # (m - size + 1, size)
    return every_start[::stride]
    ### END SOLUTION


# %% test: sliding_windows, points=1
x = np.arange(10.0)
with dd.check.unchanged(x, what="x"):
    windows = sliding_windows(x, 3, 2)
due = np.array([[0.0, 1.0, 2.0], [2.0, 3.0, 4.0], [4.0, 5.0, 6.0], [6.0, 7.0, 8.0]])
dd.check.like(windows, due, why="four windows of size 3 fit into 10 entries at stride 2")
x[4] = 99.0
due[due == 4.0] = 99.0
dd.check.like(windows, due, why="x[4] became 99, and a view shows what x holds now")
x = np.arange(12)
windows = of_a_slice(sliding_windows, x, 2, 4, 1)  # of 0, 2, 4, 6, 8, 10
due = np.array([[0, 2, 4, 6], [2, 4, 6, 8], [4, 6, 8, 10]])
dd.check.like(windows, due, why="the signal is x[::2], of six entries")
x[6] = -1
due[due == 6] = -1
dd.check.like(windows, due, why="x[6] became -1, and a view of a view shows what x holds now")
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(14)
cases = ((1, 1, 1), (5, 5, 1), (5, 5, 3), (5, 1, 1), (7, 1, 3), (7, 3, 1), (8, 3, 2), (9, 3, 3), (9, 2, 5), (6, 4, 9))
for m, size, stride in cases:
    for dtype in ("float64", "int64", "float32", "uint8"):
        x = rng.integers(0, 90, m).astype(dtype)
        for step in (None, 2, -1, -3):
            spread = 1 if step is None else abs(step)
            whole = np.repeat(x, spread)[: (m - 1) * spread + 1]  # its every spread-th entry is one of x
            with dd.check.unchanged(whole, what="x"):
                if step is None:
                    windows = sliding_windows(whole, size, stride)
                else:
                    windows = of_a_slice(sliding_windows, whole, step, size, stride)
            signal = whole[::step].tolist()
            due = np.array([signal[start : start + size] for start in range(0, m - size + 1, stride)], dtype=dtype)
            what = f"sliding_windows of {m} entries of {dtype}, size {size}, stride {stride}"
            what += f", of a view x[::{step}]" if step else ""
            dd.check.like(windows, due, dtype=dtype, rtol=0, atol=0, what=what, why="row i starts at x[i * stride]")
            whole += 1
            why = "every entry of x grew by 1, and a view shows it"
            dd.check.like(windows, due + np.array(1, dtype), dtype=dtype, rtol=0, atol=0, what=what, why=why)
for text in (np.array(list("abcdefg")), np.array([True, False, False, True, True, False, True])):
    windows = sliding_windows(text, 3, 2)
    due = [list(text[start : start + 3]) for start in (0, 2, 4)]
    dd.check.equal(windows, due, why="a signal may be of any dtype")
    text[2] = text[0]
    due = [list(text[start : start + 3]) for start in (0, 2, 4)]
    dd.check.equal(windows, due, why="x[2] became x[0], and a view shows it")
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
# - replace: sliding_window_view(x, size)
#   with: sliding_window_view(np.ascontiguousarray(x), size)
#   hint: "Where x is a slice of another array you copy it first, and a change of x does not reach the copy."
# - replace: "every_start[::stride]"
#   with: "every_start[:, ::-1][::stride]"
#   hint: "Your windows are read backwards. Place j of a window is j entries after its start."


# %% mistake: sliding_windows
# hint: "You walk 8 bytes from entry to entry. How far it is to the next entry depends on the dtype, and on x being a
#   slice."
def sliding_windows(x, size, stride):
    count = (len(x) - size) // stride + 1
    return np.lib.stride_tricks.as_strided(x, (count, size), (8 * stride, 8))


# %% mistake: sliding_windows
# hint: "You walk one itemsize from entry to entry. The entries of a slice lie further apart: x itself knows how far."
def sliding_windows(x, size, stride):
    count = (len(x) - size) // stride + 1
    return np.lib.stride_tricks.as_strided(x, (count, size), (x.itemsize * stride, x.itemsize))


# %% mistake: sliding_windows
# hint: "Your two strides have changed places: down a column one walks from start to start, along a row from entry to
#   entry."
def sliding_windows(x, size, stride):
    count = (len(x) - size) // stride + 1
    return np.lib.stride_tricks.as_strided(x, (count, size), (x.strides[0], x.strides[0] * stride))


# %% mistake: sliding_windows
# hint: "There are as many windows as there should be, but each starts one entry after the last. How far should it
#   move?"
def sliding_windows(x, size, stride):
    count = (len(x) - size) // stride + 1
    return np.lib.stride_tricks.as_strided(x, (count, size), (x.strides[0], x.strides[0]))


# %% mistake: sliding_windows
# hint: "A last window is filled up with zeros. Only full windows count, and a signal that was padded is a copy."
def sliding_windows(x, size, stride):
    count = -(-(len(x) - size) // stride) + 1
    missing = (count - 1) * stride + size - len(x)
    return np.lib.stride_tricks.sliding_window_view(np.pad(x, (0, max(missing, 0))), size)[::stride]


# %% mistake: sliding_windows
# hint: "Your range of starts ends one too early, and collecting windows copies them."
def sliding_windows(x, size, stride):
    if len(x) == size:
        return np.empty((0, size), x.dtype)
    return np.array([x[start : start + size] for start in range(0, len(x) - size, stride)])


# %% mistake: sliding_windows
# hint: "You return a list of windows. One array was asked for, of which each row is a window."
def sliding_windows(x, size, stride):
    return [x[start : start + size] for start in range(0, len(x) - size + 1, stride)]


# %% mistake: sliding_windows
# hint: "Your count of windows rounds up: there is one that runs beyond the end of the signal."
def sliding_windows(x, size, stride):
    count = -(-(len(x) - size) // stride) + 1
    return np.lib.stride_tricks.as_strided(x, (count, size), (x.strides[0] * stride, x.strides[0]))


# %% mistake: sliding_windows
# hint: "Your windows are cut one after another, as tiles. They may overlap: how far from start to start?"
def sliding_windows(x, size, stride):
    return x[: len(x) // size * size].reshape(-1, size)


# %% accepts: sliding_windows
def sliding_windows(x, size, stride):
    count = (len(x) - size) // stride + 1
    step = x.strides[0]
    return np.lib.stride_tricks.as_strided(x, (count, size), (step * stride, step))


# %% accepts: sliding_windows
def sliding_windows(x, size, stride):
    last_start = x.size - size
    everywhere = np.lib.stride_tricks.as_strided(x, (last_start + 1, size), x.strides * 2, writeable=False)
    return everywhere[range(0, last_start + 1, stride).start :: stride]


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
dd.plot.show(
    "A signal over ten seconds: measured dots scattered widely about a wavy dotted line, the signal without noise, "
    "and a solid line, the mean of 25 neighbours, which keeps close to the dotted one and is a little flatter at its "
    "peaks."
)

# %% [markdown]
# Its shape: averaging 25 independent errors makes them about five times smaller. The peaks are cut a little,
# because a window averages the signal too.
#
# ## Why it is fast
#
# For every element a Python loop fetches an object with a type and a count of its users, looks up what the
# operation means for that type, makes a new object and puts it away: a hundred instructions or more for one
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
    text = f"{price:.0f}" if price >= 10 else f"{price:.2f}"
    ax.annotate(text, (price, name), xytext=(10, 0), textcoords="offset points", va="center")
ax.set(xscale="log", xlabel="nanoseconds for one square root", ylabel="", title="The price of a square root")
ax.margins(x=0.12, y=0.2)
ax.invert_yaxis()
dd.plot.show(
    "Four dots on a logarithmic scale of nanoseconds for one square root, from most to least: a loop over an array, a "
    "loop over a list, NumPy on float64, NumPy on float32. Each dot has its number written beside it."
)

# %% [markdown]
# Typically tens of nanoseconds in a loop and about one in NumPy; float32 costs half of float64 or still
# less, because twice as many share a register. A loop over an *array* is the worst of both worlds: every
# `values[i]` must first be wrapped into a Python object.
#
# ## Put it together: the race
#
# Each of your four array functions now races a loop that does the same, over 10 to 2,000 rows. "So many times
# faster" means little without its **baseline**: how the other side was written. Ours is a fair one. The loops get
# lists of numbers, which suit them best, and return lists; turning arrays into lists is not on the clock. They
# follow the definitions, number by number. And since a view moves no number at all while the loop copies each, the
# fourth race has a third runner, your windows copied out. At what size does it begin to pay?


# %% demo
def loop_normalize_rows(rows):
    result = []
    for row in rows:
        total = 0.0
        for value in row:
            total += value * value
        length = math.sqrt(total) or 1.0
        result.append([value / length for value in row])
    return result


def loop_one_hot(labels, num_classes):
    return [[1.0 if label == k else 0.0 for k in range(num_classes)] for label in labels]


def loop_pairwise_distances(x_rows, y_rows):
    result = []
    for x_row in x_rows:
        distances = []
        for y_row in y_rows:
            total = 0.0
            for a, b in zip(x_row, y_row, strict=True):
                total += (a - b) * (a - b)
            distances.append(total)
        result.append(distances)
    return result


def loop_sliding_windows(values, size, stride):
    starts = range(0, len(values) - size + 1, stride)
    return [[values[start + j] for j in range(size)] for start in starts]


def copied_windows(x, size, stride):
    return sliding_windows(x, size, stride).copy()


def race_arguments(m):
    rng = np.random.default_rng(m)
    x = rng.normal(size=(m, 16))
    return {
        "normalize_rows": (x,),
        "one_hot": (rng.integers(0, 40, m), 40),
        "pairwise_distances": (x, rng.normal(size=(10, 16))),
        "sliding_windows": (x[:, 0].copy(), 8, 1),
    }


def as_lists(arguments):
    return tuple(each.tolist() if isinstance(each, np.ndarray) else each for each in arguments)


races = {
    "normalize_rows": {"loop over lists": loop_normalize_rows, "yours": normalize_rows},
    "one_hot": {"loop over lists": loop_one_hot, "yours": one_hot},
    "pairwise_distances": {"loop over lists": loop_pairwise_distances, "yours": pairwise_distances},
    "sliding_windows": {
        "loop over lists": loop_sliding_windows,
        "yours": sliding_windows,
        "copied out": copied_windows,
    },
}
looks = {"loop over lists": ("o--", "C1"), "yours": ("s-", "C0"), "copied out": ("^:", "C2")}
row_counts = [10, 30, 100, 300, 1000, 2000]
seconds = {name: {runner: [] for runner in runners} for name, runners in races.items()}
for rows in row_counts:
    for name, arguments in race_arguments(rows).items():
        due = races[name]["loop over lists"](*as_lists(arguments))
        for runner, function in races[name].items():
            given, repeats = (as_lists(arguments), 4) if runner == "loop over lists" else (arguments, 30)
            np.testing.assert_allclose(function(*given), due, atol=1e-9)
            seconds[name][runner].append(best_time(function, *given, repeats=repeats))

fig, axes = plt.subplots(1, 4, figsize=(14, 3.9), sharey=True)
for ax, (name, by_runner) in zip(axes, seconds.items(), strict=True):
    for runner, times in by_runner.items():
        line, color = looks[runner]
        ax.loglog(row_counts, times, line, color=color, label=runner)
    loop_time, *others = (times[-1] for times in by_runner.values())
    ax.set(title=name, xlabel="rows $m$")
    against = ", ".join(f"{runner} {1e6 * times[-1]:.0f}" for runner, times in by_runner.items())
    print(f"{name:18s} at m = {row_counts[-1]}, microseconds: {against}: {loop_time / max(others):.0f} times faster")
    assert loop_time / max(others) >= 10, f"{name} is not 10 times faster than its loop: is there a loop in it?"
axes[0].set_ylabel("seconds, best run")
axes[3].legend(loc="upper left")
dd.plot.show(
    "Four panels of seconds over rows, both logarithmic. In each the loop over lists climbs in a straight line. Your "
    "function begins flat and ends far below it. In the panel of sliding_windows yours stays flat throughout, and a "
    "third line, the windows copied out, begins flat and rises a little."
)

# %% [markdown]
# Every loop is nearly a straight line: twice the rows, twice the time. Your curves begin flat, where
# $t_\text{call}$ is nearly all there is to pay, and rise only when the arithmetic outweighs it. At ten rows
# a call costs nearly as much as some loops, or more; at 2,000 each of yours is more than ten times as fast, mostly
# by far more, and these are the numbers to remember: tens to hundreds, for the same arithmetic. Against a loop over
# arrays they would look several times better, which says more about that loop than about yours. The windows do not
# rise: whatever $m$ is, a view is a start, a shape and two strides.
#
# Day 2 fits its first model with such expressions: thousands of districts, and no loop over them.
#
# ## What you should remember
#
# - Think in shapes. The axis that you name in a reduction vanishes, unless `keepdims=True` keeps it with length 1.
# - Broadcasting lines shapes up at the right, demands equal lengths or a 1, and stretches the 1. Rank 1 is
#   neither row nor column; `[:, None]` says which you mean.
# - Small whole numbers wrap around without a word. Make floats of pictures before you calculate.
# - Letters that are missing behind einsum's arrow are summed over; most of machine learning is such sums.
# - Vectorized code is fast because the loop runs over bare numbers, side by side, several an instruction.
#
# ## Check yourself
#
# 1. `x` has shape $(6, 4)$. What are the shapes of `x - x.mean(axis=0)`, `x - x.mean(axis=1)`, and
#    `x[:, None] - x`?
# 2. Which einsum gives the mean over $i$ of $x_{ik}\, x_{il}$, up to a division, and what is its shape?
# 3. Two uint8 pictures `a` and `b` are nowhere more than 3 grey levels apart. What may `a - b` hold, and does
#    `np.abs(a - b)` help?
#
# <details><summary>Answers</summary>
#
# 1. $(6, 4)$: $(4,)$ lines up with the columns. The second is an error, 4 meets 6. The third is
#    $(6, 6, 4)$: every row minus every row.
# 2. `einsum("ik,il->kl", x, x)`, of shape $(n, n)$, divided by $m$.
# 3. 0 to 3 and 253 to 255, since −1 goes round to 255. No: in uint8 nothing is below zero, so `np.abs` changes
#    nothing. `a.astype(float) - b` holds −3 to 3.
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
