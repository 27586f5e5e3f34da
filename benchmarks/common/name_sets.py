"""Attested pairs of native and Latin spellings, set by set."""

import csv
import gzip
import io
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from encoder.names.held_out import held_out
from encoder.synthetic.forms import table

DATA = Path(__file__).parent.parent / "data"
MOST = 1500
EXTRA = {"dakshina_hi": "dakshina_hi_train_dev.tsv.gz", "wikinames_bn": "wikinames_bn_dev.tsv"}
"""Sets whose licence does not allow them in the repository, by file name."""

VOCABULARY = ("given_names", "surnames", "nicknames")
"""Tables of the synthetic population with several Latin spellings a name."""


@dataclass(frozen=True)
class NameSet:
    """p attested pairs of one source and language; Latin forms in lower case."""

    name: str
    lang: str
    native: tuple[str, ...]
    latin: tuple[str, ...]

    def families(self) -> list[tuple[str, ...]]:
        """The Latin spellings of each native form, those with one included."""
        by_native: dict[str, list[str]] = {}
        for native, latin in zip(self.native, self.latin, strict=True):
            by_native.setdefault(native, []).append(latin)
        return [tuple(forms) for forms in by_native.values()]


def name_sets(extra: Path | None = None) -> list[NameSet]:
    """The sets of the repository, and those of a folder that may not stand in it."""
    rows = sorted(rows_of(DATA / "name_pairs.tsv.gz"), key=lambda row: row["set"])
    sets = [_set(name, list(group)) for name, group in groupby(rows, lambda row: row["set"])]
    for name, file in EXTRA.items() if extra else ():
        held = [row for row in rows_of(extra / file) if held_out(row["native"])] if extra else []
        sets.append(_set(name, held[:: -(-len(held) // MOST)]))
    return sets


def spelled_families(name: str) -> list[tuple[str, ...]]:
    """Latin spellings of each word of a table of the synthetic population."""
    return [tuple(form.lower() for form in row["latin"].split("|") if form) for row in table(name)]


def rows_of(path: Path) -> Iterator[dict[str, str]]:
    """Rows of a tab-separated file, gzipped or not."""
    content = path.read_bytes()
    text = (gzip.decompress(content) if path.suffix == ".gz" else content).decode()
    yield from csv.DictReader(io.StringIO(text, newline=""), delimiter="\t", quoting=csv.QUOTE_NONE)


def _set(name: str, rows: list[dict[str, str]]) -> NameSet:
    pairs = sorted({(row["native"], row["latin"].lower()) for row in rows})
    return NameSet(name, rows[0]["lang"], tuple(a for a, _ in pairs), tuple(b for _, b in pairs))
