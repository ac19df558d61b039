# %% right: exponential_sample
def exponential_sample(rate, size, rng):
    shares = np.asarray(rng.random(size), dtype=float)
    times = np.empty(shares.shape)
    np.negative(np.log1p(-shares), out=times)
    times /= rate
    return times


# %% right: exponential_sample
def exponential_sample(rate, size, rng):
    import math

    u = np.array(rng.random(size))
    return np.array([-math.log1p(-share) / rate for share in u.ravel()]).reshape(u.shape)


# %% wrong: exponential_sample
# idea: "the logarithm of U itself: draws of the right kind, but at other shares, and infinite at 0"
# fits: "You invert the survival, not the share that has failed: with"
def exponential_sample(rate, size, rng):
    return np.asarray(-np.log(rng.random(size)) / rate)


# %% wrong: exponential_sample
# idea: "takes rate for the mean and multiplies by it"
# fits: "A higher rate makes your bulbs live longer. What is the mean"
def exponential_sample(rate, size, rng):
    return np.asarray(-np.log1p(-rng.random(size)) * rate)


# %% wrong: exponential_sample
# idea: "NumPy's own exponential draws"
# fits: "These are exponential draws, but not from rng.random(size):"
def exponential_sample(rate, size, rng):
    return np.asarray(rng.exponential(1 / rate, size))


# %% wrong: exponential_sample
# idea: "1 - U is rounded before its logarithm, so small shares lose their digits; kept away from 0 with 1e-9"
# fits: "You keep shares away from 0 and 1 by hand, so the rarest"
def exponential_sample(rate, size, rng):
    left = np.clip(1 - rng.random(size), 1e-9, 1 - 1e-9)
    return np.asarray(-np.log(left) / rate)


# %% wrong: exponential_sample
# idea: "returns the density at U in place of the time"
# fits: "That is the density at U. Which time goes with the share U?"
def exponential_sample(rate, size, rng):
    u = rng.random(size)
    return np.asarray(rate * np.exp(-rate * u))


# %% wrong: exponential_sample
# idea: "draws as many as the product of the size one by one, and leaves them in a flat row"
# fits: "The numbers are right and in order, but the shape is another"
def exponential_sample(rate, size, rng):
    n = int(np.prod(size))
    return np.array([-np.log1p(-rng.random()) / rate for _ in range(n)])


# %% right: survival_given
def survival_given(rate, s, t, *, shape=1.0):
    s, t = np.broadcast_arrays(np.asarray(s, dtype=float), np.asarray(t, dtype=float))
    if shape == 1:
        hazard = rate * t
    else:
        hazard = (rate * (s + t)) ** shape - (rate * s) ** shape
    out = np.exp(-hazard)
    return float(out) if out.ndim == 0 else out


# %% right: survival_given
def survival_given(rate, s, t, *, shape=1.0):
    a, b = rate * np.asarray(s, dtype=float), rate * np.asarray(t, dtype=float)
    if shape == 1.0:
        more = b + 0 * np.minimum(a, 1)
    else:
        # ((a + b)^c - a^c) = a^c ((1 + b/a)^c - 1), where a isn't small beside b
        with np.errstate(all="ignore"):
            relative = a**shape * np.expm1(shape * np.log1p(b / a))
        more = np.where(a > 1e-6 * b, relative, (a + b) ** shape - a**shape)
    result = np.exp(-more)
    return result if np.ndim(result) else float(result)


# %% wrong: survival_given
# idea: "the quotient of both survivals as it stands: 0/0 for an old bulb"
# fits: "0/0: for an old bulb both survivals round to 0. What is a"
def survival_given(rate, s, t, *, shape=1.0):
    s, t = np.asarray(s, dtype=float), np.asarray(t, dtype=float)
    return np.exp(-((rate * (s + t)) ** shape)) / np.exp(-((rate * s) ** shape))


