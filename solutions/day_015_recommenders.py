# ---
# day: 15
# title: Recommender systems
# week: 3
# minutes: 120
# backend: numpy
# needs: [1, 2, 3, 5, 6, 8, 9, 14]
# data: [ratings]
# papers:
# - "Herlocker, Konstan, Borchers and Riedl 1999, An algorithmic framework for performing collaborative filtering"
# - "Sarwar, Karypis, Konstan and Riedl 2001, Item-based collaborative filtering recommendation algorithms"
# - "Koren, Bell and Volinsky 2009, Matrix factorization techniques for recommender systems"
# - "Covington, Adams and Sargin 2016, Deep neural networks for YouTube recommendations"
# - Yi et al. 2019, Sampling-bias-corrected neural modeling for large corpus item recommendations
# ---

# %% [markdown]
# # Day 15 · Recommender systems
#
# By the end you can predict what people will think of things they have not seen, from a table that is nearly
# empty, and turn predictions into a list worth showing.
#
# - **You will build** similarities that look only at what two viewers share, a predictor that asks the
#   neighbours, mean normalisation, one step of a matrix factorisation, and the final list. Together they beat
#   the film's mean by more than 15%, and a small two-tower network picks candidates for them.
# - **You need** broadcasting and masks (Day 1), gradients (Day 2), ridge regression (Days 3 and 6), softmax
#   (Day 5) and validation (Day 9).
# - **Not today:** Keras itself. The network at the end is ready-made; Days 36 to 38 teach its parts.
# - **Time:** about 120 minutes.
#
# | symbol | meaning | shape | in code |
# |---|---|---|---|
# | $m,\ n$ | viewers, films | | `ratings.shape` |
# | $r_{ij}$ | stars that viewer $i$ gave film $j$; 0 where there are none | $(m, n)$ together | `ratings` |
# | | True where there is a rating | $(m, n)$ | `mask` |
# | $\bar r_i,\ \mu_j$ | mean rating of viewer $i$, of film $j$ | $(m,)$, $(n,)$ | `means` |
# | $s_{iv}$ | similarity of viewers $i$ and $v$ | $(m, m)$ together | `similarity` |
# | $c$ | how many films two viewers have both rated | $()$ | |
# | $\beta$ | how many shared films it takes to be half believed | $()$ | `shrink` |
# | $k$ | how many are kept: neighbours, or films on a list | $()$ | `k` |
# | $u_i,\ v_j$ | factors, of viewer and film; together $U$, $V$ | $(m, d)$, $(n, d)$ | `users`, `items` |
# | $d$ | how many numbers a factor has | $()$ | `rank` |
# | $e_{ij}$ | error, prediction minus rating; 0 where there is no rating | $(m, n)$ together | |
# | $J$ | the cost of the factors: half a **sum** of squares | $()$ | |
# | $\lambda,\ \alpha$ | regularisation, learning rate | $()$ | `weight_decay`, `learning_rate` |
# | $q_j$ | share of film $j$ in all likes | $(n,)$ | `share` |

# %% setup
import matplotlib.pyplot as plt
import numpy as np

import deepdays as dd

dd.plot.style()

# %% [markdown]
# ## A table full of holes
#
# Four hundred invented viewers have rated three hundred invented films with one to five stars, over two years.
# A tenth of the viewers have only just come and have left two ratings each: they are **cold**. For the test the
# last fifth of everyone's ratings is held back (of a cold viewer's, all but two). What does the table look
# like?

# %% demo
made = dd.data.ratings(num_users=400, seed=0)
stars, known = made.matrix()  # (400, 300) each: what we may learn from
test_stars, test_known = made.matrix(test=True)
cold = made.users["cold"].to_numpy()

by_viewer = np.argsort(-known.sum(axis=1), kind="stable")
by_film = np.argsort(-known.sum(axis=0), kind="stable")
fig, (table, tail) = plt.subplots(1, 2, figsize=(12, 4), width_ratios=[2, 1])
shown = np.where(known, stars, np.nan)[by_viewer][:, by_film]
image = table.imshow(shown, cmap="viridis", aspect="auto", interpolation="nearest")
fig.colorbar(image, ax=table, label="stars")
table.set(xlabel="film, most rated first", ylabel="viewer, most active first", title="White: nobody knows")
table.grid(False)
tail.plot(np.sort(known.sum(axis=0))[::-1])
tail.set(xlabel="film, most rated first", ylabel="ratings", title="A long tail")
print(f"{known.mean():.1%} of the table is filled; mean rating {stars[known].mean():.2f} stars")
dd.plot.show(
    "Left, the table of ratings as an image with viewers and films sorted by how many ratings they have: dense in "
    "the upper left corner, nearly empty towards the lower right. Right, ratings a film in falling order: a few "
    "films have very many, most have few."
)

# %% [markdown]
# Nine cells of ten are empty, and not at random: people watch what is famous and what they expect to like. So
# the mean over the ratings is higher than the mean over all films would be. Keep that in mind at the end.
#
# How good must a prediction be to be worth anything? We measure by the root of the mean squared error over the
# test ratings, in stars. Two lazy rivals: one number for everything, and each film's mean.


# %% demo
def rmse(predictions, truth, where):
    """Root of the mean squared error over the cells in which `where` is True, in stars."""
    return float(np.sqrt(np.mean((predictions - truth)[where] ** 2)))


overall = stars[known].mean()
counts = known.sum(axis=0)
film_mean = np.where(counts > 0, stars.sum(axis=0) / np.maximum(counts, 1), overall)  # (300,)
scores = {"overall mean": rmse(np.full(stars.shape, overall), test_stars, test_known)}
scores["film's mean"] = rmse(np.broadcast_to(film_mean, stars.shape), test_stars, test_known)
print({name: round(value, 3) for name, value in scores.items()})

# %% [markdown]
# ## Alike, as far as anyone can tell
#
# **Collaborative filtering** knows nothing about films. It says: *people who agreed with you so far will go on
# agreeing*. For that we need the similarity of two viewers, two rows of the table. By hand, five films:
#
# | film | 0 | 1 | 2 | 3 | 4 |
# |---|---|---|---|---|---|
# | Ana, $a$ | 5 | 3 | | 1 | 2 |
# | Ben, $b$ | 4 | 5 | 2 | 3 | |
#
# Only films 0, 1 and 3 are **co-rated**; the rest says nothing about how alike they are. There, $a = (5, 3, 1)$
# and $b = (4, 5, 3)$, and $c = 3$. Three measures:
#
# - **Cosine**, of the angle between the two: $\dfrac{a \cdot b}{\lVert a \rVert \lVert b \rVert} =
#   \dfrac{38}{\sqrt{35}\sqrt{50}} \approx 0.908$.
# - **Pearson**, the same after each has lost its mean: $(2, 0, -2)$ and $(0, 1, -1)$ give
#   $\dfrac{2}{\sqrt 8 \sqrt 2} = 0.5$. It is Day 8's correlation, over the co-rated films and with means over
#   these.
# - **Euclidean**, from the root-mean-square difference $\sqrt{(1 + 4 + 4)/3}$:
#   $\dfrac{1}{1 + \sqrt 3} \approx 0.366$. Equal rows have 1.
#
# The first trap is the zeros. A missing rating is stored as 0, and a dot product takes it for zero stars, the
# worst mark of all. The second: all stars are positive, so any two viewers are alike to a cosine of 0.9.
# Pearson asks the better question, whether they like and dislike *the same* films, and forgives that one of
# them is the kinder judge. But it has nothing to say of a viewer who gave all shared films the same mark: the
# formula then reads $0/0$, and we say 0.
#
# The third trap is chance. Two viewers with **two** shared films agree perfectly or disagree perfectly,
# whatever they think, unless one of them gave both the same mark. So believe a similarity the more, the more it
# rests on: multiply it by $c / (c + \beta)$.


# %% exercise: similarity
def similarity(a, b, kind, shrink=0.0):
    """How alike two rows of ratings are, over the entries that both of them have.

    Args:
        a, b: two rows of ratings, arrays (n,) of any number dtype, 0 where there is no rating; left unchanged.
        kind: "cosine", "pearson" (means over the co-rated entries) or "euclidean" (1 over 1 plus the root-mean-square
            difference).
        shrink: beta >= 0; the similarity is multiplied by c / (c + beta), where c is the number of co-rated entries.

    Returns:
        A float. 0.0 if nothing is co-rated, and for "pearson" if the co-rated entries of one of the rows are all equal.
        About 12 lines.

    Raises:
        ValueError: kind is none of the three.
    """
    ### BEGIN SOLUTION
    if kind not in ("cosine", "pearson", "euclidean"):
        raise ValueError(f"kind must be cosine, pearson or euclidean. Received: {kind!r}")
    both = (a != 0) & (b != 0)
    a, b = a[both].astype(float), b[both].astype(float)  # (c,) each
    if a.size == 0:
        return 0.0
    trust = a.size / (a.size + shrink)
    if kind == "euclidean":
        return float(trust / (1 + np.sqrt(np.mean((a - b) ** 2))))
    if kind == "pearson":
        if a.min() == a.max() or b.min() == b.max():
            return 0.0
        a, b = a - a.mean(), b - b.mean()
    return float(trust * np.dot(a, b) / np.sqrt(np.dot(a, a) * np.dot(b, b)))
    ### END SOLUTION


# %% test: similarity, points=3
a, b = np.array([5.0, 3.0, 0.0, 1.0, 2.0]), np.array([4.0, 5.0, 2.0, 3.0, 0.0])
with dd.check.unchanged(a, what="a"), dd.check.unchanged(b, what="b"):
    result = similarity(a, b, "pearson")
dd.check.like(result, 0.5, why="over films 0, 1 and 3 the deviations are (2, 0, -2) and (0, 1, -1)")
dd.check.like(similarity(a, b, "cosine"), 38 / np.sqrt(35 * 50), why="over films 0, 1 and 3, as by hand")
dd.check.like(similarity(a, b, "euclidean"), 1 / (1 + np.sqrt(3)), why="over films 0, 1 and 3, as by hand")
dd.check.like(similarity(a, b, "pearson", shrink=6.0), 0.5 * 3 / 9, why="three shared films against a beta of six")
dd.check.like(similarity(a, np.array([0.0, 0, 3, 0, 0]), "cosine"), 0.0, why="nothing is co-rated")
with dd.check.raises(ValueError, why="there is no kind of that name"):
    similarity(a, b, "cos")
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(150)


def plain_similarity(a, b, kind, shrink):
    pairs = [(float(x), float(y)) for x, y in zip(a, b, strict=True) if x != 0 and y != 0]
    if not pairs:
        return 0.0
    first, second = np.array(pairs).T
    if kind == "euclidean":
        value = 1 / (1 + (sum((x - y) ** 2 for x, y in pairs) / len(pairs)) ** 0.5)
    elif kind == "cosine":
        value = sum(x * y for x, y in pairs) / (sum(x * x for x, _ in pairs) * sum(y * y for _, y in pairs)) ** 0.5
    elif np.ptp(first) == 0 or np.ptp(second) == 0:
        value = 0.0
    else:
        value = np.corrcoef(first, second)[0, 1]
    return float(value * len(pairs) / (len(pairs) + shrink))


