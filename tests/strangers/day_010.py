# %% right: pick_model
def pick_model(candidates, optimize, constraints, *, maximize=False):
    best_name, best_value = None, None
    for name, metrics in candidates.items():
        kept = optimize in metrics and not np.isnan(metrics[optimize])
        for metric, (low, high) in constraints.items():
            value = metrics.get(metric, float("nan"))
            kept = kept and value == value
            kept = kept and (low is None or value >= low) and (high is None or value <= high)
        if not kept:
            continue
        value = metrics[optimize]
        if best_name is None or (value > best_value if maximize else value < best_value):
            best_name, best_value = name, value
    return best_name


# %% right: pick_model
def pick_model(candidates, optimize, constraints, *, maximize=False):
    limits = {optimize: (None, None)}
    limits.update(constraints)

    def inside(metrics):
        for metric, (low, high) in limits.items():
            low = float("-inf") if low is None else low
            high = float("inf") if high is None else high
            if metric not in metrics or not low <= metrics[metric] <= high:
                return False
        return True

    allowed = [name for name in candidates if inside(candidates[name])]
    choose = max if maximize else min
    return choose(allowed, key=lambda name: candidates[name][optimize], default=None)


# %% wrong: pick_model
# idea: "a limit of 0 is taken for no limit, since 0 is as false as None"
# fits: "A limit of 0 counts as no limit with you"
def pick_model(candidates, optimize, constraints, *, maximize=False):
    best = None
    for name, metrics in candidates.items():
        if any(m not in metrics or metrics[m] != metrics[m] for m in [optimize, *constraints]):
            continue
        if any((low and metrics[m] < low) or (high and metrics[m] > high) for m, (low, high) in constraints.items()):
            continue
        value = -metrics[optimize] if maximize else metrics[optimize]
        if best is None or value < best[0]:
            best = value, name
    return best and best[1]


# %% wrong: pick_model
# idea: "looks only for values beyond a limit, so that NaN slips through"
# fits: "A candidate whose own metric is NaN may win with you"
def pick_model(candidates, optimize, constraints, *, maximize=False):
    allowed = {}
    for name, metrics in candidates.items():
        if optimize not in metrics:
            continue
        ok = True
        for metric, (low, high) in constraints.items():
            if metric not in metrics:
                ok = False
            elif low is not None and metrics[metric] < low:
                ok = False
            elif high is not None and metrics[metric] > high:
                ok = False
        if ok:
            allowed[name] = metrics[optimize]
    if not allowed:
        return None
    return max(allowed, key=allowed.get) if maximize else min(allowed, key=allowed.get)


# %% wrong: pick_model
# idea: "sorts pairs of value and name, so among equals the alphabet decides"
# fits: "You sort pairs of a value and a name"
def pick_model(candidates, optimize, constraints, *, maximize=False):
    allowed = []
    for name, metrics in candidates.items():
        needed = {optimize: (None, None), **constraints}
        if all(
            m in metrics
            and metrics[m] == metrics[m]
            and (low is None or low <= metrics[m])
            and (high is None or metrics[m] <= high)
            for m, (low, high) in needed.items()
        ):
            allowed.append((metrics[optimize], name))
    allowed.sort(reverse=maximize)
    return allowed[0][1] if allowed else None


# %% wrong: pick_model
# idea: "looks for the best one first and asks afterwards whether it keeps the limits"
# fits: "You take the best of all and then see whether it keeps the limits"
def pick_model(candidates, optimize, constraints, *, maximize=False):
    known = {n: m[optimize] for n, m in candidates.items() if optimize in m and m[optimize] == m[optimize]}
    if not known:
        return None
    best = max(known, key=known.get) if maximize else min(known, key=known.get)
    for metric, (low, high) in constraints.items():
        value = candidates[best].get(metric)
        if value is None or (low is not None and value < low) or (high is not None and not value <= high):
            return None
    return best


