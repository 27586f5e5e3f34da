"""The marks that go with a record: equal for equal things of one gateway, and nothing to anybody else."""

from base64 import urlsafe_b64encode
from datetime import date
from hashlib import blake2b, sha256, sha512

from api.holder.intake.entry import entry_of
from api.holder.reviewing.orders import Order, order_mark
from api.holder.storage.outbox import DueRow
from api.holder.sync.records import marks_of
from api.holder.vault.vault import vault_from_secret_bytes
from api.wire.batches import Marks
from tests.api.holder.sync.fake_hub import FakeHub
from tests.api.holder.sync.gateways import Gateway, child

VAULT, OTHER = vault_from_secret_bytes(bytes(32)), vault_from_secret_bytes(bytes(31) + b"1")


def marks(case: str = "C-1", kind: str = "missing", by: str = "asha", office: str | None = None) -> Marks:
    row = DueRow(1, "r" * 22, kind, 1, "put", None, by, None)
    return marks_of(VAULT, row, case, office)


def test_marks_tell_case_officer_and_office_apart_and_nothing_else() -> None:
    first = marks(office="North")
    assert marks(" C-1 ", office="North") == first
    assert marks("C-2", office="North").case != first.case != marks("C-1", "found", office="North").case
    assert marks(by="bimal").officer != first.officer == marks().officer
    assert marks(office="South").office != first.office
    assert (marks().office, marks(by="").officer) == (None, None)
    assert len({marks("x", by="x", office="x").case, marks(by="x").officer, marks(office="x").office}) == 3


def test_another_gateways_marks_are_others() -> None:
    row = DueRow(1, "r" * 22, "missing", 1, "put", None, "asha", None)
    theirs = marks_of(OTHER, row, "C-1", "North")
    mine = marks(office="North")
    assert len({theirs.case, theirs.officer, theirs.office, mine.case, mine.officer, mine.office}) == 6
    order = Order("Child Welfare Committee, Kendpur", "CWC/17/2026", date(2026, 11, 1))
    assert order_mark(OTHER, order) != order_mark(VAULT, order) == order_mark(vault_from_secret_bytes(bytes(32)), order)


def test_who_knows_all_but_the_gateways_key_cannot_make_its_marks() -> None:
    mine, plain = marks(office="North"), ("C-1", "C1", "missing C-1", "asha", "North", "north")
    unkeyed = {digest_of(text.encode()).digest() for text in plain for digest_of in (sha256, sha512, blake2b)}
    made = {urlsafe_b64encode(digest[:16]).rstrip(b"=").decode() for digest in unkeyed}
    assert not made & {mine.case, mine.officer, mine.office}


def test_the_hub_gets_the_marks_of_whoever_changed_the_record_last(gateway: Gateway, hub: FakeHub) -> None:
    ref = gateway.report(1)
    gateway.send_all()
    gateway.intake.update(ref, entry_of(child(1, age=9), "police", "North", None), [1], "another clerk")
    first = hub.held[ref].item
    gateway.send_all()
    second = hub.held[ref].item
    assert first is not None
    assert second is not None
    assert first.case == second.case == marks("case-1").case
    assert (first.officer, second.officer) == (marks(by="clerk").officer, marks(by="another clerk").officer)
    assert (first.office, second.office) == (None, marks(office="North").office)
