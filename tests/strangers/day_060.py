# %% right: input_gradient
def input_gradient(model, x, y):
    x_var = tf.Variable(tf.cast(x, tf.float32))
    y = tf.cast(y, tf.int32)
    with tf.GradientTape() as tape:
        logits = model(x_var, training=False)
        log_p = tf.nn.log_softmax(logits, axis=-1)
        loss = -tf.reduce_sum(tf.gather(log_p, y, batch_dims=1))
    return tape.gradient(loss, x_var).numpy()


# %% right: input_gradient
def input_gradient(model, x, y):
    inp = tf.constant(x)
    loss_fn = keras.losses.SparseCategoricalCrossentropy(from_logits=True, reduction="none")
    with tf.GradientTape() as tape:
        tape.watch(inp)
        per_picture = loss_fn(y, model(inp, training=False))
    return np.array(tape.gradient(per_picture, inp), dtype="float32")


# %% wrong: input_gradient
# idea: "compiled loss object with its default mean over the batch"
# fits: "You take the mean over the batch"
def input_gradient(model, x, y):
    inp = tf.constant(x)
    loss_fn = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    with tf.GradientTape() as tape:
        tape.watch(inp)
        loss = loss_fn(y, model(inp, training=False))
    return tape.gradient(loss, inp).numpy()


# %% wrong: input_gradient
# idea: "nothing is watched, so None comes back"
# fits: "The tape follows variables only"
def input_gradient(model, x, y):
    inp = tf.constant(x)
    with tf.GradientTape() as tape:
        loss = keras.losses.sparse_categorical_crossentropy(y, model(inp, training=False), from_logits=True)
    return tape.gradient(loss, inp).numpy()


# %% wrong: input_gradient
# idea: "logits taken for probabilities"
# fits: "and you take them for probabilities"
def input_gradient(model, x, y):
    inp = tf.constant(x)
    with tf.GradientTape() as tape:
        tape.watch(inp)
        loss = keras.losses.sparse_categorical_crossentropy(y, model(inp, training=False))
    return tape.gradient(loss, inp).numpy()


# %% wrong: input_gradient
# idea: "network in training mode"
# fits: "You attack the network as it is in training"
def input_gradient(model, x, y):
    inp = tf.constant(x)
    with tf.GradientTape() as tape:
        tape.watch(inp)
        loss = keras.losses.sparse_categorical_crossentropy(y, model(inp, training=True), from_logits=True)
    return tape.gradient(loss, inp).numpy()


# %% wrong: input_gradient
# idea: "gradient of the largest logit"
# fits: "logit"
def input_gradient(model, x, y):
    inp = tf.constant(x)
    with tf.GradientTape() as tape:
        tape.watch(inp)
        top = tf.reduce_max(model(inp, training=False), axis=1)
    return tape.gradient(top, inp).numpy()


# %% wrong: input_gradient
# idea: "softmax by hand and then the loss from logits"
# fits: "A softmax is taken twice"
def input_gradient(model, x, y):
    inp = tf.constant(x)
    with tf.GradientTape() as tape:
        tape.watch(inp)
        p = tf.exp(model(inp, training=False))
        p = p / tf.reduce_sum(p, axis=1, keepdims=True)
        loss = keras.losses.sparse_categorical_crossentropy(y, p, from_logits=True)
    return tape.gradient(loss, inp).numpy()


# %% wrong: input_gradient
# idea: "squared error against one-hot instead of cross-entropy"
# fits: "squared"
def input_gradient(model, x, y):
    inp = tf.constant(x)
    with tf.GradientTape() as tape:
        tape.watch(inp)
        p = tf.nn.softmax(model(inp, training=False))
        loss = tf.reduce_sum((p - tf.one_hot(y, p.shape[1])) ** 2)
    return tape.gradient(loss, inp).numpy()


# %% right: fgsm
def fgsm(model, x, y, epsilon):
    if epsilon < 0:
        raise ValueError("epsilon")
    if x.min() < 0.0 or x.max() > 1.0:
        raise ValueError("pixels")
    grad = input_gradient(model, x, y)
    noise = np.zeros_like(x)
    noise[grad > 0] = epsilon
    noise[grad < 0] = -epsilon
    return np.minimum(np.maximum(x + noise, 0), 1)


# %% right: fgsm
def fgsm(model, x, y, epsilon):
    if not (0 <= epsilon) or np.any((x < 0) | (x > 1)):
        raise ValueError("bad input")
    adv = x.astype(np.float64) + epsilon * np.sign(input_gradient(model, x, y)).astype(np.float64)
    return adv.clip(0.0, 1.0).astype(np.float32)


# %% wrong: fgsm
# idea: "minus: gradient descent"
# fits: "Your pictures walk down the loss"
def fgsm(model, x, y, epsilon):
    if epsilon < 0 or x.min() < 0 or x.max() > 1:
        raise ValueError
    return np.clip(x - epsilon * np.sign(input_gradient(model, x, y)), 0, 1).astype("float32")


# %% wrong: fgsm
# idea: "no sign"
# fits: "You add the gradient itself"
def fgsm(model, x, y, epsilon):
    if epsilon < 0 or x.min() < 0 or x.max() > 1:
        raise ValueError
    return np.clip(x + epsilon * input_gradient(model, x, y), 0, 1).astype("float32")


# %% wrong: fgsm
# idea: "not clipped to the pixels' range"
# fits: "Pixels leave the range"
def fgsm(model, x, y, epsilon):
    if epsilon < 0 or x.min() < 0 or x.max() > 1:
        raise ValueError
    return (x + epsilon * np.sign(input_gradient(model, x, y))).astype("float32")


# %% wrong: fgsm
# idea: "the gradient is scaled by its largest entry instead of the sign"
# fits: "You add the gradient itself"
# fits: "scale each gradient"
def fgsm(model, x, y, epsilon):
    if epsilon < 0 or x.min() < 0 or x.max() > 1:
        raise ValueError
    g = input_gradient(model, x, y)
    return np.clip(x + epsilon * g / max(np.abs(g).max(), 1e-12), 0, 1).astype("float32")


# %% wrong: fgsm
# idea: "pixels of 0 to 255 are divided instead of refused"
# fits: "You divide pixels above 1 by 255"
# fits: "Pixels outside 0 to 1 get through"
def fgsm(model, x, y, epsilon):
    if epsilon < 0:
        raise ValueError
    if x.max() > 1:
        x = x / np.float32(255)
    return np.clip(x + epsilon * np.sign(input_gradient(model, x, y)), 0, 1).astype("float32")


