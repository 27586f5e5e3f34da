"""`milap hub serve`."""

from collections.abc import Callable

from api.hub.app import make_hub
from api.hub.hub_key import load_hub_key
from api.hub.knocking import Knocker
from api.hub.matching.options import matching_options
from api.hub.matching.worker import Matcher
from api.hub.operating.locking import only_one
from api.hub.operating.opening import opened
from api.hub.settings import HubSettings
from api.service.clock import utc_now
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
    with only_one(settings.data), opened(settings) as database:
        configure_logs("hub")
        knocker = Knocker(database, key, settings.name, utc_now)
        matcher = Matcher(
            database, matching_options(settings), clock=utc_now, candidates_changed=knocker.candidates_changed
        )
        app = make_hub(settings, database, key, matcher, clock=utc_now)
        knocker.start()
        try:
            serve(app, settings.host, settings.port, announce, trusted_proxies=settings.trusted_proxies)
        finally:
            knocker.stop()
