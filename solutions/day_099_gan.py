# ---
# day: 99
# title: Generative adversarial networks
# week: 20
# minutes: 100
# backend: tensorflow
# needs: [4, 20, 29, 36, 40, 98]
# data: [toy, glyphs]
# papers:
# - Goodfellow et al. 2014, Generative adversarial nets
# - Salimans et al. 2016, Improved techniques for training GANs
# - Metz et al. 2017, Unrolled generative adversarial networks
# - Arjovsky and Bottou 2017, Towards principled methods for training generative adversarial networks
# - "Sønderby et al. 2017, Amortised MAP inference for image super-resolution"
# - "Srivastava et al. 2017, VEEGAN: Reducing mode collapse in GANs using implicit variational learning"
# - Heusel et al. 2017, GANs trained by a two time-scale update rule converge to a local Nash equilibrium
# ---

# %% [markdown]
# # Day 99 · Generative adversarial networks
# By the end you can train two networks against each other, read their curves, see the training fail, say why
# it failed, and mend it.
#
# **You will build** the two losses, one training step for each player, a `keras.Model` that `fit` can train,
# and a measure of what a generator has missed. Your GAN will cover the Gaussians of a ring, and then draw
# letters.
#
# **You need** logistic regression (Day 4), divergences (Day 20), Adam (Day 29), `GradientTape` and
# `tf.function` (Day 36), `train_step` (Day 40), latent vectors (Day 98), and about 100 minutes.
#
# **Not today**: convolutions (Day 100), asking for a particular letter, and the Wasserstein distance (both Day
# 101). All networks are small and dense, so that a whole training takes seconds.
#
# | symbol | meaning | shape | in code |
# |---|---|---|---|
# | $m$, $n$ | examples in a batch, features of an example | | |
# | $x$ | real examples, a batch of them | $(m, n)$ | `real` |
# | $z$ | noise, standard normal | $(m, \text{latent\_dim})$ | `noise` |
# | $G(z)$ | fakes | $(m, n)$ | `generator(noise)` |
# | $a$ | logits, one for each example | $(m, 1)$ | `real_logits`, `fake_logits` |
# | $D = \sigma(a)$ | judged probability that an example is real | $(m, 1)$ | |
# | $p$, $q$ | density of the real examples, of the fakes | | |
# | $L_D$, $L_G$ | losses of discriminator and generator, natural logarithms | $()$ | |
# | $\mu_k$ | centre of mode $k$ of $p$ | $(K, n)$ together | `modes` |
#
# $\sigma(a) = 1/(1 + e^{-a})$ is the sigmoid. A discriminator here **returns logits**; nobody applies the
# sigmoid before the loss. The gradient comes from TensorFlow's tape, so this day runs on TensorFlow alone.

# %% setup
import numpy as np

import deepdays as dd

with dd.quiet():  # TensorFlow announces itself while it loads
    import keras
    import tensorflow as tf
    from keras import ops

    ops.softplus(ops.zeros((1, 2)))


def dense_network(sizes, activation, last=None, blur=0.0, seed=0):
    """A Sequential network of Dense layers.

    Args:
        sizes: width of the input, of each hidden layer and of the output.
        activation, last: of the hidden layers and of the output.
        blur: standard deviation of the noise that a first layer adds to the input in training, and only then.
        seed: of the weights and that noise.
    """
    network = keras.Sequential([keras.Input((sizes[0],))])
    if blur:
        network.add(keras.layers.GaussianNoise(blur, seed=seed))
    for i, size in enumerate(sizes[1:], start=1):
        is_hidden = i < len(sizes) - 1
        start = (keras.initializers.HeNormal if is_hidden else keras.initializers.GlorotUniform)(seed=seed + i)
        network.add(keras.layers.Dense(size, activation=activation if is_hidden else last, kernel_initializer=start))
    return network


# %% [markdown]
# ## A forger and an expert
# The autoencoder of Day 98 learned to draw by copying: its loss compared each output with a particular input.
# Averaged over all it might have drawn, such a loss rewards a blur. A **generative adversarial network** (GAN)
# never compares pictures. It trains two networks:
#
# - The **generator** $G$ is a forger. It turns noise $z$ into a fake $G(z)$. It never sees a real example.
# - The **discriminator** $D$ is an expert. It is shown real examples and fakes and says how probably each is
#   real.
#
# All that the generator ever learns about the data reaches it through the discriminator's gradient: *change
# your output this way, and the expert will doubt less*.
#
# The expert's job is logistic regression (Day 4) with the labels real = 1 and fake = 0. Say it gives two real
# examples the logits $\ln 3$ and $0$, so $D = ¾$ and $½$, and one fake the logit $-\ln 3$, so $D = ¼$. The
# cross-entropy of the real ones is $-\ln ¾$ and $-\ln ½$, on average 0.49. A fake should get $1 - D$ near 1;
# here it costs $-\ln(1 - ¼) = 0.29$. The loss is the sum of the two averages, 0.78. In general
#
# $$L_D = -\frac1{m_r} \sum_{i=0}^{m_r-1} \ln D(x_i) \;-\; \frac1{m_f} \sum_{j=0}^{m_f-1} \ln(1 - D(G(z_j))).$$
#
# The two batches may differ in size, so each has its own mean. Written as an expectation, $-L_D$ is the
# **value** $V(D, G)$ of a game that the discriminator wants high and the generator low:
#
# $$\min_G \max_D V, \qquad V(D, G) = E_{x \sim p}[\ln D(x)] + E_z[\ln(1 - D(G(z)))].$$
#
# ## The best expert there is
# Against a fixed generator, what can the discriminator reach at most? At a point $x$ it meets real examples
# with density $p(x)$ and fakes with density $q(x)$, so its share of $V$ is $p \ln D + q \ln(1 - D)$. Set the
# derivative $p/D - q/(1 - D)$ to zero:
#
# $$D^*(x) = \frac{p(x)}{p(x) + q(x)}.$$
#
# Where real examples are three times as dense as fakes, $D^* = ¾$. With $D^*$ in place the loss is
#
# $$L_D^* = 2 \ln 2 - 2\,\mathrm{JS}(p, q), \qquad
# \mathrm{JS}(p, q) = \tfrac12 \mathrm{KL}(p \,\|\, s) + \tfrac12 \mathrm{KL}(q \,\|\, s), \quad s = \tfrac12 (p + q),$$
#
# with the **Jensen-Shannon divergence** JS, which is 0 if $p = q$ and at most $\ln 2$, when the two never
# overlap. So a generator that beats the perfect expert has $q = p$, $D^* = ½$ everywhere, and
# $L_D = 2 \ln 2 \approx 1.386$. How does $D^*$ change as a forger gets better?

# %% demo
import matplotlib.pyplot as plt

dd.plot.style()


def normal_density(x, mean, std):
    return np.exp(-(((x - mean) / std) ** 2) / 2) / (std * np.sqrt(2 * np.pi))


grid = np.linspace(-6, 6, 1201)
p = normal_density(grid, 1.0, 1.0)
figure, axes = plt.subplots(1, 3, figsize=(13, 3.8), sharey=True)
for ax, (mean, std) in zip(axes, ((-2.0, 0.8), (0.0, 0.8), (1.0, 1.0)), strict=True):
    q = normal_density(grid, mean, std)
    best = p / (p + q)
    loss_at_best = -np.sum(p * np.log(best) + q * np.log(q / (p + q))) * (grid[1] - grid[0])
    ax.fill_between(grid, p, alpha=0.25, color="black", label="real, $p$")
    ax.plot(grid, q, label="fakes, $q$")
    ax.plot(grid, best, label="best expert, $D^*$")
    ax.set(title=f"$L_D^*$ = {loss_at_best:.2f}", xlabel="$x$")
axes[0].set_ylabel("density, or probability")
axes[0].legend()
dd.plot.show(
    "Three panels over x: a grey hill of real examples at 1, a narrower hill of fakes at -2, 0 and 1, and the best "
    "expert's probability. Left it rises from 0 to 1 between the hills and is flat at 0 where the fakes lie; in the "
    "middle it dips to 0.2 left of the fakes; right the hills coincide and it is 0.5 everywhere."
)

# %% [markdown]
# From left to right the forger improves and the expert's best loss rises to 1.39. On the left, at $x = -2$ where
# the fakes lie, $D^*$ is flat at 0: the expert is certain, and the slope of $D$ hardly tells the forger where to go.
# In the middle it points right, towards the data.
#
# The logarithm of a sigmoid must not be taken in two steps: in float32 $\sigma(-200)$ is 0,
# and its logarithm is minus infinity. With $\mathrm{softplus}(a) = \ln(1 + e^a)$, which Keras computes safely
# as `ops.softplus`, both terms can be written without a sigmoid. Work out which sign goes where from
# $\sigma(a) = 1/(1 + e^{-a})$ and $1 - \sigma(a) = \sigma(-a)$.


# %% exercise: discriminator_loss
def discriminator_loss(real_logits, fake_logits):
    """Cross-entropy of telling real from fake: one mean over real examples plus one over fakes.

    Args:
        real_logits: (m_r, 1) float32 tensor, the discriminator's logits for real examples; any finite size.
        fake_logits: (m_f, 1) float32 tensor, its logits for fakes; m_f may differ from m_r.

    Returns:
        scalar tensor, 2 ln 2 for logits of 0. Finite, and differentiable by the tape. About 3 lines.
    """
    ### BEGIN SOLUTION
    real_loss = ops.mean(ops.softplus(-real_logits))
    fake_loss = ops.mean(ops.softplus(fake_logits))
    return real_loss + fake_loss
    ### END SOLUTION


# %% fixture
def slopes(function, *logits):
    """The gradients of function(*logits), one for each of the tensors."""
    tensors = [ops.convert_to_tensor(logit) for logit in logits]
    with tf.GradientTape() as tape:
        tape.watch(tensors)
        value = function(*tensors)
    return tape.gradient(value, tensors)


# %% test: discriminator_loss, points=1
real_logits = ops.convert_to_tensor([[np.log(3.0)], [0.0]], dtype="float32")
fake_logits = ops.convert_to_tensor([[-np.log(3.0)]], dtype="float32")
loss = discriminator_loss(real_logits, fake_logits)
due = ops.convert_to_tensor(-(np.log(3 / 4) + np.log(1 / 2)) / 2 - np.log(3 / 4), dtype="float32")
dd.check.like(loss, due, rtol=1e-5, why="the examples of the text, as one tensor", what="discriminator_loss(...)")
undecided = discriminator_loss(ops.zeros((4, 1)), ops.zeros((4, 1)))
dd.check.close(undecided, 2 * np.log(2), rtol=1e-5, why="D = 1/2 everywhere", what="the loss for logits of 0")
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(99)
for m_r, m_f, spread in ((1, 1, 1.0), (5, 2, 2.0), (3, 8, 3.0), (4, 4, 0.1)):
    real_logits = (spread * rng.normal(size=(m_r, 1)) + 1).astype("float32")
    fake_logits = (spread * rng.normal(size=(m_f, 1)) - 0.5).astype("float32")
    chance_real = [1 / (1 + np.exp(-float(a))) for a in real_logits[:, 0]]
    chance_fake = [1 / (1 + np.exp(-float(a))) for a in fake_logits[:, 0]]
    due = -sum(np.log(d) for d in chance_real) / m_r - sum(np.log(1 - d) for d in chance_fake) / m_f
    of = f" for {m_r} real and {m_f} fake logits"
    with dd.check.unchanged([real_logits, fake_logits]):
        loss = discriminator_loss(ops.convert_to_tensor(real_logits), ops.convert_to_tensor(fake_logits))
    dd.check.shape(loss, (), what="the loss" + of)
    dd.check.dtype(loss, "float32", what="the loss" + of)
    dd.check.close(loss, due, rtol=1e-4, why="a mean over each batch", what="the loss" + of)
    real_slope, fake_slope = slopes(discriminator_loss, real_logits, fake_logits)
    assert real_slope is not None, "the tape cannot follow NumPy: compute the loss with keras.ops"
    due = -(1 - np.array(chance_real)[:, np.newaxis]) / m_r
    dd.check.close(real_slope, due, rtol=1e-3, atol=1e-6, what="the gradient for real logits" + of)
    due = np.array(chance_fake)[:, np.newaxis] / m_f
    dd.check.close(fake_slope, due, rtol=1e-3, atol=1e-6, what="the gradient for fake logits" + of)
