# %% right: count_traces
def count_traces(f, inputs, **options):
    tally = {"runs": 0}

    def wrapper(*args):
        tally["runs"] += 1
        return f(*args)

    compiled = tf.function(**options)(wrapper) if options else tf.function(wrapper)
    for args in inputs:
        compiled(*args)
    return tally["runs"]


# %% right: count_traces
def count_traces(f, inputs, **options):
    class Counter:
        times = 0

    counter = Counter()

    @tf.autograph.experimental.do_not_convert
    def note():
        counter.times += 1

    def body(*args):
        note()
        return f(*args)

    graph = tf.function(body, **options)
    _ = [graph(*args) for args in inputs]
    return counter.times


# %% wrong: count_traces
# idea: "a new tf.function for each call"
# fits: "Every call runs the Python code"
def count_traces(f, inputs, **options):
    count = 0
    for args in inputs:
        graph = tf.function(f, **options)
        graph(*args)
        count += graph.experimental_get_tracing_count()
    return count


# %% wrong: count_traces
# idea: "number of different shapes"
# fits: "You count shapes"
def count_traces(f, inputs, **options):
    graph, seen = tf.function(f, **options), set()
    for args in inputs:
        graph(*args)
        seen.add(tuple(tuple(np.shape(a)) for a in args))
    return len(seen)


# %% wrong: count_traces
# idea: "options forgotten"
# fits: "options never reach"
def count_traces(f, inputs, **options):
    graph = tf.function(lambda *args: f(*args))
    for args in inputs:
        graph(*args)
    return graph.experimental_get_tracing_count() if inputs else 0


# %% wrong: count_traces
# idea: "counts retraces only"
# fits: "The first trace is one as well"
# fits: "where does the count begin"
def count_traces(f, inputs, **options):
    graph = tf.function(lambda *args: f(*args), **options)
    for args in inputs:
        graph(*args)
    return max(graph.experimental_get_tracing_count() - 1, 0) if inputs else 0


# %% wrong: count_traces
# idea: "number of calls"
# fits: "That is the number of calls"
# fits: "Every call runs the Python code"
def count_traces(f, inputs, **options):
    graph, count = tf.function(f, **options), 0
    for args in inputs:
        graph(*args)
        count += 1
    return count


# %% right: training_memory_bytes
def training_memory_bytes(params, optimizer, dtype, activations, frozen=0):
    if optimizer == "sgd":
        slots = 0
    elif optimizer == "momentum":
        slots = 1
    elif optimizer == "adam":
        slots = 2
    else:
        raise ValueError(f"optimizer? Received: {optimizer}")
    params, activations, frozen = int(params), int(activations), int(frozen)
    if dtype in ("mixed_float16", "mixed_bfloat16"):
        return 4 * (params + frozen) + 2 * (params + frozen) + 4 * params * (1 + slots) + 2 * activations
    if dtype not in ("float64", "float32", "float16", "bfloat16"):
        raise ValueError(f"dtype? Received: {dtype}")
    width = int(dtype.removeprefix("b").removeprefix("float")) // 8
    return width * (params + frozen + params + slots * params + activations)


# %% right: training_memory_bytes
def training_memory_bytes(params, optimizer, dtype, activations, frozen=0):
    slots = dict(sgd=0, momentum=1, adam=2).get(optimizer)
    long = dict(float64=8, float32=4, float16=2, bfloat16=2, mixed_float16=4, mixed_bfloat16=4).get(dtype)
    if slots is None or long is None:
        raise ValueError
    weights = (int(params) + int(frozen)) * (6 if dtype[0] == "m" else long)
    return weights + int(params) * long * (slots + 1) + int(activations) * (2 if dtype[0] == "m" else long)


# %% wrong: training_memory_bytes
# idea: "no gradient"
# fits: "one of the first two is missing"
def training_memory_bytes(params, optimizer, dtype, activations, frozen=0):
    slots = {"sgd": 0, "momentum": 1, "adam": 2}
    long = {"float64": 8, "float32": 4, "float16": 2, "bfloat16": 2, "mixed_float16": 4, "mixed_bfloat16": 4}
    if optimizer not in slots or dtype not in long:
        raise ValueError
    mixed = dtype.startswith("mixed")
    weights = (int(params) + frozen) * (6 if mixed else long[dtype])
    return weights + int(params) * long[dtype] * slots[optimizer] + int(activations) * (2 if mixed else long[dtype])


