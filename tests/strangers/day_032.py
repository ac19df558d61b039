# %% right: l1_l2_penalty
def l1_l2_penalty(weights, l1=0.0, l2=0.0):
    if l1 < 0 or l2 < 0:
        raise ValueError("strengths")
    penalty, gradients = 0.0, []
    for w in weights:
        wide = np.asarray(w, dtype=np.float64)
        penalty += l1 * np.abs(wide).sum() + l2 * np.sum(wide**2)
        kind = w.dtype if np.issubdtype(w.dtype, np.floating) else np.float64
        gradients.append(np.array(l1 * np.sign(wide) + 2 * l2 * wide).astype(kind))
    return float(penalty), gradients


# %% right: l1_l2_penalty
def l1_l2_penalty(weights, l1=0.0, l2=0.0):
    if min(l1, l2) < 0:
        raise ValueError("strengths")
    weights = [w if w.dtype.kind == "f" else w.astype(float) for w in weights]
    row = np.concatenate([[0.0], *(w.ravel().astype(float) for w in weights)])
    total = float(l1) * float(np.linalg.norm(row, 1)) + float(l2) * float(row @ row)
    slopes = [np.where(w > 0, l1, np.where(w < 0, -l1, 0.0)) + 2.0 * l2 * w.astype(float) for w in weights]
    return total, [np.asarray(slope, dtype=w.dtype) for slope, w in zip(slopes, weights)]


# %% wrong: l1_l2_penalty
# idea: "the 2 of the square is missing"
# fits: "The slope of a square has a factor"
def l1_l2_penalty(weights, l1=0.0, l2=0.0):
    if l1 < 0 or l2 < 0:
        raise ValueError("strengths")
    penalty, gradients = 0.0, []
    for w in weights:
        wide = np.asarray(w, dtype=np.float64)
        penalty += l1 * np.abs(wide).sum() + l2 * np.sum(wide**2)
        kind = w.dtype if np.issubdtype(w.dtype, np.floating) else np.float64
        gradients.append(np.array(l1 * np.sign(wide) + l2 * wide).astype(kind))
    return float(penalty), gradients


# %% wrong: l1_l2_penalty
# idea: "half the square, with its slope"
# fits: "You have the form with one half before"
def l1_l2_penalty(weights, l1=0.0, l2=0.0):
    if l1 < 0 or l2 < 0:
        raise ValueError("strengths")
    penalty, gradients = 0.0, []
    for w in weights:
        wide = np.asarray(w, dtype=np.float64)
        penalty += l1 * np.abs(wide).sum() + l2 / 2 * np.sum(wide**2)
        kind = w.dtype if np.issubdtype(w.dtype, np.floating) else np.float64
        gradients.append(np.array(l1 * np.sign(wide) + l2 * wide).astype(kind))
    return float(penalty), gradients


# %% wrong: l1_l2_penalty
# idea: "means instead of sums"
# fits: "You take means"
def l1_l2_penalty(weights, l1=0.0, l2=0.0):
    if l1 < 0 or l2 < 0:
        raise ValueError("strengths")
    penalty, gradients = 0.0, []
    for w in weights:
        wide = np.asarray(w, dtype=np.float64)
        penalty += l1 * np.abs(wide).mean() + l2 * np.mean(wide**2)
        kind = w.dtype if np.issubdtype(w.dtype, np.floating) else np.float64
        gradients.append(np.array(l1 * np.sign(wide) + 2 * l2 * wide).astype(kind))
    return float(penalty), gradients


# %% wrong: l1_l2_penalty
# idea: "l1 and l2 are swapped"
# fits: "l1 and l2 have changed places"
def l1_l2_penalty(weights, l1=0.0, l2=0.0):
    if l1 < 0 or l2 < 0:
        raise ValueError("strengths")
    l1, l2 = l2, l1
    penalty, gradients = 0.0, []
    for w in weights:
        wide = np.asarray(w, dtype=np.float64)
        penalty += l1 * np.abs(wide).sum() + l2 * np.sum(wide**2)
        kind = w.dtype if np.issubdtype(w.dtype, np.floating) else np.float64
        gradients.append(np.array(l1 * np.sign(wide) + 2 * l2 * wide).astype(kind))
    return float(penalty), gradients


# %% wrong: l1_l2_penalty
# idea: "the slope of abs at 0 is 1"
# fits: "At a weight of 0 your L1 slope"
def l1_l2_penalty(weights, l1=0.0, l2=0.0):
    if l1 < 0 or l2 < 0:
        raise ValueError("strengths")
    penalty, gradients = 0.0, []
    for w in weights:
        wide = np.asarray(w, dtype=np.float64)
        penalty += l1 * np.abs(wide).sum() + l2 * np.sum(wide**2)
        kind = w.dtype if np.issubdtype(w.dtype, np.floating) else np.float64
        gradients.append(np.array(l1 * np.where(wide >= 0, 1.0, -1.0) + 2 * l2 * wide).astype(kind))
    return float(penalty), gradients


# %% wrong: l1_l2_penalty
# idea: "the gradient of L1 is the weight's size"
# fits: "The slope of L1 does not grow with"
def l1_l2_penalty(weights, l1=0.0, l2=0.0):
    if l1 < 0 or l2 < 0:
        raise ValueError("strengths")
    penalty, gradients = 0.0, []
    for w in weights:
        wide = np.asarray(w, dtype=np.float64)
        penalty += l1 * np.abs(wide).sum() + l2 * np.sum(wide**2)
        kind = w.dtype if np.issubdtype(w.dtype, np.floating) else np.float64
        gradients.append(np.array(l1 * np.abs(wide) + 2 * l2 * wide).astype(kind))
    return float(penalty), gradients


# %% wrong: l1_l2_penalty
# idea: "the gradient of L1 has no sign"
# fits: "Your L1 slope pushes negative weights further down"
def l1_l2_penalty(weights, l1=0.0, l2=0.0):
    if l1 < 0 or l2 < 0:
        raise ValueError("strengths")
    penalty, gradients = 0.0, []
    for w in weights:
        wide = np.asarray(w, dtype=np.float64)
        penalty += l1 * np.abs(wide).sum() + l2 * np.sum(wide**2)
        kind = w.dtype if np.issubdtype(w.dtype, np.floating) else np.float64
        gradients.append(np.array(l1 + 2 * l2 * wide).astype(kind))
    return float(penalty), gradients


