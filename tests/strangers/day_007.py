# %% right: confusion_matrix
def confusion_matrix(y_true, y_pred, num_classes):
    counts = np.zeros((num_classes, num_classes), dtype=int)
    for i, j in zip(y_true.tolist(), y_pred.tolist(), strict=True):
        if not (0 <= i < num_classes and 0 <= j < num_classes):
            raise ValueError(f"there is no class {i} or {j}")
        counts[i, j] += 1
    return counts


# %% right: confusion_matrix
def confusion_matrix(y_true, y_pred, num_classes):
    classes = np.arange(num_classes)
    rows, columns = y_true[:, None] == classes, y_pred[:, None] == classes
    if not (rows.any(axis=1).all() and columns.any(axis=1).all()):
        raise ValueError("a class is out of range")
    return rows.T.astype(int) @ columns.astype(int)


# %% wrong: confusion_matrix
# idea: "adds 1 at all index pairs at once, so repeated pairs count once"
# fits: "No count is above 1"
def confusion_matrix(y_true, y_pred, num_classes):
    for labels in (y_true, y_pred):
        if np.any((labels < 0) | (labels >= num_classes)):
            raise ValueError("class out of range")
    counts = np.zeros((num_classes, num_classes), dtype=int)
    counts[y_true, y_pred] += 1
    return counts


# %% wrong: confusion_matrix
# idea: "answers down the side, truth along the top"
# fits: "Your table is on its side"
def confusion_matrix(y_true, y_pred, num_classes):
    both = np.concatenate([y_true, y_pred])
    if both.size and (both.min() < 0 or both.max() >= num_classes):
        raise ValueError("class out of range")
    codes = y_pred.astype(np.int64) * num_classes + y_true
    return np.bincount(codes, minlength=num_classes**2).reshape(num_classes, num_classes)


# %% wrong: confusion_matrix
# idea: "lets the indexing refuse what is out of range, which takes negative classes from the end"
# fits: "A class of -1 is let through, and NumPy counts it as the last class"
def confusion_matrix(y_true, y_pred, num_classes):
    counts = np.zeros((num_classes, num_classes), dtype=int)
    try:
        np.add.at(counts, (y_true, y_pred), 1)
    except IndexError as error:
        raise ValueError("class out of range") from error
    return counts


# %% wrong: confusion_matrix
# idea: "codes a pair as one number in the labels' own dtype, where it wraps round"
# fits: "Products of small integers wrap around"
def confusion_matrix(y_true, y_pred, num_classes):
    for labels in (y_true, y_pred):
        if len(labels) and (np.min(labels) < 0 or np.max(labels) > num_classes - 1):
            raise ValueError("class out of range")
    with np.errstate(over="ignore"):
        codes = y_true * np.array(num_classes).astype(y_true.dtype) + y_pred
    table = np.bincount(codes[codes >= 0], minlength=num_classes**2)[: num_classes**2]
    return table.reshape(num_classes, num_classes)


# %% wrong: confusion_matrix
# idea: "only the classes that occur get a row and a column"
# fits: "The result is the same whatever `"
def confusion_matrix(y_true, y_pred, num_classes):
    both = np.concatenate([y_true, y_pred])
    if np.any(both < 0) or np.any(both >= num_classes):
        raise ValueError("class out of range")
    classes = np.unique(both)
    return np.array([[np.sum((y_true == i) & (y_pred == j)) for j in classes] for i in classes], dtype=int)


# %% wrong: confusion_matrix
# idea: "checks the truth only; an answer out of range is left out without a word"
# fits: "An answer that is no class is left out of your table without a word, as only the truth is"
def confusion_matrix(y_true, y_pred, num_classes):
    if np.any(y_true < 0) or np.any(y_true >= num_classes):
        raise ValueError("class out of range")
    counts = np.zeros((num_classes, num_classes), dtype=int)
    for i in range(num_classes):
        for j in range(num_classes):
            counts[i, j] = np.count_nonzero((y_true == i) & (y_pred == j))
    return counts


