"""People of both offices, and all that they decide, sign and write about a candidate until the child is home."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from api.holder.mailing import message_keys
from api.holder.masking import masking_keys
from api.holder.reviewing.sealed_keys import open_key
from api.holder.storage.tables import officers
from api.service.database import open_database
from api.wire.request_keys import reveal_seed_bytes_of_request_key
from encoder.sealed_files import read_sealed_file
from tests.journeys.network import Gateway
from tests.journeys.people import PASSWORD, Officer, Person
from tests.journeys.services import until
from tests.privacy.leak_network import WatchedNetwork
from tests.privacy.leaks import LOCAL, SAID

ORDER = {"authority": SAID["authority"], "number": SAID["number"], "date": SAID["date"]}
HOLD = {"order": {"authority": SAID["court"], "number": SAID["hold"], "date": SAID["date"]}}


@dataclass(frozen=True)
class People:
    """A custodian and two officers in the south, and in the north one account that may do all but sign releases."""

    custodian: Person
    first: Officer
    second: Officer
    north: Person

    def secrets(self, network: WatchedNetwork) -> dict[str, bytes]:
        """Passwords, passphrases, personal keys, sessions, and the keys that open messages."""
        officers_ = (self.first, self.second)
        found = {"password of staff": PASSWORD.encode()}
        found |= {f"passphrase of {each.login}": each.passphrase.encode() for each in officers_}
        found |= {f"key of {each.login}": private_key(network, each) for each in officers_}
        found |= {f"session of {each.login}": each._token.encode() for each in (self.custodian, self.north, *officers_)}
        for office in network.offices:
            for noun, kind in (("message", message_keys._FORMAT), ("masking", masking_keys._FORMAT)):
                file = read_sealed_file(office.gateway.folder / f"{noun}.key", kind, office.unlock)
                found[f"{office.gateway.name} {noun} key"] = file.secret
        return found


def private_key(network: WatchedNetwork, officer: Officer) -> bytes:
    """The private half of an officer's key, opened with the passphrase."""
    database = open_database(network.url("south"))
    try:
        with database.read() as conn:
            row = conn.execute(select(officers).where(officers.c.name == officer.key)).one()
    finally:
        database.close()
    return reveal_seed_bytes_of_request_key(open_key(row.name, row.public_key, row.sealed_key, officer.passphrase))


def meet(network: WatchedNetwork) -> People:
    """Accounts, offices, keys that the hub's operator confirmed, and cards that were compared on the telephone."""
    north, south = network.north.gateway, network.south.gateway
    (branch, debjani), (other, harpreet, gurmeet, simran) = LOCAL["north"], LOCAL["south"]
    north.call("office", "add", branch, "--email", f"{branch}@example.org")
    south.call("office", "add", other)
    people = People(
        Person(south, harpreet, "custodian"), Officer(south, network.hub, gurmeet), Officer(south, network.hub, simran),
        Person(north, debjani, "intake", "custodian", "reporter", "admin", "auditor"),
    )  # fmt: skip
    befriend(south, "north")
    befriend(north, "south")
    return people


def befriend(gateway: Gateway, partner: str) -> None:
    """Trust a partner's card."""

    def shown() -> list[str]:
        rows = gateway.call("peer", "list")["peers"]
        return [row["offered_fingerprint"] for row in rows if row["partner"] == partner and row["offered_fingerprint"]]

    gateway.call("peer", "trust", partner, *until(shown)[0].split())


def disclose(people: People, found: str) -> dict[str, bytes]:
    """The candidate of a found record goes all the way; what the desks read of it."""
    candidate = people.custodian.gateway.inbox(found)[0]["candidate"]
    people.custodian.decide("inbox", candidate, "possible", text=SAID["possible"])
    release(people, candidate)
    until(lambda: people.north.ask("GET", f"/v1/releases/{candidate}").status_code == 200)
    people.north.decide("releases", candidate, "accept", text=SAID["accept"])
    until(lambda: people.custodian.done("GET", f"/v1/inbox/{candidate}")["state"] == "contact")
    seen = write(people, candidate)
    for decision in ("verify", "reunite"):
        people.custodian.decide("inbox", candidate, decision)
    people.custodian.decide("inbox", candidate, "close", reason="done", text=SAID["close"])
    paths = ((people.custodian, f"/v1/inbox/{candidate}"), (people.north, f"/v1/releases/{candidate}"))
    return seen | {f"{who.login} {path}": who.ask("GET", path).content for who, path in paths}


def release(people: People, candidate: str) -> None:
    """Both officers sign, the first under an order."""
    for officer, order in ((people.first, ORDER), (people.second, None)):
        answer = officer.sign(candidate, order)
        assert answer.status_code < 300, answer.text


def write(people: People, candidate: str) -> dict[str, bytes]:
    """A message from either side, and what both then read."""
    path, seen = f"/v1/messages?candidate={candidate}", {}
    sides = ((people.north, SAID["note"], SAID["answer"]), (people.custodian, SAID["answer"], SAID["note"]))
    for who, text, _ in sides:
        who.done("POST", "/v1/messages", {"candidate": candidate, "text": text})
    for who, _, awaited in sides:
        seen[f"{who.login} messages"] = until(content_with(who, path, awaited))
    return seen


def content_with(who: Person, path: str, text: str) -> Callable[[], bytes]:
    """What somebody reads at a path, once a text is in it."""

    def look() -> bytes:
        content = who.ask("GET", path).content
        return content if text.encode() in content else b""

    return look


def keep_and_look(people: People, refs: dict[str, str]) -> dict[str, bytes]:
    """Legal holds, of which one is lifted, and questions to the directory; what the desks read of it."""
    for who, ref in ((people.custodian, refs["found 0"]), (people.north, refs["missing 0"])):
        who.done("PUT", f"/v1/records/{ref}/hold", HOLD)
    seen = {"hold": people.custodian.ask("GET", f"/v1/records/{refs['found 0']}/hold").content}
    people.north.done("DELETE", f"/v1/records/{refs['missing 0']}/hold")
    people.north.done("PUT", "/v1/directory/me", ENTRY)
    where = SAID["place"]
    seen["next step"] = people.north.ask(
        "GET", f"/v1/next-step?found_country=India&home_country=India&found_district={where}&home_district={where}"
    ).content
    people.north.done("GET", f"/v1/directory?q={where}&district={where}&state={where}&language={where}")
    until(lambda: people.north.done("GET", "/v1/directory/me")["published"])
    return seen


ENTRY: dict[str, Any] = {
    "kind": "police", "title": "Invented office of the north", "districts": [{"country": "IN", "district": "Nadia"}],
    "contact_desk": {"line": "The invented desk"},
}  # fmt: skip