# %% wrong: fgsm
# idea: "only the perturbation comes back"
# fits: "You give back the perturbation"
def fgsm(model, x, y, epsilon):
    if epsilon < 0 or x.min() < 0 or x.max() > 1:
        raise ValueError
    return np.float32(epsilon) * np.sign(input_gradient(model, x, y))


# %% wrong: fgsm
# idea: "where the gradient is 0 the pixel goes up"
# fits: "gradient of 0"
def fgsm(model, x, y, epsilon):
    if epsilon < 0 or x.min() < 0 or x.max() > 1:
        raise ValueError
    g = input_gradient(model, x, y)
    return np.clip(np.where(g >= 0, x + epsilon, x - epsilon), 0, 1).astype("float32")


# %% right: project
def project(x_adv, x, epsilon, norm="inf"):
    if epsilon < 0:
        raise ValueError("epsilon must not be negative")
    if norm == "inf":
        lower, upper = x - epsilon, x + epsilon
        out = np.where(x_adv < lower, lower, np.where(x_adv > upper, upper, x_adv))
    elif norm == 2:
        d = (np.asarray(x_adv, float) - x).reshape(len(x), -1)
        n = np.sqrt(np.einsum("ij,ij->i", d, d))
        scale = [epsilon / k if k > epsilon else 1.0 for k in n]
        out = x + (d * np.array(scale)[:, None]).reshape(x.shape)
    else:
        raise ValueError("unknown norm")
    return np.clip(out, 0, 1).astype("float32")


# %% right: project
def project(x_adv, x, epsilon, norm="inf"):
    if norm != "inf" and norm != 2 or epsilon < 0:
        raise ValueError
    out = []
    for a, b in zip(x_adv, x):
        delta = a - b
        if norm == "inf":
            delta = np.minimum(epsilon, np.maximum(-epsilon, delta))
        else:
            length = np.linalg.norm(delta)
            if length > epsilon:
                delta = delta / length * epsilon
        out.append(np.clip(b + delta, 0.0, 1.0))
    return np.array(out, dtype=np.float32)


# %% wrong: project
# idea: "one length for the batch"
# fits: "You take one length for the whole batch"
def project(x_adv, x, epsilon, norm="inf"):
    if norm not in ("inf", 2) or epsilon < 0:
        raise ValueError
    d = x_adv - x
    if norm == "inf":
        d = np.clip(d, -epsilon, epsilon)
    else:
        n = np.linalg.norm(d)
        if n > epsilon:
            d = d * (epsilon / n)
    return np.clip(x + d, 0, 1).astype("float32")


# %% wrong: project
# idea: "always put onto the sphere"
# fits: "Perturbations that are short enough are stretched"
def project(x_adv, x, epsilon, norm="inf"):
    if norm not in ("inf", 2) or epsilon < 0:
        raise ValueError
    d = x_adv - x
    if norm == "inf":
        d = np.clip(d, -epsilon, epsilon)
    else:
        d = epsilon * d / np.maximum(np.sqrt((d**2).sum((1, 2, 3), keepdims=True)), 1e-9)
    return np.clip(x + d, 0, 1).astype("float32")


# %% wrong: project
# idea: "the L2 ball as a cube: clip first, then shorten nothing"
# fits: "The result is the same whatever"
# fits: "whatever norm says"
def project(x_adv, x, epsilon, norm="inf"):
    if norm not in ("inf", 2) or epsilon < 0:
        raise ValueError
    return np.clip(x + np.clip(x_adv - x, -epsilon, epsilon), 0, 1).astype("float32")


# %% wrong: project
# idea: "pixels are not brought back into 0 to 1"
# fits: "Pixels leave the range"
def project(x_adv, x, epsilon, norm="inf"):
    if norm not in ("inf", 2) or epsilon < 0:
        raise ValueError
    d = x_adv - x
    if norm == "inf":
        d = np.clip(d, -epsilon, epsilon)
    else:
        n = np.sqrt((d**2).sum((1, 2, 3), keepdims=True))
        d = d * np.minimum(1, epsilon / np.maximum(n, 1e-9))
    return (x + d).astype("float32")


# %% wrong: project
# idea: "clips the pixels first, then the ball"
# fits: "You clip the pixels before the ball is measured"
def project(x_adv, x, epsilon, norm="inf"):
    if norm not in ("inf", 2) or epsilon < 0:
        raise ValueError
    d = np.clip(x_adv, 0, 1) - x
    if norm == "inf":
        d = np.clip(d, -epsilon, epsilon)
    else:
        n = np.sqrt((d**2).sum((1, 2, 3), keepdims=True))
        d = d * np.minimum(1, epsilon / np.maximum(n, 1e-9))
    return (x + d).astype("float32")


# %% wrong: project
# idea: "length over the last axis"
# fits: "You take a length for each pixel"
def project(x_adv, x, epsilon, norm="inf"):
    if norm not in ("inf", 2) or epsilon < 0:
        raise ValueError
    d = x_adv - x
    if norm == "inf":
        d = np.clip(d, -epsilon, epsilon)
    else:
        n = np.linalg.norm(d, axis=-1, keepdims=True)
        d = d * np.minimum(1, epsilon / np.maximum(n, 1e-9))
    return np.clip(x + d, 0, 1).astype("float32")


# %% wrong: project
# idea: "0 / 0 where nothing moved"
# fits: "Where nothing has moved, the length is 0"
def project(x_adv, x, epsilon, norm="inf"):
    if norm not in ("inf", 2) or epsilon < 0:
        raise ValueError
    d = x_adv - x
    if norm == "inf":
        d = np.clip(d, -epsilon, epsilon)
    else:
        n = np.sqrt((d**2).sum((1, 2, 3), keepdims=True))
        d = np.where(n > epsilon, d * epsilon / n, d)
    return np.clip(x + d, 0, 1).astype("float32")


# %% right: pgd
def pgd(model, x, y, epsilon, step, num_steps, norm="inf", rng=None):
    adv = np.array(x, dtype="float64")
    if rng is not None:
        adv += rng.uniform(-epsilon, epsilon, x.shape)
    adv = project(adv, x, epsilon, norm)
    for i in range(num_steps):
        g = input_gradient(model, adv, y)
        if norm == 2:
            n = np.linalg.norm(g.reshape(len(g), -1), axis=1).reshape(-1, 1, 1, 1)
            g = np.divide(g, n, out=np.zeros_like(g), where=n > 0)
        else:
            g = np.sign(g)
        adv = project(adv + step * g, x, epsilon, norm)
    return adv


