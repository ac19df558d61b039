# %% right: class_weights
def class_weights(labels):
    kinds, n_of = np.unique(np.array(labels), return_counts=True)
    if kinds.size == 0:
        raise ValueError("empty")
    balanced = n_of.sum() / (kinds.size * n_of)
    return dict(zip(kinds.tolist(), balanced.tolist(), strict=True))


# %% right: class_weights
def class_weights(labels):
    from collections import Counter

    tally = Counter(np.asarray(labels).tolist())
    if not tally:
        raise ValueError("cannot weigh nothing")
    m, k = sum(tally.values()), len(tally)
    return {c: m / k / n for c, n in tally.items()}


# %% wrong: class_weights
# idea: "weights that sum to 1"
# fits: "Your weights sum to 1"
# fits: "All weights are too large by the same factor"
# fits: "Your weights are so small"
# fits: "together the examples should count"
def class_weights(labels):
    if len(labels) == 0:
        raise ValueError
    kinds, n_of = np.unique(labels, return_counts=True)
    inverse = 1 / n_of
    return dict(zip(kinds.tolist(), (inverse / inverse.sum()).tolist(), strict=True))


# %% wrong: class_weights
# idea: "two classes assumed: m / (2 n)"
# fits: "classes"
def class_weights(labels):
    if len(labels) == 0:
        raise ValueError
    return {c: len(labels) / (2 * int(np.sum(labels == c))) for c in np.unique(labels).tolist()}


# %% wrong: class_weights
# idea: "the largest class gets 1"
# fits: "should not keep a weight of 1"
def class_weights(labels):
    if len(labels) == 0:
        raise ValueError
    kinds, n_of = np.unique(labels, return_counts=True)
    return {c: float(max(n_of) / n) for c, n in zip(kinds.tolist(), n_of, strict=True)}


# %% wrong: class_weights
# idea: "the share of each class, not its inverse"
# fits: "You give most to what there is most of"
def class_weights(labels):
    if len(labels) == 0:
        raise ValueError
    return {c: float(np.mean(labels == c)) for c in set(labels.tolist())}


# %% wrong: class_weights
# idea: "np.bincount, so that no text and no negative labels, and keys from 0"
# fits: "Labels may have gaps"
# fits: "places 0, 1, 2"
def class_weights(labels):
    if len(labels) == 0:
        raise ValueError
    n_of = np.bincount(labels)
    return {c: len(labels) / (len(n_of) * n) for c, n in enumerate(n_of.tolist()) if n}


# %% wrong: class_weights
# idea: "an empty dict for no labels"
# fits: "Where there are no labels"
def class_weights(labels):
    kinds, n_of = np.unique(labels, return_counts=True)
    return {c: len(labels) / (len(kinds) * n) for c, n in zip(kinds.tolist(), n_of.tolist(), strict=True)}


# %% right: focal_loss
def focal_loss(y, logits, gamma):
    if gamma < 0:
        raise ValueError("gamma below zero")
    z = np.array(logits, dtype=np.float64)
    t = np.where(np.array(y, dtype=bool), z, -z)
    ce = np.logaddexp(0.0, -t)  # -log q
    one_minus_q = np.exp(-np.logaddexp(0.0, t))
    return one_minus_q**gamma * ce


# %% right: focal_loss
def focal_loss(y, logits, gamma):
    if gamma < 0:
        raise ValueError(gamma)
    truth = np.asarray(y).astype(float)
    z = np.asarray(logits).astype(float)
    softplus = np.maximum(z, 0) + np.log1p(np.exp(-np.abs(z)))
    ce = softplus - truth * z
    log_miss = np.where(truth > 0.5, -softplus, z - softplus)
    return ce * np.exp(gamma * log_miss)


# %% wrong: focal_loss
# idea: "naive sigmoid, overflow"
# fits: "A sigmoid of -1000 is 0"
def focal_loss(y, logits, gamma):
    if gamma < 0:
        raise ValueError
    s = 1 / (1 + np.exp(-logits))
    return -y * (1 - s) ** gamma * np.log(s) - (1 - y) * s**gamma * np.log(1 - s)


# %% wrong: focal_loss
# idea: "a small number inside the logarithm"
# fits: "by a small number"
# fits: "A sigmoid of -1000 is 0"
def focal_loss(y, logits, gamma):
    if gamma < 0:
        raise ValueError
    s = 0.5 + 0.5 * np.tanh(np.asarray(logits) / 2)
    q = np.where(np.asarray(y) == 1, s, 1 - s)
    return -((1 - q) ** gamma) * np.log(q + 1e-12)


# %% wrong: focal_loss
# idea: "weights by q instead of 1 - q"
# fits: "Yours vanishes where it is unlikely"
def focal_loss(y, logits, gamma):
    if gamma < 0:
        raise ValueError
    t = np.where(np.asarray(y) == 1, 1.0, -1.0) * logits
    ce = np.logaddexp(0, -t)
    return np.exp(-gamma * ce) * ce


# %% wrong: focal_loss
# idea: "the mean"
# fits: "You have taken the mean"
def focal_loss(y, logits, gamma):
    if gamma < 0:
        raise ValueError
    t = np.where(np.asarray(y) == 1, 1.0, -1.0) * logits
    ce = np.logaddexp(0, -t)
    return float(np.mean((1 - np.exp(-ce)) ** gamma * ce))


# %% wrong: focal_loss
# idea: "2 y - 1 in the dtype of y"
# fits: "Labels of dtype uint8"
def focal_loss(y, logits, gamma):
    if gamma < 0:
        raise ValueError
    t = (y * 2 - 1) * logits
    return np.exp(-gamma * np.logaddexp(0, t)) * np.logaddexp(0, -t)


# %% wrong: focal_loss
# idea: "accepts a negative gamma"
# fits: "Every gamma below 0 is refused"
# fits: "Results are right where there is one. But what the docstring refuses is taken"
def focal_loss(y, logits, gamma):
    t = np.where(np.asarray(y) == 1, 1.0, -1.0) * logits
    return np.exp(-gamma * np.logaddexp(0, t)) * np.logaddexp(0, -t)


# %% right: expected_calibration_error
def expected_calibration_error(probs, labels, bins=10):
    if bins < 1:
        raise ValueError("bins")
    conf = np.amax(probs, axis=1)
    ok = (np.argmax(probs, axis=1) == labels).astype(float)
    which = np.searchsorted(np.arange(1, bins) / bins, conf, side="left")
    ece = 0.0
    for b in set(which.tolist()):
        m = which == b
        ece += m.sum() / len(conf) * abs(ok[m].mean() - conf[m].mean())
    return float(ece)


