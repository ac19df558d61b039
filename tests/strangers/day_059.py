# %% right: integral_image_and_haar_feature
def integral_image(x):
    h, w = np.shape(x)
    out = np.zeros((h + 1, w + 1), dtype=np.float64)
    for i in range(h):
        row_sum = 0.0
        for j in range(w):
            row_sum += float(x[i, j])
            out[i + 1, j + 1] = out[i, j + 1] + row_sum
    return out


def haar_feature(integral, rectangles, top=0, left=0):
    top, left = np.asarray(top), np.asarray(left)
    result = 0.0
    for t, l, h, w, c in rectangles:
        y, x = top + t, left + l
        result = result + c * (integral[y + h, x + w] + integral[y, x] - integral[y, x + w] - integral[y + h, x])
    return result


# %% wrong: integral_image_and_haar_feature
# idea: "no border of zeros"
# fits: "The row and the column of zeros are missing"
def integral_image(x):
    return x.cumsum(0).cumsum(1).astype(float)


def haar_feature(integral, rectangles, top=0, left=0):
    result = 0.0
    for t, l, h, w, c in rectangles:
        y, x = top + t, left + l
        result = result + c * (integral[y + h, x + w] + integral[y, x] - integral[y, x + w] - integral[y + h, x])
    return result


# %% wrong: integral_image_and_haar_feature
# idea: "cumsum without axes"
# fits: "Your sum runs on from row to row"
def integral_image(x):
    out = np.zeros((x.shape[0] + 1, x.shape[1] + 1))
    out[1:, 1:] = np.cumsum(x, dtype=float).reshape(x.shape)
    return out


def haar_feature(integral, rectangles, top=0, left=0):
    result = 0.0
    for t, l, h, w, c in rectangles:
        y, x = top + t, left + l
        result = result + c * (integral[y + h, x + w] + integral[y, x] - integral[y, x + w] - integral[y + h, x])
    return result


# %% wrong: integral_image_and_haar_feature
# idea: "off by one at the end of a rectangle"
# fits: "Your rectangles lack their last row"
def integral_image(x):
    return np.pad(np.asarray(x, dtype=float).cumsum(0).cumsum(1), ((1, 0), (1, 0)))


def haar_feature(integral, rectangles, top=0, left=0):
    result = 0.0
    for t, l, h, w, c in rectangles:
        y, x = top + t, left + l
        y2, x2 = y + h - 1, x + w - 1
        result = result + c * (integral[y2, x2] + integral[y, x] - integral[y, x2] - integral[y2, x])
    return result


# %% wrong: integral_image_and_haar_feature
# idea: "window's corner left out"
# fits: "top is not used"
# fits: "left is not used"
def integral_image(x):
    return np.pad(np.asarray(x, dtype=float).cumsum(0).cumsum(1), ((1, 0), (1, 0)))


def haar_feature(integral, rectangles, top=0, left=0):
    result = 0.0
    for y, x, h, w, c in rectangles:
        result = result + c * (integral[y + h, x + w] + integral[y, x] - integral[y, x + w] - integral[y + h, x])
    return result


# %% wrong: integral_image_and_haar_feature
# idea: "forgets to add the corner back"
# fits: "was taken off twice and has to come back"
def integral_image(x):
    return np.pad(np.asarray(x, dtype=float).cumsum(0).cumsum(1), ((1, 0), (1, 0)))


def haar_feature(integral, rectangles, top=0, left=0):
    result = 0.0
    for t, l, h, w, c in rectangles:
        y, x = top + t, left + l
        result = result + c * (integral[y + h, x + w] - integral[y, x + w] - integral[y + h, x])
    return result


# %% right: cascade_detect
def cascade_detect(image, stages, window):
    img = np.array(image, dtype=float)
    integ = integral_image(img)
    integ2 = integral_image(img * img)
    box = [(0, 0, window, window, 1.0)]
    area = float(window * window)
    alive = [(r, c) for r in range(img.shape[0] - window + 1) for c in range(img.shape[1] - window + 1)]
    counts = [len(alive)]
    scores = []
    for stumps, needed in stages:
        nxt, scores = [], []
        for r, c in alive:
            mean = haar_feature(integ, box, r, c) / area
            var = haar_feature(integ2, box, r, c) / area - mean * mean
            sd = max(float(np.sqrt(max(var, 0.0))), 1.0)
            total = 0.0
            for rects, thr, sign, weight in stumps:
                if sign * haar_feature(integ, rects, r, c) / sd < sign * thr:
                    total += weight
            if total >= needed:
                nxt.append((r, c))
                scores.append(total)
        alive = nxt
        counts.append(len(alive))
    return np.array(alive, dtype=int).reshape(-1, 2), np.array(scores, dtype=float), counts


# %% wrong: cascade_detect
# idea: "no normalisation by the standard deviation"
# fits: "Values are not divided"
def cascade_detect(image, stages, window):
    img = np.array(image, dtype=float)
    integ = integral_image(img)
    n, m = max(img.shape[0] - window + 1, 0), max(img.shape[1] - window + 1, 0)
    r, c = [a.ravel() for a in np.indices((n, m))]
    counts = [len(r)]
    for stumps, needed in stages:
        total = np.zeros(len(r))
        for rects, thr, sign, weight in stumps:
            total = total + weight * (sign * haar_feature(integ, rects, r, c) < sign * thr)
        ok = total >= needed
        r, c, total = r[ok], c[ok], total[ok]
        counts.append(len(r))
    return np.stack([r, c], 1), total, counts


# %% wrong: cascade_detect
# idea: "misses the last row and column"
# fits: "The last row and the last column of windows are missing"
def cascade_detect(image, stages, window):
    img = np.array(image, dtype=float)
    integ, integ2 = integral_image(img), integral_image(img * img)
    n, m = max(img.shape[0] - window, 0), max(img.shape[1] - window, 0)
    r, c = [a.ravel() for a in np.indices((n, m))]
    box = [(0, 0, window, window, 1 / window**2)]
    sd = np.sqrt(np.maximum(haar_feature(integ2, box, r, c) - haar_feature(integ, box, r, c) ** 2, 1))
    counts = [len(r)]
    for stumps, needed in stages:
        total = np.zeros(len(r))
        for rects, thr, sign, weight in stumps:
            total = total + weight * (sign * haar_feature(integ, rects, r, c) / sd < sign * thr)
        ok = total >= needed
        r, c, sd, total = r[ok], c[ok], sd[ok], total[ok]
        counts.append(len(r))
    return np.stack([r, c], 1), total, counts


# %% wrong: cascade_detect
# idea: "votes are added up over the stages"
# fits: "Votes of earlier stages are carried over"
def cascade_detect(image, stages, window):
    img = np.array(image, dtype=float)
    integ, integ2 = integral_image(img), integral_image(img * img)
    n, m = max(img.shape[0] - window + 1, 0), max(img.shape[1] - window + 1, 0)
    r, c = [a.ravel() for a in np.indices((n, m))]
    box = [(0, 0, window, window, 1 / window**2)]
    sd = np.sqrt(np.maximum(haar_feature(integ2, box, r, c) - haar_feature(integ, box, r, c) ** 2, 1))
    counts, total = [len(r)], np.zeros(len(r))
    for stumps, needed in stages:
        for rects, thr, sign, weight in stumps:
            total = total + weight * (sign * haar_feature(integ, rects, r, c) / sd < sign * thr)
        ok = total >= needed
        r, c, sd, total = r[ok], c[ok], sd[ok], total[ok]
        counts.append(len(r))
    return np.stack([r, c], 1), total, counts