# %% wrong: l1_l2_penalty
# idea: "summed in the dtype of the weights"
def l1_l2_penalty(weights, l1=0.0, l2=0.0):
    if l1 < 0 or l2 < 0:
        raise ValueError("strengths")
    penalty, gradients = 0.0, []
    for w in weights:
        wide = np.asarray(w, dtype=w.dtype if w.dtype.kind == 'f' else float)
        penalty += l1 * np.abs(wide).sum() + l2 * np.sum(wide**2)
        kind = w.dtype if np.issubdtype(w.dtype, np.floating) else np.float64
        gradients.append(np.array(l1 * np.sign(wide) + 2 * l2 * wide).astype(kind))
    return float(penalty), gradients


# %% wrong: l1_l2_penalty
# idea: "ints are squared as ints"
def l1_l2_penalty(weights, l1=0.0, l2=0.0):
    if l1 < 0 or l2 < 0:
        raise ValueError("strengths")
    penalty, gradients = 0.0, []
    for w in weights:
        wide = np.asarray(w, dtype=np.float64)
        penalty += l1 * np.abs(wide).sum() + l2 * np.sum(w**2)
        kind = w.dtype if np.issubdtype(w.dtype, np.floating) else np.float64
        gradients.append(np.array(l1 * np.sign(wide) + 2 * l2 * wide).astype(kind))
    return float(penalty), gradients


# %% wrong: l1_l2_penalty
# idea: "gradients always float64"
# fits: "The numbers are right, but they are"
def l1_l2_penalty(weights, l1=0.0, l2=0.0):
    if l1 < 0 or l2 < 0:
        raise ValueError("strengths")
    penalty, gradients = 0.0, []
    for w in weights:
        wide = np.asarray(w, dtype=np.float64)
        penalty += l1 * np.abs(wide).sum() + l2 * np.sum(wide**2)
        kind = np.float64
        gradients.append(np.array(l1 * np.sign(wide) + 2 * l2 * wide).astype(kind))
    return float(penalty), gradients


# %% wrong: l1_l2_penalty
# idea: "gradients of int weights are ints"
# fits: "The gradient of whole numbers comes back as"
def l1_l2_penalty(weights, l1=0.0, l2=0.0):
    if l1 < 0 or l2 < 0:
        raise ValueError("strengths")
    penalty, gradients = 0.0, []
    for w in weights:
        wide = np.asarray(w, dtype=np.float64)
        penalty += l1 * np.abs(wide).sum() + l2 * np.sum(wide**2)
        kind = w.dtype
        gradients.append(np.array(l1 * np.sign(wide) + 2 * l2 * wide).astype(kind))
    return float(penalty), gradients


# %% wrong: l1_l2_penalty
# idea: "only l1 is checked"
# fits: "Negative strengths go through, and would reward large"
# fits: "Results are right where there is one. But what the docstring refuses is taken"
def l1_l2_penalty(weights, l1=0.0, l2=0.0):
    if l1 < 0:
        raise ValueError("strengths")
    penalty, gradients = 0.0, []
    for w in weights:
        wide = np.asarray(w, dtype=np.float64)
        penalty += l1 * np.abs(wide).sum() + l2 * np.sum(wide**2)
        kind = w.dtype if np.issubdtype(w.dtype, np.floating) else np.float64
        gradients.append(np.array(l1 * np.sign(wide) + 2 * l2 * wide).astype(kind))
    return float(penalty), gradients


# %% wrong: l1_l2_penalty
# idea: "only l2 is checked"
# fits: "Negative strengths go through, and would reward large"
# fits: "Results are right where there is one. But what the docstring refuses is taken"
def l1_l2_penalty(weights, l1=0.0, l2=0.0):
    if l2 < 0:
        raise ValueError("strengths")
    penalty, gradients = 0.0, []
    for w in weights:
        wide = np.asarray(w, dtype=np.float64)
        penalty += l1 * np.abs(wide).sum() + l2 * np.sum(wide**2)
        kind = w.dtype if np.issubdtype(w.dtype, np.floating) else np.float64
        gradients.append(np.array(l1 * np.sign(wide) + 2 * l2 * wide).astype(kind))
    return float(penalty), gradients


# %% wrong: l1_l2_penalty
# idea: "an int 0 for an empty list"
# fits: "Fractions are cut off: the result is made"
# fits: "The numbers are right. What is not is what holds them"
def l1_l2_penalty(weights, l1=0.0, l2=0.0):
    if l1 < 0 or l2 < 0:
        raise ValueError("strengths")
    wide = [np.asarray(w, dtype=np.float64) for w in weights]
    kinds = [w.dtype if np.issubdtype(w.dtype, np.floating) else np.float64 for w in weights]
    gradients = [np.asarray(l1 * np.sign(v) + 2 * l2 * v).astype(kind) for v, kind in zip(wide, kinds)]
    return sum(float(l1 * np.abs(v).sum() + l2 * np.sum(v**2)) for v in wide), gradients


# %% wrong: l1_l2_penalty
# idea: "the L2 norm instead of the sum of squares"
# fits: "You take a root of the squares"
def l1_l2_penalty(weights, l1=0.0, l2=0.0):
    if l1 < 0 or l2 < 0:
        raise ValueError("strengths")
    penalty, gradients = 0.0, []
    for w in weights:
        wide = np.asarray(w, dtype=np.float64)
        penalty += l1 * np.abs(wide).sum() + l2 * np.linalg.norm(wide)
        kind = w.dtype if np.issubdtype(w.dtype, np.floating) else np.float64
        gradients.append(np.array(l1 * np.sign(wide) + 2 * l2 * wide).astype(kind))
    return float(penalty), gradients


# %% wrong: l1_l2_penalty
# idea: "one list for all: only the last array counts"
# fits: "Only the last array is paid for"
def l1_l2_penalty(weights, l1=0.0, l2=0.0):
    if l1 < 0 or l2 < 0:
        raise ValueError("strengths")
    penalty, gradients = 0.0, []
    for w in weights:
        wide = np.asarray(w, dtype=np.float64)
        penalty = l1 * np.abs(wide).sum() + l2 * np.sum(wide**2)
        kind = w.dtype if np.issubdtype(w.dtype, np.floating) else np.float64
        gradients.append(np.array(l1 * np.sign(wide) + 2 * l2 * wide).astype(kind))
    return float(penalty), gradients


