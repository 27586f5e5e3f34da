"""`milap holder`: the gateway. A table of commands; the work is in `api.holder.operating`."""

import json
import os
from pathlib import Path
from typing import Annotated

import typer

from api.cli import holder_audit
from api.cli.holder_common import Config, Count, Json, asked, database_of, photos_of, secret, settings_of, tell
from api.cli.holder_directory import app as directory
from api.cli.holder_keys import app as key
from api.cli.holder_officers import officer
from api.cli.holder_offices import office
from api.cli.holder_peers import app as peer
from api.cli.problem_report import report_problems, write_problems
from api.holder.intake.looking import RecordReader
from api.holder.operating import archiving, enrolment, exchanging, files, people, starting
from api.holder.operating.opening import ADMIN_PASSWORD, ENROLMENT_CODE, STAFF_PASSWORD, opened, vault_of
from api.holder.photos.reader import reader_of
from api.holder.sync.wiring import make_sync
from api.service.logs import configure_logs

app = typer.Typer(add_completion=False, no_args_is_help=True)
staff = typer.Typer(no_args_is_help=True, help="Staff: who may sign in, and as what.")
token = typer.Typer(no_args_is_help=True, help="Tokens: with which police and shelter systems call the API.")
app.add_typer(staff, name="staff")
app.add_typer(token, name="token")
app.add_typer(holder_audit.audit, name="audit")
app.command("verify-audit")(holder_audit.verify_audit)
app.add_typer(office, name="office")
app.add_typer(officer, name="officer")
app.add_typer(peer, name="peer")
app.add_typer(key, name="key")
app.add_typer(directory, name="directory")

Login = Annotated[str, typer.Argument(help="The account's login.")]
Kind = Annotated[str, typer.Option(help="missing or found, for all rows.")]


@app.callback()
def holder() -> None:
    """The gateway of a holder: names stay here, codes go out.

    Settings: [holder] of a TOML file, or MILAP_HOLDER_<SETTING>. Key files open with MILAP_KEY_PASSPHRASE,
    MILAP_WRAPPING_KEY, or a passphrase typed in.
    """


@app.command()
def init(
    config: Config = None,
    data: Annotated[Path | None, typer.Option(help="Data folder, for a settings file not there yet.")] = None,
    login: Annotated[str, typer.Option(help="Login of the first administrator.")] = "admin",
    as_json: Json = False,
) -> None:
    """Make a new gateway: settings file, data folder, vault key, tables, administrator. What is there stays."""
    starting.write_config(config, data, os.environ)
    tell(starting.initialise(settings_of(config), login, secret, _password), as_json)


@app.command()
def serve(
    config: Config = None,
    check: Annotated[bool, typer.Option("--check", help="Only check settings, keys and database, and end.")] = False,
    as_json: Json = False,
) -> None:
    """Serve until it is told to stop. The first line on standard output is JSON and says where it listens."""
    settings = settings_of(config)
    if check:
        tell(starting.check(settings, secret()), as_json)
    else:
        starting.serve_gateway(settings, secret(), lambda url: print(json.dumps({"listening": url}), flush=True))


@app.command()
def upgrade(config: Config = None, as_json: Json = False) -> None:
    """Bring the database to the tables of this release. Back it up first."""
    tell(starting.upgrade(settings_of(config)), as_json)


@app.command()
def enrol(
    hub: Annotated[str | None, typer.Option("--hub", help="The hub's address; else hub_url.")] = None,
    config: Config = None,
    as_json: Json = False,
) -> None:
    """Bring the one-time code of the hub's operator to the hub, from MILAP_ENROLMENT_CODE or typed in."""
    settings = settings_of(config)
    with opened(settings) as database:
        unlock, code = secret(), os.environ.get(ENROLMENT_CODE) or asked("One-time code")
        tell(enrolment.enrol(settings, database, hub, code, unlock), as_json)


@app.command()
def trust(
    fingerprint: Annotated[list[str], typer.Argument(help="The hub's fingerprint, as read out on the telephone.")],
    config: Config = None,
    as_json: Json = False,
) -> None:
    """Confirm the hub. Nothing is sent before, nor after it shows another key."""
    with opened(settings_of(config)) as database:
        tell(enrolment.trust(database, " ".join(fingerprint)), as_json)


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(help="CSV or XLSX.")],
    kind: Kind,
    source: Annotated[str, typer.Option(help="police, shelter, helpline, child_welfare_committee, ngo, …")],
    problems: Annotated[Path | None, typer.Option(help="CSV file for everything wrong with the rows.")] = None,
    photos: Annotated[Path | None, typer.Option(help="Folder of the files that the field photos names.")] = None,
    config: Config = None,
    as_json: Json = False,
) -> None:
    """Import records from a file; a case number that is here already is updated.

    Exit status 1: rows were rejected, or photos refused.
    """
    settings, counted = settings_of(config), Count(as_json, "rows")
    configure_logs("holder")
    with opened(settings) as database, reader_of(settings) as reader:
        done, found = files.import_file(
            database, vault_of(settings, secret()), file, kind, source, most_bytes=settings.max_import_bytes,
            progress=counted.up_to, photos=photos_of(settings, photos, reader, as_json),
        )  # fmt: skip
    if problems is not None:
        write_problems(problems, found)
    if not as_json:
        report_problems(found, problems)
    tell(done, as_json)


