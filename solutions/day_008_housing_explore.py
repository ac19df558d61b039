# ---
# day: 8
# title: "Housing project I: exploring and splitting"
# week: 2
# minutes: 100
# backend: numpy
# needs: [1, 2, 3]
# data: [housing]
# papers:
# - Galton 1886, Regression towards mediocrity in hereditary stature
# - Neyman 1934, On the two different aspects of the representative method
# - Tukey 1977, Exploratory data analysis
# - "Kaufman, Rosset, Perlich and Stitelman 2012, Leakage in data mining: formulation, detection, and avoidance"
# ---

# %% [markdown]
# # Day 8 · Housing project I: exploring and splitting
#
# By the end you can take a table you have never seen, find out what is in it and what is wrong with it, and
# put a test set aside that is fair and stays unseen.
#
# - **You will build** five pandas functions: a summary of any table, income categories, a stratified split, a
#   ranking of columns by correlation, and three ratios that say more than the counts they come from. They end
#   in a map of prices and a table that shows what stratifying buys.
# - **You need** NumPy (Day 1), errors and $R^2$ (Day 2), several features (Day 3). No pandas yet.
# - **Not today:** filling gaps, encoding text, and choosing a model. That is Day 9, on the same districts.
# - **Time:** about 100 minutes.
#
# | symbol | meaning | shape | in code |
# |---|---|---|---|
# | $m$ | rows of the table, one a district | scalar | `len(frame)` |
# | $x, y$ | two columns | $(m,)$ each | `frame["median_income"]` |
# | $\bar x$ | the mean of a column | scalar | `.mean()` |
# | $r$ | correlation of two columns, from $-1$ to $1$ | scalar | `top_correlations` |
# | $b_1 < b_2 < \dots$ | edges between income categories | | `bins` |
# | $m_s$ | rows of stratum $s$, which is one category | scalar | |
# | $f$ | share of the rows that go to the test set | scalar | `test_fraction` |
# | $e_i = \hat y_i - y_i$ | error of a prediction, as on Day 2 | $(m,)$ together | `error` |
# | $c$ | one price announced for all districts | scalar | `c`, `estimate` |
# | $\alpha$ | the learning rate of an estimate kept up to date | scalar | `rate` |

# %% setup
import warnings

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

import deepdays as dd

dd.plot.style()
warnings.filterwarnings("ignore", message="invalid value encountered")  # some pandas warn of constant columns

# %% [markdown]
# ## A table with names: pandas in five minutes
#
# A NumPy array has positions. A pandas **DataFrame** has labels: each column has a name and a **dtype** of
# its own, each row a label, and all row labels together are the **index**. One column by itself is a
# **Series**, values with the same index. Four ways to look inside:
#
# | in code | gives |
# |---|---|
# | `frame["rooms"]` | a column, a Series of shape $(m,)$ |
# | `frame[["rooms"]]` | a table with one column, $(m, 1)$ |
# | `frame[frame["rooms"] > 5]` | the rows for which that holds, *with their labels* |
# | `frame.loc["c"]`, `frame.iloc[2]` | the row of that label, the row at that position |
#
# The index is not decoration. When two Series meet, pandas pairs their rows **by label**, not by position:

# %% demo
districts = pd.DataFrame({"rooms": [5, 8, 3], "place": ["bay", "inland", None]}, index=["a", "b", "c"])
visitors = pd.Series([30, 10, 20], index=["c", "a", "b"])  # the same labels in another order
print(districts[districts["rooms"] > 4])
print((districts["rooms"] + visitors).to_dict())
print("rooms minus visitors of a and b only:", (districts["rooms"] - visitors[["a", "b"]]).to_dict())

# %% [markdown]
# Label `a` got 5 + 10, as it should, although 10 stands in second place. And where one side has no such
# label, the result is **NaN**, "not a number", which is also pandas' mark for a missing entry. Text columns
# show a missing entry as `NaN` or `None`; `.isna()` finds both. Sums, means and counts of distinct values
# pass over them in silence.
#
# ## The first look
#
# Before any model, ask five things of every column. *What type is it?* A number stored as text is not a
# number. *How many entries are missing?* *How many distinct values are there?* One is useless, a handful is a
# category, as many as rows may be an identifier. *What are the smallest and the largest?* They expose units,
# typing errors and caps. By hand, for five districts:
#
# | | `rooms` | `place` |
# |---|---|---|
# | entries | 5, 7, missing, 5, −1 | bay, inland, bay, missing, bay |
# | missing | 1 | 1 |
# | distinct, missing ones not counted | 3 | 2 |
# | range | −1 to 7 | none: it is text |
#
# The −1 is not a number of rooms. Somebody's mark for "unknown" shows up in the range and nowhere else.
#
# Write that summary as a DataFrame, one row for each column of the table. Whole columns can be asked at once:
# `frame.dtypes` and `frame.nunique()` are Series with one entry a column, their index the columns' names;
# `frame.select_dtypes("number")` keeps the columns of numbers, and `.astype(str)` makes text. Mind what happens
# when Series with different labels are put together.


# %% exercise: summarize
def summarize(frame):
    """What is in each column of a table.

    Args:
        frame: DataFrame with m >= 1 rows and at least one column, of numbers or text; left unchanged.

    Returns:
        DataFrame with one row for each column of frame, in that order and labelled by its name, and the columns
        "dtype": the column's dtype as text, such as "float64";
        "missing": how many entries are missing, int;
        "distinct": how many different values there are, missing ones not counted, int;
        "min", "max": smallest and largest value, float; NaN for text.
        About 8 lines.
    """
    ### BEGIN SOLUTION
    table = pd.DataFrame(index=frame.columns)
    table["dtype"] = frame.dtypes.astype(str)
    table["missing"] = frame.isna().sum()
    table["distinct"] = frame.nunique()
    numbers = frame.select_dtypes("number")
    table["min"] = numbers.min().astype(float)  # paired by label; text columns have none and get NaN
    table["max"] = numbers.max().astype(float)
    return table
    ### END SOLUTION


# %% test: summarize, points=2
frame = pd.DataFrame({"rooms": [5, 7, np.nan, 5, -1], "place": ["bay", "inland", "bay", None, "bay"]})
with dd.check.unchanged(frame, what="the frame"):
    table = summarize(frame)
dd.check.kind(table, pd.DataFrame)
dd.check.equal(list(table.columns), ["dtype", "missing", "distinct", "min", "max"], what="the summary's columns")
dd.check.equal(list(table.index), ["rooms", "place"], what="its row labels", why="one row a column, in order")
for text in table["dtype"]:
    dd.check.kind(text, str, what="an entry of dtype", why="it is given as text")
dd.check.equal(list(table["dtype"]), ["float64", str(frame["place"].dtype)], what="dtype")
dd.check.equal(list(table["missing"]), [1, 1], what="missing")
dd.check.equal(list(table["distinct"]), [3, 2], what="distinct", why="missing entries are no value")
for name in ("min", "max"):
    dd.check.dtype(table[name].to_numpy(), "float", what=name, why="a range is two floats, and text has none")
dd.check.close(table["min"].to_numpy(float), [-1.0, np.nan], what="min", equal_nan=True, why="text has no range")
dd.check.close(table["max"].to_numpy(float), [7.0, np.nan], what="max", equal_nan=True, why="text has no range")
whole = summarize(pd.DataFrame({"rooms": [5, 7], "floors": [1, 3]}))
for name, due in (("min", [5.0, 1.0]), ("max", [7.0, 3.0])):
    dd.check.like(whole[name].to_numpy(), np.array(due), what=name, why="a range is given in floats, of ints too")
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(80)
frames = [pd.DataFrame({"only": [4]}), pd.DataFrame({"word": ["x"]}), pd.DataFrame({"gap": [np.nan, np.nan]})]
for m in (1, 2, 30):
    holes = np.where(rng.random(m) < 0.4, np.nan, rng.integers(-9, 9, m))
    columns = {
        "zeta": rng.normal(-50.0, 3.0, m),
        "alpha": rng.choice(["p", "q", "r"], m).tolist(),
        "mid": rng.integers(-5, 100, m),
        "beta": holes,
        "empty": np.full(m, np.nan),
        "constant": np.full(m, 7),
        "omega": [None if x < 0.5 else "y" for x in rng.random(m)],
        "digits": [str(number) for number in range(m)],
    }
    frames.append(pd.DataFrame(columns, index=rng.permutation(m) + 100))
    frames.append(pd.DataFrame({name: columns[name] for name in ("omega", "alpha")}, index=np.arange(m)[::-1]))
for frame in frames:
    with dd.check.unchanged(frame, what="the frame"):
        table = summarize(frame)
    names = list(frame.columns)
    dd.check.kind(table, pd.DataFrame)
    dd.check.equal(list(table.columns), ["dtype", "missing", "distinct", "min", "max"], what="the summary's columns")
    dd.check.equal(list(table.index), names, what="its row labels", why="the columns keep their order")
    dd.check.equal(list(table["dtype"]), [str(frame[name].dtype) for name in names], what="dtype")
    present = [frame[name][[not pd.isna(value) for value in frame[name]]].tolist() for name in names]
    missing, distinct = [len(frame) - len(values) for values in present], [len(set(values)) for values in present]
    dd.check.dtype(table["missing"].to_numpy(), "int", what="missing")
    dd.check.equal(list(table["missing"]), missing, what="missing")
    dd.check.equal(list(table["distinct"]), distinct, what="distinct")
    ranges = [[v for v in values if not isinstance(v, str)] for values in present]
    for column, extreme in (("min", min), ("max", max)):
        due = [float(extreme(values)) if values else np.nan for values in ranges]
        dd.check.close(table[column].to_numpy(float), due, what=column, equal_nan=True)
