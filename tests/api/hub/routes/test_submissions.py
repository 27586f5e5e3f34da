"""Submissions over HTTP: receipts, repetition, and what the matcher is told."""

from api.hub.storage.tables import nonces, pending, records
from api.wire.names import new_ref
from tests.api.hub.gateways import Exchange, body_of, erase, put, submission, withdraw
from tests.api.service.requests_to import problem_in


def test_a_receipt_for_every_item_and_the_good_ones_are_stored_beside_a_bad_one(exchange: Exchange) -> None:
    exchange.partition()
    bengal, good, late = exchange.partner("bengal"), new_ref(), new_ref()
    answer = bengal.submit(put(good), {"action": "fly", "ref": "who knows"}, put(late, sex="unheard-of"), "nonsense")
    document = answer.json()
    assert (document["received"], document["arrived"], document["refused"]) == (4, 1, 3)
    assert [receipt["outcome"] for receipt in document["receipts"]] == ["stored", "refused", "refused", "refused"]
    assert [receipt["ref"] for receipt in document["receipts"]] == [good, None, late, None]
    assert [receipt["index"] for receipt in document["receipts"]] == [0, 1, 2, 3]
    assert "unheard-of" not in answer.text
    assert "who knows" not in answer.text
    assert [row["ref"] for row in exchange.rows(records)] == [good]
    assert exchange.matcher.changes == 1


def test_the_same_again_is_unchanged_and_wakes_nobody(exchange: Exchange) -> None:
    exchange.partition()
    bengal, ref = exchange.partner("bengal"), new_ref()
    assert bengal.outcomes(put(ref)) == ["stored"]
    before = exchange.rows(records)
    assert bengal.outcomes(put(ref)) == ["unchanged"]
    assert exchange.rows(records) == before
    assert exchange.matcher.changes == 1


def test_a_receipt_of_a_missing_report_reads_the_same_whatever_it_matches(exchange: Exchange) -> None:
    exchange.partition()
    bengal = exchange.partner("bengal")
    first, second = (bengal.submit(put(new_ref(), kind="missing", seed=seed)) for seed in (1, 2))
    keep = {"outcome", "reason", "detail", "index", "version"}
    shown = [{key: value for key, value in a.json()["receipts"][0].items() if key in keep} for a in (first, second)]
    assert shown[0] == shown[1]
    assert set(first.json()["receipts"][0]) == {*keep, "ref"}


def test_items_with_one_ref_are_applied_in_order(exchange: Exchange) -> None:
    exchange.partition()
    bengal, ref = exchange.partner("bengal"), new_ref()
    items = [put(ref), put(ref, 2, seed=9), put(ref, 1), withdraw(ref, 3), withdraw(ref, 3)]
    assert bengal.outcomes(*items) == ["stored", "stored", "outdated", "withdrawn", "unchanged"]
    assert (exchange.record(ref)["state"], exchange.record(ref)["version"]) == ("withdrawn", 3)
    assert exchange.count(pending) == 0
    assert bengal.outcomes(put(ref, 4), erase(ref, 5), put(ref, 6)) == ["stored", "erased", "ref-erased"]
    assert exchange.record(ref)["codes"] is None


def test_a_submission_of_another_format_or_form_is_refused_whole(exchange: Exchange) -> None:
    exchange.partition()
    bengal = exchange.partner("bengal")
    good = submission(put(new_ref()))
    for body, kind in [
        (body_of({**good, "format": 2}), "wrong-version"),
        (body_of(good)[:-9], "not-json"),
        (b"\xff\xfe{}", "not-json"),
        (b"[" * 100_000, "not-json"),
        (body_of({**good, "key_check": "secret words"}), "invalid-body"),
        (body_of({**good, "items": []}), "invalid-body"),
        (body_of({**good, "items": [put(new_ref())] * 501}), "invalid-body"),
        (b"[]", "invalid-body"),
    ]:
        answer = bengal.send("POST", "/v1/submissions", body)
        assert problem_in(answer) == kind
        assert "secret words" not in answer.text
    assert exchange.count(records) == 0
    # A request that was refused may be repaired and signed anew: only what was taken uses up its nonce.
    assert exchange.count(nonces) == 0


def test_a_partner_cannot_touch_another_partners_refs(exchange: Exchange) -> None:
    exchange.partition()
    bengal, punjab, ref = exchange.partner("bengal"), exchange.partner("punjab"), new_ref()
    bengal.submit(put(ref))
    assert punjab.outcomes(erase(ref, 9)) == ["erased"]
    owner = exchange.known("bengal").id
    of_bengal = [row for row in exchange.rows(records) if row["partner_id"] == owner]
    assert [row["state"] for row in of_bengal] == ["active"]
