"""Officers and their personal keys: made here, known to the hub once its operator has compared the fingerprint."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection

from api.holder.reviewing.acting import acting, person
from api.holder.reviewing.sealed_keys import WrongPassphraseError, open_key, seal_key
from api.holder.staff.lockout import UnknownLogins
from api.holder.staff.passwords import Passwords
from api.holder.staff.roles import Scope
from api.holder.staff.sessions import Principal
from api.holder.storage import audit, officers
from api.holder.storage.officers import ACTIVE, LIVE, NEW, REVOKED, REVOKING, OfficerRow
from api.holder.vault.vault import Vault
from api.service.audit.entries import Entry
from api.service.clock import Clock
from api.service.database import Database
from api.wire.names import new_ref
from api.wire.problems import ProblemError
from api.wire.request_keys import PublicKey, RequestKey
from matcher.errors import InputError


class Officers:
    """Personal keys of officers.

    Args:
        database: where they are.
        vault: the gateway's; it does not open them.
        passwords: whose places at argon2id are used.
        clock: the present moment.
        changed: called after each change, so that the hub hears of it.
    """

    def __init__(
        self, database: Database, vault: Vault, passwords: Passwords, clock: Clock, changed: Callable[[], None]
    ) -> None:
        self._database, self._vault, self._passwords = database, vault, passwords
        self._clock, self._changed, self._wrong = clock, changed, UnknownLogins()

    def enrol(self, passphrase: str, who: Principal) -> dict[str, Any]:
        """Make a key for whoever is signed in; what to read out to the hub's operator is its fingerprint.

        Raises:
            ProblemError: `not-allowed`.
            InputError: the passphrase is too short, or there is a key already.
        """
        key, name = RequestKey.generate(), new_ref()
        with self._passwords.turn():
            sealed = seal_key(name, key, passphrase)

        def work(conn: Connection) -> None:
            now = self._clock()
            actor = acting(conn, self._vault, who, Scope.RELEASES_SIGN, lock=True)
            known = officers.live_of(conn, person(actor))
            if known is not None and known.name == name:
                return
            if known is not None:
                raise InputError("You have a key already; revoke it by DELETE /v1/officers before you make another.")
            officers.add(conn, {
                "name": name, "staff_id": actor.staff_id, "public_key": key.public.text, "sealed_key": sealed,
                "state": NEW, "created_at": now, "changed_at": now,
            })  # fmt: skip
            audit.note(conn, Entry("officer-added", actor.login, now, about=name))

        self._database.retrying(work)
        self._changed()
        return {"officer": name, "fingerprint": key.public.fingerprint(), "state": NEW}

    def everything(self) -> list[dict[str, Any]]:
        """All keys of this gateway, revoked ones too."""
        with self._database.read() as conn:
            return [shown_officer(row) for row in officers.everything(conn)]

    def revoke(self, name: str, who: Principal) -> None:
        """Revoke a key here at once, and at the hub as soon as it hears of it; a revoked one is left as it is.

        Raises:
            ProblemError: `no-such-resource`; `not-allowed` for another's key without staff:manage.
        """

        def work(conn: Connection) -> None:
            now = self._clock()
            scope = Scope.STAFF_MANAGE if who.may(Scope.STAFF_MANAGE) else Scope.RELEASES_SIGN
            actor = acting(conn, self._vault, who, scope, lock=True)
            row = officers.by_name(conn, name)
            if row is None:
                raise ProblemError("no-such-resource", "There is no officer's key of this name; check it.")
            if row.staff_id != actor.staff_id and scope is not Scope.STAFF_MANAGE:
                raise ProblemError("not-allowed", "Another officer's key is revoked by its owner or an administrator.")
            if officers.move(conn, name, LIVE, REVOKING, now):
                audit.note(conn, Entry("officer-revoked", actor.login, now, about=name))

        self._database.retrying(work)
        self._changed()

    def opened(self, passphrase: str, who: Principal) -> tuple[OfficerRow, RequestKey]:
        """The key of whoever is signed in, for one signature.

        Raises:
            ProblemError: `not-allowed` for a system, and when the passphrase is wrong; `officer-unknown` without a
                key that the hub's operator has confirmed; `too-many-attempts`.
        """
        with self._database.read() as conn:
            actor = acting(conn, self._vault, who, Scope.RELEASES_SIGN)
            row = officers.live_of(conn, person(actor))
        if row is None or row.state != ACTIVE:
            raise no_key()
        self._refuse_many(row)
        try:
            with self._passwords.turn():
                key = open_key(row.name, row.public_key, row.sealed_key, passphrase)
        except WrongPassphraseError as error:
            self._wrong.failed(row.name.encode(), self._clock())
            raise ProblemError("not-allowed", str(error)) from None
        self._wrong.succeeded(row.name.encode())
        return row, key

    def _refuse_many(self, row: OfficerRow) -> None:
        seconds = self._wrong.attempts(row.name.encode()).seconds_left(self._clock())
        if seconds:
            detail = f"Too many wrong passphrases for this key; try again in {seconds} seconds."
            raise ProblemError("too-many-attempts", detail, retry_after_seconds=seconds)


def no_key() -> ProblemError:
    """The refusal of an officer whose signature would not count."""
    detail = "You have no key that the hub's operator has confirmed; make one, and read its fingerprint out to them."
    return ProblemError("officer-unknown", detail)


def shown_officer(row: OfficerRow) -> dict[str, Any]:
    """An officer's key as people are shown it."""
    return {
        "officer": row.name, "login": row.login, "state": REVOKED if row.state == REVOKING else row.state,
        "fingerprint": PublicKey.from_text(row.public_key).fingerprint(), "created_at": row.created_at.isoformat(),
    }  # fmt: skip
