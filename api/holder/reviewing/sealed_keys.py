"""Officers' keys at rest, sealed as `encoder.sealing` says: what opens one is a passphrase, and nothing else.

Not the vault: whoever runs the gateway has its key.
"""

import json
from typing import Final

from cryptography.exceptions import InvalidTag

from api.wire.request_keys import RequestKey, request_key_from_seed_bytes, reveal_seed_bytes_of_request_key
from encoder.sealing import ARGON2, CIPHER, MIN_PASSPHRASE_CHARACTERS, new_kdf, new_nonce, seal, stretched, unseal
from matcher.errors import InputError, MilapError

SHORTEST: Final = MIN_PASSPHRASE_CHARACTERS
_LABEL, _VERSION = "milap officer key", 1


class WrongPassphraseError(MilapError):
    """The passphrase does not open the key, or the key was changed where it is kept."""

    def __init__(self) -> None:
        """One sentence for the officer."""
        super().__init__(
            "The passphrase does not open your key; type it again, or revoke the key and make a new one."
        )


def seal_key(officer: str, key: RequestKey, passphrase: str) -> bytes:
    """A key sealed under an officer's passphrase; takes 64 MiB for a moment.

    Raises:
        InputError: the passphrase is too short.
    """
    if len(passphrase) < SHORTEST:
        raise InputError(f"The passphrase of a key has at least {SHORTEST} characters; choose such a one.")
    kdf = new_kdf()
    header = {
        "format": _LABEL, "version": _VERSION, "officer": officer, "public_key": key.public.text, "cipher": CIPHER,
        "kdf": kdf, "nonce": new_nonce(),
    }  # fmt: skip
    return json.dumps(seal(stretched(passphrase, kdf), header, reveal_seed_bytes_of_request_key(key))).encode()


def open_key(officer: str, public_key: str, sealed: bytes, passphrase: str) -> RequestKey:
    """The key of an officer; takes 64 MiB for a moment. WrongPassphraseError when it is not the officer's own."""
    content = json.loads(sealed)
    kdf = content["kdf"]
    named = tuple(content[name] for name in ("format", "version", "officer", "public_key", "cipher"))
    # Parameters of another strength would be another version; none is taken from what may have been changed.
    if named != (_LABEL, _VERSION, officer, public_key, CIPHER) or kdf != {**ARGON2, "salt": kdf["salt"]}:
        raise WrongPassphraseError
    try:
        return request_key_from_seed_bytes(unseal(stretched(passphrase, kdf), content))
    except InvalidTag:
        raise WrongPassphraseError from None