# %% wrong: l1_l2_penalty
# idea: "the strength is left out of the penalty"
def l1_l2_penalty(weights, l1=0.0, l2=0.0):
    if l1 < 0 or l2 < 0:
        raise ValueError("strengths")
    penalty, gradients = 0.0, []
    for w in weights:
        wide = np.asarray(w, dtype=np.float64)
        penalty += (l1 > 0) * np.abs(wide).sum() + (l2 > 0) * np.sum(wide**2)
        kind = w.dtype if np.issubdtype(w.dtype, np.floating) else np.float64
        gradients.append(np.array(l1 * np.sign(wide) + 2 * l2 * wide).astype(kind))
    return float(penalty), gradients


# %% right: dropout_forward
def dropout_forward(x, rate, training, rng):
    if not 0 <= rate < 1:
        raise ValueError("rate")
    x = np.asarray(x)
    kind = np.float32 if x.dtype == np.float32 else np.float64
    if training:
        mask = np.array((rng.random(x.shape) >= rate) / (1 - rate)).astype(kind)
    else:
        mask = np.ones(x.shape, dtype=kind)
    return np.array(x.astype(kind) * mask), mask


# %% right: dropout_forward
def dropout_forward(x, rate, training, rng):
    if not (rate >= 0 and rate < 1):
        raise ValueError("rate")
    mask = np.ones(np.shape(x), dtype="float32" if x.dtype == np.float32 else "float64")
    if training:
        kept = rng.binomial(1, 1.0 - rate, size=mask.shape)
        mask[...] = kept / (1.0 - rate)
    out = np.empty_like(mask)
    np.multiply(x, mask, out=out, casting="unsafe")
    return out, mask


# %% wrong: dropout_forward
# idea: "NaN is let pass as a rate"
# fits: "NaN is neither below 0"
def dropout_forward(x, rate, training, rng):
    if rate < 0 or rate >= 1:
        raise ValueError("rate")
    mask = np.ones(np.shape(x), dtype="float32" if x.dtype == np.float32 else "float64")
    if training:
        kept = rng.binomial(1, 1.0 - rate, size=mask.shape)
        mask[...] = kept / (1.0 - rate)
    out = np.empty_like(mask)
    np.multiply(x, mask, out=out, casting="unsafe")
    return out, mask


# %% wrong: dropout_forward
# idea: "rate is the share that is kept"
# fits: "You take the rate for the share that"
def dropout_forward(x, rate, training, rng):
    if not 0 <= rate < 1:
        raise ValueError("rate")
    x = np.asarray(x)
    kind = np.float32 if x.dtype == np.float32 else np.float64
    if training:
        mask = np.array((rng.random(x.shape) < rate) / max(rate, 1e-12)).astype(kind)
    else:
        mask = np.ones(x.shape, dtype=kind)
    return np.array(x.astype(kind) * mask), mask


# %% wrong: dropout_forward
# idea: "drops with 1 - rate, raises by 1 - rate"
# fits: "You keep the share that was to be"
def dropout_forward(x, rate, training, rng):
    if not 0 <= rate < 1:
        raise ValueError("rate")
    x = np.asarray(x)
    kind = np.float32 if x.dtype == np.float32 else np.float64
    if training:
        mask = np.array((rng.random(x.shape) < rate) / (1 - rate)).astype(kind)
    else:
        mask = np.ones(x.shape, dtype=kind)
    return np.array(x.astype(kind) * mask), mask


# %% wrong: dropout_forward
# idea: "nothing is raised in training"
# fits: "What is kept is not raised, so that"
def dropout_forward(x, rate, training, rng):
    if not 0 <= rate < 1:
        raise ValueError("rate")
    x = np.asarray(x)
    kind = np.float32 if x.dtype == np.float32 else np.float64
    if training:
        mask = np.array((rng.random(x.shape) >= rate) * 1.0).astype(kind)
    else:
        mask = np.ones(x.shape, dtype=kind)
    return np.array(x.astype(kind) * mask), mask


# %% wrong: dropout_forward
# idea: "raised by one over the rate"
# fits: "You raise by one over the share that"
def dropout_forward(x, rate, training, rng):
    if not 0 <= rate < 1:
        raise ValueError("rate")
    x = np.asarray(x)
    kind = np.float32 if x.dtype == np.float32 else np.float64
    if training:
        mask = np.array((rng.random(x.shape) >= rate) / max(rate, 1e-12)).astype(kind)
    else:
        mask = np.ones(x.shape, dtype=kind)
    return np.array(x.astype(kind) * mask), mask


# %% wrong: dropout_forward
# idea: "lowered at inference instead"
def dropout_forward(x, rate, training, rng):
    if not 0 <= rate < 1:
        raise ValueError("rate")
    x = np.asarray(x)
    kind = np.float32 if x.dtype == np.float32 else np.float64
    if training:
        mask = np.array((rng.random(x.shape) >= rate) * 1.0).astype(kind)
    else:
        mask = np.full(x.shape, 1 - rate, dtype=kind)
    return np.array(x.astype(kind) * mask), mask


# %% wrong: dropout_forward
# idea: "drops at inference as well"
# fits: "You drop at inference too: predictions would be"
def dropout_forward(x, rate, training, rng):
    if not 0 <= rate < 1:
        raise ValueError("rate")
    x = np.asarray(x)
    kind = np.float32 if x.dtype == np.float32 else np.float64
    if True:
        mask = np.array((rng.random(x.shape) >= rate) / (1 - rate)).astype(kind)
    else:
        mask = np.ones(x.shape, dtype=kind)
    return np.array(x.astype(kind) * mask), mask


# %% wrong: dropout_forward
# idea: "the generator moves on at inference"
# fits: "You draw at inference too and throw the"
def dropout_forward(x, rate, training, rng):
    if not 0 <= rate < 1:
        raise ValueError("rate")
    x = np.asarray(x)
    kind = np.float32 if x.dtype == np.float32 else np.float64
    numbers = rng.random(x.shape)
    if training:
        mask = np.array((numbers >= rate) / (1 - rate)).astype(kind)
    else:
        mask = np.ones(x.shape, dtype=kind)
    return np.array(x.astype(kind) * mask), mask


