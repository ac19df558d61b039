# %% right: BestWeights
class BestWeights(keras.callbacks.Callback):
    def __init__(self, monitor="val_loss", mode="min"):
        super().__init__()
        if mode not in ("min", "max"):
            raise ValueError(f"mode is 'min' or 'max'. Received: {mode}")
        self.monitor, self.mode = monitor, mode
        self.best = self.best_epoch = self.kept = None

    def on_train_begin(self, logs=None):
        self.best, self.best_epoch, self.kept = None, None, None

    def on_epoch_end(self, epoch, logs=None):
        logs = logs or {}
        if self.monitor not in logs:
            raise ValueError(f"{self.monitor} is not there. Received: {sorted(logs)}")
        value = float(logs[self.monitor])
        if np.isnan(value):
            return
        if self.best is None or (value < self.best if self.mode == "min" else value > self.best):
            self.best, self.best_epoch = value, epoch
            self.kept = self.model.get_weights()

    def on_train_end(self, logs=None):
        if self.kept is not None:
            self.model.set_weights(self.kept)


# %% right: BestWeights
class BestWeights(keras.callbacks.Callback):
    def __init__(self, monitor="val_loss", mode="min"):
        super().__init__()
        signs = {"min": 1.0, "max": -1.0}
        if mode not in signs:
            raise ValueError("Received: " + str(mode))
        self.sign, self.key = signs[mode], monitor
        self.on_train_begin()

    def on_train_begin(self, logs=None):
        self.best, self.best_epoch, self.copies = None, None, []

    def on_epoch_end(self, epoch, logs=None):
        try:
            value = float(logs[self.key])
        except KeyError:
            raise ValueError(f"Received: {', '.join(logs)}") from None
        better = value == value if self.best is None else self.sign * value < self.sign * self.best
        if better:
            self.best, self.best_epoch = value, epoch
            self.copies = [np.array(weight) for weight in self.model.weights]

    def on_train_end(self, logs=None):
        for variable, copy in zip(self.model.weights, self.copies, strict=False):
            variable.assign(copy)


# %% wrong: BestWeights
# idea: "keeps the list of variables, whose contents go on changing"
# fits: "The model ends with its last weights"
class BestWeights(keras.callbacks.Callback):
    def __init__(self, monitor="val_loss", mode="min"):
        super().__init__()
        if mode not in ("min", "max"):
            raise ValueError(f"Received: {mode}")
        self.monitor, self.mode = monitor, mode
        self.best = self.best_epoch = self.kept = None

    def on_train_begin(self, logs=None):
        self.best = self.best_epoch = self.kept = None

    def on_epoch_end(self, epoch, logs=None):
        if self.monitor not in logs:
            raise ValueError(f"Received: {list(logs)}")
        value = logs[self.monitor]
        if np.isnan(value):
            return
        if self.best is None or (value < self.best if self.mode == "min" else value > self.best):
            self.best, self.best_epoch = float(value), epoch
            self.kept = list(self.model.weights)

    def on_train_end(self, logs=None):
        if self.kept is not None:
            self.model.set_weights(self.kept)


# %% wrong: BestWeights
# idea: "of equal values the last counts"
# fits: "Of two equal values the later one counts for you"
class BestWeights(keras.callbacks.Callback):
    def __init__(self, monitor="val_loss", mode="min"):
        super().__init__()
        if mode not in ("min", "max"):
            raise ValueError(f"Received: {mode}")
        self.monitor, self.mode = monitor, mode
        self.best = self.best_epoch = self.kept = None

    def on_train_begin(self, logs=None):
        self.best = self.best_epoch = self.kept = None

    def on_epoch_end(self, epoch, logs=None):
        if self.monitor not in logs:
            raise ValueError(f"Received: {list(logs)}")
        value = logs[self.monitor]
        if np.isnan(value):
            return
        if self.best is None or (value <= self.best if self.mode == "min" else value >= self.best):
            self.best, self.best_epoch = float(value), epoch
            self.kept = self.model.get_weights()

    def on_train_end(self, logs=None):
        if self.kept is not None:
            self.model.set_weights(self.kept)


# %% wrong: BestWeights
# idea: "a second training goes on with the best of the first"
# fits: "A second training is compared with the first"
class BestWeights(keras.callbacks.Callback):
    def __init__(self, monitor="val_loss", mode="min"):
        super().__init__()
        if mode not in ("min", "max"):
            raise ValueError(f"Received: {mode}")
        self.monitor, self.mode = monitor, mode
        self.best = self.best_epoch = self.kept = None

    def on_epoch_end(self, epoch, logs=None):
        if self.monitor not in logs:
            raise ValueError(f"Received: {list(logs)}")
        value = logs[self.monitor]
        if np.isnan(value):
            return
        if self.best is None or (value < self.best if self.mode == "min" else value > self.best):
            self.best, self.best_epoch = float(value), epoch
            self.kept = self.model.get_weights()

    def on_train_end(self, logs=None):
        if self.kept is not None:
            self.model.set_weights(self.kept)


