"""The chart of the frontier: recall at 10 after the second stage against the share of records re-identified.

The cross-border profile has a red rim.
"""

import json
import re
from pathlib import Path
from typing import Any

import altair as alt
import vl_convert

from benchmarks.common.variant_table import shipped

CHART = Path(__file__).parent.parent.parent / "docs" / "profiles" / "frontier.svg"
LEAST = 5e-4
"""One record of 2,000: shares are drawn on a logarithmic scale, and none is drawn lower."""
VARIANTS = "Variants"
"""The table of a frontier's results that is drawn."""
_PANELS = {"codes and presence": "", "and open attributes": ", open attributes"}
_BITS = alt.Legend(values=[128, 512, 2_048, 8_192])
_FONT = "Liberation Sans, Arial, Helvetica, sans-serif"
_CONFIG: dict[str, Any] = {"background": "white", "font": _FONT, "view": {"stroke": "#bbb"}, "aria": False}


def draw(results: Path, chart: Path) -> None:
    """Draw the chart of a frontier's results as SVG."""
    content = json.loads(results.read_text(encoding="utf-8"))
    chart.parent.mkdir(parents=True, exist_ok=True)
    chart.write_text(svg_of(content), encoding="utf-8")


def svg_of(content: dict[str, Any]) -> str:
    """The chart as SVG text without any address but that of the SVG namespace."""
    size, best = max(content["parameters"]["attacked"]), content["parameters"]["lists"][1]
    points = points_of(content["tables"][VARIANTS], size, best)
    recall, leak = f"recall at 10, best {best:,} compared under masks", f"re-identified of {size:,}, full overlap"
    drawn = alt.Chart(alt.InlineData(values=points)).mark_point(filled=True, opacity=0.8).encode(
        x=alt.X("leak", type="quantitative", title=leak, scale=alt.Scale(type="log", domain=[LEAST, 1]),
                axis=alt.Axis(format="~p", values=[0.001, 0.01, 0.1, 1])),
        y=alt.Y("recall", type="quantitative", title=recall,
                scale=alt.Scale(zero=False), axis=alt.Axis(format=".2f", tickCount=8)),
        color=alt.Color("planes", type="ordinal", scale=alt.Scale(scheme="viridis")),
        shape=alt.Shape("views", type="nominal"),
        column=alt.Column("seen", type="nominal", sort=list(_PANELS), title="what the attacker sees"),
        size=alt.Size("bits", type="quantitative", title="bits a row",
                      scale=alt.Scale(type="log", domain=[64, 16_384], range=[20, 260]), legend=_BITS),
        stroke=alt.condition("datum.shipped", alt.value("#cc4b37"), alt.value("transparent")),
        strokeWidth=alt.value(3),
    ).properties(width=330, height=380)  # fmt: skip
    text = vl_convert.vegalite_to_svg({**drawn.to_dict(), "config": _CONFIG})
    return re.sub(r"\s*$", "\n", text)


def points_of(rows: list[dict[str, Any]], size: int, best: int) -> list[dict[str, Any]]:
    """A point for each variant that was attacked, without and with the open attributes."""
    points = []
    for row in rows:
        for seen, ending in _PANELS.items():
            leak = row.get(f"graph, {size:,}{ending}")
            if leak is not None:
                points.append({
                    "variant": row["variant"], "views": row["views"], "planes": row["planes"], "seen": seen,
                    "bits": row["bits"], "shipped": row["variant"] == shipped().name, "leak": max(leak, LEAST),
                    "recall": row[f"@10 either side, best {best:,}"],
                })  # fmt: skip
    return points
