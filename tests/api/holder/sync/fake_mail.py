"""The fake hub's part in messages: it keeps the gateway's own card, and has nothing else."""

from pydantic import BaseModel

from api.wire.cards import PartnerCard
from api.wire.messages import MessagePage, ReceiptPage
from api.wire.problems import ProblemError


class FakeMail:
    """Answers /v1/cards, /v1/messages and /v1/receipts of one gateway."""

    def __init__(self) -> None:
        self.cards: dict[str, PartnerCard] = {}

    def __call__(self, path: str, parameters: dict[str, str], body: bytes) -> BaseModel | None:
        """The answer; None to any other path."""
        if path == "/v1/cards/me":
            card = PartnerCard.model_validate_json(body)
            self.cards[card.partner] = card
            return card
        if path.startswith("/v1/cards/"):
            found = self.cards.get(path.rpartition("/")[2])
            if found is None:
                raise ProblemError("no-such-resource", "There is no such card.")
            return found
        if path == "/v1/messages":
            return MessagePage(items=[], next=0, more=False)
        return ReceiptPage(items=[], next=0, more=False) if path == "/v1/receipts" else None
