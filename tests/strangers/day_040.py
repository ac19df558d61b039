# %% right: train_one_epoch
def train_one_epoch(model, optimizer, loss_fn, batches):
    total, count = 0.0, 0
    for x, y in batches:
        with tf.GradientTape() as tape:
            loss = loss_fn(y, model(x, training=True)) + sum(model.losses)
        variables = model.trainable_variables
        optimizer.apply(tape.gradient(loss, variables), variables)
        total += len(x) * float(loss)
        count += len(x)
    return total / count


# %% right: train_one_epoch
def train_one_epoch(model, optimizer, loss_fn, batches):
    account = keras.metrics.Mean(dtype="float64")
    for x, y in batches:
        with tf.GradientTape() as tape:
            predictions = model(x, training=True)
            loss = loss_fn(y, predictions)
            if model.losses:
                loss = loss + tf.add_n(model.losses)
        gradients = tape.gradient(loss, model.trainable_weights)
        optimizer.apply_gradients(zip(gradients, model.trainable_weights))
        account.update_state(loss, sample_weight=x.shape[0])
    return float(account.result())


# %% wrong: train_one_epoch
# idea: "mean of the batches' losses"
# fits: "You average over batches, so that a last"
def train_one_epoch(model, optimizer, loss_fn, batches):
    total, count = 0.0, 0
    for x, y in batches:
        with tf.GradientTape() as tape:
            loss = loss_fn(y, model(x, training=True)) + sum(model.losses)
        variables = model.trainable_variables
        optimizer.apply(tape.gradient(loss, variables), variables)
        total += float(loss)
        count += 1
    return total / count


# %% wrong: train_one_epoch
# idea: "training=True forgotten"
# fits: "The model was called as in use. Layers that"
def train_one_epoch(model, optimizer, loss_fn, batches):
    total, count = 0.0, 0
    for x, y in batches:
        with tf.GradientTape() as tape:
            loss = loss_fn(y, model(x)) + sum(model.losses)
        variables = model.trainable_variables
        optimizer.apply(tape.gradient(loss, variables), variables)
        total += len(x) * float(loss)
        count += len(x)
    return total / count


# %% wrong: train_one_epoch
# idea: "penalties forgotten"
# fits: "Some layers have asked for a penalty, and"
def train_one_epoch(model, optimizer, loss_fn, batches):
    total, count = 0.0, 0
    for x, y in batches:
        with tf.GradientTape() as tape:
            loss = loss_fn(y, model(x, training=True))
        variables = model.trainable_variables
        optimizer.apply(tape.gradient(loss, variables), variables)
        total += len(x) * float(loss)
        count += len(x)
    return total / count


# %% wrong: train_one_epoch
# idea: "penalties in the step, not in the report"
def train_one_epoch(model, optimizer, loss_fn, batches):
    total, count = 0.0, 0
    for x, y in batches:
        with tf.GradientTape() as tape:
            loss = loss_fn(y, model(x, training=True))
            whole = loss + sum(model.losses)
        variables = model.trainable_variables
        optimizer.apply(tape.gradient(whole, variables), variables)
        total += len(x) * float(loss)
        count += len(x)
    return total / count


# %% wrong: train_one_epoch
# idea: "penalties in the report, not in the step"
# fits: "You read the penalties outside the tape"
def train_one_epoch(model, optimizer, loss_fn, batches):
    total, count = 0.0, 0
    for x, y in batches:
        with tf.GradientTape() as tape:
            loss = loss_fn(y, model(x, training=True))
        loss_ = loss + sum(model.losses)
        variables = model.trainable_variables
        optimizer.apply(tape.gradient(loss, variables), variables)
        total += len(x) * float(loss_)
        count += len(x)
    return total / count


# %% wrong: train_one_epoch
# idea: "penalties read before the call, outside the tape"
# fits: "You read the penalties outside the tape"
def train_one_epoch(model, optimizer, loss_fn, batches):
    total, count = 0.0, 0
    for x, y in batches:
        penalty = sum(model.losses)
        with tf.GradientTape() as tape:
            loss = loss_fn(y, model(x, training=True)) + penalty
        variables = model.trainable_variables
        optimizer.apply(tape.gradient(loss, variables), variables)
        total += len(x) * float(loss)
        count += len(x)
    return total / count


# %% wrong: train_one_epoch
# idea: "order of the loss's arguments"
# fits: "The loss got predictions for targets and"
def train_one_epoch(model, optimizer, loss_fn, batches):
    total, count = 0.0, 0
    for x, y in batches:
        with tf.GradientTape() as tape:
            loss = loss_fn(model(x, training=True), y) + sum(model.losses)
        variables = model.trainable_variables
        optimizer.apply(tape.gradient(loss, variables), variables)
        total += len(x) * float(loss)
        count += len(x)
    return total / count


# %% wrong: train_one_epoch
# idea: "all variables, frozen ones too"
# fits: "You ask for the slopes of all that the model"
def train_one_epoch(model, optimizer, loss_fn, batches):
    total, count = 0.0, 0
    for x, y in batches:
        with tf.GradientTape() as tape:
            loss = loss_fn(y, model(x, training=True)) + sum(model.losses)
        variables = [v for v in model.variables if v.dtype == 'float32']
        optimizer.apply(tape.gradient(loss, variables), variables)
        total += len(x) * float(loss)
        count += len(x)
    return total / count


# %% wrong: train_one_epoch
# idea: "loss measured after the step"
# fits: "You measure each batch again after its step"
def train_one_epoch(model, optimizer, loss_fn, batches):
    total, count = 0.0, 0
    for x, y in batches:
        with tf.GradientTape() as tape:
            loss = loss_fn(y, model(x, training=True)) + sum(model.losses)
        variables = model.trainable_variables
        optimizer.apply(tape.gradient(loss, variables), variables)
        total += len(x) * float(loss_fn(y, model(x, training=False)) + sum(model.losses))
        count += len(x)
    return total / count


# %% wrong: train_one_epoch
# idea: "batches listed and shuffled"
def train_one_epoch(model, optimizer, loss_fn, batches):
    total, count = 0.0, 0
    batches = list(batches)
    for x, y in batches[::-1]:
        with tf.GradientTape() as tape:
            loss = loss_fn(y, model(x, training=True)) + sum(model.losses)
        variables = model.trainable_variables
        optimizer.apply(tape.gradient(loss, variables), variables)
        total += len(x) * float(loss)
        count += len(x)
    return total / count


# %% wrong: train_one_epoch
# idea: "walks through the batches twice"
def train_one_epoch(model, optimizer, loss_fn, batches):
    total, count = 0.0, 0
    for x, y in batches:
        with tf.GradientTape() as tape:
            loss = loss_fn(y, model(x, training=True)) + sum(model.losses)
        variables = model.trainable_variables
        optimizer.apply(tape.gradient(loss, variables), variables)
        total += len(x) * float(loss)
        count += len(x)
    return total / sum(len(x) for x, _ in batches)


# %% wrong: train_one_epoch
# idea: "needs len(batches)"
def train_one_epoch(model, optimizer, loss_fn, batches):
    total, count = 0.0, 0
    for x, y in batches:
        with tf.GradientTape() as tape:
            loss = loss_fn(y, model(x, training=True)) + sum(model.losses)
        variables = model.trainable_variables
        optimizer.apply(tape.gradient(loss, variables), variables)
        total += len(x) * float(loss)
        count += len(x)
    return total / count * (len(batches) / len(batches))


# %% wrong: train_one_epoch
# idea: "steps uphill"
# fits: "Your steps climb"
def train_one_epoch(model, optimizer, loss_fn, batches):
    total, count = 0.0, 0
    for x, y in batches:
        with tf.GradientTape() as tape:
            loss = loss_fn(y, model(x, training=True)) + sum(model.losses)
        variables = model.trainable_variables
        optimizer.apply([-one for one in tape.gradient(loss, variables)], variables)
        total += len(x) * float(loss)
        count += len(x)
    return total / count


# %% wrong: train_one_epoch
# idea: "gradients summed over the epoch, one step"
# fits: "You gather the gradients of the whole epoch"
def train_one_epoch(model, optimizer, loss_fn, batches):
    total, count, sums = 0.0, 0, None
    for x, y in batches:
        with tf.GradientTape() as tape:
            loss = loss_fn(y, model(x, training=True)) + sum(model.losses)
        found = tape.gradient(loss, model.trainable_variables)
        sums = found if sums is None else [a + b for a, b in zip(sums, found)]
        total += len(x) * float(loss)
        count += len(x)
    optimizer.apply(sums, model.trainable_variables)
    return total / count


# %% wrong: train_one_epoch
# idea: "updates the weights itself, without the optimiser's memory"
# fits: "The optimiser that was handed in remembers"
def train_one_epoch(model, optimizer, loss_fn, batches):
    total, count = 0.0, 0
    for x, y in batches:
        with tf.GradientTape() as tape:
            loss = loss_fn(y, model(x, training=True)) + sum(model.losses)
        variables = model.trainable_variables
        for variable, slope in zip(variables, tape.gradient(loss, variables)):
            variable.assign_sub(float(optimizer.learning_rate) * slope)
        total += len(x) * float(loss)
        count += len(x)
    return total / count


# %% wrong: train_one_epoch
# idea: "a new optimiser for each epoch"
def train_one_epoch(model, optimizer, loss_fn, batches):
    optimizer = type(optimizer).from_config(optimizer.get_config())
    total, count = 0.0, 0
    for x, y in batches:
        with tf.GradientTape() as tape:
            loss = loss_fn(y, model(x, training=True)) + sum(model.losses)
        variables = model.trainable_variables
        optimizer.apply(tape.gradient(loss, variables), variables)
        total += len(x) * float(loss)
        count += len(x)
    return total / count


# %% wrong: train_one_epoch
# idea: "a tensor returned"
# fits: "The numbers are right. What is not is what holds them"
def train_one_epoch(model, optimizer, loss_fn, batches):
    total, count = 0.0, 0
    for x, y in batches:
        with tf.GradientTape() as tape:
            loss = loss_fn(y, model(x, training=True)) + sum(model.losses)
        variables = model.trainable_variables
        optimizer.apply(tape.gradient(loss, variables), variables)
        total += len(x) * float(loss)
        count += len(x)
    return ops.convert_to_tensor(total / count)


# %% wrong: train_one_epoch
# idea: "the loss of the last batch"
# fits: "That is the loss of the last batch. The"
def train_one_epoch(model, optimizer, loss_fn, batches):
    total, count = 0.0, 0
    for x, y in batches:
        with tf.GradientTape() as tape:
            loss = loss_fn(y, model(x, training=True)) + sum(model.losses)
        variables = model.trainable_variables
        optimizer.apply(tape.gradient(loss, variables), variables)
        total += len(x) * float(loss)
        count += len(x)
    return float(loss)


# %% wrong: train_one_epoch
# idea: "called a second time to report"
# fits: "The model is called twice for each batch"
def train_one_epoch(model, optimizer, loss_fn, batches):
    total, count = 0.0, 0
    for x, y in batches:
        with tf.GradientTape() as tape:
            loss = loss_fn(y, model(x, training=True)) + sum(model.losses)
        variables = model.trainable_variables
        optimizer.apply(tape.gradient(loss, variables), variables)
        with tf.GradientTape():
            model(x, training=True)
        total += len(x) * float(loss)
        count += len(x)
    return total / count


# %% wrong: train_one_epoch
# idea: "first batch's size for all"
# fits: "You average over batches, so that a last"
def train_one_epoch(model, optimizer, loss_fn, batches):
    total, count = 0.0, 0
    for x, y in batches:
        with tf.GradientTape() as tape:
            loss = loss_fn(y, model(x, training=True)) + sum(model.losses)
        variables = model.trainable_variables
        optimizer.apply(tape.gradient(loss, variables), variables)
        size = size if count else len(x)
        total += size * float(loss)
        count += size
    return total / count


# %% wrong: train_one_epoch
# idea: "clips the gradients"
def train_one_epoch(model, optimizer, loss_fn, batches):
    total, count = 0.0, 0
    for x, y in batches:
        with tf.GradientTape() as tape:
            loss = loss_fn(y, model(x, training=True)) + sum(model.losses)
        variables = model.trainable_variables
        optimizer.apply(tf.clip_by_global_norm(tape.gradient(loss, variables), 1.0)[0], variables)
        total += len(x) * float(loss)
        count += len(x)
    return total / count


# %% wrong: train_one_epoch
# idea: "gradient scaled by the batch's size"
def train_one_epoch(model, optimizer, loss_fn, batches):
    total, count = 0.0, 0
    for x, y in batches:
        with tf.GradientTape() as tape:
            loss = loss_fn(y, model(x, training=True)) + sum(model.losses)
        variables = model.trainable_variables
        optimizer.apply([len(x) * one for one in tape.gradient(loss, variables)], variables)
        total += len(x) * float(loss)
        count += len(x)
    return total / count


# %% wrong: train_one_epoch
# idea: "train_on_batch of a recompiled model"
# fits: "You average over batches, so that a last"
def train_one_epoch(model, optimizer, loss_fn, batches):
    model.compile(optimizer, loss_fn)
    losses = [float(model.train_on_batch(x, y)) for x, y in batches]
    return sum(losses) / len(losses)


# %% right: accumulate_gradients
def accumulate_gradients(model, batches, num_micro):
    batches = iter(batches)
    while True:
        sums, count = None, 0
        for x, y in itertools.islice(batches, num_micro):
            with tf.GradientTape() as tape:
                loss = model.compute_loss(x=x, y=y, y_pred=model(x, training=True))
            found = tape.gradient(loss, model.trainable_variables)
            found = [len(x) * one for one in found]
            sums = found if sums is None else [a + b for a, b in zip(sums, found)]
            count += len(x)
        if sums is None:
            return
        yield [one / count for one in sums]


# %% right: accumulate_gradients
class _Gatherer:
    def __init__(self, model, batches, num_micro):
        self.model, self.batches, self.num_micro = model, iter(batches), num_micro

    def __iter__(self):
        return self

    def __next__(self):
        mean, seen = None, 0
        for _ in range(self.num_micro):
            try:
                x, y = next(self.batches)
            except StopIteration:
                break
            with tf.GradientTape() as tape:
                predictions = self.model(x, training=True)
                loss = self.model.compute_loss(x=x, y=y, y_pred=predictions)
            new = tape.gradient(loss, self.model.trainable_variables)
            seen += x.shape[0]
            share = x.shape[0] / seen
            mean = new if mean is None else [old + share * (one - old) for old, one in zip(mean, new)]
        if mean is None:
            raise StopIteration
        return list(mean)


def accumulate_gradients(model, batches, num_micro):
    return _Gatherer(model, batches, num_micro)


# %% wrong: accumulate_gradients
# idea: "mean of the micro-batches' gradients"
# fits: "That is the mean of the micro-batches' gradients."
def accumulate_gradients(model, batches, num_micro):
    batches = iter(batches)
    while True:
        sums, count = None, 0
        for x, y in itertools.islice(batches, num_micro):
            with tf.GradientTape() as tape:
                loss = model.compute_loss(x=x, y=y, y_pred=model(x, training=True))
            found = tape.gradient(loss, model.trainable_variables)
            found = found
            sums = found if sums is None else [a + b for a, b in zip(sums, found)]
            count += 1
        if sums is None:
            return
        yield [one / count for one in sums]


