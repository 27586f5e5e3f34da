"""Who sends a request, and whether it may be taken: signature, state of the partner, nonce."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock

from sqlalchemy import Connection

from api.hub.storage import nonces, partners
from api.hub.storage.partners import Partner
from api.service.clock import Clock
from api.service.database import Database
from api.wire.problems import ProblemError
from api.wire.request_keys import PublicKey
from api.wire.signing import WINDOW, SignedMessage, Verified, verify_request
from matcher.errors import InputError

_SWEEP_EVERY = timedelta(minutes=1)
# The window counts whole seconds of `created`.
_MARGIN = timedelta(seconds=1)

_PENDING = (
    "The hub's operator has not confirmed this gateway's key yet; read its fingerprint out on the telephone, then try"
    " again."
)
_SUSPENDED = (
    "The hub's operator has suspended this partner, and nothing was taken; keep the records and call the operator."
)
_REPLAYED = "The hub has taken a request with this nonce before; sign the request anew and send it again."


@dataclass(frozen=True)
class Caller:
    """A partner whose signature held."""

    partner: Partner
    verified: Verified
    body: bytes = field(repr=False)


class Gatekeeper:
    """Verifies requests for one hub.

    Args:
        database: the hub's database.
        hub: the hub's name, to which requests are made out.
        clock: the present moment.
    """

    def __init__(self, database: Database, hub: str, clock: Clock) -> None:
        self._database, self._hub, self._clock = database, hub, clock
        # Partners as they were when last seen active: what has changed since, `admit` finds in its transaction.
        self._remembered: dict[str, Partner] = {}
        self._sweeping, self._swept = Lock(), datetime.min.replace(tzinfo=clock().tzinfo)

    def identify(self, message: SignedMessage) -> Caller:
        """The partner that signed a request; its state is not judged yet.

        Raises:
            ProblemError: what `verify_request` raises. A partner that is not known, has no key or was revoked looks
                like a wrong signature.
            StorageError: the database failed.
        """
        try:
            return self._identified(message, self._remembered.get)
        except ProblemError as error:
            if error.kind != "bad-signature":
                raise
        # Whoever is not remembered, known or not, is looked up, so that the time it takes tells no names.
        caller = self._identified(message, self._looked_up)
        if caller.partner.state == "active":
            self._remembered[caller.partner.name] = caller.partner
        return caller

    def _identified(self, message: SignedMessage, partner_of: Callable[[str], Partner | None]) -> Caller:
        found: list[Partner] = []

        def key_of(name: str) -> PublicKey | None:
            partner = partner_of(name)
            if partner is None or partner.public_key is None or partner.state == "revoked":
                return None
            found.append(partner)
            return PublicKey.from_text(partner.public_key)

        verified = verify_request(message, public_key_of=key_of, recipient=self._hub, now=self._clock())
        return Caller(found[-1], verified, message.body)

    def _looked_up(self, name: str) -> Partner | None:
        with self._database.read() as conn:
            return partners.by_name(conn, name)

    def identify_key(self, message: SignedMessage) -> Verified:
        """Verify a request whose key id is the key itself: an enrolment."""
        return verify_request(message, public_key_of=_key_itself, recipient=self._hub, now=self._clock())

    def admit(self, conn: Connection, caller: Caller) -> None:
        """Take a request, in the transaction that does its work: once, and only from a partner that is active now.

        Raises:
            ProblemError: `partner-pending`, `partner-suspended`, `bad-signature` or `replayed-request`; let it undo
                the transaction.
        """
        demand_active(partners.by_id(conn, caller.partner.id), caller)
        verified = caller.verified
        if not nonces.use(conn, verified.key_id, verified.nonce, verified.created + WINDOW + _MARGIN):
            raise ProblemError("replayed-request", _REPLAYED)
        now = self._clock()
        if self._sweep_is_due(now):
            nonces.forget(conn, now)

    def admit_alone(self, caller: Caller) -> None:
        """Take a request that reads, in a transaction of its own; raises as `admit`."""
        self._database.retrying(lambda conn: self.admit(conn, caller))

    def _sweep_is_due(self, now: datetime) -> bool:
        with self._sweeping:
            if now - self._swept < _SWEEP_EVERY:
                return False
            self._swept = now
            return True


def demand_active(partner: Partner | None, caller: Caller) -> None:
    """Judge a partner as it is now, whose signature held a moment ago.

    Raises:
        ProblemError: `partner-pending`, `partner-suspended`, or `bad-signature` when its key was replaced meanwhile.
    """
    if partner is None or partner.public_key != caller.partner.public_key or partner.state in ("invited", "revoked"):
        raise ProblemError("bad-signature", "The key of this signature was withdrawn; enrol the gateway again.")
    if partner.state == "pending":
        raise ProblemError("partner-pending", _PENDING)
    if partner.state == "suspended":
        raise ProblemError("partner-suspended", _SUSPENDED)


def _key_itself(key_id: str) -> PublicKey | None:
    try:
        return PublicKey.from_text(key_id)
    except InputError:
        return None
