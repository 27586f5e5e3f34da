"""Splink on FEBRL 4, with the settings of its own worked example where they could not be bettered."""

from typing import Any

import pandas as pd
import splink.comparison_library as cl
from splink import SettingsCreator, block_on

from benchmarks.peers.splink_link import Predicted, Training, predict

LEAST_BITS = -10.0
TOP = 10
TEXT = (
    "given_name", "surname", "street_number", "address_1", "address_2", "suburb", "postcode", "state", "date_of_birth",
    "soc_sec_id",
)


def link_febrl(missing: pd.DataFrame, found: pd.DataFrame, seed: int) -> Predicted:
    """Link the two files of FEBRL 4; their index is the record id."""
    settings = SettingsCreator(
        link_type="link_only",
        comparisons=[
            cl.NameComparison("given_name"), cl.NameComparison("surname"),
            cl.DamerauLevenshteinAtThresholds("date_of_birth", [1, 2]),
            cl.DamerauLevenshteinAtThresholds("soc_sec_id", [1, 2]),
            cl.ExactMatch("street_number").configure(term_frequency_adjustments=True),
            cl.JaroWinklerAtThresholds("address_1", [0.9, 0.7]),
            cl.JaroWinklerAtThresholds("address_2", [0.9, 0.7]),
            cl.JaroWinklerAtThresholds("suburb", [0.9, 0.7]),
            cl.DamerauLevenshteinAtThresholds("postcode", [1, 2]).configure(term_frequency_adjustments=True),
            cl.ExactMatch("state"),
        ],
        blocking_rules_to_generate_predictions=[
            block_on("soc_sec_id"), block_on("given_name", "surname"), block_on("date_of_birth"),
            block_on("address_1"), block_on("surname", "postcode"), block_on("given_name", "postcode"),
        ],
        retain_matching_columns=False,
    )
    sure = [
        block_on("soc_sec_id"), block_on("given_name", "surname", "date_of_birth"),
        block_on("surname", "address_1", "postcode"),
    ]
    sessions = [block_on("date_of_birth"), block_on("postcode"), block_on("soc_sec_id")]
    return predict(_rows(missing), _rows(found), settings, Training(sure, 0.95, sessions, seed), LEAST_BITS, TOP)


def _rows(frame: pd.DataFrame) -> list[dict[str, Any]]:
    plain = frame[list(TEXT)].astype(object).where(frame[list(TEXT)].notna(), None)
    return [{"unique_id": index, **row} for index, row in zip(plain.index, plain.to_dict("records"), strict=True)]
