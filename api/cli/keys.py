"""`milap keys`: linkage keys as encrypted files, their next epoch, and their shares."""

import os
from pathlib import Path
from typing import Annotated

import typer

from api.cli.console import print_summary
from api.cli.interruptions import Interruptions
from encoder.key_files import read_key_file, unlock_secret_from_environment, write_key_file
from encoder.key_rotation import key_of_next_epoch
from encoder.key_share_files import read_share_file, write_share_files
from encoder.key_shares import join_shares, split_key
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


@app.command()
def rotate(
    old: Annotated[Path, typer.Argument(help="Key file of the epoch that ends.")],
    file: Annotated[Path, typer.Argument(metavar="NEW", help="Where the new key file goes; it must not exist.")],
    epoch: Annotated[str, typer.Option(help="The next epoch, such as 2026-12.")],
    as_json: Json = False,
) -> None:
    """Make the key of the domain's next epoch, fresh and not derived from the old one; the same passphrase opens it."""
    secret = _secret(confirm=False)
    before = read_key_file(old, secret)
    key = key_of_next_epoch(before, epoch)
    write_key_file(file, key, secret)
    _tell(key, file, as_json, _after_rotation(key, before, file))


@app.command()
def split(
    file: Annotated[Path, typer.Argument(help="A key file.")],
    threshold: Annotated[int, typer.Option(help="How many shares give the key back, 2 or more.")],
    shares: Annotated[int, typer.Option(help="How many shares to make, up to 16.")],
    output: Annotated[Path, typer.Option("-o", "--output", help="Folder for the shares; it must not exist.")],
    as_json: Json = False,
) -> None:
    """Split a key into shares for several people: any THRESHOLD of them give it back, and fewer tell nothing of it."""
    with Interruptions():
        key = read_key_file(file, _secret(confirm=False))
        files = write_share_files(output, split_key(key, threshold, shares))
    summary = {"domain": key.domain, "epoch": key.epoch, "fingerprint": key.fingerprint()}
    numbers = {"threshold": threshold, "shares": shares, "files": [str(each) for each in files]}
    lines = [
        f"{shares} shares of {key.domain}, epoch {key.epoch}, are in {output}; any {threshold} of them give the key.",
        key.fingerprint(),
        "They are not encrypted: give each to another person, on paper or on a disk, and delete the folder.",
    ]
    print_summary({**summary, **numbers}, lines, as_json)


@app.command()
def join(
    shares: Annotated[list[Path], typer.Argument(metavar="SHARE...", help="Files of shares, as many as are needed.")],
    output: Annotated[Path, typer.Option("-o", "--output", help="Where the key file goes; it must not exist.")],
    as_json: Json = False,
) -> None:
    """Give a key back from its shares, in a file encrypted anew. Nothing is written unless its fingerprint fits."""
    key = join_shares([read_share_file(share) for share in shares])
    write_key_file(output, key, _secret(confirm=True))
    _tell(key, output, as_json)


def _secret(confirm: bool) -> str | bytes:
    """From the environment, or typed: never an argument, which every process of the machine could read."""
    if "MILAP_KEY_PASSPHRASE" in os.environ or "MILAP_WRAPPING_KEY" in os.environ:
        return unlock_secret_from_environment()
    return str(typer.prompt("Passphrase of the key file", hide_input=True, confirmation_prompt=confirm, err=True))


def _tell(key: LinkageKey, file: Path, as_json: bool, after: tuple[str, ...] = ()) -> None:
    checks = {name: key.key_check(profile).hex() for name, profile in PROFILES.items()}
    summary = {"file": str(file), "domain": key.domain, "epoch": key.epoch, "fingerprint": key.fingerprint()}
    lines = [f"{key.domain}, epoch {key.epoch}", key.fingerprint()]
    lines += [f"key check value under {name}: {check}" for name, check in checks.items()]
    print_summary({**summary, "key_checks": checks, **({"next": after} if after else {})}, [*lines, *after], as_json)


def _after_rotation(key: LinkageKey, before: LinkageKey, file: Path) -> tuple[str, ...]:
    names = f"--domain {key.domain} --epoch {key.epoch}"
    return (
        "Next:",
        f"1. The hub's operator opens the epoch: milap hub partition open {names} --profile PROFILE --key-check VALUE",
        f"2. Hand the key over: milap holder key seal PARTNER --key {file} --output FILE, once for every holder, who"
        " opens it with milap holder key open; compare fingerprints on the telephone.",
        "3. Every gateway names the new key as next_linkage_key and encodes under both keys, of"
        f" {before.epoch} and {key.epoch}, until milap holder status says that all has arrived; then it takes the place"
        " of linkage_key.",
        f"4. The hub's operator closes epoch {before.epoch}: milap hub partition close NUMBER, then milap hub partition"
        " forget NUMBER. Then everybody deletes the old key and its shares.",
    )
