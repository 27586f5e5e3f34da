"""Tables for people, JSON for programs, and targets that are met or not."""

import argparse
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.common.machine import load, machine, versions

RESULTS = Path(__file__).parent.parent / "results"


@dataclass(frozen=True)
class Target:
    """A figure that was promised; `least` is a lower bound, `most` an upper one."""

    name: str
    value: float
    least: float | None = None
    most: float | None = None

    @property
    def met(self) -> bool:
        """Whether the value keeps to its bounds."""
        return (self.least is None or self.value >= self.least) and (self.most is None or self.value <= self.most)

    def __str__(self) -> str:
        """One line."""
        bound = f">= {self.least:,.4g}" if self.least is not None else f"<= {self.most:,.4g}"
        return f"{'MET    ' if self.met else 'NOT MET'}  {self.name}: {self.value:,.4f} (target {bound})"


@dataclass
class Report:
    """Collects what one benchmark found, prints it as it comes, and writes it as JSON.

    name        the benchmark's name, also that of its file under results/
    peers       distributions whose versions are noted
    parameters  seed, sizes and whatever else a reader needs to run it again
    """

    name: str
    peers: Sequence[str]
    parameters: dict[str, Any]
    tables: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    targets: list[Target] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def table(self, title: str, rows: list[dict[str, Any]]) -> None:
        """Print rows of one table and keep them."""
        self.tables[title] = rows
        print(f"\n{title}", flush=True)
        print("\n".join(_lines(rows)), flush=True)

    def target(self, name: str, value: float, *, least: float | None = None, most: float | None = None) -> None:
        """Print whether a target is met, and keep it."""
        target = Target(name, float(value), least, most)
        self.targets.append(target)
        print(target, flush=True)

    def note(self, text: str) -> None:
        """Print a remark that belongs to the figures, and keep it."""
        self.notes.append(text)
        print(f"  {text}", flush=True)

    def write(self, path: Path | None) -> None:
        """Write everything as JSON: to `path`, or as the reference run under results/."""
        content = {
            "benchmark": self.name, "machine": machine(), "load_at_end": load(), "versions": versions(self.peers),
            "parameters": self.parameters, "tables": self.tables, "notes": self.notes,
            "targets": [{**asdict(t), "met": t.met} for t in self.targets],
        }
        path = path or RESULTS / f"{self.name}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(content, indent=1, ensure_ascii=False, default=float) + "\n", encoding="utf-8")


def arguments(about: str | None, sizes: Sequence[int] = ()) -> argparse.ArgumentParser:
    """The options that every benchmark takes."""
    parser = argparse.ArgumentParser(description=(about or "").partition("\n")[0])
    parser.add_argument("--seed", type=int, default=2611)
    parser.add_argument("--json", type=Path, default=None, help="where to write JSON; by default under results/")
    if sizes:
        parser.add_argument("--sizes", type=int, nargs="+", default=list(sizes))
    return parser


def _lines(rows: list[dict[str, Any]]) -> list[str]:
    if not rows:
        return ["  (nothing)"]
    names = list(dict.fromkeys(name for row in rows for name in row))
    cells = [names, *([_cell(row.get(name)) for name in names] for row in rows)]
    widths = [max(len(line[i]) for line in cells) for i in range(len(names))]
    return ["  " + "  ".join(_pad(line[i], widths[i], i) for i in range(len(names))) for line in cells]


def _pad(text: str, width: int, column: int) -> str:
    return text.rjust(width) if column else text.ljust(width)


def _cell(value: Any) -> str:
    if value is None:
        return "-"
    if not isinstance(value, float):
        return f"{value:,}" if isinstance(value, int) else str(value)
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"
