"""What the vault holds of a record, and its form inside the seal."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from api.holder.vault.vault import Purpose, Vault

_FORMAT = 1


@dataclass(frozen=True, slots=True, repr=False)
class ReporterDetails:
    """The person who reported. `undisclosed`: never to be named beyond this holder."""

    name: str | None = None
    phone: str | None = None
    relation: str | None = None
    undisclosed: bool = False

    def __repr__(self) -> str:
        """The type and nothing else."""
        return "ReporterDetails(...)"

    def as_json(self) -> dict[str, Any]:
        """Its fields."""
        return {name: getattr(self, name) for name in ("name", "phone", "relation", "undisclosed")}


@dataclass(frozen=True, slots=True, repr=False)
class Content:
    """The raw record as text cells, and what the source said beside it."""

    cells: Mapping[str, str]
    office: str | None = None
    reporter: ReporterDetails | None = None
    withdrawn_because: str | None = None

    def __repr__(self) -> str:
        """The number of cells: what they hold names a child."""
        return f"Content({len(self.cells)} cells)"

    def withdrawn(self, reason: str) -> "Content":
        """The same, with the reason of its withdrawal."""
        return replace(self, withdrawn_because=reason)


def seal_content(vault: Vault, ref: str, version: int, content: Content) -> bytes:
    """Seal a record's content under its ref and version."""
    reporter = None if content.reporter is None else content.reporter.as_json()
    value = {
        "format": _FORMAT, "cells": dict(content.cells), "office": content.office, "reporter": reporter,
        "withdrawn_because": content.withdrawn_because,
    }  # fmt: skip
    return vault.seal(Purpose.RECORD, ref, version, value)


def open_content(vault: Vault, ref: str, version: int, sealed: bytes) -> Content:
    """A record's content; DamagedSealError when it is not what was sealed under this ref and version."""
    value = vault.open(Purpose.RECORD, ref, version, sealed)
    reporter = value["reporter"]
    return Content(
        value["cells"], value["office"], None if reporter is None else ReporterDetails(**reporter),
        value["withdrawn_because"],
    )
