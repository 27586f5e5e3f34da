"""Secrets at rest: 32 bytes in an encrypted file, opened by a passphrase or by a wrapping key from the environment.

The file is JSON. Everything in it but the sealed secret is the associated data of AES-256-GCM, so that a changed
field or parameter does not open. A passphrase is stretched by Argon2id; a wrapping key is used as it is.
"""

import base64
import json
import os
import secrets
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from argon2.low_level import Type, hash_secret_raw
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from encoder.private_files import read_private_file, write_new_private_file
from matcher.errors import InputError

UnlockSecret = str | bytes
"""A passphrase (str), or a wrapping key (bytes, 32 of them)."""

SEALED_BYTES = 32
PASSPHRASE_VARIABLE = "MILAP_KEY_PASSPHRASE"
WRAPPING_KEY_VARIABLE = "MILAP_WRAPPING_KEY"
MIN_PASSPHRASE_CHARACTERS = 12

_VERSION = 1
_CIPHER = "AES-256-GCM"
_MAX_FILE_BYTES = 2**14
_SALT_BYTES = 16
_NONCE_BYTES = 12
_TAG_BYTES = 16
# RFC 9106, section 4: the second recommended option.
_ARGON2 = {"name": "argon2id", "iterations": 3, "lanes": 4, "memory_in_kib": 2**16}
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
    assert len(content) == SEALED_BYTES
    assert set(fields) == set(kind.fields)
    header: dict[str, Any] = {
        "format": kind.label,
        "version": _VERSION,
        **{name: fields[name] for name in kind.fields},
        "cipher": _CIPHER,
        "kdf": dict(_NO_KDF),
        "nonce": _to_base64(secrets.token_bytes(_NONCE_BYTES)),
    }
    if isinstance(secret, str):
        if len(secret) < MIN_PASSPHRASE_CHARACTERS:
            raise KeyFileError(f"The passphrase is too short; choose at least {MIN_PASSPHRASE_CHARACTERS} characters.")
        header["kdf"] = {**_ARGON2, "salt": _to_base64(secrets.token_bytes(_SALT_BYTES))}
    reader = _Reader(path, kind)
    cipher = AESGCM(reader.file_key(header, secret))
    nonce = reader.from_base64(header, "nonce", _NONCE_BYTES)
    sealed = cipher.encrypt(nonce, content, _associated_data(header))
    _write_new(path, json.dumps({**header, "sealed": _to_base64(sealed)}, indent=2) + "\n")


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
    sealed = reader.from_base64(header, "sealed", SEALED_BYTES + _TAG_BYTES)
    nonce = reader.from_base64(header, "nonce", _NONCE_BYTES)
    del header["sealed"]
    cipher = AESGCM(reader.file_key(header, secret))
    try:
        opened = cipher.decrypt(nonce, sealed, _associated_data(header))
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
        if header.get("cipher") != _CIPHER or not all(isinstance(header.get(name), str) for name in kind.fields):
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
        """Argon2id (RFC 9106) of a passphrase, 32 bytes, with parameters that a file may ask for."""
        for name, limit in _ARGON2_LIMITS.items():
            if type(kdf.get(name)) is not int or kdf[name] < 1:
                raise self.damaged()
            if kdf[name] > limit:
                raise KeyFileError(
                    f"{self.path} asks for more {name} than the limit of {limit}; get it from {self.kind.source}."
                )
        if kdf["memory_in_kib"] < 8 * kdf["lanes"]:
            raise self.damaged()
        # Not cryptography's Argon2id: two threads that derive at once with its release 50 wait for each other for ever.
        return hash_secret_raw(
            secret=_passphrase_bytes(passphrase),
            salt=self.from_base64(kdf, "salt", _SALT_BYTES),
            time_cost=kdf["iterations"],
            memory_cost=kdf["memory_in_kib"],
            parallelism=kdf["lanes"],
            hash_len=SEALED_BYTES,
            type=Type.ID,
        )

    def from_base64(self, fields: dict[str, Any], name: str, length: int) -> bytes:
        try:
            content = base64.b64decode(fields.get(name, ""), validate=True)
        except (ValueError, TypeError):
            raise self.damaged() from None
        if len(content) != length:
            raise self.damaged()
        return content

    def damaged(self) -> KeyFileError:
        backup = "a backup"
        again = backup if self.kind.source == backup else f"{self.kind.source} or from {backup}"
        return KeyFileError(f"{self.path} is cut short or damaged; get it again from {again}.")


def _passphrase_bytes(passphrase: str) -> bytes:
    # One keyboard composes an accent and another does not: NFC makes them one passphrase (RFC 8265, section 4.2).
    return unicodedata.normalize("NFC", passphrase).encode("utf-8", "surrogatepass")


def _checked_wrapping_key(wrapping_key: bytes) -> bytes:
    if len(wrapping_key) != SEALED_BYTES:
        raise KeyFileError(f"A wrapping key is {SEALED_BYTES} bytes; set {WRAPPING_KEY_VARIABLE} to base64 of as many.")
    return wrapping_key


def _associated_data(header: dict[str, Any]) -> bytes:
    return json.dumps(header, sort_keys=True, separators=(",", ":")).encode()


def _to_base64(content: bytes) -> str:
    return base64.b64encode(content).decode()
