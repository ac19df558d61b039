"""Draws the features of cartoon faces, from back to front."""

import numpy as np

from deepdays.data.sets._head import (
    EAR_BELOW,
    EAR_OUT,
    NOSE_OUT,
    PARTS,
    Canvas,
    bell,
    ellipse,
    stroke,
    taper,
    turned,
    wave,
)


def paint(f, background):
    """Draw faces.

    Args:
        f: their parameters, each (n,), or (n, 3) for colours, as `faces` draws them.
        background: float32 (3, n, 64, 64).

    Returns:
        (images, parts): float32 (3, n, 64, 64) from 0 to 1 or a little beyond; uint8 (n, 64, 64), indices into PARTS.
    """
    canvas = Canvas(f, background)
    _hair_behind(canvas)
    _body(canvas)
    _ears(canvas, near=False)
    canvas.lay(canvas.head, f.skin, "skin", canvas.light)
    _cheeks_and_wrinkles(canvas)
    _beard(canvas)
    _ears(canvas, near=True)
    _nose(canvas)
    _mouth(canvas)
    _eyes(canvas)
    _brows(canvas)
    _hair_in_front(canvas)
    _glasses(canvas)
    return canvas.picture, canvas.parts


def _body(c):
    n, f = c.n, c.f
    shoulders = c.q - 1.18 - 0.3 * c.p**2
    folds = 1 - 0.25 * np.clip(np.abs(c.p) - 0.3, 0, 1.5)
    c.lay(c.soft(shoulders), f.cloth, "clothes", folds)
    neck = np.minimum(0.42 * n["width"] + 0.06 - np.abs(c.p - 0.1 * c.turn[1]), c.q)
    neck = c.soft(np.minimum(neck, 1.45 - 0.8 * c.p**2 - c.q))
    c.lay(neck, f.skin, "neck", 0.62 + 0.25 * np.clip(c.q - 1, 0, 1))


def _hair(c, cover, across, strength):
    """Hair with strands, counted by across, and a band of gloss."""
    n = c.n
    strands = wave(n["strand"] * (across * 23 + 3 * c.q**2)) * wave(n["strand"] * 31 * across + 2)
    c.lay(cover, c.f.hair, "hair", strength * (0.45 + 0.5 * c.light + 0.09 * strands))
    c.lay(0.13 * strength * cover * c.light * bell((c.q + 0.62) / 0.16), np.ones(3))


def _hair_behind(c):
    n = c.n
    puff, low, sway = n["volume"], n["hair_low"], 0.08 * c.turn[1]
    crown = np.minimum(ellipse(c.p, c.q, -sway, -0.1, n["width"] + puff, 0.94 + puff), low - c.q)
    curls = 0.05 * n["curly"] * (wave(15 * c.p + 6 * n["strand"]) + wave(14 * c.q))
    fall = np.minimum(n["width"] + puff - np.abs(c.p + sway), np.minimum(c.q + 0.2, low - c.q))
    cover = c.soft(np.maximum(crown + curls, np.where(low > 0.7, fall, -1))) * (puff > 0)
    bun = c.soft(ellipse(c.p, c.q, -sway, np.float32(-1.12), np.float32(0.36), np.float32(0.32))) * n["bun"]
    _hair(c, np.maximum(cover, bun), c.p, 0.8)


def _hair_in_front(c):
    n = c.n
    line = n["hairline"] + n["parting"] * c.u + n["peak"] * np.abs(c.u - 0.15 * np.sign(n["parting"]))
    line += 0.035 * (1 + n["curly"]) * wave(n["strand"] * 14 * c.u + 3)
    sides = np.minimum(np.minimum(0.16 + n["burns"] - c.w, n["burn_low"] - c.v), np.abs(c.u) - 0.5)
    hair = np.maximum(line - c.v, sides)
    there = c.soft(1.03 - c.radius) * (n["volume"] > 0)
    shadow = c.soft(hair + 0.06) - c.soft(hair)
    c.lay(0.25 * shadow * c.head * there, np.zeros(3))
    _hair(c, c.soft(hair) * there, c.u, 1.0)


def _ears(c, near):
    n, f = c.n, c.f
    for side in (-1, 1):
        x, y, z = turned(np.float32(side), n["eye_y"] + EAR_BELOW, np.float32(0), c.turn)
        here = (z > 0) == near
        middle = x * n["width"] * taper(y, n["jaw"]) + side * np.float32(EAR_OUT)
        c.lay(c.soft(ellipse(c.p, c.q, middle, y, np.float32(0.13), np.float32(0.2))) * here, f.skin * 0.88, "ear")
        hollow = c.soft(ellipse(c.p, c.q, middle, y, np.float32(0.07), np.float32(0.12)))
        c.lay(0.45 * hollow * here, f.skin * 0.6)


