"""Tiny Shakespeare: 40,000 lines from the plays in one file."""

from deepdays.data import public
from deepdays.data.card import Card
from deepdays.data.errors import CorruptFile

FILE = public.PublicFile(
    name="tinyshakespeare.txt",
    digest="86c4e6aa9db7c042ec79f339dcb96d42b0075e16b8fc2e86bf0ca57e2dc565ed",
    url="https://raw.githubusercontent.com/karpathy/char-rnn/master/data/tinyshakespeare/input.txt",
    elsewhere=("datasets/shakespeare.txt",),
)


def read_text(path):
    """The text of a UTF-8 file; CorruptFile if it is not UTF-8."""
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise CorruptFile(path, f"it is not UTF-8 text ({error})") from error


def shakespeare(source: str = "auto") -> str:
    """Lines from Shakespeare's plays, with the speakers' names.

    Args:
        source: "full" fetches the text once; "auto" needs it to be on this machine.

    Returns:
        str of 1,115,394 characters, 65 of them distinct.

    Raises:
        DataError: the text cannot be had; it is not bundled.
    """
    return read_text(*public.get_full("shakespeare", source, FILE, instead="pydocs"))


CARD = Card(
    name="shakespeare",
    title="lines from Shakespeare's plays",
    size="1,115,394 characters",
    origin="William Shakespeare; gathered by Andrej Karpathy",
    licence="public domain",
    make=lambda: shakespeare("full"),
    files=(FILE,),
    bundled=False,
)
