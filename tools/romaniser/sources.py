"""Pairs of native words and their Latin spellings, from public files.

Only sources whose licence lets a table made from them be shipped (`encoder/names/tables/SOURCES.md`). Held-out words
(`encoder.names.held_out`) and all words of the synthetic population are left out: what is measured is not fitted.
"""

import csv
import gzip
import re
from collections import Counter
from collections.abc import Iterator
from importlib import resources
from pathlib import Path

from encoder.names.held_out import held_out
from encoder.names.scripts import Script, clean_text, script_runs

NAMES_COUNT = 4
"""A pair from a list of persons or places counts so often: dictionaries hold a hundred times as many words."""
FITTED = frozenset(Script) - {Script.LATIN, Script.DIGIT, Script.OTHER}
LONGEST = 40
_LATIN = re.compile("[a-z]+")
_NOT_NAMES = frozenset(("bikram_sambat.tsv", "regions.tsv", "name_patterns.tsv"))
Pair = tuple[str, str]


def words_of(folder: Path) -> Iterator[tuple[Pair, int]]:
    """Every (native, Latin) pair of one native word and how often it counts, before anything is held out."""
    with gzip.open(folder / "akshar_words_trainvalid.tsv.gz", "rt", encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE):
            yield (row["native"], row["latin"]), 1
    for name, native, latin in (
        ("affidavit_hi_tokens_dev.tsv", "native", "latin"), ("wof_places_dev.tsv", "native", "latin"),
        ("bd_unions.tsv", "bn_name", "name"), ("bd_upazilas.tsv", "bn_name", "name"),
        ("bd_districts.tsv", "bn_name", "name"), ("np_municipalities.tsv", "name_np", "name"),
        ("np_districts.tsv", "name_np", "name"),
    ):
        for row in _rows(folder / name):
            yield (row[native], row[latin]), NAMES_COUNT
    for row in _rows(folder / "assam_gazetteer_roman.tsv"):
        if row["source"] != "indicxlit":
            yield (row["native"], row["roman"]), NAMES_COUNT


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as lines:
        yield from csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)


def training_pairs(folder: Path) -> dict[Script, Counter[Pair]]:
    """Cleaned pairs of one word each by script, with how often each counts; what may not be fitted on is left out."""
    reserved = synthetic_words()
    pairs: dict[Script, Counter[Pair]] = {script: Counter() for script in sorted(FITTED)}
    for (native, latin), count in words_of(folder):
        if held_out(clean_text(native)) or held_out(native):
            continue
        for one in _single_words(clean_text(native).split(), _LATIN.findall(latin.lower())):
            script = _script(one[0])
            if script in pairs and not (held_out(one[0]) or reserved & set(one)):
                pairs[script][one] = max(pairs[script][one], count)
    return pairs


def _single_words(native: list[str], latin: list[str]) -> Iterator[Pair]:
    """Word by word, where both sides have as many."""
    if len(native) == len(latin):
        yield from (pair for pair in zip(native, latin, strict=True) if max(map(len, pair)) <= LONGEST)


def _script(word: str) -> Script | None:
    runs = script_runs(word)
    return runs[0][0] if len(runs) == 1 else None


def synthetic_words() -> frozenset[str]:
    """Every word of the synthetic population's vocabulary, in every script, cleaned."""
    folder = resources.files("encoder.synthetic").joinpath("data")
    texts = (
        file.read_text(encoding="utf-8") for file in folder.iterdir()
        if file.name.endswith(".tsv") and file.name not in _NOT_NAMES and file.name != "places.tsv"
    )
    return frozenset(word for text in texts for word in clean_text(text.replace("|", " ")).split())
