# %% right: sliding_windows
def sliding_windows(image, sizes, stride):
    assert_ok = stride >= 1
    if not assert_ok:
        raise ValueError("stride < 1")
    H, W = np.shape(image)[0], np.shape(image)[1]
    out = []
    for rows, cols in sizes:
        n_down = (H - rows) // stride + 1 if rows <= H else 0
        n_across = (W - cols) // stride + 1 if cols <= W else 0
        for i in range(n_down):
            for j in range(n_across):
                out.append([j * stride, i * stride, j * stride + cols, i * stride + rows])
    if len(out) == 0:
        return np.zeros((0, 4), int)
    return np.array(out)


# %% wrong: sliding_windows
# idea: "rows and columns of the size exchanged"
# fits: "You read the sizes as"
def sliding_windows(image, sizes, stride):
    if stride < 1:
        raise ValueError("stride")
    out = []
    for w, h in sizes:
        for y in range(0, image.shape[0] - h + 1, stride):
            for x in range(0, image.shape[1] - w + 1, stride):
                out.append([x, y, x + w, y + h])
    return np.array(out, dtype=int).reshape(-1, 4)


# %% wrong: sliding_windows
# idea: "last window of each row and column forgotten"
# fits: "where it just fits"
# fits: "window that just fits"
def sliding_windows(image, sizes, stride):
    if stride < 1:
        raise ValueError("stride")
    H, W = image.shape[:2]
    out = [
        (x, y, x + w, y + h) for h, w in sizes for y in range(0, H - h, stride) for x in range(0, W - w, stride)
    ]
    return np.array(out, dtype=int).reshape(-1, 4)


# %% wrong: sliding_windows
# idea: "windows over the border, cut off there"
# fits: "over the border"
def sliding_windows(image, sizes, stride):
    if stride < 1:
        raise ValueError("stride")
    H, W = image.shape[:2]
    out = []
    for h, w in sizes:
        for y in range(0, H, stride):
            for x in range(0, W, stride):
                out.append((x, y, min(x + w, W), min(y + h, H)))
    return np.array(out, dtype=int).reshape(-1, 4)


# %% wrong: sliding_windows
# idea: "columns first"
# fits: "goes down the columns first"
def sliding_windows(image, sizes, stride):
    if stride < 1:
        raise ValueError("stride")
    out = []
    for h, w in sizes:
        xs = np.arange(0, image.shape[1] - w + 1, stride)
        ys = np.arange(0, image.shape[0] - h + 1, stride)
        for x in xs:
            for y in ys:
                out.append((x, y, x + w, y + h))
    return np.array(out, dtype=int).reshape(-1, 4)


# %% wrong: sliding_windows
# idea: "floats"
# fits: "The edges of your windows are floats"
def sliding_windows(image, sizes, stride):
    if stride < 1:
        raise ValueError("stride")
    boxes = np.zeros((0, 4))
    for h, w in sizes:
        y, x = np.mgrid[0 : image.shape[0] - h + 1 : stride, 0 : image.shape[1] - w + 1 : stride]
        boxes = np.vstack([boxes, np.stack([x, y, x + w, y + h], -1).reshape(-1, 4)])
    return boxes


# %% wrong: sliding_windows
# idea: "no check of the stride"
# fits: "A stride of 0 or less"
def sliding_windows(image, sizes, stride):
    out = []
    for h, w in sizes:
        for y in range(image.shape[0] - h + 1):
            for x in range(image.shape[1] - w + 1):
                if y % max(stride, 1) == 0 and x % max(stride, 1) == 0:
                    out.append((x, y, x + w, y + h))
    return np.array(out, dtype=int).reshape(-1, 4)


# %% right: window_scores
def window_scores(image, size, weights, bias, stride=1):
    h, w = size
    H, W, C = image.shape
    ys = list(range(0, H - h + 1, stride))
    xs = list(range(0, W - w + 1, stride))
    out = np.zeros((len(ys), len(xs), weights.shape[1]))
    for a, y in enumerate(ys):
        for b, x in enumerate(xs):
            out[a, b] = np.dot(image[y : y + h, x : x + w, :].flatten(), weights) + bias
    return out


# %% wrong: window_scores
# idea: "stride only for rows"
# fits: "Across, your windows move by 1"
def window_scores(image, size, weights, bias, stride=1):
    h, w = size
    out = []
    for y in range(0, image.shape[0] - h + 1, stride):
        out.append([image[y : y + h, x : x + w].ravel() @ weights + bias for x in range(image.shape[1] - w + 1)])
    return np.array(out)


# %% wrong: window_scores
# idea: "channels first when flattening"
# fits: "channels in front"
def window_scores(image, size, weights, bias, stride=1):
    h, w = size
    v = np.lib.stride_tricks.sliding_window_view(image, (h, w), axis=(0, 1))[::stride, ::stride]
    return v.reshape(v.shape[0], v.shape[1], -1) @ weights + bias


# %% wrong: window_scores
# idea: "flips the kernel, a true convolution"
# fits: "turn the kernel round"
def window_scores(image, size, weights, bias, stride=1):
    h, w = size
    k = np.flip(weights.reshape(h, w, image.shape[2], -1), axis=(0, 1)).reshape(weights.shape)
    ys, xs = range(0, image.shape[0] - h + 1, stride), range(0, image.shape[1] - w + 1, stride)
    return np.array([[image[y : y + h, x : x + w].ravel() @ k + bias for x in xs] for y in ys])


# %% wrong: window_scores
# idea: "forgets the bias"
# fits: "bias is missing"
def window_scores(image, size, weights, bias, stride=1):
    h, w = size
    ys, xs = range(0, image.shape[0] - h + 1, stride), range(0, image.shape[1] - w + 1, stride)
    return np.array([[image[y : y + h, x : x + w].ravel() @ weights for x in xs] for y in ys])


