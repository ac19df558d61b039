"""Speech by rule: a buzz and a hiss through resonances that move from sound to sound.

The model is Klatt 1980, Software for a cascade/parallel formant synthesizer, cut down to its cascade; the vowels'
resonances are those of Peterson and Barney 1952, Control methods used in a study of the vowels.
"""

from dataclasses import dataclass

import numpy as np
from scipy.ndimage import uniform_filter1d

RATE = 16_000
HOP = 160  # samples, 10 ms: the resonances stand still for so long
_WINDOW = 2 * HOP
_FFT = 3 * HOP  # a hop more than the window, for what rings on
_BANDWIDTH = (70.0, 100.0, 140.0, 220.0)
# A sound: voice, hiss, three resonances in Hz, the hiss's middle and half width in Hz, length in frames of 10 ms.
_SOUNDS = {
    "a": (1.0, 0.0, 730, 1090, 2440, 4000, 1000, 11),
    "e": (1.0, 0.0, 530, 1840, 2480, 4000, 1000, 9),
    "i": (1.0, 0.0, 270, 2290, 3010, 4000, 1000, 11),
    "o": (1.0, 0.0, 570, 840, 2410, 4000, 1000, 11),
    "u": (0.9, 0.0, 300, 870, 2240, 4000, 1000, 11),
    "I": (0.9, 0.0, 390, 1990, 2550, 4000, 1000, 6),
    "r": (0.6, 0.0, 310, 1060, 1380, 4000, 1000, 6),
    "w": (0.5, 0.0, 300, 610, 2200, 4000, 1000, 6),
    "n": (0.35, 0.0, 280, 1700, 2600, 4000, 1000, 7),
    "m": (0.35, 0.0, 280, 1000, 2200, 4000, 1000, 6),
    "v": (0.3, 0.10, 220, 1100, 2080, 4500, 3000, 5),
    "z": (0.25, 0.30, 240, 1390, 2530, 5800, 1500, 7),
    "s": (0.0, 0.55, 320, 1390, 2530, 6000, 1500, 9),
    "f": (0.0, 0.22, 340, 1100, 2080, 4500, 3000, 8),
    "T": (0.0, 0.16, 320, 1290, 2540, 5000, 2500, 7),
    "_": (0.0, 0.0, 400, 1500, 2500, 4000, 1000, 4),
    "t": (0.0, 0.60, 400, 1600, 2600, 4500, 1800, 3),
    "k": (0.0, 0.60, 300, 1990, 2850, 2200, 900, 3),
}
_NAMES = "".join(_SOUNDS)
_TABLE = np.array(list(_SOUNDS.values()))
VOWELS = ("a", "e", "i", "o", "u")
DIGITS = ("zIrou", "wan", "_tuu", "Tri", "for", "faIv", "sI_ks", "sevIn", "eI_t", "naIn")


@dataclass
class Voices:
    """A speaker a clip, each (n,): pitch in Hz, length of the throat as a factor on resonances, and pace."""

    pitch: np.ndarray
    throat: np.ndarray
    pace: np.ndarray

    @classmethod
    def draw(cls, n, rng):
        """High and low voices, quick and slow."""
        pitch = 95 * np.exp(0.9 * rng.random(n))
        throat = 0.9 + 0.22 * (pitch - 95) / 139 + 0.06 * (rng.random(n) - 0.5)
        return cls(pitch, throat, 0.85 + 0.3 * rng.random(n))

    def __getitem__(self, rows):
        return Voices(self.pitch[rows], self.throat[rows], self.pace[rows])


def frames_of(sounds: str, pace: float) -> np.ndarray:
    """The sound of each frame of a word: indices into the table of sounds."""
    index = np.array([_NAMES.index(sound) for sound in sounds])
    return np.repeat(index, np.maximum(np.round(_TABLE[index, 7] * pace), 1).astype(int))


SILENCE = _NAMES.index("_")


def speak(sounds: np.ndarray, voices: Voices, rng) -> np.ndarray:
    """Speak.

    Args:
        sounds: int (n, num_frames), the sound of each 10 ms; SILENCE between words.
        voices: n of them.
        rng: for the hiss, and how the pitch wanders.

    Returns:
        float64 (n, num_frames * HOP), a loud vowel some 1.0 high.
    """
    n, num_frames = sounds.shape
    voice, hiss, *resonances, middle, half = np.moveaxis(_TABLE[sounds, :7], 2, 0)
    voice, hiss = uniform_filter1d(voice, 3, axis=1), uniform_filter1d(hiss, 2, axis=1)
    resonances = [uniform_filter1d(track, 6, axis=1) * voices.throat[:, None] for track in resonances]
    resonances.append(np.full((n, num_frames), 3500.0) * voices.throat[:, None])
    buzz = _buzz(voices.pitch, num_frames, rng)
    noise = rng.standard_normal(buzz.shape)
    out = np.empty((n, (num_frames + 2) * HOP))
    frequency = np.arange(_FFT // 2 + 1) * RATE / _FFT
    for row in range(n):
        track = [resonance[row] for resonance in resonances]
        spectrum = _framed(buzz[row], num_frames) * (voice[row][:, None] * _throat(track, frequency))
        band = 1 / (1 + ((frequency - middle[row][:, None]) / half[row][:, None]) ** 4)
        spectrum += _framed(noise[row], num_frames) * (hiss[row][:, None] * band)
        out[row] = _overlapped(np.fft.irfft(spectrum, _FFT))
    return out[:, : num_frames * HOP]


def _buzz(pitch, num_frames, rng):
    """The glottis (n, (num_frames + 1) * HOP): a pulse a period, the pitch falling a little and trembling."""
    n, length = len(pitch), (num_frames + 1) * HOP
    time = np.arange(length) / RATE
    fall = 1 + 0.16 * rng.random((n, 1)) * (0.5 - time / time[-1])
    tremble = 1 + 0.012 * np.sin(2 * np.pi * ((4 + 2 * rng.random((n, 1))) * time + rng.random((n, 1))))
    phase = np.cumsum(pitch[:, None] * fall * tremble / RATE, axis=1) % 1
    opening = np.where(phase < 0.6, phase**2 * (0.6 - phase), 0) * 40
    return np.diff(opening, axis=1, prepend=0) * 4


def _throat(track, frequency):
    """The response of resonances in series, (num_frames, bins), with a peak of about one."""
    delay = np.exp(-2j * np.pi * frequency / RATE)
    response = np.ones((len(track[0]), len(frequency)), dtype=complex)
    for center, width in zip(track, _BANDWIDTH, strict=True):
        radius = np.exp(-np.pi * width / RATE)
        first = (2 * radius * np.cos(2 * np.pi * center / RATE))[:, None]
        second = -(radius**2)
        response *= (1 - first - second) / (1 - first * delay - second * delay**2)
    return response


def _framed(signal, num_frames):
    """Spectra of overlapping windows (num_frames, bins)."""
    blocks = signal.reshape(num_frames + 1, HOP)
    window = 0.5 - 0.5 * np.cos(2 * np.pi * (np.arange(_WINDOW) + 0.5) / _WINDOW)
    return np.fft.rfft(np.concatenate([blocks[:-1], blocks[1:]], axis=1) * window, _FFT)


def _overlapped(pieces):
    """Pieces (num_frames, 3 * HOP), each a hop later than the last, added up."""
    out = np.zeros((len(pieces) + 2, HOP))
    for k in range(3):
        out[k : k + len(pieces)] += pieces[:, k * HOP : (k + 1) * HOP]
    return out.ravel()
