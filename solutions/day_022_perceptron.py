# ---
# day: 22
# title: The perceptron
# week: 5
# minutes: 90
# backend: numpy
# needs: [2, 3, 4, 5, 14, 21]
# data: [iris]
# papers:
# - "Rosenblatt 1958, The perceptron: a probabilistic model for information storage and organization in the brain"
# - Widrow and Hoff 1960, Adaptive switching circuits
# - Novikoff 1962, On convergence proofs on perceptrons
# - "Minsky and Papert 1969, Perceptrons: an introduction to computational geometry"
# - Block and Levin 1970, On the boundedness of an iterative procedure for solving a system of linear inequalities
# - Freund and Schapire 1999, Large margin classification using the perceptron algorithm
# ---

# %% [markdown]
# # Day 22 · The perceptron
#
# By the end you can let a neuron find its own weights from examples, prove how many corrections that takes at
# most, and prove of one small problem that it never ends.
#
# - **You will build** one of the oldest learning rules in use: a neuron that is corrected after each mistake.
#   It separates two species of iris, and you compute a bound on its mistakes that holds on every data set you
#   try.
# - **You need** threshold neurons (Day 21), dot products and logits (Day 4), gradient descent (Day 2).
# - **Not today:** the widest margin and kernels, which were Day 14, and layers of neurons (Day 23).
# - **Time:** about 90 minutes.
#
# | symbol | meaning | shape | in code |
# |---|---|---|---|
# | $m,\ n$ | number of examples, of features | | `len(x)`, `x.shape[1]` |
# | $x_i$ | example $i$ | $(n,)$, all together $(m, n)$ | `x_i`, `x` |
# | $y_i$ | its class, **−1 or +1** | $(m,)$ together | `y_i`, `y` |
# | $w,\ b$ | weights and bias; $b = -\theta$, Day 21's threshold | $(n,)$, $()$ | `w`, `b` |
# | $z_i = w \cdot x_i + b$ | the score: its sign is the answer | $(m,)$ together | `z` |
# | $y_i z_i$ | positive where answer and class agree | $(m,)$ together | `y * z` |
# | $\alpha$ | the learning rate | $()$ | `learning_rate` |
# | $J$ | the perceptron loss, a mean over all examples | $()$ | `perceptron_loss(w, b, x, y)` |
# | $k$ | corrections made so far | $()$ | |
# | $\tilde x_i = (x_i, 1),\ \tilde w = (w, b)$ | with the bias as one more weight | $(n + 1,)$ | |
# | $\tilde u$ | the $(w, b)$ of a separating line, divided by its length | $(n + 1,)$ | |
# | $R,\ \gamma$ | the longest $\tilde x_i$; the margin | $()$ | `mistake_bound(x, y, w, b)` |
#
# **A choice that must be made.** Books write the two classes as 0 and 1, or as −1 and +1. Today they are −1
# and +1, because then $y_i z_i > 0$ says "right" for both. Below you see what happens if one mixes them up.
# From 0 and 1 one gets there by `2 * labels - 1`.

# %% setup
import matplotlib.pyplot as plt
import numpy as np

import deepdays as dd

dd.plot.style()

# %% [markdown]
# ## A line that takes sides
#
# On Day 21 we chose every weight ourselves. In 1958 Frank Rosenblatt, a psychologist, let the examples
# choose. His **perceptron** is the neuron of yesterday with its threshold moved to the other side,
#
# $$\hat y = \begin{cases} +1 & \text{if } z = w \cdot x + b \ge 0 \\ -1 & \text{if } z < 0 . \end{cases}$$
#
# Geometrically: $z = 0$ is a straight line (in more dimensions a plane), $w$ is perpendicular to it and
# points to the side of $+1$, and the distance of a point from the line is $|z| / \lVert w \rVert$. If all
# $+1$ lie on one side and all $-1$ on the other, the line is a **linear separator** and the data are
# **linearly separable**.
#
# **By hand.** $w = (2, -1)$, $b = -1$. The point $(3, 2)$ has $z = 6 - 2 - 1 = 3$: class $+1$. The point
# $(0, 1)$ has $z = -2$: class $-1$. The point $(1, 1)$ has $z = 0$: on the line, which we count as $+1$, so
# that there is always an answer.
#
# **Shapes.** `x` is $(m, n)$, `w` is $(n,)$, so there is one score an example, $(m,)$.


# %% exercise: perceptron_predict
def perceptron_predict(x, w, b):
    """The side of the line on which each example lies (Rosenblatt 1958).

    Args:
        x: examples, float or int array of shape (m, n), m >= 1; left unchanged.
        w: weights, float array of shape (n,); left unchanged.
        b: bias, a number.

    Returns:
        Int array of shape (m,): +1 where the score is positive or exactly 0, else -1. About 1 line.
    """
    ### BEGIN SOLUTION
    return np.where(x @ w + b >= 0, 1, -1)
    ### END SOLUTION


# %% test: perceptron_predict, points=1
x = np.array([[3.0, 2.0], [0.0, 1.0], [1.0, 1.0]])  # three examples of two features
w = np.array([2.0, -1.0])
with dd.check.unchanged(x), dd.check.unchanged(w):
    result = perceptron_predict(x, w, -1.0)
dd.check.like(result, np.array([1, -1, 1]), why="these are the three points worked by hand")
dd.check.like(perceptron_predict(x, w, -5.0), np.array([-1, -1, -1]), why="a bias of -5 puts all scores below 0")
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(22)
for m, n in [(1, 1), (1, 4), (5, 1), (3, 3), (7, 2), (40, 6)]:
    x, w, b = rng.normal(size=(m, n)), rng.normal(size=n), float(rng.normal())
    due = []
    for row in x:
        score = b + sum(feature * weight for feature, weight in zip(row, w, strict=True))
        due.append(1 if score >= 0 else -1)
    with dd.check.unchanged(x), dd.check.unchanged(w):
        result = perceptron_predict(x, w, b)
    dd.check.like(result, np.array(due), why="the sign of the score decides")
    dd.check.like(perceptron_predict(x, 1e-9 * w, 1e-9 * b), np.array(due), why="only the sign of the score counts")
    doubled = np.repeat(np.repeat(x, 2, axis=0), 2, axis=1)
    dd.check.like(perceptron_predict(doubled[::2, ::2], w, b), np.array(due), why="every other entry is an array too")
    dd.check.like(perceptron_predict(x, 0 * w, 0.0), np.ones(m, dtype=int), why="a score of exactly 0 counts as +1")
for dtype in (np.uint8, np.int8, np.int64):
    whole = np.array([[100, 1], [100, 120], [0, 0]], dtype=dtype)
    result = perceptron_predict(whole, np.array([2.0, -2.0]), -1)
    dd.check.like(result, np.array([1, -1, -1]), why="scores are 197, -41 and -1")
### END HIDDEN TESTS

# %% mistakes: perceptron_predict
# - replace: x @ w + b >= 0
#   with: x @ w + b > 0
#   hint: "A point exactly on the line is answered with -1. To which side do we count it?"
# - replace: np.where(x @ w + b >= 0, 1, -1)
#   with: np.where(x @ w + b >= 0, 1, 0)
#   hint: "Your second class is 0. Which two numbers are the classes today?"
# - replace: np.where(x @ w + b >= 0, 1, -1)
#   with: np.sign(x @ w + b).astype(int)
#   hint: "A point exactly on the line gets no class at all, because the sign of 0 is 0."
# - replace: np.where(x @ w + b >= 0, 1, -1)
#   with: np.sign(x @ w + b)
#   hint: "The sign of 0 is 0, so a point on the line gets no class; and the classes are ints, where a sign is a float."
# - replace: np.where(x @ w + b >= 0, 1, -1)
#   with: x @ w + b >= 0
#   hint: "You answer true and false. The classes are +1 and -1."
# - replace: np.where(x @ w + b >= 0, 1, -1)
#   with: np.where(x @ w + b >= 0, 1.0, -1.0)
#   hint: "The classes are right, but they are floats. They are names, so make them ints."
# - replace: x @ w + b >= 0
#   with: x @ w >= 0
#   hint: "Your line always passes through the origin. What moves it away?"
# - replace: x @ w + b >= 0
#   with: x @ w >= b
#   hint: "You compare with b as with a threshold. The bias is minus the threshold."
# - replace: np.where(x @ w + b >= 0, 1, -1)
#   with: x @ w + b
#   hint: "Those are the scores. The answer is a side."
# - replace: np.where(x @ w + b >= 0, 1, -1)
#   with: np.where(x @ w + b >= 0, -1, 1)
#   hint: "The two sides are swapped: w points to the side of +1."

# %% equivalents: perceptron_predict
# - replace: x @ w + b >= 0
#   with: x @ w.T + b >= 0
#   reason: "It has one axis, and the transpose of that is itself."


# %% accepts: perceptron_predict
def perceptron_predict(x, w, b):
    result = np.full(len(x), -1)
    for i, row in enumerate(x):
        if np.dot(row, w) >= -b:
            result[i] = 1
    return result


# %% accepts: perceptron_predict
def perceptron_predict(x, w, b):
    below = np.column_stack([x, np.ones(len(x))]) @ np.append(w, b) < 0
    return 1 - 2 * below.astype(int)


# %% [markdown]
# Real examples for the day: 100 iris flowers, *setosa* as $-1$ and *versicolor* as $+1$. On the left are
# their petals in centimetres, with a line put in by hand; on the right their sepals, standardised (Day 3).
# Does the line separate, and where does $w$ point? And is there a line for the sepals?


# %% demo
def draw_flowers(ax, x, y, title):
    for label, name, marker, color in ((-1, "setosa", "o", "C0"), (1, "versicolor", "s", "C1")):
        look = {"marker": marker, "facecolor": "white" if label == -1 else color, "edgecolor": color}
        ax.scatter(*x[y == label].T, s=28, label=name, **look)
    ax.set_title(title)


def draw_line(ax, w, b, **look):
    """The line w . x + b = 0, if there is one, within the limits that the axes have."""
    if np.any(w):
        foot = -b * w / (w @ w)  # the point of the line that is nearest to the origin
        along = np.array([-w[1], w[0]]) / np.linalg.norm(w)
        ends = foot + 20 * np.array([[-1.0], [1.0]]) * along  # (2, 2)
        look = {"color": "black", "linestyle": "-", "linewidth": 1.8} | look
        ax.plot(*ends.T, scalex=False, scaley=False, **look)