# %% right: expected_calibration_error
def expected_calibration_error(probs, labels, bins=10):
    if bins <= 0:
        raise ValueError("bins")
    gap = [0.0] * bins
    for row, label in zip(np.asarray(probs).tolist(), np.asarray(labels).tolist(), strict=True):
        r = max(row)
        b = next(b for b in range(bins) if r <= (b + 1) / bins or b == bins - 1)
        gap[b] += (row.index(r) == label) - r
    return sum(abs(g) for g in gap) / len(probs)


# %% wrong: expected_calibration_error
# idea: "every bin counts alike"
# fits: "All bins count alike"
def expected_calibration_error(probs, labels, bins=10):
    if bins < 1:
        raise ValueError
    conf, ok = probs.max(1), probs.argmax(1) == labels
    gaps = []
    for lo, hi in zip(np.arange(bins) / bins, np.arange(1, bins + 1) / bins, strict=True):
        m = (conf > lo) & (conf <= hi)
        if m.any():
            gaps.append(abs(ok[m].mean() - conf[m].mean()))
    return float(np.mean(gaps))


# %% wrong: expected_calibration_error
# idea: "left-closed bins by floor"
# fits: "belongs to the bin below"
# fits: "falls out of your last bin"
def expected_calibration_error(probs, labels, bins=10):
    if bins < 1:
        raise ValueError
    conf, ok = probs.max(1), probs.argmax(1) == labels
    b = np.minimum((conf * bins).astype(int), bins - 1)
    return float(sum(abs((ok[b == k] * 1.0 - conf[b == k]).sum()) for k in range(bins)) / len(conf))


# %% wrong: expected_calibration_error
# idea: "confidence of the right class"
# fits: "not to the right one"
def expected_calibration_error(probs, labels, bins=10):
    if bins < 1:
        raise ValueError
    conf, ok = probs[np.arange(len(labels)), labels], probs.argmax(1) == labels
    b = np.clip(np.ceil(conf * bins).astype(int) - 1, 0, bins - 1)
    return float(sum(abs((ok[b == k] * 1.0 - conf[b == k]).sum()) for k in range(bins)) / len(conf))


# %% wrong: expected_calibration_error
# idea: "no absolute value"
# fits: "make good for each other"
def expected_calibration_error(probs, labels, bins=10):
    if bins < 1:
        raise ValueError
    conf, ok = probs.max(1), probs.argmax(1) == labels
    b = np.ceil(conf * bins).astype(int) - 1
    return float(sum((b == k).mean() * (ok[b == k].mean() - conf[b == k].mean()) for k in set(b.tolist())))


# %% wrong: expected_calibration_error
# idea: "the root of the mean of squares"
# fits: "not squared"
def expected_calibration_error(probs, labels, bins=10):
    if bins < 1:
        raise ValueError
    conf, ok = probs.max(1), probs.argmax(1) == labels
    b = np.ceil(conf * bins).astype(int) - 1
    total = sum((b == k).mean() * (ok[b == k].mean() - conf[b == k].mean()) ** 2 for k in set(b.tolist()))
    return float(np.sqrt(total))


# %% wrong: expected_calibration_error
# idea: "the worst bin"
# fits: "maximum calibration error"
def expected_calibration_error(probs, labels, bins=10):
    if bins < 1:
        raise ValueError
    conf, ok = probs.max(1), probs.argmax(1) == labels
    b = np.ceil(conf * bins).astype(int) - 1
    return float(max(abs(ok[b == k].mean() - conf[b == k].mean()) for k in set(b.tolist())))


# %% right: fit_temperature
def fit_temperature(logits, labels, low=0.01, high=100.0):
    from scipy.optimize import minimize_scalar

    z = np.asarray(logits, dtype=np.float64)
    z = z - z.max(axis=1, keepdims=True)
    z_right = np.take_along_axis(z, np.asarray(labels).astype(int)[:, None], axis=1)[:, 0]

    def nll(log_t):
        t = np.exp(log_t)
        return float(np.mean(np.log(np.sum(np.exp(z / t), axis=1)) - z_right / t))

    bounds = (np.log(low), np.log(high))
    found = minimize_scalar(nll, bounds=bounds, method="bounded", options={"xatol": 1e-7})
    candidates = [found.x, *bounds]
    return float(np.exp(min(candidates, key=nll)))


# %% right: fit_temperature
def fit_temperature(logits, labels, low=0.01, high=100.0):
    z = np.asarray(logits, dtype=float)
    target = z[np.arange(len(z)), labels].mean()
    u_low, u_high = 1 / high, 1 / low
    for _ in range(80):
        u = (u_low * u_high) ** 0.5
        p = day_005.softmax(u * z)
        if (p * z).sum(axis=1).mean() > target:
            u_high = u
        else:
            u_low = u
    return float(1 / u)


# %% wrong: fit_temperature
# idea: "the inverse temperature"
# fits: "what the logits are multiplied by"
# fits: "Your number multiplies the logits"
def fit_temperature(logits, labels, low=0.01, high=100.0):
    z = np.asarray(logits, dtype=float)
    target = z[np.arange(len(z)), labels].mean()
    u_low, u_high = low, high
    for _ in range(80):
        u = (u_low * u_high) ** 0.5
        if (day_005.softmax(u * z) * z).sum(axis=1).mean() > target:
            u_high = u
        else:
            u_low = u
    return float(u)


# %% wrong: fit_temperature
# idea: "a hundred values only"
# fits: "a coarse grid"
def fit_temperature(logits, labels, low=0.01, high=100.0):
    ts = np.geomspace(low, high, 100)
    return float(min(ts, key=lambda t: day_005.cross_entropy_from_logits(np.asarray(logits) / t, labels)))


# %% wrong: fit_temperature
# idea: "never below 1"
# fits: "below 1 as well"
def fit_temperature(logits, labels, low=0.01, high=100.0):
    z = np.asarray(logits, dtype=float)
    ts = np.geomspace(1, high, 8000)
    target = z[np.arange(len(z)), labels].mean()
    for t in ts:
        if (day_005.softmax(z / t) * z).sum(axis=1).mean() <= target:
            return float(t)
    return float(high)


# %% wrong: fit_temperature
# idea: "confidence made equal to accuracy"
# fits: "mean confidence equal to accuracy"
def fit_temperature(logits, labels, low=0.01, high=100.0):
    z = np.asarray(logits, dtype=float)
    acc = (z.argmax(1) == labels).mean()
    a, b = low, high
    while b / a > 1 + 1e-6:
        t = (a * b) ** 0.5
        if day_005.softmax(z / t).max(1).mean() > acc:
            a = t
        else:
            b = t
    return float(t)


# %% wrong: fit_temperature
# idea: "plain gradient descent on T from 1 with too few steps"
# fits: "You stop too soon"
def fit_temperature(logits, labels, low=0.01, high=100.0):
    z = np.asarray(logits, dtype=float)
    target = z[np.arange(len(z)), labels].mean()
    t = 1.0
    for _ in range(100):
        slope = -((day_005.softmax(z / t) * z).sum(axis=1).mean() - target) / t**2
        t = float(np.clip(t - 0.1 * slope, low, high))
    return t


