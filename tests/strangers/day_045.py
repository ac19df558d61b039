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
