# %% right: perceptron_predict
def perceptron_predict(x, w, b):
    return np.where(x @ w + b < 0, -1, 1)


# %% right: perceptron_predict
def perceptron_predict(x, w, b):
    on_side = np.greater_equal(np.matmul(x, w[:, None])[:, 0] + b, 0.0)
    return 2 * on_side.astype(int) - 1


# %% wrong: perceptron_predict
# idea: "np.sign, which is 0 on the line, and a float"
# fits: "The sign of 0 is 0, so a point on the line gets no class"
def perceptron_predict(x, w, b):
    return np.sign(x @ w + b)


# %% wrong: perceptron_predict
# idea: "a score of exactly 0 is a no"
# fits: "A point exactly on the line is answered with -1. To which side do we count it?"
def perceptron_predict(x, w, b):
    return np.where(x @ w + b > 0, 1, -1)


# %% wrong: perceptron_predict
# idea: "answers 0 and 1"
# fits: "Your second class is 0. Which two numbers are the classes today?"
def perceptron_predict(x, w, b):
    return (x @ w + b >= 0).astype(int)


# %% wrong: perceptron_predict
# idea: "the bias is taken for a threshold that the sum must reach"
# fits: "You compare with b as with a threshold"
def perceptron_predict(x, w, b):
    return np.where(x @ w >= b, 1, -1)


# %% wrong: perceptron_predict
# idea: "float answers"
# fits: "The classes are right"
def perceptron_predict(x, w, b):
    return np.where(x @ w + b >= 0, 1.0, -1.0)


# %% wrong: perceptron_predict
# idea: "sign of the score, with the zeros set to 1 before the bias is added"
def perceptron_predict(x, w, b):
    z = (x @ w).astype(float)
    z[z == 0] = 1
    return np.where(z + b >= 0, 1, -1)


# %% right: perceptron_step
def perceptron_step(w, b, x_i, y_i, learning_rate):
    example = np.asarray(x_i, dtype=float)
    if int(y_i) * (float(w @ example) + b) > 0:
        return w.copy(), float(b)
    signed_rate = float(learning_rate) if y_i > 0 else -float(learning_rate)
    return w + signed_rate * example, float(b + signed_rate)


# %% wrong: perceptron_step
# idea: "multiplies rate, class and example in the example's own dtype, which overflows for bytes (first meant as right)"
# fits: "your product is taken in their own dtype"
def perceptron_step(w, b, x_i, y_i, learning_rate):
    if y_i * (np.dot(w, x_i) + b) > 0:
        return w.copy(), float(b)
    return w + learning_rate * y_i * x_i, float(b + learning_rate * y_i)


# %% right: perceptron_step
def perceptron_step(w, b, x_i, y_i, learning_rate):
    both, example = np.append(w, b), np.append(x_i, 1.0)
    wrong = float(y_i * (both @ example) <= 0)
    both = both + wrong * learning_rate * y_i * example
    return both[:-1], float(both[-1])


# %% wrong: perceptron_step
# idea: "a score of 0 is no mistake"
# fits: "A point exactly on the line is left alone"
def perceptron_step(w, b, x_i, y_i, learning_rate):
    if y_i * (x_i @ w + b) < 0:
        w, b = w + learning_rate * y_i * x_i, b + learning_rate * y_i
    return w, float(b)


# %% wrong: perceptron_step
# idea: "changes w in place"
# fits: "You change the weights that you were given"
def perceptron_step(w, b, x_i, y_i, learning_rate):
    if y_i * (x_i @ w + b) <= 0:
        w += learning_rate * y_i * x_i
        b += learning_rate * y_i
    return w, float(b)


# %% wrong: perceptron_step
# idea: "target minus prediction with classes -1 and +1, so the step is twice as long"
def perceptron_step(w, b, x_i, y_i, learning_rate):
    guess = 1 if x_i @ w + b >= 0 else -1
    change = learning_rate * (y_i - guess)
    return w + change * x_i, float(b + change)


# %% wrong: perceptron_step
# idea: "the learning rate is forgotten for the bias"
# fits: "The learning rate moves the weights but not the bias"
def perceptron_step(w, b, x_i, y_i, learning_rate):
    if y_i * (x_i @ w + b) <= 0:
        return w + learning_rate * y_i * x_i, float(b + y_i)
    return w, float(b)


# %% wrong: perceptron_step
# idea: "corrects again and again until the example is right"
def perceptron_step(w, b, x_i, y_i, learning_rate):
    while y_i * (x_i @ w + b) <= 0:
        w, b = w + learning_rate * y_i * x_i, b + learning_rate * y_i
    return w, float(b)


