"""A line under a notebook's cell that says how far a long loop is."""

import sys
import time
from collections.abc import Iterable, Iterator, Sized

PATIENCE = 2.0
"""Seconds that a loop may take before its line appears."""
INTERVAL = 0.25
"""Seconds between two updates of it."""
_WIDTH = 20


def track(iterable: Iterable, label: str = "working", *, total: int | None = None) -> Iterator:
    """Go through an iterable, and say in a notebook how far that is once it has taken two seconds.

    The line goes away when the loop ends, however it ends. Outside a notebook nothing is shown.

    Args:
        iterable: what to loop over.
        label: what the loop does, a word or two.
        total: number of items; by default the iterable's length, where it has one.

    Yields:
        The items.

    Example:
        >>> for step in dd.track(range(1000), "training"):
        ...     loss = train_step()
    """
    if total is None and isinstance(iterable, Sized):
        total = len(iterable)
    line = _Line() if _in_notebook() else None
    started = shown = time.monotonic()
    try:
        for done, item in enumerate(iterable):
            now = time.monotonic()
            if line and now - started >= PATIENCE and now - shown >= INTERVAL:
                line.show(progress_text(label, done, total, now - started))
                shown = now
            yield item
    finally:
        if line:
            line.clear()


def progress_text(label: str, done: int, total: int | None, seconds: float) -> str:
    """The line: a bar, the share done and the time left where the total is known, else the count and the time taken.

    Args:
        done: items finished. seconds: the time they took.
    """
    if not total:
        return f"{label}  {done} done  {seconds:.0f} s"
    share = min(done / total, 1.0)
    filled = int(_WIDTH * share)
    left = f"  about {max(total - done, 0) * seconds / done:.0f} s left" if done else ""
    return f"{label}  {'█' * filled}{'░' * (_WIDTH - filled)}  {share:.0%}  {done}/{total}{left}"


def _in_notebook() -> bool:
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    return hasattr(shell, "kernel")


class _Line:
    """An output of the cell that is there only while it has something to say."""

    def __init__(self):
        self._handle = None

    def show(self, text: str) -> None:
        from IPython.display import display

        if self._handle is None:
            self._handle = display({"text/plain": text}, raw=True, display_id=True)
        else:
            self._handle.update({"text/plain": text}, raw=True)

    def clear(self) -> None:
        if self._handle is not None:
            self._handle.update({"text/plain": "", "text/html": ""}, raw=True)  # HTML leaves no empty line behind
