"""`milap link`: two files in, the right pairs out."""

from dataclasses import replace
from math import isfinite
from pathlib import Path
from typing import Annotated, Any

import typer

from api.cli.console import DONE, REJECTED_ROWS, Reporter, print_summary
from api.cli.link_photos import opened_pictures
from api.cli.linking import Linked, LinkOptions, link_files
from api.cli.output import replacing
from api.cli.pair_files import check_output, write_pairs
from api.cli.problem_report import report_problems, write_problems
from api.service.clock import utc_now
from matcher.errors import InputError
from matcher.model_file import model_to_json
from matcher.profile import LOCAL_2026_11_22, LOCAL_PHOTO_2026_11_22, EncodingProfile, profile_named
from matcher.views import View

_USUAL = f"{LOCAL_2026_11_22.name}, and {LOCAL_PHOTO_2026_11_22.name} with photos"

app = typer.Typer(add_completion=False)


@app.command()
def link(
    missing: Annotated[Path, typer.Argument(help="Missing reports, CSV or XLSX.")],
    found: Annotated[Path, typer.Argument(help="Found records, CSV or XLSX.")],
    output: Annotated[Path, typer.Option("-o", "--output", help="Where the pairs go, .csv or .xlsx.")],
    top: Annotated[int, typer.Option(min=1, max=1000, help="Candidates for each missing record.")] = 10,
    min_weight: Annotated[float, typer.Option(help="Least match weight in bits.")] = 0.0,
    profile: Annotated[str | None, typer.Option(help=f"Encoding profile; {_USUAL}.")] = None,
    one_to_one: Annotated[bool, typer.Option("--one-to-one", help="Each record in at most one pair.")] = False,
    model: Annotated[Path | None, typer.Option(help="Use this fitted model instead of fitting one.")] = None,
    save_model: Annotated[Path | None, typer.Option(help="Write the fitted model here (JSON).")] = None,
    problems: Annotated[Path | None, typer.Option(help="Write all problems of the input here (CSV).")] = None,
    photos: Annotated[Path | None, typer.Option(help="Folder of the files that the column photos names.")] = None,
    photo_space: Annotated[Path | None, typer.Option(help="Space file of milap photos space; needs --photos.")] = None,
    threads: Annotated[int | None, typer.Option(min=1, help="Search threads; all cores by default.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the summary as JSON.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="No progress.")] = False,
) -> int:
    """Link a file of missing reports with a file of found records.

    The records are encoded under a key that is made in memory and forgotten, a model is fitted without labels, and
    the best candidates of each missing record are written, best first, with the weight of every view.
    """
    check_output(output)
    _check_paths([p for p in (missing, found, model) if p], [p for p in (output, save_model, problems) if p])
    if not isfinite(min_weight):
        raise InputError("--min-weight must be a number of bits, such as 5 or -20.")
    today = utc_now().date()
    options = LinkOptions(
        _profile(profile, photos, photo_space), top, min_weight, one_to_one, model, threads, today=today
    )
    linked = _linked(missing, found, options, photos, photo_space, Reporter(quiet))
    write_pairs(output, linked.table)
    if save_model is not None:
        with replacing(save_model) as temporary:
            temporary.write_text(model_to_json(linked.model), encoding="utf-8")
    everything = [*linked.missing.problems, *linked.found.problems]
    if problems is not None:
        write_problems(problems, everything)
    report_problems(everything, problems)
    print_summary(_summary(linked, output), _lines(linked, output), as_json)
    return REJECTED_ROWS if linked.missing.rejected + linked.found.rejected else DONE


def _profile(name: str | None, photos: Path | None, space: Path | None) -> EncodingProfile:
    """The profile that is asked for; InputError when it does not go with photos."""
    if photos is None:
        if space is not None:
            raise InputError("--photo-space says what photo codes are of; name their folder too, with --photos.")
        return profile_named(name or LOCAL_2026_11_22.name)
    profile = profile_named(name or LOCAL_PHOTO_2026_11_22.name)
    if View.PHOTO not in profile:
        raise InputError(f"{profile.name} has no photo codes; link with --profile {LOCAL_PHOTO_2026_11_22.name}.")
    if not photos.is_dir():
        raise InputError("--photos must name the folder that the photos are in.")
    return profile


def _linked(
    missing: Path, found: Path, options: LinkOptions, photos: Path | None, space: Path | None, reporter: Reporter
) -> Linked:
    if photos is None:
        return link_files(missing, found, options, reporter)
    with opened_pictures(photos, space) as pictures:
        return link_files(missing, found, replace(options, pictures=pictures), reporter)


def _check_paths(read: list[Path], written: list[Path]) -> None:
    """InputError, before any work, when a file would be overwritten that is read, or written already."""
    taken = {path.resolve() for path in read}
    for path in written:
        if path.resolve() in taken:
            raise InputError(f"{path.name} is one of the input files, or named twice; name another output file.")
        if not path.parent.is_dir():
            raise InputError(f"There is no folder {path.parent} to write {path.name} to; make it first.")
        taken.add(path.resolve())


def _summary(linked: Linked, output: Path) -> dict[str, Any]:
    return {
        "missing": len(linked.missing.ids), "found": len(linked.found.ids),
        "rejected": {"missing": linked.missing.rejected, "found": linked.found.rejected},
        "pairs_compared": linked.compared, "pairs_written": len(linked.table), "output": str(output),
        "profile": linked.model.profile.name, "model": linked.model.origin,
        "expected_matches": round(float(linked.table.probability.sum()), 1),
        "seconds": {name: round(value, 3) for name, value in linked.seconds.items()},
    }


def _lines(linked: Linked, output: Path) -> list[str]:
    search = linked.seconds["search"]
    return [
        f"{len(linked.missing.ids):,} missing x {len(linked.found.ids):,} found records, "
        f"{linked.compared:,} pairs compared in {search:.1f} s",
        f"{len(linked.table):,} pairs written to {output}; about {linked.table.probability.sum():,.0f} of them true",
    ]


