"""The cross-match: all against all, the same whatever came first."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from sqlalchemy import select, update

from api.hub.crossmatching import running
from api.hub.reporting.documents import report
from api.hub.reporting.lines import report_lines
from api.hub.storage import tables
from matcher.views import Kind
from tests.api.hub.crossmatching.nights import run, small_blocks
from tests.api.hub.matching.exchange import Hub, batch, codes_of, noisy, one

__all__ = ["small_blocks"]  # fixture


def test_it_finds_what_online_matching_finds(hub: Hub, rng: np.random.Generator) -> None:
    partner, children = hub.partner("punjab"), codes_of(rng, 8)
    hub.put(partner, batch(Kind.FOUND, children))
    hub.put(partner, batch(Kind.MISSING, noisy(rng, children, 0.05)))
    summary = run(hub)
    assert {(m - 8, f) for m, f in hub.candidates()} == {(i, i) for i in range(1, 9)}
    assert (summary["missing"], summary["found"], summary["pairs_compared"]) == (8, 8, 64)
    assert (summary["added"], summary["changed"], summary["withdrawn"]) == (8, 0, 0)
    assert summary["candidates"] == {"probable": 8, "possible": 0, "weak": 0}
    # Nobody has matched them online yet, and under whatever agreement there is by then.
    assert len(hub.waiting()) == 16


def test_again_it_changes_nothing(hub: Hub, rng: np.random.Generator) -> None:
    partner, children = hub.partner("punjab"), codes_of(rng, 5)
    hub.put(partner, batch(Kind.FOUND, noisy(rng, children, 0.3)))
    hub.put(partner, batch(Kind.MISSING, children))
    hub.settle()
    run(hub)
    before = hub.candidates(None)
    hub.days_later(1)
    summary = run(hub)
    assert (summary["added"], summary["changed"], summary["withdrawn"], summary["custodians"]) == (0, 0, 0, [])
    assert hub.candidates(None) == before


def world(hub: Hub, seed: int) -> tuple[list[tuple[str, int, Any]], dict[str, Any]]:
    """Records by name with partner and batch: families of children who look alike, so that lists overflow."""
    rng = np.random.default_rng(seed)
    partners = [hub.partner("west"), hub.partner("east"), hub.partner("south", "BD")]
    hub.agree(partners[0], partners[1])
    hub.agree(partners[0], partners[2])
    records = []
    for family, codes in enumerate(codes_of(rng, 3)):
        for i in range(14):
            kind = Kind(i % 2)
            made = one(kind, noisy(rng, codes.reshape(1, -1), 0.08 + 0.015 * i), 20_000 + i)
            records.append((f"{family}-{i}", partners[int(rng.integers(3))], made))
    corrected = {name: one(made.kind, noisy(rng, made.codes, 0.05)) for name, _, made in records[::5]}
    return records, corrected


def settled_pairs(hub: Hub, seed: int, order: np.random.Generator) -> dict[tuple[str, str], tuple[Any, ...]]:
    """The candidates by the records' names after they arrived, were corrected and withdrawn in some order."""
    records, corrected = world(hub, seed)
    numbers, matcher = {}, hub.matcher()
    for place in order.permutation(len(records)).tolist():
        name, partner, made = records[place]
        [numbers[name]] = hub.put(partner, made)
        if order.random() < 0.3:
            hub.settle(matcher)
    for name in order.permutation(sorted(corrected)).tolist():
        hub.change(numbers[name], corrected[name])
        if order.random() < 0.3:
            hub.settle(matcher)
    for name in order.permutation([name for name, _, _ in records[3::8]]).tolist():
        hub.withdraw(numbers[name])
    if order.random() < 0.5:
        hub.settle(matcher)
    run(hub)
    names = {number: name for name, number in numbers.items()}
    return {
        (names[m], names[f]): (row.weight, row.verdict, row.levels, row.probability)
        for (m, f), row in hub.candidates().items() if row.partition_id == hub.partition.id
    }


@pytest.mark.parametrize("seed", [1, 2])
def test_the_candidates_do_not_depend_on_the_order_of_arrival(hub: Hub, seed: int) -> None:
    hub.options = replace(hub.options, top=3)
    outcomes = []
    for order in range(3):
        hub.partition = hub.open_partition(f"domain-{order}")
        _rename_partners(hub, order)
        before = set(hub.candidates())
        pairs = settled_pairs(hub, seed, np.random.default_rng([seed, order]))
        outcomes.append(pairs)
        assert len(pairs) > 20
        assert before <= set(hub.candidates())
    told = [{pair: seen[:-1] for pair, seen in outcome.items()} for outcome in outcomes]
    chances = [{pair: seen[-1] for pair, seen in outcome.items()} for outcome in outcomes]
    for other in (1, 2):
        assert told[other] == told[0]
        assert chances[other] == pytest.approx(chances[0], abs=1e-8)


