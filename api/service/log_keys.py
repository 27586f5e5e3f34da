"""The keys and values that may stand in a log line: an allow-list, so a new field stays out until it is judged."""

import re
from collections.abc import MutableMapping
from typing import Any

ALLOWED = frozenset({
    "event", "level", "time", "service",
    # Requests
    "route", "method", "status", "milliseconds", "problem",
    # Failures
    "error_id", "error", "frames", "logger", "reason", "reasons", "attempt", "retryable",
    # Workers, jobs and storage
    "worker", "job", "run", "block", "partition", "sequence", "count", "total", "rows", "bytes", "seconds", "state",
    "revision", "dialect", "version", "port", "snapshot", "epoch", "profile",
    # Who, by pseudonym
    "partner",
    "dropped_keys",
})  # fmt: skip

_LISTS = frozenset({"frames", "reasons", "dropped_keys"})
_LONGEST = 200
_KEY = re.compile(r"[a-z][a-z_]{0,39}")


def only_allowed(_logger: object, _method: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """A structlog processor: keeps allowed keys with plain values, and names the keys that it dropped."""
    kept: dict[str, Any] = {}
    dropped = []
    for key, value in line.items():
        plain = _plain(key, value)
        if key in ALLOWED and plain is not None:
            kept[key] = plain
        elif value is not None:
            dropped.append(key if _KEY.fullmatch(key) else "?")  # a key may itself be somebody's value
    if dropped:
        kept["dropped_keys"] = sorted(dropped)
    return kept


def _plain(key: str, value: object) -> object:
    """The value as it may be logged, or None."""
    if isinstance(value, bool | int | float):
        return value
    if isinstance(value, str):
        return value[:_LONGEST]
    if key in _LISTS and isinstance(value, list | tuple) and all(isinstance(part, str) for part in value):
        return [part[:_LONGEST] for part in value]
    return None
