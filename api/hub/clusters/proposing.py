"""Links brought in line with the kindred pairs that the matcher found, and with what became of the records."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from api.hub.clusters.judging import emptied, fallen, renewed, turned
from api.hub.clusters.seeing import Sight, sight
from api.hub.clusters.walking import joined_with
from api.hub.storage import candidates, counters, kindred, link_words, links
from api.hub.storage.agreements import WithinCountry
from api.hub.storage.kindred import KindredRow
from api.hub.storage.links import LinkedRecord, StoredLink
from api.wire.names import new_ref
from matcher.views import Kind

REOPEN_BITS = 2.0
Node = tuple[int, str]
"""Partner and ref: a record in whatever epoch."""
Known = Mapping[int, LinkedRecord]
# What both sides are told of, or judge by: a change of it makes another revision.
_TELLING = ("first_version", "second_version", "levels", "state", "first_word", "second_word")


@dataclass(frozen=True)
class _Changes:
    """Links to be told of, links to be changed silently, and pairs that become links."""

    told: list[StoredLink]
    silent: list[StoredLink]
    added: list[KindredRow]


def propose(
    conn: Connection, record_ids: Sequence[int], now: datetime, *, within_country: WithinCountry = "agreement",
    reopen_bits: float = REOPEN_BITS,
) -> frozenset[int]:  # fmt: skip
    """Bring the links of these records in line, in the transaction that changed the records or their kindred pairs.

    Doing it twice changes nothing the second time. Pairs of found records become links when both organisations may be
    compared today and no alarm stops either record; pairs of missing reports become links that no partner is ever told
    of and that only group a custodian's candidates. A link follows its records from one epoch into the next.

    Args:
        conn: a write transaction that holds none of the counters after CANDIDATES. It holds RECORDS, or somebody
            follows up whatever change of a record comes meanwhile.
        record_ids: records that changed, in whatever state.
        now: aware.
        within_country: whether partners of one country need an agreement.
        reopen_bits: how much more a separated pair has to weigh, under a new version, to be proposed again.

    Returns:
        Partners that have news; never a reporter for its reports.
    """
    known = links.in_all_epochs(conn, record_ids)
    if not known:
        return frozenset()
    if any(record.kind == Kind.MISSING for record in known.values()):
        counters.hold(conn, counters.CANDIDATES)
    counters.hold(conn, counters.LINKS)
    standing, pairs = links.touching(conn, known), kindred.of_records(conn, sorted(known))
    found: list[StoredLink | KindredRow] = [*standing, *pairs]
    ends = {number for each in found for number in (each.first_id, each.second_id)}
    known |= links.in_all_epochs(conn, ends - known.keys())
    seen = sight(conn, known.values(), now, within_country)
    changes = _changes(_by_nodes(standing, known), _newest(pairs, known), known, seen, reopen_bits)
    _write(conn, changes, known, now)
    retold = _retell(conn, standing, changes, set(record_ids), known, now)
    return _news(conn, [*changes.told, *changes.added, *retold], known, seen, now)


def _by_nodes(standing: Iterable[StoredLink], known: Known) -> dict[frozenset[Node], StoredLink]:
    return {_nodes(link, known): link for link in standing}


def _newest(pairs: Iterable[KindredRow], known: Known) -> dict[frozenset[Node], KindredRow]:
    """Pairs of active records of one kind; of those in several epochs the one in the newest."""
    found = {}
    for pair in sorted(pairs, key=lambda pair: known[pair.first_id].partition_id):
        first, second = known[pair.first_id], known[pair.second_id]
        if first.state == second.state == "active" and first.kind == second.kind:
            found[_nodes(pair, known)] = pair
    return found


def _nodes(pair: KindredRow | StoredLink, known: Known) -> frozenset[Node]:
    ends = known[pair.first_id], known[pair.second_id]
    return frozenset((record.partner_id, record.ref) for record in ends)


def _changes(
    standing: Mapping[frozenset[Node], StoredLink], pairs: Mapping[frozenset[Node], KindredRow], known: Known,
    seen: Sight, reopen_bits: float,
) -> _Changes:  # fmt: skip
    changes = _Changes([], [], [])
    for nodes, link in standing.items():
        link, after = _after(link, pairs.get(nodes), known, seen, reopen_bits)
        if any(getattr(link, name) != getattr(after, name) for name in _TELLING):
            changes.told.append(after._replace(revision=link.revision + 1))
        elif link != after:
            changes.silent.append(after)
    new = [pair for nodes, pair in pairs.items() if nodes not in standing]
    changes.added.extend(pair for pair in new if _may_begin(pair, known, seen))
    return changes


def _after(
    link: StoredLink, pair: KindredRow | None, known: Known, seen: Sight, reopen_bits: float
) -> tuple[StoredLink, StoredLink]:
    """The link with its records in the pair's order, and what becomes of it."""
    first, second = known[link.first_id], known[link.second_id]
    if "erased" in (first.state, second.state):
        return link, emptied(link)
    if pair is None:
        return link, fallen(link)
    begins = link.state in (links.WITHDRAWN, links.SEPARATED)
    if begins and not _may_begin(pair, known, seen):
        return link, link
    if (known[pair.first_id].partner_id, known[pair.first_id].ref) != (first.partner_id, first.ref):
        link = turned(link)
    return link, renewed(link, pair, reopen_bits)


