"""Documents of runs that never were, of a hub with invented partners."""

from math import exp
from typing import Any

EVIL = '<script>alert("1")</script> & "Sons"'
DIGEST = "ab" * 32


def full(**changes: Any) -> dict[str, Any]:
    """The document of a run that a large hub might have had, with something of everything."""
    return {
        "run": 42, "partition": 1, "domain": "east", "epoch": "2026-11", "profile": "network-2026-11-22", "model": 3,
        "mode": "incremental", "why": [], "base": 41, "sequence": 2_411_000, "missing": 1_204_311, "found": 61_208,
        "dirty": {"missing": 5_120, "found": 611}, "pairs_compared": 61_400_000_000, "pairs_scored": 1_050_000_000,
        "offers": 9_211, "lists_changed": 12_110, "photo_lanes": {"records": 3_107, "alone": 6_204},
        "candidates": {"probable": 9_120, "possible": 48_200, "weak": 1_180_000},
        "corridors": [
            {"missing": "BD", "found": "IN", "verdict": "probable", "pairs": 3_120},
            {"missing": "BD", "found": "IN", "verdict": "possible", "pairs": 9_200},
            {"missing": "IN", "found": "IN", "verdict": "probable", "pairs": 6_000},
        ],
        "added": 1_204, "changed": 88, "withdrawn": 310, "seconds": 754.2,
        "stages": {"pin": 31.2, "search missing": 402.0, "search found": 211.5, "apply": 98.1, "report": 11.4},
        "rate": 1_711_000.0, "blocks": {"done": 96, "resumed": 12, "repeated": 2}, "workers_lost": 1,
        "lists_digest": DIGEST, "engine": {"name": "pool", "workers": 8},
        "estimate": {"number": 4, "drift": {"word": "shifted"}}, "collected": collected(),
        "started_at": "2026-11-21T20:00:00+00:00", "ended_at": "2026-11-21T20:12:34+00:00", "custodians": [2, 5],
        **changes,
    }  # fmt: skip


def older(**changes: Any) -> dict[str, Any]:
    """What a run left before there were incremental ones."""
    kept = ("run", "partition", "domain", "epoch", "profile", "model", "sequence", "missing", "found",
            "pairs_compared", "candidates", "corridors", "added", "changed", "withdrawn", "seconds", "started_at",
            "ended_at", "custodians")  # fmt: skip
    return {**{key: value for key, value in full().items() if key in kept}, **changes}


def collected(**changes: Any) -> dict[str, Any]:
    """What was collected for it."""
    return {
        "collected_at": "2026-11-21T20:12:20+00:00", "best": {"reports": 480_000, "mean_bits": 11.2},
        "weights": [_weight(bit) for bit in range(62)], "corridors": _corridors(),
        "calibration": [_decile(at) for at in range(10)], "freshness": _freshness(),
        "coverage": {
            "records": 1_265_519, "missing": 1_204_311, "found": 61_208,
            "alone": [{"partner": "jharna", "title": EVIL, "records": 4_100}], "uncompared": 4_100,
            "views": [
                {"view": view, "share": share} for view, share in (
                    ("child", 0.97), ("father", 0.71), ("mother", 0.64), ("kin", 0.22), ("birth", 0.88),
                    ("home", 0.59), ("traits", 0.41), ("contact", 0.18))
            ],
            "mean_views": 4.6, "alarms": ["alone"],
        },
        "worklists": _worklists(),
        "drift": {"run": 41, "same_model": True, "figures": [
            _figure("missing", 1_204_311, 1_199_300, 0.9, 1.5), _figure("found", 61_208, 60_700, 0.9, 1.5),
            _figure("probable", 9_120, 8_960, 0.5, 2.0), _figure("possible", 48_200, 21_000, 0.5, 2.0),
            _figure("weak", 1_180_000, 1_171_000, 0.5, 2.0), _figure("best_bits", 11.2, 11.1, 0.9, 1.1),
            _figure("rate", 1_711_000.0, 1_802_000.0, 0.5, None),
        ]},
        **changes,
    }  # fmt: skip


def _weight(bit: int) -> dict[str, int]:
    return {
        "bit": bit, "probable": round(900 * exp(-((bit - 38) ** 2) / 120)) if bit >= 24 else 0,
        "possible": round(6_000 * exp(-((bit - 22) ** 2) / 18)) if 17 <= bit < 28 else 0,
        "weak": round(140_000 * exp(-bit / 6)) if bit < 21 else 0,
    }  # fmt: skip


def _corridors() -> list[dict[str, Any]]:
    shares = (("IN", "IN", 1.0), ("BD", "IN", 0.5), ("NP", "IN", 0.2), ("IN", "BD", 0.03), ("BD", "BD", 0.01))
    return [
        {
            "missing": missing, "found": found, "probable": round(6_000 * share), "possible": round(30_000 * share),
            "weak": round(900_000 * share),
            "bits": [[bit, n] for bit in range(62) if (n := round(share * sum(list(_weight(bit).values())[1:])))],
        }
        for missing, found, share in shares
    ]  # fmt: skip


def _decile(at: int) -> dict[str, Any]:
    candidates, decided = round(900_000 / 4**at) + 3_000, 30 * at
    stated = decided * (at + 0.5) / 10
    return {
        "from": at / 10, "to": (at + 1) / 10, "candidates": candidates, "expected": candidates * (at + 0.4) / 10,
        "decided": decided, "stated": stated, "matches": round(stated * (0.6 if at == 9 else 0.97)),
        "word": "claims-too-much" if at == 9 else "agrees" if decided >= 30 else "too-few",
    }  # fmt: skip


def _freshness() -> list[dict[str, Any]]:
    known = [
        ("jharna", EVIL, "IN", 4_100, 0, 31.2, 2.0, "silent"), ("sylhet-desk", "Sylhet desk", "BD", 0, 0, None, None,
                                                                "never"),
        ("wb-police", "West Bengal police", "IN", 801_000, 1_208, 0.2, 1.0, "fresh"),
        ("khulna-shelters", "Khulna shelters", "BD", 0, 40_000, 6.1, 3.0, "fresh"),
        ("terai-homes-of-the-far-western-region", "Terai homes of the far western region", "NP", 0, 20_000, 12.4, 7.0,
         "fresh"),
        ("bihar", "पुलिस, बिहार", "IN", 399_211, 0, 0.1, 1.0, "fresh"),
    ]
    return [
        {
            "partner": name, "title": title, "country": country, "missing": missing, "found": found,
            "last": None if since is None else "2026-11-15T06:30:00+00:00", "days_since": since,
            "usual_gap_days": gap, "limit_days": max(7.0, 3 * (gap or 0)), "word": word,
        }
        for name, title, country, missing, found, since, gap, word in known
    ]  # fmt: skip


def _worklists() -> dict[str, Any]:
    rows = [
        {"partner": "khulna-shelters", "title": "Khulna shelters", "office": at, "review": 8_000 // at,
         "release": 400 // at, "overdue": 3_000 // (at * at)}
        for at in range(1, 16)
    ]  # fmt: skip
    rows.insert(2, {"partner": "wb-police", "title": EVIL, "office": 0, "review": 3_300, "release": 10, "overdue": 0})
    totals = {what: sum(row[what] for row in rows) for what in ("review", "release", "overdue")}
    return {"rows": rows, "offices": len(rows), **totals}


def _figure(what: str, now: float, before: float, low: float, high: float | None) -> dict[str, Any]:
    ratio = now / before
    flagged = ratio < low or (high is not None and ratio > high)
    return {"what": what, "now": now, "before": before, "ratio": ratio, "low": low, "high": high, "flagged": flagged}