# %% wrong: fit_temperature
# idea: "mean of each column instead of picking the right class"
# fits: "one right class of its own"
def fit_temperature(logits, labels, low=0.01, high=100.0):
    z = np.asarray(logits, dtype=float)
    a, b = low, high
    for _ in range(60):
        t = (a * b) ** 0.5
        if (day_005.softmax(z / t) * z).sum(axis=1).mean() > z[:, labels].mean():
            a = t
        else:
            b = t
    return float(t)


# %% right: mc_dropout_predict
def mc_dropout_predict(model, x, num_samples):
    if num_samples < 1:
        raise ValueError("num_samples")
    draws = [np.array(model(x, training=True)).astype(np.float64) for _ in range(num_samples)]
    p = np.stack(draws, axis=1)  # (m, S, K)
    mean = p.mean(1)

    def h(q):
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(q > 0, -q * np.log(q), 0.0).sum(-1)

    aleatoric = h(p).mean(1)
    return mean, aleatoric, np.clip(h(mean) - aleatoric, 0.0, None)


# %% right: mc_dropout_predict
def mc_dropout_predict(model, x, num_samples):
    from scipy.special import entr

    if num_samples < 1:
        raise ValueError("num_samples")
    p = np.asarray([np.asarray(model(x, training=True)) for _ in range(num_samples)], dtype="float64")
    mean = np.mean(p, axis=0)
    inner = entr(p).sum(axis=2).mean(axis=0)
    outer = entr(mean).sum(axis=1)
    return mean, np.maximum(inner, 0), np.maximum(outer - inner, 0)


# %% wrong: mc_dropout_predict
# idea: "training is not passed on"
# fits: "Dropout is off"
def mc_dropout_predict(model, x, num_samples):
    if num_samples < 1:
        raise ValueError
    p = np.stack([np.asarray(model(x), float) for _ in range(num_samples)])
    mean = p.mean(0)
    inner = -(p * np.log(np.where(p > 0, p, 1))).sum(-1).mean(0)
    outer = -(mean * np.log(np.where(mean > 0, mean, 1))).sum(-1)
    return mean, np.maximum(inner, 0), np.maximum(outer - inner, 0)


# %% wrong: mc_dropout_predict
# idea: "aleatoric is the entropy of the mean"
# fits: "both doubts together"
def mc_dropout_predict(model, x, num_samples):
    if num_samples < 1:
        raise ValueError
    p = np.stack([np.asarray(model(x, training=True), float) for _ in range(num_samples)])
    mean = p.mean(0)
    inner = -(p * np.log(np.where(p > 0, p, 1))).sum(-1).mean(0)
    outer = -(mean * np.log(np.where(mean > 0, mean, 1))).sum(-1)
    return mean, np.maximum(outer, 0), np.maximum(outer - inner, 0)


# %% wrong: mc_dropout_predict
# idea: "epistemic as the standard deviation of the passes"
# fits: "in other units"
def mc_dropout_predict(model, x, num_samples):
    if num_samples < 1:
        raise ValueError
    p = np.stack([np.asarray(model(x, training=True), float) for _ in range(num_samples)])
    mean = p.mean(0)
    inner = -(p * np.log(np.where(p > 0, p, 1))).sum(-1).mean(0)
    return mean, np.maximum(inner, 0), p.std(0).mean(-1)


# %% wrong: mc_dropout_predict
# idea: "NaN where a class has probability 0"
# fits: "0 times the logarithm of 0"
def mc_dropout_predict(model, x, num_samples):
    if num_samples < 1:
        raise ValueError
    p = np.stack([np.asarray(model(x, training=True), float) for _ in range(num_samples)])
    mean = p.mean(0)
    with np.errstate(all="ignore"):
        inner = (-p * np.log(p)).sum(-1).mean(0)
        outer = (-mean * np.log(mean)).sum(-1)
    return mean, inner, np.maximum(outer - inner, 0)


# %% wrong: mc_dropout_predict
# idea: "adds 1e-8 inside the logarithms and does not clip"
# fits: "small number inside the logarithm"
def mc_dropout_predict(model, x, num_samples):
    if num_samples < 1:
        raise ValueError
    p = np.stack([np.asarray(model(x, training=True), float) for _ in range(num_samples)])
    mean = p.mean(0)
    inner = -(p * np.log(p + 1e-8)).sum(-1).mean(0)
    outer = -(mean * np.log(mean + 1e-8)).sum(-1)
    return mean, inner, outer - inner


# %% wrong: mc_dropout_predict
# idea: "the model is asked once, with x repeated"
# fits: "all of x in one call"
# fits: "Each pass has to be a call of its own"
def mc_dropout_predict(model, x, num_samples):
    if num_samples < 1:
        raise ValueError
    p = np.asarray(model(np.concatenate([x] * num_samples), training=True), float).reshape(num_samples, len(x), -1)
    mean = p.mean(0)
    inner = -(p * np.log(np.where(p > 0, p, 1))).sum(-1).mean(0)
    outer = -(mean * np.log(np.where(mean > 0, mean, 1))).sum(-1)
    return mean, np.maximum(inner, 0), np.maximum(outer - inner, 0)


# %% right: slice_metrics
def slice_metrics(y, pred, groups):
    if len(y) != len(pred) or len(pred) != len(groups):
        raise ValueError("lengths")
    y, pred = np.array(y, dtype=int), np.array(pred, dtype=int)
    out = {}
    for g in set(groups.tolist()):
        rows = np.flatnonzero(groups == g)
        t, p = y[rows], pred[rows]
        out[g] = {
            "count": rows.size,
            "accuracy": float((t == p).mean()),
            "positive_rate": float(p.mean()),
            "recall": float(p[t == 1].mean()) if (t == 1).any() else float("nan"),
            "false_alarm_rate": float(p[t == 0].mean()) if (t == 0).any() else float("nan"),
        }
    return out


# %% right: slice_metrics
def slice_metrics(y, pred, groups):
    import pandas as pd

    if not (len(y) == len(pred) == len(groups)):
        raise ValueError("lengths")
    table = pd.DataFrame({"y": np.array(y).astype(int), "p": np.array(pred).astype(int), "g": groups})
    out = {}
    for g, part in table.groupby("g"):
        out[g] = {
            "count": len(part),
            "accuracy": float((part.y == part.p).mean()),
            "positive_rate": float(part.p.mean()),
            "recall": float(part.p[part.y == 1].mean()),
            "false_alarm_rate": float(part.p[part.y == 0].mean()),
        }
    return out


