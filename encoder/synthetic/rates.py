"""How often invented records go wrong, and how; every number is a parameter.

Probabilities are in 0..1. Those marked (assumed) have no measured source; the others come from the project's record
notes: 36 % found in another state, 75 % girls among the missing, 78 % boys among the children of a rescue drive.
"""

from dataclasses import dataclass, fields


@dataclass(frozen=True)
class SyntheticRates:
    """Rates of corruption and of absence; the defaults are the project's realistic setting.

    Raises `ValueError` when a probability lies outside 0..1.
    """

    # Who is in the data.
    missing_girls: float = 0.75
    unreported_found_boys: float = 0.78  # a rescue drive; a reported child keeps the sex of the report
    unreported: float = 0.225  # found children without any missing report: 15-30 % (assumed)
    sibling_missing: float = 0.03  # share of the missing with a sibling who is missing too (assumed)
    sibling_found: float = 0.01  # as above, with a sibling found but not reported (assumed)
    namesake: float = 0.02  # children who take name and family name from another child's family (assumed)

    # One child in several records.
    duplicate: float = 0.03  # reports that tell again of a child already reported, at another station (assumed)
    duplicate_other_state: float = 0.30  # of those, in another state: where the child worked, or a relative (assumed)
    duplicate_other_day: float = 0.40  # of those, that name a day up to five days earlier (assumed)
    transfer: float = 0.08  # found records that a second shelter makes of a child already recorded (assumed)
    transfer_other_state: float = 0.25  # of those, in another state than the first shelter (assumed)

    # Names on the found side.
    staff_name: float = 0.15  # (assumed)
    staff_name_speechless: float = 0.60  # (assumed)
    speechless: float = 0.04  # (assumed)
    renamed: float = 0.03  # a new name that the child itself gives (assumed)
    renamed_with_alias: float = 0.40  # the old name then stands among the aliases (assumed)
    nickname_as_name: float = 0.06  # (assumed)
    spelling: float = 0.50  # a name is written otherwise than in the report (assumed)
    other_script: float = 0.25  # (assumed)
    dropped_token: float = 0.20  # (assumed)
    order_swapped: float = 0.06  # (assumed)
    initial_spelled: float = 0.25  # of names with the father's initial: his name is written in full (assumed)
    typo: float = 0.03  # per name, on both sides (assumed)
    father_late: float = 0.10  # per record (assumed; candidates' fathers 39-54 %)
    mother_honorific: float = 0.08  # (assumed)
    split_name: float = 0.25  # given and family name in their own columns (assumed)
    capitals: float = 0.20  # a Latin record typed in capitals (assumed)
    urdu_script: float = 0.06  # of Muslim families where Urdu is read, whose report is in Urdu (assumed)

    # Age.
    age_forged: float = 0.10  # upward by 3-6 years, found side (assumed)
    medical_age: float = 0.15  # ossification or dental, off by 2-3 years at most (assumed)
    document_birth: float = 0.12  # found children with a document (assumed)
    local_calendar: float = 0.25  # a birth date in Nepal or Bangladesh given in the local calendar (assumed)
    invented_january: float = 0.08  # a birth date that a school or clerk made 1 January (assumed)
    month_in_words: float = 0.35  # of birth dates known to the month: "Aug 2012", "Asharh 1419" (assumed)
    loose_age: float = 0.15  # a told or estimated age as "about 8", "8-9" or "Class IV" (assumed)
    sex_wrong: float = 0.005  # (assumed)
    sex_unknown: float = 0.01  # (assumed)

    # Disability.
    disability: float = 0.04  # besides children who do not speak (assumed)
    disability_told: float = 0.90  # noted in the report (assumed)
    disability_seen: float = 0.75  # noted by the shelter (assumed)

    # Journey.
    within_month: float = 0.50  # (assumed)
    within_year: float = 0.30  # (assumed); the rest 1-6 years
    other_state: float = 0.36
    border_crossed: float = 0.75  # of Bangladeshi and Nepali children found in another state (assumed)
    false_nationality: float = 0.30  # of cross-border cases (assumed)

    # What a report lacks, and what a shelter does not know (all assumed).
    missing_father_absent: float = 0.08
    missing_mother_absent: float = 0.18
    missing_siblings_listed: float = 0.30
    missing_kin_listed: float = 0.20
    missing_nickname_listed: float = 0.45
    missing_phone: float = 0.75
    missing_marks: float = 0.55
    missing_height: float = 0.60
    missing_birth_date: float = 0.65
    found_father_absent: float = 0.28
    found_mother_absent: float = 0.35
    found_siblings_listed: float = 0.22
    found_kin_listed: float = 0.10
    found_nickname_listed: float = 0.20
    found_phone: float = 0.12
    found_phone_wrong: float = 0.35
    found_marks: float = 0.70
    found_height: float = 0.80
    found_home_village: float = 0.45
    found_home_district: float = 0.70
    found_home_state: float = 0.88
    place_spelling: float = 0.35

    # Photos. No face is drawn, so the column stays empty unless a caller asks for file names.
    photo_names: bool = False
    missing_photo: float = 0.60  # (assumed)
    found_photo: float = 0.85  # (assumed)

    def __post_init__(self) -> None:
        """Refuse rates that are no probabilities or contradict each other."""
        for field in fields(self):
            value = getattr(self, field.name)
            if not 0.0 <= value <= 1.0:
                raise ValueError(f"{field.name} must lie between 0 and 1, not {value}")
        if self.within_month + self.within_year > 1.0:
            raise ValueError("within_month and within_year together must not exceed 1")
        if not self.found_home_village <= self.found_home_district <= self.found_home_state:
            raise ValueError("found_home_village, _district and _state must not decrease")
        if self.duplicate > MOST_AGAIN or self.transfer > MOST_AGAIN:
            raise ValueError(f"duplicate and transfer must not exceed {MOST_AGAIN}: no child stands in three records")


