"""India by the Local Government Directory, with the names in Assam's electoral rolls."""

from collections.abc import Iterator
from pathlib import Path

from encoder.gazetteer.forms import place_key
from tools.gazetteer.place import Place, native_form, variants
from tools.gazetteer.tables import rows

ASSAM = "in.s18"
OFFICIAL = ("indiapost", "manual", "lexicon")
SHORTEST = 4


def indian(folder: Path) -> Iterator[Place]:
    """States, districts, sub-districts, and the blocks that are no sub-district under another code.

    Of a block that lies in two districts, the directory's first row counts: a code names one place.
    """
    for row in rows(folder / "in_lgd_1-state.csv"):
        yield Place(f"in.s{row['State Code']}", "in", [row["State Name"].title()])
    for row in rows(folder / "in_lgd_2-district.csv"):
        place = Place(f"in.d{row['District Code']}", f"in.s{row['State Code']}")
        place.add(variants(row["District Name"]))
        yield place
    yield from _below(folder)


def _below(folder: Path) -> Iterator[Place]:
    seen: dict[tuple[str, str], Place] = {}
    for row in rows(folder / "in_lgd_3-subdistrict.csv"):
        place = Place(f"in.t{row['Sub-district Code']}", f"in.d{row['District Code']}")
        place.add(variants(row["Sub-district Name"]))
        yield _once(place, seen)
    blocks = {row["Block Code"]: row for row in reversed(list(rows(folder / "in_lgd_blocks.csv")))}
    for row in reversed(blocks.values()):
        block = Place(f"in.b{row['Block Code']}", f"in.d{row['District Code']}")
        block.add(variants(row["Block Name"]))
        if block.latin and (block.parent, place_key(block.latin[0])) not in seen:
            yield _once(block, seen)


def _once(place: Place, seen: dict[tuple[str, str], Place]) -> Place:
    for name in place.latin:
        seen.setdefault((place.parent, place_key(name)), place)
    return place


def assamese(folder: Path, places: list[Place]) -> Iterator[Place]:
    """Native names for the places of Assam that are known, and villages and police stations as new ones."""
    known = _of_assam(places)
    added: set[str] = set()
    for row in rows(folder / "assam_gazetteer_roman.tsv"):
        if row["source"] not in OFFICIAL or row["native"].isascii() or row["field"] == "post_office":
            continue
        key = place_key(row["roman"])
        if place := known.get((row["field"] == "district", key)):
            place.add([row["native"]])
        elif row["field"] != "district" and key not in added and _plain(row):
            added.add(key)
            village = Place(f"in.v{len(added)}", ASSAM)
            village.add([row["roman"], row["native"], *row.get("variant", "").split("|")])
            yield village


def _of_assam(places: list[Place]) -> dict[tuple[bool, str], Place]:
    """Assam's districts and lower places by (is a district, key); a key that two places share is left out."""
    districts = {place.code for place in places if place.parent == ASSAM}
    found: dict[tuple[bool, str], Place | None] = {}
    for place in places:
        if place.code in districts or place.parent in districts:
            for name in place.latin:
                key = (place.code in districts, place_key(name))
                found[key] = place if found.get(key, place) is place else None
    return {key: place for key, place in found.items() if place}


def _plain(row: dict[str, str]) -> bool:
    letters = row["roman"].replace(" ", "")
    digits = any(character.isdigit() for character in native_form(row["native"]))
    return letters.isalpha() and len(letters) >= SHORTEST and not digits and len(row["roman"].split()) <= 2
