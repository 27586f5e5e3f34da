"""`milap hub serve`."""

from collections.abc import Callable

from api.hub.app import make_hub
from api.hub.hub_key import load_hub_key
from api.hub.knocking import Knocker
from api.hub.operating.matcher_process import MatcherProcess
from api.hub.operating.opening import opened
from api.hub.settings import HubSettings
from api.service.clock import utc_now
from api.service.locking import only_one
from api.service.logs import configure_logs
from api.service.serving import serve


def serve_hub(settings: HubSettings, announce: Callable[[str], None]) -> None:
    """Serve until SIGTERM or SIGINT.

    Args:
        settings: the hub's settings.
        announce: told the URL once requests are taken; matching may still be loading then (/readyz tells).

    Raises:
        InputError: no key, another hub on the folder, or an address that is taken.
        SchemaError: the tables are those of another release.
        StorageError: the database does not answer.
    """
    key = load_hub_key(settings.data)
    with only_one(settings.data, "hub"), opened(settings) as database:
        configure_logs("hub")
        knocker = Knocker(database, key, settings.name, utc_now)
        app = make_hub(settings, database, key, MatcherProcess(settings), clock=utc_now, knocks=knocker)
        serve(app, settings.host, settings.port, announce, trusted_proxies=settings.trusted_proxies)
