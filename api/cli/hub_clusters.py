"""`milap hub cluster`: links between records that may be of one child. The work is in `api.hub.operating.clusters`."""

from typing import Annotated

import typer

from api.cli.hub_common import Config, Json, database_of, tell
from api.hub.operating import clusters
from api.service.clock import utc_now

app = typer.Typer(no_args_is_help=True, help="Clusters: links between records that may be of one child.")


@app.command("list")
def cluster_list(
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="Most links to name.")] = 50,
    config: Config = None,
    as_json: Json = False,
) -> None:
    """Count the links, and name those that changed last."""
    with database_of(config) as database:
        tell(clusters.listing(database, limit), as_json)


@app.command("separate")
def cluster_separate(
    link: Annotated[str, typer.Argument(help="Name of the link, from the list.")],
    config: Config = None,
    as_json: Json = False,
) -> None:
    """Separate two records that were linked by mistake."""
    with database_of(config) as database:
        tell(clusters.separate_link(database, link, utc_now), as_json)
