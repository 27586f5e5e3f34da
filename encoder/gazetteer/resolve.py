"""The fields of a home read together: which places they name, and how sure that is.

Every place that some field may name is tried as the answer. What counts is how much of what was written lies above it:
a state tells two districts of one name apart, a sub-district written as a village still finds its district.
"""

from collections.abc import Iterable
from functools import lru_cache

from encoder.gazetteer.candidates import Candidates, is_code, named, parts
from encoder.gazetteer.evidence import Evidence, answers, chain, evidence
from encoder.gazetteer.home import FIELDS, ResolvedHome, ResolvedPlace, Share
from encoder.gazetteer.load import NOWHERE, Level, gazetteer
from encoder.gazetteer.nearest import nearest
from encoder.names.places import place_tokens
from encoder.record import RawRecord

MOST_POSSIBLE = 4
"""With more places that fit alike, only what they all lie in counts."""
ANY_STATE_OR_DISTRICT = (Level.STATE, Level.DISTRICT)
NAMED_LEVELS = (Level.STATE, Level.DISTRICT, Level.SUBDISTRICT)
CACHE = 1 << 16
HOMES = 1 << 17
"""Homes kept: a file is read twice, once for what a clerk could mend and once for its tokens."""

Texts = tuple[str | None, ...]
Reading = tuple[tuple[Candidates, ...], ...]
"""For each field, the places that each part of its text may name. Spellings of one place have one reading."""


def resolve(record: RawRecord) -> ResolvedHome:
    """The places that a record's home lies in."""
    return resolve_texts(tuple(getattr(record, field) for field in FIELDS))


@lru_cache(HOMES)
def resolve_texts(texts: Texts) -> ResolvedHome:
    """The places that six texts name, country to landmark; None where a field is not known."""
    reading = _near_the_rest(tuple(_candidates(text, field) if text else () for field, text in enumerate(texts)))
    return _resolved(_completed(reading, texts, _answers(reading)))


def _near_the_rest(reading: Reading) -> Reading:
    """The reading without the namesakes: what villages and landmarks name far from any place of the fields above."""
    levels = gazetteer().levels
    upper = {place for several in reading[: Level.VILLAGE] for part in several for place, _ in part if levels[place]}
    if not upper:
        return reading
    lower = [[_near(part, upper) for part in several] for several in reading[Level.VILLAGE :]]
    return (*reading[: Level.VILLAGE], *map(tuple, lower))


def _near(candidates: Candidates, upper: set[int]) -> Candidates:
    return tuple(one for one in candidates if not upper.isdisjoint(chain(one[0])) or _of_country(one[0]))


def _of_country(place: int) -> bool:
    """Whether nothing is known of where a town lies but the country."""
    return gazetteer().levels[gazetteer().above[place]] == Level.COUNTRY


@lru_cache(CACHE)
def _candidates(text: str, field: int) -> tuple[Candidates, ...]:
    split = parts(text)
    if len(split) == 1 and not place_tokens(text):
        return ()
    return tuple(named(part, field, len(split) > 1) for part in split)


def _evidence(reading: Reading, field: int) -> list[Evidence]:
    several = len(reading[field]) > 1
    return [evidence(candidates, field, several) for candidates in reading[field]]


@lru_cache(CACHE)
def _answers(reading: Reading) -> tuple[int, ...]:
    return tuple(answers([one for field in range(len(FIELDS)) for one in _evidence(reading, field) if one]))


def _completed(reading: Reading, texts: Texts, found: tuple[int, ...]) -> Reading:
    """The reading once misspelled places below what is understood are found as well, the coarse ones first."""
    for field in (*NAMED_LEVELS, Level.VILLAGE):
        text = texts[field]
        if not text or _settled(reading[field], field, found) or is_code(text):
            continue
        within = _scope(found, field)
        if within is not None and (more := nearest(text, field, within)):
            first, *rest = reading[field] or ((),)
            reading = (*reading[:field], ((*first, *more), *rest), *reading[field + 1 :])
            found = _answers(reading)
    return reading


def _settled(several: tuple[Candidates, ...], field: int, found: tuple[int, ...]) -> bool:
    """Whether a field agrees with the answers, or names a state or district elsewhere: no misspelling, but wrong."""
    levels = gazetteer().levels
    return any(
        (field <= Level.DISTRICT and levels[place] == field) or any(place in chain(answer) for answer in found)
        for candidates in several
        for place, _ in candidates
    )


def _scope(found: tuple[int, ...], level: Level) -> int | None:
    """The place below which a misspelled place of a level is looked for; None for nowhere."""
    known = gazetteer()
    above = [place for place in known.ancestors(found[0]) if known.levels[place] < level] if len(found) == 1 else []
    if level in ANY_STATE_OR_DISTRICT:
        return above[0] if above else NOWHERE
    close = bool(above) and known.levels[above[0]] >= level - 2 and known.levels[above[0]] >= Level.STATE
    return above[0] if close else None


def _common(found: tuple[int, ...]) -> tuple[int, ...]:
    """The lowest place that all answers lie in, if there is one."""
    lines = [[*gazetteer().ancestors(place)] for place in found]
    return tuple(place for place in lines[0] if all(place in line for line in lines))[:1]


@lru_cache(CACHE)
def _resolved(reading: Reading) -> ResolvedHome:
    levels, found = gazetteer().levels, _answers(reading)
    agreed = {place for answer in found for place in chain(answer)}
    named = {f: {place for part in several for place, _ in part} for f, several in enumerate(reading) if several}
    understood = [field for field in named if not agreed.isdisjoint(named[field])]
    against = [f for f in named if found and f <= Level.DISTRICT and named[f] and f not in understood]
    shares = _shares(found if len(found) <= MOST_POSSIBLE else _common(found))
    for field in against:
        for place in [place for place in named[field] if levels[place] == field][:2]:
            shares = dict.fromkeys(gazetteer().ancestors(place), Share.POSSIBLE) | shares
    finer = [f for f in understood if f in ANY_STATE_OR_DISTRICT and all(levels[p] > f for p in agreed & named[f])]
    return ResolvedHome(
        tuple(_place(place, shares[place]) for place in sorted(shares, key=lambda place: (levels[place], place))),
        _fields(understood),
        _fields(against),
        _fields(field for field in NAMED_LEVELS if field in named and not named[field]),
        _fields(finer),
        len({gazetteer().up_to(place, Level.DISTRICT) for place in found}) > 1,
    )


@lru_cache(CACHE)
def _place(place: int, share: Share) -> ResolvedPlace:
    return ResolvedPlace(place, gazetteer().levels[place], share)


def _shares(found: tuple[int, ...]) -> dict[int, Share]:
    """What all answers lie in is sure, the rest possible."""
    lines = [set(gazetteer().ancestors(place)) for place in found]
    return {p: Share.SURE if all(p in line for line in lines) else Share.POSSIBLE for line in lines for p in line}


def _fields(numbers: Iterable[int]) -> frozenset[str]:
    return frozenset(FIELDS[number] for number in numbers)
