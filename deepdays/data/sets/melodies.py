"""Tunes with chords, as notes and as sound."""

import wave
from dataclasses import dataclass

import numpy as np

from deepdays.data import cache, public
from deepdays.data.card import Card
from deepdays.data.errors import check_amount, check_count
from deepdays.data.sets import jsb_chorales
from deepdays.data.sets._composer import MAJOR, MINOR, compose

NAMES = ("C", "C sharp", "D", "E flat", "E", "F", "F sharp", "G", "A flat", "A", "B flat", "B")
_IN_FOUR = 0.7  # the share of tunes with four beats to a bar; the others have three


@dataclass(frozen=True)
class Tune:
    """A melody over chords.

    Attributes:
        notes: int64 (m, 2), one row a note: MIDI number (60 is middle C; 0 is a rest) and length in sixteenths.
        chords: int64 (k, 4), one row a chord: three MIDI numbers and the length in sixteenths; 0 where a voice rests.
        key: such as "E flat minor"; empty if it is not known.
        beats: quarters in a bar; 0 if it is not known.
    """

    notes: np.ndarray
    chords: np.ndarray
    key: str
    beats: int

    def scale(self) -> tuple[int, ...]:
        """The pitch classes of the key, 0 (C) to 11; a minor key has eight, with its raised seventh."""
        name, _, mode = self.key.rpartition(" ")
        degrees = MAJOR if mode == "major" else (*MINOR, 11)
        return tuple(sorted((NAMES.index(name) + degree) % 12 for degree in degrees)) if name else ()

    def audio(self, tempo: float = 100.0, sample_rate: int = 16_000, chords: bool = True) -> np.ndarray:
        """The tune as a plucked melody over soft chords.

        Args:
            tempo: quarters a minute.
            sample_rate: samples a second.
            chords: whether the chords are heard.

        Returns:
            float32 (num_samples,), at most 0.9 in size; half a second rings on after the last note.
        """
        check_amount(tempo, "tempo", 20, 400)
        check_count(sample_rate, "sample_rate", low=1000, high=192_000)
        sixteenth = 15 / tempo
        total = int(sample_rate * (sixteenth * self.notes[:, 1].sum() + 0.5))
        sound = np.zeros(total)
        _play(sound, self.notes[:, 0], self.notes[:, 1] * sixteenth, 1.0, 2.5, sample_rate)
        for voice in range(3 if chords else 0):
            _play(sound, self.chords[:, voice], self.chords[:, 3] * sixteenth, 0.22, 1.2, sample_rate)
        return (0.9 / max(np.abs(sound).max(), 1e-9) * sound).astype("float32")

    def save_wav(self, path, tempo: float = 100.0, sample_rate: int = 16_000) -> None:
        """Write the tune as a WAV file, mono, 16 bits; see `audio`.

        Raises:
            DataError: the file cannot be written.
        """
        from pathlib import Path

        samples = np.round(32767 * self.audio(tempo, sample_rate)).astype("<i2")
        with cache.writing(Path(path)) as file, wave.open(file, "wb") as out:
            out.setnchannels(1)
            out.setsampwidth(2)
            out.setframerate(sample_rate)
            out.writeframes(samples.tobytes())


def melodies(n: int = 300, seed: int = 0, source: str = "auto") -> list[Tune]:
    """Tunes of sixteen bars that keep to their key and their chords, in the form A A' B A'.

    Args:
        n: tunes; of the full set the first n, at most 382.
        seed: of the made tunes.
        source: "bundled" composes; "full" takes Bach's chorales (see `jsb_chorales`): the soprano as the melody, the
            other voices as chords, key and beats unknown; "auto" takes them if they are on this machine.

    Returns:
        A list of Tune.

    Raises:
        DataError: an argument is out of range, or the full set cannot be had.
    """
    check_count(n, high=100_000)
    if public.wants_full(source, jsb_chorales.FILE):
        parts = jsb_chorales.jsb_chorales("full")
        return [_from_voices(chorale) for part in parts for chorale in part][:n]
    rng = np.random.default_rng(seed)
    beats = np.where(rng.random(n) < _IN_FOUR, 4, 3)
    tunes = {}
    for number in np.unique(beats).tolist():
        rows = np.flatnonzero(beats == number)
        for row, (tonic, minor, notes, chords) in zip(rows.tolist(), compose(len(rows), number, rng), strict=True):
            tunes[row] = Tune(notes, chords, f"{NAMES[tonic]} {'minor' if minor else 'major'}", number)
    return [tunes[row] for row in range(n)]


def _from_voices(voices):
    """A tune from the four voices (time, 4) of a chorale."""
    return Tune(_runs(voices[:, :1]), _runs(voices[:, 1:]), "", 0)


def _runs(rows):
    """Rows that follow each other and are equal, as one row with its number."""
    begins = np.flatnonzero(np.any(np.diff(rows, axis=0, prepend=-1), axis=1))
    return np.column_stack([rows[begins], np.diff(begins, append=len(rows))])


def _play(sound, pitches, seconds, loudness, decay, sample_rate):
    """Add notes, one after the other, to a sound, in place."""
    ends = np.cumsum(seconds)
    for pitch, length, begin in zip(pitches, seconds, ends - seconds, strict=True):
        if pitch == 0:
            continue
        start = int(begin * sample_rate)
        time = np.arange(min(int((length + 0.25) * sample_rate), len(sound) - start)) / sample_rate
        frequency = 440 * 2 ** ((pitch - 69) / 12)
        fade = np.clip(time / 0.008, 0, 1) * np.clip((length + 0.25 - time) / 0.25, 0, 1) * np.exp(-decay * time)
        for k in range(1, 7):
            if k * frequency < 0.45 * sample_rate:
                tone = np.sin(2 * np.pi * k * frequency * time) * np.exp(-0.8 * k * decay * time)
                sound[start : start + len(time)] += loudness * k**-1.6 * fade * tone


def draw(figure):
    for axes, tune in zip(figure.subplots(2, 1), melodies(2, source="bundled"), strict=True):
        for voices, color in ((tune.chords, "0.75"), (tune.notes, "tab:blue")):
            ends = np.cumsum(voices[:, -1])
            for column in range(voices.shape[1] - 1):
                sounding = voices[:, column] > 0
                begin, length = (ends - voices[:, -1])[sounding], voices[sounding, -1] - 0.3
                axes.barh(voices[sounding, column], length, 0.8, begin, align="center", color=color)
        axes.set(title=tune.key, xlabel="bar", ylabel="MIDI number", xlim=(0, tune.notes[:, 1].sum()))
        bars = range(0, int(tune.notes[:, 1].sum()), 4 * tune.beats)
        axes.set_xticks(bars, [k + 1 for k in range(len(bars))])


CARD = Card(
    name="melodies",
    title="tunes with chords, as notes and as sound; full: Bach's chorales",
    size="300 tunes of 16 bars; full: 382 chorales",
    origin="made; full: J. S. Bach",
    licence="MIT, as the project; full: public domain",
    make=lambda: melodies(source="bundled"),
    fingerprint="f7ab82bcf02555a6627d438212490f3bdddbe3e2be798a3f0049d0485798e130",
    draw=draw,
    files=(jsb_chorales.FILE,),
)
