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


# %% right: sliding_windows
def sliding_windows(image, sizes, stride):
    if stride < 1:
        raise ValueError("the stride must be at least 1")
    height, width = image.shape[:2]
    boxes = []
    for rows, columns in sizes:
        top = 0
        while top + rows <= height:
            left = 0
            while left + columns <= width:
                boxes.append((left, top, left + columns, top + rows))
                left += stride
            top += stride
    return np.array(boxes, dtype=np.int64).reshape(len(boxes), 4)


# %% right: sliding_windows
def sliding_windows(image, sizes, stride):
    if stride < 1:
        raise ValueError(f"a stride of {stride}")
    height, width, *_ = np.shape(image)
    parts = [np.zeros((0, 4), int)]
    for rows, columns in sizes:
        y, x = np.meshgrid(
            np.arange(0, height - rows + 1, stride), np.arange(0, width - columns + 1, stride), indexing="ij"
        )
        parts.append(np.stack([x, y, x + columns, y + rows], axis=-1).reshape(-1, 4))
    return np.concatenate(parts)


# %% wrong: sliding_windows
# idea: "adds a last window flush with the edge where the stride doesn't divide"
# fits: "A last window flush with the border"
def sliding_windows(image, sizes, stride):
    if stride < 1:
        raise ValueError("stride")
    height, width = image.shape[:2]

    def starts(length, size):
        if size > length:
            return []
        return sorted({*range(0, length - size + 1, stride), length - size})

    boxes = [(x, y, x + w, y + h) for h, w in sizes for y in starts(height, h) for x in starts(width, w)]
    return np.array(boxes, dtype=int).reshape(-1, 4)


# %% wrong: sliding_windows
# idea: "no window at all comes as shape (0,), a float array"
# fits: "Without any window"
def sliding_windows(image, sizes, stride):
    if stride < 1:
        raise ValueError("stride")
    height, width = image.shape[:2]
    return np.array(
        [
            (x, y, x + w, y + h)
            for h, w in sizes
            for y in range(0, height - h + 1, stride)
            for x in range(0, width - w + 1, stride)
        ]
    )


# %% wrong: sliding_windows
# idea: "(x, y, width, height) in place of two corners"
# fits: "Your boxes end in a size"
def sliding_windows(image, sizes, stride):
    if stride < 1:
        raise ValueError("stride")
    height, width = image.shape[:2]
    boxes = [
        (x, y, w, h)
        for h, w in sizes
        for y in range(0, height - h + 1, stride)
        for x in range(0, width - w + 1, stride)
    ]
    return np.array(boxes, dtype=int).reshape(-1, 4)


# %% right: window_scores
def window_scores(image, size, weights, bias, stride=1):
    h, w = size
    views = np.lib.stride_tricks.sliding_window_view(image, (h, w), axis=(0, 1))[::stride, ::stride]  # (., ., C, h, w)
    kernel = np.reshape(weights, (h, w, image.shape[2], len(bias)))
    return np.einsum("ijchw,hwcd->ijd", views, kernel) + bias


# %% right: window_scores
def window_scores(image, size, weights, bias, stride=1):
    (h, w), (height, width, _) = size, image.shape
    rows, columns = (height - h) // stride + 1, (width - w) // stride + 1
    out = np.empty((rows, columns, weights.shape[1]))
    for i in range(rows):
        for j in range(columns):
            window = image[i * stride : i * stride + h, j * stride : j * stride + w]
            out[i, j] = window.reshape(-1) @ weights + bias
    return out


# %% wrong: window_scores
# idea: "pads with zeros, so every cell of the image has a score"
# fits: "windows that hang over the border"
def window_scores(image, size, weights, bias, stride=1):
    h, w = size
    padded = np.pad(image, [(0, h - 1), (0, w - 1), (0, 0)])
    views = np.lib.stride_tricks.sliding_window_view(padded, (h, w), axis=(0, 1))[::stride, ::stride]
    kernel = np.reshape(weights, (h, w, image.shape[2], len(bias)))
    return np.einsum("ijchw,hwcd->ijd", views, kernel) + bias