# %% wrong: training_memory_bytes
# idea: "frozen weights cost as much as trained ones"
# fits: "A frozen parameter has neither"
def training_memory_bytes(params, optimizer, dtype, activations, frozen=0):
    slots = {"sgd": 0, "momentum": 1, "adam": 2}
    long = {"float64": 8, "float32": 4, "float16": 2, "bfloat16": 2, "mixed_float16": 4, "mixed_bfloat16": 4}
    if optimizer not in slots or dtype not in long:
        raise ValueError
    mixed, everything = dtype.startswith("mixed"), int(params) + int(frozen)
    per = long[dtype] * (2 + slots[optimizer]) + 2 * mixed
    return everything * per + int(activations) * (2 if mixed else long[dtype])


# %% wrong: training_memory_bytes
# idea: "everything short in mixed precision"
# fits: "In mixed precision the books"
# fits: "short copy"
def training_memory_bytes(params, optimizer, dtype, activations, frozen=0):
    slots = {"sgd": 0, "momentum": 1, "adam": 2}
    long = {"float64": 8, "float32": 4, "float16": 2, "bfloat16": 2, "mixed_float16": 2, "mixed_bfloat16": 2}
    if optimizer not in slots or dtype not in long:
        raise ValueError
    each = long[dtype]
    return each * (int(params) * (2 + slots[optimizer]) + int(frozen) + int(activations))


# %% wrong: training_memory_bytes
# idea: "no short copy"
# fits: "You forget the short copy"
def training_memory_bytes(params, optimizer, dtype, activations, frozen=0):
    slots = {"sgd": 0, "momentum": 1, "adam": 2}
    long = {"float64": 8, "float32": 4, "float16": 2, "bfloat16": 2, "mixed_float16": 4, "mixed_bfloat16": 4}
    if optimizer not in slots or dtype not in long:
        raise ValueError
    short = 2 if dtype.startswith("mixed") else long[dtype]
    return long[dtype] * (int(params) * (2 + slots[optimizer]) + int(frozen)) + short * int(activations)


# %% wrong: training_memory_bytes
# idea: "unknown dtypes count as float32"
def training_memory_bytes(params, optimizer, dtype, activations, frozen=0):
    slots = {"sgd": 0, "momentum": 1, "adam": 2}
    if optimizer not in slots:
        raise ValueError
    long = {"float64": 8, "float16": 2, "bfloat16": 2}.get(dtype, 4)
    mixed = dtype.startswith("mixed")
    weights = (int(params) + int(frozen)) * (6 if mixed else long)
    return weights + int(params) * long * (1 + slots[optimizer]) + int(activations) * (2 if mixed else long)


# %% right: loss_scale_step
def loss_scale_step(grads, scale, good_steps=0, growth_steps=2000):
    for g in grads:
        if np.any(~np.isfinite(g)):
            return None, scale * 0.5, 0
    out = [(g.astype(np.float64) / scale).astype(np.float32) for g in grads]
    good_steps += 1
    grown = good_steps == growth_steps
    return out, float(scale * 2 if grown else scale), 0 if grown else good_steps


# %% right: loss_scale_step
def loss_scale_step(grads, scale, good_steps=0, growth_steps=2000):
    wide = [g.astype("float32") for g in grads]
    if sum(np.count_nonzero(~np.isfinite(g)) for g in wide) > 0:
        return (None, float(scale) / 2, 0)
    wide = [np.divide(g, scale, dtype="float32") for g in wide]
    if good_steps + 1 < growth_steps:
        return (wide, float(scale), good_steps + 1)
    return (wide, 2 * float(scale), 0)


# %% wrong: loss_scale_step
# idea: "divides in float16"
# fits: "You divide in the short type"
def loss_scale_step(grads, scale, good_steps=0, growth_steps=2000):
    if not all(np.isfinite(g).all() for g in grads):
        return None, scale / 2, 0
    out = [(g / g.dtype.type(scale)).astype("float32") for g in grads]
    if good_steps + 1 == growth_steps:
        return out, scale * 2.0, 0
    return out, float(scale), good_steps + 1


