"""What the hub learns of answers: the distances of two records, and nothing of a record that it may not have."""

from typing import Any

import numpy as np
import pytest
from sqlalchemy import update

from api.holder.storage.tables import records
from api.service.database import Database
from api.wire.items import PutItem
from matcher.comparison import NOT_KNOWN
from matcher.masked import masked_distances
from matcher.views import Kind, View
from tests.api.holder.masking.masked_hub import (
    COARSE,
    MASKED,
    MaskedGateway,
    MaskedHub,
    Partner,
    arrived,
    codes_of,
    distances,
    fill_ledger,
    plain,
    repeated,
    rewrite,
    true_distances,
)
from tests.api.holder.sync.fake_hub import PARTNER
from tests.api.holder.sync.gateways import FakeClock, child

TWO_NAMES = {"aliases": "Rekha Das"}


def test_of_two_own_records_the_hub_learns_the_distances_of_the_full_codes(
    gateway: MaskedGateway, hub: MaskedHub
) -> None:
    (missing,) = arrived(gateway, [1], **TWO_NAMES)
    (found,) = arrived(gateway, [2], "found")
    rows = {"rows": 2, "other_rows": 1, "partner": PARTNER}
    one = hub.ask_about(missing, other_ref=found, **rows)
    other = hub.ask_about(found, side="found", other_ref=missing, **{**rows, "rows": 1, "other_rows": 2})
    gateway.turns()
    learnt = distances(hub.taken[one], hub.taken[other])
    assert (learnt == true_distances(child(1, **TWO_NAMES), child(2, "found"))).all()
    assert (learnt[0] != NOT_KNOWN).any()
    assert learnt.shape == (2, len(MASKED.views))


@pytest.mark.parametrize("kind", ["missing", "found"])
def test_of_records_of_two_partners_it_learns_the_same(
    gateway: MaskedGateway, hub: MaskedHub, punjab: Partner, kind: str
) -> None:
    (ref,) = arrived(gateway, [1], kind, **TWO_NAMES)
    number = hub.ask_about(ref, side=kind, rows=2)
    request = hub.open[number]
    gateway.turns()
    answer = hub.taken[number]
    other = "found" if kind == "missing" else "missing"
    theirs, presence = punjab.masked(request, gateway.masking_key.public, child(2, other))
    own = codes_of(answer, 2, MASKED.words), repeated(answer, kind, 1)
    both = (*own, theirs, presence) if kind == "missing" else (theirs, presence, *own)
    pair = (child(1, kind, **TWO_NAMES), child(2, other))
    assert (masked_distances(MASKED, *both) == true_distances(*(pair if kind == "missing" else pair[::-1]))).all()


def test_what_is_sent_shows_nothing_of_the_code(gateway: MaskedGateway, hub: MaskedHub, punjab: Partner) -> None:
    (ref,) = arrived(gateway, [1])
    numbers = [hub.ask_about(ref) for _ in range(40)]
    gateway.turns()
    codes, presence = plain(child(1), Kind.MISSING)
    sent = np.concatenate([codes_of(hub.taken[number], 1, MASKED.words) for number in numbers])
    present = [
        word for place, view in enumerate(MASKED.views) if presence[0] >> place & 1
        for word in range(MASKED.offsets[place], MASKED.offsets[place + 1])
    ]  # fmt: skip
    bits = np.unpackbits(np.ascontiguousarray((sent ^ codes[0])[:, present]).view(np.uint8))
    # Fair coins: six standard deviations of their mean.
    assert abs(bits.mean() - 0.5) < 6 * 0.5 / np.sqrt(bits.size)
    absent = [word for word in range(MASKED.words) if word not in present]
    assert not sent[:, absent].any()


def refused(hub: MaskedHub, number: int) -> str | None:
    return hub.taken[number].reason


def test_records_that_the_hub_may_not_have_are_refused(
    gateway: MaskedGateway, hub: MaskedHub, punjab: Partner
) -> None:
    withdrawn, erased, kept, expired, wrong = arrived(gateway, [1, 2, 3, 4, 5])
    gateway.intake.withdraw(withdrawn, "found by ourselves", [1], "clerk")
    gateway.intake.erase(erased, "clerk")
    with gateway.database.write() as conn:
        conn.execute(update(records).where(records.c.ref == kept).values(kept_because="no_consent"))
        conn.execute(update(records).where(records.c.ref == expired).values(expires_on=10))
    numbers = [hub.ask_about(ref) for ref in (withdrawn, erased, kept, expired, "A" * 22)]
    numbers.append(hub.ask_about(wrong, side="found"))
    gateway.turns()
    assert [refused(hub, number) for number in numbers] == ["not-here"] * 6
    assert gateway.status()["refused"] == {"not-here": 6}
    assert gateway.used() == []


def test_another_version_or_another_number_of_rows_is_refused(
    gateway: MaskedGateway, hub: MaskedHub, punjab: Partner
) -> None:
    (ref,) = arrived(gateway, [1])
    gateway.change(ref, 1, 1, name="Amina Khatun")
    gateway.send_all()
    numbers = [
        hub.ask_about(ref, version=1), hub.ask_about(ref, version=3), hub.ask_about(ref, version=2, rows=2),
        hub.ask_about(ref, version=2, other_rows=16), hub.ask_about(ref, version=2),
    ]  # fmt: skip
    gateway.turns()
    assert [refused(hub, number) for number in numbers] == ["another-version"] * 4 + [None]


def test_a_version_that_has_not_arrived_at_the_hub_waits(
    gateway: MaskedGateway, hub: MaskedHub, punjab: Partner, clock: FakeClock
) -> None:
    ref = gateway.report(1)
    number = hub.ask_about(ref)
    gateway.turns()
    assert number in hub.open
    assert gateway.status()["waiting"] == 1
    gateway.send_all()
    clock.advance(seconds=10)
    gateway.turns()
    assert hub.taken[number].outcome == "answered"
    assert gateway.status()["waiting"] == 0


