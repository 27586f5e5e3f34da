"""How every chart of the report looks, and charts as SVG that stands in a page by itself.

Text and lines take the page's own colour, so that one picture serves light and dark. Charts are drawn as wide as a
telephone, so that their text keeps its size there.
"""

import re
from dataclasses import dataclass
from html import escape
from typing import Any

import altair as alt
import vl_convert

WIDTH = 360
BAR_HEIGHT = 14
STEP = alt.Step(24)
Rows = list[dict[str, Any]]
INK = "currentColor"
STRONG, MIDDLE, FAINT = "#2f7f9e", "#79b4c9", "#a3b4bc"
ALARM = "#cc4b37"
VERDICT_COLOURS = {"probable": STRONG, "possible": MIDDLE, "weak": FAINT}
_FONT = "Liberation Sans, Arial, Helvetica, sans-serif"
_CONFIG: dict[str, Any] = {
    # Browsers may draw text in a wider font than it was measured in.
    "padding": {"left": 24, "top": 4, "right": 12, "bottom": 4},
    "background": "transparent", "font": _FONT, "view": {"stroke": None}, "aria": False,
    "axis": {
        "labelColor": INK, "titleColor": INK, "tickColor": INK, "domainColor": INK, "gridColor": INK,
        "gridOpacity": 0.15, "tickOpacity": 0.4, "domainOpacity": 0.4, "labelFontSize": 12, "titleFontSize": 12,
        "titleFontWeight": "normal", "labelLimit": 130, "titlePadding": 6,
    },
    "header": {"labelColor": INK, "titleColor": INK, "labelFontSize": 12, "labelFontWeight": "bold"},
    "text": {"color": INK, "fontSize": 12}, "rule": {"color": INK},
}  # fmt: skip


@dataclass(frozen=True)
class Picture:
    """A chart with its name and what it shows, for those who do not see it. `legend`: words with their colours."""

    name: str
    title: str
    description: str
    chart: alt.TopLevelMixin
    legend: tuple[tuple[str, str], ...] = ()


def svg(picture: Picture) -> str:
    """The picture as an `svg` element for the inside of a page: no address, no script, a title and a description."""
    drawn = vl_convert.vegalite_to_svg(_specification(picture.chart))
    start = re.match(r"<svg [^>]*>", drawn)
    size = re.search(r'width="([\d.]+)" height="([\d.]+)"', drawn)
    assert start is not None
    assert size is not None
    width, height = size.groups()
    name = escape(picture.name)
    # Names of parts have to differ between the pictures of a page.
    body = re.sub(r'(id="|url\(#)', rf"\g<1>{name}-", drawn[start.end():])
    return (
        f'<svg viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="img" '
        f'aria-labelledby="{name}-title {name}-desc"><title id="{name}-title">{escape(picture.title)}</title>'
        f'<desc id="{name}-desc">{escape(picture.description)}</desc>{body}'
    )


def _specification(chart: alt.TopLevelMixin) -> dict[str, Any]:
    found: dict[str, Any] = chart.to_dict()
    return {**found, "config": _CONFIG}


def plain(rows: Rows) -> alt.Chart:
    """A chart of rows."""
    return alt.Chart(alt.InlineData(values=rows))


def fitted(*layers: alt.Chart, height: alt.Step | int = STEP) -> alt.TopLevelMixin:
    """Layers over each other, as wide as a telephone together with their labels."""
    padded = alt.AutoSizeParams(type="fit-x", contains="padding")
    return alt.layer(*layers, width=WIDTH, height=height, autosize=padded)


def axis(title: str | None = None, **more: Any) -> alt.Axis:
    """An axis with few ticks, and numbers with commas."""
    return alt.Axis(title=title, **{"tickCount": 4, **more})


def bars(
    rows: Rows, what: str, value: str, title: str, scale: alt.Scale | None = None, **more: Any
) -> alt.Chart:
    """One row for each `what`, as long as its `value`; in the order of the rows."""
    x = alt.X(value, type="quantitative", axis=axis(title, **more), scale=scale or alt.Undefined)
    y = alt.Y(what, type="nominal", sort=None, axis=alt.Axis(title=None, ticks=False))
    drawn: alt.Chart = plain(rows).mark_bar(color=STRONG, height=BAR_HEIGHT).encode(x=x, y=y)
    return drawn


def colour(field: str, colours: dict[str, str]) -> alt.Color:
    """A colour for each word of a field; what it means is said beside the chart."""
    scale = alt.Scale(domain=list(colours), range=list(colours.values()))
    return alt.Color(field, type="nominal", scale=scale, legend=None)
