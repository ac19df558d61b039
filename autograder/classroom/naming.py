"""Students' names as safe names of folders, which stay the same from one run to the next."""

import hashlib
import re
import unicodedata
from collections.abc import Collection, Iterable

_MAX_NAME = 48
_HASHES = re.compile(r"(~[0-9a-f]{10}){0,2}\Z")


def safe_name(raw: str) -> str:
    """A student's name that is safe as a folder name, in a URL and in HTML.

    Letters, digits, spaces and `_ . - @` stay. A name that has anything else (path signs, control and
    bidirectional marks, HTML), or is too long, keeps what is safe of it and gets `~` and a hash of the whole,
    so different names stay different. A name made so is safe already.
    """
    name = unicodedata.normalize("NFC", raw)
    found = _HASHES.search(name)
    hashes = found[0] if found else ""
    name = name.removesuffix(hashes)
    safe = "".join(c if c in " _.-@" or unicodedata.category(c)[0] in "LNM" else "_" for c in name)
    safe = safe.strip(" .")[:_MAX_NAME].rstrip(" .") or "_"
    return safe + hashes if safe == name else f"{safe}~{_digest(raw)}"


def safe_names(raw_names: Iterable[str], known: Collection[str] = ()) -> dict[str, str]:
    """Each raw name's safe one; names that differ only in case or in an accent's encoding are told apart.

    Args:
        known: names that go to those who have had them before.
    """
    names, taken = {}, set()
    for raw in sorted(raw_names, key=lambda raw: (raw not in known, raw)):
        name = safe_name(raw)
        if name.casefold() in taken:
            name = f"{name}~{_digest(raw)}"
        taken.add(name.casefold())
        names[raw] = name
    return names


def _digest(raw: str) -> str:
    return hashlib.sha256(raw.encode("utf-8", "surrogatepass")).hexdigest()[:10]
