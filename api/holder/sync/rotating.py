"""What begins when the linkage key changes: nothing, everything again, or what was sent ahead counts."""

from datetime import datetime

from sqlalchemy import Connection

from api.holder.storage import facts, next_key
from api.holder.storage.outbox import send_all_again


def begin(conn: Connection, present: str, following: str | None, now: datetime) -> None:
    """Bring the outbox in line with the linkage keys that are set; done twice, it changes nothing the second time.

    The key that was the next one may have become the present one: then its records count as they arrived under it.
    A next key that is no longer set is not forgotten, for it comes back as the present one.

    Args:
        conn: a write transaction.
        present: what codes are made under now (see ItemMaker.partition).
        following: the same of the next key, None when none is set.
        now: aware.
    """
    known, ahead = facts.get(conn, facts.SENT_UNDER), facts.get(conn, facts.NEXT_UNDER)
    if known != present:
        if ahead == present:
            next_key.promote(conn, now)
            _move(conn, facts.NEXT_PHOTO_SENDING, facts.PHOTO_SENDING, now)
            _forget_next(conn)
            ahead = None
        elif known is not None:
            send_all_again(conn, now)
        facts.put(conn, facts.SENT_UNDER, present, now)
    if following is not None and following != ahead:
        next_key.start_again(conn)
        _forget_next(conn)
        facts.put(conn, facts.NEXT_UNDER, following, now)


def _forget_next(conn: Connection) -> None:
    for name in (facts.NEXT_UNDER, facts.NEXT_PROBLEM, facts.NEXT_PHOTO_SENDING):
        facts.remove(conn, name)


def _move(conn: Connection, source: str, target: str, now: datetime) -> None:
    value = facts.get(conn, source)
    if value is not None:
        facts.put(conn, target, value, now)
