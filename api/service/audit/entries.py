"""Entries of the audit log: who did what, when, to what, why, and under which order.

At the hub an entry never names a person: `by` is a partner or a pseudonymous officer id there, `order` an HMAC mark.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from api.wire.audit import MOST_CHARACTERS
from api.wire.names import new_ref

FORMAT = 1
_WORD = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")

Fact = str | int | None


@dataclass(frozen=True)
class Entry:
    """One thing that was done.

    Attributes:
        what: what was done, a word with hyphens: `release-approved`.
        by: who did it: at the hub a partner's name or a pseudonymous officer id, at a gateway a staff login.
        at: when, aware; kept to the microsecond, in UTC.
        about: what it was done to: a record ref, a candidate, a partner.
        why: reason code.
        order: mark of the legal order it was done under: an HMAC, never the number.
        facts: further particulars by name; no floats, so that the text is the same everywhere.
        salt: random text in the leaf, since an inclusion proof shows hashes of neighbouring leaves, and without it
            those could be guessed.

    Raises:
        ValueError: `what` is no such word, `by` is empty, `at` has no zone, or a fact is of another type.
    """

    what: str
    by: str
    at: datetime
    about: str | None = None
    why: str | None = None
    order: str | None = None
    facts: Mapping[str, Fact] = field(default_factory=dict)
    salt: str = field(default_factory=new_ref, compare=False, repr=False)

    def __post_init__(self) -> None:
        if not _WORD.fullmatch(self.what):
            raise ValueError("what an audit entry tells is a word of small letters, digits and hyphens")
        if not self.by:
            raise ValueError("an audit entry names who did it")
        if self.at.utcoffset() is None:
            raise ValueError("an audit entry's moment has a zone; use one in UTC")
        if not all(isinstance(value, str | int | None) for value in self.facts.values()):
            raise ValueError("a fact of an audit entry is text, a whole number or nothing")


def content(entry: Entry, number: int) -> str:
    """The leaf's text: canonical JSON (format 1), keys sorted, no spaces, absent fields as null.

    Args:
        entry: what was done.
        number: the leaf's number, from 0.

    Raises:
        ValueError: it would be too long, or a text holds half a surrogate pair, which UTF-8 cannot carry.
    """
    values = {
        "about": entry.about, "at": _text_of(entry.at), "by": entry.by, "facts": dict(entry.facts), "format": FORMAT,
        "number": number, "order": entry.order, "salt": entry.salt, "what": entry.what, "why": entry.why,
    }  # fmt: skip
    text = json.dumps(values, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    text.encode("utf-8")
    if len(text) > MOST_CHARACTERS:
        raise ValueError(f"an audit entry has at most {MOST_CHARACTERS} characters; put less into its facts")
    return text


def read_content(text: str) -> tuple[int, Entry]:
    """The number and the entry of a leaf's text; `content` gives the same text again.

    Raises:
        ValueError: the text is not what `content` writes.
    """
    try:
        values = json.loads(text)
        entry, number = _entry_of(values), values["number"]
        same = content(entry, number) == text
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        same = False
    if not same:
        raise ValueError("the text of an audit leaf is not in format 1")
    return number, entry


def _entry_of(values: Any) -> Entry:
    names = ("what", "by", "about", "why", "order", "facts", "salt")
    return Entry(at=datetime.fromisoformat(values["at"]), **{name: values[name] for name in names})


def _text_of(moment: datetime) -> str:
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"
