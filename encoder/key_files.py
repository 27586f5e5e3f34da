"""Linkage keys at rest: sealed files that show their domain and epoch (`encoder/sealed_files.py` has the format)."""

from pathlib import Path

from encoder.keys import LinkageKey, linkage_key_from_secret_bytes, reveal_secret_bytes_of_linkage_key
from encoder.sealed_files import (
    PASSPHRASE_VARIABLE,
    WRAPPING_KEY_VARIABLE,
    KeyFileError,
    SealedFormat,
    UnlockSecret,
    WrongSecretError,
    read_sealed_file,
    unlock_secret_from_environment,
    write_sealed_file,
)
from encoder.sealing import MIN_PASSPHRASE_CHARACTERS

__all__ = [
    "MIN_PASSPHRASE_CHARACTERS", "PASSPHRASE_VARIABLE", "WRAPPING_KEY_VARIABLE", "KeyFileError", "UnlockSecret",
    "WrongSecretError", "read_key_file", "unlock_secret_from_environment", "write_key_file",
]  # fmt: skip

_FORMAT = SealedFormat(
    label="milap linkage key",
    noun="key file",
    made_by="`milap keys new`",
    source="the key steward",
    fields=("domain", "epoch"),
)


def write_key_file(path: Path, key: LinkageKey, secret: UnlockSecret) -> None:
    """Seal a linkage key into a new file of mode 0600; the file is whole or not there.

    Raises:
        KeyFileError: the secret is too weak, the file exists already, or the folder cannot be written.
    """
    fields = {"domain": key.domain, "epoch": key.epoch}
    write_sealed_file(path, _FORMAT, fields, reveal_secret_bytes_of_linkage_key(key), secret)


def read_key_file(path: Path, secret: UnlockSecret) -> LinkageKey:
    """Open a key file.

    Raises:
        WrongSecretError: the secret does not open it, or it was changed since it was written.
        KeyFileError: the file is missing, readable by others, truncated, foreign, of a later version, or asks for
            more memory or time than a key file may.
    """
    opened = read_sealed_file(path, _FORMAT, secret)
    return linkage_key_from_secret_bytes(opened.secret, opened.fields["domain"], opened.fields["epoch"])
