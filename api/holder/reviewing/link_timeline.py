"""The stays of a child as the hub last told them, beside what is known here of the own ones."""

from datetime import date, timedelta
from typing import Any

from sqlalchemy import Connection

from api.holder.intake.looking import RecordReader
from api.holder.intake.service import no_such_record
from api.holder.intake.sight import Sight
from api.holder.storage import records, timelines
from api.holder.storage.records import ERASED, RecordRow
from api.service.database import Database
from api.wire.links import Stay, Timeline

_EPOCH = date(1970, 1, 1)


class TimelineReader:
    """Reads timelines; the hub is not asked for it, so that it works offline."""

    def __init__(self, database: Database, reader: RecordReader) -> None:
        """With the database, and what opens the own records."""
        self._database, self._reader = database, reader

    def read(self, ref: str, sight: Sight) -> dict[str, Any]:
        """The timeline of an own found record; ProblemError `no-such-resource`.

        `as_of` says when the hub told it, None when nobody joined anything with the record; `out_of_date` whether a
        link has changed since.
        """
        with self._database.read() as conn:
            own = records.by_ref(conn, ref)
            if own is None or own.kind != "found" or own.state == ERASED or not self._reader.bounds(sight).hold(own):
                raise no_such_record()
            known = timelines.of_record(conn, own.id)
            told = None
            if known is not None and known.content is not None:
                told = Timeline.model_validate_json(known.content)
            stays = [self._alone(own, sight)] if told is None else [self._stay(conn, s, sight) for s in told.stays]
        return {
            "ref": ref,
            "stays": stays,
            "hidden": 0 if told is None else told.hidden,
            "as_of": None if known is None or known.as_of is None else known.as_of.isoformat(),
            "out_of_date": known is not None and known.due,
        }

    def _stay(self, conn: Connection, stay: Stay, sight: Sight) -> dict[str, Any]:
        """A stay of the hub's; of an own record the case number and office, for those who may know of it."""
        shown: dict[str, Any] = {
            "partner": stay.partner,
            "found_on": None if stay.event is None else (_EPOCH + timedelta(days=stay.event)).isoformat(),
            "state": stay.state,
            "own": None,
        }
        row = None if stay.ref is None else records.by_ref(conn, stay.ref)
        if row is not None and self._reader.bounds(sight).hold(row):
            shown["own"] = self._facts(row, sight)
        return shown

    def _alone(self, row: RecordRow, sight: Sight) -> dict[str, Any]:
        state = "active" if row.state == "active" else "withdrawn"
        return {"partner": None, "found_on": None, "state": state, "own": self._facts(row, sight)}

    def _facts(self, row: RecordRow, sight: Sight) -> dict[str, Any]:
        listed = self._reader.listed(row, sight)
        cells = listed.get("record", {})
        return {
            "ref": row.ref,
            "state": row.state,
            "case_number": cells.get("record_id"),
            "found_on": cells.get("event_date"),
            "office": listed.get("office"),
        }
