"""Raw records with a unique string in every field, files of them, and the search for these strings in any output."""

import csv
import io
import re
from pathlib import Path

from xlsxwriter import Workbook

from encoder.reading.rows import LONGEST_CELL
from encoder.schema import FIELDS

CHILDREN = 8
Row = dict[str, str]

# What stands in each field; n is a mark of the child and side, d a digit. Other fields of text hold their own name.
WORDS = {
    "name": "Zqxwname{n} सपनखज{n} @ Zqxwalias{n}", "given_name": "Zqxwgiven{n}", "family_name": "সপনখজ{n}",
    "nicknames": "Zqxwnick{n};Zqxwpet{n}", "aliases": "Zqxwother{n};زقخجن{n}", "father_name": "Md Zqxwfather{n}",
    "sibling_names": "Zqxwsister{n};Zqxwbrother{n}", "marks": "scar@zqxwknee{n}:left;zqxwmole{n}@chin",
    "phones": "+91 73{n}90 18264;73{n}9018265", "identifiers": "fir:ZQXW/{n}/77;aadhaar:8877{n}665544",
    "photos": "zqxwphoto{n}.jpg", "date_of_birth": "2012-0{d}-17", "event_date": "2025-0{d}-23",
    "age": "9.43{d}751836407", "age_min": "8.21{d}259471603", "age_max": "10.79{d}540182736",
    "age_as_of": "2025-0{d}-19", "height_cm": "137.60{d}259180473", "weight_kg": "31.37{d}518904627",
    "photo_date": "2024-0{d}-21", "expires_on": "2031-0{d}-27",
}  # fmt: skip
CHOICES = {
    "sex": "female", "name_source": "child", "age_basis": "parent", "protect_location": "yes", "sealed_by_court": "no",
    "consent_sharing": "no",
}  # fmt: skip
"""Fields of a few known words, which no canary fits into; bad words stand in the bad rows."""


def letters(i: int, side: str) -> str:
    """A word of its own for each child and side, of letters that survive in every script."""
    return f"{chr(ord('a') + i)}{side[0]}{chr(ord('q') + i)}"


def digits(i: int, side: str) -> str:
    """A number of its own for each child and side."""
    return f"{'47'[side == 'found']}{i}{9 - i}"


def row_of(i: int, side: str) -> Row:
    """Child i with a canary in every field."""
    row = {"record_id": f"CASE-zqxw-{side}-{i}", "kind": side, **CHOICES}
    for field in FIELDS:
        if field.name not in row:
            pattern = WORDS.get(field.name, f"Zqxw{field.name.replace('_', '')}{{n}}")
            mark = digits(i, side) if field.name in ("phones", "identifiers") else letters(i, side)
            row[field.name] = pattern.format(n=mark, d=i + 1)
    return row


BAD_DATE, BAD_SEX, BAD_NUMBER = "zqxwdate-2012", "zqxwsex", "zqxwtall"
TOO_LONG = "zqxwlong" * (LONGEST_CELL // 8 + 1)


def bad_rows(side: str) -> list[Row]:
    """Rows with bad fields, which are kept without them, and then bad rows, which are not."""
    good = row_of(0, side)
    odd = [
        {"date_of_birth": BAD_DATE}, {"event_date": "BS:zqxwbs-13"}, {"sex": BAD_SEX}, {"name_source": "zqxwsource"},
        {"age_basis": "zqxwbasis"}, {"age": "zqxwage"}, {"age": "12-zqxw"}, {"age": "998877665544332"},
        {"age_min": "17.77310946258", "age_max": "3.117764093852"}, {"height_cm": BAD_NUMBER}, {"weight_kg": "1" * 30},
        {"father_name": TOO_LONG}, {"consent_sharing": "zqxwmaybe"}, {"protect_location": "zqxwhide"},
        {"photo_date": "zqxwphotodate"}, {"date_of_birth": "2031-07-29", "event_date": "2025-03-23"},
        {"name": "🙂zqxw🙂", "mother_name": "🙂"}, {"expires_on": "31-zqxw-2031"}, {"event_date": "", "age_as_of": ""},
    ]  # fmt: skip
    kept = [{**good, **change, "record_id": f"CASE-zqxw-odd-{side}-{n}"} for n, change in enumerate(odd)]
    rejected = [
        good, {**good, "record_id": ""}, {**good, "record_id": "unknown"}, {**good, "record_id": "zqxwid" * 2000},
        {**good, "record_id": "CASE-zqxw-kind", "kind": "zqxwkind"},
        {**good, "record_id": "CASE-zqxw-side", "kind": "found" if side == "missing" else "missing"},
    ]  # fmt: skip
    return kept + rejected


REJECTED = 6
"""Rejected rows among the bad ones: in CSV three more, which only a text file can hold."""


def all_rows(side: str) -> list[Row]:
    """The good rows of a side, and then the bad ones."""
    return [*(row_of(i, side) for i in range(CHILDREN)), *bad_rows(side)]


def write_csv(path: Path, rows: list[Row], broken: bool = True) -> None:
    """The rows as CSV; and, if broken, rows that are no UTF-8, too wide, or never close a quotation mark."""
    out = io.StringIO()
    header = [field.name for field in FIELDS]
    writer = csv.DictWriter(out, header, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    data = out.getvalue().encode()
    if broken:
        data += b"CASE-zqxw-latin,missing,Zqxw\xe9latin\n"
        data += b"CASE-zqxw-wide" + b",zqxwwide" * (len(header) + 3) + b"\n"
        data += b'CASE-zqxw-quote,missing,"zqxwquote\n'
    path.write_bytes(data)


def write_xlsx(path: Path, rows: list[Row]) -> None:
    """The rows as a spreadsheet of text."""
    with Workbook(str(path)) as book:
        sheet = book.add_worksheet()
        names = [field.name for field in FIELDS]
        for at, cells in enumerate([names, *([row[name] for name in names] for row in rows)]):
            sheet.write_row(at, 0, cells)


def canaries() -> list[str]:
    """Everything that may not come out, in lower case; ids apart."""
    rows = [row for side in ("missing", "found") for row in all_rows(side)]
    free = {"record_id", "kind", *CHOICES}
    values = {cell for row in rows for name, cell in row.items() if name not in free}
    parts = {part for cell in values for part in re.split(r"[;@:]|\s+@\s+", cell)}
    native = {word for cell in values for word in cell.split() if not word.isascii()}
    digits_only = {re.sub(r"\D", "", part) for part in parts if part[:1] in "+7"}
    found = {word.strip().lower() for word in {*values, *parts, *native, *digits_only}}
    found = {word for word in found if len(word) >= 6} - {"aadhaar"}  # a scheme, and no value
    return [*sorted(found), "zqxw", "998877665544332", "17.77310946258", "3.117764093852", "1" * 30]


CANARIES = canaries()
IDS = re.compile(r"CASE-zqxw-(?:odd-)?(?:missing|found)-\d+")
"""Record ids of rows that are kept: the holder's own case numbers, which the pairs are there to name."""


def found_in(data: bytes | str) -> list[str]:
    """The canaries that stand in some output, in any encoding that an output may have."""
    raw = data.encode() if isinstance(data, str) else data
    forms = [raw.decode("utf-8", "replace"), raw.decode("utf-16-le", "replace"), raw.decode("utf-32-le", "replace")]
    forms.append(re.sub(r"\\u([0-9a-fA-F]{4})", lambda escape: chr(int(escape[1], 16)), forms[0]))
    text = "\n".join(forms).lower()
    return [word for word in CANARIES if word in text]