flowers, species = dd.data.iris()
order = np.random.default_rng(22).permutation(100)
flowers = flowers[species < 2][order]  # (100, 4) sepal length and width, petal length and width
y_flowers = 2 * species[species < 2][order] - 1  # (100,) -1 and +1
sepals, petals = flowers[:, :2], flowers[:, 2:]
standard = (sepals - sepals.mean(axis=0)) / sepals.std(axis=0)  # (100, 2)
in_standard = {"xlabel": "sepal length (standardised)", "ylabel": "sepal width (standardised)"}
in_standard |= {"xlim": (-2.6, 2.9), "ylim": (-2.7, 3.1)}
in_cm = {"xlabel": "petal length (cm)", "ylabel": "petal width (cm)", "xlim": (0, 6), "ylim": (-0.2, 2.4)}

guess_w, guess_b = np.array([1.0, 1.0]), -2.5
fig, (left, right) = plt.subplots(1, 2, figsize=(13, 4.6), width_ratios=[3, 2])
draw_flowers(left, petals, y_flowers, "Petals: a line put in by hand")
left.set(aspect="equal", **in_cm)
draw_line(left, guess_w, guess_b)
foot = np.array([1.7, 0.8])
left.annotate("", foot + 0.45 * guess_w, foot, arrowprops={"arrowstyle": "-|>", "color": "black", "linewidth": 2})
left.text(*(foot + 0.5 * guess_w), "$w$", fontsize=14)
left.legend(loc="lower right")
draw_flowers(right, standard, y_flowers, "Sepals: is there a line?")
right.set(**in_standard)
dd.plot.show(
    "Left, petal width against petal length of 100 irises: setosa, small, lower left; versicolor, large, upper right; "
    "between them a slanted line, from which the arrow w points to versicolor at a right angle. Right, sepal width "
    "against length: two slanted clouds side by side that all but touch."
)
print("petals right:", np.mean(perceptron_predict(petals, guess_w, guess_b) == y_flowers))

# %% [markdown]
# The line separates the petals, and $w$ points to versicolor at a right angle to it. For the sepals one can't
# tell by eye: the clouds all but touch. Let the machine find out.
#
# ## The perceptron trick
#
# Look at one example. If it is on its right side, leave everything alone. If not, turn the line towards it:
#
# $$\text{if } y_i z_i \le 0: \qquad w \leftarrow w + \alpha\, y_i\, x_i, \qquad b \leftarrow b + \alpha\, y_i .$$
#
# Why does that help? The example's new score times its class is
#
# $$y_i\big[(w + \alpha y_i x_i) \cdot x_i + b + \alpha y_i\big] = y_i z_i + \alpha\,(\lVert x_i \rVert^2 + 1),$$
#
# since $y_i^2 = 1$. It has grown, for certain, by an amount that doesn't depend on the class.
#
# **By hand.** $w = (2, -1)$, $b = -1$, and $x = (3, 2)$ is of class $y = -1$. Its score is $3$, so
# $y z = -3$: a mistake. With $\alpha = 1$ the new weights are $w = (2, -1) - (3, 2) = (-1, -3)$ and $b = -2$.
# The new score is $-3 - 6 - 2 = -11$, and $yz = 11 = -3 + (9 + 4 + 1)$.
#
# **The trap** is the sign between $y_i z_i$ and 0. Training starts at $w = 0$, $b = 0$, where all scores are
# zero. A rule that corrects only if $y_i z_i < 0$ never moves from there. So a point on the line counts as a
# mistake, whatever its class.


# %% exercise: perceptron_step
def perceptron_step(w, b, x_i, y_i, learning_rate):
    """Look at one example, and correct the line if the example is not strictly on its right side.

    Args:
        w: weights, float array of shape (n,); left unchanged.
        b: bias, float.
        x_i: one example, float or int array of shape (n,); left unchanged.
        y_i: its class, -1 or +1.
        learning_rate: a number > 0.

    Returns:
        (w, b) after the example: a float array of shape (n,) and a float. They are as before if y_i times the score
        is positive. About 4 lines.
    """
    ### BEGIN SOLUTION
    if y_i * (w @ x_i + b) <= 0:
        change = float(learning_rate * y_i)
        return w + change * x_i, b + change
    return w, b
    ### END SOLUTION


# %% test: perceptron_step, points=2
w, x_i = np.array([2.0, -1.0]), np.array([3.0, 2.0])
with dd.check.unchanged(w), dd.check.unchanged(x_i):
    result = perceptron_step(w, -1.0, x_i, -1, 1.0)
dd.check.like(result, (np.array([-1.0, -3.0]), -2.0), why="this is the mistake worked by hand")
result = perceptron_step(w, -1.0, x_i, -1, 0.5)
dd.check.like(result, (np.array([0.5, -2.0]), -1.5), why="with a rate of 0.5 the change is half as large")
result = perceptron_step(w, -1.0, x_i, 1, 1.0)
dd.check.like(result, (w, -1.0), why="as class +1 this example is right, so nothing changes")
result = perceptron_step(np.zeros(2), 0.0, x_i, 1, 1.0)
dd.check.like(result, (x_i, 1.0), why="a score of 0 counts as a mistake")
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(220)
for n in (1, 2, 5):
    for _ in range(12):
        w, b, x_i = rng.normal(size=n), float(rng.normal()), rng.normal(size=n)
        y_i, rate = int(rng.choice([-1, 1])), float(rng.choice([0.1, 1.0, 2.5]))
        score = b + sum(feature * weight for feature, weight in zip(x_i, w, strict=True))
        wrong = y_i * score <= 0
        due = [weight + wrong * rate * y_i * feature for weight, feature in zip(w, x_i, strict=True)]
        with dd.check.unchanged(w), dd.check.unchanged(x_i):
            result = perceptron_step(w, b, x_i, y_i, rate)
        why = "this example is wrong and is corrected" if wrong else "this example is right and changes nothing"
        dd.check.like(result, (np.array(due), b + wrong * rate * y_i), why=why)
        new_w, new_b = result
        gain = y_i * (new_w @ x_i + new_b) - y_i * score
        due = rate * (x_i @ x_i + 1) if wrong else 0.0
        dd.check.close(gain, due, atol=1e-9, what="the gain of y z", why="a correction gains rate times (x . x + 1)")
for y_i in (-1, 1):
    on_line = perceptron_step(np.array([1.0, -1.0]), 0.0, np.array([2.0, 2.0]), y_i, 0.25)
    due = (np.array([1.0 + 0.5 * y_i, -1.0 + 0.5 * y_i]), 0.25 * y_i)
    dd.check.like(on_line, due, why="a point exactly on the line is corrected, whatever its class")
for dtype in (np.uint8, np.int8, np.int64):
    x_i = np.array([100, 120], dtype=dtype)
    result = perceptron_step(np.array([1.0, 0.5]), 2.0, x_i, -1, 2)
    dd.check.like(result, (np.array([-199.0, -239.5]), 0.0), why="x may be whole numbers of any dtype")
    result = perceptron_step(np.array([1.0, 0.5]), 2.0, x_i, np.int8(-1), 2.0)
    dd.check.like(result, (np.array([-199.0, -239.5]), 0.0), why="a class may come out of an array of int8")
### END HIDDEN TESTS

# %% mistakes: perceptron_step
# - replace: change = float(learning_rate * y_i)
#   with: change = learning_rate * y_i
#   hint: "With x as whole numbers your product is taken in their own dtype, where a negative factor may not fit. Make
#     the factor a float first."
# - replace: (w @ x_i + b) <= 0
#   with: (w @ x_i + b) < 0
#   hint: "A point exactly on the line is left alone. From w = 0, b = 0 your line would never move."
# - replace: if y_i * (w @ x_i + b) <= 0
#   with: if True
#   hint: "You correct examples that are right as well. What does the rule do then?"
# - replace: return w + change * x_i, b + change
#   with: return w - change * x_i, b - change
#   hint: "Your line turns away from the example: afterwards y times its score is lower than before."
# - replace: return w + change * x_i, b + change
#   with: return w + change * x_i, b
#   hint: "The bias stays as it was. It is a weight too, whose feature is always 1."
# - replace: change = float(learning_rate * y_i)
#   with: change = float(y_i)
#   hint: "The learning rate has no effect."
# - replace: return w + change * x_i, b + change
#   with: return w + change * x_i, b + float(y_i)
#   hint: "The learning rate moves the weights but not the bias. Both take the same stride."
# - replace: change = float(learning_rate * y_i)
#   with: change = float(learning_rate)
#   hint: "You add every mistaken example, of whichever class. What does the class decide?"
# - replace: return w + change * x_i, b + change
#   with: |-
#     w += change * x_i
#             return w, b + change
#   hint: "You change the weights that you were given. Return new ones."
# - replace: if y_i * (w @ x_i + b) <= 0
#   with: if y_i * (w @ x_i) <= 0
#   hint: "You judge the example without the bias. On which side of the whole line does it lie?"
# - replace: if y_i * (w @ x_i + b) <= 0
#   with: if y_i * (w @ x_i + b) <= 1
#   hint: "You also correct examples that are right but near the line. That is the hinge loss, not the perceptron."
# - replace: change = float(learning_rate * y_i)
#   with: change = float(learning_rate * y_i) / np.linalg.norm(x_i)
#   hint: "You shorten the example to length 1 before you add it. The rule adds it as it is."


# %% mistake: perceptron_step
# hint: "Target minus prediction is 2 or -2 with classes of -1 and +1, so your correction is twice as large, and a
#   point of class +1 exactly on the line is left alone."
def perceptron_step(w, b, x_i, y_i, learning_rate):
    predicted = 1 if w @ x_i + b >= 0 else -1
    change = float(learning_rate * (y_i - predicted))
    return w + change * x_i, b + change


# %% mistake: perceptron_step
# hint: "You correct whenever the predicted side is another one. A point of class +1 exactly on the line is then left
#   alone; here it counts as a mistake."
def perceptron_step(w, b, x_i, y_i, learning_rate):
    predicted = 1 if w @ x_i + b >= 0 else -1
    if predicted != y_i:
        change = float(learning_rate * y_i)
        return w + change * x_i, b + change
    return w, b