# %% wrong: survival_given
# idea: "always memoryless: neither age nor shape matters"
# fits: "The result is the same whatever"
def survival_given(rate, s, t, *, shape=1.0):
    return np.exp(-rate * (np.asarray(t, dtype=float) + 0.0 * np.asarray(s, dtype=float)))


# %% wrong: survival_given
# idea: "the rate stands outside the power"
# fits: "The rate belongs inside the power: it turns hours into a"
def survival_given(rate, s, t, *, shape=1.0):
    s, t = np.asarray(s, dtype=float), np.asarray(t, dtype=float)
    if shape == 1:
        return np.exp(-rate * (t + 0 * s))
    return np.exp(-rate * ((s + t) ** shape - s**shape))


# %% wrong: survival_given
# idea: "the chance to reach s + t at all, not conditional on s"
# fits: "That is the chance of a new one to last s + t. This one has"
def survival_given(rate, s, t, *, shape=1.0):
    s, t = np.asarray(s, dtype=float), np.asarray(t, dtype=float)
    return np.exp(-((rate * (s + t)) ** shape))


# %% wrong: survival_given
# idea: "the difference of the exponents for shape 1 too, where a great age swallows t"
# fits: "s + t - s is not t in floats once s is huge. For shape 1 the"
def survival_given(rate, s, t, *, shape=1.0):
    s, t = np.asarray(s, dtype=float), np.asarray(t, dtype=float)
    return np.exp((rate * s) ** shape - (rate * (s + t)) ** shape)


# %% wrong: survival_given
# idea: "the power of t alone, as if the age were forgotten for every shape; and the result has the shape of t only"
def survival_given(rate, s, t, *, shape=1.0):
    return np.exp(-((rate * np.asarray(t, dtype=float)) ** shape))


# %% right: bayes_posterior
def bayes_posterior(prior, likelihood):
    rows = np.atleast_2d(np.asarray(likelihood, dtype=float))
    if likelihood.ndim == 2 and len(likelihood) == 0:
        rows = np.ones((1, len(prior)))
    possible = (np.asarray(prior) > 0) & np.all(rows > 0, axis=0)
    if not possible.any():
        raise ValueError("no hypothesis explains the observations")
    score = np.log(prior[possible]) + np.log(rows[:, possible]).sum(axis=0)
    weight = np.exp(score - score.max())
    out = np.zeros(len(prior))
    out[possible] = weight / weight.sum()
    return out


# %% right: bayes_posterior
def bayes_posterior(prior, likelihood):
    import math

    k = len(prior)
    rows = [likelihood] if likelihood.ndim == 1 else list(likelihood)
    # every weight is a number between 1/2 and 1 times a power of two, as whole exponents
    parts = [math.frexp(float(p)) for p in prior]
    for row in rows:
        for h in range(k):
            mantissa, exponent = math.frexp(parts[h][0] * math.frexp(float(row[h]))[0])
            parts[h] = (mantissa, exponent + parts[h][1] + math.frexp(float(row[h]))[1])
    alive = [exponent for mantissa, exponent in parts if mantissa > 0]
    if not alive:
        raise ValueError("impossible under every hypothesis")
    top = max(alive)
    weights = np.array([math.ldexp(mantissa, max(exponent - top, -2000)) if mantissa else 0.0 for mantissa, exponent in parts])
    return weights / weights.sum()


# %% wrong: bayes_posterior
# idea: "the product as it stands, which underflows; 0/0 is taken for impossible"
# fits: "Your own `raise` refuses what is allowed"
def bayes_posterior(prior, likelihood):
    weight = prior * np.prod(np.atleast_2d(likelihood), axis=0)
    total = weight.sum()
    if total == 0:
        raise ValueError("impossible")
    return weight / total