extreme = np.array([[200.0], [-200.0]], dtype="float32")
loss = discriminator_loss(ops.convert_to_tensor(extreme), ops.convert_to_tensor(extreme))
dd.check.finite(loss, why="-ln D is about 200 where the logit is -200", what="the loss for logits of 200 and -200")
dd.check.close(loss, 200.0, rtol=1e-4, why="half of either batch costs 200", what="the loss for logits of 200 and -200")
real_slope, fake_slope = slopes(discriminator_loss, extreme, extreme)
dd.check.close(real_slope, [[0.0], [-0.5]], atol=1e-6, why="the worst example pulls hardest", what="the gradient")
dd.check.close(fake_slope, [[0.5], [0.0]], atol=1e-6, why="the worst example pulls hardest", what="the gradient")
### END HIDDEN TESTS

# %% mistakes: discriminator_loss
# - replace: |-
#     ops.softplus(-real_logits))
#         fake_loss = ops.mean(ops.softplus(fake_logits))
#   with: |-
#     ops.softplus(real_logits))
#         fake_loss = ops.mean(ops.softplus(-fake_logits))
#   hint: "This discriminator is rewarded for calling fakes real. Which label does each batch have?"
# - replace: ops.softplus(fake_logits)
#   with: ops.softplus(-fake_logits)
#   hint: "The fakes are labelled 0, so their term is the logarithm of 1 - D."
# - replace: return real_loss + fake_loss
#   with: return (real_loss + fake_loss) / 2
#   hint: "You averaged the two means. By the definition above they are added: logits of 0 give 2 ln 2."
# - replace: return real_loss + fake_loss
#   with: return -(real_loss + fake_loss)
#   hint: "That is the value V, which the discriminator wants high. A loss goes down."
# - replace: return real_loss + fake_loss
#   with: return real_loss
#   hint: "An expert who only ever sees real examples learns to say yes."
# - replace: |-
#     real_loss = ops.mean(ops.softplus(-real_logits))
#         fake_loss = ops.mean(ops.softplus(fake_logits))
#   with: |-
#     real_loss = ops.sum(ops.softplus(-real_logits))
#         fake_loss = ops.sum(ops.softplus(fake_logits))
#   hint: "A sum grows with the batch, and the step with it; each term is a mean."
# - replace: |-
#     real_loss = ops.mean(ops.softplus(-real_logits))
#         fake_loss = ops.mean(ops.softplus(fake_logits))
#         return real_loss + fake_loss
#   with: |-
#     both = ops.concatenate([ops.softplus(-real_logits), ops.softplus(fake_logits)], axis=0)
#         return 2 * ops.mean(both)
#   hint: "With batches of different sizes the larger one outvotes the smaller: take the means apart."
# - replace: |-
#     real_loss = ops.mean(ops.softplus(-real_logits))
#         fake_loss = ops.mean(ops.softplus(fake_logits))
#   with: |-
#     real_loss = -ops.mean(ops.log(ops.sigmoid(real_logits)))
#         fake_loss = -ops.mean(ops.log(1 - ops.sigmoid(fake_logits)))
#   hint: "Right on paper. In float32 the sigmoid of -200 is 0, and then comes the logarithm."


# %% accepts: discriminator_loss
def discriminator_loss(real_logits, fake_logits):
    # The cross-entropies of Keras, from logits.
    bce = keras.losses.BinaryCrossentropy(from_logits=True)
    return bce(ops.ones_like(real_logits), real_logits) + bce(ops.zeros_like(fake_logits), fake_logits)


# %% accepts: discriminator_loss
def discriminator_loss(real_logits, fake_logits):
    # Logarithms of sigmoids, summed and divided.
    total_real = ops.sum(ops.log_sigmoid(real_logits)) / ops.cast(ops.size(real_logits), "float32")
    total_fake = ops.sum(ops.log_sigmoid(-fake_logits)) / ops.cast(ops.size(fake_logits), "float32")
    return -total_real - total_fake


# %% [markdown]
# ## Two losses for the forger
# The generator wants $V$ low. Only one term of it depends on $G$, so its loss is that term:
#
# $$L_G^{\text{minimax}} = \frac1m \sum_j \ln\bigl(1 - D(G(z_j))\bigr).$$
#
# It is at most 0, for it is the logarithm of a probability. Goodfellow and his co-authors proposed it, and in
# the same paper advised against it. The other loss, called **non-saturating**, asks for the same thing in
# other words: not *be seldom called fake* but *be often called real*,
#
# $$L_G^{\text{ns}} = -\frac1m \sum_j \ln D(G(z_j)).$$
#
# Both fall as $D(G(z))$ rises. What differs is **how hard they pull**. Differentiate with respect to the logit,
# with $\sigma' = \sigma(1 - \sigma)$:
#
# $$\frac{d}{da} \ln(1 - \sigma(a)) = -\sigma(a), \qquad \frac{d}{da} \bigl(-\ln \sigma(a)\bigr) = -(1 - \sigma(a)).$$
#
# Early on the fakes are bad and the expert sure: say $a = -6$, $D = 0.0025$. The minimax loss pulls with 0.0025,
# the other with 0.9975. Which of the two stops teaching, and when?

# %% demo
logit = np.linspace(-8, 8, 161)
chance = 1 / (1 + np.exp(-logit))
figure, axes = plt.subplots(1, 2, figsize=(12, 4))
axes[0].plot(logit, np.log(1 - chance), label="minimax")
axes[0].plot(logit, -np.log(chance), label="non-saturating")
axes[0].set(title="Loss of one fake", xlabel="logit $a$ of the fake", ylabel="$L_G$")
axes[1].plot(logit, chance, label="minimax")
axes[1].plot(logit, 1 - chance, label="non-saturating")
axes[1].set(title="How hard it pulls", xlabel="logit $a$ of the fake", ylabel="$|dL_G/da|$")
for ax in axes:
    ax.axvspan(-8, -4, color="0.9", zorder=0)
axes[1].text(-7.8, 0.5, "caught\n(early)", color="0.3")
axes[0].legend(loc="upper right")
dd.plot.show(
    "Two panels over the logit of a fake from -8 to 8, the part below -4 shaded as caught. Left, the minimax loss is "
    "flat at 0 in the shade and falls from about -1 on; the non-saturating loss falls from 8 and flattens at 0. "
    "Right, the pull of minimax rises from 0 to 1, that of the other falls from 1 to 0; they cross at logit 0."
)

# %% [markdown]
# In the grey zone, where the expert has caught the fake, minimax is flat: it **saturates**, and those who need to
# learn most learn least. The non-saturating loss pulls with nearly 1 there, and lets go of fakes that already
# pass. Against the best expert of a perfect forger, $D = ½$ everywhere, neither pulls anywhere: the equilibrium is
# the same.


# %% exercise: generator_loss
def generator_loss(fake_logits, kind="non-saturating"):
    """What the generator lowers, given the discriminator's logits for its fakes.

    Args:
        fake_logits: (m, 1) float32 tensor; any finite size.
        kind: "non-saturating" or "minimax", the two losses of Goodfellow et al. 2014.

    Returns:
        scalar tensor; for logits of 0 it is ln 2 or -ln 2. Finite, and differentiable by the tape. About 5 lines.

    Raises:
        ValueError: kind is neither of the two.
    """
    ### BEGIN SOLUTION
    if kind == "non-saturating":
        return ops.mean(ops.softplus(-fake_logits))
    if kind == "minimax":
        return -ops.mean(ops.softplus(fake_logits))
    raise ValueError(f"kind must be 'non-saturating' or 'minimax'. Received: {kind!r}")
    ### END SOLUTION


# %% test: generator_loss, points=1
fake_logits = ops.convert_to_tensor([[-np.log(3.0)], [0.0]], dtype="float32")
loss = generator_loss(fake_logits)
due = ops.convert_to_tensor(-(np.log(1 / 4) + np.log(1 / 2)) / 2, dtype="float32")
dd.check.like(loss, due, rtol=1e-5, why="two fakes with D = 1/4 and 1/2, as one tensor", what="generator_loss(...)")
loss = generator_loss(fake_logits, kind="minimax")
due = (np.log(3 / 4) + np.log(1 / 2)) / 2
dd.check.close(loss, due, rtol=1e-5, why="the mean of ln(1 - D)", what='generator_loss(..., kind="minimax")')
with dd.check.raises(ValueError, why="a misspelt kind must not pass for either"):
    generator_loss(fake_logits, kind="saturating")
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(100)
for m, spread in ((1, 1.0), (2, 3.0), (7, 2.0)):
    fake_logits = (spread * rng.normal(size=(m, 1)) - 0.5).astype("float32")
    chance = 1 / (1 + np.exp(-fake_logits.astype(float)))
    given = ops.convert_to_tensor(fake_logits)
    for kind, due in (
        ("non-saturating", sum(-np.log(d) for d in chance[:, 0]) / m),
        ("minimax", sum(np.log(1 - d) for d in chance[:, 0]) / m),
    ):
        loss = generator_loss(given, kind)
        dd.check.shape(loss, (), what=f"the {kind} loss of {m} logits")
        dd.check.dtype(loss, "float32", what=f"the {kind} loss of {m} logits")
        dd.check.close(loss, due, rtol=1e-4, why="a mean over the batch", what=f"the {kind} loss of {m} logits")
    dd.check.close(generator_loss(given), generator_loss(given, "non-saturating"), why="it is the default")
    slope = slopes(generator_loss, fake_logits)[0]
    assert slope is not None, "the tape cannot follow NumPy: compute the loss with keras.ops"
    dd.check.close(slope, -(1 - chance) / m, rtol=1e-3, atol=1e-6, why="it pulls with 1 - D", what="the gradient")
extreme = np.array([[200.0], [-200.0]], dtype="float32")
given = ops.convert_to_tensor(extreme)
dd.check.close(generator_loss(given), 100.0, rtol=1e-4, why="-ln D is 200 for one of two", what="the loss far out")
loss = generator_loss(given, "minimax")
dd.check.close(loss, -100.0, rtol=1e-4, why="ln(1 - D) is -200 for one of two", what="the minimax loss far out")
slope = slopes(generator_loss, extreme)[0]
dd.check.close(slope, [[0.0], [-0.5]], atol=1e-6, why="a caught fake is pulled in full", what="the gradient far out")
for kind in ("", "Minimax", None):
    with dd.check.raises(ValueError, why=f"{kind!r} is no kind of loss"):
        generator_loss(given, kind)