# %% wrong: pick_model
# idea: "a measured value of 0 counts as not measured"
# fits: "A measured value of 0 counts as not measured with you"
def pick_model(candidates, optimize, constraints, *, maximize=False):
    allowed = []
    for name, metrics in candidates.items():
        wanted = [metrics.get(optimize)] + [metrics.get(m) for m in constraints]
        if not all(wanted) or any(np.isnan(v) for v in wanted):
            continue
        if all((lo is None or lo <= metrics[m]) and (hi is None or metrics[m] <= hi) for m, (lo, hi) in constraints.items()):
            allowed.append(name)
    pick = max if maximize else min
    return pick(allowed, key=lambda n: candidates[n][optimize], default=None)


# %% wrong: pick_model
# idea: "values exactly at a limit are thrown out, and the rejected are deleted from the caller's dict"
# fits: "Your code changes one of its arguments in place"
def pick_model(candidates, optimize, constraints, *, maximize=False):
    for name in list(candidates):
        metrics = candidates[name]
        good = not np.isnan(metrics.get(optimize, np.nan))
        for metric, (low, high) in constraints.items():
            low, high = (-np.inf if low is None else low), (np.inf if high is None else high)
            good &= low < metrics.get(metric, np.nan) < high
        if not good:
            del candidates[name]
    if not candidates:
        return None
    return (max if maximize else min)(candidates, key=lambda n: candidates[n][optimize])


# %% right: diagnose
def diagnose(train_error, train_dev_error, dev_error, test_error, human_error, *, tolerance=0.0):
    human, train, dev, test = map(float, (human_error, train_error, dev_error, test_error))
    train_dev = dev if train_dev_error is None else float(train_dev_error)
    answer, largest = "none", float(tolerance)
    for name, gap in [
        ("avoidable bias", train - human),
        ("variance", train_dev - train),
        ("data mismatch", dev - train_dev),
        ("overfitting the dev set", test - dev),
    ]:
        if gap > largest + 1e-9:
            answer, largest = name, gap
    return answer


# %% right: diagnose
def diagnose(train_error, train_dev_error, dev_error, test_error, human_error, *, tolerance=0.0):
    if train_dev_error is None:
        train_dev_error = dev_error
    rungs = np.array([human_error, train_error, train_dev_error, dev_error, test_error], dtype=np.float64)
    gaps = np.diff(rungs)
    if gaps.max() - float(tolerance) <= 1e-9:
        return "none"
    names = ("avoidable bias", "variance", "data mismatch", "overfitting the dev set")
    return names[int(np.argmax(gaps >= gaps.max() - 1e-9))]


# %% wrong: diagnose
# idea: "takes the size of each gap, so a step downwards counts as a problem"
# fits: "A step down is no problem"
def diagnose(train_error, train_dev_error, dev_error, test_error, human_error, *, tolerance=0.0):
    td = dev_error if train_dev_error is None else train_dev_error
    ladder = [float(e) for e in (human_error, train_error, td, dev_error, test_error)]
    gaps = [round(abs(b - a), 9) for a, b in zip(ladder, ladder[1:], strict=False)]
    names = ["avoidable bias", "variance", "data mismatch", "overfitting the dev set"]
    i = gaps.index(max(gaps))
    return names[i] if gaps[i] > tolerance + 1e-9 else "none"


# %% wrong: diagnose
# idea: "a train-dev error of 0 is taken for no train-dev set"
# fits: "A train-dev error of 0 was measured"
def diagnose(train_error, train_dev_error, dev_error, test_error, human_error, *, tolerance=0.0):
    td = train_dev_error or dev_error
    ladder = [float(e) for e in (human_error, train_error, td, dev_error, test_error)]
    gaps = [round(b - a, 9) for a, b in zip(ladder, ladder[1:], strict=False)]
    names = ["avoidable bias", "variance", "data mismatch", "overfitting the dev set"]
    i = gaps.index(max(gaps))
    return names[i] if gaps[i] > tolerance + 1e-9 else "none"