# %% wrong: cascade_detect
# idea: "strictly more votes than needed"
# fits: "A window whose votes reach exactly"
def cascade_detect(image, stages, window):
    img = np.array(image, dtype=float)
    integ, integ2 = integral_image(img), integral_image(img * img)
    n, m = max(img.shape[0] - window + 1, 0), max(img.shape[1] - window + 1, 0)
    r, c = [a.ravel() for a in np.indices((n, m))]
    box = [(0, 0, window, window, 1 / window**2)]
    sd = np.sqrt(np.maximum(haar_feature(integ2, box, r, c) - haar_feature(integ, box, r, c) ** 2, 1))
    counts = [len(r)]
    for stumps, needed in stages:
        total = np.zeros(len(r))
        for rects, thr, sign, weight in stumps:
            total = total + weight * (sign * haar_feature(integ, rects, r, c) / sd < sign * thr)
        ok = total > needed
        r, c, sd, total = r[ok], c[ok], sd[ok], total[ok]
        counts.append(len(r))
    return np.stack([r, c], 1), total, counts


# %% wrong: cascade_detect
# idea: "the sign is used for the value alone"
# fits: "it belongs to the threshold too"
def cascade_detect(image, stages, window):
    img = np.array(image, dtype=float)
    integ, integ2 = integral_image(img), integral_image(img * img)
    n, m = max(img.shape[0] - window + 1, 0), max(img.shape[1] - window + 1, 0)
    r, c = [a.ravel() for a in np.indices((n, m))]
    box = [(0, 0, window, window, 1 / window**2)]
    sd = np.sqrt(np.maximum(haar_feature(integ2, box, r, c) - haar_feature(integ, box, r, c) ** 2, 1))
    counts = [len(r)]
    for stumps, needed in stages:
        total = np.zeros(len(r))
        for rects, thr, sign, weight in stumps:
            total = total + weight * (sign * haar_feature(integ, rects, r, c) / sd < thr)
        ok = total >= needed
        r, c, sd, total = r[ok], c[ok], sd[ok], total[ok]
        counts.append(len(r))
    return np.stack([r, c], 1), total, counts


# %% right: contrastive_and_triplet_loss
def contrastive_loss(d, same, margin):
    same = ops.cast(same, "float32")
    d = ops.cast(d, "float32")
    pull = same * ops.square(d)
    push = (1.0 - same) * ops.square(ops.maximum(margin - d, 0.0))
    return ops.mean(pull + push)


def triplet_loss(a, p, n, margin):
    ap = ops.sum(ops.square(ops.convert_to_tensor(a) - p), axis=-1)
    an = ops.sum(ops.square(ops.convert_to_tensor(a) - n), axis=-1)
    return ops.mean(ops.maximum(ap - an + margin, 0.0))


# %% wrong: contrastive_and_triplet_loss
# idea: "same and different exchanged, as in the paper of 2006"
# fits: "Your roles are exchanged"
def contrastive_loss(d, same, margin):
    same = ops.cast(same, "float32")
    return ops.mean((1 - same) * d**2 + same * ops.maximum(margin - d, 0.0) ** 2)


def triplet_loss(a, p, n, margin):
    ap = ops.sum(ops.square(ops.convert_to_tensor(a) - p), axis=-1)
    an = ops.sum(ops.square(ops.convert_to_tensor(a) - n), axis=-1)
    return ops.mean(ops.maximum(ap - an + margin, 0.0))


# %% wrong: contrastive_and_triplet_loss
# idea: "no cut in the contrastive loss"
# fits: "Strangers further apart than the margin are drawn back"
def contrastive_loss(d, same, margin):
    same = ops.cast(same, "float32")
    return ops.mean(same * d**2 + (1 - same) * (margin - d) ** 2)


def triplet_loss(a, p, n, margin):
    ap = ops.sum(ops.square(ops.convert_to_tensor(a) - p), axis=-1)
    an = ops.sum(ops.square(ops.convert_to_tensor(a) - n), axis=-1)
    return ops.mean(ops.maximum(ap - an + margin, 0.0))


# %% wrong: contrastive_and_triplet_loss
# idea: "triplets with distances instead of squares"
# fits: "The margin is one of squared distances"
def contrastive_loss(d, same, margin):
    same = ops.cast(same, "float32")
    return ops.mean(same * d**2 + (1 - same) * ops.maximum(margin - d, 0.0) ** 2)


def triplet_loss(a, p, n, margin):
    ap = ops.norm(ops.convert_to_tensor(a) - p, axis=-1)
    an = ops.norm(ops.convert_to_tensor(a) - n, axis=-1)
    return ops.mean(ops.maximum(ap - an + margin, 0.0))


# %% wrong: contrastive_and_triplet_loss
# idea: "triplets with the signs turned round"
# fits: "Your signs are turned round"
def contrastive_loss(d, same, margin):
    same = ops.cast(same, "float32")
    return ops.mean(same * d**2 + (1 - same) * ops.maximum(margin - d, 0.0) ** 2)


def triplet_loss(a, p, n, margin):
    ap = ops.sum(ops.square(ops.convert_to_tensor(a) - p), axis=-1)
    an = ops.sum(ops.square(ops.convert_to_tensor(a) - n), axis=-1)
    return ops.mean(ops.maximum(an - ap + margin, 0.0))


# %% wrong: contrastive_and_triplet_loss
# idea: "sums instead of means of triplets"
# fits: "You add the triplets up"
def contrastive_loss(d, same, margin):
    same = ops.cast(same, "float32")
    return ops.mean(same * d**2 + (1 - same) * ops.maximum(margin - d, 0.0) ** 2)


def triplet_loss(a, p, n, margin):
    ap = ops.sum(ops.square(ops.convert_to_tensor(a) - p), axis=-1)
    an = ops.sum(ops.square(ops.convert_to_tensor(a) - n), axis=-1)
    return ops.sum(ops.maximum(ap - an + margin, 0.0))


# %% right: mine_semi_hard
def mine_semi_hard(embeddings, labels, margin):
    out = []
    n = len(labels)
    d2 = np.array([[np.sum((embeddings[i] - embeddings[j]) ** 2) for j in range(n)] for i in range(n)])
    for a in range(n):
        for p in range(n):
            if p == a or labels[p] != labels[a]:
                continue
            cand = [
                (d2[a, j], j) for j in range(n) if labels[j] != labels[a] and d2[a, p] < d2[a, j] < d2[a, p] + margin
            ]
            if cand:
                out.append([a, p, min(cand)[1]])
    return np.array(out, dtype=int) if out else np.empty((0, 3), dtype=int)


# %% wrong: mine_semi_hard
# idea: "hardest negatives within the margin, nearer ones too"
# fits: "Negatives nearer than the positive get in"
def mine_semi_hard(embeddings, labels, margin):
    out = []
    n = len(labels)
    d2 = ((embeddings[:, None] - embeddings[None]) ** 2).sum(-1)
    for a in range(n):
        for p in range(n):
            if p == a or labels[p] != labels[a]:
                continue
            cand = [(d2[a, j], j) for j in range(n) if labels[j] != labels[a] and d2[a, j] < d2[a, p] + margin]
            if cand:
                out.append([a, p, min(cand)[1]])
    return np.array(out, dtype=int).reshape(-1, 3)


# %% wrong: mine_semi_hard
# idea: "each pair once"
# fits: "Each pair occurs twice"
def mine_semi_hard(embeddings, labels, margin):
    out = []
    n = len(labels)
    d2 = ((embeddings[:, None] - embeddings[None]) ** 2).sum(-1)
    for a in range(n):
        for p in range(a + 1, n):
            if labels[p] != labels[a]:
                continue
            cand = [
                (d2[a, j], j) for j in range(n) if labels[j] != labels[a] and d2[a, p] < d2[a, j] < d2[a, p] + margin
            ]
            if cand:
                out.append([a, p, min(cand)[1]])
    return np.array(out, dtype=int).reshape(-1, 3)


# %% wrong: mine_semi_hard
# idea: "every semi-hard negative, not the nearest alone"
# fits: "You keep every semi-hard negative"
def mine_semi_hard(embeddings, labels, margin):
    out = []
    n = len(labels)
    d2 = ((embeddings[:, None] - embeddings[None]) ** 2).sum(-1)
    for a in range(n):
        for p in range(n):
            if p == a or labels[p] != labels[a]:
                continue
            for j in range(n):
                if labels[j] != labels[a] and d2[a, p] < d2[a, j] < d2[a, p] + margin:
                    out.append([a, p, j])
    return np.array(out, dtype=int).reshape(-1, 3)