# %% wrong: window_scores
# idea: "ignores the stride"
# fits: "ignore the stride"
def window_scores(image, size, weights, bias, stride=1):
    h, w = size
    ys, xs = range(image.shape[0] - h + 1), range(image.shape[1] - w + 1)
    return np.array([[image[y : y + h, x : x + w].ravel() @ weights + bias for x in xs] for y in ys])


# %% wrong: window_scores
# idea: "size read as (width, height)"
# fits: "You read the size as"
def window_scores(image, size, weights, bias, stride=1):
    w, h = size
    ys, xs = range(0, image.shape[0] - h + 1, stride), range(0, image.shape[1] - w + 1, stride)
    return np.array([[image[y : y + h, x : x + w].ravel() @ weights + bias for x in xs] for y in ys])


# %% right: segment_graph
def segment_graph(num_nodes, edges, weights, k):
    class DisjointSets:
        def __init__(self, n):
            self.p = np.arange(n)
            self.rank = np.zeros(n, int)
            self.n = np.ones(n)
            self.int = np.zeros(n)

        def find(self, i):
            r = i
            while self.p[r] != r:
                r = self.p[r]
            while self.p[i] != r:
                self.p[i], i = r, self.p[i]
            return r

        def join(self, a, b, w):
            if self.rank[a] < self.rank[b]:
                a, b = b, a
            self.p[b] = a
            self.rank[a] += self.rank[a] == self.rank[b]
            self.n[a] += self.n[b]
            self.int[a] = w

    sets = DisjointSets(num_nodes)
    for e in np.argsort(np.asarray(weights), kind="mergesort"):
        a, b = sets.find(int(edges[e, 0])), sets.find(int(edges[e, 1]))
        if a == b:
            continue
        if weights[e] <= min(sets.int[a] + k / sets.n[a], sets.int[b] + k / sets.n[b]):
            sets.join(a, b, weights[e])
    roots = [sets.find(i) for i in range(num_nodes)]
    return np.array([roots.index(r) for r in roots])


# %% wrong: segment_graph
# idea: "maximum instead of minimum"
# fits: "Both have to"
def segment_graph(num_nodes, edges, weights, k):
    label, inner = np.arange(num_nodes), np.zeros(num_nodes)
    for e in np.argsort(weights, kind="stable"):
        a, b = label[edges[e]]
        na, nb = (label == a).sum(), (label == b).sum()
        if a != b and weights[e] <= max(inner[a] + k / na, inner[b] + k / nb):
            a, b = min(a, b), max(a, b)
            label[label == b] = a
            inner[a] = weights[e]
    return label


# %% wrong: segment_graph
# idea: "threshold k alone, connected components"
# fits: "Edges up to one fixed limit"
def segment_graph(num_nodes, edges, weights, k):
    label = np.arange(num_nodes)
    for (a, b), w in zip(edges, weights):
        if w <= k:
            low, high = sorted((label[a], label[b]))
            label[label == high] = low
    return label


# %% wrong: segment_graph
# idea: "edges not sorted"
# fits: "You take the edges as they come"
def segment_graph(num_nodes, edges, weights, k):
    label, inner = np.arange(num_nodes), np.zeros(num_nodes)
    for (i, j), w in zip(edges, weights):
        a, b = label[i], label[j]
        na, nb = (label == a).sum(), (label == b).sum()
        if a != b and w <= min(inner[a] + k / na, inner[b] + k / nb):
            a, b = min(a, b), max(a, b)
            label[label == b] = a
            inner[a] = w
    return label


# %% wrong: segment_graph
# idea: "internal difference is the larger of the two old ones, the new edge forgotten"
# fits: "the weight of the edge that merged"
def segment_graph(num_nodes, edges, weights, k):
    label, inner = np.arange(num_nodes), np.zeros(num_nodes)
    for e in np.argsort(weights, kind="stable"):
        a, b = label[edges[e]]
        na, nb = (label == a).sum(), (label == b).sum()
        if a != b and weights[e] <= min(inner[a] + k / na, inner[b] + k / nb):
            a, b = min(a, b), max(a, b)
            label[label == b] = a
            inner[a] = max(inner[a], inner[b])
    return label


# %% wrong: segment_graph
# idea: "sizes never grow"
# fits: "Your k helps large regions"
def segment_graph(num_nodes, edges, weights, k):
    label, inner = np.arange(num_nodes), np.zeros(num_nodes)
    for e in np.argsort(weights, kind="stable"):
        a, b = label[edges[e]]
        if a != b and weights[e] <= min(inner[a], inner[b]) + k:
            a, b = min(a, b), max(a, b)
            label[label == b] = a
            inner[a] = weights[e]
    return label


# %% wrong: segment_graph
# idea: "moves only the one node, not its region"
# fits: "You move one node"
def segment_graph(num_nodes, edges, weights, k):
    label, inner = np.arange(num_nodes), np.zeros(num_nodes)
    for e in np.argsort(weights, kind="stable"):
        a, b = label[edges[e]]
        na, nb = (label == a).sum(), (label == b).sum()
        if a != b and weights[e] <= min(inner[a] + k / na, inner[b] + k / nb):
            label[edges[e]] = min(a, b)
            inner[min(a, b)] = weights[e]
    return label