# %% wrong: loss_scale_step
# idea: "tests the norm"
# fits: "A sum of finite entries may overflow"
def loss_scale_step(grads, scale, good_steps=0, growth_steps=2000):
    if not np.isfinite(sum(np.sum(np.abs(g)) for g in grads)):
        return None, scale / 2, 0
    out = [g.astype("float32") / np.float32(scale) for g in grads]
    if good_steps + 1 == growth_steps:
        return out, scale * 2.0, 0
    return out, float(scale), good_steps + 1


# %% wrong: loss_scale_step
# idea: "divides by the doubled scale"
# fits: "These gradients were made with the old scale"
def loss_scale_step(grads, scale, good_steps=0, growth_steps=2000):
    if not all(np.isfinite(g).all() for g in grads):
        return None, scale / 2, 0
    good_steps, scale = good_steps + 1, float(scale)
    if good_steps == growth_steps:
        good_steps, scale = 0, scale * 2
    return [g.astype("float32") / np.float32(scale) for g in grads], scale, good_steps


# %% wrong: loss_scale_step
# idea: "zeros for a skipped step"
# fits: "A gradient of zeros is not a skipped step"
def loss_scale_step(grads, scale, good_steps=0, growth_steps=2000):
    if not all(np.isfinite(g).all() for g in grads):
        return [np.zeros(g.shape, "float32") for g in grads], scale / 2, 0
    out = [g.astype("float32") / np.float32(scale) for g in grads]
    if good_steps + 1 == growth_steps:
        return out, scale * 2.0, 0
    return out, float(scale), good_steps + 1


# %% wrong: loss_scale_step
# idea: "only infinity"
# fits: "An overflow may arrive as NaN"
def loss_scale_step(grads, scale, good_steps=0, growth_steps=2000):
    if any((np.abs(g) == np.inf).any() for g in grads):
        return None, scale / 2, 0
    out = [g.astype("float32") / np.float32(scale) for g in grads]
    if good_steps + 1 == growth_steps:
        return out, scale * 2.0, 0
    return out, float(scale), good_steps + 1


# %% right: all_reduce_mean
def all_reduce_mean(per_replica_grads, counts=None):
    if counts is None:
        counts = np.ones(len(per_replica_grads))
    totals = [np.zeros(np.shape(g), np.float64) for g in per_replica_grads[0]]
    for count, grads in zip(counts, per_replica_grads, strict=True):
        if count > 0:
            for total, g in zip(totals, grads, strict=True):
                total += float(count) * g.astype(np.float64)
    kinds = [g.dtype for g in per_replica_grads[0]]
    size = float(np.sum(counts))
    return [[(t / size).astype(k) for t, k in zip(totals, kinds, strict=True)] for _ in per_replica_grads]


# %% right: all_reduce_mean
def all_reduce_mean(per_replica_grads, counts=None):
    chosen = [j for j, _ in enumerate(per_replica_grads) if counts is None or counts[j]]
    share = np.array([1.0 if counts is None else counts[j] for j in chosen])
    share = share / share.sum()
    answer = []
    for own in per_replica_grads:
        mine = []
        for place, g in enumerate(own):
            stack = np.array([per_replica_grads[j][place] for j in chosen], dtype=np.float64)
            mine.append(np.tensordot(share, stack, axes=1).astype(g.dtype))
        answer.append(mine)
    return answer


# %% wrong: all_reduce_mean
# idea: "counts ignored"
# fits: "The counts go unused"
# fits: "should count for more"
def all_reduce_mean(per_replica_grads, counts=None):
    places = zip(*per_replica_grads, strict=True)
    means = [np.mean([g.astype(float) for g in place], axis=0).astype(place[0].dtype) for place in places]
    return [[m.copy() for m in means] for _ in per_replica_grads]


