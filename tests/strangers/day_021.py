# %% right: mp_neuron
def mp_neuron(inputs, weights, threshold, inhibited=False):
    total = np.tensordot(np.asarray(inputs).astype(np.int64), weights, axes=1)
    fires = np.logical_and(total >= threshold, np.logical_not(inhibited))
    return fires.astype(int) if np.ndim(fires) else int(fires)


# %% right: mp_neuron
def mp_neuron(inputs, weights, threshold, inhibited=False):
    total = (inputs * weights).sum(axis=-1)
    answer = np.where(inhibited, 0, np.where(total < threshold, 0, 1))
    return answer if answer.shape else answer.item()


# %% wrong: mp_neuron
# idea: "the threshold must be exceeded, as in the paper"
# fits: "With exactly as much excitation as the threshold your neuron stays silent"
def mp_neuron(inputs, weights, threshold, inhibited=False):
    fires = (inputs @ weights > threshold) & np.logical_not(inhibited)
    return fires.astype(int) if np.ndim(fires) else int(fires)


# %% wrong: mp_neuron
# idea: "an absolutely inhibiting synapse only takes one off the sum"
# fits: "You let an absolutely inhibiting synapse take one from the sum"
def mp_neuron(inputs, weights, threshold, inhibited=False):
    total = inputs @ weights - np.asarray(inhibited).astype(int)
    fires = total >= threshold
    return fires.astype(int) if np.ndim(fires) else int(fires)


# %% wrong: mp_neuron
# idea: "a source with a negative weight stops the neuron whenever it fires"
# fits: "A source with a negative weight forbids firing with you"
def mp_neuron(inputs, weights, threshold, inhibited=False):
    inputs = np.asarray(inputs).astype(int)
    excited = inputs @ np.maximum(weights, 0)
    stopped = inputs @ (weights < 0).astype(int) > 0
    fires = (excited >= threshold) & ~stopped & np.logical_not(inhibited)
    return fires.astype(int) if np.ndim(fires) else int(fires)


# %% wrong: mp_neuron
# idea: "one inhibited row silences all rows"
# fits: "One inhibited row silences all rows"
def mp_neuron(inputs, weights, threshold, inhibited=False):
    fires = (inputs @ weights >= threshold).astype(int)
    if np.any(inhibited):
        fires = fires * 0
    return fires if np.ndim(fires) else int(fires)


# %% wrong: mp_neuron
# idea: "weights times the transposed table, which turns round more than two axes"
def mp_neuron(inputs, weights, threshold, inhibited=False):
    total = np.tensordot(weights, inputs.T.astype(int), axes=1)
    fires = np.where(inhibited, 0, (total >= threshold).astype(int))
    return fires if fires.ndim else int(fires)


# %% wrong: mp_neuron
# idea: "a single row is made a table and stays one"
# fits: "The numbers are right and in order"
def mp_neuron(inputs, weights, threshold, inhibited=False):
    table = np.atleast_2d(inputs)
    return np.where(inhibited, 0, (table @ weights >= threshold).astype(int))


# %% right: logic_gate
def logic_gate(name, num_inputs=2):
    ones = np.ones(num_inputs, dtype=int)
    gates = {"AND": (ones, num_inputs), "OR": (ones, 1), "NAND": (-ones, 1 - num_inputs), "NOT": (-ones[:1], 0)}
    if name not in gates:
        raise ValueError(f"no neuron is a {name}")
    return gates[name]


# %% right: logic_gate
def logic_gate(name, num_inputs=2):
    match name:
        case "AND":
            return np.full(num_inputs, 2), 2 * num_inputs - 1
        case "OR":
            return np.full(num_inputs, 5), 3
        case "NAND":
            return np.full(num_inputs, -2), 1 - 2 * num_inputs
        case "NOT":
            return np.array([-3]), -1
    raise ValueError(name)


