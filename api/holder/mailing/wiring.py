"""The exchange of messages, put together from its parts."""

from api.holder.mailing.contact import ContactDesk
from api.holder.mailing.errand import MailErrand
from api.holder.mailing.own_card import Keys, OwnCards
from api.holder.mailing.peers import PeerBook
from api.holder.mailing.receipts import ReceiptTaker
from api.holder.mailing.receiving import MessageReceiver
from api.holder.mailing.sending import MessageSender
from api.holder.vault.vault import Vault
from api.service.clock import Clock
from api.service.database import Database


def make_mail_errand(
    database: Database, vault: Vault, contact_desk: str, keys: Keys, clock: Clock
) -> MailErrand:
    """The errand of one gateway.

    Args:
        database: the gateway's.
        vault: the gateway's.
        contact_desk: whom a partner may call, one line; empty when nothing is set.
        keys: the gateway's.
        clock: the gateway's clock.
    """
    book = PeerBook(database, clock)
    return MailErrand(
        OwnCards(database, keys, clock),
        book,
        ContactDesk(database, vault, contact_desk, clock),
        ReceiptTaker(database, clock),
        MessageSender(database, vault, clock),
        MessageReceiver(database, vault, book, clock),
    )
