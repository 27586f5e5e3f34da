"""Build `data/places.tsv` from public gazetteers.

Run as `python -m encoder.synthetic.build_places SOURCE_FOLDER OUTPUT_FILE`; `data/SOURCES.md` names the files that
SOURCE_FOLDER must hold. Columns written: level, path (names joined by `/`), Latin spellings, Devanagari, Bengali.
"""

import csv
import sys
from collections.abc import Iterator
from pathlib import Path

INDIAN_STATES = (
    "West Bengal", "Bihar", "Uttar Pradesh", "Jharkhand", "Odisha", "Assam", "Tamil Nadu", "Kerala", "Delhi",
    "Rajasthan", "Punjab", "Madhya Pradesh", "Tripura", "Maharashtra", "Haryana", "Gujarat", "Karnataka", "Telangana",
    "Andhra Pradesh", "Jammu And Kashmir",
)  # fmt: skip
NEPALI_PROVINCES = ("Koshi", "Madhesh", "Bagmati", "Gandaki", "Lumbini", "Karnali", "Sudurpashchim")
ASSAM_VILLAGES_KEPT = 1_500
Row = tuple[str, str, str, str, str]


def _rows(path: Path, delimiter: str) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as handle:
        return list(csv.DictReader(handle, delimiter=delimiter))


def _proper(name: str) -> str:
    """Title case for the names that the directory prints in capitals."""
    cleaned = " ".join(name.replace("/", " ").split())
    return cleaned.title() if cleaned.isupper() else cleaned


def indian(folder: Path) -> Iterator[Row]:
    """Yield districts and sub-districts of the states that the generator uses."""
    for row in _rows(folder / "in_lgd_2-district.csv", ","):
        state, district = _proper(row["State Name"]), _proper(row["District Name"])
        if state in INDIAN_STATES:
            yield "district", f"India/{state}/{district}", district, "", ""
    for row in _rows(folder / "in_lgd_3-subdistrict.csv", ","):
        state, district = _proper(row["State Name"]), _proper(row["District Name"])
        if state in INDIAN_STATES:
            name = _proper(row["Sub-district Name"])
            yield "subdistrict", f"India/{state}/{district}/{name}", name, "", ""


def assamese(folder: Path) -> Iterator[Row]:
    """Yield Assam's commonest villages with an official Latin form; machine-made forms are left out."""
    kept = 0
    for row in _rows(folder / "assam_gazetteer_roman.tsv", "\t"):
        plain = row["native"].replace(" ", "").isalpha() or "\u09be" in row["native"]
        official = row["field"] == "main_town_village" and row["source"] in ("indiapost", "manual")
        if not (official and plain and row["roman"].replace(" ", "").isalpha() and len(row["roman"]) > 3):
            continue
        names = (row["roman"], *row["variant"].split("|"))
        spellings = dict.fromkeys(_proper(name) for name in names if name[:1].isupper())
        yield "village", f"India/Assam/{row['roman']}", "|".join(spellings), "", row["native"]
        kept += 1
        if kept == ASSAM_VILLAGES_KEPT:
            return


def bangladeshi(folder: Path) -> Iterator[Row]:
    """Yield divisions' districts, upazilas as sub-districts and unions as villages, with Bengali forms."""
    path = {row["id"]: f"Bangladesh/{row['name']}" for row in _rows(folder / "bd_divisions.tsv", "\t")}
    levels = (("district", "division_id", "districts"), ("subdistrict", "district_id", "upazilas"),
              ("village", "upazilla_id", "unions"))  # fmt: skip
    for level, parent, table in levels:
        below = {}
        for row in _rows(folder / f"bd_{table}.tsv", "\t"):
            below[row["id"]] = f"{path[row[parent]]}/{_proper(row['name'])}"
            yield level, below[row["id"]], _proper(row["name"]), "", row["bn_name"].strip()
        path = below


def nepali(folder: Path) -> Iterator[Row]:
    """Yield districts and municipalities (as sub-districts) with Devanagari forms."""
    path = {}
    for row in _rows(folder / "np_districts.tsv", "\t"):
        province = NEPALI_PROVINCES[int(row["province_id"]) - 1]
        path[row["id"]] = f"Nepal/{province}/{_proper(row['name'])}"
        yield "district", path[row["id"]], _proper(row["name"]), row["name_np"].strip(), ""
    for row in _rows(folder / "np_municipalities.tsv", "\t"):
        name = _proper(row["name"])
        yield "subdistrict", f"{path[row['district_id']]}/{name}", name, row["name_np"].strip(), ""


def build(folder: Path, output: Path) -> int:
    """Write the table; return the number of its rows."""
    rows = [*indian(folder), *assamese(folder), *bangladeshi(folder), *nepali(folder)]
    text = "".join("\t".join(row) + "\n" for row in rows)
    output.write_text("level\tpath\tlatin\tdevanagari\tbengali\n" + text, encoding="utf-8")
    return len(rows)


if __name__ == "__main__":
    print(build(Path(sys.argv[1]), Path(sys.argv[2])), "places")
