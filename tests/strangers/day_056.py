# %% right: normalize_keypoints
def normalize_keypoints(points, size):
    h, w = size
    pts = np.asarray(points).astype(float)
    if pts.shape[-1] != 2:
        raise ValueError("need x, y")
    out = np.empty_like(pts)
    out[..., 0] = (pts[..., 0] + 0.5) / w
    out[..., 1] = (pts[..., 1] + 0.5) / h
    return out


def denormalize_keypoints(shares, size):
    h, w = size
    pts = np.asarray(shares).astype(float)
    if pts.shape[-1] != 2:
        raise ValueError("need x, y")
    out = np.empty_like(pts)
    out[..., 0] = pts[..., 0] * w - 0.5
    out[..., 1] = pts[..., 1] * h - 0.5
    return out


# %% wrong: normalize_keypoints
# idea: "no half pixels in either direction"
# fits: "half pixel is missing"
def normalize_keypoints(points, size):
    p = np.array(points, float)
    if p.shape[-1] != 2:
        raise ValueError
    return p / np.array(size)[::-1]


def denormalize_keypoints(shares, size):
    p = np.array(shares, float)
    if p.shape[-1] != 2:
        raise ValueError
    return p * np.array(size)[::-1]


# %% wrong: normalize_keypoints
# idea: "height and width exchanged in both"
# fits: "rows first, a point x first"
def normalize_keypoints(points, size):
    p = np.array(points, float)
    if p.shape[-1] != 2:
        raise ValueError
    return (p + 0.5) / size


def denormalize_keypoints(shares, size):
    p = np.array(shares, float)
    if p.shape[-1] != 2:
        raise ValueError
    return p * size - 0.5


# %% wrong: normalize_keypoints
# idea: "the way back rounds to the nearest pixel"
# fits: "You round to whole pixels"
def normalize_keypoints(points, size):
    p = np.array(points, float)
    if p.shape[-1] != 2:
        raise ValueError
    return (p + 0.5) / (size[1], size[0])


def denormalize_keypoints(shares, size):
    p = np.array(shares, float)
    if p.shape[-1] != 2:
        raise ValueError
    return np.rint(p * (size[1], size[0]) - 0.5)


# %% wrong: normalize_keypoints
# idea: "points outside of the picture are pulled to its edge"
# fits: "You clip"
def normalize_keypoints(points, size):
    p = np.array(points, float)
    if p.shape[-1] != 2:
        raise ValueError
    u = (p + 0.5) / (size[1], size[0])
    u[u < 0] = 0
    u[u > 1] = 1
    return u


def denormalize_keypoints(shares, size):
    p = np.array(shares, float)
    if p.shape[-1] != 2:
        raise ValueError
    return p * (size[1], size[0]) - 0.5


# %% wrong: normalize_keypoints
# idea: "the result has the dtype of the points, so whole points become 0"
# fits: "have the dtype of the points"
def normalize_keypoints(points, size):
    points = np.asarray(points)
    if points.shape[-1] != 2:
        raise ValueError
    out = np.empty_like(points)
    out[...] = (points + 0.5) / (size[1], size[0])
    return out


def denormalize_keypoints(shares, size):
    p = np.array(shares, float)
    if p.shape[-1] != 2:
        raise ValueError
    return p * (size[1], size[0]) - 0.5


# %% wrong: normalize_keypoints
# idea: "shares from -1 to 1 around the middle"
# fits: "from -1 to 1"
def normalize_keypoints(points, size):
    p = np.array(points, float)
    if p.shape[-1] != 2:
        raise ValueError
    half = np.array([size[1], size[0]]) / 2
    return (p + 0.5 - half) / half


def denormalize_keypoints(shares, size):
    p = np.array(shares, float)
    if p.shape[-1] != 2:
        raise ValueError
    half = np.array([size[1], size[0]]) / 2
    return p * half + half - 0.5


# %% right: keypoint_loss
def keypoint_loss(y, pred, visible):
    v = tf.cast(visible, tf.float32)
    y = tf.cast(y, tf.float32)
    y = tf.where(tf.stack([visible, visible], axis=-1), y, tf.zeros_like(y))
    px, py = pred[:, 0::2], pred[:, 1::2]
    d2 = (px - y[:, :, 0]) ** 2 + (py - y[:, :, 1]) ** 2
    n = tf.reduce_sum(v)
    return tf.cond(n > 0, lambda: tf.reduce_sum(d2 * v) / n, lambda: 0.0 * tf.reduce_sum(pred))


# %% wrong: keypoint_loss
# idea: "mean over all landmarks, hidden ones count as right"
# fits: "number of all landmarks"
def keypoint_loss(y, pred, visible):
    y = ops.cast(y, "float32")
    mask = ops.cast(visible, "bool")[..., None]
    d = ops.where(mask, ops.reshape(pred, ops.shape(y)) - ops.where(mask, y, 0.0), 0.0)
    return ops.mean(ops.sum(d * d, axis=-1))


# %% wrong: keypoint_loss
# idea: "mean over coordinates, so half of it"
# fits: "mean over coordinates"
def keypoint_loss(y, pred, visible):
    y = ops.cast(y, "float32")
    mask = ops.cast(visible, "bool")[..., None]
    d = ops.where(mask, ops.reshape(pred, ops.shape(y)) - ops.where(mask, y, 0.0), 0.0)
    count = ops.sum(ops.cast(visible, "float32")) * 2
    return ops.sum(d * d) / ops.maximum(count, 1.0)


# %% wrong: keypoint_loss
# idea: "multiplies with the mask at the end, NaN stays"
# fits: "NaN"
def keypoint_loss(y, pred, visible):
    y = ops.cast(y, "float32")
    v = ops.cast(visible, "float32")
    d = ops.reshape(pred, ops.shape(y)) - y
    return ops.sum(ops.sum(d * d, -1) * v) / (ops.sum(v) + keras.backend.epsilon())


