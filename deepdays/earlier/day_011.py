"""Day 11, Decision trees: the reference answers.

Written by `deepdays build` from solutions/day_011_decision_trees.py; change that file instead.
"""

import numpy as np

__all__ = [
    "best_split",
    "build_tree",
    "entropy",
    "gini",
    "information_gain",
    "predict_tree",
    "prune_tree",
    "threshold_gains",
]


def entropy(labels):
    """Entropy of the classes of some rows, in bits.

    Args:
        labels: the classes, array of shape (m,), m >= 0, any whole numbers or texts; left unchanged.

    Returns:
        Float, from 0 to log2 of the number of classes that occur; 0 if there are no rows. About 2 lines.
    """
    shares = np.unique(labels, return_counts=True)[1] / len(labels)
    return np.sum(shares * np.log2(1 / shares))


def gini(labels):
    """Gini impurity of the classes of some rows.

    Args:
        labels: the classes, array of shape (m,), m >= 0, any whole numbers or texts; left unchanged.

    Returns:
        Float, from 0 to below 1; 0 if there are no rows. About 2 lines.
    """
    shares = np.unique(labels, return_counts=True)[1] / len(labels)
    return np.sum(shares * (1 - shares))


def information_gain(labels, mask, impurity):
    """How much impurity a question removes.

    Args:
        labels: targets, array of shape (m,), m >= 1, classes or numbers; left unchanged.
        mask: True where a row goes left, bool array of shape (m,); left unchanged.
        impurity: function that gives the impurity of an array of targets, a number. It is never called
            without rows: a side that nobody takes counts for nothing.

    Returns:
        The impurity of all rows less that of the two sides, each weighted by its share of the rows; a float.
        About 5 lines.
    """
    gain = impurity(labels)
    for side in (labels[mask], labels[~mask]):
        if len(side) > 0:
            gain = gain - len(side) / len(labels) * impurity(side)
    return float(gain)


def threshold_gains(values, y, criterion):
    """Every threshold of one column with its gain.

    Args:
        values: the column, array of shape (m,), m >= 1, of any int or float dtype, finite, in any order; left
            unchanged.
        y: targets, array of shape (m,); left unchanged. Whole numbers from 0 for the criteria of classes, any
            numbers for "variance".
        criterion: "gini", "entropy" or "variance", the impurity to use.

    Returns:
        Tuple (thresholds, gains, left_sizes) of three arrays of shape (c,), where the column has c + 1 distinct
        values. thresholds: float64, rising, each halfway between neighbouring distinct values, or the lower one
        where the halfway rounds to the upper one; gains: float64, what information_gain gives if the rows with
        values <= threshold go left; left_sizes: how many these are, int. About 15 lines.
    """
    order = np.argsort(values)
    values = values[order].astype(float)
    cuts = np.flatnonzero(values[1:] > values[:-1])  # (c,) the last row on the left
    low, high = values[cuts], values[cuts + 1]
    halfway = low + (high - low) / 2
    of_classes = criterion != "variance"
    targets = y[order, None] == np.unique(y) if of_classes else y[order, None] - np.mean(y, dtype=float)  # (m, ...)

    def purity(sums, sizes):  # size times impurity, negative, but for a part that cancels in the gain
        if criterion == "entropy":
            return np.sum(sums * np.log2(np.where(sums > 0, sums / sizes, 1.0)), axis=1)
        return np.sum(sums**2 / sizes, axis=1)

    left, left_sizes = np.cumsum(targets, axis=0)[cuts], cuts + 1
    total, size = np.sum(targets, axis=0), np.array([[len(y)]])
    sides = purity(left, left_sizes[:, None]) + purity(total - left, size - left_sizes[:, None])
    return np.where(halfway < high, halfway, low), (sides - purity(total, size)) / len(y), left_sizes


def best_split(x, y, criterion, min_samples_leaf=1, features=None):
    """The question with the largest gain.

    Args:
        x: features, array of shape (m, n), m >= 2, of any int or float dtype; left unchanged.
        y: targets, array of shape (m,), not all equal, as for threshold_gains; left unchanged.
        criterion: "gini", "entropy" or "variance".
        min_samples_leaf: rows that each side must have at least, int >= 1.
        features: the columns that may be asked about, a list or array of ints in any order; None for all.

    Returns:
        Tuple (feature, threshold, gain): the column, an int, and two floats. Gains that differ by less than 1e-9
        times the impurity of y count as equal; of those the lowest column wins, then the lowest threshold. None
        if no column has a threshold that leaves enough rows on both sides. About 10 lines; use threshold_gains.
    """
    tie = 1e-9 * {"gini": gini, "entropy": entropy, "variance": np.var}[criterion](y)
    best = None
    for feature in range(x.shape[1]) if features is None else sorted(features):
        thresholds, gains, left_sizes = threshold_gains(x[:, feature], y, criterion)
        allowed = np.minimum(left_sizes, len(y) - left_sizes) >= min_samples_leaf
        if allowed.any():
            gains = np.where(allowed, gains, -np.inf)
            at = np.flatnonzero(gains >= gains.max() - tie)[0]
            if best is None or gains[at] > best[2] + tie:
                best = int(feature), float(thresholds[at]), float(gains[at])
    return best


