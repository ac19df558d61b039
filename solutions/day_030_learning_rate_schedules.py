# ---
# day: 30
# title: Learning-rate schedules and the loss landscape
# week: 6
# minutes: 120
# backend: numpy
# needs: [2, 3, 6, 18, 20, 26, 28, 29]
# data: [digits]
# papers:
# - Smith 2017, Cyclical learning rates for training neural networks
# - "Loshchilov and Hutter 2017, SGDR: stochastic gradient descent with warm restarts"
# - "Goyal et al. 2017, Accurate, large minibatch SGD: training ImageNet in 1 hour"
# - Vaswani et al. 2017, Attention is all you need
# - "Smith and Topin 2017, Super-convergence: very fast training of neural networks using large learning rates"
# - Dauphin et al. 2014, Identifying and attacking the saddle point problem in high-dimensional non-convex optimization
# - Gilmer et al. 2022, A loss curvature perspective on training instabilities of deep learning models
# ---

# %% [markdown]
# # Day 30 · Learning-rate schedules and the loss landscape
#
# By the end you can let the learning rate rise and fall on purpose, find its size in one short run, and say of a point
# where the slope is zero what kind of place it is.
#
# - **You will build** seven NumPy functions: cosine decay with warm-up, the Transformer's inverse square root,
#   one-cycle, a learning-rate finder, a judge of critical points, and a descent that stays inside a ball. With them a
#   run that explodes without warm-up reads digits with it.
# - **You need** gradient descent and its divergence (Day 2), penalties on weights (Day 6), eigenvalues (Day 18), the
#   gradients of a network (Day 26).
# - **Not today:** momentum and adaptive rates, which Days 28 and 29 had (a schedule multiplies whatever rate they
#   use), and good starting weights (Day 31).
# - **Time:** about 120 minutes.
#
# | symbol | meaning | shape | in code |
# |---|---|---|---|
# | $t$, $T$ | the update, counted from 0; how many are planned | scalars | `step`, `total` |
# | $\alpha_t$, $\alpha$ | learning rate of update $t$; the highest one | scalars | `base`, `peak` |
# | $u$ | updates of warm-up | scalar | `warmup` |
# | $f$, $k$ | factor of a decay, and after how many updates | scalars | `factor`, `every` |
# | $q$ | power of a polynomial decay | scalar | `power` |
# | $\theta$ | share of the way from one point to another | scalar | |
# | $d$ | width of the model | scalar | `d_model` |
# | $w$ | the weights, all in one row | $(n,)$ | `w` |
# | $L$, $\nabla L$ | loss and its gradient | $()$, $(n,)$ | `gradient` |
# | $H$ | Hessian: the second derivatives of $L$ | $(n, n)$ | `hessian` |
# | $\lambda_i$ | eigenvalue of $H$: curvature along its eigenvector | $(n,)$ together | |
# | $\beta$ | how much of the past a running mean keeps | scalar | `smoothing` |
# | $r$ | radius of a ball around 0 | scalar | `radius` |
# | $\gamma$ | strength of a penalty | scalar | |

# %% setup
import itertools

import matplotlib.pyplot as plt
import numpy as np

import deepdays as dd

dd.plot.style()

# %% [markdown]
# ## Why not one rate for all?
#
# One weight, $L = \frac12 \lambda w^2$, slope $\lambda w$. A step gives $w - \alpha \lambda w = (1 - \alpha\lambda)\,
# w$. By hand with $\lambda = 4$: the rate 0.1 leaves $0.6$ of $w$ at each step; 0.25 lands at once; 0.6 turns $w$
# into $-1.4\, w$, then $1.96\, w$, and so on to infinity. The factor stays within $\pm 1$ only if
#
# $$\alpha < \frac{2}{\lambda} ,$$
#
# and with many weights $\lambda$ is the *largest* curvature. That is the roof. Under it large rates are fast. But a
# batch's gradient is noisy (Day 3), and a constant rate turns noise into jitter: if the slope is $w$ plus noise of
# variance 1, then $w$ ends up with the variance $\frac{\alpha}{2 - \alpha}$. For $\alpha = 0.5$ that is $\frac13$,
# for 0.02 it is 0.01. So one wants a large rate to travel and a small one to arrive. A **schedule** is a rule
# $\alpha_t$ that gives both. How much does it gain?

# %% demo
rng = np.random.default_rng(30)
num_steps, num_runs = 300, 400
fig, ax = plt.subplots(figsize=(8.5, 4.2))
ends = {}
for name, rates in {
    "constant 0.5": np.full(num_steps, 0.5),
    "constant 0.02": np.full(num_steps, 0.02),
    "from 0.5 down: 1 / (t + 2)": 1 / (np.arange(num_steps) + 2),
}.items():
    w, squares = np.full(num_runs, 5.0), []
    for rate in rates:
        w = w - rate * (w + rng.normal(size=num_runs))  # slope w, plus noise
        squares.append(np.mean(w**2) / 2)
    ends[name] = np.mean(squares[-5:])
    ax.semilogy(squares, label=name)
ax.set(xlabel="step $t$", ylabel="mean loss, 400 runs", title="Travel fast, arrive softly: noisy descent on $w^2/2$")
ax.legend()
dd.plot.show(
    "Loss against step on a logarithmic axis. The constant rate 0.5 falls at once and stays at about 0.17; 0.02 falls "
    "slowly to about 0.005; the falling rate drops at once too and goes on sinking, at the end below both."
)
print(*(f"{name}: {value:.4f};" for name, value in ends.items()))
assert ends["from 0.5 down: 1 / (t + 2)"] < min(ends["constant 0.5"], ends["constant 0.02"])

# %% [markdown]
# The large rate is there in ten steps and then dances for ever, the small one needs most of the run, the falling one
# has both. Lower training loss is not the goal itself, though: the goal is few mistakes on new examples (Day 6), and
# every choice below is made on validation data.
#
# ## Five ways down
#
# | name | $\alpha_t$ | to know |
# |---|---|---|
# | step decay | $\alpha \cdot f^{\lfloor t / k \rfloor}$ | times $f$, say 0.1, every $k$ steps, all at once |
# | exponential | $\alpha \cdot f^{\,t / k}$ | the same, smoothly; never reaches 0 |
# | polynomial | $\alpha\, (1 - t / T)^q$ | $q = 1$ is a straight line to 0 |
# | cosine | $\frac{\alpha}{2} \big(1 + \cos \frac{\pi t}{T}\big)$ | slow, fast, slow; down to 0 at $T$ |
# | on plateau | times $f$ when the validation loss has not improved for a while | no formula: it looks |
#
# Cosine needs a length $T$ and nothing else, which is why it became a habit. Its cousin with *warm restarts* jumps
# back up at the end and starts again (Loshchilov and Hutter).
#
# **Warm-up** is the opposite at the beginning: over $u$ steps the rate rises in a straight line from 0. Why it should
# need to is this day's last question. Together:
#
# $$\alpha_t = \begin{cases} \alpha\, t / u & \text{for } t < u \\
# \frac{\alpha}{2} \Big( 1 + \cos \frac{\pi\, (t - u)}{T - u} \Big) & \text{for } u \le t \le T \\
# 0 & \text{beyond.} \end{cases}$$
#
# By hand, $\alpha = 0.8$, $T = 10$, $u = 2$: steps 0, 1, 2 have 0, 0.4 and 0.8; step 4 is a quarter down the cosine,
# $0.4\, (1 + \cos 45°) = 0.683$; step 6 is half-way, 0.4; step 10 has 0. Two traps: the decay begins where the warm-up
# *ends*, so progress is not $t/T$; and a cosine, left alone, comes up again after $T$. (At $t = 0$ the first update
# changes nothing. Some libraries use $(t+1)/u$ instead. Keras starts at 0, as we do.)


# %% exercise: cosine_schedule
def cosine_schedule(step, total, base, warmup=0):
    """The learning rate with linear warm-up and cosine decay (as keras.optimizers.schedules.CosineDecay from 0).

    Args:
        step: the update, int >= 0, counted from 0; it may go beyond total.
        total: the step at which the rate has come down to 0, int.
        base: the highest rate, float > 0, reached at step warmup.
        warmup: steps of warm-up, int from 0 to total - 1.

    Returns:
        Float, the rate of this step; 0 from step total on.

    Raises:
        ValueError: warmup is negative, or not below total. About 6 lines.
    """
    ### BEGIN SOLUTION
    if not 0 <= warmup < total:
        raise ValueError(f"warmup must be from 0 to {total - 1}, not {warmup}")
    if step < warmup:
        return base * step / warmup
    progress = min((step - warmup) / (total - warmup), 1)
    return base * (1 + np.cos(np.pi * progress)) / 2
    ### END SOLUTION


# %% test: cosine_schedule, points=2
for step, due in ((0, 0.0), (1, 0.4), (2, 0.8), (4, 0.4 + 0.4 * np.sqrt(0.5)), (6, 0.4), (10, 0.0), (13, 0.0)):
    result = cosine_schedule(step, 10, 0.8, 2)
    dd.check.like(result, due, what=f"the rate of step {step}", why="these are the steps worked by hand")
dd.check.like(cosine_schedule(0, 8, 0.3), 0.3, why="without warm-up the first step has the highest rate")
with dd.check.raises(ValueError, why="a warm-up of 7 steps does not fit below a total of 7"):
    cosine_schedule(3, 7, 0.5, 7)
