"""Linkage keys at rest: an encrypted file, opened by a passphrase or by a wrapping key from the environment.

The file is JSON. Everything in it but the sealed secret is the associated data of AES-256-GCM, so that a changed
domain, epoch or parameter does not open. A passphrase is stretched by Argon2id; a wrapping key is used as it is.
"""

import base64
import json
import os
import secrets
import unicodedata
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from encoder.keys import SECRET_BYTES, LinkageKey, linkage_key_from_secret_bytes, reveal_secret_bytes_of_linkage_key
from encoder.private_files import read_private_file, write_new_private_file
from matcher.errors import InputError

UnlockSecret = str | bytes
"""A passphrase (str), or a wrapping key (bytes, 32 of them)."""

PASSPHRASE_VARIABLE = "MILAP_KEY_PASSPHRASE"
WRAPPING_KEY_VARIABLE = "MILAP_WRAPPING_KEY"
MIN_PASSPHRASE_CHARACTERS = 12

_FORMAT = "milap linkage key"
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


def write_key_file(path: Path, key: LinkageKey, secret: UnlockSecret) -> None:
    """Seal a linkage key into a new file of mode 0600; the file is whole or not there.

    Raises:
        KeyFileError: the secret is too weak, the file exists already, or the folder cannot be written.
    """
    header: dict[str, Any] = {
        "format": _FORMAT,
        "version": _VERSION,
        "domain": key.domain,
        "epoch": key.epoch,
        "cipher": _CIPHER,
        "kdf": dict(_NO_KDF),
        "nonce": _to_base64(secrets.token_bytes(_NONCE_BYTES)),
    }
    if isinstance(secret, str):
        if len(secret) < MIN_PASSPHRASE_CHARACTERS:
            raise KeyFileError(f"The passphrase is too short; choose at least {MIN_PASSPHRASE_CHARACTERS} characters.")
        header["kdf"] = {**_ARGON2, "salt": _to_base64(secrets.token_bytes(_SALT_BYTES))}
    cipher = AESGCM(_file_key(path, header, secret))
    nonce = _from_base64(path, header, "nonce", _NONCE_BYTES)
    sealed = cipher.encrypt(nonce, reveal_secret_bytes_of_linkage_key(key), _associated_data(header))
    text = json.dumps({**header, "sealed": _to_base64(sealed)}, indent=2) + "\n"
    try:
        write_new_private_file(path, text.encode())
    except FileExistsError:
        raise KeyFileError(f"{path} exists and is never overwritten; move it away or choose another name.") from None
    except OSError as error:
        raise KeyFileError(f"{path} could not be written ({error.strerror}); choose another folder.") from None


def read_key_file(path: Path, secret: UnlockSecret) -> LinkageKey:
    """Open a key file.

    Raises:
        WrongSecretError: the secret does not open it, or it was changed since it was written.
        KeyFileError: the file is missing, readable by others, truncated, foreign, of a later version, or asks for
            more memory or time than a key file may.
    """
    header = _parsed(path, _private_bytes(path))
    sealed = _from_base64(path, header, "sealed", SECRET_BYTES + _TAG_BYTES)
    nonce = _from_base64(path, header, "nonce", _NONCE_BYTES)
    del header["sealed"]
    cipher = AESGCM(_file_key(path, header, secret))
    try:
        opened = cipher.decrypt(nonce, sealed, _associated_data(header))
    except InvalidTag:
        raise WrongSecretError(
            f"The passphrase or wrapping key does not open {path}, or the file was changed; "
            f"check {PASSPHRASE_VARIABLE} or {WRAPPING_KEY_VARIABLE}, or get the file again from the key steward."
        ) from None
    return linkage_key_from_secret_bytes(opened, header["domain"], header["epoch"])


