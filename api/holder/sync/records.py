"""From a row of the outbox to the raw record behind it, which goes to the encoder and nowhere else."""

from api.holder.intake.content import open_content
from api.holder.intake.reading import read_cells
from api.holder.storage.outbox import DueRow
from api.holder.sync.encoding import RecordOf, UnencodableError
from api.holder.vault.vault import DamagedSealError, Vault
from encoder.record import RawRecord
from matcher.views import Kind


def records_of(vault: Vault) -> RecordOf:
    """What opens rows with a vault."""

    def record_of(row: DueRow) -> RawRecord:
        if row.sealed is None:
            raise UnencodableError("nothing-kept", "The record has no content any more; enter it again or erase it.")
        try:
            content = open_content(vault, row.ref, row.version, row.sealed)
        except DamagedSealError as error:
            raise UnencodableError("damaged", str(error)) from None
        record = read_cells(content.cells, Kind[row.kind.upper()]).record
        if record is None:
            raise UnencodableError("cannot-read", "The record cannot be read any more; open it and save it again.")
        return record

    return record_of
