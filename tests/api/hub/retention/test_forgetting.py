"""A closed epoch is forgotten: its codes go, and the cases and what is counted stay."""

from pathlib import Path
from typing import Any

import pytest

from api.hub.matching.loading import load, snapshot_folder
from api.hub.matching.options import matching_options
from api.hub.registry.compared import close_partition
from api.hub.retention import forgetting
from api.hub.retention.forgetting import Forgotten, forget_epoch
from api.hub.retention.holding import lift, place
from api.hub.storage import partitions as partition_rows
from api.hub.storage.kinship_tables import kindred, links
from api.hub.storage.partner_tables import audit as log
from api.hub.storage.partner_tables import messages
from api.hub.storage.tables import candidates, decisions, partitions, pending, records
from api.service.database import Database
from matcher.errors import InputError
from tests.api.hub.gateways import put, withdraw
from tests.api.hub.retention.cases import Case, Cases

NEXT = "2026-12"
ORDER = "O" * 42 + "A"


class DeathError(Exception):
    """The power is gone."""


def close(cases: Cases) -> None:
    with cases.exchange.database.write() as conn:
        close_partition(conn, cases.partition, cases.exchange.clock())


def forget(cases: Cases, database: Database | None = None) -> Forgotten:
    folder = matching_options(cases.exchange.settings).folder
    return forget_epoch(
        database or cases.exchange.database, folder, cases.partition, cases.exchange.clock, lambda count: None
    )


def of_partition(cases: Cases, number: int) -> list[dict[str, Any]]:
    return [row for row in cases.exchange.rows(records) if row["partition_id"] == number]


def acts(cases: Cases) -> int:
    return sum("partition-forgotten" in str(row) for row in cases.exchange.rows(log.leaves))


def test_no_code_and_no_open_attribute_stays(cases: Cases) -> None:
    first, second = cases.add("possible", "possible"), cases.add(seed=1)
    cases.withdraw(second)
    cases.relate(first.missing_id, second.missing_id, "joined")
    before = {row["id"]: row for row in cases.exchange.rows(records)}
    cased = cases.exchange.rows(candidates), cases.exchange.rows(decisions), cases.exchange.rows(messages)
    close(cases)
    done = forget(cases)
    assert (done.emptied, done.held, done.compacted) == (4, 0, True)
    gone = ("sex", "birth_first", "birth_last", "event", "presence", "codes")
    for row in cases.exchange.rows(records):
        was = before[row["id"]]
        assert all(row[name] is None for name in gone)
        assert row["photo_age"] == 0
        assert row["digest"] != was["digest"] or was["state"] == "withdrawn"
        kept = set(row) - {*gone, "photo_age", "digest"}
        assert {name: row[name] for name in kept} == {name: was[name] for name in kept}
    assert (cases.exchange.rows(candidates), cases.exchange.rows(decisions), cases.exchange.rows(messages)) == cased
    assert cases.exchange.count(kindred) == cases.exchange.count(pending) == 0
    assert cases.exchange.count(links) == 1


def test_an_open_epoch_and_one_that_is_not_there_are_refused(cases: Cases) -> None:
    cases.add()
    with pytest.raises(InputError, match="open"):
        forget(cases)
    assert all(cases.codes().values())
    cases.partition += 1
    with pytest.raises(InputError, match="no partition"):
        forget(cases)


def test_a_second_time_nothing_is_left_to_do_and_nothing_is_told(cases: Cases) -> None:
    cases.add()
    close(cases)
    forget(cases)
    assert forget(cases).emptied == 0
    assert acts(cases) == 1
    close(cases)
    assert [row["state"] for row in cases.exchange.rows(partitions)] == ["forgotten"]