for n, density in ((1, 1.0), (2, 1.0), (6, 0.7), (40, 0.5), (200, 0.1), (30, 0.05)):
    for kind in ("cosine", "pearson", "euclidean"):
        a, b = (rng.integers(1, 6, n) * (rng.random(n) < density) * 1.0 for _ in range(2))
        for shrink in (0.0, 3, 12.5):
            with dd.check.unchanged(a, what="a"), dd.check.unchanged(b, what="b"):
                result = similarity(a, b, kind, shrink)
            due = plain_similarity(a, b, kind, shrink)
            dd.check.like(result, due, rtol=1e-9, atol=1e-12, why="the co-rated entries alone decide")
            dd.check.like(similarity(b, a, kind, shrink), due, rtol=1e-9, atol=1e-12, why="likeness has no direction")
a, b = rng.normal(3.0, 1.0, 20), rng.normal(3.0, 1.0, 20)
dd.check.close(
    similarity(a, 2 * b + 7, "pearson"), similarity(a, b, "pearson"), rtol=1e-9, why="a kinder judge is no other"
)
dd.check.close(similarity(a, 3 * b, "cosine"), similarity(a, b, "cosine"), rtol=1e-9, why="length is not angle")
dd.check.like(similarity(a, a, "pearson"), 1.0, rtol=1e-12, why="a row is like itself")
dd.check.like(similarity(a, 9 - a, "pearson"), -1.0, rtol=1e-12, why="opposite tastes")
dd.check.like(similarity(a + 1e8, b + 1e8, "pearson"), np.corrcoef(a + 1e8, b + 1e8)[0, 1], rtol=1e-6, why="far from 0")
for count in (3, 7, 100):  # the mean of three times 0.1 is not quite 0.1
    even, other = np.full(count, 0.1), rng.normal(size=count)
    dd.check.like(
        similarity(even, np.full(count, 0.7), "pearson"), 0.0, why="nor have two rows of equal marks together"
    )
    dd.check.like(similarity(even, other, "pearson"), 0.0, why=f"{count} equal marks have no taste in them")
    dd.check.like(similarity(other, even, "pearson"), 0.0, why=f"{count} equal marks have no taste in them")
dd.check.like(similarity(np.array([4.0, 0, 0]), np.array([2.0, 5, 0]), "pearson", 1.0), 0.0, why="one film is no taste")
dd.check.like(similarity(np.zeros(0), np.zeros(0), "euclidean"), 0.0, why="no films at all")
for kind in ("uint8", "int8", "int64", "float32"):
    a, b = np.array([100, 20, 0, 90, 7], dtype=kind), np.array([90, 110, 50, 30, 0], dtype=kind)
    for measure in ("cosine", "pearson", "euclidean"):
        due = plain_similarity(a, b, measure, 2.0)
        result = similarity(a, b, measure, 2.0)
        dd.check.like(result, due, rtol=1e-5, why=f"ratings of dtype {kind} are ratings too")
for name in ("Pearson", "euclid", ""):
    with dd.check.raises(ValueError, why=f"there is no kind named {name!r}"):
        similarity(np.array([1.0, 2.0]), np.array([2.0, 1.0]), name)
    with dd.check.raises(ValueError, why=f"there is no kind named {name!r}, whatever the rows are"):
        similarity(np.array([1.0, 0.0]), np.array([0.0, 2.0]), name)
### END HIDDEN TESTS

# %% mistakes: similarity
# - replace: both = (a != 0) & (b != 0)
#   with: both = np.ones(a.shape, dtype=bool)
#   hint: "You take missing ratings for zero stars. Which films can the two be compared on?"
# - replace: both = (a != 0) & (b != 0)
#   with: both = (a != 0) | (b != 0)
#   hint: "You look at films that at least one has rated. Both must have."
# - replace: a, b = a - a.mean(), b - b.mean()
#   with: a, b = a - np.mean([a, b]), b - np.mean([a, b])
#   hint: "You take the same mean from both, so the kinder judge stays the kinder one. Each has a mean of its own."
# - replace: np.sqrt(np.dot(a, a) * np.dot(b, b))
#   with: (np.dot(a, a) * np.dot(b, b))
#   hint: "You divide by the squared lengths. The angle needs the lengths."
# - replace: np.sqrt(np.dot(a, a) * np.dot(b, b))
#   with: a.size
#   hint: "That is a mean product: it depends on how far the marks are spread. Divide by both lengths."
# - replace: np.sqrt(np.mean((a - b) ** 2))
#   with: np.sqrt(np.sum((a - b) ** 2))
#   hint: "Your distance grows with every film they share. The root of the mean square was asked for."
# - replace: np.sqrt(np.mean((a - b) ** 2))
#   with: np.mean(np.abs(a - b))
#   hint: "You average the absolute differences. Euclidean means squares, and a root at the end."
# - replace: float(trust / (1 + np.sqrt(np.mean((a - b) ** 2))))
#   with: float(trust * np.sqrt(np.mean((a - b) ** 2)))
#   hint: "That is a distance: it is 0 for equal rows. A similarity is largest there."
# - replace: trust = a.size / (a.size + shrink)
#   with: trust = 1.0
#   hint: "shrink changes nothing in yours. How much is a similarity worth that rests on two films?"
# - replace: trust = a.size / (a.size + shrink)
#   with: trust = both.size / (both.size + shrink)
#   hint: "You count all films. How many are co-rated?"
# - replace: trust = a.size / (a.size + shrink)
#   with: trust = 1 / (1 + shrink)
#   hint: "Every similarity is shrunk alike. It is the number of shared films that should decide how much."
# - replace: float(trust * np.dot(a, b) / np.sqrt(np.dot(a, a) * np.dot(b, b)))
#   with: float(trust * np.mean(a * b) / (np.std(a, ddof=kind == "pearson") * np.std(b, ddof=kind == "pearson")))
#   hint: "A mean over c meets deviations over c - 1, so that even a row and itself are alike by less than 1."
# - replace: a.min() == a.max() or b.min() == b.max()
#   with: "False"
#   hint: "A viewer who gives every shared film the same mark leaves 0/0 in yours. What was agreed on for that case?"
# - replace: trust = a.size / (a.size + shrink)
#   with: trust = min(a.size, shrink) / shrink if shrink else 1.0
#   hint: "That is another way to shrink, which stops at beta shared films. Which was asked for?"
# - replace: kind not in ("cosine", "pearson", "euclidean")
#   with: not any(name.startswith(kind) for name in ("cosine", "pearson", "euclidean"))
#   hint: "You answer to abbreviations as well. A name that is not one of the three should be refused."
# - replace: a.min() == a.max() or b.min() == b.max()
#   with: np.std(a) == 0 or np.std(b) == 0
#   hint: "The mean of equal numbers need not be that number to the last digit, so a standard deviation of zero is no
#     test for equal. Compare the numbers themselves."
# - replace: |-
#     if kind not in ("cosine", "pearson", "euclidean"):
#             raise ValueError(f"kind must be cosine, pearson or euclidean. Received: {kind!r}")
#         both
#   with: |-
#     both
#   hint: "A kind that you have never heard of is answered as if it were the cosine. Refuse it."
# - replace: a, b = a[both].astype(float), b[both].astype(float)
#   with: a, b = a[both], b[both]
#   hint: "Products of small integers overflow in their own dtype. Make the ratings float first."


# %% equivalents: similarity
# - replace: |-
#     if a.size == 0:
#             return 0.0
#   with: |-
#     if a.size == 0:
#             return 0 * 0.0
#   reason: "Zero times zero is zero."
# - replace: |-
#     b.max():
#                 return 0.0
#   with: |-
#     b.max():
#                 return 0 * 0.0
#   reason: "Zero times zero is zero."
# - replace: np.dot(a, b)
#   with: np.dot(b, a)
#   reason: "A dot product has no direction."


# %% mistake: similarity
# hint: "Your means run over everything each of them has rated. Pearson's means here are over the co-rated films only."
def similarity(a, b, kind, shrink=0.0):
    if kind not in ("cosine", "pearson", "euclidean"):
        raise ValueError(kind)
    both = (a != 0) & (b != 0)
    count = int(both.sum())
    if count == 0:
        return 0.0
    x, y = a[both].astype(float), b[both].astype(float)
    if kind == "euclidean":
        return float(1 / (1 + np.sqrt(np.mean((x - y) ** 2))) * count / (count + shrink))
    if kind == "pearson":
        if np.ptp(x) == 0 or np.ptp(y) == 0:
            return 0.0
        x, y = x - a[a != 0].mean(), y - b[b != 0].mean()
    return float(x @ y / np.sqrt((x @ x) * (y @ y)) * count / (count + shrink))


# %% mistake: similarity
# hint: "Your lengths run over all that each has rated, and so do Pearson's means. Both are over the co-rated films."
def similarity(a, b, kind, shrink=0.0):
    if kind not in ("cosine", "pearson", "euclidean"):
        raise ValueError(kind)
    a, b = a.astype(float), b.astype(float)
    both = (a != 0) & (b != 0)
    count = int(both.sum())
    if count == 0:
        return 0.0
    trust = count / (count + shrink)
    if kind == "euclidean":
        return float(trust / (1 + np.sqrt(np.mean((a - b)[both] ** 2))))
    if kind == "pearson":
        if np.ptp(a[both]) == 0 or np.ptp(b[both]) == 0:
            return 0.0
        a, b = (np.where(row != 0, row - row[row != 0].mean(), 0.0) for row in (a, b))
    return float(trust * np.sum((a * b)[both]) / (np.linalg.norm(a) * np.linalg.norm(b)))


# %% mistake: similarity
# hint: "Whoever shares nothing is answered before you look at the kind, so a wrong name passes unnoticed there."
def similarity(a, b, kind, shrink=0.0):
    both = (a != 0) & (b != 0)
    a, b = a[both].astype(float), b[both].astype(float)
    if a.size == 0:
        return 0.0
    trust = a.size / (a.size + shrink)
    if kind == "euclidean":
        return float(trust / (1 + np.sqrt(np.mean((a - b) ** 2))))
    if kind == "pearson":
        if np.ptp(a) == 0 or np.ptp(b) == 0:
            return 0.0
        a, b = a - a.mean(), b - b.mean()
    elif kind != "cosine":
        raise ValueError(kind)
    return float(trust * np.dot(a, b) / np.sqrt(np.dot(a, a) * np.dot(b, b)))


# %% mistake: similarity
# hint: "You take missing ratings for zero stars, and shrink changes nothing. Which films can the two be compared on?"
def similarity(a, b, kind, shrink=0.0):
    if kind == "cosine":
        return float(a @ b / (np.linalg.norm(a) * np.linalg.norm(b)))
    if kind == "pearson":
        return float(np.corrcoef(a, b)[0, 1])
    if kind == "euclidean":
        return float(1 / (1 + np.sqrt(np.mean((a - b) ** 2))))
    raise ValueError(kind)


# %% mistake: similarity
# hint: "You take missing ratings for zero stars. Which films can the two be compared on?"
def similarity(a, b, kind, shrink=0.0):
    count = np.sum((a != 0) & (b != 0))
    if kind == "cosine":
        value = np.dot(a, b) / (np.linalg.norm(a) * np.linalg.norm(b))
    elif kind == "pearson":
        value = np.corrcoef(a, b)[0, 1]
    elif kind == "euclidean":
        value = 1 / (1 + np.linalg.norm(a - b) / np.sqrt(len(a)))
    else:
        raise ValueError(kind)
    return float(value * count / (count + shrink)) if count else 0.0