# %% wrong: logic_gate
# idea: "NAND is AND with all signs turned, threshold too"
# fits: "Your NAND fires on every row"
def logic_gate(name, num_inputs=2):
    ones = np.ones(num_inputs, dtype=int)
    if name == "AND":
        return ones, num_inputs
    if name == "OR":
        return ones, 1
    if name == "NAND":
        return -ones, -num_inputs
    if name == "NOT":
        return np.array([-1]), 0
    raise ValueError(name)


# %% wrong: logic_gate
# idea: "thresholds for two inputs, however many there are"
# fits: "Your thresholds are those of two inputs"
def logic_gate(name, num_inputs=2):
    thresholds = {"AND": 2, "OR": 1, "NAND": -1, "NOT": 0}
    if name not in thresholds:
        raise ValueError(name)
    n = 1 if name == "NOT" else num_inputs
    sign = -1 if name.startswith("N") else 1
    return sign * np.ones(n, dtype=int), thresholds[name]


# %% wrong: logic_gate
# idea: "NOT gets as many inputs as num_inputs says"
# fits: "NOT has a single input"
def logic_gate(name, num_inputs=2):
    ones = np.ones(num_inputs, dtype=int)
    gates = {"AND": (ones, num_inputs), "OR": (ones, 1), "NAND": (-ones, 1 - num_inputs), "NOT": (-ones, 0)}
    if name in gates:
        return gates[name]
    raise ValueError(name)


# %% wrong: logic_gate
# idea: "whatever is not AND, OR or NAND is NOT"
# fits: "Whatever is no AND, OR or NAND counts as NOT with you"
def logic_gate(name, num_inputs=2):
    ones = np.ones(num_inputs, dtype=int)
    if name == "AND":
        return ones, num_inputs
    elif name == "OR":
        return ones, 1
    elif name == "NAND":
        return -ones, 1 - num_inputs
    else:
        return np.array([-1]), 0


# %% wrong: logic_gate
# idea: "the threshold half-way between the sums, a float"
# fits: "Halfway between two sums is a fine place for a border"
def logic_gate(name, num_inputs=2):
    ones = np.ones(num_inputs, dtype=int)
    gates = {"AND": (ones, num_inputs - 0.5), "OR": (ones, 0.5), "NAND": (-ones, 0.5 - num_inputs)}
    gates["NOT"] = (np.array([-1]), -0.5)
    if name not in gates:
        raise ValueError(name)
    return gates[name]


# %% wrong: logic_gate
# idea: "takes names in any case"
# fits: "You also take names in other spelling"
# fits: "Results are right where there is one. But what the docstring refuses is taken"
def logic_gate(name, num_inputs=2):
    name = name.upper().strip()
    ones = np.ones(num_inputs, dtype=int)
    gates = {"AND": (ones, num_inputs), "OR": (ones, 1), "NAND": (-ones, 1 - num_inputs), "NOT": (-ones[:1], 0)}
    if name not in gates:
        raise ValueError(name)
    return gates[name]


# %% right: run_net
def run_net(net, inputs, num_steps):
    out = {name: np.zeros(num_steps, dtype=int) for name in [*inputs, *net]}
    for name, activity in inputs.items():
        used = list(activity)[:num_steps]
        out[name][: len(used)] = used
    for t in range(1, num_steps):
        for name, cell in net.items():
            total = sum(w * int(out[source][t - 1]) for source, w in cell["weights"].items())
            stopped = any([out[source][t - 1] for source in cell["inhibitors"]])
            out[name][t] = 1 if total >= cell["threshold"] and not stopped else 0
    return out