# %% wrong: keypoint_loss
# idea: "all x first, then all y"
# fits: "all x first"
def keypoint_loss(y, pred, visible):
    y = ops.cast(y, "float32")
    n = y.shape[1]
    v = ops.cast(visible, "float32")
    y = ops.where(ops.cast(visible, "bool")[..., None], y, 0.0)
    d2 = (pred[:, :n] - y[..., 0]) ** 2 + (pred[:, n:] - y[..., 1]) ** 2
    return ops.sum(d2 * v) / ops.maximum(ops.sum(v), 1.0)


# %% wrong: keypoint_loss
# idea: "divides by the number of pictures"
# fits: "number of pictures"
def keypoint_loss(y, pred, visible):
    y = ops.cast(y, "float32")
    v = ops.cast(visible, "float32")
    y = ops.where(ops.cast(visible, "bool")[..., None], y, 0.0)
    d = ops.reshape(pred, ops.shape(y)) - y
    return ops.sum(ops.sum(d * d, -1) * v) / len(pred)


# %% wrong: keypoint_loss
# idea: "distance instead of squared distance"
# fits: "mean distance"
def keypoint_loss(y, pred, visible):
    y = ops.cast(y, "float32")
    v = ops.cast(visible, "float32")
    y = ops.where(ops.cast(visible, "bool")[..., None], y, 0.0)
    d = ops.reshape(pred, ops.shape(y)) - y
    return ops.sum(ops.sqrt(ops.sum(d * d, -1) + 1e-12) * v) / ops.maximum(ops.sum(v), 1.0)


# %% right: multi_task_model
def multi_task_model(trunk, heads, width):
    if heads == {}:
        raise ValueError("no heads")
    inp = keras.Input(shape=trunk.input_shape[1:])
    flat = keras.layers.Flatten()(trunk(inp))
    out = {}
    for name in heads:
        units, act = heads[name]
        h = keras.layers.Dense(width)(flat)
        h = keras.layers.Activation("relu")(h)
        h = keras.layers.Dense(units)(h)
        if act is not None:
            h = keras.layers.Activation(act)(h)
        out[name] = h
    return keras.Model(inputs=inp, outputs=out)


# %% wrong: multi_task_model
# idea: "global average pooling before the heads"
# fits: "You average each map"
# fits: "You average maps before the heads"
def multi_task_model(trunk, heads, width):
    if not heads:
        raise ValueError("no heads")
    x = trunk.output
    if len(x.shape) == 4:
        x = layers.GlobalAveragePooling2D()(x)
    outs = {k: layers.Dense(u, a)(layers.Dense(width, "relu")(x)) for k, (u, a) in heads.items()}
    return keras.Model(trunk.input, outs)


# %% wrong: multi_task_model
# idea: "one hidden layer for all heads"
# fits: "All heads share one hidden layer"
def multi_task_model(trunk, heads, width):
    if not heads:
        raise ValueError("no heads")
    h = layers.Dense(width, "relu")(layers.Flatten()(trunk.output))
    return keras.Model(trunk.input, {k: layers.Dense(u, a)(h) for k, (u, a) in heads.items()})


# %% wrong: multi_task_model
# idea: "outputs in a list, in the order of the heads"
# fits: "The outputs come as a list"
def multi_task_model(trunk, heads, width):
    if not heads:
        raise ValueError("no heads")
    f = layers.Flatten()(trunk.output)
    return keras.Model(trunk.input, [layers.Dense(u, a)(layers.Dense(width, "relu")(f)) for u, a in heads.values()])


# %% wrong: multi_task_model
# idea: "heads without ReLU"
# fits: "lack their ReLU"
def multi_task_model(trunk, heads, width):
    if not heads:
        raise ValueError("no heads")
    f = layers.Flatten()(trunk.output)
    return keras.Model(trunk.input, {k: layers.Dense(u, a)(layers.Dense(width)(f)) for k, (u, a) in heads.items()})


# %% wrong: multi_task_model
# idea: "the activation is put on the hidden layer as well, in place of ReLU"
# fits: "activation of their outputs"
def multi_task_model(trunk, heads, width):
    if not heads:
        raise ValueError("no heads")
    f = layers.Flatten()(trunk.output)
    return keras.Model(trunk.input, {k: layers.Dense(u, a)(layers.Dense(width, a)(f)) for k, (u, a) in heads.items()})


# %% wrong: multi_task_model
# idea: "a fresh trunk of the same build for each head"
# fits: "trunk of its own"
# fits: "You copy the trunk"
def multi_task_model(trunk, heads, width):
    if not heads:
        raise ValueError("no heads")
    inp = keras.Input(trunk.input_shape[1:])
    outs = {}
    for k, (u, a) in heads.items():
        t = keras.models.clone_model(trunk)
        t.set_weights(trunk.get_weights())
        outs[k] = layers.Dense(u, a)(layers.Dense(width, "relu")(layers.Flatten()(t(inp))))
    return keras.Model(inp, outs)


# %% right: weighted_loss
def weighted_loss(losses, weights):
    if set(losses.keys()) != set(weights.keys()):
        raise ValueError("mismatch")
    terms = [weights[name] * losses[name] for name in sorted(losses)]
    return sum(terms[1:], terms[0])


def uncertainty_loss(losses, log_variances, classification=()):
    if set(losses.keys()) != set(log_variances.keys()):
        raise ValueError("mismatch")
    out = 0.0
    for name in losses:
        s = log_variances[name]
        if name in classification:
            out = out + losses[name] * tf.exp(-s) + s / 2
        else:
            out = out + 0.5 * (losses[name] * tf.exp(-s) + s)
    return out


# %% wrong: weighted_loss
# idea: "exp(s) without minus"
# fits: "grows with the variance"
def weighted_loss(losses, weights):
    if set(losses) != set(weights):
        raise ValueError
    return sum(weights[k] * losses[k] for k in losses)


def uncertainty_loss(losses, log_variances, classification=()):
    if set(losses) != set(log_variances):
        raise ValueError
    return sum(
        (1 if k in classification else 0.5) * tf.exp(log_variances[k]) * losses[k] + log_variances[k] / 2
        for k in losses
    )


