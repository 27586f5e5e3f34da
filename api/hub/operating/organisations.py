"""`milap hub directory list`."""

from api.hub.storage import directory
from api.service.database import Database
from api.service.summaries import Summary, table
from api.wire.directory import DirectoryEntry

_COLUMNS = ("partner", "country", "kind", "title", "districts", "services")


def listing(database: Database) -> Summary:
    """Active partners with an entry, by name, as partners find them."""
    with database.read() as conn:
        stored = directory.of_active_partners(conn)
    rows = []
    for one in stored:
        entry = DirectoryEntry.model_validate_json(one.content)
        rows.append({
            "partner": one.partner, "country": one.country, "changed_at": one.changed_at.isoformat(),
            **entry.model_dump(mode="json"),
        })  # fmt: skip
    cells = [
        [row["partner"], row["country"], row["kind"], row["title"], str(len(row["districts"])),
         " ".join(row["services"]) or "-"]
        for row in rows
    ]  # fmt: skip
    return Summary({"organisations": rows}, table([_COLUMNS, *cells]) if rows else ["No partner has an entry yet."])
