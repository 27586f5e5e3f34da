"""The directory as one partner is shown it: every organisation with the agreement that the two have."""

from collections.abc import Iterator
from datetime import date

from sqlalchemy import Connection

from api.hub.storage import agreements, directory
from api.service.organisations import OrganisationFilter, fits
from api.wire.directory import AgreementTerms, DirectoryEntry, DirectoryPage, Organisation


def page(
    conn: Connection, partner_id: int, wanted: OrganisationFilter, after: str, limit: int, today: date
) -> DirectoryPage:
    """Organisations that fit a filter, by name from after one on. Partners are hundreds: all are looked through."""
    found = list[Organisation]()
    for organisation in organisations(conn, partner_id, today, after):
        if fits(organisation, wanted):
            found.append(organisation)
        if len(found) > limit:
            break
    return DirectoryPage(items=found[:limit], next=found[limit - 1].partner if found[limit:] else None)


def organisations(conn: Connection, partner_id: int, today: date, after: str = "") -> Iterator[Organisation]:
    """Active partners with an entry, by name from after one on, as a partner is shown them today."""
    terms = _terms(conn, partner_id, today)
    for stored in directory.of_active_partners(conn, after):
        yield Organisation(
            partner=stored.partner, country=stored.country, changed_at=stored.changed_at,
            entry=DirectoryEntry.model_validate_json(stored.content), agreement=terms.get(stored.partner_id),
        )  # fmt: skip


def _terms(conn: Connection, partner_id: int, today: date) -> dict[int, AgreementTerms]:
    """By the other partner, the agreement in force that lasts longest."""
    in_force = [found for found in agreements.of_partner(conn, partner_id) if found.in_force(today)]
    by_end = sorted(in_force, key=lambda found: (found.valid_until, found.id))
    return {found.other(partner_id): AgreementTerms(document=found.document, until=found.valid_until)
            for found in by_end}  # fmt: skip
