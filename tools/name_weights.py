"""Make encoder/names/tables/name_weights.tsv: `python -m tools.name_weights COUNTS.tsv OUTPUT.tsv`.

COUNTS has the columns ``state``, ``token`` and ``count``: words of the names in public filings of candidates and their
fathers (in-rolls/indicate, MIT). Words that are common where the counts do not reach stand in
``tools/name_weights_judged.tsv``. Only words below the highest weight are written; the others weigh most.
"""

import argparse
import csv
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from math import inf, log2, sqrt
from pathlib import Path

from encoder.names.lexicon import Kind
from encoder.names.readings import read_token
from encoder.names.scripts import clean_text
from encoder.names.weights import RARE, weight_key, weight_of_bits
from encoder.names.words import NameWord, make_word

JUDGED = Path(__file__).with_suffix("").with_name("name_weights_judged.tsv")
LEAST_TOKENS = 2_000
"""A state with fewer counted words says too little about shares."""

HEADER = """\
# How much a word of a name says, 1 to 4; what is not listed weighs 4, slot words 1. One spelling stands for all that
# have its skeleton. Made by tools/name_weights.py from name counts in candidates' filings (in-rolls/indicate
# @41e5774b7c59, MIT) and from tools/name_weights_judged.tsv (by hand); the formula is in encoder/names/weights.py.
word\tweight
"""

Bits = dict[str, float]
"""Bits that a word says, by its spelling; of words that are counted together, by the first that was met."""


def latin_words(text: str) -> Iterator[NameWord]:
    """The words in a text that are names with a weight of their own: no titles, slot words, initials."""
    for token in clean_text(text).replace("/", " ").replace(".", " ").split():
        for reading in read_token(token):
            if reading.kind in (None, Kind.LEAD) and not reading.word.slot and len(reading.word.latin) > 1:
                yield reading.word


def counted(rows: Iterable[Mapping[str, str]]) -> Bits:
    """Bits of the words in the counts: by the highest share in any state, less one standard deviation of the count."""
    states: dict[str, Counter[str]] = {}
    spelled: dict[str, str] = {}
    for row in rows:
        for word in latin_words(row["token"]):
            key = weight_key(word)
            spelled.setdefault(key, word.latin)
            states.setdefault(row["state"], Counter())[key] += int(row["count"])
    bits: Bits = {}
    for counts in states.values():
        total = counts.total()
        for key, count in counts.items() if total >= LEAST_TOKENS else ():
            if (sure := count - sqrt(count)) > 0:
                bits[spelled[key]] = min(bits.get(spelled[key], inf), -log2(sure / total))
    return bits


def judged(rows: Iterable[Mapping[str, str]]) -> Bits:
    """Bits of the words judged by hand."""
    return {word.latin: float(row["bits"]) for row in rows for word in latin_words(row["words"].replace(",", " "))}


def commonest(*sources: Bits) -> Bits:
    """All words once, by the fewest bits that any source gives any word counted together with them."""
    bits: Bits = {}
    spelled: dict[str, str] = {}
    for source in sources:
        for word, value in source.items():
            known = spelled.setdefault(weight_key(make_word(word)), word)
            bits[known] = min(bits.get(known, inf), value)
    return bits


def table(bits: Bits) -> str:
    """The table's text, words in order of the alphabet."""
    weights = {word: weight_of_bits(value) for word, value in bits.items()}
    lines = [f"{word}\t{weight}\n" for word, weight in sorted(weights.items()) if weight < RARE]
    return HEADER + "".join(lines)


def read_tsv(path: Path) -> list[dict[str, str]]:
    """Rows of a tab-separated file; lines that start with ``#`` are comments."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return list(csv.DictReader((line for line in lines if not line.startswith("#")), delimiter="\t"))


def main() -> None:
    """Read both sources and write the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("counts", type=Path)
    parser.add_argument("output", type=Path)
    options = parser.parse_args()
    bits = commonest(counted(read_tsv(options.counts)), judged(read_tsv(JUDGED)))
    options.output.write_text(table(bits), encoding="utf-8")


if __name__ == "__main__":
    main()