def _may_begin(pair: KindredRow, known: Known, seen: Sight) -> bool:
    first, second = known[pair.first_id], known[pair.second_id]
    if first.kind == Kind.MISSING:
        return True
    return seen.compared(first, second) and not seen.stopped(first, second)


def _begun(pair: KindredRow, known: Known) -> dict[str, Any]:
    first, second = known[pair.first_id], known[pair.second_id]
    return {
        **pair._asdict(), "name": new_ref(), "kind": first.kind, "first_partner_id": first.partner_id,
        "second_partner_id": second.partner_id, "state": links.PROPOSED, "revision": 1,
    }  # fmt: skip


def _write(conn: Connection, changes: _Changes, known: Known, now: datetime) -> None:
    links.add(conn, [_begun(pair, known) for pair in changes.added], now)
    links.change(conn, changes.told, now)
    links.change_silently(conn, changes.silent, now)
    link_words.forget(conn, [link.id for link in changes.told if link.levels == "[]"])


def _retell(
    conn: Connection, standing: Iterable[StoredLink], changes: _Changes, changed: Collection[int], known: Known,
    now: datetime,
) -> list[StoredLink]:  # fmt: skip
    """Tell of joined links again whose record is no longer there: a timeline has changed, and no link."""
    gone = {number for number in changed if number in known and known[number].state != "active"}
    left = [link for link in standing if link.state == links.JOINED and gone & {link.first_id, link.second_id}]
    told = {link.id for link in changes.told}
    reached = joined_with(conn, {number for link in left for number in (link.first_id, link.second_id)})
    again = [link for link in reached.links if link.id not in told]
    links.change(conn, again, now)
    return again


def _news(
    conn: Connection, changed: Iterable[StoredLink | KindredRow], known: Known, seen: Sight, now: datetime
) -> frozenset[int]:
    told: set[int] = set()
    missing: set[int] = set()
    for each in changed:
        first, second = known.get(each.first_id), known.get(each.second_id)
        if first is None or second is None:
            continue
        if Kind.MISSING in (first.kind, second.kind):
            missing |= {first.id, second.id}
        elif seen.compared(first, second) and not seen.stopped(first, second):
            told |= {first.partner_id, second.partner_id}
    return frozenset(told | regroup(conn, sorted(missing), seen, now))


def regroup(conn: Connection, missing_ids: Sequence[int], seen: Sight, now: datetime) -> set[int]:
    """Tell candidates of these reports again, since their groups have changed; gives the custodians to knock at."""
    if not missing_ids:
        return set()
    candidates.show_again_of(conn, missing_ids, now)
    found = candidates.of_records(conn, missing_ids)
    return {row.custodian_id for row in found if seen.knows(row.custodian_id, row.reporter_id)}