# %% wrong: window_scores
# idea: "the kernel is (w, h, C, D): rows and columns of the window changed over"
# fits: "You unfold the weights column after column"
def window_scores(image, size, weights, bias, stride=1):
    h, w = size
    views = np.lib.stride_tricks.sliding_window_view(image, (h, w), axis=(0, 1))[::stride, ::stride]
    kernel = np.reshape(weights, (w, h, image.shape[2], len(bias))).transpose(1, 0, 2, 3)
    return np.einsum("ijchw,hwcd->ijd", views, kernel) + bias


# %% wrong: window_scores
# idea: "ends in a ReLU, as a layer usually does"
# fits: "Negative scores become 0"
def window_scores(image, size, weights, bias, stride=1):
    h, w = size
    views = np.lib.stride_tricks.sliding_window_view(image, (h, w), axis=(0, 1))[::stride, ::stride]
    kernel = np.reshape(weights, (h, w, image.shape[2], len(bias)))
    return np.maximum(np.einsum("ijchw,hwcd->ijd", views, kernel) + bias, 0)


# %% right: segment_graph
def segment_graph(num_nodes, edges, weights, k):
    """Lists of members: the smaller region's nodes are relabelled at each merging."""
    region = list(range(num_nodes))
    members = {i: [i] for i in range(num_nodes)}
    inner = dict.fromkeys(range(num_nodes), 0.0)
    for e in sorted(range(len(weights)), key=lambda i: weights[i]):
        a, b = region[edges[e][0]], region[edges[e][1]]
        if a == b:
            continue
        limit = min(inner[a] + k / len(members[a]), inner[b] + k / len(members[b]))
        if weights[e] <= limit:
            if len(members[a]) < len(members[b]):
                a, b = b, a
            for node in members[b]:
                region[node] = a
            members[a] += members.pop(b)
            inner[a] = weights[e]
    labels = np.empty(num_nodes, dtype=int)
    for nodes in members.values():
        labels[nodes] = min(nodes)
    return labels


# %% wrong: segment_graph
# idea: "the internal difference stays 0: only k over the size counts"
# fits: "The internal difference stays 0"
def segment_graph(num_nodes, edges, weights, k):
    parent, size = list(range(num_nodes)), [1] * num_nodes

    def root(i):
        while parent[i] != i:
            i = parent[i]
        return i

    for n in np.argsort(weights, kind="stable"):
        a, b = sorted((root(edges[n][0]), root(edges[n][1])))
        if a != b and weights[n] <= k / max(size[a], size[b]):
            parent[b], size[a] = a, size[a] + size[b]
    return np.array([root(i) for i in range(num_nodes)], dtype=int)


# %% wrong: segment_graph
# idea: "gives each node's parent, not its root"
# fits: "You return parents"
def segment_graph(num_nodes, edges, weights, k):
    parent, size, inner = list(range(num_nodes)), [1] * num_nodes, [0.0] * num_nodes

    def root(i):
        while parent[i] != i:
            i = parent[i]
        return i

    for n in np.argsort(weights, kind="stable"):
        a, b = sorted((root(edges[n][0]), root(edges[n][1])))
        if a != b and weights[n] <= min(inner[a] + k / size[a], inner[b] + k / size[b]):
            parent[b], size[a], inner[a] = a, size[a] + size[b], weights[n]
    return np.array(parent, dtype=int)


# %% wrong: segment_graph
# idea: "numbers the regions 0, 1, 2, not by their lowest nodes"
# fits: "You number the regions one after the other"
def segment_graph(num_nodes, edges, weights, k):
    parent, size, inner = list(range(num_nodes)), [1] * num_nodes, [0.0] * num_nodes

    def root(i):
        while parent[i] != i:
            i = parent[i]
        return i

    for n in np.argsort(weights, kind="stable"):
        a, b = sorted((root(edges[n][0]), root(edges[n][1])))
        if a != b and weights[n] <= min(inner[a] + k / size[a], inner[b] + k / size[b]):
            parent[b], size[a], inner[a] = a, size[a] + size[b], weights[n]
    return np.unique([root(i) for i in range(num_nodes)], return_inverse=True)[1]