# %% wrong: perceptron_step
# idea: "the bias goes up with every mistake, whatever the class"
# fits: "Your bias goes up with every correction"
def perceptron_step(w, b, x_i, y_i, learning_rate):
    if y_i * (x_i @ w + b) <= 0:
        return w + learning_rate * y_i * x_i, float(b + learning_rate)
    return w, float(b)


# %% right: train_perceptron
def train_perceptron(x, y, num_epochs, learning_rate=1.0):
    if not np.isin(y, (-1, 1)).all():
        raise ValueError("classes must be -1 and +1")
    w, b, history = np.zeros(x.shape[1]), 0.0, []
    while len(history) < num_epochs and (not history or history[-1] > 0):
        corrections = 0
        for x_i, y_i in zip(x, y, strict=True):
            corrections += int(y_i * (x_i @ w + b) <= 0)
            w, b = perceptron_step(w, b, x_i, y_i, learning_rate)
        history.append(corrections)
    return w, b, np.array(history, dtype=int)


# %% right: train_perceptron
def train_perceptron(x, y, num_epochs, learning_rate=1.0):
    if set(np.unique(y).tolist()) - {-1, 1}:
        raise ValueError("neither -1 nor +1")
    signed = y[:, None] * np.hstack([x, np.ones((len(x), 1))]).astype(float)
    both = np.zeros(x.shape[1] + 1)
    mistakes = np.zeros(0, dtype=int)
    for _ in range(num_epochs):
        count = 0
        for row in signed:
            if row @ both <= 0:
                both = both + learning_rate * row
                count += 1
        mistakes = np.append(mistakes, count)
        if not count:
            break
    return both[:-1], float(both[-1]), mistakes


# %% wrong: train_perceptron
# idea: "all scores of an epoch from the weights that it started with"
# fits: "You collect the corrections of a whole epoch and make them at its end"
def train_perceptron(x, y, num_epochs, learning_rate=1.0):
    if not np.all(np.abs(y) == 1):
        raise ValueError
    w, b, mistakes = np.zeros(x.shape[1]), 0.0, []
    for _ in range(num_epochs):
        wrong = y * (x @ w + b) <= 0
        w = w + learning_rate * (y * wrong) @ x
        b = b + learning_rate * float(np.sum(y * wrong))
        mistakes.append(int(wrong.sum()))
        if not wrong.any():
            break
    return w, float(b), np.array(mistakes, dtype=int)


# %% wrong: train_perceptron
# idea: "the clean epoch at the end is not listed"
# fits: "The last epoch"
def train_perceptron(x, y, num_epochs, learning_rate=1.0):
    if not np.all(np.abs(y) == 1):
        raise ValueError
    w, b, mistakes = np.zeros(x.shape[1]), 0.0, []
    for _ in range(num_epochs):
        count = 0
        for x_i, y_i in zip(x, y, strict=True):
            count += y_i * (x_i @ w + b) <= 0
            w, b = perceptron_step(w, b, x_i, y_i, learning_rate)
        if count == 0:
            break
        mistakes.append(int(count))
    return w, float(b), np.array(mistakes, dtype=int)


# %% wrong: train_perceptron
# idea: "classes of 0 and 1 are translated without a word"
# fits: "You translate other classes without a word"
def train_perceptron(x, y, num_epochs, learning_rate=1.0):
    y = np.where(y > 0, 1, -1)
    w, b, mistakes = np.zeros(x.shape[1]), 0.0, []
    for _ in range(num_epochs):
        count = 0
        for x_i, y_i in zip(x, y, strict=True):
            count += y_i * (x_i @ w + b) <= 0
            w, b = perceptron_step(w, b, x_i, y_i, learning_rate)
        mistakes.append(int(count))
        if count == 0:
            break
    return w, float(b), np.array(mistakes, dtype=int)


# %% wrong: train_perceptron
# idea: "counts what is wrong at the end of the epoch instead of the corrections in it"
# fits: "You count what is wrong at the end of an epoch"
def train_perceptron(x, y, num_epochs, learning_rate=1.0):
    if not np.all(np.abs(y) == 1):
        raise ValueError
    w, b, mistakes = np.zeros(x.shape[1]), 0.0, []
    for _ in range(num_epochs):
        for x_i, y_i in zip(x, y, strict=True):
            w, b = perceptron_step(w, b, x_i, y_i, learning_rate)
        mistakes.append(int(np.sum(y * (x @ w + b) <= 0)))
        if mistakes[-1] == 0:
            break
    return w, float(b), np.array(mistakes, dtype=int)


