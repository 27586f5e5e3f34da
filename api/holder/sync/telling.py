"""How a desk is told that something waits, and nothing of what: no name, no number, no count."""

import json
import smtplib
import ssl
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid

import httpx
import structlog

from api.holder.sync.addresses import checked_address
from matcher.errors import InputError

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
    escalations: Sequence[str] = ()
    """Whom to tell in place of the desk when nobody looked for long."""

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


class Round:
    """Tells several desks in several ways; a way that worked is not used again because another one failed."""

    def __init__(self, ways: Mapping[str, Tell]) -> None:
        """Tell in each of these ways, by name."""
        self._ways, self._left = ways, list[tuple[str, NoticeSettings]]()

    def tell(self, desks: Sequence[NoticeSettings], now: datetime) -> bool:
        """Tell whoever is left of the last round, or else all of these desks; False when some were not reached."""
        todo = self._left or [(way, desk) for desk in desks for way in self._ways]
        self._left = [(way, desk) for way, desk in todo if not self._told(way, desk, now)]
        return not self._left

    def _told(self, way: str, desk: NoticeSettings, now: datetime) -> bool:
        try:
            self._ways[way](desk, now)
        except (OSError, ValueError, smtplib.SMTPException, httpx.HTTPError, InputError) as error:
            # Its text may hold an address.
            kind = type(error).__name__
            structlog.get_logger().warning("the desk could not be told", reason=way, error=kind)
            return False
        return True
