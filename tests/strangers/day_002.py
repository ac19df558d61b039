# %% right: predict
def predict(x, w, b):
    return np.multiply(x, w) + b


# %% right: predict
def predict(x, w, b):
    return np.polyval([w, b], x.astype(float))


# %% wrong: predict
# idea: "bias and weight swapped"
# fits: "The two parameters have changed places"
def predict(x, w, b):
    return b * x + w


# %% wrong: predict
# idea: "fills an array like x, so that whole x cut fractions off"
# fits: "Your result has room for the numbers of x only"
def predict(x, w, b):
    out = np.empty_like(x)
    for i, value in enumerate(x):
        out[i] = value * w + b
    return out


# %% wrong: predict
# idea: "returns a column"
# fits: "You return a column of shape (m, 1)"
def predict(x, w, b):
    return x.reshape(-1, 1) * w + b


# %% wrong: predict
# idea: "list comprehension: a list comes back"
# fits: "The numbers are right, but they come in a list"
def predict(x, w, b):
    return [w * value + b for value in x]


# %% wrong: predict
# idea: "in place"
# fits: "The numbers are right, but they overwrite the caller's features"
def predict(x, w, b):
    x *= w
    x += b
    return x


# %% wrong: predict
# idea: "the dot product with the weight as a sum"
# fits: "You return one number for all examples"
def predict(x, w, b):
    return np.dot(x, np.full(x.shape, w)) + b


# %% wrong: predict
# idea: "rounds to two decimals for nicer prices"
# fits: "You round the predictions"
def predict(x, w, b):
    return np.round(w * x + b, 2)


# %% right: mse_cost
def mse_cost(x, y, w, b):
    e = np.subtract(w * x + b, y)
    return float(np.dot(e, e)) / x.shape[0]


# %% right: mse_cost
def mse_cost(x, y, w, b):
    return np.square(y.astype(float) - predict(x, w, b)).mean()


# %% wrong: mse_cost
# idea: "Andrew Ng's half: 1/(2m)"
# fits: "Your cost is half of what is due"
def mse_cost(x, y, w, b):
    m = x.shape[0]
    total = 0
    for i in range(m):
        total += (w * x[i] + b - y[i]) ** 2
    return total / (2 * m)


# %% wrong: mse_cost
# idea: "the sum, never divided"
# fits: "Your cost grows with the number of examples"
def mse_cost(x, y, w, b):
    return ((predict(x, w, b) - y) ** 2).sum()


# %% wrong: mse_cost
# idea: "mean absolute error"
# fits: "You measure the length of each error"
def mse_cost(x, y, w, b):
    return np.abs(y - predict(x, w, b)).mean()


# %% wrong: mse_cost
# idea: "returns inside the loop"
# fits: "You come back from within the loop, after the first example"
def mse_cost(x, y, w, b):
    total = 0.0
    for x_i, y_i in zip(x, y, strict=True):
        total += (w * x_i + b - y_i) ** 2
        return total / len(x)


# %% wrong: mse_cost
# idea: "root mean square"
# fits: "That is the root of the cost (RMSE), a good number to report, but not the J of today"
def mse_cost(x, y, w, b):
    return float(np.sqrt(np.mean(np.square(predict(x, w, b) - y))))


# %% wrong: mse_cost
# idea: "a column of predictions against a flat target"
# fits: "Print the shape of your errors"
def mse_cost(x, y, w, b):
    predictions = w * x.reshape(-1, 1) + b
    return np.mean((predictions - y) ** 2)


# %% wrong: mse_cost
# idea: "squares the difference of the means"
# fits: "You average before you square, so errors of opposite sign cancel"
def mse_cost(x, y, w, b):
    return (predict(x, w, b).mean() - y.mean()) ** 2


# %% right: mse_gradient
def mse_gradient(x, y, w, b):
    m = len(x)
    residual = y - predict(x, w, b)
    return float(-2 / m * np.dot(x, residual)), float(-2 / m * residual.sum())


# %% right: mse_gradient
def mse_gradient(x, y, w, b):
    jacobian = np.vstack([x, np.ones(len(x))])  # (2, m)
    dw, db = jacobian @ (predict(x, w, b) - y) * 2 / len(x)
    return dw, db


# %% wrong: mse_gradient
# idea: "the gradient of the half cost"
# fits: "Both slopes are half of what is due"
def mse_gradient(x, y, w, b):
    e = w * x + b - y
    return np.dot(e, x) / len(x), e.sum() / len(x)


# %% wrong: mse_gradient
# idea: "target minus prediction, sign lost"
# fits: "Both slopes have the wrong sign"
def mse_gradient(x, y, w, b):
    e = y - (w * x + b)
    return 2 * np.mean(e * x), 2 * np.mean(e)