### END HIDDEN TESTS

# %% mistakes: summarize
# - replace: frame.isna().sum()
#   with: frame.notna().sum()
#   hint: "You count the entries that are there; the missing ones were asked for."
# - replace: frame.isna().sum()
#   with: frame.isna().mean()
#   hint: "That is the share of missing entries; their number was asked for."
# - replace: frame.nunique()
#   with: frame.nunique(dropna=False)
#   hint: "A missing entry is no value: it should not count among the distinct ones."
# - replace: frame.nunique()
#   with: frame.count()
#   hint: "You count how many entries there are, not how many different ones."
# - replace: return table
#   with: return table.loc[numbers.columns]
#   hint: "The text columns have vanished from your summary. They have no range, but a dtype, gaps and distinct values."
# - replace: return table
#   with: return table.sort_index()
#   hint: "Your rows are in alphabetical order. That happens when pandas joins Series with different labels; bring the
#     columns' own order back."
# - replace: table["max"] = numbers.max()
#   with: table["max"] = numbers.max() - numbers.min()
#   hint: "max is the largest value itself, not the width of the range."
# - replace: return table
#   with: return table.T
#   hint: "Your summary lies on its side: one row for each column of the frame was asked for."


# %% mistake: summarize
# hint: "Where all columns are whole numbers your range is whole too. The docstring promises floats."
def summarize(frame):
    table = pd.DataFrame(index=frame.columns)
    table["dtype"] = frame.dtypes.astype(str)
    table["missing"] = frame.isna().sum()
    table["distinct"] = frame.nunique()
    table["min"] = frame.min(numeric_only=True)
    table["max"] = frame.max(numeric_only=True)
    return table


# %% mistake: summarize
# hint: "Text has no range, even where it is made of digits: 1 and 2 may be names. Which columns does pandas take for
#   numbers?"
def summarize(frame):
    numbers = frame.apply(pd.to_numeric, errors="coerce")
    table = pd.DataFrame(
        {"dtype": frame.dtypes.astype(str), "missing": frame.isna().sum(), "distinct": frame.nunique()}
    )
    table["min"], table["max"] = numbers.min().astype(float), numbers.max().astype(float)
    return table


# %% mistake: summarize
# hint: "You put the ranges in by position, so a text column before a number moves them up into its place. Series know
#   their labels."
def summarize(frame):
    numbers = frame.select_dtypes("number")
    gaps = [np.nan] * (frame.shape[1] - numbers.shape[1])
    table = pd.DataFrame(
        {"dtype": frame.dtypes.astype(str), "missing": frame.isna().sum(), "distinct": frame.nunique()}
    )
    table["min"] = [float(value) for value in numbers.min()] + gaps
    table["max"] = [float(value) for value in numbers.max()] + gaps
    return table


# %% mistake: summarize
# hint: "You throw out every row with a gap first, and the values in its other columns are lost. A gap concerns its
#   own column only."
def summarize(frame):
    whole = frame.dropna()
    numbers = whole.select_dtypes("number")
    table = pd.DataFrame(
        {"dtype": frame.dtypes.astype(str), "missing": frame.isna().sum(), "distinct": whole.nunique()}
    )
    table["min"], table["max"] = numbers.min().astype(float), numbers.max().astype(float)
    return table


# %% mistake: summarize
# hint: "Text gets a range with you, the first and the last word of the alphabet. min and max are floats, NaN for
#   text."
def summarize(frame):
    ranges = {"min": [], "max": []}
    for name in frame.columns:
        present = frame[name].dropna()
        ranges["min"].append(min(present) if len(present) else np.nan)
        ranges["max"].append(max(present) if len(present) else np.nan)
    table = pd.DataFrame(
        {"dtype": frame.dtypes.astype(str), "missing": frame.isna().sum(), "distinct": frame.nunique()}
    )
    return table.assign(**ranges)


# %% accepts: summarize
def summarize(frame):
    rows = []
    for name in frame:
        column = frame[name]
        numeric = pd.api.types.is_numeric_dtype(column)
        low, high = (float(column.min()), float(column.max())) if numeric else (np.nan, np.nan)
        rows.append((str(column.dtype), int(column.isna().sum()), len(set(column.dropna())), low, high))
    return pd.DataFrame(rows, index=list(frame), columns=["dtype", "missing", "distinct", "min", "max"])


# %% accepts: summarize
def summarize(frame):
    parts = {
        "dtype": frame.dtypes.map(str),
        "missing": len(frame) - frame.count(),
        "distinct": frame.apply(lambda column: column.drop_duplicates().count()),
        "min": frame.min(numeric_only=True),
        "max": frame.max(numeric_only=True),
    }
    return pd.DataFrame(parts).reindex(frame.columns).astype({"min": float, "max": float})


# %% [markdown]
# Now the real thing: 8,000 districts of the invented coast of Day 2. What does your summary say?

# %% demo
housing = dd.data.housing(source="bundled")
print(summarize(housing).to_string(float_format="{:,.2f}".format))

# %% [markdown]
# Three remarks. `total_bedrooms` has gaps, in about 1% of the rows, and Day 9 fills them. `ocean_proximity`
# is text with five distinct values: a category. And some largest values look too round. A range is only two
# numbers; a **histogram** shows everything between them. It cuts the range into intervals, the bins, and
# draws how many entries fall into each. Too few bins hide the shape, too many show noise; try several. What
# are the shapes here?

# %% demo
columns = {"median_income": "$10,000", "housing_median_age": "years", "population": "people"}
columns["median_house_value"] = "$"
fig, axes = plt.subplots(1, 4, figsize=(14, 3.4))
for ax, (name, unit) in zip(axes, columns.items(), strict=True):
    ax.hist(housing[name], bins=49, color="0.6", edgecolor="0.6")
    ax.set(title=name, xlabel=unit)
for ax, name in ((axes[1], "housing_median_age"), (axes[3], "median_house_value")):
    at_cap = housing[name] == housing[name].max()
    ax.annotate("the cap", (housing[name].max(), at_cap.sum()), (-70, 0), textcoords="offset points", va="top")
    print(f"{name}: {at_cap.sum()} districts, {at_cap.mean():.1%}, at exactly {housing[name].max():,.0f}")
axes[2].set_xticks([0, 10_000, 20_000], ["0", "10,000", "20,000"])
axes[3].set_xticks([0, 250_000, 500_000], ["0", "250,000", "500,000"])
axes[0].set_ylabel("districts")
dd.plot.show(
    "Four histograms of districts: income and population with a long tail to the right; age and house value with a "
    "tower at the right end, labelled as the cap."
)

# %% [markdown]
# Income and population have a long **tail** to the right: most districts are small, a few are huge. And two
# columns end in a tower. These are **capped values**: what was recorded is not $y$ but $\min(y, \text{cap})$.
# "52 years" means 52 or more, "\$500,001" means half a million or more. A model trained on that learns a
# ceiling that is not there, and its error at the top cannot be measured, because nobody knows the truth. What
# to do depends on the use: get the true values, leave those districts out of training *and* of the test, or
# keep them and promise nothing beyond the cap. We keep them and say so.
#
# ## Put the test set aside
#
# So far we looked at columns one at a time. Before we look at what goes with the price, the test set has to
# go. A person who has seen all the data finds patterns in all of it and chooses models to suit, and the test
# then praises the choice. That is one form of **data leakage**: what you could not have known when predicting
# has found its way into the model. Other forms: the same district in both parts; a gap filled with a mean
# over all rows; a column that was only filled in once the answer was known.
#
# Which rows? Three ways to draw a sample:
#
# - **Random:** every row has the same chance. Right on average, and any single draw may be off.
# - **Systematic:** every fifth row. Simple, and spread evenly over the file; but if the file has a rhythm and
#   the step keeps time with it, every draw is off in the same way. Every seventh day is always the same
#   weekday.
# - **Stratified:** split the rows into groups, the **strata**, and draw the same share of each at random.
#   What you stratify by is then right in every draw; what goes along with it is nearly so.
#
# Income drives prices, so we stratify by income. That it does, Day 2 learned from all rows, those of the
# test set to come among them: a small leak, which we may take because anyone would have guessed as much
# beforehand. It is a quantity, so cut it into categories first, neither so many that some hold a handful of
# rows nor so few that they say nothing. Edges $b_0 < \dots < b_{k-1}$ make $k + 1$ categories, numbered
# from 1. An income equal to an edge belongs to the category below it. With edges 1.5, 3, 4.5 and 6:
#
# | income | 0.5 | 1.5 | 1.6 | 4.5 | 6.1 | 15 | missing |
# |---|---|---|---|---|---|---|---|
# | category | 1 | 1 | 2 | 3 | 5 | 5 | 0 |
#
# The first and the last category are open: nobody is too poor or too rich for one. A missing income is
# neither; it gets category 0, a stratum of its own. Beware: comparisons with NaN are all false, and sorting
# puts NaN at the end, among the richest.


