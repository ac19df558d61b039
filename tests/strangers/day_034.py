# %% right: Dense
class Dense(Layer):
    def __init__(self, num_inputs, num_outputs, rng, l2=0.0):
        super().__init__()
        bound = (6 / (num_inputs + num_outputs)) ** 0.5
        self.reg = l2
        self.params["w"] = rng.uniform(low=-bound, high=bound, size=(num_inputs, num_outputs))
        self.params["b"] = np.zeros(num_outputs)

    def forward(self, x, training=False):
        self.last = np.asarray(x, dtype=float)
        return self.last.dot(self.params["w"]) + self.params["b"]

    def backward(self, dout):
        w = self.params["w"]
        self.grads = {"w": self.last.T.dot(dout) + self.reg * 2 * w, "b": dout.sum(0)}
        return dout.dot(w.T)

    def penalty(self):
        return float((self.params["w"] ** 2).sum() * self.reg)


# %% wrong: Dense
# idea: "He's spread instead of Glorot's"
# fits: "You draw the weights from a normal distribution"
class Dense(Layer):
    def __init__(self, num_inputs, num_outputs, rng, l2=0.0):
        super().__init__()
        bound = (6 / (num_inputs + num_outputs)) ** 0.5
        self.reg = l2
        self.params["w"] = rng.normal(0, np.sqrt(2 / num_inputs), (num_inputs, num_outputs))
        self.params["b"] = np.zeros(num_outputs)

    def forward(self, x, training=False):
        self.last = np.asarray(x, dtype=float)
        return self.last.dot(self.params["w"]) + self.params["b"]

    def backward(self, dout):
        w = self.params["w"]
        self.grads = {"w": self.last.T.dot(dout) + self.reg * 2 * w, "b": dout.sum(0)}
        return dout.dot(w.T)

    def penalty(self):
        return float((self.params["w"] ** 2).sum() * self.reg)


# %% wrong: Dense
# idea: "the limit uses the inputs alone"
# fits: "The limit of the uniform start"
class Dense(Layer):
    def __init__(self, num_inputs, num_outputs, rng, l2=0.0):
        super().__init__()
        bound = (6 / num_inputs) ** 0.5
        self.reg = l2
        self.params["w"] = rng.uniform(low=-bound, high=bound, size=(num_inputs, num_outputs))
        self.params["b"] = np.zeros(num_outputs)

    def forward(self, x, training=False):
        self.last = np.asarray(x, dtype=float)
        return self.last.dot(self.params["w"]) + self.params["b"]

    def backward(self, dout):
        w = self.params["w"]
        self.grads = {"w": self.last.T.dot(dout) + self.reg * 2 * w, "b": dout.sum(0)}
        return dout.dot(w.T)

    def penalty(self):
        return float((self.params["w"] ** 2).sum() * self.reg)


# %% wrong: Dense
# idea: "weight decay with a half: slope l2 w, penalty l2/2 w squared"
# fits: "There is no half in this penalty"
# fits: "What comes down from the exponent"
class Dense(Layer):
    def __init__(self, num_inputs, num_outputs, rng, l2=0.0):
        super().__init__()
        bound = (6 / (num_inputs + num_outputs)) ** 0.5
        self.reg = l2
        self.params["w"] = rng.uniform(low=-bound, high=bound, size=(num_inputs, num_outputs))
        self.params["b"] = np.zeros(num_outputs)

    def forward(self, x, training=False):
        self.last = np.asarray(x, dtype=float)
        return self.last.dot(self.params["w"]) + self.params["b"]

    def backward(self, dout):
        w = self.params["w"]
        self.grads = {"w": self.last.T.dot(dout) + self.reg * w, "b": dout.sum(0)}
        return dout.dot(w.T)

    def penalty(self):
        return float((self.params["w"] ** 2).sum() * self.reg / 2)


