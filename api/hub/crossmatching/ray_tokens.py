"""Ray's token authentication: nothing is started without it, and nothing joined.

Whoever reaches a cluster without it runs code there and reads all codes. Ray takes the mode and the token from the
environment (RAY_AUTH_MODE, RAY_AUTH_TOKEN, RAY_AUTH_TOKEN_PATH, ~/.ray/auth_token).
"""

import os
import secrets
from pathlib import Path
from typing import Any

from ray import _raylet

from matcher.errors import InputError

MODE, TOKEN, TOKEN_PATH = "RAY_AUTH_MODE", "RAY_AUTH_TOKEN", "RAY_AUTH_TOKEN_PATH"
_WITH_TOKEN = "token"


def require_token(address: str | None) -> None:
    """Refuse what would be open to others: an address without a token to show, and authentication turned off.

    Args:
        address: of a cluster; None for one that is started here, which gets a token of its own.

    Raises:
        InputError: see above.
    """
    if not is_token_mode(os.environ.get(MODE, _WITH_TOKEN)):
        raise InputError(f"{MODE} turns off the token authentication of Ray; set it to 'token', or do not set it.")
    if address is not None and not _has_token():
        raise InputError(
            f"There is no token for the Ray cluster: set {TOKEN_PATH} to the file that holds it (see 'On a cluster' in "
            "docs/operations.md)."
        )


def take_token(address: str | None) -> None:
    """Have this process show the token, and ask for it; one is made for a cluster that is started here."""
    os.environ[MODE] = _WITH_TOKEN
    if address is None:
        os.environ.setdefault(TOKEN, secrets.token_hex(32))
    # Ray read the environment when it was imported; this is how it turns authentication on by itself.
    raylet: Any = _raylet
    raylet.Config.initialize("")


def is_token_mode(mode: str | None) -> bool:
    """Whether this value of RAY_AUTH_MODE asks everybody for the token."""
    return (mode or "").lower() == _WITH_TOKEN


def _has_token() -> bool:
    if os.environ.get(TOKEN, "").strip():
        return True
    try:
        path = os.environ.get(TOKEN_PATH)
        return bool((Path(path) if path else Path.home() / ".ray" / "auth_token").read_text(encoding="utf-8").strip())
    except (OSError, ValueError, RuntimeError):
        return False