# %% right: propose_regions
def propose_regions(image, ks, min_area=1):
    h, w, c = image.shape
    img = image.astype(np.float64)
    edges, dist = [], []
    for dy, dx in [(0, 1), (1, 0)]:
        for y in range(h - dy):
            for x in range(w - dx):
                edges.append([y * w + x, (y + dy) * w + x + dx])
                dist.append(float(np.sqrt(((img[y, x] - img[y + dy, x + dx]) ** 2).sum())))
    edges = np.array(edges, dtype=int).reshape(-1, 2)
    dist = np.array(dist, dtype=float)
    boxes = []
    for k in ks:
        seg = np.asarray(segment_graph(h * w, edges, dist, k)).reshape(h, w)
        for s in np.unique(seg):
            ys, xs = np.where(seg == s)
            if ys.size < min_area:
                continue
            b = (int(xs.min()), int(ys.min()), int(xs.max()) + 1, int(ys.max()) + 1)
            if b not in boxes:
                boxes.append(b)
    return np.array(sorted(boxes), dtype=int).reshape(-1, 4)


# %% wrong: propose_regions
# idea: "uint8 arithmetic"
# fits: "wrap around"
def propose_regions(image, ks, min_area=1):
    h, w, _ = image.shape
    n = np.arange(h * w).reshape(h, w)
    e = np.concatenate([np.c_[n[:, :-1].ravel(), n[:, 1:].ravel()], np.c_[n[:-1].ravel(), n[1:].ravel()]])
    d1 = np.sqrt(((image[:, :-1] - image[:, 1:]) ** 2).sum(-1)).ravel()
    d2 = np.sqrt(((image[:-1] - image[1:]) ** 2).sum(-1)).ravel()
    d = np.concatenate([d1, d2]).astype(float)
    boxes = set()
    for k in ks:
        seg = segment_graph(h * w, e, d, k).reshape(h, w)
        for s in np.unique(seg):
            ys, xs = np.where(seg == s)
            if len(ys) >= min_area:
                boxes.add((xs.min(), ys.min(), xs.max() + 1, ys.max() + 1))
    return np.array(sorted(boxes), dtype=int).reshape(-1, 4)


# %% wrong: propose_regions
# idea: "grey values instead of colours"
# fits: "one of brightness"
def propose_regions(image, ks, min_area=1):
    h, w, _ = image.shape
    grey = image.astype(float).mean(axis=2)
    n = np.arange(h * w).reshape(h, w)
    e = np.concatenate([np.c_[n[:, :-1].ravel(), n[:, 1:].ravel()], np.c_[n[:-1].ravel(), n[1:].ravel()]])
    d = np.concatenate([abs(np.diff(grey, axis=1)).ravel(), abs(np.diff(grey, axis=0)).ravel()])
    boxes = set()
    for k in ks:
        seg = segment_graph(h * w, e, d, k).reshape(h, w)
        for s in np.unique(seg):
            ys, xs = np.where(seg == s)
            if len(ys) >= min_area:
                boxes.add((xs.min(), ys.min(), xs.max() + 1, ys.max() + 1))
    return np.array(sorted(boxes), dtype=int).reshape(-1, 4)


# %% wrong: propose_regions
# idea: "boxes end at the last pixel"
# fits: "Your boxes end with the last pixel"
def propose_regions(image, ks, min_area=1):
    h, w, _ = image.shape
    f = image.astype(float)
    n = np.arange(h * w).reshape(h, w)
    e = np.concatenate([np.c_[n[:, :-1].ravel(), n[:, 1:].ravel()], np.c_[n[:-1].ravel(), n[1:].ravel()]])
    d = np.concatenate([np.linalg.norm(np.diff(f, axis=a), axis=2).ravel() for a in (1, 0)])
    boxes = set()
    for k in ks:
        seg = segment_graph(h * w, e, d, k).reshape(h, w)
        for s in np.unique(seg):
            ys, xs = np.where(seg == s)
            if len(ys) >= min_area:
                boxes.add((xs.min(), ys.min(), xs.max(), ys.max()))
    return np.array(sorted(boxes), dtype=int).reshape(-1, 4)


# %% wrong: propose_regions
# idea: "same boxes again and again"
# fits: "The same box comes more than once"
def propose_regions(image, ks, min_area=1):
    h, w, _ = image.shape
    f = image.astype(float)
    n = np.arange(h * w).reshape(h, w)
    e = np.concatenate([np.c_[n[:, :-1].ravel(), n[:, 1:].ravel()], np.c_[n[:-1].ravel(), n[1:].ravel()]])
    d = np.concatenate([np.linalg.norm(np.diff(f, axis=a), axis=2).ravel() for a in (1, 0)])
    boxes = []
    for k in ks:
        seg = segment_graph(h * w, e, d, k).reshape(h, w)
        for s in np.unique(seg):
            ys, xs = np.where(seg == s)
            if len(ys) >= min_area:
                boxes.append([xs.min(), ys.min(), xs.max() + 1, ys.max() + 1])
    return np.array(sorted(boxes), dtype=int).reshape(-1, 4)


# %% wrong: propose_regions
# idea: "min_area compared with the box"
# fits: "You measure the area of the box"
def propose_regions(image, ks, min_area=1):
    h, w, _ = image.shape
    f = image.astype(float)
    n = np.arange(h * w).reshape(h, w)
    e = np.concatenate([np.c_[n[:, :-1].ravel(), n[:, 1:].ravel()], np.c_[n[:-1].ravel(), n[1:].ravel()]])
    d = np.concatenate([np.linalg.norm(np.diff(f, axis=a), axis=2).ravel() for a in (1, 0)])
    boxes = set()
    for k in ks:
        seg = segment_graph(h * w, e, d, k).reshape(h, w)
        for s in np.unique(seg):
            ys, xs = np.where(seg == s)
            b = (xs.min(), ys.min(), xs.max() + 1, ys.max() + 1)
            if (b[2] - b[0]) * (b[3] - b[1]) >= min_area:
                boxes.add(b)
    return np.array(sorted(boxes), dtype=int).reshape(-1, 4)


