"""Records that an alarm held back are shown again."""

from datetime import datetime

from sqlalchemy import Connection

from api.hub.clusters.showing import show_links_again_of
from api.hub.storage import alarms, candidates
from api.hub.storage.agreements import WithinCountry
from api.hub.storage.counters import RECORDS, hold
from api.service.database import Database


def free(conn: Connection, alarm_id: int, now: datetime, within_country: WithinCountry) -> frozenset[int]:
    """Give the candidates and links of an alarm's records new numbers, after it ceased to hold them back.

    Their custodians have read past them. The transaction must hold RECORDS. Gives partners who have news of links.
    """
    ids = alarms.record_ids(conn, alarm_id)
    candidates.show_again_of(conn, ids, now)
    return show_links_again_of(conn, ids, now, within_country=within_country)


def lapse(database: Database, now: datetime, within_country: WithinCountry) -> frozenset[int]:
    """Free what alarms slowed until now; gives partners who have news of links."""
    with database.read() as conn:
        if not alarms.lapsed(conn, now):
            return frozenset()
    return database.retrying(lambda conn: _lapse(conn, now, within_country))


def _lapse(conn: Connection, now: datetime, within_country: WithinCountry) -> frozenset[int]:
    hold(conn, RECORDS)
    told = frozenset[int]()
    for alarm in alarms.lapsed(conn, now):
        # It stays open, for the operator to look at; without a time it holds nothing back.
        alarms.change(conn, alarm.id, now, until=None)
        told |= free(conn, alarm.id, now, within_country)
    return told
