"""How many records a second does one core encode, from names to tokens, from tokens, and from the rows of a file?

clkhash makes its Bloom filters of the same people in the same run, in one process too; what it is given is plain text
that was prepared outside the clock, so its figure stands beside Milap's from tokens.
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

from benchmarks.common.data import People, encode, invent, new_encoder
from benchmarks.common.report import Report, arguments
from benchmarks.common.timing import rates, timed
from benchmarks.peers.anonlink_link import clks, values
from benchmarks.peers.plain_text import by_anyascii, plain_rows
from encoder.encode import ViewEncoder
from encoder.keys import LinkageKey
from encoder.reading.read import read_records
from encoder.synthetic.files import write
from encoder.tokens.name_words import told_names
from encoder.tokens.people import child_bags
from encoder.tokens.views import BAGS, Bag
from matcher.profile import LOCAL_2026_11_22, NETWORK_2026_11_22, EncodingProfile
from matcher.views import Kind, View

ROUNDS = 5
PEER_RECORDS = 5_000
TOKENS, ROWS = "tokens to codes", "rows of a file to codes"


def main() -> None:
    """Measure, print and write."""
    options = arguments(__doc__, (20_000,)).parse_args()
    size = options.sizes[0]
    report = Report("encode_throughput", ("clkhash",), {
        "seed": options.seed, "records": size, "peer_records": PEER_RECORDS, "rounds": ROUNDS, "threads": 1,
    })
    people = invent(size, size, options.seed)
    _names(report, people)
    peer = _clkhash(people)
    with TemporaryDirectory() as folder:
        write(people.population, Path(folder))
        file = Path(folder) / "found.csv"
        rows = [row for profile in (LOCAL_2026_11_22, NETWORK_2026_11_22) for row in _milap(people, file, profile)]
    rows.append({"engine": "clkhash, 1,024 bits", "from": "plain text to CLK", **peer, "bytes a record": 128})
    for row in rows:
        row["to clkhash"] = row["records/s best"] / peer["records/s best"]
    report.table("Records a second and core", rows)
    best = {(row["engine"], row["from"]): row["records/s best"] for row in rows}
    report.target("local, from tokens, records/s", best[LOCAL_2026_11_22.name, TOKENS], least=20_000)
    report.target("local, from rows, records/s", best[LOCAL_2026_11_22.name, ROWS], least=8_000)
    report.write(options.json)


def _names(report: Report, people: People) -> None:
    """Full names of persons to tokens: as a new process reads them, each different one once, and all of them again.

    Comes before anything else, because what was read is kept.
    """
    fields = ("name", "father_name", "mother_name")
    everybody = (*people.missing, *people.found)
    texts = [text for record in everybody for field in fields if (text := getattr(record, field))]
    told_names("Subal Mahato")
    rows: list[dict[str, Any]] = []
    for name in ("read for the first time", "read before"):
        started = perf_counter()
        for text in texts:
            told_names(text)
        rate = len(texts) / (perf_counter() - started)
        rows.append({"names": name, "all": len(texts), "different": len(set(texts)), "names/s": rate})
    report.table("Full names a second and core", rows)
    report.target("full names a second, first time", rows[0]["names/s"], least=20_000)


def _milap(people: People, file: Path, profile: EncodingProfile) -> list[dict[str, Any]]:
    bags = {parameters.view: _bags(people, parameters.view, profile) for parameters in profile.views}
    records = len(people.found)

    def first_time() -> None:
        """Every token drawn from the key once more, as in a new process."""
        key = LinkageKey.generate("benchmark", "once")
        for view, of_view in bags.items():
            ViewEncoder(key, profile, view).encode(of_view)

    key = LinkageKey.generate("benchmark", "once")
    encoders = {view: ViewEncoder(key, profile, view) for view in bags}

    def again() -> None:
        """Tokens known from before, as in a gateway that runs."""
        for view, of_view in bags.items():
            encoders[view].encode(of_view)

    again()
    batch = encode(new_encoder(profile), people.found, Kind.FOUND)
    stored = (batch.codes.nbytes + batch.presence.nbytes + batch.birth.nbytes) / records
    work: Sequence[tuple[str, Callable[[], object]]] = (
        (TOKENS, again), (f"{TOKENS}, fresh key", first_time), (ROWS, _from_rows(file, profile)),
    )
    return [
        {"engine": profile.name, "from": name, **_rates(records, run), "bytes a record": stored} for name, run in work
    ]


def _bags(people: People, view: View, profile: EncodingProfile) -> list[Bag]:
    if view is View.CHILD:
        return [bag for record in people.found for bag in child_bags(record, profile.max_rows)]
    return [BAGS[view](record) for record in people.found]


def _from_rows(file: Path, profile: EncodingProfile) -> Callable[[], object]:
    """Read a file and encode it with an encoder that has seen nothing; words met before stay in this process."""

    def run() -> None:
        encode(new_encoder(profile), read_records(file, Kind.FOUND).records, Kind.FOUND)

    return run


def _clkhash(people: People) -> dict[str, float]:
    rows = values(plain_rows(people.found[:PEER_RECORDS], by_anyascii, by_anyascii))
    return _rates(len(rows), lambda: clks(rows, workers=1))


def _rates(records: int, work: Callable[[], object]) -> dict[str, float]:
    rate = rates(records, timed(work, ROUNDS))
    return {"records/s best": rate["best"], "records/s median": rate["median"],
            "records/cpu-s": rate["processor"], "spread": rate["spread"]}


if __name__ == "__main__":
    main()
