"""Build the pairs of native and Latin spellings that benchmarks/name_variants.py measures with.

Run from the repository root: `.venv/bin/python -m tools.name_pairs SOURCE_FOLDER OUTPUT`. Every pair's native cell is
held out (`encoder.names.held_out`); the same sources always give the same bytes. benchmarks/data/SOURCES.md says where
the sources come from and what may be shipped.
"""

import argparse
import csv
import gzip
import io
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

from encoder.names.held_out import held_out

MOST = 1500
"""Pairs a set: enough for an interval of two points, few enough to ship."""

FEWEST = 20
"""A set with fewer pairs says nothing."""

ALIGNED = 2.5
"""Tokens of an affidavit were aligned by place: a longest to shortest ratio above this is no spelling of one word."""

NOT_SPELLINGS = frozenset({"late", "shri", "smt", "sri", "mr", "mrs", "dr", "do", "so", "wo"})
OFFICIAL = frozenset({"indiapost", "lexicon", "manual"})
"""Rows of the Assam gazetteer that no machine romanised."""

COLUMNS = ("set", "lang", "native", "latin")
Row = dict[str, str]


class Pair(NamedTuple):
    """One attested spelling: the set it belongs to, the language, and both forms as the source writes them."""

    set: str
    lang: str
    native: str
    latin: str


@dataclass(frozen=True)
class Source:
    """One file of the source folder and how its rows become pairs.

    name    column of the set's name after the prefix, or none
    lang    a column, or a language code where no column of that name exists
    """

    file: str
    prefix: str
    native: str
    latin: str
    lang: str
    name: str = ""
    keep: Callable[[Row], bool] = lambda row: True


def _aligned(row: Row) -> bool:
    lengths = sorted((sum(map(str.isalpha, row["native"])), len(row["latin"])))
    return lengths[0] > 1 and lengths[1] <= ALIGNED * lengths[0] and row["latin"] not in NOT_SPELLINGS


def _official(row: Row) -> bool:
    return row["source"] in OFFICIAL and not any(map(str.isdigit, row["native"] + row["roman"]))


SOURCES = (
    Source("akshar_words_trainvalid.tsv.gz", "akshar", "native", "latin", "lang", "lang"),
    Source("affidavit_hi_tokens_dev.tsv", "affidavit", "native", "latin", "hi", "region", _aligned),
    Source("wof_places_dev.tsv", "", "native", "latin", "lang", "src"),
    Source("assam_gazetteer_roman.tsv", "assam_places", "native", "roman", "as", keep=_official),
    *(Source(f"bd_{level}.tsv", "bd_places", "bn_name", "name", "bn")
      for level in ("unions", "upazilas", "districts", "divisions")),
    *(Source(f"np_{level}.tsv", "np_places", "name_np", "name", "ne") for level in ("municipalities", "districts")),
)


def main() -> None:
    """Read the sources, choose, write."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("sources", type=Path)
    parser.add_argument("output", type=Path)
    options = parser.parse_args()
    pairs = build(options.sources)
    options.output.write_bytes(packed(pairs))
    print(f"{len(pairs):,} pairs of {len({pair.set for pair in pairs})} sets")


def build(folder: Path) -> list[Pair]:
    """The chosen pairs of every set, in the order of set, native and Latin form."""
    pairs = sorted({pair for source in SOURCES for pair in read(folder / source.file, source)})
    sets = [chosen(group) for _, group in groupby(pairs, lambda pair: pair.set)]
    return [pair for kept in sets if len(kept) >= FEWEST for pair in kept]


def read(path: Path, source: Source) -> Iterator[Pair]:
    """Held-out pairs of one file that have both forms."""
    for row in rows_of(path):
        native, latin = (unicodedata.normalize("NFC", " ".join(row[c].split())) for c in (source.native, source.latin))
        if native and latin.isascii() and latin and not native.isascii() and held_out(native) and source.keep(row):
            lang = row.get(source.lang) or source.lang
            parts = (source.prefix, row.get(source.name, ""), "" if source.prefix else lang)
            yield Pair("_".join(filter(None, parts)), lang, native, latin)


def chosen(pairs: Iterable[Pair], most: int = MOST) -> list[Pair]:
    """Whole families (all Latin forms of one native) in an order that only their spelling decides, up to `most`."""
    families = [list(group) for _, group in groupby(sorted(pairs), lambda pair: pair.native)]
    kept: list[Pair] = []
    for family in sorted(families, key=lambda family: sha256(family[0].native.encode()).digest()):
        if len(kept) + len(family) <= most:
            kept += family
    return sorted(kept)


def packed(pairs: Iterable[Pair]) -> bytes:
    """The pairs as gzipped tab-separated text, without a time in its header."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter="\t", lineterminator="\n", quoting=csv.QUOTE_NONE, escapechar="\\")
    writer.writerows([COLUMNS, *pairs])
    return gzip.compress(text.getvalue().encode(), mtime=0)


def rows_of(path: Path) -> Iterator[Row]:
    """Rows of a tab-separated file, gzipped or not."""
    content = path.read_bytes()
    text = (gzip.decompress(content) if path.suffix == ".gz" else content).decode()
    yield from csv.DictReader(io.StringIO(text, newline=""), delimiter="\t")


if __name__ == "__main__":
    main()
