"""`milap holder`: the gateway. A table of commands; the work is in `api.holder.operating`."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from api.cli.console import REJECTED_ROWS, Reporter, print_summary
from api.cli.problem_report import report_problems, write_problems
from api.holder.intake.looking import RecordReader
from api.holder.operating import archiving, enrolment, exchanging, files, people, starting
from api.holder.operating.opening import ADMIN_PASSWORD, ENROLMENT_CODE, STAFF_PASSWORD, opened, settings_from, vault_of
from api.holder.settings import HolderSettings
from api.holder.sync.wiring import make_sync
from api.service.database import Database
from api.service.logs import configure_logs
from api.service.summaries import Summary
from encoder.key_files import PASSPHRASE_VARIABLE, WRAPPING_KEY_VARIABLE, unlock_secret_from_environment

app = typer.Typer(add_completion=False, no_args_is_help=True)
staff = typer.Typer(no_args_is_help=True, help="Staff: who may sign in, and as what.")
token = typer.Typer(no_args_is_help=True, help="Tokens: with which police and shelter systems call the API.")
app.add_typer(staff, name="staff")
app.add_typer(token, name="token")

Config = Annotated[Path | None, typer.Option("--config", help="Settings file; MILAP_HOLDER_CONFIG names it otherwise.")]
Json = Annotated[bool, typer.Option("--json", help="Print the summary as JSON.")]
Login = Annotated[str, typer.Argument(help="The account's login.")]
Kind = Annotated[str, typer.Option(help="missing or found, for all rows.")]
ROWS_A_LINE = 100_000


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
    _tell(starting.initialise(_settings(config), login, _secret, _password), as_json)


@app.command()
def serve(
    config: Config = None,
    check: Annotated[bool, typer.Option("--check", help="Only check settings, keys and database, and end.")] = False,
    as_json: Json = False,
) -> None:
    """Serve until it is told to stop. The first line on standard output is JSON and says where it listens."""
    settings = _settings(config)
    if check:
        _tell(starting.check(settings, _secret()), as_json)
    else:
        starting.serve_gateway(settings, _secret(), lambda url: print(json.dumps({"listening": url}), flush=True))


@app.command()
def upgrade(config: Config = None, as_json: Json = False) -> None:
    """Bring the database to the tables of this release. Back it up first."""
    _tell(starting.upgrade(_settings(config)), as_json)


@app.command()
def enrol(
    hub: Annotated[str | None, typer.Option("--hub", help="The hub's address; else hub_url.")] = None,
    config: Config = None,
    as_json: Json = False,
) -> None:
    """Bring the one-time code of the hub's operator to the hub, from MILAP_ENROLMENT_CODE or typed in."""
    settings = _settings(config)
    with opened(settings) as database:
        secret, code = _secret(), os.environ.get(ENROLMENT_CODE) or _asked("One-time code")
        _tell(enrolment.enrol(settings, database, hub, code, secret), as_json)


@app.command()
def trust(
    fingerprint: Annotated[list[str], typer.Argument(help="The hub's fingerprint, as read out on the telephone.")],
    config: Config = None,
    as_json: Json = False,
) -> None:
    """Confirm the hub. Nothing is sent before, nor after it shows another key."""
    with opened(_settings(config)) as database:
        _tell(enrolment.trust(database, " ".join(fingerprint)), as_json)


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(help="CSV or XLSX.")],
    kind: Kind,
    source: Annotated[str, typer.Option(help="police, shelter, helpline, child_welfare_committee, ngo, …")],
    problems: Annotated[Path | None, typer.Option(help="CSV file for everything wrong with the rows.")] = None,
    config: Config = None,
    as_json: Json = False,
) -> None:
    """Import records from a file; a case number that is here already is updated. Exit status 1: rows were rejected."""
    settings, counted = _settings(config), _Count(as_json, "rows")
    configure_logs("holder")
    with opened(settings) as database:
        done, found = files.import_file(
            database, vault_of(settings, _secret()), file, kind, source, most_bytes=settings.max_import_bytes,
            progress=counted.up_to,
        )  # fmt: skip
    if problems is not None:
        write_problems(problems, found)
    if not as_json:
        report_problems(found, problems)
    _tell(done, as_json)


@app.command()
def export(
    output: Annotated[Path, typer.Option("-o", "--output", help="Where the records go, .csv or .jsonl.")],
    kind: Annotated[str | None, typer.Option(help="missing or found; both if none.")] = None,
    config: Config = None,
    as_json: Json = False,
) -> None:
    """Write the gateway's own active records to a file that only its owner can read. It names children."""
    settings, counted = _settings(config), _Count(as_json, "records")
    with opened(settings) as database:
        reader = RecordReader(database, vault_of(settings, _secret()))
        _tell(files.export_file(reader, output, kind, counted.more), as_json)


@app.command()
def sync(
    check: Annotated[bool, typer.Option("--check", help="First compare all records with what the hub holds.")] = False,
    config: Config = None,
    as_json: Json = False,
) -> None:
    """Send what waits and take what is new, once. Exit status 1: the hub refused records; 3: it took nothing."""
    settings, counted = _settings(config), _Count(as_json, "records")
    configure_logs("holder")
    with opened(settings) as database:
        secret = _secret()
        exchange = make_sync(settings, database, vault_of(settings, secret), secret)
        try:
            _tell(exchanging.sync_once(exchange, check, counted.more), as_json)
        finally:
            exchange.stop()


