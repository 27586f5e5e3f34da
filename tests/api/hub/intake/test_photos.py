"""Photos at the intake: the first one that is accepted says what space all others are of."""

import base64
import threading
from typing import Any

import numpy as np
import pytest

from api.hub.intake.checked_items import CheckedPut, check_items, digest_of
from api.hub.registry.compared import open_partition
from api.hub.storage.partner_tables import audit
from api.hub.storage.tables import partitions, records
from api.service.audit.entries import Entry, read_content
from api.wire.names import new_ref
from matcher.photos import PhotoSpace
from matcher.profile import LOCAL_2026_11_22, LOCAL_PHOTO_2026_11_22
from matcher.views import View
from tests.api.hub.gateways import DOMAIN, EPOCH, KEY_CHECK, Exchange, Gateway, erase, put, row, withdraw

PROFILE = LOCAL_PHOTO_2026_11_22
POSITION = PROFILE.position(View.PHOTO)
SPACE, OTHER = (PhotoSpace("dlib", True, bytes([each] * 16)).text for each in (1, 2))
OF_PROFILE = {"profile": PROFILE.name, "profile_digest": PROFILE.digest.hex()}


def pictured(ref: str, version: int = 1, space: str | None = SPACE, **changes: Any) -> dict[str, Any]:
    """A record with a photo code, or without any when it is of no space."""
    made = row(5, PROFILE)
    if space is None:
        words = np.frombuffer(base64.b64decode(made["code"]), dtype="<u8").copy()
        words[PROFILE.offsets[POSITION] :] = 0
        made = {"presence": (1 << POSITION) - 1, "code": base64.b64encode(words.tobytes()).decode()}
    photo = {"photo_age": 3, "photo_space": space} if space is not None else {}
    return put(ref, version, rows=[made], **photo, **changes)


def opened(exchange: Exchange) -> int:
    with exchange.database.write() as conn:
        return open_partition(
            conn, DOMAIN, EPOCH, PROFILE.name, key_check=KEY_CHECK, steward=None, now=exchange.clock()
        ).id


def sent(gateway: Gateway, *items: dict[str, Any]) -> list[str]:
    return gateway.outcomes(*items, **OF_PROFILE)


def space_of(exchange: Exchange) -> str | None:
    [found] = exchange.rows(partitions)
    space: str | None = found["photo_space"]
    return space


def entries(exchange: Exchange) -> list[Entry]:
    found = [read_content(leaf["content"])[1] for leaf in exchange.rows(audit.leaves)]
    return [entry for entry in found if entry.what.startswith("photo-space")]


def test_the_first_photo_fixes_the_space_and_others_alone_are_refused(exchange: Exchange) -> None:
    number = opened(exchange)
    bengal, refs = exchange.partner("bengal"), [new_ref() for _ in range(4)]
    assert sent(bengal, pictured(refs[0], space=None)) == ["stored"]
    assert space_of(exchange) is None
    items = [pictured(refs[1]), pictured(refs[2], space=OTHER), pictured(refs[3], space=None)]
    assert sent(bengal, *items) == ["stored", "photo-space", "stored"]
    assert space_of(exchange) == SPACE
    assert (exchange.record(refs[1])["photo_age"], exchange.record(refs[3])["photo_age"]) == (3, 0)
    # What was refused is not there, and comes again without its photo under the same version.
    assert exchange.count(records) == 3
    assert sent(bengal, pictured(refs[2], space=None)) == ["stored"]
    [entry] = entries(exchange)
    assert (entry.what, entry.by, entry.about, entry.facts) == (
        "photo-space-pinned", "bengal", str(number), {"space": SPACE},
    )  # fmt: skip
    policy = bengal.get("/v1/policy").json()
    assert [partition["photo_space"] for partition in policy["partitions"]] == [SPACE]


