"""Why the hub cannot work now."""

from api.hub.ports import Matcher
from api.service.database import Database
from api.service.storage_errors import StorageError


def ready(database: Database, matcher: Matcher) -> list[str]:
    """One sentence for each reason; empty when records are taken and matched."""
    try:
        database.check()
    except StorageError as error:
        return [str(error)]
    return matcher.ready()