# %% accepts: similarity
def similarity(a, b, kind, shrink=0.0):
    pairs = [(float(x), float(y)) for x, y in zip(a, b, strict=True) if x and y]
    measures = {"cosine", "pearson", "euclidean"}
    if kind not in measures:
        raise ValueError(f"one of {measures}, please")
    if not pairs:
        return 0.0
    count, (first, second) = len(pairs), zip(*pairs, strict=True)
    if kind == "euclidean":
        value = 1 / (1 + (sum((x - y) ** 2 for x, y in pairs) / count) ** 0.5)
    elif kind == "cosine":
        value = sum(x * y for x, y in pairs) / (sum(x * x for x in first) * sum(y * y for y in second)) ** 0.5
    elif len(set(first)) == 1 or len(set(second)) == 1:
        return 0.0
    else:
        value = np.corrcoef(first, second)[0, 1]
    return float(value) * count / (count + shrink)


# %% accepts: similarity
def similarity(a, b, kind, shrink=0.0):
    shared = np.flatnonzero(np.logical_and(a, b))
    pair = np.stack([a, b]).astype(float)[:, shared]  # (2, c)
    trust = len(shared) / (len(shared) + shrink) if len(shared) else 0.0
    if kind == "euclidean":
        return float(trust / (1 + np.linalg.norm(pair[0] - pair[1]) / max(len(shared), 1) ** 0.5))
    if kind == "pearson":
        if trust == 0 or np.any(pair.max(axis=1) == pair.min(axis=1)):
            return 0.0
        pair = pair - pair.mean(axis=1, keepdims=True)
    elif kind != "cosine":
        raise ValueError(f"unknown kind {kind}")
    lengths = np.linalg.norm(pair, axis=1)
    return float(trust * np.dot(pair[0] / lengths[0], pair[1] / lengths[1])) if trust else 0.0


# %% [markdown]
# How much of a similarity is chance? For 8,000 pairs of viewers: the number of films they share, and what
# Pearson makes of it. And how different are cosines at all?

# %% demo
rng = np.random.default_rng(1)
pairs = rng.integers(0, len(stars), (8000, 2))
pairs = pairs[pairs[:, 0] != pairs[:, 1]]
shared = np.array([np.sum(known[i] & known[v]) for i, v in pairs])
pearson = np.array([similarity(stars[i], stars[v], "pearson") for i, v in pairs])
cosine = np.array([similarity(stars[i], stars[v], "cosine") for i, v in pairs])
fig, (left, right) = plt.subplots(1, 2, figsize=(12, 4))
left.scatter(shared + rng.uniform(-0.3, 0.3, len(shared)), pearson, s=3, alpha=0.5)
left.set(xlabel="films that both have rated", ylabel="Pearson", title="Few films, strong opinions", xlim=(0, 40))
right.hist(cosine[shared >= 5], bins=50, range=(-1, 1), alpha=0.6, label="cosine", color="C0")
right.hist(pearson[shared >= 5], bins=50, range=(-1, 1), label="Pearson", color="C1", histtype="step", linewidth=2)
right.set(xlabel="similarity", ylabel="pairs of viewers", title="Pairs with five films or more in common")
right.legend(loc="upper left")
alike = np.abs(pearson[shared == 2])
print(
    f"two shared films: {np.mean(alike > 0.99):.0%} of the similarities are +1 or -1, {np.mean(alike < 0.01):.0%} are 0"
)
dd.plot.show(
    "Left, Pearson similarity over the number of shared films: at two films all values are plus one, minus one or "
    "zero, and the cloud narrows as the number grows. Right, histograms for pairs that share at least five films: "
    "cosines crowd together just below one, Pearson similarities spread over most of the range."
)

# %% [markdown]
# With two shared films every verdict is total, or none; by thirty the cloud has shrunk to what may be true. And
# all cosines of raw stars crowd below 1. From here on: Pearson, shrunk.
#
# ## Ask the neighbours
#
# **User-based** prediction: to guess what Ana thinks of film $j$, find the $k$ viewers most like her who have
# rated it, and take the mean of their opinions, weighted by likeness. One refinement decides: people differ in
# how kind they are, so ask the neighbours by how much $j$ was *above or below their own mean*, and add that to
# Ana's,
#
# $$\hat r_{ij} = \bar r_i + \frac{\sum_{v \in N} s_{iv}\,(r_{vj} - \bar r_v)}{\sum_{v \in N} s_{iv}} ,$$
#
# where $N$ are these neighbours and each $\bar r$ is over all that the viewer has rated. By hand: Ana's mean is
# 2.75. Two neighbours know film 2: Ben, with $s = 0.5$, a mean of 3.5 and 2 stars for it; and Cem, with
# $s = 0.25$, a mean of 3 and 4 stars. The prediction is $2.75 + \frac{0.5 \cdot (-1.5) + 0.25 \cdot 1}{0.75}
# \approx 2.08$. She'd better not.
#
# Neighbours with $s \le 0$ are left out (a nearest neighbour who is *unlike* her is no neighbour). If none is
# left, all one has is her mean; and of one who has rated nothing, the mean of all ratings.


# %% exercise: predict_user_based
def predict_user_based(ratings, mask, k, shrink=0.0):
    """Predict every cell of the table from the k nearest neighbours by Pearson similarity.

    Args:
        ratings: stars, float array (m, n), 0 where mask is False, and at least one rating in all; left unchanged.
        mask: True where there is a rating, bool array (m, n); left unchanged.
        k: most neighbours to ask, int >= 1.
        shrink: the beta of `similarity`.

    Returns:
        Predictions for all cells, a new float array (m, n): the formula above. The neighbours of viewer i for film j
        are the k most similar of the other viewers who have rated j, of positive similarity only; at equal similarity
        any. Without a neighbour it is the viewer's mean; a viewer without ratings has the mean of all ratings. Made
        for hundreds of viewers: similarities are symmetric, so compare each pair only once. About 16 lines.
    """
    ### BEGIN SOLUTION
    num_users = len(ratings)
    counts = mask.sum(axis=1)
    means = np.full(num_users, ratings[mask].mean())  # (m,)
    means[counts > 0] = ratings[counts > 0].sum(axis=1) / counts[counts > 0]
    up = ratings - means[:, None]  # (m, n), of meaning where mask is True
    like = np.zeros((num_users, num_users))
    for i in range(num_users):
        for v in range(i):
            like[i, v] = like[v, i] = similarity(ratings[i], ratings[v], "pearson", shrink)
    predictions = np.repeat(means[:, None], ratings.shape[1], axis=1)
    for i in range(num_users):
        nearest = np.argsort(-like[i])
        nearest = nearest[like[i, nearest] > 0]  # most similar first
        asked = mask[nearest] & (np.cumsum(mask[nearest], axis=0) <= k)  # (neighbours, n)
        weights = like[i, nearest, None] * asked
        answered = asked.any(axis=0)  # (n,)
        total = (weights * up[nearest]).sum(axis=0)
        predictions[i, answered] += total[answered] / weights.sum(axis=0)[answered]
    return predictions
    ### END SOLUTION


# %% test: predict_user_based, points=3
ratings = np.array(
    [
        [5.0, 3.0, 0.0, 1.0, 2.0],  # Ana
        [4.0, 5.0, 2.0, 3.0, 0.0],  # Ben: likeness 0.5
        [1.0, 3.0, 4.0, 5.0, 0.0],  # Dora: likes just the opposite
        [0.0, 0.0, 0.0, 0.0, 0.0],  # Emil has not rated anything
    ]
)
mask = ratings > 0
with dd.check.unchanged(ratings, what="ratings"), dd.check.unchanged(mask, what="mask"):
    result = predict_user_based(ratings, mask, k=2)
dd.check.kind(result, np.ndarray)
dd.check.shape(result, (4, 5), why="every cell gets a prediction")
dd.check.close(
    result[0, 2], 2.75 - 1.5, what="Ana on film 2", why="only Ben is like her, and he was 1.5 below his mean"
)
dd.check.close(result[0, 4], 2.75, what="Ana on film 4", why="nobody else has rated it: her own mean")
dd.check.close(result[1, 4], 3.5 - 0.75, what="Ben on film 4", why="Ana, who is like him, was 0.75 below her mean")
dd.check.close(result[3], np.full(5, 38 / 12), what="Emil", why="who has rated nothing gets the mean of all ratings")
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(151)


def asked_one_by_one(ratings, mask, k, shrink):
    m, n = ratings.shape
    rated = [[j for j in range(n) if mask[i, j]] for i in range(m)]
    every = [ratings[i, j] for i in range(m) for j in rated[i]]
    means = [np.mean([ratings[i, j] for j in rated[i]]) if rated[i] else np.mean(every) for i in range(m)]
    due = np.empty((m, n))
    for i in range(m):
        near = []
        for v in range(m):
            both = [j for j in rated[i] if j in rated[v]]
            first, second = ratings[i, both], ratings[v, both]
            if v != i and len(both) > 1 and np.ptp(first) > 0 and np.ptp(second) > 0:
                near.append((np.corrcoef(first, second)[0, 1] * len(both) / (len(both) + shrink), v))
        near = sorted([pair for pair in near if pair[0] > 0], reverse=True)
        for j in range(n):
            chosen = [(s, v) for s, v in near if mask[v, j]][:k]
            up = sum(s * (ratings[v, j] - means[v]) for s, v in chosen)
            due[i, j] = means[i] + (up / sum(s for s, _ in chosen) if chosen else 0.0)
    return due


cases = [(1, 1, 1.0, 1, 0.0), (1, 4, 1.0, 3, 1.0), (5, 1, 1.0, 2, 0.0), (6, 9, 0.85, 2, 0.0), (9, 14, 0.7, 3, 4.0)]
cases += [(12, 10, 0.4, 12, 2.0), (8, 12, 1.0, 1, 0.0), (7, 20, 0.9, 4, 25.0)]
for m, n, density, k, shrink in cases:
    mask = rng.random((m, n)) < density
    mask[0, 0] = True
    ratings = np.where(mask, rng.normal(3.0, 1.0, (m, n)) + rng.normal(0.0, 2.0, (m, 1)), 0.0)
    with dd.check.unchanged(ratings, what="ratings"), dd.check.unchanged(mask, what="mask"):
        result = predict_user_based(ratings, mask, k, shrink)
    due = asked_one_by_one(ratings, mask, k, shrink)
    dd.check.like(
        result, due, rtol=1e-8, atol=1e-9, why=f"with k = {k}, shrink = {shrink}, viewer by viewer, film by film"
    )
mask = rng.random((9, 12)) < 0.8
mask[4], mask[:, 7] = False, False
ratings = np.where(mask, rng.normal(3.0, 1.0, (9, 12)), 0.0)
result = predict_user_based(ratings, mask, 3)
dd.check.close(
    result[4], np.full(12, ratings[mask].mean()), what="a viewer without ratings", why="the mean of all ratings"
)
means = [np.mean(ratings[i, mask[i]]) if mask[i].any() else ratings[mask].mean() for i in range(9)]
dd.check.close(result[:, 7], means, what="a film nobody rated", why="without neighbours it is the viewer's mean")
twins = np.array([[1.0, 2.0, 3.0, 0.0], [1.0, 2.0, 3.0, 6.0]])
result = predict_user_based(twins, twins > 0, 1)
dd.check.close(result[0, 3], 2.0 + 3.0, what="the twin's prediction", why="the other was 3 above a mean of 3")
### END HIDDEN TESTS

