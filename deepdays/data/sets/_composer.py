"""Composes tunes: a form, chords, rhythms, and a melody that walks through them; many tunes at a time.

The rules are those of the harmony books: triads of the key in functional order, phrases that end open on the dominant
or closed on the tonic, chord notes on strong beats, steps between them, and a leap answered by a step back.
"""

import numpy as np

MAJOR, MINOR = (0, 2, 4, 5, 7, 9, 11), (0, 2, 3, 5, 7, 8, 10)
# A phrase's four chords, as degrees of the scale from 0.
_OPEN = np.array([(0, 3, 0, 4), (0, 5, 1, 4), (0, 0, 3, 4), (0, 4, 5, 4), (0, 3, 1, 4), (0, 2, 3, 4)])
_CLOSED = np.array([(0, 3, 4, 0), (0, 1, 4, 0), (0, 5, 4, 0), (0, 4, 4, 0), (0, 3, 4, 0), (0, 2, 4, 0)])
_BRIDGE = np.array([(3, 0, 3, 4), (5, 2, 3, 4), (1, 5, 1, 4), (3, 0, 1, 4), (5, 3, 1, 4)])
# How a bar is cut, in sixteenths; the last cuts end a phrase.
_CUTS = {
    4: (
        (4, 4, 4, 4),
        (8, 4, 4),
        (4, 4, 8),
        (6, 2, 4, 4),
        (4, 2, 2, 4, 4),
        (2, 2, 2, 2, 4, 4),
        (4, 4, 2, 2, 4),
        (6, 2, 8),
    ),
    3: ((4, 4, 4), (8, 4), (6, 2, 4), (4, 2, 2, 4), (2, 2, 4, 4), (4, 4, 2, 2)),
}
_ENDS = {4: ((16,), (12, -4), (4, 4, 8)), 3: ((12,), (8, -4), (4, 8))}  # a rest is negative
# Where a phrase's bars come from, phrase by phrase: A, A with a close, B, A with a close.
_FORM = ((0, 1, 2, 3), (0, 1, 4, 5), (6, 7, 8, 9), (0, 1, 4, 5))
_LOWEST, _HIGHEST = -3, 9  # steps of the scale from the tonic
_STEPS = np.arange(_LOWEST, _HIGHEST + 1)
_BY_INTERVAL = np.array([0.3, 1.0, 0.4, 0.15, 0.1, 0.06, 0.02, 0.03, 0.0, 0.0, 0.0, 0.0, 0.0])


def compose(n: int, beats: int, rng):
    """Compose tunes of sixteen bars.

    Args:
        n: tunes.
        beats: quarters in a bar, 4 or 3.
        rng: decides everything.

    Returns:
        n tuples (tonic, minor, notes, chords): pitch class 0 to 11; bool; int64 (m, 2), MIDI number, or 0 for a rest,
        and sixteenths; int64 (16, 4), three MIDI numbers and sixteenths.
    """
    tonic, minor = (12 * rng.random(n)).astype(int), rng.random(n) < 0.3
    degrees, cuts = _harmony(n, rng), _rhythm(n, beats, rng)
    steps, chromatic = _melody(degrees, cuts, beats, rng)
    low = 60 + (tonic + 3) % 12 - 3  # the tonic, 57 to 68
    chords = _voiced(degrees, tonic, minor, 4 * beats)
    order = [bar for phrase in _FORM for bar in phrase]
    tunes = []
    for i in range(n):
        bars = []
        for bar in order:
            raised = minor[i] and degrees[i, bar] == 4
            for k, length in enumerate(cuts[bar][i]):
                pitch = (
                    0 if length < 0 else low[i] + _semitones(steps[i, bar, k], minor[i], raised) + chromatic[i, bar, k]
                )
                bars.append((pitch, abs(length)))
        tunes.append((int(tonic[i]), bool(minor[i]), np.array(bars), chords[i]))
    return tunes


def _pick(table, n, rng):
    return table[(len(table) * rng.random(n)).astype(int)]


def _harmony(n, rng):
    """The chord of each of the ten bars that are composed (n, 10), as degrees."""
    opening, closing, bridge = _pick(_OPEN, n, rng), _pick(_CLOSED, n, rng), _pick(_BRIDGE, n, rng)
    return np.concatenate([opening, closing[:, 2:], bridge], axis=1)


def _rhythm(n, beats, rng):
    """For each of the ten bars a list of n cuts: two ideas for A and one more for B, and the phrases' ends."""
    cuts, ends = _CUTS[beats], _ENDS[beats]
    ideas = (len(cuts) * rng.random((3, n))).astype(int)
    close = (len(ends) * rng.random((3, n))).astype(int)
    plan = (ideas[0], ideas[1], ideas[0], close[0], ideas[0], close[1], ideas[2], ideas[1], ideas[2], close[2])
    return [[(ends if bar in (3, 5, 9) else cuts)[k] for k in choice] for bar, choice in enumerate(plan)]


