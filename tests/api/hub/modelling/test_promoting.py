"""A model comes into use by an operator's command alone, and only where it fits."""

import json
from typing import Any

import pytest
from sqlalchemy import select, update

from api.hub.matching.models import Shelf, model_for
from api.hub.modelling.promoting import promote
from api.hub.storage import tables
from api.hub.storage.models import add_estimate, add_model
from api.hub.storage.partner_tables import audit
from api.service.audit.entries import Entry, read_content
from api.service.summaries import Summary
from matcher.defaults import default_model
from matcher.errors import InputError, ModelError
from matcher.profile import NETWORK_2026_11_22
from tests.api.hub.modelling.judging import Station, moved


def promoted(station: Station, number: int, partition: int | None = None, yes: bool = True) -> Summary:
    return promote(station.database, number, partition, yes, lambda: station.hub.now)


def entries(station: Station) -> list[Entry]:
    with station.database.read() as conn:
        leaves = conn.execute(select(audit.leaves.c.content).order_by(audit.leaves.c.number)).scalars()
        return [read_content(text)[1] for text in leaves]


def changed(station: Station, number: int, change: Any) -> None:
    """Store another text of a model."""
    with station.database.write() as conn:
        of = tables.models.c.id == number
        content = json.loads(conn.execute(select(tables.models.c.content).where(of)).scalar_one())
        change(content)
        conn.execute(update(tables.models).where(of).values(content=json.dumps(content)))


def test_an_estimate_is_matched_with_once_it_is_promoted(station: Station) -> None:
    default, made = station.default(), station.stored()
    shelf = Shelf()
    assert model_for(station.database, station.partition, station.hub.now, shelf).id == default
    found = promoted(station, made.number)
    assert station.partition.model_id == made.number
    assert model_for(station.database, station.partition, station.hub.now, shelf).id == made.number
    assert found.values == {
        "partition": station.partition.id, "model": made.number, "was": default, "drift": made.drift, "changed": True,
    }  # fmt: skip
    assert any("next cross-match is a full one" in line for line in found.lines)


def test_a_promotion_stands_in_the_audit_log(station: Station) -> None:
    default, made = station.default(), station.stored()
    promoted(station, made.number)
    (entry,) = entries(station)
    assert (entry.what, entry.by, entry.about) == ("model-promoted", "hub-operator", str(station.partition.id))
    assert entry.facts == {
        "model": made.number, "was": default, "run": made.report["run"], "drift": made.drift,
    }  # fmt: skip
    assert entry.at == station.hub.now


def test_the_active_model_stays_without_an_entry(station: Station) -> None:
    default = station.default()
    found = promoted(station, default)
    assert found.values["changed"] is False
    assert "already" in found.lines[0]
    assert entries(station) == []


def test_without_a_yes_nothing_changes(station: Station) -> None:
    default, made = station.default(), station.stored()
    with pytest.raises(InputError, match="--yes") as caught:
        promoted(station, made.number, yes=False)
    assert made.drift in str(caught.value)
    assert station.partition.model_id == default
    assert entries(station) == []


def test_a_promotion_can_be_taken_back_by_another(station: Station) -> None:
    default, made = station.default(), station.stored()
    promoted(station, made.number)
    # A default is of no partition: the only open one of its profile is meant.
    assert promoted(station, default).values["was"] == made.number
    assert station.partition.model_id == default
    assert [entry.facts["model"] for entry in entries(station)] == [made.number, default]


def test_an_estimate_may_serve_another_epoch_of_the_profile_when_it_is_named(station: Station) -> None:
    made, other = station.stored(), station.hub.open_partition("north", epoch="2027-05")
    promoted(station, made.number)
    assert promoted(station, made.number, other.id).values["was"] is None
    with pytest.raises(InputError, match="--partition"):
        promoted(station, station.models()[0].id)


def test_a_model_of_another_profile_is_refused(station: Station) -> None:
    network = station.hub.open_partition("network", NETWORK_2026_11_22)
    default = station.default()
    with station.database.write() as conn:
        foreign = add_model(conn, default_model(NETWORK_2026_11_22), station.hub.now)
    with pytest.raises(InputError, match="another profile"):
        promoted(station, foreign, station.partition.id)
    with pytest.raises(InputError, match="another profile"):
        promoted(station, default, network.id)
    assert promoted(station, foreign).values["partition"] == network.id


def test_a_model_that_lacks_a_view_is_refused_by_the_views_name(station: Station) -> None:
    default, made = station.default(), station.stored()
    changed(station, made.number, lambda content: content["views"].pop("home"))
    with pytest.raises(InputError, match="no weights for home"):
        promoted(station, made.number)
    assert station.partition.model_id == default


@pytest.mark.parametrize("change", [
    lambda content: content.pop("lag"),
    lambda content: content.update(matched=1.5),
    lambda content: content["views"]["child"]["weight"].reverse(),
    lambda content: content.update(views=None),
])  # fmt: skip
def test_a_damaged_model_is_refused(station: Station, change: Any) -> None:
    default, made = station.default(), station.stored()
    changed(station, made.number, change)
    with pytest.raises(ModelError):
        promoted(station, made.number)
    assert station.partition.model_id == default
    assert entries(station) == []


def test_an_active_model_that_cannot_be_read_is_no_hindrance(station: Station) -> None:
    default, made = station.default(), station.stored()
    changed(station, default, lambda content: content.pop("lag"))
    assert promoted(station, made.number).values["drift"] is None
    assert station.partition.model_id == made.number


def test_a_first_model_can_be_promoted(station: Station) -> None:
    with station.database.write() as conn:
        number = add_estimate(conn, moved(1.0), station.partition.id, 1, {}, station.hub.now)
    assert promoted(station, number).values["was"] is None


def test_unknown_models_and_closed_partitions_are_refused(station: Station) -> None:
    made = station.stored()
    with pytest.raises(InputError, match="no model 99"):
        promoted(station, 99)
    with pytest.raises(InputError, match="no partition 99"):
        promoted(station, made.number, 99)
    with station.database.write() as conn:
        conn.execute(update(tables.partitions).values(state="closed"))
    with pytest.raises(InputError, match="closed"):
        promoted(station, made.number)
