"""Saying of a link whether it is the same child: checked here, written down with its audit leaf, sent by an errand."""

from collections.abc import Callable

from sqlalchemy import Connection

from api.holder.reviewing.acting import Actor, acting
from api.holder.staff.roles import Scope
from api.holder.staff.sessions import Principal
from api.holder.storage import audit, links, records
from api.holder.storage.links import LinkRow
from api.holder.vault.vault import Vault
from api.service.audit.entries import Entry
from api.service.clock import Clock
from api.service.database import Database
from api.wire.links import LinkWord
from api.wire.names import new_ref
from api.wire.problems import ProblemError

_NONE = "There is no link of this name; check it."
_WITHDRAWN = "One of the records is gone or they look alike no longer; there is nothing to say on this link."
_CHANGED = "The link is not as it was when you read it; read it again, then say anew whether it is the same child."
_PENDING = "A word on this link is on its way to the hub; wait for what it says."


class LinkWords:
    """Words of people on links.

    Args:
        database: where links are.
        vault: for the blind index of an account's office.
        clock: the present moment.
        changed: called after each word, so that it is sent.
    """

    def __init__(self, database: Database, vault: Vault, clock: Clock, changed: Callable[[], None]) -> None:
        self._database, self._vault, self._clock, self._changed = database, vault, clock, changed

    def say(self, name: str, word: LinkWord, revision: int, who: Principal) -> None:
        """Write down a word, which is sent until the hub takes or refuses it; the same one again changes nothing.

        Raises:
            ProblemError: `not-allowed`, `no-such-resource`, `candidate-withdrawn`, `candidate-changed`,
                `decision-pending`.
            StorageError: the database failed; nothing was said.
        """
        word_name = new_ref()

        def work(conn: Connection) -> None:
            actor = acting(conn, self._vault, who, Scope.CANDIDATES_DECIDE, lock=True)
            row = link_for(conn, actor, name)
            if not row.word_sent and (row.word, row.word_revision) == (word, revision):
                return
            _check(row, revision)
            now = self._clock()
            links.say(conn, row, word, word_name, actor.login, now)
            audit.note(conn, Entry(f"link-{word}", actor.login, now, about=name))

        self._database.retrying(work)
        self._changed()


def link_for(conn: Connection, actor: Actor, name: str) -> LinkRow:
    """A link that an actor may know of, locked; ProblemError `no-such-resource` for every other one."""
    row = links.by_name(conn, name, lock=True)
    numbers = [] if row is None else [row.record_id, row.other_record_id]
    own = [records.by_id(conn, number) for number in numbers if number is not None]
    if row is None or not any(record is not None and actor.bounds.hold(record) for record in own):
        raise ProblemError("no-such-resource", _NONE)
    return row


def _check(row: LinkRow, revision: int) -> None:
    if row.state == "withdrawn":
        raise ProblemError("candidate-withdrawn", _WITHDRAWN)
    if not row.word_sent:
        raise ProblemError("decision-pending", _PENDING)
    if row.revision != revision:
        raise ProblemError("candidate-changed", _CHANGED, revision=row.revision)
