"""Settings, database and vault of the gateway that a command is about."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from api.holder.app import MIGRATIONS
from api.holder.settings import CONFIG_VARIABLE, HolderSettings, load_holder_settings
from api.holder.vault.key_file import open_vault
from api.holder.vault.vault import Vault
from api.service.database import Database, open_database
from api.service.migrations import require_current
from encoder.sealed_files import UnlockSecret
from matcher.errors import InputError

UPGRADE_COMMAND: Final = "milap holder upgrade"
ADMIN_PASSWORD: Final = "MILAP_HOLDER_ADMIN_PASSWORD"
STAFF_PASSWORD: Final = "MILAP_HOLDER_STAFF_PASSWORD"
ENROLMENT_CODE: Final = "MILAP_ENROLMENT_CODE"


def settings_from(config: Path | None, environ: Mapping[str, str]) -> HolderSettings:
    """Settings from a file, from MILAP_HOLDER_CONFIG when none is named, and from the environment.

    Raises:
        InputError: names what does not fit.
    """
    # These are no settings, though their names look like it.
    passwords = (ADMIN_PASSWORD, STAFF_PASSWORD)
    return load_holder_settings(config, {k: v for k, v in environ.items() if k not in passwords})


def config_file(config: Path | None, environ: Mapping[str, str]) -> Path | None:
    """The settings file: the one named, or the environment's."""
    named = environ.get(CONFIG_VARIABLE)
    return config or (Path(named) if named else None)


@contextmanager
def opened(settings: HolderSettings) -> Iterator[Database]:
    """The gateway's database, which has the tables of this release.

    Raises:
        InputError: there is no data folder yet.
        SchemaError: the tables are those of another release.
        StorageError: the database does not answer.
    """
    require_folder(settings)
    database = open_database(settings.database_url)
    try:
        require_current(database, MIGRATIONS, UPGRADE_COMMAND)
        yield database
    finally:
        database.close()


def require_folder(settings: HolderSettings) -> None:
    """InputError when the gateway was never made."""
    if not settings.data.is_dir():
        raise InputError(f"There is no folder {settings.data}; run `milap holder init` first.")


def vault_of(settings: HolderSettings, secret: UnlockSecret) -> Vault:
    """The gateway's vault; KeyFileError when it cannot be opened."""
    require_folder(settings)
    return open_vault(settings.vault_key, secret)
