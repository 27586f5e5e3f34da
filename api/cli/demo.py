"""`milap demo`: a hub and three gateways on this machine, with invented children, from the first key to the report."""

import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any

import typer

from api.cli import demo_candidates as candidates
from api.cli import demo_disclosure as disclosure
from api.cli import demo_intake as intake
from api.cli import demo_population as population
from api.cli import demo_report as report
from api.cli import demo_story as story
from api.cli.console import DONE, FAILED, Reporter, print_summary
from api.cli.demo_desk import Desk
from api.cli.demo_network import Network, running_network
from api.cli.demo_offices import NOBODY, POLICE, SHELTERS, Office
from api.cli.interruptions import Interruptions
from api.cli.processes import ServiceError, run_to_end
from api.hub.operating import opening
from encoder.synthetic.population import SyntheticPopulation
from matcher.errors import InputError, OutputError

app = typer.Typer(add_completion=False)

RECORDS = 1500
LOOK_EVERY_SECONDS = 0.5
_KEPT = """Everything stays in {folder}. To serve it again:
  milap hub serve --config {folder}/hub.toml
  MILAP_WRAPPING_KEY=$(cat {folder}/pb-shelters.wrapping-key) milap holder serve --config {folder}/pb-shelters.toml"""


@app.command()
def demo(
    records: Annotated[int, typer.Option(min=20, help="Missing reports; found records come on top.")] = RECORDS,
    seed: Annotated[int, typer.Option(min=0, help="Seed of the population.")] = 2026,
    once: Annotated[bool, typer.Option("--once", help="End after the report (status 0: pairs found).")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the summary as JSON.")] = False,
    keep: Annotated[Path | None, typer.Option(help="New folder in which settings, data and logs stay.")] = None,
) -> int:
    """Run a hub and three gateways with invented children: a story, its way home, a cross-match, and what was found.

    Without --once the services stay up until Ctrl-C, for a look at their APIs.
    """
    reporter = Reporter(quiet=as_json)
    with Interruptions() as signals, _folder(keep) as folder:
        try:
            if keep is not None:
                reporter.say(_KEPT.format(folder=folder))
            return _Demo(folder, reporter, signals).run(records, seed, stay=not once, as_json=as_json)
        except ServiceError as error:
            hint = "" if keep else " The folder is gone; with --keep DIR it stays."
            raise ServiceError(f"{error}{hint}") from None
        finally:
            signals.ignore()


class _Demo:
    """One run in a folder."""

    def __init__(self, folder: Path, reporter: Reporter, signals: Interruptions) -> None:
        self._folder, self._reporter, self._signals = folder, reporter, signals
        self._children = folder / "children"
        self._shares: dict[Office, SyntheticPopulation] = {}
        self._begun = self._since = time.monotonic()
        self._seconds: dict[str, float] = {}

    def run(self, records: int, seed: int, *, stay: bool, as_json: bool) -> int:
        self._reporter.say(NOBODY)
        self._reporter.say("Setting up a hub and three gateways, each with its own database and request key.")
        with running_network(self._folder, self._signals, lambda: self._invent(records, seed)) as network:
            self._lap("set-up")
            outcome = self._seen(network)
            services = report.services(network) if stay else []
            lines = report.lines(outcome)
            if stay:
                lines += report.service_lines(network, network.gateway_of(SHELTERS))
            print_summary(report.summary(outcome, services), lines, as_json)
            sys.stdout.flush()
            if stay:
                _stay(network, self._reporter)
        return DONE if outcome.succeeded else FAILED

    def _invent(self, records: int, seed: int) -> None:
        self._shares = population.split(population.invent(records, seed))
        population.write_shares(self._shares, self._children)

    def _seen(self, network: Network) -> report.Outcome:
        with ExitStack() as stack:
            desks = {
                gateway.office: stack.enter_context(Desk(gateway.office, gateway.address, gateway.token))
                for gateway in network.gateways
            }
            everybody = list(desks.values())
            imports = intake.hand_in(everybody, self._shares, self._children)
            taken = intake.wait_until_arrived(network, everybody, imports, self._reporter)
            self._reporter.say(f"{taken}; {taken.imported - taken.shared:,} stay at their office, which may not share.")
            intake.wait_until_matched(network)
            self._lap("intake")
            told = story.tell(network, desks[POLICE], desks[SHELTERS], self._reporter)
            arrived = intake.wait_until_arrived(network, everybody, imports, Reporter(quiet=True))
            self._reporter.say(f"{arrived}.")
            intake.wait_until_matched(network)
            self._lap("story")
            home = self._brought_home(network, told)
            return self._crossed(network, imports, told, home, arrived)

    def _brought_home(self, network: Network, told: story.Story) -> disclosure.Homecoming:
        has_her, misses_her = network.gateway_of(SHELTERS), network.gateway_of(POLICE)
        home = disclosure.bring_home(network, has_her, misses_her, told.candidate, told.pair[0], self._reporter)
        self._lap("way home")
        return home

    def _crossed(
        self, network: Network, imports: Sequence[intake.Import], told: story.Story, home: disclosure.Homecoming,
        arrived: intake.Progress,
    ) -> report.Outcome:  # fmt: skip
        run = self._night(network)
        with opening.opened(network.hub) as hub:
            proposed, held = candidates.proposals(hub), candidates.refs_held(hub)
        planted = [pair for share in self._shares.values() for pair in share.truth]
        true = candidates.true_pairs(planted, intake.refs_of_cases(imports), held)
        recall = candidates.recall(proposed, true)
        self._lap("cross-match")
        self._seconds["all"] = self._since - self._begun
        return report.Outcome(
            self._shares, arrived, told, home, run, proposed, frozenset(true), recall, dict(self._seconds)
        )  # fmt: skip

    def _night(self, network: Network) -> dict[str, Any]:
        """The first night estimates a model, an operator promotes it, and the next night searches all with it."""
        log, config = self._folder / "crossmatch.log", ["--config", str(network.hub_config)]
        self._reporter.say("\nThe night: milap hub crossmatch, as a process of its own.")
        [first] = run_to_end(["hub", "crossmatch", *config], log, {})["runs"]
        number = str(first["estimate"]["number"])
        self._reporter.say(f"An operator promotes the model that it estimated: milap hub model promote {number} --yes.")
        run_to_end(["hub", "model", "promote", number, "--yes", *config], log, {})
        self._reporter.say("The next night searches everything with it.")
        [second] = run_to_end(["hub", "crossmatch", *config], log, {})["runs"]
        return dict(second)

    def _lap(self, name: str) -> None:
        now = time.monotonic()
        self._seconds[name], self._since = now - self._since, now


def _stay(network: Network, reporter: Reporter) -> None:
    """Until Ctrl-C, which is how this ends well; ServiceError when a service ends by itself."""
    reporter.say("\nThey stay until Ctrl-C.")
    try:
        while True:
            network.require_running()
            time.sleep(LOOK_EVERY_SECONDS)
    except KeyboardInterrupt:
        reporter.say("Ending the services.")


@contextmanager
def _folder(keep: Path | None) -> Iterator[Path]:
    """A folder that is gone afterwards, or the one that is to stay."""
    if keep is None:
        with TemporaryDirectory(prefix="milap-demo-") as name:
            yield Path(name)
        return
    try:
        keep.mkdir(mode=0o700, parents=True)
    except FileExistsError:
        raise InputError(f"{keep} is there already; name a folder that is not.") from None
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise OutputError(f"The folder {keep} could not be made ({reason}); choose another.") from None
    yield keep.resolve()