def _rename_partners(hub: Hub, order: int) -> None:
    """Partners are made anew for each world, and names are unique."""
    with hub.database.write() as conn:
        for number in conn.execute(select(tables.partners.c.id)).scalars().all():
            old = tables.partners.c.id == number
            conn.execute(update(tables.partners).where(old).values(name=f"former-{order}-{number}"))


def test_a_pair_stands_when_either_side_lists_it(hub: Hub, rng: np.random.Generator) -> None:
    hub.options = replace(hub.options, top=1)
    partner, child = hub.partner("punjab"), codes_of(rng, 1)
    [missing] = hub.put(partner, one(Kind.MISSING, child))
    found = hub.put(partner, batch(Kind.FOUND, np.concatenate([noisy(rng, child, s) for s in (0.02, 0.1)])))
    run(hub)
    assert set(hub.candidates()) == {(missing, number) for number in found}


def test_it_withdraws_what_stands_on_no_list_any_more(hub: Hub, rng: np.random.Generator) -> None:
    hub.options = replace(hub.options, top=1)
    partner, child = hub.partner("punjab"), codes_of(rng, 1)
    [first] = hub.put(partner, one(Kind.MISSING, noisy(rng, child, 0.1)))
    hub.put(partner, one(Kind.FOUND, child))
    matcher = hub.settle()
    [second] = hub.put(partner, one(Kind.MISSING, child))
    [found] = hub.put(partner, one(Kind.FOUND, noisy(rng, child, 0.09)))
    hub.settle(matcher)
    assert (first, 2) in hub.candidates()
    run(hub)
    lists = set(hub.candidates())
    hub.withdraw(second)
    hub.withdraw(found)
    run(hub)
    assert set(hub.candidates()) == {(first, 2)}
    assert lists != {(first, 2)}


def test_an_ended_agreement_leaves_candidates_to_those_who_show_them(hub: Hub, rng: np.random.Generator) -> None:
    first, second = hub.partner("punjab"), hub.partner("jessore", "BD")
    agreement, child = hub.agree(first, second), codes_of(rng, 1)
    [missing] = hub.put(first, one(Kind.MISSING, child))
    hub.put(second, one(Kind.FOUND, child))
    hub.settle()
    before = hub.candidates()
    hub.end_agreement(agreement)
    run(hub)
    assert hub.candidates() == before
    hub.change(missing, one(Kind.MISSING, child))
    hub.settle()
    # What compares an outdated record is no candidate, and the present one must not be compared.
    assert hub.candidates() == {}


def test_records_that_change_while_it_runs_are_left_to_the_online_match(
    hub: Hub, rng: np.random.Generator, monkeypatch: pytest.MonkeyPatch
) -> None:
    partner, children = hub.partner("punjab"), codes_of(rng, 2)
    missing = hub.put(partner, batch(Kind.MISSING, children))
    found = hub.put(partner, batch(Kind.FOUND, children))
    real = running.results_of

    def meanwhile(*given: Any) -> Any:
        hub.change(missing[0], one(Kind.MISSING, children[1]))
        hub.withdraw(found[1])
        hub.put(partner, one(Kind.FOUND, children[0]))
        hub.settle()
        return real(*given)

    monkeypatch.setattr(running, "results_of", meanwhile)
    run(hub)
    online = set(hub.candidates())
    monkeypatch.undo()
    run(hub)
    assert set(hub.candidates()) == online == set()


def test_corridors_and_report(hub: Hub, rng: np.random.Generator) -> None:
    india, bangladesh = hub.partner("punjab"), hub.partner("jessore", "BD")
    hub.agree(india, bangladesh)
    children = codes_of(rng, 3)
    hub.put(bangladesh, batch(Kind.MISSING, children))
    hub.put(india, batch(Kind.FOUND, children))
    steps: list[tuple[str, int, int]] = []
    summary = run(hub, progress=lambda *given: steps.append(given))
    assert summary["corridors"] == [{"missing": "BD", "found": "IN", "verdict": "probable", "pairs": 3}]
    assert summary["custodians"] == [india]
    assert steps[-1] == ("Storing candidates", 3, 3)
    with hub.database.read() as conn:
        document = report(conn)
    [last] = document["runs"]
    assert last["candidates"] == summary["candidates"]
    lines = "\n".join(report_lines(document))
    assert "3 missing against 3 found, 9 pairs compared" in lines
    assert "BD -> IN: 3 probable, 0 possible" in lines


def test_without_a_run_the_report_says_how_to_get_one(hub: Hub) -> None:
    with hub.database.read() as conn:
        assert report_lines(report(conn)) == ["No cross-match has run yet: `milap hub crossmatch` runs one."]


def test_an_empty_partition_is_no_trouble(hub: Hub) -> None:
    summary = run(hub)
    assert (summary["missing"], summary["found"], summary["pairs_compared"]) == (0, 0, 0)