# %% right: run_net
def run_net(net, inputs, num_steps):
    names = [*inputs, *net]
    place = {name: i for i, name in enumerate(names)}
    wiring = np.zeros((len(names), len(net)), dtype=int)
    veto = np.zeros_like(wiring)
    for k, cell in enumerate(net.values()):
        for source, weight in cell["weights"].items():
            wiring[place[source], k] += weight
        for source in cell["inhibitors"]:
            veto[place[source], k] = 1
    thresholds = np.array([cell["threshold"] for cell in net.values()], dtype=int)
    state = np.zeros((num_steps, len(names)), dtype=int)
    for i, activity in enumerate(inputs.values()):
        for t, value in enumerate(activity):
            if t < num_steps:
                state[t, i] = value
    for t in range(num_steps - 1):
        state[t + 1, len(inputs) :] = (state[t] @ wiring >= thresholds) & (state[t] @ veto == 0)
    return {name: state[:, i].copy() for i, name in enumerate(names)}


# %% wrong: run_net
# idea: "one state that is updated neuron by neuron, so later neurons read fresh values"
# fits: "A neuron later in the dict reads the fresh value of one before it"
def run_net(net, inputs, num_steps):
    out = {name: np.zeros(num_steps, dtype=int) for name in [*inputs, *net]}
    for name, activity in inputs.items():
        used = list(activity)[:num_steps]
        out[name][: len(used)] = used
    state = {name: 0 for name in net}
    for t in range(1, num_steps):
        state.update({name: out[name][t - 1] for name in inputs})
        for name, cell in net.items():
            total = sum(w * state[source] for source, w in cell["weights"].items())
            stopped = any([state[source] for source in cell["inhibitors"]])
            state[name] = int(total >= cell["threshold"] and not stopped)
            out[name][t] = state[name]
    return out


# %% wrong: run_net
# idea: "inputs act at once, only neurons are read one step back"
# fits: "Inputs reach the neurons at once"
def run_net(net, inputs, num_steps):
    out = {name: np.zeros(num_steps, dtype=int) for name in [*inputs, *net]}
    for name, activity in inputs.items():
        used = list(activity)[:num_steps]
        out[name][: len(used)] = used
    for t in range(1, num_steps):
        seen = {name: out[name][t] if name in inputs else out[name][t - 1] for name in out}
        for name, cell in net.items():
            total = sum(w * seen[source] for source, w in cell["weights"].items())
            stopped = any([seen[source] for source in cell["inhibitors"]])
            out[name][t] = int(total >= cell["threshold"] and not stopped)
    return out


# %% wrong: run_net
# idea: "an input keeps its last value after its end"
# fits: "After its end an input of yours goes on with the last value that it had"
def run_net(net, inputs, num_steps):
    out = {}
    for name, activity in inputs.items():
        row = [int(v) for v in activity][:num_steps]
        row += [row[-1] if row else 0] * (num_steps - len(row))
        out[name] = np.array(row)
    out |= {name: np.zeros(num_steps, dtype=int) for name in net}
    for t in range(1, num_steps):
        for name, cell in net.items():
            total = sum(w * out[source][t - 1] for source, w in cell["weights"].items())
            stopped = any([out[source][t - 1] for source in cell["inhibitors"]])
            out[name][t] = int(total >= cell["threshold"] and not stopped)
    return out


# %% wrong: run_net
# idea: "a source that nobody knows is silent, no error"
# fits: "A name that is neither a neuron nor an input is taken for silent"
def run_net(net, inputs, num_steps):
    out = {name: np.zeros(num_steps, dtype=int) for name in [*inputs, *net]}
    for name, activity in inputs.items():
        used = list(activity)[:num_steps]
        out[name][: len(used)] = used
    for t in range(1, num_steps):
        before = {name: row[t - 1] for name, row in out.items()}
        for name, cell in net.items():
            total = sum(w * before.get(source, 0) for source, w in cell["weights"].items())
            stopped = any(before.get(source, 0) for source in cell["inhibitors"])
            out[name][t] = int(total >= cell["threshold"] and not stopped)
    return out