# %% mistake: perceptron_step
# hint: "Your correction is in proportion to target minus score, so right examples are corrected too. That is the rule
#   of Widrow and Hoff, for a squared error."
def perceptron_step(w, b, x_i, y_i, learning_rate):
    change = float(learning_rate * (y_i - (w @ x_i + b)))
    return w + change * x_i, b + change


# %% equivalents: perceptron_step
# - replace: y_i * (w @ x_i + b) <= 0
#   with: y_i * (w.T @ x_i + b) <= 0
#   reason: "It has one axis, and the transpose of that is itself."
# - replace: y_i * (w @ x_i + b) <= 0
#   with: y_i * (w @ x_i.T + b) <= 0
#   reason: "It has one axis, and the transpose of that is itself."
# - replace: learning_rate * y_i
#   with: learning_rate / y_i
#   reason: "To multiply by -1 or 1 and to divide by it are the same."


# %% mistake: perceptron_step
# hint: "Target minus sign is 2 or -2 for an example on the wrong side, so your correction is twice as large there."
def perceptron_step(w, b, x_i, y_i, learning_rate):
    change = float(learning_rate * (y_i - np.sign(w @ x_i + b)))
    return w + change * x_i, b + change


# %% mistake: perceptron_step
# hint: "Your correction is in proportion to the score. The rule adds the example as it is, however wrong it was."
def perceptron_step(w, b, x_i, y_i, learning_rate):
    score = w @ x_i + b
    if y_i * score <= 0:
        return w - learning_rate * score * x_i, float(b - learning_rate * score)
    return w, b


# %% mistake: perceptron_step
# hint: "You correct again and again until the example is right. One look at it is at most one correction."
def perceptron_step(w, b, x_i, y_i, learning_rate):
    change = float(learning_rate * y_i)
    while y_i * (w @ x_i + b) <= 0:
        w, b = w + change * x_i, b + change
    return w, b


# %% mistake: perceptron_step
# hint: "Your bias goes up with every correction. A mistake of class -1 has to bring it down."
def perceptron_step(w, b, x_i, y_i, learning_rate):
    if y_i * (w @ x_i + b) <= 0:
        return w + float(learning_rate * y_i) * x_i, b + float(learning_rate)
    return w, b


# %% accepts: perceptron_step
def perceptron_step(w, b, x_i, y_i, learning_rate):
    augmented = np.append(x_i, 1.0)
    both = np.append(w, b)
    if np.sign(both @ augmented) != y_i:
        both = both + learning_rate * float(y_i) * augmented
    return both[:-1], float(both[-1])


# %% accepts: perceptron_step
def perceptron_step(w, b, x_i, y_i, learning_rate):
    score = sum(float(weight) * float(feature) for weight, feature in zip(w, x_i, strict=True)) + b
    stride = learning_rate if y_i * score <= 0 else 0.0
    moved = [float(weight) + stride * int(y_i) * float(feature) for weight, feature in zip(w, x_i, strict=True)]
    return np.array(moved), float(b + stride * int(y_i))


# %% [markdown]
# What does one step do to the line? Start from a bad one, show it a flower that it gets wrong, and see.

# %% demo
bad_w, bad_b = np.array([0.2, 1.0]), 0.4
i = int(np.flatnonzero(y_flowers * (standard @ bad_w + bad_b) < -0.5)[0])
new_w, new_b = perceptron_step(bad_w, bad_b, standard[i], y_flowers[i], 0.5)
fig, axes = plt.subplots(1, 2, figsize=(12, 4.4), sharey=True)
for ax, (w, b, when) in zip(axes, [(bad_w, bad_b, "Before"), (new_w, new_b, "After")], strict=True):
    value = y_flowers[i] * (w @ standard[i] + b)
    draw_flowers(ax, standard, y_flowers, f"{when}: $y z = {value:.2f}$ for the ringed flower")
    ax.set(**in_standard)
    ax.label_outer()
    ax.plot(*standard[i], "o", markersize=15, fillstyle="none", color="black", markeredgewidth=2)
    draw_line(ax, w, b)
dd.plot.show(
    "The sepals twice, with one flower ringed. Before the step a nearly level line runs through both clouds and the "
    "ringed flower is on its wrong side; after it the line has turned, and y z of the ringed flower has risen."
)

# %% [markdown]
# The line has turned for the sake of one flower. It knows nothing of the others and may have lost some. That
# this ends well, if it can end well at all, is not obvious. First let it run.
#
# ## Training: until nothing is wrong
#
# Go through the examples in order, one step each; a round is an **epoch**. Stop after the first epoch without
# a mistake, because then nothing can change any more.
#
# **By hand.** Day 21's OR, with the rows 00, 01, 10, 11 and classes $-1, 1, 1, 1$, from zero and with
# $\alpha = 1$:
#
# | row | $y$ | $z$ | mistake | $w$ | $b$ |
# |---|---|---|---|---|---|
# | 00 | −1 | 0 | yes | (0, 0) | −1 |
# | 01 | +1 | −1 | yes | (0, 1) | 0 |
# | 10 | +1 | 0 | yes | (1, 1) | 1 |
# | 11 | +1 | 3 | no | (1, 1) | 1 |
#
# Three mistakes in the first epoch. The following have 1, 2, 2, 1 and 0, and the result is $w = (2, 2)$,
# $b = -1$: a neuron with a threshold of 1 and two synapses from each input.
#
# **A quiet failure.** Give this rule classes 0 and 1. For $y_i = 0$ the product $y_i z_i$ is 0, a "mistake"
# every time, and the correction $\alpha\, y_i\, x_i$ is zero. Only the ones ever pull. So check the classes
# first. (With 0 and 1 the rule is written $w \leftarrow w + \alpha\,(y_i - \hat y_i)\,x_i$. Except for points
# exactly on the line it is the same.)


# %% exercise: train_perceptron
def train_perceptron(x, y, num_epochs, learning_rate=1.0):
    """Train a perceptron from zero, example by example in the order of x.

    Args:
        x: examples, float or int array of shape (m, n), m >= 1; left unchanged.
        y: classes, int array of shape (m,), each -1 or +1; left unchanged.
        num_epochs: most rounds through all examples, int >= 0.
        learning_rate: a number > 0.

    Returns:
        (w, b, mistakes): float array of shape (n,), float, and an int array with the number of corrections in each
        epoch that was run. Training ends after the first epoch without a correction, which is still listed.

    Raises:
        ValueError: y holds anything but -1 and +1. About 12 lines; use perceptron_step.
    """
    ### BEGIN SOLUTION
    if not np.all(np.isin(y, [-1, 1])):
        raise ValueError(f"classes must be -1 and +1. Received: {np.unique(y)}")
    w, b, mistakes = np.zeros(x.shape[1]), 0.0, []
    for _ in range(num_epochs):
        wrong = 0
        for x_i, y_i in zip(x, y, strict=True):
            wrong += int(y_i * (w @ x_i + b) <= 0)
            w, b = perceptron_step(w, b, x_i, y_i, learning_rate)
        mistakes.append(wrong)
        if wrong == 0:
            break
    return w, b, np.array(mistakes, dtype=int)
    ### END SOLUTION


# %% test: train_perceptron, points=3
rows = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
classes = np.array([-1, 1, 1, 1])
with dd.check.unchanged(rows), dd.check.unchanged(classes):
    result = train_perceptron(rows, classes, 1)
dd.check.like(result, (np.array([1.0, 1.0]), 1.0, np.array([3])), why="this is the epoch worked by hand")
result = train_perceptron(rows, classes, 50)
due = (np.array([2.0, 2.0]), -1.0, np.array([3, 1, 2, 2, 1, 0]))
dd.check.like(result, due, why="it ends after the first epoch without a mistake")
result = train_perceptron(rows, classes, 50, learning_rate=0.5)
dd.check.like(result, (np.array([1.0, 1.0]), -0.5, due[2]), why="from zero, the rate scales w and b and nothing else")
with dd.check.raises(ValueError, why="classes of 0 and 1 would train without a word, and wrongly"):
    train_perceptron(rows, np.array([0, 1, 1, 1]), 50)
### BEGIN HIDDEN TESTS
from sklearn.linear_model import Perceptron

rng = np.random.default_rng(221)
for m, n, num_epochs in [(1, 1, 3), (2, 1, 5), (1, 3, 4), (12, 2, 30), (30, 4, 7), (25, 3, 200)]:
    x = rng.normal(size=(m, n))
    for y in (rng.choice([-1, 1], m), np.where(x @ rng.normal(size=n) + 0.3 >= 0, 1, -1)):
        for rate in (1.0, 0.3):
            with dd.check.unchanged(x), dd.check.unchanged(y):
                result = train_perceptron(x, y, num_epochs, rate)
            weights, due = [0.0] * (n + 1), []
            while len(due) < num_epochs and (not due or due[-1]):
                due.append(0)
                for row, label in zip(x.tolist(), y.tolist(), strict=True):
                    row.append(1.0)
                    if label * sum(u * v for u, v in zip(weights, row, strict=True)) <= 0:
                        weights = [u + rate * label * v for u, v in zip(weights, row, strict=True)]
                        due[-1] += 1
            expected = (np.array(weights[:-1]), weights[-1], np.array(due))
            dd.check.like(result, expected, rtol=1e-5, atol=1e-7, why="the rule goes through x in order")
            again = train_perceptron(x, y, num_epochs, rate)
            dd.check.like(again, result, what="the same call again", why="no chance is involved")
        if len(set(y.tolist())) == 2:
            judge = Perceptron(shuffle=False, tol=None, max_iter=num_epochs).fit(x, y)
            w, b, _ = train_perceptron(x, y, num_epochs)
            why = "scikit-learn's Perceptron finds this line on the same examples in the same order"
            dd.check.close(np.append(w, b), np.append(judge.coef_[0], judge.intercept_), rtol=1e-5, atol=1e-7, why=why)
