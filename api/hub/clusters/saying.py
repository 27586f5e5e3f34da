"""What the sides of a link say, and the operator's separation."""

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from api.hub.clusters.judging import said, separated
from api.hub.clusters.seeing import shown_state, sight
from api.hub.clusters.walking import joined_with
from api.hub.storage import audit, candidates, counters, link_words, links
from api.hub.storage.agreements import WithinCountry
from api.hub.storage.link_words import SaidWord
from api.hub.storage.links import JOINED, SEPARATED, WITHDRAWN, LinkedRecord, StoredLink
from api.hub.storage.partners import Partner
from api.service.audit.entries import Entry
from api.wire.links import Word, WordReceipt
from api.wire.names import REF_PATTERN
from api.wire.problems import ProblemError
from matcher.errors import InputError
from matcher.views import Kind

OPERATOR = "hub-operator"
_NONE = "There is no such link for you at this hub; ask for your links anew."
_CHANGED = "The link has changed since; read it again, then say anew whether it is the same child."
_WITHDRAWN = "One of the records is gone or they look alike no longer; there is nothing to say on this link."
_REUSED = "Another word was sent under this id; send this one under an id of its own."


@dataclass(frozen=True)
class Said:
    """What a word brought, and the partners that have news by it."""

    receipt: WordReceipt
    news: frozenset[int] = frozenset()


def say(
    conn: Connection, name: str, word: Word, partner: Partner, now: datetime, within_country: WithinCountry
) -> Said:
    """Take one side's word on a link; both sides' when both records are its own.

    The same word under the same id again changes nothing and gets the same receipt.

    Raises:
        ProblemError: `no-such-resource` for what the partner may not know of, `candidate-withdrawn`,
            `candidate-changed` when it was said on another revision, `idempotency-key-reused`.
    """
    counters.hold(conn, counters.LINKS)
    digest = hashlib.sha256(f"{name}\0{word.word}\0{word.revision}".encode()).digest()
    before = link_words.of_name(conn, partner.id, word.id)
    if before is not None:
        if before.digest != digest:
            raise ProblemError("idempotency-key-reused", _REUSED)
        return Said(_receipt(word.id, name, before))
    link, first, second = _visible(conn, name, partner.id, now, within_country)
    if shown_state(link, first, second) == WITHDRAWN:
        raise ProblemError("candidate-withdrawn", _WITHDRAWN)
    if link.revision != word.revision:
        raise ProblemError("candidate-changed", _CHANGED)
    sides = first.partner_id == partner.id, second.partner_id == partner.id
    alive = first.state == second.state == "active"
    after = _write(conn, link, said(link, sides, word.word, alive=alive), now)
    result = SaidWord(digest, after.state, after.revision)
    link_words.add(conn, result, partner_id=partner.id, name=word.id, link_id=link.id, now=now)
    audit.note(conn, _entry(f"link-{word.word}", partner.name, after, now))
    told = {first.partner_id, second.partner_id} if after.revision != link.revision else set()
    return Said(_receipt(word.id, name, result), frozenset(told - {partner.id}))


def separate(conn: Connection, name: str, now: datetime) -> StoredLink:
    """Separate a link of either kind, as the hub's operator; a second time changes nothing.

    Raises:
        InputError: there is no such link, or it is withdrawn.
    """
    # Candidates before links, since the reports of a missing child are grouped anew.
    counters.hold(conn, counters.CANDIDATES)
    counters.hold(conn, counters.LINKS)
    link = links.by_name(conn, name)
    if link is None or link.state == WITHDRAWN:
        raise InputError("There is no link of this name that stands; `milap hub cluster list` shows those that do.")
    if link.state == SEPARATED:
        return link
    after = _write(conn, link, separated(link), now)
    if link.kind == Kind.MISSING:
        known = links.in_all_epochs(conn, [link.first_id, link.second_id])
        candidates.show_again_of(conn, sorted(known), now)
    audit.note(conn, _entry("link-different", OPERATOR, after, now))
    return after


def _visible(
    conn: Connection, name: str, partner_id: int, now: datetime, within_country: WithinCountry
) -> tuple[StoredLink, LinkedRecord, LinkedRecord]:
    # Asked before the database, which takes no NUL.
    link = links.by_name(conn, name) if re.match(REF_PATTERN, name) else None
    if link is None:
        raise ProblemError("no-such-resource", _NONE)
    known = links.in_all_epochs(conn, [link.first_id, link.second_id])
    first, second = known[link.first_id], known[link.second_id]
    if not sight(conn, known.values(), now, within_country).shows(link, first, second, partner_id):
        raise ProblemError("no-such-resource", _NONE)
    return link, first, second


def _write(conn: Connection, link: StoredLink, after: StoredLink, now: datetime) -> StoredLink:
    """A word that changes no state is remembered and told to nobody."""
    if after.state == link.state:
        links.change_silently(conn, [after], now)
        return after
    after = after._replace(revision=link.revision + 1)
    links.change(conn, [after], now)
    if JOINED in (link.state, after.state):
        # Everybody in the cluster has another timeline now.
        rest = joined_with(conn, [link.first_id, link.second_id]).links
        links.change(conn, [each for each in rest if each.id != link.id], now)
    return after


def _entry(what: str, by: str, link: StoredLink, now: datetime) -> Entry:
    return Entry(what=what, by=by, at=now, about=link.name, facts={"state": link.state, "revision": link.revision})


def _receipt(word_id: str, link: str, said_word: SaidWord) -> WordReceipt:
    fields = {"id": word_id, "link": link, "state": said_word.state, "revision": said_word.revision}
    return WordReceipt.model_validate(fields)