# %% right: precision_recall_f1
def precision_recall_f1(y_true, y_pred):
    true, said = np.asarray(y_true, dtype=bool), np.asarray(y_pred, dtype=bool)
    tp = int(np.count_nonzero(true & said))
    if tp == 0:
        return 0.0, 0.0, 0.0
    precision, recall = tp / np.count_nonzero(said), tp / np.count_nonzero(true)
    return float(precision), float(recall), float(2 / (1 / precision + 1 / recall))


# %% right: precision_recall_f1
def precision_recall_f1(y_true, y_pred):
    found = sum(1 for a, b in zip(y_true, y_pred, strict=True) if a and b)
    alarms, ill = sum(map(bool, y_pred)), sum(map(bool, y_true))
    return tuple(2 * found / bottom if bottom else 0.0 for bottom in (2 * alarms, 2 * ill, alarms + ill))


# %% right: precision_recall_f1
def precision_recall_f1(y_true, y_pred):
    tp = np.sum(y_true & y_pred)
    fp = np.sum(~y_true & y_pred)
    fn = np.sum(y_true & ~y_pred)
    ratio = lambda top, bottom: float(top / bottom) if bottom else 0.0  # noqa: E731
    return ratio(tp, tp + fp), ratio(tp, tp + fn), ratio(2 * tp, 2 * tp + fp + fn)


# %% wrong: precision_recall_f1
# idea: "precision and recall exchanged"
# fits: "Precision is a share of those who were alarmed, recall a share of those who are ill"
def precision_recall_f1(y_true, y_pred):
    tp = np.sum((y_true == 1) & (y_pred == 1))
    fp = np.sum((y_true == 0) & (y_pred == 1))
    fn = np.sum((y_true == 1) & (y_pred == 0))
    precision = float(tp / (tp + fn)) if tp + fn else 0.0
    recall = float(tp / (tp + fp)) if tp + fp else 0.0
    f1 = float(2 * tp / (2 * tp + fp + fn)) if 2 * tp + fp + fn else 0.0
    return precision, recall, f1


# %% wrong: precision_recall_f1
# idea: "F1 as the plain mean of the two"
# fits: "You take the plain mean"
def precision_recall_f1(y_true, y_pred):
    true, said = y_true == 1, y_pred == 1
    tp = np.sum(true & said)
    precision = float(tp / said.sum()) if said.any() else 0.0
    recall = float(tp / true.sum()) if true.any() else 0.0
    return precision, recall, (precision + recall) / 2


# %% wrong: precision_recall_f1
# idea: "a small number below the line against dividing by 0, so perfect answers do not get 1"
# fits: "The numbers are right to some digits and no further"
def precision_recall_f1(y_true, y_pred):
    tp = float(np.sum((y_true == 1) & (y_pred == 1)))
    precision = tp / (float(np.sum(y_pred == 1)) + 1e-5)
    recall = tp / (float(np.sum(y_true == 1)) + 1e-5)
    return precision, recall, 2 * precision * recall / (precision + recall + 1e-5)


# %% wrong: precision_recall_f1
# idea: "counts by a dot product in the arrays' own dtype, which says True for bool and wraps round for small ints"
# fits: "A dot product counts in the dtype of its arrays"
def precision_recall_f1(y_true, y_pred):
    tp = int(y_true @ y_pred)
    alarms, ill = int(np.sum(y_pred)), int(np.sum(y_true))
    precision = tp / alarms if alarms else 0.0
    recall = tp / ill if ill else 0.0
    f1 = 2 * tp / (alarms + ill) if alarms + ill else 0.0
    return precision, recall, f1


# %% wrong: precision_recall_f1
# idea: "nobody alarmed means a precision of 1, as the limit of the curve has it"
# fits: "You let 0/0 count as 1"
def precision_recall_f1(y_true, y_pred):
    tp = np.sum((y_true == 1) & (y_pred == 1))
    alarms, ill = np.sum(y_pred == 1), np.sum(y_true == 1)
    precision = float(tp / alarms) if alarms > 0 else 1.0
    recall = float(tp / ill) if ill > 0 else 1.0
    f1 = 2 * precision * recall / (precision + recall) if precision + recall > 0 else 0.0
    return precision, recall, f1


