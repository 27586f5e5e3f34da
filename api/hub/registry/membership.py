"""What the operator does with partners: invite, confirm, suspend, resume, revoke."""

import re
from collections.abc import Callable
from datetime import datetime

from sqlalchemy import Connection

from api.hub.clusters.showing import show_links_again
from api.hub.registry import codes
from api.hub.registry.noting import note_act
from api.hub.storage import candidates, counters, partners, records
from api.hub.storage.partners import Partner
from api.wire.names import is_name
from api.wire.request_keys import PublicKey, same_fingerprint
from matcher.errors import InputError

_MOST_TITLE = 200


def invite(
    conn: Connection, name: str, title: str | None, country: str | None, now: datetime,
    random_bytes: Callable[[int], bytes],
) -> str:  # fmt: skip
    """A one-time code for a new partner, or for a known one that needs another key; shown once, kept as a hash.

    A known partner's requests are refused from now on, until its new key is confirmed.

    Raises:
        InputError: name, title or country do not fit, or the partner is suspended or revoked.
    """
    partner = partners.by_name(conn, name) or _new_partner(conn, name, title, country, now)
    if partner.state in ("suspended", "revoked"):
        raise InputError(f"Partner {name} is {partner.state}; resume it first, or invite it under a new name.")
    code = codes.new_code(random_bytes)
    while partners.by_code_selector(conn, codes.selector_of(_canonical(code))) is not None:
        code = codes.new_code(random_bytes)
    values = {"title": _title(title)} if title else {}
    partners.change(
        conn, partner.id, now, state="invited", public_key=None, callback_url=None, code_attempts=0,
        code_hash=codes.hash_of(_canonical(code)), code_expires_at=now + codes.LIFETIME, **values,
    )  # fmt: skip
    note_act(conn, "partner-invited", name, now)
    return code


def confirm(conn: Connection, name: str, fingerprint: str, now: datetime) -> Partner:
    """Take requests of a pending partner, whose key has the fingerprint that was read out on the telephone.

    Raises:
        InputError: there is no such partner, it is not pending, or the fingerprint is another.
    """
    partner = known(conn, name)
    if partner.state != "pending" or partner.public_key is None:
        raise InputError(f"Partner {name} is {partner.state}; only a partner that has just enrolled can be confirmed.")
    if not same_fingerprint(PublicKey.from_text(partner.public_key).fingerprint(), fingerprint):
        raise InputError(
            f"This is not the fingerprint of the key that enrolled as {name}: read it out again, and if it differs"
            " still, invite the partner anew, since somebody else may have used its code."
        )
    found = _activate(conn, partner, now)
    note_act(conn, "partner-confirmed", name, now, key=partner.public_key)
    return found


def suspend(conn: Connection, name: str, now: datetime) -> Partner:
    """Refuse an active partner's requests and leave its records out of matching, until it is resumed.

    Raises:
        InputError: there is no such partner, or it is not active.
    """
    partner = known(conn, name)
    if partner.state != "active":
        raise InputError(f"Partner {name} is {partner.state}; only an active partner can be suspended.")
    found = partners.change(conn, partner.id, now, state="suspended")
    note_act(conn, "partner-suspended", name, now)
    return found


def resume(conn: Connection, name: str, now: datetime) -> Partner:
    """Take a suspended partner's requests again.

    Raises:
        InputError: there is no such partner, or it is not suspended.
    """
    partner = known(conn, name)
    if partner.state != "suspended":
        raise InputError(f"Partner {name} is {partner.state}; only a suspended partner can be resumed.")
    found = _activate(conn, partner, now)
    note_act(conn, "partner-resumed", name, now)
    return found


def revoke(conn: Connection, name: str, now: datetime) -> Partner:
    """Never take a request of this partner again; to its gateway it is as if it had never enrolled.

    Raises:
        InputError: there is no such partner.
    """
    partner = known(conn, name)
    found = partners.change(conn, partner.id, now, state="revoked", code_hash=None, code_expires_at=None)
    note_act(conn, "partner-revoked", name, now)
    return found


def known(conn: Connection, name: str) -> Partner:
    """The partner of this name; InputError when there is none."""
    partner = partners.by_name(conn, name)
    if partner is None:
        raise InputError(f"There is no partner {name!r}; `milap hub partner list` shows them all.")
    return partner


def _activate(conn: Connection, partner: Partner, now: datetime) -> Partner:
    """While it was away others were matched without it, and its gateway read past what was kept from it."""
    counters.hold(conn, counters.RECORDS)
    found = partners.change(conn, partner.id, now, state="active")
    records.queue_all_of(conn, partner.id)
    candidates.show_again(conn, partner.id, None, now)
    show_links_again(conn, partner.id, None, now)
    return found


def _new_partner(conn: Connection, name: str, title: str | None, country: str | None, now: datetime) -> Partner:
    if not is_name(name):
        raise InputError("A partner's name is 2 to 63 small letters, digits and hyphens; choose such a name.")
    if country is None or not re.fullmatch(r"[A-Z]{2}", country):
        raise InputError(f"Partner {name} is new: give its country as two capitals of ISO 3166, such as IN.")
    if not title:
        raise InputError(f"Partner {name} is new: give its title, such as the organisation's full name.")
    return partners.add(conn, name=name, title=_title(title), country=country, now=now)


def _title(text: str) -> str:
    if len(text) > _MOST_TITLE or not text.isprintable():
        raise InputError(f"A partner's title is one line of at most {_MOST_TITLE} characters; shorten it.")
    return text


def _canonical(code: str) -> str:
    found = codes.canonical(code)
    assert found is not None  # it was just made
    return found