# %% wrong: diagnose
# idea: "without a train-dev set the gap from training to dev counts as mismatch"
# fits: "You call the gap from training to dev a mismatch"
def diagnose(train_error, train_dev_error, dev_error, test_error, human_error, *, tolerance=0.0):
    if train_dev_error is None:
        train_dev_error = train_error
    ladder = [float(e) for e in (human_error, train_error, train_dev_error, dev_error, test_error)]
    gaps = [round(b - a, 9) for a, b in zip(ladder, ladder[1:], strict=False)]
    names = ["avoidable bias", "variance", "data mismatch", "overfitting the dev set"]
    i = gaps.index(max(gaps))
    return names[i] if gaps[i] > tolerance + 1e-9 else "none"


# %% wrong: diagnose
# idea: "names the first gap above the tolerance on the way down, not the largest"
# fits: "You name the first gap above the tolerance"
def diagnose(train_error, train_dev_error, dev_error, test_error, human_error, *, tolerance=0.0):
    td = dev_error if train_dev_error is None else train_dev_error
    if float(train_error) - float(human_error) > tolerance + 1e-9:
        return "avoidable bias"
    if float(td) - float(train_error) > tolerance + 1e-9:
        return "variance"
    if float(dev_error) - float(td) > tolerance + 1e-9:
        return "data mismatch"
    if float(test_error) - float(dev_error) > tolerance + 1e-9:
        return "overfitting the dev set"
    return "none"


# %% wrong: diagnose
# idea: "compares without room for rounding, so equal gaps of 0.1 are told apart by their last bit"
# fits: "0.3 - 0.2 and 0.2 - 0.1 differ in the last digit"
def diagnose(train_error, train_dev_error, dev_error, test_error, human_error, *, tolerance=0.0):
    td = dev_error if train_dev_error is None else train_dev_error
    ladder = [float(e) for e in (human_error, train_error, td, dev_error, test_error)]
    gaps = [b - a for a, b in zip(ladder, ladder[1:], strict=False)]
    names = ["avoidable bias", "variance", "data mismatch", "overfitting the dev set"]
    i = int(np.argmax(gaps))
    return names[i] if gaps[i] > tolerance else "none"


# %% wrong: diagnose
# idea: "subtracts the numbers as they come, and small unsigned integers wrap around where an error falls"
# fits: "Unsigned integers wrap around"
def diagnose(train_error, train_dev_error, dev_error, test_error, human_error, *, tolerance=0.0):
    td = dev_error if train_dev_error is None else train_dev_error
    gaps = {
        "avoidable bias": train_error - human_error,
        "variance": td - train_error,
        "data mismatch": dev_error - td,
        "overfitting the dev set": test_error - dev_error,
    }
    problem, largest = "none", tolerance
    for name, gap in gaps.items():
        if gap > largest + 1e-9:
            problem, largest = name, gap
    return problem


# %% right: split_for_mismatch
def split_for_mismatch(source, target, train_dev_size, dev_size, test_size, seed):
    s, t = len(source), len(target)
    if dev_size + test_size > t:
        raise ValueError("too few target examples")
    if s + t - dev_size - test_size - train_dev_size <= 0:
        raise ValueError("nothing left to train on")
    rng = np.random.default_rng(seed)
    exam = rng.choice(np.arange(s, s + t), size=dev_size + test_size, replace=False)
    rest = np.setdiff1d(np.arange(s + t), exam)
    train_dev = rng.choice(rest, size=train_dev_size, replace=False)
    train = np.setdiff1d(rest, train_dev)
    return {"train": train, "train_dev": train_dev, "dev": exam[:dev_size], "test": exam[dev_size:]}


