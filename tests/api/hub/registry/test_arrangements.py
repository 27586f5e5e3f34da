"""What the operator does with agreements."""

from datetime import date

import pytest

from api.hub.registry.arrangements import add_agreement, end_agreement
from api.hub.storage import agreements
from matcher.errors import InputError
from tests.api.hub.gateways import Exchange

FIRST, LAST = date(2026, 11, 1), date(2026, 11, 30)


@pytest.mark.parametrize(
    ("first", "second", "document", "days"),
    [
        ("bengal", "bengal", "MoU", (FIRST, LAST)),
        ("bengal", "nobody", "MoU", (FIRST, LAST)),
        ("bengal", "gone", "MoU", (FIRST, LAST)),
        ("bengal", "punjab", " ", (FIRST, LAST)),
        ("bengal", "punjab", "M" * 201, (FIRST, LAST)),
        ("bengal", "punjab", "MoU", (LAST, FIRST)),
    ],
)
def test_agreements_that_make_no_sense(
    exchange: Exchange, first: str, second: str, document: str, days: tuple[date, date]
) -> None:
    for name, state in (("bengal", "active"), ("punjab", "pending"), ("gone", "revoked")):
        exchange.partner(name, state=state)
    with exchange.database.write() as conn, pytest.raises(InputError):
        add_agreement(conn, first, second, document, *days, exchange.clock())


def test_an_agreement_is_in_force_from_its_first_to_its_last_day_until_it_is_ended(exchange: Exchange) -> None:
    for name in ("bengal", "punjab"):
        exchange.partner(name)
    with exchange.database.write() as conn:
        found = add_agreement(conn, "bengal", "punjab", "MoU", FIRST, LAST, exchange.clock())
    assert [found.in_force(date(2026, month, day)) for month, day in ((10, 31), (11, 1), (11, 30), (12, 1))] == [
        False, True, True, False,
    ]  # fmt: skip
    assert not found.applied
    with exchange.database.write() as conn:
        ended = end_agreement(conn, found.id, exchange.clock())
        exchange.clock.advance(days=1)
        assert end_agreement(conn, found.id, exchange.clock()) == ended
    assert not ended.in_force(FIRST)
    with exchange.database.write() as conn, pytest.raises(InputError):
        end_agreement(conn, 99, exchange.clock())


def test_what_the_matcher_has_to_apply(exchange: Exchange) -> None:
    for name in ("bengal", "punjab"):
        exchange.partner(name)
    with exchange.database.write() as conn:
        now = add_agreement(conn, "bengal", "punjab", "MoU", FIRST, LAST, exchange.clock())
        add_agreement(conn, "bengal", "punjab", "later", LAST, LAST, exchange.clock())
        today = exchange.clock().date()
        assert [found.id for found in agreements.unapplied(conn, today)] == [now.id]
        agreements.set_applied(conn, now.id)
        assert agreements.unapplied(conn, today) == []
        assert len(agreements.unapplied(conn, LAST)) == 1