# %% wrong: mine_semi_hard
# idea: "distances instead of squares"
# fits: "You compare distances"
def mine_semi_hard(embeddings, labels, margin):
    out = []
    n = len(labels)
    d = np.linalg.norm(embeddings[:, None] - embeddings[None], axis=-1)
    for a in range(n):
        for p in range(n):
            if p == a or labels[p] != labels[a]:
                continue
            cand = [(d[a, j], j) for j in range(n) if labels[j] != labels[a] and d[a, p] < d[a, j] < d[a, p] + margin]
            if cand:
                out.append([a, p, min(cand)[1]])
    return np.array(out, dtype=int).reshape(-1, 3)


# %% wrong: mine_semi_hard
# idea: "an empty list has shape (0,)"
# fits: "the result is to have shape (0, 3)"
def mine_semi_hard(embeddings, labels, margin):
    out = []
    n = len(labels)
    d2 = ((embeddings[:, None] - embeddings[None]) ** 2).sum(-1)
    for a in range(n):
        for p in range(n):
            if p == a or labels[p] != labels[a]:
                continue
            cand = [
                (d2[a, j], j) for j in range(n) if labels[j] != labels[a] and d2[a, p] < d2[a, j] < d2[a, p] + margin
            ]
            if cand:
                out.append([a, p, min(cand)[1]])
    return np.array(out, dtype=int)


# %% right: verify
def verify(e1, e2, threshold):
    diff = np.asarray(e1, dtype=np.float64) - np.asarray(e2, dtype=np.float64)
    return np.sqrt(np.sum(diff * diff, axis=-1)) < threshold


# %% wrong: verify
# idea: "one norm over everything"
# fits: "You take one length over all pairs"
def verify(e1, e2, threshold):
    return np.linalg.norm(e1 - e2) < threshold


# %% wrong: verify
# idea: "axis 0"
# fits: "You measure along the pairs"
def verify(e1, e2, threshold):
    return np.linalg.norm(np.asarray(e1, float) - np.asarray(e2, float), axis=0) < threshold


# %% wrong: verify
# idea: "at most the threshold"
# fits: "A distance equal to the threshold"
def verify(e1, e2, threshold):
    return np.linalg.norm(np.asarray(e1, float) - np.asarray(e2, float), axis=-1) <= threshold


# %% wrong: verify
# idea: "cosine similarity"
# fits: "You compare the product"
def verify(e1, e2, threshold):
    e1, e2 = np.asarray(e1, float), np.asarray(e2, float)
    return (e1 * e2).sum(-1) > threshold


# %% wrong: verify
# idea: "squared distance"
# fits: "You compare the squared distance"
def verify(e1, e2, threshold):
    return ((np.asarray(e1, float) - np.asarray(e2, float)) ** 2).sum(-1) < threshold


# %% right: equal_error_rate
def equal_error_rate(scores, same):
    scores = np.asarray(scores, dtype=float)
    same = np.asarray(same)
    if scores.shape != same.shape:
        raise ValueError("shape")
    same = same.astype(bool)
    if same.sum() == 0 or (~same).sum() == 0:
        raise ValueError("one kind only")
    gaps, rates, ts = [], [], sorted(set(scores.tolist()))
    for t in ts:
        frr = (scores[same] < t).mean()
        far = (scores[~same] >= t).mean()
        gaps.append(abs(far - frr))
        rates.append((far + frr) / 2)
    i = int(np.argmin(gaps))
    return float(rates[i]), float(ts[i])


# %% wrong: equal_error_rate
# idea: "threshold by the fewest errors"
# fits: "You look for the smallest sum of errors"
def equal_error_rate(scores, same):
    scores, same = np.asarray(scores, dtype=float), np.asarray(same)
    if scores.shape != same.shape or same.all() or not same.any():
        raise ValueError
    same = same.astype(bool)
    best = None
    for t in np.unique(scores):
        frr, far = (scores[same] < t).mean(), (scores[~same] >= t).mean()
        if best is None or frr + far < best[0]:
            best = (frr + far, (frr + far) / 2, t)
    return float(best[1]), float(best[2])


# %% wrong: equal_error_rate
# idea: "rates as shares of all pairs"
# fits: "not of all pairs"
def equal_error_rate(scores, same):
    scores, same = np.asarray(scores, dtype=float), np.asarray(same)
    if scores.shape != same.shape or same.all() or not same.any():
        raise ValueError
    same = same.astype(bool)
    best = None
    for t in np.unique(scores):
        frr, far = ((scores < t) & same).mean(), ((scores >= t) & ~same).mean()
        if best is None or abs(frr - far) < best[0]:
            best = (abs(frr - far), (frr + far) / 2, t)
    return float(best[1]), float(best[2])


# %% wrong: equal_error_rate
# idea: "scores are taken for distances"
# fits: "You take small scores for the same person"
def equal_error_rate(scores, same):
    scores, same = np.asarray(scores, dtype=float), np.asarray(same)
    if scores.shape != same.shape or same.all() or not same.any():
        raise ValueError
    same = same.astype(bool)
    best = None
    for t in np.unique(scores):
        frr, far = (scores[same] > t).mean(), (scores[~same] <= t).mean()
        if best is None or abs(frr - far) < best[0]:
            best = (abs(frr - far), (frr + far) / 2, t)
    return float(best[1]), float(best[2])


# %% wrong: equal_error_rate
# idea: "false acceptance rate alone"
# fits: "you tell one of them"
def equal_error_rate(scores, same):
    scores, same = np.asarray(scores, dtype=float), np.asarray(same)
    if scores.shape != same.shape or same.all() or not same.any():
        raise ValueError
    same = same.astype(bool)
    t = np.unique(scores)
    frr = np.array([(scores[same] < each).mean() for each in t])
    far = np.array([(scores[~same] >= each).mean() for each in t])
    i = np.argmin(abs(frr - far))
    return float(far[i]), float(t[i])


# %% wrong: equal_error_rate
# idea: "no checks"
# fits: "one of the rates is 0/0"
# fits: "of different shapes get through"
def equal_error_rate(scores, same):
    scores, same = np.asarray(scores, dtype=float), np.asarray(same).astype(bool)
    t = np.unique(scores)
    frr = np.array([(scores[same] < each).mean() for each in t])
    far = np.array([(scores[~same] >= each).mean() for each in t])
    i = np.argmin(abs(frr - far))
    return float((far[i] + frr[i]) / 2), float(t[i])


# %% right: identify
def identify(e, database, k=1, threshold=math.inf):
    vectors, names = database
    d = np.sqrt(np.sum((np.asarray(vectors) - np.asarray(e)) ** 2, axis=1))
    order = np.argsort(d)[:k]
    tally = {}
    for i in order:
        if d[i] < threshold:
            tally[names[i]] = tally.get(names[i], 0) + 1
    if len(tally) == 0:
        return None
    most = max(tally.values())
    for name in tally:
        if tally[name] == most:
            return name


# %% wrong: identify
# idea: "ignores k"
# fits: "k is not used"
def identify(e, database, k=1, threshold=math.inf):
    vectors, names = database
    d = np.linalg.norm(vectors - e, axis=1)
    i = d.argmin()
    return names[i] if d[i] < threshold else None


# %% wrong: identify
# idea: "np.unique's first name wins a tie"
# fits: "the first of the alphabet"
def identify(e, database, k=1, threshold=math.inf):
    vectors, names = database
    d = np.linalg.norm(vectors - e, axis=1)
    order = np.argsort(d)[:k]
    near = [names[i] for i in order if d[i] < threshold]
    if not near:
        return None
    values, counts = np.unique(near, return_counts=True)
    return str(values[counts.argmax()])


# %% wrong: identify
# idea: "no threshold"
# fits: "The threshold is not used"
def identify(e, database, k=1, threshold=math.inf):
    vectors, names = database
    d = np.linalg.norm(vectors - e, axis=1)
    near = [names[i] for i in np.argsort(d)[:k]]
    return max(near, key=near.count)