# %% wrong: accumulate_gradients
# idea: "divided by num_micro even where fewer came"
# fits: "You divide by num_micro, also where fewer"
def accumulate_gradients(model, batches, num_micro):
    batches = iter(batches)
    while True:
        sums, count = None, 0
        for x, y in itertools.islice(batches, num_micro):
            with tf.GradientTape() as tape:
                loss = model.compute_loss(x=x, y=y, y_pred=model(x, training=True))
            found = tape.gradient(loss, model.trainable_variables)
            found = found
            sums = found if sums is None else [a + b for a, b in zip(sums, found)]
            count += len(x)
        if sums is None:
            return
        yield [one / num_micro for one in sums]


# %% wrong: accumulate_gradients
# idea: "sum of the gradients"
# fits: "You add the gradients of the micro-batches"
def accumulate_gradients(model, batches, num_micro):
    batches = iter(batches)
    while True:
        sums, count = None, 0
        for x, y in itertools.islice(batches, num_micro):
            with tf.GradientTape() as tape:
                loss = model.compute_loss(x=x, y=y, y_pred=model(x, training=True))
            found = tape.gradient(loss, model.trainable_variables)
            found = found
            sums = found if sums is None else [a + b for a, b in zip(sums, found)]
            count += len(x)
        if sums is None:
            return
        yield sums


# %% wrong: accumulate_gradients
# idea: "the last, short large batch dropped"
# fits: "The last micro-batches, fewer than num_micro"
def accumulate_gradients(model, batches, num_micro):
    batches, done = iter(batches), 0
    while True:
        sums, count, micro = None, 0, 0
        for x, y in itertools.islice(batches, num_micro):
            with tf.GradientTape() as tape:
                loss = model.compute_loss(x=x, y=y, y_pred=model(x, training=True))
            found = tape.gradient(loss, model.trainable_variables)
            found = [len(x) * one for one in found]
            sums = found if sums is None else [a + b for a, b in zip(sums, found)]
            count += len(x)
            micro += 1
        if sums is None:
            return
        done += 1
        if micro < num_micro:
            return
        yield [one / count for one in sums]


# %% wrong: accumulate_gradients
# idea: "an empty last entry where the number divides"
# fits: "Where the micro-batches come out even, an empty entry follows the last one"
def accumulate_gradients(model, batches, num_micro):
    sums, count, micro = None, 0, 0
    for x, y in batches:
        with tf.GradientTape() as tape:
            loss = model.compute_loss(x=x, y=y, y_pred=model(x, training=True))
        found = [len(x) * one for one in tape.gradient(loss, model.trainable_variables)]
        sums = found if sums is None else [a + b for a, b in zip(sums, found)]
        count, micro = count + len(x), micro + 1
        if micro == num_micro:
            yield [one / count for one in sums]
            sums, count, micro = None, 0, 0
    yield [one / count for one in sums] if sums else []


# %% wrong: accumulate_gradients
# idea: "sums not cleared after an entry"
def accumulate_gradients(model, batches, num_micro):
    sums, count, micro = None, 0, 0
    for x, y in batches:
        with tf.GradientTape() as tape:
            loss = model.compute_loss(x=x, y=y, y_pred=model(x, training=True))
        found = [len(x) * one for one in tape.gradient(loss, model.trainable_variables)]
        sums = found if sums is None else [a + b for a, b in zip(sums, found)]
        count, micro = count + len(x), micro + 1
        if micro == num_micro:
            yield [one / count for one in sums]
            micro = 0
    if micro:
        yield [one / count for one in sums]


# %% wrong: accumulate_gradients
# idea: "a list, all at once"
def accumulate_gradients(model, batches, num_micro):
    return iter(list(_gather(model, batches, num_micro)))


def _gather(model, batches, num_micro):
    batches = iter(batches)
    while True:
        sums, count = None, 0
        for x, y in itertools.islice(batches, num_micro):
            with tf.GradientTape() as tape:
                loss = model.compute_loss(x=x, y=y, y_pred=model(x, training=True))
            found = tape.gradient(loss, model.trainable_variables)
            found = [len(x) * one for one in found]
            sums = found if sums is None else [a + b for a, b in zip(sums, found)]
            count += len(x)
        if sums is None:
            return
        yield [one / count for one in sums]


# %% wrong: accumulate_gradients
# idea: "draws one micro-batch ahead"
def accumulate_gradients(model, batches, num_micro):
    batches = iter(batches)
    group = list(itertools.islice(batches, num_micro))
    while group:
        ahead = list(itertools.islice(batches, num_micro))
        sums, count = None, 0
        for x, y in group:
            with tf.GradientTape() as tape:
                loss = model.compute_loss(x=x, y=y, y_pred=model(x, training=True))
            found = [len(x) * one for one in tape.gradient(loss, model.trainable_variables)]
            sums = found if sums is None else [a + b for a, b in zip(sums, found)]
            count += len(x)
        yield [one / count for one in sums]
        group = ahead


# %% wrong: accumulate_gradients
# idea: "training=True forgotten"
# fits: "The model was called as in use. Layers that"
def accumulate_gradients(model, batches, num_micro):
    batches = iter(batches)
    while True:
        sums, count = None, 0
        for x, y in itertools.islice(batches, num_micro):
            with tf.GradientTape() as tape:
                loss = model.compute_loss(x=x, y=y, y_pred=model(x))
            found = tape.gradient(loss, model.trainable_variables)
            found = [len(x) * one for one in found]
            sums = found if sums is None else [a + b for a, b in zip(sums, found)]
            count += len(x)
        if sums is None:
            return
        yield [one / count for one in sums]


# %% wrong: accumulate_gradients
# idea: "micro-batches glued together and run at once"
# fits: "You put the micro-batches together and run"
def accumulate_gradients(model, batches, num_micro):
    batches = iter(batches)
    while group := list(itertools.islice(batches, num_micro)):
        x, y = (np.concatenate(parts) for parts in zip(*group))
        with tf.GradientTape() as tape:
            loss = model.compute_loss(x=x, y=y, y_pred=model(x, training=True))
        yield list(tape.gradient(loss, model.trainable_variables))


# %% wrong: accumulate_gradients
# idea: "takes the step itself"
def accumulate_gradients(model, batches, num_micro):
    batches = iter(batches)
    while True:
        sums, count = None, 0
        for x, y in itertools.islice(batches, num_micro):
            with tf.GradientTape() as tape:
                loss = model.compute_loss(x=x, y=y, y_pred=model(x, training=True))
            found = tape.gradient(loss, model.trainable_variables)
            found = [len(x) * one for one in found]
            sums = found if sums is None else [a + b for a, b in zip(sums, found)]
            count += len(x)
        if sums is None:
            return
        means = [one / count for one in sums]
        model.optimizer.apply(means, model.trainable_variables)
        yield means


# %% wrong: accumulate_gradients
# idea: "penalties added a second time"
# fits: "The penalties count twice"
def accumulate_gradients(model, batches, num_micro):
    batches = iter(batches)
    while True:
        sums, count = None, 0
        for x, y in itertools.islice(batches, num_micro):
            with tf.GradientTape() as tape:
                loss = model.compute_loss(x=x, y=y, y_pred=model(x, training=True)) + sum(model.losses)
            found = tape.gradient(loss, model.trainable_variables)
            found = [len(x) * one for one in found]
            sums = found if sums is None else [a + b for a, b in zip(sums, found)]
            count += len(x)
        if sums is None:
            return
        yield [one / count for one in sums]


# %% wrong: accumulate_gradients
# idea: "mean squared error instead of the model's loss"
def accumulate_gradients(model, batches, num_micro):
    batches = iter(batches)
    while True:
        sums, count = None, 0
        for x, y in itertools.islice(batches, num_micro):
            with tf.GradientTape() as tape:
                loss = ops.mean(ops.square(model(x, training=True) - y)) + sum(model.losses)
            found = tape.gradient(loss, model.trainable_variables)
            found = [len(x) * one for one in found]
            sums = found if sums is None else [a + b for a, b in zip(sums, found)]
            count += len(x)
        if sums is None:
            return
        yield [one / count for one in sums]


# %% wrong: accumulate_gradients
# idea: "the loss's own mean without penalties"
def accumulate_gradients(model, batches, num_micro):
    batches = iter(batches)
    while True:
        sums, count = None, 0
        for x, y in itertools.islice(batches, num_micro):
            with tf.GradientTape() as tape:
                loss = model.loss(y, model(x, training=True))
            found = tape.gradient(loss, model.trainable_variables)
            found = [len(x) * one for one in found]
            sums = found if sums is None else [a + b for a, b in zip(sums, found)]
            count += len(x)
        if sums is None:
            return
        yield [one / count for one in sums]


# %% wrong: accumulate_gradients
# idea: "NumPy arrays"
def accumulate_gradients(model, batches, num_micro):
    batches = iter(batches)
    while True:
        sums, count = None, 0
        for x, y in itertools.islice(batches, num_micro):
            with tf.GradientTape() as tape:
                loss = model.compute_loss(x=x, y=y, y_pred=model(x, training=True))
            found = tape.gradient(loss, model.trainable_variables)
            found = [len(x) * one for one in found]
            sums = found if sums is None else [a + b for a, b in zip(sums, found)]
            count += len(x)
        if sums is None:
            return
        yield [ops.convert_to_numpy(one / count) for one in sums]


# %% wrong: accumulate_gradients
# idea: "the list re-used: entries change afterwards"
def accumulate_gradients(model, batches, num_micro):
    batches, entry = iter(batches), []
    while True:
        sums, count = None, 0
        for x, y in itertools.islice(batches, num_micro):
            with tf.GradientTape() as tape:
                loss = model.compute_loss(x=x, y=y, y_pred=model(x, training=True))
            found = tape.gradient(loss, model.trainable_variables)
            found = [len(x) * one for one in found]
            sums = found if sums is None else [a + b for a, b in zip(sums, found)]
            count += len(x)
        if sums is None:
            return
        entry[:] = [one / count for one in sums]
        yield entry


# %% wrong: accumulate_gradients
# idea: "an entry for each micro-batch"
def accumulate_gradients(model, batches, num_micro):
    batches = iter(batches)
    while True:
        sums, count = None, 0
        for x, y in itertools.islice(batches, num_micro):
            with tf.GradientTape() as tape:
                loss = model.compute_loss(x=x, y=y, y_pred=model(x, training=True))
            found = tape.gradient(loss, model.trainable_variables)
            found = [len(x) * one for one in found]
            sums = found if sums is None else [a + b for a, b in zip(sums, found)]
            count += len(x)
            yield [one / count for one in sums]
        if sums is None:
            return


# %% wrong: accumulate_gradients
# idea: "weighed by the size squared"
def accumulate_gradients(model, batches, num_micro):
    batches = iter(batches)
    while True:
        sums, count = None, 0
        for x, y in itertools.islice(batches, num_micro):
            with tf.GradientTape() as tape:
                loss = model.compute_loss(x=x, y=y, y_pred=model(x, training=True))
            found = tape.gradient(loss, model.trainable_variables)
            found = [len(x) ** 2 * one for one in found]
            sums = found if sums is None else [a + b for a, b in zip(sums, found)]
            count += len(x) ** 2
        if sums is None:
            return
        yield [one / count for one in sums]


# %% wrong: accumulate_gradients
# idea: "grows the pairs by a fixed zip: rest lost"
# fits: "The last micro-batches, fewer than num_micro"
def accumulate_gradients(model, batches, num_micro):
    for group in zip(*[iter(batches)] * num_micro):
        sums, count = None, 0
        for x, y in group:
            with tf.GradientTape() as tape:
                loss = model.compute_loss(x=x, y=y, y_pred=model(x, training=True))
            found = [len(x) * one for one in tape.gradient(loss, model.trainable_variables)]
            sums = found if sums is None else [a + b for a, b in zip(sums, found)]
            count += len(x)
        yield [one / count for one in sums]


# %% wrong: accumulate_gradients
# idea: "all variables"
def accumulate_gradients(model, batches, num_micro):
    batches = iter(batches)
    while True:
        sums, count = None, 0
        for x, y in itertools.islice(batches, num_micro):
            with tf.GradientTape() as tape:
                loss = model.compute_loss(x=x, y=y, y_pred=model(x, training=True))
            found = tape.gradient(loss, model.variables)
            found = [len(x) * one for one in found]
            sums = found if sums is None else [a + b for a, b in zip(sums, found)]
            count += len(x)
        if sums is None:
            return
        yield [one / count for one in sums]


# %% right: SmoothModel
class SmoothModel(keras.Model):
    def __init__(self, network, strength):
        super().__init__()
        self.network = network
        self.strength = strength
        self.penalty_tracker = keras.metrics.Mean(name="penalty")

    def call(self, x, training=False):
        return self.network(x, training=training)

    def report(self, x, y, predictions, loss, penalty):
        m = ops.shape(x)[0]
        self.penalty_tracker.update_state(penalty, sample_weight=m)
        for metric in self.metrics:
            if metric.name == "loss":
                metric.update_state(loss, sample_weight=m)
        return self.compute_metrics(x, y, predictions)

    def train_step(self, data):
        x, y = data
        m = ops.cast(ops.shape(x)[0], "float32")
        with tf.GradientTape() as outer:
            with tf.GradientTape() as inner:
                inner.watch(x)
                predictions = self(x, training=True)
                loss = self.compute_loss(x=x, y=y, y_pred=predictions)
            slopes = m * inner.gradient(loss, x)
            penalty = ops.sum(ops.square(slopes)) / m
            total = loss + self.strength * penalty
        variables = self.trainable_variables
        self.optimizer.apply(outer.gradient(total, variables), variables)
        return self.report(x, y, predictions, loss, penalty)


# %% right: SmoothModel
class SmoothModel(keras.Model):
    def __init__(self, network, strength):
        super().__init__()
        self.network = network
        self.strength = strength
        self.penalty_tracker = keras.metrics.Mean(name="penalty")

    def call(self, x, training=False):
        return self.network(x, training=training)

    def report(self, x, y, predictions, loss, penalty):
        m = ops.shape(x)[0]
        self.penalty_tracker.update_state(penalty, sample_weight=m)
        for metric in self.metrics:
            if metric.name == "loss":
                metric.update_state(loss, sample_weight=m)
        return self.compute_metrics(x, y, predictions)


    def train_step(self, data):
        x, y = data
        weights = self.trainable_weights
        with tf.GradientTape(persistent=True) as tape:
            tape.watch(x)
            predictions = self(x, training=True)
            loss = self.compute_loss(x, y, predictions)
            (slopes,) = tape.gradient(loss, [x])
            flat = tf.reshape(slopes, [tf.shape(x)[0], -1])
            penalty = tf.reduce_mean(tf.reduce_sum(flat**2, axis=1)) * tf.cast(tf.shape(x)[0], tf.float32) ** 2
        along_loss = tape.gradient(loss, weights)
        along_penalty = tape.gradient(penalty, weights, unconnected_gradients=tf.UnconnectedGradients.ZERO)
        gradients = [a + self.strength * b for a, b in zip(along_loss, along_penalty)]
        self.optimizer.apply_gradients(zip(gradients, weights))
        return self.report(x, y, predictions, loss, penalty)


