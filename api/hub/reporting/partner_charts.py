"""The charts that tell of partners: their silence, the views of their records, and what waits at their offices."""

from typing import Any

import altair as alt

from api.hub.reporting.drawing import ALARM, INK, MIDDLE, STRONG, Picture, Rows, bars, colour, fitted, plain

MOST_BARS = 15
"""The table beside a chart has all rows."""


def freshness(rows: Rows) -> Picture:
    """Days of silence by partner, and from when on they are an alarm."""
    drawn = [
        {"partner": row["partner"], "days": row["days_since"], "limit": row["limit_days"],
         "colour": ALARM if row["word"] == "silent" else STRONG}
        for row in rows if row["days_since"] is not None
    ][:MOST_BARS]  # fmt: skip
    silences = bars(drawn, "partner", "days", "days since the last record")
    limits = plain(drawn).mark_tick(color=INK, thickness=2, size=20).encode(
        x=alt.X("limit", type="quantitative"), y=alt.Y("partner", type="nominal", sort=None)
    )  # fmt: skip
    coloured = silences.encode(color=alt.Color("colour", type="nominal", scale=None))
    return Picture(
        "freshness", "Days since the last record",
        "A bar for each partner; a tick marks from how many days on its silence is an alarm.",
        fitted(coloured, limits),
        (("silent", ALARM), ("as usual", STRONG)),
    )  # fmt: skip


def views(rows: Rows) -> Picture:
    """Which views records have."""
    drawn = [{"view": row["view"], "share": row["share"]} for row in rows]
    shares = bars(drawn, "view", "share", "share of records", alt.Scale(domain=[0, 1]), format=".0%")
    return Picture(
        "views", "Views of the records", "A bar for each view: the share of active records that have it.",
        fitted(shares),
    )


def worklists(rows: Rows) -> Picture:
    """What waits at the offices with the longest worklists."""
    longest = [{**row, "place": place_name(row)} for row in rows[:MOST_BARS]]
    long = [
        {"place": row["place"], "step": step, "order": order, "candidates": row[step]}
        for row in longest for order, step in enumerate(("review", "release"))
    ]  # fmt: skip
    waiting = bars(long, "place", "candidates", "candidates waiting", format="~s")
    coloured = waiting.encode(
        color=colour("step", {"review": STRONG, "release": MIDDLE}), order=alt.Order("order", type="quantitative")
    )
    overdue = plain([row for row in longest if row["overdue"]]).mark_tick(
        color=ALARM, thickness=3, size=20
    ).encode(x=alt.X("overdue", type="quantitative"), y=alt.Y("place", type="nominal", sort=None))  # fmt: skip
    return Picture(
        "worklists", "Worklists",
        "A bar for each office of a custodian: candidates that wait for review and for release; a tick marks how many "
        "of them are overdue.",
        fitted(coloured, overdue),
        (("for review", STRONG), ("for release", MIDDLE), ("overdue", ALARM)),
    )  # fmt: skip


def place_name(row: dict[str, Any]) -> str:
    """An office without a name."""
    return f"{row['partner']} {row['office']}" if row["office"] else row["partner"]
