"""`milap hub`: the exchange. A table of commands; the work is in `api.hub.operating`."""

import json
import os
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from api.cli import hub_alarms, hub_audit, hub_clusters, hub_crossmatch, hub_model, hub_officers, hub_photos
from api.cli.console import Reporter
from api.cli.hub_common import Config, Json, Name, database_of, settings_of, tell
from api.cli.hub_directory import app as directory
from api.hub.operating import archiving, arrangements, compared, members, serving, starting
from api.hub.operating import status as overview
from api.service.clock import utc_now

app = typer.Typer(add_completion=False, no_args_is_help=True)
partner = typer.Typer(no_args_is_help=True, help="Partners: the organisations whose gateways may talk to this hub.")
agreement = typer.Typer(no_args_is_help=True, help="Agreements: which partners' records may be compared.")
partition = typer.Typer(no_args_is_help=True, help="Partitions: the linkage domains, epochs and profiles compared.")
app.add_typer(partner, name="partner")
app.add_typer(agreement, name="agreement")
app.add_typer(partition, name="partition")
app.add_typer(directory, name="directory")
app.add_typer(hub_alarms.alarm, name="alarm")
app.add_typer(hub_audit.audit, name="audit")
app.command("verify-audit")(hub_audit.verify_audit)
app.add_typer(hub_alarms.quota, name="quota")
app.add_typer(hub_clusters.app, name="cluster")
app.add_typer(hub_model.app, name="model")
app.add_typer(hub_officers.app, name="officer")
app.command()(hub_officers.overdue)
app.command("photo-space")(hub_photos.photo_space)
app.command()(hub_crossmatch.crossmatch)
app.command()(hub_crossmatch.report)

ROWS_A_LINE = 100_000


@app.callback()
def hub() -> None:
    """The exchange: compares encodings only. Settings: [hub] of a TOML file, or MILAP_HUB_<SETTING>."""


@app.command()
def init(
    config: Config = None,
    name: Annotated[str | None, typer.Option(help="The hub's name, for a settings file not there yet.")] = None,
    data: Annotated[Path | None, typer.Option(help="Data folder, for a settings file not there yet.")] = None,
    as_json: Json = False,
) -> None:
    """Make a new hub: settings file, data folder, key and tables. What is there stays as it is."""
    tell(starting.initialise(config, name, data, os.environ), as_json)


@app.command()
def serve(
    config: Config = None,
    check: Annotated[bool, typer.Option("--check", help="Only check settings, key and database, and end.")] = False,
    as_json: Json = False,
) -> None:
    """Serve until it is told to stop. The first line on standard output is JSON and says where it listens."""
    settings = settings_of(config)
    if check:
        tell(starting.check(settings), as_json)
    else:
        serving.serve_hub(settings, lambda url: print(json.dumps({"listening": url}), flush=True))


@app.command()
def upgrade(config: Config = None, as_json: Json = False) -> None:
    """Bring the database to the tables of this release. Back it up first."""
    tell(starting.upgrade(settings_of(config)), as_json)


@app.command()
def status(config: Config = None, as_json: Json = False) -> None:
    """Tell what the hub holds, how fresh it is, and what waits for its match."""
    with database_of(config) as database:
        tell(overview.status(database, settings_of(config).data / "index"), as_json)


@app.command()
def snapshot(
    output: Annotated[Path, typer.Option("-o", "--output", help="File to write; it must not be there.")],
    config: Config = None,
    as_json: Json = False,
) -> None:
    """Write the hub's database to one file, from which `restore` makes it again on SQLite or PostgreSQL."""
    with database_of(config) as database:
        tell(archiving.snapshot(database, output, _Rows(Reporter(quiet=as_json))), as_json)


@app.command()
def restore(
    file: Annotated[Path, typer.Argument(help="A file that `snapshot` wrote.")],
    config: Config = None,
    as_json: Json = False,
) -> None:
    """Put a snapshot into the empty database that `init` made. The hub must not run."""
    tell(archiving.restore(settings_of(config), file, _Rows(Reporter(quiet=as_json))), as_json)


@partner.command("invite")
def partner_invite(
    name: Name,
    title: Annotated[str | None, typer.Option(help="The organisation's full name; needed for a new one.")] = None,
    country: Annotated[str | None, typer.Option(help="ISO 3166, such as IN; needed for a new one.")] = None,
    config: Config = None,
    as_json: Json = False,
) -> None:
    """Make a one-time code for a partner, or for a known one that needs a new key (its requests stop at once)."""
    with database_of(config) as database:
        tell(members.invite(database, name, title, country, utc_now), as_json)


