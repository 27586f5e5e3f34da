"""All records that people joined with one, over any number of links."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection

from api.hub.storage import links
from api.hub.storage.links import JOINED, LinkedRecord, StoredLink


@dataclass(frozen=True)
class Cluster:
    """Records by number (each ref in all its epochs), and the joined links between them, by number."""

    records: dict[int, LinkedRecord]
    links: list[StoredLink]


def joined_with(conn: Connection, record_ids: Iterable[int], without: frozenset[int] = frozenset()) -> Cluster:
    """The connected components over joined links that hold these records.

    Args:
        conn: a transaction.
        record_ids: where to begin.
        without: records at which to go no further; they and their links are left out.
    """
    known = links.in_all_epochs(conn, record_ids)
    ways: dict[int, StoredLink] = {}
    border = set(known)
    while border:
        touching = links.touching(conn, border, [JOINED])
        found = [link for link in touching if not {link.first_id, link.second_id} & without]
        ways |= {link.id: link for link in found}
        ends = {number for link in found for number in (link.first_id, link.second_id)}
        beyond = links.in_all_epochs(conn, ends - known.keys())
        border = set(beyond)
        known |= beyond
    return Cluster(known, [ways[number] for number in sorted(ways)])
