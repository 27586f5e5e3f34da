"""`milap holder peer`: partners' cards, compared on the telephone."""

from typing import Annotated

import typer

from api.cli.holder_common import Config, Json, database_of, tell
from api.holder.operating import peering

app = typer.Typer(no_args_is_help=True, help="Partners: whose messages are believed.")

Partner = Annotated[str, typer.Argument(help="The partner's name at the hub.")]


@app.command("list")
def list_(config: Config = None, as_json: Json = False) -> None:
    """List partners, and the own fingerprint to read out."""
    with database_of(config) as database:
        tell(peering.listing(database), as_json)


@app.command()
def trust(
    partner: Partner,
    fingerprint: Annotated[list[str], typer.Argument(help="The fingerprint, as the partner read it out.")],
    config: Config = None,
    as_json: Json = False,
) -> None:
    """Confirm a partner's card. Nothing is sent to it before, nor after the hub shows another one."""
    with database_of(config) as database:
        tell(peering.trust(database, partner, " ".join(fingerprint)), as_json)


@app.command()
def forget(partner: Partner, config: Config = None, as_json: Json = False) -> None:
    """Forget a partner's card, so that the next one has to be confirmed."""
    with database_of(config) as database:
        tell(peering.forget(database, partner), as_json)


@app.command()
def publish(config: Config = None, as_json: Json = False) -> None:
    """Bring the own card to the hub again, over whatever it shows there."""
    with database_of(config) as database:
        tell(peering.publish(database), as_json)