# %% wrong: bayes_posterior
# idea: "normalised after each observation: a belief that rounds to 0 on the way never comes back"
# fits: "You normalise after every observation. A belief that rounds"
def bayes_posterior(prior, likelihood):
    belief = np.array(prior, dtype=float)
    rows = likelihood[None] if likelihood.ndim == 1 else likelihood
    for row in rows:
        belief = belief * row
        total = belief.sum()
        if total == 0:
            raise ValueError("no hypothesis is left")
        belief = belief / total
    return belief


# %% wrong: bayes_posterior
# idea: "the prior is left out"
# fits: "The result is the same whatever"
def bayes_posterior(prior, likelihood):
    rows = np.atleast_2d(likelihood)
    with np.errstate(divide="ignore"):
        score = np.log(rows).sum(axis=0)
    if np.all(np.isinf(score) | (prior == 0)):
        raise ValueError("impossible")
    weight = np.exp(score - score.max())
    return weight / weight.sum()


# %% wrong: bayes_posterior
# idea: "a small number is added against log 0: the impossible becomes merely improbable, and nothing is refused"
# fits: "A small number added to every likelihood adds up over many"
def bayes_posterior(prior, likelihood):
    rows = np.atleast_2d(likelihood)
    score = np.log(prior + 1e-12) + np.log(rows + 1e-12).sum(axis=0)
    weight = np.exp(score - score.max())
    return weight / weight.sum()


# %% wrong: bayes_posterior
# idea: "likelihoods are made to sum to 1 over the observations of each hypothesis, and averaged"
# fits: "You average the likelihoods over the observations."
def bayes_posterior(prior, likelihood):
    rows = np.atleast_2d(likelihood)
    weight = prior * rows.mean(axis=0)
    if weight.sum() == 0:
        raise ValueError("impossible")
    return weight / weight.sum()


# %% wrong: bayes_posterior
# idea: "the refusal looks at the likelihood alone, and log 0 warns"
def bayes_posterior(prior, likelihood):
    rows = np.atleast_2d(likelihood)
    if np.any(np.all(rows == 0, axis=1)):
        raise ValueError("impossible")
    score = np.log(prior) + np.sum(np.log(rows), axis=0)
    weight = np.exp(score - np.max(score))
    return weight / np.sum(weight)


# %% right: mle_gaussian
def mle_gaussian(x):
    import math

    values = [float(v) for v in x]
    mean = math.fsum(values) / len(values)
    return mean, math.fsum((v - mean) ** 2 for v in values) / len(values)


# %% right: mle_gaussian
def mle_gaussian(x):
    x = np.asarray(x, dtype=np.float64)
    rough = x[0]
    mean = rough + np.sum(x - rough) / x.size
    d = x - mean
    return float(mean), float(d @ d / x.size)


# %% wrong: mle_gaussian
# idea: "the unbiased estimate, divided by m - 1, and 0 for one observation"
# fits: "You scale by m - 1, which is the unbiased estimate, and for"
def mle_gaussian(x):
    x = x.astype(float)
    return float(x.mean()), float(x.var(ddof=1)) if len(x) > 1 else 0.0


# %% wrong: mle_gaussian
# idea: "mean of squares minus square of the mean, cut off at 0"
# fits: "Two huge numbers that nearly agree are subtracted: far from"
def mle_gaussian(x):
    x = x.astype(float)
    mean = np.mean(x)
    return float(mean), float(max(np.mean(x**2) - mean**2, 0.0))


# %% wrong: mle_gaussian
# idea: "the standard deviation in place of the variance"
# fits: "That is the standard deviation. The variance was asked for."
def mle_gaussian(x):
    x = x.astype(float)
    return float(np.mean(x)), float(np.std(x))


# %% wrong: mle_gaussian
# idea: "computed in the dtype of the observations: float32 and float16 lose their digits"
# fits: "Small integers and short floats do their sums in a short"
def mle_gaussian(x):
    mean = np.mean(x)
    return float(mean), float(np.mean((x - mean) ** 2))


# %% wrong: mle_gaussian
# idea: "mean absolute deviation around the median"
def mle_gaussian(x):
    x = x.astype(float)
    middle = np.median(x)
    return float(middle), float(np.mean(np.abs(x - middle)))


