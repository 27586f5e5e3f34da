"""`milap holder peer`: whose messages this gateway believes, and who may believe its own."""

from api.holder.mailing import noted
from api.holder.mailing.own_card import publish_again
from api.holder.mailing.peers import PeerBook
from api.service.clock import Clock, utc_now
from api.service.database import Database
from api.service.summaries import Summary, table
from api.wire.cards import fingerprint_of
from matcher.errors import InputError

BY = "operator"


def listing(database: Database, clock: Clock = utc_now) -> Summary:
    """The own card's fingerprint, to be read out, and all partners with those of theirs."""
    with database.read() as conn:
        own = noted.own_card(conn)
    mine = None if own is None else fingerprint_of(own.card)
    everyone = PeerBook(database, clock).everyone()
    rows = [(each["partner"], each["state"], each["offered_fingerprint"] or each["fingerprint"]) for each in everyone]
    lines = [f"Own card: {mine or 'none yet; it is made once the gateway talks to the hub'}"]
    return Summary({"own": mine, "peers": everyone}, [*lines, *table([("partner", "state", "fingerprint"), *rows])])


def trust(database: Database, partner: str, fingerprint: str, clock: Clock = utc_now) -> Summary:
    """Confirm a partner's card; InputError when the card that the hub shows has another fingerprint."""
    made = PeerBook(database, clock).trust(partner, fingerprint, BY)
    return Summary(made, [f"The card of {partner} is confirmed; messages go both ways from now on."])


def forget(database: Database, partner: str, clock: Clock = utc_now) -> Summary:
    """Forget a partner's card; InputError when there is none."""
    PeerBook(database, clock).forget(partner, BY)
    return Summary({"partner": partner}, [f"The card of {partner} is forgotten; the next one has to be confirmed."])


def publish(database: Database, clock: Clock = utc_now) -> Summary:
    """Have the own card brought to the hub again, over whatever it shows; InputError before there is one."""
    if not publish_again(database, clock()):
        raise InputError("There is no card yet; it is made once the gateway talks to its hub.")
    return Summary({"publish": True}, ["The own card is brought to the hub with the next exchange."])
