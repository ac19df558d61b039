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
# fits: "Results are right where there is one. But what the docstring refuses is taken"
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


# %% right: count_traces
def count_traces(f, inputs, **options):
    seen = []

    def noted(*arguments):
        seen.append(len(arguments))
        return f(*arguments)

    graph = tf.function(noted, **options)
    for arguments in inputs:
        graph(*arguments)
    return len(seen)


# %% right: count_traces
def count_traces(f, inputs, **options):
    graph = tf.function(f, **options)
    for arguments in inputs:
        graph(*arguments)
    return graph.experimental_get_tracing_count()


# %% wrong: count_traces
# idea: "a new tf.function for every call"
# fits: "Every call runs the Python code, as if nothing were traced"
def count_traces(f, inputs, **options):
    count = 0

    def counted(*arguments):
        nonlocal count
        count += 1
        return f(*arguments)

    for arguments in inputs:
        tf.function(counted, **options)(*arguments)
    return count


# %% wrong: count_traces
# idea: "signatures are counted by hand, options or no options"
def count_traces(f, inputs, **options):
    signatures = set()
    for arguments in inputs:
        signature = []
        for argument in arguments:
            if hasattr(argument, "shape"):
                signature.append((tuple(argument.shape), tf.as_dtype(argument.dtype)))
            else:
                signature.append(argument)
        signatures.add(tuple(signature))
    return len(signatures)


# %% wrong: count_traces
# idea: "counts calls, outside the graph"
# fits: "That is the number of calls"
def count_traces(f, inputs, **options):
    graph = tf.function(f, **options)
    count = 0
    for arguments in inputs:
        graph(*arguments)
        count += 1
    return count


# %% wrong: count_traces
# idea: "the options are left out"
# fits: "The options never reach tf.function"
def count_traces(f, inputs, **options):
    count = 0

    @tf.function
    def counted(*arguments):
        nonlocal count
        count += 1
        return f(*arguments)

    for arguments in inputs:
        counted(*arguments)
    return count


# %% wrong: count_traces
# idea: "everything is made a tensor first"
# fits: "You make tensors of Python's numbers, which share a trace then"
def count_traces(f, inputs, **options):
    count = []

    def counted(*arguments):
        count.append(1)
        return f(*arguments)

    graph = tf.function(counted, **options)
    for arguments in inputs:
        graph(*[tf.convert_to_tensor(argument) for argument in arguments])
    return sum(count)


# %% wrong: count_traces
# idea: "the counter goes on from one question to the next"
# fits: "The same call gives another result the second time"
def count_traces(f, inputs, counter=[], **options):  # noqa: B006
    def counted(*arguments):
        counter.append(None)
        return f(*arguments)

    graph = tf.function(counted, **options)
    for arguments in inputs:
        graph(*arguments)
    return len(counter)


# %% right: training_memory_bytes
def training_memory_bytes(params, optimizer, dtype, activations, frozen=0):
    slots = {"sgd": 0, "momentum": 1, "adam": 2}
    sizes = {"float64": 8, "float32": 4, "float16": 2, "bfloat16": 2}
    if optimizer not in slots:
        raise ValueError(f"unknown optimizer {optimizer}")
    if dtype in sizes:
        return sizes[dtype] * (params * (2 + slots[optimizer]) + frozen + activations)
    if dtype in ("mixed_float16", "mixed_bfloat16"):
        books = 4 * (params * (2 + slots[optimizer]) + frozen)
        return books + 2 * (params + frozen + activations)
    raise ValueError(f"unknown dtype {dtype}")


# %% right: training_memory_bytes
def training_memory_bytes(params, optimizer, dtype, activations, frozen=0):
    try:
        numbers = params * ["sgd", "momentum", "adam"].index(optimizer) + 2 * params + frozen
        long, short, copied = {
            "float64": (8, 8, 0),
            "float32": (4, 4, 0),
            "float16": (2, 2, 0),
            "bfloat16": (2, 2, 0),
            "mixed_float16": (4, 2, 1),
            "mixed_bfloat16": (4, 2, 1),
        }[dtype]
    except (KeyError, ValueError):
        raise ValueError(f"Received: {optimizer}, {dtype}") from None
    return long * numbers + short * activations + short * copied * (params + frozen)