# %% wrong: Dense
# idea: "the bias gradient keeps an axis"
# fits: "the shape is another than the one due"
class Dense(Layer):
    def __init__(self, num_inputs, num_outputs, rng, l2=0.0):
        super().__init__()
        bound = (6 / (num_inputs + num_outputs)) ** 0.5
        self.reg = l2
        self.params["w"] = rng.uniform(low=-bound, high=bound, size=(num_inputs, num_outputs))
        self.params["b"] = np.zeros(num_outputs)

    def forward(self, x, training=False):
        self.last = np.asarray(x, dtype=float)
        return self.last.dot(self.params["w"]) + self.params["b"]

    def backward(self, dout):
        w = self.params["w"]
        self.grads = {"w": self.last.T.dot(dout) + self.reg * 2 * w, "b": dout.sum(0, keepdims=True)}
        return dout.dot(w.T)

    def penalty(self):
        return float((self.params["w"] ** 2).sum() * self.reg)


# %% wrong: Dense
# idea: "the gradients are averaged over the batch"
# fits: "You divide the gradients by N"
class Dense(Layer):
    def __init__(self, num_inputs, num_outputs, rng, l2=0.0):
        super().__init__()
        bound = (6 / (num_inputs + num_outputs)) ** 0.5
        self.reg = l2
        self.params["w"] = rng.uniform(low=-bound, high=bound, size=(num_inputs, num_outputs))
        self.params["b"] = np.zeros(num_outputs)

    def forward(self, x, training=False):
        self.last = np.asarray(x, dtype=float)
        return self.last.dot(self.params["w"]) + self.params["b"]

    def backward(self, dout):
        w = self.params["w"]
        self.grads = {"w": self.last.T.dot(dout) / len(dout) + self.reg * 2 * w, "b": dout.mean(0)}
        return dout.dot(w.T)

    def penalty(self):
        return float((self.params["w"] ** 2).sum() * self.reg)


# %% right: Activation
class Activation(Layer):
    def __init__(self, name):
        super().__init__()
        if name not in ["relu", "sigmoid", "tanh", "softmax"]:
            raise ValueError("unknown activation " + repr(name))
        self.which = name

    def forward(self, x, training=False):
        x = np.array(x, dtype=float)
        if self.which == "relu":
            out = np.where(x > 0, x, 0.0)
        elif self.which == "sigmoid":
            e = np.exp(-np.abs(x))
            out = np.where(x < 0, e, 1.0) / (1 + e)
        elif self.which == "tanh":
            out = np.tanh(x)
        else:
            e = np.exp(x - x.max(axis=1, keepdims=True))
            out = e / e.sum(axis=1, keepdims=True)
        self.out = out
        return out

    def backward(self, dout):
        y = self.out
        if self.which == "relu":
            return np.where(y > 0, dout, 0.0)
        if self.which == "sigmoid":
            return dout * (y - y**2)
        if self.which == "tanh":
            return dout * (1 - y) * (1 + y)
        return y * dout - y * (y * dout).sum(axis=1, keepdims=True)


# %% wrong: Activation
# idea: "softmax over the wrong axis"
# fits: "Your softmax runs down the columns"
class Activation(Layer):
    def __init__(self, name):
        super().__init__()
        if name not in ["relu", "sigmoid", "tanh", "softmax"]:
            raise ValueError("unknown activation " + repr(name))
        self.which = name

    def forward(self, x, training=False):
        x = np.array(x, dtype=float)
        if self.which == "relu":
            out = np.where(x > 0, x, 0.0)
        elif self.which == "sigmoid":
            e = np.exp(-np.abs(x))
            out = np.where(x < 0, e, 1.0) / (1 + e)
        elif self.which == "tanh":
            out = np.tanh(x)
        else:
            e = np.exp(x - x.max(axis=0, keepdims=True))
            out = e / e.sum(axis=0, keepdims=True)
        self.out = out
        return out

    def backward(self, dout):
        y = self.out
        if self.which == "relu":
            return np.where(y > 0, dout, 0.0)
        if self.which == "sigmoid":
            return dout * (y - y**2)
        if self.which == "tanh":
            return dout * (1 - y) * (1 + y)
        return y * dout - y * (y * dout).sum(axis=1, keepdims=True)


