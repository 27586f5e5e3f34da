"""Photos of children who are known, from a folder of files named by child and age or from a table beside the photos.

In a folder a file is called `child_age.jpg` or `child_age_number.jpg`, such as `0042_7.jpg` and `0042_7.5_2.png`: a
pseudonym without underscores, and the age in years. A table is a CSV file with the columns photo (a path inside the
folder of the table), subject and age, and if wanted sex and region. What cannot be read is told and left out.
"""

import re
from dataclasses import dataclass
from math import nan
from pathlib import Path, PurePath

from encoder.faces.files import photo_files, read_named_photo
from encoder.faces.reasons import PhotoReason
from encoder.field_errors import FieldError
from encoder.reading.csv_reader import read_csv
from encoder.reading.table import Row, Table
from encoder.sexes import parse_sex
from encoder.written_text import ascii_digits
from matcher.errors import InputError
from matcher.views import Sex

OLDEST_YEARS = 120.0
NEEDED = ("photo", "subject", "age")
COLUMNS = (*NEEDED, "sex", "region")
LONGEST_CELL = 1_000

WRONG_NAME = "The name does not read as child_age or child_age_number; rename the photo, such as 0042_7.jpg."
WRONG_AGE = f"The age must be a number of years from 0 to {OLDEST_YEARS:g}, such as 7 or 7.5; mend it."
NO_PHOTO = "The row names no photo; write the path of the photo inside the folder of the table."
NO_SUBJECT = "The row names no child; write the same pseudonym for all photos of one child."
TWICE = "The photo is named in an earlier row already; remove one of the two."
TOO_LONG = f"A cell holds more than {LONGEST_CELL:,} characters; shorten it or mend its quotation marks."

_AGE = re.compile(r"\d{1,3}(\.\d{1,2})?", re.ASCII)
_STEM = re.compile(r"([^_]+)_(\d{1,3}(?:\.\d{1,2})?)(?:_\d+)?", re.ASCII)


@dataclass(frozen=True, repr=False)
class LabelledPhoto:
    """One photo of a child who is known.

    name     path inside the folder
    subject  pseudonym of the child
    years    age in the photo; NaN where photos may be without labels, and it has none
    region   empty when it is not told
    """

    name: str
    subject: str
    years: float
    sex: Sex = Sex.UNKNOWN
    region: str = ""


@dataclass(frozen=True, repr=False)
class PhotoProblem:
    """What is wrong with one photo or row.

    place    name of the photo, or file and row of the table: for the operator's own screen, never for a log
    message  a sentence that says what is wrong and what to do; never the value of a cell
    """

    place: str
    message: str

    def __str__(self) -> str:
        """One line for a person."""
        return f"{self.place}: {self.message}"


@dataclass(frozen=True, repr=False)
class LabelledPhotos:
    """The photos of a folder or table in their order, and what could not be read of it."""

    folder: Path
    photos: list[LabelledPhoto]
    problems: list[PhotoProblem]

    def content(self, photo: LabelledPhoto) -> bytes:
        """Bytes of a photo; PhotoError as encoder.faces.files.read_named_photo."""
        return read_named_photo(photo.name, self.folder)


def read_labelled(path: Path, alone: bool = False) -> LabelledPhotos:
    """The labelled photos of a folder, or of a CSV file beside them; no photo is opened.

    Args:
        path: of the folder or file.
        alone: whether a photo of a folder whose name tells nothing counts as the only one of a child, instead of being
            a problem.

    Raises:
        InputError: there is no such folder or table, or it cannot be used as a whole.
    """
    if path.is_dir():
        return _of_folder(path, alone)
    if path.suffix.lower() != ".csv":
        raise InputError(f"{path.name} is neither a folder nor a CSV file by its name; give one of the two.")
    try:
        table = read_csv(path)
    except FileNotFoundError:
        raise InputError(f"There is no file {path}; check its name and folder.") from None
    except OSError as error:
        raise InputError(f"{path} cannot be read ({error.strerror}); check its permissions.") from None
    return _of_table(path, table)


def labelled_name(name: str) -> LabelledPhoto:
    """What the name of a file says; FieldError when it does not read as child_age or child_age_number."""
    parts = _STEM.fullmatch(PurePath(name).stem)
    if parts is None:
        raise FieldError(WRONG_NAME)
    return LabelledPhoto(name, parts[1], _years(parts[2]))


def _of_folder(folder: Path, alone: bool) -> LabelledPhotos:
    found = LabelledPhotos(folder, [], [])
    for path in photo_files(folder):
        name = path.relative_to(folder).as_posix()
        try:
            found.photos.append(labelled_name(name))
        except FieldError as error:
            if alone:
                found.photos.append(LabelledPhoto(name, f"_{name}", nan))  # no labelled child's name has an underscore
            else:
                found.problems.append(PhotoProblem(name, str(error)))
    return found


def _of_table(path: Path, table: Table) -> LabelledPhotos:
    places = _places(path.name, table.header)
    found, seen = LabelledPhotos(path.parent, [], []), set[str]()
    for row in table.rows:
        place = f"{path.name}, row {row.number}"
        try:
            cells = _cells(row, places)
            photo = _photo(cells)
            if photo.name in seen:
                raise FieldError(TWICE)
            sex, wrong = _sex(cells.get("sex", ""))
        except FieldError as error:
            found.problems.append(PhotoProblem(place, str(error)))
            continue
        seen.add(photo.name)
        found.photos.append(LabelledPhoto(photo.name, photo.subject, photo.years, sex, photo.region))
        found.problems.extend(PhotoProblem(place, message) for message in wrong)
    return found


def _places(file: str, header: list[str]) -> dict[str, int]:
    names = [name.strip().lower() for name in header]
    for name in NEEDED:
        if name not in names:
            # The header itself stays out of the message: a file without one starts with a child.
            raise InputError(f"{file} has no column {name}; make its first row the column names {', '.join(NEEDED)}.")
    for name in COLUMNS:
        if names.count(name) > 1:
            raise InputError(f"{file} has two columns {name}; remove one of them.")
    return {name: names.index(name) for name in COLUMNS if name in names}


def _cells(row: Row, places: dict[str, int]) -> dict[str, str]:
    if row.rejected is not None:
        raise FieldError(row.rejected)
    for index in places.values():
        if index in row.faults:
            raise FieldError(row.faults[index])
    cells = {name: row.cells[i].strip() for name, i in places.items() if i < len(row.cells)}
    if any(len(cell) > LONGEST_CELL for cell in cells.values()):
        raise FieldError(TOO_LONG)
    return cells


def _photo(cells: dict[str, str]) -> LabelledPhoto:
    name, subject = cells.get("photo", ""), cells.get("subject", "")
    if not name:
        raise FieldError(NO_PHOTO)
    if PurePath(name).is_absolute() or ".." in PurePath(name).parts:
        raise FieldError(PhotoReason.NOT_A_FILE.sentence)
    if not subject:
        raise FieldError(NO_SUBJECT)
    years, region = _years(cells.get("age", "")), cells.get("region", "")
    return LabelledPhoto(PurePath(name).as_posix(), subject, years, region=region)


def _years(text: str) -> float:
    digits = ascii_digits(text)
    if not _AGE.fullmatch(digits) or float(digits) > OLDEST_YEARS:
        raise FieldError(WRONG_AGE)
    return float(digits)


def _sex(text: str) -> tuple[Sex, list[str]]:
    """The sex, and what is wrong with its word: that costs the sex and not the photo."""
    try:
        return (parse_sex(text) if text else Sex.UNKNOWN), []
    except FieldError as error:
        return Sex.UNKNOWN, [str(error)]
