"""A face space and a photo curve from an operator's own photos: read, embed, fit, tell."""

from dataclasses import dataclass
from datetime import date
from importlib import metadata
from typing import Any

import numpy as np

from api.cli.console import Reporter
from api.cli.photo_reading import EmbeddedPhotos, Reader, embed
from encoder.faces.fitting import fit_space
from encoder.faces.labelled import LabelledPhoto, LabelledPhotos, PhotoProblem
from encoder.faces.space import FaceSpace
from encoder.faces.template import TemplateEncoder
from encoder.keys import LinkageKey
from matcher.photo_curve_file import shipped_curve
from matcher.photo_fitting import PhotoFit, Source, fit_photo_curve
from matcher.photo_pairs import LabelledCodes
from matcher.photo_report import FALSE_ACCEPTS, PhotoFigures
from matcher.profile import LOCAL_PHOTO_2026_11_22

_ONCE = "once"


@dataclass(frozen=True, repr=False)
class FittedSpace:
    """A space, the photos and children it is from, and what was wrong with the others."""

    space: FaceSpace
    photos: int
    subjects: int
    problems: list[PhotoProblem]


@dataclass(frozen=True, repr=False)
class Calibration:
    """What labelled photos brought; `poor` of them are usable, but not good enough to be weighed by age."""

    fit: PhotoFit
    poor: int
    problems: list[PhotoProblem]


def space_of_photos(
    labelled: LabelledPhotos, reader: Reader, reporter: Reporter, *, whiten: bool, on: date
) -> FittedSpace:
    """Fit the mean, and the whitening if wanted, of a reader's embeddings; InputError with too few photos."""
    read = embed(reader, labelled, reporter)
    subjects = [photo.subject for photo in read.photos]
    space = fit_space(
        reader.identity, read.embeddings, subjects, whiten=whiten, on=on, tool=_tool(), ages=_ages(read.photos)
    )
    return FittedSpace(space, len(subjects), len(set(subjects)), read.problems)


def calibrate(
    labelled: LabelledPhotos, space: FaceSpace, reader: Reader, reporter: Reporter, rng: np.random.Generator, on: date
) -> Calibration:
    """Fit a photo curve to labelled photos, in codes under a key that is made here and forgotten.

    Raises:
        InputError: too few photos.
        SpaceMismatchError: the space is another embedder's.
    """
    space.require(reader.identity)
    read = embed(reader, labelled, reporter)
    reporter.say("Fitting the curve, and once more for each group of children held out")
    given = shipped_curve(space.photo_space(_ONCE))
    source = Source(space.embedder, space.mean is not None, f"SHA-256 {space.digest.hex()}", on.isoformat())
    fit = fit_photo_curve(_codes(read, space), given, source, rng)
    return Calibration(fit, int((~read.good).sum()), read.problems)


def _codes(read: EmbeddedPhotos, space: FaceSpace) -> LabelledCodes:
    """Codes of the photos that are good enough, whose children become numbers."""
    encoder = TemplateEncoder(LinkageKey.generate("milap-photos", _ONCE), LOCAL_PHOTO_2026_11_22, space)
    photos = [photo for photo, good in zip(read.photos, read.good.tolist(), strict=True) if good]
    _, subject = np.unique(np.array([photo.subject for photo in photos], np.str_), return_inverse=True)
    return LabelledCodes(
        encoder.encode(read.embeddings[read.good]), subject.astype(np.int64),
        np.array([photo.years for photo in photos], np.float64), np.array([photo.sex for photo in photos], np.uint8),
        [photo.region for photo in photos],
    )  # fmt: skip


def _ages(photos: list[LabelledPhoto]) -> str:
    years = [photo.years for photo in photos if not np.isnan(photo.years)]
    return f"{min(years):g}-{max(years):g} years, of {len(years)} photos" if years else ""


def _tool() -> str:
    try:
        return f"milap {metadata.version('milap')}, milap photos space"
    except metadata.PackageNotFoundError:
        return "milap photos space"


def calibration_summary(found: Calibration) -> dict[str, Any]:
    """For programs."""
    return {**found.fit.document(), "poor": found.poor, "problems": len(found.problems)}


def calibration_lines(found: Calibration) -> list[str]:
    """For people: every group, told by the curve that was there and by those fitted to other children."""
    fit = found.fit
    lines = [
        f"{fit.photos:,} photos of {fit.subjects:,} children; {found.poor:,} too poor to be weighed by age, "
        f"{len(found.problems):,} with problems",
        "On children that the fit had not seen, before -> after:",
        f"  {'group':<20} {'genuine':>9} {'impostors':>10}  {'AUC':^14} {'accepted at 1 %':^16} {'Cllr, bits':^14}",
    ]
    lines += [_line(name, figures, fit.after[name]) for name, figures in fit.before.items()]
    for name, (low, high) in next(iter(fit.after.values())).intervals.items():
        lines.append(f"  {name} of all after: {low:.3f} to {high:.3f} in 95 % of draws of children")
    return lines


def _line(name: str, before: PhotoFigures, after: PhotoFigures) -> str:
    accepted = [figures.accepted[FALSE_ACCEPTS[0]] for figures in (before, after)]
    return (
        f"  {name[:20]:<20} {before.genuine:>9,} {before.impostors:>10,}  {before.auc:.3f} -> {after.auc:.3f} "
        f"{_share(accepted[0]):>6} -> {_share(accepted[1]):<6} {before.cost:.3f} -> {after.cost:.3f}"
    )


def _share(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"