# %% wrong: Activation
# idea: "softmax backward element by element"
# fits: "That is the sigmoid's slope"
class Activation(Layer):
    def __init__(self, name):
        super().__init__()
        if name not in ["relu", "sigmoid", "tanh", "softmax"]:
            raise ValueError("unknown activation " + repr(name))
        self.which = name

    def forward(self, x, training=False):
        x = np.array(x, dtype=float)
        if self.which == "relu":
            out = np.where(x > 0, x, 0.0)
        elif self.which == "sigmoid":
            e = np.exp(-np.abs(x))
            out = np.where(x < 0, e, 1.0) / (1 + e)
        elif self.which == "tanh":
            out = np.tanh(x)
        else:
            e = np.exp(x - x.max(axis=1, keepdims=True))
            out = e / e.sum(axis=1, keepdims=True)
        self.out = out
        return out

    def backward(self, dout):
        y = self.out
        if self.which == "relu":
            return np.where(y > 0, dout, 0.0)
        if self.which == "sigmoid":
            return dout * (y - y**2)
        if self.which == "tanh":
            return dout * (1 - y) * (1 + y)
        return dout * y * (1 - y)


# %% wrong: Activation
# idea: "naive sigmoid"
# fits: "the exponential in your sigmoid overflows"
class Activation(Layer):
    def __init__(self, name):
        super().__init__()
        if name not in ["relu", "sigmoid", "tanh", "softmax"]:
            raise ValueError("unknown activation " + repr(name))
        self.which = name

    def forward(self, x, training=False):
        x = np.array(x, dtype=float)
        if self.which == "relu":
            out = np.where(x > 0, x, 0.0)
        elif self.which == "sigmoid":
            out = 1 / (1 + np.exp(-x))
        elif self.which == "tanh":
            out = np.tanh(x)
        else:
            e = np.exp(x - x.max(axis=1, keepdims=True))
            out = e / e.sum(axis=1, keepdims=True)
        self.out = out
        return out

    def backward(self, dout):
        y = self.out
        if self.which == "relu":
            return np.where(y > 0, dout, 0.0)
        if self.which == "sigmoid":
            return dout * (y - y**2)
        if self.which == "tanh":
            return dout * (1 - y) * (1 + y)
        return y * dout - y * (y * dout).sum(axis=1, keepdims=True)


# %% wrong: Activation
# idea: "leaky ReLU slope"
class Activation(Layer):
    def __init__(self, name):
        super().__init__()
        if name not in ["relu", "sigmoid", "tanh", "softmax"]:
            raise ValueError("unknown activation " + repr(name))
        self.which = name

    def forward(self, x, training=False):
        x = np.array(x, dtype=float)
        if self.which == "relu":
            out = np.where(x > 0, x, 0.0)
        elif self.which == "sigmoid":
            e = np.exp(-np.abs(x))
            out = np.where(x < 0, e, 1.0) / (1 + e)
        elif self.which == "tanh":
            out = np.tanh(x)
        else:
            e = np.exp(x - x.max(axis=1, keepdims=True))
            out = e / e.sum(axis=1, keepdims=True)
        self.out = out
        return out

    def backward(self, dout):
        y = self.out
        if self.which == "relu":
            return np.where(y > 0, dout, 0.01 * dout)
        if self.which == "sigmoid":
            return dout * (y - y**2)
        if self.which == "tanh":
            return dout * (1 - y) * (1 + y)
        return y * dout - y * (y * dout).sum(axis=1, keepdims=True)