# %% wrong: BestWeights
# idea: "the first value counts whatever it is, NaN included"
# fits: "A NaN in the first epoch becomes the best value, and nothing is ever better than NaN"
class BestWeights(keras.callbacks.Callback):
    def __init__(self, monitor="val_loss", mode="min"):
        super().__init__()
        if mode not in ("min", "max"):
            raise ValueError(f"Received: {mode}")
        self.monitor, self.mode = monitor, mode
        self.best = self.best_epoch = self.kept = None

    def on_train_begin(self, logs=None):
        self.best = self.best_epoch = self.kept = None

    def on_epoch_end(self, epoch, logs=None):
        if self.monitor not in logs:
            raise ValueError(f"Received: {list(logs)}")
        value = float(logs[self.monitor])
        if self.best is None or (value < self.best if self.mode == "min" else value > self.best):
            self.best, self.best_epoch = value, epoch
            self.kept = self.model.get_weights()

    def on_train_end(self, logs=None):
        if self.kept is not None:
            self.model.set_weights(self.kept)


# %% wrong: BestWeights
# idea: "mode is checked and then forgotten"
# fits: "You take small values for good in any case"
class BestWeights(keras.callbacks.Callback):
    def __init__(self, monitor="val_loss", mode="min"):
        super().__init__()
        if mode not in ("min", "max"):
            raise ValueError(f"Received: {mode}")
        self.monitor = monitor
        self.best = self.best_epoch = self.kept = None

    def on_train_begin(self, logs=None):
        self.best = self.best_epoch = self.kept = None

    def on_epoch_end(self, epoch, logs=None):
        if self.monitor not in logs:
            raise ValueError(f"Received: {list(logs)}")
        value = float(logs[self.monitor])
        if not np.isnan(value) and (self.best is None or value < self.best):
            self.best, self.best_epoch = value, epoch
            self.kept = self.model.get_weights()

    def on_train_end(self, logs=None):
        if self.kept is not None:
            self.model.set_weights(self.kept)


# %% wrong: BestWeights
# idea: "only the weights that are trained"
# fits: "Only the weights that are trained come back"
class BestWeights(keras.callbacks.Callback):
    def __init__(self, monitor="val_loss", mode="min"):
        super().__init__()
        if mode not in ("min", "max"):
            raise ValueError(f"Received: {mode}")
        self.monitor, self.mode = monitor, mode
        self.best = self.best_epoch = self.kept = None

    def on_train_begin(self, logs=None):
        self.best = self.best_epoch = self.kept = None

    def on_epoch_end(self, epoch, logs=None):
        if self.monitor not in logs:
            raise ValueError(f"Received: {list(logs)}")
        value = float(logs[self.monitor])
        if np.isnan(value):
            return
        if self.best is None or (value < self.best if self.mode == "min" else value > self.best):
            self.best, self.best_epoch = value, epoch
            self.kept = [variable.numpy() for variable in self.model.trainable_variables]

    def on_train_end(self, logs=None):
        if self.kept is not None:
            for variable, array in zip(self.model.trainable_variables, self.kept, strict=True):
                variable.assign(array)


# %% wrong: BestWeights
# idea: "a missing monitor is passed over"
# fits: "If the monitored value is missing, nothing is said"
class BestWeights(keras.callbacks.Callback):
    def __init__(self, monitor="val_loss", mode="min"):
        super().__init__()
        if mode not in ("min", "max"):
            raise ValueError(f"Received: {mode}")
        self.monitor, self.mode = monitor, mode
        self.best = self.best_epoch = self.kept = None

    def on_train_begin(self, logs=None):
        self.best = self.best_epoch = self.kept = None

    def on_epoch_end(self, epoch, logs=None):
        value = logs.get(self.monitor)
        if value is None or np.isnan(value):
            return
        if self.best is None or (value < self.best if self.mode == "min" else value > self.best):
            self.best, self.best_epoch = float(value), epoch
            self.kept = self.model.get_weights()

    def on_train_end(self, logs=None):
        if self.kept is not None:
            self.model.set_weights(self.kept)