# %% wrong: slice_metrics
# idea: "precision for recall"
# fits: "That is precision"
def slice_metrics(y, pred, groups):
    if not (len(y) == len(pred) == len(groups)):
        raise ValueError
    out = {}
    for g in np.unique(groups).tolist():
        t, p = np.asarray(y)[groups == g].astype(bool), np.asarray(pred)[groups == g].astype(bool)
        nan = float("nan")
        out[g] = {
            "count": len(t),
            "accuracy": float((t == p).mean()),
            "positive_rate": float(p.mean()),
            "recall": float(t[p].mean()) if p.any() else nan,
            "false_alarm_rate": float(p[~t].mean()) if (~t).any() else nan,
        }
    return out


# %% wrong: slice_metrics
# idea: "0 where there is nothing to find"
# fits: "no recall, and NaN says so"
def slice_metrics(y, pred, groups):
    if not (len(y) == len(pred) == len(groups)):
        raise ValueError
    out = {}
    for g in np.unique(groups).tolist():
        t, p = np.asarray(y)[groups == g].astype(bool), np.asarray(pred)[groups == g].astype(bool)
        out[g] = {
            "count": len(t),
            "accuracy": float((t == p).mean()),
            "positive_rate": float(p.mean()),
            "recall": float((t & p).sum() / max(t.sum(), 1)),
            "false_alarm_rate": float((~t & p).sum() / max((~t).sum(), 1)),
        }
    return out


# %% wrong: slice_metrics
# idea: "false alarms as a share of the slice"
# fits: "counted among the zeros"
def slice_metrics(y, pred, groups):
    if not (len(y) == len(pred) == len(groups)):
        raise ValueError
    out = {}
    for g in np.unique(groups).tolist():
        t, p = np.asarray(y)[groups == g].astype(bool), np.asarray(pred)[groups == g].astype(bool)
        nan = float("nan")
        out[g] = {
            "count": len(t),
            "accuracy": float((t == p).mean()),
            "positive_rate": float(p.mean()),
            "recall": float(p[t].mean()) if t.any() else nan,
            "false_alarm_rate": float((p & ~t).mean()) if (~t).any() else nan,
        }
    return out


# %% wrong: slice_metrics
# idea: "the base rate for the positive rate"
# fits: "The positive rate is about predictions"
def slice_metrics(y, pred, groups):
    if not (len(y) == len(pred) == len(groups)):
        raise ValueError
    out = {}
    for g in np.unique(groups).tolist():
        t, p = np.asarray(y)[groups == g].astype(bool), np.asarray(pred)[groups == g].astype(bool)
        nan = float("nan")
        out[g] = {
            "count": len(t),
            "accuracy": float((t == p).mean()),
            "positive_rate": float(t.mean()),
            "recall": float(p[t].mean()) if t.any() else nan,
            "false_alarm_rate": float(p[~t].mean()) if (~t).any() else nan,
        }
    return out


# %% wrong: slice_metrics
# idea: "no check of the lengths, zip stops at the shortest"
# fits: "different lengths"
# fits: "lengths are compared"
def slice_metrics(y, pred, groups):
    rows = list(zip(y.tolist(), pred.tolist(), groups.tolist(), strict=False))
    out = {}
    for g in {row[2] for row in rows}:
        part = [(bool(t), bool(p)) for t, p, name in rows if name == g]
        ones, zeros = [p for t, p in part if t], [p for t, p in part if not t]
        out[g] = {
            "count": len(part),
            "accuracy": sum(t == p for t, p in part) / len(part),
            "positive_rate": sum(p for _, p in part) / len(part),
            "recall": sum(ones) / len(ones) if ones else float("nan"),
            "false_alarm_rate": sum(zeros) / len(zeros) if zeros else float("nan"),
        }
    return out


# %% wrong: slice_metrics
# idea: "recall of the whole test set in every slice"
# fits: "Every slice has the recall of all"
def slice_metrics(y, pred, groups):
    if not (len(y) == len(pred) == len(groups)):
        raise ValueError
    true, said = np.asarray(y).astype(bool), np.asarray(pred).astype(bool)
    overall = float(said[true].mean()) if true.any() else float("nan")
    out = {}
    for g in np.unique(groups).tolist():
        t, p = true[groups == g], said[groups == g]
        out[g] = {
            "count": len(t),
            "accuracy": float((t == p).mean()),
            "positive_rate": float(p.mean()),
            "recall": overall,
            "false_alarm_rate": float(p[~t].mean()) if (~t).any() else float("nan"),
        }
    return out


# %% right: class_weights
def class_weights(labels):
    labels = np.asarray(labels)
    if labels.size == 0:
        raise ValueError("there are no labels")
    classes, counts = np.unique(labels, return_counts=True)
    weights = len(labels) / (len(classes) * counts)
    return dict(zip(classes.tolist(), weights.tolist(), strict=True))


# %% right: class_weights
def class_weights(labels):
    tally = {}
    for label in np.asarray(labels).tolist():
        tally[label] = tally.get(label, 0) + 1
    if not tally:
        raise ValueError("Received: no labels")
    return {label: sum(tally.values()) / len(tally) / count for label, count in tally.items()}


# %% wrong: class_weights
# idea: "not divided by the number of classes"
# fits: "All weights are too large by the same factor: together the examples should count as many"
def class_weights(labels):
    if len(labels) == 0:
        raise ValueError("no labels")
    classes, counts = np.unique(labels, return_counts=True)
    return {c: float(len(labels) / k) for c, k in zip(classes.tolist(), counts, strict=True)}


# %% wrong: class_weights
# idea: "classes are counted from 0 to the highest"
def class_weights(labels):
    if len(labels) == 0:
        raise ValueError("no labels")
    names, codes = np.unique(labels, return_inverse=True)
    counts = np.bincount(labels) if np.asarray(labels).dtype.kind in "iu" else np.bincount(codes)
    if np.asarray(labels).dtype.kind not in "iu":
        return {c: float(len(labels) / (len(counts) * k)) for c, k in zip(names.tolist(), counts, strict=True)}
    return {c: float(len(labels) / (len(counts) * k)) for c, k in enumerate(counts) if k}


# %% wrong: class_weights
# idea: "weights that sum to 1"
# fits: "Your weights sum to 1"
def class_weights(labels):
    if len(labels) == 0:
        raise ValueError("no labels")
    classes, counts = np.unique(labels, return_counts=True)
    inverse = 1 / counts
    return dict(zip(classes.tolist(), (inverse / inverse.sum()).tolist(), strict=True))


# %% wrong: class_weights
# idea: "the share of a class for its weight"
# fits: "You give most to what there is most of"
def class_weights(labels):
    if len(labels) == 0:
        raise ValueError("no labels")
    classes, counts = np.unique(labels, return_counts=True)
    return dict(zip(classes.tolist(), (counts / len(labels)).tolist(), strict=True))


# %% wrong: class_weights
# idea: "two classes, always"
# fits: "You take it for granted that there are two classes"
def class_weights(labels):
    if len(labels) == 0:
        raise ValueError("no labels")
    classes, counts = np.unique(labels, return_counts=True)
    return {c: float(len(labels) / (2 * k)) for c, k in zip(classes.tolist(), counts, strict=True)}


