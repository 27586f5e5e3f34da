"""Bangladesh, Nepal and the countries of which only names are known."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from encoder.gazetteer.forms import place_key
from tools.gazetteer.place import Place, latin_form, plain, variants
from tools.gazetteer.tables import by_hand, rows

COUNTRIES = ("in", "bd", "np", "pk", "bt", "mm", "cn", "lk", "af")
PROVINCES = range(1, 8)
TOWNS = {
    ("wof_pk", "ur"): "pk", ("wof_pk", "hi"): "pk", ("wof_np", "ne"): "np", ("wof_np", "mai"): "np",
    ("wof_mm", "my"): "mm", ("wof_bt", "dz"): "bt", ("wof_bt", "bn"): "bt", ("wof_bd", "bn"): "bd",
}  # fmt: skip
"""Which names of Who's On First are taken; the Hindi names of Nepali places there are translations (`Bed`)."""
_KINDS = ("district", "division", "province", "tehsil", "tahsil", "taluka", "airport", "island", "river", "state")


def bangladeshi(folder: Path) -> Iterator[Place]:
    """Divisions, districts, upazilas and unions; the last two under the numbers of their source."""
    bbs = {(row["level"], row["name"]): row["code"] for row in by_hand("bbs")}
    above = {}
    for row in rows(folder / "bd_divisions.tsv"):
        above[row["id"]] = f"bd.s{bbs['division', row['name']]}"
        yield _named(above[row["id"]], "bd", row)
    districts = {}
    for row in rows(folder / "bd_districts.tsv"):
        districts[row["id"]] = f"bd.d{bbs['district', row['name']]}"
        yield _named(districts[row["id"]], above[row["division_id"]], row)
    for row in rows(folder / "bd_upazilas.tsv"):
        yield _named(f"bd.t{row['id']}", districts[row["district_id"]], row)
    for row in rows(folder / "bd_unions.tsv"):
        yield _named(f"bd.v{row['id']}", f"bd.t{row['upazilla_id']}", row)


def nepali(folder: Path) -> Iterator[Place]:
    """Provinces, districts and municipalities under the numbers of their source."""
    for number in PROVINCES:
        yield Place(f"np.s{number}", "np", [f"Province {number}"])
    for row in rows(folder / "np_districts.tsv"):
        yield _named(f"np.d{row['id']}", f"np.s{row['province_id']}", row)
    for row in rows(folder / "np_municipalities.tsv"):
        yield _named(f"np.t{row['id']}", f"np.d{row['district_id']}", row)


def _named(code: str, parent: str, row: dict[str, str]) -> Place:
    place = Place(code, parent)
    place.add([*variants(row["name"]), row.get("bn_name", ""), row.get("name_np", "")])
    return place


def towns(folder: Path, places: list[Place]) -> Iterator[Place]:
    """Names of Who's On First: a further name where one place of the country has the Latin form, else a new place."""
    found, numbers = _by_key(places), Counter[str]()
    for row in rows(folder / "wof_places_dev.tsv"):
        country = TOWNS.get((row["src"], row["lang"]))
        name = latin_form(plain(row["latin"]))
        if not country or not name or name.split()[-1].lower() in _KINDS:
            continue
        key = (country, place_key(name))
        if key not in found:
            numbers[country] += 1
            town = found[key] = Place(f"{country}.w{numbers[country]}", country, [name])
            yield town
        if place := found[key]:
            place.add([row["native"]])


def _by_key(places: list[Place]) -> dict[tuple[str, str], Place | None]:
    """Places by (country, key); None for a key of several places, which nothing may be added to."""
    found: dict[tuple[str, str], Place | None] = {}
    for place in places:
        for name in place.latin:
            key = (place.code[:2], place_key(name))
            found[key] = place if found.get(key, place) is place else None
    return found
