"""Districts of an invented coast: where they are, who lives there, and what a home costs."""

import numpy as np

# The region never changes; the seed of a call only draws other districts in it. Degrees throughout.
WEST, EAST, NORTH = -41.5, -31.5, 39.4
KM_PER_DEGREE = 111.0
LONGITUDE_SHRINK = 0.8  # a degree of longitude over a degree of latitude, at 37 N
BAY = (-37.15, 35.6, 0.27, 0.75)  # longitude, latitude, half width, half length of the inlet
ISLANDS = ((-33.62, 34.05, 0.07), (-33.42, 33.98, 0.05))  # longitude, latitude, radius

# longitude, latitude, share of the districts, radius, log income against the region, log price against the region
CITIES = (
    (-36.86, 35.75, 0.150, 0.20, 0.16, 0.34),
    (-37.55, 35.70, 0.085, 0.17, 0.10, 0.26),
    (-33.55, 35.15, 0.270, 0.34, 0.02, 0.16),
    (-34.35, 35.30, 0.090, 0.22, 0.08, 0.12),
    (-39.75, 34.65, 0.060, 0.15, 0.02, 0.10),
    (-36.20, 36.95, 0.075, 0.17, -0.06, -0.18),
    (-34.10, 36.60, 0.055, 0.15, -0.16, -0.26),
    (-38.60, 37.25, 0.045, 0.14, -0.15, -0.24),
    (-32.40, 36.10, 0.030, 0.12, -0.10, -0.16),
    (-40.70, 36.30, 0.020, 0.10, -0.20, -0.30),
)
VALLEY_ROAD = ((-40.9, 36.9), (-38.6, 37.25), (-36.2, 36.95), (-34.1, 36.6), (-31.9, 37.2))
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
PROXIMITIES = ("<1H OCEAN", "INLAND", "ISLAND", "NEAR BAY", "NEAR OCEAN")


def coast_latitude(longitude):
    """Latitude of the shore at a longitude; land lies to its north."""
    x = np.asarray(longitude, float)
    return (
        34.55
        + 0.45 * np.sin(0.75 * (x + 36.0))
        + 0.16 * np.sin(1.9 * x + 1.0)
        + 0.06 * np.sin(5.3 * x + 2.0)
        + 0.02 * np.sin(13.0 * x)
    )


def in_bay(longitude, latitude):
    x, y, half_width, half_length = BAY
    sway = 0.06 * np.sin(6.0 * latitude)
    return ((longitude - x - sway) / half_width) ** 2 + ((latitude - y) / half_length) ** 2 < 1.0


def on_island(longitude, latitude):
    return np.any(
        [np.hypot((longitude - x) * LONGITUDE_SHRINK, latitude - y) < r for x, y, r in ISLANDS], axis=0
    )


def on_land(longitude, latitude):
    return (latitude > coast_latitude(longitude)) & ~in_bay(longitude, latitude) | on_island(
        longitude, latitude
    )


def _shore_points():
    longitude = np.linspace(WEST - 0.5, EAST + 0.5, 2400)
    ocean = np.stack([longitude, coast_latitude(longitude)], axis=1)
    x, y, half_width, half_length = BAY
    angle = np.linspace(0.0, 2 * np.pi, 400)
    latitude = y + half_length * np.sin(angle)
    bay = np.stack([x + 0.06 * np.sin(6.0 * latitude) + half_width * np.cos(angle), latitude], axis=1)
    inland = latitude > coast_latitude(bay[:, 0])
    mouth = in_bay(ocean[:, 0], ocean[:, 1])
    return ocean[~mouth], bay[inland]


def _kilometres(longitude, latitude, points):
    """Distance from each place to the nearest of the points."""
    from scipy.spatial import cKDTree

    scale = np.array([LONGITUDE_SHRINK, 1.0]) * KM_PER_DEGREE
    return cKDTree(points * scale).query(np.stack([longitude, latitude], axis=1) * scale)[0]


def _neighbourhoods():
    """The region's settled places, the same for every seed: one row each.

    Returns:
        Dict of float arrays of shape (places,): longitude, latitude, weight, spread, income, price, age.
    """
    rng = np.random.default_rng(1965)
    rows = []
    for x, y, share, radius, income, price in CITIES:
        count = int(8 + 260 * share)
        distance = radius * np.abs(rng.standard_normal(count)) * 1.1
        angle = 2 * np.pi * rng.random(count)
        wealthy_side = 2 * np.pi * rng.random()
        side = np.cos(angle - wealthy_side)
        for d, a, s, noise in zip(distance, angle, side, rng.standard_normal((count, 4)), strict=True):
            rows.append(
                (
                    x + d * np.cos(a) / LONGITUDE_SHRINK,
                    y + d * np.sin(a),
                    share / count * np.exp(0.5 * noise[0]),
                    0.030 + 0.06 * d,
                    income + 0.17 * s + 0.20 * noise[1] + 0.10 * min(d / radius - 0.8, 1.0),
                    price + 0.10 * s + 0.17 * noise[2],
                    36.0 - 13.0 * d / radius + 6.0 * noise[3],
                )
            )
    road = np.array(VALLEY_ROAD)
    for t, noise in zip(rng.random(26) * (len(road) - 1), rng.standard_normal((26, 6)), strict=True):
        leg = int(t)
        x, y = road[leg] + (t - leg) * (road[leg + 1] - road[leg]) + 0.05 * noise[:2]
        rows.append((x, y, 0.0028 * np.exp(0.6 * noise[2]), 0.035, -0.20 + 0.14 * noise[3],
                     -0.36 + 0.10 * noise[4], 25.0 + 7.0 * noise[5]))  # fmt: skip
    columns = np.array(rows).T
    return dict(
        zip(("longitude", "latitude", "weight", "spread", "income", "price", "age"), columns, strict=True)
    )


