# %% right: hinge_loss
def hinge_loss(w, b, x, y, c):
    total = 0.0
    for row, label in zip(x.astype(float), y, strict=True):
        total += max(0.0, 1.0 - float(label) * (float(np.dot(row, w)) + float(b)))
    return 0.5 * float(np.dot(w, w)) + float(c) * total


# %% right: hinge_loss
def hinge_loss(w, b, x, y, c):
    short = 1 - np.multiply(y, np.matmul(x, w) + b)
    return float(np.linalg.norm(w) ** 2 / 2 + c * short[short > 0].sum())


# %% wrong: hinge_loss
# idea: "the mean of the hinge losses in place of the sum"
# fits: "With twice the examples your second term stays the same"
def hinge_loss(w, b, x, y, c):
    return float(0.5 * w @ w + c * np.mean(np.maximum(0, 1 - y * (x @ w + b))))


# %% wrong: hinge_loss
# idea: "the bias is held short as well"
# fits: "The bias pays in your cost too"
def hinge_loss(w, b, x, y, c):
    return float(0.5 * (np.sum(w**2) + b**2) + c * np.sum(np.maximum(0, 1 - y * (x @ w + b))))


# %% wrong: hinge_loss
# idea: "the squared hinge, as LinearSVC has it"
# fits: "That is the squared hinge"
def hinge_loss(w, b, x, y, c):
    return float(0.5 * w @ w + c * np.sum(np.maximum(0, 1 - y * (x @ w + b)) ** 2))


# %% wrong: hinge_loss
# idea: "half the length of w and not of its square"
# fits: "You charge the length of w"
def hinge_loss(w, b, x, y, c):
    return float(0.5 * np.linalg.norm(w) + c * np.sum(np.maximum(0, 1 - y * (x @ w + b))))


# %% wrong: hinge_loss
# idea: "the perceptron's loss: only the wrong side costs, and being inside the street is free"
# fits: "Examples inside the street"
def hinge_loss(w, b, x, y, c):
    return float(0.5 * w @ w + c * np.sum(np.maximum(0, -y * (x @ w + b))))


# %% wrong: hinge_loss
# idea: "the penalty is multiplied by c and the losses are not, as with Day 6's lambda"
# fits: "You put the price on the length of w"
def hinge_loss(w, b, x, y, c):
    return float(c * 0.5 * w @ w + np.sum(np.maximum(0, 1 - y * (x @ w + b))))


# %% right: fit_linear_svm
def fit_linear_svm(x, y, c, rates):
    x = np.asarray(x, dtype=float)
    w, b = np.zeros(x.shape[1]), 0.0
    places = [(w, b)]
    for rate in rates:
        short = y * (x @ w + b) < 1
        w, b = w - rate * (w - c * (y * short) @ x), b + rate * c * float(np.sum(y * short))
        places.append((w, b))
    history = np.array([hinge_loss(w, b, x, y, c) for w, b in places], dtype=float)
    w, b = places[int(np.argmin(history))]
    return w.copy(), float(b), history


# %% right: fit_linear_svm
def fit_linear_svm(x, y, c, rates):
    m, n = x.shape
    extended = np.hstack([x.astype(float), np.ones((m, 1))])
    theta = np.zeros(n + 1)
    keep = np.append(np.ones(n), 0.0)
    best = theta.copy()
    history = np.empty(len(rates) + 1)
    history[0] = lowest = hinge_loss(theta[:-1], theta[-1], x, y, c)
    for s, rate in enumerate(rates):
        slope = keep * theta
        for i in range(m):
            if y[i] * (extended[i] @ theta) < 1:
                slope = slope - c * y[i] * extended[i]
        theta = theta - rate * slope
        history[s + 1] = hinge_loss(theta[:-1], float(theta[-1]), x, y, c)
        if history[s + 1] < lowest:
            lowest, best = history[s + 1], theta.copy()
    return best[:-1].copy(), float(best[-1]), history


