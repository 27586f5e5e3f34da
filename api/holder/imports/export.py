"""The gateway's own records as CSV or JSON lines: the columns of the schema, and nothing of who reported."""

import csv
import io
import json
from collections.abc import Iterator
from typing import Literal

from api.holder.intake.cells import shown_record
from api.holder.intake.looking import RecordReader
from api.holder.intake.sight import Sight
from api.holder.intake.withholding import Redacted
from api.holder.storage.records import ACTIVE, RecordFilter
from encoder.schema import FIELDS

Format = Literal["csv", "jsonl"]

MEDIA_TYPES: dict[Format, str] = {"csv": "text/csv; charset=utf-8", "jsonl": "application/jsonl"}
_PAGE = 200
_COLUMNS = [field.name for field in FIELDS]


def export_records(reader: RecordReader, kind: str | None, form: Format, sight: Sight) -> Iterator[str]:
    """Active records of a kind (both for None) within a sight as text, in pieces; newest first.

    What a record lacks because it is withheld stands as `withheld` in JSON lines, and is an empty cell in CSV.
    """
    contents = _contents(reader, RecordFilter(kind=kind, state=ACTIVE), sight)
    if form == "csv":
        yield _csv_line(_COLUMNS)
        for each in contents:
            yield _csv_line([each.content.cells.get(name, "") for name in _COLUMNS])
    else:
        for each in contents:
            cells = shown_record(each.content.cells)
            withheld = [name for name in each.withheld if name in _COLUMNS]
            yield json.dumps(cells | ({"withheld": withheld} if withheld else {}), ensure_ascii=False) + "\n"


def _contents(reader: RecordReader, wanted: RecordFilter, sight: Sight) -> Iterator[Redacted]:
    after: int | None = None
    while page := reader.contents(wanted, after, _PAGE, sight):
        yield from (redacted for _, redacted in page)
        after = page[-1][0].id


def _csv_line(cells: list[str]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerow(cells)
    return out.getvalue()