# %% wrong: BestWeights
# idea: "best starts at infinity instead of None"
# fits: "You begin with an infinite best value"
class BestWeights(keras.callbacks.Callback):
    def __init__(self, monitor="val_loss", mode="min"):
        super().__init__()
        if mode not in ("min", "max"):
            raise ValueError(f"Received: {mode}")
        self.monitor, self.mode = monitor, mode
        self.on_train_begin()

    def on_train_begin(self, logs=None):
        self.best = np.inf if self.mode == "min" else -np.inf
        self.best_epoch = self.kept = None

    def on_epoch_end(self, epoch, logs=None):
        if self.monitor not in logs:
            raise ValueError(f"Received: {list(logs)}")
        value = float(logs[self.monitor])
        if value < self.best if self.mode == "min" else value > self.best:
            self.best, self.best_epoch = value, epoch
            self.kept = self.model.get_weights()

    def on_train_end(self, logs=None):
        if self.kept is not None:
            self.model.set_weights(self.kept)


# %% wrong: BestWeights
# idea: "the best weights are noted, never put back"
# fits: "The model ends with its last weights"
class BestWeights(keras.callbacks.Callback):
    def __init__(self, monitor="val_loss", mode="min"):
        super().__init__()
        if mode not in ("min", "max"):
            raise ValueError(f"Received: {mode}")
        self.monitor, self.mode = monitor, mode
        self.best = self.best_epoch = self.best_weights = None

    def on_train_begin(self, logs=None):
        self.best = self.best_epoch = self.best_weights = None

    def on_epoch_end(self, epoch, logs=None):
        if self.monitor not in logs:
            raise ValueError(f"Received: {list(logs)}")
        value = float(logs[self.monitor])
        if np.isnan(value):
            return
        if self.best is None or (value < self.best if self.mode == "min" else value > self.best):
            self.best, self.best_epoch = value, epoch
            self.best_weights = self.model.get_weights()


# %% right: LearningRateLogger
class LearningRateLogger(keras.callbacks.Callback):
    def __init__(self):
        super().__init__()
        self.rates = []

    def on_train_begin(self, logs=None):
        self.rates = []

    def on_train_batch_begin(self, batch, logs=None):
        self.rates.append(float(self.model.optimizer.learning_rate))

    def on_epoch_end(self, epoch, logs=None):
        if logs is not None:
            logs["learning_rate"] = self.rates[-1]


# %% right: LearningRateLogger
class LearningRateLogger(keras.callbacks.Callback):
    def __init__(self):
        super().__init__()
        self.rates, self.next_rate = [], None

    def on_train_begin(self, logs=None):
        self.rates.clear()

    def on_train_batch_begin(self, batch, logs=None):
        self.next_rate = keras.ops.convert_to_numpy(self.model.optimizer.learning_rate).item()

    def on_train_batch_end(self, batch, logs=None):
        self.rates += [self.next_rate]

    def on_epoch_end(self, epoch, logs=None):
        logs.update(learning_rate=self.next_rate)


# %% wrong: LearningRateLogger
# idea: "read after the update, which is the next one's rate"
# fits: "When an update has been made, the optimizer has counted it already, and its rate is that"
class LearningRateLogger(keras.callbacks.Callback):
    def __init__(self):
        super().__init__()
        self.rates = []

    def on_train_begin(self, logs=None):
        self.rates = []

    def on_train_batch_end(self, batch, logs=None):
        self.rates.append(float(self.model.optimizer.learning_rate))

    def on_epoch_end(self, epoch, logs=None):
        logs["learning_rate"] = self.rates[-1]


# %% wrong: LearningRateLogger
# idea: "once an epoch"
# fits: "You look once an epoch"
class LearningRateLogger(keras.callbacks.Callback):
    def __init__(self):
        super().__init__()
        self.rates = []

    def on_train_begin(self, logs=None):
        self.rates = []

    def on_epoch_begin(self, epoch, logs=None):
        self.rates.append(float(self.model.optimizer.learning_rate))

    def on_epoch_end(self, epoch, logs=None):
        logs["learning_rate"] = self.rates[-1]


# %% wrong: LearningRateLogger
# idea: "the rates of an earlier training stay"
# fits: "The rates of an earlier training are still in the list"
class LearningRateLogger(keras.callbacks.Callback):
    def __init__(self):
        super().__init__()
        self.rates = []

    def on_train_batch_begin(self, batch, logs=None):
        self.rates.append(float(self.model.optimizer.learning_rate))

    def on_epoch_end(self, epoch, logs=None):
        logs["learning_rate"] = self.rates[-1]


