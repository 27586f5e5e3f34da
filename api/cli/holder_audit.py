"""`milap holder verify-audit` and `milap holder audit`; registered by `api.cli.holder`."""

from pathlib import Path
from typing import Annotated

import typer

from api.cli.holder_common import Config, Count, Json, database_of, secret, settings_of, tell
from api.holder.operating import auditing
from api.holder.operating.opening import opened
from api.service.audit.telling import require_sound, verified

audit = typer.Typer(no_args_is_help=True, help="The audit log: who did what, when and why, in one chain of hashes.")


def verify_audit(
    witness: Annotated[list[Path] | None, typer.Option(help="Checkpoints that others kept; may be repeated.")] = None,
    config: Config = None,
    as_json: Json = False,
) -> None:
    """Recompute the whole audit log and compare it with all checkpoints. Exit status 3: it was changed."""
    settings, counted = settings_of(config), Count(as_json, "entries")
    with opened(settings) as database:
        found = auditing.verify(settings, database, secret, witness or [], counted.up_to)
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
    """Write what the hub's and other partners' logs were seen at, for their `verify-audit --witness`."""
    with database_of(config) as database:
        tell(auditing.save_witnesses(database, output), as_json)


@audit.command("accept")
def audit_accept(config: Config = None, as_json: Json = False) -> None:
    """End an alarm, once the log's operator has explained it: the log is taken as it is now."""
    with database_of(config) as database:
        tell(auditing.accept(database), as_json)