# %% wrong: SmoothModel
# idea: "slopes of the mean instead of each example's"
# fits: "You average the squared slopes of J. Those"
class SmoothModel(keras.Model):
    def __init__(self, network, strength):
        super().__init__()
        self.network = network
        self.strength = strength
        self.penalty_tracker = keras.metrics.Mean(name="penalty")

    def call(self, x, training=False):
        return self.network(x, training=training)

    def report(self, x, y, predictions, loss, penalty):
        m = ops.shape(x)[0]
        self.penalty_tracker.update_state(penalty, sample_weight=m)
        for metric in self.metrics:
            if metric.name == "loss":
                metric.update_state(loss, sample_weight=m)
        return self.compute_metrics(x, y, predictions)

    def train_step(self, data):
        x, y = data
        m = ops.cast(ops.shape(x)[0], "float32")
        with tf.GradientTape() as outer:
            with tf.GradientTape() as inner:
                inner.watch(x)
                predictions = self(x, training=True)
                loss = self.compute_loss(x=x, y=y, y_pred=predictions)
            slopes = inner.gradient(loss, x)
            penalty = ops.sum(ops.square(slopes)) / m
            total = loss + self.strength * penalty
        variables = self.trainable_variables
        self.optimizer.apply(outer.gradient(total, variables), variables)
        return self.report(x, y, predictions, loss, penalty)


# %% wrong: SmoothModel
# idea: "sum over the batch"
# fits: "That is a sum over the batch. P is a mean"
class SmoothModel(keras.Model):
    def __init__(self, network, strength):
        super().__init__()
        self.network = network
        self.strength = strength
        self.penalty_tracker = keras.metrics.Mean(name="penalty")

    def call(self, x, training=False):
        return self.network(x, training=training)

    def report(self, x, y, predictions, loss, penalty):
        m = ops.shape(x)[0]
        self.penalty_tracker.update_state(penalty, sample_weight=m)
        for metric in self.metrics:
            if metric.name == "loss":
                metric.update_state(loss, sample_weight=m)
        return self.compute_metrics(x, y, predictions)

    def train_step(self, data):
        x, y = data
        m = ops.cast(ops.shape(x)[0], "float32")
        with tf.GradientTape() as outer:
            with tf.GradientTape() as inner:
                inner.watch(x)
                predictions = self(x, training=True)
                loss = self.compute_loss(x=x, y=y, y_pred=predictions)
            slopes = m * inner.gradient(loss, x)
            penalty = ops.sum(ops.square(slopes))
            total = loss + self.strength * penalty
        variables = self.trainable_variables
        self.optimizer.apply(outer.gradient(total, variables), variables)
        return self.report(x, y, predictions, loss, penalty)


# %% wrong: SmoothModel
# idea: "mean over all entries"
# fits: "You average over features too. A squared"
class SmoothModel(keras.Model):
    def __init__(self, network, strength):
        super().__init__()
        self.network = network
        self.strength = strength
        self.penalty_tracker = keras.metrics.Mean(name="penalty")

    def call(self, x, training=False):
        return self.network(x, training=training)

    def report(self, x, y, predictions, loss, penalty):
        m = ops.shape(x)[0]
        self.penalty_tracker.update_state(penalty, sample_weight=m)
        for metric in self.metrics:
            if metric.name == "loss":
                metric.update_state(loss, sample_weight=m)
        return self.compute_metrics(x, y, predictions)

    def train_step(self, data):
        x, y = data
        m = ops.cast(ops.shape(x)[0], "float32")
        with tf.GradientTape() as outer:
            with tf.GradientTape() as inner:
                inner.watch(x)
                predictions = self(x, training=True)
                loss = self.compute_loss(x=x, y=y, y_pred=predictions)
            slopes = m * inner.gradient(loss, x)
            penalty = ops.mean(ops.square(slopes))
            total = loss + self.strength * penalty
        variables = self.trainable_variables
        self.optimizer.apply(outer.gradient(total, variables), variables)
        return self.report(x, y, predictions, loss, penalty)


# %% wrong: SmoothModel
# idea: "length instead of its square"
# fits: "You take the mean length of the slopes."
class SmoothModel(keras.Model):
    def __init__(self, network, strength):
        super().__init__()
        self.network = network
        self.strength = strength
        self.penalty_tracker = keras.metrics.Mean(name="penalty")

    def call(self, x, training=False):
        return self.network(x, training=training)

    def report(self, x, y, predictions, loss, penalty):
        m = ops.shape(x)[0]
        self.penalty_tracker.update_state(penalty, sample_weight=m)
        for metric in self.metrics:
            if metric.name == "loss":
                metric.update_state(loss, sample_weight=m)
        return self.compute_metrics(x, y, predictions)

    def train_step(self, data):
        x, y = data
        m = ops.cast(ops.shape(x)[0], "float32")
        with tf.GradientTape() as outer:
            with tf.GradientTape() as inner:
                inner.watch(x)
                predictions = self(x, training=True)
                loss = self.compute_loss(x=x, y=y, y_pred=predictions)
            slopes = m * inner.gradient(loss, x)
            penalty = ops.mean(ops.sqrt(ops.sum(ops.square(ops.reshape(slopes, (ops.shape(x)[0], -1))), axis=1) + 1e-12))
            total = loss + self.strength * penalty
        variables = self.trainable_variables
        self.optimizer.apply(outer.gradient(total, variables), variables)
        return self.report(x, y, predictions, loss, penalty)


# %% wrong: SmoothModel
# idea: "sum over the last axis only, then the mean"
class SmoothModel(keras.Model):
    def __init__(self, network, strength):
        super().__init__()
        self.network = network
        self.strength = strength
        self.penalty_tracker = keras.metrics.Mean(name="penalty")

    def call(self, x, training=False):
        return self.network(x, training=training)

    def report(self, x, y, predictions, loss, penalty):
        m = ops.shape(x)[0]
        self.penalty_tracker.update_state(penalty, sample_weight=m)
        for metric in self.metrics:
            if metric.name == "loss":
                metric.update_state(loss, sample_weight=m)
        return self.compute_metrics(x, y, predictions)

    def train_step(self, data):
        x, y = data
        m = ops.cast(ops.shape(x)[0], "float32")
        with tf.GradientTape() as outer:
            with tf.GradientTape() as inner:
                inner.watch(x)
                predictions = self(x, training=True)
                loss = self.compute_loss(x=x, y=y, y_pred=predictions)
            slopes = m * inner.gradient(loss, x)
            penalty = ops.mean(ops.sum(ops.square(slopes), axis=-1))
            total = loss + self.strength * penalty
        variables = self.trainable_variables
        self.optimizer.apply(outer.gradient(total, variables), variables)
        return self.report(x, y, predictions, loss, penalty)


# %% wrong: SmoothModel
# idea: "penalty computed outside the outer tape: a constant"
# fits: "The penalty is measured, but has no part"
class SmoothModel(keras.Model):
    def __init__(self, network, strength):
        super().__init__()
        self.network = network
        self.strength = strength
        self.penalty_tracker = keras.metrics.Mean(name="penalty")

    def call(self, x, training=False):
        return self.network(x, training=training)

    def report(self, x, y, predictions, loss, penalty):
        m = ops.shape(x)[0]
        self.penalty_tracker.update_state(penalty, sample_weight=m)
        for metric in self.metrics:
            if metric.name == "loss":
                metric.update_state(loss, sample_weight=m)
        return self.compute_metrics(x, y, predictions)

    def train_step(self, data):
        x, y = data
        m = ops.cast(ops.shape(x)[0], "float32")
        with tf.GradientTape() as outer:
            with tf.GradientTape() as inner:
                inner.watch(x)
                predictions = self(x, training=True)
                loss = self.compute_loss(x=x, y=y, y_pred=predictions)
        slopes = m * inner.gradient(loss, x)
        penalty = ops.sum(ops.square(slopes)) / m
        total = loss
        variables = self.trainable_variables
        self.optimizer.apply(outer.gradient(total, variables), variables)
        return self.report(x, y, predictions, loss, penalty)


# %% wrong: SmoothModel
# idea: "stop_gradient at the slopes"
# fits: "The penalty is measured, but has no part"
class SmoothModel(keras.Model):
    def __init__(self, network, strength):
        super().__init__()
        self.network = network
        self.strength = strength
        self.penalty_tracker = keras.metrics.Mean(name="penalty")

    def call(self, x, training=False):
        return self.network(x, training=training)

    def report(self, x, y, predictions, loss, penalty):
        m = ops.shape(x)[0]
        self.penalty_tracker.update_state(penalty, sample_weight=m)
        for metric in self.metrics:
            if metric.name == "loss":
                metric.update_state(loss, sample_weight=m)
        return self.compute_metrics(x, y, predictions)

    def train_step(self, data):
        x, y = data
        m = ops.cast(ops.shape(x)[0], "float32")
        with tf.GradientTape() as outer:
            with tf.GradientTape() as inner:
                inner.watch(x)
                predictions = self(x, training=True)
                loss = self.compute_loss(x=x, y=y, y_pred=predictions)
            slopes = m * ops.stop_gradient(inner.gradient(loss, x))
            penalty = ops.sum(ops.square(slopes)) / m
            total = loss + self.strength * penalty
        variables = self.trainable_variables
        self.optimizer.apply(outer.gradient(total, variables), variables)
        return self.report(x, y, predictions, loss, penalty)


# %% wrong: SmoothModel
# idea: "inputs not watched"
# fits: "A tape follows variables by itself. Inputs"
class SmoothModel(keras.Model):
    def __init__(self, network, strength):
        super().__init__()
        self.network = network
        self.strength = strength
        self.penalty_tracker = keras.metrics.Mean(name="penalty")

    def call(self, x, training=False):
        return self.network(x, training=training)

    def report(self, x, y, predictions, loss, penalty):
        m = ops.shape(x)[0]
        self.penalty_tracker.update_state(penalty, sample_weight=m)
        for metric in self.metrics:
            if metric.name == "loss":
                metric.update_state(loss, sample_weight=m)
        return self.compute_metrics(x, y, predictions)

    def train_step(self, data):
        x, y = data
        m = ops.cast(ops.shape(x)[0], "float32")
        with tf.GradientTape() as outer:
            with tf.GradientTape() as inner:
                predictions = self(x, training=True)
                loss = self.compute_loss(x=x, y=y, y_pred=predictions)
            slopes = m * inner.gradient(loss, x)
            penalty = ops.sum(ops.square(slopes)) / m
            total = loss + self.strength * penalty
        variables = self.trainable_variables
        self.optimizer.apply(outer.gradient(total, variables), variables)
        return self.report(x, y, predictions, loss, penalty)


# %% wrong: SmoothModel
# idea: "training flag forgotten"
# fits: "The model was called as in use. Layers that"
class SmoothModel(keras.Model):
    def __init__(self, network, strength):
        super().__init__()
        self.network = network
        self.strength = strength
        self.penalty_tracker = keras.metrics.Mean(name="penalty")

    def call(self, x, training=False):
        return self.network(x, training=training)

    def report(self, x, y, predictions, loss, penalty):
        m = ops.shape(x)[0]
        self.penalty_tracker.update_state(penalty, sample_weight=m)
        for metric in self.metrics:
            if metric.name == "loss":
                metric.update_state(loss, sample_weight=m)
        return self.compute_metrics(x, y, predictions)

    def train_step(self, data):
        x, y = data
        m = ops.cast(ops.shape(x)[0], "float32")
        with tf.GradientTape() as outer:
            with tf.GradientTape() as inner:
                inner.watch(x)
                predictions = self(x)
                loss = self.compute_loss(x=x, y=y, y_pred=predictions)
            slopes = m * inner.gradient(loss, x)
            penalty = ops.sum(ops.square(slopes)) / m
            total = loss + self.strength * penalty
        variables = self.trainable_variables
        self.optimizer.apply(outer.gradient(total, variables), variables)
        return self.report(x, y, predictions, loss, penalty)


# %% wrong: SmoothModel
# idea: "strength ignored"
# fits: "How much the penalty counts was handed over"
class SmoothModel(keras.Model):
    def __init__(self, network, strength):
        super().__init__()
        self.network = network
        self.strength = strength
        self.penalty_tracker = keras.metrics.Mean(name="penalty")

    def call(self, x, training=False):
        return self.network(x, training=training)

    def report(self, x, y, predictions, loss, penalty):
        m = ops.shape(x)[0]
        self.penalty_tracker.update_state(penalty, sample_weight=m)
        for metric in self.metrics:
            if metric.name == "loss":
                metric.update_state(loss, sample_weight=m)
        return self.compute_metrics(x, y, predictions)

    def train_step(self, data):
        x, y = data
        m = ops.cast(ops.shape(x)[0], "float32")
        with tf.GradientTape() as outer:
            with tf.GradientTape() as inner:
                inner.watch(x)
                predictions = self(x, training=True)
                loss = self.compute_loss(x=x, y=y, y_pred=predictions)
            slopes = m * inner.gradient(loss, x)
            penalty = ops.sum(ops.square(slopes)) / m
            total = loss + penalty
        variables = self.trainable_variables
        self.optimizer.apply(outer.gradient(total, variables), variables)
        return self.report(x, y, predictions, loss, penalty)


# %% wrong: SmoothModel
# idea: "loss reported with the penalty in it"
# fits: "You report the sum as the loss, which then"
class SmoothModel(keras.Model):
    def __init__(self, network, strength):
        super().__init__()
        self.network = network
        self.strength = strength
        self.penalty_tracker = keras.metrics.Mean(name="penalty")

    def call(self, x, training=False):
        return self.network(x, training=training)

    def report(self, x, y, predictions, loss, penalty):
        m = ops.shape(x)[0]
        self.penalty_tracker.update_state(penalty, sample_weight=m)
        for metric in self.metrics:
            if metric.name == "loss":
                metric.update_state(loss, sample_weight=m)
        return self.compute_metrics(x, y, predictions)

    def train_step(self, data):
        x, y = data
        m = ops.cast(ops.shape(x)[0], "float32")
        with tf.GradientTape() as outer:
            with tf.GradientTape() as inner:
                inner.watch(x)
                predictions = self(x, training=True)
                loss = self.compute_loss(x=x, y=y, y_pred=predictions)
            slopes = m * inner.gradient(loss, x)
            penalty = ops.sum(ops.square(slopes)) / m
            total = loss + self.strength * penalty
        variables = self.trainable_variables
        self.optimizer.apply(outer.gradient(total, variables), variables)
        return self.report(x, y, predictions, total, penalty)


# %% wrong: SmoothModel
# idea: "reported penalty already times the strength"
# fits: "P is reported as it is"
class SmoothModel(keras.Model):
    def __init__(self, network, strength):
        super().__init__()
        self.network = network
        self.strength = strength
        self.penalty_tracker = keras.metrics.Mean(name="penalty")

    def call(self, x, training=False):
        return self.network(x, training=training)

    def report(self, x, y, predictions, loss, penalty):
        m = ops.shape(x)[0]
        self.penalty_tracker.update_state(penalty, sample_weight=m)
        for metric in self.metrics:
            if metric.name == "loss":
                metric.update_state(loss, sample_weight=m)
        return self.compute_metrics(x, y, predictions)

    def train_step(self, data):
        x, y = data
        m = ops.cast(ops.shape(x)[0], "float32")
        with tf.GradientTape() as outer:
            with tf.GradientTape() as inner:
                inner.watch(x)
                predictions = self(x, training=True)
                loss = self.compute_loss(x=x, y=y, y_pred=predictions)
            slopes = m * inner.gradient(loss, x)
            penalty = ops.sum(ops.square(slopes)) / m
            total = loss + self.strength * penalty
        variables = self.trainable_variables
        self.optimizer.apply(outer.gradient(total, variables), variables)
        return self.report(x, y, predictions, loss, self.strength * penalty)


