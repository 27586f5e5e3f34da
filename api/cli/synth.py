"""`milap synth`: files of invented children."""

import os
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from typing import Annotated, Any

import typer

from api.cli.console import Reporter, print_summary
from encoder.synthetic.blocks import plan_blocks
from encoder.synthetic.rates import DIFFICULTIES, SyntheticRates, overridden
from encoder.synthetic.streaming import BlockText, stream
from matcher.errors import InputError, OutputError

app = typer.Typer(add_completion=False)

FOUND_SHARE = 0.61
"""Found records for each missing report, as in the largest extract published (TrackChild 2018: 40,137 of 65,906)."""

_LEVELS = ", ".join(DIFFICULTIES)


@app.command()
def synth(
    records: Annotated[int, typer.Option(min=1, help="Missing reports; found records are 61 % of that.")],
    seed: Annotated[int, typer.Option(min=0, help="The same seed gives the same files.")],
    output: Annotated[Path, typer.Option("-o", "--output", help="Folder for the five files.")],
    difficulty: Annotated[str, typer.Option(help=f"How much goes wrong: {_LEVELS}.")] = "field",
    rate: Annotated[
        list[str] | None, typer.Option(help="NAME=VALUE, a rate of encoder/synthetic/rates.py; may be repeated.")
    ] = None,
    processes: Annotated[int | None, typer.Option(min=1, help="Processes; as many as processors if none.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the summary as JSON.")] = False,
) -> None:
    """Write missing.csv, found.csv, truth.csv, same_kind.csv and facts.csv of invented children.

    truth.csv holds every report and record of one child; same_kind.csv the duplicate reports and the records of
    children who were handed on; facts.csv says of each true pair what the two files do not.
    """
    rates = _rates(difficulty, rate or [])
    total = records + (found := max(round(records * FOUND_SHARE), 1))
    counts: dict[str, Any] = {"missing": 0, "found": 0, "true_pairs": 0, "same_kind": 0}
    with Reporter(quiet=as_json).step("Records invented", total) as step:

        def written(block: BlockText) -> None:
            for name in counts:
                counts[name] += getattr(block, name)
            step.advance(block.missing + block.found)

        try:
            stream(plan_blocks(records, found, seed, rates), output, processes or os.cpu_count() or 1, written)
        except BrokenProcessPool as error:
            raise OutputError("A process was ended from outside; free memory or give --processes 1.") from error
        except OSError as error:
            reason = error.strerror or type(error).__name__
            raise OutputError(
                f"{output} could not be written ({reason}); make room or choose another folder."
            ) from error
    summary = counts | {"difficulty": difficulty, "seed": seed, "output": str(output)}
    line = "{missing:,} missing, {found:,} found, {true_pairs:,} true pairs of invented children in {output}"
    print_summary(summary, [line.format(**summary)], as_json)


def _rates(difficulty: str, changes: list[str]) -> SyntheticRates:
    """The rates of a level with some of them replaced; InputError says which of the words cannot be used."""
    if difficulty not in DIFFICULTIES:
        raise InputError(f"--difficulty must be one of {_LEVELS}.")
    values: dict[str, float] = {}
    for change in changes:
        name, _, value = change.partition("=")
        try:
            values[name.strip()] = float(value)
        except ValueError:
            raise InputError("--rate needs a name and a number, such as --rate typo=0.05.") from None
    try:
        return overridden(DIFFICULTIES[difficulty], values)
    except ValueError as error:
        raise InputError(f"--rate cannot be used: {error}; encoder/synthetic/rates.py lists all rates.") from None
