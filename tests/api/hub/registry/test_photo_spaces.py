"""A photo space is forgotten only when nothing of it is matched any more."""

import numpy as np
import pytest

from api.hub.operating import photo_spaces
from api.hub.registry.photo_spaces import reset_space
from api.hub.storage.tables import partitions, records
from api.wire.names import new_ref
from matcher.errors import InputError
from tests.api.hub.gateways import Exchange, Gateway, body_of, withdraw
from tests.api.hub.intake.test_photos import OTHER, POSITION, PROFILE, SPACE, entries, opened, pictured, sent


def reset(exchange: Exchange, number: int) -> int | None:
    return exchange.database.retrying(lambda conn: reset_space(conn, number, exchange.clock()))


@pytest.fixture
def bengal(exchange: Exchange) -> Gateway:
    """A partner of a hub that takes photos."""
    opened(exchange)
    return exchange.partner("bengal")


def test_it_stays_while_an_active_record_has_a_photo(exchange: Exchange, bengal: Gateway) -> None:
    refs = [new_ref(), new_ref(), new_ref()]
    sent(bengal, *(pictured(ref) for ref in refs[:2]), pictured(refs[2], space=None))
    with pytest.raises(InputError, match=r"2 active record.*another epoch"):
        reset(exchange, 1)
    sent(bengal, withdraw(refs[0], 2), pictured(refs[1], 2, space=None))
    before = exchange.rows(records)
    assert reset(exchange, 1) == 1
    assert exchange.rows(partitions)[0]["photo_space"] is None
    after = {row["ref"]: row for row in exchange.rows(records)}
    gone = after[refs[0]]
    codes = np.frombuffer(gone["codes"], "<u8")
    assert not codes[PROFILE.offsets[POSITION] :].any()
    assert codes[: PROFILE.offsets[POSITION]].all()
    assert np.frombuffer(gone["presence"], "<u2").tolist() == [(1 << POSITION) - 1]
    assert (gone["photo_age"], gone["state"]) == (0, "withdrawn")
    assert gone["sequence"] > max(row["sequence"] for row in before)
    assert {ref: row for ref, row in after.items() if ref != refs[0]} == {
        row["ref"]: row for row in before if row["ref"] != refs[0]
    }
    entry = entries(exchange)[-1]
    assert (entry.what, entry.by, entry.about) == ("photo-space-reset", "hub-operator", "1")
    assert entry.facts == {"was": SPACE, "records": 1}
    assert sent(bengal, pictured(new_ref(), space=OTHER), pictured(new_ref())) == ["stored", "photo-space"]


def test_held_records_keep_their_photos_and_so_the_space(exchange: Exchange, bengal: Gateway) -> None:
    ref = new_ref()
    sent(bengal, pictured(ref))
    assert bengal.send("PUT", f"/v1/holds/{ref}", body_of({"order": "o" * 43})).status_code == 200
    sent(bengal, withdraw(ref, 2))
    with pytest.raises(InputError, match="holds keep 1 record"):
        reset(exchange, 1)
    assert exchange.record(ref)["photo_age"] == 3
    assert exchange.rows(partitions)[0]["photo_space"] == SPACE


def test_without_a_space_nothing_changes(exchange: Exchange, bengal: Gateway) -> None:
    assert reset(exchange, 1) is None
    assert entries(exchange) == []
    with pytest.raises(InputError, match="no partition 9"):
        reset(exchange, 9)


def test_the_operator_sees_spaces_and_counts(exchange: Exchange, bengal: Gateway) -> None:
    exchange.partition(domain="plain")
    refs = [new_ref(), new_ref(), new_ref()]
    sent(bengal, *(pictured(ref) for ref in refs), pictured(new_ref(), space=None))
    sent(bengal, withdraw(refs[0], 2))
    found = photo_spaces.listing(exchange.database)
    keys = ("photos", "active", "inactive", "space")
    assert [[row[key] for key in keys] for row in found.values["partitions"]] == [
        [True, 2, 1, SPACE], [False, 0, 0, None],
    ]  # fmt: skip
    assert any(SPACE in line for line in found.lines)
    told = photo_spaces.reset(exchange.database, 2, exchange.clock)
    assert told.values == {"partition": 2, "reset": False, "dropped": 0}
