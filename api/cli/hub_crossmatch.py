"""`milap hub crossmatch` and `report`. A table of commands; the work is in `api.hub.operating`."""

from contextlib import ExitStack
from enum import StrEnum
from pathlib import Path
from types import TracebackType
from typing import Annotated, Self

import typer

from api.cli.console import Reporter, Step
from api.cli.hub_common import Config, Json, database_of, settings_of, tell
from api.hub.crossmatching.running import Wanted
from api.hub.operating import crossing, opening
from api.hub.operating.engines import engine_named
from api.service.clock import utc_now
from api.service.logs import configure_logs
from matcher.errors import InputError


class EngineName(StrEnum):
    """Who searches."""

    LOCAL = "local"
    RAY = "ray"


def crossmatch(
    config: Config = None,
    full: Annotated[bool, typer.Option("--full", help="Search everything, whatever has changed.")] = False,
    resume: Annotated[bool, typer.Option("--resume", help="Finish the run that was interrupted.")] = False,
    only: Annotated[int | None, typer.Option("--partition", help="Number of a partition; all if none.")] = None,
    engine: Annotated[EngineName, typer.Option(help="Processes of this machine, or a Ray cluster.")] = EngineName.LOCAL,
    address: Annotated[str | None, typer.Option(help="Address of the Ray cluster; starts one here if none.")] = None,
    workers: Annotated[int | None, typer.Option(min=1, help="Search processes; as many as processors if none.")] = None,
    as_json: Json = False,
) -> None:
    """Bring every list up to date with what changed since the last run, for the night. The hub may go on serving."""
    if full and resume:
        raise InputError("--full begins a new run and --resume finishes one that was begun; give one of them.")
    if address is not None and engine is EngineName.LOCAL:
        raise InputError("--address names a Ray cluster; give --engine ray with it.")
    settings = settings_of(config)
    configure_logs("hub")
    wanted = Wanted(full=full, resume=resume, engine=engine_named(engine.value, address, workers))
    with opening.opened(settings) as database, _Steps(Reporter(quiet=as_json)) as steps:
        summary = crossing.crossmatch(settings, database, only, wanted, steps, utc_now)
    tell(summary, as_json)


def report(
    config: Config = None,
    run: Annotated[int | None, typer.Option(help="Number of a run; the last one of each partition if none.")] = None,
    html: Annotated[Path | None, typer.Option(help="File to write the report to as a page with plots.")] = None,
    as_json: Json = False,
) -> None:
    """Tell what the last cross-match of each partition found: totals, no record."""
    with database_of(config) as database:
        tell(crossing.last_report(database, run, html, utc_now), as_json)


class _Steps:
    """Progress as title, done and total, shown as one step of the reporter after the other."""

    def __init__(self, reporter: Reporter) -> None:
        self._reporter, self._shown = reporter, ExitStack()
        self._title, self._done = "", 0
        self._step: Step | None = None

    def __call__(self, title: str, done: int, total: int) -> None:
        if self._step is None or title != self._title:
            self._shown.close()
            self._step, self._title, self._done = self._shown.enter_context(self._reporter.step(title, total)), title, 0
        self._step.advance(done - self._done)
        self._done = done

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _type: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self._shown.close()
