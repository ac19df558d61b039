"""Districts of an invented coast: where they are, who lives there, and what a home costs."""

import tarfile

import numpy as np
import pandas as pd
from scipy.spatial import cKDTree

from deepdays.data import public
from deepdays.data.card import Card
from deepdays.data.errors import CorruptFile, check_count

CALIFORNIA = public.PublicFile(
    name="housing.tgz",
    digest="d4cd501af90475f09b814c7447c7701f59bf28e8cf1180205ae5ace9737a0109",
    url="https://github.com/ageron/data/raw/main/housing.tgz",
)

# The region never changes; a seed only draws other districts in it. Degrees throughout.
WEST, EAST, SOUTH, NORTH = -41.5, -31.5, 33.8, 39.4
KM_PER_DEGREE = 111.0
LONGITUDE_SHRINK = 0.8  # a degree of longitude over a degree of latitude, at 37 N
BAY = (-37.15, 35.6, 0.27, 0.75)  # longitude, latitude, half width, half length of the inlet
ISLANDS = ((-33.62, 34.05, 0.07), (-33.42, 33.98, 0.05))  # longitude, latitude, radius

# Cities: longitude, latitude, share of the districts, radius, log income and log price against the region's.
CITIES = (
    (-36.72, 35.75, 0.135, 0.20, 0.14, 0.28),
    (-37.62, 35.70, 0.085, 0.17, 0.08, 0.20),
    (-33.55, 35.15, 0.260, 0.34, 0.02, 0.12),
    (-34.35, 35.30, 0.090, 0.22, 0.08, 0.06),
    (-39.75, 34.65, 0.060, 0.15, 0.02, 0.10),
    (-36.20, 36.95, 0.070, 0.17, -0.06, -0.13),
    (-34.10, 36.60, 0.050, 0.15, -0.16, -0.22),
    (-38.60, 37.25, 0.045, 0.14, -0.15, -0.22),
    (-32.40, 36.10, 0.030, 0.12, -0.10, -0.10),
    (-40.70, 36.30, 0.020, 0.10, -0.20, -0.26),
)
VALLEY_ROAD = ((-40.9, 36.9), (-38.6, 37.25), (-36.2, 36.95), (-34.1, 36.6), (-31.9, 37.2))
COUNTRYSIDE = {"income": -0.20, "price": -0.28, "age": 23.0}
COLUMNS = (
    "longitude",
    "latitude",
    "housing_median_age",
    "total_rooms",
    "total_bedrooms",
    "population",
    "households",
    "median_income",
    "median_house_value",
    "ocean_proximity",
)


def coast_latitude(longitude):
    """Latitude of the shore at a longitude; land lies to its north."""
    x = np.asarray(longitude, float)
    swell = 0.30 * np.sin(0.75 * (x + 36.0)) + 0.16 * np.sin(1.9 * x + 1.0)
    return 34.62 + swell + 0.06 * np.sin(5.3 * x + 2.0) + 0.02 * np.sin(13.0 * x)


def in_bay(longitude, latitude):
    x, y, half_width, half_length = BAY
    sway = 0.06 * np.sin(6.0 * latitude)
    return ((longitude - x - sway) / half_width) ** 2 + ((latitude - y) / half_length) ** 2 < 1.0


def on_island(longitude, latitude):
    near = [np.hypot((longitude - x) * LONGITUDE_SHRINK, latitude - y) < r for x, y, r in ISLANDS]
    return np.any(near, axis=0)


def on_land(longitude, latitude):
    mainland = (latitude > coast_latitude(longitude)) & ~in_bay(longitude, latitude)
    return mainland | on_island(longitude, latitude)


def shores():
    """Points along the ocean's shore and along the bay's: two arrays (points, 2) of longitude and latitude."""
    longitude = np.linspace(WEST - 0.5, EAST + 0.5, 2400)
    ocean = np.stack([longitude, coast_latitude(longitude)], axis=1)
    x, y, half_width, half_length = BAY
    angle = np.linspace(0.0, 2 * np.pi, 400)
    latitude = y + half_length * np.sin(angle)
    bay = np.stack([x + 0.06 * np.sin(6.0 * latitude) + half_width * np.cos(angle), latitude], axis=1)
    return ocean[~in_bay(*ocean.T)], bay[latitude > coast_latitude(bay[:, 0])]


def kilometres(places, points, k=1):
    """Distances from each place to its k nearest points, and their indices; places and points are (n, 2)."""
    scale = np.array([LONGITUDE_SHRINK, 1.0]) * KM_PER_DEGREE
    return cKDTree(points * scale).query(places * scale, k=k)


