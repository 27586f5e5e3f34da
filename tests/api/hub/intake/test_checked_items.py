"""Items as they are checked, and the digest that tells a repetition from a contradiction."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.hub.intake.checked_items import CheckedPut, Refusal, check_items, digest_of
from api.wire.names import new_ref
from matcher.profile import LOCAL_2026_11_22
from tests.api.hub.gateways import put, row


def checked(**changes: object) -> CheckedPut:
    (item,) = check_items([put(new_ref(), **changes)], LOCAL_2026_11_22)
    assert isinstance(item, CheckedPut)
    return item


def test_a_put_becomes_columns() -> None:
    item = checked(kind="missing", seed=3, expires_on=21_000)
    codes = np.frombuffer(item.content["codes"], dtype="<u8")
    assert codes.size == LOCAL_2026_11_22.words
    assert np.frombuffer(item.content["presence"], dtype="<u2").tolist() == [255]
    assert (item.content["kind"], item.content["sex"], item.content["birth_last"]) == (0, 1, 15_364)


def test_marks_are_kept_and_make_no_other_content() -> None:
    case, officer, office = new_ref(), new_ref(), new_ref()
    item = checked(case=case, officer=officer, office=office)
    assert [item.content[f"{name}_mark"] for name in ("case", "officer", "office")] == [case, officer, office]
    assert item.digest == checked().digest


@pytest.mark.parametrize("changes", [{"case": None}, {"case": "short"}, {"officer": 7}, {"office": "x" * 23}])
def test_a_record_without_a_case_number_or_with_strange_marks_is_refused(changes: dict[str, object]) -> None:
    without = {name: value for name, value in put(new_ref()).items() if name != "case"}
    for value in (without, put(new_ref(), **changes)):
        [item] = check_items([value], LOCAL_2026_11_22)
        assert isinstance(item, Refusal)
        assert item.reason == "invalid-item"


def test_digests_differ_with_any_part_and_with_nothing_else() -> None:
    first = checked().digest
    assert checked(version=7).digest == first
    changed = [checked(**changes).digest for changes in (
        {"sex": "male"}, {"kind": "missing"}, {"birth": [15_000, 15_365]}, {"event": None}, {"event": 0},
        {"expires_on": 21_000}, {"seed": 1}, {"rows": [row(0), row(0)]},
    )]  # fmt: skip
    assert len({first, *changed}) == 9


numbers = st.none() | st.integers(-(2**24), 2**24)
contents = st.fixed_dictionaries(
    dict.fromkeys(("kind", "sex", "birth_first", "birth_last", "event", "expires_on"), numbers)
    | {name: st.binary(max_size=4) for name in ("presence", "codes")}
)


@given(contents, contents)
def test_only_equal_contents_share_a_digest(first: dict, second: dict) -> None:
    assert (digest_of(first) == digest_of(second)) == (first == second)


def test_refused_items_repeat_nothing_but_a_ref_and_a_version_that_fit() -> None:
    ref = new_ref()
    strange = [
        None, 7, [], "text", {}, {"ref": "../../secret", "version": "9"}, {"ref": ref, "version": 2**31},
        {"ref": ref, "version": True}, put(ref, 3, rows=[]), put(ref, 3, rows=[{"presence": 255, "code": "!"}]),
    ]  # fmt: skip
    found = check_items(strange, LOCAL_2026_11_22)
    assert all(isinstance(item, Refusal) for item in found)
    assert [item.ref for item in found] == [None] * 6 + [ref] * 4
    assert [item.version for item in found] == [None] * 8 + [3] * 2
    assert "secret" not in str(found)


def test_reprs_hold_no_code() -> None:
    assert put(new_ref())["rows"][0]["code"][:8] not in repr(checked())
    assert "codes" not in repr(checked())