# %% wrong: training_memory_bytes
# idea: "frozen parameters have gradients and slots as well"
# fits: "A frozen parameter has neither a gradient nor anything for the optimiser to remember"
def training_memory_bytes(params, optimizer, dtype, activations, frozen=0):
    slots = {"sgd": 0, "momentum": 1, "adam": 2}
    sizes = {"float64": 8, "float32": 4, "float16": 2, "bfloat16": 2, "mixed_float16": 4, "mixed_bfloat16": 4}
    if optimizer not in slots or dtype not in sizes:
        raise ValueError("unknown")
    total = params + frozen
    if dtype.startswith("mixed"):
        return 4 * total * (2 + slots[optimizer]) + 2 * total + 2 * activations
    return sizes[dtype] * (total * (2 + slots[optimizer]) + activations)


# %% wrong: training_memory_bytes
# idea: "in mixed precision gradients are short as well"
# fits: "Gradients are among the books: in Keras's mixed policies they stay in float32"
def training_memory_bytes(params, optimizer, dtype, activations, frozen=0):
    slots = {"sgd": 0, "momentum": 1, "adam": 2}
    sizes = {"float64": 8, "float32": 4, "float16": 2, "bfloat16": 2, "mixed_float16": 4, "mixed_bfloat16": 4}
    if optimizer not in slots or dtype not in sizes:
        raise ValueError("unknown")
    if dtype.startswith("mixed"):
        master = 4 * (params * (1 + slots[optimizer]) + frozen)
        return master + 2 * (params + frozen) + 2 * params + 2 * activations
    return sizes[dtype] * (params * (2 + slots[optimizer]) + frozen + activations)


# %% wrong: training_memory_bytes
# idea: "mixed precision makes no copy of the weights"
# fits: "You forget the short copy of the weights that mixed precision computes with"
def training_memory_bytes(params, optimizer, dtype, activations, frozen=0):
    slots = {"sgd": 0, "momentum": 1, "adam": 2}
    sizes = {"float64": 8, "float32": 4, "float16": 2, "bfloat16": 2, "mixed_float16": 4, "mixed_bfloat16": 4}
    if optimizer not in slots or dtype not in sizes:
        raise ValueError("unknown")
    short = 2 if dtype.startswith("mixed") else sizes[dtype]
    return sizes[dtype] * (params * (2 + slots[optimizer]) + frozen) + short * activations


# %% wrong: training_memory_bytes
# idea: "frozen weights have no short copy"
# fits: "Frozen weights are computed with as well, so they too have their short copy"
def training_memory_bytes(params, optimizer, dtype, activations, frozen=0):
    slots = {"sgd": 0, "momentum": 1, "adam": 2}
    sizes = {"float64": 8, "float32": 4, "float16": 2, "bfloat16": 2, "mixed_float16": 4, "mixed_bfloat16": 4}
    if optimizer not in slots or dtype not in sizes:
        raise ValueError("unknown")
    if dtype.startswith("mixed"):
        return 4 * params * (2 + slots[optimizer]) + 4 * frozen + 2 * params + 2 * activations
    return sizes[dtype] * (params * (2 + slots[optimizer]) + frozen + activations)


# %% wrong: training_memory_bytes
# idea: "float16 throughout is taken for the mixed policy"
# fits: "float16 alone is no mixed policy: everything has two bytes, the books too"
def training_memory_bytes(params, optimizer, dtype, activations, frozen=0):
    slots = {"sgd": 0, "momentum": 1, "adam": 2}
    if optimizer not in slots:
        raise ValueError("unknown")
    if dtype in ("float16", "bfloat16", "mixed_float16", "mixed_bfloat16"):
        return 4 * (params * (2 + slots[optimizer]) + frozen) + 2 * (params + frozen) + 2 * activations
    if dtype not in ("float32", "float64"):
        raise ValueError("unknown")
    size = 8 if dtype == "float64" else 4
    return size * (params * (2 + slots[optimizer]) + frozen + activations)