def settlements():
    """The region's neighbourhoods and small towns, the same for every seed.

    Returns:
        Dict of float arrays (settlements,): longitude, latitude, weight, spread, income, price, age.
    """
    rng = np.random.default_rng(1965)
    rows = []
    for x, y, share, radius, income, price in CITIES:
        count = int(8 + 260 * share)
        noise = rng.standard_normal((count, 5))
        distance = 1.1 * radius * np.abs(noise[:, 0])
        angle = 2 * np.pi * rng.random(count)
        side = np.cos(angle - 2 * np.pi * rng.random())  # 1 on the city's wealthy side, -1 opposite
        rows.append(
            [
                x + distance * np.cos(angle) / LONGITUDE_SHRINK,
                y + distance * np.sin(angle),
                share / count * np.exp(0.5 * noise[:, 1]),
                0.030 + 0.06 * distance,
                income + 0.17 * side + 0.22 * noise[:, 2] + 0.10 * np.minimum(distance / radius - 0.8, 1.0),
                price + 0.10 * side + 0.44 * noise[:, 3],
                36.0 - 13.0 * distance / radius + 6.0 * noise[:, 4],
            ]
        )
    road, leg = np.array(VALLEY_ROAD), rng.random(26) * (len(VALLEY_ROAD) - 1)
    rows.append(_towns(road[leg.astype(int)] + (leg % 1)[:, None] * np.diff(road, axis=0)[leg.astype(int)], 0.04, rng))
    ocean = shores()[0]
    rows.append(_towns(ocean[(rng.random(34) * len(ocean)).astype(int)] + [0.0, 0.05], 0.02, rng))
    columns = np.concatenate([np.array(block) for block in rows], axis=1)
    return dict(zip(("longitude", "latitude", "weight", "spread", "income", "price", "age"), columns, strict=True))


def _towns(places, jitter, rng):
    noise = rng.standard_normal((len(places), 6))
    return [
        *(places + jitter * noise[:, :2]).T,
        0.0028 * np.exp(0.6 * noise[:, 2]),
        np.full(len(places), 0.035),
        -0.18 + 0.14 * noise[:, 3],
        -0.26 + 0.24 * noise[:, 4],
        26.0 + 7.0 * noise[:, 5],
    ]


def _draw_places(n, towns, rng):
    """Draw n districts on land, an array (n, 2) of longitude and latitude to two decimals."""
    edges = np.cumsum(towns["weight"]) / np.sum(towns["weight"])
    islands = np.array(ISLANDS)
    places = np.empty((0, 2))
    while len(places) < n:
        m = 2 * n + 64
        town = np.minimum(np.searchsorted(edges, rng.random(m)), len(edges) - 1)
        centre = np.stack([towns["longitude"], towns["latitude"]], axis=1)[town]
        settled = centre + towns["spread"][town, None] * rng.standard_normal((m, 2)) / [LONGITUDE_SHRINK, 1.0]
        depth = rng.random((m, 2)) ** [1.0, 1.6]  # the countryside thins out towards the north
        rural = [WEST, SOUTH] + depth * [EAST - WEST, NORTH - SOUTH]
        island = islands[(rng.random(m) < 0.3).astype(int), :2] + [0.03, 0.02] * rng.standard_normal((m, 2))
        kind = rng.random(m)
        drawn = np.where(kind[:, None] < 0.84, settled, np.where(kind[:, None] < 0.999, rural, island))
        drawn = np.round(drawn, 2)
        keep = on_land(*drawn.T) & (drawn[:, 0] > WEST) & (drawn[:, 0] < EAST) & (drawn[:, 1] < NORTH)
        places = np.concatenate([places, drawn[keep]])
    return places[:n]


def _local(places, towns):
    """Levels of income, price and age at each place: those of settlements nearby, fading into countryside."""
    distance, index = kilometres(places, np.stack([towns["longitude"], towns["latitude"]], axis=1), k=6)
    weight = np.exp(-0.5 * (distance / 6.0) ** 2)
    total = weight.sum(axis=1) + 0.02
    return {
        key: ((weight * towns[key][index]).sum(axis=1) + 0.02 * rural) / total for key, rural in COUNTRYSIDE.items()
    }