# %% wrong: fit_linear_svm
# idea: "the remembered place is the same array as the one that goes on moving"
# fits: "The best w you remember changes with the current one"
def fit_linear_svm(x, y, c, rates):
    w, b = np.zeros(x.shape[1]), 0.0
    best_w, best_b, history = w, b, [hinge_loss(w, b, x, y, c)]
    for rate in rates:
        short = y * (x @ w + b) < 1
        dw, db = w - c * (y[short] @ x[short]), -c * np.sum(y[short])
        w -= rate * dw
        b -= rate * db
        cost = hinge_loss(w, b, x, y, c)
        if cost < min(history):
            best_w, best_b = w, b
        history.append(cost)
    return best_w, float(best_b), np.array(history)


# %% wrong: fit_linear_svm
# idea: "an example exactly on the edge of the street still pushes"
# fits: "An example exactly on the edge of the street should add nothing to the slope"
def fit_linear_svm(x, y, c, rates):
    w, b = np.zeros(x.shape[1]), 0.0
    best, history = (w, b), [hinge_loss(w, b, x, y, c)]
    for rate in rates:
        short = y * (x @ w + b) <= 1
        w, b = w - rate * (w - c * (y[short] @ x[short])), b + rate * c * np.sum(y[short])
        cost = hinge_loss(w, b, x, y, c)
        if cost < min(history):
            best = (w, b)
        history.append(cost)
    return best[0], float(best[1]), np.array(history)


# %% wrong: fit_linear_svm
# idea: "the bias is pulled towards 0 like the weights"
# fits: "Your bias is held short like w"
def fit_linear_svm(x, y, c, rates):
    w, b = np.zeros(x.shape[1]), 0.0
    best, history = (w, b), [hinge_loss(w, b, x, y, c)]
    for rate in rates:
        short = y * (x @ w + b) < 1
        w, b = w - rate * (w - c * (y[short] @ x[short])), b - rate * (b - c * np.sum(y[short]))
        cost = hinge_loss(w, b, x, y, c)
        if cost < min(history):
            best = (w, b)
        history.append(cost)
    return best[0], float(best[1]), np.array(history)


# %% wrong: fit_linear_svm
# idea: "among places of equal cost the latest is kept"
# fits: "Of places that cost the same"
def fit_linear_svm(x, y, c, rates):
    w, b = np.zeros(x.shape[1]), 0.0
    best, history = (w, b), [hinge_loss(w, b, x, y, c)]
    for rate in rates:
        short = y * (x @ w + b) < 1
        w, b = w - rate * (w - c * (y[short] @ x[short])), b + rate * c * np.sum(y[short])
        cost = hinge_loss(w, b, x, y, c)
        if cost <= min(history):
            best = (w, b)
        history.append(cost)
    return best[0], float(best[1]), np.array(history)


# %% wrong: fit_linear_svm
# idea: "the slope of the bias is taken at the new weights"
# fits: "The slope along b is taken after w has moved"
def fit_linear_svm(x, y, c, rates):
    w, b = np.zeros(x.shape[1]), 0.0
    best, history = (w, b), [hinge_loss(w, b, x, y, c)]
    for rate in rates:
        short = y * (x @ w + b) < 1
        w = w - rate * (w - c * (y[short] @ x[short]))
        short = y * (x @ w + b) < 1
        b = b + rate * c * np.sum(y[short])
        cost = hinge_loss(w, b, x, y, c)
        if cost < min(history):
            best = (w, b)
        history.append(cost)
    return best[0], float(best[1]), np.array(history)


# %% wrong: fit_linear_svm
# idea: "a step that leads upwards is taken back"
# fits: "You turn back whenever a step leads uphill"
def fit_linear_svm(x, y, c, rates):
    w, b = np.zeros(x.shape[1]), 0.0
    history = [hinge_loss(w, b, x, y, c)]
    for rate in rates:
        short = y * (x @ w + b) < 1
        new_w, new_b = w - rate * (w - c * (y[short] @ x[short])), b + rate * c * np.sum(y[short])
        cost = hinge_loss(new_w, new_b, x, y, c)
        if cost < history[-1]:
            w, b = new_w, new_b
        history.append(min(cost, history[-1]))
    return w, float(b), np.array(history)


