"""32,033 first names, a word a line."""

from deepdays.data import public
from deepdays.data.card import Card
from deepdays.data.sets.shakespeare import read_text

FILE = public.PublicFile(
    name="names.txt",
    digest="0a30b5557f192f32ab962680889aac5f6fda0f4cecf40a6d0b5694f58ea8cc4d",
    url="https://raw.githubusercontent.com/karpathy/makemore/master/names.txt",
)


def first_names(source: str = "auto") -> list[str]:
    """First names given in the United States in 2018, most frequent first.

    Args:
        source: "full" fetches the list once; "auto" needs it to be on this machine.

    Returns:
        List of 32,033 str, two to fifteen of the letters a to z each.

    Raises:
        DataError: the list cannot be had; it is not bundled.
    """
    return read_text(*public.get_full("first_names", source, FILE, instead="names")).split()


CARD = Card(
    name="first_names",
    title="first names",
    size="32,033 names",
    origin="the United States Social Security Administration; gathered by Andrej Karpathy",
    licence="public domain",
    make=lambda: first_names("full"),
    files=(FILE,),
    bundled=False,
)
