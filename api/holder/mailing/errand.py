"""The exchange of messages with the hub, in the order of a turn."""

from api.holder.mailing.contact import ContactDesk
from api.holder.mailing.own_card import OwnCards
from api.holder.mailing.peers import PeerBook
from api.holder.mailing.receipts import ReceiptTaker
from api.holder.mailing.receiving import MessageReceiver
from api.holder.mailing.sending import MessageSender
from api.holder.sync.client import HubClient


class MailErrand:
    """Implements `api.holder.sync.errands.Errand`: cards, contact messages, receipts, what goes out and comes in.

    Args:
        own: the own card.
        book: the partners and their cards.
        desk: writes contact messages that are due.
        receipts: takes receipts.
        sender: sends.
        receiver: receives.
    """

    def __init__(
        self, own: OwnCards, book: PeerBook, desk: ContactDesk, receipts: ReceiptTaker, sender: MessageSender,
        receiver: MessageReceiver,
    ) -> None:  # fmt: skip
        self._own, self._book, self._desk = own, book, desk
        self._receipts, self._sender, self._receiver = receipts, sender, receiver

    def run(self, client: HubClient) -> bool:
        """One turn; True when there is more to receive or to write.

        Raises:
            ProblemError: the hub does not answer.
        """
        more = self._desk.write_due()
        own = self._own.identity(client.peer.partner)
        if own is None or not self._own.stands(client, own):
            return False
        self._book.look(client, own.card.partner)
        # Both records of a candidate may be the gateway's own.
        cards = {**self._book.usable(), own.card.partner: own.card}
        self._receipts.take(client, cards)
        self._sender.send(client, own, cards)
        return self._receiver.receive(client, own, cards) or more
