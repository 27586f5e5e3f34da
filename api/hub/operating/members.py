"""`milap hub partner …`."""

import secrets

from api.hub.registry import membership
from api.hub.registry.codes import LIFETIME, MOST_ATTEMPTS
from api.hub.storage import partners
from api.hub.storage.partners import Partner
from api.service.clock import Clock
from api.service.database import Database
from api.service.summaries import Summary, table
from api.wire.request_keys import PublicKey


def invite(database: Database, name: str, title: str | None, country: str | None, clock: Clock) -> Summary:
    """A one-time code for a partner; InputError when name, title or country do not fit."""
    code = database.retrying(
        lambda conn: membership.invite(conn, name, title, country, clock(), secrets.token_bytes)
    )  # fmt: skip
    expires = clock() + LIFETIME
    values = {"partner": name, "code": code, "expires_at": expires.isoformat(), "attempts": MOST_ATTEMPTS}
    lines = [
        f"Code for {name}, shown this once; give it to the partner by telephone or by hand:",
        f"  {code}",
        f"It is good until {expires:%Y-%m-%d %H:%M} UTC, for one gateway. Then confirm the gateway's fingerprint.",
    ]
    return Summary(values, lines)


def confirm(database: Database, name: str, fingerprint: str, clock: Clock) -> Summary:
    """Take requests of a partner whose fingerprint was read out; InputError when it is another."""
    partner = database.retrying(lambda conn: membership.confirm(conn, name, fingerprint, clock()))
    return _state(partner, "is confirmed: its requests are taken from now on.")


def suspend(database: Database, name: str, clock: Clock) -> Summary:
    """Refuse a partner's requests for now; InputError when it is not active."""
    partner = database.retrying(lambda conn: membership.suspend(conn, name, clock()))
    return _state(partner, "is suspended: its requests are refused and its records are not matched.")


def resume(database: Database, name: str, clock: Clock) -> Summary:
    """Take a suspended partner's requests again; InputError when it is not suspended."""
    partner = database.retrying(lambda conn: membership.resume(conn, name, clock()))
    return _state(partner, "is active again: its records will be matched anew.")


def revoke(database: Database, name: str, clock: Clock) -> Summary:
    """Never take a partner's requests again; InputError when there is none of the name."""
    partner = database.retrying(lambda conn: membership.revoke(conn, name, clock()))
    return _state(partner, "is revoked for good.")


def listing(database: Database) -> Summary:
    """All partners with state and fingerprint."""
    with database.read() as conn:
        found = partners.everyone(conn)
    rows = [
        {
            "partner": partner.name, "title": partner.title, "country": partner.country, "state": partner.state,
            "fingerprint": _fingerprint(partner), "knocks": partner.callback_url is not None,
        }
        for partner in found
    ]  # fmt: skip
    cells = [[str(row[key] or "-") for key in ("partner", "country", "state", "fingerprint", "title")] for row in rows]
    return Summary({"partners": rows}, table([["partner", "country", "state", "fingerprint", "title"], *cells]))


def _state(partner: Partner, line: str) -> Summary:
    return Summary({"partner": partner.name, "state": partner.state}, [f"Partner {partner.name} {line}"])


def _fingerprint(partner: Partner) -> str | None:
    return None if partner.public_key is None else PublicKey.from_text(partner.public_key).fingerprint()
