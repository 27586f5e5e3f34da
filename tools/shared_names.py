"""Build the pairs of spellings in two scripts that benchmarks/name_variants.py compares without a Latin form between.

Run from the repository root: `.venv/bin/python -m tools.shared_names SOURCE_FOLDER OUTPUT`. Two native forms of two
languages belong together when sources give both the same Latin form; at least one of the two is held out
(`encoder.names.held_out`), so that no fitted part has seen both. Places come from gazetteers, words from Aksharantar.
benchmarks/data/SOURCES.md says where the sources come from.
"""

import argparse
import csv
import gzip
import io
import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from encoder.names.held_out import held_out
from tools.name_pairs import SOURCES, rows_of

LANGUAGES = (("bn", "hi"), ("ur", "hi"), ("bn", "ur"))
DEVANAGARI_TOO = {"ne": "hi", "mai": "hi"}
"""Nepali and Maithili places are written as Hindi ones are."""

FEWEST_LETTERS = 4
"""Shorter Latin forms are shared by words that do not sound alike."""

COLUMNS = ("kind", "langs", "latin", "one", "other")
Forms = dict[str, dict[str, set[str]]]


def main() -> None:
    """Read the sources, join, write."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("sources", type=Path)
    parser.add_argument("output", type=Path)
    options = parser.parse_args()
    rows = [*joined("place", forms(options.sources, words=False)), *joined("word", forms(options.sources, words=True))]
    text = io.StringIO()
    csv.writer(text, delimiter="\t", lineterminator="\n").writerows([COLUMNS, *rows])
    options.output.write_bytes(gzip.compress(text.getvalue().encode(), mtime=0))
    print(f"{len(rows):,} pairs")


def forms(folder: Path, *, words: bool) -> Forms:
    """Native forms by language and Latin form, of word lists or of gazetteers."""
    found: Forms = defaultdict(lambda: defaultdict(set))
    for source in SOURCES:
        if source.prefix in ("affidavit", "assam_places") or (source.prefix == "akshar") is not words:
            continue
        for row in rows_of(folder / source.file):
            lang = row.get(source.lang) or source.lang
            native, latin = (unicodedata.normalize("NFC", row[c].strip()) for c in (source.native, source.latin))
            if native and latin.isalpha() and latin.isascii() and len(latin) >= FEWEST_LETTERS:
                found[DEVANAGARI_TOO.get(lang, lang)][latin.lower()].add(native)
    return found


def joined(kind: str, found: Forms) -> Iterator[tuple[str, str, str, str, str]]:
    """Rows of native forms that share a Latin form, in the order of their spelling."""
    for one, other in LANGUAGES:
        for latin in sorted(found[one].keys() & found[other].keys()):
            pairs = ((a, b) for a in sorted(found[one][latin]) for b in sorted(found[other][latin]))
            yield from ((kind, f"{one}-{other}", latin, a, b) for a, b in pairs if held_out(a) or held_out(b))


if __name__ == "__main__":
    main()