# %% right: polynomial_kernel
def polynomial_kernel(x, z, degree, coef0):
    base = np.einsum("in,jn->ij", x.astype(float), z.astype(float)) + coef0
    out = np.ones_like(base)
    for _ in range(degree):
        out *= base
    return out


# %% right: polynomial_kernel
def polynomial_kernel(x, z, degree, coef0):
    rows = [[(sum(float(a) * float(b) for a, b in zip(p, q, strict=True)) + coef0) ** degree for q in z] for p in x]
    return np.array(rows, dtype=float).reshape(len(x), len(z))


# %% wrong: polynomial_kernel
# idea: "computes in the points' own dtype and turns the result into floats at the end"
# fits: "Products of small integers overflow in their own dtype"
def polynomial_kernel(x, z, degree, coef0):
    return ((x @ z.T + coef0) ** degree).astype(float)


# %% wrong: polynomial_kernel
# idea: "adds coef0 after the power"
# fits: "The number is added after the power"
def polynomial_kernel(x, z, degree, coef0):
    return (x.astype(float) @ z.astype(float).T) ** degree + coef0


# %% wrong: polynomial_kernel
# idea: "divides the dot product by the number of features, like scikit-learn's default gamma"
# fits: "You divide by the number of features"
def polynomial_kernel(x, z, degree, coef0):
    return (x.astype(float) @ z.astype(float).T / x.shape[1] + coef0) ** degree


# %% wrong: polynomial_kernel
# idea: "raises each product of features to the power before they are added up"
# fits: "You raise each product of two features to the power and then add up"
def polynomial_kernel(x, z, degree, coef0):
    products = x.astype(float)[:, None, :] * z.astype(float)[None, :, :]
    return np.sum((products + coef0) ** degree, axis=2)


# %% wrong: polynomial_kernel
# idea: "one power too many: it starts from the base and multiplies degree times more"
# fits: "Your power is one too high"
def polynomial_kernel(x, z, degree, coef0):
    base = x.astype(float) @ z.astype(float).T + coef0
    out = base.copy()
    for _ in range(degree):
        out = out * base
    return out


# %% wrong: polynomial_kernel
# idea: "rows and columns the wrong way round: z with x"
# fits: "Rows and columns have changed places"
def polynomial_kernel(x, z, degree, coef0):
    return (np.dot(z.astype(float), x.astype(float).T) + coef0) ** degree


# %% right: rbf_kernel
def rbf_kernel(x, z, gamma):
    x, z = np.asarray(x, dtype=float), np.asarray(z, dtype=float)
    out = np.empty((len(x), len(z)))
    for j, point in enumerate(z):
        out[:, j] = np.exp(-gamma * np.sum((x - point) ** 2, axis=1))
    return out


# %% right: rbf_kernel
def rbf_kernel(x, z, gamma):
    from scipy.spatial.distance import cdist

    return np.exp(-float(gamma) * cdist(x.astype(float), z.astype(float), "sqeuclidean"))


# %% wrong: rbf_kernel
# idea: "the square multiplied out, clipped at 0, which is only rounding error far from the origin"
# fits: "You multiply the square out"
def rbf_kernel(x, z, gamma):
    x, z = x.astype(float), z.astype(float)
    squares = np.sum(x**2, axis=1)[:, None] - 2 * x @ z.T + np.sum(z**2, axis=1)[None, :]
    return np.exp(-gamma * np.maximum(squares, 0))


# %% wrong: rbf_kernel
# idea: "the distance and not its square, which is the Laplacian's cousin"
# fits: "You use the distance"
def rbf_kernel(x, z, gamma):
    difference = x.astype(float)[:, None, :] - z.astype(float)[None, :, :]
    return np.exp(-gamma * np.linalg.norm(difference, axis=2))


