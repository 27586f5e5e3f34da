"""`milap hub cluster …`: counts and link names; nothing of a record."""

from api.hub.clusters.saying import separate
from api.hub.storage import links
from api.service.clock import Clock
from api.service.database import Database
from api.service.summaries import Summary, table
from matcher.views import Kind


def listing(database: Database, limit: int) -> Summary:
    """How many links there are by kind and state, and the names of those that changed last."""
    with database.read() as conn:
        counted = [(_kind(kind), state, number) for kind, state, number in links.counts(conn)]
        found = links.names(conn, limit)
    rows = [{"kind": kind, "state": state, "links": number} for kind, state, number in counted]
    cells = [[kind, state, str(number)] for kind, state, number in counted]
    lines = table([["kind", "state", "links"], *cells])
    if found:
        lines += ["", *table([["link", "state"], *([name, state] for name, state in found)])]
    return Summary({"counts": rows, "links": [{"link": name, "state": state} for name, state in found]}, lines)


def separate_link(database: Database, name: str, clock: Clock) -> Summary:
    """Separate two records that were linked by mistake; InputError when there is no such link."""
    link = database.retrying(lambda conn: separate(conn, name, clock()))
    line = f"Link {link.name} is separated; it is proposed again only when there is more evidence."
    return Summary({"link": link.name, "state": link.state}, [line])


def _kind(kind: int) -> str:
    return Kind(kind).name.lower()