# %% wrong: LearningRateLogger
# idea: "the history gets the rate that is there at the epoch's end"
# fits: "At the end of an epoch the optimizer's rate is that of the next update already"
class LearningRateLogger(keras.callbacks.Callback):
    def __init__(self):
        super().__init__()
        self.rates = []

    def on_train_begin(self, logs=None):
        self.rates = []

    def on_train_batch_begin(self, batch, logs=None):
        self.rates.append(float(self.model.optimizer.learning_rate))

    def on_epoch_end(self, epoch, logs=None):
        logs["learning_rate"] = float(self.model.optimizer.learning_rate)


# %% wrong: LearningRateLogger
# idea: "the variable itself is kept"
class LearningRateLogger(keras.callbacks.Callback):
    def __init__(self):
        super().__init__()
        self.rates = []

    def on_train_begin(self, logs=None):
        self.rates = []

    def on_train_batch_begin(self, batch, logs=None):
        self.rates.append(self.model.optimizer.learning_rate)

    def on_epoch_end(self, epoch, logs=None):
        logs["learning_rate"] = float(self.rates[-1])


# %% wrong: LearningRateLogger
# idea: "the list of rates belongs to the class"
# fits: "The list belongs to the class, so all loggers write into the same one"
class LearningRateLogger(keras.callbacks.Callback):
    rates = []

    def on_train_begin(self, logs=None):
        self.rates.clear()

    def on_train_batch_begin(self, batch, logs=None):
        self.rates.append(float(self.model.optimizer.learning_rate))

    def on_epoch_end(self, epoch, logs=None):
        logs["learning_rate"] = self.rates[-1]


# %% wrong: LearningRateLogger
# idea: "the history gets the rate of the epoch's first update"
# fits: "You put the rate of the epoch's first update into the logs"
class LearningRateLogger(keras.callbacks.Callback):
    def __init__(self):
        super().__init__()
        self.rates = []

    def on_train_begin(self, logs=None):
        self.rates = []

    def on_epoch_begin(self, epoch, logs=None):
        self.first = float(self.model.optimizer.learning_rate)

    def on_train_batch_begin(self, batch, logs=None):
        self.rates.append(float(self.model.optimizer.learning_rate))

    def on_epoch_end(self, epoch, logs=None):
        logs["learning_rate"] = self.first


# %% wrong: LearningRateLogger
# idea: "another key"
# fits: "The history never hears of the rate"
class LearningRateLogger(keras.callbacks.Callback):
    def __init__(self):
        super().__init__()
        self.rates = []

    def on_train_begin(self, logs=None):
        self.rates = []

    def on_train_batch_begin(self, batch, logs=None):
        self.rates.append(float(self.model.optimizer.learning_rate))

    def on_epoch_end(self, epoch, logs=None):
        logs["lr"] = self.rates[-1]


# %% right: early_stopping
def early_stopping(monitor="val_loss", patience=5, min_delta=0.0, warm_up=0):
    for value, least in ((patience, 1), (min_delta, 0), (warm_up, 0)):
        if value < least:
            raise ValueError(f"at least {least} is due. Received: {value}")
    return keras.callbacks.EarlyStopping(
        monitor=monitor,
        min_delta=min_delta,
        patience=patience,
        mode="min" if monitor.endswith(("loss", "error")) else "max",
        restore_best_weights=True,
        start_from_epoch=warm_up,
    )


# %% right: early_stopping
def early_stopping(monitor="val_loss", patience=5, min_delta=0.0, warm_up=0):
    if patience < 1:
        raise ValueError(f"patience is too small. Received: {patience}")
    if not min_delta >= 0:
        raise ValueError(f"min_delta is negative. Received: {min_delta}")
    if warm_up < 0:
        raise ValueError(f"warm_up is negative. Received: {warm_up}")
    mode = "max"
    for ending in ["loss", "error"]:
        if monitor[-len(ending) :] == ending:
            mode = "min"
    stop = keras.callbacks.EarlyStopping(monitor, min_delta, patience, 0, mode)
    stop.restore_best_weights, stop.start_from_epoch = True, warm_up
    return stop


# %% wrong: early_stopping
# idea: "the default, which leaves the last weights"
# fits: "The model keeps the weights of the last epoch, which is past the best one"
def early_stopping(monitor="val_loss", patience=5, min_delta=0.0, warm_up=0):
    if patience < 1 or min_delta < 0 or warm_up < 0:
        raise ValueError(f"Received: {patience}, {min_delta}, {warm_up}")
    mode = "min" if monitor.endswith("loss") or monitor.endswith("error") else "max"
    return keras.callbacks.EarlyStopping(monitor, min_delta, patience, mode=mode, start_from_epoch=warm_up)


