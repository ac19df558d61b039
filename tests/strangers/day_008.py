# %% right: summarize
def summarize(frame):
    rows = []
    for name in frame.columns:
        column = frame[name]
        numeric = pd.api.types.is_numeric_dtype(column)
        rows.append(
            {
                "dtype": str(column.dtype),
                "missing": int(column.isna().sum()),
                "distinct": len(column.dropna().unique()),
                "min": float(column.min()) if numeric else np.nan,
                "max": float(column.max()) if numeric else np.nan,
            }
        )
    return pd.DataFrame(rows, index=frame.columns)


# %% right: summarize
def summarize(frame):
    numbers = frame.select_dtypes("number")
    table = frame.dtypes.astype(str).to_frame("dtype")
    table["missing"] = len(frame) - frame.count()
    table["distinct"] = frame.nunique()
    table["min"] = numbers.min().astype(float)
    table["max"] = numbers.max().astype(float)
    return table


# %% wrong: summarize
# idea: "counts the missing ones as one more value"
# fits: "A missing entry is no value"
def summarize(frame):
    numbers = frame.select_dtypes("number")
    return pd.DataFrame(
        {
            "dtype": frame.dtypes.astype(str),
            "missing": frame.isna().sum(),
            "distinct": frame.nunique(dropna=False),
            "min": numbers.min().reindex(frame.columns).astype(float),
            "max": numbers.max().reindex(frame.columns).astype(float),
        },
        index=frame.columns,
    )


# %% wrong: summarize
# idea: "puts Series of different labels into one table, which sorts the labels"
# fits: "Your rows are in alphabetical order"
def summarize(frame):
    numbers = frame.select_dtypes("number")
    return pd.DataFrame(
        {
            "dtype": frame.dtypes.astype(str),
            "missing": frame.isna().sum(),
            "distinct": frame.nunique(),
            "min": numbers.min().astype(float),
            "max": numbers.max().astype(float),
        }
    )


# %% wrong: summarize
# idea: "puts the ranges in by position, so a text column before a number shifts them"
# fits: "You put the ranges in by position, so a text column before a number moves them up into"
def summarize(frame):
    numbers = frame.select_dtypes("number")
    gaps = [np.nan] * (frame.shape[1] - numbers.shape[1])
    table = pd.DataFrame(index=frame.columns)
    table["dtype"] = [str(dtype) for dtype in frame.dtypes]
    table["missing"] = frame.isnull().sum().to_numpy()
    table["distinct"] = frame.nunique().to_numpy()
    table["min"] = [float(value) for value in numbers.min()] + gaps
    table["max"] = [float(value) for value in numbers.max()] + gaps
    return table


# %% wrong: summarize
# idea: "the share of missing entries, not their number"
# fits: "That is the share of missing entries"
def summarize(frame):
    numbers = frame.select_dtypes("number")
    table = pd.DataFrame({"dtype": frame.dtypes.astype(str), "missing": frame.isna().mean()})
    table["distinct"] = frame.nunique()
    table["min"] = numbers.min().astype(float)
    table["max"] = numbers.max().astype(float)
    return table


# %% wrong: summarize
# idea: "text that looks like a number gets a range"
# fits: "Text has no range, even where it is made of digits"
def summarize(frame):
    numeric = frame.apply(pd.to_numeric, errors="coerce")
    table = pd.DataFrame({"dtype": frame.dtypes.astype(str)})
    table["missing"] = frame.isna().sum()
    table["distinct"] = frame.nunique()
    table["min"] = numeric.min().astype(float)
    table["max"] = numeric.max().astype(float)
    return table


# %% wrong: summarize
# idea: "throws out every row with a gap before it looks at values and ranges"
# fits: "You throw out every row with a gap first, and the values in its other columns are lost"
def summarize(frame):
    whole = frame.dropna()
    numbers = whole.select_dtypes("number")
    table = pd.DataFrame({"dtype": frame.dtypes.astype(str)})
    table["missing"] = frame.isna().sum()
    table["distinct"] = whole.nunique()
    table["min"] = numbers.min().astype(float)
    table["max"] = numbers.max().astype(float)
    return table


# %% right: income_category
def income_category(income, bins):
    codes = pd.cut(income, [-np.inf, *bins, np.inf], labels=False)
    return (codes + 1).fillna(0).astype(int)


# %% right: income_category
def income_category(income, bins):
    def one(value):
        return 0 if pd.isna(value) else 1 + sum(1 for edge in bins if value > edge)

    return pd.Series([one(value) for value in income], index=income.index, dtype=int)