# %% wrong: identify
# idea: "the threshold holds for the nearest alone, others vote from afar"
# fits: "Only the nearest entry is held to the threshold"
def identify(e, database, k=1, threshold=math.inf):
    vectors, names = database
    d = np.linalg.norm(vectors - e, axis=1)
    order = np.argsort(d)[:k]
    if d[order[0]] >= threshold:
        return None
    near = [names[i] for i in order]
    return max(near, key=near.count)


# %% wrong: identify
# idea: "largest dot product"
# fits: "You compare products"
def identify(e, database, k=1, threshold=math.inf):
    vectors, names = database
    s = np.asarray(vectors) @ e
    order = np.argsort(-s)[:k]
    near = [names[i] for i in order if np.linalg.norm(vectors[i] - e) < threshold]
    return max(near, key=near.count) if near else None


# %% right: AttendanceBook
class AttendanceBook:
    def __init__(self, path):
        self.conn = sqlite3.connect(path)
        cur = self.conn.cursor()
        cur.execute("CREATE TABLE IF NOT EXISTS log (person TEXT, date TEXT, clock TEXT, PRIMARY KEY (person, date))")
        self.conn.commit()

    def mark(self, name, day, time):
        cur = self.conn.cursor()
        try:
            cur.execute("INSERT INTO log VALUES (?, ?, ?)", (name, day, time))
        except sqlite3.IntegrityError:
            self.conn.rollback()
            return False
        self.conn.commit()
        return True

    def entries(self, day):
        cur = self.conn.cursor()
        cur.execute("SELECT person, clock FROM log WHERE date = ?", (day,))
        return sorted(cur.fetchall(), key=lambda r: (r[1], r[0]))

    def close(self):
        self.conn.close()


# %% wrong: AttendanceBook
# idea: "forgets the commit"
# fits: "never committed"
class AttendanceBook:
    def __init__(self, path):
        self.conn = sqlite3.connect(path, timeout=0.1)
        self.conn.execute(
            "CREATE TABLE IF NOT EXISTS log (person TEXT, date TEXT, clock TEXT, PRIMARY KEY (person, date))"
        )

    def mark(self, name, day, time):
        try:
            self.conn.execute("INSERT INTO log VALUES (?, ?, ?)", (name, day, time))
        except sqlite3.IntegrityError:
            return False
        return True

    def entries(self, day):
        rows = self.conn.execute("SELECT person, clock FROM log WHERE date = ? ORDER BY clock, person", (day,))
        return rows.fetchall()

    def close(self):
        self.conn.close()


# %% wrong: AttendanceBook
# idea: "later entries replace the first"
# fits: "A later entry replaces the first"
class AttendanceBook:
    def __init__(self, path):
        self.conn = sqlite3.connect(path)
        self.conn.execute(
            "CREATE TABLE IF NOT EXISTS log (person TEXT, date TEXT, clock TEXT, PRIMARY KEY (person, date))"
        )
        self.conn.commit()

    def mark(self, name, day, time):
        known = self.conn.execute("SELECT 1 FROM log WHERE person = ? AND date = ?", (name, day)).fetchone()
        self.conn.execute("INSERT OR REPLACE INTO log VALUES (?, ?, ?)", (name, day, time))
        self.conn.commit()
        return known is None

    def entries(self, day):
        rows = self.conn.execute("SELECT person, clock FROM log WHERE date = ? ORDER BY clock, person", (day,))
        return rows.fetchall()

    def close(self):
        self.conn.close()


# %% wrong: AttendanceBook
# idea: "a dict in memory, written at the end"
# fits: "kept in memory until the book is closed"
# fits: "You remember in the program"
class AttendanceBook:
    def __init__(self, path):
        self.path = path
        self.days = {}

    def mark(self, name, day, time):
        came = self.days.setdefault(day, {})
        if name in came:
            return False
        came[name] = time
        return True

    def entries(self, day):
        return sorted(self.days.get(day, {}).items(), key=lambda row: (row[1], row[0]))

    def close(self):
        with sqlite3.connect(self.path) as conn:
            conn.execute("CREATE TABLE IF NOT EXISTS log (person TEXT, date TEXT, clock TEXT)")
            for day, came in self.days.items():
                for name, time in came.items():
                    conn.execute("INSERT INTO log VALUES (?, ?, ?)", (name, day, time))


# %% wrong: AttendanceBook
# idea: "the table must not exist"
# fits: "Opening a book that exists fails"
class AttendanceBook:
    def __init__(self, path):
        self.conn = sqlite3.connect(path)
        self.conn.execute("CREATE TABLE log (person TEXT, date TEXT, clock TEXT, PRIMARY KEY (person, date))")
        self.conn.commit()

    def mark(self, name, day, time):
        cur = self.conn.execute("INSERT OR IGNORE INTO log VALUES (?, ?, ?)", (name, day, time))
        self.conn.commit()
        return cur.rowcount > 0

    def entries(self, day):
        rows = self.conn.execute("SELECT person, clock FROM log WHERE date = ? ORDER BY clock, person", (day,))
        return rows.fetchall()

    def close(self):
        self.conn.close()


# %% wrong: AttendanceBook
# idea: "SQL with f-strings"
# fits: "A name with an apostrophe breaks your SQL"
class AttendanceBook:
    def __init__(self, path):
        self.conn = sqlite3.connect(path)
        self.conn.execute(
            "CREATE TABLE IF NOT EXISTS log (person TEXT, date TEXT, clock TEXT, PRIMARY KEY (person, date))"
        )
        self.conn.commit()

    def mark(self, name, day, time):
        cur = self.conn.execute(f"INSERT OR IGNORE INTO log VALUES ('{name}', '{day}', '{time}')")
        self.conn.commit()
        return cur.rowcount > 0

    def entries(self, day):
        rows = self.conn.execute(f"SELECT person, clock FROM log WHERE date = '{day}' ORDER BY clock, person")
        return rows.fetchall()

    def close(self):
        self.conn.close()


# %% right: integral_image_and_haar_feature
def integral_image(x):
    x = np.asarray(x)
    result = np.zeros((x.shape[0] + 1, x.shape[1] + 1))
    result[1:, 1:] = np.cumsum(np.cumsum(x, axis=0, dtype=float), axis=1)
    return result


def haar_feature(integral, rectangles, top=0, left=0):
    top, left = np.broadcast_arrays(top, left)
    value = np.zeros(top.shape)
    for t, l, h, w, c in rectangles:
        i, j = top + t, left + l
        value = value + c * (integral[i + h, j + w] - integral[i, j + w] - integral[i + h, j] + integral[i, j])
    return value if value.ndim else float(value)


# %% right: integral_image_and_haar_feature
def integral_image(x):
    padded = np.pad(np.array(x, dtype=np.float64), ((1, 0), (1, 0)))
    return np.add.accumulate(np.add.accumulate(padded, axis=1), axis=0)


def haar_feature(integral, rectangles, top=0, left=0):
    def corner(i, j):
        return integral[np.asarray(top) + i, np.asarray(left) + j]

    return sum(
        c * (corner(t + h, l + w) - corner(t, l + w) - corner(t + h, l) + corner(t, l)) for t, l, h, w, c in rectangles
    )


# %% wrong: integral_image_and_haar_feature
# idea: "adds up in the type of the picture and makes float64 of it afterwards: float32 loses digits"
# fits: "The numbers are right to some digits and no further"
def integral_image(x):
    x = np.asarray(x)
    total = x.cumsum(axis=0).cumsum(axis=1)
    return np.pad(total, ((1, 0), (1, 0))).astype(np.float64)


def haar_feature(integral, rectangles, top=0, left=0):
    top, left = np.asarray(top), np.asarray(left)
    value = 0.0
    for t, l, h, w, c in rectangles:
        i, j = top + t, left + l
        value = value + c * (integral[i + h, j + w] - integral[i, j + w] - integral[i + h, j] + integral[i, j])
    return value


# %% wrong: integral_image_and_haar_feature
# idea: "the zeros are put behind, below and to the right"
# fits: "The zeros are at the end"
def integral_image(x):
    x = np.asarray(x, dtype=float)
    return np.pad(x.cumsum(axis=0).cumsum(axis=1), ((0, 1), (0, 1)))


