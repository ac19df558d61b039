"""Sounds are the ones they are labelled as, and a model of spectra learns to tell them apart."""

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from threadpoolctl import threadpool_limits

import deepdays as dd
from deepdays.data.sets import _speech
from deepdays.data.sets.audio import CLASSES, RATE


@pytest.fixture(scope="module")
def made():
    return dd.data.audio(900)


@pytest.fixture(scope="module")
def spectra(made):
    """Log power in 25 bands of equal width in mel, every 10 ms: (900, 98, 25)."""
    windows = np.lib.stride_tricks.sliding_window_view(made.clips, 400, axis=1)[:, ::160] * np.hanning(400)
    power = np.abs(np.fft.rfft(windows.astype("float32"), 512)) ** 2
    edges = (700 * (10 ** (np.linspace(0, 2840, 27) / 2595) - 1) / 8000 * 256).astype(int)
    bands = [power[..., low : max(high, low + 1)].mean(axis=2) for low, high in zip(edges[:-2], edges[2:], strict=True)]
    return np.log(np.stack(bands, axis=2) + 1e-6)


def score(x, y):
    """Accuracy of logistic regression on the last third after training on the rest."""
    cut = 2 * len(x) // 3
    model = make_pipeline(StandardScaler(), LogisticRegression(C=0.1, max_iter=1000))
    with threadpool_limits(1):
        return model.fit(x[:cut], y[:cut]).score(x[cut:], y[cut:])


def pooled(spectra):
    change = np.abs(np.diff(spectra, axis=1)).mean(axis=1)
    return np.concatenate([spectra.mean(axis=1), spectra.std(axis=1), spectra.max(axis=1), change], axis=1)


def of(made, kind):
    return np.flatnonzero(made.labels == CLASSES.index(kind))


def test_shapes_kinds_and_balance(made):
    assert made.clips.shape == (900, RATE)
    assert made.clips.dtype == np.float32
    assert np.isfinite(made.clips).all()
    peak = np.abs(made.clips).max(axis=1)
    assert peak.max() <= 0.96
    assert peak.min() >= 0.29
    assert np.array_equal(made.clips * 32768, np.round(made.clips * 32768))
    assert np.bincount(made.labels).tolist() == [150] * 6
    for array in (made.labels, made.vowels, made.ends):
        assert array.dtype == np.int64
        assert array.shape == (900,)
    assert len(made.transcripts) == 900


def test_what_is_known_of_each_kind(made):
    spoken = np.isin(made.labels, [CLASSES.index(kind) for kind in ("vowel", "trigger", "digits")])
    tones = made.labels == CLASSES.index("tone")
    assert np.array_equal(made.vowels >= 0, made.labels == CLASSES.index("vowel"))
    assert np.array_equal(made.ends >= 0, made.labels == CLASSES.index("trigger"))
    assert np.array_equal(np.isfinite(made.pitch), spoken | tones)
    lengths = np.array([len(digits) for digits in made.transcripts])
    assert set(lengths[of(made, "digits")]) == {2, 3}
    assert (lengths[made.labels != CLASSES.index("digits")] == 0).all()
    said = np.bincount([digit for digits in made.transcripts for digit in digits], minlength=10)
    assert len(said) == 10
    assert said.min() > 15


def test_clips_are_distinct(made):
    unit = made.clips / np.linalg.norm(made.clips, axis=1, keepdims=True)
    likeness = np.abs(unit @ unit.T) - np.eye(900)
    assert likeness.max() < 0.95
    assert np.median(likeness) < 0.05


def test_a_tone_has_its_pitch(made):
    rows = of(made, "tone")
    spectrum = np.abs(np.fft.rfft(made.clips[rows] * np.hanning(RATE)))  # a bin a hertz
    spectrum[:, :70] = 0  # the hum
    strongest = spectrum.argmax(axis=1)
    overtone = strongest / made.pitch[rows]
    assert np.abs(overtone - np.round(overtone)).max() < 0.03
    assert (np.round(overtone) == 1).mean() > 0.9


def test_a_chirp_moves_by_an_octave_or_more(made, spectra):
    band = spectra[of(made, "chirp")][:, 20:80].argmax(axis=2)
    moved = np.abs(band[:, 50:].mean(axis=1) - band[:, :10].mean(axis=1))
    assert np.median(moved) > 4
    still = spectra[of(made, "tone")][:, 40:60].argmax(axis=2)
    assert np.median(np.ptp(still, axis=1)) <= 1


