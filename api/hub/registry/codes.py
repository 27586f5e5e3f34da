"""One-time enrolment codes: dictated on the telephone, typed once, kept as a hash.

A code is 160 random bits in Crockford's base 32 (https://www.crockford.com/base32.html), shown as eight groups of
four. The first group finds the invitation, so that wrong attempts are counted where they belong; the other 140 bits
are the secret, and need no slow hash.
"""

import hashlib
import hmac
from collections.abc import Callable
from datetime import timedelta

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_LOOK_ALIKES = str.maketrans("ILO", "110", " -\t\r\n")
_LENGTH, _GROUP = 32, 4
_CODE_BYTES = _LENGTH * 5 // 8
_LABEL = b"milap enrolment code v1\0"

LIFETIME = timedelta(hours=72)
MOST_ATTEMPTS = 5


def new_code(random_bytes: Callable[[int], bytes]) -> str:
    """A fresh code in groups, from a source such as `secrets.token_bytes`."""
    number = int.from_bytes(random_bytes(_CODE_BYTES), "big")
    letters = "".join(_ALPHABET[number >> 5 * at & 31] for at in range(_LENGTH))
    return "-".join(letters[start : start + _GROUP] for start in range(0, _LENGTH, _GROUP))


def canonical(text: str) -> str | None:
    """A code as it was made, whatever case, spaces, dashes and look-alike letters it was typed with; None otherwise."""
    letters = text.upper().translate(_LOOK_ALIKES)
    return letters if len(letters) == _LENGTH and set(letters) <= set(_ALPHABET) else None


def selector_of(code: str) -> str:
    """The part of a canonical code that finds its invitation."""
    return code[:_GROUP]


def hash_of(code: str) -> str:
    """What is kept of a canonical code: its selector, and 208 bits of SHA-256 over a label and all of it."""
    return f"{selector_of(code)}:{hashlib.sha256(_LABEL + code.encode()).hexdigest()[:52]}"


def is_code_of(code: str, kept: str) -> bool:
    """Whether a canonical code is the one whose hash was kept; in constant time."""
    return hmac.compare_digest(hash_of(code).encode(), kept.encode())
