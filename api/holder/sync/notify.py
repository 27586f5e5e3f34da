"""The custodian's desk is told that something waits, and nothing of what: no name, no number, no count."""

import json
import smtplib
import ssl
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid

import httpx
import structlog

from api.holder.storage import facts, inbox
from api.holder.sync.addresses import checked_address
from api.service.clock import Clock, utc_now
from api.service.database import Database
from matcher.errors import InputError

AT_MOST_EVERY = timedelta(minutes=1)
_SECONDS = 15.0
_SUBJECT = "Milap: please look at the inbox"
_SENTENCE = "There is something for the custodian's desk in the inbox of the gateway at {address}."


@dataclass(frozen=True)
class NoticeSettings:
    """Whom to tell, and how. Without addresses and webhook nobody is told.

    gateway   the gateway's name at the hub, or empty
    address   where the desk opens the gateway
    """

    gateway: str
    address: str
    smtp_host: str | None = None
    smtp_port: int = 587
    smtp_from: str | None = None
    smtp_starttls: bool = True
    emails: Sequence[str] = ()
    webhook: str | None = None

    def __repr__(self) -> str:
        """No address of a person."""
        return f"NoticeSettings({len(self.emails)} e-mail addresses, webhook {'set' if self.webhook else 'not set'})"


Tell = Callable[[NoticeSettings, datetime], None]


def tell_by_email(settings: NoticeSettings, now: datetime) -> None:
    """One e-mail to the desk; OSError or smtplib.SMTPException when it did not go."""
    if not settings.emails or settings.smtp_host is None or settings.smtp_from is None:
        return
    message = EmailMessage()
    message["Subject"], message["From"] = _SUBJECT, settings.smtp_from
    message["To"] = ", ".join(settings.emails)
    message["Date"] = format_datetime(now)
    message["Message-ID"] = make_msgid(domain=settings.smtp_from.rpartition("@")[2] or "localhost")
    message.set_content(_SENTENCE.format(address=settings.address) + "\n")
    with smtplib.SMTP(settings.smtp_host, settings.smtp_port, timeout=_SECONDS) as server:
        if settings.smtp_starttls:
            server.starttls(context=ssl.create_default_context())
        server.send_message(message)


def tell_by_webhook(settings: NoticeSettings, now: datetime) -> None:
    """One JSON message to a system of the holder's; httpx.HTTPError when it was not taken."""
    if settings.webhook is None:
        return
    url = checked_address(settings.webhook, "The webhook's address")
    body = json.dumps({"event": "inbox", "gateway": settings.gateway})
    headers = {"content-type": "application/json"}
    httpx.post(url, content=body, headers=headers, timeout=_SECONDS, follow_redirects=False).raise_for_status()


WAYS: Mapping[str, Tell] = {"e-mail": tell_by_email, "webhook": tell_by_webhook}


class Notifier:
    """Tells the desk once for all candidates that came since, at most once a minute; tries again until it worked."""

    def __init__(
        self, database: Database, settings: NoticeSettings, clock: Clock = utc_now,
        ways: Mapping[str, Tell] = WAYS,
    ) -> None:  # fmt: skip
        """Tell in each of these ways, by name."""
        self._database, self.settings, self._clock, self._ways = database, settings, clock, ways
        self._left: list[str] = []
        self._last_try: datetime | None = None

    def notify(self) -> bool:
        """Tell the desk when something is new; False when it could not be told, and is to be tried again."""
        with self._database.read() as conn:
            newest = inbox.last_unnotified(conn)
            last = facts.get(conn, facts.LAST_NOTICE)
        now = self._clock()
        if newest is None or self._too_soon(last, now):
            return newest is None
        self._last_try = now
        # A way that worked is not used again because another one failed.
        self._left = [way for way in self._left or self._ways if not self._told(way, now)]
        if self._left:
            return False
        with self._database.write() as conn:
            inbox.mark_notified(conn, newest, now)
            facts.put(conn, facts.LAST_NOTICE, now.isoformat(), now)
        return True

    def _too_soon(self, last: str | None, now: datetime) -> bool:
        moments = [self._last_try, None if last is None else datetime.fromisoformat(last)]
        # A moment that lies ahead comes from a clock that was set back: it does not count.
        return any(moment is not None and timedelta(0) <= now - moment < AT_MOST_EVERY for moment in moments)

    def _told(self, way: str, now: datetime) -> bool:
        try:
            self._ways[way](self.settings, now)
        except (OSError, ValueError, smtplib.SMTPException, httpx.HTTPError, InputError) as error:
            # Its text may hold an address.
            kind = type(error).__name__
            structlog.get_logger().warning("the desk could not be told", reason=way, error=kind)
            return False
        return True
