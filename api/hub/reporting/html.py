"""The report as one page: no script, nothing fetched from anywhere, readable on a telephone and on paper."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from api.hub.refining.telling import masked_lines
from api.hub.reporting import partner_sections, sections
from api.hub.reporting.alarms import alarms, headline
from api.hub.reporting.drawing import svg
from api.hub.reporting.sections import Section
from api.hub.reporting.words import duration, moment, short

TEMPLATES = Path(__file__).parent / "templates"
_SECTIONS = (
    sections.drift, partner_sections.freshness, partner_sections.worklists, sections.weights, sections.corridors,
    sections.calibration, partner_sections.coverage, sections.work,
)  # fmt: skip


@dataclass(frozen=True)
class Shown:
    """A section with its picture drawn."""

    section: Section
    picture: Markup | None


def page(document: Mapping[str, Any]) -> str:
    """The page of what `documents.report` gives. Whatever partners or operators wrote is text, never markup."""
    loader = FileSystemLoader(TEMPLATES)
    environment = Environment(
        loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    runs = [_run(run) for run in document["runs"]]
    return environment.get_template("report.html").render(runs=runs, masked=masked_lines(document.get("masked", [])))


def _run(run: Mapping[str, Any]) -> dict[str, Any]:
    told = run.get("alarms", alarms(run))
    return {
        "number": run["run"], "partition": f"{run['domain']} · {run['epoch']} · {run['profile']}",
        "ended": moment(run["ended_at"]), "headline": headline(told), "alarms": told,
        "trusted": all(one["level"] != "alarm" for one in told), "model": run["model"],
        "mode": run.get("mode"), "base": run.get("base"), "tiles": list(_tiles(run)),
        "sections": list(_shown(run)), "digest": run.get("lists_digest"),
    }  # fmt: skip


def _tiles(run: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    verdicts = run["candidates"]
    scored = run.get("pairs_scored")
    yield "Records", f"{run['missing']:,}", f"missing, against {run['found']:,} found"
    if scored is None:
        yield "Pairs compared", short(run["pairs_compared"]), "that agreements allow"
    else:
        yield "Pairs scored", short(scored), f"of {short(run['pairs_compared'])} that agreements allow"
    others = f"probable; {verdicts['possible']:,} possible, {verdicts['weak']:,} weak"
    yield "Candidates", f"{verdicts['probable']:,}", others
    yield "News", f"{run['added']:,}", f"new; {run['changed']:,} changed, {run['withdrawn']:,} withdrawn"
    rate = run.get("rate")
    yield "Time", duration(run["seconds"]), f"{short(rate)} pairs a second" if rate else "from start to end"


def _shown(run: Mapping[str, Any]) -> Iterator[Shown]:
    for made in _SECTIONS:
        for section in made(run):
            picture = section.picture
            if picture is not None:
                # Several runs share a page.
                picture = replace(picture, name=f"run{run['run']}-{picture.name}")
            # Drawn by us from escaped text: the only markup that a page takes as it is.
            yield Shown(section, Markup(svg(picture)) if picture is not None else None)  # noqa: S704
