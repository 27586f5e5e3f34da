"""Every engine on the same invented children: Milap's codes, the same model on plain tokens, and the peers."""

from collections.abc import Callable, Iterator, Sequence
from time import perf_counter
from typing import Any

import numpy.typing as npt

from benchmarks.common.data import People
from benchmarks.common.links import Candidates, ranked
from benchmarks.peers.anonlink_link import candidates, clks, values
from benchmarks.peers.person_finder import person_finder
from benchmarks.peers.plain_text import Words, by_anyascii, name_by_milap, place_by_milap, plain_rows
from benchmarks.peers.primero import primero
from benchmarks.peers.splink_children import link_children

TOP = 100
DICE = 0.3
"""Low enough that anonlink's lists of a hundred are full."""

SPLINK, SPLINK_FEW = "Splink, anyascii", "Splink, anyascii, seven fields"
SPLINK_NORMALISED = "Splink, Milap's normaliser"
_ASCII: tuple[Words, Words] = (by_anyascii, by_anyascii)
_MILAP: tuple[Words, Words] = (name_by_milap, place_by_milap)

Note = Callable[[str], None]
Arrays = tuple[npt.NDArray[Any], npt.NDArray[Any], npt.NDArray[Any]]


def peers(people: People, seed: int, note: Note, *, every: bool) -> Iterator[tuple[str, Candidates]]:
    """Name and candidates of each peer; `every` runs Splink in all its settings."""
    yield SPLINK, _splink(note, SPLINK, people, _ASCII, seed)
    if every:
        yield SPLINK_NORMALISED, _splink(note, SPLINK_NORMALISED, people, _MILAP, seed)
        yield SPLINK_FEW, _splink(note, SPLINK_FEW, people, _ASCII, seed, every_field=False)
    yield f"anonlink, 1,024-bit CLK, Dice >= {DICE}", _anonlink(people)
    for label, rare in (("Primero's boosts", False), ("Primero's boosts, rare tokens more", True)):
        yield label, _of_records(people, lambda m, f, rare=rare: primero(m, f, TOP, rare=rare))
    yield "Person Finder's prefix search", _of_records(people, lambda m, f: person_finder(m, f, TOP))


def _splink(
    note: Note, label: str, people: People, words: tuple[Words, Words], seed: int, *, every_field: bool = True
) -> Candidates:
    started = perf_counter()
    missing, found = (plain_rows(records, *words) for records in (people.missing, people.found))
    pairs = link_children(missing, found, seed, every_field=every_field)
    note(f"{label}: {pairs.scored:,} pairs scored of {len(missing) * len(found):,}")
    return ranked(list(pairs.missing), list(pairs.found), pairs.weight, perf_counter() - started)


def _anonlink(people: People) -> Candidates:
    started = perf_counter()
    sides = [plain_rows(records, *_ASCII) for records in (people.missing, people.found)]
    missing, found = (clks(values(rows)) for rows in sides)
    dice, left, right = candidates(missing, found, DICE, TOP)
    return _ranked(people, (left, right, dice), started)


def _of_records(people: People, engine: Callable[..., Arrays]) -> Candidates:
    started = perf_counter()
    return _ranked(people, engine(people.missing, people.found), started)


def _ranked(people: People, found: Arrays, started: float) -> Candidates:
    left, right, score = found
    missing, other = ([record.record_id for record in side] for side in (people.missing, people.found))
    ids: Sequence[list[str]] = ([missing[i] for i in left.tolist()], [other[i] for i in right.tolist()])
    return ranked(ids[0], ids[1], score, perf_counter() - started)
