"""What the tests of rates share: clean settings, true pairs as rows, and a bound for a measured share."""

from collections.abc import Sequence
from dataclasses import replace
from math import sqrt

from encoder.synthetic.population import SyntheticPopulation, generate
from encoder.synthetic.rates import SyntheticRates

Pair = tuple[dict[str, str], dict[str, str]]
CLEAN = SyntheticRates(
    staff_name=0, staff_name_speechless=0, speechless=0, renamed=0, nickname_as_name=0, spelling=0, other_script=0,
    dropped_token=0, order_swapped=0, initial_spelled=0, typo=0, split_name=0, capitals=0, father_late=0, age_forged=0,
    found_father_absent=0, missing_father_absent=0, place_spelling=0, mother_honorific=0, duplicate=0, transfer=0,
    invented_january=0, loose_age=0, month_in_words=0, disability=0,
)  # fmt: skip
BLOCKS = {
    0x0600: "urdu", 0x0680: "urdu", 0x0900: "devanagari", 0x0980: "bengali", 0x0A00: "gurmukhi", 0x0A80: "gujarati",
    0x0B00: "odia", 0x0B80: "tamil", 0x0C00: "telugu", 0x0C80: "kannada", 0x0D00: "malayalam",
}  # fmt: skip


def pairs_of(population: SyntheticPopulation) -> list[Pair]:
    missing = {row["record_id"]: row for row in population.missing}
    found = {row["record_id"]: row for row in population.found}
    return [(missing[m], found[f]) for m, f in population.truth]


def changed(rates: SyntheticRates) -> list[Pair]:
    return pairs_of(generate(2_500, 2_500, 4, rates))


def assert_rate(hits: Sequence[bool], rate: float, slack: float = 0.0) -> None:
    """Within five standard deviations of the binomial."""
    share = sum(hits) / len(hits)
    assert abs(share - rate) <= 5 * sqrt(rate * (1 - rate) / len(hits)) + slack, (share, rate, len(hits))


def with_rates(**values: float) -> SyntheticRates:
    return replace(CLEAN, **values)  # type: ignore[arg-type]


def script(text: str) -> str:
    for letter in text:
        if ord(letter) >= 0x600 and letter.isalpha():
            return BLOCKS[ord(letter) & ~0x7F]
    return "latin"


def full_name(row: dict[str, str]) -> str:
    return row["name"] or f"{row['given_name']} {row['family_name']}".strip()