# %% wrong: segment_graph
# idea: "merges only if the edge is strictly below the limit"
# fits: "You refuse an edge whose weight equals"
def segment_graph(num_nodes, edges, weights, k):
    parent, size, inner = list(range(num_nodes)), [1] * num_nodes, [0.0] * num_nodes

    def root(i):
        while parent[i] != i:
            i = parent[i]
        return i

    for n in np.argsort(weights, kind="stable"):
        a, b = sorted((root(edges[n][0]), root(edges[n][1])))
        if a != b and weights[n] < min(inner[a] + k / size[a], inner[b] + k / size[b]):
            parent[b], size[a], inner[a] = a, size[a] + size[b], weights[n]
    return np.array([root(i) for i in range(num_nodes)], dtype=int)


# %% wrong: segment_graph
# idea: "compares with the nodes at the edge's ends, not with the roots of their regions"
# fits: "at the edge's nodes"
def segment_graph(num_nodes, edges, weights, k):
    parent, size, inner = list(range(num_nodes)), [1] * num_nodes, [0.0] * num_nodes

    def root(i):
        while parent[i] != i:
            i = parent[i]
        return i

    for n in np.argsort(weights, kind="stable"):
        i, j = edges[n]
        a, b = sorted((root(i), root(j)))
        if a != b and weights[n] <= min(inner[i] + k / size[i], inner[j] + k / size[j]):
            parent[b], size[a], inner[a] = a, size[a] + size[b], weights[n]
    return np.array([root(i) for i in range(num_nodes)], dtype=int)


# %% wrong: segment_graph
# idea: "edges are sorted in place, in the caller's arrays"
# fits: "changes one of its arguments in place"
def segment_graph(num_nodes, edges, weights, k):
    order = np.argsort(weights, kind="stable")
    edges[:] = edges[order]
    weights[:] = weights[order]
    parent, size, inner = list(range(num_nodes)), [1] * num_nodes, [0.0] * num_nodes

    def root(i):
        while parent[i] != i:
            i = parent[i]
        return i

    for (i, j), e in zip(edges, weights, strict=True):
        a, b = sorted((root(i), root(j)))
        if a != b and e <= min(inner[a] + k / size[a], inner[b] + k / size[b]):
            parent[b], size[a], inner[a] = a, size[a] + size[b], e
    return np.array([root(i) for i in range(num_nodes)], dtype=int)


# %% right: propose_regions
def propose_regions(image, ks, min_area=1):
    height, width, _ = image.shape
    pixels = image.reshape(height * width, -1).astype(float)
    pairs = []
    for i in range(height * width):
        if (i + 1) % width:
            pairs.append((i, i + 1))
        if i + width < height * width:
            pairs.append((i, i + width))
    pairs = np.array(pairs, dtype=int).reshape(-1, 2)
    distances = np.linalg.norm(pixels[pairs[:, 0]] - pixels[pairs[:, 1]], axis=1)
    boxes = set()
    for k in ks:
        labels = segment_graph(height * width, pairs, distances, k)
        for label in np.unique(labels):
            rows, columns = np.divmod(np.flatnonzero(labels == label), width)
            if len(rows) >= min_area:
                boxes.add((columns.min(), rows.min(), columns.max() + 1, rows.max() + 1))
    return np.array(sorted(boxes), dtype=int).reshape(-1, 4)


# %% wrong: propose_regions
# idea: "the sum of the channels' differences (city block), not their Euclidean distance"
# fits: "You add up absolute differences"
def propose_regions(image, ks, min_area=1):
    height, width = image.shape[:2]
    colors, node = image.astype(float), np.arange(height * width).reshape(height, width)
    edges = np.concatenate(
        [
            np.stack([node[:, :-1].ravel(), node[:, 1:].ravel()], axis=1),
            np.stack([node[:-1].ravel(), node[1:].ravel()], axis=1),
        ]
    )
    weights = np.concatenate([np.abs(np.diff(colors, axis=axis)).sum(axis=-1).ravel() for axis in (1, 0)])
    boxes = set()
    for k in ks:
        labels = segment_graph(height * width, edges, weights, k).reshape(height, width)
        for label in np.unique(labels):
            rows, columns = np.nonzero(labels == label)
            if len(rows) >= min_area:
                boxes.add((columns.min(), rows.min(), columns.max() + 1, rows.max() + 1))
    return np.array(sorted(boxes), dtype=int).reshape(-1, 4)


