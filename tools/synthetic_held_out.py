"""Take out of the synthetic population's tables the variants that the normaliser looks up in tables of its own.

Otherwise a benchmark on invented children would measure whether two tables agree, and not whether names are read.
"""

import unicodedata
from collections.abc import Iterator
from functools import cache
from pathlib import Path

TABLES = Path("encoder/names/tables")
LOOKED_UP = ("equivalents", "nicknames", "lexicon")
SCRIPTS = ("latin", "devanagari", "bengali", "tamil", "native", "spellings")
PRUNED = ("given_names", "surnames", "nicknames", "native_forms", "attested_forms", "attested_spellings")
"""Tables whose variants are held out; slot words and titles are not."""

SLOT_WORDS = "slot_words"


def normal(form: str) -> str:
    """Return a form as both sides compare it: composed and in small letters."""
    return unicodedata.normalize("NFC", form).casefold().strip()


@cache
def taken() -> frozenset[str]:
    """Return every form that the normaliser's tables list, in any column but the note."""
    return frozenset(form for name in LOOKED_UP for form in _forms(TABLES / f"{name}.tsv"))


def _forms(path: Path) -> Iterator[str]:
    if not path.exists():
        return
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]
    columns = lines[0].split("\t")
    for line in lines[1:]:
        for column, cell in zip(columns, line.split("\t"), strict=False):
            if column not in ("note", "kind"):
                yield from (normal(form) for form in cell.replace("|", ",").replace(";", ",").split(",") if form)


def excepted(data: Path) -> frozenset[str]:
    """Return the forms of slot words and titles."""
    lines = (data / f"{SLOT_WORDS}.tsv").read_text(encoding="utf-8").splitlines()[1:]
    keys = {cells[1].partition("|")[0].casefold() for cells in (line.split("\t") for line in lines)}
    forms = {normal(form) for line in lines for cell in line.split("\t")[1:] for form in cell.split("|") if form}
    natives = (line.split("\t") for line in (data / "native_forms.tsv").read_text(encoding="utf-8").splitlines()[1:])
    forms |= {normal(form) for _, latin, cell in natives if latin.casefold() in keys for form in cell.split("|")}
    return frozenset(forms)


def offending(data: Path) -> list[tuple[str, str]]:
    """Return (table, variant) of every variant that stands in a table of the normaliser."""
    allowed = excepted(data)
    found = []
    for name in PRUNED:
        lines = (data / f"{name}.tsv").read_text(encoding="utf-8").splitlines()
        columns = lines[0].split("\t")
        for line in lines[1:]:
            for column, cell in zip(columns, line.split("\t"), strict=True):
                found += [(name, form) for form in _variants(column, cell) if _is_taken(form, allowed)]
    return found


def _variants(column: str, cell: str) -> list[str]:
    if column not in SCRIPTS:
        return []
    return cell.split("|") if column == "spellings" else cell.split("|")[1:]


def _is_taken(form: str, allowed: frozenset[str]) -> bool:
    return normal(form) in taken() and normal(form) not in allowed


def prune(data: Path) -> int:
    """Take the offending variants out of the files; return how many they were."""
    out = {name: {form for table, form in offending(data) if table == name} for name in PRUNED}
    return sum(_prune_file(data / f"{name}.tsv", forms) for name, forms in out.items() if forms)


def _prune_file(path: Path, forms: set[str]) -> int:
    header, *lines = path.read_text(encoding="utf-8").splitlines()
    columns, gone, kept = header.split("\t"), 0, []
    for line in lines:
        cells = line.split("\t")
        for at, column in enumerate(columns):
            variants = _variants(column, cells[at])
            own = cells[at].split("|")[: -len(variants)] if variants else [cells[at]]
            left = [form for form in variants if form not in forms]
            gone += len(variants) - len(left)
            cells[at] = "|".join([*own, *left])
        if cells[-1] or columns[-1] != "spellings":
            kept.append("\t".join(cells))
    path.write_text("\n".join([header, *kept]) + "\n", encoding="utf-8")
    return gone