# %% wrong: pgd
# idea: "projected about the last iterate"
# fits: "You project about where the search is"
def pgd(model, x, y, epsilon, step, num_steps, norm="inf", rng=None):
    adv = project(x if rng is None else x + rng.uniform(-epsilon, epsilon, x.shape), x, epsilon, norm)
    for i in range(num_steps):
        g = input_gradient(model, adv, y)
        g = np.sign(g) if norm == "inf" else g / np.maximum(np.sqrt((g**2).sum((1, 2, 3), keepdims=True)), 1e-12)
        adv = project(adv + step * g, adv, epsilon, norm)
    return adv


# %% wrong: pgd
# idea: "gradient computed once before the loop"
# fits: "The slope is always that at the original"
def pgd(model, x, y, epsilon, step, num_steps, norm="inf", rng=None):
    adv = project(x if rng is None else x + rng.uniform(-epsilon, epsilon, x.shape), x, epsilon, norm)
    g = input_gradient(model, x, y)
    g = np.sign(g) if norm == "inf" else g / np.maximum(np.sqrt((g**2).sum((1, 2, 3), keepdims=True)), 1e-12)
    for i in range(num_steps):
        adv = project(adv + step * g, x, epsilon, norm)
    return adv


# %% wrong: pgd
# idea: "sign for both norms"
# fits: "For norm 2 you step by the sign"
def pgd(model, x, y, epsilon, step, num_steps, norm="inf", rng=None):
    adv = project(x if rng is None else x + rng.uniform(-epsilon, epsilon, x.shape), x, epsilon, norm)
    for i in range(num_steps):
        adv = project(adv + step * np.sign(input_gradient(model, adv, y)), x, epsilon, norm)
    return adv


# %% wrong: pgd
# idea: "gradient not brought to length 1"
# fits: "In norm 2 your step is as long as the gradient"
def pgd(model, x, y, epsilon, step, num_steps, norm="inf", rng=None):
    adv = project(x if rng is None else x + rng.uniform(-epsilon, epsilon, x.shape), x, epsilon, norm)
    for i in range(num_steps):
        g = input_gradient(model, adv, y)
        adv = project(adv + step * (np.sign(g) if norm == "inf" else g), x, epsilon, norm)
    return adv


# %% wrong: pgd
# idea: "step divided by the number of steps"
# fits: "How far one goes is what step says"
def pgd(model, x, y, epsilon, step, num_steps, norm="inf", rng=None):
    adv = project(x if rng is None else x + rng.uniform(-epsilon, epsilon, x.shape), x, epsilon, norm)
    for i in range(num_steps):
        g = input_gradient(model, adv, y)
        g = np.sign(g) if norm == "inf" else g / np.maximum(np.sqrt((g**2).sum((1, 2, 3), keepdims=True)), 1e-12)
        adv = project(adv + epsilon / num_steps * g, x, epsilon, norm)
    return adv


# %% wrong: pgd
# idea: "attacks what the model reads now, not the right class"
# fits: "what the network reads at the moment"
# fits: "right class"
def pgd(model, x, y, epsilon, step, num_steps, norm="inf", rng=None):
    adv = project(x if rng is None else x + rng.uniform(-epsilon, epsilon, x.shape), x, epsilon, norm)
    for i in range(num_steps):
        now = np.argmax(model(adv, training=False), axis=1)
        g = input_gradient(model, adv, now)
        g = np.sign(g) if norm == "inf" else g / np.maximum(np.sqrt((g**2).sum((1, 2, 3), keepdims=True)), 1e-12)
        adv = project(adv + step * g, x, epsilon, norm)
    return adv


# %% wrong: pgd
# idea: "random start although there is no generator"
# fits: "Without a generator"
def pgd(model, x, y, epsilon, step, num_steps, norm="inf", rng=None):
    rng = rng or np.random.default_rng(0)
    adv = project(x + rng.uniform(-epsilon, epsilon, x.shape), x, epsilon, norm)
    for i in range(num_steps):
        g = input_gradient(model, adv, y)
        g = np.sign(g) if norm == "inf" else g / np.maximum(np.sqrt((g**2).sum((1, 2, 3), keepdims=True)), 1e-12)
        adv = project(adv + step * g, x, epsilon, norm)
    return adv


# %% wrong: pgd
# idea: "the L-infinity projection for both norms"
# fits: "into the cube whatever norm says"
# fits: "norm"
def pgd(model, x, y, epsilon, step, num_steps, norm="inf", rng=None):
    project(x, x, epsilon, norm)
    adv = project(x if rng is None else x + rng.uniform(-epsilon, epsilon, x.shape), x, epsilon)
    for i in range(num_steps):
        g = input_gradient(model, adv, y)
        g = np.sign(g) if norm == "inf" else g / np.maximum(np.sqrt((g**2).sum((1, 2, 3), keepdims=True)), 1e-12)
        adv = project(adv + step * g, x, epsilon)
    return adv


# %% right: targeted_attack
def targeted_attack(model, x, targets, epsilon, step, num_steps):
    t = np.full(len(x), targets) if np.isscalar(targets) else np.asarray(targets)
    adv = x.copy()
    for i in range(num_steps):
        done = np.asarray(model(adv, training=False)).argmax(axis=1) == t
        new = project(adv - step * np.sign(input_gradient(model, adv, t)), x, epsilon)
        new[done] = adv[done]
        adv = new
    return adv, np.asarray(model(adv, training=False)).argmax(axis=1) == t


# %% wrong: targeted_attack
# idea: "plus: flees the target"
# fits: "You climb the target's loss"
def targeted_attack(model, x, targets, epsilon, step, num_steps):
    t = np.zeros(len(x), int) + targets
    adv = x.copy()
    for i in range(num_steps):
        done = np.asarray(model(adv, training=False)).argmax(axis=1) == t
        new = project(adv + step * np.sign(input_gradient(model, adv, t)), x, epsilon)
        new[done] = adv[done]
        adv = new
    return adv, np.asarray(model(adv, training=False)).argmax(axis=1) == t


# %% wrong: targeted_attack
# idea: "nobody stops"
# fits: "Pictures that are read as the target already walk on"
def targeted_attack(model, x, targets, epsilon, step, num_steps):
    t = np.zeros(len(x), int) + targets
    adv = x.copy()
    for i in range(num_steps):
        adv = project(adv - step * np.sign(input_gradient(model, adv, t)), x, epsilon)
    return adv, np.asarray(model(adv, training=False)).argmax(axis=1) == t