def build_tree(x, y, max_depth, min_samples_leaf, criterion="gini", num_classes=None, pick_features=None):
    """Grow a decision tree.

    Args:
        x: features, array of shape (m, n), m >= 1, of any int or float dtype; left unchanged.
        y: targets, array of shape (m,): whole numbers from 0 for "gini" and "entropy", any numbers for "variance"; left
            unchanged.
        max_depth: most questions on the way to any leaf, int >= 0; None for no limit.
        min_samples_leaf: rows that each leaf must have at least, int >= 1 (the root may have fewer).
        criterion: "gini", "entropy" or "variance".
        num_classes: K; None for one more than the largest class in y. Not used for "variance".
        pick_features: function without arguments that gives the columns to choose from; it is called once for each node
            that is to be split, and never for others. None for all columns. (Day 12 needs it.)

    Returns:
        The root, a dict. Every node has "size", its number of rows, int, and "value": the commonest class, the lowest
        of several, int, or for "variance" the mean, float. For classes it has "shares" too, a list of K floats. A node
        that is neither pure nor max_depth questions below the root, and for which best_split finds a question, has also
        "feature", "threshold" and "gain", as best_split gives them, and two nodes: "left", of the rows with at most
        the threshold there (compared in float64), and "right". About 15 lines.
    """
    if criterion == "variance":
        node = {"size": len(y), "value": float(np.mean(y))}
    else:
        num_classes = num_classes or int(np.max(y)) + 1
        counts = np.bincount(y, minlength=num_classes)
        node = {"size": len(y), "value": int(np.argmax(counts)), "shares": (counts / len(y)).tolist()}
    if max_depth == 0 or np.all(y == y[0]):
        return node
    split = best_split(x, y, criterion, min_samples_leaf, None if pick_features is None else pick_features())
    if split is None:
        return node
    node["feature"], node["threshold"], node["gain"] = split
    left = x[:, node["feature"]].astype(float) <= node["threshold"]
    deeper = None if max_depth is None else max_depth - 1
    for side, rows in (("left", left), ("right", ~left)):
        node[side] = build_tree(x[rows], y[rows], deeper, min_samples_leaf, criterion, num_classes, pick_features)
    return node


def predict_tree(tree, x, key="value"):
    """What a tree answers for every row.

    Args:
        tree: the root, a dict as build_tree makes it; left unchanged.
        x: features, array of shape (m, n), m >= 1, of any int or float dtype; left unchanged. Values are
            compared with thresholds in float64.
        key: the entry of the leaf that is wanted, such as "value", "shares" or "size".

    Returns:
        Array of shape (m,), or (m, K) for "shares", whose entry i comes from the leaf that row i ends in. Its
        dtype is an int dtype where the entries are ints, else float64. About 8 lines.
    """
    if "feature" not in tree:
        return np.array([tree[key]] * len(x))
    left = x[:, tree["feature"]].astype(float) <= tree["threshold"]
    if left.all() or not left.any():
        return predict_tree(tree["left"] if left.all() else tree["right"], x, key)
    answers = [predict_tree(tree["left"], x[left], key), predict_tree(tree["right"], x[~left], key)]
    back = np.argsort(np.concatenate([np.flatnonzero(left), np.flatnonzero(~left)]))
    return np.concatenate(answers)[back]


def prune_tree(tree, penalty):
    """Cut a tree back to the subtree with the lowest impurity plus penalty for each leaf.

    Args:
        tree: the root, a dict as build_tree makes it; left unchanged. Its "size" is the M of the formula.
        penalty: the price of a leaf, a float >= 0.

    Returns:
        A new tree of the same form, with the lowest R + penalty * leaves of all that come from cutting nodes of
        tree back to leaves; of those that cost the same, the one with the fewest leaves. A node that has become
        a leaf keeps "size", "value" and, where it had them, "shares", and nothing else. About 12 lines.
    """
    rows = tree["size"]

    def cut(node):  # the node pruned, its number of questions, and by how much they lower R
        leaf = {key: node[key] for key in ("size", "value", "shares") if key in node}, 0, 0
        if "feature" not in node:
            return leaf
        (left, asked_left, saved_left), (right, asked_right, saved_right) = cut(node["left"]), cut(node["right"])
        asked = 1 + asked_left + asked_right
        saved = node["size"] / rows * node["gain"] + saved_left + saved_right
        return (node | {"left": left, "right": right}, asked, saved) if saved > penalty * asked else leaf

    return cut(tree)[0]
