"""Links to notices for a custodian's gateway."""

import json
from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import Connection

from api.hub.clusters.seeing import Sight, shown_state, sight
from api.hub.cursors import Cursors
from api.hub.storage import links
from api.hub.storage.agreements import WithinCountry
from api.hub.storage.links import JOINED, LinkedRecord, StoredLink
from api.hub.storage.partners import everyone
from api.wire.links import LinkNotice, LinkPage

FEED = "links"


def links_for(
    conn: Connection, cursors: Cursors, partner_id: int, after: int, limit: int, now: datetime,
    within_country: WithinCountry,
) -> LinkPage:  # fmt: skip
    """What changed after a cursor among the links of a partner's found records that it may know of today.

    Raises:
        ProblemError: `invalid-query`; `after` is no cursor of this partner.
    """
    hidden = cursors.of(FEED)
    names = {partner.id: partner.name for partner in everyone(conn)}
    shown: list[LinkNotice] = []
    last = 0
    for link, first, second in _visible(conn, partner_id, hidden.show(after, partner_id), limit, now, within_country):
        if len(shown) == limit:
            return LinkPage(items=shown, next=hidden.hide(last, partner_id), more=True)
        shown.append(notice(link, first, second, partner_id, names))
        last = link.sequence
    return LinkPage(items=shown, next=hidden.hide(last, partner_id) if shown else after, more=False)


def _visible(
    conn: Connection, partner_id: int, after: int, limit: int, now: datetime, within_country: WithinCountry
) -> Iterator[tuple[StoredLink, LinkedRecord, LinkedRecord]]:
    """Links in the order of their changes. What is kept back moves no cursor: its place is told with the next one."""
    others = sight(conn, [], now, within_country).partners_of(partner_id)
    while True:
        found = links.page(conn, partner_id, others, after, limit + 1)
        known = links.in_all_epochs(conn, {n for link in found for n in (link.first_id, link.second_id)})
        seen: Sight = sight(conn, known.values(), now, within_country)
        for link in found:
            ends = known[link.first_id], known[link.second_id]
            if seen.shows(link, *ends, partner_id):
                yield link, *ends
        if len(found) <= limit:
            return
        after = found[-1].sequence


def notice(
    link: StoredLink, first: LinkedRecord, second: LinkedRecord, partner_id: int, names: dict[int, str]
) -> LinkNotice:
    """A link as one of its sides may know it: of the other record the partner alone, unless it is its own too."""
    turned = first.partner_id != partner_id
    own, other = (second, first) if turned else (first, second)
    own_word, other_word = (link.second_word, link.first_word) if turned else (link.first_word, link.second_word)
    state = shown_state(link, first, second)
    levels = [] if "erased" in (first.state, second.state) else json.loads(link.levels)
    # Validated, since states, words and levels come from the database as text.
    return LinkNotice.model_validate(
        {
            "link": link.name,
            "own_ref": own.ref,
            "own_version": link.second_version if turned else link.first_version,
            "partner": names[other.partner_id],
            "other_ref": other.ref if other.partner_id == partner_id else None,
            "levels": [{"what": what, "level": level} for what, level in levels],
            "state": state,
            "revision": link.revision,
            "own_word": own_word,
            "other_word": other_word if state == JOINED else None,
        }
    )
