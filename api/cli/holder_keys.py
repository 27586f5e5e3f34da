"""`milap holder key`: linkage keys handed from gateway to gateway, past the hub."""

from pathlib import Path
from typing import Annotated

import typer

from api.cli.holder_common import Config, Json, secret, settings_of, tell
from api.holder.operating import handing_over
from api.holder.operating.opening import opened

app = typer.Typer(no_args_is_help=True, help="Linkage keys: sealed for one partner's confirmed card.")


@app.command()
def seal(
    partner: Annotated[str, typer.Argument(help="The partner's name at the hub.")],
    output: Annotated[Path, typer.Option("-o", "--output", help="File to write; it must not be there.")],
    key: Annotated[Path | None, typer.Option(help="A key file; else the linkage_key of the settings.")] = None,
    config: Config = None,
    as_json: Json = False,
) -> None:
    """Seal a linkage key for a partner; send it the file by any way but the hub."""
    settings = settings_of(config)
    with opened(settings) as database:
        tell(handing_over.seal_key(settings, database, secret(), partner, output, key), as_json)


@app.command("open")
def open_(
    file: Annotated[Path, typer.Argument(help="What the key steward's gateway sealed for this one.")],
    output: Annotated[Path, typer.Option("-o", "--output", help="Key file to write; it must not be there.")],
    config: Config = None,
    as_json: Json = False,
) -> None:
    """Open a linkage key that was sealed for this gateway; compare its fingerprint on the telephone."""
    settings = settings_of(config)
    with opened(settings) as database:
        tell(handing_over.open_key(settings, database, secret(), file, output), as_json)
