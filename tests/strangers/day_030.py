# %% right: cosine_schedule
def cosine_schedule(step, total, base, warmup=0):
    if warmup < 0 or warmup >= total:
        raise ValueError("warmup")
    if step < warmup:
        return float(base * step / warmup)
    progress = min((step - warmup) / (total - warmup), 1.0)
    return float(base * 0.5 * (1 + np.cos(np.pi * progress)))


# %% right: cosine_schedule
def cosine_schedule(step, total, base, warmup=0):
    if not 0 <= warmup < total:
        raise ValueError("no room to decay")
    if step >= total:
        return 0.0
    if step >= warmup:
        return float(base) * float(np.cos(np.pi / 2 * (step - warmup) / (total - warmup)) ** 2)
    return float(np.interp(step, [0, warmup], [0.0, base]))


# %% wrong: cosine_schedule
# idea: "the decay counts from step 0"
# fits: "You measure the progress from step 0"
def cosine_schedule(step, total, base, warmup=0):
    if warmup < 0 or warmup >= total:
        raise ValueError("warmup")
    if step < warmup:
        return float(base * step / warmup)
    progress = min(step / total, 1.0)
    return float(base * 0.5 * (1 + np.cos(np.pi * progress)))


# %% wrong: cosine_schedule
# idea: "the decay is as long as the whole run"
# fits: "Your decay takes as many steps as the"
def cosine_schedule(step, total, base, warmup=0):
    if warmup < 0 or warmup >= total:
        raise ValueError("warmup")
    if step < warmup:
        return float(base * step / warmup)
    progress = min((step - warmup) / total, 1.0)
    return float(base * 0.5 * (1 + np.cos(np.pi * progress)))


# %% wrong: cosine_schedule
# idea: "the cosine comes up again after the end"
# fits: "Beyond the planned end your rate comes up"
def cosine_schedule(step, total, base, warmup=0):
    if warmup < 0 or warmup >= total:
        raise ValueError("warmup")
    if step < warmup:
        return float(base * step / warmup)
    progress = (step - warmup) / (total - warmup)
    return float(base * 0.5 * (1 + np.cos(np.pi * progress)))


# %% wrong: cosine_schedule
# idea: "warm-up counts from 1"
# fits: "Your warm-up is one step ahead: it starts"
def cosine_schedule(step, total, base, warmup=0):
    if warmup < 0 or warmup >= total:
        raise ValueError("warmup")
    if step < warmup:
        return float(base * (step + 1) / warmup)
    progress = min((step - warmup) / (total - warmup), 1.0)
    return float(base * 0.5 * (1 + np.cos(np.pi * progress)))


# %% wrong: cosine_schedule
# idea: "only a warm-up beyond the end is refused"
# fits: "Results are right where there is one. But what the docstring refuses is taken"
def cosine_schedule(step, total, base, warmup=0):
    if warmup < 0 or warmup > total:
        raise ValueError("warmup")
    if step < warmup:
        return float(base * step / warmup)
    progress = min((step - warmup) / max(total - warmup, 1), 1.0)
    return float(base * 0.5 * (1 + np.cos(np.pi * progress)))


# %% wrong: cosine_schedule
# idea: "a negative warm-up is taken"
# fits: "A negative warm-up goes through"
def cosine_schedule(step, total, base, warmup=0):
    if warmup >= total:
        raise ValueError("warmup")
    if step < warmup:
        return float(base * step / warmup)
    progress = min((step - warmup) / (total - warmup), 1.0)
    return float(base * 0.5 * (1 + np.cos(np.pi * progress)))


# %% wrong: cosine_schedule
# idea: "warm-up is not checked after the end"
# fits: "A warm-up that does not fit goes unnoticed"
def cosine_schedule(step, total, base, warmup=0):
    if step >= total:
        return 0.0
    if warmup < 0 or warmup >= total:
        raise ValueError("warmup")
    if step < warmup:
        return float(base * step / warmup)
    progress = min((step - warmup) / (total - warmup), 1.0)
    return float(base * 0.5 * (1 + np.cos(np.pi * progress)))


# %% wrong: cosine_schedule
# idea: "degrees in place of radians"
# fits: "Your angle is in degrees"
def cosine_schedule(step, total, base, warmup=0):
    if warmup < 0 or warmup >= total:
        raise ValueError("warmup")
    if step < warmup:
        return float(base * step / warmup)
    progress = min((step - warmup) / (total - warmup), 1.0)
    return float(base * 0.5 * (1 + np.cos(180 * progress)))


# %% wrong: cosine_schedule
# idea: "a quarter of the wave"
# fits: "You take a quarter of a wave: it"
def cosine_schedule(step, total, base, warmup=0):
    if warmup < 0 or warmup >= total:
        raise ValueError("warmup")
    if step < warmup:
        return float(base * step / warmup)
    progress = min((step - warmup) / (total - warmup), 1.0)
    return float(base * np.cos(np.pi / 2 * progress))


# %% wrong: cosine_schedule
# idea: "linear decay"
# fits: "That is a straight line down, the polynomial"
def cosine_schedule(step, total, base, warmup=0):
    if warmup < 0 or warmup >= total:
        raise ValueError("warmup")
    if step < warmup:
        return float(base * step / warmup)
    progress = min((step - warmup) / (total - warmup), 1.0)
    return float(base * (1 - progress))


# %% wrong: cosine_schedule
# idea: "half the height"
# fits: "The numbers that are wrong are"
def cosine_schedule(step, total, base, warmup=0):
    if warmup < 0 or warmup >= total:
        raise ValueError("warmup")
    if step < warmup:
        return float(base * step / warmup)
    progress = min((step - warmup) / (total - warmup), 1.0)
    return float(base * 0.25 * (1 + np.cos(np.pi * progress)))


# %% wrong: cosine_schedule
# idea: "no warm-up: base at once"
# fits: "In the warm-up you have the highest rate"
def cosine_schedule(step, total, base, warmup=0):
    if warmup < 0 or warmup >= total:
        raise ValueError("warmup")
    if step < warmup:
        return float(base)
    progress = min((step - warmup) / (total - warmup), 1.0)
    return float(base * 0.5 * (1 + np.cos(np.pi * progress)))


# %% wrong: cosine_schedule
# idea: "an int 0 after the end"
# fits: "Fractions are cut off: the result is made"
# fits: "The numbers are right. What is not is what holds them"
def cosine_schedule(step, total, base, warmup=0):
    if warmup < 0 or warmup >= total:
        raise ValueError("warmup")
    if step < warmup:
        return float(base * step / warmup)
    if step >= total:
        return 0
    progress = min((step - warmup) / (total - warmup), 1.0)
    return float(base * 0.5 * (1 + np.cos(np.pi * progress)))


