"""Settings of a service: one table of a TOML file, overridden by environment variables."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import UnionType
from typing import Any, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, SecretStr, ValidationError

from api.service.validation import message_of, place_of
from matcher.errors import InputError

T = TypeVar("T", bound=BaseModel)

_PREFIX = "MILAP"
_MASK = "********"
_LISTS = (list, tuple, set, frozenset)
# Greedy up to the last @: a password may hold @, : and / when nobody encoded it.
_URL_PASSWORD = re.compile(r"(?<=://)([^:/@\s]*):(\S*)@")
_QUERY_PASSWORD = re.compile(r"([?&][^=&\s]*(?:password|secret|token|key)[^=&\s]*=)[^&\s]*", re.IGNORECASE)


def load_settings(cls: type[T], section: str, file: Path | None, environ: Mapping[str, str]) -> T:
    """Read the settings of one service.

    A variable MILAP_<SECTION>_<FIELD> in upper case stands above the file; a list in it is separated by commas.

    Args:
        cls: a Pydantic model with `extra="forbid"`.
        section: name of the table in the file, in lower case.
        file: a TOML file, or None to read the environment alone.
        environ: the environment, as `os.environ`.

    Raises:
        InputError: names the file or the variable, the key and what it needs; never the value.
    """
    values, sources = _table(file, section), {}
    prefix = f"{_PREFIX}_{section.upper()}_"
    for variable, text in environ.items():
        if variable.startswith(prefix):
            key = _field(cls, variable.removeprefix(prefix), variable)
            values[key], sources[key] = _parsed(cls, key, text), variable
    try:
        return cls.model_validate(values)
    except ValidationError as error:
        # `from None`: Pydantic's own text shows what was given.
        raise InputError(_sentence(error, section, file, sources)) from None


def describe(settings: BaseModel) -> list[str]:
    """Lines `key = value`, tables as `table.key`; secrets, and passwords inside URLs, are masked."""
    return [f"{key} = {_shown(value)}" for key, value in _flat(settings, "")]


def _table(file: Path | None, section: str) -> dict[str, Any]:
    if file is None:
        return {}
    try:
        content = tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError(f"The settings file {file} cannot be read ({error.strerror}).") from None
    except UnicodeDecodeError:
        raise InputError(f"The settings file {file} is not UTF-8 text; save it as such.") from None
    except tomllib.TOMLDecodeError as error:
        place = re.search(r"\(at [^()]*\)$", str(error))  # the rest of the message quotes the file
        where = f" {place.group()}" if place else ""
        raise InputError(f"The settings file {file} is not TOML{where}; correct that line.") from None
    table = content.get(section, {})
    if not isinstance(table, dict):
        raise InputError(f"In the settings file {file}, {section} has to be a table: write [{section}] above its keys.")
    return dict(table)


def _field(cls: type[BaseModel], upper: str, variable: str) -> str:
    for name in cls.model_fields:
        if name.upper() == upper:
            return name
    raise InputError(f"The environment variable {variable} names no setting; correct its name or unset it.")


def _parsed(cls: type[BaseModel], key: str, text: str) -> str | list[str]:
    if _takes_list(cls.model_fields[key].annotation):
        return [part.strip() for part in text.split(",") if part.strip()]
    return text


def _takes_list(annotation: Any) -> bool:
    if get_origin(annotation) in (Union, UnionType):
        return any(_takes_list(part) for part in get_args(annotation))
    return (get_origin(annotation) or annotation) in _LISTS


def _sentence(error: ValidationError, section: str, file: Path | None, sources: Mapping[str, str]) -> str:
    """One sentence about the first fault; the others show when it is corrected."""
    first = error.errors(include_url=False, include_context=False)[0]
    key = place_of(first["loc"])
    variable = sources.get(str(first["loc"][0])) if first["loc"] else None
    if variable:
        where = f"The environment variable {variable}"
    else:
        where = f"In [{section}] of {file or 'the settings'}, {key or 'the table'}"
    if first["type"] == "missing":
        name = f"{_PREFIX}_{section.upper()}_{key.upper()}"
        return f"{where} is missing: set it there or as {name}." if file else f"{name} is missing: set it."
    if first["type"] == "extra_forbidden":
        return f"{where} is no setting; correct its name or remove it."
    rule = message_of(first).rstrip(".")
    return f"{where} does not fit: {rule[:1].lower()}{rule[1:]}."


def _flat(settings: BaseModel, prefix: str) -> Iterator[tuple[str, Any]]:
    for name in type(settings).model_fields:
        value = getattr(settings, name)
        if isinstance(value, BaseModel):
            yield from _flat(value, f"{prefix}{name}.")
        else:
            yield prefix + name, value


def _shown(value: Any) -> str:
    if value is None:
        return "(not set)"
    if isinstance(value, SecretStr):
        return _MASK
    if isinstance(value, BaseModel):
        return "{" + ", ".join(describe(value)) + "}"
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key} = {_shown(part)}" for key, part in value.items()) + "}"
    if isinstance(value, _LISTS):
        return ", ".join(_shown(part) for part in value) or "(none)"
    return _QUERY_PASSWORD.sub(rf"\1{_MASK}", _URL_PASSWORD.sub(rf"\1:{_MASK}@", str(value)))
