# %% right: sigmoid
def sigmoid(z):
    z = np.asarray(z)
    if z.dtype.kind != "f":
        z = z.astype(float)
    return np.exp(-np.logaddexp(0, -z))


# %% right: sigmoid
def sigmoid(z):
    z = np.array(z, dtype=float)
    out = np.empty_like(z)
    up = z >= 0
    out[up] = 1 / (1 + np.exp(-z[up]))
    e = np.exp(z[~up])
    out[~up] = e / (1 + e)
    return out


# %% wrong: sigmoid
# idea: "picks the safe form by np.where, which works out both for every entry"
# fits: "np.where receives both branches fully computed, so each still overflows on the other's"
def sigmoid(z):
    z = np.asarray(z, dtype=float)
    return np.where(z >= 0, 1 / (1 + np.exp(-z)), np.exp(z) / (1 + np.exp(z)))


# %% wrong: sigmoid
# idea: "clips the logits at 10, where the S is not yet flat"
def sigmoid(z):
    z = np.clip(np.asarray(z, dtype=float), -10, 10)
    return 1.0 / (1.0 + np.exp(-z))


# %% wrong: sigmoid
# idea: "the absolute value for safety, and then the same form on both sides"
# fits: "Your probabilities never fall below one half"
def sigmoid(z):
    e = np.exp(-np.abs(np.asarray(z, dtype=float)))
    return 1 / (1 + e)


# %% wrong: sigmoid
# idea: "fills an array like z, so whole numbers get whole probabilities"
# fits: "Fractions are cut off"
def sigmoid(z):
    p = np.zeros_like(z)
    high = z > 0
    p[high] = 1 / (1 + np.exp(-z[high].astype(float)))
    low = np.exp(z[~high].astype(float))
    p[~high] = low / (1 + low)
    return p


# %% wrong: sigmoid
# idea: "clips the caller's array in place"
# fits: "Your probabilities are right, but the caller's logits have changed under their hands"
def sigmoid(z):
    z = np.asarray(z, dtype=float)
    np.clip(z, -500, 500, out=z)
    return 1 / (1 + np.exp(-z))


# %% wrong: sigmoid
# idea: "minus and abs in the dtype of z: uint8 wraps round, and int8 is worked out in float16"
# fits: "In a narrow whole dtype a minus sign wraps around"
def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1.0, e) / (1.0 + e)


# %% right: log_loss
def log_loss(y, p, eps=1e-12):
    p = np.minimum(np.maximum(p, eps), 1 - eps)
    happened = np.where(np.asarray(y) == 1, p, 1 - p)
    return float(-np.log(happened).mean())


# %% right: log_loss
def log_loss(y, p, eps=1e-12):
    y = np.asarray(y, dtype=float)
    p = p.clip(eps, 1 - eps)
    return -(y @ np.log(p) + (1 - y) @ np.log1p(-p)) / len(y)


# %% wrong: log_loss
# idea: "adds eps inside the logarithms and clips nothing"
# fits: "Adding eps inside the logarithms moves every probability a little"
def log_loss(y, p, eps=1e-12):
    return float(-np.mean(y * np.log(p + eps) + (1 - y) * np.log(1 - p + eps)))


# %% wrong: log_loss
# idea: "clips at a number of its own, whatever eps says"
def log_loss(y, p, eps=1e-12):
    p = np.clip(p, 1e-12, 1 - 1e-12)
    return float(np.mean(-y * np.log(p) - (1 - y) * np.log(1 - p)))


# %% wrong: log_loss
# idea: "the minus stands before the targets, which wraps round for unsigned ones"
# fits: "A minus sign before whole numbers that have none wraps round"
def log_loss(y, p, eps=1e-12):
    p = np.clip(p, eps, 1 - eps)
    return np.mean(-y * np.log(p) + (y - 1) * np.log(1 - p))


# %% wrong: log_loss
# idea: "categorical cross-entropy: an example whose answer is 0 costs nothing"
# fits: "Examples with y = 0 cost you nothing, whatever you forecast for them"
def log_loss(y, p, eps=1e-12):
    p = np.clip(p, eps, 1 - eps)
    return float(-(y * np.log(p)).mean())


# %% wrong: log_loss
# idea: "leaves out what is infinite or not a number, so the worst forecasts are free"
def log_loss(y, p, eps=1e-12):
    with np.errstate(divide="ignore", invalid="ignore"):
        losses = -(y * np.log(p) + (1 - y) * np.log(1 - p))
    return float(np.mean(np.nan_to_num(losses, nan=0.0, posinf=0.0)))


# %% wrong: log_loss
# idea: "clips in place, mean taken over the wrong thing: only the ones are counted"
def log_loss(y, p, eps=1e-12):
    np.clip(p, eps, 1 - eps, out=p)
    total = -np.sum(np.log(p[y == 1])) - np.sum(np.log(1 - p[y == 0]))
    return float(total / max(1, np.sum(y == 1)))


# %% right: logistic_gradient
def logistic_gradient(x, y, w, b, l2=0.0):
    e = sigmoid(np.dot(x, w) + b) - y
    return np.average(x * e[:, None], axis=0) + 2 * l2 * np.asarray(w), e.mean().item()