# %% mistakes: predict_user_based
# - replace: up = ratings - means[:, None]
#   with: up = ratings
#   hint: "You add the neighbours' stars to her mean. By how much was the film above or below what they usually give?"
# - replace: predictions = np.repeat(means[:, None], ratings.shape[1], axis=1)
#   with: predictions = np.zeros(ratings.shape)
#   hint: "Your predictions are deviations. From whose mean?"
# - replace: nearest = nearest[like[i, nearest] > 0]  # most similar first
#   with: nearest = nearest[nearest != i]
#   hint: "Neighbours whose tastes are opposite are asked as well. Only a positive similarity makes a neighbour."
# - replace: np.argsort(-like[i])
#   with: np.argsort(like[i])
#   hint: "You begin with the least similar viewers. Which end of the sorted similarities is near?"
# - replace: asked = mask[nearest] & (np.cumsum(mask[nearest], axis=0) <= k)
#   with: asked = mask[nearest] & (np.arange(len(nearest)) < k)[:, None]
#   hint: "You take the k nearest viewers first and ask those of them who know the film. The k nearest who know it were
#     meant, and these differ from film to film."
# - replace: asked = mask[nearest] & (np.cumsum(mask[nearest], axis=0) <= k)
#   with: asked = mask[nearest]
#   hint: "You ask everyone who is at all like her. k says how many."
# - replace: asked = mask[nearest] & (np.cumsum(mask[nearest], axis=0) <= k)
#   with: asked = np.repeat((np.arange(len(nearest)) < k)[:, None], mask.shape[1], axis=1)
#   hint: "You ask neighbours who have not rated the film, and take their silence for their mean."
# - replace: weights = like[i, nearest, None] * asked
#   with: weights = 1.0 * asked
#   hint: "All neighbours count the same in yours. The more alike, the heavier."
# - replace: weights.sum(axis=0)[answered]
#   with: k
#   hint: "You divide by how many were to be asked. A weighted mean divides by the sum of the weights."
# - replace: weights.sum(axis=0)[answered]
#   with: 1.0
#   hint: "You sum over the neighbours, so each further one pushes the prediction on. A weighted mean was meant."
# - replace: return predictions
#   with: return np.where(mask, ratings, predictions)
#   hint: "You put known ratings in place of their predictions. Every cell was to be predicted, the known ones too."
# - replace: return predictions
#   with: return np.clip(predictions, 1.0, 5.0)
#   hint: "You cut predictions off at one and five stars. Nothing was said of that, and ratings need not be stars."
# - replace: similarity(ratings[i], ratings[v], "pearson", shrink)
#   with: similarity(ratings[i], ratings[v], "pearson")
#   hint: "The similarities are not shrunk: pass shrink on."
# - replace: similarity(ratings[i], ratings[v], "pearson", shrink)
#   with: similarity(ratings[i], ratings[v], "cosine", shrink)
#   hint: "Cosines of stars are all near 1. Which measure was asked for?"
# - replace: for v in range(i)
#   with: for v in range(i + 1)
#   hint: "Everyone is their own nearest neighbour in yours, and so every known rating predicts itself. Who is meant by
#     the others?"
# - replace: ratings[counts > 0].sum(axis=1) / counts[counts > 0]
#   with: ratings[counts > 0].mean(axis=1)
#   hint: "Your means run over all films, and missing ratings pull them to 0. Over which films does her mean run?"


# %% equivalents: predict_user_based
# - replace: similarity(ratings[i], ratings[v], "pearson", shrink)
#   with: similarity(ratings[v], ratings[i], "pearson", shrink)
#   reason: "Likeness has no direction."


# %% mistake: predict_user_based
# hint: "You ask viewers of opposite taste too, with negative weights. Only a positive similarity makes a neighbour."
def predict_user_based(ratings, mask, k, shrink=0.0):
    m, n = ratings.shape
    overall = ratings[mask].mean()
    means = np.array([ratings[i, mask[i]].mean() if mask[i].any() else overall for i in range(m)])
    result = np.repeat(means[:, None], n, axis=1)
    for i in range(m):
        like = np.array([similarity(ratings[i], ratings[v], "pearson", shrink) if v != i else 0.0 for v in range(m)])
        for j in range(n):
            near = [v for v in np.argsort(-like) if mask[v, j] and v != i][:k]
            weight = sum(abs(like[v]) for v in near)
            if weight > 0:
                result[i, j] += sum(like[v] * (ratings[v, j] - means[v]) for v in near) / weight
    return result


# %% mistake: predict_user_based
# hint: "You ask those who are most alike or most unlike, these with negative weights. Only a positive similarity
#   makes a neighbour."
def predict_user_based(ratings, mask, k, shrink=0.0):
    m, n = ratings.shape
    overall = ratings[mask].mean()
    means = np.array([ratings[i, mask[i]].mean() if mask[i].any() else overall for i in range(m)])
    result = np.repeat(means[:, None], n, axis=1)
    for i in range(m):
        like = np.array([similarity(ratings[i], ratings[v], "pearson", shrink) if v != i else 0.0 for v in range(m)])
        for j in range(n):
            near = [v for v in np.argsort(-np.abs(like)) if mask[v, j] and v != i][:k]
            weight = np.sum(np.abs(like[near]))
            if weight > 0:
                result[i, j] += like[near] @ (ratings[near, j] - means[near]) / weight
    return result


# %% mistake: predict_user_based
# hint: "You average the neighbours' stars as they are. By how much was the film above what each usually gives?"
def predict_user_based(ratings, mask, k, shrink=0.0):
    m, n = ratings.shape
    overall = ratings[mask].mean()
    means = np.array([ratings[i, mask[i]].mean() if mask[i].any() else overall for i in range(m)])
    result = np.repeat(means[:, None], n, axis=1)
    for i in range(m):
        like = np.array([similarity(ratings[i], ratings[v], "pearson", shrink) if v != i else 0.0 for v in range(m)])
        for j in range(n):
            near = [v for v in np.argsort(-like) if mask[v, j] and like[v] > 0][:k]
            if near:
                result[i, j] = sum(like[v] * ratings[v, j] for v in near) / sum(like[v] for v in near)
    return result


# %% mistake: predict_user_based
# hint: "You take the mean over films, down the columns, for the viewer's. Which axis has the films of one viewer?"
def predict_user_based(ratings, mask, k, shrink=0.0):
    m, n = ratings.shape
    overall = ratings[mask].mean()
    means = np.array([ratings[mask[:, j], j].mean() if mask[:, j].any() else overall for j in range(n)])
    result = np.tile(means, (m, 1))
    for i in range(m):
        like = [similarity(ratings[i], ratings[v], "pearson", shrink) if v != i else 0.0 for v in range(m)]
        order = sorted(range(m), key=lambda v: -like[v])
        for j in range(n):
            near = [v for v in order if mask[v, j] and like[v] > 0][:k]
            if near:
                up = sum(like[v] * (ratings[v, j] - means[j]) for v in near)
                result[i, j] += up / sum(like[v] for v in near)
    return result


# %% accepts: predict_user_based
def predict_user_based(ratings, mask, k, shrink=0.0):
    m, n = ratings.shape
    overall = ratings.sum() / mask.sum()
    means = np.array([row[known].mean() if known.any() else overall for row, known in zip(ratings, mask, strict=True)])
    like = np.zeros((m, m))
    for i, v in zip(*np.triu_indices(m, 1), strict=True):
        like[i, v] = like[v, i] = max(similarity(ratings[i], ratings[v], "pearson", shrink), 0.0)
    result = np.tile(means[:, None], n)
    for j in range(n):
        raters = np.flatnonzero(mask[:, j])
        closeness = like[:, raters]  # (m, raters)
        if len(raters) > k:
            bar = np.sort(closeness, axis=1)[:, [-k]]
            closeness = np.where(closeness >= bar, closeness, 0.0)
        total = closeness.sum(axis=1)
        up = closeness @ (ratings[raters, j] - means[raters])
        result[:, j] += np.divide(up, total, out=np.zeros(m), where=total > 0)
    return result


# %% accepts: predict_user_based
def predict_user_based(ratings, mask, k, shrink=0.0):
    means = [
        float(row[known].mean()) if known.any() else float(ratings[mask].mean())
        for row, known in zip(ratings, mask, strict=True)
    ]
    known_like = {}
    predictions = np.empty(ratings.shape)
    for i, row in enumerate(ratings):
        neighbours = []
        for v, other in enumerate(ratings):
            if v == i:
                continue
            key = (min(i, v), max(i, v))
            if key not in known_like:
                known_like[key] = similarity(row, other, "pearson", shrink)
            if known_like[key] > 0:
                neighbours.append((known_like[key], v))
        neighbours.sort(key=lambda pair: -pair[0])
        for j in range(ratings.shape[1]):
            chosen = []
            for s, v in neighbours:
                if mask[v, j]:
                    chosen.append((s, ratings[v, j] - means[v]))
                    if len(chosen) == k:
                        break
            weight = sum(s for s, _ in chosen)
            predictions[i, j] = means[i] + (sum(s * up for s, up in chosen) / weight if chosen else 0.0)
    return predictions


# %% [markdown]
# How far do neighbours get, and does shrinking pay? One more idea costs nothing: turn the table on its side,
# and the same code is **item-based**: it finds the films whose ratings go up and down with those of $j$, and
# asks what Ana gave *them*. Films have more ratings than viewers, so their similarities rest on more, and they
# can be computed the night before.

# %% demo
near_viewers = predict_user_based(stars, known, k=20, shrink=10.0)
near_films = {beta: predict_user_based(stars.T.copy(), known.T.copy(), k=20, shrink=beta).T for beta in (0.0, 10.0)}
scores["20 nearest viewers, shrunk"] = rmse(near_viewers, test_stars, test_known)
scores["20 nearest films"] = rmse(near_films[0.0], test_stars, test_known)
scores["20 nearest films, shrunk"] = rmse(near_films[10.0], test_stars, test_known)
for name, score in scores.items():
    print(f"{name:27s} off by {score:.3f} stars")

# %% [markdown]
# Far better than any mean, and shrinking helps a little. But neighbours need company. They say nothing about a
# film that nobody has rated, and next to nothing to a viewer who has rated two.
#
# ## When nobody has rated it: content
#
# A film out tonight has no ratings. What it has is a description. **Content-based filtering** learns for each
# viewer, from that viewer's ratings alone, what descriptions go with liking: a small regression of Day 3's
# kind, from genres to deviations from the viewer's mean, with Day 6's ridge because some have rated little. It
# needs no other viewers and no ratings of the film, but can only see what the description says. We hide all
# ratings of 30 films, as if they came out tonight. Does the description help?

# %% demo
GENRES = [name for name in made.items.columns if name not in ("item", "title", "year")]
genres = made.items[GENRES].to_numpy(dtype=float)
genres = genres / genres.sum(axis=1, keepdims=True)  # (300, 9) shares of the genres in each film
tonight = np.zeros(300, dtype=bool)
tonight[np.random.default_rng(2).permutation(300)[:30]] = True

before = known & ~tonight  # what was rated before tonight
viewer_mean = (stars.sum(axis=1, where=before) + 3 * overall) / (before.sum(axis=1) + 3)  # (400,) shrunk as well
tastes = np.empty((400, len(GENRES)))
for i in range(400):
    g, up = genres[before[i]], stars[i, before[i]] - viewer_mean[i]
    tastes[i] = np.linalg.solve(g.T @ g + np.eye(len(GENRES)), g.T @ up)  # ridge regression, Days 3 and 6