# %% wrong: run_net
# idea: "absolute inhibitors count as minus one each"
# fits: "An inhibitor raises the threshold with you"
def run_net(net, inputs, num_steps):
    out = {name: np.zeros(num_steps, dtype=int) for name in [*inputs, *net]}
    for name, activity in inputs.items():
        used = list(activity)[:num_steps]
        out[name][: len(used)] = used
    for t in range(1, num_steps):
        for name, cell in net.items():
            total = sum(w * out[source][t - 1] for source, w in cell["weights"].items())
            total -= sum(out[source][t - 1] for source in cell["inhibitors"])
            out[name][t] = int(total >= cell["threshold"])
    return out


# %% wrong: run_net
# idea: "fills the caller's lists up with zeros, and cuts them"
# fits: "Your code changes one of its arguments in place"
def run_net(net, inputs, num_steps):
    out = {}
    for name in inputs:
        if isinstance(inputs[name], list):
            inputs[name].extend([0] * (num_steps - len(inputs[name])))
        row = np.zeros(num_steps, dtype=int)
        used = list(inputs[name])[:num_steps]
        row[: len(used)] = used
        out[name] = row
    out |= {name: np.zeros(num_steps, dtype=int) for name in net}
    for t in range(1, num_steps):
        for name, cell in net.items():
            total = sum(w * out[source][t - 1] for source, w in cell["weights"].items())
            stopped = any([out[source][t - 1] for source in cell["inhibitors"]])
            out[name][t] = int(total >= cell["threshold"] and not stopped)
    return out


# %% right: net_from_truth_table
def net_from_truth_table(table):
    if table[0]:
        raise ValueError("a net without circles can't fire on silence")
    n = len(table).bit_length() - 1
    net = {}
    for r, fires in enumerate(table):
        if fires:
            digits = format(r, f"0{n}b")
            on = [f"x{i}" for i in range(n) if digits[i] == "1"]
            off = [f"x{i}" for i in range(n) if digits[i] == "0"]
            net[digits] = {"weights": {name: 1 for name in on}, "inhibitors": off, "threshold": len(on)}
    net["out"] = {"weights": {name: 1 for name in net}, "inhibitors": [], "threshold": 1}
    return net


# %% right: net_from_truth_table
def net_from_truth_table(table):
    n = int(np.log2(len(table)) + 0.5)
    rows = list(itertools.product((0, 1), repeat=n))
    wanted = [row for row, fires in zip(rows, table, strict=True) if fires]
    if (0,) * n in wanted:
        raise ValueError("fires on silence")
    net = {"out": {"weights": {}, "inhibitors": [], "threshold": 2}}
    for row in wanted:
        name = "".join(str(digit) for digit in row)
        cell = {"weights": {}, "inhibitors": [], "threshold": 3 * sum(row)}
        for i, digit in enumerate(row):
            if digit:
                cell["weights"][f"x{i}"] = 3
            else:
                cell["inhibitors"].append(f"x{i}")
        net[name] = cell
        net["out"]["weights"][name] = 2
    return net


# %% wrong: net_from_truth_table
# idea: "x0 is taken for the lowest digit"
# fits: "You read x0 as the lowest digit of a row's number"
def net_from_truth_table(table):
    if table[0]:
        raise ValueError
    n = len(table).bit_length() - 1
    net = {}
    for r, fires in enumerate(table):
        if fires:
            on = [f"x{i}" for i in range(n) if r >> i & 1]
            off = [f"x{i}" for i in range(n) if not r >> i & 1]
            net[f"{r:0{n}b}"] = {"weights": dict.fromkeys(on, 1), "inhibitors": off, "threshold": len(on)}
    net["out"] = {"weights": dict.fromkeys(net, 1), "inhibitors": [], "threshold": 1}
    return net


# %% wrong: net_from_truth_table
# idea: "a row's neuron fires as soon as one of its inputs does"
# fits: "A row's neuron is content with one of its inputs"
def net_from_truth_table(table):
    if table[0]:
        raise ValueError
    n = len(table).bit_length() - 1
    net = {}
    for r, fires in enumerate(table):
        if fires:
            digits = f"{r:0{n}b}"
            on = [f"x{i}" for i in range(n) if digits[i] == "1"]
            off = [f"x{i}" for i in range(n) if digits[i] == "0"]
            net[digits] = {"weights": dict.fromkeys(on, 1), "inhibitors": off, "threshold": 1}
    net["out"] = {"weights": dict.fromkeys(net, 1), "inhibitors": [], "threshold": 1}
    return net


