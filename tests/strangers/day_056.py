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
