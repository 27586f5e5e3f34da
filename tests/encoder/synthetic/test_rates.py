"""Each rate is measured on generated rows, within five standard deviations of the binomial."""

from collections import Counter
from datetime import date

import pytest

from encoder.synthetic.forms import forms_of, table
from encoder.synthetic.population import SyntheticPopulation, generate
from encoder.synthetic.rates import SyntheticRates
from tests.encoder.synthetic.measuring import (
    CLEAN,
    assert_rate,
    changed,
    full_name,
    pairs_of,
    script,
    with_rates,
)


def in_state(row: dict[str, str], *spellings: str) -> bool:
    return row["home_state"].casefold() in spellings


def test_without_corruption_names_are_equal() -> None:
    for missing, found in changed(CLEAN):
        assert full_name(missing).replace("ৰ", "র") == full_name(found).replace("ৰ", "র")


def test_places_keep_their_spelling_or_take_another_of_the_same_place() -> None:
    pairs = [(m, f) for m, f in changed(CLEAN) if f["nationality"] == m["nationality"] and f["home_village"]]
    ends = [m["home_village"].split()[-1] == f["home_village"].split()[-1] for m, f in pairs if m["home_village"]]
    assert 0.5 < sum(ends) / len(ends) < 0.98


def test_spelling_changes_half_of_the_names() -> None:
    pairs = changed(with_rates(spelling=0.5))
    latin = [(m, f) for m, f in pairs if script(full_name(m)) == "latin"]
    # Hardly a Latin word has one spelling only, so nearly each respelled name differs.
    assert_rate([full_name(m) != full_name(f) for m, f in latin], 0.5, slack=0.03)


def test_another_script_in_a_quarter() -> None:
    pairs = changed(with_rates(other_script=0.25))
    assert_rate([script(full_name(m)) != script(full_name(f)) for m, f in pairs], 0.25, slack=0.02)


def test_staff_names() -> None:
    pairs = changed(with_rates(staff_name=0.15))
    assert_rate([f["name_source"] == "staff" for _, f in pairs], 0.15)


def test_staff_names_of_children_who_do_not_speak(population: SyntheticPopulation) -> None:
    pairs = changed(with_rates(speechless=1.0, staff_name_speechless=0.6))
    assert all(f["father_name"] == f["home_state"] == f["phones"] == "" for _, f in pairs)
    assert_rate([f["name_source"] == "staff" for _, f in pairs], 0.6)
    assert_rate([f["speech"] != "" for f in population.found], SyntheticRates().speechless)


def test_a_name_that_staff_gave_is_not_the_childs() -> None:
    pairs = changed(with_rates(staff_name=1.0))
    same = [full_name(m).split()[0] == full_name(f).split()[0] for m, f in pairs]
    assert sum(same) / len(same) < 0.06


def test_age_is_forged_upward_by_three_to_six_years() -> None:
    rates = with_rates(age_forged=1.0, missing_birth_date=1.0, local_calendar=0)
    for missing, found in changed(rates):
        if len(missing["date_of_birth"]) == 10:
            born, event = date.fromisoformat(missing["date_of_birth"]), date.fromisoformat(found["event_date"])
            error = int(found["age"]) - (event - born).days / 365.2425
            assert 2 <= error <= 6.01 or (found["age"] == "25" and error <= 6.01)


def test_medical_age_errs_by_three_years_at_most() -> None:
    rates = with_rates(medical_age=1.0, document_birth=0, missing_birth_date=1.0, local_calendar=0)
    errors = []
    for missing, found in changed(rates):
        assert found["age_basis"] in ("ossification", "dental")
        if len(missing["date_of_birth"]) == 10 and found["age"]:
            born, event = date.fromisoformat(missing["date_of_birth"]), date.fromisoformat(found["event_date"])
            errors.append(int(found["age"]) - int((event - born).days / 365.2425))
    assert min(errors) == -3
    assert max(errors) == 3


def test_lags_follow_the_three_shares(population: SyntheticPopulation) -> None:
    pairs = pairs_of(population)
    days = [(date.fromisoformat(f["event_date"]) - date.fromisoformat(m["event_date"])).days for m, f in pairs]
    assert_rate([lag <= 30 for lag in days], 0.5)
    assert_rate([30 < lag <= 365 for lag in days], 0.3)


def test_found_in_another_state() -> None:
    rows = [row for row in table("place_forms") if row["level"] == "state"]
    state = {name: row["latin"] for row in rows for script in forms_of(row).spellings for name in script}
    pairs = pairs_of(generate(2_500, 2_500, 4, CLEAN))
    kept = [(m["event_state"].replace("ৰ", "র"), f["event_state"].replace("ৰ", "র")) for m, f in pairs]
    assert_rate([state[m] != state[f] for m, f in kept], 0.36, slack=0.005)


