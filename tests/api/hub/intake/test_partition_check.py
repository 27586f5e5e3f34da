"""A domain's key is rotated: no upload under the key of one epoch ever lands in the other, and none is half stored."""

import hmac
from typing import Any

import pytest

from api.hub.intake import partition_check
from api.hub.storage.tables import partitions, records
from api.wire.names import new_ref
from encoder.key_rotation import key_of_next_epoch
from encoder.keys import LinkageKey
from matcher.profile import LOCAL_2026_11_22, MASKED_2026_11_22, NETWORK_2026_11_22
from tests.api.hub.gateways import DOMAIN, EPOCH, Exchange, Gateway, put
from tests.api.service.requests_to import problem_in

OLD = LinkageKey.generate(DOMAIN, EPOCH)
NEW = key_of_next_epoch(OLD, "2026-12")


def check_of(key: LinkageKey) -> str:
    return key.key_check(LOCAL_2026_11_22).hex()


@pytest.fixture
def bengal(exchange: Exchange) -> Gateway:
    """A partner, and two epochs open at once."""
    for key in (OLD, NEW):
        exchange.partition(epoch=key.epoch, key_check=check_of(key))
    return exchange.partner("bengal")


def test_during_the_overlap_each_epoch_takes_what_is_of_its_own_key(exchange: Exchange, bengal: Gateway) -> None:
    ref = new_ref()
    for key in (OLD, NEW):
        answer = bengal.submit(put(ref), epoch=key.epoch, key_check=check_of(key))
        assert answer.status_code == 200
    assert exchange.count(records) == 2


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({"epoch": EPOCH, "key_check": check_of(NEW)}, "key-mismatch"),
        ({"epoch": "2026-12", "key_check": check_of(OLD)}, "key-mismatch"),
        ({"epoch": "2026-13", "key_check": check_of(NEW)}, "unknown-epoch"),
        ({"key_check": OLD.key_check(NETWORK_2026_11_22).hex()}, "key-mismatch"),
        ({"profile": NETWORK_2026_11_22.name}, "profile-mismatch"),
        # Codes of a masked profile never lie at a hub, whoever sends them.
        ({"profile": MASKED_2026_11_22.name, "profile_digest": MASKED_2026_11_22.digest.hex()}, "profile-mismatch"),
    ],
)
def test_another_epoch_profile_or_key_is_refused_and_nothing_is_written(
    exchange: Exchange, bengal: Gateway, changes: dict[str, str], kind: str
) -> None:
    before = exchange.rows(partitions)
    answer = bengal.submit(put(new_ref()), **{"epoch": EPOCH, "key_check": check_of(OLD), **changes})
    assert problem_in(answer) == kind
    assert check_of(OLD) not in answer.text
    assert exchange.count(records) == 0
    assert exchange.rows(partitions) == before
    assert exchange.matcher.changes == 0


def test_key_check_values_are_compared_in_constant_time(
    bengal: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    compared: list[tuple[Any, Any]] = []

    class Spy:
        @staticmethod
        def compare_digest(a: str, b: str) -> bool:
            compared.append((a, b))
            return hmac.compare_digest(a, b)

    monkeypatch.setattr(partition_check, "hmac", Spy)
    bengal.submit(put(new_ref()), epoch=EPOCH, key_check=check_of(NEW))
    assert compared == [(check_of(OLD), check_of(NEW))]