# %% wrong: weighted_loss
# idea: "no half anywhere: exp(-s) L + s"
# fits: "twice what is due"
def weighted_loss(losses, weights):
    if set(losses) != set(weights):
        raise ValueError
    return sum(weights[k] * losses[k] for k in losses)


def uncertainty_loss(losses, log_variances, classification=()):
    if set(losses) != set(log_variances):
        raise ValueError
    return sum(tf.exp(-log_variances[k]) * losses[k] + log_variances[k] for k in losses)


# %% wrong: weighted_loss
# idea: "classification is ignored"
# fits: "Classifications are weighed like regressions"
def weighted_loss(losses, weights):
    if set(losses) != set(weights):
        raise ValueError
    return sum(weights[k] * losses[k] for k in losses)


def uncertainty_loss(losses, log_variances, classification=()):
    if set(losses) != set(log_variances):
        raise ValueError
    return sum(0.5 * (tf.exp(-log_variances[k]) * losses[k] + log_variances[k]) for k in losses)


# %% wrong: weighted_loss
# idea: "weighted mean"
# fits: "You divide by the sum of the weights"
def weighted_loss(losses, weights):
    if set(losses) != set(weights):
        raise ValueError
    total = sum(weights.values())
    return sum(weights[k] / total * losses[k] for k in losses)


def uncertainty_loss(losses, log_variances, classification=()):
    if set(losses) != set(log_variances):
        raise ValueError
    w = {k: (1.0 if k in classification else 0.5) * tf.exp(-log_variances[k]) for k in losses}
    return sum(w[k] * losses[k] + log_variances[k] / 2 for k in losses)


# %% wrong: weighted_loss
# idea: "pairs by order in the dicts"
# fits: "by their order"
def weighted_loss(losses, weights):
    if set(losses) != set(weights):
        raise ValueError
    return sum(a * b for a, b in zip(losses.values(), weights.values()))


def uncertainty_loss(losses, log_variances, classification=()):
    if set(losses) != set(log_variances):
        raise ValueError
    w = {k: (1.0 if k in classification else 0.5) * tf.exp(-log_variances[k]) for k in losses}
    return sum(w[k] * losses[k] + log_variances[k] / 2 for k in losses)


# %% wrong: weighted_loss
# idea: "missing tasks are skipped silently"
# fits: "left out in silence"
def weighted_loss(losses, weights):
    return sum(weights[k] * losses[k] for k in losses if k in weights)


def uncertainty_loss(losses, log_variances, classification=()):
    out = 0.0
    for k in losses:
        if k in log_variances:
            out += (1.0 if k in classification else 0.5) * tf.exp(-log_variances[k]) * losses[k] + log_variances[k] / 2
    return out


# %% right: project_points
def project_points(points_3d, camera):
    P = np.asarray(camera, float)
    if P.shape != (3, 4):
        raise ValueError("camera")
    X = np.asarray(points_3d, float)
    flat = X.reshape(-1, 3)
    h = (P @ np.vstack([flat.T, np.ones(len(flat))])).T
    out = np.full((len(flat), 2), np.nan)
    ok = h[:, 2] > 0
    out[ok] = h[ok, :2] / h[ok, 2:3]
    return out.reshape(X.shape[:-1] + (2,))


# %% wrong: project_points
# idea: "divides by Z of the point"
# fits: "You divide by Z"
def project_points(points_3d, camera):
    P = np.asarray(camera, float)
    if P.shape != (3, 4):
        raise ValueError("camera")
    X = np.asarray(points_3d, float)
    h = X @ P[:, :3].T + P[:, 3]
    z = X[..., 2:3]
    return h[..., :2] / np.where(z > 0, z, np.nan)


# %% wrong: project_points
# idea: "forgets the 1, so the last column is lost"
# fits: "last column"
def project_points(points_3d, camera):
    P = np.asarray(camera, float)
    if P.shape != (3, 4):
        raise ValueError("camera")
    h = np.asarray(points_3d, float) @ P[:, :3].T
    c = np.where(h[..., 2:] > 0, h[..., 2:], np.nan)
    return h[..., :2] / c


# %% wrong: project_points
# idea: "points behind the camera are mirrored into the picture"
# fits: "Points behind the camera"
def project_points(points_3d, camera):
    P = np.asarray(camera, float)
    if P.shape != (3, 4):
        raise ValueError("camera")
    X = np.asarray(points_3d, float)
    h = np.einsum("ij,...j->...i", P, np.concatenate([X, np.ones(X.shape[:-1] + (1,))], -1))
    with np.errstate(all="ignore"):
        return h[..., :2] / h[..., 2:]


# %% wrong: project_points
# idea: "orthographic: no division"
# fits: "You do not divide"
def project_points(points_3d, camera):
    P = np.asarray(camera, float)
    if P.shape != (3, 4):
        raise ValueError("camera")
    h = np.asarray(points_3d, float) @ P[:, :3].T + P[:, 3]
    h[h[..., 2] <= 0] = np.nan
    return h[..., :2]


# %% wrong: project_points
# idea: "unseen points are left out"
# fits: "dropped"
def project_points(points_3d, camera):
    P = np.asarray(camera, float)
    if P.shape != (3, 4):
        raise ValueError("camera")
    X = np.asarray(points_3d, float).reshape(-1, 3)
    out = []
    for x, y, z in X:
        a, b, c = P @ [x, y, z, 1]
        if c > 0:
            out.append([a / c, b / c])
    return np.array(out)


# %% right: lift_points
def lift_points(points_2d, template):
    P = np.asarray(points_2d, float)
    T = np.asarray(template, float)
    if len(P) != len(T):
        raise ValueError("length")
    T0 = T - T.mean(0)
    s = np.linalg.svd(T0, compute_uv=False)
    if len(T) < 4 or s[-1] < 1e-8 * s[0]:
        raise ValueError("flat")
    A = np.linalg.pinv(T0) @ (P - P.mean(0))
    U, S, Vt = np.linalg.svd(A, full_matrices=False)
    R2 = (U @ Vt).T
    R = np.vstack([R2, np.cross(R2[0], R2[1])])
    k = float((S[0] + S[1]) / 2)
    z = k * (T0 @ R.T)[:, 2]
    return np.c_[P, z], R, k


