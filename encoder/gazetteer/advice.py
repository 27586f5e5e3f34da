"""What a clerk could mend in the fields of a home. Never a reason to refuse a record."""

from encoder.gazetteer.candidates import is_code
from encoder.gazetteer.home import FIELDS, ResolvedHome
from encoder.gazetteer.load import Level, gazetteer
from encoder.gazetteer.resolve import resolve
from encoder.record import RawRecord

ALL_LEVELS = ("in", "bd", "np")
"""Countries whose states, districts and sub-districts are all known."""

SEVERAL = "Places of this name lie in more than one district or state; give the levels above it as well."
ELSEWHERE = "This place does not lie where the other fields of the home say; check which of them is right."
UNKNOWN = "This name is not in the gazetteer; check its spelling, or give the official code."
NO_SUCH_CODE = "No place of this level has this code; check the number, or give the name."
FINER = "This names a place within a state or district; enter it in the field below, and the state or district here."


def place_advice(record: RawRecord) -> list[tuple[str, str]]:
    """What stands in the home's fields that a clerk could mend.

    Returns:
        (field, one sentence that says what to do) in the order of the fields; no value is repeated in it.
    """
    home = resolve(record)
    by_field = dict.fromkeys(home.against, ELSEWHERE)
    if _known_throughout(home):
        by_field |= dict.fromkeys(home.finer, FINER)
        by_field |= {f: NO_SUCH_CODE if is_code(getattr(record, f) or "") else UNKNOWN for f in home.unknown}
    if home.many and (field := _doubtful(home)):
        by_field.setdefault(field, SEVERAL)
    return [(field, by_field[field]) for field in FIELDS if field in by_field]


def _known_throughout(home: ResolvedHome) -> bool:
    countries = [gazetteer().codes[found.place] for found in home.places if found.level == Level.COUNTRY]
    return not countries or any(country in ALL_LEVELS for country in countries)


def _doubtful(home: ResolvedHome) -> str | None:
    """The field that names several places: the lowest one of those that were understood down to the village."""
    understood = [field for field in FIELDS[Level.STATE : Level.VILLAGE + 1] if field in home.understood]
    return understood[-1] if understood else None
