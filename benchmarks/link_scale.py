"""How long does `milap link` take from two files to a file of pairs, how much memory, and how does it grow?

The installed command runs in a process of its own, as a user starts it; its clock and its peak memory are taken from
outside. Stage seconds are those that it reports by itself.
"""

import json
import math
import os
import resource
import subprocess
import sys
import time
from contextlib import suppress
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.common.report import Report, arguments
from encoder.synthetic.files import write
from encoder.synthetic.population import generate

SIZES = ((5_000, 5_000), (20_000, 12_200), (65_906, 40_137))
FULL = (200_000, 200_000)
EXTRACT = SIZES[-1]
"""A real extract of the national register (RECORDS): what the targets are set for."""

SECONDS, GIB = 30.0, 2.0
LOOK_EVERY_SECONDS = 0.02
ROOT = Path(__file__).parent.parent


def main() -> None:
    """Measure, print and write."""
    parser = arguments(__doc__)
    parser.add_argument("--sizes", nargs="+", default=[f"{m}x{f}" for m, f in SIZES], help="such as 5000x5000")
    parser.add_argument("--full", action="store_true", help="200,000 x 200,000 as well")
    parser.add_argument("--profile", default="local-2026-11-22")
    options = parser.parse_args()
    sizes = [(int(m), int(f)) for m, f in (size.split("x") for size in options.sizes)]
    sizes += [FULL] if options.full else []
    report = Report("link_scale", (), {"seed": options.seed, "sizes": sizes, "profile": options.profile, "top": 10})
    _command(5, 5, options.seed, options.profile)  # compiles, or reads compiled code into the page cache
    rows = [_command(missing, found, options.seed, options.profile) for missing, found in sizes]
    report.table(f"milap link, {options.profile}, {os.cpu_count()} cores", rows)
    for before, after in pairwise(rows):
        pairs = math.log(after["pairs"] / before["pairs"])
        slope = math.log(after["seconds"] / before["seconds"]) / pairs
        search = math.log(max(after["search s"], 1e-3) / max(before["search s"], 1e-3)) / pairs
        report.note(f"{before['missing']:,} to {after['missing']:,} missing: seconds grow as pairs ^ {slope:.2f}, "
                    f"search alone as pairs ^ {search:.2f}")
    for row in rows:
        if (row["missing"], row["found"]) == EXTRACT:
            report.target("seconds for 65,906 x 40,137", row["seconds"], most=SECONDS)
            report.target("peak GiB for 65,906 x 40,137", row["peak GiB"], most=GIB)
    report.write(options.json)


def _command(missing: int, found: int, seed: int, profile: str) -> dict[str, Any]:
    with TemporaryDirectory() as folder:
        write(generate(missing, found, seed), Path(folder))
        command = [
            str(Path(sys.executable).parent / "milap"), "link", "missing.csv", "found.csv", "-o", "pairs.csv",
            "--quiet", "--json", "--profile", profile,
        ]
        started, before = time.perf_counter(), _children_seconds()
        with (Path(folder) / "summary.json").open("wb") as summary:
            process = subprocess.Popen(
                command, cwd=folder, stdout=summary, stderr=subprocess.DEVNULL,
                env={**os.environ, "PYTHONPATH": str(ROOT)},
            )
            peak = _wait(process)
        seconds, used = time.perf_counter() - started, _children_seconds() - before
        if process.returncode > 1:
            raise RuntimeError(f"milap link ended with status {process.returncode}; run it by hand to see why.")
        told = json.loads((Path(folder) / "summary.json").read_text(encoding="utf-8"))
    pairs = missing * found
    return {
        "missing": missing, "found": found, "pairs": pairs, "row pairs a pair": told["pairs_compared"] / pairs,
        "seconds": seconds,
        "cpu s": used, "peak GiB": peak,
        **{f"{name} s": value for name, value in told["seconds"].items()},
        "Mpairs/s searched": pairs / max(told["seconds"]["search"], 1e-9) / 1e6,
    }


def _wait(process: "subprocess.Popen[bytes]") -> float:
    """Wait for a process; gives its peak resident memory in GiB, that of its parent left out."""
    peak = 0
    while process.poll() is None:
        with suppress(OSError, ValueError, StopIteration):
            lines = Path(f"/proc/{process.pid}/status").read_text(encoding="ascii").splitlines()
            peak = max(peak, int(next(line.split()[1] for line in lines if line.startswith("VmHWM:"))))
        time.sleep(LOOK_EVERY_SECONDS)
    return peak / 2**20


def _children_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main()
