"""Splink on DuckDB: register, train, predict, and give the pairs back as arrays."""

import logging
import sys
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from splink import Linker, SettingsCreator
from splink.backends.duckdb import DuckDBAPI
from splink.internals.exceptions import EMTrainingException

RANDOM_PAIRS = 5e6
MISSING_TABLE, FOUND_TABLE = "a_missing", "b_found"
"""Splink puts the data set that is first in the alphabet on the left."""

_BEST = """
select unique_id_l, unique_id_r, match_weight from {this}
qualify row_number() over (partition by unique_id_l order by match_weight desc, unique_id_r) <= {top}
"""


@dataclass(frozen=True)
class Training:
    """How a model is trained: rules that find matches almost surely, their recall, and the rules of each EM session."""

    sure: Sequence[Any]
    sure_recall: float
    sessions: Sequence[Any]
    seed: int


@dataclass(frozen=True)
class Predicted:
    """c predicted pairs: unique ids of both sides (object) and match weights in bits, float64 (c,).

    scored  pairs that the blocking rules gave and that reached the least weight
    """

    missing: npt.NDArray[np.object_]
    found: npt.NDArray[np.object_]
    weight: npt.NDArray[np.float64]
    scored: int


def predict(
    missing: list[dict[str, Any]], found: list[dict[str, Any]], settings: SettingsCreator, training: Training,
    least: float, top: int,
) -> Predicted:
    """Train without labels and give every blocked pair of at least `least` bits, at most `top` a missing record."""
    logging.getLogger("splink").setLevel(logging.ERROR)
    api = DuckDBAPI()
    # Splink 5.0 writes its array comparisons in a syntax that newer DuckDB takes only when asked to.
    api.duckdb_con.execute("set lambda_syntax = 'ENABLE_SINGLE_ARROW'")
    tables = [
        api.register(pd.DataFrame(missing), dataset_display_name=MISSING_TABLE),
        api.register(pd.DataFrame(found), dataset_display_name=FOUND_TABLE),
    ]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        linker = Linker(tables, settings, log_level=logging.ERROR)
        trainer = linker.training
        trainer.estimate_probability_two_random_records_match(list(training.sure), recall=training.sure_recall)
        trainer.estimate_u_using_random_sampling(max_pairs=RANDOM_PAIRS, seed=training.seed)
        for rule in training.sessions:
            # A few records of hard data may hold no pair of a rule, or so few that a probability reaches zero, which
            # Splink refuses as a ValueError: the other sessions then train alone. Whoever reads the figures must know.
            try:
                trainer.estimate_parameters_using_expectation_maximisation(rule)
            except (EMTrainingException, ValueError) as error:
                print(f"Splink could not train one of its sessions ({type(error).__name__})", file=sys.stderr)
        pairs = linker.inference.predict(threshold_match_weight=least)
    blocked = int(pairs.query_sql("select count(*) as n from {this}").as_pandas_dataframe()["n"][0])
    best = pairs.query_sql(_BEST.format(this="{this}", top=top)).as_pandas_dataframe()
    missing_ids, found_ids = (best[name].to_numpy(object) for name in ("unique_id_l", "unique_id_r"))
    return Predicted(missing_ids, found_ids, best["match_weight"].to_numpy(np.float64), blocked)