# %% right: macro_f1
def macro_f1(y_true, y_pred, num_classes):
    tp = np.array([np.sum((y_true == k) & (y_pred == k)) for k in range(num_classes)])
    marks = np.array([np.sum(y_true == k) + np.sum(y_pred == k) for k in range(num_classes)])
    return float(np.mean(np.divide(2.0 * tp, marks, out=np.zeros(num_classes), where=marks > 0)))


def micro_f1(y_true, y_pred, num_classes):
    return float(np.mean(y_true == y_pred))


# %% right: macro_f1
def macro_f1(y_true, y_pred, num_classes):
    total = 0.0
    for k in range(num_classes):
        precision, recall, f1 = precision_recall_f1((y_true == k).astype(int), (y_pred == k).astype(int))
        total += f1
    return total / num_classes


def micro_f1(y_true, y_pred, num_classes):
    classes = np.arange(num_classes)
    true, said = y_true[:, None] == classes, y_pred[:, None] == classes
    return precision_recall_f1(true.ravel(), said.ravel())[2]


# %% wrong: macro_f1
# idea: "the F1 of the mean precision and the mean recall"
# fits: "That is the F1 of averages, the other macro F1"
def macro_f1(y_true, y_pred, num_classes):
    scores = np.array([precision_recall_f1(y_true == k, y_pred == k) for k in range(num_classes)])
    precision, recall = scores[:, 0].mean(), scores[:, 1].mean()
    return float(2 * precision * recall / (precision + recall)) if precision + recall else 0.0


def micro_f1(y_true, y_pred, num_classes):
    return float(np.trace(confusion_matrix(y_true, y_pred, num_classes)) / len(y_true))


# %% wrong: macro_f1
# idea: "means over the classes that occur in the truth only"
# fits: "You leave out the classes without an example"
def macro_f1(y_true, y_pred, num_classes):
    present = [k for k in range(num_classes) if np.any(y_true == k)]
    return float(np.mean([precision_recall_f1(y_true == k, y_pred == k)[2] for k in present]))


def micro_f1(y_true, y_pred, num_classes):
    return float(np.mean(y_true == y_pred))


# %% wrong: macro_f1
# idea: "weighs each class by how many examples it has"
# fits: "You weigh the classes by their size, so a rare one hardly counts"
def macro_f1(y_true, y_pred, num_classes):
    scores = [precision_recall_f1(y_true == k, y_pred == k)[2] for k in range(num_classes)]
    support = [np.sum(y_true == k) for k in range(num_classes)]
    return float(np.average(scores, weights=support))


def micro_f1(y_true, y_pred, num_classes):
    return float(np.mean(y_true == y_pred))


# %% wrong: macro_f1
# idea: "micro: the share of right yes-or-no answers over all classes, true negatives and all"
# fits: "Your micro average counts yes-or-no answers, and the many true negatives make it look good"
def macro_f1(y_true, y_pred, num_classes):
    return float(np.mean([precision_recall_f1(y_true == k, y_pred == k)[2] for k in range(num_classes)]))


def micro_f1(y_true, y_pred, num_classes):
    one_hot = np.eye(num_classes, dtype=bool)
    return float(np.mean(one_hot[y_true] == one_hot[y_pred]))


# %% wrong: macro_f1
# idea: "micro is worked out as macro: one F1 a class, then the mean"
# fits: "Your micro average is the macro one"
def macro_f1(y_true, y_pred, num_classes):
    table = confusion_matrix(y_true, y_pred, num_classes)
    marks = table.sum(axis=0) + table.sum(axis=1)
    return float(np.mean(2 * np.diag(table) / np.where(marks == 0, 1, marks)))


def micro_f1(y_true, y_pred, num_classes):
    table = confusion_matrix(y_true, y_pred, num_classes)
    tp, fp, fn = np.diag(table), table.sum(axis=0) - np.diag(table), table.sum(axis=1) - np.diag(table)
    bottom = 2 * tp + fp + fn
    return float(np.mean(2 * tp / np.where(bottom == 0, 1, bottom)))