# %% wrong: lift_points
# idea: "depth of the template as it is"
# fits: "not turned"
def lift_points(points_2d, template):
    P, T = np.asarray(points_2d, float), np.asarray(template, float)
    T0 = T - T.mean(0)
    if len(P) != len(T) or np.linalg.matrix_rank(T0) < 3:
        raise ValueError
    A = np.linalg.lstsq(T0, P - P.mean(0), rcond=None)[0].T
    U, S, Vt = np.linalg.svd(A, full_matrices=False)
    R2 = U @ Vt
    R = np.vstack([R2, np.cross(R2[0], R2[1])])
    k = float(S.mean())
    return np.c_[P, k * T0[:, 2]], R, k


# %% wrong: lift_points
# idea: "third row from the wrong cross product"
# fits: "cross product"
def lift_points(points_2d, template):
    P, T = np.asarray(points_2d, float), np.asarray(template, float)
    T0 = T - T.mean(0)
    if len(P) != len(T) or np.linalg.matrix_rank(T0) < 3:
        raise ValueError
    A = np.linalg.lstsq(T0, P - P.mean(0), rcond=None)[0].T
    U, S, Vt = np.linalg.svd(A, full_matrices=False)
    r1, r2 = U @ Vt
    R = np.array([r1, r2, np.cross(r2, r1)])
    k = float(S.mean())
    return np.c_[P, k * T0 @ R[2]], R, k


# %% wrong: lift_points
# idea: "rows only normalised to length 1"
# fits: "not at right angles"
def lift_points(points_2d, template):
    P, T = np.asarray(points_2d, float), np.asarray(template, float)
    T0 = T - T.mean(0)
    if len(P) != len(T) or np.linalg.matrix_rank(T0) < 3:
        raise ValueError
    A = np.linalg.lstsq(T0, P - P.mean(0), rcond=None)[0].T
    n1, n2 = np.linalg.norm(A[0]), np.linalg.norm(A[1])
    r1, r2 = A[0] / n1, A[1] / n2
    R = np.array([r1, r2, np.cross(r1, r2)])
    k = float(n1 + n2) / 2
    return np.c_[P, k * T0 @ R[2]], R, k


# %% wrong: lift_points
# idea: "depth not scaled to pixels"
# fits: "template's unit"
def lift_points(points_2d, template):
    P, T = np.asarray(points_2d, float), np.asarray(template, float)
    T0 = T - T.mean(0)
    if len(P) != len(T) or np.linalg.matrix_rank(T0) < 3:
        raise ValueError
    A = np.linalg.lstsq(T0, P - P.mean(0), rcond=None)[0].T
    U, S, Vt = np.linalg.svd(A, full_matrices=False)
    R2 = U @ Vt
    R = np.vstack([R2, np.cross(R2[0], R2[1])])
    return np.c_[P, T0 @ R[2]], R, float(S.mean())


# %% wrong: lift_points
# idea: "returns the fitted template in x and y too"
# fits: "Only its depth is wanted"
def lift_points(points_2d, template):
    P, T = np.asarray(points_2d, float), np.asarray(template, float)
    T0 = T - T.mean(0)
    if len(P) != len(T) or np.linalg.matrix_rank(T0) < 3:
        raise ValueError
    A = np.linalg.lstsq(T0, P - P.mean(0), rcond=None)[0].T
    U, S, Vt = np.linalg.svd(A, full_matrices=False)
    R2 = U @ Vt
    R = np.vstack([R2, np.cross(R2[0], R2[1])])
    k = float(S.mean())
    out = k * T0 @ R.T
    out[:, :2] += P.mean(0)
    return out, R, k


# %% wrong: lift_points
# idea: "no check of flat templates"
# fits: "flat template"
def lift_points(points_2d, template):
    P, T = np.asarray(points_2d, float), np.asarray(template, float)
    if len(P) != len(T):
        raise ValueError
    T0 = T - T.mean(0)
    A = np.linalg.lstsq(T0, P - P.mean(0), rcond=None)[0].T
    U, S, Vt = np.linalg.svd(A, full_matrices=False)
    R2 = U @ Vt
    R = np.vstack([R2, np.cross(R2[0], R2[1])])
    k = float(S.mean())
    return np.c_[P, k * T0 @ R[2]], R, k


# %% right: normalize_keypoints
def _pair(values):
    values = np.array(values, dtype=float)
    if values.ndim == 0 or values.shape[-1] != 2:
        raise ValueError("the last axis needs x and y")
    return values


def normalize_keypoints(points, size):
    height, width = size
    points = _pair(points)
    points += 0.5
    points /= np.array([width, height])
    return points


def denormalize_keypoints(shares, size):
    shares = _pair(shares)
    x = shares[..., 0] * size[1] - 0.5
    y = shares[..., 1] * size[0] - 0.5
    return np.stack((x, y), axis=-1)


# %% right: normalize_keypoints
def normalize_keypoints(points, size):
    points = np.asarray(points)
    if points.shape[-1] != 2:
        raise ValueError("not (..., 2)")
    return (2 * points.astype("float64") + 1) / (2 * np.asarray(size)[::-1])


def denormalize_keypoints(shares, size):
    shares = np.asarray(shares)
    if shares.shape[-1] != 2:
        raise ValueError("not (..., 2)")
    return shares.astype("float64") * np.asarray(size)[::-1] - 0.5


# %% wrong: normalize_keypoints
# idea: "divides by the last index, size - 1, so that the middles of the outermost pixels become 0 and 1"
# fits: "middles of the first and last pixel are 0 and 1"
def normalize_keypoints(points, size):
    points = np.asarray(points, dtype=float)
    if points.shape[-1] != 2:
        raise ValueError("not (..., 2)")
    return points / (np.array(size[::-1]) - 1)


