"""What becomes of one item: the rules, without a database."""

import hashlib
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.hub.intake.checked_items import CheckedPut
from api.hub.intake.drafts import Draft, RefDrafts
from api.hub.intake.pinned_space import PinnedSpace
from api.hub.intake.rules import apply, is_expired
from api.wire.items import EraseItem, WithdrawItem
from matcher.views import Kind

REF, NOW = "r" * 22, datetime(2026, 11, 21, 10, tzinfo=UTC)
TODAY = NOW.date()
TODAY_NUMBER = (TODAY - date(1970, 1, 1)).days


def put(version: int, content: str = "a", kind: Kind = Kind.FOUND, expires_on: int | None = None) -> CheckedPut:
    digest = hashlib.sha256(content.encode()).digest()
    columns = {"kind": int(kind), "codes": content.encode(), "presence": b"", "expires_on": expires_on}
    return CheckedPut(REF, version, kind, expires_on, digest, columns)


def withdraw(version: int) -> WithdrawItem:
    return WithdrawItem(action="withdraw", ref=REF, version=version)


def erase(version: int) -> EraseItem:
    return EraseItem(action="erase", ref=REF, version=version)


def words(drafts: RefDrafts, *items: CheckedPut | WithdrawItem | EraseItem) -> list[str]:
    decisions = [apply(item, drafts, NOW, PinnedSpace(None)) for item in items]
    return [decision.reason or decision.outcome for decision in decisions]


def fresh() -> RefDrafts:
    return RefDrafts(Draft(REF, "in-north"))


@pytest.mark.parametrize(
    ("items", "expected", "state"),
    [
        ([put(1)], ["stored"], "active"),
        ([put(1), put(1)], ["stored", "unchanged"], "active"),
        ([put(1), put(1, "b")], ["stored", "version-conflict"], "active"),
        ([put(2), put(1, "b")], ["stored", "outdated"], "active"),
        ([put(1), put(5, "b")], ["stored", "stored"], "active"),
        ([put(1), withdraw(2), put(2)], ["stored", "withdrawn", "version-conflict"], "withdrawn"),
        ([put(1), withdraw(1)], ["stored", "version-conflict"], "active"),
        ([put(2), withdraw(1)], ["stored", "outdated"], "active"),
        ([put(1), withdraw(2), withdraw(2)], ["stored", "withdrawn", "unchanged"], "withdrawn"),
        ([put(1), withdraw(2), put(3)], ["stored", "withdrawn", "stored"], "active"),
        ([withdraw(3), put(2), put(4)], ["withdrawn", "outdated", "stored"], "active"),
        ([put(1), put(2, kind=Kind.MISSING)], ["stored", "kind-changed"], "active"),
        ([put(1, expires_on=TODAY_NUMBER)], ["expired"], ""),
        ([put(1, expires_on=TODAY_NUMBER + 1)], ["stored"], "active"),
        ([put(1), erase(2), put(3), withdraw(4), erase(1)], ["stored", "erased", "ref-erased", "erased", "erased"],
         "erased"),
        ([put(5), erase(1)], ["stored", "erased"], "erased"),
        ([erase(1), put(2)], ["erased", "ref-erased"], "erased"),
    ],
)  # fmt: skip
def test_the_rules(items: list[CheckedPut], expected: list[str], state: str) -> None:
    drafts = fresh()
    assert words(drafts, *items) == expected
    assert drafts.here.state == state


def test_a_withdrawal_keeps_the_codes_and_an_erasure_nothing() -> None:
    drafts = fresh()
    words(drafts, put(1), withdraw(2))
    assert drafts.here.row()["codes"] == b"a"
    words(drafts, erase(3))
    row = drafts.here.row()
    assert {name for name, value in row.items() if value not in (None, 0)} == {"ref", "version", "state", "entered_at"}