MOST_AGAIN = 0.5
FIELD = SyntheticRates()
CORRUPTION = (
    "staff_name", "staff_name_speechless", "renamed", "nickname_as_name", "spelling", "other_script", "dropped_token",
    "order_swapped", "initial_spelled", "typo", "age_forged", "medical_age", "loose_age", "invented_january",
    "sex_wrong", "sex_unknown", "false_nationality", "found_phone_wrong", "place_spelling", "namesake",
)  # fmt: skip
ABSENCE = ("missing_father_absent", "missing_mother_absent", "found_father_absent", "found_mother_absent")
KNOWLEDGE = (
    "missing_siblings_listed", "missing_nickname_listed", "missing_phone", "missing_marks", "missing_height",
    "missing_birth_date", "document_birth", "found_siblings_listed", "found_kin_listed", "found_nickname_listed",
    "found_phone", "found_marks", "found_height", "found_home_village", "found_home_district", "found_home_state",
    "renamed_with_alias",
)  # fmt: skip
MOST = 0.95  # no rate is scaled beyond it


def _scaled(corruption: float, absence: float, knowledge: float) -> SyntheticRates:
    """Return the field's rates with groups of them multiplied."""
    factors = dict.fromkeys(CORRUPTION, corruption) | dict.fromkeys(ABSENCE, absence)
    factors |= dict.fromkeys(KNOWLEDGE, knowledge)
    values: dict[str, float] = {name: min(MOST, getattr(FIELD, name) * factor) for name, factor in factors.items()}
    return overridden(FIELD, values)


def overridden(rates: SyntheticRates, values: dict[str, float]) -> SyntheticRates:
    """Return the rates with some of them replaced.

    Raises:
        ValueError: no rate has such a name, or a value is none that `SyntheticRates` takes.
    """
    known = {field.name: getattr(rates, field.name) for field in fields(rates)}
    if unknown := sorted(set(values) - set(known)):
        raise ValueError(f"{unknown[0]} is not the name of a rate")
    return SyntheticRates(**(known | values))


DIFFICULTIES: dict[str, SyntheticRates] = {
    "easy": _scaled(0.5, 0.5, 1.15),
    "field": FIELD,
    "harsh": _scaled(2.0, 1.6, 0.6),
}
"""Settings by name: the field's rates, about half of its corruption, and about double with less known."""