@partner.command("confirm")
def partner_confirm(
    name: Name,
    fingerprint: Annotated[str, typer.Option(prompt="Fingerprint, as it was read out", help="Eight groups of four.")],
    config: Config = None,
    as_json: Json = False,
) -> None:
    """Take a partner's requests, once its gateway's fingerprint was read out on the telephone."""
    with database_of(config) as database:
        tell(members.confirm(database, name, fingerprint, utc_now), as_json)


@partner.command("suspend")
def partner_suspend(name: Name, config: Config = None, as_json: Json = False) -> None:
    """Refuse a partner's requests for now, and leave its records out of matching."""
    with database_of(config) as database:
        tell(members.suspend(database, name, utc_now), as_json)


@partner.command("resume")
def partner_resume(name: Name, config: Config = None, as_json: Json = False) -> None:
    """Take a suspended partner's requests again."""
    with database_of(config) as database:
        tell(members.resume(database, name, utc_now), as_json)


@partner.command("revoke")
def partner_revoke(name: Name, config: Config = None, as_json: Json = False) -> None:
    """Never take a partner's requests again."""
    with database_of(config) as database:
        tell(members.revoke(database, name, utc_now), as_json)


@partner.command("list")
def partner_list(config: Config = None, as_json: Json = False) -> None:
    """List all partners with state and fingerprint."""
    with database_of(config) as database:
        tell(members.listing(database), as_json)


@agreement.command("add")
def agreement_add(
    first: Name,
    second: Name,
    document: Annotated[str, typer.Option(help="The signed document, such as its number and date.")],
    valid_from: Annotated[str, typer.Option("--from", help="First day, as 2026-11-30.")],
    valid_until: Annotated[str, typer.Option("--until", help="Last day, as 2027-11-29.")],
    config: Config = None,
    as_json: Json = False,
) -> None:
    """Let the records of two partners be compared."""
    with database_of(config) as database:
        summary = arrangements.add(database, first, second, document, valid_from, valid_until, utc_now)
        tell(summary, as_json)


@agreement.command("end")
def agreement_end(
    number: Annotated[int, typer.Argument(help="Number of the agreement, from the list.")],
    config: Config = None,
    as_json: Json = False,
) -> None:
    """End an agreement now."""
    with database_of(config) as database:
        tell(arrangements.end(database, number, utc_now), as_json)


@agreement.command("list")
def agreement_list(config: Config = None, as_json: Json = False) -> None:
    """List all agreements, ended ones included."""
    with database_of(config) as database:
        tell(arrangements.listing(database, utc_now), as_json)


@partition.command("open")
def partition_open(
    domain: Annotated[str, typer.Option(help="Linkage domain, as in the key file.")],
    epoch: Annotated[str, typer.Option(help="Epoch, as in the key file.")],
    profile: Annotated[str, typer.Option(help="Encoding profile, such as network-2026-11-22.")],
    key_check: Annotated[str | None, typer.Option(help="The linkage key's check value, 16 hex digits.")] = None,
    steward: Annotated[str | None, typer.Option(help="Or: the partner whose first upload fixes it.")] = None,
    config: Config = None,
    as_json: Json = False,
) -> None:
    """Take and compare records of a linkage domain, epoch and profile."""
    with database_of(config) as database:
        tell(compared.open_partition(database, domain, epoch, profile, key_check, steward, utc_now), as_json)


@partition.command("close")
def partition_close(
    number: Annotated[int, typer.Argument(help="Number of the partition, from the list.")],
    config: Config = None,
    as_json: Json = False,
) -> None:
    """Take no more records into a partition, and match it no longer."""
    with database_of(config) as database:
        tell(compared.close(database, number), as_json)


@partition.command("forget")
def partition_forget(
    number: Annotated[int, typer.Argument(help="Number of a closed partition, from the list.")],
    config: Config = None,
    as_json: Json = False,
) -> None:
    """Remove every code of a closed partition; what interrupts it, start it again."""
    settings, rows = settings_of(config), _Rows(Reporter(quiet=as_json))
    with database_of(config) as database:
        tell(compared.forget(database, settings, number, progress=partial(rows, "codes of records removed")), as_json)


@partition.command("list")
def partition_list(config: Config = None, as_json: Json = False) -> None:
    """List all partitions, closed ones included."""
    with database_of(config) as database:
        tell(compared.listing(database), as_json)


class _Rows:
    """Progress as a table's name and the rows just done: a line for every hundred thousand."""

    def __init__(self, reporter: Reporter) -> None:
        self._reporter, self._done = reporter, 0

    def __call__(self, table: str, rows: int) -> None:
        before, self._done = self._done, self._done + rows
        if self._done // ROWS_A_LINE > before // ROWS_A_LINE:
            self._reporter.say(f"{self._done:,} rows, now {table}")