### END HIDDEN TESTS

# %% mistakes: generator_loss
# - replace: return ops.mean(ops.softplus(-fake_logits))
#   with: return ops.mean(ops.softplus(fake_logits))
#   hint: "That is the discriminator's term: a generator that lowers it helps to have its fakes found out."
# - replace: return -ops.mean(ops.softplus(fake_logits))
#   with: return ops.mean(ops.softplus(fake_logits))
#   hint: "The minimax loss is the mean of ln(1 - D), a logarithm of probabilities. What sign must it have?"
# - replace: return ops.mean(ops.softplus(-fake_logits))
#   with: return ops.sum(ops.softplus(-fake_logits))
#   hint: "A sum grows with the batch; the loss is a mean."
# - replace: return ops.mean(ops.softplus(-fake_logits))
#   with: return -ops.mean(ops.log(ops.sigmoid(fake_logits)))
#   hint: "Right on paper. In float32 the sigmoid of -200 is 0, and then comes the logarithm."
# - replace: return -ops.mean(ops.softplus(fake_logits))
#   with: return -ops.mean(ops.softplus(-fake_logits))
#   hint: "Your minimax loss is the other one with its sign turned: the generator would flee the real examples."
# - replace: |-
#     if kind == "minimax":
#             return -ops.mean(ops.softplus(fake_logits))
#         raise ValueError(f"kind must be 'non-saturating' or 'minimax'. Received: {kind!r}")
#   with: return -ops.mean(ops.softplus(fake_logits))
#   hint: "Any misspelt kind trains with the minimax loss, and nobody is told."


# %% accepts: generator_loss
def generator_loss(fake_logits, kind="non-saturating"):
    # Cross-entropies from logits: against the label "real", or minus that against the label "fake".
    labels = {"non-saturating": (1.0, ops.ones_like), "minimax": (-1.0, ops.zeros_like)}
    if kind not in labels:
        raise ValueError(f"no such loss: {kind}")
    sign, filled = labels[kind]
    return sign * ops.mean(ops.binary_crossentropy(filled(fake_logits), fake_logits, from_logits=True))


# %% accepts: generator_loss
def generator_loss(fake_logits, kind="non-saturating"):
    losses = {"non-saturating": -ops.log_sigmoid(fake_logits), "minimax": ops.log_sigmoid(-fake_logits)}
    try:
        return ops.sum(losses[kind]) / fake_logits.shape[0]
    except KeyError:
        raise ValueError(f"kind must be one of {sorted(losses)}") from None


# %% [markdown]
# ## Two players, no minimum
# A GAN has two losses and each player moves only its own weights. What they can settle in is no minimum but a
# **Nash equilibrium**: a point where neither player gains by moving **alone**. For GANs with networks that can
# do anything it is $q = p$, $D = ½$. Does taking turns with gradient descent lead there?
#
# Try the smallest game there is. Player one holds a number $x$ and wants $f = xy$ low, player two holds $y$ and
# wants it high. The equilibrium is $(0, 0)$: if $y = 0$, $x$ cannot change anything, and the other way round.
# Gradient steps of size $\alpha$, both at once, are $x' = x - \alpha y$ and $y' = y + \alpha x$, so
#
# $$x'^2 + y'^2 = (1 + \alpha^2)(x^2 + y^2).$$
#
# Every step leads **away**. And if the second player waits, and answers to the new $x'$?

# %% demo
alpha = 0.25
at_once, in_turn = [(1.0, 0.0)], [(1.0, 0.0)]
for _ in range(50):
    x, y = at_once[-1]
    at_once.append((x - alpha * y, y + alpha * x))
    x, y = in_turn[-1]
    x = x - alpha * y
    in_turn.append((x, y + alpha * x))

figure, axes = plt.subplots(1, 2, figsize=(10, 4.6))
for ax, path, title in ((axes[0], at_once, "Both at once"), (axes[1], in_turn, "In turn")):
    ax.plot(*np.array(path).T, marker="o", markersize=3, linewidth=1)
    ax.plot(*path[0], marker="s", color="#c94a0c", markersize=9, linestyle="", label="start")
    ax.plot(0, 0, marker="P", color="black", markersize=9, linestyle="", label="equilibrium")
    ax.set(title=title, xlabel="$x$, wants $xy$ low", ylabel="$y$, wants $xy$ high", aspect="equal")
axes[0].legend(loc="upper right")
dd.plot.show(
    "Two paths of 50 steps from (1, 0) around the equilibrium at the origin. Both at once: a spiral that reaches a "
    "distance of more than 4. In turn: a closed oval of radius 1, run through twice."
)

# %% [markdown]
# Both at once spirals outwards; in turn circles for ever on a closed curve. That is why GANs are trained
# **in turn**, and why they nevertheless tend to run in circles: there is no loss that both are lowering. What
# brings them to rest is damping, of which you will see one kind today.
#
# ## One turn each
# A turn has three parts: compute the player's loss under a tape, differentiate it **with respect to that player's
# weights only**, let that player's optimiser move them. Generator and discriminator are chained in both turns,
# $z \to G \to D \to L$, and the tape of Day 36 records all of it. Which of the two learns is decided by the list of
# variables for which you ask gradients, and by nothing else. A tiny case:

# %% demo
u, v = tf.Variable(3.0), tf.Variable(2.0)
with tf.GradientTape() as recording:
    product = u * v
along_u = recording.gradient(product, [u])
keras.optimizers.SGD(0.5).apply(along_u, [u])
print(f"u moved from 3.0 to {float(u)}, v is still {float(v)}")

# %% [markdown]
# $d(uv)/du = v = 2$, half of it was taken off, and `v` stayed, though it took part.
#
# In the **discriminator's turn** the fakes are made by the generator as it stands, and the generator stays. In
# the **generator's turn** the discriminator stays; but the gradient must flow *through* it, for it is the only
# way back to the generator. So do not detach it, and do not draw real examples: this turn needs none.
#
# Three points of care.
#
# - `network(x, training=True)` is due for **both** networks in **both** turns. Some layers, such as the
#   noise layer in `dense_network`, act only then.
# - `trainable_variables` is the list of what a network may learn. `optimizer.apply(gradients, variables)` moves
#   it. The optimiser is handed in, because Adam remembers earlier gradients: a new one each turn would forget.
# - Return the loss as the tape saw it, before the step, as a tensor. A turn will be compiled by `tf.function`,
#   and there is no `float` in a graph.


# %% exercise: train_step_discriminator
def train_step_discriminator(discriminator, generator, optimizer, real, noise):
    """One step of the discriminator: it learns to tell these real examples from fakes made of this noise.

    Both networks are called with training=True. Only the discriminator's trainable variables change.

    Args:
        discriminator: Keras model, (m, n) to logits (m, 1).
        generator: Keras model, (m, latent_dim) to (m, n).
        optimizer: Keras optimiser of the discriminator's trainable variables.
        real: (m, n) float32 tensor of real examples.
        noise: (m_f, latent_dim) float32 tensor.

    Returns:
        scalar tensor, the discriminator_loss before the step. About 7 lines.
    """
    ### BEGIN SOLUTION
    with tf.GradientTape() as tape:
        real_logits = discriminator(real, training=True)
        fake_logits = discriminator(generator(noise, training=True), training=True)
        loss = discriminator_loss(real_logits, fake_logits)
    variables = discriminator.trainable_variables
    optimizer.apply(tape.gradient(loss, variables), variables)
    return loss
    ### END SOLUTION


# %% fixture
class Louder(keras.layers.Layer):
    """Multiplies its input by a factor in training, and passes it on as it is otherwise."""

    def __init__(self, factor):
        super().__init__()
        self.factor = factor

    def call(self, x, training=False):
        return self.factor * x if training else 1.0 * x


def linear_network(kernel, bias, factor=1.0):
    """A Keras model that computes x @ kernel + bias, or (factor * x) @ kernel + bias in training."""
    inputs, outputs = np.shape(kernel)
    network = keras.Sequential([keras.Input((inputs,)), Louder(factor), keras.layers.Dense(outputs)])
    network.set_weights([np.asarray(kernel, "float32"), np.asarray(bias, "float32")])
    return network


def deep_network(*sizes, activation="tanh", seed=0):
    """A dense_network, for the tests."""
    return dense_network(sizes, activation, seed=seed)


def descent(learning_rate, momentum=0.0):
    """A Keras optimiser: gradient descent, with momentum on request."""
    return keras.optimizers.SGD(learning_rate, momentum=momentum)


def partly_frozen_network(*sizes, seed=0):
    """A dense_network whose first layer does not learn."""
    network = dense_network(sizes, "tanh", seed=seed)
    network.layers[0].trainable = False
    return network


# %% test: train_step_discriminator, points=2
discriminator = linear_network([[0.0]], [0.0])  # knows nothing: logits of 0
generator = linear_network([[0.0]], [-2.0])  # forges -2, whatever the noise
real, noise = ops.convert_to_tensor([[1.0], [3.0]]), ops.convert_to_tensor([[0.5], [-0.5]])
loss = train_step_discriminator(discriminator, generator, descent(0.5), real, noise)
due = ops.convert_to_tensor(2 * np.log(2), dtype="float32")
dd.check.like(loss, due, rtol=1e-5, why="before the step D is 1/2; a tensor, as it runs in a graph", what="the loss")
kernel, bias = discriminator.get_weights()
dd.check.close(kernel, [[1.0]], rtol=1e-5, why="half of (1 + 3) / 4 + 2 / 2 is added", what="its kernel")
dd.check.close(bias, [0.0], atol=1e-6, why="real and fake pull evenly", what="its bias")
kernel, bias = generator.get_weights()
dd.check.equal([kernel.item(), bias.item()], [0.0, -2.0], why="the generator waits", what="the generator's weights")
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(101)


def draw(*shape):
    return rng.normal(size=shape).astype("float32")


def slopes_by_hand(w, b, real, fake):
    """Loss of a linear discriminator and its slopes along w and b, in float64."""
    real_logits, fake_logits = real @ w + b, fake @ w + b
    loss = np.mean(np.log1p(np.exp(-real_logits))) + np.mean(np.log1p(np.exp(fake_logits)))
    from_real = -1 / (1 + np.exp(real_logits)) / len(real)
    from_fake = 1 / (1 + np.exp(-fake_logits)) / len(fake)
    return loss, real.T @ from_real + fake.T @ from_fake, from_real.sum(axis=0) + from_fake.sum(axis=0)


