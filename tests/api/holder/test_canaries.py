"""Unique strings through every field of the gateway: no file of the data folder, no log and no refusal holds one."""

import io
import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from api.service.database import open_database
from tests.api.holder.desk import Desk, body
from tests.privacy.canaries import CHILDREN, all_rows, bad_rows, found_in, row_of, write_csv, write_xlsx

REPORTER = {"name": "Zqxwreporter", "phone": "Zqxwphone", "relation": "Zqxwaunt", "undisclosed": True}
CASE = "CASE-zqxw"


@pytest.fixture
def local(tmp_path: Path, log: io.StringIO) -> Desk:
    """A gateway whose database lies in its data folder."""
    data = tmp_path / "data"
    data.mkdir(0o700)
    return Desk(open_database(f"sqlite:///{data / 'holder.db'}"), data, metrics_token="metrics")


def shares(row: dict[str, str]) -> dict[str, Any]:
    """A row of canaries that the hub may have, so that it goes through the outbox as well."""
    return row | {"consent_sharing": "yes"}


def assert_clean(answer: httpx.Response) -> None:
    assert found_in(answer.content) == [], answer.status_code
    assert found_in(str(answer.headers)) == []


def journey(desk: Desk, folder: Path) -> None:
    """Everything that a raw field can go through, with every answer that must not quote it looked at."""
    refs = []
    for i in range(CHILDREN):
        row = shares(row_of(i, "missing"))
        report = body(row, office="Zqxwoffice", reporter=REPORTER)
        answer = desk.call("POST", "/v1/records", json=report, headers={"Idempotency-Key": row["record_id"]})
        assert answer.status_code == 201
        assert_clean(answer)
        refs.append(answer.json()["ref"])
    for row in bad_rows("missing"):
        assert_clean(desk.call("POST", "/v1/records", json=body(dict(row))))
    changed = body(shares(row_of(1, "missing")) | {"name": "Zqxwchanged"})
    assert_clean(desk.call("PUT", f"/v1/records/{refs[0]}", json=changed, headers={"If-Match": '"1"'}))
    assert_clean(desk.call("PUT", f"/v1/records/{refs[0]}", json=changed, headers={"If-Match": '"9"'}))
    assert_clean(desk.call("PUT", f"/v1/records/{refs[0]}", json=changed))
    assert_clean(desk.call("POST", "/v1/records", json=body(row_of(1, "missing") | {"hair": "zqxw"})))
    found = desk.call("POST", "/v1/records/search", json={"name": row_of(2, "missing")["given_name"]})
    assert len(found.json()["items"]) == 1
    desk.call("POST", "/v1/records/search", json={"case_number": row_of(2, "missing")["record_id"]})
    assert_clean(desk.call("POST", f"/v1/records/{refs[3]}/withdraw", json={"reason": "other"}))
    assert_clean(desk.call("POST", f"/v1/records/{refs[3]}/withdraw", json={"reason": "zqxw"}))
    assert_clean(desk.call("DELETE", f"/v1/records/{refs[4]}", desk.admin))
    upload(desk, folder)
    for path in (f"/v1/records/{refs[0]}/changes", "/v1/sync", "/v1/tokens", "/v1/staff", "/readyz"):
        assert_clean(desk.call("GET", path, desk.admin))
    assert_clean(desk.call("GET", "/metrics", "metrics"))


def upload(desk: Desk, folder: Path) -> None:
    write_csv(folder / "found.csv", all_rows("found"))
    write_xlsx(folder / "found.xlsx", all_rows("found"))
    for path in (folder / "found.csv", folder / "found.xlsx"):
        files = {"file": (f"zqxw{path.name}", path.read_bytes())}
        answer = desk.call("POST", "/v1/imports", files=files, data={"kind": "found", "source": "shelter"})
        assert_clean(answer)
        assert found_in(disk_of(desk)) == []  # the file waits, sealed
        desk.run_imports()
        job = desk.call("GET", answer.headers["location"])
        assert (job.json()["state"], job.json()["rejected"] > 0) == ("done", True)
        assert_clean(job)
        assert_clean(desk.call("GET", f"{answer.headers['location']}/rows", params={"limit": 500}))


def disk_of(desk: Desk) -> bytes:
    """All bytes of the data folder: database, journal and all."""
    files = [path for path in desk.settings.data.rglob("*") if path.is_file()]
    assert files
    return b"\n".join(path.read_bytes() for path in files)


def test_no_canary_on_the_disk_in_the_log_or_in_an_answer(local: Desk, tmp_path: Path, log: io.StringIO) -> None:
    journey(local, tmp_path)
    assert found_in(disk_of(local)) == []
    assert found_in(log.getvalue()) == []
    lines = [json.loads(line) for line in log.getvalue().splitlines()]
    assert any(line.get("route") == "/v1/records" for line in lines)  # the log was written at all
    local.database.close()
    assert found_in(disk_of(local)) == []


def test_every_field_comes_back_to_whoever_may_read_it(local: Desk) -> None:
    row = row_of(2, "missing")
    ref = local.call("POST", "/v1/records", json=body(row, reporter=REPORTER)).json()["ref"]
    shown = local.call("GET", f"/v1/records/{ref}", local.custodian).json()
    assert shown["record"].keys() == row.keys()
    assert shown["reporter"] == REPORTER
    exported = local.call("GET", "/v1/export", local.custodian).text
    assert row["name"] in exported
    assert "Zqxwreporter" not in exported
    local.database.close()


@pytest.mark.parametrize(
    "stage", ["api.holder.intake.writing.name_terms", "api.holder.intake.writing.seal_content",
              "api.holder.intake.entry.read_cells", "api.holder.intake.entry.advised",
              "api.holder.storage.records.add"],
)  # fmt: skip
def test_a_failure_that_quotes_a_name_is_not_repeated(
    local: Desk, monkeypatch: pytest.MonkeyPatch, log: io.StringIO, stage: str
) -> None:
    def blab(*_: object, **__: object) -> None:
        raise ValueError(f"cannot use {row_of(1, 'missing')['name']!r}")

    monkeypatch.setattr(stage, blab)
    answer = local.call("POST", "/v1/records", json=body(row_of(1, "missing")))
    assert answer.status_code == 500
    assert_clean(answer)
    assert found_in(log.getvalue()) == []
    assert "ValueError" in log.getvalue()
    local.database.close()
