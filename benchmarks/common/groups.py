"""Groups of true pairs for which recall is told apart: a figure for all hides whom a system fails."""

from collections.abc import Callable, Sequence

from encoder.names.scripts import script_runs
from encoder.record import NameSource, RawRecord

Pairs = Sequence[tuple[RawRecord, RawRecord]]
DAYS_A_MONTH, DAYS_A_YEAR = 31, 366


def _sex(missing: RawRecord, found: RawRecord) -> str:
    return missing.sex.name.lower()


def _script(missing: RawRecord, found: RawRecord) -> str:
    if found.name_source is NameSource.STAFF:
        return "no own name"
    return "same script" if _script_of(missing) == _script_of(found) else "another script"


def _script_of(record: RawRecord) -> str:
    written = record.name or " ".join(p for p in (record.given_name, record.family_name) if p)
    letters = "".join(c for c in written if c.isalpha())
    return str(next(iter(script_runs(letters)))[0]) if letters else ""


def _name(missing: RawRecord, found: RawRecord) -> str:
    return "given by staff" if found.name_source is NameSource.STAFF else "own name"


def _years(missing: RawRecord, found: RawRecord) -> str:
    if missing.event_date is None or found.event_date is None:
        return "not known"
    days = found.event_date.first - missing.event_date.first
    return "a month" if days <= DAYS_A_MONTH else "a year" if days <= DAYS_A_YEAR else "one to six years"


def _parents(missing: RawRecord, found: RawRecord) -> str:
    shared = bool(missing.father_name and found.father_name) + bool(missing.mother_name and found.mother_name)
    return ("no parent in both", "one parent in both", "both parents in both")[shared]


def _speech(missing: RawRecord, found: RawRecord) -> str:
    return "speech impaired" if missing.speech or found.speech else "speaks"


def _country(missing: RawRecord, found: RawRecord) -> str:
    same = (missing.event_state or "").casefold() == (found.event_state or "").casefold()
    return "found in the state as written" if same else "found elsewhere, or written otherwise"


GROUPS: dict[str, Callable[[RawRecord, RawRecord], str]] = {
    "sex": _sex, "script of the name": _script, "name": _name, "found within": _years, "parents": _parents,
    "speech": _speech, "place found": _country,
}
