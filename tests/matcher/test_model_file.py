"""Models as files: equal text after a round trip, and errors that name the file."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from matcher.curve import Curve
from matcher.defaults import default_model
from matcher.errors import ModelError
from matcher.model import LEVELS, LinkageModel
from matcher.model_file import model_from_json, model_to_json, read_model
from matcher.profile import MASKED_PROFILES, PROFILES

LOCAL = next(profile for name, profile in PROFILES.items() if name.startswith("local"))

CURVE = Curve(np.array([0.0, 2.5]), np.array([-1.731234567891, 2.0]))

def jittered(seed: int) -> LinkageModel:
    """A model with digits that no short text holds."""
    rng, model = np.random.default_rng(seed), default_model(LOCAL)
    views = tuple(replace(e, m=e.m * rng.random(e.m.shape), u=e.u * rng.random(e.u.shape)) for e in model.views)
    return replace(model, views=views, matched=float(rng.random()) * 0.9 + 0.05, curve=CURVE, origin="em")


SHIPPED = [default_model(profile) for profile in (PROFILES | MASKED_PROFILES).values()]


@pytest.mark.parametrize("model", [*SHIPPED, jittered(1), jittered(2)])
def test_round_trip_gives_equal_text_and_tables(model: LinkageModel) -> None:
    text = model_to_json(model)
    back = model_from_json(text)
    assert model_to_json(back) == text
    assert (back.profile, back.origin, back.tolerance) == (model.profile, model.origin, model.tolerance)
    ours, theirs = model.tables(), back.tables()
    for a, b in zip([*ours.views, ours.birth, ours.sex], [*theirs.views, theirs.birth, theirs.sex], strict=True):
        assert np.abs(a - b).max() <= 1


def changed(**changes: Any) -> str:
    document = json.loads(model_to_json(default_model(LOCAL)))
    return json.dumps({**document, **changes})


def without(name: str) -> str:
    document = json.loads(model_to_json(default_model(LOCAL)))
    del document[name]
    return json.dumps(document)


def with_part(view: str, part: str, values: list[Any]) -> str:
    document = json.loads(model_to_json(default_model(LOCAL)))
    document["views"][view][part] = values
    return json.dumps(document)


def with_weight(view: str, weight: list[Any]) -> str:
    return with_part(view, "weight", weight)


@pytest.mark.parametrize(
    "text",
    [
        "", "{", "[]", "17", "null", "{}", changed(format="something else"), changed(version=999),
        changed(profile="nothing-2020-01"), changed(profile_digest="00" * 32), changed(matched="much"),
        changed(matched=0), changed(matched=None), changed(views={}), changed(birth=[]), changed(views=[1]),
        with_weight("child", []), with_weight("child", ["a"]), with_weight("child", [float("nan")] * LEVELS),
        with_weight("child", [float("inf")] * LEVELS), with_part("child", "u", [0.5]), with_part("child", "m", [[]]),
        without("lag"), without("curve"), without("origin"),
    ],
)  # fmt: skip
def test_what_is_no_model_is_refused_by_name(text: str, tmp_path: Path) -> None:
    path = tmp_path / "spoiled.json"
    path.write_text(text)
    with pytest.raises(ModelError, match=r"spoiled\.json|The model"):
        read_model(path)


def test_a_rising_table_in_a_file_is_refused_before_any_search(tmp_path: Path) -> None:
    weight = json.loads(model_to_json(default_model(LOCAL)))["views"]["child"]["weight"][::-1]
    with pytest.raises(ModelError, match="child"):
        model_from_json(with_weight("child", weight)).tables()


@pytest.mark.parametrize("path", ["absent.json", "."])
def test_a_file_that_cannot_be_read(tmp_path: Path, path: str) -> None:
    with pytest.raises(ModelError, match="check the path"):
        read_model(tmp_path / path)


def test_a_file_of_other_bytes(tmp_path: Path) -> None:
    (tmp_path / "model.json").write_bytes(b"\xff\xfe\x00bad\x80")
    with pytest.raises(ModelError, match=r"model\.json"):
        read_model(tmp_path / "model.json")
