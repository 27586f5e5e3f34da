"""/v1/audit at the hub: checkpoints, proofs, and witnesses of partners' logs; on both databases."""

import json
from datetime import timedelta

import pytest

from api.hub.checkpointing import Checkpoints
from api.hub.storage import audit as log
from api.hub.storage import witnessed
from api.hub.storage.partner_tables import audit
from api.hub.storage.tables import records
from api.service.audit.entries import Entry
from api.service.audit.proofs import verify_growth
from api.wire.audit import Checkpoint, ConsistencyProof, hash_text, sign_checkpoint
from api.wire.names import new_ref
from api.wire.witnesses import WitnessPage
from tests.api.hub.gateways import HUB, HUB_KEY, START, Exchange, Gateway, propose, put
from tests.api.service.requests_to import ask, problem_in

PATHS = ("/v1/audit/checkpoint", "/v1/audit/consistency?first=256&second=512", "/v1/audit/witnesses")


def publish(exchange: Exchange, days: int = 1) -> list[int]:
    worker = Checkpoints(exchange.database, HUB_KEY, HUB, timedelta(hours=24), exchange.clock)
    for _ in range(days):
        worker.step()
        exchange.clock.advance(hours=24)
    return [row["size"] for row in exchange.rows(audit.checkpoints)]


def shown_by(gateway: Gateway, size: int, root: bytes = bytes(32), **changes) -> Checkpoint:
    return sign_checkpoint(changes.get("origin", gateway.name), size, root, START, changes.get("key", gateway.key))


def show(gateway: Gateway, checkpoint: Checkpoint):
    return gateway.send("POST", "/v1/audit/witnesses", checkpoint.model_dump_json().encode())


def test_the_latest_published_checkpoint_is_shown(exchange: Exchange) -> None:
    bengal = exchange.partner("bengal")
    assert problem_in(bengal.get("/v1/audit/checkpoint")) == "no-such-resource"
    publish(exchange)
    exchange.partition()
    found = Checkpoint.model_validate_json(bengal.get("/v1/audit/checkpoint").content)
    assert (found.origin, found.size) == (HUB, 256)


def test_a_proof_leads_from_one_published_size_to_another(exchange: Exchange) -> None:
    bengal = exchange.partner("bengal")
    publish(exchange)
    old = Checkpoint.model_validate_json(bengal.get("/v1/audit/checkpoint").content)
    exchange.partition()
    publish(exchange)
    new = Checkpoint.model_validate_json(bengal.get("/v1/audit/checkpoint").content)
    answer = bengal.get(f"/v1/audit/consistency?first={old.size}&second={new.size}")
    assert verify_growth(old, new, ConsistencyProof.model_validate_json(answer.content), HUB_KEY.public)


@pytest.mark.parametrize("sizes", ["first=255&second=512", "first=256&second=257", "first=0&second=256"])
def test_of_unpublished_sizes_nothing_is_told(exchange: Exchange, sizes: str) -> None:
    bengal = exchange.partner("bengal")
    publish(exchange, 2)
    exchange.partition()
    assert problem_in(bengal.get(f"/v1/audit/consistency?{sizes}")) == "no-such-resource"


def test_a_proof_backwards_is_no_question(exchange: Exchange) -> None:
    bengal = exchange.partner("bengal")
    for query in ("first=512&second=256", "first=-1&second=2", "first=1", "first=x&second=2"):
        assert problem_in(bengal.get(f"/v1/audit/consistency?{query}")) == "invalid-query"


def test_only_active_partners_ask(exchange: Exchange) -> None:
    publish(exchange, 2)
    waiting = exchange.partner("waiting", state="suspended")
    for path in PATHS:
        assert problem_in(waiting.get(path)) == "partner-suspended"
        assert problem_in(ask(exchange.app, "GET", path)) == "unsigned"


