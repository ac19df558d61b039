"""Data errors meant for people: what was wrong, where, and the mend."""


class DataError(Exception):
    """A set cannot be given as asked; the message is one or two sentences with the mend."""


class UnknownName(DataError, AttributeError):
    """No set, or nothing inside a set, has that name; the message gives the nearest one."""

    def __init__(self, name: str, known, what: str = "data set"):
        import difflib  # noqa: PLC0415

        known = sorted(known)
        near = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
        mend = f"Did you mean {near[0]!r}?" if near else f"There are: {', '.join(known)}."
        super().__init__(f"No {what} is called {name!r}. {mend}")
