"""What keeps the start of a process short."""

import sys


def skip_address_grammar() -> None:
    """Keep jsonschema from compiling a grammar of web addresses, which takes over a second.

    Whoever imports nbformat imports jsonschema, and notebooks have no use for that check; jsonschema goes on without.
    To be called before either is imported.
    """
    sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]  # None: it is not to be imported