# %% wrong: propose_regions
# idea: "squared distance, the root forgotten"
# fits: "the square of the distance"
def propose_regions(image, ks, min_area=1):
    h, w, _ = image.shape
    f = image.astype(float)
    n = np.arange(h * w).reshape(h, w)
    e = np.concatenate([np.c_[n[:, :-1].ravel(), n[:, 1:].ravel()], np.c_[n[:-1].ravel(), n[1:].ravel()]])
    d = np.concatenate([(np.diff(f, axis=a) ** 2).sum(axis=2).ravel() for a in (1, 0)])
    boxes = set()
    for k in ks:
        seg = segment_graph(h * w, e, d, k).reshape(h, w)
        for s in np.unique(seg):
            ys, xs = np.where(seg == s)
            if len(ys) >= min_area:
                boxes.add((xs.min(), ys.min(), xs.max() + 1, ys.max() + 1))
    return np.array(sorted(boxes), dtype=int).reshape(-1, 4)


# %% right: roi_pool
def roi_pool(features, rois, output_size, stride=1):
    H, W, C = features.shape
    oh, ow = output_size
    out = np.zeros((len(rois), oh, ow, C))
    for r, roi in enumerate(rois):
        x1, y1, x2, y2 = [int(np.floor(v / stride + 0.5)) for v in roi]
        x1 = W - 1 if x1 >= W else x1
        y1 = H - 1 if y1 >= H else y1
        x2 = x1 + 1 if x2 <= x1 else x2
        y2 = y1 + 1 if y2 <= y1 else y2
        for i in range(oh):
            ya = y1 + (i * (y2 - y1)) // oh
            yb = y1 + ((i + 1) * (y2 - y1) + oh - 1) // oh
            for j in range(ow):
                xa = x1 + (j * (x2 - x1)) // ow
                xb = x1 + ((j + 1) * (x2 - x1) + ow - 1) // ow
                out[r, i, j, :] = np.amax(features[ya:yb, xa:xb, :], axis=(0, 1))
    return out