def test_a_ref_in_another_domain_is_refused_and_in_another_epoch_is_not() -> None:
    abroad = Draft(REF, "bd-south", id=1, kind=1, version=1, state="active", digest=b"x")
    assert words(RefDrafts(Draft(REF, "in-north"), [abroad]), put(2), withdraw(2), erase(2)) == [
        "ref-in-other-domain"
    ] * 3  # fmt: skip
    assert not abroad.changes
    earlier = Draft(REF, "in-north", id=1, kind=1, version=1, state="active", digest=b"x")
    assert words(RefDrafts(Draft(REF, "in-north"), [earlier]), put(1)) == ["stored"]
    assert words(RefDrafts(Draft(REF, "in-north"), [earlier]), put(1, kind=Kind.MISSING)) == ["kind-changed"]


def test_an_erasure_reaches_every_epoch_and_is_final_in_each() -> None:
    earlier = Draft(REF, "in-north", id=1, kind=1, version=7, state="active", digest=b"x")
    drafts = RefDrafts(Draft(REF, "in-north"), [earlier])
    assert words(drafts, erase(3), put(9)) == ["erased", "ref-erased"]
    assert (earlier.changes["state"], earlier.changes["version"], earlier.changes["codes"]) == ("erased", 7, None)


def epochs(**versions: int) -> dict[str, Draft]:
    """The record as other epochs of the domain have it: the version of each."""
    return {
        epoch: Draft(REF, "in-north", id=i, kind=1, version=version, state="active", digest=b"x")
        for i, (epoch, version) in enumerate(versions.items())
    }


def test_a_withdrawal_reaches_every_epoch_that_has_it_earlier_or_later_than_the_one_it_arrives_in() -> None:
    known = epochs(here=2, earlier=1, later=4)
    here, earlier, later = known.values()
    assert words(RefDrafts(here, [earlier, later]), withdraw(5)) == ["withdrawn"]
    assert {(draft.state, draft.version) for draft in known.values()} == {("withdrawn", 5)}


def test_a_withdrawal_reaches_other_epochs_from_one_that_never_had_the_record() -> None:
    [other] = epochs(other=3).values()
    drafts = RefDrafts(Draft(REF, "in-north"), [other])
    assert words(drafts, withdraw(4), put(4)) == ["withdrawn", "version-conflict"]
    assert [(draft.state, draft.version) for draft in drafts.everywhere] == [("withdrawn", 4)] * 2


def test_a_withdrawal_leaves_what_another_epoch_has_in_the_same_or_a_later_version() -> None:
    known = epochs(here=2, same=5, later=7)
    here, same, later = known.values()
    assert words(RefDrafts(here, [same, later]), withdraw(5)) == ["withdrawn"]
    assert [draft.state for draft in known.values()] == ["withdrawn", "active", "active"]
    assert not same.changes
    assert not later.changes


def test_a_withdrawal_that_comes_too_late_reaches_no_epoch() -> None:
    known = epochs(here=5, earlier=1)
    here, earlier = known.values()
    assert words(RefDrafts(here, [earlier]), withdraw(4), withdraw(5)) == ["outdated", "version-conflict"]
    assert not here.changes
    assert not earlier.changes


items = st.one_of(
    st.builds(put, st.integers(1, 4), st.sampled_from("ab")), st.builds(withdraw, st.integers(1, 4)),
    st.builds(erase, st.integers(1, 4)),
)  # fmt: skip


@given(st.lists(items, max_size=8))
def test_sending_everything_again_changes_nothing(sent: list[CheckedPut]) -> None:
    drafts = fresh()
    words(drafts, *sent)
    before = drafts.here.row()
    again = words(drafts, *sent)
    assert drafts.here.row() == before
    assert not {"stored", "withdrawn"} & set(again)


@given(st.lists(items, max_size=8))
def test_versions_never_fall_and_an_erased_ref_stays_erased(sent: list[CheckedPut]) -> None:
    drafts, version, erased = fresh(), 0, False
    for item in sent:
        apply(item, drafts, NOW, PinnedSpace(None))
        assert drafts.here.version >= version
        assert drafts.here.state == "erased" or not erased
        version, erased = drafts.here.version, drafts.here.state == "erased"


def test_a_record_is_kept_until_the_day_it_names() -> None:
    assert not is_expired(None, TODAY)
    assert [is_expired(TODAY_NUMBER + days, TODAY) for days in (-1, 0, 1)] == [True, True, False]
