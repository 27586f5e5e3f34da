"""What an operator is shown of models, for programs and as lines."""

import json

import numpy as np
import pytest
from sqlalchemy import update

from api.hub.modelling import reviewing
from api.hub.modelling.reviewing import diff, listing, show
from api.hub.storage import tables
from api.hub.storage.models import add_estimate, add_model
from api.service.summaries import Summary
from matcher.defaults import default_model
from matcher.errors import InputError, ModelError
from matcher.profile import LOCAL_2026_11_22, NETWORK_2026_11_22
from tests.api.hub.modelling.judging import Station, moved


def is_both(summary: Summary) -> bool:
    """Whether a summary is JSON and lines that say the same numbers."""
    return bool(json.loads(json.dumps(summary.values))) and all(isinstance(line, str) for line in summary.lines)


def test_before_the_first_match_there_is_nothing(station: Station) -> None:
    found = listing(station.database, None)
    (one,) = found.values["partitions"]
    assert (one["active"], one["estimates"]) == (None, [])
    assert "no model before its first match" in found.lines[0]


def test_the_list_has_the_active_model_and_the_estimates_the_newest_first(station: Station) -> None:
    default = station.default()
    made = [station.stored(), station.estimate()]
    found = listing(station.database, None)
    assert is_both(found)
    (one,) = found.values["partitions"]
    assert (one["active"]["model"], one["active"]["origin"]) == (default, "default")
    assert [row["model"] for row in one["estimates"]] == [made[1].number, made[0].number]
    newest = one["estimates"][0]
    assert (newest["run"], newest["drift"], newest["from"]) == (made[1].report["run"], made[1].drift, default)
    assert (newest["matches"], newest["others"], newest["labels"]) == (0, 0, "too-few")
    assert newest["created_at"] == "2026-11-21T12:00:00+00:00"
    assert sum("em" in line.split() for line in found.lines) == 1
    assert listing(station.database, station.partition.id) == found


def test_closed_partitions_are_shown_when_asked_for(station: Station) -> None:
    with station.database.write() as conn:
        conn.execute(update(tables.partitions).values(state="closed"))
    assert listing(station.database, None).values["partitions"] == []
    assert len(listing(station.database, station.partition.id).values["partitions"]) == 1
    with pytest.raises(InputError, match="no partition 77"):
        listing(station.database, 77)


def test_one_model_is_shown_in_short(station: Station) -> None:
    number = station.activate(moved(1.5))
    found = show(station.database, number)
    assert is_both(found)
    model = moved(1.5)
    weights = found.values["weights"]
    assert set(weights) == {p.view.value for p in LOCAL_2026_11_22.views} | {"sex"}
    assert weights["child"]["agrees"] == pytest.approx(float(model.views[0].weight[0]), abs=0.01)
    assert weights["child"]["usual"] < weights["child"]["agrees"]
    bits = float(model.curve.at(np.array([-5.0]))[0])
    assert found.values["curve"][0] == {"weight": -5, "bits": pytest.approx(bits, abs=0.01)}
    assert found.values["active_in"] == [station.partition.id]
    assert f"active in partition {station.partition.id}" in found.lines[0]
    child = next(line for line in found.lines if line.startswith("child"))
    assert f"{weights['child']['agrees']:+.2f}" in child


def test_an_estimate_shows_what_it_reported(station: Station) -> None:
    made = station.estimate()
    found = show(station.database, made.number)
    assert found.values["report"] == made.report
    assert found.values["active_in"] == []
    assert any("Too few to correct the curve" in line for line in found.lines)
    assert f"after run {made.report['run']}" in found.lines[0]


def test_figures_of_reviews_are_told_when_there_are_any(station: Station) -> None:
    figures = {"error": 0.125, "cost": 0.5, "tenths": []}
    labels = {"judged": 70, "outcome": "used", "matches": 31, "others": 39, "before": figures,
              "after": {**figures, "cost": 0.25}}  # fmt: skip
    with station.database.write() as conn:
        number = add_estimate(conn, moved(0), station.partition.id, 5, {"labels": labels}, station.hub.now)
    lines = show(station.database, number).lines
    assert "Reviewed pairs: 31 matches, 39 others. The curve is corrected by them." in lines
    assert any("0.125, 0.500 bits; with the correction 0.125, 0.250 bits" in line for line in lines)


def test_the_difference_is_from_the_active_model_to_the_newest_estimate(station: Station) -> None:
    active = station.activate(moved(1.25))
    made = [station.stored(bits).number for bits in (0.5, 3.0)]
    for found in (diff(station.database, None, None, None), diff(station.database, made[1], None, None)):
        assert is_both(found)
        assert (found.values["from"], found.values["to"]) == (active, made[1])
    assert found.values["word"] in found.lines[1]
    assert any(line.startswith("home") for line in found.lines)


def test_two_models_are_compared_as_they_are_given(station: Station) -> None:
    first, second = station.activate(moved(0)), station.activate(moved(1.25))
    there, back = (diff(station.database, *pair, None) for pair in ((first, second), (second, first)))
    assert there.values["comparisons"]["child"]["mean"] == pytest.approx(1.25)
    assert there.values["word"] == back.values["word"] == "shifted"
    cells = next(line for line in there.lines if line.startswith("child")).split()
    assert float(cells[-1]) - float(cells[-2]) == pytest.approx(1.25)


def test_what_cannot_be_compared_is_said(station: Station) -> None:
    with pytest.raises(InputError, match="no active model"):
        diff(station.database, None, None, None)
    station.default()
    with pytest.raises(InputError, match="no estimate yet"):
        diff(station.database, None, None, None)
    with pytest.raises(InputError, match="no model 99"):
        diff(station.database, 99, None, None)
    station.hub.open_partition("south")
    with pytest.raises(InputError, match="--partition"):
        diff(station.database, None, None, None)
    with station.database.write() as conn:
        other = add_model(conn, default_model(NETWORK_2026_11_22), station.hub.now)
    with pytest.raises(ModelError, match="of one profile"):
        diff(station.database, station.default(), other, None)


def test_a_model_that_is_not_there_cannot_be_shown(station: Station) -> None:
    with pytest.raises(InputError, match="model show"):
        show(station.database, 4)
    assert reviewing.listing(station.database, None).values["partitions"]
