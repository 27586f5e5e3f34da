"""Orders under which children are released: kept sealed here, known to the hub by a mark."""

import base64
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from api.holder.vault.vault import Index, Vault
from api.wire.problems import ProblemError

_MARK_BYTES = 32
# Somewhere on earth it is tomorrow already.
_AHEAD = timedelta(hours=14)


@dataclass(frozen=True, slots=True, repr=False)
class Order:
    """Which authority decided, under which number, and when."""

    authority: str
    number: str
    dated: date

    def __repr__(self) -> str:
        """The type and nothing else: a number leads to the child's file."""
        return "Order(...)"

    def as_json(self) -> dict[str, str]:
        """Its fields."""
        return {"authority": self.authority, "number": self.number, "date": self.dated.isoformat()}


def order_of(authority: str, number: str, dated: date, now: datetime) -> Order:
    """An order as it is kept; ProblemError `invalid-body` when it is of a day to come or has unprintable characters."""
    texts = [" ".join(unicodedata.normalize("NFC", text).split()) for text in (authority, number)]
    if not all(text and text.isprintable() for text in texts):
        raise ProblemError("invalid-body", "An order's authority and number are printable text; type them again.")
    if dated > (now + _AHEAD).date():
        raise ProblemError("invalid-body", "The order is of a day that is still to come; mend its date.")
    return Order(texts[0], texts[1], dated)


def order_mark(vault: Vault, order: Order) -> str:
    """What the hub knows an order by: HMAC-SHA-256 under a key of this vault, 43 characters of base64url."""
    text = f"{order.authority}\0{order.number}\0{order.dated.isoformat()}"
    return base64.urlsafe_b64encode(vault.blind_index(Index.ORDER, text, _MARK_BYTES)).rstrip(b"=").decode()


def shown_order(sealed: Mapping[str, Any]) -> dict[str, str] | None:
    """The order inside of what a decision's seal held, or None."""
    order = sealed.get("order")
    return None if order is None else {name: str(order[name]) for name in ("authority", "number", "date")}
