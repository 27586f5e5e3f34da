"""`milap hub model`: linkage models, as cross-matches estimate them and the operator promotes them."""

from pathlib import Path
from typing import Annotated

import typer

from api.cli.hub_common import Config, Json, database_of, tell
from api.hub.modelling import installing, promoting, reviewing
from api.service.clock import utc_now

app = typer.Typer(
    no_args_is_help=True, help="Models: what pairs weigh. Cross-matches estimate them, an operator promotes one."
)

Partition = Annotated[int | None, typer.Option("--partition", help="Number of a partition.")]


@app.command()
def show(
    number: Annotated[int | None, typer.Argument(help="Number of a model; all if none.")] = None,
    only: Partition = None,
    config: Config = None,
    as_json: Json = False,
) -> None:
    """List the active model and the estimates of each partition, or show one model."""
    with database_of(config) as database:
        tell(reviewing.listing(database, only) if number is None else reviewing.show(database, number), as_json)


@app.command()
def diff(
    first: Annotated[int | None, typer.Argument(help="From this model; the active one if none.")] = None,
    second: Annotated[int | None, typer.Argument(help="To this model; with one number, from the active to it.")] = None,
    only: Partition = None,
    config: Config = None,
    as_json: Json = False,
) -> None:
    """Tell what changes from one model to another: from the active one to the newest estimate if none is given."""
    with database_of(config) as database:
        tell(reviewing.diff(database, first, second, only), as_json)


@app.command()
def promote(
    number: Annotated[int, typer.Argument(help="Number of the model, from the list.")],
    only: Partition = None,
    yes: Annotated[bool, typer.Option("--yes", help="Yes, match with it from now on.")] = False,
    config: Config = None,
    as_json: Json = False,
) -> None:
    """Match a partition with a model from now on; the next cross-match is then a full one."""
    with database_of(config) as database:
        tell(promoting.promote(database, number, only, yes, utc_now), as_json)


@app.command("photo-curve")
def photo_curve(
    file: Annotated[Path, typer.Argument(help="A calibrated photo curve.")],
    only: Partition = None,
    yes: Annotated[bool, typer.Option("--yes", help="Yes, match with it from now on.")] = False,
    config: Config = None,
    as_json: Json = False,
) -> None:
    """Make a model that weighs photos by your own curve; it waits to be promoted, unless you say --yes."""
    with database_of(config) as database:
        tell(installing.install_curve(database, file, only, yes, utc_now), as_json)
