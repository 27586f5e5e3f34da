"""`milap holder staff` and `token`."""

from collections.abc import Callable, Sequence

from api.holder.staff.accounts import Accounts
from api.holder.staff.passwords import Passwords
from api.service.clock import Clock, utc_now
from api.service.database import Database
from api.service.summaries import Summary, table


def add(
    database: Database, login: str, title: str, roles: Sequence[str], ask_password: Callable[[], str],
    clock: Clock = utc_now, office: str | None = None,
) -> Summary:  # fmt: skip
    """Make an account; InputError when something of it does not fit."""
    _accounts(database, clock).add(login, title, roles, ask_password(), office)
    values = {"login": login, "roles": list(roles), "office": office}
    return Summary(values, [f"{login} may sign in as {', '.join(roles)}."])


def disable(database: Database, login: str, clock: Clock = utc_now) -> Summary:
    """Let an account sign in no more, and end its sessions; InputError when there is none."""
    _accounts(database, clock).change(login, disabled=True)
    return Summary({"login": login, "disabled": True}, [f"{login} can no longer sign in."])


def password(database: Database, login: str, ask_password: Callable[[], str], clock: Clock = utc_now) -> Summary:
    """Give an account a new password, end its sessions, and let it in again; InputError when there is none."""
    _accounts(database, clock).change(login, password=ask_password(), disabled=False)
    return Summary({"login": login}, [f"{login} signs in with the new password from now on."])


def listing(database: Database, clock: Clock = utc_now) -> Summary:
    """All accounts."""
    everybody = _accounts(database, clock).everybody()
    header = ("login", "title", "roles", "office", "state")
    rows = [
        (each.login, each.title, each.roles, each.office or "", "disabled" if each.disabled else "")
        for each in everybody
    ]
    return Summary({"staff": [dict(zip(header, row, strict=True)) for row in rows]}, table([header, *rows]))


def new_token(
    database: Database, name: str, scopes: Sequence[str], days: int | None, clock: Clock = utc_now
) -> Summary:
    """Make a token for a system; InputError when name, scopes or days do not fit."""
    made = _accounts(database, clock).new_token(name, scopes, days)
    ends = None if made.expires_at is None else made.expires_at.isoformat()
    values = {"id": made.id, "name": made.name, "scopes": list(made.scopes), "expires_at": ends, "token": made.secret}
    lines = [f"Token {made.id} for {made.name} ({', '.join(made.scopes)}), shown this once:", made.secret]
    return Summary(values, lines)


def list_tokens(database: Database, clock: Clock = utc_now) -> Summary:
    """All tokens of systems, without their secrets."""
    header = ("id", "name", "scopes", "expires", "revoked", "last used")
    rows = [
        (
            str(each.id), each.name, each.scopes,
            *(_day(moment) for moment in (each.expires_at, each.revoked_at, each.last_used_at)),
        )
        for each in _accounts(database, clock).tokens()
    ]  # fmt: skip
    return Summary({"tokens": [dict(zip(header, row, strict=True)) for row in rows]}, table([header, *rows]))


def revoke_token(database: Database, token_id: int, clock: Clock = utc_now) -> Summary:
    """End a token; InputError when there is none of this id."""
    _accounts(database, clock).revoke_token(token_id)
    return Summary({"id": token_id, "revoked": True}, [f"Token {token_id} is no longer taken."])


def _accounts(database: Database, clock: Clock) -> Accounts:
    return Accounts(database, Passwords(), clock)


def _day(moment: object) -> str:
    return "" if moment is None else str(moment)[:10]