by_content = viewer_mean[:, None] + tastes @ genres.T  # (400, 300)

for name, who in (("viewers with a history", ~cold), ("cold viewers", cold)):
    where = tonight & known & who[:, None]
    alone = rmse(np.broadcast_to(viewer_mean[:, None], stars.shape), stars, where)
    print(f"{name:22s}: viewer's mean alone off by {alone:.3f}, with genres {rmse(by_content, stars, where):.3f}")
critic = int(np.argmax(np.ptp(tastes, axis=1)))
likes = np.argsort(tastes[critic])
print(
    f"viewer {critic} likes {GENRES[likes[-1]]} ({tastes[critic].max():+.1f} stars), not {GENRES[likes[0]]} "
    f"({tastes[critic].min():+.1f})"
)

# %% [markdown]
# For viewers with a history: about a tenth less error on films without a single rating. For cold viewers little
# or nothing, because there are hardly any ratings to learn a taste from. That is the **cold start**, and it has
# two sides: the film that nobody has rated is answered by content, and the viewer who has rated nothing needs
# another answer.
#
# ## Mean normalisation
#
# Its name is modesty: predict for newcomers what everyone thinks. To build this into any model, take from every
# rating the mean $\mu_j$ of its *film*, and let the model learn the rest. A model that knows nothing of a
# viewer predicts 0, and after $\mu_j$ is added back, that is the film's mean instead of zero stars. Three
# traps: the mean runs over the ratings there are; the empty cells must stay empty and not become $-\mu_j$; and
# a film without ratings has no mean, so it borrows the mean of all.


# %% exercise: mean_normalize
def mean_normalize(ratings, mask):
    """Take the mean of its film from every rating.

    Args:
        ratings: stars, array (m, n) of any number dtype, at least one of them rated; what it holds where mask is
            False means nothing. Left unchanged.
        mask: True where there is a rating, bool array (m, n); left unchanged.

    Returns:
        Tuple (normalized, means): new float arrays (m, n) and (n,). means[j] is the mean rating of film j, or the mean
        of all ratings if it has none; normalized is the rating minus its film's mean, 0.0 where mask is False.
        About 5 lines.
    """
    ### BEGIN SOLUTION
    rated = mask.any(axis=0)  # (n,) films that have a rating
    means = np.full(mask.shape[1], np.mean(ratings, where=mask))
    means[rated] = np.mean(ratings[:, rated], axis=0, where=mask[:, rated])
    return np.where(mask, ratings - means, 0.0), means
    ### END SOLUTION


# %% test: mean_normalize, points=2
ratings = np.array([[5.0, 3.0, 9.0, 0.0], [4.0, 0.0, 9.0, 2.0], [0.0, 4.0, 9.0, 5.0]])
mask = np.array([[True, True, False, False], [True, False, False, True], [False, True, False, True]])
with dd.check.unchanged(ratings, what="ratings"), dd.check.unchanged(mask, what="mask"):
    result = mean_normalize(ratings, mask)
due = np.array([[0.5, -0.5, 0.0, 0.0], [-0.5, 0.0, 0.0, -1.5], [0.0, 0.5, 0.0, 1.5]])
why = "the films' means are 4.5, 3.5 and 3.5; film 2 has no rating and borrows the mean of all six, 23/6"
dd.check.like(result, (due, np.array([4.5, 3.5, 23 / 6, 3.5])), why=why)
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(152)
for m, n, density in ((1, 1, 1.0), (1, 5, 0.6), (6, 1, 0.5), (7, 4, 0.5), (4, 9, 0.3), (30, 20, 0.1)):
    mask = rng.random((m, n)) < density
    mask[m - 1, 0] = True
    ratings = rng.integers(1, 6, (m, n)) + 0.0
    with dd.check.unchanged(ratings, what="ratings"), dd.check.unchanged(mask, what="mask"):
        result = mean_normalize(ratings, mask)
    every = [ratings[i, j] for i in range(m) for j in range(n) if mask[i, j]]
    means = np.empty(n)
    normalized = np.zeros((m, n))
    for j in range(n):
        column = [ratings[i, j] for i in range(m) if mask[i, j]]
        means[j] = sum(column) / len(column) if column else sum(every) / len(every)
        for i in range(m):
            if mask[i, j]:
                normalized[i, j] = ratings[i, j] - means[j]
    dd.check.like(result, (normalized, means), rtol=1e-9, atol=1e-12, why="the mean runs over the film's ratings")
    assert not np.shares_memory(result[0], ratings), "normalized must be a new array"
holes = np.array([[np.nan, 4.0], [2.0, np.inf], [5.0, 1.0]])
result = mean_normalize(holes, np.array([[False, True], [True, False], [True, True]]))
due = (np.array([[0.0, 1.5], [-1.5, 0.0], [1.5, -1.5]]), np.array([3.5, 2.5]))
dd.check.like(result, due, why="what an unrated cell holds means nothing, not even NaN or infinity")
for kind in ("uint8", "int8", "float32"):
    ratings = np.array([[100, 90], [120, 3], [110, 60]], dtype=kind)
    result = mean_normalize(ratings, np.array([[True, True], [True, False], [True, True]]))
    due = (np.array([[-10.0, 15.0], [10.0, 0.0], [0.0, -15.0]]), np.array([110.0, 75.0]))
    dd.check.like(result, due, rtol=1e-5, why=f"ratings of dtype {kind} are ratings too")
far = mean_normalize(np.array([[1e8 + 1], [1e8 + 3]]), np.ones((2, 1), dtype=bool))
dd.check.like(far, (np.array([[-1.0], [1.0]]), np.array([1e8 + 2])), why="only differences are left")
### END HIDDEN TESTS

# %% mistakes: mean_normalize
# - replace: np.where(mask, ratings - means, 0.0), means
#   with: np.where(mask, ratings, 0.0) - means, means
#   hint: "Empty cells have become minus the film's mean, as if everyone disliked what they have not seen."
# - replace: np.mean(ratings[:, rated], axis=0, where=mask[:, rated])
#   with: np.mean(np.where(mask, ratings, 0.0)[:, rated], axis=0)
#   hint: "You divide by the number of viewers. How many have rated the film?"
# - replace: np.full(mask.shape[1], np.mean(ratings, where=mask))
#   with: np.zeros(mask.shape[1])
#   hint: "A film without ratings is predicted to be worth zero stars. What can be said of a film nobody knows?"
# - replace: np.full(mask.shape[1], np.mean(ratings, where=mask))
#   with: np.full(mask.shape[1], np.mean(np.where(mask, ratings, 0.0)))
#   hint: "The mean that is borrowed runs over empty cells too."
# - replace: np.full(mask.shape[1], np.mean(ratings, where=mask))
#   with: np.full(mask.shape[1], np.mean(np.mean(ratings[:, rated], axis=0, where=mask[:, rated])))
#   hint: "You average the films' means, so that a film with one rating counts as much as a famous one. The mean of all
#     ratings was asked for."
# - replace: np.where(mask, ratings - means, 0.0), means
#   with: np.where(mask, means - ratings, 0.0), means
#   hint: "Every sign is turned: above the mean should be positive."
# - replace: np.where(mask, ratings - means, 0.0), means
#   with: np.where(mask, ratings - np.mean(ratings, where=mask), 0.0), means
#   hint: "You subtract one mean from all. Each film has its own."


# %% mistake: mean_normalize
# hint: "You take each viewer's mean. Newcomers have none: whose mean can be given to them?"
def mean_normalize(ratings, mask):
    stars = np.where(mask, ratings, 0.0)
    counts = mask.sum(axis=1)
    means = np.where(counts > 0, stars.sum(axis=1) / np.maximum(counts, 1), stars.sum() / mask.sum())
    return np.where(mask, stars - means[:, None], 0.0), means


# %% mistake: mean_normalize
# hint: "A film without ratings has NaN for its mean. What can be said of a film nobody knows?"
def mean_normalize(ratings, mask):
    with np.errstate(all="ignore"):
        means = np.where(mask, ratings, 0.0).sum(axis=0) / mask.sum(axis=0)
    return np.where(mask, ratings - means, 0.0), means


# %% mistake: mean_normalize
# hint: "You decide by the numbers what is rated. The mask says so: elsewhere the table may hold anything."
def mean_normalize(ratings, mask):
    mask = ratings > 0
    counts = mask.sum(axis=0)
    means = np.where(counts > 0, (ratings * mask).sum(axis=0) / np.maximum(counts, 1), ratings[mask].mean())
    return np.where(mask, ratings - means, 0.0), means


# %% mistake: mean_normalize
# hint: "The zeros of the empty cells count in your means. Over which cells should a film's mean run?"
def mean_normalize(ratings, mask):
    means = np.nan_to_num(ratings.astype(float)).mean(axis=0)
    return (ratings - means) * mask, means


# %% mistake: mean_normalize
# hint: "You multiply by the mask to empty the cells, and NaN times 0 is NaN. Choose, do not multiply."
def mean_normalize(ratings, mask):
    ratings = ratings.astype(float)
    counts = mask.sum(axis=0)
    overall = (ratings * mask).sum() / mask.sum()
    means = np.where(counts > 0, (ratings * mask).sum(axis=0) / np.maximum(counts, 1), overall)
    return (ratings - means) * mask, means


# %% mistake: mean_normalize
# hint: "You also divide by the spread. Only the mean is taken away, or stars would be no stars any more."
def mean_normalize(ratings, mask):
    empty = np.where(mask, ratings, np.nan).astype(float)
    overall = np.nanmean(empty)
    means = np.array([np.nanmean(column) if np.any(~np.isnan(column)) else overall for column in empty.T])
    spread = np.array([np.nanstd(column) if np.any(~np.isnan(column)) else 1.0 for column in empty.T])
    return np.nan_to_num((empty - means) / np.where(spread > 0, spread, 1.0)), means


# %% accepts: mean_normalize
def mean_normalize(ratings, mask):
    overall = ratings[mask].astype(float).mean()
    normalized, means = np.zeros(ratings.shape), np.empty(ratings.shape[1])
    for j, (column, rated) in enumerate(zip(ratings.T, mask.T, strict=True)):
        means[j] = column[rated].astype(float).mean() if rated.any() else overall
        normalized[rated, j] = column[rated] - means[j]
    return normalized, means


# %% accepts: mean_normalize
def mean_normalize(ratings, mask):
    viewer, film = np.nonzero(mask)
    given = ratings[viewer, film].astype(float)
    counts = np.bincount(film, minlength=ratings.shape[1])
    sums = np.bincount(film, weights=given, minlength=ratings.shape[1])
    means = np.full(ratings.shape[1], given.sum() / given.size)
    means[counts > 0] = sums[counts > 0] / counts[counts > 0]
    normalized = np.zeros(ratings.shape)
    normalized[viewer, film] = given - means[film]
    return normalized, means