def denormalize_keypoints(shares, size):
    shares = np.asarray(shares, dtype=float)
    if shares.shape[-1] != 2:
        raise ValueError("not (..., 2)")
    return shares * (np.array(size[::-1]) - 1)


# %% wrong: normalize_keypoints
# idea: "the way back clips to the picture"
# fits: "On the way back you clip"
def normalize_keypoints(points, size):
    points = np.asarray(points, dtype=float)
    if points.shape[-1] != 2:
        raise ValueError("not (..., 2)")
    return (points + 0.5) / np.array(size[::-1])


def denormalize_keypoints(shares, size):
    shares = np.asarray(shares, dtype=float)
    if shares.shape[-1] != 2:
        raise ValueError("not (..., 2)")
    height, width = size
    return np.clip(shares * np.array([width, height]) - 0.5, 0, np.array([width, height]) - 1)


# %% wrong: normalize_keypoints
# idea: "takes points of exactly two axes: the check looks at axis 1"
# fits: "You take axis 1 for the last one"
def normalize_keypoints(points, size):
    points = np.asarray(points, dtype=float)
    if points.shape[1] != 2:
        raise ValueError("not (..., 2)")
    height, width = size
    return np.column_stack([(points[:, 0] + 0.5) / width, (points[:, 1] + 0.5) / height])


def denormalize_keypoints(shares, size):
    shares = np.asarray(shares, dtype=float)
    if shares.shape[1] != 2:
        raise ValueError("not (..., 2)")
    height, width = size
    return np.column_stack([shares[:, 0] * width - 0.5, shares[:, 1] * height - 0.5])


# %% wrong: normalize_keypoints
# idea: "works in the caller's array when it is float already"
# fits: "argument itself, where something new is due"
def normalize_keypoints(points, size):
    points = np.asarray(points, dtype=float)
    if points.shape[-1] != 2:
        raise ValueError("not (..., 2)")
    points += 0.5
    points /= np.array(size[::-1])
    return points


def denormalize_keypoints(shares, size):
    shares = np.asarray(shares, dtype=float)
    if shares.shape[-1] != 2:
        raise ValueError("not (..., 2)")
    shares *= np.array(size[::-1])
    shares -= 0.5
    return shares


# %% wrong: normalize_keypoints
# idea: "the half is subtracted on the way there and added on the way back"
# fits: "The half has the wrong sign both ways"
def normalize_keypoints(points, size):
    points = np.asarray(points, dtype=float)
    if points.shape[-1] != 2:
        raise ValueError("not (..., 2)")
    return (points - 0.5) / np.array(size[::-1])


def denormalize_keypoints(shares, size):
    shares = np.asarray(shares, dtype=float)
    if shares.shape[-1] != 2:
        raise ValueError("not (..., 2)")
    return shares * np.array(size[::-1]) + 0.5


# %% right: keypoint_loss
def keypoint_loss(y, pred, visible):
    seen = tf.convert_to_tensor(visible)
    y = tf.cast(tf.convert_to_tensor(y), tf.float32)
    y = tf.where(seen[..., None], y, tf.zeros_like(y))
    guess = tf.reshape(pred, tf.shape(y))
    squares = tf.reduce_sum(tf.square(guess - y), axis=-1) * tf.cast(seen, tf.float32)
    return tf.math.divide_no_nan(tf.reduce_sum(squares), tf.reduce_sum(tf.cast(seen, tf.float32)))


# %% right: keypoint_loss
def keypoint_loss(y, pred, visible):
    visible = ops.convert_to_tensor(visible, "bool")
    pairs = ops.reshape(pred, (-1, 2))
    keep = ops.reshape(visible, (-1, 1))
    target = ops.reshape(ops.convert_to_tensor(y, "float32"), (-1, 2))
    error = pairs - ops.where(keep, target, ops.stop_gradient(pairs))
    error = ops.where(keep, error, 0.0)
    count = ops.maximum(ops.sum(ops.cast(visible, "float32")), 1.0)
    return ops.sum(error * error) / count


# %% wrong: keypoint_loss
# idea: "a mean for each picture, and the mean of these, instead of one over all landmarks of the batch"
# fits: "You take a mean in each picture"
def keypoint_loss(y, pred, visible):
    mask = ops.cast(ops.convert_to_tensor(visible, "bool"), "float32")
    y = ops.where(mask[..., None] > 0, ops.convert_to_tensor(y, "float32"), 0.0)
    pred = ops.reshape(pred, ops.shape(y))
    squares = mask * ops.sum(ops.square(pred - y), axis=-1)
    return ops.mean(ops.sum(squares, axis=1) / ops.maximum(ops.sum(mask, axis=1), 1.0))


# %% wrong: keypoint_loss
# idea: "masks the squares with where, so the loss is right and the gradient at hidden NaN is NaN"
# fits: "the gradient still meets the NaN"
def keypoint_loss(y, pred, visible):
    seen = ops.convert_to_tensor(visible, "bool")
    y = ops.convert_to_tensor(y, "float32")
    squares = ops.sum(ops.square(ops.reshape(pred, ops.shape(y)) - y), axis=-1)
    total = ops.sum(ops.where(seen, squares, 0.0))
    return total / ops.maximum(ops.sum(ops.cast(seen, "float32")), 1.0)


# %% wrong: keypoint_loss
# idea: "no guard against a batch in which nothing can be seen"
# fits: "With nothing visible you divide 0 by 0"
def keypoint_loss(y, pred, visible):
    mask = ops.cast(ops.convert_to_tensor(visible, "bool"), "float32")
    y = ops.where(mask[..., None] > 0, ops.convert_to_tensor(y, "float32"), 0.0)
    pred = ops.reshape(pred, ops.shape(y))
    return ops.sum(mask * ops.sum(ops.square(pred - y), axis=-1)) / ops.sum(mask)


# %% right: multi_task_model
def multi_task_model(trunk, heads, width):
    if len(heads) == 0:
        raise ValueError("a model needs at least one head")
    picture = keras.Input(trunk.input_shape[1:])
    features = keras.layers.Flatten()(trunk(picture))
    answers_of = {}
    for task in heads:
        units, activation = heads[task]
        hidden = keras.layers.Dense(width, activation=keras.activations.relu)(features)
        answers_of[task] = keras.layers.Dense(units, activation=activation)(hidden)
    return keras.Model(inputs=picture, outputs=answers_of)