@app.command()
def export(
    output: Annotated[Path, typer.Option("-o", "--output", help="Where the records go, .csv or .jsonl.")],
    kind: Annotated[str | None, typer.Option(help="missing or found; both if none.")] = None,
    config: Config = None,
    as_json: Json = False,
) -> None:
    """Write the gateway's own active records to a file that only its owner can read. It names children."""
    settings, counted = settings_of(config), Count(as_json, "records")
    with opened(settings) as database:
        reader = RecordReader(database, vault_of(settings, secret()))
        tell(files.export_file(reader, output, kind, counted.more), as_json)


@app.command()
def sync(
    check: Annotated[bool, typer.Option("--check", help="First compare all records with what the hub holds.")] = False,
    config: Config = None,
    as_json: Json = False,
) -> None:
    """Send what waits and take what is new, once. Exit status 1: the hub refused records; 3: it took nothing."""
    settings, counted = settings_of(config), Count(as_json, "records")
    configure_logs("holder")
    with opened(settings) as database, reader_of(settings) as reader:
        unlock = secret()
        exchange = make_sync(settings, database, vault_of(settings, unlock), unlock, photo_reader=reader)
        try:
            tell(exchanging.sync_once(exchange, check, counted.more), as_json)
        finally:
            exchange.stop()


@app.command()
def status(config: Config = None, as_json: Json = False) -> None:
    """Tell how the exchange with the hub stands."""
    with opened(settings_of(config)) as database:
        tell(exchanging.status(database), as_json)


@app.command()
def backup(
    output: Annotated[Path, typer.Option("-o", "--output", help="File to write.")],
    config: Config = None,
    as_json: Json = False,
) -> None:
    """Write the database to one file. Names stay sealed in it; the keys that open it are not in it."""
    counted = Count(as_json, "rows")
    with opened(settings_of(config)) as database:
        tell(archiving.backup(database, output, lambda table, rows: counted.more(rows)), as_json)


@app.command()
def restore(
    file: Annotated[Path, typer.Argument(help="A file that `backup` wrote.")],
    config: Config = None,
    as_json: Json = False,
) -> None:
    """Put a backup into a data folder that holds the vault.key and request.key of then, and no database."""
    counted = Count(as_json, "rows")
    tell(archiving.restore(settings_of(config), file, secret(), lambda table, rows: counted.more(rows)), as_json)


@staff.command("add")
def staff_add(
    login: Login,
    role: Annotated[list[str], typer.Option(help="intake, custodian, officer, reporter, admin, auditor; repeatable.")],
    title: Annotated[str, typer.Option(help="Who it is, such as the post held.")] = "",
    office: Annotated[str | None, typer.Option(help="For the children of this office alone.")] = None,
    config: Config = None,
    as_json: Json = False,
) -> None:
    """Make an account; the password is typed in, or comes from MILAP_HOLDER_STAFF_PASSWORD."""
    with database_of(config) as database:
        tell(people.add(database, login, title, role, _staff_password, office=office), as_json)


@staff.command("disable")
def staff_disable(login: Login, config: Config = None, as_json: Json = False) -> None:
    """Let an account sign in no more, and end its sessions."""
    with database_of(config) as database:
        tell(people.disable(database, login), as_json)


@staff.command("password")
def staff_password(login: Login, config: Config = None, as_json: Json = False) -> None:
    """Give an account a new password; it may sign in again."""
    with database_of(config) as database:
        tell(people.password(database, login, _staff_password), as_json)


@staff.command("list")
def staff_list(config: Config = None, as_json: Json = False) -> None:
    """List all accounts."""
    with database_of(config) as database:
        tell(people.listing(database), as_json)


@token.command("new")
def token_new(
    name: Annotated[str, typer.Argument(help="The system that will use it.")],
    scope: Annotated[list[str] | None, typer.Option(help="May be repeated; records:write and :read if none.")] = None,
    days: Annotated[int | None, typer.Option(help="How long it is taken; for ever if none.")] = None,
    config: Config = None,
    as_json: Json = False,
) -> None:
    """Make a token, and print it this once."""
    with database_of(config) as database:
        tell(people.new_token(database, name, scope or [], days), as_json)


@token.command("list")
def token_list(config: Config = None, as_json: Json = False) -> None:
    """List all tokens, without their secrets."""
    with database_of(config) as database:
        tell(people.list_tokens(database), as_json)


@token.command("revoke")
def token_revoke(
    number: Annotated[int, typer.Argument(help="The token's id, from the list.")],
    config: Config = None,
    as_json: Json = False,
) -> None:
    """End a token."""
    with database_of(config) as database:
        tell(people.revoke_token(database, number), as_json)


def _password() -> str:
    return os.environ.get(ADMIN_PASSWORD) or asked("Password of the administrator", confirm=True)


def _staff_password() -> str:
    return os.environ.get(STAFF_PASSWORD) or asked("Password of the account", confirm=True)
