"""Models and what differs between them, in a few figures: for programs and as lines."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import numpy as np

from api.hub.modelling.curve_figures import curve_name
from api.service.summaries import table
from matcher.drift import Drift
from matcher.model import LinkageModel
from matcher.tables import UNITS_PER_BIT
from matcher.views import Sex, View

CURVE_AT = (-5, 0, 5, 10, 15, 20, 25, 30)
"""Weights (bits) at which a curve is told."""
LAGS = ("found before it went missing", "found within a month", "within a year", "within six years", "later")
"""The lag classes of matcher.comparison."""
_DIGITS = 2


def model_figures(model: LinkageModel) -> dict[str, Any]:
    """A model's tables in short, in bits.

    `agrees` is what a pair weighs that agrees to the bit (for birth: with intervals that overlap), `usual` what one
    weighs that lies as far apart as unrelated records do. A photo is told of where the model has a curve of its own.
    """
    tables = model.tables()
    rows: dict[str, Mapping[str, float]] = {}
    for v, parameters in enumerate(model.profile.views):
        if v == tables.photo_position and model.photo is None:
            continue
        by_distance = tables.birth[0] if v == tables.birth_position else tables.views[v]
        rows[parameters.view.value] = _pair(by_distance[0], by_distance[round(tables.typical[v])])
    rows["sex"] = _pair(tables.sex[Sex.FEMALE, Sex.FEMALE], tables.sex[Sex.FEMALE, Sex.MALE])
    return {
        "matched": round(model.matched, 4),
        "tolerance_days": model.tolerance,
        "weights": rows,
        "lag": [_bits(weight) for weight in tables.lag],
        "curve": [{"weight": w, "bits": round(float(model.curve.at(np.array(float(w)))), _DIGITS)} for w in CURVE_AT],
        **({"photo": curve_name(model.photo)} if View.PHOTO in model.profile else {}),
    }


def model_lines(figures: Mapping[str, Any]) -> list[str]:
    """The figures of a model as lines."""
    weights = [[name, f"{row['agrees']:+.2f}", f"{row['usual']:+.2f}"] for name, row in figures["weights"].items()]
    lags = [[name, f"{bits:+.2f}"] for name, bits in zip(LAGS, figures["lag"], strict=True)]
    curve = [[f"{point['weight']:+d}", f"{point['bits']:+.2f}"] for point in figures["curve"]]
    return [
        f"{figures['matched']:.1%} of missing records are thought to have a match. A child may be found "
        f"{figures['tolerance_days']} days before it went missing.",
        "", *table([["bits when it", "agrees", "differs as usual"], *weights]),
        "", *table([["lag", "bits"], *lags]), "", *table([["summed weight", "is worth"], *curve]),
        *(["", f"Photo curve: {figures['photo']}."] if "photo" in figures else []),
    ]  # fmt: skip


def drift_lines(found: Drift, before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """What differs between two models as lines; the figures are theirs, by `model_figures`."""
    rows = [["", "mean", "largest", "of m", "of u", "agrees", "then"]]
    for name, change in found.comparisons.items():
        agrees = [_agreeing(figures, name) for figures in (before, after)]
        cells = [f"{value:.2f}" for value in (change.mean, change.largest)]
        rows.append([name, *cells, f"{change.m:.4f}", f"{change.u:.4f}", *agrees])
    return [
        f"{found.word}: prior {found.prior:+.2f} bits of log-odds, curve {found.curve_mean:.2f} bits on average and "
        f"{found.curve:.2f} at most.",
        "Change of weights in bits (mean over true pairs, and largest), divergence of m and u, weight at agreement:",
        *table(rows),
    ]


def label_lines(report: Mapping[str, Any]) -> list[str]:
    """What reviewed pairs brought to an estimate, as lines; none for a model that is no estimate."""
    labels = report.get("labels")
    if not labels:
        return []
    said = {"used": "The curve is corrected by them.", "too-few": "Too few to correct the curve.",
            "no-better": "A correction by them did not do better, so the curve stays."}  # fmt: skip
    lines = [f"Reviewed pairs: {labels['matches']:,} matches, {labels['others']:,} others. {said[labels['outcome']]}"]
    if labels["before"] and labels["after"]:
        told = [f"{labels[when]['error']:.3f}, {labels[when]['cost']:.3f} bits" for when in ("before", "after")]
        lines.append(f"Calibration error and cost of what was stated: {told[0]}; with the correction {told[1]}.")
    return lines


def moment(at: datetime) -> str:
    """A moment as it is told."""
    return at.astimezone(UTC).isoformat(timespec="seconds")


def _agreeing(figures: Mapping[str, Any], name: str) -> str:
    row = figures["weights"].get(name)
    return "" if row is None else f"{row['agrees']:+.2f}"


def _pair(agrees: int, usual: int) -> dict[str, float]:
    return {"agrees": _bits(agrees), "usual": _bits(usual)}


def _bits(units: int) -> float:
    return round(int(units) / UNITS_PER_BIT, _DIGITS)


def short(values: Sequence[object]) -> list[str]:
    """Cells of a row; a dash for what is not there."""
    return ["-" if value is None else str(value) for value in values]
