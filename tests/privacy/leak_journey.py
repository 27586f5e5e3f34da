"""Everything that is done with records between a desk and a hub, done with records full of canaries."""

import io
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from PIL import ExifTags, Image

from tests.journeys.network import ADMIN_PASSWORD, start_all
from tests.journeys.services import milap_process, request, until
from tests.privacy.blindness import asked_again
from tests.privacy.canaries import bad_rows, letters, row_of, write_csv, write_xlsx
from tests.privacy.leak_network import STAFF_PASSWORD, Office, WatchedNetwork
from tests.privacy.leak_people import People, disclose, keep_and_look
from tests.privacy.leaks import OFFICE, REPORTER
from tests.privacy.refused_requests import PLANTED, record_of, refused_requests, shared
from tests.privacy.refused_reviews import refused_of_partner, refused_of_people

PORTRAIT = Path(__file__).parents[1] / "pictures" / "grace_hopper.jpg"


@dataclass
class Journal:
    """What was said on the way, by what it was an answer to."""

    problems: dict[str, httpx.Response] = field(default_factory=dict)
    staff: dict[str, bytes] = field(default_factory=dict)
    """What the gateways' own people read: here the canaries have to stand."""
    receipts: dict[str, bytes] = field(default_factory=dict)
    refs: dict[str, str] = field(default_factory=dict)
    imports: dict[str, Any] = field(default_factory=dict)
    archives: list[Path] = field(default_factory=list)
    secrets: dict[str, bytes] = field(default_factory=dict)


def whole_journey(network: WatchedNetwork, people: People) -> Journal:
    """From the first entry to a hub and a gateway that lost their power; both run at the end."""
    journal = Journal()
    enter_and_match(network, journal)
    add_photos(network, journal)
    change(network.north, journal)
    # Before the imports, whose odd rows are variants of one child: an alarm hides what they match.
    everything_matched(network)
    asked_again(network.south.line)
    journal.staff |= disclose(people, journal.refs["found 0"]) | keep_and_look(people, journal.refs)
    import_files(network, journal)
    import_odd_files(network.north, journal)
    take_back(network, journal)
    look_up(network, journal)
    problems, journal.receipts["careless items"] = refused_requests(network)
    journal.problems |= problems
    journal.problems |= refused_of_people(people) | refused_of_partner(network)
    journal.secrets |= people.secrets(network)
    lose_power(network)
    everything_matched(network)
    milap_process(network.hub.environment, "hub", "crossmatch")
    archive(network, journal)
    return journal


def entry(i: int, side: str) -> dict[str, Any]:
    """The body of an entry."""
    return {"record": record_of(i, side), "source": "police", "office": OFFICE, "reporter": REPORTER}


def enter_and_match(network: WatchedNetwork, journal: Journal) -> None:
    """Three children, each reported and found, every form sent twice."""
    for office, side in ((network.south, "found"), (network.north, "missing")):
        for i in range(3):
            body, key = entry(i, side), {"idempotency-key": f"CASE-zqxw-{side}-{i}"}
            answers = [office.gateway.ask("intake", "POST", "/v1/records", json=body, headers=key) for _ in range(2)]
            assert [answer.status_code for answer in answers] == [201, 201]
            assert answers[0].content == answers[1].content
            journal.receipts[f"{side} {i}"] = answers[0].content
            journal.refs[f"{side} {i}"] = answers[0].json()["ref"]
    until(lambda: network.south.gateway.inbox(journal.refs["found 0"]))