def test_voices_have_their_pitch(made):
    """The autocorrelation of a vowel peaks at a period."""
    errors = []
    for row in of(made, "vowel"):
        clip = made.clips[row, 6000:10000] - made.clips[row, 6000:10000].mean()
        spectrum = np.abs(np.fft.rfft(clip, 8192)) ** 2
        correlation = np.fft.irfft(spectrum)[: RATE // 80]
        lag = RATE // 260 + correlation[RATE // 260 :].argmax()
        errors.append(abs(RATE / lag / made.pitch[row] - 1))
    assert np.median(errors) < 0.05
    assert np.mean(np.array(errors) < 0.1) > 0.85


def test_a_vowel_is_strong_at_its_own_resonances():
    """Of all vowels' first two resonances, a neutral voice has the most power at those of the vowel it speaks."""
    textbook = {"a": (730, 1090), "e": (530, 1840), "i": (270, 2290), "o": (570, 840), "u": (300, 870)}
    voices = _speech.Voices(np.full(5, 100.0), np.ones(5), np.ones(5))
    frames = np.stack([np.full(60, _speech.frames_of(vowel, 0.1)[0]) for vowel in textbook])
    clips = _speech.speak(frames, voices, np.random.default_rng(0))[:, 1600:8000]
    spectrum = np.abs(np.fft.rfft(clips * np.hanning(6400), RATE)) ** 2  # a bin a hertz
    tilt = (np.arange(spectrum.shape[1]) + 100.0) ** 2  # voices fall off with frequency
    power = np.log(
        [[(spectrum[k] * tilt)[f - 60 : f + 60].sum() for pair in textbook.values() for f in pair] for k in range(5)]
    )
    strength = power.reshape(5, 5, 2).sum(axis=2)
    assert strength.argmax(axis=1).tolist() == [0, 1, 2, 3, 4]


def test_sounds_are_told_apart_by_their_spectra(made, spectra):
    assert score(pooled(spectra), made.labels) > 0.8  # by chance: 0.17
    vowels = made.vowels >= 0
    assert score(spectra[vowels].mean(axis=1), made.vowels[vowels]) > 0.85  # by chance: 0.2


def test_the_trigger_is_learnable(made, spectra):
    """Among all sounds, and also among speech alone."""
    trigger = made.labels == CLASSES.index("trigger")
    assert score(pooled(spectra), trigger) > 0.93  # by chance: 0.83
    speech = trigger | (made.labels == CLASSES.index("digits"))
    assert score(pooled(spectra[speech]), trigger[speech]) > 0.88  # by chance: 0.5


def test_the_trigger_ends_where_it_says():
    """It is loud just before the end and quiet just after, whether or not another word follows."""
    made = dd.data.audio(60, classes=("trigger",))
    rows = np.flatnonzero(made.ends < 15_000)
    loud = np.abs(made.clips).reshape(60, 200, 80).max(axis=2)
    before = np.array([loud[row, made.ends[row] // 80 - 12 : made.ends[row] // 80].mean() for row in rows])
    after = np.array([loud[row, made.ends[row] // 80 + 4 : made.ends[row] // 80 + 8].mean() for row in rows])
    assert (made.ends > 0.4 * RATE).all()
    assert (made.ends < RATE).all()
    assert np.median(after / before) < 0.3


def test_only_the_classes_asked_for():
    made = dd.data.audio(10, classes=("trigger", "noise"))
    assert np.bincount(made.labels, minlength=6).tolist() == [0, 0, 5, 0, 5, 0]


def test_the_seed_fixes_everything():
    first, again, other = dd.data.audio(30), dd.data.audio(30), dd.data.audio(30, seed=1)
    assert np.array_equal(first.clips, again.clips)
    assert first.transcripts == again.transcripts
    assert not np.array_equal(first.clips, other.clips)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"n": 0}, "n must be"),
        ({"classes": ()}, "classes must be a tuple of some of tone, chirp"),
        ({"classes": "tone"}, "classes must be a tuple"),
        ({"classes": ("tones",)}, "No class of sounds is called 'tones'. Did you mean 'tone'"),
    ],
)
def test_bad_arguments_are_refused(arguments, words):
    with pytest.raises(dd.data.DataError, match=words):
        dd.data.audio(**arguments)