# %% right: split_for_mismatch
def split_for_mismatch(source, target, train_dev_size, dev_size, test_size, seed):
    s, t = np.shape(source)[0], np.shape(target)[0]
    rng = np.random.default_rng(seed)
    shuffled = [int(i) + s for i in rng.permutation(t)]
    if len(shuffled) < dev_size + test_size:
        raise ValueError(f"{t} target examples for {dev_size} + {test_size}")
    dev = [shuffled.pop() for _ in range(dev_size)]
    test = [shuffled.pop() for _ in range(test_size)]
    rest = [*range(s), *shuffled]
    if len(rest) <= train_dev_size:
        raise ValueError("no row for train")
    order = rng.permutation(len(rest))
    rest = np.array(rest, dtype=int)[order]
    sets = {"train": rest[train_dev_size:], "train_dev": rest[:train_dev_size]}
    sets["dev"] = np.array(dev, dtype=int)
    sets["test"] = np.array(test, dtype=int)
    return sets


# %% wrong: split_for_mismatch
# idea: "train-dev is drawn from the training rows but not taken out of them"
# fits: "You draw the train-dev rows out of the training rows"
def split_for_mismatch(source, target, train_dev_size, dev_size, test_size, seed):
    s, t = len(source), len(target)
    if t < dev_size + test_size or s + t - dev_size - test_size - train_dev_size < 1:
        raise ValueError("too few rows")
    rng = np.random.default_rng(seed)
    order = s + rng.permutation(t)
    dev, test = order[:dev_size], order[dev_size : dev_size + test_size]
    train = np.concatenate([np.arange(s), order[dev_size + test_size :]])
    return {"train": train, "train_dev": rng.choice(train, train_dev_size, replace=False), "dev": dev, "test": test}


# %% wrong: split_for_mismatch
# idea: "seeds and uses NumPy's global generator"
# fits: "You seed NumPy's global generator"
def split_for_mismatch(source, target, train_dev_size, dev_size, test_size, seed):
    s, t = len(source), len(target)
    if t < dev_size + test_size or s + t - dev_size - test_size - train_dev_size < 1:
        raise ValueError("too few rows")
    np.random.seed(seed)
    order = s + np.random.permutation(t)
    dev, test, rest = np.split(order, [dev_size, dev_size + test_size])
    rest = np.random.permutation(np.concatenate([np.arange(s), rest]))
    return {"train": rest[train_dev_size:], "train_dev": rest[:train_dev_size], "dev": dev, "test": test}


# %% wrong: split_for_mismatch
# idea: "dev and test are drawn one after the other from all target rows, so they can share rows"
# fits: "dev and test are two draws from all target rows"
def split_for_mismatch(source, target, train_dev_size, dev_size, test_size, seed):
    s, t = len(source), len(target)
    if t < dev_size + test_size or s + t - dev_size - test_size - train_dev_size < 1:
        raise ValueError("too few rows")
    rng = np.random.default_rng(seed)
    dev = s + rng.choice(t, dev_size, replace=False)
    test = s + rng.choice(t, test_size, replace=False)
    rest = rng.permutation(np.setdiff1d(np.arange(s + t), np.concatenate([dev, test])))
    return {"train": rest[train_dev_size:], "train_dev": rest[:train_dev_size], "dev": dev, "test": test}


# %% wrong: split_for_mismatch
# idea: "the first target rows are dev and test, in the order of the file; only the rest is shuffled"
# fits: "dev is always the first target rows"
def split_for_mismatch(source, target, train_dev_size, dev_size, test_size, seed):
    s, t = len(source), len(target)
    if t < dev_size + test_size or s + t - dev_size - test_size - train_dev_size < 1:
        raise ValueError("too few rows")
    dev = np.arange(s, s + dev_size)
    test = np.arange(s + dev_size, s + dev_size + test_size)
    rest = np.concatenate([np.arange(s), np.arange(s + dev_size + test_size, s + t)])
    rest = np.random.default_rng(seed).permutation(rest)
    return {"train": rest[train_dev_size:], "train_dev": rest[:train_dev_size], "dev": dev, "test": test}


