"""Looking through the directory of organisations: the same at the hub and in a gateway's own copy."""

import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from api.wire.directory import (
    DirectoryEntry,
    District,
    NextStep,
    NextStepItem,
    NextStepReason,
    Organisation,
    OrganisationKind,
    Service,
)


@dataclass(frozen=True)
class OrganisationFilter:
    """Which organisations to list; None asks for nothing. Places are districts, and nothing of a child belongs here."""

    kind: OrganisationKind | None = None
    country: str | None = None
    state: str | None = None
    district: str | None = None
    service: Service | None = None
    language: str | None = None
    q: str | None = None
    """Part of the title, or of the partner's name."""


@lru_cache(maxsize=4096)
def plain(text: str) -> str:
    """A name of a place or a language as it is compared: without case, spaces and compatibility forms."""
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


def fits(organisation: Organisation, wanted: OrganisationFilter) -> bool:
    """Whether an organisation is asked for."""
    entry = organisation.entry
    place = (wanted.country, wanted.state, wanted.district)
    return (
        wanted.kind in (None, entry.kind)
        and (wanted.service is None or wanted.service in entry.services)
        and (wanted.language is None or plain(wanted.language) in map(plain, entry.languages))
        and (wanted.q is None or any(plain(wanted.q) in plain(text) for text in (entry.title, organisation.partner)))
        and (place == (None, None, None) or any(_meets(served, place) for served in entry.districts))
    )


def serves(entry: DirectoryEntry, place: District) -> int:
    """How closely an organisation serves a place: 3 its district, 2 its whole state, 1 its whole country, 0 not.

    An organisation of one district does not serve a place of which no district is known.
    """
    asked = (place.country, place.state, place.district)
    return max((_depth(served) for served in entry.districts if _covers(served, asked)), default=0)


def next_step(organisations: Iterable[Organisation], found: District, home: District) -> NextStep:
    """Whom to call for a child found in one district from another, in order: by reason, the closest serving first.

    Args:
        organisations: the directory.
        found: where the child was found; a district at most.
        home: where it comes from.
    """
    ranked: dict[str, tuple[Organisation, list[NextStepReason]]] = {}
    everyone = sorted(organisations, key=lambda organisation: organisation.partner)
    for reason, judge in _REASONS:
        close = [(judge(organisation.entry, found, home), organisation) for organisation in everyone]
        for nearness, organisation in sorted(close, key=lambda pair: -pair[0]):
            if nearness:
                ranked.setdefault(organisation.partner, (organisation, []))[1].append(reason)
    items = [NextStepItem(organisation=one, reasons=tuple(reasons)) for one, reasons in ranked.values()]
    return NextStep(found=found, home=home, items=items)


_Judge = Callable[[DirectoryEntry, District, District], int]


def _repatriates(entry: DirectoryEntry, found: District, home: District) -> int:
    """Across borders only."""
    if plain(found.country) == plain(home.country) or "repatriation" not in entry.services:
        return 0
    return max(serves(entry, home), serves(entry, found))


def _helps(entry: DirectoryEntry, found: District, home: District) -> int:
    by_telephone = entry.kind == "helpline" or "helpline" in entry.services
    return max(serves(entry, home), serves(entry, found)) if by_telephone else 0


def _of_home(kind: OrganisationKind) -> _Judge:
    return lambda entry, found, home: serves(entry, home) if entry.kind == kind else 0


def _at_home(service: Service) -> _Judge:
    return lambda entry, found, home: serves(entry, home) if service in entry.services else 0


def _near_found(kind: OrganisationKind | None, service: Service | None) -> _Judge:
    def judge(entry: DirectoryEntry, found: District, home: District) -> int:
        return serves(entry, found) if entry.kind == kind or service in entry.services else 0

    return judge


_REASONS: Sequence[tuple[NextStepReason, _Judge]] = (
    ("committee_of_home", _of_home("child_welfare_committee")),
    ("repatriation", _repatriates),
    ("police_of_home", _of_home("police")),
    ("tracing_at_home", _at_home("tracing")),
    ("committee_near_found", _near_found("child_welfare_committee", None)),
    ("shelter_near_found", _near_found("shelter", "shelter")),
    ("legal_aid_near_found", _near_found(None, "legal_aid")),
    ("helpline", _helps),
)


def _parts(served: District) -> tuple[str, str | None, str | None]:
    return served.country, served.state, served.district


def _meets(served: District, asked: Sequence[str | None]) -> bool:
    """Whether the two have ground in common as far as either says."""
    pairs = zip(_parts(served), asked, strict=True)
    return all(mine is None or theirs is None or plain(mine) == plain(theirs) for mine, theirs in pairs)


def _covers(served: District, asked: Sequence[str | None]) -> bool:
    """Whether all of the place is served."""
    pairs = zip(_parts(served), asked, strict=True)
    return all(mine is None or (theirs is not None and plain(mine) == plain(theirs)) for mine, theirs in pairs)


def _depth(served: District) -> int:
    return sum(part is not None for part in _parts(served))