near = {"rtol": 1e-4, "atol": 1e-5}  # float32 through two small products
for (m, m_f), n, latent_dim, factor_d, factor_g in (
    ((1, 1), 3, 1, 1.0, 1.0),
    ((5, 2), 1, 2, 1.7, 1.0),
    ((3, 4), 2, 3, 1.0, 0.4),
):
    w, b, kernel, bias = draw(n, 1), draw(1), draw(latent_dim, n), draw(n)
    discriminator, generator = linear_network(w, b, factor_d), linear_network(kernel, bias, factor_g)
    optimizer = descent(0.3, momentum=0.9)
    speed_w, speed_b, due_w, due_b = 0.0, 0.0, w.astype(float), b.astype(float)
    for turn in (1, 2):
        real, noise = draw(m, n), draw(m_f, latent_dim)
        fake = (factor_g * noise) @ kernel + bias
        due, along_w, along_b = slopes_by_hand(due_w, due_b, factor_d * real, factor_d * fake)
        speed_w, speed_b = 0.9 * speed_w - 0.3 * along_w, 0.9 * speed_b - 0.3 * along_b
        due_w, due_b = due_w + speed_w, due_b + speed_b
        given = ops.convert_to_tensor(real), ops.convert_to_tensor(noise)
        with dd.check.unchanged([real, noise]):
            loss = train_step_discriminator(discriminator, generator, optimizer, *given)
        of = f" in turn {turn} with {m} real and {m_f} fakes of {n} features"
        dd.check.shape(loss, (), what="the loss" + of)
        dd.check.close(loss, due, **near, why="the loss before the step", what="the loss" + of)
        new_w, new_b = discriminator.get_weights()
        dd.check.close(new_w, due_w, **near, why="one step down its own loss", what="its kernel" + of)
        dd.check.close(new_b, due_b, **near, why="one step down its own loss", what="its bias" + of)
        still, too = generator.get_weights()
        dd.check.equal(still, kernel, why="the generator does not move in this turn", what="its kernel" + of)
        dd.check.equal(too, bias, why="the generator does not move in this turn", what="its bias" + of)
    steps = int(np.asarray(optimizer.iterations))
    dd.check.equal(steps, 2, why="one step of the given optimiser in each turn", what="optimizer.iterations")

discriminator, generator = deep_network(2, 8, 6, 1, seed=1), deep_network(3, 5, 2, activation="relu", seed=2)
before_d, before_g = discriminator.get_weights(), generator.get_weights()
given = ops.convert_to_tensor(draw(16, 2) + 2), ops.convert_to_tensor(draw(16, 3))
optimizer = descent(0.05)
losses = [float(train_step_discriminator(discriminator, generator, optimizer, *given)) for _ in range(3)]
dd.check.equal(sorted(losses, reverse=True), losses, why="small steps go down", what="three losses in a row")
for place, (old, new) in enumerate(zip(before_d, discriminator.get_weights(), strict=True)):
    assert np.abs(old - new).max() > 0, f"weight {place} of the discriminator never moved: all its layers learn"
for old, new in zip(before_g, generator.get_weights(), strict=True):
    dd.check.equal(new, old, why="the generator does not move in this turn", what="a weight of the generator")
frozen = partly_frozen_network(2, 4, 1, seed=5)
before = frozen.get_weights()
train_step_discriminator(frozen, generator, descent(0.5), *given)
dd.check.equal(frozen.get_weights()[0], before[0], why="it is no trainable variable", what="a frozen layer's kernel")
assert np.abs(frozen.get_weights()[2] - before[2]).max() > 0, "the layer that is not frozen learns all the same"
### END HIDDEN TESTS

# %% mistakes: train_step_discriminator
# - replace: variables = discriminator.trainable_variables
#   with: variables = discriminator.weights
#   hint: "`weights` lists all that a network keeps, also what is frozen or no parameter at all; not all of it learns."
# - replace: variables = discriminator.trainable_variables
#   with: variables = discriminator.trainable_variables + generator.trainable_variables
#   hint: "The generator moves as well, down the discriminator's loss: the forger hands itself in."
# - replace: variables = discriminator.trainable_variables
#   with: variables = generator.trainable_variables
#   hint: "Whose turn is it?"
# - replace: optimizer.apply(tape.gradient(loss, variables), variables)
#   with: optimizer.apply([-slope for slope in tape.gradient(loss, variables)], variables)
#   hint: "An optimiser already walks down; you turned it round."
# - replace: optimizer.apply(tape.gradient(loss, variables), variables)
#   with: keras.optimizers.SGD(float(optimizer.learning_rate)).apply(tape.gradient(loss, variables), variables)
#   hint: "The optimiser that was handed in remembers earlier gradients; a new one each turn forgets them."
# - replace: real_logits = discriminator(real, training=True)
#   with: real_logits = discriminator(real)
#   hint: "Layers that act only in training must act on real examples too, or they give the fakes away."
# - replace: training=True), training=True)
#   with: training=True))
#   hint: "Layers that act only in training must act when fakes are judged too, or they give the fakes away."
# - replace: generator(noise, training=True)
#   with: noise
#   hint: "The discriminator was shown the noise itself. Who makes fakes of it?"
# - replace: generator(noise, training=True)
#   with: generator(noise)
#   hint: "A layer of the generator that acts only in training stayed silent."
# - replace: return loss
#   with: |-
#     fake = generator(noise, training=True)
#         return discriminator_loss(discriminator(real, training=True), discriminator(fake, training=True))
#   hint: "That is the loss after the step; the tape saw the one before."
# - replace: discriminator_loss(real_logits, fake_logits)
#   with: discriminator_loss(fake_logits, real_logits)
#   hint: "The two batches of logits came in the wrong order."


# %% accepts: train_step_discriminator
def train_step_discriminator(discriminator, generator, optimizer, real, noise):
    # Fakes made before the tape runs; real and fake judged in one call; the older way to apply.
    fake = generator(noise, training=True)
    with tf.GradientTape(watch_accessed_variables=False) as tape:
        tape.watch([variable.value for variable in discriminator.trainable_variables])
        logits = discriminator(ops.concatenate([real, fake], axis=0), training=True)
        m = ops.shape(real)[0]
        loss = discriminator_loss(logits[:m], logits[m:])
    gradients = tape.gradient(loss, discriminator.trainable_variables)
    optimizer.apply_gradients(zip(gradients, discriminator.trainable_variables, strict=True))
    return loss


# %% accepts: train_step_discriminator
def train_step_discriminator(discriminator, generator, optimizer, real, noise):
    # Gradients for everything, of which only the discriminator's are used.
    with tf.GradientTape() as tape:
        fake = tf.stop_gradient(generator(noise, training=True))
        loss = discriminator_loss(discriminator(real, training=True), discriminator(fake, training=True))
    gradients = tape.gradient(loss, discriminator.trainable_weights + generator.trainable_weights)
    count = len(discriminator.trainable_weights)
    optimizer.build(discriminator.trainable_weights)
    optimizer.apply(gradients[:count])
    return tf.identity(loss)


# %% exercise: train_step_generator
def train_step_generator(discriminator, generator, optimizer, noise):
    """One step of the generator: it learns to pass for real, by the non-saturating loss.

    Both networks are called with training=True. Only the generator's trainable variables change.

    Args:
        discriminator: Keras model, (m, n) to logits (m, 1).
        generator: Keras model, (m, latent_dim) to (m, n).
        optimizer: Keras optimiser of the generator's trainable variables.
        noise: (m, latent_dim) float32 tensor.

    Returns:
        scalar tensor, the generator_loss before the step. About 6 lines.
    """
    ### BEGIN SOLUTION
    with tf.GradientTape() as tape:
        fake_logits = discriminator(generator(noise, training=True), training=True)
        loss = generator_loss(fake_logits)
    variables = generator.trainable_variables
    optimizer.apply(tape.gradient(loss, variables), variables)
    return loss
    ### END SOLUTION


# %% test: train_step_generator, points=2
discriminator = linear_network([[2.0]], [0.0])  # the larger, the more real
generator = linear_network([[0.0]], [0.0])  # forges 0, whatever the noise
noise = ops.convert_to_tensor([[1.0], [-0.5]])
loss = train_step_generator(discriminator, generator, descent(0.5), noise)
due = ops.convert_to_tensor(np.log(2), dtype="float32")
dd.check.like(loss, due, rtol=1e-5, why="before the step D is 1/2; a tensor, as it runs in a graph", what="the loss")
kernel, bias = generator.get_weights()
dd.check.close(bias, [0.5], rtol=1e-5, why="0.5 * (1 - D) * 2: larger passes better", what="the generator's bias")
dd.check.close(kernel, [[0.125]], rtol=1e-5, why="half the mean of noise * (1 - D) * 2", what="the generator's kernel")
kernel, bias = discriminator.get_weights()
dd.check.equal([kernel.item(), bias.item()], [2.0, 0.0], why="the discriminator waits", what="its weights")
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(102)


def draw(*shape):
    return rng.normal(size=shape).astype("float32")


near = {"rtol": 1e-4, "atol": 1e-5}  # float32 through two small products
for m, n, latent_dim, factor_d, factor_g in (
    (1, 3, 1, 1.0, 1.0),
    (5, 1, 2, 1.8, 1.0),
    (3, 2, 3, 1.0, 0.4),
):
    w, b, kernel, bias = draw(n, 1), draw(1), draw(latent_dim, n), draw(n)
    discriminator, generator = linear_network(w, b, factor_d), linear_network(kernel, bias, factor_g)
    optimizer = descent(0.3, momentum=0.9)
    speed, due_kernel, due_bias = [0.0, 0.0], kernel.astype(float), bias.astype(float)
    for turn in (1, 2):
        noise = draw(m, latent_dim)
        heard = factor_g * noise
        logits = factor_d * (heard @ due_kernel + due_bias) @ w + b
        due = np.mean(np.log1p(np.exp(-logits)))
        back = -1 / (1 + np.exp(logits)) / m * factor_d @ w.T  # (m, n), the slope along each fake
        speed = [0.9 * speed[0] - 0.3 * heard.T @ back, 0.9 * speed[1] - 0.3 * back.sum(axis=0)]
        due_kernel, due_bias = due_kernel + speed[0], due_bias + speed[1]
        with dd.check.unchanged(noise):
            loss = train_step_generator(discriminator, generator, optimizer, ops.convert_to_tensor(noise))
        of = f" in turn {turn} with {m} fakes of {n} features"
        dd.check.shape(loss, (), what="the loss" + of)
        dd.check.close(loss, due, **near, why="the loss before the step", what="the loss" + of)
        new_kernel, new_bias = generator.get_weights()
        dd.check.close(new_kernel, due_kernel, **near, why="one step down its own loss", what="its kernel" + of)
        dd.check.close(new_bias, due_bias, **near, why="one step down its own loss", what="its bias" + of)
        still, too = discriminator.get_weights()
        dd.check.equal(still, w, why="the discriminator does not move in this turn", what="its kernel" + of)
        dd.check.equal(too, b, why="the discriminator does not move in this turn", what="its bias" + of)
    steps = int(np.asarray(optimizer.iterations))
    dd.check.equal(steps, 2, why="one step of the given optimiser in each turn", what="optimizer.iterations")

discriminator, generator = deep_network(2, 6, 1, seed=3), deep_network(3, 7, 5, 2, seed=4)
before_d, before_g = discriminator.get_weights(), generator.get_weights()
noise, optimizer = ops.convert_to_tensor(draw(16, 3)), descent(0.05)
losses = [float(train_step_generator(discriminator, generator, optimizer, noise)) for _ in range(3)]
dd.check.equal(sorted(losses, reverse=True), losses, why="small steps go down", what="three losses in a row")
for place, (old, new) in enumerate(zip(before_g, generator.get_weights(), strict=True)):
    assert np.abs(old - new).max() > 0, f"weight {place} of the generator never moved: all its layers learn"
for old, new in zip(before_d, discriminator.get_weights(), strict=True):
    dd.check.equal(new, old, why="the discriminator does not move in this turn", what="a weight of the discriminator")
left = len(discriminator.trainable_variables)
dd.check.equal(left, 4, why="it has to learn in its next turn", what="its number of trainable variables")
frozen = partly_frozen_network(3, 4, 2, seed=6)
before = frozen.get_weights()
train_step_generator(discriminator, frozen, descent(0.5), noise)
dd.check.equal(frozen.get_weights()[0], before[0], why="it is no trainable variable", what="a frozen layer's kernel")
assert np.abs(frozen.get_weights()[2] - before[2]).max() > 0, "the layer that is not frozen learns all the same"
### END HIDDEN TESTS