def haar_feature(integral, rectangles, top=0, left=0):
    top, left = np.asarray(top), np.asarray(left)
    value = 0.0
    for t, l, h, w, c in rectangles:
        i, j = top + t, left + l
        value = value + c * (integral[i + h, j + w] - integral[i, j + w] - integral[i + h, j] + integral[i, j])
    return value


# %% wrong: integral_image_and_haar_feature
# idea: "takes the mean of each rectangle, divides by its area"
# fits: "You take the mean of each rectangle"
def integral_image(x):
    x = np.asarray(x, dtype=float)
    return np.pad(x.cumsum(axis=0).cumsum(axis=1), ((1, 0), (1, 0)))


def haar_feature(integral, rectangles, top=0, left=0):
    top, left = np.asarray(top), np.asarray(left)
    value = 0.0
    for t, l, h, w, c in rectangles:
        i, j = top + t, left + l
        inside = integral[i + h, j + w] - integral[i, j + w] - integral[i + h, j] + integral[i, j]
        value = value + c * inside / (h * w)
    return value


# %% wrong: integral_image_and_haar_feature
# idea: "moves the windows' corners in place from rectangle to rectangle and back; only the last move is not undone"
# fits: "You move top and left themselves"
# fits: "work on a copy"
def integral_image(x):
    x = np.asarray(x, dtype=float)
    return np.pad(x.cumsum(axis=0).cumsum(axis=1), ((1, 0), (1, 0)))


def haar_feature(integral, rectangles, top=0, left=0):
    value, at = 0.0, (0, 0)
    for t, l, h, w, c in rectangles:
        top += t - at[0]
        left += l - at[1]
        at = (t, l)
        inside = integral[top + h, left + w] - integral[top, left + w] - integral[top + h, left] + integral[top, left]
        value = value + c * inside
    return value


# %% wrong: integral_image_and_haar_feature
# idea: "tops and lefts make a grid in place of being broadcast"
# fits: "Every top meets every left"
def integral_image(x):
    x = np.asarray(x, dtype=float)
    return np.pad(x.cumsum(axis=0).cumsum(axis=1), ((1, 0), (1, 0)))


def haar_feature(integral, rectangles, top=0, left=0):
    scalar = np.ndim(top) == 0 and np.ndim(left) == 0
    top, left = np.ravel(top)[:, np.newaxis], np.ravel(left)
    value = 0.0
    for t, l, h, w, c in rectangles:
        i, j = top + t, left + l
        value = value + c * (integral[i + h, j + w] - integral[i, j + w] - integral[i + h, j] + integral[i, j])
    return float(value[0, 0]) if scalar else np.squeeze(value)


# %% right: cascade_detect
def cascade_detect(image, stages, window):
    image = np.asarray(image, dtype=float)
    rows, columns = max(image.shape[0] - window + 1, 0), max(image.shape[1] - window + 1, 0)
    left_over = [(i, j) for i in range(rows) for j in range(columns)]
    survivors, scores = [len(left_over)], []
    for stumps, needed in stages:
        passed, scores = [], []
        for i, j in left_over:
            s = max(image[i : i + window, j : j + window].std(), 1)
            votes = 0.0
            for rectangles, threshold, sign, weight in stumps:
                v = sum(c * image[i + t : i + t + h, j + l : j + l + w].sum() for t, l, h, w, c in rectangles)
                if sign * v / s < sign * threshold:
                    votes += weight
            if votes >= needed:
                passed.append((i, j))
                scores.append(votes)
        left_over = passed
        survivors.append(len(left_over))
    return np.array(left_over, dtype=int).reshape(-1, 2), np.array(scores, dtype=float), survivors


# %% right: cascade_detect
def cascade_detect(image, stages, window):
    image = np.asarray(image, dtype=np.float64)
    if min(image.shape) < window:
        return np.zeros((0, 2), int), np.zeros(0), [0] * (len(stages) + 1)
    views = np.lib.stride_tricks.sliding_window_view(image, (window, window))
    s = np.maximum(views.std(axis=(2, 3)), 1)
    corners = np.indices(s.shape)
    alive = np.ones(s.shape, bool)
    survivors = [int(alive.sum())]
    integral = integral_image(image)
    for stumps, needed in stages:
        votes = np.zeros(s.shape)
        for rectangles, threshold, sign, weight in stumps:
            votes[sign * haar_feature(integral, rectangles, *corners) / s < sign * threshold] += weight
        alive &= votes >= needed
        survivors.append(int(np.count_nonzero(alive)))
    return np.argwhere(alive), votes[alive], survivors


# %% wrong: cascade_detect
# idea: "scores are the votes of all stages together"
# fits: "Your scores add up the votes"
def cascade_detect(image, stages, window):
    image = np.asarray(image, dtype=float)
    if min(image.shape) < window:
        return np.zeros((0, 2), int), np.zeros(0), [0] * (len(stages) + 1)
    s = np.maximum(np.lib.stride_tricks.sliding_window_view(image, (window, window)).std(axis=(2, 3)), 1)
    places = np.argwhere(s > 0)
    s, total, integral, survivors = s.ravel(), np.zeros(len(places)), integral_image(image), [len(places)]
    for stumps, needed in stages:
        votes = np.zeros(len(places))
        for rectangles, threshold, sign, weight in stumps:
            votes += weight * (sign * haar_feature(integral, rectangles, *places.T) / s < sign * threshold)
        kept = votes >= needed
        places, s, total = places[kept], s[kept], (total + votes)[kept]
        survivors.append(len(places))
    return places, total, survivors


# %% wrong: cascade_detect
# idea: "the root of a variance that rounding made negative is nan in an even window, and no stump votes there"
# fits: "its root is nan"
def cascade_detect(image, stages, window):
    image = np.asarray(image, dtype=float)
    rows, columns = max(image.shape[0] - window + 1, 0), max(image.shape[1] - window + 1, 0)
    places = np.indices((rows, columns)).reshape(2, -1).T
    integral, whole = integral_image(image), [(0, 0, window, window, 1 / window**2)]
    mean = haar_feature(integral, whole, *places.T)
    with np.errstate(all="ignore"):
        s = np.maximum(np.sqrt(haar_feature(integral_image(image**2), whole, *places.T) - mean**2), 1)
    survivors = [len(places)]
    for stumps, needed in stages:
        votes = np.zeros(len(places))
        for rectangles, threshold, sign, weight in stumps:
            votes += weight * (sign * haar_feature(integral, rectangles, *places.T) / s < sign * threshold)
        kept = votes >= needed
        places, s, votes = places[kept], s[kept], votes[kept]
        survivors.append(len(places))
    return places, votes, survivors


# %% wrong: cascade_detect
# idea: "squares the pixels in their own type, where uint8 wraps around"
# fits: "Squares of bytes wrap around"
def cascade_detect(image, stages, window):
    rows, columns = max(image.shape[0] - window + 1, 0), max(image.shape[1] - window + 1, 0)
    places = np.indices((rows, columns)).reshape(2, -1).T
    integral, whole = integral_image(image), [(0, 0, window, window, 1 / window**2)]
    mean = haar_feature(integral, whole, *places.T)
    variance = haar_feature(integral_image(image * image), whole, *places.T) - mean**2
    s, survivors = np.sqrt(np.maximum(variance, 1)), [len(places)]
    for stumps, needed in stages:
        votes = np.zeros(len(places))
        for rectangles, threshold, sign, weight in stumps:
            votes += weight * (sign * haar_feature(integral, rectangles, *places.T) / s < sign * threshold)
        kept = votes >= needed
        places, s, votes = places[kept], s[kept], votes[kept]
        survivors.append(len(places))
    return places, votes, survivors


