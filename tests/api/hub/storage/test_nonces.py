"""Nonces are used once."""

from datetime import timedelta

from api.hub.storage.nonces import forget, use
from tests.api.hub.gateways import START, Exchange


def test_a_nonce_is_used_once_by_each_key(exchange: Exchange) -> None:
    with exchange.database.write() as conn:
        assert use(conn, "bengal", "n" * 22, START)
        assert not use(conn, "bengal", "n" * 22, START + timedelta(days=1))
        assert use(conn, "punjab", "n" * 22, START)
        assert use(conn, "bengal", "n" * 128, START)


def test_only_what_is_past_is_forgotten(exchange: Exchange) -> None:
    with exchange.database.write() as conn:
        use(conn, "bengal", "early", START)
        use(conn, "bengal", "late", START + timedelta(seconds=1))
        forget(conn, START)
        assert not use(conn, "bengal", "early", START)
        forget(conn, START + timedelta(microseconds=1))
        assert use(conn, "bengal", "early", START)
        assert not use(conn, "bengal", "late", START)