# %% mistakes: train_step_generator
# - replace: variables = generator.trainable_variables
#   with: variables = generator.weights
#   hint: "`weights` lists all that a network keeps, also what is frozen or no parameter at all; not all of it learns."
# - replace: with tf.GradientTape() as tape
#   with: |-
#     discriminator.trainable = False
#         with tf.GradientTape() as tape
#   hint: "You froze the discriminator for good, so it can never learn again. The list of variables is enough."
# - replace: variables = generator.trainable_variables
#   with: variables = discriminator.trainable_variables + generator.trainable_variables
#   hint: "The discriminator moves as well, down the generator's loss: the expert is bribed."
# - replace: variables = generator.trainable_variables
#   with: variables = discriminator.trainable_variables
#   hint: "Whose turn is it?"
# - replace: generator_loss(fake_logits)
#   with: generator_loss(fake_logits, "minimax")
#   hint: "That is the loss which saturates while the fakes are bad."
# - replace: generator_loss(fake_logits)
#   with: discriminator_loss(fake_logits, fake_logits)
#   hint: "The generator has a loss of its own; in this turn nothing is real."
# - replace: optimizer.apply(tape.gradient(loss, variables), variables)
#   with: optimizer.apply([-slope for slope in tape.gradient(loss, variables)], variables)
#   hint: "An optimiser already walks down; you turned it round."
# - replace: optimizer.apply(tape.gradient(loss, variables), variables)
#   with: keras.optimizers.SGD(float(optimizer.learning_rate)).apply(tape.gradient(loss, variables), variables)
#   hint: "The optimiser that was handed in remembers earlier gradients; a new one each turn forgets them."
# - replace: training=True), training=True)
#   with: training=True))
#   hint: "The discriminator judges real examples with its training layers at work; fakes deserve the same."
# - replace: generator(noise, training=True)
#   with: generator(noise)
#   hint: "A layer of the generator that acts only in training stayed silent."
# - replace: |-
#     fake_logits = discriminator(generator(noise, training=True), training=True)
#             loss = generator_loss(fake_logits)
#   with: |-
#     fake = tf.stop_gradient(generator(noise, training=True))
#             loss = generator_loss(discriminator(fake, training=True))
#   hint: "You cut the only way back to the generator. It waits in the other turn, not in this one."


# %% accepts: train_step_generator
def train_step_generator(discriminator, generator, optimizer, noise):
    # The chain rule by hand: back to the fakes first, and from there into the generator.
    with tf.GradientTape() as outer:
        fake = generator(noise, training=True)
    with tf.GradientTape() as inner:
        inner.watch(fake)
        loss = generator_loss(discriminator(fake, training=True))
    toward_real = inner.gradient(loss, fake)
    gradients = outer.gradient(fake, generator.trainable_weights, output_gradients=toward_real)
    optimizer.apply_gradients(list(zip(gradients, generator.trainable_weights, strict=True)))
    return loss


# %% accepts: train_step_generator
def train_step_generator(discriminator, generator, optimizer, noise):
    weights = generator.trainable_weights
    with tf.GradientTape(watch_accessed_variables=False) as tape:
        for weight in weights:
            tape.watch(weight.value)
        logits = discriminator(generator(noise, training=True), training=True)
        loss = generator_loss(logits, kind="non-saturating")
    gradients = tape.gradient(loss, [weight.value for weight in weights])
    optimizer.apply(gradients, weights)
    return loss


# %% [markdown]
# ## A model that plays against itself
# `keras.Model.fit` cuts the data into batches, shuffles them, and calls `self.train_step` for each, compiled by
# `tf.function` (Day 40). What a GAN adds is a `train_step` with two kinds of turn. For each batch of real
# examples:
#
# 1. the discriminator takes `d_steps` turns on this batch, 1 unless said otherwise, each with new noise;
# 2. the generator takes one turn, with new noise again, against the discriminator as it now stands.
#
# New noise, because the generator should fool the expert with any fakes, not with those it has just been shown.
# This follows algorithm 1 of Goodfellow et al. with two changes: there each turn of the discriminator draws new real
# examples too, where ours stays with the batch that `fit` hands it; and there the generator lowers the minimax loss,
# which the paper's text then replaces by the non-saturating one.
#
# There is a trap in *new*. `tf.function` runs your Python once, to record a graph, and the graph many times. A
# call of `np.random` happens while recording, and its numbers are then constants: one batch of noise for the whole
# training. A `keras.random.SeedGenerator` keeps its state in a variable, which the graph moves on. Passed as
# `seed=self.seed_generator` to a function such as `keras.random.uniform`, it gives new numbers in every run.
#
# A batch may be smaller than the others, usually the last. While the graph is recorded its size may be unknown,
# and `real.shape[0]` is then `None`. `ops.shape(real)[0]` is always right.
#
# `__init__` and `compile` are done. `generate` is for those who use the model, so it calls the generator with
# `training=False`.


# %% exercise: GAN
class GAN(keras.Model):
    """A generator and a discriminator that `fit` trains in turn, after Goodfellow et al. 2014.

    Args:
        generator: Keras model, (m, latent_dim) to (m, n).
        discriminator: Keras model, (m, n) to logits (m, 1).
        latent_dim: width of the noise, int.
        seed: of the noise, int.
    """

    def __init__(self, generator, discriminator, latent_dim, seed=0):
        super().__init__()
        self.generator = generator
        self.discriminator = discriminator
        self.latent_dim = latent_dim
        self.seed_generator = keras.random.SeedGenerator(seed)

    def compile(self, d_optimizer, g_optimizer, d_steps=1, **kwargs):
        """Set each player's Keras optimiser, and how many turns the discriminator takes to one of the generator."""
        super().compile(**kwargs)
        self.d_optimizer = d_optimizer
        self.g_optimizer = g_optimizer
        self.d_steps = d_steps

    def sample_noise(self, m):
        """Draw noise from self.seed_generator.

        Args:
            m: rows, an int or a scalar int tensor.

        Returns:
            (m, latent_dim) float32 tensor, standard normal, new at every call. About 1 line.
        """
        ### BEGIN SOLUTION
        return keras.random.normal((m, self.latent_dim), seed=self.seed_generator)
        ### END SOLUTION

    def generate(self, m):
        """Generate examples, the training over.

        Args:
            m: how many, int.

        Returns:
            (m, n) tensor of fakes, the generator called with training=False. About 1 line.
        """
        ### BEGIN SOLUTION
        return self.generator(self.sample_noise(m), training=False)
        ### END SOLUTION

    def train_step(self, real):
        """d_steps turns of the discriminator on this batch, then one of the generator; new noise for each turn.

        Args:
            real: (m, n) tensor; m may be unknown while the graph is recorded. Noise has m rows too.

        Returns:
            {"d_loss": loss of the discriminator's last turn, "g_loss": loss of the generator's turn}, scalar tensors.
            About 6 lines.
        """
        ### BEGIN SOLUTION
        m = ops.shape(real)[0]
        for _ in range(self.d_steps):
            noise = self.sample_noise(m)
            d_loss = train_step_discriminator(self.discriminator, self.generator, self.d_optimizer, real, noise)
        noise = self.sample_noise(m)
        g_loss = train_step_generator(self.discriminator, self.generator, self.g_optimizer, noise)
        return {"d_loss": d_loss, "g_loss": g_loss}
        ### END SOLUTION


# %% fixture
class Witness(keras.layers.Layer):
    """Passes its input on and writes it down, call by call, also in a graph."""

    def __init__(self, calls, rows, width):
        super().__init__()
        self.calls = self.add_weight(shape=(), dtype="int32", initializer="zeros", trainable=False)
        self.rows = self.add_weight(shape=(calls,), dtype="int32", initializer="zeros", trainable=False)
        self.seen = self.add_weight(shape=(calls, rows, width), initializer="zeros", trainable=False)

    def compute_output_shape(self, input_shape):
        return input_shape

    def call(self, x):
        m, place = tf.shape(x)[:1], tf.reshape(self.calls.value, (1, 1))
        kept = x[: self.seen.shape[1]]
        padded = tf.pad(kept, [[0, self.seen.shape[1] - tf.shape(kept)[0]], [0, 0]])
        self.seen.assign(tf.tensor_scatter_nd_update(self.seen.value, place, padded[tf.newaxis]))
        self.rows.assign(tf.tensor_scatter_nd_update(self.rows.value, place, m))
        self.calls.assign_add(1)
        return x


def witnessed(network, calls, rows):
    """(the network with a Witness before it, the Witness): room for so many calls of up to so many rows."""
    witness = Witness(calls, rows, network.input_shape[1])
    return keras.Sequential([keras.Input(network.input_shape[1:]), witness, network]), witness


# %% test: GAN, points=3
gan = GAN(deep_network(3, 8, 2, seed=1), deep_network(2, 8, 1, seed=2), latent_dim=3, seed=5)
dd.check.kind(gan, keras.Model, what="GAN(...)")
noise = gan.sample_noise(4)
dd.check.kind(noise, "tensor", what="sample_noise(4)")
dd.check.shape(noise, (4, 3), why="(m, latent_dim)", what="sample_noise(4)")
dd.check.dtype(noise, "float32", what="sample_noise(4)")
assert not np.allclose(noise, gan.sample_noise(4)), "each call draws new noise"
fakes = gan.generate(5)
dd.check.shape(fakes, (5, 2), why="(m, n)", what="generate(5)")
gan.compile(d_optimizer=descent(0.1), g_optimizer=descent(0.2), d_steps=2)
losses = gan.train_step(ops.ones((4, 2)))
dd.check.kind(losses, dict, why="fit shows losses by their names", what="train_step(real)")
dd.check.equal(sorted(losses), ["d_loss", "g_loss"], what="the names of the losses")
for name in ("d_loss", "g_loss"):
    dd.check.shape(losses[name], (), what=name)
    dd.check.finite(losses[name], what=name)
turns = int(np.asarray(gan.d_optimizer.iterations)), int(np.asarray(gan.g_optimizer.iterations))
dd.check.equal(turns, (2, 1), why="d_steps turns of the discriminator, one of the generator", what="turns taken")
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(103)


def draw(*shape):
    return rng.normal(size=shape).astype("float32")


# The noise: standard normal, of this seed, new at each call.
networks = linear_network(draw(2, 3), draw(3)), linear_network(draw(3, 1), draw(1))
one, same, other = (GAN(*networks, latent_dim=2, seed=seed) for seed in (7, 7, 8))
noise = np.asarray(one.sample_noise(5000))
dd.check.shape(noise, (5000, 2), what="sample_noise(5000)")
assert np.abs(noise.mean(axis=0)).max() < 0.1, "standard normal noise has mean 0"
assert np.abs(noise.std(axis=0) - 1).max() < 0.08, "standard normal noise has standard deviation 1"
assert abs((np.abs(noise) < 1).mean() - 0.683) < 0.04, "68% of standard normal numbers lie between -1 and 1"
assert abs(np.corrcoef(noise.T)[0, 1]) < 0.1, "the numbers of a row are drawn apart"
dd.check.close(same.sample_noise(5000), noise, why="the noise comes from self.seed_generator", what="the same seed's")
assert not np.allclose(other.sample_noise(5000), noise), "another seed gives other noise: use self.seed_generator"