# %% wrong: income_category
# idea: "an income equal to an edge goes to the category above"
# fits: "An income that equals an edge belongs to the category below that edge"
def income_category(income, bins):
    codes = np.digitize(income.to_numpy(dtype=float), bins) + 1
    return pd.Series(np.where(income.isna(), 0, codes), index=income.index)


# %% wrong: income_category
# idea: "a missing income is sorted to the end, among the richest"
# fits: "Missing incomes end up among the richest, because sorting puts NaN last"
def income_category(income, bins):
    return pd.Series(np.searchsorted(bins, income.to_numpy(dtype=float), side="left") + 1, index=income.index)


# %% wrong: income_category
# idea: "the lowest category begins at 0, so incomes of 0 and below belong to none"
# fits: "Your lowest category begins at 0, so an income of 0 or less belongs to none"
def income_category(income, bins):
    labels = list(range(1, len(bins) + 2))
    category = pd.cut(income, bins=[0.0, *bins, np.inf], labels=labels)
    return category.astype(float).fillna(0).astype(int)


# %% wrong: income_category
# idea: "a new index from 0 in place of the districts' labels"
# fits: "The categories are right, but their index counts from 0 instead of being income's"
def income_category(income, bins):
    values = income.to_numpy(dtype=float)
    codes = 1 + (values[:, None] > np.asarray(bins)).sum(axis=1)
    codes[np.isnan(values)] = 0
    return pd.Series(codes)


# %% wrong: income_category
# idea: "divides by the width of the first category and rounds up: edges at equal distances, whatever bins says"
# fits: "You divide by one width, as if all edges were equally far apart"
def income_category(income, bins):
    category = np.ceil(income / bins[0]).clip(lower=1, upper=len(bins) + 1)
    return category.fillna(0).astype(int)


# %% wrong: income_category
# idea: "adds up comparisons, where a missing income, more than no edge, lands among the poorest"
# fits: "A missing income is above no edge, since comparisons with NaN are all false, and so it"
def income_category(income, bins):
    category = pd.Series(1, index=income.index)
    for edge in bins:
        category = category + (income > edge).astype(int)
    return category


# %% right: stratified_split
def stratified_split(frame, by, test_fraction, seed):
    rng = np.random.default_rng(seed)
    in_test = np.zeros(len(frame), dtype=bool)
    codes, names = pd.factorize(frame[by])
    for code in range(len(names)):
        rows = np.flatnonzero(codes == code)
        count = int(np.floor(test_fraction * len(rows) + 0.5))
        in_test[rng.choice(rows, size=count, replace=False)] = True
    return frame[~in_test], frame[in_test]


# %% right: stratified_split
def stratified_split(frame, by, test_fraction, seed):
    work = pd.DataFrame({"by": frame[by].to_numpy(), "key": np.random.default_rng(seed).random(len(frame))})
    groups = work.groupby("by", observed=True)["key"]
    rank = groups.rank(method="first").to_numpy()
    size = groups.transform("size").to_numpy()
    to_test = rank <= np.round(test_fraction * size)
    return frame.iloc[np.flatnonzero(~to_test)].copy(), frame.iloc[np.flatnonzero(to_test)].copy()


# %% wrong: stratified_split
# idea: "the training set is all rows but those with the labels of the test rows"
# fits: "The training set is all rows but those labelled like a test row"
def stratified_split(frame, by, test_fraction, seed):
    test = frame.groupby(by, group_keys=False, observed=True).sample(frac=test_fraction, random_state=seed)
    return frame.drop(test.index), test


# %% wrong: stratified_split
# idea: "a generator of the same seed for each stratum, so strata of one size send the same places"
# fits: "You start the generator again for every category, so strata of one size draw the same"
def stratified_split(frame, by, test_fraction, seed):
    chosen = []
    for category in frame[by].unique():
        rows = np.flatnonzero(frame[by] == category)
        order = np.random.default_rng(seed).permutation(len(rows))
        chosen.extend(rows[order[: round(test_fraction * len(rows))]])
    mask = np.zeros(len(frame), dtype=bool)
    mask[chosen] = True
    return frame[~mask], frame[mask]


# %% wrong: stratified_split
# idea: "rounds down"
# fits: "You round down, so small strata send too few"
def stratified_split(frame, by, test_fraction, seed):
    rng = np.random.default_rng(seed)
    test_rows = []
    for category in frame[by].unique():
        rows = rng.permutation(np.flatnonzero(frame[by] == category))
        test_rows += list(rows[: int(test_fraction * len(rows))])
    train_rows = np.setdiff1d(np.arange(len(frame)), test_rows)
    return frame.iloc[train_rows], frame.iloc[test_rows]


