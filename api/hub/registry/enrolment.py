"""Enrolment: a gateway brings the one-time code of its invitation and the key that it will sign with."""

from datetime import datetime

from sqlalchemy import Connection

from api.hub.registry import codes
from api.hub.registry.callbacks import check_callback
from api.hub.storage import audit, partners
from api.hub.storage.partners import Partner
from api.service.audit.entries import Entry
from api.service.database import Database
from api.wire.partners import Enrolment
from api.wire.problems import ProblemError

_REFUSED = (
    "The enrolment was refused: the code is wrong, used, or out of date; ask the hub's operator for a new invitation."
)


def enrol(database: Database, enrolment: Enrolment, now: datetime) -> Partner:
    """Bind an invitation to the key that came with its code; the same key with the same code gives the same again.

    The caller has verified that the request is signed with that key. The partner is `pending` until the operator has
    compared the fingerprint on the telephone.

    Raises:
        ProblemError: `enrolment-refused`, whatever is wrong with code or key, or `invalid-body` for the address.
        StorageError: the database failed.
    """
    callback_url = check_callback(enrolment.callback_url)
    code = codes.canonical(enrolment.code)
    # A refusal has to be committed, since it counts an attempt: so it is no exception inside the transaction.
    partner = None
    if code is not None and _invited(database, code):
        partner = database.retrying(lambda conn: _bind(conn, code, enrolment.public_key, callback_url, now))
    if partner is None:
        raise ProblemError("enrolment-refused", _REFUSED)
    return partner


def _invited(database: Database, code: str) -> bool:
    """Asked in a read first: strangers must not make the hub write."""
    with database.read() as conn:
        return partners.by_code_selector(conn, codes.selector_of(code)) is not None


def _bind(conn: Connection, code: str, public_key: str, callback_url: str | None, now: datetime) -> Partner | None:
    partner = partners.by_code_selector(conn, codes.selector_of(code))
    if partner is None or _is_dead(partner, now):
        return None
    bound = partner.public_key is not None
    owner = partners.by_key(conn, public_key)
    if not _holds(partner, code) or ((bound or owner is not None) and partner.public_key != public_key):
        partners.count_attempt(conn, partner.id)
        return None
    if bound:
        return partner
    found = partners.change(
        conn, partner.id, now, state="pending", public_key=public_key, callback_url=callback_url
    )  # fmt: skip
    audit.note(conn, Entry("partner-enrolled", partner.name, now, partner.name, facts={"key": public_key}))
    return found


def _holds(partner: Partner, code: str) -> bool:
    return partner.code_hash is not None and codes.is_code_of(code, partner.code_hash)


def _is_dead(partner: Partner, now: datetime) -> bool:
    late = partner.code_expires_at is None or now >= partner.code_expires_at
    usable = partner.state in ("invited", "pending", "active")
    return late or not usable or partner.code_attempts >= codes.MOST_ATTEMPTS