# Generating: the training layers at rest, noise for every example.
kernel, bias = draw(2, 3), draw(3)
quiet = GAN(linear_network(kernel, bias, factor=50.0), networks[1], latent_dim=2, seed=3)
fakes = np.asarray(quiet.generate(2000))
dd.check.shape(fakes, (2000, 3), what="generate(2000)")
dd.check.close(fakes.std(axis=0), np.sqrt((kernel**2).sum(axis=0)), rtol=0.15, why="training layers are at rest")
dd.check.close(fakes.mean(axis=0), bias, rtol=0.0, atol=0.3, why="noise has mean 0", what="the mean of the fakes")
assert len(np.unique(fakes[:, 0])) > 1900, "every fake is made of its own noise"


# The turns, followed in float64 with the noise that the generator was given.
def judged(w, b, x):
    return x @ w + b


def after_its_turn(w, b, real, fake, learning_rate):
    a_real, a_fake = judged(w, b, real), judged(w, b, fake)
    loss = np.mean(np.log1p(np.exp(-a_real))) + np.mean(np.log1p(np.exp(a_fake)))
    from_real, from_fake = -1 / (1 + np.exp(a_real)) / len(real), 1 / (1 + np.exp(-a_fake)) / len(fake)
    along_w, along_b = real.T @ from_real + fake.T @ from_fake, from_real.sum(axis=0) + from_fake.sum(axis=0)
    return loss, w - learning_rate * along_w, b - learning_rate * along_b


near = {"rtol": 1e-3, "atol": 1e-4}  # float32 through a few turns, each building on the one before
for m, n, latent_dim, d_steps in ((1, 3, 2, 1), (5, 2, 2, 3)):
    w, b, kernel, bias = draw(n, 1), draw(1), draw(latent_dim, n), draw(n)
    generator, witness = witnessed(linear_network(kernel, bias), 2 * (d_steps + 1), m)
    discriminator = linear_network(w, b)
    gan = GAN(generator, discriminator, latent_dim, seed=m)
    gan.compile(d_optimizer=descent(0.3), g_optimizer=descent(0.7), d_steps=d_steps)
    of = f" with m = {m}, n = {n}, d_steps = {d_steps}"
    for step in range(2):
        real = draw(m, n)
        losses = gan.train_step(ops.convert_to_tensor(real))
        calls = int(np.asarray(witness.calls))
        dd.check.equal(calls, (step + 1) * (d_steps + 1), why="noise for each turn, no more", what="calls of G" + of)
        rows = np.asarray(witness.rows)[:calls]
        dd.check.equal(rows, np.full(calls, m), why="as much noise as real examples", what="rows of noise" + of)
        seen = np.asarray(witness.seen)[step * (d_steps + 1) : calls]
        for noise in seen[:-1]:
            d_loss, w, b = after_its_turn(w, b, real, noise @ kernel + bias, 0.3)
        logits = judged(w, b, seen[-1] @ kernel + bias)
        back = -1 / (1 + np.exp(logits)) / m @ w.T
        g_loss = np.mean(np.log1p(np.exp(-logits)))
        kernel, bias = kernel - 0.7 * seen[-1].T @ back, bias - 0.7 * back.sum(axis=0)
        dd.check.close(losses["d_loss"], d_loss, **near, why="its last turn's loss", what="d_loss" + of)
        dd.check.close(losses["g_loss"], g_loss, **near, why="after the discriminator's turns", what="g_loss" + of)
        new_w, new_b = discriminator.get_weights()
        dd.check.close(new_w, w, **near, why="d_steps turns on this batch", what="the discriminator's kernel" + of)
        dd.check.close(new_b, b, **near, why="d_steps turns on this batch", what="the discriminator's bias" + of)
        new_kernel, new_bias = (np.asarray(weight) for weight in generator.trainable_weights)
        dd.check.close(new_kernel, kernel, **near, why="one turn, after the others", what="the generator's kernel" + of)
        dd.check.close(new_bias, bias, **near, why="one turn, after the others", what="the generator's bias" + of)
    drawn = np.asarray(witness.seen)[:, 0]
    assert len(np.unique(drawn, axis=0)) == len(drawn), "every turn draws new noise" + of

# In a graph, with a last batch that is smaller.
generator, witness = witnessed(linear_network(draw(2, 3), draw(3)), 8, 4)
gan = GAN(generator, linear_network(draw(3, 1), draw(1)), latent_dim=2, seed=1)
gan.compile(d_optimizer=descent(0.1), g_optimizer=descent(0.1))
history = gan.fit(draw(6, 3), batch_size=4, epochs=2, verbose=0).history
dd.check.equal(sorted(history), ["d_loss", "g_loss"], what="what fit kept")
dd.check.finite(history["d_loss"] + history["g_loss"], what="the losses that fit kept")
rows = [int(count) for count in np.asarray(witness.rows)]
dd.check.equal(rows, [4, 4, 2, 2] * 2, why="6 examples in batches of 4, two turns each", what="rows of noise")
drawn = np.asarray(witness.seen)[:, 0]
assert len(np.unique(drawn, axis=0)) == 8, "in a graph, too, every turn draws new noise"
### END HIDDEN TESTS

# %% mistakes: GAN
# - replace: |-
#     noise = self.sample_noise(m)
#             g_loss
#   with: g_loss
#   hint: "The generator is trained on the noise that the discriminator has just seen; every turn draws its own."
# - replace: |-
#     m = ops.shape(real)[0]
#             for _ in range(self.d_steps):
#                 noise = self.sample_noise(m)
#                 d_loss = train_step_discriminator(self.discriminator, self.generator, self.d_optimizer, real, noise)
#             noise = self.sample_noise(m)
#             g_loss = train_step_generator(self.discriminator, self.generator, self.g_optimizer, noise)
#   with: |-
#     m = ops.shape(real)[0]
#             noise = self.sample_noise(m)
#             g_loss = train_step_generator(self.discriminator, self.generator, self.g_optimizer, noise)
#             for _ in range(self.d_steps):
#                 noise = self.sample_noise(m)
#                 d_loss = train_step_discriminator(self.discriminator, self.generator, self.d_optimizer, real, noise)
#   hint: "The generator moved first, against a discriminator that had not seen this batch."
# - replace: for _ in range(self.d_steps)
#   with: for _ in range(1)
#   hint: "How many turns the discriminator takes was set by compile."
# - replace: self.generator, self.g_optimizer, noise)
#   with: self.generator, self.d_optimizer, noise)
#   hint: "Each player has an optimiser of its own."
# - replace: return keras.random.normal((m, self.latent_dim), seed=self.seed_generator)
#   with: return ops.cast(np.random.default_rng(0).normal(size=(int(m), self.latent_dim)), "float32")
#   hint: "Your noise is the same at every call. Let the SeedGenerator keep the state."
# - replace: return keras.random.normal((m, self.latent_dim), seed=self.seed_generator)
#   with: return keras.random.normal((m, self.latent_dim), seed=0)
#   hint: "With a number for a seed the noise is the same at every call."
# - replace: keras.random.normal((m
#   with: keras.random.uniform((m
#   hint: "These are numbers from 0 to 1; the noise is to be standard normal."
# - replace: self.sample_noise(m), training=False
#   with: self.sample_noise(m), training=True
#   hint: "The training is over when samples are wanted, and layers that act only in training should rest."
# - replace: "return {\"d_loss\": d_loss, \"g_loss\": g_loss}"
#   with: return d_loss, g_loss
#   hint: "fit needs the losses by name, in a dict."


# %% accepts: GAN
class GAN(keras.Model):
    # Noise from the sizes of both, turns in a loop over functions, everything through one dict.
    def __init__(self, generator, discriminator, latent_dim, seed=0):
        super().__init__()
        self.generator, self.discriminator, self.latent_dim = generator, discriminator, latent_dim
        self.seed_generator = keras.random.SeedGenerator(seed)

    def compile(self, d_optimizer, g_optimizer, d_steps=1, **kwargs):
        super().compile(**kwargs)
        self.d_optimizer, self.g_optimizer, self.d_steps = d_optimizer, g_optimizer, d_steps

    def sample_noise(self, m):
        return keras.random.normal(shape=(m, self.latent_dim), mean=0.0, stddev=1.0, seed=self.seed_generator)

    def generate(self, m):
        return self.generator(self.sample_noise(m))

    def train_step(self, real):
        logs = {}
        players = self.discriminator, self.generator
        for turn in range(self.d_steps + 1):
            noise = self.sample_noise(tf.shape(real)[0])
            if turn < self.d_steps:
                logs["d_loss"] = train_step_discriminator(*players, self.d_optimizer, real, noise)
            else:
                logs["g_loss"] = train_step_generator(*players, self.g_optimizer, noise)
        return logs


# %% accepts: GAN
class GAN(keras.Model):
    # Noise for all turns drawn at once, and cut up.
    def __init__(self, generator, discriminator, latent_dim, seed=0):
        super().__init__()
        self.generator, self.discriminator, self.latent_dim = generator, discriminator, latent_dim
        self.seed_generator = keras.random.SeedGenerator(seed)

    def compile(self, d_optimizer, g_optimizer, d_steps=1, **kwargs):
        super().compile(**kwargs)
        self.d_optimizer, self.g_optimizer, self.d_steps = d_optimizer, g_optimizer, d_steps

    def sample_noise(self, m):
        return keras.random.normal((m, self.latent_dim), seed=self.seed_generator)

    def generate(self, m):
        return self.generator(self.sample_noise(m), training=False)

    def train_step(self, real):
        m = ops.shape(real)[0]
        noise = self.sample_noise((self.d_steps + 1) * m)
        for turn in range(self.d_steps):
            own = noise[turn * m : (turn + 1) * m]
            d_loss = train_step_discriminator(self.discriminator, self.generator, self.d_optimizer, real, own)
        g_loss = train_step_generator(self.discriminator, self.generator, self.g_optimizer, noise[self.d_steps * m :])
        return dict(d_loss=d_loss, g_loss=g_loss)


# %% [markdown]
# ## What has the generator missed?
# Neither loss says how good the fakes are: each is measured against an opponent that moves. For a **ring of eight
# Gaussians**, the test bench of Metz and others, the truth is known, and one can count. Our ring has radius 2, and
# every Gaussian the standard deviation 0.1 along each axis. Call each Gaussian a **mode**.
#
# Fakes may lie where no real example does, between the modes; and some modes may get no fakes, which is called
# **mode collapse**. So measure two things.
#
# - A fake is **good** if its nearest centre is at most a radius $r$ away (we take $r = 0.3$, three standard
#   deviations). **Quality** is the share of good fakes among all of them.
# - A mode is **covered** if its good fakes, those nearest to its own centre, are at least a certain share of all
#   fakes, here 2%. A fair share would be one in eight.
#
# By hand, with centres $(0, 0)$ and $(4, 0)$, $r = 1$ and a least share of 40%: the fakes $(0, 1)$, $(2.5, 0)$,
# $(0.5, 0)$ and $(4, 0.5)$ are good but for the second, so quality is ¾. The first mode has 2 of 4, the second 1
# of 4: one mode is covered.


