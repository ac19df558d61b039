"""Real names of languages, from ISO 639-3."""

import re
import unicodedata

import numpy as np

from deepdays.data.card import Card
from deepdays.data.errors import check_choice
from deepdays.data.packages import need
from deepdays.data.sheets import write_rows
from deepdays.data.wording import part_of

# Two-letter codes of languages whose names have not changed.
CORE = """
    af ar az be bg bn bs ca cs cy da de en eo es et eu fa fi fr ga gl gu ha hi hr hu hy id ig is it ja ka kk kn
    ko lo lt lv mk ml mr my nl no pl pt ro ru sk sl so sq sr sv ta te th tr uk ur uz vi wo xh yo zh zu
"""
PARTS = ("all", "train", "validation", "test")
_BRACKETS = re.compile(r"\s*\(.*?\)")
_PLAIN = re.compile(r"[a-z' -]+")


def names(part: str = "all") -> list[str]:
    """Names of the world's languages in lower case, as pycountry has them.

    Accents and what stands in brackets are dropped, names that still have other letters are left out, and each name is
    there once. Names with the same last word are all in one part, so that no part has Amatlan Zapotec and another
    Isthmus Zapotec.

    Args:
        part: "all", or one of "train" (80% of the names), "validation" (10%) and "test" (10%), which are disjoint.

    Returns:
        Sorted list of str, made of the letters a to z, space, hyphen and apostrophe; some 7,750 in all, of which some
        5,550 are a single word of letters.

    Raises:
        DataError: there is no such part, or pycountry is not installed.
    """
    check_choice(part, PARTS, "part")
    languages = need("pycountry", "names").languages
    plain = sorted({_plain(language.name) for language in languages} - {""})
    return [name for name in plain if part in ("all", part_of(name.split()[-1]))]


def _plain(name):
    """A name without accents, brackets and capitals; empty if other characters remain."""
    letters = unicodedata.normalize("NFKD", _BRACKETS.sub("", name))
    text = "".join(letter for letter in letters if not unicodedata.combining(letter)).lower()
    return text if _PLAIN.fullmatch(text) else ""


def make():
    """Names that no version of pycountry has changed."""
    languages = need("pycountry", "names").languages
    return [_plain(languages.get(alpha_2=code).name) for code in CORE.split()]


def draw(figure):
    everything = names()
    left, right = figure.subplots(1, 2, width_ratios=(2, 3))
    shown = [(everything[k * len(everything) // 66][:18], "black") for k in range(66)]
    write_rows(left, [shown[k : k + 3] for k in range(0, 66, 3)], at=(0.0, 0.33, 0.66))
    lengths = np.bincount([len(name) for name in everything])
    right.bar(np.arange(len(lengths)), lengths, color="tab:blue")
    right.set(xlabel="characters", ylabel="names", title="how long the names are")


CARD = Card(
    name="names",
    title="names of the world's languages",
    size="some 7,750 names",
    origin="ISO 639-3, inside pycountry",
    licence="LGPL 2.1 (iso-codes, inside pycountry)",
    make=make,
    fingerprint="be7652445b60db77ccc788c74e3819e50580890218c4d73e4fa97c4fe1821f88",
    draw=draw,
    needs=("pycountry",),
)
