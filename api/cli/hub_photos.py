"""`milap hub photo-space`: what the photo codes of each partition are of; registered by `api.cli.hub`."""

from typing import Annotated

import typer

from api.cli.hub_common import Config, Json, database_of, tell
from api.hub.operating import photo_spaces
from api.service.clock import utc_now


def photo_space(
    reset: Annotated[int | None, typer.Option("--reset", help="Forget the space of this partition.")] = None,
    config: Config = None,
    as_json: Json = False,
) -> None:
    """Show each partition's photo space and how many records have a photo code, or reset one that nothing uses."""
    with database_of(config) as database:
        tell(photo_spaces.listing(database) if reset is None else photo_spaces.reset(database, reset, utc_now), as_json)