def _private_bytes(path: Path) -> bytes:
    try:
        content = read_private_file(path, _MAX_FILE_BYTES)
    except FileNotFoundError:
        raise KeyFileError(f"There is no key file {path}; make one with `milap keys new` or copy one.") from None
    except PermissionError:
        raise KeyFileError(f"{path} must be readable by its owner alone; run `chmod 600` on it.") from None
    except OSError as error:
        raise KeyFileError(f"{path} could not be read ({error.strerror}); check the path and the disk.") from None
    return content


def _parsed(path: Path, content: bytes) -> dict[str, Any]:
    try:
        header = json.loads(content)
    except (ValueError, RecursionError):
        header = None
    if not isinstance(header, dict) or header.get("format") != _FORMAT:
        if not content or _FORMAT.encode() in content:
            raise _damaged(path)
        raise KeyFileError(f"{path} is not a Milap key file; name the file that `milap keys new` wrote.")
    if header.get("version") != _VERSION:
        raise KeyFileError(f"{path} is a key file of another version; open it with a newer Milap.")
    if header.get("cipher") != _CIPHER or not all(isinstance(header.get(name), str) for name in ("domain", "epoch")):
        raise _damaged(path)
    return header


def _file_key(path: Path, header: dict[str, Any], secret: UnlockSecret) -> bytes:
    """The AES-256 key: the wrapping key itself, or the stretched passphrase, 32 bytes."""
    kdf = header.get("kdf")
    if not isinstance(kdf, dict) or kdf.get("name") not in ("argon2id", "none"):
        raise _damaged(path)
    if kdf["name"] == "none":
        if isinstance(secret, str):
            raise KeyFileError(f"{path} opens with a wrapping key; set {WRAPPING_KEY_VARIABLE} and no passphrase.")
        return _checked_wrapping_key(secret)
    if not isinstance(secret, str):
        raise KeyFileError(f"{path} opens with a passphrase; set {PASSPHRASE_VARIABLE} and no wrapping key.")
    return _stretched(path, kdf, secret)


def _stretched(path: Path, kdf: dict[str, Any], passphrase: str) -> bytes:
    """Argon2id (RFC 9106) of a passphrase, 32 bytes, with parameters that a file may ask for."""
    for name, limit in _ARGON2_LIMITS.items():
        if type(kdf.get(name)) is not int or kdf[name] < 1:
            raise _damaged(path)
        if kdf[name] > limit:
            raise KeyFileError(f"{path} asks for more {name} than the limit of {limit}; get it from the key steward.")
    if kdf["memory_in_kib"] < 8 * kdf["lanes"]:
        raise _damaged(path)
    return Argon2id(
        salt=_from_base64(path, kdf, "salt", _SALT_BYTES),
        length=SECRET_BYTES,
        iterations=kdf["iterations"],
        lanes=kdf["lanes"],
        memory_cost=kdf["memory_in_kib"],
    ).derive(_passphrase_bytes(passphrase))


def _passphrase_bytes(passphrase: str) -> bytes:
    # One keyboard composes an accent and another does not: NFC makes them one passphrase (RFC 8265, section 4.2).
    return unicodedata.normalize("NFC", passphrase).encode("utf-8", "surrogatepass")


def _checked_wrapping_key(wrapping_key: bytes) -> bytes:
    if len(wrapping_key) != SECRET_BYTES:
        raise KeyFileError(f"A wrapping key is {SECRET_BYTES} bytes; set {WRAPPING_KEY_VARIABLE} to base64 of as many.")
    return wrapping_key


def _associated_data(header: dict[str, Any]) -> bytes:
    return json.dumps(header, sort_keys=True, separators=(",", ":")).encode()


def _to_base64(content: bytes) -> str:
    return base64.b64encode(content).decode()


def _from_base64(path: Path, fields: dict[str, Any], name: str, length: int) -> bytes:
    try:
        content = base64.b64decode(fields.get(name, ""), validate=True)
    except (ValueError, TypeError):
        raise _damaged(path) from None
    if len(content) != length:
        raise _damaged(path)
    return content


def _damaged(path: Path) -> KeyFileError:
    return KeyFileError(f"{path} is cut short or damaged; get it again from the key steward or from a backup.")