result = train_perceptron(rows, classes, 0)
dd.check.like(result, (np.zeros(2), 0.0, np.zeros(0, dtype=int)), why="without an epoch nothing is learned")
corners = np.array([-1, 1, 1, -1])
*_, mistakes = train_perceptron(rows, corners, 20)
dd.check.like(mistakes, np.full(20, 4), why="XOR gets every example wrong in every epoch and never ends")
whole = train_perceptron(rows.astype(np.uint8), classes.astype(np.int8), 50)
dd.check.like(whole, due if isinstance(due, tuple) else (np.array([2.0, 2.0]), -1.0, np.array([3, 1, 2, 2, 1, 0])))
for wrong in ([0, 0, 1, 1], [1, 2, 1, 2], [-1, 1, 0, 1]):
    with dd.check.raises(ValueError, why="a class is -1 or +1"):
        train_perceptron(rows, np.array(wrong), 5)
### END HIDDEN TESTS

# %% mistakes: train_perceptron
# - replace: np.array(mistakes, dtype=int)
#   with: np.array(mistakes)
#   hint: "Without an epoch your list is empty, and NumPy makes an empty list an array of floats. Counts are ints."
# - replace: |-
#     mistakes.append(wrong)
#             if wrong == 0:
#                 break
#   with: mistakes.append(wrong)
#   hint: "You run all epochs, even when nothing is wrong any more. When does training end?"
# - replace: |-
#     mistakes.append(wrong)
#             if wrong == 0:
#                 break
#   with: |-
#     if wrong == 0:
#                 break
#             mistakes.append(wrong)
#   hint: "The last epoch, the one without a mistake, is missing from your list. It was run."
# - replace: |-
#     if not np.all(np.isin(y, [-1, 1])):
#             raise ValueError(f"classes must be -1 and +1. Received: {np.unique(y)}")
#         w, b
#   with: w, b
#   hint: "Classes of 0 and 1 train without a word: zeros never correct anything. Refuse them."
# - replace: w, b, mistakes = np.zeros(x.shape[1]), 0.0, []
#   with: w, b, mistakes = np.ones(x.shape[1]), 0.0, []
#   hint: "Training starts from zero weights."
# - replace: wrong += int(y_i * (w @ x_i + b) <= 0)
#   with: wrong += int(y_i * (w @ x_i + b) < 0)
#   hint: "You correct points exactly on the line but don't count them as mistakes."
# - replace: perceptron_step(w, b, x_i, y_i, learning_rate)
#   with: perceptron_step(w, b, x_i, y_i, 1.0)
#   hint: "The learning rate has no effect."
# - replace: |-
#     wrong = 0
#             for x_i
#   with: |-
#     wrong, w, b = 0, np.zeros(x.shape[1]), 0.0
#             for x_i
#   hint: "Each epoch begins again from zero. What was learned in the one before is lost."
# - replace: |-
#     wrong += int(y_i * (w @ x_i + b) <= 0)
#                 w, b = perceptron_step(w, b, x_i, y_i, learning_rate)
#   with: |-
#     w, b = perceptron_step(w, b, x_i, y_i, learning_rate)
#                 wrong += int(y_i * (w @ x_i + b) <= 0)
#   hint: "You ask whether an example is wrong after it has been corrected. Count it before."
# - replace: np.array(mistakes, dtype=int)
#   with: np.array([sum(mistakes)])
#   hint: "You return the mistakes of all epochs together. They are listed epoch by epoch."
# - replace: np.array(mistakes, dtype=int)
#   with: np.cumsum(np.array(mistakes, dtype=int))
#   hint: "Your list adds up over the epochs. Each entry belongs to one epoch."


# %% mistake: train_perceptron
# hint: "You collect the corrections of a whole epoch and make them at its end. The rule corrects at once, so that the
#   next example meets the new line."
def train_perceptron(x, y, num_epochs, learning_rate=1.0):
    if not np.all(np.isin(y, [-1, 1])):
        raise ValueError("classes must be -1 and +1")
    w, b, mistakes = np.zeros(x.shape[1]), 0.0, []
    for _ in range(num_epochs):
        wrong = y * (x @ w + b) <= 0
        mistakes.append(int(wrong.sum()))
        w = w + learning_rate * (y * wrong).astype(float) @ x
        b = b + learning_rate * float(np.sum(y * wrong))
        if mistakes[-1] == 0:
            break
    return w, b, np.array(mistakes, dtype=int)


# %% mistake: train_perceptron
# hint: "You count what is wrong at the end of an epoch. The line moves during it: count each correction as it is made."
def train_perceptron(x, y, num_epochs, learning_rate=1.0):
    if not np.all(np.isin(y, [-1, 1])):
        raise ValueError("classes must be -1 and +1")
    w, b, mistakes = np.zeros(x.shape[1]), 0.0, []
    for _ in range(num_epochs):
        for x_i, y_i in zip(x, y, strict=True):
            w, b = perceptron_step(w, b, x_i, y_i, learning_rate)
        mistakes.append(int(np.sum(y * (x @ w + b) <= 0)))
        if mistakes[-1] == 0:
            break
    return w, b, np.array(mistakes, dtype=int)


# %% mistake: train_perceptron
# hint: "You correct whenever the predicted side is another one. A point of class +1 exactly on the line then counts as
#   right, also the very first."
def train_perceptron(x, y, num_epochs, learning_rate=1.0):
    if not np.all(np.isin(y, [-1, 1])):
        raise ValueError("classes must be -1 and +1")
    w, b, mistakes = np.zeros(x.shape[1]), 0.0, []
    for _ in range(num_epochs):
        mistakes.append(0)
        for x_i, y_i in zip(x, y, strict=True):
            if (1 if w @ x_i + b >= 0 else -1) != y_i:
                w, b = w + learning_rate * float(y_i) * x_i, b + learning_rate * float(y_i)
                mistakes[-1] += 1
        if mistakes[-1] == 0:
            break
    return w, b, np.array(mistakes, dtype=int)


# %% equivalents: train_perceptron
# - replace: y_i * (w @ x_i + b) <= 0
#   with: y_i * (w.T @ x_i + b) <= 0
#   reason: "It has one axis, and the transpose of that is itself."
# - replace: y_i * (w @ x_i + b) <= 0
#   with: y_i * (w @ x_i.T + b) <= 0
#   reason: "It has one axis, and the transpose of that is itself."


# %% mistake: train_perceptron
# hint: "You list what is still wrong after each epoch. The line moves during it: count each correction as it is made."
def train_perceptron(x, y, num_epochs, learning_rate=1.0):
    if not np.all(np.isin(y, [-1, 1])):
        raise ValueError("classes must be -1 and +1")
    w, b, mistakes = np.zeros(x.shape[1]), 0.0, []
    for _ in range(num_epochs):
        for x_i, y_i in zip(x, y, strict=True):
            w, b = perceptron_step(w, b, x_i, y_i, learning_rate)
        mistakes.append(int(np.sum(perceptron_predict(x, w, b) != y)))
        if mistakes[-1] == 0:
            break
    return w, b, np.array(mistakes, dtype=int)


# %% mistake: train_perceptron
# hint: "You translate other classes without a word. Whoever hands over 0 and 1 has made a slip: refuse them."
def train_perceptron(x, y, num_epochs, learning_rate=1.0):
    y = np.where(y > 0, 1, -1)
    w, b, mistakes = np.zeros(x.shape[1]), 0.0, []
    for _ in range(num_epochs):
        wrong = 0
        for x_i, y_i in zip(x, y, strict=True):
            wrong += int(y_i * (w @ x_i + b) <= 0)
            w, b = perceptron_step(w, b, x_i, y_i, learning_rate)
        mistakes.append(wrong)
        if wrong == 0:
            break
    return w, b, np.array(mistakes, dtype=int)


# %% mistake: train_perceptron
# hint: "You see a correction by the weights alone. An example whose features are all 0 moves nothing but the bias."
def train_perceptron(x, y, num_epochs, learning_rate=1.0):
    if not np.all(np.isin(y, [-1, 1])):
        raise ValueError("classes must be -1 and +1")
    w, b, mistakes = np.zeros(x.shape[1]), 0.0, []
    for _ in range(num_epochs):
        mistakes.append(0)
        for x_i, y_i in zip(x, y, strict=True):
            before = w
            w, b = perceptron_step(w, b, x_i, y_i, learning_rate)
            mistakes[-1] += int(np.any(w != before))
        if mistakes[-1] == 0:
            break
    return w, b, np.array(mistakes, dtype=int)


# %% accepts: train_perceptron
def train_perceptron(x, y, num_epochs, learning_rate=1.0):
    if set(np.unique(y).tolist()) - {-1, 1}:
        raise ValueError("classes must be -1 and +1")
    rows = np.column_stack([x, np.ones(len(x))]) * y[:, None]  # (m, n + 1), each on the side of +1
    both, mistakes = np.zeros(x.shape[1] + 1), np.zeros(0, dtype=int)
    while len(mistakes) < num_epochs and 0 not in mistakes:
        corrections = 0
        for row in rows:
            if both @ row <= 0:
                both += learning_rate * row
                corrections += 1
        mistakes = np.append(mistakes, corrections)
    return both[:-1], float(both[-1]), mistakes


# %% accepts: train_perceptron
def train_perceptron(x, y, num_epochs, learning_rate=1.0):
    for label in y:
        if abs(int(label)) != 1:
            raise ValueError("classes must be -1 and +1")
    w, b, counts = np.zeros(x.shape[1]), 0.0, []
    for epoch in range(num_epochs):
        counts.append(0)
        for i in range(len(x)):
            new_w, new_b = perceptron_step(w, b, x[i], y[i], learning_rate)
            if new_b != b:  # every correction moves the bias
                counts[epoch] += 1
            w, b = new_w, new_b
        if not counts[epoch]:
            break
    return w, b, np.asarray(counts, dtype=int)


# %% [markdown]
# Now the sepals, from zero. The strip shows the line after some of its corrections, with a ring round the
# flower that has just made it move. Does it find a separator? And if the classes are written 0 and 1?

# %% demo
frames, w, b = [], np.zeros(2), 0.0
for x_i, y_i in [pair for _ in range(20) for pair in zip(standard, y_flowers, strict=True)]:
    new_w, new_b = perceptron_step(w, b, x_i, y_i, 1.0)
    if new_b != b:
        frames.append((new_w, new_b, x_i))
    w, b = new_w, new_b
