"""Erasure: what it reaches, and the proof of it."""

import base64
import hashlib
import json
from typing import Any

import pytest

from api.hub.matching.taking_back import TakingBack
from api.hub.storage.kinship_tables import kindred
from api.hub.storage.partner_tables import audit, messages
from api.hub.storage.tables import records
from api.service.audit.checkpoints import publish
from api.service.audit.entries import read_content
from api.service.audit.proofs import verify_leaf
from api.wire.audit import LeafProof
from api.wire.names import new_ref
from api.wire.request_keys import RequestKey
from api.wire.retention import Erasure, record_mark
from tests.api.hub.gateways import HUB, HUB_KEY, Exchange, Gateway, erase, put
from tests.api.hub.retention.cases import Cases
from tests.api.service.requests_to import problem_in


def let_a_checkpoint_fall_due(exchange: Exchange) -> None:
    exchange.database.retrying(lambda conn: publish(conn, audit, HUB_KEY, HUB, exchange.clock()))


def proof_of(exchange: Exchange, gateway: Gateway, ref: str) -> LeafProof:
    let_a_checkpoint_fall_due(exchange)
    answer = gateway.get(f"/v1/erasures/{ref}")
    assert answer.status_code == 200, answer.text
    return Erasure.model_validate_json(answer.content).proof


def erased_leaves(exchange: Exchange) -> list[dict[str, Any]]:
    found = [json.loads(row["content"]) for row in exchange.rows(audit.leaves)]
    return [leaf for leaf in found if leaf["what"] == "record-erased"]


def test_an_erasure_is_proved_to_whom_the_record_belonged(exchange: Exchange) -> None:
    exchange.partition()
    bengal, refs = exchange.partner("bengal"), [new_ref() for _ in range(5)]
    bengal.submit(*(put(ref, seed=at) for at, ref in enumerate(refs)))
    bengal.submit(*(erase(ref, 2) for ref in refs))
    for ref in refs:
        proof = proof_of(exchange, bengal, ref)
        assert verify_leaf(proof, HUB, HUB_KEY.public)
        assert not verify_leaf(proof, HUB, RequestKey.generate().public)
        number, entry = read_content(proof.content)
        digest = base64.urlsafe_b64encode(hashlib.sha256(ref.encode()).digest()).decode().rstrip("=")
        assert (entry.what, entry.by, entry.about, number) == ("record-erased", "bengal", digest, proof.number)
        assert ref not in proof.content
    assert proof_of(exchange, bengal, refs[0]) == proof_of(exchange, bengal, refs[0])


def test_every_flipped_character_of_the_leaf_breaks_the_proof(exchange: Exchange) -> None:
    exchange.partition()
    bengal, ref = exchange.partner("bengal"), new_ref()
    bengal.submit(put(ref))
    bengal.submit(erase(ref, 2))
    proof = proof_of(exchange, bengal, ref)
    for at in range(len(proof.content)):
        other = proof.content[:at] + chr(ord(proof.content[at]) ^ 1) + proof.content[at + 1 :]
        assert not verify_leaf(proof.model_copy(update={"content": other}), HUB, HUB_KEY.public)


def test_one_leaf_for_each_erasure_however_often_it_is_sent_and_in_however_many_epochs(exchange: Exchange) -> None:
    exchange.partition()
    exchange.partition(epoch="2026-12")
    bengal, ref, never = exchange.partner("bengal"), new_ref(), new_ref()
    bengal.submit(put(ref))
    bengal.submit(put(ref, 2), epoch="2026-12")
    for _ in range(2):
        bengal.submit(erase(ref, 3), erase(ref, 3), erase(never, 1))
        bengal.submit(erase(ref, 3), epoch="2026-12")
    assert sorted(leaf["about"] for leaf in erased_leaves(exchange)) == sorted(map(record_mark, (ref, never)))
    assert all(row["erased_leaf"] is not None for row in exchange.rows(records))
    assert verify_leaf(proof_of(exchange, bengal, never), HUB, HUB_KEY.public)


def test_a_proof_comes_with_the_next_checkpoint(exchange: Exchange) -> None:
    exchange.partition()
    bengal, ref = exchange.partner("bengal"), new_ref()
    bengal.submit(put(ref))
    bengal.submit(erase(ref, 2))
    assert problem_in(bengal.get(f"/v1/erasures/{ref}")) == "proof-not-ready"
    assert exchange.count(audit.checkpoints) == 0
    assert verify_leaf(proof_of(exchange, bengal, ref), HUB, HUB_KEY.public)


def test_what_is_not_erased_or_not_ones_own_looks_like_nothing(exchange: Exchange) -> None:
    exchange.partition()
    bengal, other, there, gone = exchange.partner("bengal"), exchange.partner("other"), new_ref(), new_ref()
    bengal.submit(put(there), put(gone))
    bengal.submit(erase(gone, 2))
    answers = [bengal.get(f"/v1/erasures/{there}"), bengal.get(f"/v1/erasures/{new_ref()}")]
    answers.append(other.get(f"/v1/erasures/{gone}"))
    assert {problem_in(answer) for answer in answers} == {"no-such-resource"}
    assert len({answer.content for answer in answers}) == 1


def test_an_erasure_takes_messages_and_kindred_pairs_with_it(cases: Cases) -> None:
    first, second = cases.add("contact"), cases.add("contact", seed=1)
    cases.relate(first.found_id, second.found_id, "proposed")
    cases.reporter.outcomes(erase(first.missing_ref, 2))
    assert cases.exchange.count(messages) == 2  # an answer must not take longer for them
    taking = TakingBack(cases.exchange.database)
    taking.step(cases.partition, cases.exchange.clock())
    assert [row["candidate_id"] for row in cases.exchange.rows(messages)] == [second.id]
    assert cases.exchange.count(kindred) == 1
    cases.custodian.outcomes(erase(second.found_ref, 2))
    taking.step(cases.partition, cases.exchange.clock())
    assert (cases.exchange.count(messages), cases.exchange.count(kindred)) == (0, 0)


@pytest.mark.parametrize("state", ["proposed", "possible", "rejected"])
def test_a_reporter_who_erases_learns_nothing_of_a_match(cases: Cases, state: str) -> None:
    matched, alone = cases.add(state).missing_ref, new_ref()
    cases.reporter.submit(put(alone, kind="missing", seed=9))
    receipts, shown = [], []
    for ref in (matched, alone):
        receipts.append(cases.reporter.submit(erase(ref, 2)).json()["receipts"][0] | {"ref": ""})
        let_a_checkpoint_fall_due(cases.exchange)
        proof = cases.reporter.get(f"/v1/erasures/{ref}").json()
        _, entry = read_content(proof["proof"]["content"])
        shown.append((sorted(proof), sorted(proof["proof"]), entry.what, entry.why, dict(entry.facts), len(entry.salt)))
    assert receipts[0] == receipts[1]
    assert shown[0] == shown[1]
