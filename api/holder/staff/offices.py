"""Offices of the organisation: which there are, and the blind index by which records know theirs."""

import re
import unicodedata
from collections.abc import Sequence
from typing import Final

from api.holder.storage import offices
from api.holder.storage.offices import OfficeRow
from api.holder.vault.vault import Index, Vault
from api.service.clock import Clock
from api.service.database import Database
from matcher.errors import InputError

DEFAULT_CAPACITY: Final = 20
"""Candidates a day, for staff of no office."""
MOST_CAPACITY: Final = 10_000
_LONGEST_NAME, _LONGEST_EMAIL = 80, 200
_EMAIL = re.compile(r"[^\s@,;<>\"]+@[^\s@,;<>\"]+")


def canonical_office(name: str) -> str:
    """An office's name as it is compared: accents, however composed, and runs of spaces are one."""
    return " ".join(unicodedata.normalize("NFC", name).split())


def office_index(vault: Vault, name: str) -> bytes:
    """The blind index of an office's name, bytes (16,); small and capital letters are the same."""
    return vault.blind_index(Index.OFFICE, canonical_office(name).casefold())


class Offices:
    """The offices of a gateway."""

    def __init__(self, database: Database, clock: Clock) -> None:
        """With the database that has them."""
        self._database, self._clock = database, clock

    def everything(self) -> Sequence[OfficeRow]:
        """All offices, by name."""
        with self._database.read() as conn:
            return offices.everything(conn)

    def put(self, name: str, capacity: int, email: str | None = None) -> str:
        """Add an office or change one, and give its name as it is kept; InputError when something does not fit."""
        known = canonical_office(name)
        if not known.isprintable() or not 0 < len(known) <= _LONGEST_NAME:
            raise InputError(f"An office's name is 1 to {_LONGEST_NAME} printable characters; choose such a one.")
        if not 0 < capacity <= MOST_CAPACITY:
            raise InputError(f"An office's capacity is 1 to {MOST_CAPACITY:,} candidates a day; give such a number.")
        if email is not None and not (_EMAIL.fullmatch(email) and email.isprintable() and len(email) <= _LONGEST_EMAIL):
            raise InputError("The office's e-mail is one address, such as desk@example.org; mend it.")
        self._database.retrying(lambda conn: offices.put(conn, known, capacity, email, self._clock()))
        return known
