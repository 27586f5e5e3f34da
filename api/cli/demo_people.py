"""People of the offices of the demo: accounts, sessions, decisions and signatures, all through the gateways' APIs."""

import secrets
from collections.abc import Callable
from typing import Any, Literal, TypeVar

from api.cli.demo_caller import Caller, Document
from api.cli.demo_network import Gateway
from api.cli.demo_waiting import watched
from api.cli.processes import ServiceError

_STANDSTILL_SECONDS = 60.0
Side = Literal["inbox", "releases"]
"""Where somebody sees a candidate: the inbox of who has the child, or the releases to who looks for it."""
T = TypeVar("T")


class Person(Caller):
    """Somebody who has signed in.

    Args:
        gateway: of the person's office.
        login, password: of the account.
        side: of a candidate that the person works on.
        check: raises when waiting has become useless.
    """

    def __init__(self, gateway: Gateway, login: str, password: str, side: Side, check: Callable[[], None]) -> None:
        with Caller(gateway.office, gateway.address, None) as nobody:
            session = nobody.ask("POST", "/v1/sessions", json={"login": login, "password": password})
        super().__init__(gateway.office, gateway.address, session["token"])
        self.login, self._side, self._check = login, side, check

    def look(self, candidate: str) -> Document:
        """A candidate as this person sees it."""
        return self.ask("GET", f"/v1/{self._side}/{candidate}")

    def decide(self, candidate: str, decision: str, state: str) -> None:
        """Decide on a candidate as it is now, and wait until the hub has brought it to a state."""
        body = {"decision": decision, "revision": self.look(candidate)["revision"]}
        self.ask("POST", f"/v1/{self._side}/{candidate}/decisions", json=body)
        self.wait_until(candidate, state)

    def wait_until(self, candidate: str, state: str) -> Document:
        """The candidate once it has a state; ServiceError when it does not come, or the hub refused a decision."""
        return self.wait(
            lambda: unrefused(self.look(candidate)), lambda seen: seen["state"] == state, f"The state {state!r}"
        )

    def wait(self, look: Callable[[], T], is_done: Callable[[T], bool], what: str) -> T:
        """Look again and again, and give what is seen once it is done; `what` is the subject of a sentence."""
        return watched(look, is_done, self._check, what, standstill_seconds=_STANDSTILL_SECONDS)


class Officer(Person):
    """An officer with a personal key, made here; the passphrase that opens it is known to nobody else."""

    def __init__(self, gateway: Gateway, login: str, password: str, check: Callable[[], None]) -> None:
        super().__init__(gateway, login, password, "inbox", check)
        self._passphrase = secrets.token_urlsafe(24)
        made = self.ask("POST", "/v1/officers/me", json={"passphrase": self._passphrase})
        self.key, self.fingerprint = str(made["officer"]), str(made["fingerprint"])

    def begin_release(self, candidate: str, order: dict[str, str]) -> None:
        """Sign a release under an order; it waits for another officer."""
        self.ask("POST", f"/v1/inbox/{candidate}/release", json={**self._signing(candidate), "order": order})

    def approve_release(self, candidate: str) -> tuple[int, Document]:
        """Sign the release that waits; status and document of the answer."""
        return self.try_to("POST", f"/v1/inbox/{candidate}/release/approval", json=self._signing(candidate))

    def wait_until_confirmed(self) -> None:
        """Wait until the gateway has heard that the hub's operator confirmed the key."""
        self.wait(self._state, lambda state: state == "active", "The confirmation of an officer's key")

    def _state(self) -> str:
        return next(str(row["state"]) for row in self.ask("GET", "/v1/officers")["items"] if row["officer"] == self.key)

    def _signing(self, candidate: str) -> dict[str, Any]:
        return {"revision": self.look(candidate)["revision"], "passphrase": self._passphrase}


def hire(admin: Person, login: str, title: str, role: str) -> str:
    """Have the administrator make an account, and give its password."""
    password = secrets.token_urlsafe(12)
    body = {"login": login, "title": title, "roles": [role], "password": password}
    admin.ask("POST", "/v1/staff", json=body)
    return password


def unrefused(candidate: Document) -> Document:
    """The candidate as it is; ServiceError when the hub refused a decision on it."""
    refused = [made for made in candidate["decisions"] if made["state"] == "refused"]
    if refused:
        raise ServiceError(f"The hub refused the decision {refused[0]['decision']!r}: {refused[0]['detail']}")
    return candidate
