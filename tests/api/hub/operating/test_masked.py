"""Commands of an operator whose hub compares under masks: each says what it can, and none fails."""

import json
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import update

from api.hub.crossmatching.running import Wanted
from api.hub.modelling.installing import install_curve
from api.hub.modelling.reviewing import diff, listing, show
from api.hub.operating import compared, crossing, photo_spaces
from api.hub.operating.status import status
from api.hub.settings import HubSettings
from api.hub.storage import partitions, tables
from api.service.database import Database
from matcher.errors import InputError
from matcher.photo_curve_file import curve_to_json, shipped_curve
from matcher.photos import PhotoSpace
from matcher.views import Kind
from tests.api.hub.gateways import Exchange
from tests.api.hub.matching.exchange import Hub
from tests.api.hub.refining.gateways import COARSE, Gateways, agreed, child, like


@pytest.fixture
def gateways(database: Database, tmp_path: Path) -> Gateways:
    """A hub of one partition that is compared under masks, with one pair that waits."""
    found = Gateways(Hub(database, tmp_path, COARSE))
    rng, pair = np.random.default_rng(3), agreed(found)
    one = child(rng)
    found.put(pair[1], Kind.FOUND, *one)
    found.put(pair[0], Kind.MISSING, *like(rng, one))
    found.hub.settle()
    return found


def quiet(_title: str, _done: int, _total: int) -> None:
    """No progress wanted."""


def cross(gateways: Gateways, folder: Path, **wanted: bool) -> tuple[dict[str, object], list[str]]:
    settings = HubSettings(name="hub", data=folder)
    hub = gateways.hub
    told = crossing.crossmatch(settings, hub.database, None, Wanted(**wanted), quiet, lambda: hub.now)
    return json.loads(json.dumps(dict(told.values))), list(told.lines)


def test_a_cross_match_says_in_one_line_that_there_is_none(gateways: Gateways, tmp_path: Path) -> None:
    values, lines = cross(gateways, tmp_path)
    assert values["runs"] == []
    assert len(lines) == 1
    assert "is compared under masks as records arrive" in lines[0]
    values, _ = cross(gateways, tmp_path, full=True)
    assert values["masked"] == [{
        "partition": 1, "profile": "cross-border-2026-11-22", "queued": 1, "pending": 1, "awaited": 2,
    }]  # fmt: skip
    assert cross(gateways, tmp_path, resume=True) == ({"runs": []}, [crossing.NOTHING_PENDING])


def test_the_report_tells_who_owes_answers(gateways: Gateways, tmp_path: Path) -> None:
    page = tmp_path / "report.html"
    told = crossing.last_report(gateways.hub.database, None, page, lambda: gateways.hub.now)
    assert [len(one["awaited"]) for one in told.values["masked"]] == [2]
    assert ["owes 1 answer(s)" in line for line in told.lines] == [True, True]
    assert "owes 1 answer(s)" in page.read_text(encoding="utf-8")
    assert "No cross-match has run" not in page.read_text(encoding="utf-8")


def test_status_tells_what_waits_and_for_whom(gateways: Gateways) -> None:
    told = status(gateways.hub.database)
    [queue] = told.values["partitions"]
    assert {(one["partner"], one["answers"]) for one in queue["awaited"]} == {("west-bengal", 1), ("punjab", 1)}
    assert any("compared under masks; punjab owes 1 answer(s)" in line for line in told.lines)
    photo_spaces.listing(gateways.hub.database)


def test_models_say_that_nothing_is_estimated(gateways: Gateways, tmp_path: Path) -> None:
    hub = gateways.hub
    for partner in (1, 2):
        gateways.answer(partner)
    hub.settle()
    assert any("nothing is estimated at the hub" in line for line in listing(hub.database, None).lines)
    with pytest.raises(InputError, match="weighed by the model that ships with masked-2026-11-22"):
        diff(hub.database, None, None, None)
    [row] = hub.candidates().values()
    assert "masked-2026-11-22" in show(hub.database, row.model_id).lines[0]
    curve = shipped_curve(PhotoSpace("dlib", True, bytes(16)))
    assert curve is not None
    file = tmp_path / "curve.json"
    file.write_text(curve_to_json(curve), encoding="utf-8")
    with pytest.raises(InputError, match="compared under masks"):
        install_curve(hub.database, file, None, True, lambda: hub.now)


def test_a_partition_is_opened_under_the_coarse_profile_and_never_under_the_masked_one(exchange: Exchange) -> None:
    database, clock = exchange.database, exchange.clock
    opened = compared.open_partition(database, "saarc", "2026-11", "cross-border-2026-11-22", "0" * 16, None, clock)
    assert opened.values["profile"] == "cross-border-2026-11-22"
    with pytest.raises(InputError, match="only ever compared under masks"):
        compared.open_partition(database, "saarc", "2026-11", "masked-2026-11-22", "0" * 16, None, clock)


def test_a_partition_of_an_unknown_profile_is_still_listed(gateways: Gateways) -> None:
    with gateways.hub.database.write() as conn:
        conn.execute(update(tables.partitions).values(profile="local-2031-01-01"))
        [partition] = partitions.every_partition(conn)
    assert partition.profile == "local-2031-01-01"
    assert status(gateways.hub.database).values["partitions"]