# %% wrong: propose_regions
# idea: "joins the end of each row with the start of the next (node i with i + 1 throughout)"
# fits: "The last pixel of a row is joined"
def propose_regions(image, ks, min_area=1):
    height, width = image.shape[:2]
    pixels, node = image.reshape(height * width, -1).astype(float), np.arange(height * width)
    edges = np.concatenate([np.stack([node[:-s], node[s:]], axis=1) for s in (1, width)])
    weights = np.linalg.norm(pixels[edges[:, 0]] - pixels[edges[:, 1]], axis=1)
    boxes = set()
    for k in ks:
        labels = segment_graph(height * width, edges, weights, k).reshape(height, width)
        for label in np.unique(labels):
            rows, columns = np.nonzero(labels == label)
            if len(rows) >= min_area:
                boxes.add((columns.min(), rows.min(), columns.max() + 1, rows.max() + 1))
    return np.array(sorted(boxes), dtype=int).reshape(-1, 4)


# %% wrong: propose_regions
# idea: "divides the image with the largest k alone"
# fits: "You use the largest k alone"
def propose_regions(image, ks, min_area=1):
    height, width = image.shape[:2]
    colors, node = image.astype(float), np.arange(height * width).reshape(height, width)
    edges = np.concatenate(
        [
            np.stack([node[:, :-1].ravel(), node[:, 1:].ravel()], axis=1),
            np.stack([node[:-1].ravel(), node[1:].ravel()], axis=1),
        ]
    )
    weights = np.concatenate([np.linalg.norm(np.diff(colors, axis=axis), axis=-1).ravel() for axis in (1, 0)])
    boxes = set()
    labels = segment_graph(height * width, edges, weights, max(ks)).reshape(height, width)
    for label in np.unique(labels):
        rows, columns = np.nonzero(labels == label)
        if len(rows) >= min_area:
            boxes.add((columns.min(), rows.min(), columns.max() + 1, rows.max() + 1))
    return np.array(sorted(boxes), dtype=int).reshape(-1, 4)


