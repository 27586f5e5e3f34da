"""Can whoever files a report tell from bytes or times whether it matched?

One hub on SQLite with resident found records. Its reporter files reports by turns in random order: of children of whom
a found record is there (each gets candidates), and of nobody, with random codes (none gets any). Around every report it
asks for everything that it may ask for, once at once, while the hub matches, and once later; then it corrects and
withdraws the report. For each of these requests the benchmark compares the answers of both kinds, byte by byte but for
ids and dates, and their times: AUC of telling the two apart by the time alone (.50 is blind), and the p-value of a
two-sample Kolmogorov-Smirnov test. So that a pass means something, the same test is shown a delay that is really there,
and the table says which delay it would have noticed. No peer withholds its answer from the person who asks, so there is
none to compare with.
"""

import base64
import json
import re
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx
import numpy as np
import numpy.typing as npt
from scipy.stats import ks_2samp, mannwhitneyu
from sqlalchemy import func, select

from api.hub.storage.tables import candidates, pending, records
from api.wire.items import EncodedRow, PutItem
from api.wire.names import new_ref
from api.wire.signing import sign_request
from benchmarks.common.data import invent, new_encoder
from benchmarks.common.hubs import HUB, BenchmarkHub, start_hub
from benchmarks.common.machine import load
from benchmarks.common.report import Report, arguments
from benchmarks.hub_writes import BULK, items_of
from matcher.profile import NETWORK_2026_11_22, EncodingProfile, profile_named
from matcher.views import Kind

REPORTER, CUSTODIAN = "police", "shelter"
ARMS = ("match", "none")
LATER_SECONDS = 0.15
BLIND_AUC = 0.55
SIGNIFICANT = 0.01
# Ids and dates, and how many records the reporter has: it knows that itself.
_VARYING = re.compile(rb'"(ref|next|time|active|withdrawn|erased)":("[^"]*"|\d+|null)')
Times = npt.NDArray[np.float64]


@dataclass
class Asked:
    """Times in milliseconds and answers of one kind of request, by arm."""

    times: dict[str, list[float]] = field(default_factory=lambda: {arm: [] for arm in ARMS})
    answers: dict[str, set[bytes]] = field(default_factory=lambda: {arm: set() for arm in ARMS})

    def note(self, arm: str, seconds: float, body: bytes) -> None:
        """One answer."""
        self.times[arm].append(seconds * 1e3)
        self.answers[arm].add(_VARYING.sub(rb'"\1":*', body))


class Reporter:
    """A gateway that watches the clock: one kept connection, requests signed before the clock starts."""

    def __init__(self, hub: BenchmarkHub) -> None:
        """Speak to this hub."""
        self._hub, self.asked = hub, dict[str, Asked]()
        self._client = httpx.Client(base_url=f"http://127.0.0.1:{hub.port}", trust_env=False)

    def ask(self, arm: str, name: str, method: str, path: str, body: bytes = b"") -> None:
        """One request, timed."""
        request = self._client.build_request(method, path, content=body, headers={"content-type": "application/json"})
        target = request.url.raw_path.decode()
        request.headers.update(sign_request(
            method, target, body, key=self._hub.keys[REPORTER], key_id=REPORTER, recipient=HUB, now=datetime.now(UTC)
        ))  # fmt: skip
        started = time.perf_counter()
        answer = self._client.send(request)
        seconds = time.perf_counter() - started
        if answer.status_code != 200:
            raise SystemExit(f"{name} was answered with status {answer.status_code}: {answer.text}")
        self.asked.setdefault(name, Asked()).note(arm, seconds, answer.content)

    def look(self, arm: str, ref: str, when: str) -> None:
        """Everything that a reporter may ask for; of what the hub holds, this record."""
        for path in ("releases", "candidates", f"holdings?limit=1&after={_before(ref)}"):
            name = path.partition("?")[0]
            self.ask(arm, f"GET {name}, {when}", "GET", f"/v1/{path}")

    def close(self) -> None:
        """Close the connection."""
        self._client.close()


