"""What all commands of the hub share: its settings, its database, and how a summary is told."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from api.cli.console import print_summary
from api.hub.operating import opening
from api.hub.settings import HubSettings
from api.service.database import Database
from api.service.summaries import Summary

Config = Annotated[Path | None, typer.Option("--config", help="Settings file; MILAP_HUB_CONFIG names it otherwise.")]
Json = Annotated[bool, typer.Option("--json", help="Print the summary as JSON.")]
Name = Annotated[str, typer.Argument(help="The partner's name at this hub.")]


def settings_of(config: Path | None) -> HubSettings:
    """The settings that a command works with; InputError when they do not fit."""
    return opening.settings_from(config, os.environ)


@contextmanager
def database_of(config: Path | None) -> Iterator[Database]:
    """The hub's database, open for one command."""
    with opening.opened(settings_of(config)) as database:
        yield database


def tell(summary: Summary, as_json: bool) -> None:
    """Print a summary."""
    print_summary(summary.values, list(summary.lines), as_json)