# %% wrong: SmoothModel
# idea: "reported after the step"
# fits: "J is measured again after the step"
class SmoothModel(keras.Model):
    def __init__(self, network, strength):
        super().__init__()
        self.network = network
        self.strength = strength
        self.penalty_tracker = keras.metrics.Mean(name="penalty")

    def call(self, x, training=False):
        return self.network(x, training=training)

    def report(self, x, y, predictions, loss, penalty):
        m = ops.shape(x)[0]
        self.penalty_tracker.update_state(penalty, sample_weight=m)
        for metric in self.metrics:
            if metric.name == "loss":
                metric.update_state(loss, sample_weight=m)
        return self.compute_metrics(x, y, predictions)

    def train_step(self, data):
        x, y = data
        m = ops.cast(ops.shape(x)[0], "float32")
        with tf.GradientTape() as outer:
            with tf.GradientTape() as inner:
                inner.watch(x)
                predictions = self(x, training=True)
                loss = self.compute_loss(x=x, y=y, y_pred=predictions)
            slopes = m * inner.gradient(loss, x)
            penalty = ops.sum(ops.square(slopes)) / m
            total = loss + self.strength * penalty
        variables = self.trainable_variables
        self.optimizer.apply(outer.gradient(total, variables), variables)
        predictions = self(x, training=True)
        return self.report(x, y, predictions, self.compute_loss(x=x, y=y, y_pred=predictions), penalty)


# %% wrong: SmoothModel
# idea: "two forward passes"
# fits: "The model is called twice for each batch"
class SmoothModel(keras.Model):
    def __init__(self, network, strength):
        super().__init__()
        self.network = network
        self.strength = strength
        self.penalty_tracker = keras.metrics.Mean(name="penalty")

    def call(self, x, training=False):
        return self.network(x, training=training)

    def report(self, x, y, predictions, loss, penalty):
        m = ops.shape(x)[0]
        self.penalty_tracker.update_state(penalty, sample_weight=m)
        for metric in self.metrics:
            if metric.name == "loss":
                metric.update_state(loss, sample_weight=m)
        return self.compute_metrics(x, y, predictions)

    def train_step(self, data):
        x, y = data
        m = ops.cast(ops.shape(x)[0], "float32")
        with tf.GradientTape() as outer:
            first = self(x, training=True)
            with tf.GradientTape() as inner:
                inner.watch(x)
                predictions = self(x, training=True)
                loss = self.compute_loss(x=x, y=y, y_pred=predictions)
            predictions = first
            slopes = m * inner.gradient(loss, x)
            penalty = ops.sum(ops.square(slopes)) / m
            total = loss + self.strength * penalty
        variables = self.trainable_variables
        self.optimizer.apply(outer.gradient(total, variables), variables)
        return self.report(x, y, predictions, loss, penalty)


# %% wrong: SmoothModel
# idea: "len(x) as the size"
class SmoothModel(keras.Model):
    def __init__(self, network, strength):
        super().__init__()
        self.network = network
        self.strength = strength
        self.penalty_tracker = keras.metrics.Mean(name="penalty")

    def call(self, x, training=False):
        return self.network(x, training=training)

    def report(self, x, y, predictions, loss, penalty):
        m = ops.shape(x)[0]
        self.penalty_tracker.update_state(penalty, sample_weight=m)
        for metric in self.metrics:
            if metric.name == "loss":
                metric.update_state(loss, sample_weight=m)
        return self.compute_metrics(x, y, predictions)

    def train_step(self, data):
        x, y = data
        m = float(x.shape[0])
        with tf.GradientTape() as outer:
            with tf.GradientTape() as inner:
                inner.watch(x)
                predictions = self(x, training=True)
                loss = self.compute_loss(x=x, y=y, y_pred=predictions)
            slopes = m * inner.gradient(loss, x)
            penalty = ops.sum(ops.square(slopes)) / m
            total = loss + self.strength * penalty
        variables = self.trainable_variables
        self.optimizer.apply(outer.gradient(total, variables), variables)
        return self.report(x, y, predictions, loss, penalty)


# %% wrong: SmoothModel
# idea: "mean squared error whatever was compiled"
class SmoothModel(keras.Model):
    def __init__(self, network, strength):
        super().__init__()
        self.network = network
        self.strength = strength
        self.penalty_tracker = keras.metrics.Mean(name="penalty")

    def call(self, x, training=False):
        return self.network(x, training=training)

    def report(self, x, y, predictions, loss, penalty):
        m = ops.shape(x)[0]
        self.penalty_tracker.update_state(penalty, sample_weight=m)
        for metric in self.metrics:
            if metric.name == "loss":
                metric.update_state(loss, sample_weight=m)
        return self.compute_metrics(x, y, predictions)

    def train_step(self, data):
        x, y = data
        m = ops.cast(ops.shape(x)[0], "float32")
        with tf.GradientTape() as outer:
            with tf.GradientTape() as inner:
                inner.watch(x)
                predictions = self(x, training=True)
                loss = ops.mean(ops.square(predictions - y))
            slopes = m * inner.gradient(loss, x)
            penalty = ops.sum(ops.square(slopes)) / m
            total = loss + self.strength * penalty
        variables = self.trainable_variables
        self.optimizer.apply(outer.gradient(total, variables), variables)
        return self.report(x, y, predictions, loss, penalty)


# %% wrong: SmoothModel
# idea: "penalties of the layers left out"
class SmoothModel(keras.Model):
    def __init__(self, network, strength):
        super().__init__()
        self.network = network
        self.strength = strength
        self.penalty_tracker = keras.metrics.Mean(name="penalty")

    def call(self, x, training=False):
        return self.network(x, training=training)

    def report(self, x, y, predictions, loss, penalty):
        m = ops.shape(x)[0]
        self.penalty_tracker.update_state(penalty, sample_weight=m)
        for metric in self.metrics:
            if metric.name == "loss":
                metric.update_state(loss, sample_weight=m)
        return self.compute_metrics(x, y, predictions)

    def train_step(self, data):
        x, y = data
        m = ops.cast(ops.shape(x)[0], "float32")
        with tf.GradientTape() as outer:
            with tf.GradientTape() as inner:
                inner.watch(x)
                predictions = self(x, training=True)
                loss = self.loss(y, predictions)
            slopes = m * inner.gradient(loss, x)
            penalty = ops.sum(ops.square(slopes)) / m
            total = loss + self.strength * penalty
        variables = self.trainable_variables
        self.optimizer.apply(outer.gradient(total, variables), variables)
        return self.report(x, y, predictions, loss, penalty)


# %% wrong: SmoothModel
# idea: "penalty subtracted"
# fits: "Your step makes the slopes along the inputs longer"
class SmoothModel(keras.Model):
    def __init__(self, network, strength):
        super().__init__()
        self.network = network
        self.strength = strength
        self.penalty_tracker = keras.metrics.Mean(name="penalty")

    def call(self, x, training=False):
        return self.network(x, training=training)

    def report(self, x, y, predictions, loss, penalty):
        m = ops.shape(x)[0]
        self.penalty_tracker.update_state(penalty, sample_weight=m)
        for metric in self.metrics:
            if metric.name == "loss":
                metric.update_state(loss, sample_weight=m)
        return self.compute_metrics(x, y, predictions)

    def train_step(self, data):
        x, y = data
        m = ops.cast(ops.shape(x)[0], "float32")
        with tf.GradientTape() as outer:
            with tf.GradientTape() as inner:
                inner.watch(x)
                predictions = self(x, training=True)
                loss = self.compute_loss(x=x, y=y, y_pred=predictions)
            slopes = m * inner.gradient(loss, x)
            penalty = ops.sum(ops.square(slopes)) / m
            total = loss - self.strength * penalty
        variables = self.trainable_variables
        self.optimizer.apply(outer.gradient(total, variables), variables)
        return self.report(x, y, predictions, loss, penalty)


# %% wrong: SmoothModel
# idea: "slopes of the predictions instead of the loss"
class SmoothModel(keras.Model):
    def __init__(self, network, strength):
        super().__init__()
        self.network = network
        self.strength = strength
        self.penalty_tracker = keras.metrics.Mean(name="penalty")

    def call(self, x, training=False):
        return self.network(x, training=training)

    def report(self, x, y, predictions, loss, penalty):
        m = ops.shape(x)[0]
        self.penalty_tracker.update_state(penalty, sample_weight=m)
        for metric in self.metrics:
            if metric.name == "loss":
                metric.update_state(loss, sample_weight=m)
        return self.compute_metrics(x, y, predictions)

    def train_step(self, data):
        x, y = data
        m = ops.cast(ops.shape(x)[0], "float32")
        with tf.GradientTape() as outer:
            with tf.GradientTape() as inner:
                inner.watch(x)
                predictions = self(x, training=True)
                loss = self.compute_loss(x=x, y=y, y_pred=predictions)
            slopes = inner.gradient(predictions, x)
            penalty = ops.sum(ops.square(slopes)) / m
            total = loss + self.strength * penalty
        variables = self.trainable_variables
        self.optimizer.apply(outer.gradient(total, variables), variables)
        return self.report(x, y, predictions, loss, penalty)


# %% wrong: SmoothModel
# idea: "asks for length 1, as a critic's penalty does"
class SmoothModel(keras.Model):
    def __init__(self, network, strength):
        super().__init__()
        self.network = network
        self.strength = strength
        self.penalty_tracker = keras.metrics.Mean(name="penalty")

    def call(self, x, training=False):
        return self.network(x, training=training)

    def report(self, x, y, predictions, loss, penalty):
        m = ops.shape(x)[0]
        self.penalty_tracker.update_state(penalty, sample_weight=m)
        for metric in self.metrics:
            if metric.name == "loss":
                metric.update_state(loss, sample_weight=m)
        return self.compute_metrics(x, y, predictions)

    def train_step(self, data):
        x, y = data
        m = ops.cast(ops.shape(x)[0], "float32")
        with tf.GradientTape() as outer:
            with tf.GradientTape() as inner:
                inner.watch(x)
                predictions = self(x, training=True)
                loss = self.compute_loss(x=x, y=y, y_pred=predictions)
            slopes = m * inner.gradient(loss, x)
            penalty = ops.mean(ops.square(ops.sqrt(ops.sum(ops.square(ops.reshape(slopes, (ops.shape(x)[0], -1))), axis=1)) - 1))
            total = loss + self.strength * penalty
        variables = self.trainable_variables
        self.optimizer.apply(outer.gradient(total, variables), variables)
        return self.report(x, y, predictions, loss, penalty)


# %% wrong: SmoothModel
# idea: "slopes along the weights"
class SmoothModel(keras.Model):
    def __init__(self, network, strength):
        super().__init__()
        self.network = network
        self.strength = strength
        self.penalty_tracker = keras.metrics.Mean(name="penalty")

    def call(self, x, training=False):
        return self.network(x, training=training)

    def report(self, x, y, predictions, loss, penalty):
        m = ops.shape(x)[0]
        self.penalty_tracker.update_state(penalty, sample_weight=m)
        for metric in self.metrics:
            if metric.name == "loss":
                metric.update_state(loss, sample_weight=m)
        return self.compute_metrics(x, y, predictions)

    def train_step(self, data):
        x, y = data
        m = ops.cast(ops.shape(x)[0], "float32")
        with tf.GradientTape() as outer:
            with tf.GradientTape() as inner:
                inner.watch(x)
                predictions = self(x, training=True)
                loss = self.compute_loss(x=x, y=y, y_pred=predictions)
            slopes = inner.gradient(loss, self.trainable_variables)[0]
            penalty = ops.sum(ops.square(slopes)) / m
            total = loss + self.strength * penalty
        variables = self.trainable_variables
        self.optimizer.apply(outer.gradient(total, variables), variables)
        return self.report(x, y, predictions, loss, penalty)


# %% wrong: SmoothModel
# idea: "only two numbers returned: the compiled metrics lost"
class SmoothModel(keras.Model):
    def __init__(self, network, strength):
        super().__init__()
        self.network = network
        self.strength = strength
        self.penalty_tracker = keras.metrics.Mean(name="penalty")

    def call(self, x, training=False):
        return self.network(x, training=training)

    def report(self, x, y, predictions, loss, penalty):
        m = ops.shape(x)[0]
        self.penalty_tracker.update_state(penalty, sample_weight=m)
        for metric in self.metrics:
            if metric.name == "loss":
                metric.update_state(loss, sample_weight=m)
        return self.compute_metrics(x, y, predictions)

    def train_step(self, data):
        x, y = data
        m = ops.cast(ops.shape(x)[0], "float32")
        with tf.GradientTape() as outer:
            with tf.GradientTape() as inner:
                inner.watch(x)
                predictions = self(x, training=True)
                loss = self.compute_loss(x=x, y=y, y_pred=predictions)
            slopes = m * inner.gradient(loss, x)
            penalty = ops.sum(ops.square(slopes)) / m
            total = loss + self.strength * penalty
        variables = self.trainable_variables
        self.optimizer.apply(outer.gradient(total, variables), variables)
        self.report(x, y, predictions, loss, penalty)
        return {"loss": loss, "penalty": penalty}


# %% wrong: SmoothModel
# idea: "not reported, this batch alone"
class SmoothModel(keras.Model):
    def __init__(self, network, strength):
        super().__init__()
        self.network = network
        self.strength = strength
        self.penalty_tracker = keras.metrics.Mean(name="penalty")

    def call(self, x, training=False):
        return self.network(x, training=training)

    def report(self, x, y, predictions, loss, penalty):
        m = ops.shape(x)[0]
        self.penalty_tracker.update_state(penalty, sample_weight=m)
        for metric in self.metrics:
            if metric.name == "loss":
                metric.update_state(loss, sample_weight=m)
        return self.compute_metrics(x, y, predictions)

    def train_step(self, data):
        x, y = data
        m = ops.cast(ops.shape(x)[0], "float32")
        with tf.GradientTape() as outer:
            with tf.GradientTape() as inner:
                inner.watch(x)
                predictions = self(x, training=True)
                loss = self.compute_loss(x=x, y=y, y_pred=predictions)
            slopes = m * inner.gradient(loss, x)
            penalty = ops.sum(ops.square(slopes)) / m
            total = loss + self.strength * penalty
        variables = self.trainable_variables
        self.optimizer.apply(outer.gradient(total, variables), variables)
        return {"loss": loss, "penalty": penalty}


# %% wrong: SmoothModel
# idea: "two steps, one for each part"
class SmoothModel(keras.Model):
    def __init__(self, network, strength):
        super().__init__()
        self.network = network
        self.strength = strength
        self.penalty_tracker = keras.metrics.Mean(name="penalty")

    def call(self, x, training=False):
        return self.network(x, training=training)

    def report(self, x, y, predictions, loss, penalty):
        m = ops.shape(x)[0]
        self.penalty_tracker.update_state(penalty, sample_weight=m)
        for metric in self.metrics:
            if metric.name == "loss":
                metric.update_state(loss, sample_weight=m)
        return self.compute_metrics(x, y, predictions)

    def train_step(self, data):
        x, y = data
        m = ops.cast(ops.shape(x)[0], "float32")
        with tf.GradientTape(persistent=True) as outer:
            with tf.GradientTape() as inner:
                inner.watch(x)
                predictions = self(x, training=True)
                loss = self.compute_loss(x=x, y=y, y_pred=predictions)
            slopes = m * inner.gradient(loss, x)
            penalty = ops.sum(ops.square(slopes)) / m
            weighed = self.strength * penalty
        variables = self.trainable_variables
        self.optimizer.apply(outer.gradient(loss, variables), variables)
        self.optimizer.apply(outer.gradient(weighed, variables), variables)
        return self.report(x, y, predictions, loss, penalty)