# %% wrong: mle_gaussian
# idea: "centres the observations in place; the sum of squares isn't divided"
# fits: "Your code changes one of its arguments in place"
def mle_gaussian(x):
    mean = float(np.mean(x, dtype=float))
    if x.dtype == float:
        x -= mean
        return mean, float(np.sum(x**2))
    return mean, float(np.sum((x - mean) ** 2))


# %% right: entropy
def entropy(p):
    p = np.asarray(p, dtype=float)
    logs = np.log(p, out=np.zeros_like(p), where=p > 0)
    h = -np.einsum("...k,...k->...", p, logs)
    return float(h) if p.ndim == 1 else h


def kl_divergence(p, q):
    p, q = np.broadcast_arrays(np.asarray(p, dtype=float), np.asarray(q, dtype=float))
    out = np.zeros(p.shape[:-1])
    for place in np.ndindex(out.shape):
        total = 0.0
        for a, b in zip(p[place], q[place], strict=True):
            if a > 0:
                total += a * (np.log(a) - np.log(b)) if b > 0 else np.inf
        out[place] = total
    return float(out) if out.ndim == 0 else out


# %% right: entropy
def entropy(p):
    p = np.array(p, dtype=np.float64)
    return np.sum(-p * np.log(np.where(p > 0, p, 1)), axis=-1)[()]


def kl_divergence(p, q):
    p, q = np.array(p, dtype=float), np.array(q, dtype=float)
    with np.errstate(divide="ignore", invalid="ignore"):
        terms = p * (np.log(p) - np.log(q))
    return np.sum(np.where(p == 0, 0.0, terms), axis=-1)[()]


# %% wrong: entropy
# idea: "bits in place of nats"
# fits: "That is in bits. Nats were asked for."
def entropy(p):
    p = np.asarray(p, dtype=float)
    return -np.sum(p * np.log2(np.where(p > 0, p, 1)), axis=-1)


def kl_divergence(p, q):
    p, q = np.asarray(p, dtype=float), np.asarray(q, dtype=float)
    with np.errstate(divide="ignore", invalid="ignore"):
        terms = np.where(p > 0, p * (np.log2(p) - np.log2(q)), 0.0)
    return np.sum(terms, axis=-1)


# %% wrong: entropy
# idea: "a small number is added inside the logarithms, so that the impossible is never infinite"
# fits: "You lift every zero to a tiny number. Where q is 0 and p is"
def entropy(p):
    return -np.sum(p * np.log(p + 1e-12), axis=-1)


def kl_divergence(p, q):
    return np.sum(p * np.log((p + 1e-12) / (q + 1e-12)), axis=-1)


# %% wrong: entropy
# idea: "the cross-entropy, without taking the entropy of p away"
# fits: "That is the cross-entropy. What of it would be there even"
def entropy(p):
    p = np.asarray(p, dtype=float)
    return -np.sum(p * np.log(np.where(p > 0, p, 1)), axis=-1)


def kl_divergence(p, q):
    p, q = np.asarray(p, dtype=float), np.asarray(q, dtype=float)
    with np.errstate(divide="ignore", invalid="ignore"):
        return -np.sum(np.where(p > 0, p * np.log(q), 0.0), axis=-1)


# %% wrong: entropy
# idea: "the divergence leaves out every outcome with a 0 in p or in q; entropy is right"
# fits: "You leave out the outcomes of which q knows nothing. If they"
def entropy(p):
    p = np.asarray(p, dtype=float)
    return -np.sum(p * np.log(np.where(p > 0, p, 1)), axis=-1)


def kl_divergence(p, q):
    p, q = np.broadcast_arrays(np.asarray(p, dtype=float), np.asarray(q, dtype=float))
    both = (p > 0) & (q > 0)
    return np.sum(np.where(both, p * (np.log(np.where(both, p, 1)) - np.log(np.where(both, q, 1))), 0), axis=-1)


