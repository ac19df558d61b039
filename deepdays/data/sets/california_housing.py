"""California housing in scikit-learn's layout."""

import io
import tarfile

import numpy as np
import pandas as pd

from deepdays.data import public
from deepdays.data.card import Card
from deepdays.data.errors import CorruptFile

ARCHIVE = public.PublicFile(
    name="cal_housing.tgz",
    digest="aaa5c9a6afe2225cc2aed2723682ae403280c4a3695a2ddda4ffb5d8215ea681",
    url="https://ndownloader.figshare.com/files/5976036",
)
COLUMNS = ("MedInc", "HouseAge", "AveRooms", "AveBedrms", "Population", "AveOccup", "Latitude", "Longitude")


def read_archive(path):
    """Read the archive that scikit-learn's fetcher fetches.

    Args:
        path: a gzipped tar archive with `CaliforniaHousing/cal_housing.data`: rows of nine numbers: longitude,
            latitude, median age, rooms, bedrooms, population, households, median income, median house value.

    Returns:
        (x, y): DataFrame with the columns of scikit-learn's fetcher, and float64 in units of 100,000 dollars.

    Raises:
        CorruptFile: it is no such archive.
    """
    try:
        with tarfile.open(path, "r:gz") as archive:
            text = public.read_member(archive, "CaliforniaHousing/cal_housing.data").decode("ascii")
        columns = np.loadtxt(io.StringIO(text), delimiter=",", ndmin=2).T
        longitude, latitude, age, rooms, bedrooms, population, households, income, value = columns
    except (tarfile.TarError, EOFError, OSError, KeyError, ValueError) as error:
        raise CorruptFile(path, f"no table can be read from it ({error})") from error
    each = (rooms / households, bedrooms / households, population, population / households)
    features = (income, age, *each, latitude, longitude)
    return pd.DataFrame(dict(zip(COLUMNS, features, strict=True))), value / 100_000


def california_housing(source: str = "auto"):
    """Districts of the 1990 census in California, as scikit-learn's fetch_california_housing gives them.

    Pace and Barry 1997, Sparse spatial autoregressions. For the table with the raw counts, missing values and the
    category, see `housing`.

    Args:
        source: "full" fetches the set once; "auto" needs it to be on this machine.

    Returns:
        (x, y): DataFrame of 20,640 rows: MedInc (tens of thousands of dollars), HouseAge (years), AveRooms,
        AveBedrms (per household), Population, AveOccup (people per household), Latitude, Longitude (degrees); and
        float64 (20640,), the median house value in units of 100,000 dollars, at most 5.00001.

    Raises:
        DataError: the set cannot be had; it is not bundled.
    """
    return read_archive(*public.get_full("california_housing", source, ARCHIVE, instead="housing"))


CARD = Card(
    name="california_housing",
    title="districts of the 1990 census in California, in scikit-learn's layout",
    size="20,640 rows x 8 columns",
    origin="Kelley Pace and Ronald Barry, from the United States Census",
    licence="public domain",
    make=lambda: california_housing("full"),
    files=(ARCHIVE,),
    bundled=False,
)
