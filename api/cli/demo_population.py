"""The invented children of the demo, each at the office where it went missing or was found."""

from collections.abc import Callable, Sequence
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import TypeVar

from api.cli.demo_offices import BANGLADESH, OFFICES, POLICE, SHELTERS, Office
from encoder.names.places import canonical_place
from encoder.names.words import NameWord
from encoder.synthetic.files import write
from encoder.synthetic.places import named
from encoder.synthetic.population import SyntheticPopulation, generate

FOUND_SHARE = 0.61
"""Found records for each missing report."""
Row = dict[str, str]
T = TypeVar("T")


def invent(missing: int, seed: int) -> SyntheticPopulation:
    """So many missing reports with the found records that go with them."""
    return generate(missing, round(missing * FOUND_SHARE), seed)


def split(population: SyntheticPopulation) -> dict[Office, SyntheticPopulation]:
    """Each record at one office; a true pair stays with the office of its missing report."""
    office_of_case = {row["record_id"]: office_of(row) for row in population.missing}
    missing = _by_office(population.missing, office_of)
    found = _by_office(population.found, office_of)
    truth = _by_office(population.truth, lambda pair: office_of_case[pair[0]])
    return {office: SyntheticPopulation(missing[office], found[office], truth[office]) for office in OFFICES}


def office_of(row: Row) -> Office:
    """By the place of the event: Bangladesh's office, or else one of the two Indian ones by the case number."""
    if canonical_place(row["event_country"]) in _bangladesh():
        return BANGLADESH
    return (POLICE, SHELTERS)[sha256(row["record_id"].encode()).digest()[0] % 2]


def write_shares(shares: dict[Office, SyntheticPopulation], folder: Path) -> None:
    """Write missing.csv, found.csv and truth.csv of each office into a folder of its name."""
    for office, share in shares.items():
        write(share, folder / office.name)


def _by_office(rows: Sequence[T], office: Callable[[T], Office]) -> dict[Office, list[T]]:
    split: dict[Office, list[T]] = {each: [] for each in OFFICES}
    for row in rows:
        split[office(row)].append(row)
    return split


@cache
def _bangladesh() -> frozenset[tuple[NameWord, ...]]:
    spellings = named("country", "Bangladesh").spellings
    return frozenset(canonical_place(text) for script in spellings for text in script)