shown = np.unique(np.linspace(0, len(frames) - 1, 6).astype(int))
fig, axes = plt.subplots(2, 3, figsize=(13, 7.4), sharex=True, sharey=True)
for ax in axes.flat[len(shown) :]:
    ax.axis("off")
for ax, k in zip(axes.flat, shown, strict=False):
    w, b, x_i = frames[k]
    wrong = np.sum(perceptron_predict(standard, w, b) != y_flowers)
    draw_flowers(ax, standard, y_flowers, f"Correction {k + 1} of {len(frames)}: {wrong} wrong")
    ax.set(**in_standard)
    ax.label_outer()
    ax.plot(*x_i, "o", markersize=14, fillstyle="none", color="black", markeredgewidth=2)
    draw_line(ax, w, b)
dd.plot.show(
    "A strip of frames, sepal width against length, each with the line after one of the corrections and a ring round "
    "the flower that caused it. The line turns and shifts from frame to frame; in the last one nothing is wrong."
)

w, b, mistakes = train_perceptron(standard, y_flowers, num_epochs=200)
print(f"w = {w.round(2)}, b = {b:.1f}; corrections in each epoch: {mistakes.tolist()}")
assert mistakes[-1] == 0 and np.all(perceptron_predict(standard, w, b) == y_flowers)
zero_one, w, b = (y_flowers + 1) // 2, np.zeros(2), 0.0
for _ in range(200):
    for x_i, y_i in zip(standard, zero_one, strict=True):
        w, b = perceptron_step(w, b, x_i, y_i, 1.0)
wrong = perceptron_predict(standard, w, b) != y_flowers
missed = [int(np.sum(wrong & (y_flowers == label))) for label in (1, -1)]
print(f"with classes 0 and 1: {missed[0]} versicolor wrong, {missed[1]} setosa wrong")
assert np.sum(wrong) >= 10

# %% [markdown]
# There *is* a line, and the machine found it in a few corrections, each made for the flower in the ring with
# no regard for the rest. With classes 0 and 1 it runs just as smoothly, and ends when all versicolor are
# right, however many setosa are swept along: no zero ever pushes.
#
# ## What does it minimise? Perceptron loss, hinge and log loss
#
# Is the trick a gradient step in disguise? Give an example on its right side a loss of 0, and a wrong one its
# score, counted positive:
#
# $$J(w, b) = \frac1m \sum_i \max(0,\ -y_i z_i) .$$
#
# This is the **perceptron loss**. Where $y_i z_i < 0$, the slope of example $i$'s term in $w$ is $-y_i x_i$
# and in $b$ it is $-y_i$; where $y_i z_i > 0$ both are 0. At $y_i z_i = 0$ there is a kink; there we take the
# slope of the wrong side, for the reason that you know. Descend on one example at a time, and you have the
# trick.
#
# **By hand.** $w = (2, -1)$, $b = -1$; the points $(3, 2)$, $(0, 1)$, $(1, 1)$ with classes $-1, -1, +1$ have
# $z = 3, -2, 0$ and $y z = -3, 2, 0$. The losses are 3, 0, 0, so $J = 1$. In the gradient the first and the
# third take part: $\partial J/\partial w = \frac13[(3, 2) - (1, 1)] = (\frac23, \frac13)$ and
# $\partial J/\partial b = \frac13[1 - 1] = 0$.


# %% exercise: perceptron_loss
def perceptron_loss(w, b, x, y):
    """The perceptron loss: how far the wrong examples are on the wrong side, by their scores, averaged over all.

    Args:
        w: weights, float array of shape (n,). b: bias, a number.
        x: examples, float or int array of shape (m, n), m >= 1.
        y: classes, int array of shape (m,), each -1 or +1. The arrays are left unchanged.

    Returns:
        The loss, a float. About 1 line.
    """
    ### BEGIN SOLUTION
    return np.mean(np.maximum(0.0, -y * (x @ w + b)))
    ### END SOLUTION


def perceptron_gradient(w, b, x, y):
    """The gradient of perceptron_loss; an example with a score of exactly 0 takes part as a wrong one.

    Args:
        w, b, x, y: as in perceptron_loss.

    Returns:
        (dw, db): a float array of shape (n,) and a float. About 3 lines.
    """
    ### BEGIN SOLUTION
    pull = np.where(y * (x @ w + b) <= 0, -1.0 * y, 0.0)  # (m,)
    return pull @ x / len(x), np.mean(pull)
    ### END SOLUTION


# %% test: perceptron_loss, points=2
w = np.array([2.0, -1.0])
x, y = np.array([[3.0, 2.0], [0.0, 1.0], [1.0, 1.0]]), np.array([-1, -1, 1])
with dd.check.unchanged(w), dd.check.unchanged(x), dd.check.unchanged(y):
    loss, gradient = perceptron_loss(w, -1.0, x, y), perceptron_gradient(w, -1.0, x, y)
dd.check.like(loss, 1.0, what="the loss", why="this is the example worked by hand")
dd.check.like(gradient, (np.array([2 / 3, 1 / 3]), 0.0), what="the gradient", why="this is the one worked by hand")
dd.check.like(perceptron_loss(w, -1.0, x[1:2], y[1:2]), 0.0, what="the loss", why="a right example costs nothing")
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(222)
for m, n in [(1, 1), (1, 3), (4, 1), (3, 3), (25, 2), (9, 5)]:
    x, y, w, b = rng.normal(size=(m, n)), rng.choice([-1, 1], m), rng.normal(size=n), float(rng.normal())
    with dd.check.unchanged(w), dd.check.unchanged(x), dd.check.unchanged(y):
        loss, gradient = perceptron_loss(w, b, x, y), perceptron_gradient(w, b, x, y)
    total = 0.0
    for row, label in zip(x, y, strict=True):
        score = b + sum(feature * weight for feature, weight in zip(row, w, strict=True))
        total += -label * score if label * score < 0 else 0.0
    dd.check.like(loss, float(total / m), what="the loss", why="wrong examples cost their score, and all are averaged")
    dd.check.kind(gradient, tuple, what="the gradient")
    dw, db = gradient
    dd.check.kind(dw, np.ndarray, what="dw")
    dd.check.kind(db, float, what="db")

    def flat_loss(both, x=x, y=y):
        scores = x @ both[:-1] + both[-1]
        return sum(max(0.0, -label * score) for label, score in zip(y, scores, strict=True)) / len(y)

    why = "it is the slope of the loss"
    dd.check.shape(dw, (n,), what="dw", why="each weight has a slope of its own")
    dd.check.gradient(flat_loss, np.append(w, b), np.append(dw, db), what="dw and db", why=why)
    # Euler: the loss grows in proportion to the weights, so weights times slopes are the loss.
    dd.check.close(dw @ w + db * b, loss, atol=1e-9, what="w . dw + b db", why="the loss is proportional to (w, b)")
    twice = np.concatenate([x, x]), np.concatenate([y, y])
    dd.check.close(perceptron_loss(w, b, *twice), loss, what="the loss of the examples twice over", why="it is a mean")
    at_zero = perceptron_gradient(np.zeros(n), 0.0, x, y)
    due = (-sum(label * row for label, row in zip(y, x, strict=True)) / m, float(-sum(y) / m))
    dd.check.like(at_zero, due, what="the gradient at zero", why="with all scores 0 every example pulls")
    dd.check.like(perceptron_loss(np.zeros(n), 0.0, x, y), 0.0, what="the loss at zero")
for dtype in (np.uint8, np.int64):
    whole, y = np.array([[100, 120], [100, 0]], dtype=dtype), np.array([-1, -1], dtype=np.int8)
    dd.check.like(perceptron_loss(np.array([2.0, 1.0]), 0, whole, y), 260.0, why="scores are 320 and 200")
    result = perceptron_gradient(np.array([2.0, 1.0]), 0, whole, y)
    dd.check.like(result, (np.array([100.0, 60.0]), 1.0), why="both are wrong")
### END HIDDEN TESTS

# %% mistakes: perceptron_loss
# - replace: np.mean(np.maximum(0.0, -y * (x @ w + b)))
#   with: np.sum(np.maximum(0.0, -y * (x @ w + b)))
#   hint: "The loss grows with the number of examples. What does the 1/m ask for?"
# - replace: np.maximum(0.0, -y * (x @ w + b))
#   with: np.maximum(0.0, 1 - y * (x @ w + b))
#   hint: "Right examples near the line cost something with you. That is the hinge loss; here being right is enough."
# - replace: np.maximum(0.0, -y * (x @ w + b))
#   with: (y * (x @ w + b) < 0).astype(float)
#   hint: "You count the wrong examples. The loss says how far wrong they are."
# - replace: np.maximum(0.0, -y * (x @ w + b))
#   with: np.maximum(0.0, y * (x @ w + b))
#   hint: "Right examples cost and wrong ones don't."
# - replace: np.maximum(0.0, -y * (x @ w + b))
#   with: |-
#     -y * (x @ w + b)
#   hint: "A right example lowers your loss, the more so the farther away it is. Here it counts as zero."
# - replace: (x @ w + b) <= 0, -1.0 * y, 0.0)
#   with: (x @ w + b) < 0, -1.0 * y, 0.0)
#   hint: "An example with a score of exactly 0 doesn't pull. From zero weights nothing would ever start."
# - replace: pull @ x / len(x), np.mean(pull)
#   with: pull @ x, np.sum(pull)
#   hint: "The loss is a mean, and your gradient that of a sum."
# - replace: (x @ w + b) <= 0, -1.0 * y, 0.0)
#   with: (x @ w + b) <= 0, 1.0 * y, 0.0)
#   hint: "Your gradient points downhill. A gradient points to where the loss grows; one steps against it."
# - replace: np.where(y * (x @ w + b) <= 0, -1.0 * y, 0.0)
#   with: |-
#     -1.0 * y
#   hint: "In your gradient all examples pull, the right ones too. What is the slope of their loss?"
# - replace: pull @ x / len(x), np.mean(pull)
#   with: pull @ x / len(x), 0.0
#   hint: "The bias has a slope as well: each wrong example pulls at it, like at a weight whose feature is 1."


# %% mistake: perceptron_loss
# hint: "You average over the wrong examples only. The mean is over all, the right ones counting as zero."
def perceptron_loss(w, b, x, y):
    costs = -y * (x @ w + b)
    return float(np.mean(costs[costs > 0])) if np.any(costs > 0) else 0.0


