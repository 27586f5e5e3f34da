"""An estimate after each run: stored once, beside the active model, with what it reports."""

import json

import numpy as np
import pytest

from api.hub.matching.probes import ResidentProbes
from api.hub.modelling.estimating import FIT_SEED, LABELLED, _store
from api.hub.modelling.labels import judged_pairs
from api.hub.storage import models
from api.hub.storage.models import KEPT_ESTIMATES
from indexer.fitting import fit_model
from matcher.defaults import default_model
from matcher.drift import drift
from matcher.model_file import model_to_json
from matcher.profile import LOCAL_2026_11_22
from matcher.views import Kind
from tests.api.hub.modelling.judging import Station, moved


def test_an_estimate_is_stored_and_not_used(station: Station) -> None:
    default = station.default()
    run = station.begin()
    found = station.estimate(run)
    assert station.partition.model_id == default
    row = station.models()[-1]
    assert (row.id, row.partition_id, row.run_id, row.origin) == (found.number, station.partition.id, run, "em")
    assert json.loads(row.report) == found.report
    assert (found.report["run"], found.report["active"]) == (run, default)
    assert (found.report["missing"], found.report["found"]) == (40, 40)
    with station.database.read() as conn:
        change = drift(default_model(LOCAL_2026_11_22), models.read_model(conn, found.number))
    # Models are stored to eight digits.
    assert found.report["drift"]["comparisons"]["child"]["mean"] == pytest.approx(
        change.document()["comparisons"]["child"]["mean"], abs=1e-3
    )
    assert found.drift == change.word


def test_a_resumed_run_has_one_estimate(station: Station) -> None:
    run = station.begin()
    first = station.estimate(run)
    station.judged(0, 0, "possible", "release", "accept", "verify")
    station.activate(moved(1.0))
    assert station.estimate(run) == first
    assert sum(row.run_id == run for row in station.models()) == 1


def test_records_alone_give_the_model_that_fitting_gives(station: Station) -> None:
    found = station.estimate()
    held = ResidentProbes(station.gallery, Kind.MISSING).all()
    rng = np.random.default_rng(FIT_SEED)
    expected = fit_model(default_model(LOCAL_2026_11_22), held.batch, station.gallery, station.search, rng)
    assert station.models()[-1].content == model_to_json(expected)
    assert station.estimate().report["drift"] == found.report["drift"]


def test_without_an_agreement_no_pair_is_searched(station: Station) -> None:
    agreed = station.estimate()
    alone = station.estimate(matrix=np.zeros((9, 9), dtype=np.bool_))
    with station.database.read() as conn:
        shares = [models.read_model(conn, e.number).matched for e in (agreed, alone)]
    assert shares[0] > 0.9
    assert shares[1] < 0.05


def test_a_hub_without_records_keeps_the_default(station: Station) -> None:
    station.gallery.withdraw(np.array(station.missing, dtype=np.int32))
    found = station.estimate()
    assert (found.drift, found.report["missing"]) == ("steady", 0)


def test_reviews_correct_the_curve_when_there_are_enough(station: Station) -> None:
    for child in range(40):
        if child % 2:
            station.judged(child, child, "possible", "release", "accept", "verify")
        else:
            station.judged(child, child, "reject", reason="other_child")
    few = station.estimate()
    assert few.report["labels"] == {
        "judged": 40, "outcome": "too-few", "matches": 20, "others": 20, "slope": 1.0, "shift": 0.0, "centre": 0.0,
        "before": None, "after": None,
    }  # fmt: skip
    # The same children once more, as if they had been found by another shelter.
    for child in range(40):
        word = ("possible", "release", "accept", "verify") if child % 2 else ("reject",)
        station.judged(child, (child + 2) % 40, *word, reason=None if child % 2 else "other_child")  # type: ignore[arg-type]
    many = station.estimate()
    assert (many.report["labels"]["outcome"], many.report["labels"]["matches"]) == ("used", 40)
    assert many.report["labels"]["after"]["cost"] < many.report["labels"]["before"]["cost"]
    assert station.models()[-1].origin == LABELLED


def test_what_is_stored_names_nobody(station: Station) -> None:
    for child in range(40):
        station.judged(child, child, "reject", reason="other_child")
    found = station.estimate()
    with station.database.read() as conn:
        assert len(judged_pairs(conn, station.partition.id)) == 40
    assert set(found.report) == {"run", "active", "missing", "found", "drift", "labels"}
    assert found.report["labels"]["others"] == 40
    assert set(found.report["labels"]) == {
        "judged", "outcome", "matches", "others", "slope", "shift", "centre", "before", "after",
    }  # fmt: skip


def test_labels_that_weighed_otherwise_are_left_out_once_their_records_are_gone(station: Station) -> None:
    other = station.activate(moved(2.0))
    for child in range(10):
        station.judged(child, child, "reject", reason="other_child", model_id=other)
    station.gallery.withdraw(np.array(station.missing[:4], dtype=np.int32))
    labels = station.estimate().report["labels"]
    assert (labels["judged"], labels["others"]) == (10, 6)


def test_old_estimates_go_but_for_those_that_something_names(station: Station) -> None:
    named = station.estimate().number
    station.judged(0, 0, model_id=named)
    model, partition, now = default_model(LOCAL_2026_11_22), station.partition.id, station.hub.now
    with station.database.write() as conn:
        made = [models.add_estimate(conn, model, partition, 1000 + at, {}, now) for at in range(40)]
    last = station.estimate().number
    kept = [row.id for row in station.models() if row.partition_id is not None]
    assert kept == [named, *made[-(KEPT_ESTIMATES - 1):], last]


def test_of_two_processes_that_resume_one_run_the_first_ones_estimate_counts(station: Station) -> None:
    run, partition, now = station.begin(), station.partition.id, station.hub.now
    with station.database.write() as conn:
        one = _store(conn, moved(0), partition, run, {"bits": 0}, now)
    with station.database.write() as conn:
        two = _store(conn, moved(1), partition, run, {"bits": 1}, now)
    assert one == two
    assert one.report == {"bits": 0}
    assert [row.id for row in station.models() if row.run_id == run] == [one.id]