# %% wrong: dropout_forward
# idea: "whole rows are dropped"
# fits: "You drop whole examples"
def dropout_forward(x, rate, training, rng):
    if not 0 <= rate < 1:
        raise ValueError("rate")
    x = np.asarray(x)
    kind = np.float32 if x.dtype == np.float32 else np.float64
    if training:
        mask = np.array(np.broadcast_to(rng.random((*x.shape[:-1], 1)) >= rate, x.shape) / (1 - rate)).astype(kind)
    else:
        mask = np.ones(x.shape, dtype=kind)
    return np.array(x.astype(kind) * mask), mask


# %% wrong: dropout_forward
# idea: "one mask for all examples"
# fits: "All examples lose the same units"
def dropout_forward(x, rate, training, rng):
    if not 0 <= rate < 1:
        raise ValueError("rate")
    x = np.asarray(x)
    kind = np.float32 if x.dtype == np.float32 else np.float64
    if training:
        mask = np.array(np.broadcast_to(rng.random(x.shape[1:]) >= rate, x.shape) / (1 - rate)).astype(kind)
    else:
        mask = np.ones(x.shape, dtype=kind)
    return np.array(x.astype(kind) * mask), mask


# %% wrong: dropout_forward
# idea: "the rate is checked in training only"
# fits: "At inference any rate goes through"
def dropout_forward(x, rate, training, rng):
    if training and not 0 <= rate < 1:
        raise ValueError("rate")
    x = np.asarray(x)
    kind = np.float32 if x.dtype == np.float32 else np.float64
    if training:
        mask = np.array((rng.random(x.shape) >= rate) / (1 - rate)).astype(kind)
    else:
        mask = np.ones(x.shape, dtype=kind)
    return np.array(x.astype(kind) * mask), mask


# %% wrong: dropout_forward
# idea: "a negative rate is taken"
# fits: "A negative rate goes through"
def dropout_forward(x, rate, training, rng):
    if rate >= 1:
        raise ValueError("rate")
    x = np.asarray(x)
    kind = np.float32 if x.dtype == np.float32 else np.float64
    if training:
        mask = np.array((rng.random(x.shape) >= rate) / (1 - rate)).astype(kind)
    else:
        mask = np.ones(x.shape, dtype=kind)
    return np.array(x.astype(kind) * mask), mask


# %% wrong: dropout_forward
# idea: "a rate of 1 is taken"
# fits: "Results are right where there is one. But what the docstring refuses is taken"
def dropout_forward(x, rate, training, rng):
    if not 0 <= rate <= 1:
        raise ValueError("rate")
    x = np.asarray(x)
    kind = np.float32 if x.dtype == np.float32 else np.float64
    if training:
        mask = np.array((rng.random(x.shape) >= rate) / max(1 - rate, 1e-12)).astype(kind)
    else:
        mask = np.ones(x.shape, dtype=kind)
    return np.array(x.astype(kind) * mask), mask


# %% wrong: dropout_forward
# idea: "a rate of 0 is refused"
# fits: "You refuse a rate of 0"
# fits: "Your own `raise` refuses what is allowed"
def dropout_forward(x, rate, training, rng):
    if not 0 < rate < 1:
        raise ValueError("rate")
    x = np.asarray(x)
    kind = np.float32 if x.dtype == np.float32 else np.float64
    if training:
        mask = np.array((rng.random(x.shape) >= rate) / (1 - rate)).astype(kind)
    else:
        mask = np.ones(x.shape, dtype=kind)
    return np.array(x.astype(kind) * mask), mask


# %% wrong: dropout_forward
# idea: "float64 always"
# fits: "The numbers are right, but they are"
def dropout_forward(x, rate, training, rng):
    if not 0 <= rate < 1:
        raise ValueError("rate")
    x = np.asarray(x)
    kind = np.float64
    if training:
        mask = np.array((rng.random(x.shape) >= rate) / (1 - rate)).astype(kind)
    else:
        mask = np.ones(x.shape, dtype=kind)
    return np.array(x.astype(kind) * mask), mask


# %% wrong: dropout_forward
# idea: "ints stay ints"
# fits: "For whole numbers the mask is cut to"
def dropout_forward(x, rate, training, rng):
    if not 0 <= rate < 1:
        raise ValueError("rate")
    x = np.asarray(x)
    kind = x.dtype
    if training:
        mask = np.array((rng.random(x.shape) >= rate) / (1 - rate)).astype(kind)
    else:
        mask = np.ones(x.shape, dtype=kind)
    return np.array(x.astype(kind) * mask), mask


# %% wrong: dropout_forward
# idea: "a mask of True and False"
def dropout_forward(x, rate, training, rng):
    if not 0 <= rate < 1:
        raise ValueError("rate")
    x = np.asarray(x)
    kind = np.float32 if x.dtype == np.float32 else np.float64
    if training:
        mask = np.array((rng.random(x.shape) >= rate) / (1 - rate)).astype(kind)
    else:
        mask = np.ones(x.shape, dtype=kind)
    return np.array(x.astype(kind) * mask), mask > 0


# %% wrong: dropout_forward
# idea: "x itself at inference"
def dropout_forward(x, rate, training, rng):
    if not 0 <= rate < 1:
        raise ValueError("rate")
    x = np.asarray(x)
    kind = np.float32 if x.dtype == np.float32 else np.float64
    if training:
        mask = np.array((rng.random(x.shape) >= rate) / (1 - rate)).astype(kind)
    else:
        return x.astype(kind, copy=False), np.ones(x.shape, dtype=kind)
    return np.array(x.astype(kind) * mask), mask


# %% wrong: dropout_forward
# idea: "exactly the share is dropped, so entries are not independent"
# fits: "You drop the same number of entries each"
def dropout_forward(x, rate, training, rng):
    if not 0 <= rate < 1:
        raise ValueError("rate")
    x = np.asarray(x)
    kind = np.float32 if x.dtype == np.float32 else np.float64
    if training:
        mask = np.array((rng.permutation(x.size) >= round(rate * x.size)).reshape(x.shape) / (1 - rate)).astype(kind)
    else:
        mask = np.ones(x.shape, dtype=kind)
    return np.array(x.astype(kind) * mask), mask