# %% wrong: training_memory_bytes
# idea: "an unknown optimizer has no slots"
# fits: "An optimizer that you don't know passes for plain descent"
def training_memory_bytes(params, optimizer, dtype, activations, frozen=0):
    slots = {"momentum": 1, "adam": 2}.get(optimizer, 0)
    sizes = {"float64": 8, "float32": 4, "float16": 2, "bfloat16": 2}
    if dtype in sizes:
        return sizes[dtype] * (params * (2 + slots) + frozen + activations)
    if dtype not in ("mixed_float16", "mixed_bfloat16"):
        raise ValueError(dtype)
    return 4 * (params * (2 + slots) + frozen) + 2 * (params + frozen) + 2 * activations


# %% wrong: training_memory_bytes
# idea: "one slot for Adam"
# fits: "Adam remembers two numbers for each parameter: which two?"
def training_memory_bytes(params, optimizer, dtype, activations, frozen=0):
    slots = {"sgd": 0, "momentum": 1, "adam": 1}
    sizes = {"float64": 8, "float32": 4, "float16": 2, "bfloat16": 2, "mixed_float16": 4, "mixed_bfloat16": 4}
    if optimizer not in slots or dtype not in sizes:
        raise ValueError("unknown")
    if dtype.startswith("mixed"):
        return 4 * (params * (2 + slots[optimizer]) + frozen) + 2 * (params + frozen) + 2 * activations
    return sizes[dtype] * (params * (2 + slots[optimizer]) + frozen + activations)


# %% right: loss_scale_step
def loss_scale_step(grads, scale, good_steps=0, growth_steps=2000):
    if not all(np.all(np.isfinite(g)) for g in grads):
        return None, scale / 2, 0
    unscaled = [g.astype("float32") / np.float32(scale) for g in grads]
    good_steps += 1
    if good_steps >= growth_steps:
        return unscaled, scale * 2, 0
    return unscaled, float(scale), good_steps


# %% right: loss_scale_step
def loss_scale_step(grads, scale, good_steps=0, growth_steps=2000):
    long = [np.array(g, dtype="float64") for g in grads]
    for g in long:
        if np.isnan(g).any() or np.isinf(g).any():
            return (None, 0.5 * scale, 0)
    factor, count = 1.0, good_steps + 1
    if count == growth_steps:
        factor, count = 2.0, 0
    return [np.float32(g * (1 / scale)) for g in long], factor * scale, count


# %% wrong: loss_scale_step
# idea: "divides in float16, then casts"
# fits: "You divide in the short type, where the result is 0 again and a large scale is infinite"
def loss_scale_step(grads, scale, good_steps=0, growth_steps=2000):
    if any(not np.isfinite(g).all() for g in grads):
        return None, scale / 2, 0
    unscaled = [(g / np.asarray(scale, g.dtype)).astype("float32") for g in grads]
    if good_steps + 1 == growth_steps:
        return unscaled, 2 * scale, 0
    return unscaled, scale, good_steps + 1


# %% wrong: loss_scale_step
# idea: "the sum tells whether anything is infinite"
# fits: "A sum of finite entries may overflow by itself"
def loss_scale_step(grads, scale, good_steps=0, growth_steps=2000):
    if any(not np.isfinite(np.sum(g)) for g in grads):
        return None, scale / 2, 0
    unscaled = [g.astype("float32") / scale for g in grads]
    if good_steps + 1 == growth_steps:
        return unscaled, 2 * scale, 0
    return unscaled, scale, good_steps + 1


# %% wrong: loss_scale_step
# idea: "divides by the scale that has just been doubled"
# fits: "These gradients were made with the old scale; the doubled one is for the next step"
def loss_scale_step(grads, scale, good_steps=0, growth_steps=2000):
    if any(not np.isfinite(g).all() for g in grads):
        return None, scale / 2, 0
    good_steps += 1
    if good_steps == growth_steps:
        scale, good_steps = 2 * scale, 0
    return [g.astype("float32") / np.float32(scale) for g in grads], scale, good_steps