def _cheeks_and_wrinkles(c):
    n, f = c.n, c.f
    crease, wrinkles = f.skin * 0.55, n["wrinkles"] * c.head
    for height in (-0.45, -0.55):
        line = height + 0.05 * c.u**2
        c.lay(0.6 * wrinkles * c.soft(stroke(c.u, c.v, line, -0.3, 0.3, 0.008)), crease)
    for side in (-1, 1):
        u = side * c.u
        cheek = bell((u - 0.5) / 0.2) * bell((c.v - 0.28) / 0.15) * np.maximum(c.w, 0)
        c.lay(c.head * cheek * n["blush"], (0.86, 0.38, 0.34))
        fold = c.soft(stroke(u, c.v, 0.06 + 0.9 * u, 0.2, 0.2 + 0.6 * n["mouth_w"], 0.012))
        c.lay(fold * np.clip(0.35 * wrinkles + 1.5 * np.maximum(n["smile"], 0), 0, 0.7), crease)
        bag = n["eye_y"] + 0.17 - 0.9 * (u - n["eye_x"]) ** 2
        c.lay(0.5 * wrinkles * c.soft(stroke(u, c.v, bag, n["eye_x"] - 0.14, n["eye_x"] + 0.14, 0.01)), crease)


def _beard(c):
    n = c.n
    stubble = 0.03 * wave(61 * c.u) * wave(57 * c.v)
    edge = 0.42 - 0.5 * np.clip(np.abs(c.u) - 0.45, 0, 1) + 0.1 * bell(2 * c.u)
    jaw = np.minimum(c.v - edge, c.w + 0.35)
    reach = n["mouth_w"] + 0.06
    moustache = stroke(c.u, c.v, n["mouth_y"] - 0.14 + 0.25 * c.u**2, -reach, reach, 0.07)
    cover = c.soft(np.maximum(jaw, moustache) + 0.3 * stubble) * c.head * n["beard"]
    c.lay(0.92 * cover, c.f.hair, "beard", 0.55 + 0.35 * c.light + stubble)


def _nose(c):
    n, f = c.n, c.f
    out = np.sqrt(1 - n["nose_y"] ** 2) + np.float32(NOSE_OUT)
    x, y, _ = turned(np.float32(0), n["nose_y"], out, c.turn)
    top_x, top_y, _ = turned(np.float32(0), n["eye_y"] - 0.02, np.float32(1), c.turn)
    wide = n["nose_w"]
    along = np.clip((c.q - top_y) / (y - top_y), 0, 1)  # down the bridge
    middle = top_x + (x - top_x) * along
    half = wide * (0.35 + 0.65 * along**2)
    bridge = np.minimum(half - np.abs(c.round - middle), np.minimum(c.q - top_y, y + 0.02 - c.q))
    tip = ellipse(c.round, c.q, x, y, wide, 0.72 * wide)
    turn = 0.28 * (c.round - middle) / half * n["light_x"] - 0.16 * np.clip((c.q - y) / wide, -1, 1)
    shade = np.clip(0.93 + turn + 0.07 * along, 0.5, 1.2) * c.light
    below = ellipse(c.round, c.q, x - 0.05 * n["light_x"], y + 0.5 * wide, 1.15 * wide, 0.6 * wide)
    c.lay(0.45 * c.soft(below), f.skin * 0.62)
    c.lay(0.75 * c.soft(np.maximum(bridge, tip)) * (0.35 + 0.65 * along), f.skin, None, shade)
    c.parts[c.soft(tip) > 0.5] = PARTS.index("nose")
    for side in (-1, 1):
        nostril = ellipse(c.round, c.q, x + 0.5 * side * wide, y + 0.42 * wide, 0.28 * wide, 0.2 * wide)
        c.lay(0.8 * c.soft(nostril), f.skin * 0.3)