# %% wrong: class_weights
# idea: "nothing gets an empty dict"
# fits: "Where there are no labels, say so with a ValueError"
def class_weights(labels):
    classes, counts = np.unique(labels, return_counts=True)
    return {c: float(len(labels) / (len(classes) * k)) for c, k in zip(classes.tolist(), counts, strict=True)}


# %% right: focal_loss
def focal_loss(y, logits, gamma):
    if gamma < 0:
        raise ValueError(f"gamma is negative: {gamma}")
    z = np.asarray(logits, "float64")
    margin = np.where(np.asarray(y) == 1, z, -z)
    entropy = np.logaddexp(0, -margin)
    return np.exp(-gamma * np.logaddexp(0, margin)) * entropy


# %% right: focal_loss
def focal_loss(y, logits, gamma):
    from scipy.special import expit, log_expit

    if not gamma >= 0:
        raise ValueError("gamma")
    z, yes = np.array(logits, dtype=float), np.array(y, dtype=bool)
    losses = np.empty_like(z)
    losses[yes] = -(expit(-z[yes]) ** gamma) * log_expit(z[yes])
    losses[~yes] = -(expit(z[~yes]) ** gamma) * log_expit(-z[~yes])
    return losses


# %% wrong: focal_loss
# idea: "the logarithm of a sigmoid"
# fits: "Where it is a number it is right, but for some arguments it is NaN or infinite: something"
def focal_loss(y, logits, gamma):
    if gamma < 0:
        raise ValueError("gamma")
    with np.errstate(all="ignore"):
        p = 1 / (1 + np.exp(-np.asarray(logits, float)))
        q = np.where(np.asarray(y) == 1, p, 1 - p)
        return -((1 - q) ** gamma) * np.log(q)


# %% wrong: focal_loss
# idea: "probabilities clipped at 1e-7"
# fits: "You keep probabilities away from 0 and 1 by a small number, so that a wholly wrong"
def focal_loss(y, logits, gamma):
    if gamma < 0:
        raise ValueError("gamma")
    z = np.clip(np.asarray(logits, float), -500, 500)
    p = np.clip(1 / (1 + np.exp(-z)), 1e-7, 1 - 1e-7)
    q = np.where(np.asarray(y) == 1, p, 1 - p)
    return -((1 - q) ** gamma) * np.log(q)


# %% wrong: focal_loss
# idea: "q to the power of gamma, so the easy ones count"
# fits: "The factor should vanish where the right class is likely"
def focal_loss(y, logits, gamma):
    if gamma < 0:
        raise ValueError("gamma")
    z = np.asarray(logits, float)
    t = np.where(np.asarray(y) == 1, z, -z)
    cross_entropy = np.logaddexp(0, -t)
    return np.exp(-gamma * cross_entropy) * cross_entropy


# %% wrong: focal_loss
# idea: "the mean over the batch"
# fits: "You have taken the mean"
def focal_loss(y, logits, gamma):
    if gamma < 0:
        raise ValueError("gamma")
    z = np.asarray(logits, float)
    t = np.where(np.asarray(y) == 1, z, -z)
    return np.mean(np.exp(-gamma * np.logaddexp(0, t)) * np.logaddexp(0, -t))


# %% wrong: focal_loss
# idea: "2 y - 1 for the sign, in y's own dtype"
# fits: "Labels of dtype uint8 can't be negative: 2 y - 1 runs over where y is 0"
def focal_loss(y, logits, gamma):
    if gamma < 0:
        raise ValueError("gamma")
    t = (2 * y - 1) * np.asarray(logits, float)
    return np.exp(-gamma * np.logaddexp(0, t)) * np.logaddexp(0, -t)


# %% wrong: focal_loss
# idea: "the paper's alpha of 0.25 as well"
# fits: "The paper's alpha is a class weight, and has no place in this function"
def focal_loss(y, logits, gamma):
    if gamma < 0:
        raise ValueError("gamma")
    z, yes = np.asarray(logits, float), np.asarray(y) == 1
    t = np.where(yes, z, -z)
    return np.where(yes, 0.25, 0.75) * np.exp(-gamma * np.logaddexp(0, t)) * np.logaddexp(0, -t)


# %% wrong: focal_loss
# idea: "only the ones have a loss"
# fits: "Only the ones cost something"
def focal_loss(y, logits, gamma):
    if gamma < 0:
        raise ValueError("gamma")
    z = np.asarray(logits, float)
    return np.asarray(y, float) * np.exp(-gamma * np.logaddexp(0, z)) * np.logaddexp(0, -z)


# %% right: expected_calibration_error
def expected_calibration_error(probs, labels, bins=10):
    if bins < 1:
        raise ValueError(f"bins is {bins}")
    confidence = probs.max(axis=1)
    right = probs.argmax(axis=1) == labels
    error = 0.0
    for b in range(bins):
        inside = (confidence > b / bins) & (confidence <= (b + 1) / bins)
        if inside.any():
            error += inside.mean() * abs(right[inside].mean() - confidence[inside].mean())
    return float(error)


# %% right: expected_calibration_error
def expected_calibration_error(probs, labels, bins=10):
    if bins < 1:
        raise ValueError(bins)
    probs = np.asarray(probs, "float64")
    winner = np.argmax(probs, axis=1)
    confidence = np.take_along_axis(probs, winner[:, None], axis=1)[:, 0]
    inner = np.linspace(0, 1, bins + 1)[1:-1]
    place = np.searchsorted(inner, confidence, side="left")
    gaps = np.bincount(place, weights=(winner == labels) - confidence, minlength=bins)
    return float(np.abs(gaps).sum() / len(probs))


# %% wrong: expected_calibration_error
# idea: "a bin has its lower edge"
# fits: "A confidence on an edge belongs to the bin below it; in yours it goes into the one above"
def expected_calibration_error(probs, labels, bins=10):
    if bins < 1:
        raise ValueError("bins")
    confidence, right = probs.max(axis=1), probs.argmax(axis=1) == labels
    place = np.minimum((confidence * bins).astype(int), bins - 1)
    error = 0.0
    for b in range(bins):
        inside = place == b
        if inside.any():
            error += inside.mean() * abs(right[inside].mean() - confidence[inside].mean())
    return float(error)


# %% wrong: expected_calibration_error
# idea: "all bins count alike"
# fits: "All bins count alike in yours"
def expected_calibration_error(probs, labels, bins=10):
    if bins < 1:
        raise ValueError("bins")
    confidence, right = probs.max(axis=1), probs.argmax(axis=1) == labels
    place = np.ceil(confidence * bins).astype(int) - 1
    gaps = [abs(right[place == b].mean() - confidence[place == b].mean()) for b in np.unique(place)]
    return float(np.mean(gaps))