# %% wrong: SmoothModel
# idea: "layer penalties twice"
class SmoothModel(keras.Model):
    def __init__(self, network, strength):
        super().__init__()
        self.network = network
        self.strength = strength
        self.penalty_tracker = keras.metrics.Mean(name="penalty")

    def call(self, x, training=False):
        return self.network(x, training=training)

    def report(self, x, y, predictions, loss, penalty):
        m = ops.shape(x)[0]
        self.penalty_tracker.update_state(penalty, sample_weight=m)
        for metric in self.metrics:
            if metric.name == "loss":
                metric.update_state(loss, sample_weight=m)
        return self.compute_metrics(x, y, predictions)

    def train_step(self, data):
        x, y = data
        m = ops.cast(ops.shape(x)[0], "float32")
        with tf.GradientTape() as outer:
            with tf.GradientTape() as inner:
                inner.watch(x)
                predictions = self(x, training=True)
                loss = self.compute_loss(x=x, y=y, y_pred=predictions)
            slopes = m * inner.gradient(loss, x)
            penalty = ops.sum(ops.square(slopes)) / m
            total = loss + sum(self.losses) + self.strength * penalty
        variables = self.trainable_variables
        self.optimizer.apply(outer.gradient(total, variables), variables)
        return self.report(x, y, predictions, loss, penalty)


# %% wrong: SmoothModel
# idea: "first example's slopes only"
class SmoothModel(keras.Model):
    def __init__(self, network, strength):
        super().__init__()
        self.network = network
        self.strength = strength
        self.penalty_tracker = keras.metrics.Mean(name="penalty")

    def call(self, x, training=False):
        return self.network(x, training=training)

    def report(self, x, y, predictions, loss, penalty):
        m = ops.shape(x)[0]
        self.penalty_tracker.update_state(penalty, sample_weight=m)
        for metric in self.metrics:
            if metric.name == "loss":
                metric.update_state(loss, sample_weight=m)
        return self.compute_metrics(x, y, predictions)

    def train_step(self, data):
        x, y = data
        m = ops.cast(ops.shape(x)[0], "float32")
        with tf.GradientTape() as outer:
            with tf.GradientTape() as inner:
                inner.watch(x)
                predictions = self(x, training=True)
                loss = self.compute_loss(x=x, y=y, y_pred=predictions)
            slopes = m * inner.gradient(loss, x)
            penalty = ops.sum(ops.square(slopes[0]))
            total = loss + self.strength * penalty
        variables = self.trainable_variables
        self.optimizer.apply(outer.gradient(total, variables), variables)
        return self.report(x, y, predictions, loss, penalty)


# %% right: Trainer
class Trainer:
    def __init__(self, model, optimizer, loss_fn, metrics=(), max_norm=None):
        self.history = {}
        self.model, self.optimizer, self.loss_fn = model, optimizer, loss_fn
        self.metrics, self.max_norm = list(metrics), max_norm

    def _measure(self, x, y, training):
        predictions = self.model(x, training=training)
        return predictions, self.loss_fn(y, predictions) + sum(self.model.losses)

    def train_epoch(self, batches):
        total, count = 0.0, 0
        for metric in self.metrics:
            metric.reset_state()
        for x, y in batches:
            with tf.GradientTape() as tape:
                predictions, loss = self._measure(x, y, training=True)
            variables = self.model.trainable_variables
            gradients = tape.gradient(loss, variables)
            if self.max_norm is not None:
                gradients, _ = tf.clip_by_global_norm(gradients, self.max_norm)
            self.optimizer.apply(gradients, variables)
            for metric in self.metrics:
                metric.update_state(y, predictions)
            total += float(loss) * len(x)
            count += len(x)
        return {"loss": total / count} | {metric.name: float(metric.result()) for metric in self.metrics}

    def evaluate(self, batches):
        total, count = 0.0, 0
        for metric in self.metrics:
            metric.reset_state()
        for x, y in batches:
            predictions, loss = self._measure(x, y, training=False)
            for metric in self.metrics:
                metric.update_state(y, predictions)
            total += float(loss) * len(x)
            count += len(x)
        return {"loss": total / count} | {metric.name: float(metric.result()) for metric in self.metrics}

    def fit(self, data, num_epochs):
        for _ in range(num_epochs):
            logs = self.train_epoch(data.train_batches())
            logs |= {"val_" + name: value for name, value in self.evaluate(data.val_batches()).items()}
            for name, value in logs.items():
                self.history.setdefault(name, []).append(value)
        return self.history


# %% right: Trainer
class Trainer:
    def __init__(self, model, optimizer, loss_fn, metrics=(), max_norm=None):
        self.history = {}
        self.parts = model, optimizer, loss_fn
        self.mean_loss = keras.metrics.Mean(name="loss", dtype="float64")
        self.accounts = [self.mean_loss, *metrics]
        self.limit = float("inf") if max_norm is None else float(max_norm)

    def train_epoch(self, batches):
        return self._walk(batches, True)

    def evaluate(self, batches):
        return self._walk(batches, False)

    def _walk(self, batches, training):
        model, optimizer, loss_fn = self.parts
        for account in self.accounts:
            account.reset_state()
        for x, y in batches:
            with tf.GradientTape() as tape:
                predictions = model(x, training=training)
                loss = loss_fn(y, predictions)
                for penalty in model.losses:
                    loss += penalty
            if training:
                gradients = tape.gradient(loss, model.trainable_variables)
                length = sum(float(tf.reduce_sum(one**2)) for one in gradients) ** 0.5
                if length > self.limit:
                    gradients = [one * (self.limit / length) for one in gradients]
                optimizer.apply_gradients(zip(gradients, model.trainable_variables))
            self.mean_loss.update_state(loss, sample_weight=x.shape[0])
            for account in self.accounts[1:]:
                account.update_state(y, predictions)
        return {account.name: float(account.result()) for account in self.accounts}

    def fit(self, data, num_epochs):
        for epoch in range(num_epochs):
            parts = ("", self.train_epoch, data.train_batches), ("val_", self.evaluate, data.val_batches)
            for prefix, method, batches in parts:
                for name, number in method(batches()).items():
                    self.history.setdefault(prefix + name, []).append(number)
        return self.history


# %% wrong: Trainer
# idea: "each gradient clipped by its own norm"
# fits: "You shorten each array's gradient by itself"
class Trainer:
    def __init__(self, model, optimizer, loss_fn, metrics=(), max_norm=None):
        self.history = {}
        self.model, self.optimizer, self.loss_fn = model, optimizer, loss_fn
        self.metrics, self.max_norm = list(metrics), max_norm

    def _measure(self, x, y, training):
        predictions = self.model(x, training=training)
        return predictions, self.loss_fn(y, predictions) + sum(self.model.losses)

    def train_epoch(self, batches):
        total, count = 0.0, 0
        for metric in self.metrics:
            metric.reset_state()
        for x, y in batches:
            with tf.GradientTape() as tape:
                predictions, loss = self._measure(x, y, training=True)
            variables = self.model.trainable_variables
            gradients = tape.gradient(loss, variables)
            if self.max_norm is not None:
                gradients = [tf.clip_by_norm(one, self.max_norm) for one in gradients]
            self.optimizer.apply(gradients, variables)
            for metric in self.metrics:
                metric.update_state(y, predictions)
            total += float(loss) * len(x)
            count += len(x)
        return {"loss": total / count} | {metric.name: float(metric.result()) for metric in self.metrics}

    def evaluate(self, batches):
        total, count = 0.0, 0
        for metric in self.metrics:
            metric.reset_state()
        for x, y in batches:
            predictions, loss = self._measure(x, y, training=False)
            for metric in self.metrics:
                metric.update_state(y, predictions)
            total += float(loss) * len(x)
            count += len(x)
        return {"loss": total / count} | {metric.name: float(metric.result()) for metric in self.metrics}

    def fit(self, data, num_epochs):
        for _ in range(num_epochs):
            logs = self.train_epoch(data.train_batches())
            logs |= {"val_" + name: value for name, value in self.evaluate(data.val_batches()).items()}
            for name, value in logs.items():
                self.history.setdefault(name, []).append(value)
        return self.history


# %% wrong: Trainer
# idea: "clipped by value"
# fits: "You cut each entry by itself. It is the"
class Trainer:
    def __init__(self, model, optimizer, loss_fn, metrics=(), max_norm=None):
        self.history = {}
        self.model, self.optimizer, self.loss_fn = model, optimizer, loss_fn
        self.metrics, self.max_norm = list(metrics), max_norm

    def _measure(self, x, y, training):
        predictions = self.model(x, training=training)
        return predictions, self.loss_fn(y, predictions) + sum(self.model.losses)

    def train_epoch(self, batches):
        total, count = 0.0, 0
        for metric in self.metrics:
            metric.reset_state()
        for x, y in batches:
            with tf.GradientTape() as tape:
                predictions, loss = self._measure(x, y, training=True)
            variables = self.model.trainable_variables
            gradients = tape.gradient(loss, variables)
            if self.max_norm is not None:
                gradients = [tf.clip_by_value(one, -self.max_norm, self.max_norm) for one in gradients]
            self.optimizer.apply(gradients, variables)
            for metric in self.metrics:
                metric.update_state(y, predictions)
            total += float(loss) * len(x)
            count += len(x)
        return {"loss": total / count} | {metric.name: float(metric.result()) for metric in self.metrics}

    def evaluate(self, batches):
        total, count = 0.0, 0
        for metric in self.metrics:
            metric.reset_state()
        for x, y in batches:
            predictions, loss = self._measure(x, y, training=False)
            for metric in self.metrics:
                metric.update_state(y, predictions)
            total += float(loss) * len(x)
            count += len(x)
        return {"loss": total / count} | {metric.name: float(metric.result()) for metric in self.metrics}

    def fit(self, data, num_epochs):
        for _ in range(num_epochs):
            logs = self.train_epoch(data.train_batches())
            logs |= {"val_" + name: value for name, value in self.evaluate(data.val_batches()).items()}
            for name, value in logs.items():
                self.history.setdefault(name, []).append(value)
        return self.history


# %% wrong: Trainer
# idea: "always scaled to the length max_norm"
# fits: "You bring every gradient to length max_norm"
class Trainer:
    def __init__(self, model, optimizer, loss_fn, metrics=(), max_norm=None):
        self.history = {}
        self.model, self.optimizer, self.loss_fn = model, optimizer, loss_fn
        self.metrics, self.max_norm = list(metrics), max_norm

    def _measure(self, x, y, training):
        predictions = self.model(x, training=training)
        return predictions, self.loss_fn(y, predictions) + sum(self.model.losses)

    def train_epoch(self, batches):
        total, count = 0.0, 0
        for metric in self.metrics:
            metric.reset_state()
        for x, y in batches:
            with tf.GradientTape() as tape:
                predictions, loss = self._measure(x, y, training=True)
            variables = self.model.trainable_variables
            gradients = tape.gradient(loss, variables)
            if self.max_norm is not None:
                gradients = [one * (self.max_norm / tf.linalg.global_norm(gradients)) for one in gradients]
            self.optimizer.apply(gradients, variables)
            for metric in self.metrics:
                metric.update_state(y, predictions)
            total += float(loss) * len(x)
            count += len(x)
        return {"loss": total / count} | {metric.name: float(metric.result()) for metric in self.metrics}

    def evaluate(self, batches):
        total, count = 0.0, 0
        for metric in self.metrics:
            metric.reset_state()
        for x, y in batches:
            predictions, loss = self._measure(x, y, training=False)
            for metric in self.metrics:
                metric.update_state(y, predictions)
            total += float(loss) * len(x)
            count += len(x)
        return {"loss": total / count} | {metric.name: float(metric.result()) for metric in self.metrics}

    def fit(self, data, num_epochs):
        for _ in range(num_epochs):
            logs = self.train_epoch(data.train_batches())
            logs |= {"val_" + name: value for name, value in self.evaluate(data.val_batches()).items()}
            for name, value in logs.items():
                self.history.setdefault(name, []).append(value)
        return self.history


# %% wrong: Trainer
# idea: "max_norm ignored"
# fits: "No gradient is ever shortened."
class Trainer:
    def __init__(self, model, optimizer, loss_fn, metrics=(), max_norm=None):
        self.history = {}
        self.model, self.optimizer, self.loss_fn = model, optimizer, loss_fn
        self.metrics, self.max_norm = list(metrics), max_norm

    def _measure(self, x, y, training):
        predictions = self.model(x, training=training)
        return predictions, self.loss_fn(y, predictions) + sum(self.model.losses)

    def train_epoch(self, batches):
        total, count = 0.0, 0
        for metric in self.metrics:
            metric.reset_state()
        for x, y in batches:
            with tf.GradientTape() as tape:
                predictions, loss = self._measure(x, y, training=True)
            variables = self.model.trainable_variables
            gradients = tape.gradient(loss, variables)
            self.optimizer.apply(gradients, variables)
            for metric in self.metrics:
                metric.update_state(y, predictions)
            total += float(loss) * len(x)
            count += len(x)
        return {"loss": total / count} | {metric.name: float(metric.result()) for metric in self.metrics}

    def evaluate(self, batches):
        total, count = 0.0, 0
        for metric in self.metrics:
            metric.reset_state()
        for x, y in batches:
            predictions, loss = self._measure(x, y, training=False)
            for metric in self.metrics:
                metric.update_state(y, predictions)
            total += float(loss) * len(x)
            count += len(x)
        return {"loss": total / count} | {metric.name: float(metric.result()) for metric in self.metrics}

    def fit(self, data, num_epochs):
        for _ in range(num_epochs):
            logs = self.train_epoch(data.train_batches())
            logs |= {"val_" + name: value for name, value in self.evaluate(data.val_batches()).items()}
            for name, value in logs.items():
                self.history.setdefault(name, []).append(value)
        return self.history


# %% wrong: Trainer
# idea: "squared length against max_norm"
# fits: "You compare the squared length with max_norm"
class Trainer:
    def __init__(self, model, optimizer, loss_fn, metrics=(), max_norm=None):
        self.history = {}
        self.model, self.optimizer, self.loss_fn = model, optimizer, loss_fn
        self.metrics, self.max_norm = list(metrics), max_norm

    def _measure(self, x, y, training):
        predictions = self.model(x, training=training)
        return predictions, self.loss_fn(y, predictions) + sum(self.model.losses)

    def train_epoch(self, batches):
        total, count = 0.0, 0
        for metric in self.metrics:
            metric.reset_state()
        for x, y in batches:
            with tf.GradientTape() as tape:
                predictions, loss = self._measure(x, y, training=True)
            variables = self.model.trainable_variables
            gradients = tape.gradient(loss, variables)
            if self.max_norm is not None:
                square = sum(tf.reduce_sum(one**2) for one in gradients)
                gradients = [one * tf.minimum(1.0, self.max_norm / square) for one in gradients]
            self.optimizer.apply(gradients, variables)
            for metric in self.metrics:
                metric.update_state(y, predictions)
            total += float(loss) * len(x)
            count += len(x)
        return {"loss": total / count} | {metric.name: float(metric.result()) for metric in self.metrics}

    def evaluate(self, batches):
        total, count = 0.0, 0
        for metric in self.metrics:
            metric.reset_state()
        for x, y in batches:
            predictions, loss = self._measure(x, y, training=False)
            for metric in self.metrics:
                metric.update_state(y, predictions)
            total += float(loss) * len(x)
            count += len(x)
        return {"loss": total / count} | {metric.name: float(metric.result()) for metric in self.metrics}

    def fit(self, data, num_epochs):
        for _ in range(num_epochs):
            logs = self.train_epoch(data.train_batches())
            logs |= {"val_" + name: value for name, value in self.evaluate(data.val_batches()).items()}
            for name, value in logs.items():
                self.history.setdefault(name, []).append(value)
        return self.history