# %% wrong: Activation
# idea: "tanh slope forgets the square"
# fits: "1 less the square of its output"
class Activation(Layer):
    def __init__(self, name):
        super().__init__()
        if name not in ["relu", "sigmoid", "tanh", "softmax"]:
            raise ValueError("unknown activation " + repr(name))
        self.which = name

    def forward(self, x, training=False):
        x = np.array(x, dtype=float)
        if self.which == "relu":
            out = np.where(x > 0, x, 0.0)
        elif self.which == "sigmoid":
            e = np.exp(-np.abs(x))
            out = np.where(x < 0, e, 1.0) / (1 + e)
        elif self.which == "tanh":
            out = np.tanh(x)
        else:
            e = np.exp(x - x.max(axis=1, keepdims=True))
            out = e / e.sum(axis=1, keepdims=True)
        self.out = out
        return out

    def backward(self, dout):
        y = self.out
        if self.which == "relu":
            return np.where(y > 0, dout, 0.0)
        if self.which == "sigmoid":
            return dout * (y - y**2)
        if self.which == "tanh":
            return dout * (1 - y)
        return y * dout - y * (y * dout).sum(axis=1, keepdims=True)


# %% right: Dropout
class Dropout(Layer):
    def __init__(self, rate, rng):
        super().__init__()
        if not (0 <= rate < 1):
            raise ValueError("rate")
        self.keep = 1 - rate
        self.rng = rng

    def forward(self, x, training=False):
        if training:
            self.m = (self.rng.random(np.shape(x)) < self.keep) / self.keep
        else:
            self.m = np.ones(np.shape(x))
        return x * self.m

    def backward(self, dout):
        return dout * self.m


# %% wrong: Dropout
# idea: "scales at prediction instead of in training"
# fits: "The survivors keep their size"
class Dropout(Layer):
    def __init__(self, rate, rng):
        super().__init__()
        if not (0 <= rate < 1):
            raise ValueError("rate")
        self.keep = 1 - rate
        self.rng = rng

    def forward(self, x, training=False):
        if training:
            self.m = (self.rng.random(np.shape(x)) < self.keep).astype(float)
        else:
            self.m = np.full(np.shape(x), self.keep)
        return x * self.m

    def backward(self, dout):
        return dout * self.m


# %% wrong: Dropout
# idea: "keeps with probability rate"
# fits: "You keep a share of rate"
class Dropout(Layer):
    def __init__(self, rate, rng):
        super().__init__()
        if not (0 <= rate < 1):
            raise ValueError("rate")
        self.keep = rate if rate else 1.0
        self.rng = rng

    def forward(self, x, training=False):
        if training:
            self.m = (self.rng.random(np.shape(x)) < self.keep) / self.keep
        else:
            self.m = np.ones(np.shape(x))
        return x * self.m

    def backward(self, dout):
        return dout * self.m


# %% wrong: Dropout
# idea: "backward without the mask"
# fits: "The gradient passes as if nothing had been dropped"
class Dropout(Layer):
    def __init__(self, rate, rng):
        super().__init__()
        if not (0 <= rate < 1):
            raise ValueError("rate")
        self.keep = 1 - rate
        self.rng = rng

    def forward(self, x, training=False):
        if training:
            self.m = (self.rng.random(np.shape(x)) < self.keep) / self.keep
        else:
            self.m = np.ones(np.shape(x))
        return x * self.m

    def backward(self, dout):
        return dout


# %% wrong: Dropout
# idea: "one mask for the batch"
# fits: "One row of the mask serves the whole batch"
class Dropout(Layer):
    def __init__(self, rate, rng):
        super().__init__()
        if not (0 <= rate < 1):
            raise ValueError("rate")
        self.keep = 1 - rate
        self.rng = rng

    def forward(self, x, training=False):
        if training:
            self.m = (self.rng.random(np.shape(x)[1:]) < self.keep) / self.keep
        else:
            self.m = np.ones(np.shape(x))
        return x * self.m

    def backward(self, dout):
        return dout * self.m


# %% wrong: Dropout
# idea: "the mask of training stays after a prediction"
# fits: "still uses the mask of some earlier training batch"
class Dropout(Layer):
    def __init__(self, rate, rng):
        super().__init__()
        if not (0 <= rate < 1):
            raise ValueError("rate")
        self.keep = 1 - rate
        self.rng = rng

    def forward(self, x, training=False):
        if training:
            self.m = (self.rng.random(np.shape(x)) < self.keep) / self.keep
            return x * self.m
        return np.array(x)

    def backward(self, dout):
        return dout * self.m