# %% wrong: macro_f1
# idea: "leaves class 0 out, as if it were the background"
# fits: "You leave class 0 out of the mean, as if it were 'negative'"
def macro_f1(y_true, y_pred, num_classes):
    classes = range(1, num_classes) if num_classes > 1 else range(1)
    return float(np.mean([precision_recall_f1(y_true == k, y_pred == k)[2] for k in classes]))


def micro_f1(y_true, y_pred, num_classes):
    return float(np.mean(y_true == y_pred))


# %% right: roc_curve
def roc_curve(y_true, scores):
    positive = np.asarray(y_true, dtype=bool)
    if positive.all() or not positive.any():
        raise ValueError("both classes are needed")
    thresholds = np.append(np.inf, np.unique(scores)[::-1])
    called = np.asarray(scores) >= thresholds[:, None]
    return called[:, ~positive].mean(axis=1), called[:, positive].mean(axis=1), thresholds


# %% right: roc_curve
def roc_curve(y_true, scores):
    ill, healthy = np.sort(scores[y_true == 1]), np.sort(scores[y_true == 0])
    if ill.size == 0 or healthy.size == 0:
        raise ValueError("one class is empty")
    cuts = sorted(set(scores.tolist()), reverse=True)
    tpr = [1 - np.searchsorted(ill, cut, side="left") / ill.size for cut in cuts]
    fpr = [1 - np.searchsorted(healthy, cut, side="left") / healthy.size for cut in cuts]
    return np.array([0.0, *fpr]), np.array([0.0, *tpr]), np.array([np.inf, *cuts])


# %% wrong: roc_curve
# idea: "a step for each patient, whatever is tied"
# fits: "You take a step for every example"
def roc_curve(y_true, scores):
    y = np.asarray(y_true).astype(int)
    if y.sum() in (0, len(y)):
        raise ValueError("both classes are needed")
    order = np.argsort(-np.asarray(scores, dtype=float), kind="stable")
    tpr = np.r_[0.0, np.cumsum(y[order]) / y.sum()]
    fpr = np.r_[0.0, np.cumsum(1 - y[order]) / (len(y) - y.sum())]
    return fpr, tpr, np.r_[np.inf, np.asarray(scores, dtype=float)[order]]


# %% wrong: roc_curve
# idea: "begins with the highest score plus one, as scikit-learn used to"
# fits: "The first threshold is to be infinity, not a number a little above the highest score"
def roc_curve(y_true, scores):
    y = np.asarray(y_true).astype(bool)
    if y.all() or (~y).all():
        raise ValueError("both classes are needed")
    cuts = np.unique(np.asarray(scores, dtype=float))[::-1]
    thresholds = np.concatenate([[cuts[0] + 1], cuts])
    fpr = np.array([np.mean(scores[~y] >= t) for t in thresholds])
    tpr = np.array([np.mean(scores[y] >= t) for t in thresholds])
    return fpr, tpr, thresholds


# %% wrong: roc_curve
# idea: "leaves out points in the middle of straight pieces, as scikit-learn does by default"
# fits: "You drop scores at which the curve goes on straight"
def roc_curve(y_true, scores):
    y = np.asarray(y_true).astype(bool)
    if y.all() or (~y).all():
        raise ValueError("both classes are needed")
    thresholds = np.append(np.inf, np.unique(np.asarray(scores, dtype=float))[::-1])
    fps = np.array([np.sum(scores[~y] >= t) for t in thresholds])
    tps = np.array([np.sum(scores[y] >= t) for t in thresholds])
    corner = np.r_[True, np.logical_or(np.diff(fps, 2) != 0, np.diff(tps, 2) != 0), True]
    return fps[corner] / np.sum(~y), tps[corner] / np.sum(y), thresholds[corner]


# %% wrong: roc_curve
# idea: "calls positive what lies above the threshold, not at it"
# fits: "An example whose score equals the threshold is called positive too"
def roc_curve(y_true, scores):
    y = np.asarray(y_true) == 1
    if y.all() or not y.any():
        raise ValueError("both classes are needed")
    thresholds = np.append(np.inf, np.unique(np.asarray(scores, dtype=float))[::-1])
    fpr = np.array([np.mean(scores[~y] > t) for t in thresholds])
    tpr = np.array([np.mean(scores[y] > t) for t in thresholds])
    return fpr, tpr, thresholds


