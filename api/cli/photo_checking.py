"""Which photos of a folder can be used, and why the others cannot."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from api.cli.console import Reporter
from api.cli.photo_reading import Reader, shown
from encoder.faces.files import photo_files, read_photo_file
from encoder.faces.interface import PhotoReading
from encoder.faces.reasons import PhotoError, PhotoReason
from matcher.errors import InputError

USABLE, USABLE_POORLY = "usable", "usable, but too poor to be weighed by age"


@dataclass(frozen=True, repr=False)
class Checked:
    """What became of one photo.

    name     path inside the folder
    reason   why it cannot be used; None when it can
    good     whether it is good enough to be weighed by age
    faces    that were found
    turns    quarter turns clockwise that made it upright
    """

    name: str
    reason: PhotoReason | None
    good: bool = False
    faces: int = 0
    turns: int = 0

    def document(self, number: int) -> dict[str, Any]:
        """For programs."""
        return {
            "number": number, "name": shown(self.name), "usable": self.reason is None, "good": self.good,
            "reason": self.reason, "faces": self.faces, "turns": self.turns,
        }  # fmt: skip

    def line(self, number: int) -> str:
        """For people."""
        verdict = self.reason.sentence if self.reason else USABLE if self.good else USABLE_POORLY
        return f"{number:>6}  {shown(self.name)}: {verdict}"


def check_folder(folder: Path, reader: Reader, reporter: Reporter) -> list[Checked]:
    """Read every photo of a folder and its subfolders; InputError when there is none."""
    files = photo_files(folder)
    if not files:
        raise InputError(f"{folder.name} holds no photo; give the folder that holds the photos.")
    checked = []
    with reporter.step("Reading photos", len(files)) as step:
        for path in files:
            checked.append(_check(path, folder, reader))
            step.advance(1)
    return checked


def _check(path: Path, folder: Path, reader: Reader) -> Checked:
    name = path.relative_to(folder).as_posix()
    try:
        reading: PhotoReading = reader.read(read_photo_file(path, folder))
    except PhotoError as error:
        return Checked(name, error.reason)
    good = reading.face is not None and reading.face.good
    return Checked(name, reading.reason, good, len(reading.faces), reading.turns)


def check_summary(checked: list[Checked]) -> dict[str, Any]:
    """Counts, for programs: by reason as well."""
    reasons = [photo.reason for photo in checked if photo.reason is not None]
    counts = {str(reason): reasons.count(reason) for reason in PhotoReason if reason in reasons}
    return {
        "photos": len(checked), "usable": len(checked) - len(reasons), "good": sum(photo.good for photo in checked),
        "reasons": counts,
    }  # fmt: skip


def check_lines(checked: list[Checked]) -> list[str]:
    """Every photo and the counts, for people."""
    counts = check_summary(checked)
    lines = [photo.line(number) for number, photo in enumerate(checked, 1)]
    lines.append(
        f"{counts['photos']:,} photos: {counts['usable']:,} usable ({counts['good']:,} of them good enough to be "
        f"weighed by age), {counts['photos'] - counts['usable']:,} not"
    )
    return lines + [f"  {reason}: {count:,}" for reason, count in counts["reasons"].items()]
