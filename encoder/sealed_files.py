"""Secrets at rest: 32 bytes in an encrypted file, opened by a passphrase or by a wrapping key from the environment.

The file is JSON, sealed as `encoder.sealing` says. A passphrase is stretched; a wrapping key is used as it is.
"""

import base64
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag

from encoder.private_files import read_private_file, write_new_private_file
from encoder.sealing import (
    CIPHER,
    MIN_PASSPHRASE_CHARACTERS,
    NONCE_BYTES,
    SALT_BYTES,
    SECRET_BYTES,
    TAG_BYTES,
    new_kdf,
    new_nonce,
    seal,
    stretched,
    unseal,
)
from matcher.errors import InputError

UnlockSecret = str | bytes
"""A passphrase (str), or a wrapping key (bytes, 32 of them)."""

PASSPHRASE_VARIABLE = "MILAP_KEY_PASSPHRASE"
WRAPPING_KEY_VARIABLE = "MILAP_WRAPPING_KEY"

_VERSION = 1
_MAX_FILE_BYTES = 2**14
# A file must not make its reader allocate without end: at most 1 GiB, 16 passes, 16 lanes.
_ARGON2_LIMITS = {"iterations": 16, "lanes": 16, "memory_in_kib": 2**20}
_NO_KDF = {"name": "none"}


class KeyFileError(InputError):
    """A key file cannot be written or opened (exit status 2); the message never holds a key or a passphrase."""


class WrongSecretError(KeyFileError):
    """The passphrase or wrapping key does not open the key file, or the file was changed since it was written."""


@dataclass(frozen=True)
class SealedFormat:
    """One kind of sealed file.

    label     what stands in the file as its format; no file opens as another kind
    noun      what a person calls such a file
    made_by   the command that writes it
    source    where to get the file again
    fields    names of the open text fields that it carries, in order
    """

    label: str
    noun: str
    made_by: str
    source: str
    fields: tuple[str, ...] = ()


@dataclass(frozen=True, repr=False)
class OpenedFile:
    """What a sealed file holds: its open fields, and the secret, bytes (32,)."""

    fields: Mapping[str, str]
    secret: bytes

    def __repr__(self) -> str:
        """The open fields; never the secret."""
        return f"OpenedFile({dict(self.fields)!r})"


def unlock_secret_from_environment(environ: Mapping[str, str] | None = None) -> UnlockSecret:
    """The passphrase of MILAP_KEY_PASSPHRASE, or the wrapping key of MILAP_WRAPPING_KEY (base64 of 32 bytes).

    Raises:
        KeyFileError: neither or both are set, or the wrapping key is not base64 of 32 bytes.
    """
    environ = os.environ if environ is None else environ
    passphrase, wrapping_key = environ.get(PASSPHRASE_VARIABLE), environ.get(WRAPPING_KEY_VARIABLE)
    if passphrase and wrapping_key:
        raise KeyFileError(f"Both {PASSPHRASE_VARIABLE} and {WRAPPING_KEY_VARIABLE} are set; unset one of them.")
    if passphrase:
        return passphrase
    if not wrapping_key:
        raise KeyFileError(f"Set {PASSPHRASE_VARIABLE} or {WRAPPING_KEY_VARIABLE} to what opens the key file.")
    try:
        return _checked_wrapping_key(base64.b64decode(wrapping_key.strip(), validate=True))
    except ValueError:
        raise KeyFileError(f"{WRAPPING_KEY_VARIABLE} is not base64; set it to base64 of 32 random bytes.") from None


def write_sealed_file(
    path: Path, kind: SealedFormat, fields: Mapping[str, str], content: bytes, secret: UnlockSecret
) -> None:
    """Seal 32 secret bytes into a new file of mode 0600; the file is whole or not there.

    Args:
        path: a file that does not exist.
        kind: what kind of file it becomes.
        fields: the open text fields of that kind.
        content: bytes (32,), what is sealed.
        secret: what opens the file.

    Raises:
        KeyFileError: the secret is too weak, the file exists already, or the folder cannot be written.
    """
    assert len(content) == SECRET_BYTES
    assert set(fields) == set(kind.fields)
    header: dict[str, Any] = {
        "format": kind.label,
        "version": _VERSION,
        **{name: fields[name] for name in kind.fields},
        "cipher": CIPHER,
        "kdf": dict(_NO_KDF),
        "nonce": new_nonce(),
    }
    if isinstance(secret, str):
        if len(secret) < MIN_PASSPHRASE_CHARACTERS:
            raise KeyFileError(f"The passphrase is too short; choose at least {MIN_PASSPHRASE_CHARACTERS} characters.")
        header["kdf"] = new_kdf()
    sealed = seal(_Reader(path, kind).file_key(header, secret), header, content)
    _write_new(path, json.dumps(sealed, indent=2) + "\n")


def _write_new(path: Path, text: str) -> None:
    try:
        write_new_private_file(path, text.encode())
    except FileExistsError:
        raise KeyFileError(f"{path} exists and is never overwritten; move it away or choose another name.") from None
    except OSError as error:
        raise KeyFileError(f"{path} could not be written ({error.strerror}); choose another folder.") from None