def main() -> None:
    """Measure, print and write."""
    parser = arguments(__doc__)
    parser.add_argument("--resident", type=int, default=20_000, help="found records that the hub has")
    parser.add_argument("--reports", type=int, default=500, help="reports of each kind")
    parser.add_argument("--profile", default=NETWORK_2026_11_22.name)
    options = parser.parse_args()
    profile = profile_named(options.profile)
    report = Report("blind_receipt", (), {
        "seed": options.seed, "resident": options.resident, "reports of each kind": options.reports,
        "profile": profile.name, "later, seconds": LATER_SECONDS,
    })  # fmt: skip
    report.note(f"load before the measurement: {load()}")
    rng = np.random.default_rng(options.seed)
    with _hub(profile, options.resident, options.reports, options.seed) as (hub, matching):
        nobody = [_of_nobody(item) for item in matching]
        asked = _watch(hub, {"match": matching, "none": nobody}, rng)
        _show_arms(report, hub, {"match": matching, "none": nobody})
    _tell(report, asked)
    report.write(options.json)


@contextmanager
def _hub(
    profile: EncodingProfile, resident: int, reports: int, seed: int
) -> Iterator[tuple[BenchmarkHub, list[PutItem]]]:
    """A hub with the found records matched, and reports whose children are among them."""
    people = invent(max(reports * 4, resident // 2), resident, seed)
    encoder = new_encoder(profile)
    there = {found for _, found in people.population.truth}
    known = {missing for missing, found in people.population.truth if found in there}
    wanted = [raw for raw in people.missing if raw.record_id in known][:reports]
    with TemporaryDirectory(prefix="milap-benchmark-") as folder:
        hub = start_hub(Path(folder) / "hub", profile, [REPORTER, CUSTODIAN])
        try:
            found = items_of(encoder, people.found, Kind.FOUND)
            with httpx.Client(base_url=f"http://127.0.0.1:{hub.port}", trust_env=False) as client:
                for at in range(0, len(found), BULK):
                    wire = hub.write(CUSTODIAN, hub.submission(found[at : at + BULK]))
                    headers = {"content-type": "application/json", **wire.head()}
                    client.post(wire.target, content=wire.body, headers=headers).raise_for_status()
            _settled(hub)
            yield hub, items_of(encoder, wanted, Kind.MISSING)
        finally:
            hub.process.stop()
            hub.database.close()


def _watch(hub: BenchmarkHub, filed: dict[str, list[PutItem]], rng: np.random.Generator) -> dict[str, Asked]:
    """File every report and one of nobody that looks alike, in random order, and time everything."""
    reports = [(arm, item) for arm in ARMS for item in filed[arm]]
    reporter = Reporter(hub)
    for place in rng.permutation(len(reports)).tolist():
        arm, item = reports[place]
        reporter.ask(arm, "POST submissions: report", "POST", "/v1/submissions", hub.submission([item]))
        reporter.look(arm, item.ref, "at once")
        time.sleep(LATER_SECONDS)
        reporter.look(arm, item.ref, "later")
        corrected = item.model_copy(update={"version": 2})
        reporter.ask(arm, "POST submissions: correction", "POST", "/v1/submissions", hub.submission([corrected]))
        time.sleep(LATER_SECONDS)
        reporter.ask(arm, "POST submissions: withdrawal", "POST", "/v1/submissions", _withdrawal(hub, item.ref, 3))
        reporter.look(arm, item.ref, "after the withdrawal")
    reporter.close()
    return reporter.asked


def _before(ref: str) -> str:
    """A ref that sorts just before another one."""
    return ref[:-1] + chr(ord(ref[-1]) - 1) if ref[-1] not in "0Aa-_" else ref[:-2] + "--"


def _withdrawal(hub: BenchmarkHub, ref: str, version: int) -> bytes:
    whole = json.loads(hub.submission([]))
    return json.dumps({**whole, "items": [{"action": "withdraw", "ref": ref, "version": version}]}).encode()


def _of_nobody(item: PutItem) -> PutItem:
    """The same report with random codes where there were codes: it resembles no child, and is as long."""
    rows = []
    for row in item.rows:
        code = np.frombuffer(base64.b64decode(row.code), dtype=np.uint8)
        noise = np.where(code == 0, 0, np.frombuffer(secrets.token_bytes(len(code)), dtype=np.uint8))
        rows.append(EncodedRow(presence=row.presence, code=base64.b64encode(noise.astype(np.uint8).tobytes()).decode()))
    return item.model_copy(update={"ref": new_ref(), "case": new_ref(), "rows": tuple(rows)})


def _settled(hub: BenchmarkHub) -> None:
    while True:
        with hub.database.read() as conn:
            if not conn.execute(select(func.count()).select_from(pending)).scalar_one():
                return
        time.sleep(0.2)


def _show_arms(report: Report, hub: BenchmarkHub, filed: dict[str, list[PutItem]]) -> None:
    """That the arms differ: candidates that the reports of each kind had, probable ones among them."""
    _settled(hub)
    columns = (records.c.ref, candidates.c.verdict)
    with hub.database.read() as conn:
        joined = select(*columns).join_from(candidates, records, candidates.c.missing_id == records.c.id)
        pairs = [(row.ref, row.verdict) for row in conn.execute(joined)]
    rows = []
    for arm in ARMS:
        refs = {item.ref for item in filed[arm]}
        mine = [(ref, verdict) for ref, verdict in pairs if ref in refs]
        rows.append({
            "report": arm, "filed": len(refs), "with candidates": len({ref for ref, _ in mine}),
            "candidates": len(mine), "probable": sum(verdict == "probable" for _, verdict in mine),
        })  # fmt: skip
    report.table("What was there to be found out", rows)


def _tell(report: Report, asked: dict[str, Asked]) -> None:
    report.table("Times of a report that matched and of one that did not", [_row(*each) for each in asked.items()])
    times = [_times(found) for found in asked.values()]
    aucs = [_auc(match, none) for match, none in times]
    report.target("worst AUC of telling them apart by one time", max(max(a, 1 - a) for a in aucs), most=BLIND_AUC)
    differ = sum(found.answers["match"] != found.answers["none"] for found in asked.values())
    report.target("kinds of request whose answers differ", differ, most=0)
    least = min(float(ks_2samp(match, none).pvalue) for match, none in times) * len(times)
    report.target("least p-value, times the number of tests (Bonferroni)", min(1.0, least), least=SIGNIFICANT)


def _row(name: str, found: Asked) -> dict[str, object]:
    match, none = _times(found)
    return {
        "request": name, "match p50 ms": float(np.median(match)), "none p50 ms": float(np.median(none)),
        "match p95 ms": float(np.quantile(match, 0.95)), "none p95 ms": float(np.quantile(none, 0.95)),
        "AUC": _auc(match, none), "KS p": float(ks_2samp(match, none).pvalue), "would notice ms": _noticed(none),
        "answers alike": found.answers["match"] == found.answers["none"],
    }  # fmt: skip


def _times(found: Asked) -> tuple[Times, Times]:
    return np.array(found.times["match"]), np.array(found.times["none"])


def _auc(match: Times, none: Times) -> float:
    """Probability that a report that matched was answered later than one that did not."""
    return float(mannwhitneyu(match, none).statistic) / (len(match) * len(none))


def _noticed(none: Times) -> float:
    """The smallest delay, in milliseconds, that the test finds when it is added to half of the unmatched times."""
    first, second = none[::2], none[1::2]
    for delay in np.geomspace(0.01, 100, 81).tolist():
        if ks_2samp(first + delay, second).pvalue < SIGNIFICANT:
            return float(delay)
    return float("inf")


if __name__ == "__main__":
    main()
