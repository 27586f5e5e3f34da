"""How the exchange with the hub stands, from the database alone; nothing of candidates."""

from datetime import datetime
from typing import Any

from api.holder.mailing.noted import mail_status
from api.holder.storage import facts, outbox
from api.holder.sync import hub_facts
from api.holder.sync.audit_alarm import alarm_of
from api.holder.sync.lane import noted_problem
from api.holder.sync.photo_following import photo_status
from api.service.database import Database


def exchange_status(database: Database) -> dict[str, Any]:
    """Counted receipts, oldest wait, last contact, and what stands in the way (kind, detail, since)."""
    with database.read() as conn:
        hub, counts = hub_facts.load(conn), outbox.counts(conn)
        mail, pictures = mail_status(conn), photo_status(conn)
        contact, alarm = facts.get(conn, facts.LAST_CONTACT), alarm_of(conn)
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
        "last_contact": contact,
        "mail": mail,
        "photos": pictures,
        "problem": (out if counts.waiting else None) or into,
        "audit_alarm": alarm,
    }


def moment_text(moment: datetime | None) -> str | None:
    """A moment in ISO 8601, or None."""
    return None if moment is None else moment.isoformat()
