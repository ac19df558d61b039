"""One-second sounds: tones, chirps, noises, vowels, a spoken trigger word and spoken digits."""

from dataclasses import dataclass

import numpy as np

from deepdays.data.card import Card
from deepdays.data.errors import DataError, check_choice, check_count
from deepdays.data.sets import _speech
from deepdays.data.sets._speech import DIGITS, HOP, RATE, SILENCE, VOWELS

CLASSES = ("tone", "chirp", "noise", "vowel", "trigger", "digits")
TRIGGER = "sesami"  # the word "sesame"
_FRAMES = RATE // HOP


@dataclass(frozen=True)
class Audio:
    """Clips of a second, and what is heard in them.

    Attributes:
        clips: float32 (n, 16000), 16,000 samples a second between -1 and 1, in steps of 1/32768 as in a 16-bit file.
        labels: int64 (n,), an index into CLASSES.
        transcripts: n lists of the digits spoken, in order; empty where none are.
        vowels: int64 (n,), an index into VOWELS; -1 but for vowels.
        ends: int64 (n,), the sample at which the trigger word ends; -1 but for triggers.
        pitch: float64 (n,), Hz, of a tone or, on average, of a voice; nan for chirps and noises.
    """

    clips: np.ndarray
    labels: np.ndarray
    transcripts: list[list[int]]
    vowels: np.ndarray
    ends: np.ndarray
    pitch: np.ndarray


def audio(n: int = 600, seed: int = 0, classes: tuple[str, ...] = CLASSES) -> Audio:
    """Sounds of six kinds with a quiet background.

    Tones have up to five overtones, chirps rise or fall by at least an octave, and noises are coloured and swell.
    Vowels, the word "sesame", which is the trigger, and two or three digits are spoken by high and low synthetic
    voices; before or after some triggers a digit is said.

    Args:
        n: clips.
        seed: of everything.
        classes: which kinds to make; labels count through CLASSES all the same.

    Returns:
        Audio. Each kind is as frequent, to within one clip, in random order.

    Raises:
        DataError: an argument is out of range.
    """
    check_count(n, high=100_000)
    if isinstance(classes, str) or not classes:
        raise DataError(f"classes must be a tuple of some of {', '.join(CLASSES)}. Received: {classes!r}")
    kinds = np.array(sorted({CLASSES.index(check_choice(name, CLASSES, "class of sounds")) for name in classes}))
    rng = np.random.default_rng(seed)
    labels = kinds[rng.permutation(np.arange(n) % len(kinds))]
    made = Audio(
        clips=np.empty((n, RATE), dtype="float32"),
        labels=labels,
        transcripts=[[] for _ in range(n)],
        vowels=np.full(n, -1),
        ends=np.full(n, -1),
        pitch=np.full(n, np.nan),
    )
    for kind, make in enumerate((_tones, _chirps, _noises, _vowels, _triggers, _digits)):
        for rows in np.split(np.flatnonzero(labels == kind), range(64, n, 64)):
            if len(rows):
                made.clips[rows] = _recorded(make(rows, made, rng), rng)
    return made


def _recorded(sound, rng):
    """Sounds (n, RATE) at some loudness over a hum and a hiss, in 16-bit steps."""
    n = len(sound)
    peak = np.abs(sound).max(axis=1, keepdims=True)
    time = np.arange(RATE) / RATE
    hum = np.sin(2 * np.pi * (50 * time + rng.random((n, 1))))
    background = _colored(n, rng) + 0.3 * hum
    level = 10 ** (-1.3 - 1.2 * rng.random((n, 1)))  # a twentieth to a three-hundredth
    mixed = sound / peak + level * background
    loudness = (0.3 + 0.65 * rng.random((n, 1))) / np.abs(mixed).max(axis=1, keepdims=True)
    return np.round(32767 * loudness * mixed) / 32768


def _colored(n, rng):
    """Noise (n, RATE) with a power that falls with frequency, more or less; standard deviation 1."""
    spectrum = np.fft.rfft(rng.standard_normal((n, RATE)))
    frequency = np.fft.rfftfreq(RATE, 1 / RATE)
    spectrum *= (100 / (frequency + 100)) ** (1.2 * rng.random((n, 1)))
    noise = np.fft.irfft(spectrum, RATE)
    return noise / noise.std(axis=1, keepdims=True)


def _envelope(n, rng, shortest):
    """Loudness (n, RATE): silence, a rise, a steady or dying part, a fall, silence."""
    time = np.arange(RATE) / RATE
    length = shortest + (0.95 - shortest) * rng.random((n, 1))
    begin = (1 - length) * rng.random((n, 1))
    rise, fall = 0.005 + 0.06 * rng.random((n, 1)), 0.02 + 0.15 * rng.random((n, 1))
    inside = np.clip(np.minimum((time - begin) / rise, (begin + length - time) / fall), 0, 1)
    return inside**2 * (3 - 2 * inside) * np.exp(-3 * rng.random((n, 1)) * np.clip(time - begin, 0, 1))


def _tones(rows, made, rng):
    n, time = len(rows), np.arange(RATE) / RATE
    pitch = 110 * 2 ** (4 * rng.random((n, 1)))
    made.pitch[rows] = pitch[:, 0]
    steep = 0.8 + 2.5 * rng.random((n, 1))
    sound = np.zeros((n, RATE))
    for k in range(1, 7):
        strength = k**-steep * (k * pitch < 7000)
        sound += strength * np.sin(2 * np.pi * (k * pitch * time + rng.random((n, 1))))
    return sound * _envelope(n, rng, 0.35)