# %% right: Optimizer
class Optimizer:
    def __init__(self, step=day_029.adam_step, **settings):
        self.step = step
        self.settings = settings
        self.memory = {}

    def update(self, layers):
        for number, layer in enumerate(layers):
            for key in list(layer.params):
                old = self.memory.setdefault((number, key), {})
                fresh, state = self.step(layer.params[key], layer.grads[key], old, **self.settings)
                layer.params[key] = fresh
                self.memory[(number, key)] = state


# %% wrong: Optimizer
# idea: "the state is kept by name alone"
# fits: "Parameters of the same name in different layers"
class Optimizer:
    def __init__(self, step=day_029.adam_step, **settings):
        self.step = step
        self.settings = settings
        self.memory = {}

    def update(self, layers):
        for number, layer in enumerate(layers):
            for key in list(layer.params):
                old = self.memory.setdefault(key, {})
                fresh, state = self.step(layer.params[key], layer.grads[key], old, **self.settings)
                layer.params[key] = fresh
                self.memory[key] = state


# %% wrong: Optimizer
# idea: "the new state is never kept"
# fits: "Every step starts with an empty state"
class Optimizer:
    def __init__(self, step=day_029.adam_step, **settings):
        self.step = step
        self.settings = settings
        self.memory = {}

    def update(self, layers):
        for number, layer in enumerate(layers):
            for key in list(layer.params):
                old = self.memory.setdefault((number, key), {})
                fresh, state = self.step(layer.params[key], layer.grads[key], old, **self.settings)
                layer.params[key] = fresh


# %% wrong: Optimizer
# idea: "the settings are not passed on"
# fits: "The settings don't reach the rule"
class Optimizer:
    def __init__(self, step=day_029.adam_step, **settings):
        self.step = step
        self.settings = settings
        self.memory = {}

    def update(self, layers):
        for number, layer in enumerate(layers):
            for key in list(layer.params):
                old = self.memory.setdefault((number, key), {})
                fresh, state = self.step(layer.params[key], layer.grads[key], old)
                layer.params[key] = fresh
                self.memory[(number, key)] = state


# %% wrong: Optimizer
# idea: "only the weights are trained"
# fits: "Only what is called w moves"
class Optimizer:
    def __init__(self, step=day_029.adam_step, **settings):
        self.step = step
        self.settings = settings
        self.memory = {}

    def update(self, layers):
        for number, layer in enumerate(layers):
            for key in [k for k in layer.params if k == "w"]:
                old = self.memory.setdefault((number, key), {})
                fresh, state = self.step(layer.params[key], layer.grads[key], old, **self.settings)
                layer.params[key] = fresh
                self.memory[(number, key)] = state


# %% wrong: Optimizer
# idea: "one state for a layer"
# fits: "All parameters of a layer share one state"
class Optimizer:
    def __init__(self, step=day_029.adam_step, **settings):
        self.step = step
        self.settings = settings
        self.memory = {}

    def update(self, layers):
        for number, layer in enumerate(layers):
            for key in list(layer.params):
                old = self.memory.setdefault(number, {})
                fresh, state = self.step(layer.params[key], layer.grads[key], old, **self.settings)
                layer.params[key] = fresh
                self.memory[number] = state


# %% right: Loss
class Mean:
    def __init__(self):
        self.s, self.n = 0.0, 0

    def reset(self):
        self.s, self.n = 0.0, 0

    def update(self, values):
        values = np.asarray(values, dtype=np.float64)
        self.s += float(values.sum())
        self.n += values.size

    def result(self):
        if self.n == 0:
            raise ValueError("no values")
        return self.s / self.n