# %% wrong: cascade_detect
# idea: "stops when nothing is left, so that survivors has too few numbers"
# fits: "Where no window is left"
def cascade_detect(image, stages, window):
    image = np.asarray(image, dtype=float)
    rows, columns = max(image.shape[0] - window + 1, 0), max(image.shape[1] - window + 1, 0)
    places = np.indices((rows, columns)).reshape(2, -1).T
    s = np.array([max(image[i : i + window, j : j + window].std(), 1) for i, j in places])
    integral, survivors, votes = integral_image(image), [len(places)], np.zeros(0)
    for stumps, needed in stages:
        if len(places) == 0:
            break
        votes = np.zeros(len(places))
        for rectangles, threshold, sign, weight in stumps:
            votes += weight * (sign * haar_feature(integral, rectangles, *places.T) / s < sign * threshold)
        kept = votes >= needed
        places, s, votes = places[kept], s[kept], votes[kept]
        survivors.append(len(places))
    return places, votes, survivors


# %% wrong: cascade_detect
# idea: "divides by the standard deviation of the whole picture"
# fits: "of the whole picture"
def cascade_detect(image, stages, window):
    image = np.asarray(image, dtype=float)
    rows, columns = max(image.shape[0] - window + 1, 0), max(image.shape[1] - window + 1, 0)
    places = np.indices((rows, columns)).reshape(2, -1).T
    s, integral, survivors, votes = max(image.std(), 1), integral_image(image), [len(places)], np.zeros(0)
    for stumps, needed in stages:
        votes = np.zeros(len(places))
        for rectangles, threshold, sign, weight in stumps:
            votes += weight * (sign * haar_feature(integral, rectangles, *places.T) / s < sign * threshold)
        kept = votes >= needed
        places, votes = places[kept], votes[kept]
        survivors.append(len(places))
    return places, votes, survivors


# %% right: contrastive_and_triplet_loss
def contrastive_loss(d, same, margin):
    d = ops.convert_to_tensor(d)
    partners = ops.cast(ops.convert_to_tensor(same), "bool")
    return ops.mean(ops.where(partners, ops.square(d), ops.square(ops.relu(margin - d))))


def triplet_loss(a, p, n, margin):
    a, p, n = (ops.convert_to_tensor(each) for each in (a, p, n))
    to_p, to_n = (ops.sum(ops.square(a - each), axis=1) for each in (p, n))
    return ops.mean(ops.relu(to_p - to_n + margin))


# %% right: contrastive_and_triplet_loss
def contrastive_loss(d, same, margin):
    d = tf.convert_to_tensor(d)
    same = tf.cast(same, d.dtype)
    return tf.reduce_mean(same * d**2 + (1 - same) * tf.maximum(margin - d, 0) ** 2)


def triplet_loss(a, p, n, margin):
    a, p, n = tf.convert_to_tensor(a), tf.convert_to_tensor(p), tf.convert_to_tensor(n)
    return tf.reduce_mean(tf.nn.relu(tf.reduce_sum((a - p) ** 2 - (a - n) ** 2, axis=-1) + margin))


# %% wrong: contrastive_and_triplet_loss
# idea: "the hinge on squared distances: m minus d squared, not the square of m minus d"
# fits: "You compare the squared distance with the margin"
def contrastive_loss(d, same, margin):
    d = ops.convert_to_tensor(d)
    same = ops.cast(same, d.dtype)
    return ops.mean(same * d**2 + (1 - same) * ops.maximum(margin - d**2, 0))


def triplet_loss(a, p, n, margin):
    a, p, n = (ops.convert_to_tensor(each) for each in (a, p, n))
    return ops.mean(ops.maximum(ops.sum((a - p) ** 2, axis=-1) - ops.sum((a - n) ** 2, axis=-1) + margin, 0))


# %% wrong: contrastive_and_triplet_loss
# idea: "the mean over triplets with a loss above 0 alone"
# fits: "with a loss alone"
def contrastive_loss(d, same, margin):
    d = ops.convert_to_tensor(d)
    same = ops.cast(same, d.dtype)
    return ops.mean(same * d**2 + (1 - same) * ops.maximum(margin - d, 0) ** 2)


def triplet_loss(a, p, n, margin):
    a, p, n = (ops.convert_to_tensor(each) for each in (a, p, n))
    each = ops.maximum(ops.sum((a - p) ** 2, axis=-1) - ops.sum((a - n) ** 2, axis=-1) + margin, 0)
    return ops.sum(each) / ops.maximum(ops.sum(ops.cast(each > 0, each.dtype)), 1)


# %% wrong: contrastive_and_triplet_loss
# idea: "the hinge is outside of the mean over triplets"
# fits: "You average before the cut"
def contrastive_loss(d, same, margin):
    d = ops.convert_to_tensor(d)
    same = ops.cast(same, d.dtype)
    return ops.mean(same * d**2 + (1 - same) * ops.maximum(margin - d, 0) ** 2)


def triplet_loss(a, p, n, margin):
    a, p, n = (ops.convert_to_tensor(each) for each in (a, p, n))
    return ops.maximum(ops.mean(ops.sum((a - p) ** 2, axis=-1) - ops.sum((a - n) ** 2, axis=-1)) + margin, 0)


# %% wrong: contrastive_and_triplet_loss
# idea: "the negative is held fixed, no gradient passes to it"
# fits: "The negative is held fixed"
def contrastive_loss(d, same, margin):
    d = ops.convert_to_tensor(d)
    same = ops.cast(same, d.dtype)
    return ops.mean(same * d**2 + (1 - same) * ops.maximum(margin - d, 0) ** 2)


def triplet_loss(a, p, n, margin):
    a, p, n = (ops.convert_to_tensor(each) for each in (a, p, n))
    n = ops.stop_gradient(n)
    return ops.mean(ops.maximum(ops.sum((a - p) ** 2, axis=-1) - ops.sum((a - n) ** 2, axis=-1) + margin, 0))


# %% wrong: contrastive_and_triplet_loss
# idea: "reckons with same as it comes: bools and whole numbers don't go with floats"
# fits: "do not multiply with floats"
def contrastive_loss(d, same, margin):
    d, same = ops.convert_to_tensor(d), ops.convert_to_tensor(same)
    return ops.mean(same * d**2 + (1 - same) * ops.maximum(margin - d, 0) ** 2)


def triplet_loss(a, p, n, margin):
    a, p, n = (ops.convert_to_tensor(each) for each in (a, p, n))
    return ops.mean(ops.maximum(ops.sum((a - p) ** 2, axis=-1) - ops.sum((a - n) ** 2, axis=-1) + margin, 0))


# %% right: mine_semi_hard
def mine_semi_hard(embeddings, labels, margin):
    embeddings = np.asarray(embeddings, dtype=float)
    d = ((embeddings[:, None] - embeddings) ** 2).sum(axis=2)
    found = []
    for a in range(len(labels)):
        for p in range(len(labels)):
            if a == p or labels[a] != labels[p]:
                continue
            fit = np.flatnonzero((labels != labels[a]) & (d[a] > d[a, p]) & (d[a] < d[a, p] + margin))
            if len(fit):
                found.append((a, p, fit[d[a, fit].argmin()]))
    return np.array(found, dtype=int).reshape(-1, 3)


# %% right: mine_semi_hard
def mine_semi_hard(embeddings, labels, margin):
    labels = np.asarray(labels)
    gaps = embeddings[:, np.newaxis] - embeddings[np.newaxis]
    d = np.einsum("ijk,ijk->ij", gaps, gaps)
    same = labels[:, np.newaxis] == labels
    pairs = np.argwhere(same & ~np.eye(len(labels), dtype=bool))
    a, p = pairs[:, 0], pairs[:, 1]
    limit = d[a, p][:, np.newaxis]
    candidates = np.where(~same[a] & (d[a] > limit) & (d[a] < limit + margin), d[a], np.inf)
    if len(pairs) == 0:
        return np.zeros((0, 3), dtype=int)
    n = candidates.argmin(axis=1)
    return np.column_stack([a, p, n])[np.isfinite(candidates.min(axis=1))]


# %% wrong: mine_semi_hard
# idea: "the furthest of the semi-hard negatives"
# fits: "You take the furthest"
def mine_semi_hard(embeddings, labels, margin):
    d = ((embeddings[:, None] - embeddings) ** 2).sum(axis=2)
    found = []
    for a, p in np.ndindex(len(labels), len(labels)):
        if a != p and labels[a] == labels[p]:
            fit = np.flatnonzero((labels != labels[a]) & (d[a] > d[a, p]) & (d[a] < d[a, p] + margin))
            if len(fit):
                found.append((a, p, fit[d[a, fit].argmax()]))
    return np.array(found, dtype=int).reshape(-1, 3)


