"""Names on the wire: refs of records, and the names of hubs, partners, domains and epochs."""

import re
import secrets
from base64 import urlsafe_b64encode
from typing import Annotated

from pydantic import Field, StringConstraints

REF_BYTES = 16
REF_PATTERN = r"^[A-Za-z0-9_-]{22}$"
NAME_PATTERN = r"^[a-z0-9][a-z0-9-]{1,62}$"
LABEL_PATTERN = r"^[A-Za-z0-9][A-Za-z0-9._:/-]{0,127}$"

Ref = Annotated[str, StringConstraints(pattern=REF_PATTERN)]
"""A record ref: 16 random bytes in base64url, never derived from a record's content."""
Mark = Annotated[str, StringConstraints(pattern=REF_PATTERN)]
"""A gateway's HMAC of something it does not tell: 16 bytes in base64url. Equal marks of one gateway, equal things."""
Name = Annotated[str, StringConstraints(pattern=NAME_PATTERN)]
"""The name of a hub or a partner: small letters, digits and hyphens, 2 to 63."""
Label = Annotated[str, StringConstraints(pattern=LABEL_PATTERN)]
"""A linkage domain or an epoch, as in a key file."""
Version = Annotated[int, Field(ge=1, lt=2**31, strict=True)]
"""Version of a record; every change of a record raises it by one."""
Day = Annotated[int, Field(ge=-(2**24), le=2**24, strict=True)]
"""Days since 1970-01-01."""


def new_ref() -> str:
    """A fresh record ref from the operating system's random source."""
    return secrets.token_urlsafe(REF_BYTES)


def new_refs(count: int) -> list[str]:
    """So many fresh refs, drawn at once."""
    drawn = secrets.token_bytes(REF_BYTES * count)
    parts = (drawn[first : first + REF_BYTES] for first in range(0, len(drawn), REF_BYTES))
    return [urlsafe_b64encode(part).rstrip(b"=").decode("ascii") for part in parts]


def is_name(text: str) -> bool:
    """Whether a text can name a hub or a partner."""
    return re.fullmatch(NAME_PATTERN, text) is not None
