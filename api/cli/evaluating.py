"""`milap evaluate`: hold a file of pairs against the known true pairs."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import numpy as np
import typer

from api.cli.console import print_summary
from api.cli.pair_files import read_columns
from matcher.errors import InputError
from matcher.evaluation import RANKS, Evaluation, Ranked, evaluate

app = typer.Typer(add_completion=False)
MOST_RANK = 2**31 - 1


@app.command("evaluate")
def evaluate_files(
    pairs: Annotated[Path, typer.Argument(help="Pairs as milap link wrote them.")],
    truth: Annotated[Path, typer.Argument(help="True pairs: missing_id, found_id.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print the figures as JSON.")] = False,
) -> None:
    """Recall and precision at 1, 5, 10 and 100, and the best F1 over all weight thresholds."""
    known = read_truth(truth)
    figures = evaluate(read_ranked(pairs, known), len(known))
    print_summary(asdict(figures), lines_of(figures), as_json)


def read_truth(path: Path) -> set[tuple[str, str]]:
    """True pairs of a file; InputError when it has none."""
    missing, found = read_columns(path, ("missing_id", "found_id"))
    if not missing:
        raise InputError(f"{path.name} has no pair; it needs one row for each true pair.")
    return set(zip(missing, found, strict=True))


def read_ranked(path: Path, truth: set[tuple[str, str]]) -> Ranked:
    """Pairs of a file with what is known of them; InputError names the row of a number that is none."""
    missing, found, weight, rank = read_columns(path, ("missing_id", "found_id", "match_weight", "rank"))
    ranks = _numbers(path, "rank", rank)
    if ((ranks < 1) | (ranks > MOST_RANK)).any():
        place = int(np.flatnonzero((ranks < 1) | (ranks > MOST_RANK))[0])
        raise InputError(f"{path.name}, pair {place + 1}, rank must be 1 or more; write the file again.")
    _refuse_doubles(path, missing, found)
    true = np.array([pair in truth for pair in zip(missing, found, strict=True)], dtype=np.bool_)
    return Ranked(true, ranks.astype(np.int32), _numbers(path, "match_weight", weight))


def _refuse_doubles(path: Path, missing: list[str], found: list[str]) -> None:
    seen: set[tuple[str, str]] = set()
    for number, pair in enumerate(zip(missing, found, strict=True), start=1):
        if pair in seen:
            raise InputError(f"{path.name}, pair {number} stands there twice, which would count it twice; remove one.")
        seen.add(pair)


def _numbers(path: Path, column: str, texts: list[str]) -> "np.ndarray[tuple[int], np.dtype[np.float64]]":
    out = np.empty(len(texts))
    for i, text in enumerate(texts):
        try:
            out[i] = float(text)
        except ValueError:
            out[i] = np.nan
        if not np.isfinite(out[i]):
            raise InputError(f"{path.name}, pair {i + 1}, {column} is not a number; write the file again.")
    return out


def lines_of(figures: Evaluation) -> list[str]:
    """The figures for people."""
    return [
        f"{figures.pairs:,} pairs against {figures.truth:,} true pairs",
        *(f"  at {k:>3}: recall {figures.recall[k]:.4f}, precision {figures.precision[k]:.4f}" for k in RANKS),
        f"  best F1 {figures.best_f1:.4f} at weight {figures.best_threshold:.2f} "
        f"(precision {figures.best_precision:.4f}, recall {figures.best_recall:.4f})",
    ]