# %% wrong: expected_calibration_error
# idea: "the largest gap"
# fits: "That is the maximum calibration error, of the worst bin"
def expected_calibration_error(probs, labels, bins=10):
    if bins < 1:
        raise ValueError("bins")
    confidence, right = probs.max(axis=1), probs.argmax(axis=1) == labels
    place = np.ceil(confidence * bins).astype(int) - 1
    return float(max(abs(right[place == b].mean() - confidence[place == b].mean()) for b in np.unique(place)))


# %% wrong: expected_calibration_error
# idea: "gaps with their signs"
# fits: "A bin that is too sure and one that is not sure enough make good for each other"
def expected_calibration_error(probs, labels, bins=10):
    if bins < 1:
        raise ValueError("bins")
    confidence, right = probs.max(axis=1), probs.argmax(axis=1) == labels
    place = np.ceil(confidence * bins).astype(int) - 1
    error = 0.0
    for b in np.unique(place):
        inside = place == b
        error += inside.mean() * (right[inside].mean() - confidence[inside].mean())
    return abs(float(error))


# %% wrong: expected_calibration_error
# idea: "the probability of the right class for the confidence"
# fits: "Confidence is what the model gives to its own answer, not to the right one: it doesn't"
def expected_calibration_error(probs, labels, bins=10):
    if bins < 1:
        raise ValueError("bins")
    confidence, right = probs[np.arange(len(probs)), labels], probs.argmax(axis=1) == labels
    place = np.ceil(confidence * bins).astype(int) - 1
    error = 0.0
    for b in np.unique(place):
        inside = place == b
        error += inside.mean() * abs(right[inside].mean() - confidence[inside].mean())
    return float(error)


# %% wrong: expected_calibration_error
# idea: "the middle of a bin for its mean confidence"
# fits: "You compare accuracy with the middle of the bin"
def expected_calibration_error(probs, labels, bins=10):
    if bins < 1:
        raise ValueError("bins")
    confidence, right = probs.max(axis=1), probs.argmax(axis=1) == labels
    place = np.ceil(confidence * bins).astype(int) - 1
    error = 0.0
    for b in np.unique(place):
        inside = place == b
        error += inside.mean() * abs(right[inside].mean() - (b + 0.5) / bins)
    return float(error)


# %% wrong: expected_calibration_error
# idea: "bins with equally many examples"
# fits: "Your bins hold equally many examples"
def expected_calibration_error(probs, labels, bins=10):
    if bins < 1:
        raise ValueError("bins")
    confidence, right = probs.max(axis=1), probs.argmax(axis=1) == labels
    error = 0.0
    for part in np.array_split(np.argsort(confidence), bins):
        if len(part):
            error += len(part) / len(probs) * abs(right[part].mean() - confidence[part].mean())
    return float(error)


# %% right: fit_temperature
def fit_temperature(logits, labels, low=0.01, high=100.0):
    z = np.asarray(logits, "float64")
    z = z - z.max(axis=1, keepdims=True)
    came = z[np.arange(len(z)), labels].mean()
    small, large = 1 / high, 1 / low
    for _ in range(80):
        u = (small * large) ** 0.5
        slope = (day_005.softmax(u * z) * z).sum(axis=1).mean() - came
        if slope > 0:
            large = u
        else:
            small = u
    return float(1 / u)


# %% right: fit_temperature
def fit_temperature(logits, labels, low=0.01, high=100.0):
    z = np.array(logits, dtype=float)
    z -= z.max(axis=1, keepdims=True)
    rows = np.arange(len(z))

    def cost(heat):
        scaled = z / heat
        return np.mean(np.log(np.exp(scaled).sum(axis=1)) - scaled[rows, labels])

    left, right = np.log(low), np.log(high)
    for _ in range(6):
        tries = np.linspace(left, right, 101)
        k = int(np.argmin([cost(np.exp(each)) for each in tries]))
        left, right = tries[max(k - 1, 0)], tries[min(k + 1, 100)]
    return float(np.clip(np.exp(tries[k]), low, high))


# %% wrong: fit_temperature
# idea: "1 / T comes back"
# fits: "You return what the logits are multiplied by"
def fit_temperature(logits, labels, low=0.01, high=100.0):
    z = np.asarray(logits, float)
    small, large = 1 / high, 1 / low
    for _ in range(60):
        u = (small * large) ** 0.5
        slope = ((day_005.softmax(u * z) * z).sum(axis=1) - z[np.arange(len(z)), labels]).mean()
        small, large = (small, u) if slope > 0 else (u, large)
    return float(u)


# %% wrong: fit_temperature
# idea: "walks the wrong way on a positive slope"
# fits: "You walk away from the minimum"
def fit_temperature(logits, labels, low=0.01, high=100.0):
    z = np.asarray(logits, float)
    small, large = 1 / high, 1 / low
    for _ in range(60):
        u = (small * large) ** 0.5
        slope = ((day_005.softmax(u * z) * z).sum(axis=1) - z[np.arange(len(z)), labels]).mean()
        small, large = (small, u) if slope < 0 else (u, large)
    return float(1 / u)


# %% wrong: fit_temperature
# idea: "a grid of a hundred temperatures"
# fits: "You try whole numbers or a coarse grid"
def fit_temperature(logits, labels, low=0.01, high=100.0):
    z = np.asarray(logits, float)
    z = z - z.max(axis=1, keepdims=True)
    tries = np.geomspace(low, high, 100)
    costs = [np.mean(np.log(np.exp(z / t).sum(1)) - z[np.arange(len(z)), labels] / t) for t in tries]
    return float(tries[np.argmin(costs)])


# %% wrong: fit_temperature
# idea: "the smallest calibration error instead of the cross-entropy"
def fit_temperature(logits, labels, low=0.01, high=100.0):
    tries = np.geomspace(low, high, 8000)
    z = np.asarray(logits, float)
    return float(min(tries, key=lambda t: expected_calibration_error(day_005.softmax(z / t), labels)))


# %% wrong: fit_temperature
# idea: "fourteen halvings of the interval itself, too few for a small T"
def fit_temperature(logits, labels, low=0.01, high=100.0):
    z = np.asarray(logits, float)
    for _ in range(14):
        t = (low + high) / 2
        slope = ((day_005.softmax(z / t) * z).sum(axis=1) - z[np.arange(len(z)), labels]).mean()
        low, high = (t, high) if slope > 0 else (low, t)
    return float(t)


# %% wrong: fit_temperature
# idea: "a softmax that overflows"
# fits: "Exponentials of the logits as they are overflow"
def fit_temperature(logits, labels, low=0.01, high=100.0):
    z = np.asarray(logits, float)
    small, large = 1 / high, 1 / low
    for _ in range(60):
        u = (small * large) ** 0.5
        e = np.exp(u * z)
        p = e / e.sum(axis=1, keepdims=True)
        slope = ((p * z).sum(axis=1) - z[np.arange(len(z)), labels]).mean()
        small, large = (small, u) if slope > 0 else (u, large)
    return float(1 / u)


