"""`milap holder enrol` and `trust`: two sides that know each other's keys because people compared them."""

from collections.abc import Callable
from dataclasses import replace

import httpx
from sqlalchemy import Connection

from api.holder.settings import HolderSettings
from api.holder.staff.accounts import OPERATOR
from api.holder.storage import audit, facts, next_key, outbox
from api.holder.sync import hub_facts
from api.holder.sync.addresses import checked_address
from api.holder.sync.client import HubStrangerClient
from api.holder.sync.exchange import Exchange
from api.holder.sync.hub_facts import KnownHub
from api.holder.sync.request_key_file import read_or_make_request_key
from api.service.audit.entries import Entry
from api.service.clock import Clock, utc_now
from api.service.database import Database
from api.service.summaries import Summary
from api.wire.partners import Enrolment
from api.wire.problems import ProblemError
from api.wire.request_keys import PublicKey
from encoder.sealed_files import UnlockSecret
from matcher.errors import InputError

_CODE_CHARACTERS = range(8, 65)


def enrol(
    settings: HolderSettings, database: Database, url: str | None, code: str, secret: UnlockSecret,
    clock: Clock = utc_now, connect: Callable[[httpx.URL], Exchange] = Exchange,
) -> Summary:  # fmt: skip
    """Bring the one-time code and this gateway's key to a hub. The hub stays unconfirmed until `trust`.

    Args:
        settings: the gateway's.
        database: the gateway's.
        url: where the hub is; hub_url of the settings when None.
        code: the one-time code that the hub's operator gave; may be repeated with the same key.
        secret: seals the request key, or opens the one there is.
        clock: the gateway's clock.
        connect: opens connections.

    Raises:
        InputError: address, code or key file do not fit.
        ProblemError: the hub refused the enrolment or does not answer; nothing was changed.
    """
    address = url or settings.hub_url
    if address is None:
        raise InputError("Say where the hub is with --hub, such as https://hub.example.org.")
    base = checked_address(address, "The hub's address")
    if len(code.strip()) not in _CODE_CHARACTERS:
        raise InputError("That is no one-time code; type it as the hub's operator gave it.")
    key = read_or_make_request_key(settings.request_key, secret)
    exchange = connect(base)
    try:
        stranger = HubStrangerClient(exchange, clock)
        hub = stranger.identity()
        enrolment = Enrolment(
            format=1, code=code.strip(), public_key=key.public.text, callback_url=settings.callback_url
        )
        reply = stranger.enrol(enrolment, key, hub)
    finally:
        exchange.close()
    if reply.hub != hub.hub:
        raise ProblemError("bad-response-signature", "The hub gave two names for itself; tell its operator.")
    enrolled = KnownHub(str(base), hub.hub, hub.public_key, reply.partner)
    with database.write() as conn:
        known = _remember(conn, enrolled, clock)
        audit.drop_foreign_checkpoints(conn, known.partner, key.public)
        told = {"partner": known.partner, "hub_key": known.public_key, "own_key": key.public.text}
        audit.note(conn, Entry("hub-enrolled", OPERATOR, clock(), known.name, facts=told))
    return _enrolled(known, key.public)


def _remember(conn: Connection, enrolled: KnownHub, clock: Clock) -> KnownHub:
    before = hub_facts.load(conn)
    same = before is not None and (before.name, before.partner) == (enrolled.name, enrolled.partner)
    if before is not None and same and before.trusted and before.public_key == enrolled.public_key:
        enrolled = replace(enrolled, trusted=True)
    if before is not None and not same:
        # Another hub knows nothing of what the former one was sent, and its places are others.
        outbox.send_all_again(conn, clock())
        next_key.start_again(conn)
        facts.remove(conn, facts.CANDIDATES_CURSOR)
    hub_facts.store(conn, enrolled, clock())
    return enrolled


def _enrolled(hub: KnownHub, own: PublicKey) -> Summary:
    hub_fingerprint = PublicKey.from_text(hub.public_key).fingerprint()
    values = {
        "hub": hub.name, "partner": hub.partner, "trusted": hub.trusted, "fingerprint": own.fingerprint(),
        "hub_fingerprint": hub_fingerprint,
    }  # fmt: skip
    lines = [
        f"Enrolled at hub {hub.name} as {hub.partner}. Now telephone the hub's operator:",
        f"  read out this gateway's fingerprint:  {own.fingerprint()}",
        "  and have the hub's fingerprint read out to you; then run `milap holder trust` with what you heard.",
        f"  The hub that answered showed:         {hub_fingerprint}",
    ]
    return Summary(values, lines)


def trust(database: Database, fingerprint: str, clock: Clock = utc_now) -> Summary:
    """Confirm the hub by the fingerprint that its operator read out on the telephone.

    Raises:
        InputError: the gateway is enrolled nowhere, or the fingerprint is not that of the key the hub showed.
    """
    with database.write() as conn:
        hub = hub_facts.load(conn)
        if hub is None:
            raise InputError("This gateway is enrolled at no hub; run `milap holder enrol --hub ADDRESS` first.")
        confirmed = hub_facts.confirm(hub, fingerprint)
        hub_facts.store(conn, confirmed, clock())
        audit.note(conn, Entry("hub-trusted", OPERATOR, clock(), confirmed.name, facts={"key": confirmed.public_key}))
    line = f"Hub {confirmed.name} is confirmed; what waits is sent from now on."
    return Summary({"hub": confirmed.name, "partner": confirmed.partner, "trusted": True}, [line])