# %% wrong: entropy
# idea: "one number for the whole stack, and p and q the wrong way round"
def entropy(p):
    p = p[p > 0]
    return float(-np.sum(p * np.log(p)))


def kl_divergence(p, q):
    p, q = np.asarray(p, dtype=float), np.asarray(q, dtype=float)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.sum(np.where(q > 0, q * np.log(q / p), 0.0), axis=-1)


# %% wrong: entropy
# idea: "the quotient p / q is formed first, and overflows for a tiny q"
# fits: "The quotient of a probability and a tiny one overflows to"
def entropy(p):
    p = np.asarray(p, dtype=float)
    return -np.sum(p * np.log(np.where(p > 0, p, 1)), axis=-1)


def kl_divergence(p, q):
    p, q = np.broadcast_arrays(np.asarray(p, dtype=float), np.asarray(q, dtype=float))
    with np.errstate(all="ignore"):
        ratio = np.where(p > 0, p / q, 1.0)
    return np.sum(p * np.log(ratio), axis=-1)


# %% right: monte_carlo
def monte_carlo(f, sample, n, rng):
    values = np.asarray(f(sample(n, rng)), dtype=np.float64)
    estimate = values.sum() / n
    v = ((values - estimate) ** 2).sum() / (n - 1)
    return float(estimate), float((v / n) ** 0.5)


# %% right: monte_carlo
def monte_carlo(f, sample, n, rng):
    import statistics

    values = [float(v) for v in f(sample(n, rng))]
    return statistics.fmean(values), statistics.stdev(values) / len(values) ** 0.5


# %% wrong: monte_carlo
# idea: "divides by n in the variance"
# fits: "You divide by n within the variance. Which division does the"
def monte_carlo(f, sample, n, rng):
    values = np.asarray(f(sample(n, rng)), dtype=float)
    return float(values.mean()), float(values.std() / np.sqrt(n))


# %% wrong: monte_carlo
# idea: "the spread of the values, not that of their mean"
# fits: "That is the spread of single draws. How much does the mean of"
def monte_carlo(f, sample, n, rng):
    values = np.asarray(f(sample(n, rng)), dtype=float)
    return float(values.mean()), float(values.std(ddof=1))


# %% wrong: monte_carlo
# idea: "f of the mean draw, not the mean of f"
# fits: "Your estimate is f of the mean draw. Jensen has shown that"
def monte_carlo(f, sample, n, rng):
    draws = np.asarray(sample(n, rng))
    values = np.asarray(f(draws), dtype=float)
    middle = np.asarray(f(draws.mean(axis=0, keepdims=True)), dtype=float)
    return float(middle[0]), float(values.std(ddof=1) / np.sqrt(n))


# %% wrong: monte_carlo
# idea: "draws again for the error: sample and f are called twice"
def monte_carlo(f, sample, n, rng):
    estimate = float(np.mean(np.asarray(f(sample(n, rng)), dtype=float)))
    again = np.asarray(f(sample(n, rng)), dtype=float)
    return estimate, float(np.sqrt(np.sum((again - estimate) ** 2) / (n - 1) / n))


# %% wrong: monte_carlo
# idea: "in the dtype of the values, by mean of squares minus square of the mean"
def monte_carlo(f, sample, n, rng):
    values = f(sample(n, rng))
    if values.dtype == bool:
        values = values.astype(int)
    mean = np.mean(values)
    v = (np.mean(values * values) - mean**2) * n / (n - 1)
    return float(mean), float(np.sqrt(max(v, 0) / n))


# %% wrong: monte_carlo
# idea: "the variance of the mean, its root forgotten; and a generator of its own"
# fits: "That is the variance of the mean. The standard error is its"
def monte_carlo(f, sample, n, rng):
    values = np.asarray(f(sample(n, np.random.default_rng(0))), dtype=float)
    return float(values.mean()), float(values.var(ddof=1) / n)
