"""What a photo curve makes of a few pairs of photos, for programs and as lines."""

from collections.abc import Sequence
from typing import Any

from api.service.summaries import table
from matcher.photo_curve import PhotoCurve
from matcher.photos import photo_age_band
from matcher.profile import PHOTO_BITS

PAIRS = (
    ("both at 7 years", 7.0, 7.0), ("at 7 and 10 years", 7.0, 10.0), ("at 4 and 13 years", 4.0, 13.0),
    ("both at 16 years", 16.0, 16.0), ("at unknown ages", None, None),
)  # fmt: skip
"""Ages in two photos at which a curve is told."""
SHARES = (0.2, 0.3, 0.4, 0.5)
"""Shares of differing bits at which it is told; unrelated faces differ in about half of them."""
SHIPPED = "the one that is shipped for the photo space"
_DIGITS = 2


def curve_name(curve: PhotoCurve | None) -> str:
    """A model's own curve in short, or that it has none."""
    return SHIPPED if curve is None else f"its own ({curve.summary})"


def curve_figures(curve: PhotoCurve | None) -> list[dict[str, Any]]:
    """Bits of each of PAIRS at each of SHARES; none of them for None."""
    bits = None if curve is None else curve.table(PHOTO_BITS)
    places = [round(share * PHOTO_BITS) for share in SHARES]
    return [
        {
            "photos": name,
            "bits": None if bits is None else [
                round(float(bits[photo_age_band(first), photo_age_band(second), place]), _DIGITS) for place in places
            ],
        }
        for name, first, second in PAIRS
    ]  # fmt: skip


def curve_lines(before: Sequence[dict[str, Any]], after: Sequence[dict[str, Any]]) -> list[str]:
    """What two photos weigh under one curve and under another, as lines."""
    rows = [["bits of two photos", *(f"{share:.0%} differ" for share in SHARES)]]
    for was, now in zip(before, after, strict=True):
        olds = was["bits"] or [0.0] * len(SHARES)
        rows.append([now["photos"], *(f"{old:+.2f} to {new:+.2f}" for old, new in zip(olds, now["bits"], strict=True))])
    return table(rows)