# %% right: multi_task_model
def multi_task_model(trunk, heads, width):
    if not heads:
        raise ValueError("no heads")

    def head(units, activation):
        x = layers.Dense(width)(layers.Flatten()(trunk.output))
        return layers.Activation(activation or "linear")(layers.Dense(units)(layers.ReLU()(x)))

    return keras.Model(trunk.input, {task: head(*settings) for task, settings in heads.items()})


# %% wrong: multi_task_model
# idea: "averages over the maps instead of flattening them"
# fits: "You average maps before the heads"
def multi_task_model(trunk, heads, width):
    if not heads:
        raise ValueError("no heads")
    features = trunk.output
    if len(features.shape) == 4:
        features = layers.GlobalAveragePooling2D()(features)
    outputs = {}
    for task, (units, activation) in heads.items():
        outputs[task] = layers.Dense(units, activation=activation)(layers.Dense(width, activation="relu")(features))
    return keras.Model(trunk.input, outputs)


# %% wrong: multi_task_model
# idea: "the trunk is cloned, so its weights are fresh ones"
# fits: "You copy the trunk"
def multi_task_model(trunk, heads, width):
    if not heads:
        raise ValueError("no heads")
    trunk = keras.models.clone_model(trunk)
    features = layers.Flatten()(trunk.output)
    outputs = {}
    for task, (units, activation) in heads.items():
        outputs[task] = layers.Dense(units, activation=activation)(layers.Dense(width, activation="relu")(features))
    return keras.Model(trunk.input, outputs)


# %% wrong: multi_task_model
# idea: "the hidden layer has no activation"
# fits: "lack their ReLU"
def multi_task_model(trunk, heads, width):
    if not heads:
        raise ValueError("no heads")
    features = layers.Flatten()(trunk.output)
    outputs = {}
    for task, (units, activation) in heads.items():
        outputs[task] = layers.Dense(units, activation=activation)(layers.Dense(width)(features))
    return keras.Model(trunk.input, outputs)


# %% wrong: multi_task_model
# idea: "the trunk is frozen, as in transfer learning"
# fits: "You freeze the trunk"
def multi_task_model(trunk, heads, width):
    if not heads:
        raise ValueError("no heads")
    trunk.trainable = False
    features = layers.Flatten()(trunk.output)
    outputs = {}
    for task, (units, activation) in heads.items():
        outputs[task] = layers.Dense(units, activation=activation)(layers.Dense(width, activation="relu")(features))
    return keras.Model(trunk.input, outputs)


# %% wrong: multi_task_model
# idea: "without heads, a model with no outputs or the trunk's own comes back instead of an error"
# fits: "Without heads a model comes back"
def multi_task_model(trunk, heads, width):
    features = layers.Flatten()(trunk.output)
    outputs = {}
    for task, (units, activation) in heads.items():
        outputs[task] = layers.Dense(units, activation=activation)(layers.Dense(width, activation="relu")(features))
    return keras.Model(trunk.input, outputs or {"features": features})


# %% right: weighted_loss
def weighted_loss(losses, weights):
    if losses.keys() != weights.keys():
        raise ValueError("other names")
    total = 0.0
    for task, loss in losses.items():
        total = total + weights[task] * loss
    return total


def uncertainty_loss(losses, log_variances, classification=()):
    if losses.keys() != log_variances.keys():
        raise ValueError("other names")
    total = 0.0
    for task in losses:
        s = log_variances[task]
        share = 1.0 if task in classification else 0.5
        total = total + share * losses[task] * ops.exp(-s) + 0.5 * s
    return total


# %% right: weighted_loss
def weighted_loss(losses, weights):
    if sorted(losses) != sorted(weights):
        raise ValueError("other names")
    return tf.add_n([tf.cast(losses[task], tf.float32) * weights[task] for task in sorted(losses)])


def uncertainty_loss(losses, log_variances, classification=()):
    if sorted(losses) != sorted(log_variances):
        raise ValueError("other names")
    terms = []
    for task in sorted(losses):
        loss, s = tf.cast(losses[task], tf.float32), tf.convert_to_tensor(log_variances[task], tf.float32)
        terms.append((2.0 if task in set(classification) else 1.0) * loss / tf.exp(s) + s)
    return tf.add_n(terms) / 2.0


# %% wrong: weighted_loss
# idea: "pairs losses and weights by order and not by name"
# fits: "In both functions you pair values by the order"
def weighted_loss(losses, weights):
    if set(losses) != set(weights):
        raise ValueError("other names")
    return sum(w * loss for loss, w in zip(losses.values(), weights.values()))


def uncertainty_loss(losses, log_variances, classification=()):
    if set(losses) != set(log_variances):
        raise ValueError("other names")
    total = 0.0
    for (task, loss), s in zip(losses.items(), log_variances.values()):
        total += ops.exp(-s) * loss * (1.0 if task in classification else 0.5) + s / 2
    return total


# %% wrong: weighted_loss
# idea: "s is taken for the logarithm of the standard deviation: exp(-2 s) and s for regressions"
# fits: "logarithm of the standard deviation"
def weighted_loss(losses, weights):
    if set(losses) != set(weights):
        raise ValueError("other names")
    return sum(weights[task] * losses[task] for task in losses)


def uncertainty_loss(losses, log_variances, classification=()):
    if set(losses) != set(log_variances):
        raise ValueError("other names")
    total = 0.0
    for task, loss in losses.items():
        s = log_variances[task]
        total += ops.exp(-2.0 * s) * loss * (1.0 if task in classification else 0.5) + s
    return total


# %% wrong: weighted_loss
# idea: "classifications get the whole s, not half of it"
# fits: "For classifications the second term is doubled"
def weighted_loss(losses, weights):
    if set(losses) != set(weights):
        raise ValueError("other names")
    return sum(weights[task] * losses[task] for task in losses)