def _melody(degrees, cuts, beats, rng):
    """Steps of the scale and chromatic shifts, int (n, 10, 6)."""
    n = len(degrees)
    steps, chromatic = np.zeros((n, 10, 6), dtype=int), np.zeros((n, 10, 6), dtype=int)
    previous, leap = _pick(np.array([0, 2, 4]), n, rng), np.zeros(n, dtype=int)
    peak = 4 + 3 * rng.random(n)
    before_close = previous, leap
    for bar in range(10):
        if bar == 2:
            before_close = previous, leap
        elif bar == 4:
            previous, leap = before_close
        begin = np.zeros(n, dtype=int)
        lengths = np.array([np.pad(cut, (0, 6 - len(cut))) for cut in cuts[bar]])
        for k in range(6):
            length = lengths[:, k]
            place = (bar % 4 if bar < 4 or bar > 5 else bar - 2) + begin / (4 * beats)
            center = peak * np.sin(np.pi * (place + 0.5) / 4.5) + 1
            strong = begin % (8 if beats == 4 else 12) == 0
            ending = _ending(bar, k, lengths)
            weight = _weights(previous, leap, degrees[:, bar], strong, ending, center)
            total = np.cumsum(weight, axis=1)
            chosen = _STEPS[(total > total[:, -1:] * rng.random((n, 1))).argmax(axis=1)]
            sounding = length > 0
            short = sounding & ~strong & (length <= 2) & (chosen - previous == -1) & (rng.random(n) < 0.06)
            chromatic[:, bar, k] = short  # a half step above: on its way down it leans on where it came from
            leap = np.where(sounding, chosen - previous, leap)
            previous = np.where(sounding, chosen, previous)
            steps[:, bar, k] = chosen
            begin += np.abs(length)
    return steps, chromatic


def _ending(bar, k, lengths):
    """Which tunes' note k is a phrase's last, and must be the tonic (1) or a note of the dominant (2)."""
    if bar not in (3, 5, 9):
        return np.zeros(len(lengths), dtype=int)
    last = (lengths[:, k] > 0) & (np.maximum(lengths[:, k + 1 :], 0).sum(axis=1) == 0)
    return last * (1 if bar == 5 else 2)


def _weights(previous, leap, degree, strong, ending, center):
    """How likely each step is next (n, len(_STEPS))."""
    move = _STEPS - previous[:, None]
    weight = _BY_INTERVAL[np.abs(move)]
    in_chord = np.isin((_STEPS - degree[:, None]) % 7, (0, 2, 4))
    weak = np.where(np.abs(move) <= 1, 0.6, 0.02)
    weight = weight * np.where(in_chord, 1.0, np.where(strong[:, None], 0.02, weak))
    weight = weight * np.exp(-(((_STEPS - center[:, None]) / 3.2) ** 2))
    back = (np.abs(leap[:, None]) >= 3) & (move * leap[:, None] >= 0)
    weight = weight * np.where(back, 0.15, 1.0) + 1e-6 * in_chord
    home = _STEPS % 7 == 0
    fits = np.where(ending[:, None] == 1, home, np.where(ending[:, None] == 2, in_chord, True))
    near = np.exp(-np.abs(move).astype(float))
    return np.where(ending[:, None] > 0, near, weight) * fits


def _semitones(step, minor, raised):
    """A step of the scale in semitones above the tonic; raised lifts a minor key's seventh."""
    octave, place = divmod(int(step), 7)
    return 12 * octave + (MINOR if minor else MAJOR)[place] + (1 if raised and place == 6 else 0)


def _voiced(degrees, tonic, minor, length):
    """Triads (n, 16, 4) between 48 and 67, each in the position nearest to the one before."""
    order = np.array([bar for phrase in _FORM for bar in phrase])
    scale = np.where(minor[:, None], MINOR, MAJOR)  # (n, 7)
    member = (degrees[:, order, None] + np.array([0, 2, 4])) % 7  # (n, 16, 3)
    lifted = minor[:, None, None] & (degrees[:, order, None] == 4) & (member == 6)
    pitch = tonic[:, None, None] + scale[np.arange(len(tonic))[:, None, None], member] + lifted
    positions = np.stack([np.sort(48 + (pitch - lowest) % 12 + lowest, axis=2) for lowest in range(0, 9, 2)])
    chords = np.empty((len(tonic), 16, 4), dtype=int)
    chords[..., 3] = length
    last = np.full((len(tonic), 3), 55)
    for bar in range(16):
        away = np.abs(positions[:, :, bar] - last).sum(axis=2)  # (positions, n)
        last = positions[away.argmin(axis=0), np.arange(len(tonic)), bar]
        chords[:, bar, :3] = last
    return chords