# %% wrong: dropout_forward
# idea: "NumPy's global generator"
# fits: "You draw from NumPy's global generator"
def dropout_forward(x, rate, training, rng):
    if not 0 <= rate < 1:
        raise ValueError("rate")
    x = np.asarray(x)
    kind = np.float32 if x.dtype == np.float32 else np.float64
    if training:
        mask = np.array((np.random.random(x.shape) >= rate) / (1 - rate)).astype(kind)
    else:
        mask = np.ones(x.shape, dtype=kind)
    return np.array(x.astype(kind) * mask), mask


# %% wrong: dropout_forward
# idea: "x is multiplied in place"
# fits: "The caller's own array loses entries"
def dropout_forward(x, rate, training, rng):
    if not 0 <= rate < 1:
        raise ValueError("rate")
    kind = np.float32 if x.dtype == np.float32 else np.float64
    mask = np.ones(x.shape, dtype=kind)
    if training:
        mask = np.array((rng.random(x.shape) >= rate) / (1 - rate)).astype(kind)
    if x.dtype == kind:
        x *= mask
        return x, mask
    return np.asarray(x * mask, dtype=kind), mask


# %% wrong: dropout_forward
# idea: "None for a mask at inference"
# fits: "At inference there is no mask with you"
def dropout_forward(x, rate, training, rng):
    if not 0 <= rate < 1:
        raise ValueError("rate")
    x = np.asarray(x)
    kind = np.float32 if x.dtype == np.float32 else np.float64
    if training:
        mask = np.array((rng.random(x.shape) >= rate) / (1 - rate)).astype(kind)
    else:
        return np.array(x, dtype=kind), None
    return np.array(x.astype(kind) * mask), mask


# %% right: dropout_backward
def dropout_backward(dout, mask):
    dout, mask = np.asarray(dout), np.asarray(mask)
    if dout.shape != mask.shape:
        raise ValueError("shapes")
    return np.multiply(dout, mask, out=np.zeros(mask.shape), where=mask != 0)


# %% right: dropout_backward
def dropout_backward(dout, mask):
    if np.shape(dout) != np.shape(mask):
        raise ValueError("shapes")
    kept = np.where(mask == 0, 0.0, dout)
    return np.array(kept * mask)


# %% wrong: dropout_backward
# idea: "0 times NaN"
# fits: "Zero times NaN is NaN, and zero times"
def dropout_backward(dout, mask):
    dout, mask = np.asarray(dout), np.asarray(mask)
    if dout.shape != mask.shape:
        raise ValueError("shapes")
    return np.array(dout * mask, dtype=float)


# %% wrong: dropout_backward
# idea: "kept entries are not raised"
# fits: "What was raised on the way up has"
def dropout_backward(dout, mask):
    dout, mask = np.asarray(dout), np.asarray(mask)
    if dout.shape != mask.shape:
        raise ValueError("shapes")
    return np.where(mask == 0, 0.0, dout)


# %% wrong: dropout_backward
# idea: "divides by the mask"
# fits: "You undo the raise"
def dropout_backward(dout, mask):
    dout, mask = np.asarray(dout), np.asarray(mask)
    if dout.shape != mask.shape:
        raise ValueError("shapes")
    return np.divide(dout, mask, out=np.zeros(mask.shape), where=mask != 0)


# %% wrong: dropout_backward
# idea: "shapes may broadcast"
# fits: "A mask of another shape is broadcast without"
def dropout_backward(dout, mask):
    dout, mask = np.asarray(dout), np.asarray(mask)
    return np.multiply(dout, mask, out=np.zeros(np.broadcast_shapes(dout.shape, mask.shape)), where=mask != 0)


# %% wrong: dropout_backward
# idea: "all that is no number becomes 0"
# fits: "You clear every NaN and infinity"
def dropout_backward(dout, mask):
    dout, mask = np.asarray(dout), np.asarray(mask)
    if dout.shape != mask.shape:
        raise ValueError("shapes")
    with np.errstate(invalid='ignore'):
        return np.nan_to_num(np.array(dout * mask, dtype=float), nan=0.0, posinf=0.0, neginf=0.0)


# %% wrong: dropout_backward
# idea: "the dropped ones get the gradient"
# fits: "The result is the same whatever"
def dropout_backward(dout, mask):
    dout, mask = np.asarray(dout), np.asarray(mask)
    if dout.shape != mask.shape:
        raise ValueError("shapes")
    return np.multiply(dout, mask, out=np.zeros(mask.shape), where=mask == 0)


# %% wrong: dropout_backward
# idea: "dout is changed in place"
# fits: "What comes back is the argument itself, where"
def dropout_backward(dout, mask):
    if dout.shape != mask.shape:
        raise ValueError("shapes")
    if dout.dtype.kind != "f":
        dout = dout.astype(float)
    dout[mask == 0] = 0.0
    dout *= mask
    return dout


# %% wrong: dropout_backward
# idea: "ints stay ints"
# fits: "Fractions are cut off: the result is made"
# fits: "The numbers are right. What is not is what holds them"
def dropout_backward(dout, mask):
    if dout.shape != mask.shape:
        raise ValueError("shapes")
    return (np.where(mask == 0, 0, dout) * mask).astype(dout.dtype)


# %% wrong: dropout_backward
# idea: "the mask counts twice"
# fits: "The mask's factor is in your gradient twice"
def dropout_backward(dout, mask):
    dout, mask = np.asarray(dout), np.asarray(mask)
    if dout.shape != mask.shape:
        raise ValueError("shapes")
    return np.multiply(dout, mask**2, out=np.zeros(mask.shape), where=mask != 0)


# %% wrong: dropout_backward
# idea: "NaN of kept entries becomes 0"
def dropout_backward(dout, mask):
    dout, mask = np.asarray(dout), np.asarray(mask)
    if dout.shape != mask.shape:
        raise ValueError("shapes")
    return np.multiply(dout, mask, out=np.zeros(mask.shape), where=(mask != 0) & ~np.isnan(dout))


# %% right: dropout_backward
def dropout_backward(dout, mask):
    dout, mask = np.asarray(dout), np.asarray(mask)
    if dout.shape != mask.shape:
        raise ValueError("shapes")
    return np.where(mask == 0, 0.0, dout * mask)


# %% wrong: dropout_backward
# idea: "only the number of entries is compared"
# fits: "Results are right where there is one. But what the docstring refuses is taken"
def dropout_backward(dout, mask):
    dout, mask = np.asarray(dout), np.asarray(mask)
    if dout.size != mask.size:
        raise ValueError("shapes")
    return np.multiply(dout.reshape(mask.shape), mask, out=np.zeros(mask.shape), where=mask != 0)