# %% exercise: mode_coverage
def mode_coverage(samples, modes, radius, min_share=0.02):
    """Count the modes that a generator has found, and the share of its samples that lie at one.

    Args:
        samples: (m, n) float array of fakes, m >= 1.
        modes: (K, n) float array of centres.
        radius: a sample is good if its nearest centre is at most this far away.
        min_share: a mode is covered if good samples nearest to it are at least this share of all m samples.

    Returns:
        (covered, quality): number of modes covered, int, and share of good samples, float. About 6 lines.
    """
    ### BEGIN SOLUTION
    distances = np.linalg.norm(samples[:, np.newaxis] - modes, axis=2)  # (m, K)
    is_good = distances.min(axis=1) <= radius  # (m,)
    counts = np.bincount(distances.argmin(axis=1)[is_good], minlength=len(modes))  # (K,)
    covered = int(np.sum(counts >= min_share * len(samples)))
    return covered, float(np.mean(is_good))
    ### END SOLUTION


# %% test: mode_coverage, points=1
samples = np.array([[0.0, 1.0], [2.5, 0.0], [0.5, 0.0], [4.0, 0.5]])
modes = np.array([[0.0, 0.0], [4.0, 0.0]])
with dd.check.unchanged([samples, modes]):
    result = mode_coverage(samples, modes, radius=1.0, min_share=0.4)
why = "2 of 4 samples reach 40%, 1 of 4 does not; three of four are good, and a distance of exactly r is"
dd.check.like(result, (1, 0.75), why=why, what="(covered, quality)")
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(104)


def counted(samples, modes, radius, min_share):
    """The same, one sample at a time."""
    good = [0] * len(modes)
    for sample in samples:
        squares = [sum((s - c) ** 2 for s, c in zip(sample, centre, strict=True)) for centre in modes]
        nearest = min(range(len(modes)), key=squares.__getitem__)
        good[nearest] += squares[nearest] ** 0.5 <= radius
    return sum(count >= min_share * len(samples) for count in good), sum(good) / len(samples)


for m, n, num_modes, radius, min_share in (
    (40, 2, 8, 0.8, 0.02),
    (1, 3, 2, 1.5, 0.02),
    (200, 1, 4, 0.3, 0.1),
    (60, 3, 3, 1.2, 0.15),
    (50, 2, 1, 0.5, 0.02),
    (30, 4, 30, 2.0, 0.05),
    (100, 2, 3, 9.0, 0.3),
):
    samples, modes = rng.normal(size=(m, n)), rng.normal(size=(num_modes, n))
    with dd.check.unchanged([samples, modes]):
        covered, quality = mode_coverage(samples, modes, radius, min_share)
    due_covered, due_quality = counted(samples, modes, radius, min_share)
    of = f" of {m} samples, {num_modes} modes, radius {radius}, min_share {min_share}"
    dd.check.kind(covered, int, what="covered" + of)
    dd.check.equal(covered, due_covered, why="good samples of each mode, by nearest centre", what="covered" + of)
    dd.check.close(quality, due_quality, why="good samples over all samples", what="quality" + of)
    dd.check.close(mode_coverage(samples.astype("float32"), modes, radius, min_share)[1], due_quality, what="quality")
far = np.full((5, 2), 9.0)
dd.check.equal(mode_coverage(far, np.zeros((3, 2)), 1.0), (0, 0.0), why="no sample is near any mode")
ring = np.eye(4)
dd.check.equal(mode_coverage(ring, ring, 0.25), (4, 1.0), why="each mode has a quarter of the samples")
collapsed = np.repeat(ring[[2]], 7, axis=0)
dd.check.equal(mode_coverage(collapsed, ring, 0.25), (1, 1.0), why="perfect quality, and one mode for all")
one_of_fifty = np.concatenate([np.repeat(ring[[0]], 49, axis=0), ring[[3]]])
dd.check.equal(mode_coverage(one_of_fifty, ring, 0.25), (2, 1.0), why="1 of 50 samples is 2%, which is enough")
one_of_51 = np.concatenate([np.repeat(ring[[0]], 50, axis=0), ring[[3]]])
dd.check.equal(mode_coverage(one_of_51, ring, 0.25), (1, 1.0), why="1 of 51 samples is less than 2%")
half_far = np.concatenate([np.repeat(ring[[0]], 1, axis=0), np.full((3, 4), 9.0)])
dd.check.equal(mode_coverage(half_far, ring, 0.5, 0.5), (0, 0.25), why="the share is of all samples, not of good ones")
### END HIDDEN TESTS

# %% mistakes: mode_coverage
# - replace: np.linalg.norm(samples[:, np.newaxis] - modes, axis=2)
#   with: np.sum((samples[:, np.newaxis] - modes) ** 2, axis=2)
#   hint: "The radius is a distance; you compare it with squares."
# - replace: <= radius
#   with: < radius
#   hint: "A sample that lies exactly at the radius is good by the definition above."
# - replace: <= radius
#   with: <= radius**2
#   hint: "Your distances are not squared, but the radius is."
# - replace: distances.argmin(axis=1)[is_good]
#   with: distances.argmin(axis=1)
#   hint: "Samples between the modes were counted for the nearest one, however far away."
# - replace: counts >= min_share * len(samples)
#   with: counts > 0
#   hint: "A single stray sample covers no mode."
# - replace: counts >= min_share * len(samples)
#   with: counts >= min_share * is_good.sum()
#   hint: "The share of a mode is one of all samples, bad ones included."
# - replace: counts >= min_share * len(samples)
#   with: counts > min_share * len(samples)
#   hint: "Exactly the least share is enough."
# - replace: |-
#     counts = np.bincount(distances.argmin(axis=1)[is_good], minlength=len(modes))  # (K,)
#   with: |-
#     counts = (distances <= radius).sum(axis=0)
#   hint: "Where circles overlap a sample counts for its nearest mode alone."
# - replace: return covered, float(np.mean(is_good))
#   with: return covered / len(modes), float(np.mean(is_good))
#   hint: "Covered modes are counted, not shared out."


# %% equivalents: mode_coverage
# - replace: ", minlength=len(modes)"
#   with: ""
#   reason: "Modes without good samples are not covered, whether they are counted as 0 or not at all."
# - replace: axis=2)
#   with: axis=2, keepdims=True)
#   reason: "An axis of length 1 at the end changes no minimum, and the selection flattens it."


# %% accepts: mode_coverage
def mode_coverage(samples, modes, radius, min_share=0.02):
    # Mode by mode, with squared distances.
    squares = ((np.asarray(samples)[None, :, :] - np.asarray(modes)[:, None, :]) ** 2).sum(-1)  # (K, m)
    owner = squares.argmin(0)
    good = [np.count_nonzero(np.sqrt(squares[k, owner == k]) <= radius) for k in range(len(modes))]
    return sum(count / len(samples) >= min_share for count in good), sum(good) / len(samples)


# %% accepts: mode_coverage
def mode_coverage(samples, modes, radius, min_share=0.02):
    tally = dict.fromkeys(range(len(modes)), 0)
    for sample in samples:
        distances = [float(np.sqrt(np.sum((sample - centre) ** 2))) for centre in modes]
        nearest = int(np.argmin(distances))
        if distances[nearest] <= radius:
            tally[nearest] += 1
    covered = [k for k, count in tally.items() if count >= min_share * samples.shape[0]]
    return len(covered), sum(tally.values()) / samples.shape[0]


# %% [markdown]
# ## The ring
# Two networks with two hidden layers of 128 units each take some 1,300 steps on batches of 256. The
# discriminator learns twice as fast, so that it stays near its best, and both have Adam with $\beta_1 = 0.5$: an
# opponent that moves makes long memory harmful.
#
# Will the forger find all eight?

# %% demo
ring_angles = 2 * np.pi * np.arange(8) / 8
ring_modes = 2 * np.stack([np.cos(ring_angles), np.sin(ring_angles)], axis=1)  # (8, 2)
ring_points = dd.data.gaussian_ring(n=16_384, noise=0.1, seed=99)[0].astype("float32")  # (16384, 2)


def train_on_ring(blur):
    """Train on the ring; returns the GAN, 2,000 samples after each stage of 4 epochs, and the losses by epoch."""
    dd.seed(99)
    model = GAN(
        dense_network([8, 128, 128, 2], "tanh", seed=10),
        dense_network([2, 128, 128, 1], "tanh", blur=blur, seed=20),
        latent_dim=8,
        seed=99,
    )
    model.compile(
        d_optimizer=keras.optimizers.Adam(4e-3, beta_1=0.5),
        g_optimizer=keras.optimizers.Adam(2e-3, beta_1=0.5),
        steps_per_execution=16,
    )
    stages, curves = [np.asarray(model.generate(2000))], {"d_loss": [], "g_loss": []}
    for _ in range(5):
        kept = model.fit(ring_points, batch_size=256, epochs=4, verbose=0).history
        stages.append(np.asarray(model.generate(2000)))
        for name in curves:
            curves[name] += kept[name]
    return model, stages, curves


def draw_stages(stages, title, what_it_shows):
    figure, axes = plt.subplots(1, len(stages), figsize=(13, 3.1), sharey=True)
    for stage, (ax, points) in enumerate(zip(axes, stages, strict=True)):
        found, good = mode_coverage(points, ring_modes, radius=0.3)
        ax.plot(*ring_modes.T, marker="o", markersize=13, linestyle="", color="#bd8400", fillstyle="none")
        ax.plot(*points[:500].T, marker=".", markersize=2, linestyle="", color="#10224f")
        ax.set(xlim=(-3, 3), ylim=(-3, 3), aspect="equal", xticks=[], yticks=[])
        ax.set(xlabel=f"{found} of 8, {good:.0%}", title=f"epoch {4 * stage}")
    figure.suptitle(title)
    dd.plot.show(what_it_shows)


_, plain_stages, plain_curves = train_on_ring(blur=0.0)
draw_stages(
    plain_stages,
    "The ring, first attempt: modes covered and quality",
    "Six panels from epoch 0 to 20: eight circles on a ring and 500 fakes as dots. A round cloud in the middle at "
    "first; from epoch 4 on the fakes crowd at some of the circles, a few dots between, and the others stay empty.",
)

# %% [markdown]
# The fakes, dots, sit well inside the circles around the centres, but only at some of the modes; the rest get next to
# nothing. More epochs do not help. This is mode collapse, and it has a logic.
#
# **The generator is never told to be varied.** Its loss is a mean over fakes, each judged alone. Against a fixed
# discriminator the best it can do is to put *all* fakes where $D$ is highest. What keeps it spread out is only that
# the discriminator learns to distrust a crowded place. And to reach an empty mode, fakes must cross a gap that the
# discriminator knows to be empty: a valley of $D$, from which every gradient leads back. A mode once lost is hard to
# find.
#
# **A cure: make the expert short-sighted.** Add noise with a standard deviation of 0.3 to whatever the
# discriminator sees in training, real and fake alike. This **instance noise** blurs both densities, so that eight
# narrow hills overlap into one ring, and the slope at a crowded mode points towards its empty neighbour. It tells
# the generator no lie: if the blurred densities agree, so do the sharp ones. And it is damping for the circles
# that you saw above. In code it is the `blur` of `dense_network`, and the reason for `training=True`.

# %% demo
ring_gan, blurred_stages, blurred_curves = train_on_ring(blur=0.3)
draw_stages(
    blurred_stages,
    "The ring, with instance noise: modes covered and quality",
    "Six panels from epoch 0 to 20: a round cloud of fakes, then a wide ring of them, then eight clusters at the eight "
    "circles with thin threads of dots between neighbours.",
)

