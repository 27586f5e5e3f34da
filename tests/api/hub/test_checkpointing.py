"""The hub's own checkpoints, on both databases."""

import asyncio
from datetime import timedelta

from api.hub.checkpointing import BLOCK, Checkpoints
from api.hub.registry.membership import invite
from api.hub.storage.partner_tables import audit
from api.service.audit import log
from tests.api.hub.gateways import HUB, HUB_KEY, Exchange


def made(exchange: Exchange) -> Checkpoints:
    return Checkpoints(exchange.database, HUB_KEY, HUB, timedelta(hours=24), exchange.clock)


def sizes(exchange: Exchange) -> list[int]:
    return [row["size"] for row in exchange.rows(audit.checkpoints)]


def test_the_first_is_published_at_once_and_the_next_after_a_day(exchange: Exchange) -> None:
    worker = made(exchange)
    assert worker.step() is False
    assert sizes(exchange) == [BLOCK]
    exchange.clock.advance(hours=23, minutes=59)
    worker.step()
    made(exchange).step()  # after a restart, too
    assert sizes(exchange) == [BLOCK]
    exchange.clock.advance(minutes=1)
    worker.step()
    assert sizes(exchange) == [BLOCK, 2 * BLOCK]


def test_an_act_does_not_show_in_the_size(exchange: Exchange) -> None:
    worker = made(exchange)
    worker.step()
    with exchange.database.write() as conn:
        invite(conn, "bengal", "Bengal police", "IN", exchange.clock(), bytes)
        before = log.size(conn, audit)
    exchange.clock.advance(days=1)
    worker.step()
    assert before == BLOCK + 1
    assert sizes(exchange) == [BLOCK, 2 * BLOCK]


def test_it_runs_with_the_hub(exchange: Exchange) -> None:
    async def serve() -> None:
        async with exchange.app.router.lifespan_context(exchange.app):
            while not sizes(exchange):
                await asyncio.sleep(0.01)

    asyncio.run(asyncio.wait_for(serve(), 30))
    assert sizes(exchange) == [BLOCK]