# %% wrong: all_reduce_mean
# idea: "0 times NaN"
# fits: "nothing times NaN is NaN"
def all_reduce_mean(per_replica_grads, counts=None):
    counts = [1] * len(per_replica_grads) if counts is None else counts
    means = []
    for place in zip(*per_replica_grads, strict=True):
        total = sum(c * g.astype(float) for c, g in zip(counts, place, strict=True))
        means.append(np.asarray(total / sum(counts)).astype(place[0].dtype))
    return [[m.copy() for m in means] for _ in per_replica_grads]


# %% wrong: all_reduce_mean
# idea: "sum instead of mean"
# fits: "That is a sum over the replicas"
def all_reduce_mean(per_replica_grads, counts=None):
    counts = [1] * len(per_replica_grads) if counts is None else counts
    means = []
    for place in zip(*per_replica_grads, strict=True):
        total = sum(c * g.astype(float) for c, g in zip(counts, place, strict=True) if c)
        means.append(np.asarray(total).astype(place[0].dtype))
    return [[m.copy() for m in means] for _ in per_replica_grads]


# %% wrong: all_reduce_mean
# idea: "one list for everybody"
# fits: "All replicas hold the same arrays"
def all_reduce_mean(per_replica_grads, counts=None):
    counts = [1] * len(per_replica_grads) if counts is None else counts
    means = []
    for place in zip(*per_replica_grads, strict=True):
        total = sum(c * g.astype(float) for c, g in zip(counts, place, strict=True) if c)
        means.append(np.asarray(total / sum(counts)).astype(place[0].dtype))
    return [means] * len(per_replica_grads)


# %% wrong: all_reduce_mean
# idea: "gathers in float16"
# fits: "Gather in a longer type"
def all_reduce_mean(per_replica_grads, counts=None):
    counts = [1] * len(per_replica_grads) if counts is None else counts
    means = []
    for place in zip(*per_replica_grads, strict=True):
        total = sum(c * g for c, g in zip(counts, place, strict=True) if c)
        means.append(np.asarray(total / sum(counts)).astype(place[0].dtype))
    return [[m.copy() for m in means] for _ in per_replica_grads]


# %% right: checkpointed
def checkpointed(f):
    @tf.custom_gradient
    def g(*xs):
        ys = f(*[tf.stop_gradient(x) for x in xs])

        def grad(dy):
            with tf.GradientTape(persistent=True) as tape:
                for x in xs:
                    tape.watch(x)
                out = f(*xs)
            return [tape.gradient(out, x, output_gradients=dy) for x in xs]

        return ys, grad

    return g


# %% right: checkpointed
def checkpointed(f):
    def outer(*xs):
        return tf.recompute_grad(lambda *inner: f(*inner))(*xs)

    return outer


# %% wrong: checkpointed
# idea: "no stop_gradient"
# fits: "The tape that is open still sees"
def checkpointed(f):
    @tf.custom_gradient
    def g(*xs):
        def grad(dy):
            with tf.GradientTape() as tape:
                tape.watch(xs)
                out = f(*xs)
            return tape.gradient(out, xs, output_gradients=dy)

        return f(*xs), grad

    return g


# %% wrong: checkpointed
# idea: "upstream gradient forgotten"
# fits: "The upstream gradient is lost"
def checkpointed(f):
    @tf.custom_gradient
    def g(*xs):
        def grad(dy):
            with tf.GradientTape() as tape:
                tape.watch(xs)
                out = tf.reduce_sum(f(*xs))
            return tape.gradient(out, xs)

        return f(*[tf.stop_gradient(x) for x in xs]), grad

    return g


# %% wrong: checkpointed
# idea: "own tape kept from the forward pass"
# fits: "You keep a tape of your own"
def checkpointed(f):
    @tf.custom_gradient
    def g(*xs):
        xs = [tf.stop_gradient(x) for x in xs]
        with tf.GradientTape() as tape:
            tape.watch(xs)
            out = f(*xs)
        return out, lambda dy: tape.gradient(out, xs, output_gradients=dy)

    return g


# %% wrong: checkpointed
# idea: "does nothing"
# fits: "Your function is f itself"
def checkpointed(f):
    def g(*xs):
        return f(*xs)

    return g


# %% wrong: checkpointed
# idea: "cuts the gradient off"
# fits: "No gradient comes back at all"
def checkpointed(f):
    return lambda *xs: tf.stop_gradient(f(*xs))
