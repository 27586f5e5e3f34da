"""What a Pydantic error may tell: the place and the rule, never the value."""

import re
from collections.abc import Mapping
from typing import Any, get_args

from pydantic_core.core_schema import ErrorType

_ORDINARY = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,40}")

# Pydantic's own sentences state the rule, save these, which have a hole for what was given or for another's message.
QUOTING_TYPES = frozenset({
    "assertion_error", "bytes_invalid_encoding", "date_from_datetime_parsing", "date_parsing",
    "datetime_from_date_parsing", "datetime_object_invalid", "datetime_parsing", "get_attribute_error",
    "iteration_error", "json_invalid", "mapping_type", "no_such_attribute", "time_delta_parsing", "time_parsing",
    "timezone_offset", "union_tag_invalid", "url_parsing", "url_syntax_violation", "uuid_parsing", "value_error",
})  # fmt: skip
_PLAIN_TYPES = frozenset(get_args(ErrorType)) - QUOTING_TYPES


def place_of(location: tuple[int | str, ...]) -> str:
    """A location as `items.3.ref`; a key that does not look like a field's name stands as `?`."""
    parts = [str(part) if isinstance(part, int) or _ORDINARY.fullmatch(part) else "?" for part in location]
    return ".".join(parts)


def message_of(error: Mapping[str, Any]) -> str:
    """The sentence of an entry of Pydantic's `errors()`, unless it repeats a word of what was given."""
    message = str(error["msg"]).removeprefix("Value error, ").removeprefix("Assertion failed, ")
    if error["type"] in _PLAIN_TYPES or not _quotes(message.casefold(), error.get("input")):
        return message
    return "Does not fit"


def _quotes(message: str, given: object) -> bool:
    if isinstance(given, dict):
        return any(_quotes(message, part) for pair in given.items() for part in pair)
    if isinstance(given, list | tuple | set | frozenset):
        return any(_quotes(message, part) for part in given)
    if not isinstance(given, str | bytes | int | float):
        return False
    text = given.decode(errors="replace") if isinstance(given, bytes) else str(given)
    return any(word.casefold() in message for word in [*re.findall(r"\w{3,}", text), text] if word)
