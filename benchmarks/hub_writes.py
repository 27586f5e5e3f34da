"""How many signed writes a second does a hub take, what do they cost, and how long does a gateway wait for its receipt?

One hub on SQLite (every commit synced to disk), records of `local-2026-11-22` or the profile asked for, sent one by one
as police and shelters enter them, while the hub matches each of them both ways: once with few records resident and once
with many. The load comes from this process, over kept connections, first on schedules that do not wait for answers,
then from clients that do; hub and generator share the machine. Processor time is that of the hub's request process, of
its matcher (snapshots that fall due included) and of this process, each over the number of writes. No peer takes
signed, idempotent writes of encoded records, so there is none to compare with.
"""

import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import delete, func, select

from api.hub.storage.tables import pending, records
from api.wire.batches import Marks, put_items
from api.wire.items import PutItem
from api.wire.names import new_ref
from benchmarks.common.cost import Meter
from benchmarks.common.data import invent, new_encoder
from benchmarks.common.hubs import BenchmarkHub, start_hub
from benchmarks.common.load import Loaded, Wire, offer, take_turns
from benchmarks.common.machine import load
from benchmarks.common.report import Report, arguments
from encoder.encode import RecordEncoder
from encoder.record import RawRecord
from matcher.profile import LOCAL_2026_11_22, EncodingProfile, profile_named
from matcher.views import Kind

PARTNERS = {Kind.MISSING: "police", Kind.FOUND: "shelter"}
BULK = 500
MATCHED = 5_000
"""Records of the bulk upload that are matched while it is timed."""
CONNECTIONS = 16
RATE, PATIENCE = 200.0, 50.0
RESIDENT = (1_000, 100_000)


def main() -> None:
    """Measure, print and write."""
    parser = arguments(__doc__)
    parser.add_argument(
        "--resident", type=int, nargs="+", default=list(RESIDENT), help="records that the hub has before the writes"
    )
    parser.add_argument("--seconds", type=float, default=30.0, help="of each rate")
    parser.add_argument("--rates", type=float, nargs="+", default=[100.0, RATE, 300.0])
    parser.add_argument("--waiting-writes", type=int, default=6_000, help="writes of the clients that wait for answers")
    parser.add_argument("--profile", default=LOCAL_2026_11_22.name)
    options = parser.parse_args()
    profile = profile_named(options.profile)
    report = Report("hub_writes", (), {
        "seed": options.seed, "resident": options.resident, "seconds": options.seconds, "rates": options.rates,
        "waiting writes": options.waiting_writes, "profile": profile.name, "connections": CONNECTIONS,
        "items a bulk submission": BULK,
    })  # fmt: skip
    report.note(f"load before the measurement: {load()}")
    loads = [(rate, round(rate * options.seconds)) for rate in options.rates]
    writes = sum(count for _, count in loads) + options.waiting_writes
    items = invented_items(max(options.resident) + writes, options.seed, profile)
    for resident in sorted(options.resident):
        rows = _measure(report, profile, items[: resident + writes], resident, loads, options.seed)
    # Promised for the hub with the most records, which was the last.
    first = next((row for row in rows if row["offered/s"] == RATE), rows[0])
    report.target("signed writes a second, sustained", first["answered/s"], least=RATE * 0.99)
    report.target("p95 at 200 writes a second, ms", first["p95 ms"], most=PATIENCE)
    report.write(options.json)


def _measure(
    report: Report, profile: EncodingProfile, items: list[PutItem], resident: int, loads: list[tuple[float, int]],
    seed: int,
) -> list[dict[str, Any]]:  # fmt: skip
    """One hub: filled, then written to at each rate, then by clients that wait; gives the rows of the rates."""
    with TemporaryDirectory(prefix="milap-benchmark-") as folder:
        hub = start_hub(Path(folder) / "hub", profile, list(PARTNERS.values()))
        try:
            _bulk(report, hub, items[:resident])
            rows = _rates(report, hub, items[resident:], loads, seed)
            _waiting_clients(report, hub, items[resident + sum(count for _, count in loads) :], resident)
        finally:
            hub.process.stop()
            hub.database.close()
    return rows