def perceptron_gradient(w, b, x, y):
    wrong = y * (x @ w + b) <= 0
    count = max(int(wrong.sum()), 1)
    return -(y * wrong).astype(float) @ x / count, float(-np.sum(y * wrong) / count)


# %% equivalents: perceptron_loss
# - replace: |-
#     -y * (x @ w + b)
#   with: |-
#     -y * (x @ w.T + b)
#   reason: "It has one axis, and the transpose of that is itself."
# - replace: np.where(y * (x @ w + b)
#   with: np.where(y * (x @ w.T + b)
#   reason: "It has one axis, and the transpose of that is itself."
# - replace: |-
#     -1.0 * y
#   with: |-
#     -1.0 / y
#   reason: "To multiply by -1 or 1 and to divide by it are the same."
# - replace: pull @ x / len(x)
#   with: pull.T @ x / len(x)
#   reason: "It has one axis, and the transpose of that is itself."


# %% mistake: perceptron_loss
# hint: "You add up over the examples, in the loss and in the gradient. Both are means."
def perceptron_loss(w, b, x, y):
    return float(np.sum(np.maximum(0.0, -y * (x @ w + b))))


def perceptron_gradient(w, b, x, y):
    pull = np.where(y * (x @ w + b) <= 0, -1.0 * y, 0.0)
    return pull @ x, float(np.sum(pull))


# %% mistake: perceptron_loss
# hint: "That is the hinge loss with its gradient: examples that are right but near the line cost something. Here being
#   right is enough."
def perceptron_loss(w, b, x, y):
    return float(np.mean(np.maximum(0.0, 1 - y * (x @ w + b))))


def perceptron_gradient(w, b, x, y):
    pull = np.where(y * (x @ w + b) <= 1, -1.0 * y, 0.0)
    return pull @ x / len(x), float(np.mean(pull))


# %% mistake: perceptron_loss
# hint: "That is the log loss with its gradient: every example costs something. Here the right ones cost nothing."
def perceptron_loss(w, b, x, y):
    return float(np.mean(np.logaddexp(0.0, -y * (x @ w + b))))


def perceptron_gradient(w, b, x, y):
    pull = -y / (1 + np.exp(y * (x @ w + b)))
    return pull @ x / len(x), float(np.mean(pull))


# %% mistake: perceptron_loss
# hint: "You divide by the number of wrong examples. The mean is over all, the right ones counting as zero."
def perceptron_loss(w, b, x, y):
    agreement = y * (x @ w + b)
    wrong = agreement <= 0
    return float(-np.sum(agreement[wrong]) / max(int(wrong.sum()), 1))


def perceptron_gradient(w, b, x, y):
    wrong = y * (x @ w + b) <= 0
    count = max(int(wrong.sum()), 1)
    return -(y * wrong).astype(float) @ x / count, float(-np.sum(y * wrong) / count)


# %% accepts: perceptron_loss
def perceptron_loss(w, b, x, y):
    scores = [float(np.dot(row, w)) + b for row in x]
    return sum(abs(score) for score, label in zip(scores, y, strict=True) if score * label < 0) / len(y) * 1.0


def perceptron_gradient(w, b, x, y):
    dw, db = np.zeros(len(w)), 0.0
    for row, label in zip(x, y, strict=True):
        if int(label) * (float(np.dot(row, w)) + b) <= 0:
            dw -= float(label) * row
            db -= float(label)
    return dw / len(y), db / len(y)


# %% accepts: perceptron_loss
def perceptron_loss(w, b, x, y):
    agreement = y * (x @ w + b)
    return float((np.abs(agreement) - agreement).mean() / 2)


def perceptron_gradient(w, b, x, y):
    rows = np.column_stack([x, np.ones(len(x))]) * y[:, None].astype(float)
    both = -rows.T @ (rows @ np.append(w, b) <= 0).astype(float) / len(rows)
    return both[:-1], float(both[-1])


# %% [markdown]
# One weakness is on the surface: *at $w = 0$, $b = 0$ the perceptron loss is 0*, its lowest value, and says
# nothing. Other losses ask for more. The **hinge** loss $\max(0, 1 - y_i z_i)$ wants a score of at least 1
# (Day 14), and the **log loss**, $\log(1 + e^{-y_i z_i})$ in today's classes, is never quite content (Day 4).
# How do the three look, and where do they put the line?

# %% demo
slopes = {  # of each loss, in y z
    "perceptron": lambda t: -(t <= 0).astype(float),
    "hinge": lambda t: -(t < 1).astype(float),
    "log": lambda t: -1 / (1 + np.exp(t)),
}
grid = np.linspace(-2.5, 2.5, 201)
fig, (left, right) = plt.subplots(1, 2, figsize=(13, 4.4))
left.plot(grid, np.maximum(0, -grid), label="perceptron")
left.plot(grid, np.maximum(0, 1 - grid), label="hinge")
left.plot(grid, np.logaddexp(0, -grid), label="log loss")
left.plot(grid, grid <= 0, label="1 if wrong", linewidth=1.5)
left.set(xlabel="$y z$", ylabel="loss of one example", title="Three losses, and what they stand in for", ylim=(0, 3))
left.legend()
draw_flowers(right, petals, y_flowers, "20 perceptrons, one of each of the others")
right.set(**in_cm)
closest = []
for seed in range(20):
    shuffled = np.random.default_rng(seed).permutation(100)
    w, b, _ = train_perceptron(petals[shuffled], y_flowers[shuffled], num_epochs=100)
    draw_line(right, w, b, color="0.6", linewidth=0.9, label=None if seed else "perceptrons")
    closest.append(np.min(y_flowers * (petals @ w + b)) / np.linalg.norm(w))
print(f"closest flower to the line: perceptrons {min(closest):.2f} to {max(closest):.2f} cm", end="")
for name, style in (("hinge", "--"), ("log", "-.")):
    w, b = np.zeros(2), 0.0
    for _ in range(3000):
        pull = slopes[name](y_flowers * (petals @ w + b)) * y_flowers
        w, b = w - 0.1 * pull @ petals / 100, b - 0.1 * np.mean(pull)
    color = {"hinge": "C1", "log": "C2"}[name]
    draw_line(right, w, b, color=color, linestyle=style, linewidth=2.5, label=name)
    print(f", {name} {np.min(y_flowers * (petals @ w + b)) / np.linalg.norm(w):.2f} cm", end="")
print()
right.legend(loc="lower right", fontsize=10)
dd.plot.show(
    "Left, losses against y z: all rise to the left; the perceptron's is 0 from 0 on, the hinge from 1 on, the log "
    "loss nowhere. Right, the petals with 20 thin lines of perceptrons that saw the flowers in 20 orders, a fan "
    "between the species, and the hinge and log loss lines in the middle of the gap."
)

# %% [markdown]
# What we care about is the dotted step, 1 if wrong, but it has no useful slope; the others stand in for it.
# On the right the thin lines are 20 perceptrons that saw the same flowers in 20 orders. All separate, and
# they disagree: the rule stops at the first line without mistakes, however close to a flower. The hinge and
# the log loss go on, and end in the middle of the gap.
#
# The neuron stays the same; what changes is what the error is measured on. That gives a family:
#
# | output | loss | known as |
# |---|---|---|
# | sign of $z$ | perceptron loss | perceptron, 1958 |
# | $z$ itself | squared error | Adaline, 1960; linear regression (Day 2) |
# | $\sigma(z)$ | log loss | logistic regression (Day 4) |
# | sign of $z$ | hinge, plus a penalty on $w$ | linear SVM (Day 14) |
# | softmax of $K$ scores | cross-entropy | softmax regression (Day 5) |
#
# ## Why it ends: the convergence theorem
#
# **Theorem** (Novikoff 1962). Suppose some line separates the examples. Write $\tilde x_i = (x_i, 1)$ and let
# $\tilde u$ be that line's $(w, b)$ divided by its length $\lVert (w, b) \rVert$. Let
#
# $$\gamma = \min_i\ y_i\, \tilde u \cdot \tilde x_i > 0, \qquad
# R = \max_i \lVert \tilde x_i \rVert = \max_i \sqrt{\lVert x_i \rVert^2 + 1} .$$
#
# Then a perceptron that starts from zero makes at most $(R / \gamma)^2$ corrections, in whatever order the
# examples come and however often.
#
# *Proof.* Take $\alpha = 1$ and follow $\tilde w$ over $k$ corrections, each
# $\tilde w \leftarrow \tilde w + y_i \tilde x_i$. It gets longer in the direction of $\tilde u$: each
# correction adds at least $\gamma$ to $\tilde u \cdot \tilde w$, so
# $\lVert \tilde w \rVert \ge \tilde u \cdot \tilde w \ge k \gamma$. And it gets longer *slowly*:
#
# $$\lVert \tilde w + y_i \tilde x_i \rVert^2 = \lVert \tilde w \rVert^2 + 2 y_i \tilde w \cdot \tilde x_i
# + \lVert \tilde x_i \rVert^2 ,$$
#
# where the middle term is at most 0, since the example was wrong. So $\lVert \tilde w \rVert^2 \le k R^2$.
# Together $k \gamma \le \sqrt k\, R$, hence $k \le (R/\gamma)^2$. ∎
#
# The number of examples and of features does not occur. The learning rate doesn't either: from zero it scales
# $\tilde w$ and changes no sign. **By hand:** OR, with the line $w = (2, 2)$, $b = -1$. The longest
# $\tilde x$ is $(1, 1, 1)$, so $R^2 = 3$. The line's length is $\sqrt{4 + 4 + 1} = 3$, the smallest $y_i z_i$
# is 1, so $\gamma = \frac13$. The bound is $3 \cdot 9 = 27$, and we counted 9.