# %% wrong: loss_scale_step
# idea: "infinity is looked for, NaN isn't"
# fits: "An overflow may arrive as NaN, when infinity is taken from infinity"
def loss_scale_step(grads, scale, good_steps=0, growth_steps=2000):
    if any(np.isinf(g).any() for g in grads):
        return None, scale / 2, 0
    unscaled = [g.astype("float32") / np.float32(scale) for g in grads]
    if good_steps + 1 == growth_steps:
        return unscaled, 2 * scale, 0
    return unscaled, scale, good_steps + 1


# %% wrong: loss_scale_step
# idea: "compared with the largest number of float16"
def loss_scale_step(grads, scale, good_steps=0, growth_steps=2000):
    if any(np.abs(g).max() > 65504 for g in grads):
        return None, scale / 2, 0
    unscaled = [g.astype("float32") / np.float32(scale) for g in grads]
    if good_steps + 1 == growth_steps:
        return unscaled, 2 * scale, 0
    return unscaled, scale, good_steps + 1


# %% wrong: loss_scale_step
# idea: "the count goes on over an overflow"
# fits: "After an overflow the good steps are counted from 0 again"
def loss_scale_step(grads, scale, good_steps=0, growth_steps=2000):
    if any(not np.isfinite(g).all() for g in grads):
        return None, scale / 2, good_steps
    unscaled = [g.astype("float32") / np.float32(scale) for g in grads]
    if good_steps + 1 == growth_steps:
        return unscaled, 2 * scale, 0
    return unscaled, scale, good_steps + 1


# %% wrong: loss_scale_step
# idea: "one good step more than asked for"
# fits: "The step at hand counts, too: your scale grows one step late"
def loss_scale_step(grads, scale, good_steps=0, growth_steps=2000):
    if any(not np.isfinite(g).all() for g in grads):
        return None, scale / 2, 0
    unscaled = [g.astype("float32") / np.float32(scale) for g in grads]
    if good_steps >= growth_steps:
        return unscaled, 2 * scale, 0
    return unscaled, scale, good_steps + 1


# %% wrong: loss_scale_step
# idea: "only the infinite entries are made 0, and the step is taken"
# fits: "You mend the entries that you can see"
def loss_scale_step(grads, scale, good_steps=0, growth_steps=2000):
    bad = any(not np.isfinite(g).all() for g in grads)
    unscaled = [np.nan_to_num(g.astype("float32"), nan=0, posinf=0, neginf=0) / np.float32(scale) for g in grads]
    if bad:
        return unscaled, scale / 2, 0
    if good_steps + 1 == growth_steps:
        return unscaled, 2 * scale, 0
    return unscaled, scale, good_steps + 1


# %% right: all_reduce_mean
def all_reduce_mean(per_replica_grads, counts=None):
    num = len(per_replica_grads)
    counts = [1] * num if counts is None else list(counts)
    total = sum(counts)
    means = []
    for gradients in zip(*per_replica_grads, strict=True):
        mean = np.zeros(gradients[0].shape, "float64")
        for count, gradient in zip(counts, gradients, strict=True):
            if count:
                mean += count / total * gradient.astype("float64")
        means.append(mean.astype(gradients[0].dtype))
    return [[mean.copy() for mean in means] for _ in range(num)]


# %% right: all_reduce_mean
def all_reduce_mean(per_replica_grads, counts=None):
    weights = np.ones(len(per_replica_grads)) if counts is None else np.asarray(counts, float)
    (active,) = np.nonzero(weights)
    answer = [[] for _ in per_replica_grads]
    for place, like in enumerate(per_replica_grads[0]):
        stacked = np.stack([per_replica_grads[j][place].astype(float) for j in active])
        mean = np.average(stacked, axis=0, weights=weights[active])
        for own in answer:
            own.append(np.array(mean, dtype=like.dtype))
    return answer


# %% wrong: all_reduce_mean
# idea: "counts are not looked at"
# fits: "The counts go unused"
def all_reduce_mean(per_replica_grads, counts=None):
    means = [np.mean(np.array(g, "float64"), axis=0).astype(g[0].dtype) for g in zip(*per_replica_grads, strict=True)]
    return [[mean.copy() for mean in means] for _ in per_replica_grads]