# %% wrong: rbf_kernel
# idea: "subtracts unsigned points as they are, and small minus large wraps around"
# fits: "Differences of small integers wrap around in their own dtype"
def rbf_kernel(x, z, gamma):
    difference = (x[:, None, :] - z[None, :, :]).astype(float)
    return np.exp(-gamma * np.sum(difference**2, axis=-1))


# %% wrong: rbf_kernel
# idea: "takes gamma for sigma and divides by twice its square"
# fits: "You read gamma as a width sigma"
def rbf_kernel(x, z, gamma):
    difference = x.astype(float)[:, None, :] - z.astype(float)[None, :, :]
    squares = np.sum(difference**2, axis=2)
    return np.exp(-squares / (2 * gamma**2)) if gamma else np.ones(squares.shape)


# %% wrong: rbf_kernel
# idea: "the mean of the squares over the features and not their sum"
# fits: "You average over the features"
def rbf_kernel(x, z, gamma):
    difference = x.astype(float)[:, None, :] - z.astype(float)[None, :, :]
    return np.exp(-gamma * np.mean(np.square(difference), axis=2))


# %% wrong: rbf_kernel
# idea: "squares the sum of the differences in place of summing the squares"
# fits: "You square the sum of the differences"
def rbf_kernel(x, z, gamma):
    difference = x.astype(float)[:, None, :] - z.astype(float)[None, :, :]
    return np.exp(-gamma * np.sum(difference, axis=2) ** 2)


# %% right: kernel_perceptron
def kernel_perceptron(k, y, num_epochs):
    counts = [0] * len(y)
    labels = [int(label) for label in y]
    for _ in range(num_epochs):
        for i in range(len(labels)):
            score = sum(counts[j] * labels[j] * float(k[j, i]) for j in range(len(labels)))
            counts[i] += labels[i] * score <= 0
    return np.array(counts, dtype=int)


# %% right: kernel_perceptron
def kernel_perceptron(k, y, num_epochs):
    gram, signs = np.asarray(k, dtype=float), np.asarray(y, dtype=float)
    counts, scores = np.zeros(len(signs), dtype=int), np.zeros(len(signs))
    for _ in range(num_epochs):
        quiet = True
        for i, sign in enumerate(signs):
            if sign * scores[i] <= 0:
                counts[i] += 1
                scores += sign * gram[i]
                quiet = False
        if quiet:
            break
    return counts


# %% wrong: kernel_perceptron
# idea: "all scores of an epoch are computed before the first correction"
# fits: "You score all examples first and correct them together"
def kernel_perceptron(k, y, num_epochs):
    counts = np.zeros(len(y), dtype=int)
    for _ in range(num_epochs):
        scores = k.astype(float) @ (counts * y)
        counts += (y * scores <= 0).astype(int)
    return counts


# %% wrong: kernel_perceptron
# idea: "a score of exactly 0 is no error, so it never begins"
# fits: "At the start all scores are zero and nothing is ever corrected"
def kernel_perceptron(k, y, num_epochs):
    counts = np.zeros(len(y), dtype=int)
    for _ in range(num_epochs):
        for i in range(len(y)):
            if np.sign(np.dot(k[i].astype(float), counts * y)) == -y[i]:
                counts[i] += 1
    return counts


# %% wrong: kernel_perceptron
# idea: "counts take the dtype of y: floats for float classes, and int8 ones that run over at 127"
# fits: "Your counts have the dtype of the classes"
def kernel_perceptron(k, y, num_epochs):
    counts = np.zeros_like(y)
    for _ in range(num_epochs):
        for i in range(len(y)):
            if y[i] * np.sum(counts * y * k[i]) <= 0:
                counts[i] += 1
    return counts


# %% wrong: kernel_perceptron
# idea: "the classes of the others are left out of the score"
# fits: "All earlier errors push your score the same way"
def kernel_perceptron(k, y, num_epochs):
    counts = np.zeros(len(y), dtype=int)
    for _ in range(num_epochs):
        for i in range(len(y)):
            if y[i] * (counts @ k[:, i].astype(float)) <= 0:
                counts[i] += 1
    return counts


