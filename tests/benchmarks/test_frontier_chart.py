"""The chart of the frontier comes from its results and nothing else."""

import json
import re
from pathlib import Path
from typing import Any

from benchmarks.common.frontier_chart import LEAST, VARIANTS, draw, points_of


def row(name: str, leak: float, recall: float, planes: int = 2) -> dict[str, Any]:
    return {
        "variant": name, "views": "names, home", "planes": planes, "bits": 128,
        "open attributes": "birth known, event year",
        "graph, 600": leak, "graph, 600, open attributes": min(1.0, 2 * leak), "@10 either side, best 2,000": recall,
    }  # fmt: skip


ROWS = [row("one", 0.0, 0.9), row("two", 0.3, 0.95, 3), {"variant": "no codes", "@10 either side, best 2,000": 0.8}]


def test_each_attacked_variant_has_a_point_in_each_panel() -> None:
    points = points_of(ROWS, 600, 2_000)
    assert [(point["variant"], point["leak"]) for point in points] == [
        ("one", LEAST), ("one", LEAST), ("two", 0.3), ("two", 0.6),
    ]  # fmt: skip


def test_the_chart_is_drawn_from_a_file_without_an_address(tmp_path: Path) -> None:
    results, chart = tmp_path / "frontier.json", tmp_path / "profiles" / "frontier.svg"
    content = {"parameters": {"attacked": [300, 600], "lists": [1000, 2000, 3000]}, "tables": {VARIANTS: ROWS}}
    results.write_text(json.dumps(content), encoding="utf-8")
    draw(results, chart)
    text = chart.read_text(encoding="utf-8")
    assert text.startswith("<svg ")
    assert "best 2,000" in text
    assert not re.search(r"https?://(?!www\.w3\.org/)", text)