# %% wrong: all_reduce_mean
# idea: "everybody gets the same arrays"
# fits: "All replicas hold the same arrays"
def all_reduce_mean(per_replica_grads, counts=None):
    counts = [1] * len(per_replica_grads) if counts is None else counts
    means = []
    for gradients in zip(*per_replica_grads, strict=True):
        parts = [c * g.astype("float64") for c, g in zip(counts, gradients, strict=True) if c]
        means.append((sum(parts) / sum(counts)).astype(gradients[0].dtype))
    return [means] * len(per_replica_grads)


# %% wrong: all_reduce_mean
# idea: "0 times NaN is hoped to be 0"
# fits: "A replica without examples spoils the mean: nothing times NaN is NaN"
def all_reduce_mean(per_replica_grads, counts=None):
    counts = [1] * len(per_replica_grads) if counts is None else counts
    means = []
    for gradients in zip(*per_replica_grads, strict=True):
        parts = [c * g.astype("float64") for c, g in zip(counts, gradients, strict=True)]
        means.append((sum(parts) / sum(counts)).astype(gradients[0].dtype))
    return [[mean.copy() for mean in means] for _ in per_replica_grads]


# %% wrong: all_reduce_mean
# idea: "sums in the dtype that came in"
# fits: "The sum overflows in float16, though the mean would fit"
def all_reduce_mean(per_replica_grads, counts=None):
    counts = [1] * len(per_replica_grads) if counts is None else counts
    means = []
    for gradients in zip(*per_replica_grads, strict=True):
        total = np.zeros_like(gradients[0])
        for c, g in zip(counts, gradients, strict=True):
            if c:
                total += g * np.asarray(c, g.dtype)
        means.append(total / np.asarray(sum(counts), total.dtype))
    return [[mean.copy() for mean in means] for _ in per_replica_grads]


# %% wrong: all_reduce_mean
# idea: "float64 comes back, whatever came in"
# fits: "The dtype has changed on the way"
def all_reduce_mean(per_replica_grads, counts=None):
    counts = [1] * len(per_replica_grads) if counts is None else counts
    means = []
    for gradients in zip(*per_replica_grads, strict=True):
        parts = [c * np.asarray(g, "float64") for c, g in zip(counts, gradients, strict=True) if c]
        means.append(sum(parts) / sum(counts))
    return [[mean.copy() for mean in means] for _ in per_replica_grads]


# %% wrong: all_reduce_mean
# idea: "a replica without examples gets no gradients back"
# fits: "A replica without examples has no say, but it takes the same step: it gets the average as"
def all_reduce_mean(per_replica_grads, counts=None):
    counts = [1] * len(per_replica_grads) if counts is None else counts
    used = [(c, grads) for c, grads in zip(counts, per_replica_grads, strict=True) if c > 0]
    total = sum(c for c, _ in used)
    answer = []
    for _ in used:
        own = []
        for place, like in enumerate(used[0][1]):
            own.append((sum(c * g[place].astype("float64") for c, g in used) / total).astype(like.dtype))
        answer.append(own)
    return answer


# %% wrong: all_reduce_mean
# idea: "the weighted sum is divided by the number of replicas"
# fits: "The weights of your mean don't add up to 1"
def all_reduce_mean(per_replica_grads, counts=None):
    num = len(per_replica_grads)
    counts = [1] * num if counts is None else counts
    means = []
    for gradients in zip(*per_replica_grads, strict=True):
        parts = [c * g.astype("float64") for c, g in zip(counts, gradients, strict=True) if c]
        means.append((sum(parts) / num).astype(gradients[0].dtype))
    return [[mean.copy() for mean in means] for _ in range(num)]


# %% right: checkpointed
def checkpointed(f):
    @tf.custom_gradient
    def lean(*arguments):
        arguments = [tf.stop_gradient(argument) for argument in arguments]

        def backward(upstream):
            with tf.GradientTape() as tape:
                tape.watch(arguments)
                again = f(*arguments)
            gradients = tape.gradient(again, arguments, output_gradients=upstream)
            return gradients[0] if len(gradients) == 1 else gradients

        return f(*arguments), backward

    return lean


# %% right: checkpointed
def checkpointed(f):
    return tf.recompute_grad(f)