def add_photos(network: WatchedNetwork, journal: Journal) -> None:
    """A photo of one child on both sides, with a canary in its metadata; the picture itself is a secret."""
    for office, side in ((network.south, "found"), (network.north, "missing")):
        content = photo_with_canary(f"Zqxwexif{letters(1, side)}")
        journal.secrets[f"photo {side}"] = content[-2_000:-1_960]
        path = f"/v1/records/{journal.refs[f'{side} 1']}/photos"
        answer = office.gateway.ask("intake", "POST", path, files={"file": (f"zqxwphoto{side}.jpg", content)})
        assert answer.status_code == 201, answer.text
        assert answer.json()["reason"] is None
        journal.receipts[f"photo {side}"] = answer.content
        photos = office.gateway.ask("intake", "GET", path).json()["items"]
        seen = {part: office.gateway.ask("intake", "GET", f"{path}/{photos[0]['photo']}/{part}")
                for part in ("thumbnail", "original")}  # fmt: skip
        # Where a protected child was found may stand in a file's metadata, and nothing of that in the thumbnail.
        assert [answer.status_code for answer in seen.values()] == [200, 403 if side == "found" else 200]
        journal.receipts[f"thumbnail {side}"] = seen["thumbnail"].content


def photo_with_canary(word: str) -> bytes:
    """The portrait as a JPEG whose EXIF data say a word."""
    with Image.open(PORTRAIT) as portrait:
        exif = portrait.getexif()
        exif[ExifTags.Base.ImageDescription] = word
        out = io.BytesIO()
        portrait.save(out, "JPEG", quality=93, exif=exif)
    return out.getvalue()


def change(office: Office, journal: Journal) -> None:
    """Corrections: one that is taken, one of an old version, one of no version; and a form that is not the same."""
    path, gateway = f"/v1/records/{journal.refs['missing 0']}", office.gateway
    body = {**entry(0, "missing"), "record": {**record_of(0, "missing"), "hair": "Zqxwcorrected"}}
    taken = gateway.ask("intake", "PUT", path, json=body, headers={"if-match": '"1"'})
    assert taken.status_code == 200
    journal.receipts["correction"] = taken.content
    body["record"]["eyes"] = PLANTED
    journal.problems["old version"] = gateway.ask("intake", "PUT", path, json=body, headers={"if-match": '"1"'})
    journal.problems["no version"] = gateway.ask("intake", "PUT", path, json=body)
    journal.problems["canary as version"] = gateway.ask("intake", "PUT", path, json=body, headers={"if-match": PLANTED})
    used = {"idempotency-key": "CASE-zqxw-missing-0"}
    journal.problems["key used before"] = gateway.ask("intake", "POST", "/v1/records", json=body, headers=used)
    journal.problems["case number used before"] = gateway.ask("intake", "POST", "/v1/records", json=body)


def import_files(network: WatchedNetwork, journal: Journal) -> None:
    """A text file in the north, whose gateway is killed meanwhile, and a spreadsheet in the south; with bad rows."""
    for office, side, form in ((network.north, "missing", ".csv"), (network.south, "found", ".xlsx")):
        rows = [shared(row_of(i, side)) for i in range(3, 8)] + [shared(row) for row in bad_rows(side)]
        path = network.folder / f"Zqxwfile{form}"
        (write_csv if form == ".csv" else write_xlsx)(path, rows)
        content = path.read_bytes()
        # What a desk uploads is its own; left in the folder it would be found.
        path.unlink()
        gateway = office.gateway
        begun = gateway.ask(
            "intake", "POST", "/v1/imports", files={"file": (path.name, content)},
            data={"kind": side, "source": "shelter"},
        )  # fmt: skip
        assert begun.status_code == 202, begun.text
        if form == ".csv":
            gateway.kill()
            gateway.start()
        name = begun.json()["name"]
        job = ended_job(office, name)
        assert job["state"] == "done"
        journal.imports[side] = job
        rows_told = gateway.ask("intake", "GET", f"/v1/imports/{name}/rows", params={"limit": 500})
        journal.receipts[f"import {side}"] = begun.content + rows_told.content


def import_odd_files(office: Office, journal: Journal) -> None:
    """Files that cannot be used. (Names of columns are told and kept by intent: they are no cells.)"""
    row = row_of(0, "missing")
    files = {
        "no header": ",".join(row.values()), "cut off": "record_id,name\n1,\"Zqxwname",
    }  # fmt: skip
    for name, text in files.items():
        begun = office.gateway.ask(
            "intake", "POST", "/v1/imports", files={"file": ("Zqxwfile.csv", text.encode())},
            data={"kind": "missing", "source": "shelter"},
        )  # fmt: skip
        job = begun.json()["name"]
        journal.imports[name] = ended_job(office, job)
        told = office.gateway.ask("intake", "GET", f"/v1/imports/{job}/rows")
        journal.receipts[f"import {name}"] = json.dumps(journal.imports[name]).encode() + told.content


