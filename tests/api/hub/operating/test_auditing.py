"""`milap hub verify-audit` at a hub with real acts, on both databases."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Table, delete, select, update

from api.hub.checkpointing import BLOCK, Checkpoints
from api.hub.hub_key import make_hub_key
from api.hub.operating import arrangements, auditing, compared, members
from api.hub.settings import HubSettings
from api.hub.storage.partner_tables import audit
from api.service.audit import log
from api.service.audit.checkpoints import checkpoint_of
from api.service.audit.entries import Entry
from api.service.audit.telling import AuditFaultsError, require_sound, verified
from api.service.audit.verifying import Verification
from api.service.audit.witness_files import write_witnesses
from api.service.database import Database
from api.wire.audit import Checkpoint
from matcher.errors import InputError
from tests.api.hub.gateways import HUB, SetClock, make_tables


class Operated:
    """A hub on which an operator has acted, with one checkpoint."""

    def __init__(self, database: Database, data: Path) -> None:
        make_tables(database)
        self.database, self.clock, self.settings = database, SetClock(), HubSettings(name=HUB, data=data)
        self.key = make_hub_key(data)
        members.invite(database, "bengal", "Bengal police", "IN", self.clock)
        members.invite(database, "khulna", "Khulna police", "BD", self.clock)
        arrangements.add(database, "bengal", "khulna", "MoU", "2026-11-01", "2026-12-31", self.clock)
        compared.open_partition(database, "in", "2026-11", "local-2026-11-22", None, "bengal", self.clock)
        arrangements.end(database, 1, self.clock)
        compared.close(database, 1, self.clock)
        members.revoke(database, "khulna", self.clock)
        self.kept = self.publish()

    def publish(self) -> Checkpoint:
        Checkpoints(self.database, self.key, HUB, timedelta(hours=24), self.clock).step()
        with self.database.read() as conn:
            row = conn.execute(select(audit.checkpoints).order_by(audit.checkpoints.c.size.desc())).first()
        assert row is not None
        return checkpoint_of(row.size, row.root, row.at, row.signature, HUB)

    def verify(self, *witnesses: Path) -> Verification:
        return auditing.verify(self.settings, self.database, witnesses, lambda done, total: None)


@pytest.fixture
def hub(database: Database, tmp_path: Path) -> Operated:
    return Operated(database, tmp_path)


def test_every_act_of_the_operator_is_there(hub: Operated) -> None:
    items = auditing.show(hub.database, None, 50).values["items"]
    assert [item["what"] for item in items] == [
        "partner-invited", "partner-invited", "agreement-added", "partition-opened", "agreement-ended",
        "partition-closed", "partner-revoked",
    ]  # fmt: skip
    assert {item["by"] for item in items} == {"hub-operator"}
    assert items[2]["about"] == "bengal"
    assert items[2]["facts"]["second"] == "khulna"


def test_an_untouched_log_is_whole(hub: Operated, tmp_path: Path) -> None:
    write_witnesses(tmp_path / "kept.json", [hub.kept])
    found = hub.verify(tmp_path / "kept.json")
    require_sound(found)
    values = verified(found).values
    assert set(values) == {"size", "root", "checkpoints", "witnesses", "faults"}
    assert (values["size"], values["checkpoints"], values["witnesses"], values["faults"]) == (BLOCK, 1, 1, [])


def test_pages_follow_each_other(hub: Operated) -> None:
    first = auditing.show(hub.database, None, 3)
    assert first.lines[-1] == "More follow: --after 2"
    second = auditing.show(hub.database, first.values["next"], 50).values
    assert [item["number"] for item in second["items"]] == [3, 4, 5, 6]
    assert second["next"] is None
    assert auditing.show(hub.database, 6, 50).lines == ["There is no further entry."]


def cells(hub: Operated) -> Iterator[tuple[Table, dict[str, Any], str, Any]]:
    """Each value of the log that real acts made, and with it what tells its row."""
    for table in (audit.leaves, audit.nodes, audit.state, audit.checkpoints):
        with hub.database.read() as conn:
            rows = [dict(row._mapping) for row in conn.execute(select(table).order_by(*table.primary_key.columns))]
        for row in rows[:7] + rows[-1:]:
            key = {column.name: row[column.name] for column in table.primary_key.columns}
            yield from ((table, key, column, value) for column, value in row.items())


def changed(value: Any) -> Iterator[Any]:
    """The value with one byte flipped: at its begin, its middle and its end."""
    if isinstance(value, bytes):
        for at in (0, len(value) // 2, len(value) - 1):
            yield value[:at] + bytes([value[at] ^ 1]) + value[at + 1 :]
    elif isinstance(value, str):
        for at in (0, len(value) // 2, len(value) - 1):
            yield value[:at] + chr(ord(value[at]) ^ 1) + value[at + 1 :]
    elif isinstance(value, int):
        yield value ^ 4096
    else:
        yield value + timedelta(microseconds=1)


def test_a_changed_byte_anywhere_is_found(hub: Operated) -> None:
    tried = 0
    for table, key, column, value in cells(hub):
        for other in changed(value):
            now = {**key, column: other} if column in key else key
            row = [table.c[name] == found for name, found in key.items()]
            back = [table.c[name] == found for name, found in now.items()]
            with hub.database.write() as conn:
                conn.execute(update(table).where(*row).values({column: other}))
            found = hub.verify()
            assert not found.sound, (table.name, column)
            with pytest.raises(AuditFaultsError, match="told above"):
                require_sound(found)
            with hub.database.write() as conn:
                conn.execute(update(table).where(*back).values({column: value}))
            tried += 1
    assert tried > 80
    assert hub.verify().sound


def test_a_log_rewritten_with_the_hubs_key_is_found_by_witnesses_only(hub: Operated, tmp_path: Path) -> None:
    write_witnesses(tmp_path / "kept.json", [hub.kept])
    with hub.database.write() as conn:
        for table in (audit.leaves, audit.nodes, audit.state, audit.checkpoints):
            conn.execute(delete(table))
        log.append(conn, audit, Entry("partner-invited", "hub-operator", hub.clock(), "somebody-else"))
    assert hub.publish().size == hub.kept.size
    assert hub.verify().sound
    found = hub.verify(tmp_path / "kept.json")
    assert any("rewritten" in fault for fault in found.faults)


def test_a_file_without_witnesses_of_this_hub_is_refused(hub: Operated, tmp_path: Path) -> None:
    write_witnesses(tmp_path / "kept.json", [hub.kept.model_copy(update={"origin": "another-hub"})])
    with pytest.raises(InputError, match="no checkpoint of the log"):
        hub.verify(tmp_path / "kept.json")


def test_what_partners_showed_can_be_written(hub: Operated, tmp_path: Path) -> None:
    summary = auditing.save_witnesses(hub.database, tmp_path / "partners.json")
    assert summary.values["checkpoints"] == 0