@app.command()
def status(config: Config = None, as_json: Json = False) -> None:
    """Tell how the exchange with the hub stands."""
    with opened(_settings(config)) as database:
        _tell(exchanging.status(database), as_json)


@app.command()
def backup(
    output: Annotated[Path, typer.Option("-o", "--output", help="File to write.")],
    config: Config = None,
    as_json: Json = False,
) -> None:
    """Write the database to one file. Names stay sealed in it; the keys that open it are not in it."""
    counted = _Count(as_json, "rows")
    with opened(_settings(config)) as database:
        _tell(archiving.backup(database, output, lambda table, rows: counted.more(rows)), as_json)


@app.command()
def restore(
    file: Annotated[Path, typer.Argument(help="A file that `backup` wrote.")],
    config: Config = None,
    as_json: Json = False,
) -> None:
    """Put a backup into a data folder that holds the vault.key and request.key of then, and no database."""
    counted = _Count(as_json, "rows")
    _tell(archiving.restore(_settings(config), file, _secret(), lambda table, rows: counted.more(rows)), as_json)


@staff.command("add")
def staff_add(
    login: Login,
    role: Annotated[list[str], typer.Option(help="intake, custodian, admin or auditor; may be repeated.")],
    title: Annotated[str, typer.Option(help="Who it is, such as the post held.")] = "",
    config: Config = None,
    as_json: Json = False,
) -> None:
    """Make an account; the password is typed in, or comes from MILAP_HOLDER_STAFF_PASSWORD."""
    with _database(config) as database:
        _tell(people.add(database, login, title, role, _staff_password), as_json)


@staff.command("disable")
def staff_disable(login: Login, config: Config = None, as_json: Json = False) -> None:
    """Let an account sign in no more, and end its sessions."""
    with _database(config) as database:
        _tell(people.disable(database, login), as_json)


@staff.command("password")
def staff_password(login: Login, config: Config = None, as_json: Json = False) -> None:
    """Give an account a new password; it may sign in again."""
    with _database(config) as database:
        _tell(people.password(database, login, _staff_password), as_json)


@staff.command("list")
def staff_list(config: Config = None, as_json: Json = False) -> None:
    """List all accounts."""
    with _database(config) as database:
        _tell(people.listing(database), as_json)


@token.command("new")
def token_new(
    name: Annotated[str, typer.Argument(help="The system that will use it.")],
    scope: Annotated[list[str] | None, typer.Option(help="May be repeated; records:write and :read if none.")] = None,
    days: Annotated[int | None, typer.Option(help="How long it is taken; for ever if none.")] = None,
    config: Config = None,
    as_json: Json = False,
) -> None:
    """Make a token, and print it this once."""
    with _database(config) as database:
        _tell(people.new_token(database, name, scope or [], days), as_json)


@token.command("list")
def token_list(config: Config = None, as_json: Json = False) -> None:
    """List all tokens, without their secrets."""
    with _database(config) as database:
        _tell(people.list_tokens(database), as_json)


@token.command("revoke")
def token_revoke(
    number: Annotated[int, typer.Argument(help="The token's id, from the list.")],
    config: Config = None,
    as_json: Json = False,
) -> None:
    """End a token."""
    with _database(config) as database:
        _tell(people.revoke_token(database, number), as_json)


def _settings(config: Path | None) -> HolderSettings:
    return settings_from(config, os.environ)


@contextmanager
def _database(config: Path | None) -> Iterator[Database]:
    with opened(_settings(config)) as database:
        yield database


def _secret(new: bool = False) -> str | bytes:
    """From the environment, or typed: never an argument, which every process of the machine could read."""
    if PASSPHRASE_VARIABLE in os.environ or WRAPPING_KEY_VARIABLE in os.environ:
        return unlock_secret_from_environment()
    return _asked("Passphrase of the key files", confirm=new)


def _password() -> str:
    return os.environ.get(ADMIN_PASSWORD) or _asked("Password of the administrator", confirm=True)


def _staff_password() -> str:
    return os.environ.get(STAFF_PASSWORD) or _asked("Password of the account", confirm=True)


def _asked(what: str, confirm: bool = False) -> str:
    return str(typer.prompt(what, hide_input=True, confirmation_prompt=confirm, err=True))


def _tell(summary: Summary, as_json: bool) -> None:
    print_summary(summary.values, list(summary.lines), as_json)
    if summary.rejected:
        raise typer.Exit(REJECTED_ROWS)


class _Count:
    """Says now and then how far it is: a line for every so many."""

    def __init__(self, quiet: bool, what: str) -> None:
        self._reporter, self._what, self._done = Reporter(quiet), what, 0

    def more(self, units: int) -> None:
        self.up_to(self._done + units, 0)

    def up_to(self, done: int, total: int) -> None:
        before, self._done = self._done, done
        if done // ROWS_A_LINE > before // ROWS_A_LINE:
            of = f" of {total:,}" if total else ""
            self._reporter.say(f"{done:,}{of} {self._what}")
