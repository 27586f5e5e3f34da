"""`milap holder officer`."""

import typer

from api.cli.holder_common import Config, Json, database_of, tell
from api.holder.operating import reviewing

officer = typer.Typer(no_args_is_help=True, help="Officers: whose signatures release a child's case.")


@officer.callback()
def officers() -> None:
    """Officers make their keys themselves, in the gateway; nobody else can use them."""


@officer.command("list")
def officer_list(config: Config = None, as_json: Json = False) -> None:
    """List officers' keys and their fingerprints."""
    with database_of(config) as database:
        tell(reviewing.list_officers(database), as_json)
