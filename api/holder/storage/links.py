"""Links of the own found records, as the hub tells of them, and what was said on them here."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, or_, select, update

from api.holder.storage import timelines
from api.holder.storage.records import Bounds
from api.holder.storage.tables import links, records
from api.service.statements import insert
from api.wire.links import LinkNotice, LinkState, LinkWord

JOINED = "joined"
_LONGEST_DETAIL = 300


@dataclass(frozen=True, slots=True)
class LinkRow:
    """One link; `levels` are pairs of what is compared and a level word (see tables.links)."""

    id: int
    name: str
    record_id: int
    own_version: int
    partner: str
    other_record_id: int | None
    levels: tuple[tuple[str, str], ...]
    state: LinkState
    revision: int
    own_word: LinkWord | None
    word: LinkWord | None
    word_by: str | None
    word_name: str | None
    word_revision: int | None
    word_sent: bool
    detail: str | None
    received_at: datetime
    changed_at: datetime


_ROWS = select(*(links.c[name] for name in LinkRow.__dataclass_fields__))


def page(
    conn: Connection, state: LinkState | None, after: int | None, limit: int, bounds: Bounds
) -> Sequence[LinkRow]:
    """Links of which one of the own records lies within the bounds, newest first, from below the id `after` on."""
    within = select(records.c.id).where(*bounds.conditions())
    wanted = _ROWS.where(or_(links.c.record_id.in_(within), links.c.other_record_id.in_(within)))
    wanted = wanted if state is None else wanted.where(links.c.state == state)
    wanted = wanted if after is None else wanted.where(links.c.id < after)
    return [_row(found) for found in conn.execute(wanted.order_by(links.c.id.desc()).limit(limit)).mappings()]


def by_name(conn: Connection, name: str, *, lock: bool = False) -> LinkRow | None:
    """The link of a name; with `lock` nobody else changes it until the transaction ends."""
    wanted = _ROWS.where(links.c.name == name)
    found = conn.execute(wanted.with_for_update() if lock else wanted).mappings().first()
    return None if found is None else _row(found)


def store(conn: Connection, notices: Sequence[LinkNotice], now: datetime) -> int:
    """Write notices, the later over the earlier of the same link; gives how many had no found record here.

    What was said here and the hub has not answered stays. The timelines of joined links, and of those that were
    joined, are to be asked for again.
    """
    refs = [ref for notice in notices for ref in (notice.own_ref, notice.other_ref) if ref is not None]
    wanted = select(records.c.ref, records.c.id).where(records.c.ref.in_(refs), records.c.kind == "found")
    # Of an erased record nothing comes back, not even that its links are withdrawn.
    wanted = wanted.where(records.c.state != "erased")
    known = {row.ref: row.id for row in conn.execute(wanted)}
    for notice in notices:
        if notice.own_ref in known:
            _upsert(conn, notice, known, now)
    return sum(notice.own_ref not in known for notice in notices)


def _upsert(conn: Connection, notice: LinkNotice, known: dict[str, int], now: datetime) -> None:
    before = by_name(conn, notice.link)
    told: dict[str, Any] = {
        "record_id": known[notice.own_ref], "own_version": notice.own_version, "partner": notice.partner,
        "other_record_id": known.get(notice.other_ref or ""), "state": notice.state, "revision": notice.revision,
        "levels": json.dumps([[each.what, each.level] for each in notice.levels]), "own_word": notice.own_word,
        "changed_at": now,
    }  # fmt: skip
    statement = insert(conn, links).values(name=notice.link, received_at=now, word_sent=True, **told)
    conn.execute(statement.on_conflict_do_update(index_elements=[links.c.name], set_=told))
    if JOINED in (notice.state, before and before.state):
        _timelines_due(conn, told["record_id"], told["other_record_id"])


def _timelines_due(conn: Connection, *record_ids: int | None) -> None:
    timelines.mark_due(conn, [number for number in record_ids if number is not None])


def say(conn: Connection, row: LinkRow, word: LinkWord, name: str, by: str, now: datetime) -> None:
    """Write down a word on a locked link as it stands, to be sent under a name."""
    values = {
        "word": word, "word_by": by, "word_name": name, "word_revision": row.revision, "word_sent": False,
        "detail": None, "changed_at": now,
    }  # fmt: skip
    conn.execute(update(links).where(links.c.id == row.id).values(**values))


def waiting(conn: Connection, limit: int) -> Sequence[LinkRow]:
    """Links with a word that the hub has not answered, oldest first."""
    wanted = _ROWS.where(links.c.word_sent.is_(False)).order_by(links.c.id).limit(limit)
    return [_row(found) for found in conn.execute(wanted).mappings()]


def settle_taken(conn: Connection, row: LinkRow, state: LinkState, revision: int, now: datetime) -> None:
    """Note that the hub has taken a word, and what it brought; later news of the link stay."""
    sent = update(links).where(links.c.name == row.name, links.c.word_name == row.word_name)
    if not conn.execute(sent.values(word_sent=True, own_word=row.word, changed_at=now)).rowcount:
        return
    older = update(links).where(links.c.name == row.name, links.c.revision < revision)
    conn.execute(older.values(state=state, revision=revision))
    if JOINED in (state, row.state):
        _timelines_due(conn, row.record_id, row.other_record_id)


def settle_refused(conn: Connection, row: LinkRow, detail: str, now: datetime) -> bool:
    """Note why the hub refused a word; False when that was noted before."""
    sent = update(links).where(
        links.c.name == row.name, links.c.word_name == row.word_name, links.c.word_sent.is_(False)
    )
    values = {"word_sent": True, "detail": detail[:_LONGEST_DETAIL], "changed_at": now}
    return bool(conn.execute(sent.values(**values)).rowcount)


def _row(found: Any) -> LinkRow:
    levels = tuple((what, level) for what, level in json.loads(found["levels"]))
    return LinkRow(**{**found, "levels": levels})
