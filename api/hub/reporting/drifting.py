"""How a run differs from the one before it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from api.hub.reporting.queries import VERDICTS


@dataclass(frozen=True)
class Limit:
    """Within which a figure may change from one run to the next.

    low, high  the ratio of now to before
    least      differences smaller than this are never flagged
    """

    low: float
    high: float
    least: float


RECORDS = Limit(0.9, 1.5, 20)
"""Records are entered by hand and withdrawn one by one: a tenth gone in a night is an accident."""
CANDIDATES = Limit(0.5, 2.0, 20)
BEST_BITS = Limit(0.9, 1.1, 1.0)
"""Of the mean weight of each missing report's best candidate, in bits."""
RATE = Limit(0.5, float("inf"), 0)
_LIMITS = {
    "missing": RECORDS, "found": RECORDS, **dict.fromkeys(VERDICTS, CANDIDATES), "best_bits": BEST_BITS, "rate": RATE,
}  # fmt: skip
RATE_SECONDS = 60.0
"""A shorter run has no rate worth the name: it is over before it has begun to scale."""


def drift(current: Mapping[str, Any], before: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """Figures of a run beside those of the run before, or None without one.

    Both are summaries as the run report holds them; figures that either lacks are left out. Rates are compared between
    runs of one mode only. {"run": number of the run before, "same_model", "figures": [{"what", "now", "before",
    "ratio" (None when there was nothing before), "low", "high" (None for no limit), "flagged"}]}.
    """
    if before is None:
        return None
    figures = [_figure(what, now, then, limit) for what, now, then, limit in _pairs(current, before)]
    same = None if before.get("model") is None else current.get("model") in (None, before["model"])
    return {"run": before.get("run"), "same_model": same, "figures": figures}


def _pairs(current: Mapping[str, Any], before: Mapping[str, Any]) -> Iterator[tuple[str, float, float, Limit]]:
    now, then = _figures(current), _figures(before)
    if current.get("mode") != before.get("mode") or min(_seconds(current), _seconds(before)) < RATE_SECONDS:
        del now["rate"]
    for what, value in now.items():
        other = then[what]
        if value is not None and other is not None:
            yield what, value, other, _LIMITS[what]


def _figures(summary: Mapping[str, Any]) -> dict[str, float | None]:
    verdicts = summary.get("candidates") or {}
    return {
        "missing": summary.get("missing"), "found": summary.get("found"),
        **{verdict: verdicts.get(verdict) for verdict in VERDICTS},
        "best_bits": _best_bits(summary), "rate": summary.get("rate"),
    }  # fmt: skip


def _figure(what: str, now: float, then: float, limit: Limit) -> dict[str, Any]:
    ratio = now / then if then else None
    outside = then != now if ratio is None else not limit.low <= ratio <= limit.high
    high = None if limit.high == float("inf") else limit.high
    return {
        "what": what, "now": now, "before": then, "ratio": None if ratio is None else round(ratio, 4),
        "low": limit.low, "high": high, "flagged": outside and abs(now - then) >= limit.least,
    }  # fmt: skip


def _best_bits(summary: Mapping[str, Any]) -> float | None:
    best = (summary.get("collected") or {}).get("best") or {}
    return best.get("mean_bits") if best.get("reports") else None


def _seconds(summary: Mapping[str, Any]) -> float:
    return float(summary.get("seconds") or 0)