# %% wrong: early_stopping
# idea: "mode is left to Keras"
# fits: "Left to itself Keras can't know the direction of every name"
def early_stopping(monitor="val_loss", patience=5, min_delta=0.0, warm_up=0):
    for value, least in ((patience, 1), (min_delta, 0), (warm_up, 0)):
        if value < least:
            raise ValueError(f"Received: {value}")
    return keras.callbacks.EarlyStopping(
        monitor, min_delta, patience, restore_best_weights=True, start_from_epoch=warm_up
    )


# %% wrong: early_stopping
# idea: "the word loss anywhere in the name"
# fits: "The name has to *end* in loss or error"
def early_stopping(monitor="val_loss", patience=5, min_delta=0.0, warm_up=0):
    for value, least in ((patience, 1), (min_delta, 0), (warm_up, 0)):
        if value < least:
            raise ValueError(f"Received: {value}")
    mode = "min" if "loss" in monitor or "error" in monitor else "max"
    return keras.callbacks.EarlyStopping(
        monitor, min_delta, patience, mode=mode, restore_best_weights=True, start_from_epoch=warm_up
    )


# %% wrong: early_stopping
# idea: "an error is taken for a score"
# fits: "Of an error too, less is better"
def early_stopping(monitor="val_loss", patience=5, min_delta=0.0, warm_up=0):
    for value, least in ((patience, 1), (min_delta, 0), (warm_up, 0)):
        if value < least:
            raise ValueError(f"Received: {value}")
    mode = "min" if monitor.endswith("loss") else "max"
    return keras.callbacks.EarlyStopping(
        monitor, min_delta, patience, mode=mode, restore_best_weights=True, start_from_epoch=warm_up
    )


# %% wrong: early_stopping
# idea: "warm_up is checked and not used"
# fits: "The epochs of the warm-up count"
def early_stopping(monitor="val_loss", patience=5, min_delta=0.0, warm_up=0):
    for value, least in ((patience, 1), (min_delta, 0), (warm_up, 0)):
        if value < least:
            raise ValueError(f"Received: {value}")
    mode = "min" if monitor.endswith(("loss", "error")) else "max"
    return keras.callbacks.EarlyStopping(monitor, min_delta, patience, mode=mode, restore_best_weights=True)


# %% wrong: early_stopping
# idea: "the warm-up is added to the patience"
# fits: "A longer patience isn't a warm-up: the first epochs still count as the best"
def early_stopping(monitor="val_loss", patience=5, min_delta=0.0, warm_up=0):
    for value, least in ((patience, 1), (min_delta, 0), (warm_up, 0)):
        if value < least:
            raise ValueError(f"Received: {value}")
    mode = "min" if monitor.endswith(("loss", "error")) else "max"
    return keras.callbacks.EarlyStopping(monitor, min_delta, patience + warm_up, mode=mode, restore_best_weights=True)


# %% wrong: early_stopping
# idea: "one epoch too patient"
# fits: "It stops an epoch too late"
def early_stopping(monitor="val_loss", patience=5, min_delta=0.0, warm_up=0):
    for value, least in ((patience, 1), (min_delta, 0), (warm_up, 0)):
        if value < least:
            raise ValueError(f"Received: {value}")
    mode = "min" if monitor.endswith(("loss", "error")) else "max"
    return keras.callbacks.EarlyStopping(
        monitor, min_delta, patience + 1, mode=mode, restore_best_weights=True, start_from_epoch=warm_up
    )


# %% wrong: early_stopping
# idea: "a patience of 0 is let through"
# fits: "A patience of 0 is let through"
def early_stopping(monitor="val_loss", patience=5, min_delta=0.0, warm_up=0):
    for value in (patience, min_delta, warm_up):
        if value < 0:
            raise ValueError(f"Received: {value}")
    mode = "min" if monitor.endswith(("loss", "error")) else "max"
    return keras.callbacks.EarlyStopping(
        monitor, min_delta, patience, mode=mode, restore_best_weights=True, start_from_epoch=warm_up
    )


# %% right: resume_training
def resume_training(model, batches, epochs, folder):
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    model.optimizer.build(model.trainable_variables)
    variables = model.variables + model.optimizer.variables
    path, history, done = folder / "state.npz", {}, 0
    if path.exists():
        with np.load(path) as state:
            for i, variable in enumerate(variables):
                variable.assign(state[f"variable_{i}"])
            history, done = json.loads(str(state["history"])), int(state["done"])
    for epoch in range(done, epochs):
        fitted = model.fit(batches(epoch), initial_epoch=epoch, epochs=epoch + 1, verbose=0, shuffle=False)
        for key, values in fitted.history.items():
            history.setdefault(key, []).extend(float(value) for value in values)
        arrays = {f"variable_{i}": np.array(variable) for i, variable in enumerate(variables)}
        unfinished = folder / "unfinished"
        with open(unfinished, "wb") as file:
            np.savez(file, history=json.dumps(history), done=epoch + 1, **arrays)
            file.flush()
            os.fsync(file.fileno())
        os.replace(unfinished, path)
    return history


