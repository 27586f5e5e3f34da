"""Officers who may sign releases: brought by their gateway, confirmed by the hub's operator, revoked by either."""

from datetime import datetime

from sqlalchemy import Connection

from api.hub.registry.membership import known
from api.hub.storage import audit, counters, officers, partners
from api.hub.storage.officers import Officer
from api.hub.storage.partners import Partner
from api.service.audit.entries import Entry
from api.wire.problems import ProblemError
from api.wire.request_keys import PublicKey, same_fingerprint
from matcher.errors import InputError

OPERATOR = "hub-operator"
NO_OFFICER = "This partner has no officer of this name; look at the list of its officers."
_OTHER_KEY = "This officer has another key at the hub; bring the new key under a new name, and revoke the old one."
_KEY_KNOWN = "This key belongs to somebody already; each officer makes a key of their own."
_NO_POINT = "public_key is no Ed25519 public key; have the officer export it again."


def bring(conn: Connection, partner: Partner, name: str, public_key: str, now: datetime) -> Officer:
    """A partner's officer, pending when new; brought again nothing changes, not even for one that was revoked.

    Raises:
        ProblemError: `invalid-body`, the key is none; `refused`, the officer has another key, or the key is known.
    """
    try:
        PublicKey.from_text(public_key)
    except InputError:
        raise ProblemError("invalid-body", _NO_POINT) from None
    # Whoever brings the same at the same moment waits here.
    counters.hold(conn, counters.CANDIDATES)
    officer = officers.by_name(conn, partner.id, name)
    if officer is not None:
        if officer.public_key != public_key:
            raise ProblemError("refused", _OTHER_KEY)
        return officer
    # A gateway's own key would sign what no person has seen.
    if officers.by_key(conn, public_key) is not None or partners.by_key(conn, public_key) is not None:
        raise ProblemError("refused", _KEY_KNOWN)
    officer = officers.add(conn, partner.id, name, public_key, now)
    _note(conn, "officer-added", partner.name, partner.name, officer, now)
    return officer


def retire(conn: Connection, partner: Partner, name: str, now: datetime, by: str | None = None) -> Officer:
    """Take no signature of an officer any more; a second time changes nothing.

    Args:
        conn: the write transaction.
        partner: the officer's.
        name: the officer's.
        now: aware.
        by: who does it, the partner when None.

    Raises:
        ProblemError: `no-such-resource`.
    """
    counters.hold(conn, counters.CANDIDATES)
    officer = officers.by_name(conn, partner.id, name)
    if officer is None:
        raise ProblemError("no-such-resource", NO_OFFICER)
    if officer.state == "revoked":
        return officer
    officer = officers.set_state(conn, officer.id, "revoked", now)
    _note(conn, "officer-revoked", by or partner.name, partner.name, officer, now)
    return officer


def confirm(conn: Connection, partner_name: str, fingerprint: str, now: datetime) -> Officer:
    """Take signatures of the pending officer of a partner whose key has the fingerprint that was read out.

    Raises:
        InputError: there is no such partner, or no pending officer of it with this fingerprint.
    """
    partner = known(conn, partner_name)
    counters.hold(conn, counters.CANDIDATES)
    found = [
        officer for officer in officers.of_partner(conn, partner.id)
        if officer.state == "pending" and same_fingerprint(fingerprint_of(officer), fingerprint)
    ]  # fmt: skip
    if not found:
        raise InputError(
            f"No officer of {partner_name} with this fingerprint waits to be confirmed: have it read out again, and if"
            " it differs still, ask the partner to revoke the officer, since somebody else may have made the key."
        )
    officer = officers.set_state(conn, found[0].id, "active", now)
    _note(conn, "officer-confirmed", OPERATOR, partner.name, officer, now)
    return officer


def revoke(conn: Connection, partner_name: str, name: str, now: datetime) -> Officer:
    """What the hub's operator does when an officer's key may be in other hands.

    Raises:
        InputError: there is no such partner or officer.
    """
    try:
        return retire(conn, known(conn, partner_name), name, now, by=OPERATOR)
    except ProblemError as error:
        raise InputError(error.detail) from None


def fingerprint_of(officer: Officer) -> str:
    """The fingerprint of an officer's key, as it is read out on the telephone."""
    return PublicKey.from_text(officer.public_key).fingerprint()


def _note(conn: Connection, what: str, by: str, partner: str, officer: Officer, now: datetime) -> None:
    audit.note(conn, Entry(what, by, now, about=officer.name, facts={"partner": partner}))
