"""What a writer is answered: the same words whatever the hub knows."""

from collections.abc import Sequence
from typing import Any

from api.holder.intake.cells import FieldProblem
from api.holder.intake.sharing import sharing_words
from api.holder.storage.records import RecordRow


def receipt(row: RecordRow, problems: Sequence[FieldProblem] = ()) -> dict[str, Any]:
    """The receipt of a record: ref, version, state, kind, sharing and problems."""
    return {
        "ref": row.ref,
        "version": row.version,
        "state": row.state,
        "kind": row.kind,
        "sharing": "erased" if row.state == "erased" else sharing_words(row.kept_because, row.sent_state),
        "problems": [problem.as_json() for problem in problems],
    }