# %% [markdown]
# ## Factors: content that nobody wrote down
#
# Content needs someone to describe films, and neighbours need overlap. **Matrix factorisation** lets the
# ratings invent the description. Give each film a vector $v_j$ of $d$ numbers, each viewer a vector $u_i$ of as
# many, and predict
#
# $$\hat r_{ij} = \mu_j + u_i \cdot v_j .$$
#
# If one entry of $v_j$ came to mean "how much blood is in it", that entry of $u_i$ would be how much viewer $i$
# likes blood. But nobody says what the entries mean. Both vectors are learned, so as to make the errors
# $e_{ij} = u_i \cdot v_j - r_{ij}$ small on the ratings there are ($r_{ij}$ now being normalised):
#
# $$J(U, V) = \tfrac12 \sum_{(i, j)\ \text{rated}} e_{ij}^2
# + \tfrac{\lambda}{2} \Big( \sum_i \lVert u_i \rVert^2 + \sum_j \lVert v_j \rVert^2 \Big) .$$
#
# As on Day 14 it is a sum, not a mean. The prediction is a product, so each factor's slope is the error times
# the *other*:
#
# $$\frac{\partial J}{\partial u_i} = \sum_{j\ \text{rated by}\ i} e_{ij}\, v_j + \lambda u_i , \qquad
# \frac{\partial J}{\partial v_j} = \sum_{i\ \text{rated}\ j} e_{ij}\, u_i + \lambda v_j .$$
#
# By hand: one viewer, $u_0 = (1, 2)$, two films, $v_0 = (1, 0)$ rated $-1$ and $v_1 = (0, 3)$ not rated;
# $\lambda = 0$. The error is $1 - (-1) = 2$ on film 0 and **nothing** on film 1. With $\alpha = 0.1$: $u_0$
# moves by $-0.1 \cdot 2 \cdot (1, 0)$ to $(0.8, 2)$; $v_0$ by $-0.1 \cdot 2 \cdot (1, 2)$ to $(0.8, -0.4)$;
# $v_1$ stays.
#
# Two traps you know: both slopes belong to the place where you stand, so $V$ must not see the new $U$ (Day 2);
# and a mask that is *multiplied* with a table in which NaN marks the holes leaves the holes NaN.


# %% exercise: matrix_factorization_step
def matrix_factorization_step(users, items, ratings, mask, learning_rate, weight_decay):
    """One step of gradient descent on the cost J above, over all ratings at once.

    Args:
        users: factors of the viewers, float array (m, d); left unchanged.
        items: factors of the films, float array (n, d); left unchanged.
        ratings: normalised ratings, array (m, n); what it holds where mask is False means nothing, NaN for one. Left
            unchanged.
        mask: True where there is a rating, bool array (m, n); left unchanged.
        learning_rate: alpha, a number > 0.
        weight_decay: lambda, a number >= 0.

    Returns:
        Tuple (users, items) after the step, two new float arrays (m, d) and (n, d). About 4 lines.
    """
    ### BEGIN SOLUTION
    error = np.where(mask, users @ items.T - ratings, 0.0)  # (m, n)
    d_users = error @ items + weight_decay * users  # (m, d)
    d_items = error.T @ users + weight_decay * items  # (n, d)
    return users - learning_rate * d_users, items - learning_rate * d_items
    ### END SOLUTION


# %% test: matrix_factorization_step, points=3
users, items = np.array([[1.0, 2.0]]), np.array([[1.0, 0.0], [0.0, 3.0]])
ratings, mask = np.array([[-1.0, 0.0]]), np.array([[True, False]])
with dd.check.unchanged(users, what="users"), dd.check.unchanged(items, what="items"):
    result = matrix_factorization_step(users, items, ratings, mask, 0.1, 0.0)
due = (np.array([[0.8, 2.0]]), np.array([[0.8, -0.4], [0.0, 3.0]]))
dd.check.like(result, due, why="this is the step worked by hand")
result = matrix_factorization_step(users, items, ratings, mask, 0.1, 0.5)
due = (np.array([[0.75, 1.9]]), np.array([[0.75, -0.4], [0.0, 2.85]]))
dd.check.like(result, due, why="the same step, and lambda takes 0.1 * 0.5 of each factor with it")
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(153)
for m, n, d, density in (
    (1, 1, 1, 1.0),
    (1, 4, 2, 0.5),
    (5, 1, 3, 0.6),
    (4, 6, 2, 0.5),
    (7, 3, 1, 0.4),
    (3, 5, 6, 0.8),
):
    users, items, ratings = rng.normal(size=(m, d)), rng.normal(size=(n, d)), rng.normal(0.0, 1.0, (m, n))
    mask = rng.random((m, n)) < density
    holes = np.where(mask, ratings, np.nan)
    for rate, decay in ((0.1, 0.0), (0.01, 1.7)):
        kept = [dd.check.unchanged(a, what=b) for a, b in ((users, "users"), (items, "items"))]
        kept += [dd.check.unchanged(a, what=b) for a, b in ((ratings, "ratings"), (mask, "mask"))]
        with kept[0], kept[1], kept[2], kept[3]:
            result = matrix_factorization_step(users, items, ratings, mask, rate, decay)
        new_users, new_items = users.copy(), items.copy()
        for i in range(m):
            new_users[i] -= rate * decay * users[i]
            for j in range(n):
                if mask[i, j]:
                    new_users[i] -= rate * (sum(users[i] * items[j]) - ratings[i, j]) * items[j]
        for j in range(n):
            new_items[j] -= rate * decay * items[j]
            for i in range(m):
                if mask[i, j]:
                    new_items[j] -= rate * (sum(users[i] * items[j]) - ratings[i, j]) * users[i]
        dd.check.like(
            result, (new_users, new_items), rtol=1e-9, why="each factor moves against its slope, rating by rating"
        )
        with_holes = matrix_factorization_step(users, items, holes, mask, rate, decay)
        dd.check.like(with_holes, result, rtol=1e-12, what="the step with NaN for the holes", why="holes mean nothing")

    def cost(both, m=m, d=d, ratings=ratings, mask=mask):
        u, v = both[: m * d].reshape(m, d), both[m * d :].reshape(-1, d)
        return np.sum((u @ v.T - ratings)[mask] ** 2) / 2 + 1.7 / 2 * np.sum(both**2)

    both = np.concatenate([users.ravel(), items.ravel()])
    slopes = np.concatenate([(users - result[0]).ravel(), (items - result[1]).ravel()]) / 0.01
    dd.check.gradient(cost, both, slopes, what="(before - after) / learning rate", why="it is the slope of J")
users, items = rng.normal(size=(8, 3)), rng.normal(size=(10, 3))
truth, mask = users @ items.T, rng.random((8, 10)) < 0.7
after = matrix_factorization_step(users, items, truth, mask, 0.05, 0.0)
dd.check.like(after, (users, items), rtol=1e-12, why="without an error and without lambda nothing moves")
whole = matrix_factorization_step(users, items, np.full((8, 10), 2, dtype="int8"), mask, 0.01, 0.0)
due = matrix_factorization_step(users, items, np.full((8, 10), 2.0), mask, 0.01, 0.0)
dd.check.like(whole, due, what="the step on whole numbers", why="whole numbers are numbers too")
### END HIDDEN TESTS

# %% mistakes: matrix_factorization_step
# - replace: error = np.where(mask, users @ items.T - ratings, 0.0)
#   with: error = users @ items.T - ratings
#   hint: "Empty cells count as ratings in yours. Where may there be an error?"
# - replace: error = np.where(mask, users @ items.T - ratings, 0.0)
#   with: error = users @ items.T - np.where(mask, ratings, 0.0)
#   hint: "You fill the holes with 0, and every hole counts as a rating of 0. Without a rating there is no error."
# - replace: error = np.where(mask, users @ items.T - ratings, 0.0)
#   with: error = mask * (users @ items.T - ratings)
#   hint: "You multiply by the mask, and NaN times 0 is NaN. Choose, do not multiply."
# - replace: error = np.where(mask, users @ items.T - ratings, 0.0)
#   with: error = np.where(mask, ratings - users @ items.T, 0.0)
#   hint: "Your error is rating minus prediction, and so the step leads uphill."
# - replace: "d_items = error.T @ users + weight_decay * items"
#   with: "d_items = error.T @ (users - learning_rate * d_users) + weight_decay * items"
#   hint: "The films see the viewers' new factors. Both slopes belong to the place where you stand."
# - replace: |-
#     error @ items + weight_decay * users  # (m, d)
#         d_items = error.T @ users + weight_decay * items
#   with: |-
#     error @ items - weight_decay * users  # (m, d)
#         d_items = error.T @ users - weight_decay * items
#   hint: "Your regularisation makes the factors grow. Which way does its slope point?"
# - replace: |-
#     error @ items + weight_decay * users  # (m, d)
#         d_items = error.T @ users + weight_decay * items
#   with: |-
#     error @ items  # (m, d)
#         d_items = error.T @ users
#   hint: "Nothing holds the factors short: lambda is not used."
# - replace: |-
#     error @ items + weight_decay * users  # (m, d)
#         d_items = error.T @ users + weight_decay * items
#   with: |-
#     2 * error @ items + weight_decay * users  # (m, d)
#         d_items = 2 * error.T @ users + weight_decay * items
#   hint: "Your slopes of the errors are twice what is due. What stands in front of the sum of squares?"
# - replace: error = np.where(mask, users @ items.T - ratings, 0.0)
#   with: error = np.where(mask, users @ items.T - ratings, 0.0) / max(mask.sum(), 1)
#   hint: "You average over the ratings. J sums over them."
# - replace: |-
#     error @ items + weight_decay * users  # (m, d)
#         d_items = error.T @ users + weight_decay * items
#   with: |-
#     error.sum(axis=1, keepdims=True) * users + weight_decay * users  # (m, d)
#         d_items = error.sum(axis=0)[:, None] * items + weight_decay * items
#   hint: "Each factor is multiplied by itself in yours. In a product, whose turn is it when one is nudged?"


# %% mistake: matrix_factorization_step
# hint: "You count lambda once for every rating. In J each factor's length occurs once."
def matrix_factorization_step(users, items, ratings, mask, learning_rate, weight_decay):
    error = np.where(mask, users @ items.T - ratings, 0.0)
    d_users = error @ items + weight_decay * users * mask.sum(axis=1, keepdims=True)
    d_items = error.T @ users + weight_decay * items * mask.sum(axis=0)[:, None]
    return users - learning_rate * d_users, items - learning_rate * d_items


# %% mistake: matrix_factorization_step
# hint: "You step after each rating, so later ratings see factors that have moved. One step looks at all of them."
def matrix_factorization_step(users, items, ratings, mask, learning_rate, weight_decay):
    users, items = users.copy(), items.copy()
    for i, j in zip(*np.nonzero(mask), strict=True):
        error = users[i] @ items[j] - ratings[i, j]
        new = users[i] - learning_rate * (error * items[j] + weight_decay * users[i])
        items[j] -= learning_rate * (error * users[i] + weight_decay * items[j])
        users[i] = new
    return users, items


# %% mistake: matrix_factorization_step
# hint: "You move the factors that were handed to you, and the caller's are gone: make new arrays. And where a hole
#   holds NaN, multiplying by the mask leaves it NaN."
def matrix_factorization_step(users, items, ratings, mask, learning_rate, weight_decay):
    error = mask * (users @ items.T - ratings)
    d_users, d_items = error @ items + weight_decay * users, error.T @ users + weight_decay * items
    users -= learning_rate * d_users
    items -= learning_rate * d_items
    return users, items


