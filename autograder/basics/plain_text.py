"""Text from strangers, made safe to print: what can't be seen, or changes how the rest is seen, is spelt out."""

import re
import unicodedata

_ANSI = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|.)", re.DOTALL)
_JOINERS = "\N{ZERO WIDTH JOINER}\N{ZERO WIDTH NON-JOINER}"


def visible(text: str, limit: int = 20_000) -> str:
    """The text without terminal escapes; other control, bidirectional and unassigned signs as `\\uXXXX`.

    Args:
        text: any string, lone surrogates included.
        limit: the number of characters after which the text is cut, and says so.
    """
    is_cut = len(text) > limit
    text = _ANSI.sub("", text[:limit]).replace("\r\n", "\n")
    if not text.replace("\n", "").replace("\t", "").isprintable():
        text = "".join(_spelt_out(sign) for sign in text)
    return f"{text}\n… (cut here: there is more)" if is_cut else text


def one_line(text: str, limit: int = 300) -> str:
    """The text on one line, cut at `limit` characters."""
    text = " ".join(visible(text[: 4 * limit]).split())
    return text if len(text) <= limit else text[: limit - 1] + "…"


def _spelt_out(sign: str) -> str:
    if sign in "\n\t" or sign in _JOINERS:
        return sign
    if sign.isprintable() or unicodedata.category(sign) == "Zs":
        return sign
    return f"\\u{ord(sign):04x}" if ord(sign) < 0x10000 else f"\\U{ord(sign):08x}"