def invented_items(wanted: int, seed: int, profile: EncodingProfile) -> list[PutItem]:
    """So many records as items, missing and found by turns as far as they go, three missing to two found."""
    people = invent(wanted * 3 // 5 + 1, wanted * 2 // 5 + 1, seed)
    encoder = new_encoder(profile)
    missing, found = items_of(encoder, people.missing, Kind.MISSING), items_of(encoder, people.found, Kind.FOUND)
    mixed: list[PutItem] = []
    for turn in range(len(missing) // 3 + 1):
        mixed += missing[turn * 3 : turn * 3 + 3] + found[turn * 2 : turn * 2 + 2]
    return mixed[:wanted]


def items_of(encoder: RecordEncoder, raw: list[RawRecord], kind: Kind) -> list[PutItem]:
    """Raw records as items under fresh refs."""
    batch = encoder.encode(raw, kind, [new_ref() for _ in raw])
    marks = [Marks(new_ref()) for _ in raw]
    return put_items(batch, [1] * len(raw), [None] * len(raw), marks)


def _bulk(report: Report, hub: BenchmarkHub, items: list[PutItem]) -> None:
    """Fill the hub as gateways do that come back after a long time: big submissions, one after the other."""
    requests = []
    for kind, partner in PARTNERS.items():
        mine = [item for item in items if item.kind == kind.name.lower()]
        requests += [hub.write(partner, hub.submission(mine[at : at + BULK])) for at in range(0, len(mine), BULK)]
    loaded = offer("127.0.0.1", hub.port, requests, 1e6, 2, 0)
    _all_well(loaded)
    waiting = _leave_waiting(hub, MATCHED)
    drained = _drain(hub)
    report.table(f"Bulk upload of {len(items):,} records", [{
        "records": len(items), "records/s": len(items) / loaded.seconds,
        "of them matched": waiting, "matched/s": waiting / drained,
    }])  # fmt: skip


def _rates(
    report: Report, hub: BenchmarkHub, items: list[PutItem], loads: list[tuple[float, int]], seed: int
) -> list[dict[str, Any]]:
    """Writes on schedules, one after the other; the records of each stay for the next."""
    resident, rows, at = _stored(hub), [], 0
    for rate, count in loads:
        part, at = items[at : at + count], at + count

        def send(requests: list[Wire], rate: float = rate) -> Loaded:
            return offer("127.0.0.1", hub.port, requests, rate, CONNECTIONS, seed)

        rows.append({"offered/s": rate, **_written(hub, part, send)})
    report.table(f"Single signed writes on a schedule, each matched both ways, {resident:,} resident", rows)
    return rows


def _waiting_clients(report: Report, hub: BenchmarkHub, items: list[PutItem], resident: int) -> None:
    if not items:
        return

    def send(requests: list[Wire]) -> Loaded:
        return take_turns("127.0.0.1", hub.port, requests, CONNECTIONS)

    row = {"clients": CONNECTIONS, **_written(hub, items, send)}
    report.table(f"The same by clients that wait for their answers, {resident:,} resident", [row])


def _written(hub: BenchmarkHub, items: list[PutItem], send: Callable[[list[Wire]], Loaded]) -> dict[str, Any]:
    """Write records one by one and wait until all are matched: how fast, and processor milliseconds of each."""
    requests = [hub.write(PARTNERS[Kind[item.kind.upper()]], hub.submission([item])) for item in items]
    before, meter = _stored(hub), Meter(hub.process.number)
    loaded = send(requests)
    answered = meter.read()
    _all_well(loaded)
    assert _stored(hub) == before + len(items)
    drained = _drain(hub)
    each = 1e3 / len(items)
    return {
        "had records": before, "answered/s": len(items) / loaded.seconds, "p50 ms": loaded.quantile(0.5),
        "p95 ms": loaded.quantile(0.95), "p99 ms": loaded.quantile(0.99),
        "request process, cpu ms a write": answered.service * each,
        "matcher, cpu ms a write": meter.read().children * each,
        "generator, cpu ms a write": answered.generator * each, "seconds until all were matched": drained,
    }  # fmt: skip


def _all_well(loaded: Loaded) -> None:
    """A refused write is no fast write."""
    assert (loaded.status == 200).all(), f"statuses {sorted(set(loaded.status.tolist()))}"


def _leave_waiting(hub: BenchmarkHub, most: int) -> int:
    """Take all but some of the newest records off the queue: matching everything would take many minutes."""
    with hub.database.write() as conn:
        newest = select(pending.c.sequence).order_by(pending.c.sequence.desc()).offset(most).limit(1)
        last = conn.execute(newest).scalar()
        if last is not None:
            conn.execute(delete(pending).where(pending.c.sequence <= last))
        return int(conn.execute(select(func.count()).select_from(pending)).scalar_one())


def _stored(hub: BenchmarkHub) -> int:
    with hub.database.read() as conn:
        return int(conn.execute(select(func.count()).select_from(records)).scalar_one())


def _drain(hub: BenchmarkHub) -> float:
    """Seconds until no record waits for its match."""
    started = time.perf_counter()
    while True:
        with hub.database.read() as conn:
            waiting = conn.execute(select(func.count()).select_from(pending)).scalar_one()
        if not waiting:
            return time.perf_counter() - started
        time.sleep(0.1)


if __name__ == "__main__":
    main()
