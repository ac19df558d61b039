# ---
# day: 80
# title: "Speech: spectrograms, trigger words and CTC"
# week: 16
# minutes: 110
# backend: tensorflow
# needs: [5, 7, 33, 46, 68, 78]
# data: [audio]
# papers:
# - "Gabor 1946, Theory of communication"
# - "Stevens, Volkmann and Newman 1937, A scale for the measurement of the psychological magnitude pitch"
# - "Chen, Parada and Heigold 2014, Small-footprint keyword spotting using deep neural networks"
# - "Graves, Fernández, Gomez and Schmidhuber 2006, Connectionist temporal classification: Labelling unsegmented
#   sequence data with recurrent neural networks"
# - "Hannun, Maas, Jurafsky and Ng 2014, First-pass large vocabulary continuous speech recognition using bi-directional
#   recurrent DNNs"
# ---

# %% [markdown]
# # Day 80 · Speech: spectrograms, trigger words and CTC
#
# By the end you can turn sound into a picture that a network can read, wake a machine with a word, and train a
# network to write down what was said although nobody told it *when*.
#
# - **You will build** a spectrogram, labels for a trigger word, the loss of connectionist temporal classification
#   (CTC) by a forward pass over all alignments at once, and a decoder. With them one network waits for the word
#   "sesame", and another writes down spoken digits. Your loss agrees with `keras.ops.ctc_loss`.
# - **You need** logarithms of sums (Day 5), convolution over a sequence (Day 46), the forward algorithm (Day 78).
# - **Not today:** speech from text, and networks that read their own output while they write (Day 81).
# - **Time:** about 110 minutes.
#
# | symbol | meaning | shape | in code |
# |---|---|---|---|
# | $x$, $x_i$ | a sound, and its sample $i$ | $(n,)$, $()$ | `signal` |
# | $R$ | sampling rate in Hz: samples a second | $()$ | `RATE` |
# | $F$, $S$ | samples of a frame; samples from one frame to the next | $()$ | `frame`, `hop` |
# | $w$ | window | $(F,)$ | `window` |
# | $X_{jk}$ | spectrum of frame $j$ at frequency number $k$, a complex number | $()$ | |
# | $f$, $m(f)$ | a frequency in Hz, and on the mel scale | $()$ | |
# | $T$, $K$ | steps of a network's output; classes, the blank counted | $()$ | |
# | $p_{tk}$ | probability of class $k$ at step $t$ | $()$ | `log_probs` holds $\log p$, $(T, K)$ |
# | $\pi$ | a path: one class a step | $(T,)$ | `path` |
# | $y$, $U$ | what was said, as classes, and how many | $(U,)$, $()$ | `target` |
# | $e$ | $y$ with a blank before, between and after its classes | $(2U + 1,)$ | |
# | $a_{ts}$ | probability of all beginnings of paths that are at $e_s$ at step $t$ | $()$ | |
# | $L$ | the CTC loss, $-\log p(y)$ | $()$ | |
#
# The blank is written $-$ in the text, and classes are counted from 0.

# %% setup
import itertools

import matplotlib.pyplot as plt
import numpy as np

import deepdays as dd

with dd.quiet():  # TensorFlow announces itself while it loads
    import keras
    from keras import layers, ops

    ops.softmax(ops.zeros((1, 2)))
dd.plot.style()

RATE = 16_000  # samples a second
FRAME, HOP = 400, 160  # 25 ms and 10 ms

# %% [markdown]
# ## Sound is a row of numbers
#
# A microphone measures the pressure of air, thousands of times a second. Each number is a **sample**, and their
# number a second is the **sampling rate** $R$: 16,000 Hz for our sounds, as is usual for speech; music on a CD has
# 44,100.
#
# How fast must one measure? A tone of $f$ Hz goes up and down $f$ times a second, and each of its periods needs more
# than two samples to be seen. So a rate of $R$ keeps what lies below $R/2$, the **Nyquist frequency**. What lies
# above it does not vanish. It comes back as a tone that was never played:

# %% demo
sample_times = np.arange(RATE) / RATE
high = np.cos(2 * np.pi * 9_000 * sample_times)  # above the Nyquist frequency of 8,000 Hz
low = np.cos(2 * np.pi * 7_000 * sample_times)
print(f"largest difference between samples of 9,000 Hz and of 7,000 Hz: {np.abs(high - low).max():.1e}")

# %% [markdown]
# The samples of 9,000 Hz *are* those of $R - 9{,}000 = 7{,}000$ Hz. Nobody can tell them apart afterwards. This is
# **aliasing**, and the reason why a recorder filters out high tones before it samples, and why you must never thin
# out a sound by `x[::2]`.
#
# A second of sound is 16,000 numbers, and hardly any of them means anything alone: shift a sound by a thousandth of a
# second and all of them change, while we hear the same. What we hear is **which frequencies are present when**.
#
# ## A spectrum for every moment
#
# Which frequencies are present in a few samples $x_0, \dots, x_{F-1}$ is answered by the discrete Fourier transform:
# compare the samples with a wave that fits $k$ times into them, for $k = 0, 1, \dots, \lfloor F/2 \rfloor$,
#
# $$X_k = \sum_{i=0}^{F-1} x_i\, e^{-2\pi \mathrm{i}\, k i / F} .$$
#
# $|X_k|$ says how much of that wave there is, whatever its phase. Frequency number $k$ is $kR/F$ Hz, so 400 samples
# at 16,000 Hz see steps of 40 Hz. `np.fft.rfft` computes all of $k = 0, \dots, \lfloor F/2\rfloor$ at once along the
# last axis, that is $\lfloor F/2\rfloor + 1$ numbers; it is complex, and `np.abs` is the magnitude.
#
# Taken over the whole sound, the transform would tell which frequencies occur but not when. So cut the sound into
# short **frames** that overlap, and transform each: the **short-time Fourier transform** (STFT). Frame $j$ is the
# samples $jS, \dots, jS + F - 1$, with a **hop** of $S$ samples from one frame to the next. Only whole frames count;
# a rest at the end that fills none is left out.
#
# Cutting has a price. A frame ends where no wave ends, and its sharp edges look like a click, which has all
# frequencies. The mend is to fade each frame in and out by a **window**, most often Hann's:
#
# $$w_i = \tfrac12 - \tfrac12 \cos(2\pi i / F), \quad i = 0, \dots, F - 1 .$$
#
# It starts at 0 and, since $i$ ends at $F - 1$, does not quite come back to it: sample $F$ would be 0 again. That is
# the *periodic* window. (`np.hanning(F)` is the *symmetric* one, with $F - 1$ below the fraction.)
#
# By hand: a frame of $F = 4$ has $w = (0, \tfrac12, 1, \tfrac12)$. A constant sound $(1, 1, 1, 1)$ becomes
# $(0, \tfrac12, 1, \tfrac12)$, and
#
# | $k$ | wave | sum | $\lvert X_k\rvert$ |
# |---|---|---|---|
# | 0 | $1, 1, 1, 1$ | $0 + \tfrac12 + 1 + \tfrac12$ | 2 |
# | 1 | $1, -\mathrm{i}, -1, \mathrm{i}$ | $0 - \tfrac12\mathrm{i} - 1 + \tfrac12\mathrm{i}$ | 1 |
# | 2 | $1, -1, 1, -1$ | $0 - \tfrac12 + 1 - \tfrac12$ | 0 |
#
# The fastest sound there is, $(1, -1, 1, -1)$, gives $0, 1, 2$ likewise. The window has smeared each tone into its
# neighbour, which is the price of smooth edges; of tones that fit the frame nothing leaks further.


# %% exercise: stft_magnitude
def stft_magnitude(signal, frame, hop):
    """Magnitudes of the short-time Fourier transform with a periodic Hann window.

    Args:
        signal: (n,) real numbers, float or int, n >= frame.
        frame: F, samples of a frame, int >= 2.
        hop: S, samples from the start of a frame to the start of the next, int >= 1.

    Returns:
        float64 (num_frames, F // 2 + 1): |X| of every frame that lies wholly within the signal, the first at sample 0;
        signal is left unchanged. About 5 lines.
    """
    ### BEGIN SOLUTION
    window = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(frame) / frame)  # (F,)
    num_frames = 1 + (len(signal) - frame) // hop
    index = hop * np.arange(num_frames)[:, None] + np.arange(frame)  # (num_frames, F)
    return np.abs(np.fft.rfft(np.asarray(signal, dtype=float)[index] * window))
    ### END SOLUTION


# %% test: stft_magnitude, points=3
signal = np.array([1.0, 1.0, 1.0, 1.0, -1.0, 1.0, -1.0, 5.0])  # the last sample fills no frame
with dd.check.unchanged(signal):
    result = stft_magnitude(signal, 4, 3)
expected = np.array([[2.0, 1.0, 0.0], [0.0, 1.0, 2.0]])
dd.check.like(result, expected, dtype="float64", why="the text works out both frames")
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(80)


