"""What the processes do that are killed, and what they find imported and compiled when they begin (warmed.py)."""

import tempfile
from datetime import timedelta
from pathlib import Path

import numpy as np

from api.hub.crossmatching import planning
from api.hub.crossmatching.running import Wanted, cross_match
from api.service.database import open_database
from matcher.views import Kind
from tests.api.hub.matching.exchange import START, Hub, batch, codes_of


def finish(url: str, folder: Path, day: int) -> None:
    """Run the night of a day to its end: what was interrupted first."""
    database = open_database(url)
    hub = Hub(database, folder, top=3, threads=1)
    now = START + timedelta(days=day)

    def tonight(wanted: Wanted) -> object:
        return cross_match(database, hub.options, hub.partition, wanted, clock=lambda: now)

    if tonight(Wanted(resume=True, estimate=False)) is None:
        tonight(Wanted(estimate=False))
    database.close()


def finish_sampled(url: str, folder: Path, day: int) -> None:
    """The same with one sweep for both kinds; for processes of their own, since nobody sets it back."""
    planning.SAMPLED_FROM = 0
    finish(url, folder, day)


def warm_up() -> None:
    """Run two nights of a small hub."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/hub.db"
        database = open_database(url)
        hub = Hub(database, Path(folder), top=3, threads=1)
        partner, children = hub.partner("west"), codes_of(np.random.default_rng(1), 3)
        for day in range(2):
            hub.put(partner, batch(Kind.FOUND, children))
            hub.put(partner, batch(Kind.MISSING, children))
            finish(url, Path(folder), day)
        database.close()