@pytest.mark.parametrize("place_of_death", ["_empty_some", "_drop_searches", "remove_closed", "_note"])
def test_a_crash_leaves_the_rest_for_the_next_time(
    cases: Cases, monkeypatch: pytest.MonkeyPatch, place_of_death: str
) -> None:
    cases.add()
    cases.add(seed=1)
    close(cases)
    monkeypatch.setattr(forgetting, "RECORDS_AT_ONCE", 1)
    calls = iter(range(99))
    real = getattr(forgetting, place_of_death)

    def die(*given: Any, **named: Any) -> Any:
        if place_of_death == "_empty_some" and next(calls) < 2:
            return real(*given, **named)
        raise DeathError

    with monkeypatch.context() as patch:
        patch.setattr(forgetting, place_of_death, die)
        with pytest.raises(DeathError):
            forget(cases)
    assert partition_state(cases) == "closed"
    forget(cases)
    assert partition_state(cases) == "forgotten"
    assert not any(cases.codes().values())
    assert acts(cases) == 1


def partition_state(cases: Cases) -> str:
    with cases.exchange.database.read() as conn:
        found = partition_rows.by_id(conn, cases.partition)
    assert found is not None
    return found.state


def test_the_index_files_of_the_epoch_go_and_others_stay(cases: Cases) -> None:
    cases.add()
    database, folder = cases.exchange.database, matching_options(cases.exchange.settings).folder
    with database.read() as conn:
        partition = partition_rows.by_id(conn, cases.partition)
        assert partition is not None
        mine = snapshot_folder(conn, folder, partition.id)
    load(database, folder, partition, 1).save()
    assert any(mine.iterdir())
    other = Path(folder) / "77-0000000000000000"
    other.mkdir()
    close(cases)
    forget(cases)
    assert not mine.exists()
    assert other.exists()


def test_nothing_of_the_codes_stays_in_the_files_of_a_database_of_ones_own(cases: Cases, tmp_path: Path) -> None:
    cases.add()
    codes = [row["codes"] for row in cases.exchange.rows(records)]
    if cases.exchange.database.dialect != "sqlite":
        pytest.skip("the files are the server's")
    close(cases)
    assert any(piece in content(tmp_path) for code in codes for piece in pieces(code))
    assert forget(cases).compacted
    assert not any(piece in content(tmp_path) for code in codes for piece in pieces(code))


def content(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.glob("milap.sqlite*")))


def pieces(code: bytes) -> list[bytes]:
    """Sixteen bytes at a time: a page ends anywhere."""
    return [code[at : at + 16] for at in range(0, len(code) - 15, 16)]


def test_a_hold_keeps_the_only_codes_of_a_record_and_no_others(cases: Cases) -> None:
    alone, carried = cases.add(), cases.add(seed=1)
    cases.exchange.partition(epoch=NEXT)
    cases.custodian.outcomes(put(carried.found_ref, seed=9), epoch=NEXT)
    with cases.exchange.database.write() as conn:
        for case in (alone, carried):
            place(conn, cases.exchange.known("custodian"), case.found_ref, ORDER, cases.exchange.clock())
    close(cases)
    done = forget(cases)
    assert (done.emptied, done.held) == (3, 1)
    assert [row["ref"] for row in of_partition(cases, cases.partition) if row["codes"]] == [alone.found_ref]
    with cases.exchange.database.write() as conn:
        lift(conn, cases.exchange.known("custodian"), alone.found_ref, cases.exchange.clock())
    assert forget(cases).emptied == 1
    assert acts(cases) == 2


def test_a_forgotten_epoch_still_takes_withdrawals_and_no_record(cases: Cases) -> None:
    case = cases.add()
    close(cases)
    forget(cases)
    assert cases.custodian.submit(put(case.found_ref, 2)).json()["type"].endswith("epoch-closed")
    assert cases.custodian.outcomes(withdraw(case.found_ref, 2)) == ["withdrawn"]


def test_what_is_counted_by_goes_in_its_time_and_the_ref_stays(cases: Cases) -> None:
    case: Case = cases.add("rejected")
    close(cases)
    forget(cases)
    cases.sweep()
    assert cases.names() == {case.name}
    days = max(cases.exchange.settings.withdrawn_days, cases.exchange.settings.closed_days) + 1
    cases.sweep(days=days)
    assert cases.names() == set()
    for row in cases.exchange.rows(records):
        assert (row["kind"], row["case_mark"], row["entered_at"], row["state"]) == (None, None, None, "active")
        assert row["ref"] in (case.missing_ref, case.found_ref)
