"""Whether an own record is one that may be compared, at the version and as the kind that the hub asks for."""

from typing import Final

from api.holder.masking.noted import OUTBOX
from api.holder.masking.sorting import Due
from api.holder.storage.masked_answers import AskedRecord
from api.holder.storage.records import ACTIVE

NOT_HERE: Final = "not-here"
ANOTHER_VERSION: Final = "another-version"


def judged(due: Due, record: AskedRecord | None, today: int) -> str | None:
    """Why a request is refused (a RefusalReason) or waits (OUTBOX); None when its record can be compared.

    A record is compared once its receipt has come: only then is it certain that the hub means the same content by the
    same version, which after the restore of a backup it may not.

    Args:
        due: the request.
        record: the own record of its ref, None when there is none.
        today: days since 1970-01-01.
    """
    request = due.request
    if record is None or record.kind != request.side or record.state != ACTIVE or record.kept_because is not None:
        return NOT_HERE
    if record.expires_on is not None and record.expires_on < today:
        return NOT_HERE
    if record.version != request.version or max(request.rows, request.other_rows) > due.scope.masked.max_rows:
        return ANOTHER_VERSION
    arrived = record.arrived_ahead if due.scope.ahead else record.arrived
    return None if arrived else OUTBOX
