"""The table of fields: the one place that knows column names, what they hold and which view they feed."""

import re
from dataclasses import dataclass
from enum import Enum, StrEnum, auto

from encoder.ages.stated import OLDEST_YEARS
from encoder.birth import AgeBasis
from encoder.record import NameSource
from matcher.views import View


class Value(Enum):
    """What a field holds, and so how its text is read."""

    TEXT = auto()
    LIST = auto()
    NUMBER = auto()
    AGE = auto()
    DATE = auto()
    BIRTH_DATE = auto()
    PHOTO_DATE = auto()
    KIND = auto()
    SEX = auto()
    CHOICE = auto()
    FLAG = auto()


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a record, under the name that `RawRecord` and the column have.

    view             the view it feeds, None when it feeds none
    aliases          column names of PFIF 1.4, Primero and RapidFTR that mean the same
    choices          the words it takes (CHOICE)
    low, high        bounds, both included (NUMBER, AGE)
    when_unreadable  what an unreadable flag counts as: the answer that shares least
    """

    name: str
    value: Value = Value.TEXT
    view: View | None = None
    aliases: tuple[str, ...] = ()
    choices: type[StrEnum] | None = None
    low: float = 0
    high: float = 0
    when_unreadable: bool | None = None

    @property
    def is_list(self) -> bool:
        """Whether it holds several values, which a file keeps apart by LIST_SEPARATOR."""
        return self.value is Value.LIST


LIST_SEPARATOR = ";"

RECORD_ID, KIND = "record_id", "kind"

_TALLEST_CM, _SMALLEST_CM = 230, 25
_HEAVIEST_KG, _LIGHTEST_KG = 200, 0.5


def _age(name: str) -> Field:
    return Field(name, Value.AGE, View.BIRTH, high=OLDEST_YEARS)


DATE_VALUES = frozenset({Value.DATE, Value.BIRTH_DATE, Value.PHOTO_DATE})
"""What holds a date, which the country of the record may help to read."""


FIELDS: tuple[Field, ...] = (
    Field(RECORD_ID, aliases=("person_record_id",)),
    Field(KIND, Value.KIND),
    Field("name", view=View.CHILD, aliases=("full_name",)),
    Field("given_name", view=View.CHILD),
    Field("family_name", view=View.CHILD),
    Field("nicknames", Value.LIST, View.CHILD, ("name_nickname",)),
    Field("aliases", Value.LIST, View.CHILD, ("alternate_names", "name_other")),
    Field("name_source", Value.CHOICE, aliases=("names_origin",), choices=NameSource),
    Field("sex", Value.SEX),
    Field("date_of_birth", Value.BIRTH_DATE, View.BIRTH),
    _age("age"),
    _age("age_min"),
    _age("age_max"),
    Field("age_as_of", Value.DATE, View.BIRTH),
    Field("age_basis", Value.CHOICE, View.BIRTH, choices=AgeBasis),
    Field("event_date", Value.DATE, aliases=("date_of_separation",)),
    Field("father_name", view=View.FATHER),
    Field("mother_name", view=View.MOTHER),
    Field("guardian_name", view=View.KIN),
    Field("sibling_names", Value.LIST, View.KIN),
    Field("other_relatives", Value.LIST, View.KIN, ("relation_name",)),
    Field("home_country", view=View.HOME),
    Field("home_state", view=View.HOME),
    Field("home_district", view=View.HOME),
    Field("home_subdistrict", view=View.HOME),
    Field("home_village", view=View.HOME, aliases=("home_city",)),
    Field("home_landmark", view=View.HOME, aliases=("home_neighborhood", "location_last")),
    Field("event_country"),
    Field("event_state"),
    Field("event_district"),
    Field("event_place", aliases=("location_separation",)),
    Field("nationality", Value.LIST, View.TRAITS),
    Field("languages", Value.LIST, View.TRAITS),
    Field("religion", Value.LIST, View.TRAITS),
    Field("ethnicity", Value.LIST, View.TRAITS),
    Field("height_cm", Value.NUMBER, low=_SMALLEST_CM, high=_TALLEST_CM),
    Field("weight_kg", Value.NUMBER, low=_LIGHTEST_KG, high=_HEAVIEST_KG),
    Field("complexion", view=View.TRAITS),
    Field("hair", view=View.TRAITS),
    Field("eyes", view=View.TRAITS),
    Field("marks", Value.LIST, View.TRAITS),
    Field("disability", view=View.TRAITS),
    Field("speech", view=View.TRAITS),
    Field("phones", Value.LIST, View.CONTACT, ("relation_telephone",)),
    Field("identifiers", Value.LIST, View.CONTACT),
    Field("photos", Value.LIST, aliases=("photo_url",)),
    Field("photo_date", Value.PHOTO_DATE),
    Field("protect_location", Value.FLAG, when_unreadable=True),
    Field("sealed_by_court", Value.FLAG, when_unreadable=True),
    Field("legal_basis"),
    Field("consent_sharing", Value.FLAG, when_unreadable=False),
    Field("expires_on", Value.DATE, aliases=("expiry_date",)),
)

FIELD_NAMED = {field.name: field for field in FIELDS}

_FIELD_OF_HEADER = {header: field for field in FIELDS for header in (field.name, *field.aliases)}
_WORD_BREAK = re.compile(r"[\s\-]+")


def field_of_header(header: str) -> Field | None:
    """The field that a column header names, in any case and with spaces or hyphens for underscores."""
    return _FIELD_OF_HEADER.get(_WORD_BREAK.sub("_", header.strip("\ufeff \t\r\n").lower()))


def fields_of_view(view: View) -> tuple[Field, ...]:
    """The fields that feed a view, in the order of the table."""
    return tuple(field for field in FIELDS if field.view is view)
