"""The gazetteer itself: places by number, and the keys that lead to them. The file is read when first asked for."""

import gzip
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum
from functools import cache
from importlib import resources

from encoder.gazetteer.forms import compass_first, fold

FORMAT = "# Milap gazetteer, format 1, data 2026-11: code, above, latin, native, former, near"
FILE = "places.tsv.gz"
NOWHERE = -1


class Level(IntEnum):
    """How far down a place lies."""

    COUNTRY = 0
    STATE = 1
    DISTRICT = 2
    SUBDISTRICT = 3
    VILLAGE = 4


LEVELS = {
    "s": Level.STATE, "d": Level.DISTRICT, "f": Level.DISTRICT, "t": Level.SUBDISTRICT, "b": Level.SUBDISTRICT,
    "v": Level.VILLAGE, "w": Level.VILLAGE,
}  # fmt: skip
"""Level by the letter after the country in a code. f is a district that is no more, b a block, w a town."""


@dataclass(frozen=True, slots=True, repr=False)
class Gazetteer:
    """All places; a place is its number, which holds for this file only, and tokens are made of codes.

    Attributes:
        codes: code of each place: country, level letter, official number where there is one (`in.d303`).
        levels: level of each.
        above: number of the place above each, `NOWHERE` for a country.
        keys: keys of each place's Latin names.
        former: for a district, those it was cut out of.
        near: for a district, those beside it; for one that is no more, those on its land.
        by_key: places of a key; native names are their own keys.
        by_code: number of a code.
        below: places under a place.
    """

    codes: tuple[str, ...]
    levels: tuple[Level, ...]
    above: tuple[int, ...]
    keys: tuple[tuple[str, ...], ...]
    former: dict[int, tuple[int, ...]]
    near: dict[int, tuple[int, ...]]
    by_key: dict[str, tuple[int, ...]]
    by_code: dict[str, int]
    below: dict[int, list[int]]

    def ancestors(self, place: int) -> Iterator[int]:
        """The place itself and everything above it, upwards."""
        while place != NOWHERE:
            yield place
            place = self.above[place]

    def up_to(self, place: int, level: Level) -> int:
        """The place of a level above a place, or itself; `NOWHERE` when there is none."""
        return next((found for found in self.ancestors(place) if self.levels[found] == level), NOWHERE)


@cache
def gazetteer() -> Gazetteer:
    """The shipped gazetteer, read once."""
    packed = resources.files("encoder.gazetteer").joinpath("data", FILE).read_bytes()
    return parse(gzip.decompress(packed).decode())


def parse(text: str) -> Gazetteer:
    """Read the unpacked file.

    Raises `ValueError` when it is of another format.
    """
    first, *lines = text.splitlines()
    if first != FORMAT:
        raise ValueError("the gazetteer's file is of another format than this code; build it again")
    rows = [(line + "\t" * 5).split("\t")[:6] for line in lines]
    codes = tuple(row[0] for row in rows)
    by_code = {code: number for number, code in enumerate(codes)}
    above = _above([row[1] for row in rows], by_code)
    keys = _latin_keys([row[2] for row in rows])
    below: dict[int, list[int]] = {}
    for number, parent in enumerate(above):
        below.setdefault(parent, []).append(number)
    return Gazetteer(
        codes=codes,
        levels=tuple(LEVELS[code[3]] if len(code) > 2 else Level.COUNTRY for code in codes),
        above=above,
        keys=keys,
        former=_links([row[4] for row in rows], by_code),
        near=_links([row[5] for row in rows], by_code),
        by_key=_by_key(keys, [row[3] for row in rows]),
        by_code=by_code,
        below=below,
    )


def _above(cells: list[str], by_code: dict[str, int]) -> tuple[int, ...]:
    parents, parent = [], NOWHERE
    for cell in cells:
        parent = by_code[cell] if cell else parent
        parents.append(parent)
    return tuple(parents)


def _latin_keys(cells: list[str]) -> tuple[tuple[str, ...], ...]:
    """Keys of all names, folded in one go: that is what makes reading the file fast."""
    counts = [cell.count("|") + 1 for cell in cells]
    folded = [compass_first(key) for key in fold("\n".join(cells).replace("|", "\n")).split("\n")]
    keys, place = [], 0
    for count in counts:
        keys.append(tuple(folded[place : place + count]))
        place += count
    return tuple(keys)


def _by_key(keys: tuple[tuple[str, ...], ...], native: list[str]) -> dict[str, tuple[int, ...]]:
    found: dict[str, tuple[int, ...]] = {}
    for number, (latin, cell) in enumerate(zip(keys, native, strict=True)):
        for key in dict.fromkeys((*latin, *cell.split("|")) if cell else latin):
            found[key] = (*found.get(key, ()), number)
    return found


def _links(cells: list[str], by_code: dict[str, int]) -> dict[int, tuple[int, ...]]:
    return {n: tuple(by_code[code] for code in cell.split(",")) for n, cell in enumerate(cells) if cell}