# %% wrong: mine_semi_hard
# idea: "takes the nearest stranger of all and keeps it if it is semi-hard"
# fits: "You take the nearest stranger of all"
def mine_semi_hard(embeddings, labels, margin):
    d = ((embeddings[:, None] - embeddings) ** 2).sum(axis=2)
    found = []
    for a, p in np.ndindex(len(labels), len(labels)):
        if a != p and labels[a] == labels[p] and (labels != labels[a]).any():
            n = np.where(labels != labels[a], d[a], np.inf).argmin()
            if d[a, p] < d[a, n] < d[a, p] + margin:
                found.append((a, p, n))
    return np.array(found, dtype=int).reshape(-1, 3)


# %% wrong: mine_semi_hard
# idea: "an anchor is its own positive too"
# fits: "A picture is its own positive"
def mine_semi_hard(embeddings, labels, margin):
    d = ((embeddings[:, None] - embeddings) ** 2).sum(axis=2)
    found = []
    for a, p in np.ndindex(len(labels), len(labels)):
        if labels[a] == labels[p]:
            fit = np.flatnonzero((labels != labels[a]) & (d[a] > d[a, p]) & (d[a] < d[a, p] + margin))
            if len(fit):
                found.append((a, p, fit[d[a, fit].argmin()]))
    return np.array(found, dtype=int).reshape(-1, 3)


# %% right: verify
def verify(e1, e2, threshold):
    gap = np.subtract(e1, e2)
    return np.sqrt((gap * gap).sum(axis=-1)) < threshold


# %% right: verify
def verify(e1, e2, threshold):
    e1, e2 = np.asarray(e1, float), np.asarray(e2, float)
    if e1.ndim == e2.ndim == 1:
        return math.dist(e1, e2) < threshold
    e1, e2 = np.broadcast_arrays(e1, e2)
    return np.array([math.dist(a, b) < threshold for a, b in zip(e1, e2, strict=True)], dtype=bool)


# %% wrong: verify
# idea: "squares both sides: a threshold below 0 accepts"
# fits: "With both sides squared"
def verify(e1, e2, threshold):
    return ((e1 - e2) ** 2).sum(axis=-1) < threshold**2


# %% wrong: verify
# idea: "adds up the differences along each coordinate (city blocks)"
# fits: "You add the differences up"
def verify(e1, e2, threshold):
    return np.abs(e1 - e2).sum(axis=-1) < threshold


# %% wrong: verify
# idea: "scales the embeddings to length 1 first"
# fits: "You scale to length 1"
def verify(e1, e2, threshold):
    e1 = e1 / np.maximum(np.linalg.norm(e1, axis=-1, keepdims=True), 1e-9)
    e2 = e2 / np.maximum(np.linalg.norm(e2, axis=-1, keepdims=True), 1e-9)
    return np.linalg.norm(e1 - e2, axis=-1) < threshold


# %% right: equal_error_rate
def equal_error_rate(scores, same):
    scores, same = np.asarray(scores), np.asarray(same).astype(bool)
    if scores.shape != same.shape or same.all() or not same.any():
        raise ValueError("partners and strangers are needed")
    best = None
    for t in np.unique(scores):
        rejected = np.mean(scores[same] < t)
        accepted = np.mean(scores[~same] >= t)
        if best is None or abs(rejected - accepted) < best[0]:
            best = (abs(rejected - accepted), (rejected + accepted) / 2, t)
    return float(best[1]), float(best[2])


# %% right: equal_error_rate
def equal_error_rate(scores, same):
    scores, same = np.asarray(scores, dtype=float), np.asarray(same) == 1
    if scores.shape != same.shape:
        raise ValueError("shapes")
    partners, strangers = np.sort(scores[same]), np.sort(scores[~same])
    if min(len(partners), len(strangers)) == 0:
        raise ValueError("one kind is missing")
    at = np.sort(scores)
    rejected = np.searchsorted(partners, at, side="left")
    accepted = len(strangers) - np.searchsorted(strangers, at, side="left")
    apart = np.abs(rejected * len(strangers) - accepted * len(partners))
    i = apart.argmin()
    return float(rejected[i] / len(partners) + accepted[i] / len(strangers)) / 2, float(at[i])


# %% wrong: equal_error_rate
# idea: "a pair whose score is the threshold itself is rejected"
# fits: "is rejected in yours"
def equal_error_rate(scores, same):
    scores, same = np.asarray(scores), np.asarray(same).astype(bool)
    if scores.shape != same.shape or same.all() or not same.any():
        raise ValueError("partners and strangers are needed")
    at = np.unique(scores)
    rejected = np.array([np.mean(scores[same] <= t) for t in at])
    accepted = np.array([np.mean(scores[~same] > t) for t in at])
    i = np.abs(rejected - accepted).argmin()
    return float(rejected[i] + accepted[i]) / 2, float(at[i])


# %% wrong: equal_error_rate
# idea: "uses same as an index: 0 and 1 pick rows in place of masking"
# fits: "A mask has to be of bools"
def equal_error_rate(scores, same):
    scores, same = np.asarray(scores), np.asarray(same)
    if scores.shape != same.shape or same.all() or not same.any():
        raise ValueError("partners and strangers are needed")
    at = np.unique(scores)
    rejected = np.array([np.mean(scores[same] < t) for t in at])
    accepted = np.array([np.mean(scores[~same] >= t) for t in at])
    i = np.abs(rejected - accepted).argmin()
    return float(rejected[i] + accepted[i]) / 2, float(at[i])


# %% wrong: equal_error_rate
# idea: "shares of all pairs in place of shares of each kind"
# fits: "Both rates are shares of their own kind"
def equal_error_rate(scores, same):
    scores, same = np.asarray(scores), np.asarray(same).astype(bool)
    if scores.shape != same.shape or same.all() or not same.any():
        raise ValueError("partners and strangers are needed")
    at = np.unique(scores)
    rejected = np.array([np.mean(same & (scores < t)) for t in at])
    accepted = np.array([np.mean(~same & (scores >= t)) for t in at])
    i = np.abs(rejected - accepted).argmin()
    return float(rejected[i] + accepted[i]) / 2, float(at[i])


# %% wrong: equal_error_rate
# idea: "of several thresholds that are as good, the highest"
# fits: "you take the highest"
def equal_error_rate(scores, same):
    scores, same = np.asarray(scores), np.asarray(same).astype(bool)
    if scores.shape != same.shape or same.all() or not same.any():
        raise ValueError("partners and strangers are needed")
    at = np.unique(scores)[::-1]
    rejected = np.array([np.mean(scores[same] < t) for t in at])
    accepted = np.array([np.mean(scores[~same] >= t) for t in at])
    i = np.abs(rejected - accepted).argmin()
    return float(rejected[i] + accepted[i]) / 2, float(at[i])


# %% wrong: equal_error_rate
# idea: "sorts the scores in place, and what belongs to them"
# fits: "You sort the scores in place"
# fits: "work on a copy"
def equal_error_rate(scores, same):
    if scores.shape != same.shape or same.all() or not same.any():
        raise ValueError("partners and strangers are needed")
    kind = same[scores.argsort()].astype(bool)
    scores.sort()
    rejected = np.array([np.mean(scores[kind] < t) for t in scores])
    accepted = np.array([np.mean(scores[~kind] >= t) for t in scores])
    i = np.abs(rejected - accepted).argmin()
    return float(rejected[i] + accepted[i]) / 2, float(scores[i])


