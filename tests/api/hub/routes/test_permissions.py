"""The table of permissions against the hub as it answers: every endpoint, every kind of caller."""

import re

import httpx
import pytest
from sqlalchemy import Connection, Table, insert

from api.hub.routes.permissions import PERMISSIONS, Caller, Needs, Own, verdict
from api.hub.storage.kinship_tables import links
from api.hub.storage.partner_tables import messages
from api.hub.storage.tables import officers
from api.wire.names import new_ref
from api.wire.request_keys import RequestKey
from matcher.views import Kind
from tests.api.hub.clusters.shelters import Shelters
from tests.api.hub.gateways import START, Exchange, Gateway, body_of, propose
from tests.api.service.requests_to import ask, problem_in
from tests.api.service.walked import endpoints_of

SIGNED = [endpoint for endpoint, permission in PERMISSIONS.items() if permission.needs is Needs.PARTNER]
REFUSALS = {
    Caller.PENDING: (403, "partner-pending"), Caller.SUSPENDED: (403, "partner-suspended"),
    Caller.REVOKED: (401, "bad-signature"),
}  # fmt: skip


def target_of(path: str) -> str:
    return re.sub(r"\{(partner|sender)\}", "nobody", re.sub(r"\{(?!partner|sender)[^}]+\}", "A" * 22, path))


def request(gateway: Gateway, endpoint: tuple[str, str], **changes: object) -> httpx.Response:
    method, target = endpoint[0], target_of(endpoint[1])
    content = body_of({}) if method in ("POST", "PUT") else b""
    fields = gateway.signed(method, target, content, **{"nonce": new_ref(), **changes})
    return ask(gateway.app, method, target, content=content, headers=fields)


def test_the_table_has_every_endpoint_and_no_other(exchange: Exchange) -> None:
    assert endpoints_of(exchange.app) == set(PERMISSIONS)


def test_a_stranger_gets_nowhere(exchange: Exchange) -> None:
    stranger = Gateway("nobody", RequestKey.generate(), exchange.app, exchange.clock)
    for endpoint in SIGNED:
        method, target = endpoint[0], target_of(endpoint[1])
        bare = ask(exchange.app, method, target, json={} if method in ("POST", "PUT") else None)
        assert (endpoint, bare.status_code, problem_in(bare)) == (endpoint, 401, "unsigned")
        answer = request(stranger, endpoint)
        assert (endpoint, answer.status_code, problem_in(answer)) == (endpoint, 401, "bad-signature")


@pytest.mark.parametrize("caller", REFUSALS)
def test_a_partner_that_is_not_active_gets_nowhere(exchange: Exchange, caller: Caller) -> None:
    partner = exchange.partner("bengal", state=caller.name.lower())
    for endpoint in SIGNED:
        assert verdict(PERMISSIONS[endpoint], caller) == "no"
        answer = request(partner, endpoint)
        assert (endpoint, answer.status_code, problem_in(answer)) == (endpoint, *REFUSALS[caller])