# %% right: resume_training
def resume_training(model, batches, epochs, folder):
    # one folder an epoch, which gets its name when everything is in it
    os.makedirs(folder, exist_ok=True)
    model.optimizer.build(model.trainable_variables)
    generators = [v for v in model.variables if not any(v is w for w in model.weights)]
    stored = [int(name.removeprefix("after-")) for name in os.listdir(folder) if name.startswith("after-")]
    losses = {}
    if stored:
        latest = os.path.join(folder, f"after-{max(stored)}")
        model.load_weights(os.path.join(latest, "all.weights.h5"))
        with open(os.path.join(latest, "rest.json")) as file:
            losses, seeds = json.load(file)
        for variable, seed in zip(generators, seeds, strict=True):
            variable.assign(np.array(seed, variable.dtype))
    for epoch in range(max(stored, default=0), epochs):
        new = model.fit(batches(epoch), epochs=1, verbose=0, shuffle=False).history
        losses = {key: losses.get(key, []) + new[key] for key in new}
        draft = os.path.join(folder, "draft")
        shutil.rmtree(draft, ignore_errors=True)
        os.mkdir(draft)
        model.save_weights(os.path.join(draft, "all.weights.h5"))
        with open(os.path.join(draft, "rest.json"), "w") as file:
            json.dump([losses, [variable.numpy().tolist() for variable in generators]], file)
        os.rename(draft, os.path.join(folder, f"after-{epoch + 1}"))
    return losses


# %% wrong: resume_training
# idea: "BackupAndRestore is trusted with everything"
# fits: "Keras's backup knows weights, optimizer and the epoch's number"
def resume_training(model, batches, epochs, folder):
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    note = folder / "history.json"
    history = json.loads(note.read_text()) if note.exists() else {}
    done = len(next(iter(history.values()), []))
    backup = keras.callbacks.BackupAndRestore(folder / "backup", delete_checkpoint=False)
    for epoch in range(done, epochs):
        fitted = model.fit(
            batches(epoch), initial_epoch=epoch, epochs=epoch + 1, verbose=0, shuffle=False, callbacks=[backup]
        )
        for key, values in fitted.history.items():
            history[key] = history.get(key, []) + values
        note.write_text(json.dumps(history))
    return history


# %% wrong: resume_training
# idea: "the weights alone"
# fits: "The optimizer begins anew"
def resume_training(model, batches, epochs, folder):
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    path, history, done = folder / "state.npz", {}, 0
    if path.exists():
        with np.load(path) as state:
            for i, variable in enumerate(model.variables):
                variable.assign(state[str(i)])
            history, done = json.loads(str(state["history"])), int(state["done"])
    for epoch in range(done, epochs):
        fitted = model.fit(batches(epoch), initial_epoch=epoch, epochs=epoch + 1, verbose=0, shuffle=False)
        for key, values in fitted.history.items():
            history[key] = history.get(key, []) + values
        with open(folder / "new", "wb") as file:
            arrays = {str(i): variable.numpy() for i, variable in enumerate(model.variables)}
            np.savez(file, history=json.dumps(history), done=epoch + 1, **arrays)
        os.replace(folder / "new", path)
    return history


# %% wrong: resume_training
# idea: "weights and optimizer, and dropout starts over"
# fits: "The random generators begin anew, so dropout draws the masks of the first epochs again"
def resume_training(model, batches, epochs, folder):
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    model.optimizer.build(model.trainable_variables)
    variables = model.weights + model.optimizer.variables
    path, history, done = folder / "state.npz", {}, 0
    if path.exists():
        with np.load(path) as state:
            for i, variable in enumerate(variables):
                variable.assign(state[str(i)])
            history, done = json.loads(str(state["history"])), int(state["done"])
    for epoch in range(done, epochs):
        fitted = model.fit(batches(epoch), initial_epoch=epoch, epochs=epoch + 1, verbose=0, shuffle=False)
        for key, values in fitted.history.items():
            history[key] = history.get(key, []) + values
        with open(folder / "new", "wb") as file:
            arrays = {str(i): variable.numpy() for i, variable in enumerate(variables)}
            np.savez(file, history=json.dumps(history), done=epoch + 1, **arrays)
        os.replace(folder / "new", path)
    return history


