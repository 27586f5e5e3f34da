"""An organisation's entry from a file, TOML or JSON."""

import json
import tomllib
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from api.service.validation import message_of, place_of
from api.wire.directory import DirectoryEntry
from matcher.errors import InputError

_MOST_BYTES = 2**20


def read_entry(path: Path) -> DirectoryEntry:
    """The entry in a file whose name ends in .toml or .json.

    Raises:
        InputError: it cannot be read, or names the first field that does not fit and the rule.
    """
    if path.suffix.lower() not in (".toml", ".json"):
        raise InputError(f"An entry is a .toml or a .json file, and {path.name} is neither; rename it.")
    return entry_from(_values(path), path.name)


def entry_from(values: object, where: str) -> DirectoryEntry:
    """Values as an entry; InputError names the first field that does not fit."""
    try:
        return DirectoryEntry.model_validate_json(json.dumps(values))
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False)[0]
        field = place_of(first["loc"]) or "the whole"
        # `from None`: the error's own text quotes what was given.
        raise InputError(f"In {where}, {field} does not fit: {message_of(first)}.") from None


def _values(path: Path) -> Any:
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise InputError(f"{path.name} is larger than a directory entry can be; check which file it is.")
        text = path.read_text("utf-8")
        return tomllib.loads(text) if path.suffix.lower() == ".toml" else json.loads(text)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise InputError(f"{path.name} cannot be read ({reason}); check the path.") from None
    except (ValueError, RecursionError):
        # TOMLDecodeError, JSONDecodeError and UnicodeDecodeError are all ValueErrors.
        raise InputError(f"{path.name} is no whole {path.suffix[1:].upper()} file in UTF-8; correct it.") from None