# %% wrong: equal_error_rate
# idea: "thresholds half way between neighbouring scores"
# fits: "half-way between scores"
def equal_error_rate(scores, same):
    scores, same = np.asarray(scores), np.asarray(same).astype(bool)
    if scores.shape != same.shape or same.all() or not same.any():
        raise ValueError("partners and strangers are needed")
    at = np.unique(scores)
    at = (at[1:] + at[:-1]) / 2 if len(at) > 1 else at
    rejected = np.array([np.mean(scores[same] < t) for t in at])
    accepted = np.array([np.mean(scores[~same] >= t) for t in at])
    i = np.abs(rejected - accepted).argmin()
    return float(rejected[i] + accepted[i]) / 2, float(at[i])


# %% right: identify
def identify(e, database, k=1, threshold=math.inf):
    embeddings, names = database
    d = np.linalg.norm(np.asarray(embeddings) - e, axis=1)
    votes = {}
    for i in np.argsort(d)[:k]:
        if d[i] < threshold:
            votes[names[i]] = votes.get(names[i], 0) + 1
    return max(votes, key=votes.get) if votes else None


# %% right: identify
def identify(e, database, k=1, threshold=math.inf):
    near = sorted((math.dist(e, point), name) for point, name in zip(*database, strict=True))[:k]
    asked = [name for d, name in near if d < threshold]
    if not asked:
        return None
    return min(asked, key=lambda name: (-asked.count(name), asked.index(name)))


# %% wrong: identify
# idea: "an entry at the threshold itself is asked"
# fits: "exactly at the threshold is not asked"
def identify(e, database, k=1, threshold=math.inf):
    embeddings, names = database
    d = np.linalg.norm(embeddings - e, axis=1)
    asked = [names[i] for i in d.argsort()[:k] if d[i] <= threshold]
    return max(asked, key=asked.count) if asked else None


# %% wrong: identify
# idea: "fails where there are fewer entries than k"
# fits: "fewer entries than k"
def identify(e, database, k=1, threshold=math.inf):
    embeddings, names = database
    d = np.linalg.norm(embeddings - e, axis=1)
    nearest = np.argpartition(d, k)[:k] if k != len(d) else np.arange(k)
    nearest = nearest[d[nearest].argsort()]
    asked = [names[i] for i in nearest if d[i] < threshold]
    return max(asked, key=asked.count) if asked else None


# %% wrong: identify
# idea: "votes are weighted by closeness, 1 / d"
# fits: "Votes of near entries weigh more"
def identify(e, database, k=1, threshold=math.inf):
    embeddings, names = database
    d = np.linalg.norm(embeddings - e, axis=1)
    votes = {}
    for i in d.argsort()[:k]:
        if d[i] < threshold:
            votes[names[i]] = votes.get(names[i], 0) + 1 / max(d[i], 1e-12)
    return max(votes, key=votes.get) if votes else None


# %% wrong: identify
# idea: "compares squared distances with the threshold"
# fits: "You hold squared distances"
def identify(e, database, k=1, threshold=math.inf):
    embeddings, names = database
    d = ((embeddings - e) ** 2).sum(axis=1)
    asked = [names[i] for i in d.argsort()[:k] if d[i] < threshold]
    return max(asked, key=asked.count) if asked else None


# %% wrong: identify
# idea: "of names with as many votes the one that is first in the list of the database"
# fits: "first in the database"
def identify(e, database, k=1, threshold=math.inf):
    embeddings, names = database
    d = np.linalg.norm(embeddings - e, axis=1)
    asked = [names[i] for i in sorted(d.argsort()[:k]) if d[i] < threshold]
    return max(asked, key=asked.count) if asked else None


# %% right: AttendanceBook
class AttendanceBook:
    def __init__(self, path):
        self.connection = sqlite3.connect(path, isolation_level=None)
        self.connection.execute(
            "CREATE TABLE IF NOT EXISTS seen (day TEXT, name TEXT, time TEXT, PRIMARY KEY (day, name))"
        )

    def mark(self, name, day, time):
        try:
            self.connection.execute("INSERT INTO seen (day, name, time) VALUES (?, ?, ?)", (day, name, time))
        except sqlite3.IntegrityError:
            return False
        return True

    def entries(self, day):
        found = self.connection.execute("SELECT name, time FROM seen WHERE day = :day", {"day": day}).fetchall()
        return sorted(found, key=lambda row: (row[1], row[0]))

    def close(self):
        self.connection.close()


# %% right: AttendanceBook
class AttendanceBook:
    def __init__(self, path):
        self.path = path
        with sqlite3.connect(path) as db:
            db.execute("CREATE TABLE IF NOT EXISTS book (name TEXT, day TEXT, time TEXT)")
            db.execute("CREATE UNIQUE INDEX IF NOT EXISTS once ON book (name, day)")
        db.close()

    def mark(self, name, day, time):
        db = sqlite3.connect(self.path)
        with db:
            count = db.execute("INSERT OR IGNORE INTO book VALUES (?, ?, ?)", [name, day, time]).rowcount
        db.close()
        return count == 1

    def entries(self, day):
        db = sqlite3.connect(self.path)
        rows = db.execute("SELECT name, time FROM book WHERE day = ? ORDER BY time, name", [day]).fetchall()
        db.close()
        return rows

    def close(self):
        pass


# %% wrong: AttendanceBook
# idea: "commits only when it is closed"
# fits: "You commit when the book is closed"
class AttendanceBook:
    def __init__(self, path):
        self.db = sqlite3.connect(path)
        self.db.execute("CREATE TABLE IF NOT EXISTS book (name TEXT, day TEXT, time TEXT, UNIQUE (name, day))")

    def mark(self, name, day, time):
        return self.db.execute("INSERT OR IGNORE INTO book VALUES (?, ?, ?)", (name, day, time)).rowcount == 1

    def entries(self, day):
        return self.db.execute("SELECT name, time FROM book WHERE day = ? ORDER BY time, name", (day,)).fetchall()

    def close(self):
        self.db.commit()
        self.db.close()


# %% wrong: AttendanceBook
# idea: "keeps the earliest time, when an entry with an earlier one comes later"
# fits: "An earlier time that is told later"
class AttendanceBook:
    def __init__(self, path):
        self.db = sqlite3.connect(path)
        self.db.execute("CREATE TABLE IF NOT EXISTS book (name TEXT, day TEXT, time TEXT, UNIQUE (name, day))")

    def mark(self, name, day, time):
        with self.db:
            new = self.db.execute("INSERT OR IGNORE INTO book VALUES (?, ?, ?)", (name, day, time)).rowcount == 1
            self.db.execute("UPDATE book SET time = min(time, ?) WHERE name = ? AND day = ?", (time, name, day))
        return new

    def entries(self, day):
        return self.db.execute("SELECT name, time FROM book WHERE day = ? ORDER BY time, name", (day,)).fetchall()

    def close(self):
        self.db.close()


# %% wrong: AttendanceBook
# idea: "names that differ only in capitals are one person"
# fits: "differ in capitals"
class AttendanceBook:
    def __init__(self, path):
        self.db = sqlite3.connect(path)
        self.db.execute(
            "CREATE TABLE IF NOT EXISTS book (name TEXT COLLATE NOCASE, day TEXT, time TEXT, UNIQUE (name, day))"
        )

    def mark(self, name, day, time):
        with self.db:
            return self.db.execute("INSERT OR IGNORE INTO book VALUES (?, ?, ?)", (name, day, time)).rowcount == 1

    def entries(self, day):
        return self.db.execute("SELECT name, time FROM book WHERE day = ? ORDER BY time, name", (day,)).fetchall()

    def close(self):
        self.db.close()


# %% wrong: AttendanceBook
# idea: "entries of one time come as they were noted, not by name"
# fits: "in the order in which they were written"
class AttendanceBook:
    def __init__(self, path):
        self.db = sqlite3.connect(path)
        self.db.execute("CREATE TABLE IF NOT EXISTS book (name TEXT, day TEXT, time TEXT, UNIQUE (name, day))")

    def mark(self, name, day, time):
        with self.db:
            return self.db.execute("INSERT OR IGNORE INTO book VALUES (?, ?, ?)", (name, day, time)).rowcount == 1

    def entries(self, day):
        return self.db.execute("SELECT name, time FROM book WHERE day = ? ORDER BY time, rowid", (day,)).fetchall()

    def close(self):
        self.db.close()
