"""Tables, ratios and targets of `benchmarks.crossmatch_scale`."""

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from api.hub.crossmatching.blocks import SEARCHED_TOGETHER
from benchmarks.common.report import Report
from benchmarks.common.watching import FAILED, Watched

MOST_SECONDS, MOST_GIB, MOST_INCREMENTAL, LEAST_RATIO, MOST_EXPONENT = 600.0, 12.0, 3.0, 20.0, 1.05
BLOCK = SEARCHED_TOGETHER
"""Records of one block of a search."""
_BEGIN, _SEARCH = "begin", "search"


@dataclass(frozen=True)
class Million:
    """A full run without a database and the night after, of so many records of each kind."""

    size: int
    cores: int
    built: Watched
    searched: Watched
    after: Watched

    @property
    def searches(self) -> list[dict[str, Any]]:
        """The parts that search."""
        return [row for row in self.searched.told["parts"] if row["part"].startswith(_SEARCH)]


@dataclass
class Measured:
    """All processes: nights by size and cores, peers by name and size."""

    nights: dict[tuple[int, int], Watched] = field(default_factory=dict)
    peers: dict[tuple[str, int], Watched] = field(default_factory=dict)
    million: Million | None = None


@dataclass(frozen=True)
class Rate:
    """A search of Milap: all pairs of both passes, and its seconds on the clock and of processor time.

    A pair that one sweep judges for the lists of both its records counts in either pass, as two searches count it.
    """

    size: int
    cores: int
    pairs: int
    seconds: float
    cpu: float
    whole: float | None


def whole_row(size: int, cores: int, done: Watched) -> dict[str, Any]:
    """A full run over a database."""
    told, stages = done.told, done.told["stages"]
    return {
        "cores": cores, "pairs, both passes": told["pairs_scored"], "of all": told["pairs_scored"] / (2 * size**2),
        "seconds": done.seconds, **_stages(stages), "cpu s": done.cpu,
        "Mpairs/s searched": told["pairs_scored"] / stages["search"] / 1e6, "peak GiB": done.peak,
        "resident GiB": done.resident, "database MiB": told["database_bytes"] / 2**20,
        "candidates stored": told["added"], "stored/s": told["added"] / stages["store"],
    }  # fmt: skip


def after_row(report: Report, since: str, done: Watched) -> dict[str, Any]:
    """A night after a full one."""
    told = done.told
    for why in told["why"]:
        report.note(f"the night after a day with {since} is full: {why}")
    return {
        "since the last": since, "mode": told["mode"], "missing searched": told["dirty"]["missing"],
        "found searched": told["dirty"]["found"], "seconds": done.seconds, **_stages(told["stages"]), "cpu s": done.cpu,
        "peak GiB": done.peak, "offers": told["offers"], "lists changed": told["lists_changed"],
        "added": told["added"], "changed": told["changed"], "withdrawn": told["withdrawn"],
    }  # fmt: skip


def part_rows(*processes: Watched) -> list[dict[str, Any]]:
    """The parts of some processes, one after the other."""
    rows = []
    for row in (row for process in processes for row in process.told["parts"]):
        rate = row["pairs"] / row["seconds"] / 1e6 if "pairs" in row else None
        rows.append({**row, "Mpairs/s": rate} if rate else row)
    return rows


def note_without_database(report: Report, built: Watched, searched: Watched, after: Watched) -> None:
    """What does not fit the tables."""
    rows, told, new = built.told["rows"], searched.told, after.told
    for name, done in (("building", built), ("searching", searched), ("the night after", after)):
        report.note(f"{name}: {done.seconds:.1f} s from start to end of its process, {done.cpu:.1f} cpu s, peak "
                    f"{done.peak:.2f} GiB, shared pages counted for each process {done.resident:.2f} GiB")
    report.note(f"index: {rows['missing']:,} and {rows['found']:,} rows, {built.told['index_bytes'] / 2**30:.2f} GiB")
    report.note(f"results: a file for each block, synced, in the place of the ledger; {told['lists']:,} lists; a "
                f"sample of {told['records applied']:,} of {told['of records']:,} records applied would store "
                f"{told['candidates'] / max(told['records applied'], 1):.1f} candidates for each missing record")
    report.note(f"the night after is {new['mode']}: searched for {new['dirty'][0]:,} missing and {new['dirty'][1]:,} "
                f"found records, {new['offers']:,} offers, {new['changed lists']:,} lists changed, would store "
                f"{new['candidates']:,} candidates and take {new['fallen']:,} from lists")


def network(report: Report, size: int, cores: int, built: Watched, sampled: Watched) -> None:
    """A sample of a pass under the hardened profile, and openly extrapolated, the whole of both."""
    told = sampled.told
    seconds = 2 * size**2 / told["pairs"] * told["seconds"]
    report.table(f"network-2026-11-22: a sample of one pass, {size:,} found records, {cores} cores", [{
        "missing searched": told["records"], "seconds": told["seconds"], "cpu s": told["cpu"],
        "Mpairs/s": told["pairs"] / told["seconds"] / 1e6, "Mpairs/cpu-s": told["pairs"] / told["cpu"] / 1e6,
        "peak GiB": sampled.peak, "index GiB": built.told["index_bytes"] / 2**30,
        "extrapolated hours, both passes": seconds / 3600,
    }])  # fmt: skip
    report.note(f"network-2026-11-22 is a sample: {told['records']:,} missing records of {size:,}; the whole is "
                "extrapolated in proportion to pairs, with the other pass taken to cost the same")


