"""The matcher's own process: it shares nothing with the one that answers requests but the database and a pipe."""

import os
import signal
from multiprocessing.connection import Connection
from threading import Thread

from api.hub.hub_key import load_hub_key
from api.hub.knocking import Knocker
from api.hub.matching.options import matching_options
from api.hub.matching.worker import Matcher
from api.hub.operating.opening import opened
from api.hub.settings import HubSettings
from api.service.clock import utc_now
from api.service.logs import configure_logs

WAKE, STOP = b"wake", b"stop"
TELL_SECONDS = 0.2
"""How often the parent learns whether matching works."""


def run_matcher(settings: HubSettings, pipe: Connection) -> None:
    """Match until the parent says stop or is gone.

    Args:
        settings: the hub's settings.
        pipe: WAKE and STOP come in; lists of reasons why matching cannot work now go out.
    """
    # Ctrl-C reaches the whole group; the parent stops this process once its requests have ended.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    configure_logs("hub")
    with opened(settings) as database:
        knocker = Knocker(database, load_hub_key(settings.data), settings.name, utc_now)
        matcher = Matcher(
            database, matching_options(settings), clock=utc_now, candidates_changed=knocker.candidates_changed
        )
        # Started before anything slow: a parent that was killed must not leave this process behind.
        orders = Thread(target=_obey, args=(pipe, matcher), daemon=True)
        orders.start()
        knocker.start()
        matcher.start()
        while orders.is_alive():
            pipe.send(matcher.ready())
            orders.join(TELL_SECONDS)
        matcher.stop()
        knocker.stop()


def _obey(pipe: Connection, matcher: Matcher) -> None:
    try:
        while pipe.recv_bytes() != STOP:
            matcher.changed()
    except (EOFError, OSError):
        # The parent is gone; whatever is under way here is either committed or will be done again.
        os._exit(0)
