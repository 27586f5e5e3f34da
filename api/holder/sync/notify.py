"""Desks are told of what came and reminded of what is overdue, in the same empty words."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import Connection

from api.holder.reviewing import escalation
from api.holder.staff.offices import office_index
from api.holder.storage import facts, inbox, offices
from api.holder.sync.telling import WAYS, NoticeSettings, Round, Tell
from api.holder.vault.vault import Vault
from api.service.clock import Clock, utc_now
from api.service.database import Database

AT_MOST_EVERY = timedelta(minutes=1)


class Notifier:
    """Tells desks once for all candidates that came since, at most once a minute; tries again until it worked.

    The desk of a record's office is told if it has an e-mail address, and that of the organisation otherwise.
    Of what is overdue they are reminded at most once a day.
    """

    def __init__(
        self, database: Database, settings: NoticeSettings, clock: Clock = utc_now,
        ways: Mapping[str, Tell] = WAYS, vault: Vault | None = None,
    ) -> None:  # fmt: skip
        """Tell in each of these ways, by name; without a vault offices have no desks of their own."""
        self._database, self.settings, self._clock, self._vault = database, settings, clock, vault
        self._news, self._reminders = Round(ways), Round(ways)
        self._last_try: datetime | None = None
        self._last_reminder: datetime | None = None

    def notify(self) -> bool:
        """Tell desks of what is new or overdue; False when one could not be told, and is to be tried again."""
        told, reminded = self._tell_news(), self._remind()
        return told and reminded

    def _tell_news(self) -> bool:
        now = self._clock()
        with self._database.read() as conn:
            waiting = inbox.unnotified(conn)
            last = facts.get(conn, facts.LAST_NOTICE)
            desks = [] if waiting is None else self._desks(conn, waiting.offices)
        if waiting is None or _too_soon(self._last_try, now) or _too_soon(last, now):
            return waiting is None
        self._last_try = now
        if not self._news.tell(desks, now):
            return False
        with self._database.write() as conn:
            inbox.mark_notified(conn, waiting.up_to, now)
            facts.put(conn, facts.LAST_NOTICE, now.isoformat(), now)
        return True

    def _remind(self) -> bool:
        now = self._clock()
        with self._database.read() as conn:
            found = escalation.overdue(conn, now)
            desks = [] if found is None else self._desks(conn, found.offices)
        if found is None or _too_soon(self._last_reminder, now):
            return found is None
        self._last_reminder = now
        if found.escalates and self.settings.escalations:
            desks.append(replace(self.settings, emails=self.settings.escalations, webhook=None))
        if not self._reminders.tell(desks, now):
            return False
        with self._database.write() as conn:
            escalation.note(conn, found, now)
        return True

    def _desks(self, conn: Connection, wanted: Collection[bytes | None]) -> list[NoticeSettings]:
        """The desks of offices (None for no office), each to be told by itself."""
        addresses = self._addresses(conn)
        own = sorted({addresses[office] for office in wanted if office in addresses})
        rest: Sequence[str] = self.settings.emails if any(office not in addresses for office in wanted) else ()
        apart = [replace(self.settings, emails=(address,), webhook=None) for address in own]
        return [replace(self.settings, emails=rest), *apart]

    def _addresses(self, conn: Connection) -> dict[bytes | None, str]:
        vault = self._vault
        if vault is None:
            return {}
        return {office_index(vault, each.name): each.email for each in offices.everything(conn) if each.email}


def _too_soon(last: datetime | str | None, now: datetime) -> bool:
    moment = datetime.fromisoformat(last) if isinstance(last, str) else last
    # A moment that lies ahead comes from a clock that was set back: it does not count.
    return moment is not None and timedelta(0) <= now - moment < AT_MOST_EVERY
