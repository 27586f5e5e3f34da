"""Idempotency keys: a request that is sent again gets the answer of the first time.

After the Internet draft draft-ietf-httpapi-idempotency-key-header: the key is the client's, kept for 30 days.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from api.holder.storage import idempotency
from api.holder.vault.vault import Index, Purpose, Vault
from api.wire.problems import ProblemError

KEPT = timedelta(days=30)
LONGEST_KEY = 255
_DIGEST_BYTES = 32


@dataclass(frozen=True, slots=True)
class Answer:
    """What a write is answered with: the status, and the receipt as JSON."""

    status: int
    body: dict[str, Any] = field(repr=False)


@dataclass(frozen=True, slots=True, repr=False)
class RetryKey:
    """One caller's idempotency key and the digest of its request; neither shows what was sent."""

    token_id: int
    key: str
    digest: bytes


def retry_key(vault: Vault, token_id: int, header: str | None, *request: str) -> RetryKey | None:
    """The key of a request, None when it brought none; ProblemError `refused` when it is no key.

    Args:
        vault: makes the key and the digest unreadable.
        token_id: whose key it is.
        header: the field Idempotency-Key, with the quotation marks of the draft or without.
        request: what must be the same the second time: method, path, body.
    """
    if header is None:
        return None
    text = header.strip().removeprefix('"').removesuffix('"')
    if not 0 < len(text) <= LONGEST_KEY or not text.isascii() or not text.isprintable():
        raise ProblemError("refused", f"An Idempotency-Key is 1 to {LONGEST_KEY} printable characters; send a UUID.")
    key = vault.blind_index(Index.IDEMPOTENCY_KEY, text, _DIGEST_BYTES).hex()
    return RetryKey(token_id, key, vault.blind_index(Index.REQUEST, "\0".join(request), _DIGEST_BYTES))


def earlier_answer(conn: Connection, vault: Vault, retry: RetryKey | None) -> Answer | None:
    """The answer that this very request got before; ProblemError when its key came with another request."""
    stored = idempotency.find(conn, retry.token_id, retry.key) if retry else None
    if retry is None or stored is None:
        return None
    if stored.request_digest != retry.digest:
        detail = "The idempotency key came with another request before; take a new key for a new request."
        raise ProblemError("idempotency-key-reused", detail)
    return Answer(stored.status, vault.open(Purpose.ANSWER, retry.key, retry.token_id, stored.sealed))


def remember(
    conn: Connection, vault: Vault, retry: RetryKey | None, answer: Answer, record_id: int, now: datetime
) -> None:
    """Keep an answer, in the transaction of the write that it tells of, and drop those that are too old."""
    if retry is None:
        return
    idempotency.drop_older(conn, now - KEPT)
    sealed = vault.seal(Purpose.ANSWER, retry.key, retry.token_id, answer.body)
    idempotency.add(conn, {
        "token_id": retry.token_id, "key": retry.key, "request_digest": retry.digest, "status": answer.status,
        "sealed": sealed, "record_id": record_id, "created_at": now,
    })  # fmt: skip
