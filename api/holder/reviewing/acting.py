"""Who acts, as the database says inside of the transaction: a role that was just taken away counts no more."""

from dataclasses import dataclass

from sqlalchemy import Connection

from api.holder.intake.sight import Sight, sight_of
from api.holder.staff.roles import Role, Scope, scopes_of
from api.holder.staff.sessions import Principal
from api.holder.storage import candidates, staff
from api.holder.storage.candidates import CandidateRow
from api.holder.storage.records import Bounds
from api.holder.storage.staff import StaffRow
from api.holder.vault.vault import Vault
from api.wire.life import Side
from api.wire.problems import ProblemError


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts.

    login     of the account, or the name of a system's token
    staff_id  None for a system
    bounds    the records that it may know of: those of its office, or of the whole organisation
    office    whose children it works for; None for the whole organisation
    """

    login: str
    staff_id: int | None
    bounds: Bounds
    office: str | None = None


def acting(conn: Connection, vault: Vault, who: Principal, scope: Scope, *, lock: bool = False) -> Actor:
    """Who stands behind a request, with what an account may do now.

    Args:
        conn: of the transaction in which it acts.
        vault: for the blind index of its office.
        who: as the session or token said when the request came in.
        scope: what it needs.
        lock: whether nobody may change the account until the transaction ends.

    Raises:
        ProblemError: `not-allowed` when the account has lost the scope or is disabled.
    """
    if who.staff_id is None:
        return Actor(who.by, None, sight_of(who).bounds(vault))
    account = staff.by_id(conn, who.staff_id, lock=lock)
    if account is None or not holds(account, scope):
        raise ProblemError("not-allowed", f"This needs {scope}, which your account has no more; ask an administrator.")
    sight = Sight(sealed=holds(account, Scope.SEALED_READ), office=account.office)
    return Actor(account.login, account.id, sight.bounds(vault), account.office)


def holds(account: StaffRow, scope: Scope) -> bool:
    """Whether an account is in force and one of its roles has a scope."""
    return not account.disabled and scope in scopes_of(Role(name) for name in account.roles.split(","))


def person(actor: Actor) -> int:
    """The account of a person; ProblemError `not-allowed` for a system."""
    if actor.staff_id is None:
        raise ProblemError("not-allowed", "Only a person who has signed in may do this; a system's token does not do.")
    return actor.staff_id


def candidate_for(
    conn: Connection, actor: Actor, side: Side, candidate: str, *, lock: bool = False
) -> CandidateRow:
    """A candidate that an actor may know of on one side; ProblemError `no-such-resource` for every other one."""
    row = candidates.by_name(conn, candidate, lock=lock)
    if row is None or row.side != side or not actor.bounds.hold(row):
        raise ProblemError("no-such-resource", "There is no candidate of this name; check it.")
    return row