# %% wrong: targeted_attack
# idea: "stops once any picture has arrived"
# fits: "The whole batch stops as soon as the first"
def targeted_attack(model, x, targets, epsilon, step, num_steps):
    t = np.zeros(len(x), int) + targets
    adv = x.copy()
    for i in range(num_steps):
        if (np.asarray(model(adv, training=False)).argmax(axis=1) == t).any():
            break
        adv = project(adv - step * np.sign(input_gradient(model, adv, t)), x, epsilon)
    return adv, np.asarray(model(adv, training=False)).argmax(axis=1) == t


# %% wrong: targeted_attack
# idea: "whoever has arrived goes back to the original"
# fits: "original"
def targeted_attack(model, x, targets, epsilon, step, num_steps):
    t = np.zeros(len(x), int) + targets
    adv = x.copy()
    for i in range(num_steps):
        done = np.asarray(model(adv, training=False)).argmax(axis=1) == t
        new = project(adv - step * np.sign(input_gradient(model, adv, t)), x, epsilon)
        new[done] = x[done]
        adv = new
    return adv, np.asarray(model(adv, training=False)).argmax(axis=1) == t


# %% wrong: targeted_attack
# idea: "one int for all is not understood"
# fits: "One int may be given"
def targeted_attack(model, x, targets, epsilon, step, num_steps):
    adv = x.copy()
    for i in range(num_steps):
        done = np.asarray(model(adv, training=False)).argmax(axis=1) == targets
        new = project(adv - step * np.sign(input_gradient(model, adv, targets)), x, epsilon)
        new[done] = adv[done]
        adv = new
    return adv, np.asarray(model(adv, training=False)).argmax(axis=1) == targets


# %% wrong: targeted_attack
# idea: "how many were reached instead of which"
# fits: "no answer to which"
# fits: "which"
def targeted_attack(model, x, targets, epsilon, step, num_steps):
    t = np.zeros(len(x), int) + targets
    adv = x.copy()
    for i in range(num_steps):
        done = np.asarray(model(adv, training=False)).argmax(axis=1) == t
        new = project(adv - step * np.sign(input_gradient(model, adv, t)), x, epsilon)
        new[done] = adv[done]
        adv = new
    return adv, float((np.asarray(model(adv, training=False)).argmax(axis=1) == t).mean())


# %% wrong: targeted_attack
# idea: "FGSM steps with the minus, without the ball"
# fits: "Nothing keeps the pictures within epsilon"
def targeted_attack(model, x, targets, epsilon, step, num_steps):
    t = np.zeros(len(x), int) + targets
    adv = x.copy()
    for i in range(num_steps):
        done = np.asarray(model(adv, training=False)).argmax(axis=1) == t
        new = np.clip(adv - step * np.sign(input_gradient(model, adv, t)), 0, 1).astype("float32")
        new[done] = adv[done]
        adv = new
    return adv, np.asarray(model(adv, training=False)).argmax(axis=1) == t


# %% right: robust_accuracy
def robust_accuracy(model, x, y, epsilons, attack, norm="inf"):
    ok = {None: np.asarray(model(x, training=False)).argmax(-1) == y}
    for e in epsilons:
        adv = np.asarray(attack(model, x, y, e))
        if adv.min() < 0 or adv.max() > 1:
            raise ValueError("outside")
        diff = (adv.astype(float) - x.astype(float)).reshape(len(x), -1)
        size = np.max(np.abs(diff), axis=1) if norm == "inf" else np.sqrt(np.sum(diff * diff, axis=1))
        if (size > e + 1e-5).any():
            raise ValueError("too far")
        ok[float(e)] = np.asarray(model(adv, training=False)).argmax(-1) == y
    shares = []
    for e in epsilons:
        all_right = ok[None].copy()
        for other in epsilons:
            if other <= e:
                all_right &= ok[float(other)]
        shares.append(all_right.mean())
    return np.array(shares)


# %% wrong: robust_accuracy
# idea: "each budget on its own"
# fits: "Each budget is judged alone"
def robust_accuracy(model, x, y, epsilons, attack, norm="inf"):
    shares = []
    for e in epsilons:
        adv = np.asarray(attack(model, x, y, e))
        diff = (adv.astype(float) - x).reshape(len(x), -1)
        size = np.linalg.norm(diff, np.inf if norm == "inf" else 2, axis=1)
        if size.max() > e + 1e-5 or adv.min() < 0 or adv.max() > 1:
            raise ValueError
        shares.append((np.asarray(model(adv, training=False)).argmax(-1) == y).mean())
    return np.array(shares)


# %% wrong: robust_accuracy
# idea: "the original does not count"
# fits: "A picture that is misread as it is counts as robust"
def robust_accuracy(model, x, y, epsilons, attack, norm="inf"):
    epsilons = list(epsilons)
    shares, alive = np.zeros(len(epsilons)), np.full(len(x), True)
    for k in sorted(range(len(epsilons)), key=lambda k: epsilons[k]):
        adv = np.asarray(attack(model, x, y, epsilons[k]))
        diff = (adv.astype(float) - x).reshape(len(x), -1)
        size = np.linalg.norm(diff, np.inf if norm == "inf" else 2, axis=1)
        if size.max() > epsilons[k] + 1e-5 or adv.min() < 0 or adv.max() > 1:
            raise ValueError
        alive &= np.asarray(model(adv, training=False)).argmax(-1) == y
        shares[k] = alive.mean()
    return shares


# %% wrong: robust_accuracy
# idea: "np.minimum.accumulate over the shares: other pictures may be lost at other budgets"
# fits: "You lower the shares where they rise"
# fits: "Each budget is judged alone"
# fits: "shares"
def robust_accuracy(model, x, y, epsilons, attack, norm="inf"):
    order = np.argsort(epsilons)
    shares, clean = np.zeros(len(epsilons)), np.asarray(model(x, training=False)).argmax(-1) == y
    for k in order:
        adv = np.asarray(attack(model, x, y, epsilons[k]))
        diff = (adv.astype(float) - x).reshape(len(x), -1)
        size = np.linalg.norm(diff, np.inf if norm == "inf" else 2, axis=1)
        if size.max() > epsilons[k] + 1e-5 or adv.min() < 0 or adv.max() > 1:
            raise ValueError
        shares[k] = (clean & (np.asarray(model(adv, training=False)).argmax(-1) == y)).mean()
    shares[order] = np.minimum.accumulate(shares[order])
    return shares