def test_a_partners_checkpoints_are_kept_for_the_others(exchange: Exchange) -> None:
    bengal, khulna = exchange.partner("bengal"), exchange.partner("khulna", "BD")
    for size in (64, 128):
        assert show(bengal, shown_by(bengal, size)).json() == {"size": size}
    show(khulna, shown_by(khulna, 64))
    last = WitnessPage.model_validate_json(khulna.get("/v1/audit/witnesses").content)
    assert [(item.partner, item.checkpoint.size) for item in last.items] == [("bengal", 128), ("khulna", 64)]
    of_one = WitnessPage.model_validate_json(khulna.get("/v1/audit/witnesses?partner=bengal").content)
    assert [item.checkpoint for item in of_one.items] == [shown_by(bengal, 64), shown_by(bengal, 128)]
    assert of_one.next is None
    later = WitnessPage.model_validate_json(khulna.get("/v1/audit/witnesses?partner=bengal&after=64").content)
    assert [item.checkpoint.size for item in later.items] == [128]
    assert khulna.get("/v1/audit/witnesses?partner=nobody").json() == {"items": [], "next": None}


def test_pages_of_a_long_history_follow_each_other(exchange: Exchange) -> None:
    bengal = exchange.partner("bengal")
    with exchange.database.write() as conn:
        for size in range(1, 402):
            witnessed.keep(conn, exchange.known("bengal").id, shown_by(bengal, size), START)
    seen, after = [], 0
    while after is not None:
        page = WitnessPage.model_validate_json(bengal.get(f"/v1/audit/witnesses?partner=bengal&after={after}").content)
        seen += [item.checkpoint.size for item in page.items]
        after = page.next
    assert seen == list(range(1, 402))


def test_the_same_checkpoint_is_taken_again(exchange: Exchange) -> None:
    bengal = exchange.partner("bengal")
    for size in (64, 128, 64, 128):
        assert show(bengal, shown_by(bengal, size)).status_code == 200


def test_a_log_that_was_rewritten_or_shrank_is_refused(exchange: Exchange) -> None:
    bengal = exchange.partner("bengal")
    show(bengal, shown_by(bengal, 128))
    assert problem_in(show(bengal, shown_by(bengal, 128, bytes([1] * 32)))) == "audit-contradiction"
    assert problem_in(show(bengal, shown_by(bengal, 64))) == "audit-contradiction"
    page = WitnessPage.model_validate_json(bengal.get("/v1/audit/witnesses?partner=bengal").content)
    assert [item.checkpoint for item in page.items] == [shown_by(bengal, 128)]


def test_nobody_shows_anothers_log(exchange: Exchange) -> None:
    bengal, khulna = exchange.partner("bengal"), exchange.partner("khulna", "BD")
    for checkpoint in (
        shown_by(khulna, 64), shown_by(bengal, 64, origin="khulna"), shown_by(bengal, 64, key=khulna.key),
        shown_by(bengal, 64).model_copy(update={"size": 65}),
        shown_by(bengal, 64).model_copy(update={"root": hash_text(bytes([1] * 32))}),
    ):  # fmt: skip
        assert problem_in(show(bengal, checkpoint)) == "invalid-body"
    assert problem_in(bengal.send("POST", "/v1/audit/witnesses", b"[]")) == "invalid-body"
    assert bengal.get("/v1/audit/witnesses").json()["items"] == []


def test_whether_a_report_matches_shows_in_no_size(exchange: Exchange) -> None:
    """The log of a hub where a candidate was proposed and one where none was look alike to the reporter."""
    exchange.partition()
    reporter, shelter, missing, found = exchange.partner("punjab"), exchange.partner("bengal"), new_ref(), new_ref()
    reporter.submit(put(missing, kind="missing"))
    shelter.submit(put(found))
    publish(exchange)
    before = reporter.get("/v1/audit/checkpoint").json()["size"]
    with exchange.database.write() as conn:
        ids = {row["ref"]: row["id"] for row in exchange.rows(records)}
        name = propose(conn, ids[missing], ids[found])
        for what in ("candidate-review", "candidate-release", "candidate-reject"):
            log.note(conn, Entry(what, "bengal", START, about=name))
    publish(exchange)
    after = reporter.get("/v1/audit/checkpoint")
    assert after.json()["size"] - before == 256
    assert set(json.loads(after.content)) == {"format", "origin", "size", "root", "at", "signature"}
