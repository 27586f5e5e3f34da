"""Managing accounts and tokens: for administrators, at the keyboard or through the API."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from api.holder.staff.offices import canonical_office
from api.holder.staff.passwords import Passwords
from api.holder.staff.roles import Role, joined, parse_roles, parse_system_scopes
from api.holder.staff.secrets import new_secret, secret_hash
from api.holder.storage import audit, offices, staff, tokens
from api.holder.storage.staff import StaffRow
from api.holder.storage.tokens import TokenRow
from api.service.audit.entries import Entry
from api.service.clock import Clock
from api.service.database import Database
from matcher.errors import InputError

_LOGIN = re.compile(r"[a-z0-9][a-z0-9._@-]{1,62}")
OPERATOR = "gateway-operator"
"""Whoever works at the gateway's keyboard, as the audit log names them."""
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

    def add(
        self, login: str, title: str, roles: Iterable[str], password: str, office: str | None = None, *,
        by: str = OPERATOR,
    ) -> None:  # fmt: skip
        """Make an account; InputError when login, roles, office or password do not fit, or the login is taken."""
        if not _LOGIN.fullmatch(login):
            raise InputError("A login is 2 to 63 of small letters, digits and . _ @ -; choose such a one.")
        values = {
            "login": login, "title": title.strip()[:LONGEST_TITLE], "roles": joined(parse_roles(roles)),
            "password_hash": self._passwords.hashed(password), "created_at": self._clock(),
        }  # fmt: skip

        def work(conn: Connection) -> None:
            known = _known_office(conn, office)
            staff.add(conn, {**values, "office": known})
            facts = {"roles": str(values["roles"]), "office": known}
            audit.note(conn, Entry("staff-added", by, self._clock(), login, facts=facts))

        try:
            self._database.retrying(work)
        except IntegrityError:
            raise InputError("The login is taken; choose another.") from None

    def everybody(self) -> Sequence[StaffRow]:
        """All accounts, by login."""
        with self._database.read() as conn:
            return staff.everybody(conn)

    def change(
        self, login: str, *, title: str | None = None, roles: Iterable[str] | None = None,
        disabled: bool | None = None, password: str | None = None, office: str | None = None, by: str = OPERATOR,
    ) -> None:  # fmt: skip
        """Change what is given of an account; a new password lets it in again at once.

        An empty office is the whole organisation.

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
        if office is not None:
            values["office"] = office
        if values:
            self._database.retrying(lambda conn: self._change(conn, login, values, by))

    def _change(self, conn: Connection, login: str, values: dict[str, Any], by: str) -> None:
        # All accounts are locked, so that two administrators cannot disable each other at the same moment.
        everybody = {row.login: row for row in staff.everybody(conn, lock=True)}
        if login not in everybody:
            raise InputError("There is no account of this login; check it.")
        if "office" in values:
            values = {**values, "office": _known_office(conn, values["office"])}
        staff.change(conn, everybody[login].id, values)
        if not any(_administers(row) for row in staff.everybody(conn)) and any(map(_administers, everybody.values())):
            raise InputError("Nobody would be left to administer the gateway; make another administrator first.")
        if values.keys() != {"title"}:
            tokens.revoke_sessions_of(conn, everybody[login].id, self._clock())
        what = "staff-disabled" if values.get("disabled") else "staff-changed"
        audit.note(conn, Entry(what, by, self._clock(), login, facts=_told(values)))

    def change_own_password(self, staff_id: int, old: str, new: str) -> None:
        """Change the password of whoever is signed in, and end its sessions; InputError when the old one is wrong."""
        with self._database.read() as conn:
            account = next((row for row in staff.everybody(conn) if row.id == staff_id), None)
        if account is None or not self._passwords.fits(account.password_hash, old):
            raise InputError("The old password is wrong; type it again.")
        self.change(account.login, password=new, by=account.login)

    def new_token(
        self, name: str, scopes: Iterable[str] = (), days: int | None = None, *, by: str = OPERATOR
    ) -> NewToken:
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

        def work(conn: Connection) -> int:
            made = tokens.add(conn, values)
            audit.note(conn, Entry("token-made", by, now, str(made), facts={"name": clean, "scopes": joined(given)}))
            return made

        token_id = self._database.retrying(work)
        return NewToken(token_id, clean, tuple(sorted(given)), ends, secret)

    def tokens(self) -> Sequence[TokenRow]:
        """Tokens of systems, newest first."""
        with self._database.read() as conn:
            return tokens.of_systems(conn)

    def revoke_token(self, token_id: int, *, by: str = OPERATOR) -> None:
        """End a system's token; InputError when there is none of that id."""

        def work(conn: Connection) -> bool:
            revoked = tokens.revoke(conn, token_id, self._clock(), tokens.SYSTEM)
            if revoked:
                audit.note(conn, Entry("token-revoked", by, self._clock(), str(token_id)))
            return revoked

        if not self._database.retrying(work):
            raise InputError("There is no token of this id; list the tokens and check it.")


def _known_office(conn: Connection, name: str | None) -> str | None:
    """An office as it is kept, None for the whole organisation; InputError when there is none of this name."""
    if not name:
        return None
    found = offices.by_name(conn, canonical_office(name))
    if found is None:
        raise InputError("There is no office of this name; add it with `milap holder office add`, or mend the name.")
    return found.name


def _told(values: dict[str, Any]) -> dict[str, str | int | None]:
    """What the audit log tells of a change: which values were, and those that give rights; never a password."""
    changed = [name for name in ("title", "roles", "office", "disabled", "password_hash") if name in values]
    rights: dict[str, str | int | None] = {name: values[name] for name in ("roles", "office") if name in values}
    return {"changed": ",".join(changed).replace("password_hash", "password"), **rights}


def _administers(row: StaffRow) -> bool:
    return not row.disabled and Role.ADMIN in row.roles.split(",")
