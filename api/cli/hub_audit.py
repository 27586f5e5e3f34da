"""`milap hub verify-audit` and `milap hub audit`; registered by `api.cli.hub`."""

from pathlib import Path
from typing import Annotated

import typer

from api.cli.console import Reporter
from api.cli.hub_common import Config, Json, database_of, settings_of, tell
from api.hub.operating import auditing
from api.hub.operating.opening import opened
from api.service.audit.telling import require_sound, verified
from api.service.audit.verifying import BLOCK

audit = typer.Typer(no_args_is_help=True, help="The audit log: who did what, when and why, in one chain of hashes.")

ENTRIES_A_LINE = 100_000


def verify_audit(
    witness: Annotated[list[Path] | None, typer.Option(help="Checkpoints that partners kept, a file.")] = None,
    config: Config = None,
    as_json: Json = False,
) -> None:
    """Recompute the whole audit log and compare it with all checkpoints. Exit status 3: it was changed."""
    settings, reporter = settings_of(config), Reporter(quiet=as_json)

    def progress(done: int, total: int) -> None:
        if done // ENTRIES_A_LINE > (done - BLOCK) // ENTRIES_A_LINE:
            reporter.say(f"{done:,} of {total:,} entries")

    with opened(settings) as database:
        found = auditing.verify(settings, database, witness or [], progress)
    tell(verified(found), as_json)
    require_sound(found)


@audit.command("show")
def audit_show(
    after: Annotated[int | None, typer.Option(help="Number of the last entry that was seen.", min=0)] = None,
    limit: Annotated[int, typer.Option(help="Most entries.", min=1, max=10_000)] = 50,
    config: Config = None,
    as_json: Json = False,
) -> None:
    """Show entries, oldest first."""
    with database_of(config) as database:
        tell(auditing.show(database, after, limit), as_json)


@audit.command("witnesses")
def audit_witnesses(
    output: Annotated[Path, typer.Option("-o", "--output", help="File to write; it must not be there.")],
    config: Config = None,
    as_json: Json = False,
) -> None:
    """Write the checkpoints that partners showed, for their own `milap holder verify-audit --witness`."""
    with database_of(config) as database:
        tell(auditing.save_witnesses(database, output), as_json)
