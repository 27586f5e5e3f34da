"""The alarm that an audit log contradicts what was seen of it: kept until a person has looked into it."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import structlog
from sqlalchemy import Connection

from api.holder.storage import audit, facts, witnessed
from api.service.audit.entries import Entry
from api.wire.audit import Checkpoint

GATEWAY = "gateway"
"""Who entries are by that the gateway makes itself."""

Kind = Literal["fork", "shrunk", "unproven", "unsigned", "own"]

_WHAT_TO_DO = "; keep this database, and have its operator verify it with what `milap holder audit witnesses` writes."
_DETAILS: dict[Kind, str] = {
    "fork": "The log shows other entries than before under the same numbers" + _WHAT_TO_DO,
    "shrunk": "The log has fewer entries than it had" + _WHAT_TO_DO,
    "unproven": "The hub brings no proof that its log only grew" + _WHAT_TO_DO,
    "unsigned": "The hub shows a checkpoint of its log that it did not sign" + _WHAT_TO_DO,
    "own": "The hub saw another state of this gateway's own log before; if the database was not restored from a backup,"
    " somebody changed it: run `milap holder verify-audit`.",
}


@dataclass(frozen=True)
class Contradiction:
    """What was found.

    Attributes:
        kind: in one word.
        origin: whose log it is.
        kept: what was seen before; None when it is not here.
        shown: what is shown now; None when nothing is.
    """

    kind: Kind
    origin: str
    kept: Checkpoint | None = None
    shown: Checkpoint | None = None


def alarm_of(conn: Connection) -> dict[str, Any] | None:
    """The standing alarm (kind, log, detail, since), or None."""
    text = facts.get(conn, facts.AUDIT_ALARM)
    if text is None:
        return None
    found = json.loads(text)
    return {name: found[name] for name in ("kind", "log", "detail", "since")}


def raise_alarm(conn: Connection, found: Contradiction, now: datetime) -> None:
    """Note a contradiction, with both checkpoints as evidence in the own log. While an alarm stands it stays."""
    if facts.get(conn, facts.AUDIT_ALARM) is not None:
        return
    shown = None if found.shown is None else found.shown.model_dump_json()
    kept = None if found.kept is None else found.kept.model_dump_json()
    document = {
        "kind": found.kind, "log": found.origin, "detail": _DETAILS[found.kind], "since": now.isoformat(),
        "shown": shown,
    }  # fmt: skip
    facts.put(conn, facts.AUDIT_ALARM, json.dumps(document), now)
    evidence = {"kept": kept, "shown": shown}
    audit.note(conn, Entry("audit-alarm-raised", GATEWAY, now, found.origin, why=found.kind, facts=evidence))
    structlog.get_logger().error("an audit log contradicts what was seen of it", problem=found.kind)


def accept(conn: Connection, by: str, now: datetime) -> dict[str, Any] | None:
    """Take the log as it is now, and end the alarm; its evidence stays in the own log. None when there was none."""
    found = alarm_of(conn)
    if found is None:
        return None
    shown = json.loads(facts.get(conn, facts.AUDIT_ALARM) or "{}")["shown"]
    witnessed.forget(conn, found["log"])
    if shown is not None and found["kind"] != "unsigned":
        witnessed.keep(conn, Checkpoint.model_validate_json(shown), now)
    facts.remove(conn, facts.AUDIT_ALARM)
    audit.note(conn, Entry("audit-alarm-accepted", by, now, found["log"], why=found["kind"]))
    return found