# %% mistake: matrix_factorization_step
# hint: "You return the slopes. The step takes the learning rate times each away from where you stand."
def matrix_factorization_step(users, items, ratings, mask, learning_rate, weight_decay):
    error = np.where(mask, users @ items.T - ratings, 0.0)
    return error @ items + weight_decay * users, error.T @ users + weight_decay * items


# %% accepts: matrix_factorization_step
def matrix_factorization_step(users, items, ratings, mask, learning_rate, weight_decay):
    viewer, film = np.nonzero(mask)
    errors = np.einsum("rd,rd->r", users[viewer], items[film]) - ratings[viewer, film]  # one entry a rating
    new_users, new_items = users * (1 - learning_rate * weight_decay), items * (1 - learning_rate * weight_decay)
    np.subtract.at(new_users, viewer, learning_rate * errors[:, None] * items[film])
    np.subtract.at(new_items, film, learning_rate * errors[:, None] * users[viewer])
    return new_users, new_items


# %% accepts: matrix_factorization_step
def matrix_factorization_step(users, items, ratings, mask, learning_rate, weight_decay):
    after = []
    for mine, other, table, rated in ((users, items, ratings, mask), (items, users, ratings.T, mask.T)):
        moved = np.empty(mine.shape)
        for row in range(len(mine)):
            seen = rated[row]
            error = other[seen] @ mine[row] - table[row, seen]
            moved[row] = mine[row] - learning_rate * (error @ other[seen] + weight_decay * mine[row])
        after.append(moved)
    return tuple(after)


# %% [markdown]
# How many steps, and which $\lambda$? That is chosen on data that no step has seen (Day 9): a tenth of the
# training ratings is put aside for it, and the test ratings stay closed. The factors begin as small random
# numbers; why not as zeros, you will be asked below.


# %% demo
def factorize(normalized, known, rank, weight_decay, num_steps, seed, watch=None):
    """Learn factors (m, rank) and (n, rank); returns them and what `watch(predictions)` said after every 20 steps."""
    rng = np.random.default_rng(seed)
    users = 0.1 * rng.normal(size=(normalized.shape[0], rank))
    items = 0.1 * rng.normal(size=(normalized.shape[1], rank))
    seen = []
    for step in range(num_steps):
        if watch is not None and step % 20 == 0:
            seen.append(watch(users @ items.T))
        users, items = matrix_factorization_step(users, items, normalized, known, 0.01, weight_decay)
    return users, items, seen


aside = known & (np.random.default_rng(3).random(known.shape) < 0.1)
fitted = known & ~aside
normalized, means = mean_normalize(stars, fitted)
decays = (0.0, 2.0, 10.0)
fig, ax = plt.subplots(figsize=(7.5, 4))
for decay in decays:
    _, _, curve = factorize(normalized, fitted, 5, decay, 600, seed=4, watch=lambda up: rmse(means + up, stars, aside))
    ax.plot(20 * np.arange(len(curve)), curve, label=f"$\\lambda$ = {decay:g}")
    print(f"lambda {decay:4g}: lowest {min(curve):.3f} in step {20 * np.argmin(curve)}, at the end {curve[-1]:.3f}")
ax.set(xlabel="step", ylabel="error on ratings put aside (stars)", title="Five factors, three regularisations")
ax.legend()
dd.plot.show(
    "Error on the ratings put aside over 600 steps of descent, for three values of lambda. All fall steeply within "
    "the first hundred steps. Without regularisation the curve then creeps up again; with lambda 2 it falls lowest "
    "and stays there; with lambda 10 it levels off higher up."
)

# %% [markdown]
# Without regularisation the curve soon turns and creeps up: a viewer with ten ratings and five free numbers is
# quickly overfitted. A large $\lambda$ holds everyone near the film's mean. With $\lambda = 2$, on all training
# ratings, the test may be opened.

# %% demo
normalized, means = mean_normalize(stars, known)
users, items, _ = factorize(normalized, known, rank=5, weight_decay=2.0, num_steps=400, seed=4)
by_factors = means + users @ items.T  # (400, 300)
scores["factors"] = rmse(by_factors, test_stars, test_known)
scores["(if all opinions were known)"] = rmse(made.truth, test_stars, test_known)
for name, score in scores.items():
    gain = 1 - score / scores["film's mean"]
    print(f"{name:28s} off by {score:.3f} stars, {gain:4.0%} less than the film's mean")
assert scores["factors"] < 0.85 * scores["film's mean"] < 0.85 * scores["overall mean"]

history_length = known.sum(axis=1)
groups = {"2": cold}
for low, high in ((3, 15), (16, 30), (31, 60), (61, 300)):
    inside = ~cold & (history_length >= low) & (history_length <= high)
    groups[f"{low} to {high}" if high < 300 else f"over {low - 1}"] = inside
methods = {"film's mean": np.broadcast_to(means, stars.shape), "nearest films": near_films[10.0], "factors": by_factors}
fig, ax = plt.subplots(figsize=(8, 4))
for (name, predictions), marker in zip(methods.items(), "os^", strict=True):
    errors = [rmse(predictions, test_stars, test_known & who[:, None]) for who in groups.values()]
    ax.plot(list(groups), errors, marker=marker, label=name)
    print(f"{name:13s}", *(f"{error:.2f}" for error in errors))
ax.set(xlabel="ratings that a viewer has left us", ylabel="error on test ratings (stars)", title="The cold start")
ax.set_ylim(bottom=0.5)
ax.legend()
dd.plot.show(
    "Test error of three methods for viewers grouped by how many ratings they have left. For cold viewers with two "
    "ratings the nearest films are no better than the film's mean, and the factors a little better. The more "
    "ratings, the further both fall below the film's mean; the factors are lowest, or level with the nearest films."
)

# %% [markdown]
# The factors beat both means by far more than 15%. Perfection is no rival: whoever knew everyone's true opinion
# would still be off by what the line in brackets says, for tastes drift, moods change and stars are whole numbers.
# And the picture shows what an average hides. For a cold viewer neighbours are worth nothing yet, and factors learn
# a little from two ratings. Neither strays far, for both add to the film's mean.
#
# ## The list
#
# What is shown in the end is neither a matrix nor an error but a short list: the highest scores among what the
# viewer has not seen. The exercise is stated by its contract. Think of a viewer who has seen nearly everything.


# %% exercise: recommend
def recommend(user, scores, seen, k):
    """The films to show to one viewer.

    Args:
        user: the viewer's row, int from 0 to m - 1.
        scores: how good each film is for each viewer, larger is better, float array (m, n), finite; left unchanged.
        seen: True where a viewer has seen a film, bool array (m, n); left unchanged.
        k: how many films to show, int >= 0.

    Returns:
        Columns of the k films with the highest scores among those that the viewer has not seen, best first, and at
        equal scores the smaller column first: an int array (k,), shorter if fewer films are unseen.
    """
    ### BEGIN SOLUTION
    unseen = np.flatnonzero(~seen[user])
    order = np.argsort(-scores[user, unseen], kind="stable")
    return unseen[order[:k]]
    ### END SOLUTION


# %% test: recommend, points=2
scores = np.array([[0.2, 0.9, 0.5, 0.7, 0.5], [3.0, 1.0, 2.0, 5.0, 4.0], [1.0, 1.0, 1.0, 1.0, 1.0]])
seen = np.array([[False, True, False, False, False], [True, False, False, True, False], [False] * 5])
with dd.check.unchanged(scores, what="scores"), dd.check.unchanged(seen, what="seen"):
    result = recommend(0, scores, seen, 3)
dd.check.like(result, np.array([3, 2, 4]), why="film 1 is seen; of the two with 0.5 the smaller column comes first")
dd.check.like(recommend(1, scores, seen, 4), np.array([4, 2, 1]), why="viewer 1 has seen two of the five films")
dd.check.like(recommend(2, scores, seen, 2), np.array([0, 1]), why="all are equal, so the smallest columns come first")
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(154)


def picked_one_by_one(user, scores, seen, k):
    chosen = []
    while len(chosen) < k:
        best = None
        for j in range(scores.shape[1]):
            if not seen[user, j] and j not in chosen and (best is None or scores[user, j] > scores[user, best]):
                best = j
        if best is None:
            break
        chosen.append(best)
    return np.array(chosen, dtype=int)


