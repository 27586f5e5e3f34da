"""Which embedder reads photos here, remembered so that codes can be made without starting it."""

import json
from datetime import datetime

from sqlalchemy import Connection

from api.holder.storage import facts
from encoder.faces.interface import EmbedderIdentity


def remember_embedder(conn: Connection, identity: EmbedderIdentity, now: datetime) -> None:
    """Note who reads; nothing is written when that is known."""
    fields = {"weights": identity.weights.hex(), "preprocessing": identity.preprocessing}
    text = json.dumps({"name": identity.name, "dimensions": identity.dimensions, **fields}, sort_keys=True)
    if facts.get(conn, facts.PHOTO_EMBEDDER) != text:
        facts.put(conn, facts.PHOTO_EMBEDDER, text, now)


def known_embedder(conn: Connection) -> EmbedderIdentity | None:
    """Who read last, None when nobody has."""
    text = facts.get(conn, facts.PHOTO_EMBEDDER)
    if text is None:
        return None
    known = json.loads(text)
    return EmbedderIdentity(
        known["name"], bytes.fromhex(known["weights"]), known["preprocessing"], known["dimensions"]
    )