def make_districts(n, seed):
    """Draw n districts: a dict of columns (n,), as `housing` documents them."""
    rng = np.random.default_rng(seed)
    towns = settlements()
    places = _draw_places(n, towns, rng)
    local = _local(places, towns)
    ocean, bay = (kilometres(places, points)[0] for points in shores())
    shore = np.minimum(ocean, bay)
    island = on_island(*places.T)

    age = local["age"] + 9.0 * rng.standard_normal(n) + np.where(rng.random(n) < 0.12, 16.0, 0.0)
    age = np.clip(np.round(np.where(age < 4, 4 + 0.35 * (4 - age), age)), 1, 52)
    older = age - 28

    log_income = 1.22 + local["income"] + 0.10 * np.exp(-shore / 25) - 0.006 * older
    income = np.exp(log_income + 0.33 * rng.standard_normal(n))
    income = np.clip(np.round(income, 4), 0.4999, 15.0001)
    richer = np.log(income) - 1.22

    households = np.exp(6.05 - 0.017 * older + 0.60 * rng.standard_normal(n))
    households = np.maximum(np.round(np.where(rng.random(n) < 0.05, 0.15 * households, households)), 2)
    rooms_each = np.exp(1.65 + 0.24 * richer - 0.003 * older + 0.17 * rng.standard_normal(n))
    resort = (rng.random(n) < 0.10) & (local["price"] < -0.25)  # second homes: rooms without households
    rooms_each = np.where(resort, (1.4 + 3.0 * rng.random(n) ** 3) * rooms_each, rooms_each)
    rooms = np.maximum(np.round(households * rooms_each), households)
    bedrooms = households * 1.05 * np.exp(0.07 * rng.standard_normal(n)) * (rooms_each / 5.2) ** 0.25
    bedrooms = np.clip(np.round(bedrooms), 1, rooms)
    people_each = 2.85 * np.exp(0.25 * rng.standard_normal(n) - 0.10 * richer)
    people_each = np.where(rng.random(n) < 0.003, people_each * (2 + 8 * rng.random(n)), people_each)
    population = np.maximum(np.round(households * people_each), 3)

    premium = local["price"] + 0.24 * np.exp(-ocean / 6) + 0.16 * np.exp(-bay / 7) + 0.12 * np.exp(-shore / 60)
    premium = premium - 0.22 * np.log(people_each / 2.85) + 0.0035 * older + np.where(island, 0.3, 0.0)
    value = (60_000 + 38_500 * income) * np.exp(premium + 0.12 * rng.standard_normal(n))
    proximity = np.select(
        [island, (bay < 18) & (bay < ocean), ocean < 9, shore < 75],
        ["ISLAND", "NEAR BAY", "NEAR OCEAN", "<1H OCEAN"],
        "INLAND",
    )
    return {
        "longitude": places[:, 0],
        "latitude": places[:, 1],
        "housing_median_age": age,
        "total_rooms": rooms,
        "total_bedrooms": np.where(rng.random(n) < 0.01, np.nan, bedrooms),
        "population": population,
        "households": households,
        "median_income": income,
        "median_house_value": np.clip(100 * np.round(value / 100), 14_999, 500_001),
        "ocean_proximity": proximity,
    }


def read_california(path):
    """The districts of the 1990 census in California.

    Args:
        path: a gzipped tar archive that holds `housing.csv`.

    Returns:
        DataFrame with the columns of `housing`.

    Raises:
        CorruptFile: it is no such archive, or the table lacks a column.
    """
    try:
        with tarfile.open(path, "r:gz") as archive:
            frame = pd.read_csv(archive.extractfile("housing.csv"))
    except (tarfile.TarError, EOFError, OSError, KeyError, ValueError) as error:
        raise CorruptFile(path, f"no table can be read from it ({error})") from error
    missing = set(COLUMNS) - set(frame.columns)
    if missing:
        raise CorruptFile(path, f"its table lacks the column {min(missing)}")
    return frame[list(COLUMNS)]


def housing(n: int = 8000, seed: int = 0, source: str = "auto"):
    """Districts of an invented coast, with the columns and the difficulty of the California housing set.

    Pace and Barry 1997, Sparse spatial autoregressions, describes the census districts of the full set.

    Args:
        n: districts to draw.
        seed: of the draw; the region itself never changes.
        source: "bundled" is the invented coast; "full" draws from California's 20,640 districts instead, all of
            them if n is larger; "auto" is "full" where that file is already on this machine.

    Returns:
        DataFrame of n rows: longitude, latitude (degrees), housing_median_age (years, at most 52), total_rooms,
        total_bedrooms (1% missing), population, households (counts, as floats), median_income (tens of
        thousands of dollars), median_house_value (dollars, at most 500,001) and ocean_proximity (str).

    Raises:
        DataError: an argument is out of range, or the full set cannot be had.
    """
    check_count(n)
    if not public.wants_full(source, CALIFORNIA):
        return pd.DataFrame(make_districts(n, seed))
    frame = read_california(CALIFORNIA.get())
    order = np.random.default_rng(seed).permutation(len(frame))[:n]
    return frame.iloc[order].reset_index(drop=True)


def draw(figure):
    frame = housing(source="bundled")
    axes = figure.add_subplot()
    size, value = frame["population"] / 150, frame["median_house_value"]
    dots = axes.scatter(frame["longitude"], frame["latitude"], s=size, c=value, cmap="viridis", alpha=0.5, lw=0)
    figure.colorbar(dots, label="median house value (dollars)")
    axes.set(xlabel="longitude", ylabel="latitude", title="Prices fall with the distance from the shore", aspect=1.25)


CARD = Card(
    name="housing",
    title="districts of an invented coast: position, age, rooms, people, income and price",
    size="8,000 rows x 10 columns; full: 20,640 rows",
    origin="made; full: the 1990 census of California",
    licence="MIT, as the project; full: public domain",
    make=lambda: housing(source="bundled"),
    fingerprint="dde7ba358cdd952f3ebd3dc76fb53dae18908cef696b3d3b2f01207ce5897331",
    draw=draw,
    files=(CALIFORNIA,),
)