def ended_job(office: Office, name: str) -> dict[str, Any]:
    """An import once it has ended; waits for it."""

    def ended() -> dict[str, Any] | None:
        job: dict[str, Any] = office.gateway.ask("intake", "GET", f"/v1/imports/{name}").json()
        return job if job["state"] in ("done", "failed") else None

    found = until(ended)
    assert found is not None
    return found


def take_back(network: WatchedNetwork, journal: Journal) -> None:
    """One record withdrawn, and one erased, at either office."""
    for office, side in ((network.north, "missing"), (network.south, "found")):
        withdrawn, erased = journal.refs[f"{side} 1"], journal.refs[f"{side} 2"]
        body = {"reason": "family_request"}
        answer = office.gateway.ask("intake", "POST", f"/v1/records/{withdrawn}/withdraw", json=body)
        assert answer.status_code == 200
        token = office.session("admin", ADMIN_PASSWORD)
        journal.secrets[f"{office.gateway.name} session"] = token.encode()
        headers = {"authorization": f"Bearer {token}"}
        answer = request("DELETE", f"{office.gateway.address}/v1/records/{erased}", headers=headers)
        assert answer.status_code == 200


def look_up(network: WatchedNetwork, journal: Journal) -> None:
    """Searches, lists, inbox and export, as the offices' own people see them."""
    for office, side in ((network.north, "missing"), (network.south, "found")):
        name = office.gateway.name
        token = office.session("custodian", STAFF_PASSWORD)
        journal.secrets[f"{name} custodian's session"] = token.encode()
        headers = {"authorization": f"Bearer {token}"}
        queries = {
            "name": {"name": f"Zqxwname{letters(0, side)}"}, "nobody": {"name": "Zqxwsearch"},
            "case number": {"case_number": f"CASE-zqxw-{side}-0"},
        }  # fmt: skip
        for title, what in queries.items():
            answer = request("POST", f"{office.gateway.address}/v1/records/search", json=what, headers=headers)
            assert answer.status_code == 200
            journal.staff[f"{name} search {title}"] = answer.content
        for path in (f"/v1/records/{journal.refs[f'{side} 0']}", "/v1/records?limit=200", "/v1/inbox", "/v1/export"):
            answer = request("GET", f"{office.gateway.address}{path}", headers=headers)
            assert answer.status_code == 200
            journal.staff[f"{name} {path}"] = answer.content


def lose_power(network: WatchedNetwork) -> None:
    """The hub goes while records wait, and then a gateway."""
    network.hub.kill()
    path, gateway = "/v1/records", network.north.gateway
    body = {"record": {**record_of(2, "missing"), "record_id": "CASE-zqxw-missing-again"}, "source": "helpline"}
    assert gateway.ask("intake", "POST", path, json=body).status_code == 201
    until(lambda: gateway.sync()["waiting"])
    gateway.kill()
    start_all(network.hub, gateway)


def everything_matched(network: WatchedNetwork) -> None:
    """Wait until everything has arrived and is matched."""
    for office in network.offices:
        gateway = office.gateway
        until(lambda gateway=gateway: gateway.sync()["waiting"] == 0)  # type: ignore[misc]
    until(lambda: not any(each["pending"] for each in network.hub.call("status")["partitions"]))


def archive(network: WatchedNetwork, journal: Journal) -> None:
    """The hub's archive and both gateways' backups."""
    hub_archive = network.folder / "hub-archive.tar"
    network.hub.call("snapshot", "-o", str(hub_archive))
    journal.archives.append(hub_archive)
    for office in network.offices:
        path = network.folder / f"{office.gateway.name}-backup.tar"
        office.gateway.call("backup", "-o", str(path))
        journal.archives.append(path)
