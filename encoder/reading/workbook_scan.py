"""What the XLSX library does not tell: cells without a value to read, and files built to exhaust the memory.

The sheet's XML is looked through in pieces, before the library builds a full grid of it.
"""

import re
import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree
from xml.etree.ElementTree import ParseError
from zipfile import BadZipFile, ZipFile

from matcher.errors import InputError

MOST_BYTES = 512 << 20
"""Unpacked XML, bytes. A state's whole extract of 100,000 rows and 50 columns unpacks to about 200 million."""

MOST_CELLS = 20_000_000
"""Cells of the grid between A1 and the last filled cell, which the library holds in memory at once."""

PIECE_BYTES = 4 << 20

ERROR_CELL = "The cell shows an error of the spreadsheet; mend its formula or type the value."
UNCALCULATED = "The formula was never calculated; open the file in a spreadsheet program and save it again."

# Nearly every program writes cells like this; the pattern for all others is several times slower.
_PLAIN_CELL = re.compile(rb'<c r="([A-Z]+)(\d+)"[^>/]*>')
_CELL = re.compile(rb'<(?:\w+:)?c (?:[^>]*? )?r="([A-Z]+)(\d+)"[^>/]*>')
_ERROR = re.compile(rb'<(?:\w+:)?c (?:[^>]*? )?r="([A-Z]+)(\d+)"[^>/]*\bt="e"')
_FORMULA = re.compile(rb"<(?:\w+:)?f[ />]")
_FORMULA_ALONE = re.compile(
    rb'<(?:\w+:)?c (?:[^>]*? )?r="([A-Z]+)(\d+)"[^>/]*>\s*<(?:\w+:)?f(?:[^>]*/>|(?:[^>/][^>]*)?>[^<]*</(?:\w+:)?f>)\s*'
    rb"(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v>\s*</(?:\w+:)?v>)?\s*</"
)

# Whatever the standard library raises for a bad archive: RuntimeError stands for one with a password.
_DAMAGED = (
    BadZipFile, zlib.error, struct.error, ParseError, LookupError, ValueError, StopIteration, EOFError, RuntimeError,
)  # fmt: skip
_LOADED_AT_ONCE = ("sharedStrings.xml", "styles.xml", "workbook.xml")

FaultsByRow = dict[int, dict[int, str]]


@dataclass(slots=True)
class SheetScan:
    """Size of a sheet and its cells without a value: `faults[row][column]`, both counted from 0."""

    rows: int = 0
    columns: int = 0
    faults: FaultsByRow = field(default_factory=dict)


def scan_sheet(path: Path, index: int) -> SheetScan:
    """Look through one worksheet, by its place in the workbook; InputError when it is damaged or far too large."""
    scan = SheetScan()
    with _open(path) as archive:
        for piece in _pieces(archive, _sheet_name(archive, index)):
            _look(piece, scan)
            if scan.rows * scan.columns > MOST_CELLS:
                raise InputError(
                    f"{path.name} is too large: its cells reach to row {scan.rows:,}, column {scan.columns:,}; "
                    "delete stray cells far from the records, or split the file."
                )
    return scan


def check_archive(path: Path) -> None:
    """Refuse a file that would unpack to more than MOST_BYTES; to be called before the library opens it."""
    with _open(path) as archive:
        xml = [entry for entry in archive.infolist() if entry.filename.endswith((".xml", ".rels"))]
        if sum(entry.file_size for entry in xml) > MOST_BYTES:
            raise InputError(f"{path.name} unpacks to more than {MOST_BYTES >> 20} MB; split it into smaller files.")
        # The sizes in the directory may lie, but zipfile stops reading at them and then misses the checksum.
        for entry in xml:
            if entry.filename.endswith(_LOADED_AT_ONCE):
                for _ in _pieces(archive, entry.filename):
                    pass


@contextmanager
def _open(path: Path) -> Iterator[ZipFile]:
    try:
        with ZipFile(path) as archive:
            yield archive
    except _DAMAGED:
        raise InputError(f"{path.name} is a damaged XLSX file; save it again from the spreadsheet program.") from None


def _pieces(archive: ZipFile, name: str) -> Iterator[bytes]:
    """The entry in pieces that begin with a cell, so that no cell is cut in two."""
    rest = b""
    with archive.open(name) as stream:
        while read := stream.read(PIECE_BYTES):
            piece = rest + read
            cut = max(piece.rfind(b"<c "), piece.rfind(b":c "))
            cut = piece.rfind(b"<", 0, cut + 1) if cut > 0 else len(piece)
            rest = piece[cut:]
            yield piece[:cut]
    yield rest


def _look(piece: bytes, scan: SheetScan) -> None:
    plain = piece.count(b'<c r="') == piece.count(b"<c ") + piece.count(b":c ")
    found = (_PLAIN_CELL if plain else _CELL).findall(piece)
    if found:
        scan.rows = max(scan.rows, int(found[-1][1]))
        scan.columns = max(scan.columns, *map(_column_number, {letters for letters, _ in found}))
    if b't="e"' in piece:
        _note(_ERROR, ERROR_CELL, piece, scan.faults)
    if _FORMULA.search(piece):
        _note(_FORMULA_ALONE, UNCALCULATED, piece, scan.faults)


def _note(pattern: re.Pattern[bytes], message: str, piece: bytes, faults: FaultsByRow) -> None:
    for letters, number in pattern.findall(piece):
        faults.setdefault(int(number) - 1, {})[_column_number(letters) - 1] = message


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number


def _sheet_name(archive: ZipFile, index: int) -> str:
    """Name inside the archive of the worksheet at this place of the workbook."""
    workbook = _parsed(archive, "xl/workbook.xml")
    sheet = [node for node in workbook.iter() if _local(node.tag) == "sheet"][index]
    relation = next(value for name, value in sheet.attrib.items() if _local(name) == "id")
    for node in _parsed(archive, "xl/_rels/workbook.xml.rels"):
        if node.get("Id") == relation:
            target = node.attrib["Target"]
            return target.lstrip("/") if target.startswith("/") else f"xl/{target}"
    raise KeyError(relation)


def _parsed(archive: ZipFile, name: str) -> ElementTree.Element:
    data = archive.read(name)
    # Entities, the one way in which XML grows without measure, need a document type; no workbook has one.
    if b"<!DOCTYPE" in data:
        raise BadZipFile(name)
    return ElementTree.fromstring(data)  # noqa: S314 - see above


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]
