"""`milap hub init`, `upgrade` and `serve --check`."""

import json
from collections.abc import Mapping
from pathlib import Path

from api.hub.hub_key import load_hub_key, make_hub_key
from api.hub.operating.opening import config_file, opened, settings_from
from api.hub.settings import HubSettings
from api.hub.storage import schema
from api.service.database import open_database
from api.service.settings import describe
from api.service.summaries import Summary
from api.wire.names import is_name
from matcher.errors import InputError, OutputError


def initialise(config: Path | None, name: str | None, data: Path | None, environ: Mapping[str, str]) -> Summary:
    """Make a new hub: settings file (when one is named that is not there), data folder, key and tables.

    What is there already stays as it is.

    Raises:
        InputError: settings do not fit.
        OutputError: something could not be written.
    """
    file = config_file(config, environ)
    if file is not None and not file.exists():
        _write_config(file, name, data)
    elif name is not None or data is not None:
        raise InputError("--name and --data go into a settings file that is not there yet: name one with --config.")
    settings = settings_from(config, environ)
    try:
        settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise OutputError(f"The folder {settings.data} could not be made ({reason}); choose another.") from None
    key = make_hub_key(settings.data)
    database = open_database(settings.database_url)
    try:
        schema.create_or_require(database)
    finally:
        database.close()
    fingerprint = key.public.fingerprint()
    values = {"hub": settings.name, "data": str(settings.data), "fingerprint": fingerprint}
    lines = [
        f"Hub {settings.name} is ready in {settings.data}.",
        f"Fingerprint of its key, to be read out to every partner: {fingerprint}",
        "Back the folder up: without the key no partner knows the hub again.",
    ]
    return Summary(values, lines)


def upgrade(settings: HubSettings) -> Summary:
    """Bring the database to the tables of this release.

    Raises:
        SchemaError: a newer release wrote it.
        StorageError: the database failed; nothing was changed.
    """
    database = open_database(settings.database_url)
    try:
        before = schema.revision(database)
        schema.upgrade(database)
        after = schema.revision(database)
    finally:
        database.close()
    line = f"The database is at version {after}." if before == after else f"Upgraded from {before} to {after}."
    return Summary({"before": before, "after": after}, [line])


def check(settings: HubSettings) -> Summary:
    """Everything that `serve` needs, without serving: settings (secrets masked), key and database.

    Raises:
        InputError: the key does not fit.
        SchemaError: the tables are those of another release.
        StorageError: the database does not answer.
    """
    fingerprint = load_hub_key(settings.data).public.fingerprint()
    with opened(settings) as database:
        database.check()
    shown = describe(settings.model_copy(update={"database": settings.database_url}))
    values = {**dict(line.split(" = ", 1) for line in shown), "fingerprint": fingerprint}
    return Summary(values, [*shown, f"fingerprint = {fingerprint}", "Settings, key and database are in order."])


def _write_config(file: Path, name: str | None, data: Path | None) -> None:
    if name is None or not is_name(name):
        raise InputError(f"There is no settings file {file}: give --name, 2 to 63 small letters, digits and hyphens.")
    values = {"name": name, **({} if data is None else {"data": str(data)})}
    # A JSON string is a TOML string.
    lines = ["[hub]", *(f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in values.items()), ""]
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("x", encoding="utf-8") as out:
            out.write("\n".join(lines))
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise OutputError(f"The settings file {file} could not be written ({reason}); choose another.") from None