# %% right: logistic_gradient
def logistic_gradient(x, y, w, b, l2=0.0):
    m, n = x.shape
    dw, db = np.zeros(n), 0.0
    for i in range(m):
        error = float(sigmoid(np.array([x[i] @ w + b]))[0]) - float(y[i])
        dw += error * x[i] / m
        db += error / m
    return dw + l2 * w * 2, db


# %% wrong: logistic_gradient
# idea: "the penalty as other courses have it, halved and divided by m"
# fits: "Other books halve the penalty and divide it by m"
def logistic_gradient(x, y, w, b, l2=0.0):
    m = len(y)
    error = sigmoid(x @ w + b) - y
    return x.T @ error / m + l2 / m * w, float(np.sum(error) / m)


# %% wrong: logistic_gradient
# idea: "the bias is penalised like a weight"
# fits: "You penalise the bias as well"
def logistic_gradient(x, y, w, b, l2=0.0):
    design = np.column_stack([x, np.ones(len(x))])
    theta = np.append(w, b)
    gradient = design.T @ (sigmoid(design @ theta) - y) / len(y) + 2 * l2 * theta
    return gradient[:-1], float(gradient[-1])


# %% wrong: logistic_gradient
# idea: "keeps the slope of the sigmoid, as for the squared error"
# fits: "Your errors carry a factor p(1 - p)"
def logistic_gradient(x, y, w, b, l2=0.0):
    p = sigmoid(x @ w + b)
    delta = (p - y) * p * (1 - p)
    return x.T @ delta / len(y) + 2 * l2 * w, float(delta.mean())


# %% wrong: logistic_gradient
# idea: "takes the decision in place of the probability, as a perceptron does"
# fits: "You subtract the target from a decision, 0 or 1, so an answer that is right by a hair"
def logistic_gradient(x, y, w, b, l2=0.0):
    said = (sigmoid(x @ w + b) >= 0.5).astype(int)
    error = said - y
    return x.T @ error / len(y) + 2 * l2 * w, float(np.mean(error))


# %% wrong: logistic_gradient
# idea: "means along the weights, but a sum along the bias"
# fits: "The slope along the bias grows with the number of examples"
def logistic_gradient(x, y, w, b, l2=0.0):
    error = sigmoid(x @ w + b) - y
    return (x * error[:, np.newaxis]).mean(axis=0) + 2 * l2 * w, float(error.sum())


# %% wrong: logistic_gradient
# idea: "adds the penalty to the slopes, not the slope of the penalty"
# fits: "You add the penalty itself to every slope"
def logistic_gradient(x, y, w, b, l2=0.0):
    error = sigmoid(x @ w + b) - y
    dw = x.T @ error / len(y) + l2 * np.sum(w**2)
    return dw, float(np.mean(error))


# %% right: fit_logistic
def fit_logistic(x, y, learning_rate, num_steps, l2=0.0):
    def cost(w, b):
        return log_loss(y, sigmoid(x @ w + b)) + l2 * float(w @ w)

    w, b = np.zeros(x.shape[1]), 0.0
    history = [cost(w, b)]
    while len(history) <= num_steps:
        dw, db = logistic_gradient(x, y, w, b, l2)
        w, b = w - learning_rate * dw, b - learning_rate * db
        history.append(cost(w, b))
    return w, b, np.array(history)


# %% right: fit_logistic
def fit_logistic(x, y, learning_rate, num_steps, l2=0.0):
    w, b = np.zeros(x.shape[1]), 0.0
    history = np.empty(num_steps + 1)
    for k in range(num_steps + 1):
        p = sigmoid(x @ w + b)
        history[k] = log_loss(y, p) + l2 * np.sum(np.square(w))
        if k < num_steps:
            e = p - y
            w -= learning_rate * (e @ x / len(y) + 2 * l2 * w)
            b -= learning_rate * float(e.mean())
    return w, b, history


# %% wrong: fit_logistic
# idea: "history holds the log loss alone, without the penalty"
# fits: "Your parameters are right, but the history leaves out the penalty, which is part of the"
def fit_logistic(x, y, learning_rate, num_steps, l2=0.0):
    w, b = np.zeros(x.shape[1]), 0.0
    history = [log_loss(y, sigmoid(x @ w + b))]
    for _ in range(num_steps):
        dw, db = logistic_gradient(x, y, w, b, l2)
        w = w - learning_rate * dw
        b = b - learning_rate * db
        history.append(log_loss(y, sigmoid(x @ w + b)))
    return w, b, np.array(history)


# %% wrong: fit_logistic
# idea: "notes the cost before each step, and none after the last"
# fits: "Your history is one short"
def fit_logistic(x, y, learning_rate, num_steps, l2=0.0):
    w, b = np.zeros(x.shape[1]), 0.0
    history = []
    for _ in range(num_steps):
        history.append(log_loss(y, sigmoid(x @ w + b)) + l2 * np.sum(w**2))
        dw, db = logistic_gradient(x, y, w, b, l2)
        w, b = w - learning_rate * dw, b - learning_rate * db
    return w, b, np.array(history)