# %% exercise: income_category
def income_category(income, bins):
    """The category of each income.

    Args:
        income: Series of shape (m,), m >= 1, with any index; some entries may be missing. Left unchanged.
        bins: k >= 1 increasing edges, a list or array.

    Returns:
        Series of ints with the index of income: 1 up to and including bins[0], 2 above that and up to and
        including bins[1], and so on to k + 1 above bins[-1]; 0 where the income is missing. About 3 lines.
    """
    ### BEGIN SOLUTION
    category = np.searchsorted(bins, income) + 1  # how many edges lie below, and 1
    return pd.Series(category, index=income.index).where(income.notna(), 0)
    ### END SOLUTION


# %% test: income_category, points=2
income = pd.Series([0.5, 1.5, 1.6, 4.5, 6.1, 15.0, np.nan], index=list("abcdefg"))
category = income_category(income, [1.5, 3.0, 4.5, 6.0])
dd.check.kind(category, pd.Series)
dd.check.equal(list(category.index), list("abcdefg"), what="the index", why="a category belongs to its district")
dd.check.dtype(category.to_numpy(), "int", why="categories are whole numbers")
dd.check.equal(category.to_numpy(), [1, 1, 2, 3, 5, 5, 0], why="see the table above")
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(81)
for m in (1, 2, 40):
    for bins in ([2.0], [1.0, 2.0], [0.25, 1.75, 2.5, 3.0, 8.0]):
        values = np.round(rng.uniform(-1.0, 9.0, m) * 4) / 4  # many of them on an edge
        values[rng.random(m) < 0.2] = np.nan
        income = pd.Series(values, index=rng.permutation(m) + 50, name="median_income")
        for edges in (bins, np.array(bins)):
            with dd.check.unchanged(income, what="income"):
                category = income_category(income, edges)
            what = f"income_category with the edges {bins}"
            dd.check.kind(category, pd.Series, what=what)
            dd.check.equal(list(category.index), list(income.index), what=f"the index of {what}")
            dd.check.dtype(category.to_numpy(), "int", what=what)
            due = [0 if np.isnan(value) else 1 + sum(edge < value for edge in bins) for value in values.tolist()]
            dd.check.equal(category.to_numpy(), due, what=what, why="it counts the edges that lie below the income")
whole = income_category(pd.Series([1, 2, 3, 4, 1000]), [2, 3])
dd.check.equal(whole.to_numpy(), [1, 1, 2, 3, 3], what="categories of whole numbers")
none = income_category(pd.Series([np.nan, np.nan]), [1.0])
dd.check.equal(none.to_numpy(), [0, 0], what="categories of missing incomes")
repeated = income_category(pd.Series([1.0, 5.0, 3.0], index=[7, 7, 9]), [2.0, 4.0])
dd.check.equal(list(repeated.index), [7, 7, 9], what="an index in which a label repeats")
dd.check.equal(repeated.to_numpy(), [1, 3, 2], what="categories where a label repeats")
### END HIDDEN TESTS

# %% mistakes: income_category
# - replace: np.searchsorted(bins, income) + 1
#   with: np.searchsorted(bins, income, side="right") + 1
#   hint: "An income that equals an edge belongs to the category below that edge; yours goes to the one above."
# - replace: np.searchsorted(bins, income) + 1
#   with: np.searchsorted(bins, income)
#   hint: "Your lowest category is 0, which is kept for missing incomes. From which number do categories count?"
# - replace: .where(income.notna(), 0)
#   with: ""
#   hint: "Missing incomes end up among the richest, because sorting puts NaN last. They have a category of their own."
# - replace: .where(income.notna(), 0)
#   with: "[income.notna()]"
#   hint: "The districts without an income have vanished. Each row of income needs a category."
# - replace: pd.Series(category, index=income.index).where(income.notna(), 0)
#   with: pd.Series(np.where(income.notna(), category, 0))
#   hint: "The categories are right, but their index counts from 0 instead of being income's: put back into the table
#     they would meet other districts."
# - replace: np.searchsorted(bins, income) + 1
#   with: np.searchsorted(np.quantile(income.dropna(), np.linspace(0, 1, len(bins) + 2)[1:-1]), income) + 1
#   hint: "You cut into groups of equal size. The edges are given, and the groups have the sizes they have."
# - replace: .where(income.notna(), 0)
#   with: .where(income.notna())
#   hint: "Missing incomes get NaN instead of a number, and that turns the whole Series into floats."


# %% mistake: income_category
# hint: "Your lowest category begins at 0, so an income of 0 or less belongs to none. The first and the last category
#   are open."
def income_category(income, bins):
    category = pd.cut(income, [0.0, *bins, np.inf], labels=list(range(1, len(bins) + 2)))
    return category.astype(float).fillna(0).astype(int)


# %% mistake: income_category
# hint: "You divide by one width, as if all edges were equally far apart. They are given, and may lie anywhere."
def income_category(income, bins):
    return np.ceil(income / bins[0]).clip(lower=1, upper=len(bins) + 1).fillna(0).astype(int)


# %% mistake: income_category
# hint: "A missing income is above no edge, since comparisons with NaN are all false, and so it lands among the
#   poorest. It has a category of its own."
def income_category(income, bins):
    category = pd.Series(1, index=income.index)
    for edge in bins:
        category = category + (income > edge).astype(int)
    return category


# %% mistake: income_category
# hint: "An income that equals an edge belongs to the category below that edge; yours goes to the one above."
def income_category(income, bins):
    codes = pd.cut(income, [-np.inf, *bins, np.inf], labels=False, right=False)
    return (codes + 1).fillna(0).astype(int)


# %% mistake: income_category
# hint: "Missing incomes get NaN instead of a number, and that turns the whole Series into floats."
def income_category(income, bins):
    return pd.cut(income, [-np.inf, *bins, np.inf], labels=False) + 1


# %% mistake: income_category
# hint: "Your categories count from 0, and missing incomes get -1. From which number does the table above count?"
def income_category(income, bins):
    return pd.cut(income, [-np.inf, *bins, np.inf], labels=False).fillna(-1).astype(int)


# %% accepts: income_category
def income_category(income, bins):
    edges = [-np.inf, *bins, np.inf]
    labels = range(1, len(bins) + 2)
    return pd.cut(income, edges, labels=labels).astype(float).fillna(0).astype(int)


# %% accepts: income_category
def income_category(income, bins):
    category = 1 * income.notna()
    for edge in bins:
        category = category + (income > edge)
    return category


# %% [markdown]
# ## Drawing the same share of every stratum
#
# A split gives every row a side. It has four duties. It is **complete**: every row is on one side and none on
# both. It is **proportional**: of the $m_s$ rows of stratum $s$, $f\,m_s$ go to the test set, rounded to a
# whole number. It is **random**: within a stratum every row has the same chance, and no stratum's draw
# depends on another's. And it is **repeatable**: the same seed gives the same rows, or each run of your
# notebook would see a little more of the test set.
#
# By hand with $f = 0.25$: strata of 8, 4 and 1 rows send 2, 1 and 0 rows, and 3 of 13 rows make the test set.
# The single row's share is a quarter of a row, which rounds to none; strata should be large enough for
# rounding not to matter.
#
# Two traps lie in the index. A row must keep its label, because that is how you find it again. And labels
# need not be unique: after two tables are joined, two rows may both be called 7, and "all rows except those
# labelled 7" drops both. Positions are unique. `series.unique()` lists the different values of a column,
# `np.flatnonzero(mask)` gives the positions at which a mask is true, and `rng.permutation(positions)` shuffles
# them.


# %% exercise: stratified_split
def stratified_split(frame, by, test_fraction, seed):
    """Split a table so that train and test hold the same share of every category.

    Args:
        frame: DataFrame of m >= 1 rows; labels of its index may repeat. Left unchanged.
        by: name of the column of categories, which has no missing entries.
        test_fraction: share f of each category that goes to the test set, from 0 to 1.
        seed: int; the same seed gives the same split, another seed another one.

    Returns:
        Tuple (train, test) of DataFrames with all columns of frame. Each row of frame is in exactly one of
        them and keeps its label; rows may come in any order. Of a category of m_s rows, f * m_s rounded to the
        nearest whole number, at a half either way, are in test, drawn at random. About 8 lines.
    """
    ### BEGIN SOLUTION
    rng = np.random.default_rng(seed)
    in_test = np.zeros(len(frame), dtype=bool)
    for category in frame[by].unique():
        positions = np.flatnonzero(frame[by] == category)
        num_test = round(test_fraction * len(positions))
        in_test[rng.permutation(positions)[:num_test]] = True
    return frame[~in_test], frame[in_test]
    ### END SOLUTION


# %% test: stratified_split, points=3
strata = ["poor"] * 8 + ["middle"] * 4 + ["rich"]
frame = pd.DataFrame({"row": np.arange(13), "stratum": strata}, index=np.arange(100, 113))
result = stratified_split(frame, "stratum", 0.25, seed=0)
dd.check.kind(result, tuple)
train, test = result
dd.check.kind(train, pd.DataFrame, what="train")
dd.check.kind(test, pd.DataFrame, what="test")
dd.check.equal([list(train.columns), list(test.columns)], [["row", "stratum"]] * 2, what="the columns of both")
dd.check.equal([len(train), len(test)], [10, 3], what="the rows of train and test", why="2 + 1 + 0 go to test")
counts = [int((test["stratum"] == stratum).sum()) for stratum in ("poor", "middle", "rich")]
dd.check.equal(counts, [2, 1, 0], what="test rows of poor, middle and rich", why="see the example by hand")
dd.check.equal(sorted([*train["row"], *test["row"]]), list(range(13)), what="all rows together")
dd.check.equal(list(test.index), (test["row"] + 100).tolist(), what="the index of test", why="a row keeps its label")