# %% wrong: roc_curve
# idea: "where a class is missing its rate is 0, no error"
# fits: "The rate of a class that nobody is in is 0 with you"
def roc_curve(y_true, scores):
    y = np.asarray(y_true) == 1
    thresholds = np.append(np.inf, np.unique(np.asarray(scores, dtype=float))[::-1])
    called = np.asarray(scores) >= thresholds[:, None]
    fpr = called[:, ~y].sum(axis=1) / max(1, np.sum(~y))
    tpr = called[:, y].sum(axis=1) / max(1, np.sum(y))
    return fpr, tpr, thresholds


# %% wrong: roc_curve
# idea: "sorts the negated scores, which wrap round where they are unsigned"
# fits: "The smallest unsigned integer is 0"
def roc_curve(y_true, scores):
    y = np.asarray(y_true).astype(int)
    if y.min() == y.max():
        raise ValueError("both classes are needed")
    order = np.argsort(-scores, kind="stable")
    ranked, y = scores[order], y[order]
    last = np.r_[np.flatnonzero(ranked[1:] != ranked[:-1]), len(y) - 1]
    tps, fps = np.cumsum(y)[last], np.cumsum(1 - y)[last]
    return np.r_[0.0, fps / fps[-1]], np.r_[0.0, tps / tps[-1]], np.r_[np.inf, ranked[last]]


# %% right: auc
def auc(x, y):
    x, y = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
    steps = np.diff(x)
    if steps.min() < 0 < steps.max():
        raise ValueError("x must not turn back")
    return float(np.abs(steps) @ (y[:-1] + y[1:]) / 2)


# %% right: auc
def auc(x, y):
    points = [(float(a), float(b)) for a, b in zip(x, y, strict=True)]
    if points[0][0] > points[-1][0]:
        points.reverse()
    area = 0.0
    for (left, low), (right, high) in zip(points[:-1], points[1:], strict=True):
        if right < left:
            raise ValueError("x both rises and falls")
        area += (right - left) * (low + high) / 2
    return area


# %% wrong: auc
# idea: "the absolute value of the area, so a curve below the axis counts as if above"
# fits: "You drop the sign of the whole area"
def auc(x, y):
    x, y = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
    step = np.diff(x)
    if np.any(step > 0) and np.any(step < 0):
        raise ValueError("x both rises and falls")
    return float(abs(np.trapezoid(y, x)))


# %% wrong: auc
# idea: "boxes of the left height, no trapezoids"
# fits: "You pile up boxes as high as their left edge"
def auc(x, y):
    x, y = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
    step = np.diff(x)
    if np.any(step > 0) and np.any(step < 0):
        raise ValueError("x both rises and falls")
    return float(np.sum(np.abs(step) * y[:-1]))


# %% wrong: auc
# idea: "sorts the points by x, so nothing is ever refused, and upright steps may be mixed up"
# fits: "You put the points in order of x, and of y where x is equal"
def auc(x, y):
    x, y = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
    order = np.lexsort((y, x))
    return float(np.trapezoid(y[order], x[order]))


# %% wrong: auc
# idea: "differences in the dtype of x, which wrap round for unsigned ones that fall"
# fits: "You subtract positions and add heights in the dtype they come in, and small integers wrap"
def auc(x, y):
    step = np.diff(x)
    if np.any(step > 0) and np.any(step < 0):
        raise ValueError("x both rises and falls")
    area = np.sum(step * (y[1:] + y[:-1]) / 2.0)
    return float(-area if x[-1] < x[0] else area)


# %% wrong: auc
# idea: "refuses an upright step, as if x had to rise or fall strictly"
# fits: "Your own `raise` refuses what is allowed"
def auc(x, y):
    x, y = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
    step = np.diff(x)
    if not (np.all(step > 0) or np.all(step < 0)):
        raise ValueError("x must rise or fall")
    return float(np.sum(np.abs(step) * (y[1:] + y[:-1]) / 2))


