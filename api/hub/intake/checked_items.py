"""Items of a submission, checked one by one before any transaction begins."""

import hashlib
import re
import struct
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from api.wire.batches import check_item
from api.wire.items import EraseItem, ItemError, PutItem, WithdrawItem, parse_item
from api.wire.names import REF_PATTERN
from api.wire.submissions import Outcome, Receipt
from matcher.profile import EncodingProfile
from matcher.views import Kind, Sex

WITHDRAWN_DIGEST = hashlib.sha256(b"milap withdrawal v1\0").digest()
"""Stands for the content of a withdrawal, so that a put of the same version is told from its repetition."""

_MOST_VERSION = 2**31


@dataclass(frozen=True)
class CheckedPut:
    """A record that fits the profile.

    Attributes:
        content: columns of the table records that the item sets.
        digest: SHA-256 over the content, bytes (32,).
        space: text of the photo code's space, None without a photo.
    """

    ref: str
    version: int
    kind: Kind
    expires_on: int | None
    digest: bytes = field(repr=False)
    content: dict[str, Any] = field(repr=False)
    space: str | None = None


@dataclass(frozen=True)
class Refusal:
    """An item that cannot be taken; ref and version as far as they could be read."""

    ref: str | None
    version: int | None
    reason: str
    detail: str


CheckedItem = CheckedPut | WithdrawItem | EraseItem | Refusal


def check_items(values: Sequence[object], profile: EncodingProfile) -> list[CheckedItem]:
    """Each item as it may be applied, or why it may not; in order."""
    return [_checked(value, profile) for value in values]


def receipt(
    index: int, item: CheckedItem, outcome: Outcome, reason: str | None = None, detail: str | None = None
) -> Receipt:
    """The receipt of one item."""
    return Receipt(index=index, ref=item.ref, version=item.version, outcome=outcome, reason=reason, detail=detail)


def _checked(value: object, profile: EncodingProfile) -> CheckedItem:
    try:
        item = parse_item(value)
        return _checked_put(item, profile) if isinstance(item, PutItem) else item
    except ItemError as error:
        return Refusal(_ref_of(value), _version_of(value), error.reason, error.detail)


def _checked_put(item: PutItem, profile: EncodingProfile) -> CheckedPut:
    codes, presence = check_item(item, profile)
    birth = item.birth or (None, None)
    kind = Kind[item.kind.upper()]
    content: dict[str, Any] = {
        "kind": int(kind),
        "sex": int(Sex[item.sex.upper()]),
        "birth_first": birth[0],
        "birth_last": birth[1],
        "event": item.event,
        "expires_on": item.expires_on,
        "presence": presence.astype("<u2").tobytes(),
        "codes": codes.astype("<u8").tobytes(),
        "photo_age": item.photo_age,
        "case_mark": item.case,
        "officer_mark": item.officer,
        "office_mark": item.office,
    }
    digest = digest_of(content, item.photo_space)
    return CheckedPut(item.ref, item.version, kind, item.expires_on, digest, content, item.photo_space)


def digest_of(content: dict[str, Any], space: str | None = None) -> bytes:
    """SHA-256 over a record's content, framed so that no two contents read the same.

    Marks are not part of it: who sent a version, and under which vault key, does not make it another content.
    """
    numbers = ("kind", "sex", "birth_first", "birth_last", "event", "expires_on")
    packed = b"".join(
        b"-" if content[name] is None else b"+" + struct.pack("<i", content[name]) for name in numbers
    )
    parts = [packed, content["presence"], content["codes"]]
    if space is not None:
        # One part more: a record without a photo has the digest that it had before there were any.
        parts.append(struct.pack("<i", content["photo_age"]) + space.encode())
    framed = b"".join(struct.pack("<I", len(part)) + part for part in parts)
    return hashlib.sha256(b"milap record v1\0" + framed).digest()


def _ref_of(value: object) -> str | None:
    """The ref of an item that does not fit, when that much of it does: anything else is not repeated."""
    ref = value.get("ref") if isinstance(value, dict) else None
    return ref if isinstance(ref, str) and re.fullmatch(REF_PATTERN, ref) else None


def _version_of(value: object) -> int | None:
    version = value.get("version") if isinstance(value, dict) else None
    return version if type(version) is int and 0 < version < _MOST_VERSION else None
