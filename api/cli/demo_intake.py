"""The population through the intake APIs: import jobs, followed until the hub has everything and has matched it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from api.cli.console import Reporter
from api.cli.demo_desk import Desk
from api.cli.demo_network import Network
from api.cli.demo_offices import Office
from api.cli.demo_waiting import watched
from api.hub.operating import opening, status
from encoder.synthetic.population import SyntheticPopulation

FIRST_ROW = 2
"""Number of the first row of data in a file; the header is row 1."""


@dataclass(frozen=True)
class Import:
    """One file handed in at a desk: the job's name, and the case numbers of the file in their order."""

    desk: Desk
    kind: str
    job: str
    cases: tuple[str, ...]


@dataclass(frozen=True)
class Progress:
    """How far all gateways together are.

    running    import jobs that have not ended
    rows       rows that were worked on
    imported   records made of them
    rejected   rows of which none was made
    waiting, refused, arrived  records on their way to the hub
    """

    running: int
    rows: int
    imported: int
    rejected: int
    waiting: int
    refused: int
    arrived: int

    @property
    def is_done(self) -> bool:
        """Whether nothing is under way."""
        return not self.running and not self.waiting

    @property
    def shared(self) -> int:
        """Records that are for the hub. Those without consent, and those sealed by a court, stay at their office."""
        return self.waiting + self.refused + self.arrived

    def __str__(self) -> str:
        """As a gateway says it: 3,180 of 3,180 arrived."""
        return f"{self.arrived:,} of {self.shared:,} arrived"


def hand_in(desks: Sequence[Desk], shares: Mapping[Office, SyntheticPopulation], folder: Path) -> list[Import]:
    """Two files for each desk, those that `write_shares` wrote; the gateways work on them in the background."""
    imports = []
    for desk in desks:
        share = shares[desk.office]
        for kind, rows in (("missing", share.missing), ("found", share.found)):
            job = desk.begin_import(folder / desk.office.name / f"{kind}.csv", kind)
            imports.append(Import(desk, kind, job, tuple(row["record_id"] for row in rows)))
    return imports


def wait_until_arrived(
    network: Network, desks: Sequence[Desk], imports: Sequence[Import], reporter: Reporter
) -> Progress:
    """Wait until all rows are records, and the hub has given a receipt for each that is for it."""
    total = sum(len(each.cases) for each in imports)
    with reporter.step("Rows imported, encoded and sent", total) as step:
        told = 0

        def look() -> Progress:
            nonlocal told
            seen = progress(desks, imports)
            step.advance(seen.rows - told)
            told = seen.rows
            return seen

        return watched(look, lambda now: now.is_done, network.require_running, "The arrival of all records")


def progress(desks: Sequence[Desk], imports: Sequence[Import]) -> Progress:
    """How far all are now. Jobs are asked first: what they have stored waits or has arrived by then."""
    jobs = [each.desk.job(each.job) for each in imports]
    synced = [desk.sync() for desk in desks]
    rows, imported, rejected = (sum(job[name] for job in jobs) for name in ("rows_done", "created", "rejected"))
    waiting, refused, arrived = (sum(sync[name] for sync in synced) for name in ("waiting", "refused", "arrived"))
    return Progress(sum(job["ended_at"] is None for job in jobs), rows, imported, rejected, waiting, refused, arrived)


def wait_until_matched(network: Network) -> None:
    """Wait until no record waits for its online match at the hub."""
    with opening.opened(network.hub) as database:
        pending: Callable[[], int] = lambda: sum(  # noqa: E731
            each["pending"] for each in status.status(database).values["partitions"]
        )
        watched(pending, lambda now: now == 0, network.require_running, "The match of all records")


def refs_of_cases(imports: Sequence[Import]) -> dict[str, str]:
    """The refs of all imported records by their case numbers, which only the offices can bring together."""
    refs: dict[str, str] = {}
    for each in imports:
        by_row = each.desk.refs_by_row(each.job)
        numbered = enumerate(each.cases, FIRST_ROW)
        refs |= {case: by_row[row] for row, case in numbered if row in by_row}
    return refs
