"""Tunes keep to key, bars, chords and form, and what is heard is what is written."""

import wave

import numpy as np
import pytest

import deepdays as dd
from deepdays.data.sets._composer import MINOR
from deepdays.data.sets.melodies import NAMES


@pytest.fixture(scope="module")
def tunes():
    return dd.data.melodies(300, source="bundled")


def sounding(tune):
    return tune.notes[tune.notes[:, 0] > 0]


def begins(rows):
    return np.cumsum(rows[:, -1]) - rows[:, -1]


def test_shapes_kinds_and_ranges(tunes):
    assert len(tunes) == 300
    for tune in tunes:
        assert tune.notes.dtype == tune.chords.dtype == np.int64
        assert tune.notes.shape[1] == 2
        assert tune.chords.shape == (16, 4)
        assert tune.notes[:, 1].min() > 0
        assert sounding(tune)[:, 0].min() >= 50
        assert sounding(tune)[:, 0].max() <= 90
        assert tune.chords[:, :3].min() >= 44
        assert tune.chords[:, :3].max() <= 70


def test_melody_and_chords_fill_sixteen_bars(tunes):
    for tune in tunes:
        length = 16 * 4 * tune.beats
        assert tune.notes[:, 1].sum() == tune.chords[:, 3].sum() == length
        starts = set(begins(tune.notes).tolist())
        assert starts.issuperset(range(0, length, 4 * tune.beats))  # no note is held over a bar line
    share = np.mean([tune.beats == 4 for tune in tunes])
    assert {tune.beats for tune in tunes} == {3, 4}
    assert 0.6 < share < 0.8


def test_notes_are_in_key(tunes):
    inside = np.concatenate([np.isin(sounding(tune)[:, 0] % 12, tune.scale()) for tune in tunes])
    assert 0.98 < inside.mean() < 1
    assert min(np.isin(sounding(tune)[:, 0] % 12, tune.scale()).mean() for tune in tunes) > 0.85
    for tune in tunes:
        assert np.isin(tune.chords[:, :3] % 12, tune.scale()).all()
    assert len({tune.key for tune in tunes}) == 24


def test_a_scale_is_that_of_its_key():
    tunes = {tune.key: tune for tune in dd.data.melodies(400, source="bundled")}
    assert tunes["C major"].scale() == (0, 2, 4, 5, 7, 9, 11)
    assert tunes["G major"].scale() == (0, 2, 4, 6, 7, 9, 11)
    assert tunes["A minor"].scale() == (0, 2, 4, 5, 7, 8, 9, 11)


def test_chords_are_triads_that_lead_home(tunes):
    for tune in tunes:
        tonic = NAMES.index(tune.key.rpartition(" ")[0])
        for chord in tune.chords[:, :3]:
            assert len(set(chord % 12)) == 3
        last, before = set(tune.chords[15, :3] % 12), set(tune.chords[14, :3] % 12)
        third = 3 if tune.key.endswith("minor") else 4
        assert last == {tonic, (tonic + third) % 12, (tonic + 7) % 12}
        assert before == {(tonic + 7) % 12, (tonic + 11) % 12, (tonic + 2) % 12}
        assert sounding(tune)[-1, 0] % 12 == tonic


