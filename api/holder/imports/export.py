"""The gateway's own records as CSV or JSON lines: the columns of the schema, and nothing of who reported."""

import csv
import io
import json
from collections.abc import Iterator
from typing import Literal

from api.holder.intake.cells import shown_record
from api.holder.intake.content import Content
from api.holder.intake.looking import RecordReader
from api.holder.storage.records import ACTIVE, RecordFilter
from encoder.schema import FIELDS

Format = Literal["csv", "jsonl"]

MEDIA_TYPES: dict[Format, str] = {"csv": "text/csv; charset=utf-8", "jsonl": "application/jsonl"}
_PAGE = 200
_COLUMNS = [field.name for field in FIELDS]


def export_records(reader: RecordReader, kind: str | None, form: Format) -> Iterator[str]:
    """Active records of a kind (both for None) as text, in pieces; newest first."""
    contents = _contents(reader, RecordFilter(kind=kind, state=ACTIVE))
    if form == "csv":
        yield _csv_line(_COLUMNS)
        for content in contents:
            yield _csv_line([content.cells.get(name, "") for name in _COLUMNS])
    else:
        for content in contents:
            yield json.dumps(shown_record(content.cells), ensure_ascii=False) + "\n"


def _contents(reader: RecordReader, wanted: RecordFilter) -> Iterator[Content]:
    after: int | None = None
    while page := reader.contents(wanted, after, _PAGE):
        yield from (content for _, content in page)
        after = page[-1][0].id


def _csv_line(cells: list[str]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerow(cells)
    return out.getvalue()