# %% wrong: fit_temperature
# idea: "the ends are those of the default, whatever was asked for"
# fits: "low and high go unused: the answer lies outside them, or they are fixed"
def fit_temperature(logits, labels, low=0.01, high=100.0):
    z = np.asarray(logits, float)
    small, large = 0.01, 100.0
    for _ in range(60):
        u = (small * large) ** 0.5
        slope = ((day_005.softmax(u * z) * z).sum(axis=1) - z[np.arange(len(z)), labels]).mean()
        small, large = (small, u) if slope > 0 else (u, large)
    return float(1 / u)


# %% right: mc_dropout_predict
def mc_dropout_predict(model, x, num_samples):
    if num_samples < 1:
        raise ValueError(f"num_samples is {num_samples}")
    passes = np.stack([np.asarray(model(x, training=True), "float64") for _ in range(num_samples)])

    def entropy(p):
        return -(p * np.log(np.where(p > 0, p, 1.0))).sum(axis=-1)

    mean = passes.mean(axis=0)
    aleatoric = np.maximum(entropy(passes).mean(axis=0), 0)
    return mean, aleatoric, np.maximum(entropy(mean) - aleatoric, 0)


# %% right: mc_dropout_predict
def mc_dropout_predict(model, x, num_samples):
    from scipy.special import entr

    if num_samples < 1:
        raise ValueError("num_samples")
    total, inner = 0.0, 0.0
    for _ in range(num_samples):
        p = np.array(model(x, training=True), dtype=np.float64)
        total = total + p
        inner = inner + entr(p).sum(axis=1)
    mean = total / num_samples
    own = np.clip(inner / num_samples, 0, None)
    return mean, own, np.clip(entr(mean).sum(axis=1) - own, 0, None)


# %% wrong: mc_dropout_predict
# idea: "dropout is off"
# fits: "Dropout is off when nothing is said: every pass is the same"
def mc_dropout_predict(model, x, num_samples):
    if num_samples < 1:
        raise ValueError("num_samples")
    passes = np.stack([np.asarray(model(x), float) for _ in range(num_samples)])
    entropy = lambda p: -(p * np.log(np.where(p > 0, p, 1))).sum(-1)  # noqa: E731
    mean, aleatoric = passes.mean(0), entropy(passes).mean(0)
    return mean, aleatoric, np.maximum(entropy(mean) - aleatoric, 0)


# %% wrong: mc_dropout_predict
# idea: "the entropy of the mean for the aleatoric part"
# fits: "The entropy of the mean is both doubts together"
def mc_dropout_predict(model, x, num_samples):
    if num_samples < 1:
        raise ValueError("num_samples")
    passes = np.stack([np.asarray(model(x, training=True), float) for _ in range(num_samples)])
    entropy = lambda p: -(p * np.log(np.where(p > 0, p, 1))).sum(-1)  # noqa: E731
    mean = passes.mean(0)
    return mean, entropy(mean), np.maximum(entropy(mean) - entropy(passes).mean(0), 0)


# %% wrong: mc_dropout_predict
# idea: "the variance of the passes for the epistemic part"
# fits: "A variance of probabilities measures disagreement too, but in other units: entropies in"
def mc_dropout_predict(model, x, num_samples):
    if num_samples < 1:
        raise ValueError("num_samples")
    passes = np.stack([np.asarray(model(x, training=True), float) for _ in range(num_samples)])
    entropy = lambda p: -(p * np.log(np.where(p > 0, p, 1))).sum(-1)  # noqa: E731
    return passes.mean(0), entropy(passes).mean(0), passes.var(axis=0).mean(axis=-1)


# %% wrong: mc_dropout_predict
# idea: "0 log 0 is NaN"
# fits: "0 times the logarithm of 0 is NaN in NumPy"
def mc_dropout_predict(model, x, num_samples):
    if num_samples < 1:
        raise ValueError("num_samples")
    passes = np.stack([np.asarray(model(x, training=True), float) for _ in range(num_samples)])
    with np.errstate(all="ignore"):
        entropy = lambda p: -(p * np.log(p)).sum(-1)  # noqa: E731
        mean, aleatoric = passes.mean(0), entropy(passes).mean(0)
        return mean, aleatoric, np.maximum(entropy(mean) - aleatoric, 0)


# %% wrong: mc_dropout_predict
# idea: "a small number within the logarithm, which leaves entropies below 0"
def mc_dropout_predict(model, x, num_samples):
    if num_samples < 1:
        raise ValueError("num_samples")
    passes = np.stack([np.asarray(model(x, training=True), float) for _ in range(num_samples)])
    entropy = lambda p: -(p * np.log(p + 1e-8)).sum(-1)  # noqa: E731
    mean, aleatoric = passes.mean(0), entropy(passes).mean(0)
    return mean, aleatoric, entropy(mean) - aleatoric


# %% wrong: mc_dropout_predict
# idea: "one pass, used again and again"
# fits: "You ask the model once and use that answer again and again"
def mc_dropout_predict(model, x, num_samples):
    if num_samples < 1:
        raise ValueError("num_samples")
    passes = np.stack([np.asarray(model(x, training=True), float)] * num_samples)
    entropy = lambda p: -(p * np.log(np.where(p > 0, p, 1))).sum(-1)  # noqa: E731
    mean, aleatoric = passes.mean(0), entropy(passes).mean(0)
    return mean, aleatoric, np.maximum(entropy(mean) - aleatoric, 0)


# %% wrong: mc_dropout_predict
# idea: "bits"
# fits: "Those are bits"
def mc_dropout_predict(model, x, num_samples):
    if num_samples < 1:
        raise ValueError("num_samples")
    passes = np.stack([np.asarray(model(x, training=True), float) for _ in range(num_samples)])
    entropy = lambda p: -(p * np.log2(np.where(p > 0, p, 1))).sum(-1)  # noqa: E731
    mean, aleatoric = passes.mean(0), entropy(passes).mean(0)
    return mean, aleatoric, np.maximum(entropy(mean) - aleatoric, 0)


# %% wrong: mc_dropout_predict
# idea: "computed in the model's float32"
# fits: "The numbers are right but for their rounding: they are float32 where float64 is due"
def mc_dropout_predict(model, x, num_samples):
    if num_samples < 1:
        raise ValueError("num_samples")
    passes = np.stack([np.asarray(model(x, training=True)) for _ in range(num_samples)])
    entropy = lambda p: -(p * np.log(np.where(p > 0, p, p.dtype.type(1)))).sum(-1)  # noqa: E731
    mean, aleatoric = passes.mean(0), entropy(passes).mean(0)
    return mean, aleatoric, np.maximum(entropy(mean) - aleatoric, 0)


