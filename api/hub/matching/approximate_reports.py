"""What online search reports of its approximate index, as files: the matcher writes them, `milap hub status` reads."""

import json
import os
from pathlib import Path
from typing import Any

_PATTERN = "approximate-*.json"


def save_report(folder: Path, partition_id: int, report: dict[str, Any] | None) -> None:
    """Put a partition's report into the index folder, in place of an earlier one; None takes that away.

    Raises:
        OSError: the folder cannot be written to.
    """
    file = folder / f"approximate-{partition_id}.json"
    if report is None:
        file.unlink(missing_ok=True)
        return
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    unfinished = file.with_suffix(".new")
    unfinished.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    os.replace(unfinished, file)


def saved_reports(folder: Path) -> dict[int, dict[str, Any]]:
    """The latest report of each partition that has one, by partition number."""
    return {
        int(file.stem.rpartition("-")[2]): json.loads(file.read_text(encoding="utf-8"))
        for file in sorted(folder.glob(_PATTERN))
    }


def report_lines(report: dict[str, Any]) -> list[str]:
    """One line a kind for people: how much of the exact lists online search finds, and how fast."""
    lines = [f"online search is approximate: built of {report['built_rows']} rows, {report['rows_since']} since"]
    for kind, measured in report["recall"].items():
        found = ", ".join(f"{_percent(share)} of the best {top}" for top, share in measured["at"].items())
        heavy = ", ".join(f"{_percent(share)} from {bits} bits" for bits, share in measured["above"].items())
        times = f"{measured['approximate_seconds']:.2f} s against {measured['exact_seconds']:.2f} s"
        lines.append(f"  {kind}, {measured['probes']} records: finds {found}; {heavy}; in {times}")
    return lines


def _percent(share: float | None) -> str:
    return "-" if share is None else f"{share:.1%}"
