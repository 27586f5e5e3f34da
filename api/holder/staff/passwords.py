"""Passwords: argon2id, and the same work whether there is an account or not."""

import threading
import unicodedata
from contextlib import AbstractContextManager
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.profiles import RFC_9106_LOW_MEMORY

from matcher.errors import InputError

PROFILE: Final = "rfc-9106-low-memory (2021-09)"
"""RFC 9106, section 4, the second recommended option: 3 passes, 4 lanes, 64 MiB."""
SHORTEST, LONGEST = 12, 200
_AT_ONCE = 2


class Passwords:
    """Hashes and checks passwords, at most two at a time: each takes 64 MiB."""

    def __init__(self) -> None:
        self._hasher = PasswordHasher.from_parameters(RFC_9106_LOW_MEMORY)
        self._turns = threading.BoundedSemaphore(_AT_ONCE)
        self._nobody: str | None = None

    def turn(self) -> AbstractContextManager[object]:
        """A place at argon2id, for whatever else stretches a secret: there are two of them, of 64 MiB each."""
        return self._turns

    def hashed(self, password: str) -> str:
        """The encoded hash of a new password; InputError when it is too short or too long."""
        text = _normal(password)
        if not SHORTEST <= len(text) <= LONGEST:
            raise InputError(f"A password has {SHORTEST} to {LONGEST} characters; choose such a one.")
        with self._turns:
            return self._hasher.hash(text)

    def fits(self, encoded: str | None, password: str) -> bool:
        """Whether a password is that of a hash; for None (no such account) never, after the same work."""
        text = _normal(password)[: LONGEST + 1]
        with self._turns:
            if self._nobody is None:
                self._nobody = self._hasher.hash("a password that nobody has")
            try:
                self._hasher.verify(encoded or self._nobody, text)
            except (VerificationError, InvalidHashError):
                return False
        return encoded is not None

    def is_outdated(self, encoded: str) -> bool:
        """Whether a hash was made with other parameters than are used now."""
        return self._hasher.check_needs_rehash(encoded)


def _normal(password: str) -> str:
    # One keyboard composes an accent and another does not (RFC 8265, section 4.2); half a pair is no character.
    return unicodedata.normalize("NFC", password.encode("utf-8", "replace").decode())