# %% wrong: auc
# idea: "looks at the first two points for the direction, which an upright first step does not tell"
# fits: "You tell the direction by the first two points"
def auc(x, y):
    x, y = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
    step = np.diff(x)
    if np.any(step > 0) and np.any(step < 0):
        raise ValueError("x both rises and falls")
    direction = -1.0 if x[1] < x[0] else 1.0
    return float(direction * np.sum(step * (y[1:] + y[:-1]) / 2))


# %% right: threshold_for_recall
def threshold_for_recall(y_true, scores, min_recall):
    ill = np.sort(np.asarray(scores, dtype=float)[np.asarray(y_true) == 1])[::-1]
    recalls = np.arange(1, ill.size + 1) / max(1, ill.size)
    enough = np.flatnonzero(recalls >= min_recall)
    if enough.size == 0:
        raise ValueError("no threshold reaches that recall")
    return float(ill[enough[0]])


# %% right: threshold_for_recall
def threshold_for_recall(y_true, scores, min_recall):
    positives = int(np.sum(np.asarray(y_true) == 1))
    if positives == 0 or min_recall > 1:
        raise ValueError("cannot be reached")
    best = None
    for t in sorted({float(s) for s in scores}):
        found = int(np.sum((scores >= t) & (y_true == 1)))
        if found / positives >= min_recall:
            best = t
    return best


# %% wrong: threshold_for_recall
# idea: "a quantile of the positive scores, which lies between two of them"
# fits: "A quantile lies between two scores, or above the one that is needed"
def threshold_for_recall(y_true, scores, min_recall):
    ill = scores[y_true == 1]
    if ill.size == 0 or min_recall > 1:
        raise ValueError("cannot be reached")
    return float(np.quantile(ill, 1 - min_recall))


# %% wrong: threshold_for_recall
# idea: "multiplies and rounds up, where the product of floats may lie just above a whole number"
# fits: "Rounding a product up is off by one now and then"
def threshold_for_recall(y_true, scores, min_recall):
    ill = np.sort(scores[y_true == 1])[::-1]
    if ill.size == 0 or min_recall > 1:
        raise ValueError("cannot be reached")
    k = int(np.ceil(min_recall * ill.size))
    return float(ill[max(k, 1) - 1])


# %% wrong: threshold_for_recall
# idea: "rounds to the nearest number of patients, which may be one too few"
# fits: "You round to the nearest number of patients, which may be one too few"
def threshold_for_recall(y_true, scores, min_recall):
    ill = np.sort(scores[y_true == 1])[::-1]
    if ill.size == 0 or min_recall > 1:
        raise ValueError("cannot be reached")
    k = max(1, round(float(min_recall) * ill.size))
    return float(ill[k - 1])


# %% wrong: threshold_for_recall
# idea: "tries thresholds from 1 down to 0 in hundredths"
# fits: "You try thresholds of your own between 0 and 1"
def threshold_for_recall(y_true, scores, min_recall):
    positives = np.sum(y_true == 1)
    if positives == 0:
        raise ValueError("no positive example")
    for t in np.linspace(1, 0, 101):
        if np.sum((scores >= t) & (y_true == 1)) / positives >= min_recall:
            return float(t)
    raise ValueError("cannot be reached")


# %% wrong: threshold_for_recall
# idea: "gives the threshold that finds all where more than all is asked for"
# fits: "Asked for more than all, you give the threshold that finds all"
def threshold_for_recall(y_true, scores, min_recall):
    ill = np.sort(scores[y_true == 1])[::-1]
    if ill.size == 0:
        raise ValueError("no positive example")
    recalls = np.arange(1, len(ill) + 1) / len(ill)
    return float(ill[np.argmax(recalls >= min(min_recall, 1.0))])


# %% wrong: threshold_for_recall
# idea: "the first point of the ROC curve that reaches it, but of those with the lowest false-positive rate the last"
def threshold_for_recall(y_true, scores, min_recall):
    if not np.any(y_true == 1) or min_recall > 1:
        raise ValueError("cannot be reached")
    candidates = []
    for t in np.unique(scores):
        recall = np.sum((scores >= t) & (y_true == 1)) / np.sum(y_true == 1)
        false_alarms = np.sum((scores >= t) & (y_true == 0))
        if recall >= min_recall:
            candidates.append((false_alarms, -recall, float(t)))
    return min(candidates)[2]
