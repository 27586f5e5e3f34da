"""Unique strings in every raw field, through a hub and two gateways: they come out at the desks and nowhere else."""

import gzip
import shutil
import sqlite3
import tarfile
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from api.wire.problems import MEDIA_TYPE
from tests.databases import PostgresServer
from tests.privacy.blind_stages import Stages, through_the_stages
from tests.privacy.blindness import Seen, watch_two_reports
from tests.privacy.canaries import row_of
from tests.privacy.evidence import database_text, files_below, gathered
from tests.privacy.leak_journey import Journal, whole_journey
from tests.privacy.leak_network import LINKAGE_KEY, WatchedNetwork, all_secrets, watched_network
from tests.privacy.leak_people import meet
from tests.privacy.leaks import LOCAL, OFFICE, REPORTER, SAID, layers, leaks, secrets_in, unmarked
from tests.privacy.reporter_view import View


@dataclass(frozen=True)
class Aftermath:
    """A network that went through everything, and what is left of it."""

    network: WatchedNetwork
    journal: Journal
    evidence: dict[str, bytes]
    secrets: dict[str, bytes]
    reports: tuple[Seen, Seen]
    """One that has a match, and one that has none."""
    stages: Stages


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def aftermath(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Aftermath]:
    """The journey, once for each kind of database."""
    folder = tmp_path_factory.mktemp("canary-network")
    with own_server(request.param) as server, watched_network(folder, server) as network:
        people = meet(network)
        reports = watch_two_reports(network)
        stages = through_the_stages(network, people, reports)
        journal = whole_journey(network, people)
        secrets = {**all_secrets(network), **journal.secrets}
        yield Aftermath(network, journal, gathered(network, journal), secrets, reports, stages)


@contextmanager
def own_server(kind: str) -> Iterator[PostgresServer | None]:
    """A server of which every file belongs to this test; None for SQLite."""
    if kind == "sqlite":
        yield None
        return
    folder = Path(tempfile.mkdtemp(prefix="milap-canary-"))
    server = PostgresServer(folder)
    try:
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


# --- the search finds what there is to find ---------------------------------------------------------------------------


def test_the_search_knows_every_raw_field() -> None:
    for side in ("missing", "found"):
        for i in range(8):
            assert unmarked(row_of(i, side)) == []
    assert all(leaks(text) for text in (*REPORTER.values(), OFFICE, *SAID.values()) if isinstance(text, str))


def test_a_leak_is_found_in_databases_and_archives(tmp_path: Path) -> None:
    row = row_of(3, "missing")
    with sqlite3.connect(tmp_path / "leaking.db") as leaking:
        leaking.execute("CREATE TABLE t (a TEXT, b BLOB)")
        leaking.execute("INSERT INTO t VALUES (?, ?)", (row["record_id"], LINKAGE_KEY))
    leaking.close()
    with tarfile.open(tmp_path / "leaking.tar", "w") as archive:
        packed = tmp_path / "packed.gz"
        packed.write_bytes(gzip.compress(row["father_name"].encode()))
        archive.add(packed, "packed.gz")
        packed.unlink()
    files = files_below(tmp_path)
    assert {Path(name).name for name, content in files.items() if leaks(content)} == {"leaking.db", "leaking.tar"}
    dumped = database_text(f"sqlite:///{tmp_path / 'leaking.db'}")
    assert leaks(dumped) == ["case-zqxw"]
    assert secrets_in(dumped, {"linkage key": LINKAGE_KEY}) == ["linkage key"]


def test_the_desks_see_the_canaries(aftermath: Aftermath) -> None:
    seen = {name: set(leaks(content)) for name, content in aftermath.journal.staff.items()}
    empty = {name for name, content in aftermath.journal.staff.items() if content == b'{"items":[],"next":null}'}
    assert {name for name, words in seen.items() if not words} == empty
    # Nobody found for "nobody" at either office, and a reporter's inbox.
    assert len(empty) == 3
    assert all(words & {"zqxwcorr", "zqxwmoth"} for name, words in seen.items() if "/v1/records/" in name)


def test_all_codes_came_to_the_hub(aftermath: Aftermath) -> None:
    imports, dumped = aftermath.journal.imports, aftermath.evidence["database hub"]
    for side in ("missing", "found"):
        assert (imports[side]["state"], imports[side]["created"], imports[side]["updated"]) == ("done", 24, 1)
    counts = Counter[tuple[str, str]]()
    for row in aftermath.network.hub.call("status")["records"]:
        counts[row["partner"], row["state"]] += row["records"]
    gone = {(name, state): 1 for name in ("north", "south") for state in ("withdrawn", "erased")}
    # Three children, one each withdrawn and erased; the rows of a file; the reports of the blindness test; one more.
    assert counts == {**gone, ("north", "active"): 1 + 24 + 3 + 1, ("south", "active"): 1 + 24 + 1}
    assert all(ref.encode() in dumped for ref in aftermath.journal.refs.values())
    assert aftermath.network.hub.call("report")["runs"]


def test_there_was_something_to_search(aftermath: Aftermath) -> None:
    evidence, refs = aftermath.evidence, aftermath.journal.refs
    for side, name in (("missing", "north"), ("found", "south")):
        ref = refs[f"{side} 0"].encode()
        assert ref in evidence[f"line of {name}"]
        for place in ("hub-archive.tar", f"{name}-backup.tar"):
            assert any(ref in part for part in layers(evidence[file_named(evidence, place)])), place
        assert b"milap_requests_total" in evidence[f"metrics {name}"]
    for log in ("hub.log", "north.log", "south.log"):
        assert b'"request"' in evidence[file_named(evidence, log)]
    assert any("/index/" in name and "/segment-" in name and name.endswith("/codes.bin") for name in evidence)
    database = "/hub/own.db-wal" if aftermath.network.server is None else "/pg_wal/0"
    assert any(database in name for name in evidence)
    assert len(aftermath.journal.problems) > 50


