"""What each written text says for each place, and which place as the answer agrees with most of it."""

from collections.abc import Iterable, Mapping
from functools import lru_cache

from encoder.gazetteer.candidates import CACHE, Candidates
from encoder.gazetteer.load import Level, gazetteer

FIELD_WEIGHTS = (0.6, 1.0, 1.2, 0.9, 0.6, 0.4)
"""What a field is worth against another, country to landmark: clerks know the district better than the sub-district."""
LEVEL_FACTORS = (1.0, 0.55, 0.35, 0.2, 0.1)
"""What a name counts by how many levels it stands from its own."""
FORMER = 0.8
"""An answer agrees this much with the district that its own was cut out of."""
PART = 0.6
"""What a part of an address written into one field counts against a field of its own, whatever its level."""

Evidence = Mapping[int, float]
"""Places that one text may name, and what it adds to an answer that agrees with them."""


@lru_cache(CACHE)
def evidence(candidates: Candidates, field: int, of_several: bool) -> Evidence:
    """What a text says, as a name in its field or as one of several parts of an address written into it."""
    levels = gazetteer().levels
    if of_several:
        return {place: PART * quality * FIELD_WEIGHTS[levels[place]] for place, quality in candidates}
    return {place: quality * _worth(field, levels[place]) for place, quality in candidates}


def _worth(field: int, level: Level) -> float:
    return FIELD_WEIGHTS[field] * LEVEL_FACTORS[abs(min(field, Level.VILLAGE) - level)]


@lru_cache(CACHE)
def chain(place: int) -> Mapping[int, float]:
    """What an answer agrees with, and how much: itself, what is above it, what its district was cut out of."""
    known = gazetteer()
    agrees = dict.fromkeys(known.ancestors(place), 1.0)
    for above in tuple(agrees):
        for former in known.former.get(above, ()):
            agrees.setdefault(former, FORMER)
    return agrees


def answers(said: list[Evidence]) -> list[int]:
    """The places that agree with most; of a place and one above it that agree alike, the one above."""
    best, found = 0.0, list[int]()
    for place in _worth_trying(said):
        score = round(_agreement(said, chain(place)), 6)
        if score > best:
            best, found = score, [place]
        elif score == best:
            found.append(place)
    if len(found) == 1:
        return found
    alike = set(found)
    return [place for place in found if alike.isdisjoint([*gazetteer().ancestors(place)][1:])]


def _worth_trying(said: list[Evidence]) -> Iterable[int]:
    """Places that something names; of the many of one name, only those below another place that is named, if any."""
    tried = dict[int, None]()
    for one in said:
        placed = _below_another(one, said) if len(one) > 1 else []
        tried |= dict.fromkeys(place for place in placed or one if _placed(place, said))
    return tried


def _below_another(one: Evidence, said: list[Evidence]) -> list[int]:
    levels = gazetteer().levels
    others = {place for other in said if other is not one for place in other if levels[place]}
    return [place for place in one if any(found in others for found in chain(place) if found != place)]


def _placed(place: int, said: list[Evidence]) -> bool:
    """Whether more than its own name speaks for a village: there are villages of one name everywhere."""
    known = gazetteer()
    if known.levels[place] < Level.VILLAGE:
        return True
    above = known.above[place]
    return any(found in one for found in chain(above) if known.levels[found] or found == above for one in said)


def _agreement(said: list[Evidence], agrees: Mapping[int, float]) -> float:
    total = 0.0
    for one in said:
        best = 0.0
        for place in agrees if len(agrees) < len(one) else one:
            if place in one and place in agrees and (worth := one[place] * agrees[place]) > best:
                best = worth
        total += best
    return total