# %% wrong: fit_logistic
# idea: "halves the rate and takes the step back when the cost has risen"
# fits: "Where the cost has risen you take the step back and halve the rate"
def fit_logistic(x, y, learning_rate, num_steps, l2=0.0):
    w, b = np.zeros(x.shape[1]), 0.0
    history = [log_loss(y, sigmoid(x @ w + b)) + l2 * np.sum(w**2)]
    for _ in range(num_steps):
        dw, db = logistic_gradient(x, y, w, b, l2)
        new_w, new_b = w - learning_rate * dw, b - learning_rate * db
        cost = log_loss(y, sigmoid(x @ new_w + new_b)) + l2 * np.sum(new_w**2)
        if cost > history[-1]:
            learning_rate /= 2
            cost = history[-1]
        else:
            w, b = new_w, new_b
        history.append(cost)
    return w, b, np.array(history)


# %% wrong: fit_logistic
# idea: "takes the slope along the bias at the new weights"
# fits: "w has moved before the slope along b is taken"
def fit_logistic(x, y, learning_rate, num_steps, l2=0.0):
    w, b = np.zeros(x.shape[1]), 0.0
    history = [log_loss(y, sigmoid(x @ w + b)) + l2 * w @ w]
    for _ in range(num_steps):
        w = w - learning_rate * logistic_gradient(x, y, w, b, l2)[0]
        b = b - learning_rate * logistic_gradient(x, y, w, b, l2)[1]
        history.append(log_loss(y, sigmoid(x @ w + b)) + l2 * w @ w)
    return w, b, np.array(history)


# %% wrong: fit_logistic
# idea: "stops once a step gains less than a tolerance, and fills the history up with the last cost"
def fit_logistic(x, y, learning_rate, num_steps, l2=0.0):
    w, b = np.zeros(x.shape[1]), 0.0
    history = np.zeros(num_steps + 1)
    history[0] = np.log(2)
    for k in range(1, num_steps + 1):
        dw, db = logistic_gradient(x, y, w, b, l2)
        w, b = w - learning_rate * dw, b - learning_rate * db
        history[k] = log_loss(y, sigmoid(x @ w + b)) + l2 * np.sum(w**2)
        if abs(history[k] - history[k - 1]) < 1e-4:
            history[k:] = history[k]
            break
    return w, b, history


# %% wrong: fit_logistic
# idea: "counts the penalty in the cost, but goes down the slope without it"
# fits: "You descend on the log loss alone"
def fit_logistic(x, y, learning_rate, num_steps, l2=0.0):
    w, b = np.zeros(x.shape[1]), 0.0
    costs = []
    for k in range(num_steps + 1):
        costs.append(log_loss(y, sigmoid(x @ w + b)) + l2 * np.sum(w**2))
        if k == num_steps:
            break
        dw, db = logistic_gradient(x, y, w, b)
        w, b = w - learning_rate * dw, b - learning_rate * db
    return w, b, np.array(costs)


# %% right: predict_class
def predict_class(x, w, b, threshold=0.5):
    p = sigmoid(np.asarray(x) @ w + b)
    return np.where(p < threshold, 0, 1)


# %% right: predict_class
def predict_class(x, w, b, threshold=0.5):
    answers = np.zeros(len(x), dtype=int)
    answers[sigmoid(x @ w + b) >= threshold] = 1
    return answers


# %% wrong: predict_class
# idea: "more than the threshold, not at least"
# fits: "At exactly the threshold you say 0"
def predict_class(x, w, b, threshold=0.5):
    return (sigmoid(x @ w + b) > threshold).astype(int)


# %% wrong: predict_class
# idea: "compares the logit with the threshold"
# fits: "You compare the logit with a threshold that is a probability"
def predict_class(x, w, b, threshold=0.5):
    z = np.dot(x, w) + b
    return np.array([1 if value >= threshold else 0 for value in z])


# %% wrong: predict_class
# idea: "moves the threshold to a half and rounds, which goes to the even number"
# fits: "At exactly the threshold you say 0"
def predict_class(x, w, b, threshold=0.5):
    return np.round(sigmoid(x @ w + b) + 0.5 - threshold).astype(int)


# %% wrong: predict_class
# idea: "compares with the log-odds of the threshold, which are not there at 0 and 1"
# fits: "The log-odds of a threshold of 0 or 1 do not exist, and both may be asked for"
def predict_class(x, w, b, threshold=0.5):
    return (x @ w + b >= np.log(threshold / (1 - threshold))).astype(int)


# %% wrong: predict_class
# idea: "counts what lies a little below the threshold as equal to it"
# fits: "A probability a little below the threshold counts as equal to it with you"
def predict_class(x, w, b, threshold=0.5):
    p = sigmoid(x @ w + b)
    return ((p > threshold) | np.isclose(p, threshold)).astype(int)


# %% wrong: predict_class
# idea: "always cuts at one half, and answers in floats"
# fits: "The result is the same whatever `"
def predict_class(x, w, b, threshold=0.5):
    return np.where(x @ w + b >= 0, 1.0, 0.0)
