"""Invented organisations."""

from datetime import UTC, date, datetime
from typing import Any

from api.wire.directory import AgreementTerms, DirectoryEntry, Organisation

MOMENT = datetime(2026, 11, 2, 6, 0, tzinfo=UTC)


def entry(kind: str = "shelter", title: str = "Asha Home", *districts: tuple[str, ...], **more: Any) -> dict[str, Any]:
    """An entry as it is sent; districts as (country, state, district), cut where nothing more is meant."""
    names = ("country", "state", "district")
    served = [dict(zip(names, parts, strict=False)) for parts in districts or [("India", "Bihar", "Gaya")]]
    return {
        "kind": kind, "title": title, "districts": served,
        "contact_desk": {"line": "Desk of the superintendent", "phone": "0631 2000"}, **more,
    }  # fmt: skip


def organisation(
    partner: str, kind: str = "shelter", *districts: tuple[str, ...], agreement: str | None = None, **more: Any
) -> Organisation:
    """One partner as the directory lists it."""
    terms = None if agreement is None else AgreementTerms(document=agreement, until=date(2027, 3, 31))
    said = DirectoryEntry.model_validate(entry(kind, more.pop("title", partner.title()), *districts, **more))
    return Organisation(partner=partner, country="IN", entry=said, changed_at=MOMENT, agreement=terms)