def _places(n, rng):
    """Draw n districts on land: longitude, latitude, and the index of the neighbourhood each belongs to."""
    towns = _neighbourhoods()
    edges = np.cumsum(towns["weight"])
    longitude, latitude, town = np.empty(0), np.empty(0), np.empty(0, int)
    while len(longitude) < n:
        m = 2 * n + 64
        k = np.minimum(np.searchsorted(edges / edges[-1], rng.random(m)), len(edges) - 1)
        x = towns["longitude"][k] + towns["spread"][k] * rng.standard_normal(m) / LONGITUDE_SHRINK
        y = towns["latitude"][k] + towns["spread"][k] * rng.standard_normal(m)
        rural = rng.random(m) < 0.15
        x = np.where(rural, WEST + (EAST - WEST) * rng.random(m), x)
        y = np.where(rural, 34.0 + (NORTH - 34.0) * rng.random(m) ** 1.5, y)
        offshore = rng.random(m) < 0.0009
        island = np.where(rng.random(m) < 0.7, 0, 1)
        islands = np.array(ISLANDS)
        x = np.where(offshore, islands[island, 0] + 0.03 * rng.standard_normal(m), x)
        y = np.where(offshore, islands[island, 1] + 0.02 * rng.standard_normal(m), y)
        x, y = np.round(x, 2), np.round(y, 2)
        keep = on_land(x, y) & (x > WEST) & (x < EAST) & (y < NORTH)
        k = np.where(rural | offshore, -1, k)
        longitude = np.append(longitude, x[keep])
        latitude = np.append(latitude, y[keep])
        town = np.append(town, k[keep])
    return longitude[:n], latitude[:n], town[:n]


def make(n, seed):
    """The districts as a dict of columns; see `housing`."""
    rng = np.random.default_rng(seed)
    longitude, latitude, town = _places(n, rng)
    towns = {key: np.append(values, fill) for (key, values), fill in zip(
        _neighbourhoods().items(), (0, 0, 0, 0, -0.20, -0.38, 22.0), strict=True)}  # fmt: skip
    ocean_points, bay_points = _shore_points()
    ocean = _kilometres(longitude, latitude, ocean_points)
    bay = _kilometres(longitude, latitude, bay_points)
    shore = np.minimum(ocean, bay)
    island = on_island(longitude, latitude)

    age = towns["age"][town] + 7.5 * rng.standard_normal(n)
    age = np.where(rng.random(n) < 0.10, age + 16.0, age)
    age = np.clip(np.round(age), 1, 52)

    log_income = 1.22 + towns["income"][town] + 0.10 * np.exp(-shore / 25) - 0.006 * (age - 28)
    log_income = log_income + 0.32 * rng.standard_normal(n)
    income = np.clip(np.round(np.exp(log_income), 4), 0.4999, 15.0001)

    households = np.exp(6.05 - 0.017 * (age - 28) + 0.60 * rng.standard_normal(n))
    households = np.maximum(np.round(np.where(rng.random(n) < 0.05, households * 0.15, households)), 2)
    resort = (town < 0) & (rng.random(n) < 0.08)
    rooms_each = np.exp(
        1.65 + 0.22 * (np.log(income) - 1.22) - 0.003 * (age - 28) + 0.14 * rng.standard_normal(n)
    )
    rooms_each = rooms_each * np.where(resort, 1.5 + 2.0 * rng.random(n), 1.0)
    rooms = np.maximum(np.round(households * rooms_each), households)
    bedrooms_each = 1.05 * np.exp(0.07 * rng.standard_normal(n)) * (rooms_each / 5.2) ** 0.25
    bedrooms = np.clip(np.round(households * bedrooms_each), 1, rooms)
    people_each = 2.85 * np.exp(0.23 * rng.standard_normal(n) - 0.10 * (np.log(income) - 1.22))
    people_each = np.where(rng.random(n) < 0.003, people_each * (2 + 8 * rng.random(n)), people_each)
    population = np.maximum(np.round(households * people_each), 3)

    premium = (
        towns["price"][town]
        + 0.36 * np.exp(-ocean / 9)
        + 0.22 * np.exp(-bay / 8)
        + 0.22 * np.exp(-shore / 60)
    )
    crowded = np.log(people_each / 2.85)
    value = (52_000 + 37_500 * income) * np.exp(
        premium - 0.20 * crowded + 0.0035 * (age - 28) + 0.17 * rng.standard_normal(n)
    )
    value = np.where(island, 1.3 * value, value)
    value = np.clip(100 * np.round(value / 100), 14_999, 500_001)
    bedrooms = np.where(rng.random(n) < 0.01, np.nan, bedrooms)
    proximity = np.select(
        [island, (bay < 18) & (bay < ocean), ocean < 9, shore < 75],
        ["ISLAND", "NEAR BAY", "NEAR OCEAN", "<1H OCEAN"],
        "INLAND",
    )
    values = (longitude, latitude, age, rooms, bedrooms, population, households, income, value, proximity)
    return dict(zip(COLUMNS, values, strict=True))


def housing(n: int = 8000, seed: int = 0, source: str = "auto"):
    """Districts of an invented coast, with the columns and the difficulty of the California housing set.

    Args:
        n: districts to draw.
        seed: of the districts; the region itself never changes.
        source: "auto", "bundled" or "full".

    Returns:
        DataFrame of n rows: longitude, latitude (degrees), housing_median_age (years, at most 52), total_rooms,
        total_bedrooms (1% missing), population, households (counts, as floats), median_income (tens of thousands
        of dollars), median_house_value (dollars, capped at 500,001) and ocean_proximity (str).
    """
    import pandas as pd  # noqa: PLC0415

    return pd.DataFrame(make(n, seed))