# %% wrong: net_from_truth_table
# idea: "nothing inhibits, so a row's neuron also fires on rows with more ones"
# fits: "A row's neuron also fires on rows with more inputs active than its own"
def net_from_truth_table(table):
    if table[0]:
        raise ValueError
    n = len(table).bit_length() - 1
    net = {}
    for r, fires in enumerate(table):
        if fires:
            digits = f"{r:0{n}b}"
            on = [f"x{i}" for i in range(n) if digits[i] == "1"]
            net[digits] = {"weights": dict.fromkeys(on, 1), "inhibitors": [], "threshold": len(on)}
    net["out"] = {"weights": dict.fromkeys(net, 1), "inhibitors": [], "threshold": 1}
    return net


# %% wrong: net_from_truth_table
# idea: "gives the row of silence a neuron with threshold 0 in place of a refusal"
# fits: "A table that fires on silence is not refused"
def net_from_truth_table(table):
    n = len(table).bit_length() - 1
    net = {}
    for r, fires in enumerate(table):
        if fires:
            digits = f"{r:0{n}b}"
            on = [f"x{i}" for i in range(n) if digits[i] == "1"]
            off = [f"x{i}" for i in range(n) if digits[i] == "0"]
            net[digits] = {"weights": dict.fromkeys(on, 1), "inhibitors": off, "threshold": len(on)}
    net["out"] = {"weights": dict.fromkeys(net, 1), "inhibitors": [], "threshold": 1}
    return net


# %% wrong: net_from_truth_table
# idea: "half the length of the table is taken for the number of inputs, right for 2 and 4 rows only"
# fits: "You take half the rows for the number of inputs"
def net_from_truth_table(table):
    if table[0]:
        raise ValueError
    n = len(table) // 2
    net = {}
    for r, fires in enumerate(table):
        if fires:
            digits = f"{r:0{n}b}"
            on = [f"x{i}" for i in range(n) if digits[i] == "1"]
            off = [f"x{i}" for i in range(n) if digits[i] == "0"]
            net[digits] = {"weights": dict.fromkeys(on, 1), "inhibitors": off, "threshold": len(on)}
    net["out"] = {"weights": dict.fromkeys(net, 1), "inhibitors": [], "threshold": 1}
    return net


# %% wrong: net_from_truth_table
# idea: "digits without leading zeros: names are too short and inputs are counted from the wrong end"
# fits: "A row's digits lose their zeros in front with you"
def net_from_truth_table(table):
    if table[0]:
        raise ValueError
    n = len(table).bit_length() - 1
    net = {}
    for r, fires in enumerate(table):
        if fires:
            digits = bin(r)[2:]
            on = [f"x{i}" for i, digit in enumerate(digits) if digit == "1"]
            off = [f"x{i}" for i in range(n) if f"x{i}" not in on]
            net[digits] = {"weights": dict.fromkeys(on, 1), "inhibitors": off, "threshold": len(on)}
    net["out"] = {"weights": dict.fromkeys(net, 1), "inhibitors": [], "threshold": 1}
    return net


# %% right: absolute_from_relative
def absolute_from_relative(weights, threshold):
    weights = np.asarray(weights)
    rows = np.array(list(itertools.product([0, 1], repeat=len(weights))))
    return net_from_truth_table(mp_neuron(rows, weights, threshold))


