"""Taking envelopes: from a party of a released candidate to the other party, and each once."""

from datetime import date, datetime

from sqlalchemy import Connection

from api.hub.disclosure.visible import Party, party
from api.hub.storage import counters, messages
from api.hub.storage.agreements import WithinCountry
from api.hub.storage.messages import StoredMessage
from api.hub.storage.partners import Partner
from api.wire.audit import hash_bytes
from api.wire.life import CandidateState
from api.wire.messages import WRITABLE, Envelope, digest_of, envelope_is_signed
from api.wire.problems import ProblemError
from api.wire.request_keys import PublicKey

MAX_UNDELIVERED = 200
"""Of one sender about one candidate."""

_WITH_CONTACT: frozenset[CandidateState] = frozenset({"accepted", "contact", "verified"})
_NO_CANDIDATE = "There is no candidate of this name for this partner; check it."


def post(
    conn: Connection, envelope: Envelope, sender: Partner, now: datetime, today: date, within_country: WithinCountry
) -> int | None:
    """Keep an envelope for its recipient; sent again it changes nothing, whatever became of the candidate meanwhile.

    Gives the number of the partner that it is news for, None when it was here already.

    Raises:
        ProblemError: `invalid-body`, `bad-seal`, `no-such-resource`, `unknown-recipient`, `candidate-withdrawn`,
            `decision-out-of-order`, `idempotency-key-reused` or `too-many-attempts`.
    """
    _require_own(envelope, sender)
    # Whoever sends the same twice at one moment meets here.
    counters.hold(conn, counters.MESSAGES)
    known = messages.sent_as(conn, sender.id, envelope.id)
    if known is None:
        side = _party_of(conn, envelope, sender, today, within_country)
        if messages.undelivered(conn, side.candidate_id, sender.id) >= MAX_UNDELIVERED:
            detail = "Too many messages about this candidate wait for the other side; try again when it has taken some."
            raise ProblemError("too-many-attempts", detail)
        messages.add(
            conn, envelope, candidate_id=side.candidate_id, sender_id=sender.id, recipient_id=side.other_id, now=now
        )
        return side.other_id
    if not _is_same(known, envelope):
        raise ProblemError("idempotency-key-reused", "Another message has this id already; send it under a new one.")
    return None


def _require_own(envelope: Envelope, sender: Partner) -> None:
    if envelope.sender != sender.name:
        raise ProblemError("invalid-body", "The sender of an envelope is the partner that sends it; make it anew.")
    assert sender.public_key is not None  # its request was signed with it
    if not envelope_is_signed(envelope, PublicKey.from_text(sender.public_key)):
        raise ProblemError("bad-seal", "The envelope's signature does not hold; make it anew.")


def _party_of(
    conn: Connection, envelope: Envelope, sender: Partner, today: date, within_country: WithinCountry
) -> Party:
    found = party(conn, envelope.candidate, sender.id, today, within_country)
    if found is None:
        raise ProblemError("no-such-resource", _NO_CANDIDATE)
    if found.other != envelope.recipient:
        raise ProblemError("unknown-recipient", "The recipient is not the other side of this candidate; check it.")
    if found.state == "withdrawn":
        raise ProblemError("candidate-withdrawn", "The candidate is withdrawn, and nothing is passed on about it.")
    if found.state not in (_WITH_CONTACT if envelope.kind == "contact" else WRITABLE):
        raise ProblemError("decision-out-of-order", "The candidate's state allows no such message; look at it again.")
    return found


def _is_same(known: StoredMessage, envelope: Envelope) -> bool:
    digest = hash_bytes(digest_of(envelope.sealed))
    return (known.candidate, known.kind, known.digest) == (envelope.candidate, envelope.kind, digest)
