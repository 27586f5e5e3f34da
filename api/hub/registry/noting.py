"""What the operator did, for the audit log."""

from datetime import datetime

from sqlalchemy import Connection

from api.hub.storage import audit
from api.service.audit.entries import Entry, Fact

OPERATOR = "hub-operator"
"""Whoever works at the hub's keyboard."""


def note_act(conn: Connection, what: str, about: str, now: datetime, **facts: Fact) -> None:
    """Note an act of the operator's, as the last thing in its transaction."""
    audit.note(conn, Entry(what, OPERATOR, now, about, facts=facts))
