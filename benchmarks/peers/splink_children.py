"""Splink on records of children, in plain text: every field that says something, and many blocking rules."""

from typing import Any

import splink.comparison_level_library as cll
import splink.comparison_library as cl
from splink import SettingsCreator, block_on

from benchmarks.peers.splink_link import Predicted, Training, predict

LEAST_BITS = -40.0
"""Next to all that the rules give: recall at a hundred is then what blocking leaves of it."""

TOP = 100


def link_children(
    missing: list[dict[str, Any]], found: list[dict[str, Any]], seed: int, *, every_field: bool = True
) -> Predicted:
    """Link plain rows (`benchmarks.peers.plain_text`).

    every_field  all that Milap encodes; otherwise name, parents, village, district, sex and birth year
    """
    if not every_field:
        return _link_few_fields(missing, found, seed)
    settings = SettingsCreator(
        link_type="link_only",
        comparisons=[
            _child(), _person("father"), _person("mother"), _kin(),
            _place("village"), _place("subdistrict"), _place("district"), _place("state"),
            cl.ExactMatch("sex"), _birth(), _lag(),
            cl.ArrayIntersectAtSizes("phones", [1]), cl.ArrayIntersectAtSizes("marks", [1]),
            cl.ArrayIntersectAtSizes("languages", [2, 1]),
        ],
        blocking_rules_to_generate_predictions=_rules(),
        retain_matching_columns=False,
    )
    sure = [
        block_on("name_sorted", "father_sorted"), block_on("name_sorted", "mother_sorted", "district"),
        block_on("phones", arrays_to_explode=["phones"]),
    ]
    sessions = [
        block_on("name_sorted", "district"), block_on("father_sorted", "mother_sorted"), block_on("village", "sex"),
    ]
    return predict(missing, found, settings, Training(sure, 0.3, sessions, seed), LEAST_BITS, TOP)


def _link_few_fields(missing: list[dict[str, Any]], found: list[dict[str, Any]], seed: int) -> Predicted:
    settings = SettingsCreator(
        link_type="link_only",
        comparisons=[
            _person("name"), _person("father"), _person("mother"), _place("village"), _place("district"),
            cl.ExactMatch("sex"), _birth(),
        ],
        blocking_rules_to_generate_predictions=[
            block_on("name_sound", "sex"), block_on("father_sound"), block_on("mother_sound"), block_on("village"),
            block_on("district", "sex", "birth_year"), block_on("district", "substr(name_sorted, 1, 1)"),
            block_on("district", "substr(father_sorted, 1, 1)"), block_on("district", "substr(mother_sorted, 1, 1)"),
            block_on("substr(name_sorted, 1, 3)", "birth_year"),
            block_on("substr(name_sorted, 1, 3)", "substr(father_sorted, 1, 3)"),
            block_on("substr(name_sorted, 1, 3)", "substr(mother_sorted, 1, 3)"), block_on("birth_year", "sex"),
        ],
        retain_matching_columns=False,
    )
    sure = [block_on("name_sorted", "father_sorted"), block_on("name_sorted", "mother_sorted", "district")]
    sessions = [
        block_on("name_sorted", "district"), block_on("father_sorted", "mother_sorted"), block_on("village", "sex"),
    ]
    return predict(missing, found, settings, Training(sure, 0.3, sessions, seed), LEAST_BITS, TOP)


def _rules() -> list[Any]:
    """Wide rules, some tens of millions of pairs: a false value in one field costs one rule and not the pair."""
    return [
        block_on("phones", arrays_to_explode=["phones"]),
        block_on("names", arrays_to_explode=["names"]), block_on("kin", arrays_to_explode=["kin"]),
        block_on("name_sound", "sex"), block_on("father_sound"), block_on("mother_sound"),
        block_on("village"), block_on("district", "sex", "birth_year"),
        block_on("district", "substr(name_sorted, 1, 1)"),
        block_on("district", "substr(father_sorted, 1, 1)"), block_on("district", "substr(mother_sorted, 1, 1)"),
        block_on("substr(name_sorted, 1, 3)", "birth_year"), block_on("substr(name_sorted, 1, 3)", "state"),
        block_on("substr(father_sorted, 1, 3)", "state"), block_on("substr(mother_sorted, 1, 3)", "state"),
        block_on("substr(name_sorted, 1, 3)", "substr(father_sorted, 1, 3)"),
        block_on("substr(name_sorted, 1, 3)", "substr(mother_sorted, 1, 3)"),
        block_on("state", "sex"), block_on("birth_year", "sex"),
    ]


def _levels(column: str, *levels: Any) -> Any:
    return cl.CustomComparison(
        output_column_name=column, comparison_levels=[cll.NullLevel(column), *levels, cll.ElseLevel()]
    )


def _child() -> Any:
    """The main name in and out of order, then the best of all names that the child goes by."""
    return cl.CustomComparison(output_column_name="name", comparison_levels=[
        cll.CustomLevel('len("names_l") = 0 or len("names_r") = 0', "no name").configure(is_null_level=True),
        cll.ExactMatchLevel("name_sorted", term_frequency_adjustments=True),
        cll.JaroWinklerLevel("name_sorted", 0.95), cll.JaroWinklerLevel("name", 0.9),
        cll.PairwiseStringDistanceFunctionLevel("names", "jaro_winkler", 0.95),
        cll.JaroWinklerLevel("name_sorted", 0.88),
        cll.PairwiseStringDistanceFunctionLevel("names", "jaro_winkler", 0.88),
        cll.PairwiseStringDistanceFunctionLevel("names", "jaro_winkler", 0.8), cll.ElseLevel(),
    ])


def _person(column: str) -> Any:
    return _levels(
        column, cll.ExactMatchLevel(f"{column}_sorted", term_frequency_adjustments=True),
        cll.JaroWinklerLevel(f"{column}_sorted", 0.95), cll.JaroWinklerLevel(column, 0.9),
        cll.JaroWinklerLevel(f"{column}_sorted", 0.88), cll.JaroWinklerLevel(column, 0.8),
        cll.JaroWinklerLevel(column, 0.7),
    )


def _kin() -> Any:
    return cl.CustomComparison(output_column_name="kin", comparison_levels=[
        cll.CustomLevel('len("kin_l") = 0 or len("kin_r") = 0', "no kin").configure(is_null_level=True),
        cll.ArrayIntersectLevel("kin", min_intersection=1),
        cll.PairwiseStringDistanceFunctionLevel("kin", "jaro_winkler", 0.92),
        cll.PairwiseStringDistanceFunctionLevel("kin", "jaro_winkler", 0.82), cll.ElseLevel(),
    ])


def _place(column: str) -> Any:
    return _levels(
        column, cll.ExactMatchLevel(column, term_frequency_adjustments=True), cll.JaroWinklerLevel(column, 0.92),
        cll.JaroWinklerLevel(column, 0.84),
    )


def _birth() -> Any:
    return _levels(
        "birth_year", cll.ExactMatchLevel("birth_date"),
        *(cll.CustomLevel(f'abs("birth_year_l" - "birth_year_r") <= {gap}', f"{gap} years") for gap in (0, 1, 2, 4)),
    )


def _lag() -> Any:
    """Days from the report to the finding; a child may not be found much before it went missing."""
    days = '("event_day_r" - "event_day_l")'
    return _levels(
        "event_day", cll.CustomLevel(f"{days} between -31 and 31", "a month"),
        cll.CustomLevel(f"{days} between 32 and 366", "a year"),
        cll.CustomLevel(f"{days} between 367 and 2200", "six years"),
        cll.CustomLevel(f"{days} > 2200", "longer"),
    )
