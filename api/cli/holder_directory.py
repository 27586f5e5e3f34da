"""`milap holder directory`: what this organisation says of itself, and whom to call."""

from pathlib import Path
from typing import Annotated

import typer

from api.cli.holder_common import Config, Json, database_of, tell
from api.holder.operating import organisations

app = typer.Typer(no_args_is_help=True, help="Directory: the organisations of the network, and this one's entry.")


@app.command()
def publish(
    file: Annotated[Path, typer.Argument(help="The entry, .toml or .json.")],
    config: Config = None,
    as_json: Json = False,
) -> None:
    """Say what this organisation is: kind, districts, services, contact desk. Every partner may read it."""
    with database_of(config) as database:
        tell(organisations.publish(database, file), as_json)


@app.command()
def show(config: Config = None, as_json: Json = False) -> None:
    """Show this organisation's entry, and whether the hub has it."""
    with database_of(config) as database:
        tell(organisations.show(database), as_json)


@app.command()
def search(
    text: Annotated[str | None, typer.Argument(help="Part of the title or of the partner's name.")] = None,
    kind: Annotated[str | None, typer.Option(help="police, shelter, child_welfare_committee, …")] = None,
    country: Annotated[str | None, typer.Option(help="Country that it serves.")] = None,
    state: Annotated[str | None, typer.Option(help="State that it serves.")] = None,
    district: Annotated[str | None, typer.Option(help="District that it serves.")] = None,
    service: Annotated[str | None, typer.Option(help="shelter, legal_aid, repatriation, tracing, …")] = None,
    language: Annotated[str | None, typer.Option(help="Language that is spoken there.")] = None,
    config: Config = None,
    as_json: Json = False,
) -> None:
    """Search this gateway's copy of the directory; nothing is asked of the hub."""
    wanted = organisations.filter_of(kind, country, state, district, service, language, text)
    with database_of(config) as database:
        tell(organisations.search(database, wanted), as_json)