# %% wrong: kernel_perceptron
# idea: "adds a bias to the score, as the ordinary perceptron has one"
# fits: "Your score has a bias"
def kernel_perceptron(k, y, num_epochs):
    counts, bias = np.zeros(len(y), dtype=int), 0.0
    for _ in range(num_epochs):
        for i in range(len(y)):
            if y[i] * ((counts * y) @ k[:, i].astype(float) + bias) <= 0:
                counts[i] += 1
                bias += y[i]
    return counts


# %% wrong: kernel_perceptron
# idea: "goes back to the first example after each correction, as long as rounds are left"
# fits: "After each correction you go back to the first example"
def kernel_perceptron(k, y, num_epochs):
    counts = np.zeros(len(y), dtype=int)
    for _ in range(num_epochs * len(y)):
        signed = y * (k.astype(float) @ (counts * y))
        wrong = np.flatnonzero(signed <= 0)
        if len(wrong) == 0:
            break
        counts[wrong[0]] += 1
    return counts


# %% right: epsilon_insensitive
def epsilon_insensitive(y_true, y_pred, epsilon):
    off = np.subtract(y_true, y_pred, dtype=np.float64)
    return np.where(off > epsilon, off - epsilon, np.where(off < -epsilon, -off - epsilon, 0.0))


# %% right: epsilon_insensitive
def epsilon_insensitive(y_true, y_pred, epsilon):
    pairs = zip(np.asarray(y_true).tolist(), np.asarray(y_pred).tolist(), strict=True)
    return np.array([max(abs(float(p) - float(t)) - epsilon, 0.0) for t, p in pairs], dtype=float)


# %% wrong: epsilon_insensitive
# idea: "subtracts unsigned numbers as they are, and small minus large wraps around"
# fits: "Differences of small integers wrap around in their own dtype"
def epsilon_insensitive(y_true, y_pred, epsilon):
    return np.maximum(np.abs(y_true - y_pred) - float(epsilon), 0.0)


# %% wrong: epsilon_insensitive
# idea: "outside the tube the whole error counts, so the loss jumps at the wall"
# fits: "Your loss jumps at the wall of the tube"
def epsilon_insensitive(y_true, y_pred, epsilon):
    off = np.abs(y_true.astype(float) - y_pred.astype(float))
    return np.where(off > epsilon, off, 0.0)


# %% wrong: epsilon_insensitive
# idea: "only predictions above the tube lose, those below are free"
# fits: "Predictions that are too low cost nothing in yours"
def epsilon_insensitive(y_true, y_pred, epsilon):
    return np.maximum(0.0, y_pred.astype(float) - y_true.astype(float) - epsilon)


# %% wrong: epsilon_insensitive
# idea: "whole numbers in, whole numbers out: no float array, and half an epsilon is cut"
# fits: "Your losses have the dtype of the targets"
def epsilon_insensitive(y_true, y_pred, epsilon):
    out = np.zeros_like(y_true)
    off = np.abs(y_true.astype(float) - y_pred.astype(float))
    out[off > epsilon] = (off - epsilon)[off > epsilon]
    return out


# %% wrong: epsilon_insensitive
# idea: "the mean of the losses and not one for each example"
# fits: "You return the mean in an array of one"
def epsilon_insensitive(y_true, y_pred, epsilon):
    off = np.abs(y_true.astype(float) - y_pred.astype(float))
    return np.atleast_1d(np.maximum(off - epsilon, 0.0).mean())


# %% wrong: epsilon_insensitive
# idea: "the square of what is outside the tube"
# fits: "Outside the tube your loss grows with the square"
def epsilon_insensitive(y_true, y_pred, epsilon):
    off = np.abs(y_true.astype(float) - y_pred.astype(float))
    return np.maximum(off - epsilon, 0.0) ** 2