# %% wrong: mse_gradient
# idea: "sums in a loop, not divided by m"
# fits: "Your slopes grow with the number of examples, and the cost does not"
def mse_gradient(x, y, w, b):
    dw, db = 0.0, 0.0
    for i in range(len(x)):
        e = w * x[i] + b - y[i]
        dw += 2 * e * x[i]
        db += 2 * e
    return dw, db


# %% wrong: mse_gradient
# idea: "db is not averaged, and the 2 is missing in it"
# fits: "db is a sum over examples where the cost is a mean"
def mse_gradient(x, y, w, b):
    e = predict(x, w, b) - y
    return 2 * np.mean(e * x), np.sum(e)


# %% wrong: mse_gradient
# idea: "dw and db in the wrong order"
# fits: "The two slopes are right but in the wrong order"
def mse_gradient(x, y, w, b):
    e = predict(x, w, b) - y
    return 2 * e.mean(), 2 * (e * x).mean()


# %% wrong: mse_gradient
# idea: "multiplies the mean error by the mean feature"
# fits: "Each error must meet the feature of its own example before anything is averaged"
def mse_gradient(x, y, w, b):
    e = np.mean(predict(x, w, b) - y)
    return 2 * e * np.mean(x), 2 * e


# %% wrong: mse_gradient
# idea: "dw not reduced"
# fits: "Each example still has slopes of its own with you"
def mse_gradient(x, y, w, b):
    e = predict(x, w, b) - y
    return 2 * e * x / len(x), 2 * e / len(x)


# %% right: gradient_descent
def gradient_descent(x, y, w, b, learning_rate, num_steps):
    history = np.zeros(num_steps + 1)
    for k in range(num_steps):
        history[k] = mse_cost(x, y, w, b)
        dw, db = mse_gradient(x, y, w, b)
        w, b = w - learning_rate * dw, b - learning_rate * db
    history[num_steps] = mse_cost(x, y, w, b)
    return float(w), float(b), history


# %% right: gradient_descent
def gradient_descent(x, y, w, b, learning_rate, num_steps):
    if num_steps == 0:
        return w, b, np.array([mse_cost(x, y, w, b)])
    start = mse_cost(x, y, w, b)
    dw, db = mse_gradient(x, y, w, b)
    w, b, rest = gradient_descent(x, y, w - learning_rate * dw, b - learning_rate * db, learning_rate, num_steps - 1)
    return w, b, np.concatenate([[start], rest])


# %% wrong: gradient_descent
# idea: "updates w, then takes the slope of b at the new w"
# fits: "w has moved before the slope along b is taken"
def gradient_descent(x, y, w, b, learning_rate, num_steps):
    costs = [mse_cost(x, y, w, b)]
    for _ in range(num_steps):
        w -= learning_rate * mse_gradient(x, y, w, b)[0]
        b -= learning_rate * mse_gradient(x, y, w, b)[1]
        costs.append(mse_cost(x, y, w, b))
    return w, b, np.array(costs)


# %% wrong: gradient_descent
# idea: "history without the start"
# fits: "Your history lacks the cost at the start"
def gradient_descent(x, y, w, b, learning_rate, num_steps):
    costs = np.empty(num_steps)
    for k in range(num_steps):
        dw, db = mse_gradient(x, y, w, b)
        w, b = w - learning_rate * dw, b - learning_rate * db
        costs[k] = mse_cost(x, y, w, b)
    return w, b, costs


# %% wrong: gradient_descent
# idea: "history without the end"
# fits: "Your history lacks the cost after the last step"
def gradient_descent(x, y, w, b, learning_rate, num_steps):
    costs = []
    for _ in range(num_steps):
        costs.append(mse_cost(x, y, w, b))
        dw, db = mse_gradient(x, y, w, b)
        w, b = w - learning_rate * dw, b - learning_rate * db
    return w, b, np.array(costs)


# %% wrong: gradient_descent
# idea: "plus instead of minus"
# fits: "Your cost climbs"
def gradient_descent(x, y, w, b, learning_rate, num_steps):
    costs = [mse_cost(x, y, w, b)]
    for _ in range(num_steps):
        dw, db = mse_gradient(x, y, w, b)
        w += learning_rate * dw
        b += learning_rate * db
        costs.append(mse_cost(x, y, w, b))
    return w, b, np.array(costs)


# %% wrong: gradient_descent
# idea: "breaks off when the cost goes up"
# fits: "You break off once the cost has risen"
def gradient_descent(x, y, w, b, learning_rate, num_steps):
    costs = [mse_cost(x, y, w, b)]
    for _ in range(num_steps):
        dw, db = mse_gradient(x, y, w, b)
        w, b = w - learning_rate * dw, b - learning_rate * db
        costs.append(mse_cost(x, y, w, b))
        if costs[-1] > costs[-2]:
            break
    return w, b, np.array(costs)