def test_the_same_request_gets_the_same_bytes_and_counts_once(
    gateway: MaskedGateway, hub: MaskedHub, punjab: Partner
) -> None:
    (ref,) = arrived(gateway, [1])
    number = hub.ask_about(ref)
    request = hub.open[number]
    gateway.turns()
    again = hub.ask_about(ref, other_ref=request.other_ref)
    gateway.restart()
    gateway.turns()
    assert hub.taken[again].codes == hub.taken[number].codes
    assert hub.taken[again].outcome == "answered"
    assert len(gateway.used()) == 1


def test_a_mask_is_never_used_for_another_content(gateway: MaskedGateway, hub: MaskedHub, punjab: Partner) -> None:
    (ref,) = arrived(gateway, [1])
    number = hub.ask_about(ref)
    other_ref = hub.open[number].other_ref
    gateway.turns()
    rewrite(gateway, ref, child(1, name="Amina Khatun"))
    gateway.restart()
    again, fresh = hub.ask_about(ref, other_ref=other_ref), hub.ask_about(ref)
    gateway.turns()
    assert refused(hub, again) == "answered-before"
    assert hub.taken[again].codes == ""
    assert hub.taken[fresh].outcome == "answered"


def test_other_rows_of_the_other_record_are_another_use(
    gateway: MaskedGateway, hub: MaskedHub, punjab: Partner
) -> None:
    (ref,) = arrived(gateway, [1])
    first = hub.ask_about(ref)
    again = hub.ask_about(ref, other_ref=hub.open[first].other_ref, other_rows=2)
    gateway.turns()
    assert (hub.taken[first].outcome, refused(hub, again)) == ("answered", "answered-before")


def test_a_version_is_compared_as_often_as_it_may_be_and_a_later_one_again(
    gateway: MaskedGateway, hub: MaskedHub, punjab: Partner
) -> None:
    gateway.cap = 5
    gateway.restart()
    ref, other = arrived(gateway, [1, 2])
    fill_ledger(gateway, ref, 3)
    numbers = [hub.ask_about(ref) for _ in range(4)] + [hub.ask_about(other)]
    gateway.turns()
    assert [refused(hub, number) for number in numbers] == [None, None, "cap-reached", "cap-reached", None]
    gateway.change(ref, 1, 1, name="Amina Khatun")
    gateway.send_all()
    later = hub.ask_about(ref, version=2)
    gateway.turns()
    assert refused(hub, later) is None
    # What was noted of the version before is not needed any more.
    assert sorted(row["version"] for row in gateway.used()) == [1, 2]


def test_a_record_that_does_not_open_holds_up_no_other(
    gateway: MaskedGateway, hub: MaskedHub, punjab: Partner, monkeypatch: pytest.MonkeyPatch
) -> None:
    damaged, strange, good = arrived(gateway, [1, 2, 3])
    with gateway.database.write() as conn:
        conn.execute(update(records).where(records.c.ref == damaged).values(sealed=b"x" * 99))
    codes = gateway.errand._tools.scopes[0].codes
    encode = codes._encoder.encode

    def fails_on_one(records: Any, kind: Kind, refs: list[str], **more: Any) -> Any:
        if strange in refs:
            raise RuntimeError("Sunil Mondal2")
        return encode(records, kind, refs, **more)

    monkeypatch.setattr(codes._encoder, "encode", fails_on_one)
    numbers = [hub.ask_about(ref) for ref in (damaged, strange, good)]
    gateway.turns()
    assert refused(hub, numbers[0]) == "not-here"
    assert numbers[1] in hub.open
    assert hub.taken[numbers[2]].outcome == "answered"
    assert "encoded" in gateway.status()["problem"]


def test_an_erasure_leaves_nothing_in_the_ledger(gateway: MaskedGateway, hub: MaskedHub, punjab: Partner) -> None:
    ref, other = arrived(gateway, [1, 2])
    for each in (ref, other):
        hub.ask_about(each)
    gateway.turns()
    gateway.intake.erase(ref, "clerk")
    assert len(gateway.used()) == 1


def test_the_hub_itself_gets_the_coarse_views_alone(gateway: MaskedGateway, hub: MaskedHub) -> None:
    (ref,) = arrived(gateway, [1], date_of_birth="2018-03-02", father_name="Haren Mondal")
    item = hub.held[ref].item
    assert isinstance(item, PutItem)
    assert [view.view for view in COARSE.views] == [View.CHILD, View.HOME]
    assert item.birth is not None
    assert (item.birth[1] - item.birth[0]) > 3 * 365
    assert item.photo_space is None


def test_records_are_encoded_once_in_a_run(
    gateway: MaskedGateway, hub: MaskedHub, punjab: Partner, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    refs = arrived(gateway, [1, 2, 3])
    codes = gateway.errand._tools.scopes[0].codes
    encode, encoded = codes._encoder.encode, list[str]()

    def counted(records: Any, kind: Kind, refs: list[str], **more: Any) -> Any:
        encoded.extend(refs)
        return encode(records, kind, refs, **more)

    monkeypatch.setattr(codes._encoder, "encode", counted)
    monkeypatch.setattr(codes, "_most", 2)
    hub.masked_page = 3
    for _ in range(2):
        for ref in refs[:2]:
            hub.ask_about(ref)
    gateway.turns()
    assert sorted(encoded) == sorted(refs[:2])
    hub.ask_about(refs[2])
    gateway.turns()
    hub.ask_about(refs[0])
    gateway.turns()
    assert len(encoded) == 4