# %% wrong: split_for_mismatch
# idea: "an empty training set is let through"
# fits: "When exactly nothing is left to train on"
def split_for_mismatch(source, target, train_dev_size, dev_size, test_size, seed):
    s, t = len(source), len(target)
    if t < dev_size + test_size or s + t < dev_size + test_size + train_dev_size:
        raise ValueError("too few rows")
    rng = np.random.default_rng(seed)
    order = s + rng.permutation(t)
    dev, test, rest = np.split(order, [dev_size, dev_size + test_size])
    rest = rng.permutation(np.concatenate([np.arange(s), rest]))
    return {"train": rest[train_dev_size:], "train_dev": rest[:train_dev_size], "dev": dev, "test": test}


# %% wrong: split_for_mismatch
# idea: "train-dev takes half of its rows from each kind, whatever the mixture is"
def split_for_mismatch(source, target, train_dev_size, dev_size, test_size, seed):
    s, t = len(source), len(target)
    if t < dev_size + test_size or s + t - dev_size - test_size - train_dev_size < 1:
        raise ValueError("too few rows")
    rng = np.random.default_rng(seed)
    dev, test, rest = np.split(s + rng.permutation(t), [dev_size, dev_size + test_size])
    half = min(train_dev_size // 2, len(rest))
    sources = rng.permutation(s)
    cut = min(train_dev_size - half, s)
    half = train_dev_size - cut
    train_dev = np.concatenate([sources[:cut], rest[:half]])
    return {"train": np.concatenate([sources[cut:], rest[half:]]), "train_dev": train_dev, "dev": dev, "test": test}


# %% right: error_analysis
def error_analysis(examples, tags):
    m, total = len(examples), int(examples.sum())
    wrong = {i for i in range(m) if examples[i]}
    sets = {tag: wrong & {int(row) for row in rows} for tag, rows in tags.items()}
    ordered = [*sorted(sets, key=lambda tag: -len(sets[tag])), "untagged"]
    sets["untagged"] = wrong.difference(*sets.values())
    errors = [len(sets[tag]) for tag in ordered]
    return pd.DataFrame(
        {
            "errors": errors,
            "share": [count / total if total else 0.0 for count in errors],
            "ceiling": [(m - total + count) / m for count in errors],
        },
        index=ordered,
    )


# %% right: error_analysis
def error_analysis(examples, tags):
    m, total = len(examples), int(np.sum(examples))
    counts = {tag: len({int(i) for i in rows if examples[i]}) for tag, rows in tags.items()}
    tagged = {int(i) for rows in tags.values() for i in rows}
    order = [*sorted(counts, key=counts.get, reverse=True), "untagged"]
    counts["untagged"] = len([i for i in range(m) if examples[i] and i not in tagged])
    table = pd.DataFrame({"errors": [counts[tag] for tag in order]}, index=order)
    table["share"] = table["errors"] / total if total else 0.0
    table["ceiling"] = (m - total + table["errors"]) / m
    return table


# %% wrong: error_analysis
# idea: "the untagged mistakes are sorted in with the tags by their number"
# fits: "You sort the untagged mistakes in with the rest"
def error_analysis(examples, tags):
    m = examples.size
    has = pd.DataFrame(False, index=range(m), columns=[*tags, "untagged"])
    for tag, rows in tags.items():
        has.loc[list(rows), tag] = True
    has["untagged"] = ~has[list(tags)].to_numpy(dtype=bool).any(axis=1)
    errors = has[examples].sum(axis=0).astype(int)
    table = pd.DataFrame({"errors": errors})
    table["share"] = table["errors"] / max(int(np.sum(examples)), 1)
    table["ceiling"] = 1 - (np.sum(examples) - table["errors"]) / m
    return table.sort_values("errors", ascending=False, kind="stable")


# %% wrong: error_analysis
# idea: "a row that was noted twice under a tag counts twice"
# fits: "A row that was noted twice under one tag counts twice with you"
def error_analysis(examples, tags):
    m, total = len(examples), int(np.sum(examples))
    counts = {tag: sum(bool(examples[i]) for i in rows) for tag, rows in tags.items()}
    counts = dict(sorted(counts.items(), key=lambda item: item[1], reverse=True))
    tagged = {int(i) for rows in tags.values() for i in rows}
    counts["untagged"] = sum(bool(examples[i]) for i in range(m) if i not in tagged)
    table = pd.DataFrame({"errors": pd.Series(counts, dtype=int)})
    table["share"] = table["errors"] / total if total else 0.0
    table["ceiling"] = (m - total + table["errors"]) / m
    return table


# %% wrong: error_analysis
# idea: "share is taken of all examples, and added to the accuracy as if it were of the mistakes"
# fits: "Your shares are of all examples"
def error_analysis(examples, tags):
    m, total = len(examples), int(np.sum(examples))
    counts = {tag: len({int(i) for i in rows if examples[i]}) for tag, rows in tags.items()}
    counts = dict(sorted(counts.items(), key=lambda item: item[1], reverse=True))
    tagged = {int(i) for rows in tags.values() for i in rows}
    counts["untagged"] = len([i for i in range(m) if examples[i] and i not in tagged])
    table = pd.DataFrame({"errors": pd.Series(counts, dtype=int)})
    table["share"] = table["errors"] / m
    table["ceiling"] = 1 - total / m + table["share"]
    return table


# %% wrong: error_analysis
# idea: "untagged are all mistakes less the sum of the tags, so overlaps are taken off twice"
def error_analysis(examples, tags):
    m, total = len(examples), int(np.sum(examples))
    counts = {tag: len({int(i) for i in rows if examples[i]}) for tag, rows in tags.items()}
    counts = dict(sorted(counts.items(), key=lambda item: item[1], reverse=True))
    counts["untagged"] = max(total - sum(counts.values()), 0)
    table = pd.DataFrame({"errors": pd.Series(counts, dtype=int)})
    table["share"] = table["errors"] / total if total else 0.0
    table["ceiling"] = (m - total + table["errors"]) / m
    return table


# %% wrong: error_analysis
# idea: "nothing is wrong, and the share is 0 / 0"
# fits: "Where nothing went wrong your shares are NaN"
def error_analysis(examples, tags):
    m = len(examples)
    wrong = set(np.flatnonzero(examples).tolist())
    rows = [(tag, len(wrong & set(np.asarray(r, dtype=int).tolist()))) for tag, r in tags.items()]
    rows.sort(key=lambda row: -row[1])
    rows.append(("untagged", len(wrong - {int(i) for r in tags.values() for i in r})))
    table = pd.DataFrame(rows, columns=["tag", "errors"]).set_index("tag")
    table.index.name = None
    table["share"] = table["errors"] / len(wrong) if wrong else table["errors"] / np.nan
    table["ceiling"] = 1 - (len(wrong) - table["errors"]) / m
    return table


# %% wrong: error_analysis
# idea: "tags with as many errors are sorted by the alphabet"
# fits: "Tags with equally many errors are to stay in the order in which they were given"
def error_analysis(examples, tags):
    m, total = len(examples), int(np.sum(examples))
    counts = {tag: len({int(i) for i in rows if examples[i]}) for tag, rows in tags.items()}
    tagged = {int(i) for rows in tags.values() for i in rows}
    order = [*sorted(counts, key=lambda tag: (-counts[tag], tag)), "untagged"]
    counts["untagged"] = len([i for i in range(m) if examples[i] and i not in tagged])
    table = pd.DataFrame({"errors": [counts[tag] for tag in order]}, index=order)
    table["share"] = table["errors"] / total if total else 0.0
    table["ceiling"] = (m - total + table["errors"]) / m
    return table
