"""From a row of the outbox to the raw record behind it, which goes to the encoder and nowhere else."""

import base64

from api.holder.intake.content import open_content
from api.holder.intake.entry import canonical_case
from api.holder.intake.reading import read_cells
from api.holder.staff.offices import canonical_office
from api.holder.storage.outbox import DueRow
from api.holder.sync.encoding import OpenedRecord, RecordOf, UnencodableError
from api.holder.vault.vault import DamagedSealError, Index, Vault
from api.service.clock import Clock, utc_now
from api.wire.batches import Marks
from api.wire.names import REF_BYTES
from matcher.views import Kind


def records_of(vault: Vault, clock: Clock = utc_now) -> RecordOf:
    """What opens rows with a vault."""

    def record_of(row: DueRow) -> OpenedRecord:
        if row.sealed is None:
            raise UnencodableError("nothing-kept", "The record has no content any more; enter it again or erase it.")
        try:
            content = open_content(vault, row.ref, row.version, row.sealed)
        except DamagedSealError as error:
            raise UnencodableError("damaged", str(error)) from None
        record = read_cells(content.cells, Kind[row.kind.upper()], clock().date()).record
        if record is None:
            raise UnencodableError("cannot-read", "The record cannot be read any more; open it and save it again.")
        return OpenedRecord(record, marks_of(vault, row, record.record_id, content.office))

    return record_of


def marks_of(vault: Vault, row: DueRow, case_number: str, office: str | None) -> Marks:
    """What the hub counts by: it tells equal ones, and nobody without this vault's key what they stand for."""
    return Marks(
        _mark(vault, Index.CASE_MARK, canonical_case(row.kind, case_number)),
        _mark(vault, Index.OFFICER_MARK, row.changed_by) if row.changed_by else None,
        _mark(vault, Index.OFFICE_MARK, canonical_office(office).casefold()) if office else None,
    )


def _mark(vault: Vault, index: Index, text: str) -> str:
    return base64.urlsafe_b64encode(vault.blind_index(index, text, REF_BYTES)).rstrip(b"=").decode()