# %% wrong: train_perceptron
# idea: "a correction is seen by w alone, and an example of zeros moves only b"
# fits: "You see a correction by the weights alone"
def train_perceptron(x, y, num_epochs, learning_rate=1.0):
    if not np.all(np.abs(y) == 1):
        raise ValueError
    w, b, mistakes = np.zeros(x.shape[1]), 0.0, []
    for _ in range(num_epochs):
        count = 0
        for x_i, y_i in zip(x, y, strict=True):
            new_w, b = perceptron_step(w, b, x_i, y_i, learning_rate)
            count += bool(np.any(new_w != w))
            w = new_w
        mistakes.append(count)
        if count == 0:
            break
    return w, float(b), np.array(mistakes, dtype=int)


# %% wrong: train_perceptron
# idea: "a list of counts made an array without a type: with no epochs it is a float one; and it checks only the smallest class"
# fits: "Without an epoch your list is empty"
def train_perceptron(x, y, num_epochs, learning_rate=1.0):
    if y.min() < -1 or y.max() > 1 or np.any(y == 0):
        raise ValueError
    w, b, mistakes = np.zeros(x.shape[1]), 0.0, []
    for _ in range(num_epochs):
        count = 0
        for x_i, y_i in zip(x, y, strict=True):
            count += int(y_i * (x_i @ w + b) <= 0)
            w, b = perceptron_step(w, b, x_i, y_i, learning_rate)
        mistakes.append(count)
        if count == 0:
            break
    return w, float(b), np.array(mistakes)


# %% right: perceptron_loss
def perceptron_loss(w, b, x, y):
    agreement = y * (x @ w + b)
    return float(-agreement[agreement < 0].sum() / len(y))


def perceptron_gradient(w, b, x, y):
    wrong = y * (x @ w + b) <= 0
    pull = np.where(wrong, -y, 0)
    return pull @ x / len(y), float(pull.mean())


# %% right: perceptron_loss
def perceptron_loss(w, b, x, y):
    return float(np.mean(np.clip(-y * (np.einsum("ij,j->i", x, w) + b), 0, None)))


def perceptron_gradient(w, b, x, y):
    dw, db = np.zeros(len(w)), 0.0
    for x_i, y_i in zip(x, y, strict=True):
        if y_i * (x_i @ w + b) <= 0:
            dw -= y_i * x_i / len(x)
            db -= float(y_i) / len(x)
    return dw, db


# %% wrong: perceptron_loss
# idea: "averages over the wrong examples alone"
# fits: "You divide by the number of wrong examples"
def perceptron_loss(w, b, x, y):
    t = y * (x @ w + b)
    wrong = t <= 0
    return float(-np.sum(t[wrong]) / max(wrong.sum(), 1))


def perceptron_gradient(w, b, x, y):
    wrong = y * (x @ w + b) <= 0
    count = max(int(wrong.sum()), 1)
    return -(y * wrong) @ x / count, float(-np.sum(y * wrong) / count)


# %% wrong: perceptron_loss
# idea: "the gradient points the way the trick goes, downhill"
# fits: "Your gradient points downhill"
def perceptron_loss(w, b, x, y):
    return float(np.mean(np.maximum(0, -y * (x @ w + b))))


def perceptron_gradient(w, b, x, y):
    pull = y * (y * (x @ w + b) <= 0)
    return pull @ x / len(y), float(np.mean(pull))


# %% wrong: perceptron_loss
# idea: "the hinge: wants a score of 1"
# fits: "That is the hinge loss with its gradient"
def perceptron_loss(w, b, x, y):
    return float(np.mean(np.maximum(0, 1 - y * (x @ w + b))))


def perceptron_gradient(w, b, x, y):
    pull = -y * (y * (x @ w + b) <= 1)
    return pull @ x / len(y), float(np.mean(pull))


# %% wrong: perceptron_loss
# idea: "an example on the line takes no part in the gradient"
# fits: "An example with a score of exactly 0 doesn't pull"
def perceptron_loss(w, b, x, y):
    return float(np.mean(np.maximum(0, -y * (x @ w + b))))


def perceptron_gradient(w, b, x, y):
    pull = -y * (y * (x @ w + b) < 0)
    return pull @ x / len(y), float(np.mean(pull))


# %% wrong: perceptron_loss
# idea: "the loss is a mean, its gradient a sum"
# fits: "The loss is a mean"
def perceptron_loss(w, b, x, y):
    return float(np.mean(np.maximum(0, -y * (x @ w + b))))


