"""A normaliser is named once: its tables, the romaniser and the gazetteer do not change under one name."""

from encoder.names.version import DIGEST_OF_TABLES, NORMALISER, digest_of_tables
from matcher.profile import PROFILES


def test_no_table_changed_under_the_name_that_profiles_know() -> None:
    assert digest_of_tables() == DIGEST_OF_TABLES, (
        "A table that decides about tokens changed. Codes that holders have exchanged must never change: give the "
        "normaliser and every profile a new name (encoder/names/version.py, matcher/profile.py), then set the digest."
    )


def test_every_profile_names_this_normaliser() -> None:
    assert {profile.normaliser for profile in PROFILES.values()} == {NORMALISER}
