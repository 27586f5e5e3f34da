"""What all commands of the gateway share: its settings, its database, its keys, and how a summary is told."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from api.cli.console import REJECTED_ROWS, Reporter, print_summary
from api.holder.operating.files import FolderOfPhotos
from api.holder.operating.opening import opened, settings_from
from api.holder.photos.reader import SharedReader
from api.holder.photos.service import PhotoLimits
from api.holder.settings import HolderSettings
from api.service.database import Database
from api.service.summaries import Summary
from encoder.key_files import PASSPHRASE_VARIABLE, WRAPPING_KEY_VARIABLE, unlock_secret_from_environment

Config = Annotated[Path | None, typer.Option("--config", help="Settings file; MILAP_HOLDER_CONFIG names it otherwise.")]
Json = Annotated[bool, typer.Option("--json", help="Print the summary as JSON.")]
ROWS_A_LINE = 100_000
PHOTOS_A_LINE = 100


def settings_of(config: Path | None) -> HolderSettings:
    """The settings that a command works with; InputError when they do not fit."""
    return settings_from(config, os.environ)


@contextmanager
def database_of(config: Path | None) -> Iterator[Database]:
    """The gateway's database, open for one command."""
    with opened(settings_of(config)) as database:
        yield database


def secret(new: bool = False) -> str | bytes:
    """From the environment, or typed: never an argument, which every process of the machine could read."""
    if PASSPHRASE_VARIABLE in os.environ or WRAPPING_KEY_VARIABLE in os.environ:
        return unlock_secret_from_environment()
    return asked("Passphrase of the key files", confirm=new)


def asked(what: str, confirm: bool = False) -> str:
    """Something secret, typed in without being shown."""
    return str(typer.prompt(what, hide_input=True, confirmation_prompt=confirm, err=True))


def tell(summary: Summary, as_json: bool) -> None:
    """Print a summary; exit status 1 when rows were rejected."""
    print_summary(summary.values, list(summary.lines), as_json)
    if summary.rejected:
        raise typer.Exit(REJECTED_ROWS)


def photos_of(
    settings: HolderSettings, folder: Path | None, reader: SharedReader, as_json: bool
) -> FolderOfPhotos | None:
    """The folder of photos that an import takes along, None for none."""
    if folder is None:
        return None
    limits = PhotoLimits(settings.most_photos, settings.max_photo_bytes)
    return FolderOfPhotos(folder, reader, limits, Count(as_json, "photos", PHOTOS_A_LINE).up_to)


class Count:
    """Says now and then how far it is: a line for every so many."""

    def __init__(self, quiet: bool, what: str, a_line: int = ROWS_A_LINE) -> None:
        """Count `what`, a line for every `a_line` of them; quiet for programs."""
        self._reporter, self._what, self._a_line, self._done = Reporter(quiet), what, a_line, 0

    def more(self, units: int) -> None:
        """So many were done."""
        self.up_to(self._done + units, 0)

    def up_to(self, done: int, total: int) -> None:
        """So many are done, of a total that may be unknown (0)."""
        before, self._done = self._done, done
        if done // self._a_line > before // self._a_line:
            of = f" of {total:,}" if total else ""
            self._reporter.say(f"{done:,}{of} {self._what}")
