"""`milap holder directory …`."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, get_args

from api.holder.directory.entry_file import read_entry
from api.holder.directory.service import OrganisationDirectory
from api.service.clock import Clock, utc_now
from api.service.database import Database
from api.service.organisations import OrganisationFilter
from api.service.summaries import Summary, table
from api.wire.directory import OrganisationKind, Service
from matcher.errors import InputError

_PAGE = 200
_COLUMNS = ("partner", "country", "kind", "title", "services", "phone", "agreement until")


def publish(database: Database, file: Path, clock: Clock = utc_now) -> Summary:
    """Keep an entry from a file for the next exchange with the hub; InputError when it does not fit."""
    own = _directory(database, clock).publish(read_entry(file))
    lines = [f"{own['entry']['title']} is published with the next exchange; `milap holder sync` makes one now."]
    return Summary(own, lines)


def show(database: Database, clock: Clock = utc_now) -> Summary:
    """What this organisation says of itself, and whether the hub has it; ProblemError when it says nothing."""
    own = _directory(database, clock).own()
    entry = own["entry"]
    state = "published" if own["published"] else own["problem"] or "waits for the next exchange"
    lines = [
        f"{entry['title']} ({entry['kind']}): {state}.",
        f"Districts: {len(entry['districts'])}. Services: {', '.join(entry['services']) or '-'}.",
        f"Contact desk: {entry['contact_desk']['line']}, {entry['contact_desk']['phone'] or '-'}.",
    ]
    return Summary(own, lines)


def search(database: Database, wanted: OrganisationFilter, clock: Clock = utc_now) -> Summary:
    """Organisations of this gateway's copy of the directory that fit."""
    directory, after, items = _directory(database, clock), None, list[dict[str, Any]]()
    while True:
        page = directory.search(wanted, after, _PAGE)
        items += page["items"]
        after = page["next"]
        if after is None:
            break
    lines = table([_COLUMNS, *map(_cells, items)]) if items else ["The directory has no such organisation."]
    return Summary({"as_of": page["as_of"], "items": items}, [*lines, _age(page["as_of"])])


def filter_of(
    kind: str | None, country: str | None, state: str | None, district: str | None, service: str | None,
    language: str | None, text: str | None,
) -> OrganisationFilter:  # fmt: skip
    """A filter of words as they were typed; InputError when there is no such kind or service."""
    kinds: Sequence[OrganisationKind] = [word for word in get_args(OrganisationKind) if word == kind]
    services: Sequence[Service] = [word for word in get_args(Service) if word == service]
    if kind is not None and not kinds:
        raise InputError(f"A kind is one of {', '.join(get_args(OrganisationKind))}.")
    if service is not None and not services:
        raise InputError(f"A service is one of {', '.join(get_args(Service))}.")
    chosen = kinds[0] if kinds else None
    return OrganisationFilter(chosen, country, state, district, services[0] if services else None, language, text)


def _cells(item: dict[str, Any]) -> list[str]:
    entry, terms = item["entry"], item["agreement"]
    return [
        item["partner"], item["country"], entry["kind"], entry["title"], " ".join(entry["services"]) or "-",
        entry["contact_desk"]["phone"] or "-", "-" if terms is None else terms["until"],
    ]  # fmt: skip


def _age(as_of: str | None) -> str:
    return "There is no copy of the directory yet." if as_of is None else f"As of {as_of[:16].replace('T', ' ')} UTC."


def _directory(database: Database, clock: Clock) -> OrganisationDirectory:
    return OrganisationDirectory(database, clock, lambda: None)
