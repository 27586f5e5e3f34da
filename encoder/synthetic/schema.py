"""The columns of an invented record, in the order in which they are written."""

COLUMNS: tuple[str, ...] = (
    "record_id", "kind", "name", "given_name", "family_name", "nicknames", "aliases", "name_source", "sex",
    "date_of_birth", "age", "age_min", "age_max", "age_as_of", "age_basis", "event_date",
    "father_name", "mother_name", "guardian_name", "sibling_names", "other_relatives",
    "home_country", "home_state", "home_district", "home_subdistrict", "home_village", "home_landmark",
    "event_country", "event_state", "event_district", "event_place",
    "nationality", "languages", "religion", "ethnicity", "height_cm", "weight_kg", "complexion", "hair", "eyes",
    "marks", "disability", "speech", "phones", "identifiers", "photos", "photo_date",
    "protect_location", "sealed_by_court", "legal_basis", "consent_sharing", "expires_on",
)  # fmt: skip
EMPTY: dict[str, str] = dict.fromkeys(COLUMNS, "")