# %% right: checkpointed
def checkpointed(f):
    def forward(*arguments):
        unwatched = list(map(tf.stop_gradient, arguments))
        value = f(*unwatched)

        @tf.custom_gradient
        def attach(*arguments):
            def backward(upstream):
                copies = [tf.identity(each) for each in unwatched]
                with tf.GradientTape(watch_accessed_variables=False) as tape:
                    for copy in copies:
                        tape.watch(copy)
                    total = tf.reduce_sum(f(*copies) * tf.stop_gradient(upstream))
                return tape.gradient(total, copies)

            return tf.identity(value), backward

        return attach(*arguments)

    return forward


# %% wrong: checkpointed
# idea: "the tape that is open sees the forward pass"
# fits: "The tape that is open still sees what happens within f, and keeps it"
def checkpointed(f):
    @tf.custom_gradient
    def lean(*arguments):
        def backward(upstream):
            with tf.GradientTape() as tape:
                tape.watch(arguments)
                again = f(*arguments)
            return tape.gradient(again, arguments, output_gradients=upstream)

        return f(*arguments), backward

    return lean


# %% wrong: checkpointed
# idea: "the upstream gradient is not passed on"
# fits: "The upstream gradient is lost on the way, as if the result were the loss itself"
def checkpointed(f):
    @tf.custom_gradient
    def lean(*arguments):
        arguments = [tf.stop_gradient(argument) for argument in arguments]

        def backward(upstream):
            with tf.GradientTape() as tape:
                tape.watch(arguments)
                again = f(*arguments)
            return tape.gradient(again, arguments)

        return f(*arguments), backward

    return lean


# %% wrong: checkpointed
# idea: "upstream times the gradient of the sum"
def checkpointed(f):
    @tf.custom_gradient
    def lean(*arguments):
        arguments = [tf.stop_gradient(argument) for argument in arguments]

        def backward(upstream):
            with tf.GradientTape() as tape:
                tape.watch(arguments)
                again = f(*arguments)
            return [tf.reduce_mean(upstream) * g for g in tape.gradient(again, arguments)]

        return f(*arguments), backward

    return lean


# %% wrong: checkpointed
# idea: "the gradient for the first argument alone"
# fits: "Only the first argument gets its gradient"
def checkpointed(f):
    @tf.custom_gradient
    def lean(x, *rest):
        x = tf.stop_gradient(x)
        rest = [tf.stop_gradient(each) for each in rest]

        def backward(upstream):
            with tf.GradientTape() as tape:
                tape.watch(x)
                again = f(x, *rest)
            return [tape.gradient(again, x, output_gradients=upstream)] + [tf.zeros_like(each) for each in rest]

        return f(x, *rest), backward

    return lean


# %% wrong: checkpointed
# idea: "a tape of its own is kept from the forward pass, and nothing is computed again"
# fits: "You keep a tape of your own from the forward pass, and all that it has seen with it"
def checkpointed(f):
    @tf.custom_gradient
    def lean(*arguments):
        arguments = [tf.stop_gradient(argument) for argument in arguments]
        with tf.GradientTape() as tape:
            tape.watch(arguments)
            value = f(*arguments)

        def backward(upstream):
            return tape.gradient(value, arguments, output_gradients=upstream)

        return value, backward

    return lean


# %% wrong: checkpointed
# idea: "the arguments are remembered outside, the last call's alone"
# fits: "The arguments that you keep outside are those of the last call"
def checkpointed(f):
    kept = []

    @tf.custom_gradient
    def lean(*arguments):
        kept[:] = [tf.stop_gradient(argument) for argument in arguments]

        def backward(upstream):
            with tf.GradientTape() as tape:
                tape.watch(kept)
                again = f(*kept)
            return tape.gradient(again, list(kept), output_gradients=upstream)

        return f(*kept), backward

    return lean


# %% wrong: checkpointed
# idea: "stop_gradient and nothing else"
# fits: "No gradient comes back at all: what was cut off from the tape has to be replaced by a"
def checkpointed(f):
    def lean(*arguments):
        return f(*[tf.stop_gradient(argument) for argument in arguments])

    return lean