# %% right: train_with_early_stopping
def train_with_early_stopping(params, run_epoch, validation_loss, max_epochs, patience, min_delta=0.0):
    def kept(arrays):
        return {name: np.array(value) for name, value in arrays.items()}

    now, best, losses = kept(params), None, []
    lowest, best_epoch = np.inf, -1
    for epoch in range(max_epochs):
        now = run_epoch(now, epoch)
        losses.append(float(validation_loss(now)))
        if losses[-1] < lowest - min_delta:
            lowest, best, best_epoch = losses[-1], kept(now), epoch
        elif epoch - best_epoch >= patience:
            break
    if best is None:
        raise ValueError("never better")
    return best, losses, best_epoch


# %% right: train_with_early_stopping
def train_with_early_stopping(params, run_epoch, validation_loss, max_epochs, patience, min_delta=0.0):
    current = copy.deepcopy(params)
    losses, snapshot, waited = [], None, 0
    while len(losses) < max_epochs and waited < patience:
        current = run_epoch(current, len(losses))
        loss = float(validation_loss(current))
        better = loss + min_delta < (snapshot[0] if snapshot else float("inf"))
        if better:
            snapshot = (loss, copy.deepcopy(current), len(losses))
        waited = 0 if better else waited + 1
        losses.append(loss)
    if not snapshot:
        raise ValueError("nothing improved")
    return snapshot[1], losses, snapshot[2]


# %% wrong: train_with_early_stopping
# idea: "the best weights are no copy"
# fits: "You keep the best parameters without a copy"
def train_with_early_stopping(params, run_epoch, validation_loss, max_epochs, patience, min_delta=0.0):
    def kept(arrays):
        return {name: np.array(value) for name, value in arrays.items()}

    now, best, losses = kept(params), None, []
    lowest, best_epoch = np.inf, -1
    for epoch in range(max_epochs):
        now = run_epoch(now, epoch)
        losses.append(float(validation_loss(now)))
        if losses[-1] < lowest - min_delta:
            lowest, best, best_epoch = losses[-1], now, epoch
        elif epoch - best_epoch >= patience:
            break
    if best is None:
        raise ValueError("never better")
    return best, losses, best_epoch


# %% wrong: train_with_early_stopping
# idea: "the best weights are a copy of the dict alone"
# fits: "You keep the best parameters without a copy"
def train_with_early_stopping(params, run_epoch, validation_loss, max_epochs, patience, min_delta=0.0):
    def kept(arrays):
        return {name: np.array(value) for name, value in arrays.items()}

    now, best, losses = kept(params), None, []
    lowest, best_epoch = np.inf, -1
    for epoch in range(max_epochs):
        now = run_epoch(now, epoch)
        losses.append(float(validation_loss(now)))
        if losses[-1] < lowest - min_delta:
            lowest, best, best_epoch = losses[-1], dict(now), epoch
        elif epoch - best_epoch >= patience:
            break
    if best is None:
        raise ValueError("never better")
    return best, losses, best_epoch


# %% wrong: train_with_early_stopping
# idea: "the start is not copied"
# fits: "The first epoch changes the caller's own parameters"
def train_with_early_stopping(params, run_epoch, validation_loss, max_epochs, patience, min_delta=0.0):
    def kept(arrays):
        return {name: np.array(value) for name, value in arrays.items()}

    now, best, losses = params, None, []
    lowest, best_epoch = np.inf, -1
    for epoch in range(max_epochs):
        now = run_epoch(now, epoch)
        losses.append(float(validation_loss(now)))
        if losses[-1] < lowest - min_delta:
            lowest, best, best_epoch = losses[-1], kept(now), epoch
        elif epoch - best_epoch >= patience:
            break
    if best is None:
        raise ValueError("never better")
    return best, losses, best_epoch


# %% wrong: train_with_early_stopping
# idea: "the start's dict alone is copied"
# fits: "The first epoch changes the caller's own parameters"
def train_with_early_stopping(params, run_epoch, validation_loss, max_epochs, patience, min_delta=0.0):
    def kept(arrays):
        return {name: np.array(value) for name, value in arrays.items()}

    now, best, losses = dict(params), None, []
    lowest, best_epoch = np.inf, -1
    for epoch in range(max_epochs):
        now = run_epoch(now, epoch)
        losses.append(float(validation_loss(now)))
        if losses[-1] < lowest - min_delta:
            lowest, best, best_epoch = losses[-1], kept(now), epoch
        elif epoch - best_epoch >= patience:
            break
    if best is None:
        raise ValueError("never better")
    return best, losses, best_epoch


# %% wrong: train_with_early_stopping
# idea: "waits one epoch too long"
# fits: "You wait one epoch longer than the patience"
def train_with_early_stopping(params, run_epoch, validation_loss, max_epochs, patience, min_delta=0.0):
    def kept(arrays):
        return {name: np.array(value) for name, value in arrays.items()}

    now, best, losses = kept(params), None, []
    lowest, best_epoch = np.inf, -1
    for epoch in range(max_epochs):
        now = run_epoch(now, epoch)
        losses.append(float(validation_loss(now)))
        if losses[-1] < lowest - min_delta:
            lowest, best, best_epoch = losses[-1], kept(now), epoch
        elif epoch - best_epoch > patience:
            break
    if best is None:
        raise ValueError("never better")
    return best, losses, best_epoch


# %% wrong: train_with_early_stopping
# idea: "waits one epoch too few"
def train_with_early_stopping(params, run_epoch, validation_loss, max_epochs, patience, min_delta=0.0):
    def kept(arrays):
        return {name: np.array(value) for name, value in arrays.items()}

    now, best, losses = kept(params), None, []
    lowest, best_epoch = np.inf, -1
    for epoch in range(max_epochs):
        now = run_epoch(now, epoch)
        losses.append(float(validation_loss(now)))
        if losses[-1] < lowest - min_delta:
            lowest, best, best_epoch = losses[-1], kept(now), epoch
        elif epoch - best_epoch >= max(patience - 1, 1):
            break
    if best is None:
        raise ValueError("never better")
    return best, losses, best_epoch


