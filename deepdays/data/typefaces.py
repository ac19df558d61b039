"""Outlines of the capital letters in the typefaces that ship inside Matplotlib."""

import logging
from pathlib import Path

import matplotlib as mpl
import numpy as np
from fontTools.pens.basePen import BasePen
from fontTools.ttLib import TTFont

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
# Where a file holds several alphabets, the letters are those of Unicode's mathematical ones.
FACES = (
    ("DejaVuSans", LETTERS),
    ("DejaVuSans-Bold", LETTERS),
    ("DejaVuSansMono", LETTERS),
    ("DejaVuSansMono-Bold", LETTERS),
    ("DejaVuSerif", LETTERS),
    ("DejaVuSerif-Bold", LETTERS),
    ("DejaVuSerif-Italic", LETTERS),
    ("DejaVuSerif-BoldItalic", LETTERS),
    ("STIXGeneral", LETTERS),
    ("STIXGeneralBol", LETTERS),
    ("STIXGeneralItalic", LETTERS),
    ("STIXGeneralBolIta", LETTERS),
    ("cmr10", LETTERS),
    ("cmb10", LETTERS),
    ("cmmi10", LETTERS),
    ("cmss10", LETTERS),
    ("cmtt10", LETTERS),
    ("cmsy10", LETTERS),  # calligraphic
    ("STIXGeneral", "𝖠𝖡𝖢𝖣𝖤𝖥𝖦𝖧𝖨𝖩𝖪𝖫𝖬𝖭𝖮𝖯𝖰𝖱𝖲𝖳𝖴𝖵𝖶𝖷𝖸𝖹"),
    ("STIXGeneral", "𝗔𝗕𝗖𝗗𝗘𝗙𝗚𝗛𝗜𝗝𝗞𝗟𝗠𝗡𝗢𝗣𝗤𝗥𝗦𝗧𝗨𝗩𝗪𝗫𝗬𝗭"),
    ("STIXGeneral", "𝙰𝙱𝙲𝙳𝙴𝙵𝙶𝙷𝙸𝙹𝙺𝙻𝙼𝙽𝙾𝙿𝚀𝚁𝚂𝚃𝚄𝚅𝚆𝚇𝚈𝚉"),
    ("STIXGeneral", "𝔸𝔹ℂ𝔻𝔼𝔽𝔾ℍ𝕀𝕁𝕂𝕃𝕄ℕ𝕆ℙℚℝ𝕊𝕋𝕌𝕍𝕎𝕏𝕐ℤ"),
    ("STIXGeneral", "𝒜ℬ𝒞𝒟ℰℱ𝒢ℋℐ𝒥𝒦ℒℳ𝒩𝒪𝒫𝒬ℛ𝒮𝒯𝒰𝒱𝒲𝒳𝒴𝒵"),
    ("STIXGeneral", "𝔄𝔅ℭ𝔇𝔈𝔉𝔊ℌℑ𝔍𝔎𝔏𝔐𝔑𝔒𝔓𝔔ℜ𝔖𝔗𝔘𝔙𝔚𝔛𝔜ℨ"),
    ("DejaVuSans", "𝔸𝔹ℂ𝔻𝔼𝔽𝔾ℍ𝕀𝕁𝕂𝕃𝕄ℕ𝕆ℙℚℝ𝕊𝕋𝕌𝕍𝕎𝕏𝕐ℤ"),
)


class _Polygons(BasePen):
    """Takes down an outline as polygons, a curve as a few straight pieces."""

    def __init__(self, glyphs, pieces=6):
        super().__init__(glyphs)
        self.contours = []
        self._t = np.arange(1, pieces + 1)[:, None] / pieces

    def _moveTo(self, pt):
        self.contours.append([np.array([pt], dtype=float)])

    def _lineTo(self, pt):
        self.contours[-1].append(np.array([pt], dtype=float))

    def _qCurveToOne(self, pt1, pt2):
        start, control, end = np.array(self._getCurrentPoint()), np.array(pt1), np.array(pt2)
        self.contours[-1].append((1 - self._t) ** 2 * start + 2 * self._t * (1 - self._t) * control + self._t**2 * end)


def outlines() -> list[list[list[np.ndarray]]]:
    """The letters A to Z in every face.

    Returns:
        For each of FACES, for each of LETTERS: a list of closed contours, (points, 2) arrays (x, y) in font units,
        y upwards.
    """
    logging.getLogger("fontTools").setLevel(logging.ERROR)  # it warns of the dates inside Computer Modern
    fonts = {}
    folder = Path(mpl.get_data_path()) / "fonts" / "ttf"
    for name, _ in FACES:
        if name not in fonts:
            fonts[name] = TTFont(folder / f"{name}.ttf")
    return [[_outline(fonts[name], letter) for letter in letters] for name, letters in FACES]


def _outline(font, letter):
    glyphs = font.getGlyphSet()
    pen = _Polygons(glyphs)
    glyphs[font.getBestCmap()[ord(letter)]].draw(pen)
    return [np.concatenate(contour) for contour in pen.contours]