def peer_row(peer: str, size: int, done: Watched) -> dict[str, Any]:
    """What a peer did."""
    told = done.told
    pairs = told.get("probes", 0) * size
    return {
        "peer": peer, "of each kind": size, "missing searched": told.get("probes"), "seconds": told.get("seconds"),
        "cpu s": told.get("cpu"), "Mpairs/s": pairs / told["seconds"] / 1e6 if told else None,
        "Mpairs/cpu-s": pairs / told["cpu"] / 1e6 if told else None, "pairs scored": told.get("scored"),
        "peak GiB": done.peak, "process s": done.seconds,
        "outcome": done.stopped or ("whole" if told["probes"] == size else "a sample"),
    }  # fmt: skip


def judge(report: Report, measured: Measured) -> None:
    """Growth, ratios to the peers, targets."""
    rates = list(_rates(measured))
    exponents = _growth(report, [rate for rate in rates if rate.cores == max(each.cores for each in rates)])
    ratios = [
        _ratio(rate, peer, size, done) for (peer, size), done in measured.peers.items() for rate in rates
        if rate.size == size and done.stopped != FAILED
    ]  # fmt: skip
    report.table("Milap's pairs a second over its peers'", ratios)
    if measured.million:
        _judge_million(report, measured.million)
    anonlink = [row for row in ratios if row["peer"] == "anonlink" and row["by processor time"]]
    if anonlink:
        row = max(anonlink, key=lambda each: (each["of each kind"], each["cores"]))
        name = f"ratio to anonlink by processor time, search, {row['of each kind']:,} of each kind"
        report.target(name, row["by processor time"], least=LEAST_RATIO)
        report.note(f"by the clock {row['by the clock']:.1f}, with {row['cores']} cores to anonlink's one thread")
    if exponents:
        report.target("seconds of the search grow as pairs to the power of", max(exponents), most=MOST_EXPONENT)


def _stages(stages: dict[str, float]) -> dict[str, float]:
    return {f"{name} s": seconds for name, seconds in stages.items()}


def _rates(measured: Measured) -> Iterator[Rate]:
    for (size, cores), done in measured.nights.items():
        told = done.told
        yield Rate(size, cores, told["pairs_scored"], told["stages"]["search"], told["search_cpu"], done.seconds)
    if measured.million:
        each, rows = measured.million, measured.million.searches
        seconds, cpu = (sum(row[name] for row in rows) for name in ("seconds", "cpu s"))
        yield Rate(each.size, each.cores, 2 * each.size**2, seconds, cpu, None)


def _growth(report: Report, rates: list[Rate]) -> list[float]:
    exponents = []
    report.note("seconds of a search hold the start of the pool, which is most of them for a few thousand records")
    for before, after in pairwise(sorted(rates, key=lambda rate: rate.pairs)):
        if before.pairs == after.pairs:
            continue
        pairs = math.log(after.pairs / before.pairs)
        exponents.append(math.log(after.seconds / before.seconds) / pairs)
        text = f"{before.size:,} to {after.size:,} of each kind: the search grows as pairs ^ {exponents[-1]:.2f}"
        text += f", its processor seconds as pairs ^ {math.log(after.cpu / before.cpu) / pairs:.2f}"
        if before.whole and after.whole:
            text += f", the whole run as pairs ^ {math.log(after.whole / before.whole) / pairs:.2f}"
        report.note(text)
    return exponents


def _ratio(rate: Rate, peer: str, size: int, done: Watched) -> dict[str, Any]:
    """By rates of pairs: a peer that was stopped is taken to have done all of its pass at that moment."""
    told, whole = done.told, rate.whole
    pairs = told["probes"] * size if told else size**2
    seconds, cpu = (told["seconds"], told["cpu"]) if told else (done.seconds, None)
    return {
        "peer": peer, "of each kind": size, "cores": rate.cores,
        "by the clock": rate.pairs / rate.seconds / (pairs / seconds),
        "by processor time": rate.pairs / rate.cpu / (pairs / cpu) if cpu else None,
        "whole night by the clock": rate.pairs / whole / (pairs / seconds) if whole else None,
        "is": f"at least: {done.stopped}" if done.stopped else "measured",
    }  # fmt: skip


def _judge_million(report: Report, million: Million) -> None:
    name, every = f"{million.size:,} x {million.size:,}", (million.built, million.searched, million.after)
    report.target(f"seconds for {name}, both passes and the lists", million.searched.seconds, most=MOST_SECONDS)
    report.target(f"peak GiB for {name}", max(each.peak for each in every), most=MOST_GIB)
    parts = [row for row in million.after.told["parts"] if not row["part"].startswith(_BEGIN)]
    report.target(f"seconds of the night after, {million.size:,} of each kind, its beginning left out",
                  sum(row["seconds"] for row in parts), most=MOST_INCREMENTAL)  # fmt: skip
    whole = sum(row["seconds"] for row in million.after.told["parts"])
    report.note(f"with its beginning, the night after takes {whole:.1f} s")