for m, n in ((1, 1), (1, 6), (4, 1), (5, 9), (3, 30)):
    for density in (0.0, 0.4, 1.0):
        scores = rng.integers(-3, 4, (m, n)) / 2.0  # with many ties, and below zero
        seen = rng.random((m, n)) < density
        for k in (0, 1, 3, n, n + 5):
            for user in {0, m // 2, m - 1}:
                with dd.check.unchanged(scores, what="scores"), dd.check.unchanged(seen, what="seen"):
                    result = recommend(user, scores, seen, k)
                due = picked_one_by_one(user, scores, seen, k)
                dd.check.like(result, due, why=f"the {k} best unseen films, best first, ties by column")
scores = np.array([[-1e9, -1e12, 0.0, -1e300]])
dd.check.like(
    recommend(0, scores, np.array([[False, False, True, False]]), 4), np.array([0, 1, 3]), why="very bad scores"
)
near = np.array([[1.0, 1.0 + 1e-12, 1.0]])
dd.check.like(recommend(0, near, np.zeros((1, 3), dtype=bool), 3), np.array([1, 0, 2]), why="a tiny lead is a lead")
scores = np.array([[1.0, 3.0, 2.0, 4.0]], dtype="float32")
dd.check.like(recommend(0, scores, np.zeros((1, 4), dtype=bool), 2), np.array([3, 1]), why="float32 is a float too")
### END HIDDEN TESTS

# %% mistakes: recommend
# - replace: unseen = np.flatnonzero(~seen[user])
#   with: unseen = np.flatnonzero(seen[user])
#   hint: "You recommend what the viewer has seen already."
# - replace: unseen = np.flatnonzero(~seen[user])
#   with: unseen = np.arange(scores.shape[1])
#   hint: "What the viewer has seen is on your list as well."
# - replace: return unseen[order[:k]]
#   with: return order[:k]
#   hint: "Your numbers count among the unseen films only. Which columns of the table are they?"
# - replace: np.argsort(-scores[user, unseen], kind="stable")
#   with: np.argsort(scores[user, unseen], kind="stable")
#   hint: "Your list begins with the worst."
# - replace: np.argsort(-scores[user, unseen], kind="stable")
#   with: np.argsort(scores[user, unseen], kind="stable")[::-1]
#   hint: "Turning a sorted list round also turns its ties: at equal scores the larger column comes first in yours."
# - replace: np.argsort(-scores[user, unseen], kind="stable")
#   with: np.argsort(-scores[user, unseen])
#   hint: "Ties come out in any order. NumPy's usual sort need not keep equal entries in theirs (one kind of it does),
#     and a partition puts nothing in order."
# - replace: return unseen[order[:k]]
#   with: return unseen[order[::-1][-k:][::-1]]
#   hint: "The last k of a list are all of it when k is 0: -0 is 0. Nothing was asked for there."
# - replace: return unseen[order[:k]]
#   with: return np.sort(unseen[order[:k]])
#   hint: "The right films, but in the order of their columns. Best first."
# - replace: return unseen[order[:k]]
#   with: return scores[user, unseen[order[:k]]]
#   hint: "You return the scores. Which films have them?"


# %% mistake: recommend
# hint: "Once the unseen films run out, your list goes on with seen ones: they only went to the end of the queue."
def recommend(user, scores, seen, k):
    row = np.where(seen[user], -np.inf, scores[user])
    return np.argsort(-row, kind="stable")[:k]


# %% mistake: recommend
# hint: "Seen films get the score 0 in yours, and that is not low: others may be below it."
def recommend(user, scores, seen, k):
    row = scores[user] * ~seen[user]
    return np.argsort(-row, kind="stable")[: min(k, int((~seen[user]).sum()))]


# %% mistake: recommend
# hint: "You drop films everybody has seen, or someone has. Only what this viewer has seen is out."
def recommend(user, scores, seen, k):
    unseen = np.flatnonzero(~seen.any(axis=0))
    return unseen[np.argsort(-scores[user, unseen], kind="stable")[:k]]


# %% accepts: recommend
def recommend(user, scores, seen, k):
    row = [(-float(score), film) for film, score in enumerate(scores[user]) if not seen[user, film]]
    return np.array([film for _, film in sorted(row)[:k]], dtype=int)


# %% accepts: recommend
def recommend(user, scores, seen, k):
    columns = np.arange(scores.shape[1])
    order = np.lexsort((columns, -scores[user], seen[user]))  # unseen first, then by score, then by column
    return order[: min(k, np.count_nonzero(~seen[user]))]


# %% [markdown]
# What does your recommender tell someone, and does it make sense to a person who knows the genres?


# %% demo
def describe(film):
    row = made.items.iloc[film]
    return f"{row['title']} ({row['year']}; {', '.join(name for name in GENRES if row[name])})"


lists = {"has liked most": recommend(critic, np.where(known, stars - means, -9.0), ~known, 3)}
lists["is recommended"] = recommend(critic, by_factors, known, 4)
lists["of the rest, would like least"] = recommend(critic, -by_factors, known, 2)
for title, films in lists.items():
    print(f"viewer {critic} {title}:")
    for film in films:
        print(f"   {by_factors[critic, film]:.1f}  {describe(film)}")

# %% [markdown]
# ## Put it together: retrieve, then rank
#
# With 300 films one can score them all for everyone. With 300 million one can't, so large systems work in two
# stages. **Retrieval** finds a few hundred candidates fast and is forgiven for a poor order; **ranking** scores
# these few with all it knows.
#
# Retrieval wants a score that is a dot product of a viewer's vector and a film's, because an index of vectors
# finds the largest dot products without touching the rest. A **two-tower model** makes the vectors: one small
# network reads what is known of the viewer, the other what is known of the film, and they meet only in the dot
# product. Ours read your factors and the genres, so a film out tonight has a vector too.
#
# It is trained to pick, for a viewer and among the films of a batch, the one this viewer liked (4 stars or
# more): a softmax with as many classes as the batch has films (Day 5). One correction: a famous film is in
# every batch as a wrong answer, so the towers learn *how much more than others* a viewer likes a film, and
# nothing of fame. The share $q_j$ of film $j$ among all likes must come back when we retrieve: the score is the
# dot product plus $\log q_j$. (It is still one: append $\log q_j$ to the film and 1 to the viewer.)

# %% demo
with dd.quiet():  # frameworks announce themselves while they load
    import keras
    from keras import ops

liked = known & (stars >= 4)
share = (liked.sum(axis=0) + 1) / (liked.sum() + liked.shape[1])  # (300,) add one, so that no film has none
profile = (normalized @ genres) / (known @ genres + 5)  # (400, 9) by how much each genre is above or below, shrunk
viewer_features = np.concatenate([users, profile], axis=1).astype("float32")  # (400, 14)
film_features = np.concatenate([items, genres, (means - overall)[:, None]], axis=1).astype("float32")  # (300, 15)


def tower(num_features):
    """A network from features to a vector of eight numbers."""
    hidden = keras.layers.Dense(32, activation="relu")
    return keras.Sequential([keras.Input((num_features,)), hidden, keras.layers.Dense(8)])


def in_batch_loss(films, logits):
    """Cross-entropy of picking each viewer's film among those of the batch; another copy of it is no wrong answer."""
    films = ops.reshape(films, (-1,))
    size = ops.shape(films)[0]
    copies = ops.cast(ops.equal(films[:, None], films[None, :]), "float32") - ops.eye(size)
    right = ops.arange(size)  # example i is answered by film i
    return ops.sparse_categorical_crossentropy(right, logits - 1e9 * copies, from_logits=True)


keras.utils.set_random_seed(5)
viewer_tower, film_tower = tower(viewer_features.shape[1]), tower(film_features.shape[1])
inputs = [keras.Input((viewer_features.shape[1],)), keras.Input((film_features.shape[1],))]
meeting = ops.matmul(viewer_tower(inputs[0]), ops.transpose(film_tower(inputs[1])))  # (batch, batch)
model = keras.Model(inputs, meeting)
model.compile(optimizer=keras.optimizers.Adam(0.005), loss=in_batch_loss)
who, what = np.nonzero(liked)
history = model.fit([viewer_features[who], film_features[what]], what, batch_size=256, epochs=6, verbose=0)
viewer_vectors = ops.convert_to_numpy(viewer_tower(viewer_features))  # (400, 8)
film_vectors = ops.convert_to_numpy(film_tower(film_features))  # (300, 8)
by_towers = viewer_vectors @ film_vectors.T + np.log(share)  # (400, 300)
print(f"{model.count_params()} parameters, loss {history.history['loss'][0]:.3f} to {history.history['loss'][-1]:.3f}")

# %% [markdown]
# Retrieval is judged by **recall at $k$**: of the films that a viewer liked in the test period, what share is
# among the $k$ retrieved? Its rival is strong and costs nothing: the most popular films that the viewer has not
# seen.

# %% demo
test_liked = test_known & (test_stars >= 4)


def recall_at(k, score):
    """Mean over viewers of the share of their test likes among the k films recommended to them."""
    shares = []
    for viewer in np.flatnonzero(test_liked.any(axis=1)):
        films = recommend(viewer, score, known, k)
        shares.append(np.sum(test_liked[viewer, films]) / np.sum(test_liked[viewer]))
    return float(np.mean(shares))


by_fame = np.broadcast_to(np.log(share), stars.shape)
sizes = [5, 10, 20, 50, 100, 200]
rivals = {"two towers": by_towers, "popularity": by_fame, "factors alone": by_factors}
recalls = {name: [recall_at(k, score) for k in sizes] for name, score in rivals.items()}
fig, ax = plt.subplots(figsize=(7.5, 4))
for (name, values), marker in zip(recalls.items(), "os^", strict=True):
    ax.plot(sizes, values, marker=marker, label=name)
    print(f"{name:14s} recall at 20: {values[2]:.3f}, at 50: {values[3]:.3f}")
ax.set(xscale="log", xlabel="films retrieved, $k$", ylabel="recall", title="Finding what was liked later")
ax.set_xticks(sizes, sizes)
ax.minorticks_off()
ax.legend()
assert recalls["two towers"][3] > recalls["popularity"][3]
dd.plot.show(
    "Recall over the number of films retrieved, from 5 to 200, for three scores. All rise towards one. The two "
    "towers lie above popularity, by a few hundredths; predicted stars alone lie far below both at small numbers."
)

# %% [markdown]
# Popularity is hard to beat, here as in life, and the towers beat it by some hundredths. The stars of your
# factors, by far the best *predictions*, are the worst retrieval of the three: they find splendid films that
# hardly anyone has heard of. Recall counts what was watched.
#
# Now the second stage: of 50 candidates show the 10 with the most predicted stars. To judge it we use what
# nobody has in life, the true opinion of every viewer of every film, from which this world was made.


# %% demo
def ten(candidates_by, ranked_by, num_candidates=50):
    """Ten films for each viewer, (400, 10): candidates by one score, put in order by another."""
    lists = []
    for viewer in range(len(stars)):
        out = np.ones(known.shape, dtype=bool)
        out[viewer, recommend(viewer, candidates_by, known, num_candidates)] = False
        lists.append(recommend(viewer, ranked_by, out, 10))
    return np.stack(lists)


stages = {"ten most popular": (by_fame, by_fame), "ten by the towers": (by_towers, by_towers)}
stages |= {"50 popular, ranked by factors": (by_fame, by_factors), "50 by the towers, ranked": (by_towers, by_factors)}
for name, (candidates_by, ranked_by) in stages.items():
    films = ten(candidates_by, ranked_by)
    opinion = np.take_along_axis(made.truth, films, axis=1).mean()
    hits = np.take_along_axis(test_liked, films, axis=1).sum() / np.minimum(test_liked.sum(axis=1), 10).sum()
    print(f"{name:30s} true opinion {opinion:.2f} stars, of what was liked later it holds {hits:.0%}")
print(
    f"{'ten by factors, of all films':30s} true opinion "
    f"{np.take_along_axis(made.truth, ten(by_factors, by_factors, 300), axis=1).mean():.2f} stars"
)

# %% [markdown]
# Lists ranked by your factors hold films that viewers would truly like better, by about a star over mere
# popularity. (An opinion, unlike stars, may exceed five.) And they catch *less* of what was watched and liked
# later: the log of a world without your list cannot credit it with films that nobody in it found. Which of the
# two to raise is no technical question, and only a trial with real viewers answers it. Nor is the list better
# than ranking all 300 would have made it. The towers make it affordable.
#
# ## What you should remember
#
# - Compare viewers on co-rated films only, by Pearson, and believe few shared films little.
# - Neighbours need overlap, content needs descriptions, factors need neither but many ratings. Mean
#   normalisation gives newcomers the film's mean.
# - Factors: the error of each rating, times the other factor, summed; both moved at once; regularised.
# - Retrieve with a dot product, rank with everything. Popularity is the rival to beat.
# - Recall rewards what people would have watched anyway. Say what you measure.
#
# ## Check yourself
#
# 1. All factors start at zero. What happens, and why?
# 2. A film has one rating, five stars. What does sorting by the film's mean do with it, and which idea of today
#    mends that?
# 3. A colleague reports the error on a random tenth of all ratings, yours is on each viewer's latest. Why may
#    his be lower?
#
# <details><summary>Answers</summary>
#
# 1. Nothing. Each slope is the error times the other factor, and that is zero. Small random numbers break the
#    tie.
# 2. It puts the film on top of every list. Shrink the film's mean towards the mean of all, as if it had a few
#    more ratings of just that mark. The viewers' means were shrunk that way before the genres were fitted.
# 3. A random tenth lies between ratings that the model has seen, of the same weeks. Tastes drift, and the
#    future is what one has to predict; a split in time measures that.
#
# </details>
#
# ## Go further
#
# - J. Herlocker, J. Konstan, A. Borchers and J. Riedl, "An Algorithmic Framework for Performing Collaborative
#   Filtering", SIGIR 1999: neighbours, deviations from the mean, and little trust in few shared items.
# - Y. Koren, R. Bell and C. Volinsky, "Matrix Factorization Techniques for Recommender Systems", *Computer*
#   42(8), 2009: factors, biases and drift, by members of the team that won the Netflix prize.
# - P. Covington, J. Adams and E. Sargin, "Deep Neural Networks for YouTube Recommendations", RecSys 2016: the
#   two stages.
# - X. Yi and others, "Sampling-Bias-Corrected Neural Modeling for Large Corpus Item Recommendations", RecSys
#   2019: two towers, batches as wrong answers, and the correction for fame.
#
# Ratings were a teacher of a kind. Tomorrow there is none: **Day 16** finds groups in data that nobody has
# labelled.
