"""Night after night: an incremental run ends where a full one would, whatever the day brought."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from matcher.views import Kind
from tests.api.hub.crossmatching.nights import candidates_of, run, small_blocks
from tests.api.hub.matching.exchange import Hub, codes_of, noisy, one

__all__ = ["small_blocks"]  # fixture
Rng = np.random.Generator


class Days:
    """Days on which records come, change and go; families look alike, so that lists of three overflow."""

    def __init__(self, hub: Hub, rng: Rng) -> None:
        self.hub, self.rng = hub, rng
        self.families = codes_of(rng, 4)
        self.partners = [hub.partner("west"), hub.partner("east"), hub.partner("south", "BD")]
        self.agreements = [hub.agree(self.partners[0], self.partners[1]), hub.agree(self.partners[0], self.partners[2])]
        self.active: dict[int, Kind] = {}

    def child(self, kind: Kind) -> Any:
        family = self.families[int(self.rng.integers(4))].reshape(1, -1)
        codes = noisy(self.rng, family, float(self.rng.uniform(0.02, 0.3)))
        return one(kind, codes, 20_000 + int(self.rng.integers(40)))

    def come(self, count: int) -> None:
        self.come_as([Kind(i % 2) for i in range(count)])

    def come_as(self, kinds: list[Kind]) -> None:
        for kind in kinds:
            [number] = self.hub.put(self.partners[int(self.rng.integers(3))], self.child(kind))
            self.active[number] = kind

    def change(self, count: int) -> None:
        for number in self.rng.choice(sorted(self.active), count, replace=False).tolist():
            self.hub.change(number, self.child(self.active[number]))

    def go(self, count: int) -> list[Kind]:
        numbers = self.rng.choice(sorted(self.active), count, replace=False).tolist()
        for number in numbers:
            self.hub.withdraw(number)
        return [self.active.pop(number) for number in numbers]


def both(hub: Hub) -> tuple[dict[str, Any], dict[str, Any]]:
    """An incremental run, and a full one that finds nothing to change."""
    night = run(hub)
    assert night["mode"] == "incremental", night["why"]
    stands = candidates_of(hub)
    full = run(hub, full=True)
    assert full["lists_digest"] == night["lists_digest"]
    assert candidates_of(hub) == stands
    assert (full["added"], full["changed"], full["withdrawn"]) == (0, 0, 0)
    return night, full


@pytest.mark.parametrize("seed", range(3))
def test_incremental_runs_end_where_a_full_one_would(hub: Hub, seed: int) -> None:
    hub.options = replace(hub.options, top=3)
    days = Days(hub, np.random.default_rng(seed))
    days.come(36)
    assert run(hub)["why"] == ["There is no earlier run to begin with."]
    for day in range(4):
        # As many come as go, of either kind: else every probability would change some day.
        days.come_as(days.go(1 + day % 2))
        days.change(2)
        if days.rng.random() < 0.5:
            hub.settle()
        night, full = both(hub)
        assert 0 < sum(night["dirty"].values()) < sum(full["dirty"].values())


def test_nothing_new_means_nothing_to_do(hub: Hub, rng: Rng) -> None:
    days = Days(hub, rng)
    days.come(20)
    first = run(hub)
    second = run(hub)
    assert second["dirty"] == {"missing": 0, "found": 0}
    assert (second["pairs_scored"], second["added"], second["blocks"]["done"]) == (0, 0, 0)
    assert second["lists_digest"] == first["lists_digest"]


def test_a_new_agreement_makes_the_records_of_both_sides_dirty(hub: Hub, rng: Rng) -> None:
    hub.options = replace(hub.options, top=3)
    days = Days(hub, rng)
    days.come(30)
    run(hub)
    hub.end_agreement(days.agreements[0])
    both(hub)
    hub.agree(days.partners[1], days.partners[2])
    hub.set_partner(days.partners[0], "suspended")
    both(hub)


def test_settings_a_model_or_a_larger_number_of_records_ask_for_a_full_run(hub: Hub, rng: Rng) -> None:
    days = Days(hub, rng)
    days.come(20)
    run(hub)
    hub.options = replace(hub.options, top=7)
    assert run(hub)["why"] == ["Settings of matching are not those of run 1."]
    assert run(hub)["mode"] == "incremental"
    days.come(40)
    assert "every probability does" in run(hub)["why"][0]


def test_lists_that_were_damaged_are_made_anew(hub: Hub, rng: Rng) -> None:
    days = Days(hub, rng)
    days.come(20)
    first = run(hub)
    [path] = hub.options.folder.glob("*/lists/*.lists")
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(data)
    again = run(hub)
    assert again["why"] == ["The lists of the last run are damaged or not of that run."]
    assert again["lists_digest"] == first["lists_digest"]
    assert again["added"] == 0
