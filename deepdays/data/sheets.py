"""Contact sheets of text, for the cards of sets that are made of words."""


def write_rows(axes, rows, at=(0.0,), size: float = 8.0) -> None:
    """Write rows of text onto axes, first row on top; the axes' frame is left out.

    Args:
        axes: Matplotlib axes.
        rows: list of rows; a row is a sequence of (text, colour), a cell for each place.
        at: where the cells of a row begin, shares of the width.
        size: of the letters, points.
    """
    axes.axis("off")
    for k, row in enumerate(rows):
        height = 1 - (k + 0.5) / len(rows)
        for left, (text, colour) in zip(at, row, strict=True):
            axes.text(left, height, text.replace("$", r"\$"), color=colour, fontsize=size, va="center")


def shorten(text: str, width: int) -> str:
    """A text of at most so many characters, with an ellipsis if it was cut."""
    return text if len(text) <= width else text[: width - 1].rstrip() + "…"
