"""Links that were kept from a gateway, told to it now that they may be."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection

from api.hub.clusters.proposing import REOPEN_BITS, propose
from api.hub.storage import counters, links
from api.hub.storage.agreements import WithinCountry


def show_links_again(
    conn: Connection, first_id: int, second_id: int | None, now: datetime, *,
    within_country: WithinCountry = "agreement", reopen_bits: float = REOPEN_BITS,
) -> frozenset[int]:  # fmt: skip
    """Two partners (or one and all others) may be compared now: propose and tell anew what is between them.

    Call it in the transaction that makes them comparable, which holds RECORDS, and after that change. Gives the
    partners that have news.
    """
    ids = links.kindred_ids_between(conn, first_id, second_id)
    news = propose(conn, ids, now, within_country=within_country, reopen_bits=reopen_bits)
    counters.hold(conn, counters.LINKS)
    links.change(conn, links.between(conn, first_id, second_id), now)
    return news


def show_links_again_of(
    conn: Connection, record_ids: Sequence[int], now: datetime, *, within_country: WithinCountry = "agreement",
    reopen_bits: float = REOPEN_BITS,
) -> frozenset[int]:  # fmt: skip
    """An alarm that stopped these records is cleared: propose what was held back, and tell anew what was hidden."""
    news = propose(conn, record_ids, now, within_country=within_country, reopen_bits=reopen_bits)
    counters.hold(conn, counters.LINKS)
    links.change(conn, links.touching(conn, record_ids, [links.PROPOSED, links.JOINED, links.SEPARATED]), now)
    return news