# %% wrong: roi_pool
# idea: "floors the edges"
# fits: "You round all edges down"
def roi_pool(features, rois, output_size, stride=1):
    H, W, C = features.shape
    oh, ow = output_size
    out = np.zeros((len(rois), oh, ow, C))
    for r, roi in enumerate(rois):
        x1, y1, x2, y2 = [int(v // stride) for v in roi]
        x1, y1 = min(x1, W - 1), min(y1, H - 1)
        h, w = max(y2 - y1, 1), max(x2 - x1, 1)
        for i in range(oh):
            for j in range(ow):
                ys = slice(y1 + i * h // oh, y1 + -(-(i + 1) * h // oh))
                xs = slice(x1 + j * w // ow, x1 + -(-(j + 1) * w // ow))
                out[r, i, j] = features[ys, xs].max(axis=(0, 1))
    return out


# %% wrong: roi_pool
# idea: "Python's round"
# fits: "takes halves to the even neighbour"
def roi_pool(features, rois, output_size, stride=1):
    H, W, C = features.shape
    oh, ow = output_size
    out = np.zeros((len(rois), oh, ow, C))
    for r, roi in enumerate(rois):
        x1, y1, x2, y2 = [round(float(v) / stride) for v in roi]
        x1, y1 = min(x1, W - 1), min(y1, H - 1)
        h, w = max(y2 - y1, 1), max(x2 - x1, 1)
        for i in range(oh):
            for j in range(ow):
                ys = slice(y1 + i * h // oh, y1 + -(-(i + 1) * h // oh))
                xs = slice(x1 + j * w // ow, x1 + -(-(j + 1) * w // ow))
                out[r, i, j] = features[ys, xs].max(axis=(0, 1))
    return out


# %% wrong: roi_pool
# idea: "the end counts as a cell, as in the first code"
# fits: "one row and column of cells too many"
def roi_pool(features, rois, output_size, stride=1):
    H, W, C = features.shape
    oh, ow = output_size
    out = np.zeros((len(rois), oh, ow, C))
    for r, roi in enumerate(rois):
        x1, y1, x2, y2 = [int(np.floor(v / stride + 0.5)) for v in roi]
        x1, y1 = min(x1, W - 1), min(y1, H - 1)
        x2, y2 = min(x2, W - 1), min(y2, H - 1)
        h, w = max(y2 - y1 + 1, 1), max(x2 - x1 + 1, 1)
        for i in range(oh):
            for j in range(ow):
                ys = slice(y1 + i * h // oh, y1 + -(-(i + 1) * h // oh))
                xs = slice(x1 + j * w // ow, x1 + -(-(j + 1) * w // ow))
                out[r, i, j] = features[ys, xs].max(axis=(0, 1))
    return out


# %% wrong: roi_pool
# idea: "x and y exchanged when slicing"
# fits: "you take it for x"
def roi_pool(features, rois, output_size, stride=1):
    f = features.transpose(1, 0, 2)
    H, W, C = features.shape
    oh, ow = output_size
    out = np.zeros((len(rois), oh, ow, C))
    for r, roi in enumerate(rois):
        x1, y1, x2, y2 = [int(np.floor(v / stride + 0.5)) for v in roi]
        x1, y1 = min(x1, H - 1), min(y1, W - 1)
        x2, y2 = min(max(x2, x1 + 1), H), min(max(y2, y1 + 1), W)
        h, w = y2 - y1, x2 - x1
        for i in range(oh):
            for j in range(ow):
                ys = slice(y1 + i * h // oh, y1 + -(-(i + 1) * h // oh))
                xs = slice(x1 + j * w // ow, x1 + -(-(j + 1) * w // ow))
                out[r, i, j] = f[ys, xs].max(axis=(0, 1))
    return out


# %% wrong: roi_pool
# idea: "average of each bin"
# fits: "You average"
def roi_pool(features, rois, output_size, stride=1):
    H, W, C = features.shape
    oh, ow = output_size
    out = np.zeros((len(rois), oh, ow, C))
    for r, roi in enumerate(rois):
        x1, y1, x2, y2 = [int(np.floor(v / stride + 0.5)) for v in roi]
        x1, y1 = min(x1, W - 1), min(y1, H - 1)
        h, w = max(y2 - y1, 1), max(x2 - x1, 1)
        for i in range(oh):
            for j in range(ow):
                ys = slice(y1 + i * h // oh, y1 + -(-(i + 1) * h // oh))
                xs = slice(x1 + j * w // ow, x1 + -(-(j + 1) * w // ow))
                out[r, i, j] = features[ys, xs].mean(axis=(0, 1))
    return out


# %% wrong: roi_pool
# idea: "forgets the stride"
# fits: "in pixels of the image still"
# fits: "in pixels still"
def roi_pool(features, rois, output_size, stride=1):
    H, W, C = features.shape
    oh, ow = output_size
    out = np.zeros((len(rois), oh, ow, C))
    for r, roi in enumerate(rois):
        x1, y1, x2, y2 = [int(np.floor(v + 0.5)) for v in roi]
        x1, y1 = min(x1, W - 1), min(y1, H - 1)
        h, w = max(min(y2, H) - y1, 1), max(min(x2, W) - x1, 1)
        for i in range(oh):
            for j in range(ow):
                ys = slice(y1 + i * h // oh, y1 + -(-(i + 1) * h // oh))
                xs = slice(x1 + j * w // ow, x1 + -(-(j + 1) * w // ow))
                out[r, i, j] = features[ys, xs].max(axis=(0, 1))
    return out


# %% right: roi_align
def roi_align(features, rois, output_size, stride=1, samples=2):
    H, W, C = features.shape

    def value(y, x):
        y = min(max(y - 0.5, 0.0), H - 1.0)
        x = min(max(x - 0.5, 0.0), W - 1.0)
        y0, x0 = int(np.floor(y)), int(np.floor(x))
        y1, x1 = min(y0 + 1, H - 1), min(x0 + 1, W - 1)
        dy, dx = y - y0, x - x0
        return (
            features[y0, x0] * (1 - dy) * (1 - dx)
            + features[y0, x1] * (1 - dy) * dx
            + features[y1, x0] * dy * (1 - dx)
            + features[y1, x1] * dy * dx
        )

    out = np.zeros((len(rois), output_size[0], output_size[1], C))
    for r, roi in enumerate(rois):
        x1, y1, x2, y2 = np.array(roi, dtype=float) / stride
        bh, bw = (y2 - y1) / output_size[0], (x2 - x1) / output_size[1]
        for i in range(output_size[0]):
            for j in range(output_size[1]):
                points = [
                    value(y1 + i * bh + (p + 0.5) * bh / samples, x1 + j * bw + (q + 0.5) * bw / samples)
                    for p in range(samples)
                    for q in range(samples)
                ]
                out[r, i, j] = np.mean(points, axis=0)
    return out


# %% wrong: roi_align
# idea: "no half-cell shift"
# fits: "The value of a cell belongs to its centre"
def roi_align(features, rois, output_size, stride=1, samples=2):
    H, W, C = features.shape
    out = np.zeros((len(rois), output_size[0], output_size[1], C))
    for r, roi in enumerate(rois):
        x1, y1, x2, y2 = np.array(roi, dtype=float) / stride
        ys = np.clip(y1 + (np.arange(output_size[0] * samples) + 0.5) * (y2 - y1) / output_size[0] / samples, 0, H - 1)
        xs = np.clip(x1 + (np.arange(output_size[1] * samples) + 0.5) * (x2 - x1) / output_size[1] / samples, 0, W - 1)
        wy = np.maximum(0, 1 - abs(ys[:, None] - np.arange(H)))
        wx = np.maximum(0, 1 - abs(xs[:, None] - np.arange(W)))
        v = np.einsum("ay,bx,yxc->abc", wy, wx, features)
        out[r] = v.reshape(output_size[0], samples, output_size[1], samples, C).mean(axis=(1, 3))
    return out


# %% wrong: roi_align
# idea: "maximum over the samples"
# fits: "You take the maximum of the samples"
# fits: "You take maxima"
def roi_align(features, rois, output_size, stride=1, samples=2):
    H, W, C = features.shape
    out = np.zeros((len(rois), output_size[0], output_size[1], C))
    for r, roi in enumerate(rois):
        x1, y1, x2, y2 = np.array(roi, dtype=float) / stride
        ys = y1 + (np.arange(output_size[0] * samples) + 0.5) * (y2 - y1) / output_size[0] / samples - 0.5
        xs = x1 + (np.arange(output_size[1] * samples) + 0.5) * (x2 - x1) / output_size[1] / samples - 0.5
        wy = np.maximum(0, 1 - abs(np.clip(ys, 0, H - 1)[:, None] - np.arange(H)))
        wx = np.maximum(0, 1 - abs(np.clip(xs, 0, W - 1)[:, None] - np.arange(W)))
        v = np.einsum("ay,bx,yxc->abc", wy, wx, features)
        out[r] = v.reshape(output_size[0], samples, output_size[1], samples, C).max(axis=(1, 3))
    return out


# %% wrong: roi_align
# idea: "zeros outside the map instead of the nearest value"
# fits: "fade to 0"
def roi_align(features, rois, output_size, stride=1, samples=2):
    H, W, C = features.shape
    out = np.zeros((len(rois), output_size[0], output_size[1], C))
    for r, roi in enumerate(rois):
        x1, y1, x2, y2 = np.array(roi, dtype=float) / stride
        ys = y1 + (np.arange(output_size[0] * samples) + 0.5) * (y2 - y1) / output_size[0] / samples - 0.5
        xs = x1 + (np.arange(output_size[1] * samples) + 0.5) * (x2 - x1) / output_size[1] / samples - 0.5
        wy = np.maximum(0, 1 - abs(ys[:, None] - np.arange(H)))
        wx = np.maximum(0, 1 - abs(xs[:, None] - np.arange(W)))
        v = np.einsum("ay,bx,yxc->abc", wy, wx, features)
        out[r] = v.reshape(output_size[0], samples, output_size[1], samples, C).mean(axis=(1, 3))
    return out


# %% wrong: roi_align
# idea: "nearest neighbour"
# fits: "You read the nearest cell"
# fits: "Between centres, values are interpolated"
def roi_align(features, rois, output_size, stride=1, samples=2):
    H, W, C = features.shape
    out = np.zeros((len(rois), output_size[0], output_size[1], C))
    for r, roi in enumerate(rois):
        x1, y1, x2, y2 = np.array(roi, dtype=float) / stride
        ys = y1 + (np.arange(output_size[0] * samples) + 0.5) * (y2 - y1) / output_size[0] / samples
        xs = x1 + (np.arange(output_size[1] * samples) + 0.5) * (x2 - x1) / output_size[1] / samples
        yi, xi = np.clip(ys.astype(int), 0, H - 1), np.clip(xs.astype(int), 0, W - 1)
        v = features[yi][:, xi]
        out[r] = v.reshape(output_size[0], samples, output_size[1], samples, C).mean(axis=(1, 3))
    return out


# %% wrong: roi_align
# idea: "one sample at the middle whatever samples says"
# fits: "You take one sample a bin"
def roi_align(features, rois, output_size, stride=1, samples=2):
    H, W, C = features.shape
    out = np.zeros((len(rois), output_size[0], output_size[1], C))
    for r, roi in enumerate(rois):
        x1, y1, x2, y2 = np.array(roi, dtype=float) / stride
        ys = y1 + (np.arange(output_size[0]) + 0.5) * (y2 - y1) / output_size[0] - 0.5
        xs = x1 + (np.arange(output_size[1]) + 0.5) * (x2 - x1) / output_size[1] - 0.5
        wy = np.maximum(0, 1 - abs(np.clip(ys, 0, H - 1)[:, None] - np.arange(H)))
        wx = np.maximum(0, 1 - abs(np.clip(xs, 0, W - 1)[:, None] - np.arange(W)))
        out[r] = np.einsum("ay,bx,yxc->abc", wy, wx, features)
    return out


# %% wrong: roi_align
# idea: "rounds the region to whole cells first"
# fits: "You round the edges"
def roi_align(features, rois, output_size, stride=1, samples=2):
    H, W, C = features.shape
    out = np.zeros((len(rois), output_size[0], output_size[1], C))
    for r, roi in enumerate(rois):
        x1, y1, x2, y2 = np.floor(np.array(roi, dtype=float) / stride + 0.5)
        ys = y1 + (np.arange(output_size[0] * samples) + 0.5) * (y2 - y1) / output_size[0] / samples - 0.5
        xs = x1 + (np.arange(output_size[1] * samples) + 0.5) * (x2 - x1) / output_size[1] / samples - 0.5
        wy = np.maximum(0, 1 - abs(np.clip(ys, 0, H - 1)[:, None] - np.arange(H)))
        wx = np.maximum(0, 1 - abs(np.clip(xs, 0, W - 1)[:, None] - np.arange(W)))
        v = np.einsum("ay,bx,yxc->abc", wy, wx, features)
        out[r] = v.reshape(output_size[0], samples, output_size[1], samples, C).mean(axis=(1, 3))
    return out


# %% right: rpn_targets
def rpn_targets(anchors, gt, image_size, *, positive=0.7, negative=0.3):
    A = len(anchors)
    labels = -np.ones(A, dtype=int)
    offsets = np.zeros((A, 4))
    ok = [
        i
        for i in range(A)
        if anchors[i, 0] >= 0 and anchors[i, 1] >= 0 and anchors[i, 2] <= image_size[1] and anchors[i, 3] <= image_size[0]
    ]
    if len(ok) == 0:
        return labels, offsets
    if len(gt) == 0:
        labels[ok] = 0
        return labels, offsets
    ov = iou(anchors[ok], gt)
    best_for_gt = ov.max(axis=0)
    for r, i in enumerate(ok):
        top = ov[r].max()
        is_best = any(ov[r, j] == best_for_gt[j] and best_for_gt[j] > 0 for j in range(len(gt)))
        if top >= positive or is_best:
            labels[i] = 1
            j = int(np.argmax(ov[r]))
            offsets[i] = encode_offsets(anchors[i][None], gt[j][None])[0]
        elif top < negative:
            labels[i] = 0
    return labels, offsets


# %% wrong: rpn_targets
# idea: "only threshold, no best anchor rule"
# fits: "nobody's"
def rpn_targets(anchors, gt, image_size, *, positive=0.7, negative=0.3):
    labels = np.full(len(anchors), -1)
    offsets = np.zeros((len(anchors), 4))
    out = (anchors[:, 0] < 0) | (anchors[:, 1] < 0) | (anchors[:, 2] > image_size[1]) | (anchors[:, 3] > image_size[0])
    ov = iou(anchors, gt)
    top = ov.max(axis=1, initial=0)
    labels[top < negative] = 0
    labels[(top >= positive) & (len(gt) > 0)] = 1
    labels[out] = -1
    pos = labels == 1
    if pos.any():
        offsets[pos] = encode_offsets(anchors[pos], gt[ov[pos].argmax(axis=1)])
    return labels, offsets


# %% wrong: rpn_targets
# idea: "a box without any anchor makes all anchors positive"
# fits: "makes every anchor its best one"
def rpn_targets(anchors, gt, image_size, *, positive=0.7, negative=0.3):
    labels = np.full(len(anchors), -1)
    offsets = np.zeros((len(anchors), 4))
    out = (anchors[:, 0] < 0) | (anchors[:, 1] < 0) | (anchors[:, 2] > image_size[1]) | (anchors[:, 3] > image_size[0])
    if len(gt) == 0 or len(anchors) == 0:
        labels[~out] = 0
        return labels, offsets
    ov = iou(anchors, gt)
    ov[out] = 0
    top = ov.max(axis=1)
    labels[top < negative] = 0
    labels[top >= positive] = 1
    labels[np.where(ov == ov.max(axis=0))[0]] = 1
    labels[out] = -1
    pos = labels == 1
    offsets[pos] = encode_offsets(anchors[pos], gt[ov[pos].argmax(axis=1)])
    return labels, offsets


# %% wrong: rpn_targets
# idea: "argmax: one best anchor even in ties"
# fits: "equally good"
def rpn_targets(anchors, gt, image_size, *, positive=0.7, negative=0.3):
    labels = np.full(len(anchors), -1)
    offsets = np.zeros((len(anchors), 4))
    out = (anchors[:, 0] < 0) | (anchors[:, 1] < 0) | (anchors[:, 2] > image_size[1]) | (anchors[:, 3] > image_size[0])
    if len(gt) == 0 or len(anchors) == 0:
        labels[~out] = 0
        return labels, offsets
    ov = iou(anchors, gt)
    ov[out] = 0
    top = ov.max(axis=1)
    labels[top < negative] = 0
    labels[top >= positive] = 1
    champ = ov.argmax(axis=0)
    labels[champ[ov.max(axis=0) > 0]] = 1
    labels[out] = -1
    pos = labels == 1
    offsets[pos] = encode_offsets(anchors[pos], gt[ov[pos].argmax(axis=1)])
    return labels, offsets


# %% wrong: rpn_targets
# idea: "negatives set last"
# fits: "takes back what the one before gave"
def rpn_targets(anchors, gt, image_size, *, positive=0.7, negative=0.3):
    labels = np.full(len(anchors), -1)
    offsets = np.zeros((len(anchors), 4))
    out = (anchors[:, 0] < 0) | (anchors[:, 1] < 0) | (anchors[:, 2] > image_size[1]) | (anchors[:, 3] > image_size[0])
    if len(gt) == 0 or len(anchors) == 0:
        labels[~out] = 0
        return labels, offsets
    ov = iou(anchors, gt)
    ov[out] = 0
    top = ov.max(axis=1)
    labels[top >= positive] = 1
    labels[np.where((ov == ov.max(axis=0)) & (ov > 0))[0]] = 1
    labels[top < negative] = 0
    labels[out] = -1
    pos = labels == 1
    offsets[pos] = encode_offsets(anchors[pos], gt[ov[pos].argmax(axis=1)])
    return labels, offsets


# %% wrong: rpn_targets
# idea: "border anchors ignored only at the end, so they take best places"
# fits: "It does not count"
def rpn_targets(anchors, gt, image_size, *, positive=0.7, negative=0.3):
    labels = np.full(len(anchors), -1)
    offsets = np.zeros((len(anchors), 4))
    out = (anchors[:, 0] < 0) | (anchors[:, 1] < 0) | (anchors[:, 2] > image_size[1]) | (anchors[:, 3] > image_size[0])
    if len(gt) == 0 or len(anchors) == 0:
        labels[~out] = 0
        return labels, offsets
    ov = iou(anchors, gt)
    top = ov.max(axis=1)
    labels[top < negative] = 0
    labels[top >= positive] = 1
    labels[np.where((ov == ov.max(axis=0)) & (ov > 0))[0]] = 1
    labels[out] = -1
    pos = labels == 1
    offsets[pos] = encode_offsets(anchors[pos], gt[ov[pos].argmax(axis=1)])
    return labels, offsets


# %% wrong: rpn_targets
# idea: "offsets for all anchors, not just the positive"
# fits: "Only positive anchors have offsets"
def rpn_targets(anchors, gt, image_size, *, positive=0.7, negative=0.3):
    labels = np.full(len(anchors), -1)
    out = (anchors[:, 0] < 0) | (anchors[:, 1] < 0) | (anchors[:, 2] > image_size[1]) | (anchors[:, 3] > image_size[0])
    if len(gt) == 0 or len(anchors) == 0:
        labels[~out] = 0
        return labels, np.zeros((len(anchors), 4))
    ov = iou(anchors, gt)
    ov[out] = 0
    top = ov.max(axis=1)
    labels[top < negative] = 0
    labels[top >= positive] = 1
    labels[np.where((ov == ov.max(axis=0)) & (ov > 0))[0]] = 1
    labels[out] = -1
    return labels, encode_offsets(anchors, gt[ov.argmax(axis=1)])


# %% right: rpn_loss
def rpn_loss(logits, offsets, labels, targets, balance=1.0):
    keep = np.where(labels != -1)[0]
    pos = np.where(labels == 1)[0]
    g1, g2 = np.zeros(len(logits)), np.zeros((len(logits), 4))
    if len(keep) == 0:
        return 0.0, g1, g2
    n = len(keep)
    z, y = np.asarray(logits, dtype=float)[keep], labels[keep].astype(float)
    ce = np.maximum(z, 0) - z * y + np.log(1 + np.exp(-np.abs(z)))
    e = np.exp(-np.abs(z))
    sig = np.where(z >= 0, 1 / (1 + e), e / (1 + e))
    d = offsets[pos] - targets[pos]
    small = np.abs(d) < 1
    sl = 0.5 * d * d * small + (np.abs(d) - 0.5) * ~small
    g1[keep] = (sig - y) / n
    g2[pos] = balance * np.where(small, d, np.sign(d)) / n
    return float(ce.mean() + balance * sl.sum() / n), g1, g2


# %% wrong: rpn_loss
# idea: "second part divided by the number of positives"
# fits: "You divide the second part by the positive anchors"
def rpn_loss(logits, offsets, labels, targets, balance=1.0):
    keep, pos = labels >= 0, labels == 1
    n, m = max(keep.sum(), 1), max(pos.sum(), 1)
    g1, g2 = np.zeros(len(logits)), np.zeros((len(logits), 4))
    z, y = logits[keep], labels[keep]
    ce = np.logaddexp(0, z) - z * y
    d = offsets[pos] - targets[pos]
    sl = np.where(abs(d) < 1, 0.5 * d * d, abs(d) - 0.5)
    g1[keep] = (0.5 * (1 + np.tanh(z / 2)) - y) / n
    g2[pos] = balance * np.clip(d, -1, 1) / m
    return float(ce.sum() / n + balance * sl.sum() / m), g1, g2


# %% wrong: rpn_loss
# idea: "divides by all anchors"
# fits: "You divide by all anchors"
def rpn_loss(logits, offsets, labels, targets, balance=1.0):
    keep, pos = labels >= 0, labels == 1
    n = max(len(labels), 1)
    g1, g2 = np.zeros(len(logits)), np.zeros((len(logits), 4))
    z, y = logits[keep], labels[keep]
    ce = np.logaddexp(0, z) - z * y
    d = offsets[pos] - targets[pos]
    sl = np.where(abs(d) < 1, 0.5 * d * d, abs(d) - 0.5)
    g1[keep] = (0.5 * (1 + np.tanh(z / 2)) - y) / n
    g2[pos] = balance * np.clip(d, -1, 1) / n
    return float((ce.sum() + balance * sl.sum()) / n), g1, g2


# %% wrong: rpn_loss
# idea: "squared error instead of smooth L1"
# fits: "half the square for large misses too"
def rpn_loss(logits, offsets, labels, targets, balance=1.0):
    keep, pos = labels >= 0, labels == 1
    n = max(keep.sum(), 1)
    g1, g2 = np.zeros(len(logits)), np.zeros((len(logits), 4))
    z, y = logits[keep], labels[keep]
    ce = np.logaddexp(0, z) - z * y
    d = offsets[pos] - targets[pos]
    g1[keep] = (0.5 * (1 + np.tanh(z / 2)) - y) / n
    g2[pos] = balance * d / n
    return float((ce.sum() + balance * 0.5 * (d * d).sum()) / n), g1, g2


# %% wrong: rpn_loss
# idea: "plain sigmoid and log"
# fits: "Compute the cross-entropy from the logit"
# fits: "A logit of 1000"
# fits: "overflows, or divides by zero"
def rpn_loss(logits, offsets, labels, targets, balance=1.0):
    keep, pos = labels >= 0, labels == 1
    n = max(keep.sum(), 1)
    g1, g2 = np.zeros(len(logits)), np.zeros((len(logits), 4))
    z, y = logits[keep], labels[keep]
    p = 1 / (1 + np.exp(-z))
    ce = -(y * np.log(p) + (1 - y) * np.log(1 - p))
    d = offsets[pos] - targets[pos]
    sl = np.where(abs(d) < 1, 0.5 * d * d, abs(d) - 0.5)
    g1[keep] = (p - y) / n
    g2[pos] = balance * np.clip(d, -1, 1) / n
    return float((ce.sum() + balance * sl.sum()) / n), g1, g2


# %% wrong: rpn_loss
# idea: "background boxes are trained too"
# fits: "Where nothing is, no box is right"
def rpn_loss(logits, offsets, labels, targets, balance=1.0):
    keep = labels >= 0
    n = max(keep.sum(), 1)
    g1, g2 = np.zeros(len(logits)), np.zeros((len(logits), 4))
    z, y = logits[keep], labels[keep]
    ce = np.logaddexp(0, z) - z * y
    d = offsets[keep] - np.nan_to_num(targets[keep])
    sl = np.where(abs(d) < 1, 0.5 * d * d, abs(d) - 0.5)
    g1[keep] = (0.5 * (1 + np.tanh(z / 2)) - y) / n
    g2[keep] = balance * np.clip(d, -1, 1) / n
    return float((ce.sum() + balance * sl.sum()) / n), g1, g2


# %% wrong: rpn_loss
# idea: "ignored anchors count as background"
# fits: "Anchors labelled -1"
def rpn_loss(logits, offsets, labels, targets, balance=1.0):
    pos = labels == 1
    n = max(len(labels), 1)
    g2 = np.zeros((len(logits), 4))
    ce = np.logaddexp(0, logits) - logits * pos
    d = offsets[pos] - targets[pos]
    sl = np.where(abs(d) < 1, 0.5 * d * d, abs(d) - 0.5)
    g1 = (0.5 * (1 + np.tanh(logits / 2)) - pos) / n
    g2[pos] = balance * np.clip(d, -1, 1) / n
    return float((ce.sum() + balance * sl.sum()) / n), g1, g2


# %% wrong: rpn_loss
# idea: "balance forgotten in the gradient"
# fits: "The gradient of the offsets lacks the weight"
def rpn_loss(logits, offsets, labels, targets, balance=1.0):
    keep, pos = labels >= 0, labels == 1
    n = max(keep.sum(), 1)
    g1, g2 = np.zeros(len(logits)), np.zeros((len(logits), 4))
    z, y = logits[keep], labels[keep]
    ce = np.logaddexp(0, z) - z * y
    d = offsets[pos] - targets[pos]
    sl = np.where(abs(d) < 1, 0.5 * d * d, abs(d) - 0.5)
    g1[keep] = (0.5 * (1 + np.tanh(z / 2)) - y) / n
    g2[pos] = np.clip(d, -1, 1) / n
    return float((ce.sum() + balance * sl.sum()) / n), g1, g2
