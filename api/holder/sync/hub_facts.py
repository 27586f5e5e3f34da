"""What this gateway knows of its hub, and whether a person has confirmed it."""

import json
from dataclasses import asdict, dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from api.holder.storage import facts
from api.holder.sync.client import HubPeer
from api.wire.problems import ProblemError
from api.wire.request_keys import PublicKey, same_fingerprint
from matcher.errors import InputError


@dataclass(frozen=True)
class KnownHub:
    """A hub that this gateway has enrolled at.

    url         where it is
    name        its name
    public_key  its request key as text: the one that a person confirmed, or has yet to confirm
    partner     this gateway's name there
    trusted     whether its fingerprint was confirmed; nothing is sent before
    offered     a key that it has shown since in place of the confirmed one; stops everything until one is confirmed
    """

    url: str
    name: str
    public_key: str
    partner: str
    trusted: bool = False
    offered: str | None = None

    @property
    def peer(self) -> HubPeer:
        """The two ends of the line."""
        return HubPeer(self.name, PublicKey.from_text(self.public_key), self.partner)


def load(conn: Connection) -> KnownHub | None:
    """The hub that this gateway enrolled at, or None."""
    text = facts.get(conn, facts.HUB)
    return None if text is None else KnownHub(**json.loads(text))


def store(conn: Connection, hub: KnownHub, now: datetime) -> None:
    """Remember a hub in place of what was known."""
    facts.put(conn, facts.HUB, json.dumps(asdict(hub)), now)


class HubNotConfirmedError(ProblemError):
    """Nothing may be sent yet (`not-ready`): the message says what is left to do here."""

    def __init__(self, detail: str) -> None:
        """A sentence for the operator."""
        super().__init__("not-ready", detail)


def require(hub: KnownHub | None) -> KnownHub:
    """The hub, once it may be talked to; HubNotConfirmedError says what is left to do."""
    if hub is None:
        raise HubNotConfirmedError("This gateway is enrolled at no hub; run `milap holder enrol --hub ADDRESS`.")
    if hub.offered is not None:
        raise HubNotConfirmedError(
            "The hub shows another key than the confirmed one, and nothing is sent; have its operator read the"
            " fingerprint out on the telephone, then run `milap holder trust FINGERPRINT`."
        )
    if not hub.trusted:
        raise HubNotConfirmedError(
            "The hub's fingerprint is not confirmed, and nothing is sent; have its operator read it out on the"
            " telephone, then run `milap holder trust FINGERPRINT`."
        )
    return hub


def confirm(hub: KnownHub, fingerprint: str) -> KnownHub:
    """The hub, trusted under the key that has this fingerprint; InputError when none of those it showed has."""
    for text in filter(None, (hub.offered, hub.public_key)):
        if same_fingerprint(PublicKey.from_text(text).fingerprint(), fingerprint):
            return replace(hub, public_key=text, trusted=True, offered=None)
    raise InputError(
        "That is not the fingerprint of the key that the hub showed; compare it again on the telephone, digit by"
        " digit, and if it still differs do not go on: somebody may stand between."
    )