# %% wrong: robust_accuracy
# idea: "believes the attack"
# fits: "An attack that goes too far is believed"
# fits: "What an attack did against its promise is believed"
def robust_accuracy(model, x, y, epsilons, attack, norm="inf"):
    shares, alive = np.zeros(len(epsilons)), np.asarray(model(x, training=False)).argmax(-1) == y
    for k in np.argsort(epsilons):
        adv = attack(model, x, y, epsilons[k])
        alive = alive & (np.asarray(model(adv, training=False)).argmax(-1) == y)
        shares[k] = alive.mean()
    return shares


# %% wrong: robust_accuracy
# idea: "curve in ascending order of the budgets, not as given"
# fits: "It belongs in the order of epsilons"
def robust_accuracy(model, x, y, epsilons, attack, norm="inf"):
    shares, alive = [], np.asarray(model(x, training=False)).argmax(-1) == y
    for e in sorted(epsilons):
        adv = np.asarray(attack(model, x, y, e))
        diff = (adv.astype(float) - x).reshape(len(x), -1)
        size = np.linalg.norm(diff, np.inf if norm == "inf" else 2, axis=1)
        if size.max() > e + 1e-5 or adv.min() < 0 or adv.max() > 1:
            raise ValueError
        alive = alive & (np.asarray(model(adv, training=False)).argmax(-1) == y)
        shares.append(alive.mean())
    return np.array(shares)


# %% wrong: robust_accuracy
# idea: "the next attack starts from the pictures of the last"
# fits: "original"
def robust_accuracy(model, x, y, epsilons, attack, norm="inf"):
    shares, alive, now = np.zeros(len(epsilons)), np.asarray(model(x, training=False)).argmax(-1) == y, x
    for k in np.argsort(epsilons):
        now = np.asarray(attack(model, now, y, epsilons[k]))
        diff = (now.astype(float) - x).reshape(len(x), -1)
        size = np.linalg.norm(diff, np.inf if norm == "inf" else 2, axis=1)
        if size.max() > epsilons[k] + 1e-5 or now.min() < 0 or now.max() > 1:
            raise ValueError
        alive = alive & (np.asarray(model(now, training=False)).argmax(-1) == y)
        shares[k] = alive.mean()
    return shares


# %% wrong: robust_accuracy
# idea: "exact comparison with the budget: honest rounding is refused"
# fits: "float32 rounds"
def robust_accuracy(model, x, y, epsilons, attack, norm="inf"):
    shares, alive = np.zeros(len(epsilons)), np.asarray(model(x, training=False)).argmax(-1) == y
    for k in np.argsort(epsilons):
        adv = np.asarray(attack(model, x, y, epsilons[k]))
        diff = (adv.astype(float) - x).reshape(len(x), -1)
        size = np.linalg.norm(diff, np.inf if norm == "inf" else 2, axis=1)
        if size.max() > epsilons[k] or adv.min() < 0 or adv.max() > 1:
            raise ValueError
        alive = alive & (np.asarray(model(adv, training=False)).argmax(-1) == y)
        shares[k] = alive.mean()
    return shares


# %% right: input_gradient
def input_gradient(model, x, y):
    """Each picture by itself, with the gradient p - onehot along the logits pulled back through the network."""
    pieces = []
    for i in range(len(x)):
        picture = tf.convert_to_tensor(x[i : i + 1])
        with tf.GradientTape() as tape:
            tape.watch(picture)
            logits = model(picture, training=False)
        p = tf.nn.softmax(logits)
        pieces.append(tape.gradient(logits, picture, output_gradients=p - tf.one_hot([int(y[i])], p.shape[-1])).numpy())
    return np.concatenate(pieces)


# %% right: input_gradient
def input_gradient(model, x, y):
    pictures = tf.Variable(x)
    y = np.asarray(y)
    with tf.GradientTape(watch_accessed_variables=False) as tape:
        tape.watch(pictures)
        logits = model(pictures, training=False)
        own = tf.gather(logits, y, axis=1, batch_dims=1)
        total = tf.reduce_sum(tf.reduce_logsumexp(logits, axis=1) - own)
    return np.array(tape.gradient(total, pictures))


# %% wrong: input_gradient
# idea: "leaves out the other classes: the gradient of minus the right logit"
# fits: "gradient of the right class's logit"
def input_gradient(model, x, y):
    pictures = tf.convert_to_tensor(x)
    with tf.GradientTape() as tape:
        tape.watch(pictures)
        logits = model(pictures, training=False)
        loss = -tf.reduce_sum(tf.gather(logits, np.asarray(y), axis=1, batch_dims=1))
    return tape.gradient(loss, pictures).numpy()


# %% wrong: input_gradient
# idea: "raises the loss of what the network reads, not of the right class"
# fits: "You take the class that the network reads"
def input_gradient(model, x, y):
    pictures = tf.convert_to_tensor(x)
    with tf.GradientTape() as tape:
        tape.watch(pictures)
        logits = model(pictures, training=False)
        read = tf.argmax(logits, axis=1)
        loss = tf.reduce_sum(keras.losses.sparse_categorical_crossentropy(read, logits, from_logits=True))
    return tape.gradient(loss, pictures).numpy()


# %% wrong: input_gradient
# idea: "brings each picture's gradient to length 1"
# fits: "You bring each gradient to length 1"
def input_gradient(model, x, y):
    pictures = tf.convert_to_tensor(x)
    with tf.GradientTape() as tape:
        tape.watch(pictures)
        logits = model(pictures, training=False)
        loss = tf.reduce_sum(keras.losses.sparse_categorical_crossentropy(np.asarray(y), logits, from_logits=True))
    gradient = tape.gradient(loss, pictures).numpy()
    length = np.sqrt((gradient**2).sum(axis=(1, 2, 3), keepdims=True))
    return gradient / np.maximum(length, 1e-12)


# %% wrong: input_gradient
# idea: "mean of the absolute values over the channels, a saliency map, kept as (N, H, W, 1)"
# fits: "how strong the gradient is"
def input_gradient(model, x, y):
    pictures = tf.convert_to_tensor(x)
    with tf.GradientTape() as tape:
        tape.watch(pictures)
        logits = model(pictures, training=False)
        loss = tf.reduce_sum(keras.losses.sparse_categorical_crossentropy(np.asarray(y), logits, from_logits=True))
    return np.abs(tape.gradient(loss, pictures).numpy()).mean(axis=-1, keepdims=True)


