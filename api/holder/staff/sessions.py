"""Signing in and out, and who stands behind a request."""

import threading
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import Connection

from api.holder.staff.lockout import Attempts, UnknownLogins
from api.holder.staff.passwords import Passwords
from api.holder.staff.roles import Scope, joined, parse_roles, scopes_of
from api.holder.staff.secrets import PREFIX, new_secret, secret_hash
from api.holder.storage import staff, tokens
from api.holder.storage.staff import StaffRow
from api.holder.storage.tokens import TokenRow
from api.holder.vault.vault import Index, Vault
from api.service.clock import Clock
from api.service.database import Database
from api.wire.problems import ProblemError

_USE_NOTED_EVERY = timedelta(minutes=10)
_ENDED_SESSIONS_KEPT = timedelta(days=30)
_MOST_WAITING = 8
"""Sign-ins at one moment. More of them, each waiting for its turn at argon2id, would take every thread there is."""
_WRONG = "Login or password are wrong; type them again, or ask an administrator for a new password."
_NOT_SIGNED_IN = "Sign in by POST /v1/sessions, or send a token that is in force as Authorization: Bearer."


@dataclass(frozen=True, slots=True)
class Principal:
    """Who stands behind a request, and what it may do."""

    token_id: int
    by: str
    scopes: frozenset[Scope]
    staff_id: int | None = None
    office: str | None = field(default=None, repr=False)
    """The one office whose records it may know of; None for the whole organisation, and for systems."""

    def may(self, scope: Scope) -> bool:
        """Whether a scope is among those it has."""
        return scope in self.scopes


@dataclass(frozen=True, slots=True)
class NewSession:
    """A session that was just begun; the secret is shown this once."""

    secret: str = field(repr=False)
    expires_at: datetime
    scopes: frozenset[Scope]


class Sessions:
    """Begins, ends and recognises sessions; recognises tokens of systems as well.

    Args:
        database: where accounts and tokens are.
        vault: for blind indexes of logins that do not exist.
        passwords: checks them.
        clock: the present moment.
        length: how long a session lasts.
    """

    def __init__(
        self, database: Database, vault: Vault, passwords: Passwords, clock: Clock, length: timedelta
    ) -> None:
        self._database, self._vault, self._passwords = database, vault, passwords
        self._clock, self._length, self._unknown = clock, length, UnknownLogins()
        self._waiting = threading.BoundedSemaphore(_MOST_WAITING)

    def begin(self, login: str, password: str) -> NewSession:
        """Sign in; the same answer and the same work whether the login exists or not.

        Raises:
            ProblemError: `not-signed-in`, or `too-many-attempts` with `retry_after_seconds`.
        """
        if not self._waiting.acquire(blocking=False):
            detail = "Too many people sign in at this moment; try again in a second."
            raise ProblemError("too-many-attempts", detail, retry_after_seconds=1)
        try:
            return self._begin(login, password)
        finally:
            self._waiting.release()

    def _begin(self, login: str, password: str) -> NewSession:
        now = self._clock()
        with self._database.read() as conn:
            account = staff.by_login(conn, login)
        index = self._vault.blind_index(Index.LOGIN, login)
        self._refuse_locked(account, index, now)
        usable = account is not None and not account.disabled
        fits = self._passwords.fits(account.password_hash if account else None, password)
        if account is None or not usable or not fits:
            self._note_failure(account, index, now)
            raise ProblemError("not-signed-in", _WRONG)
        # Argon2 took its time outside of any transaction.
        renewed = self._passwords.hashed(password) if self._passwords.is_outdated(account.password_hash) else None
        return self._begun(account, renewed, now)

    def end(self, principal: Principal) -> None:
        """Sign out; a system's token stays in force."""
        with self._database.write() as conn:
            tokens.revoke(conn, principal.token_id, self._clock(), tokens.SESSION)

    def principal_of(self, authorization: str | None) -> Principal:
        """Who sent a header Authorization; ProblemError `not-signed-in` when nobody that is known."""
        scheme, _, secret = (authorization or "").strip().partition(" ")
        secret = secret.strip()
        if scheme.lower() != "bearer" or not secret.startswith(PREFIX):
            raise ProblemError("not-signed-in", _NOT_SIGNED_IN)
        now = self._clock()
        with self._database.read() as conn:
            row = tokens.by_secret_hash(conn, secret_hash(secret))
        if row is None or not _in_force(row, now):
            raise ProblemError("not-signed-in", _NOT_SIGNED_IN)
        if row.last_used_at is None or now - row.last_used_at > _USE_NOTED_EVERY:
            with self._database.write() as conn:
                tokens.note_use(conn, row.id, now)
        scopes = frozenset(Scope(name) for name in row.scopes.split(",") if name)
        return Principal(row.id, f"{row.kind}:{row.name}"[:80], scopes, row.staff_id, row.office)

    def _refuse_locked(self, account: StaffRow | None, index: bytes, now: datetime) -> None:
        seconds = _attempts(account).seconds_left(now) if account else self._unknown.attempts(index).seconds_left(now)
        if seconds:
            detail = f"Too many wrong passwords for this login; try again in {seconds} seconds."
            raise ProblemError("too-many-attempts", detail, retry_after_seconds=seconds)

    def _note_failure(self, account: StaffRow | None, index: bytes, now: datetime) -> None:
        if account is None:
            self._unknown.failed(index, now)
            return

        def work(conn: Connection) -> None:
            found = staff.by_login(conn, account.login, lock=True)
            if found is not None:
                after = _attempts(found).failed(now)
                staff.change(conn, found.id, {"failures": after.failures, "locked_until": after.locked_until})

        self._database.retrying(work)

    def _begun(self, account: StaffRow, renewed: str | None, now: datetime) -> NewSession:
        scopes = scopes_of(parse_roles(account.roles.split(",")))
        secret, ends = new_secret(), now + self._length

        def work(conn: Connection) -> None:
            changed = {"failures": 0, "locked_until": None} | ({"password_hash": renewed} if renewed else {})
            staff.change(conn, account.id, changed)
            tokens.drop_ended_sessions(conn, now - _ENDED_SESSIONS_KEPT)
            tokens.add(conn, {
                "secret_hash": secret_hash(secret), "kind": tokens.SESSION, "name": account.login,
                "staff_id": account.id, "scopes": joined(scopes), "created_at": now, "expires_at": ends,
                "last_used_at": now,
            })  # fmt: skip

        self._database.retrying(work)
        return NewSession(secret, ends, scopes)


def _attempts(account: StaffRow) -> Attempts:
    return Attempts(account.failures, account.locked_until)


def _in_force(row: TokenRow, now: datetime) -> bool:
    ended = row.revoked_at is not None or (row.expires_at is not None and row.expires_at <= now)
    return not ended and not row.disabled