# %% wrong: train_with_early_stopping
# idea: "counts all epochs without improvement, not those in a row"
# fits: "An improvement does not give the patience back"
def train_with_early_stopping(params, run_epoch, validation_loss, max_epochs, patience, min_delta=0.0):
    def kept(arrays):
        return {name: np.array(value) for name, value in arrays.items()}

    now, best, losses = kept(params), None, []
    misses = 0
    lowest, best_epoch = np.inf, -1
    for epoch in range(max_epochs):
        now = run_epoch(now, epoch)
        losses.append(float(validation_loss(now)))
        if losses[-1] < lowest - min_delta:
            lowest, best, best_epoch = losses[-1], kept(now), epoch
        else:
            misses += 1
            if misses >= patience:
                break
    if best is None:
        raise ValueError("never better")
    return best, losses, best_epoch


# %% wrong: train_with_early_stopping
# idea: "compares with the epoch before"
def train_with_early_stopping(params, run_epoch, validation_loss, max_epochs, patience, min_delta=0.0):
    def kept(arrays):
        return {name: np.array(value) for name, value in arrays.items()}

    now, best, losses = kept(params), None, []
    lowest, best_epoch = np.inf, -1
    for epoch in range(max_epochs):
        now = run_epoch(now, epoch)
        losses.append(float(validation_loss(now)))
        if losses[-1] < (losses[-2] if epoch else np.inf) - min_delta:
            lowest, best, best_epoch = losses[-1], kept(now), epoch
        elif epoch - best_epoch >= patience:
            break
    if best is None:
        raise ValueError("never better")
    return best, losses, best_epoch


# %% wrong: train_with_early_stopping
# idea: "min_delta is ignored"
# fits: "min_delta has no effect"
def train_with_early_stopping(params, run_epoch, validation_loss, max_epochs, patience, min_delta=0.0):
    def kept(arrays):
        return {name: np.array(value) for name, value in arrays.items()}

    now, best, losses = kept(params), None, []
    lowest, best_epoch = np.inf, -1
    for epoch in range(max_epochs):
        now = run_epoch(now, epoch)
        losses.append(float(validation_loss(now)))
        if losses[-1] < lowest:
            lowest, best, best_epoch = losses[-1], kept(now), epoch
        elif epoch - best_epoch >= patience:
            break
    if best is None:
        raise ValueError("never better")
    return best, losses, best_epoch


# %% wrong: train_with_early_stopping
# idea: "min_delta with the wrong sign"
# fits: "With you an epoch may even be worse"
def train_with_early_stopping(params, run_epoch, validation_loss, max_epochs, patience, min_delta=0.0):
    def kept(arrays):
        return {name: np.array(value) for name, value in arrays.items()}

    now, best, losses = kept(params), None, []
    lowest, best_epoch = np.inf, -1
    for epoch in range(max_epochs):
        now = run_epoch(now, epoch)
        losses.append(float(validation_loss(now)))
        if losses[-1] < lowest + min_delta:
            lowest, best, best_epoch = losses[-1], kept(now), epoch
        elif epoch - best_epoch >= patience:
            break
    if best is None:
        raise ValueError("never better")
    return best, losses, best_epoch


# %% wrong: train_with_early_stopping
# idea: "improves by min_delta exactly"
# fits: "An equal loss is no improvement"
def train_with_early_stopping(params, run_epoch, validation_loss, max_epochs, patience, min_delta=0.0):
    def kept(arrays):
        return {name: np.array(value) for name, value in arrays.items()}

    now, best, losses = kept(params), None, []
    lowest, best_epoch = np.inf, -1
    for epoch in range(max_epochs):
        now = run_epoch(now, epoch)
        losses.append(float(validation_loss(now)))
        if losses[-1] <= lowest - min_delta:
            lowest, best, best_epoch = losses[-1], kept(now), epoch
        elif epoch - best_epoch >= patience:
            break
    if best is None:
        raise ValueError("never better")
    return best, losses, best_epoch


# %% wrong: train_with_early_stopping
# idea: "small improvements move the bar"
# fits: "You lower the best loss by steps that"
def train_with_early_stopping(params, run_epoch, validation_loss, max_epochs, patience, min_delta=0.0):
    def kept(arrays):
        return {name: np.array(value) for name, value in arrays.items()}

    now, best, losses = kept(params), None, []
    lowest, best_epoch = np.inf, -1
    for epoch in range(max_epochs):
        now = run_epoch(now, epoch)
        losses.append(float(validation_loss(now)))
        if losses[-1] < lowest - min_delta:
            lowest, best, best_epoch = losses[-1], kept(now), epoch
        elif epoch - best_epoch >= patience:
            break
        lowest = min(lowest, losses[-1])
    if best is None:
        raise ValueError("never better")
    return best, losses, best_epoch


# %% wrong: train_with_early_stopping
# idea: "the last weights come back"
# fits: "You return the last parameters"
def train_with_early_stopping(params, run_epoch, validation_loss, max_epochs, patience, min_delta=0.0):
    def kept(arrays):
        return {name: np.array(value) for name, value in arrays.items()}

    now, best, losses = kept(params), None, []
    lowest, best_epoch = np.inf, -1
    for epoch in range(max_epochs):
        now = run_epoch(now, epoch)
        losses.append(float(validation_loss(now)))
        if losses[-1] < lowest - min_delta:
            lowest, best, best_epoch = losses[-1], kept(now), epoch
        elif epoch - best_epoch >= patience:
            break
    if best is None:
        raise ValueError("never better")
    return kept(now), losses, best_epoch


# %% wrong: train_with_early_stopping
# idea: "epochs are counted from 1"
# fits: "Your best epoch is counted from 1"
# fits: "Every whole number is one too"
def train_with_early_stopping(params, run_epoch, validation_loss, max_epochs, patience, min_delta=0.0):
    def kept(arrays):
        return {name: np.array(value) for name, value in arrays.items()}

    now, best, losses = kept(params), None, []
    lowest, best_epoch = np.inf, -1
    for epoch in range(max_epochs):
        now = run_epoch(now, epoch)
        losses.append(float(validation_loss(now)))
        if losses[-1] < lowest - min_delta:
            lowest, best, best_epoch = losses[-1], kept(now), epoch
        elif epoch - best_epoch >= patience:
            break
    if best is None:
        raise ValueError("never better")
    return best, losses, best_epoch + 1


