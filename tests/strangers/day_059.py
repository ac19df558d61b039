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
            cand = [(d2[a, j], j) for j in range(n) if labels[j] != labels[a] and d2[a, p] < d2[a, j] < d2[a, p] + margin]
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
            cand = [(d2[a, j], j) for j in range(n) if labels[j] != labels[a] and d2[a, p] < d2[a, j] < d2[a, p] + margin]
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
            cand = [(d2[a, j], j) for j in range(n) if labels[j] != labels[a] and d2[a, p] < d2[a, j] < d2[a, p] + margin]
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
        self.conn.execute("CREATE TABLE IF NOT EXISTS log (person TEXT, date TEXT, clock TEXT, PRIMARY KEY (person, date))")

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
        self.conn.execute("CREATE TABLE IF NOT EXISTS log (person TEXT, date TEXT, clock TEXT, PRIMARY KEY (person, date))")
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
        self.conn.execute("CREATE TABLE IF NOT EXISTS log (person TEXT, date TEXT, clock TEXT, PRIMARY KEY (person, date))")
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