# %% right: fgsm
def fgsm(model, x, y, epsilon):
    if epsilon < 0 or (x < 0).any() or (x > 1).any():
        raise ValueError("epsilon must not be negative, and pixels must be from 0 to 1")
    g = input_gradient(model, x, y)
    result = x.copy()
    result[g > 0] = np.minimum(result[g > 0] + np.float32(epsilon), 1)
    result[g < 0] = np.maximum(result[g < 0] - np.float32(epsilon), 0)
    return result


# %% wrong: fgsm
# idea: "checks only for pixels above 1"
# fits: "Pixels below 0 get through"
def fgsm(model, x, y, epsilon):
    if epsilon < 0 or x.max() > 1:
        raise ValueError("epsilon or pixels out of range")
    return np.clip(x + epsilon * np.sign(input_gradient(model, x, y)), 0, 1).astype("float32")


# %% wrong: fgsm
# idea: "clips the originals into 0 to 1 and goes on, in place of refusing them"
# fits: "You clip such originals"
def fgsm(model, x, y, epsilon):
    if epsilon < 0:
        raise ValueError("epsilon is negative")
    x = np.clip(x, 0, 1)
    return np.clip(x + epsilon * np.sign(input_gradient(model, x, y)), 0, 1).astype("float32")


# %% wrong: fgsm
# idea: "refuses a budget of 0"
# fits: "You refuse a budget of 0"
# fits: "Your own `raise` refuses what is allowed"
def fgsm(model, x, y, epsilon):
    if epsilon <= 0 or x.min() < 0 or x.max() > 1:
        raise ValueError("epsilon or pixels out of range")
    return np.clip(x + epsilon * np.sign(input_gradient(model, x, y)), 0, 1).astype("float32")


# %% wrong: fgsm
# idea: "a batch in which every gradient is 0 gives back x itself, not a new array"
# fits: "What comes back is the argument itself"
def fgsm(model, x, y, epsilon):
    if epsilon < 0 or x.min() < 0 or x.max() > 1:
        raise ValueError("epsilon or pixels out of range")
    if epsilon == 0:
        return x
    return np.clip(x + epsilon * np.sign(input_gradient(model, x, y)), 0, 1).astype("float32")


# %% right: project
def project(x_adv, x, epsilon, norm="inf"):
    if norm not in ("inf", 2):
        raise ValueError(f"there is no norm {norm!r} here")
    if epsilon < 0:
        raise ValueError("the radius is negative")
    if norm == "inf":
        moved = np.minimum(np.maximum(x_adv, x - np.float64(epsilon)), x + np.float64(epsilon))
        return np.clip(moved, 0, 1).astype(np.float32)
    rows = []
    for now, before in zip(x_adv, x, strict=True):
        delta = now.astype(np.float64) - before
        length = np.linalg.norm(delta.ravel())
        rows.append(before + (delta * (epsilon / length) if length > epsilon else delta))
    return np.clip(np.array(rows).reshape(x.shape), 0, 1).astype(np.float32)


# %% wrong: project
# idea: "measures the length channel by channel"
# fits: "You take a length for each channel"
def project(x_adv, x, epsilon, norm="inf"):
    if norm not in ("inf", 2) or epsilon < 0:
        raise ValueError("norm or epsilon")
    delta = x_adv - x
    if norm == "inf":
        delta = np.clip(delta, -epsilon, epsilon)
    else:
        length = np.sqrt((delta**2).sum(axis=(1, 2), keepdims=True))
        delta = delta * np.minimum(1, epsilon / np.maximum(length, 1e-12))
    return np.clip(x + delta, 0, 1).astype("float32")


# %% wrong: project
# idea: "divides by a length of 0, and puts the NaN right afterwards, with a warning"
# fits: "Where nothing has moved, the length is 0"
def project(x_adv, x, epsilon, norm="inf"):
    if norm not in ("inf", 2) or epsilon < 0:
        raise ValueError("norm or epsilon")
    delta = x_adv - x
    if norm == "inf":
        delta = np.clip(delta, -epsilon, epsilon)
    else:
        length = np.sqrt((delta**2).sum(axis=(1, 2, 3), keepdims=True))
        delta = np.nan_to_num(delta * np.minimum(1, epsilon / length))
    return np.clip(x + delta, 0, 1).astype("float32")


# %% wrong: project
# idea: "in the round ball clips each pixel to epsilon too, where one is beyond"
# fits: "you clip each pixel to epsilon first"
def project(x_adv, x, epsilon, norm="inf"):
    if norm not in ("inf", 2) or epsilon < 0:
        raise ValueError("norm or epsilon")
    delta = np.clip(x_adv - x, -epsilon, epsilon)
    if norm == 2:
        length = np.sqrt((delta**2).sum(axis=(1, 2, 3), keepdims=True))
        delta = delta * np.minimum(1, epsilon / np.maximum(length, 1e-12))
    return np.clip(x + delta, 0, 1).astype("float32")


# %% wrong: project
# idea: "takes the text \"2\" and other kinds for the round ball"
# fits: "The text '2' gets through"
def project(x_adv, x, epsilon, norm="inf"):
    if str(norm) not in ("inf", "2") or epsilon < 0:
        raise ValueError("norm or epsilon")
    delta = x_adv - x
    if norm == "inf":
        delta = np.clip(delta, -epsilon, epsilon)
    else:
        length = np.sqrt((delta**2).sum(axis=(1, 2, 3), keepdims=True))
        delta = delta * np.minimum(1, epsilon / np.maximum(length, 1e-12))
    return np.clip(x + delta, 0, 1).astype("float32")


# %% wrong: project
# idea: "the squared length is compared with epsilon (the root forgotten)"
# fits: "The square root is missing"
def project(x_adv, x, epsilon, norm="inf"):
    if norm not in ("inf", 2) or epsilon < 0:
        raise ValueError("norm or epsilon")
    delta = x_adv - x
    if norm == "inf":
        delta = np.clip(delta, -epsilon, epsilon)
    else:
        length = (delta**2).sum(axis=(1, 2, 3), keepdims=True)
        delta = delta * np.minimum(1, epsilon / np.maximum(length, 1e-12))
    return np.clip(x + delta, 0, 1).astype("float32")


# %% right: pgd
def pgd(model, x, y, epsilon, step, num_steps, norm="inf", rng=None):
    start = x if rng is None else x + rng.uniform(-epsilon, epsilon, x.shape)
    x_adv = project(start, x, epsilon, norm)
    for _ in range(num_steps):
        g = input_gradient(model, x_adv, y).astype("float64")
        if norm == "inf":
            move = np.sign(g)
        else:
            lengths = [np.linalg.norm(row) for row in g]
            move = np.stack([row / length if length else row for row, length in zip(g, lengths, strict=True)])
        x_adv = project(x_adv + step * move, x, epsilon, norm)
    return x_adv