def test_strong_beats_agree_with_the_chords(tunes):
    strong, weak = [], []
    for tune in tunes:
        chord = tune.chords[begins(tune.notes) // (4 * tune.beats), :3] % 12
        fits = (chord == tune.notes[:, :1] % 12).any(axis=1)
        on_bar = begins(tune.notes) % (4 * tune.beats) == 0
        heard = tune.notes[:, 0] > 0
        strong.append(fits[on_bar & heard])
        weak.append(fits[~on_bar & heard])
    assert np.concatenate(strong).mean() > 0.9
    assert 0.45 < np.concatenate(weak).mean() < 0.85


def test_melodies_move_mostly_by_step(tunes):
    moves = np.abs(np.concatenate([np.diff(sounding(tune)[:, 0]) for tune in tunes]))
    assert (moves <= 2).mean() > 0.55
    assert (moves > 12).mean() < 0.005


def test_the_form_is_heard(tunes):
    """Bars 1 and 2 come back as 5 and 6, and the second line as the fourth."""
    for tune in tunes:
        bar = begins(tune.notes) // (4 * tune.beats)
        line = [tune.notes[(bar >= low) & (bar < high)].tolist() for low, high in ((0, 2), (4, 6), (4, 8), (12, 16))]
        assert line[0] == line[1]
        assert line[2] == line[3]


def test_tunes_differ():
    tunes = dd.data.melodies(1000, source="bundled")
    assert len({tune.notes.tobytes() for tune in tunes}) == 1000


def test_the_next_note_can_be_guessed(tunes):
    """A note says much about the next one: what a language model of music is there to learn."""
    table = np.zeros((128, 128))
    for tune in tunes:
        pitches = sounding(tune)[:, 0]
        np.add.at(table, (pitches[:-1], pitches[1:]), 1)
    joint = table / table.sum()
    alone = joint.sum(axis=0)
    entropy = -(alone[alone > 0] * np.log2(alone[alone > 0])).sum()
    given = joint[joint > 0] / np.broadcast_to(joint.sum(axis=1, keepdims=True), joint.shape)[joint > 0]
    assert entropy + (joint[joint > 0] * np.log2(given)).sum() > 0.8  # bits


@pytest.mark.parametrize("chords", [False, True])
def test_what_is_heard_is_what_is_written(tunes, chords):
    """In the spectrum of each long enough note, the strongest line of the melody's range is its pitch."""
    right = []
    for tune in tunes[:6]:
        samples = tune.audio(tempo=90, chords=chords)
        assert samples.dtype == np.float32
        assert np.abs(samples).max() == pytest.approx(0.9, abs=1e-6)
        seconds = tune.notes * 15 / 90
        assert len(samples) == int(16_000 * (seconds[:, 1].sum() + 0.5))
        for (pitch, length), begin in zip(tune.notes, begins(tune.notes) * 15 / 90, strict=True):
            if pitch and length >= 4:
                part = samples[int(16_000 * begin) : int(16_000 * (begin + length * 15 / 90))]
                spectrum = np.abs(np.fft.rfft(part * np.hanning(len(part)), 65536))
                hertz = np.fft.rfftfreq(65536, 1 / 16_000)
                heard = hertz[np.where(hertz > 180, spectrum, 0).argmax()]
                away = 12 * np.log2(heard / (440 * 2 ** ((pitch - 69) / 12)))
                right.append(abs(away) < 0.3)
    assert len(right) > 100
    assert np.mean(right) > 0.95


def test_a_rest_is_silent():
    tune = next(t for t in dd.data.melodies(100, source="bundled") if (t.notes[:, 0] == 0).any())
    samples = tune.audio(tempo=60, chords=False)
    rest = np.flatnonzero(tune.notes[:, 0] == 0)[0]
    begin = int(16_000 * (begins(tune.notes)[rest] * 15 / 60 + 0.3))
    end = int(16_000 * (begins(tune.notes)[rest] + tune.notes[rest, 1]) * 15 / 60)
    assert np.abs(samples[begin:end]).max() < 1e-6


def test_a_wav_file_holds_the_sound(tunes, tmp_path):
    path = tmp_path / "tune.wav"
    tunes[0].save_wav(path, tempo=200, sample_rate=8000)
    with wave.open(str(path), "rb") as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, 8000)
        samples = np.frombuffer(file.readframes(file.getnframes()), "<i2")
    assert np.abs(samples / 32767 - tunes[0].audio(tempo=200, sample_rate=8000)).max() < 1e-4
    with pytest.raises(dd.data.DataError):
        tunes[0].save_wav(tmp_path)


def test_the_full_set_is_the_chorales(shared):
    shared("jsb_chorales.tgz")
    tunes = dd.data.melodies(500, source="auto")
    assert len(tunes) == 382
    first = dd.data.jsb_chorales("auto")[0][0]
    assert np.array_equal(np.repeat(tunes[0].notes[:, 0], tunes[0].notes[:, 1]), first[:, 0])
    assert np.array_equal(np.repeat(tunes[0].chords[:, :3], tunes[0].chords[:, 3], axis=0), first[:, 1:])
    assert (tunes[0].key, tunes[0].beats, tunes[0].scale()) == ("", 0, ())
    assert len(dd.data.melodies(3, source="full")) == 3
    assert len(tunes[0].audio(tempo=400, sample_rate=2000)) > 0


def test_without_the_chorales_auto_composes(tunes):
    assert all(a.key == b.key for a, b in zip(dd.data.melodies(300), tunes, strict=True))


def test_the_seed_fixes_everything(tunes):
    again, other = dd.data.melodies(300, source="bundled"), dd.data.melodies(300, seed=1, source="bundled")
    assert all(np.array_equal(a.notes, b.notes) for a, b in zip(tunes, again, strict=True))
    assert not any(np.array_equal(a.notes, b.notes) for a, b in zip(tunes, other, strict=True))


@pytest.mark.parametrize("n", [1, 2, 7])
def test_any_number(n):
    assert len(dd.data.melodies(n, source="bundled")) == n


def test_bad_arguments_are_refused(tunes):
    with pytest.raises(dd.data.DataError, match="n must be"):
        dd.data.melodies(0)
    with pytest.raises(dd.data.DataError, match="No source is called"):
        dd.data.melodies(source="net")
    with pytest.raises(dd.data.DataError, match="tempo must be a number from 20 to 400"):
        tunes[0].audio(tempo=0)
    with pytest.raises(dd.data.DataError, match="sample_rate must be"):
        tunes[0].audio(sample_rate=10)


def test_a_minor_key_raises_its_seventh_over_the_dominant(tunes):
    for tune in tunes:
        if tune.key.endswith("minor"):
            tonic = NAMES.index(tune.key.rpartition(" ")[0])
            bar = begins(tune.notes) // (4 * tune.beats)
            dominant = (tune.chords[:, :3] % 12 == (tonic + 11) % 12).any(axis=1)
            flat = tune.notes[dominant[bar] & (tune.notes[:, 0] > 0), 0] % 12 == (tonic + MINOR[6]) % 12
            assert flat.mean() < 0.25