class Loss:
    def __init__(self, function):
        self.function, self.account = function, Mean()

    def update(self, outputs, targets, penalty=0.0):
        values, self.slopes = self.function(outputs, targets)
        self.account.update(np.asarray(values) + penalty)
        return float(np.mean(values) + penalty)

    def backward(self):
        return self.slopes / self.slopes.shape[0]

    def result(self):
        return self.account.result()

    def reset(self):
        self.account.reset()


# %% wrong: Loss
# idea: "mean of the batch means"
# fits: "You average the batches' losses"
class Mean:
    def __init__(self):
        self.s, self.n = 0.0, 0

    def reset(self):
        self.s, self.n = 0.0, 0

    def update(self, values):
        values = np.asarray(values, dtype=np.float64)
        self.s += float(values.sum())
        self.n += values.size

    def result(self):
        if self.n == 0:
            raise ValueError("no values")
        return self.s / self.n


class Loss:
    def __init__(self, function):
        self.function, self.account = function, Mean()

    def update(self, outputs, targets, penalty=0.0):
        values, self.slopes = self.function(outputs, targets)
        self.account.update([np.mean(values) + penalty])
        return float(np.mean(values) + penalty)

    def backward(self):
        return self.slopes / self.slopes.shape[0]

    def result(self):
        return self.account.result()

    def reset(self):
        self.account.reset()


# %% wrong: Loss
# idea: "the penalty is shared among the examples"
# fits: "it counts whole, whatever the size of the batch"
class Mean:
    def __init__(self):
        self.s, self.n = 0.0, 0

    def reset(self):
        self.s, self.n = 0.0, 0

    def update(self, values):
        values = np.asarray(values, dtype=np.float64)
        self.s += float(values.sum())
        self.n += values.size

    def result(self):
        if self.n == 0:
            raise ValueError("no values")
        return self.s / self.n


class Loss:
    def __init__(self, function):
        self.function, self.account = function, Mean()

    def update(self, outputs, targets, penalty=0.0):
        values, self.slopes = self.function(outputs, targets)
        self.account.update(np.asarray(values) + penalty / len(values))
        return float(np.mean(values) + penalty)

    def backward(self):
        return self.slopes / self.slopes.shape[0]

    def result(self):
        return self.account.result()

    def reset(self):
        self.account.reset()


# %% wrong: Loss
# idea: "the gradient is not divided"
# fits: "each example's slope counts by 1/N only"
class Mean:
    def __init__(self):
        self.s, self.n = 0.0, 0

    def reset(self):
        self.s, self.n = 0.0, 0

    def update(self, values):
        values = np.asarray(values, dtype=np.float64)
        self.s += float(values.sum())
        self.n += values.size

    def result(self):
        if self.n == 0:
            raise ValueError("no values")
        return self.s / self.n


class Loss:
    def __init__(self, function):
        self.function, self.account = function, Mean()

    def update(self, outputs, targets, penalty=0.0):
        values, self.slopes = self.function(outputs, targets)
        self.account.update(np.asarray(values) + penalty)
        return float(np.mean(values) + penalty)

    def backward(self):
        return self.slopes

    def result(self):
        return self.account.result()

    def reset(self):
        self.account.reset()


# %% wrong: Loss
# idea: "0 where there was nothing"
# fits: "Where nothing has come in you say 0"
class Mean:
    def __init__(self):
        self.s, self.n = 0.0, 0

    def reset(self):
        self.s, self.n = 0.0, 0

    def update(self, values):
        values = np.asarray(values, dtype=np.float64)
        self.s += float(values.sum())
        self.n += values.size

    def result(self):
        if self.n == 0:
            return 0.0
        return self.s / self.n


class Loss:
    def __init__(self, function):
        self.function, self.account = function, Mean()

    def update(self, outputs, targets, penalty=0.0):
        values, self.slopes = self.function(outputs, targets)
        self.account.update(np.asarray(values) + penalty)
        return float(np.mean(values) + penalty)

    def backward(self):
        return self.slopes / self.slopes.shape[0]

    def result(self):
        return self.account.result()

    def reset(self):
        self.account.reset()