# %% wrong: resume_training
# idea: "the state is written over the only copy"
# fits: "You write over the only state there is"
def resume_training(model, batches, epochs, folder):
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    model.optimizer.build(model.trainable_variables)
    variables = model.variables + model.optimizer.variables
    path, history, done = folder / "state.npz", {}, 0
    if path.exists():
        with np.load(path) as state:
            for i, variable in enumerate(variables):
                variable.assign(state[str(i)])
            history, done = json.loads(str(state["history"])), int(state["done"])
    for epoch in range(done, epochs):
        fitted = model.fit(batches(epoch), initial_epoch=epoch, epochs=epoch + 1, verbose=0, shuffle=False)
        for key, values in fitted.history.items():
            history[key] = history.get(key, []) + values
        arrays = {str(i): variable.numpy() for i, variable in enumerate(variables)}
        np.savez(path, history=json.dumps(history), done=epoch + 1, **arrays)
    return history


# %% wrong: resume_training
# idea: "variables and history in two files, each replaced in one step"
# fits: "State and history are two files"
def resume_training(model, batches, epochs, folder):
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    model.optimizer.build(model.trainable_variables)
    variables = model.variables + model.optimizer.variables
    history = {}
    if (folder / "history.json").exists():
        history = json.loads((folder / "history.json").read_text())
        with np.load(folder / "state.npz") as state:
            for i, variable in enumerate(variables):
                variable.assign(state[str(i)])
    for epoch in range(len(history.get("loss", [])), epochs):
        fitted = model.fit(batches(epoch), initial_epoch=epoch, epochs=epoch + 1, verbose=0, shuffle=False)
        for key, values in fitted.history.items():
            history[key] = history.get(key, []) + values
        with open(folder / "new.npz", "wb") as file:
            np.savez(file, **{str(i): variable.numpy() for i, variable in enumerate(variables)})
        os.replace(folder / "new.npz", folder / "state.npz")
        (folder / "new.json").write_text(json.dumps(history))
        os.replace(folder / "new.json", folder / "history.json")
    return history


# %% wrong: resume_training
# idea: "the old state is removed before the new one has its name"
# fits: "You remove the old state before the new one has its name"
def resume_training(model, batches, epochs, folder):
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    model.optimizer.build(model.trainable_variables)
    variables = model.variables + model.optimizer.variables
    path, history, done = folder / "state.npz", {}, 0
    if path.exists():
        with np.load(path) as state:
            for i, variable in enumerate(variables):
                variable.assign(state[str(i)])
            history, done = json.loads(str(state["history"])), int(state["done"])
    for epoch in range(done, epochs):
        fitted = model.fit(batches(epoch), initial_epoch=epoch, epochs=epoch + 1, verbose=0, shuffle=False)
        for key, values in fitted.history.items():
            history[key] = history.get(key, []) + values
        with open(folder / "new", "wb") as file:
            arrays = {str(i): variable.numpy() for i, variable in enumerate(variables)}
            np.savez(file, history=json.dumps(history), done=epoch + 1, **arrays)
        if path.exists():
            os.remove(path)
        os.rename(folder / "new", path)
    return history


# %% wrong: resume_training
# idea: "the history is that of this call"
# fits: "You return the history of the last epoch alone, or nothing where nothing was left to do"
def resume_training(model, batches, epochs, folder):
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    model.optimizer.build(model.trainable_variables)
    variables = model.variables + model.optimizer.variables
    path, history, done = folder / "state.npz", {}, 0
    if path.exists():
        with np.load(path) as state:
            for i, variable in enumerate(variables):
                variable.assign(state[str(i)])
            done = int(state["done"])
    for epoch in range(done, epochs):
        fitted = model.fit(batches(epoch), initial_epoch=epoch, epochs=epoch + 1, verbose=0, shuffle=False)
        for key, values in fitted.history.items():
            history[key] = history.get(key, []) + values
        with open(folder / "new", "wb") as file:
            arrays = {str(i): variable.numpy() for i, variable in enumerate(variables)}
            np.savez(file, done=epoch + 1, **arrays)
        os.replace(folder / "new", path)
    return history