# %% exercise: mistake_bound
def mistake_bound(x, y, w, b):
    """The most corrections that a perceptron can need on examples, as a line that separates them guarantees.

    Args:
        x: examples, float or int array of shape (m, n), m >= 1.
        y: classes, int array of shape (m,), each -1 or +1.
        w: weights of the line, float array of shape (n,). b: its bias, a number. The arrays are left unchanged.

    Returns:
        (R / gamma)**2 as in the theorem, a float. It is the same if w and b are multiplied by one positive number.

    Raises:
        ValueError: the line does not separate the examples; one on the line is not separated.
    """
    ### BEGIN SOLUTION
    agreement = np.min(y * (x @ w + b))
    if agreement <= 0:
        raise ValueError("the line does not separate the examples")
    gamma = agreement / np.sqrt(w @ w + b**2)
    longest = np.max(np.sum(np.square(x, dtype=float), axis=1)) + 1  # R squared
    return longest / gamma**2
    ### END SOLUTION


# %% test: mistake_bound, points=2
rows = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
classes, w = np.array([-1, 1, 1, 1]), np.array([2.0, 2.0])
with dd.check.unchanged(rows), dd.check.unchanged(classes), dd.check.unchanged(w):
    result = mistake_bound(rows, classes, w, -1.0)
dd.check.like(result, 27.0, why="this is the bound worked by hand")
dd.check.like(mistake_bound(rows, classes, 10 * w, -10.0), 27.0, why="ten times w and b are the same line")
with dd.check.raises(ValueError, why="this line passes through the first example"):
    mistake_bound(rows, classes, w, 0.0)
### BEGIN HIDDEN TESTS
import math

rng = np.random.default_rng(223)
for m, n in [(1, 1), (1, 3), (4, 1), (6, 2), (30, 5)]:
    for trial in range(6):
        x, w, b = rng.normal(0, 1 + trial, (m, n)), rng.normal(size=n), float(rng.normal())
        y = np.where(x @ w + b >= 0, 1, -1)
        length = math.sqrt(sum(value**2 for value in w) + b**2)
        gamma = min(label * (sum(row * w) + b) / length for row, label in zip(x, y, strict=True))
        radius = max(math.sqrt(sum(value**2 for value in row) + 1) for row in x)
        with dd.check.unchanged(x), dd.check.unchanged(y), dd.check.unchanged(w):
            result = mistake_bound(x, y, w, b)
        dd.check.like(result, float((radius / gamma) ** 2), rtol=1e-6, why="it is the square of R over gamma")
        for scale in (1e-3, 7.0):
            scaled = mistake_bound(x, y, scale * w, scale * b)
            dd.check.close(scaled, result, what="the bound for scaled w and b", why="it is the same line")
        with dd.check.raises(ValueError, why="turned round, the line has every example on its wrong side"):
            mistake_bound(x, y, -w, -b)
        swapped = y.copy()
        swapped[-1] *= -1
        with dd.check.raises(ValueError, why="the last example lies on the wrong side"):
            mistake_bound(x, swapped, w, b)
for side in (-1, 1):
    line = side * np.array([2.0, 2.0]), side * -2.0
    with dd.check.raises(ValueError, why="two examples lie on this line, whichever their class: no margin is left"):
        mistake_bound(rows, side * classes, *line)
for dtype in (np.uint8, np.int64):
    whole = np.array([[100, 3], [0, 7]], dtype=dtype)
    result = mistake_bound(whole, np.array([1, -1], dtype=np.int8), np.array([1.0, 0.0]), -2)
    dd.check.like(result, (100**2 + 9 + 1) / (2 / math.sqrt(5)) ** 2, why="squares may leave the dtype of x")
### END HIDDEN TESTS

# %% mistakes: mistake_bound
# - replace: np.sqrt(w @ w + b**2)
#   with: np.sqrt(w @ w)
#   hint: "You measure the margin as a distance from the line. In the theorem the bias is one of the weights, also
#     in the length."
# - replace: np.max(np.sum(np.square(x, dtype=float), axis=1)) + 1
#   with: np.max(np.sum(np.square(x, dtype=float), axis=1))
#   hint: "Your R leaves out the 1 that stands beside the features for the bias."
# - replace: return longest / gamma**2
#   with: return np.sqrt(longest) / gamma
#   hint: "That is R over gamma. The theorem squares it."
# - replace: np.min(y * (x @ w + b))
#   with: np.mean(y * (x @ w + b))
#   hint: "Your margin is an average. The theorem needs what every example has at least."
# - replace: np.max(np.sum(np.square(x, dtype=float), axis=1))
#   with: np.mean(np.sum(np.square(x, dtype=float), axis=1))
#   hint: "Your R is an average length. The theorem needs the longest."
# - replace: agreement <= 0
#   with: agreement < 0
#   hint: "An example exactly on the line leaves no margin, and the bound would be a division by zero."
# - replace: gamma = agreement / np.sqrt(w @ w + b**2)
#   with: gamma = agreement
#   hint: "Multiply w and b by ten and your bound changes, though the line doesn't. What is the length for?"
# - replace: np.min(y * (x @ w + b))
#   with: np.min(np.abs(x @ w + b))
#   hint: "You don't look at the classes: a line with everything on the wrong side gets a bound."
# - replace: |-
#     if agreement <= 0:
#             raise ValueError("the line does not separate the examples")
#         gamma
#   with: gamma
#   hint: "A line that doesn't separate the examples guarantees nothing. Refuse it."
# - replace: return longest / gamma**2
#   with: return gamma**2 / longest
#   hint: "With you a wider margin means more corrections."
# - replace: np.square(x, dtype=float)
#   with: np.square(x)
#   hint: "Squares of small whole numbers wrap around in their dtype."


# %% mistake: mistake_bound
# hint: "R and gamma come from the same example with you. The longest and the closest may be two."
def mistake_bound(x, y, w, b):
    length = np.sqrt(w @ w + b**2)
    gammas = y * (x @ w + b) / length
    if np.any(gammas <= 0):
        raise ValueError("the line does not separate the examples")
    radii = np.sum(np.square(x, dtype=float), axis=1) + 1
    return float(np.max(radii / gammas**2))


# %% equivalents: mistake_bound
# - replace: np.min(y * (x @ w + b))
#   with: np.min(y * (x @ w.T + b))
#   reason: "It has one axis, and the transpose of that is itself."
# - replace: np.sqrt(w @ w + b**2)
#   with: np.sqrt(w.T @ w + b**2)
#   reason: "It has one axis, and the transpose of that is itself."
# - replace: np.sqrt(w @ w + b**2)
#   with: np.sqrt(w @ w.T + b**2)
#   reason: "It has one axis, and the transpose of that is itself."
# - replace: np.square(x, dtype=float), axis=1)
#   with: np.square(x, dtype=float), axis=1, keepdims=True)
#   reason: "The largest of all is taken, in whatever shape."


# %% mistake: mistake_bound
# hint: "That is the bound for a line through the origin. Here the bias is a weight too: it belongs to the length of the
#   line, and its 1 to the length of each example."
def mistake_bound(x, y, w, b):
    gamma = np.min(y * (x @ w + b)) / np.linalg.norm(w)
    if gamma <= 0:
        raise ValueError("the line does not separate the examples")
    return float(np.max(np.sum(np.square(x, dtype=float), axis=1)) / gamma**2)


# %% mistake: mistake_bound
# hint: "You ask whether the predictions are right. An example of class +1 on the line is predicted right and leaves no
#   margin all the same."
def mistake_bound(x, y, w, b):
    if np.any(perceptron_predict(x, w, b) != y):
        raise ValueError("the line does not separate the examples")
    gamma = np.min(np.abs(x @ w + b)) / np.sqrt(w @ w + b**2)
    longest = np.max(np.sum(np.square(x, dtype=float), axis=1)) + 1
    return float(longest / gamma**2) if gamma else float("inf")


# %% accepts: mistake_bound
def mistake_bound(x, y, w, b):
    rows = np.column_stack([x, np.ones(len(x))])  # (m, n + 1), floats
    line = np.append(w, b)
    gamma = min(float(label * (row @ line)) for row, label in zip(rows, y, strict=True)) / np.linalg.norm(line)
    if not gamma > 0:
        raise ValueError("no margin")
    return float((max(np.linalg.norm(row) for row in rows) / gamma) ** 2)


# %% accepts: mistake_bound
def mistake_bound(x, y, w, b):
    if (y * (x @ w + b) <= 0).any():
        raise ValueError("some example is on the wrong side or on the line")
    smallest = np.abs(x @ w + b).min()
    return float((1 + np.square(x.astype(float)).sum(axis=1).max()) * (np.sum(w * w) + b * b) / smallest**2)


# %% [markdown]
# A theorem needs no experiment, but an experiment shows how much it leaves open. On the right of the figure
# will be 300 data sets in 2 to 20 dimensions, each with a planted line and a margin of its own, and squares
# for the worst case: $n$ examples, one on each axis, with classes in turn. On the left is the proof as a
# picture, for 64 axes. The straight line overtakes the root, and beyond that crossing no perceptron can be.
# Does any point lie above the diagonal?


# %% demo
def planted(num_examples, num_features, margin, rng):
    """Examples in a cube, none closer to a random line than the margin; with classes and the line."""
    line = rng.normal(size=num_features + 1)
    line /= np.linalg.norm(line)
    x = rng.uniform(-1, 1, (60 * num_examples, num_features))
    scores = x @ line[:-1] + line[-1]
    kept = np.flatnonzero(np.abs(scores) >= margin)[:num_examples]
    return x[kept], np.where(scores[kept] > 0, 1, -1), line[:-1], line[-1]


rng = np.random.default_rng(22)
bounds, counts = [], []
for _ in range(300):
    margin, num_features = 10 ** rng.uniform(-2, -0.5), int(rng.integers(2, 21))
    x, y, line_w, line_b = planted(60, num_features, margin, rng)
    *_, mistakes = train_perceptron(x, y, num_epochs=2000)
    assert mistakes[-1] == 0
    bounds.append(mistake_bound(x, y, line_w, line_b))
    counts.append(mistakes.sum())
assert np.all(np.array(counts) <= np.array(bounds))
ratio = np.array(bounds) / np.array(counts)
print(f"no more corrections than the bound on any of the 300; its median excess is {np.median(ratio):.0f}-fold")

unit_counts, unit_bounds = [], []
for n in (4, 16, 64, 256):  # one example for each axis: the worst case
    x, y = np.eye(n), np.where(np.arange(n) % 2, 1, -1)
    unit_counts.append(train_perceptron(x, y, num_epochs=50)[2].sum())
    unit_bounds.append(mistake_bound(x, y, 1.0 * y, 0.0))
