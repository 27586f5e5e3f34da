"""`milap keys`: linkage keys as encrypted files."""

import os
from pathlib import Path
from typing import Annotated

import typer

from api.cli.console import print_summary
from encoder.key_files import read_key_file, unlock_secret_from_environment, write_key_file
from encoder.keys import LinkageKey
from matcher.profile import PROFILES

app = typer.Typer(add_completion=False, no_args_is_help=True)
Json = Annotated[bool, typer.Option("--json", help="Print the summary as JSON.")]


@app.callback()
def keys() -> None:
    """Linkage keys: files encrypted under MILAP_KEY_PASSPHRASE, MILAP_WRAPPING_KEY, or a passphrase typed in."""


@app.command()
def new(
    file: Annotated[Path, typer.Argument(help="Where the key file goes; it must not exist.")],
    domain: Annotated[str, typer.Option(help="Linkage domain, such as in-wb.")],
    epoch: Annotated[str, typer.Option(help="Epoch, such as 2026-11.")],
    as_json: Json = False,
) -> None:
    """Make a linkage key for one domain and epoch. Only the key steward of the domain does this."""
    key = LinkageKey.generate(domain, epoch)
    write_key_file(file, key, _secret(confirm=True))
    _tell(key, file, as_json)


@app.command()
def fingerprint(file: Annotated[Path, typer.Argument(help="A key file.")], as_json: Json = False) -> None:
    """Print the fingerprint of a key, to be read out on the telephone, and the key check values that a hub asks for."""
    _tell(read_key_file(file, _secret(confirm=False)), file, as_json)


def _secret(confirm: bool) -> str | bytes:
    """From the environment, or typed: never an argument, which every process of the machine could read."""
    if "MILAP_KEY_PASSPHRASE" in os.environ or "MILAP_WRAPPING_KEY" in os.environ:
        return unlock_secret_from_environment()
    return str(typer.prompt("Passphrase of the key file", hide_input=True, confirmation_prompt=confirm, err=True))


def _tell(key: LinkageKey, file: Path, as_json: bool) -> None:
    checks = {name: key.key_check(profile).hex() for name, profile in PROFILES.items()}
    summary = {"file": str(file), "domain": key.domain, "epoch": key.epoch, "fingerprint": key.fingerprint()}
    lines = [f"{key.domain}, epoch {key.epoch}", key.fingerprint()]
    lines += [f"key check value under {name}: {check}" for name, check in checks.items()]
    print_summary({**summary, "key_checks": checks}, lines, as_json)
