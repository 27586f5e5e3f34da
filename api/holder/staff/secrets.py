"""Bearer secrets: random, shown once, and kept as their SHA-256 only."""

import hashlib
import secrets
from typing import Final

PREFIX: Final = "milap_"
_BYTES = 32


def new_secret() -> str:
    """A fresh secret of 256 random bits; the prefix lets scanners find one that leaked."""
    return PREFIX + secrets.token_urlsafe(_BYTES)


def secret_hash(secret: str) -> str:
    """What the database keeps: hex SHA-256. A secret of 256 random bits needs no salt and no stretching."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