def uncertainty_loss(losses, log_variances, classification=()):
    if set(losses) != set(log_variances):
        raise ValueError("other names")
    total = 0.0
    for task, loss in losses.items():
        s = log_variances[task]
        part = ops.exp(-s) * loss + s
        total += part if task in classification else part / 2
    return total


# %% wrong: weighted_loss
# idea: "only the names of the losses are looked up: a weight too many goes unnoticed"
# fits: "without a loss goes unnoticed"
def weighted_loss(losses, weights):
    if not set(losses) <= set(weights):
        raise ValueError("a name is missing")
    return sum(weights[task] * losses[task] for task in losses)


def uncertainty_loss(losses, log_variances, classification=()):
    if not set(losses) <= set(log_variances):
        raise ValueError("a name is missing")
    total = 0.0
    for task, loss in losses.items():
        s = log_variances[task]
        total += ops.exp(-s) * loss * (1.0 if task in classification else 0.5) + s / 2
    return total


# %% wrong: weighted_loss
# idea: "math.exp of floats: no gradient flows to the log variances"
# fits: "With NumPy or floats no gradient"
def weighted_loss(losses, weights):
    if set(losses) != set(weights):
        raise ValueError("other names")
    return sum(weights[task] * losses[task] for task in losses)


def uncertainty_loss(losses, log_variances, classification=()):
    if set(losses) != set(log_variances):
        raise ValueError("other names")
    total = 0.0
    for task, loss in losses.items():
        s = float(log_variances[task])
        total += math.exp(-s) * loss * (1.0 if task in classification else 0.5) + s / 2
    return total


# %% wrong: weighted_loss
# idea: "s kept at 0 or above, so that the loss cannot be negative"
# fits: "You hold s at 0 or above"
def weighted_loss(losses, weights):
    if set(losses) != set(weights):
        raise ValueError("other names")
    return sum(weights[task] * losses[task] for task in losses)


def uncertainty_loss(losses, log_variances, classification=()):
    if set(losses) != set(log_variances):
        raise ValueError("other names")
    total = 0.0
    for task, loss in losses.items():
        s = ops.maximum(ops.convert_to_tensor(log_variances[task], "float32"), 0.0)
        total += ops.exp(-s) * loss * (1.0 if task in classification else 0.5) + s / 2
    return total


# %% right: project_points
def project_points(points_3d, camera):
    camera = np.asarray(camera, dtype=float)
    if camera.shape != (3, 4):
        raise ValueError("a camera is (3, 4)")
    points = np.asarray(points_3d, dtype=float)
    homogeneous = np.concatenate([points, np.ones(points.shape[:-1] + (1,))], axis=-1)
    image = homogeneous @ camera.T
    depth = image[..., 2:]
    out = np.full(image.shape[:-1] + (2,), np.nan)
    np.divide(image[..., :2], depth, out=out, where=np.broadcast_to(depth > 0, out.shape))
    return out


# %% right: project_points
def project_points(points_3d, camera):
    if np.shape(camera) != (3, 4):
        raise ValueError("a camera is (3, 4)")
    points, camera = np.array(points_3d, dtype="float64"), np.array(camera, dtype="float64")
    a, b, c = (np.tensordot(points, row[:3], axes=(-1, 0)) + row[3] for row in camera)
    c = np.where(c > 0, c, np.nan)
    return np.stack([a / c, b / c], axis=-1)


# %% wrong: project_points
# idea: "divides by Z instead of c"
# fits: "You divide by Z"
def project_points(points_3d, camera):
    camera = np.asarray(camera, dtype=float)
    if camera.shape != (3, 4):
        raise ValueError("a camera is (3, 4)")
    points = np.asarray(points_3d, dtype=float)
    image = points @ camera[:, :3].T + camera[:, 3]
    depth = np.where(points[..., 2:] <= 0, np.nan, points[..., 2:])
    return image[..., :2] / depth


# %% wrong: project_points
# idea: "divides first and then overwrites, so a warning of division by zero is raised"
# fits: "You divide by c everywhere"
def project_points(points_3d, camera):
    camera = np.asarray(camera, dtype=float)
    if camera.shape != (3, 4):
        raise ValueError("a camera is (3, 4)")
    points = np.asarray(points_3d, dtype=float)
    image = points @ camera[:, :3].T + camera[:, 3]
    pixels = image[..., :2] / image[..., 2:]
    pixels[image[..., 2] <= 0] = np.nan
    return pixels


# %% wrong: project_points
# idea: "c = 0 gives infinity, only c < 0 is NaN"
# fits: "A point with c = 0 gets infinity"
def project_points(points_3d, camera):
    camera = np.asarray(camera, dtype=float)
    if camera.shape != (3, 4):
        raise ValueError("a camera is (3, 4)")
    points = np.asarray(points_3d, dtype=float)
    image = points @ camera[:, :3].T + camera[:, 3]
    with np.errstate(divide="ignore", invalid="ignore"):
        pixels = image[..., :2] / image[..., 2:]
    pixels[image[..., 2] < 0] = np.nan
    return pixels


# %% wrong: project_points
# idea: "one list of points only: np.column_stack and two axes are assumed"
# fits: "one long table of all points"
def project_points(points_3d, camera):
    camera = np.asarray(camera, dtype=float)
    if camera.shape != (3, 4):
        raise ValueError("a camera is (3, 4)")
    points = np.asarray(points_3d, dtype=float).reshape(-1, 3)
    a, b, c = camera @ np.column_stack([points, np.ones(len(points))]).T
    c = np.where(c > 0, c, np.nan)
    return np.column_stack([a / c, b / c])


# %% wrong: project_points
# idea: "a square (4, 4) camera is taken as well"
# fits: "You look at the columns only"
def project_points(points_3d, camera):
    camera = np.asarray(camera, dtype=float)
    if camera.shape[1] != 4:
        raise ValueError("a camera has four columns")
    points = np.asarray(points_3d, dtype=float)
    image = points @ camera[:, :3].T + camera[:, 3]
    return image[..., :2] / np.where(image[..., 2:3] > 0, image[..., 2:3], np.nan)