# %% wrong: Trainer
# idea: "metrics reset in train_epoch only"
# fits: "The metrics of validation have the training"
class Trainer:
    def __init__(self, model, optimizer, loss_fn, metrics=(), max_norm=None):
        self.history = {}
        self.model, self.optimizer, self.loss_fn = model, optimizer, loss_fn
        self.metrics, self.max_norm = list(metrics), max_norm

    def _measure(self, x, y, training):
        predictions = self.model(x, training=training)
        return predictions, self.loss_fn(y, predictions) + sum(self.model.losses)

    def train_epoch(self, batches):
        total, count = 0.0, 0
        for metric in self.metrics:
            metric.reset_state()
        for x, y in batches:
            with tf.GradientTape() as tape:
                predictions, loss = self._measure(x, y, training=True)
            variables = self.model.trainable_variables
            gradients = tape.gradient(loss, variables)
            if self.max_norm is not None:
                gradients, _ = tf.clip_by_global_norm(gradients, self.max_norm)
            self.optimizer.apply(gradients, variables)
            for metric in self.metrics:
                metric.update_state(y, predictions)
            total += float(loss) * len(x)
            count += len(x)
        return {"loss": total / count} | {metric.name: float(metric.result()) for metric in self.metrics}

    def evaluate(self, batches):
        total, count = 0.0, 0
        for x, y in batches:
            predictions, loss = self._measure(x, y, training=False)
            for metric in self.metrics:
                metric.update_state(y, predictions)
            total += float(loss) * len(x)
            count += len(x)
        return {"loss": total / count} | {metric.name: float(metric.result()) for metric in self.metrics}

    def fit(self, data, num_epochs):
        for _ in range(num_epochs):
            logs = self.train_epoch(data.train_batches())
            logs |= {"val_" + name: value for name, value in self.evaluate(data.val_batches()).items()}
            for name, value in logs.items():
                self.history.setdefault(name, []).append(value)
        return self.history


# %% wrong: Trainer
# idea: "metrics never reset"
class Trainer:
    def __init__(self, model, optimizer, loss_fn, metrics=(), max_norm=None):
        self.history = {}
        self.model, self.optimizer, self.loss_fn = model, optimizer, loss_fn
        self.metrics, self.max_norm = list(metrics), max_norm

    def _measure(self, x, y, training):
        predictions = self.model(x, training=training)
        return predictions, self.loss_fn(y, predictions) + sum(self.model.losses)

    def train_epoch(self, batches):
        total, count = 0.0, 0
        for x, y in batches:
            with tf.GradientTape() as tape:
                predictions, loss = self._measure(x, y, training=True)
            variables = self.model.trainable_variables
            gradients = tape.gradient(loss, variables)
            if self.max_norm is not None:
                gradients, _ = tf.clip_by_global_norm(gradients, self.max_norm)
            self.optimizer.apply(gradients, variables)
            for metric in self.metrics:
                metric.update_state(y, predictions)
            total += float(loss) * len(x)
            count += len(x)
        return {"loss": total / count} | {metric.name: float(metric.result()) for metric in self.metrics}

    def evaluate(self, batches):
        total, count = 0.0, 0
        for x, y in batches:
            predictions, loss = self._measure(x, y, training=False)
            for metric in self.metrics:
                metric.update_state(y, predictions)
            total += float(loss) * len(x)
            count += len(x)
        return {"loss": total / count} | {metric.name: float(metric.result()) for metric in self.metrics}

    def fit(self, data, num_epochs):
        for _ in range(num_epochs):
            logs = self.train_epoch(data.train_batches())
            logs |= {"val_" + name: value for name, value in self.evaluate(data.val_batches()).items()}
            for name, value in logs.items():
                self.history.setdefault(name, []).append(value)
        return self.history


# %% wrong: Trainer
# idea: "metrics reset for every batch"
class Trainer:
    def __init__(self, model, optimizer, loss_fn, metrics=(), max_norm=None):
        self.history = {}
        self.model, self.optimizer, self.loss_fn = model, optimizer, loss_fn
        self.metrics, self.max_norm = list(metrics), max_norm

    def _measure(self, x, y, training):
        predictions = self.model(x, training=training)
        return predictions, self.loss_fn(y, predictions) + sum(self.model.losses)

    def train_epoch(self, batches):
        total, count = 0.0, 0
        for x, y in batches:
            for metric in self.metrics:
                metric.reset_state()
            with tf.GradientTape() as tape:
                predictions, loss = self._measure(x, y, training=True)
            variables = self.model.trainable_variables
            gradients = tape.gradient(loss, variables)
            if self.max_norm is not None:
                gradients, _ = tf.clip_by_global_norm(gradients, self.max_norm)
            self.optimizer.apply(gradients, variables)
            for metric in self.metrics:
                metric.update_state(y, predictions)
            total += float(loss) * len(x)
            count += len(x)
        return {"loss": total / count} | {metric.name: float(metric.result()) for metric in self.metrics}

    def evaluate(self, batches):
        total, count = 0.0, 0
        for x, y in batches:
            for metric in self.metrics:
                metric.reset_state()
            predictions, loss = self._measure(x, y, training=False)
            for metric in self.metrics:
                metric.update_state(y, predictions)
            total += float(loss) * len(x)
            count += len(x)
        return {"loss": total / count} | {metric.name: float(metric.result()) for metric in self.metrics}

    def fit(self, data, num_epochs):
        for _ in range(num_epochs):
            logs = self.train_epoch(data.train_batches())
            logs |= {"val_" + name: value for name, value in self.evaluate(data.val_batches()).items()}
            for name, value in logs.items():
                self.history.setdefault(name, []).append(value)
        return self.history


# %% wrong: Trainer
# idea: "metrics only reset at the end of fit's halves"
# fits: "The metrics of training go on from what"
class Trainer:
    def __init__(self, model, optimizer, loss_fn, metrics=(), max_norm=None):
        self.history = {}
        self.model, self.optimizer, self.loss_fn = model, optimizer, loss_fn
        self.metrics, self.max_norm = list(metrics), max_norm

    def _measure(self, x, y, training):
        predictions = self.model(x, training=training)
        return predictions, self.loss_fn(y, predictions) + sum(self.model.losses)

    def train_epoch(self, batches):
        total, count = 0.0, 0
        for x, y in batches:
            with tf.GradientTape() as tape:
                predictions, loss = self._measure(x, y, training=True)
            variables = self.model.trainable_variables
            gradients = tape.gradient(loss, variables)
            if self.max_norm is not None:
                gradients, _ = tf.clip_by_global_norm(gradients, self.max_norm)
            self.optimizer.apply(gradients, variables)
            for metric in self.metrics:
                metric.update_state(y, predictions)
            total += float(loss) * len(x)
            count += len(x)
        return {"loss": total / count} | {metric.name: float(metric.result()) for metric in self.metrics}

    def evaluate(self, batches):
        total, count = 0.0, 0
        for x, y in batches:
            predictions, loss = self._measure(x, y, training=False)
            for metric in self.metrics:
                metric.update_state(y, predictions)
            total += float(loss) * len(x)
            count += len(x)
        return {"loss": total / count} | {metric.name: float(metric.result()) for metric in self.metrics}

    def fit(self, data, num_epochs):
        for _ in range(num_epochs):
            logs = self.train_epoch(data.train_batches())
            for metric in self.metrics:
                metric.reset_state()
            logs |= {"val_" + name: value for name, value in self.evaluate(data.val_batches()).items()}
            for name, value in logs.items():
                self.history.setdefault(name, []).append(value)
        return self.history


# %% wrong: Trainer
# idea: "validation with dropout on"
# fits: "In validation the model runs as in training."
class Trainer:
    def __init__(self, model, optimizer, loss_fn, metrics=(), max_norm=None):
        self.history = {}
        self.model, self.optimizer, self.loss_fn = model, optimizer, loss_fn
        self.metrics, self.max_norm = list(metrics), max_norm

    def _measure(self, x, y, training):
        predictions = self.model(x, training=training)
        return predictions, self.loss_fn(y, predictions) + sum(self.model.losses)

    def train_epoch(self, batches):
        total, count = 0.0, 0
        for metric in self.metrics:
            metric.reset_state()
        for x, y in batches:
            with tf.GradientTape() as tape:
                predictions, loss = self._measure(x, y, training=True)
            variables = self.model.trainable_variables
            gradients = tape.gradient(loss, variables)
            if self.max_norm is not None:
                gradients, _ = tf.clip_by_global_norm(gradients, self.max_norm)
            self.optimizer.apply(gradients, variables)
            for metric in self.metrics:
                metric.update_state(y, predictions)
            total += float(loss) * len(x)
            count += len(x)
        return {"loss": total / count} | {metric.name: float(metric.result()) for metric in self.metrics}

    def evaluate(self, batches):
        total, count = 0.0, 0
        for metric in self.metrics:
            metric.reset_state()
        for x, y in batches:
            predictions, loss = self._measure(x, y, training=True)
            for metric in self.metrics:
                metric.update_state(y, predictions)
            total += float(loss) * len(x)
            count += len(x)
        return {"loss": total / count} | {metric.name: float(metric.result()) for metric in self.metrics}

    def fit(self, data, num_epochs):
        for _ in range(num_epochs):
            logs = self.train_epoch(data.train_batches())
            logs |= {"val_" + name: value for name, value in self.evaluate(data.val_batches()).items()}
            for name, value in logs.items():
                self.history.setdefault(name, []).append(value)
        return self.history


# %% wrong: Trainer
# idea: "training without training=True"
class Trainer:
    def __init__(self, model, optimizer, loss_fn, metrics=(), max_norm=None):
        self.history = {}
        self.model, self.optimizer, self.loss_fn = model, optimizer, loss_fn
        self.metrics, self.max_norm = list(metrics), max_norm

    def _measure(self, x, y, training):
        predictions = self.model(x, training=training)
        return predictions, self.loss_fn(y, predictions) + sum(self.model.losses)

    def train_epoch(self, batches):
        total, count = 0.0, 0
        for metric in self.metrics:
            metric.reset_state()
        for x, y in batches:
            with tf.GradientTape() as tape:
                predictions, loss = self._measure(x, y, training=False)
            variables = self.model.trainable_variables
            gradients = tape.gradient(loss, variables)
            if self.max_norm is not None:
                gradients, _ = tf.clip_by_global_norm(gradients, self.max_norm)
            self.optimizer.apply(gradients, variables)
            for metric in self.metrics:
                metric.update_state(y, predictions)
            total += float(loss) * len(x)
            count += len(x)
        return {"loss": total / count} | {metric.name: float(metric.result()) for metric in self.metrics}

    def evaluate(self, batches):
        total, count = 0.0, 0
        for metric in self.metrics:
            metric.reset_state()
        for x, y in batches:
            predictions, loss = self._measure(x, y, training=False)
            for metric in self.metrics:
                metric.update_state(y, predictions)
            total += float(loss) * len(x)
            count += len(x)
        return {"loss": total / count} | {metric.name: float(metric.result()) for metric in self.metrics}

    def fit(self, data, num_epochs):
        for _ in range(num_epochs):
            logs = self.train_epoch(data.train_batches())
            logs |= {"val_" + name: value for name, value in self.evaluate(data.val_batches()).items()}
            for name, value in logs.items():
                self.history.setdefault(name, []).append(value)
        return self.history


# %% wrong: Trainer
# idea: "no penalties"
class Trainer:
    def __init__(self, model, optimizer, loss_fn, metrics=(), max_norm=None):
        self.history = {}
        self.model, self.optimizer, self.loss_fn = model, optimizer, loss_fn
        self.metrics, self.max_norm = list(metrics), max_norm

    def _measure(self, x, y, training):
        predictions = self.model(x, training=training)
        return predictions, self.loss_fn(y, predictions)

    def train_epoch(self, batches):
        total, count = 0.0, 0
        for metric in self.metrics:
            metric.reset_state()
        for x, y in batches:
            with tf.GradientTape() as tape:
                predictions, loss = self._measure(x, y, training=True)
            variables = self.model.trainable_variables
            gradients = tape.gradient(loss, variables)
            if self.max_norm is not None:
                gradients, _ = tf.clip_by_global_norm(gradients, self.max_norm)
            self.optimizer.apply(gradients, variables)
            for metric in self.metrics:
                metric.update_state(y, predictions)
            total += float(loss) * len(x)
            count += len(x)
        return {"loss": total / count} | {metric.name: float(metric.result()) for metric in self.metrics}

    def evaluate(self, batches):
        total, count = 0.0, 0
        for metric in self.metrics:
            metric.reset_state()
        for x, y in batches:
            predictions, loss = self._measure(x, y, training=False)
            for metric in self.metrics:
                metric.update_state(y, predictions)
            total += float(loss) * len(x)
            count += len(x)
        return {"loss": total / count} | {metric.name: float(metric.result()) for metric in self.metrics}

    def fit(self, data, num_epochs):
        for _ in range(num_epochs):
            logs = self.train_epoch(data.train_batches())
            logs |= {"val_" + name: value for name, value in self.evaluate(data.val_batches()).items()}
            for name, value in logs.items():
                self.history.setdefault(name, []).append(value)
        return self.history


# %% wrong: Trainer
# idea: "no penalties in validation"
# fits: "In validation the penalties are left out"
class Trainer:
    def __init__(self, model, optimizer, loss_fn, metrics=(), max_norm=None):
        self.history = {}
        self.model, self.optimizer, self.loss_fn = model, optimizer, loss_fn
        self.metrics, self.max_norm = list(metrics), max_norm

    def _measure(self, x, y, training):
        predictions = self.model(x, training=training)
        return predictions, self.loss_fn(y, predictions) + (sum(self.model.losses) if training else 0.0)

    def train_epoch(self, batches):
        total, count = 0.0, 0
        for metric in self.metrics:
            metric.reset_state()
        for x, y in batches:
            with tf.GradientTape() as tape:
                predictions, loss = self._measure(x, y, training=True)
            variables = self.model.trainable_variables
            gradients = tape.gradient(loss, variables)
            if self.max_norm is not None:
                gradients, _ = tf.clip_by_global_norm(gradients, self.max_norm)
            self.optimizer.apply(gradients, variables)
            for metric in self.metrics:
                metric.update_state(y, predictions)
            total += float(loss) * len(x)
            count += len(x)
        return {"loss": total / count} | {metric.name: float(metric.result()) for metric in self.metrics}

    def evaluate(self, batches):
        total, count = 0.0, 0
        for metric in self.metrics:
            metric.reset_state()
        for x, y in batches:
            predictions, loss = self._measure(x, y, training=False)
            for metric in self.metrics:
                metric.update_state(y, predictions)
            total += float(loss) * len(x)
            count += len(x)
        return {"loss": total / count} | {metric.name: float(metric.result()) for metric in self.metrics}

    def fit(self, data, num_epochs):
        for _ in range(num_epochs):
            logs = self.train_epoch(data.train_batches())
            logs |= {"val_" + name: value for name, value in self.evaluate(data.val_batches()).items()}
            for name, value in logs.items():
                self.history.setdefault(name, []).append(value)
        return self.history


