"""Suspicions become alarms: one for each subject, which more records join."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from api.hub.probing.counting import Rules
from api.hub.probing.suspicions import Suspicion
from api.hub.storage import alarms, candidates
from api.hub.storage.alarms import CLEARED, SLOW, Alarm
from api.hub.storage.entries import refs_in
from api.service.audit.entries import Entry

GROWN = 2
"""A cleared alarm opens again when it has this many times the records that it was cleared with."""


def raise_alarms(conn: Connection, suspicions: Iterable[Suspicion], rules: Rules, now: datetime) -> list[Entry]:
    """Raise alarms, and let records join those that there are; what the audit log is to be told.

    Doing it twice changes nothing the second time, but for the end of a time to slow.
    """
    told = (_raise(conn, suspicion, rules, now) for suspicion in suspicions)
    return [entry for entry in told if entry is not None]


def _raise(conn: Connection, suspicion: Suspicion, rules: Rules, now: datetime) -> Entry | None:
    effect = {
        "effect": suspicion.effect,
        "until": now + rules[suspicion.partner_id].slow if suspicion.effect == SLOW else None,
    }
    known = _known(conn, suspicion)
    if known is None:
        values = {"subject": suspicion.subject, "partner_id": suspicion.partner_id, "kind": suspicion.kind, **effect}
        number = alarms.add(conn, values, now)
        return _opened(conn, number, suspicion, _joined(conn, number, suspicion, True), now, effect)
    total = _joined(conn, known.id, suspicion, False)
    if known.state != CLEARED:
        if total != known.records:
            _tell(conn, known.id, suspicion.refs, now)
            kept = effect if known.effect == SLOW and known.state == alarms.OPEN else {}
            alarms.change(conn, known.id, now, records=total, **kept)
        return None
    if total < GROWN * known.records:
        return None
    total = _joined(conn, known.id, suspicion, True)
    return _opened(conn, known.id, suspicion, total, now, effect)


def _known(conn: Connection, suspicion: Suspicion) -> Alarm | None:
    """The alarm that is about this already: of variants the one that has any of the group, however it has grown."""
    found = alarms.about(conn, suspicion.subject)
    if found is None and suspicion.kind == "variants":
        found = alarms.holding(conn, suspicion.partner_id, suspicion.kind, suspicion.refs)
    return found


def _joined(conn: Connection, alarm_id: int, suspicion: Suspicion, whole: bool) -> int:
    """Let the records join; how many the alarm has then."""
    refs = suspicion.refs
    if whole and suspicion.whole is not None:
        refs |= refs_in(conn, suspicion.whole)
    return alarms.add_records(conn, alarm_id, suspicion.partner_id, refs)


def _tell(conn: Connection, alarm_id: int, refs: frozenset[str] | None, now: datetime) -> None:
    """Custodians are told again of candidates with these records of an alarm (None for all): stopped from now on."""
    candidates.show_again_of(conn, alarms.record_ids(conn, alarm_id, refs), now)


def _opened(
    conn: Connection, number: int, suspicion: Suspicion, total: int, now: datetime, effect: dict[str, Any]
) -> Entry:
    alarms.change(conn, number, now, state=alarms.OPEN, records=total, **effect)
    _tell(conn, number, None, now)
    facts = {"alarm": number, "kind": suspicion.kind, "records": total}
    return Entry("alarm-raised", "hub", now, about=suspicion.partner, facts=facts)
