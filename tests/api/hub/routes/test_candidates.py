"""Who is told of a candidate, and what: the custodian alone, and only while the two may be compared."""

from datetime import timedelta

import pytest

from api.hub.matching.taking_back import TakingBack
from api.hub.registry import membership
from api.hub.registry.arrangements import add_agreement, end_agreement
from api.hub.storage.tables import candidates, partitions, records
from api.wire.names import new_ref
from tests.api.hub.gateways import Exchange, Gateway, erase, propose, put, withdraw
from tests.api.service.requests_to import problem_in


class Pair:
    """A missing report of one partner and a found record of another, proposed as a candidate."""

    def __init__(self, exchange: Exchange, agreed: bool = True) -> None:
        self.exchange = exchange
        exchange.partition()
        self.reporter, self.custodian = exchange.partner("bengal"), exchange.partner("khulna", country="BD")
        self.missing, self.found = new_ref(), new_ref()
        self.reporter.submit(put(self.missing, kind="missing"))
        self.custodian.submit(put(self.found))
        self.agreement = self.agree() if agreed else 0
        with exchange.database.write() as conn:
            ids = exchange.record(self.missing)["id"], exchange.record(self.found)["id"]
            self.name = propose(conn, *ids)

    def agree(self) -> int:
        now = self.exchange.clock()
        with self.exchange.database.write() as conn:
            days = now.date(), now.date() + timedelta(days=30)
            return add_agreement(conn, "bengal", "khulna", "MoU 7 of 2026", *days, now).id


@pytest.fixture
def pair(exchange: Exchange) -> Pair:
    return Pair(exchange)


def take_back(exchange: Exchange) -> None:
    """The matcher's part in withdrawals and erasures."""
    taking_back = TakingBack(exchange.database)
    for partition in exchange.rows(partitions):
        taking_back.step(partition["id"], exchange.clock())


def seen(gateway: Gateway, after: int = 0) -> list[dict[str, object]]:
    return list(gateway.get(f"/v1/candidates?after={after}").json()["items"])


def test_the_custodian_sees_levels_and_a_verdict_and_no_score(pair: Pair) -> None:
    answer = pair.custodian.get("/v1/candidates")
    assert answer.json()["items"] == [
        {
            "candidate": pair.name, "found_ref": pair.found, "found_version": 1, "partner": "bengal",
            "verdict": "probable", "state": "proposed", "revision": 1, "since": "2026-11-21T10:00:00Z",
            "due_at": "2026-11-24T10:00:00Z", "stopped": False, "same_child": None,
            "levels": [{"what": "child", "level": "agrees"}, {"what": "home", "level": "not known"}],
        }
    ]  # fmt: skip
    assert "12345" not in answer.text.replace(pair.name, "").replace(pair.found, "")
    assert "0.95" not in answer.text
    assert pair.missing not in answer.text


def test_the_reporter_sees_nothing_and_its_answer_is_the_same_with_and_without_a_candidate(pair: Pair) -> None:
    before = pair.reporter.get("/v1/candidates").json()
    assert before == {"items": [], "next": 0, "more": False}
    with pair.exchange.database.write() as conn:
        conn.execute(candidates.delete())
    assert pair.reporter.get("/v1/candidates").json() == before


def test_no_agreement_no_candidate(exchange: Exchange) -> None:
    pair = Pair(exchange, agreed=False)
    assert seen(pair.custodian) == []
    pair.agree()
    assert len(seen(pair.custodian)) == 1


def test_an_agreement_that_ended_or_ran_out_hides_its_candidates(pair: Pair) -> None:
    pair.exchange.clock.advance(days=30)
    assert len(seen(pair.custodian)) == 1
    pair.exchange.clock.advance(days=1)
    assert seen(pair.custodian) == []
    pair.exchange.clock.advance(days=-1)
    with pair.exchange.database.write() as conn:
        end_agreement(conn, pair.agreement, pair.exchange.clock())
    assert seen(pair.custodian) == []


def test_a_candidate_that_was_hidden_is_told_again_to_a_gateway_that_has_read_past_it(pair: Pair) -> None:
    with pair.exchange.database.write() as conn:
        end_agreement(conn, pair.agreement, pair.exchange.clock())
    found, missing = new_ref(), new_ref()
    pair.custodian.submit(put(found, seed=5), put(missing, kind="missing", seed=6))
    with pair.exchange.database.write() as conn:
        propose(conn, pair.exchange.record(missing)["id"], pair.exchange.record(found)["id"])
    after = pair.custodian.get("/v1/candidates").json()["next"]
    pair.agree()
    assert [notice["candidate"] for notice in seen(pair.custodian, after)] == [pair.name]


def test_a_suspended_reporters_candidates_are_hidden_and_come_back(pair: Pair) -> None:
    for change, expected in ((membership.suspend, 0), (membership.resume, 1)):
        with pair.exchange.database.write() as conn:
            change(conn, "bengal", pair.exchange.clock())
        assert len(seen(pair.custodian)) == expected


def test_a_withdrawn_report_takes_its_candidate_back(pair: Pair) -> None:
    after = pair.custodian.get("/v1/candidates").json()["next"]
    assert seen(pair.custodian, after) == []
    pair.reporter.submit(withdraw(pair.missing, 2))
    take_back(pair.exchange)
    (notice,) = seen(pair.custodian, after)
    assert (notice["candidate"], notice["state"]) == (pair.name, "withdrawn")


def test_an_erased_report_leaves_an_empty_candidate(pair: Pair) -> None:
    pair.reporter.submit(erase(pair.missing, 2))
    (notice,) = seen(pair.custodian)
    assert (notice["state"], notice["levels"]) == ("withdrawn", [])
    take_back(pair.exchange)
    (row,) = pair.exchange.rows(candidates)
    assert (row["levels"], row["weight"], row["probability"]) == ("[]", 0, 0.0)


def test_pages_follow_each_other_and_cursors_tell_no_numbers(exchange: Exchange) -> None:
    exchange.partition()
    bengal = exchange.partner("bengal")
    refs = [new_ref() for _ in range(5)]
    bengal.submit(*(put(ref, seed=at) for at, ref in enumerate(refs)), put(new_ref(), kind="missing", seed=9))
    ids = {row["ref"]: row["id"] for row in exchange.rows(records)}
    missing = next(number for ref, number in ids.items() if ref not in refs)
    with exchange.database.write() as conn:
        for ref in refs:
            propose(conn, missing, ids[ref])
    after, found, cursors = 0, [], []
    for _ in range(3):
        page = bengal.get(f"/v1/candidates?after={after}&limit=2").json()
        found += [notice["found_ref"] for notice in page["items"]]
        after = page["next"]
        cursors.append(after)
        assert page["more"] == (len(found) < 5)
    assert found == refs
    assert min(cursors) > 1000
    other = exchange.partner("other")
    assert problem_in(other.get(f"/v1/candidates?after={after}")) == "invalid-query"