def slow_magnitude(signal, frame, hop):
    rows = []
    for start in range(0, len(signal) - frame + 1, hop):
        row = []
        for k in range(frame // 2 + 1):
            total = 0j
            for i in range(frame):
                weight = np.sin(np.pi * i / frame) ** 2
                total += weight * float(signal[start + i]) * np.exp(-2j * np.pi * k * i / frame)
            row.append(abs(total))
        rows.append(row)
    return np.array(rows)


for n, frame, hop in [(2, 2, 1), (9, 9, 4), (10, 9, 1), (40, 8, 8), (41, 8, 11), (47, 7, 3), (48, 8, 8), (33, 16, 17)]:
    x = rng.normal(size=n)
    what = f"stft_magnitude of {n} samples with frame={frame}, hop={hop}"
    due = slow_magnitude(x, frame, hop)
    with dd.check.unchanged(x):
        result = stft_magnitude(x, frame, hop)
    dd.check.like(result, due, dtype="float64", rtol=1e-9, atol=1e-10, what=what, why="a slow sum over samples says so")

# Numbers as they come from a file, and a view with gaps.
wide = rng.integers(-32768, 32768, 60)
for x in (wide.astype(np.int16), wide.astype("float32"), wide[::2], wide[::-1]):
    result = stft_magnitude(x, 12, 5)
    what = f"stft_magnitude of {x.dtype} samples"
    dd.check.like(result, slow_magnitude(x, 12, 5), dtype="float64", rtol=1e-9, atol=1e-8, what=what)

# Invariants: a shift by a hop shifts the frames, a factor scales them, silence stays silence.
x = rng.normal(size=200)
whole = stft_magnitude(x, 32, 10)
dd.check.close(stft_magnitude(x[10:], 32, 10), whole[1:], what="frames of the sound without its first hop")
dd.check.close(stft_magnitude(-3 * x, 32, 10), 3 * whole, what="frames of -3 times the sound")
dd.check.close(stft_magnitude(np.zeros(50), 16, 4), np.zeros((9, 9)), what="frames of silence")
tone = np.cos(2 * np.pi * 5 * np.arange(64) / 64 + 0.3)  # five periods a frame
due = np.zeros((1, 33))
due[0, 4:7] = 8.0, 16.0, 8.0
dd.check.close(stft_magnitude(tone, 64, 1), due, atol=1e-9, what="spectrum of a tone", why="its window's is 1 : 2 : 1")
### END HIDDEN TESTS

# %% mistakes: stft_magnitude
# - replace: np.arange(frame) / frame)
#   with: np.arange(frame) / (frame - 1))
#   hint: "Your window is the symmetric one, which comes back to 0 within the frame. By what does the text divide?"
# - replace: "[index] * window"
#   with: "[index]"
#   hint: "Your frames have sharp edges: what should fade them in and out is missing."
# - replace: num_frames = 1 + (len(signal) - frame) // hop
#   with: num_frames = (len(signal) - frame) // hop
#   hint: "A frame is missing. How many are there if the signal is exactly as long as a frame?"
# - replace: num_frames = 1 + (len(signal) - frame) // hop
#   with: num_frames = len(signal) // frame
#   hint: "You count frames that lie side by side. They begin a hop apart, not a frame."
# - replace: hop * np.arange(num_frames)[:, None]
#   with: frame * np.arange(num_frames)[:, None] % (len(signal) - frame + 1)
#   hint: "By how many samples is a frame later than the one before it?"
# - replace: np.abs(np.fft.rfft(np.asarray(signal, dtype=float)[index] * window))
#   with: np.abs(np.fft.fft(np.asarray(signal, dtype=float)[index] * window))
#   hint: "The upper half of your spectrum mirrors the lower one: real sounds need only frequencies up to F // 2."
# - replace: np.abs(np.fft.rfft(np.asarray(signal, dtype=float)[index] * window))
#   with: np.fft.rfft(np.asarray(signal, dtype=float)[index] * window).real
#   hint: "The real part depends on where in its period a wave begins. What of a complex number does not?"
# - replace: np.abs(np.fft.rfft(np.asarray(signal, dtype=float)[index] * window))
#   with: np.abs(np.fft.rfft(np.asarray(signal, dtype=float)[index] * window)) ** 2
#   hint: "You return the power, which is the square of what is asked for."
# - replace: np.abs(np.fft.rfft(np.asarray(signal, dtype=float)[index] * window))
#   with: np.abs(np.fft.rfft(np.asarray(signal, dtype=float)[index] * window)).T
#   hint: "Time comes first and frequency second."
# - replace: np.abs(np.fft.rfft(np.asarray(signal, dtype=float)[index] * window))
#   with: np.abs(np.fft.rfft(np.asarray(signal, dtype=float)[index] * window, axis=0))
#   hint: "You transform along the frames. Which axis holds the samples of one frame?"
# - replace: np.abs(np.fft.rfft(np.asarray(signal, dtype=float)[index] * window))
#   with: np.abs(np.fft.rfft(np.asarray(signal, dtype=float)[index] * window)) / frame
#   hint: "You divide by the length of the frame. The sum in the text is not a mean."
# - replace: np.asarray(signal, dtype=float)[index]
#   with: np.asarray(signal, dtype=float)[index] / np.abs(signal).max()
#   hint: "A louder sound should give larger magnitudes. You made all sounds equally loud."


# %% mistake: stft_magnitude
# hint: "You pad the end with zeros to complete one more frame. Only frames that lie wholly within the signal count."
def stft_magnitude(signal, frame, hop):
    window = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(frame) / frame)
    num_frames = 1 + -(-(len(signal) - frame) // hop)
    padded = np.zeros((num_frames - 1) * hop + frame)
    padded[: len(signal)] = signal[: len(padded)]
    return np.abs(np.fft.rfft([padded[j * hop : j * hop + frame] * window for j in range(num_frames)]))


# %% equivalents: stft_magnitude
# - replace: 'return np.abs(np.fft.rfft(np.asarray(signal, dtype=float)[index] * window))'
#   with: 'return np.abs(np.fft.rfft(np.asarray(signal)[index] * window))'
#   reason: "The window is float64, so the product is, whatever real numbers the signal has."


# %% accepts: stft_magnitude
def stft_magnitude(signal, frame, hop):
    views = np.lib.stride_tricks.sliding_window_view(signal, frame)[::hop]
    return np.abs(np.fft.rfft(views * np.hanning(frame + 1)[:-1], axis=1))


# %% accepts: stft_magnitude
def stft_magnitude(signal, frame, hop):
    i, k = np.arange(frame), np.arange(frame // 2 + 1)
    waves = np.sin(np.pi * i / frame)[:, None] ** 2 * np.exp(-2j * np.pi * np.outer(i, k) / frame)
    rows, start = [], 0
    while start + frame <= len(signal):
        rows.append(abs(np.array(signal[start : start + frame], dtype="float64") @ waves))
        start += hop
    return np.stack(rows)


# %% [markdown]
# Now look at a sound: a clip in which a voice says "sesame" and a digit. How long should a frame be? Take one that is
# short (5 ms) and one that is long (64 ms), and ask of each picture: does it show the pitch of the voice, as lines
# that lie above each other? Does it show when a sound begins?

# %% demo
clips = dd.data.audio(60, seed=80, classes=("trigger",))
shown = int(np.flatnonzero((clips.ends > 7_000) & (clips.ends < 11_000) & (clips.pitch < 130))[0])
clip = clips.clips[shown]

fig, axes = plt.subplots(3, 1, figsize=(9, 8), sharex=True, height_ratios=[1, 1.4, 1.4])
axes[0].plot(np.arange(RATE) / RATE, clip, linewidth=0.6)
axes[0].set(title="A second of sound", ylabel="sample")
for ax, frame in zip(axes[1:], (80, 1024), strict=True):
    loudness = 20 * np.log10(stft_magnitude(clip, frame, 40) / frame + 1e-5)  # decibels
    seconds = (np.arange(len(loudness)) * 40 + frame / 2) / RATE
    hertz = np.arange(frame // 2 + 1) * RATE / frame
    ax.pcolormesh(seconds, hertz, loudness.T, cmap="magma", shading="nearest", vmin=-80, vmax=-25, rasterized=True)
    ax.set(title=f"Frames of {1000 * frame // RATE} ms", ylabel="Hz", ylim=(0, 4500))
    ax.grid(False)
for ax in axes:
    ax.axvline(clips.ends[shown] / RATE, color="0.6", linewidth=1.5)
axes[2].set(xlabel="second", xlim=(0.035, 0.965))  # where both have frames
dd.plot.show(
    "Three panels over one second: the samples of a sound, and its spectrogram with short and with long frames. The "
    "short frames show fine vertical stripes and broad bands; the long ones fine horizontal lines and blurred edges. A "
    "grey line marks where the word sesame ends."
)

# %% [markdown]
# The samples at the top tell loud from quiet and little more. The short frames show each single pulse of the voice as
# a vertical stripe, and smear frequencies into bands. The long frames separate the overtones of the voice, lines at
# multiples of its pitch, and blur when anything happens. Both at once cannot be had: what is $F/R$ seconds long
# resolves no finer than $R/F$ Hz (Gabor 1946). Speech is a compromise of 20 to 30 ms. We take 25 ms, a new frame
# every 10 ms.
#
# ## As the ear hears: mel and logarithm
#
# 201 frequencies a frame are more than needed. From 200 to 300 Hz is a leap for the ear, from 5,000 to 5,100 Hz is
# nothing. The **mel scale**, after Stevens, Volkmann and Newman (1937), spaces tones by how far apart they sound.
# Several formulas fit it; the most common is
#
# $$m(f) = 2595 \log_{10}(1 + f/700) ,$$
#
# about proportional to $f$ far below 700 Hz and logarithmic far above, with $m(1000) \approx 1000$. (Another, by
# Slaney, is exactly linear up to 1,000 Hz. Two libraries' features can differ for that reason alone.) A mel
# spectrogram adds up the magnitudes in overlapping triangles that are evenly spaced in mel, here 32, and then takes
# the logarithm, since loudness too is heard in ratios. A small number is added first: silence has no logarithm.


# %% demo
def mel_bank(num_bands, frame):
    """Triangles evenly spaced in mel from 0 to RATE / 2, peaks 1: (frame // 2 + 1, num_bands)."""
    top = 2595 * np.log10(1 + RATE / 2 / 700)
    edges = 700 * (10 ** (np.linspace(0, top, num_bands + 2) / 2595) - 1)  # Hz
    hertz = (np.arange(frame // 2 + 1) * RATE / frame)[:, None]
    rising = (hertz - edges[:-2]) / (edges[1:-1] - edges[:-2])
    falling = (edges[2:] - hertz) / (edges[2:] - edges[1:-1])
    return np.maximum(0, np.minimum(rising, falling))


BANK = mel_bank(32, FRAME)


def features(signal):
    """Logarithms of the mel spectrogram, float32 (frames, 32)."""
    return np.log(stft_magnitude(signal, FRAME, HOP) @ BANK + 0.01).astype("float32")


fig, axes = plt.subplots(1, 2, figsize=(10, 3.6), width_ratios=[1, 1.3])
for band in range(0, 32, 4):
    axes[0].plot(np.arange(FRAME // 2 + 1) * RATE / FRAME, BANK[:, band], linestyle="-")
axes[0].set(title="Every fourth triangle", xlabel="Hz", ylabel="weight")
mel_picture = features(clip)
axes[1].imshow(mel_picture.T, origin="lower", aspect="auto", cmap="magma", extent=(0, len(mel_picture) / 100, 0, 32))
axes[1].axvline(clips.ends[shown] / RATE, color="0.6", linewidth=1.5)
axes[1].set(title="What a network reads", xlabel="second", ylabel="mel band")
axes[1].grid(False)
dd.plot.show(
    "Left, eight of the 32 triangles, narrow at low frequencies and wide at high ones. Right, the same clip as a log "
    "mel spectrogram of 32 bands: hisses as bright patches at the top, vowels as bands below; a grey line marks where "
    "the word sesame ends."
)
print(f"{len(clip)} samples became {mel_picture.shape[0]} frames of {mel_picture.shape[1]} numbers")

# %% [markdown]
# The triangles widen as the ear's resolution gets coarser. On the right "sesame" can now be *read*: a hiss at the
# top, a vowel, a hiss, a vowel, a hum, a vowel. The picture has a fifth of the numbers, and most networks for speech
# are fed with something like it.
#
# ## When should it say so?
#
# A **trigger word** wakes a machine that otherwise does nothing but listen. It must answer at once, so its network
# may look at the past only, and must say for every step: has the word just been said? It cannot know before the word
# has *ended*. So the target is 0 all along and turns to 1 after the end.
#
# For how long? A single 1 would be one step in many hundreds, and one that must be hit exactly, while no one can say
# to 10 ms where a word ends. A usual recipe is to set the next few steps to 1 as well: more positive examples, and
# room for a network to be a little late. For words that end in steps 2 and 7, ten steps and a width of 3:
#
# | step | 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 |
# |---|---|---|---|---|---|---|---|---|---|---|
# | word ends | | | x | | | | | x | | |
# | target | 0 | 0 | 0 | 1 | 1 | 1 | 0 | 0 | 1 | 1 |
#
# The third 1 of the second word would be step 10, which does not exist. Our data set marks clips without the word by
# an end of $-1$.


# %% exercise: trigger_labels
def trigger_labels(ends, num_steps, width):
    """Targets of a trigger detector: 1 in the steps just after each word.

    Args:
        ends: ints in any order, a list or an array (k,) of any signed integer dtype: the step in which a trigger word
            ends; negative where there is none. May be empty. Left unchanged.
        num_steps: T, int >= 1. Every end is below T.
        width: steps that are set to 1 after each end, int >= 1.

    Returns:
        float32 (T,): 1.0 in the `width` steps that follow the step of an end, as far as they exist, also where words
        follow each other closely; 0.0 elsewhere. About 5 lines.
    """
    ### BEGIN SOLUTION
    labels = np.zeros(num_steps, dtype="float32")
    for end in ends:
        if end >= 0:
            first = int(end) + 1
            labels[first : first + width] = 1.0
    return labels
    ### END SOLUTION


# %% test: trigger_labels, points=2
ends = [2, 7]
with dd.check.unchanged(ends):
    result = trigger_labels(ends, 10, 3)
expected = np.array([0, 0, 0, 1, 1, 1, 0, 0, 1, 1], dtype="float32")
dd.check.like(result, expected, dtype="float32", why="three steps follow each end, as in the text's table")
### BEGIN HIDDEN TESTS
for ends, num_steps, width in [
    ([], 4, 2),
    ([-1], 5, 3),
    ([-1, -1, 1], 6, 2),
    ([-7, 2], 12, 9),
    ([0], 1, 1),
    ([0], 5, 1),
    ([4], 5, 3),
    ([3], 5, 1),
    ([1, 3], 9, 4),
    ([3, 1], 9, 4),
    ([2, 3], 8, 2),
    ([5, 0, 9], 14, 2),
    ([3, 3], 8, 2),
    ([1], 3, 50),
]:
    due = [float(any(end >= 0 and 1 <= step - end <= width for end in ends)) for step in range(num_steps)]
    for given in (list(ends), np.array(ends, dtype=np.int64), np.array(ends, dtype=np.int8)):
        with dd.check.unchanged(given):
            result = trigger_labels(given, num_steps, width)
        what = f"trigger_labels({ends}, {num_steps}, {width})"
        dd.check.like(result, np.array(due, dtype="float32"), dtype="float32", what=what)
large = np.array([100, 126], dtype=np.int8)
due = [float(101 <= step <= 186) for step in range(300)]
result = trigger_labels(large, 300, 60)
dd.check.like(result, np.array(due, dtype="float32"), what="trigger_labels of int8 ends 100 and 126, width 60")
### END HIDDEN TESTS

# %% mistakes: trigger_labels
# - replace: "first : first + width"
#   with: "first - 1 : first - 1 + width"
#   hint: "You begin in the step in which the word ends. The 1s follow it."
# - replace: "first : first + width"
#   with: "first : first + width - 1"
#   hint: "One step after each word is missing. How many does width=1 give?"
# - replace: "first : first + width"
#   with: "max(0, first - width) : first"
#   hint: "Your 1s come before the word has ended, where no listener can know it."
# - replace: if end >= 0
#   with: if end is not None
#   hint: "A negative end says that there is no word, so it must leave no trace."
# - replace: if end >= 0
#   with: if end > 0
#   hint: "A word may end in step 0; steps are counted from 0."
# - replace: "labels[first : first + width] = 1.0"
#   with: "labels[first : first + width] += 1.0"
#   hint: "Where two words follow each other closely your target is 2. A target is a probability."
# - replace: if end >= 0
#   with: if 0 <= end < num_steps - width
#   hint: "You drop words whose 1s do not all fit before the end. Keep those that do."
# - replace: "labels[first : first + width] = 1.0"
#   with: "labels[first : first + width], labels[:first] = 1.0, 0.0"
#   hint: "Each word wipes out what was written before it. May the ends come in any order?"
# - replace: "    for end in ends:"
#   with: "    for end in ends[:1]:"
#   hint: "Only the first word leaves a trace; a sound may hold several."
# - replace: first = int(end) + 1
#   with: first = end + 1
#   hint: "Small integers wrap around: an int8 end of 126 plus a few steps is negative. Widen the ends first."
# - replace: np.zeros(num_steps, dtype="float32")
#   with: np.zeros(num_steps + width, dtype="float32")
#   hint: "You return steps that the sound does not have."


# %% mistake: trigger_labels
# hint: "Small integers wrap around: an int8 end of 126 plus a few steps is negative. Widen the ends first."
def trigger_labels(ends, num_steps, width):
    ends = np.asarray(ends)
    ends = ends[ends >= 0]
    steps = (ends[:, None] + np.arange(1, width + 1).astype(ends.dtype)).astype(int)
    labels = np.zeros(num_steps, dtype="float32")
    labels[steps[(steps < num_steps) & (steps >= 0)]] = 1.0
    return labels


# %% accepts: trigger_labels
def trigger_labels(ends, num_steps, width):
    ends = np.array([int(end) for end in ends if end >= 0], dtype=int)
    since = np.arange(num_steps) - ends[:, None]  # (k, T)
    return ((since >= 1) & (since <= width)).any(axis=0).astype(np.float32)


# %% accepts: trigger_labels
def trigger_labels(ends, num_steps, width):
    impulses = np.zeros(num_steps)
    for end in ends:
        impulses[end] += end >= 0
    smeared = np.convolve(impulses, np.concatenate([[0.0], np.ones(width)]))[:num_steps]
    return np.where(smeared > 0.5, 1, 0).astype("float32")


# %% [markdown]
# Now build the detector. Recordings are glued together from clips of a second: tones, chirps, noises, vowels, digits
# and, one in six, the trigger word. That is how such sets are made in earnest too: one knows where each word ends,
# because one has put it there. The network is a stack of convolutions along time. Two have a stride of 2, so that
# four frames become one step of 40 ms. All are **causal**: padded on the left only, so that step $t$ sees no later
# frame. The last two look back 13 steps each, which is a second together: long enough for a "sesame".


# %% demo
STEP = 4 * HOP  # samples of a step, 40 ms


def recordings(num_clips, clips_each, seed):
    """Features (recordings, frames, 32), and for each recording the steps in which a trigger word ends."""
    made = dd.data.audio(num_clips, seed=seed)
    sounds = made.clips.reshape(-1, clips_each * RATE)
    starts = np.arange(num_clips) % clips_each * RATE
    ends = np.where(made.ends < 0, -1, (starts + made.ends) // STEP).reshape(-1, clips_each)
    return np.stack([features(sound) for sound in sounds]), ends


train_x, train_ends = recordings(600, 5, seed=801)
test_x, test_ends = recordings(300, 300, seed=802)  # one recording of five minutes
mean, std = train_x.mean(axis=(0, 1)), train_x.std(axis=(0, 1))
train_x, test_x = (train_x - mean) / std, (test_x - mean) / std

keras.utils.set_random_seed(80)


def build_detector():
    x = inputs = keras.Input((None, 32))
    for width, stride in [(5, 2), (5, 2), (13, 1), (13, 1)]:
        x = layers.Conv1D(32, width, strides=stride, padding="causal", activation="relu")(x)
    return keras.Model(inputs, layers.Reshape((-1,))(layers.Dense(1)(x)))  # a logit a step


detector = build_detector()
num_steps = detector(train_x[:1]).shape[1]
train_y = np.stack([trigger_labels(ends, num_steps, 12) for ends in train_ends])
falling = keras.optimizers.schedules.CosineDecay(3e-3, 10 * 15)  # epochs times batches
bernoulli = keras.losses.BinaryCrossentropy(from_logits=True)
detector.compile(keras.optimizers.Adam(falling), bernoulli, jit_compile=False)
detector.fit(train_x, train_y, batch_size=8, epochs=10, verbose=0)
print(f"{len(train_x)} recordings of {num_steps} steps; {train_y.mean():.1%} of all steps are 1")

# %% [markdown]
# 93% of all steps are 0, so a network that never answers is right in 93% of them. Accuracy by step says nothing here
# (Day 7). Count **events**: each run of steps above a probability of one half is one answer. If it begins within half
# a second of a word's end, the word is found; else the answer is a **false alarm**. How many words does the network
# find in five minutes that it has never heard, and how often does it answer to nothing?

# %% demo
probs = ops.convert_to_numpy(ops.sigmoid(detector(test_x)))[0]  # (T,)
on = probs > 0.5
answers = np.flatnonzero(on & ~np.roll(on, 1))  # first step of each run
words = test_ends[0][test_ends[0] >= 0]
near = (answers[:, None] >= words - 2) & (answers[:, None] <= words + 12)  # (answers, words)
found, false_alarms = int(near.any(axis=0).sum()), int((~near.any(axis=1)).sum())
delay = 0.04 * np.median([answers[near[:, k]][0] - word for k, word in enumerate(words) if near[:, k].any()])
print(f"{found} of {len(words)} words found, {false_alarms} false alarms in 5 minutes; median delay {delay:.2f} s")
assert found >= 0.85 * len(words) and false_alarms <= 12

first = max(int(words[3]) - 60, 0)
window = slice(first, first + 250)
seconds = 0.04 * np.arange(window.start, window.stop)
fig, axes = plt.subplots(2, 1, figsize=(10, 5), sharex=True, height_ratios=[1.2, 1])
picture = test_x[0, 4 * window.start : 4 * window.stop]
axes[0].imshow(picture.T, origin="lower", aspect="auto", cmap="magma", extent=(seconds[0], seconds[-1] + 0.04, 0, 32))
axes[0].set(title="Ten seconds of the recording", ylabel="mel band")
axes[0].grid(False)
axes[1].fill_between(seconds, trigger_labels(words, len(probs), 12)[window], step="post", color="0.8", label="target")
axes[1].plot(seconds, probs[window], drawstyle="steps-post", label="network")
axes[1].set(title="Has the word just been said?", xlabel="second", ylabel="probability", ylim=(-0.05, 1.35))
axes[1].legend(loc="upper right", ncols=2)
dd.plot.show(
    "Two panels over ten seconds: the log mel spectrogram, and below it the network's probability over the target as a "
    "grey area. The probability is near 0 except in blocks of about half a second, which lie on the grey areas."
)

# %% [markdown]
# The network stays silent through tones, noises and digits and wakes up when "sesame" is over. Nearly all words are
# found, and most or all of its answers are right; the two kinds of error are traded against each other by the
# threshold, and a product would be tuned for few false alarms an hour. Remember what these sounds are: speech by
# rule, easy and clean. Real rooms have echoes, other people and television.
#
# ## When nobody knows where
#
# For the trigger word someone knew the step at which it ends. For a transcript nobody does. People write down *what*
# was said; to mark *when* each sound begins takes many times as long. So the data are pairs of a sound with $T$ steps
# and a target $y$ of $U < T$ classes, with no word on which step belongs to which class.
#
# **Connectionist temporal classification** (CTC, Graves et al. 2006) lets the network say one class at every step,
# and defines what such a **path** $\pi$ of $T$ classes writes down:
#
# 1. Merge neighbours that are equal: $aabbb \to ab$. A sound lasts for several steps.
# 2. Remove **blanks**. The blank $-$ is one more class. It means "nothing new".
#
# The order matters. The blank is what allows a doubled class: $a{-}a \to aa$, while $aaa \to a$. Removing blanks
# first would make $a{-}a$ an $a$. The blank is not silence, either: the network is free to say it in the middle of a
# vowel. Some more:
#
# | path | merged | written |
# |---|---|---|
# | $--a\,a-b$ | $-a-b$ | $ab$ |
# | $a-a\,a\,b\,b$ | $a-a\,b$ | $aab$ |
# | $-\,-\,-$ | $-$ | nothing |
#
# `itertools.groupby` is one way to find runs; comparing each entry with the one before is another.


# %% exercise: ctc_collapse
def ctc_collapse(path, blank):
    """What a path writes down: runs of equal classes become one, then blanks are removed.

    Args:
        path: (T,) ints, a list, tuple or array; may be empty. Left unchanged.
        blank: the class of the blank, any int.

    Returns:
        A new list of Python ints. About 1 to 5 lines.
    """
    ### BEGIN SOLUTION
    return [int(label) for label, _ in itertools.groupby(path) if label != blank]
    ### END SOLUTION


# %% test: ctc_collapse, points=2
path = [1, 0, 1, 1, 2, 2]
with dd.check.unchanged(path):
    result = ctc_collapse(path, 0)
dd.check.kind(result, list)
dd.check.equal(
    result, [1, 1, 2], what="ctc_collapse([1, 0, 1, 1, 2, 2], 0)", why="a blank parts the first two runs of 1"
)
dd.check.equal(ctc_collapse([2, 2, 1, 1, 2, 0], 2), [1, 0], what="ctc_collapse([2, 2, 1, 1, 2, 0], 2)")
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(80)


def slow_collapse(path, blank):
    written = []
    for t in range(len(path)):
        if path[t] != blank and not (t > 0 and path[t - 1] == path[t]):
            written.append(int(path[t]))
    return written


cases = [([], 0), ([0], 0), ([0, 0, 0], 0), ([5], 0), ([3, 3, 3], 0), ([1, 2, 1, 2], 0), ([0, 0, 1, 0, 0], 1)]
cases += [([4, 9, 4, 4, 9, 9, 4], 9), ([1, 0, 0, 1], 0), ([1, 0, 1, 0, 1], 0), ([0, 0, 0], 7), ([-1, 2, 2, -1, 2], -1)]
cases += [(rng.integers(0, k, t).tolist(), int(rng.integers(0, k))) for k, t in [(2, 9), (3, 30), (5, 100), (11, 40)]]
for path, blank in cases:
    for given in (list(path), tuple(path), np.array(path, dtype=np.int64), np.array(path, dtype=np.int8)):
        with dd.check.unchanged(given):
            result = ctc_collapse(given, blank)
        what = f"ctc_collapse({path if len(path) < 10 else f'{len(path)} steps'}, {blank})"
        dd.check.kind(result, list, what=what)
        dd.check.equal(result, slow_collapse(path, blank), what=what)
        assert all(type(label) is int for label in result), f"{what} should hold Python ints"
path = [1, 2]
result = ctc_collapse(path, 0)
result.append(7)
dd.check.equal(path, [1, 2], what="the path, after its result was appended to", why="the result is a new list")
### END HIDDEN TESTS

# %% mistakes: ctc_collapse
# - replace: itertools.groupby(path) if label != blank
#   with: itertools.groupby([label for label in path if label != blank])
#   hint: "You remove blanks first, so the two classes that a blank kept apart are merged."
# - replace: for label, _ in itertools.groupby(path) if label != blank
#   with: for label in path if label != blank
#   hint: "A sound that lasts three steps is written down three times. Which runs should become one?"
# - replace: for label, _ in itertools.groupby(path) if label != blank
#   with: for label, _ in itertools.groupby(path)
#   hint: "Blanks are part of the path, not of what it writes down."
# - replace: if label != blank
#   with: if label != 0
#   hint: "The blank need not be class 0; it is an argument."
# - replace: if label != blank
#   with: if label
#   hint: "The blank need not be class 0; it is an argument."
# - replace: itertools.groupby(path)
#   with: itertools.groupby(sorted(path))
#   hint: "What is written keeps the order in which it was said."
# - replace: for label, _ in itertools.groupby(path) if label != blank
#   with: for label in dict.fromkeys(int(k) for k in path) if label != blank
#   hint: "A class that comes back later is written again. Only neighbours are merged."
# - replace: "[int(label) for label, _ in itertools.groupby(path) if label != blank]"
#   with: "np.array([int(label) for label, _ in itertools.groupby(path) if label != blank], dtype=int)"
#   hint: "A list was asked for."


# %% mistake: ctc_collapse
# hint: "You remove blanks first, so the two classes that a blank kept apart are merged."
def ctc_collapse(path, blank):
    written = []
    for label in path:
        if label != blank and (not written or written[-1] != label):
            written.append(int(label))
    return written


# %% mistake: ctc_collapse
# hint: "You lose the first step. What is before it, that it could be equal to?"
def ctc_collapse(path, blank):
    return [int(now) for before, now in itertools.pairwise(path) if now not in (before, blank)]


# %% accepts: ctc_collapse
def ctc_collapse(path, blank):
    path = np.asarray(path, dtype=int)
    new = np.ones(len(path), dtype=bool)
    new[1:] = path[1:] != path[:-1]
    return path[new & (path != blank)].tolist()


# %% accepts: ctc_collapse
def ctc_collapse(path, blank):
    written, before = [], None
    for label in map(int, path):
        if label not in (before, blank):
            written.append(label)
        before = label
    return written


# %% [markdown]
# ## The loss: a sum over all paths
#
# The network gives probabilities $p_{tk}$, one softmax a step, and CTC takes steps as independent of each other given
# the sound. So a path has the probability $\prod_t p_{t \pi_t}$, and the target has that of **all paths that write
# it**:
#
# $$p(y) = \sum_{\text{paths that write } y} \; \prod_{t=0}^{T-1} p_{t\pi_t}, \qquad L = -\log p(y) .$$
#
# Nobody has to say where a class is. Whatever alignment the network prefers, it is in the sum.
#
# Two steps, classes $-$ and $a$, and at each step $p = (0.6, 0.4)$. Then $a$ is written by $aa$, $a-$ and $-a$:
# $0.16 + 0.24 + 0.24 = 0.64$. Nothing is written by $--$ alone: $0.36$. And $aa$ needs three steps, $a{-}a$, so here
# its probability is 0. Note which paths are possible: $U$ steps at least, and **one more for each pair of equal
# neighbours** in $y$. (That it takes $2U + 1$, as is often read, is not so: blanks may be left out elsewhere.)
#
# There are $K^T$ paths; for our 25 steps and 11 classes, $10^{26}$. As on Day 78, a forward pass adds them up without
# listing them. Write $y$ with blanks around all classes, $e = (-, y_0, -, y_1, \dots, -)$, $2U + 1$ places. A path
# walks through $e$ from left to right, and let $a_{ts}$ be the probability of everything that a path can have done up
# to step $t$ if it is at place $s$ then. It may start at place 0 or at place 1. From one step to the next it may
#
# - **stay** where it is,
# - go on **one** place,
# - or go on **two** places, past a blank, unless that would merge two equal classes.
#
# So $a_{ts} = p_{t e_s}\,(a_{t-1,s} + a_{t-1,s-1} + a_{t-1,s-2})$, where the last term is there only if $e_s$ is no
# blank and $e_s \ne e_{s-2}$. A path may end at the last class or at the blank after it. By hand, for $y = ab$:
#
# | step | $p_-$ | $p_a$ | $p_b$ | $a_{t0}$: $-$ | $a_{t1}$: $a$ | $a_{t2}$: $-$ | $a_{t3}$: $b$ | $a_{t4}$: $-$ |
# |---|---|---|---|---|---|---|---|---|
# | 0 | 0.2 | 0.6 | 0.2 | 0.2 | 0.6 | 0 | 0 | 0 |
# | 1 | 0.5 | 0.3 | 0.2 | 0.1 | 0.24 | 0.3 | 0.12 | 0 |
# | 2 | 0.3 | 0.1 | 0.6 | 0.03 | 0.034 | 0.162 | 0.396 | 0.036 |
#
# In step 1, place 3 holds $0.2 \cdot (0 + 0 + 0.6)$: from $a$ straight to $b$. The result is
# $p(ab) = 0.396 + 0.036 = 0.432$. The five paths $aab$, $abb$, $-ab$, $a{-}b$ and $ab-$ give
# $0.108 + 0.072 + 0.036 + 0.18 + 0.036$, the same.
#
# In a long sound each $a_{ts}$ is made of products of hundreds of probabilities, soon smaller than any float. Keep
# its logarithm: products become sums, and a sum becomes `np.logaddexp(u, v)` $= \log(e^u + e^v)$ (Day 5), or
# `np.logaddexp.reduce` along an axis. $\log 0$ is `-np.inf`, which both take without a warning.


# %% exercise: ctc_loss
def ctc_loss(log_probs, target, blank=0):
    """Minus the logarithm of the probability of all paths that write the target (Graves et al. 2006).

    Args:
        log_probs: (T, K) logarithms of the probabilities of each step, float32 or float64, T >= 1; -inf is allowed.
        target: (U,) ints from 0 to K - 1 without the blank, a list or an array; may be empty. Neighbours may be equal.
        blank: the class of the blank, int from 0 to K - 1.

    Returns:
        float, computed in float64 and in logarithms throughout; np.inf, without a warning, if no path writes the
        target. Arguments are left unchanged. About 12 lines.
    """
    ### BEGIN SOLUTION
    extended = np.full(2 * len(target) + 1, blank)
    extended[1::2] = target
    scores = np.asarray(log_probs, dtype=float)[:, extended]  # (T, 2U + 1)
    may_skip = np.zeros(len(extended), dtype=bool)
    may_skip[2:] = (extended[2:] != blank) & (extended[2:] != extended[:-2])
    forward = np.full(len(extended), -np.inf)
    forward[:2] = scores[0, :2]
    for step in scores[1:]:
        before = np.concatenate([[-np.inf, -np.inf], forward])  # two places to the left of place 0
        skipped = np.where(may_skip, before[:-2], -np.inf)
        forward = step + np.logaddexp.reduce([forward, before[1:-1], skipped])
    return -float(np.logaddexp.reduce(forward[-2:]))
    ### END SOLUTION


# %% test: ctc_loss, points=4
log_probs = np.log([[0.2, 0.6, 0.2], [0.5, 0.3, 0.2], [0.3, 0.1, 0.6]])
target = [1, 2]
with dd.check.unchanged(log_probs), dd.check.unchanged(target):
    loss = ctc_loss(log_probs, target)
dd.check.like(loss, float(-np.log(0.432)), kind=float, why="the text adds up five paths to 0.432")
dd.check.close(ctc_loss(np.log([[0.6, 0.4]] * 2), [1]), -np.log(0.64), why="three paths write a in two steps")
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(80)


def random_log_probs(t, k, scale=1.0):
    logits = scale * rng.normal(size=(t, k))
    return logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))


def loss_of_all_paths(log_probs, target, blank):
    """The definition: go through all K ** T paths."""
    total = 0.0
    for path in itertools.product(range(log_probs.shape[1]), repeat=len(log_probs)):
        written = []
        for t, label in enumerate(path):
            if label != blank and (t == 0 or path[t - 1] != label):
                written.append(label)
        if written == list(target):
            total += np.exp(sum(log_probs[t, label] for t, label in enumerate(path)))
    return -np.log(total) if total > 0 else np.inf


cases = [(1, 2, [1], 0), (1, 1, [], 0), (4, 3, [], 0), (4, 3, [1], 0), (4, 3, [2, 1], 0), (5, 3, [1, 1], 0)]
cases += [(3, 3, [1, 1], 0), (2, 3, [1, 2], 0), (5, 3, [2, 2, 2], 0), (5, 3, [1, 2, 1], 0), (6, 3, [1, 2, 2, 1], 0)]
cases += [(4, 4, [0, 3], 2), (5, 4, [0, 0], 3), (5, 3, [0, 2, 0], 1), (6, 3, [1, 0, 0], 2), (3, 2, [0], 1)]
for t, k, target, blank in cases:
    log_probs = random_log_probs(t, k)
    due = loss_of_all_paths(log_probs, target, blank)
    labels = np.array(target, dtype=np.int64)
    with dd.check.unchanged(log_probs), dd.check.unchanged(labels):
        loss = ctc_loss(log_probs, labels, blank=blank)
    what = f"ctc_loss of {t} steps, {k} classes, target {target}, blank {blank}"
    dd.check.kind(loss, float, what=what)
    dd.check.close(loss, due, rtol=1e-9, what=what, why="it is the sum over all paths")
    dd.check.close(ctc_loss(log_probs, target, blank), due, rtol=1e-9, what=what + " as a list")

# All that can be written has, together, the probability 1.
log_probs = random_log_probs(5, 3, 2.0)
total = sum(
    np.exp(-ctc_loss(log_probs, list(target)))
    for length in range(6)
    for target in itertools.product((1, 2), repeat=length)
)
dd.check.close(
    total, 1.0, rtol=1e-9, what="sum of the probabilities of all targets", why="each path writes one of them"
)

# No path: too few steps, one more being needed for each pair of equal neighbours, or only impossible classes.
for t, target in [(1, [1, 2]), (2, [1, 1]), (4, [1, 1, 2, 2]), (3, [2, 2, 2]), (1, [1] * 9)]:
    loss = ctc_loss(random_log_probs(t, 3), target)
    dd.check.close(loss, np.inf, what=f"ctc_loss of {t} steps, target {target}", why="no path writes it")
with np.errstate(divide="ignore"):
    certain = np.log(np.eye(3)[[1, 0, 1, 2]])  # a - a b for sure
dd.check.close(ctc_loss(certain, [1, 1, 2]), 0.0, what="ctc_loss of the only possible target", why="it is certain")
dd.check.close(ctc_loss(certain, [1, 2]), np.inf, what="ctc_loss of an impossible target")
dd.check.close(ctc_loss(certain, []), np.inf, what="ctc_loss of an empty target that cannot be")

# Many steps, where a product of probabilities is 0 in floats; one path and its closed form.
log_probs = np.tile(np.log([[0.25, 0.75]]), (3000, 1))
dd.check.close(ctc_loss(log_probs, []), 3000 * np.log(4), rtol=1e-9, what="ctc_loss of 3,000 steps, empty target")
runs = np.log(3000 * 3001 / 2)  # runs of class 1 within 3,000 steps
flat = np.full((3000, 2), np.log(0.5))
dd.check.close(ctc_loss(flat, [1]), 3000 * np.log(2) - runs, rtol=1e-9, what="ctc_loss of 3,000 even steps, target [1]")
steep = np.array([[0.0, -800.0], [-900.0, 0.0], [0.0, -700.0]])
dd.check.close(ctc_loss(steep, [1, 1]), 800.0 + 900.0 + 700.0, rtol=1e-9, what="ctc_loss of a path at -2400")

# float32 comes in, and float64 is computed.
small = random_log_probs(400, 6).astype("float32")
labels = rng.integers(1, 6, 60)
dd.check.close(ctc_loss(small, labels), ctc_loss(small.astype("float64"), labels), rtol=1e-12, what="loss of float32")

# Keras, on logits, in float32.
logits = rng.normal(size=(2, 12, 5)).astype("float32")
padded = np.array([[3, 3, 1, 4], [2, 1, 0, 0]])
sizes = np.array([4, 2], dtype="int32"), np.array([12, 9], dtype="int32")
due = ops.convert_to_numpy(ops.ctc_loss(padded, logits, *sizes))
for row, (u, t) in enumerate(zip(*sizes, strict=True)):
    log_probs = ops.convert_to_numpy(ops.log_softmax(logits[row, :t]))
    dd.check.close(ctc_loss(log_probs, padded[row, :u]), due[row], rtol=1e-4, what="ctc_loss, as against Keras")
### END HIDDEN TESTS

# %% mistakes: ctc_loss
# - replace: "    may_skip[2:] = (extended[2:] != blank) & (extended[2:] != extended[:-2])"
#   with: "    may_skip[2:] = extended[2:] != blank"
#   hint: "You may not pass over the blank between two equal classes: they would be merged into one."
# - replace: "    may_skip[2:] = (extended[2:] != blank) & (extended[2:] != extended[:-2])"
#   with: "    may_skip[2:] = True"
#   hint: "From blank to blank over a class: the class would not be written at all."
# - replace: "    may_skip[2:] = (extended[2:] != blank) & (extended[2:] != extended[:-2])"
#   with: "    may_skip[2:] = False"
#   hint: "Between two different classes the blank may be left out. Your paths always take it."
# - replace: forward[:2] = scores[0, :2]
#   with: forward[:1] = scores[0, :1]
#   hint: "A path may begin with the first class at once; yours all begin with a blank."
# - replace: forward[:2] = scores[0, :2]
#   with: forward[:] = scores[0]
#   hint: "At step 0 a path cannot be in the middle of the target already."
# - replace: forward[-2:]
#   with: forward[-1:]
#   hint: "A path may also end at the last class, without a blank after it."
# - replace: forward[-2:]
#   with: forward
#   hint: "Only paths that have written the whole target count at the end."
# - replace: np.logaddexp.reduce([forward, before[1:-1], skipped])
#   with: np.max([forward, before[1:-1], skipped], axis=0)
#   hint: "You keep the best path only, as Viterbi does. The loss adds up all of them."
# - replace: -float(np.logaddexp.reduce(forward[-2:]))
#   with: float(np.logaddexp.reduce(forward[-2:]))
#   hint: "That is the logarithm of the probability; a loss is its negative."
# - replace: -float(np.logaddexp.reduce(forward[-2:]))
#   with: -float(np.logaddexp.reduce(forward[-2:])) / len(scores)
#   hint: "You divide by the number of steps. The loss is of the whole target."
# - replace: for step in scores[1:]
#   with: for step in scores
#   hint: "The first step was counted when you set up the start; you count it twice."
# - replace: "forward = step + np.logaddexp"
#   with: "forward = np.logaddexp"
#   hint: "Each step multiplies by the probability of the class at that place."
# - replace: extended = np.full(2 * len(target) + 1, blank)
#   with: extended = np.full(2 * len(target) + 1, 0)
#   hint: "The blank need not be class 0; it is an argument."


# %% mistake: ctc_loss
# hint: "You multiply probabilities themselves. Over many steps they become 0; stay in logarithms from start to end."
def ctc_loss(log_probs, target, blank=0):
    probs = np.exp(np.asarray(log_probs, dtype=float))
    extended = [blank]
    for label in target:
        extended += [int(label), blank]
    forward = np.zeros(len(extended))
    forward[:2] = probs[0, extended[:2]]
    for row in probs[1:]:
        old = forward.copy()
        for s, label in enumerate(extended):
            total = old[s] + (old[s - 1] if s > 0 else 0.0)
            if s > 1 and label != blank and label != extended[s - 2]:
                total += old[s - 2]
            forward[s] = row[label] * total
    total = forward[-2:].sum()
    return float(-np.log(total)) if total > 0 else np.inf


# %% mistake: ctc_loss
# hint: "You update the places in order and read one that belongs to the new step already: keep the old ones apart."
def ctc_loss(log_probs, target, blank=0):
    scores = np.asarray(log_probs, dtype=float)
    extended = [blank]
    for label in target:
        extended += [int(label), blank]
    forward = np.full(len(extended), -np.inf)
    forward[:2] = scores[0, extended[:2]]
    for row in scores[1:]:
        for s, label in enumerate(extended):
            total = forward[s]
            if s > 0:
                total = np.logaddexp(total, forward[s - 1])
            if s > 1 and label != blank and label != extended[s - 2]:
                total = np.logaddexp(total, forward[s - 2])
            forward[s] = row[label] + total
    return float(-np.logaddexp.reduce(forward[-2:]))


# %% mistake: ctc_loss
# hint: "One step says only its own class: a single path is scored, where all alignments should be added up."
def ctc_loss(log_probs, target, blank=0):
    scores = np.asarray(log_probs, dtype=float)
    if len(target) > len(scores):
        return float("inf")
    places = np.linspace(0, len(target), len(scores), endpoint=False).astype(int) if len(target) else None
    path = [blank] * len(scores) if places is None else np.asarray(target)[places]
    return float(-scores[np.arange(len(scores)), path].sum())


# %% equivalents: ctc_loss
# - replace: 'scores = np.asarray(log_probs, dtype=float)[:, extended]  # (T, 2U + 1)'
#   with: 'scores = np.asarray(log_probs)[:, extended]  # (T, 2U + 1)'
#   reason: "The scores are added to float64 numbers, so every sum is float64."
# - replace: 'may_skip = np.zeros(len(extended), dtype=bool)'
#   with: 'may_skip = np.ones(len(extended), dtype=bool)'
#   reason: "Places 0 and 1 alone are not overwritten, and two places before them the forward scores are -inf."
# - replace: 'may_skip = np.zeros(len(extended), dtype=bool)'
#   with: 'may_skip = np.zeros(len(extended))'
#   reason: "np.where takes 0.0 for False and 1.0 for True."
# - replace: 'may_skip[2:] = (extended[2:] != blank) & (extended[2:] != extended[:-2])'
#   with: 'may_skip[2:] = extended[2:] != extended[:-2]'
#   reason: "Two places before a blank is a blank too, so blanks are never unequal to it."
# - replace: 'before = np.concatenate([[-np.inf, -np.inf], forward])  # two places to the left of place 0'
#   with: 'before = np.concatenate([[np.inf, -np.inf], forward])  # two places to the left of place 0'
#   reason: "Place 0 may not be reached by a skip, so the outermost number is never read."


# %% accepts: ctc_loss
def ctc_loss(log_probs, target, blank=0):
    # Backwards in time, and place by place.
    scores = np.asarray(log_probs, dtype="float64")
    places = [blank]
    for label in target:
        places.extend((int(label), blank))
    after = [-np.inf] * len(places)
    after[-2:] = [scores[-1, label] for label in places[-2:]]
    for row in scores[-2::-1]:
        here = []
        for s, label in enumerate(places):
            ways = after[s : s + 2]
            if s + 2 < len(places) and blank != places[s + 2] != label:
                ways = [*ways, after[s + 2]]
            here.append(row[label] + np.logaddexp.reduce(ways))
        after = here
    return float(-np.logaddexp.reduce(after[:2]))


# %% accepts: ctc_loss
def ctc_loss(log_probs, target, blank=0):
    # Two states a prefix: ends in a blank, ends in its last class.
    target = [int(label) for label in target]
    blanks = np.full(len(target) + 1, -np.inf)
    labels = np.full(len(target) + 1, -np.inf)
    blanks[0] = 0.0
    for row in np.array(log_probs, dtype=np.float64):
        both = np.logaddexp(blanks, labels)
        new_labels = np.full_like(labels, -np.inf)
        for u, label in enumerate(target, start=1):
            doubled = u > 1 and target[u - 2] == label
            arriving = blanks[u - 1] if doubled else both[u - 1]
            new_labels[u] = row[label] + np.logaddexp(labels[u], arriving)
        blanks, labels = both + row[blank], new_labels
    return -float(np.logaddexp(blanks[-1], labels[-1]))


# %% [markdown]
# ## A network that writes down digits
#
# Two or three digits are spoken in a second. The classes are the digits plus 1, and 0 is the blank, as
# `keras.losses.CTC` wants it; it also takes targets that are padded with 0 at the end, and **logits**, not
# probabilities. The network is made like the detector, but may look both ways. No step has a target of its own: a
# clip's target is "4, 0, 7" and nothing else.


# %% demo
def digit_clips(num_clips, seed):
    """Features (clips, frames, 32), targets (clips, 3) padded with 0, and the targets as lists."""
    made = dd.data.audio(num_clips, seed=seed, classes=("digits",))
    targets = [[digit + 1 for digit in transcript] for transcript in made.transcripts]
    padded = np.array([target + [0] * (3 - len(target)) for target in targets])
    return np.stack([features(one) for one in made.clips]), padded, targets


digits_x, digits_y, _ = digit_clips(400, seed=803)
new_x, new_y, new_targets = digit_clips(100, seed=804)
mean, std = digits_x.mean(axis=(0, 1)), digits_x.std(axis=(0, 1))
digits_x, new_x = (digits_x - mean) / std, (new_x - mean) / std

keras.utils.set_random_seed(81)


def build_writer():
    x = inputs = keras.Input((None, 32))
    for stride in (2, 2, 1, 1):
        x = layers.Conv1D(32, 5, strides=stride, padding="same", use_bias=False)(x)
        x = layers.Activation("relu")(layers.BatchNormalization()(x))
    return keras.Model(inputs, layers.Dense(11)(x))


writer = build_writer()
falling = keras.optimizers.schedules.CosineDecay(6e-3, 10 * 25)  # epochs times batches
writer.compile(keras.optimizers.Adam(falling), keras.losses.CTC(), jit_compile=False)
history = writer.fit(digits_x, digits_y, batch_size=16, epochs=10, verbose=0)
logits = writer(new_x, training=False)
new_log_probs = ops.convert_to_numpy(ops.log_softmax(logits))  # (100, T, 11)
num_steps = new_log_probs.shape[1]

num_said = np.array([len(target) for target in new_targets])
by_keras = ops.convert_to_numpy(ops.ctc_loss(new_y, logits, num_said, np.full(len(num_said), num_steps)))
by_you = np.array([ctc_loss(log_probs, target) for log_probs, target in zip(new_log_probs, new_targets, strict=True)])
print("loss of the epochs:", *(f"{loss:.2f}" for loss in history.history["loss"]))
print(f"new clips: {by_you.mean():.3f} by you, {by_keras.mean():.3f} by Keras")
assert np.abs(by_you - by_keras).max() < 1e-3

# %% [markdown]
# Your loss is Keras's, clip by clip, and from one epoch to the next it falls steeply. That is due to the batch
# normalisation (Day 33). Take it out, and the loss falls to about 8 in two epochs and hangs there for a while: then
# the network says blanks and nothing else, for nearly every clip. The blank is the safest answer to one who knows
# nothing. Only when single classes begin to stand out of the blanks does such a network find out where they are,
# sometimes after many epochs.
#
# ## Reading it out
#
# What does the network think was said? The quick answer is **greedy**, or best-path, decoding: take the likeliest
# class at each step, and collapse. Sounds of unequal length share a batch, so some steps at the end are padding and
# must not be read.


# %% exercise: ctc_greedy_decode
def ctc_greedy_decode(log_probs, lengths, blank=0):
    """What the likeliest path of each sound writes down.

    Args:
        log_probs: (B, T, K) logarithms of probabilities, or logits.
        lengths: (B,) ints, 0 to T: how many of the steps of each sound are real; the others are ignored.
        blank: the class of the blank.

    Returns:
        A list of B lists of Python ints. Of classes that are equally likely at a step, the lowest is taken. Arguments
        are left unchanged. About 3 lines.
    """
    ### BEGIN SOLUTION
    paths = np.argmax(log_probs, axis=2)  # (B, T)
    return [ctc_collapse(path[:length], blank) for path, length in zip(paths, lengths, strict=True)]
    ### END SOLUTION


# %% test: ctc_greedy_decode, points=2
paths = np.array([[1, 1, 0, 1, 2], [0, 2, 2, 1, 0]])
log_probs = np.log(np.eye(3)[paths] * 0.8 + 0.2 / 3)  # (2, 5, 3)
lengths = np.array([5, 3])
with dd.check.unchanged(log_probs), dd.check.unchanged(lengths):
    result = ctc_greedy_decode(log_probs, lengths)
dd.check.kind(result, list)
dd.check.equal(result, [[1, 1, 2], [2]], why="the second sound has three steps, 0, 2 and 2")
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(80)


def slow_decode(log_probs, lengths, blank):
    results = []
    for sound, length in zip(log_probs.tolist(), lengths, strict=True):
        written, before = [], None
        for row in sound[: int(length)]:
            best = row.index(max(row))
            if best not in (before, blank):
                written.append(best)
            before = best
        results.append(written)
    return results


for b, t, k, blank in [(1, 1, 2, 0), (3, 7, 2, 1), (4, 9, 4, 2), (2, 30, 3, 0), (1, 6, 1, 0), (5, 1, 3, 0)]:
    log_probs = rng.normal(size=(b, t, k)).astype("float32")
    lengths = rng.integers(0, t + 1, b)
    lengths[-1] = t
    with dd.check.unchanged(log_probs), dd.check.unchanged(lengths):
        result = ctc_greedy_decode(log_probs, lengths, blank)
    what = f"ctc_greedy_decode of {b} sounds, {t} steps, {k} classes, blank {blank}, lengths {lengths.tolist()}"
    dd.check.equal(result, slow_decode(log_probs, lengths, blank), what=what)
    assert all(type(label) is int for written in result for label in written), f"{what} should hold Python ints"
dd.check.equal(ctc_greedy_decode(np.zeros((2, 4, 3)), [0, 0]), [[], []], what="decoding of sounds without a step")
dd.check.equal(ctc_greedy_decode(np.zeros((2, 3, 4)), [3, 2], blank=3), [[0], [0]], what="decoding of ties")
dd.check.equal(ctc_greedy_decode(np.zeros((2, 3, 4)), [3, 2]), [[], []], what="decoding of ties with the blank")
impossible = np.full((1, 3, 3), -np.inf)
impossible[0, [0, 1, 2], [2, 0, 2]] = 0.0
dd.check.equal(ctc_greedy_decode(impossible, [3]), [[2, 2]], what="decoding of certain steps", why="a blank parts them")
dd.check.equal(ctc_greedy_decode(impossible - 5000, [3]), [[2, 2]], what="decoding of very low log probabilities")
### END HIDDEN TESTS

# %% mistakes: ctc_greedy_decode
# - replace: "path[:length]"
#   with: "path"
#   hint: "You read the padding too. How many steps of each sound are real?"
# - replace: "ctc_collapse(path[:length], blank)"
#   with: "ctc_collapse(path[:length], 0)"
#   hint: "The blank need not be class 0; it is an argument."
# - replace: "ctc_collapse(path[:length], blank)"
#   with: "[int(label) for label in path[:length] if label != blank]"
#   hint: "A class that lasts for three steps is written three times."
# - replace: "ctc_collapse(path[:length], blank)"
#   with: "path[:length].tolist()"
#   hint: "That is the path; what does it write down?"
# - replace: "ctc_collapse(path[:length], blank)"
#   with: "ctc_collapse(path, blank)[:length]"
#   hint: "You cut what is written. It is the path that has padding at its end."
# - replace: "ctc_collapse(path[:length], blank)"
#   with: "ctc_collapse(path[path != blank][:length], blank)"
#   hint: "You remove blanks before runs are merged."
# - replace: np.argmax(log_probs, axis=2)
#   with: np.argmax(log_probs, axis=1)
#   hint: "Which axis holds the classes? You take the best step of each class."
# - replace: np.argmax(log_probs, axis=2)
#   with: np.argmin(log_probs, axis=2)
#   hint: "Logarithms of probabilities are negative: the likeliest class has the largest."
# - replace: np.argmax(log_probs, axis=2)
#   with: log_probs.shape[2] - 1 - np.argmax(log_probs[:, :, ::-1], axis=2)
#   hint: "Of equal classes you take the highest."
# - replace: np.argmax(log_probs, axis=2)
#   with: np.argmax(np.where(np.arange(log_probs.shape[2]) == blank, -np.inf, log_probs), axis=2)
#   hint: "The blank is one of the classes that a path may take; you never let it win."
# - replace: zip(paths, lengths, strict=True)]
#   with: zip(paths[:1], lengths[:1], strict=True)]
#   hint: "Each sound of the batch is decoded, not only the first."


# %% accepts: ctc_greedy_decode
def ctc_greedy_decode(log_probs, lengths, blank=0):
    paths = np.asarray(log_probs).argmax(axis=-1)
    padding = np.arange(paths.shape[1]) >= np.asarray(lengths)[:, None]
    paths = np.where(padding, blank, paths)
    before = np.concatenate([np.full((len(paths), 1), -1), paths[:, :-1]], axis=1)
    kept = (paths != blank) & (paths != before)
    return [row[keep].tolist() for row, keep in zip(paths, kept, strict=True)]


# %% accepts: ctc_greedy_decode
def ctc_greedy_decode(log_probs, lengths, blank=0):
    results = []
    for sound, length in zip(log_probs, lengths, strict=True):
        runs = itertools.groupby(max(range(len(row)), key=row.__getitem__) for row in sound[:length])
        results.append([best for best, _ in runs if best != blank])
    return results


# %% [markdown]
# How good is it? Clips that are right as a whole are one measure. The other counts the fewest digits that would have
# to be put in, taken out or exchanged to get from what was written to what was said, the **edit distance**, divided
# by the digits said: with words for digits, the *word error rate* of speech recognition. And *where* does the network
# say its digits, whom nobody ever told?


# %% demo
def edit_distance(one, other):
    """The fewest insertions, deletions and substitutions that turn one list into the other (Levenshtein)."""
    row = list(range(len(other) + 1))
    for i, left in enumerate(one, start=1):
        diagonal, row[0] = row[0], i
        for j, right in enumerate(other, start=1):
            diagonal, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, diagonal + (left != right))
    return row[-1]


written = ctc_greedy_decode(new_log_probs, np.full(len(new_x), num_steps))
errors = [edit_distance(one, other) for one, other in zip(written, new_targets, strict=True)]
exact, error_rate = np.mean(np.array(errors) == 0), sum(errors) / num_said.sum()
print(f"{exact:.1%} of the new clips are right as a whole; {error_rate:.2%} of the digits are wrong")
assert exact >= 0.9 and error_rate <= 0.05

example = next(i for i, target in enumerate(new_targets) if written[i] == target and len(set(target)) == 3)
fig, axes = plt.subplots(2, 1, figsize=(10, 5.2), sharex=True)
axes[0].imshow(new_x[example].T, origin="lower", aspect="auto", cmap="magma", extent=(0, 25, 0, 32))
axes[0].set(title="A clip: " + ", ".join(str(label - 1) for label in new_targets[example]), ylabel="mel band")
axes[0].grid(False)
example_probs = np.exp(new_log_probs[example])
middle = np.arange(num_steps) + 0.5
axes[1].plot(middle, example_probs[:, 0], color="0.6", linestyle=":", label="blank")
for label, marker in zip(new_targets[example], dd.plot.MARKERS, strict=False):
    axes[1].plot(middle, example_probs[:, label], marker=marker, label=f"digit {label - 1}")
axes[1].set(title="Probabilities of its digits", xlabel="step of 40 ms", ylabel="probability", ylim=(-0.05, 1.3))
axes[1].legend(loc="upper center", ncols=4)
dd.plot.show(
    "Two panels over 25 steps: the log mel spectrogram of a clip of three digits, and below it four curves of "
    "probability. The blank's is near 1 except for three gaps; in each gap one digit's probability rises for two to "
    "four steps, in the order in which they are said."
)

# %% [markdown]
# Three humps among blanks, in the right order, each of them narrower than its digit: networks trained with CTC are
# known for such peaks. The loss does not reward a peak that lies in the middle of its word or lasts as long. So CTC
# tells *what* was said, and only roughly *when*.
#
# ## The best path is not the best text
#
# Greedy decoding finds the likeliest path. What we want is the likeliest *text*, whose probability is a sum over many
# paths. In the example above with $p = (0.6, 0.4)$ at both steps, the best path is $--$ with $0.36$: greedy writes
# nothing. But $a$ has $0.64$.
#
# **Prefix decoding** searches among texts. It goes through the steps with a handful of prefixes, a *beam*, and keeps
# two numbers for each: the probability of all paths so far that write it and end in a blank, and of those that end in
# its last class. They have to be kept apart since a further $a$ after a blank makes a new $a$, and after an $a$ it
# makes the old one longer:


# %% demo
def ctc_prefix_decode(log_probs, beam_width, blank=0):
    """The text with the highest probability that a beam of prefixes finds, and the logarithm of its probability."""
    beam = {(): (0.0, -np.inf)}  # of each prefix: log probability to end in a blank, and in its last class
    for row in log_probs.tolist():
        grown = {}

        def add(prefix, in_blank=-np.inf, in_label=-np.inf, grown=grown):
            old = grown.get(prefix, (-np.inf, -np.inf))
            grown[prefix] = np.logaddexp(old[0], in_blank), np.logaddexp(old[1], in_label)

        for prefix, (in_blank, in_label) in beam.items():
            either = np.logaddexp(in_blank, in_label)
            add(prefix, in_blank=either + row[blank])
            for label, score in enumerate(row):
                if label == blank:
                    continue
                if prefix and prefix[-1] == label:
                    add(prefix, in_label=in_label + score)  # the run goes on
                    add((*prefix, label), in_label=in_blank + score)  # after a blank, the class once more
                else:
                    add((*prefix, label), in_label=either + score)
        ranked = sorted(grown, key=lambda prefix: np.logaddexp(*grown[prefix]), reverse=True)
        beam = {prefix: grown[prefix] for prefix in ranked[:beam_width]}
    best = max(beam, key=lambda prefix: np.logaddexp(*beam[prefix]))
    return list(best), np.logaddexp(*beam[best])


two_steps = np.log([[0.6, 0.4], [0.6, 0.4]])
text, score = ctc_prefix_decode(two_steps, 2)
print(f"greedy {ctc_greedy_decode(two_steps[None], [2])[0]}, prefix {text} with probability {np.exp(score):.2f}")

rng = np.random.default_rng(80)
wins = 0
for _ in range(200):
    noise = rng.normal(size=(5, 3))
    noise -= np.log(np.exp(noise).sum(axis=1, keepdims=True))
    all_texts = [text for length in range(6) for text in itertools.product((1, 2), repeat=length)]
    best_text = min(all_texts, key=lambda text: ctc_loss(noise, text))
    assert ctc_prefix_decode(noise, 100)[0] == list(best_text)
    wins += ctc_greedy_decode(noise[None], [5])[0] == list(best_text)
print(f"of 200 random networks' outputs, greedy finds the likeliest text for {wins}, a wide beam for all 200")

unsure = np.argsort(-by_you)[:20]  # the clips with the highest loss
by_beam = [ctc_prefix_decode(new_log_probs[i], 8)[0] for i in unsure]
same = sum(text == written[i] for text, i in zip(by_beam, unsure, strict=True))
print(f"of the 20 clips that our network finds hardest, both decoders write the same for {same}")

# %% [markdown]
# With a beam that is wide enough to hold every prefix the answer is exact: your `ctc_loss` of all 63 texts agrees.
# Where a network is sure of itself, as ours is of most clips, greedy decoding writes the same and costs next to
# nothing. Prefixes pay when a network hesitates, and most of all when a **language model** (Day 68) joins in: each
# time a prefix grows, its score is multiplied by a power of the language model's probability of the new word (Hannun
# et al. 2014). CTC itself cannot learn that "recognise speech" is likelier than "wreck a nice beach", since it takes
# its steps to be independent.
#
# That is its first limit. The second: a text can be no longer than the sound has steps, in the same order. Good for
# speech and handwriting, useless for translation, where words change places. Day 81 begins there.
#
# ## What you should remember
#
# 1. Sound becomes a picture: overlapping frames, a window, magnitudes of the Fourier transform, bands in mel, a
#    logarithm. Long frames are sharp in frequency, short ones in time.
# 2. A rate of $R$ samples a second keeps frequencies below $R/2$; higher ones come back in disguise.
# 3. A trigger word is labelled *after* its end, for several steps, and judged by words found and false alarms.
# 4. CTC sums over all paths that write the target: merge runs, then remove blanks. The sum is a forward pass over
#    $2U + 1$ places, in logarithms.
# 5. The likeliest path need not write the likeliest text; a beam of prefixes adds up the paths of each text.
#
# ## Check yourself, without code
#
# 1. A clip has 16,000 samples, $F = 400$ and $S = 160$. How many frames fit, and why is it not 100?
# 2. What does $a\,a-a-b\,b$ write? What is the least number of steps in which *letter* can be written, a class being
#    a letter?
# 3. After two epochs your network writes nothing at all, for every sound. Is there a bug?
#
# <details><summary>Answers</summary>
#
# 1. $1 + \lfloor(16000 - 400)/160\rfloor = 98$. The last frames would reach beyond the end; many libraries pad the
#    sound to get 100 or 101.
# 2. $aab$. Six letters, and one more step for the double t: 7.
# 3. Probably not. Blanks everywhere are often the first thing that CTC learns. If it is still so after the loss has
#    long stopped falling, look for targets that do not fit into the steps (their loss is infinite), for padding read
#    as classes, and for probabilities where logits are due.
#
# </details>
#
# ## Go further
#
# - Graves, Fernández, Gomez and Schmidhuber (2006), *Connectionist temporal classification: Labelling unsegmented
#   sequence data with recurrent neural networks*, ICML: forward and backward pass, best-path and prefix search.
# - Hannun, Maas, Jurafsky and Ng (2014), *First-pass large vocabulary continuous speech recognition using
#   bi-directional recurrent DNNs*: prefix beam search with a language model.
# - Chen, Parada and Heigold (2014), *Small-footprint keyword spotting using deep neural networks*, ICASSP: a trigger
#   word on a telephone.
# - Gabor (1946), *Theory of communication*, and Stevens, Volkmann and Newman (1937), *A scale for the measurement of
#   the psychological magnitude pitch*: time against frequency, and the mel.
# - Train the detector with a width of 1 in place of 12, or without the logarithm in `features`, and count again.
