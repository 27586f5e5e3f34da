"""The exchange of messages, put together from its parts."""

from collections.abc import Callable

from api.holder.mailing.contact import ContactDesk
from api.holder.mailing.errand import MailErrand
from api.holder.mailing.message_keys import MessageKey
from api.holder.mailing.own_card import Keys, OwnCards
from api.holder.mailing.peers import PeerBook
from api.holder.mailing.receipts import ReceiptTaker
from api.holder.mailing.receiving import MessageReceiver
from api.holder.mailing.sending import MessageSender
from api.holder.vault.vault import Vault
from api.service.clock import Clock
from api.service.database import Database
from api.wire.request_keys import RequestKey


def make_mail_errand(
    database: Database, vault: Vault, contact_desk: str, request_key: Callable[[], RequestKey | None],
    message_key: Callable[[], MessageKey], clock: Clock,
) -> MailErrand:  # fmt: skip
    """The errand of one gateway.

    Args:
        database: the gateway's.
        vault: the gateway's.
        contact_desk: whom a partner may call, one line; empty when nothing is set.
        request_key: gives the request key, None before the gateway has enrolled.
        message_key: gives the message key, which it makes when there is none.
        clock: the gateway's clock.
    """
    book = PeerBook(database, clock)
    return MailErrand(
        OwnCards(database, Keys(request_key, message_key), clock),
        book,
        ContactDesk(database, vault, contact_desk, clock),
        ReceiptTaker(database, clock),
        MessageSender(database, vault, clock),
        MessageReceiver(database, vault, book, clock),
    )
