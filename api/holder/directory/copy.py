"""The gateway's copy of the whole directory: searched here, offline too, so that the hub never learns a question."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from pydantic import BaseModel, ConfigDict
from sqlalchemy import Connection

from api.holder.storage import facts
from api.service.organisations import OrganisationFilter, fits, next_step
from api.wire.directory import DirectoryPage, District, NextStep, Organisation


class DirectoryCopy(BaseModel):
    """All organisations by name, as the hub listed them at a moment."""

    model_config = ConfigDict(frozen=True)

    as_of: datetime
    items: tuple[Organisation, ...]


@dataclass(frozen=True)
class Found:
    """One page of a search in the copy; `as_of` None when there is no copy yet."""

    as_of: datetime | None
    page: DirectoryPage


def load(conn: Connection) -> DirectoryCopy | None:
    """The copy, or None before the first."""
    text = facts.get(conn, facts.DIRECTORY_COPY)
    return None if text is None else DirectoryCopy.model_validate_json(text)


def as_of(conn: Connection) -> datetime | None:
    """When the copy was made, without reading it."""
    return facts.changed_at(conn, facts.DIRECTORY_COPY)


def store(conn: Connection, copy: DirectoryCopy) -> None:
    """Keep a copy in place of the one before."""
    facts.put(conn, facts.DIRECTORY_COPY, copy.model_dump_json(), copy.as_of)


def fetch(page_after: Callable[[str | None], DirectoryPage], now: datetime) -> DirectoryCopy:
    """Put a copy together, page by page; `page_after` asks the hub and raises ProblemError."""
    items, after = list[Organisation](), None
    while True:
        page = page_after(after)
        items += page.items
        # Names only grow; a hub that does not keep to it must not be asked for ever.
        if page.next is None or (after is not None and page.next <= after):
            return DirectoryCopy(as_of=now, items=tuple(items))
        after = page.next


def search(copy: DirectoryCopy | None, wanted: OrganisationFilter, after: str | None, limit: int) -> Found:
    """Organisations of the copy that fit, by name."""
    if copy is None:
        return Found(None, DirectoryPage(items=[], next=None))
    found = [each for each in copy.items if each.partner > (after or "") and fits(each, wanted)]
    more = found[limit - 1].partner if found[limit:] else None
    return Found(copy.as_of, DirectoryPage(items=found[:limit], next=more))


def step(copy: DirectoryCopy | None, found: District, home: District) -> NextStep:
    """Whom to call for a child found in one place from another, by the copy."""
    return next_step(() if copy is None else copy.items, found, home)
