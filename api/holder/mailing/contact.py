"""The contact message: once a reporter has accepted, each desk tells the other whom to call."""

from typing import Final

from sqlalchemy import Connection

from api.holder.intake.content import open_content
from api.holder.intake.reading import read_cells
from api.holder.mailing import noted, stored
from api.holder.mailing.texts import MAX_CHARACTERS
from api.holder.storage import audit, facts, messages, records
from api.holder.storage.messages import OUT, WAITING, Topic
from api.holder.vault.vault import Vault
from api.service.audit.entries import Entry
from api.service.clock import Clock
from api.service.database import Database
from api.wire.life import CandidateState
from api.wire.names import new_ref

_STATES: tuple[CandidateState, ...] = ("accepted", "contact")
_AT_ONCE = 50
BY: Final = "gateway"


class ContactDesk:
    """Writes the contact messages that are due, each once.

    Args:
        database: keeps them.
        vault: opens the own record and seals the text.
        desk: whom to call, the setting contact_desk; when it is empty nothing is written, and that is noted.
        clock: the gateway's clock.
    """

    def __init__(self, database: Database, vault: Vault, desk: str, clock: Clock) -> None:
        self._database, self._vault, self._desk, self._clock = database, vault, desk.strip(), clock

    def write_due(self) -> bool:
        """Write what is due; True when there is more."""
        with self._database.read() as conn:
            missing = facts.get(conn, noted.CONTACT_MISSING) is not None
            due = messages.without_contact(conn, _STATES, _AT_ONCE) if self._desk else []
        if missing == bool(self._desk):
            self._note_missing()
        for topic in due:
            with self._database.write() as conn:
                self._write(conn, topic)
        return len(due) == _AT_ONCE

    def _write(self, conn: Connection, topic: Topic) -> None:
        if messages.has_contact(conn, topic.candidate):
            return
        name, now = new_ref(), self._clock()
        text = self._text(conn, topic)
        values = {
            "name": name, "direction": OUT, "candidate": topic.candidate, "partner": topic.partner, "kind": "contact",
            "state": WAITING, "by": BY, "sealed": stored.seal_text(self._vault, OUT, name, text, now.isoformat()),
        }  # fmt: skip
        messages.add(conn, values, now)
        audit.note(conn, Entry("contact-written", BY, now, about=topic.candidate))

    def _text(self, conn: Connection, topic: Topic) -> str:
        office = _office_to_tell(conn, self._vault, topic)
        return (self._desk if office is None else f"{self._desk}\n{office}")[:MAX_CHARACTERS]

    def _note_missing(self) -> None:
        now = self._clock()
        with self._database.write() as conn:
            if self._desk:
                facts.remove(conn, noted.CONTACT_MISSING)
            else:
                facts.put(conn, noted.CONTACT_MISSING, "set contact_desk", now)


def _office_to_tell(conn: Connection, vault: Vault, topic: Topic) -> str | None:
    """The office that has the child, where its record lets others know: an office may say where the child lives."""
    row = records.by_id(conn, topic.record_id) if topic.side == "custodian" else None
    if row is None or row.sealed is None:
        return None
    content = open_content(vault, row.ref, row.version, row.sealed)
    record = read_cells(content.cells).record
    return content.office if record is not None and not record.protect_location else None
