"""Photo curves as versioned JSON, and those that are shipped."""

import json
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import Any

from matcher.errors import ModelError
from matcher.photo_curve import PhotoCurve, PhotoTerms
from matcher.photos import PhotoSpace

FORMAT = "milap-photo-curve"
VERSION = 1
_SHIPPED = Path(__file__).parent / "photo_curves"
_DIGITS = 6


def curve_document(curve: PhotoCurve) -> dict[str, Any]:
    """The curve as plain values; equal curves give equal documents."""
    numbers = {name: round(value, _DIGITS) for name, value in asdict(curve.terms).items()}
    return {
        "format": FORMAT, "version": VERSION, "embedder": curve.embedder, "centred": curve.centred, "terms": numbers,
        "chance": round(curve.chance, _DIGITS), "spread": round(curve.spread, _DIGITS),
        "norm": None if curve.norm is None else round(curve.norm, _DIGITS),
        "cap_nats": round(curve.cap_nats, _DIGITS), "provenance": dict(curve.provenance),
    }  # fmt: skip


def curve_to_json(curve: PhotoCurve) -> str:
    """The curve as JSON text."""
    return json.dumps(curve_document(curve), indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def curve_from_document(document: Any, source: str = "the photo curve") -> PhotoCurve:
    """The curve in plain values; ModelError says what is wrong with them."""
    try:
        if document["format"] != FORMAT or document["version"] != VERSION:
            raise ModelError(f"{source} is no photo curve of version {VERSION}; calibrate again with this release.")
        norm = document["norm"]
        return PhotoCurve(
            str(document["embedder"]), bool(document["centred"]),
            PhotoTerms(**{name: float(value) for name, value in document["terms"].items()}),
            float(document["chance"]), float(document["spread"]), None if norm is None else float(norm),
            float(document["cap_nats"]), dict(document["provenance"]),
        )  # fmt: skip
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ModelError(f"{source} is damaged or incomplete; calibrate it again.") from error


def curve_from_json(text: str, source: str = "the photo curve") -> PhotoCurve:
    """The curve in a JSON text; ModelError says what is wrong with it."""
    try:
        return curve_from_document(json.loads(text), source)
    except ValueError as error:
        raise ModelError(f"{source} is not JSON; give what milap photos calibrate wrote.") from error


def read_curve(path: Path) -> PhotoCurve:
    """The curve in a file; ModelError when it is missing or wrong."""
    try:
        return curve_from_json(path.read_text(encoding="utf-8"), path.name)
    except (OSError, UnicodeDecodeError) as error:
        raise ModelError(f"{path.name} cannot be read as a photo curve; check the path.") from error


def shipped_curve(space: PhotoSpace) -> PhotoCurve | None:
    """The curve that is shipped for codes of a space; None for an embedder that none was fitted for."""
    return next((c for c in _shipped() if (c.embedder, c.centred) == (space.embedder, space.centred)), None)


@cache
def _shipped() -> tuple[PhotoCurve, ...]:
    return tuple(read_curve(path) for path in sorted(_SHIPPED.glob("*.json")))
