"""From requests that can be answered to answers that may be sent: what a mask is used for is noted first."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from sqlalchemy import Connection

from api.holder.masking.judging import ANOTHER_VERSION, NOT_HERE, judged
from api.holder.masking.masks import Ready, answer_digest, masked_answers
from api.holder.masking.noted import FAILED, OUTBOX
from api.holder.masking.scope import Scope
from api.holder.masking.sorting import Due
from api.holder.storage.masked_answers import AskedRecord, Use, asked_records, use_once
from api.holder.storage.outbox import DueRow
from api.holder.sync.expiry import day_of
from api.service.clock import Clock
from api.service.database import Database
from api.wire.masked import MaskedAnswer, MaskedRequest, RefusalReason

_WAITING: Final = frozenset({OUTBOX, FAILED})
_Records = Mapping[str, AskedRecord]


@dataclass(frozen=True)
class Answered:
    """Answers to a page, in no order; requests that wait are counted by reason."""

    answers: list[MaskedAnswer] = field(default_factory=list)
    held_up: Counter[str] = field(default_factory=Counter)

    def set_aside(self, request: MaskedRequest, why: RefusalReason | str) -> None:
        """Refuse a request, or let it wait."""
        if why in _WAITING:
            self.held_up[why] += 1
        else:
            refusal = {"comparison": request.comparison, "outcome": "refused", "reason": why}
            self.answers.append(MaskedAnswer.model_validate(refusal))


class Answerer:
    """Answers requests.

    Args:
        database: the gateway's.
        cap: most comparisons of one version of a record in one epoch.
        clock: the gateway's clock.
    """

    def __init__(self, database: Database, cap: int, clock: Clock) -> None:
        self._database, self._cap, self._clock = database, cap, clock

    def answer(self, due: Sequence[Due]) -> Answered:
        """Answer what can be answered. What is given back is noted in the database, and may be sent again and again."""
        done = Answered()
        with self._database.read() as conn:
            known = self._known(conn, due)
        ready = self._ready(self._fitting(due, known, done), known, done)
        if ready:
            answers = masked_answers(ready)
            done.answers.extend(self._database.retrying(lambda conn: self._noted(conn, ready, answers)))
        return done

    def _known(self, conn: Connection, due: Sequence[Due]) -> _Records:
        return asked_records(conn, sorted({each.request.ref for each in due}))

    def _fitting(self, due: Sequence[Due], known: _Records, done: Answered) -> list[Due]:
        today, fitting = day_of(self._clock()), list[Due]()
        for each in due:
            why = judged(each, known.get(each.request.ref), today)
            if why is None:
                fitting.append(each)
            else:
                done.set_aside(each.request, why)
        return fitting

    def _ready(self, due: Sequence[Due], known: _Records, done: Answered) -> list[Ready]:
        """Those whose own records could be encoded, with their codes."""
        of_scope: dict[Scope, list[Due]] = {}
        for each in due:
            of_scope.setdefault(each.scope, []).append(each)
        ready = list[Ready]()
        for scope, several in of_scope.items():
            refs = dict.fromkeys(each.request.ref for each in several)
            encoded = scope.codes.of([_row(known[ref]) for ref in refs])
            for each in several:
                number = known[each.request.ref].id
                code = encoded.codes.get(number)
                if code is None:
                    done.set_aside(each.request, NOT_HERE if number in encoded.gone else FAILED)
                elif each.request.rows != len(code.presence):
                    done.set_aside(each.request, ANOTHER_VERSION)
                else:
                    ready.append(Ready(each, code))
        return ready

    def _noted(self, conn: Connection, ready: Sequence[Ready], answers: Sequence[MaskedAnswer]) -> list[MaskedAnswer]:
        """Note what masks are used for; those of records that changed just now are left for the next time."""
        known, today = self._known(conn, [each.due for each in ready]), day_of(self._clock())
        still = [
            (answer, each.due, known[each.due.request.ref])
            for each, answer in zip(ready, answers, strict=True)
            if judged(each.due, known.get(each.due.request.ref), today) is None
        ]
        uses = [
            Use(due.pair, answer_digest(answer), record.id, record.version, due.scope.digest)
            for answer, due, record in still
        ]
        going = Answered()
        for (answer, due, _), why in zip(still, use_once(conn, uses, self._cap, self._clock()), strict=True):
            if why is None:
                going.answers.append(answer)
            else:
                going.set_aside(due.request, why)
        return going.answers


def _row(record: AskedRecord) -> DueRow:
    """As the outbox would send it."""
    return DueRow(
        record.id, record.ref, record.kind, record.version, "put", record.expires_on, record.changed_by, record.sealed
    )
