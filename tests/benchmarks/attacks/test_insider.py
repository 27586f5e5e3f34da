import numpy as np
import pytest

from api.hub.settings import HubSettings
from benchmarks.attacks.insider import FILED, fishing, quotas, with_key
from matcher.profile import LOCAL_2026_11_22, NETWORK_2026_11_22, EncodingProfile
from tests.benchmarks.attacks.attacked import figure, people


@pytest.mark.parametrize("profile", [LOCAL_2026_11_22, NETWORK_2026_11_22], ids=lambda p: p.name)
def test_the_key_gives_everybody_away_and_another_key_nobody(profile: EncodingProfile) -> None:
    records = people().missing[:200]
    assert with_key(records, profile)[0].figure == 1.0
    assert with_key(records, profile, same_key=False)[0].figure == 0.0


def test_quotas_are_those_of_the_settings() -> None:
    settings = HubSettings(name="hub", quota_officer_day=40, quota_holder_day=70)
    found = {each.measure: each.figure for each in quotas(settings)}
    assert found[f"{FILED}, by one officer in a day"] == 41
    assert found[f"{FILED}, by one officer in ten minutes"] == 9
    assert found[f"{FILED}, by one holder in a day"] == 71


@pytest.mark.parametrize("allowed", [2, 4])
def test_the_same_report_over_and_over_is_an_alarm_as_soon_as_the_settings_say(allowed: int) -> None:
    settings = HubSettings(name="hub", variants_allowed=allowed)
    found = fishing(people().missing, NETWORK_2026_11_22, np.random.default_rng(1), settings)
    assert figure(found, FILED, "the same report").figure == allowed + 2
    assert figure(found, "alarm within 12 reports", "the same report").figure == 1.0


def test_no_alarm_comes_when_nothing_counts_as_a_near_duplicate() -> None:
    settings = HubSettings(name="hub", near_duplicate_bits=500.0)
    found = fishing(people().missing, NETWORK_2026_11_22, np.random.default_rng(1), settings)
    assert {each.figure for each in found} == {0.0}
    assert len(found) == 3