# %% wrong: pgd
# idea: "one length for the whole batch of gradients"
# fits: "Your step has one length for the whole batch"
def pgd(model, x, y, epsilon, step, num_steps, norm="inf", rng=None):
    x_adv = project(x if rng is None else x + rng.uniform(-epsilon, epsilon, x.shape), x, epsilon, norm)
    for _ in range(num_steps):
        g = input_gradient(model, x_adv, y)
        g = np.sign(g) if norm == "inf" else g / max(np.linalg.norm(g), 1e-30)
        x_adv = project(x_adv + step * g, x, epsilon, norm)
    return x_adv


# %% wrong: pgd
# idea: "without steps gives a copy of x at once, so a wrong norm or radius is not refused and a random start is skipped"
# fits: "Without steps you give x back"
def pgd(model, x, y, epsilon, step, num_steps, norm="inf", rng=None):
    if num_steps == 0:
        return np.array(x)
    x_adv = project(x if rng is None else x + rng.uniform(-epsilon, epsilon, x.shape), x, epsilon, norm)
    for _ in range(num_steps):
        g = input_gradient(model, x_adv, y)
        if norm == "inf":
            g = np.sign(g)
        else:
            g = g / np.maximum(np.sqrt((g**2).sum(axis=(1, 2, 3), keepdims=True)), 1e-30)
        x_adv = project(x_adv + step * g, x, epsilon, norm)
    return x_adv


# %% wrong: pgd
# idea: "the random start is not projected before the first gradient is taken"
# fits: "The start is not projected"
def pgd(model, x, y, epsilon, step, num_steps, norm="inf", rng=None):
    project(x, x, epsilon, norm)
    x_adv = np.array(x)
    if rng is not None:
        x_adv = (x + rng.uniform(-epsilon, epsilon, x.shape)).astype("float32")
    for _ in range(num_steps):
        g = input_gradient(model, x_adv, y)
        if norm == "inf":
            g = np.sign(g)
        else:
            g = g / np.maximum(np.sqrt((g**2).sum(axis=(1, 2, 3), keepdims=True)), 1e-30)
        x_adv = project(x_adv + step * g, x, epsilon, norm)
    return x_adv


# %% wrong: pgd
# idea: "projects only once, after the last step"
# fits: "You project once, at the end"
def pgd(model, x, y, epsilon, step, num_steps, norm="inf", rng=None):
    x_adv = project(x if rng is None else x + rng.uniform(-epsilon, epsilon, x.shape), x, epsilon, norm)
    for _ in range(num_steps):
        g = input_gradient(model, x_adv.astype("float32"), y)
        if norm == "inf":
            g = np.sign(g)
        else:
            g = g / np.maximum(np.sqrt((g**2).sum(axis=(1, 2, 3), keepdims=True)), 1e-30)
        x_adv = x_adv + step * g
    return project(x_adv, x, epsilon, norm)


# %% right: targeted_attack
def targeted_attack(model, x, targets, epsilon, step, num_steps):
    """Only the pictures that are still on their way are put through the network."""
    targets = np.broadcast_to(targets, (len(x),))
    x_adv = x.copy()

    def missed(rows):
        logits = ops.convert_to_numpy(model(x_adv[rows], training=False))
        return rows[logits.argmax(axis=1) != targets[rows]]

    rows = missed(np.arange(len(x)))
    for _ in range(num_steps):
        if not len(rows):
            break
        down = np.sign(input_gradient(model, x_adv[rows], targets[rows]))
        x_adv[rows] = project(x_adv[rows] - step * down, x[rows], epsilon)
        rows = missed(rows)
    reached = np.ones(len(x), bool)
    reached[rows] = False
    return x_adv, reached


# %% wrong: targeted_attack
# idea: "stops the batch when all are there, but lets those that are there walk on until then"
# fits: "Pictures that are read as the target already walk on"
def targeted_attack(model, x, targets, epsilon, step, num_steps):
    targets = np.broadcast_to(targets, (len(x),))
    x_adv = np.array(x)
    reached = ops.convert_to_numpy(model(x_adv, training=False)).argmax(axis=1) == targets
    for _ in range(num_steps):
        if reached.all():
            break
        x_adv = project(x_adv - step * np.sign(input_gradient(model, x_adv, targets)), x, epsilon)
        reached = ops.convert_to_numpy(model(x_adv, training=False)).argmax(axis=1) == targets
    return x_adv, reached


# %% wrong: targeted_attack
# idea: "reached is what was so before the last step"
# fits: "reached is told before the last step"
def targeted_attack(model, x, targets, epsilon, step, num_steps):
    targets = np.broadcast_to(targets, (len(x),))
    x_adv = np.array(x)
    reached = ops.convert_to_numpy(model(x_adv, training=False)).argmax(axis=1) == targets
    for _ in range(num_steps):
        reached = ops.convert_to_numpy(model(x_adv, training=False)).argmax(axis=1) == targets
        moved = project(x_adv - step * np.sign(input_gradient(model, x_adv, targets)), x, epsilon)
        x_adv[~reached] = moved[~reached]
    return x_adv, reached


# %% wrong: targeted_attack
# idea: "reached says which are no longer read as before, whatever they are read as"
# fits: "reached says that the reading has changed"
def targeted_attack(model, x, targets, epsilon, step, num_steps):
    targets = np.broadcast_to(targets, (len(x),))
    x_adv = np.array(x)
    before = ops.convert_to_numpy(model(x_adv, training=False)).argmax(axis=1)
    for _ in range(num_steps):
        there = ops.convert_to_numpy(model(x_adv, training=False)).argmax(axis=1) == targets
        moved = project(x_adv - step * np.sign(input_gradient(model, x_adv, targets)), x, epsilon)
        x_adv[~there] = moved[~there]
    return x_adv, ops.convert_to_numpy(model(x_adv, training=False)).argmax(axis=1) != before


# %% wrong: targeted_attack
# idea: "climbs the loss of what the network reads now; the target only says when to stop"
# fits: "what the network reads now"
def targeted_attack(model, x, targets, epsilon, step, num_steps):
    targets = np.broadcast_to(targets, (len(x),))
    x_adv = np.array(x)
    read = ops.convert_to_numpy(model(x_adv, training=False)).argmax(axis=1)
    for _ in range(num_steps):
        moved = project(x_adv + step * np.sign(input_gradient(model, x_adv, read)), x, epsilon)
        x_adv[read != targets] = moved[read != targets]
        read = ops.convert_to_numpy(model(x_adv, training=False)).argmax(axis=1)
    return x_adv, read == targets


