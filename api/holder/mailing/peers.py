"""Cards of other partners: fetched from the hub, and used only once a person has compared fingerprints."""

from datetime import datetime, timedelta
from typing import Any, Final

import structlog

from api.holder.mailing import noted
from api.holder.masking.noted import waited_for
from api.holder.storage import audit, facts, messages, peers
from api.holder.storage.peers import Peer
from api.holder.sync.client import HubClient
from api.service.audit.entries import Entry
from api.service.clock import Clock
from api.service.database import Database
from api.wire.cards import PartnerCard, fingerprint_of, is_signed
from api.wire.life import CandidateState
from api.wire.problems import ProblemError
from api.wire.request_keys import same_fingerprint
from matcher.errors import InputError

LOOKED_AT_EVERY: Final = timedelta(minutes=1)
"""How often the card of a partner is looked at with whom there is something to exchange."""
AGREED_EVERY: Final = timedelta(hours=1)
"""The same of others with whom an agreement is in force, so that a person can confirm them before it is urgent."""
ABSENT_EVERY: Final = timedelta(seconds=15)
"""The same of those whose card the hub does not have yet."""
_WITH_BUSINESS: tuple[CandidateState, ...] = (
    "possible", "released", "accepted", "contact", "verified", "disproved", "reunited",
)  # fmt: skip
_UNKNOWN = "There is no card of a partner of this name here yet; it comes once an agreement with it is in force."
_DIFFERS = (
    "That is not the fingerprint of the card that the hub shows for this partner; compare it again on the telephone,"
    " digit by digit, and if it still differs do not go on: somebody may stand between."
)


class PeerBook:
    """The partners that this gateway writes to, and their cards.

    Args:
        database: remembers them.
        clock: the gateway's clock.
    """

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database, self._clock = database, clock
        self._looked_at: dict[str, datetime] = {}
        self._agreed: tuple[datetime, frozenset[str]] | None = None

    def everyone(self) -> list[dict[str, Any]]:
        """All known partners with the fingerprints of their cards, and whether one waits to be confirmed."""
        with self._database.read() as conn:
            return [_shown(peer) for peer in peers.everyone(conn)]

    def trust(self, partner: str, fingerprint: str, by: str) -> dict[str, Any]:
        """Confirm the card of a partner that has this fingerprint.

        Raises:
            InputError: there is no such partner, or the card that the hub shows has another fingerprint.
        """
        with self._database.write() as conn:
            peer = peers.get(conn, partner)
            if peer is None:
                raise InputError(_UNKNOWN)
            shown = peer.offered or peer.card
            if shown is None or not same_fingerprint(fingerprint_of(shown), fingerprint):
                raise InputError(_DIFFERS)
            now = self._clock()
            if peer.offered is not None:
                peers.put(conn, partner, shown, None, now)
                # Receipts that could not be believed before are read again.
                facts.remove(conn, noted.RECEIPTS_CURSOR)
                audit.note(conn, Entry("peer-trusted", by, now, about=partner, facts={"card": fingerprint_of(shown)}))
            return _shown(Peer(partner, shown, None, now))

    def forget(self, partner: str, by: str) -> None:
        """Forget a partner's card, so that the next one has to be confirmed; InputError when there is none."""
        with self._database.write() as conn:
            if not peers.forget(conn, partner):
                raise InputError(_UNKNOWN)
            audit.note(conn, Entry("peer-forgotten", by, self._clock(), about=partner))

    def usable(self) -> dict[str, PartnerCard]:
        """The confirmed cards of the partners that may be written to and believed now."""
        with self._database.read() as conn:
            return {peer.partner: peer.usable for peer in peers.everyone(conn) if peer.usable is not None}

    def look(self, client: HubClient, own: str) -> None:
        """Fetch cards of the partners with whom there is, or may be, something to exchange.

        Raises:
            ProblemError: the hub does not answer.
        """
        now = self._clock()
        with self._database.read() as conn:
            busy = set(messages.partners_in(conn, _WITH_BUSINESS))
            known, masked = {peer.partner for peer in peers.everyone(conn)}, waited_for(conn)
        for partner in sorted((busy | masked | self._agreed_with(client, now)) - {own}):
            every = LOOKED_AT_EVERY if partner in busy else AGREED_EVERY
            if self._is_due(partner, every if partner in known else min(every, ABSENT_EVERY), now):
                card = _fetched(client, partner)
                self._looked_at[partner] = now
                if card is not None:
                    self._consider(partner, card, now)

    def doubt(self, partner: str) -> None:
        """Look at a partner's card in the next turn: something came that its card did not sign."""
        self._looked_at.pop(partner, None)

    def _agreed_with(self, client: HubClient, now: datetime) -> frozenset[str]:
        if self._agreed is None or not timedelta(0) <= now - self._agreed[0] < LOOKED_AT_EVERY:
            terms = client.policy().agreements
            self._agreed = now, frozenset(each.partner for each in terms if each.in_force)
        return self._agreed[1]

    def _is_due(self, partner: str, every: timedelta, now: datetime) -> bool:
        looked = self._looked_at.get(partner)
        # One that lies ahead comes from a clock that was set back: it does not count.
        return looked is None or not timedelta(0) <= now - looked < every

    def _consider(self, partner: str, card: PartnerCard, now: datetime) -> None:
        with self._database.write() as conn:
            known = peers.get(conn, partner)
            confirmed = None if known is None else known.card
            offered = None if _same(confirmed, card) else card
            if known is not None and (offered is None) == (known.offered is None) and _same(known.offered, offered):
                return
            peers.put(conn, partner, confirmed, offered, now)
        if offered is not None and confirmed is not None:
            structlog.get_logger().error("the hub shows another card for a partner; no messages go", partner=partner)


def _fetched(client: HubClient, partner: str) -> PartnerCard | None:
    """The card that the hub shows, None when it shows none or one that no partner can have signed."""
    try:
        card = client.ask(PartnerCard, "GET", f"/v1/cards/{partner}")
    except ProblemError as problem:
        if problem.kind != "no-such-resource":
            raise
        return None
    if card.partner == partner and _is_signed(card):
        return card
    structlog.get_logger().error("the hub shows a card that its partner did not sign", partner=partner)
    return None


def _is_signed(card: PartnerCard) -> bool:
    try:
        return is_signed(card)
    except InputError:
        return False


def _same(first: PartnerCard | None, second: PartnerCard | None) -> bool:
    if first is None or second is None:
        return first is second
    return fingerprint_of(first) == fingerprint_of(second)


def _shown(peer: Peer) -> dict[str, Any]:
    state = "confirmed" if peer.usable is not None else "changed" if peer.card is not None else "offered"
    return {
        "partner": peer.partner,
        "state": state,
        "fingerprint": None if peer.card is None else fingerprint_of(peer.card),
        "offered_fingerprint": None if peer.offered is None else fingerprint_of(peer.offered),
        "changed_at": peer.changed_at.isoformat(),
    }
