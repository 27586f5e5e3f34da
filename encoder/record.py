"""The raw record: what a holder knows of one child. It never leaves the holder's process in this form."""

from dataclasses import dataclass
from enum import StrEnum
from typing import NoReturn

from encoder.birth import AgeBasis, BirthInterval
from encoder.calendars.interval import DayInterval
from encoder.calendars.written import WrittenDate
from matcher.views import Kind, Sex


class NameSource(StrEnum):
    """Who gave the child's name. One that staff gave is not the child's and makes no view."""

    CHILD = "child"
    FAMILY = "family"
    DOCUMENT = "document"
    STAFF = "staff"


@dataclass(frozen=True, slots=True, repr=False, kw_only=True)
class RawRecord:
    """One missing report or found record, field by field as in the schema (`encoder/schema.py`).

    Text is as written, without the blanks around it; names are not normalised here. None and the empty tuple
    mean not known. `date_of_birth` is the date that was given, `birth` what it (or the age) comes to; other
    dates are intervals of days, since any of them may be partial. `photo_date` is a date, or an age in years.
    """

    record_id: str
    kind: Kind
    name: str | None = None
    given_name: str | None = None
    family_name: str | None = None
    nicknames: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    name_source: NameSource | None = None
    sex: Sex = Sex.UNKNOWN
    date_of_birth: WrittenDate | None = None
    age: float | None = None
    age_min: float | None = None
    age_max: float | None = None
    age_as_of: DayInterval | None = None
    age_basis: AgeBasis | None = None
    birth: BirthInterval | None = None
    event_date: DayInterval | None = None
    father_name: str | None = None
    mother_name: str | None = None
    guardian_name: str | None = None
    sibling_names: tuple[str, ...] = ()
    other_relatives: tuple[str, ...] = ()
    home_country: str | None = None
    home_state: str | None = None
    home_district: str | None = None
    home_subdistrict: str | None = None
    home_village: str | None = None
    home_landmark: str | None = None
    event_country: str | None = None
    event_state: str | None = None
    event_district: str | None = None
    event_place: str | None = None
    nationality: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    religion: tuple[str, ...] = ()
    ethnicity: tuple[str, ...] = ()
    height_cm: float | None = None
    weight_kg: float | None = None
    complexion: str | None = None
    hair: str | None = None
    eyes: str | None = None
    marks: tuple[str, ...] = ()
    disability: str | None = None
    speech: str | None = None
    phones: tuple[str, ...] = ()
    identifiers: tuple[str, ...] = ()
    photos: tuple[str, ...] = ()
    photo_date: DayInterval | float | None = None
    protect_location: bool = True
    sealed_by_court: bool = False
    legal_basis: str | None = None
    consent_sharing: bool | None = None
    expires_on: DayInterval | None = None

    def __repr__(self) -> str:
        """The kind and nothing else: identities stay out of logs and tracebacks."""
        return f"RawRecord({self.kind.name.lower()})"

    def __reduce__(self) -> NoReturn:
        """Refuse pickling, and copying with it: a pickle is an identity on a disk or a wire."""
        raise TypeError("A raw record cannot be pickled: encode it, and send the codes.")