# %% wrong: cosine_schedule
# idea: "whole division in the warm-up"
def cosine_schedule(step, total, base, warmup=0):
    if warmup < 0 or warmup >= total:
        raise ValueError("warmup")
    if step < warmup:
        return float(base * (step // warmup))
    progress = min((step - warmup) / (total - warmup), 1.0)
    return float(base * 0.5 * (1 + np.cos(np.pi * progress)))


# %% wrong: cosine_schedule
# idea: "decay reaches 0 one step early"
def cosine_schedule(step, total, base, warmup=0):
    if warmup < 0 or warmup >= total:
        raise ValueError("warmup")
    if step < warmup:
        return float(base * step / warmup)
    progress = min((step - warmup) / (total - 1 - warmup or 1), 1.0)
    return float(base * 0.5 * (1 + np.cos(np.pi * progress)))


# %% wrong: cosine_schedule
# idea: "the warm-up follows the cosine too"
# fits: "Your warm-up follows a cosine"
def cosine_schedule(step, total, base, warmup=0):
    if warmup < 0 or warmup >= total:
        raise ValueError("warmup")
    if step < warmup:
        return float(base * 0.5 * (1 - np.cos(np.pi * step / warmup)))
    progress = min((step - warmup) / (total - warmup), 1.0)
    return float(base * 0.5 * (1 + np.cos(np.pi * progress)))


# %% right: inverse_sqrt_schedule
def inverse_sqrt_schedule(step, d_model, warmup):
    if step == 0:
        return 0.0
    return float(d_model**-0.5 * min(step**-0.5, step * warmup**-1.5))


# %% right: inverse_sqrt_schedule
def inverse_sqrt_schedule(step, d_model, warmup):
    height = 1.0 / float(np.sqrt(d_model) * np.sqrt(warmup))
    return height * (step / warmup if step <= warmup else float(np.sqrt(warmup / step)))


# %% wrong: inverse_sqrt_schedule
# idea: "the larger of the two terms"
# fits: "You take the larger of the two, so"
def inverse_sqrt_schedule(step, d_model, warmup):
    if step == 0:
        return 0.0
    return float(d_model**-0.5 * max(step**-0.5, step * warmup**-1.5))


# %% wrong: inverse_sqrt_schedule
# idea: "the height grows with the width"
# fits: "Wider models get larger rates with you"
def inverse_sqrt_schedule(step, d_model, warmup):
    if step == 0:
        return 0.0
    return float(d_model**0.5 * min(step**-0.5, step * warmup**-1.5))


# %% wrong: inverse_sqrt_schedule
# idea: "divides by the width, not by its root"
# fits: "You divide by the width. Its root"
def inverse_sqrt_schedule(step, d_model, warmup):
    if step == 0:
        return 0.0
    return float(d_model**-1 * min(step**-0.5, step * warmup**-1.5))


# %% wrong: inverse_sqrt_schedule
# idea: "counts from 1"
# fits: "You shift the steps by one"
def inverse_sqrt_schedule(step, d_model, warmup):
    step = step + 1
    return float(d_model**-0.5 * min(step**-0.5, step * warmup**-1.5))


# %% wrong: inverse_sqrt_schedule
# idea: "divides by 0 at step 0"
# fits: "At step 0 you take a power of"
def inverse_sqrt_schedule(step, d_model, warmup):
    step = np.float64(step)
    return float(d_model**-0.5 * min(step**-0.5, step * warmup**-1.5))


# %% wrong: inverse_sqrt_schedule
# idea: "step 0 has the rate of step 1"
# fits: "You lift step 0 to step 1"
def inverse_sqrt_schedule(step, d_model, warmup):
    step = max(step, 1)
    return float(d_model**-0.5 * min(step**-0.5, step * warmup**-1.5))


# %% wrong: inverse_sqrt_schedule
# idea: "the line rises by one over warmup"
# fits: "It meets the falling curve at step warmup"
def inverse_sqrt_schedule(step, d_model, warmup):
    if step == 0:
        return 0.0
    return float(d_model**-0.5 * min(step**-0.5, step * warmup**-1))


# %% wrong: inverse_sqrt_schedule
# idea: "the line has the exponent 1/2"
# fits: "Your line is far too steep: it should"
def inverse_sqrt_schedule(step, d_model, warmup):
    if step == 0:
        return 0.0
    return float(d_model**-0.5 * min(step**-0.5, step * warmup**-0.5))


# %% wrong: inverse_sqrt_schedule
# idea: "decays with the step, not its root"
# fits: "Your rate falls as one over the step"
def inverse_sqrt_schedule(step, d_model, warmup):
    if step == 0:
        return 0.0
    return float(d_model**-0.5 * min(step**-1.0, step * warmup**-1.5))


# %% wrong: inverse_sqrt_schedule
# idea: "the width is left out"
# fits: "The width of the model has no effect"
def inverse_sqrt_schedule(step, d_model, warmup):
    if step == 0:
        return 0.0
    return float(min(step**-0.5, step * warmup**-1.5))


# %% wrong: inverse_sqrt_schedule
# idea: "no warm-up"
# fits: "Your warm-up has no effect"
def inverse_sqrt_schedule(step, d_model, warmup):
    if step == 0:
        return 0.0
    return float(d_model**-0.5 * step**-0.5)


# %% wrong: inverse_sqrt_schedule
# idea: "the decay begins anew after the warm-up"
# fits: "Your decay begins anew where the warm-up ends"
def inverse_sqrt_schedule(step, d_model, warmup):
    if step < warmup:
        return float(d_model**-0.5 * step * warmup**-1.5)
    return float(d_model**-0.5 * (step - warmup + 1) ** -0.5)


# %% wrong: inverse_sqrt_schedule
# idea: "an int at step 0"
# fits: "Fractions are cut off: the result is made"
# fits: "The numbers are right. What is not is what holds them"
def inverse_sqrt_schedule(step, d_model, warmup):
    if step == 0:
        return 0
    return float(d_model**-0.5 * min(step**-0.5, step * warmup**-1.5))


# %% wrong: inverse_sqrt_schedule
# idea: "warm-up to 1 over the root of the width"
def inverse_sqrt_schedule(step, d_model, warmup):
    if step < warmup:
        return float(d_model**-0.5 * step / warmup)
    return float(d_model**-0.5 * (warmup / step) ** 0.5)


# %% right: one_cycle
def one_cycle(step, total, peak):
    if total < 2:
        raise ValueError("total")
    last = total - 1
    top = 0.3 * last
    step = min(step, last)
    if step <= top:
        low, high, share = peak / 25, peak, step / top
    else:
        low, high, share = peak, peak / 250_000, (step - top) / (last - top)
    return float(low + (high - low) * (1 - np.cos(np.pi * share)) / 2)


# %% right: one_cycle
def one_cycle(step, total, peak):
    if total <= 1:
        raise ValueError("total")
    way = min(1.0, step / (total - 1))
    if way < 0.3:
        weight = np.sin(np.pi / 2 * way / 0.3) ** 2
        return float(peak * (weight + (1 - weight) / 25))
    weight = np.cos(np.pi / 2 * (way - 0.3) / 0.7) ** 2
    return float(peak * weight + peak / 250_000 * (1 - weight))


# %% wrong: one_cycle
# idea: "the last step is number total"
# fits: "Counted from 0, the last step is one"
def one_cycle(step, total, peak):
    if total < 2:
        raise ValueError("total")
    last = total
    top = 0.3 * last
    step = min(step, last)
    if step <= top:
        low, high, share = peak / 25, peak, step / top
    else:
        low, high, share = peak, peak / 250_000, (step - top) / (last - top)
    return float(low + (high - low) * (1 - np.cos(np.pi * share)) / 2)


# %% wrong: one_cycle
# idea: "the top is 30% of total"
# fits: "Your top lies at 30% of the count"
def one_cycle(step, total, peak):
    if total < 2:
        raise ValueError("total")
    last = total - 1
    top = 0.3 * total
    step = min(step, last)
    if step <= top:
        low, high, share = peak / 25, peak, step / top
    else:
        low, high, share = peak, peak / 250_000, (step - top) / (last - top)
    return float(low + (high - low) * (1 - np.cos(np.pi * share)) / 2)


# %% wrong: one_cycle
# idea: "the top is a whole step"
# fits: "You put the top on a whole step"
def one_cycle(step, total, peak):
    if total < 2:
        raise ValueError("total")
    last = total - 1
    top = max(int(0.3 * last), 1)
    step = min(step, last)
    if step <= top:
        low, high, share = peak / 25, peak, step / top
    else:
        low, high, share = peak, peak / 250_000, (step - top) / (last - top)
    return float(low + (high - low) * (1 - np.cos(np.pi * share)) / 2)


# %% wrong: one_cycle
# idea: "the top is rounded"
# fits: "You put the top on a whole step"
def one_cycle(step, total, peak):
    if total < 2:
        raise ValueError("total")
    last = total - 1
    top = max(round(0.3 * last), 1)
    step = min(step, last)
    if step <= top:
        low, high, share = peak / 25, peak, step / top
    else:
        low, high, share = peak, peak / 250_000, (step - top) / (last - top)
    return float(low + (high - low) * (1 - np.cos(np.pi * share)) / 2)


# %% wrong: one_cycle
# idea: "straight lines"
# fits: "You join the three points by straight lines"
def one_cycle(step, total, peak):
    if total < 2:
        raise ValueError("total")
    last = total - 1
    top = 0.3 * last
    step = min(step, last)
    if step <= top:
        low, high, share = peak / 25, peak, step / top
    else:
        low, high, share = peak, peak / 250_000, (step - top) / (last - top)
    return float(low + (high - low) * share)


# %% wrong: one_cycle
# idea: "starts at a tenth"
# fits: "You start at a tenth of the peak"
def one_cycle(step, total, peak):
    if total < 2:
        raise ValueError("total")
    last = total - 1
    top = 0.3 * last
    step = min(step, last)
    if step <= top:
        low, high, share = peak / 10, peak, step / top
    else:
        low, high, share = peak, peak / 250_000, (step - top) / (last - top)
    return float(low + (high - low) * (1 - np.cos(np.pi * share)) / 2)


# %% wrong: one_cycle
# idea: "ends at 0"
# fits: "You end at 0; the table says a"
def one_cycle(step, total, peak):
    if total < 2:
        raise ValueError("total")
    last = total - 1
    top = 0.3 * last
    step = min(step, last)
    if step <= top:
        low, high, share = peak / 25, peak, step / top
    else:
        low, high, share = peak, 0.0, (step - top) / (last - top)
    return float(low + (high - low) * (1 - np.cos(np.pi * share)) / 2)


# %% wrong: one_cycle
# idea: "ends at one ten-thousandth of the peak"
# fits: "The end is compared with the peak here"
def one_cycle(step, total, peak):
    if total < 2:
        raise ValueError("total")
    last = total - 1
    top = 0.3 * last
    step = min(step, last)
    if step <= top:
        low, high, share = peak / 25, peak, step / top
    else:
        low, high, share = peak, peak / 10_000, (step - top) / (last - top)
    return float(low + (high - low) * (1 - np.cos(np.pi * share)) / 2)


# %% wrong: one_cycle
# idea: "the wave goes on beyond the last step"
# fits: "Beyond the last step your rate comes up"
def one_cycle(step, total, peak):
    if total < 2:
        raise ValueError("total")
    last = total - 1
    top = 0.3 * last
    if step <= top:
        low, high, share = peak / 25, peak, step / top
    else:
        low, high, share = peak, peak / 250_000, (step - top) / (last - top)
    return float(low + (high - low) * (1 - np.cos(np.pi * share)) / 2)


# %% wrong: one_cycle
# idea: "0 beyond the last step"
# fits: "You end at 0; the table says a"
def one_cycle(step, total, peak):
    if total < 2:
        raise ValueError("total")
    last = total - 1
    top = 0.3 * last
    if step > last:
        return 0.0
    if step <= top:
        low, high, share = peak / 25, peak, step / top
    else:
        low, high, share = peak, peak / 250_000, (step - top) / (last - top)
    return float(low + (high - low) * (1 - np.cos(np.pi * share)) / 2)


# %% wrong: one_cycle
# idea: "total is not checked"
# fits: "A cycle of one step is no cycle"
def one_cycle(step, total, peak):
    last = total - 1
    top = 0.3 * last
    step = min(step, last)
    if step <= top:
        low, high, share = peak / 25, peak, step / top
    else:
        low, high, share = peak, peak / 250_000, (step - top) / (last - top)
    return float(low + (high - low) * (1 - np.cos(np.pi * share)) / 2)


# %% wrong: one_cycle
# idea: "a run of 2 is refused"
# fits: "Your own `raise` refuses what is allowed"
def one_cycle(step, total, peak):
    if total <= 2:
        raise ValueError("total")
    last = total - 1
    top = 0.3 * last
    step = min(step, last)
    if step <= top:
        low, high, share = peak / 25, peak, step / top
    else:
        low, high, share = peak, peak / 250_000, (step - top) / (last - top)
    return float(low + (high - low) * (1 - np.cos(np.pi * share)) / 2)


# %% wrong: one_cycle
# idea: "PyTorch's top, one step earlier"
# fits: "That is PyTorch's top, a little too early"
def one_cycle(step, total, peak):
    if total < 2:
        raise ValueError("total")
    last = total - 1
    top = max(0.3 * total - 1, 1e-9)
    step = min(step, last)
    if step <= top:
        low, high, share = peak / 25, peak, step / top
    else:
        low, high, share = peak, peak / 250_000, (step - top) / (last - top)
    return float(low + (high - low) * (1 - np.cos(np.pi * share)) / 2)


# %% wrong: one_cycle
# idea: "half the way up, half the way down"
# fits: "Your cycle is symmetric"
def one_cycle(step, total, peak):
    if total < 2:
        raise ValueError("total")
    last = total - 1
    top = 0.5 * last
    step = min(step, last)
    if step <= top:
        low, high, share = peak / 25, peak, step / top
    else:
        low, high, share = peak, peak / 250_000, (step - top) / (last - top)
    return float(low + (high - low) * (1 - np.cos(np.pi * share)) / 2)


# %% wrong: one_cycle
# idea: "a quarter wave that ends steep"
def one_cycle(step, total, peak):
    if total < 2:
        raise ValueError("total")
    last = total - 1
    top = 0.3 * last
    step = min(step, last)
    if step <= top:
        low, high, share = peak / 25, peak, step / top
    else:
        low, high, share = peak, peak / 250_000, (step - top) / (last - top)
    return float(low + (high - low) * (1 - np.cos(np.pi / 2 * share)))


# %% wrong: one_cycle
# idea: "up from 0"
# fits: "You start from 0"
def one_cycle(step, total, peak):
    if total < 2:
        raise ValueError("total")
    last = total - 1
    top = 0.3 * last
    step = min(step, last)
    if step <= top:
        low, high, share = 0.0, peak, step / top
    else:
        low, high, share = peak, peak / 250_000, (step - top) / (last - top)
    return float(low + (high - low) * (1 - np.cos(np.pi * share)) / 2)


# %% right: lr_finder
def lr_finder(losses, rates, smoothing=0.9):
    losses, rates = np.asarray(losses, dtype=float), np.asarray(rates, dtype=float)
    if losses.shape != rates.shape or not np.isfinite(losses[0]):
        raise ValueError("losses")
    s, weight, best, answer = 0.0, 0.0, np.inf, None
    for loss, rate in zip(losses, rates):
        if not np.isfinite(loss):
            break
        s, weight = smoothing * s + loss, smoothing * weight + 1
        if answer is None or s / weight < best:
            best, answer = s / weight, rate
    return float(answer / 10)


# %% right: lr_finder
def lr_finder(losses, rates, smoothing=0.9):
    if len(losses) != len(rates) or not np.isfinite(losses[0]):
        raise ValueError("losses and rates")
    broken = np.flatnonzero(~np.isfinite(losses))
    n = broken[0] if len(broken) else len(losses)
    age = np.arange(n)[:, None] - np.arange(n)
    weights = np.tril(smoothing ** np.maximum(age, 0).astype(float))
    smoothed = weights @ np.array(losses[:n], dtype=float) / weights.sum(axis=1)
    return float(rates[int(np.argmin(smoothed))]) / 10.0


# %% wrong: lr_finder
# idea: "no bias correction"
# fits: "Your running mean starts from 0 and is"
def lr_finder(losses, rates, smoothing=0.9):
    losses, rates = np.asarray(losses, dtype=float), np.asarray(rates, dtype=float)
    if losses.shape != rates.shape or not np.isfinite(losses[0]):
        raise ValueError("losses")
    s, weight, best, answer = 0.0, 0.0, np.inf, None
    for loss, rate in zip(losses, rates):
        if not np.isfinite(loss):
            break
        s, weight = smoothing * s + (1 - smoothing) * loss, 1
        if answer is None or s / weight < best:
            best, answer = s / weight, rate
    return float(answer / 10)


# %% wrong: lr_finder
# idea: "starts from the first loss, without correction"
# fits: "Your running mean begins at the first loss"
def lr_finder(losses, rates, smoothing=0.9):
    losses, rates = np.asarray(losses, dtype=float), np.asarray(rates, dtype=float)
    if losses.shape != rates.shape or not np.isfinite(losses[0]):
        raise ValueError("losses")
    s, smoothed = losses[0], []
    for loss in losses:
        if not np.isfinite(loss):
            break
        s = smoothing * s + (1 - smoothing) * loss
        smoothed.append(s)
    return float(rates[np.argmin(smoothed)] / 10)


# %% wrong: lr_finder
# idea: "the rate with the lowest loss itself"
# fits: "The numbers that are wrong are"
def lr_finder(losses, rates, smoothing=0.9):
    losses, rates = np.asarray(losses, dtype=float), np.asarray(rates, dtype=float)
    if losses.shape != rates.shape or not np.isfinite(losses[0]):
        raise ValueError("losses")
    s, weight, best, answer = 0.0, 0.0, np.inf, None
    for loss, rate in zip(losses, rates):
        if not np.isfinite(loss):
            break
        s, weight = smoothing * s + loss, smoothing * weight + 1
        if answer is None or s / weight < best:
            best, answer = s / weight, rate
    return float(answer)


# %% wrong: lr_finder
# idea: "broken losses are skipped and the rest looked at"
# fits: "You skip a broken loss and go on"
def lr_finder(losses, rates, smoothing=0.9):
    losses, rates = np.asarray(losses, dtype=float), np.asarray(rates, dtype=float)
    if losses.shape != rates.shape or not np.isfinite(losses[0]):
        raise ValueError("losses")
    s, weight, best, answer = 0.0, 0.0, np.inf, None
    for loss, rate in zip(losses, rates):
        if not np.isfinite(loss):
            continue
        s, weight = smoothing * s + loss, smoothing * weight + 1
        if answer is None or s / weight < best:
            best, answer = s / weight, rate
    return float(answer / 10)


# %% wrong: lr_finder
# idea: "stops at NaN but not at infinity"
# fits: "An infinite loss counts with you"
def lr_finder(losses, rates, smoothing=0.9):
    losses, rates = np.asarray(losses, dtype=float), np.asarray(rates, dtype=float)
    if losses.shape != rates.shape or not np.isfinite(losses[0]):
        raise ValueError("losses")
    s, weight, best, answer = 0.0, 0.0, np.inf, None
    for loss, rate in zip(losses, rates):
        if np.isnan(loss):
            break
        s, weight = smoothing * s + loss, smoothing * weight + 1
        if answer is None or s / weight < best:
            best, answer = s / weight, rate
    return float(answer / 10)


# %% wrong: lr_finder
# idea: "smoothing weighs the new loss"
# fits: "Your smoothing is the wrong way round: it"
def lr_finder(losses, rates, smoothing=0.9):
    losses, rates = np.asarray(losses, dtype=float), np.asarray(rates, dtype=float)
    if losses.shape != rates.shape or not np.isfinite(losses[0]):
        raise ValueError("losses")
    s, weight, best, answer = 0.0, 0.0, np.inf, None
    for loss, rate in zip(losses, rates):
        if not np.isfinite(loss):
            break
        s, weight = (1 - smoothing) * s + loss, (1 - smoothing) * weight + 1
        if answer is None or s / weight < best:
            best, answer = s / weight, rate
    return float(answer / 10)


# %% wrong: lr_finder
# idea: "the last of equal ones"
# fits: "Of equally low ones you take the last"
def lr_finder(losses, rates, smoothing=0.9):
    losses, rates = np.asarray(losses, dtype=float), np.asarray(rates, dtype=float)
    if losses.shape != rates.shape or not np.isfinite(losses[0]):
        raise ValueError("losses")
    s, weight, best, answer = 0.0, 0.0, np.inf, None
    for loss, rate in zip(losses, rates):
        if not np.isfinite(loss):
            break
        s, weight = smoothing * s + loss, smoothing * weight + 1
        if answer is None or s / weight <= best:
            best, answer = s / weight, rate
    return float(answer / 10)


# %% wrong: lr_finder
# idea: "the lowest raw loss"
# fits: "You look for the lowest single loss"
def lr_finder(losses, rates, smoothing=0.9):
    losses, rates = np.asarray(losses, dtype=float), np.asarray(rates, dtype=float)
    if losses.shape != rates.shape or not np.isfinite(losses[0]):
        raise ValueError("losses")
    s, weight, best, answer = 0.0, 0.0, np.inf, None
    for loss, rate in zip(losses, rates):
        if not np.isfinite(loss):
            break
        s, weight = loss, 1
        if answer is None or s / weight < best:
            best, answer = s / weight, rate
    return float(answer / 10)


# %% wrong: lr_finder
# idea: "the steepest fall instead of the lowest point"
def lr_finder(losses, rates, smoothing=0.9):
    if len(losses) != len(rates) or not np.isfinite(losses[0]):
        raise ValueError("losses and rates")
    broken = np.flatnonzero(~np.isfinite(losses))
    n = broken[0] if len(broken) else len(losses)
    age = np.arange(n)[:, None] - np.arange(n)
    weights = np.tril(smoothing ** np.maximum(age, 0).astype(float))
    smoothed = weights @ np.array(losses[:n], dtype=float) / weights.sum(axis=1)
    return float(rates[int(np.argmin(np.gradient(smoothed))) if n > 1 else 0]) / 10.0


# %% wrong: lr_finder
# idea: "lengths are not compared"
# fits: "Results are right where there is one. But what the docstring refuses is taken"
def lr_finder(losses, rates, smoothing=0.9):
    losses, rates = np.asarray(losses, dtype=float), np.asarray(rates, dtype=float)
    if not np.isfinite(losses[0]):
        raise ValueError("losses")
    s, weight, best, answer = 0.0, 0.0, np.inf, None
    for loss, rate in zip(losses, rates):
        if not np.isfinite(loss):
            break
        s, weight = smoothing * s + loss, smoothing * weight + 1
        if answer is None or s / weight < best:
            best, answer = s / weight, rate
    return float(answer / 10)


# %% wrong: lr_finder
# idea: "a first loss of NaN gives None or NaN"
# fits: "Results are right where there is one. But what the docstring refuses is taken"
def lr_finder(losses, rates, smoothing=0.9):
    losses, rates = np.asarray(losses, dtype=float), np.asarray(rates, dtype=float)
    if losses.shape != rates.shape:
        raise ValueError("losses")
    s, weight, best, answer = 0.0, 0.0, np.inf, None
    for loss, rate in zip(losses, rates):
        if not np.isfinite(loss):
            break
        s, weight = smoothing * s + loss, smoothing * weight + 1
        if answer is None or s / weight < best:
            best, answer = s / weight, rate
    return float((rates[0] if answer is None else answer) / 10)


# %% wrong: lr_finder
# idea: "the rate after the lowest"
# fits: "You return the rate after the lowest"
def lr_finder(losses, rates, smoothing=0.9):
    if len(losses) != len(rates) or not np.isfinite(losses[0]):
        raise ValueError("losses and rates")
    broken = np.flatnonzero(~np.isfinite(losses))
    n = broken[0] if len(broken) else len(losses)
    age = np.arange(n)[:, None] - np.arange(n)
    weights = np.tril(smoothing ** np.maximum(age, 0).astype(float))
    smoothed = weights @ np.array(losses[:n], dtype=float) / weights.sum(axis=1)
    return float(rates[min(int(np.argmin(smoothed)) + 1, len(rates) - 1)]) / 10.0


# %% wrong: lr_finder
# idea: "a window mean instead of a running one"
# fits: "You average the last few losses alike"
def lr_finder(losses, rates, smoothing=0.9):
    losses, rates = np.asarray(losses, dtype=float), np.asarray(rates, dtype=float)
    if losses.shape != rates.shape or not np.isfinite(losses[0]):
        raise ValueError("losses")
    n = int(np.argmin(np.isfinite(losses))) or len(losses)
    width = max(1, round(1 / (1 - smoothing)))
    smoothed = [losses[max(0, t - width + 1) : t + 1].mean() for t in range(n)]
    return float(rates[np.argmin(smoothed)] / 10)


# %% wrong: lr_finder
# idea: "the default smoothing always"
def lr_finder(losses, rates, smoothing=0.9):
    losses, rates = np.asarray(losses, dtype=float), np.asarray(rates, dtype=float)
    if losses.shape != rates.shape or not np.isfinite(losses[0]):
        raise ValueError("losses")
    smoothing = 0.9
    s, weight, best, answer = 0.0, 0.0, np.inf, None
    for loss, rate in zip(losses, rates):
        if not np.isfinite(loss):
            break
        s, weight = smoothing * s + loss, smoothing * weight + 1
        if answer is None or s / weight < best:
            best, answer = s / weight, rate
    return float(answer / 10)


# %% wrong: lr_finder
# idea: "losses are cleaned in place"
# fits: "Your code changes one of its arguments in"
def lr_finder(losses, rates, smoothing=0.9):
    if len(losses) != len(rates) or not np.isfinite(losses[0]):
        raise ValueError("losses")
    s, weight, smoothed = 0.0, 0.0, []
    for t in range(len(losses)):
        if not np.isfinite(losses[t]):
            break
        s, weight = smoothing * s + losses[t], smoothing * weight + 1
        losses[t] = s / weight
        smoothed.append(losses[t])
    return float(rates[int(np.argmin(smoothed))] / 10)


# %% wrong: lr_finder
# idea: "corrects by the wrong power"
def lr_finder(losses, rates, smoothing=0.9):
    losses, rates = np.asarray(losses, dtype=float), np.asarray(rates, dtype=float)
    if losses.shape != rates.shape or not np.isfinite(losses[0]):
        raise ValueError("losses")
    s, weight, best, answer = 0.0, 0.0, np.inf, None
    for loss, rate in zip(losses, rates):
        if not np.isfinite(loss):
            break
        s, weight = smoothing * s + (1 - smoothing) * loss, 1 - smoothing ** max(1, list(rates).index(rate))
        if answer is None or s / weight < best:
            best, answer = s / weight, rate
    return float(answer / 10)


# %% right: classify_critical_point
def classify_critical_point(hessian, tolerance=1e-6):
    h = np.array(hessian, dtype=float)
    if h.ndim != 2 or h.shape[0] != h.shape[1]:
        raise ValueError("not square")
    values = np.linalg.eigvalsh((h + h.T) / 2)
    zero = tolerance * np.abs(values).max()
    up, down = (values > zero), (values < -zero)
    if up.any() and down.any():
        return "saddle"
    if up.all():
        return "minimum"
    return "maximum" if down.all() else "degenerate"


# %% right: classify_critical_point
def classify_critical_point(hessian, tolerance=1e-6):
    rows, *columns = np.shape(hessian)
    if columns != [rows]:
        raise ValueError("not square")
    h = 0.5 * np.asarray(hessian, dtype=float)
    values = np.sort(np.linalg.eigvalsh(h + h.T))
    values[np.abs(values) <= tolerance * max(-values[0], values[-1])] = 0.0
    signs = set(np.sign(values).astype(int).tolist())
    if {-1, 1} <= signs:
        return "saddle"
    return {(1,): "minimum", (-1,): "maximum"}.get(tuple(signs), "degenerate")


# %% wrong: classify_critical_point
# idea: "takes the lower triangle for the whole"
# fits: "eigvalsh looks at one triangle only"
def classify_critical_point(hessian, tolerance=1e-6):
    h = np.array(hessian, dtype=float)
    if h.ndim != 2 or h.shape[0] != h.shape[1]:
        raise ValueError("not square")
    values = np.linalg.eigvalsh(h)
    zero = tolerance * np.abs(values).max()
    up, down = (values > zero), (values < -zero)
    if up.any() and down.any():
        return "saddle"
    if up.all():
        return "minimum"
    return "maximum" if down.all() else "degenerate"


# %% wrong: classify_critical_point
# idea: "eigenvalues of the lopsided table"
# fits: "Those are the eigenvalues of the table as"
def classify_critical_point(hessian, tolerance=1e-6):
    h = np.array(hessian, dtype=float)
    if h.ndim != 2 or h.shape[0] != h.shape[1]:
        raise ValueError("not square")
    values = np.real(np.linalg.eigvals(h))
    zero = tolerance * np.abs(values).max()
    up, down = (values > zero), (values < -zero)
    if up.any() and down.any():
        return "saddle"
    if up.all():
        return "minimum"
    return "maximum" if down.all() else "degenerate"


# %% wrong: classify_critical_point
# idea: "an absolute tolerance"
# fits: "Your limit is a fixed number"
def classify_critical_point(hessian, tolerance=1e-6):
    h = np.array(hessian, dtype=float)
    if h.ndim != 2 or h.shape[0] != h.shape[1]:
        raise ValueError("not square")
    values = np.linalg.eigvalsh((h + h.T) / 2)
    zero = tolerance
    up, down = (values > zero), (values < -zero)
    if up.any() and down.any():
        return "saddle"
    if up.all():
        return "minimum"
    return "maximum" if down.all() else "degenerate"


# %% wrong: classify_critical_point
# idea: "the tolerance is relative to the largest, not the largest in size"
# fits: "You compare with the largest eigenvalue"
def classify_critical_point(hessian, tolerance=1e-6):
    h = np.array(hessian, dtype=float)
    if h.ndim != 2 or h.shape[0] != h.shape[1]:
        raise ValueError("not square")
    values = np.linalg.eigvalsh((h + h.T) / 2)
    zero = tolerance * abs(values.max())
    up, down = (values > zero), (values < -zero)
    if up.any() and down.any():
        return "saddle"
    if up.all():
        return "minimum"
    return "maximum" if down.all() else "degenerate"


# %% wrong: classify_critical_point
# idea: "no tolerance"
# fits: "A computed eigenvalue is hardly ever exactly 0"
def classify_critical_point(hessian, tolerance=1e-6):
    h = np.array(hessian, dtype=float)
    if h.ndim != 2 or h.shape[0] != h.shape[1]:
        raise ValueError("not square")
    values = np.linalg.eigvalsh((h + h.T) / 2)
    zero = 0.0
    up, down = (values > zero), (values < -zero)
    if up.any() and down.any():
        return "saddle"
    if up.all():
        return "minimum"
    return "maximum" if down.all() else "degenerate"


# %% wrong: classify_critical_point
# idea: "by the determinant"
def classify_critical_point(hessian, tolerance=1e-6):
    h = np.array(hessian, dtype=float)
    if h.ndim != 2 or h.shape[0] != h.shape[1]:
        raise ValueError("not square")
    h = (h + h.T) / 2
    determinant = np.linalg.det(h)
    if abs(determinant) <= tolerance:
        return "degenerate"
    if determinant < 0:
        return "saddle"
    return "minimum" if h[0, 0] > 0 else "maximum"


# %% wrong: classify_critical_point
# idea: "by the diagonal"
# fits: "You read the signs off the diagonal"
def classify_critical_point(hessian, tolerance=1e-6):
    h = np.array(hessian, dtype=float)
    if h.ndim != 2 or h.shape[0] != h.shape[1]:
        raise ValueError("not square")
    values = np.diag(h)
    zero = tolerance * np.abs(values).max()
    up, down = (values > zero), (values < -zero)
    if up.any() and down.any():
        return "saddle"
    if up.all():
        return "minimum"
    return "maximum" if down.all() else "degenerate"


# %% wrong: classify_critical_point
# idea: "a single 0 makes it degenerate"
# fits: "One direction up and one down make a"
def classify_critical_point(hessian, tolerance=1e-6):
    h = np.array(hessian, dtype=float)
    if h.ndim != 2 or h.shape[0] != h.shape[1]:
        raise ValueError("not square")
    values = np.linalg.eigvalsh((h + h.T) / 2)
    zero = tolerance * np.abs(values).max()
    up, down = (values > zero), (values < -zero)
    if not (up | down).all():
        return 'degenerate'
    if up.any() and down.any():
        return "saddle"
    if up.all():
        return "minimum"
    return "maximum" if down.all() else "degenerate"


# %% wrong: classify_critical_point
# idea: "no negative ones: a minimum"
def classify_critical_point(hessian, tolerance=1e-6):
    h = np.array(hessian, dtype=float)
    if h.ndim != 2 or h.shape[0] != h.shape[1]:
        raise ValueError("not square")
    values = np.linalg.eigvalsh((h + h.T) / 2)
    zero = tolerance * np.abs(values).max()
    up, down = (values > zero), (values < -zero)
    if up.any() and down.any():
        return "saddle"
    if not down.any():
        return "minimum"
    return "maximum" if down.all() else "degenerate"


# %% wrong: classify_critical_point
# idea: "no positive ones: a maximum"
# fits: "A flat direction beside falling ones leaves the"
def classify_critical_point(hessian, tolerance=1e-6):
    h = np.array(hessian, dtype=float)
    if h.ndim != 2 or h.shape[0] != h.shape[1]:
        raise ValueError("not square")
    values = np.linalg.eigvalsh((h + h.T) / 2)
    zero = tolerance * np.abs(values).max()
    up, down = (values > zero), (values < -zero)
    if up.any() and down.any():
        return "saddle"
    if up.all():
        return "minimum"
    return "maximum" if not up.any() and down.any() else "degenerate"


# %% wrong: classify_critical_point
# idea: "minimum and maximum swapped"
# fits: "Minimum and maximum are swapped: a surface that"
def classify_critical_point(hessian, tolerance=1e-6):
    h = np.array(hessian, dtype=float)
    if h.ndim != 2 or h.shape[0] != h.shape[1]:
        raise ValueError("not square")
    values = np.linalg.eigvalsh((h + h.T) / 2)
    zero = tolerance * np.abs(values).max()
    up, down = (values > zero), (values < -zero)
    if up.any() and down.any():
        return "saddle"
    if up.all():
        return "maximum"
    return "minimum" if down.all() else "degenerate"


# %% wrong: classify_critical_point
# idea: "not square goes unnoticed"
# fits: "Results are right where there is one. But what the docstring refuses is taken"
def classify_critical_point(hessian, tolerance=1e-6):
    h = np.array(hessian, dtype=float)
    n = min(h.shape)
    h = h[:n, :n]
    values = np.linalg.eigvalsh((h + h.T) / 2)
    zero = tolerance * np.abs(values).max()
    up, down = (values > zero), (values < -zero)
    if up.any() and down.any():
        return "saddle"
    if up.all():
        return "minimum"
    return "maximum" if down.all() else "degenerate"


# %% wrong: classify_critical_point
# idea: "exactly at the tolerance counts as not 0"
def classify_critical_point(hessian, tolerance=1e-6):
    h = np.array(hessian, dtype=float)
    if h.ndim != 2 or h.shape[0] != h.shape[1]:
        raise ValueError("not square")
    values = np.linalg.eigvalsh((h + h.T) / 2)
    zero = tolerance * np.abs(values).max()
    up, down = (values >= zero), (values <= -zero)
    if up.any() and down.any():
        return "saddle"
    if up.all():
        return "minimum"
    return "maximum" if down.all() else "degenerate"


# %% wrong: classify_critical_point
# idea: "the table and its transpose are added in their dtype"
def classify_critical_point(hessian, tolerance=1e-6):
    h = np.array(hessian)
    if h.ndim != 2 or h.shape[0] != h.shape[1]:
        raise ValueError("not square")
    values = np.linalg.eigvalsh((h + h.T) / 2)
    zero = tolerance * np.abs(values).max()
    up, down = (values > zero), (values < -zero)
    if up.any() and down.any():
        return "saddle"
    if up.all():
        return "minimum"
    return "maximum" if down.all() else "degenerate"


# %% wrong: classify_critical_point
# idea: "the tolerance is always a millionth"
# fits: "The caller's tolerance has no effect"
def classify_critical_point(hessian, tolerance=1e-6):
    h = np.array(hessian, dtype=float)
    if h.ndim != 2 or h.shape[0] != h.shape[1]:
        raise ValueError("not square")
    values = np.linalg.eigvalsh((h + h.T) / 2)
    zero = 1e-6 * np.abs(values).max()
    up, down = (values > zero), (values < -zero)
    if up.any() and down.any():
        return "saddle"
    if up.all():
        return "minimum"
    return "maximum" if down.all() else "degenerate"


# %% wrong: classify_critical_point
# idea: "the hessian is made symmetric in place"
# fits: "Your code changes one of its arguments in"
def classify_critical_point(hessian, tolerance=1e-6):
    h = hessian
    if h.ndim != 2 or h.shape[0] != h.shape[1]:
        raise ValueError("not square")
    h[...] = (h + h.T) / 2
    values = np.linalg.eigvalsh((h + h.T) / 2)
    zero = tolerance * np.abs(values).max()
    up, down = (values > zero), (values < -zero)
    if up.any() and down.any():
        return "saddle"
    if up.all():
        return "minimum"
    return "maximum" if down.all() else "degenerate"


# %% wrong: classify_critical_point
# idea: "capital letters"
# fits: "The kinds are spelled with small letters, and"
def classify_critical_point(hessian, tolerance=1e-6):
    h = np.array(hessian, dtype=float)
    if h.ndim != 2 or h.shape[0] != h.shape[1]:
        raise ValueError("not square")
    values = np.linalg.eigvalsh((h + h.T) / 2)
    zero = tolerance * np.abs(values).max()
    up, down = (values > zero), (values < -zero)
    if up.any() and down.any():
        return "Saddle"
    if up.all():
        return "minimum"
    return "maximum" if down.all() else "degenerate"


# %% right: project_onto_ball
def project_onto_ball(w, radius):
    if radius < 0:
        raise ValueError("radius")
    w = np.array(w, dtype=float)
    length = np.sqrt(np.sum(w**2))
    return w * (radius / length) if length > radius else w


# %% right: project_onto_ball
def project_onto_ball(w, radius):
    if radius < 0:
        raise ValueError(radius)
    point = np.asarray(w).astype(np.float64)
    largest = np.abs(point).max(initial=0.0)
    if largest == 0.0:
        return np.zeros(np.shape(w))
    unit = point / largest
    length = np.linalg.norm(unit.ravel())
    return np.array(unit / length * min(float(radius), length * largest)) if length * largest > radius else point


# %% wrong: project_onto_ball
# idea: "stretches what is inside"
# fits: "You stretch what lies inside, too"
def project_onto_ball(w, radius):
    if radius < 0:
        raise ValueError("radius")
    w = np.array(w, dtype=float)
    length = np.sqrt(np.sum(w**2))
    return w * (radius / length) if length > 0 else w


# %% wrong: project_onto_ball
# idea: "each row has its own length"
# fits: "You shorten each row by itself"
def project_onto_ball(w, radius):
    if radius < 0:
        raise ValueError("radius")
    w = np.array(w, dtype=float)
    length = np.sqrt(np.sum(w**2, axis=-1, keepdims=True))
    return w * np.where(length > radius, radius / np.where(length == 0, 1, length), 1.0)


# %% wrong: project_onto_ball
# idea: "cuts each entry"
# fits: "You clip each entry by itself"
def project_onto_ball(w, radius):
    if radius < 0:
        raise ValueError("radius")
    w = np.array(w, dtype=float)
    return np.clip(w, -radius, radius)


# %% wrong: project_onto_ball
# idea: "w itself comes back when it is inside"
# fits: "What comes back is the argument itself, where"
def project_onto_ball(w, radius):
    if radius < 0:
        raise ValueError("radius")
    given, w = w, np.array(w, dtype=float)
    length = np.sqrt(np.sum(w**2))
    return w * (radius / length) if length > radius else given


# %% wrong: project_onto_ball
# idea: "divides 0 by 0"
# fits: "At the centre you divide 0 by 0"
def project_onto_ball(w, radius):
    if radius < 0:
        raise ValueError("radius")
    w = np.array(w, dtype=float)
    length = np.sqrt(np.sum(w**2))
    return w * np.minimum(1.0, radius / length)


# %% wrong: project_onto_ball
# idea: "sizes add up (the diamond)"
# fits: "You add absolute values"
def project_onto_ball(w, radius):
    if radius < 0:
        raise ValueError("radius")
    w = np.array(w, dtype=float)
    length = np.sum(np.abs(w))
    return w * (radius / length) if length > radius else w


# %% wrong: project_onto_ball
# idea: "the largest entry is the length (the box)"
# fits: "You look at the largest entry only"
def project_onto_ball(w, radius):
    if radius < 0:
        raise ValueError("radius")
    w = np.array(w, dtype=float)
    length = np.abs(w).max(initial=0)
    return w * (radius / length) if length > radius else w


# %% wrong: project_onto_ball
# idea: "the spectral norm of a table"
def project_onto_ball(w, radius):
    if radius < 0:
        raise ValueError("radius")
    w = np.array(w, dtype=float)
    length = np.linalg.norm(w, 2 if w.ndim else None)
    return w * (radius / length) if length > radius else w


# %% wrong: project_onto_ball
# idea: "a negative radius is taken"
# fits: "With a negative radius you turn the point"
def project_onto_ball(w, radius):
    w = np.array(w, dtype=float)
    length = np.sqrt(np.sum(w**2))
    return w * (radius / length) if length > radius else w


# %% wrong: project_onto_ball
# idea: "radius 0 is refused"
# fits: "You refuse a radius of 0"
# fits: "Your own `raise` refuses what is allowed"
def project_onto_ball(w, radius):
    if radius <= 0:
        raise ValueError("radius")
    w = np.array(w, dtype=float)
    length = np.sqrt(np.sum(w**2))
    return w * (radius / length) if length > radius else w


# %% wrong: project_onto_ball
# idea: "forgets the radius: length 1"
# fits: "Your result has length 1, whatever the radius"
def project_onto_ball(w, radius):
    if radius < 0:
        raise ValueError("radius")
    w = np.array(w, dtype=float)
    length = np.sqrt(np.sum(w**2))
    return w * (1 / length) if length > radius else w


# %% wrong: project_onto_ball
# idea: "squares of small ints wrap around"
# fits: "Squares of whole numbers overflow in their small"
def project_onto_ball(w, radius):
    if radius < 0:
        raise ValueError("radius")
    length = np.sqrt(np.sum(np.asarray(w) ** 2))
    return w * (radius / length) if length > radius else np.array(w, dtype=float)


# %% wrong: project_onto_ball
# idea: "shortened in place"
# fits: "Your code changes one of its arguments in"
def project_onto_ball(w, radius):
    if radius < 0:
        raise ValueError("radius")
    length = np.linalg.norm(w)
    if length > radius:
        w *= radius / length
    return np.array(w, dtype=float)


# %% wrong: project_onto_ball
# idea: "ints stay ints"
# fits: "Fractions are cut off: the result is made"
# fits: "The numbers are right. What is not is what holds them"
def project_onto_ball(w, radius):
    if radius < 0:
        raise ValueError("radius")
    kind = np.asarray(w).dtype
    w = np.array(w, dtype=float)
    length = np.sqrt(np.sum(w**2))
    out = w * (radius / length) if length > radius else w
    return out.astype(kind)


# %% wrong: project_onto_ball
# idea: "the squared length is compared"
# fits: "You compare the squared length with the radius"
def project_onto_ball(w, radius):
    if radius < 0:
        raise ValueError("radius")
    w = np.array(w, dtype=float)
    length = np.sum(w**2)
    return w * (radius / length) if length > radius else w


# %% right: projected_step
def projected_step(w, gradient, learning_rate, radius):
    if np.shape(w) != np.shape(gradient):
        raise ValueError("shapes")
    return project_onto_ball(w - learning_rate * gradient, radius)


# %% right: projected_step
def projected_step(w, gradient, learning_rate, radius):
    if w.shape != gradient.shape or radius < 0:
        raise ValueError("shapes or radius")
    moved = np.asarray(w, dtype=float) - learning_rate * np.asarray(gradient, dtype=float)
    length = float(np.linalg.norm(np.ravel(moved)))
    return np.array(moved if length <= radius else moved * (radius / length))


# %% wrong: projected_step
# idea: "projects first, then steps"
# fits: "You project first and step then, so that"
def projected_step(w, gradient, learning_rate, radius):
    if np.shape(w) != np.shape(gradient):
        raise ValueError("shapes")
    return project_onto_ball(w, radius) - learning_rate * gradient


# %% wrong: projected_step
# idea: "projects the gradient"
# fits: "You shorten the gradient"
def projected_step(w, gradient, learning_rate, radius):
    if np.shape(w) != np.shape(gradient):
        raise ValueError("shapes")
    return w - learning_rate * project_onto_ball(gradient, radius)


# %% wrong: projected_step
# idea: "projects the move, not the place"
# fits: "You limit the length of the step"
def projected_step(w, gradient, learning_rate, radius):
    if np.shape(w) != np.shape(gradient):
        raise ValueError("shapes")
    return w + project_onto_ball(-learning_rate * gradient, radius)


# %% wrong: projected_step
# idea: "climbs"
# fits: "You climb"
def projected_step(w, gradient, learning_rate, radius):
    if np.shape(w) != np.shape(gradient):
        raise ValueError("shapes")
    return project_onto_ball(w + learning_rate * gradient, radius)


# %% wrong: projected_step
# idea: "shapes are not compared"
# fits: "Weights and a gradient of another shape are"
def projected_step(w, gradient, learning_rate, radius):
    return project_onto_ball(w - learning_rate * gradient, radius)


# %% wrong: projected_step
# idea: "no projection"
# fits: "You take a plain step"
def projected_step(w, gradient, learning_rate, radius):
    if np.shape(w) != np.shape(gradient):
        raise ValueError("shapes")
    if radius < 0:
        raise ValueError('radius')
    return w - learning_rate * gradient


# %% wrong: projected_step
# idea: "stays where it was if the step leaves the ball"
def projected_step(w, gradient, learning_rate, radius):
    if np.shape(w) != np.shape(gradient):
        raise ValueError("shapes")
    moved = w - learning_rate * gradient
    project_onto_ball(w, radius)
    return moved if np.linalg.norm(moved) <= radius else np.array(w)


# %% wrong: projected_step
# idea: "always ends on the sphere"
# fits: "You always go to the edge"
def projected_step(w, gradient, learning_rate, radius):
    if np.shape(w) != np.shape(gradient):
        raise ValueError("shapes")
    moved = w - learning_rate * gradient
    project_onto_ball(w, radius)
    return moved * radius / max(np.linalg.norm(moved), 1e-12)


# %% wrong: projected_step
# idea: "w is moved in place"
# fits: "The step changes the caller's own weights"
def projected_step(w, gradient, learning_rate, radius):
    if np.shape(w) != np.shape(gradient):
        raise ValueError("shapes")
    w -= learning_rate * gradient
    return project_onto_ball(w, radius)


# %% wrong: projected_step
# idea: "projects before and after"
# fits: "You move w into the ball before the"
def projected_step(w, gradient, learning_rate, radius):
    if np.shape(w) != np.shape(gradient):
        raise ValueError("shapes")
    return project_onto_ball(project_onto_ball(w, radius) - learning_rate * gradient, radius)


# %% wrong: projected_step
# idea: "the rate is left out"
# fits: "The learning rate has no effect"
def projected_step(w, gradient, learning_rate, radius):
    if np.shape(w) != np.shape(gradient):
        raise ValueError("shapes")
    return project_onto_ball(w - gradient, radius)


# %% wrong: projected_step
# idea: "a penalty instead of a projection"
# fits: "You pull the weights towards 0 in proportion"
def projected_step(w, gradient, learning_rate, radius):
    if np.shape(w) != np.shape(gradient):
        raise ValueError("shapes")
    project_onto_ball(w, radius)
    return w - learning_rate * (gradient + w / max(radius, 1e-9))


# %% wrong: projected_step
# idea: "only the size of the arrays is compared"
# fits: "Results are right where there is one. But what the docstring refuses is taken"
def projected_step(w, gradient, learning_rate, radius):
    if w.size != gradient.size:
        raise ValueError("shapes")
    return project_onto_ball(w - learning_rate * gradient.reshape(w.shape), radius)
