"""How districts hang together: which lie beside each other, which were cut out of which."""

from collections.abc import Mapping
from math import cos, hypot, radians
from pathlib import Path

from tools.gazetteer.place import Place
from tools.gazetteer.tables import by_hand, rows

KM_PER_DEGREE = 111.2
NEAR_KM = 60.0
AT_LEAST, AT_MOST = 3, 6
"""Centres are known to a fifth of a degree, and large districts would have no neighbour by a fixed distance alone."""

Centres = Mapping[str, tuple[float, float]]


def centres(folder: Path) -> Centres:
    """Latitude and longitude of each district's middle or chief town, in degrees."""
    codes = {row["name"]: f"bd.d{row['code']}" for row in by_hand("bbs") if row["level"] == "district"}
    found = {row["code"]: (float(row["latitude"]), float(row["longitude"])) for row in by_hand("centres")}
    bangladesh = rows(folder / "bd_districts.tsv")
    return found | {codes[row["name"]]: (float(row["lat"]), float(row["lon"])) for row in bangladesh}


def near(code: str, where: Centres) -> list[str]:
    """The districts within 60 km, at least three and at most six, the nearest first; also across a border."""
    others = sorted((_km(where[code], place), other) for other, place in where.items() if other != code)
    within = sum(distance <= NEAR_KM for distance, _ in others)
    return [other for _, other in others[: min(max(within, AT_LEAST), AT_MOST)]]


def _km(one: tuple[float, float], other: tuple[float, float]) -> float:
    north = (one[0] - other[0]) * KM_PER_DEGREE
    return hypot(north, (one[1] - other[1]) * KM_PER_DEGREE * cos(radians((one[0] + other[0]) / 2)))


def former() -> list[Place]:
    """Districts that are no more. What lies near each is where its land went."""
    gone = []
    for row in by_hand("former"):
        place = Place(row["code"], row["state"], near=row["now"].split(","))
        place.add(row["names"].split("|"))
        gone.append(place)
    return gone


def join(places: dict[str, Place], where: Centres) -> None:
    """Fill in `near` and `former` of every district."""
    for code in where:
        places[code].near = near(code, where)
    for row in by_hand("splits"):
        places[row["code"]].former += row["from"].split(",")
    for place in places.values():
        if place.code[2:4] == ".f":
            for code in place.near:
                places[code].former.append(place.code)
