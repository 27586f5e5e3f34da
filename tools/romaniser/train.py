"""Fit the romaniser from a folder of public word lists: `python -m tools.romaniser.train SOURCES OUTPUT`.

The same sources, seed and machine give the same file. Some four minutes of two cores.
"""

import argparse
import json
import sys
from collections import Counter
from pathlib import Path

import numpy as np
import numpy.typing as npt

from encoder.names.romaniser import FORMAT, PAD, STRANGE
from encoder.names.scripts import Script
from tools.romaniser.alignment import align
from tools.romaniser.network import HIDDEN, WINDOW, Layers, fit
from tools.romaniser.sources import Pair, training_pairs

VERSION = "romaniser-2026-11-22"
SEED = 2611
RARE_CHUNK = 150
"""Renderings seen less often in all are not learnt."""
RARE_OPTION = 5
"""Renderings of one letter seen less often are not offered for it."""
LEAST_PAIRS = 3_000
"""Of a script, or it is left to its rule table."""
_FIRST_STEPS = 127 * 16

Aligned = list[tuple[str, tuple[str, ...], int]]


def main() -> None:
    """Align, fit, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sources", type=Path)
    parser.add_argument("output", type=Path)
    options = parser.parse_args()
    by_script = {s: pairs for s, pairs in training_pairs(options.sources).items() if len(pairs) >= LEAST_PAIRS}
    aligned = [entry for script, pairs in by_script.items() for entry in _aligned(script, pairs)]
    write(options.output, sorted(by_script), aligned)


def _aligned(script: Script, pairs: Counter[Pair]) -> Aligned:
    print(f"{script}: {len(pairs):,} pairs", file=sys.stderr)
    ordered = sorted(pairs)
    return [
        (native, chunks, pairs[native, latin])
        for (native, latin), chunks in zip(ordered, align(ordered), strict=True) if chunks is not None
    ]


def write(output: Path, scripts: list[Script], aligned: Aligned) -> None:
    """Fit the network and write it in the format that `encoder.names.romaniser.load` reads."""
    seen = Counter(chunk for _, chunks, _ in aligned for chunk in chunks)
    chunks = sorted({"", *(chunk for chunk, count in seen.items() if count >= RARE_CHUNK)})
    letters = sorted({letter for native, _, _ in aligned for letter in native})
    windows, wanted = _examples(aligned, letters, chunks)
    width = len(letters) + STRANGE + 1
    layers = fit(windows, wanted, (2 * WINDOW + 1) * width, len(chunks), np.random.default_rng(SEED), _tell)
    allowed, starts = _allowed(aligned, letters, chunks)
    about = {"format": FORMAT, "version": VERSION, "scripts": scripts, "chunks": chunks}
    with output.open("wb") as file:
        _save(file, about, letters, layers, width, allowed, starts)


def _examples(
    aligned: Aligned, letters: list[str], chunks: list[str]
) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int32]]:
    """One row a letter, as often as its pair counts: the window around it, and the rendering."""
    numbers = {letter: number for number, letter in enumerate(letters, start=STRANGE + 1)}
    known = {chunk: number for number, chunk in enumerate(chunks)}
    width = len(letters) + STRANGE + 1
    windows: list[list[int]] = []
    wanted: list[int] = []
    for native, rendered, count in aligned:
        padded = [PAD] * WINDOW + [numbers[letter] for letter in native] + [PAD] * WINDOW
        for place, chunk in enumerate(rendered):
            if chunk in known:
                row = [position * width + padded[place + position] for position in range(2 * WINDOW + 1)]
                windows += [row] * count
                wanted += [known[chunk]] * count
    return np.array(windows, dtype=np.int32), np.array(wanted, dtype=np.int32)


def _allowed(
    aligned: Aligned, letters: list[str], chunks: list[str]
) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int32]]:
    counts: dict[str, Counter[str]] = {letter: Counter() for letter in letters}
    for native, rendered, _ in aligned:
        for letter, chunk in zip(native, rendered, strict=True):
            counts[letter][chunk] += 1
    known = {chunk: number for number, chunk in enumerate(chunks)}
    lists: list[list[int]] = [[] for _ in range(STRANGE + 1)]
    for letter in letters:
        offered = [known[chunk] for chunk, count in counts[letter].items() if chunk in known and count >= RARE_OPTION]
        lists.append(sorted(offered) or [known[""]])
    lists[STRANGE] = [known[""]]
    flat = [number for offered in lists for number in offered]
    return np.array(flat, dtype=np.int32), np.cumsum([0, *map(len, lists)]).astype(np.int32)


def _save(
    file: object, about: dict[str, object], letters: list[str], layers: Layers, width: int,
    allowed: npt.NDArray[np.int32], starts: npt.NDArray[np.int32],
) -> None:
    unit = float(np.abs(layers.first).max()) / _FIRST_STEPS
    step = float(np.abs(layers.second).max()) / 127
    about["scale"] = unit * step
    np.savez_compressed(
        file,  # type: ignore[arg-type]
        about=np.frombuffer(json.dumps(about, ensure_ascii=False).encode(), dtype=np.uint8),
        letters=np.array([ord(letter) for letter in letters], dtype=np.int32),
        first=np.round(layers.first / unit).astype(np.int16).reshape(2 * WINDOW + 1, width, HIDDEN),
        bias=np.round(layers.bias / unit).astype(np.int32),
        second=np.round(layers.second.T / step).astype(np.int8),
        prior=layers.prior.astype(np.float64), allowed=allowed, starts=starts,
    )


def _tell(done: int, steps: int, cost: float) -> None:
    print(f"{done:,} of {steps:,} steps, {cost:.4f} nats a letter", file=sys.stderr)


if __name__ == "__main__":
    main()