def perceptron_gradient(w, b, x, y):
    pull = -y * (y * (x @ w + b) <= 0)
    return (pull @ x).astype(float), float(np.sum(pull))


# %% wrong: perceptron_loss
# idea: "the gradient of the example's score, right or wrong: nothing is masked"
# fits: "In your gradient all examples pull"
def perceptron_loss(w, b, x, y):
    return float(np.mean(np.maximum(0, -y * (x @ w + b))))


def perceptron_gradient(w, b, x, y):
    return -y @ x / len(y), float(-np.mean(y))


# %% right: mistake_bound
def mistake_bound(x, y, w, b):
    x = x.astype(float)
    agreement = y * (x @ w + b)
    if agreement.min() <= 0:
        raise ValueError("the line does not separate the examples")
    return float((np.sum(x**2, axis=1).max() + 1) * (np.sum(w**2) + b**2) / agreement.min() ** 2)


# %% wrong: mistake_bound
# idea: "squares bytes in their own dtype (first meant as right)"
# fits: "Squares of small whole numbers wrap around"
def mistake_bound(x, y, w, b):
    agreement = y * (x @ w + b)
    if agreement.min() <= 0:
        raise ValueError("the line does not separate the examples")
    gamma = agreement.min() / np.sqrt(np.sum(w**2) + b**2)
    return float((np.sum(np.square(x), axis=1).max() + 1) / gamma**2)


# %% right: mistake_bound
def mistake_bound(x, y, w, b):
    rows = np.column_stack([x, np.ones(len(x))]).astype(float)
    line = np.append(w, b).astype(float)
    length = np.linalg.norm(line)
    if length == 0:
        raise ValueError("no line at all")
    margins = [int(y_i) * float(row @ (line / length)) for row, y_i in zip(rows, y, strict=True)]
    if not all(margin > 0 for margin in margins):
        raise ValueError("an example is on the wrong side, or on the line")
    return float((max(np.linalg.norm(row) for row in rows) / min(margins)) ** 2)


# %% wrong: mistake_bound
# idea: "R without the 1 of the bias"
# fits: "Your R leaves out the 1 that stands beside the features for the bias"
def mistake_bound(x, y, w, b):
    t = y * (x @ w + b)
    if np.any(t <= 0):
        raise ValueError
    gamma = t.min() / np.sqrt(w @ w + b**2)
    return float((np.linalg.norm(x, axis=1).max() / gamma) ** 2)


# %% wrong: mistake_bound
# idea: "the margin by the length of w alone, the distance in the plane"
# fits: "You measure the margin as a distance from the line"
def mistake_bound(x, y, w, b):
    t = y * (x @ w + b)
    if np.any(t <= 0):
        raise ValueError
    gamma = t.min() / np.linalg.norm(w)
    return float((np.sum(x**2, axis=1).max() + 1) / gamma**2)


# %% wrong: mistake_bound
# idea: "the line isn't divided by its length"
# fits: "Multiply w and b by ten and your bound changes"
def mistake_bound(x, y, w, b):
    t = y * (x @ w + b)
    if np.any(t <= 0):
        raise ValueError
    return float((np.sum(x**2, axis=1).max() + 1) / t.min() ** 2)


# %% wrong: mistake_bound
# idea: "R / gamma without the square"
# fits: "That is R over gamma"
def mistake_bound(x, y, w, b):
    t = y * (x @ w + b)
    if np.any(t <= 0):
        raise ValueError
    gamma = t.min() / np.sqrt(w @ w + b**2)
    return float(np.sqrt(np.sum(x**2, axis=1).max() + 1) / gamma)


# %% wrong: mistake_bound
# idea: "distances without a sign, so a line that has examples on the wrong side is not refused"
# fits: "You don't look at the classes"
def mistake_bound(x, y, w, b):
    gamma = np.abs(x @ w + b).min() / np.sqrt(w @ w + b**2)
    if gamma == 0:
        raise ValueError
    return float((np.sum(x**2, axis=1).max() + 1) / gamma**2)


# %% wrong: mistake_bound
# idea: "an example on the line passes as separated, and the bound is infinite"
# fits: "You ask whether the predictions are right"
def mistake_bound(x, y, w, b):
    t = y * (x @ w + b)
    if np.any(perceptron_predict(x, w, b) != y):
        raise ValueError
    gamma = t.min() / np.sqrt(w @ w + b**2)
    return float((np.sum(x**2, axis=1).max() + 1) / gamma**2) if gamma > 0 else float("inf")
