"""The work behind the commands, on both databases."""

import json

import pytest

from api.hub.operating import arrangements, compared, members
from api.hub.operating.status import status
from api.wire.names import new_ref
from matcher.errors import InputError
from tests.api.hub.gateways import Exchange, put, withdraw


def test_an_invitation_shows_its_code_once(exchange: Exchange) -> None:
    summary = members.invite(exchange.database, "bengal", "Bengal police", "IN", exchange.clock)
    code = summary.values["code"]
    assert any(code in line for line in summary.lines)
    assert code not in json.dumps(dict(members.listing(exchange.database).values))


def test_lists_are_json_and_lines(exchange: Exchange) -> None:
    exchange.partner("bengal")
    exchange.partner("khulna", "BD")
    arrangements.add(exchange.database, "bengal", "khulna", "MoU", "2026-11-01", "2026-11-30", exchange.clock)
    compared.open_partition(exchange.database, "in", "2026-11", "local-2026-11-22", None, "bengal", exchange.clock)
    for summary in (
        members.listing(exchange.database),
        arrangements.listing(exchange.database, exchange.clock),
        compared.listing(exchange.database),
        status(exchange.database),
    ):
        assert json.loads(json.dumps(dict(summary.values)))
        assert any("bengal" in line or "2026-11" in line for line in summary.lines)
    compared.close(exchange.database, 1)
    arrangements.end(exchange.database, 1, exchange.clock)
    assert arrangements.listing(exchange.database, exchange.clock).values["agreements"][0]["in_force"] is False


def test_a_day_is_written_one_way() -> None:
    assert arrangements.day("2026-11-30").day == 30
    for text in ("30.11.2026", "2026-13-01", "", "tomorrow"):
        with pytest.raises(InputError):
            arrangements.day(text)


def test_status_counts_by_partition_partner_kind_and_state(exchange: Exchange) -> None:
    number = exchange.partition()
    bengal, gone = exchange.partner("bengal"), new_ref()
    bengal.submit(put(new_ref()), put(new_ref(), kind="missing", seed=1), withdraw(gone, 1))
    found = status(exchange.database).values
    (queue,) = found["partitions"]
    assert (queue["partition"], queue["pending"], queue["proposed"]) == (number, 2, 0)
    assert queue["oldest_pending"] == "2026-11-21T10:00:00+00:00"
    shown = {(count["kind"], count["state"]): count["records"] for count in found["records"]}
    assert shown == {("found", "active"): 1, ("missing", "active"): 1, (None, "withdrawn"): 1}
    assert gone not in json.dumps(dict(found))