# %% wrong: gradient_descent
# idea: "stops when the slope is small"
# fits: "You stop when the ground is nearly level"
def gradient_descent(x, y, w, b, learning_rate, num_steps):
    costs = [mse_cost(x, y, w, b)]
    for _ in range(num_steps):
        dw, db = mse_gradient(x, y, w, b)
        if abs(dw) < 1e-4 and abs(db) < 1e-4:
            break
        w, b = w - learning_rate * dw, b - learning_rate * db
        costs.append(mse_cost(x, y, w, b))
    return w, b, np.array(costs)


# %% wrong: gradient_descent
# idea: "pads the history of an early stop with the last cost"
# fits: "A step that would raise the cost is not taken with you"
def gradient_descent(x, y, w, b, learning_rate, num_steps):
    costs = [mse_cost(x, y, w, b)]
    for _ in range(num_steps):
        dw, db = mse_gradient(x, y, w, b)
        new_w, new_b = w - learning_rate * dw, b - learning_rate * db
        if mse_cost(x, y, new_w, new_b) <= costs[-1]:
            w, b = new_w, new_b
        costs.append(mse_cost(x, y, w, b))
    return w, b, np.array(costs)


# %% wrong: gradient_descent
# idea: "always starts from zero, and returns an array of the two parameters"
# fits: "You start from zero whatever you are given"
# fits: "The result is the same whatever"
def gradient_descent(x, y, w, b, learning_rate, num_steps):
    w = b = 0.0
    costs = [mse_cost(x, y, w, b)]
    for _ in range(num_steps):
        dw, db = mse_gradient(x, y, w, b)
        w, b = w - learning_rate * dw, b - learning_rate * db
        costs.append(mse_cost(x, y, w, b))
    return np.array([w, b]), np.array(costs)


# %% right: r2_score
def r2_score(y, prediction):
    y = np.asarray(y, np.float64)
    return float(1 - ((prediction - y) ** 2).mean() / y.var())


# %% right: r2_score
def r2_score(y, prediction):
    errors = np.linalg.norm(np.asarray(prediction, float) - y)
    lazy = np.linalg.norm(y - np.mean(y, dtype=float))
    return (1 - errors / lazy) * (1 + errors / lazy)


# %% wrong: r2_score
# idea: "square of the correlation"
# fits: "A correlation does not notice predictions that are all too high"
def r2_score(y, prediction):
    return float(np.corrcoef(y, prediction)[0, 1] ** 2)


# %% wrong: r2_score
# idea: "explained over total"
# fits: "You divide the spread of the predictions by that of the targets"
def r2_score(y, prediction):
    mean = y.mean()
    return float(((prediction - mean) ** 2).sum() / ((y - mean) ** 2).sum())


# %% wrong: r2_score
# idea: "one pass over the sums"
# fits: "Your rival's error is a sum of squares less the square of a sum"
def r2_score(y, prediction):
    m = len(y)
    s = ss = left = 0.0
    for y_i, p_i in zip(y, prediction, strict=True):
        s += float(y_i)
        ss += float(y_i) ** 2
        left += (float(y_i) - float(p_i)) ** 2
    return 1 - left / (ss - s * s / m)


# %% wrong: r2_score
# idea: "subtracts in the dtype of y and prediction"
# fits: "Differences of small whole numbers wrap around (Day 1)"
def r2_score(y, prediction):
    residual = y - prediction
    deviation = y - y.mean()
    return 1 - np.sum(residual**2) / np.sum(deviation**2)


# %% wrong: r2_score
# idea: "swaps y and prediction"
# fits: "You divide by the spread of the predictions"
def r2_score(y, prediction):
    residual = np.sum((prediction.astype(float) - y) ** 2)
    return 1 - residual / np.sum((prediction - prediction.mean()) ** 2)


# %% wrong: r2_score
# idea: "never below zero"
# fits: "You stop at 0"
def r2_score(y, prediction):
    y = y.astype(float)
    score = 1 - np.sum((y - prediction) ** 2) / np.sum((y - y.mean()) ** 2)
    return score if score > 0 else 0.0


# %% wrong: r2_score
# idea: "mean of the squares over the sample variance"
# fits: "One of your variances divides by the number of examples and the other by one less"
def r2_score(y, prediction):
    y = y.astype(float)
    return 1 - np.mean((y - prediction) ** 2) / np.var(y, ddof=1)


# %% wrong: r2_score
# idea: "1 minus MSE"
# fits: "One less the mean squared error changes with the units of the price"
def r2_score(y, prediction):
    return 1 - np.mean((y.astype(float) - prediction) ** 2)