# %% wrong: resume_training
# idea: "the number of the last stored epoch is where it goes on"
# fits: "The last epoch that was stored is trained a second time"
def resume_training(model, batches, epochs, folder):
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    model.optimizer.build(model.trainable_variables)
    variables = model.variables + model.optimizer.variables
    path, history, start = folder / "state.npz", {}, 0
    if path.exists():
        with np.load(path) as state:
            for i, variable in enumerate(variables):
                variable.assign(state[str(i)])
            history, start = json.loads(str(state["history"])), int(state["epoch"])
    for epoch in range(start, epochs):
        fitted = model.fit(batches(epoch), initial_epoch=epoch, epochs=epoch + 1, verbose=0, shuffle=False)
        for key, values in fitted.history.items():
            history[key] = history.get(key, []) + values
        with open(folder / "new", "wb") as file:
            arrays = {str(i): variable.numpy() for i, variable in enumerate(variables)}
            np.savez(file, history=json.dumps(history), epoch=epoch, **arrays)
        os.replace(folder / "new", path)
    return history


# %% wrong: resume_training
# idea: "after a break the data start from epoch 0"
# fits: "After a break you ask for the data of the wrong epoch"
def resume_training(model, batches, epochs, folder):
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    model.optimizer.build(model.trainable_variables)
    variables = model.variables + model.optimizer.variables
    path, history, done = folder / "state.npz", {}, 0
    if path.exists():
        with np.load(path) as state:
            for i, variable in enumerate(variables):
                variable.assign(state[str(i)])
            history, done = json.loads(str(state["history"])), int(state["done"])
    for k in range(epochs - done):
        fitted = model.fit(batches(k), verbose=0, shuffle=False)
        for key, values in fitted.history.items():
            history[key] = history.get(key, []) + values
        with open(folder / "new", "wb") as file:
            arrays = {str(i): variable.numpy() for i, variable in enumerate(variables)}
            np.savez(file, history=json.dumps(history), done=done + k + 1, **arrays)
        os.replace(folder / "new", path)
    return history


# %% wrong: resume_training
# idea: "the optimizer has no moments yet when they are to be loaded"
# fits: "The optimizer begins anew"
def resume_training(model, batches, epochs, folder):
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    path, history, done = folder / "state.npz", {}, 0
    if path.exists():
        with np.load(path) as state:
            for i, variable in enumerate(model.variables + model.optimizer.variables):
                variable.assign(state[str(i)])
            history, done = json.loads(str(state["history"])), int(state["done"])
    for epoch in range(done, epochs):
        fitted = model.fit(batches(epoch), initial_epoch=epoch, epochs=epoch + 1, verbose=0, shuffle=False)
        for key, values in fitted.history.items():
            history[key] = history.get(key, []) + values
        with open(folder / "new", "wb") as file:
            every = model.variables + model.optimizer.variables
            arrays = {str(i): variable.numpy() for i, variable in enumerate(every)}
            np.savez(file, history=json.dumps(history), done=epoch + 1, **arrays)
        os.replace(folder / "new", path)
    return history


# %% wrong: resume_training
# idea: "another model is loaded, and the caller's isn't the one that is trained"
def resume_training(model, batches, epochs, folder):
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    history, done = {}, 0
    if (folder / "history.json").exists():
        history = json.loads((folder / "history.json").read_text())
        done = len(history["loss"])
        model = keras.models.load_model(folder / f"{done}.keras", custom_objects={"Mortal": Mortal})
    for epoch in range(done, epochs):
        fitted = model.fit(batches(epoch), initial_epoch=epoch, epochs=epoch + 1, verbose=0, shuffle=False)
        for key, values in fitted.history.items():
            history[key] = history.get(key, []) + values
        model.save(folder / f"{epoch + 1}.keras")
        (folder / "new").write_text(json.dumps(history))
        os.replace(folder / "new", folder / "history.json")
    return history


# %% wrong: resume_training
# idea: "epochs counts what this call trains"
# fits: "After a break you train that many epochs once more"
def resume_training(model, batches, epochs, folder):
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    model.optimizer.build(model.trainable_variables)
    variables = model.variables + model.optimizer.variables
    path, history, done = folder / "state.npz", {}, 0
    if path.exists():
        with np.load(path) as state:
            for i, variable in enumerate(variables):
                variable.assign(state[str(i)])
            history, done = json.loads(str(state["history"])), int(state["done"])
    for epoch in range(done, done + epochs):
        fitted = model.fit(batches(epoch), initial_epoch=epoch, epochs=epoch + 1, verbose=0, shuffle=False)
        for key, values in fitted.history.items():
            history[key] = history.get(key, []) + values
        with open(folder / "new", "wb") as file:
            arrays = {str(i): variable.numpy() for i, variable in enumerate(variables)}
            np.savez(file, history=json.dumps(history), done=epoch + 1, **arrays)
        os.replace(folder / "new", path)
    return history
