"""The hub knocks: something waits. Only its own signature opens, and each knock once."""

from pydantic import ValidationError

from api.holder.storage import nonces
from api.holder.sync.hub_facts import KnownHub
from api.service.clock import Clock
from api.service.database import Database
from api.wire.candidates import Knock
from api.wire.problems import ProblemError
from api.wire.request_keys import PublicKey
from api.wire.signing import WINDOW, SignedMessage, verify_request


def check_knock(message: SignedMessage, hub: KnownHub | None, database: Database, clock: Clock) -> None:
    """Return when the confirmed hub signed this message for this gateway and never before.

    Raises:
        ProblemError: `unsigned`, `bad-signature` (also before a hub is confirmed), `stale-request`, `wrong-recipient`,
            `replayed-request` or `invalid-body`.
    """
    now = clock()
    standing = hub if hub is not None and hub.trusted and hub.offered is None else None

    def key_of(key_id: str) -> PublicKey | None:
        known = standing is not None and key_id == standing.name
        return standing.peer.hub_key if standing is not None and known else None

    recipient = "nobody" if standing is None else standing.partner
    verified = verify_request(message, public_key_of=key_of, recipient=recipient, now=now)
    # A signature holds until its `created` is a window old, and that may lie a window ahead.
    expires_at = verified.created + 2 * WINDOW
    with database.write() as conn:
        if not nonces.take(conn, verified.key_id, verified.nonce, expires_at, now):
            raise ProblemError("replayed-request", "The knock was taken before; sign each with a fresh nonce.")
    try:
        Knock.model_validate_json(message.body)
    except ValidationError:
        raise ProblemError("invalid-body", "The knock does not fit the protocol; update the gateway.") from None
