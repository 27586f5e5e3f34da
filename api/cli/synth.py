"""`milap synth`: files of invented children."""

from pathlib import Path
from typing import Annotated

import typer

from api.cli.console import print_summary
from encoder.synthetic.files import write
from encoder.synthetic.population import generate
from matcher.errors import OutputError

app = typer.Typer(add_completion=False)

FOUND_SHARE = 0.61
"""Found records for each missing report, as in the largest extract published (TrackChild 2018: 40,137 of 65,906)."""


@app.command()
def synth(
    records: Annotated[int, typer.Option(min=1, help="Missing reports; found records are 61 % of that.")],
    seed: Annotated[int, typer.Option(help="The same seed gives the same files.")],
    output: Annotated[Path, typer.Option("-o", "--output", help="Folder for the three files.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print the summary as JSON.")] = False,
) -> None:
    """Write missing.csv, found.csv and truth.csv of invented children."""
    population = generate(records, max(round(records * FOUND_SHARE), 1), seed)
    try:
        output.mkdir(parents=True, exist_ok=True)
        write(population, output)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise OutputError(f"{output} could not be written ({reason}); make room or choose another folder.") from error
    counts = {
        "missing": len(population.missing), "found": len(population.found), "true_pairs": len(population.truth),
        "seed": seed, "output": str(output),
    }
    line = "{missing:,} missing, {found:,} found, {true_pairs:,} true pairs of invented children in {output}"
    print_summary(counts, [line.format(**counts)], as_json)
