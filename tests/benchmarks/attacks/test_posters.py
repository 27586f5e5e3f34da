from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.attacks.arrivals import Arrivals, Arrived, arrived
from benchmarks.attacks.posters import mistakable, posters
from benchmarks.attacks.setting import target_of
from matcher.profile import LOCAL_2026_11_22, NETWORK_2026_11_22
from tests.benchmarks.attacks.attacked import figure, people


def share(measure: str = "known for certain", **changes: object) -> float:
    arrivals = Arrivals(**changes)
    return figure(posters(people().missing, NETWORK_2026_11_22, np.random.default_rng(1), arrivals), measure).figure


def test_open_days_give_nearly_every_record_away() -> None:
    found = posters(people().missing, LOCAL_2026_11_22, np.random.default_rng(1))
    assert figure(found, "known for certain").figure > 0.95
    assert figure(found, "known for certain, pairs").figure > 570


def test_coarse_attributes_rare_uploads_and_large_holders_hide_more() -> None:
    at_once, monthly, country = share(), share(every=30), share(holders="country")
    assert at_once > monthly > 0
    assert at_once > country
    assert at_once > share(longest_lag=120, mean_lag=40.0)


def test_records_that_look_alike_are_never_certain() -> None:
    same = [people().missing[0]] * 40
    found = posters(same, NETWORK_2026_11_22, np.random.default_rng(1), Arrivals(days=1, mean_lag=0.1))
    assert figure(found, "known for certain").figure == 0
    assert figure(found, "known but for one other").figure == 0


def test_presence_bits_give_more_away() -> None:
    patterns = target_of(people().missing, NETWORK_2026_11_22).pattern
    with_bits = posters(people().missing, NETWORK_2026_11_22, np.random.default_rng(1), patterns=patterns)
    assert figure(with_bits, "known for certain", "presence bits").figure > share()


def test_a_report_never_comes_before_its_event_or_after_the_epoch() -> None:
    arrivals = Arrivals(days=30, every=7)
    came = arrived(people().missing, NETWORK_2026_11_22, arrivals, np.random.default_rng(1))
    waited = came.arrival - came.event
    assert waited.min() >= 0
    assert waited.max() <= arrivals.longest_lag + arrivals.every - 1
    assert (came.arrival % 7 == 0).all()


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 1), st.integers(0, 6), st.integers(0, 2)), min_size=1, max_size=6))
def test_certain_is_what_stands_in_every_complete_assignment(cases: list[tuple[int, int, int]]) -> None:
    classes, event, lag = (np.array(column, dtype=np.int64) for column in zip(*cases, strict=True))
    came = Arrived(np.zeros((len(cases), 1), np.int64), event + lag, event)
    sizes = mistakable(classes, came, Arrivals(longest_lag=2))

    def fits(record: int, poster: int) -> bool:
        return bool(classes[record] == classes[poster]) and 0 <= int(came.arrival[record] - event[poster]) <= 2

    possible = [p for p in permutations(range(len(cases))) if all(fits(r, c) for r, c in enumerate(p))]
    certain = [all(p[record] == record for p in possible) for record in range(len(cases))]
    assert (sizes == 1).tolist() == certain


def test_an_epoch_without_reports_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one"):
        posters([], NETWORK_2026_11_22, np.random.default_rng(1))
