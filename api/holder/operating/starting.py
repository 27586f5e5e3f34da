"""`milap holder init`, `upgrade` and `serve`."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path

from api.holder.app import MIGRATIONS, make_gateway
from api.holder.operating.opening import (
    UPGRADE_COMMAND,
    config_file,
    opened,
    require_folder,
    vault_of,
)
from api.holder.photos.reader import reader_of
from api.holder.settings import SECTION, HolderSettings
from api.holder.staff.accounts import Accounts
from api.holder.staff.passwords import Passwords
from api.holder.staff.roles import Role
from api.holder.sync import hub_facts
from api.holder.sync.addresses import checked_address
from api.holder.sync.request_key_file import read_request_key
from api.holder.sync.wiring import item_maker, make_sync, next_item_maker, photo_space_of
from api.holder.vault.key_file import new_vault_key
from api.service.clock import Clock, utc_now
from api.service.database import open_database
from api.service.locking import only_one
from api.service.logs import configure_logs
from api.service.migrations import create_or_require, revision
from api.service.migrations import upgrade as migrate
from api.service.serving import serve
from api.service.settings import describe
from api.service.summaries import Summary
from encoder.sealed_files import UnlockSecret
from matcher.errors import InputError, OutputError

ASK_SECRET = Callable[[bool], UnlockSecret]
"""Gives what opens the key files; True when it is a new one, to be typed twice."""


def write_config(config: Path | None, data: Path | None, environ: Mapping[str, str]) -> None:
    """Write a settings file that is named and not there.

    Raises:
        InputError: a data folder was named, and no such file.
        OutputError: it could not be written.
    """
    file = config_file(config, environ)
    if file is None or file.exists():
        if data is not None:
            raise InputError("--data goes into a settings file that is not there yet: name one with --config.")
        return
    # A JSON string is a TOML string.
    lines = [f"[{SECTION}]", *([] if data is None else [f"data = {json.dumps(str(data), ensure_ascii=False)}"]), ""]
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("x", encoding="utf-8") as out:
            out.write("\n".join(lines))
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise OutputError(f"The settings file {file} could not be written ({reason}); choose another.") from None


def initialise(
    settings: HolderSettings, login: str, ask_secret: ASK_SECRET, ask_password: Callable[[], str],
    clock: Clock = utc_now,
) -> Summary:  # fmt: skip
    """Make a new gateway: data folder, vault key, tables, and an administrator. What is there stays as it is.

    Raises:
        InputError: passphrase, login or password do not fit.
        OutputError: the folder could not be made.
        SchemaError: the tables are those of another release.
        StorageError: the database failed.
    """
    _make_folder(settings.data)
    if settings.vault_key.exists():
        vault_of(settings, ask_secret(False))
    else:
        new_vault_key(settings.vault_key, ask_secret(True))
    database = open_database(settings.database_url)
    try:
        create_or_require(database, MIGRATIONS, UPGRADE_COMMAND)
        accounts = Accounts(database, Passwords(), clock)
        made = not accounts.everybody()
        if made:
            accounts.add(login, "Administrator", [Role.ADMIN], ask_password())
    finally:
        database.close()
    lines = [
        f"The gateway is ready in {settings.data}" + (f", with {login} as its administrator." if made else "."),
        "Back up the folder and the passphrase or wrapping key: without vault.key no record can be opened again.",
        "Next: set linkage_key to the key steward's file, run `milap holder enrol --hub ADDRESS`,"
        " then `milap holder trust FINGERPRINT` and `milap holder serve`.",
    ]
    return Summary({"data": str(settings.data), "administrator": login if made else None}, lines)


def upgrade(settings: HolderSettings) -> Summary:
    """Bring the database to the tables of this release.

    Raises:
        SchemaError: a newer release wrote it.
        StorageError: the database failed; nothing was changed.
    """
    require_folder(settings)
    with only_one(settings.data, "holder"):
        database = open_database(settings.database_url)
        try:
            before = revision(database)
            migrate(database, MIGRATIONS)
            after = revision(database)
        finally:
            database.close()
    line = f"The database is at version {after}." if before == after else f"Upgraded from {before} to {after}."
    return Summary({"before": before, "after": after}, [line])


def check(settings: HolderSettings, secret: UnlockSecret) -> Summary:
    """Everything that `serve` needs, without serving: settings (secrets masked), keys and database.

    Raises:
        InputError: a setting or a key file does not fit.
        SchemaError: the tables are those of another release.
        StorageError: the database does not answer.
    """
    vault = vault_of(settings, secret)
    _check_addresses(settings)
    with opened(settings) as database:
        maker = item_maker(settings, database, vault, secret)
        ahead = next_item_maker(settings, database, vault, secret, maker)
        database.check()
        with database.read() as conn:
            hub = hub_facts.load(conn)
    if settings.request_key.exists():
        read_request_key(settings.request_key, secret)
    shown = describe(settings.model_copy(update={"database": settings.database_url}))
    lines = [*shown, "Settings, keys and database are in order."]
    if maker is None:
        lines.append("No linkage key is set: records wait, and none is sent.")
    if ahead is not None:
        lines.append(f"Every record also goes under the next linkage key, of epoch {ahead.key.epoch}.")
    if hub is None or not hub.trusted:
        lines.append("No hub is confirmed: run `milap holder enrol`, then `milap holder trust`.")
    lines += _photo_lines(settings)
    values = dict(line.split(" = ", 1) for line in shown)
    return Summary({**values, "hub": None if hub is None else hub.name, "can_encode": maker is not None}, lines)


def serve_gateway(settings: HolderSettings, secret: UnlockSecret, announce: Callable[[str], None]) -> None:
    """Serve until SIGTERM or SIGINT.

    Args:
        settings: the gateway's settings.
        secret: opens vault, linkage key and request key.
        announce: told the URL once requests are taken.

    Raises:
        InputError: a key that does not open, another gateway on the folder, or an address that is taken.
        SchemaError: the tables are those of another release.
        StorageError: the database does not answer.
    """
    vault = vault_of(settings, secret)
    _check_addresses(settings)
    with only_one(settings.data, "holder"), opened(settings) as database:
        configure_logs("holder")
        reader = reader_of(settings)
        exchange = make_sync(settings, database, vault, secret, photo_reader=reader)
        app = make_gateway(settings, database, vault, exchange, photo_reader=reader)
        serve(app, settings.host, settings.port, announce)


def _photo_lines(settings: HolderSettings) -> list[str]:
    """Whether photos are read, and why not; SpaceMismatchError when the face space is another embedder's."""
    space = photo_space_of(settings)
    with reader_of(settings) as reader:
        if not reader.is_on:
            return []
        identity = reader.identity()
    if identity is None:
        return [f"Photos are kept and not read: {reader.problem}"]
    if space is not None:
        space.require(identity)
    return [f"Photos are read by {identity.name}."]


def _check_addresses(settings: HolderSettings) -> None:
    for text, what in (
        (settings.hub_url, "hub_url"), (settings.callback_url, "callback_url"),
        (settings.notify_webhook, "notify_webhook"),
    ):  # fmt: skip
        if text is not None:
            checked_address(text, f"The setting {what}")


def _make_folder(data: Path) -> None:
    try:
        data.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise OutputError(f"The folder {data} could not be made ({reason}); choose another.") from None