### BEGIN HIDDEN TESTS
for total, base, warmup in ((1, 0.5, 0), (2, 3.0, 1), (9, 0.1, 0), (30, 1e-3, 4), (500, 2.0, 77), (12, 0.7, 11)):
    steps = {0, 1, warmup - 1, warmup, warmup + 1, (warmup + total) // 2, total - 1, total, total + 1, 3 * total}
    for step in sorted(step for step in steps if step >= 0):
        if step < warmup:
            due = base * (step / warmup)
        else:
            due = base * np.cos(np.pi / 2 * min(1.0, (step - warmup) / (total - warmup))) ** 2  # half angles
        what = f"the rate of step {step} of {total} with {warmup} of warm-up"
        dd.check.like(cosine_schedule(step, total, base, warmup), due, rtol=1e-9, atol=1e-15 * base, what=what)
dd.check.like(cosine_schedule(np.int64(3), np.int64(9), np.float64(0.5), np.int64(2)), 0.5 * np.cos(np.pi / 14) ** 2)
dd.check.like(cosine_schedule(2, 4, 1), 0.5, why="a whole number is a rate too")
for total, warmup in ((5, 5), (5, 6), (5, -1), (0, 0), (-3, -4)):
    with dd.check.raises(ValueError, why=f"a warm-up of {warmup} does not fit a total of {total}"):
        cosine_schedule(1, total, 0.1, warmup)
### END HIDDEN TESTS

# %% mistakes: cosine_schedule
# - replace: not 0 <= warmup < total
#   with: warmup >= total
#   hint: "A negative warm-up goes through."
# - replace: base * step / warmup
#   with: base * 1.0
#   hint: "In the warm-up you have the highest rate already. It rises from 0."
# - replace: base * step / warmup
#   with: base * (1 - np.cos(np.pi * step / warmup)) / 2
#   hint: "Your warm-up follows a cosine. It is a straight line here."
# - replace: (step - warmup) / (total - warmup)
#   with: step / total
#   hint: "You measure the progress from step 0. The decay begins where the warm-up ends."
# - replace: (step - warmup) / (total - warmup)
#   with: (step - warmup) / total
#   hint: "Your decay takes as many steps as the whole run, so that it is not down when the run ends."
# - replace: min((step - warmup) / (total - warmup), 1)
#   with: (step - warmup) / (total - warmup)
#   hint: "Beyond the planned end your rate comes up again: the cosine does not stop by itself."
# - replace: base * step / warmup
#   with: base * (step + 1) / warmup
#   hint: "Your warm-up is one step ahead: it starts above 0 and reaches the top a step too early."
# - replace: base * (1 + np.cos(np.pi * progress)) / 2
#   with: base * np.cos(np.pi * progress)
#   hint: "A cosine goes from 1 to -1. A rate below 0 climbs; the curve needs to be lifted and halved."
# - replace: base * (1 + np.cos(np.pi * progress)) / 2
#   with: base * np.cos(np.pi / 2 * progress)
#   hint: "You take a quarter of a wave: it starts slowly and ends steeply. Half a wave is flat at both ends."
# - replace: base * (1 + np.cos(np.pi * progress)) / 2
#   with: base * (1 - progress)
#   hint: "That is a straight line down, the polynomial with exponent 1."
# - replace: np.pi * progress
#   with: 180 * progress
#   hint: "Your angle is in degrees. NumPy wants it in radians."
# - replace: if step < warmup
#   with: if step <= warmup
#   hint: "Without a warm-up, step 0 is no part of one, and there is nothing to divide by."
# - replace: if not 0 <= warmup < total
#   with: if not 0 <= warmup <= total
#   hint: "A warm-up as long as the run leaves no step for the decay."


# %% mistake: cosine_schedule
# hint: "You multiply both curves for the whole run, so that the decay is under way before the warm-up is done."
def cosine_schedule(step, total, base, warmup=0):
    if warmup < 0 or warmup >= total:
        raise ValueError(warmup)
    rise = min(1, step / warmup) if warmup else 1
    return base * rise * (1 + np.cos(np.pi * min(step / total, 1))) / 2


# %% mistake: cosine_schedule
# hint: "You never look whether the warm-up fits into the run."
def cosine_schedule(step, total, base, warmup=0):
    if step < warmup:
        return base * step / warmup
    progress = min((step - warmup) / max(total - warmup, 1), 1)
    return base * (1 + np.cos(np.pi * progress)) / 2


# %% mistake: cosine_schedule
# hint: "A warm-up that does not fit goes unnoticed once the run is over. Look at it first."
def cosine_schedule(step, total, base, warmup=0):
    if step >= total:
        return 0.0
    if warmup < 0 or warmup >= total:
        raise ValueError("warmup")
    if step < warmup:
        return base * step / warmup
    return base * (1 + np.cos(np.pi * (step - warmup) / (total - warmup))) / 2


# %% accepts: cosine_schedule
def cosine_schedule(step, total, base, warmup=0):
    if warmup < 0 or total <= warmup:
        raise ValueError("warmup must be at least 0 and below total")
    if step >= total:
        return 0.0
    rise = step / warmup if step < warmup else 1.0
    fall = np.cos(np.pi / 2 * max(step - warmup, 0) / (total - warmup)) ** 2
    return float(base * rise * fall)


# %% accepts: cosine_schedule
def cosine_schedule(step, total, base, warmup=0):
    if warmup not in range(total):
        raise ValueError(warmup)
    if step < warmup:
        return float(np.interp(step, [0, warmup], [0, base]))
    angle = np.clip((step - warmup) / (total - warmup), 0, 1) * np.pi
    return float(base - base * (1 - np.cos(angle)) / 2)


# %% [markdown]
# ## The Transformer's own: inverse square root
#
# Cosine must know the end. The paper that introduced the Transformer used a rule that needs none:
#
# $$\alpha_t = d^{-1/2} \cdot \min\!\big( t^{-1/2},\; t \cdot u^{-3/2} \big).$$
#
# The second term is a straight line up, the first falls as one over the root, and they meet at $t = u$, where both
# are $u^{-1/2}$: so the smaller of the two is warm-up and decay in one. The width $d$ sets the scale, since wider
# models want smaller steps. By hand, $d = 64$, $u = 4$: the root of 64 is 8, so step 1 has $\frac18 \cdot 1 \cdot
# \frac18 = \frac1{64}$, step 4 has $\frac18 \cdot \frac12 = \frac1{16}$, step 16 has $\frac1{32}$: four times the
# step, half the rate.
#
# The paper counts $t$ from 1. We count from 0 as everywhere, where $t^{-1/2}$ has no value but the line has: the rate
# is 0.


# %% exercise: inverse_sqrt_schedule
def inverse_sqrt_schedule(step, d_model, warmup):
    """The learning rate of "Attention is all you need": up in a straight line, then down as one over the root.

    Args:
        step: the update, int >= 0.
        d_model: width of the model, int >= 1.
        warmup: the step with the highest rate, int >= 1.

    Returns:
        Float, the rate of this step; 0 at step 0, without a warning. About 3 lines.
    """
    ### BEGIN SOLUTION
    if step == 0:
        return 0.0
    return d_model**-0.5 * min(step**-0.5, step * warmup**-1.5)
    ### END SOLUTION


# %% fixture
def warnings_from(function, *arguments):
    """The texts of the warnings that a call of the function gives, as a list."""
    import warnings

    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        function(*arguments)
    return [str(warning.message) for warning in caught]


# %% test: inverse_sqrt_schedule, points=1
for step, due in ((1, 1 / 64), (4, 1 / 16), (16, 1 / 32), (0, 0.0)):
    result = inverse_sqrt_schedule(step, 64, 4)
    dd.check.like(result, due, what=f"the rate of step {step}", why="these are the steps worked by hand")
dd.check.like(inverse_sqrt_schedule(100, 25, 9), 0.02, why="it is one over the product of the roots, 5 and 10")
### BEGIN HIDDEN TESTS
for d_model, warmup in ((1, 1), (512, 4000), (7, 3), (100, 25), (9, 2)):
    for step in sorted({0, 1, 2, warmup - 1, warmup, warmup + 1, 4 * warmup, 100_000}):
        up = step / np.sqrt(d_model) / warmup**1.5
        due = up if step <= warmup else 1 / np.sqrt(d_model * step)
        what = f"the rate of step {step} for a width of {d_model} and a warm-up of {warmup}"
        dd.check.like(inverse_sqrt_schedule(step, d_model, warmup), float(due), rtol=1e-9, atol=0, what=what)
due = 1 / np.sqrt(6 * 5)
dd.check.like(inverse_sqrt_schedule(np.int64(5), np.int64(6), np.int64(5)), due, why="step and warm-up are equal")
dd.check.like(inverse_sqrt_schedule(np.int64(0), np.int64(6), np.int64(5)), 0.0, why="the line up begins at 0")
for zero in (0, np.int64(0)):
    warned = warnings_from(inverse_sqrt_schedule, zero, 6, 5)
    dd.check.equal(warned, [], what="the list of warnings", why="step 0 has the rate 0, without a warning")
### END HIDDEN TESTS

# %% mistakes: inverse_sqrt_schedule
# - replace: d_model**-0.5 *
#   with: d_model**-1.0 *
#   hint: "You divide by the width. Its root was asked for."
# - replace: warmup**-1.5
#   with: warmup**-1.0
#   hint: "Your line rises to 1 over nothing but the width. It meets the falling curve at step warmup. Which power
#     does that?"
# - replace: min(step**-0.5, step * warmup**-1.5)
#   with: max(step**-0.5, step * warmup**-1.5)
#   hint: "You take the larger of the two, so the rate starts high and grows without end."
# - replace: warmup**-1.5
#   with: warmup**-0.5
#   hint: "Your line is far too steep: it should meet the falling curve at step warmup. Which power does that?"
# - replace: warmup**-1.5
#   with: warmup**1.5
#   hint: "Your warm-up has no effect: the line is never the smaller of the two. Is there a minus missing in its power?"
# - replace: d_model**-0.5 *
#   with: d_model**0.5 *
#   hint: "Wider models get larger rates with you."
# - replace: d_model**-0.5 *
#   with: 1.0 *
#   hint: "The width of the model has no effect on your rate."
# - replace: step**-0.5, step
#   with: (step + 1) ** -0.5, (step + 1)
#   hint: "You shift the steps by one. Here the top lies at step warmup exactly, and step 0 has no rate."
# - replace: step**-0.5,
#   with: warmup**-0.5,
#   hint: "After the warm-up your rate stays where it is. It should fall with the step."
# - replace: step**-0.5,
#   with: step**-1.0,
#   hint: "Your rate falls as one over the step. One over its root was asked for."
# - replace: |-
#     if step == 0:
#             return 0.0
#   with: pass
#   hint: "At step 0 you divide by zero. What does the line say there?"


# %% mistake: inverse_sqrt_schedule
# hint: "That is the decay alone. The first steps have their own, rising line."
def inverse_sqrt_schedule(step, d_model, warmup):
    return float(1 / np.sqrt(d_model * max(step, warmup)))


# %% mistake: inverse_sqrt_schedule
# hint: "You lift step 0 to step 1. The line passes through 0."
def inverse_sqrt_schedule(step, d_model, warmup):
    step = max(step, 1)
    return d_model**-0.5 * min(step**-0.5, step * warmup**-1.5)


# %% mistake: inverse_sqrt_schedule
# hint: "Your decay begins anew where the warm-up ends. Step and not distance from the top is under the root."
def inverse_sqrt_schedule(step, d_model, warmup):
    if step < warmup:
        return d_model**-0.5 * step * warmup**-1.5
    return d_model**-0.5 * (step - warmup + 1) ** -0.5


# %% mistake: inverse_sqrt_schedule
# hint: "At step 0 you take a power of 0, which warns or breaks. Only the line has a value there."
def inverse_sqrt_schedule(step, d_model, warmup):
    return float(d_model**-0.5 * min(np.float64(step) ** -0.5, step * float(warmup) ** -1.5))


# %% equivalents: inverse_sqrt_schedule
# - replace: if step == 0
#   with: if step <= 0
#   reason: "No step is negative."
# - replace: return 0.0
#   with: return 0 * 0.0
#   reason: "It is the same number."


# %% accepts: inverse_sqrt_schedule
def inverse_sqrt_schedule(step, d_model, warmup):
    top = 1 / np.sqrt(d_model * warmup)
    return float(top * step / warmup if step < warmup else top * np.sqrt(warmup / step))


# %% accepts: inverse_sqrt_schedule
def inverse_sqrt_schedule(step, d_model, warmup):
    line = step / (warmup * warmup**0.5)
    return min(line, 1 / max(step, 1e-12) ** 0.5) / d_model**0.5


# %% [markdown]
# ## One cycle
#
# Smith's **one-cycle** goes further: the rate climbs for a good part of the run to a height at which one could not
# stay, then falls far below where it began. The climb is a long warm-up, the height shakes the weights out of narrow
# valleys, the end lets them settle. (Momentum, where used, runs the other way.) The form that libraries took over:
#
# | where | rate |
# |---|---|
# | step 0 | $\alpha / 25$ |
# | 30% of the way | $\alpha$ |
# | last step, $T - 1$ | $\alpha / 250{,}000$, as good as nothing |
#
# and between these three, halves of a cosine wave that start and end flat. With $T$ steps counted from 0 the last is
# $T - 1$, so the top lies at $0.3\, (T - 1)$, which need not be a whole number. By hand, $T = 21$, $\alpha = 1$: the
# last step is 20, the top is step 6. Step 3 is half-way up, $\frac12 (1 + \frac1{25}) = 0.52$. Step 13 is half-way
# down, and $\frac12 (1 + \frac{1}{250000}) = 0.500002$. (PyTorch's `OneCycleLR` puts the top a little earlier, at
# $0.3\, T - 1$.)


# %% exercise: one_cycle
def one_cycle(step, total, peak):
    """The learning rate of a one-cycle run: up by half a cosine wave, down by another.

    Args:
        step: the update, int >= 0, counted from 0.
        total: number of steps of the run, int >= 2; the last is total - 1.
        peak: the highest rate, float > 0, at 30% of the way from step 0 to the last step.

    Returns:
        Float: peak / 25 at step 0, peak / 250_000 at the last step and beyond.

    Raises:
        ValueError: total is below 2. About 8 lines.
    """
    ### BEGIN SOLUTION
    if total < 2:
        raise ValueError(f"a cycle needs two steps or more, not {total}")
    last = total - 1
    top = 0.3 * last
    if step <= top:
        start, end, progress = peak / 25, peak, step / top
    else:
        start, end, progress = peak, peak / 250_000, min((step - top) / (last - top), 1)
    return end + (start - end) * (1 + np.cos(np.pi * progress)) / 2
    ### END SOLUTION


# %% test: one_cycle, points=2
for step, due in ((0, 0.04), (3, 0.52), (6, 1.0), (13, 0.500002), (20, 4e-6), (21, 4e-6), (40, 4e-6)):
    result = one_cycle(step, 21, 1.0)
    dd.check.like(result, due, rtol=1e-9, what=f"the rate of step {step}", why="these are the steps worked by hand")
dd.check.like(one_cycle(5, 11, 0.6), 0.3 + 0.3 * np.cos(np.pi * 2 / 7), rtol=1e-4, why="step 5 is 2/7 of the way down")
with dd.check.raises(ValueError, why="one step has no way up and down"):
    one_cycle(0, 1, 0.1)
### BEGIN HIDDEN TESTS
for total in (2, 3, 5, 11, 31, 100, 1001):
    for peak in (1.0, 0.05, 3.0):
        last = total - 1
        top = 0.3 * last
        for step in sorted({0, 1, 2, int(top), int(top) + 1, last // 2, last - 1, last, last + 1, 2 * total}):
            if step <= top:  # half angles: up by a squared sine, down by a squared cosine
                due = peak * (0.04 + 0.96 * np.sin(np.pi / 2 * step / top) ** 2)
            else:
                share = np.cos(np.pi / 2 * min((step - top) / (last - top), 1.0)) ** 2
                due = peak * (4e-6 + (1 - 4e-6) * share)
            what = f"the rate of step {step} of {total}"
            dd.check.like(one_cycle(step, total, peak), float(due), rtol=1e-9, atol=0, what=what)
rates = [one_cycle(step, 41, 0.2) for step in range(41)]
dd.check.equal(int(np.argmax(rates)), 12, what="the step with the highest rate", why="12 is 30% of 40")
dd.check.like(one_cycle(np.int64(12), np.int64(41), np.float64(0.2)), 0.2, why="NumPy's numbers are numbers")
for total in (1, 0, -4):
    with dd.check.raises(ValueError, why="a cycle needs two steps or more"):
        one_cycle(0, total, 0.1)
### END HIDDEN TESTS

# %% mistakes: one_cycle
# - replace: peak / 25, peak, step / top
#   with: peak / 10, peak, step / top
#   hint: "You start at a tenth of the peak. The table says another fraction."
# - replace: top = 0.3 * last
#   with: top = max(0.3 * total - 1, 1e-9)
#   hint: "That is PyTorch's top, a little too early. Here it lies at 30% of the way to the last step."
# - replace: top = 0.3 * last
#   with: top = 0.3 * total
#   hint: "Your top lies at 30% of the count. The way leads from step 0 to the last step, which is one less."
# - replace: last = total - 1
#   with: last = total
#   hint: "Counted from 0, the last step is one below the total. Yours comes too late."
# - replace: top = 0.3 * last
#   with: top = 0.5 * last
#   hint: "Your cycle is symmetric. The way up takes less than a third."
# - replace: peak / 25, peak, step / top
#   with: 0.0, peak, step / top
#   hint: "You start from 0. A one-cycle starts at a fraction of its peak."
# - replace: peak, peak / 250_000, min
#   with: peak, peak / 25, min
#   hint: "You come back to where you started. The end lies far below the start."
# - replace: peak, peak / 250_000, min
#   with: peak, peak / 10_000, min
#   hint: "The end is compared with the peak here, not with the start."
# - replace: peak, peak / 250_000, min
#   with: peak, 0.0, min
#   hint: "You end at 0; the table says a small number. Near the end one is not as good as the other for a test."
# - replace: min((step - top) / (last - top), 1)
#   with: (step - top) / (last - top)
#   hint: "Beyond the last step your rate comes up again: the cosine does not stop by itself."
# - replace: min((step - top) / (last - top), 1)
#   with: min(step / last, 1)
#   hint: "On the way down you measure the progress from step 0. It begins at the top."
# - replace: end + (start - end) * (1 + np.cos(np.pi * progress)) / 2
#   with: end + (start - end) * (1 - progress)
#   hint: "You join the three points by straight lines. They are halves of a cosine wave, flat at their ends."
# - replace: end + (start - end) * (1 + np.cos(np.pi * progress)) / 2
#   with: start + (start - end) * (1 + np.cos(np.pi * progress)) / 2
#   hint: "At the end of each part you are at the wrong height. Try progress 0 and progress 1 in your last line."
# - replace: |-
#     if total < 2:
#             raise ValueError(f"a cycle needs two steps or more, not {total}")
#   with: pass
#   hint: "A cycle of one step is no cycle, and should be refused."


# %% mistake: one_cycle
# hint: "You put the top on a whole step. It may lie between two."
def one_cycle(step, total, peak):
    if total < 2:
        raise ValueError(total)
    last, top = total - 1, max(int(0.3 * (total - 1)), 1)
    if step <= top:
        return peak / 25 + (peak - peak / 25) * (1 - np.cos(np.pi * step / top)) / 2
    return (
        peak / 250_000 + (peak - peak / 250_000) * (1 + np.cos(np.pi * min((step - top) / max(last - top, 1), 1))) / 2
    )


# %% mistake: one_cycle
# hint: "Your way down runs through negative rates or stops at half its height: check the cosine's range."
def one_cycle(step, total, peak):
    if total < 2:
        raise ValueError(total)
    last = total - 1
    top = 0.3 * last
    if step <= top:
        return peak / 25 + (peak - peak / 25) * np.sin(np.pi / 2 * step / top)
    return peak / 250_000 + (peak - peak / 250_000) * np.cos(np.pi / 2 * min((step - top) / (last - top), 1))


# %% equivalents: one_cycle
# - replace: if step <= top
#   with: if step < top
#   reason: "At the top both parts give the peak."


# %% accepts: one_cycle
def one_cycle(step, total, peak):
    if total <= 1:
        raise ValueError("total must be 2 or more")
    place = min(step / (total - 1), 1)
    if place < 0.3:
        return float(peak * (1 / 25 + (1 - 1 / 25) * np.sin(np.pi / 2 * place / 0.3) ** 2))
    low = 1 / 250_000
    return float(peak * (low + (1 - low) * np.cos(np.pi / 2 * (place - 0.3) / 0.7) ** 2))


# %% accepts: one_cycle
def one_cycle(step, total, peak):
    if not total > 1:
        raise ValueError("total")
    corners = np.array([0.0, 0.3, 1.0]) * (total - 1)
    heights = [peak / 25, peak, peak / 25 / 1e4]
    step = min(step, total - 1)
    part = int(step > corners[1])
    low, high = corners[part], corners[part + 1]
    bend = (1 - np.cos(np.pi * (step - low) / (high - low))) / 2
    return float((1 - bend) * heights[part] + bend * heights[part + 1])


# %% [markdown]
# Now the gallery. Which of them could you tell apart by looking at the rate of step 0, and at that of the last step?


# %% demo
def step_decay(step, base, every, factor=0.5):
    return base * factor ** (step // every)


def exponential_decay(step, base, every, factor=0.5):
    return base * factor ** (step / every)


def polynomial_decay(step, total, base, power):
    return base * (1 - min(step, total) / total) ** power


total = 200
gallery = {
    "step decay": {"halved every 50": lambda t: step_decay(t, 1.0, 50)},
    "exponential": {"halved every 50": lambda t: exponential_decay(t, 1.0, 50)},
    "polynomial": {f"$q = {q}$": lambda t, q=q: polynomial_decay(t, total, 1.0, q) for q in (1, 3)},
    "cosine": {f"warm-up {u}": lambda t, u=u: cosine_schedule(t, total, 1.0, u) for u in (0, 40)},
    "inverse square root": {f"warm-up {u}": lambda t, u=u: inverse_sqrt_schedule(t, 1, u) for u in (10, 40)},
    "one-cycle": {"peak 1": lambda t: one_cycle(t, total, 1.0)},
}
fig, panels = plt.subplots(2, 3, figsize=(13, 6.4), sharex=True)
for ax, (name, curves) in zip(panels.flat, gallery.items(), strict=True):
    for label, schedule in curves.items():
        ax.plot([schedule(step) for step in range(total)], label=label)
    ax.set(title=name, ylim=(0, None))
    ax.legend(fontsize=10)
for ax in panels[1]:
    ax.set_xlabel("step $t$")
for ax in panels[:, 0]:
    ax.set_ylabel(r"rate $\alpha_t$")
dd.plot.show(
    "Six panels of the rate over 200 steps: step decay as a staircase, exponential as a smooth curve that does not "
    "reach 0, polynomials to 0 as a line and as a bent curve, cosine from the top or after a warm-up to 0, inverse "
    "square root rising in a line and falling with a long tail, one-cycle up to step 60 and down to nearly 0."
)

# %% [markdown]
# Those with a warm-up start at 0 and one-cycle low; cosine, polynomial and one-cycle end at 0 or close to it, the
# others don't. The inverse square root has a smaller top for a longer warm-up, because the two share one formula.
#
# ## How high? The learning-rate finder
#
# All of them need a height. Smith's **range test** finds it in one short run: let the rate grow from tiny to
# absurd, times a constant factor at each step, and note the loss before each update. At first nothing happens, then the
# loss falls, then it climbs and explodes. At the lowest point the rate is already too high to live with, so one takes a
# tenth of it.
#
# A batch's loss is noisy, so it is smoothed by a **running mean** that forgets: $\beta$ times what was, $1 - \beta$
# times what is new. Started from 0 it is far too low at first, so each is divided by the sum of its weights (Day
# 28's bias correction):
#
# $$s_t = \frac{\sum_{j \le t} \beta^{\,t - j} L_j}{\sum_{j \le t} \beta^{\,t - j}} .$$
#
# By hand, $\beta = \frac12$ and losses 4, 2, 1, 6 at the rates 0.01, 0.1, 1, 10: $s_0 = 4$, $s_1 = \frac{2 + 2}{1.5}
# = 2.67$, $s_2 = \frac{1 + 1 + 1}{1.75} = 1.71$, $s_3 = \frac{6 + 0.5 + 0.5 + 0.5}{1.875} = 4$. The lowest is at the
# rate 1, so the answer is 0.1. Without the division the first value would be 2, and with a larger $\beta$ it would be
# the lowest of all: a finder that always finds the first rate.


# %% exercise: lr_finder
def lr_finder(losses, rates, smoothing=0.9):
    """The learning rate that a range test suggests: a tenth of that with the lowest smoothed loss.

    Args:
        losses: (n,) array or list of numbers, the loss before each update, n >= 1; once the run has diverged there may
            be infinity or NaN among them, and whatever follows means nothing. Left unchanged.
        rates: (n,) array or list, the rate of each update, growing. Left unchanged.
        smoothing: share of the past in the running mean, float from 0 (no smoothing) to below 1.

    Returns:
        Float. Losses are looked at up to the first that is not finite; of several equally low ones the first counts.

    Raises:
        ValueError: losses and rates have different lengths, or the very first loss is not finite. About 10 lines.
    """
    ### BEGIN SOLUTION
    if len(losses) != len(rates) or not np.isfinite(losses[0]):
        raise ValueError("one rate a loss is due, and a first loss that is finite")
    total, weight, lowest, best = 0.0, 0.0, np.inf, 0.0
    for loss, rate in zip(losses, rates, strict=True):
        if not np.isfinite(loss):
            break
        total = smoothing * total + loss
        weight = smoothing * weight + 1
        if total / weight < lowest:
            lowest, best = total / weight, rate
    return best / 10
    ### END SOLUTION


# %% test: lr_finder, points=3
losses, rates = np.array([4.0, 2.0, 1.0, 6.0]), np.array([0.01, 0.1, 1.0, 10.0])
with dd.check.unchanged(losses, what="losses"), dd.check.unchanged(rates, what="rates"):
    result = lr_finder(losses, rates, 0.5)
dd.check.like(result, 0.1, why="this is the example worked by hand")
result = lr_finder([2.3, 2.2, 1.1, 1.6, float("nan"), 0.2], [0.001, 0.004, 0.016, 0.064, 0.256, 1.024], 0.0)
dd.check.like(result, 0.0016, why="unsmoothed, 1.1 is the lowest before the run broke down")
with dd.check.raises(ValueError, why="three losses cannot have two rates"):
    lr_finder([1.0, 2.0, 3.0], [0.1, 0.2])
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(300)


def slow_finder(losses, rates, smoothing):
    means = []
    for t in range(len(losses)):
        if not np.isfinite(losses[t]):
            break
        shares = [smoothing ** (t - j) for j in range(t + 1)]
        means.append(sum(share * loss for share, loss in zip(shares, losses, strict=False)) / sum(shares))
    return rates[means.index(min(means))] / 10


for n in (1, 2, 7, 60):
    for smoothing in (0.0, 0.5, 0.9, 0.98):
        rates = np.geomspace(1e-4, 5.0, n)
        falling = 3.0 - 2.0 * np.linspace(0, 1, n) ** 2 + 20 * np.maximum(np.linspace(0, 1, n) - 0.7, 0)
        losses = falling + 0.2 * rng.normal(size=n)
        with dd.check.unchanged(losses, what="losses"), dd.check.unchanged(rates, what="rates"):
            result = lr_finder(losses, rates, smoothing)
        dd.check.like(
            result, float(slow_finder(losses, rates, smoothing)), rtol=1e-9, why="it is a tenth of the lowest's"
        )
        dd.check.like(lr_finder(list(losses), list(rates), smoothing), result, why="a list serves as well")
        for broken in (np.inf, np.nan, -np.inf):
            if n > 2:
                spoilt = losses.copy()
                spoilt[n // 2] = broken
                due = slow_finder(losses[: n // 2], rates[: n // 2], smoothing)
                dd.check.like(lr_finder(spoilt, rates, smoothing), float(due), why=f"the run broke down with {broken}")
rates = np.geomspace(1e-3, 1e2, 11)
noisy = np.array([3.0, 2.9, 1.0, 2.6, 2.4, 2.2, 2.0, 1.9, 1.85, 5.0, 30.0])
dd.check.like(lr_finder(noisy, rates), float(slow_finder(noisy, rates, 0.9)), rtol=1e-9, why="the default keeps 0.9")
dd.check.like(lr_finder([2.0, 2.0, 2.0], [0.1, 0.2, 0.4], 0.0), 0.01, why="of equal losses the first counts")
dd.check.like(lr_finder([3, 1, 2], [1, 10, 100], 0.0), 1.0, why="whole numbers are numbers")
dd.check.like(lr_finder([-1.0, -3.0, 5.0], [0.1, 0.2, 0.4], 0.0), 0.02, why="a loss may be negative")
for first in (np.nan, np.inf):
    with dd.check.raises(ValueError, why="a run that starts broken says nothing"):
        lr_finder([first, 1.0], [0.1, 0.2])
for a, b in ((3, 2), (2, 3), (5, 1)):
    with dd.check.raises(ValueError, why=f"{a} losses and {b} rates do not belong together"):
        lr_finder(np.ones(a), np.ones(b))
with dd.check.raises(ValueError, why="the lengths differ, wherever the run broke down"):
    lr_finder([1.0, np.nan, 3.0], [0.1, 0.2])
### END HIDDEN TESTS

# %% mistakes: lr_finder
# - replace: |-
#     total = smoothing * total + loss
#             weight = smoothing * weight + 1
#   with: |-
#     total = (1 - smoothing) * total + loss
#             weight = (1 - smoothing) * weight + 1
#   hint: "Your smoothing is the wrong way round: it is the share of the past, and you give it to the new loss."
# - replace: |-
#     total = smoothing * total + loss
#             weight = smoothing * weight + 1
#   with: total, weight = loss, 1
#   hint: "You look for the lowest single loss. One lucky batch decides; the smoothed losses were asked for."
# - replace: weight = smoothing * weight + 1
#   with: weight = 1 / (1 - smoothing)
#   hint: "Your running mean starts from 0 and is too low at first. Divide by the weights that are really in it."
# - replace: total / weight < lowest
#   with: loss < lowest
#   hint: "You look for the lowest single loss. One lucky batch decides; the smoothed losses were asked for."
# - replace: best / 10
#   with: best
#   hint: "At the lowest point the rate is already too high. How much below it does one go?"
# - replace: best / 10
#   with: lowest
#   hint: "You return the loss. The rate was asked for."
# - replace: total / weight < lowest
#   with: total / weight <= lowest
#   hint: "Of equally low ones you take the last. The first counts."
# - replace: break
#   with: continue
#   hint: "You skip a broken loss and go on. What follows a NaN means nothing, however low it is."
# - replace: |-
#     if not np.isfinite(loss):
#                 break
#   with: pass
#   hint: "An infinite loss counts with you. Look whether the losses are still finite numbers; NaN alone is not enough."
# - replace: len(losses) != len(rates) or not np.isfinite(losses[0])
#   with: len(losses) != len(rates)
#   hint: "A run whose first loss is broken says nothing, and should be refused."
# - replace: len(losses) != len(rates) or not np.isfinite(losses[0])
#   with: not np.isfinite(losses[0])
#   hint: "Losses and rates of different lengths go unnoticed, or end in another error."


# %% mistake: lr_finder
# hint: "Your running mean begins at the first loss and gives it more weight than its share."
def lr_finder(losses, rates, smoothing=0.9):
    if len(losses) != len(rates) or not np.isfinite(losses[0]):
        raise ValueError("no")
    mean, lowest, best = losses[0], np.inf, rates[0]
    for loss, rate in zip(losses, rates, strict=True):
        if not np.isfinite(loss):
            break
        mean = smoothing * mean + (1 - smoothing) * loss
        if mean < lowest:
            lowest, best = mean, rate
    return best / 10


# %% mistake: lr_finder
# hint: "Your smoothing is the wrong way round: it is the share of the past, and you give it to the new loss."
def lr_finder(losses, rates, smoothing=0.9):
    if len(losses) != len(rates) or not np.isfinite(losses[0]):
        raise ValueError("no")
    total, weight, lowest, best = 0.0, 0.0, np.inf, 0.0
    for loss, rate in zip(losses, rates, strict=True):
        if not np.isfinite(loss):
            break
        total = (1 - smoothing) * total + smoothing * loss
        weight = (1 - smoothing) * weight + smoothing
        if total < lowest * weight:
            lowest, best = total / weight, rate
    return best / 10


# %% mistake: lr_finder
# hint: "You take the rate at which the loss falls most steeply. Another rule: here it is a tenth of the lowest's."
def lr_finder(losses, rates, smoothing=0.9):
    if len(losses) != len(rates) or not np.isfinite(losses[0]):
        raise ValueError("no")
    means, total, weight = [], 0.0, 0.0
    for loss in losses:
        if not np.isfinite(loss):
            break
        total, weight = smoothing * total + loss, smoothing * weight + 1
        means.append(total / weight)
    slopes = np.diff(means) / np.diff(np.log(rates[: len(means)]))
    return rates[int(np.argmin(slopes))] if len(slopes) else rates[0]


# %% mistake: lr_finder
# hint: "You return the rate after the lowest."
def lr_finder(losses, rates, smoothing=0.9):
    if len(losses) != len(rates) or not np.isfinite(losses[0]):
        raise ValueError("no")
    total, weight, means = 0.0, 0.0, []
    for loss in losses:
        if not np.isfinite(loss):
            break
        total, weight = smoothing * total + loss, smoothing * weight + 1
        means.append(total / weight)
    return rates[min(int(np.argmin(means)) + 1, len(rates) - 1)] / 10


# %% mistake: lr_finder
# hint: "You average the last few losses alike. In a running mean old losses fade, and none is dropped at once."
def lr_finder(losses, rates, smoothing=0.9):
    if len(losses) != len(rates) or not np.isfinite(losses[0]):
        raise ValueError("no")
    width, means = max(1, round(1 / (1 - smoothing))), []
    for t in range(len(losses)):
        if not np.isfinite(losses[t]):
            break
        means.append(np.mean(losses[max(0, t - width + 1) : t + 1]))
    return rates[int(np.argmin(means))] / 10


# %% equivalents: lr_finder
# - replace: lowest, best = 0.0, 0.0, np.inf, 0.0
#   with: lowest, best = 0.0, 0.0, np.inf, 1.0
#   reason: "The first loss is finite, so the start is replaced at once."
# - replace: smoothing * weight + 1
#   with: smoothing * weight + 2
#   reason: "All means are halved, and the lowest stays the lowest."


# %% accepts: lr_finder
def lr_finder(losses, rates, smoothing=0.9):
    losses = np.array(losses, dtype=float)
    finite = np.isfinite(losses)
    if len(losses) != len(rates) or not finite[0]:
        raise ValueError("losses")
    count = len(losses) if finite.all() else int(np.argmin(finite))
    ages = np.subtract.outer(np.arange(count), np.arange(count))  # (count, count)
    shares = np.where(ages >= 0, float(smoothing) ** np.maximum(ages, 0), 0.0)
    means = shares @ losses[:count] / shares.sum(axis=1)
    return float(rates[int(np.argmin(means))]) / 10


# %% accepts: lr_finder
def lr_finder(losses, rates, smoothing=0.9):
    if len(losses) != len(rates):
        raise ValueError("lengths")
    means, mean = [], 0.0
    for step, loss in enumerate(losses):
        if not np.isfinite(loss):
            break
        mean = smoothing * mean + (1 - smoothing) * loss
        means.append(mean / (1 - smoothing ** (step + 1)))
    if not means:
        raise ValueError("the first loss is not finite")
    lowest = min(means)
    return rates[[value <= lowest + 1e-12 * abs(lowest) for value in means].index(True)] * 0.1


# %% [markdown]
# At work on a network like Day 26's, two hidden layers of 64 ReLUs on Day 18's digits (standardised). What rate does it
# find, and how good is that compared with others?


# %% demo
(x_train, y_train), (x_test, y_test) = dd.data.digits(test_fraction=0.2, seed=30)
mean, spread = x_train.mean(axis=0), x_train.std(axis=0) + 0.01
x_train, x_test = (x_train - mean) / spread, (x_test - mean) / spread


def start_weights(sizes, scale, rng):
    """A list of (weights, biases), one for each layer; scale 1 is the usual size for ReLU (Day 31)."""
    return [(rng.normal(0, scale * np.sqrt(2 / a), (a, b)), np.zeros(b)) for a, b in itertools.pairwise(sizes)]


def scores(layers, x):
    """What each layer takes in, and the logits."""
    inputs = [x]
    for weights, biases in layers[:-1]:
        inputs.append(np.maximum(inputs[-1] @ weights + biases, 0))
    return inputs, inputs[-1] @ layers[-1][0] + layers[-1][1]


def loss_and_gradients(layers, x, labels):
    """Cross-entropy of a batch, and its gradient for each layer (Day 26)."""
    inputs, logits = scores(layers, x)
    logits = logits - logits.max(axis=1, keepdims=True)
    log_probs = logits - np.log(np.sum(np.exp(logits), axis=1, keepdims=True))
    rows = np.arange(len(labels))
    upstream = np.exp(log_probs)
    upstream[rows, labels] -= 1
    upstream /= len(labels)
    gradients = []
    for (weights, _), taken in zip(layers[::-1], inputs[::-1], strict=True):
        gradients.append((taken.T @ upstream, upstream.sum(axis=0)))
        upstream = (upstream @ weights.T) * (taken > 0)
    return -np.mean(log_probs[rows, labels]), gradients[::-1]


def train(layers, rates, rng, batch=64):
    """Plain descent with one rate a step: the layers at the end, and the loss before each step."""
    losses = []
    with np.errstate(all="ignore"):  # a run that diverges shall do so in silence
        for rate in rates:
            chosen = rng.integers(0, len(x_train), batch)
            loss, gradients = loss_and_gradients(layers, x_train[chosen], y_train[chosen])
            losses.append(loss)
            layers = [
                (w - rate * dw, b - rate * db) for (w, b), (dw, db) in zip(layers, gradients, strict=True)
            ]  # new arrays: the caller keeps theirs
    return layers, np.array(losses)


def accuracy(layers):
    with np.errstate(all="ignore"):
        return np.mean(np.argmax(scores(layers, x_test)[1], axis=1) == y_test)


sizes, rng = [64, 64, 64, 10], np.random.default_rng(30)
growing = np.geomspace(1e-3, 30, 120)
_, losses = train(start_weights(sizes, 1.0, rng), growing, rng)
found = lr_finder(losses, growing)
fig, (left, right) = plt.subplots(1, 2, figsize=(12, 4.3))
left.loglog(growing, losses, color="0.6", linestyle="-", linewidth=1, label="loss of each batch")
left.axvline(found, color="C1", linestyle="--", label=f"found: {found:.2f}")
left.set(xlabel="rate", ylabel="loss", title="The range test", ylim=(0.02, 100))
left.legend()
final = {}
for factor in (0.01, 0.1, 1, 10, 100):
    start_rng = np.random.default_rng(31)
    _, losses = train(start_weights(sizes, 1.0, start_rng), np.full(150, factor * found), start_rng)
    final[factor] = np.mean(losses[-20:])
    shown = np.where(np.isfinite(losses), np.minimum(losses, 1e2), 1e2)
    right.semilogy(np.convolve(shown, np.ones(10) / 10, "valid"), label=f"{factor} times")
right.set(xlabel="step", ylabel="loss, mean of ten steps", title="150 steps at multiples of the found rate")
right.set(ylim=(1e-3, 200))
right.legend(fontsize=10)
dd.plot.show(
    "Left: the loss of each batch against the rate on logarithmic axes: flat up to 0.01, falling to a low near 1, "
    "then exploding; a dashed line marks the found rate at about a tenth of the low. Right: loss curves for multiples "
    "of it: a hundredth hardly learns, a tenth slowly, the found rate well, ten times faster still, a hundred times "
    "breaks down."
)
print(f"found {found:.3f}; last losses", *(f"{factor} times: {value:.3g};" for factor, value in final.items()))
assert final[1] < final[0.1] < final[0.01] and not final[100] < 1

# %% [markdown]
# The found rate learns well, a tenth of it slowly. Ten times as much is faster still on this network, a hundred times
# is the end of it. So the finder gives a *safe* rate within a factor of ten or so of the best, for the price of 120
# steps; from there try a few multiples. It is also a quick check of a network that does not learn: if no rate at all
# lets the loss fall, the fault is elsewhere.
#
# ## The landscape: convex, or not
#
# Why do some rates break a run? Look at what is descended. A function is **convex** if every chord lies on or above it:
#
# $$L(\theta\, a + (1 - \theta)\, b) \le \theta\, L(a) + (1 - \theta)\, L(b) \quad \text{for } 0 \le \theta \le 1 .$$
#
# (Day 20's Jensen is the same sentence with more than two points.) Then every local minimum is the lowest of all.
# Linear and logistic regression are convex; a network is not. It has many **critical points**, places where $\nabla L
# = 0$ and descent stands still. What kind of place one is, the **Hessian** tells, the $(n, n)$ table of second
# derivatives $H_{ij} = \partial^2 L / \partial w_i \partial w_j$. Near a critical point $w^*$, a small move $\delta$
# changes the loss by $\frac12 \delta^\top H \delta$, and along an eigenvector that is $\frac12 \lambda_i |\delta|^2$
# (Day 18: $H$ is symmetric):
#
# | eigenvalues | the point is |
# |---|---|
# | all above 0 | a minimum: up in every direction |
# | all below 0 | a maximum |
# | some above and some below 0 | a saddle, whatever the others are |
# | some are 0, none has the opposite sign of another | degenerate: second derivatives don't decide |
#
# In practice a computed 0 is a $10^{-17}$, so "0" means: at most a tolerance times the largest $|\lambda_i|$. By
# hand: $\begin{pmatrix} 1 & 3 \\ 3 & 1 \end{pmatrix}$ has the eigenvalues 4 and $-2$, so it is a saddle, although
# both numbers on its diagonal are positive: uphill along both axes, downhill between them. And a determinant won't
# do: that of $\begin{pmatrix} -1 & 0 \\ 0 & -2 \end{pmatrix}$ is positive, and it is a maximum.


# %% exercise: classify_critical_point
def classify_critical_point(hessian, tolerance=1e-6):
    """What kind of critical point has this Hessian.

    Args:
        hessian: (n, n) array of numbers, n >= 1. A Hessian that was measured need not be quite symmetric: its
            symmetric part, half the sum of it and its transpose, decides. Left unchanged.
        tolerance: an eigenvalue counts as 0 if its absolute value is at most tolerance times the largest absolute value
            of all; a float >= 0.

    Returns:
        "minimum" (all eigenvalues above 0), "maximum" (all below 0), "saddle" (at least one above and one below), or
        "degenerate" (all else).

    Raises:
        ValueError: hessian is not square. About 10 lines.
    """
    ### BEGIN SOLUTION
    hessian = np.asarray(hessian, dtype=float)
    if hessian.ndim != 2 or hessian.shape[0] != hessian.shape[1]:
        raise ValueError(f"a Hessian is square, not {hessian.shape}")
    values = np.linalg.eigvalsh((hessian + hessian.T) / 2)
    limit = tolerance * np.max(np.abs(values))
    up, down = np.sum(values > limit), np.sum(values < -limit)
    if up and down:
        return "saddle"
    if up == len(values):
        return "minimum"
    return "maximum" if down == len(values) else "degenerate"
    ### END SOLUTION


# %% test: classify_critical_point, points=2
cases = {
    "saddle": [[1.0, 3.0], [3.0, 1.0]],
    "maximum": [[-1.0, 0.0], [0.0, -2.0]],
    "minimum": [[2.0, -1.0, 0.0], [-1.0, 2.0, -1.0], [0.0, -1.0, 2.0]],
    "degenerate": [[1.0, 1.0], [1.0, 1.0]],
}
for due, rows in cases.items():
    hessian = np.array(rows)
    with dd.check.unchanged(hessian, what="the Hessian"):
        result = classify_critical_point(hessian)
    dd.check.equal(result, due, why=f"its eigenvalues are {', '.join(f'{v:.3g}' for v in np.linalg.eigvalsh(hessian))}")
result = classify_critical_point(np.diag([5.0, 0.0, -1.0]))
dd.check.equal(result, "saddle", why="it goes up one way and down another, whatever happens along the third")
with dd.check.raises(ValueError, why="second derivatives make a square table"):
    classify_critical_point(np.ones((2, 3)))
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(301)
kinds = {
    "minimum": [(1.0,), (2.0, 0.5), (3.0, 3.0, 1e-3), (1.0, 2.0, 3.0, 4.0, 5.0)],
    "maximum": [(-1.0,), (-2.0, -0.5), (-3.0, -1e-3, -7.0)],
    "saddle": [
        (1.0, -1.0),
        (5.0, 1.0, -1e-2),
        (-5.0, -1.0, 0.3),
        (2.0, 0.0, -1.0),
        (-1.0, -1.0, 2.0, 2.0),
        (3.0, 0.0, 0.0, -3.0),
    ],
    "degenerate": [(0.0,), (0.0, 0.0), (1.0, 0.0), (-1.0, 0.0, -2.0), (4.0, 1.0, 0.0), (0.0, 0.0, 1.0)],
}
for due, spectra in kinds.items():
    for spectrum in spectra:
        n = len(spectrum)
        for scale in (1.0, 1e-9, 1e9):
            turn = np.linalg.qr(rng.normal(size=(n, n)))[0]
            hessian = scale * (turn * spectrum) @ turn.T
            skew = rng.normal(size=(n, n)) * scale
            for table in (hessian, hessian + 3 * (skew - skew.T)):
                with dd.check.unchanged(table, what="the Hessian"):
                    result = classify_critical_point(table)
                numbers = ", ".join(f"{scale * v:.3g}" for v in spectrum)
                dd.check.equal(result, due, why=f"the eigenvalues of its symmetric part are {numbers}")
dd.check.equal(classify_critical_point([[1.0, 6.0], [0.0, 1.0]]), "saddle", why="its symmetric part has 4 and -2")
dd.check.equal(classify_critical_point(np.array([[100, 90], [90, 100]], dtype="int8")), "minimum", why="190 and 10")
dd.check.equal(classify_critical_point(np.array([[3, 5], [5, 3]], dtype="uint8")), "saddle", why="8 and -2")
for small, tolerance, due in (
    (0.25, 0.125, "minimum"),
    (0.25, 0.25, "degenerate"),
    (0.25, 0.5, "degenerate"),
    (-0.25, 0.25, "degenerate"),
    (-0.25, 0.125, "saddle"),
    (1e-5, 1e-6, "minimum"),
    (1e-8, 1e-6, "degenerate"),
    (1e-12, 0.0, "minimum"),
    (-1e-12, 0.0, "saddle"),
):
    result = classify_critical_point(np.diag([1.0, small]), tolerance)
    dd.check.equal(result, due, why=f"{small:g} beside 1 is {'' if due != 'degenerate' else 'not '}told from 0")
dd.check.equal(classify_critical_point(np.diag([1.0, 1e-7])), "degenerate", why="the default tolerance is 1e-6")
for shape in ((3,), (2, 3), (4, 1), (2, 2, 2)):
    with dd.check.raises(ValueError, why=f"an array of shape {shape} is no Hessian"):
        classify_critical_point(np.ones(shape))
### END HIDDEN TESTS

# %% mistakes: classify_critical_point
# - replace: tolerance * np.max(np.abs(values))
#   with: 1e-6 * np.max(np.abs(values))
#   hint: "The caller's tolerance has no effect."
# - replace: "return \"saddle\""
#   with: "return \"Saddle\""
#   hint: "The kinds are spelled with small letters, and compared as they are."
# - replace: np.linalg.eigvalsh((hessian + hessian.T) / 2)
#   with: np.diag(hessian)
#   hint: "You read the signs off the diagonal. That is the curvature along the axes; it may bend down between them."
# - replace: np.linalg.eigvalsh((hessian + hessian.T) / 2)
#   with: np.linalg.eigvalsh(hessian)
#   hint: "eigvalsh looks at one triangle only. A table that is not quite symmetric needs both halves."
# - replace: np.linalg.eigvalsh((hessian + hessian.T) / 2)
#   with: np.real(np.linalg.eigvals(hessian))
#   hint: "Those are the eigenvalues of the table as it is. Its symmetric part decides."
# - replace: tolerance * np.max(np.abs(values))
#   with: tolerance
#   hint: "Your limit is a fixed number. In other units of the loss all eigenvalues fall below it, or none."
# - replace: tolerance * np.max(np.abs(values))
#   with: tolerance * np.max(values)
#   hint: "You compare with the largest eigenvalue. Where all are negative, that is no size."
# - replace: tolerance * np.max(np.abs(values))
#   with: 0.0
#   hint: "A computed eigenvalue is hardly ever exactly 0. You never use the tolerance."
# - replace: if up and down
#   with: if up and down and up + down == len(values)
#   hint: "One direction up and one down make a saddle, even if a third is flat."
# - replace: if up == len(values)
#   with: if up
#   hint: "A flat direction beside rising ones leaves the question open: that is no proof of a minimum."
# - replace: return "maximum" if down == len(values) else "degenerate"
#   with: return "maximum" if down else "degenerate"
#   hint: "A flat direction beside falling ones leaves the question open: that is no proof of a maximum."
# - replace: values > limit
#   with: values >= limit
#   hint: "An eigenvalue right at the tolerance counts as 0."
# - replace: |-
#     if hessian.ndim != 2 or hessian.shape[0] != hessian.shape[1]:
#             raise ValueError(f"a Hessian is square, not {hessian.shape}")
#   with: pass
#   hint: "A table that is not square is no Hessian. Say so in the way that the docstring asks for."


# %% mistake: classify_critical_point
# hint: "Determinant and trace decide in two dimensions only, and not even there when the determinant is 0."
def classify_critical_point(hessian, tolerance=1e-6):
    hessian = np.asarray(hessian, dtype=float)
    if hessian.ndim != 2 or hessian.shape[0] != hessian.shape[1]:
        raise ValueError(hessian.shape)
    hessian = (hessian + hessian.T) / 2
    size = np.max(np.abs(hessian)) or 1.0
    determinant = np.linalg.det(hessian / size)
    if abs(determinant) <= tolerance:
        return "degenerate"
    if determinant < 0:
        return "saddle"
    return "minimum" if np.trace(hessian) > 0 else "maximum"


# %% mistake: classify_critical_point
# hint: "Minimum and maximum are swapped: a surface that bends up everywhere has its lowest point there."
def classify_critical_point(hessian, tolerance=1e-6):
    hessian = np.asarray(hessian, dtype=float)
    if hessian.ndim != 2 or hessian.shape[0] != hessian.shape[1]:
        raise ValueError(hessian.shape)
    values = np.linalg.eigvalsh((hessian + hessian.T) / 2)
    limit = tolerance * np.abs(values).max()
    if (values > limit).any() and (values < -limit).any():
        return "saddle"
    if (np.abs(values) <= limit).any():
        return "degenerate"
    return "maximum" if values[0] > 0 else "minimum"


# %% mistake: classify_critical_point
# hint: "You leave flat directions out and judge by the rest. With one of them the second derivatives don't decide."
def classify_critical_point(hessian, tolerance=1e-6):
    hessian = np.asarray(hessian, dtype=float)
    if hessian.ndim != 2 or hessian.shape[0] != hessian.shape[1]:
        raise ValueError(hessian.shape)
    values = np.linalg.eigvalsh((hessian + hessian.T) / 2)
    values = values[np.abs(values) > tolerance * np.abs(values).max()]
    if len(values) == 0:
        return "degenerate"
    return "minimum" if values[0] > 0 else "maximum" if values[-1] < 0 else "saddle"


# %% equivalents: classify_critical_point
# - replace: (hessian + hessian.T) / 2
#   with: (hessian + hessian.T) * 2
#   reason: "Signs and ratios stay."
# - replace: (hessian + hessian.T) / 2
#   with: hessian + hessian.T
#   reason: "Signs and ratios stay."
# - replace: (hessian + hessian.T) / 2
#   with: (hessian + hessian.T) / 3
#   reason: "Signs and ratios stay."
# - replace: (hessian + hessian.T) / 2
#   with: (hessian + hessian.T) / 1
#   reason: "Signs and ratios stay."
# - replace: hessian + hessian.T
#   with: hessian.T + hessian.T.T
#   reason: "The sum is the same."


# %% accepts: classify_critical_point
def classify_critical_point(hessian, tolerance=1e-6):
    table = np.array(hessian, dtype=float)
    if table.ndim != 2 or len(set(table.shape)) != 1:
        raise ValueError("not square")
    values = np.linalg.eigvalsh(table + table.T)
    signs = set(np.where(np.abs(values) <= tolerance * np.abs(values).max(), 0, np.sign(values)).astype(int).tolist())
    if {1, -1} <= signs:
        return "saddle"
    return {frozenset({1}): "minimum", frozenset({-1}): "maximum"}.get(frozenset(signs), "degenerate")


# %% accepts: classify_critical_point
def classify_critical_point(hessian, tolerance=1e-6):
    table = np.asarray(hessian) * 1.0
    if table.shape != (len(table), len(table)):
        raise ValueError(f"shape {table.shape}")
    values = (
        np.sort(np.linalg.svd(np.zeros((0, 0)))[1]) if table.size == 0 else np.linalg.eigh(0.5 * (table + table.T))[0]
    )
    lowest, highest = values[0], values[-1]  # in rising order
    limit = tolerance * max(-lowest, highest)
    if lowest < -limit and highest > limit:
        return "saddle"
    if lowest > limit:
        return "minimum"
    if highest < -limit:
        return "maximum"
    return "degenerate"


# %% [markdown]
# Two landscapes. The first is $L = \frac13 w_0^3 - w_0 + \frac13 w_1^3 - w_1$, whose slope vanishes at four points.
# The second is the smallest network there is, two weights in a row that shall multiply to 1: $L = \frac12 (w_0 w_1 -
# 1)^2$. Predict the kinds before you look, above all at $(0, 0)$, the start of whoever begins with zeros.


# %% demo
def cubic_hessian(w):
    return np.diag([2 * w[0], 2 * w[1]])


def product_gradient(w):
    return (w[0] * w[1] - 1) * w[::-1]


def product_hessian(w):
    return np.array([[w[1] ** 2, 2 * w[0] * w[1] - 1], [2 * w[0] * w[1] - 1, w[0] ** 2]])


fig, (first, second, third) = plt.subplots(1, 3, figsize=(14, 4.6))
axis = np.linspace(-2, 2, 161)
a, b = np.meshgrid(axis, axis)
marks = {"minimum": "v", "maximum": "^", "saddle": "X", "degenerate": "o"}
points = {
    first: (a**3 / 3 - a + b**3 / 3 - b, cubic_hessian, [(1, 1), (-1, -1), (1, -1), (-1, 1)], 25),
    second: (
        (a * b - 1) ** 2 / 2,
        product_hessian,
        [(0, 0), (0.8, 1.25), (-0.6, -1 / 0.6)],
        np.geomspace(0.005, 12, 16),
    ),
}
for ax, (heights, hessian_at, critical, levels) in points.items():
    ax.contour(a, b, heights, levels=levels, colors="0.6", linewidths=0.8)
    for w in critical:
        kind = classify_critical_point(hessian_at(w))
        ax.plot(*w, marks[kind], color="C1", markersize=9, linestyle="none")
        ax.annotate(kind, w, xytext=(8, 8), textcoords="offset points", fontsize=11)
    ax.set(xlabel="$w_0$", ylabel="$w_1$", aspect="equal", xlim=(-2, 2), ylim=(-2, 2))
    ax.grid(False)
first.set_title("A sum of two cubics")
second.set_title("Two weights in a row")
for start, look in ((1e-2, "-"), (1e-4, "--"), (1e-6, "-.")):
    w, losses = np.array([start, start / 2]), []
    for _ in range(250):
        losses.append((w[0] * w[1] - 1) ** 2 / 2)
        w = w - 0.1 * product_gradient(w)
    third.plot(losses, look, label=f"start {start:g} from 0")
third.set(xlabel="step", ylabel="loss", title="Leaving the saddle, rate 0.1")
third.legend(fontsize=10)
dd.plot.show(
    "Left: contours with a minimum at (1, 1), a maximum at (-1, -1) and saddles at the other two corners. Middle: "
    "contours of the two-weight network, a saddle at 0 and degenerate points along two curved valleys. Right: loss "
    "against step from starts ever closer to the saddle: each stays on a plateau at 0.5, longer the closer it began, "
    "then falls quickly."
)

# %% [markdown]
# The zero start is a saddle: the slope is 0, and nothing happens there for ever. Close to it descent crawls. The
# plateau grows by the same number of steps each time the start is 100 times closer, since the distance grows by a
# constant factor. On a loss curve a saddle looks just like a minimum, until it falls. In many dimensions saddles are
# the rule: for a minimum *all* of thousands of eigenvalues have to agree in sign (Dauphin et al. argue that bad local
# minima are the smaller worry). And the minima here are **degenerate**: a whole valley of equally good weights, as in
# every network with more weights than it needs.
#
# ## Penalties and projections
#
# Sometimes weights must stay small. One way is a **penalty**: add $\frac{\gamma}{2} |w|^2$ to the loss, and every
# step pulls $w$ towards 0 (Day 6). It bends the landscape everywhere, and which length comes out for which $\gamma$
# one has to try. The other is a **constraint**, $|w| \le r$, kept by **projection**: make the step, and if it has
# left the ball, go to the nearest point of the ball. That point lies on the same ray, at the length $r$. By hand: $w
# = (3, 4)$ has the length 5; for $r = 2$ it becomes $\frac25 (3, 4) = (1.2, 1.6)$. What is inside stays as it is, and
# that is the trap: a projection shortens, it never stretches. For a table of weights the length is the root of the
# sum of *all* squares.


# %% exercise: project_onto_ball
def project_onto_ball(w, radius):
    """The point of the ball around 0 that is nearest to w.

    Args:
        w: array of numbers of any dtype and any shape, seen as one point; left unchanged.
        radius: of the ball, a number >= 0.

    Returns:
        A new float array in the shape of w: w itself if its Euclidean length is at most radius, else w shortened
        to that length. No warning for w = 0.

    Raises:
        ValueError: radius is negative. About 5 lines.
    """
    ### BEGIN SOLUTION
    if radius < 0:
        raise ValueError(f"a radius is not negative: {radius}")
    w = np.array(w, dtype=float)
    length = np.sqrt(np.sum(w**2))
    return w * (radius / length) if length > radius else w
    ### END SOLUTION


# %% test: project_onto_ball, points=1
w = np.array([3.0, 4.0])
with dd.check.unchanged(w, what="w"):
    result = project_onto_ball(w, 2.0)
dd.check.like(result, np.array([1.2, 1.6]), why="this is the example worked by hand")
dd.check.like(project_onto_ball(w, 7.0), w, why="a point inside the ball is its own nearest point")
table = np.array([[2.0, 0.0, 4.0], [5.0, 6.0, 0.0]])  # length 9
dd.check.like(project_onto_ball(table, 3.0), table / 3, why="a table is one point, with one length")
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(302)
for shape in ((1,), (5,), (3, 4), (2, 1, 3), (6, 1)):
    for size in (1e-3, 1.0, 1e6):
        w = size * rng.normal(size=shape)
        length = float(sum(value**2 for value in w.ravel()) ** 0.5)
        for radius in (0.0, length / 3, 0.999999 * length, 1.000001 * length, 10 * length):
            due = w if length <= radius else w * (radius / length)
            with dd.check.unchanged(w, what="w"):
                result = project_onto_ball(w, radius)
            dd.check.like(result, due, rtol=1e-9, atol=1e-15 * size, why="no point of the ball is nearer")
            assert not np.shares_memory(result, w), "the result must be a new array, also when nothing is shortened"
dd.check.like(project_onto_ball(np.array([3.0, 4.0]), 5.0), np.array([3.0, 4.0]), why="the edge belongs to the ball")
dd.check.like(project_onto_ball(np.zeros((2, 3)), 0.0), np.zeros((2, 3)), why="the centre is in every ball")
dd.check.like(project_onto_ball(np.zeros(4), 1.5), np.zeros(4), why="the centre has no direction and needs none")
for dtype in ("uint8", "int8", "int64", "float32"):
    whole = np.array([[120, 0], [90, 80]], dtype=dtype)  # length 170
    dd.check.like(project_onto_ball(whole, 17), np.array([[12.0, 0.0], [9.0, 8.0]]), dtype="float", what=f"the {dtype}")
    dd.check.like(project_onto_ball(whole, 200), whole.astype(float), dtype="float", what=f"the {dtype} inside")
dd.check.like(project_onto_ball([6.0, 8.0], 5), np.array([3.0, 4.0]), why="a list is an array to be")
wide = rng.normal(size=(6, 8))
dd.check.like(project_onto_ball(wide[::2, ::2], 1e-2), wide[::2, ::2] * 1e-2 / np.linalg.norm(wide[::2, ::2]))
for radius in (-1.0, -1e-9):
    with dd.check.raises(ValueError, why="no ball has a negative radius"):
        project_onto_ball(np.ones(3), radius)
### END HIDDEN TESTS

# %% mistakes: project_onto_ball
# - replace: radius < 0
#   with: radius <= 0
#   hint: "You refuse a radius of 0. Such a ball has one point, and it is allowed."
# - replace: np.sqrt(np.sum(w**2))
#   with: np.linalg.norm(w, 2 if w.ndim == 2 else None)
#   hint: "For a table np.linalg.norm may give the largest singular value. The length is the root of the sum of all
#     squares."
# - replace: if length > radius else w
#   with: if length > 0 else w
#   hint: "You stretch what lies inside, too. A point of the ball is its own nearest point."
# - replace: w * (radius / length) if
#   with: w / length if
#   hint: "Your result has length 1, whatever the radius."
# - replace: w * (radius / length) if
#   with: 0.0 * w if
#   hint: "You send everything outside to the centre. The nearest point lies on the edge."
# - replace: np.sqrt(np.sum(w**2))
#   with: np.sum(w**2)
#   hint: "You compare the squared length with the radius."
# - replace: np.sqrt(np.sum(w**2))
#   with: np.sum(np.abs(w))
#   hint: "You add absolute values. The length is the Euclidean one."
# - replace: np.sqrt(np.sum(w**2))
#   with: np.max(np.abs(w))
#   hint: "You look at the largest entry only. The length takes all of them."
# - replace: w = np.array(w, dtype=float)
#   with: w = np.asarray(w, dtype=float)
#   hint: "Inside the ball you hand back the caller's own array. A new one was asked for."
# - replace: |-
#     if radius < 0:
#             raise ValueError(f"a radius is not negative: {radius}")
#   with: pass
#   hint: "With a negative radius you turn the point round. Refuse it."


# %% mistake: project_onto_ball
# hint: "You clip each entry by itself. That is the nearest point of a box, and it changes the direction."
def project_onto_ball(w, radius):
    if radius < 0:
        raise ValueError(radius)
    return np.clip(np.array(w, dtype=float), -radius, radius)


# %% mistake: project_onto_ball
# hint: "You shorten each row by itself. The whole array is one point here."
def project_onto_ball(w, radius):
    if radius < 0:
        raise ValueError(radius)
    w = np.array(w, dtype=float)
    lengths = np.sqrt(np.sum(w**2, axis=-1, keepdims=True))
    return np.where(lengths > radius, w * radius / np.where(lengths > 0, lengths, 1), w)


# %% mistake: project_onto_ball
# hint: "You shorten the caller's own array."
def project_onto_ball(w, radius):
    if radius < 0:
        raise ValueError(radius)
    w = np.asarray(w) if np.asarray(w).dtype.kind == "f" else np.array(w, dtype=float)
    length = np.linalg.norm(w)
    if length > radius:
        w *= radius / length
    return w


# %% mistake: project_onto_ball
# hint: "At the centre you divide 0 by 0. There is nothing to shorten there."
def project_onto_ball(w, radius):
    if radius < 0:
        raise ValueError(radius)
    w = np.array(w, dtype=float)
    return w * np.minimum(1.0, radius / np.linalg.norm(w))


# %% mistake: project_onto_ball
# hint: "Squares of whole numbers overflow in their small dtype."
def project_onto_ball(w, radius):
    if radius < 0:
        raise ValueError(radius)
    w = np.asarray(w)
    length = np.sqrt(np.sum(w * w, dtype=w.dtype))
    return w * float(radius / length) if length > radius else w.astype(float)


# %% accepts: project_onto_ball
def project_onto_ball(w, radius):
    if not radius >= 0:
        raise ValueError("radius")
    w = np.asarray(w, dtype=float)
    return w * (radius / max(np.linalg.norm(w), radius, 1e-300))


# %% accepts: project_onto_ball
def project_onto_ball(w, radius):
    if radius < 0:
        raise ValueError("negative")
    flat = np.array(w).astype(float).ravel()
    length = float(np.dot(flat, flat)) ** 0.5
    if length > radius:
        flat = flat / length * radius
    return flat.reshape(np.shape(w))


# %% [markdown]
# One step of descent with it is the day's last exercise, by its contract alone.


# %% exercise: projected_step
def projected_step(w, gradient, learning_rate, radius):
    """One step of projected gradient descent: minimise a loss over the ball of a given radius around 0.

    Args:
        w: weights, float array of any shape, in the ball or not; left unchanged.
        gradient: of the loss at w, float array in the shape of w; left unchanged.
        learning_rate: a number >= 0.
        radius: of the ball, a number >= 0.

    Returns:
        The weights after the step, a new float array in the shape of w that lies in the ball.

    Raises:
        ValueError: w and gradient have different shapes, or radius is negative.
    """
    ### BEGIN SOLUTION
    if np.shape(w) != np.shape(gradient):
        raise ValueError(f"w has the shape {np.shape(w)}, its gradient {np.shape(gradient)}")
    return project_onto_ball(w - learning_rate * gradient, radius)
    ### END SOLUTION


# %% test: projected_step, points=2
w, gradient = np.array([1.0, 2.0, 0.0]), np.array([-2.0, -4.0, 4.0])
with dd.check.unchanged(w, what="w"), dd.check.unchanged(gradient, what="the gradient"):
    result = projected_step(w, gradient, 0.5, 3.0)
dd.check.like(result, np.array([2.0, 4.0, -2.0]) * 3 / np.sqrt(24), why="(2, 4, -2) is left of the step, and too long")
result = projected_step(w, gradient, 0.5, 10.0)
dd.check.like(result, np.array([2.0, 4.0, -2.0]), why="within the ball it is a step like any other")
with dd.check.raises(ValueError, why="a column and a row would make a table"):
    projected_step(w, gradient[:, None], 0.5, 3.0)
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(303)
for shape in ((1,), (4,), (3, 2), (2, 1, 3)):
    for _ in range(4):
        w, gradient = rng.normal(size=shape), 3 * rng.normal(size=shape)
        for rate, radius in ((0.0, 0.5), (0.1, 1.0), (1.0, 2.0), (5.0, 0.1), (0.3, 0.0), (0.2, 100.0)):
            free = [a - rate * b for a, b in zip(w.ravel(), gradient.ravel(), strict=True)]
            length = sum(value**2 for value in free) ** 0.5
            due = np.array([value * min(1, radius / length) for value in free]).reshape(shape)
            with dd.check.unchanged(w, what="w"), dd.check.unchanged(gradient, what="the gradient"):
                result = projected_step(w, gradient, rate, radius)
            dd.check.like(
                result, due, rtol=1e-9, atol=1e-12, why="it is the point of the ball nearest to the free step"
            )
            assert not np.shares_memory(result, w), "the weights after the step must be a new array"
target, scales, w = np.array([3.0, 1.0]), np.array([1.0, 4.0]), np.array([-0.5, 0.5])
for _ in range(400):  # the minimum of an elongated bowl over the ball, where the pull is at a right angle to the edge
    w = projected_step(w, scales * (w - target), 0.1, 2.0)
pull = scales * (target - w)
dd.check.close(np.linalg.norm(w), 2.0, what="the length of the weights in the end", why="the free minimum is outside")
dd.check.close(w[0] * pull[1] - w[1] * pull[0], 0.0, atol=1e-6, what="the pull along the edge, after 400 steps")
same = projected_step(np.array([3.0, 4.0]), np.zeros(2), 1.0, 1.0)
dd.check.like(same, np.array([0.6, 0.8]), why="a start outside is brought in, even without a slope")
for a, b in (((3,), (3, 1)), ((2, 3), (3,)), ((4,), (1,)), ((2, 3), (3, 2))):
    with dd.check.raises(ValueError, why=f"weights of shape {a} have no gradient of shape {b}"):
        projected_step(np.ones(a), np.ones(b), 0.1, 1.0)
with dd.check.raises(ValueError, why="no ball has a negative radius"):
    projected_step(np.ones(2), np.ones(2), 0.1, -1.0)
### END HIDDEN TESTS

# %% mistakes: projected_step
# - replace: project_onto_ball(w - learning_rate * gradient, radius)
#   with: project_onto_ball(project_onto_ball(w, radius) - learning_rate * gradient, radius)
#   hint: "You move w into the ball before the step as well. The step starts from where w is, and its end is
#     projected."
# - replace: return project_onto_ball(w - learning_rate * gradient, radius)
#   with: |-
#     project_onto_ball(w, radius)
#         return w - learning_rate * gradient
#   hint: "You take a plain step. It may leave the ball."
# - replace: w - learning_rate * gradient
#   with: w + learning_rate * gradient
#   hint: "You climb."
# - replace: project_onto_ball(w - learning_rate * gradient, radius)
#   with: project_onto_ball(w, radius) - learning_rate * gradient
#   hint: "You project first and step then, so that the step may leave the ball."
# - replace: project_onto_ball(w - learning_rate * gradient, radius)
#   with: w - learning_rate * project_onto_ball(gradient, radius)
#   hint: "You shorten the gradient. That limits the length of a step, not of the weights."
# - replace: project_onto_ball(w - learning_rate * gradient, radius)
#   with: w - project_onto_ball(learning_rate * gradient, radius)
#   hint: "You limit the length of the step. The weights are to stay in the ball."
# - replace: w - learning_rate * gradient
#   with: w - gradient
#   hint: "The learning rate has no effect."
# - replace: |-
#     if np.shape(w) != np.shape(gradient):
#             raise ValueError(f"w has the shape {np.shape(w)}, its gradient {np.shape(gradient)}")
#   with: pass
#   hint: "Weights and a gradient of another shape are broadcast without a word. Refuse them."


# %% mistake: projected_step
# hint: "You go back to where you were if the step leaves the ball. It should end at the nearest point of the edge."
def projected_step(w, gradient, learning_rate, radius):
    if np.shape(w) != np.shape(gradient) or radius < 0:
        raise ValueError("no")
    moved = w - learning_rate * gradient
    return moved if np.linalg.norm(moved) <= radius else project_onto_ball(w, radius)


# %% mistake: projected_step
# hint: "You always go to the edge. A step that ends inside the ball stays where it is."
def projected_step(w, gradient, learning_rate, radius):
    if np.shape(w) != np.shape(gradient) or radius < 0:
        raise ValueError("no")
    moved = w - learning_rate * gradient
    length = np.linalg.norm(moved)
    return moved * (radius / length) if length > 0 else moved


# %% mistake: projected_step
# hint: "The step changes the caller's own weights."
def projected_step(w, gradient, learning_rate, radius):
    if np.shape(w) != np.shape(gradient):
        raise ValueError("no")
    w -= learning_rate * gradient
    return project_onto_ball(w, radius)


# %% mistake: projected_step
# hint: "You clip each weight. That keeps them in a box, and the corners of a box stick out of the ball."
def projected_step(w, gradient, learning_rate, radius):
    if np.shape(w) != np.shape(gradient) or radius < 0:
        raise ValueError("no")
    return np.clip(w - learning_rate * gradient, -radius, radius)


# %% mistake: projected_step
# hint: "You pull the weights towards 0 in proportion to their length. That is a penalty; the ball has a sharp edge."
def projected_step(w, gradient, learning_rate, radius):
    if np.shape(w) != np.shape(gradient) or radius < 0:
        raise ValueError("no")
    return w - learning_rate * (gradient + w / max(radius, 1e-9))


# %% accepts: projected_step
def projected_step(w, gradient, learning_rate, radius):
    w, gradient = np.asarray(w, dtype=float), np.asarray(gradient, dtype=float)
    if w.shape != gradient.shape or radius < 0:
        raise ValueError("shapes or radius")
    moved = w - learning_rate * gradient
    length = np.linalg.norm(moved)
    return moved if length <= radius else radius * moved / length


# %% accepts: projected_step
def projected_step(w, gradient, learning_rate, radius):
    moved = np.array(w, dtype=float)
    if moved.shape != np.shape(gradient):
        raise ValueError("shapes")
    moved -= np.multiply(gradient, learning_rate)
    return project_onto_ball(moved, radius)


# %% [markdown]
# How do the two ways compare on an elongated bowl whose lowest point lies outside the ball?

# %% demo
target, scales = np.array([2.4, 1.2]), np.array([1.0, 5.0])
fig, ax = plt.subplots(figsize=(7.5, 5))
axis = np.linspace(-1.6, 3.2, 150)
a, b = np.meshgrid(axis, axis)
ax.contour(a, b, scales[0] * (a - target[0]) ** 2 + scales[1] * (b - target[1]) ** 2, 18, colors="0.7", linewidths=0.8)
angles = np.linspace(0, 2 * np.pi, 200)
ax.plot(
    1.5 * np.cos(angles), 1.5 * np.sin(angles), color="black", linewidth=1.5, linestyle="-", label="ball, $r = 1.5$"
)
w, path = np.array([-1.0, 0.8]), []
for _ in range(60):
    path.append(w)
    w = projected_step(w, scales * (w - target), 0.12, 1.5)
ax.plot(*np.array(path).T, "o-", color="C1", markersize=4, label="projected descent")
strengths = np.geomspace(0.05, 20, 60)
penalised = np.array([scales * target / (scales + gamma) for gamma in strengths])  # where slope and pull cancel
ax.plot(*penalised.T, color="C2", linestyle="--", label=r"minima with a penalty, all $\gamma$")
ax.plot(*target, "*", color="C0", markersize=13, linestyle="none", label="minimum without limits")
ax.set(xlabel="$w_0$", ylabel="$w_1$", aspect="equal", ylim=(-1.7, 2.2), title="Two ways to keep weights small")
ax.grid(False)
ax.legend(fontsize=10, loc="lower right")
dd.plot.show(
    "Elliptic contours around a star outside a circle. Projected descent runs from the left through the circle to its "
    "edge and slides along it to one point. The dashed curve of penalised minima leads from the star to the centre "
    "and crosses the circle at that same point."
)
crossing = penalised[np.argmin(np.abs(np.linalg.norm(penalised, axis=1) - 1.5))]
print(
    "projected descent ends at", np.round(w, 3), "and the penalised curve crosses the edge near", np.round(crossing, 2)
)
assert np.linalg.norm(w - crossing) < 0.1 and np.linalg.norm(w) < 1.5 + 1e-9

# %% [markdown]
# They meet: for each ball there is a penalty with the same answer. With a ball you choose the length, with a penalty
# its price.
#
# ## Put it together: the run that warm-up saves
#
# Seven layers, six of them hidden with 64 ReLUs, and starting weights twice as large as they should be: a bad start
# of the kind that Day 31 will teach us to avoid. Same network, same batches, same highest rate of 0.08, same 300
# steps, same cosine; five seeds. The only difference is `warmup=0` or `warmup=60`. Beside the loss we watch the
# curvature, the largest $|\lambda_i|$ of the Hessian on 256 digits. For 25,000 weights $H$ would have 650 million
# entries; but $H v \approx \frac{\nabla L(w + \varepsilon v) - \nabla L(w - \varepsilon v)}{2 \varepsilon}$ needs two
# gradients, and multiplying by $H$ again and again turns any $v$ towards that eigenvector (power iteration).


# %% demo
def moved_by(layers, direction, amount):
    return [(w + amount * dw, b + amount * db) for (w, b), (dw, db) in zip(layers, direction, strict=True)]


def curvature(layers, rng, num_iterations=8):
    """The largest absolute eigenvalue of the Hessian on 256 digits, roughly."""
    direction = [(rng.normal(size=w.shape), rng.normal(size=b.shape)) for w, b in layers]
    size = 1.0
    for _ in range(num_iterations):
        length = np.sqrt(sum(np.sum(w**2) + np.sum(b**2) for w, b in direction))
        direction = [(w / length, b / length) for w, b in direction]
        _, above = loss_and_gradients(moved_by(layers, direction, 1e-4), x_train[:256], y_train[:256])
        _, below = loss_and_gradients(moved_by(layers, direction, -1e-4), x_train[:256], y_train[:256])
        direction = [((a - c) / 2e-4, (b - d) / 2e-4) for (a, b), (c, d) in zip(above, below, strict=True)]
        size = np.sqrt(sum(np.sum(w**2) + np.sum(b**2) for w, b in direction))
    return size


deep, total, base = [64] * 7 + [10], 300, 0.08
fig, (left, right) = plt.subplots(1, 2, figsize=(13, 4.6))
outcome = {0: [], 60: []}
for seed in range(5):
    for warmup, color in ((0, "C1"), (60, "C0")):
        rng = np.random.default_rng(seed)
        layers = start_weights(deep, 2.0, rng)
        rates = [cosine_schedule(step, total, base, warmup) for step in range(total)]
        losses, sharp = [], []
        for part in np.array_split(rates, 10):  # 30 steps, then a look at the curvature
            if warmup:
                sharp.append(curvature(layers, np.random.default_rng(seed)))
            layers, some = train(layers, part, rng, batch=128)
            losses.extend(some)
        losses = np.array(losses)
        exploded = np.flatnonzero(~(losses < 1e6))  # too large, infinite or NaN
        outcome[warmup].append((accuracy(layers), exploded[:1]))
        label = f"warm-up {warmup}" if len(outcome[warmup]) == 1 else None
        finite = np.where(np.isfinite(losses), np.minimum(losses, 1e12), np.nan)
        look = {"color": color, "linestyle": "-" if warmup else "--", "linewidth": 1.2}
        left.semilogy(np.maximum(finite, 1e-3), label=label, **look)
        if warmup:
            right.semilogy(np.arange(0, total, 30), sharp, color="C0", linestyle="-", linewidth=1.2)
with np.errstate(divide="ignore"):
    right.semilogy(2 / np.array(rates), color="C2", linestyle="--", label=r"$2 / \alpha_t$, the roof")
right.set(xlabel="step", ylabel=r"largest $|\lambda_i|$", title="With warm-up: the curvature falls", ylim=(3, 3e5))
right.legend()
left.set(xlabel="step", ylabel="loss of the batch", title="Five seeds, with and without warm-up", xlim=(-8, total))
left.legend()
dd.plot.show(
    "Left: loss against step on a logarithmic axis. Without warm-up five curves shoot up beyond 1e12 within five "
    "steps and end; with warm-up five curves fall from some hundreds to below 1. Right: the curvature falls from some "
    "thousands to below a hundred while the roof, 2 over the rate, comes down to 25 at step 60."
)
for warmup, results in outcome.items():
    broken = [int(first[0]) for _, first in results if len(first)]
    shares = ", ".join(f"{share:.2f}" for share, _ in results)
    print(f"warm-up {warmup:2d}: {len(broken)} of 5 runs exploded (steps {broken}); test accuracy {shares}")
assert all(len(first) for _, first in outcome[0]) and not any(len(first) for _, first in outcome[60])
assert min(share for share, _ in outcome[60]) > 0.6 and max(share for share, _ in outcome[0]) < 0.2

# %% [markdown]
# Without warm-up every run explodes within a handful of steps: the loss passes a million, and as a rule infinity and
# NaN come next; now and then all ReLUs die first, and the network guesses for ever. Not slow, not poor: broken. With
# it every one learns. The right panel says why. At the start the curvature is in the thousands, so the roof $2 /
# \lambda$ is about a thousandth or below, and a rate of 0.08 is some hundred times too high. Warm-up begins under the
# roof, and its small steps lead to *flatter* ground, by a factor of ten or so at step 60, and by more later. (The
# roof is a law for a bowl. A network's curvature changes with every step, and these runs get along above the roof for
# a good while.) Gilmer and others report the same of large networks: warm-up leads out of regions of high curvature,
# into flatter ones that bear a higher rate.
#
# Is there no other way? Two more rows of five, without warm-up: the bad start with a constant rate of 0.003, and the
# same schedule as above from starting weights of the usual size.

# %% demo
others = {
    "bad start, constant 0.003": (2.0, np.full(total, 0.003)),
    "usual start, cosine from 0.08": (1.0, [cosine_schedule(step, total, base) for step in range(total)]),
}
reached = {}
for name, (scale, rates) in others.items():
    shares = []
    for seed in range(5):
        rng = np.random.default_rng(seed)
        shares.append(accuracy(train(start_weights(deep, scale, rng), rates, rng, batch=128)[0]))
    reached[name] = shares
    print(f"{name}: test accuracy", ", ".join(f"{share:.2f}" for share in shares))
with_warmup = np.mean([share for share, _ in outcome[60]])
assert np.mean(reached["bad start, constant 0.003"]) < with_warmup < np.mean(reached["usual start, cosine from 0.08"])

# %% [markdown]
# A small constant rate survives, but on new digits it is clearly worse than the run that was warmed up. The usual start
# needs no rescue and is best of all. Warm-up is a cure for a steep start; not to start there is better, and comes
# tomorrow.
#
# ## What you should remember
#
# - Descent is stable while $\alpha < 2 / \lambda$ for the largest curvature $\lambda$; noise makes a constant rate
#   jitter. Large to travel, small to arrive.
# - Cosine needs the end, inverse square root does not, one-cycle climbs high and ends at nearly 0. Check a schedule
#   at its boundaries: first step, top, last step, beyond.
# - The range test finds a safe rate in a hundred steps: a tenth of that with the lowest smoothed loss.
# - Eigenvalues of the Hessian classify critical points: signs agree, signs differ, or some are 0. Saddles look like
#   the end and are not.
# - Warm-up saves runs whose start is too steep for the rate. A projection keeps weights in a ball; a penalty charges
#   for their length.
#
# ## Check yourself
#
# 1. You double the number of steps of a run with cosine decay, and stop it half-way. Is the model as good as that of
#    the shorter run?
# 2. A loss curve is flat for 2,000 steps. What could it be, and how do you find out?
# 3. All eigenvalues of a Hessian are above 0 at a point where the slope is not 0. Is it a minimum?
#
# <details><summary>Answers</summary>
#
# 1. As a rule not: at that step its rate is still half the highest, so the weights jitter. A schedule belongs to its
#    length. That is the weakness of cosine, and the strength of schedules without an end.
# 2. A saddle or plateau, a minimum, a rate far too low, or dead units. Look at the gradient's length (tiny on a
#    plateau), perturb the weights, try ten times the rate, and run the finder.
# 3. No. Only critical points are classified so; here it says that the loss bends upwards, as convex functions do
#    everywhere.
#
# </details>
#
# ## Go further
#
# - L. N. Smith, "Cyclical learning rates for training neural networks", *WACV*, 2017: the range test; and with N.
#   Topin, "Super-convergence", 2017: one-cycle.
# - I. Loshchilov and F. Hutter, "SGDR: Stochastic gradient descent with warm restarts", *ICLR*, 2017: cosine.
# - P. Goyal and others, "Accurate, large minibatch SGD: training ImageNet in 1 hour", 2017: warm-up for huge batches.
# - A. Vaswani and others, "Attention is all you need", *NIPS*, 2017: section 5.3 has the inverse square root.
# - Y. Dauphin and others, "Identifying and attacking the saddle point problem in high-dimensional non-convex
#   optimization", *NIPS*, 2014.
# - J. Gilmer and others, "A loss curvature perspective on training instabilities of deep learning models", *ICLR*,
#   2022.
#
# Day 31 asks how large the weights should be at the start, so that seven layers, or seventy, need no rescue.
