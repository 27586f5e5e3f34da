"""`milap photos`: which photos can be used, the space that all holders share, and what a photo weighs."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, Literal

import numpy as np
import typer

from api.cli.console import DONE, REJECTED_ROWS, Reporter, print_summary
from api.cli.output import replacing
from api.cli.photo_calibrating import calibrate, calibration_lines, calibration_summary, space_of_photos
from api.cli.photo_checking import check_folder, check_lines, check_summary
from api.cli.photo_reading import opened, report_photo_problems
from encoder.faces.labelled import read_labelled
from encoder.faces.models import EmbedderChoice
from encoder.faces.reader import PhotoReader
from encoder.faces.space_file import read_space, write_space
from matcher.errors import InputError
from matcher.photo_curve_file import curve_to_json

app = typer.Typer(add_completion=False, no_args_is_help=True)
SEED = 20261101

Embedder = Annotated[Literal["dlib", "opencv"], typer.Option(help="Which network embeds the faces.")]
Detector = Annotated[Path | None, typer.Option(help="ONNX file of the detector (YuNet), for opencv.")]
Recogniser = Annotated[Path | None, typer.Option(help="ONNX file of the recogniser (SFace), for opencv.")]
Json = Annotated[bool, typer.Option("--json", help="Print the summary as JSON.")]
Quiet = Annotated[bool, typer.Option("--quiet", help="No progress.")]


@app.callback()
def photos() -> None:
    """Photos: read on this machine, never sent anywhere, and no embedding is ever written."""


@app.command()
def check(
    folder: Annotated[Path, typer.Argument(help="Folder of photos.")],
    embedder: Embedder = "dlib",
    detector: Detector = None,
    recogniser: Recogniser = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> int:
    """Read every photo of a folder and say which can be used, and why the others cannot."""
    with opened(EmbedderChoice(embedder, detector, recogniser), PhotoReader) as reader:
        checked = check_folder(folder, reader, Reporter(quiet))
    summary = check_summary(checked)
    every = [photo.document(number) for number, photo in enumerate(checked, 1)]
    print_summary({**summary, "each": every}, check_lines(checked), as_json)
    return REJECTED_ROWS if summary["reasons"] else DONE


@app.command()
def space(
    folder: Annotated[Path, typer.Argument(help="Photos called child_age.jpg, or a CSV file: photo, subject, age.")],
    output: Annotated[Path, typer.Option("-o", "--output", help="Where the space file goes; it must not exist.")],
    whiten: Annotated[bool, typer.Option("--whiten", help="Whiten too: takes 30 children with two photos.")] = False,
    embedder: Embedder = "dlib",
    detector: Detector = None,
    recogniser: Recogniser = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> int:
    """Fit the mean face, and the whitening if wanted, from 20 or more photos of 10 or more children.

    All holders of a linkage domain need the same space file. A photo whose name tells no child counts as the only one
    of its child, so name several photos of one child accordingly.
    """
    if output.exists():
        raise InputError(f"{output.name} exists and is never overwritten; choose another name.")
    _check_folder(output)
    labelled = read_labelled(folder, alone=True)
    with opened(EmbedderChoice(embedder, detector, recogniser), PhotoReader) as reader:
        found = space_of_photos(labelled, reader, Reporter(quiet), whiten=whiten, on=datetime.now(UTC).date())
    write_space(found.space, output)
    report_photo_problems(found.problems)
    summary = {
        "photos": found.photos, "subjects": found.subjects, "problems": len(found.problems), "whitened": whiten,
        "digest": found.space.digest.hex(), "output": str(output),
    }  # fmt: skip
    what = "Mean and whitening" if whiten else "Mean"
    lines = [
        f"{what} of {found.photos:,} photos of {found.subjects:,} children in {output}",
        f"SHA-256 {summary['digest']}: the same for every holder of the linkage domain",
    ]
    print_summary(summary, lines, as_json)
    return REJECTED_ROWS if found.problems else DONE


@app.command("calibrate")
def calibrate_curve(
    labelled: Annotated[Path, typer.Argument(help="Photos called child_age.jpg, or a CSV file: photo, subject, age.")],
    output: Annotated[Path, typer.Option("-o", "--output", help="Where the curve goes (JSON).")],
    space_file: Annotated[Path, typer.Option("--space", help="The space file that all holders use.")],
    seed: Annotated[int, typer.Option(min=0, help="Of the groups of children that are held out in turn.")] = SEED,
    embedder: Embedder = "dlib",
    detector: Detector = None,
    recogniser: Recogniser = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> int:
    """Fit what a photo weighs to photos of children who are known, and say how well it does on other children.

    The curve that is shipped is written instead when it does as well. Codes are made under a key that is forgotten, so
    figures differ a little from run to run.
    """
    if output.resolve() in {space_file.resolve(), labelled.resolve()}:
        raise InputError(f"{output.name} is one of the input files; name another output file.")
    _check_folder(output)
    known, photos = read_space(space_file), read_labelled(labelled)
    rng, today = np.random.default_rng(seed), datetime.now(UTC).date()
    with opened(EmbedderChoice(embedder, detector, recogniser), PhotoReader) as reader:
        found = calibrate(photos, known, reader, Reporter(quiet), rng, today)
    report_photo_problems(found.problems)
    curve = found.fit.curve
    if curve is not None:
        with replacing(output) as temporary:
            temporary.write_text(curve_to_json(curve), encoding="utf-8")
    summary: dict[str, Any] = {**calibration_summary(found), "output": str(output) if curve else None}
    print_summary(summary, [*calibration_lines(found), _outcome(found.fit.outcome, output, curve is None)], as_json)
    return REJECTED_ROWS if found.problems or curve is None else DONE


def _outcome(outcome: str, output: Path, nothing: bool) -> str:
    if nothing:
        return "The photos tell children apart no better than nothing, so no curve was written; add better photos."
    if outcome == "used":
        return f"Curve fitted to these photos in {output}"
    return f"The shipped curve does as well on children not seen before, so it was kept: it is in {output}"


def _check_folder(output: Path) -> None:
    """InputError, before any work, when there is no folder to write to."""
    if not output.parent.is_dir():
        raise InputError(f"There is no folder {output.parent} to write {output.name} to; make it first.")
