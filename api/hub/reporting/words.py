"""Numbers, times and words as people read them: points for decimals, commas for thousands, UTC."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

_STEPS = ((1e12, "trillion"), (1e9, "billion"), (1e6, "million"))
FIGURES: Mapping[str, str] = {
    "missing": "missing reports", "found": "found records", "probable": "probable candidates",
    "possible": "possible candidates", "weak": "weak candidates", "best_bits": "bits of best candidates",
    "rate": "pairs scored a second",
}  # fmt: skip
"""Of the drift, by their names in the document."""


def named(partner: Mapping[str, Any]) -> str:
    """A partner by title and name."""
    return f"{partner['title']} ({partner['partner']})"


def count(number: float) -> str:
    """1,234,567; a fraction keeps one decimal."""
    return f"{number:,.0f}" if float(number).is_integer() else f"{number:,.1f}"


def short(number: float) -> str:
    """4.2 billion; numbers below a million in full."""
    for step, name in _STEPS:
        if abs(number) >= step:
            return f"{number / step:,.1f} {name}"
    return f"{number:,.0f}"


def counted(number: int, one: str, many: str) -> str:
    """A number with its noun."""
    return f"{number:,} {one if number == 1 else many}"


def days(number: float) -> str:
    """31 days, 1 day, 2.5 days; half a day and less is today."""
    if number <= 0.5:
        return "today"
    whole = round(number) if number >= 10 or float(number).is_integer() else number
    return "1 day" if whole == 1 else f"{whole:,} days"


def duration(seconds: float) -> str:
    """3 h 05 min, 4 min 12 s, 8.3 s."""
    whole = round(seconds)
    if whole < 60:
        return f"{seconds:.1f} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60:02} s"
    minutes = round(seconds / 60)
    return f"{minutes // 60:,} h {minutes % 60:02} min"


def share(part: float, whole: float) -> str:
    """A percentage; a dash of nothing."""
    return f"{100 * part / whole:.1f} %" if whole else "-"


def moment(text: str | None) -> str:
    """21 November 2026, 22:30 UTC; a dash for none."""
    if not text:
        return "-"
    found = datetime.fromisoformat(text)
    return f"{found.day} {found:%B %Y, %H:%M} UTC"


def day(text: str | None) -> str:
    """21 Nov 2026; a dash for none."""
    if not text:
        return "-"
    found = datetime.fromisoformat(text)
    return f"{found.day} {found:%b %Y}"


def country_pair(missing: str, found: str) -> str:
    """Of a corridor."""
    return f"{missing} → {found}"
