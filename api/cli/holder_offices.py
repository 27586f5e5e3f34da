"""`milap holder office`."""

from typing import Annotated

import typer

from api.cli.holder_common import Config, Json, database_of, tell
from api.holder.operating import reviewing
from api.holder.staff.offices import DEFAULT_CAPACITY

office = typer.Typer(no_args_is_help=True, help="Offices: how much of the worklist each can do, and whom to remind.")


@office.command("add")
def office_add(
    name: Annotated[str, typer.Argument(help="As records name it; one that is there is changed.")],
    capacity: Annotated[int, typer.Option(help="Candidates that it can look at a day.")] = DEFAULT_CAPACITY,
    email: Annotated[str | None, typer.Option(help="Who is told, in place of the organisation's desk.")] = None,
    config: Config = None,
    as_json: Json = False,
) -> None:
    """Add an office, or change its capacity and address."""
    with database_of(config) as database:
        tell(reviewing.add_office(database, name, capacity, email), as_json)


@office.command("list")
def office_list(config: Config = None, as_json: Json = False) -> None:
    """List all offices."""
    with database_of(config) as database:
        tell(reviewing.list_offices(database), as_json)
