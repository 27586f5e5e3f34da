import numpy as np
import pytest

from benchmarks.attacks.cross_epoch import cross_epoch
from benchmarks.attacks.setting import target_of
from matcher.profile import NETWORK_2026_11_22
from tests.benchmarks.attacks.attacked import figure, one_plane, people, randomised

CODES, SHAPE = "distances of codes", "shape of the list"


def test_the_same_key_used_twice_links_everything() -> None:
    found = cross_epoch(one_plane(), [one_plane()], np.random.default_rng(1))
    assert figure(found, "AUC", CODES).figure == pytest.approx(1.0, abs=1e-6)
    assert figure(found, "AUC", SHAPE).figure == pytest.approx(1.0, abs=1e-6)


def test_another_key_links_no_codes_and_leaves_shape_presence_and_open_attributes() -> None:
    records = people().missing
    later = [target_of(records, NETWORK_2026_11_22) for _ in range(4)]
    found = cross_epoch(target_of(records, NETWORK_2026_11_22), later, np.random.default_rng(1))
    assert figure(found, "AUC", CODES).figure == pytest.approx(0.5, abs=0.08)
    assert figure(found, "AUC", "popcounts of codes").figure == pytest.approx(0.5, abs=0.08)
    assert figure(found, "AUC", SHAPE).figure > 0.7
    assert figure(found, "AUC", "presence bits").figure > 0.7
    assert figure(found, "AUC", "open attributes").figure > 0.9


def test_random_codes_have_no_shape() -> None:
    first, second = (randomised(one_plane(), np.random.default_rng(seed)) for seed in (2, 3))
    found = cross_epoch(first, [second], np.random.default_rng(1))
    assert figure(found, "AUC", CODES).figure == pytest.approx(0.5, abs=0.05)
    assert figure(found, "AUC", "popcounts of codes").figure == pytest.approx(0.5, abs=0.05)
    assert figure(found, "AUC", SHAPE).figure == pytest.approx(0.5, abs=0.1)


def test_epochs_of_other_records_are_refused() -> None:
    with pytest.raises(ValueError, match="same records"):
        cross_epoch(one_plane(), [target_of(people().missing[:300], NETWORK_2026_11_22)], np.random.default_rng(1))
    with pytest.raises(ValueError, match="same records"):
        cross_epoch(one_plane(), [], np.random.default_rng(1))