def _mouth(c):
    n, f = c.n, c.f
    t = np.clip(c.u / n["mouth_w"], -1.2, 1.2)
    arch = np.maximum(1 - t**2, 0)
    middle = n["mouth_y"] - n["smile"] * t**2
    bow = 1 - 0.25 * bell(t / 0.18) + 0.25 * bell((np.abs(t) - 0.3) / 0.2)
    upper = middle - n["lip"] * arch * bow
    inner = middle + n["open"] * arch
    lower = inner + 1.2 * n["lip"] * arch
    ends = n["mouth_w"] - np.abs(c.u) + 0.015
    front = c.w > 0
    lips = c.soft(np.minimum(np.minimum(c.v - upper, lower - c.v) + 0.012, ends)) * front
    c.lay(lips, f.lips, "mouth", c.light * (0.92 + 0.12 * np.clip((c.v - middle) / 0.1, -1, 1)))
    c.lay(c.soft(np.minimum(np.minimum(c.v - middle, inner - c.v), ends)) * front, (0.28, 0.07, 0.08), "mouth")
    bite = middle + 0.5 * n["open"] * arch
    teeth = c.soft(np.minimum(np.minimum(c.v - middle, bite - c.v), ends - 0.06)) * front
    c.lay(teeth * n["teeth"], (0.95, 0.94, 0.9), "mouth")
    line = stroke(c.u, c.v, middle, -n["mouth_w"], n["mouth_w"], 0.015)
    corner = ellipse(np.abs(c.u), c.v, n["mouth_w"], n["mouth_y"] - n["smile"], np.float32(0.045), np.float32(0.04))
    closed = np.where(n["open"] * arch < 0.03, np.maximum(line, corner), corner)
    c.lay(0.75 * c.soft(closed) * front, f.lips * 0.35, "mouth")


def _eyes(c):
    n, f = c.n, c.f
    front = c.w > 0
    wide, high = n["eye_w"], n["eye_w"] * n["eye_open"]
    for side in (-1, 1):
        u = side * c.u - n["eye_x"]
        v = c.v - n["eye_y"] + n["slant"] * u
        arch = np.maximum(1 - (u / wide) ** 2, 0)
        c.lay(0.28 * bell(u / (1.5 * wide)) * bell((v + 0.04) / 0.13) * front, f.skin * 0.55)
        white = c.soft(np.minimum(np.minimum(v + high * arch, 0.8 * high * arch - v), wide - np.abs(u))) * front
        away = np.sqrt(u**2 + v**2)
        c.lay(white, (0.95, 0.95, 0.93), "eye")
        c.lay(white * c.soft(n["iris"] - away), f.eye, "eye")
        c.lay(white * c.soft(0.52 * n["iris"] - away), (0.03, 0.03, 0.04), "eye")
        glint = np.sqrt((u * side - 0.03 * np.sign(n["light_x"])) ** 2 + (v + 0.035) ** 2)
        c.lay(0.9 * white * c.soft(0.026 - glint), np.ones(3))
        lash = stroke(u, v, -high * arch, -wide - 0.01, wide + 0.02, 0.02 + 0.012 * n["lash"])
        c.lay(0.85 * c.soft(lash) * front, (0.1, 0.07, 0.06))
        c.lay(0.4 * c.soft(stroke(u, v, 0.8 * high * arch, -wide, wide, 0.008)) * front, f.skin * 0.45)


def _brows(c):
    n = c.n
    for side in (-1, 1):
        s = (side * c.u - n["brow_x"]) / 0.19  # from -1, the inner end, to 1
        level = n["brow_y"] - n["brow_raise"] - n["brow_tilt"] * s + 0.04 * s**2
        half = n["brow_h"] * (1 - 0.35 * np.clip(s, -1, 1.2))
        brow = np.minimum(half - np.abs(c.v - level), (1.05 - np.abs(s)) * 0.19)
        c.lay(0.9 * c.soft(brow) * (c.w > 0), c.f.brow, "brow")


def _glasses(c):
    n, f = c.n, c.f
    front = (c.w > -0.1) * n["glasses"]
    radius = n["lens"]
    for side in (-1, 1):
        u, v = side * c.u - n["eye_x"], c.v - n["eye_y"] - 0.03
        across, down = u**2, (1.12 * v) ** 2
        away = np.sqrt(np.where(n["square"] > 0, np.sqrt(across**2 + down**2), across + down))
        glare = np.clip(1 - np.abs(u * side + v + 0.05) / 0.06, 0, 1)
        c.lay(c.soft(radius - away) * front * (0.07 + 0.22 * glare), (0.85, 0.93, 1.0))
        rim = c.soft(0.024 - np.abs(away - radius))
        arm = c.soft(stroke(side * c.u, c.v, n["eye_y"], n["eye_x"] + radius, 1.2, 0.018)) * c.head
        c.lay(0.92 * np.maximum(rim, arm) * front, f.frame, "glasses")
    bridge = stroke(c.u, c.v, n["eye_y"] - 0.02 + 0.5 * c.u**2, radius - n["eye_x"], n["eye_x"] - radius, 0.02)
    c.lay(0.92 * c.soft(bridge) * front, f.frame, "glasses")
