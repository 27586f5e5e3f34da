"""People of an office with accounts and, some of them, personal keys: what tokens of systems may not do."""

from typing import Any

import httpx

from tests.journeys.network import Gateway, HubNode
from tests.journeys.services import milap, request, until

PASSWORD = "an invented password of staff"
PASSPHRASE = "an invented passphrase of {}"
ORDER = {"authority": "Child Welfare Committee, Ludhiana", "number": "CWC/LDH/117/2025", "date": "2025-06-02"}


class Person:
    """A member of staff who has signed in."""

    def __init__(self, gateway: Gateway, login: str, *roles: str, office: str | None = None) -> None:
        self.gateway, self.login = gateway, login
        words = [word for role in roles for word in ("--role", role)] + (["--office", office] if office else [])
        milap({**gateway.environment, "MILAP_HOLDER_STAFF_PASSWORD": PASSWORD}, "holder", "staff", "add", login, *words)
        answer = request(
            "POST", f"{gateway.address}/v1/sessions", json={"login": login, "password": PASSWORD}, timeout=60
        )
        assert answer.status_code == 201, answer.text
        self._token = answer.json()["token"]

    def ask(self, method: str, path: str, body: Any = None) -> httpx.Response:
        """One request of this person."""
        headers = {"authorization": f"Bearer {self._token}"}
        return request(method, f"{self.gateway.address}{path}", json=body, headers=headers, timeout=60)

    def done(self, method: str, path: str, body: Any = None) -> Any:
        """The same, which has to be done."""
        answer = self.ask(method, path, body)
        assert answer.status_code < 300, answer.text
        return answer.json() if answer.content else None

    def refused(self, method: str, path: str, body: Any = None) -> str:
        """The same, which has to be refused; gives the kind of problem."""
        answer = self.ask(method, path, body)
        assert answer.status_code >= 400, answer.text
        return str(answer.json()["type"]).rpartition(":")[2]

    def decide(self, side: str, candidate: str, decision: str, **words: Any) -> dict[str, Any]:
        """Decide on a candidate as it is now, and wait until the hub has taken it. `side` is inbox or releases."""
        seen = self.done("GET", f"/v1/{side}/{candidate}")
        body = {"decision": decision, "revision": seen["revision"], **words}
        self.done("POST", f"/v1/{side}/{candidate}/decisions", body)
        return self.changed(side, candidate, seen["revision"])

    def changed(self, side: str, candidate: str, revision: int) -> dict[str, Any]:
        """The candidate once it has a later revision."""

        def later() -> dict[str, Any] | None:
            now = self.done("GET", f"/v1/{side}/{candidate}")
            return now if now["revision"] > revision else None

        found = until(later)
        assert found is not None
        return found


class Officer(Person):
    """Somebody with a personal key that the hub's operator has confirmed."""

    def __init__(self, gateway: Gateway, hub: HubNode, login: str) -> None:
        super().__init__(gateway, login, "officer")
        self.passphrase = PASSPHRASE.format(login)
        own = self.done("POST", "/v1/officers/me", {"passphrase": self.passphrase})
        self.key = own["officer"]
        until(lambda: [row for row in hub.call("officer", "list")["officers"] if row["officer"] == self.key])
        hub.call("officer", "confirm", gateway.name, "--fingerprint", own["fingerprint"])

    def sign(self, candidate: str, order: dict[str, str] | None = None) -> httpx.Response:
        """Sign a release: the first signature with an order, the second without."""
        seen = self.done("GET", f"/v1/inbox/{candidate}")
        body = {"revision": seen["revision"], "passphrase": self.passphrase}
        if order is None:
            return self.ask("POST", f"/v1/inbox/{candidate}/release/approval", body)
        return self.ask("POST", f"/v1/inbox/{candidate}/release", {**body, "order": order})