# %% right: absolute_from_relative
def absolute_from_relative(weights, threshold):
    weights = [int(w) for w in weights]
    exciting = {f"x{i}": w for i, w in enumerate(weights) if w > 0}
    brakes = {f"x{i}": -w for i, w in enumerate(weights) if w < 0}
    net = {}
    for k in range(len(brakes) + 1):
        for allowed in itertools.combinations(brakes, k):
            others = [name for name in brakes if name not in allowed]
            need = int(threshold) + sum(brakes[name] for name in allowed)
            net["+".join(("up", *allowed))] = {"weights": dict(exciting), "inhibitors": others, "threshold": need}
    net["out"] = {"weights": {name: 1 for name in net}, "inhibitors": [], "threshold": 1}
    return net


# %% wrong: absolute_from_relative
# idea: "each relative synapse is made absolute, with one more neuron for the delay"
# fits: "You made every relative synapse absolute"
def absolute_from_relative(weights, threshold):
    first = {
        "weights": {f"x{i}": int(w) for i, w in enumerate(weights) if w > 0},
        "inhibitors": [f"x{i}" for i, w in enumerate(weights) if w < 0],
        "threshold": threshold,
    }
    return {"first": first, "out": {"weights": {"first": 1}, "inhibitors": [], "threshold": 1}}


# %% wrong: absolute_from_relative
# idea: "the right normal form, for a threshold of 1 whatever is asked"
# fits: "The result is the same whatever"
def absolute_from_relative(weights, threshold):
    rows = itertools.product([0, 1], repeat=len(weights))
    table = [int(np.dot(row, weights) >= 1) for row in rows]
    return net_from_truth_table(table)


# %% wrong: absolute_from_relative
# idea: "negative synapses are left out"
# fits: "The inhibiting inputs have no effect on your net"
def absolute_from_relative(weights, threshold):
    sources = {f"x{i}": int(w) for i, w in enumerate(weights) if w > 0}
    first = {"weights": sources, "inhibitors": [], "threshold": threshold}
    return {"first": first, "out": {"weights": {"first": 1}, "inhibitors": [], "threshold": 1}}


# %% wrong: absolute_from_relative
# idea: "thinks of no inhibitor or one alone, not of several at once"
def absolute_from_relative(weights, threshold):
    exciting = {f"x{i}": int(w) for i, w in enumerate(weights) if w > 0}
    brakes = {f"x{i}": -int(w) for i, w in enumerate(weights) if w < 0}
    net = {"free": {"weights": dict(exciting), "inhibitors": list(brakes), "threshold": threshold}}
    for name, count in brakes.items():
        others = [other for other in brakes if other != name]
        net[f"but {name}"] = {"weights": dict(exciting), "inhibitors": others, "threshold": threshold + count}
    net["out"] = {"weights": dict.fromkeys(net, 1), "inhibitors": [], "threshold": 1}
    return net


# %% wrong: absolute_from_relative
# idea: "absent sources become synapses with weight 0"
def absolute_from_relative(weights, threshold):
    exciting = {f"x{i}": max(int(w), 0) for i, w in enumerate(weights) if w >= 0}
    brakes = {f"x{i}": -int(w) for i, w in enumerate(weights) if w < 0}
    net = {}
    for k in range(len(brakes) + 1):
        for allowed in itertools.combinations(brakes, k):
            others = [name for name in brakes if name not in allowed]
            need = threshold + sum(brakes[name] for name in allowed)
            net["up" + "".join(allowed)] = {"weights": dict(exciting), "inhibitors": others, "threshold": need}
    net["out"] = {"weights": dict.fromkeys(net, 1), "inhibitors": [], "threshold": 1}
    return net


# %% wrong: absolute_from_relative
# idea: "an inverter in between: each inhibitor drives a neuron that inhibits out absolutely, one step late"
def absolute_from_relative(weights, threshold):
    net = {}
    for i, w in enumerate(weights):
        net[f"d{i}"] = {"weights": {f"x{i}": 1}, "inhibitors": [], "threshold": 1}
    net["out"] = {
        "weights": {f"d{i}": int(w) for i, w in enumerate(weights) if w > 0},
        "inhibitors": [f"d{i}" for i, w in enumerate(weights) if w < 0 and -w >= max(weights)],
        "threshold": threshold,
    }
    return net
