"""`milap holder`: a gateway run by hand, from nothing to 142 of 142 arrived, against a hub on loopback."""

import io
import json
import os
import stat
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from api.cli.main import run
from api.cli.processes import ServiceProcess
from api.service.clock import utc_now
from encoder.key_files import write_key_file
from encoder.keys import LinkageKey
from tests.api.cli.people import complaint, read_pairs, row_of, summary, text_of
from tests.api.holder.sync.fake_hub import CODE, HUB, PARTNER, FakeHub, Held, HubServer

PASSPHRASE = "correct horse battery staple"
PASSWORD = "a long enough password"
Capture = pytest.CaptureFixture[str]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, log: io.StringIO) -> Path:
    """An empty folder to stand in, with passphrases in the environment and a linkage key."""
    monkeypatch.chdir(tmp_path)
    for name in list(os.environ):
        if name.startswith("MILAP_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("MILAP_KEY_PASSPHRASE", PASSPHRASE)
    monkeypatch.setenv("MILAP_HOLDER_ADMIN_PASSWORD", PASSWORD)
    monkeypatch.setenv("MILAP_HOLDER_STAFF_PASSWORD", PASSWORD)
    monkeypatch.setenv("MILAP_ENROLMENT_CODE", CODE)
    monkeypatch.setenv("MILAP_HOLDER_CONFIG", str(tmp_path / "gateway.toml"))
    write_key_file(tmp_path / "in.key", LinkageKey.generate("in", "2026-11"), PASSPHRASE)
    (tmp_path / "gateway.toml").write_text(
        '[holder]\ndata = "gateway"\nport = 0\nlinkage_key = "in.key"\nprofile = "local-2026-11-22"\n'
        "poll_seconds = 0.2\n"
    )
    return tmp_path


@pytest.fixture
def hub() -> Iterator[HubServer]:
    server = HubServer(FakeHub(utc_now))
    yield server
    server.close()


@pytest.fixture
def gateway(folder: Path, capsys: Capture) -> Path:
    summary(capsys, ["holder", "init"])
    return folder


def _close_pipe(service: ServiceProcess) -> None:
    """Its reader leaves the pipe to the garbage collector, which warns."""
    while service._lines.get(timeout=10):
        pass
    assert service._process.stdout is not None
    service._process.stdout.close()


def fake(server: HubServer) -> FakeHub:
    return server.hub


def enrolled(capsys: Capture, server: HubServer) -> None:
    found = summary(capsys, ["holder", "enrol", "--hub", server.address])
    assert (found["hub"], found["partner"], found["trusted"]) == (HUB, PARTNER, False)
    assert found["hub_fingerprint"] == server.hub.key.public.fingerprint()
    summary(capsys, ["holder", "trust", found["hub_fingerprint"]])


def imported(capsys: Capture, folder: Path, children: int, first: int = 0) -> dict[str, Any]:
    rows = [row_of(n, "found") for n in range(first, first + children)]
    (folder / "found.csv").write_text(text_of(rows), encoding="utf-8")
    return summary(capsys, ["holder", "import", "found.csv", "--kind", "found", "--source", "shelter"])


def test_init_makes_a_gateway_that_only_its_owner_reads(folder: Path, capsys: Capture) -> None:
    assert run(["holder", "init", "--login", "chief"]) == 0
    out = capsys.readouterr().out
    assert "milap holder enrol" in out
    assert PASSWORD not in out
    data = folder / "gateway"
    assert stat.S_IMODE(data.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in data.iterdir()} == {0o600}
    assert [each["login"] for each in summary(capsys, ["holder", "staff", "list"])["staff"]] == ["chief"]
    again = summary(capsys, ["holder", "init", "--login", "other"])
    assert again["administrator"] is None
    assert len(summary(capsys, ["holder", "staff", "list"])["staff"]) == 1


def test_init_writes_the_settings_file_that_is_named_and_not_there(
    folder: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("MILAP_HOLDER_CONFIG")
    summary(capsys, ["holder", "init", "--config", "new/gateway.toml", "--data", "new/data"])
    assert (folder / "new" / "gateway.toml").read_text() == '[holder]\ndata = "new/data"\n'
    assert (folder / "new" / "data" / "vault.key").exists()
    assert "--config" in complaint(capsys, ["holder", "init", "--config", "new/gateway.toml", "--data", "x"], 2)


def test_init_refuses_a_short_password_and_can_be_repeated(
    folder: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MILAP_HOLDER_ADMIN_PASSWORD", "short")
    assert "12" in complaint(capsys, ["holder", "init"], 2)
    monkeypatch.setenv("MILAP_HOLDER_ADMIN_PASSWORD", PASSWORD)
    assert summary(capsys, ["holder", "init"])["administrator"] == "admin"


@pytest.mark.parametrize("words", [["serve"], ["status"], ["upgrade"], ["trust", "ab"], ["sync"], ["staff", "list"]])
def test_every_command_says_that_there_is_no_gateway_yet(folder: Path, capsys: Capture, words: list[str]) -> None:
    assert "milap holder init" in complaint(capsys, ["holder", *words], 2)


def test_another_passphrase_opens_nothing(gateway: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MILAP_KEY_PASSPHRASE", "quite another passphrase")
    message = complaint(capsys, ["holder", "serve", "--check"], 2)
    assert "does not open" in message
    assert "quite another" not in message


def test_check_shows_settings_without_secrets(gateway: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MILAP_HOLDER_METRICS_TOKEN", "canary-token")
    assert run(["holder", "serve", "--check"]) == 0
    out = capsys.readouterr().out
    assert "Settings, keys and database are in order." in out
    assert "milap holder enrol" in out
    assert "canary-token" not in out
    monkeypatch.setenv("MILAP_HOLDER_NOTIFY_WEBHOOK", "http://desk.example.org/")
    assert "notify_webhook" in complaint(capsys, ["holder", "serve", "--check"], 2)


def test_enrol_trust_import_sync_and_everything_has_arrived(gateway: Path, capsys: Capture, hub: HubServer) -> None:
    assert imported(capsys, gateway, 12)["created"] == 12
    assert "milap holder enrol" in complaint(capsys, ["holder", "sync"], 3)
    found = summary(capsys, ["holder", "enrol", "--hub", hub.address])
    assert "milap holder trust" in complaint(capsys, ["holder", "sync"], 3)
    assert "telephone" in complaint(capsys, ["holder", "trust", "0000 " * 8], 2)
    assert run(["holder", "trust", *found["hub_fingerprint"].upper().split()]) == 0
    capsys.readouterr()
    done = summary(capsys, ["holder", "sync"])
    assert done["summary"] == "12 of 12 arrived"
    assert len(hub.hub.held) == 12
    assert run(["holder", "status"]) == 0
    out = capsys.readouterr().out
    assert "12 of 12 arrived" in out
    assert f"hub {HUB} as {PARTNER}." in out


def test_enrolling_again_with_the_same_code_keeps_the_key_and_the_trust(
    gateway: Path, capsys: Capture, hub: HubServer
) -> None:
    enrolled(capsys, hub)
    again = summary(capsys, ["holder", "enrol", "--hub", hub.address])
    assert again["trusted"] is True


def test_a_refused_code_changes_nothing(
    gateway: Path, capsys: Capture, hub: HubServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MILAP_ENROLMENT_CODE", "WRONG-CODE-0000")
    message = complaint(capsys, ["holder", "enrol", "--hub", hub.address], 3)
    assert "new one" in message
    assert "WRONG" not in message
    assert summary(capsys, ["holder", "status"])["hub"] is None
    monkeypatch.setenv("MILAP_ENROLMENT_CODE", "short")
    assert "one-time code" in complaint(capsys, ["holder", "enrol", "--hub", hub.address], 2)
    assert "https" in complaint(capsys, ["holder", "enrol", "--hub", "http://hub.example.org"], 2)


def test_a_hub_that_does_not_answer_is_status_3_and_loses_nothing(
    gateway: Path, capsys: Capture, hub: HubServer
) -> None:
    enrolled(capsys, hub)
    imported(capsys, gateway, 3)
    hub.hub.down = True
    assert "does not answer" in complaint(capsys, ["holder", "sync"], 3)
    hub.hub.down = False
    assert summary(capsys, ["holder", "sync"])["summary"] == "3 of 3 arrived"


def test_refused_records_are_status_1(gateway: Path, capsys: Capture, hub: HubServer) -> None:
    enrolled(capsys, hub)
    imported(capsys, gateway, 2)
    plain = hub.hub._keep

    def picky(item: Any) -> str:
        hub.hub.refuses.setdefault(item.ref, ("too-fine", "Finer than it may be."))
        return plain(item)

    hub.hub._keep = picky  # type: ignore[method-assign]
    assert run(["holder", "sync"]) == 1
    assert "2 refused" in capsys.readouterr().out


def test_sync_check_mends_what_a_restored_hub_lost(gateway: Path, capsys: Capture, hub: HubServer) -> None:
    enrolled(capsys, hub)
    imported(capsys, gateway, 5)
    summary(capsys, ["holder", "sync"])
    lost = sorted(hub.hub.held)[:2]
    for ref in lost:
        del hub.hub.held[ref]
    hub.hub.held["z" * 22] = Held(1, "active")
    done = summary(capsys, ["holder", "sync", "--check"])
    assert (done["comparison"]["queued"], done["comparison"]["unknown"]) == (2, 1)
    assert set(lost) < set(hub.hub.held)


def test_import_tells_of_bad_rows_by_status_and_file(gateway: Path, capsys: Capture) -> None:
    rows = [row_of(n, "missing") for n in range(4)]
    rows[2]["record_id"] = ""
    rows[3]["date_of_birth"] = "Canary 31st"
    (gateway / "rows.csv").write_text(text_of(rows), encoding="utf-8")
    words = ["holder", "import", "rows.csv", "--kind", "missing", "--source", "police", "--problems", "bad.csv"]
    assert run(words) == 1
    captured = capsys.readouterr()
    assert "4 rows: 3 created, 0 updated, 0 unchanged, 1 rejected." in captured.out
    assert "Canary" not in captured.out + captured.err
    problems = read_pairs(gateway / "bad.csv")
    assert {(problem["row"], problem["severity"]) for problem in problems} >= {("4", "row rejected")}
    assert any(problem["field"] == "date_of_birth" for problem in problems)


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["nowhere.csv", "--kind", "found", "--source", "police"], "could not be read"),
        (["rows.csv", "--kind", "lost", "--source", "police"], "--kind"),
        (["rows.csv", "--kind", "found", "--source", "nobody"], "--source"),
        (["rows.pdf", "--kind", "found", "--source", "police"], "CSV"),
        (["rows.csv", "--kind", "found", "--source", "police"], "record_id"),
    ],
)
def test_import_says_what_is_wrong_with_the_call(
    gateway: Path, capsys: Capture, words: list[str], says: str
) -> None:
    (gateway / "rows.csv").write_text("name\nSomebody\n")
    (gateway / "rows.pdf").write_text("record_id\n1\n")
    assert says in complaint(capsys, ["holder", "import", *words], 2)


def test_export_gives_back_what_was_imported_to_its_owner_alone(gateway: Path, capsys: Capture) -> None:
    imported(capsys, gateway, 3)
    assert summary(capsys, ["holder", "export", "-o", "all.csv"])["records"] == 3
    path = gateway / "all.csv"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    names = {row["name"] for row in read_pairs(path)}
    assert names == {row_of(n, "found")["name"] for n in range(3)}
    assert summary(capsys, ["holder", "export", "-o", "all.jsonl", "--kind", "missing"])["records"] == 0
    assert "csv" in complaint(capsys, ["holder", "export", "-o", "all.pdf"], 2)
    assert "could not be written" in complaint(capsys, ["holder", "export", "-o", "no/such/all.csv"], 3)
    assert sorted(p.name for p in gateway.iterdir() if p.name.startswith(".")) == []


def test_staff_and_tokens(gateway: Path, capsys: Capture) -> None:
    summary(capsys, ["holder", "staff", "add", "desk", "--role", "custodian", "--role", "intake", "--title", "Desk"])
    summary(capsys, ["holder", "staff", "disable", "desk"])
    states = {each["login"]: each["state"] for each in summary(capsys, ["holder", "staff", "list"])["staff"]}
    assert states == {"admin": "", "desk": "disabled"}
    summary(capsys, ["holder", "staff", "password", "desk"])
    assert "role" in complaint(capsys, ["holder", "staff", "add", "x2", "--role", "king"], 2)
    assert "Nobody would be left" in complaint(capsys, ["holder", "staff", "disable", "admin"], 2)
    made = summary(capsys, ["holder", "token", "new", "police system", "--days", "30"])
    assert made["token"].startswith("milap_")
    (listed,) = summary(capsys, ["holder", "token", "list"])["tokens"]
    assert (listed["name"], listed["revoked"]) == ("police system", "")
    assert made["token"] not in json.dumps(listed)
    summary(capsys, ["holder", "token", "revoke", str(made["id"])])
    assert "no token" in complaint(capsys, ["holder", "token", "revoke", "77"], 2)


def test_a_backup_is_restored_beside_the_keys_and_compared_before_anything_is_sent(
    gateway: Path, capsys: Capture, hub: HubServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    enrolled(capsys, hub)
    imported(capsys, gateway, 3)
    summary(capsys, ["holder", "sync"])
    assert run(["holder", "backup", "-o", "backup.tar"]) == 0
    assert "NOT in it" in capsys.readouterr().out
    content = (gateway / "backup.tar").read_bytes()
    assert stat.S_IMODE((gateway / "backup.tar").stat().st_mode) == 0o600
    assert row_of(0, "found")["name"].encode() not in content
    imported(capsys, gateway, 1, first=3)
    summary(capsys, ["holder", "sync"])
    for held in list(hub.hub.held.values())[:3]:
        held.version = 4
    monkeypatch.setenv("MILAP_HOLDER_DATA", "second")
    (gateway / "second").mkdir(mode=0o700)
    for name in ("vault.key", "request.key"):
        (gateway / "second" / name).write_bytes((gateway / "gateway" / name).read_bytes())
        (gateway / "second" / name).chmod(0o600)
    assert summary(capsys, ["holder", "restore", "backup.tar"])["rows"] > 3
    assert summary(capsys, ["holder", "sync"])["summary"] == "3 of 3 arrived"
    assert sorted(held.version for held in hub.hub.held.values()) == [1, 5, 5, 5]
    assert "empty" in complaint(capsys, ["holder", "restore", "backup.tar"], 3)


def test_a_backup_beside_another_vault_key_is_refused(
    gateway: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    imported(capsys, gateway, 1)
    summary(capsys, ["holder", "backup", "-o", "backup.tar"])
    monkeypatch.setenv("MILAP_HOLDER_DATA", "third")
    summary(capsys, ["holder", "init"])
    (gateway / "third" / "holder.db").unlink()
    assert "vault.key" in complaint(capsys, ["holder", "restore", "backup.tar"], 2)


def test_a_gateway_serves_in_a_process_of_its_own_and_sends_within_seconds(
    gateway: Path, capsys: Capture, hub: HubServer
) -> None:
    enrolled(capsys, hub)
    token = summary(capsys, ["holder", "token", "new", "police"])["token"]
    service = ServiceProcess(["holder", "serve"], gateway / "log")
    try:
        address = service.wait()
        with httpx.Client(base_url=address, headers={"authorization": f"Bearer {token}"}, trust_env=False) as client:
            body = {"record": {**row_of(1, "missing"), "name": "Canarywala"}, "source": "police"}
            made = client.post("/v1/records", json=body)
            assert made.status_code == 201, made.text
            assert client.get("/readyz").status_code == 200
            for _ in range(100):
                record = client.get(f"/v1/records/{made.json()['ref']}").json()
                if record["sharing"] == "arrived":
                    break
                assert service.is_running()
                time.sleep(0.05)
            assert record["sharing"] == "arrived"
            assert "Another milap holder" in complaint(capsys, ["holder", "serve"], 2)
            assert "Another milap holder" in complaint(capsys, ["holder", "upgrade"], 2)
            knock = fake(hub).knock()
            assert client.post(knock.target, content=knock.body, headers=knock.headers).status_code == 415
            typed = {**knock.headers, "content-type": "application/json"}
            assert client.post(knock.target, content=knock.body, headers=typed).status_code == 204
            assert client.post(knock.target, content=knock.body, headers=typed).status_code == 401
    finally:
        assert service.stop() == 0
        _close_pipe(service)
    log = (gateway / "log").read_text()
    assert "Canarywala" not in log
    assert "receipts" in log