### BEGIN HIDDEN TESTS
def check_split(frame, by, test_fraction, seed):
    """`frame` needs a column "row" that holds the positions of its rows. Returns the test rows, sorted."""
    with dd.check.unchanged(frame, what="the frame"):
        result = stratified_split(frame, by, test_fraction, seed)
    dd.check.kind(result, tuple)
    dd.check.equal(len(result), 2, what="the number of parts")
    for part, what in zip(result, ("train", "test"), strict=True):
        dd.check.kind(part, pd.DataFrame, what=what)
        dd.check.equal(list(part.columns), list(frame.columns), what=f"the columns of {what}")
        due = frame.iloc[part["row"].to_numpy(dtype=int)]
        dd.check.equal(list(part.index), list(due.index), what=f"the index of {what}", why="a row keeps its label")
        for name in frame.columns:
            dd.check.equal(part[name].tolist(), due[name].tolist(), what=f"column {name} of {what}")
            assert part[name].dtype == frame[name].dtype, f"column {name} of {what} has another dtype than before"
    train, test = result
    together = sorted([*train["row"].tolist(), *test["row"].tolist()])
    dd.check.equal(together, list(range(len(frame))), what="all rows together", why="each is in one part, none in both")
    for category in sorted(set(frame[by].tolist())):
        size = frame[by].tolist().count(category)
        drawn = test[by].tolist().count(category)
        due = test_fraction * size
        assert abs(drawn - due) <= 0.5 + 1e-9, (
            f"of the {size} rows in category {category}, {drawn} are in test; {test_fraction} of them, "
            f"rounded to the nearest whole number, were due"
        )
    return sorted(test["row"].tolist())