# %% right: roi_pool
def roi_pool(features, rois, output_size, stride=1):
    rows, columns = output_size

    def bins(low, high, parts, length):
        a, b = int(low / stride + 0.5), int(high / stride + 0.5)
        a = min(a, length - 1)
        b = max(b, a + 1)
        return [(a + i * (b - a) // parts, a - (-(i + 1) * (b - a) // parts)) for i in range(parts)]

    out = np.empty((len(rois), rows, columns, features.shape[2]), dtype=np.asarray(features).dtype)
    for r, (x1, y1, x2, y2) in enumerate(rois):
        for i, (top, bottom) in enumerate(bins(y1, y2, rows, features.shape[0])):
            for j, (left, right) in enumerate(bins(x1, x2, columns, features.shape[1])):
                out[r, i, j] = features[top:bottom, left:right].max(axis=(0, 1))
    return out


# %% wrong: roi_pool
# idea: "rounds outward: the first edge down and the last edge up"
# fits: "You round outward"
def roi_pool(features, rois, output_size, stride=1):
    out = np.empty((len(rois), *output_size, features.shape[2]))

    def bins(low, high, parts, length):
        a, b = int(np.floor(low / stride)), int(np.ceil(high / stride))
        a = min(a, length - 1)
        b = max(b, a + 1)
        return [(a + i * (b - a) // parts, a - (-(i + 1) * (b - a) // parts)) for i in range(parts)]

    for r, (x1, y1, x2, y2) in enumerate(rois):
        for i, (top, bottom) in enumerate(bins(y1, y2, output_size[0], features.shape[0])):
            for j, (left, right) in enumerate(bins(x1, x2, output_size[1], features.shape[1])):
                out[r, i, j] = features[top:bottom, left:right].max(axis=(0, 1))
    return out


# %% wrong: roi_pool
# idea: "bins that share no cell: each ends where the next begins"
# fits: "ends where the next begins"
def roi_pool(features, rois, output_size, stride=1):
    out = np.empty((len(rois), *output_size, features.shape[2]))

    def bins(low, high, parts, length):
        a, b = int(low / stride + 0.5), int(high / stride + 0.5)
        a = min(a, length - 1)
        b = max(b, a + 1)
        edges = [a + i * (b - a) // parts for i in range(parts + 1)]
        return [(start, max(end, start + 1)) for start, end in zip(edges, edges[1:], strict=False)]

    for r, (x1, y1, x2, y2) in enumerate(rois):
        for i, (top, bottom) in enumerate(bins(y1, y2, output_size[0], features.shape[0])):
            for j, (left, right) in enumerate(bins(x1, x2, output_size[1], features.shape[1])):
                out[r, i, j] = features[top:bottom, left:right].max(axis=(0, 1))
    return out


# %% wrong: roi_pool
# idea: "begins with an array of zeros and keeps the larger, so negative maxima become 0"
# fits: "Your maxima start at 0"
def roi_pool(features, rois, output_size, stride=1):
    out = np.zeros((len(rois), *output_size, features.shape[2]))

    def bins(low, high, parts, length):
        a, b = int(low / stride + 0.5), int(high / stride + 0.5)
        a = min(a, length - 1)
        b = max(b, a + 1)
        return [(a + i * (b - a) // parts, a - (-(i + 1) * (b - a) // parts)) for i in range(parts)]

    for r, (x1, y1, x2, y2) in enumerate(rois):
        for i, (top, bottom) in enumerate(bins(y1, y2, output_size[0], features.shape[0])):
            for j, (left, right) in enumerate(bins(x1, x2, output_size[1], features.shape[1])):
                out[r, i, j] = np.maximum(out[r, i, j], features[top:bottom, left:right].max(axis=(0, 1)))
    return out


# %% wrong: roi_pool
# idea: "at the map's end lets b grow beyond the map, so the last cell is never reached and a bin is empty"
# fits: "A thin region at the far end"
def roi_pool(features, rois, output_size, stride=1):
    out = np.zeros((len(rois), *output_size, features.shape[2]))

    def bins(low, high, parts):
        a, b = int(low / stride + 0.5), int(high / stride + 0.5)
        b = max(b, a + 1)
        return [(a + i * (b - a) // parts, a - (-(i + 1) * (b - a) // parts)) for i in range(parts)]

    for r, (x1, y1, x2, y2) in enumerate(rois):
        for i, (top, bottom) in enumerate(bins(y1, y2, output_size[0])):
            for j, (left, right) in enumerate(bins(x1, x2, output_size[1])):
                cells = features[top:bottom, left:right]
                if cells.size:
                    out[r, i, j] = cells.max(axis=(0, 1))
    return out


# %% wrong: roi_pool
# idea: "the stride as an int: a stride of 2.5 becomes 2"
def roi_pool(features, rois, output_size, stride=1):
    out = np.empty((len(rois), *output_size, features.shape[2]))
    stride = int(stride)

    def bins(low, high, parts, length):
        a, b = int(low / stride + 0.5), min(int(high / stride + 0.5), length)
        a = min(a, length - 1)
        b = max(b, a + 1)
        return [(a + i * (b - a) // parts, a - (-(i + 1) * (b - a) // parts)) for i in range(parts)]

    for r, (x1, y1, x2, y2) in enumerate(rois):
        for i, (top, bottom) in enumerate(bins(y1, y2, output_size[0], features.shape[0])):
            for j, (left, right) in enumerate(bins(x1, x2, output_size[1], features.shape[1])):
                out[r, i, j] = features[top:bottom, left:right].max(axis=(0, 1))
    return out


# %% right: roi_align
def roi_align(features, rois, output_size, stride=1, samples=2):
    """Along each axis a matrix that averages: (bins, cells), made of triangles around the centres."""

    def reader(low, high, parts, length):
        low, high = low / stride, high / stride
        points = low + (high - low) * (np.arange(parts * samples) + 0.5) / (parts * samples)
        index = np.clip(points - 0.5, 0, length - 1)
        weights = np.maximum(0, 1 - np.abs(index[:, None] - np.arange(length)))
        return weights.reshape(parts, samples, length).mean(axis=1)

    rows, columns = output_size
    height, width, channels = features.shape
    out = np.zeros((len(rois), rows, columns, channels))
    for r, (x1, y1, x2, y2) in enumerate(np.asarray(rois, dtype=float)):
        out[r] = np.einsum("ih,jw,hwc->ijc", reader(y1, y2, rows, height), reader(x1, x2, columns, width), features)
    return out


# %% wrong: roi_align
# idea: "samples lie on the bin's edges, evenly from one end to the other"
# fits: "from edge to edge of each bin"
def roi_align(features, rois, output_size, stride=1, samples=2):
    def reader(low, high, parts, length):
        low, high = low / stride, high / stride
        side = (high - low) / parts
        inside = np.linspace(0, 1, samples) if samples > 1 else np.array([0.5])
        points = (low + side * (np.arange(parts)[:, None] + inside)).ravel()
        weights = np.maximum(0, 1 - np.abs(np.clip(points - 0.5, 0, length - 1)[:, None] - np.arange(length)))
        return weights.reshape(parts, samples, length).mean(axis=1)

    (rows, columns), (height, width, _) = output_size, features.shape
    out = [
        np.einsum("ih,jw,hwc->ijc", reader(y1, y2, rows, height), reader(x1, x2, columns, width), features)
        for x1, y1, x2, y2 in rois
    ]
    return np.array(out).reshape(len(rois), rows, columns, features.shape[2])


# %% wrong: roi_align
# idea: "always 2 by 2 samples: the argument is ignored"
# fits: "You take two samples a bin"
def roi_align(features, rois, output_size, stride=1, samples=2):
    def reader(low, high, parts, length):
        low, high = low / stride, high / stride
        points = low + (high - low) * (np.arange(parts * 2) + 0.5) / (parts * 2)
        weights = np.maximum(0, 1 - np.abs(np.clip(points - 0.5, 0, length - 1)[:, None] - np.arange(length)))
        return weights.reshape(parts, 2, length).mean(axis=1)

    (rows, columns), (height, width, _) = output_size, features.shape
    out = [
        np.einsum("ih,jw,hwc->ijc", reader(y1, y2, rows, height), reader(x1, x2, columns, width), features)
        for x1, y1, x2, y2 in rois
    ]
    return np.array(out).reshape(len(rois), rows, columns, features.shape[2])


# %% wrong: roi_align
# idea: "a region smaller than a cell is made one cell wide, as the first published code did"
# fits: "You widen small regions"
def roi_align(features, rois, output_size, stride=1, samples=2):
    def reader(low, high, parts, length):
        low, high = low / stride, high / stride
        high = max(high, low + 1)
        points = low + (high - low) * (np.arange(parts * samples) + 0.5) / (parts * samples)
        weights = np.maximum(0, 1 - np.abs(np.clip(points - 0.5, 0, length - 1)[:, None] - np.arange(length)))
        return weights.reshape(parts, samples, length).mean(axis=1)

    (rows, columns), (height, width, _) = output_size, features.shape
    out = [
        np.einsum("ih,jw,hwc->ijc", reader(y1, y2, rows, height), reader(x1, x2, columns, width), features)
        for x1, y1, x2, y2 in rois
    ]
    return np.array(out).reshape(len(rois), rows, columns, features.shape[2])


# %% right: rpn_targets
def rpn_targets(anchors, gt, image_size, *, positive=0.7, negative=0.3):
    """Anchor by anchor, on those inside alone."""
    height, width = image_size
    labels, offsets = np.full(len(anchors), -1), np.zeros((len(anchors), 4))
    inside = [i for i, (x1, y1, x2, y2) in enumerate(anchors) if x1 >= 0 and y1 >= 0 and x2 <= width and y2 <= height]
    if not inside:
        return labels, offsets
    if len(gt) == 0:
        labels[inside] = 0
        return labels, offsets
    table = iou(anchors[inside], gt)
    record = table.max(axis=0)
    for i, row in zip(inside, table, strict=True):
        if row.max() >= positive or ((row == record) & (record > 0)).any():
            labels[i] = 1
            offsets[i] = encode_offsets(anchors[i : i + 1], gt[[row.argmax()]])[0]
        elif row.max() < negative:
            labels[i] = 0
    return labels, offsets


# %% wrong: rpn_targets
# idea: "image_size taken as (width, height)"
# fits: "image_size is (height, width)"
def rpn_targets(anchors, gt, image_size, *, positive=0.7, negative=0.3):
    width, height = image_size
    inside = (anchors[:, :2] >= 0).all(axis=1) & (anchors[:, 2] <= width) & (anchors[:, 3] <= height)
    table = np.where(inside[:, None], iou(anchors, gt), 0)
    best, record = table.max(axis=1, initial=0), table.max(axis=0, initial=0)
    hit = (best >= positive) | ((table == record) & (record > 0)).any(axis=1)
    labels = np.where(hit, 1, np.where(best < negative, 0, -1))
    labels[~inside] = -1
    offsets, hit = np.zeros((len(anchors), 4)), labels == 1
    if hit.any():
        offsets[hit] = encode_offsets(anchors[hit], gt[table[hit].argmax(axis=1)])
    return labels, offsets


# %% wrong: rpn_targets
# idea: "a box's best anchor gets that box's offsets, as on Day 61, not those of the box it overlaps most"
# fits: "is sent to that box"
def rpn_targets(anchors, gt, image_size, *, positive=0.7, negative=0.3):
    height, width = image_size
    inside = (anchors[:, :2] >= 0).all(axis=1) & (anchors[:, 2] <= width) & (anchors[:, 3] <= height)
    table = np.where(inside[:, None], iou(anchors, gt), 0)
    best, record = table.max(axis=1, initial=0), table.max(axis=0, initial=0)
    hit = (best >= positive) | ((table == record) & (record > 0)).any(axis=1)
    labels = np.where(hit, 1, np.where(best < negative, 0, -1))
    labels[~inside] = -1
    offsets, hit = np.zeros((len(anchors), 4)), labels == 1
    if hit.any():
        owner = table.argmax(axis=1)
        for j in range(len(gt)):
            if record[j] > 0:
                owner[table[:, j] == record[j]] = j
        offsets[hit] = encode_offsets(anchors[hit], gt[owner[hit]])
    return labels, offsets


# %% wrong: rpn_targets
# idea: "an anchor that touches the border is taken for one that crosses it"
# fits: "only touches the border"
def rpn_targets(anchors, gt, image_size, *, positive=0.7, negative=0.3):
    height, width = image_size
    inside = (anchors[:, :2] > 0).all(axis=1) & (anchors[:, 2] < width) & (anchors[:, 3] < height)
    table = np.where(inside[:, None], iou(anchors, gt), 0)
    best, record = table.max(axis=1, initial=0), table.max(axis=0, initial=0)
    hit = (best >= positive) | ((table == record) & (record > 0)).any(axis=1)
    labels = np.where(hit, 1, np.where(best < negative, 0, -1))
    labels[~inside] = -1
    offsets, hit = np.zeros((len(anchors), 4)), labels == 1
    if hit.any():
        offsets[hit] = encode_offsets(anchors[hit], gt[table[hit].argmax(axis=1)])
    return labels, offsets


# %% right: rpn_loss
def rpn_loss(logits, offsets, labels, targets, balance=1.0):
    """Anchor by anchor."""
    used = [i for i in range(len(labels)) if labels[i] >= 0]
    loss, grad_logits, grad_offsets = 0.0, np.zeros(len(labels)), np.zeros((len(labels), 4))
    for i in used:
        z = float(logits[i])
        loss += float(np.logaddexp(0, z)) - z * labels[i]
        small = np.exp(-abs(z))
        sigmoid = 1 / (1 + small) if z >= 0 else small / (1 + small)
        grad_logits[i] = sigmoid - labels[i]
        if labels[i] == 1:
            for j in range(4):
                u = float(offsets[i, j] - targets[i, j])
                loss += balance * (u * u / 2 if abs(u) < 1 else abs(u) - 0.5)
                grad_offsets[i, j] = balance * min(max(u, -1.0), 1.0)
    count = max(len(used), 1)
    return float(loss / count), grad_logits / count, grad_offsets / count


# %% wrong: rpn_loss
# idea: "multiplies with a mask, and NaN times 0 is NaN"
# fits: "You mask by multiplication"
def rpn_loss(logits, offsets, labels, targets, balance=1.0):
    used, positive = labels >= 0, labels == 1
    count = max(used.sum(), 1)
    small = np.exp(-np.abs(logits))
    sigmoid = np.where(logits >= 0, 1, small) / (1 + small)
    entropy = np.maximum(logits, 0) - logits * labels + np.log1p(small)
    miss = (offsets - targets) * positive[:, None]
    slope = np.clip(miss, -1, 1)
    loss = (entropy[used].sum() + balance * (slope * (miss - slope / 2)).sum()) / count
    return float(loss), np.where(used, sigmoid - labels, 0) / count, balance * slope / count


# %% wrong: rpn_loss
# idea: "clips probabilities away from 0 and 1, so a loss of 1000 becomes 16"
# fits: "You clip the probabilities"
def rpn_loss(logits, offsets, labels, targets, balance=1.0):
    used, positive = labels >= 0, labels == 1
    count = max(used.sum(), 1)
    small = np.exp(-np.abs(logits))
    p = np.where(logits >= 0, 1, small) / (1 + small)
    safe = np.clip(p, 1e-7, 1 - 1e-7)
    entropy = -np.log(np.where(positive, safe, 1 - safe))
    miss = np.where(positive[:, None], offsets - targets, 0)
    slope = np.clip(miss, -1, 1)
    loss = (entropy[used].sum() + balance * (slope * (miss - slope / 2)).sum()) / count
    return float(loss), np.where(used, p - labels, 0) / count, balance * slope / count


# %% wrong: rpn_loss
# idea: "smooth L1 without the half that joins its two pieces: |u| beyond 1"
# fits: "Your smooth L1 jumps at 1"
def rpn_loss(logits, offsets, labels, targets, balance=1.0):
    used, positive = labels >= 0, labels == 1
    count = max(used.sum(), 1)
    small = np.exp(-np.abs(logits))
    sigmoid = np.where(logits >= 0, 1, small) / (1 + small)
    entropy = np.maximum(logits, 0) - logits * labels + np.log1p(small)
    miss = np.where(positive[:, None], offsets - targets, 0)
    smooth = np.where(np.abs(miss) < 1, miss**2 / 2, np.abs(miss))
    loss = (entropy[used].sum() + balance * smooth.sum()) / count
    return float(loss), np.where(used, sigmoid - labels, 0) / count, balance * np.clip(miss, -1, 1) / count


# %% wrong: rpn_loss
# idea: "the mean over the four offsets in place of their sum"
# fits: "You average over the four offsets"
def rpn_loss(logits, offsets, labels, targets, balance=1.0):
    used, positive = labels >= 0, labels == 1
    count = max(used.sum(), 1)
    small = np.exp(-np.abs(logits))
    sigmoid = np.where(logits >= 0, 1, small) / (1 + small)
    entropy = np.maximum(logits, 0) - logits * labels + np.log1p(small)
    miss = np.where(positive[:, None], offsets - targets, 0)
    slope = np.clip(miss, -1, 1)
    loss = (entropy[used].sum() + balance * (slope * (miss - slope / 2)).mean(axis=1).sum()) / count
    return float(loss), np.where(used, sigmoid - labels, 0) / count, balance * slope / (4 * count)


# %% wrong: rpn_loss
# idea: "the first part sees positives alone; background costs nothing"
# fits: "Background costs nothing"
def rpn_loss(logits, offsets, labels, targets, balance=1.0):
    used, positive = labels >= 0, labels == 1
    count = max(used.sum(), 1)
    small = np.exp(-np.abs(logits))
    sigmoid = np.where(logits >= 0, 1, small) / (1 + small)
    entropy = np.maximum(logits, 0) - logits * labels + np.log1p(small)
    miss = np.where(positive[:, None], offsets - targets, 0)
    slope = np.clip(miss, -1, 1)
    loss = (entropy[positive].sum() + balance * (slope * (miss - slope / 2)).sum()) / count
    return float(loss), np.where(positive, sigmoid - labels, 0) / count, balance * slope / count


# %% wrong: rpn_loss
# idea: "replaces NaN in the caller's targets, in place"
# fits: "changes one of its arguments in place"
def rpn_loss(logits, offsets, labels, targets, balance=1.0):
    np.nan_to_num(targets, copy=False)
    used, positive = labels >= 0, labels == 1
    count = max(used.sum(), 1)
    small = np.exp(-np.abs(logits))
    sigmoid = np.where(logits >= 0, 1, small) / (1 + small)
    entropy = np.maximum(logits, 0) - logits * labels + np.log1p(small)
    miss = np.where(positive[:, None], offsets - targets, 0)
    slope = np.clip(miss, -1, 1)
    loss = (entropy[used].sum() + balance * (slope * (miss - slope / 2)).sum()) / count
    return float(loss), np.where(used, sigmoid - labels, 0) / count, balance * slope / count