def test_an_active_partner_gets_as_far_as_its_request(exchange: Exchange) -> None:
    partner = exchange.partner("bengal")
    for endpoint in SIGNED:
        assert verdict(PERMISSIONS[endpoint], Caller.ACTIVE) != "no"
        answer = request(partner, endpoint)
        assert (endpoint, answer.status_code in (401, 403), answer.status_code // 100 == 5) == (endpoint, False, False)


def test_what_is_open_is_open_and_an_enrolment_brings_its_own_key(exchange: Exchange) -> None:
    for (method, path), permission in PERMISSIONS.items():
        if permission.needs is Needs.NOTHING:
            assert (path, ask(exchange.app, method, path).status_code) in ((path, 200), (path, 503))
    assert problem_in(ask(exchange.app, "POST", "/v1/enrolments", json={})) == "unsigned"
    bengal = exchange.partner("bengal")
    assert problem_in(request(bengal, ("POST", "/v1/enrolments"))) == "bad-signature"


def test_an_endpoint_that_takes_a_signature_is_never_without_a_rule_for_its_object() -> None:
    for endpoint in SIGNED:
        assert PERMISSIONS[endpoint].own is not Own.NONE, endpoint


# --- objects of others ----------------------------------------------------------------------------------------------

OFFICER, MESSAGE, NOBODYS = (letter * 22 for letter in "BCA")


class Objects:
    """A candidate between a shelter and the police, with what hangs on it, and a partner that is no party."""

    def __init__(self, exchange: Exchange) -> None:
        shelters = Shelters(exchange)
        shelters.shelter("bengal", "khulna", "odisha", "assam")
        self.police, self.shelter, self.third = (shelters.gateways[name] for name in ("bengal", "khulna", "assam"))
        missing = shelters.record("bengal", Kind.MISSING)
        found, elsewhere = shelters.record("khulna"), shelters.record("odisha")
        shelters.alike(found, elsewhere)
        self.refs = [shelters.ref(number) for number in (missing, found, elsewhere)]
        self.link = str(exchange.rows(links)[0]["name"])
        police, shelter = exchange.known("bengal").id, exchange.known("khulna").id
        with exchange.database.write() as conn:
            self.candidate = propose(conn, missing, found)
            add(conn, officers, partner_id=shelter, name=OFFICER, public_key=RequestKey.generate().public.text,
                state="active", created_at=START, changed_at=START)  # fmt: skip
            add(conn, messages, name=MESSAGE, candidate_id=1, sender_id=shelter, recipient_id=police, kind="note",
                envelope="{}", digest=bytes(32), sequence=1, sent_at=START)  # fmt: skip

    def requests(self) -> list[tuple[Gateway, str, str, str, dict[str, object] | None]]:
        """Who reaches an object, the method, the path, what of it names the object, and a body that gets that far."""
        mark = {"format": 1, "id": new_ref(), "revision": 1}
        receipt = {
            "format": 1, "id": MESSAGE, "sender": "khulna", "recipient": "bengal", "digest": "A" * 43,
            "at": START.isoformat(), "signature": "A" * 86,
        }  # fmt: skip
        return [
            (self.shelter, "POST", "/v1/candidates/{}/decisions", self.candidate, mark | {"decision": "possible"}),
            (self.shelter, "DELETE", "/v1/officers/{}", OFFICER, None),
            (self.shelter, "POST", "/v1/links/{}/words", self.link, mark | {"word": "same"}),
            (self.shelter, "GET", "/v1/timelines/{}", self.refs[1], None),
            (self.police, "POST", "/v1/messages/khulna/{}/receipt", MESSAGE, receipt),
        ]


def add(conn: Connection, table: Table, **values: object) -> None:
    conn.execute(insert(table).values(**values))


def test_an_object_of_others_answers_like_one_that_does_not_exist(exchange: Exchange) -> None:
    objects = Objects(exchange)
    for owner, method, path, name, sends in objects.requests():
        content = b"" if sends is None else body_of(sends)
        strangers = [each for each in (objects.third, objects.police) if each is not owner]
        for stranger in strangers:
            theirs, none = (stranger.send(method, path.format(each), content) for each in (name, NOBODYS))
            assert (path, theirs.status_code, problem_in(theirs)) == (path, 404, "no-such-resource")
            assert (path, theirs.content) == (path, none.content)
        # Or it would prove nothing: whose it is gets further.
        assert (path, owner.send(method, path.format(name), content).status_code != 404) == (path, True)


def test_no_list_of_a_third_partner_tells_of_them(exchange: Exchange) -> None:
    objects = Objects(exchange)
    names = [*objects.refs, OFFICER, MESSAGE, objects.link, objects.candidate]
    for endpoint in SIGNED:
        if endpoint[0] == "GET" and "{" not in endpoint[1]:
            answer = request(objects.third, endpoint)
            assert not [name for name in names if name in answer.text], endpoint