# %% wrong: train_with_early_stopping
# idea: "run_epoch is told epochs from 1"
# fits: "Epochs are counted from 0"
def train_with_early_stopping(params, run_epoch, validation_loss, max_epochs, patience, min_delta=0.0):
    def kept(arrays):
        return {name: np.array(value) for name, value in arrays.items()}

    now, best, losses = kept(params), None, []
    lowest, best_epoch = np.inf, -1
    for epoch in range(max_epochs):
        now = run_epoch(now, epoch + 1)
        losses.append(float(validation_loss(now)))
        if losses[-1] < lowest - min_delta:
            lowest, best, best_epoch = losses[-1], kept(now), epoch
        elif epoch - best_epoch >= patience:
            break
    if best is None:
        raise ValueError("never better")
    return best, losses, best_epoch


# %% wrong: train_with_early_stopping
# idea: "NaN counts as an improvement"
# fits: "A NaN counts as an improvement with you"
def train_with_early_stopping(params, run_epoch, validation_loss, max_epochs, patience, min_delta=0.0):
    def kept(arrays):
        return {name: np.array(value) for name, value in arrays.items()}

    now, best, losses = kept(params), None, []
    lowest, best_epoch = np.inf, -1
    for epoch in range(max_epochs):
        now = run_epoch(now, epoch)
        losses.append(float(validation_loss(now)))
        if not losses[-1] >= lowest - min_delta:
            lowest, best, best_epoch = losses[-1], kept(now), epoch
        elif epoch - best_epoch >= patience:
            break
    if best is None:
        raise ValueError("never better")
    return best, losses, best_epoch


# %% wrong: train_with_early_stopping
# idea: "no error when nothing improved"
# fits: "Results are right where there is one. But what the docstring refuses is taken"
def train_with_early_stopping(params, run_epoch, validation_loss, max_epochs, patience, min_delta=0.0):
    def kept(arrays):
        return {name: np.array(value) for name, value in arrays.items()}

    now, best, losses = kept(params), None, []
    lowest, best_epoch = np.inf, -1
    for epoch in range(max_epochs):
        now = run_epoch(now, epoch)
        losses.append(float(validation_loss(now)))
        if losses[-1] < lowest - min_delta:
            lowest, best, best_epoch = losses[-1], kept(now), epoch
        elif epoch - best_epoch >= patience:
            break
    return best or kept(now), losses, best_epoch


# %% wrong: train_with_early_stopping
# idea: "what run_epoch returns is ignored"
# fits: "You rely on run_epoch to change the arrays"
def train_with_early_stopping(params, run_epoch, validation_loss, max_epochs, patience, min_delta=0.0):
    def kept(arrays):
        return {name: np.array(value) for name, value in arrays.items()}

    now, best, losses = kept(params), None, []
    lowest, best_epoch = np.inf, -1
    for epoch in range(max_epochs):
        run_epoch(now, epoch)
        losses.append(float(validation_loss(now)))
        if losses[-1] < lowest - min_delta:
            lowest, best, best_epoch = losses[-1], kept(now), epoch
        elif epoch - best_epoch >= patience:
            break
    if best is None:
        raise ValueError("never better")
    return best, losses, best_epoch


# %% wrong: train_with_early_stopping
# idea: "the lowest loss counts, though it was no improvement by min_delta"
# fits: "You name the epoch with the lowest loss"
def train_with_early_stopping(params, run_epoch, validation_loss, max_epochs, patience, min_delta=0.0):
    def kept(arrays):
        return {name: np.array(value) for name, value in arrays.items()}

    now, best, losses = kept(params), None, []
    lowest, best_epoch = np.inf, -1
    for epoch in range(max_epochs):
        now = run_epoch(now, epoch)
        losses.append(float(validation_loss(now)))
        if losses[-1] < lowest - min_delta:
            lowest, best, best_epoch = losses[-1], kept(now), epoch
        elif epoch - best_epoch >= patience:
            break
    if best is None:
        raise ValueError("never better")
    return best, losses, int(np.nanargmin(losses))


# %% wrong: train_with_early_stopping
# idea: "goes back to the best weights after each bad epoch"
# fits: "After a bad epoch you go back to"
def train_with_early_stopping(params, run_epoch, validation_loss, max_epochs, patience, min_delta=0.0):
    def kept(arrays):
        return {name: np.array(value) for name, value in arrays.items()}

    now, best, losses = kept(params), None, []
    lowest, best_epoch = np.inf, -1
    for epoch in range(max_epochs):
        now = run_epoch(now, epoch)
        losses.append(float(validation_loss(now)))
        if losses[-1] < lowest - min_delta:
            lowest, best, best_epoch = losses[-1], kept(now), epoch
        elif epoch - best_epoch >= patience:
            break
        elif best is not None:
            now = kept(best)
    if best is None:
        raise ValueError("never better")
    return best, losses, best_epoch


# %% wrong: train_with_early_stopping
# idea: "the start is validated too"
def train_with_early_stopping(params, run_epoch, validation_loss, max_epochs, patience, min_delta=0.0):
    def kept(arrays):
        return {name: np.array(value) for name, value in arrays.items()}

    now, best, losses = kept(params), None, []
    lowest, best_epoch = np.inf, -1
    lowest = float(validation_loss(now))
    for epoch in range(max_epochs):
        now = run_epoch(now, epoch)
        losses.append(float(validation_loss(now)))
        if losses[-1] < lowest - min_delta:
            lowest, best, best_epoch = losses[-1], kept(now), epoch
        elif epoch - best_epoch >= patience:
            break
    if best is None:
        raise ValueError("never better")
    return best, losses, best_epoch


# %% wrong: train_with_early_stopping
# idea: "stops at the first NaN"
# fits: "Your own `raise` refuses what is allowed"
def train_with_early_stopping(params, run_epoch, validation_loss, max_epochs, patience, min_delta=0.0):
    def kept(arrays):
        return {name: np.array(value) for name, value in arrays.items()}

    now, best, losses = kept(params), None, []
    lowest, best_epoch = np.inf, -1
    for epoch in range(max_epochs):
        now = run_epoch(now, epoch)
        losses.append(float(validation_loss(now)))
        if np.isnan(losses[-1]):
            break
        if losses[-1] < lowest - min_delta:
            lowest, best, best_epoch = losses[-1], kept(now), epoch
        elif epoch - best_epoch >= patience:
            break
    if best is None:
        raise ValueError("never better")
    return best, losses, best_epoch
