"""Reports that seem to be of one missing child, under a name that means something to one custodian alone."""

import base64
import hashlib
from collections.abc import Sequence

from sqlalchemy import Connection

from api.hub.clusters.components import components
from api.hub.storage import links
from api.hub.storage.links import JOINED, PROPOSED, LinkedRecord, StoredLink
from matcher.views import Kind

_LABEL = "milap same child v1"
_NAME_BYTES = 16
Node = tuple[int, str]


def groups_of(conn: Connection, missing_ids: Sequence[int], custodian_id: int) -> dict[int, str]:
    """Names of the groups that missing records fall into among one custodian's candidates.

    A group is a connected component over links that are not separated, between reports that are candidates for this
    custodian; a report that is not among its candidates connects none. Its name is SHA-256 over the custodian and the
    name of the group's oldest link, which is random and told to nobody: two custodians cannot compare theirs.

    Args:
        conn: a transaction.
        missing_ids: missing records, all candidates for this custodian.
        custodian_id: its partner number.

    Returns:
        Name by missing record; only of records in a group of two or more.
    """
    known, edges = _explored(conn, missing_ids, custodian_id)
    ends = [(_node(known[link.first_id]), _node(known[link.second_id])) for link in edges]
    group_of = components(ends)
    oldest: dict[Node, str] = {}
    for link, (first, _) in zip(edges, ends, strict=True):
        oldest.setdefault(group_of[first], link.name)
    nodes = {number: _node(known[number]) for number in missing_ids if number in known}
    return {number: _name(custodian_id, oldest[group_of[node]]) for number, node in nodes.items() if node in group_of}


def _explored(
    conn: Connection, missing_ids: Sequence[int], custodian_id: int
) -> tuple[dict[int, LinkedRecord], list[StoredLink]]:
    """Everything connected with these records among the custodian's candidates, and the links, oldest first."""
    known = links.in_all_epochs(conn, missing_ids)
    ways: dict[int, StoredLink] = {}
    border = set(known)
    while border:
        found = links.touching(conn, border, [PROPOSED, JOINED])
        ends = {number for link in found for number in (link.first_id, link.second_id)}
        beyond = _candidates(conn, links.in_all_epochs(conn, ends - known.keys()), custodian_id)
        known |= beyond
        ways |= {link.id: link for link in found if link.first_id in known and link.second_id in known}
        border = set(beyond)
    return known, [ways[number] for number in sorted(ways)]


def _candidates(conn: Connection, found: dict[int, LinkedRecord], custodian_id: int) -> dict[int, LinkedRecord]:
    """Those whose ref is, in any epoch, a candidate for the custodian."""
    missing = {number: record for number, record in found.items() if record.kind == Kind.MISSING}
    wanted = {_node(missing[number]) for number in links.candidates_at(conn, missing, custodian_id)}
    return {number: record for number, record in missing.items() if _node(record) in wanted}


def _node(record: LinkedRecord) -> Node:
    return record.partner_id, record.ref


def _name(custodian_id: int, link_name: str) -> str:
    digest = hashlib.sha256(f"{_LABEL}\0{custodian_id}\0{link_name}".encode()).digest()
    return base64.urlsafe_b64encode(digest[:_NAME_BYTES]).rstrip(b"=").decode()