# %% right: slice_metrics
def slice_metrics(y, pred, groups):
    if not len(y) == len(pred) == len(groups):
        raise ValueError(f"lengths differ: {len(y)}, {len(pred)}, {len(groups)}")
    y, pred = np.asarray(y).astype(bool), np.asarray(pred).astype(bool)
    groups = np.asarray(groups)

    def share(of):
        return float(np.mean(of)) if len(of) else float("nan")

    return {
        name: {
            "count": int((groups == name).sum()),
            "accuracy": share((y == pred)[groups == name]),
            "positive_rate": share(pred[groups == name]),
            "recall": share(pred[(groups == name) & y]),
            "false_alarm_rate": share(pred[(groups == name) & ~y]),
        }
        for name in np.unique(groups).tolist()
    }


# %% right: slice_metrics
def slice_metrics(y, pred, groups):
    tables = {}
    for truth, said, group in zip(y, pred, np.asarray(groups).tolist(), strict=True):
        table = tables.setdefault(group, [[0, 0], [0, 0]])
        table[int(truth)][int(said)] += 1
    answer = {}
    for group, ((quiet, false), (missed, found)) in tables.items():
        ones, zeros = missed + found, quiet + false
        answer[group] = dict(
            count=ones + zeros,
            accuracy=(quiet + found) / (ones + zeros),
            positive_rate=(false + found) / (ones + zeros),
            recall=found / ones if ones else np.nan,
            false_alarm_rate=false / zeros if zeros else np.nan,
        )
    return answer


# %% wrong: slice_metrics
# idea: "precision for recall"
# fits: "That is precision: of those predicted 1, the share that are"
def slice_metrics(y, pred, groups):
    if not len(y) == len(pred) == len(groups):
        raise ValueError("lengths")
    y, pred, groups = np.asarray(y, bool), np.asarray(pred, bool), np.asarray(groups)
    share = lambda of: float(of.mean()) if len(of) else float("nan")  # noqa: E731
    answer = {}
    for name in np.unique(groups).tolist():
        t, p = y[groups == name], pred[groups == name]
        answer[name] = {"count": len(t), "accuracy": share(t == p), "positive_rate": share(p)}
        answer[name] |= {"recall": share(t[p]), "false_alarm_rate": share(p[~t])}
    return answer


# %% wrong: slice_metrics
# idea: "false alarms as a share of all alarms"
# fits: "That is the share of alarms that are false"
def slice_metrics(y, pred, groups):
    if not len(y) == len(pred) == len(groups):
        raise ValueError("lengths")
    y, pred, groups = np.asarray(y, bool), np.asarray(pred, bool), np.asarray(groups)
    share = lambda of: float(of.mean()) if len(of) else float("nan")  # noqa: E731
    answer = {}
    for name in np.unique(groups).tolist():
        t, p = y[groups == name], pred[groups == name]
        answer[name] = {"count": len(t), "accuracy": share(t == p), "positive_rate": share(p)}
        answer[name] |= {"recall": share(p[t]), "false_alarm_rate": share(~t[p])}
    return answer


# %% wrong: slice_metrics
# idea: "a share of nothing is 0"
# fits: "A recall of 0 would be a bad one"
def slice_metrics(y, pred, groups):
    if not len(y) == len(pred) == len(groups):
        raise ValueError("lengths")
    y, pred, groups = np.asarray(y, bool), np.asarray(pred, bool), np.asarray(groups)
    share = lambda of: float(of.sum() / max(len(of), 1))  # noqa: E731
    answer = {}
    for name in np.unique(groups).tolist():
        t, p = y[groups == name], pred[groups == name]
        answer[name] = {"count": len(t), "accuracy": share(t == p), "positive_rate": share(p)}
        answer[name] |= {"recall": share(p[t]), "false_alarm_rate": share(p[~t])}
    return answer


# %% wrong: slice_metrics
# idea: "the mean of nothing, with its warning"
# fits: "The mean of nothing is NaN in NumPy, but comes with a warning"
def slice_metrics(y, pred, groups):
    if not len(y) == len(pred) == len(groups):
        raise ValueError("lengths")
    y, pred, groups = np.asarray(y, bool), np.asarray(pred, bool), np.asarray(groups)
    answer = {}
    for name in np.unique(groups).tolist():
        t, p = y[groups == name], pred[groups == name]
        answer[name] = {"count": len(t), "accuracy": np.mean(t == p), "positive_rate": np.mean(p)}
        answer[name] |= {"recall": np.mean(p[t]), "false_alarm_rate": np.mean(p[~t])}
    return answer


# %% wrong: slice_metrics
# idea: "differences of y and pred in their own dtype"
def slice_metrics(y, pred, groups):
    if not len(y) == len(pred) == len(groups):
        raise ValueError("lengths")
    answer = {}
    for name in np.unique(groups).tolist():
        t, p = np.asarray(y)[groups == name], np.asarray(pred)[groups == name]
        ones, zeros = int((t == 1).sum()), int((t == 0).sum())
        answer[name] = {
            "count": len(t),
            "accuracy": float(1 - np.abs(t * 1 - p * 1).mean()),
            "positive_rate": float(p.mean()),
            "recall": float(p[t == 1].mean()) if ones else float("nan"),
            "false_alarm_rate": float(p[t == 0].mean()) if zeros else float("nan"),
        }
    return answer


# %% wrong: slice_metrics
# idea: "the share of true ones for the share of yes"
# fits: "The positive rate is about predictions: how often does the model say yes, rightly or"
def slice_metrics(y, pred, groups):
    if not len(y) == len(pred) == len(groups):
        raise ValueError("lengths")
    y, pred, groups = np.asarray(y, bool), np.asarray(pred, bool), np.asarray(groups)
    share = lambda of: float(of.mean()) if len(of) else float("nan")  # noqa: E731
    answer = {}
    for name in np.unique(groups).tolist():
        t, p = y[groups == name], pred[groups == name]
        answer[name] = {"count": len(t), "accuracy": share(t == p), "positive_rate": share(t)}
        answer[name] |= {"recall": share(p[t]), "false_alarm_rate": share(p[~t])}
    return answer


# %% wrong: slice_metrics
# idea: "the three are cut to the shortest"
# fits: "What is longer is cut off without a word"
def slice_metrics(y, pred, groups):
    m = min(len(y), len(pred), len(groups))
    y, pred, groups = np.asarray(y, bool)[:m], np.asarray(pred, bool)[:m], np.asarray(groups)[:m]
    share = lambda of: float(of.mean()) if len(of) else float("nan")  # noqa: E731
    answer = {}
    for name in np.unique(groups).tolist():
        t, p = y[groups == name], pred[groups == name]
        answer[name] = {"count": len(t), "accuracy": share(t == p), "positive_rate": share(p)}
        answer[name] |= {"recall": share(p[t]), "false_alarm_rate": share(p[~t])}
    return answer
