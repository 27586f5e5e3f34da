"""How the exchange with the hub stands, from the database alone; nothing of candidates."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from api.holder.mailing.noted import mail_status
from api.holder.masking.noted import masked_status
from api.holder.storage import facts, next_key, outbox
from api.holder.sync import hub_facts
from api.holder.sync.audit_alarm import alarm_of
from api.holder.sync.lane import noted_problem
from api.holder.sync.photo_following import photo_status
from api.service.database import Database


def exchange_status(database: Database) -> dict[str, Any]:
    """Counted receipts, oldest wait, last contact, and what stands in the way (kind, detail, since)."""
    with database.read() as conn:
        hub, counts = hub_facts.load(conn), outbox.counts(conn)
        mail, pictures, masked = mail_status(conn), photo_status(conn), masked_status(conn)
        contact, alarm = facts.get(conn, facts.LAST_CONTACT), alarm_of(conn)
        ahead = next_status(conn)
        out, into = noted_problem(conn, facts.OUTBOX_PROBLEM), noted_problem(conn, facts.INBOX_PROBLEM)
    return {
        "hub": None if hub is None else hub.name,
        "partner": None if hub is None else hub.partner,
        "trusted": hub is not None and hub.trusted,
        "summary": f"{counts.arrived:,} of {counts.total:,} arrived",
        "waiting": counts.waiting,
        "arrived": counts.arrived,
        "refused": counts.refused,
        "oldest_waiting": moment_text(counts.oldest_waiting),
        "next_key": ahead,
        "last_contact": contact,
        "mail": mail,
        "photos": pictures,
        "masked": masked,
        "problem": (out if counts.waiting else None) or into,
        "audit_alarm": alarm,
    }


def next_status(conn: Connection) -> dict[str, Any] | None:
    """How far records have gone under the next linkage key; None when there is none."""
    under = facts.get(conn, facts.NEXT_UNDER)
    if under is None:
        return None
    counts = next_key.counts(conn)
    return {
        "epoch": under.split()[1], "waiting": counts.waiting, "arrived": counts.arrived, "refused": counts.refused,
        "problem": noted_problem(conn, facts.NEXT_PROBLEM) if counts.waiting else None,
    }  # fmt: skip


def moment_text(moment: datetime | None) -> str | None:
    """A moment in ISO 8601, or None."""
    return None if moment is None else moment.isoformat()