print(
    "one example an axis:", *(f"{k} of at most {bound:.0f};" for k, bound in zip(unit_counts, unit_bounds, strict=True))
)

x, y = np.eye(64), np.where(np.arange(64) % 2, 1, -1)
bound, radius = mistake_bound(x, y, 1.0 * y, 0.0), np.sqrt(2)
w, b, lengths = np.zeros(64), 0.0, [0.0]
for x_i, y_i in zip(x, y, strict=True):
    w, b = perceptron_step(w, b, x_i, y_i, 1.0)
    lengths.append(np.sqrt(w @ w + b**2))
k = np.arange(int(1.25 * bound))
fig, (left, right) = plt.subplots(1, 2, figsize=(13, 4.6))
left.plot(k, radius * np.sqrt(k), label=r"at most: $\sqrt{k}\,R$")
left.plot(k, k * radius / np.sqrt(bound), label=r"at least: $k\,\gamma$")
left.plot(lengths, "ko", markersize=3, label=r"$\Vert\tilde w\Vert$ after $k$ corrections")
left.axvline(bound, color="0.5", linestyle=":", linewidth=1.5)
left.set(xlabel="corrections $k$", ylabel="length", title="The proof as a picture, 64 axes")
left.legend(loc="lower right")
right.loglog(bounds, counts, "o", markersize=4, markerfacecolor="none", label="300 planted data sets")
right.loglog(unit_bounds, unit_counts, "s", markersize=7, color="C1", label="one example an axis")
diagonal = np.array([1.0, max(bounds)])
right.loglog(diagonal, diagonal, color="black", linestyle="-", label="corrections = bound")
right.set(xlabel=r"bound $(R/\gamma)^2$", ylabel="corrections", title="The bound holds")
right.legend(loc="upper left")
dd.plot.show(
    "Left, length against corrections: a root curve, and a straight line that starts below it and crosses it at the "
    "bound; the dots of a run lie between the two and end half-way. Right, corrections against the bound on "
    "log axes: all points lie below the diagonal, most far below; four squares, one example an axis, lie just under it."
)

# %% [markdown]
# None does. Most lie far below: the planted line is not the best one, and random examples don't conspire. On
# the axes they do: every correction helps one example alone, and the squares come within a factor of 2 of the
# bound. The theorem can't be improved by much.
#
# What it says in practice is that *margin over size* decides. Compare the sepals in raw centimetres with the
# standardised ones that you have seen. For the bound, a solver looks for the line with the widest margin.

# %% demo
from scipy.optimize import nnls


def widest(x, y):
    """(w, b) of the line with the widest margin: the shortest (w, b) with all y z >= 1 (Lawson and Hanson 1974)."""
    rows = y[:, None] * np.column_stack([x, np.ones(len(x))])  # (m, n + 1)
    target = np.append(np.zeros(rows.shape[1]), 1.0)
    stacked = np.vstack([rows.T, np.ones(len(rows))])
    rest = stacked @ nnls(stacked, target)[0] - target
    both = -rest[:-1] / rest[-1]
    return both[:-1], both[-1]


for name, x in (("sepals in cm", sepals), ("standardised", standard), ("petals in cm", petals)):
    w, b, mistakes = train_perceptron(x, y_flowers, num_epochs=20_000)
    assert mistakes[-1] == 0
    bound = mistake_bound(x, y_flowers, *widest(x, y_flowers))
    print(f"{name}: {mistakes.sum():5d} corrections in {len(mistakes):3d} epochs; the theorem allows {bound:6,.0f}")

# %% [markdown]
# The same flowers, the same code: about a thousand corrections, or a handful. In centimetres all points lie
# far from the origin and close together, so $R$ is large and $\gamma$ tiny. Moving the origin into their
# middle is the cheapest help that one can give a perceptron, and most other learners.
#
# ## XOR: the line that doesn't exist
#
# Suppose a line has XOR right: $z > 0$ at 01 and 10, $z < 0$ at 00 and 11. Then
#
# $$\underbrace{z_{01} + z_{10}}_{>\,0} = (w_1 + b) + (w_0 + b)
# = b + (w_0 + w_1 + b) = \underbrace{z_{00} + z_{11}}_{<\,0},$$
#
# which is impossible. That is the whole proof, and it is about *all* lines, not about a training run. What
# does the run do? It can't stop. Nor does it run away: the weights stay bounded for ever (Block and Levin
# 1970), and with whole numbers they go round in a circle. And what if the perceptron is given one more
# feature, the product $x_0 x_1$?

# %% demo
rows = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
truth = {"AND": [-1, -1, -1, 1], "OR": [-1, 1, 1, 1], "XOR": [-1, 1, 1, -1]}
fig, (left, middle, right) = plt.subplots(1, 3, figsize=(14, 4.3))
for name, look in (("AND", "o-"), ("OR", "s--"), ("XOR", "^-.")):
    *_, mistakes = train_perceptron(rows, np.array(truth[name]), num_epochs=200)
    left.plot(np.arange(1, len(mistakes) + 1), mistakes, look, markersize=5, label=name)
assert mistakes.min() >= 1  # those of XOR
left.set(xlabel="epoch", ylabel="corrections", title="AND and OR end, XOR doesn't", xlim=(0, 20))
left.set(xticks=range(0, 21, 5), yticks=range(5))
left.legend(loc="center right")

rng = np.random.default_rng(22)
xor, most_right = np.array(truth["XOR"]), 0
for _ in range(6):  # six random starts, 20 epochs each
    w, b = rng.normal(size=2), float(rng.normal())
    for x_i, y_i in [pair for _ in range(20) for pair in zip(rows, xor, strict=True)]:
        w, b = perceptron_step(w, b, x_i, y_i, 1.0)
        draw_line(middle, w, b, color="0.75", linewidth=0.6)
        most_right = max(most_right, np.sum(xor * (rows @ w + b) > 0))
for corner, label in zip(rows, xor, strict=True):
    color = "C1" if label == 1 else "C0"
    middle.plot(*corner, "s" if label == 1 else "o", markersize=13, color=color)
middle.set(xlabel="$x_0$", ylabel="$x_1$", xlim=(-0.7, 1.7), ylim=(-0.7, 1.7), aspect="equal")
middle.set_title(f"Every line visited: at most {most_right} of 4 right")
assert most_right < 4

lifted = np.column_stack([rows, rows[:, 0] * rows[:, 1]])  # (4, 3)
w, b, mistakes = train_perceptron(lifted, xor, num_epochs=200)
assert mistakes[-1] == 0
right.plot(np.arange(1, len(mistakes) + 1), mistakes, "^-", color="C2")
right.set(xlabel="epoch", ylabel="corrections", title="XOR with the product as a third feature", yticks=range(5))
print(f"with the product: w = {w}, b = {b}, {mistakes.sum()} corrections")
dd.plot.show(
    "Left, corrections an epoch: AND and OR fall to 0 within ten epochs, XOR stays at 4. Middle, the four corners of "
    "XOR and many grey lines from six random starts; none has both squares on one side and both circles on the other. "
    "Right, with the product as a third feature the corrections of XOR fall to 0."
)

# %% [markdown]
# XOR costs four corrections in every epoch, for ever: they cancel exactly. None of the lines in the middle
# gets all four corners right, whatever the start. On the right one more feature ends it. The corners have
# been lifted into space, and a *plane* goes between them.
#
# So the perceptron is not at fault; the features are. In 1969 Minsky and Papert showed that this is no
# accident of a toy: with features that each look at a part of a picture, many simple questions about the
# whole can't be answered, or only with absurdly large weights. They also knew that several layers could; a
# good way to *train* them was missing. The hopes had been high. When Rosenblatt's program, on an IBM 704,
# learned to tell cards marked on the left from cards marked on the right, the *New York Times* of 8 July 1958
# reported that the Navy expected a machine that would walk, talk, see, write, reproduce itself and be
# conscious of its existence.
#
# ## What you should remember
#
# - A perceptron answers with the side of a line; a mistake ($y z \le 0$) adds $\alpha\, y\, x$ to $w$ and
#   $\alpha\, y$ to $b$, and nothing else moves it.
# - With classes −1 and +1. With 0 and 1 the same code runs and learns nothing from the zeros.
# - If the examples are separable, it makes at most $(R/\gamma)^2$ corrections: the margin decides, not the
#   number of examples or features.
# - It stops at the first separating line; hinge and log loss are the same neuron with a loss that asks for
#   more.
# - XOR has no line, in two lines of proof. A better feature makes one.
#
# ## Check yourself
#
# 1. Somebody adds 100 to every feature. Can the examples still be separated, and what happens to the bound?
# 2. You train from zero with $\alpha = 1$ and with $\alpha = 0.001$. How do the two histories of mistakes
#    differ, and what would be different from a random start?
# 3. Two examples have the same features and different classes. What does training do, and what do the weights
#    do?
#
# <details><summary>Answers</summary>
#
# 1. Yes, by the same line with another bias. But $R$ is now beyond 100, and that bias, which counts in the
#    length of $(w, b)$, is as a rule about a hundred times as large, so $\gamma$ shrinks as well. The bound
#    explodes twice over. Centre the features.
# 2. Not at all: $w$ and $b$ are a thousand times smaller, and every sign is the same. From a random start, a
#    small rate needs many corrections to outgrow the start.
# 3. It never ends, because one of the two is always wrong. The weights stay bounded: the two corrections
#    cancel.
#
# </details>
#
# ## Go further
#
# - F. Rosenblatt, "The Perceptron: A Probabilistic Model for Information Storage and Organization in the
#   Brain", *Psychological Review* 65(6), 1958.
# - A. B. J. Novikoff, "On Convergence Proofs on Perceptrons", *Symposium on the Mathematical Theory of
#   Automata*, 1962: the proof above.
# - M. Minsky and S. Papert, *Perceptrons*, 1969: more often quoted than read, and better than its fame.
# - H. D. Block and S. A. Levin, *Proceedings of the AMS* 26, 1970: why the weights stay bounded.
# - Y. Freund and R. Schapire, "Large Margin Classification Using the Perceptron Algorithm", *Machine
#   Learning* 37, 1999: all the lines on the way vote, and the result rivals support vectors.
# - Day 23 stacks such neurons in layers, makes their answers smooth, and lets them build their own features.