# %% [markdown]
# All modes, from noise that was one round cloud. The cure has its price, which the numbers under the panels tell: here
# a smaller share of the fakes is good than in the first attempt, by about a tenth. Some of that is owed to the threads
# between the modes, for $G$ is continuous and tears a connected cloud into eight pieces; some to the expert, who with
# blurred eyes no longer minds whether a fake lies 0.2 or 0.4 from a centre. Which of the two runs is better depends
# on what the fakes are for.
#
# ## Reading the curves
# Which of the two runs is the better one, judged by the losses alone? The dotted lines are the values at the
# equilibrium: $2 \ln 2$ for the discriminator, $\ln 2$ for the generator, since $D = ½$.

# %% demo
figure, axes = plt.subplots(1, 2, figsize=(12, 4), sharey=True)
for ax, curves, title in ((axes[0], plain_curves, "First attempt"), (axes[1], blurred_curves, "With instance noise")):
    dd.plot.learning_curve(curves, ax, title=title, ylabel="loss")
    for level, name in ((2 * np.log(2), r"$2\,\ln 2$"), (np.log(2), r"$\ln 2$")):
        ax.axhline(level, color="0.4", linestyle=":", linewidth=1.5)
        ax.text(21, level + 0.02, name, color="0.3")
    ax.set(xlim=(0, 24), ylim=(0.5, 1.8))
dd.plot.show(
    "Two panels of losses over 20 epochs, with dotted lines at 2 ln 2 and ln 2. First attempt: the discriminator's "
    "loss stays near 1.0, the generator's near 1.2. With instance noise: they come to rest at the dotted lines, 1.39 "
    "and 0.69."
)

# %% [markdown]
# Left, the discriminator's loss stays well below 1.386: it still tells fakes from real examples, since it has
# noticed the empty modes, and the generator cannot act on that. Right, both curves come to rest near the dotted
# lines. Rules for reading:
#
# - **Flat is normal.** Nobody's loss has to fall; that a balance holds is the sign of health.
# - $L_D$ near 0 and $L_G$ growing: the discriminator wins. Give it less, by noise or a lower learning rate.
# - $L_D$ near 1.386: it cannot tell. Either the fakes are good **or it is weak**. The curves do not say which.
# - So judge by samples and by measures such as `mode_coverage`, never by the losses.
#
# **A check on the logic of collapse.** If only the discriminator's answers keep the generator varied, a generator
# that goes on alone must lose its variety. Stop the discriminator of the good run, and give the generator 2,000
# turns more. What do you expect?

# %% demo
alone_stages = [np.asarray(ring_gan.generate(2000))]
covered, quality = mode_coverage(alone_stages[0], ring_modes, radius=0.3)
lone_optimizer = keras.optimizers.Adam(1e-2, beta_1=0.5)
lone_optimizer.build(ring_gan.generator.trainable_variables)


@tf.function
def generator_alone():
    shared = ring_gan.discriminator, ring_gan.generator, lone_optimizer
    return train_step_generator(*shared, ring_gan.sample_noise(256))


for turns in (200, 1800):
    for _ in range(turns):
        generator_alone()
    alone_stages.append(np.asarray(ring_gan.generate(2000)))

figure, axes = plt.subplots(1, 3, figsize=(12, 4.3), sharey=True)
titles = ("In turn", "200 turns of $G$ alone", "2,000 turns of $G$ alone")
for ax, points, title in zip(axes, alone_stages, titles, strict=True):
    found = mode_coverage(points, ring_modes, radius=0.3)[0]
    ax.plot(*ring_modes.T, marker="o", markersize=16, linestyle="", color="#bd8400", fillstyle="none", label="mode")
    ax.plot(*points[:1000].T, marker=".", markersize=3, linestyle="", color="#10224f", label="fake")
    ax.set(title=title, xlabel=f"{found} of 8 modes covered", ylabel="", xlim=(-3, 3), ylim=(-3, 3), aspect="equal")
axes[0].legend(loc="center")
dd.plot.show(
    "Three panels of eight circles on a ring and 1,000 fakes. In turn: a cluster at every circle. After 200 turns of "
    "the generator alone: a few thick clusters, some beside the circles. After 2,000: nearly all fakes in one or two "
    "spots."
)
print(f"covered in turn: {covered} of 8, quality {quality:.2f}")
assert covered >= 6

# %% [markdown]
# The fakes ran together to a few places that the frozen discriminator likes best, whether real examples are there or
# not. Only an opponent who kept moving had held the eight apart.
#
# ## Letters
# The same class, the same two turns, another $n$: 784 pixels of the letter A in 25 typefaces, turned, shifted and
# noisy. The generator ends in a sigmoid, for ink lies between 0 and 1. Nothing tells it what a letter is. The strip
# follows the same ten noise vectors through the epochs; the last row is real.

# %% demo
letter_images = dd.data.glyphs(n=2048, n_test=1, seed=99, letters="A")[0][0]  # (2048, 28, 28) uint8
letter_pixels = letter_images.reshape(2048, 784).astype("float32") / 255

dd.seed(99)
letter_gan = GAN(
    dense_network([16, 128, 128, 784], "leaky_relu", last="sigmoid", seed=30),
    dense_network([784, 128, 128, 1], "leaky_relu", blur=0.3, seed=40),
    latent_dim=16,
    seed=99,
)
letter_gan.compile(
    d_optimizer=keras.optimizers.Adam(1e-3, beta_1=0.5),
    g_optimizer=keras.optimizers.Adam(1e-3, beta_1=0.5),
    steps_per_execution=16,
)
fixed_noise = letter_gan.sample_noise(10)
milestones, strip = (0, 4, 12, 24, 40), []
for since, until in zip((0, *milestones), milestones, strict=False):
    if until > since:
        letter_gan.fit(letter_pixels, batch_size=64, epochs=until - since, verbose=0)
    strip.append(np.asarray(letter_gan.generator(fixed_noise)).reshape(10, 28, 28))

strip.append(letter_images[:10] / 255)
rows = [np.hstack(np.pad(images, ((0, 0), (2, 2), (2, 2)), constant_values=1)) for images in strip]  # (32, 320) each
figure, ax = plt.subplots(figsize=(10, 6.2))
ax.imshow(np.vstack(rows), cmap="gray", vmin=0, vmax=1)
ax.set(xticks=[], yticks=15.5 + 32 * np.arange(len(rows)), yticklabels=[*(f"epoch {e}" for e in milestones), "real"])
ax.set_title("Ten noise vectors through the training of a letter GAN")
ax.tick_params(length=0)
ax.spines[:].set_visible(False)
ax.grid(False)
dd.plot.show(
    "Six rows of ten small pictures. Epoch 0 is grey noise, epoch 4 ten nearly equal blots, epoch 12 blurred letters, "
    "epochs 24 and 40 letters A of differing weight and slant with speckles; the last row shows real letters A in ten "
    "typefaces."
)

# %% [markdown]
# Grey noise becomes a smudge, then a common shape, then letters that differ in weight and slant. They stay
# speckled: a dense layer draws each pixel on its own, and does not know which are neighbours. Tomorrow's
# convolutions do.
#
# Are they read as A? Ask a judge that took no part: the five nearest neighbours among 2,600 labelled glyphs of all
# 26 letters. Are they varied? Compare their spread, the mean standard deviation of a pixel, with that of real ones.

# %% demo
(known_images, known_labels), (unseen_images, unseen_labels) = dd.data.glyphs(n=2600, n_test=2600, seed=5)
known_pixels = known_images.reshape(-1, 784).astype("float32") / 255


def share_read_as_a(pixels):
    """Share of the images whose five nearest glyphs are mostly A; (m, 784) in [0, 1]."""
    squares = (pixels**2).sum(axis=1)[:, np.newaxis] - 2 * pixels @ known_pixels.T + (known_pixels**2).sum(axis=1)
    votes = known_labels[np.argsort(squares, axis=1)[:, :5]]  # (m, 5)
    return np.mean([np.bincount(five, minlength=26).argmax() == 0 for five in votes])


unseen_pixels = unseen_images[unseen_labels == 0].reshape(-1, 784).astype("float32") / 255
fake_pixels = np.asarray(letter_gan.generate(400))
for name, pixels in (("real, unseen", unseen_pixels), ("generated", fake_pixels)):
    print(f"{name:>12}: read as A {share_read_as_a(pixels):4.0%}, spread of a pixel {pixels.std(axis=0).mean():.2f}")
assert share_read_as_a(fake_pixels) > 0.5

# %% [markdown]
# The generated letters are read as A about as often as real ones, or more often: a generator prefers the common
# typefaces, and the judge fails on real blackletter too. The spread comes near to theirs, so this is no single A for
# all noise. Whether a typeface is missing, such numbers cannot show; hence the measures of Day 101.
#
# ## What you should remember
# 1. A discriminator learns to tell real from fake; a generator learns from its gradient alone.
# 2. The best discriminator is $p/(p + q)$; at the equilibrium $q = p$, $L_D = 2 \ln 2$ and $L_G = \ln 2$.
# 3. The non-saturating loss pulls hardest on fakes that are caught, the minimax loss hardly at all.
# 4. The two take turns. The list of variables decides who learns, and a game has no loss that both lower.
# 5. Losses do not measure quality. Look at samples, count modes, and expect mode collapse; blurring what the
#    discriminator sees is one cure.
#
# ## Check yourself
# 1. The discriminator reaches an accuracy of 100% and stays there. What does the generator learn from it, with
#    each of the two losses?
# 2. A generator stores 500 real examples and returns one of them at random. What will the discriminator, the
#    quality and the coverage say? What is wrong with it?
# 3. Why may instance noise be added to the discriminator's input but not to the real examples alone?
#
# <details><summary>Answers</summary>
#
# 1. For all fakes $D$ is near 0. The minimax loss pulls with $D$, so it learns next to nothing; the
#    non-saturating one pulls on the logit with nearly 1. But how the logit changes with the fake may say little,
#    as on the left of the first picture.
# 2. The discriminator cannot tell its fakes from the 500, and quality and coverage are perfect. It has
#    generated nothing: compare fakes with their nearest training examples to find it out.
# 3. Noise on both blurs both densities alike, and if the blurred ones agree, so do the sharp ones. Noise on the
#    real examples alone makes blurred examples the target, and the generator learns to draw them.
#
# </details>
#
# ## Go further
# - Goodfellow et al., *Generative adversarial nets*, 2014, [arXiv:1406.2661](https://arxiv.org/abs/1406.2661):
#   algorithm 1 is the pattern of your `train_step`, section 4 proves what the best discriminator gives.
# - Metz et al., *Unrolled generative adversarial networks*, [arXiv:1611.02163](https://arxiv.org/abs/1611.02163):
#   the ring, and a generator that foresees the discriminator's answer.
# - Arjovsky and Bottou, *Towards principled methods for training generative adversarial networks*,
#   [arXiv:1701.04862](https://arxiv.org/abs/1701.04862), and Sønderby et al., *Amortised MAP inference for image
#   super-resolution*, [arXiv:1610.04490](https://arxiv.org/abs/1610.04490): instance noise, found twice.
# - Salimans et al., *Improved techniques for training GANs*, [arXiv:1606.03498](https://arxiv.org/abs/1606.03498):
#   let the discriminator see a whole batch, so that sameness gives the forger away.
# - Srivastava et al., *VEEGAN*, [arXiv:1705.07761](https://arxiv.org/abs/1705.07761), counts covered modes; Heusel
#   et al., [arXiv:1706.08500](https://arxiv.org/abs/1706.08500), lets the discriminator learn faster.
