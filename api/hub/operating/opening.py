"""Settings and database of the hub that a command is about."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from api.hub.settings import SECTION, HubSettings
from api.hub.storage.schema import require_current
from api.service.database import Database, open_database
from api.service.settings import load_settings
from matcher.errors import InputError

CONFIG_VARIABLE = "MILAP_HUB_CONFIG"


def settings_from(config: Path | None, environ: Mapping[str, str]) -> HubSettings:
    """Settings from a file, from MILAP_HUB_CONFIG when none is named, and from the environment.

    Raises:
        InputError: names what does not fit.
    """
    file = config_file(config, environ)
    # It names the file and is no setting itself.
    variables = {name: value for name, value in environ.items() if name != CONFIG_VARIABLE}
    return load_settings(HubSettings, SECTION, file, variables)


def config_file(config: Path | None, environ: Mapping[str, str]) -> Path | None:
    """The settings file: the one named, or the environment's."""
    named = environ.get(CONFIG_VARIABLE)
    return config or (Path(named) if named else None)


@contextmanager
def opened(settings: HubSettings) -> Iterator[Database]:
    """The hub's database, which has the tables of this release.

    Raises:
        InputError: there is no data folder yet.
        SchemaError: the tables are those of another release.
        StorageError: the database does not answer.
    """
    if not settings.data.is_dir():
        raise InputError(f"There is no folder {settings.data}; run `milap hub init` first.")
    database = open_database(settings.database_url)
    try:
        require_current(database)
        yield database
    finally:
        database.close()
