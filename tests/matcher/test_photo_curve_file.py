"""Photo curves as JSON: the same curve back, or a sentence."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.errors import ModelError
from matcher.photo_curve import CAP_NATS, PhotoCurve, PhotoTerms
from matcher.photo_curve_file import (
    curve_document,
    curve_from_document,
    curve_from_json,
    curve_to_json,
    read_curve,
    shipped_curve,
)
from matcher.photos import PhotoSpace

CURVE = PhotoCurve("dlib", True, PhotoTerms(7.5, -20.0, 0.5, -0.25, 1.0, -2.0), 0.5, 0.05, None, 3.0, {"photos": 10})


def number(low: float, high: float) -> st.SearchStrategy[float]:
    return st.floats(low, high).map(lambda value: round(value, 6))


curves = st.builds(
    PhotoCurve,
    st.sampled_from(["dlib", "sface"]),
    st.booleans(),
    st.builds(PhotoTerms, number(-9, 9), number(-90, -1), number(-2, 2), number(-2, 0), number(-2, 2), number(-2, 0)),
    number(0.1, 1),
    number(0.01, 0.2),
    st.none() | number(0.5, 2),
    number(0.1, CAP_NATS),
    st.fixed_dictionaries({"photos": st.integers(0, 9), "date": st.just("2026-11")}),
)


@given(curves)
def test_a_curve_comes_back_as_it_was(curve: PhotoCurve) -> None:
    assert curve_from_json(curve_to_json(curve)) == curve
    assert curve_from_document(curve_document(curve)) == curve


def test_equal_curves_give_equal_text() -> None:
    again = curve_from_json(curve_to_json(CURVE))
    assert curve_to_json(again) == curve_to_json(CURVE)
    assert json.loads(curve_to_json(CURVE))["provenance"] == {"photos": 10}


CHANGES: dict[str, Callable[[dict[str, Any]], object]] = {
    "another format": lambda d: d.update(format="milap-model"),
    "another version": lambda d: d.update(version=2),
    "no terms": lambda d: d.pop("terms"),
    "a term too few": lambda d: d["terms"].pop("gap"),
    "a term too many": lambda d: d["terms"].update(height=1),
    "a term that is text": lambda d: d["terms"].update(gap="wide"),
    "terms that are a list": lambda d: d.update(terms=[1, 2]),
    "a cap that is none": lambda d: d.update(cap_nats=None),
    "a cap above any": lambda d: d.update(cap_nats=40),
    "a slope that rises": lambda d: d["terms"].update(distance=5),
    "a number that is none": lambda d: d["terms"].update(gap=float("nan")),
    "a provenance of a number": lambda d: d.update(provenance=5),
    "no provenance": lambda d: d.pop("provenance"),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_document_that_is_no_curve_is_told(change: Callable[[dict[str, Any]], object]) -> None:
    document = curve_document(CURVE)
    change(document)
    with pytest.raises(ModelError, match=r"[;,] .*\.$"):
        curve_from_json(json.dumps(document))


@pytest.mark.parametrize("text", ["", "[]", "5", "null", '{"format": "milap-photo-curve"}', "{", '"text"'])
def test_a_text_that_is_no_curve_is_told(text: str) -> None:
    with pytest.raises(ModelError, match=r"^the photo curve .*\.$"):
        curve_from_json(text)


def test_a_file_is_read_and_named_when_it_is_wrong(tmp_path: Path) -> None:
    path = tmp_path / "curve.json"
    with pytest.raises(ModelError, match=r"curve\.json cannot be read"):
        read_curve(path)
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(ModelError, match=r"curve\.json cannot be read"):
        read_curve(path)
    path.write_text("no json")
    with pytest.raises(ModelError, match=r"curve\.json is not JSON"):
        read_curve(path)
    path.write_text(curve_to_json(CURVE), encoding="utf-8")
    assert read_curve(path) == CURVE


@pytest.mark.parametrize("centred", [True, False])
def test_a_curve_is_shipped_for_dlib_and_for_nothing_else(centred: bool) -> None:
    curve = shipped_curve(PhotoSpace("dlib", centred, bytes(16)))
    assert curve is not None
    assert (curve.embedder, curve.centred) == ("dlib", centred)
    assert {"data", "date", "fitted", "photos", "subjects"} <= set(curve.provenance)
    assert shipped_curve(PhotoSpace("sface", centred, bytes(16))) is None
