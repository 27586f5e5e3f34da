"""Opening and closing what is compared."""

import pytest

from api.hub.registry.compared import close_partition, open_partition
from api.hub.storage import partitions
from matcher.errors import InputError
from matcher.profile import LOCAL_2026_11_22
from tests.api.hub.gateways import DOMAIN, EPOCH, KEY_CHECK, START, Exchange

GOOD = {"domain": DOMAIN, "epoch": EPOCH, "profile": LOCAL_2026_11_22.name, "key_check": KEY_CHECK, "steward": None}


@pytest.mark.parametrize(
    "changes",
    [
        {"domain": "two words"},
        {"epoch": ""},
        {"profile": "unheard-of"},
        {"key_check": None},
        {"steward": "bengal"},
        {"key_check": "00"},
        {"key_check": None, "steward": "nobody"},
    ],
)
def test_partitions_that_make_no_sense(exchange: Exchange, changes: dict[str, str | None]) -> None:
    exchange.partner("bengal")
    with exchange.database.write() as conn, pytest.raises(InputError):
        open_partition(conn, **{**GOOD, **changes}, now=START)


def test_a_partition_is_opened_once_and_closed(exchange: Exchange) -> None:
    with exchange.database.write() as conn:
        found = open_partition(conn, **{**GOOD, "key_check": KEY_CHECK.upper()}, now=START)
        assert (found.key_check, found.profile_digest) == (KEY_CHECK, LOCAL_2026_11_22.digest.hex())
        with pytest.raises(InputError, match="there already"):
            open_partition(conn, **GOOD, now=START)
        assert close_partition(conn, found.id, START).state == "closed"
        assert partitions.open_partitions(conn) == []
        with pytest.raises(InputError):
            close_partition(conn, 99, START)