# %% wrong: Loss
# idea: "the account is in the dtype of the values"
# fits: "The sum is computed in the type of the numbers"
class Mean:
    def __init__(self):
        self.s, self.n = 0.0, 0

    def reset(self):
        self.s, self.n = 0.0, 0

    def update(self, values):
        values = np.asarray(values)
        self.s += float(values.sum(dtype=values.dtype))
        self.n += values.size

    def result(self):
        if self.n == 0:
            raise ValueError("no values")
        return self.s / self.n


class Loss:
    def __init__(self, function):
        self.function, self.account = function, Mean()

    def update(self, outputs, targets, penalty=0.0):
        values, self.slopes = self.function(outputs, targets)
        self.account.update(np.asarray(values) + penalty)
        return float(np.mean(values) + penalty)

    def backward(self):
        return self.slopes / self.slopes.shape[0]

    def result(self):
        return self.account.result()

    def reset(self):
        self.account.reset()


# %% right: parameters
def get_parameters(layers):
    return [{key: np.array(value) for key, value in layer.params.items()} for layer in layers]


def set_parameters(layers, parameters):
    if len(layers) != len(parameters):
        raise ValueError("number of layers")
    for layer, given in zip(layers, parameters, strict=True):
        if set(given) != set(layer.params):
            raise ValueError("names")
        if any(np.shape(given[key]) != layer.params[key].shape for key in given):
            raise ValueError("shapes")
    for layer, given in zip(layers, parameters, strict=True):
        for key in layer.params:
            layer.params[key] = np.array(given[key], dtype=float)


def save_parameters(layers, path):
    flat = {f"{i}|{key}": value for i, layer in enumerate(layers) for key, value in layer.params.items()}
    with open(path, "wb") as f:
        np.savez(f, **flat)


def load_parameters(layers, path):
    found = [{} for _ in layers]
    with np.load(path) as data:
        for key in data.files:
            i, name = key.split("|", 1)
            if int(i) >= len(found):
                raise ValueError("too many layers")
            found[int(i)][name] = data[key]
    set_parameters(layers, found)


# %% wrong: parameters
# idea: "hands out the arrays themselves"
# fits: "You hand out the layers' own arrays"
def get_parameters(layers):
    return [{key: value for key, value in layer.params.items()} for layer in layers]


def set_parameters(layers, parameters):
    if len(layers) != len(parameters):
        raise ValueError("number of layers")
    for layer, given in zip(layers, parameters, strict=True):
        if set(given) != set(layer.params):
            raise ValueError("names")
        if any(np.shape(given[key]) != layer.params[key].shape for key in given):
            raise ValueError("shapes")
    for layer, given in zip(layers, parameters, strict=True):
        for key in layer.params:
            layer.params[key] = np.array(given[key], dtype=float)


def save_parameters(layers, path):
    flat = {f"{i}|{key}": value for i, layer in enumerate(layers) for key, value in layer.params.items()}
    with open(path, "wb") as f:
        np.savez(f, **flat)


def load_parameters(layers, path):
    found = [{} for _ in layers]
    with np.load(path) as data:
        for key in data.files:
            i, name = key.split("|", 1)
            if int(i) >= len(found):
                raise ValueError("too many layers")
            found[int(i)][name] = data[key]
    set_parameters(layers, found)


# %% wrong: parameters
# idea: "keeps the given arrays"
# fits: "You keep the given arrays themselves"
def get_parameters(layers):
    return [{key: np.array(value) for key, value in layer.params.items()} for layer in layers]


def set_parameters(layers, parameters):
    if len(layers) != len(parameters):
        raise ValueError("number of layers")
    for layer, given in zip(layers, parameters, strict=True):
        if set(given) != set(layer.params):
            raise ValueError("names")
        if any(np.shape(given[key]) != layer.params[key].shape for key in given):
            raise ValueError("shapes")
    for layer, given in zip(layers, parameters, strict=True):
        for key in layer.params:
            layer.params[key] = np.asarray(given[key], dtype=float)


