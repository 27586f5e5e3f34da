"""What is told of an audit log, at the keyboard and in answers."""

from collections.abc import Sequence
from typing import Any

from api.service.audit.entries import Entry
from api.service.audit.verifying import Verification
from api.service.summaries import Summary, table
from api.wire.audit import hash_text
from matcher.errors import MilapError

_COLUMNS = ("number", "at", "what", "by", "about", "why", "order", "facts")


class AuditFaultsError(MilapError):
    """An audit log is not what it claims to be."""

    def __init__(self, faults: int) -> None:
        """With the number of faults, which were told before."""
        super().__init__(
            f"The audit log does not hold ({faults} kind(s) of fault, told above): keep the database as it is, find out"
            " who could change it, and compare with a backup."
        )


def verified(found: Verification) -> Summary:
    """What verifying came to: size, root, checkpoints, witnesses, faults."""
    root = hash_text(found.root)
    values = {
        "size": found.size, "root": root, "checkpoints": found.checkpoints, "witnesses": found.witnesses,
        "faults": list(found.faults),
    }  # fmt: skip
    lines = [
        f"{found.size:,} entries, root {root}.",
        f"Compared with {found.checkpoints:,} checkpoint(s), and {found.witnesses:,} that others kept.",
        *(found.faults or ["The log is whole: nothing was changed, left out or put in."]),
    ]
    return Summary(values, lines)


def require_sound(found: Verification) -> None:
    """AuditFaultsError when there are faults."""
    if not found.sound:
        raise AuditFaultsError(len(found.faults))


def shown(number: int, entry: Entry) -> dict[str, Any]:
    """One entry as values that JSON can hold."""
    return {
        "number": number, "at": entry.at.isoformat(), "what": entry.what, "by": entry.by, "about": entry.about,
        "why": entry.why, "order": entry.order, "facts": dict(entry.facts),
    }  # fmt: skip


def page(found: Sequence[tuple[int, Entry]], limit: int) -> dict[str, Any]:
    """At most `limit` entries of those found, and where to go on, None at the end: give one more than the limit."""
    items = [shown(number, entry) for number, entry in found[:limit]]
    return {"items": items, "next": items[-1]["number"] if len(found) > limit else None}


def listing(found: Sequence[tuple[int, Entry]], limit: int) -> Summary:
    """A page of entries as a table."""
    values = page(found, limit)
    if not values["items"]:
        return Summary(values, ["There is no further entry."])
    lines = table([list(_COLUMNS), *[[_cell(item[name]) for name in _COLUMNS] for item in values["items"]]])
    further = [] if values["next"] is None else [f"More follow: --after {values['next']}"]
    return Summary(values, [*lines, *further])


def _cell(value: Any) -> str:
    if isinstance(value, dict):
        value = " ".join(f"{name}={fact}" for name, fact in sorted(value.items()) if fact is not None)
    return "-" if value in (None, "") else str(value)