# %% wrong: targeted_attack
# idea: "takes one step more after a picture is there"
# fits: "takes one step more"
def targeted_attack(model, x, targets, epsilon, step, num_steps):
    targets = np.broadcast_to(targets, (len(x),))
    x_adv = np.array(x)
    open_ = ops.convert_to_numpy(model(x_adv, training=False)).argmax(axis=1) != targets
    for _ in range(num_steps):
        still = open_.copy()
        open_ = ops.convert_to_numpy(model(x_adv, training=False)).argmax(axis=1) != targets
        moved = project(x_adv - step * np.sign(input_gradient(model, x_adv, targets)), x, epsilon)
        x_adv[still] = moved[still]
    return x_adv, ops.convert_to_numpy(model(x_adv, training=False)).argmax(axis=1) == targets


# %% right: robust_accuracy
def robust_accuracy(model, x, y, epsilons, attack, norm="inf"):
    """For each picture the smallest budget of the list at which it was lost; then a comparison."""

    def right(pictures):
        return ops.convert_to_numpy(model(pictures, training=False)).argmax(axis=-1) == np.asarray(y)

    budgets = [float(epsilon) for epsilon in epsilons]
    lost_at = np.where(right(x), np.inf, -1.0)
    for epsilon in budgets:
        x_adv = np.asarray(attack(model, x, y, epsilon))
        delta = (x_adv.astype(float) - x).reshape(len(x), -1)
        size = np.linalg.norm(delta, np.inf if norm == "inf" else 2, axis=1)
        if size.max() > epsilon + 1e-5 or (x_adv < 0).any() or (x_adv > 1).any():
            raise ValueError(f"the attack did not keep to its budget of {epsilon}")
        lost_at = np.where(right(x_adv), lost_at, np.minimum(lost_at, epsilon))
    return np.array([(lost_at > epsilon).mean() for epsilon in budgets], dtype=float)


# %% wrong: robust_accuracy
# idea: "goes through the budgets in the order given, so a larger one that comes first counts against a smaller"
# fits: "in the order given"
def robust_accuracy(model, x, y, epsilons, attack, norm="inf"):
    alive = ops.convert_to_numpy(model(x, training=False)).argmax(axis=1) == y
    shares = []
    for epsilon in epsilons:
        x_adv = attack(model, x, y, epsilon)
        delta = (x_adv.astype(float) - x).reshape(len(x), -1)
        size = np.abs(delta).max(axis=1) if norm == "inf" else np.sqrt((delta**2).sum(axis=1))
        if (size > epsilon + 1e-5).any() or x_adv.min() < 0 or x_adv.max() > 1:
            raise ValueError("left the ball")
        alive = alive & (ops.convert_to_numpy(model(x_adv, training=False)).argmax(axis=1) == y)
        shares.append(alive.mean())
    return np.array(shares)


# %% wrong: robust_accuracy
# idea: "checks the largest pixel for both norms"
# fits: "you always measure the largest pixel"
def robust_accuracy(model, x, y, epsilons, attack, norm="inf"):
    epsilons = np.asarray(epsilons, float)
    alive = ops.convert_to_numpy(model(x, training=False)).argmax(axis=1) == y
    shares = np.zeros(len(epsilons))
    for i in np.argsort(epsilons):
        x_adv = attack(model, x, y, epsilons[i])
        if np.abs(x_adv - x).max() > epsilons[i] + 1e-5 or x_adv.min() < 0 or x_adv.max() > 1:
            raise ValueError("left the ball")
        alive &= ops.convert_to_numpy(model(x_adv, training=False)).argmax(axis=1) == y
        shares[i] = alive.mean()
    return shares


# %% wrong: robust_accuracy
# idea: "for the norm 2 measures the batch as a whole, and refuses an attack that kept its budget in each picture"
# fits: "length of the whole batch's perturbation"
# fits: "Your own `raise` refuses what is allowed"
def robust_accuracy(model, x, y, epsilons, attack, norm="inf"):
    epsilons = np.asarray(epsilons, float)
    alive = ops.convert_to_numpy(model(x, training=False)).argmax(axis=1) == y
    shares = np.zeros(len(epsilons))
    for i in np.argsort(epsilons):
        x_adv = attack(model, x, y, epsilons[i])
        delta = x_adv.astype(float) - x
        size = np.abs(delta).max() if norm == "inf" else np.linalg.norm(delta)
        if size > epsilons[i] + 1e-5 or x_adv.min() < 0 or x_adv.max() > 1:
            raise ValueError("left the ball")
        alive &= ops.convert_to_numpy(model(x_adv, training=False)).argmax(axis=1) == y
        shares[i] = alive.mean()
    return shares


# %% wrong: robust_accuracy
# idea: "the share of those that were read rightly before, not of all pictures"
# fits: "only among the pictures that were read rightly"
def robust_accuracy(model, x, y, epsilons, attack, norm="inf"):
    epsilons = np.asarray(epsilons, float)
    clean = ops.convert_to_numpy(model(x, training=False)).argmax(axis=1) == y
    alive, shares = clean.copy(), np.zeros(len(epsilons))
    for i in np.argsort(epsilons):
        x_adv = attack(model, x, y, epsilons[i])
        delta = (x_adv.astype(float) - x).reshape(len(x), -1)
        size = np.abs(delta).max(axis=1) if norm == "inf" else np.sqrt((delta**2).sum(axis=1))
        if (size > epsilons[i] + 1e-5).any() or x_adv.min() < 0 or x_adv.max() > 1:
            raise ValueError("left the ball")
        alive &= ops.convert_to_numpy(model(x_adv, training=False)).argmax(axis=1) == y
        shares[i] = alive.sum() / max(clean.sum(), 1)
    return shares


# %% wrong: robust_accuracy
# idea: "repairs what the attack did with project, in place of refusing it"
# fits: "What an attack did against its promise"
def robust_accuracy(model, x, y, epsilons, attack, norm="inf"):
    epsilons = np.asarray(epsilons, float)
    alive = ops.convert_to_numpy(model(x, training=False)).argmax(axis=1) == y
    shares = np.zeros(len(epsilons))
    for i in np.argsort(epsilons):
        x_adv = project(attack(model, x, y, epsilons[i]), x, epsilons[i], norm)
        alive &= ops.convert_to_numpy(model(x_adv, training=False)).argmax(axis=1) == y
        shares[i] = alive.mean()
    return shares
