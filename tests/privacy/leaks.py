"""The search for canaries and secrets in bytes of any kind: databases, logs, archives, recorded traffic."""

import base64
import binascii
import gzip
import io
import json
import re
import tarfile
import urllib.parse
from collections.abc import Iterable, Iterator, Mapping
from functools import cache

from tests.privacy.canaries import CHOICES, canaries

REPORTER = {"name": "Zqxwreporter Sapankhaj", "phone": "+91 7391 082 6453", "relation": "zqxwaunt", "undisclosed": True}
OFFICE = "Zqxwoffice of zqxwtown"
SAID = {
    "possible": "zqxwdecision of the custodian", "reject": "zqxwrejection", "accept": "zqxwreply",
    "close": "zqxwclosing", "authority": "zqxwauthority committee", "number": "zqxworder/117/25", "date": "2025-06-29",
    "court": "zqxwcourt of zqxwtown", "hold": "zqxwhold/9", "note": "zqxwmessage: the parents come on monday",
    "answer": "zqxwanswer: we expect them", "desk": "zqxwdesk", "place": "zqxwplace", "belief": "zqxwbelief",
}  # fmt: skip
"""What people say and write about candidates, beside records; all of it is sealed wherever it is kept."""
OTHERS = (
    *(str(value).lower() for value in REPORTER.values() if isinstance(value, str)), OFFICE.lower(), "zqxwtown",
    "sapankhaj", "739108264", "case-zqxw", "zqxwsearch", "zqxwplanted", "zqxwcorrected", *SAID.values(),
)  # fmt: skip
"""What is raw beside the fields of the schema: who reported, case numbers, what was looked for or put in odd places."""

LOCAL = {
    "north": ("zqjvnorthbranch", "zqjvdebjani"),
    "south": ("zqjvsouthbranch", "zqjvharpreet", "zqjvgurmeet", "zqjvsimran"),
}
"""Offices and logins, which their own gateway's database names in clear, and nothing else does."""

_ANCHORS = (
    "zqxw", "সপনখজ", "सपनखज", "زقخجن", "sapankhaj", "751836407", "259471603", "540182736", "259180473", "518904627",
    "018264", " 18264", "018265", "665544", "108264", "082 6453", "2012-0", "2024-0", "2025-0", "2031-0",
    "17.77310946258", "3.117764093852", "1" * 30,
)  # fmt: skip
"""A part of every word, of which there are few: what has none of them is searched no further."""
_LONG = 8
_BASE64 = re.compile(rb"[A-Za-z0-9+/_-]{24,}={0,2}")


@cache
def words() -> tuple[str, ...]:
    """What to search for, in lower case.

    The bare mark `zqxw` is too short here: some megabytes of base64 spell any four letters now and then.
    """
    long = {word[:_LONG] if word.startswith("zqxw") else word for word in (*canaries(), *OTHERS)} - {"zqxw"}
    return tuple(sorted(word for word in long if not any(other in word for other in long - {word})))


@cache
def needles() -> Mapping[tuple[bytes, ...], Mapping[str, tuple[bytes, ...]]]:
    """By the forms of an anchor, the words that hold it with their forms, all in lower case."""
    grouped = {anchor: [word for word in words() if anchor in word] for anchor in _ANCHORS}
    assert {word for each in grouped.values() for word in each} == set(words())
    return {forms(anchor): {word: forms(word) for word in held} for anchor, held in grouped.items()}


def forms(word: str) -> tuple[bytes, ...]:
    """A lower-case word as it may stand in lower-cased bytes."""
    escaped = json.dumps(word)[1:-1].lower()
    quoted = urllib.parse.quote(word, safe="").lower()
    texts = dict.fromkeys([word, escaped, quoted, quoted.replace("%20", "+")])
    return (*(text.encode() for text in texts), word.encode("utf-16-le"))


def leaks(data: bytes | str) -> list[str]:
    """The canaries that stand in some output, also in what is packed or encoded inside of it."""
    raw = data.encode() if isinstance(data, str) else data
    return sorted({word for part in layers(raw) for word in _leaks(part.lower())})


def _leaks(text: bytes) -> Iterator[str]:
    for anchor, held in needles().items():
        if any(form in text for form in anchor):
            yield from (word for word, known in held.items() if any(form in text for form in known))


def layers(raw: bytes) -> Iterator[bytes]:
    """The bytes themselves, what an archive holds, and what text holds in base64 or hexadecimal digits."""
    yield raw
    if raw[257:262] == b"ustar":
        with tarfile.open(fileobj=io.BytesIO(raw)) as archive:
            for member in archive:
                file = archive.extractfile(member)
                if file is not None:
                    yield from layers(file.read())
        return
    if raw[:2] == b"\x1f\x8b":
        yield from layers(gzip.decompress(raw))
        return
    pieces = b"\n".join(decoded(match[0]) for match in _BASE64.finditer(raw))
    if pieces:
        yield pieces


def decoded(text: bytes) -> bytes:
    """What a run of base64 letters says; of hexadecimal digits, what these say."""
    if re.fullmatch(rb"[0-9a-fA-F]+", text) and len(text) % 2 == 0:
        return bytes.fromhex(text.decode())
    plain = text.rstrip(b"=").translate(bytes.maketrans(b"-_", b"+/"))
    try:
        return base64.b64decode(plain + b"=" * (-len(plain) % 4))
    except binascii.Error:
        return b""


def secret_forms(secret: bytes) -> set[bytes]:
    """A secret as it may have been written down: raw, hexadecimal, and base64 of both alphabets."""
    coded = {base64.b64encode(secret), base64.urlsafe_b64encode(secret)}
    coded |= {text.rstrip(b"=") for text in coded}
    return {secret, secret.hex().encode(), secret.hex().upper().encode(), *coded}


def secrets_in(data: bytes, secrets: Mapping[str, bytes]) -> list[str]:
    """The names of those secrets that stand in some output."""
    parts = list(layers(data))
    return sorted(
        name for name, secret in secrets.items() if any(form in part for form in secret_forms(secret) for part in parts)
    )


def unmarked(row: Mapping[str, str]) -> Iterable[str]:
    """The fields of a raw record in which the search finds nothing."""
    return [name for name, cell in row.items() if name not in ("kind", *CHOICES) and not leaks(cell)]
