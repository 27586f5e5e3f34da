"""`milap hub alarm` and `milap hub quota`: what looks like probing. A table of commands."""

from typing import Annotated

import typer

from api.cli.hub_common import Config, Json, Name, database_of, settings_of, tell
from api.hub.operating import alarms
from api.hub.storage.quotas import Quota
from api.service.clock import utc_now

alarm = typer.Typer(no_args_is_help=True, help="Alarms: records of a partner that look like probing. Never told to it.")
quota = typer.Typer(no_args_is_help=True, help="Quotas: how many records a partner may enter a day without an alarm.")

Number = Annotated[int, typer.Argument(help="Number of the alarm, from the list.")]
Limit = Annotated[int | None, typer.Option(min=1, help="Records a day; by the hub's settings if not given.")]


@alarm.command("list")
def alarm_list(
    every: Annotated[bool, typer.Option("--all", help="Cleared and upheld ones too.")] = False,
    before: Annotated[int | None, typer.Option(help="Alarms below this number.")] = None,
    config: Config = None,
    as_json: Json = False,
) -> None:
    """List open alarms, the newest first."""
    with database_of(config) as database:
        tell(alarms.listing(database, every, before), as_json)


@alarm.command("show")
def alarm_show(number: Number, config: Config = None, as_json: Json = False) -> None:
    """Show one alarm."""
    with database_of(config) as database:
        tell(alarms.show(database, number), as_json)


@alarm.command("clear")
def alarm_clear(number: Number, config: Config = None, as_json: Json = False) -> None:
    """Show the candidates of an alarm's records again: it was no probing."""
    with database_of(config) as database:
        tell(alarms.clear(database, settings_of(config), number, utc_now), as_json)


@alarm.command("uphold")
def alarm_uphold(number: Number, config: Config = None, as_json: Json = False) -> None:
    """Stop the records of an alarm for good: it was probing."""
    with database_of(config) as database:
        tell(alarms.uphold(database, number, utc_now), as_json)


@quota.command("set")
def quota_set(
    name: Name,
    officer_day: Limit = None,
    office_day: Limit = None,
    holder_day: Limit = None,
    config: Config = None,
    as_json: Json = False,
) -> None:
    """Set what one partner may enter a day, as for its first upload. What is not given goes by the settings."""
    with database_of(config) as database:
        tell(alarms.set_quota(database, name, Quota(officer_day, office_day, holder_day), utc_now), as_json)


@quota.command("list")
def quota_list(config: Config = None, as_json: Json = False) -> None:
    """List the quotas of the settings and of partners that have others."""
    with database_of(config) as database:
        tell(alarms.quota_listing(database, settings_of(config)), as_json)