# %% wrong: stratified_split
# idea: "at least one row of every stratum goes to the test set"
# fits: "Every stratum sends a row at least, however small its share is"
def stratified_split(frame, by, test_fraction, seed):
    rng = np.random.default_rng(seed)
    mask = np.zeros(len(frame), dtype=bool)
    for category in frame[by].unique():
        rows = rng.permutation(np.flatnonzero(frame[by] == category))
        mask[rows[: max(1, round(test_fraction * len(rows)))]] = True
    return frame[~mask], frame[mask]


# %% wrong: stratified_split
# idea: "numbers the rows of both parts anew"
# fits: "The rows have lost their labels"
def stratified_split(frame, by, test_fraction, seed):
    rng = np.random.default_rng(seed)
    mask = np.zeros(len(frame), dtype=bool)
    for category in frame[by].unique():
        rows = rng.permutation(np.flatnonzero(frame[by] == category))
        mask[rows[: round(test_fraction * len(rows))]] = True
    return frame[~mask].reset_index(drop=True), frame[mask].reset_index(drop=True)


# %% wrong: stratified_split
# idea: "every fifth row or so of a stratum, from a start that the seed chooses: systematic, not random"
# fits: "Your rows lie at equal distances in their stratum"
def stratified_split(frame, by, test_fraction, seed):
    rng = np.random.default_rng(seed)
    mask = np.zeros(len(frame), dtype=bool)
    for category in frame[by].unique():
        rows = np.flatnonzero(frame[by] == category)
        count = round(test_fraction * len(rows))
        if count:
            places = (np.arange(count) * len(rows) // count + rng.integers(len(rows))) % len(rows)
            mask[rows[places]] = True
    return frame[~mask], frame[mask]


# %% right: top_correlations
def top_correlations(frame, target, k):
    found = {}
    for name in frame.select_dtypes("number").columns:
        if name == target:
            continue
        pair = frame[[name, target]].dropna().astype(float)
        if len(pair) < 2 or pair[name].nunique() < 2 or pair[target].nunique() < 2:
            continue
        found[name] = np.corrcoef(pair[name], pair[target])[0, 1]
    best = sorted(found, key=lambda name: -abs(found[name]))[:k]
    return pd.Series({name: found[name] for name in best}, dtype=float)


# %% right: top_correlations
def top_correlations(frame, target, k):
    numbers = frame.select_dtypes("number")
    varying = numbers.loc[:, numbers.nunique() > 1]
    r = varying.corr()[target].drop(target).dropna()
    return r.sort_values(key=np.abs, ascending=False).head(k)


# %% wrong: top_correlations
# idea: "gives the strengths, without the signs"
# fits: "The ranking is right, but the signs are gone"
def top_correlations(frame, target, k):
    numbers = frame.select_dtypes("number")
    numbers = numbers.loc[:, numbers.nunique() > 1]
    r = numbers.corr()[target].drop(target).dropna().abs()
    return r.sort_values(ascending=False).head(k)


# %% wrong: top_correlations
# idea: "leaves out every row with a gap anywhere"
# fits: "A gap in one column takes the row away from all columns"
def top_correlations(frame, target, k):
    numbers = frame.select_dtypes("number").dropna()
    numbers = numbers.loc[:, numbers.nunique() > 1]
    r = numbers.corr()[target].drop(target).dropna()
    return r.reindex(r.abs().sort_values(ascending=False).index)[:k]


# %% wrong: top_correlations
# idea: "takes the k strongest first and the target out afterwards, so one is short"
# fits: "You take the k strongest and strike the target out of them afterwards, so one is missing"
def top_correlations(frame, target, k):
    numbers = frame.select_dtypes("number")
    numbers = numbers.loc[:, numbers.nunique() > 1]
    r = numbers.corr()[target].dropna()
    strongest = r.abs().sort_values(ascending=False, kind="stable").index[:k]
    return r[[name for name in strongest if name != target]]


# %% wrong: top_correlations
# idea: "fills the gaps with the column's mean"
# fits: "You put the column's mean into the gaps, and invented values take part in the correlation"
def top_correlations(frame, target, k):
    numbers = frame.select_dtypes("number")
    numbers = numbers.loc[:, numbers.nunique() > 1]
    numbers = numbers.fillna(numbers.mean())
    r = numbers.corr()[target].drop(target).dropna()
    return r[r.abs().sort_values(ascending=False).index][:k]


# %% wrong: top_correlations
# idea: "correlates ranks, Spearman's way"
# fits: "You correlate ranks, which is Spearman's way"
def top_correlations(frame, target, k):
    numbers = frame.select_dtypes("number")
    numbers = numbers.loc[:, numbers.nunique() > 1]
    r = numbers.rank().corr()[target].drop(target).dropna()
    return r[r.abs().sort_values(ascending=False).index][:k]


# %% wrong: top_correlations
# idea: "tells constant columns by a standard deviation of 0, which rounding spoils; and sorts by sign"
# fits: "A strong negative correlation ends up last with you"
def top_correlations(frame, target, k):
    numbers = frame.select_dtypes("number")
    numbers = numbers.loc[:, numbers.apply(lambda column: np.std(column.to_numpy())) != 0]
    r = numbers.corrwith(numbers[target]).drop(target).dropna()
    return r.sort_values(ascending=False)[:k]


# %% right: add_ratio_features
def add_ratio_features(frame):
    result = frame.copy()
    pairs = {
        "rooms_per_household": ("total_rooms", "households"),
        "bedrooms_per_room": ("total_bedrooms", "total_rooms"),
        "people_per_household": ("population", "households"),
    }
    for name, (top, bottom) in pairs.items():
        above, below = frame[top].to_numpy(dtype=float), frame[bottom].to_numpy(dtype=float)
        ratio = np.full(len(frame), np.nan)
        np.divide(above, below, out=ratio, where=below != 0)
        result[name] = ratio
    return result


# %% right: add_ratio_features
def add_ratio_features(frame):
    households = frame["households"].replace(0, np.nan)
    rooms = frame["total_rooms"].replace(0, np.nan)
    return frame.assign(
        rooms_per_household=frame["total_rooms"] / households,
        bedrooms_per_room=frame["total_bedrooms"] / rooms,
        people_per_household=frame["population"] / households,
    )


# %% wrong: add_ratio_features
# idea: "turns all zeros into gaps first, those above the fraction line too"
# fits: "You turn every 0 into a gap"
def add_ratio_features(frame):
    clean = frame[["total_rooms", "total_bedrooms", "population", "households"]].replace(0, np.nan)
    return frame.assign(
        rooms_per_household=clean["total_rooms"] / clean["households"],
        bedrooms_per_room=clean["total_bedrooms"] / clean["total_rooms"],
        people_per_household=clean["population"] / clean["households"],
    )


# %% wrong: add_ratio_features
# idea: "replaces 0 by a gap in the counts themselves, so the returned counts are others"
# fits: "The ratios are right, but counts of 0 have become gaps in the table that you return"
def add_ratio_features(frame):
    result = frame.copy()
    result[["total_rooms", "households"]] = result[["total_rooms", "households"]].replace(0, np.nan)
    result["rooms_per_household"] = frame["total_rooms"] / result["households"]
    result["bedrooms_per_room"] = frame["total_bedrooms"] / result["total_rooms"]
    result["people_per_household"] = frame["population"] / result["households"]
    return result


# %% wrong: add_ratio_features
# idea: "an empty district gets the ratio 0"
# fits: "A ratio that is not known is 0 with you"
def add_ratio_features(frame):
    result = frame.copy()
    for name, top, bottom in (
        ("rooms_per_household", "total_rooms", "households"),
        ("bedrooms_per_room", "total_bedrooms", "total_rooms"),
        ("people_per_household", "population", "households"),
    ):
        ratio = frame[top] / frame[bottom]
        result[name] = ratio.replace([np.inf, -np.inf], np.nan).fillna(0.0)
    return result


# %% wrong: add_ratio_features
# idea: "a 1 in place of a denominator of 0"
# fits: "You put an invented 1 under the fraction where the count is 0"
def add_ratio_features(frame):
    households = frame["households"].where(frame["households"] != 0, 1)
    rooms = frame["total_rooms"].where(frame["total_rooms"] != 0, 1)
    result = frame.copy()
    result["rooms_per_household"] = frame["total_rooms"] / households
    result["bedrooms_per_room"] = frame["total_bedrooms"] / rooms
    result["people_per_household"] = frame["population"] / households
    return result


# %% wrong: add_ratio_features
# idea: "drops the rows without a ratio"
# fits: "Districts with a gap have vanished"
def add_ratio_features(frame):
    full = frame.assign(
        rooms_per_household=frame["total_rooms"] / frame["households"],
        bedrooms_per_room=frame["total_bedrooms"] / frame["total_rooms"],
        people_per_household=frame["population"] / frame["households"],
    )
    return full.replace([np.inf, -np.inf], np.nan).dropna()


# %% wrong: add_ratio_features
# idea: "adds the columns to the caller's table, the rooms per bedroom among them"
# fits: "Your code changes one of its arguments in place, and the caller still needs it"
def add_ratio_features(frame):
    frame["rooms_per_household"] = frame["total_rooms"] / frame["households"].replace(0, np.nan)
    frame["bedrooms_per_room"] = frame["total_rooms"] / frame["total_bedrooms"].replace(0, np.nan)
    frame["people_per_household"] = frame["population"] / frame["households"].replace(0, np.nan)
    return frame
