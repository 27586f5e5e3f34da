"""A peer at work on a crowd, in a process of its own that `benchmarks.common.watching` starts.

Asked: peer, the crowd, how many of each kind, top, seconds. anonlink and faiss search for some thousands of missing
records at a time until all are done or their seconds are over: what they did not come to is told. Their filters are
made before the clock runs, and kept beside the crowd. Splink does all or nothing.
"""

import pickle
from collections.abc import Callable, Mapping
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

from benchmarks.common.crowd import Crowd
from benchmarks.common.watching import answering, own_seconds
from matcher.views import Kind

USUAL = 0.7
"""anonlink's threshold as its users set it."""
ANONLINK_PROBES, ANONLINK_MOST = 4_096, 262_144
"""anonlink lays out its filters anew in every call: many probes, so that this does not count. It is given no more
missing records than it could ever come to."""
FAISS_PROBES, FAISS_MOST = 1_024, 8_192
"""faiss searches for a sample only: its cost a pair is the same for each probe."""


def anonlink(asked: Mapping[str, Any]) -> dict[str, Any]:
    """Each missing record's best candidates above the usual threshold, one thread, one call for some thousands."""
    from benchmarks.peers.anonlink_link import candidates

    missing, found = _filters(asked, Kind.MISSING, ANONLINK_MOST), _filters(asked, Kind.FOUND)
    some = ANONLINK_PROBES
    return _until(asked, len(missing), some, lambda at: candidates(missing[at : at + some], found, USUAL, asked["top"]))


def faiss(asked: Mapping[str, Any]) -> dict[str, Any]:
    """Each missing record's nearest filters by Hamming distance, one thread, for a sample of probes."""
    from benchmarks.peers.anonlink_link import packed
    from benchmarks.peers.hamming import faiss_index, faiss_top

    missing = packed(_filters(asked, Kind.MISSING, FAISS_MOST))
    index, some = faiss_index(packed(_filters(asked, Kind.FOUND))), FAISS_PROBES
    return _until(asked, len(missing), some, lambda at: faiss_top(index, missing[at : at + some], asked["top"]))


def splink(asked: Mapping[str, Any]) -> dict[str, Any]:
    """Train without labels, block, predict and keep the best a hundred, all threads; from plain text."""
    from benchmarks.peers.splink_children import link_children

    missing, found = (_texts(asked, kind) for kind in Kind)
    started, used = perf_counter(), own_seconds()
    predicted = link_children(missing, found, asked["seed"])
    return {
        "probes": len(missing), "seconds": perf_counter() - started, "cpu": own_seconds() - used,
        "scored": predicted.scored,
    }  # fmt: skip


def _until(asked: Mapping[str, Any], probes: int, some: int, work: Callable[[int], object]) -> dict[str, Any]:
    """Search for `some` at a time until there are none left or the seconds are over."""
    started, used, done = perf_counter(), process_time(), 0
    while done < probes and perf_counter() - started < asked["seconds"]:
        work(done)
        done = min(done + some, probes)
    return {"probes": done, "seconds": perf_counter() - started, "cpu": process_time() - used}


def _crowd(asked: Mapping[str, Any]) -> Crowd:
    return Crowd(Path(asked["cache"]), asked["profile"], asked["crowd"], asked["seed"])


def _texts(asked: Mapping[str, Any], kind: Kind) -> list[dict[str, Any]]:
    rows = [row for _, part in _crowd(asked).texts(kind) for row in part]
    return rows[: asked["records"]]


def _filters(asked: Mapping[str, Any], kind: Kind, most: int | None = None) -> list[Any]:
    """Filters of the first so many records, `most` of them at most, as clkhash makes them."""
    from benchmarks.peers.anonlink_link import clks, values

    out: list[Any] = []
    wanted = min(asked["records"], most or asked["records"])
    for path, rows in _crowd(asked).texts(kind):
        if len(out) >= wanted:
            break
        file = path.with_suffix(".clks")
        if not file.exists():
            temporary = path.with_suffix(".temporary")
            temporary.write_bytes(pickle.dumps(clks(values(rows))))
            temporary.replace(file)
        out += pickle.loads(file.read_bytes())
    return out[:wanted]


PEERS: dict[str, Callable[[Mapping[str, Any]], dict[str, Any]]] = {
    "anonlink": anonlink, "faiss": faiss, "splink": splink,
}  # fmt: skip

if __name__ == "__main__":
    answering(lambda asked: PEERS[asked["peer"]](asked))
