"""`milap hub officer …` and `milap hub overdue`."""

from typing import Annotated

import typer

from api.cli.hub_common import Config, Json, Name, database_of, tell
from api.hub.operating import officers
from api.service.clock import utc_now

app = typer.Typer(no_args_is_help=True, help="Officers: the partners' people who may sign releases.")


@app.command("list")
def officer_list(config: Config = None, as_json: Json = False) -> None:
    """List all officers with partner, state and fingerprint."""
    with database_of(config) as database:
        tell(officers.listing(database), as_json)


@app.command("confirm")
def officer_confirm(
    partner: Name,
    fingerprint: Annotated[str, typer.Option(prompt="Fingerprint, as it was read out", help="Eight groups of four.")],
    config: Config = None,
    as_json: Json = False,
) -> None:
    """Take an officer's signatures, once the fingerprint of the key was read out on the telephone."""
    with database_of(config) as database:
        tell(officers.confirm(database, partner, fingerprint, utc_now), as_json)


@app.command("revoke")
def officer_revoke(
    partner: Name,
    officer: Annotated[str, typer.Argument(help="The officer's name at this hub, from the list.")],
    config: Config = None,
    as_json: Json = False,
) -> None:
    """Never take this officer's signatures again."""
    with database_of(config) as database:
        tell(officers.revoke(database, partner, officer, utc_now), as_json)


def overdue(config: Config = None, as_json: Json = False) -> None:
    """Tell how many candidates wait for each partner for longer than they should. No candidate is named."""
    with database_of(config) as database:
        tell(officers.overdue_candidates(database, utc_now), as_json)