def test_false_nationality_in_three_of_ten_cross_border_cases(population: SyntheticPopulation) -> None:
    abroad = [(m, f) for m, f in pairs_of(population) if m["nationality"] != "Indian" and f["speech"] == ""]
    crossed = [(m, f) for m, f in abroad if f["event_country"].casefold() in INDIA]
    assert len(crossed) > 60
    assert_rate([f["nationality"] == "Indian" for _, f in crossed], 0.3)


INDIA = {"india", "bharat", "in", "hindustan", "भारत", "ভারত", "ভাৰত", "இந்தியா",
         "بھارت", "ہندوستان", "ભારત", "ਭਾਰਤ", "ଭାରତ", "భారతదేశం", "ఇండియా", "ಭಾರತ", "ഇന്ത്യ"}  # fmt: skip


def test_sexes_differ_by_source(population: SyntheticPopulation) -> None:
    girls = {"female", "f", "महिला", "মহিলা"}
    missing = [row["sex"].casefold() in girls for row in population.missing if row["sex"] != "unknown"]
    assert_rate(missing, 0.75, slack=0.02)
    reported = {found for _, found in population.truth}
    others = [row["sex"].casefold() in girls for row in population.found if row["record_id"] not in reported]
    assert_rate(others, 0.22, slack=0.08)  # siblings and namesakes of missing girls among them


def test_a_fifth_to_a_quarter_of_the_found_was_never_reported(population: SyntheticPopulation) -> None:
    reported = {found for _, found in population.truth}
    assert_rate([row["record_id"] not in reported for row in population.found], SyntheticRates().unreported)


@pytest.mark.parametrize(
    ("column", "side", "rate"),
    [
        ("phones", "missing", 0.75),
        ("height_cm", "missing", 0.60),
        ("father_name", "missing", 0.92),
        ("mother_name", "missing", 0.82),
        ("height_cm", "found", 0.80),
    ],
)
def test_fields_are_absent_at_their_rates(population: SyntheticPopulation, column: str, side: str, rate: float) -> None:
    rows = population.missing if side == "missing" else population.found
    assert_rate([row[column] != "" for row in rows], rate)


def test_what_a_shelter_knows_of_a_home(population: SyntheticPopulation) -> None:
    told = [f for m, f in pairs_of(population) if f["speech"] == "" and m["nationality"] == "Indian"]
    assert_rate([row["home_state"] != "" for row in told], 0.88)
    assert_rate([row["home_district"] != "" for row in told], 0.70)
    assert_rate([row["home_village"] != "" for row in told], 0.45)


@pytest.mark.parametrize(
    ("states", "rate"),
    [
        (("west bengal", "w.b.", "wb"), 0.84),
        (("assam", "asom"), 0.76),
        (("kerala", "keralam"), 0.28),
        (("tamil nadu", "tamilnadu"), 0.15),
    ],
)
def test_last_token_is_the_fathers_as_measured_by_state(states: tuple[str, ...], rate: float) -> None:
    rows = generate(9_000, 0, 2, CLEAN).missing
    here = [row for row in rows if in_state(row, *states)]
    shared = [full_name(row).split()[-1] == row["father_name"].split()[-1] for row in here]
    assert len(here) > 90
    assert_rate(shared, rate, slack=0.03)


def test_the_ten_commonest_tokens_hold_the_measured_share() -> None:
    rows = generate(6_000, 0, 9, CLEAN).missing
    tokens = Counter(t for row in rows if script(full_name(row)) == "latin" for t in full_name(row).split())
    share = sum(count for _, count in tokens.most_common(10)) / tokens.total()
    assert 0.12 < share < 0.20


def test_scripts_of_the_reports(population: SyntheticPopulation) -> None:
    scripts = [script(full_name(row)) for row in population.missing]
    for wanted, least in (("latin", 0.4), ("devanagari", 0.15), ("bengali", 0.1)):
        assert scripts.count(wanted) / len(scripts) > least
    for wanted in ("tamil", "urdu", "gujarati", "gurmukhi", "odia", "telugu", "kannada", "malayalam"):
        assert scripts.count(wanted) / len(scripts) > 0.001, wanted


def test_photos_are_named_only_on_request() -> None:
    assert all(row["photos"] == "" for row in generate(50, 50, 1).missing)
    named = generate(1_500, 1_500, 1, SyntheticRates(photo_names=True))
    assert_rate([row["photos"] != "" for row in named.missing], 0.60)
    assert_rate([row["photos"] != "" for row in named.found], 0.85)


@pytest.mark.parametrize(
    "values", [{"spelling": 1.5}, {"typo": -0.1}, {"within_month": 0.8}, {"found_home_village": 0.9}]
)
def test_impossible_rates_are_refused(values: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="must"):
        SyntheticRates(**values)  # type: ignore[arg-type]