def test_a_refusal_says_what_to_do_and_a_record_keeps_its_version(exchange: Exchange) -> None:
    opened(exchange)
    bengal, ref = exchange.partner("bengal"), new_ref()
    sent(bengal, pictured(ref))
    [told] = bengal.submit(pictured(ref, 2, space=OTHER), **OF_PROFILE).json()["receipts"]
    assert (told["outcome"], told["reason"]) == ("refused", "photo-space")
    assert "without it" in told["detail"]
    assert OTHER not in told["detail"]
    assert exchange.record(ref)["version"] == 1
    assert sent(bengal, pictured(ref)) == ["unchanged"]


def test_a_photo_that_is_not_stored_fixes_nothing(exchange: Exchange) -> None:
    opened(exchange)
    bengal, ref = exchange.partner("bengal"), new_ref()
    sent(bengal, erase(ref, 1))
    assert sent(bengal, pictured(ref, 2), pictured(new_ref(), expires_on=1)) == ["ref-erased", "expired"]
    assert space_of(exchange) is None
    assert entries(exchange) == []


def test_two_first_photos_at_once_leave_one_space(exchange: Exchange) -> None:
    opened(exchange)
    gateways = {space: exchange.partner(name) for name, space in (("bengal", SPACE), ("khulna", OTHER))}
    ready, told = threading.Barrier(2), dict[str, list[str]]()

    def send(space: str) -> None:
        items = [pictured(new_ref(), space=space), pictured(new_ref(), space=None)]
        ready.wait()
        told[space] = sent(gateways[space], *items)

    threads = [threading.Thread(target=send, args=[space]) for space in gateways]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    won = space_of(exchange)
    assert won in gateways
    assert {space: outcomes[0] for space, outcomes in told.items()} == {
        space: "stored" if space == won else "photo-space" for space in gateways
    }
    assert {outcomes[1] for outcomes in told.values()} == {"stored"}
    assert [entry.facts["space"] for entry in entries(exchange)] == [won]


def test_a_profile_without_photos_takes_none(exchange: Exchange) -> None:
    exchange.partition()
    bengal = exchange.partner("bengal")
    photo = {"photo_age": 3, "photo_space": SPACE}
    assert bengal.outcomes(put(new_ref(), **photo), put(new_ref())) == ["bad-photo", "stored"]
    assert space_of(exchange) is None


def test_a_withdrawal_keeps_the_band_and_an_erasure_nothing(exchange: Exchange) -> None:
    opened(exchange)
    bengal, refs = exchange.partner("bengal"), [new_ref(), new_ref()]
    sent(bengal, *(pictured(ref) for ref in refs))
    sent(bengal, withdraw(refs[0], 2), erase(refs[1], 2))
    assert [exchange.record(ref)["photo_age"] for ref in refs] == [3, 0]


def checked(**changes: Any) -> CheckedPut:
    [item] = check_items([pictured("r" * 22) | changes], PROFILE)
    assert isinstance(item, CheckedPut)
    return item


def test_band_and_space_are_content() -> None:
    made = {checked().digest, checked(photo_age=4).digest, checked(photo_space=OTHER).digest}
    assert len(made) == 3
    assert checked().digest == checked(version=4).digest


def test_the_digest_of_a_record_without_a_photo_is_what_it_was() -> None:
    content = {
        "kind": 1, "sex": 1, "birth_first": 15_000, "birth_last": 15_364, "event": 20_000, "expires_on": None,
        "presence": b"\xff\x00", "codes": bytes(8), "photo_age": 0,
    }  # fmt: skip
    # As release 0.1 before photos computed it.
    assert digest_of(content).hex() == "cbdbca1c914b60b36ccb87496e0f526b3f73c2790e13dcdc02372db5a076bc0c"


@pytest.mark.parametrize("profile", [LOCAL_2026_11_22, PROFILE])
def test_an_item_of_before_is_taken(profile: Any) -> None:
    plain = profile is LOCAL_2026_11_22
    old = put(new_ref(), rows=[row(1, LOCAL_2026_11_22)]) if plain else pictured(new_ref(), space=None)
    assert not {"photo_age", "photo_space"} & set(old)
    [item] = check_items([old], profile)
    assert isinstance(item, CheckedPut)
    assert (item.space, item.content["photo_age"]) == (None, 0)