def save_parameters(layers, path):
    flat = {f"{i}|{key}": value for i, layer in enumerate(layers) for key, value in layer.params.items()}
    with open(path, "wb") as f:
        np.savez(f, **flat)


def load_parameters(layers, path):
    found = [{} for _ in layers]
    with np.load(path) as data:
        for key in data.files:
            i, name = key.split("|", 1)
            if int(i) >= len(found):
                raise ValueError("too many layers")
            found[int(i)][name] = data[key]
    set_parameters(layers, found)


# %% wrong: parameters
# idea: "gives np.savez the path"
# fits: "np.savez adds .npz"
def get_parameters(layers):
    return [{key: np.array(value) for key, value in layer.params.items()} for layer in layers]


def set_parameters(layers, parameters):
    if len(layers) != len(parameters):
        raise ValueError("number of layers")
    for layer, given in zip(layers, parameters, strict=True):
        if set(given) != set(layer.params):
            raise ValueError("names")
        if any(np.shape(given[key]) != layer.params[key].shape for key in given):
            raise ValueError("shapes")
    for layer, given in zip(layers, parameters, strict=True):
        for key in layer.params:
            layer.params[key] = np.array(given[key], dtype=float)


def save_parameters(layers, path):
    flat = {f"{i}|{key}": value for i, layer in enumerate(layers) for key, value in layer.params.items()}
    np.savez(path, **flat)


def load_parameters(layers, path):
    found = [{} for _ in layers]
    with np.load(path) as data:
        for key in data.files:
            i, name = key.split("|", 1)
            if int(i) >= len(found):
                raise ValueError("too many layers")
            found[int(i)][name] = data[key]
    set_parameters(layers, found)


# %% wrong: parameters
# idea: "no look at the shapes"
# fits: "You compare names only"
def get_parameters(layers):
    return [{key: np.array(value) for key, value in layer.params.items()} for layer in layers]


def set_parameters(layers, parameters):
    if len(layers) != len(parameters):
        raise ValueError("number of layers")
    for layer, given in zip(layers, parameters, strict=True):
        if set(given) != set(layer.params):
            raise ValueError("names")
    for layer, given in zip(layers, parameters, strict=True):
        for key in layer.params:
            layer.params[key] = np.array(given[key], dtype=float)


def save_parameters(layers, path):
    flat = {f"{i}|{key}": value for i, layer in enumerate(layers) for key, value in layer.params.items()}
    with open(path, "wb") as f:
        np.savez(f, **flat)


def load_parameters(layers, path):
    found = [{} for _ in layers]
    with np.load(path) as data:
        for key in data.files:
            i, name = key.split("|", 1)
            if int(i) >= len(found):
                raise ValueError("too many layers")
            found[int(i)][name] = data[key]
    set_parameters(layers, found)


# %% wrong: parameters
# idea: "ignores layers that the file has in excess"
# fits: "Layers that the file has in excess"
def get_parameters(layers):
    return [{key: np.array(value) for key, value in layer.params.items()} for layer in layers]


def set_parameters(layers, parameters):
    if len(layers) != len(parameters):
        raise ValueError("number of layers")
    for layer, given in zip(layers, parameters, strict=True):
        if set(given) != set(layer.params):
            raise ValueError("names")
        if any(np.shape(given[key]) != layer.params[key].shape for key in given):
            raise ValueError("shapes")
    for layer, given in zip(layers, parameters, strict=True):
        for key in layer.params:
            layer.params[key] = np.array(given[key], dtype=float)


def save_parameters(layers, path):
    flat = {f"{i}|{key}": value for i, layer in enumerate(layers) for key, value in layer.params.items()}
    with open(path, "wb") as f:
        np.savez(f, **flat)


def load_parameters(layers, path):
    found = [{} for _ in layers]
    with np.load(path) as data:
        for key in data.files:
            i, name = key.split("|", 1)
            if int(i) >= len(found):
                continue
            found[int(i)][name] = data[key]
    set_parameters(layers, found)
