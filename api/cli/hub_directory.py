"""`milap hub directory`: what partners say of themselves."""

import typer

from api.cli.hub_common import Config, Json, database_of, tell
from api.hub.operating import organisations

app = typer.Typer(no_args_is_help=True, help="Directory: what partners say of themselves.")


@app.callback()
def directory() -> None:
    """What partners say of themselves; their gateways publish it."""


@app.command("list")
def list_(config: Config = None, as_json: Json = False) -> None:
    """List the active partners that have an entry: kind, districts and services."""
    with database_of(config) as database:
        tell(organisations.listing(database), as_json)
