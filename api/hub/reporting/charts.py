"""The charts of what was matched. Rows come from the run's document; what is drawn is also in a table."""

import altair as alt

from api.hub.reporting.drawing import (
    ALARM,
    BAR_HEIGHT,
    FAINT,
    INK,
    STRONG,
    VERDICT_COLOURS,
    WIDTH,
    Picture,
    Rows,
    axis,
    bars,
    colour,
    fitted,
    plain,
)
from api.hub.reporting.queries import VERDICTS
from api.hub.reporting.words import FIGURES, country_pair

MOST_CORRIDORS = 10
LEAST_DECIDED = 5


def weights(rows: Rows) -> Picture:
    """How many candidates weigh how much; each verdict on a scale of its own, or the weak ones would hide the rest."""
    long = [
        {"bit": row["bit"], "end": row["bit"] + 1, "verdict": verdict, "pairs": row[verdict]}
        for row in rows for verdict in VERDICTS if row[verdict]
    ]  # fmt: skip
    counts = plain(long).mark_bar(binSpacing=1).encode(
        x=alt.X("bit", type="quantitative", bin="binned", axis=axis("weight in bits", tickCount=8)), x2=alt.X2("end"),
        y=alt.Y("pairs", type="quantitative", axis=axis(tickCount=3, format="~s")),
        color=colour("verdict", VERDICT_COLOURS),
        row=alt.Row("verdict", type="nominal", sort=list(VERDICTS), title=None, spacing=8,
                    header=alt.Header(labelOrient="top", labelAnchor="start", labelPadding=2)),
    ).properties(width=WIDTH - 70, height=80).resolve_scale(y="independent")  # fmt: skip
    return Picture(
        "weights", "Candidates by weight",
        "Proposed candidates in steps of one bit of match weight; one row of bars for each verdict.", counts,
    )  # fmt: skip


def corridors(rows: Rows) -> Picture:
    """Where the weights of the largest corridors lie; shades go with the logarithm of the count."""
    long = [
        {"corridor": country_pair(row["missing"], row["found"]), "bit": bit, "end": bit + 1, "pairs": pairs}
        for row in rows[:MOST_CORRIDORS] for bit, pairs in row["bits"]
    ]  # fmt: skip
    cells = plain(long).mark_rect(color=STRONG).encode(
        x=alt.X("bit", type="quantitative", bin="binned", axis=axis("weight in bits", grid=False, tickCount=8)),
        x2=alt.X2("end"),
        y=alt.Y("corridor", type="nominal", sort=None, axis=alt.Axis(title=None, ticks=False)),
        opacity=alt.Opacity("pairs", type="quantitative", legend=None,
                            scale=alt.Scale(type="log", domainMin=1, range=[0.15, 1])),
    )  # fmt: skip
    return Picture(
        "corridors", "Weights by corridor",
        "One row for each pair of countries, reporter to custodian; the stronger the colour, the more candidates of "
        "that weight.", fitted(cells),
    )  # fmt: skip


def calibration(rows: Rows) -> Picture | None:
    """What was stated and what came of it; None while people have decided too little to draw."""
    drawn = [
        {"stated": row["stated"] / row["decided"], "seen": row["matches"] / row["decided"], "decided": row["decided"]}
        for row in rows if row["decided"] >= LEAST_DECIDED
    ]  # fmt: skip
    if not drawn:
        return None
    percent = {"format": ".0%", "tickCount": 5}
    scale = alt.Scale(domain=[0, 1])
    line = plain([{"stated": 0, "seen": 0}, {"stated": 1, "seen": 1}]).mark_line(
        color=INK, opacity=0.4, strokeDash=[4, 4], strokeWidth=1
    )
    dots = plain(drawn).mark_circle(color=STRONG, opacity=0.9)
    at = {
        "x": alt.X("stated", type="quantitative", scale=scale, axis=axis("stated probability", **percent)),
        "y": alt.Y("seen", type="quantitative", scale=scale, axis=axis("matches among decided", **percent)),
    }
    size = alt.Size("decided", type="quantitative", legend=None, scale=alt.Scale(range=[40, 300]))
    chart = fitted(line.encode(**at), dots.encode(**at, size=size), height=230)
    return Picture(
        "calibration", "Stated and seen",
        "A dot for each decile of stated probability with decided candidates, larger for more; on the broken line "
        "probabilities keep their word, below it they claim too much.", chart,
    )  # fmt: skip


def stages(seconds: dict[str, float]) -> Picture:
    """Where the time of the run went."""
    rows = [{"stage": stage, "minutes": value / 60} for stage, value in seconds.items()]
    return Picture(
        "stages", "Time by stage", "Minutes that each stage of the run took.",
        fitted(bars(rows, "stage", "minutes", "minutes")),
    )


def drift(figures: Rows) -> Picture:
    """Ratios to the last run, with the limits between which they may lie."""
    low, high = 0.25, 4.0
    drawn = [
        {"what": FIGURES[row["what"]], "ratio": min(high, max(low, row["ratio"])), "low": max(low, row["low"]),
         "high": min(high, row["high"] or high), "colour": ALARM if row["flagged"] else STRONG}
        for row in figures if row["ratio"]
    ]  # fmt: skip
    ticks = axis("now / before", values=[0.25, 0.5, 1, 2, 4], tickCount=20, labelExpr="datum.value")
    y = alt.Y("what", type="nominal", sort=None, axis=alt.Axis(title=None, ticks=False, labelLimit=190))
    base = plain(drawn)
    allowed = base.mark_bar(color=FAINT, opacity=0.35, height=BAR_HEIGHT).encode(
        x=alt.X("low", type="quantitative", scale=alt.Scale(type="log", base=2, domain=[low, high]), axis=ticks),
        x2=alt.X2("high"), y=y,
    )  # fmt: skip
    dots = base.mark_circle(size=90, opacity=1).encode(
        x=alt.X("ratio", type="quantitative"), y=y, color=alt.Color("colour", type="nominal", scale=None)
    )
    return Picture(
        "drift", "Against the last run",
        "A dot for each figure: its ratio to that of the last run, no further than a quarter and four times; the band "
        "is what may be expected.", fitted(allowed, dots),
        (("expected", FAINT), ("within it", STRONG), ("flagged", ALARM)),
    )  # fmt: skip