def _chirps(rows, made, rng):
    n, time = len(rows), np.arange(RATE) / RATE
    octaves = (1 + 2.5 * rng.random((n, 1))) * np.where(rng.random((n, 1)) < 0.5, -1, 1)
    middle = 300 * 2 ** (2.5 * rng.random((n, 1)))
    rate = octaves * np.log(2)
    cycles = middle * 2 ** (-octaves / 2) * (np.exp(rate * time) - 1) / rate
    start = rng.random((n, 1))
    overtone = 0.5 * rng.random((n, 1))
    sound = np.sin(2 * np.pi * (cycles + start)) + overtone * np.sin(4 * np.pi * (cycles + start))
    return sound * _envelope(n, rng, 0.5)


def _noises(rows, made, rng):
    n, time = len(rows), np.arange(RATE) / RATE
    frequency = np.fft.rfftfreq(RATE, 1 / RATE)
    middle, half = 200 * 2 ** (4.5 * rng.random((n, 1))), 300 + 3000 * rng.random((n, 1))
    spectrum = np.fft.rfft(_colored(n, rng)) / (1 + ((frequency - middle) / half) ** 2)
    swell = 1 + 0.6 * rng.random((n, 1)) * np.sin(2 * np.pi * (5 * rng.random((n, 1)) * time + rng.random((n, 1))))
    return np.fft.irfft(spectrum, RATE) * swell * _envelope(n, rng, 0.3)


def _vowels(rows, made, rng):
    vowel = (len(VOWELS) * rng.random(len(rows))).astype(int)
    made.vowels[rows] = vowel
    length = 35 + (55 * rng.random(len(rows))).astype(int)
    words = [[np.full(frames, _speech.frames_of(VOWELS[k], 0.1)[0])] for k, frames in zip(vowel, length, strict=True)]
    return _spoken(rows, words, made, rng)[0]


def _triggers(rows, made, rng):
    pace = 0.85 + 0.25 * rng.random(len(rows))
    words = []
    for factor, chance, digit in zip(pace, rng.random(len(rows)), _random_digits(len(rows), rng), strict=True):
        trigger, other = _speech.frames_of(TRIGGER, factor), _speech.frames_of(DIGITS[digit], factor)
        extra = chance < 0.6 and len(trigger) + len(other) < _FRAMES - 8
        words.append(([other, trigger] if chance < 0.3 else [trigger, other]) if extra else [trigger])
    sound, ends = _spoken(rows, words, made, rng)
    for row, parts, end in zip(rows, words, ends, strict=True):
        made.ends[row] = end[np.argmax([len(part) for part in parts])]  # no digit is as long
    return sound


def _digits(rows, made, rng):
    pace = 0.8 + 0.25 * rng.random(len(rows))
    words = []
    for row, factor, three in zip(rows, pace, _random_digits((len(rows), 3), rng).tolist(), strict=True):
        parts = [_speech.frames_of(DIGITS[digit], factor) for digit in three]
        count = 3 if sum(map(len, parts)) < _FRAMES - 10 else 2
        words.append(parts[:count])
        made.transcripts[row].extend(three[:count])
    return _spoken(rows, words, made, rng)[0]


def _random_digits(shape, rng):
    return (10 * rng.random(shape)).astype(int)


def _spoken(rows, words, made, rng):
    """Words, each an array of frames, spoken one after the other with pauses.

    Returns:
        (sound, ends): (n, RATE), and for each clip the samples at which its words end.
    """
    voices = _speech.Voices.draw(len(rows), rng)
    made.pitch[rows] = voices.pitch
    sounds, ends = np.full((len(rows), _FRAMES), SILENCE), []
    for row, parts in enumerate(words):
        spare = _FRAMES - 2 - sum(map(len, parts))
        pauses = np.diff(np.sort((spare * rng.random(len(parts))).astype(int)), prepend=0)
        place, last = 1, []
        for pause, part in zip(pauses, parts, strict=True):
            place += pause
            sounds[row, place : place + len(part)] = part
            place += len(part)
            last.append(place * HOP)
        ends.append(last)
    return _speech.speak(sounds, voices, rng), ends


def draw(figure):
    made = audio(n=60)
    for axes, kind in zip(figure.subplots(2, 3).flat, range(len(CLASSES)), strict=True):
        clip = made.clips[np.flatnonzero(made.labels == kind)[1]]
        axes.specgram(clip, NFFT=256, noverlap=128, Fs=RATE, vmin=-80, vmax=-35, cmap="magma")
        axes.set(title=CLASSES[kind], ylim=(0, 6000))
    figure.supxlabel("seconds")
    figure.supylabel("Hz")


CARD = Card(
    name="audio",
    title="one-second tones, chirps, noises, vowels, a trigger word and spoken digits",
    size="600 clips of 16,000 samples",
    origin="made",
    licence="MIT, as the project",
    make=audio,
    fingerprint="2ea39424b9c7f32b6a12625e7d412cfdf4b617cd7bac0c18e0f222feccb02050",
    draw=draw,
)
