"""Which office an invented child comes to."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.cli.demo_offices import BANGLADESH, OFFICES, POLICE, SHELTERS
from api.cli.demo_population import invent, office_of, split, write_shares


@pytest.mark.parametrize("text", ["Bangladesh", "BANGLA DESH", "BD", "बांग्लादेश", "বাংলাদেশ", "வங்காளதேசம்"])
def test_events_in_bangladesh_are_for_its_office_in_any_script(text: str) -> None:
    assert office_of({"record_id": "M000001", "event_country": text}) == BANGLADESH


@given(case=st.text(max_size=20), country=st.sampled_from(["India", "ভারত", "नेपाल", ""]))
def test_other_events_go_to_one_indian_office_and_always_the_same(case: str, country: str) -> None:
    row = {"record_id": case, "event_country": country}
    assert office_of(row) in (POLICE, SHELTERS)
    assert office_of(row) == office_of(dict(row))


def test_every_record_and_every_true_pair_is_at_one_office() -> None:
    population = invent(200, 7)
    shares = split(population)
    assert tuple(shares) == OFFICES
    for name in ("missing", "found", "truth"):
        whole = getattr(population, name)
        parts = [row for share in shares.values() for row in getattr(share, name)]
        assert len(parts) == len(whole) > 0
        assert all(row in parts for row in whole)
    assert all(share.missing and share.found for share in shares.values())
    for share in shares.values():
        cases = {row["record_id"] for row in share.missing}
        assert all(missing in cases for missing, _ in share.truth)


def test_true_pairs_cross_from_office_to_office() -> None:
    shares = split(invent(200, 7))
    at = {row["record_id"]: office for office, share in shares.items() for row in share.found}
    crossing = [found for office, share in shares.items() for _, found in share.truth if at[found] != office]
    assert crossing


def test_files_hold_what_the_offices_have(tmp_path: Path) -> None:
    shares = split(invent(40, 3))
    write_shares(shares, tmp_path)
    for office, share in shares.items():
        lines = (tmp_path / office.name / "missing.csv").read_text(encoding="utf-8").splitlines()
        assert [line.partition(",")[0] for line in lines] == ["record_id", *(row["record_id"] for row in share.missing)]
