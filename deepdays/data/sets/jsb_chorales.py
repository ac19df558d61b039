"""Bach's chorales as four voices, a chord a sixteenth."""

import io
import tarfile

import numpy as np

from deepdays.data import public
from deepdays.data.card import Card
from deepdays.data.errors import CorruptFile

FILE = public.PublicFile(
    name="jsb_chorales.tgz",
    digest="594e5e25a3ff8af64687c378628970c6435fddd3093d96df2fa8ca9505ce30fe",
    url="https://github.com/ageron/data/raw/main/jsb_chorales.tgz",
)
PARTS = ("train", "valid", "test")


def read_chorales(path):
    """Read an archive of one CSV file a chorale.

    Args:
        path: a gzipped tar archive of `PART/chorale_NNN.csv`, each with a header and four columns of MIDI numbers.

    Returns:
        (train, valid, test): lists of int64 arrays (time, 4), in the order of their numbers.

    Raises:
        CorruptFile: it is no such archive.
    """
    chorales: dict[str, list] = {part: [] for part in PARTS}
    try:
        with tarfile.open(path, "r:gz") as archive:
            for name in sorted(name for name in archive.getnames() if name.endswith(".csv")):
                text = public.read_member(archive, name).decode("ascii")
                notes = np.loadtxt(io.StringIO(text), dtype="int64", delimiter=",", skiprows=1, ndmin=2)
                chorales[name.split("/")[-2]].append(notes)
    except (tarfile.TarError, EOFError, OSError, KeyError, IndexError, ValueError) as error:
        raise CorruptFile(path, f"no chorales can be read from it ({error})") from error
    return tuple(chorales[part] for part in PARTS)


def jsb_chorales(source: str = "auto"):
    """Chorales by J. S. Bach (Boulanger-Lewandowski, Bengio and Vincent 2012, Modeling temporal dependencies).

    Args:
        source: "full" fetches them once; "auto" needs them to be on this machine.

    Returns:
        (train, valid, test): lists of 229, 76 and 77 int64 arrays (time, 4): the MIDI numbers, 36 to 81, of soprano,
        alto, tenor and bass in each sixteenth note; 0 where a voice rests.

    Raises:
        DataError: the set cannot be had; it is not bundled.
    """
    return read_chorales(*public.get_full("jsb_chorales", source, FILE, instead="melodies"))


CARD = Card(
    name="jsb_chorales",
    title="Bach's chorales as four voices",
    size="229 + 76 + 77 chorales",
    origin="J. S. Bach; Nicolas Boulanger-Lewandowski, as CSV by Aurélien Géron",
    licence="public domain",
    make=lambda: jsb_chorales("full"),
    files=(FILE,),
    bundled=False,
)
