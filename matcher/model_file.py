"""Linkage models as versioned JSON files."""

import json
from pathlib import Path
from typing import Any

import numpy as np

from matcher.curve import Curve
from matcher.errors import ModelError
from matcher.model import Evidence, LinkageModel
from matcher.photo_curve_file import curve_document, curve_from_document
from matcher.profile import MASKED_PROFILES, PROFILES, EncodingProfile

FORMAT = "milap-linkage-model"
VERSION = 1
_DIGITS = 8


def model_to_json(model: LinkageModel) -> str:
    """The model as JSON text; equal models give equal text."""
    document: dict[str, Any] = {
        "format": FORMAT,
        "version": VERSION,
        "profile": model.profile.name,
        "profile_digest": model.profile.digest.hex(),
        "origin": model.origin,
        "matched": round(model.matched, _DIGITS),
        "curve": {name: np.round(getattr(model.curve, name), _DIGITS).tolist() for name in ("weight", "bits")},
        "tolerance_days": model.tolerance,
        "views": {p.view.value: _evidence(e) for p, e in zip(model.profile.views, model.views, strict=True)},
        "birth": _evidence(model.birth),
        "sex": _evidence(model.sex),
        "lag": _evidence(model.lag),
    }
    if model.photo is not None:
        document["photo"] = curve_document(model.photo)
    return json.dumps(document, indent=1, sort_keys=True) + "\n"


def model_from_json(text: str, source: str = "the model") -> LinkageModel:
    """The model in a JSON text; ModelError says what is wrong with it."""
    try:
        document = json.loads(text)
        if document["format"] != FORMAT:
            raise ModelError(f"{source} is not a linkage model; give a file that milap link --save-model wrote.")
        if document["version"] != VERSION:
            raise ModelError(f"{source} has version {document['version']}, this release reads {VERSION}; fit it again.")
        return _model(document, _profile(document, source))
    except (ValueError, KeyError, TypeError) as error:
        raise ModelError(f"{source} is damaged or incomplete ({type(error).__name__}); fit the model again.") from error


def read_model(path: Path) -> LinkageModel:
    """The model in a file; ModelError when it is missing or wrong."""
    try:
        return model_from_json(path.read_text(encoding="utf-8"), path.name)
    except (OSError, UnicodeDecodeError) as error:
        raise ModelError(f"{path.name} cannot be read as a model ({type(error).__name__}); check the path.") from error


def _profile(document: dict[str, Any], source: str) -> EncodingProfile:
    profile = (PROFILES | MASKED_PROFILES).get(document["profile"])
    if profile is None or profile.digest.hex() != document["profile_digest"]:
        raise ModelError(f"{source} is for profile {document['profile']}, which this release does not have; refit it.")
    return profile


def _model(document: dict[str, Any], profile: EncodingProfile) -> LinkageModel:
    return LinkageModel(
        profile,
        tuple(_read(document["views"][p.view.value]) for p in profile.views),
        _read(document["birth"]),
        _read(document["sex"]),
        _read(document["lag"]),
        matched=float(document["matched"]),
        curve=Curve(*(np.array(document["curve"][name], dtype=np.float64) for name in ("weight", "bits"))),
        tolerance=int(document["tolerance_days"]),
        origin=str(document["origin"]),
        photo=curve_from_document(document["photo"], "the model's photo curve") if "photo" in document else None,
    )


def _evidence(evidence: Evidence) -> dict[str, Any]:
    return {name: np.round(getattr(evidence, name), _DIGITS).tolist() for name in ("m", "u", "weight")}


def _read(part: dict[str, Any]) -> Evidence:
    return Evidence(*(np.array(part[name], dtype=np.float64) for name in ("m", "u", "weight")))