def file_named(evidence: dict[str, bytes], end: str) -> str:
    """The one file of this name."""
    (found,) = [name for name in evidence if name.endswith(f"/{end}")]
    return found


# --- and finds nothing ------------------------------------------------------------------------------------------------


def test_no_canary_is_anywhere(aftermath: Aftermath) -> None:
    found = {name: leaks(content) for name, content in aftermath.evidence.items()}
    assert {name: words for name, words in found.items() if words} == {}


def test_no_secret_is_anywhere(aftermath: Aftermath) -> None:
    assert len(aftermath.secrets) >= 30
    found = {name: secrets_in(content, aftermath.secrets) for name, content in aftermath.evidence.items()}
    # The hub signs by itself after a power cut; its own key is the one secret that lies in the clear, mode 0600.
    key = file_named(aftermath.evidence, "hub/hub.key")
    assert {name: words for name, words in found.items() if words} == {key: ["hub key"]}


def test_offices_and_logins_stay_in_their_own_gateway(aftermath: Aftermath) -> None:
    for name, words in LOCAL.items():
        own = (f"/{name}/", f"{name}-backup.tar")
        for word in words:
            places = {each for each, content in aftermath.evidence.items() if word.encode() in content.lower()}
            assert f"database {name}" in places
            # One server keeps the databases of all; what is in which, their dumps tell.
            elsewhere = {each for each in places - {f"database {name}"} if not each.startswith("data/")}
            assert [each for each in elsewhere if not any(place in each for place in own)] == []


def test_a_code_of_enrolment_is_kept_by_nobody(aftermath: Aftermath) -> None:
    assert len(set(aftermath.network.codes)) == 2
    codes = [code.encode() for code in aftermath.network.codes]
    # It travels once, to be taken; TLS is the proxy's.
    holding = {name for name, content in aftermath.evidence.items() if any(code in content for code in codes)}
    assert holding == {"line of north", "line of south"}


def test_every_refusal_is_a_problem_document(aftermath: Aftermath) -> None:
    wrong = {
        name: answer.status_code
        for name, answer in aftermath.journal.problems.items()
        if answer.status_code < 400 or answer.headers.get("content-type") != MEDIA_TYPE
    }
    assert wrong == {}


def test_only_the_requests_of_a_desk_carry_its_token(aftermath: Aftermath) -> None:
    for office in aftermath.network.offices:
        assert b"authorization:" not in office.line.everything().lower()
        assert b"authorization:" not in office.knocks.everything().lower()


def test_the_custodian_is_knocked_at_and_told_without_content(aftermath: Aftermath) -> None:
    network = aftermath.network
    assert network.south.knocks.since([])
    assert {each.line for each in network.south.knocks.since([])} == {"POST /v1/hub/knock"}
    assert {each.request_body for each in network.south.knocks.since([])} == {b'{"format": 1}'}
    assert b'{"event": "inbox", "gateway": "south"}' in network.webhook.everything()


# --- and a reporter cannot tell whether there is a match --------------------------------------------------------------


def test_a_report_with_a_match_looks_like_one_without(aftermath: Aftermath) -> None:
    matched, unmatched = aftermath.reports
    assert (len(matched.candidates), len(unmatched.candidates)) == (1, 0)
    assert Counter(each.shape for each in matched.work) == Counter(each.shape for each in unmatched.work)
    assert {each.line for each in matched.work} == {"POST /v1/submissions"}
    assert matched.said() == unmatched.said()


def test_the_questions_of_a_reporter_have_one_answer(aftermath: Aftermath) -> None:
    matched, unmatched = aftermath.reports
    assert matched.asked() == unmatched.asked()
    assert {len(answers) for answers in matched.asked().values()} == {1}
    assert {line.partition("?")[0] for line in matched.asked()} >= {
        f"GET /v1/{feed}" for feed in ("candidates", "releases", "links", "messages", "receipts")
    }


def test_a_reporter_keeps_the_same_with_and_without_a_match(aftermath: Aftermath) -> None:
    matched, unmatched = aftermath.reports
    assert matched.kept == unmatched.kept
    assert {name for name, _ in matched.kept} >= {"records", "outbox", "search_terms"}
    assert "inbox" not in {name for name, _ in matched.kept}


def test_the_hub_never_knocks_at_a_reporter_before_a_release(aftermath: Aftermath) -> None:
    assert [seen.knocks for seen in aftermath.reports] == [0, 0]
    assert {view["knocks"] for views in aftermath.stages.values() for view in views} == {b""}
    assert {each.request_body for each in aftermath.network.north.knocks.since([])} == {b'{"format": 1}'}


def test_a_reporter_sees_the_same_whatever_the_other_side_does_before_a_release(aftermath: Aftermath) -> None:
    first = aftermath.stages["proposed"][0]
    assert len(first) > 50
    assert first["webhook"] == b"never told"
    assert all(first[f"desk {path}"].startswith(b"200 ") for path in ("/v1/records/{ref}", "/v1/releases", "/v1/audit"))
    assert all(first[f"hub {path}"].startswith(b"200 ") for path in ("/v1/candidates", "/v1/releases", "/v1/holdings"))
    for stage, (matched, unmatched) in aftermath.stages.items():
        assert different(matched, unmatched) == {}, stage
        assert different(matched, first) == {}, stage


def different(one: View, other: View) -> dict[str, tuple[bytes, bytes]]:
    """Answers that are not the same bytes."""
    assert one.keys() == other.keys()
    return {name: (one[name], other[name]) for name in one if one[name] != other[name]}