# %% wrong: Trainer
# idea: "mean of batch losses"
# fits: "Your losses are means over batches. A smaller"
class Trainer:
    def __init__(self, model, optimizer, loss_fn, metrics=(), max_norm=None):
        self.history = {}
        self.model, self.optimizer, self.loss_fn = model, optimizer, loss_fn
        self.metrics, self.max_norm = list(metrics), max_norm

    def _measure(self, x, y, training):
        predictions = self.model(x, training=training)
        return predictions, self.loss_fn(y, predictions) + sum(self.model.losses)

    def train_epoch(self, batches):
        total, count = 0.0, 0
        for metric in self.metrics:
            metric.reset_state()
        for x, y in batches:
            with tf.GradientTape() as tape:
                predictions, loss = self._measure(x, y, training=True)
            variables = self.model.trainable_variables
            gradients = tape.gradient(loss, variables)
            if self.max_norm is not None:
                gradients, _ = tf.clip_by_global_norm(gradients, self.max_norm)
            self.optimizer.apply(gradients, variables)
            for metric in self.metrics:
                metric.update_state(y, predictions)
            total += float(loss)
            count += 1
        return {"loss": total / count} | {metric.name: float(metric.result()) for metric in self.metrics}

    def evaluate(self, batches):
        total, count = 0.0, 0
        for metric in self.metrics:
            metric.reset_state()
        for x, y in batches:
            predictions, loss = self._measure(x, y, training=False)
            for metric in self.metrics:
                metric.update_state(y, predictions)
            total += float(loss)
            count += 1
        return {"loss": total / count} | {metric.name: float(metric.result()) for metric in self.metrics}

    def fit(self, data, num_epochs):
        for _ in range(num_epochs):
            logs = self.train_epoch(data.train_batches())
            logs |= {"val_" + name: value for name, value in self.evaluate(data.val_batches()).items()}
            for name, value in logs.items():
                self.history.setdefault(name, []).append(value)
        return self.history


# %% wrong: Trainer
# idea: "mean of batch losses in validation only"
# fits: "Your losses are means over batches. A smaller"
class Trainer:
    def __init__(self, model, optimizer, loss_fn, metrics=(), max_norm=None):
        self.history = {}
        self.model, self.optimizer, self.loss_fn = model, optimizer, loss_fn
        self.metrics, self.max_norm = list(metrics), max_norm

    def _measure(self, x, y, training):
        predictions = self.model(x, training=training)
        return predictions, self.loss_fn(y, predictions) + sum(self.model.losses)

    def train_epoch(self, batches):
        total, count = 0.0, 0
        for metric in self.metrics:
            metric.reset_state()
        for x, y in batches:
            with tf.GradientTape() as tape:
                predictions, loss = self._measure(x, y, training=True)
            variables = self.model.trainable_variables
            gradients = tape.gradient(loss, variables)
            if self.max_norm is not None:
                gradients, _ = tf.clip_by_global_norm(gradients, self.max_norm)
            self.optimizer.apply(gradients, variables)
            for metric in self.metrics:
                metric.update_state(y, predictions)
            total += float(loss) * len(x)
            count += len(x)
        return {"loss": total / count} | {metric.name: float(metric.result()) for metric in self.metrics}

    def evaluate(self, batches):
        total, count = 0.0, 0
        for metric in self.metrics:
            metric.reset_state()
        for x, y in batches:
            predictions, loss = self._measure(x, y, training=False)
            for metric in self.metrics:
                metric.update_state(y, predictions)
            total += float(loss)
            count += 1
        return {"loss": total / count} | {metric.name: float(metric.result()) for metric in self.metrics}

    def fit(self, data, num_epochs):
        for _ in range(num_epochs):
            logs = self.train_epoch(data.train_batches())
            logs |= {"val_" + name: value for name, value in self.evaluate(data.val_batches()).items()}
            for name, value in logs.items():
                self.history.setdefault(name, []).append(value)
        return self.history


# %% wrong: Trainer
# idea: "history begun anew by each fit"
# fits: "A second call of fit forgets what the first"
class Trainer:
    def __init__(self, model, optimizer, loss_fn, metrics=(), max_norm=None):
        self.history = {}
        self.model, self.optimizer, self.loss_fn = model, optimizer, loss_fn
        self.metrics, self.max_norm = list(metrics), max_norm

    def _measure(self, x, y, training):
        predictions = self.model(x, training=training)
        return predictions, self.loss_fn(y, predictions) + sum(self.model.losses)

    def train_epoch(self, batches):
        total, count = 0.0, 0
        for metric in self.metrics:
            metric.reset_state()
        for x, y in batches:
            with tf.GradientTape() as tape:
                predictions, loss = self._measure(x, y, training=True)
            variables = self.model.trainable_variables
            gradients = tape.gradient(loss, variables)
            if self.max_norm is not None:
                gradients, _ = tf.clip_by_global_norm(gradients, self.max_norm)
            self.optimizer.apply(gradients, variables)
            for metric in self.metrics:
                metric.update_state(y, predictions)
            total += float(loss) * len(x)
            count += len(x)
        return {"loss": total / count} | {metric.name: float(metric.result()) for metric in self.metrics}

    def evaluate(self, batches):
        total, count = 0.0, 0
        for metric in self.metrics:
            metric.reset_state()
        for x, y in batches:
            predictions, loss = self._measure(x, y, training=False)
            for metric in self.metrics:
                metric.update_state(y, predictions)
            total += float(loss) * len(x)
            count += len(x)
        return {"loss": total / count} | {metric.name: float(metric.result()) for metric in self.metrics}

    def fit(self, data, num_epochs):
        self.history = {}
        for _ in range(num_epochs):
            logs = self.train_epoch(data.train_batches())
            logs |= {"val_" + name: value for name, value in self.evaluate(data.val_batches()).items()}
            for name, value in logs.items():
                self.history.setdefault(name, []).append(value)
        return self.history


# %% wrong: Trainer
# idea: "training's numbers measured after the epoch"
class Trainer:
    def __init__(self, model, optimizer, loss_fn, metrics=(), max_norm=None):
        self.history = {}
        self.model, self.optimizer, self.loss_fn = model, optimizer, loss_fn
        self.metrics, self.max_norm = list(metrics), max_norm

    def _measure(self, x, y, training):
        predictions = self.model(x, training=training)
        return predictions, self.loss_fn(y, predictions) + sum(self.model.losses)

    def train_epoch(self, batches):
        total, count = 0.0, 0
        for metric in self.metrics:
            metric.reset_state()
        for x, y in batches:
            with tf.GradientTape() as tape:
                predictions, loss = self._measure(x, y, training=True)
            variables = self.model.trainable_variables
            gradients = tape.gradient(loss, variables)
            if self.max_norm is not None:
                gradients, _ = tf.clip_by_global_norm(gradients, self.max_norm)
            self.optimizer.apply(gradients, variables)
            for metric in self.metrics:
                metric.update_state(y, predictions)
            total += float(loss) * len(x)
            count += len(x)
        return {"loss": total / count} | {metric.name: float(metric.result()) for metric in self.metrics}

    def evaluate(self, batches):
        total, count = 0.0, 0
        for metric in self.metrics:
            metric.reset_state()
        for x, y in batches:
            predictions, loss = self._measure(x, y, training=False)
            for metric in self.metrics:
                metric.update_state(y, predictions)
            total += float(loss) * len(x)
            count += len(x)
        return {"loss": total / count} | {metric.name: float(metric.result()) for metric in self.metrics}

    def fit(self, data, num_epochs):
        for _ in range(num_epochs):
            self.train_epoch(data.train_batches())
            logs = self.evaluate(data.train_batches())
            logs |= {"val_" + name: value for name, value in self.evaluate(data.val_batches()).items()}
            for name, value in logs.items():
                self.history.setdefault(name, []).append(value)
        return self.history


# %% wrong: Trainer
# idea: "validation only once, at the end"
class Trainer:
    def __init__(self, model, optimizer, loss_fn, metrics=(), max_norm=None):
        self.history = {}
        self.model, self.optimizer, self.loss_fn = model, optimizer, loss_fn
        self.metrics, self.max_norm = list(metrics), max_norm

    def _measure(self, x, y, training):
        predictions = self.model(x, training=training)
        return predictions, self.loss_fn(y, predictions) + sum(self.model.losses)

    def train_epoch(self, batches):
        total, count = 0.0, 0
        for metric in self.metrics:
            metric.reset_state()
        for x, y in batches:
            with tf.GradientTape() as tape:
                predictions, loss = self._measure(x, y, training=True)
            variables = self.model.trainable_variables
            gradients = tape.gradient(loss, variables)
            if self.max_norm is not None:
                gradients, _ = tf.clip_by_global_norm(gradients, self.max_norm)
            self.optimizer.apply(gradients, variables)
            for metric in self.metrics:
                metric.update_state(y, predictions)
            total += float(loss) * len(x)
            count += len(x)
        return {"loss": total / count} | {metric.name: float(metric.result()) for metric in self.metrics}

    def evaluate(self, batches):
        total, count = 0.0, 0
        for metric in self.metrics:
            metric.reset_state()
        for x, y in batches:
            predictions, loss = self._measure(x, y, training=False)
            for metric in self.metrics:
                metric.update_state(y, predictions)
            total += float(loss) * len(x)
            count += len(x)
        return {"loss": total / count} | {metric.name: float(metric.result()) for metric in self.metrics}

    def fit(self, data, num_epochs):
        for _ in range(num_epochs):
            logs = self.train_epoch(data.train_batches())
            for name, value in logs.items():
                self.history.setdefault(name, []).append(value)
        for name, value in self.evaluate(data.val_batches()).items():
            self.history.setdefault("val_" + name, []).append(value)
        return self.history


# %% wrong: Trainer
# idea: "validation before training"
class Trainer:
    def __init__(self, model, optimizer, loss_fn, metrics=(), max_norm=None):
        self.history = {}
        self.model, self.optimizer, self.loss_fn = model, optimizer, loss_fn
        self.metrics, self.max_norm = list(metrics), max_norm

    def _measure(self, x, y, training):
        predictions = self.model(x, training=training)
        return predictions, self.loss_fn(y, predictions) + sum(self.model.losses)

    def train_epoch(self, batches):
        total, count = 0.0, 0
        for metric in self.metrics:
            metric.reset_state()
        for x, y in batches:
            with tf.GradientTape() as tape:
                predictions, loss = self._measure(x, y, training=True)
            variables = self.model.trainable_variables
            gradients = tape.gradient(loss, variables)
            if self.max_norm is not None:
                gradients, _ = tf.clip_by_global_norm(gradients, self.max_norm)
            self.optimizer.apply(gradients, variables)
            for metric in self.metrics:
                metric.update_state(y, predictions)
            total += float(loss) * len(x)
            count += len(x)
        return {"loss": total / count} | {metric.name: float(metric.result()) for metric in self.metrics}

    def evaluate(self, batches):
        total, count = 0.0, 0
        for metric in self.metrics:
            metric.reset_state()
        for x, y in batches:
            predictions, loss = self._measure(x, y, training=False)
            for metric in self.metrics:
                metric.update_state(y, predictions)
            total += float(loss) * len(x)
            count += len(x)
        return {"loss": total / count} | {metric.name: float(metric.result()) for metric in self.metrics}

    def fit(self, data, num_epochs):
        for _ in range(num_epochs):
            before = self.evaluate(data.val_batches())
            logs = self.train_epoch(data.train_batches())
            logs |= {"val_" + name: value for name, value in before.items()}
            for name, value in logs.items():
                self.history.setdefault(name, []).append(value)
        return self.history


# %% wrong: Trainer
# idea: "predicts again after the step for the metrics"
class Trainer:
    def __init__(self, model, optimizer, loss_fn, metrics=(), max_norm=None):
        self.history = {}
        self.model, self.optimizer, self.loss_fn = model, optimizer, loss_fn
        self.metrics, self.max_norm = list(metrics), max_norm

    def _measure(self, x, y, training):
        predictions = self.model(x, training=training)
        return predictions, self.loss_fn(y, predictions) + sum(self.model.losses)

    def train_epoch(self, batches):
        total, count = 0.0, 0
        for metric in self.metrics:
            metric.reset_state()
        for x, y in batches:
            with tf.GradientTape() as tape:
                predictions, loss = self._measure(x, y, training=True)
            variables = self.model.trainable_variables
            gradients = tape.gradient(loss, variables)
            if self.max_norm is not None:
                gradients, _ = tf.clip_by_global_norm(gradients, self.max_norm)
            self.optimizer.apply(gradients, variables)
            predictions = self.model(x, training=True)
            for metric in self.metrics:
                metric.update_state(y, predictions)
            total += float(loss) * len(x)
            count += len(x)
        return {"loss": total / count} | {metric.name: float(metric.result()) for metric in self.metrics}

    def evaluate(self, batches):
        total, count = 0.0, 0
        for metric in self.metrics:
            metric.reset_state()
        for x, y in batches:
            predictions, loss = self._measure(x, y, training=False)
            for metric in self.metrics:
                metric.update_state(y, predictions)
            total += float(loss) * len(x)
            count += len(x)
        return {"loss": total / count} | {metric.name: float(metric.result()) for metric in self.metrics}

    def fit(self, data, num_epochs):
        for _ in range(num_epochs):
            logs = self.train_epoch(data.train_batches())
            logs |= {"val_" + name: value for name, value in self.evaluate(data.val_batches()).items()}
            for name, value in logs.items():
                self.history.setdefault(name, []).append(value)
        return self.history


# %% wrong: Trainer
# idea: "metric's arguments swapped"
class Trainer:
    def __init__(self, model, optimizer, loss_fn, metrics=(), max_norm=None):
        self.history = {}
        self.model, self.optimizer, self.loss_fn = model, optimizer, loss_fn
        self.metrics, self.max_norm = list(metrics), max_norm

    def _measure(self, x, y, training):
        predictions = self.model(x, training=training)
        return predictions, self.loss_fn(y, predictions) + sum(self.model.losses)

    def train_epoch(self, batches):
        total, count = 0.0, 0
        for metric in self.metrics:
            metric.reset_state()
        for x, y in batches:
            with tf.GradientTape() as tape:
                predictions, loss = self._measure(x, y, training=True)
            variables = self.model.trainable_variables
            gradients = tape.gradient(loss, variables)
            if self.max_norm is not None:
                gradients, _ = tf.clip_by_global_norm(gradients, self.max_norm)
            self.optimizer.apply(gradients, variables)
            for metric in self.metrics:
                metric.update_state(predictions, y)
            total += float(loss) * len(x)
            count += len(x)
        return {"loss": total / count} | {metric.name: float(metric.result()) for metric in self.metrics}

    def evaluate(self, batches):
        total, count = 0.0, 0
        for metric in self.metrics:
            metric.reset_state()
        for x, y in batches:
            predictions, loss = self._measure(x, y, training=False)
            for metric in self.metrics:
                metric.update_state(predictions, y)
            total += float(loss) * len(x)
            count += len(x)
        return {"loss": total / count} | {metric.name: float(metric.result()) for metric in self.metrics}

    def fit(self, data, num_epochs):
        for _ in range(num_epochs):
            logs = self.train_epoch(data.train_batches())
            logs |= {"val_" + name: value for name, value in self.evaluate(data.val_batches()).items()}
            for name, value in logs.items():
                self.history.setdefault(name, []).append(value)
        return self.history


