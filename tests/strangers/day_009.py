# %% right: median_impute
def median_impute_fit(x):
    out = []
    for j in range(x.shape[1]):
        present = sorted(float(v) for v in x[:, j] if v == v)
        h = len(present)
        out.append(0.0 if h == 0 else (present[(h - 1) // 2] + present[h // 2]) / 2)
    return np.array(out, dtype=float)


def median_impute_apply(x, medians):
    filled = np.array(x, dtype=float)
    rows, cols = np.nonzero(np.isnan(filled))
    filled[rows, cols] = np.asarray(medians, dtype=float)[cols]
    return filled


# %% right: median_impute
def median_impute_fit(x):
    return pd.DataFrame(np.array(x, dtype=float)).median().fillna(0.0).to_numpy()


def median_impute_apply(x, medians):
    frame = pd.DataFrame(np.array(x, dtype=float))
    return frame.fillna(dict(enumerate(medians))).to_numpy(dtype=float, copy=True)


# %% wrong: median_impute
# idea: "a gap counts as 0 when the median is taken"
# fits: "Your gaps count as zeros when the median is taken"
def median_impute_fit(x):
    return np.median(np.nan_to_num(np.asarray(x, dtype=float)), axis=0)


def median_impute_apply(x, medians):
    return np.where(np.isnan(x), medians, x).astype(float)


# %% wrong: median_impute
# idea: "only rows without any gap are used for the medians"
# fits: "You learn from complete rows only"
def median_impute_fit(x):
    x = np.asarray(x, dtype=float)
    complete = x[~np.isnan(x).any(axis=1)]
    if len(complete) == 0:
        return np.zeros(x.shape[1])
    return np.median(complete, axis=0)


def median_impute_apply(x, medians):
    return np.where(np.isnan(x), medians, x).astype(float)


# %% wrong: median_impute
# idea: "apply takes the medians of the new rows where they have any, and the learned ones only for empty columns"
# fits: "You fill a table with its own medians"
def median_impute_fit(x):
    x = np.asarray(x, dtype=float)
    return np.array([np.median(c[~np.isnan(c)]) if (~np.isnan(c)).any() else 0.0 for c in x.T])


def median_impute_apply(x, medians):
    out = np.array(x, dtype=float)
    for j in range(out.shape[1]):
        gaps = np.isnan(out[:, j])
        out[gaps, j] = medians[j] if gaps.all() else np.median(out[~gaps, j])
    return out


# %% wrong: median_impute
# idea: "fills into the table it was handed, since asarray does not copy"
# fits: "What comes back is the argument itself"
def median_impute_fit(x):
    x = np.asarray(x, dtype=float)
    return np.array([np.median(c[~np.isnan(c)]) if (~np.isnan(c)).any() else 0.0 for c in x.T])


def median_impute_apply(x, medians):
    x = np.asarray(x, dtype=float)
    for j, median in enumerate(medians):
        x[np.isnan(x[:, j]), j] = median
    return x


# %% wrong: median_impute
# idea: "takes the upper of the two middle values"
# fits: "You take the entry in the middle of the list"
def median_impute_fit(x):
    out = np.zeros(x.shape[1])
    for j in range(x.shape[1]):
        present = np.sort(x[~np.isnan(x[:, j]), j])
        if len(present):
            out[j] = present[len(present) // 2]
    return out


def median_impute_apply(x, medians):
    return np.where(np.isnan(x), medians, x).astype(float)


# %% wrong: median_impute
# idea: "an empty column stays NaN in fit, and apply turns what is left into 0 as well as infinities into huge numbers"
# fits: "A column without any entry gets NaN"
def median_impute_fit(x):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return np.nanmedian(np.asarray(x, dtype=float), axis=0)


def median_impute_apply(x, medians):
    return np.nan_to_num(np.where(np.isnan(x), medians, x))


# %% right: one_hot
def one_hot_fit(values):
    return sorted({value for value in values if isinstance(value, str)})


def one_hot_apply(values, categories):
    table = np.zeros((len(values), len(categories)))
    place = {name: column for column, name in enumerate(categories)}
    for row, value in enumerate(values):
        if value in place:
            table[row, place[value]] = 1.0
    return table


# %% right: one_hot
def one_hot_fit(values):
    return sorted(pd.Series(list(values), dtype=object).dropna().unique().tolist())


def one_hot_apply(values, categories):
    column = pd.Categorical(list(values), categories=list(categories))
    padded = np.vstack([np.eye(len(categories)), np.zeros(len(categories))])  # code -1 is the row of zeros
    return padded[column.codes]


# %% wrong: one_hot
# idea: "the code -1 of an unknown name is taken as an index, so it becomes the last category"
# fits: "Unknown and missing names end up in the last column"
def one_hot_fit(values):
    return sorted(set(pd.Series(list(values), dtype=object).dropna()))


def one_hot_apply(values, categories):
    codes = pd.Categorical(list(values), categories=categories).codes
    table = np.zeros((len(codes), len(categories)))
    if len(categories):
        table[np.arange(len(codes)), codes] = 1
    return table


# %% wrong: one_hot
# idea: "missing values become the text 'nan' or 'None', a category like any other"
# fits: "A missing entry has become a category of its own"
def one_hot_fit(values):
    return sorted({str(value) for value in values})


def one_hot_apply(values, categories):
    return np.array([[float(str(value) == name) for name in categories] for value in values]).reshape(
        -1, len(categories)
    )


# %% wrong: one_hot
# idea: "rows of a Series are looked up by number, which is its label and not its position"
# fits: "A number in brackets asks a Series for a label"
def one_hot_fit(values):
    return sorted({value for value in values if pd.notna(value)})


def one_hot_apply(values, categories):
    table = np.zeros((len(values), len(categories)))
    for i in range(len(values)):
        for j, name in enumerate(categories):
            if values[i] == name:
                table[i, j] = 1
    return table


# %% wrong: one_hot
# idea: "asks whether the category is a piece of the text, so that 'bay' fires for 'near bay'"
# fits: "You look whether one text contains the other"
def one_hot_fit(values):
    return sorted({value for value in values if pd.notna(value)})


def one_hot_apply(values, categories):
    column = pd.Series(list(values), dtype=object)
    table = [column.str.contains(name, regex=False, na=False).astype(float) for name in categories]
    return np.array(table, dtype=float).reshape(len(categories), -1).T


# %% wrong: one_hot
# idea: "the categories in the order in which they are met first"
# fits: "Your categories come in the order in which they happen to occur"
def one_hot_fit(values):
    found = []
    for value in values:
        if value not in found and value is not None and value == value:
            found.append(value)
    return found


def one_hot_apply(values, categories):
    return np.array([[1.0 if v == c else 0.0 for c in categories] for v in values]).reshape(len(values), len(categories))


# %% wrong: one_hot
# idea: "an unknown name is appended to the list of categories and gets a column of its own"
# fits: "Your code changes one of its arguments in place"
def one_hot_fit(values):
    return sorted({value for value in values if pd.notna(value)})


def one_hot_apply(values, categories):
    for value in values:
        if pd.notna(value) and value not in categories:
            categories.append(value)
    return np.array([[float(v == c) for c in categories] for v in values]).reshape(len(values), len(categories))


# %% right: k_fold_indices
def k_fold_indices(n, k, seed):
    fold_of = np.arange(n) % k
    np.random.default_rng(seed).shuffle(fold_of)
    return [(np.flatnonzero(fold_of != j), np.flatnonzero(fold_of == j)) for j in range(k)]


# %% right: k_fold_indices
def k_fold_indices(n, k, seed):
    dealt = KFold(k, shuffle=True, random_state=seed)
    return [(train, validation) for train, validation in dealt.split(np.zeros((n, 1)))]


# %% wrong: k_fold_indices
# idea: "each fold is drawn anew, so that some rows are held out twice and some never"
# fits: "You draw each fold anew from all rows"
def k_fold_indices(n, k, seed):
    rng = np.random.default_rng(seed)
    folds = []
    for j in range(k):
        size = n // k + (j < n % k)
        held = rng.choice(n, size, replace=False)
        folds.append((np.setdiff1d(np.arange(n), held), held))
    return folds


# %% wrong: k_fold_indices
# idea: "throws a die for each row, so sizes of folds are left to chance"
# fits: "You throw a die for each row"
def k_fold_indices(n, k, seed):
    die = np.random.default_rng(seed).integers(0, k, n)
    return [(np.where(die != j)[0], np.where(die == j)[0]) for j in range(k)]


# %% wrong: k_fold_indices
# idea: "cuts pieces of rounded-up size, so the last fold is too small or not there"
# fits: "You fill each fold up to the rounded-up size"
def k_fold_indices(n, k, seed):
    rows = np.random.default_rng(seed).permutation(n)
    size = -(-n // k)
    return [(np.r_[rows[:start], rows[start + size :]], rows[start : start + size]) for start in range(0, n, size)]


# %% wrong: k_fold_indices
# idea: "consecutive rows form a fold; only the order of the folds is shuffled"
# fits: "You shuffle the order of the folds"
def k_fold_indices(n, k, seed):
    folds = np.array_split(np.arange(n), k)
    order = np.random.default_rng(seed).permutation(k)
    return [(np.concatenate([folds[i] for i in order if i != j]), folds[j]) for j in order]


# %% wrong: k_fold_indices
# idea: "the generator gets no seed, so each call deals differently"
def k_fold_indices(n, k, seed):
    rows = np.random.permutation(n)
    folds = np.array_split(rows, k)
    return [(np.concatenate(folds[:j] + folds[j + 1 :]), folds[j]) for j in range(k)]


# %% wrong: k_fold_indices
# idea: "masks instead of row numbers"
# fits: "You return masks"
def k_fold_indices(n, k, seed):
    fold_of = np.random.default_rng(seed).permutation(n) % k
    return [(fold_of != j, fold_of == j) for j in range(k)]


# %% right: cross_val_rmse
def cross_val_rmse(make_model, x, y, k, seed):
    errors = np.empty(k)
    for j, (fit_rows, test_rows) in enumerate(k_fold_indices(y.shape[0], k, seed)):
        if isinstance(x, pd.DataFrame):
            x_fit, x_test = x.take(fit_rows), x.take(test_rows)
        else:
            x_fit, x_test = np.take(x, fit_rows, axis=0), np.take(x, test_rows, axis=0)
        model = make_model()
        model.fit(x_fit, y[fit_rows])
        difference = np.ravel(model.predict(x_test)).astype(float) - y[test_rows]
        errors[j] = np.linalg.norm(difference) / np.sqrt(len(difference))
    return errors


# %% right: cross_val_rmse
def cross_val_rmse(make_model, x, y, k, seed):
    rows_of = x.iloc if hasattr(x, "iloc") else x

    def error(train, held):
        model = make_model()
        model.fit(rows_of[train], y[train])
        return np.mean((y[held] - model.predict(rows_of[held])) ** 2) ** 0.5

    return np.array([error(*pair) for pair in k_fold_indices(len(x), k, seed)])


# %% wrong: cross_val_rmse
# idea: "the first and second part of each pair are swapped: trained on the fold, tested on the rest"
# fits: "Train and validation rows have changed places as you unpack the pairs"
def cross_val_rmse(make_model, x, y, k, seed):
    take = (lambda rows: x.iloc[rows]) if isinstance(x, pd.DataFrame) else (lambda rows: x[rows])
    errors = []
    for validation, train in k_fold_indices(len(x), k, seed):
        model = make_model()
        model.fit(take(train), y[train])
        errors.append(np.sqrt(np.mean((model.predict(take(validation)) - y[validation]) ** 2)))
    return np.array(errors)


# %% wrong: cross_val_rmse
# idea: "rows of a DataFrame are taken by label"
# fits: "You take rows of a DataFrame by label"
def cross_val_rmse(make_model, x, y, k, seed):
    take = (lambda rows: x.loc[rows]) if isinstance(x, pd.DataFrame) else (lambda rows: x[rows])
    errors = []
    for train, validation in k_fold_indices(len(x), k, seed):
        model = make_model()
        model.fit(take(train), y[train])
        errors.append(np.sqrt(np.mean((model.predict(take(validation)) - y[validation]) ** 2)))
    return np.array(errors)


# %% wrong: cross_val_rmse
# idea: "the standard deviation of the residuals, from which their mean has been taken off"
# fits: "A standard deviation takes the mean error off first"
def cross_val_rmse(make_model, x, y, k, seed):
    take = (lambda rows: x.iloc[rows]) if isinstance(x, pd.DataFrame) else (lambda rows: x[rows])
    errors = []
    for train, validation in k_fold_indices(len(x), k, seed):
        model = make_model()
        model.fit(take(train), y[train])
        errors.append((y[validation] - model.predict(take(validation))).std())
    return np.array(errors)


# %% wrong: cross_val_rmse
# idea: "the root is taken of each square before the mean, which gives the mean absolute error"
# fits: "That is the MAE"
def cross_val_rmse(make_model, x, y, k, seed):
    take = (lambda rows: x.iloc[rows]) if isinstance(x, pd.DataFrame) else (lambda rows: x[rows])
    errors = []
    for train, validation in k_fold_indices(len(x), k, seed):
        model = make_model()
        model.fit(take(train), y[train])
        errors.append(np.mean(np.sqrt((model.predict(take(validation)) - y[validation]) ** 2)))
    return np.array(errors)


# %% wrong: cross_val_rmse
# idea: "a DataFrame is turned into an array, so a model that needs its columns' names cannot work"
# fits: "Your models are handed arrays where x is a DataFrame"
def cross_val_rmse(make_model, x, y, k, seed):
    x, y = np.asarray(x), np.asarray(y)
    errors = []
    for train, validation in k_fold_indices(len(x), k, seed):
        model = make_model()
        model.fit(x[train], y[train])
        errors.append(np.sqrt(np.mean((model.predict(x[validation]) - y[validation]) ** 2)))
    return np.array(errors)


# %% wrong: cross_val_rmse
# idea: "trains on all rows once and only measures on the folds"
# fits: "One model is trained on all rows"
def cross_val_rmse(make_model, x, y, k, seed):
    model = make_model()
    model.fit(x, y)
    squares = (np.asarray(model.predict(x)) - y) ** 2
    return np.array([np.sqrt(squares[rows].mean()) for _, rows in k_fold_indices(len(y), k, seed)])


# %% right: build_pipeline
def build_pipeline(model=None):
    number_steps = [("fill", SimpleImputer(strategy="median")), ("z", StandardScaler())]
    is_number = make_column_selector(dtype_include=np.number)
    is_other = make_column_selector(dtype_exclude=np.number)
    text = OneHotEncoder(handle_unknown="infrequent_if_exist")
    prepare = ColumnTransformer(
        [("numbers", Pipeline(number_steps), is_number), ("text", text, is_other)], sparse_threshold=0
    )
    last = LinearRegression() if model is None else model
    return Pipeline([("features", FunctionTransformer(district_features)), ("prepare", prepare), ("model", last)])


# %% right: build_pipeline
def build_pipeline(model=None):
    if model is None:
        model = LinearRegression()
    pipeline = Pipeline([("features", FunctionTransformer()), ("prepare", "passthrough"), ("model", model)])
    pipeline.set_params(features__func=district_features)
    parts = {
        "numbers": (
            Pipeline([("impute", SimpleImputer()), ("scale", StandardScaler())]).set_params(impute__strategy="median"),
            make_column_selector(dtype_include=["number"]),
        ),
        "text": (
            OneHotEncoder(sparse_output=False).set_params(handle_unknown="ignore"),
            make_column_selector(dtype_exclude=["number"]),
        ),
    }
    pipeline.set_params(prepare=ColumnTransformer([(name, *part) for name, part in parts.items()]))
    return pipeline


# %% wrong: build_pipeline
# idea: "model or LinearRegression(), which asks an untrained forest for its length"
# fits: "You ask the model whether it is true"
def build_pipeline(model=None):
    numbers = Pipeline([("impute", SimpleImputer(strategy="median")), ("scale", StandardScaler())])
    prepare = ColumnTransformer(
        [
            ("numbers", numbers, make_column_selector(dtype_include="number")),
            (
                "text",
                OneHotEncoder(handle_unknown="ignore", sparse_output=False),
                make_column_selector(dtype_exclude="number"),
            ),
        ]
    )
    model = model or LinearRegression()
    return Pipeline([("features", FunctionTransformer(district_features)), ("prepare", prepare), ("model", model)])


# %% wrong: build_pipeline
# idea: "selects float columns only, so whole-number columns are treated as text or lost"
# fits: "You take floats for the only numbers"
def build_pipeline(model=None):
    numbers = Pipeline([("impute", SimpleImputer(strategy="median")), ("scale", StandardScaler())])
    text = OneHotEncoder(handle_unknown="ignore", sparse_output=False)
    prepare = ColumnTransformer(
        [
            ("numbers", numbers, make_column_selector(dtype_include="float64")),
            ("text", text, make_column_selector(dtype_exclude="float64")),
        ]
    )
    if model is None:
        model = LinearRegression()
    return Pipeline([("features", FunctionTransformer(district_features)), ("prepare", prepare), ("model", model)])


# %% wrong: build_pipeline
# idea: "drops the first category, as is done against collinear columns"
# fits: "You drop the first name's column"
def build_pipeline(model=None):
    numbers = Pipeline([("impute", SimpleImputer(strategy="median")), ("scale", StandardScaler())])
    text = OneHotEncoder(drop="first", handle_unknown="ignore", sparse_output=False)
    prepare = ColumnTransformer(
        [
            ("numbers", numbers, make_column_selector(dtype_include="number")),
            ("text", text, make_column_selector(dtype_exclude="number")),
        ]
    )
    if model is None:
        model = LinearRegression()
    return Pipeline([("features", FunctionTransformer(district_features)), ("prepare", prepare), ("model", model)])


# %% wrong: build_pipeline
# idea: "one default model, made once, is shared by all pipelines; and None is not understood"
# fits: "The model in your signature is made once"
def build_pipeline(model=LinearRegression()):  # noqa: B008
    numbers = Pipeline([("impute", SimpleImputer(strategy="median")), ("scale", StandardScaler())])
    text = OneHotEncoder(handle_unknown="ignore", sparse_output=False)
    prepare = ColumnTransformer(
        [
            ("numbers", numbers, make_column_selector(dtype_include="number")),
            ("text", text, make_column_selector(dtype_exclude="number")),
        ]
    )
    return Pipeline([("features", FunctionTransformer(district_features)), ("prepare", prepare), ("model", model)])


# %% wrong: build_pipeline
# idea: "text is one column called by its name, so another text column is dropped"
# fits: "You name the one column of text that you know"
def build_pipeline(model=None):
    numbers = Pipeline([("impute", SimpleImputer(strategy="median")), ("scale", StandardScaler())])
    text = OneHotEncoder(handle_unknown="ignore", sparse_output=False)
    prepare = ColumnTransformer(
        [
            ("numbers", numbers, make_column_selector(dtype_include="number")),
            ("text", text, ["ocean_proximity"]),
        ]
    )
    if model is None:
        model = LinearRegression()
    return Pipeline([("features", FunctionTransformer(district_features)), ("prepare", prepare), ("model", model)])


# %% wrong: build_pipeline
# idea: "gaps are filled inside the features step with the medians of whichever table is handed in"
def filled_features(frame, num_axes=0):
    frame = frame.fillna(frame.median(numeric_only=True))
    return district_features(frame, num_axes)


def build_pipeline(model=None):
    text = OneHotEncoder(handle_unknown="ignore", sparse_output=False)
    numbers = make_column_selector(dtype_include="number")
    others = make_column_selector(dtype_exclude="number")
    prepare = ColumnTransformer([("numbers", StandardScaler(), numbers), ("text", text, others)])
    if model is None:
        model = LinearRegression()
    return Pipeline([("features", FunctionTransformer(filled_features)), ("prepare", prepare), ("model", model)])
