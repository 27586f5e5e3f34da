"""An operator's own photo curve: a model of its own, kept by estimates, and refused where it does not fit."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from api.hub.matching.models import model_for
from api.hub.modelling.curve_figures import SHIPPED
from api.hub.modelling.estimating import estimate
from api.hub.modelling.installing import install_curve
from api.hub.modelling.promoting import promote
from api.hub.modelling.reviewing import diff, show
from api.hub.storage import models
from api.hub.storage.models import activate
from api.hub.storage.partitions import Partition, by_id
from api.hub.storage.partner_tables import audit
from api.hub.storage.runs import begin_run
from api.service.audit.entries import read_content
from api.service.database import Database
from api.service.summaries import Summary
from indexer.gallery import Gallery
from indexer.search import KernelSearch
from matcher.defaults import default_model
from matcher.errors import InputError, ModelError
from matcher.model import LinkageModel
from matcher.photo_curve import PhotoCurve
from matcher.photo_curve_file import curve_to_json, shipped_curve
from matcher.photos import PhotoSpace
from matcher.profile import LOCAL_2026_11_22, LOCAL_PHOTO_2026_11_22
from matcher.views import Kind
from tests.api.hub.matching.exchange import Hub, batch, codes_of, noisy

PROFILE = LOCAL_PHOTO_2026_11_22
UNCENTRED = PhotoSpace("dlib", False, bytes(16))


@pytest.fixture
def hub(database: Database, tmp_path: Path) -> Hub:
    """A hub whose partition takes photos of a centred space, on each database."""
    return Hub(database, tmp_path, PROFILE)


def curve_of(hub: Hub, **changes: Any) -> PhotoCurve:
    space = hub.partition.space
    assert space is not None
    shipped = shipped_curve(space)
    assert shipped is not None
    return replace(shipped, **{"cap_nats": 1.5, **changes})


def install(
    hub: Hub, tmp_path: Path, curve: PhotoCurve, yes: bool = False, partition: int | None = None
) -> Summary:
    file = tmp_path / "curve.json"
    file.write_text(curve_to_json(curve), encoding="utf-8")
    return install_curve(hub.database, file, partition, yes, lambda: hub.now)


def partition_of(hub: Hub) -> Partition:
    with hub.database.read() as conn:
        found = by_id(conn, hub.partition.id)
    assert found is not None
    return found


def stored(hub: Hub, number: int) -> LinkageModel:
    with hub.database.read() as conn:
        return models.read_model(conn, number)


def promotions(hub: Hub) -> list[Any]:
    with hub.database.read() as conn:
        entries = [read_content(leaf.content)[1] for leaf in conn.execute(audit.leaves.select())]
    return [(entry.facts["model"], entry.facts["was"]) for entry in entries if entry.what == "model-promoted"]


def test_a_curve_waits_to_be_promoted_and_says_what_it_changes(hub: Hub, tmp_path: Path) -> None:
    default, curve = model_for(hub.database, hub.partition, hub.now).id, curve_of(hub)
    found = install(hub, tmp_path, curve)
    number = found.values["model"]
    assert json.dumps(found.values)
    assert (found.values["active"], found.values["promoted"]) == (default, False)
    assert partition_of(hub).model_id == default
    figures = {row["photos"]: row["bits"] for row in found.values["photo"]["to"]}
    before = {row["photos"]: row["bits"] for row in found.values["photo"]["from"]}
    assert figures["both at 7 years"][0] == pytest.approx(1.5 / np.log(2), abs=0.01)
    assert before["both at 7 years"][0] == pytest.approx(4 / np.log(2), abs=0.01)
    assert any("+5.77 to +2.16" in line for line in found.lines)
    assert f"model promote {number} --yes" in found.lines[-1]
    model = stored(hub, number)
    assert (model.photo, model.origin) == (curve, "default, photo curve")
    assert promote(hub.database, number, None, True, lambda: hub.now).values["was"] == default
    assert model_for(hub.database, hub.partition, hub.now).model.photo == curve
    assert promotions(hub) == [(number, default)]


def test_with_a_yes_it_is_promoted_at_once_and_only_once(hub: Hub, tmp_path: Path) -> None:
    found = install(hub, tmp_path, curve_of(hub), yes=True)
    number = found.values["model"]
    assert found.values["promoted"] is True
    assert partition_of(hub).model_id == number
    assert promotions(hub) == [(number, None)]
    again = install(hub, tmp_path, curve_of(hub), yes=True)
    assert again.values == {"partition": hub.partition.id, "model": number, "changed": False}
    other = install(hub, tmp_path, curve_of(hub, cap_nats=2.0), yes=True)
    assert stored(hub, other.values["model"]).origin == "default, photo curve"


def test_models_are_told_with_their_photo_curves(hub: Hub, tmp_path: Path) -> None:
    default = model_for(hub.database, hub.partition, hub.now).id
    number = install(hub, tmp_path, curve_of(hub)).values["model"]
    plain, own = show(hub.database, default), show(hub.database, number)
    assert plain.values["photo"] == SHIPPED
    assert "photo" not in plain.values["weights"]
    assert own.values["weights"]["photo"]["agrees"] == pytest.approx(2.16, abs=0.01)
    assert "at most 1.5 nats" in own.lines[-1]
    found = diff(hub.database, None, None, None)
    assert (found.values["word"], found.values["from"], found.values["to"]) == ("steady", default, number)
    assert found.values["photo"]["from"] == SHIPPED
    assert "Photo curve: its own" in found.lines[-1]


def test_a_curve_of_another_space_is_refused_for_it(hub: Hub, tmp_path: Path) -> None:
    other = curve_of(hub, centred=False)
    with pytest.raises(InputError, match="uncentred dlib codes, and partition 1 has centred dlib"):
        install(hub, tmp_path, other, yes=True)
    with pytest.raises(InputError, match="sface"):
        install(hub, tmp_path, curve_of(hub, embedder="sface"))
    hub.pin(None)
    number = install(hub, tmp_path, other).values["model"]
    hub.pin(PhotoSpace("dlib", True, bytes(16)))
    with pytest.raises(InputError, match="calibrate a curve"):
        promote(hub.database, number, None, True, lambda: hub.now)
    assert promotions(hub) == []


def test_where_no_curve_belongs_none_is_taken(hub: Hub, tmp_path: Path) -> None:
    plain = hub.open_partition("south", LOCAL_2026_11_22).id
    with pytest.raises(InputError, match="no photo view"):
        install(hub, tmp_path, curve_of(hub), partition=plain)
    with pytest.raises(InputError, match="--partition"):
        install(hub, tmp_path, curve_of(hub))
    with pytest.raises(InputError, match="no partition 9"):
        install(hub, tmp_path, curve_of(hub), partition=9)
    with pytest.raises(ModelError, match="check the path"):
        install_curve(hub.database, tmp_path / "none.json", 1, False, lambda: hub.now)


@pytest.mark.parametrize("own", [False, True])
def test_an_estimate_keeps_the_curve_of_the_model_in_use(hub: Hub, own: bool) -> None:
    rng, curve = np.random.default_rng(5), curve_of(hub)
    with hub.database.write() as conn:
        activate(conn, hub.partition.id, replace(default_model(PROFILE), photo=curve if own else None), hub.now)
        run = begin_run(conn, hub.partition.id, 1, 0, hub.now)
    gallery, codes = Gallery(PROFILE), codes_of(rng, 30, PROFILE)
    for at, (kind, each) in enumerate(((Kind.MISSING, codes), (Kind.FOUND, noisy(rng, codes, 0.1)))):
        numbers = np.arange(30 * at, 30 * at + 30, dtype=np.int32)
        gallery.add(batch(kind, each, 20_000 + 40 * at, profile=PROFILE, age=3), numbers, 1)
    matrix = np.ones((3, 3), dtype=np.bool_)
    made = estimate(hub.database, partition_of(hub), gallery, KernelSearch(gallery, 1), matrix, run, hub.now)
    assert stored(hub, made.number).photo == (curve if own else None)
    promote(hub.database, made.number, None, True, lambda: hub.now)
    space = hub.partition.space
    assert space is not None
    used = model_for(hub.database, hub.partition, hub.now).model
    assert used.photo == (curve if own else shipped_curve(space))
    assert used.origin == "em"