# %% wrong: Trainer
# idea: "returns the last epoch instead of the history"
# fits: "fit returns the numbers of the last epoch"
class Trainer:
    def __init__(self, model, optimizer, loss_fn, metrics=(), max_norm=None):
        self.history = {}
        self.model, self.optimizer, self.loss_fn = model, optimizer, loss_fn
        self.metrics, self.max_norm = list(metrics), max_norm

    def _measure(self, x, y, training):
        predictions = self.model(x, training=training)
        return predictions, self.loss_fn(y, predictions) + sum(self.model.losses)

    def train_epoch(self, batches):
        total, count = 0.0, 0
        for metric in self.metrics:
            metric.reset_state()
        for x, y in batches:
            with tf.GradientTape() as tape:
                predictions, loss = self._measure(x, y, training=True)
            variables = self.model.trainable_variables
            gradients = tape.gradient(loss, variables)
            if self.max_norm is not None:
                gradients, _ = tf.clip_by_global_norm(gradients, self.max_norm)
            self.optimizer.apply(gradients, variables)
            for metric in self.metrics:
                metric.update_state(y, predictions)
            total += float(loss) * len(x)
            count += len(x)
        return {"loss": total / count} | {metric.name: float(metric.result()) for metric in self.metrics}

    def evaluate(self, batches):
        total, count = 0.0, 0
        for metric in self.metrics:
            metric.reset_state()
        for x, y in batches:
            predictions, loss = self._measure(x, y, training=False)
            for metric in self.metrics:
                metric.update_state(y, predictions)
            total += float(loss) * len(x)
            count += len(x)
        return {"loss": total / count} | {metric.name: float(metric.result()) for metric in self.metrics}

    def fit(self, data, num_epochs):
        for _ in range(num_epochs):
            logs = self.train_epoch(data.train_batches())
            logs |= {"val_" + name: value for name, value in self.evaluate(data.val_batches()).items()}
            for name, value in logs.items():
                self.history.setdefault(name, []).append(value)
        return logs if num_epochs else {}


# %% wrong: Trainer
# idea: "tensors in the logs"
# fits: "The numbers are right. What is not is what holds them"
class Trainer:
    def __init__(self, model, optimizer, loss_fn, metrics=(), max_norm=None):
        self.history = {}
        self.model, self.optimizer, self.loss_fn = model, optimizer, loss_fn
        self.metrics, self.max_norm = list(metrics), max_norm

    def _measure(self, x, y, training):
        predictions = self.model(x, training=training)
        return predictions, self.loss_fn(y, predictions) + sum(self.model.losses)

    def train_epoch(self, batches):
        total, count = 0.0, 0
        for metric in self.metrics:
            metric.reset_state()
        for x, y in batches:
            with tf.GradientTape() as tape:
                predictions, loss = self._measure(x, y, training=True)
            variables = self.model.trainable_variables
            gradients = tape.gradient(loss, variables)
            if self.max_norm is not None:
                gradients, _ = tf.clip_by_global_norm(gradients, self.max_norm)
            self.optimizer.apply(gradients, variables)
            for metric in self.metrics:
                metric.update_state(y, predictions)
            total += float(loss) * len(x)
            count += len(x)
        return {"loss": total / count} | {metric.name: metric.result() for metric in self.metrics}

    def evaluate(self, batches):
        total, count = 0.0, 0
        for metric in self.metrics:
            metric.reset_state()
        for x, y in batches:
            predictions, loss = self._measure(x, y, training=False)
            for metric in self.metrics:
                metric.update_state(y, predictions)
            total += float(loss) * len(x)
            count += len(x)
        return {"loss": total / count} | {metric.name: metric.result() for metric in self.metrics}

    def fit(self, data, num_epochs):
        for _ in range(num_epochs):
            logs = self.train_epoch(data.train_batches())
            logs |= {"val_" + name: value for name, value in self.evaluate(data.val_batches()).items()}
            for name, value in logs.items():
                self.history.setdefault(name, []).append(value)
        return self.history


# %% wrong: Trainer
# idea: "history shared by all trainers"
class Trainer:
    shared = {}

    def __init__(self, model, optimizer, loss_fn, metrics=(), max_norm=None):
        self.history = Trainer.shared
        self.model, self.optimizer, self.loss_fn = model, optimizer, loss_fn
        self.metrics, self.max_norm = list(metrics), max_norm

    def _measure(self, x, y, training):
        predictions = self.model(x, training=training)
        return predictions, self.loss_fn(y, predictions) + sum(self.model.losses)

    def train_epoch(self, batches):
        total, count = 0.0, 0
        for metric in self.metrics:
            metric.reset_state()
        for x, y in batches:
            with tf.GradientTape() as tape:
                predictions, loss = self._measure(x, y, training=True)
            variables = self.model.trainable_variables
            gradients = tape.gradient(loss, variables)
            if self.max_norm is not None:
                gradients, _ = tf.clip_by_global_norm(gradients, self.max_norm)
            self.optimizer.apply(gradients, variables)
            for metric in self.metrics:
                metric.update_state(y, predictions)
            total += float(loss) * len(x)
            count += len(x)
        return {"loss": total / count} | {metric.name: float(metric.result()) for metric in self.metrics}

    def evaluate(self, batches):
        total, count = 0.0, 0
        for metric in self.metrics:
            metric.reset_state()
        for x, y in batches:
            predictions, loss = self._measure(x, y, training=False)
            for metric in self.metrics:
                metric.update_state(y, predictions)
            total += float(loss) * len(x)
            count += len(x)
        return {"loss": total / count} | {metric.name: float(metric.result()) for metric in self.metrics}

    def fit(self, data, num_epochs):
        for _ in range(num_epochs):
            logs = self.train_epoch(data.train_batches())
            logs |= {"val_" + name: value for name, value in self.evaluate(data.val_batches()).items()}
            for name, value in logs.items():
                self.history.setdefault(name, []).append(value)
        return self.history


# %% wrong: Trainer
# idea: "a step taken in evaluate too"
class Trainer:
    def __init__(self, model, optimizer, loss_fn, metrics=(), max_norm=None):
        self.history = {}
        self.model, self.optimizer, self.loss_fn = model, optimizer, loss_fn
        self.metrics, self.max_norm = list(metrics), max_norm

    def _measure(self, x, y, training):
        predictions = self.model(x, training=training)
        return predictions, self.loss_fn(y, predictions) + sum(self.model.losses)

    def train_epoch(self, batches):
        total, count = 0.0, 0
        for metric in self.metrics:
            metric.reset_state()
        for x, y in batches:
            with tf.GradientTape() as tape:
                predictions, loss = self._measure(x, y, training=True)
            variables = self.model.trainable_variables
            gradients = tape.gradient(loss, variables)
            if self.max_norm is not None:
                gradients, _ = tf.clip_by_global_norm(gradients, self.max_norm)
            self.optimizer.apply(gradients, variables)
            for metric in self.metrics:
                metric.update_state(y, predictions)
            total += float(loss) * len(x)
            count += len(x)
        return {"loss": total / count} | {metric.name: float(metric.result()) for metric in self.metrics}

    def evaluate(self, batches):
        total, count = 0.0, 0
        for metric in self.metrics:
            metric.reset_state()
        for x, y in batches:
            with tf.GradientTape() as tape:
                predictions, loss = self._measure(x, y, training=False)
            variables = self.model.trainable_variables
            self.optimizer.apply(tape.gradient(loss, variables), variables)
            for metric in self.metrics:
                metric.update_state(y, predictions)
            total += float(loss) * len(x)
            count += len(x)
        return {"loss": total / count} | {metric.name: float(metric.result()) for metric in self.metrics}

    def fit(self, data, num_epochs):
        for _ in range(num_epochs):
            logs = self.train_epoch(data.train_batches())
            logs |= {"val_" + name: value for name, value in self.evaluate(data.val_batches()).items()}
            for name, value in logs.items():
                self.history.setdefault(name, []).append(value)
        return self.history


# %% wrong: Trainer
# idea: "one list of batches kept from the first epoch"
class Trainer:
    def __init__(self, model, optimizer, loss_fn, metrics=(), max_norm=None):
        self.history = {}
        self.model, self.optimizer, self.loss_fn = model, optimizer, loss_fn
        self.metrics, self.max_norm = list(metrics), max_norm

    def _measure(self, x, y, training):
        predictions = self.model(x, training=training)
        return predictions, self.loss_fn(y, predictions) + sum(self.model.losses)

    def train_epoch(self, batches):
        total, count = 0.0, 0
        for metric in self.metrics:
            metric.reset_state()
        for x, y in batches:
            with tf.GradientTape() as tape:
                predictions, loss = self._measure(x, y, training=True)
            variables = self.model.trainable_variables
            gradients = tape.gradient(loss, variables)
            if self.max_norm is not None:
                gradients, _ = tf.clip_by_global_norm(gradients, self.max_norm)
            self.optimizer.apply(gradients, variables)
            for metric in self.metrics:
                metric.update_state(y, predictions)
            total += float(loss) * len(x)
            count += len(x)
        return {"loss": total / count} | {metric.name: float(metric.result()) for metric in self.metrics}

    def evaluate(self, batches):
        total, count = 0.0, 0
        for metric in self.metrics:
            metric.reset_state()
        for x, y in batches:
            predictions, loss = self._measure(x, y, training=False)
            for metric in self.metrics:
                metric.update_state(y, predictions)
            total += float(loss) * len(x)
            count += len(x)
        return {"loss": total / count} | {metric.name: float(metric.result()) for metric in self.metrics}

    def fit(self, data, num_epochs):
        kept = list(data.train_batches()) if num_epochs else []
        for _ in range(num_epochs):
            logs = self.train_epoch(kept)
            logs |= {"val_" + name: value for name, value in self.evaluate(data.val_batches()).items()}
            for name, value in logs.items():
                self.history.setdefault(name, []).append(value)
        return self.history


# %% wrong: Trainer
# idea: "lists begun empty: names where nothing was trained"
class Trainer:
    def __init__(self, model, optimizer, loss_fn, metrics=(), max_norm=None):
        self.history = {}
        self.model, self.optimizer, self.loss_fn = model, optimizer, loss_fn
        self.metrics, self.max_norm = list(metrics), max_norm

    def _measure(self, x, y, training):
        predictions = self.model(x, training=training)
        return predictions, self.loss_fn(y, predictions) + sum(self.model.losses)

    def train_epoch(self, batches):
        total, count = 0.0, 0
        for metric in self.metrics:
            metric.reset_state()
        for x, y in batches:
            with tf.GradientTape() as tape:
                predictions, loss = self._measure(x, y, training=True)
            variables = self.model.trainable_variables
            gradients = tape.gradient(loss, variables)
            if self.max_norm is not None:
                gradients, _ = tf.clip_by_global_norm(gradients, self.max_norm)
            self.optimizer.apply(gradients, variables)
            for metric in self.metrics:
                metric.update_state(y, predictions)
            total += float(loss) * len(x)
            count += len(x)
        return {"loss": total / count} | {metric.name: float(metric.result()) for metric in self.metrics}

    def evaluate(self, batches):
        total, count = 0.0, 0
        for metric in self.metrics:
            metric.reset_state()
        for x, y in batches:
            predictions, loss = self._measure(x, y, training=False)
            for metric in self.metrics:
                metric.update_state(y, predictions)
            total += float(loss) * len(x)
            count += len(x)
        return {"loss": total / count} | {metric.name: float(metric.result()) for metric in self.metrics}

    def fit(self, data, num_epochs):
        self.history.setdefault("loss", [])
        for _ in range(num_epochs):
            logs = self.train_epoch(data.train_batches())
            logs |= {"val_" + name: value for name, value in self.evaluate(data.val_batches()).items()}
            for name, value in logs.items():
                self.history.setdefault(name, []).append(value)
        return self.history


# %% wrong: Trainer
# idea: "mean of a metric's results over batches"
class Trainer:
    def __init__(self, model, optimizer, loss_fn, metrics=(), max_norm=None):
        self.history = {}
        self.model, self.optimizer, self.loss_fn = model, optimizer, loss_fn
        self.metrics, self.max_norm = list(metrics), max_norm

    def _measure(self, x, y, training):
        predictions = self.model(x, training=training)
        return predictions, self.loss_fn(y, predictions) + sum(self.model.losses)

    def train_epoch(self, batches):
        total, count, results = 0.0, 0, {metric.name: [] for metric in self.metrics}
        for metric in self.metrics:
            metric.reset_state()
        for x, y in batches:
            with tf.GradientTape() as tape:
                predictions, loss = self._measure(x, y, training=True)
            variables = self.model.trainable_variables
            gradients = tape.gradient(loss, variables)
            if self.max_norm is not None:
                gradients, _ = tf.clip_by_global_norm(gradients, self.max_norm)
            self.optimizer.apply(gradients, variables)
            for metric in self.metrics:
                metric.reset_state()
                metric.update_state(y, predictions)
                results[metric.name].append(float(metric.result()))
            total += float(loss) * len(x)
            count += len(x)
        return {"loss": total / count} | {name: sum(seen) / len(seen) for name, seen in results.items()}

    def evaluate(self, batches):
        total, count = 0.0, 0
        for metric in self.metrics:
            metric.reset_state()
        for x, y in batches:
            predictions, loss = self._measure(x, y, training=False)
            for metric in self.metrics:
                metric.update_state(y, predictions)
            total += float(loss) * len(x)
            count += len(x)
        return {"loss": total / count} | {metric.name: float(metric.result()) for metric in self.metrics}

    def fit(self, data, num_epochs):
        for _ in range(num_epochs):
            logs = self.train_epoch(data.train_batches())
            logs |= {"val_" + name: value for name, value in self.evaluate(data.val_batches()).items()}
            for name, value in logs.items():
                self.history.setdefault(name, []).append(value)
        return self.history


# %% wrong: Trainer
# idea: "clip test before: only longer than max_norm per variable list mean"
class Trainer:
    def __init__(self, model, optimizer, loss_fn, metrics=(), max_norm=None):
        self.history = {}
        self.model, self.optimizer, self.loss_fn = model, optimizer, loss_fn
        self.metrics, self.max_norm = list(metrics), max_norm

    def _measure(self, x, y, training):
        predictions = self.model(x, training=training)
        return predictions, self.loss_fn(y, predictions) + sum(self.model.losses)

    def train_epoch(self, batches):
        total, count = 0.0, 0
        for metric in self.metrics:
            metric.reset_state()
        for x, y in batches:
            with tf.GradientTape() as tape:
                predictions, loss = self._measure(x, y, training=True)
            variables = self.model.trainable_variables
            gradients = tape.gradient(loss, variables)
            if self.max_norm is not None:
                longest = max(float(tf.norm(one)) for one in gradients)
                gradients = [one * min(1.0, self.max_norm / (longest + 1e-12)) for one in gradients]
            self.optimizer.apply(gradients, variables)
            for metric in self.metrics:
                metric.update_state(y, predictions)
            total += float(loss) * len(x)
            count += len(x)
        return {"loss": total / count} | {metric.name: float(metric.result()) for metric in self.metrics}

    def evaluate(self, batches):
        total, count = 0.0, 0
        for metric in self.metrics:
            metric.reset_state()
        for x, y in batches:
            predictions, loss = self._measure(x, y, training=False)
            for metric in self.metrics:
                metric.update_state(y, predictions)
            total += float(loss) * len(x)
            count += len(x)
        return {"loss": total / count} | {metric.name: float(metric.result()) for metric in self.metrics}

    def fit(self, data, num_epochs):
        for _ in range(num_epochs):
            logs = self.train_epoch(data.train_batches())
            logs |= {"val_" + name: value for name, value in self.evaluate(data.val_batches()).items()}
            for name, value in logs.items():
                self.history.setdefault(name, []).append(value)
        return self.history