# %% right: lift_points
def lift_points(points_2d, template):
    points, shape = np.array(points_2d, dtype=float), np.array(template, dtype=float)
    if len(points) != len(shape):
        raise ValueError("as many points as in the template")
    shape = shape - shape.mean(axis=0)
    if len(shape) < 4 or np.linalg.matrix_rank(shape) < 3:
        raise ValueError("the template is flat")
    affine = (np.linalg.pinv(shape) @ (points - points.mean(axis=0))).T
    u, s, vt = np.linalg.svd(affine, full_matrices=False)
    rows = u @ vt
    rotation = np.vstack([rows, np.cross(rows[0], rows[1])])
    scale = float(s.mean())
    depth = scale * shape @ rotation[2]
    return np.column_stack([points, depth]), rotation, scale


# %% right: lift_points
def lift_points(points_2d, template):
    points, shape = np.asarray(points_2d, dtype="float64"), np.asarray(template, dtype="float64")
    if points.shape[0] != shape.shape[0]:
        raise ValueError("as many points as in the template")
    with_ones = np.hstack([shape, np.ones((len(shape), 1))])
    if len(shape) < 4 or np.linalg.matrix_rank(with_ones) < 4:
        raise ValueError("the template is flat")
    affine = np.linalg.lstsq(with_ones, points, rcond=None)[0][:3].T
    u, s, vt = np.linalg.svd(affine)
    rotation = np.eye(3)
    rotation[:2] = u @ vt[:2]
    rotation[2] = np.cross(rotation[0], rotation[1])
    scale = float(s.sum()) / 2
    depth = scale * (shape @ rotation[2])
    return np.concatenate([points, (depth - depth.mean())[:, None]], axis=1), rotation, scale


# %% wrong: lift_points
# idea: "the larger singular value as the scale"
# fits: "The scale is one of the singular values"
def lift_points(points_2d, template):
    points, shape = np.asarray(points_2d, dtype=float), np.asarray(template, dtype=float)
    if len(points) != len(shape):
        raise ValueError("numbers differ")
    shape = shape - shape.mean(axis=0)
    if np.linalg.matrix_rank(shape) < 3:
        raise ValueError("flat")
    affine = np.linalg.lstsq(shape, points - points.mean(axis=0), rcond=None)[0].T
    u, s, vt = np.linalg.svd(affine, full_matrices=False)
    rows = u @ vt
    rotation = np.vstack([rows, np.cross(rows[0], rows[1])])
    return np.column_stack([points, s[0] * shape @ rotation[2]]), rotation, float(s[0])


# %% wrong: lift_points
# idea: "only counts points: four or more that lie in a plane get through"
# fits: "Four points and more may lie in a plane"
def lift_points(points_2d, template):
    points, shape = np.asarray(points_2d, dtype=float), np.asarray(template, dtype=float)
    if len(points) != len(shape) or len(shape) < 4:
        raise ValueError("numbers")
    shape = shape - shape.mean(axis=0)
    affine = np.linalg.lstsq(shape, points - points.mean(axis=0), rcond=None)[0].T
    u, s, vt = np.linalg.svd(affine, full_matrices=False)
    rows = u @ vt
    rotation = np.vstack([rows, np.cross(rows[0], rows[1])])
    scale = float(s.mean())
    return np.column_stack([points, scale * shape @ rotation[2]]), rotation, scale


# %% wrong: lift_points
# idea: "rank is tested before the mean is taken off: a plane beside the origin gets through"
# fits: "only with their mean taken off"
def lift_points(points_2d, template):
    points, shape = np.asarray(points_2d, dtype=float), np.asarray(template, dtype=float)
    if len(points) != len(shape) or np.linalg.matrix_rank(shape) < 3:
        raise ValueError("numbers or flat")
    shape = shape - shape.mean(axis=0)
    affine = np.linalg.lstsq(shape, points - points.mean(axis=0), rcond=None)[0].T
    u, s, vt = np.linalg.svd(affine, full_matrices=False)
    rows = u @ vt
    rotation = np.vstack([rows, np.cross(rows[0], rows[1])])
    scale = float(s.mean())
    return np.column_stack([points, scale * shape @ rotation[2]]), rotation, scale


# %% wrong: lift_points
# idea: "the rows of A are only divided by their lengths: not at right angles"
# fits: "You divide the rows of A by their lengths"
def lift_points(points_2d, template):
    points, shape = np.asarray(points_2d, dtype=float), np.asarray(template, dtype=float)
    if len(points) != len(shape):
        raise ValueError("numbers differ")
    shape = shape - shape.mean(axis=0)
    if np.linalg.matrix_rank(shape) < 3:
        raise ValueError("flat")
    affine = np.linalg.lstsq(shape, points - points.mean(axis=0), rcond=None)[0].T
    lengths = np.linalg.norm(affine, axis=1)
    rows = affine / lengths[:, None]
    rotation = np.vstack([rows, np.cross(rows[0], rows[1])])
    scale = float(lengths.mean())
    return np.column_stack([points, scale * shape @ rotation[2]]), rotation, scale


# %% wrong: lift_points
# idea: "depth counted from the template's origin: the mean is not taken off"
# fits: "depends on where the template lies"
def lift_points(points_2d, template):
    points, given = np.asarray(points_2d, dtype=float), np.asarray(template, dtype=float)
    if len(points) != len(given):
        raise ValueError("numbers differ")
    shape = given - given.mean(axis=0)
    if np.linalg.matrix_rank(shape) < 3:
        raise ValueError("flat")
    affine = np.linalg.lstsq(shape, points - points.mean(axis=0), rcond=None)[0].T
    u, s, vt = np.linalg.svd(affine, full_matrices=False)
    rows = u @ vt
    rotation = np.vstack([rows, np.cross(rows[0], rows[1])])
    scale = float(s.mean())
    return np.column_stack([points, scale * given @ rotation[2]]), rotation, scale