def read_sealed_file(path: Path, kind: SealedFormat, secret: UnlockSecret) -> OpenedFile:
    """Open a sealed file of a kind.

    Raises:
        WrongSecretError: the secret does not open it, or it was changed since it was written.
        KeyFileError: the file is missing, readable by others, truncated, of another kind or a later version, or asks
            for more memory or time than a key file may.
    """
    reader = _Reader(path, kind)
    header = reader.parsed(reader.private_bytes())
    reader.check_base64(header, "sealed", SECRET_BYTES + TAG_BYTES)
    reader.check_base64(header, "nonce", NONCE_BYTES)
    key = reader.file_key(header, secret)
    try:
        opened = unseal(key, header)
    except InvalidTag:
        raise WrongSecretError(
            f"The passphrase or wrapping key does not open {path}, or the file was changed; "
            f"check {PASSPHRASE_VARIABLE} or {WRAPPING_KEY_VARIABLE}, or get the file again from {kind.source}."
        ) from None
    return OpenedFile({name: header[name] for name in kind.fields}, opened)


class _Reader:
    """Takes one file apart; every refusal names the file and what to do."""

    def __init__(self, path: Path, kind: SealedFormat) -> None:
        self.path, self.kind = path, kind

    def private_bytes(self) -> bytes:
        path, kind = self.path, self.kind
        try:
            return read_private_file(path, _MAX_FILE_BYTES)
        except FileNotFoundError:
            raise KeyFileError(f"There is no {kind.noun} {path}; make one with {kind.made_by} or copy one.") from None
        except PermissionError:
            raise KeyFileError(f"{path} must be readable by its owner alone; run `chmod 600` on it.") from None
        except OSError as error:
            raise KeyFileError(f"{path} could not be read ({error.strerror}); check the path and the disk.") from None

    def parsed(self, content: bytes) -> dict[str, Any]:
        path, kind = self.path, self.kind
        try:
            header = json.loads(content)
        except (ValueError, RecursionError):
            header = None
        if not isinstance(header, dict) or header.get("format") != kind.label:
            if not content or kind.label.encode() in content:
                raise self.damaged()
            raise KeyFileError(f"{path} is not a Milap {kind.noun}; name the file that {kind.made_by} wrote.")
        if header.get("version") != _VERSION:
            raise KeyFileError(f"{path} is a {kind.noun} of another version; open it with a newer Milap.")
        if header.get("cipher") != CIPHER or not all(isinstance(header.get(name), str) for name in kind.fields):
            raise self.damaged()
        return header

    def file_key(self, header: dict[str, Any], secret: UnlockSecret) -> bytes:
        """The AES-256 key: the wrapping key itself, or the stretched passphrase, 32 bytes."""
        kdf, path = header.get("kdf"), self.path
        if not isinstance(kdf, dict) or kdf.get("name") not in ("argon2id", "none"):
            raise self.damaged()
        if kdf["name"] == "none":
            if isinstance(secret, str):
                raise KeyFileError(f"{path} opens with a wrapping key; set {WRAPPING_KEY_VARIABLE} and no passphrase.")
            return _checked_wrapping_key(secret)
        if not isinstance(secret, str):
            raise KeyFileError(f"{path} opens with a passphrase; set {PASSPHRASE_VARIABLE} and no wrapping key.")
        return self._stretched(kdf, secret)

    def _stretched(self, kdf: dict[str, Any], passphrase: str) -> bytes:
        """A stretched passphrase, 32 bytes, with parameters that a file may ask for."""
        for name, limit in _ARGON2_LIMITS.items():
            if type(kdf.get(name)) is not int or kdf[name] < 1:
                raise self.damaged()
            if kdf[name] > limit:
                raise KeyFileError(
                    f"{self.path} asks for more {name} than the limit of {limit}; get it from {self.kind.source}."
                )
        if kdf["memory_in_kib"] < 8 * kdf["lanes"]:
            raise self.damaged()
        self.check_base64(kdf, "salt", SALT_BYTES)
        return stretched(passphrase, kdf)

    def check_base64(self, fields: dict[str, Any], name: str, length: int) -> None:
        try:
            content = base64.b64decode(fields.get(name, ""), validate=True)
        except (ValueError, TypeError):
            raise self.damaged() from None
        if len(content) != length:
            raise self.damaged()

    def damaged(self) -> KeyFileError:
        backup = "a backup"
        again = backup if self.kind.source == backup else f"{self.kind.source} or from {backup}"
        return KeyFileError(f"{self.path} is cut short or damaged; get it again from {again}.")


def _checked_wrapping_key(wrapping_key: bytes) -> bytes:
    if len(wrapping_key) != SECRET_BYTES:
        raise KeyFileError(f"A wrapping key is {SECRET_BYTES} bytes; set {WRAPPING_KEY_VARIABLE} to base64 of as many.")
    return wrapping_key