rng = np.random.default_rng(82)
for m, num_categories in ((1, 1), (2, 2), (30, 3), (90, 5)):
    codes = rng.choice(num_categories, m, p=np.arange(1, num_categories + 1) / sum(range(num_categories + 1)))
    columns = {"row": np.arange(m), "code": codes + 1, "word": np.array(list("vwxyz"))[codes].tolist()}
    columns["value"] = rng.normal(size=m)
    for index in (rng.permutation(m) * 10, np.arange(m) // 2):  # in the second most labels stand twice
        frame = pd.DataFrame(columns, index=index)
        for by, test_fraction in (("code", 0.2), ("word", 0.35), ("code", 0.5), ("word", 0.0), ("code", 1.0)):
            check_split(frame, by, test_fraction, seed=m)

# The same seed gives the same rows, other seeds give others, and every row has its chance.
frame = pd.DataFrame({"row": np.arange(16), "half": ["left", "right"] * 8}, index=np.arange(16) + 7)
draws = [check_split(frame, "half", 0.25, seed) for seed in range(60)]
again = [check_split(frame, "half", 0.25, seed) for seed in range(3)]
dd.check.equal(again, draws[:3], what="a second split with the seeds 0, 1 and 2", why="a seed fixes the split")
assert len({tuple(draw) for draw in draws}) > 30, "sixty seeds must give many different splits"
chances = np.bincount(np.concatenate(draws), minlength=16)
assert chances.min() >= 2, f"row {chances.argmin()} was in the test set in {chances.min()} of 60 splits; 15 are likely"
assert chances.max() <= 35, f"row {chances.argmax()} was in the test set in {chances.max()} of 60 splits; 15 are likely"
in_step = [sorted(r // 2 for r in draw if r % 2) == sorted(r // 2 for r in draw if r % 2 == 0) for draw in draws]
assert sum(in_step) < 30, "two strata of the same size always draw the same places: their draws depend on each other"
### END HIDDEN TESTS

# %% mistakes: stratified_split
# - replace: |-
#     for category in frame[by].unique():
#             positions = np.flatnonzero(frame[by] == category)
#             num_test = round(test_fraction * len(positions))
#             in_test[rng.permutation(positions)[:num_test]] = True
#   with: |-
#     in_test[rng.permutation(len(frame))[: round(test_fraction * len(frame))]] = True
#   hint: "This is a plain random split: it never looks at the categories, so their shares are left to chance."
# - replace: |-
#     for category in frame[by].unique():
#   with: |-
#     for category in frame[by].unique():
#             rng = np.random.default_rng(seed)
#   hint: "You start the generator again for every category, so strata of one size draw the same places. One generator
#     should serve them all."
# - replace: rng.permutation(positions)[:num_test]
#   with: positions[:num_test]
#   hint: "You take the first rows of each stratum. If the file is sorted by anything, that decides: draw at random."
# - replace: return frame[~in_test], frame[in_test]
#   with: return frame[in_test], frame[~in_test]
#   hint: "The parts are right but have changed places: train comes first."
# - replace: return frame[~in_test], frame[in_test]
#   with: return frame[~in_test].reset_index(drop=True), frame[in_test].reset_index(drop=True)
#   hint: "The rows have lost their labels: after the split nobody can tell which district is which."
# - replace: return frame[~in_test], frame[in_test]
#   with: return frame.drop(frame[in_test].index), frame[in_test]
#   hint: "Dropping by label takes more rows than you drew if labels repeat. Positions are unique."
# - replace: return frame[~in_test], frame[in_test]
#   with: return frame, frame[in_test]
#   hint: "Your training set still holds the test rows. Each row belongs to one side only."
# - replace: round(test_fraction * len(positions))
#   with: round(test_fraction * len(frame) / frame[by].nunique())
#   hint: "You send the same number of rows from each category. The same share was asked for."
# - replace: round(test_fraction * len(positions))
#   with: int(test_fraction * len(positions))
#   hint: "You always round down, so small strata send too few. What is the nearest whole number?"
# - replace: np.random.default_rng(seed)
#   with: np.random.default_rng(0)
#   hint: "Every seed gives the same split: the seed you are given is not used."
# - replace: round(test_fraction * len(positions))
#   with: max(1, round(test_fraction * len(positions)))
#   hint: "Every stratum sends a row at least, however small its share is. A quarter of one row rounds to none."


# %% mistake: stratified_split
# hint: "The training set is all rows but those labelled like a test row. If labels repeat, that drops more rows than
#   were drawn. Positions are unique."
def stratified_split(frame, by, test_fraction, seed):
    test = frame.groupby(by, group_keys=False, observed=True).sample(frac=test_fraction, random_state=seed)
    return frame.drop(test.index), test


# %% mistake: stratified_split
# hint: "You round down, so small strata send too few. What is the nearest whole number?"
def stratified_split(frame, by, test_fraction, seed):
    rng = np.random.default_rng(seed)
    drawn = []
    for category in frame[by].unique():
        positions = rng.permutation(np.flatnonzero(frame[by] == category))
        drawn.extend(positions[: int(test_fraction * len(positions))])
    rest = np.setdiff1d(np.arange(len(frame)), drawn)
    return frame.iloc[rest], frame.iloc[drawn]


# %% mistake: stratified_split
# hint: "Your rows lie at equal distances in their stratum: a systematic sample. Within a stratum every choice of rows
#   has the same chance."
def stratified_split(frame, by, test_fraction, seed):
    rng = np.random.default_rng(seed)
    in_test = np.zeros(len(frame), dtype=bool)
    for category in frame[by].unique():
        positions = np.flatnonzero(frame[by] == category)
        num_test = round(test_fraction * len(positions))
        if num_test:
            places = np.arange(num_test) * len(positions) // num_test + rng.integers(len(positions))
            in_test[positions[places % len(positions)]] = True
    return frame[~in_test], frame[in_test]


# %% mistake: stratified_split
# hint: "This is a plain random split: it never looks at the categories, so their shares are left to chance. And
#   dropping by label takes too many rows where labels repeat."
def stratified_split(frame, by, test_fraction, seed):
    test = frame.sample(frac=test_fraction, random_state=seed)
    return frame.drop(test.index), test


# %% mistake: stratified_split
# hint: "You draw with replacement: some rows come into the test set twice, and others too seldom."
def stratified_split(frame, by, test_fraction, seed):
    rng = np.random.default_rng(seed)
    drawn = []
    for category in frame[by].unique():
        positions = np.flatnonzero(frame[by] == category)
        drawn.extend(rng.choice(positions, round(test_fraction * len(positions))))
    return frame.iloc[np.setdiff1d(np.arange(len(frame)), drawn)], frame.iloc[drawn]


# %% mistake: stratified_split
# hint: "Each row is sent by a draw of its own, so the number of test rows is left to chance, and so is every
#   category's share."
def stratified_split(frame, by, test_fraction, seed):
    in_test = np.random.default_rng(seed).random(len(frame)) < test_fraction
    return frame[~in_test], frame[in_test]


# %% accepts: stratified_split
def stratified_split(frame, by, test_fraction, seed):
    numbered = frame.assign(_position=np.arange(len(frame)))
    drawn = numbered.groupby(by)["_position"].sample(frac=test_fraction, random_state=seed)
    rest = sorted(set(range(len(frame))) - set(drawn))
    return frame.iloc[rest], frame.iloc[drawn.to_numpy()]


# %% accepts: stratified_split
def stratified_split(frame, by, test_fraction, seed):
    shuffled = np.random.default_rng(seed).permutation(len(frame))
    categories = frame[by].tolist()
    wanted = {category: int(test_fraction * categories.count(category) + 0.5) for category in set(categories)}
    train, test = [], []
    for position in shuffled:
        category = categories[position]
        (test if wanted[category] > 0 else train).append(position)
        wanted[category] -= 1
    return frame.iloc[train], frame.iloc[test]


# %% [markdown]
# How far can a random draw be off, and when does a systematic one fail? On the left, 200 random test sets of
# one district in five: for each, the error of the worst income category, relative to its true share. On the
# right, sales of a shop over six weeks, sampled every seventh day.

# %% demo
edges = [1.5, 3.0, 4.5, 6.0]
districts = housing.assign(category=income_category(housing["median_income"], edges))
true_share = districts["category"].value_counts(normalize=True).sort_index()  # (5,)


def share_errors(sample):
    """Relative error of each category's share in a sample of the districts, a Series of shape (5,)."""
    share = sample["category"].value_counts(normalize=True).reindex(true_share.index, fill_value=0.0)
    return share / true_share - 1


worst = {"random": [], "stratified": []}
rng = np.random.default_rng(8)
for seed in range(200):
    random_rows = rng.permutation(len(districts))[: len(districts) // 5]
    worst["random"].append(share_errors(districts.iloc[random_rows]).abs().max())
    if seed < 20:
        worst["stratified"].append(share_errors(stratified_split(districts, "category", 0.2, seed)[1]).abs().max())

fig, (left, right) = plt.subplots(1, 2, figsize=(12, 3.8))
left.hist(np.array(worst["random"]) * 100, bins=30, color="0.6", label="random, 200 draws")
left.axvline(100 * max(worst["stratified"]), color="black", linestyle="-", label="stratified, worst of 20")
left.set(title="Error of the worst category", xlabel="relative error of its share (%)", ylabel="draws")
left.legend()
days = np.arange(42)
sales = 20 + 12 * (days % 7 >= 5) + 3 * np.sin(1.7 * days)
right.plot(days, sales, color="0.6", linestyle="-", marker=".", label=f"all days, mean {sales.mean():.1f}")
right.plot(days[5::7], sales[5::7], "ks", label=f"every 7th day, mean {sales[5::7].mean():.1f}")
right.set(title="A systematic sample in step with a rhythm", xlabel="day", ylabel="sales", ylim=(10, 48))
right.legend(loc="upper left", ncols=2)
dd.plot.show(
    "Left: a histogram of the relative error of the worst category over 200 random draws, far to the right of a "
    "line for the worst stratified draw. Right: 42 days of sales with a peak each weekend, and every seventh day "
    "marked, always at a peak."
)

# %% [markdown]
# A typical random draw gets some category wrong by about a tenth of its share, an unlucky one by a third or
# more; that is the smallest category, with 2% of the districts. The stratified draws all lie left of the
# line, because nothing but rounding is left. On the right every sample is a Saturday, and no larger sample
# would help.
#
# From here on we look at the training set only.

# %% demo
train, test = stratified_split(districts, "category", test_fraction=0.2, seed=42)
print(f"{len(train)} districts to explore, {len(test)} under lock")

# %% [markdown]
# ## What goes with the price? Correlation
#
# The **correlation** of two columns asks how well one straight line describes how they go together:
#
# $$r = \frac{\sum_i (x_i - \bar x)(y_i - \bar y)}
# {\sqrt{\sum_i (x_i - \bar x)^2}\ \sqrt{\sum_i (y_i - \bar y)^2}} .$$
#
# Both columns are $(m,)$, $r$ is one number. Above, a term is positive where both lie on the same side of
# their means; below stand the lengths that bring $r$ between $-1$ and $1$. By hand: $x = (1, 2, 3)$ and $y =
# (2, 2, 5)$ differ from their means by $(-1, 0, 1)$ and $(-1, -1, 2)$, so $r = 3 / (\sqrt 2 \sqrt 6) \approx
# 0.87$. Units cancel: dollars or thousands of dollars, $r$ is the same. A constant column has length 0 and no
# correlation at all.
#
# What $r$ cannot say: how steep the line is, whether there is a bend, and what causes what.

# %% demo
rng = np.random.default_rng(3)
x_line = rng.normal(size=300)
panels = {
    "A line, whatever its slope": (x_line, 0.1 * x_line + 0.03 * rng.normal(size=300)),
    "Nothing to see": (x_line, rng.normal(size=300)),
    "A perfect law, but no line": (np.linspace(-2, 2, 101), np.linspace(-2, 2, 101) ** 2),
    "One point does it all": (np.append(0.4 * rng.normal(size=60), 8), np.append(0.4 * rng.normal(size=60), 8)),
}
fig, axes = plt.subplots(1, 4, figsize=(14, 3.4))
for ax, (title, (x, y)) in zip(axes, panels.items(), strict=True):
    ax.scatter(x, y, s=8, color="black")
    ax.set(title=f"{title}\n$r = {np.corrcoef(x, y)[0, 1] + 0.0:.2f}$", xlabel="$x$")
axes[0].set_ylabel("$y$")
dd.plot.show(
    "Four scatter plots with their correlations: a thin line of small slope near 1, a shapeless cloud near 0, a "
    "perfect parabola at 0, and a cloud with one far point that makes the correlation large."
)

# %% [markdown]
# So a correlation is a reason to draw the scatter plot, never a replacement for it.
#
# For a ranking, strength counts and not sign: $r = -0.8$ says more than $r = 0.5$. Gaps are handled **pair by
# pair**: for each column use all rows where both it and the target are present. Leaving out every row with a
# gap anywhere would let one bad column spoil the others. A Series sorts with its labels, `.sort_values()`, and
# `series[names]` picks entries in the order of the names.


# %% exercise: top_correlations
def top_correlations(frame, target, k):
    """The columns that correlate most strongly with a target.

    Args:
        frame: DataFrame with columns of numbers, which may have gaps, and of text, which are passed over; left
            unchanged.
        target: name of a column of numbers that are not all the same.
        k: how many columns to return, int >= 1.

    Returns:
        Series of the k correlations r with the largest |r|, signs kept, strongest first, its index the
        columns' names. The target itself and columns without a correlation (constant ones) are left out; if
        fewer than k columns remain, all of them. About 5 lines; pandas has `.corr`, `.corrwith` and `.nunique`.
    """
    ### BEGIN SOLUTION
    numbers = frame.select_dtypes("number").drop(columns=target)
    varies = numbers[frame[target].notna()].nunique() > 1
    correlations = numbers.loc[:, varies].corrwith(frame[target])
    strongest = correlations.abs().sort_values(ascending=False).index[:k]
    return correlations[strongest]
    ### END SOLUTION


# %% test: top_correlations, points=2
frame = pd.DataFrame(
    {
        "x": [1.0, 2.0, 3.0],
        "place": ["bay", "inland", "bay"],
        "y": [2.0, 2.0, 5.0],
        "down": [-2.0, -2.0, -5.0],
        "same": [0.1, 0.1, 0.1],
        "weak": [1.0, 5.0, 4.0],
    }
)
result = top_correlations(frame, "y", 2)
dd.check.kind(result, pd.Series)
dd.check.equal(list(result.index), ["down", "x"], what="the names", why="-1 is stronger than 0.87; y is the target")
dd.check.close(result.to_numpy(), [-1.0, 3 / np.sqrt(12)], what="the correlations", why="signs are kept; see by hand")
dd.check.equal(list(top_correlations(frame, "y", 10).index), ["down", "x", "weak"], what="the names with k = 10")
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(83)
for m, n in ((3, 1), (40, 4), (25, 7)):
    base = rng.normal(size=m)
    columns = {}
    for j in rng.permutation(n):
        columns[f"c{j}"] = rng.normal(size=m) + rng.normal() * base
    columns["word"] = rng.choice(["p", "q"], m).tolist()
    columns["goal"] = base
    columns["whole"] = rng.integers(0, 50, m)
    columns["constant"] = np.full(m, 0.1)
    columns["digits"] = [str(number) for number in range(m)]
    if m > 3:
        for name in ("c0", "c1", "goal"):
            columns[name] = np.where(rng.random(m) < 0.3, np.nan, columns[name])
        columns["sparse"] = np.where(np.arange(m) < 10, columns["whole"] - 4 * np.arange(m), np.nan)
    frame = pd.DataFrame(columns, index=rng.permutation(m) + 5)
    due = {}
    for name in frame.columns:
        if name in ("word", "goal", "constant", "digits"):
            continue
        both = frame[name].notna() & frame["goal"].notna()
        x, y = frame.loc[both, name].to_numpy(float), frame.loc[both, "goal"].to_numpy(float)
        x, y = x - x.mean(), y - y.mean()
        due[name] = float((x * y).sum() / np.sqrt((x * x).sum() * (y * y).sum()))
    ranked = sorted(due, key=lambda name, due=due: -abs(due[name]))
    for k in (1, 2, len(due), len(due) + 3):
        with dd.check.unchanged(frame, what="the frame"):
            result = top_correlations(frame, "goal", k)
        dd.check.kind(result, pd.Series)
        dd.check.equal(list(result.index), ranked[:k], what=f"the names with k = {k}", why="largest |r| first")
        values = [due[name] for name in ranked[:k]]
        why = "each is over the rows that both columns have"
        dd.check.close(result.to_numpy(float), values, what="the correlations", why=why)

# The units do not matter, and every column may be the target.
frame = pd.DataFrame(rng.normal(size=(20, 3)), columns=["a", "b", "c"])
frame["d"] = frame["a"] - frame["b"]
scaled = frame.assign(a=1e6 * frame["a"] + 5, b=frame["b"] / 1e6)
for target in frame.columns:
    first, second = top_correlations(frame, target, 3), top_correlations(scaled, target, 3)
    assert target not in list(first.index), "the target is not an answer"
    dd.check.equal(list(second.index), list(first.index), what="the names in other units")
    dd.check.close(second.to_numpy(float), first.to_numpy(float), what="the correlations in other units")
### END HIDDEN TESTS

# %% mistakes: top_correlations
# - replace: .drop(columns=target)
#   with: ""
#   hint: "The target heads your list: every column correlates perfectly with itself."
# - replace: correlations.abs().sort_values
#   with: correlations.sort_values
#   hint: "A strong negative correlation ends up last with you. Rank by strength, whatever the sign."
# - replace: return correlations[strongest]
#   with: return correlations[strongest].abs()
#   hint: "The ranking is right, but the signs are gone: does the price rise or fall with the column?"
# - replace: ascending=False
#   with: ascending=True
#   hint: "Your weakest columns come first."
# - replace: numbers.loc[:, varies].corrwith
#   with: numbers.corrwith
#   hint: "A constant column has no correlation. In floats its mean is a hair off, and what you find is the noise of
#     rounding; ask how many distinct values there are."
# - replace: numbers.loc[:, varies].corrwith(frame[target])
#   with: numbers.loc[:, varies].corrwith(frame[target], method="spearman")
#   hint: "You correlate ranks, which is Spearman's way. The formula here is about the values themselves."
# - replace: numbers.loc[:, varies].corrwith(frame[target])
#   with: numbers.loc[:, varies].dropna().corrwith(frame[target])
#   hint: "A gap in one column takes the row away from all columns. Handle gaps pair by pair."
# - replace: numbers.loc[:, varies].corrwith(frame[target])
#   with: numbers.loc[:, varies].fillna(0).corrwith(frame[target].fillna(0))
#   hint: "You put zeros into the gaps, and they take part in the correlation. Leave those rows out, pair by pair."


# %% mistake: top_correlations
# hint: "A column of text has no correlation, even where the text is made of digits: 1 and 2 may be names."
def top_correlations(frame, target, k):
    numbers = frame.apply(pd.to_numeric, errors="coerce").drop(columns=target)
    varies = numbers[frame[target].notna()].nunique() > 1
    correlations = numbers.loc[:, varies].corrwith(frame[target]).dropna()
    return correlations[correlations.abs().sort_values(ascending=False).index[:k]]


# %% mistake: top_correlations
# hint: "The ranking is right, but the signs are gone: does the price rise or fall with the column?"
def top_correlations(frame, target, k):
    numbers = frame.select_dtypes("number")
    numbers = numbers.loc[:, numbers.nunique() > 1]
    strengths = numbers.corr()[target].drop(target).dropna().abs()
    return strengths.sort_values(ascending=False).head(k)


# %% mistake: top_correlations
# hint: "A gap in one column takes the row away from all columns. Handle gaps pair by pair."
def top_correlations(frame, target, k):
    numbers = frame.select_dtypes("number").dropna()
    numbers = numbers.loc[:, numbers.nunique() > 1]
    r = numbers.corr()[target].drop(target).dropna()
    return r[r.abs().sort_values(ascending=False).index[:k]]


# %% mistake: top_correlations
# hint: "You take the k strongest and strike the target out of them afterwards, so one is missing. Strike it out
#   first."
def top_correlations(frame, target, k):
    numbers = frame.select_dtypes("number")
    numbers = numbers.loc[:, numbers.nunique() > 1]
    r = numbers.corr()[target].dropna()
    strongest = r.abs().sort_values(ascending=False).index[:k]
    return r[[name for name in strongest if name != target]]


# %% mistake: top_correlations
# hint: "You put the column's mean into the gaps, and invented values take part in the correlation. Leave those rows
#   out, pair by pair."
def top_correlations(frame, target, k):
    numbers = frame.select_dtypes("number")
    numbers = numbers.loc[:, numbers.nunique() > 1]
    r = numbers.fillna(numbers.mean()).corr()[target].drop(target).dropna()
    return r[r.abs().sort_values(ascending=False).index[:k]]


# %% mistake: top_correlations
# hint: "You correlate ranks, which is Spearman's way. The formula here is about the values themselves."
def top_correlations(frame, target, k):
    numbers = frame.select_dtypes("number")
    numbers = numbers.loc[:, numbers.nunique() > 1]
    r = numbers.rank().corr()[target].drop(target).dropna()
    return r[r.abs().sort_values(ascending=False).index[:k]]


# %% mistake: top_correlations
# hint: "The target heads your list: every column correlates perfectly with itself."
def top_correlations(frame, target, k):
    numbers = frame.select_dtypes("number")
    r = numbers.loc[:, numbers.nunique() > 1].corr()[target].dropna()
    return r[r.abs().sort_values(ascending=False).index].head(k)


# %% mistake: top_correlations
# hint: "The columns are the right ones, but the weakest of them comes first."
def top_correlations(frame, target, k):
    numbers = frame.select_dtypes("number")
    r = numbers.loc[:, numbers.nunique() > 1].corr()[target].drop(target).dropna()
    return r[r.abs().sort_values().index].tail(k)


# %% accepts: top_correlations
def top_correlations(frame, target, k):
    constant = [name for name in frame.columns if frame[name].nunique() < 2]
    column = frame.drop(columns=constant).corr(numeric_only=True)[target].dropna()
    column = column[column.index != target]
    return column.sort_values(key=lambda r: -np.abs(r)).head(k)


# %% accepts: top_correlations
def top_correlations(frame, target, k):
    found = {}
    for name in frame.columns:
        if name == target or not pd.api.types.is_numeric_dtype(frame[name]):
            continue
        pair = pd.DataFrame({"x": frame[name], "y": frame[target]}).dropna().to_numpy(dtype=float)
        if len(pair) > 1 and np.ptp(pair[:, 0]) > 0 and np.ptp(pair[:, 1]) > 0:
            found[name] = np.corrcoef(pair.T)[0, 1]
    ranked = sorted(found.items(), key=lambda item: abs(item[1]), reverse=True)
    return pd.Series(dict(ranked[:k]), dtype=float)


# %% [markdown]
# Which columns go with the price in the training set, and which go with each other?

# %% demo
numbers = train.select_dtypes("number").drop(columns="category")
print(top_correlations(numbers, "median_house_value", 4).round(3).to_string())
names = [name.replace("median_", "").replace("total_", "").replace("housing_", "") for name in numbers.columns]
fig, ax = plt.subplots(figsize=(8, 5))
dd.plot.matrix(numbers.corr().abs(), ax, names, names, "Strength of correlation $|r|$, training set")
dd.plot.show(
    "A matrix of the strength of correlation between the numeric columns of the training set; a dark block where "
    "rooms, bedrooms, population and households meet."
)

# %% [markdown]
# Income leads by far, latitude follows: the further from the shore, the cheaper. The dark block in the middle
# is of another kind. Rooms, bedrooms, population and households rise and fall together: all four say how
# large the district is, which is an accident of drawing borders, and with the price they barely correlate.
#
# **A leak you can measure.** Here is a table of pure noise: 100 rows, 500 columns, and a target that depends
# on none of them. Choose the ten columns with the strongest correlations, fit a linear model to 70 rows and
# score it on the 30 others. The only question is which rows the *choice* may see.

# %% demo
scores = {"all rows": [], "training rows": []}
for seed in range(8):
    noise = pd.DataFrame(np.random.default_rng(seed).normal(size=(100, 500)))
    noise["goal"] = np.random.default_rng(100 + seed).normal(size=100)
    fitted, judged = noise.iloc[:70], noise.iloc[70:]
    for name, seen in (("all rows", noise), ("training rows", fitted)):
        chosen = list(top_correlations(seen, "goal", 10).index)
        design, design_judged = (np.column_stack([part[chosen], np.ones(len(part))]) for part in (fitted, judged))
        weights = np.linalg.lstsq(design, fitted["goal"], rcond=None)[0]
        error = design_judged @ weights - judged["goal"]
        scores[name].append(1 - np.sum(error**2) / np.sum((judged["goal"] - judged["goal"].mean()) ** 2))
fig, ax = plt.subplots(figsize=(7, 2.8))
for height, values in enumerate(scores.values()):
    ax.plot(values, np.full(8, height), "ko", fillstyle="none")
    ax.plot(np.mean(values), height, "k|", markersize=30)
ax.axvline(0, color="0.5", linestyle="--")
ax.set(yticks=[0, 1], yticklabels=scores, ylim=(-0.6, 1.6), xlabel="$R^2$ on the 30 rows held out")
ax.set_title("Columns of noise, chosen on …")
dd.plot.show(
    "The score on 30 held-out rows of noise, a ring a seed and a bar for the mean, in two rows: columns chosen on "
    "all rows score well above zero, columns chosen on the training rows below zero."
)
print({name: round(float(np.mean(values)), 2) for name, values in scores.items()})

# %% [markdown]
# There is nothing to find, so no honest score lies above 0 for long. Chosen on all rows, the columns look as
# if they explained a quarter of the target: with 500 tries some noise agrees with the held-out rows by
# chance, and the choice kept precisely that. No weight was fitted to a test row. Choosing is fitting.
#
# ## Ratios: what is a home like?
#
# The counts describe the district. Divided by one another they describe a home: rooms per household, bedrooms
# per room (few bedrooms among many rooms mean space), people per household. For a district with 600 rooms,
# 150 bedrooms, 300 people and 100 households: 6, 0.25 and 3.
#
# A ratio uses columns of the same row only, so it may be computed before or after splitting without a leak.
# It needs a decision for a denominator of 0: pandas answers infinity, which no model can take. An empty
# district has no rooms per household; that is a missing value. `series.where(condition)` keeps the entries for
# which a condition holds and leaves NaN elsewhere; `frame.assign(name=series)` is a new table with a column
# more.


# %% exercise: add_ratio_features
def add_ratio_features(frame):
    """A table with three ratios added.

    Args:
        frame: DataFrame with the columns total_rooms, total_bedrooms, population and households, numbers that may be
            missing or 0, and any others; left unchanged.

    Returns:
        New DataFrame: all columns of frame, then "rooms_per_household", "bedrooms_per_room" and
        "people_per_household", floats. A ratio is NaN where one of its two numbers is missing or its denominator
        is 0. Rows and index as in frame. About 6 lines.
    """
    ### BEGIN SOLUTION
    households = frame["households"].replace(0, np.nan)
    rooms = frame["total_rooms"].replace(0, np.nan)
    return frame.assign(
        rooms_per_household=frame["total_rooms"] / households,
        bedrooms_per_room=frame["total_bedrooms"] / rooms,
        people_per_household=frame["population"] / households,
    )
    ### END SOLUTION


# %% test: add_ratio_features, points=1
frame = pd.DataFrame(
    {
        "total_rooms": [600.0, 0.0, 80.0],
        "total_bedrooms": [150.0, 0.0, np.nan],
        "population": [300.0, 12.0, 50.0],
        "households": [100.0, 0.0, 20.0],
    },
    index=["a", "b", "c"],
)
with dd.check.unchanged(frame, what="the frame"):
    result = add_ratio_features(frame)
dd.check.kind(result, pd.DataFrame)
added = ["rooms_per_household", "bedrooms_per_room", "people_per_household"]
dd.check.equal(list(result.columns), [*frame.columns, *added], what="the columns")
dd.check.equal(list(result.index), ["a", "b", "c"], what="the index")
due = [[6.0, 0.25, 3.0], [np.nan, np.nan, np.nan], [4.0, np.nan, 2.5]]
dd.check.close(
    result[added].to_numpy(float), due, what="the ratios", equal_nan=True, why="b has nobody in it, c lacks a count"
)
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(84)
for m in (1, 2, 25):
    counts = {name: rng.integers(0, 4, m) for name in ("households", "population", "total_bedrooms", "total_rooms")}
    columns = {"place": ["x"] * m, **counts, "price": rng.normal(size=m)}
    for gaps in (False, True):
        if gaps:
            columns |= {name: np.where(rng.random(m) < 0.2, np.nan, values) for name, values in counts.items()}
        frame = pd.DataFrame(columns, index=np.arange(m) // 2 + 3)
        with dd.check.unchanged(frame, what="the frame"):
            result = add_ratio_features(frame)
        dd.check.kind(result, pd.DataFrame)
        dd.check.equal(list(result.columns), [*frame.columns, *added], what="the columns")
        dd.check.equal(list(result.index), list(frame.index), what="the index")
        for name in frame.columns:
            assert result[name].equals(frame[name]), f"the column {name} must stay as it is"
        pairs = [("total_rooms", "households"), ("total_bedrooms", "total_rooms"), ("population", "households")]
        for name, (above, below) in zip(added, pairs, strict=True):
            due = [a / b if b else np.nan for a, b in zip(frame[above].tolist(), frame[below].tolist(), strict=True)]
            dd.check.close(result[name].to_numpy(float), due, what=name, equal_nan=True, why=f"it is {above} / {below}")
### END HIDDEN TESTS

# %% mistakes: add_ratio_features
# - replace: rooms_per_household=frame["total_rooms"] / households
#   with: rooms_per_household=households / frame["total_rooms"]
#   hint: "Rooms per household: which of the two is shared out among the other?"
# - replace: frame["total_bedrooms"] / rooms
#   with: frame["total_bedrooms"] / households
#   hint: "You give bedrooms per household; the second ratio is about rooms."
# - replace: frame["population"] / households
#   with: frame["population"] / rooms
#   hint: "You give people per room; the third ratio is about households."
# - replace: frame["households"].replace(0, np.nan)
#   with: frame["households"]
#   hint: "A denominator of 0 gives infinity in pandas. What is the ratio of a district without households?"
# - replace: frame["total_rooms"].replace(0, np.nan)
#   with: frame["total_rooms"].fillna(1).replace(0, 1)
#   hint: "You put an invented 1 under the fraction where the count is 0 or missing; nobody counted that."
# - replace: |-
#     people_per_household=frame["population"] / households,
#         )
#   with: |-
#     people_per_household=frame["population"] / households,
#         ).fillna(0)
#   hint: "You fill gaps with 0, also in columns that were there before. Unknown is not zero; gaps are for Day 9."
# - replace: |-
#     people_per_household=frame["population"] / households,
#         )
#   with: |-
#     people_per_household=frame["population"] / households,
#         ).dropna()
#   hint: "Districts with a gap have vanished. Each row of the frame should come back."


# %% mistake: add_ratio_features
# hint: "You turn every 0 into a gap. Above the fraction line 0 is a count like any other: no bedrooms in ten rooms
#   are 0 a room."
def add_ratio_features(frame):
    known = frame.replace({name: {0: np.nan} for name in ("total_rooms", "total_bedrooms", "population", "households")})
    return frame.assign(
        rooms_per_household=known["total_rooms"] / known["households"],
        bedrooms_per_room=known["total_bedrooms"] / known["total_rooms"],
        people_per_household=known["population"] / known["households"],
    )


# %% mistake: add_ratio_features
# hint: "The ratios are right, but counts of 0 have become gaps in the table that you return. Its old columns are to
#   stay as they are."
def add_ratio_features(frame):
    result = frame.copy()
    result[["total_rooms", "households"]] = result[["total_rooms", "households"]].replace(0, np.nan)
    return result.assign(
        rooms_per_household=frame["total_rooms"] / result["households"],
        bedrooms_per_room=frame["total_bedrooms"] / result["total_rooms"],
        people_per_household=frame["population"] / result["households"],
    )


# %% mistake: add_ratio_features
# hint: "A ratio that is not known is 0 with you. Unknown is not zero: it is a missing value."
def add_ratio_features(frame):
    result = frame.copy()
    result["rooms_per_household"] = frame["total_rooms"] / frame["households"]
    result["bedrooms_per_room"] = frame["total_bedrooms"] / frame["total_rooms"]
    result["people_per_household"] = frame["population"] / frame["households"]
    ratios = list(result.columns[-3:])
    result[ratios] = result[ratios].replace([np.inf, -np.inf], np.nan).fillna(0.0)
    return result


# %% mistake: add_ratio_features
# hint: "You put an invented 1 under the fraction where the count is 0. A district without households has no rooms per
#   household."
def add_ratio_features(frame):
    households, rooms = frame["households"].replace(0, 1), frame["total_rooms"].replace(0, 1)
    return frame.assign(
        rooms_per_household=frame["total_rooms"] / households,
        bedrooms_per_room=frame["total_bedrooms"] / rooms,
        people_per_household=frame["population"] / households,
    )


# %% mistake: add_ratio_features
# hint: "A denominator of 0 gives infinity in pandas, in all three ratios. What is the ratio of a district without
#   households, or without rooms?"
def add_ratio_features(frame):
    return frame.assign(
        rooms_per_household=frame["total_rooms"] / frame["households"],
        bedrooms_per_room=frame["total_bedrooms"] / frame["total_rooms"],
        people_per_household=frame["population"] / frame["households"],
    )


# %% accepts: add_ratio_features
def add_ratio_features(frame):
    result = frame.copy()
    ratios = {
        "rooms_per_household": ("total_rooms", "households"),
        "bedrooms_per_room": ("total_bedrooms", "total_rooms"),
        "people_per_household": ("population", "households"),
    }
    for name, pair in ratios.items():
        above, below = frame[list(pair)].to_numpy(dtype=float).T
        result[name] = above / np.where(below == 0, np.nan, below)
    return result


# %% accepts: add_ratio_features
def add_ratio_features(frame):
    pairs = [("total_rooms", "households"), ("total_bedrooms", "total_rooms"), ("population", "households")]
    names = ["rooms_per_household", "bedrooms_per_room", "people_per_household"]
    new = [(frame[above] / frame[below]).mask(frame[below] == 0) for above, below in pairs]
    return pd.concat([frame, pd.concat(new, axis=1, keys=names)], axis=1)


# %% [markdown]
# ## Two ways to be wrong: RMSE and MAE
#
# Before anyone fits a model, decide how it will be judged. Two measures are in the unit of the target itself:
#
# $$\text{RMSE} = \sqrt{\tfrac1m \textstyle\sum_i e_i^2}, \qquad \text{MAE} = \tfrac1m \textstyle\sum_i |e_i| .$$
#
# Errors of $(1, -1, 1, -1, 6)$ have an MAE of $10/5 = 2$ and an RMSE of $\sqrt{40/5} \approx 2.83$. The RMSE
# is never the smaller one, and the one large error weighs more in it. The choice shows in what it rewards.
# Suppose you may announce a single price $c$ for all districts. Which $c$ is best?

# %% demo
price = train["median_house_value"].to_numpy() / 100_000
constants = np.linspace(1.2, 3.4, 111)
fig, ax = plt.subplots(figsize=(7, 4))
lines = {
    "RMSE": ([np.sqrt(np.mean((c - price) ** 2)) for c in constants], price.mean(), "mean"),
    "MAE": ([np.mean(np.abs(c - price)) for c in constants], np.median(price), "median"),
}
for (measure, (values, best, best_name)), line_style in zip(lines.items(), ("-", "--"), strict=True):
    ax.plot(constants, values, color="black", linestyle=line_style, label=measure)
    ax.plot(best, np.min(values), "ko")
    ax.annotate(f"{best_name} {best:.2f}", (best, np.min(values)), (0, -18), textcoords="offset points", ha="center")
ax.set(title="One price for all districts", xlabel="announced price ($100,000)", ylabel="error ($100,000)")
ax.set_ylim(0.6, 1.7)
ax.legend()
dd.plot.show(
    "RMSE and MAE against one announced price for all districts; each has one lowest point, the RMSE's at the mean, "
    "the MAE's further left at the median."
)

# %% [markdown]
# The RMSE rewards the mean, the MAE the median. The long tail of dear districts pulls the mean up and leaves
# the median where it is. If large errors hurt more than their share, take the RMSE; if some records are plain
# wrong, or the tail should not decide, take the MAE. With capped prices both are too kind at the top.
#
# ## Batch or online?
#
# **Batch learning** trains on all data at once; new data means training again. **Online learning** updates
# the model with each example as it arrives. The smallest model there is, one number $c$ for the price, shows
# the difference:
#
# $$c \leftarrow c + \alpha\,(y_i - c) .$$
#
# With $\alpha = 1/i$ for the $i$-th example this is exactly the mean of all seen so far. With a constant
# $\alpha$ the past fades: an example that came $t$ steps ago weighs $\alpha(1 - \alpha)^t$. Now let the
# market jump by 60% after 200 sales. Who notices? All three estimate a mean, so the RMSE is the judge.

# %% demo
stream = np.random.default_rng(8).choice(price, 400) * np.where(np.arange(400) < 200, 1.0, 1.6)
estimates = {"batch, trained once on 100": np.full(400, stream[:100].mean())}
for name, rate_of in (("online, rate 1/i", lambda i: 1 / i), ("online, rate 0.05", lambda i: max(1 / i, 0.05))):
    estimate, path = 0.0, []
    for i, y in enumerate(stream, start=1):
        path.append(estimate)  # the guess before the answer is known
        estimate += rate_of(i) * (y - estimate)
    estimates[name] = np.array(path)
fig, ax = plt.subplots(figsize=(9, 3.8))
ax.plot(stream, ".", color="0.75", markersize=4, label="sales")
for (name, path), look in zip(estimates.items(), ("k:", "k--", "k-"), strict=True):
    rmse = np.sqrt(np.mean((path[300:] - stream[300:]) ** 2))
    ax.plot(np.arange(100, 400), path[100:], look, label=f"{name}: RMSE {rmse:.2f}")
ax.set(title="A market that jumps (RMSE over the last 100 sales)", xlabel="sale", ylabel="price ($100,000)")
ax.set_ylim(0, 8.5)
ax.legend(ncols=2, loc="upper left")
dd.plot.show(
    "Sales as dots that jump up after 200, and three estimates: the batch mean stays low, the running mean climbs "
    "slowly, the constant rate follows the jump soon and trembles."
)

# %% [markdown]
# The batch model stays where it was until someone trains it again. The running mean moves, but 200 old sales
# hold it back. The constant rate forgets and follows, and in return its line trembles even where nothing
# happens. So: batch where the world holds still and errors must be reproducible, online where it moves or the
# data will not fit.
#
# ## Put it together: a survey of the coast
#
# Everything once more, in order: categories, ratios, split, and then the table that justifies the split. Each
# row is an income category; errors are relative to its share among all districts.

# %% demo
survey = add_ratio_features(housing.assign(category=income_category(housing["median_income"], edges)))
survey_train, survey_test = stratified_split(survey, "category", test_fraction=0.2, seed=42)
random_test = survey.iloc[np.random.default_rng(42).permutation(len(survey))[: len(survey) // 5]]
samples = {"random": random_test, "systematic": survey.iloc[::5], "stratified": survey_test}
proportions = pd.DataFrame({"all districts": 100 * true_share})
for name, sample in samples.items():
    proportions[name] = 100 * sample["category"].value_counts(normalize=True)
for name, sample in samples.items():
    proportions[f"error, {name}"] = 100 * share_errors(sample)
proportions.round(2)

# %% demo
worst_error = proportions[[f"error, {name}" for name in samples]].abs().max()
print(worst_error.round(2).to_string())
assert worst_error["error, stratified"] < 1.5
assert 100 * np.median(worst["random"]) > 5 * worst_error["error, stratified"]

counts_and_ratios = {
    "total_rooms": "rooms_per_household",
    "total_bedrooms": "bedrooms_per_room",
    "population": "people_per_household",
}
strength = top_correlations(survey_train, "median_house_value", 20)
for count, ratio in counts_and_ratios.items():
    print(f"{count:15} {strength[count]:6.3f}    {ratio:21} {strength[ratio]:6.3f}")
    assert abs(strength[ratio]) > abs(strength[count])

fig, ax = plt.subplots(figsize=(10, 6))
shown = survey_train.sort_values("median_house_value")  # the dear ones on top
dots = ax.scatter(
    shown["longitude"],
    shown["latitude"],
    s=shown["population"] / 60,
    c=shown["median_house_value"] / 100_000,
    cmap="viridis_r",
    alpha=0.6,
    linewidths=0,
)
bar = fig.colorbar(dots, label="median house value ($100,000)")
bar.solids.set_alpha(1)
for people in (1000, 5000):
    ax.scatter([], [], s=people / 60, color="0.5", label=f"{people:,} people")
ax.set(title="Prices along the coast, training set", xlabel="longitude (degrees)", ylabel="latitude (degrees)")
ax.set_aspect(1.25)
ax.legend(loc="upper left")
dd.plot.show(
    "A map of the training districts by longitude and latitude, dots sized by population and darker where houses "
    "are dearer: dark in the cities near the shore, pale inland."
)

# %% [markdown]
# The table: this random draw misses the smallest category by a tenth of its share, the systematic one by a
# fifth, since the file has no order for it to use; the stratified one is off by little more than one percent
# there, which is two fifths of a district lost to rounding, and by next to nothing elsewhere. The ratios: each
# correlates more strongly with the price than the count above its fraction line. The map answers *where*:
# dark in the cities near the shore, darkest in the two on either side of the bay, pale inland; and within one
# city dear and cheap quarters lie side by side. Neither longitude nor latitude says that with a straight
# line. Day 9 gives it to models that can bend.
#
# ## What you should remember
#
# - Ask every column for its type, gaps, distinct values and range; then look at its histogram. A tower at the
#   end is a cap.
# - Put the test set aside before you look for patterns. Choosing is fitting.
# - Stratify by what matters most: the shares are then right in every draw, where a random draw is right on
#   average.
# - Correlation measures straight lines only. Rank by $|r|$, and draw what you rank.
# - RMSE rewards the mean and punishes large errors, MAE rewards the median and forgives them.
#
# ## Check yourself
#
# 1. A table of patients has several rows for each patient. Why is a stratified split by diagnosis still
#    leaky, and what should be drawn instead of rows?
# 2. The correlation of a column with the price is 0.00. May you throw the column away?
# 3. Next month 500 districts are added to the table and you split again with the same seed. What has happened
#    to the test set?
#
# <details><summary>Answers</summary>
#
# 1. Rows of one patient land on both sides, and a model that recognises the patient looks good. Draw
#    patients, with all their rows.
# 2. No: it may bend, as the parabola does, or matter together with another column. Look at the scatter plot.
# 3. Other numbers are shuffled, so rows that were under lock are now in training. Decide by something that
#    stays with the row, such as a hash of its identifier, or store which rows are in the test set.
#
# </details>
#
# ## Go further
#
# - J. W. Tukey, *Exploratory Data Analysis*, 1977: the book that made looking a method.
# - J. Neyman, "On the two different aspects of the representative method", *Journal of the Royal Statistical
#   Society* 97(4), 1934: why stratified random samples beat hand-picked ones.
# - S. Kaufman, S. Rosset, C. Perlich and O. Stitelman, "Leakage in data mining", *ACM Transactions on
#   Knowledge Discovery from Data* 6(4), 2012: leaks in competitions, and how to find yours.
# - F. Galton, "Regression towards mediocrity in hereditary stature", *Journal of the Anthropological
#   Institute* 15, 1886: where the idea behind $r$ comes from.
# - W. McKinney, *Python for Data Analysis*: pandas by the person who began it.
