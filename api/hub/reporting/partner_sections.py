"""The parts of a run's page that tell of partners: how fresh, how complete and how busy they are."""

from collections.abc import Iterator

from api.hub.reporting import partner_charts as charts
from api.hub.reporting.sections import Document, Section
from api.hub.reporting.words import count, day, days, share
from api.hub.reporting.worklists import MOST_ROWS

_WAITING = ("review", "release", "overdue")


def freshness(run: Document) -> Iterator[Section]:
    """When each partner's last record came."""
    found = (run.get("collected") or {}).get("freshness") or []
    if found:
        rows = [
            (f"{row['title']} ({row['partner']}, {row['country']})", row["word"], day(row["last"]),
             "-" if row["usual_gap_days"] is None else days(row["usual_gap_days"]), count(row["missing"]),
             count(row["found"]))
            for row in found
        ]  # fmt: skip
        says = "The tick in a bar is where silence becomes an alarm: seven days, or three usual gaps if that is more."
        headers = ("partner", "", "last record", "usual gap", "missing", "found")
        drawn = charts.freshness(found) if any(row["days_since"] is not None for row in found) else None
        yield Section("Freshness", says, headers, rows, texts=3, picture=drawn)


def coverage(run: Document) -> Iterator[Section]:
    """What can be compared, and with how many views."""
    found = (run.get("collected") or {}).get("coverage") or {}
    if found:
        rows = [
            ("Active missing reports", count(found["missing"])), ("Active found records", count(found["found"])),
            ("Partners without an agreement", count(len(found["alone"]))),
            ("Records with nothing to compare", share(found["uncompared"], found["records"])),
        ]  # fmt: skip
        if found["mean_views"] is not None:
            rows.append(("Views of a record, mean", f"{found['mean_views']:.1f}"))
        rows += [(f"With the view {row['view']}", share(row["share"], 1)) for row in found["views"]]
        says = "Views are counted in the first row of each record; a child with several names has more rows."
        drawn = charts.views(found["views"]) if found["views"] else None
        yield Section("Coverage", says, ("", ""), rows, picture=drawn)


def worklists(run: Document) -> Iterator[Section]:
    """What waits at each office."""
    found = (run.get("collected") or {}).get("worklists") or {}
    if found:
        rows = [
            (row["partner"], str(row["office"] or "-"), *(count(row[what]) for what in _WAITING))
            for row in found["rows"]
        ]
        says = (
            f"{count(found['review'])} candidates wait for review and {count(found['release'])} for release at "
            f"{count(found['offices'])} offices; {count(found['overdue'])} are overdue. The hub knows no office's "
            "name: a partner's offices are numbered in the order in which their first records came."
        )
        if found["offices"] > MOST_ROWS:
            says += f" The {MOST_ROWS} longest worklists are listed."
        headers = ("custodian", "office", "for review", "for release", "overdue")
        drawn = charts.worklists(found["rows"]) if rows else None
        yield Section("Worklists", says, headers, rows, texts=1, picture=drawn)
