"""Managing accounts and tokens: for administrators, at the keyboard or through the API."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from api.holder.staff.passwords import Passwords
from api.holder.staff.roles import Role, joined, parse_roles, parse_system_scopes
from api.holder.staff.secrets import new_secret, secret_hash
from api.holder.storage import staff, tokens
from api.holder.storage.staff import StaffRow
from api.holder.storage.tokens import TokenRow
from api.service.clock import Clock
from api.service.database import Database
from matcher.errors import InputError

_LOGIN = re.compile(r"[a-z0-9][a-z0-9._@-]{1,62}")
LONGEST_NAME = 60
LONGEST_TITLE = 200


@dataclass(frozen=True, slots=True)
class NewToken:
    """A token that was just made; the secret is shown this once."""

    id: int
    name: str
    scopes: tuple[str, ...]
    expires_at: datetime | None
    secret: str = field(repr=False)


class Accounts:
    """Accounts of staff and tokens of systems. Every change of an account ends its sessions.

    Args:
        database: where they are.
        passwords: hashes them.
        clock: the present moment.
    """

    def __init__(self, database: Database, passwords: Passwords, clock: Clock) -> None:
        self._database, self._passwords, self._clock = database, passwords, clock

    def add(self, login: str, title: str, roles: Iterable[str], password: str) -> None:
        """Make an account; InputError when login, roles or password do not fit, or the login is taken."""
        if not _LOGIN.fullmatch(login):
            raise InputError("A login is 2 to 63 of small letters, digits and . _ @ -; choose such a one.")
        values = {
            "login": login, "title": title.strip()[:LONGEST_TITLE], "roles": joined(parse_roles(roles)),
            "password_hash": self._passwords.hashed(password), "created_at": self._clock(),
        }  # fmt: skip
        try:
            self._database.retrying(lambda conn: staff.add(conn, values))
        except IntegrityError:
            raise InputError("The login is taken; choose another.") from None

    def everybody(self) -> Sequence[StaffRow]:
        """All accounts, by login."""
        with self._database.read() as conn:
            return staff.everybody(conn)

    def change(
        self, login: str, *, title: str | None = None, roles: Iterable[str] | None = None,
        disabled: bool | None = None, password: str | None = None,
    ) -> None:  # fmt: skip
        """Change what is given of an account; a new password lets it in again at once.

        Raises:
            InputError: there is no such login, a value does not fit, or nobody would be left to administer.
        """
        values: dict[str, Any] = {}
        if title is not None:
            values["title"] = title.strip()[:LONGEST_TITLE]
        if roles is not None:
            values["roles"] = joined(parse_roles(roles))
        if disabled is not None:
            values["disabled"] = disabled
        if password is not None:
            values |= {"password_hash": self._passwords.hashed(password), "failures": 0, "locked_until": None}
        if values:
            self._database.retrying(lambda conn: self._change(conn, login, values))

    def _change(self, conn: Connection, login: str, values: dict[str, Any]) -> None:
        # All accounts are locked, so that two administrators cannot disable each other at the same moment.
        everybody = {row.login: row for row in staff.everybody(conn, lock=True)}
        if login not in everybody:
            raise InputError("There is no account of this login; check it.")
        staff.change(conn, everybody[login].id, values)
        if not any(_administers(row) for row in staff.everybody(conn)) and any(map(_administers, everybody.values())):
            raise InputError("Nobody would be left to administer the gateway; make another administrator first.")
        if values.keys() != {"title"}:
            tokens.revoke_sessions_of(conn, everybody[login].id, self._clock())

    def change_own_password(self, staff_id: int, old: str, new: str) -> None:
        """Change the password of whoever is signed in, and end its sessions; InputError when the old one is wrong."""
        with self._database.read() as conn:
            account = next((row for row in staff.everybody(conn) if row.id == staff_id), None)
        if account is None or not self._passwords.fits(account.password_hash, old):
            raise InputError("The old password is wrong; type it again.")
        self.change(account.login, password=new)

    def new_token(self, name: str, scopes: Iterable[str] = (), days: int | None = None) -> NewToken:
        """Make a token for a system; InputError when name or scopes do not fit. It ends after `days`, or never."""
        given, clean = parse_system_scopes(scopes), name.strip()
        if not clean.isprintable() or not 0 < len(clean) <= LONGEST_NAME:
            raise InputError(f"A token's name is 1 to {LONGEST_NAME} characters, such as that of the system.")
        if days is not None and not 0 < days <= 36_500:
            raise InputError("A token's days are a number from 1 to 36,500.")
        now, secret = self._clock(), new_secret()
        ends = None if days is None else now + timedelta(days=days)
        values = {
            "secret_hash": secret_hash(secret), "kind": tokens.SYSTEM, "name": clean, "scopes": joined(given),
            "created_at": now, "expires_at": ends,
        }  # fmt: skip
        token_id = self._database.retrying(lambda conn: tokens.add(conn, values))
        return NewToken(token_id, clean, tuple(sorted(given)), ends, secret)

    def tokens(self) -> Sequence[TokenRow]:
        """Tokens of systems, newest first."""
        with self._database.read() as conn:
            return tokens.of_systems(conn)

    def revoke_token(self, token_id: int) -> None:
        """End a system's token; InputError when there is none of that id."""
        if not self._database.retrying(lambda conn: tokens.revoke(conn, token_id, self._clock(), tokens.SYSTEM)):
            raise InputError("There is no token of this id; list the tokens and check it.")


def _administers(row: StaffRow) -> bool:
    return not row.disabled and Role.ADMIN in row.roles.split(",")
