"""The vault key at rest: a sealed file in the data folder. Without it every record of the gateway is lost."""

import secrets
from pathlib import Path

from api.holder.vault.vault import VAULT_KEY_BYTES, Vault, vault_from_secret_bytes
from encoder.sealed_files import SealedFormat, UnlockSecret, read_sealed_file, write_sealed_file

_FORMAT = SealedFormat(
    label="milap vault key", noun="vault key file", made_by="`milap holder init`", source="a backup"
)


def new_vault_key(path: Path, secret: UnlockSecret) -> Vault:
    """Make a fresh vault key, seal it into a new file of mode 0600, and give its vault.

    Raises:
        KeyFileError: the secret is too weak, the file exists already, or the folder cannot be written.
    """
    key = secrets.token_bytes(VAULT_KEY_BYTES)
    write_sealed_file(path, _FORMAT, {}, key, secret)
    return vault_from_secret_bytes(key)


def open_vault(path: Path, secret: UnlockSecret) -> Vault:
    """Open the vault of a key file.

    Raises:
        WrongSecretError: the secret does not open it, or it was changed since it was written.
        KeyFileError: the file is missing, readable by others, damaged or of another kind.
    """
    return vault_from_secret_bytes(read_sealed_file(path, _FORMAT, secret).secret)
